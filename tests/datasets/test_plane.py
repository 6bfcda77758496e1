"""Points in the plane: classes in equal parts, and what separates them."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from datasets.plane import DATASETS, draw_points


@pytest.mark.parametrize("name", DATASETS)
def test_neighbours_separate_what_a_line_may_not(name):
    x, y = draw_points(name, 800, np.random.default_rng(0))
    assert x.shape == (800, 2) and x.dtype == "float32" and y.mean() == 0.5
    assert np.quantile(np.abs(x), 0.99) < 1.4
    assert KNeighborsClassifier(5).fit(x[:600], y[:600]).score(x[600:], y[600:]) > 0.82
    line = LogisticRegression().fit(x, y).score(x, y)
    assert (line > 0.8) == (name in ("gauss", "moons"))
