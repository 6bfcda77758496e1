"""Collocation points: where residuals are computed, and how points move to where they are large."""

import numpy as np
from scipy.stats import qmc

POOL = 5  # draws from which new points are picked
KEPT = 0.5  # fraction of the points that stay when the others are resampled


class Region:
    """The box of the coordinates, or a part of it where some coordinates are fixed.

    Args:
        low, high: corners of the box.
        fixed: for each location that a term compares, `{index of a coordinate: value}`; the same
            coordinates are free in all of them.
        count: number of points.
        time: index of the coordinate from whose start the horizon counts; None if there is none.
    """

    def __init__(self, low, high, fixed, count, time=None):
        self.low, self.high = np.array(low, "float64"), np.array(high, "float64")
        self.fixed, self.time = fixed, time
        self.free = [number for number in range(len(low)) if number not in fixed[0]]
        self.count = count if self.free else 1

    def draw(self, seed, horizon=1.0):
        """Draw points that Sobol's sequence spreads evenly.

        Args:
            seed: seed of the sequence.
            horizon: fraction of the time range, from its start, that the points cover.

        Returns: a list of `(points, coordinates)`, one for each location, and no measured values,
            `(points, 0)`.
        """
        x = np.empty((self.count, len(self.low)))
        if self.free:
            power = int(np.ceil(np.log2(self.count)))
            sobol = qmc.Sobol(len(self.free), seed=np.random.default_rng(seed))
            unit = sobol.random_base2(power)[: self.count]
            x[:, self.free] = self.low[self.free] + (self.high - self.low)[self.free] * unit
            if self.time in self.free:
                start = self.low[self.time]
                x[:, self.time] = start + horizon * (x[:, self.time] - start)
        locations = []
        for fixed in self.fixed:
            location = x.copy()
            for coordinate, value in fixed.items():
                location[:, coordinate] = value
            locations.append(location)
        return locations, np.zeros((self.count, 0))

    def pick(self, present, pool, sizes, seed):
        """Keep a random half of the points; draw the others from a pool, where residuals are large.

        Args:
            present: points from `draw`.
            pool: list of draws.
            sizes: absolute residuals, `(points of the whole pool,)`.
            seed: seed of the choice.

        Returns: points as `draw` returns them.

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
        draws = zip(*(locations for locations, _ in pool), strict=True)
        candidates = [np.concatenate(locations) for locations in draws]
        locations = [
            np.concatenate([old[kept], new[drawn]])
            for old, new in zip(present[0], candidates, strict=True)
        ]
        return locations, present[1]


class Measurements:
    """Points that are given, with what was measured there; they never move.

    Args:
        points: `(points, coordinates)`.
        values: `(points, measured)`.
    """

    def __init__(self, points, values):
        self.points, self.values, self.count = points, values, len(points)

    def draw(self, seed, horizon=1.0):
        return [self.points], self.values

    def pick(self, present, pool, sizes, seed):
        return present
