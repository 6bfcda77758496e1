"""Roles of columns, absurd values, and spellings of labels."""

import numpy as np
import pandas as pd
import pytest

from datasets.labels import join_labels, join_spellings, match_labels
from datasets.outliers import clip_absurd, find_limits
from datasets.roles import Roles, find_leaks
from datasets.user_table import load_table


def table(groups=30, each=5, constant=True):
    random = np.random.default_rng(0)
    ids = np.repeat(np.arange(groups), each)
    state = random.choice(["ill", "well"], groups)[ids]
    if not constant:
        state = random.choice(["ill", "well"], len(ids))
    return pd.DataFrame({"who": [f"P{i:03}" for i in ids], "ward": ids % 4, "state": state})


def test_ids_that_tell_the_target():
    (remark,) = find_leaks(table(), ["state"])
    assert remark.startswith("rows repeat by 'who', which tells 'state'")
    assert not find_leaks(table(constant=False), ["state"])
    assert not find_leaks(table(each=1), ["state"])  # every row is another patient
    assert not find_leaks(table(groups=5, each=30), ["state"])  # few, like a category


def test_ids_that_tell_a_number():
    frame = table().assign(age=lambda f: f["who"].str[1:].astype(float) * 1.7)
    assert len(find_leaks(frame[["who", "age"]], ["age"])) == 1
    noisy = frame.assign(age=np.random.default_rng(1).normal(size=len(frame)))
    assert not find_leaks(noisy[["who", "age"]], ["age"])


@pytest.mark.parametrize(
    "values, limits",
    [
        ([*range(100), 1e15], (0, 99)),
        ([*range(100), -1e15], (0, 99)),
        (range(100), None),
        ([*range(100), 5000], None),  # far, but not absurd
        ([5] * 99 + [6], None),
        ([*range(100), 1e15, 1e15], None),  # twice in a hundred rows: perhaps a code
        (np.exp(np.random.default_rng(0).normal(0, 2, 10_000)), None),  # incomes
        ([1.0, 2.0, 1e15], None),  # too few to tell
    ],
)
def test_absurd_values(values, limits):
    assert find_limits(np.array([*values, np.nan], "float64")) == limits


def test_absurd_values_are_clipped_and_named():
    frame = pd.DataFrame({"x": [*np.arange(100.0), 1e15], "y": np.arange(101.0)})
    found, limits, remarks = clip_absurd(frame, ["x", "y"])
    assert found["x"].max() == 99 and limits == {"x": (0, 99)}
    assert remarks == [
        "'x': 1 absurd values count as the nearest usual one: 1e+15; the others are 0 to 99"
    ]


@pytest.mark.parametrize(
    "counts, joined",
    [
        ({"yes": 5, "Yes": 3, "YES": 1}, {"Yes": "yes", "YES": "yes"}),
        ({"New York": 5, "new  york": 2}, {"new york": "New York", "new  york": "New York"}),
        ({"AA": 25, "Aa": 50, "aa": 25}, {}),  # genotypes
        ({"A": 50, "a": 50}, {}),
        ({"M": 50, "m": 2, "F": 48}, {"m": "M"}),
        ({"a": 1, "b": 2}, {}),
    ],
)
def test_spellings(counts, joined):
    assert join_spellings(counts) == joined


def test_joined_labels_keep_missing_values():
    found, joined = join_labels(pd.Series(["yes", "YES", None, "no"]))
    assert found.tolist()[:2] == ["YES", "YES"] or found.tolist()[:2] == ["yes", "yes"]
    assert found.isna().tolist() == [False, False, True, False] and len(joined) == 1


def test_labels_of_new_rows():
    known = ["Berlin", "AA", "Aa"]
    assert match_labels(["berlin", " Berlin ", "AA", "aA", "Bonn"], known) == {
        "berlin": "Berlin",
        " Berlin ": "Berlin",
    }


def shops(tmp_path, rows=200):
    random = np.random.default_rng(0)
    columns = {
        "shop": random.integers(1, 9, rows),
        "year": random.integers(1990, 2000, rows),
        "open": random.integers(0, 2, rows),
        "rooms": random.integers(1, 300, rows),
        "size": random.random(rows),
        "sold": random.random(rows),
    }
    pd.DataFrame(columns).to_csv(tmp_path / "shops.csv", index=False)
    return str(tmp_path / "shops.csv")


@pytest.mark.parametrize("stream", ["yes", "no"])
def test_whole_numbers_that_may_be_codes(tmp_path, stream):
    options = {"data": shops(tmp_path), "targets": ["sold"], "split_seed": 0, "stream": stream}
    remark = load_table(**options).remarks[-1]
    assert "few values: shop. If they are codes" in remark and "--categories shop" in remark
    named = load_table(**options, roles=Roles(categories=("shop",)))
    assert [column.kind for column in named.columns][0] == "category"
    numbers = load_table(**options, roles=Roles(numbers=("shop",)))
    assert not any("--categories" in text for data in (named, numbers) for text in data.remarks)
