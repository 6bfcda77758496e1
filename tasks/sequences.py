"""Series in time: an ensemble for few series, and a look at what decided."""

from dataclasses import dataclass
from typing import ClassVar

from tasks.ensemble import FewRowsEnsemble
from tasks.few_rows import FewRows
from tasks.options import check_range
from tasks.supervised import Supervised, encoder_of


@dataclass(frozen=True)
class SequenceClassifier(FewRows, FewRowsEnsemble, Supervised):
    """Series of any length in, a class out; a topic defines `load` and `build_member`."""

    option_group: ClassVar = "network"
    is_scheduled: ClassVar = True
    few_rows: ClassVar = 300

    members: int = 0
    """networks in the ensemble, each trained without a different part of the series, which then
    validates it; 1 uses a validation split; 0 chooses 5 for up to 300 series, else 1"""
    label_smoothing: float = 0.0
    """share of the probability that the training asks to be spread over all classes"""

    def check(self):
        super().check()
        check_range(self, members=(0, 100), label_smoothing=(0, 0.9))

    def build_member(self, data):
        """Return one network of the ensemble, uncompiled."""
        raise NotImplementedError

    def training_arrays(self, data):
        from datasets.dataset import join_splits
        from training.arrays import encode_split
        from training.cross_validation import cross_validate, leave_out

        members, (target,) = self.count_members(data), data.targets
        if members == 1:
            return super().training_arrays(data)
        rows = join_splits(data.train, data.validation)
        labels = rows.targets[target.name]
        left_out = leave_out(rows.rows, members, self.split_seed, labels)
        encoded = encode_split(encoder_of(data.columns), data, rows)
        return tuple(
            (inputs, targets[0], weights[0])
            for inputs, targets, weights in cross_validate(encoded, left_out)
        )

    def count_training_rows(self, data):
        """Return the number of rows in an epoch; of an ensemble all but the test rows."""
        validation = data.validation.rows if self.count_members(data) > 1 else 0
        return data.train.rows + validation

    def losses(self, data):
        from training.losses import smoothed_crossentropy

        (target,) = data.targets
        if not self.label_smoothing:
            return super().losses(data)
        return [smoothed_crossentropy(target.head, self.label_smoothing)]

    def fit(self, model, data, run):
        from models.ensemble import average

        fit = super().fit(model, data, run)
        (target,) = data.targets
        if self.count_members(data) == 1:
            return fit
        return fit._replace(model=average(fit.model, {target.name: target.head}))

    def export(self, model, data):
        """Export also what decided: the class activation map, or the gates of a recurrent cell."""
        from models.sequence_views import class_activation_map, find_cell, gates_over_time, has_maps
        from runs.endpoint import Endpoint
        from training.arrays import feed_network

        export, encoder = super().export(model, data), encoder_of(data.columns)

        def add(name, view):
            def show(inputs):
                found = view(encoder(feed_network(inputs, data.columns)))
                return found if isinstance(found, dict) else {name: found}

            export.endpoints[name] = Endpoint(show, data.columns)

        if has_maps(model):
            add("activation_map", class_activation_map(model))
        elif find_cell(model):
            add("gates", gates_over_time(model))
        return export

    def baselines(self, data):
        from datasets.dataset import Split
        from evaluation.series_baselines import fit_series_baselines
        from training.arrays import encode_inputs

        def encode(inputs):
            return encode_inputs(encoder_of(data.columns), data.columns, Split(inputs, {}))

        return fit_series_baselines(data, encode)

    def figures(self, run, data, predictions):
        from evaluation.series_figures import draw_series

        return super().figures(run, data, predictions) | draw_series(
            run, data, predictions["network"]
        )
