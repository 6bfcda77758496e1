"""Times of a table: all usual frequencies as pandas writes them, order, gaps, and mistakes."""

import numpy as np
import pandas as pd
import pytest

from datasets.time_column import (
    find_frequency,
    find_time_column,
    format_time,
    place_rows,
    read_times,
    sort_times,
    to_table_column,
)
from errors import UserError

FREQUENCIES = {
    "h": ("2024-02-28", "one row a hour"),
    "30min": ("2024-02-28", "one row every 30 minutes"),
    "D": ("2024-02-27", "one row a day"),
    "B": ("2024-02-27", "one row a business day"),
    "W": ("2024-02-25", "one row a week"),
    "MS": ("2023-11-01", "one row a month"),
    "ME": ("2023-10-31", "one row a month end"),
    "QS": ("2023-01-01", "one row every 3 months"),
    "YS": ("2000-01-01", "one row every 12 months"),
}


def read(values):
    return read_times(pd.Series(values, name="when"))


@pytest.mark.parametrize("code", FREQUENCIES)
def test_frequencies_are_those_of_pandas(code):
    first, words = FREQUENCIES[code]
    expected = pd.date_range(first, periods=30, freq=code)
    text = [str(time) for time in expected]
    times = read(text)
    frequency = find_frequency(times, "when")
    assert str(frequency) == words
    np.testing.assert_array_equal(frequency.make_grid(times[0], 30), expected.to_numpy())
    # Rows that are left out leave gaps on the same grid.
    kept = np.delete(np.arange(30), [4, 11, 12])
    assert find_frequency(times[kept], "when") == frequency
    np.testing.assert_array_equal(place_rows(times[kept], frequency, "when"), kept)


def test_the_middle_of_months():
    times = read([f"2024-{month:02}-15" for month in range(1, 13)])
    frequency = find_frequency(times, "when")
    assert str(frequency) == "one row a month"
    assert format_time(frequency.make_grid(times[0], 13)[-1]) == "2025-01-15"


def test_numbers_are_times():
    times = read([1700, 1701, 1703, 1704])
    frequency = find_frequency(times, "when")
    assert frequency == ("step", 1.0)
    np.testing.assert_array_equal(place_rows(times, frequency, "when"), [0, 1, 3, 4])
    assert to_table_column(frequency.make_grid(times[0], 3)).tolist() == [1700, 1701, 1702]


def test_rows_are_sorted_and_repeated_ones_left_out():
    times = read(["2024-01-03", "2024-01-02", "2024-01-01", "2024-01-02"])
    rows = np.array([[3.0], [2.0], [1.0], [2.0]])
    order, remarks = sort_times(times, "when", rows)
    assert rows[order, 0].tolist() == [1, 2, 3]
    assert remarks == ["the rows are not in the order of when: sorted",
                       "1 repeated rows are left out"]  # fmt: skip
    rows[3] = 5
    with pytest.raises(UserError, match="2024-01-02 stands in two rows with different values"):
        sort_times(times, "when", rows)
    rows[[1, 3]] = np.nan  # missing in both
    assert len(sort_times(times, "when", rows)[0]) == 3


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["red", "blue", "red"], "--time when: expected dates such as 2024-01-31"),
        (["2024-01-01", None, "2024-01-03"], "row 2: 'nan' is missing"),
        (["01/02/2024", "02/02/2024", "03/02/2024"], "day and month in a certain order"),
        ([1.0, np.inf, 3.0], "row 2: 'inf' is not a time"),
    ],
)
def test_what_is_not_a_time(values, message):
    with pytest.raises(UserError) as caught:
        read(values)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("times", "message"),
    [
        (["2024-01-01", "2024-01-02"], "needs at least 3 rows. Received: 2"),
        (["2024-01-01 00:00", "2024-01-01 01:00", "2024-01-01 02:00", "2024-01-01 02:40"],
         "not equally spaced. Expected one row a hour, but 2024-01-01 02:40:00 follows"),
    ],
)  # fmt: skip
def test_times_without_a_frequency(times, message):
    with pytest.raises(UserError) as caught:
        find_frequency(read(times), "when")
    assert message in str(caught.value)


def test_mostly_gaps_are_refused():
    times = read([0, 1, 2, 10])
    with pytest.raises(UserError, match="only 4 of 11 steps have a row"):
        place_rows(times, find_frequency(times, "when"), "when")


def test_the_column_of_dates_is_found():
    frame = pd.DataFrame({"x": [1.0, 2], "name": ["a", "b"], "day": ["2024-01-30", "2024-01-31"]})
    assert find_time_column(frame) == "day"
    with pytest.raises(UserError, match="--time must name the column.*The columns are x, name"):
        find_time_column(frame[["x", "name"]])
