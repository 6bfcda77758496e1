"""Table of the lectures' experiments over several seeds, with the scores they have to reach.

    python benchmarks/topics.py [experiment ...]

Each row is measured with `train.py` and `evaluate.py` in separate processes. Data that is not part
of scikit-learn is read from `../shared/data`; rows with a missing file are left out.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).parents[1]
DATA = PROJECT.parent / "shared" / "data"
FORMULAS = (
    "exp(-x/2)*sin(3*x)",
    "sin(5*x)",
    "x^3 - 2*x",
    "1/(1 + x^2)",
    "sin(x)*cos(2*y)",
    "exp(-x^2 - y^2)",
)


class Runs:
    """Runs the two commands in a temporary folder."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.environment = {**os.environ, "SAVED_MODELS": folder}

    def __call__(self, *words):
        """Train and evaluate; return the splits of `metrics.json`, and the wall time in seconds."""
        start = time.perf_counter()
        self.command("train.py", *words, "--name", "run", "--overwrite")
        self.command("evaluate.py", str(self.folder / "run"))
        metrics = json.loads((self.folder / "run" / "metrics.json").read_text())
        return metrics["splits"], time.perf_counter() - start

    def command(self, script, *words):
        done = subprocess.run(
            [sys.executable, str(PROJECT / script), *map(str, words)],
            env=self.environment,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            sys.exit(f"{script} {' '.join(map(str, words))} failed:\n{done.stderr}")


def network_and_baseline(split, target, metric):
    network, baseline = list(split["scores"].values())[:2]
    return network[target][metric], baseline[target][metric]


def polynomial(runs):
    for seed in range(3):
        splits, seconds = runs("polynomial", "--seed", seed)
        network, least_squares = network_and_baseline(splits["test"], "y", "RMSE")
        yield (
            f"seed {seed}",
            f"RMSE {network:.4f}, least squares {least_squares:.4f}",
            "within 10 %",
            network / least_squares < 1.1,
            seconds,
        )


def function(runs):
    from symbolic.formula import compile_function, list_variables, parse

    for text in FORMULAS:
        splits, seconds = runs("function", "--formula", text)
        names = list_variables(parse(text))
        grid = np.meshgrid(*[np.linspace(-3, 3, 301)] * len(names))
        values = compile_function(parse(text), names)(*grid)
        outside = next(scores for name, scores in splits.items() if name.startswith("outside"))[
            "scores"
        ]["network"]["f"]["RMSE"]
        error = splits["test"]["scores"]["network"]["f"]["RMSE"] / np.ptp(values)
        yield (
            text,
            f"RMSE {error:.2%} of the range inside, {outside / np.ptp(values):.0%} outside",
            "< 1 % inside",
            error < 0.01,
            seconds,
        )


def xor(runs):
    splits, seconds = runs("xor")
    scores = splits["test"]["scores"]["network"]
    none, one = (
        scores["no hidden layer"]["best_accuracy"],
        scores["one hidden layer"]["fraction_all_right"],
    )
    yield (
        "20 seeds",
        f"none: best {none:.2f}; one: {one:.0%} all right",
        "<= 0.75; >= 95 %",
        none <= 0.75 and one >= 0.95,
        seconds,
    )


def house_prices(runs):
    file = DATA / "house-prices" / "house_price_regression_dataset.csv"
    if file.exists():
        for seed in range(3):
            splits, seconds = runs("house-prices", "--data", file, "--seed", seed)
            rmse, r2 = (
                splits["test"]["scores"]["network"]["House_Price"][name] for name in ("RMSE", "R2")
            )
            yield (
                f"seed {seed}",
                f"RMSE {rmse:.1f}, R2 {r2:.5f}",
                "<= 10172, >= 0.998",
                rmse <= 10172 and r2 >= 0.998,
                seconds,
            )


def digits(runs):
    for model, wanted in (("cnn", 0.990), ("dense", 0.975)):
        scores, total = [], 0.0
        for seed in range(5):  # seed and split change together
            splits, seconds = runs("digits", "--model", model, "--seed", seed, "--split-seed", seed)
            scores.append(splits["test"]["scores"]["network"]["digit"]["accuracy"])
            total += seconds
        listed = " ".join(f"{score:.4f}" for score in scores)
        median = float(np.median(scores))
        yield (
            f"{model}, 5 seeds",
            f"median {median:.4f} ({listed})",
            f">= {wanted}",
            median >= wanted,
            total / 5,
        )


def mnist(runs):
    if (DATA / "mnist").exists():
        for model, wanted in (("dense", 0.985), ("cnn", 0.995)):
            splits, seconds = runs("mnist", "--data", DATA / "mnist", "--model", model)
            accuracy = splits["test"]["scores"]["network"]["digit"]["accuracy"]
            yield model, f"accuracy {accuracy:.4f}", f">= {wanted}", accuracy >= wanted, seconds


def jets(runs):
    file = DATA / "jets" / "jets.h5"
    if file.exists():
        reference = boosted_trees(file)
        for settings in ((), ("--lecture-settings",)):
            splits, seconds = runs("jets", "--data", file, *settings)
            area, linear = network_and_baseline(splits["test"], "class", "roc_auc")
            found = f"AUC {area:.4f}, boosted trees {reference:.4f}, logistic {linear:.4f}"
            yield (
                "quark, gluon" + " (lecture)" * bool(settings),
                found,
                "within 0.03",
                area > reference - 0.03,
                seconds,
            )


def boosted_trees(file):
    """Return the AUC of scikit-learn's HistGradientBoosting on the same split."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import roc_auc_score

    from datasets.dataset import join_splits
    from datasets.jets import load_jets

    def columns(split):
        return np.stack(list(split.inputs.values()), axis=1)

    dataset = load_jets(str(file), "class", 42)
    known = join_splits(dataset.train, dataset.validation)
    model = HistGradientBoostingClassifier(random_state=0).fit(
        columns(known), known.targets["class"]
    )
    scores = model.predict_proba(columns(dataset.test))[:, 1]
    return roc_auc_score(dataset.test.targets["class"] == model.classes_[1], scores)


def images(runs):
    """Use scikit-learn's digits, written as PNG files."""
    from PIL import Image
    from sklearn.datasets import load_digits

    folder = runs.folder / "pictures"
    for number, (picture, label) in enumerate(zip(*load_digits(return_X_y=True), strict=True)):
        (folder / str(label)).mkdir(parents=True, exist_ok=True)
        Image.fromarray((picture.reshape(8, 8) * 255 / 16).astype("uint8")).save(
            folder / str(label) / f"{number}.png"
        )
    splits, seconds = runs("images", "--data", folder)
    accuracy = splits["test"]["scores"]["network"]["label"]["accuracy"]
    yield "digits as PNG files", f"accuracy {accuracy:.4f}", ">= 0.98", accuracy >= 0.98, seconds


EXPERIMENTS = (xor, polynomial, function, house_prices, digits, images, jets, mnist)


def main(names):
    known = {experiment.__name__.replace("_", "-"): experiment for experiment in EXPERIMENTS}
    print("| experiment | case | measured | goal | reached | seconds |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name in names or known:
            for which, measured, wanted, reached, seconds in known[name](Runs(folder)):
                cells = (
                    name,
                    which,
                    measured,
                    wanted,
                    "yes" if reached else "NO",
                    f"{seconds:.0f}",
                )
                print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(PROJECT))
    main(sys.argv[1:])
