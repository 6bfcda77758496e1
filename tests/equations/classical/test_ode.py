import numpy as np
import pytest
from scipy import special
from scipy.integrate import solve_ivp

from equations.classical.euler import integrate_by_euler
from equations.classical.ode import solve_ode
from equations.classical.work import Work
from equations.equation import Equation
from errors import UserError

BESSEL = [f"u(1) = {special.jv(2, 1):.17g}", f"u'(1) = {special.jvp(2, 1):.17g}"]


def read(residuals, domain, conditions):
    return Equation(residuals=residuals, domain=domain, conditions=conditions).problem()


def find_error(solution, problem, exact):
    """Return the maximum error of the first unknown function."""
    x = np.linspace(*problem.low, *problem.high, 777)
    values = solution({problem.coordinates[0]: x})[problem.unknowns[0]]
    return np.abs(values - exact(x)).max()


def solve_bratu(x):
    """Return the lower of the two solutions of u'' + 2 exp(u) = 0."""
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
    problem = read(residuals, domain, conditions)
    assert find_error(solve_ode(problem), problem, exact) < 1e-11


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
        (["u'' + 2*exp(u)"], {"x": (0, 1)}, ["u(0) = 0", "u(1) = 0"], solve_bratu),
        (["u*u'' + u'^2 - 1"], {"x": (1, 2)}, ["u(1)^2 = 1", "u(2) = 2"], lambda x: x),
    ],
)
def test_boundary_values(residuals, domain, conditions, exact):
    problem = read(residuals, domain, conditions)
    assert find_error(solve_ode(problem), problem, exact) < 1e-9


def test_stiff():
    problem = read(["u' + 1e5*(u - cos(x)) + sin(x)"], {"x": (0, 2)}, ["u(0) = 1"])
    assert find_error(solve_ode(problem), problem, np.cos) < 1e-8


def test_an_oscillation_of_many_periods():
    problem = read(["u'' + 1e6*u"], {"t": (0, 1)}, ["u(0) = 1", "u'(0) = 0"])
    assert find_error(solve_ode(problem, 1e-6), problem, lambda t: np.cos(1000 * t)) < 1e-3


@pytest.mark.parametrize("residual", ["u'' + 1e10*u", "u'' + 1e10*sin(u)"])
def test_too_many_periods_are_a_line(residual):
    problem = read([residual], {"t": (0, 10)}, ["u(0) = 1", "u'(0) = 0"])
    with pytest.raises(UserError, match=r"beyond t = 0\.\d+: it changes too fast$"):
        solve_ode(problem, work=Work(5e8))


@pytest.mark.parametrize("u, v, t", [(1, 1, 1), (1e6, 1e-3, 1), (1e-9, 1e9, 1e6)])
def test_states_of_different_sizes(u, v, t):
    """v begins at zero; the solution has the same relative error in all units."""
    residuals = [f"u_t + {1 / t:.17g}*u", f"v_t - {v / u / t:.17g}*u + {2 / t:.17g}*v"]
    problem = read(residuals, {"t": (0, 9 * t)}, [f"u(0) = {u}", "v(0) = 0"])
    times = np.linspace(0, 9, 777)
    found = solve_ode(problem, 1e-9)({"t": times * t})
    np.testing.assert_allclose(found["u"] / u, np.exp(-times), atol=1e-9)
    np.testing.assert_allclose(found["v"] / v, np.exp(-times) - np.exp(-2 * times), atol=1e-9)


def test_a_state_that_is_zero_up_to_rounding_errors():
    residuals = ["u_t - v", "v_t + u", "w_t - (0.1 + 0.2)*u + 0.3*u"]
    problem = read(residuals, {"t": (0, 9)}, ["u(0) = 0", "v(0) = 1", "w(0) = 0"])
    assert find_error(solve_ode(problem), problem, np.sin) < 1e-11


def test_system_against_scipy():
    residuals = ["x_t - 10*(y - x)", "y_t - x*(28 - z) + y", "z_t - x*y + 8/3*z"]
    solution = solve_ode(read(residuals, {"t": (0, 5)}, ["x(0) = 1", "y(0) = 1", "z(0) = 1"]))
    t = np.linspace(0, 5, 50)

    def lorenz(t, state):
        x, y, z = state
        return 10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z

    expected = solve_ivp(lorenz, (0, 5), (1, 1, 1), "LSODA", t, rtol=1e-12, atol=1e-12).y
    np.testing.assert_allclose([solution({"t": t})[name] for name in "xyz"], expected, atol=1e-6)


def test_euler_is_of_first_order():
    problem = read(["u'' + u"], {"x": (0, 3)}, ["u(0) = 0", "u'(0) = 1"])
    errors = [
        find_error(integrate_by_euler(problem, steps), problem, np.sin)
        for steps in (500, 1000, 2000)
    ]
    np.testing.assert_allclose(np.divide(errors[:-1], errors[1:]), 2, atol=0.05)


def test_euler_steps_by_hand():
    problem = read(["u' + 2*x*u"], {"x": (0, 1)}, ["u(0) = 1"])
    u, expected = 1.0, [1.0]
    for k in range(4):
        u += 0.25 * (-2 * 0.25 * k * u)
        expected.append(u)
    solution = integrate_by_euler(problem, steps=4)
    np.testing.assert_allclose(solution({"x": np.array([0, 0.25, 0.5, 0.75, 1])})["u"], expected)
    np.testing.assert_allclose(
        solution({"x": np.array([0.1])})["u"], expected[0] + 0.4 * (expected[1] - expected[0])
    )


@pytest.mark.parametrize(
    "residuals, conditions, expected",
    [
        (["u'^2 + u - 1"], ["u(0) = 1"], "linear in u_x"),
        (["abs(u') + u"], ["u(0) = 1"], "linear in u_x"),
        (["u' - u^2"], ["u(0) = 1"], "beyond x = 1"),
        (["x*u'' + 2*u' + x*u"], ["u(0) = 1", "u'(0) = 0"], "cannot be solved for u_xx at x = 0"),
        (["u'' + 2/x*u' + u"], ["u(0) = 1", "u'(0) = 0"], "cannot be computed at x = 0"),
        (["u'' + u"], ["u(0) = 1"], "2 conditions"),
        (["u'' + u"], ["u(0) = 1", "u(0) = 1"], "initial values of u, u_x"),
        (["u'' + u"], ["u(0) = 1", "u(1) = 1"], "Received: x = 0, x = 1"),
        (["u'' + u"], ["u(0) = 1", "u''(0) = 1"], "conditions on u, u_x. Received: u_xx"),
        (["u'' + u"], ["u(0)^2 = 1", "u'(0) = 1"], "linear conditions"),
        (["u'' + pi^2*u"], ["u(0) = 0", "u(2) = 1"], "no solution"),
        (["u' + v", "v - u"], ["u(0) = 0", "v(0) = 1"], "derivative of v"),
        (["u' + u", "u' - u"], ["u(0) = 0"], "each of the unknown functions u: 1. Received: 2"),
    ],
)
def test_unsuitable_problems(residuals, conditions, expected):
    with pytest.raises(UserError, match=expected):
        solve_ode(read(residuals, {"x": (0, 2)}, conditions))


def test_euler_needs_initial_values():
    with pytest.raises(UserError, match="conditions at x = 0"):
        integrate_by_euler(read(["u'' + u"], {"x": (0, 2)}, ["u(0) = 1", "u(2) = 1"]))


def test_more_than_one_coordinate_and_unknown_constants():
    with pytest.raises(UserError, match="one coordinate"):
        solve_ode(read(["u_x + u_t"], {"x": (0, 1), "t": (0, 1)}, []))
    inverse = Equation(
        residuals=["u' + k*u"], domain={"x": (0, 1)}, conditions=["u(0) = 1"], unknown={"k": 1}
    ).problem()
    with pytest.raises(UserError, match="Unknown: k"):
        solve_ode(inverse)
