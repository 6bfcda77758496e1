"""Tables: an ensemble of networks that start as a linear model, beside boosted trees."""

from dataclasses import dataclass, replace
from typing import ClassVar

from errors import UserError
from tasks.ensemble import FewRowsEnsemble
from tasks.options import RegularisedOptions, check_range
from tasks.supervised import Supervised, encoder_of


@dataclass(frozen=True)
class TableModel(RegularisedOptions, FewRowsEnsemble, Supervised):
    """Named columns in, one or several answers out.

    Every network starts as the fitted linear model and moves away from it only if the validation
    loss falls by more than one standard error.
    """

    option_group: ClassVar = "network"
    few_rows: ClassVar = 5000

    members: int = 0
    """networks in the ensemble, each trained without a different part of the rows, which then
    validates it; 1 uses a validation split; 0 chooses 5 for up to 5000 rows in memory, else 1"""
    probabilistic: bool = False
    """regression: predict mean and standard deviation, fitted by the Gaussian likelihood"""

    learning_curve: bool = False
    """also train on an eighth, a quarter and half of the rows, to see whether more would help"""

    def check(self):
        super().check()
        check_range(self, members=(0, 1000))

    def build_member(self, data):
        """Return one network of the ensemble."""
        from models.columns import make_input_names
        from models.wide_and_deep import wide_and_deep

        (features,) = self.input_shape(data)
        names = make_input_names(data.targets)
        heads = {name: (t.head, t.size) for name, t in zip(names, data.targets, strict=True)}
        return wide_and_deep(features, heads, self.hidden, self.dropout, self.activation, self.l2)

    def training_arrays(self, data):
        from datasets.dataset import join_splits
        from models.columns import make_input_names
        from training.arrays import encode_split, to_nest
        from training.cross_validation import cross_validate, leave_out
        from training.rows_on_disk import write_rows

        encoder, names = encoder_of(data.columns), make_input_names(data.targets)

        def encode(split):
            rows = split.roles.get("weight", 1.0)
            weights = [rows * t.weigh_rows(split.targets[t.name]) for t in data.targets]
            return encode_split(encoder, data, split, weights)

        if data.streamed:
            train = write_rows(map(encode, data.train.pieces()), data.train.rows)
            return to_nest(names, *train), to_nest(names, *encode(data.validation))
        members = self.count_members(data)
        if members == 1:
            return tuple(to_nest(names, *encode(s)) for s in (data.train, data.validation))
        rows = join_splits(data.train, data.validation)
        labels = next((rows.targets[t.name] for t in data.targets if t.classes), None)
        groups = rows.roles.get("group")
        left_out = leave_out(rows.rows, members, self.split_seed, labels, groups)
        return tuple(to_nest(names, *s) for s in cross_validate(encode(rows), left_out))

    def warm_start(self, model, train, validation, data):
        """Start every network as the same linear model of all these rows.

        It has seen the rows that a member leaves out. That is why it is kept unless the networks
        lower the validation loss by more than its standard error.
        """
        from models.columns import make_input_names
        from models.ensemble import find_members
        from training.arrays import one_or_dict
        from training.fit import standard_error
        from training.linear_start import fit_linear_model, set_linear_weights

        inputs, targets, weights = train
        names = make_input_names(data.targets)
        for name, target in zip(names, data.targets, strict=True):
            y, row_weights = (
                (part[name] if len(names) > 1 else part).reshape(len(inputs), -1)
                for part in (targets, weights)
            )
            start = inputs, y[:, 0], target.head, row_weights.mean(axis=1), len(target.classes)
            kernel, bias = fit_linear_model(*start)
            for member in find_members(model):
                set_linear_weights(member, name, kernel, bias)
        if any(target.probabilistic for target in data.targets):
            return 0.0  # the linear model has no standard deviation
        return standard_error(model, one_or_dict(names, self.losses(data)), validation)

    def fit(self, model, data, run):
        from models.columns import make_input_names
        from models.ensemble import average

        if self.learning_curve and data.streamed:
            raise UserError("--learning-curve needs all rows in memory. Give --stream no")
        fit = super().fit(model, data, run)
        if self.learning_curve:
            self.learn_from_fewer(data, run)
        if self.count_members(data) == 1:
            return fit
        names = make_input_names(data.targets)
        heads = {name: target.head for name, target in zip(names, data.targets, strict=True)}
        return fit._replace(model=average(fit.model, heads))

    def learn_from_fewer(self, data, run):
        """Write `learning_curve.csv`: the scores of single networks trained on fewer rows.

        The validation rows are the same for all of them, and the test rows are left alone.
        """
        import numpy as np

        from training.learning_curve import choose_counts, measure_scores

        order = np.random.default_rng(self.split_seed).permutation(data.train.rows)
        single, rows = replace(self, members=1), []
        for count in choose_counts(data.train.rows):
            print(f"\nlearning curve, {count} of {data.train.rows} training rows")
            fewer = replace(data, train=data.train.take(order[:count]))
            arrays = single.training_arrays(fewer)
            fit = single.fit_arrays(single.build(fewer), *arrays, fewer, run)
            rows.append(measure_scores(fit.model, count, *arrays))
        run.write_table("learning_curve", {name: [row[name] for row in rows] for name in rows[0]})

    def evaluate(self, run, data):
        from evaluation.importance import add_importance
        from plots.learning_curve import plot_learning_curve

        found = add_importance(super().evaluate(run, data), run.predict, data, self.scores)
        if not self.learning_curve:
            return found
        curve = run.read_table("learning_curve")
        table = [list(curve), *curve.to_numpy().tolist()]
        return replace(
            found,
            tables=found.tables | {"Learning curve": table},
            figures=found.figures | {"learning-curve": plot_learning_curve(curve.to_dict("list"))},
        )

    def baselines(self, data):
        from evaluation.baselines import fit_boosted_trees

        return super().baselines(data) | fit_boosted_trees(data)
