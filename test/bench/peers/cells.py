"""What all peers share: the cells, the rows they train on, how a step is timed, and how a result is told.

A peer is a program `python3 PEER.py CELLS.json` that prints a line of JSON a cell: {"cell", "peer", "best_us", "version"}. CELLS.json is
what `bench_mlp --cells` prints: networks of the study's grid with their inputs, widths and loss. One core, batch 256, Adam, rows chosen by
a shuffled order: the same step everywhere."""

import json
import sys
import time

import numpy as np

BATCH = 256
ROWS = 16384
STEPS = ROWS // BATCH


def load():
    with open(sys.argv[1]) as file:
        return json.load(file)


def rows(cell, count=ROWS):
    """inputs [row][feature], targets [row][output] and the order of an epoch, the same for every peer."""
    random = np.random.default_rng(1)
    inputs = random.uniform(-1, 1, (count, cell["inputs"])).astype(np.float32)
    outputs = cell["widths"][-1]
    if cell["loss"] == "cross_entropy":
        targets = np.eye(outputs, dtype=np.float32)[random.integers(0, outputs, count)]
    else:
        targets = random.normal(size=(count, outputs)).astype(np.float32)
    return inputs, targets, random.permutation(count).astype(np.int64)


def best_step(epoch, steps=STEPS, patience=1.5, tries=3):
    """Microseconds a step: the best of at least `tries` calls of epoch() and of all that fit into `patience` seconds, after one to warm up."""
    epoch()
    best, begin, done = float("inf"), time.perf_counter(), 0
    while done < tries or time.perf_counter() - begin < patience:
        start = time.perf_counter()
        epoch()
        best = min(best, time.perf_counter() - start)
        done += 1
    return best / steps * 1e6


def steps_of(cell):
    """Fewer steps of a large network make an epoch."""
    return STEPS if cell["parameters"] <= 1 << 18 else 4


def tell(cell, peer, best_us, version):
    print(json.dumps({"cell": cell["name"], "peer": peer, "best_us": best_us, "version": version}), flush=True)
