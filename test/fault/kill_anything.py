"""Kills children, daemon, worker ranks and the coordinator at random moments (fixed seed), resumes, and demands of the end:
every run once, every run ok, trained row for row as in an undisturbed campaign, and nothing that was in the file measured again.

usage: kill_anything.py GHEE [ROUNDS]"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import h5py

CAMPAIGN = """[campaign]
name = "fault"
seed = 11
[grid]
dataset = "banana"
size = [64, 128, 256, 512, 1024, 2048]
epochs = 2
[measure]
idle_before_s = 0.2
idle_after_s = 0.2
min_window_s = 0.4
[power]
period_ms = 50
[run]
attempts = 4
"""
PATIENCE = ["--worker-patience", "3", "--coordinator-patience", "3"]
MPIRUN = ["mpirun", "-n", "3", "--oversubscribe", "--bind-to", "none", "--mca", "orte_abort_on_non_zero_status", "0"]
# What a training must give again, to the last digit; times and energies are measured and differ.
SAME = ["config_id", "repeat", "seed", "epochs", "steps", "samples", "parameters", "widths", "backend", "train_loss", "test_loss",
        "test_accuracy", "outcome"]

ghee = os.path.abspath(sys.argv[1])
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 2


def rows(path):
    with h5py.File(path) as file:
        table = file["runs"][:]
    return {row["run_id"]: row for row in table}, len(table)


def environment(pid):
    with open(f"/proc/{pid}/environ", "rb") as file:
        return dict(entry.split(b"=", 1) for entry in file.read().split(b"\0") if b"=" in entry)


def processes(folder):
    """(pid, role) of everything of ghee that lives in the folder."""
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            if os.readlink(f"/proc/{name}/cwd") != folder:
                continue
            words = open(f"/proc/{name}/cmdline", "rb").read().split(b"\0")
            program = os.path.basename(os.readlink(f"/proc/{name}/exe"))
            if program == "ghee-powerd":
                yield int(name), "daemon"
            elif program == "ghee" and b"train" in words:
                yield int(name), "child"
            elif program == "ghee" and b"run" in words:
                rank = int(environment(name).get(b"OMPI_COMM_WORLD_RANK", b"0"))
                yield int(name), "coordinator" if rank == 0 else "worker"
        except OSError:
            pass  # it ended meanwhile


def run(folder, launcher, output, wait=True):
    command = launcher + [ghee, "run", "c.toml", "-o", output, "--resume"] + PATIENCE
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=open(os.path.join(folder, "log"), "ab"))
    return process.wait(timeout=120) if wait else process


def complete(path):
    with h5py.File(path) as file:
        return bool(file.attrs["complete"])


def kill_once(folder, launcher, victim, dice):
    """Starts a campaign, kills one of the victim's kind at a random moment; returns how the launcher ended."""
    process = run(folder, launcher, "t.h5", wait=False)
    begin, moment, killed = time.monotonic(), dice.uniform(0.3, 5.0), None
    while process.poll() is None and killed is None and time.monotonic() < begin + 60:
        time.sleep(0.01)
        if time.monotonic() < begin + moment:
            continue
        found = [pid for pid, role in processes(folder) if role == victim]
        if found:
            killed = dice.choice(found)
            try:
                os.kill(killed, signal.SIGKILL)
            except ProcessLookupError:
                killed = None
    return killed, process.wait(timeout=120), moment


def check(folder, reference):
    found, count = rows(os.path.join(folder, "t.h5"))
    problems = []
    if count != len(found):
        problems.append(f"{count} rows for {len(found)} runs")
    if set(found) != set(reference):
        problems.append(f"{len(set(reference) - set(found))} runs are lost, {len(set(found) - set(reference))} are strange")
    for run_id in set(found) & set(reference):
        for field in SAME:
            a, b = found[run_id][field], reference[run_id][field]
            if not (a == b or (a != a and b != b)):
                problems.append(f"{run_id.decode()}: {field} is {a}, undisturbed {b}; {found[run_id]['reason']!r}")
        if not found[run_id]["gross_j"] > 0:
            problems.append(f"{run_id.decode()}: no energy")
    return problems


def main():
    folder = os.path.realpath(tempfile.mkdtemp(prefix="ghee-fault-"))
    with open(os.path.join(folder, "c.toml"), "w") as file:
        file.write(CAMPAIGN)
    os.environ.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    launchers = {"alone": []}
    if b"without MPI" in subprocess.run([ghee, "--version"], capture_output=True, check=True).stdout:
        print("this ghee is built without MPI: ranks are not killed")
    elif shutil.which("mpirun"):
        launchers["mpirun"] = MPIRUN
    else:
        print("no mpirun here: ranks are not killed (Debian: openmpi-bin)")
    assert run(folder, [], "reference.h5") == 0, open(os.path.join(folder, "log")).read()
    reference, count = rows(os.path.join(folder, "reference.h5"))
    assert count == 6 and all(row["outcome"] == b"ok" for row in reference.values()), "the undisturbed campaign is not right itself"

    dice = random.Random(20261121)
    failures, kills = 0, 0
    for name, launcher in launchers.items():
        for victim in ("child", "daemon", "coordinator") + (("worker",) if launcher else ()):
            for number in range(rounds):
                for old in ("t.h5", "t.h5.ledger"):
                    if os.path.exists(os.path.join(folder, old)):
                        os.remove(os.path.join(folder, old))
                killed, code, moment = kill_once(folder, launcher, victim, dice)
                kills += killed is not None
                output = os.path.join(folder, "t.h5")
                before = rows(output)[0] if os.path.exists(output) else {}
                tries = 0
                while not (os.path.exists(output) and complete(output)) and tries < 3:
                    tries += 1
                    run(folder, launcher, "t.h5")
                problems = check(folder, reference)
                after = rows(output)[0]
                again = [r for r in before if before[r]["start_unix_s"] != after[r]["start_unix_s"]]
                if again:
                    problems.append(f"{len(again)} runs of the first file were done again")
                failures += bool(problems)
                print(f"{name}, {victim} {'killed' if killed else 'NOT MET'} after {moment:.2f} s: launcher ended with {code}, "
                      f"{len(before)} rows, resumed {tries} times: {'; '.join(problems) or 'all runs once and equal'}", flush=True)
    if failures:
        print(open(os.path.join(folder, "log")).read())
    left = [entry for entry in processes(folder) if entry[1] != "daemon"]
    if left:
        print("left behind:", left)
    # The last private daemon goes by itself a few seconds after its last client.
    deadline = time.monotonic() + 30
    while list(processes(folder)) and time.monotonic() < deadline:
        time.sleep(0.1)
    remaining = list(processes(folder))
    print(f"{kills} kills, {failures} rounds with problems, processes left behind: {remaining}")
    shutil.rmtree(folder)
    return 1 if failures or left or remaining or kills < 3 * rounds else 0


sys.exit(main())
