"""Functions from one grid to others: matrices that are made from the length of the grid."""

from keras import ops

from models.fourier import find_angles, find_points

CUBIC = 4  # points of a cubic


def interpolate(values, places, periodic):
    """Interpolate functions on a grid from 0 to 1.

    Periodic functions are sums of the modes that the grid has, others piecewise cubics.

    Args:
        values: `(batch, *grid, channels)`, of one or two coordinates.
        places: list of coordinates, `(new points,)` for each axis of the new grid.
        periodic: whether the functions are periodic; the grid has no last end then.

    Returns: `(batch, *new grid, channels)`.
    """
    for axis, points in enumerate(places, 1):
        matrix = interpolation_matrix(ops.shape(values)[axis], points, periodic)
        values = ops.einsum(find_equation(axis, len(places)), matrix, values)
    return values


def interpolate_at_points(values, points, periodic):
    """Interpolate functions on a grid at points `(points, coordinates)`: `(batch, points,
    channels)`."""
    matrices = [
        interpolation_matrix(ops.shape(values)[axis + 1], points[:, axis], periodic)
        for axis in range(len(values.shape) - 2)
    ]
    if len(matrices) == 1:
        return ops.einsum("pn,bnc->bpc", matrices[0], values)
    return ops.einsum("px,bxyc,py->bpc", matrices[0], values, matrices[1])


def resample(values, shape, periodic):
    """Interpolate functions on a grid of a different shape, a list of lengths."""
    return interpolate(values, [find_points(count, periodic) for count in shape], periodic)


def average(values, shape):
    """Return averages of functions around the points of a coarser grid, which is not periodic.

    The averages are weighted by hats, which are 1 at a point and 0 at the next one. On a grid
    that is not coarser, this is a linear interpolation.

    Args:
        values: `(batch, *grid, channels)`, both ends included.
        shape: lengths of the new grid.
    """
    for axis, count in enumerate(shape, 1):
        matrix = hat_matrix(ops.shape(values)[axis], count)
        values = ops.einsum(find_equation(axis, len(shape)), matrix, values)
    return values


def find_equation(axis, dimension):
    """Return the product of a matrix with one axis of functions on a grid, for `einsum`."""
    return "mn,bnc->bmc" if dimension == 1 else ("mn,bnyc->bmyc", "mn,bxnc->bxmc")[axis - 1]


def hat_matrix(count, new_count):
    """Return the matrix from `count` grid points to averages at `new_count` ones."""
    points, new_points = find_points(count, False), find_points(new_count, False)
    steps = ops.cast(ops.minimum(count, new_count) - 1, "float32")
    hats = ops.maximum(1.0 - steps * ops.abs(new_points[:, None] - points), 0.0)
    _, weights = find_angles(count, ops.ones(1), False)
    total = hats * weights
    return total / ops.sum(total, axis=1, keepdims=True)


def interpolation_matrix(count, points, periodic):
    """Return the matrix from values on a grid of `count` points to those at points from 0 to 1."""
    return fourier_matrix(count, points) if periodic else cubic_matrix(count, points)


def fourier_matrix(count, points):
    """Return the matrix of the trigonometric polynomial through the points of a periodic grid.

    From a finer grid to a coarser one, modes that the coarser one does not have are left out.
    """
    modes = (ops.minimum(count, ops.shape(points)[0]) - 1) // 2
    numbers = ops.cast(ops.arange(1, modes + 1), "float32")
    at_grid, weights = find_angles(count, numbers, periodic=True)  # (modes, count)
    at_points = at_grid[:, 1:2] * ops.cast(count, "float32") * points
    product = ops.matmul(ops.transpose(ops.cos(at_points)), ops.cos(at_grid))
    product += ops.matmul(ops.transpose(ops.sin(at_points)), ops.sin(at_grid))
    return (1.0 + 2.0 * product) * weights


def cubic_matrix(count, points):
    """Return the matrix of cubics through the four grid points around each point."""
    position = points * ops.cast(count - 1, "float32")
    first = ops.clip(ops.cast(ops.floor(position), "int32") - 1, 0, count - CUBIC)
    t = position - ops.cast(first, "float32")  # (points,), from 0 to 3
    columns = ops.arange(count)
    total = 0.0
    for k in range(CUBIC):
        weight = 1.0
        for other in range(CUBIC):
            if other != k:
                weight *= (t - other) / (k - other)
        total += weight[:, None] * ops.cast(columns == (first + k)[:, None], "float32")
    return total
