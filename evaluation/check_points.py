"""Check points of a distilled formula: inside and outside of the training interval, and lines."""

import numpy as np
import pandas as pd

from datasets.formula import draw_from_margin

CHECKS = 1000  # points inside, and the same number outside
LINE = 400  # points of a line
MARGIN = 0.5  # width of the margin around the training interval, as a fraction of the interval's


def draw_check_points(random, low, high, middle, symbols, margin=MARGIN):
    """Draw points in a box and in the margin around it, and lines through its middle.

    Args:
        random: `numpy.random.Generator`.
        low, high: corners of the box, `(inputs,)`.
        middle: where the lines meet, `(inputs,)`.
        symbols: names of the inputs.
        margin: width of the margin; with 0 all points lie inside.

    Returns: table with a column for each symbol and "where": "inside", "outside" or, for the line
    of an input, "along SYMBOL".
    """
    high = np.where(high > low, high, low + 1)
    parts = {"inside": random.uniform(low, high, (CHECKS, len(symbols)))}
    if margin:
        parts["outside"] = draw_from_margin(np.stack([low, high], axis=1), margin, CHECKS, random)
    for index, symbol in enumerate(symbols):
        line = np.tile(middle, (LINE, 1))
        width = margin * (high[index] - low[index])
        line[:, index] = np.linspace(low[index] - width, high[index] + width, LINE)
        parts[f"along {symbol}"] = line
    tables = [pd.DataFrame(x, columns=symbols).assign(where=where) for where, x in parts.items()]
    return pd.concat(tables, ignore_index=True)


def replace_inside(checks, rows):
    """Return the check points with these rows as those inside."""
    outside = checks[checks["where"] != "inside"]
    return pd.concat([rows.assign(where="inside"), outside], ignore_index=True)


def tabulate_rows(split, names, symbols, target=None):
    """Return the rows of a split that have all inputs as a table.

    Args:
        split: `datasets.dataset.Split`.
        names: names of the inputs in the split.
        symbols: their names in the table.
        target: name of the target whose values the column "measured" has; None for none.
    """
    values = {symbol: split.inputs[name] for name, symbol in zip(names, symbols, strict=True)}
    if target is not None:
        values["measured"] = split.targets[target]
    return pd.DataFrame(values, dtype="float64").dropna()
