"""Encoded rows in a file instead of memory: written piece by piece, and sliced as an array."""

import contextlib
import glob
import platform
import shutil
import tempfile
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from errors import UserError
from runs import folder as runs


class RowsOnDisk:
    """An array of rows in a file, of which only the requested rows are read.

    `rows[start:stop]`, `rows[numbers]` and `np.asarray(rows)` are NumPy arrays.

    Args:
        path: path of a file that has only the values, row after row.
        shape: `(rows, ...)`.
        dtype: type of the values.
        folder: object to keep while the rows are in use, e.g. a `TemporaryFolder`.
    """

    def __init__(self, path, shape, dtype, folder=None):
        self.path, self.shape, self.dtype, self.folder = path, tuple(shape), np.dtype(dtype), folder

    @property
    def ndim(self):
        return len(self.shape)

    def __len__(self):
        return self.shape[0]

    @property
    def row_bytes(self):
        return self.dtype.itemsize * int(np.prod(self.shape[1:]))

    def __getitem__(self, rows):
        if not isinstance(rows, slice):
            return self.read_rows(np.asarray(rows))
        start, stop, step = rows.indices(len(self))
        if step != 1:
            return self.read_rows(np.arange(start, stop, step))
        count = max(0, stop - start)
        values = np.fromfile(
            self.path,
            self.dtype,
            count * self.row_bytes // self.dtype.itemsize,
            offset=start * self.row_bytes,
        )
        return values.reshape(count, *self.shape[1:])

    def read_rows(self, numbers):
        """Return rows by number, `(n,)`, or by True and False, read in the order of the file."""
        if numbers.dtype == bool:
            numbers = np.flatnonzero(numbers)
        values = np.empty((len(numbers), *self.shape[1:]), self.dtype)
        # Not mapped into memory: whole pages around each row would count as this process's memory.
        with open(self.path, "rb", buffering=0) as file:
            for index in np.argsort(numbers, kind="stable"):
                number = int(numbers[index])
                if not -len(self) <= number < len(self):
                    raise IndexError(f"row {number} of {len(self)}")
                file.seek(number % len(self) * self.row_bytes)
                row = np.frombuffer(file.read(self.row_bytes), self.dtype)
                values[index] = row.reshape(self.shape[1:])
        return values

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self[:], dtype)


def write_rows(examples, rows):
    """Write the inputs of many pieces to one file, in their order.

    The file is beside the runs, since a system's folder for temporary files may be in memory, and
    is removed with the process.

    Args:
        examples: iterator of `(inputs, [targets, ...], [weights, ...])`, see
            `training.arrays.encode_split`.
        rows: number of rows in all pieces.

    Returns: `(RowsOnDisk, [targets, ...], [weights, ...])`.

    Raises: UserError if it cannot be written, or if the number of rows is different.
    """
    answers, written = None, 0  # targets and weights, as one list
    try:
        folder = TemporaryFolder()
        with open(folder.path / "rows", "wb") as file:
            for x, y, w in examples:
                if not written:
                    check_room(rows * x[:1].nbytes)
                file.write(np.ascontiguousarray(x))
                answers = answers or [np.empty(rows, values.dtype) for values in (*y, *w)]
                for whole, piece in zip(answers, (*y, *w), strict=True):
                    whole[written : written + len(x)] = piece[: max(0, rows - written)]
                written += len(x)
    except OSError as error:
        raise UserError(
            f"the encoded rows cannot be written to {runs.format_path(runs.RUNS)}: "
            f"{error.strerror}. Set SAVED_MODELS to a folder with enough space"
        ) from None
    if written != rows:
        raise UserError(
            f"the table had {rows} training rows when it was first read, and {written} now. "
            "Start again"
        )
    inputs = RowsOnDisk(folder.path / "rows", (rows, *x.shape[1:]), x.dtype, folder)
    return inputs, answers[: len(y)], answers[len(y) :]


def check_room(size):
    """Raise UserError if the disk of the runs does not have this many bytes left."""
    free = shutil.disk_usage(runs.RUNS).free
    if size > free:
        raise UserError(
            f"the encoded rows need {size / 1e9:.1f} GB on disk, and "
            f"{runs.format_path(runs.RUNS)} has {free / 1e9:.1f} GB. "
            "Set SAVED_MODELS to a folder with enough space"
        )


class TemporaryFolder:
    """A folder beside the runs that is removed with this object.

    The folder of a process that was killed is removed by the next one on this machine.

    Attributes:
        path: path of the folder.
    """

    def __init__(self):
        runs.RUNS.mkdir(parents=True, exist_ok=True)
        with FileLock(runs.RUNS / "._rows.lock"):  # no run has a name that begins with _
            # Another machine's locks are not seen on every network drive.
            prefix = f"._rows-{platform.node()}-"
            for left in runs.RUNS.glob(f"{glob.escape(prefix)}*"):
                with contextlib.suppress(Timeout), FileLock(left / "lock", timeout=0):
                    shutil.rmtree(left, ignore_errors=True)
            self.folder = tempfile.TemporaryDirectory(
                prefix=prefix, dir=runs.RUNS, ignore_cleanup_errors=True
            )
            self.path = Path(self.folder.name)
            self.lock = FileLock(self.path / "lock")
            self.lock.acquire()
