"""What the cuda backend shall reach, as ratios of one run: each target's worst cell, and whether every cell meets it."""

# Microseconds a step that fused layers in a graph were estimated to take on an H200, by power of two and depth: fp32, and TF32 where it differs.
COLUMN = {**{(power, depth): us for power in (5, 8, 11, 14, 17) for depth, us in ((2, 10), (4, 20), (10, 50))},
          (20, 2): 31, (20, 4): 46, (20, 10): 64, (22, 4): 149, (25, 4): 1110}  # fmt: skip
COLUMN_TF32 = {(20, 2): 14, (20, 4): 24, (20, 10): 54, (22, 4): 50, (25, 4): 316}
# The same of a kernel that stays on one multiprocessor for many steps.
PERSISTENT = {(5, 2): 0.75, (5, 4): 1.0, (5, 10): 1.7, (8, 2): 2.0, (8, 4): 2.7, (8, 10): 3.6}

# Joules per datum of BUTTER-E's GPU runs (arXiv 2403.08151; median by size, computed from the published table): flat 10.1 to 11.6 mJ from 2^5 to
# 2^20 parameters. The least of them. It is of two V100 and their node, and what the node draws at rest is in it; ours is net of that.
STUDY_J_A_SAMPLE = 10.1e-3

MANY = 132  # replicas: as many as an H200 has multiprocessors
LAUNCH_S = 0.1  # about so long may one launch take
SMALL = (5, 8, 11)  # powers of two where groups of several sizes are measured


def target(name, wanted, ratios, expected):
    """`ratios`: (ratio, cell) of those measured; `wanted`: at least that, in each of `expected` cells."""
    worst, where = min(ratios, default=(None, None))
    met = sum(ratio >= wanted for ratio, _ in ratios)
    verdict = "not measured" if not ratios else "no" if met < len(ratios) else "yes" if len(ratios) >= expected else "so far"
    return {"target": name, "wanted": f">= {wanted:g}", "worst": worst, "where": where, "met_cells": met, "cells": expected, "met": verdict}


def judge(cells, steps, limits, replicas=(), campaign=()):
    times = {(s["cell"], s["contender"]): s["median_us"] for s in steps if s.get("median_us")}

    def against(ours, theirs, chosen):
        return [(times[c["name"], theirs] / times[c["name"], ours], c["name"]) for c in chosen if (c["name"], ours) in times and (c["name"], theirs) in times]

    def within(ours, column, chosen):
        return [(column[c["power"], c["depth"]] / times[c["name"], ours], c["name"]) for c in chosen if (c["name"], ours) in times]

    small = [c for c in cells if c["power"] <= 17]
    large = [c for c in cells if c["power"] >= 22]
    largest = [c for c in cells if c["power"] == 25]
    listed = lambda column: [c for c in cells if (c["power"], c["depth"]) in column]
    found = [target("fp32 against PyTorch eager up to 2^17", 5, against("cuda/layers fp32", "pytorch-eager fp32", small), len(small))]
    for precision in ("fp32", "tf32"):
        for peer, name in (("pytorch-eager", "PyTorch eager"), ("pytorch-graph", "PyTorch with CUDA graphs"), ("jax-scan", "JAX lax.scan")):
            found.append(target(f"{precision} against {name}", 1, against(f"cuda/layers {precision}", f"{peer} {precision}", cells), len(cells)))
    for precision, column in (("fp32", COLUMN), ("tf32", COLUMN_TF32)):
        chosen = listed(column)
        found.append(target(f"{precision} against 1.3 times the estimate of fused layers", 1, [(r * 1.3, w) for r, w in within(f"cuda/layers {precision}", column, chosen)], len(chosen)))
    for precision in ("fp32", "tf32"):
        found.append(target(f"{precision} against cudnn, 2^22 to 2^25", 1, against(f"cuda/layers {precision}", f"cudnn {precision}", large), len(large)))
    peak = limits.get("multiply_add_flops")
    shares = [(c["flops"] / (times[c["name"], "cuda/layers fp32"] * 1e-6) / peak, c["name"]) for c in largest if peak and (c["name"], "cuda/layers fp32") in times]
    found.append(target("share of the measured fp32 peak at 2^25", 0.75, shares, len(largest)))

    tiny = listed(PERSISTENT)
    found.append(target("solo against twice the estimate of a persistent kernel", 1, [(r * 2, w) for r, w in within("cuda/solo fp32", PERSISTENT, tiny)], len(tiny)))
    for wanted, peer, name in ((50, "pytorch-eager", "PyTorch eager"), (10, "pytorch-graph", "PyTorch with CUDA graphs"), (10, "jax-scan", "JAX lax.scan")):
        found.append(target(f"solo against {name}, 2^5 and 2^8", wanted, against("cuda/solo fp32", f"{peer} fp32", tiny), len(tiny)))
    return found + of_groups(cells, replicas, campaign)


def of_groups(cells, replicas, campaign):
    chosen = [c["name"] for c in cells if c["power"] in SMALL]
    rates = {(r["cell"], r["contender"], r["replicas"]): r["steps_per_s"] for r in replicas if r.get("steps_per_s")}
    against_core = []
    for cell in chosen:
        many = [rate for (name, who, count), rate in rates.items() if (name, who) == (cell, "cuda/solo fp32") and count >= MANY]
        if many and (cell, "cpu fp32", 1) in rates:
            against_core.append((max(many) / rates[cell, "cpu fp32", 1], cell))
    found = [target(f"steps a second of {MANY} or more replicas against one core of the host, 2^5 to 2^11", 60, against_core, len(chosen))]
    launches = [(2 * LAUNCH_S / r["longest_go_on_s"], f"{r['cell']}, {r['replicas']} replicas") for r in replicas if r.get("longest_go_on_s")]
    found.append(target("every launch of groups against twice 0.1 s", 1, launches, len([r for r in replicas if "longest_go_on_s" in r or "not_run" in r or "failed" in r])))
    for name, fits in ((f"{MANY} or more replicas", lambda n: n >= MANY), ("one replica", lambda n: n == 1)):
        of_solo = [e for e in campaign if e.get("kind") == "energy" and e.get("contender") == "cuda/solo fp32" and fits(e.get("replicas", 1))]
        # Where net energy drowns in its own uncertainty nothing is known of it.
        known = [e for e in of_solo if e.get("net_j_per_sample") and e["net_j"] > (e.get("net_uncertainty_j") or 0)]
        ratios = [(STUDY_J_A_SAMPLE / e["net_j_per_sample"], e["cell"]) for e in known]
        found.append(target(f"net joules a sample, {name}, below the study's GPU figure", 20, ratios, max(len(SMALL), len(known))))
    return found
