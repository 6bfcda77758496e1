"""Clusters: how well they fit a label that was not used, beside simpler methods."""

import time
import warnings

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import HDBSCAN, KMeans, SpectralClustering
from sklearn.decomposition import PCA
from sklearn.metrics import (
    adjusted_mutual_info_score,
    adjusted_rand_score,
    normalized_mutual_info_score,
    silhouette_score,
)
from sklearn.metrics.cluster import contingency_matrix
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KNeighborsClassifier

from errors import Diverged
from evaluation.agreement import POOR, mean_agreement, measure_agreement
from evaluation.baselines import Baseline
from evaluation.clustering_figures import draw_clusters, tabulate_centroids
from evaluation.evaluation import Evaluation, Headline

MOST = 5000  # training rows that a baseline is fitted to
VARIANCE = 0.9  # that the principal components keep
WIDE = 100  # features from which a mixture has diagonal covariances
SILHOUETTE_ROWS = 2000
WORSE = 0.02  # by which a baseline must be better for a line of advice
RI, SILHOUETTE = "adjusted_rand_index", "silhouette"


def fit_baselines(encode, data, clusters, seeds):
    """Fit simpler methods to the training rows: `{name: Baseline}`, on features and on PCA.

    Spectral clustering and HDBSCAN know the clusters of the rows that they were fitted to only:
    a new row gets the cluster of its nearest training row. HDBSCAN finds the number of clusters
    itself; its rows without a cluster count as one.

    Args:
        encode: function of `{column: (rows, ...)}` to `(rows, features)`.
        data: `datasets.dataset.Dataset`.
        clusters: number of clusters.
        seeds: number of fits, of which the first one is scored; all of them give the agreement.

    Returns: baselines whose endpoint `serve` gives "cluster" `(rows,)`, and "clusters" of each fit
        `(rows, seeds)`.
    """
    x = encode(data.train.inputs)
    x = x[np.random.default_rng(0).permutation(len(x))[:MOST]]
    pca = PCA(VARIANCE, svd_solver="full").fit(x)
    spaces = {"": lambda rows: rows, " on PCA": pca.transform}
    baselines = {}
    for method, fit in METHODS.items():
        for space, transform in spaces.items():
            start, rows = time.perf_counter(), transform(x)
            count = 1 if method == "HDBSCAN" else seeds  # the same with every seed
            fits = [fit(rows, clusters, seed) for seed in range(count)]

            def serve(inputs, fits=fits, transform=transform):
                rows = transform(encode(inputs))
                found = np.stack([one.predict(rows) for one in fits], axis=1)
                return {"cluster": found[:, 0], "clusters": found}

            baselines[method + space] = Baseline({"serve": serve}, time.perf_counter() - start)
    return baselines


def fit_k_means(x, clusters, seed):
    return KMeans(clusters, n_init=10, random_state=seed).fit(x)


def fit_mixture(x, clusters, seed):
    kind = "full" if x.shape[1] < WIDE else "diag"
    return GaussianMixture(clusters, covariance_type=kind, reg_covar=1e-3, random_state=seed).fit(x)


def fit_spectral(x, clusters, seed):
    near = min(10, len(x) - 1)
    method = SpectralClustering(
        clusters, affinity="nearest_neighbors", n_neighbors=near, random_state=seed
    )
    with warnings.catch_warnings():
        # Clusters that lie apart are what is looked for.
        warnings.filterwarnings("ignore", "Graph is not fully connected")
        return KNeighborsClassifier(1).fit(x, method.fit_predict(x))


def fit_hdbscan(x, clusters, seed):
    found = HDBSCAN(min_cluster_size=max(5, len(x) // 100), copy=True).fit_predict(x)
    return KNeighborsClassifier(1).fit(x, found)


METHODS = {
    "k-means": fit_k_means,
    "Gaussian mixture": fit_mixture,
    "spectral clustering": fit_spectral,
    "HDBSCAN": fit_hdbscan,
}


def evaluate_clusters(run, data, baselines, features):
    """Score and draw the clusters of a network, with those of other methods beside them.

    Args:
        run: `runs.run.Run` with the endpoints `serve`, `encode` and `centroid`.
        data: `datasets.dataset.Dataset` without targets.
        baselines: from `fit_baselines`.
        features: of the test rows, `(rows, features)`.

    Returns: an `Evaluation`.

    Raises: Diverged if all rows are in one cluster.
    """
    test, answers = data.test, run.predict(data.test.inputs)
    if len(np.unique(answers["cluster"])) == 1:
        raise Diverged("all test rows are in one cluster: the training failed")
    networks = run.read_table("seeds")
    found = {"network": (answers["cluster"], networks.to_numpy())}
    for name, baseline in baselines.items():
        served = baseline.endpoints["serve"](test.inputs)
        found[name] = served["cluster"], served["clusters"]
    label, truth = next(iter(test.labels.items()), ("", None))
    scores = {
        name: score_clusters(cluster, several, features, truth)
        for name, (cluster, several) in found.items()
    }
    tables = {f"clusters, test ({test.rows} rows)": tabulate(scores)}
    if truth is not None:
        each = {name: score_label(networks[name], truth) for name in networks}
        tables[f"networks of each seed, test ({test.rows} rows)"] = tabulate(each)
    metric = RI if truth is not None else SILHOUETTE
    best = max(baselines, key=lambda name: scores[name].get(metric, -1.0))
    values = scores["network"].get(metric, 0.0), scores[best].get(metric, 0.0)
    title = metric.replace("_", " ") + (f" of {label}" if label else "")
    details = tabulate_centroids(run, data, answers)
    return Evaluation(
        Headline(title, *values, best),
        tables,
        draw_clusters(run, data, answers, label, truth),
        {
            "splits": {"test": {"rows": test.rows, "scores": {
                name: {label or "clusters": score} for name, score in scores.items()
            }}},
            "seeds": {} if truth is None else each,
            "fit_seconds": {name: baseline.seconds for name, baseline in baselines.items()},
        },
        (*advise(label, best, *values), *warn_of_seeds(scores["network"])),
        details,
    )  # fmt: skip


def score_clusters(cluster, several, features, truth):
    """Return `{metric: value}` of one method; without a label, `truth` is None.

    Args:
        cluster: cluster of each row, `(rows,)`.
        several: clusters by fits of different seeds, `(rows, seeds)`.
        features: `(rows, features)`, for the silhouette.
        truth: label of each row.
    """
    scores = {"clusters": len(np.unique(cluster))}
    scores |= {} if truth is None else score_label(cluster, truth)
    few = cluster[:SILHOUETTE_ROWS]
    if 2 <= len(np.unique(few)) < len(few):
        scores[SILHOUETTE] = float(silhouette_score(features[:SILHOUETTE_ROWS], few))
    if several.shape[1] > 1:
        scores["agreement_of_seeds"] = mean_agreement(measure_agreement(list(several.T)))
    return scores


def score_label(cluster, truth):
    """Return how well clusters fit a label; in the accuracy, each cluster stands for the label
    that makes most rows right, and no two clusters for the same one (Hungarian matching)."""
    counts = contingency_matrix(truth, cluster)
    right = counts[linear_sum_assignment(-counts)].sum()
    return {
        RI: float(adjusted_rand_score(truth, cluster)),
        "adjusted_mutual_information": float(adjusted_mutual_info_score(truth, cluster)),
        "normalized_mutual_information": float(normalized_mutual_info_score(truth, cluster)),
        "accuracy": float(right / len(truth)),
    }


def tabulate(scores):
    """Return the table of `{method: {metric: value}}`; "" where a method has no value."""
    metrics = list(dict.fromkeys(metric for found in scores.values() for metric in found))
    short = {RI: "ARI", "adjusted_mutual_information": "AMI"}
    short |= {"normalized_mutual_information": "NMI", "clusters": "clusters met"}
    header = [short.get(metric, metric.replace("_", " ")) for metric in metrics]
    rows = [[name, *(found.get(m, "") for m in metrics)] for name, found in scores.items()]
    return [["method", *header], *rows]


def warn_of_seeds(scores):
    """Return a line of advice if networks of different seeds find different clusters."""
    agreement = scores.get("agreement_of_seeds", 1.0)
    if agreement >= POOR:
        return ()
    return (
        f"networks of different seeds find different clusters: their adjusted Rand index is only "
        f"{agreement:.2f}, and 1 would be the same ones. Do not rely on them; try a smaller number "
        "of --clusters, other --neighbours, or more rows",
    )


def advise(label, best, value, baseline):
    """Return a line of advice if a baseline is better."""
    if baseline <= value + WORSE:
        return ()
    if label:
        return (
            f"{best} fits {label} better: adjusted Rand index {baseline:.3f} instead of "
            f"{value:.3f}. Use it, or try other --neighbours",
        )
    return (
        f"{best} has rounder clusters, silhouette {baseline:.3f} instead of {value:.3f}; the "
        "silhouette prefers balls to clusters of other shapes, so compare the pictures",
    )
