"""Training speed compared with the lecture's `model.fit`, PyTorch and scikit-learn.

    python benchmarks/supervised.py [runs [work ...]]

There is one table per network. Each run trains in a separate process on the same rows, with
validation after each epoch. The methods take turns, and the table shows medians over the runs, each
with a different seed. "first" is the time from the start of the process to the end of the first
epoch, including imports and compilation; "epoch" is the median of the later epochs. "to loss" is
the time until the validation loss is as low as in the worst of the lecture's runs.
"""

import itertools
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).parents[1]
BATCH = 128
EPOCHS = {"jets": 8, "cnn": 5, "digits": 30}


# The work


def jet_rows(count=125_000, features=16, classes=5):
    """Generate rows of the shape of the lecture's jets, learnable but not separable: `(x, y)`."""
    import numpy as np

    random = np.random.default_rng(0)
    x = random.normal(size=(count, features)).astype("float32")
    scores = (
        x @ random.normal(size=(features, classes))
        + 2 * np.sin(x[:, :classes] * 2)
        + random.normal(size=(count, classes))
    )
    return x, scores.argmax(axis=1).astype("int32")


def pictures(count=16_000, classes=10):
    """Generate images of the shape of MNIST: ten coarse templates, shifted, with noise."""
    import numpy as np

    random = np.random.default_rng(0)
    templates = (
        random.normal(size=(classes, 7, 7)).repeat(4, axis=1).repeat(4, axis=2)
    )  # (classes, 28, 28)
    y = random.integers(0, classes, count).astype("int32")
    x = np.stack([np.roll(templates[label], random.integers(-3, 4, 2), (0, 1)) for label in y])
    return (x + 4 * random.normal(size=x.shape)).astype("float32")[..., None], y


def digits():
    """Return scikit-learn's digits."""
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    return x.astype("float32").reshape(-1, 8, 8, 1) / 16, y.astype("int32")


def keras_network(work):
    if work == "jets":
        from models.dense import dense_classifier

        return dense_classifier((16,), 5)
    import keras
    from keras import layers

    inputs = keras.Input((28, 28, 1) if work == "cnn" else (8, 8, 1))
    x = inputs
    for filters in (16, 32):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D()(x)
        x = layers.Dropout(0.25)(x)
    x = layers.Dense(64, activation="relu")(layers.Flatten()(x))
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


def torch_network(work):
    from torch import nn

    if work == "jets":
        layers, width = [], 16
        for units in (40, 20, 10, 5):
            layers += [nn.Linear(width, units), nn.ReLU(), nn.Dropout(0.25)]
            width = units
        return nn.Sequential(*layers, nn.Linear(width, 5))
    layers, channels = [], 1
    for filters in (16, 32):
        layers += [
            nn.Conv2d(channels, filters, 3, padding="same"),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Dropout(0.25),
        ]
        channels = filters
    return nn.Sequential(
        *layers,
        nn.Flatten(),
        nn.Linear(32 * (49 if work == "cnn" else 4), 64),
        nn.ReLU(),
        nn.Linear(64, 10),
    )


def flops(work):
    """Return the floating-point operations of the forward and backward pass of one row."""
    if work == "jets":
        return 6 * (16 * 40 + 40 * 20 + 20 * 10 + 10 * 5 + 5 * 5)
    side = 28 if work == "cnn" else 8
    return 6 * (
        side**2 * 9 * 16 + (side // 2) ** 2 * 9 * 16 * 32 + (side // 4) ** 2 * 32 * 64 + 64 * 10
    )


# Training methods: each yields the end time and the validation loss of every epoch


def lecture(work, train, validation, epochs, seed):
    """Train as in the lectures: `model.fit` on NumPy arrays with defaults and callbacks."""
    import keras

    keras.utils.set_random_seed(seed)
    model, clock = keras_network(work), clock_callback()
    model.compile(
        keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    callbacks = [
        keras.callbacks.EarlyStopping(monitor="val_loss", patience=10),
        keras.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.1, patience=2),
        keras.callbacks.TerminateOnNaN(),
        clock,
    ]
    model.fit(
        *train, batch_size=BATCH, epochs=epochs, validation_data=validation, callbacks=callbacks
    )
    yield from clock.ends


def ours(work, train, validation, epochs, seed):
    """Train with `training.fit` as in `train.py`, including snapshots."""
    import keras
    import numpy as np

    from training.callbacks import standard_callbacks
    from training.fit import fit
    from training.loop import choose_loop

    keras.utils.set_random_seed(seed)
    model, clock = keras_network(work), clock_callback()
    loss, metrics = "sparse_categorical_crossentropy", ["accuracy"]
    model.compile(keras.optimizers.Adam(1e-3), loss, weighted_metrics=metrics)
    rows = [(x, y, np.ones(len(x), "float32")) for x, y in (train, validation)]
    loop = choose_loop(model, "auto", len(train[0]), epochs, BATCH)
    with tempfile.TemporaryDirectory() as folder:
        start_loss = loop.evaluate(rows[1])["loss"]
        callbacks = standard_callbacks(folder, 12, 1e-3, start_loss)
        fit(loop, *rows, epochs, [*callbacks, clock], Path(folder) / "snapshot.npz")
    yield from clock.ends


def clock_callback():
    import keras

    class Clock(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.ends = []

        def on_epoch_end(self, epoch, logs=None):
            self.ends.append((time.time(), logs["val_loss"]))

    return Clock()


def torch_loop(work, train, validation, epochs, seed):
    """Train in PyTorch by a loop over slices of shuffled tensors, with the fused Adam."""
    import torch

    def batches(x, y):
        order = torch.randperm(len(x))
        for start in range(0, len(x), BATCH):
            chosen = order[start : start + BATCH]
            yield x[chosen], y[chosen]

    yield from by_torch(work, train, validation, epochs, seed, batches, fused=True)


def torch_loader(work, train, validation, epochs, seed):
    """Train in PyTorch with its DataLoader and its default Adam."""
    from torch.utils.data import DataLoader, TensorDataset

    loader = DataLoader(TensorDataset(*torch_tensors(train)), BATCH, shuffle=True)
    yield from by_torch(work, train, validation, epochs, seed, lambda x, y: loader, fused=False)


def torch_tensors(rows):
    import torch

    x, y = rows
    return torch.from_numpy(x if x.ndim == 2 else x.transpose(0, 3, 1, 2).copy()), torch.from_numpy(
        y
    ).long()


def by_torch(work, train, validation, epochs, seed, batches, fused):
    import torch

    torch.manual_seed(seed)
    model = torch_network(work)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, eps=1e-7, fused=fused)
    loss = torch.nn.CrossEntropyLoss()
    x, y = torch_tensors(train)
    x_validation, y_validation = torch_tensors(validation)
    for _ in range(epochs):
        model.train()
        right = 0
        for x_batch, y_batch in batches(x, y):
            optimizer.zero_grad()
            answers = model(x_batch)
            loss(answers, y_batch).backward()
            optimizer.step()
            right += (answers.argmax(1) == y_batch).sum()  # Keras computes the accuracy, too
        model.eval()
        with torch.no_grad():
            parts = [
                loss(model(a), b) * len(a)
                for a, b in zip(x_validation.split(1024), y_validation.split(1024), strict=True)
            ]
        yield time.time(), float(sum(parts)) / len(x_validation)


def scikit_learn(work, train, validation, epochs, seed):
    """Train scikit-learn's MLPClassifier, which has no dropout."""
    from sklearn.metrics import log_loss
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier((40, 20, 10, 5), batch_size=BATCH, random_state=seed)
    for _ in range(epochs):
        model.partial_fit(*train, classes=range(5))
        yield time.time(), log_loss(validation[1], model.predict_proba(validation[0]))


WAYS = {
    "lecture's model.fit": lecture,
    "PyTorch, slices, fused Adam": torch_loop,
    "PyTorch, DataLoader": torch_loader,
    "scikit-learn, no dropout": scikit_learn,
    "this project": ours,
}
WORKS = {"jets": jet_rows, "cnn": pictures, "digits": digits}
TITLES = {
    "jets": "Jet network, 100000 x 16 generated rows",
    "cnn": "CNN, 12800 generated images of 28 x 28",
    "digits": "CNN, 1438 digits of 8 x 8",
}


def worker(work, way, seed, started):
    """Train once; print the end time and validation loss of each epoch, and the peak memory."""
    sys.path.insert(0, str(PROJECT))
    x, y = WORKS[work]()
    held = len(x) // 5
    ends = list(WAYS[way](work, (x[held:], y[held:]), (x[:held], y[:held]), EPOCHS[work], seed))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # GB
    print(
        json.dumps(
            {
                "seconds": [end - started for end, _ in ends],
                "losses": [loss for _, loss in ends],
                "memory": memory,
            }
        )
    )


def measure(*words):
    """Run this script in a separate process and return the last line that it prints."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [sys.executable, __file__, *map(str, words)],
        capture_output=True,
        text=True,
        env=environment,
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def peak(size=4096):
    """Print the GFLOP/s of a product of two large matrices in TensorFlow."""
    import tensorflow as tf

    matrix = tf.random.normal((size, size))
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        (matrix @ matrix).numpy()
        seconds.append(time.perf_counter() - start)
    print(2 * size**3 / min(seconds) / 1e9)


def main(runs, works):
    for work in works:
        ways = [way for way in WAYS if work == "jets" or way != "scikit-learn, no dropout"]
        found = {way: [] for way in ways}
        for seed in range(runs):
            for way in ways:
                found[way].append(measure("worker", work, way, seed, time.time()))
        print(f"\n{TITLES[work]}, batch {BATCH}, {EPOCHS[work]} epochs, median of {runs} runs\n")
        header = (
            "",
            "first [s]",
            "epoch [s]",
            "speed-up",
            "to loss [s]",
            "validation loss",
            "memory [GB]",
        )
        print(f"| {' | '.join(header)} |\n{'|---' * len(header)}|")
        goal = max(min(run["losses"]) for run in found["lecture's model.fit"])
        usual = median(epoch_seconds, found["lecture's model.fit"])
        for way, all_runs in found.items():
            losses = [run["losses"][-1] for run in all_runs]
            cells = (
                f"{median(lambda run: run['seconds'][0], all_runs):.1f}",
                f"{median(epoch_seconds, all_runs):.4f}",
                f"{usual / median(epoch_seconds, all_runs):.1f}",
                f"{statistics.median(seconds_to(goal, run) for run in all_runs):.1f}".replace(
                    "inf", "-"
                ),
                f"{statistics.mean(losses):.4f} ± {statistics.pstdev(losses):.4f}",
                f"{median(lambda run: run['memory'], all_runs):.2f}",
            )
            print(f"| {way} | {' | '.join(cells)} |", flush=True)
        x = WORKS[work]()[0]
        reached = (
            flops(work)
            * (len(x) - len(x) // 5)
            / median(epoch_seconds, found["this project"])
            / 1e9
        )
        most = measure("peak")
        print(
            f"\nThis project: {reached:.1f} GFLOP/s, {reached / most:.1%} of the {most:.0f} "
            "GFLOP/s of a product of large matrices"
        )


def median(value, runs):
    return statistics.median(map(value, runs))


def epoch_seconds(run):
    """Return the median time of the epochs after the first."""
    return statistics.median(
        later - earlier for earlier, later in itertools.pairwise(run["seconds"])
    )


def seconds_to(goal, run):
    """Return the time until the validation loss reached the goal; infinite if it did not."""
    reached = (
        second for second, loss in zip(run["seconds"], run["losses"], strict=True) if loss <= goal
    )
    return next(reached, math.inf)


if __name__ == "__main__":
    if sys.argv[1:2] == ["worker"]:
        worker(sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5]))
    elif sys.argv[1:2] == ["peak"]:
        peak()
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 5, sys.argv[2:] or list(WORKS))
