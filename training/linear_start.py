"""Begin where linear regression ends: its weights in a wide-and-deep network's linear path, nothing yet in the deep one."""

import numpy as np
from sklearn.linear_model import LinearRegression, LogisticRegression

MOST_ROWS = 50_000  # more don't make a start any better


def linear_start(network, number, x, y, kind, weights):
    """Set the weights of one head to linear regression's, or logistic regression's for classes.

    Args:
        network: from `models.wide_and_deep`.
        number: of the head.
        x: `(rows, features)`, scaled.
        y: `(rows,)`, class numbers or scaled values.
        kind: of the head.
        weights: `(rows,)`; rows of weight 0 are left out.
    """
    rows = np.flatnonzero(weights)
    if len(rows) > MOST_ROWS:
        rows = np.random.default_rng(0).choice(rows, MOST_ROWS, replace=False)
    classes = kind in ("softmax", "sigmoid")
    linear = LogisticRegression(max_iter=1000) if classes else LinearRegression()
    linear.fit(x[rows], y[rows], sample_weight=weights[rows])
    layer = network.get_layer(f"head_{number}")
    kernel, bias = (np.zeros_like(values) for values in layer.get_weights())
    features = x.shape[1]
    if kind == "softmax":
        kernel[:features, linear.classes_] = linear.coef_.T
        bias[linear.classes_] = linear.intercept_
    else:
        kernel[:features] = np.reshape(linear.coef_, (features, 1))
        bias[:] = linear.intercept_
    layer.set_weights([kernel, bias])
