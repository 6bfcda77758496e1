import math

import pytest
import sympy

from equations.equation import Equation
from errors import UserError

PLANE = {"x": (-1, 1), "t": (0, 1)}


def condition(text, domain=PLANE, residual="u_t = u_xx", **more):
    return Equation(residual, domain, [text], **more).problem().conditions[0]


def test_robin():
    robin = condition("u_x(1, t) + 2*u(1, t) = 3*t")
    value, slope = sorted(robin.values, key=lambda value: value.derivative.orders)
    assert (value.derivative.orders, slope.derivative.orders) == ((0, 0), (1, 0))
    assert value.place == slope.place == {"x": 1.0} and robin.free == ("t",)
    assert robin.expression == slope.symbol + 2 * value.symbol - 3 * sympy.Symbol("t", real=True)


def test_periodic():
    periodic = condition("u_x(-1, t) = u_x(1, t)")
    low, high = periodic.values
    assert (low.place, high.place, periodic.free) == ({"x": -1.0}, {"x": 1.0}, ("t",))
    assert low.derivative == high.derivative and low.symbol != high.symbol
    assert periodic.expression == low.symbol - high.symbol


def test_a_point():
    point = condition("u(0, 0) = 2")
    assert point.values[0].place == {"x": 0.0, "t": 0.0} and point.free == ()


def test_a_value_that_occurs_twice_is_one_value():
    once = condition("u(-1, t)^2 + u(-1.0, t) = 0")
    (value,) = once.values
    assert once.expression == value.symbol**2 + value.symbol


def test_mixed_derivatives_in_any_order():
    assert condition("u_tx(x, 0) = 0").values[0].derivative.orders == (1, 1)


@pytest.mark.parametrize("end", ["pi/2", "1.5707963267948966", "pi/2 + 1e-12", "h", "asin(1)"])
def test_fixed_values_are_constant_expressions_and_snap_to_the_ends(end):
    found = condition(f"y'({end}) = 1", {"x": (0, "pi/2")}, "y' = h", constants={"h": math.pi / 2})
    assert found.values[0].place == {"x": math.pi / 2} and found.values[0].derivative.orders == (1,)


def test_a_fixed_coordinate_inside_the_domain():
    assert condition("u(0.5, t) = 1").values[0].place == {"x": 0.5}


def test_a_fixed_coordinate_has_its_value_in_the_whole_condition():
    x, t = sympy.symbols("x t", real=True)
    found = condition("u(1, t) = x*t + x")
    assert found.expression == found.values[0].symbol - t - 1


def test_unknown_constants_stay_symbols():
    found = condition("u(x, 0) = a*x", unknown={"a": 2})
    assert found.expression == found.values[0].symbol - sympy.Symbol("a", real=True) * sympy.Symbol(
        "x", real=True
    )


@pytest.mark.parametrize(
    "text, expected",
    [
        ("u(x, 2) = 1", "is at t = 2, outside the domain t = 0..1"),
        ("u(x) = 1", "must have 2 arguments, such as u(x, t). Received: 1"),
        ("u_x(x, 0, 0) = 1", "must have 2 arguments, such as u_x(x, t). Received: 3"),
        ("u() = 1", "unknown function 'u'"),
        (
            "u(x, t) = 1",
            "fixes no coordinate. Make it a residual, or fix a coordinate: u(x, 0) = 0",
        ),
        ("u = 1", "has the function 'u' without an argument"),
        ("x = 1", "must contain a value of an unknown function, such as u(x, 0) = 0"),
        ("u(1, t) - u(1, t) = 0", "must contain a value of an unknown function"),
        ("v(x, 0) = 1", "has the function 'v', which no residual contains"),
        ("u(x, 0) = sinn(x)", "the function 'sinn', which no residual contains. Did you mean sin"),
        (
            "u(t, x) = 1",
            "an argument of u in condition 'u(t, x) = 1' must be x or a number. Received: 't'",
        ),
        ("u(2*x, 0) = 1", "must be x or a number. Received: '2*x'"),
        ("u(u(0, 0), 0) = 1", "must be x or a number. Received: 'u(0, 0)'"),
        ("u(a, 0) = a", "must be x or a number. Received: 'a'"),
        ("u(0, t) = u(x, 0)", "fixes different coordinates in different terms"),
        ("u(-1, t) = u(1, t) + x", "contains x, which is fixed at several values"),
        ("u(1, t) = 1/(x - 1)", "divides by zero"),
        ("u(1, t) = 3^(1e9*x)", "exponents are limited to 1000"),
        ("u'(0, t) = 1", "has u', but primes need a single coordinate. Write u_x or u_t"),
        ("u(x, 0) = 1 = 2", "must have at most one equals sign. Received: 2"),
        ("1/(u(1.0, t) - u(1, t)) = 1", "divides by zero"),
        ("u(x, 0) = k", "'k' in 'u(x, 0) = k' is not a coordinate, function or constant"),
        ("x(0) = 1", "'x' is a coordinate, not an unknown function"),
        ("u_xxxxxxxxx(0, t) = 1", "a derivative of order 9"),
        ("", "empty"),
    ],
)
def test_mistakes(text, expected):
    with pytest.raises(UserError) as caught:
        condition(text, unknown={"a": 1})
    message = str(caught.value)
    assert expected in message and len(message.splitlines()) == 1 and len(message) < 400
