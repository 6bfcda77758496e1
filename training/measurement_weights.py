"""The weight of measurements beside the equation, which is lowered until it no longer matters.

If the equation is exact and the measurements are noisy, the most likely constants are those of the
best solution of the equation. A network fulfils it only as far as it is made to. With a large
weight of the measurements it follows their noise; with a small one, it solves the equation first,
and the measurements choose among the solutions. Starting with a small weight would be slow.
"""

import numpy as np
import tensorflow as tf

from training.uncertainty import locate_measurements

FACTOR = 0.1  # of the weight, each time that it is lowered
SMALLEST = 1e-6  # below it rounding would matter
STILL, FLAT, EPOCHS = 0.02, 0.02, 2  # a fit has settled if for these epochs the constants move by
# less than this part of their standard errors, and the loss falls by less than this part
ROUNDING = 1e-7  # relative change of a constant that does not count
LONG, SLOW = 10, 0.1  # after this many epochs a weight is lowered as soon as the loss falls slowly
SAME = 0.05  # lowering the weight is over if it changes no constant and no error by more than this
NOISELESS = 1e-4  # noise relative to the measurements' spread that may be the network's error
DISTINCT = 1e-8  # smallest ratio of a variance to that of the measured values


class MeasurementWeights:
    """Weighs measurements by their variance, and lowers the weight of all of them.

    Each measured unknown has a variance, which is known or estimated from the fit.

    Args:
        system: `equations.system.System`.
        regions: the region of each term's points.
        noise: `{unknown: standard deviation}`, if known.
        weight: weight of all measurements, relative to the variance of the measured values; 0 to
            lower it from 1 until the constants no longer depend on it.

    Attributes:
        known: known variance of each measured expression; None if it is estimated.
        done: variable, whether the constants no longer move.
        stage: variable, how often the loss has changed.
    """

    def __init__(self, system, regions, noise=None, weight=0.0):
        self.system, self.fixed = system, weight > 0
        batch = [{"locations": [{"coordinates": np.zeros((1, r.count))}]} for r in regions]
        self.measured, _ = locate_measurements(system, batch)
        values = [regions[term].values[:, name] for term, name in self.measured]
        self.counts = np.array([len(x) for x in values])
        self.spreads = np.array([np.var(x) or np.mean(x**2) or 1.0 for x in values])
        names = [
            system.terms[term].names[name].removesuffix(" measured") for term, name in self.measured
        ]
        known = [noise[name] ** 2 for name in names if name in (noise or {})]
        self.known = np.array(known) if len(known) == len(names) else None
        first = self.spreads if self.known is None else self.known
        self.weight = tf.Variable(weight or 1.0, dtype="float64")
        self.variances = tf.Variable(first, dtype="float64")
        # The constants and their errors after the last epoch, and with the last weight.
        count = len(system.constant_names)
        self.last, self.before = (
            tf.Variable(np.full((2, count), np.nan), dtype="float64") for _ in range(2)
        )
        self.last_loss, self.still, self.epochs, self.stage = (
            tf.Variable(value, dtype=kind)
            for value, kind in ((np.inf, "float64"), (0, "int64"), (0, "int64"), (0, "int64"))
        )
        self.done = tf.Variable(False)
        self.assign()

    @property
    def variables(self):
        return [
            *(self.weight, self.variances, self.last, self.before),
            *(self.last_loss, self.still, self.epochs, self.stage, self.done),
        ]

    def assign(self):
        """Set the weights of the terms: by the number of measurements over their variance."""
        variances = np.maximum(self.variances.numpy(), DISTINCT * self.spreads)
        shares = self.counts / variances
        shares = shares / np.max(shares * self.spreads)  # 1 / spread for a single unknown
        for (term, name), share in zip(self.measured, shares, strict=True):
            weights = self.system.term_weights[term].numpy()
            weights[name] = float(self.weight) * share
            self.system.term_weights[term].assign(weights)

    def update(self, estimate, loss):
        """Change the weights after an epoch, if the fit with the present ones has settled.

        Args:
            estimate: `training.uncertainty.Estimate`.
            loss: the present loss.
        """
        values, errors = estimate.values, estimate.standard_errors
        allowed = np.maximum(np.nan_to_num(STILL * errors), ROUNDING * np.abs(values))
        moved = np.abs(values - self.last[0].numpy())
        fall = 1 - loss / float(self.last_loss)
        rounding = (moved <= ROUNDING * np.abs(values)).all() and len(values)
        still = (moved <= allowed).all() and (fall < FLAT or rounding)
        self.still.assign(int(self.still) + 1 if still else 0)
        self.epochs.assign_add(1)
        self.last.assign([values, errors])
        self.last_loss.assign(loss)
        noise = np.sqrt(estimate.variances / self.spreads)
        noiseless = self.known is None and not (noise > NOISELESS).any()
        if int(self.still) >= EPOCHS:
            if self.fixed or noiseless or self.is_same(values, errors):
                self.done.assign(True)
            else:
                self.lower(estimate)
        elif int(self.epochs) >= LONG and not (self.fixed or noiseless):
            if fall < SLOW and (moved <= errors).all():
                self.lower(estimate)

    def is_same(self, values, errors):
        """Whether the constants have the values and errors of the weight before, or it is small."""
        if float(self.weight) < SMALLEST / FACTOR:
            return True
        before, errors_before = self.before.numpy()
        if not len(values):
            return int(self.stage) > 1
        same = np.abs(values - before) < SAME * errors
        return bool((same & (np.abs(errors / errors_before - 1) < SAME)).all())

    def lower(self, estimate):
        """Lower the weight and take the variances that the fit has."""
        self.before.assign([estimate.values, estimate.standard_errors])
        if float(self.weight) > SMALLEST:
            self.weight.assign(FACTOR * float(self.weight))
        if self.known is None:
            self.variances.assign(np.where(estimate.variances > 0, estimate.variances, np.inf))
        self.assign()
        self.stage.assign_add(1)
        self.still.assign(0)
        self.epochs.assign(0)
        self.last_loss.assign(np.inf)
