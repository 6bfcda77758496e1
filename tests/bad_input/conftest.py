"""Commands that have to fail, and a small run to damage."""

import shutil

import numpy as np
import pytest
from PIL import Image

import train
from tests.bad_input.helpers import QUICK, mistake, table


@pytest.fixture
def refused(saved_models):
    """`refused(*words)`: the message of a `train.py` command that leaves nothing behind."""

    def run(*words):
        message = mistake(train, *words)
        assert not saved_models.exists() or not [
            path for path in saved_models.iterdir() if path.suffix != ".lock"
        ]
        return message

    return run


@pytest.fixture
def file(tmp_path):
    """`file(table or bytes, name)`: the path of a file with this content."""

    def write(content, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(
            content if isinstance(content, bytes) else content.to_csv(index=False).encode()
        )
        return path

    return write


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The folder of a run on a table; tests copy it before they damage it."""
    folder = tmp_path_factory.mktemp("trained")
    table().to_csv(folder / "table.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder / "saved_models")
        train.main(
            [
                "table",
                "--data",
                str(folder / "table.csv"),
                "--target",
                "price",
                "--name",
                "prices",
                *QUICK,
            ]
        )
    return folder / "saved_models" / "prices"


@pytest.fixture
def run(trained, tmp_path):
    """A copy of the run, to be damaged."""
    return shutil.copytree(trained, tmp_path / "saved_models" / "prices")


@pytest.fixture
def pictures(tmp_path):
    """A folder with two classes of ten pictures."""
    random = np.random.default_rng(0)
    for label in ("cat", "dog"):
        (tmp_path / "pictures" / label).mkdir(parents=True)
        for number in range(10):
            pixels = random.integers(0, 255, (9, 9, 3), dtype="uint8")
            Image.fromarray(pixels).save(tmp_path / "pictures" / label / f"{number}.png")
    return tmp_path / "pictures"
