"""Features: how much of the input they keep, and how well a linear model reads a label."""

import time

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from evaluation.baselines import Baseline
from evaluation.evaluation import Evaluation, Headline

EXAMPLES = 10  # originals beside reconstructions


class PrincipalComponents:
    """Principal component analysis by singular values.

    Args:
        x: `(rows, features)`, the training rows.
        latent: number of components.

    Attributes:
        mean: `(features,)`.
        components: `(latent, features)`, orthonormal rows.
    """

    def __init__(self, x, latent):
        x = np.asarray(x, "float64")
        self.mean = x.mean(axis=0)
        rows = np.linalg.svd(x - self.mean, full_matrices=len(x) < latent)[2]
        self.components = rows[:latent]

    def encode(self, x):
        return (x - self.mean) @ self.components.T

    def decode(self, code):
        return code @ self.components + self.mean


def fit_pca(encode_features, data, latent):
    """Fit PCA of the same width, which encodes and restores features: `{name: Baseline}`."""
    start = time.perf_counter()
    pca = PrincipalComponents(encode_features(data.train.inputs), latent)

    def serve(inputs):
        x = encode_features(inputs)
        restored = pca.decode(pca.encode(x))
        return {"features": restored, "reconstruction_error": squared_error(x, restored)}

    endpoints = {
        "serve": serve,
        "encode": lambda inputs: {"latent": pca.encode(encode_features(inputs))},
        "decode": lambda inputs: {"features": pca.decode(inputs["latent"])},
    }
    return {"PCA": Baseline(endpoints, time.perf_counter() - start)}


def squared_error(x, restored):
    """Return the mean squared error of each row."""
    return np.mean((restored - x) ** 2, axis=-1)


def probe(train, train_labels, test, test_labels):
    """Return the accuracy of logistic regression on features: a linear probe."""
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    return float(model.fit(train, train_labels).score(test, test_labels))


def evaluate_features(run, data, baselines, encode_features):
    """Score and draw an autoencoder beside PCA of the same width.

    Args:
        run: `runs.run.Run` with the endpoints `serve` and `encode`.
        data: `datasets.dataset.Dataset` without targets.
        baselines: from `fit_pca`.
        encode_features: function of `{column: (rows, ...)}` to `(rows, features)`.

    Returns: an `Evaluation`.
    """
    (pca,) = baselines.values()
    methods = {"network": run.predict, "PCA": pca.endpoints["serve"]}
    encoders = {
        "network": lambda inputs: run.predict(inputs, "encode")["latent"],
        "PCA": lambda inputs: pca.endpoints["encode"](inputs)["latent"],
    }
    test = data.test.inputs
    x = encode_features(test)
    errors = {
        name: float(serve(test)["reconstruction_error"].mean()) for name, serve in methods.items()
    }
    variance = float(squared_error(x, encode_features(data.train.inputs).mean(axis=0)).mean())
    codes = {name: encode(test) for name, encode in encoders.items()}
    tables = {
        f"reconstruction, test ({data.test.rows} rows)": [
            ["metric", *errors],
            ["mean squared error", *errors.values()],
            ["unexplained variance", *(error / variance for error in errors.values())],
        ]
    }
    metrics = {"splits": {"test": {"rows": data.test.rows, "scores": {
        name: {"reconstruction": {"mean_squared_error": error}} for name, error in errors.items()
    }}}}  # fmt: skip
    if data.test.labels:
        probes = probe_label(data, codes, encoders, encode_features)
        tables |= {
            f"linear probe of {label}, test ({data.test.rows} rows)": [
                ["features", "accuracy"],
                *map(list, accuracies.items()),
            ]
            for label, accuracies in probes.items()
        }
        metrics["probes"] = probes
    headline = Headline("mean squared error", errors["network"], errors["PCA"], "PCA")
    return Evaluation(headline, tables, draw_features(run, data, codes, encode_features), metrics)


def probe_label(data, codes, encoders, encode_features):
    """Return `{label: {features: accuracy}}` of linear probes: on raw features and on codes."""
    probes = {}
    train_codes = {name: encode(data.train.inputs) for name, encode in encoders.items()}
    raw = encode_features(data.train.inputs), encode_features(data.test.inputs)
    for label, values in data.test.labels.items():
        known = data.train.labels[label]
        width = codes["network"].shape[1]
        features = {
            f"all {raw[0].shape[1]} input features": raw,
            f"{width} features of the autoencoder": (train_codes["network"], codes["network"]),
            f"{width} principal components": (train_codes["PCA"], codes["PCA"]),
        }
        probes[label] = {
            name: probe(train, known, test, values) for name, (train, test) in features.items()
        }
    return probes


def draw_features(run, data, codes, encode_features):
    """Draw originals beside reconstructions, the latent plane, and error against width."""
    from plots.history import plot_history
    from plots.latent_space import plot_error_by_width, plot_latent_plane, plot_reconstructions

    figures = {"history": plot_history(run.history)}
    (column, *_) = data.columns
    label, values = next(iter(data.test.labels.items()), ("", None))
    if column.kind == "image":
        chosen = {column.name: data.test.inputs[column.name][:EXAMPLES]}
        restored = run.predict(chosen)[column.name]
        figures["reconstructions"] = plot_reconstructions(chosen[column.name], restored)
    planes = {name: project_to_plane(code) for name, code in codes.items()}
    figures["latent-plane"] = plot_latent_plane(planes, values, label)
    train = encode_features(data.train.inputs)
    validation = encode_features(data.validation.inputs)
    widths = run.read_table("widths")
    curves = {"autoencoder": (widths["latent"], widths["network"])}
    most = min(2 * int(widths["latent"].max()), *train.shape)
    pca = PrincipalComponents(train, most)
    counts = np.arange(1, most + 1)
    centred = validation - pca.mean
    total = np.mean(np.sum(centred**2, axis=1))
    kept = np.cumsum(np.mean((centred @ pca.components.T) ** 2, axis=0))
    curves["PCA"] = (counts, (total - kept) / train.shape[1])
    figures["error-by-width"] = plot_error_by_width(curves)
    return figures


def project_to_plane(code):
    """Return the two numbers of a code, or its first two principal components: `(rows, 2)`."""
    if code.shape[1] == 1:
        return np.column_stack([code, np.zeros(len(code))])
    return code if code.shape[1] == 2 else PrincipalComponents(code, 2).encode(code)
