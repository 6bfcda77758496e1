"""Supervised topics whose targets have shapes, from `build` to the pictures."""

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

import evaluate
import train
from datasets.columns import describe_columns
from datasets.dataset import Column, Dataset, Split, Target
from datasets.split import split_at_random
from runs.run import Run
from tasks.supervised import Supervised


@dataclass(frozen=True)
class Orbit(Supervised):
    """From an angle and a radius to a position in space, and on which side that is."""

    rows: int = 300
    epochs: int = 150
    learning_rate: float = 0.02
    patience: int = 150
    sides: bool = False

    def load(self):
        random = np.random.default_rng(0)
        angle, radius = random.uniform(-1, 1, (2, self.rows)).astype("float32")
        position = np.stack([angle + radius, 5 - angle, 2 * radius], axis=1)  # (rows, 3)
        inputs = {"angle": angle, "radius": radius}
        targets = {"position": position, "side": np.where(angle > 0, "right", "left")}
        descriptions = [
            Target("position", "m", mean=2.0, std=2.0, shape=(3,)),
            Target("side", classes=("left", "right")),
        ]
        if not self.sides:
            del targets["side"], descriptions[1]
        splits = split_at_random(Split(inputs, targets), self.split_seed)
        columns = describe_columns(inputs, [Column("angle"), Column("radius")])
        return Dataset("an orbit", *splits, columns, tuple(descriptions))

    def build(self, data):
        from models.wide_and_deep import wide_and_deep

        (features,) = self.input_shape(data)
        heads = {target.name: (target.head, target.size) for target in data.targets}
        return wide_and_deep(features, heads, hidden=(4,), dropout=0.0)


@pytest.fixture(scope="module", params=[False, True], ids=["alone", "beside a class"])
def trained(request, tmp_path_factory):
    """A run, evaluated; the target with a shape is alone or beside a classification."""
    experiment = Orbit(sides=request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", tmp_path_factory.mktemp("saved_models"))
        patch.setattr("tasks.catalogue.find_experiment", lambda name: Orbit)
        run = Run(train.train("orbit", experiment))
        evaluate.evaluate(run)
    return experiment, run


def test_the_answer_has_the_targets_shape_and_unit(trained):
    experiment, run = trained
    test = experiment.load().test
    answers = run.predict(test.inputs)
    assert answers["position"].shape == (60, 3)
    np.testing.assert_allclose(answers["position"], test.targets["position"], atol=0.2)
    model = tf.saved_model.load(str(run.folder / "1"))
    found = model.serve({n: tf.constant(x[:1]) for n, x in test.inputs.items()})
    np.testing.assert_allclose(found["position"], answers["position"][:1], rtol=1e-5)
    assert ("side" in answers) == experiment.sides


def test_it_is_scored_beside_linear_regression(trained):
    experiment, run = trained
    metrics = json.loads((run.folder / "metrics.json").read_text())
    scores = metrics["splits"]["test"]["scores"]
    names = {"network", "linear regression" + " and logistic regression" * experiment.sides}
    assert set(scores) == names
    assert metrics["headline"]["score"] == "RMSE of position"
    (linear,) = (found for name, found in scores.items() if name != "network")
    assert linear["position"]["RMSE"] < 1e-3 and scores["network"]["position"]["R2"] > 0.99
    assert run.config["data"]["targets"][0]["shape"] == (3,)
    pictures = {path.stem for path in (run.folder / "plots").iterdir()}
    prefix = "position-" if experiment.sides else ""
    assert {f"{prefix}predicted-against-true", f"{prefix}residuals", "history"} <= pictures


def test_new_rows_get_a_column_for_each_number(trained, tmp_path, monkeypatch):
    experiment, run = trained
    monkeypatch.setattr("tasks.catalogue.find_experiment", lambda name: Orbit)
    inputs = experiment.load().test.take(np.arange(5)).inputs
    pd.DataFrame(inputs).to_csv(tmp_path / "new.csv", index=False)
    evaluate.predict(run, str(tmp_path / "new.csv"), str(tmp_path / "out.csv"))
    table = pd.read_csv(tmp_path / "out.csv")
    names = [f"position_predicted_{number}" for number in (1, 2, 3)]
    expected = run.predict(inputs)["position"]
    np.testing.assert_allclose(table[names], expected, rtol=1e-5)
    assert ("side_predicted" in table) == experiment.sides


def test_a_run_whose_data_has_changed_is_not_scored(trained, monkeypatch):
    from errors import UserError

    experiment, run = trained
    changed = Orbit(sides=experiment.sides, rows=301)
    with pytest.raises(UserError, match="an orbit has changed since the training"):
        changed.evaluate(run, changed.load())
