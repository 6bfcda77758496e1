"""Accuracy before and after compression, on the test rows, over several seeds.

    python benchmarks/compression.py [--seeds N] [--mnist FOLDER] [work ...]

There is a row for each network and compression. "before" and "after" are medians over the seeds,
"loss" is the median of their difference in points, and "better" counts the seeds in which the
compressed network is better. Knowledge distillation is compared with the same student alone, has
one teacher for all seeds, and needs a copy of MNIST. Seeds change the weights and the order of the
rows, and not the split.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))
PRUNE = {
    "75 % of weights": ("--sparsity", 0.75),
    "90 % of weights": ("--sparsity", 0.9),
    "50 % of units": ("--by", "unit", "--sparsity", 0.5),
}
TEACHER = ("mnist", "--model", "dense", "--epochs", 5)
WORKS = {  # words of the large run, and of the compressions
    "jets": (("jets", "--hidden", 64, 32, 32), "prune", PRUNE),
    "digits": (("digits",), "prune", PRUNE),
    "digits-dense": (("digits", "--model", "dense"), "prune", PRUNE),
    "mnist": (TEACHER, "knowledge-distillation", {"32 units": ("--hidden", 32, "--epochs", 15)}),
    "mnist-filters": (
        TEACHER,
        "knowledge-distillation",
        {"filters 16 and 32": ("--filters", 16, 32, "--hidden", "--epochs", 8)},
    ),
}


def train_run(words, seed, *more):
    """Train a run and return it."""
    import train
    from runs.folder import run_folder
    from runs.run import Run

    train.main([str(word) for word in (*words, "--seed", seed, "--overwrite", *more)])
    return Run(run_folder(words[0]))


def measure(work, seeds, mnist):
    """Yield a row of the table for each compression of a network."""
    large, method, compressions = WORKS[work]
    data = ("--data", mnist) if large == TEACHER else ()
    pairs, source = {name: [] for name in compressions}, None
    for seed in range(seeds):
        if source is None or method == "prune":  # a teacher takes minutes: one for all students
            source = train_run((*large, *data), seed)
        for name, words in compressions.items():
            small = train_run((method, "--from", source.folder, *words), seed, "--further")
            pairs[name].append(compare(source, small))
            print(work, name, "seed", seed, *pairs[name][-1], file=sys.stderr, flush=True)
    for name, found in pairs.items():
        before, after = zip(*found, strict=True)
        loss = statistics.median(100 * (b - a) for b, a in found)
        better = sum(a > b for b, a in found)
        medians = f"{statistics.median(before):.4f} | {statistics.median(after):.4f}"
        yield f"| {work} | {name} | {medians} | {loss:.2f} | {better} of {seeds} |"


def compare(source, small):
    """Return the accuracies on the test rows of a run, or of a student alone, and of a network."""
    from tasks.catalogue import restore

    experiment = restore(small.config)
    data = experiment.load()
    (target,) = data.targets
    methods = experiment.other_methods(small, data)
    before = methods.get("student alone", source.predict)
    return [
        experiment.scores(data.targets, data.test, predict(data.test.inputs))[target.name][
            "accuracy"
        ]
        for predict in (before, small.predict)
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "works", nargs="*", default=[work for work in WORKS if WORKS[work][0] != TEACHER]
    )
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--mnist", default="")
    options = parser.parse_args()
    table = [
        "| network | compression | before | after | loss [points] | better |",
        "|---" * 6 + "|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        import runs.folder

        runs.folder.RUNS = Path(folder)
        for work in options.works:
            table += measure(work, options.seeds, options.mnist)
    print("\n" + "\n".join(table))


if __name__ == "__main__":
    main()
