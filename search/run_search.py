"""The search: processes that try options, until there are enough trials; then the best is trained.

Every process, on this machine or on others that share the disk, reads and writes one journal. A
worker ends after some trials, because TensorFlow keeps memory of every network.
"""

import contextlib
import multiprocessing
import os
import shutil
import time
from dataclasses import replace

from errors import UserError
from runs.packages import check_packages
from search.journal import end_dead_trials, is_running, open_study
from search.options import parse_search
from search.space import read_space
from search.table import describe_trial, list_best, score_of, tabulate_trials
from search.trial import run_trial

TRIALS_EACH = 10  # of a worker
CRASHES = 3  # of workers, after which the search gives up
POLL = 0.5  # seconds
ENOUGH = 10  # exit code of a worker that found enough trials


def search(words, train):
    """Search as `train.py search` was told to.

    Args:
        words: words of the command behind `search`.
        train: function that trains the best one, of a topic's name and experiment.

    Returns: the best experiment, and the folder of its run.
    """
    from runs.folder import check_free, format_path, neighbour, run_folder
    from tasks.command import check_paths

    options, name, experiment, words = parse_search(words)
    experiment.check()
    check_paths(experiment)
    check_packages(("optuna",), "search", "requirements-search.txt")
    if not getattr(experiment, "monitor", ""):
        raise UserError(
            f"search compares validation losses, and {name} has none. Choose a topic that trains "
            "a network on rows of data"
        )
    experiment = experiment.resolved()
    space = read_space(name, experiment, words, options.vary)
    folder = run_folder(experiment.name or f"{name}-search")
    if not experiment.overwrite:
        check_free(folder)
    place = neighbour(folder, "search")  # hidden beside the run, until there is one
    print(experiment.load().summary())  # finds mistakes in the data before any trial does
    study = begin_study(place, experiment, space, options)
    print(describe_search(space, options, study))
    run_workers(study, place, (name, experiment, space, options.trials, options.smaller), options)

    best = list_best(study)[0]
    chosen = {option: values.read(best.params[option]) for option, values in space.items()}
    print(f"\nbest        {describe_trial(best)}\n\nIt is trained once more, as a run:\n")
    winner = replace(experiment, **chosen, name=folder.name)
    train(name, winner)
    keep_trials(study, folder, space)
    shutil.rmtree(place, ignore_errors=True)
    print(f"All trials: {format_path(folder)}/trials.csv; evaluate.py draws them.")
    return winner, folder


def begin_study(place, experiment, space, options):
    """Return the study of a search that is new, was stopped, or runs in another process.

    Raises: UserError if the journal there is of a search with other values.
    """
    from runs.folder import format_path

    if experiment.overwrite and place.exists() and not is_running(open_study(place)):
        shutil.rmtree(place)
    place.mkdir(parents=True, exist_ok=True)
    study = open_study(place, ["minimize"] * (2 if options.smaller else 1))
    is_other = len(study.directions) != 1 + options.smaller
    varied = {option: repr(values) for option, values in space.items()}
    if is_other or study.user_attrs.get("space", varied) != varied:
        raise UserError(
            f"a search with other --vary or --smaller was begun in {format_path(place)}: give the "
            "same options to continue it, --overwrite to start again, or a different --name"
        )
    study.set_user_attr("space", varied)
    end_dead_trials(study)
    if not study.trials:
        usual = {o: values.word(getattr(experiment, o)) for o, values in space.items()}
        if None not in usual.values():
            study.enqueue_trial(usual)  # the options without a search, to compare with
    return study


def describe_search(space, options, study):
    """Return a few lines that say what is tried."""
    lines = [f"{option:<15} {values.describe()}" for option, values in space.items()]
    done = sum(trial.state.is_finished() for trial in study.get_trials(deepcopy=False))
    again = f", {done} of them done" if done else ""
    return "\n".join([f"search      {options.trials} trials{again}", *lines, ""])


def run_workers(study, place, trial, options):
    """Let workers try options until there are enough trials; print a line for each of them.

    Args:
        study: `optuna.Study`.
        place: folder of the journal.
        trial: further arguments of `run_trial`.
        options: `SearchOptions`.
    """
    threads = max(1, (os.cpu_count() or 1) // options.processes)
    if options.processes > 1:
        os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(threads))
    context = multiprocessing.get_context("spawn")  # TensorFlow does not survive a fork
    workers, crashes, printed, ended = [], 0, set(), False
    try:
        while workers or not ended:
            for worker in [worker for worker in workers if not worker.is_alive()]:
                workers.remove(worker)
                ended = ended or worker.exitcode == ENOUGH
                if worker.exitcode not in (0, ENOUGH):
                    crashes += 1
                    end_dead_trials(study)
            if crashes > CRASHES:
                raise UserError(f"{crashes} processes of the search died: is the memory too small?")
            while not ended and len(workers) < options.processes:
                worker = context.Process(target=try_options, args=(place, *trial), daemon=True)
                worker.start()
                workers.append(worker)
            print_ended(study, printed, options.trials)
            time.sleep(POLL)
        print_ended(study, printed, options.trials)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join()


def try_options(*arguments):
    """Run some trials in this process; the exit code says whether there are enough."""
    from training.device import silence_stderr

    with contextlib.suppress(KeyboardInterrupt), silence_stderr():
        for _ in range(TRIALS_EACH):
            if run_trial(*arguments) is None:
                raise SystemExit(ENOUGH)


def print_ended(study, printed, trials):
    """Print the trials that have ended since the last time, whose numbers are added to a set."""
    found = study.get_trials(deepcopy=False)
    for trial in found:
        if trial.state.is_finished() and trial.number not in printed:
            printed.add(trial.number)
            done = [t for t in found if t.number in printed and t.state.name == "COMPLETE"]
            best = f"best {min(map(score_of, done)):.4g}   " if done else ""
            line = f"trial {len(printed):>3} of {trials}   {best}{describe_trial(trial)}"
            print(line, flush=True)


def keep_trials(study, folder, space):
    """Write the trials, and how much each option mattered, into the run of the best one."""
    from runs.run import Run
    from search.table import rank_options

    run = Run(folder)
    run.write_table("trials", tabulate_trials(study))
    run.update(
        search={
            "importance": rank_options(study),
            "scales": {option: values.scale for option, values in space.items()},
            "directions": len(study.directions),
        }
    )
