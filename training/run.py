"""A run: one training of an experiment, a folder under `saved_models/` whose form is a promise."""

import contextlib
import json
import os
import re
import shutil
import tempfile
from pathlib import Path

from errors import UserError, nearest

RUNS = Path(os.environ.get("SAVED_MODELS", Path(__file__).parents[1] / "saved_models"))
FORMAT = 1


def check_name(name, overwrite):
    """Return the folder a run of this name will have; raise UserError for a bad name or one that is taken."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name):
        raise UserError(f"--name takes up to 100 letters, digits, '.', '_' and '-'. Received: {name!r}")
    folder = RUNS / name
    if folder.is_file():
        raise UserError(f"{shown(folder)} is a file, not a run. Give --name for another one")
    if folder.exists() and not overwrite:
        raise UserError(f"the run {shown(folder)} exists. Give --overwrite to replace it, or --name for another one")
    return folder


@contextlib.contextmanager
def writing(folder):
    """Yield a folder beside the run's place; renamed into place at the end, removed if anything fails before."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        reason = error.strerror
        raise UserError(f"{shown(folder.parent)} cannot be written: {reason}. Set SAVED_MODELS to a folder of yours") from None
    partial.chmod(0o777 & ~current_umask())  # mkdtemp hides it from everybody else
    try:
        yield partial
        if folder.exists():
            old = partial.with_name(f"{partial.name}-old")
            folder.rename(old)
            partial.rename(folder)
            shutil.rmtree(old)
        else:
            partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def current_umask():
    umask = os.umask(0)
    os.umask(umask)
    return umask


def write_json(path, content):
    """Write beside and rename, so that a file is whole or not there."""
    partial = Path(path).with_suffix(".partial")
    partial.write_text(json.dumps(content, indent=2, default=str, ensure_ascii=False) + "\n", encoding="utf-8")
    partial.replace(path)


def read_config(path):
    """The content of a run's `config.json`, given that file or the run's folder."""
    path = Path(path)
    config = path / "config.json" if path.is_dir() else path
    if not config.is_file():
        known = [run.name for run in runs()]
        raise UserError(f"{path} is not a run's folder: it has no config.json.{nearest(path.name, known)}")
    try:
        content = tupled(json.loads(config.read_text(encoding="utf-8")))
    except (ValueError, OSError) as error:
        raise UserError(f"{config} is not the config.json of a run: {error}. Train it again with --overwrite") from None
    parts = {"format": int, "experiment": str, "options": dict, "data": dict, "training": dict, "versions": dict}
    for part, kind in parts.items():
        if not (isinstance(content, dict) and isinstance(content.get(part), kind)):
            raise UserError(f"{config} is not the config.json of a run: it lacks {part!r}. Train it again with --overwrite")
    if content["format"] != FORMAT:
        raise UserError(f"{config} has format {content['format']}; this version reads format {FORMAT}. Train it again")
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
