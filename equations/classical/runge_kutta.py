"""Steps of Runge-Kutta methods from an initial value: explicit ones, or implicit ones if stiff."""

import numpy as np
from scipy.integrate import DOP853, OdeSolution, Radau

from equations.classical.work import CALL, TooMuchWork
from errors import UserError

EXPLICIT = 20_000  # evaluations, after which an explicit method is checked for stiffness
STIFF = 1.0  # time constants of a decay in a step that accuracy would not limit
RELATIVE = 1e-2  # absolute tolerance of a state, relative to its size and the relative tolerance
LONGEST = 0.5  # step of the implicit method, relative to the range, times tolerance^(1/8)
FIRST = 1e-9  # part of the range after which a state that begins at zero has its first size


def integrate(f, begin, end, start, tolerance, work, describe):
    """Integrate y' = f(x, y) from `begin`, where y is `start`, to `end`.

    Each state has its own absolute tolerance: its largest value so far counts, so that the solution
    does not depend on units. A state that is zero up to rounding errors would need steps of length
    zero; then the largest of all states counts.

    Args:
        f: function of x and y `(states,)` that returns `(states,)`.
        begin, end: first and last x, in any order.
        start: y at `begin`.
        tolerance: relative error of a step; at least 1e-11 for the implicit method.
        work: `equations.classical.work.Work`, which bounds the number of steps.
        describe: function of x that returns it as text, such as "t = 0.5".

    Returns: y as a function of x.

    Raises:
        UserError: the solution ends before `end`, or takes too many steps.

    Source: E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I and II
    (DOP853, Radau).
    """
    slopes = np.abs(f(begin, start)) * abs(end - begin) * FIRST
    sizes = np.where(start == 0, slopes, np.abs(start))
    largest = np.full_like(sizes, sizes.max() or 1.0)
    sizes = np.where(sizes == 0, FIRST * largest, sizes)
    arguments = f, begin, end, start
    for first_sizes in (sizes, largest):
        path = Path(DOP853, *arguments, tolerance, first_sizes, work)
        try:
            path.advance(EXPLICIT)
            if path.solver.status == "running" and path.is_stiff(f):
                path = Path(Radau, *arguments, max(tolerance, 1e-11), first_sizes, work)
            path.advance(np.inf)
        except TooMuchWork as error:
            raise TooMuchWork(
                f"the solution cannot be followed beyond {describe(path.solver.t)}: "
                "it changes too fast"
            ) from error
        if path.solver.status == "finished" and np.isfinite(path.solver.y).all():
            return OdeSolution(path.x, path.pieces)
    raise UserError(
        f"the solution cannot be followed beyond {describe(path.solver.t)}: "
        "it may be infinite there"
    )


class Path:
    """The part of a solution that has been computed.

    Args:
        method: class of a solver of SciPy.
        f, begin, end, start, tolerance, work: as of `integrate`.
        sizes: size of each state at the start.

    Attributes:
        x: ends of the steps.
        pieces: solution in each step.
    """

    def __init__(self, method, f, begin, end, start, tolerance, sizes, work):
        self.work, self.sizes = work, sizes
        self.operations = CALL * (1 if method is DOP853 else 3)  # of an evaluation
        self.x, self.pieces = [begin], []
        # An implicit method can step over all there is without noticing, as long as it is stiff.
        longest = np.inf if method is DOP853 else abs(end - begin) * LONGEST * tolerance**0.125
        self.solver = method(f, begin, start, end, longest, tolerance, RELATIVE * tolerance * sizes)

    def advance(self, evaluations):
        """Step forward until `f` has been evaluated this many times, or to the end."""
        solver = self.solver
        while solver.status == "running" and solver.nfev < evaluations:
            before = solver.nfev
            solver.step()
            if solver.status != "failed":
                self.x.append(solver.t)
                self.pieces.append(solver.dense_output())
                self.sizes = np.maximum(self.sizes, np.abs(solver.y))
                solver.atol = RELATIVE * solver.rtol * self.sizes
            self.work.spend(self.operations * (solver.nfev - before))

    def is_stiff(self, f):
        """Whether the stability of the explicit method limits its steps, which are then longer than
        the decay that it follows; an oscillation has to be followed by any method."""
        x, y = self.solver.t, self.solver.y
        steps = np.sqrt(np.finfo("float64").eps) * self.sizes
        jacobian = np.array([(f(x, y + step) - f(x, y)) for step in np.diag(steps)]).T / steps
        if not np.isfinite(jacobian).all():
            return False
        step = self.x[-1] - self.x[-2]
        return (step * np.linalg.eigvals(jacobian).real).min() < -STIFF
