"""Candidates of an equation: left sides and terms are read, mistakes are reported in one line."""

import pytest
import sympy

from equations.candidates import read_candidates
from errors import UserError


def test_terms_and_their_derivatives():
    found = read_candidates(["u_t"], ["1", "u*u_x", "u_x*u", "x*u_xx", "sin(t)"], ["x", "t"], ["u"])
    assert found.texts == ("1", "u*u_x", "x*u_xx", "sin(t)")  # without duplicates
    u, u_x = sympy.symbols("u u_x", real=True)
    assert found.terms[:2] == (1, u * u_x)
    assert {(symbol.name, unknown, orders) for symbol, unknown, orders, _ in found.values} == {
        ("u_t", 0, (0, 1)),
        ("u", 0, (0, 0)),
        ("u_x", 0, (1, 0)),
        ("u_xx", 0, (2, 0)),
    }


def test_primes():
    found = read_candidates(["y_tt"], ["y'", "y"], ["t"], ["y"])
    assert [str(term) for term in found.terms] == ["y_t", "y"]


@pytest.mark.parametrize(
    "terms, expected",
    [
        (["u", "w_x"], "'w_x'"),
        (["u_t"], "left side itself"),
        (["u - u"], "cancel|no unknown function|zero"),
        (["u +"], "cannot be read"),
    ],
)
def test_mistakes_are_reported_in_one_line(terms, expected):
    with pytest.raises(UserError, match=expected) as error:
        read_candidates(["u_t"], terms, ["x", "t"], ["u"])
    assert "\n" not in str(error.value)
