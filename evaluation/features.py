"""Features: how much of the input they keep, and how well a linear model reads a label."""

import time

import numpy as np
from sklearn.decomposition import KernelPCA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from evaluation.baselines import Baseline
from evaluation.denoising import measure_denoising
from evaluation.evaluation import Evaluation, Headline
from plots.latent_space import plot_rows_of_pictures

EXAMPLES = 10  # originals beside reconstructions
KERNEL_ROWS = 1000  # that kernel PCA is fitted to; its cost grows with their cube


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


class KernelComponents:
    """Kernel PCA with a Gaussian kernel, whose width and smoothness validation rows choose.

    Args:
        x: `(rows, features)`, training rows, of which the first ones are used.
        validation: rows whose squared error decides.
        latent: number of components.

    Source: B. Schölkopf et al., Nonlinear Component Analysis as a Kernel Eigenvalue Problem, 1998.
    """

    def __init__(self, x, validation, latent):
        x, self.mean = x[:KERNEL_ROWS].astype("float64"), x.mean(axis=0)
        spread = 1 / (2 * np.square(x - self.mean).sum(axis=1).mean())
        options = {"kernel": "rbf", "fit_inverse_transform": True, "eigen_solver": "dense"}
        fitted = (
            KernelPCA(min(latent, len(x)), gamma=factor * spread, alpha=alpha, **options).fit(x)
            for factor in (0.1, 0.3, 1.0, 3.0)
            for alpha in (1e-3, 1e-1)
        )
        few = validation[:KERNEL_ROWS]
        self.model = min(fitted, key=lambda one: squared_error(few, restore(one, few)).mean())

    def encode(self, x):
        return self.model.transform(x)

    def decode(self, code):
        return self.model.inverse_transform(code)


def restore(model, x):
    return model.inverse_transform(model.transform(x))


def fit_components(encode_features, data, latent):
    """Fit PCA and kernel PCA of the same width, which encode and restore features:
    `{name: Baseline}`."""
    x, validation = (encode_features(part.inputs) for part in (data.train, data.validation))
    found = {}
    for name, fit in (
        ("PCA", lambda: PrincipalComponents(x, latent)),
        ("kernel PCA", lambda: KernelComponents(x, validation, latent)),
    ):
        start = time.perf_counter()
        endpoints = make_endpoints(fit(), encode_features)
        found[name] = Baseline(endpoints, time.perf_counter() - start)
    return found


def make_endpoints(components, encode_features):
    """Return the endpoints of an autoencoder for a linear or a kernel PCA."""

    def serve(inputs):
        x = encode_features(inputs)
        restored = components.decode(components.encode(x))
        return {"features": restored, "reconstruction_error": squared_error(x, restored)}

    return {
        "serve": serve,
        "encode": lambda inputs: {"latent": components.encode(encode_features(inputs))},
        "decode": lambda inputs: {"features": components.decode(inputs["latent"])},
    }


def squared_error(x, restored):
    """Return the mean squared error of each row."""
    return np.mean((restored - x) ** 2, axis=-1)


def probe(train, train_labels, test, test_labels):
    """Return the accuracy of logistic regression on features: a linear probe."""
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    return float(model.fit(train, train_labels).score(test, test_labels))


def evaluate_features(run, data, baselines, encode_features, validation, noise=0.0):
    """Score and draw an autoencoder beside PCA and kernel PCA of the same width.

    Args:
        run: `runs.run.Run` with the endpoints `serve` and `encode`.
        data: `datasets.dataset.Dataset` without targets.
        baselines: from `fit_components`.
        encode_features: function of `{column: (rows, ...)}` to `(rows, features)`.
        validation: features of the validation rows as the network takes them, perhaps noisy, and
            without noise.
        noise: standard deviation of the noise that the network learned to remove.

    Returns: an `Evaluation`.
    """
    methods = {"network": run.predict}
    methods |= {name: one.endpoints["serve"] for name, one in baselines.items()}
    encoders = {"network": lambda inputs: run.predict(inputs, "encode")["latent"]}
    encoders |= {
        name: lambda inputs, encode=one.endpoints["encode"]: encode(inputs)["latent"]
        for name, one in baselines.items()
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
    figures = draw_features(run, data, codes, encode_features, validation, noise)
    if noise and data.columns[0].shape:
        denoised, pictures = measure_denoising(methods, data, noise)
        tables |= {f"denoising, test, noise {noise:g}: error against clean pictures": denoised}
        metrics["denoising"] = dict(denoised[1:])
        figures["denoised"] = plot_rows_of_pictures(pictures, data.columns[0].max_pixel)
    best = min(baselines, key=errors.get)
    headline = Headline("mean squared error", errors["network"], errors[best], best)
    return Evaluation(headline, tables, figures, metrics)


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
            f"{width} kernel components": (train_codes["kernel PCA"], codes["kernel PCA"]),
        }
        probes[label] = {
            name: probe(train, known, test, values) for name, (train, test) in features.items()
        }
    return probes


def draw_features(run, data, codes, encode_features, validation, noise):
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
    widths = run.read_table("widths")
    curves = {"autoencoder": (widths["latent"], widths["network"])}
    most = min(2 * int(widths["latent"].max()), *train.shape)
    pca = PrincipalComponents(train, most)
    counts = np.arange(1, most + 1)
    curves["PCA"] = (counts, measure_components(pca, *validation))
    figures["error-by-width"] = plot_error_by_width(curves, noise)
    return figures


def measure_components(pca, noisy, clean):
    """Return the mean squared error of rows restored by 1, 2, ... components, `(components,)`.

    Args:
        pca: `PrincipalComponents`.
        noisy: `(rows, features)`, what is encoded.
        clean: what the restored rows are compared with; the same if there is no noise.
    """
    clean = clean - pca.mean
    code, wanted = pca.encode(noisy), clean @ pca.components.T  # (rows, components)
    total = np.mean(np.sum(clean**2, axis=1))
    gains = np.mean(2 * code * wanted - code**2, axis=0)
    return (total - np.cumsum(gains)) / clean.shape[1]


def project_to_plane(code):
    """Return the two numbers of a code, or its first two principal components: `(rows, 2)`."""
    if code.shape[1] == 1:
        return np.column_stack([code, np.zeros(len(code))])
    return code if code.shape[1] == 2 else PrincipalComponents(code, 2).encode(code)
