"""The lectures as cells: each runs in plain Python with small options, and all have one form."""

import ast
import re
import runpy
import sys
from pathlib import Path

import pytest
import sklearn.datasets

PROJECT = Path(__file__).parents[2]
LECTURES = sorted((PROJECT / "notebooks").glob("lecture_*.py"))
DRAWN = re.compile(r"^picture ([\w-]+): (.*)$", re.MULTILINE)


def read_cells(path):
    """Return `[(kind, text), ...]` of a lecture, kind "markdown" or "code"."""
    parts = re.split(r"^# %%(.*)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert parts[0] == ""
    kinds = ["markdown" if "[markdown]" in kind else "code" for kind in parts[1::2]]
    return list(zip(kinds, parts[2::2], strict=True))


@pytest.fixture
def quick(monkeypatch, path):
    """Small options, few digits and tables; pictures of runs, which other tests draw, stay empty
    files."""
    from evaluation.decision import TABLES

    def save_nothing(figure, path):
        path.parent.mkdir(exist_ok=True)
        path.touch()

    def read_few(*place, **options):
        found = read(*place, **options)
        return (found[0][:rows], *found[1:]) if isinstance(found, tuple) else found

    rows = 800 if path.stem == "lecture_04_training" else 300  # it validates on 150 of 750
    # Below load_digits: modules that import it keep the right one.
    read = sklearn.datasets._base.load_gzip_compressed_csv_data
    monkeypatch.setattr("sklearn.datasets._base.load_gzip_compressed_csv_data", read_few)
    monkeypatch.setenv("QUICK", "1")
    monkeypatch.setattr("evaluation.report.save_figure", save_nothing)
    for name in ("breast cancer", "digits"):
        monkeypatch.delitem(TABLES, name)


@pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)
def test_a_lecture_runs(path, quick, saved_models, monkeypatch, capsys):
    monkeypatch.chdir(PROJECT / "notebooks")
    monkeypatch.setattr(sys, "path", [*sys.path])
    runpy.run_path(str(path))
    printed = capsys.readouterr().out
    number = path.stem.split("_")[1]
    for letter in "ab":
        assert f"Exercise {int(number)}{letter}: not answered yet." in printed
    pictures = DRAWN.findall(printed)
    assert len(pictures) >= 4
    assert all(caption for _, caption in pictures)
    # It leaves the user's runs alone.
    runs = [folder.name for folder in saved_models.iterdir() if folder.is_dir()]
    assert runs and all(name.startswith(f"lecture-{number}-") for name in runs)


def test_there_are_ten_lectures():
    assert [path.stem.split("_")[1] for path in LECTURES] == [f"{n:02}" for n in range(1, 11)]


@pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)
def test_a_lecture_has_the_common_form(path):
    text = path.read_text(encoding="utf-8")
    lines, cells = text.splitlines(), read_cells(path)
    assert 100 <= len(lines) <= 230 and max(map(len, lines)) <= 100
    (first, title), (second, install) = cells[:2]
    number = int(path.stem.split("_")[1])
    assert first == "markdown" and title.startswith(f"# # Lecture {number}: ")
    assert second == "code" and install == read_cells(LECTURES[0])[1][1]
    headings = re.findall(r"^# ## (.*)$", text, re.MULTILINE)
    assert headings[-1] == "Your turn" and len(headings) >= 4
    assert "show_code(" in text and "small(" in text and "$" in text
    checks = re.findall(r'check\("(.*)", answer\)', text)
    assert checks == [f"{number}a", f"{number}b"]
    assert [kind for kind, _ in cells[-4:]] == ["markdown", "code"] * 2


@pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)
def test_cells_are_short_and_can_be_read(path):
    for kind, text in read_cells(path):
        lines = text.rstrip().splitlines()
        assert len(lines) <= 22
        if kind == "code":
            ast.parse(text)
            continue
        assert all(line == "#" or line.startswith("# ") for line in lines)
        prose = "\n".join(line[2:] for line in lines)
        assert prose.count("$$") % 2 == 0 and prose.replace("$$", "").count("$") % 2 == 0
        for opening, closing in ("{}", "()"):
            assert prose.count(opening) == prose.count(closing)
        assert prose.count("`") % 2 == 0
        left, right = (re.findall(rf"\\{side}\b", prose) for side in ("left", "right"))
        assert len(left) == len(right)


def test_cells_call_the_project_instead_of_copying_it():
    for path in LECTURES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.module.split(".")[0] for node in ast.walk(tree)
                 if isinstance(node, ast.ImportFrom)}  # fmt: skip
        assert {"experiments", "notebooks", "evaluate"} <= names and "keras" not in names
        classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        assert not classes
