"""Scores of a network beside its baselines, on the test rows and on further splits."""

from evaluation.evaluation import Headline

MAIN_SCORES = {"accuracy": max, "RMSE": min, "relative_l2_error": min}  # and which one is best


def score_splits(scores, methods, data):
    """Score all methods on all splits but the training's.

    Args:
        scores: function of targets, a split and predictions, see `Supervised.scores`.
        methods: `{name: function of inputs}`, the network first.
        data: `datasets.dataset.Dataset`.

    Returns: `{split: {"rows": count, "scores": {method: {target: {metric: value}}}}}`, and the
    predictions for the test rows, `{method: {output: (rows, ...)}}`.
    """
    splits, predictions = {}, {}
    for name, split in {"test": data.test, **data.extra_splits}.items():
        answers = {method: predict(split.inputs) for method, predict in methods.items()}
        found = {method: scores(data.targets, split, answer) for method, answer in answers.items()}
        splits[name] = {"rows": split.rows, "scores": found}
        predictions = predictions or answers
    return splits, predictions


def choose_headline(split, targets=()):
    """Return the main score of the first target, beside that of the best baseline."""
    scores = split["scores"]
    target = next(iter(scores["network"]))
    metrics = scores["network"][target]
    metric = next((name for name in MAIN_SCORES if name in metrics), next(iter(metrics)))
    others = {
        method: found[target][metric]
        for method, found in scores.items()
        if method != "network" and metric in found.get(target, {})
    }
    headline = f"{metric.replace('_', ' ')} of {target}"
    if not others:
        return Headline(headline, metrics[metric])
    choose = MAIN_SCORES.get(metric, max)
    method = choose(others, key=others.get)
    return Headline(headline, metrics[metric], others[method], method)


def tabulate_scores(splits):
    """Return `{heading: rows}`, a table for every split and target with a column a method."""
    tables = {}
    for name, split in splits.items():
        methods = list(split["scores"])
        for target, metrics in split["scores"]["network"].items():
            rows = [
                [
                    metric.replace("_", " "),
                    *(split["scores"][m].get(target, {}).get(metric, "") for m in methods),
                ]
                for metric in metrics
            ]
            heading = f"{target}, {name} ({split['rows']} rows)"
            tables[heading] = [["metric", *methods], *rows]
    return tables
