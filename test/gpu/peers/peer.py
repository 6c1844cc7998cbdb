"""What peers on a GPU share: their command line, the time they may take, how an epoch is timed and told.

A peer is a program `python3 PEER.py CELLS.jsonl [--device cuda|cpu] [--seconds 60] [--each 0.15] [--cells TEXT]` that prints a line of JSON a
cell and way: {"kind": "step", "cell", "contender", "median_us", ...}. CELLS.jsonl is what `gpu_bench --list` prints. Rows, batch and networks
are those of the peers on one core (test/bench/peers/cells.py); data lie on the device before the clock starts, and so do the orders."""

import argparse
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "bench", "peers"))
from cells import BATCH, rows  # noqa: E402, F401

FEWEST, MOST, WARM_UP, ORDERS = 3, 2000, 1, 4


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("file")
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    parser.add_argument("--seconds", type=float, default=60, help="altogether")
    parser.add_argument("--each", type=float, default=0.15, help="timed seconds a cell and way")
    parser.add_argument("--cells", default="", help="only cells whose names, as 2^14/depth:4, contain this")
    given = parser.parse_args()
    with open(given.file) as file:
        lines = [json.loads(line) for line in file]
    given.list = [line for line in lines if line["kind"] == "cell" and given.cells in line["name"]]
    given.end = time.perf_counter() + given.seconds
    return given


def orders(cell, random):
    """Some epochs' rows, [epoch][step][sample]."""
    return [random.permutation(cell["steps"] * BATCH).reshape(cell["steps"], BATCH) for _ in range(ORDERS)]


def tell(cell, contender, **facts):
    print(json.dumps({"kind": "step", "cell": cell["name"], "contender": contender, **facts}), flush=True)


def measure(cell, contender, epoch, given, **facts):
    """Times epoch(i), which returns the mean loss as a number once the device is done."""
    for i in range(WARM_UP):
        loss = epoch(i)
    times, begin = [], time.perf_counter()
    while len(times) < FEWEST or (time.perf_counter() - begin < given.each and len(times) < MOST):
        start = time.perf_counter()
        loss = epoch(len(times))
        times.append((time.perf_counter() - start) / cell["steps"] * 1e6)
    times.sort()
    tell(cell, contender, median_us=times[len(times) // 2], best_us=times[0], worst_us=times[-1], epochs=len(times), steps=cell["steps"], loss=loss, **facts)
