"""Scores of clusters against closed forms, and the number of clusters that seeds agree on."""

import numpy as np
import pytest
from sklearn.mixture import GaussianMixture

from evaluation.agreement import (
    choose_clusters,
    describe_choice,
    mean_agreement,
    measure_agreement,
)
from evaluation.clustering import score_clusters, score_label, tabulate, warn_of_seeds

TRUTH = np.array(list("aaabbbcc"))


@pytest.mark.parametrize(
    ("cluster", "accuracy", "index"),
    [
        ([2, 2, 2, 0, 0, 0, 1, 1], 1.0, 1.0),
        ([0, 0, 0, 0, 0, 0, 1, 1], 5 / 8, 0.4),  # of 28 pairs, 7 and 16 are together, and 7 in both
        ([0, 0, 0, 1, 1, 2, 3, 3], 7 / 8, None),  # a cluster too many
        ([5] * 8, 3 / 8, 0.0),
    ],
)
def test_accuracy_and_rand_index(cluster, accuracy, index):
    scores = score_label(np.array(cluster), TRUTH)
    assert scores["accuracy"] == pytest.approx(accuracy)
    if index is not None:
        assert scores["adjusted_rand_index"] == pytest.approx(index)


def test_without_a_label_or_with_one_cluster():
    x = np.arange(8.0)[:, None]
    scores = score_clusters(np.zeros(8, int), np.zeros((8, 1), int), x, None)
    assert scores == {"clusters": 1}
    halves = np.arange(8) // 4
    scores = score_clusters(halves, np.stack([halves, 1 - halves], axis=1), x, None)
    assert scores["agreement_of_seeds"] == 1 and scores["silhouette"] > 0.5


def test_agreement():
    a, b = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    agreement = measure_agreement([a, 1 - a, b])
    assert agreement[0, 1] == 1 and agreement[0, 2] == agreement[2, 0] == -0.5
    assert mean_agreement(agreement) == 0 and mean_agreement(np.eye(1)) == 1


@pytest.mark.parametrize("networks", [1, 2])
def test_seeds_agree_on_the_groups_that_are_there(networks):
    def draw(seed):
        random = np.random.default_rng(seed)
        return 9 * np.eye(5)[np.arange(400) % 5 if seed else random.integers(5, size=400)]

    random = np.random.default_rng(9)
    codes = [draw(0) + random.normal(size=(400, 5)) for _ in range(networks)]
    held_out = [draw(1) + random.normal(size=(400, 5)) for _ in range(networks)]

    def fit(z, k):
        return GaussianMixture(k, n_init=5, reg_covar=0.1, random_state=0).fit(z)

    chosen, table = choose_clusters(fit, codes, held_out, range(2, 9))
    assert chosen == 5 and max(table["agreement"]) == pytest.approx(1)


def test_the_number_with_the_best_agreement_is_chosen():
    """Of equal ones the largest: half of the rows are placed differently with four clusters only by
    one network."""

    class Found:
        def __init__(self, cluster):
            self.predict = lambda rows: cluster

    clusters = {
        2: [[0, 0, 0, 0, 1, 1, 1, 1]] * 2,
        3: [[0, 0, 1, 1, 2, 2, 2, 2]] * 2,
        4: [[0, 0, 1, 1, 2, 2, 3, 3], [0, 0, 1, 1, 2, 2, 2, 3]],
    }
    codes = [np.full((8, 1), number) for number in range(2)]

    def fit(z, k):
        return Found(np.array(clusters[k][int(z[0, 0])]))

    assert choose_clusters(fit, codes, codes, [2, 3, 4])[0] == 3
    rows = 1000  # the agreement on four clusters is almost as good
    clusters[3], clusters[4] = [np.arange(rows) % 3] * 2, [np.arange(rows) % 4] * 2
    clusters[2] = [np.arange(rows) % 2] * 2
    clusters[4][1] = np.where(np.arange(rows) < 1, 1, clusters[4][1])
    chosen, table = choose_clusters(fit, codes, codes, [2, 3, 4])
    assert chosen == 3 and table["agreement"][2] > 0.99


def test_a_poor_agreement_is_said():
    assert describe_choice(10, 0.975, 3, 288).endswith(
        "10: networks of different seeds agree on this number best, with an adjusted Rand index of "
        "0.97 on 288 validation rows"
    )
    line = describe_choice(5, 0.53, 1, 29)
    assert "mixtures of two halves" in line and "0.53 on 29 validation rows. That is poor" in line
    assert "only 0.53" in warn_of_seeds({"agreement_of_seeds": 0.53})[0]
    assert not warn_of_seeds({"agreement_of_seeds": 0.9}) and not warn_of_seeds({})


def test_clusters_without_test_rows_are_not_counted():
    table = tabulate({"network": {"clusters": 4}})
    assert table == [["method", "clusters met"], ["network", 4]]
