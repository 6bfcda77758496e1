"""Anomalies: how well scores separate them from normal rows, and how often they cry wolf."""

import time

import numpy as np
from scipy.stats import binom
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.neighbors import KernelDensity, LocalOutlierFactor, NearestNeighbors
from sklearn.svm import OneClassSVM

from datasets.normal_rows import ANOMALY, count_needed, suggest_more
from errors import Diverged
from evaluation.baselines import Baseline
from evaluation.evaluation import Evaluation, Headline

MOST = 5000  # normal rows that the detectors are fitted to
VARIANCE = 0.9  # that the principal components keep
NEIGHBOURS = 5
WORST = 10  # rows in the table of the most unusual ones
WORSE, MISSED = 0.01, 0.1  # area, and share of anomalies, by which a baseline must be better


def fit_detectors(encode_features, data):
    """Fit scikit-learn's detectors to normal rows: `{name: Baseline}` with `score` and `p_value`.

    Args:
        encode_features: function of `{column: (rows, ...)}` to `(rows, features)`.
        data: `datasets.dataset.Dataset` from `datasets.normal_rows.keep_normal`.
    """
    x = encode_features(data.train.inputs)
    x = x[np.random.default_rng(0).permutation(len(x))[:MOST]]
    held_out = encode_features(data.validation.inputs)
    pca = PCA(VARIANCE, svd_solver="full").fit(x)
    components = pca.transform(x)

    def fit_neighbours():
        found = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(x))).fit(components)
        return lambda rows: found.kneighbors(pca.transform(rows))[0].mean(axis=1)

    def fit_usual(detector):
        found = detector.fit(x)
        return lambda rows: -found.score_samples(rows)

    def fit_density():
        found = KernelDensity(bandwidth="scott").fit(components)
        return lambda rows: -found.score_samples(pca.transform(rows))

    kinds = {
        "neighbours in PCA": fit_neighbours,
        "isolation forest": lambda: fit_usual(IsolationForest(random_state=0)),
        "one-class SVM": lambda: fit_usual(OneClassSVM(nu=0.1)),
        "local outlier factor": lambda: fit_usual(LocalOutlierFactor(novelty=True)),
        "kernel density": fit_density,
    }
    baselines = {}
    for name, fit in kinds.items():
        start = time.perf_counter()
        score = fit()
        usual = np.sort(score(held_out))

        def serve(inputs, score=score, usual=usual):
            scores = score(encode_features(inputs))
            above = len(usual) - np.searchsorted(usual, scores)
            return {"score": scores, "p_value": (above + 1) / (len(usual) + 1)}

        baselines[name] = Baseline({"serve": serve}, time.perf_counter() - start)
    return baselines


def evaluate_anomalies(run, data, baselines, false_alarms):
    """Score and draw an anomaly detector beside others.

    Args:
        run: `runs.run.Run` with the endpoints `serve` and `explain`.
        data: `datasets.dataset.Dataset` from `datasets.normal_rows.keep_normal`.
        baselines: from `fit_detectors`.
        false_alarms: share of normal rows that may be called anomalies.

    Returns: an `Evaluation`.

    Raises: Diverged if all rows have the same score.
    """
    test = data.test
    methods = {"network": run.predict}
    methods |= {name: baseline.endpoints["serve"] for name, baseline in baselines.items()}
    answers = {name: serve(test.inputs) for name, serve in methods.items()}
    if np.ptp(answers["network"]["score"]) == 0:
        raise Diverged("all test rows have the same score: the training failed")
    unusual = test.labels[ANOMALY] == "yes"
    worst = np.argsort(-answers["network"]["score"], kind="stable")[:WORST]
    shares = run.predict(test.take(worst).inputs, "explain")
    held_out = run.predict(data.validation.inputs)["score"]
    scores = {
        name: {ANOMALY: score_detector(unusual, found, false_alarms)}
        for name, found in answers.items()
    }
    normal = int((~unusual).sum())
    low, high = (binom.ppf(q, normal, false_alarms) / normal for q in (0.025, 0.975))
    metrics = list(scores["network"][ANOMALY])
    heading = f"anomalies, test ({normal} normal rows, {unusual.sum()} anomalies)"
    header = ["metric", *scores]
    rows = [
        [m.replace("_", " "), *(found[ANOMALY][m] for found in scores.values())] for m in metrics
    ]
    asked = [
        ["false alarms asked for", "smallest p-value", "95 % of samples from", "to"],
        [false_alarms, 1 / (data.validation.rows + 1), float(low), float(high)],
    ]
    tables = {heading: [header, *rows], "False alarms": asked}
    if "roc_auc" in metrics:
        areas = {name: found[ANOMALY]["roc_auc"] for name, found in scores.items()}
        best = max(baselines, key=areas.get)
        headline = Headline("area under ROC of anomaly", areas["network"], areas[best], best)
    else:
        headline = Headline("false alarms", scores["network"][ANOMALY]["false_alarms"])
    advice = advise(scores, baselines)
    needed = count_needed(false_alarms)
    if data.validation.rows < needed:
        advice = (
            f"no row can have p <= {false_alarms:g}: that takes {needed} held-out normal rows, and "
            f"there are {data.validation.rows}. {suggest_more(data.validation.rows)}",
            *advice,
        )
    return Evaluation(
        headline,
        tables,
        draw(run, data, answers["network"]["score"], held_out, false_alarms, worst, shares),
        {
            "splits": {"test": {"rows": test.rows, "scores": scores}},
            "fit_seconds": {name: baseline.seconds for name, baseline in baselines.items()},
            "expected_false_alarms": [float(low), float(high)],
        },
        advice,
        {
            "The most unusual test rows, and what is unusual": tabulate_worst(
                test, answers["network"], false_alarms, worst, shares
            )
        },
    )


def score_detector(unusual, answers, false_alarms):
    """Return `{metric: value}` of one detector, given which rows are anomalies."""
    flagged = answers["p_value"] <= false_alarms
    found = {"false_alarms": float(flagged[~unusual].mean())}
    if unusual.any():
        score = np.asarray(answers["score"], "float64")
        found = {
            "roc_auc": float(roc_auc_score(unusual, score)),
            "average_precision": float(average_precision_score(unusual, score)),
            "anomalies_found": float(flagged[unusual].mean()),
        } | found
    return found


def advise(scores, baselines):
    """Return a line of advice if a baseline is clearly better."""
    network = scores["network"][ANOMALY]
    if "roc_auc" not in network:
        return ()
    for metric, margin, text in (
        ("roc_auc", WORSE, "separates anomalies better: area under ROC"),
        ("anomalies_found", MISSED, "finds more anomalies at this limit:"),
    ):
        best = max(baselines, key=lambda name: scores[name][ANOMALY][metric])
        value = scores[best][ANOMALY][metric]
        if value > network[metric] + margin:
            return (
                f"{best} {text} {value:.3f} instead of {network[metric]:.3f}. Consider using it, "
                "or compare several --split-seed",
            )
    return ()


def find_limit(held_out, false_alarms):
    """Return the score above which a row has p <= `false_alarms`; None if no row can have it.

    The p-value of a row is (1 + number of held-out rows with its score or a larger one) / (1 +
    number of held-out rows).

    Args:
        held_out: scores of held-out normal rows, `(rows,)`.
        false_alarms: share of normal rows that may be called anomalies.
    """
    p_values = np.arange(1, len(held_out) + 1) / (len(held_out) + 1)
    above = int(np.sum(p_values <= false_alarms))
    return float(np.sort(held_out)[-above]) if above else None


def tabulate_worst(split, answers, false_alarms, worst, shares):
    """Return the most unusual rows: their scores, whether they are called anomalies, their label if
    any row is known to be one, and for tables the columns that add most to the error.

    Args:
        split: the test rows.
        answers: of the network, from the endpoint `serve`.
        false_alarms: share of normal rows that may be called anomalies.
        worst, shares: as for `draw`.
    """
    labels, p = split.labels[ANOMALY], answers["p_value"]
    columns = {
        "row of the test split": [int(row) + 1 for row in worst],
        "score": [float(answers["score"][row]) for row in worst],
        "p-value": [float(p[row]) for row in worst],
        f"called an anomaly (p <= {false_alarms:g})": [
            "yes" if p[row] <= false_alarms else "no" for row in worst
        ],
    }
    if (labels == "yes").any():
        columns["labelled an anomaly"] = [str(labels[row]) for row in worst]
    if all(values.ndim == 1 for values in shares.values()):
        columns["unusual because of"] = list_causes(shares, len(worst))
    return [list(columns), *map(list, zip(*columns.values(), strict=True))]


def list_causes(shares, rows):
    """Return for each row the three columns that add most to its error, as text."""
    return [
        ", ".join(sorted(shares, key=lambda name: -shares[name][place])[:3])
        for place in range(rows)
    ]


def draw(run, data, score, held_out, false_alarms, worst, shares):
    """Draw the history, the scores of normal rows and anomalies, and what is unusual.

    Args:
        score, held_out: scores of the test rows and of the normal rows held out, `(rows,)`.
        false_alarms: share of normal rows that may be called anomalies.
        worst: numbers of the most unusual test rows.
        shares: what each column adds to their error, from the endpoint `explain`.
    """
    from plots.anomaly import plot_explanations, plot_scores
    from plots.history import plot_history
    from plots.roc import plot_roc_curves

    unusual = data.test.labels[ANOMALY] == "yes"
    limit = find_limit(held_out, false_alarms)
    figures = {
        "history": plot_history(run.history),
        "scores": plot_scores(score[~unusual], score[unusual], limit, false_alarms),
    }
    if unusual.any():
        ranks = np.argsort(np.argsort(score)) / len(score)
        labels = np.where(unusual, "anomaly", "normal")
        both = np.stack([1 - ranks, ranks], axis=1)
        figures["roc"] = plot_roc_curves(labels, both, ("normal", "anomaly"))
    (column, *_) = data.columns
    if column.kind == "image":
        pictures = data.test.inputs[column.name][worst]
        figures["explanations"] = plot_explanations(pictures, shares[column.name])
    return figures
