"""Networks of the particles of a jet: shapes, order, padding, and the features by hand."""

import keras
import numpy as np
import pytest

from datasets.jet_features import compute_mass
from datasets.showers import draw_jets
from models.particles import PairFeatures, ParticleFeatures, particle_classifier

COUNTS = {"cnn1d": 1517, "gru": 405, "interaction": 533, "transformer": 1853}


def mark(x):
    """Return jets with a last channel that is 1 for a particle."""
    return np.concatenate([x, x[:, :, :1] > 0], axis=-1).astype("float32")


@pytest.fixture(scope="module")
def jets():
    return mark(draw_jets(6, 12, 0)[0])


@pytest.mark.parametrize("model", COUNTS)
def test_shape_padding_and_order(model, jets):
    keras.utils.set_random_seed(0)
    network = particle_classifier((None, 4), 5, model, width=8)
    assert network.count_params() == COUNTS[model]
    answers = network.predict(jets, verbose=0)
    np.testing.assert_allclose(answers.sum(axis=1), 1, rtol=1e-5)
    padded = np.pad(jets, ((0, 0), (0, 5), (0, 0)))
    np.testing.assert_allclose(network.predict(padded, verbose=0), answers, atol=1e-5)
    turned = network.predict(jets[:, ::-1], verbose=0)
    has_order = np.abs(turned - answers).max() > 1e-4
    assert has_order == (model in ("cnn1d", "gru"))


def test_features_of_particles(jets):
    x = keras.ops.convert_to_numpy(ParticleFeatures()(jets))
    p, eta, phi, inside = np.moveaxis(jets, -1, 0)
    np.testing.assert_allclose(2 * x[0, 0, 0] + 2, np.log(p[0, 0]), rtol=1e-5)
    share = p[0, 1] / p[0].sum()
    np.testing.assert_allclose(2 * x[0, 1, 1] - 4.5, np.log(share), rtol=1e-4)
    np.testing.assert_allclose((x[0, 2, 4] + 1) / 4, np.hypot(eta[0, 2], phi[0, 2]), atol=1e-5)
    np.testing.assert_array_equal(x[inside == 0], 0)


def test_the_squared_masses_of_pairs_sum_up_to_that_of_the_jet(jets):
    pairs = keras.ops.convert_to_numpy(PairFeatures()(jets))[..., 3]
    total = 100 * np.sqrt(pairs.sum(axis=(1, 2)) / 2)  # each pair is there twice
    expected = compute_mass(jets[:, :, :3].astype("float64"))
    np.testing.assert_allclose(total, expected, rtol=0.03)  # for small angles


def test_networks_are_saved_whole(tmp_path, jets):
    network = particle_classifier((None, 4), 2, "interaction", width=4)
    network.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again(jets), network(jets), rtol=1e-6)
