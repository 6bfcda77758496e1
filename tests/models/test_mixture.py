"""The mixture of Gaussians as a layer agrees with scikit-learn's."""

import keras
import numpy as np
from sklearn.mixture import GaussianMixture

from models.mixture import add_mixture
from models.neighbour_embedding import code_encoder
from training.mixture import fit_mixture, mutual_information


def draw_groups(rows=300):
    """Three groups of 1/6, 1/3 and 1/2 of the rows."""
    random = np.random.default_rng(0)
    groups = random.permutation(np.repeat([0, 1, 1, 2, 2, 2], rows // 6))
    return 8 * np.eye(3)[groups] + random.normal(size=(rows, 3)), groups


def test_probabilities_are_those_of_scikit_learn(tmp_path):
    codes, _ = draw_groups()
    mixture = GaussianMixture(4, random_state=0).fit(codes)
    encoder = code_encoder(3, 3, ())
    encoder.set_weights([np.eye(3), np.zeros(3)])
    model = add_mixture(encoder, mixture)
    order = np.argsort(-mixture.weights_)
    x = np.random.default_rng(1).normal(4, 3, size=(50, 3)).astype("float32")
    code, probabilities = model(x)
    np.testing.assert_allclose(code, x, atol=1e-6)
    np.testing.assert_allclose(probabilities, mixture.predict_proba(x)[:, order], atol=1e-4)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")(x)[1]
    np.testing.assert_allclose(again, probabilities, atol=1e-6)


def test_fit_finds_groups():
    codes, groups = draw_groups()
    mixture = fit_mixture(codes, 3, restarts=2)
    found = mixture.predict(codes)
    assert len(set(zip(found.tolist(), groups.tolist(), strict=True))) == 3
    np.testing.assert_allclose(np.sort(mixture.weights_), [1 / 6, 1 / 3, 1 / 2], atol=0.01)


def test_mutual_information():
    p = np.eye(4)[np.arange(8) % 4]
    assert np.isclose(mutual_information(p, p), np.log(4))
    q = np.eye(4)[np.arange(8) // 2]
    assert np.isclose(mutual_information(np.full((8, 4), 0.25), q), 0)
