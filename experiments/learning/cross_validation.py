"""Cross-validation: k folds, the spread of a score, and why the test set is looked at once.

For example: python train.py cross-validation --test-rows 30. The formulas are in
lectures/cross_validation.py. On simulated data, where the true error of each fit is known, folds of
several numbers are compared. On 442 patients with diabetes they choose the penalty of a ridge
regression with squares and products of the columns. The best of many models on a test set is scored
beside the expected maximum of normal numbers. Expect the best of 100 guesses on 100 rows to look 12
percentage points better than it is.
"""

from dataclasses import dataclass, replace

from tasks.options import SEEDS, check_range
from tasks.study import Study

PENALTIES = -1.0, 4.0, 26  # powers of ten: first, last; number
COUNTS = (1, 2, 5, 10, 20, 50, 100)


@dataclass(frozen=True)
class CrossValidation(Study):
    folds: tuple[int, ...] = (2, 5, 10, 20)
    """numbers of folds to compare; leaving out one row is always compared"""
    repeats: int = 10
    """number of times that the rows are split into folds"""
    datasets: int = 400
    """number of simulated datasets"""
    rows: int = 60
    """rows of each simulated dataset"""
    test_rows: int = 100
    """rows of the test set on which the best of many models is chosen"""
    trials: int = 1000
    """number of such test sets"""
    split_seed: int = 42
    """seed of the random split into train, validation and test rows"""

    def check(self):
        from errors import UserError

        super().check()
        check_range(self, folds=(2, 1000), repeats=(2, 1000), datasets=(2, 10_000))
        check_range(self, rows=(30, 1000), test_rows=(10, 1000), trials=(10, 10**5))
        check_range(self, split_seed=(0, SEEDS))
        if not self.folds or max(self.folds) >= self.rows:
            raise UserError(f"--folds must be numbers below --rows. Received: {self.folds}")

    def load(self):
        from datasets.diabetes import load_diabetes

        return load_diabetes(self.split_seed)

    def build(self, data):
        """Build the ridge regression, which takes and predicts values in their own units."""
        from models.linear import linear_regressor

        (target,) = data.targets
        return linear_regressor(data.columns, target, with_products=True)

    def fit(self, model, data, run):
        """Choose the penalty by repeated 10-fold cross-validation, and fit all rows with it."""
        import numpy as np

        from lectures.cross_validation import cross_validate, fit_ridge, split_folds
        from training.fit import Fit

        x, y, (target,) = *expand(data, data.train, data.validation), data.targets
        random = np.random.default_rng(self.seed)
        penalties = np.logspace(*PENALTIES)
        history = {"penalty": [], "repeat": [], "rmse": []}
        for repeat in range(self.repeats):
            folds = split_folds(len(x), 10, random)
            for penalty in penalties:
                errors = cross_validate(x, y, penalty, folds)
                rmse = float(errors.mean() ** 0.5 * target.std)
                for column, value in zip(history, (float(penalty), repeat, rmse), strict=True):
                    history[column].append(value)
        means = np.reshape(history["rmse"], (self.repeats, -1)).mean(axis=0)
        chosen = penalties[means.argmin()]
        print(f"chosen penalty {chosen:.4g}, cross-validated RMSE {means.min():.4g}")
        weights = fit_ridge(x, y, chosen)
        model.get_layer("linear").set_weights([weights[1:, None], weights[:1]])
        return Fit(model, history)

    def export(self, model, data):
        from runs.endpoint import Endpoint, Export

        columns = tuple(replace(column, dtype="float64") for column in data.columns)
        return Export(model, {"serve": Endpoint(lambda inputs: model(inputs), columns)})

    def scores(self, targets, split, predictions):
        """Return `{target: {metric: value}}`."""
        from evaluation.scores import score

        return score(targets, split.targets, predictions)

    def evaluate(self, run, data):
        import numpy as np

        from evaluation import cross_validation
        from evaluation.evaluation import Evaluation, Headline
        from plots.cross_validation import plot_best_of_many, plot_folds

        random = np.random.default_rng(self.seed)
        checks = cross_validation.check_formulas(random)
        folds, ratios = cross_validation.compare_folds(
            self.folds, self.repeats, self.datasets, self.rows, random
        )
        optimism = cross_validation.measure_optimism(COUNTS, self.test_rows, self.trials, random)
        penalties = np.logspace(*PENALTIES)
        errors = np.reshape(run.history["rmse"], (self.repeats, -1))
        chosen = penalties[errors.mean(axis=0).argmin()]
        answers = run.predict(data.test.inputs)
        rmse = self.scores(data.targets, data.test, answers)["target"]["RMSE"]
        choice = [
            [
                "lambda",
                "cross-validated RMSE",
                "spread of the repeats",
                "test RMSE, looked at once",
            ],
            [float(chosen), *describe(errors.min(axis=1)), rmse],
        ]
        _, by_guess, expected, by_network, alone = np.transpose(optimism[1:])
        lines = {"guesses": (by_guess, expected), "networks": (by_network, alone)}
        return Evaluation(
            Headline(
                f"optimism of the best of {COUNTS[-1]} guesses",
                float(by_guess[-1]),
                float(expected[-1]),
                "expected maximum",
            ),
            {
                "checks": checks,
                f"error of ridge regression, {self.datasets} datasets of {self.rows} rows": folds,
                "penalty chosen by 10 folds on the diabetes data": choice,
                f"accuracy of the best of K on {self.test_rows} test rows, too high by": optimism,
            },
            {
                "folds": plot_folds(ratios, penalties, errors, chosen),
                "best-of-many": plot_best_of_many(COUNTS, lines, self.test_rows),
            },
            {"checks": checks, "folds": folds, "choice": choice, "optimism": optimism},
        )


def describe(values):
    return float(values.mean()), float(values.std())


def expand(data, *splits):
    """Return a column of ones, the columns, their squares and products, and the target, scaled."""
    import numpy as np

    from datasets.dataset import join_splits

    rows, (target,) = join_splits(*splits), data.targets
    x = np.stack([rows.inputs[c.name] for c in data.columns], axis=-1).astype("float64")
    x = (x - [c.mean for c in data.columns]) / [c.std for c in data.columns]
    first, second = np.triu_indices(x.shape[1])
    x = np.concatenate([np.ones((len(x), 1)), x, x[:, first] * x[:, second]], axis=1)
    return x, (rows.targets[target.name] - target.mean) / target.std
