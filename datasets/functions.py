"""Pairs of functions, input and output of an operator: on grids, or at scattered points."""

from typing import NamedTuple

import numpy as np

from datasets.dataset import Column, Dataset, Split, Target
from datasets.npz import list_arrays, read_npz
from datasets.paths import find_path
from datasets.split import split_at_random
from errors import UserError

AXES = ("x", "y")
TOLERANCE = 1e-3  # share of a step by which steps may differ, since points have few digits
MIN_ROWS = 10
MIN_POINTS = 8  # of an axis that is a grid


class Domain(NamedTuple):
    """Where functions are given.

    Args:
        axes: coordinates of a grid, an array for each of one or two; () for scattered points.
        points: `(points, coordinates)`, of a grid all of its points.
        periodic: whether a grid is periodic; it has no last end then.
    """

    axes: tuple
    points: np.ndarray
    periodic: bool = False

    @property
    def shape(self):
        """Shape of the values of one function."""
        return tuple(map(len, self.axes)) or (len(self.points),)

    @property
    def is_regular(self):
        """Whether it is a grid of equal steps."""
        steps = [np.diff(x) for x in self.axes]
        return bool(steps) and all(np.ptp(s) <= TOLERANCE * np.abs(s).mean() for s in steps)

    @property
    def low(self):
        return self.points.min(axis=0)

    @property
    def high(self):
        """High ends; a periodic grid ends a step after its last point."""
        high = self.points.max(axis=0)
        return high + (high - self.low) / (self.shape[0] - 1) if self.periodic else high

    def scale(self, points):
        """Return points scaled from 0 to 1."""
        return (points - self.low) / (self.high - self.low)

    def describe(self):
        if not self.axes:
            return f"{len(self.points)} scattered points, {self.points.shape[1]} coordinates"
        kind = "periodic grid" if self.periodic else "grid"
        return f"{' x '.join(map(str, self.shape))} points of a {kind}"


def make_grid(*axes, periodic=False):
    """Return the `Domain` of a grid."""
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))
    return Domain(tuple(axes), points, periodic)


def make_function_dataset(source, splits, domains, remarks=(), extra_splits=None, units=None):
    """Return a `datasets.dataset.Dataset` whose rows are pairs of functions.

    Args:
        source: where they come from, in words.
        splits: `Split` for training, validation and test, with functions `(rows, *grid)` and
            numbers `(rows,)` as inputs.
        domains: `Domain` of the inputs and of the outputs.
        remarks: lines for the user.
        extra_splits: test functions on other grids, by name.
        units: names of the axes of plots.
    """
    train = splits[0]
    columns = tuple(
        Column(name, "function", mean=float(x.mean()), std=float(x.std()) or 1.0,
               shape=find_open_shape(domains[0], x))
        for name, x in train.inputs.items()
    )  # fmt: skip
    targets = tuple(
        Target(name, mean=float(y.mean()), std=float(y.std()) or 1.0, shape=y.shape[1:])
        for name, y in train.targets.items()
    )
    context = dict(zip(("inputs", "outputs"), domains, strict=True))
    remarks = (f"inputs at {domains[0].describe()}, outputs at {domains[1].describe()}", *remarks)
    return Dataset(source, *splits, columns, targets, extra_splits or {}, remarks, context)


def find_open_shape(domain, values):
    """Return the shape of a row of an endpoint's input: a grid may have any length."""
    return () if values.ndim == 1 else (None,) * len(domain.axes) or domain.shape


def load_function_file(data, periodic, seed):
    """Load pairs of functions from the user's file, see `read_functions`, and split them."""
    path = find_path(data)
    inputs, targets, domains, remarks = read_functions(path, periodic)
    rows = len(next(iter(inputs.values())))
    if rows < MIN_ROWS:
        raise UserError(f"--data {path}: expected {MIN_ROWS} functions or more. Received: {rows}")
    splits = split_at_random(Split(inputs, targets), seed)
    for name, x in {**splits[0].inputs, **splits[0].targets}.items():
        if not 1e-30 < np.ptp(x) < 1e30:
            raise UserError(f"--data {path}: {name} has the same value everywhere. Remove it")
    return make_function_dataset(f"functions in {data}", splits, domains, remarks)


def read_functions(path, periodic, needs_outputs=True):
    """Read functions from an npz file.

    `x`, and `y` of two coordinates, are the axes of the grid of the inputs, from 0 to 1 in equal
    steps if they are missing; or `points`, `(points, coordinates)`, are scattered. If the outputs
    have a different grid or different points, `output_x`, `output_y` or `output_points` describe
    them. Arrays `output` or `output_NAME` are outputs, all others inputs, `(functions, *grid)`,
    `(functions, points)`, or `(functions,)` of numbers.

    Returns: inputs, outputs, two `Domain`, and remarks.

    Raises: UserError if the file is not like that, or a value is missing.
    """
    read_npz(path, ())
    names = list_arrays(path)
    arrays = dict(zip(names, read_npz(path, tuple(names)), strict=True))
    for name, x in arrays.items():
        if x.dtype.kind not in "iufb" or x.ndim == 0:
            raise UserError(
                f"--data {path}: expected {name} as numbers, a row for each function. "
                f"Received: {x.dtype} of the shape {x.shape}"
            )
        if not np.isfinite(x).all():
            place = ", ".join(map(str, np.argwhere(~np.isfinite(x))[0] + 1))
            raise UserError(
                f"--data {path}: {name} is missing or infinite at the place {place}. Fill it in, "
                "or leave the function out"
            )
    places = {n: arrays.pop(n) for n in list(arrays)
              if n.removeprefix("output_") in (*AXES, "points")}  # fmt: skip
    targets = {n: x for n, x in arrays.items() if n == "output" or n.startswith("output_")}
    inputs = {n: x for n, x in arrays.items() if n not in targets}
    functions = [n for n, x in inputs.items() if x.ndim > 1]
    if not functions or (needs_outputs and not targets):
        raise UserError(
            f"--data {path}: expected arrays (functions, points) as inputs, and others named "
            f"output or output_NAME. Received: {', '.join(names) or 'none'}"
        )
    domain = read_domain(path, places, "", inputs[functions[0]].shape[1:], periodic)
    own = any(name.startswith("output_") for name in places)
    first = next(iter(targets.values())).shape[1:] if targets else domain.shape
    output_domain = domain
    if own or first != domain.shape:
        output_domain = read_domain(path, places, "output_", first, periodic)
    check_functions(path, inputs | targets, domain, output_domain, set(targets))
    inputs, targets = ({n: x.astype("float32") for n, x in part.items()}
                       for part in (inputs, targets))  # fmt: skip
    return inputs, targets, (domain, output_domain), []


def read_domain(path, places, prefix, shape, periodic):
    """Return the `Domain` of functions of a shape."""
    if f"{prefix}points" in places:
        points = places[f"{prefix}points"].astype("float64")
        points = points[:, None] if points.ndim == 1 else points
        if points.ndim != 2 or (len(points),) != shape or not 1 <= points.shape[1] <= 3:
            raise UserError(
                f"--data {path}: expected {prefix}points (points, coordinates) of the functions' "
                f"{shape} points. Received: the shape {points.shape}"
            )
        return Domain((), points)
    axes = []
    for axis, count in zip(AXES, shape, strict=False):
        x = places.get(f"{prefix}{axis}", np.linspace(0, 1, count, endpoint=not periodic))
        axes.append(x.astype("float64"))
        if x.shape != (count,) or (np.diff(x) <= 0).any():
            raise UserError(
                f"--data {path}: expected {count} increasing numbers in {prefix}{axis}, since the "
                f"functions have the grid {shape}. Received: the shape {x.shape}"
            )
    if not 1 <= len(shape) <= len(AXES) or min(shape) < MIN_POINTS:
        raise UserError(
            f"--data {path}: expected functions on a grid of one or two coordinates with "
            f"{MIN_POINTS} points or more. Received: {shape}. Give scattered points by the array "
            f"{prefix}points"
        )
    return make_grid(*axes, periodic=periodic)


def check_functions(path, arrays, domain, output_domain, targets):
    """Raise UserError unless all arrays have the same rows, and the points of their domain."""
    rows = len(next(iter(arrays.values())))
    for name, x in arrays.items():
        shape = (output_domain if name in targets else domain).shape
        allowed = [(rows, *shape)] if name in targets else [(rows, *shape), (rows,)]
        if x.shape not in allowed:
            raise UserError(
                f"--data {path}: expected {name} of the shape {' or '.join(map(str, allowed))}, as "
                f"the other functions. Received: {x.shape}"
            )
