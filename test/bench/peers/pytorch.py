"""PyTorch, eager (torch.optim.Adam with foreach and with fused: the better counts) and torch.compile of the whole step."""

import os

os.environ["OMP_NUM_THREADS"] = "1"
import torch

import cells


def model_of(cell):
    layers, fan_in = [], cell["inputs"]
    for depth, width in enumerate(cell["widths"]):
        layers.append(torch.nn.Linear(fan_in, width))
        if depth + 1 < len(cell["widths"]):
            layers.append(torch.nn.ReLU())
        fan_in = width
    loss = torch.nn.CrossEntropyLoss() if cell["loss"] == "cross_entropy" else torch.nn.MSELoss()
    return torch.nn.Sequential(*layers), loss


def epoch_of(cell, how):
    inputs, targets, order = (torch.from_numpy(array) for array in cells.rows(cell))
    model, loss = model_of(cell)
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, fused=how != "foreach", foreach=how == "foreach")
    batches = [order[i : i + cells.BATCH] for i in range(0, cells.steps_of(cell) * cells.BATCH, cells.BATCH)]

    def gradients(x, t):
        result = loss(model(x), t)
        result.backward()
        return result.detach()

    if how == "compile":
        gradients = torch.compile(gradients)

    def epoch():
        total = 0.0
        for batch in batches:
            adam.zero_grad(set_to_none=True)
            total = total + gradients(inputs[batch], targets[batch])
            adam.step()
        return float(total)

    return epoch


def main():
    torch.set_num_threads(1)
    for cell in cells.load():
        torch._dynamo.reset()
        for peer, ways in {"pytorch": ("foreach", "fused"), "pytorch-compile": ("compile",)}.items():
            best = min(cells.best_step(epoch_of(cell, how), cells.steps_of(cell)) for how in ways)
            cells.tell(cell, peer, best, torch.__version__)


main()
