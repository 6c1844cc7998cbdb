"""Whether a team kernel, one network spread over several multiprocessors that wait for each other, could beat what there is.

A step of it needs about four barriers a layer: after the outputs, after the deltas, after the gradients and the update, and one for the next
batch. The kernels of the layers need two launches a layer. What a team's arithmetic would take is reckoned at half of the measured peak of the
multiprocessors that it has: kinder than what is known of kernels for small matrices."""

BARRIERS_A_LAYER, LAUNCHES_A_LAYER = 4, 2
DEPTHS, BAND = (2, 4, 10), (11, 14, 17)
SHARE_OF_PEAK = 0.5
WORTH = 1.25


def teams(barriers, multiprocessors):
    """Name, microseconds a barrier with an exchange, multiprocessors that work together; the slowest where it was measured more than once."""
    slowest = {}
    for b in barriers:
        if b.get("exchange") and b.get("us") and b.get("barrier") in ("cluster", "grid"):
            name = f"cluster of {b['blocks']}" if b["barrier"] == "cluster" else f"grid by {b['by']}"
            slowest[name] = max(slowest.get(name, (0, 0)), (b["us"], b["blocks"]))
    return [(name, us, min(blocks, multiprocessors)) for name, (us, blocks) in slowest.items()]


def decide(found):
    """{"verdict", "waiting": a row a depth, "cells": a row a cell of the band}; verdict is "worth building", "not worth building" or "not decided", and `because`."""
    limits, barriers = found["limits"], found["barriers"]
    launch, peak, all_of_it = limits.get("launch_in_graph_us"), limits.get("multiply_add_flops"), limits.get("multiprocessors")
    if not (launch and peak and all_of_it):
        return undecided("what the GPU can do (gpu_limits) was not measured")
    there = teams(barriers, all_of_it)
    if not there:
        return undecided("no barrier between multiprocessors was measured" + "".join(sorted({f"; {b['barrier']}: {b['absent']}" for b in barriers if b.get("absent")})))
    waiting = [{"depth": d, "layers_us": LAUNCHES_A_LAYER * d * launch, "teams_us": {name: BARRIERS_A_LAYER * d * us for name, us, _ in there}} for d in DEPTHS]
    times = {(s["cell"], s["contender"]): s["median_us"] for s in found["steps"] if s.get("median_us")}
    cells = []
    for cell in found["cells"]:
        now = [(times[cell["name"], f"cuda/{form} fp32"], form) for form in ("layers", "solo") if (cell["name"], f"cuda/{form} fp32") in times]
        if cell["power"] not in BAND or not now:
            continue
        reckoned = [(BARRIERS_A_LAYER * cell["depth"] * us + cell["flops"] / (SHARE_OF_PEAK * peak * blocks / all_of_it) * 1e6, name) for name, us, blocks in there]
        (us, form), (team_us, team) = min(now), min(reckoned)
        cells.append({"cell": cell["name"], "now_us": us, "form": form, "team_us": team_us, "team": team, "gain": us / team_us})
    if not cells:
        return undecided("no step between 2^11 and 2^17 was timed", waiting)
    best = max(cells, key=lambda one: one["gain"])
    worth = [one["cell"] for one in cells if one["gain"] >= WORTH]
    because = f"at best it would be {best['gain']:.2f} times as fast as the kernels there are ({best['cell']}: {best['team_us']:.1f} us reckoned for a {best['team']}, {best['now_us']:.1f} us measured in form {best['form']}); {WORTH} are asked for"
    return {"verdict": "worth building" if worth else "not worth building", "because": because + (f", and reached at {', '.join(worth)}" if worth else ""), "waiting": waiting, "cells": cells}


def undecided(why, waiting=()):
    return {"verdict": "not decided", "because": why, "waiting": list(waiting), "cells": []}
