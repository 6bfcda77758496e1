"""Scores as tables: lists of rows, the first one the header."""

import json


def tables_of(metrics):
    """`{heading: rows}` from the content of `metrics.json`: a study's own, and a table for every split and target."""
    tables = dict(metrics.get("tables", {}))
    for split, scores in metrics.get("splits", {}).items():
        for target, network in scores["network"].items():
            baseline = scores.get("baseline", {}).get(target, {})
            header = ["metric", "network"] + ([metrics["baseline"]] if baseline else [])
            rows = [
                [name, value] + ([baseline.get(name, "")] if baseline else [])
                for name, value in network.items()
            ]
            tables[f"{target}, {split} ({scores['rows']} rows)"] = [header, *rows]
    if constants := metrics.get("constants"):
        columns = list(dict.fromkeys(name for numbers in constants.values() for name in numbers))
        rows = [
            [name, *(as_cell(numbers.get(column, "")) for column in columns)]
            for name, numbers in constants.items()
        ]
        tables["constants"] = [["constant", *columns], *rows]
    if solvers := metrics.get("classical solvers"):
        unknowns = [name for name in next(iter(solvers.values())) if name != "seconds"]
        header = ["solver", "seconds", *(f"relative L2 error of {name}" for name in unknowns)]
        errors = {
            name: [found[unknown]["relative L2 error"] for unknown in unknowns]
            for name, found in solvers.items()
        }
        tables["classical solvers"] = [
            header,
            *([name, solvers[name]["seconds"], *errors[name]] for name in solvers),
        ]
    return tables


def as_cell(value):
    """A number, or the ends of an interval in text."""
    return (
        " to ".join(f"{number:.7g}" for number in value)
        if isinstance(value, (list, tuple))
        else value
    )


def overview(folders):
    """A row a run: what it is, how long it trained, its first score beside the baseline's."""
    return [
        ["run", "experiment", "epochs", "score", "network", "baseline"],
        *map(overview_row, folders),
    ]


def overview_row(folder):
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        row = [folder.name, config["experiment"], config["training"]["epochs"]]
        if not (folder / "metrics.json").exists():
            return [*row, "not evaluated yet", "", ""]
        metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
        if summary := metrics.get("summary"):
            return [*row, summary["score"], summary["value"], summary.get("baseline", "")]
        test = metrics["splits"]["test"]
        target = next(iter(test["network"]))
        metric = next(
            (name for name in ("accuracy", "RMSE") if name in test["network"][target]), None
        )
        metric = metric or next(iter(test["network"][target]))
        values = [
            test.get(model, {}).get(target, {}).get(metric, "") for model in ("network", "baseline")
        ]
        return [*row, f"{metric} of {target}", *values]
    except (ValueError, KeyError, TypeError):  # one damaged run must not hide the others
        return [folder.name, "?", "", "config.json or metrics.json is damaged", "", ""]


def show(rows):
    """Rows as text in columns, numbers to the right."""
    cells = [
        [f"{cell:.6g}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    numeric = [
        all(isinstance(row[place], (int, float)) or row[place] == "" for row in rows[1:])
        for place in range(len(widths))
    ]
    lines = [
        "  "
        + "  ".join(
            f"{cell:>{w}}" if n else f"{cell:<{w}}"
            for cell, w, n in zip(row, widths, numeric, strict=True)
        )
        for row in cells
    ]
    return "\n".join([lines[0], "  " + "-" * (sum(widths) + 2 * len(widths) - 2), *lines[1:]])
