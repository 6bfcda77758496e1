import numpy as np
import pytest

from equations.classical.split_step import SplitStep

RANDOM = np.random.default_rng(0)


def evaluate_soliton(x, t):
    return np.exp(0.5j * t) / np.cosh(x)


def evaluate_two_solitons(x, t):
    """Two solitons that pass through each other, h(x, 0) = 2 / cosh(x).

    J. Satsuma and N. Yajima, Prog. Theor. Phys. 55 (1974), 284.
    """
    above = 4 * np.exp(0.5j * t) * (np.cosh(3 * x) + 3 * np.exp(4j * t) * np.cosh(x))
    return above / (np.cosh(4 * x) + 4 * np.cosh(2 * x) + 3 * np.cos(4 * t))


@pytest.mark.parametrize("exact", [evaluate_soliton, evaluate_two_solitons])
@pytest.mark.parametrize("save_every", [1, 5])
def test_closed_forms_at_any_point(exact, save_every):
    """The period is so long that the solution is zero at its ends."""
    solve = SplitStep(
        lambda x: exact(x, 0.0), (-25, 25), (0, 1.5), points=1280, steps=2000, save_every=save_every
    )
    x, t = RANDOM.uniform(-15, 15, 300), RANDOM.uniform(0, 1.5, 300)
    assert np.abs(solve(x, t) - exact(x, t)).max() < 1e-8


def test_a_moving_soliton_leaves_at_one_end_and_enters_at_the_other():
    period = 50.0
    speed = 2 * np.pi / period * 16  # a whole number of waves

    def exact(x, t):
        x = (x - speed * t + period / 2) % period - period / 2
        return np.exp(1j * speed * (x + speed * t) + 0.5j * (1 - speed**2) * t) / np.cosh(x)

    solve = SplitStep(lambda x: exact(x, 0.0), (-25, 25), (0, 12.0), points=512, steps=4000)
    x, t = RANDOM.uniform(-25, 25, 300), RANDOM.uniform(0, 12, 300)
    assert np.abs(solve(x, t) - exact(x, t)).max() < 1e-6


def test_fourth_order():
    x = np.linspace(-10, 10, 101)
    exact = evaluate_two_solitons(x, 0.7)
    errors = [
        np.abs(
            SplitStep(lambda x: evaluate_two_solitons(x, 0.0), (-25, 25), (0, 0.7), 1280, steps)(
                x, np.full(101, 0.7)
            )
            - exact
        ).max()
        for steps in (100, 200, 400)
    ]
    assert np.all(np.log2(np.divide(errors[:-1], errors[1:])) > 3.8)


def test_points_in_any_order_and_number():
    solve = SplitStep(
        lambda x: evaluate_soliton(x, 0.0), (-25, 25), (0, 1.0), points=511, steps=200
    )
    x, t = np.array([0.3, -0.2, 0.3, 0.3]), np.array([0.5, 0.9, 0.5, 0.0])
    np.testing.assert_allclose(solve(x, t), evaluate_soliton(x, t), atol=1e-6)
    assert solve(x[:0], t[:0]).shape == (0,)
