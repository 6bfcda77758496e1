"""Closed forms of unknown functions, and whether they solve the equation that they are given for."""

import numpy as np

from equations.faces import Box
from equations.notation import derivative_name
from errors import UserError
from symbolic import formula
from symbolic.calculus import differentiate
from symbolic.formula import short

TOLERANCE = 1e-6  # of a derivative's value


def closed_forms(exact, notation):
    """`{unknown: expression}` of the closed forms that are given as text."""
    forms = {}
    for name, text in exact.items():
        if name not in notation.unknowns:
            known = ", ".join(notation.unknowns)
            raise UserError(
                f"a closed form is of one of the unknown functions {known}. Received: {short(name)}"
            )
        if not isinstance(text, str):
            raise UserError(f"the closed form of {name} wants a formula. Received: {text!r:.60}")
        forms[name] = formula.parse(text, notation.coordinates, numbers=notation.numbers)
    return forms


def misses(problem):
    """A warning for each residual and condition that the closed forms don't satisfy, as far as they can be put in.

    Args:
        problem: an `equations.problem.Problem`. What has unknown constants is left out.
    """
    box = Box(problem)
    symbols = {
        derivative_name(derivative, problem.coordinates): (derivative, {})
        for derivative in problem.derivatives
    }
    texts = [
        (text, residual, symbols)
        for text, residual in zip(problem.residual_texts, problem.residuals, strict=True)
    ]
    for condition in problem.conditions:
        values = {value.symbol.name: (value.derivative, value.place) for value in condition.values}
        texts.append((condition.text, condition.expression, values))
    found = []
    for text, expression, values in texts:
        used = [name for name in formula.variables(expression) if name in values]
        if {
            values[name][0].unknown for name in used
        } <= problem.exact.keys() and not _has_constants(expression, problem):
            try:
                known = {name: _values(problem, box, *values[name]) for name in used}
            except UserError:  # too long to be differentiated
                continue
            if off := _off(expression, known, box):
                found.append(
                    f"the closed form does not satisfy {short(text)}: it is off by {off:.2g}"
                )
    return tuple(found)


def _has_constants(expression, problem):
    return not problem.constants.keys().isdisjoint(formula.variables(expression))


def _values(problem, box, derivative, place):
    """`(values, size)` of a closed form's derivative, with some coordinates held fixed, and in the whole box."""
    expression = problem.exact[derivative.unknown]
    for name, order in zip(problem.coordinates, derivative.orders, strict=True):
        expression = differentiate(expression, name, order)
    anywhere = box.values(expression)
    return box.values(expression, **place), np.abs(anywhere[np.isfinite(anywhere)]).max(initial=0.0)


def _off(expression, known, box):
    """How far an expression is from zero, if that is more than a small error of the `known` values explains."""
    compute = formula.function(expression, [*box.points, *known])
    arrays = box.points | {name: values for name, (values, _) in known.items()}
    there = compute(*arrays.values())
    explained = np.zeros_like(there)
    for name, (values, size) in known.items():
        changed = arrays | {name: values + TOLERANCE * size}
        with np.errstate(all="ignore"):  # inf - inf at a pole
            explained += np.abs(compute(*changed.values()) - there)
    usual = np.isfinite(there) & np.isfinite(explained)  # not at a pole or in a corner
    off = np.abs(there[usual]).max(initial=0.0)
    return off if off > explained[usual].max(initial=0.0) else 0.0
