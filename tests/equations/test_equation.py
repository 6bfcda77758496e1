"""Whole equations: how their text is read, and the message for each mistake."""

import math

import pytest
import sympy

from equations.equation import Equation
from equations.problem import Derivative
from errors import UserError

BURGERS = Equation(
    residuals=["u_t + u*u_x - nu*u_xx"],
    domain={"x": (-1, 1), "t": (0, 1)},
    conditions=["u(x, 0) = -sin(pi*x)", "u(-1, t) = 0", "u(1, t) = 0"],
    constants={"nu": 0.01 / math.pi},
)
PLANE = {"x": (-1, 1), "t": (0, 1)}


def symbols(names):
    return sympy.symbols(names, real=True)


def test_burgers():
    problem = BURGERS.problem()
    assert (problem.coordinates, problem.low, problem.high, problem.unknowns) == (
        ("x", "t"),
        (-1, 0),
        (1, 1),
        ("u",),
    )
    u, u_t, u_x, u_xx, x = symbols("u u_t u_x u_xx x")
    assert problem.residuals == (u_t + u * u_x - sympy.Float(0.01 / math.pi) * u_xx,)
    assert problem.residual_texts == ("u_t + u*u_x - nu*u_xx",)
    assert set(problem.derivatives) == {
        Derivative("u", orders) for orders in [(0, 0), (0, 1), (1, 0), (2, 0)]
    }
    initial, left, right = problem.conditions
    (value,) = initial.values
    assert (value.derivative, value.place, initial.free) == (
        Derivative("u", (0, 0)),
        {"t": 0.0},
        ("x",),
    )
    assert (
        initial.expression == value.symbol + sympy.sin(sympy.pi * x)
        and initial.text == "u(x, 0) = -sin(pi*x)"
    )
    assert (left.values[0].place, left.free, right.values[0].place) == (
        {"x": -1.0},
        ("t",),
        {"x": 1.0},
    )
    assert problem.constants == problem.exact == {} and problem.warnings == ()


def test_both_sides_and_calls_are_the_same_residual():
    written = [
        "u_tx = u^2 + x",
        "u_xt - u^2 - x",
        "u_x_t(x, t) - u(x, t)^2 - x = 0",
        "0 = u_tx - x-u**2",
    ]
    u, u_xt, x = symbols("u u_xt x")
    for text in written:
        (residual,) = Equation(text, PLANE).problem().residuals
        assert residual in (u_xt - u**2 - x, u**2 + x - u_xt)


def test_ordinary_equation_with_primes():
    problem = Equation(
        "x'' + 2*d*x' + x = 0", {"t": (0, "4*pi")}, ["x(0) = 1", "x'(0) = 0"], {"d": 0.5}
    ).problem()
    x, x_t, x_tt = symbols("x x_t x_tt")
    assert problem.residuals == (x + x_t + x_tt,) or problem.residuals == (x + 1.0 * x_t + x_tt,)
    assert problem.high == (4 * math.pi,)
    assert [condition.values[0].derivative.orders for condition in problem.conditions] == [
        (0,),
        (1,),
    ]
    assert [condition.values[0].place for condition in problem.conditions] == [
        {"t": 0.0},
        {"t": 0.0},
    ]
    assert problem.conditions[0].free == () and problem.warnings == ()


def test_a_system_in_the_order_of_its_text():
    problem = Equation(
        ["v_t = u", "u_t = -w*v"], {"t": (0, 1)}, ["u(0) = 1", "v(0) = 0"], {}, {"w": 2}
    ).problem()
    assert problem.unknowns == ("v", "u") and problem.constants == {"w": 2.0}
    u_t, v, w = symbols("u_t v w")
    assert problem.residuals[1] == u_t + w * v


def test_unknown_functions_without_derivatives_have_a_condition_or_a_closed_form():
    text = ["y' = -z", "z - y^2"]
    assert Equation(text, {"t": (0, 1)}, ["y(0) = 1", "z(0) = 1"]).problem().unknowns == ("y", "z")
    assert Equation(
        text, {"t": (0, 1)}, ["y(0) = 1"], exact={"z": "1/(1 + t)^2"}
    ).problem().unknowns == ("y", "z")
    with pytest.raises(
        UserError,
        match="'z' in \"y' = -z\"|'z' in 'y_t = -z' is not a coordinate, function or constant",
    ):
        Equation(text, {"t": (0, 1)}, ["y(0) = 1"]).problem()


def test_constants_are_numbers_and_may_follow_from_others():
    constants = {"k": 2, "c": "k/4", "L": "pi*k", "n": 3.0}
    problem = Equation(
        "u_t = c*u^n*u_xx", {"x": (0, "L"), "t": (0, 1)}, ["u(L, t) = k"], constants
    ).problem()
    u, u_t, u_xx = symbols("u u_t u_xx")
    assert problem.residuals[0] == u_t - sympy.Float(0.5) * u**3 * u_xx
    assert problem.high[0] == 2 * math.pi and problem.conditions[0].values[0].place == {
        "x": 2 * math.pi
    }


def test_a_constant_or_function_may_be_called_e():
    u_x = sympy.Symbol("u_x", real=True)
    assert Equation("u_x - e", {"x": (0, 1)}, constants={"e": 0.5}).problem().residuals == (
        u_x - 0.5,
    )
    assert Equation("u_x - e", {"x": (0, 1)}).problem().residuals == (u_x - sympy.E,)
    assert Equation("E_x - 1", {"x": (0, 1)}, ["E(0) = 0"]).problem().unknowns == ("E",)


def test_closed_forms():
    problem = Equation(
        "u_t = k*u_xx", PLANE, constants={"k": 2}, exact={"u": "exp(-k*t)*sin(x)"}
    ).problem()
    x, t = symbols("x t")
    assert problem.exact == {"u": sympy.exp(-2 * t) * sympy.sin(x)}


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"residuals": []}, "must have a residual, such as"),
        ({"residuals": 3}, "a residual must be text"),
        ({"residuals": [3]}, "a residual must be text"),
        ({"residuals": ["u_t"] * 21}, "at most 20 residuals. Received: 21"),
        ({"residuals": "u_t + " * 200}, "too long: 1200 characters. The maximum is 1000"),
        (
            {"residuals": "u_t + k*u"},
            "'k' in 'u_t + k*u' is not a coordinate, function or constant",
        ),
        ({"residuals": "u_t + nuu*u"}, "Did you mean nu"),
        (
            {"residuals": "u_t + u_z"},
            "'u_z' in 'u_t + u_z' is not a coordinate, function or constant. Did you mean u?",
        ),
        ({"residuals": "u_t == u"}, "must have at most one equals sign. Received: 2"),
        ({"residuals": "u_t + u("}, "'(' was never closed"),
        ({"residuals": "u_t + 1/(x - x)"}, "divides by zero"),
        (
            {"residuals": "u_t + u(x, 0)"},
            "must hold everywhere: write u or u(x, t). Received: 'u(x, 0)'",
        ),
        ({"residuals": ["u_t", "x + 1"]}, "residual 'x + 1' contains no unknown function"),
        ({"residuals": "u_t - u_t + v_t"}, "the unknown function 'u' cancels in the residuals"),
        ({"residuals": "u_t + 1/(u_tx - u_xt)"}, "divides by zero"),
        ({"residuals": "x + t"}, "a residual must contain a derivative of an unknown function"),
        (
            {"residuals": "u_t + x_t"},
            "'x_t' in residual 'u_t + x_t': 'x' is a coordinate, not an unknown function",
        ),
        ({"residuals": "u_t + nu_t"}, "'nu' is a constant, not an unknown function"),
        ({"residuals": "pi_t + pi"}, "'pi' is a mathematical name, not an unknown function"),
        ({"residuals": "u_t + sin_t"}, "'sin' is a mathematical name"),
        ({"residuals": "u_t + __import__(os)"}, "is not a coordinate, function or constant"),
        ({"residuals": "u_t + u.__class__"}, "two underscores"),
        ({"residuals": "u_t + u'"}, "has u', but primes need a single coordinate"),
        ({"residuals": "u_t + 'u'"}, "has u', but primes"),
        ({"residuals": "u" * 31 + "_t"}, "is too long. The maximum is 30 characters"),
        ({"residuals": "u_t + " + "u" * 200}, "is too long. The maximum is 30 characters"),
        ({"domain": {}}, "1 to 4 coordinates. Received: none"),
        (
            {"domain": {name: (0, 1) for name in "xyztw"}},
            "1 to 4 coordinates. Received: 'x, y, z, t, w'",
        ),
        ({"domain": {"x": (0, 1), "t": (1, 1)}}, "t = 1..1 is empty. Give the low end first"),
        (
            {"domain": {"x": (0, 1), "t": (0, math.inf)}},
            "an end of the domain of t must be a number",
        ),
        ({"domain": {"x": (0, 1), "t": (0, "oo")}}, "unknown name 'oo'"),
        ({"domain": {"x": (0, 1), "t": (0, True)}}, "an end of the domain of t must be a number"),
        (
            {"domain": {"x": (0, 1), "t": (0, 1, 2)}},
            "the domain of t must have a low and a high end",
        ),
        ({"domain": {"x": (0, 1), "t": "01"}}, "the domain of t must have a low and a high end"),
        (
            {"domain": {"x": (0, 1), "t": (1e9, 1e9 + 1e-3)}},
            "too wide or too narrow for floats. Rescale t",
        ),
        ({"domain": {"x": (0, 1), "t": (0, 1e40)}}, "too wide or too narrow"),
        (
            {"domain": {"x": (0, 1), "t": (0, 1), "xt": (0, 1)}},
            "the coordinate 'xt' consists of other coordinates",
        ),
        (
            {"domain": {"x": (0, 1), "x_1": (0, 1)}},
            "'x_1' must have up to 30 letters and digits",
        ),
        (
            {"domain": {"x": (0, 1), "lambda": (0, 1)}},
            "'lambda' must have up to 30 letters and digits",
        ),
        (
            {"domain": {"x": (0, 1), "exp": (0, 1)}},
            "'exp' cannot have the name of a mathematical constant or function",
        ),
        ({"domain": [("x", (0, 1))]}, "domain must be a dictionary of names"),
        (
            {"constants": {"x": 1, "nu": 1}},
            "'x' has two meanings, coordinate and constant",
        ),
        (
            {"constants": {"nu": 1}, "unknown": {"nu": 1}},
            "'nu' has two meanings, constant and unknown constant",
        ),
        (
            {"constants": {"pi": 3}},
            "'pi' cannot have the name of a mathematical constant or function",
        ),
        (
            {"constants": {"u_x": 3, "nu": 1}},
            "the constant 'u_x' has the name of a derivative of u",
        ),
        ({"constants": {"nu": "1/0"}}, "divides by zero"),
        ({"constants": {"nu": math.nan}}, "the constant nu must be a number"),
        ({"constants": {"nu": "k"}}, "unknown name 'k'"),
        ({"constants": {f"k{i}": 1 for i in range(101)}}, "at most 100 constants"),
        (
            {"constants": {}, "unknown": {"k": 1, "nu": 1}},
            "no residual and no condition depends on the unknown constant 'k'",
        ),
        ({"exact": {"v": "x"}}, "a closed form has the function 'v', which no residual contains"),
        ({"exact": {"u": "u + x"}}, "unknown name 'u'"),
        ({"exact": {"u": 1}}, "the closed form of u must be a formula"),
        ({"conditions": ["u(x, 0) = 0"] * 101}, "at most 100 conditions"),
    ],
)
def test_mistakes(changes, expected):
    fields = {"residuals": "u_t + nu*u*u_x", "domain": PLANE, "constants": {"nu": 1}}
    with pytest.raises(UserError) as caught:
        Equation(**fields | changes).problem()
    message = str(caught.value)
    assert expected in message and len(message.splitlines()) == 1 and len(message) < 400


def test_powers_of_constants_are_not_multiplied_out():
    with pytest.raises(UserError, match="exponents are limited to 1000"):
        Equation("u_x + (2*u)^n", {"x": (0, 1)}, constants={"n": 10**9}).problem()
