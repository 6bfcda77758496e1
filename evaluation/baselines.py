"""What a network has to be better than: linear models by scikit-learn, on the same rows."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from datasets.dataset import joined


@dataclass(frozen=True)
class Baseline:
    """A simpler model: its name, and `predict` from `{column: (rows,)}` to what a SavedModel would answer."""

    name: str
    predict: Callable


def linear_baseline(dataset):
    """Linear or logistic regression with scaling, a model a target, fitted to all rows but the test split.

    Of training rows that stay in their files it takes a random sample; its name says so.
    """
    known = joined(dataset.train.sample, dataset.validation)
    inputs = as_features(known.inputs)
    models = {}
    for target in dataset.targets:
        linear = LogisticRegression(max_iter=300) if target.classes else LinearRegression()
        model = make_pipeline(features_of(dataset.columns, inputs), linear)
        models[target.name] = model.fit(inputs, known.targets[target.name])

    def predict(rows):
        features, answers = as_features(rows), {}
        for target in dataset.targets:
            answers[target.name] = models[target.name].predict(features)
            if target.classes:
                found = models[target.name].classes_.tolist()
                answers[f"{target.name}_probabilities"] = models[target.name].predict_proba(
                    features
                )[:, [found.index(label) for label in target.classes]]
        return answers

    kinds = {
        "logistic regression" if target.classes else "linear regression"
        for target in dataset.targets
    }
    of_sample = f" of {known.rows} rows" if dataset.streamed else ""
    return Baseline(" and ".join(sorted(kinds)) + of_sample, predict)


def as_features(inputs):
    """A table of scalar columns; pictures become a column a pixel."""
    columns = {}
    for name, values in inputs.items():
        if values.ndim > 1:
            pixels = values.reshape(len(values), -1)
            columns.update(
                {f"{name} {place}": pixels[:, place] for place in range(pixels.shape[1])}
            )
        else:
            columns[name] = values
    return pd.DataFrame(columns)


def features_of(columns, frame):
    """The usual preparation: missing numbers by the mean, scaling, categories one-hot, dates as days."""
    kinds = {column.name: column.kind for column in columns}
    of_kind = {
        kind: [name for name in frame.columns if kinds.get(name, "number") == kind]
        for kind in ("number", "category", "date")
    }
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    return ColumnTransformer(
        [
            ("numbers", numbers, of_kind["number"]),
            ("categories", OneHotEncoder(handle_unknown="ignore"), of_kind["category"]),
            ("dates", make_pipeline(FunctionTransformer(days), numbers), of_kind["date"]),
        ]
    )


def days(dates):
    """Days since 1970 of ISO 8601 text, NaN where it is empty."""
    return dates.apply(
        lambda text: (
            (pd.to_datetime(text.replace("", None)) - pd.Timestamp(0)) / pd.Timedelta(days=1)
        )
    )
