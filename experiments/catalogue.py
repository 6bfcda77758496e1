"""Which experiments there are, read from the files' first lines without importing anything heavy."""

import ast
import importlib
from pathlib import Path

from errors import UserError, nearest

FOLDER = Path(__file__).parent


def first_line(path):
    """First line of a module's docstring, without its full stop."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return docstring.split("\n")[0].rstrip(".")


def themes():
    """`{title of a theme: {experiment: its line}}`, in the order of the titles."""
    found = {}
    for init in FOLDER.glob("*/__init__.py"):
        files = sorted(path for path in init.parent.glob("[!_]*.py"))
        found[first_line(init)] = {path.stem.replace("_", "-"): first_line(path) for path in files}
    return dict(sorted(found.items()))


def names():
    return [name for experiments in themes().values() for name in experiments]


def listing():
    """All experiments, a line each, as `python train.py` shows them."""
    width = max(map(len, names()))
    lines = [
        "Usage: python train.py NAME [options]      python train.py NAME --help teaches the options",
        "",
    ]
    for title, experiments in themes().items():
        lines += [title, *(f"  {name:<{width}}  {line}" for name, line in experiments.items()), ""]
    return "\n".join(
        lines + ["Repeat a run:  python train.py --config saved_models/NAME/config.json"]
    )


def find(name):
    """The dataclass of an experiment: `house-prices` is `HousePrices` in `house_prices.py` of some theme's folder."""
    paths = list(FOLDER.glob(f"*/{name.replace('-', '_')}.py")) if name in names() else []
    if not paths:
        raise UserError(
            f"there is no experiment {name!r}.{nearest(name, names())} `python train.py` lists them all"
        )
    module = importlib.import_module(f"experiments.{paths[0].parent.name}.{paths[0].stem}")
    return getattr(module, name.title().replace("-", ""))
