"""The trials of a search in words and as a table."""

import math

from errors import UserError


def score_of(trial):
    """Return the validation score of a trial; NaN if it has none."""
    return trial.values[0] if trial.values else math.nan


def list_best(study):
    """Return the trials that were completed, the best first; of equal ones the smallest network.

    Raises: UserError if there are none.
    """
    from optuna.trial import TrialState

    done = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    if not done:
        failures = [t.user_attrs["failure"] for t in study.trials if "failure" in t.user_attrs]
        raise UserError(f"no trial has succeeded. {failures[-1] if failures else ''}".strip())
    return sorted(done, key=lambda trial: (score_of(trial), trial.user_attrs.get("weights", 0)))


def describe_trial(trial):
    """Return score, options and time of a trial in one line."""
    state = {"COMPLETE": "", "PRUNED": "stopped early", "FAIL": "failed"}[trial.state.name]
    score = f"{score_of(trial):.4g}" if trial.values else ""
    values = ", ".join(f"{name} {show(value)}" for name, value in trial.params.items())
    seconds = trial.user_attrs.get("seconds")
    reason = trial.user_attrs.get("failure", "")
    parts = [score, values, f"{seconds:.0f} s" if seconds else "", state, reason]
    return "   ".join(filter(None, parts))


def show(value):
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def tabulate_trials(study):
    """Return a `pandas.DataFrame`, a row a trial: state, score, weights, seconds, options."""
    import pandas as pd

    rows = [
        {
            "trial": trial.number,
            "state": trial.state.name.lower(),
            "score": score_of(trial),
            "weights": trial.user_attrs.get("weights"),
            "seconds": trial.user_attrs.get("seconds"),
            "begun": trial.datetime_start.timestamp() if trial.datetime_start else math.nan,
            **trial.params,
        }
        for trial in study.get_trials(deepcopy=False)
        if trial.state.is_finished()
    ]
    return pd.DataFrame(rows)


def rank_options(study):
    """Return `{option: share of the scores' variance}`, by Optuna's functional ANOVA; empty if
    there are too few trials."""
    import optuna

    try:
        target = (lambda trial: trial.values[0]) if len(study.directions) > 1 else None
        found = optuna.importance.get_param_importances(study, target=target)
    except (ValueError, RuntimeError):
        return {}
    return {option: float(share) for option, share in found.items()}
