"""Advice about samples: what is said, and what is left to chance."""

import numpy as np

from datasets.densities import DENSITIES
from evaluation.sample_advice import advise_on_samples, choose_distance
from evaluation.sample_quality import (
    kernel_distance,
    measure_copies,
    measure_coverage,
    sliced_distance,
)

RANDOM = np.random.default_rng(0)
MOONS = DENSITIES["moons"].sample


def measure(train, real, rows):
    """Return what `advise_on_samples` takes."""
    quality = {}
    for name, drawn in rows.items():
        newness, copied = measure_copies(train, real, drawn)
        quality[name] = {
            "sliced_W2": sliced_distance(real, drawn),
            "coverage": measure_coverage(real, drawn)[1],
            "newness": newness,
            "copied": copied,
        }
    return quality, rows | {"test rows": real}


def test_sliced_distance_tells_moons_from_a_gaussian():
    """The kernel distance compares moments up to the third order, which agree."""
    real, held_out = MOONS(2000, RANDOM), MOONS(2000, RANDOM)
    mean, std = real.mean(axis=0), real.std(axis=0)
    gaussian = RANDOM.multivariate_normal(mean, np.cov(real.T), 2000)
    real, held_out, gaussian = ((x - mean) / std for x in (real, held_out, gaussian))
    assert sliced_distance(real, gaussian) > 3 * sliced_distance(real, held_out)
    assert abs(kernel_distance(real, gaussian)) < 0.05
    assert choose_distance({"network": {"KID": 0.1, "sliced_W2": 0.2}}) == "sliced_W2"
    assert choose_distance({"network": {"KID": 0.1}}) == "KID"


def test_equal_samples_differ_by_chance():
    """No advice whichever of two equal methods happens to be better."""
    train, real = MOONS(2000, RANDOM), MOONS(300, RANDOM)
    for _ in range(10):
        names = ("network", "Gaussian mixture", "kernel density", "real rows")
        rows = {name: MOONS(300, RANDOM) for name in names}
        assert advise_on_samples(*measure(train, real, rows)) == ()


def test_the_best_baseline_is_named():
    train, real = MOONS(2000, RANDOM), MOONS(400, RANDOM)
    rows = {
        "network": 0.3 * MOONS(400, RANDOM) + 1,
        "poor baseline": 0.7 * MOONS(400, RANDOM),
        "good baseline": MOONS(400, RANDOM),
        "real rows": MOONS(400, RANDOM),
    }
    *_, line = advise_on_samples(*measure(train, real, rows))
    assert line.startswith("good baseline is nearer to the test rows (sliced W2 0.")


def test_copies_and_rows_that_vary_less():
    """Samples may be near the training rows, but only copies are copies."""
    train, real, other, held_out = RANDOM.normal(size=(4, 400, 10))
    near = train + 0.2 * other
    rows = {"network": near, "real rows": held_out}
    line, *_ = advise_on_samples(*measure(train, real, rows))
    assert line.startswith("samples are nearer to the training rows") and "no copies" in line
    rows["network"] = train[RANDOM.integers(400, size=400)]
    line, *_ = advise_on_samples(*measure(train, real, rows))
    assert line.startswith("100% of the samples are copies of training rows, and 0% of real rows")
    rows["network"] = np.concatenate([other[:300], train[:100] + 1e-4])
    (line,) = advise_on_samples(*measure(train, real, rows))
    assert line.startswith("25% of the samples are copies")
