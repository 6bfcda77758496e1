"""Score and draw a run from its SavedModel: `python evaluate.py saved_models/NAME`.

Without RUN it lists the runs; several are compared; `--data` predicts rows, `--generate` draws.
"""

import sys

from errors import report_errors


def main(arguments):
    from tasks.command import parse_options

    if not arguments:
        from evaluation.tables import list_runs

        return print(list_runs())
    from evaluation.options import Options

    options = parse_options(Options, arguments, "evaluate.py")
    options.check()
    from evaluation.output import open_report
    from runs.run import Run

    run, *others = [Run(folder) for folder in options.run]
    if options.data:
        predict(run, options.data, options.output or run.folder / "predictions.csv")
    elif options.generate:
        generate(run, options)
    elif others:
        compare([run, *others])
    else:
        evaluate(run, options.style, options.format, options.animate)
    if options.show:
        open_report(run)


def evaluate(run, style="screen", formats=("png",), animate="no"):
    """Score a run from its exported endpoints alone, and draw it."""
    from evaluation.animation import draw_animation
    from evaluation.evaluation import add_ending
    from evaluation.report import write_evaluation
    from evaluation.search import add_search
    from evaluation.tables import print_evaluation
    from runs.folder import format_path
    from tasks.catalogue import restore
    from tasks.command import options_to_show
    from training.device import start_tensorflow

    experiment = restore(run.config)
    with run.lock():
        data = experiment.load()
        start_tensorflow()
        run.saved_model  # noqa: B018  reports damage before anything is computed
        draw_animation(experiment, run, data, style, animate)
        evaluation = add_search(add_ending(experiment.evaluate(run, data), run), run)
        print_evaluation(evaluation)
        written = write_evaluation(run, evaluation, options_to_show(experiment), style, formats)
    print(f"\nWritten: {format_path(run.folder)}/{written}")
    return evaluation


def compare(runs):
    """Print the scores of several runs side by side; those without any are evaluated before."""
    from evaluation.comparison import compare_runs
    from evaluation.tables import print_tables

    for run in [run for run in runs if run.config and run.metrics is None]:
        print(f"\n{run.folder.name}")
        evaluate(run)
        del run.metrics  # read again
    print_tables(compare_runs(runs))


def predict(run, data, output):
    """Predict the rows of a file, and score them if the file has the targets as well."""
    from evaluation.prediction import predict_rows
    from evaluation.tables import print_tables
    from runs.folder import format_path
    from tasks.catalogue import restore
    from training.device import start_tensorflow

    experiment = restore(run.config)
    start_tensorflow()
    print_tables(predict_rows(run, experiment, data, output))
    print(f"\nWritten: {format_path(output)}")


def generate(run, options):
    """Draw rows or pictures from a generative model."""
    from evaluation.generate import generate_rows
    from training.device import start_tensorflow

    start_tensorflow()
    generate_rows(run, options.generate, options.seed, options.output, options.inputs)


if __name__ == "__main__":
    with report_errors("evaluate.py"):
        main(sys.argv[1:])
