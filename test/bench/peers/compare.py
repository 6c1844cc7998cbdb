"""One training step in ghee and in its peers, side by side on one core: a table with ratios and a roofline picture.

usage: compare.py BENCH_MLP [--peers pytorch,jax_scan,keras_fit] [--cells TEXT] [--core N] [-o FILE.md]"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
OWN = "ghee"


def run(core, command):
    return subprocess.run(["taskset", "-c", str(core), *command], stdout=subprocess.PIPE, text=True, check=True).stdout


def benchmarks(core, program, cells):
    """Best seconds by (kind, what, contender) with the operations of each, and what the machine can do: FLOP/s and bytes/s by memory."""
    parts = "part/(forward|backward|gradient):"
    out = run(core, [program, "--benchmark_format=json", "--benchmark_enable_random_interleaving=true",
                     f"--benchmark_filter=^(peak|read|square|{parts}|step/({cells}))"])
    times, flops, bandwidth, sets = {}, {}, {}, {}
    for entry in json.loads(out)["benchmarks"]:
        if entry.get("aggregate_name") != "best":
            continue
        words = entry["run_name"].split("/")
        seconds = entry["real_time"] * {"us": 1e-6, "ns": 1e-9, "ms": 1e-3}[entry["time_unit"]]
        if words[0] == "peak":
            sets[words[1]] = entry["flops"] / seconds
        elif words[0] == "read":
            bandwidth[words[1]] = entry["bytes"] / seconds
        else:
            what = f"{words[1]}/{words[2]}" if words[0] == "step" else words[1]
            times[what, words[3 if words[0] == "step" else 2]] = seconds * 1e6
            flops[what] = entry["flops"]
    return times, flops, sets, bandwidth


def peers(core, names, cells_file):
    times, versions = {}, {}
    for name in names:
        print(f"{name} ...", file=sys.stderr, flush=True)
        process = subprocess.run(["taskset", "-c", str(core), sys.executable, os.path.join(HERE, name + ".py"), cells_file], stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True)
        for line in process.stdout.splitlines():
            told = json.loads(line)
            times[told["cell"], told["peer"]] = told["best_us"]
            versions[told["peer"]] = told["version"]
        if process.returncode != 0:
            print(f"{name} ended with {process.returncode}: {process.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
    return times, versions


def machine():
    model = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())
    return f"{model.group(1) if model else platform.machine()}, {os.cpu_count()} cores, {platform.system()} {platform.release().split('-')[0]}"


def table(cells, times, contenders, peak):
    lines = ["| parameters | depth | ghee | of peak | " + " | ".join(contenders) + " |", "|---|---|---|---|" + "---|" * len(contenders)]
    for cell in cells:
        ours = times[cell["name"], OWN]
        share = cell["flops"] / (ours * 1e-6) / peak
        ratios = [f"{times[cell['name'], c] / ours:.2f}" if (cell["name"], c) in times else "-" for c in contenders]
        size, depth = cell["name"].split("/depth:")
        lines.append(f"| {size} | {depth} | {ours:.4g} us | {100 * share:.0f} % | " + " | ".join(ratios) + " |")
    return "\n".join(lines)


def share(times, flops, what, contender, peak):
    """Percent of the peak, or a dash."""
    return f"{100 * flops[what] / (times[what, contender] * 1e-6) / peak:.0f}" if (what, contender) in times else "-"


def squares(times, flops, contenders, peak):
    libraries = [c for c in contenders if any(w.startswith("width:") and c == who for w, who in times)]
    lines = ["| width | ghee | of peak | " + " | ".join(libraries) + " |", "|---|---|---|" + "---|" * len(libraries)]
    for what in sorted({w for w, _ in times if w.startswith("width:")}, key=lambda w: int(w.split(":")[1])):
        ours = times[what, OWN]
        ratios = [f"{times[what, c] / ours:.2f}" for c in libraries]
        lines.append(f"| {what.split(':')[1]} | {ours:.4g} us | {share(times, flops, what, OWN, peak)} % | " + " | ".join(ratios) + " |")
    return "\n".join(lines)


def kernels(times, flops, contenders, peak):
    libraries = [OWN] + [c for c in contenders if any(w.startswith("forward:") and c == who for w, who in times)]
    parts = ["forward", "backward", "gradient"]
    lines = ["| width | " + " | ".join(f"{p}: {', '.join(libraries)}" for p in parts) + " |", "|---|" + "---|" * len(parts)]
    for width in sorted({int(w.split(":")[1]) for w, _ in times if w.startswith("forward:")}):
        cells = [" / ".join(share(times, flops, f"{p}:{width}", c, peak) for c in libraries) for p in parts]
        lines.append(f"| {width} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def traffic(cell):
    """Bytes that must move in a step at least: parameters and both moments read and written, activations and deltas written and read once."""
    samples = 256 * (cell["inputs"] + 4 * sum(cell["widths"]))
    return 4 * (6 * cell["parameters"] + samples)


def picture(path, cells, times, contenders, peak, bandwidth):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np

    figure, axes = plt.subplots(figsize=(8, 5))
    intensity = np.geomspace(0.2, 2000, 200)
    for (level, speed), style in zip(sorted(bandwidth.items(), key=lambda b: -b[1]), ["-", "--", "-.", ":"]):
        axes.plot(intensity, np.minimum(intensity * speed, peak) / 1e9, style, color="0.5", linewidth=1, label=f"read {level}: {speed / 1e9:.0f} GB/s")
    axes.axhline(peak / 1e9, color="black", linewidth=1.2, label=f"multiply-add peak: {peak / 1e9:.0f} GFLOP/s")
    shown = [OWN] + [c for c in contenders if any((cell["name"], c) in times for cell in cells)]
    for contender, marker in zip(shown, "o^sDvPX"):
        points = [(cell["flops"] / traffic(cell), cell["flops"] / times[cell["name"], contender] / 1e3) for cell in cells if (cell["name"], contender) in times]
        axes.plot(*zip(*points), marker, markersize=7 if contender == OWN else 5, linestyle="none", fillstyle="full" if contender == OWN else "none", label=contender)
    axes.set(xscale="log", yscale="log", xlabel="FLOP per byte that must move at least", ylabel="GFLOP/s of a whole training step",
             title="One core, batch 256, fp32, Adam: the study's rectangles", ylim=(0.02, 2 * peak / 1e9))
    axes.legend(fontsize=8, loc="lower right")
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--peers", default="pytorch,jax_scan,keras_fit")
    parser.add_argument("--cells", default="", help="only cells whose names, as 2^14/depth:4, contain this")
    parser.add_argument("--core", type=int, default=(os.cpu_count() or 1) - 1)
    parser.add_argument("-o", "--output", default="performance.md")
    given = parser.parse_args()

    load = os.getloadavg()[0]
    cells = [c for c in json.loads(run(given.core, [given.program, "--cells"])) if given.cells in c["name"]]
    if not cells:
        sys.exit(f"compare.py: no cell has a name with '{given.cells}' (they are 2^5/depth:2 to 2^22/depth:10): leave --cells out or give a part of one")
    print("ghee and the libraries, some minutes ...", file=sys.stderr, flush=True)
    times, flops, sets, bandwidth = benchmarks(given.core, given.program, "|".join(re.escape(c["name"]) for c in cells))
    best = next(name for name in ("x86-64-v4", "x86-64-v3", "baseline") if name in sets)  # as ghee chooses
    times |= {(cell, OWN): t for (cell, contender), t in times.items() if contender == f"{OWN}-{best}"}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(cells, file)
        file.flush()
        theirs, versions = peers(given.core, [p for p in given.peers.split(",") if p], file.name)
    times |= theirs
    contenders = [c for c in ("openblas", "onednn", "pytorch", "pytorch-compile", "jax-scan", "keras-fit") if any(c == who for _, who in times)]
    image = os.path.join(os.path.dirname(os.path.abspath(given.output)), "pictures", "roofline.png")
    os.makedirs(os.path.dirname(image), exist_ok=True)
    picture(image, cells, times, contenders, sets[best], bandwidth)
    body = f"""Machine: {machine()}; load before the run {load:.2f}. ghee's kernels: {best}. Multiply-add peak of one core, measured in the same run:
{sets[best] / 1e9:.0f} GFLOP/s. Versions: {', '.join(f'{p} {v}' for p, v in versions.items()) or 'no Python peers'}.

Columns of others: their time divided by ghee's; above 1 ghee is faster. "Of peak": the [step's arithmetic](method/working-sets.md) over the peak.

{table(cells, times, contenders, sets[best])}

![roofline: whole training steps against the machine's limits](pictures/roofline.png)

Four square layers of one width, MSE, Adam; the same columns:

{squares(times, flops, contenders, sets[best])}

Percent of peak of the three products of a square layer alone, {", ".join([OWN] + [c for c in contenders if c in ("openblas", "onednn")])}; ghee's
with bias and activation or its derivative, the libraries' bare:

{kernels(times, flops, contenders, sets[best])}
"""
    old = open(given.output).read() if os.path.exists(given.output) else "# Performance of the training kernels\n\n<!-- measured -->\n<!-- end -->\n"
    begin, end = "<!-- measured -->\n", "<!-- end -->"
    new = old[: old.index(begin) + len(begin)] + "\n" + body + "\n" + old[old.index(end) :]
    with open(given.output, "w") as file:
        file.write(new)
    print(body)


if __name__ == "__main__":
    main()
