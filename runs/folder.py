"""The folder of a run: its name, its locks, and how a finished run is moved into its place.

A run is written to a hidden neighbour, `.NAME.partial`, and renamed to its place when it is
complete. Neither a crash nor a full disk damages a run that is already there.
"""

import contextlib
import os
import re
import shutil
from pathlib import Path

from filelock import FileLock, Timeout

from errors import Diverged, UserError
from runs.workers import is_chief

RUNS = Path(os.environ.get("SAVED_MODELS", Path(__file__).parents[1] / "saved_models"))
DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{d}{n}" for d in ("COM", "LPT") for n in range(1, 10))}
SNAPSHOT = "snapshot.npz"  # of an unfinished training


def is_own(path):
    """Return whether a path is in the folder of all runs."""
    return Path(path).resolve().is_relative_to(RUNS.resolve())


def run_folder(name):
    """Return the folder of a run; raise UserError for a name that cannot be one."""
    is_device = name.split(".")[0].upper() in DEVICES
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name) or name[-1] == "." or is_device:
        raise UserError(
            "--name must be 1 to 100 letters, digits, '.', '_' and '-', with no '.' at its end, "
            f"and no device of Windows. Received: {name!r}"
        )
    return RUNS / name


@contextlib.contextmanager
def write_folder(folder, overwrite=True, resume=False):
    """Yield a hidden folder beside `folder` that is renamed to it at the end.

    If the process is killed or interrupted, the hidden folder stays, and the training can go on
    from its last snapshot. After any other failure it stays if it has a snapshot.

    Args:
        folder: the run's folder.
        overwrite: replace a run, or an interrupted training, of this name.
        resume: continue the interrupted training.

    Raises: UserError if another process writes this run, if it exists, or if an interrupted
    training would be lost.
    """
    partial = neighbour(folder, "partial")
    if not is_chief():  # several machines train together; one of them writes
        yield partial
        return
    with lock_name(folder):
        left_over = neighbour(folder, "complete").exists()
        with lock_contents(folder, timeout=600) if left_over else contextlib.nullcontext():
            move_into_place(folder)
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
        for left_over in partial.glob(".*.partial"):  # of a process that was killed while writing
            left_over.unlink(missing_ok=True)
        partial.rename(neighbour(folder, "complete"))
        with lock_contents(folder, timeout=600):
            move_into_place(folder)


@contextlib.contextmanager
def lock_name(folder):
    """Hold an exclusive lock on the run's name; the system releases it if the process dies."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(neighbour(folder, "lock"), timeout=0).acquire()
    except Timeout:
        raise UserError(
            f"another process is training {format_path(folder)}. Wait for its end, or give --name"
        ) from None
    except OSError as error:
        raise UserError(
            f"{format_path(folder.parent)} cannot be written: {error.strerror}. "
            "Set SAVED_MODELS to a folder of your own"
        ) from None
    with lock:
        yield


@contextlib.contextmanager
def lock_contents(folder, timeout=0):
    """Hold an exclusive lock on the content of a finished run; raise UserError if another does."""
    try:
        with FileLock(neighbour(folder, "use.lock"), timeout=timeout):
            yield
    except Timeout:
        raise UserError(
            f"another process is evaluating {format_path(folder)}. Wait for its end"
        ) from None


def check_free(folder):
    """Raise UserError if a run, or what is left of an interrupted one, would be lost."""
    path = format_path(folder)
    if folder.is_file():
        raise UserError(f"{path} is a file, not a run. Choose a different --name")
    if folder.exists():
        raise UserError(
            f"the run {path} exists. Give --overwrite to replace it, or choose a different --name"
        )
    if (neighbour(folder, "partial") / SNAPSHOT).exists():
        raise UserError(
            f"a training of {path} was interrupted: --resume {path} continues it, "
            "--overwrite starts again"
        )


def move_into_place(folder):
    """Move a complete run into its place, including that of a process which was killed."""
    complete, old = neighbour(folder, "complete"), neighbour(folder, "old")
    if complete.exists():
        shutil.rmtree(old, ignore_errors=True)
        if folder.exists():
            folder.rename(old)
        complete.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def neighbour(folder, suffix):
    """Return a hidden path beside a run's folder."""
    return folder.with_name(f".{folder.name}.{suffix}")


def list_runs():
    """Return the folders of all finished runs, sorted by name."""
    return sorted(path.parent for path in RUNS.glob("[!.]*/config.json"))


def format_path(path):
    """Return a path as one types it: relative to the working directory if it lies below it."""
    path = Path(path).resolve()
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
