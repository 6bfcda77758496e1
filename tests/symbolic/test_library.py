"""Libraries of terms: their number agrees with the closed form, and the parser reads them."""

import math

import pytest

from symbolic import formula
from symbolic.library import build_library, format_sum, list_monomials, list_subscripts


@pytest.mark.parametrize("count, degree", [(1, 3), (2, 3), (3, 2), (3, 0)])
def test_the_number_of_monomials(count, degree):
    monomials = list_monomials(["x", "y", "z"][:count], degree)
    assert len(set(monomials)) == len(monomials) == math.comb(count + degree, degree)


def test_the_library_of_a_field():
    assert build_library(["u"], ["u_x", "u_xx"], 2) == [
        "1",
        "u",
        "u^2",
        "u_x",
        "u*u_x",
        "u^2*u_x",
        "u_xx",
        "u*u_xx",
        "u^2*u_xx",
    ]


def test_subscripts_in_two_coordinates():
    assert list_subscripts(["x", "y"], 2) == ["x", "y", "xx", "xy", "yy"]
    assert list_subscripts([], 3) == []


def test_a_formatted_sum_has_the_same_value_when_parsed():
    coefficients = {"1": 2.5, "u": -1.0, "u*u_x": 0.25, "u - u_x": 3.0}
    text = format_sum(coefficients)
    assert text == "2.5 - u + 0.25*u*u_x + 3*(u - u_x)"
    values = {"u": 2.0, "u_x": 0.5}
    assert float(formula.parse(text, None, numbers=values)) == pytest.approx(2.5 - 2 + 0.25 + 4.5)
    assert format_sum({"u": "c1", "1": "c2"}) == "c1*u + c2"
    assert format_sum({}) == "0"
    assert float(
        formula.parse(format_sum({"u": 1.23456789e-17}), None, numbers=values)
    ) == pytest.approx(2.469e-17, rel=1e-3)
