"""Damaged runs and bad new rows: one line, and nothing is damaged further."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest

import evaluate
from errors import UserError
from tests.bad_input.helpers import mistake, npz, table

# Runs to evaluate


def test_not_a_run(trained, saved_models, file):
    shutil.copytree(trained, saved_models / "prices")
    assert "Did you mean prices?" in mistake(evaluate, saved_models / "price")
    assert "is not the config.json of a run" in mistake(evaluate, file(table()))
    assert "--output needs rows to predict: give --data FILE" in mistake(
        evaluate, trained, "--output", "predictions.csv"
    )


@pytest.mark.parametrize(
    "name",
    ["saved_model.pb", "variables/variables.data-00000-of-00001", "variables/variables.index"],
)
def test_damaged_model(name, run):
    path = run / "1" / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "is damaged" in mistake(evaluate, run)
    path.unlink()
    assert "is damaged" in mistake(evaluate, run)
    shutil.rmtree(run / "1")
    assert "has no SavedModel" in mistake(evaluate, run)
    assert not (run / "metrics.json").exists()


def test_damaged_config(run):
    path = run / "config.json"
    text, content = path.read_text(), json.loads(path.read_text())
    path.write_text(text[:200])
    assert "is not the config.json of a run" in mistake(evaluate, run)
    damages = [
        ({"data": 3}, "'data' is missing"),
        ({"inputs": 3}, "'inputs' is missing"),
        ({"inputs": {}}, "is damaged ('size')"),
        ({"inputs": content["inputs"] | {"size": {"width": 3}}}, "is damaged"),
        ({"inputs": content["inputs"] | {"size": 3}}, "is damaged"),
        ({"endpoints": {}}, "is damaged ('serve')"),
        ({"endpoints": {"serve": 3}}, "is damaged"),
        ({"endpoints": {"serve": ["size"]}}, "describes other inputs than its SavedModel has"),
        ({"data": content["data"] | {"targets": [{"width": 3}]}}, "is damaged"),
        ({"data": content["data"] | {"targets": 3}}, "is damaged"),
    ]
    for damage, message in damages:
        path.write_text(json.dumps(content | damage))
        assert message in mistake(evaluate, run, "--data", content["options"]["data"])
    path.write_text(json.dumps(content | {"options": content["options"] | {"split_seed": -1}}))
    assert "--split-seed must be" in mistake(evaluate, run)
    assert not (run / "predictions.csv").exists()


def test_one_damaged_run_does_not_hide_the_others(trained, saved_models, capsys):
    shutil.copytree(trained, saved_models / "good")
    shutil.copytree(trained, saved_models / "broken")
    (saved_models / "broken" / "config.json").write_text("hello")
    evaluate.main([])
    shown = capsys.readouterr().out
    assert "good" in shown and "broken" in shown and "is damaged" in shown


def test_training_data_gone_or_changed(run, file):
    config = json.loads((run / "config.json").read_text())
    config["options"]["data"] = str(file(table(price=np.arange(60.0))))
    (run / "config.json").write_text(json.dumps(config))
    assert "has changed since the training" in mistake(evaluate, run)
    file(table()).unlink()
    assert "There is no file" in mistake(evaluate, run)
    assert not (run / "metrics.json").exists()


# New rows


@pytest.mark.parametrize(
    "rows, text",
    [
        (b"", "is empty"),
        (b"size,colour\n", "no rows"),
        (table().drop(columns="colour"), "has no column 'colour'"),
        (table(size=["1", "large"] * 30), "Column 'size', row 2: 'large' is not a number"),
        (table(size=[1.0, -np.inf] * 30), "Column 'size', row 2: '-inf' is infinite"),
        (table(price="dear"), "Target 'price' is text"),
    ],
)
def test_rows_that_cannot_be_predicted(rows, text, trained, file, tmp_path):
    assert text in mistake(
        evaluate, trained, "--data", file(rows), "--output", tmp_path / "predictions.csv"
    )
    assert not (tmp_path / "predictions.csv").exists()


def test_unseen_categories_are_predicted_with_a_warning(trained, file, tmp_path, capsys):
    evaluate.main(
        [
            str(trained),
            "--data",
            str(file(table(colour="pink"))),
            "--output",
            str(tmp_path / "out.csv"),
        ]
    )
    assert (
        "column 'colour' has 1 categories never seen in training: pink" in capsys.readouterr().out
    )
    assert pd.read_csv(tmp_path / "out.csv")["price_predicted"].notna().all()


def test_rows_with_a_target_are_scored(trained, file, tmp_path, capsys):
    rows = table(price=[np.nan] * 50 + [1.0, 2.0] * 5)
    evaluate.main([str(trained), "--data", str(file(rows)), "--output", str(tmp_path / "out.csv")])
    assert "price, new (10 rows)" in capsys.readouterr().out
    assert len(pd.read_csv(tmp_path / "out.csv")) == 60


def test_predictions_that_cannot_be_written(trained, file, tmp_path):
    data = file(table())
    content = data.read_bytes()
    assert "cannot be written" in mistake(
        evaluate, trained, "--data", data, "--output", tmp_path / "nowhere" / "out.csv"
    )
    assert "cannot be written" in mistake(evaluate, trained, "--data", data, "--output", tmp_path)
    assert "is the file of --data" in mistake(evaluate, trained, "--data", data, "--output", data)
    assert data.read_bytes() == content


def test_pictures_to_predict(pictures, tmp_path, capsys):
    from datasets.dataset import Column
    from datasets.picture_folder import read_pictures_to_predict

    column = Column("image", "image", shape=(9, 9, 3), dtype="uint8")
    (pictures / "cat" / "text.png").write_bytes(b"hello")
    with pytest.raises(UserError, match="text.png is not a readable picture"):
        read_pictures_to_predict(pictures / "cat" / "text.png", column, "label")
    frame, inputs = read_pictures_to_predict(pictures, column, "label")
    assert len(frame) == len(inputs["image"]) == 20
    assert "skipped" in capsys.readouterr().out
    with pytest.raises(UserError, match="Received: .8, 8, 1."):
        read_pictures_to_predict(
            npz(tmp_path / "small.npz", x=np.zeros((10, 8, 8)), y=np.arange(10) % 2),
            column,
            "label",
        )
