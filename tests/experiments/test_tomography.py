"""Tomography: both networks, own pictures, sinograms of a file, and mistakes."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import evaluate
import train
from datasets.phantoms import draw_phantoms
from errors import UserError
from models.projector import count_detectors, list_angles, make_matrix, project_pictures
from runs.run import Run
from tests.checks import answer_alone, check_experiment

SMALL = ("--size", 16, "--angles", 6, "--pictures", 60, "--filters", 4, "--batch-size", 8)
PICTURES = ("history", "reconstructed", "psnr-by-picture")
DETECTORS = count_detectors(16)


@pytest.fixture(scope="module")
def ellipses(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tomography") / "saved_models"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        patch.setattr("evaluation.tomography.UNFAMILIAR", 3)
        yield check_experiment(
            "tomography", folder, *SMALL, "--iterations", 2, "--epochs", 40,
            endpoints=("project",), pictures=(*PICTURES, "unfamiliar"),
        )  # fmt: skip


def test_its_scores(ellipses):
    _, metrics = ellipses
    scores = {name: x["picture"] for name, x in metrics["splits"]["test"]["scores"].items()}
    psnr = {name: found["PSNR [dB]"] for name, found in scores.items()}
    assert psnr["network"] > psnr["filtered back-projection"] + 1
    assert psnr["total variation"] > psnr["filtered back-projection"]
    assert metrics["headline"]["value"] == psnr["network"]
    assert set(metrics["unfamiliar"]) == {"Shepp-Logan", "rectangles", "three times the noise"}


def test_its_endpoints_alone(ellipses, tmp_path):
    folder, _ = ellipses
    picture = np.random.default_rng(0).uniform(size=(2, 16, 16)).astype("float32")
    found = answer_alone(folder, {"picture": picture}, tmp_path, "project")["sinogram"]
    assert found.shape == (2, 6, DETECTORS)
    expected = make_matrix(16, 6) @ picture.reshape(2, -1).T
    np.testing.assert_allclose(found.reshape(2, -1).T, expected, rtol=1e-5, atol=1e-5)
    answer = answer_alone(folder, {"sinogram": found}, tmp_path)["picture"]
    assert answer.shape == (2, 16, 16)
    again = Run(folder).network.predict(found, verbose=0)
    np.testing.assert_allclose(answer, again, atol=1e-5)


def test_sinograms_of_a_file(ellipses, tmp_path, capsys):
    folder, _ = ellipses
    pictures, sinograms = draw_phantoms(3, 16, list_angles(6), DETECTORS, 9)
    path, output = tmp_path / "new.npz", tmp_path / "new.csv"
    words = [str(folder), "--data", str(path), "--output", str(output)]
    np.savez(path, sinograms=sinograms, pictures=pictures)
    evaluate.main(words)
    assert "new (3 pictures)" in capsys.readouterr().out
    table = pd.read_csv(output)
    answer = Run(folder).predict({"sinogram": sinograms})["picture"]
    row = table.query("picture == 2 and row == 5 and column == 9")["value"].item()
    assert len(table) == answer.size and row == pytest.approx(answer[1, 4, 8], rel=1e-4)
    missing = sinograms.copy()
    missing[1, 2, 3] = np.nan
    for arrays, reason in (
        ({"sinograms": sinograms[:, :5]}, r"expected sinograms of 6 angles and 25 detectors"),
        ({"sinograms": missing}, "sinogram 2 has no finite number at angle 3, detector 4"),
        ({"sinograms": sinograms, "pictures": pictures[:, 1:]}, "expected pictures of the shape"),
        ({"sinograms": sinograms, "pictures": pictures[1:]}, "expected a picture for each of 3"),
        ({"a": sinograms}, "an npz with the arrays sinograms"),
    ):
        np.savez(path, **arrays)
        with pytest.raises(UserError, match=reason):
            evaluate.main(words)


def test_own_pictures_by_post_processing(saved_models, tmp_path):
    random = np.random.default_rng(0)
    coarse = random.integers(0, 256, (24, 4, 4)).astype("uint8")
    for number, picture in enumerate(coarse):
        file = tmp_path / "own" / f"{number:02}.png"
        file.parent.mkdir(exist_ok=True)
        Image.fromarray(picture.repeat(5, 0).repeat(5, 1)).save(file)
    words = ("--data", tmp_path / "own", "--model", "post-processing", *SMALL, "--epochs", 1)
    folder, metrics = check_experiment("tomography", saved_models, *words, pictures=PICTURES)
    assert "unfamiliar" not in metrics
    pictures = random.uniform(0, 255, (2, 16, 16)).astype("float32")
    answer = Run(folder).predict({"sinogram": project_pictures(pictures, 6)})["picture"]
    assert 50 < answer.mean() < 200  # in the units of the pictures


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--angles", 2), "--angles must be a number from 3 to 180"),
        (("--size", 8), "--size must be a number from 16 to 128"),
        (("--pictures", 5), "--pictures must be a number 20 or larger"),
        (("--pictures", 10**9), "GB of memory"),
    ],
)
def test_mistakes(words, reason, saved_models):
    with pytest.raises(UserError, match=reason):
        train.main(["tomography", *map(str, words)])
    assert not saved_models.exists() or not list(saved_models.glob("tomography"))


ONES = np.ones((30, 20, 20))


@pytest.mark.parametrize(
    ("pictures", "reason"),
    [
        (ONES[:, 1:], "expected square pictures. Received: 19 x 20 pixels. Crop them"),
        (ONES[:, :9, :9], "expected pictures of 16 x 16 pixels or more. Received: 9 x 9"),
        (ONES[:5], "expected 20 pictures or more. Received: 5"),
        (ONES, "all pixels are equal"),
        (ONES * np.nan, "picture 1 has values that are missing or infinite"),
        (ONES[0], "expected pictures as numbers"),
    ],
)
def test_bad_pictures(pictures, reason, saved_models, tmp_path):
    np.savez(tmp_path / "a.npz", pictures=pictures)
    with pytest.raises(UserError, match=reason):
        train.main(["tomography", "--data", str(tmp_path / "a.npz")])
