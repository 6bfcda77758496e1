"""Libraries of terms as text: how many there are, by the closed form, and that the parser reads what is written."""

import math

import pytest

from symbolic import formula
from symbolic.library import combination, library, monomials, subscripts


@pytest.mark.parametrize("count, degree", [(1, 3), (2, 3), (3, 2), (3, 0)])
def test_monomials_are_as_many_as_there_are(count, degree):
    found = monomials(["x", "y", "z"][:count], degree)
    assert len(set(found)) == len(found) == math.comb(count + degree, degree)


def test_the_library_of_a_field():
    assert library(["u"], ["u_x", "u_xx"], 2) == [
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
    assert subscripts(["x", "y"], 2) == ["x", "y", "xx", "xy", "yy"]
    assert subscripts([], 3) == []


def test_a_combination_is_read_as_what_it_means():
    coefficients = {"1": 2.5, "u": -1.0, "u*u_x": 0.25, "u - u_x": 3.0}
    text = combination(coefficients)
    assert text == "2.5 - u + 0.25*u*u_x + 3*(u - u_x)"
    values = {"u": 2.0, "u_x": 0.5}
    assert float(formula.parse(text, None, numbers=values)) == pytest.approx(2.5 - 2 + 0.25 + 4.5)
    assert combination({"u": "c1", "1": "c2"}) == "c1*u + c2"
    assert combination({}) == "0"
    assert float(
        formula.parse(combination({"u": 1.23456789e-17}), None, numbers=values)
    ) == pytest.approx(2.469e-17, rel=1e-3)
