"""The diffusion model: shapes, the Gaussian it begins as, its density, saved weights, and a fit."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from models.diffusion import Diffusion, apply_in_parts, find_angle, find_time
from models.diffusion_networks import dense_velocity, unet_velocity
from training.loop import Loop

STDS = np.array([0.5, 0.2], "float32")


def draw(rows, features=2):
    return np.random.default_rng(0).normal(size=(rows, features)).astype("float32")


@keras.saving.register_keras_serializable(package="tests")
class GaussianVelocity(keras.layers.Layer):
    """The exact velocity for independent Gaussian columns: x has the variance cos^2 + s^2 sin^2,
    and a row keeps its number of standard deviations on the way."""

    def call(self, x, time):
        a = find_angle(time)
        turned = keras.ops.sin(a) * keras.ops.cos(a)
        variance = keras.ops.cos(a) ** 2 + STDS**2 * keras.ops.sin(a) ** 2
        return (STDS**2 - 1) * turned / variance * x


def build_exact(**options):
    """Build the model of a Gaussian with deviations `STDS`."""
    inputs, time = keras.Input((2,)), keras.Input((1,))
    network = keras.Model([inputs, time], GaussianVelocity()(inputs, time))
    return Diffusion(network, **options)


@pytest.mark.parametrize(
    ("shape", "filters"), [((8, 8, 1), (4, 8)), ((7, 10, 3), (4, 4, 4)), ((28, 28, 1), (4, 4, 4))]
)
def test_pictures_of_any_size(shape, filters):
    network = unet_velocity(shape, filters)
    x, time = np.ones((2, *shape), "float32"), np.ones((2, 1), "float32")
    assert network([x, time]).shape == (2, *shape)
    np.testing.assert_array_equal(network([x, time]), 0)


def test_numbers_of_parameters():
    # 3 features with 2 waves are 15 numbers, and the time is 8 more in each layer.
    assert dense_velocity(3, (5, 4), waves=2).count_params() == 24 * 5 + 14 * 4 + 5 * 3
    assert unet_velocity((8, 8, 1), (4, 8)).count_params() == 6021


def test_angles_and_times_are_inverse():
    time = np.linspace(0, 1, 11).astype("float32")
    np.testing.assert_allclose(find_time(find_angle(time)), time, atol=1e-3)
    np.testing.assert_allclose(find_angle(np.array([0.0, 1.0])), [0, np.pi / 2])


def test_it_begins_as_a_gaussian():
    model = Diffusion(dense_velocity(2, (4,)), mean=[1.0, -2.0], std=[3.0, 0.5])
    drawn = model.draw(20_000, 0, 3)
    np.testing.assert_allclose(np.mean(drawn, axis=0), [1, -2], atol=0.05)
    np.testing.assert_allclose(np.std(drawn, axis=0), [3, 0.5], rtol=0.02)


def test_samples_density_and_denoised_rows_of_a_gaussian():
    """Samples are noise times the deviation; the density and the mean have closed forms."""
    model = build_exact()
    noise = model.draw_noise(50, 3)
    for steps, error in ((5, 0.02), (10, 1e-3), (20, 1e-4)):  # of fourth order
        np.testing.assert_allclose(model.draw(50, 3, steps), noise * STDS, atol=error)
    path = model.follow_path(50, 3, 10)
    np.testing.assert_allclose(path[:, 0], noise, atol=1e-6)
    np.testing.assert_allclose(path[:, -1], model.draw(50, 3, 10), atol=1e-5)
    x = draw(30) * STDS
    known = -0.5 * np.sum((x / STDS) ** 2 + np.log(2 * np.pi * STDS**2), axis=1)
    np.testing.assert_allclose(model.log_prob(x), known, atol=1e-3)
    for level in (0.0, 0.3, 1.0):
        mean = x * STDS**2 / (STDS**2 + level**2)
        np.testing.assert_allclose(model.denoise(x, tf.constant(level)), mean, atol=1e-3)


def test_the_density_has_the_units_of_the_data():
    mean, std = np.array([3.0, -1.0]), np.array([10.0, 0.1])
    plain, scaled = build_exact(), build_exact(mean=mean.tolist(), std=std.tolist())
    x = draw(20)
    expected = plain.log_prob(x) - np.log(std).sum()
    np.testing.assert_allclose(scaled.log_prob(mean + std * x), expected, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("rows", [0, 1, 7, 8, 9, 30])
def test_parts_are_joined(rows):
    x = tf.reshape(tf.range(rows * 3), (rows, 3))
    np.testing.assert_array_equal(apply_in_parts(lambda part: 2 * part, x, 8), 2 * x)


def test_the_average_forgets_the_initial_weights():
    """After n steps its decay is (1 + n)/(10 + n), until it reaches the option's."""
    model = Diffusion(dense_velocity(2, (4,)), decay=0.5)
    model.compile(keras.optimizers.Adam(0.1))
    expected = [np.copy(w) for w in model.network.get_weights()]
    for decay in (2 / 11, 3 / 12, 4 / 13, 5 / 14, 6 / 15, 7 / 16, 8 / 17, 0.5, 0.5):
        model.train_step((draw(8),))
        pairs = zip(expected, model.network.get_weights(), strict=True)
        expected = [decay * mean + (1 - decay) * weight for mean, weight in pairs]
    for mean, found in zip(expected, model.average.get_weights(), strict=True):
        np.testing.assert_allclose(found, mean, atol=1e-6)


@pytest.mark.parametrize("shape", [(2,), (4, 4, 1)])
def test_save_and_load(shape, tmp_path):
    network = dense_velocity(2, (4,)) if shape == (2,) else unet_velocity(shape, (2, 4))
    model = Diffusion(network, mean=0.5, noise=[0.0, 1.0] if shape == (2,) else ())
    random = np.random.default_rng(0)
    model.average.set_weights([random.normal(size=w.shape) for w in model.average.get_weights()])
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    np.testing.assert_allclose(loaded.draw(3, 1, 2), model.draw(3, 1, 2), rtol=1e-5)
    assert loaded.options == model.options


@pytest.mark.parametrize("xla", [False, True])
def test_a_fit_lowers_the_loss(xla):
    keras.utils.set_random_seed(0)
    x = draw(640)
    x[:, 1] = np.sign(x[:, 0])
    model = Diffusion(dense_velocity(2, (16,)), decay=0.9)
    model.compile(keras.optimizers.Adam(0.01))
    loop = Loop(model, 64, xla)
    before = loop.evaluate((x,))["loss"]
    assert before == pytest.approx(1, abs=0.1)
    assert loop.evaluate((x,))["loss"] == before  # the same noise
    history = loop.fit((x,), (x,), 10, [])
    assert history["val_loss"][-1] < before - 0.2
