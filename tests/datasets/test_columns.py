from datetime import date

import numpy as np
import pandas as pd
import pytest

from datasets.columns import describe_columns, infer_kind, to_inputs
from datasets.dataset import Column
from datasets.input_choice import choose_inputs
from errors import UserError

NAN = float("nan")


@pytest.mark.parametrize(
    "values, kind",
    [
        ([1, 2], "number"),
        ([1, None], "number"),
        (pd.array([1, None], dtype="Int64"), "number"),
        ([1.5, NAN], "number"),
        ([True, False], "number"),
        ([True, None, False], "number"),
        ([None, None], "number"),
        (["a", "b", None], "category"),
        (["1", "2", "x"], "category"),
        (["2024-01-31", "2024-02-01"], "category"),  # text stays text here
        ([1, "a"], "category"),
        (pd.Categorical(["a", "b"]), "category"),
        (pd.Categorical([3, 4]), "number"),
        (pd.to_datetime(["2024-01-31", None]), "date"),
    ],
)
def test_kind_of(values, kind):
    assert infer_kind(pd.Series(values)) == kind


def table(rows=30):
    return pd.DataFrame(
        {
            "CustomerID": np.arange(rows) * 7 + 1000,
            "step": np.arange(rows),
            "constant": 5,
            "nothing": NAN,
            "ticket": [f"ticket {i}" for i in range(rows)],
            "day": pd.date_range("2024-01-01", periods=rows),
            "width": np.linspace(0, 1, rows),
            "count": np.arange(rows)[::-1],
            "humid": np.arange(rows) * 3,
            "flag": ["yes", None] * (rows // 2),
            "größe": ["a", "b", "c"] * (rows // 3),
            "y": np.linspace(5, 6, rows),
        }
    )


def test_usable_columns():
    names, remarks = choose_inputs(table(), ["y"])
    assert names == ["day", "width", "count", "humid", "flag", "größe"]
    assert remarks == [
        "left out 'CustomerID': has a different value in every row, like an id",
        "left out 'step': counts the rows",
        "left out 'constant': has the same value in every row",
        "left out 'nothing': no row has a value",
        "left out 'ticket': has a different value in every row, like an id",
    ]


@pytest.mark.parametrize(
    "name",
    ["id", "ID", "row_id", "CustomerID", "userId", "Unnamed: 0", "key", "Order Number", "UUID"],
)
def test_names_of_ids(name):
    frame = pd.DataFrame({name: [7, 3, 9], "x": [0.5, 0.2, 0.1], "y": [1.0, 2.0, 3.0]})
    assert choose_inputs(frame, ["y"])[0] == ["x"]


@pytest.mark.parametrize("name", ["humid", "acid", "width", "Idaho", "monkey"])
def test_names_that_contain_id(name):
    frame = pd.DataFrame({name: [7, 3, 9], "y": [1.0, 2.0, 3.0]})
    assert choose_inputs(frame, ["y"])[0] == [name]


def test_few_different_texts_are_kept():
    assert choose_inputs(table(12)[["ticket", "y"]], ["y"])[0] == ["ticket"]


def test_a_counter_is_an_input_if_there_is_no_other():
    assert choose_inputs(pd.DataFrame({"t": [0, 1, 2], "y": [1.0, 4.0, 9.0]}), ["y"]) == (
        ["t"],
        [],
    )


def test_no_column_left():
    with pytest.raises(
        UserError,
        match="No column is left as an input: left out 'constant': has the same value in every row",
    ):
        choose_inputs(table()[["constant", "y"]], ["y"])


def test_lists_are_left_out():
    frame = pd.DataFrame({"x": [1.5, 2.5], "spectrum": [[1, 2], [3, 4]], "y": [1.0, 2.0]})
    assert choose_inputs(frame, ["y"]) == (
        ["x"],
        ["left out 'spectrum': has lists instead of single values"],
    )


@pytest.mark.parametrize(
    "values, expected",
    [
        ([1, 2, None], [1, 2, NAN]),
        (pd.array([1, None, 3], dtype="Int64"), [1, NAN, 3]),
        ([True, None, False], [1, NAN, 0]),
        ([True, False, True], [1, 0, 1]),
        (["1.5", None, "-2e3"], [1.5, NAN, -2000]),
        (pd.Categorical([3, 4, 3]), [3, 4, 3]),
    ],
)
def test_numbers(values, expected):
    result = to_inputs(pd.DataFrame({"größe": values}), [Column("größe")])["größe"]
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result, np.array(expected, "float32"))


@pytest.mark.parametrize(
    "values, expected",
    [
        (["a", None, "ü"], ["a", "", "ü"]),
        ([1, 2, 3], ["1", "2", "3"]),
        ([1, None, 3], ["1", "", "3"]),
        ([1.5, 2.0, NAN], ["1.5", "2", ""]),
        ([True, False, None], ["True", "False", ""]),
        (pd.Categorical(["a", None, "b"]), ["a", "", "b"]),
    ],
)
def test_categories(values, expected):
    result = to_inputs(pd.DataFrame({"c": values}), [Column("c", "category")])["c"]
    assert result.dtype == object and result.tolist() == expected
    assert all(type(value) is str for value in result)


@pytest.mark.parametrize(
    "values, expected",
    [
        (
            ["2024-01-31", None, "2024-02-01T10:30:00"],
            ["2024-01-31T00:00:00", "", "2024-02-01T10:30:00"],
        ),
        (
            ["2024-01-31T10:30:00+02:00", "2024-01-31T10:30:00Z"],
            ["2024-01-31T08:30:00", "2024-01-31T10:30:00"],
        ),
        ([date(2024, 1, 31), None], ["2024-01-31T00:00:00", ""]),
        ([NAN, NAN], ["", ""]),
        (pd.to_datetime(["1969-12-31 23:00", None]), ["1969-12-31T23:00:00", ""]),
    ],
)
def test_dates(values, expected):
    result = to_inputs(pd.DataFrame({"d": values}), [Column("d", "date")])["d"]
    assert result.dtype == object and result.tolist() == expected


@pytest.mark.parametrize(
    "text_format, values, expected",
    [
        ("%d/%m/%Y", ["31/12/2024", "01/02/2024"], ["2024-12-31T00:00:00", "2024-02-01T00:00:00"]),
        ("%d/%m/%Y", ["01/02/2024", "?"], ["2024-02-01T00:00:00", ""]),
        (
            "%m/%d/%Y %I:%M %p",
            ["12/31/2024 11:59 PM", "01/02/2024 1:00 AM"],
            ["2024-12-31T23:59:00", "2024-01-02T01:00:00"],
        ),
        ("%d.%m.%Y", ["31.12.2024", "1.2.2024"], ["2024-12-31T00:00:00", "2024-02-01T00:00:00"]),
        ("%d %B %Y", ["3 June 2024", "1 Feb 2024"], ["2024-06-03T00:00:00", "2024-02-01T00:00:00"]),
    ],
)
def test_dates_are_read_in_the_format_of_the_training(text_format, values, expected):
    column = Column("d", "date", text_format=text_format)
    assert to_inputs(pd.DataFrame({"d": values}), [column])["d"].tolist() == expected


def test_numbers_are_read_in_the_format_of_the_training():
    column = Column("x", unit="km", text_format=",", dtype="float64")
    values = ["1.114,17", "1.500", "12 km", "?", None, "-"]
    result = to_inputs(pd.DataFrame({"x": values}), [column])["x"]
    np.testing.assert_array_equal(result, [1114.17, 1500, 12, NAN, NAN, NAN])
    with pytest.raises(UserError, match="row 1: '12 m' is not a number"):
        to_inputs(pd.DataFrame({"x": ["12 m"]}), [column])


def test_labels_are_known_in_other_spellings():
    column = Column("c", "category", vocabulary=("Berlin", "A", "a"))
    values = [" berlin", "BERLIN ", "A", "a", "Bern"]
    result = to_inputs(pd.DataFrame({"c": values}), [column])["c"]
    assert result.tolist() == ["Berlin", "Berlin", "A", "a", "Bern"]


@pytest.mark.parametrize(
    "kind, values, message",
    [
        ("number", ["1", "2", "three", "4"], "Column 'c', row 3: 'three' is not a number"),
        ("number", [1.0, np.inf], "Column 'c', row 2: 'inf' is infinite"),
        (
            "number",
            [1.0, -1e39],
            "Column 'c', row 2: '-1e+39' is infinite, or too large for float32",
        ),
        ("date", ["2024-01-31", None, "soon"], "Column 'c', row 3: 'soon' is not a date"),
        ("date", [20240131], "Column 'c', row 1: '20240131' is not a date"),
        ("date", ["2024-02-31"], "Column 'c', row 1: '2024-02-31' is not a date"),
        ("date", ["01/02/2024"], "Column 'c', row 1: '01/02/2024' is not a date; write 2024-12-31"),
        ("number", ["a\nb"], r"'a\nb' is not a number"),
    ],
)
def test_values_of_a_different_kind(kind, values, message):
    with pytest.raises(UserError) as caught:
        to_inputs(pd.DataFrame({"c": values}), [Column("c", kind)])
    assert message in str(caught.value) and len(str(caught.value).splitlines()) == 1


def test_rows_keep_their_number_after_dropping_others():
    frame = pd.DataFrame({"c": ["1", "2", "x"]})[1:]
    with pytest.raises(UserError, match="row 3: 'x'"):
        to_inputs(frame, [Column("c")])


def test_missing_columns():
    frame = pd.DataFrame({"width": [1], "height": [2]})
    with pytest.raises(UserError, match="has no column 'widht'. Did you mean width, height"):
        to_inputs(frame, [Column("widht")])
    with pytest.raises(UserError, match="has no columns 'a', 'b'. It has: width, height"):
        to_inputs(frame, [Column("a"), Column("width"), Column("b")])


def test_describe():
    inputs = {
        "x": np.array([1, 2, NAN, 3], "float32"),
        "same": np.array([4, 4, 4, 4], "float32"),
        "never": np.array([NAN] * 4, "float32"),
        "c": np.array(["b", "", "c", "c"], dtype=object),
        "d": np.array(
            ["1970-01-02T12:00:00", "", "1970-01-04T12:00:00", "1970-01-02T12:00:00"], dtype=object
        ),
    }
    kinds = {"x": "number", "same": "number", "never": "number", "c": "category", "d": "date"}
    columns = [Column(name, kind) for name, kind in kinds.items()]
    assert describe_columns(inputs, columns) == (
        Column("x", "number", mean=2.0, std=pytest.approx((2 / 3) ** 0.5), has_missing=True),
        Column("same", "number", mean=4.0, std=1.0),
        Column("never", "number", mean=0.0, std=1.0, has_missing=True),
        Column("c", "category", has_missing=True, vocabulary=("c", "b")),
        Column(
            "d",
            "date",
            mean=pytest.approx(1.5 + 2 / 3),
            std=pytest.approx((8 / 9) ** 0.5),
            has_missing=True,
        ),
    )


def test_statistics_are_exact():
    # In float32 the mean of these would be 16777216: the sum stops growing.
    values = np.array([16777216.0, 16777218.0], "float32")
    (column,) = describe_columns({"x": values}, [Column("x")])
    assert (column.mean, column.std) == (16777217.0, 1.0)


def test_vocabulary_is_limited_and_starts_with_the_most_frequent():
    values = np.array([f"{i:03}" for i in range(150)] + ["149", "149", "007"], dtype=object)
    (column,) = describe_columns({"c": values}, [Column("c", "category")])
    assert len(column.vocabulary) == 100 and column.vocabulary[:3] == ("149", "007", "000")
