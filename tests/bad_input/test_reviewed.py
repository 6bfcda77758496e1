"""Files and situations that did harm in silence once, or ended in a traceback."""

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from errors import UserError

PROJECT = Path(__file__).parents[2]


def test_a_parquet_file_of_repeated_texts(tmp_path, monkeypatch):
    """Dictionary encoding stores a text of 100 kB once, whatever the number of rows."""
    from datasets.table_file import read_table, read_table_pieces

    path = tmp_path / "bomb.parquet"
    pd.DataFrame({"a": ["x" * 100_000] * 2000}).to_parquet(path)
    assert path.stat().st_size < 20_000
    for module in ("limits", "table_file"):
        monkeypatch.setattr(f"datasets.{module}.get_total_memory", lambda: 40_000_000)
    with pytest.raises(UserError, match="GB fit into this machine"):
        read_table(path)
    piece = next(iter(read_table_pieces(path, 2000)))
    assert len(piece) * 100_000 < 40_000_000


def test_the_memory_of_a_container(tmp_path, monkeypatch):
    from datasets import limits

    (tmp_path / "max").write_text("max\n")
    (tmp_path / "limit").write_text("2000000\n")
    paths = [str(tmp_path / name) for name in ("max", "limit", "absent")]
    monkeypatch.setattr(limits, "CONTAINER_LIMITS", paths)
    assert limits.get_total_memory() == 2_000_000
    monkeypatch.setattr(limits, "CONTAINER_LIMITS", paths[::2])
    assert limits.get_total_memory() > 1e8


def test_a_terminal_that_cannot_show_a_name():
    code = "from errors import report_errors\nwith report_errors('x'): print('größe')"
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0 and done.stdout == "gr\\xf6\\xdfe\n"


def write_slowly(path, text, begun, end):
    from atomic import write_atomically

    with write_atomically(path) as partial:
        partial.write_text(text)
        begun.set()
        end.wait()


def test_two_processes_write_one_file(tmp_path):
    context = multiprocessing.get_context("spawn")
    begun, end = context.Event(), context.Event()
    words = tmp_path / "out.csv", "the other's", begun, end
    other = context.Process(target=write_slowly, args=words)
    other.start()
    assert begun.wait(60)
    from atomic import write_atomically

    with write_atomically(tmp_path / "out.csv") as partial:
        partial.write_text("mine")
    assert (tmp_path / "out.csv").read_text() == "mine"
    end.set()
    other.join(60)
    assert (tmp_path / "out.csv").read_text() == "the other's"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_a_link_is_followed(tmp_path):
    from atomic import write_atomically

    (tmp_path / "file").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    with write_atomically(tmp_path / "link") as partial:
        partial.write_text("new")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "file").read_text() == "new"


def test_blocks_of_large_batches_stay_small():
    from training.blocks import BLOCK_BYTES, Blocks

    pictures = np.zeros((20_000, 32, 32, 3), "float32")  # 12 kB each
    blocks = Blocks((pictures,), 1024)
    assert blocks.size * pictures[0].nbytes <= BLOCK_BYTES
    seen = sum(count for (_, count), _ in zip(blocks.epochs(0), range(blocks.number), strict=False))
    assert seen == 20_000


def test_another_folders_run_is_not_resumed(saved_models, tmp_path):
    from tasks.command import find_interrupted

    with pytest.raises(UserError, match="is not in .*, where runs are written. Set SAVED_MODELS="):
        find_interrupted([str(tmp_path / "elsewhere" / "digits")])


def test_a_class_that_the_fitted_rows_do_not_have():
    from training.linear_start import fit_linear_model

    x, weights = np.random.default_rng(0).normal(size=(30, 2)), np.ones(30)
    for y, kind, size in (
        (np.arange(30) % 2 * 2, "softmax", 4),  # classes 0 and 2 of 4
        (np.zeros(30, int), "softmax", 3),
        (np.ones(30, int), "sigmoid", 2),
    ):
        kernel, bias = fit_linear_model(x, y, kind, weights, size)
        outputs = size if kind == "softmax" else 1
        assert kernel.shape == (2, outputs) and bias.shape == (outputs,)
        logits = x @ kernel + bias
        if kind == "softmax":
            assert set(logits.argmax(axis=1)) <= set(y.tolist())
        else:
            assert (logits > 5).all()


def test_seconds_of_dates():
    import keras

    from models.columns import DateFeatures

    stamps = pd.date_range("2024-05-31", periods=600, freq="s").strftime("%Y-%m-%dT%H:%M:%S")
    days = 19874 + np.arange(600) / 86400
    features = DateFeatures(float(days.mean()), float(days.std()))(
        keras.ops.convert_to_tensor(stamps.to_numpy(str))
    ).numpy()
    assert len(np.unique(features[:, 0])) == 600
    assert abs(features[:, 0].mean()) < 1e-3 and features[:, 0].std() == pytest.approx(1, abs=1e-3)


def test_jets_of_one_event_stay_together(tmp_path):
    import h5py

    from datasets.jets import load_jets

    random = np.random.default_rng(0)
    with h5py.File(tmp_path / "jets.h5", "w") as file:
        for group, names in (("jet_features", ["Flavor", "mass"]), ("jet_eflow_variables", ["e"])):
            values = random.normal(size=(60, 2, len(names)))
            if group == "jet_features":
                values[:, :, 0] = random.choice([1, 21], (60, 2))
                values[:, :, 1] = np.arange(60)[:, None]  # which event it is
            file[f"{group}/data"] = values
            file[f"{group}/labels"] = [name.encode() for name in names]
    data = load_jets(tmp_path / "jets.h5", "class", 0)
    train, test = (set(split.inputs["mass"].tolist()) for split in (data.train, data.test))
    assert not train & test and "event" not in data.train.inputs
