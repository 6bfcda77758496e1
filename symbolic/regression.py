"""From Operon's candidates to formulas that one may believe: gathered, refitted, simplified."""

import math

import sympy

from errors import UserError
from symbolic import formula
from symbolic.calculus import shorter
from symbolic.constants import refit
from symbolic.pareto import Formula, complexity, front

KEPT = 2  # candidates of a length: that with the smallest error may only follow a network's mistakes best
NEAR = 1.5  # times the error of the front, for others that are worth a look
SMALLEST = 1e-7  # Operon computes in float32
SIMPLIFIED = 40  # complexity of formulas that SymPy has time for


class Pool:
    """The best candidates of each length, of all starts."""

    def __init__(self):
        self.of_length = {}

    def add(self, candidates):
        for candidate in candidates:
            known = self.of_length.setdefault(candidate.length, [])
            if all(candidate.text != other.text for other in known):
                known.append(candidate)
                known.sort(key=lambda other: other.error)
                del known[KEPT:]

    def error(self):
        """The smallest so far."""
        return min(
            (candidates[0].error for candidates in self.of_length.values()), default=float("inf")
        )

    def candidates(self):
        """The most promising first: those of the front by their drop of the log error a node, then those that come near it."""
        best, first, second = None, [], []
        for _, candidates in sorted(self.of_length.items()):
            for candidate in candidates:
                if best is None or candidate.error < best.error:
                    first.append((drop(best, candidate), candidate))
                    best = candidate
                elif candidate.error < NEAR * best.error:
                    second.append(candidate)
        first.sort(key=lambda pair: -pair[0])
        return [candidate for _, candidate in first] + second


def drop(simpler, candidate):
    """Of the logarithm of the error, a node; the error of no formula at all is 1."""
    length, error = (0, 1.0) if simpler is None else (simpler.length, simpler.error)
    return math.log(max(error, SMALLEST) / max(candidate.error, SMALLEST)) / (
        candidate.length - length or 1
    )


def believable(candidate, reference):
    """The formulas that a candidate stands for, with fitted constants, simple numbers where they do: a list of `Formula`.

    Args:
        candidate: `symbolic.genetic_programming.Candidate`.
        reference: `symbolic.constants.Reference`.
    """
    try:
        parsed = formula.parse(candidate.text, reference.names)
        forms = {
            parsed,
            shorter(sympy.expand_log(parsed)),
            multiplied_out(parsed),
            absorbed(parsed),
        }
    except UserError:  # sympy finds that it divides by zero, say
        return []
    return [
        described(expression, reference)
        for form in sorted(forms, key=sympy.default_sort_key)
        for expression in refit(form, reference)
    ]


def multiplied_out(expression):
    """The terms of products and of exponents one by one, where they are few: products of sums have constants to spare."""
    expanded = sympy.expand(expression) if complexity(expression) <= SIMPLIFIED else expression
    return expanded if complexity(expanded) <= 2 * complexity(expression) else expression


def absorbed(expression):
    """A number before a root becomes part of what the root is of, term by term: two constants that do the same are one."""

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


def described(expression, reference):
    return Formula(complexity(expression), reference.error(expression), expression)


def simplified(found, reference):
    """A formula in the shortest of the forms that SymPy knows for it, where that is as good."""
    if found.complexity > SIMPLIFIED:
        return found
    ways = (
        sympy.expand,
        sympy.factor,
        sympy.simplify,
        lambda x: sympy.simplify(sympy.expand(x)),
        sympy.trigsimp,
    )
    forms = [found]
    for way in ways:
        try:
            forms.append(described(way(found.expression), reference))
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
        (form for form in forms if form.error <= 1.001 * found.error + 1e-300),
        key=lambda form: form.complexity,
    )


def best_of(formulas, reference):
    """The front, its formulas simplified; it begins with a constant, which tells how large the error is without a formula."""
    constant = described(sympy.Float(f"{reference.values.mean():.4g}"), reference)
    return front([constant, *(simplified(found, reference) for found in front(formulas))])
