"""A campaign under a storm: a child, a worker, the daemon and the coordinator die one after another, again and again, at random moments,
and the campaign is resumed until it is complete. Its file must then be row for row what an undisturbed run of the same campaign gives.

Takes about three times as long as the campaign; not part of the everyday tests.

usage: storm.py GHEE CAMPAIGN [RANKS [CALM_S]]     5 ranks; CALM_S: mean seconds between two kills (15)"""

import itertools
import random
import sys
import time

from fault_site import Site, can_launch, complete, mpirun, rows


def undisturbed(site, launcher):
    begin = time.monotonic()
    code = site.start(launcher, "reference.h5").wait()
    reference, count = rows(site.path("reference.h5"))
    outcomes = {row["outcome"].decode() for row in reference.values()}
    print(f"undisturbed: launcher ended with {code}, {count} rows, outcomes {outcomes}, {time.monotonic() - begin:.0f} s", flush=True)
    assert complete(site.path("reference.h5")) and outcomes <= {"ok", "diverged"}, site.log()
    return reference


def storm(site, launcher, calm, dice):
    """Kills until the file is complete; what was killed, and how often the campaign was started."""
    killed, starts = [], 0
    victims = itertools.cycle(("child", "worker", "daemon", "coordinator"))
    victim = next(victims)
    output = site.path("t.h5")
    while not complete(output):
        starts += 1
        assert starts < 100, "no progress"
        process = site.start(launcher, "t.h5")
        moment = time.monotonic() + dice.uniform(0.2 * calm, 1.8 * calm)
        while process.poll() is None:
            time.sleep(0.02)
            if time.monotonic() >= moment and site.kill_one(victim, dice):
                killed.append(victim)
                victim = next(victims)
                moment = time.monotonic() + dice.uniform(0.2 * calm, 1.8 * calm)
        print(f"start {starts} ended with {process.returncode}: {rows(output)[1]} rows in the file, killed so far {len(killed)}", flush=True)
    return killed, starts


def main(ghee, campaign, ranks=5, calm=15.0):
    with open(campaign) as file:
        text = file.read()
    with Site(ghee, text) as site:
        if not can_launch(site.ghee):
            return 1
        launcher = mpirun(int(ranks))
        reference = undisturbed(site, launcher)
        begin = time.monotonic()
        killed, starts = storm(site, launcher, float(calm), random.Random(20261121))
        problems = site.problems("t.h5", reference)
        counts = ", ".join(f"{killed.count(v)} {v}s" for v in ("child", "worker", "daemon", "coordinator"))
        print(f"storm: {len(killed)} kills ({counts}), {starts} starts, {time.monotonic() - begin:.0f} s")
        print(f"{len(reference)} rows: " + ("; ".join(problems[:20]) or "all there once, equal in every training result, with energy"))
        left = site.left_behind()
        print(f"processes left behind: {left}")
        if problems:
            print(site.log())
    return 1 if problems or left or len(set(killed)) < 4 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
