"""Several runs of one experiment: the same equation from different initial values.

The number of the run is one more coordinate, the first one. No equation names it and nothing is
differentiated by it: it only selects the outputs of the network.
"""

from dataclasses import replace

import numpy as np

from equations.collocation import Region

RUN = "run number"  # the blank keeps it apart from every name in a text


def add_runs(problem, ranges):
    """Return a problem whose first coordinate is the number of the run.

    Args:
        problem: `equations.problem.Problem` in one coordinate, without conditions.
        ranges: `(low, high)` of the coordinate in each run.
    """
    lows, highs = zip(*ranges, strict=True)
    derivatives = [d._replace(orders=(0, *d.orders)) for d in problem.derivatives]
    return replace(
        problem,
        coordinates=(RUN, *problem.coordinates),
        low=(0.0, min(lows)),
        high=(len(ranges) - 1.0, max(highs)),
        derivatives=tuple(derivatives),
    )


class RunRegion(Region):
    """The ranges of all runs, each of which gets points by its length.

    Args:
        ranges: `(low, high)` of the coordinate in each run.
        count: number of points.
    """

    def __init__(self, ranges, count):
        self.ranges = np.array(ranges, "float64")  # (runs, 2)
        super().__init__([0, 0], [1, 1], [{}], count)

    def draw(self, seed, horizon=1.0):
        """Draw points that Sobol's sequence spreads evenly, see `Region`."""
        (unit,), measured = super().draw(seed)
        low, high = self.ranges.T
        ends = np.cumsum(high - low) / np.sum(high - low)
        number = np.minimum(np.searchsorted(ends, unit[:, 0], side="right"), len(ends) - 1)
        points = low[number] + (high - low)[number] * unit[:, 1]
        return [np.stack([number, points], axis=-1)], measured
