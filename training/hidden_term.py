"""A field and an unknown term of its equation, u_t = N(u, u_x, ...): two networks fitted together.

There are residuals of the measurements, and of the equation at collocation points. The chain rule
gives their derivatives by the weights of both networks, so that Levenberg and Marquardt's method
applies.

Source: M. Raissi, Deep hidden physics models, arXiv:1801.06637.
"""

import time
from dataclasses import replace

import numpy as np
import sympy
import tensorflow as tf

from equations.collocation import Measurements, Region
from equations.system import System, compile_by_xla
from equations.terms import Term, build_measurements
from training.levenberg_marquardt import LevenbergMarquardt
from training.loss_report import TERM
from training.measurement_fit import HELD_OUT, fit_measurements
from training.progress import Progress


class HiddenTerm:
    """Residuals and Jacobian of both networks, as `training.levenberg_marquardt` asks for them.

    All weights are one vector: first the field's network, then the term's.

    Args:
        field: network of the field, from `models.pinn.pinn`, `(batch, 2)` to `(batch, 1)`.
        network: network of the term, dense layers alone, `(batch, order + 1)` to `(batch, 1)`, of
            numbers of order one.
        coordinates: names of the coordinates, time last.
        measured: `equations.terms.Term` of the deviations from the measurements.
        measurements: `equations.collocation.Measurements`.
        points: collocation points, `(points, 2)`.
        weight: weight of the equation's mean square, relative to that of u_t, in the loss.

    Attributes:
        batch: what the residuals need whatever the weights are.
        sizes: sizes of u_t, u, u_x, ..., their root mean squares at the collocation points.
    """

    def __init__(self, field, network, coordinates, measured, measurements, points, weight):
        count = network.input_shape[-1]
        symbols = sympy.symbols(f"u_t u0:{count}", real=True)
        indices = [(0, 1), *((order, 0) for order in range(count))]
        values = tuple((s, 0, index, 0) for s, index in zip(symbols, indices, strict=True))
        names = tuple(symbol.name for symbol in symbols)
        derivatives = Term(names, symbols, values, weights=(1.0,) * len(names))
        self.outer = System(field, coordinates, [measured, derivatives])
        answer = Term(("N",), symbols[:1], ((symbols[0], 0, (0,) * count, 0),))
        self.inner = System(network, names[1:], [answer])
        empty = np.zeros((len(points), 0))
        at = [([measurements.points], measurements.values), ([points], empty)]
        zeros = np.zeros((len(points), count))
        self.batch = {
            "outer": self.outer.prepare(at),
            "inner": self.inner.prepare([([zeros], empty)]),
        }
        self.rows, self.points, self.weight = measurements.values.size, len(points), weight
        self.split = self.outer.size
        self.residuals = compile_by_xla(self.compute_residuals)
        self.jacobian = compile_by_xla(self.compute_jacobian)
        self.measure_sizes()

    def measure_sizes(self):
        """Measure the sizes, by which the term's network gets numbers of order one."""
        self.sizes = np.sqrt(np.mean(self.measure_derivatives() ** 2, axis=0))

    def measure_derivatives(self):
        """Return u_t, u, u_x, ... of the field's network, `(points, order + 2)`."""
        weights = tf.constant(self.outer.get_weights())
        rows = self.outer.residuals(weights, self.batch["outer"]).numpy()[self.rows :]
        return rows.reshape(-1, self.points).T * self.points**0.5

    def get_weights(self):
        return np.concatenate([self.outer.get_weights(), self.inner.get_weights()])

    def set_weights(self, weights):
        self.outer.set_weights(weights[: self.split])
        self.inner.set_weights(weights[self.split :])

    def split_batch(self, batch):
        return [batch]

    # What every step computes

    def scale_derivatives(self, rows):
        """Return u_t and its sources as numbers of order one, `(order + 2, points)`."""
        factors = tf.constant(self.points**0.5 / self.sizes)
        return tf.reshape(rows, (-1, self.points)) * factors[:, None]

    def place(self, batch, numbers):
        """Return the batch of the term's network at these numbers."""
        (part,) = batch["inner"]
        location = part["locations"][0] | {"coordinates": numbers[1:]}
        return [part | {"locations": [location]}]

    def compute_residuals(self, weights, batch):
        field, term = weights[: self.split], weights[self.split :]
        rows = self.outer.compute_residuals(field, batch["outer"])
        numbers = self.scale_derivatives(rows[self.rows :])
        answer = self.inner.compute_residuals(term, self.place(batch, numbers))
        scale = (self.weight / self.points) ** 0.5
        equation = scale * numbers[0] - self.weight**0.5 * answer
        return tf.concat([rows[: self.rows], equation], axis=0)

    def compute_jacobian(self, weights, batch):
        field, term = weights[: self.split], weights[self.split :]
        rows, by_field = self.outer.compute_jacobian(field, batch["outer"])
        numbers = self.scale_derivatives(rows[self.rows :])
        with tf.GradientTape() as tape:
            tape.watch(numbers)
            placed = self.place(batch, numbers)
            total = tf.reduce_sum(self.inner.compute_residuals(term, placed))
        slopes = tape.gradient(total, numbers)  # (order + 2, points), 0 of u_t
        answer, by_term = self.inner.compute_jacobian(term, placed)
        root, scale = self.weight**0.5, (self.weight / self.points) ** 0.5
        equation = scale * numbers[0] - root * answer
        slopes = tf.concat([tf.fill((1, self.points), tf.constant(scale, slopes.dtype)),
                            -root * slopes[1:]], axis=0)  # fmt: skip
        slopes *= tf.constant(self.points**0.5 / self.sizes)[:, None]
        derivatives = tf.reshape(by_field[self.rows :], (-1, self.points, self.split))
        by_both = tf.einsum("kp,kpw->pw", slopes, derivatives)
        jacobian = tf.concat(
            [
                tf.pad(by_field[: self.rows], ((0, 0), (0, tf.shape(by_term)[1]))),
                tf.concat([by_both, -root * by_term], axis=1),
            ],
            axis=0,
        )
        return tf.concat([rows[: self.rows], equation], axis=0), jacobian


def learn_hidden_term(model, problem, table, points, weight, steps, patience, seed):
    """Fit both networks to measurements: the field alone, then both together.

    Args:
        model: from `models.hidden_physics.hidden_physics`; its weights are changed.
        problem: scaled `equations.problem.Problem` with u_t on its left side.
        table: measurements in the same units, `{coordinate or unknown: (rows,)}`.
        points: number of collocation points.
        weight: weight of the equation beside the measurements.
        steps: maximum number of steps of both together.
        patience: steps without a lower held-out error before the fit stops.
        seed: seed of the held-out measurements and of the points.

    Returns: the history, the sizes of u_t, u, u_x, ... that the term's network is fed with, and the
        `training.measurement_fit.Learned` of the field alone.
    """
    field, names = model.get_layer("pinn"), problem.coordinates
    term, measurements = build_measurements(problem, table, 1.0)
    x, y = measurements.points, measurements.values
    variance = float(np.var(y))
    term = replace(term, weights=(1 / variance,))
    learned = fit_measurements(field, names, term, measurements, seed)
    print(f"field       relative error {learned.error:.2g} on held-out measurements, alone")
    order = np.random.default_rng(seed).permutation(len(x))  # as the fit of the field
    out, used = np.split(order, [max(1, int(HELD_OUT * len(x)))])
    (at,), _ = Region(problem.low, problem.high, [{}], points).draw([seed, 0])
    network = model.get_layer("term")
    system = HiddenTerm(field, network, names, term, Measurements(x[used], y[used]), at, weight)
    progress = Progress()
    progress.set_params({"epochs": steps})
    progress.on_train_begin()

    def measure():
        return np.mean((field(x[out]).numpy() - y[out]) ** 2) / variance

    def report(step, losses):
        progress.on_epoch_begin(step - 1)
        progress.on_epoch_end(step - 1, {name: losses[name] for name in ("loss", "val_loss")})

    history = fit_hidden_term(system, measure, steps, patience, report)
    progress.on_train_end()
    return history, system.sizes, learned


def fit_hidden_term(system, held_out, steps, patience, report):
    """Lower the residuals of both networks together; the best weights are set at the end.

    Args:
        system: `HiddenTerm`.
        held_out: function that returns the mean square error of held-out measurements.
        steps: maximum number of steps.
        patience: steps without a lower error before the fit stops.
        report: function of the number of the step and `{name: loss}`.

    Returns: the history, `{name: list}`.
    """
    optimiser, weights = LevenbergMarquardt(), system.get_weights()
    best, best_weights, since, history = np.inf, weights, 0, {}
    start = time.perf_counter()
    for step in range(steps):
        weights, _ = optimiser.step(system, weights, system.batch)
        system.set_weights(weights)
        rows = system.residuals(tf.constant(weights), system.batch).numpy() ** 2
        losses = {
            "loss": rows.sum(),
            "val_loss": held_out(),
            f"{TERM}measurements": rows[: system.rows].sum(),
            f"{TERM}equation": rows[system.rows :].sum(),
        }
        report(step + 1, losses)
        clock = {"iteration": step + 1, "seconds": time.perf_counter() - start}
        for name, value in (clock | losses).items():
            history.setdefault(name, []).append(float(value))
        since += 1
        if losses["val_loss"] < best:
            best, best_weights, since = losses["val_loss"], weights, 0
        if since > patience:
            break
    system.set_weights(best_weights)
    return history
