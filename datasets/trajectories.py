"""Motion of bodies, split by trajectory: simulated by a law of force, or from the user's file."""

import math

import numpy as np

from datasets.bodies import LAWS, PROPERTIES, draw_motion, name_pair
from datasets.dataset import Column, Dataset, Split, Target
from datasets.npz import list_arrays, read_npz
from datasets.paths import find_path
from datasets.split import split_at_random
from errors import UserError

REQUIRED, OPTIONAL = ("positions", "times"), ("velocities", *PROPERTIES)
MIN_TRAJECTORIES = 10  # fewer are cut into pieces
MIN_TIMES = 3  # of a trajectory, and of a piece
MAX_BODIES = 200
PAIRS = 10_000  # of bodies, at which a force is looked at
TOLERANCE = 1e-3  # share of a step by which steps may differ, since times have few digits


def load_motion(data, law, trajectories, bodies, step, steps, seed):
    """Load trajectories, and split them.

    Args:
        data: npz file as `read_motion` takes it; "" to simulate.
        law: name of the law of the simulation, in `datasets.bodies.LAWS`.
        trajectories, bodies, step, steps: of the simulation, see `datasets.bodies.draw_motion`.
        seed: seed of the simulation, and of the split.

    Returns: a `datasets.dataset.Dataset` whose rows are trajectories: inputs `positions` and
    `velocities`, `(trajectories, times, bodies, dimensions)`, and properties, `(trajectories,
    bodies)`. The columns describe a state, and the context has the `step` in time.

    Raises: UserError if the file has no such trajectories, or no force acts in them.
    """
    remarks = []
    if data:
        motion, step, remarks = read_motion(find_path(data))
        source = f"trajectories in {data}"
    else:
        motion = draw_motion(LAWS[law], trajectories, bodies, step, steps, seed)
        source = f"{trajectories} trajectories simulated by leapfrog, law: {law}"
    motion, pieces = cut_into_pieces(motion)
    _, times, bodies, dimensions = motion["positions"].shape
    remarks.insert(0, f"{times} states of {bodies} bodies in {dimensions} dimensions, every "
                   f"{step:g}")  # fmt: skip
    if pieces > 1:
        remarks.append(f"each trajectory is cut into {pieces} pieces, which are split at random")
    columns = tuple(
        Column(name, "bodies", dtype="float64",
               shape=(None,) if name in PROPERTIES else (None, dimensions))
        for name in motion
    )  # fmt: skip
    parts = split_at_random(Split(motion, {}), seed)
    data = Dataset(source, *parts, columns, remarks=tuple(remarks), context={"step": step})
    sizes = find_sizes(data)
    if not all(np.isfinite(size) and size > 0 for size in sizes.values()):
        raise UserError(
            f"{source}: the bodies move straight, or are all at the same place, or their numbers "
            "are too large. There is no force to learn"
        )
    return data


def read_motion(path):
    """Read trajectories from an npz file.

    It has positions, `(trajectories, times, bodies, dimensions)`, or `(times, bodies, dimensions)`
    of a single trajectory, and times, `(times,)`, in equal steps. It may have velocities, of the
    shape of the positions, and mass and charge, `(bodies,)` or `(trajectories, bodies)`. Without
    velocities these are central differences of the positions, as in leapfrog.

    Returns: `{name: array}`, the step in time, and remarks for the user.

    Raises: UserError if the file is not like that.
    """
    positions, times = read_npz(path, REQUIRED)
    arrays = list_arrays(path)
    found = tuple(name for name in OPTIONAL if name in arrays)
    motion = {"positions": positions} | dict(zip(found, read_npz(path, found), strict=True))
    step = check_times(times, path)
    if positions.ndim == 3:
        motion |= {name: motion[name][None] for name in ("positions", "velocities")
                   if name in motion}  # fmt: skip
    check_shapes(motion, times, path)
    shape = motion["positions"].shape
    motion = {
        name: np.broadcast_to(x, (shape[0], shape[2])) if name in PROPERTIES else x
        for name, x in motion.items()
    }
    motion = {name: np.array(x, "float64") for name, x in motion.items()}
    check_values(motion, path)
    remarks = []
    if "velocities" not in motion:
        x = motion["positions"]
        motion = {
            "positions": x[:, 1:-1],
            "velocities": (x[:, 2:] - x[:, :-2]) / (2 * step),
        } | {name: motion[name] for name in found}
        remarks.append("velocities are central differences of the positions")
    if unused := sorted(set(arrays) - {*REQUIRED, *OPTIONAL}):
        remarks.append(f"arrays that are not used: {', '.join(unused)}")
    return motion, step, remarks


def check_times(times, path):
    """Return the step in time; raise UserError unless times are in equal steps."""
    where = f"--data {path}: times"
    if times.ndim != 1 or len(times) < MIN_TIMES or times.dtype.kind not in "iuf":
        raise UserError(
            f"{where}: expected {MIN_TIMES} numbers or more, (times,). Received: {times.dtype} of "
            f"the shape {times.shape}"
        )
    times = times.astype("float64")
    if not np.isfinite(times).all():
        raise UserError(f"{where}: number {np.isfinite(times).argmin() + 1} is missing or infinite")
    steps = np.diff(times)
    if (steps <= 0).any():
        k = int((steps <= 0).argmax())
        raise UserError(
            f"{where} must increase. Received: {times[k]:g}, then {times[k + 1]:g}. Sort the states"
        )
    step = (times[-1] - times[0]) / len(steps)
    if np.abs(steps - step).max() > TOLERANCE * step:
        raise UserError(
            f"{where} must be in equal steps. Received: steps from {steps.min():g} to "
            f"{steps.max():g}. Interpolate the trajectories"
        )
    return float(step)


def check_shapes(motion, times, path):
    """Raise UserError unless the arrays are numbers that fit each other."""
    positions = motion["positions"]
    shape = positions.shape
    if positions.ndim != 4 or not positions.size or shape[1] != len(times) or shape[2] < 2:
        raise UserError(
            f"--data {path}: expected positions (trajectories, times, bodies, dimensions) of 2 "
            f"bodies or more, at {len(times)} times. Received: the shape {shape}"
        )
    if shape[2] > MAX_BODIES:
        raise UserError(
            f"--data {path}: expected at most {MAX_BODIES} bodies, since all pairs act on each "
            f"other. Received: {shape[2]}"
        )
    for name, x in motion.items():
        fitting = ((shape[2],), (shape[0], shape[2])) if name in PROPERTIES else (shape,)
        if x.dtype.kind not in "iuf" or x.shape not in fitting:
            raise UserError(
                f"--data {path}: expected {name} as numbers of the shape "
                f"{' or '.join(map(str, fitting))}. Received: {x.dtype} of the shape {x.shape}"
            )


def check_values(motion, path):
    """Raise UserError for values that are missing, and for masses that are not positive."""
    for name, x in motion.items():
        if not np.isfinite(x).all():
            place = np.argwhere(~np.isfinite(x))[0] + 1
            axes = ("trajectory", "body") if x.ndim == 2 else ("trajectory", "time", "body")
            where = ", ".join(f"{axis} {k}" for axis, k in zip(axes, place, strict=False))
            raise UserError(
                f"--data {path}: {name} of {where} is missing or infinite. Fill it in, or leave "
                "the trajectory out"
            )
    if "mass" in motion and not (motion["mass"] > 0).all():
        raise UserError(
            f"--data {path}: a mass must be larger than 0. Received: {motion['mass'].min():g}"
        )


def cut_into_pieces(motion):
    """Cut few long trajectories into pieces, of which some can validate and others test.

    Returns: the arrays, and the number of pieces of each trajectory.

    Raises: UserError if the pieces have too few states.
    """
    count, times = motion["positions"].shape[:2]
    pieces = -(-MIN_TRAJECTORIES // count)
    length = times // pieces
    if length < MIN_TIMES:
        raise UserError(
            f"{count} trajectories of {times} states are too few: expected {MIN_TRAJECTORIES} "
            "trajectories, or longer ones, which can be cut"
        )
    if pieces == 1:
        return motion, 1

    def cut(x):
        return x[:, : pieces * length].reshape(count * pieces, length, *x.shape[2:])

    parts = {
        name: np.repeat(x, pieces, axis=0) if name in PROPERTIES else cut(x)
        for name, x in motion.items()
    }
    return parts, pieces


def list_properties(split):
    """Return the names of the bodies' properties."""
    return tuple(name for name in PROPERTIES if name in split.inputs)


def list_steps(split, step):
    """Return the states before and after each step, and the mean acceleration in it.

    Returns: positions before and after, and the acceleration (v' - v) / step, `(steps, bodies,
    dimensions)` each, and `{property: (steps, bodies)}`, of all trajectories.
    """
    x, v = split.inputs["positions"], split.inputs["velocities"]
    parts = x[:, :-1], x[:, 1:], np.diff(v, axis=1) / step
    steps = x.shape[1] - 1
    properties = {n: np.repeat(split.inputs[n], steps, axis=0) for n in list_properties(split)}
    return *(part.reshape(-1, *x.shape[2:]) for part in parts), properties


def list_distances(positions):
    """Return the distance of each pair of bodies, `(..., pairs)`."""
    first, second = np.triu_indices(positions.shape[-2], 1)
    return np.linalg.norm(positions[..., first, :] - positions[..., second, :], axis=-1)


def find_sizes(data):
    """Return typical values of training rows: the "distance" of the two nearest bodies, as the
    median of all states, and root mean squares of the "acceleration" and of each property."""
    before, _, acceleration, properties = list_steps(data.train, data.context["step"])
    with np.errstate(over="ignore", invalid="ignore"):
        sizes = {"distance": float(np.median(list_distances(before).min(axis=-1)))}
        for name, x in ({"acceleration": acceleration} | properties).items():
            sizes[name] = float(np.sqrt(np.mean(np.square(x))))
    return sizes


def list_pairs(data):
    """Return pairs of bodies at a distance each, whose force is to be found, as a `Dataset`.

    The typical value of a property is its root mean square: the mean of charges may be 0, and with
    it the force.
    """
    names, sizes = name_pair(list_properties(data.train)), find_sizes(data)
    columns = [Column("distance", dtype="float64", limits=(0.0, math.inf))]
    columns += [Column(name, dtype="float64", mean=sizes[name[:-2]]) for name in names[1:]]

    def choose(split, rows):
        x = split.inputs["positions"]
        distances = list_distances(x)  # (trajectories, times, pairs)
        chosen = np.random.default_rng(0).integers(distances.shape, size=(rows, 3)).T
        bodies = [ends[chosen[2]] for ends in np.triu_indices(x.shape[2], 1)]
        values = [distances[tuple(chosen)]]
        for name in list_properties(split):
            values += [split.inputs[name][chosen[0], body] for body in bodies]
        return Split(dict(zip(names, values, strict=True)), {})

    parts = (choose(part, PAIRS) for part in (data.train, data.validation, data.test))
    return Dataset(data.source, *parts, tuple(columns), (Target("force"),))
