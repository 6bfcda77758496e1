"""From the words of a command to an experiment, and from an experiment to its `config.json` and back."""

import contextlib
import dataclasses
import glob
import inspect
import io
import itertools
from pathlib import Path
from typing import Literal, get_args, get_origin, get_type_hints

from errors import UserError, nearest
from experiments import catalogue


def parse(arguments):
    """Return `(name, experiment)` for the words behind `python train.py`."""
    name, *options = arguments
    default = {}
    if name == "--config":
        name, default, options = from_config(options)
    experiment = catalogue.find(name)
    described = inspect.getdoc(inspect.getmodule(experiment))
    return name, read(
        experiment,
        options,
        f"train.py {name}",
        default=experiment(**default),
        description=described,
    )


def read(kind, words, script, **settings):
    """The dataclass `kind` with the options that the words of a command give.

    Raises: UserError with the first lines of the box that tyro, which reads them, draws around what is wrong.
    """
    import tyro

    words = repeated_together(kind, words)
    box = io.StringIO()
    config = (tyro.conf.FlagCreatePairsOff, tyro.conf.PositionalRequiredArgs)
    try:
        with contextlib.redirect_stderr(box):
            options, unknown = tyro.cli(
                kind, args=words, prog=script, config=config, return_unknown_args=True, **settings
            )
    except SystemExit as end:
        if not end.code:  # --help
            raise
        lines = [line.strip("│ ") for line in box.getvalue().splitlines()[1:]]
        wrong = " ".join(itertools.takewhile(lambda line: not line.startswith("──"), lines))
        raise UserError(
            f"{wrong.removeprefix('Error parsing ').rstrip('.')}. `{script} --help` lists the options"
        ) from None
    if unknown:
        known = [flag(kind, field) for field in dataclasses.fields(kind)]
        raise UserError(
            f"unknown option {unknown[0]}.{nearest(unknown[0], known)} `{script} --help` lists the options"
        )
    return options


def repeated_together(kind, words):
    """The words with an option that is given several times given once, `--residual A --residual B` as `--residual A B`.

    A value that begins with a minus, such as the equation `-u_xx = 1`, gets a blank before it, or it would be an option.
    """
    several = {
        flag(kind, field) for field in dataclasses.fields(kind) if "tuple" in str(field.type)
    }
    together, seen, option = [], {}, None
    for word in words:
        if word.startswith("--"):
            option = word
            if word in several:
                seen.setdefault(word, [])
                continue
        elif option in several:
            seen[option].append(
                f" {word}" if word.startswith("-") and not is_number(word) else word
            )
            continue
        together.append(word)
    return [*together, *(word for option, values in seen.items() for word in (option, *values))]


def flag(kind, field):
    """How an option is typed: as its field is called, but where that would be a word of Python's, such as `from`."""
    extras = getattr(get_type_hints(kind, include_extras=True)[field.name], "__metadata__", ())
    name = next((extra.name for extra in extras if getattr(extra, "name", None)), field.name)
    return f"--{name.replace('_', '-')}"


def is_number(word):
    try:
        float(word)
    except ValueError:
        return False
    return True


def interrupted(arguments):
    """`(name, experiment)` of a training to go on with, for the words behind `python train.py --resume`."""
    from training.run import PARTS, beside, place_of, read_config, shown

    if len(arguments) != 1:
        raise UserError(
            "--resume wants the run's folder and no other option: python train.py --resume saved_models/NAME"
        )
    place = place_of(Path(arguments[0]).name)
    partial = beside(place, "partial")
    if not (partial / "config.json").exists() and read_config(place):
        raise UserError(f"{shown(place)} is complete, there is nothing to go on with")
    config = read_config(
        partial, {part: PARTS[part] for part in ("format", "experiment", "options")}
    )
    return config["experiment"], dataclasses.replace(restore(config), name=place.name)


def from_config(options):
    from training.run import read_config

    if not options:
        raise UserError(
            "--config wants a file: python train.py --config saved_models/NAME/config.json"
        )
    config = read_config(options[0])
    restore(config)  # says what does not fit before the options are looked at
    return config["experiment"], config["options"], options[1:]


def restore(config):
    """The experiment a `config.json` describes."""
    experiment = catalogue.find(config["experiment"])
    known = {field.name for field in dataclasses.fields(experiment)}
    kinds = get_type_hints(experiment)
    for option, value in config["options"].items():
        if option not in known:
            raise UserError(
                f"config.json has an option {option!r} unknown to {config['experiment']}.{nearest(option, known)}"
            )
        if not fits(value, kinds[option]):
            wanted = (
                kinds[option].__name__
                if isinstance(kinds[option], type)
                else str(kinds[option]).removeprefix("typing.")
            )
            raise UserError(
                f"config.json has {option} = {value!r}, wanted {wanted}. Correct it, or train again"
            )
    restored = experiment(**config["options"])
    restored.check()
    return restored


def fits(value, kind):
    """Whether a value from JSON is of an option's type, e.g. int, `Literal["cnn", "dense"]` or `tuple[float, ...]`."""
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if get_origin(kind) is tuple:
        return isinstance(value, tuple) and all(fits(part, get_args(kind)[0]) for part in value)
    return type(value) is kind or (kind is float and type(value) is int)


def options_of(experiment):
    """Every option, resolved, as `config.json` keeps them: all that a repetition of the run needs, from any folder."""
    options = dataclasses.asdict(experiment)
    del options["overwrite"]
    for key in ("data", "test_data", "reference", "from_run"):
        if options.get(key) and (Path(options[key]).exists() or glob.has_magic(options[key])):
            options[key] = str(Path(options[key]).expanduser().resolve())
    return options
