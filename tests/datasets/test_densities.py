"""Densities in the plane: each integrates to 1, and its samples have its entropy."""

import numpy as np
import pytest
from sklearn.datasets import make_moons

from datasets.densities import DENSITIES

CELLS = 300  # in each direction: a standard deviation of the noise is four cells wide


def integrate(density, function):
    """Integrate a function of the log density over the box, by the midpoint rule."""
    axes, area = [], 1.0
    for low, high in density.box:
        width = (high - low) / CELLS
        axes.append(low + width * (np.arange(CELLS) + 0.5))
        area *= width
    points = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    return area * np.sum(function(density.log_density(points)))


def entropy(log_density):
    finite = np.isfinite(log_density)
    return np.where(finite, -np.exp(log_density) * np.where(finite, log_density, 0), 0)


@pytest.mark.parametrize("name", DENSITIES)
def test_a_density_integrates_to_1_and_its_samples_have_its_entropy(name):
    density = DENSITIES[name]
    assert integrate(density, np.exp) == pytest.approx(1, abs=1e-4)
    points = density.sample(20_000, np.random.default_rng(0))
    assert points.shape == (20_000, 2)
    log_densities = density.log_density(points)
    error = log_densities.std() / 20_000**0.5
    expected = integrate(density, entropy)
    assert -log_densities.mean() == pytest.approx(expected, abs=4 * error + 1e-4)


def test_the_moons_are_those_of_scikit_learn():
    theirs = make_moons(20_000, noise=0.05, random_state=0)[0]
    ours = DENSITIES["moons"].sample(20_000, np.random.default_rng(0))
    np.testing.assert_allclose(ours.mean(axis=0), theirs.mean(axis=0), atol=0.02)
    np.testing.assert_allclose(np.cov(ours.T), np.cov(theirs.T), atol=0.02)
    # The published bound for raw coordinates.
    assert -DENSITIES["moons"].log_density(theirs).mean() == pytest.approx(0.290, abs=0.02)


def test_samples_follow_the_seed():
    first, again, other = (
        DENSITIES["pinwheel"].sample(5, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert (first == again).all() and (first != other).all()


def test_closed_forms():
    assert DENSITIES["checkerboard"].log_density([[0.5, 0.5], [0.5, -0.5], [3, 1]]).tolist() == [
        *(-np.log(8), -np.inf, -np.inf)
    ]
    peak = -np.log(8 * 2 * np.pi * 0.2**2)
    assert DENSITIES["gaussians"].log_density([[2, 0]]) == pytest.approx(peak, abs=1e-6)
    assert DENSITIES["banana"].log_density([[0, 0]]) == pytest.approx(-np.log(np.pi))
