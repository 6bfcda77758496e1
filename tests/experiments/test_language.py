"""The topic language: one tiny run that is scored, continued, and asked for new text."""

import numpy as np
import pandas as pd
import pytest

import evaluate
import train
from errors import UserError
from runs.run import Run
from tests.checks import answer_alone, check_experiment

ENDPOINTS = ("serve", "score", "logits", "generate", "attention")
PICTURES = ("history", "loss-against-time", "surprise", "attention")
SMALL = ("--width", 16, "--heads", 2, "--ngrams", 3, "--window", 16, "--loop", "graph")
WORDS = ("the", "cat", "sat", "on", "a", "mat", "and", "saw", "dog", "$5")


def make_text(seed):
    words = np.random.default_rng(seed).choice(WORDS, size=(600, 6))
    return "".join(" ".join(line) + ".\n" for line in words)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("language")


@pytest.fixture(scope="module")
def run(folder):
    """A transformer and a GRU, trained on the same text; the transformer is returned."""
    (folder / "text.txt").write_text(make_text(0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder / "saved_models")
        data = ("--data", folder / "text.txt", *SMALL)
        train.main([*map(str, ("language", *data, "--model", "gru", "--depth", 1, "--seconds", 2,
                               "--name", "gru"))])  # fmt: skip
        yield check_experiment(
            "language", folder / "saved_models", *data, "--epochs", 3, endpoints=ENDPOINTS,
            pictures=PICTURES,
        )  # fmt: skip


def test_its_scores(run):
    _, metrics = run
    scores = {name: x["text"]["bits_per_character"] for name, x in
              metrics["splits"]["test"]["scores"].items()}  # fmt: skip
    assert list(scores) == ["network", "unigram", "4-gram, Kneser-Ney", "5-gram, Kneser-Ney", "bz2",
                            "xz"]  # fmt: skip
    words = np.log2(len(WORDS)) * 6 / np.mean([len(line) + 1 for line in make_text(0).split("\n")])
    assert words * 0.95 < scores["network"] < 0.6 * scores["unigram"]
    assert metrics["headline"]["score"] == "bits per character"
    assert len(metrics["sample"]) == 400


def test_the_validation_loss_is_that_of_the_score(run):
    folder, _ = run
    from tasks.catalogue import restore

    data = restore(Run(folder).config).load()
    bits = Run(folder).predict({"text": data.validation}, "score")["bits_per_character"]
    assert min(Run(folder).history["val_loss"]) / np.log(2) == pytest.approx(bits, rel=0.03)


def test_the_gru_is_drawn_beside_the_transformer(run):
    from evaluation.text import find_histories

    folder, _ = run
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder.parent)
        histories = find_histories(Run(folder))
    assert list(histories) == ["language", "gru"]
    assert len(histories["language"][0]) == 3 and len(histories["gru"][0]) >= 1


def test_the_same_seed_gives_the_same_text_in_every_process(run, tmp_path):
    folder, _ = run
    request = {"prompt": "the cat", "count": np.int32(40), "temperature": np.float32(1),
               "top_k": np.int32(5), "seed": np.int32(3)}  # fmt: skip
    here = str(Run(folder).predict(request, "generate")["text"])
    alone = answer_alone(folder, request, tmp_path, "generate")["text"]
    assert len(here) == 40 and alone.item().decode() == here
    assert str(Run(folder).predict(request | {"seed": 4}, "generate")["text"]) != here


def test_the_gru_writes_and_scores_as_well(run):
    gru = Run(run[0].parent / "gru")
    assert "attention" not in gru.config["endpoints"]
    assert len(str(gru.predict({"count": 30, "seed": 0}, "generate")["text"])) == 30
    assert 1 < gru.predict({"text": "the cat sat"}, "score")["bits_per_character"] < 6


def test_score_is_the_sum_over_all_characters(run):
    answers = Run(run[0]).predict({"text": make_text(1)[:777]}, "score")
    assert answers["bits"].shape == (777,) and answers["unknown"] == 0
    assert answers["bits_per_character"] == pytest.approx(answers["bits"].mean(), rel=1e-5)
    logits = Run(run[0]).predict({"text": make_text(1)[:777]}, "logits")["logits"]
    assert logits.shape == (777, len(set(make_text(0))))


def test_evaluate_prints_new_text(run, tmp_path, capsys):
    folder, _ = run
    words = (folder, "--generate", 50, "--inputs", "prompt=the dog", "temperature=0.5")
    evaluate.main([*map(str, words)])
    text = capsys.readouterr().out
    assert text.startswith("the dog") and len(text) == len("the dog") + 50 + 1
    evaluate.main([*map(str, words), "--output", str(tmp_path / "new.txt")])
    assert (tmp_path / "new.txt").read_text() == text[:-1]
    with pytest.raises(UserError, match="Did you mean prompt"):
        evaluate.main([str(folder), "--generate", "5", "--inputs", "promt=a"])


def test_evaluate_scores_a_text_file(run, tmp_path, capsys):
    (tmp_path / "new.txt").write_text("the cat saw \u00e9mile.\n")
    evaluate.main([str(run[0]), "--data", str(tmp_path / "new.txt")])
    printed = capsys.readouterr().out
    assert "warning: 3 characters are not in the training text" in printed
    assert "'\u00e9'" in printed and "bits per character" in printed
    table = pd.read_csv(run[0] / "predictions.csv", keep_default_na=False)
    assert "".join(table["character"]).startswith("the cat")
    length = len(make_text(0)) * 9 // 10
    assert table["bits"].max() == pytest.approx(np.log2(length * 1_114_112), abs=0.01)


def test_the_text_to_score_is_not_overwritten(run, tmp_path):
    path = tmp_path / "book.txt"
    path.write_text("the cat\n")
    with pytest.raises(UserError, match="is the file of --data. Choose a different file"):
        evaluate.main([str(run[0]), "--data", str(path), "--output", str(path)])
    assert path.read_text() == "the cat\n"


def test_a_file_to_score_that_is_no_text(run, tmp_path):
    (tmp_path / "new.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match="not a text in UTF-8"):
        evaluate.main([str(run[0]), "--data", str(tmp_path / "new.txt")])


def test_copies_of_a_text_that_repeats_itself(saved_models, tmp_path):
    """Sentences in random order, which the network cannot know by heart after an epoch."""
    random = np.random.default_rng(0)
    letters = random.choice(list("abcdefgh ijkl"), size=(20, 60))
    lines = random.choice(["".join(row) for row in letters], size=250)
    (tmp_path / "text.txt").write_text("\n".join(lines))
    words = ("--data", tmp_path / "text.txt", *SMALL, "--depth", 1, "--epochs", 1, "--copies")
    folder, metrics = check_experiment("language", saved_models, *words)
    scores = {name: x["text"]["bits_per_character"] for name, x in
              metrics["splits"]["test"]["scores"].items()}  # fmt: skip
    # A choice of 20 lines of 61 characters, and the few characters before it is clear.
    assert np.log2(20) / 61 < scores["network"] < 0.6
    assert scores["network"] < 0.3 * scores["network without copies"]


def test_options_out_of_range():
    from experiments.sequences.language import Language

    for options, message in (
        ({"width": 30}, "--width must be a multiple of twice --heads .8."),
        ({"window": 33}, "--window must be an even number"),
        ({"ngrams": 9}, "--ngrams must be a number from 1 to 8"),
    ):
        with pytest.raises(UserError, match=message):
            Language(**options).check()


def test_a_text_shorter_than_a_window(saved_models, tmp_path):
    (tmp_path / "short.txt").write_text("Not much.\n" * 50)
    with pytest.raises(UserError, match="500 characters are too few for windows of 128"):
        train.main(["language", "--data", str(tmp_path / "short.txt")])


def test_seconds_end_the_training(run):
    gru = Run(run[0].parent / "gru")
    assert gru.config["options"]["seconds"] == 2
    assert gru.history["seconds"][-1] < 60
    assert gru.config["training"]["epochs"] < 1000
