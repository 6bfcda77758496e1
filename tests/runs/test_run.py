"""A run on disk: written once, loaded by TensorFlow alone, its endpoints called by their names."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from keras import layers

from datasets.dataset import Column
from errors import UserError
from runs.config import FORMAT
from runs.endpoint import Endpoint, Export
from runs.run import LAYERS, Run, begin_run
from runs.saved_model import load_saved_model, predict, read_signature, write_saved_model

PROJECT = Path(__file__).parents[2]
FOLDERS = ("datasets", "equations", "evaluation", "models", "runs", "symbolic", "tasks", "training")

SIZE, COLOUR = Column("size [m]"), Column("colour", "category", vocabulary=("red", "blue"))
PICTURE = Column("picture", "image", shape=(2, 2, 1), dtype="uint8")
COUNT = Column("count", dtype="int32", per_row=False)
SEED = Column("seed", dtype="int32", shape=(2,), per_row=False)
START = Column("start")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run with endpoints of every kind: rows, text, pictures, and numbers that all rows share."""
    inputs = keras.Input((1,), name="size__m_")
    layer = layers.Dense(2, kernel_initializer="ones", bias_initializer="ones")
    network = keras.Model({"size__m_": inputs}, {"y": layer(inputs)})

    def serve(inputs):
        x = network({"size__m_": inputs["size [m]"][:, None]})["y"]
        return {"y": x[:, 0], "name": tf.strings.join([inputs["colour"], "é"])}

    def generate(inputs):
        shape = tf.stack([inputs["count"], 2])
        noise = tf.random.stateless_normal(shape, inputs["seed"])
        return {"sample": layer(noise[:, :1])}

    def forecast(inputs):  # rows, and a number that all of them share
        steps = tf.cast(tf.range(inputs["count"]), "float32")
        return {"series": inputs["start"][:, None] + steps}

    def mean(inputs):
        return {"mean": tf.reduce_mean(tf.cast(inputs["picture"], "float32"), axis=(1, 2, 3))}

    endpoints = {
        "serve": Endpoint(serve, (SIZE, COLOUR)),
        "mean": Endpoint(mean, (PICTURE,)),
        "generate": Endpoint(generate, (COUNT, SEED)),
        "forecast": Endpoint(forecast, (START, COUNT)),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", tmp_path_factory.mktemp("saved_models"))
        with begin_run("example") as run:
            run.update(format=FORMAT, experiment="example", options={}, data={})
            run.write_table("points", {"x": [1.0, 2.0], "y": [3, 4]})
            run.write({"loss": [2.0, 1.0], "seconds": [0.1, 0.2]}, Export(network, endpoints))
            run.update(training={"epochs": 2}, versions={})
            assert run.folder.name == ".example.partial"
    return Run(run.folder.with_name("example"))


def test_its_form(run):
    names = {"1", "model.keras", "config.json", "history.csv", "points.csv"}
    assert {path.name for path in run.folder.iterdir()} == names
    assert Run(run.folder / "config.json").folder == run.folder
    assert run.config["endpoints"] == {
        "serve": ("size [m]", "colour"),
        "mean": ("picture",),
        "generate": ("count", "seed"),
        "forecast": ("start", "count"),
    }


def test_its_tables(run):
    assert run.history == {"epoch": [0, 1], "loss": [2.0, 1.0], "seconds": [0.1, 0.2]}
    points = pd.DataFrame({"x": [1.0, 2.0], "y": [3, 4]})
    pd.testing.assert_frame_equal(run.read_table("points"), points, check_dtype=False)


@pytest.mark.parametrize(
    ("endpoint", "inputs"),
    [
        ("serve", [SIZE, COLOUR]),
        ("mean", [PICTURE]),
        ("generate", [COUNT, SEED]),
        ("forecast", [START, COUNT]),
    ],
)
def test_the_inputs_of_an_endpoint(run, endpoint, inputs):
    assert run.inputs(endpoint) == inputs
    assert set(read_signature(run.saved_model, endpoint)) == {column.name for column in inputs}


def test_rows_in_answers_and_text_out(run):
    size = np.arange(20_000, dtype="float64")  # more than one batch, of another type
    colour = np.array(["red", "blü"] * 10_000)
    answers = run.predict({"colour": colour, "size [m]": size, "ignored": size[:3]})
    np.testing.assert_array_equal(answers["y"], size.astype("float32") + 1)
    assert answers["name"][:2].tolist() == ["redé", "blüé"]
    assert answers["name"].dtype.kind == "U" and len(answers["name"]) == len(size)


def test_no_rows_in_no_rows_out(run):
    answers = run.predict({"size [m]": np.zeros(0), "colour": np.array([], str)})
    assert answers["y"].shape == (0,) and answers["name"].shape == (0,)
    assert run.predict({"picture": np.zeros((0, 2, 2, 1))}, "mean")["mean"].shape == (0,)


def test_pictures_come_as_they_are(run):
    pictures = np.arange(4 * 600, dtype="uint8").reshape(600, 2, 2, 1)
    answers = run.predict({"picture": pictures}, "mean")["mean"]
    np.testing.assert_allclose(answers, pictures.reshape(600, 4).mean(axis=1))


def test_an_endpoint_without_rows_draws_samples(run):
    """`count` and `seed` are no rows; the same seed draws the same samples."""
    first, again, other = (
        run.predict({"count": 5, "seed": seed}, "generate")["sample"]
        for seed in ([1, 2], np.array([1, 2]), [1, 3])
    )
    assert first.shape == (5, 2) and (first[:, 0] == first[:, 1]).all()
    np.testing.assert_array_equal(first, again)
    assert (first != other).all()
    assert run.predict({"count": 1000, "seed": [0, 0]}, "generate")["sample"].shape == (1000, 2)


@pytest.mark.parametrize("batch_size", [None, 3])
def test_rows_beside_a_number_that_they_share(run, batch_size):
    inputs = {"start": np.arange(10.0), "count": 4}
    answers = predict(run.saved_model, inputs, "forecast", batch_size)
    expected = np.arange(10)[:, None] + np.arange(4)
    np.testing.assert_array_equal(answers["series"], expected)


def test_the_first_endpoint_is_the_servings_default(run):
    serving = run.saved_model.signatures["serving_default"]
    answers = serving(size__m_=tf.constant([1.0]), colour=tf.constant(["red"]))
    assert answers["y"].numpy().tolist() == [2.0]
    generate = run.saved_model.signatures["generate"]
    assert generate(count=tf.constant(3), seed=tf.constant([1, 2]))["sample"].shape == (3, 2)


DRAW = """
import sys, numpy as np, tensorflow as tf
model = tf.saved_model.load(sys.argv[1])
sample = model.generate({"count": tf.constant(5), "seed": tf.constant([1, 2])})["sample"]
np.save(sys.argv[2], sample.numpy())
"""


def test_a_seed_draws_the_same_samples_in_every_process(run, tmp_path):
    words = [sys.executable, "-c", DRAW, str(run.folder / "1"), str(tmp_path / "sample.npy")]
    subprocess.run(words, cwd=tmp_path, check=True, capture_output=True, timeout=300)
    expected = run.predict({"count": 5, "seed": [1, 2]}, "generate")["sample"]
    np.testing.assert_allclose(np.load(tmp_path / "sample.npy"), expected, atol=1e-6)


def test_the_network_can_be_trained_further(run):
    model = run.network
    answers = model({"size__m_": np.array([[1.0]])})["y"]
    np.testing.assert_array_equal(answers, [[2.0, 2.0]])
    assert len(model.trainable_weights) == 2


def test_all_modules_with_layers_of_their_own_are_imported_for_it():
    """Otherwise Keras finds the layers only if the process happened to import them before."""
    paths = [path for folder in FOLDERS for path in sorted((PROJECT / folder).rglob("*.py"))]
    own = [path for path in paths if "register_keras_serializable" in path.read_text("utf-8")]
    modules = {".".join(path.relative_to(PROJECT).with_suffix("").parts) for path in own}
    assert modules and modules <= set(LAYERS)


# During a training


def test_only_the_chief_writes_the_config(tmp_path, monkeypatch):
    run = Run(tmp_path)
    monkeypatch.setattr("runs.run.is_chief", lambda: False)
    run.update(format=FORMAT)
    assert not (tmp_path / "config.json").exists()
    monkeypatch.undo()
    run.update(format=FORMAT)
    assert json.loads((tmp_path / "config.json").read_text()) == {"format": FORMAT}


# Damage


@pytest.fixture
def copy(run, tmp_path):
    return Run(shutil.copytree(run.folder, tmp_path / "copy"))


def test_the_newest_version_is_loaded(copy):
    (copy.folder / "notes").mkdir()
    (copy.folder / "10").mkdir()
    with pytest.raises(UserError, match="10 is damaged"):
        load_saved_model(copy.folder)
    (copy.folder / "10").rmdir()
    assert load_saved_model(copy.folder).signatures


def test_no_saved_model(copy):
    shutil.rmtree(copy.folder / "1")
    with pytest.raises(UserError, match="has no SavedModel"):
        copy.saved_model  # noqa: B018


def test_a_saved_model_without_endpoints(copy):
    shutil.rmtree(copy.folder / "1")
    tf.saved_model.save(tf.Module(), str(copy.folder / "1"))
    with pytest.raises(UserError, match="is damaged .it has no endpoint"):
        copy.saved_model  # noqa: B018


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"endpoints": {}}, "config.json is damaged"),
        ({"endpoints": {"serve": ["size"]}}, "config.json is damaged"),
        ({"inputs": {"size [m]": {"width": 3}, "colour": {}}}, "config.json is damaged"),
        ({"inputs": {"size [m]": 3, "colour": 3}}, "config.json is damaged"),
        ({"endpoints": {"serve": ["size [m]"]}}, "other inputs than its SavedModel has"),
    ],
)
def test_a_config_that_does_not_describe_the_saved_model(copy, changes, message):
    content = json.loads((copy.folder / "config.json").read_text())
    (copy.folder / "config.json").write_text(json.dumps(content | changes))
    with pytest.raises(UserError, match=message):
        copy.inputs()


def test_an_export_that_cannot_be_written(tmp_path, monkeypatch):
    def write_out(*arguments, **options):
        raise tf.errors.ResourceExhaustedError(None, None, "No space left on device\nat a place")

    monkeypatch.setattr(type(keras.export.ExportArchive()), "write_out", write_out)
    inputs = keras.Input((1,), name="a")
    network = keras.Model({"a": inputs}, {"y": layers.Dense(1)(inputs)})
    endpoint = Endpoint(lambda inputs: network({"a": inputs["a"][:, None]}), (Column("a"),))
    with pytest.raises(OSError, match="cannot be written: No space left on device$"):
        write_saved_model(network, {"serve": endpoint}, tmp_path)
