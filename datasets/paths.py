"""Paths that the user names, and the files in a folder."""

import glob
from pathlib import Path

from errors import UserError, suggest


def find_path(data, option="--data", names=()):
    """Return the path given with an option; raise UserError if it does not exist.

    Args:
        data: the path.
        option: the option, for the message.
        names: what the option takes instead of a path, for the message.
    """
    path = Path(data).expanduser()
    if not path.exists():
        beside = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
        hint = suggest(path.name, [*beside, *names])
        hint += f" Names are: {', '.join(names)}" if names else ""
        raise UserError(f"{option} {path}: no such file or folder.{hint}")
    return path


def check_path(data, option, names=()):
    """Raise UserError if an option names a file or folder that does not exist, unless it is a
    pattern of names or a dataset of Kaggle."""
    if not data.startswith("kaggle:") and not glob.has_magic(data):
        find_path(data, option, names)


def list_files(folder):
    """Return all files below a folder, sorted, without pipes, devices and links out of it."""
    outside = set(list_outside_links(folder))
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and path not in outside]


def list_outside_links(folder):
    """Return the links below a folder that lead out of it: they could reveal other files."""
    inside = folder.resolve()
    return [
        path
        for path in folder.rglob("*")
        if path.is_symlink() and not path.resolve().is_relative_to(inside)
    ]
