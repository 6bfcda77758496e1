"""Training speed of generative models beside the loop of keras.io's examples, PyTorch and zuko.

    python benchmarks/generative.py [--runs N] [--peers PYTHON] [work ...]

There is one table for all work. Each run trains in a separate process on the same rows, and the
methods take turns. The dense networks train for about as many steps as by default: only long
trainings use XLA. "epoch" is the median of the epochs after the first two, and "speed-up"
is that of this project over each method. "to loss" is the time, imports and compilation included,
until the validation loss is as low as the highest final loss of all methods; GANs have no such
loss. "memory" is the largest one of the process.

All methods train the networks of this project; for PyTorch and zuko they are written again. The
loop of keras.io's examples is `keras.Model.fit` of the model with its own `train_step`, on NumPy
arrays with Keras' defaults, as in their files vae.py, dcgan_overriding_train_step.py and
real_nvp.py. --peers is the Python with PyTorch and zuko, if they are not installed beside Keras.

    python benchmarks/generative.py anomaly

shows the time in which a SavedModel of `anomaly` scores 100000 rows of 30 columns.
"""

import argparse
import itertools
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from turns import make_clock, measure, print_header, print_rows, report

PROJECT = Path(__file__).parents[1]
OURS, KERAS, TORCH, ZUKO = "this project", "keras.io's loop", "PyTorch", "zuko"
HIDDEN, LATENT = (128, 128), 8
WORKS = {  # title, rows, batch, epochs, methods
    "vae": ("VAE, digits, 64-128-128-8", 1437, 64, 300, (OURS, KERAS, TORCH)),
    "autoencoder": ("Autoencoder, digits, 64-128-128-8", 1437, 64, 300, (OURS, KERAS, TORCH)),
    "convolutions": ("Convolutional autoencoder, 28 x 28", 6000, 64, 6, (OURS, KERAS, TORCH)),
    "gan": ("GAN, digits, dense 128-128", 20_000, 256, 60, (OURS, KERAS, TORCH)),
    "flow": ("Spline flow, two moons, 6 couplings", 128_000, 512, 40, (OURS, KERAS, ZUKO)),
}


def make_rows(work):
    """Return training rows with a fifth of validation rows after them, `(rows, ...)`."""
    import numpy as np
    from sklearn.datasets import load_digits, make_moons

    count = WORKS[work][1]
    if work == "flow":
        x = make_moons(count * 5 // 4, noise=0.05, random_state=0)[0]
        return ((x - x.mean(axis=0)) / x.std(axis=0)).astype("float32")
    pictures = load_digits().images.astype("float32") / 16
    x = np.resize(pictures, (count * 5 // 4, 8, 8))
    if work == "convolutions":
        x = x.repeat(3, axis=1).repeat(3, axis=2)  # (rows, 24, 24)
        return np.pad(x, ((0, 0), (2, 2), (2, 2))).reshape(len(x), 784)
    return x.reshape(len(x), 64)


# Keras: the models of this project, in its own loop or in `keras.Model.fit`


def keras_model(work):
    """Return a compiled model and its rows as its `train_step` takes them: a function of rows."""
    import keras

    adam = keras.optimizers.Adam(1e-3)
    if work == "vae":
        from models.vae import VAE

        model = VAE((("binomial", 64, 1),), LATENT, HIDDEN, "relu")
    elif work == "autoencoder":
        from models.autoencoder import autoencoder

        model = autoencoder((64,), LATENT, HIDDEN, "relu")
    elif work == "convolutions":
        from models.autoencoder import autoencoder

        model = autoencoder((28, 28, 1), LATENT, filters=(16, 32))
    elif work == "gan":
        from models.gan import GAN

        model = GAN((64,), 16, penalty=0.1, hidden=HIDDEN, averaging=0.999)
        model.discriminator_optimizer = keras.optimizers.Adam(1e-3)
    else:
        from models.flow import Flow

        model = Flow(2, couplings=6, hidden=(64, 64), bins=16)
    pairs = work in ("autoencoder", "convolutions")
    model.compile(adam, **({"loss": "mean_squared_error"} if pairs else {}))
    return model, (lambda x: (x, x)) if pairs else (lambda x: (x,))


def train_with_keras(work, train, validation, batch, epochs):
    """Train as keras.io's examples do."""
    model, arrange = keras_model(work)
    clock = make_clock()
    options = {"batch_size": batch, "epochs": epochs, "callbacks": [clock], "verbose": 0}
    if work == "gan":
        model.fit(*arrange(train), **options)
    else:
        model.fit(*arrange(train), validation_data=arrange(validation), **options)
    return clock.ends


def train_with_ours(work, train, validation, batch, epochs):
    """Train as `train.py` does."""
    from training.callbacks import standard_callbacks
    from training.fit import fit
    from training.loop import choose_loop

    model, arrange = keras_model(work)
    clock = make_clock()
    loop = choose_loop(model, "auto", len(train), epochs, batch)
    with tempfile.TemporaryDirectory() as folder:
        monitor = "" if work == "gan" else "val_loss"
        usual = standard_callbacks(folder, epochs, 1e-3, math.inf, monitor=monitor)
        rows = arrange(train), None if work == "gan" else arrange(validation)
        fit(loop, *rows, epochs, [*usual, clock], Path(folder) / "snapshot.npz")
    return clock.ends


# PyTorch: the same networks, a loop over slices of shuffled tensors, the fused Adam


def dense_torch(*widths):
    from torch import nn

    pairs = itertools.pairwise(widths)
    found = [layer for a, b in pairs for layer in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*found[:-1])


def torch_parts(work):
    """Return `(networks, losses)`: modules, and a function of a batch to a loss for each optimiser;
    the first networks belong to the first loss."""
    import torch
    from torch import nn
    from torch.nn import functional

    if work == "flow":
        import zuko

        flow = zuko.flows.NSF(2, bins=16, transforms=6, hidden_features=(64, 64), passes=2)
        return [flow], [lambda x: -flow().log_prob(x).mean()]
    if work == "vae":
        encoder, decoder = dense_torch(64, *HIDDEN, 2 * LATENT), dense_torch(LATENT, *HIDDEN, 64)

        def bound(x):
            mean, log_std = encoder(x).chunk(2, dim=1)
            z = mean + log_std.exp() * torch.randn_like(mean)
            lost = functional.binary_cross_entropy_with_logits(decoder(z), x, reduction="none")
            kl = 0.5 * (mean**2 + (2 * log_std).exp() - 1) - log_std
            return lost.sum(1).mean() + kl.sum(1).mean()

        return [nn.ModuleList([encoder, decoder])], [bound]
    if work == "autoencoder":
        deep = dense_torch(64, *HIDDEN, LATENT), dense_torch(LATENT, *HIDDEN[::-1], 64)
        linear = nn.Linear(64, LATENT), nn.Linear(LATENT, 64)
    elif work == "convolutions":
        deep = (
            nn.Sequential(
                nn.Unflatten(1, (1, 28, 28)), nn.Conv2d(1, 16, 3, 2, 1), nn.ELU(),
                nn.Conv2d(16, 32, 3, 2, 1), nn.ELU(), nn.Flatten(), nn.Linear(1568, LATENT),
            ),
            nn.Sequential(
                nn.Linear(LATENT, 1568), nn.ELU(), nn.Unflatten(1, (32, 7, 7)),
                nn.ConvTranspose2d(32, 32, 3, 2, 1, 1), nn.ELU(),
                nn.ConvTranspose2d(32, 16, 3, 2, 1, 1), nn.ELU(),
                nn.Conv2d(16, 1, 3, 1, 1), nn.Flatten(),
            ),
        )  # fmt: skip
        linear = nn.Linear(784, LATENT), nn.Linear(LATENT, 784)
    if work in ("autoencoder", "convolutions"):

        def error(x):
            z = linear[0](x) + deep[0](x)
            return functional.mse_loss(linear[1](z) + deep[1](z), x)

        return [nn.ModuleList([*deep, *linear])], [error]
    generator, discriminator = dense_torch(16, *HIDDEN, 64), dense_torch(64, *HIDDEN, 1)

    def score_rows(x):
        x = x.detach().requires_grad_()
        with torch.no_grad():
            drawn = generator(torch.randn(len(x), 16))
        real = discriminator(x)
        (slope,) = torch.autograd.grad(real.sum(), x, create_graph=True)
        loss = functional.softplus(-real).mean() + functional.softplus(discriminator(drawn)).mean()
        return loss + 0.05 * slope.square().sum(1).mean()

    def fool(x):
        return functional.softplus(-discriminator(generator(torch.randn(len(x), 16)))).mean()

    return [discriminator, generator], [score_rows, fool]


def train_with_torch(work, train, validation, batch, epochs):
    """Train in PyTorch; a GAN keeps an average of its generator."""
    import torch

    torch.manual_seed(0)
    torch.set_num_threads(os.cpu_count())
    networks, losses = torch_parts(work)
    rows, held_out = map(torch.from_numpy, (train, validation))
    optimisers = [torch.optim.Adam(one.parameters(), 1e-3, fused=True) for one in networks]
    average = [p.detach().clone() for p in networks[-1].parameters()]
    ends = []
    for _ in range(epochs):
        for part in torch.randperm(len(rows)).split(batch):
            x = rows[part]
            for optimiser, loss_of in zip(optimisers, losses, strict=True):
                optimiser.zero_grad()
                loss_of(x).backward()
                optimiser.step()
            if work == "gan":
                torch._foreach_lerp_(average, [p.detach() for p in networks[-1].parameters()], 1e-3)
        with torch.no_grad():
            loss = math.nan if work == "gan" else float(losses[0](held_out))
        ends.append((time.time(), loss))
    return ends


METHODS = {
    OURS: train_with_ours,
    KERAS: train_with_keras,
    TORCH: train_with_torch,
    ZUKO: train_with_torch,
}


def work_once(work, method, started):
    """Train once, and report the end of each epoch."""
    sys.path.insert(0, str(PROJECT))
    _, count, batch, epochs, _ = WORKS[work]
    x = make_rows(work)
    report(METHODS[method](work, x[:count], x[count:], batch, epochs), started)


def score_anomalies(count=100_000, columns=30):
    """Print the time in which an exported detector scores rows of numbers."""
    import numpy as np
    import pandas as pd

    with tempfile.TemporaryDirectory() as folder:
        random = np.random.default_rng(0)
        rows = random.normal(size=(5000, columns)) @ random.normal(size=(columns, columns))
        pd.DataFrame(rows, columns=[f"x{k}" for k in range(columns)]).to_csv(f"{folder}/rows.csv")
        environment = {**os.environ, "SAVED_MODELS": folder}
        words = ["anomaly", "--data", f"{folder}/rows.csv", "--epochs", "20"]
        subprocess.run(
            [sys.executable, PROJECT / "train.py", *words],
            env=environment, check=True, capture_output=True,
        )  # fmt: skip
        from runs.run import Run

        run = Run(f"{folder}/anomaly")
        inputs = {c.name: random.normal(size=count).astype("float32") for c in run.inputs()}
        run.predict({name: x[:10_000] for name, x in inputs.items()})  # traces the function
        start = time.perf_counter()
        run.predict(inputs)
        print(f"{count} rows of {columns} columns scored in {time.perf_counter() - start:.2f} s")


def main(runs, peers, works):
    print(f"Two cores, medians of {runs} runs, a process each\n")
    print_header()
    for work in works:
        title, _, _, _, methods = WORKS[work]
        found = {method: [] for method in methods}
        for _ in range(runs):
            for method in methods:
                python = peers if method in (TORCH, ZUKO) else sys.executable
                found[method].append(measure(python, __file__, work, method))
        print_rows(title, found)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("works", nargs="*", help=f"some of {', '.join(WORKS)}; or anomaly")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peers", default=sys.executable, help="Python with PyTorch and zuko")
    parser.add_argument("--once", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        work_once(*options.once)
    elif options.works == ["anomaly"]:
        sys.path.insert(0, str(PROJECT))
        score_anomalies()
    else:
        main(options.runs, options.peers, options.works or WORKS)
