"""Density estimation: the likelihood of test rows beside simpler densities and the truth."""

import time

import numpy as np
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KernelDensity

from datasets.number_rows import (
    choose_shifts,
    find_units,
    find_whole,
    spread_whole,
    stack_columns,
)
from errors import Diverged
from evaluation.baselines import Baseline
from evaluation.density_figures import draw_density
from evaluation.evaluation import Evaluation, Headline
from evaluation.samples import COMPARED, draw_from, measure_samples

COMPONENTS = (2, 4, 8, 16, 32, 64)
BANDWIDTHS = np.geomspace(0.02, 1.5, 12)  # in standard deviations
MOST_ROWS, CHOOSING_ROWS = 10_000, 2000  # that a baseline is fitted to; that choose its size
TOLERANCE = 1e-4  # relative error of a kernel density, summed over a tree
SAMPLES = 10_000  # drawn to be scored, and the first of them to be drawn as points
WORSE = 0.02  # nats by which a baseline must be better for a line of advice
SCORE = "negative_log_likelihood"


def fit_densities(data):
    """Fit simpler densities: `{name: Baseline}` with `log_prob` and `generate`.

    A Gaussian, a mixture of Gaussians and a kernel density. The number of components and the
    bandwidth are chosen by the likelihood of the validation rows.
    """
    (offsets, sizes), whole = find_units(data), find_whole(data)
    random = np.random.default_rng(0)

    def scale(x):
        return (x - offsets) / sizes

    def serve(fitted):
        def log_prob(inputs):
            x = stack_columns(inputs, data.columns)
            found = [fitted.score_samples(scale(x + shift)) for shift in choose_shifts(whole)]
            log_mean = np.logaddexp.reduce(found) - np.log(len(found))
            return {"log_prob": log_mean - np.log(sizes).sum()}

        return log_prob

    def generate(fitted):
        def draw(inputs):
            points = draw_rows(fitted, int(inputs["count"]), int(inputs["seed"]))
            points = points * sizes + offsets
            points = np.where(whole, np.floor(points), points)
            ends = np.cumsum([int(np.prod(c.shape)) for c in data.columns])[:-1]
            parts = np.split(points, ends, axis=1)
            return {
                c.name: x.reshape(-1, *c.shape) for c, x in zip(data.columns, parts, strict=True)
            }

        return draw

    train, validation = (
        scale(spread_whole(stack_columns(part.inputs, data.columns), whole, random))
        for part in (data.train, data.validation)
    )
    few, chosen = train[:MOST_ROWS], validation[:CHOOSING_ROWS]  # in random order
    found = {}
    for name, candidates in (
        ("Gaussian", [lambda: fit_mixture(train, 1)]),
        ("Gaussian mixture", [
            lambda k=k: fit_mixture(few, k) for k in COMPONENTS if 5 * k <= len(few)
        ]),
        ("kernel density", [
            lambda h=h: KernelDensity(bandwidth=h, rtol=TOLERANCE).fit(few) for h in BANDWIDTHS
        ]),
    ):  # fmt: skip
        if not candidates:
            continue
        start = time.perf_counter()
        fitted = max((fit() for fit in candidates), key=lambda one: one.score(chosen))
        endpoints = {
            "serve": serve(fitted),
            "log_prob": serve(fitted),
            "generate": generate(fitted),
        }
        found[name + describe(fitted)] = Baseline(endpoints, time.perf_counter() - start)
    return found


def fit_mixture(rows, components):
    return GaussianMixture(components, random_state=0, reg_covar=1e-6).fit(rows)


def draw_rows(fitted, count, seed):
    """Return rows drawn from a fitted density of scikit-learn, `(count, columns)`."""
    if isinstance(fitted, KernelDensity):
        return fitted.sample(count, random_state=seed)
    fitted.random_state = seed
    rows = fitted.sample(count)[0]  # in the order of the components
    return np.random.default_rng(seed).permutation(rows)


def describe(fitted):
    """Return what was chosen on the validation rows, in words."""
    if isinstance(fitted, KernelDensity):
        return f", bandwidth {fitted.bandwidth:.2g}"
    return f", {fitted.n_components} components" if fitted.n_components > 1 else ""


def evaluate_density(run, data, baselines, encode, truth=None):
    """Score and draw a density beside simpler ones.

    Args:
        run: `runs.run.Run` with the endpoints `log_prob`, `generate`, `encode` and `decode`.
        data: `datasets.dataset.Dataset` whose columns are numbers, without targets.
        baselines: from `fit_densities`.
        encode: function of `{column: (rows, ...)}` to features, `(rows, features)`.
        truth: `datasets.densities.Density` that the data was drawn from, None if unknown.

    Returns: an `Evaluation`.

    Raises: Diverged if all rows have the same log density, or one has none.
    """
    columns = data.columns
    log_probs = score_rows(run, data.test.inputs, data, baselines, truth)
    losses = {name: -float(values.mean()) for name, values in log_probs.items()}
    samples = draw_from(run, baselines, COMPARED if columns[0].shape else SAMPLES)
    sample_tables, sample_metrics, sample_advice = measure_samples(data, samples, encode, truth)
    tables = {f"negative log likelihood, test ({data.test.rows} rows)": tabulate(losses, data)}
    round_trip = measure_round_trip(run, data)
    metrics = {
        "splits": {"test": {"rows": data.test.rows, "scores": collect_scores(
            losses, sample_metrics["samples"]
        )}},
        "standard_error": float(log_probs["network"].std() / data.test.rows**0.5),
        "standardised_network": losses["network"] - log_size(data),
        "round_trip": round_trip,
        "fit_seconds": {name: baseline.seconds for name, baseline in baselines.items()},
    }  # fmt: skip
    tables["round trip, decode(encode(x)) - x"] = [
        ["", "largest error"],
        ["in units of the columns", round_trip["largest"]],
        ["in standard deviations", round_trip["largest_in_stds"]],
    ]
    best = min(baselines, key=losses.get)
    headline = Headline("negative log likelihood", losses["network"], losses[best], best)
    figures = draw_density(run, data, samples["network"], encode, truth)
    advice = advise(losses, best, data) + sample_advice
    return Evaluation(headline, tables | sample_tables, figures, metrics | sample_metrics, advice)


def collect_scores(losses, quality):
    """Return `{method: {"density": {...}, "samples": {...}}}`; a bound or the truth draws none."""
    return {
        name: {"density": {SCORE: loss}} | ({"samples": quality[name]} if name in quality else {})
        for name, loss in losses.items()
    }


def score_rows(run, rows, data, baselines, truth=None):
    """Return `{method: (rows,)}`, log densities by the network, the baselines and the truth.

    Args:
        run, data, baselines, truth: as in `evaluate_density`.
        rows: `{column: (rows, ...)}`.

    Raises: Diverged as `check_scores` does.
    """
    log_probs = {"network": run.predict(rows, "log_prob")["log_prob"].astype("float64")}
    check_scores(log_probs["network"])
    for name, baseline in baselines.items():
        log_probs[name] = baseline.endpoints["log_prob"](rows)["log_prob"]
    if truth:
        log_probs["truth"] = truth.log_density(stack_columns(rows, data.columns))
    return log_probs


def check_scores(log_probs):
    """Raise Diverged unless the log densities are finite and differ."""
    finite = np.isfinite(log_probs)
    if not finite.all():
        raise Diverged(
            f"{np.sum(~finite)} of {len(finite)} test rows have no finite log density: train again "
            "with a smaller --learning-rate, or look for extreme values"
        )
    if np.ptp(log_probs) < 1e-9:
        raise Diverged(
            f"all test rows have the same log density, {log_probs[0]:.4g}: the network ignores its "
            "input. Train again with a smaller --learning-rate"
        )


def log_size(data):
    """Return the sum of the logarithms of the columns' scales: raw minus standardised nats."""
    return float(np.log(find_units(data)[1]).sum())


def tabulate(losses, data):
    """Return the table of likelihoods in nats per row. Pictures also have bits per dimension; other
    data has nats of standardised columns and, if the truth is known, nats above it."""
    if data.columns[0].shape:
        bits = np.prod(data.columns[0].shape) * np.log(2)
        return [
            ["method", "nats", "bits per dimension"],
            *([name, loss, loss / bits] for name, loss in losses.items()),
        ]
    shift, above = log_size(data), ["above the truth"] if "truth" in losses else []
    return [
        ["method", "nats", "standardised", *above],
        *(
            [name, loss, loss - shift, *(loss - losses["truth"] for _ in above)]
            for name, loss in losses.items()
        ),
    ]


def measure_round_trip(run, data):
    """Return the largest |decode(encode(x)) - x| of the test rows, raw and in deviations."""
    restored = run.predict(run.predict(data.test.inputs, "encode"), "decode")
    rows = {name: np.asarray(x, "float64") for name, x in data.test.inputs.items()}
    errors = [np.abs(restored[c.name] - rows[c.name]).max() for c in data.columns]
    return {
        "largest": float(max(errors)),
        "largest_in_stds": float(max(e / c.std for e, c in zip(errors, data.columns, strict=True))),
    }


def advise(losses, best, data):
    """Return a line of advice if a baseline is better."""
    if losses["network"] <= losses[best] + WORSE:
        return ()
    return (
        f"{best} is better on {data.test.rows} test rows: try fewer --couplings or --bins, a "
        "smaller --hidden, or more rows",
    )
