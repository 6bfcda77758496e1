"""The collocation points of a training, and how they are resampled where residuals are large."""

import numpy as np
import tensorflow as tf

from equations.collocation import POOL

FIRST, HELD_OUT, LATER = 0, 1, 2  # numbers of draws: each has a seed of its own


class CollocationPoints:
    """The points of all terms, as variables that a snapshot keeps.

    Points are lists with a pair for each term, as `equations.system.System.prepare` takes them.

    Args:
        regions: list of `equations.collocation.Region` or `Measurements`, one for each term.
        seed: seed of all draws.
        horizon: fraction of the time range that the first points cover.
    """

    def __init__(self, regions, seed, horizon=1.0):
        self.regions, self.seed = regions, seed
        points = self.draw(FIRST, horizon)
        self.measured = [measured for _, measured in points]
        self.locations = [
            [tf.Variable(x, dtype="float64") for x in locations] for locations, _ in points
        ]

    @property
    def variables(self):
        return [x for locations in self.locations for x in locations]

    def draw(self, number, horizon):
        """Draw points for every term; a number stands for a seed of its own."""
        return [
            region.draw([self.seed, number, term], horizon)
            for term, region in enumerate(self.regions)
        ]

    def draw_held_out(self, horizon):
        """Draw points that no training has seen."""
        return self.draw(HELD_OUT, horizon)

    def get(self):
        """Return the present points."""
        locations = [[x.numpy() for x in locations] for locations in self.locations]
        return list(zip(locations, self.measured, strict=True))

    def assign(self, points):
        for variables, (locations, _) in zip(self.locations, points, strict=True):
            for variable, x in zip(variables, locations, strict=True):
                variable.assign(x)

    def redraw(self, epoch, horizon):
        """Replace all points."""
        self.assign(self.draw(LATER + POOL * epoch, horizon))

    def resample(self, system, weights, epoch, horizon):
        """Replace a part of the points by others, most where residuals are large."""
        pool = [self.draw(LATER + POOL * epoch + number, horizon) for number in range(POOL)]
        sizes = [residual_sizes(system, weights, points) for points in pool]
        picked = []
        for term, (region, present) in enumerate(zip(self.regions, self.get(), strict=True)):
            of_pool = [points[term] for points in pool]
            of_term = np.concatenate([draw[term] for draw in sizes])
            seed = [self.seed, LATER + epoch, term]
            picked.append(region.pick(present, of_pool, of_term, seed))
        self.assign(picked)


def residual_sizes(system, weights, points):
    """Return for each term the norm over its expressions at every point, `(points,)`."""
    rows = system.residuals(tf.constant(weights), system.prepare(points)).numpy()
    shapes = [
        (len(term.names), len(locations[0]))
        for term, (locations, _) in zip(system.terms, points, strict=True)
    ]
    parts = np.split(rows, np.cumsum([names * count for names, count in shapes])[:-1])
    pairs = zip(parts, shapes, strict=True)
    return [np.linalg.norm(part.reshape(shape), axis=0) for part, shape in pairs]
