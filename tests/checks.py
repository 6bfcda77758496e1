"""What the tests of every topic have in common: two checks, a line each for a new topic."""

import json
import subprocess
import sys

import keras
import numpy as np

import evaluate
import train
from evaluation.captions import find_caption
from training.losses import LOSSES

PROMISED = {
    "1",
    "model.keras",
    "config.json",
    "history.csv",
    "metrics.json",
    "plots",
    "report.html",
}


def check_builder(model, input_shape, output_shape, parameters, kind, folder):
    """Check a builder: shapes, parameters, save and load, and a short fit that lowers the loss.

    Args:
        model: small `keras.Model` with one input and one output.
        input_shape, output_shape: shapes of one row.
        parameters: number of weights.
        kind: kind of answer, see `models.heads.head`.
        folder: folder for files.
    """
    x = np.random.default_rng(0).uniform(size=(64, *input_shape)).astype("float32")
    answers = model.predict(x, verbose=0)
    assert answers.shape == (64, *output_shape), answers.shape
    assert model.count_params() == parameters, model.count_params()
    if kind == "softmax":
        np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)
    if kind == "gaussian":
        assert (answers[:, 1] > 0).all()
    model.save(folder / "model.keras")
    loaded = keras.models.load_model(folder / "model.keras")
    np.testing.assert_allclose(loaded.predict(x, verbose=0), answers, atol=1e-5)

    mean = x.reshape(len(x), -1).mean(axis=1)
    numbers = (mean - mean.mean()) / mean.std()
    y = numbers if kind in ("linear", "gaussian") else (numbers > 0).astype("int32")
    y = np.repeat(y[:, None], output_shape[0], axis=1) if kind == "linear" else y
    model.compile(keras.optimizers.Adam(0.01), LOSSES[kind])
    before = model.evaluate(x, y, verbose=0)
    model.fit(x, y, epochs=40, verbose=0)
    assert model.evaluate(x, y, verbose=0) < 0.9 * before


def check_experiment(name, saved_models, *options, endpoints=("serve",), pictures=()):
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
    assert all(map(find_caption, drawn)), drawn
    metrics = json.loads((folder / "metrics.json").read_text())
    assert isinstance(metrics["headline"]["value"], float)
    assert metrics["headline"]["score"]
    return folder, metrics


ALONE = """
import sys, numpy as np, tensorflow as tf
model = tf.saved_model.load(sys.argv[1])
rows = dict(np.load(sys.argv[2]))
answers = getattr(model, sys.argv[4])({name: tf.constant(x) for name, x in rows.items()})
text = {name: x for name, x in answers.items() if x.dtype == tf.string}
text = {name: np.asarray(x.numpy()).astype("S") for name, x in text.items()}
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
