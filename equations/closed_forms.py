"""Closed forms of unknown functions, and whether they solve their equation."""

import numpy as np

from equations.cauchy_data import Box
from equations.notation import format_derivative
from errors import UserError
from symbolic import formula
from symbolic.calculus import differentiate
from symbolic.formula import quote

TOLERANCE = 1e-6  # relative to a derivative's size


def read_closed_forms(texts, notation):
    """Read closed forms, or known parts, of unknown functions.

    Args:
        texts: `{unknown: formula}`.
        notation: an `equations.notation.Notation`.

    Returns: `{unknown: expression}`.
    """
    forms = {}
    for name, text in texts.items():
        if name not in notation.unknowns:
            raise UserError(
                "a closed form must belong to one of the unknown functions "
                f"{', '.join(notation.unknowns)}. Received: {quote(name)}"
            )
        if not isinstance(text, str):
            raise UserError(f"the closed form of {name} must be a formula. Received: {text!r:.60}")
        forms[name] = formula.parse(text, notation.coordinates, numbers=notation.numbers)
    return forms


def check_closed_forms(problem):
    """Return a warning for each residual and condition that the closed forms do not satisfy.

    Args:
        problem: an `equations.problem.Problem`. Expressions with unknown constants, or with unknown
            functions without a closed form, are not checked.
    """
    box = Box(problem)
    symbols = {
        format_derivative(derivative, problem.coordinates): (derivative, {})
        for derivative in problem.derivatives
    }
    expressions = [
        (text, residual, symbols)
        for text, residual in zip(problem.residual_texts, problem.residuals, strict=True)
    ]
    for condition in problem.conditions:
        values = {value.symbol.name: (value.derivative, value.place) for value in condition.values}
        expressions.append((condition.text, condition.expression, values))
    warnings = []
    for text, expression, values in expressions:
        names = formula.list_variables(expression)
        used = [name for name in names if name in values]
        has_closed_form = {values[name][0].unknown for name in used} <= problem.exact.keys()
        if not has_closed_form or not problem.constants.keys().isdisjoint(names):
            continue
        try:
            derivatives = {
                name: _evaluate_closed_form(problem, box, *values[name]) for name in used
            }
        except UserError:  # too long to be differentiated
            continue
        if deviation := _find_deviation(expression, derivatives, box):
            warnings.append(
                f"the closed form does not satisfy {quote(text)}: the deviation is {deviation:.2g}"
            )
    return tuple(warnings)


def _evaluate_closed_form(problem, box, derivative, place):
    """Evaluate a derivative of a closed form at the box's points.

    Returns: `(values, size)`, the values with the coordinates of `place` fixed, and the maximum
        absolute value in the whole box.
    """
    expression = problem.exact[derivative.unknown]
    for name, order in zip(problem.coordinates, derivative.orders, strict=True):
        expression = differentiate(expression, name, order)
    everywhere = box.evaluate(expression)
    size = np.abs(everywhere[np.isfinite(everywhere)]).max(initial=0.0)
    return box.evaluate(expression, **place), size


def _find_deviation(expression, derivatives, box):
    """Return the maximum of an expression that is to be zero, or 0 if rounding can explain it.

    Args:
        expression: sympy expression.
        derivatives: `{name: (values, size)}` of the closed form's derivatives in it.
        box: the `Box` with its points.
    """
    compute = formula.compile_function(expression, [*box.points, *derivatives])
    arrays = box.points | {name: values for name, (values, _) in derivatives.items()}
    values_found = compute(*arrays.values())
    explained = np.zeros_like(values_found)
    for name, (values, size) in derivatives.items():
        changed = arrays | {name: values + TOLERANCE * size}
        with np.errstate(all="ignore"):  # inf - inf at a pole
            explained += np.abs(compute(*changed.values()) - values_found)
    finite = np.isfinite(values_found) & np.isfinite(explained)  # not at a pole or in a corner
    deviation = np.abs(values_found[finite]).max(initial=0.0)
    return deviation if deviation > explained[finite].max(initial=0.0) else 0.0
