"""The model card: from two files alone, and its code runs."""

import re

import numpy as np
import pytest

import export
from deployment.card import write_card
from deployment.options import Options
from runs.config import read_config

TABLE = ("table", "--hidden", "4", "--members", "2", "--target")
METRICS = {
    "headline": {"score": "accuracy of kind", "value": 0.9, "baseline": 0.8, "method": "trees"},
    "splits": {
        "test": {
            "rows": 40,
            "scores": {
                "network": {"kind": {"accuracy": 0.9}},
                "trees": {"kind": {"accuracy": 0.8}},
            },
        }
    },
    "advice": ["more rows would help"],
}


@pytest.fixture
def run(make_run):
    return make_run(*TABLE, "kind", "--data", "mixed")


def test_what_is_in_it(run):
    card = write_card("mixed", read_config(run.folder), METRICS)
    for line in (
        "# mixed",
        "**accuracy of kind: 0.9; best baseline, trees: 0.8**",
        "| kind |  | A, B |",
        "| colour | category |  | text | ",
        "| accuracy | 0.9 | 0.8 |",
        "- more rows would help",
        "LiteRT cannot read the date 'seen'",
    ):
        assert line in card, line
    assert re.search(
        r"petal size \(cm\) \| number \|  \| float32 \| mean [45].\d+, .* missing", card
    )
    assert "The rarest class of kind, " in card


def test_a_run_that_was_not_evaluated(run, tmp_path, capsys):
    path = export.export(run, Options(str(run.folder), "card", str(tmp_path / "card.md")))
    assert "has not been evaluated" in path.read_text(encoding="utf-8")
    assert "No scores yet: evaluate the run" in capsys.readouterr().out


def test_names_cannot_break_the_table(run):
    config = read_config(run.folder)
    column = {**config["inputs"]["seen"], "name": "a|b<script>\n# heading"}
    card = write_card("mixed", {**config, "inputs": {**config["inputs"], "seen": column}})
    assert "| a\\|b&lt;script&gt; # heading | date |" in card


@pytest.mark.parametrize(
    "words",
    [
        (*TABLE, "kind", "--data", "colours"),
        ("images", "--data", "pictures", "--model", "dense"),
    ],
)
def test_the_code_of_every_format_runs(make_run, tmp_path, monkeypatch, words):
    run = make_run(*words)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "saved_models").symlink_to(run.folder.parent)
    files = [export.export(run, Options(str(run.folder), to)) for to in ("onnx", "tflite")]
    card = write_card(run.folder.name, run.config)
    found = []
    for code in re.findall(r"```python\n(.*?)```", card, re.DOTALL):
        names = {}
        exec(code, names)
        if "answers" in names:
            found.append({name: np.asarray(x) for name, x in names["answers"].items()})
    for path in files:  # other tests compare the content of the run's folder
        path.unlink()
    name = run.config["data"]["targets"][0]["name"]
    assert len(found) == 3
    for answers in found[1:]:
        expected = found[0][f"{name}_probabilities"]
        np.testing.assert_allclose(answers[f"{name}_probabilities"], expected, atol=1e-5)
