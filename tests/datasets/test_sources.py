"""Sources of data, from small generated files in the published formats."""

import gzip
from inspect import signature
from types import SimpleNamespace

import h5py
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn import datasets as sklearn_datasets
from sklearn.datasets import fetch_openml
from sklearn.model_selection import train_test_split
from sklearn.utils._param_validation import validate_parameter_constraints

from datasets.dataset import Split, Target
from datasets.digits import load_digits
from datasets.formula import draw_from_margin, sample_formula
from datasets.jets import FEATURES, load_jets
from datasets.kaggle import resolve_table_path
from datasets.mnist import load_mnist
from datasets.picture_folder import load_pictures, read_pictures_to_predict
from datasets.split import split_at_random


def test_the_test_rows_are_scikit_learns():
    parts = split_at_random(Split({"x": np.arange(1000)}, {}), seed=42)
    expected = train_test_split(np.arange(1000), test_size=0.2, random_state=42)[1]
    np.testing.assert_array_equal(parts[2].inputs["x"], expected)
    assert sorted(np.concatenate([part.inputs["x"] for part in parts])) == list(range(1000))


def test_targets_are_encoded_in_the_order_of_their_classes():
    target = Target("kind", classes=("small", "large", "huge"))
    np.testing.assert_array_equal(target.encode(np.array(["huge", "small", "large"])), [2, 0, 1])
    np.testing.assert_allclose(Target("y", mean=10.0, std=2.0).encode(np.array([14.0])), [2.0])


def test_the_fingerprint_depends_on_the_test_rows():
    first, again, different = (load_digits(seed).fingerprint() for seed in (0, 0, 1))
    assert first == again != different


def test_samples_of_a_formula_lie_in_their_boxes():
    dataset = sample_formula("x*y", (-1, 1, 0, 4), 200, 0, margin=0.5)
    inside, outside = dataset.train.inputs, next(iter(dataset.extra_splits.values())).inputs
    assert (
        inside["x"].min() >= -1
        and inside["x"].max() <= 1
        and inside["y"].min() >= 0
        and inside["y"].max() <= 4
    )
    beyond = (np.abs(outside["x"]) > 1) | (outside["y"] < 0) | (outside["y"] > 4)
    assert beyond.all() and np.abs(outside["x"]).max() <= 2 and outside["y"].max() <= 6
    np.testing.assert_allclose(
        dataset.train.targets["f"], inside["x"] * inside["y"], rtol=1e-4, atol=1e-5
    )


def test_the_margin_gets_the_requested_number_of_points():
    points = draw_from_margin(np.array([[0.0, 1.0]]), 0.1, 50, np.random.default_rng(0))
    assert points.shape == (50, 1) and ((points < 0) | (points > 1)).all()


def test_mnist_from_idx_and_npz(tmp_path):
    random = np.random.default_rng(0)
    arrays = {}
    for part, name, count in (("train", "train", 200), ("test", "t10k", 30)):
        arrays[f"x_{part}"] = random.integers(0, 256, (count, 28, 28)).astype("uint8")
        arrays[f"y_{part}"] = np.arange(count).astype("uint8") % 10
        header = b"\0\0\x08\x03" + np.array([count, 28, 28], ">i4").tobytes()
        content = gzip.compress(header + arrays[f"x_{part}"].tobytes())
        (tmp_path / f"{name}-images-idx3-ubyte.gz").write_bytes(content)
        header = b"\0\0\x08\x01" + np.array([count], ">i4").tobytes()
        (tmp_path / f"{name}-labels-idx1-ubyte").write_bytes(header + arrays[f"y_{part}"].tobytes())
    np.savez(tmp_path / "mnist.npz", **arrays)
    idx, npz = load_mnist(str(tmp_path), 0), load_mnist(str(tmp_path / "mnist.npz"), 0)
    assert idx.fingerprint() == npz.fingerprint()
    assert (idx.train.rows, idx.validation.rows, idx.test.rows) == (180, 20, 30)
    np.testing.assert_array_equal(idx.test.inputs["image"][..., 0], arrays["x_test"])
    assert idx.columns[0].shape == (28, 28, 1) and idx.columns[0].dtype == "uint8"


def test_the_published_mnist(shared):
    dataset = load_mnist(str(shared("mnist")), 0)
    assert (dataset.train.rows, dataset.validation.rows, dataset.test.rows) == (54000, 6000, 10000)
    assert np.bincount(dataset.test.targets["digit"]).tolist() == [
        980,
        1135,
        1032,
        1010,
        982,
        892,
        958,
        1028,
        974,
        1009,
    ]


@pytest.fixture
def pictures(tmp_path):
    """Two classes of ten grey PNG files of two sizes, one of them broken."""
    random = np.random.default_rng(0)
    for label, brightness in (("dark", 50), ("light", 200)):
        (tmp_path / label).mkdir()
        for number in range(10):
            size = (12, 10) if number % 2 else (14, 10)
            array = (brightness + random.integers(-40, 40, size)).astype("uint8")
            Image.fromarray(array).save(tmp_path / label / f"{number}.png")
    (tmp_path / "dark" / "broken.png").write_bytes(b"\x89PNG not really")
    (tmp_path / "notes.txt").write_text("not a picture")
    return tmp_path


def test_pictures_in_a_folder(pictures):
    dataset = load_pictures(str(pictures), split_seed=0)
    assert dataset.columns[0].shape == (13, 10, 1) and dataset.targets[0].classes == (
        "dark",
        "light",
    )
    assert dataset.train.rows + dataset.validation.rows + dataset.test.rows == 20
    assert any(
        "skipped 1 unreadable picture: dark/broken.png" in remark for remark in dataset.remarks
    )
    dark = dataset.train.targets["label"] == "dark"
    assert (
        dataset.train.inputs["image"][dark].max() < 100 < dataset.train.inputs["image"][~dark].min()
    )


def test_colour_and_a_requested_size(pictures):
    Image.new("RGB", (30, 30), (255, 0, 0)).save(pictures / "light" / "red.jpg")
    dataset = load_pictures(str(pictures), split_seed=0, size=8)
    assert dataset.columns[0].shape == (8, 8, 3)


def test_pictures_from_npz(tmp_path):
    data = sklearn_datasets.load_digits()
    np.savez(tmp_path / "digits.npz", x=data.images, y=data.target)
    dataset = load_pictures(str(tmp_path / "digits.npz"), split_seed=0)
    assert dataset.columns[0].shape == (8, 8, 1) and dataset.columns[0].max_pixel == 16.0


def test_pictures_to_predict_have_the_networks_shape_and_range(pictures):
    column = load_pictures(str(pictures), split_seed=0, size=8).columns[0]
    frame, inputs = read_pictures_to_predict(pictures / "light", column, "label")
    assert inputs["image"].shape == (10, 8, 8, 1) and list(frame.columns) == ["picture"]
    frame, _ = read_pictures_to_predict(pictures, column, "label")
    assert sorted(frame["label"].unique()) == ["dark", "light"]


@pytest.fixture
def published_jets():
    """Rows in the schema of OpenML's hls4ml_lhc_jets_hlf."""
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(500, 16)).astype("float32"), columns=list(FEATURES))
    return frame.assign(**{"class": random.choice(["g", "q", "w", "z", "t"], 500)})


def test_jets_in_the_published_schema(published_jets, tmp_path):
    published_jets.to_parquet(tmp_path / "jets.parquet")
    published_jets.to_csv(tmp_path / "jets.csv", index=False)
    for name in ("jets.parquet", "jets.csv"):
        dataset = load_jets(str(tmp_path / name), "class", 42)
        assert len(dataset.columns) == 16 and dataset.targets[0].classes == (
            "g",
            "q",
            "t",
            "w",
            "z",
        )
        assert (dataset.train.rows, dataset.validation.rows, dataset.test.rows) == (320, 80, 100)
    assert load_jets(str(tmp_path / "jets.csv"), "class", 42, rows=100).test.rows == 20


def test_jets_from_openml(published_jets, monkeypatch):
    """Only the download is replaced; the arguments must be valid for scikit-learn's function."""

    def fetch(**options):
        signature(fetch_openml).bind(**options)
        validate_parameter_constraints(
            fetch_openml._skl_parameter_constraints, options, "fetch_openml"
        )
        return SimpleNamespace(frame=published_jets)

    monkeypatch.setattr("datasets.jets.fetch_openml", fetch)
    assert len(load_jets("openml", "class", 42).columns) == 16


def test_jets_of_the_lectures_hdf5(published_jets, tmp_path):
    one_hot = np.stack([published_jets["class"] == label for label in "gqwzt"], axis=1).astype(
        "float32"
    )
    names = [
        "j_pt",
        *(f"j_{name}" for name in FEATURES),
        "j_g",
        "j_q",
        "j_w",
        "j_z",
        "j_t",
        "j_undef",
    ]
    values = np.column_stack([np.ones(500), published_jets[list(FEATURES)], one_hot, np.zeros(500)])
    with h5py.File(tmp_path / "jets.h5", "w") as file:
        file["jets"], file["jetFeatureNames"] = values, np.array(names, "S")
    published_jets.to_csv(tmp_path / "jets.csv", index=False)
    from_h5, from_csv = (
        load_jets(str(tmp_path / name), "class", 42) for name in ("jets.h5", "jets.csv")
    )
    np.testing.assert_array_equal(from_h5.test.targets["class"], from_csv.test.targets["class"])
    np.testing.assert_allclose(
        from_h5.test.inputs["zlogz"], from_csv.test.inputs["zlogz"], rtol=1e-6
    )


def test_quark_and_gluon_jets(shared):
    dataset = load_jets(str(shared("jets/jets.h5")), "class", 42)
    assert len(dataset.columns) == 21 and dataset.targets[0].classes == ("g", "q")
    assert dataset.train.rows + dataset.validation.rows + dataset.test.rows == 14812


def test_kaggle_from_its_cache(tmp_path, monkeypatch):
    """A versioned handle is served from kagglehub's cache, without a network."""
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path))
    folder = tmp_path / "datasets" / "somebody" / "flowers"
    (folder / "versions" / "1").mkdir(parents=True)
    (folder / "versions" / "1" / "flowers.csv").write_text("a,b\n1,2\n")
    (folder / "1.complete").touch()
    path = resolve_table_path("kaggle:somebody/flowers/versions/1")
    assert path.read_text() == "a,b\n1,2\n"
    assert resolve_table_path("kaggle:somebody/flowers/versions/1/flowers.csv") == path
