"""Train an experiment and export it as a SavedModel: `python train.py NAME`.

`python train.py` lists the experiments, `python train.py NAME --help` the options of one;
`python train.py search NAME` looks for good ones.
"""

import sys

from errors import Diverged, report_errors


def main(arguments):
    from tasks import catalogue, command

    if not arguments or arguments in (["--help"], ["-h"]):
        print(catalogue.list_experiments())
    elif "--show-code" in arguments[1:]:
        print(catalogue.show_code(arguments[0]))
    elif arguments[0] == "search":
        from search.run_search import search

        experiment, folder = search(arguments[1:], train)
        show(experiment, folder)
    elif arguments[0] == "--resume":
        train(*command.find_interrupted(arguments[1:]), resume=True)
    else:
        name, experiment = command.parse_experiment(arguments)
        show(experiment, train(name, experiment))


def show(experiment, folder):
    """Score and draw a run, and open its report, if `--show` asks for it."""
    if experiment.show:
        from evaluate import main as evaluate

        evaluate([str(folder), "--show"])


def train(name, experiment, resume=False):
    """Get the data, build the network, fit it and export it; return the run's folder."""
    from tasks.command import check_paths, options_of

    experiment.check()
    check_paths(experiment)  # before anything heavy is imported
    from runs.config import FORMAT
    from runs.folder import format_path, run_folder
    from runs.run import begin_run
    from runs.workers import is_chief
    from training.device import describe_device, read_versions, set_seed, start_tensorflow

    experiment = experiment.resolved()
    run_name = experiment.name or name
    with begin_run(run_name, experiment.overwrite, resume) as run:
        run.update(format=FORMAT, experiment=name, options=options_of(experiment))
        data = experiment.load()  # finds mistakes before TensorFlow takes seconds to import
        strategy = start_tensorflow(experiment.devices)
        run.update(data=data.description())
        print(data.summary())
        print(f"device      {describe_device()}\n")

        set_seed(experiment.seed, experiment.deterministic)
        with strategy.scope():
            model = experiment.build(data)
            if model:
                model.summary()
            fit = experiment.fit(model, data, run)
        if is_chief():
            run.write(fit.history, experiment.export(fit.model, data))
            epochs = len(next(iter(fit.history.values()), []))
            training = {"epochs": epochs, "device": describe_device(), "ending": fit.ending}
            run.update(training=training, versions=read_versions())

    folder = format_path(run_folder(run_name))
    if fit.ending:
        print(fit.ending)
    if fit.failure:
        raise Diverged(f"{fit.failure}. The best weights that were found are in {folder}")
    print(f"The run is in {folder}. Score and draw it:  python evaluate.py {folder}")
    return run_folder(run_name)


if __name__ == "__main__":
    resume = "; --resume saved_models/NAME continues with what was trained so far"
    with report_errors("train.py", unfinished=resume):
        main(sys.argv[1:])
