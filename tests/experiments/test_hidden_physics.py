"""Hidden physics: the term comes back, also as a formula, and files with mistakes."""

import json

import numpy as np
import pandas as pd
import pytest

import evaluate
import train
from equations.references import kdv
from errors import UserError
from runs.run import Run
from symbolic.formula import compile_function, parse
from tests.checks import answer_alone, check_experiment

PICTURES = ("history", "hidden-term", "measured-field")
SMALL = ("--hidden", 12, 12, "--term-hidden", 8, "--collocation-points", 400, "--samples", 800)


@pytest.fixture(scope="module")
def burgers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hidden") / "saved_models"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        patch.setattr("tasks.hidden_field.DISCOVERY_POINTS", 100)
        patch.setattr("tasks.hidden_field.POWERS", 1)
        yield check_experiment(
            "hidden-physics", folder, *SMALL, "--noise", 0.003, "--epochs", 30,
            endpoints=("derivatives", "term"), pictures=PICTURES,
        )  # fmt: skip


def test_its_scores(burgers):
    _, metrics = burgers
    scores = {name: x["N"] for name, x in metrics["splits"]["test"]["scores"].items()}
    assert scores["network"]["error of N"] < 0.1
    assert scores["network"]["error of u"] < 0.01
    assert metrics["headline"]["value"] == scores["network"]["error of N"]
    assert any(name.startswith("discover: ") and "u_xx" in name for name in scores)


def test_its_endpoints_alone(burgers, tmp_path):
    """The derivatives are those of the field, and the term is that of Burgers' equation."""
    folder, _ = burgers
    x, t = np.linspace(-0.9, 0.9, 7), np.full(7, 0.4)
    found = answer_alone(folder, {"x": x, "t": t}, tmp_path, "derivatives")
    field = {k: Run(folder).predict({"x": x + k * 1e-4, "t": t})["u"] for k in (-1, 0, 1)}
    np.testing.assert_allclose(found["u"], field[0], rtol=1e-12)
    slope = (field[1] - field[-1]) / 2e-4
    np.testing.assert_allclose(found["u_x"], slope, rtol=1e-5, atol=1e-6)
    term = {name: np.array(x) for name, x in
            {"u": [0.3, -0.4], "u_x": [1.0, -1.5], "u_xx": [2.0, 3.0]}.items()}  # fmt: skip
    answer = Run(folder).predict(term, "term")["N"]
    expected = -term["u"] * term["u_x"] + 0.1 * term["u_xx"]
    np.testing.assert_allclose(answer, expected, atol=0.15)


def test_its_formula(burgers, saved_models):
    folder, _ = burgers
    words = ("--seconds", "4", "--operators", "add", "sub", "mul", "--complexity", "9")
    train.main(["distil", "--from", str(folder), *words])
    front = pd.read_csv(saved_models / "distil" / "front.csv", keep_default_na=False)
    text = front.loc[front["chosen"] == "yes", "formula"].iloc[0]
    names = ["u", "u_x", "u_xx"]
    u, u_x, u_xx = np.random.default_rng(0).uniform(-1, 1, (3, 50))
    values = compile_function(parse(text, names), names)(u, u_x, u_xx)
    np.testing.assert_allclose(values, -u * u_x + 0.1 * u_xx, atol=0.2)


def test_a_file_in_other_units(saved_models, tmp_path, monkeypatch):
    """Solitons in millimetres and with an offset, under other names."""
    monkeypatch.setattr("tasks.hidden_field.DISCOVERY_POINTS", 50)
    monkeypatch.setattr("tasks.hidden_field.POWERS", 0)
    random = np.random.default_rng(0)
    x, t = random.uniform(-10, 10, 300), random.uniform(-2, 2, 300)
    h = 500 + 1e-3 * kdv.solve({"x": x, "t": t})["u"]
    pd.DataFrame({"z": 1e3 * x, "s": t, "h": h}).to_csv(tmp_path / "a.csv", index=False)
    words = ("--data", tmp_path / "a.csv", "--functions", "h(z,s)", "--order", 1, "--epochs", 2)
    small = ("--hidden", 12, "--term-hidden", 4, "--collocation-points", 100)
    folder, metrics = check_experiment(
        "hidden-physics", saved_models, *words, *small, pictures=PICTURES
    )
    config = json.loads((folder / "config.json").read_text())
    assert config["endpoints"]["term"] == ["h", "h_z"]
    scores = metrics["splits"]["test"]["scores"]["network"]["N"]
    assert scores["error of h"] < 1e-3 and "N against h_s" in scores
    output = tmp_path / "answers.csv"
    evaluate.main([str(folder), "--data", str(tmp_path / "a.csv"), "--output", str(output)])
    answers = pd.read_csv(output)
    np.testing.assert_allclose(answers["h_predicted"], answers["h"], atol=1e-3)


@pytest.mark.parametrize(
    ("columns", "words", "reason"),
    [
        ({"x": 1, "u": 1}, (), "must have t with x and u"),
        ({"x": 1, "t": 1, "u": 1}, (), "expected 100 measurements or more. Received: 60"),
        ({"t": 1, "u": 1, "v": 1}, (), "expected one field of one coordinate and time"),
        ({"x": 1, "t": 1, "N": 1}, ("--functions", "N(x,t)"), "field cannot be called N"),
        ({"x": 1, "t": 1, "u": np.nan}, (), "every row has a missing number"),
        ({}, ("--samples", 20), "--samples must be a number from 100"),
        ({}, ("--order", 7), "--order must be a number from 0 to 4"),
        ({}, ("--hidden", 90, 90), "weights and .* rows are too many"),
    ],
)
def test_mistakes(columns, words, reason, saved_models, tmp_path):
    if columns:
        rows = np.random.default_rng(0).uniform(size=(60, len(columns)))
        pd.DataFrame(rows * list(columns.values()), columns=list(columns)).to_csv(
            tmp_path / "a.csv", index=False
        )
        words = ("--data", tmp_path / "a.csv", *words)
    with pytest.raises(UserError, match=reason):
        train.main(["hidden-physics", *map(str, words)])
