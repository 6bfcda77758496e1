"""The weight of measurements beside the equation, which is lowered until it no longer matters.

If the equation is exact and the measurements are noisy, the best solution of the equation has
the most likely constants. A network fulfils the equation only as far as it is made to: with a
large weight of the measurements it follows their noise, and the constants are less certain than
they could be. So the weight is lowered until their standard errors no longer fall.
A smaller weight would be no better: the network's own error counts more beside the measurements.
"""

import numpy as np
import tensorflow as tf

from training.uncertainty import locate_measurements

FACTOR, SMALLEST = 0.1, 1e-6  # what the weight is lowered by, and to
LARGE = 0.5  # excess at which the weight is lowered twice at once
EXCESS = 0.05  # by which standard errors may exceed those of a more exact equation
# The weight is not lowered further if that has left more than this of a small excess: the network
# is not accurate enough for an exact equation, and its error would be taken for information.
LEFT, SMALL = 0.7, 0.25
# A fit has settled if for some epochs the constants move by less than this part of their standard
# errors, and the loss falls by less than this part.
STILL, FLAT, EPOCHS = 0.02, 0.02, 2
ROUGHLY = 0.1  # both, for the weight to be lowered if it is too large
LONG = 10  # after this many epochs at a weight the constants may also move by a standard error
ROUNDING = 1e-7  # relative change of a constant that does not count
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
        noiseless: variable, whether the equation is missed by more than the measurements: their
            noise cannot be told from the network's error then.
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
        count = len(system.constant_names)
        self.last = tf.Variable(np.full(count, np.nan), dtype="float64")  # after the last epoch
        self.excess = tf.Variable(np.inf, dtype="float64")  # with the weight before
        self.last_loss, self.still, self.epochs, self.stage = (
            tf.Variable(value, dtype=kind)
            for value, kind in ((np.inf, "float64"), (0, "int64"), (0, "int64"), (0, "int64"))
        )
        self.done, self.noiseless = tf.Variable(False), tf.Variable(False)
        self.assign()

    @property
    def variables(self):
        return [
            *(self.weight, self.variances, self.last, self.excess),
            *(self.last_loss, self.still, self.epochs, self.stage, self.done, self.noiseless),
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

    def update(self, estimate, loss, measured):
        """Change the weights after an epoch, if the fit with the present ones has settled.

        Args:
            estimate: `training.uncertainty.Estimate`.
            loss: the present loss.
            measured: the part of it that is due to measurements.
        """
        values, errors = estimate.values, np.nan_to_num(estimate.standard_errors)
        moved, rounding = np.abs(values - self.last.numpy()), ROUNDING * np.abs(values)
        fall = 1 - loss / float(self.last_loss)
        still = (moved <= np.maximum(STILL * errors, rounding)).all()
        still = still and (fall < FLAT or (len(values) and (moved <= rounding).all()))
        self.still.assign(int(self.still) + 1 if still else 0)
        self.epochs.assign_add(1)
        self.last.assign(values)
        self.last_loss.assign(loss)
        excess = estimate.excess
        enough = excess < EXCESS or LEFT * float(self.excess) < excess < SMALL
        # The fit follows measurements with hardly any noise better than the equation.
        self.noiseless.assign(bool(measured < loss / 2))
        enough = enough or (bool(self.noiseless) and excess < LARGE)
        if self.fixed or enough or float(self.weight) < SMALLEST / FACTOR:
            self.done.assign(int(self.still) >= EPOCHS)
        elif fall < ROUGHLY:
            near = ROUGHLY if int(self.epochs) < LONG else 1.0
            if (moved <= np.maximum(near * errors, rounding)).all():
                self.lower(estimate)

    def lower(self, estimate):
        """Lower the weight and take the variances that the fit has."""
        self.excess.assign(estimate.excess)
        factor = FACTOR**2 if estimate.excess > LARGE else FACTOR
        self.weight.assign(max(factor * float(self.weight), SMALLEST))
        if self.known is None:
            self.variances.assign(np.where(estimate.variances > 0, estimate.variances, np.inf))
        self.assign()
        self.stage.assign_add(1)
        self.still.assign(0)
        self.epochs.assign(0)
        self.last_loss.assign(np.inf)
