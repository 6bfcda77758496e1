"""Trial solutions satisfy every hard constraint for any network."""

import math

import mpmath
import numpy as np
import pytest
import sympy

from equations.cauchy_data import Box
from equations.equation import Equation
from equations.hermite import build_hermite_basis, build_vanishing_factor
from equations.trial import build_trial_solution
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
        f"{name}({face}) = 0"
        for n, faces in SIDES.items()
        for face in faces
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


def build(residuals, domain, conditions, constraints="auto", **more):
    problem = Equation(residuals, domain, conditions, **more).problem()
    return build_trial_solution(problem, constraints)


def evaluate(expression, point, derivative, coordinates):
    """Evaluate a derivative of an expression at a point with 30 digits."""
    symbols = [sympy.Symbol(name, real=True) for name in coordinates]
    for symbol, number in zip(symbols, derivative.orders, strict=True):
        expression = sympy.diff(expression, symbol, number)
    numbers = {symbol: sympy.Float(point[symbol.name], 30) for symbol in symbols}
    return expression.evalf(30, subs=numbers)


@pytest.mark.parametrize("equation", ALL_HARD, ids=lambda equation: str(equation[0])[:20])
def test_formulas_satisfy_every_condition(equation):
    problem = Equation(*equation).problem()
    solution = build_trial_solution(problem, "hard")
    assert solution.hard == problem.conditions and solution.soft == () and solution.periodic == ()
    random = np.random.default_rng(3)
    ends = dict(zip(problem.coordinates, zip(problem.low, problem.high, strict=True), strict=True))
    for condition in problem.conditions:
        (value,) = condition.values
        for _ in range(3):
            point = {name: random.uniform(*interval) for name, interval in ends.items()}
            point |= value.place
            offset, factor = (
                evaluate(
                    part[value.derivative.unknown], point, value.derivative, problem.coordinates
                )
                for part in (solution.offset, solution.factor)
            )
            numbers = {sympy.Symbol(name, real=True): number for name, number in point.items()}
            residual = condition.expression.subs({value.symbol: offset} | numbers)
            assert abs(residual.evalf(30)) < 1e-12 and abs(factor) < 1e-12


@pytest.mark.parametrize("equation", ALL_HARD, ids=lambda equation: str(equation[0])[:20])
def test_the_factor_is_positive_inside_and_has_maximum_one(equation):
    problem = Equation(*equation).problem()
    box = Box(problem, 3000 * len(problem.coordinates) ** 2)
    for factor in build_trial_solution(problem).factor.values():
        values = box.evaluate(factor)[2 ** len(problem.coordinates) :]
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
    solution = build(*equation)
    assert sympy.expand(solution.factor[equation[0][0]] - factor) == 0
    assert solution.offset[equation[0][0]] == offset or sympy.count_ops(
        solution.offset[equation[0][0]]
    ) <= sympy.count_ops(offset)
    assert sympy.expand(solution.offset[equation[0][0]] - offset) == 0


def test_a_polynomial_on_the_faces_is_reproduced():
    faces = [face for pair in SIDES.values() for face in pair]
    solution = build("u_xx + u_yy = 4", SQUARE, [f"u({face}) = x^2 + y^2 + x" for face in faces])
    y = sympy.Symbol("y", real=True)
    assert sympy.expand(solution.offset["u"] - (X**2 + y**2 + X)) == 0


@pytest.mark.parametrize("counts", [(1, 0), (0, 2), (1, 1), (2, 2), (4, 4), (3, 1)])
def test_hermite_basis(counts):
    ends = (sympy.Rational(1, 2), sympy.Integer(3))
    basis = build_hermite_basis(X, ends, counts)
    assert len(basis) == sum(counts)
    for (end, order), polynomial in basis.items():
        for other in basis:
            assert sympy.diff(polynomial, X, other[1]).subs(X, ends[other[0]]) == int(
                other == (end, order)
            )
    factor = build_vanishing_factor(X, ends, counts)
    assert sympy.degree(sympy.expand(factor), X) == sum(counts)
    assert all(sympy.diff(factor, X, order).subs(X, ends[end]) == 0 for end, order in basis)
    peak = ends[0] + sympy.Rational(counts[0], sum(counts)) * (ends[1] - ends[0])
    assert factor.subs(X, peak) == 1 and (0 in counts or sympy.diff(factor, X).subs(X, peak) == 0)


def reasons(solution):
    return dict(reason.split(": ", 1) for reason in solution.reasons)


def test_the_lid_of_the_cavity_and_the_walls_that_it_meets_are_soft():
    residuals = [
        "u*u_x + v*u_y + p_x = u_xx + u_yy",
        "u*v_x + v*v_y + p_y = v_xx + v_yy",
        "u_x + v_y = 0",
    ]
    walls = [
        f"{name}({face}) = 0"
        for name in "uv"
        for faces in SIDES.values()
        for face in faces
        if (name, face) != ("u", "x, 1")
    ]
    solution = build(residuals, SQUARE, ["u(x, 1) = 1", *walls, "p(0, 0) = 0"])
    soft = ["u(x, 1) = 1", "u(0, y) = 0", "u(1, y) = 0", "p(0, 0) = 0"]
    assert [condition.text for condition in solution.soft] == soft
    assert (
        reasons(solution)["u(x, 1) = 1"]
        == "soft constraint, because it contradicts u(0, y) = 0 where they meet"
    )
    assert solution.factor["p"] == 1 and set(solution.offset.values()) == {0}


def test_a_velocity_and_the_walls_that_it_contradicts_are_soft():
    conditions = ["u(x, 0) = 0", "u_t(x, 0) = 1", "u(-1, t) = 0", "u(1, t) = 0"]
    solution = build("u_tt = u_xx", STRIP, conditions)
    assert [condition.text for condition in solution.hard] == ["u(x, 0) = 0"]
    assert solution.factor["u"] == T


@pytest.mark.parametrize(
    "conditions, soft, reason",
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
        (["y(0) = a"], ["y(0) = a"], "a is an unknown constant"),
        (
            ["y(0) = 1", "y(0) = 2"],
            ["y(0) = 1", "y(0) = 2"],
            "it contradicts y(0) = 2 where they meet",
        ),
    ],
)
def test_conditions_that_cannot_be_hard_are_soft(conditions, soft, reason):
    solution = build("y'' = a*y", {"t": (0, 1)}, conditions, unknown={"a": 1})
    assert [condition.text for condition in solution.soft] == soft
    assert reasons(solution)[soft[0]] == f"soft constraint, because {reason}"
    with pytest.raises(UserError) as caught:
        build("y'' = a*y", {"t": (0, 1)}, conditions, "hard", unknown={"a": 1})
    assert (
        str(caught.value)
        == f"condition '{soft[0]}' cannot be a hard constraint, because {reason}. "
        "Use constraints 'auto' or 'soft'"
    )


@pytest.mark.parametrize(
    "data, reason",
    [
        ("abs(x)", "it has a step or a kink"),
        ("heaviside(x - 0.5)", "it has a step or a kink"),
        ("sqrt(x + 1)", "its derivatives in x are not finite everywhere"),
        ("log(x)", "it is not finite everywhere"),
        ("u_x(x, 0)", "it relates several values"),
    ],
)
def test_data_that_are_not_smooth_are_soft(data, reason):
    solution = build("u_t = u_xx", STRIP, [f"u(x, 0) = {data}"])
    assert solution.reasons == (
        f"u(x, 0) = {data}: soft constraint, because {reason}",
    ) and solution.offset == {"u": 0}


def test_a_point_and_a_tangential_derivative_are_soft():
    solution = build("u_t = u_xx", STRIP, ["u(0, 0) = 1", "u_t(1, t) = 0", "u_x(x, 0) = 0"])
    assert list(reasons(solution).values()) == [
        "soft constraint, because it does not hold on a whole face of the domain",
        "soft constraint, because its derivative is not in x alone",
        "soft constraint, because its derivative is not in t alone",
    ]


def test_soft_makes_no_condition_hard():
    solution = build(*BURGERS, "soft")
    assert (solution.offset, solution.factor, solution.hard) == ({"u": 0}, {"u": 1}, ()) and len(
        solution.soft
    ) == 3
    with pytest.raises(UserError, match="'auto', 'hard' or 'soft'"):
        build(*BURGERS, "strong")


PERIODIC = ["u(-1, t) = u(1, t)", "u_x(1, t) - u_x(-1, t) = 0"]


@pytest.mark.parametrize("initial", ["cos(pi*x)", "exp(sin(pi*x + 1))", "exp(-30*x^2)", "0"])
def test_a_periodic_coordinate(initial):
    solution = build("u_t = u_xx + sin(2*pi*x)", STRIP, [f"u(x, 0) = {initial}", *PERIODIC], "hard")
    assert solution.periodic == ("x",) and solution.soft == () and solution.factor == {"u": T}


@pytest.mark.parametrize(
    "residual, conditions, reason",
    [
        ("u_t = u_xx + x^2", ["u(x, 0) = 1"], "'u_t = u_xx + x^2' is not periodic in x"),
        ("u_t = u_xx + abs(x)", ["u(x, 0) = 1"], "'u_t = u_xx + abs(x)' is not periodic in x"),
        (
            "u_t = u_xx",
            ["u(x, 0) = 1", "u(-1, t) = 1"],
            "u(-1, t) = 1 is a condition at fixed x, too",
        ),
    ],
)
def test_nonperiodic_problems_have_no_periodic_coordinate(residual, conditions, reason):
    solution = build(residual, STRIP, [*conditions, *PERIODIC])
    assert solution.periodic == () and [condition.text for condition in solution.soft] == PERIODIC
    assert reasons(solution)[PERIODIC[0]] == f"soft constraint, because {reason}"
    assert [condition.text for condition in solution.hard] == conditions


def test_an_initial_value_with_a_kink_at_the_ends_is_soft():
    """The network could not cancel the kink, which the equation smooths at once."""
    solution = build("u_t = u_xx", STRIP, ["u(x, 0) = x^2*cos(pi*x)", *PERIODIC])
    assert (
        solution.periodic == ("x",) and solution.offset == {"u": 0} and solution.factor == {"u": 1}
    )
    reason = "soft constraint, because its periodic continuation in x has a kink or step"
    assert reasons(solution)["u(x, 0) = x^2*cos(pi*x)"] == reason


def test_all_unknown_functions_must_be_periodic():
    solution = build(["u_t = v_x", "v_t = u_x"], STRIP, [*PERIODIC, "v(-1, t) + v(1, t) = 0"])
    assert solution.periodic == () and len(solution.soft) == 3
    assert (
        reasons(solution)[PERIODIC[0]]
        == "soft constraint, because no condition equates v at x = -1 and x = 1"
    )
    both = build(
        ["u_t = v_x", "v_t = u_x"], STRIP, [PERIODIC[0], "2*v(-1, t) = 2*v(1, t)", "v(0, 0) = 1"]
    )
    assert both.periodic == ("x",) and [condition.text for condition in both.soft] == [
        "v(0, 0) = 1"
    ]


def test_ends_that_are_multiples_of_pi_are_exact():
    solution = build(
        "u_t = u_xx",
        {"x": (0, 2 * math.pi), "t": (0, 1)},
        ["u(x, 0) = sin(x)", "u(0, t) = 0", "u(2*pi, t) = 0"],
    )
    assert solution.offset == {"u": sympy.sin(X)}


def test_four_dimensions():
    domain = CUBE | {"t": (0, 1)}
    faces = [
        "0, y, z, t",
        "1, y, z, t",
        "x, 0, z, t",
        "x, 1, z, t",
        "x, y, 0, t",
        "x, y, 2, t",
        "x, y, z, 0",
    ]
    solution = build(
        "u_t = u_xx + u_yy + u_zz",
        domain,
        [f"u({face}) = sin(x + y*z)*exp(-x*t)" for face in faces],
        "hard",
    )
    values = dict(x=0.0, y=0.3, z=1.7, t=0.2)
    numbers = {sympy.Symbol(name, real=True): value for name, value in values.items()}
    assert abs(solution.offset["u"].evalf(subs=numbers) - mpmath.sin(0.3 * 1.7)) < 1e-12


def test_conditions_hold_for_the_sum_with_the_known_part():
    problem = Equation(*POISSON, known_part={"u": "sqrt(x^2 + y^2 + 0.01)"}).problem()
    solution, plain = build_trial_solution(problem), build(*POISSON)
    assert solution.hard == problem.conditions and solution.factor == plain.factor
    box = Box(problem)
    for axis, end in (("x", 0.0), ("x", 1.0), ("y", 0.0), ("y", 1.0)):
        fixed = {axis: np.full(len(box.points[axis]), end)}
        truth = box.evaluate(
            sympy.exp(sympy.Symbol("x", real=True)) * sympy.cos(sympy.Symbol("y", real=True)),
            **fixed,
        )
        assert box.evaluate(solution.offset["u"], **fixed) == pytest.approx(truth)
    assert np.abs(box.evaluate(solution.offset["u"] - plain.offset["u"])).max() > 0.01
    assert build_trial_solution(problem, "soft").offset["u"] == problem.known_part["u"]


def test_a_known_part_that_is_infinite_on_a_face_makes_its_condition_soft():
    problem = Equation(
        "u_x + u_y = 0", SQUARE, ["u(0, y) = y", "u(x, 0) = -x"], known_part={"u": "1/x"}
    ).problem()
    solution = build_trial_solution(problem)
    assert [condition.text for condition in solution.soft] == ["u(0, y) = y", "u(x, 0) = -x"]
    assert solution.reasons[1].endswith("because the known part is not finite there")
