"""Variational autoencoders: likelihood beside simpler densities, active units, and samples."""

import math

import numpy as np

from datasets.number_rows import stack_columns
from errors import Diverged
from evaluation.densities import SAMPLES, check_scores, collect_scores
from evaluation.evaluation import Evaluation, Headline
from evaluation.latent_figures import draw_latent
from evaluation.samples import COMPARED, draw_from, measure_samples

SCORED = 10_000  # test rows, whose importance-weighted scores take a minute or two
VARIANCE = 0.01  # of a unit's mean over the rows, above which the code depends on the row
NATS = 0.05  # KL divergence above which a unit is in use: below, its code is all but the prior
WORSE = 0.02  # nats by which a baseline must be better for a line of advice
BOUND = "network, lower bound (ELBO)"
CROSS_ENTROPY = "keras.io loss"
LISTED = 12  # collapsed units in a table


def find_varying(means):
    """Return for which latent units the mean of the code varies between the rows, `(latent,)`.

    Args:
        means: means of the codes, `(rows, latent)`.

    Source: Burda et al., Importance Weighted Autoencoders, arXiv:1509.00519, section 5.1.
    """
    return means.var(axis=0) > VARIANCE


def measure_nats(code):
    """Return the KL divergence of each latent unit's code from the prior, mean over rows."""
    mean, std = code["mean"].astype("float64"), code["std"].astype("float64")
    return (0.5 * (mean**2 + std**2 - 1) - np.log(std)).mean(axis=0)


def find_active(code):
    """Return which latent units are in use, `(latent,)`: their code varies, and tells something.

    The variance alone counts units whose code is nearly all noise: a mean with a variance of 0.02
    gives 0.01 nats, from which the decoder can learn next to nothing about the row.

    Args:
        code: of the rows, from the endpoint `encode`: `mean` and `std`, `(rows, latent)`.
    """
    return find_varying(code["mean"]) & (measure_nats(code) > NATS)


def check_codes(means):
    """Raise Diverged if no latent unit's code depends on the row."""
    if not find_varying(means).any():
        raise Diverged(
            f"every row has the same code: all {means.shape[1]} latent units collapsed, so the "
            "network is no better than a density without them. Train again with --free-bits 0.1, "
            "a --warm-up of a few epochs, or a smaller --beta"
        )


def evaluate_vae(run, data, baselines, encode, is_cross_entropy=False, truth=None):
    """Score and draw a variational autoencoder beside simpler densities.

    Args:
        run: `runs.run.Run` with the endpoints `score`, `encode`, `decode`, `generate` and `serve`.
        data: `datasets.dataset.Dataset` without targets.
        baselines: from `evaluation.likelihood_baselines.fit_likelihoods`.
        encode: function of `{column: (rows, ...)}` to features, `(rows, features)`.
        is_cross_entropy: whether the likelihood is the binary cross-entropy of grey values.
        truth: `datasets.densities.Density` that the data was drawn from, None if unknown.

    Returns: an `Evaluation`.

    Raises: Diverged if all latent units collapsed, or scores are not finite or all the same.
    """
    test, pictures = data.test.take(slice(SCORED)), bool(data.columns[0].shape)
    code = run.predict(data.test.inputs, "encode")
    check_codes(code["mean"])
    found = run.predict(test.inputs, "score")
    check_scores(found["log_prob"])
    log_probs = {"network": found["log_prob"], BOUND: found["elbo"]}
    if is_cross_entropy:  # keras.io's loss is the bound
        log_probs = {"network": found["elbo"]}
    for name, baseline in baselines.items():
        log_probs[name] = baseline.endpoints["log_prob"](test.inputs)["log_prob"]
    if truth:
        log_probs["truth"] = truth.log_density(stack_columns(test.inputs, data.columns))
    losses = {name: -float(values.astype("float64").mean()) for name, values in log_probs.items()}
    size = math.prod(data.columns[0].shape) if pictures else 0
    samples = draw_from(run, baselines, COMPARED if pictures else SAMPLES)
    sample_tables, sample_metrics, sample_advice = measure_samples(data, samples, encode, truth)
    active = find_active(code)
    tables = {
        f"{name_score(is_cross_entropy)}, test ({test.rows} rows)": tabulate(losses, size),
        "parts of the lower bound, test": tabulate_parts(found, is_cross_entropy),
        "latent units, test": tabulate_units(active, code),
    }
    best = min(baselines, key=losses.get)
    headline = Headline(name_score(is_cross_entropy), losses["network"], losses[best], best)
    metrics = {
        "splits": {"test": {"rows": test.rows, "scores": collect_scores(
            losses, sample_metrics["samples"]
        )}},
        "standard_error": float(found["log_prob"].std() / test.rows**0.5),
        "parts": {name: float(values.mean()) for name, values in found.items()},
        "active_units": int(active.sum()),
        "collapsed_units": (1 + np.flatnonzero(~active)).tolist(),
        "fit_seconds": {name: baseline.seconds for name, baseline in baselines.items()},
    }  # fmt: skip
    figures = draw_latent(run, data, code, samples["network"], encode, truth)
    advice = advise(headline, active, test.rows) + sample_advice
    return Evaluation(headline, tables | sample_tables, figures, metrics | sample_metrics, advice)


def name_score(is_cross_entropy):
    return CROSS_ENTROPY if is_cross_entropy else "negative log likelihood"


def tabulate(losses, size):
    """Return the table of nats, and for pictures of `size` values bits per dimension."""
    header = ["method", "nats", *(["bits per dimension"] if size else [])]
    bits = {name: [loss / math.log(2) / size] if size else [] for name, loss in losses.items()}
    return [header, *([name, loss, *bits[name]] for name, loss in losses.items())]


def tabulate_parts(found, is_cross_entropy):
    """Return the parts of the lower bound in nats, means over rows."""
    parts = {name: float(values.mean()) for name, values in found.items()}
    rows = [
        ["reconstruction, E log p(x|z)", parts["reconstruction"]],
        ["KL divergence", parts["divergence"]],
        ["ELBO, their difference", parts["elbo"]],
    ]
    if is_cross_entropy:
        rows.append([f"{CROSS_ENTROPY}, the negative ELBO (no likelihood)", -parts["elbo"]])
    else:
        rows.append(["log p(x), importance-weighted", parts["log_prob"]])
    return [["part", "nats"], *rows]


def tabulate_units(active, code):
    """Return which latent units are in use, and the divergence of those that are."""
    nats = measure_nats(code)
    collapsed = (1 + np.flatnonzero(~active)).tolist()
    names = ", ".join(map(str, collapsed[:LISTED])) + (", ..." if len(collapsed) > LISTED else "")
    return [
        ["latent units", ""],
        ["in use", int(active.sum())],
        ["collapsed", f"{len(collapsed)}: {names}" if collapsed else "none"],
        ["largest KL divergence of a unit, nats", float(nats.max())],
        ["smallest KL divergence of a unit in use, nats", min(nats[active].tolist(), default="")],
    ]


def advise(headline, active, rows):
    """Return lines of advice about collapsed units and a better baseline."""
    lines = []
    if not active.any():
        lines.append(
            f"all {len(active)} latent units collapsed: each has less than {NATS} nats, so the "
            "network is no better than a density without them; try --free-bits 0.1, a --warm-up "
            "of a few epochs, or a smaller --beta"
        )
    elif not active.all():
        lines.append(
            f"{np.sum(~active)} of {len(active)} latent units collapsed: they cost nothing, and a "
            f"--latent of {active.sum()} is enough; to use more of them try --free-bits 0.1"
        )
    if headline.value > headline.baseline + WORSE:
        lines.append(
            f"{headline.method} is better on {rows} test rows: try a different --latent, a smaller "
            "--hidden, or more rows"
        )
    return tuple(lines)
