import numpy as np
import pytest
from scipy.integrate import solve_ivp

from equations.classical.split_step import SplitStep
from equations.references import schroedinger


def at(x, t):
    """h, complex."""
    values = schroedinger.solution({"x": x, "t": np.full_like(x, t)})
    return values["u"] + 1j * values["v"]


def test_initial_value():
    x = np.linspace(-4.98, 4.98, 333)
    assert np.abs(at(x, 0.0) - 2 / np.cosh(x)).max() < 5e-7
    assert (
        np.abs(at(np.array([-5.0, 5.0]), 0.0) - 2 / np.cosh(5)).max() < 1e-5
    )  # the tip of the kink


@pytest.mark.parametrize("t", [0.3, 0.9, np.pi / 2])
def test_what_is_conserved(t):
    """The integrals of |h|^2 and of |h_x|^2/2 - |h|^4/2, with the waves' slopes from differences between grid points."""
    x = -5 + 10 / 8192 * np.arange(8192)

    def integrals(h):
        slopes = (np.roll(h, -1) - h) * 8192 / 10
        return np.mean(np.abs(h) ** 2) * 10, np.mean(np.abs(slopes) ** 2 - np.abs(h) ** 4) * 5

    exact = 8 * np.tanh(5), 4 / 3 * np.tanh(5) ** 3 - 16 * (np.tanh(5) - np.tanh(5) ** 3 / 3)
    mass, energy = integrals(at(x, t))
    np.testing.assert_allclose(mass, exact[0], rtol=1e-9)
    np.testing.assert_allclose(energy, exact[1], rtol=1e-5)


def test_symmetric_and_periodic():
    x, t = np.linspace(0, 5, 201), 1.1
    np.testing.assert_allclose(at(x, t), at(-x, t), atol=1e-12)


def test_another_integrator_gives_the_same_for_the_same_modes():
    """scipy's DOP853 on Fourier coefficients that rotate with their own waves; 64 modes are 3e-3 from all of them."""
    points, end = 64, np.pi / 2
    x = -5 + 10 / points * np.arange(points)
    waves = 0.5 * (2 * np.pi * np.fft.fftfreq(points, 10 / points)) ** 2

    def slope(t, coefficients):
        h = np.fft.ifft(np.exp(-1j * waves * t) * coefficients)
        return np.exp(1j * waves * t) * np.fft.fft(1j * np.abs(h) ** 2 * h)

    start = np.fft.fft(2 / np.cosh(x) + 0j)
    rotated = solve_ivp(slope, (0, end), start, "DOP853", rtol=1e-10, atol=1e-10).y[:, -1]
    expected = np.fft.ifft(np.exp(-1j * waves * end) * rotated)
    split = SplitStep(lambda x: 2 / np.cosh(x), (-5, 5), (0, end), points, 4000)(
        x, np.full(points, end)
    )
    assert np.abs(split - expected).max() < 1e-6
    assert np.linalg.norm(at(x, end) - expected) < 4e-3 * np.linalg.norm(expected)


def test_more_modes_approach_it():
    """An error that falls with the power 3/2 of the modes' number is the kink's, and the reference's is 1e-7."""
    x, end = np.linspace(-5, 5, 1001), np.pi / 2
    fine = at(x, end)
    errors = []
    for points in (128, 256, 512, 1024):
        h = SplitStep(lambda x: 2 / np.cosh(x), (-5, 5), (0, end), points, 2000, 4)(
            x, np.full(1001, end)
        )
        errors.append(np.linalg.norm(h - fine) / np.linalg.norm(fine))
    orders = np.log2(np.divide(errors[:-1], errors[1:]))
    assert errors[-1] < 4e-6 and np.all(orders > 1) and np.all(orders < 2)
