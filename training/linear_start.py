"""Begin where linear regression ends: its weights in a wide-and-deep network's linear path, nothing yet in the deep one."""

import numpy as np
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeCV
from sklearn.model_selection import GridSearchCV

MOST_ROWS = 20_000  # more don't make a start any better
STRENGTHS = np.logspace(
    -2, 3, 11
)  # weak ones of ridge regression first, strong ones of logistic regression


def fit_linear_model(x, y, kind, weights):
    """Linear regression of numbers, logistic regression of classes, as strongly regularised as suits the rows.

    Args:
        x: `(rows, features)`, scaled.
        y: `(rows,)`, class numbers or scaled values.
        kind: of the head that is to start with it.
        weights: `(rows,)`.

    Returns: kernel `(features, outputs)` and bias `(outputs,)`.
    """
    if len(x) > MOST_ROWS:
        rows = np.random.default_rng(0).choice(len(x), MOST_ROWS, replace=False)
        if kind in ("softmax", "sigmoid"):
            left_out = np.setdiff1d(np.unique(y), y[rows])[:MOST_ROWS]
            rows = np.append(rows, [np.argmax(y == label) for label in left_out]).astype(int)
        x, y, weights = x[rows], y[rows], weights[rows]
    x = np.asarray(x)  # it may have been on disk
    if kind in ("softmax", "sigmoid"):
        linear = LogisticRegression(max_iter=1000)
        folds = min(5, np.bincount(y).min())  # every fold has to hold every class
        if folds > 1:
            search = GridSearchCV(
                linear,
                {"C": STRENGTHS},
                scoring="neg_log_loss",
                cv=folds,
                refit=one_standard_error_rule,
            )
            linear = search.fit(x, y, sample_weight=weights).best_estimator_
    else:
        many_features = x.shape[1] > len(x) / 5
        linear = RidgeCV(alphas=STRENGTHS) if many_features else LinearRegression()
    linear.fit(x, y, sample_weight=weights)
    return np.reshape(linear.coef_, (-1, x.shape[1])).T, np.atleast_1d(linear.intercept_)


def one_standard_error_rule(results):
    """Number of the strongest regularisation that is within one standard error of the best (the one-standard-error rule).

    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, section 7.10.
    """
    scores = results["mean_test_score"]
    folds = sum(name.startswith("split") for name in results)
    error = results["std_test_score"][scores.argmax()] / folds**0.5
    return int(
        np.flatnonzero(scores >= scores.max() - error)[0]
    )  # STRENGTHS rise, so that the first is the simplest


def set_linear_weights(network, target, kernel, bias):
    """Give one head of a network from `models.wide_and_deep` the weights of a linear model."""
    layer = network.get_layer(network.head_names[target])
    start = np.zeros(layer.kernel.shape, "float32")
    start[: len(kernel)] = kernel
    layer.set_weights([start, bias.astype("float32")])
