"""Operator networks: Fourier modes against NumPy's transform, other grids, save and load."""

import keras
import numpy as np
import pytest

from models.fourier import FourierModes, fourier_operator
from models.operator_networks import cnn, deeponet, find_components, pod_deeponet
from models.resampling import average, interpolate_at_points, resample

RANDOM = np.random.default_rng(0)


def test_modes_of_a_line_are_those_of_the_fft():
    x = RANDOM.normal(size=(2, 32, 3)).astype("float32")
    layer = FourierModes(2, 5)
    layer.build(x.shape)
    kernel = RANDOM.normal(size=(2, 5, 3, 2))
    layer.kernel.assign(kernel)
    modes = np.zeros((2, 17, 2), complex)
    matrices = kernel[0] + 1j * kernel[1]
    modes[:, :5] = np.einsum("bkw,kwu->bku", np.fft.rfft(x, axis=1)[:, :5], matrices)
    np.testing.assert_allclose(layer(x), np.fft.irfft(modes, 32, axis=1), atol=1e-5)


def test_modes_of_a_plane_are_those_of_the_fft():
    x = RANDOM.normal(size=(2, 16, 20, 1)).astype("float32")
    layer = FourierModes(1, 3)
    layer.build(x.shape)
    kernel = RANDOM.normal(size=(2, 15, 1, 1))
    layer.kernel.assign(kernel)
    factors = (kernel[0] + 1j * kernel[1]).reshape(3, 5)  # (modes, signed modes)
    modes, found = np.fft.rfft2(x[..., 0]), np.zeros((2, 16, 11), complex)
    for k in range(3):
        for j in range(-2, 3):
            found[:, j, k] = modes[:, j, k] * factors[k, j + 2]
    # As NumPy's real transform does, only half of the modes without the second wave number count.
    expected = np.fft.ifft(found, axis=1)
    expected = np.fft.irfft(expected, 20, axis=2)
    np.testing.assert_allclose(np.asarray(layer(x))[..., 0], expected, atol=1e-5)


@pytest.mark.parametrize("dimension, periodic", [(1, True), (2, False)])
def test_a_fourier_operator_takes_any_grid(dimension, periodic, tmp_path):
    model = fourier_operator(dimension, 1, 2, 3, 4, 2, periodic)

    def make(points):
        x = np.linspace(0, 1, points, endpoint=not periodic)
        f = np.sin(2 * np.pi * x + 0.5)
        f = f if dimension == 1 else f[:, None] * f
        return f[None, ..., None].astype("float32")

    coarse, fine = (model.predict(make(n), verbose=0) for n in ((32, 64), (33, 65))[not periodic])
    every = (slice(None), *(slice(None, None, 2),) * dimension)
    np.testing.assert_allclose(fine[every], coarse, atol=0.01 * np.abs(coarse).max())
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded(make(32)), model(make(32)), atol=1e-5)


def test_parameters():
    counts = {
        fourier_operator(1, 1, 1): 139_745,
        fourier_operator(2, 1, 1, 12, 32, 4, False): 2_270_249,
        cnn((64, 1), 1): 47_905,
    }
    for model, count in counts.items():
        assert model.count_params() == count, model.name


@pytest.mark.parametrize("kind", ["deeponet", "pod-deeponet", "cnn"])
def test_save_and_load(kind, tmp_path):
    points = np.linspace(0, 1, 16, dtype="float32")[:, None]
    if kind == "deeponet":
        model = deeponet((16, 2), points, 3, (8,), 5)
    elif kind == "cnn":
        model = cnn((16, 2), 3, 4, (1, 2), periodic=True)
    else:
        components = find_components(RANDOM.normal(size=(30, 16, 3)).cumsum(axis=1))
        model = pod_deeponet((16, 2), *components, (8,))
    x = RANDOM.normal(size=(4, 16, 2)).astype("float32")
    found = model.predict(x, verbose=0)
    assert found.shape == (4, 16, 3)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.predict(x, verbose=0), found, atol=1e-5)


def test_a_periodic_cnn_moves_with_its_input():
    model = cnn((32, 1), 1, 4, (1, 4), periodic=True)
    x = RANDOM.normal(size=(1, 32, 1)).astype("float32")
    moved = model.predict(np.roll(x, 5, axis=1), verbose=0)
    np.testing.assert_allclose(moved, np.roll(model.predict(x, verbose=0), 5, axis=1), atol=1e-5)


def test_components_restore_their_functions():
    values = RANDOM.normal(size=(20, 1, 2)) * np.sin(np.arange(30))[:, None]
    basis, mean = find_components(values)
    assert len(basis) == 2
    flat = basis.reshape(2, -1)
    coefficients = np.linalg.lstsq(flat.T, (values - mean).reshape(20, -1).T, rcond=None)[0]
    restored = mean + np.einsum("fr,fpo->rpo", coefficients, basis)
    np.testing.assert_allclose(restored, values, atol=1e-6)


@pytest.mark.parametrize("shape", [(24,), (96,), (33,)])
def test_periodic_functions_are_resampled_exactly(shape):
    def f(x):
        return 1 + np.sin(2 * np.pi * x) + 0.3 * np.cos(10 * np.pi * x + 1)

    x = np.arange(64) / 64
    found = np.asarray(resample(f(x)[None, :, None].astype("float32"), shape, True))[0, :, 0]
    np.testing.assert_allclose(found, f(np.arange(shape[0]) / shape[0]), atol=1e-5)


def test_cubics_and_averages_on_a_square():
    x = np.linspace(0, 1, 17)

    def f(x, y):
        return x**3 - 2 * x * y**2 + y

    values = f(x[:, None], x)[None, ..., None].astype("float32")
    fine = np.linspace(0, 1, 40)
    found = np.asarray(resample(values, (40, 40), False))[0, ..., 0]
    np.testing.assert_allclose(found, f(fine[:, None], fine), atol=1e-5)
    points = RANDOM.uniform(size=(7, 2)).astype("float32")
    found = np.asarray(interpolate_at_points(values, points, False))[0, :, 0]
    np.testing.assert_allclose(found, f(*points.T), atol=1e-5)
    line = np.asarray(average(values * 0 + x[:, None, None].astype("float32"), (9, 9)))
    np.testing.assert_allclose(line[0, 1:-1, 3, 0], x[::2][1:-1], atol=1e-6)
    assert np.asarray(average(values, (17, 17))) == pytest.approx(values, abs=1e-6)
