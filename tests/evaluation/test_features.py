"""Principal components against scikit-learn, and as the baseline of an autoencoder."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from datasets.dataset import Column, Dataset, Split
from evaluation.features import (
    KernelComponents,
    PrincipalComponents,
    fit_components,
    probe,
    project_to_plane,
    squared_error,
)


def make_rows(rows=50, features=6):
    random = np.random.default_rng(0)
    return random.normal(size=(rows, features)) @ random.normal(size=(features, features)) + 3


@pytest.mark.parametrize("latent", [1, 2, 6])
def test_principal_components_are_scikit_learns(latent):
    x = make_rows()
    found, expected = PrincipalComponents(x, latent), PCA(latent).fit(x)
    np.testing.assert_allclose(found.components @ found.components.T, np.eye(latent), atol=1e-12)
    restored = found.decode(found.encode(x))
    reference = expected.inverse_transform(expected.transform(x))
    np.testing.assert_allclose(restored, reference, atol=1e-10)
    code, other = found.encode(x), expected.transform(x)  # the signs are free
    np.testing.assert_allclose(np.abs(code), np.abs(other), atol=1e-10)
    if latent == 6:
        np.testing.assert_allclose(restored, x, atol=1e-10)


def test_more_components_than_rows():
    pca = PrincipalComponents(make_rows(3), 5)
    assert pca.components.shape == (5, 6)
    np.testing.assert_allclose(pca.decode(pca.encode(make_rows(3))), make_rows(3), atol=1e-10)


def test_the_baseline_has_the_endpoints_of_an_autoencoder():
    x = make_rows()
    rows = Split({"x": x}, {})
    dataset = Dataset("", rows, rows, rows, (Column("x", "array", shape=(6,)),))
    found = fit_components(lambda inputs: inputs["x"], dataset, 2)
    assert list(found) == ["PCA", "kernel PCA"]
    for one in found.values():
        assert set(one.endpoints) == {"serve", "encode", "decode"}
        assert one.endpoints["encode"](rows.inputs)["latent"].shape == (50, 2)
    baseline = found["PCA"]
    code = baseline.endpoints["encode"](rows.inputs)
    assert code["latent"].shape == (50, 2)
    decoded = baseline.endpoints["decode"](code)["features"]
    answers = baseline.endpoints["serve"](rows.inputs)
    np.testing.assert_allclose(answers["features"], decoded)
    np.testing.assert_allclose(answers["reconstruction_error"], squared_error(x, decoded))
    # What is left over is the smaller eigenvalues of the covariance.
    eigenvalues = np.linalg.eigvalsh(np.cov(x.T, bias=True))  # ascending
    expected = eigenvalues[:-2].sum() / 6
    assert answers["reconstruction_error"].mean() == pytest.approx(expected)


def test_kernel_components_follow_a_curve():
    """Of points on a circle one component of PCA loses half of the variance."""
    angle = np.random.default_rng(0).uniform(0, 1.5 * np.pi, 300)
    x = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype("float32")
    errors = []
    for found in (PrincipalComponents(x, 1), KernelComponents(x[:200], x[200:], 1)):
        errors.append(squared_error(x, found.decode(found.encode(x))).mean())
    assert errors[1] < 0.7 * errors[0]


def test_a_linear_probe_reads_what_is_linear():
    x = np.random.default_rng(0).normal(size=(400, 2))
    linear, ring = x[:, 0] > 0, np.linalg.norm(x, axis=1) > 1.2
    assert probe(x[:200], linear[:200], x[200:], linear[200:]) > 0.95
    assert probe(x[:200], ring[:200], x[200:], ring[200:]) < 0.7


@pytest.mark.parametrize("width", [1, 2, 5])
def test_any_code_has_a_plane(width):
    code = make_rows(30, 6)[:, :width]
    plane = project_to_plane(code)
    assert plane.shape == (30, 2)
    if width <= 2:
        np.testing.assert_array_equal(plane[:, :width], code)
