"""Discovery from end to end on small trajectories, and that the text it finds is an equation for the other commands."""

import json

import numpy as np
import pandas as pd
import pytest
from experiments.command import parse

import evaluate
import train
from errors import UserError

TINY = ("--hidden", "8", "--powers", "2", "--points", "100", "--epochs", "2")


@pytest.fixture
def rotation(tmp_path):
    """u' = -2 v, v' = 2 u, of which every smooth pair of sines has the derivatives."""
    t = np.linspace(0, 2, 120)
    path = tmp_path / "rotation.csv"
    pd.DataFrame({"t": t, "u": np.cos(2 * t), "v": 1.5 * np.sin(2 * t)}).to_csv(path, index=False)
    return path


def test_a_system_is_found_and_solved_again(rotation, saved_models):
    train.main(["discover", "--data", str(rotation), *TINY])
    evaluate.main([str(saved_models / "discover")])
    story = json.loads((saved_models / "discover" / "discovery.json").read_text())
    found = {(one["equation"], one["term"]): one["value"] for one in story["coefficients"]}
    assert found.keys() == {("u_t", "v"), ("v_t", "u")}
    assert found["u_t", "v"] == pytest.approx(-2 / 1.5, rel=1e-3) and found[
        "v_t", "u"
    ] == pytest.approx(3, rel=1e-3)
    assert all(one["standard_error"] < 1e-3 for one in story["coefficients"])
    metrics = json.loads((saved_models / "discover" / "metrics.json").read_text())
    assert (
        all(errors["u"] < 1e-3 for errors in metrics["relative L2 error"].values())
        and len(metrics["relative L2 error"]) == 2
    )
    pictures = {path.stem for path in (saved_models / "discover" / "plots").iterdir()}
    assert pictures == {"discovery", "history", "coefficients", "solution", "phase-portrait"}

    file = saved_models / "discover" / "equation.toml"
    train.main(["equation", "--equation", str(file), "--hidden", "8", "--epochs", "4"])
    evaluate.main([str(saved_models / "equation")])
    solved = json.loads((saved_models / "equation" / "metrics.json").read_text())
    assert (
        solved["splits"]["test"]["network"]["u"]["relative L2 error"] < 1e-3
    )  # beside SciPy's solution
    words = [word for text in story["equations"] for word in ("--residual", text)]
    _, experiment = parse(["equation", *words, "--domain", "t=0..2"])
    assert experiment.problem().unknowns == ("u", "v")


def test_a_field_with_noise_and_a_library_of_ones_own(tmp_path, saved_models):
    """The heat equation, u_t = 0.1 u_xx, under other names."""
    s, h = np.linspace(0, 1, 21), np.linspace(0, 3, 31)
    values = np.exp(-0.1 * s[:, None]) * np.sin(h) + np.exp(-0.4 * s[:, None]) * np.cos(2 * h)
    np.savez(tmp_path / "heat.npz", s=s, h=h, w=values)
    words = (
        "--functions",
        "w(h,s)",
        "--library",
        "w",
        "w_h",
        "w_hh",
        "--noise",
        "0.01",
        "--name",
        "heat",
    )
    train.main(
        [
            "discover",
            "--data",
            str(tmp_path / "heat.npz"),
            *words,
            "--hidden",
            "12",
            "--points",
            "300",
            "--epochs",
            "3",
        ]
    )
    evaluate.main([str(saved_models / "heat")])
    evaluate.main(
        [str(saved_models / "heat"), "--data", str(saved_models / "heat" / "measurements.csv")]
    )  # with their scores
    (one,) = json.loads((saved_models / "heat" / "discovery.json").read_text())["coefficients"]
    assert one["term"] == "w_hh" and one["value"] == pytest.approx(0.1, abs=0.005)
    assert abs(one["value"] - 0.1) < 4 * one["standard_error"]


def test_an_oscillation_of_second_order(tmp_path, saved_models):
    t = np.linspace(0, 3, 100)
    pd.DataFrame({"t": t, "y": np.exp(-0.2 * t) * np.cos(2 * t)}).to_csv(
        tmp_path / "damped.csv", index=False
    )
    words = ("--data", str(tmp_path / "damped.csv"), "--time-order", "2", "--name", "damped")
    train.main(["discover", *words, *TINY])
    story = json.loads((saved_models / "damped" / "discovery.json").read_text())
    found = {one["term"]: one["value"] for one in story["coefficients"]}
    assert found == pytest.approx({"y": -4.04, "y_t": -0.4}, rel=1e-2)
    assert '"y_t(0) = ' in (saved_models / "damped" / "equation.toml").read_text()


@pytest.mark.parametrize(
    "columns, options, said",
    [
        ({"x": 30, "u": 30}, (), "lacks t with x and u"),
        ({"t": 5, "u": 5}, (), "5 rows"),
        ({"t": 30, "u": 30}, ("--functions", "w(t)"), "has none of w"),
        ({"t": 30, "u": 30}, ("--functions", "w of t"), "--functions wants"),
        ({"t": 30, "u": 30}, ("--library", "u", "w^2"), "'w'"),
        ({"t": 30, "u": 30}, ("--library", "u_t"), "left side itself"),
        ({"t": 30, "u": 30}, ("--samples", "3"), "--samples wants"),
        ({"t": 30, "u": 30, "v": 30, "w": 30}, ("--powers", "8"), "at most 200"),
        ({"t": 30, "u": 30}, ("--hidden", "100", "100"), "too many"),
        (
            {"t": 30, "u": 30},
            ("--library", "u", "1/(u - u^2 - 2)", "log(u - 2)", "--hidden", "3"),
            "log(u - 2)",
        ),
        ({"t": 30, "u": 30, "v": 0}, (), "same everywhere"),
    ],
)
def test_mistakes_are_a_line(tmp_path, saved_models, columns, options, said):
    rows = max(columns.values())
    values = {
        name: np.linspace(0, 1, rows) if rows == count else np.zeros(rows)
        for name, count in columns.items()
    }
    pd.DataFrame(values).to_csv(tmp_path / "data.csv", index=False)
    with pytest.raises(UserError) as error:
        train.main(["discover", "--data", str(tmp_path / "data.csv"), *options])
    assert said in str(error.value) and "\n" not in str(error.value)
    assert not (saved_models / "discover").exists()
