"""Mistakes in a command or a config: one line with what was expected, received, and what to do."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import train
from errors import UserError, report_errors
from tests.bad_input.helpers import mistake, table, write_config

# The words of a command


def test_unknown_experiment(refused):
    assert "no experiment 'tabel'. Did you mean table?" in refused("tabel")


@pytest.mark.parametrize(
    "words, text",
    [
        ("table --epoch 3", "unknown option --epoch. Did you mean --epochs"),
        ("table --epoch=3", "unknown option --epoch=3. Did you mean --epochs"),
        ("digits --overwrite yes", "unknown option yes."),
        ("table --epochs abc", "--epochs: expected a whole number. Received: 'abc'"),
        ("table --task clasification", "Expected one of ('auto', 'regression', 'classification')"),
        ("table --epochs", "Missing value for argument '--epochs'"),
        (
            "xor --activation rellu",
            "invalid choice 'rellu' for argument '--activation'. Expected one of ('identity', ",
        ),
    ],
)
def test_misspelt_options(words, text, refused):
    message = refused(*words.split())
    assert text in message and f"`train.py {words.split()[0]} --help` lists the options" in message


@pytest.mark.parametrize(
    "words",
    [
        *(
            "table --epochs 0",
            "table --batch-size 0",
            "table --batch-size -8",
            "table --patience -1",
            "table --seed -1",
        ),
        *(
            "table --learning-rate -1",
            "table --learning-rate 0",
            "table --learning-rate nan",
            "table --learning-rate inf",
        ),
        *(
            "table --split-seed -1",
            "table --split-seed 4294967296",
            "table --members -1",
            "table --hidden 64 0",
        ),
        *(
            "table --dropout 1.5",
            "table --l2 -1",
            "function --samples 3",
            "function --noise -1",
            "function --margin nan",
        ),
        *(
            "function --degree -1",
            "function --init-scale -1",
            "function --hidden 0",
            "xor --seeds 0",
            "xor --units 0",
        ),
        *(
            "jets --rows -3",
            "images --size -1",
            "images --augment 2",
            "digits --epochs 0",
            "house-prices --dropout 1",
        ),
    ],
)
def test_option_outside_its_range(words, refused):
    option, *_, received = words.split()[1:]
    message = refused(*words.split())
    assert message.startswith(f"{option} must be a number ")
    assert float(message.split("Received: ")[1]) == pytest.approx(float(received), nan_ok=True)


@pytest.mark.parametrize("name", ["a/b", "../up", ".hidden", "x" * 200])
def test_run_names(name, refused):
    assert "--name must be 1 to 100 letters" in refused("digits", "--name", name)


def test_a_run_is_not_replaced_unless_asked_for(saved_models):
    (saved_models / "digits").mkdir(parents=True)
    (saved_models / "notes.txt").write_text("mine")
    assert "exists. Give --overwrite" in mistake(train, "digits")
    assert "is a file, not a run" in mistake(train, "digits", "--name", "notes.txt", "--overwrite")
    assert (saved_models / "notes.txt").read_text() == "mine"


# --config


@pytest.mark.parametrize(
    "changes, text",
    [
        ({"format": 1}, "has format 1; this version reads format 2"),
        ({"format": 7}, "has format 7; this version reads format 2"),
        ({"format": "new"}, "'format' is missing"),
        ({"experiment": "tabel"}, "Did you mean table?"),
        ({"experiment": 3}, "'experiment' is missing"),
        ({"options": [1]}, "'options' is missing"),
        ({"options": {"epoch": 3}}, "option 'epoch' unknown to table. Did you mean epochs?"),
        ({"options": {"epochs": "many"}}, "has epochs = 'many', which must be int"),
        ({"options": {"epochs": 1.5}}, "has epochs = 1.5, which must be int"),
        ({"options": {"epochs": True}}, "has epochs = True, which must be int"),
        ({"options": {"epochs": 0}}, "--epochs must be a number 1 or larger. Received: 0"),
        ({"options": {"hidden": ["big"]}}, "must be tuple[int, ...]"),
        (
            {"options": {"task": "regresion"}},
            "must be Literal['auto', 'regression', 'classification']",
        ),
        (
            {"options": {"learning_rate": 1}},
            "table needs --data",
        ),  # an int is a float: the next mistake is found
    ],
)
def test_config_that_does_not_fit(changes, text, refused, tmp_path):
    assert text in refused("--config", write_config(tmp_path, **changes))


def test_config_that_starts_from_a_run_elsewhere(tmp_path, monkeypatch, saved_models):
    """Its SavedModel would run; a run in saved_models/ and a path in the command are trusted."""
    opened = []

    def open_run(path):
        opened.append(path)
        raise UserError("opened")

    monkeypatch.setattr("tasks.source_run.SourceRun", open_run)

    elsewhere, link = tmp_path / "archive" / "model", saved_models / "link"
    elsewhere.mkdir(parents=True)
    saved_models.mkdir()
    link.symlink_to(elsewhere)
    for path in (elsewhere, link, saved_models / ".." / "archive" / "model"):
        config = write_config(tmp_path, experiment="distil", options={"from_run": str(path)})
        assert f"is a program. If you trust it, add --from {path}" in mistake(
            train, "--config", config
        )
    assert opened == []
    assert "opened" in mistake(train, "--config", config, "--from", elsewhere)
    inside = str(saved_models / "polynomial")
    Path(inside).mkdir()
    config = write_config(tmp_path, experiment="distil", options={"from_run": inside})
    assert "opened" in mistake(train, "--config", config)
    assert opened == [str(elsewhere), inside]


def test_config_that_is_none(refused, file):
    assert "--config needs a file" in refused("--config")
    assert "has no config.json" in refused("--config", "nowhere/config.json")
    assert "is not the config.json of a run" in refused("--config", file(b"hello", "text.json"))
    assert "is not the config.json of a run" in refused(
        "--config", file(b"\xff\xfe\0", "bytes.json")
    )
    assert "is not the config.json of a run" in refused("--config", file(b"null", "null.json"))


# Formulas


@pytest.mark.parametrize(
    "words, text",
    [
        (["--formula", "sine(x)"], "unknown function 'sine' in 'sine(x)'. Did you mean sin"),
        (["--formula", "__import__('os').system('ls')"], "unexpected character"),
        (["--formula", "x.real"], "something that is not a number"),
        (["--formula", "x +"], "cannot be read"),
        (["--formula", "log(x)"], "no finite float32 value at x ="),
        (["--formula", "x + y + z"], "must have one or two variables. Received 3"),
        (["--formula", "3"], "must have one or two variables. Received 0"),
        (["--interval", "1", "2", "3"], "expects 2 numbers for one variable. Received: 3 numbers"),
        (
            ["--formula", "x*y", "--interval", "1", "2", "3"],
            "--interval expects 2 or 4 numbers for 2 variables. Received: 3",
        ),
        (["--interval", "2", "1"], "each low below its high. Received: 2.0 1.0"),
        (["--interval", "nan", "1"], "each low below its high. Received: nan 1.0"),
        (["--interval", "-1e308", "1e308"], "expects numbers from -1e+30 to 1e+30"),
        (["--formula", "1e200*x"], "no finite float32 value at x ="),
        (["--margin", "1e-9"], "--margin must be 0, or 0.001 or larger. Received: 1e-09"),
    ],
)
def test_formulas(words, text, refused):
    assert text in refused("function", *words)


# As a user sees it


def assert_one_line(result, text):
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert text in result.stderr


def test_one_line_and_exit_code_2(command, tmp_path, file, run):
    assert_one_line(
        command("train.py", "tabel"),
        "train.py: there is no experiment 'tabel'. Did you mean table?",
    )
    assert_one_line(
        command("train.py", "digits", "--epoch", "3"),
        "train.py: unknown option --epoch. Did you mean --epochs",
    )
    assert_one_line(
        command("evaluate.py", "--dat", "x.csv"),
        "evaluate.py: unknown option --dat. Did you mean --data",
    )
    words = (
        "table",
        "--data",
        file(table(size=[np.inf, 1.0] * 30)),
        "--target",
        "price",
        "--name",
        "new",
    )
    assert_one_line(command("train.py", *words), "train.py: Column 'size', row 1")
    assert [path for path in (tmp_path / "saved_models").iterdir() if path.suffix != ".lock"] == [
        run
    ]
    index = run / "1" / "variables" / "variables.index"
    index.write_bytes(index.read_bytes()[:50])
    assert_one_line(command("evaluate.py", run), "is damaged")


@pytest.mark.parametrize(
    "error, code, text",
    [(MemoryError(), 2, "needs more memory"), (KeyboardInterrupt(), 130, "stopped")],
)
def test_errors_are_reported_in_one_line(error, code, text, capsys):
    with pytest.raises(SystemExit) as end, report_errors("train.py"):
        raise error
    said = capsys.readouterr().err
    assert end.value.code == code and text in said and len(said.splitlines()) == 1


@pytest.mark.parametrize(
    "words", [("train.py",), ("train.py", "table", "--help"), ("evaluate.py",)]
)
def test_a_reader_that_stops_reading(words):
    reading, writing = os.pipe()
    os.close(reading)
    words = [sys.executable, str(Path(train.__file__).with_name(words[0])), *words[1:]]
    done = subprocess.run(
        words, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=300, check=False
    )
    os.close(writing)
    assert done.returncode == 141 and done.stderr == ""


def test_mnist_without_network(command, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")  # nobody listens there
    result = command("train.py", "mnist")
    assert_one_line(result, "Pass a copy with --data: mnist.npz")
    assert not [path for path in (tmp_path / "saved_models").iterdir() if path.suffix != ".lock"]
