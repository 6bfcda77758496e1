"""Data without answers, by name or from a copy."""

import gzip
import struct

import numpy as np
import pytest
from PIL import Image

from datasets.complete_rows import keep_complete
from datasets.densities import DENSITIES
from datasets.names import NAMES, PLANE
from datasets.unlabelled import load_labelled_pictures, load_unlabelled
from errors import UserError


def test_names_of_densities():
    assert set(PLANE) == set(DENSITIES)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "mnist"])
def test_names(name):
    data = load_unlabelled(name, "", 0, samples=200)
    (first, *_) = data.columns
    assert first.shape == {"digits": (8, 8, 1), "mnist-5k": (28, 28, 1)}.get(name, ())
    assert not data.targets and set(data.test.labels) == (set() if name in PLANE else {"digit"})


def test_mnist_5k_has_500_of_each_digit():
    data = load_unlabelled("mnist-5k", "", 0, 200)
    parts = data.train, data.validation, data.test
    labels = np.concatenate([part.labels["digit"] for part in parts])
    assert np.bincount(labels).tolist() == [500] * 10


def test_a_folder_of_idx_files(tmp_path):
    digits = np.arange(200) % 10
    pictures = np.full((200, 28, 28), digits[:, None, None])
    for part in ("train", "t10k"):
        for name, array in (("images-idx3", pictures), ("labels-idx1", digits)):
            header = struct.pack(f">i{array.ndim}i", 0x800 + array.ndim, *array.shape)
            packed = gzip.compress(header + array.astype("uint8").tobytes())
            (tmp_path / f"{part}-{name}-ubyte.gz").write_bytes(packed)
    data = load_unlabelled(str(tmp_path), "", 0, 200)
    assert (data.train.rows, data.validation.rows, data.test.rows) == (180, 20, 200)
    assert data.test.inputs["image"][7].max() == data.test.labels["digit"][7] == 7


@pytest.mark.parametrize(
    ("data", "label", "message"),
    [("moons", "kind", "moons has no columns"), ("mons", "", "Did you mean moons")],
)
def test_mistakes(data, label, message):
    with pytest.raises(UserError, match=message):
        load_unlabelled(data, label, 0, 200)


def test_rows_with_gaps_are_left_out(tmp_path):
    rows = np.random.default_rng(0).normal(size=50)
    gaps = np.where(np.arange(50) % 5, rows.round(3).astype(str), "")
    days = [f"2024-01-{1 + day % 28:02}" for day in range(50)]
    lines = (f"{x},{'ab'[n % 2]},{day}" for n, (x, day) in enumerate(zip(gaps, days, strict=True)))
    (tmp_path / "a.csv").write_text("\n".join(["x,kind,day", *lines]))
    data = keep_complete(
        load_unlabelled(str(tmp_path / "a.csv"), "", 0, 200), ("number", "category")
    )
    assert [column.name for column in data.columns] == ["x", "kind"]
    assert data.train.rows + data.validation.rows + data.test.rows == 40
    assert any("10 rows miss a value" in remark for remark in data.remarks)
    assert any("not numbers or categories: day" in remark for remark in data.remarks)


def test_labels_of_a_table_must_exist_and_differ(tmp_path):
    (tmp_path / "a.csv").write_text("x,state\n" + "\n".join(f"{x},fine" for x in range(20)))
    for label, message in (("stat", "no such column. Did you mean state"), ("state", "one value")):
        with pytest.raises(UserError, match=f"--label {label} ?.*{message}"):
            load_unlabelled(str(tmp_path / "a.csv"), label, 0, 200)


def test_pictures_need_no_labels(tmp_path):
    pictures = np.random.default_rng(0).integers(256, size=(20, 6, 6)).astype("uint8")
    (tmp_path / "folder").mkdir()
    for number, picture in enumerate(pictures):
        Image.fromarray(picture).save(tmp_path / "folder" / f"{number}.png")
    np.savez(tmp_path / "x.npz", x=pictures)
    np.savez(tmp_path / "one.npz", x=pictures, y=np.zeros(20, int))
    for name in ("folder", "x.npz", "one.npz"):
        data = load_unlabelled(str(tmp_path / name), "", 0, 200)
        assert data.train.rows + data.validation.rows + data.test.rows == 20
        assert not data.targets and not data.test.labels
    with pytest.raises(UserError, match="no pictures in subfolders"):
        load_labelled_pictures(str(tmp_path / "folder"), 0)
