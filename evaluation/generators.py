"""Generators without a likelihood: samples beside those of a Gaussian mixture and real rows."""

import time

from sklearn.decomposition import PCA

from evaluation.baselines import Baseline
from evaluation.densities import COMPONENTS, MOST_ROWS, SAMPLES, draw_rows, fit_mixture
from evaluation.evaluation import Evaluation, Headline
from evaluation.generator_figures import PICTURES, draw_samples
from evaluation.sample_advice import REAL, choose_distance
from evaluation.samples import COMPARED, HEADINGS, draw_from, measure_samples

COMPONENTS_KEPT = 50  # principal components in which a Gaussian mixture of pictures is fitted


def fit_mixture_sampler(data, encode, decode):
    """Fit a Gaussian mixture to features: `{name: Baseline}` with `generate`.

    The number of components is chosen by the likelihood of the validation rows; pictures are
    reduced to their principal components first.

    Args:
        data: `datasets.dataset.Dataset` without targets.
        encode: function of `{column: (rows, ...)}` to features, `(rows, features)`.
        decode: function of features to `{column: (rows, ...)}`.
    """
    start = time.perf_counter()
    train = encode(data.train.inputs)[:MOST_ROWS].astype("float64")  # covariances need the digits
    kept = min(COMPONENTS_KEPT, *train.shape)
    pca = PCA(kept, random_state=0).fit(train)
    rows, validation = pca.transform(train), pca.transform(encode(data.validation.inputs))
    counts = [k for k in COMPONENTS if 5 * k <= len(rows)] or [1]
    fitted = max((fit_mixture(rows, k) for k in counts), key=lambda one: one.score(validation))

    def generate(inputs):
        rows = draw_rows(fitted, int(inputs["count"]), int(inputs["seed"]))
        return decode(pca.inverse_transform(rows))

    name = f"Gaussian mixture, {fitted.n_components} components"
    return {name: Baseline({"generate": generate}, time.perf_counter() - start)}


def evaluate_generator(run, data, baselines, encode, truth=None):
    """Score and draw a generator that has no likelihood.

    Args:
        run: `runs.run.Run` with the endpoint `generate`.
        data: `datasets.dataset.Dataset` without targets.
        baselines: from `fit_mixture_sampler`.
        encode: function of `{column: (rows, ...)}` to features, `(rows, features)`.
        truth: `datasets.densities.Density` of which the data was drawn, or None.

    Returns: an `Evaluation`.
    """
    count = SAMPLES
    if data.columns[0].shape:  # which take longer than rows of numbers
        count = max(PICTURES, min(COMPARED, data.test.rows))
    samples = draw_from(run, baselines, count)
    tables, metrics, advice = measure_samples(data, samples, encode, truth)
    quality = metrics["samples"]
    distance = choose_distance(quality)
    values = {name: found[distance] for name, found in quality.items()}
    best = min(baselines, key=values.get)
    score = f"{HEADINGS.get(distance, distance)} of samples (real rows: {values[REAL]:.3g})"
    headline = Headline(score, values["network"], values[best], best)
    figures = draw_samples(run, data, samples["network"], encode)
    scores = {name: {"samples": found} for name, found in quality.items()}
    metrics["splits"] = {"test": {"rows": metrics["compared_rows"], "scores": scores}}
    metrics["fit_seconds"] = {name: one.seconds for name, one in baselines.items()}
    return Evaluation(headline, tables, figures, metrics, advice)
