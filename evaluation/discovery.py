"""A discovered equation: its coefficients, how it was found, and how well it explains the data."""

import json
import math
from dataclasses import replace

import numpy as np

from errors import UserError, to_one_line
from evaluation.discovery_figures import draw_discovery
from evaluation.evaluation import Evaluation, Headline

SCIPY = "equation, solved by SciPy"  # it has nothing of the network but the initial values


def evaluate_discovery(run, data):
    """Compare the network with all of the data, and for trajectories the equation alone as well.

    Args:
        run: `runs.run.Run`.
        data: `tasks.measurements.MeasuredField`.

    Returns: an `Evaluation`.
    """
    discovery = json.loads((run.folder / "discovery.json").read_text(encoding="utf-8"))
    print(to_one_line(discovery["verdict"]["text"]))
    if discovery["hint"]:
        print(to_one_line(f"hint: {discovery['hint']}"))
    answers = {"network": run.predict({name: data.table[name] for name in data.inputs})}
    if len(data.coordinates) == 1 and (solution := solve_equations(discovery, data)):
        answers[SCIPY] = solution
    errors = {method: relative_errors(values, data) for method, values in answers.items()}
    worst = max(errors["network"], key=errors["network"].get)
    headline = Headline(
        f"relative_l2_error of {worst}",
        errors["network"][worst],
        discovery["error_of_network"],
        "network alone, on held-out data",
    )
    copied = ("verdict", "hint", "equations", "coefficients", "error_of_network")
    metrics = {name: discovery[name] for name in copied} | {
        "rows": len(data.table[worst]),
        "relative_l2_error": errors,
    }
    tables = tabulate_discovery(discovery) | {
        "Relative L2 error against all of the data": tabulate_errors(errors, data.unknowns)
    }
    return Evaluation(headline, tables, draw_discovery(run, data, discovery, answers), metrics)


def solve_equations(discovery, data):
    """Solve the discovered ODE by SciPy, with the network's initial values of each run.

    Returns: `{unknown: (rows,)}` at all of the data's points; None if there is no solution.
    """
    from equations.classical.ode import solve_ode
    from equations.equation import Equation
    from equations.scaling import scale_problem

    if not discovery["equations"]:
        return None
    (time,) = data.coordinates
    scales = replace(data.scales, coordinates={time: data.scales.coordinates[time]})
    runs = data.number_runs(data.table) if data.run else np.zeros(len(data.table[time]))
    answers = {name: np.empty(len(runs)) for name in data.unknowns}
    try:
        for number, problem in enumerate(discovery["problems"]):
            own = runs == number
            equation = Equation(discovery["equations"], problem["domain"], problem["conditions"])
            scaled = scale_problem(equation.problem(), scales, lambda *_: 0)
            solution = scales.restore_function(solve_ode(scaled))({time: data.table[time][own]})
            for name, values in answers.items():
                values[own] = solution[name]
    except UserError as error:
        print(f"note: the equation is not solved by SciPy: {error}")
        return None
    return answers


def relative_errors(answers, data):
    """Return the relative L2 error of each unknown function; a large offset does not count."""
    errors = {}
    for name, scale in data.scales.unknowns.items():
        true, found = (scale.to_numbers(table[name]) for table in (data.table, answers))
        errors[name] = float(np.linalg.norm(found - true) / np.linalg.norm(true))
    return errors


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
    tables = {}
    if discovery["equations"]:
        tables["Discovered: " + "; ".join(discovery["equations"])] = [header, *coefficients]
    if models:
        header = ["terms", "unexplained part", "criterion", ""]
        tables["Terms left out"] = [header, *models]
    return tables


def tabulate_errors(errors, unknowns):
    rows = [[method, *(found[name] for name in unknowns)] for method, found in errors.items()]
    return [["method", *unknowns], *rows]


def format_range(coefficient):
    """Return the 95 % interval with two digits of the standard error."""
    value, error = coefficient["value"], coefficient["standard_error"]
    known = value and 0 < error < math.inf
    digits = max(3, 2 + math.floor(math.log10(abs(value) / error))) if known else 3
    return " to ".join(f"{end:.{digits}g}" for end in coefficient["interval_95"])
