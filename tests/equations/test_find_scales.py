"""A problem in any units becomes the same problem in units of its own."""

import re

import numpy as np
import pytest

from equations.classical.solver import look_at, solve_classically
from equations.equation import Equation
from equations.find_scales import find_scales

# Each quantity in capitals is a power of ten: X and T of coordinates, U and V of functions.
PROBLEMS = {
    "oscillator": Equation(["u'' = -9*(1/T^2)*u"], {"t": (0, "2*T")}, ["u(0) = U", "u'(0) = 0"]),
    "growth far beyond the start": Equation(
        ["u' = (1/T)*u*(1 - u/U)"], {"t": (0, "12*T")}, ["u(0) = 1e-4*U"]
    ),
    "force alone": Equation(["u'' = -U/T^2"], {"t": (0, "T")}, ["u(0) = 0", "u(T) = 0"]),
    "predator and prey": Equation(
        ["u' = (u - u*v/V)/T", "v' = (u*v/U - v)/T"],
        {"t": (0, "5*T")},
        ["u(0) = 2*U", "v(0) = V"],
    ),
    "flux": Equation(
        ["u_t = X^2/T*u_xx"],
        {"t": (0, "0.2*T"), "x": (0, "X")},
        ["u(0, x) = 0.03*U", "u_x(t, 0) = -5*U/X", "u_x(t, X) = 0"],
    ),
}


def scale(equation, powers):
    """Return the `Problem` with numbers for the capitals, and its scaled one."""
    constants = {name: f"10^{power}" for name, power in powers.items()}
    texts = " ".join([*equation.residuals, *equation.conditions, str(equation.domain)])
    used = {name: c for name, c in constants.items() if re.search(rf"\b{name}\b", texts)}
    problem = Equation(
        equation.residuals, equation.domain, equation.conditions, constants=used
    ).problem()
    return problem, find_scales(problem, look=look_at)


@pytest.mark.parametrize("name", PROBLEMS)
def test_powers_of_ten_leave_the_scaled_problem_as_it_is(name):
    _, plain = scale(PROBLEMS[name], dict.fromkeys("TXUV", 0))
    random = np.random.default_rng(0)
    for _ in range(3):
        powers = dict(zip("TXUV", random.integers(-9, 10, 4).tolist(), strict=True))
        problem, scaled = scale(PROBLEMS[name], powers)
        np.testing.assert_allclose(scaled.high, plain.high, rtol=1e-12)
        points = {
            n: np.linspace(0, 1, 5) * high
            for n, high in zip(plain.coordinates, plain.high, strict=True)
        }
        values = solve_classically(scaled).solution(points)
        for unknown, expected in solve_classically(plain).solution(points).items():
            np.testing.assert_allclose(values[unknown], expected, rtol=1e-6, atol=1e-6)
        sizes = [np.abs(values[unknown]).max() for unknown in problem.unknowns]
        assert all(0.03 < size < 30 for size in sizes), sizes


def test_a_problem_of_numbers_of_about_one_is_left_alone():
    problem = Equation(
        ["u_t + u*u_x - 0.01/pi*u_xx"],
        {"x": (-1, 1), "t": (0, 1)},
        ["u(x, 0) = -sin(pi*x)", "u(-1, t) = 0", "u(1, t) = 0"],
    ).problem()
    scaled = find_scales(problem)
    assert scaled.residuals == problem.residuals and scaled.low == problem.low
    assert scaled.conditions == problem.conditions and str(scaled.scales) == ""


def test_a_coordinate_far_from_zero_is_counted_from_its_start():
    problem = Equation(["T' = -1e-5*(T - 290)"], {"t": (1.7e9, 1.7e9 + 1e6)}, ["T(1.7e9) = 300"])
    scaled = find_scales(problem.problem(), look=look_at)
    assert (scaled.low, scaled.high) == ((0.0,), (1.0,))
    assert str(scaled.scales) == "t 1.7e+09 + 1e6, T 1e2"


def test_measurements_with_a_large_offset_keep_their_range():
    problem = Equation(["p' = -k*(p - 101000)"], {"t": (0, 1)}, unknown={"k": 1.0}).problem()
    table = {"t": np.linspace(0, 1, 9), "p": 101325 + np.linspace(-5, 5, 9)}
    scales = find_scales(problem, table).scales
    np.testing.assert_allclose(scales.scale_table(table)["p"], np.linspace(-0.5, 0.5, 9), atol=0.1)
    restored = scales.restore_table(scales.scale_table(table))
    np.testing.assert_allclose(restored["p"], table["p"], rtol=1e-15)
