"""A network that was trained on data as a function that a formula is sought for."""

from errors import UserError, suggest
from tasks.network_function import choose_hidden_output, wrap_answer, wrap_hidden_output
from tasks.sampled_network import (
    ROWS,
    SampledNetwork,
    check_count,
    choose_output,
    describe_function,
    make_symbols,
)


def sample_regression(source, inputs, output, layer, seed):
    """Sample a network that was trained on data, at its training rows.

    Args:
        source: `tasks.source_run.SourceRun`.
        inputs: names of the columns to vary, the others stay at their mean; () varies all.
        output: name of the answer, or number of the hidden layer's output; "" for the only one.
        layer: name of a hidden layer to look at instead of the answer.
        seed: seed of the points.

    Returns: a `SampledNetwork`.

    Raises: UserError if inputs or answer are not numbers.
    """
    import numpy as np

    from datasets.dataset import join_splits
    from evaluation.check_points import draw_check_points, replace_inside, tabulate_rows

    data, endpoint = source.function
    columns = choose_columns(data.columns, inputs, source.run)
    fixed = {c.name: find_typical_value(c) for c in data.columns if c not in columns}
    names = [column.name for column in columns]
    symbols = make_symbols(names)
    target, answer = choose_answer(source, data, endpoint, names, output, layer, fixed)

    # The values of the data are those of this function if all its inputs vary.
    known, is_whole = join_splits(data.train.sample, data.validation), not layer and not fixed
    measured = target.name if is_whole and target.name in known.targets else None
    rows = tabulate_rows(known, names, symbols, measured)
    points = rows[symbols].to_numpy()
    random = np.random.default_rng(seed)
    sample = points[random.permutation(len(points))[:ROWS]]
    low, high, middle = points.min(axis=0), points.max(axis=0), np.median(points, axis=0)
    checks = draw_check_points(random, low, high, middle, symbols)
    for symbol, column in zip(symbols, columns, strict=True):
        if column.limits:
            checks = checks[checks[symbol].between(*column.limits)]
    if measured:
        checks = replace_inside(checks, tabulate_rows(data.test, names, symbols, measured))
    return SampledNetwork(
        describe_function(target.name, names, source.run),
        columns=columns,
        target=target,
        answer=answer,
        dtype="float32",
        points=sample,
        checks=checks,
        measured=(points, rows["measured"].to_numpy()) if measured else None,
        truth=read_formula(source.experiment, names) if is_whole else None,
    )


def read_formula(experiment, names):
    """Return the formula that made the data as a function of `(rows, inputs)`, or None."""
    from symbolic.formula import compile_function, parse

    formula = getattr(experiment, "formula", "")
    if not formula:
        return None
    values = compile_function(parse(formula), names)
    return lambda points: values(*points.T)


def choose_columns(columns, inputs, run):
    """Return the columns to vary, in the order the user names them.

    Raises: UserError if there is a column that is not numeric, or there are too many.
    """
    numeric = {column.name: column for column in columns if column.kind == "number"}
    if not numeric:
        raise UserError(
            f"a formula needs numbers as inputs, and {run.folder.name} takes {columns[0].kind}s. "
            "Choose a different run"
        )
    for name in inputs:
        if name not in numeric:
            raise UserError(
                f"--inputs must be numeric columns of the run.{suggest(name, numeric)} "
                f"Received: {name!r}"
            )
    names = inputs or [column.name for column in columns]
    check_count(names, run)
    for name in names:
        if name not in numeric:
            raise UserError(f"{name!r} is not numeric; choose numeric columns with --inputs")
    return tuple(numeric[name] for name in names)


def choose_answer(source, data, endpoint, names, output, layer, fixed):
    """Return the description of an answer of an endpoint, and the function that gives it."""
    from datasets.dataset import Target

    if layer:
        number = choose_hidden_output(source.run, layer, output)
        answer = wrap_hidden_output(source, names, layer, number, fixed)
        return Target(f"{layer}_{number}"), answer
    numbers = {t.name: t for t in data.targets if not t.classes and not t.shape}
    if not numbers:
        kind = "a classification" if data.targets else "trained without a target"
        raise UserError(
            f"a formula needs a number as its value, and {source.run.folder.name} is {kind}: "
            "give --layer, or choose a different run"
        )
    name = choose_output(numbers, output)
    return numbers[name], wrap_answer(source.run, names, name, fixed, endpoint)


def find_typical_value(column):
    """Return the value at which a column stays: its mean, or its most frequent category."""
    if column.kind == "number":
        return column.mean
    return column.vocabulary[0] if column.vocabulary else ""
