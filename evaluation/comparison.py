"""Several runs side by side: their scores, the options that differ, the spread over seeds."""

import statistics

from errors import UserError
from evaluation.samples import HEADINGS, show_measure

SEEDS = ("seed", "split_seed")  # options in which repeated runs differ
NEVER_MATTER = ("name", "snapshot_seconds", "tensorboard", "devices")


def compare_runs(runs):
    """Return `{heading: rows}` for runs that have been evaluated, the first row the header.

    Args:
        runs: list of `runs.run.Run`.

    Raises: UserError if two of the runs are the same one.
    """
    names = [run.folder.name for run in runs]
    if len({run.folder for run in runs}) < len(runs):
        raise UserError(f"a run is named twice: {', '.join(names)}. Give each once")
    scores = {name: read_scores(run.metrics) for name, run in zip(names, runs, strict=True)}
    tables = {"Runs": tabulate_headlines(runs)}
    if options := tabulate_options(runs):
        tables["Options that differ"] = options
    headings = dict.fromkeys(heading for found in scores.values() for heading in found)
    for heading in headings:
        rows = {name: found[heading] for name, found in scores.items() if heading in found}
        metrics = list(dict.fromkeys(metric for values in rows.values() for metric in values))
        header = ["run", *map(name_metric, metrics)]
        lines = [
            [name, *(show_measure(found.get(metric, "")) for metric in metrics)]
            for name, found in rows.items()
        ]
        scored = [run for run in runs if run.folder.name in rows]
        tables[heading + warn_of_other_rows(scored)] = [header, *lines]
    return tables | tabulate_spread(runs, scores)


def name_metric(metric):
    """Return the words for a metric, the same as in the tables of a single run."""
    return HEADINGS.get(metric, metric.replace("_", " "))


def warn_of_other_rows(runs):
    """Return words for the heading of scores that are of different data or test rows, or ""."""
    for name, words in (
        ("source", "of different data, so the values cannot be compared"),
        ("fingerprint", "of different test rows"),
    ):
        if len({run.config["data"].get(name, "") for run in runs}) > 1:
            return f" ({words})"
    return ""


def read_scores(metrics):
    """Return `{heading: {metric: value}}` of the network, for each split and target."""
    return {
        f"{target}, {split}": values
        for split, found in metrics.get("splits", {}).items()
        for target, values in found["scores"]["network"].items()
    }


def tabulate_headlines(runs):
    rows = [["run", "experiment", "epochs", "seconds", "score", "value", "best baseline", ""]]
    for run in runs:
        headline, seconds = run.metrics["headline"], run.history.get("seconds", [""])[-1]
        training = run.config["experiment"], run.config["training"]["epochs"], seconds
        baseline = "" if headline["baseline"] is None else headline["baseline"]
        scored = headline["score"], headline["value"], baseline, headline["method"]
        rows.append([run.folder.name, *training, *scored])
    return rows


def tabulate_options(runs):
    """Return a row a run with the options in which the runs differ, [] if they do not.

    The data counts as an option: runs with different test rows cannot be compared by their scores
    alone.
    """
    options = [
        run.config["options"] | {"test_rows": run.config["data"].get("fingerprint", "")}
        for run in runs
    ]
    names = dict.fromkeys(name for found in options for name in found if name not in NEVER_MATTER)
    different = [
        name for name in names if any(o.get(name) != options[0].get(name) for o in options)
    ]
    if not different:
        return []
    rows = [
        [run.folder.name, *(show(found.get(name, "")) for name in different)]
        for run, found in zip(runs, options, strict=True)
    ]
    return [["run", *different], *rows]


def show(value):
    return " ".join(map(str, value)) if isinstance(value, tuple | list) else value


def tabulate_spread(runs, scores):
    """Return a table for each group of runs that differ in their seeds only."""
    groups = {}
    for run in runs:
        ignored = (*SEEDS, *NEVER_MATTER)
        kept = {k: v for k, v in run.config["options"].items() if k not in ignored}
        key = run.config["experiment"], str(sorted(kept.items()))
        groups.setdefault(key, []).append(run.folder.name)
    tables = {}
    for names in groups.values():
        if len(names) < 2:
            continue
        rows = [["score", "mean", "standard deviation", "smallest", "largest"]]
        for heading, metrics in scores[names[0]].items():
            for metric in metrics:
                values = [scores[name].get(heading, {}).get(metric) for name in names]
                if None not in values:
                    spread = statistics.mean(values), statistics.stdev(values)
                    title = f"{heading}: {name_metric(metric)}"
                    rows.append([title, *spread, min(values), max(values)])
        if len(rows) > 1:
            tables[f"Spread over {len(names)} seeds: {', '.join(names)}"] = rows
    return tables
