import numpy as np
import pytest
from scipy.integrate import solve_ivp

from equations.classical.split_step import SplitStep
from equations.references import schroedinger


def evaluate(x, t):
    """Return h, complex."""
    values = schroedinger.solve({"x": x, "t": np.full_like(x, t)})
    return values["u"] + 1j * values["v"]


def test_initial_value():
    x = np.linspace(-4.98, 4.98, 333)
    assert np.abs(evaluate(x, 0.0) - 2 / np.cosh(x)).max() < 5e-7
    assert (
        np.abs(evaluate(np.array([-5.0, 5.0]), 0.0) - 2 / np.cosh(5)).max() < 1e-5
    )  # the tip of the kink


@pytest.mark.parametrize("t", [0.3, 0.9, np.pi / 2])
def test_conserved_integrals(t):
    """The integrals of |h|^2 and of |h_x|^2/2 - |h|^4/2; slopes are differences of grid points."""
    x = -5 + 10 / 8192 * np.arange(8192)

    def integrate(h):
        slopes = (np.roll(h, -1) - h) * 8192 / 10
        return np.mean(np.abs(h) ** 2) * 10, np.mean(np.abs(slopes) ** 2 - np.abs(h) ** 4) * 5

    exact = 8 * np.tanh(5), 4 / 3 * np.tanh(5) ** 3 - 16 * (np.tanh(5) - np.tanh(5) ** 3 / 3)
    mass, energy = integrate(evaluate(x, t))
    np.testing.assert_allclose(mass, exact[0], rtol=1e-9)
    np.testing.assert_allclose(energy, exact[1], rtol=1e-5)


def test_symmetric_and_periodic():
    x, t = np.linspace(0, 5, 201), 1.1
    np.testing.assert_allclose(evaluate(x, t), evaluate(-x, t), atol=1e-12)


def test_a_different_integrator_agrees_for_the_same_modes():
    """SciPy's DOP853 integrates Fourier coefficients in the frame that rotates with each wave.

    The error of 64 modes is 3e-3.
    """
    points, end = 64, np.pi / 2
    x = -5 + 10 / points * np.arange(points)
    waves = 0.5 * (2 * np.pi * np.fft.fftfreq(points, 10 / points)) ** 2

    def compute_slopes(t, coefficients):
        h = np.fft.ifft(np.exp(-1j * waves * t) * coefficients)
        return np.exp(1j * waves * t) * np.fft.fft(1j * np.abs(h) ** 2 * h)

    start = np.fft.fft(2 / np.cosh(x) + 0j)
    rotated = solve_ivp(compute_slopes, (0, end), start, "DOP853", rtol=1e-10, atol=1e-10).y[:, -1]
    expected = np.fft.ifft(np.exp(-1j * waves * end) * rotated)
    split = SplitStep(lambda x: 2 / np.cosh(x), (-5, 5), (0, end), points, 4000)(
        x, np.full(points, end)
    )
    assert np.abs(split - expected).max() < 1e-6
    assert np.linalg.norm(evaluate(x, end) - expected) < 4e-3 * np.linalg.norm(expected)


def test_more_modes_approach_it():
    """The kink's error falls with the power 3/2 of the number of modes; 1e-7 in the reference."""
    x, end = np.linspace(-5, 5, 1001), np.pi / 2
    fine = evaluate(x, end)
    errors = []
    for points in (128, 256, 512, 1024):
        h = SplitStep(lambda x: 2 / np.cosh(x), (-5, 5), (0, end), points, 2000, 4)(
            x, np.full(1001, end)
        )
        errors.append(np.linalg.norm(h - fine) / np.linalg.norm(fine))
    orders = np.log2(np.divide(errors[:-1], errors[1:]))
    assert errors[-1] < 4e-6 and np.all(orders > 1) and np.all(orders < 2)
