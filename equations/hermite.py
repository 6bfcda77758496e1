"""Hermite interpolation between the two ends of an interval, from values and derivatives at either."""

import sympy


def hermite_basis(coordinate, ends, counts):
    """Polynomials, each of which has one of the data equal to 1 and all others equal to 0.

    Args:
        coordinate: sympy symbol.
        ends: (low, high), sympy numbers.
        counts: how many data there are at each end: the value, the first derivative, and so on.

    Returns: `{(end, order): polynomial}` with end 0 or 1 for low or high, of the least degree there is. With one datum at
    each end these are (high - x)/width and (x - low)/width.
    """
    low, high = ends
    width = high - low
    s = (coordinate - low) / width  # 0 to 1, in which the powers of large coordinates don't cancel
    data = [(end, order) for end, count in enumerate(counts) for order in range(count)]
    # Row: a datum; column: a power of s. The derivative of s^p of order k is p!/(p - k)! s^(p - k).
    rows = [
        [sympy.ff(power, order) * (end or power == order) for power in range(len(data))]
        for end, order in data
    ]
    coefficients = sympy.Matrix(rows).inv()
    return {
        (end, order): width**order
        * sum(coefficients[power, place] * s**power for power in range(len(data)))
        for place, (end, order) in enumerate(data)
    }


def vanishing(coordinate, ends, counts, early=1):
    """A formula whose values and derivatives are 0 at the ends, as many as `counts` says; its maximum is 1.

    It is a polynomial. If `early` is less than 1 and only the first end counts, it rises to half of its maximum in that part
    of the width: a solution that is followed step by step has room to change from the first step on.
    """
    low, high = ends
    first, second = counts
    if early < 1 and first and not second:
        share, part = (
            (coordinate - low) / (high - low),
            sympy.Rational(early).limit_denominator(1000),
        )
        return (share * (1 + part) / (share + part)) ** first
    # s^m (1 - s)^n is largest at s = m/(m + n), and 0^0 is 1 in Python.
    largest = sympy.Integer(first) ** first * sympy.Integer(second) ** second
    scale = (
        sympy.Integer(first + second) ** (first + second)
        / largest
        / (high - low) ** (first + second)
    )
    return (coordinate - low) ** first * (high - coordinate) ** second * scale
