"""The linear regression of named values."""

import numpy as np

from datasets.dataset import Column, Target
from models.linear import linear_regressor

COLUMNS = (Column("a", mean=3.0, std=2.0), Column("b", mean=-1.0, std=0.5))


def test_features_are_scaled_columns_then_their_squares_and_products():
    model = linear_regressor(COLUMNS, Target("y", mean=10.0, std=4.0), with_products=True)
    weights = np.array([0.5, -1.0, 2.0, 0.25, 3.0])
    model.get_layer("linear").set_weights([weights[:, None], np.array([0.7])])
    a, b = np.array([1.0, 6.0]), np.array([0.0, -2.0])
    x, z = (a - 3) / 2, (b + 1) / 0.5
    expected = 10 + 4 * (0.7 + np.stack([x, z, x * x, x * z, z * z], axis=1) @ weights)
    np.testing.assert_allclose(model({"a": a, "b": b})["target"], expected, rtol=1e-12)
