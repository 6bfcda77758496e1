"""A run's network as a function of numbers: its values where its data lived, around there, and the truth where it is known."""

import keyword
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from errors import UserError, suggest

MOST_INPUTS = 10
ROWS = 2000  # that the network is asked at; for an equation, in the box of its domain
CHECKS = 1000  # points inside, and as many outside, that only evaluate.py looks at
LINE = 400  # points of the line along each input, through the middle of the others
MARGIN = 0.5  # around the training interval, as a fraction of its width


@dataclass(frozen=True)
class Sampled:
    """What a network answers.

    Args:
        source: which answer of which run, in words.
        columns: names of the inputs, as in the data.
        symbols: the same as names in a formula.
        target: name of the answer.
        units: `{name: unit}` of inputs and target, "" where there is none.
        points: `(rows, inputs)` where the network was trained.
        values: `(rows,)` of the network there.
        dtype: "float32" or "float64", in which the network computes.
        measured: `(points, values)` of the data the network was trained with; None where there are none for this answer.
        checks: table with the columns of `symbols`, "network", where known "truth" and "measured", and "where": "inside" or
            "outside" the training interval, or "along" an input, from outside to outside.
    """

    source: str
    columns: list
    symbols: list
    target: str
    units: dict
    points: Any
    values: Any
    dtype: str
    measured: tuple | None
    checks: Any


def sampled(run, inputs=(), output="", layer="", seed=0):
    """Load a run and ask its network.

    Args:
        run: its folder.
        inputs: columns to vary, the others stay at their mean; () for all.
        output: which answer; "" for the only one.
        layer: of which hidden layer, whose outputs are numbered from 1; "" for the network's own answers.
        seed: of the points.

    Raises: UserError for what is no run, has too many inputs, or gives no numbers.
    """
    from experiments.command import restore
    from training.run import read_config

    folder = Path(run)
    config = read_config(folder)
    folder = folder if folder.is_dir() else folder.parent
    experiment = restore(config)
    if experiment.kind == "study":
        raise UserError(
            f"--from wants the run of a network. Received: {run}, a run of {config['experiment']}"
        )
    from evaluation.saved_model import load

    ask = of_equation if experiment.kind == "equation" else of_data
    return ask(folder, experiment, load(folder), inputs, output, layer, seed)


def of_equation(folder, experiment, model, inputs, output, layer, seed):
    """Of the solution of a differential equation: points in the box of its domain."""
    import numpy as np

    problem = experiment.problem()
    if inputs or layer:
        raise UserError(
            "--inputs and --layer are for runs on data; an equation's solution depends on all its coordinates"
        )
    columns = list(problem.coordinates)
    check_inputs(columns, folder)
    output = one_of(problem.unknowns, output, "answers")
    answer = answers(model, columns, output)
    random = np.random.default_rng(seed)
    low, high = np.array(problem.low, "float64"), np.array(problem.high, "float64")
    points = random.uniform(low, high, (ROWS, len(columns)))
    symbols = symbols_of(columns)
    checks = check_points(random, low, high, (low + high) / 2, symbols)
    at = checks[symbols].to_numpy()
    checks["network"] = answer(at)
    if truth := experiment.truth(problem):
        inside = ((low <= at) & (at <= high)).all(axis=1) | bool(
            problem.exact
        )  # a solver's solution ends with the domain
        checks["truth"] = np.nan
        found = truth(dict(zip(columns, at[inside].T, strict=True)))
        if output in found:
            checks.loc[inside, "truth"] = found[output]
    source = f"{output}({', '.join(columns)}) of the run {folder.name}"
    return Sampled(
        source,
        columns,
        symbols,
        output,
        {},
        points,
        answer(points),
        experiment.precision,
        None,
        checks,
    )


def of_data(folder, experiment, model, inputs, output, layer, seed):
    """Of a network that was trained on data: the training rows."""
    import numpy as np

    from datasets.dataset import join_splits

    dataset = experiment.load()
    numeric = [column.name for column in dataset.columns if column.kind == "number"]
    if not numeric:
        raise UserError(
            f"a formula wants numbers as inputs. {folder} takes {dataset.columns[0].kind}s: give another run"
        )
    for name in inputs:
        if name not in numeric:
            raise UserError(
                f"--inputs wants numeric columns of the run, not {name!r}.{suggest(name, numeric)}"
            )
    columns = list(inputs) or [column.name for column in dataset.columns]
    check_inputs(columns, folder)
    if others := [name for name in columns if name not in numeric]:
        raise UserError(
            f"a formula wants numbers as inputs, and {others[0]!r} is none: name those to use by --inputs"
        )
    known = join_splits(dataset.train.sample, dataset.validation)
    fixed = {
        column.name: typical(column) for column in dataset.columns if column.name not in columns
    }
    if layer:
        target, answer = hidden(folder, experiment, dataset, columns, fixed, layer, output)
        unit = ""
    else:
        regressions = {t.name: t for t in dataset.targets if not t.classes}
        if not regressions:
            raise UserError(
                f"a formula wants a regression, and {folder} is a classification: give --layer, or another run"
            )
        target = one_of(regressions, output, "answers")
        answer, unit = answers(model, columns, target, fixed), regressions[target].unit
    rows = np.stack([known.inputs[name] for name in columns], axis=1).astype("float64")
    rows_known = np.isfinite(rows).all(axis=1)
    measured = (
        None
        if layer or fixed
        else (rows[rows_known], np.asarray(known.targets[target], "float64")[rows_known])
    )
    rows = rows[rows_known]
    random = np.random.default_rng(seed)
    points = rows[random.permutation(len(rows))[:ROWS]]
    symbols = symbols_of(columns)
    checks = check_points(
        random, rows.min(axis=0), rows.max(axis=0), np.median(rows, axis=0), symbols
    )
    if measured:
        checks = with_test_rows(checks, dataset.test, columns, symbols, target)
    at = checks[symbols].to_numpy()
    checks["network"] = answer(at)
    if formula := getattr(experiment, "formula", "") if not layer else "":
        from symbolic.formula import compile_function, parse

        checks["truth"] = compile_function(parse(formula), columns)(*at.T)
    units = {column.name: column.unit for column in dataset.columns if column.name in columns} | {
        target: unit
    }
    source = f"{target}({', '.join(columns)}) of the run {folder.name}"
    return Sampled(
        source, columns, symbols, target, units, points, answer(points), "float32", measured, checks
    )


def check_inputs(columns, folder):
    if len(columns) > MOST_INPUTS:
        raise UserError(
            f"a formula wants up to {MOST_INPUTS} inputs. {folder} has {len(columns)}: name those to vary by --inputs"
        )


def one_of(names, wanted, what):
    """The name that was asked for, or the only one there is."""
    names = list(names)
    if wanted and wanted not in names:
        raise UserError(
            f"--output wants one of the {what} {', '.join(names)}.{suggest(wanted, names)} Received: {wanted!r}"
        )
    if not wanted and len(names) > 1:
        raise UserError(f"the run has the {what} {', '.join(names)}: choose one by --output")
    return wanted or names[0]


def answers(model, columns, output, fixed=None):
    """A function of `(rows, inputs)` to `(rows,)`."""
    import numpy as np
    from evaluation.saved_model import predict

    def answer(points):
        inputs = dict(zip(columns, points.T, strict=True))
        inputs |= {name: np.full(len(points), value) for name, value in (fixed or {}).items()}
        return np.asarray(predict(model, inputs)[output], "float64")

    return answer


def hidden(folder, experiment, dataset, columns, fixed, layer, output):
    """`(name, function)` of one output of a hidden layer, counted from 1."""
    import keras
    import numpy as np

    from models.columns import make_input_names

    model = keras.models.load_model(folder / "model.keras", safe_mode=True)
    network = next(part for part in reversed(model.layers) if isinstance(part, keras.Model))
    found = {part.name: part for part in network.layers if len(part.output.shape) == 2}
    if layer not in found:
        raise UserError(
            f"--layer wants one of {', '.join(found)}.{suggest(layer, found)} Received: {layer!r}"
        )
    units = found[layer].output.shape[-1]
    number = int(output) if output.isdecimal() else 0
    if not 1 <= number <= units:
        raise UserError(
            f"--output wants a number from 1 to {units}, of the outputs of {layer}. Received: {output!r}"
        )
    encoder = experiment.encoder(dataset)
    part = keras.Model(network.input, found[layer].output)
    names = dict(
        zip(
            [column.name for column in dataset.columns],
            make_input_names(dataset.columns),
            strict=True,
        )
    )

    def answer(points):
        inputs = dict(zip(columns, points.T, strict=True)) | {
            n: np.full(len(points), v) for n, v in fixed.items()
        }
        raw = {
            names[name]: np.asarray(v, object if isinstance(v[0], str) else "float32")
            for name, v in inputs.items()
        }
        return np.asarray(
            part(encoder({name: keras.ops.convert_to_tensor(v) for name, v in raw.items()})),
            "float64",
        )[:, number - 1]

    return f"{layer}_{number}", answer


def typical(column):
    """What an input that is not varied stays at: its mean, its most frequent category."""
    if column.kind == "number":
        return column.mean
    if column.kind == "category":
        return column.vocabulary[0] if column.vocabulary else ""
    return ""


def check_points(random, low, high, middle, symbols):
    """A table of random points of a box and of the margin around it, and of lines through its middle."""
    import numpy as np
    import pandas as pd

    from datasets.formula import draw_from_margin

    high = np.where(high > low, high, low + 1)
    parts = {
        "inside": random.uniform(low, high, (CHECKS, len(symbols))),
        "outside": draw_from_margin(np.stack([low, high], axis=1), MARGIN, CHECKS, random),
    }
    for place, symbol in enumerate(symbols):
        line = np.tile(middle, (LINE, 1))
        width = MARGIN * (high[place] - low[place])
        line[:, place] = np.linspace(low[place] - width, high[place] + width, LINE)
        parts[f"along {symbol}"] = line
    tables = [
        pd.DataFrame(points, columns=symbols).assign(where=where) for where, points in parts.items()
    ]
    return pd.concat(tables, ignore_index=True)


def with_test_rows(checks, test, columns, symbols, target):
    """The inside points are the test rows, which nothing has seen, with what was measured there."""
    import numpy as np
    import pandas as pd

    rows = pd.DataFrame(
        {symbol: test.inputs[name] for name, symbol in zip(columns, symbols, strict=True)},
        dtype="float64",
    )
    rows["measured"] = np.asarray(test.targets[target], "float64")
    rows["where"] = "inside"
    return pd.concat([rows.dropna(), checks[checks["where"] != "inside"]], ignore_index=True)


def symbols_of(columns):
    """Names as formulas have them: `petal size (cm)` becomes `petal_size_cm`, `lambda` `lambda_`; no two alike."""
    symbols = []
    for column in columns:
        name = re.sub(r"_+", "_", re.sub(r"\W", "_", column, flags=re.ASCII)).strip("_") or "x"
        name = f"x{name}" if name[0].isdigit() else name
        name = f"{name}_" if keyword.iskeyword(name) else name
        while name in symbols:
            name += "1"
        symbols.append(name)
    return symbols
