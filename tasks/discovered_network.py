"""The endpoints of a network that learned measurements, of one run or of several."""


def export_network(model, data):
    """Describe the endpoints: `serve`, and `residual` if an equation was found.

    All numbers are float64. With several runs the name of a run is an input beside the coordinate,
    as in the user's table; of an unknown run all answers are NaN.

    Args:
        model: `equations.system.System` with the fitted weights, or the network if there is no
            equation.
        data: `tasks.measurements.MeasuredField`.
    """
    from equations.exported_residual import exported_residual
    from models.pinn import add_names
    from runs.endpoint import Endpoint, Export

    network = getattr(model, "model", None) or model
    inputs = describe_inputs(data)
    solution = add_names(network, data.problem.coordinates, data.unknowns)
    endpoints = {"serve": Endpoint(accept_runs(lambda at: solution(at), data), inputs)}
    if network is not model:
        endpoints["residual"] = Endpoint(accept_runs(exported_residual(model), data), inputs)
    return Export(solution, endpoints)


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
