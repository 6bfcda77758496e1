"""The page of the best pictures is the one that its script writes, and shows what there is."""

import runpy
from pathlib import Path

import pytest

from evaluation.captions import find_caption
from tasks.catalogue import read_names

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def gallery():
    return runpy.run_path(str(PROJECT / "docs" / "gallery.py"))


def test_the_page_is_up_to_date(gallery):
    page = (PROJECT / "docs" / "gallery.md").read_text(encoding="utf-8")
    assert page == gallery["write_page"](), "run `python docs/gallery.py`"


def test_there_are_twelve_pictures_of_the_lectures(gallery):
    assert len(gallery["BEST"]) == 12
    for picture in gallery["BEST"]:
        assert (PROJECT / "docs" / picture.file).stat().st_size < 150_000
        assert find_caption(picture.name)
        assert picture.command.split()[0] in read_names()
        lecture = PROJECT / "notebooks" / f"{picture.lecture}.py"
        assert f'"{picture.name}"' in lecture.read_text(encoding="utf-8")


def test_pictures_of_runs_are_known(gallery):
    assert set(gallery["PLOTS"]) - {"jet-particles"} <= set(read_names())
    for run, name in gallery["PLOTS"].items():
        assert find_caption(name)
        assert (PROJECT / "docs" / f"{run}.png").exists()
