"""Series from files: shapes, lengths, gaps, official splits, and mistakes in one line."""

import numpy as np
import pandas as pd
import pytest

from datasets.control_charts import PATTERNS, draw_control_charts
from datasets.dataset import Column
from datasets.series import load_series
from datasets.series_files import read_series_to_predict
from errors import UserError


def load(path, label="", seed=42):
    return load_series(str(path), label, 600, seed)


def write_npz(path, x, y):
    np.savez(path, x=x, y=y)
    return path


def test_control_charts_follow_their_rules():
    x, labels = draw_control_charts(3000, 0)
    assert x.shape == (3000, 60, 1) and dict.fromkeys(labels) == dict.fromkeys(PATTERNS)
    charts = {name: x[labels == name][..., 0].astype("float64") for name in PATTERNS}
    assert {len(one) for one in charts.values()} == {500}
    normal = charts["normal"]
    # Uniform noise from 24 to 36 has the standard deviation 12 / sqrt(12).
    assert normal.min() >= 24 and normal.max() <= 36
    assert normal.mean() == pytest.approx(30, abs=0.1)
    assert normal.std() == pytest.approx(12 / 12**0.5, rel=0.01)
    slopes = np.polyfit(np.arange(1, 61), charts["increasing"].T, 1)[0]
    assert slopes.mean() == pytest.approx(0.35, abs=0.015)
    assert slopes.min() > 0.12 and slopes.max() < 0.58
    down = np.polyfit(np.arange(1, 61), charts["decreasing"].T, 1)[0]
    assert down.mean() == pytest.approx(-0.35, abs=0.015)
    for name, sign in (("upward shift", 1), ("downward shift", -1)):
        jumps = sign * (charts[name][:, 40:].mean(axis=1) - charts[name][:, :19].mean(axis=1))
        assert jumps.mean() == pytest.approx((7.5 + 20) / 2, abs=0.3)
        assert jumps.min() > 4 and jumps.max() < 24
    # The amplitude a has the variance a^2 / 2 beside the noise's 12.
    amplitude = np.sqrt(2 * (charts["cyclic"].var(axis=1) - 12).mean())
    assert amplitude == pytest.approx(np.sqrt((15**3 - 10**3) / 15), abs=0.3)
    spectrum = np.abs(np.fft.rfft(charts["cyclic"] - 30)).mean(axis=0)
    assert spectrum.argmax() in (4, 5, 6)  # periods of 10 to 15 steps


def test_charts_are_split_and_repeat():
    data, again = load(""), load("")
    assert (data.train.rows, data.validation.rows, data.test.rows) == (384, 96, 120)
    assert data.fingerprint() == again.fingerprint() != load("", seed=1).fingerprint()
    assert set(data.test.class_counts("pattern").values()) == {20}
    (sequence, length) = data.columns
    assert sequence.shape == (None, 1) and length.default == 0
    values = data.train.inputs["sequence"]
    assert sequence.mean[0] == pytest.approx(values.mean(), rel=1e-5)
    assert sequence.std[0] == pytest.approx(values.std(), rel=1e-5)


HEADER = "#a comment\n@problemName Steps\n@timeStamps false\n@classLabel true a b\n@data\n"


def write_ts(folder, part, rows, header=HEADER):
    path = folder / f"Steps_{part}.ts"
    path.write_text(header + "\n".join(rows) + "\n")
    return path


TRAIN = ["1,2,3:5,?,7:a", "4,5,6:1,1,1:b", "1,2,2:1,2,3:a", "2,2:3,3:b"]


def test_ts_files_have_channels_gaps_and_an_official_test_part(tmp_path):
    path = write_ts(tmp_path, "TRAIN", TRAIN * 3)
    write_ts(tmp_path, "TEST", ["9,8,7,6:1,2,3,4:b", "1,1,1:2,2,2:a"])
    data = load(path)
    assert (data.train.rows + data.validation.rows, data.test.rows) == (12, 2)
    test = data.test.inputs
    assert test["sequence"].shape == (2, 4, 2) and test["length"].tolist() == [4, 3]
    np.testing.assert_array_equal(test["sequence"][0], [[9, 1], [8, 2], [7, 3], [6, 4]])
    assert np.isnan(test["sequence"][1, 3]).all()
    assert data.test.targets["label"].tolist() == ["b", "a"]
    assert data.targets[0].classes == ("a", "b")
    remarks = " / ".join(data.remarks)
    assert "the test part is that of Steps_TEST.ts" in remarks
    assert "series of 2 to 4 steps" in remarks
    assert "3 missing values inside of series are interpolated" in remarks


def test_without_a_test_file_a_fifth_tests(tmp_path):
    data = load(write_ts(tmp_path, "TRAIN", TRAIN * 5))
    assert (data.train.rows, data.validation.rows, data.test.rows) == (12, 4, 4)


@pytest.mark.parametrize(
    ("name", "rows", "steps"), [("ItalyPowerDemand", (67, 1029), 24), ("GunPoint", (50, 150), 150)]
)
def test_the_archives_files(shared, name, rows, steps):
    data = load(shared(f"series/{name}_TRAIN.ts"))
    assert (data.train.rows + data.validation.rows, data.test.rows) == rows
    assert data.test.inputs["sequence"].shape == (rows[1], steps, 1)
    assert data.targets[0].classes == ("1", "2")


def test_a_table_has_a_series_in_each_row(tmp_path):
    random = np.random.default_rng(0)
    x = random.normal(size=(40, 5)).round(3)
    frame = pd.DataFrame(x, columns=[f"t{k}" for k in range(5)])
    frame.loc[3, "t4"] = np.nan  # a shorter series
    frame["state"] = np.tile([2, 10], 20)
    frame.to_csv(tmp_path / "machines.csv", index=False)
    data = load(tmp_path / "machines.csv", "state")
    assert data.targets[0].classes == ("2", "10")  # in the order of numbers
    lengths = np.concatenate([p.inputs["length"] for p in (data.train, data.validation, data.test)])
    assert sorted(lengths)[:2] == [4, 5]
    frame.drop(columns="state").to_csv(tmp_path / "new.csv", index=False)
    table, inputs = read_series_to_predict(str(tmp_path / "new.csv"), data.columns, "state")
    np.testing.assert_allclose(inputs["sequence"][..., 0], frame.iloc[:, :5], rtol=1e-6)
    assert inputs["length"][3] == 4 and list(table) == ["series"]


def test_an_npz_of_unequal_lengths_and_large_offsets(tmp_path):
    x = np.random.default_rng(0).normal(size=(30, 8, 2)) + np.array([2.46e6, 0])
    x[::2, 5:] = np.nan
    data = load(write_npz(tmp_path / "x.npz", x, np.tile([0.0, 1.0, 2.0], 10)))
    assert data.columns[0].dtype == "float64"  # days since 4713 BC have no digits in float32
    assert set(data.train.inputs["length"].tolist()) == {5, 8}
    assert data.targets[0].classes == ("0", "1", "2")


def test_series_without_labels_are_predicted_but_not_trained(tmp_path):
    x = np.arange(40.0).reshape(10, 4)
    np.savez(tmp_path / "new.npz", x=x)
    header = "@classLabel false\n@data\n"
    write_ts(tmp_path, "NEW", [",".join(map(str, row)) for row in x], header)
    columns = [Column("sequence", shape=(None, 1), dtype="float64")]
    for path in (tmp_path / "new.npz", tmp_path / "Steps_NEW.ts"):
        frame, inputs = read_series_to_predict(str(path), columns, "state")
        assert list(frame) == ["series"]
        np.testing.assert_array_equal(inputs["sequence"][..., 0], x)
    with pytest.raises(UserError, match="expected an npz with the arrays x, y. Received: x"):
        load(tmp_path / "new.npz")


ONES, TWO = np.ones((20, 6)), np.tile([0, 1], 10)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (ONES, np.zeros(20, int), "at least two classes. Received: one class only"),
        (ONES[:, :1], TWO, "series 1 has one step only; a series needs at least 2"),
        (np.where(np.eye(20, 6) > 0, np.inf, 1), TWO, "series 1 has an infinite value"),
        (np.full((20, 6), np.nan), TWO, "series 1 has a channel without any value"),
        (ONES, np.array([0] * 17 + [1] * 3), "class '1' has 3 series; a split into 3 parts needs"),
        (ONES, TWO[:4], "expected x (series, steps[, channels]) of numbers and y (series,)"),
        (ONES.astype(str), TWO, "of whole numbers or text. Received: <U32"),
        (ONES, TWO.astype(complex), "Received: float64 and complex128"),
        (ONES, np.array([*"ab"] * 10, object), "cannot be read"),  # a pickle
        (ONES, TWO + 0.5, "of whole numbers or text. Received: 0.5 in y"),
    ],
)
def test_mistakes_in_an_npz(tmp_path, x, y, message):
    with pytest.raises(UserError) as caught:
        load(write_npz(tmp_path / "x.npz", x, y))
    assert message in str(caught.value) and "x.npz" in str(caught.value)


@pytest.mark.parametrize(
    ("train", "test", "message"),
    [
        (TRAIN, ["1,2:1,2:c"], "the class 'c' is in the test part only"),
        (TRAIN, ["1,2:a"], "the training part has 2 channels, and the test part 1"),
        ([*TRAIN, "1,2:a"], TRAIN, "series 1 has 2 channels, and series 5 has 1"),
        (["1,2,x:a"], TRAIN, "Steps_TRAIN.ts, line 6: 'x' is not a number"),
        (["1,2,3"], TRAIN, "line 6: expected VALUES:LABEL"),
        ([], TRAIN, "has no series behind @data"),
        (TRAIN[:2], TRAIN, "class 'a' has 1 series; a split into 2 parts needs at least 2"),
    ],
)
def test_mistakes_in_ts_files(tmp_path, train, test, message):
    path = write_ts(tmp_path, "TRAIN", train)
    write_ts(tmp_path, "TEST", test)
    with pytest.raises(UserError) as caught:
        load(path)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("@timeStamps true\n@data\n", "line 1: '@timeStamps true' is not supported"),
        ("@classLabel false\n@data\n", "'@classLabel false' is not supported"),
        ("", "expected a line with @data before the first series"),
    ],
)
def test_other_kinds_of_ts_files(tmp_path, header, message):
    with pytest.raises(UserError) as caught:
        load(write_ts(tmp_path, "TRAIN", TRAIN, header))
    assert message in str(caught.value)


def test_mistakes_in_tables_and_names(tmp_path):
    frame = pd.DataFrame({"t1": [1, 2], "t2": [3, "high"], "state": ["a", None]})
    frame.to_csv(tmp_path / "x.csv", index=False)
    (tmp_path / "x.wav").write_bytes(b"RIFF")
    for path, label, message in (
        (tmp_path / "x.csv", "", "--label must name the column"),
        (tmp_path / "x.csv", "stat", "Did you mean state?"),
        (tmp_path / "x.csv", "state", "Column 't2', row 2: 'high' is not a number"),
        (tmp_path / "x.wav", "", "expected an npz with arrays x and y, a .ts file"),
        (tmp_path, "", "is a folder"),
    ):
        with pytest.raises(UserError) as caught:
            load(path, label)
        assert message in str(caught.value)
    frame.assign(t2=[3, 4]).to_csv(tmp_path / "x.csv", index=False)
    with pytest.raises(UserError, match="Column 'state', row 2: the label is missing"):
        load(tmp_path / "x.csv", "state")
