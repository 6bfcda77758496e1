"""Arrays from npz files."""

import zipfile
import zlib

import numpy as np

from datasets.limits import check_size
from errors import UserError

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


def read_npz(path, *choices, also=""):
    """Read arrays of an npz file without unpickling: a pickle can run any code.

    Args:
        path: path of the file.
        choices: tuples of array names; the first tuple whose arrays all exist is read.
        also: what the option takes beside an npz, for the message, such as "a folder, or ".

    Returns: a list of arrays in the order of the names.

    Raises: UserError if the file is not an npz file or none of the choices is in it.
    """
    fewest = min(choices, key=len)
    arrays = f" with the arrays {', '.join(fewest)}" if fewest else ""
    expected = f"--data {path}: expected {also}an npz{arrays}"
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


def list_arrays(path):
    """Return the names of the arrays of an npz file that `read_npz` has read."""
    with np.load(path, allow_pickle=False) as arrays:
        return arrays.files
