"""Small equations, solved as train.py does, and a callback that records what happens."""

import keras
import numpy as np

from equations import terms
from equations.equation import Equation
from equations.trial import build_trial_solution
from equations.trial_solution import TrialSolution
from models.pinn import pinn
from training.callbacks import standard_callbacks
from training.equation_fit import fit_equation

DECAY = Equation(["y' = -2*y"], {"t": (0, 1)}, ["y(0) = 1"], exact={"y": "exp(-2*t)"})
HEAT = Equation(
    ["u_t = u_xx"],
    {"x": (0, 1), "t": (0, 2)},
    ["u(x, 0) = sin(pi*x)", "u(0, t) = 0", "u(1, t) = 0"],
)
INVERSE = Equation(["y' = -k*y"], {"t": (0, 1)}, unknown={"k": 0.5})
TIMES = np.linspace(0, 1, 30)


class Course(keras.callbacks.Callback):
    """Records all events, and the points and weights after each epoch."""

    def __init__(self):
        super().__init__()
        self.events, self.points, self.weights, self.logs, self.iterations = [], [], [], [], []

    def on_train_begin(self, logs=None):
        self.events.append("train begin")

    def on_epoch_begin(self, epoch, logs=None):
        self.events.append(f"begin {epoch}")

    def on_train_batch_end(self, batch, logs=None):
        self.events.append("step")
        self.iterations.append(batch)

    def on_epoch_end(self, epoch, logs=None):
        self.events.append(f"end {epoch}")
        self.points.append([locations for locations, _ in self.model.loop.points.get()])
        self.weights.append(self.model.loop.system.get_weights())
        self.logs.append(dict(logs))

    def on_train_end(self, logs=None):
        self.events.append("train end")


class Scripted:
    """An optimiser that multiplies the initial weights by a given factor in each step."""

    variables = ()

    def __init__(self, factors):
        self.factors, self.resampled = iter(factors), 0

    def step(self, system, weights, batch):
        self.first = getattr(self, "first", weights)
        return self.first * next(self.factors), 1.0

    def logs(self):
        return {}

    def on_resample(self):
        self.resampled += 1


def solve(
    equation, folder, phases, *, callbacks=None, hidden=(6,), points=60, choice="auto", table=None,
    weight=100.0, seed=0, tolerance=0.0, snapshot=None, weigh_measurements=None,
):  # fmt: skip
    """Solve an equation as train.py does. Returns `(Solved, Course)`."""
    problem = equation.problem()
    built_in = build_trial_solution(problem, choice)
    keras.utils.set_random_seed(0)
    texts = (
        [str(part[name]) for name in problem.unknowns]
        for part in (built_in.offset, built_in.factor)
    )
    layer = TrialSolution(problem.coordinates, *texts, dtype="float64")
    network = pinn(problem.low, problem.high, len(problem.unknowns), hidden, trial=layer)
    pairs = [terms.build_interior(problem, points)]
    pairs += terms.build_conditions(problem, built_in.soft, 20, weight)
    pairs += [terms.build_measurements(problem, table, weight)] if table else []
    course = Course()
    callbacks = standard_callbacks(folder, 1000, None) if callbacks is None else callbacks
    solved = fit_equation(
        network,
        problem,
        pairs,
        phases,
        callbacks=[course, *callbacks],
        seed=seed,
        tolerance=tolerance,
        snapshot=snapshot,
        snapshot_seconds=0.0,
        weigh_measurements=weigh_measurements,
    )
    return solved, course
