"""A field and its hidden term beside the truth, and beside an equation from sparse regression."""

import numpy as np

from evaluation.evaluation import Evaluation, Headline
from plots.field import plot_fields
from plots.loss_terms import plot_loss_terms
from symbolic.formula import compile_function, parse

POINTS, SEED = 4000, 2**20  # fresh points, which no training has seen
GRID = 101, 81  # points of the maps in x and t
STENCIL = np.arange(-4, 5)  # of central differences
STEP = 1 / 200  # of the range of x


def evaluate_hidden_physics(run, data, baselines):
    """Score and draw the field and the term.

    Args:
        run: `runs.run.Run` with the endpoints `serve`, `derivatives` and `term`.
        data: `tasks.hidden_field.HiddenField`.
        baselines: `{name: evaluation.baselines.Baseline}` with the endpoints `serve` and `term`.

    Returns: an `Evaluation`.
    """
    methods = {
        "network": {"serve": run.predict, "term": lambda inputs: run.predict(inputs, "term")}
    }
    methods |= {name: baseline.endpoints for name, baseline in baselines.items()}
    score = score_by_truth if data.simulation else score_by_data
    scores, headline = score(run, data, methods)
    columns = list(next(iter(scores.values())))
    rows = [[name, *found.values()] for name, found in scores.items()]
    metrics = {
        "splits": {"test": {"rows": POINTS, "scores": {n: {"N": s} for n, s in scores.items()}}},
        "fit_seconds": {name: baseline.seconds for name, baseline in baselines.items()},
    }
    value = {name: found[headline] for name, found in scores.items()}
    best = min(baselines, key=value.get)
    title = "Both networks together, after the field alone"
    figures = {"history": plot_loss_terms(run.history, title=title)} | draw_maps(run, data)
    tables = {"relative L2 errors": [["", *columns], *rows]}
    return Evaluation(
        Headline(headline, value["network"], value[best], best), tables, figures, metrics
    )


def score_by_truth(run, data, methods):
    """Return errors at fresh points of a simulation, of the field and of the term as a function of
    the true derivatives; and the name of the main one."""
    (unknown,) = data.unknowns
    random = np.random.default_rng(SEED)
    at = {n: random.uniform(*ends, POINTS) for n, ends in data.simulation.domain.items()}
    arguments = differentiate(data, at)
    true = compute_term(data, arguments)
    return {
        name: {
            f"error of {unknown}": find_error(
                endpoints["serve"](at)[unknown], arguments[data.names[0]]
            ),
            "error of N": find_error(endpoints["term"](arguments)["N"], true),
        }
        for name, endpoints in methods.items()
    }, "error of N"


def score_by_data(run, data, methods):
    """Return errors against all measurements, of the field and of the term of the network's
    derivatives compared with its u_t; and the name of the main one."""
    (unknown,), at = data.unknowns, {name: data.table[name] for name in data.coordinates}
    found = run.predict(at, "derivatives")
    arguments = {name: found[name] for name in data.names}
    (left,) = data.left
    return {
        name: {
            f"error of {unknown}": find_error(endpoints["serve"](at)[unknown], data.table[unknown]),
            f"N against {left}": find_error(endpoints["term"](arguments)["N"], found[left]),
        }
        for name, endpoints in methods.items()
    }, f"error of {unknown}"


def find_error(found, true):
    return float(np.linalg.norm(found - true) / np.linalg.norm(true))


def differentiate(data, at):
    """Return the arguments of the term in a simulation, `{name: (n,)}`, by central differences of
    order eight or six."""
    x, t = data.coordinates
    low, high = data.simulation.domain[x]
    step = STEP * (high - low)
    shifted = [data.simulation.solution({x: at[x] + step * k, t: at[t]}) for k in STENCIL]
    values = np.stack([one[data.unknowns[0]] for one in shifted])  # (stencil, n)
    powers = np.vander(STENCIL, increasing=True).T.astype("float64")
    found = {}
    for order, name in enumerate(data.names):
        unit = np.zeros(len(STENCIL))
        unit[order] = np.prod(np.arange(1, order + 1))
        found[name] = np.linalg.solve(powers, unit) @ values / step**order
    return found


def compute_term(data, arguments):
    """Return the true term, given its arguments."""
    term = compile_function(parse(data.simulation.formula, data.names), data.names)
    return term(*(arguments[name] for name in data.names))


def draw_maps(run, data):
    """Draw the field, and the term along it, as maps over both coordinates."""
    (x, t), (unknown,), (left,) = data.coordinates, data.unknowns, data.left
    axes = [np.linspace(*data.domain[name], n) for name, n in zip((x, t), GRID, strict=True)]
    mesh = np.meshgrid(*axes)
    at = {name: one.ravel() for name, one in zip((x, t), mesh, strict=True)}
    found = run.predict(at, "derivatives")
    field = {"network": found[unknown]}
    if data.simulation:
        arguments = differentiate(data, at)
        true = compute_term(data, arguments)
        terms = {"network": run.predict(arguments, "term")["N"], "truth": true}
        terms["error"] = terms["network"] - true
        field = {**field, "truth": arguments[unknown]}
        field["error"] = field["network"] - field["truth"]
    else:
        arguments = {name: found[name] for name in data.names}
        terms = {left: found[left], "network": run.predict(arguments, "term")["N"]}

    def draw(values, title, points=None):
        panels = {name: one.reshape(mesh[0].shape) for name, one in values.items()}
        names = {"points": points, "points_name": "measurements"}
        return plot_fields(*axes, panels, x, t, title, **names)

    points = np.stack([data.measurements[name] for name in (x, t)], axis=1)
    return {
        "hidden-term": draw(terms, f"The term N({', '.join(data.names)})"),
        "measured-field": draw(
            field, f"The field {unknown}, from {data.rows} measurements", points
        ),
    }
