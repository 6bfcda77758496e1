"""Trial solutions u = G + B*N that satisfy conditions whatever the network N is.

G takes the data on the faces of the box, B is zero there; how fast B vanishes says how many normal derivatives are kept.

Source: I. E. Lagaris, A. Likas, D. I. Fotiadis, Artificial neural networks for solving ordinary and partial differential
equations, arXiv:physics/9705023; G as in W. J. Gordon, C. A. Hall, Transfinite element methods, Numer. Math. 21 (1973).
"""

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import sympy

from equations.faces import Box, agree, cauchy_datum, contradict
from equations.hermite import hermite_basis, vanishing
from equations.periodic import is_periodic_pair, kinked, why_not_periodic
from equations.problem import Condition
from errors import UserError
from symbolic.calculus import shorter

CHOICES = ("auto", "hard", "soft")
ZERO = 1e-13  # of the data's size: rounding


@dataclass(frozen=True)
class Trial:
    """How a network becomes a function that satisfies conditions: u = K + G + B*N for each unknown function u."""

    offset: dict[str, sympy.Expr]  # K + G, where K is the part that is known beforehand
    factor: dict[str, sympy.Expr]  # B, 0 on the faces whose data G has; its maximum is 1
    periodic: tuple[
        str, ...
    ]  # coordinates that the network takes as sine and cosine, with the domain's width as period
    hard: tuple[Condition, ...]  # satisfied by construction
    soft: tuple[Condition, ...]  # to be weighed in the loss
    reasons: tuple[str, ...]  # a line for each condition


def trial(problem, choice="auto", early=1):
    """Choose which conditions are built into the trial solution, and build them in.

    Args:
        problem: an `equations.problem.Problem`.
        choice: "auto" builds in what can be, "hard" refuses the rest, "soft" builds in nothing.
        early: part of the time range in which B rises from an initial condition; 1 for a straight line.

    Returns: a `Trial`.

    Raises:
        UserError: a condition cannot be built in, with "hard".
    """
    if choice not in CHOICES:
        raise UserError(f"conditions are 'auto', 'hard' or 'soft'. Received: {choice!r:.60}")
    if choice == "soft":
        whys = dict.fromkeys(range(len(problem.conditions)), "nothing is to be built in")
        return _told(
            problem, problem.known_part, dict.fromkeys(problem.unknowns, sympy.S.One), (), whys
        )
    box = Box(problem)
    data, whys = {}, {}  # by the place of the condition in the problem
    for place, condition in enumerate(problem.conditions):
        try:
            data[place] = _for_the_rest(cauchy_datum(condition, problem, box), problem, box)
        except UserError as error:
            whys[place] = str(error)
    own = {
        unknown: {p: d for p, d in data.items() if d.face.unknown == unknown}
        for unknown in problem.unknowns
    }
    offset = {unknown: _built_in(own[unknown], whys, box) for unknown in problem.unknowns}
    periodic = _embedded(problem, box, whys)
    for name in periodic:
        for unknown in kinked(problem, name, offset, box):
            reason = (
                f"continued with a period of {box.width[name]:g} in {name} it has a kink or step"
            )
            whys.update(dict.fromkeys(own[unknown], reason))
            offset[unknown] = sympy.S.Zero
    kept = [datum for place, datum in data.items() if place not in whys]
    factor = {
        unknown: _factor([d for d in kept if d.face.unknown == unknown], box, early)
        for unknown in problem.unknowns
    }
    offset = {
        unknown: problem.known_part[unknown] + offset[unknown] for unknown in problem.unknowns
    }
    made = _told(problem, offset, factor, periodic, whys)
    if choice == "hard" and made.soft:
        place = problem.conditions.index(made.soft[0])
        raise UserError(
            f"condition '{made.soft[0].text}' cannot be built in, since {whys[place]}. Weigh it instead"
        )
    return made


def _for_the_rest(datum, problem, box):
    """What a condition gives for u - K."""
    known = box.trace(problem.known_part[datum.face.unknown], datum.face, datum.order)
    if not np.isfinite(box.values(known)).all():
        raise UserError("the known part is not finite there")
    return replace(datum, value=datum.value - known) if known else datum


def _told(problem, offset, factor, periodic, whys):
    """The `Trial` in which the conditions that `whys` has a reason for are soft."""
    hard = tuple(
        condition for place, condition in enumerate(problem.conditions) if place not in whys
    )
    soft = tuple(condition for place, condition in enumerate(problem.conditions) if place in whys)
    reasons = tuple(
        f"{condition.text}: weighted, since {whys[place]}"
        if place in whys
        else f"{condition.text}: built in"
        for place, condition in enumerate(problem.conditions)
    )
    return Trial(offset, factor, periodic, hard, soft, reasons)


def _built_in(data, whys, box):
    """G of one unknown function; a datum that cannot be part of it gets its reason into `whys`."""
    _leave_out_contradictions(data, whys, box)
    while True:
        _leave_out_gaps(data, whys)
        kept = {place: datum for place, datum in data.items() if place not in whys}
        try:
            offset = interpolant(list(kept.values()), box)
            wrong = [place for place, datum in kept.items() if not _has(offset, datum, box)]
        except UserError:  # too long, or too large on the way
            wrong = list(kept)
        if not wrong:
            return offset
        whys[wrong[-1]] = "no formula takes it together with the others"


def _leave_out_contradictions(data, whys, box):
    """Where faces meet with different data, leave out as few as possible: a lid of u = 1 rather than both walls."""
    against = {place: set() for place in data}
    for one, other in combinations(data, 2):
        try:
            wrong = contradict(data[one], data[other], box)
        except UserError:
            wrong = True
        if wrong:
            against[one].add(other)
            against[other].add(one)
    while any(against.values()):
        worst = max(against, key=lambda place: (len(against[place]), data[place].order, place))
        other = data[min(against.pop(worst))].condition.text
        whys[worst] = f"it contradicts {other} where they meet"
        for others in against.values():
            others.discard(worst)


def _leave_out_gaps(data, whys):
    """Keep the value on a face, and derivatives as far as those of lower order are kept, too."""
    for face in {datum.face for datum in data.values()}:
        wanted = 0
        own = [place for place, datum in data.items() if datum.face == face and place not in whys]
        for place in sorted(own, key=lambda place: data[place].order):
            if data[place].order > wanted:
                known = "value" if wanted == 0 else f"derivative of order {wanted}"
                whys[place] = f"the {known} is not given there"
            wanted = max(wanted, data[place].order + 1) if place not in whys else wanted


def interpolant(data, box):
    """The formula that has the data on every face, by Hermite interpolation in one coordinate after the other.

    What is left to correct in a coordinate is zero on the faces of those before it, where data agree in the edges.
    """
    offset = sympy.S.Zero
    one_ended = sorted(
        box.coordinates,
        key=lambda name: len({d.face.end for d in data if d.face.coordinate == name}),
    )
    for name in one_ended:  # initial data first: what they leave to correct is mostly zero
        own = {(d.face.end, d.order): d for d in data if d.face.coordinate == name}
        counts = [sum(end == side for end, _ in own) for side in (0, 1)]
        basis = hermite_basis(sympy.Symbol(name, real=True), box.exact[name], counts) if own else {}
        corrections = []
        for key, datum in own.items():
            trace = box.trace(offset, datum.face, datum.order)
            given, there = box.values(datum.value), box.values(trace)
            if (np.abs(given - there) > ZERO * max(np.abs(given).max(), np.abs(there).max())).any():
                corrections.append(basis[key] * shorter(datum.value - trace))
        if corrections:
            offset = shorter(offset + sum(corrections))
    return offset


def _has(offset, datum, box):
    """Whether a formula has the datum on its face."""
    trace = box.trace(offset, datum.face, datum.order)
    size = np.abs(box.values(offset)).max() / box.width[datum.face.coordinate] ** datum.order
    return agree(box.values(trace), box.values(datum.value), size)


def _factor(data, box, early):
    """B, the product of the distances to the faces whose data are built in."""
    factor = sympy.S.One
    for name in box.coordinates:
        counts = [len({d.order for d in data if d.face[1:] == (name, end)}) for end in (0, 1)]
        factor *= vanishing(sympy.Symbol(name, real=True), box.exact[name], counts, early)
    return factor


def _embedded(problem, box, whys):
    """The coordinates that the network takes as periodic; the reasons of what is satisfied by that leave `whys`."""
    found = []
    for name in problem.coordinates:
        pairs = [
            p
            for p, condition in enumerate(problem.conditions)
            if is_periodic_pair(condition, name, box)
        ]
        if not pairs:
            continue
        if why := why_not_periodic(problem, name, pairs, box):
            whys.update(dict.fromkeys(pairs, why))
        else:
            found.append(name)
            for place in pairs:
                del whys[place]
    return tuple(found)
