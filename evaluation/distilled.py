"""A distilled formula beside its network, inside and outside of the training interval."""

import numpy as np

from evaluation.distilled_figures import draw_formula
from evaluation.evaluation import Evaluation, Headline

SHOWN = 70  # letters of a formula in a table


def evaluate_formula(run, network):
    """Score a distilled formula at the check points, and draw it.

    Args:
        run: `runs.run.Run` of the formula.
        network: the network it was distilled from, a `tasks.sampled_network.SampledNetwork`.

    Returns: an `Evaluation`.
    """
    front, checks = run.read_table("front"), run.read_table("checks")
    names = [column.name for column in run.inputs()]
    symbols = list(checks.columns[: len(names)])
    points = {name: checks[symbol] for name, symbol in zip(names, symbols, strict=True)}
    ((target, values),) = run.predict(points).items()
    errors = compute_errors(checks, values, network.is_solution)
    chosen = run.config["formula"]
    tables = {
        "chosen formula": [
            [target, chosen["text"]],
            ["reason", chosen["reason"]],
            ["constants fitted to", chosen["fitted_to"]],
        ],
        "formulas: complexity and error": tabulate_front(front),
        title_errors(errors, network.is_solution): tabulate_errors(errors),
    }
    figures = draw_formula(front, checks, values, names, symbols, target)
    metrics = {"formula": chosen["text"], "errors": errors}
    return Evaluation(choose_headline(errors), tables, figures, metrics)


def compute_errors(checks, formula, is_solution):
    """Return root mean square errors of formula and network, a dictionary for each comparison.

    Args:
        checks: table with the columns "where", "network" and, if known, "truth" and "measured".
        formula: `(rows,)` values of the formula at the check points.
        is_solution: whether the network solves an equation; then nothing is compared with it
            outside of the domain.
    """
    values = {name: checks[name].to_numpy("float64") for name in checks if name != "where"}
    network, errors = values["network"], []
    for where in ("inside", "outside"):
        part = (checks["where"] == where).to_numpy()
        judges = [judge for judge in ("truth", "measured") if judge in values]
        if where == "inside" or not is_solution:
            judges.append("network")
        for judge in judges:
            known = part & np.isfinite(values[judge])
            if known.any():
                true = values[judge][known]
                errors.append(
                    {
                        "where": where,
                        "against": judge,
                        "rows": int(known.sum()),
                        "formula": root_mean_square(formula[known] - true),
                        "network": root_mean_square(network[known] - true),
                    }
                )
    return errors


def title_errors(errors, is_solution):
    """Return the title of the table of errors, which says what is not compared."""
    title = "root mean square error"
    if is_solution and not any(error["where"] == "outside" for error in errors):
        title += ", inside the domain only: outside of it the solution is not known"
    return title


def root_mean_square(values):
    return float(np.sqrt(np.mean(np.square(values))))


def choose_headline(errors):
    """Return the first error as the main score: inside, against the truth if it is known."""
    first = errors[0]
    score = f"RMSE {first['where']}, against {describe_judge(first['against'])}"
    if first["against"] == "network":
        return Headline(score, first["formula"])
    return Headline(score, first["formula"], first["network"], "network")


def tabulate_front(front):
    """Return the front of complexity and error as a table, the chosen formula marked."""
    rows = [
        [row.complexity, row.error, "chosen" if row.chosen == "yes" else "", cut(row.formula)]
        for row in front.itertuples()
    ]
    return [["complexity", "error", "", "formula"], *rows]


def tabulate_errors(errors):
    rows = [
        [
            f"{error['where']}, against {describe_judge(error['against'])}",
            *(error[name] for name in ("rows", "formula", "network")),
        ]
        for error in errors
    ]
    return [["where", "points", "formula", "network"], *rows]


def describe_judge(judge):
    return "the network" if judge == "network" else judge


def cut(text):
    """Shorten a formula to the width of a table."""
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."
