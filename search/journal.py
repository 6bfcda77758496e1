"""The file of a search: an Optuna study in a journal that several processes write."""

import os
import platform

STUDY = "search"
JOURNAL = "search.journal"
FIRST = 5  # trials, and epochs of each, that are never pruned


def open_storage(folder):
    """Return Optuna's storage in the folder of a search.

    Locks are files that are opened exclusively: on Windows a link would need a privilege.
    """
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

    path = str(folder / JOURNAL)
    return JournalStorage(JournalFileBackend(path, lock_obj=JournalFileOpenLock(path)))


def open_study(folder, directions=("minimize",)):
    """Return the study of a search, created if it is new.

    Sampler and pruner are not part of a journal, so every process makes them again.

    Args:
        folder: folder of the search.
        directions: "minimize" for each score.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna.create_study(
        study_name=STUDY,
        directions=directions,
        load_if_exists=True,
        storage=open_storage(folder),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=FIRST, n_warmup_steps=FIRST),
    )


def make_sampler(seed, number):
    """Return the sampler of one trial: the same for the same seed and number of earlier trials."""
    import optuna

    return optuna.samplers.TPESampler(multivariate=True, seed=(seed * 10007 + number) % 2**32)


def end_dead_trials(study):
    """Mark the trials whose process on this machine has died as failed; return their number.

    A journal has no heartbeat: they would run for ever. Trials of other machines are left alone.
    """
    from optuna.trial import TrialState

    ended = 0
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        machine, _, number = trial.user_attrs.get("process", ":0").rpartition(":")
        if machine in ("", platform.node()) and not is_alive(int(number)):
            study.tell(trial.number, state=TrialState.FAIL)
            ended += 1
    return ended


def is_running(study):
    """Return whether a process may be working on a search: a living one here, or any elsewhere."""
    from optuna.trial import TrialState

    end_dead_trials(study)
    return bool(study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)))


def is_alive(process):
    """Return whether a process of this machine runs."""
    if process <= 0 or os.name == "nt":  # on Windows the question would end the process
        return process > 0
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
