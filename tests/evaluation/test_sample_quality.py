"""Distances between samples and data, against closed forms."""

import numpy as np
import pytest

from evaluation.sample_quality import (
    frechet_distance,
    kernel_distance,
    measure_copies,
    measure_coverage,
    sliced_distance,
)

RANDOM = np.random.default_rng(0)
ROWS, OTHERS = RANDOM.normal(size=(2, 3000, 3))


def test_frechet_distance_of_gaussians():
    """|m1 - m2|^2 + the sum of (s1 - s2)^2 for independent columns."""
    assert frechet_distance(ROWS, 2 * OTHERS + 1) == pytest.approx(3 + 3, rel=0.05)
    assert frechet_distance(ROWS, ROWS) == pytest.approx(0, abs=1e-5)


def test_kernel_distance_has_no_bias():
    pairs = RANDOM.normal(size=(200, 2, 30, 4))
    values = [kernel_distance(first, second) for first, second in pairs]
    assert abs(np.mean(values)) < 3 * np.std(values) / 200**0.5
    assert kernel_distance(ROWS, OTHERS + 1) > 0.5


def test_sliced_distance_of_a_shift():
    """A shift by v has the distance |v| / sqrt(3) in three dimensions."""
    assert sliced_distance(ROWS, ROWS + [3, 0, 0]) == pytest.approx(3 / 3**0.5, rel=0.1)


def test_density_and_coverage():
    """Equal distributions have both near 1; a part of the data has a low coverage, and samples
    far away have neither. The published values for 10000 rows of width 1000 are 1.056, 0.974."""
    density, coverage = measure_coverage(*RANDOM.normal(size=(2, 1000, 1000)))
    assert density == pytest.approx(1.05, abs=0.15) and coverage == pytest.approx(0.97, abs=0.02)
    assert measure_coverage(ROWS, OTHERS[OTHERS[:, 0] > 0])[1] < 0.65
    assert measure_coverage(ROWS, OTHERS + 100) == (0, 0)


def test_coverage_by_counting():
    """The ball of each of three points on a line reaches to its nearest other point."""
    real, drawn = np.array([[0.0], [1.0], [3.0]]), np.array([[0.5], [4.5]])
    assert measure_coverage(real, drawn, neighbours=1) == (1.5, 1.0)


def test_copies():
    assert measure_copies(ROWS, OTHERS, ROWS[:50]) == (0, 1)
    newness, copied = measure_copies(ROWS, OTHERS[:1500], OTHERS[1500:])
    assert newness == pytest.approx(1, abs=0.05) and copied < 0.01
    half = np.concatenate([ROWS[:20], OTHERS[:60] + 1])
    assert measure_copies(ROWS, OTHERS, half)[1] == pytest.approx(0.25, abs=0.02)
