"""Drawn jets: the shower against the area of its plane, kinematics, and features by brute force."""

import itertools

import h5py
import numpy as np
import pytest

from datasets.jet_features import compute_jet_features, compute_mass
from datasets.jet_particles import load_jet_particles, to_feature_table
from datasets.jets import load_jets
from datasets.showers import CLASSES, COLOUR, GLUON, QUARK, decay, draw_jets, shower
from errors import UserError


@pytest.mark.parametrize("kind", [QUARK, GLUON])
def test_the_number_of_emissions_is_the_area_of_the_plane(kind):
    """With a constant coupling and dz/z alone the first parton radiates 2 C a / pi * L^2 / 2."""
    count, alpha, momentum, angle = 20000, 0.05, 1000.0, 0.8
    partons = np.stack([np.full(count, x) for x in (float(kind), momentum, 0.0, 0.0, angle)])
    # Gluons of less than 0.02 * 1000 GeV find no angle at which they could radiate again.
    jet, found = shower(
        np.arange(count),
        partons,
        np.random.default_rng(0),
        coupling=lambda k: alpha + 0 * k,
        splitting=lambda z, kind: np.where(z < 0.02, 1.0, 0.0),
    )
    emissions = np.bincount(jet, minlength=count) - 1.0
    # The triangle ln(1/z) + ln(1/theta) < L above ln(1/z) = ln 50.
    corner = np.log(momentum * angle) - np.log(50)
    expected = 2 * COLOUR[kind] * alpha / np.pi * corner**2 / 2
    assert emissions.mean() == pytest.approx(expected, rel=5 / np.sqrt(count * expected))


def test_a_shower_keeps_the_momentum_and_its_centre():
    partons = np.array([[1.0, 1000.0, 0.1, -0.2, 0.8]] * 50).T
    jet, (p, eta, phi) = shower(np.arange(50), partons, np.random.default_rng(1))
    np.testing.assert_allclose(np.bincount(jet, p), 1000.0)
    np.testing.assert_allclose(np.bincount(jet, p * eta), 100.0, rtol=1e-9)
    np.testing.assert_allclose(np.bincount(jet, p * phi), -200.0, rtol=1e-9)


def test_a_decay_keeps_energy_momentum_and_masses():
    parent = np.stack([np.hypot([900.0, 1000.0], 172.5), [900.0, 1000.0], [0.0, 0.0], [0.0, 0.0]])
    quark, boson = decay(parent, 172.5, 80.4, np.random.default_rng(0))
    np.testing.assert_allclose(quark + boson, parent)
    for child, mass in ((quark, 0.0), (boson, 80.4)):
        squared = child[0] ** 2 - (child[1:] ** 2).sum(axis=0)
        np.testing.assert_allclose(squared, mass**2, atol=1e-6)


def test_gluons_are_wider_and_bosons_have_their_mass():
    x, labels = draw_jets(3000, 60, 0)
    assert set(labels) == set(CLASSES)
    multiplicity = {c: (x[labels == c][:, :, 0] > 0).sum(axis=1).mean() for c in CLASSES}
    assert 1.3 < multiplicity["g"] / multiplicity["q"] < 9 / 4  # C_A / C_F, without recoil
    mass = {c: np.median(compute_mass(x[labels == c].astype("float64"))) for c in "wzt"}
    # The shower of each quark adds a little to the mass of their sum.
    for label, value in {"w": 80.4, "z": 91.2, "t": 172.5}.items():
        assert value < mass[label] < 1.15 * value
    again, _ = draw_jets(3000, 60, 0)
    np.testing.assert_array_equal(x, again)


def test_features_by_brute_force():
    jet = draw_jets(1, 8, 3)[0].astype("float64")
    found = compute_jet_features(jet).iloc[0]
    p, eta, phi = jet[0, jet[0, :, 0] > 0].T
    z = p / p.sum()

    def distance(i, j):
        return np.hypot(eta[i] - eta[j], phi[i] - phi[j])

    for power in (1, 2):
        e2 = sum(
            z[i] * z[j] * distance(i, j) ** power
            for i, j in itertools.combinations(range(len(z)), 2)
        )
        e3 = m3 = n3 = 0.0
        for i, j, k in itertools.combinations(range(len(z)), 3):
            sides = sorted([distance(i, j), distance(i, k), distance(j, k)])
            weight = z[i] * z[j] * z[k]
            e3 += weight * np.prod(sides) ** power
            m3 += weight * sides[0] ** power
            n3 += weight * (sides[0] * sides[1]) ** power
        expected = {"c1": e2, "c2": e3 / e2**2, "d2": e3 / e2**3, "m2": m3 / e2, "n2": n3 / e2**2}
        for name, value in expected.items():
            assert found[f"{name}_b{power}"] == pytest.approx(value, rel=1e-4)
    assert found["multiplicity"] == len(z)
    assert found["zlogz"] == pytest.approx((z * np.log(z)).sum(), rel=1e-5)


def test_two_particles_have_the_mass_of_their_angle():
    jet = np.array([[[100.0, 0.1, 0.0], [50.0, -0.2, 0.0], [0.0, 0.0, 0.0]]])
    expected = np.sqrt(2 * 100 * 50 * (np.cosh(0.3) - 1))
    assert compute_mass(jet)[0] == pytest.approx(expected)


def write_lecture_file(path, x, labels):
    """Write jets in the published form: 16 columns of a particle, and a name more."""
    names = ["px", "py", "pz", "e", "erel", "pt", "ptrel", "eta", "etarel", "etarot"]
    names += ["phi", "phirel", "phirot", "deltaR", "costheta", "costhetarel"]
    values = np.zeros((*x.shape[:2], 16), "float32")
    for name, column in zip(("pt", "etarel", "phirel"), np.moveaxis(x, -1, 0), strict=True):
        values[:, :, names.index(name)] = column
    one_hot = np.stack([labels == c for c in "gqwzt"], axis=1)
    with h5py.File(path, "w") as file:
        file["jetConstituentList"] = values[:, ::-1]  # the reader sorts
        file["particleFeatureNames"] = np.array([f"j1_{n}" for n in [*names, "pdgid"]], "S")
        file["jets"] = np.column_stack([one_hot, np.zeros(len(x))])
        file["jetFeatureNames"] = np.array(["j_g", "j_q", "j_w", "j_z", "j_t", "j_undef"], "S")
    return path


def test_lists_of_particles_in_the_published_form(tmp_path):
    x, labels = draw_jets(300, 20, 0)
    path = write_lecture_file(tmp_path / "jets.h5", x, labels)
    drawn = load_jet_particles("", "class", 0, 0, 300, 20)
    read = load_jet_particles(str(path), "class", 0, 0, 300, 20)
    np.testing.assert_array_equal(read.test.inputs["particles"], drawn.test.inputs["particles"])
    np.testing.assert_array_equal(read.test.targets["class"], drawn.test.targets["class"])
    first = read.test.inputs["particles"][0, : read.test.inputs["length"][0], 0]
    assert (np.diff(first) <= 0).all()
    assert load_jet_particles(str(path), "class", 0, 100, 300, 5).test.inputs[
        "particles"
    ].shape == (20, 5, 3)


def test_the_table_and_the_lists_have_the_same_test_jets():
    lists = to_feature_table(load_jet_particles("", "class", 42, 0, 400, 60))
    table = load_jets("", "class", 42, samples=400)
    np.testing.assert_array_equal(lists.test.targets["class"], table.test.targets["class"])
    np.testing.assert_allclose(lists.test.inputs["mass"], table.test.inputs["mass"], rtol=1e-6)


def test_a_file_without_particles(tmp_path):
    (tmp_path / "jets.csv").write_text("class,mass\ng,1\n")
    for data in ("openml", str(tmp_path / "jets.csv")):
        with pytest.raises(UserError, match="--model dense"):
            load_jet_particles(data, "class", 0, 0, 100, 10)
