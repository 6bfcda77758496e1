"""Trial solutions u = G + B*N that satisfy conditions for any network N.

G takes the given data on the faces of the domain, where B vanishes; if normal derivatives are given
as well, the derivatives of B vanish, too.

Source: I. E. Lagaris, A. Likas, D. I. Fotiadis, Artificial neural networks for solving ordinary and
partial differential equations, arXiv:physics/9705023; G as in W. J. Gordon, C. A. Hall, Transfinite
element methods, Numer. Math. 21 (1973).
"""

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import sympy

from equations.cauchy_data import Box, are_equal, contradict, read_datum
from equations.hermite import build_hermite_basis, build_vanishing_factor
from equations.periodic import explain_nonperiodic, find_kinked, is_periodic_pair
from equations.problem import Condition
from errors import UserError
from symbolic.calculus import shorten

CHOICES = ("auto", "hard", "soft")
ROUNDING = 1e-13  # relative to the size of the data


@dataclass(frozen=True)
class Trial:
    """The functions K, G and B of each unknown function u = K + G + B*N with the network N."""

    offset: dict[str, sympy.Expr]  # K + G, where K is the known part
    factor: dict[str, sympy.Expr]  # B, which vanishes where G has data; its maximum is 1
    # Coordinates that the network takes as sine and cosine; their period is the domain's width.
    periodic: tuple[str, ...]
    hard: tuple[Condition, ...]  # conditions that the trial solution satisfies
    soft: tuple[Condition, ...]  # conditions that become terms of the loss
    reasons: tuple[str, ...]  # for each condition a line: hard, or why it is soft


def build_trial_solution(problem, constraints="auto", rise=1):
    """Choose the hard constraints and build the trial solution that satisfies them.

    Args:
        problem: an `equations.problem.Problem`.
        constraints: "auto" makes every condition a hard constraint that can be one, "hard" raises
            if a condition cannot, "soft" makes all conditions terms of the loss.
        rise: fraction of the time range in which B rises to half of its maximum from an initial
            condition; 1 for a polynomial.

    Returns: a `Trial`.

    Raises:
        UserError: a condition cannot be a hard constraint, with "hard".
    """
    if constraints not in CHOICES:
        raise UserError(
            f"constraints must be 'auto', 'hard' or 'soft'. Received: {constraints!r:.60}"
        )
    if constraints == "soft":
        reasons = dict.fromkeys(range(len(problem.conditions)), "all constraints are soft")
        factor = dict.fromkeys(problem.unknowns, sympy.S.One)
        return _collect(problem, problem.known_part, factor, (), reasons)
    box = Box(problem)
    data, reasons = {}, {}  # by the index of the condition; a condition with a reason is soft
    for index, condition in enumerate(problem.conditions):
        try:
            data[index] = _subtract_known_part(read_datum(condition, problem, box), problem, box)
        except UserError as error:
            reasons[index] = str(error)
    data_of = {
        unknown: {i: d for i, d in data.items() if d.face.unknown == unknown}
        for unknown in problem.unknowns
    }
    offset = {unknown: _build_offset(data_of[unknown], reasons, box) for unknown in data_of}
    periodic = _find_periodic(problem, box, reasons)
    for name in periodic:
        for unknown in find_kinked(problem, name, offset, box):
            reason = f"its periodic continuation in {name} has a kink or step"
            reasons.update(dict.fromkeys(data_of[unknown], reason))
            offset[unknown] = sympy.S.Zero
    kept = [datum for index, datum in data.items() if index not in reasons]
    factor = {
        unknown: _build_factor([d for d in kept if d.face.unknown == unknown], box, rise)
        for unknown in problem.unknowns
    }
    offset = {
        unknown: problem.known_part[unknown] + offset[unknown] for unknown in problem.unknowns
    }
    solution = _collect(problem, offset, factor, periodic, reasons)
    if constraints == "hard" and solution.soft:
        first = solution.soft[0]
        reason = reasons[problem.conditions.index(first)]
        raise UserError(
            f"condition '{first.text}' cannot be a hard constraint, because {reason}. "
            "Use constraints 'auto' or 'soft'"
        )
    return solution


def _subtract_known_part(datum, problem, box):
    """Return the datum for u - K."""
    known = box.take_trace(problem.known_part[datum.face.unknown], datum.face, datum.order)
    if not np.isfinite(box.evaluate(known)).all():
        raise UserError("the known part is not finite there")
    return replace(datum, value=datum.value - known) if known else datum


def _collect(problem, offset, factor, periodic, reasons):
    """Return the `Trial` in which the conditions with a reason are soft."""
    conditions = list(enumerate(problem.conditions))
    hard = tuple(condition for index, condition in conditions if index not in reasons)
    soft = tuple(condition for index, condition in conditions if index in reasons)
    lines = tuple(
        f"{condition.text}: soft constraint, because {reasons[index]}"
        if index in reasons
        else f"{condition.text}: hard constraint"
        for index, condition in conditions
    )
    return Trial(offset, factor, periodic, hard, soft, lines)


def _build_offset(data, reasons, box):
    """Build G of one unknown function; a datum that it cannot satisfy is added to `reasons`."""
    _drop_contradictions(data, reasons, box)
    while True:
        _drop_gaps(data, reasons)
        kept = {index: datum for index, datum in data.items() if index not in reasons}
        try:
            offset = interpolate_data(list(kept.values()), box)
            wrong = [index for index, datum in kept.items() if not _satisfies(offset, datum, box)]
        except UserError:  # a formula becomes too long or too large
            wrong = list(kept)
        if not wrong:
            return offset
        reasons[wrong[-1]] = "no formula satisfies it together with the other conditions"


def _drop_contradictions(data, reasons, box):
    """Drop all data that differ from others where their faces meet.

    With one of the two built in, the network would have to be infinite there to follow the other.
    """
    for one, other in combinations(data, 2):
        try:
            wrong = contradict(data[one], data[other], box)
        except UserError:
            wrong = True
        if wrong:
            for index, opponent in ((one, other), (other, one)):
                text = data[opponent].condition.text
                reasons.setdefault(index, f"it contradicts {text} where they meet")


def _drop_gaps(data, reasons):
    """Keep a normal derivative on a face only if all lower orders are kept there, too."""
    for face in {datum.face for datum in data.values()}:
        expected = 0
        on_face = [i for i, datum in data.items() if datum.face == face and i not in reasons]
        for index in sorted(on_face, key=lambda index: data[index].order):
            if data[index].order > expected:
                missing = "value" if expected == 0 else f"derivative of order {expected}"
                reasons[index] = f"the {missing} is not given there"
            else:
                expected = max(expected, data[index].order + 1)


def interpolate_data(data, box):
    """Build the formula that has the data on every face, by Hermite interpolation.

    The coordinates are interpolated one after the other. The correction in a coordinate is zero on
    the faces of the coordinates before it if the data agree in the edges.
    """
    offset = sympy.S.Zero
    one_ended_first = sorted(  # initial data: the corrections that remain are mostly zero
        box.coordinates,
        key=lambda name: len({d.face.end for d in data if d.face.coordinate == name}),
    )
    for name in one_ended_first:
        on_faces = {(d.face.end, d.order): d for d in data if d.face.coordinate == name}
        counts = [sum(end == side for end, _ in on_faces) for side in (0, 1)]
        symbol, ends = sympy.Symbol(name, real=True), box.exact_ends[name]
        basis = build_hermite_basis(symbol, ends, counts) if on_faces else {}
        corrections = []
        for key, datum in on_faces.items():
            trace = box.take_trace(offset, datum.face, datum.order)
            given, present = box.evaluate(datum.value), box.evaluate(trace)
            size = max(np.abs(given).max(), np.abs(present).max())
            if (np.abs(given - present) > ROUNDING * size).any():
                corrections.append(basis[key] * shorten(datum.value - trace))
        if corrections:
            offset = shorten(offset + sum(corrections))
    return offset


def _satisfies(offset, datum, box):
    """Whether a formula has the datum on its face."""
    trace = box.take_trace(offset, datum.face, datum.order)
    size = np.abs(box.evaluate(offset)).max() / box.width[datum.face.coordinate] ** datum.order
    return are_equal(box.evaluate(trace), box.evaluate(datum.value), size)


def _build_factor(data, box, rise):
    """Build B, a product of powers of the distances to the faces with data."""
    factor = sympy.S.One
    for name in box.coordinates:
        counts = [len({d.order for d in data if d.face[1:] == (name, end)}) for end in (0, 1)]
        symbol = sympy.Symbol(name, real=True)
        factor *= build_vanishing_factor(symbol, box.exact_ends[name], counts, rise)
    return factor


def _find_periodic(problem, box, reasons):
    """Find the periodic coordinates; conditions that they satisfy are removed from `reasons`."""
    periodic = []
    for name in problem.coordinates:
        pairs = [
            index
            for index, condition in enumerate(problem.conditions)
            if is_periodic_pair(condition, name, box)
        ]
        if not pairs:
            continue
        if reason := explain_nonperiodic(problem, name, pairs, box):
            reasons.update(dict.fromkeys(pairs, reason))
        else:
            periodic.append(name)
            for index in pairs:
                del reasons[index]
    return tuple(periodic)
