"""Untrusted files, names and formulas: none runs, leads elsewhere, or fills the machine."""

import ast
import os
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
from PIL import Image

import evaluate
import train
from errors import UserError
from tests.bad_input.helpers import QUICK, table, write_config

PROJECT = Path(__file__).parents[2]
SOURCES = [
    path
    for path in sorted(PROJECT.rglob("*.py"))
    if not {"tests", ".venv"} & set(path.relative_to(PROJECT).parts)
]


# No text runs

RUN_TEXT = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "builtins.eval",
    "builtins.exec",
    "os.system",
    "os.popen",
    "sympy.S",
}
# Of any module, or imported from it.
RUN_ANYWHERE = {
    *("sympify", "parse_expr", "parse_latex", "read_pickle", "extractall", "unpack_archive"),
    *("full_load", "Lambda", "unsafe_load", "enable_unsafe_deserialization"),
}
RUN_FILES = {
    "pickle",
    "dill",
    "cloudpickle",
    "joblib",
    "shelve",
    "marshal",
    "yaml",
    "subprocess",
    "runpy",
}
UNSAFE = {("allow_pickle", True), ("safe_mode", False), ("shell", True)}
WANTED = {
    "np.load": "allow_pickle",
    "numpy.load": "allow_pickle",
    "load_model": "safe_mode",
}  # said, for the reader


def dangers(source):
    """What in a Python source may run a text or a file, as `(line, name)`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            last = name.split(".")[-1]
            options = {option.arg: getattr(option.value, "value", None) for option in node.keywords}
            wanted = WANTED.get(name) or WANTED.get(last)
            of_text = any(isinstance(part, ast.Constant | ast.JoinedStr) for part in node.args[:2])
            if (
                name in RUN_TEXT
                or last in RUN_ANYWHERE
                or UNSAFE & options.items()
                or (last == "lambdify" and of_text)
            ):
                yield node.lineno, name
            if wanted and wanted not in options:
                yield node.lineno, f"{name} without {wanted}"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            modules = (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [alias.name for alias in node.names]
            )
            yield from (
                (node.lineno, module) for module in modules if module.split(".")[0] in RUN_FILES
            )


@pytest.mark.parametrize(
    "source",
    [
        *(
            "eval(text)",
            "exec(code)",
            "builtins.eval(x)",
            "sympy.sympify(text)",
            "sympy.S('x')",
            "parse_expr(text)",
        ),
        *(
            "sympy.lambdify(x, 'x + 1')",
            "sympy.lambdify(x, f'{text}')",
            "import pickle",
            "from pickle import loads",
            "import yaml",
        ),
        *(
            "np.load(path)",
            "np.load(path, allow_pickle=True)",
            "pd.read_pickle(path)",
            "archive.extractall(folder)",
        ),
        *(
            "keras.models.load_model(path)",
            "keras.models.load_model(path, safe_mode=False)",
            "os.system(words)",
        ),
        *(
            "subprocess.run(words, shell=True)",
            "import subprocess",
            "keras.config.enable_unsafe_deserialization()",
        ),
    ],
)
def test_dangers_are_seen(source):
    assert list(dangers(source))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_no_text_and_no_pickle_runs(path):
    # The project's own commands, and Graphviz, which is given numbers.
    starts_commands = (
        path.relative_to(PROJECT).parts[0] in ("benchmarks", "docs")
        or path.name == "layered_layout.py"
    )
    allowed = {"subprocess"} if starts_commands else set()
    assert not [
        danger for danger in dangers(path.read_text(encoding="utf-8")) if danger[1] not in allowed
    ]


def test_a_keras_file_with_code_in_it_is_not_loaded(tmp_path):
    """What the README tells users to do with `model.keras`, with an untrusted file."""
    import keras

    inputs = keras.Input((1,))
    outputs = keras.layers.Lambda(lambda x: x + 1, output_shape=(1,))(inputs)
    keras.Model(inputs, outputs).save(tmp_path / "model.keras")
    with pytest.raises(ValueError, match="safe_mode|[Uu]nsafe"):
        keras.models.load_model(tmp_path / "model.keras")


def test_a_postscript_program_is_no_picture(tmp_path):
    from datasets.picture_files import open_picture

    Image.new("RGB", (9, 9)).save(tmp_path / "picture.eps")
    path = (tmp_path / "picture.eps").rename(tmp_path / "picture.png")
    with pytest.raises(UserError, match="not a readable picture"), open_picture(path):
        pass


# Nothing leads elsewhere


@pytest.mark.parametrize(
    "name", ["../up", "..", ".", "a/../../b", "/absolute", "a\\b", "a\n", "a\0", "~", "-x", "ü"]
)
def test_the_name_in_a_config_cannot_leave_the_runs(name, refused, tmp_path):
    options = {"name": name, "epochs": 1}
    path = write_config(tmp_path, experiment="digits", options=options)
    assert "--name must be 1 to 100 letters" in refused("--config", path)


@pytest.mark.parametrize(
    "experiment",
    ["../basics/xor", "tables.table", "/etc/passwd", "__init__", "experiment", "*", ""],
)
def test_the_experiment_of_a_config_is_in_the_catalogue(experiment, refused, tmp_path):
    path = write_config(tmp_path, experiment=experiment)
    assert "there is no experiment" in refused("--config", path)


@pytest.fixture
def kaggle(tmp_path, monkeypatch):
    """A folder as Kaggle's download leaves it, and a table beside it."""
    folder = tmp_path / "download"
    folder.mkdir()
    table().to_csv(tmp_path / "secret.csv", index=False)
    monkeypatch.setattr("kagglehub.dataset_download", lambda handle: str(folder))
    return folder


def test_a_kaggle_file_lies_in_its_folder(kaggle):
    from datasets.kaggle import resolve_table_path

    table().to_csv(kaggle / "a.csv", index=False)
    (kaggle / "link.csv").symlink_to(kaggle.parent / "secret.csv")
    (kaggle / "folder").symlink_to(kaggle.parent)
    (kaggle / "inside.csv").symlink_to(kaggle / "a.csv")
    os.mkfifo(kaggle / "pipe.csv")
    for name in ("a.csv", "inside.csv"):
        assert resolve_table_path(f"kaggle:owner/name/{name}") == kaggle / name
    for name in (
        "link.csv",
        "folder/secret.csv",
        "../secret.csv",
        "pipe.csv",
        str(kaggle.parent / "secret.csv"),
    ):
        with pytest.raises(UserError, match="has the tables a.csv, inside.csv"):
            resolve_table_path(f"kaggle:owner/name/{name}")


@pytest.mark.parametrize(
    "handle",
    [
        "../..",
        "owner/..",
        "./name",
        "owner/name/versions/..",
        "owner/name/versions/../a.csv",
        "/name",
    ],
)
def test_a_kaggle_handle_is_no_path(handle, kaggle, refused):
    assert "expected kaggle:owner/name or kaggle:owner/name/file" in refused(
        "table", "--data", f"kaggle:{handle}"
    )


def test_archives_from_kaggle_stay_in_their_folder(tmp_path):
    """kagglehub unpacks them; this is the part of it that we trust."""
    from kagglehub.http_resolver import _extract_archive

    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("../up.csv", "/tmp/../up.csv", "a/../../up.csv", "inside.csv"):
            archive.writestr(name, "x\n1\n")
        link = zipfile.ZipInfo("link.csv")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, str(tmp_path / "secret.csv"))
    _extract_archive(str(tmp_path / "a.zip"), str(tmp_path / "out" / "folder"))
    assert {path.name for path in tmp_path.iterdir()} == {"a.zip", "out"}
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["folder"]
    assert not any(path.is_symlink() for path in (tmp_path / "out").rglob("*"))


def test_links_out_of_a_folder_of_pictures_are_not_followed(pictures, tmp_path):
    from datasets.picture_folder import load_pictures

    Image.new("RGB", (9, 9)).save(tmp_path / "secret.png")
    (pictures / "cat" / "link.png").symlink_to(tmp_path / "secret.png")
    (pictures / "mouse").symlink_to(tmp_path)
    (pictures / "dog" / "zero.png").symlink_to("/dev/zero")
    os.mkfifo(pictures / "dog" / "pipe.png")  # who opens it waits for ever
    dataset = load_pictures(str(pictures), 0)
    assert dataset.remarks == ("ignored 3 links that lead out of the folder",)
    assert dataset.train.rows + dataset.validation.rows + dataset.test.rows == 20
    assert dataset.targets[0].classes == ("cat", "dog")


def test_an_hdf5_file_cannot_show_other_files(refused, tmp_path):
    (tmp_path / "secret").write_bytes(bytes(range(48)))
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["jets"] = np.zeros((3, 2))
    with h5py.File(tmp_path / "external.h5", "w") as file:
        file["jetFeatureNames"] = [b"a", b"b"]
        file.create_dataset("jets", (3, 2), "float64", external=[(str(tmp_path / "secret"), 0, 48)])
    with h5py.File(tmp_path / "link.h5", "w") as file:
        file["jetFeatureNames"] = [b"a", b"b"]
        file["jets"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "jets")
    with h5py.File(tmp_path / "virtual.h5", "w") as file:
        file["jetFeatureNames"] = [b"a", b"b"]
        layout = h5py.VirtualLayout((3, 2), "float64")
        layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "jets", (3, 2))
        file.create_virtual_dataset("jets", layout)
    for name in ("external.h5", "link.h5", "virtual.h5"):
        assert "jets is stored in a different file" in refused("jets", "--data", tmp_path / name)


# Names become neither HTML, nor paths, nor commands to a terminal

SCRIPT, IMAGE = "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'
NAMES = [
    SCRIPT,
    "../../up",
    "$\\frac{",
    "\x1b[31mred",
    "{title}",
    "%s",
    "a\nb",
    "__class__",
    "é" * 300,
    "^",
    "/",
    "$a$",
]


@pytest.fixture(scope="module")
def evil(tmp_path_factory):
    """A run on a table whose names and labels are anything but names, evaluated."""
    folder = tmp_path_factory.mktemp("evil")
    random = np.random.default_rng(0)
    frame = pd.DataFrame({name: random.normal(size=60) for name in NAMES})
    frame = frame.assign(
        **{
            "../" * 90 + IMAGE: np.tile([IMAGE, "$\\frac{", "\x1b[31m"], 20),
            "a b": random.normal(size=60),
        }
    )
    frame["a-b"] = frame["a b"] + frame["^"]
    frame.to_csv(folder / "table.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder / "saved_models")
        train.main(
            [
                "table",
                "--data",
                str(folder / "table.csv"),
                *QUICK,
                "--target",
                "../" * 90 + IMAGE,
                "a b",
                "a-b",
            ]
        )
        evaluate.main([str(folder / "saved_models" / "table")])
    return folder


@pytest.mark.filterwarnings("ignore:Glyph")
def test_names_are_escaped_in_the_report(evil):
    page = (evil / "saved_models" / "table" / "report.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page and "&quot;&gt;&lt;img src=x" in page
    assert "<script" not in page and "<img src=x" not in page


def test_names_are_no_paths(evil):
    run = evil / "saved_models" / "table"
    assert {path.name for path in evil.iterdir()} == {"saved_models", "table.csv"}
    assert [path.name for path in run.parent.iterdir() if path.suffix != ".lock"] == ["table"]
    pictures = [path for path in run.rglob("*.png")]
    assert {path.parent for path in pictures} == {run / "plots"}
    # History, a classification, two regressions whose names differ by a sign, and importances.
    assert len(pictures) == 1 + 3 + 2 + 2 + 3


def test_what_is_printed_holds_no_commands_to_a_terminal(file, refused):
    from datasets.table import make_table_dataset

    message = refused(
        "table", "--data", file(table(**{"\x1b[31mred\nline": 1.0})), "--target", "\x1b[2J"
    )
    assert message.isprintable()
    frame = table(**{"\x1b[31mred\nline": np.arange(60.0) ** 2})
    assert "\x1b" not in make_table_dataset("\x1b[2J", frame, ["price"], 0).summary()


def test_targets_with_the_name_of_a_prediction(file, refused):
    frame = table(price_std=np.arange(60.0), kind_probabilities=np.arange(60.0))
    for target, part in (("price", "price_std"), ("kind", "kind_probabilities")):
        message = refused("table", "--data", file(frame), "--target", part, target)
        assert f"Target '{part}' has the name of a prediction for '{target}'" in message
