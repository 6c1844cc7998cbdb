"""What the report says of small networks, from figures that are made up: targets of solo and of groups, crossovers, and whether a team would pay."""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import report  # noqa: E402
import small  # noqa: E402
import targets  # noqa: E402
import team  # noqa: E402

CELLS = [{"name": f"2^{p}/depth:{d}", "power": p, "depth": d, "parameters": 2**p, "flops": 1536.0 * 2**p} for p in (5, 8, 11, 14) for d in (2, 4)]


def step(cell, contender, us):
    return {"kind": "step", "cell": cell, "contender": contender, "median_us": us}


def rate(cell, contender, replicas, steps_per_s, **more):
    return {"kind": "replicas", "cell": cell, "contender": contender, "replicas": replicas, "steps_per_s": steps_per_s, **more}


def joules(cell, replicas, net, uncertainty=0.0):
    return {"kind": "energy", "cell": cell, "contender": "cuda/solo fp32", "replicas": replicas, "net_j": net * 1e6, "net_uncertainty_j": uncertainty * 1e6, "net_j_per_sample": net}


def verdict(found, begin):
    return next(one for one in found if one["target"].startswith(begin))


class Targets(unittest.TestCase):
    def judged(self, steps=(), replicas=(), campaign=()):
        return targets.judge(CELLS, list(steps), {}, list(replicas), list(campaign))

    def test_solo_is_held_against_twice_the_persistent_column(self):
        times = {"2^5/depth:2": 1.5, "2^5/depth:4": 1.9, "2^8/depth:2": 3.0, "2^8/depth:4": 5.0}
        one = verdict(self.judged([step(cell, "cuda/solo fp32", us) for cell, us in times.items()]), "solo against twice")
        self.assertEqual((one["met"], one["worst"], one["where"]), ("yes", 1.0, "2^5/depth:2"))
        times["2^8/depth:4"] = 5.5
        one = verdict(self.judged([step(cell, "cuda/solo fp32", us) for cell, us in times.items()]), "solo against twice")
        self.assertEqual((one["met"], one["where"], one["met_cells"]), ("no", "2^8/depth:4", 3))

    def test_solo_must_be_many_times_as_fast_as_its_peers(self):
        ours = [step(c["name"], "cuda/solo fp32", 2.0) for c in CELLS if c["power"] <= 8]
        eager = [step(c["name"], "pytorch-eager fp32", 100.0) for c in CELLS]
        graph = [step(c["name"], "pytorch-graph fp32", 19.0) for c in CELLS]
        found = self.judged(ours + eager + graph)
        self.assertEqual(verdict(found, "solo against PyTorch eager")["met"], "yes")
        self.assertEqual(verdict(found, "solo against PyTorch with CUDA graphs")["met"], "no")
        self.assertEqual(verdict(found, "solo against JAX")["met"], "not measured")

    def test_times_of_solo_do_not_count_for_the_layers(self):
        found = self.judged([step(c["name"], "cuda/solo fp32", 1.0) for c in CELLS] + [step(c["name"], "pytorch-eager fp32", 100.0) for c in CELLS])
        self.assertEqual(verdict(found, "fp32 against PyTorch eager")["met"], "not measured")

    def test_the_best_group_of_132_or_more_counts_against_one_core(self):
        lines = [rate(c["name"], "cpu fp32", 1, 1e6) for c in CELLS] + [rate(c["name"], "cuda/solo fp32", 132, 5e7) for c in CELLS]
        self.assertEqual(verdict(self.judged(replicas=lines), "steps a second of 132")["met"], "no")
        lines += [rate(c["name"], "cuda/solo fp32", 264, 7e7) for c in CELLS]
        self.assertEqual(verdict(self.judged(replicas=lines), "steps a second of 132")["met"], "yes")

    def test_fewer_replicas_do_not_count(self):
        lines = [rate("2^5/depth:2", "cpu fp32", 1, 1e6), rate("2^5/depth:2", "cuda/solo fp32", 131, 9e9)]
        self.assertEqual(verdict(self.judged(replicas=lines), "steps a second of 132")["met"], "not measured")

    def test_a_launch_may_take_twice_a_tenth_of_a_second(self):
        lines = [rate("2^5/depth:2", "cuda/solo fp32", 132, 1e6, longest_go_on_s=0.19)]
        self.assertEqual(verdict(self.judged(replicas=lines), "every launch")["met"], "yes")
        lines.append(rate("2^8/depth:2", "cuda/solo fp32", 132, 1e6, longest_go_on_s=0.25))
        self.assertEqual(verdict(self.judged(replicas=lines), "every launch")["where"], "2^8/depth:2, 132 replicas")

    def test_net_joules_are_held_against_the_study(self):
        lines = [joules("2^5/depth:4", 528, 4e-4), joules("2^8/depth:4", 528, 5e-4), joules("2^11/depth:4", 528, 5.04e-4)]
        one = verdict(self.judged(campaign=lines), "net joules a sample, 132")
        self.assertEqual((one["met"], one["where"]), ("yes", "2^11/depth:4"))
        self.assertEqual(verdict(self.judged(campaign=lines), "net joules a sample, one")["met"], "not measured")
        lines[0] = joules("2^5/depth:4", 528, 6e-4)
        self.assertEqual(verdict(self.judged(campaign=lines), "net joules a sample, 132")["met"], "no")

    def test_net_joules_within_their_uncertainty_are_not_known(self):
        one = verdict(self.judged(campaign=[joules("2^5/depth:4", 528, 1e-9, 2e-9)]), "net joules a sample, 132")
        self.assertEqual(one["met"], "not measured")


class Crossovers(unittest.TestCase):
    def rows(self, solo, told=(), more=()):
        """Of depth 2 and one network; `solo`: how many times as fast it is, by power of two."""
        cells = [c for c in CELLS if c["depth"] == 2]
        lines = [rate(c["name"], "cuda/layers fp32", 1, 1e5) for c in cells]
        lines += [rate(f"2^{power}/depth:2", "cuda/solo fp32", 1, 1e5 * times) for power, times in solo.items()]
        return small.crossovers(cells, lines + list(more), list(told))[0]

    def said(self, parameters):
        return [{"kind": "crossovers", "backend": "cuda", "conditions": "", "origin": "", "list": [{"depth": 2, "replicas": 1, "parameters": parameters}]}]

    def test_between_two_cells_it_is_interpolated_geometrically(self):
        row = self.rows({5: 10, 8: 8, 11: 0.125})
        self.assertEqual(row["measured"]["parameters"], round(2**9.5))
        self.assertEqual(self.rows({5: 10, 8: 1, 11: 0.5})["measured"]["parameters"], 256)

    def test_solo_that_is_never_quicker_has_none(self):
        row = self.rows({5: 0.9, 8: 0.5}, self.said(0))
        self.assertEqual((row["measured"]["parameters"], row["agree"]), (0, True))
        self.assertFalse(self.rows({5: 0.9, 8: 0.5}, self.said(4096))["agree"])

    def test_where_the_next_size_does_not_fit_the_backend_may_say_more(self):
        refused = [{"kind": "replicas", "cell": "2^14/depth:2", "contender": "cuda/solo fp32", "replicas": 1, "refused": "too large"}]
        row = self.rows({5: 9, 8: 5, 11: 2}, self.said(100_000), refused)
        self.assertEqual((row["measured"]["how"], row["agree"]), ("as far as it fits", True))
        self.assertFalse(self.rows({5: 9, 8: 5, 11: 2}, self.said(300), refused)["agree"])

    def test_what_differs_by_more_than_half_is_to_be_mended(self):
        solo = {5: 10, 8: 8, 11: 0.125}  # 724
        self.assertTrue(self.rows(solo, self.said(1000))["agree"])
        self.assertFalse(self.rows(solo, self.said(1200))["agree"])
        text = report.crossing_text({"rows": [self.rows(solo, self.said(1200))], "told": self.said(1200)})
        self.assertIn("mend them in lib/mlp/cuda.\n\n- depth 2, 1 replicas: it says 1,200, measured 724 (between two cells)", text)

    def test_what_was_not_measured_or_not_said_is_not_judged(self):
        row = self.rows({}, self.said(700))
        self.assertEqual((row["measured"], row["agree"]), (None, None))
        self.assertIn("| 2 | 1 | not measured | 700 | - |", report.crossing_text({"rows": [row], "told": []}))
        self.assertIsNone(self.rows({5: 10, 8: 0.1})["agree"])

    def test_many_replicas_are_held_against_one_network_after_another(self):
        cells = [c for c in CELLS if c["depth"] == 2][:2]
        lines = [rate(c["name"], "cuda/layers fp32", 1, 1e5) for c in cells] + [rate(c["name"], "cuda/solo fp32", 140, 1e7) for c in cells]
        row = small.crossovers(cells, lines, [])[1]
        self.assertEqual((row["replicas"], row["measured"]["parameters"]), (140, 256))


class Team(unittest.TestCase):
    def found(self, barriers, us):
        return {"limits": {"launch_in_graph_us": 1.3, "multiply_add_flops": 6e13, "multiprocessors": 132}, "barriers": barriers, "cells": CELLS,
                "steps": [step("2^14/depth:2", "cuda/layers fp32", us)]}  # fmt: skip

    def cluster(self, us):
        return {"kind": "barrier", "barrier": "cluster", "blocks": 16, "exchange": True, "us": us}

    def test_quick_barriers_and_slow_layers_are_worth_it(self):
        decided = team.decide(self.found([self.cluster(0.3)], 20.0))
        self.assertEqual(decided["verdict"], "worth building")
        # 8 barriers of 0.3 us, and 25 MFLOP at half of what 16 of 132 multiprocessors can do
        self.assertAlmostEqual(decided["cells"][0]["team_us"], 8 * 0.3 + 1536 * 2**14 / (0.5 * 6e13 * 16 / 132) * 1e6)
        self.assertEqual(decided["waiting"][2], {"depth": 10, "layers_us": 26.0, "teams_us": {"cluster of 16": 12.0}})

    def test_slow_barriers_or_quick_layers_are_not(self):
        self.assertEqual(team.decide(self.found([self.cluster(2.0)], 20.0))["verdict"], "not worth building")
        decided = team.decide(self.found([self.cluster(0.3)], 8.0))
        self.assertEqual(decided["verdict"], "not worth building")
        self.assertIn("8.0 us measured in form layers", decided["because"])

    def test_the_quicker_of_both_forms_is_what_must_be_beaten(self):
        found = self.found([self.cluster(0.3)], 20.0)
        found["steps"].append(step("2^14/depth:2", "cuda/solo fp32", 8.0))
        self.assertEqual(team.decide(found)["verdict"], "not worth building")

    def test_a_barrier_without_an_exchange_says_nothing(self):
        found = self.found([{"kind": "barrier", "barrier": "cluster", "blocks": 8, "exchange": False, "us": 0.1}, {"kind": "barrier", "barrier": "cluster", "blocks": 16, "absent": "too old"}], 20.0)
        decided = team.decide(found)
        self.assertEqual(decided["verdict"], "not decided")
        self.assertIn("cluster: too old", decided["because"])

    def test_without_limits_or_times_nothing_is_decided(self):
        self.assertEqual(team.decide({**self.found([self.cluster(0.3)], 20.0), "limits": {}})["verdict"], "not decided")
        self.assertEqual(team.decide({**self.found([self.cluster(0.3)], 20.0), "steps": []})["verdict"], "not decided")


if __name__ == "__main__":
    unittest.main()
