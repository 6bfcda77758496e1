"""Runs that are loaded: TensorFlow starts with the first one, and a few are kept."""

import threading
from collections import OrderedDict

from page.requests import Refused
from runs import folder

KEPT = 6
LOCK = threading.Lock()
RUNS = OrderedDict()


def load(path):
    """Return the `runs.run.Run` of a folder, loaded once until the run is replaced.

    Raises: Refused if its SavedModel is a link to elsewhere; UserError if it is damaged.
    """
    with LOCK:
        changed = (path / "config.json").stat().st_mtime_ns
        if RUNS.get(path, (None, None))[0] != changed:
            RUNS[path] = (changed, read_run(path))
        RUNS.move_to_end(path)
        while len(RUNS) > KEPT:
            RUNS.popitem(last=False)
        return RUNS[path][1]


def read_run(path):
    """Return a run with its SavedModel in memory."""
    from training.device import start_tensorflow

    start_tensorflow()
    from runs.run import Run
    from runs.saved_model import find_newest

    if not folder.is_own(find_newest(path)):
        raise Refused(403, "the SavedModel of this run is a link that leads out of its folder")
    run = Run(path)
    run.saved_model  # noqa: B018  reports damage
    run.config  # noqa: B018
    return run
