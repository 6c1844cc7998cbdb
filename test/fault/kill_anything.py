"""Kills children, daemon, worker ranks and the coordinator at random moments (fixed seed), resumes, and demands of the end:
every run once, every run ok, trained row for row as in an undisturbed campaign, and nothing that was in the file measured again.

usage: kill_anything.py GHEE [ROUNDS]"""

import os
import random
import sys
import time

from fault_site import Site, can_launch, complete, mpirun, rows

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


def kill_once(site, launcher, victim, dice):
    """Starts a campaign, kills one of the victim's kind at a random moment; returns how the launcher ended."""
    process = site.start(launcher, "t.h5")
    # Time counts from the ledger's first moment: before it there is nothing to lose, and ranks may still be finding each other in
    # MPI_Init, where Open MPI lets the others wait for one that died (ghee ends them after five minutes).
    begin, moment, killed = None, dice.uniform(0.0, 5.0), None
    while process.poll() is None and killed is None and time.monotonic() < (begin or time.monotonic()) + 60:
        time.sleep(0.01)
        if begin is None and os.path.exists(site.path("t.h5.ledger")):
            begin = time.monotonic()
        if begin is not None and time.monotonic() >= begin + moment:
            killed = site.kill_one(victim, dice)
    return killed, process.wait(timeout=120), moment


def round_of(site, launcher, victim, dice, reference):
    """One kill and its resumption: whether somebody was killed, what is wrong with the file, and the story in a line."""
    output = site.path("t.h5")
    for old in (output, output + ".ledger"):
        if os.path.exists(old):
            os.remove(old)
    killed, code, moment = kill_once(site, launcher, victim, dice)
    before, tries = rows(output)[0], 0
    while not complete(output) and tries < 3:
        tries += 1
        site.start(launcher, "t.h5").wait(timeout=120)
    problems = site.problems("t.h5", reference)
    after = rows(output)[0]
    again = [r for r in before if r in after and before[r]["start_unix_s"] != after[r]["start_unix_s"]]
    if again:
        problems.append(f"{len(again)} runs of the first file were done again")
    story = (f"{victim} {'killed' if killed else 'NOT MET'} after {moment:.2f} s: launcher ended with {code}, {len(before)} rows, "
             f"resumed {tries} times: {'; '.join(problems) or 'all runs once and equal'}")
    return killed is not None, problems, story


def main(ghee, rounds):
    dice = random.Random(20261121)
    failures, kills = 0, 0
    with Site(ghee, CAMPAIGN) as site:
        launchers = {"alone": []} | ({"mpirun": mpirun(3)} if can_launch(site.ghee) else {})
        assert site.start([], "reference.h5").wait(timeout=120) == 0, site.log()
        reference, count = rows(site.path("reference.h5"))
        assert count == 6 and all(row["outcome"] == b"ok" for row in reference.values()), "the undisturbed campaign is not right itself"
        for name, launcher in launchers.items():
            for victim in ("child", "daemon", "coordinator") + (("worker",) if launcher else ()):
                for _ in range(rounds):
                    killed, problems, story = round_of(site, launcher, victim, dice, reference)
                    kills += killed
                    failures += bool(problems)
                    print(f"{name}, {story}", flush=True)
        if failures:
            print(site.log())
        left = site.left_behind()
    print(f"{kills} kills, {failures} rounds with problems, processes left behind: {left}")
    return 1 if failures or left or kills < 3 * rounds else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2))
