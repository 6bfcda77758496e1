"""The forecast of a file with the recent history, with its times."""

import numpy as np
import pandas as pd

from datasets.kaggle import resolve_table_path
from datasets.table_file import read_table
from datasets.time_column import Frequency, format_time, to_table_column
from datasets.time_series import to_grid
from datasets.windows import Lengths, Roles
from errors import UserError
from evaluation.output import write_output

SHOWN = 12  # steps in the table on the screen


def forecast_file(run, data, output):
    """Forecast what follows the last value of a file, and write it as CSV.

    Args:
        run: `runs.run.Run` with the endpoint `forecast`.
        data: table with the columns of the training: at least a window of rows, and, if columns are
            known in advance, further rows with these alone.
        output: file to write.

    Returns: a table of the first steps, `{heading: rows}`.

    Raises: UserError for too few rows, or other times than those of the training.
    """
    series = run.config["data"]["series"]
    roles = Roles(series["time"], *(tuple(series[name]) for name in Roles._fields[1:]))
    lengths = Lengths(*(series[name] for name in Lengths._fields))
    frequency = Frequency(*series["frequency"])
    frame = read_table(resolve_table_path(data))
    if roles.time not in frame.columns:
        raise UserError(f"--data {data} has no column {roles.time!r} with the time of each row")
    times, values, _, remarks = to_grid(frame, roles, frequency)
    for remark in remarks:
        print(f"note        {remark}")
    origin = find_origin(values[:, : len(roles.targets)], lengths.window, data)
    inputs = {"history": values[None, :origin]}
    if roles.known:
        inputs["known"] = take_known(values, origin, lengths.horizon, roles.known)[None]
    answers = run.predict(inputs, "forecast")
    ahead = frequency.make_grid(times[0], origin + lengths.horizon)[origin:]
    columns = {roles.time: to_table_column(ahead)}
    for k, name in enumerate(roles.targets):
        for ending, key in (("predicted", "mean"), ("lower", "lower"), ("upper", "upper")):
            columns[f"{name}_{ending}"] = answers[key][0, :, k]
    table = pd.DataFrame(columns)
    write_output(table, output, data)
    last = format_time(times[origin - 1])
    heading = f"Forecast after {last}, {min(SHOWN, len(table))} of {len(table)} steps"
    return {heading: [list(table), *table.head(SHOWN).values.tolist()]}


def find_origin(targets, window, data):
    """Return the step after the last one that has a value.

    Raises: UserError if there are fewer steps than the window before it.
    """
    known = ~np.isnan(targets).all(axis=1)
    origin = int(np.flatnonzero(known)[-1]) + 1 if known.any() else 0
    if origin < window:
        raise UserError(
            f"--data {data}: the history has {origin} steps, and the forecast needs the last "
            f"{window}. Add earlier rows"
        )
    return origin


def take_known(values, origin, horizon, names):
    """Return the columns known in advance at the steps of the horizon, `(horizon, known)`.

    Raises: UserError if they are not there.
    """
    ahead = values[origin : origin + horizon, -len(names) :]
    given = ~np.isnan(ahead).any(axis=1)
    if len(ahead) < horizon or not given.all():
        raise UserError(
            f"{', '.join(names)}: known in advance, but only {int(given.sum())} of {horizon} steps "
            "after the last value have it. Add rows with the time and these columns, the others "
            "empty"
        )
    return ahead
