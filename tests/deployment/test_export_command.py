"""`python export.py`: its help and its mistakes, in one line and without TensorFlow."""

import subprocess
import sys
from pathlib import Path

import pytest

import export
from deployment.options import FILES
from errors import UserError
from evaluation.output import write_folder
from runs.packages import check_packages

TABLE = ("table", "--hidden", "4", "--members", "2", "--target", "kind", "--data", "mixed")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--to", "onxx"],
            "--to must be one of onnx, tflite, html, hls4ml, card. Did you mean onnx?",
        ),
        ([], "--to must be one of"),
        (["--to", "html", "--quantise", "int8"], "--quantise is an option of --to tflite"),
        (["--to", "card", "--endpoint", "decode"], "--endpoint is an option of --to onnx"),
        (["--to", "onnx", "--endpoint", "decode"], "the run has no endpoint 'decode', only serve"),
        (["--to", "tflite"], "LiteRT cannot read the date 'seen'"),
        (["--to", "hls4ml"], "hls4ml cannot read 'colour', a category"),
        (["--to", "card", "--output", "missing/card.md"], "missing/card.md cannot be written"),
        (["--too", "card"], "unknown option --too. Did you mean --to?"),
    ],
)
def test_mistakes(make_run, words, message):
    run = make_run(*TABLE)
    before = sorted(run.folder.iterdir())
    with pytest.raises(UserError) as caught:
        export.main([str(run.folder), *words])
    assert message in str(caught.value)
    assert sorted(run.folder.iterdir()) == before


def test_no_such_run(tmp_path):
    with pytest.raises(UserError, match="is not a run's folder: it has no config.json"):
        export.main([str(tmp_path / "run"), "--to", "onnx"])


def test_a_missing_package_is_asked_for_by_name():
    check_packages(["numpy"])
    with pytest.raises(UserError, match="needs onnx_three: pip install -r requirements-deploy.txt"):
        check_packages(["numpy", "onnx_three"])


def test_every_format_is_a_file():
    for name in FILES.values():
        module = __import__(f"deployment.{name}", fromlist=[name])
        assert callable(module.check) and callable(module.convert) and module.NAME


IMPORTS = """
import sys
import export
for words in (["--help"], ["--to", "onxx"], ["--to", "tflite"], ["--to", "card"]):
    try:
        export.main([sys.argv[1], *words])
    except (SystemExit, Exception) as error:
        print(type(error).__name__)
    print(sorted({"tensorflow", "keras", "onnx", "tf2onnx", "onnxruntime"} & set(sys.modules)))
"""


def test_help_mistakes_and_the_card_need_no_tensorflow(make_run):
    folder, project = str(make_run(*TABLE).folder), Path(export.__file__).parent
    found = subprocess.run(
        [sys.executable, "-c", IMPORTS, folder],
        cwd=project, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    lines = found.stdout.strip().splitlines()
    places = [place for place, line in enumerate(lines) if line.startswith("[")]
    endings = [lines[place - 1] for place in places]
    assert endings[:3] == ["SystemExit", "UserError", "UserError"], found.stderr  # no dates
    assert "card.md" in endings[3]
    assert [lines[place] for place in places] == ["[]"] * 4


def test_a_folder_is_replaced_whole_and_only_an_earlier_one(tmp_path):
    folder, known = tmp_path / "project", {"config.yml": b""}
    write_folder(folder, known | {"src/a.cpp": b"1", "src/b.cpp": b"2"}, "config.yml")
    write_folder(folder, known | {"src/a.cpp": b"3", "src/c.cpp": b"4"}, "config.yml")
    assert sorted(path.name for path in (folder / "src").iterdir()) == ["a.cpp", "c.cpp"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("kept")
    with pytest.raises(UserError, match="exists and has no config.yml"):
        write_folder(tmp_path / "mine", known, "config.yml")
    with pytest.raises(UserError, match="cannot be written"):
        write_folder(tmp_path / "missing" / "project", known, "config.yml")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "project"]
