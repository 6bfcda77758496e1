"""Two workers on one machine train as one process does, and resume after one was killed."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from errors import UserError
from runs.workers import is_chief, read_worker

PROJECT = Path(__file__).parents[1]
TIMEOUT = 600  # seconds; the machine may be busy


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    """A command without dropout, whose random numbers each worker draws for itself."""
    path = tmp_path_factory.mktemp("data") / "table.csv"
    values = np.random.default_rng(0).normal(size=(4000, 3))
    frame = pd.DataFrame(values, columns=["a", "b", "c"])
    frame.assign(y=np.sin(3 * values[:, 0]) * values[:, 1]).to_csv(path, index=False)
    options = ("--members", "1", "--dropout", "0", "--epochs", "8", "--loop", "graph")
    options += ("--batch-size", "8")  # epochs that last, so that a worker is killed in time

    return ("table", "--data", str(path), "--target", "y", *options, "--snapshot-seconds", "0")


def start(folder, words, config=None):
    environment = {
        **os.environ,
        "SAVED_MODELS": str(folder),
        **({"TF_CONFIG": json.dumps(config)} if config else {}),
    }
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    command = [sys.executable, "train.py", *words]
    return subprocess.Popen(command, cwd=PROJECT, env=environment, **pipes)


def two_workers(folder, words):
    sockets = [socket.create_server(("localhost", 0)) for _ in range(2)]
    hosts = [f"localhost:{one.getsockname()[1]}" for one in sockets]
    for one in sockets:
        one.close()
    return [
        start(
            folder,
            words,
            {"cluster": {"worker": hosts}, "task": {"type": "worker", "index": index}},
        )
        for index in range(2)
    ]


def weights(run):
    return tf.keras.models.load_model(run / "model.keras").get_weights()


def test_two_workers_train_as_one_process_does_even_after_one_was_killed(words, tmp_path):
    alone = start(tmp_path / "alone", words)
    _, errors = alone.communicate(timeout=TIMEOUT)
    assert alone.returncode == 0, errors
    together = tmp_path / "together"
    chief, other = two_workers(together, words)
    while not (together / ".table.partial" / "snapshot.npz").exists():
        assert chief.poll() is None, chief.stderr.read()
        time.sleep(0.01)
    other.kill()
    _, errors = chief.communicate(timeout=TIMEOUT)
    other.communicate()
    # TensorFlow's threads may complain when Python clears them away; that comes last.
    errors = errors.split("Exception ignored in")[0]
    lines = [line for line in errors.splitlines() if line.startswith("train.py:")]
    assert chief.returncode == 2 and "Traceback" not in errors, errors
    assert "another worker of TF_CONFIG stopped" in lines[0]
    assert not (together / "table").exists()

    resumed = two_workers(together, ("--resume", str(together / "table")))
    outputs = [process.communicate(timeout=TIMEOUT) for process in resumed]
    assert [process.returncode for process in resumed] == [0, 0], outputs
    assert all("Resuming after" in output for output, _ in outputs)
    for one, joint in zip(
        weights(tmp_path / "alone" / "table"), weights(together / "table"), strict=True
    ):
        np.testing.assert_allclose(one, joint, atol=1e-5)
    # One export only.
    assert [path.name for path in together.iterdir() if path.suffix != ".lock"] == ["table"]


@pytest.mark.parametrize(
    "text", ["{", "{}", '{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 3}}']
)
def test_a_cluster_that_makes_no_sense_is_reported_in_one_line(monkeypatch, text):
    monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(UserError, match="TF_CONFIG must be"):
        read_worker()


def test_the_chief_writes(monkeypatch):
    assert is_chief()
    cluster = {"worker": ["a:1", "b:2"]}
    for index, writes in ((0, True), (1, False)):
        monkeypatch.setenv(
            "TF_CONFIG",
            json.dumps({"cluster": cluster, "task": {"type": "worker", "index": index}}),
        )
        assert is_chief() == writes
    cluster["chief"] = ["c:3"]
    for kind, writes in (("worker", False), ("chief", True)):
        monkeypatch.setenv(
            "TF_CONFIG", json.dumps({"cluster": cluster, "task": {"type": kind, "index": 0}})
        )
        assert is_chief() == writes and read_worker()[2] == 3


SHARED_BATCHES = """
import keras, numpy as np, tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from models.dense import dense_regressor
from training.fit import fit
from training.loop import Loop

x = np.random.default_rng(0).normal(size=(960, 3)).astype("float32")
rows = (x, x[:, 0] * x[:, 1], np.ones(len(x), "float32"))
results = []
for strategy in (tf.distribute.get_strategy(), tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])):
    keras.utils.set_random_seed(1)
    with strategy.scope():
        network = dense_regressor(3, hidden=(8,))
        network.compile(
            keras.optimizers.Adam(0.01), "mean_squared_error", weighted_metrics=["mae"]
        )
        loop = Loop(network, 32)
        assert loop.devices == (1 if not results else 2)
        found = fit(loop, rows, rows, 3, [keras.callbacks.TerminateOnNaN()])
    results.append((network.get_weights(), found.history))
for one, other in zip(results[0][0], results[1][0], strict=True):
    np.testing.assert_allclose(one, other, atol=1e-5)
for name, values in results[0][1].items():
    np.testing.assert_allclose(values, results[1][1][name], rtol=1e-4)
"""


def test_two_devices_of_one_machine_share_every_batch():
    done = subprocess.run(
        [sys.executable, "-c", SHARED_BATCHES],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
