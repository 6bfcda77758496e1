"""What the source says of the options of a dataclass: their groups and their help."""

import ast
import dataclasses
import functools
import inspect
import itertools
import re
import shutil
import textwrap
from typing import ClassVar

WIDEST = 100  # columns of a text that is read with ease
GROUPS = ("network", "training", "run")  # of a help page, below the topic's own options


def list_groups(kind):
    """Return `{group: [field, ...]}` of the options of a dataclass, in the order of the help."""
    owners = {
        field: next(base for base in reversed(kind.__mro__) if introduces(base, field.name))
        for field in dataclasses.fields(kind)
    }
    groups = {}
    for field in sorted(owners, key=lambda field: owners[field] is not kind):  # its own first
        groups.setdefault(vars(owners[field]).get("option_group", "options"), []).append(field)
    return {name: groups[name] for name in ("options", *GROUPS) if name in groups}


def introduces(kind, name):
    """Return whether a class has an option among its own fields."""
    return inspect.get_annotations(kind).get(name, ClassVar) is not ClassVar


def describe(kind, name):
    """Return the docstring of a field, of the class nearest to the topic that has one."""
    for base in kind.__mro__:
        if text := read_docstrings(base).get(name):
            return text
    return ""


@functools.cache
def read_docstrings(kind):
    """Return `{field: its docstring}` of one class, from its source."""
    if not dataclasses.is_dataclass(kind):
        return {}
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    found = {}
    for before, after in itertools.pairwise(tree.body):
        if isinstance(before, ast.AnnAssign) and isinstance(after, ast.Expr):
            text = getattr(after.value, "value", None)
            if isinstance(text, str):
                found[before.target.id] = " ".join(text.split())
    return found


def describe_module(kind):
    """Return the docstring of the file of an experiment, for the top of its help."""
    return inspect.getdoc(inspect.getmodule(kind))


def fill_paragraphs(text):
    """Return a text whose paragraphs are as wide as the terminal; indented lines stay."""
    width = min(shutil.get_terminal_size().columns, WIDEST)
    lines = re.sub(r"(?<=\S)\n(?=\S)", " ", text).splitlines()
    fill = functools.partial(
        textwrap.fill, width=width, break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(
        line if line.startswith((" ", "For example:")) else fill(line) for line in lines
    )
