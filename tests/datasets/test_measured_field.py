"""Fields from tables and grids: every value is that of its point."""

import numpy as np
import pandas as pd
import pytest
from scipy.io import savemat

from datasets.measured_field import read_field
from errors import UserError

X, T = np.linspace(-1, 1, 5), np.linspace(0, 1, 3)
U = X[:, None] + 10 * T  # (x, t)


def check_points(columns):
    assert list(columns) == ["x", "t", "u"] and len(columns["u"]) == U.size
    assert len(set(zip(columns["x"], columns["t"], strict=True))) == U.size
    np.testing.assert_allclose(columns["u"], columns["x"] + 10 * columns["t"])


def test_a_table(tmp_path):
    x, t = (values.ravel() for values in np.meshgrid(X, T, indexing="ij"))
    frame = pd.DataFrame({"t": t, "other": 0.0, "u": U.ravel(), "x": x})
    frame.to_csv(tmp_path / "field.csv", index=False)
    check_points(read_field(tmp_path / "field.csv", ["x", "t"], ["u", "v"]))
    frame.loc[[1, 4], "u"] = np.nan
    frame.to_csv(tmp_path / "field.csv", index=False)
    assert len(read_field(tmp_path / "field.csv", ["x", "t"], ["u"])["x"]) == U.size - 2


@pytest.mark.parametrize("matrix", [U, U.T])
def test_a_grid_with_its_axes_in_any_order(matrix, tmp_path):
    np.savez(tmp_path / "field.npz", x=X, t=T, u=matrix)
    check_points(read_field(tmp_path / "field.npz", ["x", "t"], ["u"]))
    # As in published files: axes of shape (n, 1), and names that are longer.
    savemat(tmp_path / "field.mat", {"x": X[:, None], "tt": T[:, None], "usol": matrix})
    check_points(read_field(tmp_path / "field.mat", ["x", "t"], ["u"]))


@pytest.mark.parametrize(
    "arrays, message",
    [
        ({"x": X, "u": X}, "'t' is missing. The file has: x, u"),
        ({"x": X, "t1": T, "t2": T, "u": U}, "'t' is missing"),
        ({"x": X, "t": T, "v": U}, "has none of u. The file has: x, t, v"),
        ({"x": X, "t": T, "u": U[:4]}, "expected the shape (5, 3) of the coordinates for u"),
        ({"x": X, "t": X, "u": np.full(5, np.nan)}, "every row has a missing number"),
        ({"x": X, "t": T, "u": np.array([{}] * 15)}, "Object arrays cannot be loaded"),  # a pickle
    ],
)
def test_errors(arrays, message, tmp_path):
    np.savez(tmp_path / "field.npz", **arrays)
    with pytest.raises(UserError) as caught:
        read_field(tmp_path / "field.npz", ["x", "t"], ["u"])
    assert message in str(caught.value)


def test_text_and_no_file(tmp_path):
    (tmp_path / "field.csv").write_text("x,t,u\n1,2,large\n")
    with pytest.raises(UserError, match="expected numbers in x, t, u. Received: text"):
        read_field(tmp_path / "field.csv", ["x", "t"], ["u"])
    with pytest.raises(UserError, match="no such file"):
        read_field(tmp_path / "none.csv", ["x", "t"], ["u"])
    (tmp_path / "field.mat").write_bytes(b"hello")
    with pytest.raises(UserError, match="cannot be read"):
        read_field(tmp_path / "field.mat", ["x", "t"], ["u"])
