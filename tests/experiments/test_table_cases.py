"""Tables as people store them, each with the score that the plainly written table would have."""

import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import evaluate
import train
from errors import UserError
from tests.checks import check_experiment

QUICK = ("--epochs", "40", "--members", "1", "--overwrite")


@pytest.fixture
def fit(shared, saved_models, capsys):
    """Train on a table and evaluate: scores of the test rows, and what was printed."""

    def fit(data, target, *options):
        path = shared(f"../cases/{data}.csv") if isinstance(data, str) else data
        train.main(["table", "--data", str(path), "--target", target, *QUICK, *options])
        evaluate.main([str(saved_models / "table")])
        metrics = json.loads((saved_models / "table" / "metrics.json").read_text())
        scores = metrics["splits"]["test"]["scores"]
        return {name: found[target] for name, found in scores.items()}, capsys.readouterr().out

    return fit


@pytest.fixture
def predict(shared, saved_models, tmp_path):
    """Predict a table of the shared cases: a `pandas.DataFrame` of text."""

    def predict(name):
        output = tmp_path / "predictions.csv"
        data = str(shared(f"../cases/{name}.csv"))
        evaluate.main([str(saved_models / "table"), "--data", data, "--output", str(output)])
        return pd.read_csv(output, dtype=str)

    return predict


def test_question_marks_are_missing_numbers(fit, predict):
    scores, printed = fit("question-marks", "mpg")
    assert scores["network"]["R2"] > 0.99
    assert "'horsepower': 5 values are not numbers and count as missing: '?' (5)" in printed
    low, high, missing, *_ = predict("question-marks-new")["mpg_predicted"].astype(float)
    assert low > missing > high


def test_codes_with_leading_zeros_are_categories(fit):
    scores, printed = fit("postcodes", "rent")
    assert scores["network"]["R2"] > 0.99
    assert "'postcode' has leading zeros and is read as categories" in printed


def test_new_rows_have_the_kinds_of_the_training(fit, predict):
    assert fit("wards", "score")[0]["network"]["R2"] > 0.99
    found = predict("wards-new")
    np.testing.assert_allclose(
        found["score_predicted"].astype(float), found["score"].astype(float), atol=0.2
    )
    assert found["ward"][0] == "03"


def test_new_dates_have_the_format_of_the_training(fit, predict):
    assert fit("day-first", "sold")[0]["network"]["R2"] > 0.99
    found = predict("day-first-new")
    np.testing.assert_allclose(
        found["sold_predicted"].astype(float), found["sold"].astype(float), atol=0.5
    )


@pytest.mark.parametrize(
    "name, target", [("two-digit-years", "sold"), ("german-thousands", "preis"),
                     ("country-feature", "income")]
)  # fmt: skip
def test_numbers_dates_and_labels(fit, name, target):
    assert fit(name, target)[0]["network"]["R2"] > 0.98


def test_labels_with_blanks_are_joined(fit):
    scores, printed = fit("trailing-blank", "label")
    assert scores["network"]["accuracy"] > 0.95
    assert "label: classification, 2 classes" in printed and "removed blanks" in printed


def test_namibia_is_a_class(fit):
    scores, printed = fit("country-codes", "country")
    assert scores["network"]["accuracy"] > 0.9
    assert "country: classification, 3 classes" in printed
    assert "'NA' is kept as a class" in printed


def test_rows_of_a_patient_stay_together(fit):
    scores, printed = fit("patients", "state")
    assert scores["network"]["accuracy"] > 0.9
    assert "--group patient tests with groups not seen in training" in printed
    scores, printed = fit("patients", "state", "--group", "patient")
    assert scores["network"]["accuracy"] < 0.65  # chance
    assert "rows repeat" not in printed


# Further dialects


@pytest.fixture
def write(tmp_path):
    def write(content, name="table.csv"):
        (tmp_path / name).write_text(content, encoding="utf-8")
        return tmp_path / name

    return write


def test_new_numbers_have_the_decimal_mark_of_the_training(fit, saved_models, write, tmp_path):
    random = np.random.default_rng(0)
    x, z = random.uniform(0, 3000, (2, 120)).round(2)

    def german(value):
        return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))

    rows = [f"{german(a)};{german(b)};{german(2 * a + b)}" for a, b in zip(x, z, strict=True)]
    assert fit(write("\n".join(["x;z;y", *rows])), "y")[0]["network"]["R2"] > 0.99
    new, output = write("x;z\n1.500;2.000\n", "new.csv"), tmp_path / "out.csv"
    evaluate.main([str(saved_models / "table"), "--data", str(new), "--output", str(output)])
    assert pd.read_csv(output)["y_predicted"][0] == pytest.approx(5000, rel=0.05)


def test_a_large_offset_keeps_its_digits(fit, write):
    days = 2459000 + np.arange(120) * 0.01
    y = np.sin((days - 2459000) * 2)
    content = "\n".join(["day,y", *(f"{d:.4f},{v:.6f}" for d, v in zip(days, y, strict=True))])
    scores, _ = fit(write(content), "y", "--epochs", "200")
    assert scores["network"]["R2"] > 0.9


def test_numbers_too_small_for_float32(fit, write):
    x = np.linspace(1, 2, 100)
    content = "\n".join(["x,y", *(f"{a * 1e-42:.6e},{3 * a * 1e-40:.6e}" for a in x)])
    assert fit(write(content), "y")[0]["network"]["R2"] > 0.99


def test_a_lone_absurd_value_is_named(fit, write):
    x = np.linspace(1, 2, 100)
    rows = [f"{a:.4f},{3 * a:.4f}" for a in x]
    scores, printed = fit(write("\n".join(["x,y", *rows, "1e15,4.5"])), "y")
    assert scores["network"]["R2"] > 0.9
    assert "'x': 1 absurd values count as the nearest usual one: 1e+15" in printed


@pytest.mark.parametrize("name", ["self", "cls", "class", "training", "inputs", "x y", "ß", "1"])
def test_any_name_of_a_column_is_exported(fit, write, name):
    x = np.linspace(1, 2, 60)
    content = "\n".join([f"{name},y", *(f"{a:.4f},{3 * a:.4f}" for a in x)])
    assert fit(write(content), "y")[0]["network"]["R2"] > 0.99


def test_weights_of_rows(fit, write):
    x = np.linspace(0, 1, 200)
    rows = [f"{a:.4f},{a if k % 2 else 9:.4f},{k % 2}" for k, a in enumerate(x)]
    scores, _ = fit(write("\n".join(["x,y,w", *rows])), "y", "--weights", "w")
    assert scores["network"]["R2"] > 0.99 and scores["linear regression"]["R2"] > 0.99


def test_the_latest_rows_test(fit, write, saved_models):
    rows = [f"{day},{day % 7},{day % 7 + 0.5}" for day in range(200)]
    fit(write("\n".join(["day,weekday,y", *rows])), "y", "--time", "day")
    from runs.run import Run

    assert Run(saved_models / "table").config["data"]["rows"]["test"] == 40


@pytest.mark.parametrize(
    "options, message",
    [
        (["--group", "grp"], "--group names the column 'grp', which the table does not have"),
        (["--weights", "y"], "--weights y is a target as well"),
        (["--group", "a", "--time", "t"], "by --group or by --time"),
        (["--time", "a"], "--time a is text; expected numbers or dates"),
        (["--weights", "t"], "--weights t is -1 in row 1; expected 0 or a positive number"),
        (["--group", "a", "--stream", "yes"], "--group a needs all rows in memory"),
        (["--categories", "a", "--numbers", "a"], "'a' is named in --categories and in --numbers"),
        (["--numbers", "a"], "--numbers names the column 'a', which has no numbers"),
    ],
)
def test_mistakes_of_roles(write, options, message):
    from errors import UserError

    path = write("\n".join(["a,t,y", *(f"g{k % 5},{k - 1},{k * 0.5}" for k in range(60))]))
    with pytest.raises(UserError) as caught:
        train.main(["table", "--data", str(path), "--target", "y", *QUICK, *options])
    assert message in str(caught.value)


def test_the_unit_beside_the_numbers_comes_before_a_line_of_units(
    fit, write, saved_models, tmp_path
):
    rows = [f"{k} kW;{k / 2};{3 * k}" for k in range(1, 80)]
    content = "\n".join(["power;length;y", "[W];[m];[J]", *rows])
    assert fit(write(content), "y")[0]["network"]["R2"] > 0.99
    new, output = write("power;length\n40 kW;20\n", "new.csv"), tmp_path / "out.csv"
    evaluate.main([str(saved_models / "table"), "--data", str(new), "--output", str(output)])
    assert pd.read_csv(output)["y_predicted"][0] == pytest.approx(120, rel=0.05)


def test_a_learning_curve(saved_models, tmp_path):
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(400, 3)), columns=["a", "b", "c"])
    frame["y"] = frame["a"] * frame["b"] + frame["c"]
    frame.to_csv(tmp_path / "rows.csv", index=False)
    words = ("--data", tmp_path / "rows.csv", "--target", "y", "--epochs", 3, "--learning-curve")
    pictures = ("learning-curve", "importance")
    folder, metrics = check_experiment("table", saved_models, *words, pictures=pictures)
    curve = pd.read_csv(folder / "learning_curve.csv")
    assert curve["rows"].tolist() == [32, 64, 128, 256]
    assert {"loss", "val_loss"} <= {*curve} and np.isfinite(curve.to_numpy()).all()
    assert set(metrics["importance"]["y"]) == {"a", "b", "c"}
    with pytest.raises(UserError, match="--learning-curve needs all rows in memory"):
        train.main(["table", *map(str, words), "--stream", "yes", "--overwrite"])


@pytest.mark.parametrize("option", [("--decide", "balanced"), ("--probabilistic",)])
def test_options_without_effect_are_named(tmp_path, option):
    from experiments.tables.table import Table

    frame = pd.DataFrame({"a": np.arange(40.0), "y": np.arange(40) ** 1.5, "k": ["x", "y"] * 20})
    frame.to_csv(tmp_path / "rows.csv", index=False)
    name = option[0].removeprefix("--")
    values = {name: option[1] if option[1:] else True}
    targets = ("y", "k") if name == "decide" else ("k", "y")
    for target, idle in zip(targets, (True, False), strict=True):
        data = Table(data=str(tmp_path / "rows.csv"), target=(target,), **values).load()
        assert any(f"{option[0]} ha" in remark for remark in data.remarks) == idle


ELSEWHERE = """
import sys, keras, numpy as np, pandas as pd, tensorflow as tf
folder, path = sys.argv[1:]
frame = pd.read_csv(path)[["age", "height", "town"]]
model = tf.saved_model.load(folder + "/1")
by_column = model.serve(dict(frame))["y"].numpy()
as_lists = model.serve({name: frame[name].tolist() for name in frame})["y"].numpy()
as_arrays = model.serve({name: frame[name].to_numpy() for name in frame})["y"].numpy()
network = keras.models.load_model(folder + "/model.keras")
text = {name: tf.constant(frame[name].tolist()) for name in frame}
by_keras = network({**text, "age": tf.cast(text["age"], "float32")})["y"].numpy().ravel()
for other in (as_lists, as_arrays, by_keras):
    np.testing.assert_allclose(other, by_column, rtol=1e-5)
assert not {"models", "runs"} & set(sys.modules)
"""


def test_a_script_gives_the_columns_of_a_table_as_they_are(saved_models, tmp_path):
    """Whole numbers, decimal numbers and text, to the SavedModel and to Keras, without project."""
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"age": random.integers(20, 80, 60), "height": random.normal(1.7, 0.1, 60)}
    )
    frame["town"] = random.choice(["Rome", "Bonn"], 60)
    frame["y"] = 0.1 * frame["age"] + frame["height"]
    frame.to_csv(tmp_path / "rows.csv", index=False)
    train.main(["table", "--data", str(tmp_path / "rows.csv"), "--target", "y", "--epochs", "1"])
    words = [
        sys.executable,
        "-c",
        ELSEWHERE,
        str(saved_models / "table"),
        str(tmp_path / "rows.csv"),
    ]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
