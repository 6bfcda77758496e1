"""The endpoints of a network that learned measurements, of one run or of several."""

from typing import NamedTuple


class Solution(NamedTuple):
    """A network that learned measurements, and the equation that was found.

    Attributes:
        network: `keras.Model` of the scaled problem.
        problem: `equations.problem.Problem` in the user's units.
        constants: `{name: value}` of the coefficients in it; None if no equation was found.
    """

    network: object
    problem: object
    constants: dict | None


def export_network(solution, data):
    """Describe the endpoints: `serve`, and `residual` if an equation was found.

    All numbers are float64. With several runs the name of a run is an input beside the coordinate,
    as in the user's table; of an unknown run all answers are NaN.

    Args:
        solution: `Solution`.
        data: `tasks.measurements.MeasuredField`.
    """
    from equations.exported_residual import exported_residual
    from models.pinn import add_names, add_units
    from runs.endpoint import Endpoint, Export

    inputs, (network, problem, constants) = describe_inputs(data), solution
    scales = data.scales
    network = add_units(network, scales.coordinates.values(), scales.unknowns.values())
    named = add_names(network, problem.coordinates, problem.unknowns)
    endpoints = {"serve": Endpoint(accept_runs(lambda at: named(at), data), inputs)}
    if constants is not None:
        residual = exported_residual(network, problem, constants)
        endpoints["residual"] = Endpoint(accept_runs(residual, data), inputs)
    return Export(named, endpoints)


def describe_inputs(data):
    """Return the description of each input."""
    from datasets.dataset import Column

    coordinates = [Column(name, dtype="float64") for name in data.coordinates]
    if not data.run:
        return tuple(coordinates)
    if isinstance(data.runs[0], str):
        return Column(data.run, kind="category", vocabulary=data.runs), *coordinates
    return Column(data.run, dtype="float64"), *coordinates


def accept_runs(function, data):
    """Return a function that takes the name of a run instead of its number.

    Args:
        function: from `{coordinate: (n,)}`, the number of the run among them, to `{name: (n,)}`.
        data: `tasks.measurements.MeasuredField`.
    """
    import tensorflow as tf

    from equations.runs import RUN

    if not data.run:
        return function
    labels = tf.constant(data.runs, "string" if isinstance(data.runs[0], str) else "float64")

    def answer(inputs):
        same = tf.equal(inputs[data.run][:, None], labels)  # (n, runs)
        number = tf.cast(tf.argmax(tf.cast(same, "int32"), axis=1), "float64")
        known = tf.reduce_any(same, axis=1)
        at = {name: inputs[name] for name in data.coordinates} | {RUN: number}
        answers = function(at)
        return {
            name: tf.where(known, values, tf.constant(float("nan"), values.dtype))
            for name, values in answers.items()
        }

    return answer
