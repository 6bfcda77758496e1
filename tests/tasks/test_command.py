"""From the words of a command to an experiment: options, their groups in `--help`, mistakes."""

import dataclasses
import importlib
import inspect
import json
import re
import typing
from pathlib import Path

import pytest

import train
from errors import UserError
from tasks import catalogue
from tasks.command import (
    describe,
    find_interrupted,
    group_options,
    join_repeated,
    options_of,
    parse_experiment,
    parse_options,
)
from tasks.option_help import fill_paragraphs
from tasks.source_run import FromRun

TITLES = ["options", "network options", "training options", "run options"]
RUN = ["name", "overwrite", "show", "seed", "deterministic"]


def read_groups(name, capsys):
    """Return `{title of a group: its options}` of an experiment's help page, in their order."""
    with pytest.raises(SystemExit) as end:
        parse_experiment([name, "--help"])
    assert end.value.code == 0
    groups, title = {}, None
    for line in capsys.readouterr().out.splitlines():
        if (text := line.strip("│╭╮─ ")).endswith("options") and len(text.split()) < 3:
            groups[title := text] = []
        elif found := re.match("[│ ] --([a-z][a-z0-9-]+)", line):
            groups[title].append(found[1].replace("-", "_"))
    return groups


@pytest.fixture(params=catalogue.read_names())
def name(request):
    return request.param


def test_the_groups_of_a_help_page(name, capsys):
    """What matters first: the topic's own options, then network, training, and the run."""
    groups = read_groups(name, capsys)
    assert list(groups) == [title for title in TITLES if title in groups]
    assert groups["run options"] == RUN
    fields = {field.name for field in dataclasses.fields(catalogue.find_experiment(name))}
    shown = [option for options in groups.values() for option in options]
    assert sorted(shown) == sorted({"from" if f == "from_run" else f for f in fields})


def test_the_text_above_a_help_page_is_as_wide_as_the_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    text = (
        "A line of words, and\n--an-option, in\nall 3 parts.\n\n    x = 1 + 2 + 3 + 4 + 5 + 6 + 7\n"
    )
    assert fill_paragraphs(text).splitlines() == [
        "A line of words, and",
        "--an-option, in all 3 parts.",
        "",
        "    x = 1 + 2 + 3 + 4 + 5 + 6 + 7",
    ]


def test_every_line_of_a_help_page_stands_alone(name):
    kind = catalogue.find_experiment(name)
    for field in dataclasses.fields(kind):
        text = describe(kind, field.name)
        assert text, field.name
        assert not re.match("(of|for|whether|as) ", text), f"--{field.name}: {text}"
        assert not text.endswith("."), f"--{field.name}: {text}"


OWN = {
    "digits": {"network options": ["model", "filters", "hidden", "dropout"]},
    "images": {
        "options": ["data", "labels", "size", "augment"],
        "network options": ["model", "filters", "hidden", "dropout", "builder"],
    },
    "xor": {"options": ["seeds", "units", "activation"]},
    "autoencoder": {
        "options": [
            *("sparsity", "contraction", "model", "filters", "latent", "noise", "widths"),
            *("data", "label", "samples"),
        ],
        "network options": ["hidden", "activation"],
    },
    "quantise": {"options": ["bits", "beta", "from"]},
    "house-prices": {
        "options": ["data"],
        "network options": [
            *("hidden", "activation", "dropout", "l2", "members", "probabilistic"),
            "learning_curve",
        ],
    },
}


@pytest.mark.parametrize("name", OWN)
def test_a_topics_own_options_come_first(name, capsys):
    groups = read_groups(name, capsys)
    assert {title: groups[title] for title in groups if title in TITLES[:2] and groups[title]} == (
        OWN[name]
    )
    training = groups["training options"]
    assert training[:3] == ["epochs", "learning_rate", "patience"]
    assert {"batch_size", "loop", "devices"} < set(training)
    # The four rows of XOR are in every split; a compressed run keeps the split of its source.
    assert ("split_seed" in training) == (name not in ("xor", "quantise"))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("burgers", "batch_size loop devices split_seed dropout l2 members model probabilistic"),
        ("equation", "batch_size loop devices split_seed dropout l2 members model"),
        ("digits", "activation l2 members probabilistic"),
        ("jets", "members probabilistic filters"),
        ("polynomial", "dropout l2 members formula data"),
        ("xor", "hidden dropout l2 members"),
        ("autoencoder", "dropout l2 members target"),
    ],
)
def test_options_of_other_topics_are_not_shown(name, options, capsys):
    shown = {option for group in read_groups(name, capsys).values() for option in group}
    assert not shown & set(options.split())


def test_every_option_is_used(name):
    """An option that a topic inherits and does not use would be shown and do nothing."""
    kind, texts = catalogue.find_experiment(name), [inspect.getsource(train)]
    for base in kind.__mro__[:-1]:
        source = inspect.getsource(base)
        texts.append(re.sub(r"    def check\(self\):.*?(?=\n    def |\Z)", "", source, flags=re.S))
    parts = set(re.findall(r"from (tasks\.\w+) import", "".join(texts)))  # functions of options
    texts += [inspect.getsource(importlib.import_module(part)) for part in sorted(parts)]
    module, text = inspect.getsource(inspect.getmodule(kind)), "".join(texts)
    for field in dataclasses.fields(kind):
        used = re.search(rf"(self|experiment|options)\.{field.name}\b", text) or (
            "getattr(self" in module and f'"{field.name}"' in module
        )
        assert used, f"--{field.name}"


# From words to options


@dataclasses.dataclass(frozen=True)
class Basis:
    option_group = "training"

    epochs: int = 10
    """maximum number of epochs"""
    rate: float = 0.5
    """learning
    rate"""


@dataclasses.dataclass(frozen=True)
class Example(Basis):
    """An example."""

    words: tuple[str, ...] = ()
    """several words"""
    fast: bool = False
    """be fast"""
    epochs: int = 20


@dataclasses.dataclass(frozen=True)
class Wanting:
    run: str
    """folder of the run"""
    output: str = ""
    """file to write"""


def parse(words, default=None):
    return parse_options(Example, words.split(), "example.py", default)


def test_an_option_stands_in_the_group_of_the_class_that_introduces_it():
    fields = {field.name: field for field in dataclasses.fields(group_options(Example))}
    assert list(fields) == ["words", "fast", "training_group"]
    (group, *_) = typing.get_args(fields["training_group"].type)
    inner = {field.name: field.default for field in dataclasses.fields(group)}
    assert inner == {"epochs": 20, "rate": 0.5}  # with the default of the topic


def test_the_text_of_an_option_is_that_of_the_nearest_class():
    assert describe(Example, "epochs") == "maximum number of epochs"
    assert describe(Example, "rate") == "learning rate" and describe(Example, "fast") == "be fast"
    assert describe(Example, "nothing") == ""


def test_options_are_parsed_into_the_dataclass():
    assert parse("") == Example()
    assert parse("--epochs 3 --rate 1e-3 --fast --words a b") == Example(3, 1e-3, ("a", "b"), True)
    assert parse("--rate=2").rate == 2.0


def test_defaults_may_be_those_of_a_run():
    default = Example(5, 0.1, ("a",), False)
    assert parse("", default) == default
    assert parse("--epochs 6", default) == dataclasses.replace(default, epochs=6)
    assert parse("--words", default).words == ()


def test_an_option_without_a_default_comes_first():
    options = parse_options(Wanting, ["--output", "b", "a"], "example.py")
    assert options == Wanting("a", "b")
    with pytest.raises(UserError, match="folder of the run"):
        parse_options(Wanting, [], "example.py")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--words a --words b c", ("a", "b", "c")),
        ("--words a --epochs 3 --words b", ("a", "b")),
        ("--words -u_xx=1 -2", (" -u_xx=1", "-2")),
        ("--words --fast", ()),
    ],
)
def test_an_option_of_several_values_may_be_repeated(words, expected):
    assert parse(words).words == expected


def test_repeated_options_are_joined_at_the_end():
    words = ["--words", "a", "--epochs", "3", "--words", "b", "--fast"]
    assert join_repeated(Example, words) == ["--epochs", "3", "--fast", "--words", "a", "b"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--epoch 3", "unknown option --epoch. Did you mean --epochs"),
        ("--epochs many", "--epochs: expected a whole number. Received: 'many'"),
        ("--rate fast", "--rate: expected a number. Received: 'fast'"),
        ("--epochs", "Missing value for argument '--epochs'"),
        ("--fast yes", "unknown option yes."),
    ],
)
def test_mistakes(words, message):
    with pytest.raises(UserError) as caught:
        parse(words)
    assert message in str(caught.value)
    assert str(caught.value).endswith("`example.py --help` lists the options")


def test_the_help_page_is_printed(capsys):
    with pytest.raises(SystemExit) as end:
        parse("--help")
    page = capsys.readouterr().out
    assert end.value.code == 0 and "An example." in page and "be fast" in page
    assert "usage: example.py" in page and "default: 20" in page


def test_from_is_an_option_though_it_is_a_word_of_python():
    experiment = parse_options(FromRun, ["--from", "saved_models/polynomial"], "example.py")
    assert experiment.from_run == "saved_models/polynomial"
    with pytest.raises(UserError, match="unknown option --fromm. Did you mean --from?"):
        parse_options(FromRun, ["--fromm", "saved_models/polynomial"], "example.py")
    with pytest.raises(UserError, match="give --from saved_models/NAME"):
        FromRun().open_source()


# From a run


@pytest.fixture
def write_config(saved_models):
    """Write the `config.json` of a run, or of an unfinished one."""

    def write(folder, options, experiment="function"):
        parts = ("data", "inputs", "endpoints", "training", "versions")
        content = {"format": 2, "experiment": experiment, "options": options}
        (saved_models / folder).mkdir(parents=True)
        path = saved_models / folder / "config.json"
        path.write_text(json.dumps(content | {part: {} for part in parts}))
        return path

    return write


def test_a_run_is_repeated_with_changes(write_config):
    path = write_config("run", {"formula": "2*x", "hidden": [3, 4], "learning_rate": 1})
    name, experiment = parse_experiment(["--config", str(path), "--epochs", "5"])
    assert name == "function" and experiment.formula == "2*x" and experiment.hidden == (3, 4)
    assert experiment.epochs == 5 and experiment.learning_rate == 1
    assert experiment.samples == 4000  # an option that the config does not have


def test_an_interrupted_training_is_found_by_its_folder(write_config, saved_models, monkeypatch):
    monkeypatch.chdir(saved_models.parent)
    write_config(".run.partial", {"epochs": 7, "name": ""})
    for word in (str(saved_models / "run"), "saved_models/run", "run"):
        name, experiment = find_interrupted([word])
        assert name == "function" and experiment.epochs == 7 and experiment.name == "run"


def test_a_complete_run_cannot_be_resumed(write_config):
    write_config("run", {})
    with pytest.raises(UserError, match="is complete; there is nothing to resume"):
        find_interrupted(["run"])


@pytest.mark.parametrize("words", [[], ["a", "b"], ["run", "--epochs"]])
def test_resume_takes_a_folder_and_nothing_else(words):
    with pytest.raises(UserError, match="--resume takes the run's folder and no other option"):
        find_interrupted(words)


def test_the_config_keeps_absolute_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("table.csv").touch()
    _, experiment = parse_experiment(
        ["table", "--data", "table.csv", "--test-data", "missing.csv", "--target", "y"]
    )
    options = options_of(experiment)
    assert options["data"] == str(tmp_path / "table.csv")
    assert options["test_data"] == "missing.csv" and options["target"] == ("y",)
    assert "overwrite" not in options and options["epochs"] == 100
    _, experiment = parse_experiment(["table", "--data", "*.csv"])
    assert options_of(experiment)["data"] == str(tmp_path / "*.csv")
    _, experiment = parse_experiment(["table", "--data", "kaggle:owner/name"])
    assert options_of(experiment)["data"] == "kaggle:owner/name"


def test_the_options_of_a_config_give_the_experiment_back(name):
    kind = catalogue.find_experiment(name)
    options = json.loads(json.dumps(options_of(kind())))
    assert kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in options.items()}) == kind()
