"""What the machine is asked before the libraries are."""

import os
import subprocess
import sys

import pytest

from training.device import wide_vectors

ALL = "flags\t\t: fpu avx2 avx512f avx512dq avx512bw avx512vl"


@pytest.mark.parametrize("line, chosen", [(ALL, "SkylakeX"), (ALL.replace("avx512vl", ""), None), ("Features : asimd", None)])
def test_kernels_for_avx512_are_chosen_where_all_of_it_is_there(line, chosen, tmp_path, monkeypatch):
    monkeypatch.delenv("OPENBLAS_CORETYPE", raising=False)
    monkeypatch.setattr(os, "environ", dict(os.environ))
    (tmp_path / "cpuinfo").write_text(f"processor : 0\n{line}\n")
    wide_vectors(tmp_path / "cpuinfo")
    assert os.environ.get("OPENBLAS_CORETYPE") == chosen


def test_a_users_choice_and_a_machine_without_the_file_stay_as_they_are(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    (tmp_path / "cpuinfo").write_text(ALL)
    wide_vectors(tmp_path / "cpuinfo")
    wide_vectors(tmp_path / "none")
    assert os.environ["OPENBLAS_CORETYPE"] == "Haswell"


def test_train_chooses_before_numpy_is_loaded(tmp_path):
    """OpenBLAS reads the variable while it is loaded, never again."""
    program = (
        "import sys, train; import training.device as device;"
        "device.wide_vectors = lambda: sys.exit('numpy' in sys.modules);"
        "from experiments import command; train.run(*command.parse(['burgers']))"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path.__fspath__(), env=os.environ | {"PYTHONPATH": os.getcwd()}
        ).returncode
        == 0
    )
