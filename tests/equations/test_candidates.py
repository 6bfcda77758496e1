"""Candidates of an equation: left sides and terms as text become expressions, mistakes become a line."""

import pytest
import sympy

from equations.candidates import read_candidates
from errors import UserError


def test_terms_name_what_they_need():
    found = read_candidates(["u_t"], ["1", "u*u_x", "u_x*u", "x*u_xx", "sin(t)"], ["x", "t"], ["u"])
    assert found.texts == ("1", "u*u_x", "x*u_xx", "sin(t)")  # the same twice is once
    u, u_x = sympy.symbols("u u_x", real=True)
    assert found.terms[:2] == (1, u * u_x)
    assert {(symbol.name, place, index) for symbol, place, index, _ in found.values} == {
        ("u_t", 0, (0, 1)),
        ("u", 0, (0, 0)),
        ("u_x", 0, (1, 0)),
        ("u_xx", 0, (2, 0)),
    }


def test_primes_of_trajectories():
    found = read_candidates(["y_tt"], ["y'", "y"], ["t"], ["y"])
    assert [str(term) for term in found.terms] == ["y_t", "y"]


@pytest.mark.parametrize(
    "terms, said",
    [
        (["u", "w_x"], "'w_x'"),
        (["u_t"], "left side itself"),
        (["u - u"], "cancel|no unknown function|zero"),
        (["u +"], "cannot be read"),
    ],
)
def test_mistakes_are_a_line(terms, said):
    with pytest.raises(UserError, match=said) as error:
        read_candidates(["u_t"], terms, ["x", "t"], ["u"])
    assert "\n" not in str(error.value)
