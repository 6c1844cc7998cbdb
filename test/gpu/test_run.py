"""test/gpu/run on a machine that is made up: its GPU, compiler and programs are scripts that answer, fail or hang as a test wants."""

import json
import os
import stat
import subprocess
import sys
import tempfile
import unittest

RUN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "run")

GOOD = {
    "gpu_limits": """echo '{"kind": "limits", "gpu": "Made Up 1", "multiply_add_flops": 1e13, "copy_bytes_per_s": 1e12, "launch_in_graph_us": 1, "multiprocessors": 140}'""",
    "gpu_barriers": """echo '{"kind": "barrier", "barrier": "grid", "blocks": 140, "exchange": true, "by": "a counter", "us": 1.5}'""",
    "gpu_replicas": """echo '{"kind": "replicas", "cell": "2^5/depth:2", "contender": "cuda/solo fp32", "replicas": 140, "steps_per_s": 1e8, "asked": "'"$*"'"}'""",
    "gpu_ways": """echo '{"kind": "way", "cell": "2^5/depth:2", "replicas": 140, "chunk": 256, "together": 4, "quads": 1, "chosen": true, "reckoned_cycles": 1200, "step_us": 0.8, "asked": "'"$*"'"}'""",
    "gpu_bench": """echo '{"kind": "cell", "name": "2^5/depth:2", "power": 5, "depth": 2, "widths": [3, 1], "flops": 29184, "steps": 256}'
[ "$1" = --list ] || echo '{"kind": "step", "cell": "2^5/depth:2", "contender": "cuda/layers fp32", "median_us": 9.5}'""",
    "gpu_check": "true",
    "gpu_vendor": "true",
    "gpu_campaign": "true",
}
# It "compiles" by copying what the test laid ready.
CMAKE = """for word in "$@"; do [ "$last" = -B ] && { mkdir -p "$word/programs" "$word/lib/ghee"; cp "$READY"/gpu_* "$word/programs"; }; last=$word; done"""
SMI = """case "$*" in *compute_cap*) echo 9.0 ;; *uuid*) echo GPU-0 ;; *) echo 1 ;; esac"""


class Run(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.programs = dict(GOOD)
        self.tools = {"nvidia-smi": SMI, "cmake": CMAKE, "nvcc": "echo 'Cuda compilation tools, release 13.0, V13.0.88'", "cuobjdump": "true",
                      "python": f'case "$*" in *find_spec*) exit 1 ;; esac; exec {sys.executable} "$@"',
                      "compute-sanitizer": 'while [ "${1#--}" != "$1" ]; do shift 2; done; exec "$@"'}  # fmt: skip

    def script(self, folder, name, text):
        path = os.path.join(folder, name)
        with open(path, "w") as file:
            file.write(f"#!/bin/bash\n{text}\n")
        os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)

    def run_it(self, *words):
        ready, tools, results = (os.path.join(self.folder.name, name) for name in ("ready", "tools", "results"))
        for folder, scripts in ((ready, self.programs), (tools, self.tools)):
            os.makedirs(folder)
            for name, text in scripts.items():
                self.script(folder, name, text)
        environment = {**os.environ, "PATH": f"{tools}:/usr/bin:/bin", "READY": ready, "CUDACXX": os.path.join(tools, "nvcc"), "PYTHON": os.path.join(tools, "python")}
        environment.pop("CUDA_VISIBLE_DEVICES", None)
        done = subprocess.run([RUN, "--build", os.path.join(self.folder.name, "build"), *words, results], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        found = [name for name in os.listdir(results) if name.endswith(".json")] if os.path.isdir(results) else []
        if not found:
            return done, {}
        with open(os.path.join(results, found[0])) as file:
            return done, json.load(file)

    def status(self, data, stage):
        return next(one["status"] for one in data["stages"] if one["stage"] == stage)

    def test_where_all_is_well_it_says_so_and_writes_both_files(self):
        done, data = self.run_it()
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual({one["stage"]: one["status"] for one in data["stages"] if one["stage"] not in ("torch", "jax")},
                         dict.fromkeys(("build", "check", "vendor", "memcheck", "racecheck", "synccheck", "mix", "limits", "barriers", "bench", "replicas", "ways", "campaign"), "done"))  # fmt: skip
        self.assertEqual(data["steps"][0]["median_us"], 9.5)
        self.assertEqual(data["barriers"][0]["us"], 1.5)
        self.assertIn("--replicas 140,280,560", data["replicas"][0]["asked"])  # multiples of its multiprocessors
        self.assertIn("--replicas 1,140", data["ways"][0]["asked"])
        self.assertEqual(data["choice"]["rows"][0]["ratio"], 1)
        self.assertEqual(len([name for name in os.listdir(os.path.join(self.folder.name, "results")) if name.endswith("-made-up-1.md")]), 1)

    def test_a_wrong_result_fails_it_and_the_rest_still_runs(self):
        self.programs["gpu_check"] = """echo '{"kind": "mistake", "subject": "cuda fp32", "case": "one", "what": "off"}'; exit 1"""
        done, data = self.run_it()
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertEqual((self.status(data, "check"), self.status(data, "bench")), ("failed", "done"))
        self.assertEqual(data["check"]["mistakes"][0]["case"], "one")

    def test_a_barrier_that_lets_somebody_pass_fails_it(self):
        self.programs["gpu_barriers"] = """echo '{"kind": "mistake", "subject": "gpu_barriers", "case": "grid", "what": "3 threads"}'; exit 1"""
        done, data = self.run_it()
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertEqual(data["check"]["mistakes"][0]["subject"], "gpu_barriers")

    def test_every_sanitizer_looks_at_solo(self):
        self.programs["gpu_check"] = """echo "$*" >&2; exit 3"""
        done, data = self.run_it()
        asked = {one["stage"]: one["why"] for one in data["stages"] if one["stage"].endswith(("memcheck", "racecheck", "synccheck"))}
        self.assertEqual(len(asked), 3)
        for words in asked.values():
            self.assertRegex(words, "--few --backends cuda/solo,cuda/layers")

    def test_a_program_that_hangs_is_stopped_and_what_it_said_is_kept(self):
        self.programs["gpu_campaign"] = """echo '{"kind": "idle", "channel": "gpu-0", "mean_w": 70, "standard_error_w": 1}'; sleep 1000"""
        done, data = self.run_it("--seconds", "20")
        self.assertEqual(done.returncode, 3, done.stdout)
        self.assertEqual(self.status(data, "campaign"), "stopped")
        self.assertEqual(data["campaign"][0]["mean_w"], 70)

    def test_what_does_not_fit_is_not_run_and_says_so(self):
        done, data = self.run_it("--seconds", "12")
        self.assertEqual(done.returncode, 3, done.stdout)
        self.assertEqual(self.status(data, "limits"), "not run")

    def test_without_a_sanitizer_or_a_peer_nothing_is_wrong(self):
        del self.tools["compute-sanitizer"]
        done, data = self.run_it()
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(self.status(data, "memcheck"), "absent")

    def test_without_the_program_of_ways_nothing_is_wrong(self):
        del self.programs["gpu_ways"]
        done, data = self.run_it()
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual((self.status(data, "ways"), data["ways"]), ("absent", []))

    def test_a_build_that_fails_ends_it(self):
        self.tools["cmake"] = "echo no such thing >&2; exit 1"
        done, _ = self.run_it()
        self.assertEqual(done.returncode, 1)
        self.assertIn("does not build", done.stdout)

    def test_without_a_gpu_it_is_skipped_in_one_line(self):
        del self.tools["nvidia-smi"]
        done, _ = self.run_it()
        self.assertEqual(done.returncode, 77)
        self.assertEqual(len(done.stdout.splitlines()), 1)
        self.assertIn("no GPU here", done.stdout)

    def test_bad_words_are_refused(self):
        for words in (("--nonsense",), ("--seconds", "soon")):
            with self.subTest(words=words):
                done = subprocess.run([RUN, *words], stderr=subprocess.PIPE, text=True)
                self.assertEqual((done.returncode, len(done.stderr.splitlines())), (2, 1))


if __name__ == "__main__":
    unittest.main()
