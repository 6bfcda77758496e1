"""Encoded rows in a file instead of memory: written once, piece by piece, and read wherever an array would be sliced."""

import tempfile
from pathlib import Path

import numpy as np

from errors import UserError
from training import run

SHUFFLED_AT_ONCE = 2**26  # bytes
MOST_FILES = 200


class RowsOnDisk:
    """An array of rows in a file. It takes no memory but for what is asked of it.

    `rows[start:stop]` and `rows[numbers of rows]` are NumPy arrays, as is `np.asarray(rows)`, all of it.

    Args:
        path: of a file that holds the values and nothing else, row after row.
        shape: `(rows, ...)`.
        dtype: of the values.
        folder: what to keep as long as the rows are in use, e.g. a `tempfile.TemporaryDirectory`.
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
            return self.chosen(np.asarray(rows))
        start, stop, step = rows.indices(len(self))
        if step != 1:
            return self.chosen(np.arange(start, stop, step))
        count = max(0, stop - start)
        values = np.fromfile(
            self.path, self.dtype, count * self.row_bytes // self.dtype.itemsize, offset=start * self.row_bytes
        )
        return values.reshape(count, *self.shape[1:])

    def chosen(self, numbers):
        """Rows by number, `(n,)`, or by True and False; they are read in the order of the file."""
        if numbers.dtype == bool:
            numbers = np.flatnonzero(numbers)
        values = np.empty((len(numbers), *self.shape[1:]), self.dtype)
        # Not mapped into memory: pages around each row would come along and count as this process's own.
        with open(self.path, "rb", buffering=0) as file:
            for place in np.argsort(numbers, kind="stable"):
                number = int(numbers[place])
                if not -len(self) <= number < len(self):
                    raise IndexError(f"row {number} of {len(self)}")
                file.seek(number % len(self) * self.row_bytes)
                values[place] = np.frombuffer(file.read(self.row_bytes), self.dtype).reshape(self.shape[1:])
        return values

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self[:], dtype)


def on_disk(examples, rows):
    """Examples for a fit whose inputs are on disk, from those of many pieces.

    They come in a random order: tables are often sorted, and who reads an array block by block mixes neighbours only.

    Args:
        examples: an iterator of `(inputs, [targets, ...], [weights of rows, ...])`, see `training.fit.examples`.
        rows: how many they have together.

    Returns: `(RowsOnDisk, [targets, ...], [weights of rows, ...])`. The file is beside the runs, since a system's folder for
    temporary files may be in memory, and goes with the process.

    Raises: UserError if it cannot be written, or other rows come than were counted.
    """
    targets, weights = [], []
    try:
        run.RUNS.mkdir(parents=True, exist_ok=True)
        folder = tempfile.TemporaryDirectory(prefix=".rows-", dir=run.RUNS, ignore_cleanup_errors=True)
        shuffle = Shuffle(Path(folder.name), rows)
        for x, y, w in examples:
            shuffle.add(x)
            targets.append(y)
            weights.append(w)
        path, order = shuffle.finish()
    except OSError as error:
        raise UserError(
            f"the encoded rows cannot be written to {run.shown(run.RUNS)}: {error.strerror}. "
            "Set SAVED_MODELS to a folder with room"
        ) from None
    if len(order) != rows:
        raise UserError(f"the table had {rows} training rows when it was read first, and {len(order)} now. Let it be as it is")
    shuffled = ([np.concatenate(parts)[order] for parts in zip(*pieces, strict=True)] for pieces in (targets, weights))
    return RowsOnDisk(path, (rows, *x.shape[1:]), x.dtype, folder), *shuffled


class Shuffle:
    """Rows in a random order, all orders alike, though memory holds a part of them only.

    Each row goes to one of several files at random; then the rows of one file after the other are shuffled.

    Args:
        folder: for the files.
        rows: how many there will be.
    """

    def __init__(self, folder, rows):
        self.folder, self.rows, self.parts = folder, rows, []
        self.random = np.random.default_rng(0)

    def add(self, x):
        """Add `(n, ...)` rows."""
        self.like = x[:0]
        count = min(MOST_FILES, 1 + self.rows * x[:1].nbytes // SHUFFLED_AT_ONCE)
        part = self.random.integers(count, size=len(x), dtype="uint8")
        order = np.argsort(part, kind="stable")
        for number, chosen in enumerate(np.split(order, np.searchsorted(part[order], range(1, count)))):
            with open(self.folder / str(number), "ab") as file:
                file.write(x[chosen])
        self.parts.append(part)

    def finish(self):
        """Returns the path of the file of all rows, and which row of those added each of it is."""
        order, start = np.argsort(np.concatenate(self.parts), kind="stable"), 0
        with open(self.folder / "rows", "wb") as file:
            for path in sorted(self.folder.glob("[0-9]*"), key=lambda path: int(path.name)):
                x = np.fromfile(path, self.like.dtype).reshape(-1, *self.like.shape[1:])
                path.unlink()
                shuffled = self.random.permutation(len(x))
                file.write(x[shuffled])
                order[start : start + len(x)] = order[start : start + len(x)][shuffled]
                start += len(x)
        return self.folder / "rows", order
