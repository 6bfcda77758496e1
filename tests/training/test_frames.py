"""Frames: what a network answered while it learned is kept, drawn, and read without trust."""

import io
import shutil

import numpy as np
import pytest
from PIL import Image

import evaluate
import train
from errors import UserError
from evaluation.options import Options
from runs.frames import Frames, Scene, read_frames, write_frames
from runs.run import Run
from training.frames import find_next

SMALL = ("--hidden", "4", "--epochs", "3", "--samples", "60")
EQUATION = ("equation", "--residual", "u_t = 0.1*u_xx", "--domain", "x=0..1", "t=0..1")
CONDITIONS = ("--condition", "u(x, 0) = sin(pi*x)", "u(0, t) = 0", "u(1, t) = 0")
SHORT = ("--hidden", "4", "--epochs", "2", "--collocation-points", "50")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("frames")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        train.main(["function", *SMALL])
        yield folder


@pytest.fixture
def run(folder):
    return Run(folder / "function")


def test_the_last_frame_is_the_exported_network(run):
    frames = run.frames
    assert frames.epochs.tolist() == [0, 1, 2, 3] and frames.scene.kind == "curves"
    (x,) = frames.scene.axes
    answer = run.predict({"x": x.astype("float32")})["f"]
    np.testing.assert_allclose(frames.values[-1][0], answer, atol=1e-5)
    truth = np.exp(-x / 2) * np.sin(3 * x)
    np.testing.assert_allclose(frames.scene.known["truth"][0], truth, atol=1e-6)
    assert np.abs(np.diff(frames.values, axis=0)).max(axis=(1, 2)).min() > 0


def test_frames_become_rare():
    epochs = [0]
    while find_next(epochs[-1]) <= 10_000:
        epochs.append(find_next(epochs[-1]))
    assert epochs[:8] == [*range(8)] and len(epochs) < 70


def test_the_animation_is_in_the_report(run):
    evaluate.main([str(run.folder), "--animate", "gif"])
    with Image.open(run.folder / "plots" / "learning.gif") as picture:
        assert picture.n_frames == 4 and picture.width == 640
        shown = [np.asarray(seek(picture, number)) for number in range(4)]
    assert all((one != other).any() for one, other in zip(shown, shown[1:], strict=False))
    report = (run.folder / "report.html").read_text("utf-8")
    assert "data:image/gif;base64," in report and "How it learned" in report


def seek(picture, number):
    picture.seek(number)
    return picture.convert("RGB")


@pytest.mark.parametrize(
    ("words", "kind", "shape"),
    [
        (("xor", "--epochs", "1", "--seeds", "1"), "maps", (2, 51, 51)),
        (("gan", "--data", "moons", "--epochs", "1", *SMALL[:2], "--samples", "100"),
         "points", (1, 1000, 2)),
        (("ode", *SHORT), "curves", (1, 200)),
        ((*EQUATION, *CONDITIONS, *SHORT), "maps", (1, 51, 51)),
        (("function", *SMALL, "--formula", "x*y"), "maps", (1, 51, 51)),
    ],
    ids=lambda words: words[0] if isinstance(words, tuple) else "",
)  # fmt: skip
def test_topics_keep_frames(folder, words, kind, shape):
    name = f"{words[0]}-{kind}"
    train.main([*words, "--name", name])
    run = Run(folder / name)
    assert run.frames.scene.kind == kind and run.frames.values.shape[1:] == shape
    assert np.isfinite(run.frames.values).all()
    if "equation" in words:
        x, t = (axis.astype("float64") for axis in run.frames.scene.axes)
        grid = {n: v.ravel() for n, v in zip("xt", np.meshgrid(x, t), strict=True)}
        expected = run.predict(grid)["u"].reshape(shape)
        np.testing.assert_allclose(run.frames.values[-1], expected, atol=1e-6)
        animation = draw(run)
        assert [axes.get_title() for axes in animation.figure.axes[:2]] == ["network", "reference"]
        assert animation.count == len(run.frames.epochs)


def draw(run):
    from tasks.catalogue import restore

    experiment = restore(run.config)
    return experiment.animate(run, experiment.load())


def test_a_path_grows():
    from experiments.learning.gradient_descent import GradientDescent

    animation = GradientDescent(steps=5).animate(None, None)
    lines = [line for axes in animation.figure.axes for line in axes.lines]
    animation.draw(0)
    first = [len(line.get_xdata()) for line in lines]
    animation.draw(5)
    assert animation.count == 6 and sum(len(line.get_xdata()) for line in lines) > sum(first)


def test_a_run_without_frames(run, folder):
    other = folder / "plain"
    shutil.copytree(run.folder, other)
    (other / "frames.npz").unlink()
    with pytest.raises(UserError, match="kept no frames"):
        evaluate.main([str(other), "--animate", "gif"])


def test_options_that_do_not_go_together(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    for options in (
        {"animate": "mp4"},
        {"animate": "gif", "generate": 3},
        {"animate": "gif", "run": ("one", "two")},
    ):
        with pytest.raises(UserError):
            Options(**{"run": ("one",)} | options).check()


def test_a_damaged_file_is_told(tmp_path):
    path = tmp_path / "frames.npz"
    assert read_frames(path) is None
    scene = Scene("curves", ("u",), ("x", "u"), (np.arange(3.0),), {"truth": np.zeros((1, 3))})
    write_frames(path, Frames(scene, np.arange(2), np.zeros((2, 1, 3))))
    assert read_frames(path).scene.labels == ("x", "u")
    whole = path.read_bytes()
    broken = [whole[:100], b"nothing"]
    for changed in (
        {"values": np.zeros((2, 1, 4))}, {"values": np.zeros((2, 1, 3)).astype(str)},
        {"kind": np.array("cubes")}, {"epochs": np.array([object()], dtype=object)},
        {"truth": np.zeros(3)}, {"labels": np.array(["x"])},
    ):  # fmt: skip
        with np.load(io.BytesIO(whole), allow_pickle=False) as arrays:
            content = io.BytesIO()
            np.savez(content, **{name: arrays[name] for name in arrays.files} | changed)
        broken.append(content.getvalue())
    for content in broken:
        path.write_bytes(content)
        with pytest.raises(UserError, match="damaged"):
            read_frames(path)
