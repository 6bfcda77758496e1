"""The catalogue of experiments, read from the files' first lines; nothing heavy is imported."""

import ast
import dataclasses
import importlib
import inspect
import textwrap
from pathlib import Path
from typing import Annotated, Literal, Union, get_args, get_origin, get_type_hints

from errors import UserError, suggest

PROJECT = Path(__file__).parents[1]
FOLDER = PROJECT / "experiments"


def read_first_line(path):
    """Return the first line of a module's docstring without its full stop."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return docstring.split("\n")[0].rstrip(".")


def read_themes():
    """Return `{title of a theme: {experiment: its line}}`, sorted by title."""
    themes = {}
    for init in FOLDER.glob("*/__init__.py"):
        files = sorted(init.parent.glob("[!_]*.py"))
        lines = {path.stem.replace("_", "-"): read_first_line(path) for path in files}
        themes[read_first_line(init)] = lines
    return dict(sorted(themes.items()))


def read_names():
    """Return the names of all experiments."""
    return [name for experiments in read_themes().values() for name in experiments]


def list_experiments():
    """Return all experiments, a line each, as `python train.py` prints them."""
    width = max(map(len, read_names()))
    lines = [
        "Usage: python train.py NAME [options]",
        "       python train.py NAME --help           lists the options of an experiment",
        "       python train.py NAME --show-code      prints its code and its network's",
        "       python train.py search NAME           looks for good options of an experiment",
        "",
    ]
    for title, experiments in read_themes().items():
        lines += [title, *(f"  {name:<{width}}  {line}" for name, line in experiments.items()), ""]
    repeat = "Repeat a run:  python train.py --config saved_models/NAME/config.json"
    return "\n".join([*lines, repeat])


def find_experiment(name):
    """Return the dataclass of an experiment: `house-prices` is `HousePrices` in `house_prices.py`.

    Raises: UserError if there is no such experiment.
    """
    paths = list(FOLDER.glob(f"*/{name.replace('-', '_')}.py")) if name in read_names() else []
    if not paths:
        raise UserError(
            f"there is no experiment {name!r}.{suggest(name, read_names())} "
            "`python train.py` lists all of them"
        )
    module = importlib.import_module(f"experiments.{paths[0].parent.name}.{paths[0].stem}")
    return getattr(module, name.title().replace("-", ""))


def show_code(name):
    """Return the file of an experiment and those of `models/` that its `build` imports, as text."""
    experiment = find_experiment(name)
    files = [Path(inspect.getfile(experiment)), *map(find_module, find_builders(experiment))]
    parts = [
        f"# {path.relative_to(PROJECT).as_posix()}\n\n{path.read_text('utf-8')}" for path in files
    ]
    return "\n\n".join(parts).rstrip()


def find_builders(experiment):
    """Return the modules of `models/` that the methods which build the network import."""
    methods = [getattr(experiment, name) for name in dir(experiment) if name.startswith("build")]
    source = "\n".join(textwrap.dedent(inspect.getsource(method)) for method in methods)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    modules = [node.module for node in nodes if node.module.startswith("models.")]
    return list(dict.fromkeys(modules))


def find_module(name):
    return PROJECT / f"{name.replace('.', '/')}.py"


def restore(config):
    """Return the experiment that a `config.json` describes.

    Raises: UserError for an option that is unknown, of a wrong type or out of range.
    """
    experiment = find_experiment(config["experiment"])
    known = {field.name for field in dataclasses.fields(experiment)}
    kinds = get_type_hints(experiment, include_extras=True)
    for option, value in config["options"].items():
        if option not in known:
            raise UserError(
                f"config.json has an option {option!r} unknown to {config['experiment']}."
                f"{suggest(option, known)}"
            )
        if not fits(value, kinds[option]):
            kind = kinds[option]
            kind = kind.__name__ if isinstance(kind, type) else str(kind).removeprefix("typing.")
            raise UserError(
                f"config.json has {option} = {value!r}, which must be {kind}. "
                "Correct it, or train again"
            )
    restored = experiment(**config["options"])
    restored.check()
    return restored


def fits(value, kind):
    """Return whether a value from JSON is of an option's type, e.g. int or `tuple[float, ...]`."""
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if get_origin(kind) is Union:
        return any(fits(value, one) for one in get_args(kind))
    if get_origin(kind) is tuple:
        return isinstance(value, tuple) and all(fits(part, get_args(kind)[0]) for part in value)
    return type(value) is kind or (kind is float and type(value) is int)
