"""Units of products, roots and functions, and units that do not agree."""

import pytest

from symbolic import formula
from symbolic.units import find_disagreement, parse_unit

UNITS = {"m": "kg", "v": "m/s", "t": "s", "x": "m", "w": "rad/s", "n": ""}


def test_units_are_parsed_in_the_usual_notations():
    newton = {"kg": 1, "m": 1, "s": -2}
    for text in ("N", "kg*m/s^2", "kg m s-2", "kg m / s / s"):
        assert parse_unit(text) == newton
    assert parse_unit("") is None
    assert parse_unit("US dollars") == {"US": 1, "dollars": 1}


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("x/t + v", "m/s"),
        ("m*v^2", "J"),
        ("sqrt(x^2 + (v*t)^2)", "m"),
        ("sin(w*t)", ""),
        ("9.81*t + v", "m/s"),
        ("n + x", "m"),
    ],
)
def test_units_that_agree(text, target):
    assert find_disagreement(formula.parse(text), UNITS, target) == ""


@pytest.mark.parametrize(
    ("text", "target", "words"),
    [
        ("x + t", "m", "terms of"),
        ("sin(v)", "1", "pure numbers"),
        ("x*t", "m", "m s and m"),
        ("exp(x) + t", "s", "pure numbers"),
    ],
)
def test_units_that_do_not_agree(text, target, words):
    assert words in find_disagreement(formula.parse(text), UNITS, target)
