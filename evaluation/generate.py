"""Draw new rows from a run and write them."""

import pandas as pd

from atomic import write_atomically
from datasets.paths import check_path
from errors import UserError
from runs.folder import format_path

MOST = 10**6  # rows at once
SEEDS = 2**31 - 1  # the endpoint takes int32


def check_options(options):
    """Raise UserError for options of evaluate.py that do not go together."""
    given = [f"--{name}" for name in ("data", "generate") if getattr(options, name)]
    if options.output and not given:
        raise UserError("--output needs rows to predict: give --data FILE as well")
    if len(given) > 1:
        raise UserError("--data predicts rows and --generate draws new ones. Give one of them")
    if given and len(options.run) != 1:
        raise UserError(f"{given[0]} takes one run. Give one folder")
    if options.data:
        check_path(options.data, "--data")


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
    try:
        with write_atomically(output) as path:
            table.to_csv(path, index=False)
    except OSError as error:
        reason = error.strerror or error
        raise UserError(f"--output {output} cannot be written: {reason}") from None
    print(f"Written: {format_path(output)}, {count} rows")
