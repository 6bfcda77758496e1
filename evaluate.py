"""Score and draw exported runs: `python evaluate.py saved_models/NAME`; alone, `python evaluate.py` lists all runs."""

import sys
from dataclasses import dataclass
from pathlib import Path

from errors import UserError, told


@dataclass(frozen=True)
class Options:
    """Load a run's SavedModel, score its test split beside a baseline, and draw it; or predict new rows."""

    run: str
    """folder of the run, e.g. saved_models/digits"""
    data: str = ""
    """new rows to predict instead: a CSV or Parquet file, for pictures a folder, a file or an npz"""
    output: str = ""
    """where to write the predictions of --data (predictions.csv in the run's folder if empty)"""


def main(arguments):
    from experiments import command
    from training.device import quiet
    from training.run import in_use, read_config

    if not arguments:
        print(all_runs())
        return
    options = command.read(Options, arguments, "evaluate.py")
    if options.output and not options.data:
        raise UserError("--output wants the rows to predict as well: --data FILE")
    config = read_config(options.run)
    folder = Path(options.run) if Path(options.run).is_dir() else Path(options.run).parent
    with quiet():
        from evaluation.saved_model import load
    if options.data:
        predict(load(folder), config, options.data, options.output or folder / "predictions.csv")
    else:
        with in_use(folder):
            evaluate(load(folder), config, folder)


def evaluate(model, config, folder):
    """Score a run and draw it: write `metrics.json`, `plots/` and `report.html`."""
    from datasets.table_file import read_table
    from evaluation.report import report
    from evaluation.tables import show, tables_of
    from experiments.command import restore
    from plots.style import save
    from training.run import shown, write_json

    experiment = restore(config)
    history = read_table(folder / "history.csv").to_dict("list")
    score = {"data": score_rows, "equation": score_solution, "study": score_study}[experiment.kind]
    metrics, figures = score(experiment, model, config, folder, history)
    tables = tables_of(metrics)
    for heading, rows in tables.items():
        print(f"\n{heading}\n{show(rows)}")
    paths = [folder / "plots" / f"{name}.png" for name in figures]
    write_json(folder / "metrics.json", metrics)
    for path, figure in zip(paths, figures.values(), strict=True):
        save(figure, path)
    report(folder, config, tables, paths)
    print(f"\nWritten: {shown(folder)}/metrics.json, plots/ ({len(paths)} pictures), report.html")
    return metrics


def score_rows(experiment, model, config, folder, history):
    """Score the untouched test split beside a baseline: `(metrics, figures)`."""
    from evaluation.saved_model import predict
    from plots.history import history as history_picture

    dataset = experiment.load()
    if dataset.fingerprint() != config["data"].get("fingerprint"):
        raise UserError(f"{dataset.source} has changed since the training, so its test rows may have been trained on. "
                        "Train again with --overwrite, or score new rows with --data")  # fmt: skip
    print(f"Scoring {dataset.test.rows} test rows, and a baseline fitted to the others ...")
    baseline = experiment.baseline(dataset)
    metrics = {"baseline": baseline.name, "splits": {}}
    for name, split in {"test": dataset.test, **dataset.others}.items():
        metrics["splits"][name] = {
            "rows": split.rows,
            "network": experiment.scores(dataset.targets, split, predict(model, split.inputs)),
            "baseline": experiment.scores(dataset.targets, split, baseline.predict(split.inputs)),
        }
    figures = {"history": history_picture(history)}
    figures |= experiment.pictures(dataset, model, predict(model, dataset.test.inputs))
    return metrics, figures


def score_solution(experiment, model, config, folder, history):
    """Compare a solution with the truth, where that is known, on a fine grid, beside a classical solver."""
    from datasets.table_file import read_table
    from evaluation.solution import Comparison

    comparison = Comparison(
        experiment, model, config, history, read_table(folder / "collocation.csv")
    )
    for remark in comparison.remarks:
        print(f"note: {remark}")
    return comparison.metrics(), experiment.pictures(comparison)


def score_study(experiment, model, config, folder, history):
    """Check what a topic computed against what is known by other means, and draw it: `(metrics, figures)`."""
    return experiment.results(model, folder, history)


def predict(model, config, data, output):
    """Predict the rows of a file; score them where the file holds the targets too."""
    from evaluation.new_rows import predict_rows
    from evaluation.tables import show, tables_of
    from experiments.command import restore
    from training.run import shown

    targets, split, predictions = predict_rows(model, config, data, output)
    if split.targets:
        scores = restore(config).scores(targets, split, predictions)
        for heading, rows in tables_of(
            {"splits": {"new": {"rows": split.rows, "network": scores}}}
        ).items():
            print(f"\n{heading}\n{show(rows)}")
    print(f"\nWritten: {shown(output)}")


def all_runs():
    """A table of the runs under `saved_models/` with their main score."""
    from evaluation.tables import overview, show
    from training.run import runs

    rows = overview(runs())
    return (
        show(rows) if len(rows) > 1 else "No runs yet. `python train.py` lists what can be trained."
    )


if __name__ == "__main__":
    with told("evaluate.py"):
        main(sys.argv[1:])
