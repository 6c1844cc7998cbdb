"""What the fault tests share: a campaign in a folder of its own, who of ghee lives there, and whether a file is what it must be."""

import os
import shutil
import signal
import subprocess
import tempfile
import time

import h5py

PATIENCE = ["--worker-patience", "3", "--coordinator-patience", "3"]
# What a training must give again, to the last digit; times and energies are measured and differ.
SAME = ["config_id", "repeat", "seed", "epochs", "steps", "samples", "parameters", "widths", "backend", "train_loss", "test_loss",
        "test_accuracy", "outcome"]


def mpirun(ranks):
    return ["mpirun", "-n", str(ranks), "--oversubscribe", "--bind-to", "none", "--mca", "orte_abort_on_non_zero_status", "0"]


def can_launch(ghee):
    """Whether ranks can be started; says why not."""
    if b"without MPI" in subprocess.run([ghee, "--version"], capture_output=True, check=True).stdout:
        print("this ghee is built without MPI: ranks are not killed")
        return False
    if not shutil.which("mpirun"):
        print("no mpirun here: ranks are not killed (Debian: openmpi-bin)")
        return False
    return True


def rows(path):
    """By run_id, and their number; of a file that is not there yet: none."""
    if not os.path.exists(path):
        return {}, 0
    with h5py.File(path) as file:
        table = file["runs"][:]
    return {row["run_id"]: row for row in table}, len(table)


def complete(path):
    if not os.path.exists(path):
        return False
    with h5py.File(path) as file:
        return bool(file.attrs["complete"])


def environment(pid):
    with open(f"/proc/{pid}/environ", "rb") as file:
        return dict(entry.split(b"=", 1) for entry in file.read().split(b"\0") if b"=" in entry)


class Site:
    """A folder with one campaign, c.toml; goes at the end."""

    def __init__(self, ghee, campaign):
        self.ghee = os.path.abspath(ghee)
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="ghee-fault-"))
        with open(self.path("c.toml"), "w") as file:
            file.write(campaign)
        os.environ.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def log(self):
        with open(self.path("log")) as file:
            return file.read()

    def start(self, launcher, output):
        command = launcher + [self.ghee, "run", "c.toml", "-o", output, "--resume"] + PATIENCE
        return subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=open(self.path("log"), "ab"))

    def processes(self):
        """(pid, role) of everything of ghee that lives in the folder."""
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            try:
                if os.readlink(f"/proc/{name}/cwd") != self.folder:
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

    def kill_one(self, victim, dice):
        """kill -9 of one that plays this part; its pid, or None where nobody does just now."""
        found = [pid for pid, role in self.processes() if role == victim]
        try:
            if found:
                pid = dice.choice(found)
                os.kill(pid, signal.SIGKILL)
                return pid
        except ProcessLookupError:
            pass
        return None

    def problems(self, output, reference):
        """What is wrong with the file: runs lost, strange or twice, trained otherwise than undisturbed, without energy."""
        found, count = rows(self.path(output))
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

    def left_behind(self, patience=30):
        """Who still lives after the last launcher's end: nobody but the private daemon, which goes a few seconds after its last client."""
        others = [entry for entry in self.processes() if entry[1] != "daemon"]
        deadline = time.monotonic() + patience
        while list(self.processes()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return others or list(self.processes())
