"""Values of unknown functions at points: measurements, or a solution to compare with, from a table, .npz or .mat file."""

from pathlib import Path

import numpy as np

from datasets.table_file import read_table
from errors import UserError


def read_field(path, coordinates, unknowns):
    """Read a field as a table.

    In .npz and .mat files (of MATLAB 5 to 7.2) a coordinate may be the axis of a grid, `(n,)`, and an unknown a matrix with an
    axis for each coordinate, in any order that fits. A name may also be written twice, `tt`, or go on, `usol`.

    Args:
        path: of the file.
        coordinates: names, all of which the file has to have.
        unknowns: names, of which it has to have at least one.

    Returns: `{name: (rows,)}` as float64, rows with a missing number left out.

    Raises:
        UserError: the file cannot be read, or lacks a column.
    """
    columns = flat(path, arrays_of(path), coordinates, unknowns)
    try:
        columns = {name: np.asarray(values, "float64") for name, values in columns.items()}
    except (TypeError, ValueError):
        raise UserError(f"{path} has text where numbers are wanted: {', '.join(columns)}") from None
    known = np.all([np.isfinite(values) for values in columns.values()], axis=0)
    if not known.any():
        raise UserError(f"{path} has no row without a missing number")
    return {name: values[known] for name, values in columns.items()}


def arrays_of(path):
    """All arrays or columns of the file by name."""
    suffix = Path(path).suffix.lower()
    if not Path(path).is_file():
        raise UserError(f"{path}: no such file")
    if suffix in (".npz", ".mat"):
        return read_arrays(path, suffix)
    return {name: column.to_numpy() for name, column in read_table(path).items()}


def read_arrays(path, suffix):
    """All numeric arrays of the file; nothing in it is run."""
    try:
        if suffix == ".mat":
            from scipy.io import loadmat

            found = loadmat(path)
        else:
            with np.load(path, allow_pickle=False) as file:
                found = {name: file[name] for name in file.files}
    except Exception as error:  # SciPy and NumPy raise what they like
        raise UserError(f"{path} cannot be read: {str(error).splitlines()[0][:200]}") from None
    return {
        name: np.squeeze(array)
        for name, array in found.items()
        if getattr(array, "dtype", np.dtype(object)).kind in "fiu"
    }


def flat(path, arrays, coordinates, unknowns):
    """Columns of equal length."""
    axes = {name: find(arrays, name) for name in coordinates}
    if missing := [name for name, found in axes.items() if found is None]:
        raise UserError(f"{path} lacks {missing[0]!r}. It has: {', '.join(map(str, arrays))}")
    values = {name: array for name in unknowns if (array := find(arrays, name)) is not None}
    if not values:
        raise UserError(
            f"{path} has none of {', '.join(unknowns)}. It has: {', '.join(map(str, arrays))}"
        )
    first = next(iter(values.values()))
    if all(array.shape == first.shape for array in (*axes.values(), *values.values())):
        return {name: array.ravel() for name, array in (axes | values).items()}
    lengths = [array.size for array in axes.values()]
    mesh = dict(
        zip(
            axes,
            np.meshgrid(*(array.ravel() for array in axes.values()), indexing="ij"),
            strict=True,
        )
    )
    for name, array in values.items():
        if sorted(array.shape) != sorted(lengths):
            raise UserError(
                f"{path}: {name} has the shape {array.shape}, wanted {tuple(lengths)} as its coordinates"
            )
        if array.shape != tuple(lengths):
            values[name] = array.transpose([array.shape.index(length) for length in lengths])
    return {name: array.ravel() for name, array in (mesh | values).items()}


def find(arrays, name):
    """The array of this name, or of the only name that begins with it."""
    if name in arrays:
        return arrays[name]
    alike = [other for other in arrays if str(other).startswith(name)]
    return arrays[alike[0]] if len(alike) == 1 else None
