"""Networks of mechanical systems: what rollouts do to the energy, and how near they stay."""

import numpy as np

from evaluation.evaluation import Evaluation, Headline
from evaluation.rollouts import call_rollout, estimate_first_states, measure_fit, tabulate
from plots.history import plot_history
from plots.mechanics import plot_energies, plot_learned_energy, plot_phase_paths

SCORE = "energy MSE"
LONGER = 5  # times the duration of a trajectory, if the horizon is not known
POINTS = 401  # times of a long rollout
CLOSER = 1.5  # times lower loss of the plain network that speaks against a conserved energy


def evaluate_mechanics(run, data, baselines, law):
    """Score and draw a network beside the plain one, and beside the true law if it is known.

    Args:
        run: `runs.run.Run` with the endpoints of `experiments.dynamics.hamiltonian`.
        data: `datasets.dataset.Dataset` of `datasets.state_trajectories`.
        baselines: from the experiment, the plain network first.
        law: `datasets.mechanics.Law`; None if it is not known.

    Returns: an `Evaluation`.
    """
    names = [column.name for column in data.columns]
    methods = {"network": lambda inputs: run.predict(inputs, "rollout")}
    methods |= {name: found.endpoints["rollout"] for name, found in baselines.items()}
    plain = next(iter(baselines))
    print(f"Moving {data.test.rows} test trajectories by the network and by other methods ...")
    first = {name: estimate_first_states(method, data, names) for name, method in methods.items()}
    times = data.test.inputs["times"]
    horizon = data.context.get("horizon", LONGER * np.nanmax(times - times[:, :1]))
    t = np.linspace(0, horizon, POINTS)
    paths = {name: call_rollout(method, first[name], t, names) for name, method in methods.items()}
    errors = {
        name: measure_fit(method, data, names, first[name]) for name, method in methods.items()
    }

    def measure(states):
        if law:
            return law.energy(states)
        inputs = dict(zip(names, states.reshape(-1, len(names)).T, strict=True))
        return run.predict(inputs, "energy")["energy"].reshape(states.shape[:-1])

    with np.errstate(all="ignore"):
        energies = {name: measure(path) for name, path in paths.items()}
        squares = {name: np.nan_to_num((x - x[:, :1]) ** 2, nan=np.inf)
                   for name, x in energies.items()}  # fmt: skip
    scores = {
        name: {SCORE: float(x.mean()), "median of trajectories": float(np.median(x.mean(axis=1)))}
        for name, x in squares.items()
    }
    which = "true energy" if law else "energy that the network learned"
    heading = f"{which} in t = 0..{horizon:g}, {data.test.rows} test trajectories"
    tables = {heading: tabulate(scores)}
    tables[errors.pop("heading", "RMSE at the test times")] = tabulate(errors)
    for name, found in errors.items():
        scores[name] |= found
    metrics = {
        "splits": {"test": {"rows": data.test.rows, "scores": scores}},
        "horizon": float(horizon),
        "fit_seconds": {name: baseline.seconds for name, baseline in baselines.items()},
    }
    shown = {name: x for name, x in energies.items() if name in ("network", plain)}
    figures = {
        "history": plot_history(run.history),
        "energy": plot_energies(t, shown, squares, which),
        "phase-paths": plot_phase_paths(
            {name: path[0] for name, path in paths.items()}, names, data.test.inputs["states"][0]
        ),
    }
    if law:
        learned = run.predict(dict(zip(names, first["network"].T, strict=True)), "energy")["energy"]
        figures["learned-energy"] = plot_learned_energy(law.energy(first["network"]), learned)
    value = {name: found[SCORE] for name, found in scores.items()}
    headline = Headline(SCORE, value["network"], value[plain], plain)
    if not law:
        value = {name: found["RMSE"] for name, found in errors.items()}
        headline = Headline("RMSE of rollouts", value["network"], value[plain], plain)
    loss = float(np.nanmin(run.history["val_loss"]))
    advice = describe_conservation(loss, baselines[plain].error)
    return Evaluation(headline, tables, figures, metrics, advice)


def describe_conservation(loss, plain_loss):
    """Return the line that says that a system has no conserved energy, or ().

    Args:
        loss: validation loss of the network with an energy.
        plain_loss: validation loss of the plain network.
    """
    if not loss > CLOSER * plain_loss:
        return ()
    return (
        f"The plain network's validation loss is {loss / plain_loss:.1f} times lower: no energy "
        "seems to be conserved (friction, or a force that depends on time), so use neural-ode",
    )
