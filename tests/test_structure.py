"""The house as the README draws it: which folder imports which, and a new topic is one new file."""

import ast
import functools
import re
import sys
import types
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
LEAVES = ("models", "symbolic", "plots", "lectures")
BELOW = {name: {name} for name in LEAVES}
BELOW["datasets"] = {"datasets", "symbolic"}
BELOW["equations"] = {"equations", "models", "symbolic", "plots"}
BELOW["runs"] = {"runs", "datasets", "models"}
BELOW["training"] = {"training", "runs", "datasets", "equations", *LEAVES} - {"plots"}
BELOW["evaluation"] = {"evaluation", "runs", "datasets", "equations", *LEAVES}
BELOW["tasks"] = {"tasks", *BELOW["training"], *BELOW["evaluation"]}
BELOW["experiments"] = {"experiments", *BELOW["tasks"]}
BELOW["deployment"] = {"deployment", *BELOW["tasks"]}
BELOW["page"] = {"page", *BELOW["deployment"]}
BELOW["search"] = {"search", *BELOW["tasks"]}
FILES = [path for folder in BELOW for path in sorted((PROJECT / folder).rglob("*.py"))]
HEAVY = {"tensorflow", "keras", "numpy", "pandas", "sklearn", "matplotlib", "sympy", "scipy"}
MOST_LINES = 320


@functools.cache  # every topic is compared with all files
def imports(path, top_level=False):
    """Return the modules that a file imports, `plots.style` also for `from plots import style`."""
    tree, modules = ast.parse(path.read_text(encoding="utf-8")), set()
    for node in tree.body if top_level else ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return modules


def name_of(path):
    return str(path.relative_to(PROJECT))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_arrows_point_down(path):
    folder = path.relative_to(PROJECT).parts[0]
    used = {module.split(".")[0] for module in imports(path)} & set(BELOW)
    assert used <= BELOW[folder], f"{folder} may not import {used - BELOW[folder]}"


def test_no_circles():
    modules = {".".join(path.relative_to(PROJECT).with_suffix("").parts): path for path in FILES}
    graph = {name: set(imports(path)) & set(modules) for name, path in modules.items()}
    while graph:
        leaves = {name for name, used in graph.items() if not used & graph.keys()}
        assert leaves, f"these import each other: {sorted(graph)}"
        graph = {name: used for name, used in graph.items() if name not in leaves}


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if path.relative_to(PROJECT).parts[0] in ("experiments", "tasks")],
    ids=name_of,
)
def test_topics_and_tasks_import_nothing_heavy_at_the_top(path):
    assert not HEAVY & {module.split(".")[0] for module in imports(path, top_level=True)}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_can_be_read(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= MOST_LINES, f"{len(lines)} lines: look for the second idea"


def test_the_commands_stay_a_page():
    for name in ("train.py", "evaluate.py", "export.py", "play.py"):
        assert len((PROJECT / name).read_text(encoding="utf-8").splitlines()) <= 100


TOPICS = [path for path in sorted((PROJECT / "experiments").glob("*/[!_]*.py"))]


@pytest.mark.parametrize("path", TOPICS, ids=name_of)
def test_a_topic_is_one_file(path):
    """A topic's own modules: itself, and at most one each of models/, datasets/ and plots/."""
    others = {f"experiments.{other.parent.name}.{other.stem}" for other in TOPICS if other != path}
    used = set(imports(path))
    assert not used & others, "a topic may not import a different topic"
    users = {other: set(imports(other)) for other in FILES}
    for folder in ("models", "datasets", "plots"):
        own = {
            module
            for module in used
            if module.split(".")[0] == folder
            and (PROJECT / f"{module.replace('.', '/')}.py").exists()
            and not any(module in found for other, found in users.items() if other != path)
        }
        assert len(own) <= 1, f"{own} are used by this topic alone: one file each is enough"


def test_nobody_asks_what_kind_an_experiment_is():
    for path in (*FILES, *PROJECT.glob("*.py")):
        assert "experiment.kind" not in path.read_text(encoding="utf-8"), path


README = (PROJECT / "README.md").read_text(encoding="utf-8")
GUIDES = [PROJECT / "docs" / name for name in ("own_topic.md", "features.md")]


@pytest.mark.parametrize("name", ["wine", "wine-features"])
def test_the_guides_new_topics_work(name, saved_models, monkeypatch):
    import evaluate
    import train
    from runs.run import Run
    from tasks import catalogue

    class_name = name.title().replace("-", "")
    text = "".join(path.read_text(encoding="utf-8") for path in GUIDES)
    code = next(
        code
        for code in re.findall(r"```python\n(\"\"\".*?)```", text, re.DOTALL)
        if f"class {class_name}(" in code
    )
    module = types.ModuleType(class_name)
    monkeypatch.setitem(sys.modules, class_name, module)
    exec(compile(code, f"{class_name}.py", "exec"), module.__dict__)
    topic = getattr(module, class_name)
    run = train.train(name, topic(epochs=3))
    monkeypatch.setattr(catalogue, "find_experiment", lambda name: topic)
    evaluate.evaluate(Run(run))
    assert (run / "1" / "saved_model.pb").exists() and (run / "report.html").exists()


def test_every_experiment_is_in_the_readme():
    from tasks.catalogue import read_names

    assert all(f"`{name}`" in README for name in read_names())


def test_the_readme_is_short():
    assert len(README.encode()) <= 10_000


def test_the_lock_has_every_requirement():
    """As `docs/training.md` says how to write it."""
    from packaging.requirements import Requirement

    locked = dict(re.findall(r"^([\w.-]+)==([\w.]+)", read("requirements.lock"), re.MULTILINE))
    lines = [line.split("#")[0].strip() for line in read("requirements.txt").splitlines()]
    for requirement in map(Requirement, filter(None, lines)):
        assert locked[requirement.name] in requirement.specifier, requirement


def read(name):
    return (PROJECT / name).read_text(encoding="utf-8")


def test_the_option_activation_lists_the_builders_names():
    from typing import get_args

    from models.activations import ACTIVATIONS
    from tasks.options import Activation

    assert set(get_args(Activation)) == set(ACTIVATIONS)
