"""Evolution equations u_t = F(u, u_x, ...) that are periodic in x: Fourier series and ETDRK4."""

import numpy as np
import sympy
from scipy import fft

from equations.classical.exponential_integrator import build_etdrk4_step
from equations.notation import derivative_symbols
from errors import UserError
from symbolic.formula import compile_function


class PeriodicEvolution:
    """Solves an evolution equation for many initial values at once.

    What is linear with constant coefficients is solved exactly; the remainder is computed at the
    points of the grid.

    Args:
        problem: an `equations.problem.Problem` of one unknown in two coordinates: x, in which it
            is periodic, and the time t. It needs no conditions.

    Raises: UserError if the equation is of a different kind.
    """

    def __init__(self, problem):
        kind = "an equation of one unknown function of x and t, such as 'u_t + u*u_x - 0.1*u_xx'"
        if problem.coordinates != ("x", "t") or len(problem.residuals) != 1:
            raise UserError(f"expected {kind}")
        symbols = derivative_symbols(problem)
        (residual,), self.width = problem.residuals, problem.high[0] - problem.low[0]
        slope = [symbol for symbol, found in symbols.items() if found.orders[1]]
        others = {symbol: found.orders[0] for symbol, found in symbols.items()
                  if not found.orders[1]}  # fmt: skip
        if len(slope) != 1 or symbols[slope[0]].orders != (0, 1):
            raise UserError(f"expected {kind}, of first order in time. Received: {residual}")
        factor = sympy.diff(residual, slope[0])
        if factor.free_symbols:
            raise UserError(f"expected {kind}: the factor of {slope[0]} must be a number")
        right = sympy.expand(-residual.subs(slope[0], 0) / factor)
        if right.free_symbols - set(others):
            raise UserError(f"expected {kind}, without x and t outside of the function")
        zero = dict.fromkeys(others, 0)
        self.linear = {s: float(sympy.diff(right, s).subs(zero)) for s in others}
        rest = sympy.expand(right - sum(c * s for s, c in self.linear.items()))
        self.orders = [others[s] for s in others if s in rest.free_symbols]
        names = [s.name for s in others if s in rest.free_symbols]
        self.compute_rest = compile_function(rest, names) if rest != 0 else None
        self.linear_orders = [(order, self.linear[s]) for s, order in others.items()]

    def solve(self, u, duration, steps):
        """Return the solution after a time.

        Args:
            u: initial values on an even grid without its last end, `(functions, points)`.
            duration: the time.
            steps: number of time steps.
        """
        points = u.shape[-1]
        k = 2j * np.pi * np.arange(points // 2 + 1) / self.width
        linear = sum(coefficient * k**order for order, coefficient in self.linear_orders)
        keep = np.ones(len(k))
        keep[-1] = 0  # the highest mode has no sine
        factors = [keep * k**order for order in self.orders]

        def react(modes, t):
            if self.compute_rest is None:
                return np.zeros_like(modes)
            values = [fft.irfft(modes * factor, points) for factor in factors]
            return keep * fft.rfft(self.compute_rest(*values))

        step = build_etdrk4_step(linear + 0j, react, duration / steps)
        modes = keep * fft.rfft(u)
        for number in range(steps):
            modes = step(modes, number * duration / steps)
        return fft.irfft(modes, points)
