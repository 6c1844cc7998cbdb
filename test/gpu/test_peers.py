"""The peers on the processor, where PyTorch and JAX are: that they run and tell a step's time for every cell asked for.

usage: test_peers.py GPU_BENCH"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
BENCH = sys.argv.pop()


class Peers(unittest.TestCase):
    def told(self, module, program):
        if importlib.util.find_spec(module) is None:
            self.skipTest(f"{sys.executable} has no {module}")
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as cells:
            subprocess.run([BENCH, "--list"], stdout=cells, check=True)
            words = [os.path.join(HERE, "peers", program), cells.name, "--device", "cpu", "--cells", "2^25/depth:2", "--seconds", "0"]
            late = subprocess.run([sys.executable, *words], stdout=subprocess.PIPE, text=True, check=True).stdout
            words[-3:] = ["2^8/depth:2", "--each", "0", "--seconds", "300"]
            ran = subprocess.run([sys.executable, *words], stdout=subprocess.PIPE, text=True, check=True).stdout
        return [json.loads(line) for line in late.splitlines()], [json.loads(line) for line in ran.splitlines()]

    def check(self, module, program, contenders):
        late, ran = self.told(module, program)
        self.assertEqual([one["contender"] for one in ran], contenders)
        for one in ran:
            self.assertEqual((one["cell"], one["steps"]), ("2^8/depth:2", 256))
            self.assertGreater(one["median_us"], 0)
            self.assertLess(one["loss"], 2)  # of targets with mean square 1
        self.assertEqual([one["not_run"] for one in late], ["out of time"] * len(contenders))

    def test_pytorch(self):
        self.check("torch", "torch_steps.py", ["pytorch-eager fp32", "pytorch-eager tf32"])

    def test_jax(self):
        self.check("jax", "jax_scan.py", ["jax-scan fp32", "jax-scan tf32"])


if __name__ == "__main__":
    unittest.main()
