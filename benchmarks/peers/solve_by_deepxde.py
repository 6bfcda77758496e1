"""Solve a problem with DeepXDE: a process started by `benchmarks/physics.py`.

    python benchmarks/peers/solve_by_deepxde.py solve PROBLEM NAME SEED GRID STARTED
    python benchmarks/peers/solve_by_deepxde.py steps PROBLEM NAME SEED STEPS

The first command prints JSON lines during the training: the seconds since the time STARTED, without
the time of the measurements, and the relative L2 error on the points of the file GRID. The second
command prints the milliseconds of an Adam step. `DDE_BACKEND` chooses the backend.
"""

import json
import statistics
import sys
import time

import deepxde as dde
import numpy as np
from deepxde import backend
from settings import DEEPXDE

EVERY = 1000  # steps between two measurements
BLOCK = 100  # steps that are timed together


# Problems: domain, residual, conditions, and the network with the conditions built in


def value(y):
    """Return the values; DeepXDE's JAX backend returns pairs of values and their function."""
    return y[0] if isinstance(y, tuple) else y


def on_boundary(x, on):
    return on


class Burgers:
    space_time = dde.geometry.GeometryXTime(
        dde.geometry.Interval(-1, 1), dde.geometry.TimeDomain(0, 1)
    )

    def residual(x, u):
        u_x, u_t = (value(dde.grad.jacobian(u, x, i=0, j=j)) for j in (0, 1))
        return u_t + value(u) * u_x - 0.01 / np.pi * value(dde.grad.hessian(u, x, i=0, j=0))

    def data(domain, boundary, initial, hard):
        place = Burgers.space_time
        conditions = [
            dde.icbc.DirichletBC(place, lambda x: 0, on_boundary),
            dde.icbc.IC(place, lambda x: -np.sin(np.pi * x[:, :1]), on_boundary),
        ]
        counts = {"num_domain": domain, "num_boundary": boundary, "num_initial": initial}
        return dde.data.TimePDE(place, Burgers.residual, [] if hard else conditions, **counts)

    def build_in(x, y):
        return -backend.sin(np.pi * x[:, :1]) + (1 - x[:, :1] ** 2) * x[:, 1:] * y


class Poisson:
    square = dde.geometry.Rectangle([0, 0], [1, 1])

    def residual(x, u):
        u_xx, u_yy = (value(dde.grad.hessian(u, x, i=i, j=i)) for i in (0, 1))
        return (
            u_xx
            + u_yy
            + 2 * np.pi**2 * backend.sin(np.pi * x[:, :1]) * backend.sin(np.pi * x[:, 1:])
        )

    def data(domain, boundary, initial, hard):
        conditions = (
            [] if hard else [dde.icbc.DirichletBC(Poisson.square, lambda x: 0, on_boundary)]
        )
        return dde.data.PDE(
            Poisson.square, Poisson.residual, conditions, num_domain=domain, num_boundary=boundary
        )

    def build_in(x, y):
        return x[:, :1] * (1 - x[:, :1]) * x[:, 1:] * (1 - x[:, 1:]) * y


class Gaussian:
    line = dde.geometry.TimeDomain(0, 2)

    def residual(x, u):
        return value(dde.grad.jacobian(u, x, i=0, j=0)) + 2 * x * value(u)

    def data(domain, boundary, initial, hard):
        conditions = (
            []
            if hard
            else [dde.icbc.IC(Gaussian.line, lambda x: np.ones((len(x), 1)), on_boundary)]
        )
        return dde.data.PDE(
            Gaussian.line, Gaussian.residual, conditions, num_domain=domain, num_boundary=boundary
        )

    def build_in(x, y):
        return 1 + x * y


PROBLEMS = {"burgers": Burgers, "poisson": Poisson, "ode gaussian": Gaussian}


# Training


def model_of(problem, setting):
    problem = PROBLEMS[problem]
    data = problem.data(*setting.points, setting.hard)
    net = dde.nn.FNN([data.geom.dim, *setting.hidden, 1], "tanh", "Glorot normal")
    if setting.hard:
        net.apply_output_transform(problem.build_in)
    return dde.Model(data, net), problem


def solve(problem, setting, clock):
    model, problem = model_of(problem, setting)
    train(model, setting.adam, setting.lbfgs, clock)
    for _ in range(setting.rounds):
        pool = model.data.geom.random_points(100_000)
        sizes = np.abs(model.predict(pool, operator=problem.residual)).astype("float64").ravel()
        chances = sizes / sizes.mean() + 1
        chosen = np.random.choice(
            len(pool), setting.points[0], replace=False, p=chances / chances.sum()
        )
        model.data.replace_with_anchors(pool[chosen])
        train(model, min(1000, setting.adam), setting.lbfgs, clock)


def train(model, adam, lbfgs, clock):
    model.compile("adam", lr=1e-3)
    model.train(iterations=adam, callbacks=[clock])
    if lbfgs:
        dde.optimizers.set_LBFGS_options(maxiter=lbfgs)
        model.compile("L-BFGS")
        model.train(callbacks=[clock])


def settle(model):
    """Wait for asynchronous computations of JAX."""
    if dde.backend.backend_name == "jax":
        import jax

        jax.block_until_ready(model.params)


class Clock(dde.callbacks.Callback):
    """Prints seconds and error at intervals; the clock stops during each measurement."""

    def __init__(self, started, points, truth):
        super().__init__()
        self.started, self.points, self.truth, self.measured = started, points, truth, 0

    def on_epoch_end(self):
        if self.model.train_state.step - self.measured >= EVERY:
            self.measure()

    def on_train_end(self):
        self.measure()

    def measure(self):
        settle(self.model)
        now = time.time()
        error = self.model.predict(self.points).ravel().astype("float64") - self.truth
        relative = float(np.linalg.norm(error) / np.linalg.norm(self.truth))
        print(json.dumps({"seconds": now - self.started, "error": relative}), flush=True)
        self.measured = self.model.train_state.step
        self.started += time.time() - now


class Stopwatch(dde.callbacks.Callback):
    """Records the time after each block of steps."""

    def on_train_begin(self):
        self.steps, self.times = 0, []

    def on_epoch_end(self):
        self.steps += 1
        if self.steps % BLOCK == 0:
            settle(self.model)
            self.times.append(time.perf_counter())


def milliseconds(problem, setting, steps):
    """Return the milliseconds of an Adam step, the median over blocks of steps.

    The first two blocks are left out, since they include compilation.
    """
    model, _ = model_of(problem, setting)
    watch = Stopwatch()
    model.compile("adam", lr=1e-3)
    model.train(iterations=steps, callbacks=[watch], display_every=10 * steps)
    return 1e3 / BLOCK * statistics.median(np.diff(watch.times[1:]))


def main(task, problem, name, seed, *rest):
    setting = DEEPXDE[problem][name]
    dde.config.set_random_seed(int(seed))
    dde.config.set_default_float(setting.precision)
    if setting.backend == "tensorflow":
        dde.config.enable_xla_jit()  # off by default on a CPU, which is slower
    if task == "steps":
        print(json.dumps({"milliseconds": milliseconds(problem, setting, int(rest[0]))}))
    else:
        grid = np.load(rest[0], allow_pickle=False)
        solve(problem, setting, Clock(float(rest[1]), grid["points"], grid["truth"]))


if __name__ == "__main__":
    main(*sys.argv[1:])
