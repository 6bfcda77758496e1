"""The training, or the scoring of a run, on the page: one at a time, in a process of its own."""

import collections
import contextlib
import multiprocessing
import signal
import threading
import time

import numpy as np

from errors import UserError, to_one_line
from page.answers import pack
from page.forms import read_form
from page.requests import Refused
from page.runs import find_own
from page.training_process import SCORE, run_training
from runs import folder
from runs.config import UNFINISHED, read_config
from runs.frames import FILE, read_frames
from training.progress_line import read_line

LAST_LINES = 400  # of the output that a visitor sees
CODES = {0: "done", 130: "stopped", -signal.SIGTERM: "stopped"}  # others are failures
SERVER = threading.Lock()  # two visitors may press Start at once


class Training:
    """A training, and what it has said so far.

    Args:
        topic: name of the topic.
        name: name of the run.
        words: words behind `python train.py`; `[SCORE]` to score a run that is there.
    """

    def __init__(self, topic, name, words):
        self.topic, self.name, self.words = topic, name, words
        self.state, self.stopping, self.started = "starting", False, time.time()
        self.lines, self.losses = collections.deque([""], LAST_LINES), {}
        context = multiprocessing.get_context("spawn")  # TensorFlow does not survive a fork
        self.connection, other = context.Pipe()
        arguments = other, str(folder.RUNS), name, words
        self.process = context.Process(target=run_training, args=arguments)
        self.process.start()
        other.close()
        self.listener = threading.Thread(target=self.listen, daemon=True)
        self.listener.start()

    @property
    def is_running(self):
        return self.state not in ("done", "stopped", "failed")

    def listen(self):
        """Hear what the process says until it ends."""
        try:
            while True:
                kind, text = self.connection.recv()
                if kind == "stage":
                    self.state = text
                else:
                    self.note(text)
        except (EOFError, OSError):
            self.process.join()
        self.state = CODES.get(self.process.exitcode, "failed")

    def note(self, text):
        """Keep the lines of a text, and the losses that they name."""
        first, *others = text.split("\n")
        self.lines[-1] += first
        for line in others:
            if found := read_line(self.lines[-1]):
                epoch, values = found
                for name, value in values.items():
                    if "loss" in name or name.endswith("distance"):
                        self.losses.setdefault(name, []).append([epoch, value])
            self.lines.append(line)

    def stop(self):
        """End the training after this step, as Ctrl-C does."""
        self.stopping = True
        with contextlib.suppress(OSError):  # it has just ended
            self.connection.send("stop")

    def pause(self):
        """End the process at once; the last snapshot stays, from which it can be resumed."""
        self.stopping = True
        self.process.terminate()

    def describe(self):
        """Return what the page shows."""
        path = folder.run_folder(self.name)
        shown = {
            name: [[epoch, value] for epoch, value in pairs if np.isfinite(value)]
            for name, pairs in self.losses.items()
        }
        return {
            "topic": self.topic, "name": self.name, "state": self.state, "stopping": self.stopping,
            "seconds": round(time.time() - self.started), "losses": shown,
            "output": "\n".join(map(to_one_line, self.lines)), "picture": self.find_picture(path),
            "complete": self.is_complete(path),
            "resumable": self.state == "stopped" and is_resumable(path),
        }  # fmt: skip

    def is_complete(self, path):
        """Whether the run has been written, and not an earlier one of its name."""
        config = path / "config.json"
        is_scored = self.words == [SCORE]
        return config.exists() and (is_scored or config.stat().st_mtime >= self.started)

    def find_picture(self, path):
        """Return the newest frame, of the training or of the run that it became; None without."""
        places = [folder.neighbour(path, "partial"), path]
        for place in places if self.state == "training" else places[::-1]:
            try:
                frames = read_frames(place / FILE)
            except UserError:  # the folder is being moved
                continue
            if frames is not None and (place / FILE).stat().st_mtime >= self.started:
                return describe_frame(frames)
        return None


def describe_frame(frames):
    """Return the last one of `runs.frames.Frames` for the page."""
    scene = frames.scene
    return {
        "kind": scene.kind, "panels": scene.panels, "labels": scene.labels,
        "axes": [pack(axis) for axis in scene.axes],
        "known": {name: pack(values) for name, values in scene.known.items()},
        "epoch": int(frames.epochs[-1]), "values": pack(frames.values[-1]),
    }  # fmt: skip


def is_resumable(path):
    return (folder.neighbour(path, "partial") / folder.SNAPSHOT).exists()


def list_interrupted():
    """Return `[{"name", "topic"}, ...]` of trainings that can be resumed."""
    found = []
    for path in sorted(folder.RUNS.glob(f".*.partial/{folder.SNAPSHOT}")):
        name = path.parent.name[1:].removesuffix(".partial")
        try:
            topic = read_config(path.parent, UNFINISHED)["experiment"]
        except UserError:
            continue
        found.append({"name": name, "topic": str(topic)})
    return found


def finish(server):
    """Wait for a training when the page ends; a further Ctrl-C pauses it."""
    training = getattr(server, "training", None)
    if not training or not training.is_running:
        return
    training.stop()
    print(
        f"{training.name} ends after this step, and the best weights so far are exported. "
        "Press Ctrl-C again to pause it.",
        flush=True,
    )
    try:
        training.listener.join()
    except KeyboardInterrupt:
        training.pause()
        training.listener.join()


# The routes


def start(request):
    """Train a topic with `values` of its form, or an interrupted run; or score a finished run."""
    content = request.content if isinstance(request.content, dict) else {}
    resumed, scored, topic = (content.get(key) for key in ("resume", "score", "topic"))
    values = content.get("values", {})
    if not isinstance(values, dict) or not isinstance(resumed or scored or topic, str):
        raise Refused(400, "a training needs a topic and the values of its form")
    with SERVER:
        running = getattr(request.server, "training", None)
        if running and running.is_running:
            raise Refused(409, f"{running.name} is training. Wait for its end, or stop it")
        if resumed:
            others = {one["name"]: one["topic"] for one in list_interrupted()}
            if resumed not in others:
                raise Refused(404, "there is no interrupted training of this name")
            name, topic = resumed, others[resumed]
            words = ["--resume", str(folder.run_folder(name))]
        elif scored:
            path = find_own(scored)
            name, topic, words = scored, read_config(path)["experiment"], [SCORE]
        else:
            words, name = read_form(request.server, topic, values, content.get("overwrite") is True)
        request.server.training = Training(topic, name, words)
    return request.server.training.describe()


def show(request):
    """Return the present training, and the interrupted ones."""
    training = getattr(request.server, "training", None)
    running = training.is_running if training else False
    return {
        "training": training.describe() if training else None,
        "interrupted": [
            one for one in list_interrupted() if not (running and one["name"] == training.name)
        ],
    }


def stop(request):
    """Stop the present training, or pause it."""
    training = getattr(request.server, "training", None)
    if not training or not training.is_running:
        raise Refused(409, "nothing is training")
    is_pause = isinstance(request.content, dict) and request.content.get("pause") is True
    (training.pause if is_pause else training.stop)()
    return training.describe()
