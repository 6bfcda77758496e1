"""Baselines of series: random convolutions against plain loops, and series of other lengths."""

import numpy as np
import pytest

from datasets.series import load_series
from evaluation.scores import score
from evaluation.series_baselines import RandomConvolutions, fit_series_baselines, stretch


def test_random_convolutions_are_those_of_plain_loops():
    x = np.random.default_rng(0).normal(size=(3, 25, 2))
    features = RandomConvolutions(40, seed=1)
    found = features(x)
    assert found.shape == (3, 80)
    z = (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)
    expected = []
    for (size, dilation, padding), (kernels, offsets) in features.groups.items():
        padded = np.pad(z, ((0, 0), (padding, padding), (0, 0)))
        reach = (size - 1) * dilation
        values = np.zeros((3, padded.shape[1] - reach, len(offsets)))
        for row, place, number in np.ndindex(values.shape):
            total = offsets[number]
            for step in range(size):
                for channel in range(2):
                    weight = kernels[2 * step + channel, number]
                    total += weight * padded[row, place + step * dilation, channel]
            values[row, place, number] = total
        expected += [values.max(axis=1), (values > 0).mean(axis=1)]
    np.testing.assert_allclose(found, np.concatenate(expected, axis=1), atol=1e-10)


def test_random_convolutions_are_drawn_as_in_the_paper():
    features = RandomConvolutions(500, seed=0)
    features.draw(steps=100, channels=1)
    sizes = {size for size, _, _ in features.groups}
    assert sizes == {7, 9, 11}
    for (size, dilation, padding), (kernels, offsets) in features.groups.items():
        assert (size - 1) * dilation <= 99 and padding in (0, (size - 1) * dilation // 2)
        np.testing.assert_allclose(kernels.sum(axis=0), 0, atol=1e-9)
        assert np.abs(offsets).max() <= 1
    assert sum(len(offsets) for _, offsets in features.groups.values()) == 500


def test_short_series_are_stretched():
    encoded = np.zeros((2, 6, 2))
    encoded[0, :, 0], encoded[0, :, 1] = np.arange(6), 1
    encoded[1, :3, 0], encoded[1, :3, 1] = [0, 2, 4], 1
    found = stretch(encoded, 5)[..., 0]
    np.testing.assert_allclose(found, [[0, 1.25, 2.5, 3.75, 5], [0, 1, 2, 3, 4]])


@pytest.mark.parametrize(
    ("name", "neighbour"), [("ItalyPowerDemand", 0.9553), ("GunPoint", 0.9133)]
)
def test_the_archives_scores(shared, name, neighbour):
    """The error of the nearest neighbour that the archive publishes: 0.0447 and 0.0867."""
    data = load_series(str(shared(f"series/{name}_TRAIN.ts")), "", 600, 42)

    def encode(inputs):
        x = inputs["sequence"]
        return np.concatenate([x, np.ones_like(x)], axis=-1)

    found = fit_series_baselines(data, encode)
    scores = {}
    for method, baseline in found.items():
        answers = baseline.endpoints["serve"](data.test.inputs)
        metrics = score(data.targets, data.test.targets, answers)["label"]
        # A single neighbour says 0 or 1, which is no probability.
        assert ("log_loss" in metrics) == (method != "1-nearest neighbour")
        scores[method] = metrics["accuracy"]
    assert scores["1-nearest neighbour"] == pytest.approx(neighbour, abs=1e-4)
    assert scores["random convolutions"] > 0.955
