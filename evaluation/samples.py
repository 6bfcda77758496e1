"""Samples of a generative model beside real rows: distances, coverage, copies, and the truth."""

import numpy as np

from datasets.number_rows import stack_columns
from errors import Diverged
from evaluation.picture_features import PictureFeatures
from evaluation.sample_advice import REAL, advise_on_samples
from evaluation.sample_quality import (
    frechet_distance,
    kernel_distance,
    measure_copies,
    measure_coverage,
    sliced_distance,
)

COMPARED = 2000  # rows of each method that are compared with test rows
TRAINING_ROWS = 20_000  # among which the nearest row of a sample is searched
GOOD = 0.01  # share of real rows with a density too low to count as good


def draw_from(run, baselines, count):
    """Return `{method: {column: (count, ...)}}`, samples of seed 0 of a run and its baselines.

    Raises: Diverged if the samples of the run are not finite, or all the same.
    """
    request = {"count": count, "seed": 0}
    samples = {"network": run.predict(request, "generate")}
    for name, values in samples["network"].items():
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            raise Diverged(f"samples of {name!r} are not finite: train again, more slowly")
    if all((values == values[:1]).all() for values in samples["network"].values()):
        raise Diverged("all samples are the same: the generator collapsed. Train again")
    drawing = {name: one for name, one in baselines.items() if "generate" in one.endpoints}
    return samples | {name: one.endpoints["generate"](request) for name, one in drawing.items()}


def measure_samples(data, samples, encode, truth=None):
    """Compare the samples of each method, and real rows, with as many test rows.

    The real rows are those of the validation split: no model can be nearer to the test rows.

    Args:
        data: `datasets.dataset.Dataset` without targets.
        samples: from `draw_from`.
        encode: function of `{column: (rows, ...)}` to features, `(rows, features)`.
        truth: `datasets.densities.Density` of which the data was drawn, or None.

    Returns: `(tables, metrics, advice)`, as in an `Evaluation`; `metrics["samples"]` has a
    dictionary for each method, and for "real rows".
    """
    methods = samples | {REAL: data.validation.inputs}
    count = min(COMPARED, data.validation.rows, data.test.rows)
    embed, features, labels, remarks = choose_features(data, encode)
    (real, _), (train, _) = (
        embed(take(part.inputs, most))
        for part, most in ((data.test, count), (data.train, TRAINING_ROWS))
    )
    quality, classes, embedded = {}, {}, {"test rows": real}
    for name, rows in methods.items():
        drawn, numbers = embed(take(rows, count))
        density, coverage = measure_coverage(real, drawn)
        newness, copied = measure_copies(train, real, drawn)
        quality[name] = {
            "KID": kernel_distance(real, drawn),
            "frechet_distance": frechet_distance(real, drawn),
            "density": density,
            "coverage": coverage,
            "newness": newness,
            "copied": copied,
        }
        embedded[name] = drawn
        if not data.columns[0].shape:
            quality[name]["sliced_W2"] = sliced_distance(real, drawn)
        if labels is not None:
            classes[name] = np.bincount(numbers, minlength=len(labels))
    if truth:
        judge_points(quality, methods, data, truth)
    heading = f"samples beside {count} test rows, on {features}"
    tables = {f"{heading}; real rows are from the validation split": tabulate(quality)}
    metrics = {"samples": quality, "compared_rows": count}
    if classes:
        shares = {name: (counts / counts.sum()).tolist() for name, counts in classes.items()}
        tables["share of each class, by a classifier"] = [
            ["class", *shares],
            *map(list, zip(map(str, labels), *shares.values(), strict=True)),
        ]
        metrics["class_shares"] = {
            name: dict(zip(map(str, labels), values, strict=True))
            for name, values in shares.items()
        }
    return tables, metrics, (*remarks, *advise_on_samples(quality, embedded))


def take(inputs, count):
    return {name: values[:count] for name, values in inputs.items()}


def choose_features(data, encode):
    """Return `(embed, name, labels, remarks)`: a function from `{column: (rows, ...)}` to features
    and classes, what the features are in words, the classes' labels, None if there are none, and
    lines on what could not be done.

    Labelled pictures have the features of a classifier if it can tell the classes apart, all other
    rows their scaled columns.
    """
    (column, *_), remarks = data.columns, ()
    if column.shape and data.train.labels:
        (label, *_) = data.train.labels
        parts = [(p.inputs[column.name], p.labels[label]) for p in (data.train, data.validation)]
        network = PictureFeatures(*parts, column.max_pixel)
        if network.is_useful:
            named = "features of a classifier", network.classes
            return lambda x: network(x[column.name]), *named, remarks
        remarks = (
            f"samples are compared by their pixels: a classifier of {label!r} is right for "
            f"{network.accuracy:.0%} of the validation rows, and the largest class has "
            f"{network.largest_class:.0%} of them",
        )
    train = encode(data.train.inputs)
    # Pixels have the same unit; many never change.
    mean, std = train.mean(axis=0), train.std(axis=None if column.shape else 0) + 1e-6

    def scale(inputs):
        return ((encode(inputs) - mean) / std).astype("float64"), None

    return scale, "pixels" if column.shape else "scaled columns", None, remarks


def judge_points(quality, methods, data, truth):
    """Add what the true density says about points to `quality`: their mean log density, the share
    of good ones, and how many modes they found.

    A point is good if its true density exceeds the density of at least 1 % of the real rows, so
    that perfect samples reach 0.99, or 1 for a uniform density. A mode is found if a good point
    is nearest to it. A mean of -infinity becomes None.
    """
    real = truth.log_density(stack_columns(data.test.inputs, data.columns))
    lowest = np.quantile(real, GOOD)
    for name, rows in methods.items():
        points = stack_columns(rows, data.columns)
        values = truth.log_density(points)
        good = values >= lowest
        mean = float(values.mean())
        quality[name]["mean_log_density"] = mean if np.isfinite(mean) else None
        quality[name]["good"] = float(good.mean())
        if truth.modes is not None:
            away = np.square(points[good, None] - truth.modes).sum(axis=-1)  # (rows, modes)
            found = np.bincount(away.argmin(axis=1), minlength=len(truth.modes))
            quality[name]["modes_found"] = int((found > 0).sum())
            quality[name]["rarest_mode"] = float(found.min() * len(truth.modes) / len(points))


HEADINGS = {
    "frechet_distance": "Fréchet distance",
    "newness": "distance to training rows",
    "copied": "copies",
    "sliced_W2": "sliced W2",
    "mean_log_density": "true log density",
    "good": "good samples",
    "modes_found": "modes found",
    "rarest_mode": "rarest mode",
}


def tabulate(quality):
    """Return the table of `measure_samples`, a row for each method."""
    measures = list(next(iter(quality.values())))
    return [
        ["rows", *(HEADINGS.get(name, name) for name in measures)],
        *(
            [method, *(show_measure(found[name]) for name in measures)]
            for method, found in quality.items()
        ),
    ]


def show_measure(value):
    """Return a value as a table shows it; a mean log density of -infinity is kept as None."""
    return "-inf" if value is None else value
