"""One JSON and one Markdown table from the lines that the stages of test/gpu/run left.

usage: report.py RAW RESULTS    writes RESULTS/<date>-<gpu>.json and .md, ready to be copied to docs/measurements/

Standard library only."""

import json
import math
import os
import re
import sys

from small import crossovers, rates_of
from targets import COLUMN, LAUNCH_S, PERSISTENT, STUDY_J_A_SAMPLE, judge
from team import decide
from ways import WORTH, compare

STAGES = ("build", "check", "vendor", "memcheck", "racecheck", "synccheck", "mix", "limits", "barriers", "bench", "replicas", "ways", "torch", "jax", "campaign")
SANITIZERS = ("memcheck", "racecheck", "synccheck")
OWN = ("cuda/layers fp32", "cuda/solo fp32", "cuda/layers tf32x3", "cuda/layers tf32", "cuda/layers bf16")
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
    found["barriers"] = [line for line in lines(raw, "barriers.jsonl") if line.get("kind") == "barrier"]
    found["cells"] = [line for line in lines(raw, "cells.jsonl") if line.get("kind") == "cell"]
    found["steps"] = [line for name in ("bench", "torch", "jax") for line in lines(raw, name + ".jsonl") if line.get("kind") == "step"]
    checked = lines(raw, "check.jsonl")
    checked += lines(raw, "barriers.jsonl")
    found["check"] = {kind + "s": [c for c in checked if c.get("kind") == kind] for kind in ("subject", "mistake")}
    found["check"]["groups"] = [c for c in checked if c.get("kind") == "groups"]
    found["vendor"] = lines(raw, "vendor.jsonl")
    found["sanitizers"] = {name: sanitizer(raw, name) for name in SANITIZERS}
    found["kernels"] = lines(raw, "mix.jsonl")
    found["campaign"] = lines(raw, "campaign.jsonl")
    small = lines(raw, "replicas.jsonl")
    found["replicas"] = [line for line in small if line.get("kind") == "replicas"]
    told = [line for line in lines(raw, "bench.jsonl") if line.get("kind") == "crossovers"]
    found["crossovers"] = {"told": told, "rows": crossovers([line for line in small if line.get("kind") == "small_cell"], found["replicas"], told)}
    found["ways"] = [line for line in lines(raw, "ways.jsonl") if line.get("kind") == "way"]
    found["choice"] = compare(found["ways"], found["limits"])
    found["team"] = decide(found)
    found["targets"] = judge(found["cells"], found["steps"], found["limits"], found["replicas"], found["campaign"])
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
    """Of each cell its times; with those of our own fp32 layers the share of the peak, and the times that were aimed at."""
    times = {(s["cell"], s["contender"]): s for s in found["steps"]}
    shown = [c for c in contenders if any(name == c and "median_us" in s for (_, name), s in times.items())]
    peak = found["limits"].get("multiply_add_flops")
    rows = []
    for cell in found["cells"]:
        own = times.get((cell["name"], "cuda/layers fp32"), {}).get("median_us")
        share = f"{100 * cell['flops'] / (own * 1e-6) / peak:.0f} %" if own and peak else "-"
        place = (cell["power"], cell["depth"])
        rows.append([f"2^{cell['power']}", cell["depth"], " ".join(map(str, cell["widths"][:3])) + (" ..." if len(cell["widths"]) > 3 else ""),
                     *[figure(times.get((cell["name"], c), {}).get("median_us")) for c in shown], *([share, COLUMN.get(place, "-"), PERSISTENT.get(place, "-")] if with_aim else [])])  # fmt: skip
    return table(["parameters", "depth", "widths", *shown, *(["cuda/layers fp32 of peak", "layers' aim", "solo's aim"] if with_aim else [])], rows)


def left_out(found):
    """What was refused or not run, with its reason, once per contender and reason."""
    reasons = {}
    for step in found["steps"]:
        if why := step.get("refused") or step.get("not_run") or step.get("failed"):
            reasons.setdefault((step["contender"], why), []).append(step["cell"])
    for one in found["replicas"]:
        if why := one.get("not_run") or one.get("failed"):
            reasons.setdefault((f"{one['contender']}, groups", why), []).append(f"{one['cell']} x {one['replicas']}")
    for place, why in dict.fromkeys((f"{way['cell']} x {way['replicas']}", why) for way in found["ways"] if (why := way.get("not_run") or way.get("failed"))):
        reasons.setdefault(("cuda/solo fp32, ways", why), []).append(place)
    return "\n".join(f"- {who}: {why} ({len(cells)} cells: {', '.join(cells[:4])}{' ...' if len(cells) > 4 else ''})" for (who, why), cells in sorted(reasons.items()))


def checks(found):
    rows = [
        [s["subject"], s.get("absent") or f"{s['ran']} of {s['of']}", s["compared"], s["refused"], s["excused"], s["wrong"], f"{figure(s['worst_share_of_tolerance'], 2)}: {s['worst_case']}" if s["compared"] else "-"]
        for s in found["check"]["subjects"]
    ]
    text = table(["subject", "cases", "compared", "refused", "excused", "wrong", "nearest to its tolerance (share)"], rows)
    if groups := found["check"]["groups"]:
        rows = [[g["subject"], f"{g['ran']} of {g['of']}", g["compared"], g["without_a_group"], g["wrong"], figure(g["worst_share_of_tolerance"], 2), figure(g["longest_go_on_s"])] for g in groups]
        text += "\n\nGroups, each replica against the network that its seed gives alone, bit for bit, and against the reference:\n\n"
        text += table(["subject", "cases", "compared", "has no group", "wrong", "nearest to its tolerance (share)", "longest launch, s"], rows)
    else:
        text += "\n\nNo groups were checked."
    refusals = sorted({f"- {s['subject']}: {why}" for s in found["check"]["subjects"] + found["check"]["groups"] for why in s.get("refusals", [])})
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
            rows.append([e["cell"], e["contender"], e.get("replicas", 1), e.get("refused") or e.get("not_run") or e.get("failed"), *["-"] * 8])
            continue
        rows.append([e["cell"], e["contender"], e.get("replicas", 1), e["channel"], figure(e["seconds"]), figure(e["gross_j"], 4), figure(e["idle_w"], 4), figure(e["net_j"], 4), figure(e["net_uncertainty_j"], 2),
                     scaled(e["gross_j_per_sample"]), scaled(e["net_j_per_sample"]), " ".join(e["flags"])])  # fmt: skip
    if rows:
        text.append(table(["network", "backend", "replicas", "channel", "s", "gross, J", "idle, W", "net, J", "+-, J", "gross a sample, uJ", "net a sample, uJ", "flags"], rows))
        text.append(f"Samples are counted over all replicas. The study's GPU runs took {1e6 * STUDY_J_A_SAMPLE:,.0f} uJ a sample at the least, idle power included (arXiv 2403.08151, medians up to 2^20).")
    for d in of("divergence"):
        text.append(f"{d['cell']}, {d['contender']}: {d['counter']} counted {d['counted_j']:.1f} J, {d['gauge']} gives {d['integrated_j']:.1f} J; at most {d['allowed_j']:.1f} J of difference are explained.")
    return "\n\n".join(text) or "Nothing was measured."


def replicas(found):
    """Steps a second of groups beside one network after another and one core; then where the forms cross."""
    rates = rates_of(found["replicas"])
    if not rates:
        return "Nothing was measured."
    counts = sorted({count for _, who, count in rates if who == "cuda/solo fp32"})
    names = list(dict.fromkeys(r["cell"] for r in found["replicas"]))
    longest = {(r["cell"], r["replicas"]): r["longest_go_on_s"] for r in found["replicas"] if r.get("longest_go_on_s")}
    refused = {r["cell"]: r["refused"] for r in found["replicas"] if r.get("refused") and r["contender"] == "cuda/solo fp32"}
    rows = []
    for name in names:
        core, layers = rates.get((name, "cpu fp32", 1)), rates.get((name, "cuda/layers fp32", 1))
        groups = [rates.get((name, "cuda/solo fp32", count)) for count in counts]
        best = max((rate for rate in groups if rate), default=None)
        launch = max((s for (cell, _), s in longest.items() if cell == name), default=None)
        shortest = min((r["mean_go_on_s"] for r in found["replicas"] if r["cell"] == name and r.get("mean_go_on_s")), default=None)
        rows.append([name, figure(core), figure(layers), *map(figure, groups), figure(best / core) if best and core else "-", figure(shortest), refused.get(name) or figure(launch)])
    text = table(["network", "one core (cpu fp32)", "cuda/layers fp32", *[f"cuda/solo fp32 x {count}" for count in counts], "best group over one core", "shortest mean launch, s", "longest launch, s"], rows)
    return text + f"\n\nA launch is meant to take about {LAUNCH_S} s; where it is much shorter, what lies between two launches counts.\n\n" + crossing_text(found["crossovers"])


def crossing_text(crossed):
    rows, mend = [], []
    for row in crossed["rows"]:
        measured, stated = row["measured"], row["stated"]
        what = "not measured" if measured is None else f"{measured['parameters']:,} ({measured['how']})"
        verdict = "-" if row["agree"] is None else "yes" if row["agree"] else "no"
        rows.append([row["depth"], row["replicas"], what, "it says nothing" if stated is None else f"{stated:,}", verdict])
        if row["agree"] is False:
            mend.append(f"depth {row['depth']}, {row['replicas']} replicas: it says {stated:,}, measured {what}")
    text = "The most parameters that form solo trains more quickly than layers, one network after another:\n\n" + table(["depth", "replicas", "measured", "the backend says", "alike"], rows)
    for told in crossed["told"]:
        text += f"\n\nBackend {told['backend']}: {told['conditions'] or 'no conditions'}; {told['origin'] or 'of no known origin'}."
    if not crossed["told"]:
        text += "\n\nThe backend said nothing of its crossovers."
    if mend:
        text += "\n\nThe backend's crossovers differ from what was measured: mend them in lib/mlp/cuda.\n\n" + "\n".join(f"- {line}" for line in mend)
    return text


def ways(found):
    """The chunk and the way that are taken, beside the quickest that was measured."""
    choice = found["choice"]
    if not any(row["timed"] for row in choice["rows"]):
        return "Nothing was measured."
    name = lambda one: f"{one['chunk']}, {one['together']} x {4 * one['quads']}" if one else "-"
    of = lambda one, key: figure(one[key] if one else None)
    rows = [[row["cell"], row["replicas"], name(row["chosen"]), of(row["chosen"], "step_us"), name(row["quickest"]), of(row["quickest"], "step_us"), figure(row["ratio"]),
             f"{row['timed']} of {row['of']}", of(row["chosen"], "reckoned_cycles"), of(row["chosen"], "cycles_at_most")] for row in choice["rows"]]  # fmt: skip
    text = table(["network", "replicas", "taken", "us", "quickest measured", "us", "times as quick", "measured", "cycles reckoned", "cycles measured, at most"], rows)
    percent = f"more than {100 * (WORTH - 1):.0f} % quicker"
    if choice["mend"]:
        where = ", ".join(f"{row['cell']} x {row['replicas']} ({name(row['quickest'])} in place of {name(row['chosen'])})" for row in choice["mend"])
        text += f"\n\nAnother way is {percent} at {where}: mend lib/mlp/cuda/solo/plan.cpp."
    elif any(row["ratio"] for row in choice["rows"]):
        text += f"\n\nNowhere is another way that was measured {percent} than the one taken."
    else:
        text += "\n\nNo way that is taken was measured."
    if cycles := choice["cycles"]:
        return text + f"\n\nA step takes at most {figure(cycles['median'])} times the cycles that are reckoned (median of {cycles['of']}; {figure(cycles['least'])} to {figure(cycles['most'])}), at the GPU's highest clock."
    return text + "\n\nCycles were not measured: the clock is not known, or replicas shared multiprocessors."


def team(found):
    """What barriers cost, and whether a kernel that is made of them could pay."""
    rows = [[b["barrier"] + (f" ({b['by']})" if "by" in b else ""), b["blocks"], b.get("clusters", "-"), "yes" if b.get("exchange") else "no", figure(b["us"]) if "us" in b else b.get("absent", "-")] for b in found["barriers"]]
    text = table(["barrier of", "blocks", "clusters at once", "with an exchange", "us"], rows) if rows else "No barrier was measured."
    decided = found["team"]
    if decided["waiting"]:
        names = list(decided["waiting"][0]["teams_us"])
        text += "\n\nMicroseconds a step that are spent in launches (two a layer) or barriers (four a layer):\n\n"
        text += table(["depth", "layers", *names], [[w["depth"], figure(w["layers_us"]), *[figure(w["teams_us"][name]) for name in names]] for w in decided["waiting"]])
    if decided["cells"]:
        text += "\n\nA step of a team, reckoned: its barriers, and its arithmetic at half of the measured peak of its multiprocessors.\n\n"
        text += table(["network", "measured now, us", "form", "team, us", "made of", "times as fast"],
                      [[c["cell"], figure(c["now_us"]), c["form"], figure(c["team_us"]), c["team"], figure(c["gain"])] for c in decided["cells"]])  # fmt: skip
    return text + f"\n\nA team kernel: {decided['verdict']}, because {decided['because']}."


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


def not_measured(found):
    """What this run does not tell, in words."""
    targets = [t["target"] for t in found["targets"] if t["met"] == "not measured"]
    stages = [f"{s['stage']} ({s['status']}{': ' + s['why'] if s['why'] else ''})" for s in found["stages"] if s["status"] not in ("done", "failed")]
    text = [f"Targets that were not measured: {'; '.join(targets)}."] if targets else []
    return "\n\n".join(text + ([f"Stages that did not end: {'; '.join(stages)}."] if stages else []))


def markdown(found, data):
    targets = [[t["target"], "-" if t["worst"] is None else f"{figure(t['worst'], 3)} at {t['where']}", t["wanted"], f"{t['met_cells']} of {t['cells']}", t["met"]] for t in found["targets"]]
    stages = [[s["stage"], s["status"], s["seconds"], s["why"]] for s in found["stages"]]
    parts = [
        f"# GPU suite: {found['limits'].get('gpu') or 'no GPU'}, {found['machine'].get('date', '')[:10]}",
        head(found),
        "## Targets\n\nRatios above 1: ours is the faster.\n\n" + table(["target", "worst ratio", "wanted", "cells", "met"], targets),
        not_measured(found),
        "## Stages\n\n" + table(["stage", "status", "seconds", "why"], stages),
        "## Microseconds a step\n\nBatch 256, Adam, data on the device, median of whole epochs; aims: the estimated times of fused layers and of a persistent kernel in fp32. Solo: the mean over whole launches of a group of one.\n\n" + steps(found, OWN, True),
        "Opponents:\n\n" + steps(found, ("cuda/layers fp32", "cuda/solo fp32", *OTHERS), False),
        left_out(found),
        "## Many small networks\n\nSteps a second of all replicas together, fp32, batch 256, Adam.\n\n" + replicas(found),
        "## Ways of form solo\n\nTaken and quickest: samples of a chunk, samples of a thread x neurons that it takes together. Microseconds a step of each replica, fp32, batch 256, Adam.\n\n" + ways(found),
        "## Barriers\n\n" + team(found),
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
