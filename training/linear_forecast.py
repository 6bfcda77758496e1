"""The linear part of a forecaster, by ridge regression in closed form."""

import keras
import numpy as np

from models.forecaster import list_linear_layers

STRENGTHS = np.logspace(-6, 2, 17)  # of the ridge, relative to the variance of the features
ROWS_AT_ONCE = 4096


def fit_linear_part(network, train, validation=None, strengths=None):
    """Give a forecaster the linear layers that fit best what its other parts leave.

    Args:
        network: from `models.forecaster.forecaster`.
        train: `(inputs, y)`, y `(windows, horizon, targets)` with NaN where a value is missing.
        validation: the same; its errors choose the strength of the ridge.
        strengths: strength for each target, if they have been chosen before.

    Returns: the strength for each target.
    """
    inputs, y = train
    names = list_linear_layers(y.shape[2])
    for name in names:
        layer = network.get_layer(name)
        layer.set_weights([np.zeros(weight.shape, "float32") for weight in layer.weights])
    # What enters each linear layer, and the forecast without any of them.
    features = [network.get_layer(name).input for name in names]
    parts = keras.Model(network.input, [*features, network.output])
    *x, rest = evaluate_in_batches(parts, inputs)
    y = y - rest
    if strengths is None:
        *x_validation, rest = evaluate_in_batches(parts, validation[0])
        y_validation = validation[1] - rest
    chosen = []
    for k, name in enumerate(names):
        tried = STRENGTHS if strengths is None else strengths[k : k + 1]
        candidates = [
            [weight.astype("float32") for weight in weights]  # as the network has them
            for weights in fit_ridge(x[k], y[:, :, k], tried)
        ]
        best = 0
        if strengths is None:
            errors = [
                (x_validation[k] @ kernel + bias - y_validation[:, :, k]) ** 2
                for kernel, bias in candidates
            ]
            best = one_standard_error_rule(errors)
        network.get_layer(name).set_weights(candidates[best])
        chosen.append(float(tried[best]))
    return chosen


def one_standard_error_rule(errors):
    """Return the number of the last candidate that is not worse than the best one by more than the
    standard error of their difference.

    Few validation windows hardly tell the candidates apart; then the strongest penalty, which is
    the last, changes the seasonal naive forecast least.

    Args:
        errors: errors of each candidate, arrays of one shape, NaN where the true value is missing.

    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, section 7.10.
    """
    known = ~np.isnan(errors[0])
    errors = [error[known] for error in errors]
    best = min(errors, key=np.mean)
    differences = [error - best for error in errors]
    is_close = [x.mean() <= x.std() / len(best) ** 0.5 for x in differences]
    return int(np.flatnonzero(is_close)[-1])


def fit_ridge(x, y, strengths):
    """Fit a linear model to each column of `y` by least squares with a penalty of the weights.

    Args:
        x: features, `(rows, features)`.
        y: `(rows, columns)`, NaN where a value is missing: the row counts for the others only.
        strengths: strengths of the penalty.

    Returns: `(kernel (features, columns), bias (columns,))` for each strength.
    """
    known = ~np.isnan(y)
    shapes = (x.shape[1], y.shape[1]), y.shape[1:]
    found = [tuple(np.zeros(shape) for shape in shapes) for _ in strengths]
    # Columns with the same rows share one decomposition, as do all strengths.
    groups = {}
    for column, rows in enumerate(known.T):
        groups.setdefault(rows.tobytes(), []).append(column)
    for columns in groups.values():
        rows = known[:, columns[0]]
        if not rows.any():
            continue
        a, b = (x, y[:, columns]) if rows.all() else (x[rows], y[np.ix_(rows, columns)])
        a_mean, b_mean = (part.mean(axis=0, dtype="float64") for part in (a, b))
        matrix, right_side = 0.0, 0.0
        for start in range(0, len(a), ROWS_AT_ONCE):
            block = a[start : start + ROWS_AT_ONCE] - a_mean  # in double precision
            matrix = matrix + block.T @ block
            right_side = right_side + block.T @ (b[start : start + ROWS_AT_ONCE] - b_mean)
        eigenvalues, vectors = np.linalg.eigh(matrix)
        projected = vectors.T @ right_side
        unit = max(eigenvalues.mean(), np.finfo("float32").tiny)  # variance times rows
        for (kernel, bias), strength in zip(found, strengths, strict=True):
            scale = np.maximum(eigenvalues, 0.0) + strength * unit
            kernel[:, columns] = vectors @ (projected / scale[:, None])
            bias[columns] = b_mean - a_mean @ kernel[:, columns]
    return found


def evaluate_in_batches(model, inputs):
    """Return the outputs of a model for all rows as arrays, a list if there are several."""
    rows = len(next(iter(inputs.values())))
    parts = [
        model({name: x[start : start + ROWS_AT_ONCE] for name, x in inputs.items()}, training=False)
        for start in range(0, rows, ROWS_AT_ONCE)
    ]
    if isinstance(parts[0], list | tuple):
        return [np.concatenate(outputs) for outputs in zip(*parts, strict=True)]
    if isinstance(parts[0], dict):
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return np.concatenate(parts)


def squared_errors(network, windows):
    """Return the mean squared error of each window `(inputs, y)` with a known value, `(rows,)`."""
    inputs, y = windows
    errors = (evaluate_in_batches(network, inputs) - y) ** 2
    is_known = ~np.isnan(errors).all(axis=(1, 2))
    return np.nanmean(errors[is_known], axis=(1, 2))
