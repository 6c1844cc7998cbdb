"""PyTorch on a GPU: eager with the fused Adam, and CUDA graphs of some whole steps each with the capturable one; TF32 off and on.

With --compile also torch.compile of the eager step."""

import sys
import time

import numpy
import torch

import peer

STEPS_A_GRAPH = 8
PRECISIONS = {"fp32": "highest", "tf32": "high"}


class Training:
    def __init__(self, cell, device, capturable):
        inputs, targets, _ = peer.rows(cell, cell["steps"] * peer.BATCH)
        self.inputs, self.targets = torch.from_numpy(inputs).to(device), torch.from_numpy(targets).to(device)
        self.orders = [torch.from_numpy(order).to(device) for order in peer.orders(cell, numpy.random.default_rng(2))]
        layers, fan_in = [], cell["inputs"]
        for depth, width in enumerate(cell["widths"]):
            layers.append(torch.nn.Linear(fan_in, width, device=device))
            if depth + 1 < len(cell["widths"]):
                layers.append(torch.nn.ReLU())
            fan_in = width
        self.model = torch.nn.Sequential(*layers)
        self.loss = torch.nn.CrossEntropyLoss() if cell["loss"] == "cross_entropy" else torch.nn.MSELoss()
        self.adam = torch.optim.Adam(self.model.parameters(), lr=1e-4, fused=True, capturable=capturable)
        self.total = torch.zeros((), device=device)
        self.steps = cell["steps"]

    def gradients(self, x, t):
        loss = self.loss(self.model(x), t)
        loss.backward()
        return loss.detach()

    def step(self, batch):
        self.adam.zero_grad(set_to_none=True)
        self.total += self.gradients(self.inputs[batch], self.targets[batch])
        self.adam.step()

    def mean_loss(self):
        return float(self.total) / self.steps  # waits for the device


def eager(cell, device, compiled=False):
    training = Training(cell, device, capturable=False)
    if compiled:
        training.gradients = torch.compile(training.gradients)

    def epoch(i):
        training.total.zero_()
        for batch in training.orders[i % peer.ORDERS]:
            training.step(batch)
        return training.mean_loss()

    return epoch


def graph(cell, device):
    training = Training(cell, device, capturable=True)
    order = training.orders[0].clone()
    place = torch.zeros(1, dtype=torch.int64, device=device)

    def steps():
        for _ in range(STEPS_A_GRAPH):
            training.step(order.index_select(0, place).view(-1))
            place.add_(1)

    # Outside of a graph first, on a stream of its own, as PyTorch asks for.
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        steps()
        place.zero_()
    torch.cuda.current_stream().wait_stream(side)
    training.adam.zero_grad(set_to_none=True)
    captured = torch.cuda.CUDAGraph()
    with torch.cuda.graph(captured):
        steps()

    def epoch(i):
        order.copy_(training.orders[i % peer.ORDERS])
        place.zero_()
        training.total.zero_()
        for _ in range(training.steps // STEPS_A_GRAPH):
            captured.replay()
        return training.mean_loss()

    return epoch


def main():
    compiled = "--compile" in sys.argv
    if compiled:
        sys.argv.remove("--compile")
    given = peer.arguments(__doc__.splitlines()[0])
    if given.device == "cuda" and not torch.cuda.is_available():
        sys.exit("torch_steps.py: PyTorch sees no GPU (torch.cuda.is_available() is false) say --device cpu to try it")
    ways = {"pytorch-graph": lambda cell: graph(cell, given.device), "pytorch-eager": lambda cell: eager(cell, given.device)}
    if given.device == "cpu":
        del ways["pytorch-graph"]
    if compiled:
        ways["pytorch-compile"] = lambda cell: eager(cell, given.device, compiled=True)
    for cell in given.list:
        for precision, setting in PRECISIONS.items():
            torch.set_float32_matmul_precision(setting)
            for way, make in ways.items():
                name = f"{way} {precision}"
                if time.perf_counter() > given.end:
                    peer.tell(cell, name, not_run="out of time")
                    continue
                try:
                    peer.measure(cell, name, make(cell), given, version=torch.__version__)
                except RuntimeError as error:  # one cell that does not fit or cannot be captured is no reason to leave the others out
                    peer.tell(cell, name, not_run=str(error).splitlines()[0])


main()
