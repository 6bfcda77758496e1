"""The derivatives of all rows by all weights, in blocks that fit into memory."""

import tensorflow as tf

from models.taylor_network import dense_slopes

BLOCK = 2**26  # numbers of the Jacobian that are computed at once: half a gigabyte


def count_points(batch):
    """Return the number of points of each term."""
    return [part["locations"][0]["coordinates"].shape[1] for part in batch]


def split_batch(batch, rows, weights):
    """Split a batch into parts of each term's points whose Jacobian has `BLOCK` numbers at most.

    All parts but the last one are equally long, and the last one is hardly longer: there are two
    programs to compile.

    Args:
        batch: from `equations.system.System.prepare`.
        rows: number of rows of the whole batch.
        weights: number of weights.

    Returns: list of batches.
    """
    number = -(-rows * weights // BLOCK)
    if number <= 1:
        return [batch]

    def cut(part, count, block):
        start, size = block * (count // number), count // number
        stop = count if block == number - 1 else start + size
        cut_points = {name: part[name] for name in ("locations", "measured")}
        return part | tf.nest.map_structure(lambda values: values[:, start:stop], cut_points)

    counts = count_points(batch)
    return [
        [cut(part, count, block) for part, count in zip(batch, counts, strict=True)]
        for block in range(number)
    ]


def compute_jacobian(residuals, model, batch, variables, constants):
    """Return the rows of a term's expressions and their Jacobians.

    No point depends on another: one reverse pass of the sum of an expression's rows gives the
    derivative of each row by what enters the activations at its own point, and with what entered
    the layer there, by the layer's weights.

    Args:
        residuals: `equations.residuals.Residuals`.
        model: network; its weights may be those of a `keras.StatelessScope`. Only its dense layers
            are trainable.
        batch: from `Residuals.prepare`.
        variables: the model's trainable variables.
        constants: list of scalars.

    Returns: list of pairs `((points,), (points, weights))`, one for each expression.
    """
    points = tf.shape(batch["locations"][0]["coordinates"])[1]
    # Each row has constants of its own, so that no sum mixes them.
    constants = [tf.repeat(constant, points) for constant in constants]
    passes = []  # of dense layers: the layer, the series that enters it and the one that leaves it
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(constants)

        def watch(layer, x, z):
            tape.watch(z)
            passes.append((layer, x, z))

        rows = residuals.compute(model, batch, constants, watch)
        totals = [tf.reduce_sum(part) for part in rows]
    passed = [(layer, tf.nest.map_structure(tf.transpose, x)) for layer, x, _ in passes]
    jacobians = []
    for total in totals:
        slopes, by_constants = tape.gradient(
            total, ([z for *_, z in passes], constants), unconnected_gradients="zero"
        )
        slopes = tf.nest.map_structure(tf.transpose, slopes)
        columns = {id(variable): [] for variable in variables}
        for (layer, x), slope in zip(passed, slopes, strict=True):
            by_layer = dense_slopes(layer, x, slope)
            for variable, column in zip(layer.trainable_variables, by_layer, strict=True):
                columns[id(variable)].append(column)
        if not all(columns.values()):
            raise TypeError(
                "The Jacobian needs a network whose trainable layers are all dense. "
                "Use another layer, or an optimiser that needs the gradient alone."
            )
        by_weights = [tf.add_n(column) for column in columns.values()]
        by_constants = [slope[:, None] for slope in by_constants]
        jacobians.append(tf.concat([*by_weights, *by_constants], axis=1))
    return list(zip(rows, jacobians, strict=True))
