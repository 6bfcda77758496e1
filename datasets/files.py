"""Files that the user names: there, or the nearest ones suggested; arrays out of npz files."""

import zipfile
import zlib
from pathlib import Path

import numpy as np

from datasets.limits import check_size
from errors import UserError, nearest


def existing(data):
    """The path behind `--data`; raise UserError if there is nothing."""
    path = Path(data).expanduser()
    if not path.exists():
        beside = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
        raise UserError(f"--data {path}: no such file or folder.{nearest(path.name, beside)}")
    return path


def files_inside(folder):
    """All files below a folder, by name; pipes and devices are left out, and what `links_out_of` it."""
    outside = set(links_out_of(folder))
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and path not in outside]


def links_out_of(folder):
    """The links below a folder that a stranger may have made to show what lies elsewhere."""
    inside = folder.resolve()
    return [
        path
        for path in folder.rglob("*")
        if path.is_symlink() and not path.resolve().is_relative_to(inside)
    ]


def read_arrays(path, *choices):
    """Arrays of an npz file, never unpickled: a pickle runs whatever its author put in.

    Args:
        path: of the file.
        choices: tuples of names, the first of which that is there is read.

    Returns: a list of arrays in the order of the names.

    Raises: UserError for a file of another form.
    """
    wanted = f"--data {path}: wanted a folder, or an npz with the arrays {', '.join(choices[0])}"
    if not zipfile.is_zipfile(path):
        raise UserError(f"{wanted}, as numpy.savez writes it. This is neither, or it is damaged")
    try:
        with np.load(path, allow_pickle=False) as arrays:
            names = [names for names in choices if set(names) <= set(arrays.files)]
            if not names:
                raise UserError(f"{wanted}. Received: {', '.join(arrays.files) or 'none'}")
            check_size(path, sum(arrays.zip.getinfo(f"{name}.npy").file_size for name in names[0]))
            return [arrays[name] for name in names[0]]
    except (
        ValueError,
        KeyError,
        OSError,
        EOFError,
        MemoryError,
        OverflowError,
        RuntimeError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise UserError(f"{wanted}. Its content cannot be read: {error}") from None
