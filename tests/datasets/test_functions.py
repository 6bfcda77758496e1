"""Random fields, symmetries, solvers of operators' data, and the user's own functions."""

import numpy as np
import pytest

from datasets import symmetries
from datasets.functions import load_function_file, read_functions
from datasets.random_fields import draw_periodic_fields, draw_smooth_fields, draw_two_phases
from equations.classical.darcy import solve_darcy
from errors import UserError
from tasks.operator_data import Problem, find_symmetries, read_evolution

BURGERS = "u_t + u*u_x = 0.1*u_xx"


def relative(x, y):
    return np.linalg.norm(x - y) / np.linalg.norm(y)


def test_periodic_fields_have_their_variance():
    """The variance is the sum of the eigenvalues of the covariance."""
    u = draw_periodic_fields(4000, 64, 25.0, 25.0, 2.0, np.random.default_rng(0))
    k = 2 * np.pi * np.arange(32)
    variances = 625 * (k**2 + 25) ** -2.0
    assert np.mean(u**2) == pytest.approx(variances[0] + 2 * variances[1:].sum(), rel=0.05)
    found = np.var(np.fft.rfft(u)[:, 3] / 64)
    assert found == pytest.approx(variances[3], rel=0.1)


def test_smooth_fields_have_their_covariance():
    u = draw_smooth_fields(4000, 21, 0.2, np.random.default_rng(0))
    assert np.mean(u[:, 4] * u[:, 10]) == pytest.approx(np.exp(-(0.3**2) / (2 * 0.04)), abs=0.05)


def test_two_phases():
    a = draw_two_phases(30, 33, 3.0, 12.0, 9.0, np.random.default_rng(0), modes=32)
    assert set(np.unique(a)) == {3.0, 12.0} and 6 < a.mean() < 9


def test_burgers_equals_its_closed_form():
    """A travelling wave of the Cole-Hopf transformation: phi = 1 + a exp(-nu k^2 t) cos(k x)."""
    x, k, nu, a = np.arange(128) / 128, 2 * np.pi, 0.1, 0.5

    def solution(t):
        wave = a * np.exp(-nu * k**2 * t)
        return 2 * nu * k * wave * np.sin(k * x) / (1 + wave * np.cos(k * x))

    found = read_evolution(BURGERS).solve(solution(0.0)[None], 0.5, 200)[0]
    assert relative(found, solution(0.5)) < 1e-6


def test_advection_and_diffusion_are_exact():
    x = np.arange(64) / 64
    wave = np.sin(2 * np.pi * x)[None]
    found = read_evolution("u_t + 2*u_x = 0.05*u_xx").solve(wave, 0.3, 1)[0]
    decay = np.exp(-0.05 * (2 * np.pi) ** 2 * 0.3)
    np.testing.assert_allclose(found, decay * np.sin(2 * np.pi * (x - 0.6)), atol=1e-12)


def test_reaction_equals_the_logistic_function():
    u = read_evolution("u_t = 0.005*u_xx + 4*u*(1 - u)").solve(np.full((1, 16), 0.2), 1.0, 100)
    np.testing.assert_allclose(u, 1 / (1 + 4 * np.exp(-4.0)), rtol=1e-6)


def test_darcy_equals_closed_forms():
    """Of one medium the series of the Poisson equation, of any the matrix of all equations."""
    x = np.linspace(0, 1, 65)
    odd = np.arange(1, 200, 2)[:, None]
    s = np.sin(np.pi * odd * x) / odd  # (terms, points)
    weights = 16 / np.pi**4 / (odd**2 + odd.T**2)
    exact = np.einsum("kx,kl,ly->xy", s, weights, s) / 4
    found = solve_darcy(np.full((1, 65, 65), 4.0))[0]
    assert relative(found, exact) < 1e-3
    a = draw_two_phases(1, 9, 3.0, 12.0, 9.0, np.random.default_rng(1))[0].astype(float)
    found, total = solve_darcy(a[None])[0], np.zeros((9, 9))
    for axis in (0, 1):
        moved = [np.roll(a, d, axis) for d in (1, -1)], [np.roll(found, d, axis) for d in (1, -1)]
        for b, v in zip(*moved, strict=True):
            total += 2 / (1 / a + 1 / b) * (found - v)
    np.testing.assert_allclose(64 * total[1:-1, 1:-1], 1.0, rtol=1e-6)


@pytest.mark.parametrize(
    "equation, names",
    [
        (BURGERS, ("boost", "reflect_and_negate")),
        ("u_t = 0.002*u_xx + 5*u - 5*u^3", ("reflect", "negate")),
    ],
)
def test_symmetries_make_solutions(equation, names):
    random, evolution = np.random.default_rng(0), read_evolution(equation)
    u = draw_periodic_fields(3, 128, 25.0, 25.0, 2.0, random)
    v = evolution.solve(u, 0.5, 100)
    for name in names:
        other, answer = getattr(symmetries, name)(u, v, 0.5, random)
        assert relative(evolution.solve(other, 0.5, 100), answer) < 2e-3, name


def test_symmetries_of_the_square_make_solutions():
    a = draw_two_phases(2, 17, 3.0, 12.0, 9.0, np.random.default_rng(0))
    u = solve_darcy(a)
    for name in ("transpose", "mirror", "mirror_other"):
        other, answer = getattr(symmetries, name)(a, u, 0.0, None)
        np.testing.assert_allclose(solve_darcy(other), answer, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize(
    "text, reason",
    [
        ("u_tt = u_xx", "of first order in time"),
        ("u_t = x*u_xx", "without x and t outside"),
        ("u*u_t = u_xx", "must be a number"),
    ],
)
def test_equations_that_are_no_evolution(text, reason):
    with pytest.raises(UserError, match=reason):
        read_evolution(text)


ROWS = np.random.default_rng(0).normal(size=(20, 16))


@pytest.mark.parametrize(
    "arrays, reason",
    [
        ({"f": ROWS, "output": ROWS[:10]}, "expected output of the shape .20, 16."),
        ({"f": np.where(ROWS > 2, np.nan, ROWS), "output": ROWS}, "f is missing or infinite"),
        ({"f": ROWS}, "others named output"),
        ({"f": ROWS, "g": ROWS[:, :9], "output": ROWS}, "expected g of the shape"),
        ({"f": ROWS, "output": ROWS, "x": np.arange(16)[::-1]}, "16 increasing numbers"),
        ({"f": ROWS, "output": ROWS, "points": ROWS[:3]}, "expected points"),
        ({"f": ROWS[:5], "output": ROWS[:5]}, "expected 10 functions"),
        ({"f": ROWS[:, :5], "output": ROWS}, "with 8 points or more"),
        ({"f": 0 * ROWS, "output": ROWS}, "f has the same value everywhere"),
        ({"f": ROWS.astype(str), "output": ROWS}, "expected f as numbers"),
    ],
)
def test_mistakes_in_a_file(arrays, reason, tmp_path):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(UserError, match=reason):
        load_function_file(tmp_path / "a.npz", False, 0)


def test_scattered_points_and_numbers(tmp_path):
    points = np.random.default_rng(0).uniform(size=(16, 2))
    arrays = {"f": ROWS, "speed": ROWS[:, 0], "points": points, "output_v": ROWS[:, :9]}
    np.savez(tmp_path / "a.npz", **arrays, output_x=np.linspace(0, 2, 9))
    inputs, targets, (source, target), _ = read_functions(tmp_path / "a.npz", False)
    assert set(inputs) == {"f", "speed"} and set(targets) == {"output_v"}
    assert not source.axes and source.shape == (16,) and target.shape == (9,)
    assert target.high == pytest.approx([2.0])


def test_symmetries_are_found():
    def find(equation):
        return find_symmetries(Problem(equation, "periodic", (25.0, 25.0, 2.0), 1.0), 100)

    assert find(BURGERS) == ("reflect_and_negate", "boost")
    assert find("u_t = 0.01*u_xx + u - u^3") == ("negate", "reflect", "reflect_and_negate")
    assert "mix" in find("u_t + u_x = 0.01*u_xx")
