"""The commands as a user types them: train, evaluate, predict, repeat; the SavedModel alone."""

import contextlib
import gc
import io
import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import evaluate
import train


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    """A short run of `digits`, trained and evaluated in fresh processes."""
    folder = tmp_path_factory.mktemp("digits")
    environment = {**os.environ, "SAVED_MODELS": str(folder)}

    def run(*words):
        done = subprocess.run(
            [sys.executable, *words], env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    root = os.path.dirname(os.path.abspath(train.__file__))
    trained = run(f"{root}/train.py", "digits", "--epochs", "3", "--batch-size", "32")
    evaluated = run(f"{root}/evaluate.py", str(folder / "digits"))
    listed = run(f"{root}/evaluate.py")
    return folder / "digits", trained, evaluated, listed


def test_the_training_reports_what_it_does(digits):
    folder, trained, *_ = digits
    for word in (
        "scikit-learn's digits",
        "1149 train, 288 validation, 360 test",
        "CPU",
        "Total params",
        "epoch 3/3",
    ):
        assert word in trained
    assert f"python evaluate.py {folder}" in trained.splitlines()[-1]


def test_a_run_has_its_promised_form(digits):
    folder, *_ = digits
    assert {path.name for path in folder.iterdir()} == {
        *("1", "model.keras", "config.json", "history.csv", "metrics.json", "plots", "report.html"),
    }
    history = pd.read_csv(folder / "history.csv")
    assert len(history) == 3
    assert {
        "epoch",
        "loss",
        "val_loss",
        "accuracy",
        "val_accuracy",
        "learning_rate",
        "seconds",
    } <= set(history.columns)
    config = json.loads((folder / "config.json").read_text())
    assert (config["format"], config["experiment"], config["options"]["epochs"]) == (2, "digits", 3)
    assert {*config} == {
        *("format", "experiment", "options", "data", "inputs", "endpoints", "network", "training"),
        "versions",
    }
    assert config["endpoints"] == {"serve": ["image"], "feature_maps": ["image"]}
    assert config["inputs"]["image"]["shape"] == [8, 8, 1]
    assert config["data"]["rows"] == {"train": 1149, "validation": 288, "test": 360}
    assert config["training"]["epochs"] == 3 and config["versions"]["keras"]
    pictures = {path.stem for path in (folder / "plots").iterdir()}
    assert pictures == {
        "history",
        "confusion",
        "roc",
        "reliability",
        "mistakes",
        "filters",
        "feature-maps",
    }


def test_evaluation_shows_the_baseline_and_agrees_with_its_file(digits):
    folder, _, evaluated, listed = digits
    metrics = json.loads((folder / "metrics.json").read_text())
    test, headline = metrics["splits"]["test"], metrics["headline"]
    assert test["rows"] == 360
    accuracy = {name: scores["digit"]["accuracy"] for name, scores in test["scores"].items()}
    assert accuracy["logistic regression"] > 0.95  # on pixels
    assert headline == {
        "score": "accuracy of digit",
        "value": accuracy["network"],
        "baseline": accuracy["logistic regression"],
        "method": "logistic regression",
    }
    assert f"{accuracy['network']:.6g}" in evaluated
    assert f"{accuracy['logistic regression']:.6g}" in evaluated
    assert "digits" in listed and "accuracy of digit" in listed and "logistic regression" in listed


def test_the_report_is_one_file_that_opens_offline(digits):
    page = (digits[0] / "report.html").read_text()
    assert page.count("data:image/png;base64,") == 7
    assert "http://" not in page and "https://" not in page
    for word in ("logistic regression", "--learning-rate", "tensorflow", "1149 train"):
        assert word in page


READER = """
import sys, numpy as np, tensorflow as tf
model = tf.saved_model.load(sys.argv[1])
rows = dict(np.load(sys.argv[2]))
answers = model.serve({name: tf.constant(values) for name, values in rows.items()})
answers = {name: values.numpy() for name, values in answers.items()}
text = {name: x.astype("S") for name, x in answers.items() if x.dtype == object}
np.savez(sys.argv[3], **answers | text)
assert not {"models", "training", "experiments", "tasks", "runs"} & set(sys.modules)
"""


def predict_elsewhere(run, inputs, tmp_path):
    """Return what the SavedModel predicts in a process that cannot import this project."""
    np.savez(tmp_path / "rows.npz", **inputs)
    words = [
        sys.executable,
        "-c",
        READER,
        str(run / "1"),
        str(tmp_path / "rows.npz"),
        str(tmp_path / "answers.npz"),
    ]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(
        words, cwd=tmp_path, env=environment, check=True, capture_output=True, timeout=300
    )
    return dict(np.load(tmp_path / "answers.npz"))


def test_the_saved_model_works_without_this_project(digits, tmp_path):
    import keras
    from sklearn.datasets import load_digits

    images = load_digits().images[:50, ..., None].astype("float32")
    answers = predict_elsewhere(digits[0], {"image": images}, tmp_path)
    expected = keras.models.load_model(digits[0] / "model.keras").predict(
        {"image": images}, verbose=0
    )["digit"]
    np.testing.assert_allclose(answers["digit_probabilities"], expected, atol=1e-5)
    np.testing.assert_array_equal(answers["digit"], expected.argmax(axis=1))


@pytest.fixture(scope="module")
def flowers(tmp_path_factory):
    """A table with every kind of column, whose names TensorFlow would not take."""
    random = np.random.default_rng(0)
    rows = 120
    size, colour = random.normal(5, 2, rows), random.choice(["red", "blue", "white"], rows)
    frame = pd.DataFrame(
        {
            "row id": np.arange(rows) + 1000,
            "petal size (cm)": np.where(random.uniform(size=rows) < 0.1, np.nan, size),
            "colour": colour,
            "seen/on": pd.date_range("2024-01-01", periods=rows, freq="3D").strftime("%Y-%m-%d"),
            "wild": random.uniform(size=rows) < 0.5,
            "planet": "earth",
            "height [m]": 3 * size + (colour == "red") + random.normal(0, 0.1, rows),
            "kind": np.where(size > 5, "large", "small"),
        }
    )
    path = tmp_path_factory.mktemp("data") / "flowers.csv"
    frame.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def flower_run(flowers, tmp_path_factory):
    """`(folder, output)` of a training on two targets, a regression and a classification."""
    folder, output = tmp_path_factory.mktemp("flowers"), io.StringIO()
    words = ["table", "--data", str(flowers), "--target", "height [m]", "kind"]
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(output):
        patch.setattr("runs.folder.RUNS", folder)
        train.main([*words, "--epochs", "3", "--members", "2"])
    return folder / "table", output.getvalue()


def test_a_table_with_every_kind_of_column_and_two_targets(flower_run, capsys):
    run, output = flower_run
    assert "left out 'row id': has a different value in every row, like an id" in output
    assert "left out 'planet': has the same value in every row" in output
    assert "kind: classification, 2 classes (text)" in output
    assert "height [m]: regression" in output
    evaluate.main([str(run)])
    assert "linear regression and logistic regression" in capsys.readouterr().out
    scores = json.loads((run / "metrics.json").read_text())["splits"]["test"]["scores"]
    assert set(scores) == {
        *("network", "linear regression and logistic regression", "boosted trees")
    }
    assert all(set(found) == {"height [m]", "kind"} for found in scores.values())


def test_new_rows_of_a_table_are_predicted_everywhere_alike(flowers, flower_run, tmp_path, capsys):
    """By evaluate.py, by the SavedModel without this project, and by `model.keras`."""
    import keras

    run, _ = flower_run
    frame = pd.read_csv(flowers)
    shuffled = frame[frame.columns[::-1]].assign(extra=1)  # any order, extra columns
    shuffled.loc[0, "colour"] = "green"
    shuffled.to_csv(tmp_path / "new.csv", index=False)
    output = tmp_path / "predictions.csv"
    evaluate.main([str(run), "--data", str(tmp_path / "new.csv"), "--output", str(output)])
    printed = capsys.readouterr().out
    assert "never seen in training: green" in printed and "kind, new (120 rows)" in printed
    predictions = pd.read_csv(output)
    assert len(predictions) == 120 and "extra" in predictions

    raw = {
        "petal size (cm)": frame["petal size (cm)"].to_numpy("float32"),
        "colour": shuffled["colour"].to_numpy(str),
        "seen/on": frame["seen/on"].to_numpy(str),
        "wild": frame["wild"].to_numpy("float32"),
    }
    answers = predict_elsewhere(run, raw, tmp_path)
    np.testing.assert_allclose(
        answers["height [m]"], predictions["height [m]_predicted"], rtol=1e-5
    )
    np.testing.assert_allclose(
        answers["kind_probabilities"][:, 1], predictions["kind_probability_small"], atol=1e-6
    )
    assert [label.decode() for label in answers["kind"]] == predictions["kind_predicted"].tolist()
    names = ["petal_size__cm_", "colour", "seen_on", "wild"]
    keras_rows = {
        name: keras.ops.convert_to_tensor(values)
        for name, values in zip(names, raw.values(), strict=True)
    }
    expected = keras.models.load_model(run / "model.keras")(keras_rows, training=False)
    np.testing.assert_allclose(answers["height [m]"], expected["height [m]"][:, 0], rtol=1e-5)


def test_the_serving_signature_has_legal_names(flower_run):
    import tensorflow as tf

    serving = tf.saved_model.load(str(flower_run[0] / "1")).signatures["serving_default"]
    answers = serving(
        petal_size__cm_=tf.constant([5.0]),
        colour=tf.constant(["red"]),
        seen_on=tf.constant(["2024-05-31T12:00:00"]),
        wild=tf.constant([1.0]),
    )
    assert answers["kind"].shape == (1,) and answers["kind_probabilities"].shape == (1, 2)
    assert answers["height [m]"].shape == (1,)


def test_config_repeats_a_run_exactly(saved_models):
    train.main(["digits", "--epochs", "2", "--seed", "3"])
    train.main(["--config", str(saved_models / "digits" / "config.json"), "--name", "again"])
    first, second = (
        pd.read_csv(saved_models / name / "history.csv").drop(columns="seconds")
        for name in ("digits", "again")
    )
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_an_existing_run_is_replaced_only_when_asked(saved_models):
    from errors import UserError

    words = ["function", "--samples", "100", "--epochs", "1"]
    train.main(words)
    before = (saved_models / "function" / "config.json").read_text()
    with pytest.raises(UserError, match="--overwrite"):
        train.main([*words, "--seed", "1"])
    assert (saved_models / "function" / "config.json").read_text() == before
    train.main([*words, "--seed", "1", "--overwrite"])
    assert (saved_models / "function" / "config.json").read_text() != before
    assert [path.name for path in saved_models.iterdir() if path.suffix != ".lock"] == ["function"]


@pytest.mark.parametrize("words", [[], ["--help"], ["digits", "--help"]])
def test_help_does_not_import_tensorflow(words):
    root = os.path.dirname(os.path.abspath(train.__file__))
    code = f"""
import sys
sys.path.insert(0, {root!r})
import train
try: train.main({words!r})
except SystemExit: pass
heavy = {{'tensorflow', 'keras', 'pandas', 'sklearn', 'matplotlib'}}
assert not heavy & set(sys.modules), sys.modules.keys()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "digits" in done.stdout


def test_a_folder_read_in_pieces(flowers, saved_models, monkeypatch, capsys):
    """The same rows in three files, in pieces of a few rows: trained, evaluated, predicted."""
    from runs.run import Run

    monkeypatch.setattr("datasets.table_files.PIECE", 1000)  # bytes
    folder = flowers.parent / "folder"
    folder.mkdir()
    frame = pd.read_csv(flowers)
    for number in range(3):
        frame[number * 40 : number * 40 + 40].to_csv(folder / f"{number}.csv", index=False)
    words = ["table", "--data", f"{folder}/*.csv", "--target", "kind", "height [m]"]
    train.main([*words, "--epochs", "2", "--stream", "yes"])
    printed = capsys.readouterr().out
    assert "reading     in pieces, about 0.0 GB (--stream no: at once, into memory)" in printed
    assert "left out 'row id': has a different value in every row, like an id" in printed
    run = Run(saved_models / "table")
    assert run.config["options"]["data"] == f"{folder}/*.csv"
    rows = run.config["data"]["rows"]
    assert sum(rows.values()) == 120
    test = evaluate.evaluate(run).metrics["splits"]["test"]
    assert test["rows"] == rows["test"]
    linear, trees = (name for name in test["scores"] if name != "network")
    assert linear.startswith("linear regression and logistic regression of ")
    assert trees.startswith("boosted trees of ")
    evaluate.main([str(run.folder), "--data", str(flowers)])
    assert len(pd.read_csv(run.folder / "predictions.csv")) == 120
    gc.collect()
    # The rows on disk are gone.
    assert [path.name for path in saved_models.iterdir() if path.is_dir()] == ["table"]


def test_a_folder_is_read_at_once_where_it_is_small(flowers, saved_models, capsys):
    from experiments.tables.table import Table

    one = Table(data=str(flowers), target=("kind",)).load()
    folder = flowers.parent / "parts"
    folder.mkdir()
    frame = pd.read_csv(flowers)
    frame[:50].to_csv(folder / "0.csv", index=False)
    frame[50:].to_csv(folder / "1.csv", index=False)
    parts = Table(data=str(folder), target=("kind",)).load()
    assert parts.fingerprint() == one.fingerprint() and parts.columns == one.columns
    assert "in pieces" not in capsys.readouterr().out


def test_pieces_and_members_exclude_each_other(flowers, saved_models):
    from errors import UserError

    words = ["table", "--data", str(flowers), "--target", "kind", "--stream", "yes"]
    message = "--members must be 1 for a table that is read in pieces; .* Received: 5"
    with pytest.raises(UserError, match=message):
        train.main([*words, "--members", "5"])
