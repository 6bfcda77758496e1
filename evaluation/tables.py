"""Scores as tables, lists of rows with the header first; and the list of all runs."""

import json

from errors import to_one_line
from runs.folder import list_runs as find_runs

HEADER = ["run", "experiment", "epochs", "score", "value", "best baseline", ""]


def print_tables(tables):
    """Print `{heading: rows}`."""
    for heading, rows in tables.items():
        print(f"\n{to_one_line(heading)}\n{format_table(rows)}")


def print_evaluation(evaluation):
    """Print the scores and the advice of an `evaluation.evaluation.Evaluation`."""
    print_tables(evaluation.tables)
    for line in evaluation.advice:
        print(f"\nadvice      {to_one_line(line)}")


def list_runs():
    """Return a table of all runs with the headline of each."""
    rows = [HEADER, *map(describe_run, find_runs())]
    if len(rows) == 1:
        return "No runs yet. `python train.py` lists what can be trained."
    return format_table(rows)


def describe_run(folder):
    """Return the row of a run in the list: what it is, how long it trained, its main score."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        row = [folder.name, config["experiment"], config["training"]["epochs"]]
        wrong = not config.get("verdict", {}).get("converged", True)
        if not (folder / "metrics.json").exists():
            return [*row, "not converged" if wrong else "not evaluated yet", "", "", ""]
        metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
        headline = metrics["headline"]
        baseline = "" if headline["baseline"] is None else headline["baseline"]
        score = headline["score"] + " (not converged)" * wrong
        return [*row, score, headline["value"], baseline, headline["method"]]
    except (ValueError, KeyError, TypeError, OSError, RecursionError):
        # A damaged run must not hide the others.
        return [folder.name, "?", "", "config.json or metrics.json is damaged", "", "", ""]


def format_table(rows):
    """Return rows as text in columns, numbers to the right."""
    cells = [[format_cell(cell) for cell in row] for row in rows]
    columns = list(zip(*cells, strict=True))
    widths = [max(map(len, column)) for column in columns]
    numeric = [
        all(isinstance(row[index], (int, float)) or row[index] == "" for row in rows[1:])
        for index in range(len(columns))
    ]
    lines = []
    for row in cells:
        padded = zip(row, widths, numeric, strict=True)
        lines.append("  " + "  ".join(f"{c:>{w}}" if n else f"{c:<{w}}" for c, w, n in padded))
    rule = "  " + "-" * (sum(widths) + 2 * len(widths) - 2)
    return "\n".join(line.rstrip() for line in [lines[0], rule, *lines[1:]])


def format_cell(cell):
    return f"{cell:.6g}" if isinstance(cell, float) else to_one_line(cell)
