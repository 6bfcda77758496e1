import numpy as np
import pytest
import scipy.io
from scipy import fft

from equations.classical.exponential_integrator import build_etdrk4_step
from equations.references import allen_cahn


def evaluate(x, t):
    return allen_cahn.solve({"x": x, "t": np.full_like(x, t)})["u"]


def solve_by_fourier_series(points, steps):
    """Solve by a Fourier series without a special treatment of the kink.

    Yields: values on the grid -1, -1 + 2/points, ... after each step.
    """
    x = -1 + 2 / points * np.arange(points)
    linear = -allen_cahn.DIFFUSION * (np.pi * np.arange(points // 2 + 1)) ** 2

    def react(coefficients, t):
        u = fft.irfft(coefficients)
        return fft.rfft(5 * u - 5 * u**3)

    step = build_etdrk4_step(linear, react, 1 / steps)
    coefficients = fft.rfft(x**2 * np.cos(np.pi * x))
    for number in range(steps):
        coefficients = step(coefficients, number / steps)
        yield fft.irfft(coefficients)


def test_published_solution(shared):
    """The file is the Fourier solution with 512 modes to ten digits.

    Its error of 1e-5 is the error of these modes.
    """
    file = scipy.io.loadmat(shared("equations/AC.mat"))
    x, t, published = file["x"].ravel(), file["tt"].ravel(), file["uu"]
    for number, values in enumerate(solve_by_fourier_series(512, 1000), 1):
        if number % 5 == 0:
            assert np.abs(values - published[:, number // 5]).max() < 1e-10
    x, t = np.meshgrid(x, t, indexing="ij")
    u = allen_cahn.solve({"x": x.ravel(), "t": t.ravel()})["u"].reshape(published.shape)
    assert np.linalg.norm(u - published) < 1.5e-5 * np.linalg.norm(published)


def test_fourier_series_converge_to_it():
    """The kink reduces their order to two."""
    x, times = -1 + 2 / 512 * np.arange(512), (0.01, 0.1, 0.5)
    errors = []
    for points in (1024, 2048, 4096):
        solutions = {
            number / 500: values
            for number, values in enumerate(solve_by_fourier_series(points, 500), 1)
        }
        errors.append(
            [np.abs(solutions[t][:: points // 512] - evaluate(x, t)).max() for t in times]
        )
    assert np.all(np.array(errors[-1]) < [3e-5, 3e-6, 3e-8])
    np.testing.assert_allclose(np.log2(np.divide(errors[:-1], errors[1:])), 2, atol=0.1)


def test_conditions():
    x, t = np.linspace(-1, 1, 777), np.linspace(0, 1, 777)
    np.testing.assert_allclose(evaluate(x, 0.0), x**2 * np.cos(np.pi * x), atol=1e-13)
    left, right = (allen_cahn.solve({"x": np.full(777, end), "t": t})["u"] for end in (-1.0, 1.0))
    np.testing.assert_array_equal(left, right)


@pytest.mark.parametrize("t", [1e-5, 0.01, 1.0])
def test_the_kink_solves_the_heat_equation(t):
    """Comparison with its cosine series, summed until exp(-700)."""
    k = np.arange(1, 30000)[:, None]
    x = np.linspace(0, 1, 21)
    decay = np.exp(-allen_cahn.DIFFUSION * (np.pi * k) ** 2 * t)
    series = -1 / 3 - (4 * (-1.0) ** k / (np.pi * k) ** 2 * np.cos(np.pi * k * x) * decay).sum(
        axis=0
    )
    np.testing.assert_allclose(allen_cahn.compute_kink(x, t), series, atol=1e-12)


def test_equation_holds_between_the_nodes():
    """Derivatives are differences of fourth order."""
    x, h, dt = np.linspace(0.013, 0.991, 333), 3e-4, 1e-3
    t = 0.3217
    u_t = (
        8 * (evaluate(x, t + dt) - evaluate(x, t - dt))
        - evaluate(x, t + 2 * dt)
        + evaluate(x, t - 2 * dt)
    ) / (12 * dt)
    u_xx = (
        16 * (evaluate(x + h, t) + evaluate(x - h, t))
        - evaluate(x + 2 * h, t)
        - evaluate(x - 2 * h, t)
        - 30 * evaluate(x, t)
    ) / (12 * h**2)
    u = evaluate(x, t)
    assert np.abs(u_t - allen_cahn.DIFFUSION * u_xx + 5 * u**3 - 5 * u).max() < 1e-6
