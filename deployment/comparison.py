"""Does a converted file answer as the SavedModel does?"""

import numpy as np

from models.input_names import make_input_names

ROWS = 64
UNSEEN = "a category never seen"
STEPS = 16  # where a shape leaves the length open


def compare(run, endpoint, answer):
    """Return how far the answers of a converted endpoint are from the SavedModel's, in a line.

    Args:
        run: `runs.run.Run`.
        endpoint: name of the endpoint.
        answer: function of `{name in the signature: (rows, ...)}` to `{output name: (rows, ...)}`.
    """
    columns = run.inputs(endpoint)
    if not all(column.per_row and column.kind != "text" for column in columns):
        return "not compared with the SavedModel: all rows share an input"
    series = run.config["data"].get("series", {})
    rows = make_rows(columns, steps=series.get("window", STEPS))  # a forecast needs its window
    answers = answer(name_by_signature(rows, columns))
    difference, equal = compare_answers(answers, run.predict(rows, endpoint))
    labels = "" if equal is None else f", and {100 * equal:.3g} % of the labels are the same"
    return f"on {ROWS} rows like the data's, answers differ by {difference:.0e} at most{labels}"


def name_by_signature(inputs, columns):
    """Return `{name in the signature: values}` of `{input name: values}`."""
    names = make_input_names(columns)
    return {name: inputs[column.name] for name, column in zip(names, columns, strict=True)}


def make_rows(columns, rows=ROWS, seed=0, steps=STEPS):
    """Draw rows that resemble the training rows, from the descriptions of the inputs.

    Values are missing where training rows miss some, and categories may be unseen.

    Args:
        columns: descriptions of the inputs, `datasets.dataset.Column`.
        rows: number of rows.
        seed: seed of the random numbers.
        steps: length of what may have any length.

    Returns: `{input name: (rows, *shape)}`; text as str.
    """
    random = np.random.default_rng(seed)
    return {column.name: draw_column(column, rows, random, steps) for column in columns}


def draw_column(column, rows, random, steps):
    if column.default is not None:
        return np.full(rows, column.default, column.dtype)
    if column.kind == "category":
        return random.choice([*column.vocabulary, UNSEEN, ""], rows)
    if column.kind == "date":
        seconds = 86400 * random.normal(column.mean, column.std, rows)
        dates = np.datetime64(0, "s") + seconds.astype("timedelta64[s]")
        texts = [f"{date}"[:10] if number % 2 else f"{date}" for number, date in enumerate(dates)]
        return np.where(np.arange(rows) % 7 == 0, "", texts)
    shape = rows, *(size or steps for size in column.shape)
    if column.kind == "image":
        return random.uniform(0, column.max_pixel, shape).astype(column.dtype)
    values = random.normal(column.mean, column.std, shape)
    if column.has_missing:
        values[::5] = np.nan
    return values.astype(column.dtype)


def compare_answers(answers, expected):
    """Compare two dictionaries of answers.

    Returns: the largest difference of two numbers, relative to the largest number of that answer
        where it is above 1; and the fraction of equal texts and labels, None without any.
    """
    largest, equal = 0.0, []
    for name, values in expected.items():
        found = answers[name] if name in answers else answers[f"{name}_answer"]
        if values.dtype.kind in "fc":
            scale = max(1.0, np.max(np.abs(values), initial=0, where=np.isfinite(values)))
            difference = np.abs(np.asarray(found, "float64") - values) / scale
            difference[(values == found) | (np.isnan(values) & np.isnan(found))] = 0
            largest = max(largest, np.max(np.nan_to_num(difference, nan=np.inf), initial=0))
        else:
            equal.append(np.mean(np.asarray(found) == values))
    return float(largest), float(np.mean(equal)) if equal else None
