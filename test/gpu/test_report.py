"""The report from lines that are made up: targets judged, tables whole, damaged lines left out."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import mix  # noqa: E402
import report  # noqa: E402
import targets  # noqa: E402

CELLS = [
    {"kind": "cell", "name": f"2^{p}/depth:{d}", "power": p, "depth": d, "inputs": 8, "loss": "mse", "parameters": 2**p, "steps": 256, "flops": 1e3 * 2**p, "widths": [3] * d}
    for p in (5, 8, 11, 17, 22, 25)
    for d in (2, 4)
]


def steps(contender, times):
    return [{"kind": "step", "cell": cell, "contender": contender, "median_us": us} for cell, us in times.items()]


def verdict(found, name):
    return next(one for one in found if one["target"] == name)


class Targets(unittest.TestCase):
    everywhere = {c["name"]: 10.0 for c in CELLS}

    def judged(self, more):
        return targets.judge(CELLS, steps("cuda/layers fp32", self.everywhere) + more, {"multiply_add_flops": 5e15})

    def test_a_target_met_in_every_cell_is_met_and_names_its_worst(self):
        eager = {name: 60.0 + i for i, name in enumerate(self.everywhere)}
        one = verdict(self.judged(steps("pytorch-eager fp32", eager)), "fp32 against PyTorch eager up to 2^17")
        self.assertEqual((one["met"], one["where"], one["met_cells"], one["cells"]), ("yes", "2^5/depth:2", 8, 8))
        self.assertAlmostEqual(one["worst"], 6.0)

    def test_one_slow_cell_is_enough_to_miss_it(self):
        theirs = {**self.everywhere, "2^22/depth:4": 9.0}
        one = verdict(self.judged(steps("jax-scan fp32", theirs)), "fp32 against JAX lax.scan")
        self.assertEqual((one["met"], one["where"], one["met_cells"]), ("no", "2^22/depth:4", 11))

    def test_what_was_not_measured_is_not_met(self):
        found = self.judged(steps("cudnn fp32", {"2^22/depth:2": 11.0}))
        self.assertEqual(verdict(found, "fp32 against cudnn, 2^22 to 2^25")["met"], "so far")
        self.assertEqual(verdict(found, "tf32 against cudnn, 2^22 to 2^25")["met"], "not measured")

    def test_the_share_of_the_peak_is_arithmetic_over_time(self):
        one = verdict(self.judged([]), "share of the measured fp32 peak at 2^25")
        self.assertAlmostEqual(one["worst"], 1e3 * 2**25 / 10e-6 / 5e15)
        self.assertEqual(one["met"], "no")

    def test_the_estimate_is_allowed_to_be_exceeded_by_three_tenths(self):
        one = verdict(self.judged([]), "fp32 against 1.3 times the estimate of fused layers")
        self.assertEqual(one["cells"], 10)  # 2^22 and 2^25 are estimated at depth 4 only
        self.assertAlmostEqual(one["worst"], 1.3)


class Report(unittest.TestCase):
    def written(self, files):
        with tempfile.TemporaryDirectory() as folder:
            raw = os.path.join(folder, "raw")
            os.mkdir(raw)
            for name, text in files.items():
                with open(os.path.join(raw, name), "w") as file:
                    file.write(text if isinstance(text, str) else "\n".join(map(json.dumps, text)))
            path = subprocess.run([sys.executable, os.path.join(HERE, "report.py"), raw, folder], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
            with open(path) as file, open(path[:-3] + ".json") as data:
                return os.path.basename(path), file.read(), json.load(data)

    def test_a_whole_run(self):
        energy = {"kind": "energy", "cell": "2^5/depth:2", "contender": "cuda/layers fp32", "channel": "gpu-0", "seconds": 4.0, "gross_j": 800.0, "idle_w": 110.0, "net_j": 360.0,
                  "net_uncertainty_j": 9.0, "gross_j_per_sample": 8e-5, "net_j_per_sample": 3.6e-5, "flags": ["baseline_drift"]}  # fmt: skip
        channel = {"kind": "channel", "name": "gpu-0", "reads": "gauge", "scope": "gpu", "refresh_s": 0.1, "refresh_measured": True, "detail": "power|field"}
        subject = {"kind": "subject", "subject": "cuda/layers fp32", "backend": "cuda", "ran": 9, "of": 10, "compared": 9, "refused": 0, "excused": 1, "wrong": 1,
                   "worst_share_of_tolerance": 0.5, "worst_case": "width 3", "refusals": []}  # fmt: skip
        name, text, data = self.written({
            "machine.jsonl": [{"kind": "machine", "date": "2026-11-21T10:00:00Z"}],
            "limits.jsonl": [{"kind": "limits", "gpu": "NVIDIA H200", "multiply_add_flops": 6e13, "copy_bytes_per_s": 4.3e12, "launch_in_graph_us": 1.3}],
            "cells.jsonl": CELLS,
            "bench.jsonl": steps("cuda/layers fp32", {"2^5/depth:2": 9.5}) + [{"kind": "step", "cell": "2^25/depth:4", "contender": "cuda/layers bf16", "not_run": "out of time"}],
            "torch.jsonl": steps("pytorch-graph fp32", {"2^5/depth:2": 38.0}),
            "check.jsonl": [{"kind": "mistake", "subject": "cuda/layers fp32", "case": "width 3", "what": "off by 1"}, subject,
                            {"kind": "groups", "subject": "cuda/solo fp32", "ran": 10, "of": 10, "compared": 9, "without_a_group": 0, "wrong": 0,
                             "worst_share_of_tolerance": 0.02, "longest_go_on_s": 0.1, "refusals": ["too large (1)"]}],
            "vendor.jsonl": [{"kind": "mistake", "subject": "vendor dnn", "what": "wrong"},
                             {"kind": "offer", "check": "dnn", "epilogue": "BIAS", "precision": "fp32", "had": 1, "of": 2, "on_tensor_cores": 0}],
            "memcheck.txt": "========= COMPUTE-SANITIZER\n========= ERROR SUMMARY: 0 errors\n",
            "campaign.jsonl": [channel, energy, {"kind": "idle", "channel": "gpu-0", "mean_w": 71.0, "standard_error_w": 0.4}],
            "barriers.jsonl": [{"kind": "barrier", "barrier": "cluster", "blocks": 8, "exchange": True, "clusters": 16, "us": 0.4},
                               {"kind": "barrier", "barrier": "cluster", "blocks": 16, "absent": "no cluster of this size fits"}],
            "replicas.jsonl": [{"kind": "small_cell", "name": "2^5/depth:2", "power": 5, "depth": 2, "parameters": 31},
                               {"kind": "replicas", "cell": "2^5/depth:2", "contender": "cpu fp32", "replicas": 1, "steps_per_s": 2e6},
                               {"kind": "replicas", "cell": "2^5/depth:2", "contender": "cuda/layers fp32", "replicas": 1, "steps_per_s": 1e5},
                               {"kind": "replicas", "cell": "2^5/depth:2", "contender": "cuda/solo fp32", "replicas": 132, "steps_per_s": 1.5e8, "longest_go_on_s": 0.11, "mean_go_on_s": 0.09},
                               {"kind": "replicas", "cell": "2^5/depth:2", "contender": "cuda/solo fp32", "replicas": 264, "not_run": "out of time"}],
            "ways.jsonl": [{"kind": "way", "cell": "2^5/depth:2", "replicas": 1, "chunk": 256, "together": 4, "quads": 1, "chosen": True, "reckoned_cycles": 1224, "step_us": 0.9},
                           {"kind": "way", "cell": "2^5/depth:2", "replicas": 1, "chunk": 128, "together": 1, "quads": 1, "chosen": False, "reckoned_cycles": 2160, "step_us": 0.6}],
            "mix.jsonl": [{"kind": "kernel", "module": "cuda", "name": "Judge", "registers": 40, "LDL": 2, "STL": 1}],
            "bench.stage": [{"kind": "stage", "stage": "bench", "status": "done", "seconds": 70, "why": ""}],
        })  # fmt: skip
        self.assertEqual(name, "2026-11-21-nvidia-h200.md")
        for said in ("| 2^5 | 2 | 3 3 | 9.50 |", "| cuda/layers fp32 | 9 of 10 |", "- cuda/layers fp32: width 3: off by 1", "- vendor dnn: wrong", "| dnn | BIAS | fp32 | 1 of 2 | 0 |", "memcheck: ERROR SUMMARY: 0 errors", "racecheck: did not end",
                     "no energy counter", "gpu-0 71.0 +- 0.4 W", "| 80.0 | 36.0 | baseline_drift |", "1 of 1 kernels use local memory", "cuda/layers bf16: out of time", "power/field",
                     "| cuda/solo fp32 | 10 of 10 | 9 | 0 | 0 | 0.020 | 0.100 |", "- cuda/solo fp32: too large (1)", "synccheck: did not end",
                     "| 2^5/depth:2 | 2,000,000 | 100,000 | 150,000,000 | 75.0 | 0.0900 | 0.110 |", "cuda/solo fp32, groups: out of time (1 cells: 2^5/depth:2 x 264)",
                     "against one core of the host, 2^5 to 2^11 | 75.0 at 2^5/depth:2 | >= 60 | 1 of 6 | so far |", "The backend said nothing of its crossovers.",
                     "| 2^5/depth:2 | 1 | 256, 4 x 4 | 0.900 | 128, 1 x 4 | 0.600 | 1.50 | 2 of 2 | 1,224 | - |", "mend lib/mlp/cuda/solo/plan.cpp", "Cycles were not measured",
                     "| cluster | 16 | - | no | no cluster of this size fits |", "A team kernel: not decided, because", "Targets that were not measured: fp32 against PyTorch eager",
                     "Stages that did not end: build (not run: out of time)",
                     "| fp32 against PyTorch with CUDA graphs | 4.00 at 2^5/depth:2 | >= 1 | 1 of 12 | so far |", "| bench | done | 70 |", "| torch | not run | 0 | out of time |"):  # fmt: skip
            self.assertIn(said, text)
        self.assertEqual(len(data["steps"]), 3)

    def test_a_run_that_was_stopped_early_and_left_half_a_line(self):
        name, text, data = self.written({"bench.jsonl": '{"kind": "step", "cell": "2^5/depth:2", "contender": "cuda/layers fp32", "median_us": 9}\n{"kind": "st'})
        self.assertEqual(name, "undated-no-gpu.md")
        self.assertIn("Nothing was measured.", text)
        self.assertEqual(len(data["steps"]), 1)


class Mix(unittest.TestCase):
    def test_instructions_are_counted_by_kernel_with_or_without_a_predicate(self):
        text = ("\tFunction : one\n        /*0000*/    LDC R1, c[0x0][0x28] ;   /* 0x00000a00ff017b82 */\n        /* 0x000fe20000000800 */\n"
                "        /*0010*/  @!P0 FFMA R1, R2, R3, R4 ;  /* 0x0 */\n        /*0020*/   FFMA.FTZ R1, R2, R3, R4 ;  /* 0x0 */\n"
                "\tFunction : two\n        /*0000*/   @P1 STL.64 [R1], R2 ;  /* 0x0 */\n")  # fmt: skip
        found = mix.instructions(text)
        self.assertEqual((found["one"]["instructions"], found["one"]["FFMA"], found["two"]["STL"]), (3, 2, 1))

    def test_resources_are_read(self):
        text = " Function one:\n  REG:128 STACK:64 SHARED:1024 LOCAL:0 CONSTANT[0]:700\n"
        self.assertEqual(mix.resources(text), {"one": {"registers": 128, "stack_bytes": 64, "shared_bytes": 1024}})

    def test_names_lose_what_all_have(self):
        self.assertEqual(mix.short("void ghee::mlp::cuda::kernel<ghee::mlp::cuda::Judge>(ghee::mlp::cuda::Judge::Work)"), "Judge")


if __name__ == "__main__":
    unittest.main()
