"""How far cross-validation is from the truth, and how far the best of many on a test set is."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import Ridge
from sklearn.model_selection import cross_val_score

from lectures.cross_validation import (
    cross_validate,
    expected_maximum,
    fit_ridge,
    leave_one_out,
    split_folds,
)

COLUMNS, NOISE, PENALTY = 20, 1.0, 1.0  # of the simulated data
TRAIN = 300  # digits that the networks of random features learn


def simulate(datasets, rows, random):
    """Return x, y and the true weights of many datasets whose columns are independent."""
    x = random.normal(size=(datasets, rows, COLUMNS))
    weights = random.normal(size=(datasets, COLUMNS)) / COLUMNS**0.5
    y = np.einsum("drc,dc->dr", x, weights) + NOISE * random.normal(size=(datasets, rows))
    return x, y, weights


def compare_folds(numbers, repeats, datasets, rows, random):
    """Return the table of all numbers of folds, and `{k: estimate over true error}`.

    The true error of a fit follows from its weights: noise^2 + |w - w_true|^2.
    """
    x, y, truth = simulate(datasets, rows, random)
    true = NOISE**2 + ((fit_ridge(x, y, PENALTY) - truth) ** 2).sum(axis=-1)
    table = [["folds", "estimate", "true error", "over true", "between datasets"]]
    table[0] += ["between repeats", "standard error by the folds"]
    ratios = {}
    for k in (*numbers, rows):
        if k < rows:
            errors = np.stack(
                [
                    cross_validate(x, y, PENALTY, split_folds(rows, k, random))
                    for _ in range(repeats)
                ]
            )  # (repeats, datasets, folds)
            estimates = errors.mean(axis=-1)
            within = float(np.mean(errors.std(axis=-1, ddof=1)) / k**0.5)
        else:
            estimates, within = leave_one_out(x, y, PENALTY)[None], ""
        ratios[k] = estimates[0] / true
        over = estimates.mean() / true.mean()
        between = estimates[0].std(), np.mean(estimates.std(axis=0))
        table.append([k, *map(float, (estimates.mean(), true.mean(), over, *between)), within])
    return table, ratios


def check_formulas(random):
    """Return a table of differences from scikit-learn and from fits without each row."""
    x, y, _ = (part[0] for part in simulate(1, 50, random))
    folds = split_folds(50, 5, random)
    splits = [(np.setdiff1d(np.arange(50), fold), fold) for fold in folds]
    ridge = Ridge(alpha=PENALTY, fit_intercept=False)
    theirs = -cross_val_score(ridge, x, y, cv=splits, scoring="neg_mean_squared_error")
    ours = cross_validate(x, y, PENALTY, folds)
    refitted = cross_validate(x, y, PENALTY, np.arange(50)[:, None]).mean()
    closed = leave_one_out(x, y, PENALTY)
    return [
        ["check", "largest difference"],
        ["5 folds against scikit-learn", float(np.abs(ours - theirs).max())],
        ["leave one out: closed form against 50 fits", float(abs(closed - refitted))],
    ]


def measure_optimism(counts, rows, trials, random):
    """Return the table of best-of-K scores, for guesses and for networks.

    Args:
        counts: numbers K of models.
        rows: number of test rows.
        trials: number of test sets.
        random: `numpy.random.Generator`.
    """
    right = predict_digits(max(counts), random)  # (models, rows of the pool)
    accuracies = right.mean(axis=1)
    table = [["models K", "guesses, too high by", "expected", "networks, too high by", "if alone"]]
    for count in counts:
        guesses = random.binomial(rows, 0.5, (trials, count)) / rows
        by_chance = guesses.max(axis=1).mean() - 0.5
        errors, spreads = [], []
        for _ in range(trials):
            chosen = random.choice(right.shape[1], rows, replace=False)
            models = random.choice(len(right), count, replace=False)
            scores = right[models][:, chosen].mean(axis=1)
            best = scores.argmax()
            errors.append(scores[best] - accuracies[models[best]])
            spreads.append((scores - accuracies[models])[0])
        factor = expected_maximum(count)
        row = by_chance, factor * (0.25 / rows) ** 0.5, np.mean(errors), factor * np.std(spreads)
        table.append([count, *map(float, row)])
    return table


def predict_digits(count, random):
    """Return which digits networks with random first layers get right, `(networks, rows)`."""
    digits = load_digits()
    order = random.permutation(len(digits.target))
    x, labels = digits.data[order] / 16, digits.target[order]
    right = []
    for _ in range(count):
        hidden = np.tanh(x @ random.normal(size=(64, 60)) * 0.5 + random.normal(size=60))
        weights = [fit_ridge(hidden[:TRAIN], 1.0 * (labels[:TRAIN] == n), 0.1) for n in range(10)]
        answers = hidden[TRAIN:] @ np.transpose(weights)
        right.append(answers.argmax(axis=1) == labels[TRAIN:])
    return np.array(right)
