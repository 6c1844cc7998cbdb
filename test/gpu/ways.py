"""Form solo's ways: whether another chunk or another way to share it is quicker than the one that lib/mlp/cuda/solo/plan.cpp takes, and how far its
reckoning of cycles is from those measured. Cycles are microseconds at the GPU's highest clock: at most so many, for the clock may have been lower."""

import statistics

WORTH = 1.1  # so many times as quick must another one be before it is told


def cycles_of(line, limits):
    """At most; None where they are not known, or where replicas shared a multiprocessor, which no reckoning is of."""
    clock, multiprocessors = limits.get("highest_clock_mhz"), limits.get("multiprocessors")
    alone = line["replicas"] == 1 or (multiprocessors and line["replicas"] <= multiprocessors)
    return line["step_us"] * clock if clock and alone and line.get("step_us") else None


def told(line, limits):
    return {**{key: line[key] for key in ("chunk", "together", "quads")}, "step_us": line.get("step_us"), "reckoned_cycles": line["reckoned_cycles"], "cycles_at_most": cycles_of(line, limits)}


def compare(lines, limits):
    """{"rows": one a cell and number of replicas, "mend": those where another one is quicker, "cycles": measured over reckoned, of all that was measured}"""
    places = {}
    for line in lines:
        places.setdefault((line["cell"], line["replicas"]), []).append(line)
    rows = []
    for (cell, replicas), tried in places.items():
        timed = [line for line in tried if line.get("step_us")]
        chosen = next((told(line, limits) for line in tried if line.get("chosen")), None)
        quickest = told(min(timed, key=lambda line: line["step_us"]), limits) if timed else None
        ratio = chosen["step_us"] / quickest["step_us"] if timed and chosen and chosen["step_us"] else None
        rows.append({"cell": cell, "replicas": replicas, "chosen": chosen, "quickest": quickest, "ratio": ratio, "timed": len(timed), "of": len(tried)})
    ratios = [cycles_of(line, limits) / line["reckoned_cycles"] for line in lines if cycles_of(line, limits) and line["reckoned_cycles"]]
    cycles = {"median": statistics.median(ratios), "least": min(ratios), "most": max(ratios), "of": len(ratios)} if ratios else None
    return {"rows": rows, "mend": [row for row in rows if row["ratio"] and row["ratio"] > WORTH], "cycles": cycles}
