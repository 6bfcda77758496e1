"""What a run of hidden physics exports: the field, its derivatives, and the term of them."""

TRIMMED = 0.01  # share of the rows at either end of a derivative that a formula does not see


def export_hidden_physics(model, sizes, data):
    """Describe the endpoints `serve`, `derivatives` and `term`, in the user's units and float64.

    Args:
        model: from `models.hidden_physics.hidden_physics`, fitted.
        sizes: sizes of the scaled u_t, u, u_x, ..., from `training.hidden_term.HiddenTerm`.
        data: `tasks.hidden_field.HiddenField`.
    """
    import tensorflow as tf

    from datasets.dataset import Column
    from models.pinn import add_names, add_units
    from models.tape import tape_derivative
    from runs.endpoint import Endpoint, Export

    scales, names = data.scales, data.names
    units = scales.coordinates.values(), scales.unknowns.values()
    field = add_units(model.get_layer("pinn"), *units)
    named, term = add_names(field, data.coordinates, data.unknowns), model.get_layer("term")
    factors = tf.constant(sizes * data.units)  # of u_t, u, u_x, ...
    offsets = tf.one_hot(0, len(names), data.offset, dtype="float64")

    def serve(at):
        return named(at)

    def derivatives(at):
        columns = [at[name] for name in data.coordinates]
        orders = zip([*data.left, *names], data.indices, strict=True)
        return {name: tape_derivative(field, columns, index, 0) for name, index in orders}

    def answer(inputs):
        values = tf.stack([inputs[name] for name in names], axis=-1)  # (batch, order + 1)
        return {"N": factors[0] * term((values - offsets) / factors[1:])[:, 0]}

    coordinates = tuple(Column(name, dtype="float64") for name in data.coordinates)
    arguments = tuple(Column(name, dtype="float64") for name in names)
    endpoints = {
        "serve": Endpoint(serve, coordinates),
        "derivatives": Endpoint(derivatives, coordinates),
        "term": Endpoint(answer, arguments),
    }
    return Export(model, endpoints)


def list_derivatives(run, data):
    """Return derivatives of the field at the measured points, as a `datasets.dataset.Dataset`.

    Rows with an extreme derivative are left out: there are few, and at a shock they would decide.
    """
    import numpy as np

    from datasets.dataset import Column, Dataset, Split, Target
    from datasets.split import split_at_random

    at = {name: data.measurements[name] for name in data.coordinates}
    found = run.predict(at, "derivatives")
    values = {name: found[name] for name in data.names}
    kept = np.ones(data.rows, bool)
    for x in values.values():
        low, high = np.quantile(x, [TRIMMED, 1 - TRIMMED])
        kept &= (x >= low) & (x <= high)
    parts = split_at_random(Split({name: x[kept] for name, x in values.items()}, {}), 0)
    columns = tuple(Column(name, dtype="float64") for name in data.names)
    return Dataset(data.source, *parts, columns, (Target("N"),))
