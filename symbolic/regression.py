"""From Operon's candidates to formulas: collected, refitted and simplified."""

import math

import sympy

from errors import UserError
from symbolic import formula
from symbolic.calculus import shorten
from symbolic.constants import refit
from symbolic.pareto import Formula, find_front, measure_complexity

# Candidates per length: the one with the smallest error may only follow a network's errors best.
MAX_PER_LENGTH = 2
MAX_RATIO = 1.5  # of an error to the error of the front, for further candidates
MIN_ERROR = 1e-7  # Operon computes in float32
MAX_SIMPLIFIED = 40  # complexity of a formula that sympy simplifies in reasonable time


class Pool:
    """The best candidates of each length, collected over all starts."""

    def __init__(self):
        self.by_length = {}

    def add(self, candidates):
        """Add candidates, keeping the best ones of each length."""
        for candidate in candidates:
            known = self.by_length.setdefault(candidate.length, [])
            if all(candidate.text != other.text for other in known):
                known.append(candidate)
                known.sort(key=lambda other: other.error)
                del known[MAX_PER_LENGTH:]

    @property
    def lowest_error(self):
        """Lowest error so far; infinite for an empty pool."""
        return min(
            (candidates[0].error for candidates in self.by_length.values()), default=float("inf")
        )

    def rank_candidates(self):
        """Return the candidates, the most promising first.

        Candidates on the Pareto front come first, by the drop of the log error per node, then those
        with an error close to the front.
        """
        best, front, others = None, [], []
        for _, candidates in sorted(self.by_length.items()):
            for candidate in candidates:
                if best is None or candidate.error < best.error:
                    front.append((measure_drop(best, candidate), candidate))
                    best = candidate
                elif candidate.error < MAX_RATIO * best.error:
                    others.append(candidate)
        front.sort(key=lambda pair: -pair[0])
        return [candidate for _, candidate in front] + others


def measure_drop(simpler, candidate):
    """Return the drop of the log error per node; without a simpler candidate the error is 1."""
    length, error = (0, 1.0) if simpler is None else (simpler.length, simpler.error)
    return math.log(max(error, MIN_ERROR) / max(candidate.error, MIN_ERROR)) / (
        candidate.length - length or 1
    )


def fit_candidate(candidate, reference):
    """Fit the constants of a candidate's equivalent forms, and simplify them where possible.

    Args:
        candidate: `symbolic.genetic_programming.Candidate`.
        reference: `symbolic.constants.Reference`.

    Returns: a list of `Formula`.
    """
    try:
        parsed = formula.parse(candidate.text, reference.names)
        forms = {
            parsed,
            shorten(sympy.expand_log(parsed)),
            expand_products(parsed),
            absorb_factors(parsed),
        }
    except UserError:  # for example a division by zero that sympy finds
        return []
    return [
        evaluate(expression, reference)
        for form in sorted(forms, key=sympy.default_sort_key)
        for expression in refit(form, reference)
    ]


def expand_products(expression):
    """Expand products and exponents if few terms result: products of sums have spare constants."""
    complexity = measure_complexity(expression)
    expanded = sympy.expand(expression) if complexity <= MAX_SIMPLIFIED else expression
    return expanded if measure_complexity(expanded) <= 2 * complexity else expression


def absorb_factors(expression):
    """Move a numeric factor of a root under the root, where it merges with other constants."""

    def move(product):
        number, rest = product.as_coeff_Mul()
        roots = [
            part
            for part in sympy.Mul.make_args(rest)
            if part.is_Pow and part.exp.is_Rational and not part.exp.is_Integer
        ]
        if abs(number) == 1 or len(roots) != 1:
            return product
        (root,) = roots
        inside = sympy.expand(abs(number) ** (1 / root.exp) * root.base)
        return sympy.sign(number) * rest / root * inside**root.exp

    return expression.replace(lambda part: part.is_Mul, move)


def evaluate(expression, reference):
    """Return the `Formula` of an expression: its complexity and its error."""
    return Formula(measure_complexity(expression), reference.compute_error(expression), expression)


def simplify(original, reference):
    """Return a `Formula` in the simplest form that sympy finds, provided its error is as small."""
    if original.complexity > MAX_SIMPLIFIED:
        return original
    methods = (
        sympy.expand,
        sympy.factor,
        sympy.simplify,
        lambda x: sympy.simplify(sympy.expand(x)),
        sympy.trigsimp,
    )
    forms = [original]
    for method in methods:
        try:
            forms.append(evaluate(method(original.expression), reference))
        except (
            ArithmeticError,
            AttributeError,
            NotImplementedError,
            RecursionError,
            TypeError,
            ValueError,
        ):
            continue
    return min(
        (form for form in forms if form.error <= 1.001 * original.error + 1e-300),
        key=lambda form: form.complexity,
    )


def build_front(formulas, reference):
    """Return the Pareto front of simplified formulas.

    It begins with a constant, whose error is the error without any formula.
    """
    constant = evaluate(sympy.Float(f"{reference.values.mean():.4g}"), reference)
    front = find_front(formulas)
    return find_front([constant, *(simplify(original, reference) for original in front)])
