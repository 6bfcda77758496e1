"""Pictures as people store them: 16 bits, turned, transparent, in folders of many kinds."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from datasets.picture_files import list_pictures, read_picture
from datasets.picture_folder import load_pictures, read_pictures_to_predict
from errors import UserError


def save(path, values, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(values)).save(path, **options)


@pytest.fixture
def folder(tmp_path):
    """Ten pictures each of two classes, in the subfolders of `pictures`."""
    for number in range(10):
        for name, level in (("0000", 10), ("0001", 200)):
            save(tmp_path / "pictures" / name / f"{number}.png", np.full((6, 6), level, "uint8"))
    return tmp_path / "pictures"


def make(shared, case, folder):
    subprocess.run([sys.executable, str(shared(f"../cases/{case}.py")), str(folder)], check=True)
    return str(folder)


def test_sixteen_bits_keep_their_range(shared, tmp_path):
    data = load_pictures(make(shared, "sixteen-bit-pictures", tmp_path / "pictures"), 0)
    (column,) = data.columns
    images = data.train.inputs["image"]
    assert column.dtype == "float32" and images.dtype == np.float32
    assert 40_000 < column.max_pixel <= 65535 and len(np.unique(images)) > 1000
    assert "pictures of more than 8 bits keep their range: 60" in data.remarks
    frame, inputs = read_pictures_to_predict(tmp_path / "pictures" / "faint", column, "label")
    assert inputs["image"].dtype == np.float32 and 5000 < inputs["image"].mean() < 12_000


def test_changes_of_new_pictures_are_noted(folder, capsys):
    column = load_pictures(str(folder), 0).columns[0]
    read_pictures_to_predict(folder, column, "label")
    assert "note" not in capsys.readouterr().out
    save(folder / "0000" / "large.png", np.zeros((16, 16), "uint8"))
    save(folder / "0000" / "red.png", np.zeros((16, 16, 3), "uint8"))
    read_pictures_to_predict(folder, column, "label")
    printed = capsys.readouterr().out
    assert "note: 2 of 22 pictures are resized to 6 x 6 pixels" in printed
    assert "note: 1 of 22 pictures are turned into grey ones" in printed


def test_a_picture_of_8_bits_beside_16(tmp_path):
    save(tmp_path / "a.png", np.full((4, 4), 255, "uint8"))
    assert read_picture(tmp_path / "a.png", (4, 4), False, deep=True).max() == 65535
    assert read_picture(tmp_path / "a.png", (4, 4), True, deep=True).shape == (4, 4, 3)


def test_floats(tmp_path):
    save(tmp_path / "a.tif", np.linspace(0, 1, 16, dtype="float32").reshape(4, 4))
    found = read_picture(tmp_path / "a.tif", (4, 4), False, deep=True)
    np.testing.assert_allclose(found.ravel(), np.linspace(0, 1, 16), rtol=1e-6)


def test_hidden_folders_are_no_classes(shared, tmp_path):
    data = load_pictures(make(shared, "hidden-folders", tmp_path / "pictures"), 0)
    assert data.targets[0].classes == ("cross", "square")
    assert sum(s.rows for s in (data.train, data.validation, data.test)) == 40


def test_names_of_folders_stay_text(folder):
    data = load_pictures(str(folder), 0)
    assert data.targets[0].classes == ("0000", "0001")
    frame, _ = read_pictures_to_predict(folder, data.columns[0], "label")
    assert set(frame["label"]) == {"0000", "0001"}


def test_a_folder_around_the_classes(folder):
    outer = folder.parent / "archive" / "data"
    outer.parent.mkdir()
    folder.rename(outer)
    assert load_pictures(str(outer.parent), 0).targets[0].classes == ("0000", "0001")


@pytest.mark.parametrize(
    "parts, rows",
    [(("train", "val", "test"), (20, 20, 20)), (("Training", "Testing"), (16, 4, 20))],
)
def test_folders_that_are_splits(folder, parts, rows):
    split = folder.parent / "split"
    for part in parts:
        for file in list_pictures(folder):
            target = split / part / file.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    data = load_pictures(str(split), 0)
    assert (data.train.rows, data.validation.rows, data.test.rows) == rows
    assert data.targets[0].classes == ("0000", "0001")
    assert any(remark.startswith("split by folders (") for remark in data.remarks)


@pytest.mark.parametrize("form", ["name", "stem", "path"])
def test_labels_in_a_table(folder, form):
    files = list_pictures(folder)
    for number, file in enumerate(files):  # all in one folder, under different names
        file.rename(folder / f"p{number}.png")
    names = {
        "name": [f"p{number}.png" for number in range(20)],
        "stem": [f"p{number}" for number in range(20)],
        "path": [f"p{number}.png" for number in range(20)],
    }[form]
    table = folder.parent / "labels.csv"
    label = ["dark"] * 10 + ["light"] * 10
    pd.DataFrame({"who": range(20), "file": names, "label": label}).to_csv(table, index=False)
    data = load_pictures(str(folder), 0, labels=str(table))
    assert data.targets[0].classes == ("dark", "light")
    assert set(data.train.inputs["image"][data.train.targets["label"] == "dark"].ravel()) == {10}
    pd.DataFrame({"file": names, "a": label, "b": label}).to_csv(table, index=False)
    with pytest.raises(UserError, match="expected one column of labels beside 'file'. Received: a"):
        load_pictures(str(folder), 0, labels=str(table))
    pd.DataFrame({"file": ["x"], "label": ["a"]}).to_csv(table, index=False)
    with pytest.raises(UserError, match="no column has the names of pictures"):
        load_pictures(str(folder), 0, labels=str(table))


def test_a_turned_picture_is_upright(tmp_path):
    values = np.zeros((4, 8, 3), "uint8")
    values[:, :4] = 255  # white at the left
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise
    save(tmp_path / "a.jpg", values, exif=exif, quality=95)
    found = read_picture(tmp_path / "a.jpg", (8, 4), False)
    assert found[:3].mean() > 200 and found[-3:].mean() < 50  # white at the top


@pytest.mark.parametrize("suffix", ["png", "gif", "PNG"])
def test_transparent_pictures_are_on_white(folder, suffix):
    picture = Image.new("RGBA", (6, 6), (255, 0, 0, 0))
    picture.save(folder / "0000" / f"clear.{suffix}")
    found = read_picture(folder / "0000" / f"clear.{suffix}", (6, 6), True)
    assert (found == 255).all()
    assert "transparent pictures are put on white: 1" in load_pictures(str(folder), 0).remarks


def test_unreadable_files_are_named(folder):
    (folder / "0001" / "broken.png").write_bytes(b"no picture")
    remarks = load_pictures(str(folder), 0).remarks
    assert "skipped 1 unreadable picture: 0001/broken.png" in remarks


def test_few_pictures_make_more_epochs(capsys):
    from experiments.images.images import Images
    from tasks.option_help import describe

    small = Images().adapt(160)
    assert (small.batch_size, small.epochs, small.patience) == (16, 198, 40)
    assert "few rows    batch size 16, epochs 198, patience 40" in capsys.readouterr().out
    assert Images().adapt(38).batch_size == 8
    assert Images().adapt(5000) == Images()
    assert Images(epochs=30).adapt(160).patience == 30  # no more than the epochs
    assert Images(epochs=3).adapt(160).patience == Images().patience
    assert "few rows raise it" in describe(Images, "epochs")
    chosen = Images(epochs=3, batch_size=5)
    assert (chosen.adapt(160).epochs, chosen.adapt(160).batch_size) == (3, 5)


def test_only_topics_with_labels_name_that_option(tmp_path):
    Image.new("L", (6, 6)).save(tmp_path / "a.png")
    for labels, is_named in ((None, False), ("", True)):
        with pytest.raises(UserError) as caught:
            load_pictures(str(tmp_path), 0, labels=labels)
        assert ("--labels" in str(caught.value)) == is_named
