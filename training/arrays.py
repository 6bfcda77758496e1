"""Between the user's rows and a network's arrays: encoded inputs in, answers in user units out."""

import numpy as np
import tensorflow as tf

from datasets.graph_rows import find_nodes, join_graphs, take_graphs
from models.columns import make_input_names

ROWS_AT_ONCE = 2**15


def encode_split(encoder, data, split, weights=None):
    """Return a split as `(inputs, [targets, ...], [weights of rows, ...])`.

    Args:
        encoder: `keras.Model` from named raw columns to what the network takes.
        data: `datasets.dataset.Dataset`, whose columns and targets describe the split.
        split: `datasets.dataset.Split`.
        weights: for each target the weight of each row; None for equal weights.
    """
    weights = weights or [np.ones(split.rows, "float32") for _ in data.targets]
    targets = [target.encode(split.targets[target.name]) for target in data.targets]
    return encode_inputs(encoder, data.columns, split), targets, weights


def encode_inputs(encoder, columns, split):
    """Return the inputs of a split as the network takes them; a picture stays as it is."""
    values = [split.inputs[column.name] for column in columns]
    if columns[0].kind in ("image", "array"):
        return values[0]
    rows = dict(zip(make_input_names(columns), values, strict=True))
    starts = range(0, max(split.rows, 1), ROWS_AT_ONCE)
    parts = [{name: x[a : a + ROWS_AT_ONCE] for name, x in rows.items()} for a in starts]
    # `predict` is far slower for a few rows; of several workers each would add its own copy.
    encoded = [encoder(tf.nest.map_structure(tf.convert_to_tensor, part)) for part in parts]
    return np.concatenate([np.asarray(x) for x in encoded])


def encode_graphs(encoder, rows):
    """Return graphs, padded rows as from `pad_graphs`, with encoded features of their nodes.

    Args:
        encoder: from `models.graph_network.node_encoder`.
        rows: `{"features": (graphs, nodes, features), "edges": ..., "nodes": ...}`.
    """
    parts = []
    for part in take_graphs(rows):
        union = {**join_graphs(part), "nodes": part["nodes"]}
        encoded = encoder([tf.constant(union[x]) for x in ("features", "edges", "graph", "nodes")])
        is_node = find_nodes(part)
        padded = np.zeros((*is_node.shape, encoded.shape[1]), "float32")
        padded[is_node] = encoded
        parts.append(padded)
    return {**rows, "features": np.concatenate(parts)}


def to_nest(names, inputs, targets, weights):
    """Return the nest that `keras.Model.train_step` takes: `(x, y, sample_weight)`."""
    return inputs, one_or_dict(names, targets), one_or_dict(names, weights)


def one_or_dict(names, items):
    """Return the only item, or a dictionary: Keras takes the item where there is one output."""
    return items[0] if len(items) == 1 else dict(zip(names, items, strict=True))


def feed_network(inputs, columns):
    """Return `{input name: tensor}` as the Keras model takes it, pixels of any type as floats."""
    named = zip(make_input_names(columns), (inputs[column.name] for column in columns), strict=True)
    return {name: x if x.dtype == tf.string else tf.cast(x, network_dtype(x)) for name, x in named}


def network_dtype(values):
    """Return the type in which a network takes numbers or pixels."""
    return tf.float64 if values.dtype == tf.float64 else tf.float32


def answer_in_user_units(outputs, targets):
    """Turn a network's outputs into named values and labels.

    Returns: for a regression T its values, and `T_std` if it is probabilistic; for a
    classification T the labels, and `T_probabilities`, `(rows, classes)`.
    """
    answers = {}
    for target in targets:
        x = outputs[target.name]
        if target.classes:
            labels, weights = tf.constant(list(target.classes)), target.decision_weights
            favoured = x * tf.constant(weights, x.dtype) if weights else x
            answers[target.name] = tf.gather(labels, tf.argmax(favoured, axis=-1))
            answers[f"{target.name}_probabilities"] = x
        elif target.probabilistic:
            answers[target.name], answers[f"{target.name}_std"] = x[:, 0], x[:, 1]
        else:
            answers[target.name] = x[:, 0] if x.shape[1:] == (1,) and not target.shape else x
    return answers
