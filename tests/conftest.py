"""Shared by all tests: runs in a temporary folder, real data, commands as a user types them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Tests run on two processors at once, with a thread on each.
for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ.setdefault(name, "1")
PROJECT = Path(__file__).parents[1]
SHARED = PROJECT.parent / "shared" / "data"


def pytest_make_parametrize_id(val):
    """Name bytes by their number: packed ones contain the second in which they were packed, and
    the two processes of a test run must find the same names."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


@pytest.fixture
def shared():
    """Real data beside the project; a test that needs a missing file is skipped."""

    def path(name):
        if not (SHARED / name).exists():
            pytest.skip(f"needs the file {name} of the shared data folder")
        return SHARED / name

    return path


@pytest.fixture
def saved_models(tmp_path, monkeypatch):
    """An empty folder for runs instead of the project's own."""
    folder = tmp_path / "saved_models"
    monkeypatch.setattr("runs.folder.RUNS", folder)
    return folder


@pytest.fixture
def command(tmp_path):
    """Run `python train.py ...` or `evaluate.py ...` in a fresh process."""

    def run(script, *arguments):
        environment = {**os.environ, "SAVED_MODELS": str(tmp_path / "saved_models")}
        words = [sys.executable, str(PROJECT / script), *map(str, arguments)]
        return subprocess.run(
            words, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
        )

    return run
