"""Learners of scikit-learn on the same rows as a network, with their times."""

import time

import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from threadpoolctl import threadpool_limits

NETWORK = "network"
TABLES = {
    "iris": load_iris,
    "wine": load_wine,
    "breast cancer": load_breast_cancer,
    "digits": load_digits,
}


def list_learners(seed):
    """Return `{name: new learner}` with scikit-learn's defaults, unless they are too slow."""
    return {
        "linear": LogisticRegression(max_iter=2000),
        "neighbours": KNeighborsClassifier(5),
        "SVM": SVC(),
        "tree": DecisionTreeClassifier(random_state=seed),
        "forest": RandomForestClassifier(100, random_state=seed),
        "boosting": HistGradientBoostingClassifier(max_iter=50, random_state=seed),
    }


def split_table(name, folds, seed):
    """Return x, y and `[(training rows, test rows), ...]` of a table."""
    table = TABLES[name]()
    splits = StratifiedKFold(folds, shuffle=True, random_state=seed)
    return table.data.astype("float32"), table.target, list(splits.split(table.data, table.target))


def fit_learner(learner, x, y):
    """Return a learner fitted to standardised columns, and the seconds it took."""
    with threadpool_limits(1):  # for small tables, threads cost more than they save
        begin = time.perf_counter()
        fitted = make_pipeline(StandardScaler(), learner).fit(x, y)
        return fitted, time.perf_counter() - begin


def compare_on_planes(run, data, line, seed):
    """Return `({dataset: {learner: accuracy}}, {dataset: {learner: surface}})`.

    Args:
        run: `runs.run.Run` whose endpoint `serve` has a probability for each dataset.
        data: has `train` and `test`, `{dataset: (points, classes)}`.
        line: positions along each axis.
        seed: seed of the learners.
    """
    x1, x2 = np.meshgrid(line, line)
    grid = np.stack([x1.ravel(), x2.ravel()], axis=1).astype("float32")
    accuracies, surfaces = {}, {}
    of_grid = run.predict({"x1": grid[:, 0], "x2": grid[:, 1]})
    for name, (x, y) in data.train.items():
        test_x, test_y = data.test[name]
        of_test = run.predict({"x1": test_x[:, 0], "x2": test_x[:, 1]})[name]
        accuracies[name], surfaces[name] = {}, {}
        for learner, new in list_learners(seed).items():
            fitted, _ = fit_learner(new, x, y)
            accuracies[name][learner] = float(np.mean(fitted.predict(test_x) == test_y))
            surfaces[name][learner] = rate(fitted, grid).reshape(x1.shape)
        accuracies[name][NETWORK] = float(np.mean((of_test > 0.5) == test_y))
        surfaces[name][NETWORK] = of_grid[name].reshape(x1.shape)
    return accuracies, surfaces


def rate(fitted, grid):
    """Return the probability of class 1, or for an SVM a number above 0.5 for class 1."""
    if hasattr(fitted, "predict_proba"):
        return fitted.predict_proba(grid)[:, 1]
    return 1 / (1 + np.exp(-2 * fitted.decision_function(grid)))


def compare_on_tables(run, seconds, folds, seed):
    """Return `{table: {learner: (accuracies of the folds, seconds)}}`.

    Args:
        run: `runs.run.Run` with an endpoint for each table.
        seconds: `{table: seconds of the network}`.
        folds: number of folds.
        seed: seed of the folds and of the learners.
    """
    results = {}
    for name in TABLES:
        x, y, splits = split_table(name, folds, seed)
        results[name] = {}
        for learner in list_learners(seed):
            accuracies, spent = [], 0.0
            for train, test in splits:
                fitted, took = fit_learner(list_learners(seed)[learner], x[train], y[train])
                accuracies.append(float(np.mean(fitted.predict(x[test]) == y[test])))
                spent += took
            results[name][learner] = accuracies, spent
        answers = run.predict({"row": x}, name.replace(" ", "_"))["probabilities"].argmax(axis=-1)
        accuracies = [
            float(np.mean(answers[test, n] == y[test])) for n, (_, test) in enumerate(splits)
        ]
        results[name][NETWORK] = accuracies, seconds[name]
    return results


def make_tables(planes, results):
    """Return rows of the tables: accuracies in the plane, on tables, and seconds."""
    learners = [*next(iter(planes.values()))]
    in_plane = [["learner", *planes, "mean"]]
    on_tables = [["learner", *results, "mean rank"]]
    seconds = [["learner", *results]]
    means = {
        table: {name: float(np.mean(accuracies)) for name, (accuracies, _) in row.items()}
        for table, row in results.items()
    }
    for learner in learners:
        scores = [row[learner] for row in planes.values()]
        in_plane.append([learner, *scores, float(np.mean(scores))])
        ranks = []
        for row in means.values():
            better = sum(value > row[learner] for value in row.values())
            equal = sum(value == row[learner] for value in row.values())
            ranks.append(better + (equal + 1) / 2)
        on_tables.append(
            [learner, *(row[learner] for row in means.values()), float(np.mean(ranks))]
        )
        seconds.append([learner, *(row[learner][1] for row in results.values())])
    return in_plane, on_tables, seconds
