"""The nonlinear Schroedinger equation i h_t + h_xx / 2 + |h|^2 h = 0, periodic in x, by Fourier series and split steps."""

import numpy as np
from scipy import fft
from scipy.ndimage import map_coordinates

# Fractions of a step, in turn with h_xx alone and with |h|^2 h alone: each part is solved exactly, all together are of fourth
# order. S. Blanes and P. C. Moan, J. Comput. Appl. Math. 142 (2002), 313-330.
DRIFTS = 0.0792036964311957, 0.353172906049774, -0.0420650803577195
KICKS = 0.209515106613362, -0.143851773179818
DRIFTS = (*DRIFTS, 1 - 2 * sum(DRIFTS), *DRIFTS[::-1])
KICKS = (*KICKS, 0.5 - sum(KICKS), 0.5 - sum(KICKS), *KICKS[::-1])
FINER = 2  # times as many points for the interpolation between them
TIMES_AT_ONCE = 64


class SplitStep:
    """A solution of the nonlinear Schroedinger equation.

    Args:
        initial: function of x `(points,)` that returns h at the start, complex.
        x: ends of the period.
        t: start and end.
        points: on the period.
        steps: in time.
        kept_every: how many steps lie between two that are kept; a step from a kept one leads to any time after it.
    """

    def __init__(self, initial, x, t, points=256, steps=400, kept_every=1):
        (self.low, high), (self.start, end) = x, t
        self.points, self.width, self.kept_every = points, high - self.low, kept_every
        self.dt = (end - self.start) / steps
        self.squares = (
            2 * np.pi * fft.fftfreq(points, self.width / points)
        ) ** 2  # of the wave numbers
        step = self.step(self.dt)
        coefficients = fft.fft(initial(self.low + self.width / points * np.arange(points)) + 0j)
        self.kept = [coefficients]
        for number in range(1, steps + 1):
            coefficients = step(coefficients)
            if number % kept_every == 0:
                self.kept.append(coefficients)
        self.kept = np.array(self.kept)

    def step(self, dt):
        """Make a step of length dt, or of lengths `(times, 1)`, for Fourier coefficients `(points,)` or `(times, points)`."""
        drifts = {
            fraction: np.exp(-0.5j * self.squares * (fraction * dt)) for fraction in set(DRIFTS)
        }

        def step(coefficients):
            for drift, kick in zip(DRIFTS, KICKS, strict=False):  # one drift is left
                h = fft.ifft(drifts[drift] * coefficients)
                coefficients = fft.fft(h * np.exp(1j * (kick * dt) * (h.real**2 + h.imag**2)))
            return drifts[DRIFTS[-1]] * coefficients

        return step

    def __call__(self, x, t):
        """The values h at points, `(n,)` complex."""
        times, which = np.unique(t, return_inverse=True)
        order = np.argsort(which, kind="stable")
        points_of = np.split(
            order, np.cumsum(np.bincount(which, minlength=len(times)))[:-1]
        )  # indices of each time's points
        h = np.empty(len(x), complex)
        for begin in range(0, len(times), TIMES_AT_ONCE):
            some = slice(begin, begin + TIMES_AT_ONCE)
            for values, points in zip(self.values(times[some]), points_of[some], strict=True):
                places = (x[points] - self.low) / self.width * len(values)
                h[points] = map_coordinates(values, places[None], order=5, mode="grid-wrap")
        return h

    def values(self, times):
        """Values on the finer grid, `(times, FINER * points)`."""
        steps = (times - self.start) / self.dt / self.kept_every
        before = np.clip(np.floor(steps).astype(int), 0, len(self.kept) - 1)
        since = (steps - before) * self.kept_every * self.dt
        coefficients = self.step(since[:, None])(self.kept[before])
        padded = np.zeros((len(times), FINER * self.points), complex)
        positive, negative = -(-self.points // 2), self.points // 2
        padded[:, :positive] = coefficients[:, :positive]
        padded[:, -negative:] = coefficients[:, -negative:]
        return fft.ifft(padded) * FINER
