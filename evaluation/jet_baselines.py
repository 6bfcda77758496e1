"""Simpler methods for jets, all of which see the high-level features only."""

from datasets.jet_particles import to_feature_inputs, to_feature_table
from evaluation.baselines import (
    Baseline,
    fit_boosted_trees,
    fit_dense_network,
    fit_linear_model,
)


def fit_jet_baselines(data, is_table):
    """Fit simpler methods to all but the test rows: `{name: Baseline}`.

    Args:
        data: `datasets.dataset.Dataset`, a table of features or, unless `is_table`, lists of
            particles, from which the methods get the features.
    """
    if is_table:
        return fit_linear_model(data) | fit_boosted_trees(data)
    table = to_feature_table(data)
    fitted = fit_dense_network(table) | fit_boosted_trees(table)

    def of_particles(serve):
        return lambda inputs: serve(to_feature_inputs(inputs))

    return {
        f"{name} of features": Baseline(
            {"serve": of_particles(baseline.endpoints["serve"])}, baseline.seconds
        )
        for name, baseline in fitted.items()
    }
