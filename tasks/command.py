"""From the words of a command to an experiment, and from an experiment to its `config.json`."""

import contextlib
import dataclasses
import glob
import io
import itertools
import re
from pathlib import Path
from typing import Annotated, get_type_hints

from datasets.paths import check_path
from errors import UserError, suggest
from tasks import catalogue
from tasks.option_help import GROUPS, describe, describe_module, fill_paragraphs, list_groups
from tasks.options import PATH

ALWAYS_SHOWN = ("epochs", "learning_rate", "batch_size", "patience", "seed", "split_seed")
NOT_KEPT = ("overwrite", "show")  # options of one command, no part of a run
PLAIN_WORDS = (  # for what tyro says in terms of Python
    (r"invalid literal for int\(\) with base 10: (.*)", r"expected a whole number. Received: \1"),
    (r"could not convert string to float: (.*)", r"expected a number. Received: \1"),
    (r"no type matching FLOAT\|\{(\w+)\} .*? from \['(.*?)'\].*",
     r"expected a number or \1. Received: '\2'"),
    (r"Could not find valid parse for arguments: \[(.*)\]", r"cannot take the values \1"),
)  # fmt: skip


def parse_experiment(arguments):
    """Return `(name, experiment)` for the words behind `python train.py`."""
    name, *words = arguments
    default = {}
    if name == "--config":
        name, default, words = read_repeated(words)
    experiment = catalogue.find_experiment(name)
    description = describe_module(experiment)
    default = experiment(**default)
    return name, parse_options(experiment, words, f"train.py {name}", default, description)


def parse_options(kind, words, script, default=None, description=None):
    """Return the dataclass `kind` with the options that the words of a command give.

    Args:
        kind: dataclass whose fields are the options.
        words: list of words.
        script: name of the command, for messages.
        default: object of the dataclass with the default values.
        description: text to print above the page of `--help`; the page has the dataclass's own
            docstring if it is None.

    Raises: UserError with the first lines of the box that tyro, which parses the words, draws
    around a mistake.
    """
    import tyro

    words = join_repeated(kind, words)
    box = io.StringIO()
    config = (
        tyro.conf.FlagCreatePairsOff,
        tyro.conf.PositionalRequiredArgs,
        tyro.conf.OmitArgPrefixes,
    )
    groups = group_options(kind, default)
    if description and {"-h", "--help"} & set(words):
        print(f"{fill_paragraphs(description)}\n")
    try:
        with contextlib.redirect_stderr(box):
            found, unknown = tyro.cli(
                groups,
                args=words,
                prog=script,
                description=" " if description else kind.__doc__,
                config=config,
                return_unknown_args=True,
            )
    except SystemExit as end:
        if not end.code:  # --help
            raise
        lines = [line.strip("│ ") for line in box.getvalue().splitlines()[1:]]
        lines = itertools.takewhile(lambda line: not line.startswith("──"), lines)
        mistake = " ".join(lines).removeprefix("Error parsing ").rstrip(".")
        for pattern, plain in PLAIN_WORDS:
            mistake = re.sub(pattern, plain, mistake)
        raise UserError(f"{mistake}. `{script} --help` lists the options") from None
    if unknown:
        flags = [flag_of(kind, field) for field in dataclasses.fields(kind)]
        raise UserError(
            f"unknown option {unknown[0]}.{suggest(unknown[0], flags)} "
            f"`{script} --help` lists the options"
        )
    values = vars(found).copy()
    for name in map(name_group, GROUPS):
        if dataclasses.is_dataclass(values.get(name)):
            values |= vars(values.pop(name))
    return kind(**values)


def name_group(group):
    """Return the field of a group, a name that no option has; the help shows the group's own."""
    return f"{group}_group"


def group_options(kind, default=None):
    """Return a dataclass with a field for each group of options, which is a dataclass itself.

    An option belongs to the group of the class that introduces it: the topic's own options come
    first in the help, then those of the network, of the training, and of the run.
    """
    import tyro

    hints, members = get_type_hints(kind, include_extras=True), {}
    for group, fields in list_groups(kind).items():
        members[group] = []
        for field in fields:
            value = getattr(default, field.name) if default else field.default
            hint = Annotated[hints[field.name], tyro.conf.arg(help=describe(kind, field.name))]
            entry = (field.name, hint) if value is dataclasses.MISSING else (
                field.name, hint, dataclasses.field(default=value))  # fmt: skip
            members[group].append(entry)
    fields = members.pop("options", [])  # the topic's own options stand at the top
    for name in members:
        group = dataclasses.make_dataclass(name, members[name], frozen=True)
        group.__doc__ = ""
        hint = Annotated[group, tyro.conf.arg(name=name)]
        fields.append((name_group(name), hint, dataclasses.field(default_factory=group)))
    grouped = dataclasses.make_dataclass("Options", fields, frozen=True)
    grouped.__doc__ = kind.__doc__
    return grouped


def join_repeated(kind, words):
    """Give an option that is repeated once: `--residual A --residual B` as `--residual A B`.

    A value that begins with a minus, such as the equation `-u_xx = 1`, gets a blank before it, or
    it would be an option.
    """
    several = {
        flag_of(kind, field) for field in dataclasses.fields(kind) if "tuple" in str(field.type)
    }
    joined, seen, option = [], {}, None
    for word in words:
        if word.startswith("--"):
            option = word
            if word in several:
                seen.setdefault(word, [])
                continue
        elif option in several:
            minus = word.startswith("-") and not is_number(word)
            seen[option].append(f" {word}" if minus else word)
            continue
        joined.append(word)
    return [*joined, *(word for option, values in seen.items() for word in (option, *values))]


def flag_of(kind, field):
    """Return how an option is typed: as its field, unless that is a word of Python's (`from`)."""
    hints = get_type_hints(kind, include_extras=True)
    extras = getattr(hints[field.name], "__metadata__", ())
    named = (extra.name for extra in extras if getattr(extra, "name", None))
    return f"--{next(named, field.name).replace('_', '-')}"


def is_number(word):
    try:
        float(word)
    except ValueError:
        return False
    return True


def find_interrupted(arguments):
    """Return `(name, experiment)` of a training to resume, for the words behind `--resume`."""
    from runs.config import UNFINISHED, read_config
    from runs.folder import format_path, neighbour, run_folder

    if len(arguments) != 1:
        raise UserError(
            "--resume takes the run's folder and no other option: "
            "python train.py --resume saved_models/NAME"
        )
    given = Path(arguments[0])
    folder = run_folder(given.name)
    # A name alone, or saved_models/NAME from anywhere, is a run of this project.
    is_elsewhere = given.is_absolute() or (given.parent != Path() and given.parent.exists())
    if is_elsewhere and given.resolve().parent != folder.resolve().parent:
        raise UserError(
            f"--resume {given} is not in {format_path(folder.parent)}, where runs are written. "
            f"Set SAVED_MODELS={given.parent} and give the command again"
        )
    partial = neighbour(folder, "partial")
    if not (partial / "config.json").exists() and read_config(folder):
        raise UserError(f"the run {format_path(folder)} is complete; there is nothing to resume")
    config = read_config(partial, UNFINISHED)
    experiment = dataclasses.replace(catalogue.restore(config), name=folder.name)
    return config["experiment"], experiment


def read_repeated(words):
    """Return name and options of the run in a `config.json`, and the words that follow it."""
    from runs.config import read_config

    if not words:
        raise UserError(
            "--config needs a file: python train.py --config saved_models/NAME/config.json"
        )
    config = read_config(Path(words[0]))
    catalogue.restore(config)  # reports a mistake before the options are parsed
    # A file from somebody else must not replace a run.
    options = {name: x for name, x in config["options"].items() if name not in NOT_KEPT}
    given = {word.split("=")[0] for word in words[1:]}
    if "--from" not in given:
        check_source(words[0], options.get("from_run"))
    if "--builder" not in given:
        check_builder(words[0], options.get("builder"))
    return config["experiment"], options, words[1:]


def check_source(config, from_run):
    """Raise UserError if a config file names a run elsewhere: its SavedModel is a program."""
    from runs import folder

    if from_run and not folder.is_own(from_run):
        raise UserError(
            f"{config} starts from the run {from_run}, which is not in {folder.RUNS}: its "
            f"SavedModel is a program. If you trust it, add --from {from_run}"
        )


def check_builder(config, builder):
    """Raise UserError if a config file from elsewhere names a file of Python."""
    from runs import folder

    if builder and not folder.is_own(config):
        raise UserError(
            f"{config} builds its network with {builder}, a program. If you trust it, add "
            f"--builder {builder}"
        )


def options_of(experiment):
    """Return every option as `config.json` keeps it, with absolute paths."""
    options = dataclasses.asdict(experiment)
    options = {name: value for name, value in options.items() if name not in NOT_KEPT}
    for field, path in path_options(experiment).items():
        if Path(path).exists() or glob.has_magic(path):
            options[field.name] = str(Path(path).expanduser().resolve())
    return options


def options_to_show(experiment):
    """Return the options for a report: those that are not the default's, and of the training."""
    usual = {f.name: f.default for f in dataclasses.fields(experiment)}
    values = {name: getattr(experiment, name) for name in usual if name not in NOT_KEPT}
    return {
        name: value
        for name, value in values.items()
        if value != usual[name] or (name in ALWAYS_SHOWN and value != "")
    }


def check_paths(experiment):
    """Raise UserError for an option that names a file or folder which does not exist."""
    for field, path in path_options(experiment).items():
        check_path(path, flag_of(type(experiment), field), names_of(experiment, field))


def path_options(experiment):
    """Return `{field: value}` of the options that name a file or folder and are given.

    A name of data, such as `moons`, is none, even if there is a file of that name.
    """
    hints = get_type_hints(type(experiment), include_extras=True)
    return {
        field: value
        for field in dataclasses.fields(experiment)
        if PATH in getattr(hints[field.name], "__metadata__", ())
        and (value := getattr(experiment, field.name))
        and value not in names_of(experiment, field)
    }


def names_of(experiment, field):
    """Return the names that an option takes instead of a path."""
    hint = get_type_hints(type(experiment), include_extras=True)[field.name]
    return next((extra for extra in hint.__metadata__ if isinstance(extra, tuple)), ())
