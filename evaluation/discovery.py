"""A discovered equation: its coefficients, how it was found, and how well it explains the data."""

import json
import math

import numpy as np

from errors import UserError
from evaluation.discovery_figures import draw_discovery
from evaluation.evaluation import Evaluation, Headline
from evaluation.solution import INTERVAL

SCIPY = "equation, solved by SciPy"  # it has nothing of the network but the initial values


def evaluate_discovery(run, data):
    """Compare the network with all of the data, and for trajectories the equation alone as well.

    Args:
        run: `runs.run.Run`.
        data: `tasks.measurements.MeasuredField`.

    Returns: an `Evaluation`.
    """
    discovery = json.loads((run.folder / "discovery.json").read_text(encoding="utf-8"))
    add_intervals(discovery["coefficients"])
    points = {name: data.table[name] for name in data.coordinates}
    answers = {"network": run.predict(points)}
    if len(data.coordinates) == 1 and (solution := solve_equation(run.folder)):
        answers[SCIPY] = solution(points)
    errors = {
        method: {name: relative_error(values[name], data.table[name]) for name in data.unknowns}
        for method, values in answers.items()
    }
    worst = max(errors["network"], key=errors["network"].get)
    headline = Headline(
        f"relative_l2_error of {worst}",
        errors["network"][worst],
        discovery["error_of_network"],
        "network alone, on held-out data",
    )
    metrics = {
        "equations": discovery["equations"],
        "coefficients": discovery["coefficients"],
        "rows": len(data.table[worst]),
        "relative_l2_error": errors,
        "error_of_network": discovery["error_of_network"],
    }
    tables = tabulate_discovery(discovery) | {
        "Relative L2 error against all of the data": tabulate_errors(errors, data.unknowns)
    }
    return Evaluation(headline, tables, draw_discovery(run, data, discovery, answers), metrics)


def add_intervals(coefficients):
    """Add its 95 % interval to each coefficient."""
    for one in coefficients:
        half_width = INTERVAL * one["standard_error"]
        one["interval_95"] = [one["value"] - half_width, one["value"] + half_width]


def solve_equation(folder):
    """Solve the discovered ODE by SciPy, with the network's initial values; None if it fails."""
    from equations.classical.ode import solve_ode
    from equations.equation_file import read_equation

    try:
        return solve_ode(read_equation(folder / "equation.toml").problem())
    except UserError as error:
        print(f"note: the equation is not solved by SciPy: {error}")
        return None


def relative_error(values, true):
    return float(np.linalg.norm(values - true) / np.linalg.norm(true))


def tabulate_discovery(discovery):
    """Return the tables of the coefficients and of the models that were tried."""
    coefficients = [
        [*(one[key] for key in ("equation", "term", "value", "standard_error")), format_range(one)]
        for one in discovery["coefficients"]
    ]
    models = [
        [
            len(model["terms"]),
            model["unexplained"],
            model["criterion"],
            "enough" if model["kept"] else "not enough",
        ]
        for model in discovery["models"]
    ]
    header = ["equation", "term", "coefficient", "standard error", "95 % interval"]
    return {
        "Discovered: " + "; ".join(discovery["equations"]): [header, *coefficients],
        "Terms left out": [["terms", "unexplained part", "criterion", ""], *models],
    }


def tabulate_errors(errors, unknowns):
    rows = [[method, *(found[name] for name in unknowns)] for method, found in errors.items()]
    return [["method", *unknowns], *rows]


def format_range(coefficient):
    """Return the 95 % interval with two digits of the standard error."""
    value, error = coefficient["value"], coefficient["standard_error"]
    known = value and 0 < error < math.inf
    digits = max(3, 2 + math.floor(math.log10(abs(value) / error))) if known else 3
    return " to ".join(f"{end:.{digits}g}" for end in coefficient["interval_95"])
