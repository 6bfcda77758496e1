"""Normal rows train and calibrate; anomalies only test, and scaling does not know them."""

import numpy as np
import pandas as pd
import pytest

from datasets.normal_rows import count_needed, keep_normal, suggest_more
from datasets.table import make_table_dataset
from errors import UserError


def make_data(label="kind", rows=400):
    random = np.random.default_rng(0)
    kind = random.choice(["usual", "odd", "rare"], rows, p=[0.8, 0.1, 0.1])
    frame = pd.DataFrame({"x": random.normal(size=rows) + 100 * (kind != "usual"), "kind": kind})
    labels = [label] if label else []
    frame = frame if label else frame[["x"]]
    return make_table_dataset("made", frame, labels, 0).unlabelled()


@pytest.mark.parametrize("options", [{"normal": ("usual",)}, {"anomalies": ("odd", "rare")}])
def test_anomalies_only_test(options):
    data = make_data()
    found = keep_normal(data, **options)
    rows = [part.rows for part in (found.train, found.validation, found.test)]
    assert sum(rows) == 400
    for part in (found.train, found.validation):
        assert set(part.labels["anomaly"]) == {"no"} and part.inputs["x"].max() < 50
    unusual = found.test.labels["anomaly"] == "yes"
    np.testing.assert_array_equal(unusual, found.test.inputs["x"] > 50)
    parts = data.train, data.validation, data.test
    assert unusual.sum() == sum((part.inputs["x"] > 50).sum() for part in parts)
    assert data.columns[0].std > 30 and found.columns[0].std == pytest.approx(1, abs=0.1)


def test_one_of_several_anomalies():
    found = keep_normal(make_data(), anomalies=("rare",))
    values = found.train.inputs["x"]
    assert values.max() > 50  # "odd" is normal here
    assert 20 < (found.test.labels["anomaly"] == "yes").sum() < 60


def test_few_of_many_anomalies_are_enough(monkeypatch):
    everything = keep_normal(make_data(), normal=("usual",))
    monkeypatch.setattr("datasets.normal_rows.MOST_ANOMALIES", 30)
    found = keep_normal(make_data(), normal=("usual",))
    x, fewer = (split.test.inputs["x"] for split in (everything, found))
    assert (x > 50).sum() > 60 and (fewer > 50).sum() == 30
    np.testing.assert_array_equal(x[x < 50], fewer[fewer < 50])
    assert "30 of" in found.remarks[-1]


def test_without_labels_all_rows_are_normal():
    found = keep_normal(make_data(label=""))
    assert set(found.test.labels["anomaly"]) == {"no"} and found.train.rows == 256


@pytest.mark.parametrize(
    "label, options, reason",
    [
        (
            "kind",
            {"normal": ("usul",)},
            "--normal: the label 'usul' is not there. Did you mean",
        ),
        (
            "kind",
            {"anomalies": ("x",)},
            "the label 'x' is not there.* There are: odd,",
        ),
        ("kind", {}, "must say which labels are normal"),
        ("kind", {"normal": ("usual",), "anomalies": ("odd",)}, "one of them must say"),
        ("kind", {"normal": ("odd",)}, "normal rows to (train|calibrate); expected at least 20"),
        ("", {"normal": ("usual",)}, "need labels: give --label COLUMN"),
    ],
)
def test_mistakes(label, options, reason):
    with pytest.raises(UserError, match=reason):
        keep_normal(make_data(label), **options)


@pytest.mark.parametrize("label", ["kind", ""])
def test_a_contaminated_training_loses_its_most_unusual_rows(label):
    """The share is dropped without its labels, which only test."""
    random = np.random.default_rng(1)
    kind = np.where(random.uniform(size=600) < 0.1, "odd", "usual")
    rows = random.normal(size=(600, 3)) * np.where(kind == "odd", 30, 1)[:, None]
    frame = pd.DataFrame(rows, columns=list("xyz")).assign(kind=kind)
    frame = frame if label else frame.drop(columns="kind")
    data = make_table_dataset("made", frame, [label] if label else [], 0).unlabelled()
    options = {"anomalies": ("odd",)} if label else {}
    found = keep_normal(data, **options, contamination=0.1)
    before, after = (
        np.concatenate([part.inputs["x"] for part in (one.train, one.validation)])
        for one in (data, found)
    )
    assert len(after) == pytest.approx(0.9 * len(before), abs=3)
    assert np.mean(np.abs(before) > 10) > 0.05 and np.mean(np.abs(after) > 10) < 0.01
    assert found.columns[0].std < 2 < data.columns[0].std and found.test.rows == data.test.rows
    assert "--contamination 0.1" in found.remarks[-1]


def test_too_few_rows_say_how_many_are_needed():
    with pytest.raises(UserError, match="16 normal rows to calibrate.* about 125 normal rows in"):
        keep_normal(make_data(label="", rows=100))
    assert keep_normal(make_data(label="", rows=125)).validation.rows == 20


@pytest.mark.parametrize(
    ("false_alarms", "rows"), [(0.01, 99), (0.05, 19), (0.03, 33), (0.5, 1), (1 / 3, 2)]
)
def test_the_smallest_p_value_needs_rows(false_alarms, rows):
    assert count_needed(false_alarms) == rows
    assert 1 / (rows + 1) <= false_alarms < 1 / rows
    assert float(suggest_more(rows).split()[2].rstrip(",")) >= 1 / (rows + 1)


def test_too_few_rows_for_a_limit_are_remarked():
    data = make_data(label="", rows=400)  # 64 are held out
    assert not keep_normal(data, false_alarms=1 / 65).remarks
    (remark,) = keep_normal(data, false_alarms=0.01).remarks
    assert "takes 99 held-out normal rows, about 619 normal rows in all, and 64 are" in remark
    assert "Try --false-alarms 0.016, or add" in remark
