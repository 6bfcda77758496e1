"""What evaluate.py finds out about a discovered equation, and its pictures."""

import json
import math

GRID = 201  # points a coordinate of the map, where the data is on no grid
CLASSICAL = "equation, solved by SciPy"  # of ordinary differential equations: nothing of the network but its start
FRESH = 1000


def results(model, folder, history, field):
    """`(metrics, figures)` of a run.

    Args:
        model: the loaded SavedModel.
        folder: of the run.
        history: columns of `history.csv`.
        field: `(coordinates, unknowns, table)` with all of the data, without noise that was added.
    """
    import numpy as np

    from datasets.table_file import read_table
    from evaluation.saved_model import predict

    coordinates, unknowns, table = field
    story = json.loads((folder / "discovery.json").read_text(encoding="utf-8"))
    measured = {
        name: column.to_numpy() for name, column in read_table(folder / "measurements.csv").items()
    }
    answers = {"network": predict(model, {name: table[name] for name in coordinates})}
    if len(coordinates) == 1 and (solution := solved(folder)):
        answers[CLASSICAL] = solution({name: table[name] for name in coordinates})
    errors = {
        method: {
            name: float(np.linalg.norm(values[name] - table[name]) / np.linalg.norm(table[name]))
            for name in unknowns
        }
        for method, values in answers.items()
    }
    worst = max(errors["network"].values())
    metrics = {
        "summary": {
            "score": "relative L2 error",
            "value": worst,
            "baseline": story["error of the network alone"],
        },
        "equation": story["equations"],
        "rows": len(table[unknowns[0]]),
        "relative L2 error": errors,
        "error of the network alone": story["error of the network alone"],
        "tables": tables(story, errors, unknowns),
    }
    figures = {"discovery": path(story), "history": losses(history)}
    if story["coefficients"]:
        figures["coefficients"] = coefficients(history, story)
    draw = trajectories if len(coordinates) == 1 else maps
    return metrics, figures | draw(coordinates, unknowns, table, measured, answers, model)


def solved(folder):
    """The discovered ordinary differential equation, solved from where the network begins; None where that is impossible."""
    from equations.classical.ode import solve_ode
    from equations.equation_file import read_equation
    from errors import UserError

    try:
        return solve_ode(read_equation(folder / "equation.toml").problem())
    except UserError as error:
        print(f"note: the equation is not solved by SciPy: {error}")
        return None


def tables(story, errors, unknowns):
    """`{heading: rows}` for the report."""
    rows = [
        [
            one["equation"],
            one["term"],
            one["value"],
            one["standard_error"],
            interval(one["value"], one["standard_error"]),
        ]
        for one in story["coefficients"]
    ]
    tried = [
        [
            len(model["terms"]),
            model["unexplained"],
            model["criterion"],
            "enough" if model["kept"] else "not enough",
        ]
        for model in story["models"]
    ]
    return {
        "Discovered: " + "; ".join(story["equations"]): [
            ["equation", "term", "coefficient", "standard error", "95 % interval"],
            *rows,
        ],
        "Terms left out": [["terms", "unexplained part", "criterion", ""], *tried],
        "Relative L2 error against all of the data": [
            ["method", *unknowns],
            *([method, *(found[name] for name in unknowns)] for method, found in errors.items()),
        ],
    }


def interval(value, error):
    """With two digits of the error."""
    digits = (
        max(3, 2 + math.floor(math.log10(abs(value) / error)))
        if value and 0 < error < math.inf
        else 3
    )
    return f"{value - 1.96 * error:.{digits}g} to {value + 1.96 * error:.{digits}g}"


def path(story):
    """What leaving out terms cost."""
    import numpy as np

    from plots.sparse_path import plot_sparse_path

    models = story["models"]
    names = list(dict.fromkeys(name for model in models for name in model["terms"]))
    several = len(story["equations"]) > 1
    short = {name: name if several else name.partition(": ")[2] for name in names}
    contributions = {
        short[name]: np.array([model["terms"].get(name, np.nan) for model in models], "float64")
        for name in names
    }
    kept = [model["kept"] for model in models]
    chosen = [model for model in models if model["kept"]][-1]
    return plot_sparse_path(
        [len(model["terms"]) for model in models],
        [model["unexplained"] for model in models],
        kept,
        contributions,
        [short[name] for name in chosen["terms"]],
        "; ".join(story["equations"])
        if len(story["equations"]) == 1
        else "What leaving out terms costs",
        reason(models, chosen),
    )


def reason(models, chosen):
    """Why this model, in a line."""
    count = len(chosen["terms"])
    fewer = [
        model["unexplained"]
        for model in models
        if not model["kept"] and len(model["terms"]) == count - 1
    ]
    if not fewer:
        return f"{count} terms chosen: Schwarz's criterion is lowest"
    growth = min(fewer) / chosen["unexplained"]
    times = f"{growth:.3g}" if growth < 1000 else f"{growth:.1e}"
    return f"{count} terms chosen: with one fewer, {times} times as much is unexplained"


def labels(story):
    """Short names of the coefficients, in their order."""
    several = len(story["equations"]) > 1
    return [
        f"{one['equation']}: {one['term']}" if several else one["term"]
        for one in story["coefficients"]
    ]


def losses(history):
    from plots.loss_terms import plot_loss_terms

    return plot_loss_terms(history, title="Refinement of network and coefficients")


def coefficients(history, story):
    """The coefficients over the refinement, with their 95 % intervals."""
    import numpy as np

    from plots.constants import plot_constants

    values, intervals = {}, {}
    for number, name in enumerate(labels(story), start=1):
        course = np.asarray(history[f"constant c{number}"], "float64")
        error = 1.96 * np.asarray(history[f"standard_error c{number}"], "float64")
        values[name], intervals[name] = course, np.stack([course - error, course + error], axis=-1)
    return plot_constants(history["iteration"], values, intervals, title="Coefficients")


def trajectories(coordinates, unknowns, table, measured, answers, model):
    """Of ordinary differential equations: the data, the network, and what the equation alone says."""
    import numpy as np

    from plots.trajectories import plot_phase_portrait, plot_trajectories

    (time,) = coordinates
    order = np.argsort(table[time])
    curves = {"reference": table, **answers}
    lines = {
        method: np.stack([values[name][order] for name in unknowns], axis=-1)
        for method, values in curves.items()
    }
    title = f"Data (reference, {len(measured[time])} rows used) and what was found"
    figures = {"solution": plot_trajectories(table[time][order], lines, unknowns, time, title)}
    if len(unknowns) in (2, 3):
        figures["phase-portrait"] = plot_phase_portrait(lines, unknowns)
    return figures


def maps(coordinates, unknowns, table, measured, answers, model):
    """Of partial differential equations in two coordinates: the data with the places that were used, the network, the error."""
    import numpy as np

    from evaluation.saved_model import predict
    from evaluation.solution import grid_of
    from plots.field import plot_fields

    if len(coordinates) > 2:
        return {}
    found = grid_of(table, coordinates)
    axes = (
        found[0]
        if found
        else {name: np.linspace(table[name].min(), table[name].max(), GRID) for name in coordinates}
    )
    shape = [len(axis) for axis in axes.values()]
    mesh = np.meshgrid(*axes.values(), indexing="ij")
    network = predict(
        model, {name: values.ravel() for name, values in zip(coordinates, mesh, strict=True)}
    )
    points = np.stack([measured[name] for name in coordinates], axis=-1)
    figures = {}
    for unknown in unknowns:
        panels = {"network": network[unknown].reshape(shape).T}
        if found:
            truth = found[1][unknown].reshape(shape).T
            panels = {"reference": truth, **panels, "error": panels["network"] - truth}
        title = f"{unknown}: data (reference), network, error"
        figures[f"solution-{unknown}"] = plot_fields(
            *axes.values(), panels, *coordinates, title, points, points_name="measurements"
        )
    return figures
