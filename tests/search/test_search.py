"""`train.py search`: what is varied, trials in processes of their own, the best one as a run."""

import json
import re
import shlex
from pathlib import Path

import pandas as pd
import pytest

import evaluate
import train
from errors import UserError
from search import journal
from search.options import parse_search, split_words
from search.space import Choice, Range, list_shapes, read_space
from tasks import command

GUIDE = (Path(__file__).parents[2] / "docs" / "training.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def polynomial():
    return command.parse_experiment(["polynomial"])[1]


def test_words_of_the_search_and_of_the_topic_are_told_apart():
    own = ["--trials", "5", "--vary", "dropout=0..0.1", "l2=0|1"]
    topic = ["--data", "a.csv", "--target", "y"]
    assert split_words([*topic[:2], *own, *topic[2:]]) == (own, topic)
    options, name, experiment, topic = parse_search(
        ["polynomial", "--trials", "4", "--epochs", "3"]
    )
    assert (options.trials, name, experiment.epochs, topic) == (
        4,
        "polynomial",
        3,
        ["--epochs", "3"],
    )


def test_the_usual_space_is_of_the_topics_own_options(polynomial):
    space = read_space("polynomial", polynomial, [], ())
    rate = polynomial.learning_rate
    assert space["learning_rate"] == pytest.approx(Range(rate / 10, rate * 10))
    assert space["learning_rate"].scale == "log"
    assert polynomial.hidden in space["hidden"].values.values()
    assert polynomial.batch_size in space["batch_size"].values.values()
    for option, values in space.items():
        assert values.word(getattr(polynomial, option)) is not None  # the default is one of them


def test_a_given_space(polynomial):
    vary = ("hidden=64,32|8", "batch-size=16..256", "learning_rate=1e-3..2e-3")
    space = read_space("polynomial", polynomial, [], vary)
    assert space["hidden"] == Choice({"64,32": (64, 32), "8": (8,)})
    assert space["batch_size"] == Range(16, 256) and space["batch_size"].scale == "log"
    assert space["learning_rate"].scale == "linear" and space["hidden"].scale == "choice"
    assert list_shapes((64, 32)) == dict.fromkeys(
        [(64, 32), (32, 16), (128, 64), (64, 32, 32), (128, 64, 32)]
    )


def test_the_guides_commands_vary_options_that_their_topics_have():
    found = re.findall(r"^python train.py search (.*)$", GUIDE, re.MULTILINE)
    spaces = []
    for command_line in found:
        options, name, experiment, topic = parse_search(shlex.split(command_line))
        spaces.append(read_space(name, experiment, topic, options.vary))
    assert len(spaces) == 3 and list(spaces[-1]) == ["learning_rate", "hidden", "dropout"]


@pytest.mark.parametrize(
    "words, message",
    [
        ([], "search needs a topic"),
        (["polynomal"], "Did you mean polynomial"),
        (["polynomial", "--trials", "0"], "--trials must be a number 1 or larger"),
        (["polynomial", "--vary", "hiden=3|4"], "Did you mean hidden"),
        (["polynomial", "--vary", "hidden"], "expects an option of polynomial and its values"),
        (["polynomial", "--vary", "hidden=a|b"], "--hidden"),
        (["polynomial", "--vary", "learning_rate=1e-2..1e-3"], "the lower number must come first"),
        (["polynomial", "--vary", "epochs=0..5"], "--epochs must be a number 1 or larger"),
        (["heat"], "heat has none"),
    ],
)
def test_mistakes_are_found_before_any_trial(words, message, saved_models):
    with pytest.raises(UserError, match=message):
        train.main(["search", *words])
    assert not saved_models.exists()


def test_without_optuna(saved_models, monkeypatch):
    monkeypatch.setattr("runs.packages.find_spec", lambda name: None)
    with pytest.raises(UserError, match="pip install -r requirements-search.txt"):
        train.main(["search", "polynomial"])


def test_a_search_that_was_killed_goes_on_and_its_best_trial_becomes_a_run(
    saved_models, monkeypatch, capsys
):
    monkeypatch.setenv("SAVED_MODELS", str(saved_models))  # for the workers
    words = ["search", "polynomial", "--epochs", "3", "--trials", "3"]
    words += ["--vary", "learning_rate=1e-3..1e-2", "hidden=8|16,8"]
    place = saved_models / ".polynomial-search.search"
    place.mkdir(parents=True)
    dead = journal.open_study(place)
    trial = dead.ask()
    trial.set_user_attr("process", f"{journal.platform.node()}:{2**22 + 1}")  # no such process
    train.main(words)
    printed = capsys.readouterr().out
    assert "trial   4 of 3" in printed and "All trials" in printed

    folder = saved_models / "polynomial-search"
    trials = pd.read_csv(folder / "trials.csv")
    assert list(trials["state"]) == ["fail", "complete", "complete", "complete"]
    best = trials.loc[trials["score"].idxmin()]
    config = json.loads((folder / "config.json").read_text())
    assert config["options"]["learning_rate"] == best["learning_rate"]
    assert ",".join(map(str, config["options"]["hidden"])) == best["hidden"]
    history = pd.read_csv(folder / "history.csv")
    # The run repeats the trial: the same options and seed.
    assert history["val_loss"].min() == pytest.approx(best["score"], rel=0.02)
    assert not place.exists()

    evaluate.main([str(folder)])
    names = {path.stem for path in (folder / "plots").iterdir()}
    assert {"search-history", "search-options", "search-parallel"} <= names
    assert "Best trials of the search" in (folder / "report.html").read_text()
    with pytest.raises(UserError, match="exists. Give --overwrite"):
        train.main(words)
