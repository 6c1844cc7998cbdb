#!/usr/bin/python3
"""Draws docs/pictures/quickstart.png from a result file: one run's power in time, and net energy against network size.

usage: quickstart.py quickstart.h5 quickstart.png     (Debian: python3-h5py python3-pandas python3-matplotlib, and /usr/bin/python3)
"""
import sys

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd


def table(file, name):
    """A table of the result file with text columns as str."""
    frame = pd.DataFrame(file[name][:])
    text = frame.select_dtypes(object)
    frame[text.columns] = text.apply(lambda column: column.str.decode("utf-8"))
    return frame


def draw_power(axis, file, runs, row):
    index = table(file, "trace_index").query("run == @row").iloc[0]
    samples = pd.DataFrame(file["traces"][index["offset"]:index["offset"] + index["count"]])
    if index["kind"] == "counter":
        seconds, power = samples["t_s"][1:], np.diff(samples["energy_j"]) / np.diff(samples["t_s"])
    else:
        seconds, power = samples["t_s"], samples["power_w"]
    run = runs.iloc[row]
    axis.step(seconds, power, where="pre", color="black", linewidth=1)
    axis.axhline(run["idle_w"], color="tab:blue", linestyle="--", linewidth=1, label=f"idle {run['idle_w']:.1f} W")
    marks = table(file, "marks").query("run == @row")
    ends = list(marks["t_s"][1:]) + [run["duration_s"]]
    for (_, mark), end in zip(marks.iterrows(), ends):
        if mark["phase"] == "train":
            axis.axvspan(mark["t_s"], end, color="tab:orange", alpha=0.3)
    axis.axvspan(np.nan, np.nan, color="tab:orange", alpha=0.3, label="training, repeated to fill the window")
    estimated = " (estimated: no meter here)" if run["estimated"] else ""
    axis.set(title=f"one run: {run['dataset']}, {run['parameters']} parameters, {run['passes']} passes",
             xlabel="seconds since the child's start", ylabel=f"power in W{estimated}", ylim=(0, 1.15 * power.max()))
    axis.legend(loc="lower right", fontsize="small")


def draw_energy(axis, runs):
    good = runs[runs["outcome"] == "ok"]
    for (name, rows), marker in zip(good.groupby("dataset"), "osD^v<>ph"):
        rows = rows.sort_values("parameters")
        axis.errorbar(rows["parameters"], 1e6 * rows["joules_per_sample"], 2e6 * rows["net_uncertainty_j"] / rows["samples"],
                      marker=marker, linestyle="none", capsize=3, label=name)
    axis.set(title="net energy per sample trained, ± 2 sd", xscale="log", yscale="log", xlabel="parameters", ylabel="µJ per sample"
             + (" (estimated)" if good["estimated"].any() else ""))
    negative = int((good["joules_per_sample"] <= 0).sum())
    if negative:
        axis.annotate(f"not shown: {negative} runs whose net energy is lost in the noise (not positive)", (0.02, 0.02), xycoords="axes fraction",
                      fontsize="small")
    axis.legend(fontsize="small")


def main(source, target):
    with h5py.File(source, "r") as file:
        runs = table(file, "runs")
        figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
        draw_power(left, file, runs, int(runs.query("outcome == 'ok'")["samples"].idxmax()))
        draw_energy(right, runs)
        figure.savefig(target, dpi=110)


if __name__ == "__main__":
    main(*sys.argv[1:])
