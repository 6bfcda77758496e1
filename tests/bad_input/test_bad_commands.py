"""Mistakes in a command or a config: one line that says what was wanted, what was received and what to do."""

import json

import numpy as np
import pytest

import train
from tests.bad_input.helpers import mistake, table

# The words of a command


def test_unknown_experiment(refused):
    assert "no experiment 'tabel'. Did you mean table?" in refused("tabel")


@pytest.mark.parametrize(
    "words, text",
    [
        (["table", "--epoch", "3"], "--epochs"),
        (["table", "--epochs", "abc"], "'abc'"),
        (["table", "--task", "clasification"], "classification"),
        (["table", "--epochs"], "--epochs"),
        (["xor", "--activation", "rellu"], "leaky_relu"),
    ],
)
def test_misspelt_options(words, text, capsys, saved_models):
    with pytest.raises(SystemExit) as caught:
        train.main(words)
    assert caught.value.code == 2
    assert text in capsys.readouterr().err
    assert not saved_models.exists()


@pytest.mark.parametrize(
    "words",
    [
        *("table --epochs 0", "table --batch-size 0", "table --batch-size -8", "table --patience -1", "table --seed -1"),
        *("table --learning-rate -1", "table --learning-rate 0", "table --learning-rate nan", "table --learning-rate inf"),
        *("table --split-seed -1", "table --split-seed 4294967296", "table --members -1", "table --hidden 64 0"),
        *("table --dropout 1.5", "table --l2 -1", "function --samples 3", "function --noise -1", "function --margin nan"),
        *("function --degree -1", "function --spread -1", "function --hidden 0", "xor --seeds 0", "xor --units 0"),
        *("jets --rows -3", "images --size -1", "images --augment 2", "digits --epochs 0", "house-prices --dropout 1"),
    ],
)
def test_option_outside_its_range(words, refused):
    option, *_, received = words.split()[1:]
    message = refused(*words.split())
    assert message.startswith(f"{option} wants ")
    assert float(message.split("Received: ")[1]) == pytest.approx(float(received), nan_ok=True)


@pytest.mark.parametrize("name", ["a/b", "../up", ".hidden", "x" * 200])
def test_run_names(name, refused):
    assert "--name takes up to 100 letters" in refused("digits", "--name", name)


def test_a_run_is_not_replaced_unless_asked_for(saved_models):
    (saved_models / "digits").mkdir(parents=True)
    (saved_models / "notes.txt").write_text("mine")
    assert "exists. Give --overwrite" in mistake(train, "digits")
    assert "is a file, not a run" in mistake(train, "digits", "--name", "notes.txt", "--overwrite")
    assert (saved_models / "notes.txt").read_text() == "mine"


# --config


def config_file(path, **changes):
    content = {"format": 1, "experiment": "table", "options": {}, "data": {}, "training": {}, "versions": {}} | changes
    path.write_text(json.dumps(content))
    return path


@pytest.mark.parametrize(
    "changes, text",
    [
        ({"format": 7}, "has format 7; this version reads format 1"),
        ({"format": "new"}, "lacks 'format'"),
        ({"experiment": "tabel"}, "Did you mean table?"),
        ({"experiment": 3}, "lacks 'experiment'"),
        ({"options": [1]}, "lacks 'options'"),
        ({"options": {"epoch": 3}}, "option 'epoch' unknown to table. Did you mean epochs?"),
        ({"options": {"epochs": "many"}}, "has epochs = 'many', wanted int"),
        ({"options": {"epochs": 1.5}}, "has epochs = 1.5, wanted int"),
        ({"options": {"epochs": True}}, "has epochs = True, wanted int"),
        ({"options": {"epochs": 0}}, "--epochs wants 1 or more. Received: 0"),
        ({"options": {"hidden": ["big"]}}, "wanted tuple[int, ...]"),
        ({"options": {"task": "regresion"}}, "wanted Literal['auto', 'regression', 'classification']"),
        ({"options": {"learning_rate": 1}}, "table wants --data"),  # an int is a float: the next mistake is found
    ],
)
def test_config_that_does_not_fit(changes, text, refused, tmp_path):
    assert text in refused("--config", config_file(tmp_path / "config.json", **changes))


def test_config_that_is_none(refused, file):
    assert "--config wants a file" in refused("--config")
    assert "has no config.json" in refused("--config", "nowhere/config.json")
    assert "is not the config.json of a run" in refused("--config", file(b"hello", "text.json"))
    assert "is not the config.json of a run" in refused("--config", file(b"\xff\xfe\0", "bytes.json"))
    assert "is not the config.json of a run" in refused("--config", file(b"null", "null.json"))


# Formulas


@pytest.mark.parametrize(
    "words, text",
    [
        (["--formula", "sine(x)"], "unknown function 'sine' in 'sine(x)'. Did you mean sin"),
        (["--formula", "__import__('os').system('ls')"], "unexpected character"),
        (["--formula", "x.real"], "something that is not a number"),
        (["--formula", "x +"], "cannot be read"),
        (["--formula", "log(x)"], "no finite value at x ="),
        (["--formula", "x + y + z"], "wants one or two variables. Received 3"),
        (["--formula", "3"], "wants one or two variables. Received 0"),
        (["--interval", "1", "2", "3"], "--interval wants 2 numbers for one variable. Received 3"),
        (["--formula", "x*y", "--interval", "1", "2", "3"], "--interval wants 2 or 4 numbers for 2 variables. Received 3"),
        (["--interval", "2", "1"], "low before high. Received 2.0 1.0"),
        (["--interval", "nan", "1"], "finite numbers"),
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
    assert_one_line(command("train.py", "tabel"), "train.py: there is no experiment 'tabel'. Did you mean table?")
    words = ("table", "--data", file(table(size=[np.inf, 1.0] * 30)), "--target", "price", "--name", "new")
    assert_one_line(command("train.py", *words), "train.py: Column 'size', row 1")
    assert [path for path in (tmp_path / "saved_models").iterdir() if path.suffix != ".lock"] == [run]
    index = run / "1" / "variables" / "variables.index"
    index.write_bytes(index.read_bytes()[:50])
    assert_one_line(command("evaluate.py", run), "is damaged")


def test_misspelt_option_has_no_traceback(command):
    result = command("train.py", "digits", "--epoch", "3")
    assert result.returncode == 2
    assert "--epochs" in result.stderr and "Traceback" not in result.stderr


def test_mnist_without_network(command, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")  # nobody listens there
    result = command("train.py", "mnist")
    assert_one_line(result, "Give a copy with --data: mnist.npz")
    assert not [path for path in (tmp_path / "saved_models").iterdir() if path.suffix != ".lock"]
