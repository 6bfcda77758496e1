"""What an operator network answers in raw units: on any grid, at any points, and in rollouts."""

import keras
import tensorflow as tf

from models.resampling import average, interpolate_at_points, resample


def make_answers(model, names, outputs, domains, shape, takes_any_grid, times=()):
    """Return functions for the endpoints `serve`, `at_points` and `rollout`.

    Args:
        model: network from `(batch, *grid, inputs)` to `(batch, *grid or points, outputs)`.
        names: names of the input functions and numbers.
        outputs: names of the output functions.
        domains: `datasets.functions.Domain` of "inputs" and "outputs".
        shape: grid of the training.
        takes_any_grid: whether the network takes other grids.
        times: duration, if the time from 0 on is a further coordinate of the network.

    Returns: the functions from `{name: tensor}` to `{name: tensor}`; `at_points` is None where the
    outputs are scattered and the network has no function of the coordinates.
    """
    source, target = domains["inputs"], domains["outputs"]
    grid, periodic = bool(source.axes), source.periodic
    same_grid = grid and target.axes and source.shape == target.shape
    trunk = find_trunk(model)
    keeps_grid = not grid or (takes_any_grid and not periodic and shape == source.shape)

    def stack(inputs):
        """Return all inputs as channels on one grid."""
        values = [tf.convert_to_tensor(inputs[name]) for name in names]
        like = next(x for x in values if x.shape.rank > 1)
        extra = like.shape.rank - 1
        values = [x if x.shape.rank > 1 else tf.reshape(x, [-1] + [1] * extra) for x in values]
        return tf.stack([x + tf.zeros_like(like) for x in values], axis=-1)

    def to_training_grid(x):
        if keeps_grid:
            return x
        is_average = not periodic and shape != source.shape
        x = average(x, shape) if is_average else resample(x, shape, periodic)
        return tf.ensure_shape(x, (None, *shape, len(names)))

    def answer_on_grid(x):
        y = model(to_training_grid(x), training=False)
        if target.axes:
            trained = shape if same_grid else target.shape
            y = tf.reshape(y, (-1, *trained, len(outputs))) if y.shape.rank == 3 else y
        return y

    def split(y):
        return dict(zip(outputs, tf.unstack(y, axis=-1), strict=True))

    def serve(inputs):
        x = stack(inputs)
        y = answer_on_grid(x)
        if same_grid and not keeps_grid:
            y = resample(y, [tf.shape(x)[axis + 1] for axis in range(len(shape))], periodic)
        return split(y)

    def at_points(inputs):
        x = stack(inputs)
        ends = (*target.low, *(0.0 for _ in times)), (*target.high, *times)
        low, high = (tf.constant(end, "float32") for end in ends)
        points = (inputs["points"] - low) / (high - low)
        if trunk is not None:
            return split(answer_by_trunk(model, trunk, to_training_grid(x), points))
        return split(interpolate_at_points(answer_on_grid(x), points, periodic))

    def rollout(inputs):
        """Return the input and the answers after 1, 2, ... steps, `(batch, steps + 1, *grid)`."""
        first = stack(inputs)
        sizes = [tf.shape(first)[axis + 1] for axis in range(len(shape))]
        steps = inputs["steps"]
        x = to_training_grid(first)
        states = tf.TensorArray("float32", steps + 1, element_shape=(None, *[None] * len(shape), 1))
        states = states.write(0, first)

        def step(number, x, states):
            y = model(x, training=False)
            y = tf.reshape(y, tf.shape(x))
            on_grid = y if keeps_grid else resample(y, sizes, periodic)
            return number + 1, tf.ensure_shape(y, x.shape), states.write(number + 1, on_grid)

        _, _, states = tf.while_loop(lambda number, *_: number < steps, step, (0, x, states))
        return split(tf.experimental.numpy.moveaxis(states.stack(), 0, 1))

    return serve, at_points if trunk is not None or target.axes else None, rollout


def find_trunk(model):
    """Return the layer of a DeepONet that has the network of coordinates; None without one."""
    found = [layer for layer in find_network(model).layers if layer.name == "trunk"]
    return found[0] if found else None


def find_network(model):
    """Return the network between scaled functions inside an operator."""
    return next(layer for layer in model.layers if isinstance(layer, keras.Model))


def answer_by_trunk(model, trunk, x, points):
    """Return the answers of a DeepONet at points from 0 to 1, in their own units."""
    branch = keras.Model(find_network(model).input, trunk.input)
    coefficients = branch(model.get_layer("scale")(x))
    return model.get_layer("units")(trunk(coefficients, points))
