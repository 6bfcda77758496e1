"""The two networks, their losses, and the game on a Gaussian."""

import keras
import numpy as np
import pytest
from scipy.spatial.distance import cdist

from models.gan import GAN, energy_distance, score_losses
from models.gan_networks import build_discriminator, build_generator


def count(model):
    return sum(weight.shape.num_elements() for weight in model.trainable_weights)


@pytest.mark.parametrize(
    ("shape", "filters", "classes", "generator", "discriminator"),
    [
        ((3,), (), 0, 8 * 5 + 5 + 5 * 3 + 3, 3 * 5 + 5 + 5 + 1),
        ((3,), (), 2, 10 * 5 + 5 + 5 * 3 + 3, 3 * 5 + 5 + 5 + 1 + 2 * 5),
        ((7, 5, 1), (), 0, 8 * 5 + 5 + 5 * 35 + 35, 35 * 5 + 5 + 5 + 1),
        # (batch, 2, 2, 4) -> (batch, 4, 4, 2) -> (batch, 8, 8, 1), cut to 7 x 5; and back
        ((7, 5, 1), (2, 4), 0, 9 * 16 + 16 * 8 + 2 + 16 * 2 + 1, 32 + 2 + 128 + 4 + 16 + 1),
    ],
)
def test_the_networks(shape, filters, classes, generator, discriminator):
    model = GAN(shape, 8, hidden=(5,), filters=filters, shares=(0.5,) * classes)
    assert count(model.generator) == count(model.average) == generator
    assert count(model.discriminator) == discriminator
    label = [keras.ops.one_hot([0, 1, 1], 2)] if classes else []
    drawn = model([keras.ops.zeros((3, 8)), *label])
    assert drawn.shape == (3, *shape)
    assert model.discriminator([drawn, *label]).shape == (3, 1)


def test_categories_are_probabilities():
    keras.utils.set_random_seed(0)
    model = build_generator((6,), 4, hidden=(8,), categories=(2, 3))
    drawn = np.asarray(model(np.random.default_rng(0).normal(size=(9, 4)).astype("float32")))
    np.testing.assert_allclose(drawn[:, 1:3].sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(drawn[:, 3:].sum(axis=1), 1, rtol=1e-5)
    assert (drawn[:, 1:] >= 0).all() and (drawn[:, 0] < 0).any()


def test_spectral_normalisation_bounds_the_slope():
    model = build_discriminator((4,), hidden=(16, 16), spectral_normalisation=True)
    x = np.random.default_rng(0).normal(size=(300, 4)).astype("float32")
    for layer in model.layers[1:]:
        if layer.weights:
            layer.layer.kernel.assign(10 * layer.layer.kernel)
    for _ in range(50):  # iterations of the power method
        model(x, training=True)
    rise = np.abs(np.diff(np.asarray(model(x))[:, 0]))
    assert (rise <= 1.01 * np.linalg.norm(np.diff(x, axis=0), axis=1)).all()
    assert rise.max() > 0.01


def test_losses_against_closed_forms():
    real, drawn = np.array([[2.0], [-1.0]]), np.array([[0.5], [1.5]])
    p, q = (1 / (1 + np.exp(-x)) for x in (real, drawn))
    entropy = -np.log(p).mean() - np.log(1 - q).mean()
    expected = {
        "non-saturating": (entropy, -np.log(q).mean()),
        "minimax": (entropy, np.log(1 - q).mean()),
        "hinge": (np.mean([0, 2]) + np.mean([1.5, 2.5]), -1.0),
    }
    for kind, values in expected.items():
        np.testing.assert_allclose(score_losses(kind, real, drawn), values, rtol=1e-6)


def test_energy_distance_against_scipy():
    random = np.random.default_rng(0)
    x, y = random.normal(size=(40, 3)), random.normal(size=(50, 3)) + 0.5
    expected = 2 * cdist(x, y).mean() - cdist(x, x).mean() - cdist(y, y).mean()
    assert float(energy_distance(x, y)) == pytest.approx(expected, rel=1e-5)
    assert float(energy_distance(x, x)) == pytest.approx(0, abs=1e-6)


def compile_model(**options):
    model = GAN((2,), 2, hidden=(16,), averaging=0.9, **options)
    model.discriminator_optimizer = keras.optimizers.Adam(0.01, beta_1=0.0)
    model.compile(keras.optimizers.Adam(0.01, beta_1=0.0))
    return model


@pytest.mark.parametrize("loss", ["non-saturating", "hinge", "minimax"])
def test_a_short_game_comes_nearer_to_the_rows(loss, tmp_path):
    keras.utils.set_random_seed(0)
    x = np.random.default_rng(0).normal(size=(1000, 2)).astype("float32") * (1, 0.2) + (1, 1)
    x = x.astype("float32")
    model = compile_model(loss=loss)
    before = model.evaluate(x, verbose=0, return_dict=True)["distance"]
    model.fit(x, batch_size=50, epochs=8, verbose=0)
    after = model.evaluate(x, verbose=0, return_dict=True)
    assert list(after) == ["distance"] and after["distance"] < 0.2 * before
    model.save(tmp_path / "gan.keras")
    loaded = keras.models.load_model(tmp_path / "gan.keras")
    np.testing.assert_allclose(loaded.draw(5, 3), model.draw(5, 3), atol=1e-5)


def test_a_step_moves_the_average_towards_the_generator():
    model = compile_model()
    x = keras.ops.ones((50, 2))
    for steps in range(1, 4):
        before = [np.array(weight) for weight in model.average.weights]
        model.train_step((x,))
        kept = steps / (steps + 10)
        for old, average, weight in zip(
            before, model.average.weights, model.generator.weights, strict=True
        ):
            expected = kept * old + (1 - kept) * np.array(weight)
            np.testing.assert_allclose(average, expected, atol=1e-6)


def test_the_gradient_penalty_of_a_linear_discriminator():
    """|dD/dx|^2 is the squared norm of the weights, whose gradient is twice the weights."""
    model = GAN((2,), 2, hidden=(), penalty=3.0)
    kernel = np.array([[3.0], [4.0]], "float32")
    model.discriminator.layers[-1].set_weights([kernel, np.zeros(1, "float32")])
    model.generator.layers[-1].set_weights([np.zeros((2, 2), "float32"), np.zeros(2, "float32")])
    model.discriminator_optimizer = keras.optimizers.SGD(0.01)
    model.compile(keras.optimizers.SGD(0.0))
    model.train_step((keras.ops.zeros((4, 2)),))  # the scores have no gradient at 0
    found = model.discriminator.layers[-1].get_weights()[0]
    np.testing.assert_allclose(found, kernel * (1 - 0.01 * 3.0), rtol=1e-5)


def test_classes_are_drawn_by_their_shares():
    model = GAN((2,), 2, hidden=(), shares=(0.1, 0.9))
    latent, classes = np.zeros((2, 2)), np.array([[0.0, 0.0], [1.0, 1.0]])  # the class is drawn
    model.average.layers[-1].set_weights([np.concatenate([latent, classes]), np.zeros(2)])
    drawn = np.asarray(model.draw(2000, 5))[:, 0]
    assert drawn.mean() == pytest.approx(0.9, abs=0.03)
    assert (np.asarray(model.draw(20, 5, 0)) == 0).all()
    assert (np.asarray(model.draw(20, 5, 1)) == 1).all()
