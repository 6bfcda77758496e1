"""Steps in time inside TensorFlow: Runge-Kutta methods by their tables, and symplectic ones."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf


class Tableau(NamedTuple):
    """Coefficients of a Runge-Kutta method, after J. Butcher.

    Args:
        stages: how much each slope weighs in each stage, `(stages, stages)`.
        weights: how much each slope weighs in the step, `(stages,)`.
        embedded: weights of a second solution, whose difference to the first one estimates the
            error; () if there is none.
        order: order of the error that is estimated.
    """

    stages: tuple
    weights: tuple
    embedded: tuple = ()
    order: int = 4


RK4 = Tableau(
    ((0, 0, 0, 0), (1 / 2, 0, 0, 0), (0, 1 / 2, 0, 0), (0, 0, 1, 0)), (1 / 6, 1 / 3, 1 / 3, 1 / 6)
)
# J. Dormand and P. Prince, A family of embedded Runge-Kutta formulae, 1980.
DORMAND_PRINCE = Tableau(
    (
        (0, 0, 0, 0, 0, 0, 0),
        (1 / 5, 0, 0, 0, 0, 0, 0),
        (3 / 40, 9 / 40, 0, 0, 0, 0, 0),
        (44 / 45, -56 / 15, 32 / 9, 0, 0, 0, 0),
        (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729, 0, 0, 0),
        (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656, 0, 0),
        (35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84, 0),
    ),
    (35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84, 0),
    (5179 / 57600, 0, 7571 / 16695, 393 / 640, -92097 / 339200, 187 / 2100, 1 / 40),
    5,
)
# Gauss and Legendre's collocation of two stages, which is symplectic and of fourth order.
ROOT = np.sqrt(3) / 6
GAUSS = Tableau(((1 / 4, 1 / 4 - ROOT), (1 / 4 + ROOT, 1 / 4)), (1 / 2, 1 / 2))
ITERATIONS = 8  # of the equations for the stages of an implicit method


def step_explicitly(derive, state, step, tableau=RK4):
    """Take a step of an explicit Runge-Kutta method.

    Args:
        derive: function of a state, a nest of tensors, to its derivatives by time.
        state: nest of tensors.
        step: step in time, a number or a tensor that multiplies each tensor of the state.
        tableau: a `Tableau`.

    Returns: the next state, and a nest with the estimated error; None without an estimate.
    """
    slopes = []
    for row in tableau.stages:
        slopes.append(derive(combine(state, slopes, row, step)))
    following = combine(state, slopes, tableau.weights, step)
    if not tableau.embedded:
        return following, None
    other = combine(state, slopes, tableau.embedded, step)
    return following, tf.nest.map_structure(tf.subtract, following, other)


def combine(state, slopes, weights, step):
    """Return the state plus the step times a weighted sum of slopes."""
    pairs = [(w, slope) for w, slope in zip(weights, slopes, strict=False) if w]
    if not pairs:
        return state
    total = tf.nest.map_structure(
        lambda *parts: tf.add_n([w * part for (w, _), part in zip(pairs, parts, strict=True)]),
        *[slope for _, slope in pairs],
    )
    return tf.nest.map_structure(lambda x, slope: x + spread(step, x) * slope, state, total)


def spread(step, x):
    """Return a step of each row, `(batch,)`, with the number of axes of a tensor."""
    step = tf.convert_to_tensor(step, x.dtype)
    return tf.reshape(step, [-1] + [1] * (len(x.shape) - 1)) if step.shape.rank else step


def step_symplectically(derive, state, step):
    """Take a step of Gauss and Legendre's method, `GAUSS`, which keeps areas of the phase space:
    the energy of a Hamiltonian system oscillates and does not drift.

    Args:
        derive: function of states to their derivatives, `(batch, numbers)` each.
        state: `(batch, numbers)`.
        step: step in time.
    """
    (first, second), (third, fourth) = GAUSS.stages
    slope = derive(state)
    a = b = slope
    for _ in range(ITERATIONS):
        a, b = (
            derive(state + step * (first * a + second * b)),
            derive(state + step * (third * a + fourth * b)),
        )
    return state + step * (a + b) / 2


def roll_out(advance, state, times, longest):
    """Return the states at given times.

    Args:
        advance: function of a state and a step to the next state.
        state: at the first of the times, `(batch, numbers)`.
        times: `(times,)`, in any order of sign; each interval is cut into equal steps.
        longest: longest step in time.

    Returns: `(batch, times, numbers)`.
    """
    count = tf.shape(times)[0]
    states = tf.TensorArray(state.dtype, count, element_shape=state.shape).write(0, state)

    def cross(number, state, states):
        interval = times[number] - times[number - 1]
        steps = tf.maximum(1, tf.cast(tf.math.ceil(tf.abs(interval) / longest - 1e-9), "int32"))
        step = interval / tf.cast(steps, state.dtype)
        _, state = tf.while_loop(
            lambda n, _: n < steps, lambda n, x: (n + 1, advance(x, step)), (0, state)
        )
        return number + 1, state, states.write(number, state)

    *_, states = tf.while_loop(lambda number, *_: number < count, cross, (1, state, states))
    return tf.transpose(states.stack(), (1, 0, 2))


def step_adaptively(derive, tolerance, most=10_000):
    """Return `advance` of `roll_out` by Dormand and Prince's method with steps of its own choice.

    Args:
        derive: function of states to their derivatives, `(batch, numbers)` each.
        tolerance: error of a step, relative to the state's size plus 1.
        most: maximum number of steps in an interval.
    """

    def advance(state, interval):
        def body(number, done, step, state):
            step = tf.minimum(step, 1 - done)
            following, error = step_explicitly(derive, state, step * interval, DORMAND_PRINCE)
            scale = tolerance * (1 + tf.maximum(tf.abs(state), tf.abs(following)))
            ratio = tf.reduce_max(tf.abs(error) / scale)
            good = ratio <= 1
            factor = tf.clip_by_value(0.9 * tf.maximum(ratio, 1e-10) ** (-1 / 5), 0.2, 5.0)
            factor = tf.where(tf.math.is_finite(factor), factor, 0.2)
            done = tf.where(good, done + step, done)
            return number + 1, done, step * factor, tf.where(good, following, state)

        one = tf.ones((), state.dtype)
        start = (0, 0 * one, 0.1 * one, state)
        *_, state = tf.while_loop(
            lambda number, done, *_: (done < 1 - 1e-12) & (number < most), body, start
        )
        return state

    return advance
