"""A series in time as a dataset: windows of its history, each with the steps that followed."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from datasets.dataset import Dataset, Split
from datasets.time_column import Frequency, format_time


class Roles(NamedTuple):
    """Which columns of a table have which part.

    Attributes:
        time: column with the time; "" for the first column of dates.
        targets: columns to forecast; () for the only column of numbers.
        covariates: columns that are known up to the present only.
        known: columns that are known in advance.
    """

    time: str = ""
    targets: tuple = ()
    covariates: tuple = ()
    known: tuple = ()

    @property
    def channels(self):
        return (*self.targets, *self.covariates, *self.known)


class Lengths(NamedTuple):
    """Numbers of steps; 0 to find them out.

    Attributes:
        horizon: steps to forecast.
        window: steps of the history that a forecast sees.
        season: steps after which the series repeats itself; 1 for no season.
        test: steps at the end that test.
    """

    horizon: int = 0
    window: int = 0
    season: int = 0
    test: int = 0


@dataclass(frozen=True)
class TimeSeries(Dataset):
    """A `Dataset` whose rows are windows: `history` in, and the `horizon` of each target out.

    Args:
        values: `(steps, channels)`, NaN where missing; targets, covariates, known columns.
        times: `(steps,)`, datetime64[s] or numbers.
        frequency: `datasets.time_column.Frequency`.
        roles: `Roles`.
        lengths: `Lengths`, none of them 0.
        origins: `{"train": (rows,), "validation": ..., "test": ...}`: the step with which the
            horizon of each row begins.
    """

    values: Any = None
    times: Any = None
    frequency: Frequency = Frequency("step", 1)
    roles: Roles = Roles()
    lengths: Lengths = Lengths()
    origins: Any = None

    def cut(self, origins):
        """Return the windows before and after consecutive steps, a `Split`."""
        history, *_ = self.columns
        return cut_windows(self.values, origins, self.roles, self.lengths, history.dtype)

    @property
    def before_test(self):
        """All windows whose horizon ends before the test part, a `Split`."""
        stop = len(self.values) - self.lengths.test - self.lengths.horizon + 1
        return self.cut(np.arange(self.lengths.window, stop))

    def description(self):
        series = {
            "time": self.roles.time,
            "frequency": list(self.frequency),
            "targets": list(self.roles.targets),
            "covariates": list(self.roles.covariates),
            "known": list(self.roles.known),
            **self.lengths._asdict(),
        }
        return super().description() | {"columns": list(self.roles.channels), "series": series}

    def summary(self):
        first, last = format_time(self.times[0]), format_time(self.times[-1])
        season = self.lengths.season
        repeats = f"season of {season} steps" if season > 1 else "no season found"
        lines = [
            super().summary(),
            f"time        {len(self.times)} steps from {first} to {last}, {self.frequency}; "
            f"{repeats} (--season)",
            f"windows     {self.lengths.window} steps of history (--history), then "
            f"{self.lengths.horizon} to forecast; the last {self.lengths.test} steps test (--test)",
        ]
        return "\n".join(lines)


def cut_windows(values, origins, roles, lengths, dtype):
    """Return the `Split` of the windows that end at each origin; views, which need no memory.

    Args:
        values: `(steps, channels)`.
        origins: consecutive steps with which the horizons begin, `(rows,)`.
    """

    def cut(x, first, length):
        x = x[first : first + len(origins) - 1 + length]
        windows = np.lib.stride_tricks.sliding_window_view(x, length, axis=0)
        return np.moveaxis(windows, -1, 1)  # (rows, length, channels)

    start, known = origins[0], len(roles.known)
    rows = values.astype(dtype)
    inputs = {"history": cut(rows, start - lengths.window, lengths.window)}
    if known:
        inputs["known"] = cut(rows[:, -known:], start, lengths.horizon)
    targets = cut(values, start, lengths.horizon)
    return Split(inputs, {name: targets[:, :, k] for k, name in enumerate(roles.targets)})
