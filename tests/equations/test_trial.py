"""Trial solutions: the formula has every condition that is built in, whatever the network is."""

import math

import mpmath
import numpy as np
import pytest
import sympy

from equations.equation import Equation
from equations.faces import Box
from equations.hermite import hermite_basis, vanishing
from equations.trial import trial
from errors import UserError

STRIP = {"x": (-1, 1), "t": (0, 1)}
SQUARE = {"x": (0, 1), "y": (0, 1)}
CUBE = SQUARE | {"z": (0, 2)}
BURGERS = (
    "u_t + u*u_x - 0.01/pi*u_xx",
    STRIP,
    ["u(x, 0) = -sin(pi*x)", "u(-1, t) = 0", "u(1, t) = 0"],
)
WAVE = (
    "u_tt = u_xx",
    {"x": (0, "pi"), "t": (0, 3)},
    ["u(x, 0) = sin(x)", "u_t(x, 0) = sin(2*x)", "u(0, t) = 0", "u(pi, t) = 0"],
)
SIDES = {"x": ("0, y", "1, y"), "y": ("x, 0", "x, 1")}
POISSON = (
    "u_xx + u_yy = 0",
    SQUARE,
    [f"u({p}) = exp(x)*cos(y)" for p in ("0, y", "1, y", "x, 0", "x, 1")],
)
POISSON_3D = (
    "u_xx + u_yy + u_zz = 0",
    CUBE,
    [
        f"u({p}) = sin(3*x)*sin(4*y)*exp(z) + 1"
        for p in ("0, y, z", "1, y, z", "x, 0, z", "x, 1, z", "x, y, 0", "x, y, 2")
    ],
)
HEAT = (
    "u_t = u_xx",
    {"x": (0.3, 0.9), "t": (0, 2)},
    ["u(x, 0) = x", "u(0.3, t) = 0.3*cos(t)", "u(0.9, t) = 0.9 + t"],
)
BEAM = ("y'''' = 1", {"x": (0, 2)}, ["y(0) = 1", "y'(0) = -1", "y(2) = 0", "y'(2) = 3"])
PLATE = (
    "u_xxxx + 2*u_xxyy + u_yyyy = 1",
    SQUARE,
    [
        f"{name}({place}) = 0"
        for n, places in SIDES.items()
        for place in places
        for name in ("u", f"u_{n}")
    ],
)
CAUCHY = ("y'''' = y", {"t": (0, 1)}, ["y(0) = 1", "y'(0) = 2", "y''(0) = 3", "2*y'''(0) - 4 = 4"])
TWO_ENDS = ("y'' = y", {"t": (1000, 1001)}, ["y(1000) = 1", "y(1001) = 2"])
ROTATION = (["x' = -y", "y' = x"], {"t": (0, "2*pi")}, ["x(0) = 1", "y(0) = 0"])
EXTRA = (
    "y'' = y",
    {"t": (-1, 1)},
    ["y(-1) = 1", "y'(-1) = 2", "y''(-1) = 1", "y(1) = 2", "y'(1) = 1"],
)
ALL_HARD = [
    BURGERS,
    WAVE,
    POISSON,
    POISSON_3D,
    HEAT,
    BEAM,
    PLATE,
    CAUCHY,
    TWO_ENDS,
    ROTATION,
    EXTRA,
]
X, T = sympy.symbols("x t", real=True)


def made(residuals, domain, conditions, choice="auto", **more):
    return trial(Equation(residuals, domain, conditions, **more).problem(), choice)


def at(expression, place, derivative, coordinates):
    """A derivative of an expression at a place, with 30 digits."""
    symbols = [sympy.Symbol(name, real=True) for name in coordinates]
    for symbol, number in zip(symbols, derivative.orders, strict=True):
        expression = sympy.diff(expression, symbol, number)
    numbers = {symbol: sympy.Float(place[symbol.name], 30) for symbol in symbols}
    return expression.evalf(30, subs=numbers)


@pytest.mark.parametrize("equation", ALL_HARD, ids=lambda equation: str(equation[0])[:20])
def test_the_formula_has_every_condition(equation):
    problem = Equation(*equation).problem()
    solution = trial(problem, "hard")
    assert solution.hard == problem.conditions and solution.soft == () and solution.periodic == ()
    random = np.random.default_rng(3)
    ends = dict(zip(problem.coordinates, zip(problem.low, problem.high, strict=True), strict=True))
    for condition in problem.conditions:
        (value,) = condition.values
        for _ in range(3):
            place = {
                name: random.uniform(*interval) for name, interval in ends.items()
            } | value.place
            offset = at(
                solution.offset[value.derivative.unknown],
                place,
                value.derivative,
                problem.coordinates,
            )
            free = {sympy.Symbol(name, real=True): number for name, number in place.items()}
            assert abs(condition.expression.subs({value.symbol: offset} | free).evalf(30)) < 1e-12
            assert (
                abs(
                    at(
                        solution.factor[value.derivative.unknown],
                        place,
                        value.derivative,
                        problem.coordinates,
                    )
                )
                < 1e-12
            )


@pytest.mark.parametrize("equation", ALL_HARD, ids=lambda equation: str(equation[0])[:20])
def test_the_factor_is_positive_inside_and_has_maximum_one(equation):
    problem = Equation(*equation).problem()
    box = Box(problem, 3000 * len(problem.coordinates) ** 2)
    for factor in trial(problem).factor.values():
        values = box.values(factor)[2 ** len(problem.coordinates) :]
        assert values.min() > 0 and 0.9 < values.max() < 1 + 1e-12


@pytest.mark.parametrize(
    "equation, offset, factor",
    [
        (BURGERS, -sympy.sin(sympy.pi * X), T * (1 - X) * (1 + X)),
        (
            WAVE,
            sympy.sin(X) + T * sympy.sin(2 * X),
            (T / 3) ** 2 * 4 * X * (sympy.pi - X) / sympy.pi**2,
        ),
        (CAUCHY, 1 + 2 * T + 3 * T**2 / 2 + 4 * T**3 / 6, T**4),
        (("y'' = 0", {"x": (0, 2)}, ["y(0) = 3", "y(2) = 3"]), sympy.Integer(3), X * (2 - X)),
        (("u_t = u_x", STRIP, ["u(x, 0) = x^2", "u(1, t) = 1"]), X**2, T * (1 - X) / 2),
    ],
)
def test_formulas_are_short(equation, offset, factor):
    solution = made(*equation)
    assert sympy.expand(solution.factor[equation[0][0]] - factor) == 0
    assert solution.offset[equation[0][0]] == offset or sympy.count_ops(
        solution.offset[equation[0][0]]
    ) <= sympy.count_ops(offset)
    assert sympy.expand(solution.offset[equation[0][0]] - offset) == 0


def test_a_polynomial_on_the_faces_is_found_again():
    places = [place for pair in SIDES.values() for place in pair]
    solution = made("u_xx + u_yy = 4", SQUARE, [f"u({place}) = x^2 + y^2 + x" for place in places])
    y = sympy.Symbol("y", real=True)
    assert sympy.expand(solution.offset["u"] - (X**2 + y**2 + X)) == 0


@pytest.mark.parametrize("counts", [(1, 0), (0, 2), (1, 1), (2, 2), (4, 4), (3, 1)])
def test_hermite_basis(counts):
    ends = (sympy.Rational(1, 2), sympy.Integer(3))
    basis = hermite_basis(X, ends, counts)
    assert len(basis) == sum(counts)
    for (end, order), polynomial in basis.items():
        for other in basis:
            assert sympy.diff(polynomial, X, other[1]).subs(X, ends[other[0]]) == int(
                other == (end, order)
            )
    factor = vanishing(X, ends, counts)
    assert sympy.degree(sympy.expand(factor), X) == sum(counts)
    assert all(sympy.diff(factor, X, order).subs(X, ends[end]) == 0 for end, order in basis)
    peak = ends[0] + sympy.Rational(counts[0], sum(counts)) * (ends[1] - ends[0])
    assert factor.subs(X, peak) == 1 and (0 in counts or sympy.diff(factor, X).subs(X, peak) == 0)


def reasons(solution):
    return dict(reason.split(": ", 1) for reason in solution.reasons)


def test_the_lid_of_the_cavity_is_weighted_and_its_walls_are_built_in():
    residuals = [
        "u*u_x + v*u_y + p_x = u_xx + u_yy",
        "u*v_x + v*v_y + p_y = v_xx + v_yy",
        "u_x + v_y = 0",
    ]
    walls = [
        f"{name}({place}) = 0"
        for name in "uv"
        for places in SIDES.values()
        for place in places
        if (name, place) != ("u", "x, 1")
    ]
    solution = made(residuals, SQUARE, ["u(x, 1) = 1", *walls, "p(0, 0) = 0"])
    assert [condition.text for condition in solution.soft] == ["u(x, 1) = 1", "p(0, 0) = 0"]
    assert (
        reasons(solution)["u(x, 1) = 1"]
        == "weighted, since it contradicts u(0, y) = 0 where they meet"
    )
    assert solution.factor["p"] == 1 and set(solution.offset.values()) == {0}


def test_a_velocity_that_contradicts_the_walls_leaves_the_initial_values_built_in():
    conditions = ["u(x, 0) = 0", "u_t(x, 0) = 1", "u(-1, t) = 0", "u(1, t) = 0"]
    solution = made("u_tt = u_xx", STRIP, conditions)
    assert [condition.text for condition in solution.soft] == ["u_t(x, 0) = 1"]
    assert sympy.expand(solution.factor["u"] - T * (1 - X**2)) == 0


@pytest.mark.parametrize(
    "conditions, soft, why",
    [
        (["y'(0) = 1"], ["y'(0) = 1"], "the value is not given there"),
        (
            ["y(0) = 1", "y''(0) = 1"],
            ["y''(0) = 1"],
            "the derivative of order 1 is not given there",
        ),
        (["y(0) = 1", "y(0.5) = 1"], ["y(0.5) = 1"], "t = 0.5 is inside the domain"),
        (["y(0)^2 = 1"], ["y(0)^2 = 1"], "it is not linear in y(0)"),
        (["max(y(0), 1) + y(0) = 2"], ["max(y(0), 1) + y(0) = 2"], "it is not linear in y(0)"),
        (["y(0) + y'(0) = 1"], ["y(0) + y'(0) = 1"], "it relates several values"),
        (["y(0) = a"], ["y(0) = a"], "a is not known"),
        (["y(0) = 1", "y(0) = 2"], ["y(0) = 2"], "it contradicts y(0) = 1 where they meet"),
    ],
)
def test_what_cannot_be_built_in_is_weighted(conditions, soft, why):
    solution = made("y'' = a*y", {"t": (0, 1)}, conditions, unknown={"a": 1})
    assert [condition.text for condition in solution.soft] == soft
    assert reasons(solution)[soft[0]] == f"weighted, since {why}"
    with pytest.raises(UserError) as caught:
        made("y'' = a*y", {"t": (0, 1)}, conditions, "hard", unknown={"a": 1})
    assert (
        str(caught.value)
        == f"condition '{soft[0]}' cannot be built in, since {why}. Weigh it instead"
    )


@pytest.mark.parametrize(
    "data, why",
    [
        ("abs(x)", "it has a step or a kink"),
        ("heaviside(x - 0.5)", "it has a step or a kink"),
        ("sqrt(x + 1)", "its derivatives in x are not finite everywhere"),
        ("log(x)", "it is not finite everywhere"),
        ("u_x(x, 0)", "it relates several values"),
    ],
)
def test_data_that_are_not_smooth_are_weighted(data, why):
    solution = made("u_t = u_xx", STRIP, [f"u(x, 0) = {data}"])
    assert solution.reasons == (
        f"u(x, 0) = {data}: weighted, since {why}",
    ) and solution.offset == {"u": 0}


def test_a_point_and_a_slanted_derivative_are_weighted():
    solution = made("u_t = u_xx", STRIP, ["u(0, 0) = 1", "u_t(1, t) = 0", "u_x(x, 0) = 0"])
    assert list(reasons(solution).values()) == [
        "weighted, since it is no whole face of the domain",
        "weighted, since its derivative is not the one in x alone",
        "weighted, since its derivative is not the one in t alone",
    ]


def test_soft_builds_in_nothing():
    solution = made(*BURGERS, "soft")
    assert (solution.offset, solution.factor, solution.hard) == ({"u": 0}, {"u": 1}, ()) and len(
        solution.soft
    ) == 3
    with pytest.raises(UserError, match="'auto', 'hard' or 'soft'"):
        made(*BURGERS, "strong")


PERIODIC = ["u(-1, t) = u(1, t)", "u_x(1, t) - u_x(-1, t) = 0"]


@pytest.mark.parametrize("initial", ["cos(pi*x)", "exp(sin(pi*x + 1))", "exp(-30*x^2)", "0"])
def test_a_periodic_coordinate(initial):
    solution = made("u_t = u_xx + sin(2*pi*x)", STRIP, [f"u(x, 0) = {initial}", *PERIODIC], "hard")
    assert solution.periodic == ("x",) and solution.soft == () and solution.factor == {"u": T}


@pytest.mark.parametrize(
    "residual, conditions, why",
    [
        ("u_t = u_xx + x^2", ["u(x, 0) = 1"], "'u_t = u_xx + x^2' is not periodic in x"),
        ("u_t = u_xx + abs(x)", ["u(x, 0) = 1"], "'u_t = u_xx + abs(x)' is not periodic in x"),
        ("u_t = u_xx", ["u(x, 0) = 1", "u(-1, t) = 1"], "u(-1, t) = 1 is a condition on x, too"),
    ],
)
def test_what_is_not_periodic_is_not_embedded(residual, conditions, why):
    solution = made(residual, STRIP, [*conditions, *PERIODIC])
    assert solution.periodic == () and [condition.text for condition in solution.soft] == PERIODIC
    assert reasons(solution)[PERIODIC[0]] == f"weighted, since {why}"
    assert [condition.text for condition in solution.hard] == conditions


def test_a_start_with_a_kink_at_the_seam_is_weighted():
    """No network could smooth a kink that is built in, while the equation does so at once."""
    solution = made("u_t = u_xx", STRIP, ["u(x, 0) = x^2*cos(pi*x)", *PERIODIC])
    assert (
        solution.periodic == ("x",) and solution.offset == {"u": 0} and solution.factor == {"u": 1}
    )
    why = "weighted, since continued with a period of 2 in x it has a kink or step"
    assert reasons(solution)["u(x, 0) = x^2*cos(pi*x)"] == why


def test_all_unknown_functions_have_to_be_periodic():
    solution = made(["u_t = v_x", "v_t = u_x"], STRIP, [*PERIODIC, "v(-1, t) + v(1, t) = 0"])
    assert solution.periodic == () and len(solution.soft) == 3
    assert (
        reasons(solution)[PERIODIC[0]]
        == "weighted, since nothing says that v is the same at x = -1 and 1"
    )
    both = made(
        ["u_t = v_x", "v_t = u_x"], STRIP, [PERIODIC[0], "2*v(-1, t) = 2*v(1, t)", "v(0, 0) = 1"]
    )
    assert both.periodic == ("x",) and [condition.text for condition in both.soft] == [
        "v(0, 0) = 1"
    ]


def test_ends_that_are_multiples_of_pi_leave_no_rounding():
    solution = made(
        "u_t = u_xx",
        {"x": (0, 2 * math.pi), "t": (0, 1)},
        ["u(x, 0) = sin(x)", "u(0, t) = 0", "u(2*pi, t) = 0"],
    )
    assert solution.offset == {"u": sympy.sin(X)}


def test_four_dimensions_are_quick_enough_and_right():
    domain = CUBE | {"t": (0, 1)}
    places = [
        "0, y, z, t",
        "1, y, z, t",
        "x, 0, z, t",
        "x, 1, z, t",
        "x, y, 0, t",
        "x, y, 2, t",
        "x, y, z, 0",
    ]
    solution = made(
        "u_t = u_xx + u_yy + u_zz",
        domain,
        [f"u({place}) = sin(x + y*z)*exp(-x*t)" for place in places],
        "hard",
    )
    values = dict(x=0.0, y=0.3, z=1.7, t=0.2)
    numbers = {sympy.Symbol(name, real=True): value for name, value in values.items()}
    assert abs(solution.offset["u"].evalf(subs=numbers) - mpmath.sin(0.3 * 1.7)) < 1e-12


def test_a_known_part_is_added_and_the_conditions_hold_for_the_whole():
    words = Equation(*POISSON, known_part={"u": "sqrt(x^2 + y^2 + 0.01)"})
    problem = words.problem()
    made, plain = trial(problem), trial(Equation(*POISSON).problem())
    assert made.hard == problem.conditions and made.factor == plain.factor
    box = Box(problem)
    for axis, end in (("x", 0.0), ("x", 1.0), ("y", 0.0), ("y", 1.0)):
        places = {axis: np.full(len(box.points[axis]), end)}
        truth = box.values(
            sympy.exp(sympy.Symbol("x", real=True)) * sympy.cos(sympy.Symbol("y", real=True)),
            **places,
        )
        assert box.values(made.offset["u"], **places) == pytest.approx(truth)
    assert np.abs(box.values(made.offset["u"] - plain.offset["u"])).max() > 0.01
    assert trial(problem, "soft").offset["u"] == problem.known_part["u"]


def test_a_known_part_that_is_infinite_on_a_face_leaves_its_condition_weighted():
    problem = Equation(
        "u_x + u_y = 0", SQUARE, ["u(0, y) = y", "u(x, 0) = -x"], known_part={"u": "1/x"}
    ).problem()
    made = trial(problem)
    assert [condition.text for condition in made.soft] == ["u(0, y) = y", "u(x, 0) = -x"]
    assert made.reasons[1].endswith("since the known part is not finite there")
