"""The linear baseline against the published figures, and against least squares by hand."""

import numpy as np
import pandas as pd
import pytest

from datasets.house_prices import load_house_prices
from datasets.table import make_table_dataset
from evaluation.baselines import linear_baseline
from evaluation.scores import score


def test_ordinary_least_squares_on_house_prices(shared):
    dataset = load_house_prices(
        str(shared("house-prices/house_price_regression_dataset.csv")), split_seed=42
    )
    baseline = linear_baseline(dataset)
    scores = score(dataset.targets, dataset.test.targets, baseline.predict(dataset.test.inputs))[
        "House_Price"
    ]
    assert scores == pytest.approx({"MAE": 8174.58, "RMSE": 10071.48, "R2": 0.998426}, rel=1e-5)


def test_missing_values_categories_and_dates():
    random = np.random.default_rng(0)
    days = random.integers(0, 1000, 200)
    colour = random.choice(["red", "blue"], 200)
    frame = pd.DataFrame(
        {
            "day": (pd.Timestamp("2020-01-01") + pd.to_timedelta(days, "D")).strftime("%Y-%m-%d"),
            "colour": colour,
            "gaps": np.where(random.uniform(size=200) < 0.2, np.nan, random.normal(size=200)),
            "y": 0.5 * days + 100 * (colour == "red"),
        }
    )
    dataset = make_table_dataset("test", frame, ["y"], split_seed=0)
    baseline = linear_baseline(dataset)
    assert baseline.name == "linear regression"
    np.testing.assert_allclose(
        baseline.predict(dataset.test.inputs)["y"], dataset.test.targets["y"], rtol=1e-4
    )
