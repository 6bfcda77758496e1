"""The projector: exact areas, an exact adjoint, and a filter that inverts it."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from datasets.phantoms import measure_phantom
from models.projection import BackProject, Project
from models.projector import count_detectors, list_angles, make_matrix, project_pictures
from models.tomography import post_processing, unrolled

SIZE, ANGLES = 20, 7
DETECTORS = count_detectors(SIZE)
RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize(("dtype", "error"), [("float32", 1e-6), ("float64", 1e-14)])
def test_its_adjoint_is_exact(dtype, error):
    """<A x, y> = <x, A^T y>, relative to the norms."""
    x = RANDOM.normal(size=(3, SIZE, SIZE)).astype(dtype)
    y = RANDOM.normal(size=(3, ANGLES, DETECTORS)).astype(dtype)
    forward = Project(SIZE, ANGLES, dtype=dtype)(x).numpy()
    backward = BackProject(SIZE, ANGLES, filtered=False, dtype=dtype)(y).numpy()
    left, right = (np.sum(np.float64(a) * b) for a, b in ((forward, y), (x, backward)))
    assert abs(left - right) < error * np.linalg.norm(forward) * np.linalg.norm(y)


@pytest.mark.parametrize("training", [True, False])
def test_the_gradient_of_each_layer_is_the_other(training):
    y = tf.constant(RANDOM.normal(size=(2, ANGLES, DETECTORS)), "float64")
    x = tf.constant(RANDOM.normal(size=(2, SIZE, SIZE)), "float64")
    project = Project(SIZE, ANGLES, dtype="float64")
    back_project = BackProject(SIZE, ANGLES, filtered=False, dtype="float64")
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, y])
        forward = tf.reduce_sum(y * project(x, training=training))
        backward = tf.reduce_sum(x * back_project(y, training=training))
    np.testing.assert_allclose(tape.gradient(forward, x), back_project(y), atol=1e-12)
    np.testing.assert_allclose(tape.gradient(backward, y), project(x), atol=1e-12)


def test_a_rectangle_of_pixels_has_the_areas_of_the_closed_form():
    shapes = np.array([[1.0, 2.0, -3.0, 4.0, 6.0, 0.0]])
    picture, sinogram = measure_phantom(shapes, SIZE, list_angles(ANGLES), DETECTORS, "rectangle")
    assert set(np.unique(picture)) == {0.0, 1.0}
    found = project_pictures(picture[None], ANGLES)[0]
    np.testing.assert_allclose(found, sinogram, atol=1e-6)


def test_an_ellipse_has_nearly_those_of_the_closed_form():
    shapes = np.array([[1.0, 2.0, -3.0, 20.0, 12.0, 0.4]])
    geometry = 64, list_angles(9), count_detectors(64)
    picture, sinogram = measure_phantom(shapes, *geometry)
    found = project_pictures(picture[None], 9)[0]
    assert np.linalg.norm(found - sinogram) < 0.015 * np.linalg.norm(sinogram)
    np.testing.assert_allclose(sinogram.sum(axis=1), np.pi * 20 * 12, rtol=1e-12)


def test_each_pixel_is_seen_whole_at_each_angle():
    matrix = make_matrix(SIZE, ANGLES)
    np.testing.assert_allclose(matrix.sum(axis=0), ANGLES, atol=1e-12)
    assert matrix.max() <= 1 and matrix.min() >= 0


def test_filtered_back_projection_inverts_many_angles():
    shapes = np.array([[0.7, 3.0, -2.0, 9.0, 7.0, 1.0]])
    picture, sinogram = measure_phantom(shapes, 40, list_angles(180), count_detectors(40))
    found = BackProject(40, 180)(sinogram[None].astype("float32")).numpy()[0]
    smaller, larger = (
        measure_phantom(shapes * [[1, 1, 1, scale, scale, 1]], 40, [0.0], 57)[0] > 0
        for scale in (0.75, 1.25)
    )
    assert abs(found[smaller].mean() - 1) < 0.01 and abs(found[~larger].mean()) < 0.01


@pytest.mark.parametrize(
    ("build", "options", "parameters"),
    [(post_processing, {"filters": (4, 6)}, 1087), (unrolled, {"iterations": 2}, 52554)],
)
def test_builders(build, options, parameters, tmp_path):
    model = build(SIZE, ANGLES, 2.0, **options)
    shapes = (ANGLES, DETECTORS), (SIZE, SIZE)
    x = RANDOM.uniform(size=(4, *shapes[0])).astype("float32")
    first = BackProject(SIZE, ANGLES)(x)  # before the training both answer this
    np.testing.assert_allclose(model.predict(x, verbose=0), first, atol=1e-5)
    assert model.count_params() == parameters
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.predict(x, verbose=0), first, atol=1e-5)
