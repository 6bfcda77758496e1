"""Networks as functions of NumPy arrays: an answer of a run, or an output of a hidden layer."""

from errors import UserError, suggest


def wrap_answer(run, names, output, fixed, endpoint="serve"):
    """Return an answer of a run as a function of `(rows, inputs)` to `(rows,)`.

    Args:
        run: `runs.run.Run`.
        names: names of the inputs that vary.
        output: name of the answer.
        fixed: `{name: value}` of the other inputs.
        endpoint: name of the endpoint that gives it.
    """
    import numpy as np

    def answer(points):
        inputs = fill_inputs(points, names, fixed)
        return np.asarray(run.predict(inputs, endpoint)[output], "float64")

    return answer


def wrap_hidden_output(source, names, layer, number, fixed):
    """Return an output of a hidden layer as a function of `(rows, inputs)` to `(rows,)`.

    Args:
        source: `tasks.source_run.SourceRun` of a supervised experiment.
        names: names of the inputs that vary.
        layer: name of the hidden layer.
        number: number of the output, from 1.
        fixed: `{name: value}` of the other inputs.
    """
    import keras
    import numpy as np

    from models.columns import make_input_names
    from tasks.supervised import encoder_of

    columns = source.data.columns
    encoder, network = encoder_of(columns), find_network(source.run)
    hidden = keras.Model(network.input, network.get_layer(layer).output)
    keras_names = dict(zip([c.name for c in columns], make_input_names(columns), strict=True))

    def answer(points):
        inputs = {
            keras_names[name]: keras.ops.convert_to_tensor(
                np.asarray(x, object if isinstance(x[0], str) else "float32")
            )
            for name, x in fill_inputs(points, names, fixed).items()
        }
        return np.asarray(hidden(encoder(inputs)), "float64")[:, number - 1]

    return answer


def choose_hidden_output(run, layer, output):
    """Return the number of the output of a hidden layer that the user asks for.

    Args:
        run: `runs.run.Run`.
        layer: name of the hidden layer.
        output: number of its output, from 1, as text.

    Raises: UserError if there is no such layer or no such output.
    """
    units = count_units(find_network(run))
    if layer not in units:
        raise UserError(
            f"--layer must be one of {', '.join(units)}.{suggest(layer, units)} Received: {layer!r}"
        )
    number = int(output) if output.isdecimal() else 0
    if not 1 <= number <= units[layer]:
        raise UserError(
            f"--output must be a number from 1 to {units[layer]}, which output of {layer}. "
            f"Received: {output!r}"
        )
    return number


def find_network(run):
    """Return the network between encoder and answer in a run's Keras model."""
    import keras

    parts = [part for part in run.network.layers if isinstance(part, keras.Model)]
    if not parts:
        raise UserError(f"--layer: the network of the run {run.folder.name} has no hidden layers")
    return parts[-1]


def count_units(network):
    """Return `{layer: number of outputs}` of the layers that answer with one vector per row."""
    import keras

    outputs = {part.name: part.output for part in network.layers}
    return {
        name: output.shape[-1]
        for name, output in outputs.items()
        if isinstance(output, keras.KerasTensor) and len(output.shape) == 2
    }


def fill_inputs(points, names, fixed):
    """Return `{name: (rows,)}` of the inputs that vary and of those that stay fixed."""
    import numpy as np

    inputs = dict(zip(names, points.T, strict=True))
    return inputs | {name: np.full(len(points), value) for name, value in fixed.items()}
