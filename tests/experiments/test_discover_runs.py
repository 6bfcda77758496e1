"""`discover` with several trajectories: they share the equation, each has its own solution."""

import json

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

import evaluate
import train
from errors import UserError

TINY = ("--powers", "1", "--hidden", "10", "10", "--collocation-points", "150", "--epochs", "2")


def discover(data, *options):
    train.main(["discover", "--data", str(data), *TINY, *options])


def read_coefficients(folder):
    discovery = json.loads((folder / "discovery.json").read_text(encoding="utf-8"))
    found = {(one["equation"], one["term"]): one for one in discovery["coefficients"]}
    return discovery, {name: one["value"] for name, one in found.items()}


def test_the_runs_of_a_table_share_the_equation(shared, saved_models, capsys):
    discover(shared("../cases/two-runs.csv"))
    assert "'run' separates 2 runs" in capsys.readouterr().out
    discovery, found = read_coefficients(saved_models / "discover")
    true = {("x_t", "x"): -0.1, ("x_t", "y"): 2, ("y_t", "x"): -2, ("y_t", "y"): -0.1}
    assert found == pytest.approx(true, rel=1e-3)
    for one in discovery["coefficients"]:
        low, high = one["interval_95"]
        assert low < true[one["equation"], one["term"]] < high


def write_table(path, columns, order=None):
    """Two decays with different starts, lengths and times, x' = -x."""
    long, short = np.linspace(0, 3, 40), np.linspace(1, 2, 20)
    table = pd.DataFrame(
        {
            "run": ["slow"] * 40 + ["fast"] * 20,
            "t": np.concatenate([long, short]),
            "x": np.concatenate([2 * np.exp(-long), -5 * np.exp(-short)]),
            "mass": [1.0] * 40 + [2.0] * 20,
        }
    )
    table = table.rename(columns=columns)
    table.iloc[slice(None) if order is None else order].to_csv(path, index=False)


def test_runs_of_other_names_lengths_and_order(tmp_path, saved_models, capsys):
    order = np.random.default_rng(0).permutation(60)
    write_table(tmp_path / "decays.csv", {"run": "Probe 1"}, order)
    discover(tmp_path / "decays.csv", "--run", "Probe 1")
    assert "constant in each run: mass" in capsys.readouterr().out
    folder = saved_models / "discover"
    discovery, found = read_coefficients(folder)
    assert found == pytest.approx({("x_t", "x"): -1}, rel=1e-3)
    assert [one["domain"]["t"] for one in discovery["problems"]] == [[1, 2], [0, 3]]

    evaluate.main([str(folder)])
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["verdict"] == {"converged": True, "text": "converged"}
    assert all(errors["x"] < 1e-3 for errors in metrics["relative_l2_error"].values())
    assert {"solution-1", "solution-2"} <= {path.stem for path in (folder / "plots").iterdir()}
    evaluate.main([str(folder), "--data", str(folder / "measurements.csv")])
    predicted = pd.read_csv(folder / "predictions.csv")
    np.testing.assert_allclose(predicted["x_predicted"], predicted["x"], atol=1e-2)
    model = tf.saved_model.load(str(folder / "1"))
    names = {"Probe_1": tf.constant(["slow", "fast", "none"]), "t": tf.ones(3, "float64")}
    signature = model.signatures["serve"]
    renamed = list(signature.structured_input_signature[1])
    answers = signature(**dict(zip(sorted(renamed), [*names.values()], strict=True)))["x"].numpy()
    np.testing.assert_allclose(answers[:2], [2 * np.exp(-1), -5 * np.exp(-1)], rtol=1e-2)
    assert np.isnan(answers[2])


@pytest.mark.parametrize(
    ("columns", "options", "words"),
    [
        ({"run": "probe"}, (), "--run COLUMN"),
        ({}, ("--run", "runs"), "Did you mean run"),
        ({"mass": "u", "x": "u2", "run": "x"}, ("--run", "x"), "a single field"),
    ],
)
def test_mistakes(tmp_path, saved_models, columns, options, words):
    write_table(tmp_path / "decays.csv", columns)
    with pytest.raises(UserError) as error:
        discover(tmp_path / "decays.csv", *options)
    assert words in str(error.value) and "\n" not in str(error.value)
    assert not (saved_models / "discover").exists()


def test_what_is_no_trajectory_has_no_equation(tmp_path, saved_models, capsys):
    from errors import Diverged

    random = np.random.default_rng(0)
    table = pd.DataFrame({"t": np.linspace(0, 5, 300), "x": random.standard_normal(300)})
    table.to_csv(tmp_path / "noise.csv", index=False)
    with pytest.raises(Diverged, match="not converged: the network does not fit the data"):
        discover(tmp_path / "noise.csv")
    assert "Discovered" not in capsys.readouterr().out
    folder = saved_models / "discover"
    for name in ("config.json", "discovery.json"):
        parts = json.loads((folder / name).read_text(encoding="utf-8"))
        assert not parts["verdict"]["converged"]
        assert parts["verdict"]["text"].startswith("not converged: ")
    assert not (folder / "equation.toml").exists()
    evaluate.main([str(folder)])
    assert "not converged: " in capsys.readouterr().out
    assert (folder / "report.html").exists()


def test_a_library_that_explains_nothing_gives_no_equation(tmp_path, saved_models, capsys):
    from errors import Diverged

    t = np.linspace(0, 3, 80)
    pd.DataFrame({"t": t, "x": np.sin(2 * t)}).to_csv(tmp_path / "sine.csv", index=False)
    with pytest.raises(Diverged, match="no model of the library explains the data"):
        discover(tmp_path / "sine.csv")
    assert "Discovered" not in capsys.readouterr().out
    evaluate.main([str(saved_models / "discover")])
    assert "not converged: no model" in capsys.readouterr().out
