"""`build.py` makes a notebook with outputs, and names the cell that fails."""

import ast
from pathlib import Path

import pytest

from errors import UserError
from notebooks import build

PROJECT = Path(__file__).parents[2]
pytest.importorskip("jupytext", reason="needs requirements-notebooks.txt")
pytest.importorskip("nbclient", reason="needs requirements-notebooks.txt")
pytest.importorskip("ipykernel", reason="needs requirements-notebooks.txt")

LECTURE = """# %% [markdown]
# # A lecture
# with $x^2$

# %%
import sys

sys.path.insert(0, {project!r})
from notebooks.cells import show, show_code, small
from plots.curve import plot_curves

show("curves", plot_curves([0, 1], {{"truth": [0, 1]}}))

# %%
print(small("full", "quick"))
show_code(plot_curves)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of lectures with one short lecture."""
    (tmp_path / "lecture_01_short.py").write_text(LECTURE.format(project=str(PROJECT)))
    monkeypatch.setattr(build, "FOLDER", tmp_path)
    return tmp_path


def test_a_notebook_has_text_code_and_outputs(folder, capsys):
    import nbformat

    build.main(["1"])  # a number without its zero
    assert "built/lecture_01_short.ipynb" in capsys.readouterr().out.replace("\\", "/")
    path = folder / "built" / "lecture_01_short.ipynb"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    text, first, second = notebook.cells
    assert (text.cell_type, text.source) == ("markdown", "# A lecture\nwith $x^2$")
    picture, caption = (output for output in first.outputs if output.output_type == "display_data")
    assert picture.metadata["image/png"]["name"] == "curves"
    assert caption.data["text/markdown"].startswith("*Each function, and what")
    printed, code = second.outputs
    assert printed.text == "full\n"
    assert code.data["text/markdown"].startswith("```python\n# plots/curve.py\n\ndef plot_curves(")
    # A student's answers are not lost.
    before = path.read_bytes()
    with pytest.raises(UserError, match="lecture_01_short.ipynb is in .*--overwrite"):
        build.main([])
    assert path.read_bytes() == before
    build.main(["lecture_01_short", "--empty", "--overwrite"])
    assert not any(cell.get("outputs") for cell in nbformat.read(path, as_version=4).cells)


def test_an_error_names_the_notebook_and_the_cell(folder):
    (folder / "lecture_02_wrong.py").write_text("# %% [markdown]\n# text\n\n# %%\n1 / 0\n")
    with pytest.raises(UserError) as caught:
        build.main(["02"])
    assert str(caught.value) == "lecture_02_wrong, cell 2: ZeroDivisionError: division by zero"
    assert not list((folder / "built").glob("*"))


def test_a_name_that_is_no_lecture(folder):
    with pytest.raises(UserError, match="no lecture 'lecture_01_shot'. Did you mean"):
        build.main(["lecture_01_shot"])


def test_every_lecture_can_be_converted():
    for path in build.choose_lectures([]):
        notebook = build.read_notebook(path)
        kinds = [cell.cell_type for cell in notebook.cells]
        assert kinds[0] == "markdown" and kinds.count("code") >= 10
        for cell in notebook.cells:
            if cell.cell_type == "code":
                ast.parse(cell.source)


def test_requirements_name_what_is_imported():
    text = (PROJECT / build.REQUIREMENTS).read_text(encoding="utf-8")
    assert all(f"\n{package}>=" in text for package in build.PACKAGES)
