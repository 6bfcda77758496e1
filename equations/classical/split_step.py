"""The nonlinear Schroedinger equation i h_t + h_xx / 2 + |h|^2 h = 0, periodic in x.

It is solved by Fourier series and split time steps.
"""

import numpy as np
from scipy import fft
from scipy.ndimage import map_coordinates

# Fractions of a step, alternating between h_xx alone and |h|^2 h alone. Each part is solved
# exactly; the composition is of fourth order.
# S. Blanes and P. C. Moan, J. Comput. Appl. Math. 142 (2002), 313-330.
DRIFTS = 0.0792036964311957, 0.353172906049774, -0.0420650803577195
KICKS = 0.209515106613362, -0.143851773179818
DRIFTS = (*DRIFTS, 1 - 2 * sum(DRIFTS), *DRIFTS[::-1])
KICKS = (*KICKS, 0.5 - sum(KICKS), 0.5 - sum(KICKS), *KICKS[::-1])
REFINEMENT = 2  # of the grid on which values are interpolated
TIMES_PER_BATCH = 64


class SplitStep:
    """A solution of the nonlinear Schroedinger equation.

    Args:
        initial: function of x `(points,)` that returns the complex initial value h.
        x: both ends of the period.
        t: initial and final time.
        points: number of points in the period.
        steps: number of time steps.
        save_every: number of steps from one saved step to the next; values at other times are one
            step from a saved one.
    """

    def __init__(self, initial, x, t, points=256, steps=400, save_every=1):
        (self.low, high), (self.start, end) = x, t
        self.points, self.width, self.save_every = points, high - self.low, save_every
        self.dt = (end - self.start) / steps
        wave_numbers = 2 * np.pi * fft.fftfreq(points, self.width / points)
        self.squares = wave_numbers**2
        step = self.build_step(self.dt)
        coefficients = fft.fft(initial(self.low + self.width / points * np.arange(points)) + 0j)
        self.saved = [coefficients]
        for number in range(1, steps + 1):
            coefficients = step(coefficients)
            if number % save_every == 0:
                self.saved.append(coefficients)
        self.saved = np.array(self.saved)

    def build_step(self, dt):
        """Build a step of length dt, or of lengths `(times, 1)`.

        Returns: a function of Fourier coefficients `(points,)` or `(times, points)`.
        """
        drifts = {
            fraction: np.exp(-0.5j * self.squares * (fraction * dt)) for fraction in set(DRIFTS)
        }

        def step(coefficients):
            for drift, kick in zip(DRIFTS, KICKS, strict=False):  # the last drift follows below
                h = fft.ifft(drifts[drift] * coefficients)
                coefficients = fft.fft(h * np.exp(1j * (kick * dt) * (h.real**2 + h.imag**2)))
            return drifts[DRIFTS[-1]] * coefficients

        return step

    def __call__(self, x, t):
        """Return the values h at points, `(n,)` complex."""
        times, time_of_point = np.unique(t, return_inverse=True)
        order = np.argsort(time_of_point, kind="stable")
        points_of_time = np.split(
            order, np.cumsum(np.bincount(time_of_point, minlength=len(times)))[:-1]
        )
        h = np.empty(len(x), complex)
        for begin in range(0, len(times), TIMES_PER_BATCH):
            batch = slice(begin, begin + TIMES_PER_BATCH)
            grids = self.evaluate_on_grid(times[batch])
            for values, points in zip(grids, points_of_time[batch], strict=True):
                positions = (x[points] - self.low) / self.width * len(values)
                h[points] = map_coordinates(values, positions[None], order=5, mode="grid-wrap")
        return h

    def evaluate_on_grid(self, times):
        """Return values on the finer grid, `(times, REFINEMENT * points)`."""
        steps = (times - self.start) / self.dt / self.save_every
        before = np.clip(np.floor(steps).astype(int), 0, len(self.saved) - 1)
        since = (steps - before) * self.save_every * self.dt
        coefficients = self.build_step(since[:, None])(self.saved[before])
        padded = np.zeros((len(times), REFINEMENT * self.points), complex)
        positive, negative = -(-self.points // 2), self.points // 2
        padded[:, :positive] = coefficients[:, :positive]
        padded[:, -negative:] = coefficients[:, -negative:]
        return fft.ifft(padded) * REFINEMENT
