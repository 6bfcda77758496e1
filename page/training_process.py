"""The process of a training: `train.py` and then `evaluate.py`, whose output goes to the page.

Nothing is imported at the top that would read the folder of runs before it is set.
"""

import _thread
import io
import os
import signal
import sys
import threading

SCORE = "--score"  # instead of the words of a training
LINES = 200  # of progress, from which the page draws the loss


class Output(io.TextIOBase):
    """What a process prints, sent through a `multiprocessing` connection."""

    def __init__(self, connection):
        self.connection = connection

    def writable(self):
        return True

    def write(self, text):
        self.connection.send(("text", text))
        return len(text)


def run_training(connection, folder, name, words):
    """Train and score a run, or score it only; exit with the code of the last command.

    Args:
        connection: `multiprocessing` connection; what comes from it is a Ctrl-C.
        folder: folder of all runs.
        name: name of the run.
        words: words behind `python train.py`, or `[SCORE]`.
    """
    if hasattr(os, "setpgid"):  # Ctrl-C in the terminal reaches the page alone, which tells this
        os.setpgid(0, 0)
    os.environ["SAVED_MODELS"] = str(folder)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stdout = sys.stderr = Output(connection)
    threading.Thread(target=hear_stops, args=(connection,), daemon=True).start()
    from errors import report_errors

    if words != [SCORE]:
        with report_errors("train.py", "; Resume continues with what was trained so far"):
            connection.send(("stage", "training"))
            train_run(words)
    with report_errors("evaluate.py"):
        from evaluate import main as evaluate
        from runs.folder import run_folder

        connection.send(("stage", "scoring"))
        evaluate([str(run_folder(name))])


def train_run(words):
    """Train as `train.py` does."""
    from tasks.command import find_interrupted, parse_experiment
    from train import train
    from training import progress_line

    progress_line.LINES = LINES
    is_resumed = words[0] == "--resume"
    name, experiment = find_interrupted(words[1:]) if is_resumed else parse_experiment(words)
    train(name, experiment, resume=is_resumed)


def hear_stops(connection):
    """Turn each message into a Ctrl-C; so is the end of the page."""
    while True:
        try:
            connection.recv()
        except (EOFError, OSError):
            _thread.interrupt_main(signal.SIGINT)
            return
        _thread.interrupt_main(signal.SIGINT)
