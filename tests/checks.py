"""What the tests of every topic have in common: two checks, a line each for a new topic."""

import json
import subprocess
import sys

import keras
import numpy as np

import evaluate
import train

PROMISED = {
    "1",
    "model.keras",
    "config.json",
    "history.csv",
    "metrics.json",
    "plots",
    "report.html",
}


def check_builder(model, input_shape, output_shape, parameters, loss="mean_squared_error"):
    """Check a builder: shapes, number of parameters, and a short fit that lowers the loss.

    Args:
        model: small `keras.Model` with one input and one output.
        input_shape, output_shape: shapes of one row.
        parameters: number of weights.
        loss: loss of the fit, to random targets.
    """
    assert model.input_shape == (None, *input_shape), model.input_shape
    assert model.output_shape == (None, *output_shape), model.output_shape
    assert model.count_params() == parameters, model.count_params()
    random = np.random.default_rng(0)
    x = random.normal(size=(32, *input_shape)).astype("float32")
    y = random.uniform(size=(32, *output_shape)).astype("float32")
    if loss == "sparse_categorical_crossentropy":
        y = random.integers(0, output_shape[-1], 32)
    model.compile(keras.optimizers.Adam(0.01), loss)
    before = model.evaluate(x, y, verbose=0)
    model.fit(x, y, epochs=20, verbose=0)
    assert model.evaluate(x, y, verbose=0) < before


def check_experiment(name, saved_models, *options, endpoints=("serve",), pictures=("history",)):
    """Check a topic: train, evaluate, and look at what is there.

    Args:
        name: name of the experiment.
        saved_models: folder of the runs.
        options: words of the command.
        endpoints: endpoints that the SavedModel must have.
        pictures: pictures that must be drawn.

    Returns: the run's folder and the content of `metrics.json`.
    """
    train.main([name, *map(str, options)])
    folder = saved_models / name
    evaluate.main([str(folder)])
    assert {path.name for path in folder.iterdir()} >= PROMISED
    config = json.loads((folder / "config.json").read_text())
    assert set(endpoints) <= set(config["endpoints"])
    drawn = {path.stem for path in (folder / "plots").iterdir()}
    assert set(pictures) <= drawn, drawn
    metrics = json.loads((folder / "metrics.json").read_text())
    assert isinstance(metrics["headline"]["value"], float)
    assert metrics["headline"]["score"]
    return folder, metrics


ALONE = """
import sys, numpy as np, tensorflow as tf
model = tf.saved_model.load(sys.argv[1])
rows = dict(np.load(sys.argv[2]))
answers = getattr(model, sys.argv[4])({name: tf.constant(x) for name, x in rows.items()})
text = {name: x.numpy().astype("S") for name, x in answers.items() if x.dtype == tf.string}
np.savez(sys.argv[3], **{name: x.numpy() for name, x in answers.items()} | text)
assert not {"models", "training", "experiments", "tasks", "runs"} & set(sys.modules)
"""


def answer_alone(folder, inputs, tmp_path, endpoint="serve"):
    """Return what a SavedModel answers in a process without this project on its path."""
    np.savez(tmp_path / "rows.npz", **inputs)
    rows, answers = tmp_path / "rows.npz", tmp_path / "answers.npz"
    words = [sys.executable, "-c", ALONE, folder / "1", rows, answers, endpoint]
    subprocess.run([*map(str, words)], cwd=tmp_path, check=True, capture_output=True, timeout=300)
    return dict(np.load(answers))
