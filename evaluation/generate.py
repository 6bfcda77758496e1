"""Draw new rows from a run and write them."""

import pandas as pd

from errors import UserError
from evaluation.output import write_output
from runs.folder import format_path

MOST = 10**6  # rows at once
SEEDS = 2**31 - 1  # the endpoint takes int32


def generate_rows(run, count, seed, output=""):
    """Draw rows from a run's endpoint `generate` and write them as CSV.

    Args:
        run: `runs.run.Run`.
        count: number of rows.
        seed: seed of the rows; the same seed gives the same rows.
        output: file to write; samples.csv in the run's folder if empty.

    Raises: UserError if the run has no such endpoint, or a number is out of range.
    """
    endpoints = run.config.get("endpoints", {})
    if "generate" not in endpoints:
        raise UserError(
            f"--generate needs a run with the endpoint generate, such as one of flow. "
            f"{run.folder.name} has: {', '.join(endpoints)}"
        )
    for option, value, low, high in (
        ("--generate", count, 1, MOST),
        ("--seed", seed, 0, SEEDS),
    ):
        if not low <= value <= high:
            raise UserError(f"{option} must be a number from {low} to {high}. Received: {value}")
    run.inputs("generate")  # reports a damaged config.json
    rows = run.predict({"count": count, "seed": seed}, "generate")
    names = [column.name for column in run.inputs() if column.name in rows]
    # TensorFlow sorts the columns by name; the user's order comes back.
    table = pd.DataFrame(rows)[[*names, *(name for name in rows if name not in names)]]
    output = output or run.folder / "samples.csv"
    write_output(table, output)
    print(f"Written: {format_path(output)}, {count} rows")
