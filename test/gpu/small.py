"""Small networks: from which size on a launch a layer is quicker than one block a network, as measured and as the backend says."""

import math

from targets import MANY

NEAR = 1.5  # what is said and what was measured may be so far apart: the cells are set by factors of two


def rates_of(replicas):
    return {(r["cell"], r["contender"], r["replicas"]): r["steps_per_s"] for r in replicas if r.get("steps_per_s")}


def crossing(points, refused_beyond):
    """The largest size at which solo is not slower. `points`: (parameters, times as fast) in order of size."""
    if not points:
        return None
    won = [i for i, (_, ratio) in enumerate(points) if ratio >= 1]
    if not won:
        return {"parameters": 0, "how": "never: the layers are quicker at every size measured", "smallest": points[0][0]}
    size, ratio = points[won[-1]]
    if won[-1] + 1 == len(points):
        return {"parameters": size, "how": "as far as it fits" if refused_beyond else "at least: no larger one was measured"}
    next_size, next_ratio = points[won[-1] + 1]
    share = math.log(ratio) / (math.log(ratio) - math.log(next_ratio))
    return {"parameters": round(size * (next_size / size) ** share), "how": "between two cells"}


def said(crossovers, depth, count):
    """What the backend says for so many replicas: its entry of that depth with the most replicas that are not more."""
    fitting = [entry for told in crossovers if told.get("backend") == "cuda" for entry in told["list"] if entry["depth"] == depth and entry["replicas"] <= count]
    return max(fitting, key=lambda entry: entry["replicas"])["parameters"] if fitting else None


def agree(measured, stated):
    if measured["parameters"] == 0:
        return stated <= measured["smallest"]
    open_above = measured["how"].startswith(("as far", "at least"))
    return stated * NEAR >= measured["parameters"] and (open_above or stated <= measured["parameters"] * NEAR)


def crossovers(small_cells, replicas, told):
    """A row per depth, for one network and for the least number of replicas from 132 on that was measured: measured, stated, and whether they agree."""
    rates = rates_of(replicas)
    many = min((count for _, who, count in rates if who == "cuda/solo fp32" and count >= MANY), default=MANY)
    rows = []
    for depth in sorted({c["depth"] for c in small_cells}):
        cells = sorted((c for c in small_cells if c["depth"] == depth), key=lambda c: c["parameters"])
        for count in (1, many):
            points, refused = [], False
            for cell in cells:
                ours, layers = rates.get((cell["name"], "cuda/solo fp32", count)), rates.get((cell["name"], "cuda/layers fp32", 1))
                if ours and layers:
                    points.append((cell["parameters"], ours / layers))
            if points:
                beyond = {c["name"] for c in cells if c["parameters"] > points[-1][0]}
                refused = any(r.get("refused") and r["cell"] in beyond and r["contender"] == "cuda/solo fp32" for r in replicas)
            measured, stated = crossing(points, refused), said(told, depth, count)
            rows.append({"depth": depth, "replicas": count, "measured": measured, "stated": stated, "agree": None if measured is None or stated is None else agree(measured, stated)})
    return rows
