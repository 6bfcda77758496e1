"""One trial of a search, in a process of its own: train with some options, and report the score."""

import contextlib
import math
import os
import platform
import tempfile
import time
from dataclasses import replace

from errors import Diverged, UserError
from search.journal import make_sampler, open_study


def run_trial(folder, name, experiment, space, trials, is_smaller):
    """Ask for options that were not tried yet, train with them, and write the score.

    Args:
        folder: folder of the search.
        name: name of the topic.
        experiment: the topic with the options that do not vary.
        space: from `search.space.read_space`.
        trials: number of trials of all processes together.
        is_smaller: the number of weights is a second score.

    Returns: number of the trial; None if there are enough.
    """
    import optuna
    from optuna.trial import TrialState

    study = open_study(folder)
    begun = [t for t in study.get_trials(deepcopy=False) if t.state != TrialState.WAITING]
    if sum(t.state != TrialState.FAIL for t in begun) >= trials or len(begun) >= 2 * trials:
        return None
    study.sampler = make_sampler(experiment.seed, len(begun))
    trial = study.ask()
    trial.set_user_attr("process", describe_process())
    start = time.monotonic()
    try:
        chosen = {option: values.suggest(trial, option) for option, values in space.items()}
        tried = replace(experiment, **chosen)
        tried.check()
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
            score, weights = train_once(name, tried, trial, is_smaller)
        trial.set_user_attr("weights", weights)
        trial.set_user_attr("seconds", time.monotonic() - start)
        study.tell(trial, [score, weights] if is_smaller else score)
    except optuna.TrialPruned:
        trial.set_user_attr("seconds", time.monotonic() - start)
        study.tell(trial, state=TrialState.PRUNED)
    except (UserError, Diverged, ArithmeticError, ValueError) as error:
        # Options that do not go together, or a loss that became NaN, are a result as well.
        trial.set_user_attr("failure", str(error)[:300])
        study.tell(trial, state=TrialState.FAIL)
    return trial.number


def describe_process():
    """Return machine and number of this process, by which the dead are told from the living."""
    return f"{platform.node()}:{os.getpid()}"


def train_once(name, experiment, trial, is_smaller):
    """Train as `train.py` does, without an export; return the validation score and the weights."""
    from runs.run import Run
    from tasks.command import options_of
    from training.device import set_seed, start_tensorflow

    experiment = experiment.resolved()
    with tempfile.TemporaryDirectory() as folder:
        data = experiment.load()
        strategy = start_tensorflow("one")
        from search.report import ReportEpochs

        report = None if is_smaller else ReportEpochs(trial, experiment.monitor)
        run = Run(folder, further_callbacks=[report] if report else [])
        run.update(experiment=name, options=options_of(experiment), data=data.description())
        set_seed(experiment.seed, experiment.deterministic)
        with strategy.scope():
            fit = experiment.fit(experiment.build(data), data, run)
    if getattr(fit.model, "is_interrupted", False):
        raise KeyboardInterrupt  # no result; the next start of the search ends this trial
    if report and report.is_hopeless:
        import optuna

        raise optuna.TrialPruned
    return score_validation(fit, experiment.monitor), fit.model.count_params()


def score_validation(fit, monitor):
    """Return the lowest validation loss, without the penalty of large weights.

    The penalty is no error: with it a search would always choose the smallest `--l2`.
    """
    losses = [loss for loss in fit.history.get(monitor, ()) if math.isfinite(loss)]
    if not losses:
        raise Diverged("no validation loss was finite")
    penalties = [
        float(weight.regularizer(weight))
        for weight in fit.model.trainable_weights
        if getattr(weight, "regularizer", None)
    ]
    return min(losses) - sum(penalties)
