"""What one neuron has learned: its weights, its mistakes, and a layer beside work by hand."""

from typing import NamedTuple

import numpy as np

from lectures.activation_table import TABLE
from lectures.perceptron import (
    add_one,
    bound_mistakes,
    compute_loss,
    find_margin,
    find_minimum,
    measure_angle,
)


class Comparison(NamedTuple):
    """Rosenblatt's rule and gradient descent on the same points.

    Args:
        mistakes, descent: rows of tables.
        by_epoch: mistakes in each epoch of the first order.
        by_step: `(steps, loss above the smallest one)`.
    """

    mistakes: list
    descent: list
    by_epoch: np.ndarray
    by_step: tuple


def read_neurons(run):
    """Return `{kind: {rule: w1, w2, b}}`, from heights at three points."""
    heights = run.predict({"x1": [0.0, 1.0, 0.0], "x2": [0.0, 0.0, 1.0]}, "height")
    neurons = {}
    for name, (b, at_x1, at_x2) in heights.items():
        kind, rule = name.split(", ")
        neurons.setdefault(kind, {})[rule] = np.array([at_x1 - b, at_x2 - b, b])
    return {kind: dict(sorted(rules.items())) for kind, rules in sorted(neurons.items())[::-1]}


def compare_rules(kind, x, y, neurons, history):
    """Return a `Comparison`.

    Args:
        kind: name of the points.
        x, y: `(rows, 2)` and `(rows,)` of -1 and 1.
        neurons: `{rule: w1, w2, b}`.
        history: columns kind, rule, run, step and value.
    """
    columns = {name: np.array(values) for name, values in history.items()}
    here = columns["kind"] == kind
    order, mistakes = (
        columns[name][here & (columns["rule"] == "Rosenblatt")] for name in ("run", "value")
    )
    steps, loss = (
        columns[name][here & (columns["rule"] == "gradient descent")] for name in ("step", "value")
    )
    totals = np.bincount(order, weights=mistakes)
    x = add_one(x)
    margin, normal = find_margin(x, y)
    radius = float(np.linalg.norm(x, axis=1).max())
    weights = neurons["gradient descent"]
    if margin:  # then the loss has no minimum, and its infimum is 0
        bound, least = bound_mistakes(x, margin), 0.0
        angle = measure_angle(weights, normal)
    else:
        bound = angle = "no line separates them"
        least = float(compute_loss(x, y, find_minimum(x, y)))
    final = float(compute_loss(x, y, weights))
    return Comparison(
        [kind, float(np.median(totals)), int(totals.max()), bound, radius, margin],
        [kind, final, least, float(np.linalg.norm(weights)), angle],
        mistakes[order == 0],
        (steps, loss - least),
    )


def compare_layer(run, W, b, x, z):
    """Return a table of a layer's outputs for each activation.

    Args:
        run: `runs.run.Run` with the endpoint `layer`.
        W, b, x: weights, biases and input.
        z: W x + b as worked by hand.
    """
    answers = run.predict({"x": [x]}, "layer")
    rows = [["F", "by hand", "in NumPy", "by the SavedModel", "largest difference"]]
    for name in ("identity", "relu", "logistic"):
        by_hand, in_numpy = (TABLE[name].value(np.array(a)) for a in (z, np.dot(W, x) + b))
        answer = answers[name][0]
        difference = max(np.abs(answer - by_hand).max(), np.abs(in_numpy - by_hand).max())
        texts = [format_vector(values) for values in (by_hand, in_numpy, answer)]
        rows.append([name, *texts, float(difference)])
    return rows


def format_vector(values):
    return f"({', '.join(f'{value:.6g}' for value in values)})"
