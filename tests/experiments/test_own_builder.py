"""A network of the user's own, `--builder FILE.py:FUNCTION`: trained and scored like others."""

import json

import numpy as np
import pandas as pd
import pytest

import train
from errors import UserError
from tests.checks import check_experiment

DENSE = """
import keras
from keras import layers

from models.heads import head


def build(input_shape, targets):
    inputs = keras.Input(input_shape)
    x = layers.Dense(8, activation="gelu", name="mine")(inputs)
    outputs = {f"{t.name}": head(x, t.head, t.size) for t in targets}
    (first, *others) = outputs.values()
    return keras.Model(inputs, outputs if others else first)
"""
FLAT = """
import keras
from keras import layers


def build(input_shape, targets):
    inputs = keras.Input(input_shape)
    x = layers.Flatten()(layers.Rescaling(1 / 255)(inputs))
    return keras.Model(inputs, layers.Dense(targets[0].size, activation="softmax")(x))
"""


@pytest.fixture
def table(tmp_path):
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(120, 2)), columns=["a", "b"])
    frame["size"] = 2 * frame["a"] + random.normal(0, 0.1, 120)
    frame["kind"] = np.where(frame["b"] > 0, "up", "down")
    frame.to_csv(tmp_path / "rows.csv", index=False)
    return str(tmp_path / "rows.csv")


@pytest.fixture
def builder(tmp_path):
    def write(text):
        (tmp_path / "my_model.py").write_text(text)
        return f"{tmp_path / 'my_model.py'}:build"

    return write


@pytest.mark.parametrize("members", [1, 2])
def test_a_table(saved_models, table, builder, members):
    words = ("--data", table, "--target", "kind", "--builder", builder(DENSE))
    folder, metrics = check_experiment(
        "table", saved_models, *words, "--members", members, "--epochs", 2
    )
    config = json.loads((folder / "config.json").read_text())
    assert config["options"]["builder"] == builder(DENSE)
    assert "mine" in {name.strip() for name, *_ in config["network"]["layers"]}
    assert set(metrics["splits"]["test"]["scores"]) >= {"network", "logistic regression"}


def test_several_targets(saved_models, table, builder):
    words = ("--data", table, "--target", "kind", "size", "--builder", builder(DENSE))
    check_experiment("table", saved_models, *words, "--members", 1, "--epochs", 2)


def test_pictures_without_convolutions(saved_models, tmp_path, builder):
    random = np.random.default_rng(0)
    np.savez(
        tmp_path / "pictures.npz",
        x=random.integers(0, 255, (60, 8, 8), dtype="uint8"),
        y=np.arange(60) % 3,
    )
    words = ("--data", tmp_path / "pictures.npz", "--builder", builder(FLAT), "--epochs", 2)
    folder, _ = check_experiment("images", saved_models, *words)
    assert not (folder / "plots" / "filters.png").exists()


@pytest.mark.parametrize(
    "text, reason",
    [
        (DENSE.replace("return keras", "return 5  #"), "must return a keras.Model. Received: int"),
        (DENSE.replace("Dense(8", "Danse(8"), r"my_model.py, line 10: AttributeError: .*Danse"),
        (DENSE.replace("t.size", "5").replace("t.head", "'softmax'"), r"output shape \(None, 1\)"),
        (DENSE.replace("def build", "def make"), "has no function build"),
        ("import nothing_like_it", "line 1: ModuleNotFoundError"),
        ("def build(", "SyntaxError"),
    ],
)
def test_a_network_that_does_not_fit(saved_models, table, builder, text, reason):
    words = ["table", "--data", table, "--target", "kind", "--builder", builder(text)]
    with pytest.raises(UserError, match=reason):
        train.main(words)
    assert not list(saved_models.glob("[!.]*"))


@pytest.mark.parametrize("value", ["nothing.py:build", "my_model.py", "my_model.py:"])
def test_a_builder_that_is_none(saved_models, table, value):
    with pytest.raises(UserError, match="--builder"):
        train.main(["table", "--data", table, "--target", "kind", "--builder", value])


def test_a_config_from_elsewhere_runs_no_python(saved_models, table, builder, tmp_path):
    words = ["--data", table, "--target", "kind", "--builder", builder(DENSE), "--epochs", "1"]
    folder = train.train(*train_words("table", *words))
    config = tmp_path / "config.json"
    config.write_text((folder / "config.json").read_text())
    with pytest.raises(UserError, match="a program. If you trust it, add --builder"):
        train.main(["--config", str(config), "--name", "again"])
    train.main(["--config", str(folder / "config.json"), "--name", "again"])
    assert (saved_models / "again" / "1").is_dir()


def train_words(*words):
    from tasks.command import parse_experiment

    return parse_experiment(list(words))
