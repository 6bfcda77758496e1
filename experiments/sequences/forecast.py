"""Forecast a series in time with its intervals: a linear model, GRU, LSTM, CNN or attention.

The window x of the last steps gives all steps of the horizon at once. What the last season did
comes again, a linear model corrects it, and a network adds what the linear model cannot know:

    y(t + h) = y(t + h - season) + w_h (x - l) + b_h + s network((x - l) / s)_h

l is the level of the window and s its standard deviation. The weights w are those of ridge
regression in closed form; a network is kept only if it is better on later windows, which also show
how wide the intervals must be. The parts follow each other in time: training, validation, test.

On the default data, weekly CO2 in the air a year ahead, expect a MASE of 0.43 (ETS 0.54), and
80 % of the values in the 80 % intervals.

For example: python train.py forecast --data passengers.csv --time Month --target Passengers
             python evaluate.py saved_models/forecast --data recent.csv --output forecast.csv
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from errors import UserError
from tasks.forecasting import Forecaster
from tasks.options import ANY, UNITS, FilePath, check_range

NETWORKS = ("linear", "gru", "lstm", "cnn", "transformer")
HEADS = 4  # of the transformer


@dataclass(frozen=True)
class Forecast(Forecaster):
    model: Literal["best", "linear", "gru", "lstm", "cnn", "transformer"] = "best"
    """network that is added to the linear model; best tries all of them on validation windows"""
    data: FilePath = ""
    """table with a row for each time; weekly CO2 in the air, 1958 to 2001, if empty"""
    time: str = ""
    """column with the time; the first column of dates if empty"""
    target: tuple[str, ...] = ()
    """columns to forecast; may be left out if there is only one column of numbers"""
    covariates: tuple[str, ...] = ()
    """further columns of the history, which are not known in advance"""
    known: tuple[str, ...] = ()
    """columns that are known in advance, such as holidays or prices"""
    horizon: int = 0
    """steps to forecast; 0: a season of up to 60 steps, else 12"""
    history: int = 0
    """steps of the history that a forecast sees; 0: two seasons or three horizons, at most a third
    of the training steps, rounded to whole seasons"""
    season: int = 0
    """steps after which the series repeats itself, 1 if it does not; 0 finds it out"""
    test: int = 0
    """steps at the end that test; 0: a fifth of all, but a horizon at least"""
    units: int = 32
    """width of the network, a multiple of 4"""
    dropout: float = 0.2
    """fraction dropped before the last layer"""
    epochs: int = 20
    patience: int = 5
    batch_size: int = 64
    split_seed: ClassVar = 0  # a series is split in its order

    def check(self):
        super().check()
        check_range(self, horizon=(0, 10**5), history=(0, 10**6), season=(0, 10**6), test=(0, ANY))
        check_range(self, units=(HEADS, UNITS), dropout=(0, 0.99), level=(0.01, 0.99))
        if self.units % HEADS:
            raise UserError(f"--units must be a multiple of {HEADS}. Received: {self.units}")

    def load(self):
        from datasets.time_series import load_time_series
        from datasets.windows import Lengths, Roles

        roles = Roles(self.time, self.target, self.covariates, self.known)
        lengths = Lengths(self.horizon, self.history, self.season, self.test)
        return load_time_series(self.data, roles, lengths, self.log)

    def list_networks(self):
        return NETWORKS if self.model == "best" else (self.model,)

    def build_network(self, name, data):
        from models.forecaster import forecaster

        (_, channels), lengths = data.columns[0].shape, data.lengths
        return forecaster(
            lengths.window, lengths.horizon, channels, len(data.targets), lengths.season,
            len(data.roles.known), name, self.units, self.dropout,
        )  # fmt: skip
