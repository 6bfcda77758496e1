"""Collocation points: where the residuals are computed, and how they move to where these are large."""

import numpy as np
from scipy.stats import qmc

POOL = 5  # draws from which new points are picked
KEPT = 0.5  # of the points, when the others are redrawn


class Region:
    """Where the points of a term lie: in a box, or on a part of it where some coordinates are fixed.

    Args:
        low, high: corners of the box.
        fixed: for each place that the term looks at, `{place of a coordinate: value}`; all have the same coordinates free.
        count: number of points.
        time: place of the coordinate that initial conditions start from; None if there is none.
    """

    def __init__(self, low, high, fixed, count, time=None):
        self.low, self.high, self.fixed, self.time = (
            np.array(low, "float64"),
            np.array(high, "float64"),
            fixed,
            time,
        )
        self.free = [place for place in range(len(low)) if place not in fixed[0]]
        self.count = count if self.free else 1

    def draw(self, seed, reach=1.0):
        """A list of `(points, coordinates)`, one a place, evenly spread by Sobol's sequence, and no measured values.

        Args:
            seed: of the sequence.
            reach: fraction of the time range, from its start, that the points cover.
        """
        x = np.empty((self.count, len(self.low)))
        if self.free:
            power = int(np.ceil(np.log2(self.count)))
            unit = qmc.Sobol(len(self.free), seed=np.random.default_rng(seed)).random_base2(power)[
                : self.count
            ]
            x[:, self.free] = self.low[self.free] + (self.high - self.low)[self.free] * unit
            if self.time in self.free:
                x[:, self.time] = self.low[self.time] + reach * (
                    x[:, self.time] - self.low[self.time]
                )
        places = []
        for fixed in self.fixed:
            place = x.copy()
            for coordinate, value in fixed.items():
                place[:, coordinate] = value
            places.append(place)
        return places, np.zeros((self.count, 0))

    def pick(self, present, pool, sizes, seed):
        """Keep a random half of the points; draw the others from the pool, where residuals are large more often.

        Args:
            present: from `draw`.
            pool: list of draws.
            sizes: `(points of the whole pool,)`, absolute residuals.
            seed: of the choice.

        Source: C. Wu et al., arXiv:2207.10289 (residual-based adaptive distribution, k = c = 1).
        """
        if not self.free:
            return present
        random = np.random.default_rng(seed)
        kept = random.choice(self.count, int(KEPT * self.count), replace=False)
        chances = sizes / max(sizes.mean(), 1e-300) + 1
        drawn = random.choice(
            len(sizes), self.count - len(kept), replace=False, p=chances / chances.sum()
        )
        candidates = [
            np.concatenate(places) for places in zip(*(places for places, _ in pool), strict=True)
        ]
        places = [
            np.concatenate([old[kept], new[drawn]])
            for old, new in zip(present[0], candidates, strict=True)
        ]
        return places, present[1]


class Measurements:
    """Points that are given, with what was measured there; they stay.

    Args:
        points: `(points, coordinates)`.
        values: `(points, measured)`.
    """

    def __init__(self, points, values):
        self.points, self.values, self.count = points, values, len(points)

    def draw(self, seed, reach=1.0):
        return [self.points], self.values

    def pick(self, present, pool, sizes, seed):
        return present
