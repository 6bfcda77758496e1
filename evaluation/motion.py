"""Networks of moving bodies: errors of a step, of a rollout, and the force that was learned."""

import numpy as np

from datasets.bodies import (
    accelerate,
    compile_law,
    draw_motion,
    measure_energy,
    name_pair,
)
from datasets.trajectories import find_sizes, list_distances, list_properties
from evaluation.advice import compare_to_baseline
from evaluation.evaluation import Evaluation, Headline
from evaluation.motion_baselines import LAW, MLP
from plots.bodies import (
    plot_errors_by_bodies,
    plot_force,
    plot_orbits,
    plot_rollout,
)
from plots.history import plot_history

STATE = ("positions", "velocities")
SCORE = "relative one-step error"
BODIES = range(3, 9)  # numbers of bodies that are simulated
TRAJECTORIES, STEPS = 10, 200  # of each number
POINTS = 200  # of the force
NEAR, FAR = 0.005, 0.99  # quantiles of the training distances between which it is drawn
DRAWN = 300  # steps of the orbits


def evaluate_motion(run, data, baselines, law, seed):
    """Score and draw a network beside other ways to move the bodies.

    Args:
        run: `runs.run.Run` with the endpoints of `tasks.motion`.
        data: `datasets.dataset.Dataset` from `datasets.trajectories.load_motion`.
        baselines: from `evaluation.motion_baselines.fit_motion_baselines`.
        law: the `datasets.bodies.Law` that moved the bodies; None if it is not known.
        seed: seed of the test trajectories with other numbers of bodies.

    Returns: an `Evaluation`.
    """
    methods = {"network": {name: call_endpoint(run, name) for name in ("step", "rollout")}}
    methods |= {name: baseline.endpoints for name, baseline in baselines.items()}
    motion = data.test.inputs
    print(f"Moving {data.test.rows} test trajectories by the network and by simpler methods ...")
    errors = {name: score_step(method["step"], motion) for name, method in methods.items()}
    steps = motion["positions"].shape[1] - 1
    first = {name: x[:, 0] if name in STATE else x for name, x in motion.items()}
    paths = {name: method["rollout"](first | {"steps": steps}) for name, method in methods.items()}
    rollouts = {name: score_rollout(path, motion, law) for name, path in paths.items()}
    if law:
        errors["network"]["accelerations"] = score_accelerations(run, motion, law)
    last = {name: summarise(found) for name, found in rollouts.items()}
    rows = data.test.rows * steps
    heading = f"rollout of {steps} steps, median of {data.test.rows} test trajectories"
    tables = {f"{SCORE}, test ({rows} steps)": tabulate(errors), heading: tabulate(last)}
    scores = {name: {"step": found} for name, found in errors.items()}
    metrics = {
        "splits": {"test": {"rows": rows, "scores": scores}},
        "rollout": last,
        "fit_seconds": {name: baseline.seconds for name, baseline in baselines.items()},
    }
    orbits = {"truth": motion} | {name: paths[name] for name in ("network", MLP)}
    figures = {
        "history": plot_history(run.history),
        "force": draw_force(run, data, law),
        "rollout": plot_rollout(rollouts, data.context["step"]),
        "orbits": plot_orbits(
            {name: path["positions"][0, : DRAWN + 1] for name, path in orbits.items()}
        ),
    }
    if law:
        found = score_by_bodies(methods, data, law, seed)
        numbers = [[bodies, *one.values()] for bodies, one in found.items()]
        tables[f"{SCORE} by number of bodies"] = [["bodies", *methods], *numbers]
        metrics["by_bodies"] = found
        trained = motion["positions"].shape[2]
        figures["error-by-bodies"] = plot_errors_by_bodies(found, trained)
    value = {name: found["velocities"] for name, found in errors.items()}
    simpler = min((name for name in baselines if name != LAW), key=value.get)
    headline = Headline(SCORE, value["network"], value[simpler], simpler)
    advice = tuple(compare_to_baseline(headline))
    return Evaluation(headline, tables, figures, metrics, advice)


def call_endpoint(run, name):
    """Return an endpoint of a run as a function of its inputs."""
    return lambda inputs: run.predict(inputs, name)


def root_mean_square(x):
    return float(np.sqrt(np.mean(np.square(x))))


def score_step(step, motion):
    """Return the error of the velocities, and of the positions, after a step from each state.

    The error is the root mean square of all components, relative to that of their change in the
    step. Straight motion has an error of 1 in the velocities.
    """
    now, then = ({name: motion[name][:, part].reshape(-1, *motion[name].shape[2:])
                  for name in STATE} for part in (slice(-1), slice(1, None)))  # fmt: skip
    steps = motion["positions"].shape[1] - 1
    properties = {n: np.repeat(x, steps, axis=0) for n, x in motion.items() if n not in STATE}
    found = step(now | properties)
    return {
        name: root_mean_square(found[name] - then[name]) / root_mean_square(then[name] - now[name])
        for name in reversed(STATE)
    }


def expand(motion):
    """Return the properties of trajectories with an axis for the time."""
    return {name: x[:, None] for name, x in motion.items() if name not in STATE}


def score_accelerations(run, motion, law):
    """Return the relative error of the accelerations in all states."""
    x = motion["positions"]
    true = accelerate(x, expand(motion), law).reshape(-1, *x.shape[2:])
    inputs = {name: np.repeat(values, x.shape[1], axis=0) for name, values in motion.items()
              if name not in STATE}  # fmt: skip
    found = run.predict(inputs | {"positions": x.reshape(true.shape)}, "forces")["accelerations"]
    return root_mean_square(found - true) / root_mean_square(true)


def score_rollout(path, motion, law):
    """Return how a rollout differs from the truth at each time, `{name: (trajectories, times)}`.

    The position error is the mean distance of a body from where it should be. Energy and momentum
    are compared with those of the first state: the energy relative to the mean kinetic energy, and
    the momentum relative to the mean sum of the bodies' momenta without their signs.
    """
    x, v = (np.clip(np.nan_to_num(path[name], posinf=1e100), -1e100, 1e100) for name in STATE)
    mass = motion.get("mass", np.ones_like(x[:, 0, :, 0]))[:, None, :, None]
    found = {"position error": np.linalg.norm(x - motion["positions"], axis=-1).mean(axis=-1)}
    total = np.sum(mass * v, axis=2)
    scale = np.linalg.norm(mass * motion["velocities"], axis=-1).sum(axis=-1).mean(axis=-1)
    found["momentum error"] = np.linalg.norm(total - total[:, :1], axis=-1) / scale[:, None]
    if law:
        energy = measure_energy(x, v, expand(motion), law)
        kinetic = 0.5 * np.sum(mass * motion["velocities"] ** 2, axis=(-1, -2)).mean(axis=-1)
        found["energy error"] = np.abs(energy - energy[:, :1]) / kinetic[:, None]
    return found


def summarise(rollout):
    """Return the last position error, and the largest other errors, as medians of trajectories."""
    return {
        name: float(np.median(x[:, -1] if name == "position error" else x.max(axis=1)))
        for name, x in rollout.items()
    }


def tabulate(scores):
    """Return a table with a row for each score and a column for each method."""
    names = dict.fromkeys(name for found in scores.values() for name in found)
    rows = [[name, *(found.get(name, "") for found in scores.values())] for name in names]
    return [["", *scores], *rows]


def score_by_bodies(methods, data, law, seed):
    """Return `{number of bodies: {method: one-step error}}` of freshly simulated trajectories; a
    dense network takes one number of bodies only, and has "" for others."""
    trained, dimensions = data.test.inputs["positions"].shape[2:]
    scores = {}
    for bodies in BODIES:
        simulation = TRAJECTORIES, bodies, data.context["step"], STEPS, seed + bodies, dimensions
        motion = draw_motion(law, *simulation)
        scores[bodies] = {
            name: ""
            if name == MLP and bodies != trained
            else score_step(method["step"], motion)["velocities"]
            for name, method in methods.items()
        }
    return scores


def draw_force(run, data, law):
    """Draw the force of two typical bodies against their distance, beside the law."""
    distances = list_distances(data.train.inputs["positions"]).ravel()
    x = np.linspace(*np.quantile(distances, [NEAR, FAR]), POINTS)
    properties, sizes = list_properties(data.train), find_sizes(data)
    pair = {"distance": x}
    pair |= {name: np.full(POINTS, sizes[name.rsplit("_", 1)[0]])
             for name in name_pair(properties)[1:]}  # fmt: skip
    lines = {"network": run.predict(pair, "force")["force"]}
    if law:
        true = compile_law(law.force, law.properties)(*pair.values())
        lines = {"truth": true} | lines
    typical = ", ".join(f"{name} {sizes[name]:.2g}" for name in properties)
    return plot_force(x, lines, distances, f"two bodies, each of {typical}" if typical else "")
