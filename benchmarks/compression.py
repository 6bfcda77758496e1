"""Accuracy before and after compression, on the test rows, over several seeds.

    python benchmarks/compression.py [--seeds N] [--mnist FOLDER] [--teacher RUN] [--keep FILE]
                                     [work ...]

There is a row for each network and compression. "before" and "after" are medians over the seeds,
"loss" is the median of their difference in points, "better" counts the seeds in which the
compressed network is better, and the last column has its bit operations. Knowledge distillation is
compared with the same student alone and has one teacher for all seeds, a CNN or the run of
`--teacher`; `mnist` and `mnist-filters` need a copy of MNIST.
Seeds change the weights and the order of the rows, and not the split. With `--keep` an interrupted
benchmark goes on where it ended.
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))
PRUNE = {
    "75 % of weights zero": ("prune", "--sparsity", 0.75),
    "90 % of weights zero": ("prune", "--sparsity", 0.9),
}
UNITS = {"50 % of units": ("prune", "--by", "unit", "--sparsity", 0.5)}
SIX_BITS = {"6 bits": ("quantise", "--bits", 6)}
LEARNED = {
    f"widths learned, beta {beta}": ("quantise", "--beta", beta) for beta in ("1e-5", "3e-5")
}
STUDENT = ("knowledge-distillation", "--further")
SOFT = ("--temperature", 2.5, "--alpha", 0.1)
SOFTER = ("--temperature", 8, "--alpha", 0.1)
SHIFTED = ("--epochs", 60, "--shifted", 2, "--temperature", 2, "--alpha", 0.1)
SHORTER = ("--epochs", 20, "--shifted", 2, *SOFT)
TEACHER = ("mnist", "--epochs", 10, "--learning-rate", 1e-3)
WORKS = {  # words of the large run, and of the compressions
    "jets": (("jets", "--hidden", 64, 32, 32), PRUNE | SIX_BITS | LEARNED),
    "digits-dense": (("digits", "--model", "dense"), PRUNE | SIX_BITS | LEARNED),
    "digits-dense-long": (
        ("digits", "--model", "dense"),
        {"6 bits, 360 epochs": (*SIX_BITS["6 bits"], "--epochs", 360)},
    ),
    "digits": (("digits",), PRUNE | SIX_BITS),
    "jets-units": (("jets", "--hidden", 64, 32, 32), UNITS),
    "digits-units": (("digits",), UNITS),
    "digits-student": (
        ("digits",),
        {
            "32 units": (*STUDENT, "--hidden", 32),
            "32 units, shifted 4, T 8": (*STUDENT, "--hidden", 32, "--shifted", 4, *SOFTER),
        },
    ),
    "mnist": (
        TEACHER,
        {
            "32 units": (*STUDENT, "--hidden", 32, *SHIFTED),
            "32 units, 20 epochs": (*STUDENT, "--hidden", 32, *SHORTER),
        },
    ),
    "mnist-filters": (
        TEACHER,
        {"filters 16 and 32": (*STUDENT, "--filters", 16, 32, "--hidden", "--epochs", 6, *SOFT)},
    ),
}


def train_run(words, seed, *more):
    """Train a run and return it."""
    import train
    from runs.folder import run_folder
    from runs.run import Run

    train.main([str(word) for word in (*words, "--seed", seed, "--overwrite", *more)])
    return Run(run_folder(words[0]))


def measure(work, seeds, mnist, teacher, keep):
    """Yield a row of the table for each compression of a network."""
    from runs.run import Run

    large, compressions = WORKS[work]
    data = ("--data", mnist) if large == TEACHER else ()
    has_teacher = any(words[0] == STUDENT[0] for words in compressions.values())
    kept, sources = read_kept(keep), {}
    if has_teacher and teacher:
        sources[0] = Run(teacher)
    for seed in range(seeds):
        for name, words in compressions.items():
            if (work, name, seed) in kept:
                continue
            # A teacher takes minutes: one for all students.
            source_seed = 0 if has_teacher else seed
            if source_seed not in sources:
                sources[source_seed] = train_run((*large, *data), source_seed)
            source = sources[source_seed]
            further = ("--further",) if words[0] == "prune" else ()
            small = train_run((*words, "--from", source.folder), seed, *further)
            kept[work, name, seed] = compare(source, small)
            line = json.dumps([work, name, seed, *kept[work, name, seed]])
            print(line, file=sys.stderr, flush=True)
            if keep:
                with keep.open("a", encoding="utf-8") as file:
                    file.write(f"{line}\n")
    for name in compressions:
        found = [kept[work, name, seed] for seed in range(seeds)]
        before, after, operations = map(statistics.median, zip(*found, strict=True))
        loss = statistics.median(100 * (b - a) for b, a, _ in found)
        better = sum(a > b for b, a, _ in found)
        figures = f"{before:.4f} | {after:.4f} | {loss:.2f} | {better} of {seeds}"
        yield f"| {work} | {name} | {figures} | {operations:,.0f} |"


def read_kept(keep):
    """Return `{(work, compression, seed): [before, after]}` of a file of an earlier call."""
    if not keep or not keep.exists():
        return {}
    lines = map(json.loads, keep.read_text(encoding="utf-8").splitlines())
    return {(work, name, seed): pair for work, name, seed, *pair in lines}


def compare(source, small):
    """Return the accuracies on the test rows of a run, or of a student alone, and of a network, and
    the bit operations of the network."""
    from evaluation.compression import count_bit_operations
    from tasks.catalogue import restore

    experiment = restore(small.config)
    data = experiment.load()
    (target,) = data.targets
    methods = experiment.other_methods(small, data)
    before = methods.get("student alone", source.predict)
    scores = [
        experiment.scores(data.targets, data.test, predict(data.test.inputs))[target.name]
        for predict in (before, small.predict)
    ]
    return *(score["accuracy"] for score in scores), count_bit_operations(small.network)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "works", nargs="*", default=[work for work in WORKS if WORKS[work][0] != TEACHER]
    )
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--mnist", default="")
    parser.add_argument("--teacher", default="")
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    table = [
        "| network | compression | before | after | loss [points] | better | EBOPs a row |",
        "|---" * 7 + "|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        import runs.folder

        runs.folder.RUNS = Path(folder)
        for work in options.works:
            given = options.mnist, options.teacher, options.keep
            table += measure(work, options.seeds, *given)
    print("\n" + "\n".join(table))


if __name__ == "__main__":
    main()
