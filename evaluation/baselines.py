"""Simpler methods on the same rows: linear models, boosted trees, polynomials."""

import time
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    StandardScaler,
)
from threadpoolctl import threadpool_limits

from datasets.dataset import join_splits

MANY_ROWS = 200_000  # more are sampled for boosted trees
# Threads of boosted trees wait for each other: on a busy machine two may take a hundred times as
# long as one. They pay for tables with more values than this.
MANY_VALUES = 10**7


@dataclass(frozen=True)
class Baseline:
    """A simpler method that answers as the SavedModel does.

    Args:
        endpoints: `{name: function}` of `{input: (rows, ...)}` to `{output: (rows, ...)}`.
        seconds: time it took to fit, or to solve.
        error: estimate of its own relative error, of a classical solver; None if unknown.
    """

    endpoints: dict
    seconds: float
    error: float | None = None


def rank_by_margins(margins):
    """Return numbers that sum to 1 and rank the classes as the margins of a classifier do.

    The margins of a ridge classifier or of a support vector machine are no log odds.

    Args:
        margins: `(rows, classes)`, or `(rows,)` for the second of two classes.

    Returns: `(rows, classes)`.
    """
    if margins.ndim == 1:
        margins = np.stack([-margins, margins], axis=1)
    odds = np.exp(margins - margins.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def fit_linear_model(data):
    """Fit linear or logistic regression with scaling, a model a target, to all but the test rows.

    Of training rows that stay in their files it takes a random sample; its name says so.
    """
    models = {
        True: lambda: LogisticRegression(max_iter=300),
        False: LinearRegression,
    }
    kinds = {
        "logistic regression" if target.classes else "linear regression" for target in data.targets
    }
    return fit_each_target(data, " and ".join(sorted(kinds)), models, prepare_linear)


def fit_boosted_trees(data):
    """Fit scikit-learn's histogram-based gradient boosting, a model a target."""
    models = {
        True: lambda: HistGradientBoostingClassifier(random_state=0),
        False: lambda: HistGradientBoostingRegressor(random_state=0),
    }
    return fit_each_target(data, "boosted trees", models, prepare_trees, MANY_ROWS)


def fit_dense_network(data, hidden=(40, 20, 10, 5)):
    """Fit scikit-learn's dense network with early stopping, a network a target."""
    options = {"early_stopping": True, "max_iter": 100, "random_state": 0}
    models = {
        True: lambda: MLPClassifier(hidden, **options),
        False: lambda: MLPRegressor(hidden, **options),
    }
    return fit_each_target(data, "dense network", models, prepare_linear, MANY_ROWS)


def fit_each_target(data, name, models, prepare, most_rows=None):
    """Fit a scikit-learn model to each target: `{name: Baseline}`.

    Args:
        data: `datasets.dataset.Dataset`.
        name: name of the method.
        models: function that makes a model, for True a classifier, for False a regressor.
        prepare: function of columns and a table that returns scikit-learn's preprocessing.
        most_rows: rows that are fitted at most, drawn at random; None for all.
    """
    start = time.perf_counter()
    rows = join_splits(data.train.sample, data.validation)
    sampled = data.streamed
    if most_rows and rows.rows > most_rows:
        rows = rows.take(np.random.default_rng(0).choice(rows.rows, most_rows, replace=False))
        sampled = True
    table, fitted = to_table(rows.inputs), {}
    for target in data.targets:
        model = make_pipeline(prepare(data.columns, table), models[bool(target.classes)]())
        with limit_threads(table):
            fitted[target.name] = fit(model, table, rows, target.name)

    def serve(inputs):
        table, answers = to_table(inputs), {}
        for target in data.targets:
            model = fitted[target.name]
            with limit_threads(table):
                if target.classes:
                    probabilities = predict_probabilities(model, table, target.classes)
                    answers[f"{target.name}_probabilities"] = probabilities
                    answers[target.name] = target.decide(probabilities)
                else:
                    answers[target.name] = model.predict(table)
        return answers

    name += f" of {rows.rows} rows" if sampled else ""
    return {name: Baseline({"serve": serve}, time.perf_counter() - start)}


def fit(model, table, rows, target):
    """Fit a pipeline to a target of a split, with the weights of its rows."""
    last = model.steps[-1][0]
    weights = {f"{last}__sample_weight": x for x in (rows.roles.get("weight"),) if x is not None}
    return model.fit(table, rows.targets[target], **weights)


def predict_probabilities(model, table, classes):
    """Return `(rows, classes)`; a class that the fitted rows did not have is impossible."""
    predicted = model.predict_proba(table)
    found = np.zeros((len(table), len(classes)), predicted.dtype)
    found[:, [classes.index(label) for label in model.classes_.tolist()]] = predicted
    return found


def limit_threads(table):
    """Use one thread of OpenMP inside, unless a table is large."""
    return threadpool_limits(1 if table.size < MANY_VALUES else None, "openmp")


def fit_most_frequent(data):
    """Return the method that answers the class that most rows but the test's have, with the shares
    of all classes: `{name: Baseline}`."""
    start = time.perf_counter()
    (target,) = data.targets
    labels = join_splits(data.train, data.validation).targets[target.name]
    counts = np.bincount(target.encode(labels), minlength=target.size)

    def serve(inputs):
        shares = np.tile(counts / counts.sum(), (len(next(iter(inputs.values()))), 1))
        return {target.name: target.decide(shares), f"{target.name}_probabilities": shares}

    return {"most frequent class": Baseline({"serve": serve}, time.perf_counter() - start)}


def fit_polynomial(data, degree):
    """Fit a polynomial of the inputs by least squares: `{name: Baseline}`."""
    from evaluation.least_squares import PolynomialFit

    def to_points(inputs):
        points = [inputs[column.name] for column in data.columns]
        return np.stack(points, axis=1).astype("float64")

    start = time.perf_counter()
    (target,) = data.targets
    rows = join_splits(data.train, data.validation)
    fit = PolynomialFit(to_points(rows.inputs), rows.targets[target.name], degree)

    def serve(inputs):
        return {target.name: fit(to_points(inputs))}

    seconds = time.perf_counter() - start
    return {f"least squares, degree {degree}": Baseline({"serve": serve}, seconds)}


def to_table(inputs):
    """Return inputs as a table of scalar columns; pictures become a column a pixel."""
    columns = {}
    for name, values in inputs.items():
        if values.ndim > 1:
            pixels = values.reshape(len(values), -1)
            columns |= {f"{name} {index}": pixels[:, index] for index in range(pixels.shape[1])}
        else:
            columns[name] = values
    return pd.DataFrame(columns)


def group_by_kind(columns, table):
    """Return `{kind: names of the table's columns}`."""
    kinds = {column.name: column.kind for column in columns}
    return {
        kind: [name for name in table.columns if kinds.get(name, "number") in aliases]
        for kind, aliases in (
            ("number", ("number", "image", "array")),
            ("category", ("category",)),
            ("date", ("date",)),
        )
    }


def prepare_linear(columns, table):
    """Fill missing numbers by the mean and scale; categories one-hot, dates as days."""
    names = group_by_kind(columns, table)
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    return ColumnTransformer(
        [
            ("numbers", numbers, names["number"]),
            ("categories", OneHotEncoder(handle_unknown="ignore"), names["category"]),
            ("dates", make_pipeline(FunctionTransformer(to_days), numbers), names["date"]),
        ]
    )


def prepare_trees(columns, table):
    """Numbers and missing ones as they are, categories as codes, dates as days."""
    names = group_by_kind(columns, table)
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    return ColumnTransformer(
        [
            ("numbers", "passthrough", names["number"]),
            ("categories", codes, names["category"]),
            ("dates", FunctionTransformer(to_days), names["date"]),
        ]
    )


def to_days(dates):
    """Return days since 1970 of ISO 8601 text, NaN where it is empty."""
    return dates.apply(
        lambda text: (
            (pd.to_datetime(text.replace("", None)) - pd.Timestamp(0)) / pd.Timedelta(days=1)
        )
    )
