"""Advice after an evaluation: what the scores say, and the option to try."""

import math

from datasets.roles import TOO_GOOD

MOST = 3  # lines
GAP = 0.05  # of accuracy or R2, between training and test rows
WORSE = 0.02  # share of an error by which a baseline must be lower
UNCERTAIN = 0.03  # standard error of an accuracy that is worth a line
TRAINING_ROWS = 2000  # that are scored to compare


def advise(options, data, headline, training, test, predictions):
    """Return lines of advice, the most important first, at most three.

    Args:
        options: `{option: value}` of the experiment; advice names those that it has.
        data: `datasets.dataset.Dataset`.
        headline: `evaluation.evaluation.Headline`.
        training, test: `{target: {metric: value}}` of the network on training and on test rows.
        predictions: `{output: (rows, ...)}` of the network for the test rows.
    """
    rows = data.test.rows
    lines = [remark for remark in data.remarks if TOO_GOOD in remark]
    # Topics with scores of their own have none of these.
    targets = [target for target in data.targets if main_score(target) in test.get(target.name, ())]
    for target in targets:
        scores = training[target.name], test[target.name]
        if target.classes:
            true, predicted = data.test.targets[target.name], predictions[target.name]
            lines += find_unpredicted(target, true, predicted, options)
        lines += find_overfitting(target, *scores, rows, options)
    lines += compare_to_baseline(headline, rows, options)
    for target in targets[:1]:
        lines += find_uncertainty(target, test[target.name], rows)
    return tuple(lines[:MOST])


def main_score(target):
    return "accuracy" if target.classes else "R2"


def find_unpredicted(target, true, predicted, options):
    """Return a line about classes that are in the rows and never predicted."""
    missed = [label for label in target.classes if (true == label).any() and label not in predicted]
    if not missed:
        return []
    rows = sum(int((true == label).sum()) for label in missed)
    labels = ", ".join(map(str, missed))
    hint = ". Try --decide balanced" if options.get("decide") == "likely" else ""
    return [f"{target.name}: never predicted: {labels} ({rows} of {len(true)} test rows){hint}"]


def find_overfitting(target, training, test, rows, options):
    """Return a line if the training rows are predicted far better than the test rows."""
    name = main_score(target)
    gap = training[name] - test[name]
    enough = 2 * standard_error(test[name], rows) if target.classes else 0.0
    if not gap > max(GAP, enough):
        return []
    tries = ["more rows"]
    if not options.get("builder"):
        if isinstance(options.get("dropout"), float):  # not "auto"
            tries.append(f"--dropout {min(0.6, max(0.2, 2 * options['dropout'])):g}")
        if options.get("hidden"):
            tries.append(
                f"--hidden {' '.join(str(max(1, units // 2)) for units in options['hidden'])}"
            )
        if "augment" in options:
            tries.append(f"--augment {min(0.3, max(0.1, 2 * options['augment'])):g}")
    return [
        f"{target.name}: overfitting, {name} {training[name]:.3g} on training rows and "
        f"{test[name]:.3g} on test rows. Try {', or '.join(tries)}"
    ]


def compare_to_baseline(headline, rows=0, options=()):
    """Return a line if the best baseline is better than the network by more than chance.

    Args:
        headline: `evaluation.evaluation.Headline`.
        rows: number of test rows, for an accuracy.
        options: as for `advise`; () names no option to try.
    """
    options = dict(options)
    value, best = headline.value, headline.baseline
    if best is None:
        return []
    if headline.score.startswith("accuracy"):
        is_better = best - value > standard_error(best, rows)
    elif headline.score.startswith("PSNR"):  # in dB
        is_better = best - value > -20 * math.log10(1 - WORSE)
    else:
        is_better = best < (1 - WORSE) * value
    if not is_better:
        return []
    tries = f"use {headline.method}"
    if options.get("hidden") and not options.get("builder"):
        units = " ".join(str(2 * units) for units in options["hidden"])
        tries = f"try --hidden {units}, or {tries}"
    return [
        f"{headline.method}: better, {headline.score} {best:.4g} instead of {value:.4g}; {tries}"
    ]


def find_uncertainty(target, test, rows):
    """Return a line if there are too few test rows to tell good from better."""
    if not target.classes or not (error := standard_error(test["accuracy"], rows)) > UNCERTAIN:
        return []
    return [
        f"{rows} test rows tell the accuracy to about +- {error:.2f}; other splits, --split-seed"
    ]


def standard_error(accuracy, rows):
    """Return the standard error of an accuracy that was measured on this many rows."""
    return (accuracy * (1 - accuracy) / rows) ** 0.5
