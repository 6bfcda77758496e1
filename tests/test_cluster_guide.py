"""The lines of the guide to clusters that describe the cluster to TensorFlow."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

GUIDE = (Path(__file__).parents[1] / "docs" / "cluster.md").read_text(encoding="utf-8")
SCRIPTS = re.findall(r"^ *workers=.*\n *export TF_CONFIG=.*$", GUIDE, re.MULTILINE)


@pytest.mark.parametrize("index", [0, 1])
@pytest.mark.parametrize(("number", "variable"), [(0, "SLURM_PROCID"), (1, "JOB_COMPLETION_INDEX")])
def test_every_worker_knows_all_and_its_number(number, variable, index):
    assert len(SCRIPTS) == 2
    known = {"NODES": "node-a\nnode-b", "WORKERS": "2", variable: str(index)}
    done = subprocess.run(
        ["bash", "-c", f'{SCRIPTS[number]}\nprintf "%s" "$TF_CONFIG"'],
        env={**os.environ, **known}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    names = (["node-a", "node-b"], ["train-0.train", "train-1.train"])[number]
    assert found["cluster"] == {"worker": [f"{name}:2222" for name in names]}
    assert found["task"] == {"type": "worker", "index": index}


def test_tensorflow_reads_it(monkeypatch):
    import tensorflow as tf

    done = subprocess.run(
        ["bash", "-c", f'{SCRIPTS[1]}\nprintf "%s" "$TF_CONFIG"'],
        env={**os.environ, "WORKERS": "2", "JOB_COMPLETION_INDEX": "1"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    monkeypatch.setenv("TF_CONFIG", done.stdout)
    resolver = tf.distribute.cluster_resolver.TFConfigClusterResolver()
    assert resolver.cluster_spec().as_dict()["worker"][1] == "train-1.train:2222"
    assert (resolver.task_type, resolver.task_id) == ("worker", 1)
