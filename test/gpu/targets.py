"""What the cuda backend shall reach, as ratios of one run: each target's worst cell, and whether every cell meets it."""

# Microseconds a step that fused layers in a graph were estimated to take on an H200, by power of two and depth: fp32, and TF32 where it differs.
COLUMN = {**{(power, depth): us for power in (5, 8, 11, 14, 17) for depth, us in ((2, 10), (4, 20), (10, 50))},
          (20, 2): 31, (20, 4): 46, (20, 10): 64, (22, 4): 149, (25, 4): 1110}  # fmt: skip
COLUMN_TF32 = {(20, 2): 14, (20, 4): 24, (20, 10): 54, (22, 4): 50, (25, 4): 316}


def target(name, wanted, ratios, expected):
    """`ratios`: (ratio, cell) of those measured; `wanted`: at least that, in each of `expected` cells."""
    worst, where = min(ratios, default=(None, None))
    met = sum(ratio >= wanted for ratio, _ in ratios)
    verdict = "not measured" if not ratios else "no" if met < len(ratios) else "yes" if len(ratios) >= expected else "so far"
    return {"target": name, "wanted": f">= {wanted:g}", "worst": worst, "where": where, "met_cells": met, "cells": expected, "met": verdict}


def judge(cells, steps, limits):
    times = {(s["cell"], s["contender"]): s["median_us"] for s in steps if s.get("median_us")}

    def against(ours, theirs, chosen):
        return [(times[c["name"], theirs] / times[c["name"], ours], c["name"]) for c in chosen if (c["name"], ours) in times and (c["name"], theirs) in times]

    def within(ours, column, chosen):
        return [(column[c["power"], c["depth"]] / times[c["name"], ours], c["name"]) for c in chosen if (c["name"], ours) in times]

    small = [c for c in cells if c["power"] <= 17]
    large = [c for c in cells if c["power"] >= 22]
    largest = [c for c in cells if c["power"] == 25]
    listed = lambda column: [c for c in cells if (c["power"], c["depth"]) in column]
    found = [target("fp32 against PyTorch eager up to 2^17", 5, against("cuda fp32", "pytorch-eager fp32", small), len(small))]
    for precision in ("fp32", "tf32"):
        for peer, name in (("pytorch-eager", "PyTorch eager"), ("pytorch-graph", "PyTorch with CUDA graphs"), ("jax-scan", "JAX lax.scan")):
            found.append(target(f"{precision} against {name}", 1, against(f"cuda {precision}", f"{peer} {precision}", cells), len(cells)))
    for precision, column in (("fp32", COLUMN), ("tf32", COLUMN_TF32)):
        chosen = listed(column)
        found.append(target(f"{precision} against 1.3 times the estimate of fused layers", 1, [(r * 1.3, w) for r, w in within(f"cuda {precision}", column, chosen)], len(chosen)))
    for precision in ("fp32", "tf32"):
        found.append(target(f"{precision} against cudnn, 2^22 to 2^25", 1, against(f"cuda {precision}", f"cudnn {precision}", large), len(large)))
    peak = limits.get("multiply_add_flops")
    shares = [(c["flops"] / (times[c["name"], "cuda fp32"] * 1e-6) / peak, c["name"]) for c in largest if peak and (c["name"], "cuda fp32") in times]
    found.append(target("share of the measured fp32 peak at 2^25", 0.75, shares, len(largest)))
    return found
