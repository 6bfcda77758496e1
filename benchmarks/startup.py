"""Start-up time of the commands, compared with `import keras` alone.

    python benchmarks/startup.py [repeats]

The table shows the median time and peak memory of five runs, each in a new process.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).parents[1]
COMMANDS = {
    'python -c "import keras"': ("-c", "import keras"),
    "train.py --help": (PROJECT / "train.py", "--help"),
    "train.py digits --help": (PROJECT / "train.py", "digits", "--help"),
    "train.py digits --epochs 1": (PROJECT / "train.py", "digits", "--epochs", "1", "--overwrite"),
    "evaluate.py of that run": (PROJECT / "evaluate.py", "{runs}/digits"),
}


def measured(words, runs):
    """Run Python with these arguments; return its wall time in seconds and peak memory in GB.

    Its runs are saved in the folder `runs`.
    """
    words = [sys.executable, *(str(word).format(runs=runs) for word in words)]
    environment = {**os.environ, "SAVED_MODELS": runs, "TF_CPP_MIN_LOG_LEVEL": "3"}
    silent = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
    start = time.perf_counter()
    process = os.posix_spawn(sys.executable, words, environment, file_actions=silent)
    _, status, used = os.wait4(process, 0)
    if status:
        raise RuntimeError(f"{' '.join(words)} failed")
    return time.perf_counter() - start, used.ru_maxrss / 1e6


def main(repeats=5):
    print("| command | seconds | / import keras | memory [GB] |\n|---|---|---|---|")
    alone = None
    with tempfile.TemporaryDirectory() as runs:
        for name, words in COMMANDS.items():
            seconds, memory = (
                statistics.median(x)
                for x in zip(*(measured(words, runs) for _ in range(repeats)), strict=True)
            )
            alone = alone or seconds  # the first row is the reference
            print(
                f"| `{name}` | {seconds:.2f} | {seconds / alone:.2f} | {memory:.2f} |", flush=True
            )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
