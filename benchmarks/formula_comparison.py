"""Whether a formula that was found is the true one."""

import numpy as np
import sympy

from symbolic import formula


def is_same(found, truth):
    """Return whether SymPy simplifies the difference of two formulas, given as texts, to zero."""
    values, true = evaluate_both(found, truth)
    if not len(values) or not np.allclose(values, true, rtol=1e-9):
        return False
    difference = formula.parse(found) - formula.parse(truth)
    positive = {x: sympy.Symbol(x.name, positive=True) for x in difference.free_symbols}
    ways = (
        sympy.expand,
        sympy.simplify,
        lambda x: sympy.simplify(sympy.expand_log(x.xreplace(positive), force=True)),
    )
    return any(way(difference) == 0 for way in ways)


def is_same_up_to_a_constant(found, truth):
    """Return whether difference or ratio of two formulas is the same number everywhere."""
    values, true = evaluate_both(found, truth)
    if len(values) < 20 or np.ptp(values) == 0:
        return False
    constants = values / true, values - true + 1
    return any(np.ptp(constant) < 1e-9 * np.abs(constant).max() for constant in constants)


def evaluate_both(found, truth):
    """Evaluate two formulas at the same random points, at which both are finite.

    Returns: `(values, true)`, empty if the text found is marked as unreadable by "#".
    """
    if "#" in found:
        return np.zeros((2, 0))
    expressions = formula.parse(found), formula.parse(truth)
    names = formula.list_variables(sum(expressions))
    points = np.random.default_rng(0).uniform(0.5, 2.5, (len(names), 100))
    values = np.stack(
        [formula.compile_function(expression, names)(*points) for expression in expressions]
    )
    return values[:, np.isfinite(values).all(axis=0)]
