"""The house as the README draws it: which folder imports which, and a new topic is one new file."""

import ast
import re
import sys
import types
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
BELOW = {
    "experiments": {
        "experiments",
        "training",
        "evaluation",
        "datasets",
        "equations",
        "models",
        "symbolic",
        "plots",
    },
    "training": {"training", "datasets", "equations", "models", "symbolic"},
    "evaluation": {"evaluation", "datasets", "equations", "models", "symbolic"},
    "datasets": {"datasets", "symbolic"},
    "equations": {"equations", "models", "symbolic", "plots"},
    "models": {"models"},
    "symbolic": {"symbolic"},
    "plots": {"plots"},
}
FILES = [path for folder in BELOW for path in sorted((PROJECT / folder).rglob("*.py"))]


def imports(path, top_level=False):
    """Modules of the project that a file imports, `plots.style` also for `from plots import style`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body if top_level else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_arrows_point_down(path):
    folder = path.relative_to(PROJECT).parts[0]
    used = {module.split(".")[0] for module in imports(path)} & set(BELOW)
    assert used <= BELOW[folder], f"{folder} may not import {used - BELOW[folder]}"


def test_no_circles():
    modules = {".".join(path.relative_to(PROJECT).with_suffix("").parts): path for path in FILES}
    graph = {
        name: {module for module in imports(path) if module in modules}
        for name, path in modules.items()
    }
    while graph:
        leaves = {name for name, used in graph.items() if not used & graph.keys()}
        assert leaves, f"these import each other: {sorted(graph)}"
        graph = {name: used for name, used in graph.items() if name not in leaves}


@pytest.mark.parametrize(
    "path", sorted((PROJECT / "experiments").rglob("*.py")), ids=lambda path: path.stem
)
def test_experiments_import_nothing_heavy_at_the_top(path):
    heavy = {"tensorflow", "keras", "numpy", "pandas", "sklearn", "matplotlib", "sympy"}
    assert (
        not heavy & {module.split(".")[0] for module in imports(path, top_level=True)}
        or path.stem == "pictures"
    )


def test_the_readmes_new_topic_works(saved_models, monkeypatch):
    import train

    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(\"\"\"Wine.*?)```", readme, re.DOTALL)
    module = types.ModuleType("wine")
    monkeypatch.setitem(sys.modules, "wine", module)
    exec(compile(code, "wine.py", "exec"), module.__dict__)
    run = train.run("wine", module.Wine(epochs=2))
    assert (run / "1" / "saved_model.pb").exists()


def test_every_experiment_is_in_the_readme():
    from experiments.catalogue import names

    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in readme for name in names())


def test_the_option_activation_lists_the_builders_names():
    from typing import get_args

    from experiments.experiment import Activation
    from models.activations import ACTIVATIONS

    assert set(get_args(Activation)) == set(ACTIVATIONS)
