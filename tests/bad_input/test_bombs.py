"""Small files and options that ask for more than any machine has: one line, and soon."""

import gzip
import io
import re
import struct
import zipfile

import h5py
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from scipy.io import savemat

from errors import UserError
from tests.bad_input.helpers import npz, write_config


@pytest.fixture
def small_machine(monkeypatch):
    """A machine of 4 MB, so that bombs may be small."""
    for module in ("limits", "table_file"):
        monkeypatch.setattr(f"datasets.{module}.get_total_memory", lambda: 4_000_000)


def test_memory_is_that_of_the_machine():
    from datasets.limits import get_total_memory

    assert 1e8 < get_total_memory() < 1e15


@pytest.mark.usefixtures("small_machine")
@pytest.mark.parametrize("rows, fits", [(1000, True), (400_000, False)])
def test_tables_that_unpack_to_too_much(rows, fits, tmp_path):
    from datasets.table_file import read_table

    text = b"a,b\n" + b"1,2\n" * rows
    (tmp_path / "plain.csv").write_bytes(text)
    (tmp_path / "packed.csv.gz").write_bytes(gzip.compress(text))
    pd.DataFrame({"a": np.zeros(rows), "b": np.zeros(rows)}).to_parquet(tmp_path / "zeros.parquet")
    assert (tmp_path / "packed.csv.gz").stat().st_size < 10_000
    for path in tmp_path.iterdir():
        if fits:
            assert read_table(path).shape == (rows, 2)
        else:
            with pytest.raises(UserError, match="GB fit into this machine"):
                read_table(path)


@pytest.mark.parametrize("columns", [20_000, 2_000_000])
def test_tables_of_too_many_columns(columns, tmp_path, file):
    from datasets.table_file import read_table

    wide = file(b"x" + b",x" * (columns - 1) + b"\n1\n", "wide.csv")
    with pytest.raises(
        UserError,
        match=f"has {columns} columns, but at most 10000 can be used|first line of more than",
    ):
        read_table(wide)
    if columns < 100_000:
        pd.DataFrame(np.zeros((1, columns))).rename(columns=str).to_parquet(
            tmp_path / "wide.parquet"
        )
        with pytest.raises(UserError, match=f"has {columns} columns"):
            read_table(tmp_path / "wide.parquet")


def test_a_first_line_without_an_end(file):
    from datasets.table_file import read_table

    with pytest.raises(UserError, match="first line of more than 4 MB"):
        read_table(file(b"x" * 20_000_000, "line.csv"))
    assert list(read_table(file(b"x" * 200_000 + b"\n1\n", "long.csv"))) == ["x" * 200_000]


@pytest.mark.usefixtures("small_machine")
def test_pictures_that_unpack_to_too_much(refused, tmp_path, pictures):
    zeros = npz(
        tmp_path / "zeros.npz", x=np.zeros((3000, 20, 20), "uint8"), y=np.zeros(3000, "uint8")
    )
    with (
        zipfile.ZipFile(zeros) as plain,
        zipfile.ZipFile(tmp_path / "packed.npz", "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in plain.namelist():
            packed.writestr(name, plain.read(name))
    assert (tmp_path / "packed.npz").stat().st_size < 10_000
    assert "GB fit into this machine" in refused("images", "--data", tmp_path / "packed.npz")
    assert "GB fit into this machine" in refused("images", "--data", pictures, "--size", "400")


def test_an_array_that_claims_to_be_huge(refused, tmp_path):
    for shape in ((10**6, 10**6), (10**15,), (10**30,)):
        content = io.BytesIO()
        np.lib.format.write_array_header_1_0(
            content, {"descr": "<f8", "fortran_order": False, "shape": shape}
        )
        with zipfile.ZipFile(tmp_path / "claim.npz", "w") as archive:
            archive.writestr("x.npy", content.getvalue())
            archive.writestr("y.npy", content.getvalue())
        assert "cannot be read" in refused("images", "--data", tmp_path / "claim.npz")
    with zipfile.ZipFile(tmp_path / "bytes.npz", "w") as archive:
        archive.writestr("x", b"hello")
        archive.writestr("y", b"hello")
    assert "cannot be read" in refused("images", "--data", tmp_path / "bytes.npz")


@pytest.mark.usefixtures("small_machine")
@pytest.mark.parametrize("suffix", ["npz", "mat"])
def test_fields_that_unpack_to_too_much(suffix, tmp_path):
    from datasets.measured_field import read_field

    def save(**arrays):
        path = tmp_path / f"field.{suffix}"
        if suffix == "npz":
            np.savez_compressed(path, **arrays)
        else:
            savemat(path, arrays, do_compression=True)
        assert path.stat().st_size < 50_000
        return path

    x, huge = np.linspace(0, 1, 9), np.zeros(1_000_000)
    path = save(x=x, u=x**2, unwanted=huge)
    np.testing.assert_allclose(read_field(path, ["x"], ["u"])["u"], x**2)
    path = save(x=np.arange(10_000), t=np.arange(10_000), u=x)  # 10^8 points of a grid
    with pytest.raises(UserError, match="expected the shape"):
        read_field(path, ["x", "t"], ["u"])
    path = save(x=huge, u=huge)
    with pytest.raises(UserError, match="GB fit into this machine"):
        read_field(path, ["x"], ["u"])


def test_a_field_that_claims_to_be_huge(tmp_path):
    from datasets.measured_field import read_field

    content = io.BytesIO()
    header = {"descr": "<f8", "fortran_order": False, "shape": (10**15,)}
    np.lib.format.write_array_header_1_0(content, header)
    with zipfile.ZipFile(tmp_path / "claim.npz", "w") as archive:
        archive.writestr("x.npy", content.getvalue())
        archive.writestr("u.npy", content.getvalue())
    with pytest.raises(UserError, match="needs at least 8000000.0 GB"):
        read_field(tmp_path / "claim.npz", ["x"], ["u"])


@pytest.mark.usefixtures("small_machine")
def test_idx_and_hdf5_files_that_unpack_to_too_much(refused, tmp_path):
    for part in ("train", "t10k"):
        images = struct.pack(">4i", 0x803, 5000, 28, 28) + bytes(5000 * 28 * 28)
        (tmp_path / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(images))
        (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(
            struct.pack(">2i", 0x801, 5000) + bytes(5000)
        )
    assert "GB fit into this machine" in refused("mnist", "--data", tmp_path)
    with h5py.File(tmp_path / "jets.h5", "w") as file:
        file["jetFeatureNames"] = [b"a", b"b"]
        file.create_dataset(
            "jets", (10**9, 2), "float64", chunks=(1000, 2)
        )  # nothing of it is stored
    assert "GB fit into this machine" in refused("jets", "--data", tmp_path / "jets.h5")


def test_an_animation_counts_as_its_first_picture(pictures):
    from datasets.picture_folder import load_pictures, read_picture

    frames = [Image.new("P", (50, 50), colour) for colour in range(200)]
    for suffix in ("gif", "png", "webp"):
        path = pictures / "cat" / f"animation.{suffix}"
        frames[7].convert("RGB").save(
            path, save_all=True, append_images=[frame.convert("RGB") for frame in frames]
        )
        assert read_picture(path, (50, 50), True).shape == (50, 50, 3)
    assert load_pictures(str(pictures), 0).train.rows == 14


def test_thousands_of_files_that_are_no_pictures(pictures):
    from datasets.picture_folder import load_pictures

    for number in range(3000):
        (pictures / "cat" / f"{number}.{'txt' if number % 2 else 'jpg'}").write_bytes(b"hello")
    (remark,) = load_pictures(str(pictures), 0).remarks
    assert (
        remark.startswith("skipped 1500 unreadable pictures: cat/0.jpg, cat/10.jpg")
        and len(remark) < 120
    )


@pytest.mark.parametrize(
    "options",
    [
        *(
            {"epochs": 10**30},
            {"batch_size": 10**30},
            {"samples": 10**30},
            {"hidden": [10**9]},
            {"hidden": [64, 10**30]},
        ),
        *(
            {"seed": 10**30},
            {"learning_rate": float("nan")},
            {"noise": float("inf")},
            {"interval": [float("-inf"), 1]},
        ),
        *(
            {"interval": [-1e308, 1e308]},
            {"margin": 1e-300},
            {"interval": [0] * 1000},
            {"formula": "9**9**9**9"},
        ),
        *(
            {"formula": "(" * 10**5},
            {"samples": [[[[1]]]]},
            {"samples": None},
            {"formula": {"a": 1}},
            {"degree": 1e300},
        ),
    ],
)
def test_config_that_asks_for_too_much(options, refused, tmp_path):
    path = write_config(tmp_path, experiment="function", options=options)
    message = refused("--config", path)
    assert re.search("must be|must have|expects|wants|formula", message), message


def test_one_line_where_memory_or_depth_ends(command, file):
    deep = command("train.py", "--config", file(b"[" * 10**5, "deep.json"))
    assert (
        deep.returncode == 2
        and len(deep.stderr.splitlines()) == 1
        and deep.stderr.startswith("train.py: ")
    )
