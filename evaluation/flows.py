"""Networks of derivatives: how near rollouts stay to trajectories, and beyond the training."""

import numpy as np

from datasets.state_trajectories import list_states
from evaluation.evaluation import Evaluation, Headline
from evaluation.rollouts import (
    call_rollout,
    estimate_first_states,
    list_first_states,
    measure_fit,
    tabulate,
)
from plots.flows import plot_extrapolation, plot_flow_errors
from plots.history import plot_history

SCORE = "MSE"
BEYOND = 2  # times the duration of the data, to which rollouts are drawn
POINTS = 301
LARGEST = 1e6  # derivatives that are compared, in multiples of their size


def evaluate_flow(run, data, baselines, derive):
    """Score and draw a network beside simpler methods.

    Args:
        run: `runs.run.Run` with the endpoints of `experiments.dynamics.neural_ode`.
        data: `datasets.dataset.Dataset` of `datasets.state_trajectories`.
        baselines: from `evaluation.dynamics_baselines`.
        derive: function of states to their true derivatives; None if it is not known.

    Returns: an `Evaluation`.
    """
    names = [column.name for column in data.columns]
    methods = {"network": {n: caller(run, n) for n in ("serve", "rollout")}}
    methods |= {name: found.endpoints for name, found in baselines.items()}
    print(f"Moving {data.test.rows} test trajectories by the network and by other methods ...")
    first = {
        name: estimate_first_states(method["rollout"], data, names)
        for name, method in methods.items()
    }
    scores = {
        name: score(method["rollout"], data, names, first[name]) for name, method in methods.items()
    }
    if derive:
        for name, method in methods.items():
            if "serve" in method:
                scores[name]["error of derivatives"] = score_derivatives(
                    method["serve"], derive, list_states(data.test), names
                )
    truth = "the true flow" if "clean" in data.context else "the measurements"
    tables = {f"rollouts of {data.test.rows} test trajectories, against {truth}": tabulate(scores)}
    metrics = {
        "splits": {"test": {"rows": data.test.rows, "scores": scores}},
        "fit_seconds": {name: baseline.seconds for name, baseline in baselines.items()},
    }
    if noise := data.context.get("noise"):
        metrics["noise"] = noise
        rms = scores["network"]["RMSE, own units"]
        tables["noise of a measurement, and error of the network"] = [
            ["noise", "error", "ratio"],
            [noise, rms, noise / rms],
        ]
    lines = draw_lines(methods, data, derive, names, first)
    figures = {
        "history": plot_history(run.history),
        "beyond-training": plot_extrapolation(*lines, names),
        "flow-errors": plot_flow_errors(*measure_errors(methods, data, names, first)),
    }
    value = {name: found[SCORE] for name, found in scores.items()}
    simpler = min(baselines, key=value.get)
    headline = Headline("MSE of rollouts", value["network"], value[simpler], simpler)
    return Evaluation(headline, tables, figures, metrics)


def caller(run, endpoint):
    return lambda inputs: run.predict(inputs, endpoint)


def score(rollout, data, names, first):
    """Return the mean square error in own units, and root mean squares, see `measure_fit`."""
    found = measure_fit(rollout, data, names, first)
    errors = np.array([x for name, x in found.items() if name.startswith("RMSE of ")])
    square = float(np.mean(errors**2))
    return {SCORE: square, "RMSE, own units": square**0.5} | found


def score_derivatives(serve, derive, states, names):
    """Return the error of derivatives relative to their size."""
    true = derive(states)
    found = serve(dict(zip(names, states.T, strict=True)))
    found = np.stack([found[f"{name}_t"] for name in names], axis=-1)
    ratio = np.clip(np.abs(found - true) / true.std(axis=0), 0, LARGEST)
    return float(np.sqrt(np.mean(ratio**2)))


def measure_errors(methods, data, names, first):
    """Return times, and `{method: (times,)}`, the median distance of the rollouts of all test
    trajectories that have the times of the first one."""
    times, states = data.test.inputs["times"], data.context.get("clean", data.test.inputs["states"])
    observed = data.context.get("observed", np.ones(len(names), bool))
    shared = (times == times[0]).all(axis=1)
    t = times[0][np.isfinite(times[0])]
    sizes = list_states(data.test).std(axis=0)
    errors = {}
    for name, method in methods.items():
        path = call_rollout(method["rollout"], first[name][shared], t, names)
        error = ((path - states[shared][:, : len(t)]) / sizes)[..., observed]
        errors[name] = np.median(np.sqrt(np.mean(error**2, axis=-1)), axis=0)
    return t, errors


def draw_lines(methods, data, derive, names, first):
    """Return what `plot_extrapolation` takes, of the first test trajectory."""
    t, states = data.test.inputs["times"][0], data.test.inputs["states"][0]
    known = np.isfinite(t)
    t, states = t[known], states[known]
    later = np.linspace(t[0], t[0] + BEYOND * (t[-1] - t[0]), POINTS)
    lines = {}
    if derive:
        from datasets.mechanics import integrate

        lines["truth"] = integrate(derive, list_first_states(data)[:1], later)[0]
    for name, method in methods.items():
        lines[name] = call_rollout(method["rollout"], first[name][:1], later, names)[0]
    states = np.where(data.context.get("observed", np.ones(len(names), bool)), states, np.nan)
    return later, lines, t, states
