"""Paths that the user names, the files in a folder, and arrays from npz files."""

import zipfile
import zlib
from pathlib import Path

import numpy as np

from datasets.limits import check_size
from errors import UserError, suggest

READ_ERRORS = (
    ValueError,
    KeyError,
    OSError,
    EOFError,
    MemoryError,
    OverflowError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)


def find_path(data):
    """Return the path given with `--data`; raise UserError if it does not exist."""
    path = Path(data).expanduser()
    if not path.exists():
        beside = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
        raise UserError(f"--data {path}: no such file or folder.{suggest(path.name, beside)}")
    return path


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


def read_npz(path, *choices):
    """Read arrays of an npz file without unpickling: a pickle can run any code.

    Args:
        path: path of the file.
        choices: tuples of array names; the first tuple whose arrays all exist is read.

    Returns: a list of arrays in the order of the names.

    Raises: UserError if the file is not an npz file or none of the choices is in it.
    """
    expected = (
        f"--data {path}: expected a folder, or an npz with the arrays {', '.join(choices[0])}"
    )
    if not zipfile.is_zipfile(path):
        raise UserError(f"{expected}. This file is not an npz (see numpy.savez), or it is damaged")
    try:
        with np.load(path, allow_pickle=False) as arrays:
            names = [names for names in choices if set(names) <= set(arrays.files)]
            if not names:
                raise UserError(f"{expected}. Received: {', '.join(arrays.files) or 'none'}")
            check_size(path, sum(arrays.zip.getinfo(f"{name}.npy").file_size for name in names[0]))
            return [arrays[name] for name in names[0]]
    except READ_ERRORS as error:
        raise UserError(f"{expected}. The content cannot be read: {error}") from None
