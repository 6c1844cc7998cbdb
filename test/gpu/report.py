"""One JSON and one Markdown table from the lines that the stages of test/gpu/run left.

usage: report.py RAW RESULTS    writes RESULTS/<date>-<gpu>.json and .md, ready to be copied to docs/measurements/

Standard library only."""

import json
import math
import os
import re
import sys

from targets import COLUMN, judge

STAGES = ("build", "check", "vendor", "memcheck", "racecheck", "mix", "limits", "bench", "torch", "jax", "campaign")
OWN = ("cuda fp32", "cuda tf32x3", "cuda tf32", "cuda bf16")
OTHERS = ("cudnn fp32", "cudnn tf32", "cudnn bf16", "pytorch-eager fp32", "pytorch-graph fp32", "pytorch-eager tf32", "pytorch-graph tf32", "pytorch-compile fp32", "jax-scan fp32", "jax-scan tf32")


def lines(raw, name):
    """Lines of JSON of a file; what a stopped program left half written is no line."""
    path = os.path.join(raw, name)
    if not os.path.exists(path):
        return []
    found = []
    with open(path, errors="replace") as file:
        for line in file:
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
    return [line for line in found if isinstance(line, dict)]


def sanitizer(raw, name):
    """What compute-sanitizer said at its end; empty: it did not get there."""
    path = os.path.join(raw, name + ".txt")
    if not os.path.exists(path):
        return ""
    with open(path, errors="replace") as file:
        said = [line.strip("= \n") for line in file if "SUMMARY" in line]
    return said[-1] if said else ""


def collect(raw):
    stages = {line["stage"]: line for name in sorted(os.listdir(raw)) if name.endswith(".stage") for line in lines(raw, name)}
    found = {"stages": [stages.get(name, {"stage": name, "status": "not run", "seconds": 0, "why": "out of time"}) for name in STAGES]}
    found["machine"] = (lines(raw, "machine.jsonl") or [{}])[0]
    found["states"] = lines(raw, "state.jsonl")
    found["limits"] = (lines(raw, "limits.jsonl") or [{}])[0]
    found["cells"] = [line for line in lines(raw, "cells.jsonl") if line.get("kind") == "cell"]
    found["steps"] = [line for name in ("bench", "torch", "jax") for line in lines(raw, name + ".jsonl") if line.get("kind") == "step"]
    checked = lines(raw, "check.jsonl")
    found["check"] = {"subjects": [c for c in checked if c.get("kind") == "subject"], "mistakes": [c for c in checked if c.get("kind") == "mistake"]}
    found["vendor"] = lines(raw, "vendor.jsonl")
    found["sanitizers"] = {name: sanitizer(raw, name) for name in ("memcheck", "racecheck")}
    found["kernels"] = lines(raw, "mix.jsonl")
    found["campaign"] = lines(raw, "campaign.jsonl")
    found["targets"] = judge(found["cells"], found["steps"], found["limits"])
    return found


def figure(x, digits=3):
    """With that many figures; a dash for what is not there."""
    if x is None or (isinstance(x, float) and not math.isfinite(x)):
        return "-"
    if x == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(x))))
    return f"{x:,.{places}f}" if places < 8 else f"{x:.{digits - 1}e}"


def table(head, rows):
    """A Markdown table; what stands in a cell may hold no bar."""
    clean = lambda cell: str(cell).replace("|", "/").replace("\n", " ")
    return "\n".join(["| " + " | ".join(map(clean, line)) + " |" for line in [head]] + ["|" + "---|" * len(head)] + ["| " + " | ".join(map(clean, row)) + " |" for row in rows])


def head(found):
    machine, limits = found["machine"], found["limits"]
    before = found["states"][0] if found["states"] else {}
    say = [
        f"Date {machine.get('date', '?')}, commit {machine.get('commit', '?')}.",
        f"GPU: {limits.get('gpu') or before.get('name') or '?'}, compute capability {limits.get('capability', '?')}, {limits.get('multiprocessors', '?')} multiprocessors, "
        f"driver {before.get('driver_version') or '?'}, CUDA toolkit {machine.get('toolkit', '?')}, kernels compiled for sm_{machine.get('arch', '?')}.",
        f"Host: {machine.get('cpu', '?')}, {machine.get('cores', '?')} cores, Linux {machine.get('kernel', '?')}, {machine.get('compiler', '?')}.",
    ]
    if limits.get("multiply_add_flops"):
        say.append(
            f"Measured in the same run: fp32 multiply-adds {limits['multiply_add_flops'] / 1e12:.1f} TFLOP/s, copy within its memory (read and written) "
            f"{limits['copy_bytes_per_s'] / 1e12:.2f} TB/s, a launch in a graph {limits['launch_in_graph_us']:.2f} us."
        )
    states = [
        [s.get("when"), s.get("pstate"), f"{s.get('clocks.sm')} of {s.get('clocks.max.sm')}", f"{s.get('clocks.mem')} of {s.get('clocks.max.mem')}",
         f"{s.get('power.draw')} of {s.get('power.limit')}", s.get("temperature.gpu"), s.get("utilization.gpu")]
        for s in found["states"]
    ]  # fmt: skip
    return "\n".join(say) + "\n\n" + table(["state", "performance state", "SM clock, MHz", "memory clock, MHz", "power, W", "degrees C", "load, %"], states)


def steps(found, contenders, with_aim):
    """Of each cell its times; with those of our own fp32 the share of the peak and the time that was aimed at."""
    times = {(s["cell"], s["contender"]): s for s in found["steps"]}
    shown = [c for c in contenders if any(name == c and "median_us" in s for (_, name), s in times.items())]
    peak = found["limits"].get("multiply_add_flops")
    rows = []
    for cell in found["cells"]:
        own = times.get((cell["name"], "cuda fp32"), {}).get("median_us")
        share = f"{100 * cell['flops'] / (own * 1e-6) / peak:.0f} %" if own and peak else "-"
        goal = COLUMN.get((cell["power"], cell["depth"]))
        rows.append([f"2^{cell['power']}", cell["depth"], " ".join(map(str, cell["widths"][:3])) + (" ..." if len(cell["widths"]) > 3 else ""),
                     *[figure(times.get((cell["name"], c), {}).get("median_us")) for c in shown], *([share, goal or "-"] if with_aim else [])])  # fmt: skip
    return table(["parameters", "depth", "widths", *shown, *(["cuda fp32 of peak", "aim"] if with_aim else [])], rows)


def left_out(found):
    """What was refused or not run, with its reason, once per contender and reason."""
    reasons = {}
    for step in found["steps"]:
        if why := step.get("refused") or step.get("not_run") or step.get("failed"):
            reasons.setdefault((step["contender"], why), []).append(step["cell"])
    return "\n".join(f"- {who}: {why} ({len(cells)} cells: {', '.join(cells[:4])}{' ...' if len(cells) > 4 else ''})" for (who, why), cells in sorted(reasons.items()))


def checks(found):
    rows = [
        [s["subject"], s.get("absent") or f"{s['ran']} of {s['of']}", s["compared"], s["refused"], s["excused"], s["wrong"], f"{figure(s['worst_share_of_tolerance'], 2)}: {s['worst_case']}" if s["compared"] else "-"]
        for s in found["check"]["subjects"]
    ]
    text = table(["subject", "cases", "compared", "refused", "excused", "wrong", "nearest to its tolerance (share)"], rows)
    refusals = sorted({f"- {s['backend']}: {why}" for s in found["check"]["subjects"] for why in s.get("refusals", [])})
    wrong = found["check"]["mistakes"] + [line for line in found["vendor"] if line.get("kind") == "mistake"]
    mistakes = ["- " + ": ".join(m[word] for word in ("subject", "case", "what") if word in m) for m in wrong]
    if offers := [line for line in found["vendor"] if line.get("kind") == "offer"]:
        rows = [[o["check"], o["epilogue"], o["precision"], f"{o['had']} of {o['of']}", o["on_tensor_cores"]] for o in offers]
        text += "\n\nWhat cuBLASLt offers here:\n\n" + table(["call", "epilogue", "precision", "offered", "on tensor cores"], rows)
    if refusals:
        text += "\n\nRefused, and how often:\n\n" + "\n".join(refusals)
    if mistakes:
        text += f"\n\n{len(mistakes)} mistakes:\n\n" + "\n".join(mistakes[:40])
    said = [f"- {name}: {words or 'did not end'}" for name, words in found["sanitizers"].items()]
    return text + "\n\ncompute-sanitizer, on a few small cases:\n\n" + "\n".join(said)


def energy(found):
    told = found["campaign"]
    of = lambda kind: [line for line in told if line.get("kind") == kind]
    text = []
    for meter in of("meter"):
        text.append(f"Meter {meter['name']}: {meter.get('absent') or 'present'}." + "".join(f"\n- {note}" for note in meter.get("notes", [])))
    if channels := of("channel"):
        text.append(table(["channel", "reads", "scope", "renewed every, s", "what it is"],
                          [[c["name"], c["reads"], c["scope"], f"{figure(c['refresh_s'])} ({'measured' if c['refresh_measured'] else 'assumed'})", c["detail"]] for c in channels]))  # fmt: skip
        if not any(c["reads"] == "counter" for c in channels):
            text.append("This GPU has no energy counter: energies are integrals of its power.")
    if idle := of("idle"):
        text.append("Idle, before this program had the GPU: " + ", ".join(f"{i['channel']} {i['mean_w']:.1f} +- {i['standard_error_w']:.1f} W" for i in idle) + ".")
    rows = []
    for e in of("energy"):
        if "gross_j" not in e:
            rows.append([e["cell"], e["contender"], e.get("refused") or e.get("not_run") or e.get("failed"), *["-"] * 8])
            continue
        rows.append([e["cell"], e["contender"], e["channel"], figure(e["seconds"]), figure(e["gross_j"], 4), figure(e["idle_w"], 4), figure(e["net_j"], 4), figure(e["net_uncertainty_j"], 2),
                     scaled(e["gross_j_per_sample"]), scaled(e["net_j_per_sample"]), " ".join(e["flags"])])  # fmt: skip
    if rows:
        text.append(table(["network", "backend", "channel", "s", "gross, J", "idle, W", "net, J", "+-, J", "gross a sample, uJ", "net a sample, uJ", "flags"], rows))
    for d in of("divergence"):
        text.append(f"{d['cell']}, {d['contender']}: {d['counter']} counted {d['counted_j']:.1f} J, {d['gauge']} gives {d['integrated_j']:.1f} J; at most {d['allowed_j']:.1f} J of difference are explained.")
    return "\n\n".join(text) or "Nothing was measured."


def scaled(joules):
    return figure(None if joules is None else joules * 1e6)


def kernels(found):
    rows = [
        [k.get("module"), f"`{k.get('name')}`", k.get("registers"), k.get("stack_bytes"), k.get("instructions"), k.get("FFMA"), (k.get("HMMA") or 0) + (k.get("HGMMA") or 0), k.get("LDL"), k.get("STL")]
        for k in found["kernels"]
    ]
    spilling = [k for k in found["kernels"] if k.get("LDL") or k.get("STL")]
    return f"{len(spilling)} of {len(found['kernels'])} kernels use local memory (LDL, STL).\n\n" + table(
        ["module", "kernel", "registers", "stack, bytes", "instructions", "FFMA", "HMMA, HGMMA", "LDL", "STL"], rows
    )


def markdown(found, data):
    targets = [[t["target"], "-" if t["worst"] is None else f"{figure(t['worst'], 3)} at {t['where']}", t["wanted"], f"{t['met_cells']} of {t['cells']}", t["met"]] for t in found["targets"]]
    stages = [[s["stage"], s["status"], s["seconds"], s["why"]] for s in found["stages"]]
    parts = [
        f"# GPU suite: {found['limits'].get('gpu') or 'no GPU'}, {found['machine'].get('date', '')[:10]}",
        head(found),
        "## Targets\n\nRatios above 1: ours is the faster.\n\n" + table(["target", "worst ratio", "wanted", "cells", "met"], targets),
        "## Stages\n\n" + table(["stage", "status", "seconds", "why"], stages),
        "## Microseconds a step\n\nBatch 256, Adam, data on the device, median of whole epochs; aim: the estimated time of fused layers in fp32.\n\n" + steps(found, OWN, True),
        "Opponents:\n\n" + steps(found, ("cuda fp32", *OTHERS), False),
        left_out(found),
        "## Right results\n\n" + checks(found),
        "## Energy\n\n" + energy(found),
        "## Kernels\n\n" + kernels(found),
        f"All figures: [{data}]({data}). How they are made: [docs/develop/gpu.md](../develop/gpu.md).",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def main():
    raw, results = sys.argv[1:]
    found = collect(raw)
    gpu = re.sub(r"[^a-z0-9]+", "-", (found["limits"].get("gpu") or "no-gpu").lower()).strip("-")
    name = f"{found['machine'].get('date', 'undated')[:10]}-{gpu}"
    with open(os.path.join(results, name + ".json"), "w") as file:
        json.dump(found, file, indent=1)
        file.write("\n")
    with open(os.path.join(results, name + ".md"), "w") as file:
        file.write(markdown(found, name + ".json"))
    print(os.path.join(results, name + ".md"))


if __name__ == "__main__":
    main()
