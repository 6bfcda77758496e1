"""The processes that `benchmarks/physics.py` measures, and the file that remembers their figures."""

import csv
import hashlib
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

PROJECT = Path(__file__).parents[1]
PEER = PROJECT / "benchmarks" / "peers" / "solve_by_deepxde.py"
DIVERGED = 3  # exit code of a training that exported the best weights before
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


class Failed(Exception):
    """A process ended with an error; its last line."""


class Journal:
    """Figures of finished processes as lines of JSON: what is there is not measured again while the code is the same.

    Args:
        path: of the file; figures are appended.
        reuse: whether figures of earlier code count, too.
    """

    def __init__(self, path, reuse=False):
        self.path, self.known = Path(path), {}
        self.code = {"ours": fingerprint(False), "peer": fingerprint(True)}
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        for line in map(json.loads, lines):
            if reuse or line["code"] == self.code[line["of"]]:
                self.known[line["of"], line["key"]] = line["figures"]

    def figures(self, of, key, measure, *words):
        """What is known under a key, or else is measured.

        Args:
            of: "ours" or "peer".
            key: what tells one measurement from others.
            measure: called with the words; None to measure nothing.

        Returns: a dict; None if nothing is known or the process failed, which is told.
        """
        if (of, key) not in self.known and measure:
            print(f"measuring {of}: {key}", file=sys.stderr, flush=True)
            try:
                found = measure(*words)
            except Failed as failure:
                print(f"failed: {failure}", file=sys.stderr, flush=True)
                return None
            self.known[of, key] = found
            with self.path.open("a", encoding="utf-8") as file:
                file.write(
                    json.dumps({"of": of, "key": key, "code": self.code[of], "figures": found})
                    + "\n"
                )
        return self.known.get((of, key))


def fingerprint(peers):
    """Of the code that figures depend on: that of the peers, or that of the project."""
    folder = PROJECT / "benchmarks" / "peers" if peers else PROJECT
    paths = [path.relative_to(PROJECT) for path in sorted(folder.rglob("*.py"))]
    apart = () if peers else ("benchmarks", "docs", "tests", ".venv", "saved_models")
    content = b"".join(
        (PROJECT / path).read_bytes() for path in paths if path.parts[0] not in apart
    )
    return hashlib.sha256(content).hexdigest()[:12]


def ours(options, seed):
    """Train and evaluate: the `seconds` of the training's process from start to end, the largest `memory` it had in GB, the
    `compile seconds` among them, and the `metrics` of evaluate.py."""
    with tempfile.TemporaryDirectory() as runs:
        seconds, memory = trained(options, seed, runs)
        call([PROJECT / "evaluate.py", Path(runs) / "run"], runs)
        config, metrics = (
            json.loads((Path(runs) / "run" / name).read_text(encoding="utf-8"))
            for name in ("config.json", "metrics.json")
        )
        compiled = config["training"]["compile seconds"]
        return {
            "seconds": seconds,
            "memory": memory,
            "compile seconds": compiled,
            "metrics": metrics,
        }


def our_step(options, seed=0):
    """Milliseconds of an iteration of the optimiser, the median over epochs after the first."""
    with tempfile.TemporaryDirectory() as runs:
        trained(options, seed, runs)
        with (Path(runs) / "run" / "history.csv").open(encoding="utf-8") as file:
            rows = [
                (float(row["seconds"]), float(row["iteration"])) for row in csv.DictReader(file)
            ]
    each = [(b[0] - a[0]) / (b[1] - a[1]) for a, b in itertools.pairwise(rows)]
    return {"milliseconds": 1e3 * statistics.median(each)}


def trained(options, seed, runs):
    """Seconds of `train.py`, whose run is the folder `run`, and the largest memory it had in GB."""
    start = time.perf_counter()
    memory = call([PROJECT / "train.py", *options.split(), "--seed", seed, "--name", "run"], runs)
    return time.perf_counter() - start, memory


def call(words, runs):
    """Run Python; returns the largest memory of the process in GB."""
    words = [sys.executable, *map(str, words)]
    with tempfile.TemporaryFile("w+") as said:
        environment = {**os.environ, "SAVED_MODELS": str(runs)}
        process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, DIVERGED):
            said.seek(0)
            raise Failed((said.read().strip() or "no message").splitlines()[-1])
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e9


def peer(problem, name, setting, seed, grid, limit):
    """Train with DeepXDE for at most `limit` seconds: `curve`, pairs of seconds and error, and whether it `finished`."""
    lines, finished = deepxde(["solve", problem, name, seed, grid, time.time()], setting, limit)
    return {"curve": [(line["seconds"], line["error"]) for line in lines], "finished": finished}


def peer_step(problem, name, setting, steps=3000):
    """Milliseconds of an Adam step, the median over blocks of steps."""
    lines, _ = deepxde(["steps", problem, name, 0, steps], setting, limit=600)
    return lines[-1]


def deepxde(words, setting, limit):
    """The lines of JSON that DeepXDE's process prints until it ends or is stopped, and whether it ended by itself."""
    command = [sys.executable, str(PEER), *map(str, words)]
    environment = {**os.environ, "DDE_BACKEND": setting.backend}
    with tempfile.TemporaryFile("w+") as said:
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=said, text=True
        ) as process:
            stop = threading.Timer(limit, process.kill)
            stop.start()
            lines = [json.loads(line) for line in process.stdout if line.startswith('{"')]
            stop.cancel()
        said.seek(0)
        if process.returncode > 0:
            raise Failed((said.read().strip() or "no message").splitlines()[-1])
    if not lines:
        raise Failed(f"nothing to measure in {limit:g} s")
    return lines, process.returncode == 0
