"""Tables of several trajectories are recognised, or refused; a single one stays as it is."""

import numpy as np
import pytest

from datasets.run_column import find_run_column, is_constant_in_runs, read_labels
from errors import UserError

T = np.linspace(0, 1, 10)
TWICE = np.tile(T, 2)
RUNS = np.repeat([1, 2], 10)
X = np.sin(np.arange(20.0))


@pytest.mark.parametrize("name", ["run", "Trajectory", "experiment_id", "Run No", "id"])
def test_a_column_of_runs_is_found_by_its_name(name):
    assert find_run_column({name: RUNS, "t": TWICE, "x": X}, "t") == name
    labels = np.array(["a", "b"], object)[RUNS - 1]
    assert find_run_column({"t": TWICE, "x": X, name: labels}, "t") == name


@pytest.mark.parametrize("offset", [0, 0.03])  # the same times, or times in between
def test_several_trajectories_without_such_a_column_are_refused(offset):
    times = TWICE + offset * (RUNS - 1)
    for columns in ({"t": times, "x": X}, {"t": times, "x": X, "mass": RUNS}):
        with pytest.raises(UserError, match="--run COLUMN"):
            find_run_column(columns, "t")


def test_a_column_of_text_is_suggested():
    labels = np.array(["a", "b"], object)[RUNS - 1]
    with pytest.raises(UserError, match=r"'t' go back 1 time, .*\(here: --run swing\)"):
        find_run_column({"swing": labels, "t": TWICE + 0.03 * (RUNS - 1), "x": X}, "t")


def test_runs_in_random_order_have_to_be_named():
    order = np.random.default_rng(0).permutation(20)
    with pytest.raises(UserError, match=r"\(here: --run run\)"):
        find_run_column({"run": RUNS[order], "t": TWICE[order], "x": X}, "t")


def test_a_single_trajectory_has_no_runs():
    times = np.linspace(0, 1, 20)
    order = np.random.default_rng(0).permutation(20)
    assert find_run_column({"t": times, "x": X}, "t") == ""
    assert find_run_column({"t": times[order], "x": X[order], "id": X}, "t") == ""
    assert find_run_column({"t": times, "x": X, "series": RUNS}, "t", ("x", "series")) == ""
    twice = np.concatenate([times, times])  # the same rows twice
    assert find_run_column({"t": twice, "x": np.concatenate([X, X])}, "t") == ""


def test_labels_are_numbers_or_text():
    assert read_labels(RUNS).dtype == "float64"
    labels = read_labels(np.array(["a", None, "b"], object))
    assert labels.tolist() == ["a", "", "b"]


def test_what_is_constant_in_each_run():
    assert is_constant_in_runs(3 * RUNS, RUNS) and not is_constant_in_runs(X, RUNS)
