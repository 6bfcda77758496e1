"""Phantoms: areas in closed form beside sums over fine points."""

import numpy as np
import pytest

from datasets.phantoms import draw_phantoms, make_shepp_logan, measure_phantom
from datasets.tomography import add_noise

FINE = 16  # points per pixel and axis


def sum_points(shapes, size, angles, detectors, kind):
    """Return picture and sinogram as sums over fine points, independent of the formulas."""
    place = (np.arange(size * FINE) + 0.5) / FINE - size / 2
    x, y = np.meshgrid(place, -place)
    total = np.zeros_like(x)
    for value, cx, cy, a, b, angle in shapes:
        u = ((x - cx) * np.cos(angle) + (y - cy) * np.sin(angle)) / a
        v = ((y - cy) * np.cos(angle) - (x - cx) * np.sin(angle)) / b
        inside = u**2 + v**2 < 1 if kind == "ellipse" else (abs(u) < 1) & (abs(v) < 1)
        total += value * inside
    picture = total.reshape(size, FINE, size, FINE).mean(axis=(1, 3))
    sinogram = [
        np.histogram(x * np.cos(a) + y * np.sin(a), detectors, (-detectors / 2, detectors / 2),
                     weights=total / FINE**2)[0]
        for a in angles
    ]  # fmt: skip
    return picture / picture.max(), np.array(sinogram) / picture.max()


@pytest.mark.parametrize("kind", ["ellipse", "rectangle"])
def test_the_closed_form(kind):
    shapes = np.array([[1.0, 2.0, 3.0, 8.0, 5.0, 0.3], [0.5, -4.0, -2.0, 3.0, 6.0, 2.0]])
    angles = np.array([0.0, 0.5, np.pi / 2, 2.5])
    picture, sinogram = measure_phantom(shapes, 32, angles, 47, kind)
    expected = sum_points(shapes, 32, angles, 47, kind)
    np.testing.assert_allclose(picture, expected[0], atol=0.05)
    assert np.abs(picture - expected[0]).mean() < 1e-3
    np.testing.assert_allclose(sinogram, expected[1], atol=0.25)
    assert np.linalg.norm(sinogram - expected[1]) < 0.01 * np.linalg.norm(sinogram)


def test_random_phantoms():
    angles = np.array([0.0, 1.0])
    pictures, sinograms = draw_phantoms(20, 32, angles, 47, seed=5)
    assert pictures.min() >= 0 and (pictures.max(axis=(1, 2)) == 1).all()
    assert (pictures[:, 0] == 0).all() and (pictures[:, :, -1] == 0).all()
    mass = pictures.sum(axis=(1, 2))[:, None]
    np.testing.assert_allclose(sinograms.sum(axis=-1), mass + 0 * sinograms[..., 0], rtol=0.01)
    again, _ = draw_phantoms(20, 32, angles, 47, seed=5)
    np.testing.assert_array_equal(again, pictures)
    other, _ = draw_phantoms(20, 32, angles, 47, seed=6)
    assert np.abs(other - pictures).max() > 0.1


def test_shepp_logan():
    picture, _ = measure_phantom(make_shepp_logan(128), 128, [0.0], 183)
    assert picture.max() == 1
    assert picture[64, 64] == pytest.approx(0.2, abs=0.01)  # the brain
    assert picture[64, 50] == pytest.approx(0.0, abs=0.01)  # the left ventricle
    assert picture[7, 64] == pytest.approx(1.0, abs=0.01)  # the skull


def test_noise_is_a_share_of_the_root_mean_square():
    y = np.random.default_rng(0).uniform(0, [[[3.0]], [[30.0]]], (2, 40, 50))
    noise = add_noise(y, 0.05, seed=1) - y
    share = np.sqrt((noise**2).mean(axis=(1, 2)) / (y**2).mean(axis=(1, 2)))
    np.testing.assert_allclose(share, 0.05, rtol=0.05)
