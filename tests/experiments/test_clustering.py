"""Clusters of a table and of digits: endpoints, new rows, what is reported, and mistakes."""

import json

import numpy as np
import pandas as pd
import pytest

import evaluate
import train
from errors import Diverged, UserError
from evaluation.clustering import evaluate_clusters
from tasks.clustering import keep_finished
from tests.checks import answer_alone, check_experiment
from training.fit import Fit

QUICK = ("--hidden", 32, "--epochs", 20, "--rounds", 1, "--batch-size", 64)
ENDPOINTS = ("serve", "encode", "centroid")


def write_table(path, rows=900):
    """Three kinds of flowers, by two lengths in different units and a colour."""
    random = np.random.default_rng(0)
    kind = random.integers(3, size=rows)
    frame = pd.DataFrame({
        "length [cm]": np.array([10, 20, 30])[kind] + random.normal(size=rows),
        "mass": 1e6 * (np.array([5, 1, 5])[kind] + 0.2 * random.normal(size=rows)),
        "colour": np.array(["red", "blue", "red"])[kind],
        "same": 1.0,
        "kind": np.array(["rose", "iris", "tulip"])[kind],
    })  # fmt: skip
    frame.to_csv(path, index=False)
    return frame


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """A run of the table, the number of clusters chosen without labels."""
    folder = tmp_path_factory.mktemp("clustering")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder / "saved_models")
        write_table(folder / "rows.csv")
        words = ("--data", folder / "rows.csv", "--label", "kind", "--seeds", 2, *QUICK)
        pictures = ("history", "clusters", "agreement-by-clusters")
        return check_experiment(
            "clustering", folder / "saved_models", *words, endpoints=ENDPOINTS, pictures=pictures
        )


def test_the_kinds_are_found(table):
    _, metrics = table
    scores = {name: s["kind"] for name, s in metrics["splits"]["test"]["scores"].items()}
    assert scores["network"]["clusters"] == 3
    assert scores["network"]["adjusted_rand_index"] > 0.98
    assert scores["network"]["accuracy"] > 0.98 and scores["network"]["agreement_of_seeds"] > 0.98
    kinds = ["k-means", "Gaussian mixture", "spectral clustering", "HDBSCAN"]
    assert list(scores)[1:] == [kind + space for kind in kinds for space in ("", " on PCA")]
    assert list(metrics["seeds"]) == ["seed 0", "seed 1"]


def test_centroids_are_in_raw_units(table, tmp_path):
    folder, _ = table
    centroids = answer_alone(folder, {"k": np.arange(3, dtype="int32")}, tmp_path, "centroid")
    order = np.argsort(centroids["length [cm]"])
    np.testing.assert_allclose(centroids["length [cm]"][order], [10, 20, 30], atol=0.5)
    np.testing.assert_allclose(centroids["mass"][order], [5e6, 1e6, 5e6], rtol=0.1)
    assert centroids["colour"][order].tolist() == [b"red", b"blue", b"red"]


def test_new_rows_get_their_cluster(table, tmp_path):
    folder, _ = table
    rows = {
        "length [cm]": np.array([10.0, 20, 30], "float32"),
        "mass": np.array([5e6, 1e6, 5e6], "float32"),
        "colour": np.array(["red", "blue", "red"]),
    }
    alone = answer_alone(folder, rows, tmp_path)
    assert sorted(alone["cluster"].tolist()) == [0, 1, 2]
    np.testing.assert_allclose(alone["probabilities"].sum(axis=1), 1, atol=1e-5)
    assert alone["probability"].min() > 0.9
    pd.DataFrame(rows).to_csv(tmp_path / "new.csv", index=False)
    output = tmp_path / "out.csv"
    words = (folder, "--data", tmp_path / "new.csv", "--output", output)
    evaluate.main([*map(str, words)])
    written = pd.read_csv(output)
    assert written["cluster"].tolist() == alone["cluster"].tolist()
    assert {"probability", "probabilities_0", "probabilities_2"} <= set(written)
    assert answer_alone(folder, rows, tmp_path, "encode")["latent"].shape == (3, 5)


def test_digits(saved_models):
    words = (*QUICK, "--epochs", 10, "--seeds", 1, "--clusters", 10)
    folder, metrics = check_experiment(
        "clustering", saved_models, *words, pictures=("clusters", "centroids")
    )
    assert metrics["headline"]["score"] == "adjusted rand index of digit"
    assert metrics["headline"]["value"] > 0.4
    assert not (folder / "plots" / "agreement-by-clusters.png").exists()


def test_points_without_a_label(saved_models):
    words = ("--data", "gaussians", "--samples", 400, "--seeds", 2, "--clusters", 8, *QUICK)
    _, metrics = check_experiment("clustering", saved_models, *words)
    scores = metrics["splits"]["test"]["scores"]["network"]["clusters"]
    assert metrics["headline"]["score"] == "silhouette" and "agreement_of_seeds" in scores


@pytest.mark.parametrize(
    ("frame", "words", "message"),
    [
        (
            {"a": range(60)},
            ("--clusters", 100),
            "100 needs as many different training rows",
        ),
        ({"a": [1.0, 2.0] * 30}, ("--clusters", 3), "38 training rows, 2 of them different"),
        ({"k": range(60)}, (), "Rename it"),
        ({"probability": range(60)}, (), "column 'probability' has the name"),
        ({"probabilities_1": range(60)}, (), "column 'probabilities_1' has the name"),
        ({"a": range(60), "cluster": [1, 2] * 30}, ("--label", "cluster"), "column 'cluster' has"),
        ({"same": [1.0] * 60}, (), "same"),
        ({"day": pd.date_range("2024-01-01", periods=60).astype(str)}, (), "no column of"),
        ({"a": range(60)}, ("--clusters", 1), "--clusters must be 0 or a number from 2"),
        ({"a": range(60)}, ("--label", "b"), "b"),
    ],
)
def test_mistakes(saved_models, tmp_path, frame, words, message):
    pd.DataFrame(frame).to_csv(tmp_path / "rows.csv", index=False)
    with pytest.raises(UserError, match=message):
        train.main(["clustering", "--data", str(tmp_path / "rows.csv"), *map(str, words)])


def test_an_interrupted_run_says_what_it_has(saved_models, tmp_path, monkeypatch, capsys):
    """The second network is stopped in its first round: it has no say in the number of clusters, of
    which there are no more than different rows."""
    from tasks.training import BatchTraining

    plain, calls = BatchTraining.fit_arrays, []

    def fit_arrays(self, model, *arrays):
        calls.append(model)
        if len(calls) == 2:
            model.is_interrupted = True
        return plain(self, model, *arrays)

    monkeypatch.setattr(BatchTraining, "fit_arrays", fit_arrays)
    random = np.random.default_rng(0)
    frame = {"colour": random.choice(["red", "blue"], 120), "town": random.choice(["a", "b"], 120)}
    pd.DataFrame(frame).to_csv(tmp_path / "rows.csv", index=False)
    words = ("clustering", "--data", tmp_path / "rows.csv", *QUICK, "--epochs", 3, "--seeds", 3)
    train.main([*map(str, words)])
    folder, printed = saved_models / "clustering", capsys.readouterr().out
    ending = json.loads((folder / "config.json").read_text())["training"]["ending"]
    assert ending == (
        "Interrupted in network 2 of 3, round 1 of 1: the clusters are of 1 network trained to the "
        "end"
    )
    assert ending in printed and "exported    the network of seed 0\n" in printed
    assert "mixtures of two halves of the codes agree on this number best" in printed
    assert list(pd.read_csv(folder / "seeds.csv")) == ["seed 0"] and len(calls) == 2
    assert pd.read_csv(folder / "clusters.csv")["clusters"].tolist() == [2, 3, 4]


def test_one_cluster_is_a_failed_training(table):
    from runs.run import Run
    from tasks.catalogue import restore

    class Same(Run):
        def predict(self, inputs, endpoint="serve"):
            return {"cluster": np.zeros(180, int)}

    run = Same(table[0])
    data = restore(run.config).load()
    with pytest.raises(Diverged, match="all test rows are in one cluster"):
        evaluate_clusters(run, data, {}, np.zeros((180, 2)))


def test_a_network_that_did_not_end_has_no_say():
    fits = [Fit(None, {}), Fit(None, {}), Fit(None, {}, "the loss became NaN in epoch 2")]
    finished, ending = keep_finished(fits)
    assert finished == fits[:2] and ending == (
        "Network 3 diverged, the loss became NaN in epoch 2: the clusters are of 2 networks "
        "trained to the end"
    )
    (alone,), ending = keep_finished([Fit(None, {}, "", "Interrupted in network 1 of 3")])
    assert alone.ending and ending.endswith("of this network alone, as far as it was trained")
    assert keep_finished(fits[:1]) == (fits[:1], "")
