"""The form of a topic: its options as fields, and the words of a command that a filled form is."""

import dataclasses
from types import UnionType
from typing import Annotated, Literal, Union, get_args, get_origin, get_type_hints

from errors import UserError
from page.requests import Refused
from runs.folder import check_free, is_own, run_folder
from tasks import catalogue, command, option_help
from tasks.options import PATH

LEFT_OUT = ("show",)  # would open a browser on the server's machine
RUNS_CODE = ("builder",)  # names a file of Python
LONGEST = 20_000  # letters of a value


def list_topics(request):
    """Return the topics by theme, as `python train.py` lists them."""
    themes = catalogue.read_themes().items()
    return {
        "themes": [
            {"title": title, "topics": [{"name": n, "line": line} for n, line in topics.items()]}
            for title, topics in themes
        ]
    }


def describe_topic(request):
    """Return the form of a topic: its description, and its options in their groups."""
    name = request.names["topic"]
    kind = find_topic(name)
    _, experiment = command.parse_experiment([name]) if not list_required(kind) else (name, None)
    return {
        "name": name,
        "description": option_help.describe_module(kind),
        "files": request.server.is_local,
        "groups": [
            {"title": title, "options": [describe_option(kind, f, experiment) for f in fields]}
            for title, fields in option_help.list_groups(kind).items()
        ],
    }


def find_topic(name):
    """Return the dataclass of a topic; raise Refused if there is none of this name."""
    if name not in catalogue.read_names():
        raise Refused(404, "there is no topic of this name")
    return catalogue.find_experiment(name)


def list_required(kind):
    return [f.name for f in dataclasses.fields(kind) if f.default is dataclasses.MISSING]


def describe_option(kind, field, default):
    """Return what the page needs to draw the field of an option."""
    hint = get_type_hints(kind, include_extras=True)[field.name]
    extras = getattr(hint, "__metadata__", ())
    hint = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    value = "" if default is None else getattr(default, field.name)
    several = get_origin(hint) is tuple
    element = get_args(hint)[0] if several else hint
    widget, choices = "text", []
    if hint is bool:
        widget = "switch"
    elif get_origin(hint) is Literal:
        widget, choices = "choice", [str(choice) for choice in get_args(hint)]
    elif several and element is str:
        widget = "lines"
    elif hint in (int, float):
        widget = "number"
    elif get_origin(hint) in (Union, UnionType):
        choices = [str(c) for one in get_args(hint) for c in get_args(one)]
    names = next((extra for extra in extras if isinstance(extra, tuple)), ())
    return {
        "name": field.name,
        "flag": command.flag_of(kind, field),
        "help": option_help.describe(kind, field.name),
        "widget": widget,
        "choices": choices or list(map(str, names)),
        "value": value if hint is bool else write_value(value, widget),
        "path": PATH in extras or field.name in RUNS_CODE,
    }


def write_value(value, widget):
    """Return a default as one types it into the form."""
    if isinstance(value, tuple | list):
        return ("\n" if widget == "lines" else " ").join(map(str, value))
    return str(value)


def read_form(server, topic, values, overwrite=False):
    """Return the words of the command that a filled form is, checked as the command would.

    Args:
        server: `page.server.PageServer`.
        topic: name of the topic.
        values: `{option: text, or whether it is ticked}` of the options that differ from their
            defaults.
        overwrite: whether a run of the same name is replaced.

    Returns: `(words behind train.py, name of the run)`.

    Raises: UserError in the words of the command.
    """
    kind, words = find_topic(topic), [topic]
    fields = {field.name: field for field in dataclasses.fields(kind)}
    for name, value in values.items():
        if name not in fields or name in (*LEFT_OUT, "overwrite"):
            raise Refused(400, f"{topic} has no option {name[:40]!r} in its form")
        words += write_words(kind, fields[name], value)
    if overwrite:
        words.append("--overwrite")
    _, experiment = command.parse_experiment(words)
    if not server.is_local:
        refuse_files(experiment)
    experiment.check()
    command.check_paths(experiment)
    folder = run_folder(experiment.name or topic)
    if not overwrite:
        check_free(folder)
    return words, folder.name


def write_words(kind, field, value):
    """Return the words of an option: `--epochs=5`, or `--hidden 8 4`."""
    flag = command.flag_of(kind, field)
    hint = get_type_hints(kind)[field.name]
    if hint is bool:
        if not isinstance(value, bool):
            raise UserError(f"{flag} is on or off")
        usual = field.default
        return [] if value == usual else [flag if value else f"--no-{flag[2:]}"]
    if not isinstance(value, str) or len(value) > LONGEST:
        raise UserError(f"{flag} must be a text of at most {LONGEST} letters")
    if get_origin(hint) is not tuple:
        return [f"{flag}={value}"]
    if get_args(hint)[0] is str:
        parts = [line.strip() for line in value.splitlines() if line.strip()]
    else:
        parts = value.replace(",", " ").split()
    if any(part.startswith("--") for part in parts):  # it would be an option of its own
        raise UserError(f"{flag}: a value does not begin with --")
    return [flag, *parts]


def refuse_files(experiment):
    """Raise UserError for an option that reads a file: visitors from other machines may not.

    Runs of this project may be named, which every visitor can play with.
    """
    for field, path in command.path_options(experiment).items():
        if not (field.name == "from_run" and is_own(path)):
            flag = command.flag_of(type(experiment), field)
            raise UserError(f"{flag}: files are read only for a page without --host")
    for name in RUNS_CODE:
        if getattr(experiment, name, ""):
            raise UserError(f"--{name}: code is run only for a page without --host")
