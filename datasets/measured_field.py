"""Values of functions at points, measured or as a reference, from a table, .npz or .mat file."""

import math
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from datasets.limits import check_size
from datasets.run_column import read_labels
from datasets.table_file import read_table
from errors import UserError

NUMBERS_OF_MATLAB = {
    *("double", "single", "logical", "int8", "int16", "int32", "int64"),
    *("uint8", "uint16", "uint32", "uint64"),
}


def read_field(path, coordinates, unknowns, run="", complete=True):
    """Read the values of unknown functions at points.

    In .npz and .mat files (MATLAB 5 to 7.2) a coordinate may be the axis of a grid, `(n,)`, and an
    unknown a matrix with an axis for each coordinate, in any order that fits. The name in the file
    may be longer, such as `tt` or `usol`, if only one name begins like this.

    Args:
        path: path of the file.
        coordinates: names of the coordinates; the file must have all of them.
        unknowns: names of the functions; the file must have at least one of them.
        run: name of the column that says to which run a row belongs; "" if there is none.
        complete: leave out rows in which a function is missing; otherwise only those without
            coordinates or any function.

    Returns: `{name: (rows,)}` as float64; NaN where a number is missing. The labels of the runs are
    numbers or text.

    Raises: UserError if the file cannot be read or a column is missing.
    """
    arrays = read_columns(path)
    columns = flatten(path, arrays, coordinates, unknowns)
    try:
        columns = {name: np.asarray(values, "float64") for name, values in columns.items()}
    except (TypeError, ValueError):
        raise UserError(
            f"{path}: expected numbers in {', '.join(columns)}. Received: text"
        ) from None
    known = {name: np.isfinite(values) for name, values in columns.items()}
    functions = [known[name] for name in columns if name not in coordinates]
    used = np.all(functions, axis=0) if complete else np.any(functions, axis=0)
    used &= np.all([known[name] for name in coordinates], axis=0)
    if run and run not in arrays:
        raise UserError(f"{path} has no column {run!r}. It has: {', '.join(map(str, arrays))}")
    if run:
        labels = read_labels(arrays[run])
        columns[run] = labels
        used &= labels != "" if labels.dtype == object else labels == labels
    if not used.any():
        raise UserError(f"{path}: every row has a missing number. Add complete rows")
    return {name: values[used] for name, values in columns.items()}


def read_columns(path):
    """Return all columns or arrays of the file by name; arrays are read when they are asked for."""
    suffix = Path(path).suffix.lower()
    if not Path(path).is_file():
        raise UserError(f"{path}: no such file")
    if suffix == ".mat":
        return Arrays(path, measure_mat, read_mat)
    if suffix == ".npz":
        return Arrays(path, measure_npz, read_npz)
    return {name: column.to_numpy() for name, column in read_table(path).items()}


class Arrays(Mapping):
    """The numeric arrays of a file, `{name: array}`; code in it does not run.

    Only the arrays that are asked for are unpacked, and only if all of them fit into memory.

    Args:
        path: path of the file.
        measure: function of the path that returns `{name: bytes}` of the numeric arrays.
        read: function of the path and a name that returns the array.

    Raises: UserError if the file cannot be read, or its arrays need too much memory.
    """

    def __init__(self, path, measure, read):
        self.path, self.read, self.arrays = path, read, {}
        self.bytes = self.attempt(measure, path)

    def attempt(self, function, *arguments):
        """Call a function of SciPy or NumPy, which raise errors of many types."""
        try:
            return function(*arguments)
        except Exception as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
            raise UserError(f"{self.path} cannot be read: {reason}") from None

    def __getitem__(self, name):
        if name not in self.arrays:
            self.bytes[name]  # a KeyError if there is no such array
            check_size(self.path, sum(self.bytes[other] for other in (name, *self.arrays)))
            self.arrays[name] = np.squeeze(self.attempt(self.read, self.path, name))
        return self.arrays[name]

    def __iter__(self):
        return iter(self.bytes)

    def __len__(self):
        return len(self.bytes)


def measure_npz(path):
    """Return `{name: bytes}` of the numeric arrays of an .npz file from their headers."""
    sizes = {}
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            with archive.open(member) as file:
                version = np.lib.format.read_magic(file)
                read_header = (
                    np.lib.format.read_array_header_1_0
                    if version == (1, 0)
                    else np.lib.format.read_array_header_2_0
                )
                shape, _, dtype = read_header(file)
            if dtype.kind in "fiuO":  # objects are refused when they are read
                size = math.prod(shape) * dtype.itemsize
                sizes[member.filename.removesuffix(".npy")] = max(size, member.file_size)
    return sizes


def read_npz(path, name):
    with np.load(path, allow_pickle=False) as file:
        return file[name]


def measure_mat(path):
    """Return `{name: bytes}` of the numeric arrays of a .mat file from their headers."""
    from scipy.io import whosmat

    numeric = NUMBERS_OF_MATLAB
    return {name: math.prod(shape) * 8 for name, shape, kind in whosmat(path) if kind in numeric}


def read_mat(path, name):
    from scipy.io import loadmat

    array = loadmat(path, variable_names=[name])[name]
    if array.dtype.kind not in "fiu":
        raise ValueError(f"{name} is not an array of real numbers")
    return array


def flatten(path, arrays, coordinates, unknowns):
    """Return columns of equal length, `{name: (rows,)}`; a grid becomes a row per point."""
    listed = ", ".join(map(str, arrays))
    axes = {name: find_array(arrays, name) for name in coordinates}
    if missing := [name for name, array in axes.items() if array is None]:
        raise UserError(f"{path}: {missing[0]!r} is missing. The file has: {listed}")
    values = {name: array for name in unknowns if (array := find_array(arrays, name)) is not None}
    if not values:
        raise UserError(f"{path} has none of {', '.join(unknowns)}. The file has: {listed}")
    first = next(iter(values.values()))
    if all(array.shape == first.shape for array in (*axes.values(), *values.values())):
        return {name: array.ravel() for name, array in (axes | values).items()}
    return flatten_grid(path, axes, values)


def flatten_grid(path, axes, values):
    """Return a row per point of a grid from its axes and from matrices of values."""
    shape = tuple(array.size for array in axes.values())
    for name, array in values.items():  # before the axes are multiplied
        if sorted(array.shape) != sorted(shape):
            raise UserError(
                f"{path}: expected the shape {shape} of the coordinates for {name}. "
                f"Received: {array.shape}"
            )
    mesh = np.meshgrid(*(array.ravel() for array in axes.values()), indexing="ij")
    columns = {name: array.ravel() for name, array in zip(axes, mesh, strict=True)}
    for name, array in values.items():
        if array.shape != shape:
            array = array.transpose([array.shape.index(length) for length in shape])
        columns[name] = array.ravel()
    return columns


def find_array(arrays, name):
    """Return the array of this name, or of the only name that begins with it, or None."""
    if name in arrays:
        return arrays[name]
    longer = [other for other in arrays if str(other).startswith(name)]
    return arrays[longer[0]] if len(longer) == 1 else None
