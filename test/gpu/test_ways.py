"""What the report says of form solo's ways, from figures that are made up: the one that is taken is the quickest, or is not, or was not run, or none was."""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import report  # noqa: E402
import ways  # noqa: E402

LIMITS = {"highest_clock_mhz": 2000, "multiprocessors": 132}


def way(us, chosen=False, cell="2^8/depth:2", replicas=1, chunk=256, together=4, quads=1, cycles=4000.0):
    line = {"kind": "way", "cell": cell, "replicas": replicas, "chunk": chunk, "together": together, "quads": quads, "chosen": chosen, "reckoned_cycles": cycles}
    return {**line, "not_run": "out of time"} if us is None else {**line, "step_us": us}


class Ways(unittest.TestCase):
    def said(self, lines, limits=LIMITS):
        return report.ways({"choice": ways.compare(lines, limits)})

    def test_where_the_one_taken_is_the_quickest_nothing_is_to_be_mended(self):
        lines = [way(3.0, chosen=True), way(3.5, together=2), way(4.0, chunk=128, cycles=8000.0)]
        choice = ways.compare(lines, LIMITS)
        self.assertEqual((choice["rows"][0]["ratio"], choice["rows"][0]["timed"], choice["mend"]), (1.0, 3, []))
        text = self.said(lines)
        self.assertIn("| 2^8/depth:2 | 1 | 256, 4 x 4 | 3.00 | 256, 4 x 4 | 3.00 | 1.00 | 3 of 3 | 4,000 | 6,000 |", text)
        self.assertIn("Nowhere is another way that was measured more than 10 % quicker", text)
        # 6000 of 4000, 7000 of 4000, 8000 of 8000
        self.assertIn("at most 1.50 times the cycles that are reckoned (median of 3; 1.00 to 1.75)", text)

    def test_another_that_is_more_than_a_tenth_quicker_is_named(self):
        lines = [way(3.0, chosen=True), way(2.5, chunk=128, together=1, quads=2), way(5.0, chosen=True, cell="2^5/depth:2", replicas=132), way(4.6, cell="2^5/depth:2", replicas=132, together=1)]
        choice = ways.compare(lines, LIMITS)
        self.assertEqual([row["cell"] for row in choice["mend"]], ["2^8/depth:2"])
        self.assertIn("Another way is more than 10 % quicker at 2^8/depth:2 x 1 (128, 1 x 8 in place of 256, 4 x 4): mend lib/mlp/cuda/solo/plan.cpp.", self.said(lines))

    def test_cells_and_numbers_of_replicas_are_compared_each_with_their_own(self):
        lines = [way(3.0, chosen=True), way(1.0, replicas=132, together=2), way(1.0, chosen=True, replicas=132)]
        self.assertEqual([(row["replicas"], row["ratio"]) for row in ways.compare(lines, LIMITS)["rows"]], [(1, 1.0), (132, 1.0)])

    def test_what_was_not_run_is_not_judged(self):
        lines = [way(None, chosen=True), way(3.0, together=2)]
        row = ways.compare(lines, LIMITS)["rows"][0]
        self.assertEqual((row["ratio"], row["timed"], row["of"]), (None, 1, 2))
        text = self.said(lines)
        self.assertIn("| 256, 4 x 4 | - | 256, 2 x 4 | 3.00 | - | 1 of 2 |", text)
        self.assertIn("No way that is taken was measured.", text)
        self.assertNotIn("mend", text)

    def test_where_nothing_was_measured_it_says_so(self):
        self.assertEqual(self.said([]), "Nothing was measured.")
        self.assertEqual(self.said([way(None, chosen=True), way(None)]), "Nothing was measured.")

    def test_without_a_clock_or_with_shared_multiprocessors_there_are_no_cycles(self):
        for lines, limits in (([way(3.0, chosen=True)], {}), ([way(3.0, chosen=True, replicas=133)], LIMITS)):
            choice = ways.compare(lines, limits)
            self.assertEqual((choice["cycles"], choice["rows"][0]["chosen"]["cycles_at_most"]), (None, None))
            self.assertIn("Cycles were not measured", self.said(lines, limits))

    def test_what_was_left_out_is_told_once_a_cell(self):
        found = {"steps": [], "replicas": [], "ways": [way(3.0, chosen=True), way(None, together=1), way(None, together=2)]}
        self.assertEqual(report.left_out(found), "- cuda/solo fp32, ways: out of time (1 cells: 2^8/depth:2 x 1)")


if __name__ == "__main__":
    unittest.main()
