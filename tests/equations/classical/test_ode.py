import numpy as np
import pytest
from scipy import special
from scipy.integrate import solve_ivp

from equations.classical.euler import euler
from equations.classical.ode import ode
from equations.equation import Equation
from errors import UserError

BESSEL = [f"u(1) = {special.jv(2, 1):.17g}", f"u'(1) = {special.jvp(2, 1):.17g}"]


def problem(residuals, domain, conditions):
    return Equation(residuals=residuals, domain=domain, conditions=conditions).problem()


def error(solution, made, exact):
    """The largest of the first unknown function."""
    x = np.linspace(*made.low, *made.high, 777)
    return np.abs(solution({made.coordinates[0]: x})[made.unknowns[0]] - exact(x)).max()


def bratu(x):
    """u'' + 2 exp(u) = 0, the lower of its two solutions."""
    theta = 2.0
    for _ in range(100):
        theta = 2 * np.cosh(theta / 4)
    return -2 * np.log(np.cosh((x - 0.5) * theta / 2) / np.cosh(theta / 4))


@pytest.mark.parametrize(
    "residuals, domain, conditions, exact",
    [
        (["u' + 2*x*u"], {"x": (0, 2)}, ["u(0) = 1"], lambda x: np.exp(-(x**2))),
        (["3*u_tt + 3*u"], {"t": (0, 20)}, ["u(0) = 0", "u_t(0) = 1"], np.sin),
        (
            ["u'' + u"],
            {"x": (-3, 5)},
            ["u(1) = sin(1)", "u'(1) + u(1) = cos(1) + sin(1)"],
            np.sin,
        ),  # from inside
        (["u'' + u"], {"x": (-3, 5)}, ["u'(5) = cos(5)", "u(5) = sin(5)"], np.sin),  # backwards
        (
            ["u_t + v_t - v + u", "v_t + u"],
            {"t": (0, 9)},
            ["u(0) = 0", "v(0) = 1"],
            np.sin,
        ),  # coupled slopes
        (["(2 + sin(u))*u' - (2 + sin(u))*u"], {"x": (0, 1)}, ["u(0) = 1"], np.exp),
        (["x^2*u'' + x*u' + (x^2 - 4)*u"], {"x": (1, 30)}, BESSEL, lambda x: special.jv(2, x)),
    ],
)
def test_initial_values(residuals, domain, conditions, exact):
    made = problem(residuals, domain, conditions)
    assert error(ode(made), made, exact) < 1e-11


@pytest.mark.parametrize(
    "residuals, domain, conditions, exact",
    [
        (
            ["u'' + pi^2*sin(pi*x)"],
            {"x": (0, 1)},
            ["u(0) = 0", "u(1) = 0"],
            lambda x: np.sin(np.pi * x),
        ),
        (
            ["u'''' - u"],
            {"x": (0, 1)},
            ["u(0) = 0", "u(1) = sin(1)", "u'(0) = 1", "u'(1) = cos(1)"],
            np.sin,
        ),
        (["u' - v", "v' + u"], {"x": (0, 1)}, ["u(0) = 0", "v(1) = cos(1)"], np.sin),
        (
            ["u'' + u - 2"],
            {"x": (0, 2)},
            ["u(0) = u(2) - 1 + cos(2)", "u'(2) = u'(0) + sin(2)"],
            lambda x: 2 - np.cos(x),
        ),
        (["u'' - 1e6*u"], {"x": (0, 1)}, ["u(0) = 1", "u(1) = 0"], lambda x: np.exp(-1000 * x)),
        (["u'' + 2*exp(u)"], {"x": (0, 1)}, ["u(0) = 0", "u(1) = 0"], bratu),
        (["u*u'' + u'^2 - 1"], {"x": (1, 2)}, ["u(1)^2 = 1", "u(2) = 2"], lambda x: x),
    ],
)
def test_boundary_values(residuals, domain, conditions, exact):
    made = problem(residuals, domain, conditions)
    assert error(ode(made), made, exact) < 1e-9


def test_stiff():
    made = problem(["u' + 1e5*(u - cos(x)) + sin(x)"], {"x": (0, 2)}, ["u(0) = 1"])
    assert error(ode(made), made, np.cos) < 1e-8


def test_system_against_scipy():
    residuals = ["x_t - 10*(y - x)", "y_t - x*(28 - z) + y", "z_t - x*y + 8/3*z"]
    solution = ode(problem(residuals, {"t": (0, 5)}, ["x(0) = 1", "y(0) = 1", "z(0) = 1"]))
    t = np.linspace(0, 5, 50)

    def lorenz(t, state):
        x, y, z = state
        return 10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z

    expected = solve_ivp(lorenz, (0, 5), (1, 1, 1), "LSODA", t, rtol=1e-12, atol=1e-12).y
    np.testing.assert_allclose([solution({"t": t})[name] for name in "xyz"], expected, atol=1e-6)


def test_euler_is_of_first_order():
    made = problem(["u'' + u"], {"x": (0, 3)}, ["u(0) = 0", "u'(0) = 1"])
    errors = [error(euler(made, steps), made, np.sin) for steps in (500, 1000, 2000)]
    np.testing.assert_allclose(np.divide(errors[:-1], errors[1:]), 2, atol=0.05)


def test_euler_is_the_lectures_recipe():
    made = problem(["u' + 2*x*u"], {"x": (0, 1)}, ["u(0) = 1"])
    u, expected = 1.0, [1.0]
    for k in range(4):
        u += 0.25 * (-2 * 0.25 * k * u)
        expected.append(u)
    solution = euler(made, steps=4)
    np.testing.assert_allclose(solution({"x": np.array([0, 0.25, 0.5, 0.75, 1])})["u"], expected)
    np.testing.assert_allclose(
        solution({"x": np.array([0.1])})["u"], expected[0] + 0.4 * (expected[1] - expected[0])
    )


@pytest.mark.parametrize(
    "residuals, conditions, says",
    [
        (["u'^2 + u - 1"], ["u(0) = 1"], "linear in u_x"),
        (["abs(u') + u"], ["u(0) = 1"], "linear in u_x"),
        (["u' - u^2"], ["u(0) = 1"], "beyond x = 1"),
        (["x*u'' + 2*u' + x*u"], ["u(0) = 1", "u'(0) = 0"], "cannot be solved for u_xx at x = 0"),
        (["u'' + 2/x*u' + u"], ["u(0) = 1", "u'(0) = 0"], "cannot be computed at x = 0"),
        (["u'' + u"], ["u(0) = 1"], "2 conditions"),
        (["u'' + u"], ["u(0) = 1", "u(0) = 1"], "initial values of u, u_x"),
        (["u'' + u"], ["u(0) = 1", "u(1) = 1"], "Received: 0, 1"),
        (["u'' + u"], ["u(0) = 1", "u''(0) = 1"], "Received one on u_xx"),
        (["u'' + u"], ["u(0)^2 = 1", "u'(0) = 1"], "linear conditions"),
        (["u'' + pi^2*u"], ["u(0) = 0", "u(2) = 1"], "no solution"),
        (["u' + v", "v - u"], ["u(0) = 0", "v(0) = 1"], "derivative of v"),
        (["u' + u", "u' - u"], ["u(0) = 0"], "1 for the unknown functions u"),
    ],
)
def test_what_it_refuses(residuals, conditions, says):
    with pytest.raises(UserError, match=says):
        ode(problem(residuals, {"x": (0, 2)}, conditions))


def test_euler_refuses_boundary_values():
    with pytest.raises(UserError, match="conditions at x = 0"):
        euler(problem(["u'' + u"], {"x": (0, 2)}, ["u(0) = 1", "u(2) = 1"]))


def test_more_than_one_coordinate_and_unknown_constants():
    with pytest.raises(UserError, match="one coordinate"):
        ode(problem(["u_x + u_t"], {"x": (0, 1), "t": (0, 1)}, []))
    inverse = Equation(
        residuals=["u' + k*u"], domain={"x": (0, 1)}, conditions=["u(0) = 1"], unknown={"k": 1}
    ).problem()
    with pytest.raises(UserError, match="Unknown: k"):
        ode(inverse)
