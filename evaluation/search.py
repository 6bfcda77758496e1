"""The pictures and the table of a run that a search found."""

from dataclasses import replace

import numpy as np

MOST = 10  # trials of the table
ABOUT = ("trial", "state", "score", "weights", "seconds", "begun")  # no options


def add_search(evaluation, run):
    """Return the evaluation with the trials of the search, if one found the run's options."""
    if not (run.folder / "trials.csv").exists():
        return evaluation
    from plots import search as plots

    trials = run.read_table("trials")
    about = run.config.get("search", {})
    order = np.argsort(trials["begun"].to_numpy(), kind="stable")
    trials = trials.iloc[order]
    seconds = trials["seconds"].fillna(0).cumsum()
    figures = {
        "search-history": plots.plot_search_history(
            trials["score"].to_numpy(float), seconds.to_numpy(float), list(trials["state"])
        )
    }
    scored = trials[trials["score"].notna()]
    scales = about.get("scales", {})
    options = {
        name: read_option(scored[name], scales.get(name, "choice"))
        for name in trials.columns
        if name not in ABOUT
    }
    options = {name: found for name, found in options.items() if len(set(found[0])) > 1}
    scores = scored["score"].to_numpy(float)
    if options and len(scores) > 1:
        importance = about.get("importance", {})
        figures["search-options"] = plots.plot_options(options, scores, importance)
        figures["search-parallel"] = plots.plot_parallel_coordinates(options, scores)
    if about.get("directions", 1) > 1:
        weights = scored["weights"].to_numpy(float)
        figures["search-size"] = plots.plot_score_against_size(weights, scores)
    tables = {"Best trials of the search": tabulate(scored)}
    return replace(
        evaluation,
        figures=evaluation.figures | figures,
        details=tables | evaluation.details,
    )


def read_option(column, scale):
    """Return the values of an option as a list of numbers or words, and whether to take logs."""
    if scale == "choice":
        return [f"{value:g}" if column.dtype.kind in "if" else value for value in column], False
    return [float(value) for value in column], scale == "log"


def tabulate(scored):
    """Return rows of the best trials, for the report."""
    best = scored.sort_values("score").head(MOST).drop(columns=["state", "begun"])
    return [list(best.columns), *best.to_numpy(object).tolist()]
