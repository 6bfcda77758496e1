"""Advice after an evaluation: given where the numbers say so, and nowhere else."""

from types import SimpleNamespace

import numpy as np
import pytest

from datasets.dataset import Dataset, Split, Target
from evaluation.advice import advise, compare_to_baseline
from evaluation.evaluation import Evaluation, Headline, add_ending

OPTIONS = {"dropout": 0.2, "hidden": (64, 32), "decide": "likely"}
KIND = Target("kind", classes=("a", "b"))
SIZE = Target("size")


def give(target, training=0.9, test=0.9, baseline=None, predicted=None, rows=1000, **more):
    true = np.array(["a", "b"])[np.arange(rows) % 2] if target.classes else np.zeros(rows)
    split = Split({"x": np.zeros(rows)}, {target.name: true})
    remarks = more.pop("remarks", ())
    data = Dataset("made", split, split, split, (), (target,), remarks=remarks)
    predicted = {target.name: true if predicted is None else np.array([predicted] * rows)}
    name = "accuracy" if target.classes else "R2"
    headline = Headline(f"accuracy of {target.name}", test, baseline, "boosted trees")
    if not target.classes:
        headline = Headline("RMSE of size", 1.0, baseline, "boosted trees")
    scores = [{target.name: {name: value}} for value in (training, test)]
    options = OPTIONS | more.pop("options", {})
    return advise(options, data, headline, *scores, predicted)


def test_nothing_to_say():
    assert give(KIND) == () and give(SIZE) == ()
    assert give(KIND, baseline=0.905) == ()  # within a standard error
    assert give(SIZE, baseline=0.99) == ()
    assert give(KIND, training=0.94) == ()


def test_overfitting_names_options_of_the_topic():
    (line,) = give(KIND, training=1.0, test=0.8)
    assert line == (
        "kind: overfitting, accuracy 1 on training rows and 0.8 on test rows. Try more rows, or "
        "--dropout 0.4, or --hidden 32 16"
    )
    (line,) = give(SIZE, training=0.99, test=0.5, options={"builder": "my.py:build"})
    assert line.endswith("R2 0.99 on training rows and 0.5 on test rows. Try more rows")


def test_a_dropout_that_is_chosen_by_itself_is_not_doubled():
    (line,) = give(KIND, training=1.0, test=0.8, options={"dropout": "auto", "hidden": ()})
    assert line.endswith("Try more rows")


def test_few_rows_are_not_overfitting():
    lines = give(KIND, training=1.0, test=0.9, rows=30)
    assert lines == ("30 test rows tell the accuracy to about +- 0.05; other splits, --split-seed",)


@pytest.mark.parametrize("target, baseline", [(KIND, 0.95), (SIZE, 0.9)])
def test_a_better_baseline(target, baseline):
    (line,) = give(target, baseline=baseline)
    assert line.startswith("boosted trees: better") and "--hidden 128 64" in line


def test_a_larger_psnr_is_better():
    better, worse = (Headline("PSNR [dB]", 26.2, value, "SIRT") for value in (30.4, 20.0))
    expected = "SIRT: better, PSNR [dB] 30.4 instead of 26.2; use SIRT"
    assert compare_to_baseline(better) == [expected]
    assert not compare_to_baseline(worse)
    assert not compare_to_baseline(Headline("PSNR [dB]", 26.2, 26.3, "SIRT"))


def test_a_class_that_is_never_predicted():
    (line,) = give(KIND, predicted="a")
    assert line == "kind: never predicted: b (500 of 1000 test rows). Try --decide balanced"
    assert "--decide" not in give(KIND, predicted="a", options={"decide": "balanced"})[0]


def test_leaks():
    leak = "rows repeat by 'who': the score may be too good. --group who"
    assert give(KIND, remarks=("left out 3 rows", leak)) == (leak,)


@pytest.mark.parametrize("ending", ["still falling: --epochs 80", ""])
def test_the_end_of_the_training_comes_first(ending):
    run = SimpleNamespace(config={"training": {"ending": ending}})
    found = add_ending(Evaluation(Headline("loss", 1.0), {}, {}, advice=("more rows",)), run)
    assert found.advice == (*([ending] if ending else []), "more rows")
