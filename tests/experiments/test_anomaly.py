"""Anomalies: scores, p-values that keep their promise, and what each column adds."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import evaluate
import train
from errors import UserError
from experiments.features.anomaly import Anomaly
from tests.checks import answer_alone, check_experiment

QUICK = ("--hidden", 16, "--epochs", 15)


def write_table(path, rows=1500, odd=60):
    """Two columns that are nearly equal, and a town; anomalies break one or the other."""
    random = np.random.default_rng(0)
    a = random.normal(size=rows + odd)
    frame = pd.DataFrame({"a": a, "b": a + 0.05 * random.normal(size=rows + odd)})
    frame["c"], frame["town"] = (
        random.normal(size=rows + odd),
        random.choice(["Bonn", "Rome"], rows + odd),
    )
    frame["state"] = ["fine"] * rows + ["broken"] * odd
    frame.loc[rows:, "b"] = -frame.loc[rows:, "a"] + 1.5
    frame.to_csv(path, index=False)
    return frame


@pytest.fixture
def table(tmp_path):
    write_table(tmp_path / "rows.csv")
    return ("--data", tmp_path / "rows.csv", "--label", "state", "--normal", "fine")


def test_a_table(saved_models, table, tmp_path):
    pictures = ("scores", "roc", "history")
    options = (*table, *QUICK, "--false-alarms", 0.05)
    endpoints = ("serve", "explain")
    folder, metrics = check_experiment(
        "anomaly", saved_models, *options, endpoints=endpoints, pictures=pictures
    )
    scores = metrics["splits"]["test"]["scores"]
    network = scores["network"]["anomaly"]
    assert network["roc_auc"] > 0.9 and network["anomalies_found"] > 0.5
    low, high = metrics["expected_false_alarms"]
    assert low <= network["false_alarms"] <= high + 0.02
    assert {"isolation forest", "one-class SVM", "neighbours in PCA"} <= set(scores)
    inputs = {
        "a": np.array([0.1, 0.1], "float32"), "b": np.array([0.1, 3.0], "float32"),
        "c": np.zeros(2, "float32"), "town": np.array(["Rome", "Bonn"]),
    }  # fmt: skip
    answers = answer_alone(folder, inputs, tmp_path)
    assert answers["score"][1] > answers["score"][0]
    assert answers["p_value"][1] < 0.05 < answers["p_value"][0]
    assert answers["is_anomaly"].tolist() == [False, True]
    shares = answer_alone(folder, inputs, tmp_path, "explain")
    assert set(shares) == {"a", "b", "c", "town"}
    assert max(shares, key=lambda name: shares[name][1]) in ("a", "b")


def test_new_rows_get_their_scores(saved_models, table, tmp_path):
    train.main(["anomaly", *map(str, table), *map(str, QUICK)])
    output = tmp_path / "scored.csv"
    rows = str(tmp_path / "rows.csv")
    evaluate.main([str(saved_models / "anomaly"), "--data", rows, "--output", str(output)])
    scored = pd.read_csv(output)
    assert len(scored) == 1560 and scored["score"].nunique() > 1000
    assert {"p_value", "is_anomaly"} <= {*scored}


def test_rows_without_labels_are_all_normal(saved_models, tmp_path):
    frame = write_table(tmp_path / "rows.csv", rows=400, odd=20).drop(columns="state")
    frame.to_csv(tmp_path / "rows.csv", index=False)
    words = ("--data", tmp_path / "rows.csv", *QUICK)
    folder, metrics = check_experiment("anomaly", saved_models, *words)
    assert metrics["headline"]["score"] == "false alarms"
    advice = json.loads((folder / "metrics.json").read_text())["advice"][0]
    assert "no row can have p <= 0.01: that takes 99 held-out normal rows" in advice
    (note,) = json.loads((folder / "config.json").read_text())["data"]["remarks"]
    assert note.startswith("no row can be called an anomaly at --false-alarms 0.01: that takes 99")


def test_pictures_are_recognised_when_turned(saved_models):
    words = (*QUICK, "--epochs", 2)
    folder, metrics = check_experiment("anomaly", saved_models, *words, pictures=("explanations",))
    network = metrics["splits"]["test"]["scores"]["network"]["anomaly"]
    assert network["roc_auc"] > 0.8  # .71 in the lecture
    config = json.loads((folder / "config.json").read_text())
    assert any("symmetries" in row[0] for row in config["network"]["layers"])


def test_mistakes(saved_models, table):
    frame = pd.read_csv(table[1]).rename(columns={"c": "score"})
    frame.to_csv(table[1].with_name("taken.csv"), index=False)
    taken = ("--data", table[1].with_name("taken.csv"), *table[2:])
    for words, reason in (
        (taken, "column 'score' has the name of an input or output"),
        ((*taken[:2], "--label", "score", "--normal", "1"), "column 'score' has the name"),
        (table[:4], "one of them must say"),
        ((*table[:4], "--normal", "fin"), "Did you mean fine"),
        ((*table, "--false-alarms", 0.9), "--false-alarms must be a number"),
    ):
        with pytest.raises(UserError, match=reason):
            train.main(["anomaly", *map(str, words)])


@pytest.mark.parametrize("interrupted", [0, 1, None])
def test_an_interrupt_is_said_of_either_network(monkeypatch, interrupted):
    """The network of symmetries is trained after the autoencoder, for one epoch if the latter was
    interrupted."""
    from tasks.training import BatchTraining
    from training.fit import Fit

    trained = []

    def fit_compiled(self, model, *arrays):
        if len(trained) == interrupted:
            model.is_interrupted = True
        trained.append((model.name, self.epochs))
        return Fit(model, {}, "", f"the end of {len(trained) - 1}")

    monkeypatch.setattr(BatchTraining, "fit_compiled", fit_compiled)
    topic = Anomaly(hidden=(4,), latent=2)
    data = topic.load()
    data = replace(data, train=data.train.take(slice(30)))
    fit = topic.fit(topic.build(data), data, SimpleNamespace(snapshot=None, folder=Path()))
    assert [epochs for _, epochs in trained] == [150, 1 if interrupted == 0 else 12]
    assert fit.ending == f"the end of {interrupted or 0}"
