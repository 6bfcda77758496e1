"""Mistakes in the data to train with: one line, and no run is left behind."""

import gzip
import shutil
import socket
import struct
import zlib

import h5py
import numpy as np
import pytest

from tests.bad_input.helpers import QUICK, npz, table

# Tables


def test_table_without_data_or_target(refused, file):
    assert "needs --data FILE.csv" in refused("table")
    assert "one or more of the columns: size, colour, kind, price" in refused(
        "table", "--data", file(table())
    )
    assert "Did you mean table.csv?" in refused(
        "table", "--data", file(b"").with_name("tabel.csv"), "--target", "price"
    )


@pytest.mark.parametrize(
    "content, target, text",
    [
        (b"", "price", "is empty"),
        (b"size,price\n", "price", "no rows"),
        (b"size,price\n1,2\n3,4,5\n", "price", "line 3"),
        (bytes(range(256)), "price", "is not text"),
        (table(), "prize", "no column 'prize' to predict. Did you mean price"),
        (table(price=1.0), "price", "in every row; there is nothing to learn"),
        (table(price=np.nan), "price", "missing in every row"),
        (table(price=[np.inf, *range(59)]), "price", "infinite in row 1"),
        (table(kind=["a"] * 59 + ["b"]), "kind", "class 'b' in only 1 row"),
        (table(size=[1.0, np.inf] * 30), "price", "Column 'size', row 2: 'inf' is infinite"),
        (table()[["price"]], "price", "No column is left as an input"),
        (table()[:4], "price", "has 4 rows with a target; expected at least 10"),
        (table(price=[1.0, 2.0] + [np.nan] * 58), "price", "has 2 rows with a target"),
    ],
)
def test_tables_that_cannot_be_learned(content, target, text, refused, file):
    assert text in refused("table", "--data", file(content), "--target", target, *QUICK)


def test_more_members_than_rows(refused, file):
    words = ("table", "--data", file(table()), "--epochs", "1", "--members", "50", "--target")
    assert "--members must be at most 48" in refused(*words, "price")
    assert "--members must be at most 16" in refused(
        *words, "kind"
    )  # rows of the most frequent class


@pytest.mark.parametrize(
    "rows, text",
    [
        (table().drop(columns="colour"), "has no column 'colour'"),
        (table().drop(columns="kind"), "no column 'kind'"),
        (table(kind="z"), "'z' in row 1, which is not a class of the training: a, b, c"),
        (table(kind=None), "no targets"),
        (table(size="large"), "Column 'size', row 1: 'large' is not a number"),
    ],
)
def test_rows_to_test_with(rows, text, refused, file):
    data, test_data = file(table()), file(rows, "test.csv")
    assert text in refused(
        "table", "--data", data, "--test-data", test_data, "--target", "kind", *QUICK
    )


# Downloads, where there is no network


@pytest.fixture
def offline(monkeypatch, tmp_path):
    def fail(*arguments, **options):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", fail)
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path / "kaggle"))
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "openml"))


def test_no_network(refused, offline):
    assert "datasets/owner/name and pass the file with --data" in refused(
        "table", "--data", "kaggle:owner/name"
    )
    assert "home-value-insights and pass the file with --data" in refused("house-prices")
    assert "Pass a copy with --data: a CSV" in refused("jets", "--data", "openml")
    assert "expected kaggle:owner/name" in refused("table", "--data", "kaggle:owner")


# Jets and MNIST from files


def hdf5(path, **arrays):
    with h5py.File(path, "w") as file:
        for name, values in arrays.items():
            file[name] = values
    return path


def test_broken_jets(refused, tmp_path, file):
    good = hdf5(tmp_path / "jets.h5", jetFeatureNames=[b"a", b"b"], jets=np.zeros((3, 2)))
    paths = [
        file(b"hello", "text.h5"),
        file(good.read_bytes()[:2000], "half.h5"),
        hdf5(tmp_path / "other.h5", x=np.zeros(3)),
        hdf5(tmp_path / "shape.h5", jetFeatureNames=[b"a"], jets=np.zeros((3, 2))),
        hdf5(tmp_path / "group.h5", jet_features=np.zeros((3, 2))),
        good,  # without the columns of the lectures
    ]
    for path in paths:
        found = refused("jets", "--data", path)
        assert "expected an HDF5 file with jets and jetFeatureNames" in found
        assert "nable to" not in found  # h5py's words
    assert "no such file or folder. Did you mean jets.h5" in refused(
        "jets", "--data", tmp_path / "jest.h5"
    )


def idx(array):
    """The idx format of bytes."""
    return struct.pack(f">BBBB{array.ndim}i", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


PICTURES, LABELS = np.zeros((40, 28, 28), "uint8"), np.tile(np.arange(10, dtype="uint8"), 4)
IMAGE_FILE, LABEL_FILE = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"


@pytest.mark.parametrize(
    "name, content, text",
    [
        (IMAGE_FILE, None, "there is no train-images-idx3-ubyte"),
        (IMAGE_FILE, idx(PICTURES)[:1000], "is damaged"),
        (IMAGE_FILE, b"", "is damaged"),
        (LABEL_FILE, b"hello world, hello world", "is damaged"),
        (
            LABEL_FILE,
            idx(LABELS[:10]),
            "and digits (pictures,). Received: uint8 (40, 28, 28) and (10,)",
        ),
        (IMAGE_FILE, idx(PICTURES[:, :7, :7]), "Received: uint8 (40, 7, 7)"),
        (LABEL_FILE, idx(LABELS), "expected the digits 0 to 9, each at least 10 times"),
        (f"{LABEL_FILE}.gz", b"hello", "is damaged"),
        (f"{LABEL_FILE}.gz", gzip.compress(idx(LABELS))[:30], "is damaged"),
        (f"{LABEL_FILE}.gz", gzip.compress(idx(LABELS))[:10] + b"\xff" * 30, "is damaged"),
    ],
)
def test_broken_idx_files(name, content, text, refused, tmp_path):
    for part in ("train", "t10k"):
        (tmp_path / f"{part}-images-idx3-ubyte").write_bytes(idx(PICTURES))
        (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(idx(LABELS))
    (tmp_path / name.removesuffix(".gz")).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert text in refused("mnist", "--data", tmp_path)


# Pictures


X, Y = np.zeros((20, 8, 8), "uint8"), np.repeat([0, 1], 10)


@pytest.mark.parametrize(
    "arrays, text",
    [
        ({"a": X}, "expected a folder, or an npz with the arrays x, y. Received: a"),
        ({"x": X, "y": np.array([{}] * 20)}, "Object arrays cannot be loaded"),  # a pickle
        ({"x": X, "y": np.zeros((20, 2), int)}, "Received: (20, 8, 8, 1) and (20, 2)"),
        ({"x": X, "y": 1}, "Received: (20, 8, 8, 1) and ()"),
        ({"x": X, "y": Y[:10]}, "Received: (20, 8, 8, 1) and (10,)"),
        ({"x": X[:, :0], "y": Y}, "Received: (20, 0, 8, 1)"),
        ({"x": X.astype(str), "y": Y}, "expected numbers in x"),
        ({"x": np.full(X.shape, np.nan), "y": Y}, "NaN or infinite"),
        ({"x": X, "y": np.full(20, np.nan)}, "expected whole numbers or text in the labels y"),
        ({"x": X, "y": np.zeros(20, int)}, "one class only (0)"),
        ({"x": X, "y": np.arange(20)}, "class '0' has 1 picture;"),
    ],
)
def test_npz_with_unsuitable_arrays(arrays, text, refused, tmp_path):
    assert text in refused("images", "--data", npz(tmp_path / "pictures.npz", **arrays))


def test_broken_npz(refused, tmp_path, file):
    good = npz(tmp_path / "good.npz", x=X, y=Y).read_bytes()
    for content in (b"", b"hello", good[:300], good[:200] + b"\xff" * 50 + good[250:]):
        for experiment in ("images", "mnist"):
            assert "expected a folder, or an npz" in refused(
                experiment, "--data", file(content, "pictures.npz")
            )


def huge_png(width, height):
    """A few bytes that unpack to gigabytes."""

    def chunk(kind, content):
        return (
            struct.pack(">I", len(content))
            + kind
            + content
            + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


def test_folders_without_pictures(refused, tmp_path, pictures):
    assert "--data is missing: pass a folder" in refused("images")
    assert "no such file or folder. Did you mean pictures?" in refused(
        "images", "--data", tmp_path / "picture"
    )
    (tmp_path / "empty").mkdir()
    assert "no pictures in subfolders" in refused("images", "--data", tmp_path / "empty")
    assert "no pictures in subfolders" in refused("images", "--data", pictures / "cat")
    shutil.rmtree(pictures / "dog")
    assert "one class only (cat)" in refused("images", "--data", pictures)
    for path in (pictures / "cat").iterdir():
        path.write_bytes(b"hello")
    assert "none of its 10 files can be read as a picture" in refused("images", "--data", pictures)


def test_broken_pictures_are_skipped_and_named(pictures):
    from datasets.picture_folder import load_pictures

    (pictures / "cat" / "text.png").write_bytes(b"hello")
    (pictures / "cat" / "half.png").write_bytes((pictures / "cat" / "0.png").read_bytes()[:150])
    (pictures / "dog" / "bomb.png").write_bytes(huge_png(60_000, 60_000))
    (pictures / "dog" / "large.png").write_bytes(huge_png(12_000, 12_000))
    dataset = load_pictures(str(pictures), 0)
    (remark,) = dataset.remarks
    assert (
        remark
        == "skipped 4 unreadable pictures: cat/half.png, cat/text.png, dog/bomb.png, dog/large.png"
    )
    assert dataset.train.rows + dataset.validation.rows + dataset.test.rows == 20
