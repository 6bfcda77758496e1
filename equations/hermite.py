"""Hermite interpolation from values and derivatives at both ends of an interval."""

import sympy


def build_hermite_basis(coordinate, ends, counts):
    """Build the polynomials for which one of the data is 1 and all others are 0.

    Args:
        coordinate: sympy symbol.
        ends: (low, high), sympy numbers.
        counts: number of data at each end: the value, the first derivative, and so on.

    Returns: `{(end, order): polynomial}` with end 0 for low and 1 for high, of the lowest possible
        degree. With one datum at each end they are (high - x)/width and (x - low)/width.
    """
    low, high = ends
    width = high - low
    s = (coordinate - low) / width  # 0 to 1, so that powers of large coordinates do not cancel
    data = [(end, order) for end, count in enumerate(counts) for order in range(count)]
    # One row for each datum, one column for each power of s. The derivative of s^p of order k is
    # p!/(p - k)! s^(p - k).
    matrix = [
        [sympy.ff(power, order) * (end or power == order) for power in range(len(data))]
        for end, order in data
    ]
    coefficients = sympy.Matrix(matrix).inv()
    return {
        (end, order): width**order
        * sum(coefficients[power, number] * s**power for power in range(len(data)))
        for number, (end, order) in enumerate(data)
    }


def build_vanishing_factor(coordinate, ends, counts, rise=1):
    """Build a polynomial that vanishes at the ends together with its derivatives; its maximum is 1.

    Args:
        coordinate: sympy symbol.
        ends: (low, high), sympy numbers.
        counts: number of data at each end that vanish: the value, the first derivative, and so on.
        rise: fraction of the width in which the factor rises to half of its maximum, if it vanishes
            at the low end alone. It is then a rational function instead of a polynomial, which lets
            a solution that is followed in time change from the first time window on.
    """
    low, high = ends
    first, second = counts
    if rise < 1 and first and not second:
        s, half = (coordinate - low) / (high - low), sympy.Rational(rise).limit_denominator(1000)
        return (s * (1 + half) / (s + half)) ** first
    # s^m (1 - s)^n is largest at s = m/(m + n), and 0^0 is 1 in Python.
    largest = sympy.Integer(first) ** first * sympy.Integer(second) ** second
    scale = (
        sympy.Integer(first + second) ** (first + second)
        / largest
        / (high - low) ** (first + second)
    )
    return (coordinate - low) ** first * (high - coordinate) ** second * scale
