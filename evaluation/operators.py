"""Operators: errors of test functions, on other grids, in rollouts, and the time of an answer."""

import time

import numpy as np

from evaluation.advice import compare_to_baseline
from evaluation.evaluation import Evaluation, Headline
from evaluation.operator_baselines import SOLVER
from plots.functions import plot_examples, plot_medium_examples, plot_rollout_errors
from plots.history import plot_history

SCORE = "relative L2 error"
TIMED = 20  # calls with a single function
ROLLOUTS = 50  # test functions
NETWORK = "network"


def evaluate_operator(run, data, baselines, simulation, steps):
    """Score and draw an operator beside other ways to map functions.

    Args:
        run: `runs.run.Run` with the endpoints of `tasks.operators`.
        data: `datasets.dataset.Dataset` of functions.
        baselines: from `evaluation.operator_baselines.fit_operator_baselines`.
        simulation: `tasks.operator_data.Simulation` that made the data; None if it is not known.
        steps: number of steps of the rollouts; 0 for none.

    Returns: an `Evaluation`.
    """
    methods = {NETWORK: run.predict}
    methods |= {name: baseline.endpoints["serve"] for name, baseline in baselines.items()}
    test = data.test
    print(f"Answering for {test.rows} test functions by the network and by simpler methods ...")
    answers = {name: serve(test.inputs) for name, serve in methods.items()}
    errors = {name: score_functions(found, test.targets) for name, found in answers.items()}
    times = {name: measure_time(serve, test.inputs) for name, serve in methods.items()}
    rows = [["", *methods]]
    rows += [[f"{title} {SCORE}", *(measure(errors[name]) for name in methods)]
             for title, measure in (("mean", np.mean), ("median", np.median),
                                    ("largest", np.max))]  # fmt: skip
    varying = {name: score_functions(found, test.targets, True) for name, found in answers.items()}
    rows.append([f"median {SCORE}, of the variation", *map(np.median, varying.values())])
    squares = {name: mean_square(found, test.targets) for name, found in answers.items()}
    rows.append(["mean squared error", *squares.values()])
    speed = [["", *methods]]
    for number, title in enumerate(("one function alone", f"{test.rows} at once")):
        speed.append([title, *(1000 * times[name][number] for name in methods)])
    limit = "; errors below the solver's own, see the notes on the data, say nothing"
    tables = {
        f"test ({test.rows} functions){limit if simulation else ''}": rows,
        "time of an answer, ms a function": speed,
    }
    metrics = {
        "splits": {
            "test": {
                "rows": test.rows,
                "scores": {
                    name: {
                        "relative_l2": float(found.mean()),
                        "relative_l2_of_variation": float(np.median(varying[name])),
                        "mean_squared_error": squares[name],
                    }
                    for name, found in errors.items()
                },
            }
        },
        "milliseconds": {name: [1000 * t for t in found] for name, found in times.items()},
        "fit_seconds": {name: baseline.seconds for name, baseline in baselines.items()},
    }
    figures = {
        "history": plot_history(run.history, run.config.get("finished_loss")),
        "functions": draw_examples(data, answers, errors[NETWORK]),
    }
    if data.extra_splits:
        tables[f"{SCORE} on other grids"], metrics["grids"] = score_grids(methods, data)
    if steps:
        rollout = score_rollouts(run, methods, data, simulation, steps)
        tables[f"{SCORE} of rollouts, mean of {min(ROLLOUTS, test.rows)} test functions"] = [
            ["steps", *rollout],
            *([k + 1, *(found[k] for found in rollout.values())] for k in range(steps)),
        ]
        metrics["rollout"] = rollout
        figures["operator-rollout"] = plot_rollout_errors(rollout)
    value = {name: float(found.mean()) for name, found in errors.items()}
    simpler = min((name for name in baselines if name != SOLVER), key=value.get)
    headline = Headline(SCORE, value[NETWORK], value[simpler], simpler)
    advice = tuple(compare_to_baseline(headline))
    return Evaluation(headline, tables, figures, metrics, advice)


def score_functions(found, true, without_mean=False):
    """Return the relative L2 error of each row, of all output functions together, `(rows,)`.

    Args:
        found, true: `{output: (rows, ...)}`.
        without_mean: whether it is relative to what a function differs from its mean.
    """
    squares = [0.0, 0.0]
    for name, y in true.items():
        axes = tuple(range(1, y.ndim))
        squares[0] += np.sum(np.square(found[name].astype("float64") - y), axis=axes)
        y = y.astype("float64")
        y = y - y.mean(axis=axes, keepdims=True) if without_mean else y
        squares[1] += np.sum(np.square(y), axis=axes)
    return np.sqrt(squares[0] / np.maximum(squares[1], 1e-300))


def mean_square(found, true):
    """Return the mean squared error of all values."""
    return float(np.mean([np.mean(np.square(found[name] - y)) for name, y in true.items()]))


def measure_time(serve, inputs):
    """Return the seconds a function takes alone, the median of some calls, and among all."""
    rows = len(next(iter(inputs.values())))
    alone = []
    for row in range(min(TIMED, rows)):
        one = {name: x[row : row + 1] for name, x in inputs.items()}
        start = time.perf_counter()
        serve(one)
        alone.append(time.perf_counter() - start)
    start = time.perf_counter()
    serve(inputs)
    return float(np.median(alone)), (time.perf_counter() - start) / rows


def score_grids(methods, data):
    """Return a table of the mean errors on the grids of the extra splits, and `{grid: {method:
    error}}`; only the network and the solver take other grids."""
    splits = {"as in the training": data.test} | data.extra_splits
    found = {}
    for title, split in splits.items():
        shape = next(iter(split.targets.values())).shape[1:]
        found[f"{title}: {' x '.join(map(str, shape))}"] = {
            name: float(score_functions(serve(split.inputs), split.targets).mean())
            for name, serve in methods.items()
            if name in (NETWORK, SOLVER)
        }
    names = list(next(iter(found.values())))
    return [["points", *names], *([title, *row.values()] for title, row in found.items())], found


def score_rollouts(run, methods, data, simulation, steps):
    """Return the mean error after each step, `{method: [error]}`, beside no change."""
    (source,), (target,) = data.columns, data.targets
    twice = next(iter(data.extra_splits.values()))  # the grid of the solver
    fine = twice.inputs[source.name][:ROLLOUTS].astype("float64")
    first = data.test.inputs[source.name][:ROLLOUTS]
    truth, coarse, solved = [], first.astype("float64"), []
    for _ in range(steps):
        fine, coarse = simulation.solve(fine), simulation.solve(coarse)
        truth.append(fine[:, ::2])
        solved.append(coarse)
    path = run.predict({source.name: first, "steps": steps}, "rollout")[target.name]
    ways = {NETWORK: [path[:, k + 1] for k in range(steps)], SOLVER: solved,
            "no change": [first] * steps}  # fmt: skip
    return {
        name: [
            float(score_functions({"u": x}, {"u": y}).mean())
            for x, y in zip(way, truth, strict=True)
        ]
        for name, way in ways.items()
    }


def draw_examples(data, answers, errors):
    """Draw the test functions with the smallest, the median and the largest error."""
    order = np.argsort(errors)
    chosen = {"smallest error": order[0], "median error": order[len(order) // 2],
              "largest error": order[-1]}  # fmt: skip
    target, domain = data.targets[0], data.context["outputs"]
    source = next(column for column in data.columns if column.shape)
    rows = {
        f"{title}: {100 * errors[row]:.2g} %": {
            "input": data.test.inputs[source.name][row],
            "truth": data.test.targets[target.name][row],
            NETWORK: answers[NETWORK][target.name][row],
        }
        for title, row in chosen.items()
    }
    names = source.name, target.name
    inputs = data.context["inputs"]
    if inputs.points.shape[1] == domain.points.shape[1] == 2:
        places = (one.axes or one.points for one in (inputs, domain))
        return plot_medium_examples(rows, *places, names)
    return plot_examples(rows, inputs.points, domain.points, names)
