"""`discover` end to end on small data; the text it finds is an equation for the other commands."""

import json

import numpy as np
import pandas as pd
import pytest

import evaluate
import train
from errors import UserError
from tasks.command import parse_experiment
from tests.checks import check_experiment

TINY = ("--hidden", "8", "--powers", "2", "--collocation-points", "100", "--epochs", "2")


@pytest.fixture
def rotation(tmp_path):
    """u' = -2 v, v' = 2 u, of which every smooth pair of sines has the derivatives."""
    t = np.linspace(0, 2, 120)
    path = tmp_path / "rotation.csv"
    pd.DataFrame({"t": t, "u": np.cos(2 * t), "v": 1.5 * np.sin(2 * t)}).to_csv(path, index=False)
    return path


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_system_is_found_and_solved_again(rotation, saved_models):
    endpoints, words = ("serve", "residual"), ("--data", rotation, *TINY)
    folder, metrics = check_experiment("discover", saved_models, *words, endpoints=endpoints)
    discovery = read_json(folder / "discovery.json")
    found = {(one["equation"], one["term"]): one["value"] for one in discovery["coefficients"]}
    true = {("u_t", "v"): -2 / 1.5, ("v_t", "u"): 3}
    assert found == pytest.approx(true, rel=1e-3)
    assert all(one["standard_error"] < 1e-3 for one in discovery["coefficients"])
    errors = metrics["relative_l2_error"]
    assert len(errors) == 2 and all(error["u"] < 1e-3 for error in errors.values())
    assert metrics["headline"]["value"] == max(errors["network"].values())
    for one in metrics["coefficients"]:
        low, high = one["interval_95"]
        assert low < one["value"] < high
    pictures = {path.stem for path in (folder / "plots").iterdir()}
    assert pictures == {"discovery", "history", "coefficients", "solution", "phase-portrait"}
    assert (folder / "collocation.csv").exists()

    file = str(folder / "equation.toml")
    train.main(["equation", "--equation", file, "--hidden", "8", "--epochs", "4"])
    evaluate.main([str(saved_models / "equation")])
    scores = read_json(saved_models / "equation" / "metrics.json")["splits"]["test"]["scores"]
    assert scores["network"]["u"]["relative_l2_error"] < 1e-3  # beside SciPy's solution
    words = [word for text in discovery["equations"] for word in ("--residual", text)]
    _, experiment = parse_experiment(["equation", *words, "--domain", "t=0..2"])
    assert experiment.read_text().problem().unknowns == ("u", "v")


def test_a_field_with_noise_and_a_library_term_by_term(tmp_path, saved_models):
    """The heat equation, u_t = 0.1 u_xx, under different names."""
    s, h = np.linspace(0, 1, 21), np.linspace(0, 3, 31)
    values = np.exp(-0.1 * s[:, None]) * np.sin(h) + np.exp(-0.4 * s[:, None]) * np.cos(2 * h)
    np.savez(tmp_path / "heat.npz", s=s, h=h, w=values)
    data = ("--data", str(tmp_path / "heat.npz"), "--functions", "w(h,s)", "--noise", "0.01")
    library = ("--library", "w", "w_h", "w_hh")
    tiny = ("--hidden", "12", "--collocation-points", "300", "--epochs", "3")
    train.main(["discover", *data, *library, *tiny, "--name", "heat"])
    folder = saved_models / "heat"
    evaluate.main([str(folder)])
    assert (folder / "plots" / "solution-w.png").exists()
    evaluate.main([str(folder), "--data", str(folder / "measurements.csv")])  # with their scores
    (one,) = read_json(folder / "discovery.json")["coefficients"]
    assert one["term"] == "w_hh" and one["value"] == pytest.approx(0.1, abs=0.005)
    assert abs(one["value"] - 0.1) < 4 * one["standard_error"]


def test_an_oscillation_of_second_order(tmp_path, saved_models):
    t = np.linspace(0, 3, 100)
    table = pd.DataFrame({"t": t, "y": np.exp(-0.2 * t) * np.cos(2 * t)})
    table.to_csv(tmp_path / "damped.csv", index=False)
    words = ("--data", str(tmp_path / "damped.csv"), "--time-order", "2", "--name", "damped")
    train.main(["discover", *words, *TINY])
    discovery = read_json(saved_models / "damped" / "discovery.json")
    found = {one["term"]: one["value"] for one in discovery["coefficients"]}
    assert found == pytest.approx({"y": -4.04, "y_t": -0.4}, rel=1e-2)
    assert '"y_t(0) = ' in (saved_models / "damped" / "equation.toml").read_text()


UNDEFINED = ("--library", "u", "1/(u - u^2 - 2)", "log(u - 2)", "--hidden", "3")


@pytest.mark.parametrize(
    ("columns", "options", "words"),
    [
        ({"x": 30, "u": 30}, (), "must have t with x and u"),
        ({"t": 5, "u": 5}, (), "Received: 5"),
        ({"t": 30, "u": 30}, ("--functions", "w(t)"), "has none of w"),
        ({"t": 30, "u": 30}, ("--functions", "u(t)", "v(t)"), "'v' is missing"),
        ({"t": 30, "u": 30}, ("--functions", "w of t"), "--functions must be"),
        ({"t": 30, "u": 30}, ("--functions", "u(t)", "v(t,x)"), "the same coordinates"),
        ({"t": 30, "u": 30}, ("--library", "u", "w^2"), "'w'"),
        ({"t": 30, "u": 30}, ("--library", "u_t"), "left side itself"),
        ({"t": 30, "u": 30}, ("--samples", "3"), "--samples must be"),
        ({"t": 30, "u": 30, "v": 30, "w": 30}, ("--powers", "8"), "at most 200"),
        ({"t": 30, "u": 30}, ("--hidden", "100", "100"), "too many"),
        ({"t": 30, "u": 30}, UNDEFINED, "log(u - 2)"),
        ({"t": 30, "u": 30, "v": 0}, (), "same value everywhere"),
    ],
)
def test_mistakes_are_reported_in_a_line(tmp_path, saved_models, columns, options, words):
    rows = max(columns.values())
    values = {
        name: np.linspace(0, 1, rows) if rows == count else np.zeros(rows)
        for name, count in columns.items()
    }
    pd.DataFrame(values).to_csv(tmp_path / "data.csv", index=False)
    with pytest.raises(UserError) as error:
        train.main(["discover", "--data", str(tmp_path / "data.csv"), *options])
    assert words in str(error.value) and "\n" not in str(error.value)
    assert not (saved_models / "discover").exists()
