"""Values of functions at points, measured or as a reference, from a table, .npz or .mat file."""

from pathlib import Path

import numpy as np

from datasets.run_column import read_labels
from datasets.table_file import read_table
from errors import UserError


def read_field(path, coordinates, unknowns, run=""):
    """Read the values of unknown functions at points.

    In .npz and .mat files (MATLAB 5 to 7.2) a coordinate may be the axis of a grid, `(n,)`, and an
    unknown a matrix with an axis for each coordinate, in any order that fits. The name in the file
    may be longer, such as `tt` or `usol`, if only one name begins like this.

    Args:
        path: path of the file.
        coordinates: names of the coordinates; the file must have all of them.
        unknowns: names of the functions; the file must have at least one of them.
        run: name of the column that says to which run a row belongs; "" if there is none.

    Returns: `{name: (rows,)}` as float64, without the rows in which a number is missing. The labels
    of the runs are numbers or text.

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
    complete = np.all([np.isfinite(values) for values in columns.values()], axis=0)
    if run:
        labels = read_labels(arrays[run])
        columns[run], known = labels, labels != "" if labels.dtype == object else labels == labels
        complete &= known
    if not complete.any():
        raise UserError(f"{path}: every row has a missing number. Add complete rows")
    return {name: values[complete] for name, values in columns.items()}


def read_columns(path):
    """Return all columns or arrays of the file by name."""
    suffix = Path(path).suffix.lower()
    if not Path(path).is_file():
        raise UserError(f"{path}: no such file")
    if suffix in (".npz", ".mat"):
        return read_arrays(path, suffix)
    return {name: column.to_numpy() for name, column in read_table(path).items()}


def read_arrays(path, suffix):
    """Return all numeric arrays of the file; code in it does not run."""
    try:
        if suffix == ".mat":
            from scipy.io import loadmat

            arrays = loadmat(path)
        else:
            with np.load(path, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
    except Exception as error:  # SciPy and NumPy raise errors of many types
        raise UserError(f"{path} cannot be read: {str(error).splitlines()[0][:200]}") from None
    return {
        name: np.squeeze(array)
        for name, array in arrays.items()
        if getattr(array, "dtype", np.dtype(object)).kind in "fiu"
    }


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
    mesh = np.meshgrid(*(array.ravel() for array in axes.values()), indexing="ij")
    columns = {name: array.ravel() for name, array in zip(axes, mesh, strict=True)}
    for name, array in values.items():
        if sorted(array.shape) != sorted(shape):
            raise UserError(
                f"{path}: expected the shape {shape} of the coordinates for {name}. "
                f"Received: {array.shape}"
            )
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
