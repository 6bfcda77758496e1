"""A run: one training of an experiment, a folder under `saved_models/` whose form is a promise."""

import contextlib
import json
import os
import re
import shutil
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout

from errors import Diverged, UserError, nearest
from training.distribution import is_chief
from whole import whole

RUNS = Path(os.environ.get("SAVED_MODELS", Path(__file__).parents[1] / "saved_models"))
FORMAT = 1
SNAPSHOT = "snapshot.npz"  # of a training under way
PARTS = {
    "format": int,
    "experiment": str,
    "options": dict,
    "data": dict,
    "training": dict,
    "versions": dict,
}


def place_of(name):
    """The folder a run of this name has; raise UserError for a name that cannot be one."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name):
        raise UserError(
            f"--name takes up to 100 letters, digits, '.', '_' and '-'. Received: {name!r}"
        )
    return RUNS / name


@contextlib.contextmanager
def writing(folder, overwrite=True, resume=False, chief=True):
    """Yield a folder beside the run's place, `.NAME.partial`, that is renamed into place at the end.

    If the process is killed, or interrupted, the folder stays, and with its last snapshot the training can go on. After
    any other failure it stays if it has a snapshot.

    Args:
        folder: the run's place.
        overwrite: whether an interrupted training of this name may be given up.
        resume: whether to go on with it.
        chief: whether this process writes; of several that train together the others read what is there.

    Raises: UserError if another process writes this run, if it exists, or if an interrupted training would be lost.
    """
    partial = beside(folder, "partial")
    if not chief:
        yield partial
        return
    with locked(folder):
        put_in_place(folder)
        if not (overwrite or resume) or folder.is_file():
            check_free(folder)
        if not resume:
            shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(exist_ok=True)
        try:
            yield partial
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if isinstance(error, Diverged) or not (partial / SNAPSHOT).exists():
                shutil.rmtree(partial, ignore_errors=True)
            raise
        (partial / SNAPSHOT).unlink(missing_ok=True)
        partial.rename(beside(folder, "complete"))
        with in_use(folder, timeout=600):
            put_in_place(folder)


@contextlib.contextmanager
def locked(folder):
    """Nobody else trains a run of this name meanwhile. The lock of a process that is killed opens by itself."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(beside(folder, "lock"), timeout=0).acquire()
    except Timeout:
        raise UserError(
            f"another process is training {shown(folder)}. Wait for its end, or give --name"
        ) from None
    except OSError as error:
        reason = error.strerror
        raise UserError(
            f"{shown(folder.parent)} cannot be written: {reason}. Set SAVED_MODELS to a folder of yours"
        ) from None
    with lock:
        yield


def check_free(folder):
    """Raise UserError where a run, or what is left of one, would be lost."""
    if folder.is_file():
        raise UserError(f"{shown(folder)} is a file, not a run. Give --name for another one")
    if folder.exists():
        raise UserError(
            f"the run {shown(folder)} exists. Give --overwrite to replace it, or --name for another one"
        )
    if (beside(folder, "partial") / SNAPSHOT).exists():
        raise UserError(
            f"a training of {shown(folder)} was interrupted: --resume {shown(folder)} goes on, --overwrite begins anew"
        )


def put_in_place(folder):
    """Move a run that is complete to its place: what is left to do, also of a process that was killed meanwhile."""
    complete, old = beside(folder, "complete"), beside(folder, "old")
    if complete.exists():
        shutil.rmtree(old, ignore_errors=True)
        if folder.exists():
            folder.rename(old)
        complete.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


@contextlib.contextmanager
def in_use(folder, timeout=0):
    """Nobody else changes or replaces a run meanwhile. Raises UserError if somebody does."""
    try:
        with FileLock(beside(folder, "use.lock"), timeout=timeout):
            yield
    except Timeout:
        raise UserError(
            f"another process is evaluating {shown(folder)}. Wait for its end"
        ) from None


def beside(folder, what):
    """A hidden neighbour of a run's folder."""
    return folder.with_name(f".{folder.name}.{what}")


def note(folder, **parts):
    """Add parts to the `config.json` of a run under way; raise UserError if it went on with other data than it began with."""
    if not is_chief():
        return
    path = folder / "config.json"
    noted = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    parts = json.loads(json.dumps(parts, default=str))
    if "data" in noted and parts.get("data", noted["data"]) != noted["data"]:
        raise UserError(
            "the data has changed since this training began, so it cannot go on. --overwrite begins anew"
        )
    write_json(path, {**noted, **parts})


def write_history(folder, history):
    """Write `history.csv`, a row an epoch."""
    pd.DataFrame(history).to_csv(folder / "history.csv", index_label="epoch")


def write_points(folder, names, points):
    """Write `collocation.csv`, the points where the equations were looked at last, a column a coordinate."""
    pd.DataFrame(points, columns=list(names)).to_csv(folder / "collocation.csv", index=False)


def write_json(path, content):
    with whole(path) as partial:
        partial.write_text(
            json.dumps(content, indent=2, default=str, ensure_ascii=False) + "\n", encoding="utf-8"
        )


def read_config(path, parts=PARTS):
    """The content of a run's `config.json`, given that file or the run's folder."""
    path = Path(path)
    if not path.exists() and beside(path, "complete").exists():
        with locked(path):
            put_in_place(path)
    config = path / "config.json" if path.is_dir() else path
    if not config.is_file():
        known = [run.name for run in runs()]
        raise UserError(
            f"{path} is not a run's folder: it has no config.json.{nearest(path.name, known)}"
        )
    try:
        content = tupled(json.loads(config.read_text(encoding="utf-8")))
    except (ValueError, OSError, RecursionError) as error:
        raise UserError(
            f"{config} is not the config.json of a run: {error}. Train it again with --overwrite"
        ) from None
    for part, kind in parts.items():
        if not (isinstance(content, dict) and isinstance(content.get(part), kind)):
            raise UserError(
                f"{config} is not the config.json of a run: it lacks {part!r}. Train it again with --overwrite"
            )
    if content["format"] != FORMAT:
        raise UserError(
            f"{config} has format {content['format']}; this version reads format {FORMAT}. Train it again"
        )
    return content


def tupled(content):
    """JSON knows lists only; options and descriptions are frozen, theirs are tuples."""
    if isinstance(content, dict):
        return {key: tupled(value) for key, value in content.items()}
    return tuple(map(tupled, content)) if isinstance(content, list) else content


def runs():
    """Folders of all finished runs, by name."""
    return sorted(path.parent for path in RUNS.glob("[!.]*/config.json"))


def shown(path):
    """A path as one types it: relative to where one stands, if it lies below."""
    path = Path(path).resolve()
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
