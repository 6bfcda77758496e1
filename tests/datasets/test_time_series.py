"""Series in time: the season, windows that never see the future, and mistakes in one line."""

import numpy as np
import pandas as pd
import pytest

from datasets.season import autocorrelate, find_season
from datasets.time_column import Frequency
from datasets.time_series import load_time_series
from datasets.windows import Lengths, Roles
from errors import UserError

MONTHS, HOURS, STEPS = Frequency("month", 1), Frequency("second", 3600), Frequency("step", 1)


def write(path, **columns):
    table = pd.DataFrame(columns)
    if "day" not in table:
        table.insert(0, "day", pd.date_range("2024-01-01", periods=len(table)).astype(str))
    table.to_csv(path, index=False)
    return str(path)


def test_seasons_are_found(shared):
    random = np.random.default_rng(0)
    t = np.arange(1200)
    day, week = np.sin(2 * np.pi * t / 24), np.sin(2 * np.pi * t / 168)
    noise = random.normal(size=1200)
    assert find_season(day + 0.5 * noise, HOURS) == 24
    assert find_season(0.3 * day + week + 0.3 * noise, HOURS) == 168
    assert find_season(noise, HOURS) == find_season(np.cumsum(noise), HOURS) == 1
    assert find_season(np.sin(2 * np.pi * t / 31) + 0.3 * noise, STEPS) == pytest.approx(31, abs=1)
    assert find_season(np.full(50, 3.0), MONTHS) == 1
    passengers = pd.read_csv(shared("timeseries/airline-passengers.csv"))["Passengers"]
    assert find_season(passengers.to_numpy("float64"), MONTHS) == 12
    spots = pd.read_csv(shared("timeseries/monthly-sunspots.csv"))["Sunspots"].to_numpy()
    assert 9.5 * 12 < find_season(spots, MONTHS) < 11.5 * 12  # the cycle of the sun, in months


def test_the_autocorrelation_is_the_definition():
    x = np.random.default_rng(1).normal(size=40)
    t = np.linspace(-1, 1, 40)
    rest = x - np.polyval(np.polyfit(t, x, 2), t)
    expected = [(rest[lag:] * rest[: 40 - lag]).sum() / (rest**2).sum() for lag in range(40)]
    np.testing.assert_allclose(autocorrelate(x), expected, atol=1e-12)


@pytest.fixture
def counted(tmp_path):
    """Two targets, a covariate and a column known in advance, whose values tell their step."""
    t = np.arange(100.0)
    path = write(tmp_path / "t.csv", a=t, b=t + 1000, c=t + 2000, k=t + 3000)
    roles = Roles("", ("a", "b"), ("c",), ("k",))
    return load_time_series(path, roles, Lengths(horizon=5, window=10, season=1, test=20))


def test_windows_end_where_the_horizon_begins(counted):
    data = counted
    for name, part in (("train", data.train), ("validation", data.validation), ("test", data.test)):
        origins = data.origins[name]
        assert part.rows == len(origins) and (np.diff(origins) == 1).all()
        ahead = origins[:, None] + np.arange(5)
        history = part.inputs["history"]
        assert history.shape == (len(origins), 10, 4) and history.dtype == "float32"
        np.testing.assert_array_equal(history[:, :, 0], origins[:, None] - 10 + np.arange(10))
        np.testing.assert_array_equal(history[:, :, 3], history[:, :, 0] + 3000)
        np.testing.assert_array_equal(part.inputs["known"][:, :, 0], ahead + 3000)
        np.testing.assert_array_equal(part.targets["b"], ahead + 1000)
    assert data.columns[0].mean[0] == np.arange(64).mean()  # of the training steps alone


def test_the_parts_follow_each_other_and_no_test_window_is_dropped(counted):
    ends = [(data.min(), data.max() + 5) for data in counted.origins.values()]
    assert ends == [(10, 64), (64, 80), (80, 100)]
    assert len(counted.origins["test"]) == 20 - 5 + 1
    before = counted.before_test
    assert before.targets["a"].max() == 79 and before.rows == 80 - 10 - 5 + 1


def test_lengths_are_found(tmp_path):
    t = np.arange(400.0)
    path = write(tmp_path / "t.csv", y=np.sin(2 * np.pi * t / 7) + 0.01 * t)
    data = load_time_series(path, Roles(), Lengths())
    assert data.lengths == Lengths(horizon=7, window=21, season=7, test=80)
    assert data.roles == Roles("day", ("y",))
    assert "one row a day; season of 7 steps" in data.summary()


def test_gaps_and_missing_values_are_told(tmp_path):
    t = np.arange(60.0)
    days = pd.date_range("2024-01-01", periods=60).astype(str).to_numpy(copy=True)
    y = t.copy()
    y[7] = np.nan
    keep = np.delete(np.arange(60), [20, 21])[::-1]
    path = write(tmp_path / "t.csv", day=days[keep], y=y[keep])
    data = load_time_series(path, Roles(), Lengths(horizon=2, window=6))
    assert [remark.split(":")[0] for remark in data.remarks] == [
        "the rows are not in the order of day", "2 steps have no row", "3 missing values"
    ]  # fmt: skip
    assert np.flatnonzero(np.isnan(data.values[:, 0])).tolist() == [7, 20, 21]


@pytest.mark.parametrize(
    ("roles", "lengths", "message"),
    [
        (Roles(), Lengths(), "--target must name one or more columns to forecast. Columns of num"),
        (Roles("", ("z",)), Lengths(), "--target z: the table has no such column"),
        (Roles("", ("y",), ("y",)), Lengths(), "the column 'y' has two roles"),
        (Roles("x", ("y",)), Lengths(), "--time x: the rows are not equally spaced"),
        (Roles("", ("day",)), Lengths(), "the column 'day' has the times, as the first column of"),
        (Roles("", ("y",)), Lengths(30), "+ 30 steps. Give a smaller --horizon, or a longer"),
        (Roles("", ("y",)), Lengths(1, 1, test=58), "+ 1 steps. Give a smaller --test, or a long"),
        (Roles("", ("y",)), Lengths(test=200), "--test 200: the series has 60 steps only"),
        (Roles("", ("y",)), Lengths(5, 10, 12), "the season of 12 steps does not fit"),
        (Roles("", ("y",)), Lengths(5, test=4), "--test must be a horizon (5 steps) or more"),
        (Roles("", ("n",)), Lengths(5), "column 'n' has no value"),
    ],
)
def test_mistakes(roles, lengths, message, tmp_path):
    random = np.random.default_rng(0)
    x, y = random.normal(size=(2, 60))
    path = write(tmp_path / "t.csv", x=x, y=y, n=np.full(60, np.nan))
    with pytest.raises(UserError) as caught:
        load_time_series(path, roles, lengths)
    assert message in str(caught.value)


def test_a_part_without_values(tmp_path):
    y, c = np.arange(80.0), np.arange(80.0)
    y[70:], c[:60] = np.nan, np.nan
    path = write(tmp_path / "t.csv", y=y, c=c)
    with pytest.raises(UserError, match="column 'y' has no value in the test part, the steps 71"):
        load_time_series(path, Roles("", ("y",)), Lengths(4, 10, 1, test=10))
    with pytest.raises(UserError, match="column 'c' has no value in the training part"):
        load_time_series(path, Roles("", ("y",), ("c",)), Lengths(4, 10, 1))


def test_logarithms_need_positive_values(tmp_path):
    path = write(tmp_path / "t.csv", y=np.exp(np.linspace(0, 3, 80)))
    history, *_ = load_time_series(path, Roles(), Lengths(4), log=True).columns
    assert history.mean[0] == pytest.approx(np.linspace(0, 3, 80)[:52].mean())
    path = write(tmp_path / "t.csv", y=np.arange(80.0))
    with pytest.raises(UserError, match="--log needs positive values; column 'y' has 0"):
        load_time_series(path, Roles(), Lengths(4), log=True)
