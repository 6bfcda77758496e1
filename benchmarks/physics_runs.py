"""Processes that `benchmarks/physics.py` measures, and the file in which figures are saved."""

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
DIVERGED = 3  # exit code of a training whose loss became NaN; its best weights are exported
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


class Failed(Exception):
    """A process ended with an error; the message is its last line."""


class Journal:
    """Figures of finished processes as lines of JSON, reused as long as the code is unchanged.

    Args:
        path: path of the file; figures are appended.
        reuse: whether to reuse figures of earlier code.
    """

    def __init__(self, path, reuse=False):
        self.path, self.known = Path(path), {}
        self.code = {"ours": fingerprint(False), "peer": fingerprint(True)}
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        for line in map(json.loads, lines):
            if reuse or line["code"] == self.code[line["of"]]:
                self.known[line["of"], line["key"]] = line["figures"]

    def figures(self, of, key, measure, *words):
        """Return saved figures, or measure and save them.

        Args:
            of: "ours" or "peer".
            key: unique name of the measurement.
            measure: function that is called with `words`; None to measure nothing.

        Returns: a dict; None if there are no figures or the process failed, which is reported.
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
    """Return a hash of the code that figures depend on: that of the peers or of this project."""
    folder = PROJECT / "benchmarks" / "peers" if peers else PROJECT
    paths = [path.relative_to(PROJECT) for path in sorted(folder.rglob("*.py"))]
    apart = () if peers else ("benchmarks", "docs", "tests", ".venv", "saved_models")
    content = b"".join(
        (PROJECT / path).read_bytes() for path in paths if path.parts[0] not in apart
    )
    return hashlib.sha256(content).hexdigest()[:12]


def ours(options, seed):
    """Train and evaluate.

    Returns: wall `seconds` of the training's process, its peak `memory` in GB, the `compile
    seconds` included in the time, and the `metrics` of evaluate.py.
    """
    with tempfile.TemporaryDirectory() as runs:
        seconds, memory = trained(options, seed, runs)
        call([PROJECT / "evaluate.py", Path(runs) / "run"], runs)
        config, metrics = (
            json.loads((Path(runs) / "run" / name).read_text(encoding="utf-8"))
            for name in ("config.json", "metrics.json")
        )
        compiled = config["compile_seconds"]
        return {
            "seconds": seconds,
            "memory": memory,
            "compile_seconds": compiled,
            "metrics": metrics,
        }


def our_step(options, seed=0):
    """Return the milliseconds of an optimiser step, the median over epochs after the first."""
    with tempfile.TemporaryDirectory() as runs:
        trained(options, seed, runs)
        with (Path(runs) / "run" / "history.csv").open(encoding="utf-8") as file:
            rows = [
                (float(row["seconds"]), float(row["iteration"])) for row in csv.DictReader(file)
            ]
    each = [(b[0] - a[0]) / (b[1] - a[1]) for a, b in itertools.pairwise(rows)]
    return {"milliseconds": 1e3 * statistics.median(each)}


def trained(options, seed, runs):
    """Train a run named `run`; return the wall time in seconds and the peak memory in GB."""
    start = time.perf_counter()
    memory = call([PROJECT / "train.py", *options.split(), "--seed", seed, "--name", "run"], runs)
    return time.perf_counter() - start, memory


def call(words, runs):
    """Run Python and return the peak memory of the process in GB."""
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
    """Train with DeepXDE for at most `limit` seconds.

    Returns: a `curve` of pairs of seconds and error, and whether the training `finished`.
    """
    lines, finished = deepxde(["solve", problem, name, seed, grid, time.time()], setting, limit)
    return {"curve": [(line["seconds"], line["error"]) for line in lines], "finished": finished}


def peer_step(problem, name, setting, steps=3000):
    """Return the milliseconds of an Adam step, the median over blocks of steps."""
    lines, _ = deepxde(["steps", problem, name, 0, steps], setting, limit=600)
    return lines[-1]


def deepxde(words, setting, limit):
    """Run DeepXDE in a process for at most `limit` seconds.

    Returns: the JSON lines that it printed, and whether it finished in time.
    """
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
        raise Failed(f"no figures within {limit:g} s")
    return lines, process.returncode == 0
