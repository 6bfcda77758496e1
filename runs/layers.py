"""The layers of an exported network, as its report lists them."""

import keras


def describe_layers(model):
    """Return what `config.json` keeps of a `keras.Model`.

    Returns: `{"layers": rows, "parameters": number of weights, "imports": modules}`; a row is a
    layer's name, indented inside a network, its kind, the shape of one output row, and its number
    of weights. The modules have layers that are not Keras' own.
    """
    rows, modules = [], set()
    for depth, layer in walk(model):
        kind = type(layer)
        rows.append(["  " * depth + layer.name, kind.__name__, find_shape(layer), count(layer)])
        if not kind.__module__.startswith("keras."):
            modules.add(kind.__module__)
    total = sum(count(layer) for depth, layer in walk(model) if depth == 0)
    return {"layers": rows, "parameters": total, "imports": sorted(modules)}


def walk(model, depth=0):
    """Yield `(depth, layer)` of a network and of the networks inside it.

    Of the members of an ensemble, which are alike, only the first is looked into.
    """
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        yield depth, layer
        is_alike = layer.name.startswith("member_") and layer.name != "member_1"
        if isinstance(layer, keras.Model) and not is_alike:
            yield from walk(layer, depth + 1)


def count(layer):
    return sum(weight.shape.num_elements() for weight in layer.weights)


def find_shape(layer):
    """Return the shape of one row of a layer's output as text, "" for several outputs."""
    shape = getattr(getattr(layer, "output", None), "shape", None)
    return " x ".join(map(str, shape[1:])) if shape else ""
