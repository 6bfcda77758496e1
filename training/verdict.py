"""Whether a solution can be trusted, in words: "converged ..." or "not converged: ..."."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from equations.classical.determined import is_determined
from equations.classical.solver import draw_points
from equations.exported_residual import exported_conditions
from equations.well_posed import check_well_posed
from training.error_estimate import ZERO
from training.loss_report import TERM

ACCEPTED = 0.01  # relative error
STUCK = 0.5, 1e-4  # a loss stays where it began: its last part of the first one, and its size


class Verdict(NamedTuple):
    """What became of a training.

    Attributes:
        converged: whether the solution is known, or estimated, to be right to 1 %.
        text: a sentence that begins with "converged" or "not converged".
        error: the relative error that it speaks of.
        is_known: whether a classical solution tells the error, which is an estimate otherwise.
    """

    converged: bool
    text: str
    error: float
    is_known: bool = False


def judge_solution(solved, problem, reference=None):
    """Return the `Verdict` on a solution.

    A classical solution decides where there is one. Otherwise the residual on fresh points, the
    misfit of every condition and the change in the last epochs have to be small.

    Args:
        solved: `training.equation_fit.Solved`.
        problem: the scaled `equations.problem.Problem` that was solved.
        reference: `equations.classical.solver.Classical` of this problem; None if there is none.
    """
    stuck, model = find_stuck_terms(solved.history), solved.system.model
    one_solution = has_one_solution(solved.system, problem)
    measured = any(term.measured for term in solved.system.terms)
    if reference is not None and one_solution:
        errors = find_differences(model, problem, reference.solution)
        worst = max(errors, key=errors.get)
        error = errors[worst]
        known = f"the classical solution ({reference.method}, error {reference.error:.1g})"
        found = f"{worst} differs from {known} by {format_error(error)}"
        if error <= ACCEPTED:
            return Verdict(True, f"converged: {found}", error, True)
        return Verdict(False, f"not converged: {'; '.join([found, *stuck])}", error, True)
    error, reasons = solved.error, stuck
    if not error <= ACCEPTED:
        size = format_error(error)
        reasons += [f"the residual on fresh points suggests an error of {size}"]
    if not solved.change <= ACCEPTED:
        reasons += [f"the solution still changes, by {format_error(solved.change)}"]
    for text, misfit in find_misfits(solved.system, problem).items():
        if not misfit <= ACCEPTED:
            reasons += [f"{text} is missed by {format_error(misfit)}"]
    if reasons:
        return Verdict(False, f"not converged: {'; '.join(reasons)}", error)
    estimate = f"converged: the residual on fresh points suggests an error of {error:.1g}"
    if not one_solution and not measured:
        estimate += (
            "; but the conditions do not determine the solution: a function can be added to it "
            "without changing any equation or condition. Add a condition"
        )
    return Verdict(True, estimate, error)


def has_one_solution(system, problem):
    """Whether equations and conditions determine the solution, without measurements."""
    known = problem.insert_constants(system.read_constants())
    if any(term.measured for term in system.terms) and check_well_posed(known):
        return False  # initial values, say, that only the measurements tell
    return is_determined(known, name_outputs(system.model, problem))


def find_stuck_terms(history):
    """Return a sentence for each term of the loss that stays where it began."""
    fraction, size = STUCK
    found = []
    for column, losses in history.items():
        name = column.removeprefix(TERM)
        is_exact = name != column and not name.endswith("measured")
        if is_exact and len(losses) > 1 and losses[-1] > max(size, fraction * losses[0]):
            found.append(f"the loss of {name} stays where it began")
    return found


def find_differences(model, problem, solution):
    """Return `{unknown: relative distance of the network from a solution}` at random points."""
    points = draw_points(problem)
    found, values, differences = name_outputs(model, problem)(points), solution(points), {}
    for name in problem.unknowns:
        # The numbers are of order one: a function that is zero has an absolute error.
        size = max(np.linalg.norm(values[name]), ZERO * len(found[name]) ** 0.5)
        differences[name] = float(np.linalg.norm(found[name] - values[name]) / size)
    return differences


def name_outputs(model, problem):
    """Return a network as a function of `{coordinate: (n,)}` that returns `{unknown: (n,)}`."""

    def solution(points):
        outputs = model(np.stack(list(points.values()), axis=-1)).numpy()  # (n, unknowns)
        return dict(zip(problem.unknowns, outputs.T, strict=True))

    return solution


def find_misfits(system, problem):
    """Return `{text of a condition: root mean square misfit}`, in numbers of order one."""
    if not problem.conditions:
        return {}
    misfit = exported_conditions(system.model, problem, system.read_constants())
    values = misfit({n: tf.constant(x) for n, x in draw_points(problem).items()}).values()
    sizes = [float(np.sqrt(np.mean(np.square(value)))) for value in values]
    return dict(zip((condition.text for condition in problem.conditions), sizes, strict=True))


def format_error(fraction):
    """Return a relative error as text, large ones in percent."""
    if not np.isfinite(fraction):
        return "an unknown amount"
    return f"{100 * fraction:.3g} %" if fraction > 1e-3 else f"{fraction:.1g}"
