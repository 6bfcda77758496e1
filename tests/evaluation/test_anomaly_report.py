"""The report of anomalies: picture, table and advice say the same."""

import numpy as np
import pytest

from datasets.dataset import Split
from evaluation.anomaly import advise, find_limit, tabulate_worst
from plots.anomaly import plot_scores


@pytest.mark.parametrize(("rows", "false_alarms"), [(99, 0.01), (57, 0.05), (200, 0.013)])
def test_rows_above_the_limit_are_those_with_small_p_values(rows, false_alarms):
    held_out = np.random.default_rng(0).normal(size=rows)
    limit = find_limit(held_out, false_alarms)
    scores = np.concatenate([held_out, held_out + 1e-6])
    p = (1 + (held_out >= scores[:, None]).sum(axis=1)) / (rows + 1)
    np.testing.assert_array_equal(scores > limit, p <= false_alarms)


def test_without_a_limit_there_is_no_line():
    assert find_limit(np.arange(98.0), 0.01) is None
    scores = np.arange(5.0), np.arange(3.0)
    without, drawn = (plot_scores(*scores, limit, 0.01) for limit in (None, 2.0))
    assert len(drawn.axes[0].lines) == 1 and not without.axes[0].lines
    assert "too few held-out rows" in without.get_suptitle()


@pytest.mark.parametrize("known", [True, False])
def test_label_and_verdict_have_columns_of_their_own(known):
    label = np.array(["no", "yes" if known else "no"])
    split = Split({"a": np.zeros(2)}, {}, {"anomaly": label})
    answers = {"score": np.array([1.0, 2.0]), "p_value": np.array([0.5, 0.017])}
    shares = {"a": np.array([1.0, 0.0]), "b": np.array([2.0, 0.0])}
    found = tabulate_worst(split, answers, 0.01, np.array([1, 0]), shares)
    header, first, _ = found
    verdict = header.index("called an anomaly (p <= 0.01)")
    assert first[verdict] == "no" and ("labelled an anomaly" in header) == known
    if known:
        assert first[header.index("labelled an anomaly")] == "yes"
    assert found[1][-1] == "b, a"


def test_pictures_have_no_columns_that_are_unusual():
    split = Split({"image": np.zeros((1, 2, 2, 1))}, {}, {"anomaly": np.array(["no"])})
    answers = {"score": np.ones(1), "p_value": np.ones(1)}
    shares = {"image": np.zeros((1, 2, 2, 1))}
    (header, _) = tabulate_worst(split, answers, 0.01, np.array([0]), shares)
    assert "unusual because of" not in header


@pytest.mark.parametrize(
    ("area", "share", "words"),
    [
        (0.96, 0.5, "0.960 instead of 0.940"),
        (0.945, 0.67, "0.670 instead of 0.440"),
        (0.94, 0.5, ""),
    ],
)
def test_a_baseline_that_is_clearly_better_is_named(area, share, words):
    def score(area, share):
        return {"anomaly": {"roc_auc": area, "anomalies_found": share}}

    found = advise({"network": score(0.94, 0.44), "forest": score(area, share)}, ["forest"])
    assert len(found) == bool(words) and words in "".join(found)
