"""Begin where linear regression ends: its weights in a network's linear path, none in the deep."""

import numpy as np
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeCV
from sklearn.model_selection import GridSearchCV

FITTED_ROWS = 20_000  # more do not make better initial weights
SEARCHED_ROWS = 2000  # with many rows any weak regularisation will do
IMPOSSIBLE = -20.0  # bias of a class without rows
STRENGTHS = np.logspace(-2, 3, 11)  # for ridge regression rising, for logistic regression falling


def fit_linear_model(x, y, kind, weights, size=0):
    """Fit linear regression to numbers, or logistic regression to classes.

    The strength of the regularisation is chosen by cross-validation.

    Args:
        x: `(rows, features)`, scaled.
        y: `(rows,)`, class numbers or scaled values.
        kind: kind of the head that begins with it.
        weights: weight of each row, `(rows,)`.
        size: number of classes; 0 takes the largest class number in `y`, plus one.

    Returns: kernel `(features, outputs)` and bias `(outputs,)`.
    """
    classes = kind in ("softmax", "sigmoid")
    rows = choose_rows(y, FITTED_ROWS, classes)
    x, y, weights = x[rows], y[rows], weights[rows]
    print(f"start       {'logistic' if classes else 'linear'} regression of {len(x)} rows")
    if classes:
        return fit_logistic_regression(x, y, kind, weights, size or max(2, int(y.max()) + 1))
    many_features = x.shape[1] > len(x) / 5
    linear = RidgeCV(alphas=STRENGTHS) if many_features else LinearRegression()
    linear.fit(x, y, sample_weight=weights)
    return np.reshape(linear.coef_, (-1, x.shape[1])).T, np.atleast_1d(linear.intercept_)


def fit_logistic_regression(x, y, kind, weights, size):
    """Return kernel and bias as `fit_linear_model`; a class without rows is hardly possible."""
    present = np.unique(y)
    kernel, bias = np.zeros((x.shape[1], size)), np.full(size, IMPOSSIBLE)
    bias[present] = 0.0
    if len(present) > 1:
        linear = LogisticRegression(C=choose_strength(x, y), max_iter=1000)
        linear.fit(x, y, sample_weight=weights)
        several = len(linear.coef_) > 1
        coefficients, intercept = linear.coef_, linear.intercept_
        if not several:  # of two classes scikit-learn tells the difference
            coefficients, intercept = (
                np.stack([-c[0] / 2, c[0] / 2]) for c in (coefficients, intercept)
            )
        kernel[:, present], bias[present] = coefficients.T, intercept
    if kind == "sigmoid":
        return kernel[:, 1:] - kernel[:, :1], bias[1:] - bias[:1]
    return kernel, bias


def choose_rows(y, count, classes):
    """Return the numbers of up to `count` random rows, among them one of every class."""
    if len(y) <= count:
        return np.arange(len(y))
    rows = np.random.default_rng(0).choice(len(y), count, replace=False)
    if classes:
        left_out = np.setdiff1d(np.unique(y), y[rows])[:count]
        rows = np.append(rows, [np.argmax(y == label) for label in left_out]).astype(int)
    return rows


def choose_strength(x, y):
    """Return the regularisation `C` of logistic regression by cross-validation.

    Rows count alike in fits and scores, whatever their weights.
    """
    rows = choose_rows(y, SEARCHED_ROWS, classes=True)
    x, y = x[rows], y[rows]
    folds = 3 if len(x) >= SEARCHED_ROWS else 5
    folds = min(folds, np.bincount(y)[np.unique(y)].min())  # every fold must have every class
    if folds < 2:
        return 1.0
    search = GridSearchCV(
        LogisticRegression(max_iter=1000), {"C": STRENGTHS}, scoring="neg_log_loss", cv=folds,
        refit=False,
    )  # fmt: skip
    search.fit(x, y)
    return STRENGTHS[one_standard_error_rule(search.cv_results_)]


def one_standard_error_rule(results):
    """Return the number of the strongest regularisation within one standard error of the best.

    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, section 7.10.
    """
    scores = results["mean_test_score"]
    folds = sum(name.startswith("split") for name in results)
    error = results["std_test_score"][scores.argmax()] / folds**0.5
    # The strengths C rise, so that the first is the strongest regularisation.
    return int(np.flatnonzero(scores >= scores.max() - error)[0])


def set_linear_weights(network, target, kernel, bias):
    """Give one head of a network from `models.wide_and_deep` the weights of a linear model."""
    layer = network.get_layer(network.head_names[target])
    start = np.zeros(layer.kernel.shape, "float32")
    start[: len(kernel)] = kernel
    layer.set_weights([start, bias.astype("float32")])
