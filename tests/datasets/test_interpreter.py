"""What text in a table means, and the remarks about it."""

import numpy as np
import pandas as pd
import pytest

from datasets.columns import infer_kind
from datasets.interpreter import Interpreter
from errors import UserError


def interpret(values, **options):
    """Return the column, and the remarks about it."""
    interpreter = Interpreter(**options)
    frame = interpreter.interpret(pd.DataFrame({"c": values}))
    return frame["c"], interpreter.remarks(["c"])


@pytest.mark.parametrize(
    "values, kind",
    [
        (["2024-01-31", "2024-12-01T10:30:00", None], "date"),
        (["2024-01-31 10:30", "2024-01-31 10:31:07.5"], "date"),
        (["2024-01-31T10:30:00+02:00", "2024-01-31T10:30:00Z"], "date"),
        (["31/12/2024", "01/02/2024"], "date"),
        (["12/31/2024", "01/02/2024"], "date"),
        (["12/31/2024 11:59:00 PM", "01/02/2024 01:00:00 AM"], "date"),
        (["31.12.2024", "1.2.2024"], "date"),
        (["01.02.2024", "03.04.2024"], "date"),
        (["01/02/2024", "03/04/2024"], "category"),  # day and month cannot be told apart
        (["31/12/2024", "12/31/2024"], "category"),
        (["2024-01-31"] * 99 + ["unknown"], "date"),
        ([f"2024-01-{day:02}" for day in range(1, 10)] + ["unknown"], "category"),
        (["20240131", "20240201"], "number"),
        (["31/12/24", "01/02/24"], "date"),
        (["2 January 2024", "31 Dec 2024"], "date"),
        (["Jan 2, 2024", "December 31, 2024"], "date"),
        (["2-Jan-24", "31-Dec-24"], "date"),
        (["Mon, 1 Jan 2024", "Tue, 2 Jan 2024"], "date"),
        (["March 2024 report", "May 2024 report"], "category"),
        (["1.5", "2.5"], "number"),
        (["10", "20", "30", "103B"], "category"),
        (["1", "2", "3+"], "category"),
        (["1 year", "2 years", "10+ years"], "category"),
        (["5 km", "300 m"], "category"),
        (["01", "02", "10"], "category"),
        (["192.168.0.1", "10.0.0.1"], "category"),
        (["030 123456", "040 555111"], "category"),
        (["10-20", "20-30"], "category"),
        (["12:30", "12:31"], "category"),
        (["555-1234", "555-9999"], "category"),
        (["1.2.3.4", "10.0.0.1"], "category"),
    ],
)
def test_kinds(values, kind):
    assert infer_kind(interpret(values)[0]) == kind


@pytest.mark.parametrize(
    "values, numbers",
    [
        (["1,234.5", "7"], [1234.5, 7]),
        (["1.234,5", "7"], [1234.5, 7]),
        (["1'234.50", "7.-"], [1234.5, 7]),
        (["1\u202f234,5", "7"], [1234.5, 7]),
        (["12,34,567.8", "7"], [1234567.8, 7]),
        (["1,234,567", "7"], [1234567, 7]),
        (["$1,200", "-$5", "$-5", "($5)"], [1200, -5, -5, -5]),
        (["12 €", "7,5 €"], [12, 7.5]),
        (["CHF 1'200.-", "CHF 5.50"], [1200, 5.5]),
        (["12 %", "7%"], [12, 7]),
        (["151.3 bhp", "67 bhp", "80"], [151.3, 67, 80]),
        (["4.1/5", "3/5"], [4.1, 3]),
        (["\u22125", "1e-3", "5-"], [-5, 1e-3, -5]),
        (["1", "2", "?", "-", "n/a", "#DIV/0!", "3"], [1, 2, None, None, None, None, 3]),
        ([1, 2.5, "x", 4], [1, 2.5, None, 4]),
    ],
)
def test_numbers(values, numbers):
    found = interpret(values)[0]
    np.testing.assert_allclose(found.to_numpy("float64"), np.array(numbers, "float64"))


def test_a_decimal_comma_in_one_column_decides_the_others():
    table = pd.DataFrame({"a": ["1,5", "2,25"], "b": ["1.114", "2.300"]})
    assert Interpreter().interpret(table)["b"].tolist() == [1114, 2300]
    assert Interpreter().interpret(table[["b"]])["b"].tolist() == [1.114, 2.3]


def test_remarks():
    assert interpret(["1", "2", "3", "?", "NA"])[1] == [
        "'c': 1 values are not numbers and count as missing: '?' (1)"
    ]
    assert interpret(["1", "NA", None])[1] == []  # as programs write it
    assert interpret(["01", "02", "A4"])[1] == [
        "'c' has leading zeros and is read as categories; --numbers c reads numbers"
    ]
    assert interpret(["01/02/2024", "03/04/2024"])[1] == [
        "'c': day and month cannot be told apart, so it is read as categories; "
        "write dates as 2024-12-31"
    ]


def test_what_the_user_says_decides():
    assert interpret(["1", "2"], categories=["c"])[0].tolist() == ["1", "2"]
    assert interpret([1, 2], categories=["c"])[0].tolist() == ["1", "2"]
    assert interpret(["01", "02"], numbers=["c"])[0].tolist() == [1, 2]
    found, remarks = interpret(["1", "103B", "104C"], numbers=["c"])
    assert found.tolist()[0] == 1 and found.isna().sum() == 2
    assert remarks == ["'c': 2 values are not numbers and count as missing: '103B' (1), '104C' (1)"]
    with pytest.raises(UserError, match="'c', which has no numbers"):
        interpret(["a", "b"], numbers=["c"])


def test_labels_without_the_blanks_around_them():
    found, remarks = interpret(["yes", "yes ", " no", "no"])
    assert found.tolist() == ["yes", "yes", "no", "no"]
    assert remarks == ["'c': removed blanks at the ends of 2 values"]
