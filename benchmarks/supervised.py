"""Training speed beside the lecture's own `model.fit`, PyTorch and scikit-learn: one table for each network.

    python benchmarks/supervised.py [epochs]

Every row trains in a process of its own, on the same generated rows, with validation after each epoch. "first" is the time
from the start of the process to the end of the first epoch, so imports and compilation are in it; "epoch" the median of the
later ones. "to loss" is the time until the validation loss is below that of the lecture's loop after all its epochs, plus 1 %.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).parents[1]
BATCH = 128


# The work


def jet_rows(count=125_000, features=16, classes=5):
    """Generated rows in the shape of the lecture's jets, learnable but not separable: `(x, y)`."""
    import numpy as np

    random = np.random.default_rng(0)
    x = random.normal(size=(count, features)).astype("float32")
    scores = x @ random.normal(size=(features, classes)) + 2 * np.sin(x[:, :classes] * 2) + random.normal(size=(count, classes))
    return x, scores.argmax(axis=1).astype("int32")


def pictures(count=16_000, classes=10):
    """Generated pictures in the shape of MNIST: ten blurred templates, shifted, in noise."""
    import numpy as np

    random = np.random.default_rng(0)
    templates = random.normal(size=(classes, 7, 7)).repeat(4, axis=1).repeat(4, axis=2)  # (classes, 28, 28)
    y = random.integers(0, classes, count).astype("int32")
    x = np.stack([np.roll(templates[label], random.integers(-3, 4, 2), (0, 1)) for label in y])
    return (x + random.normal(size=x.shape)).astype("float32")[..., None], y


def keras_network(work):
    if work == "jets":
        from models.dense import dense_classifier

        return dense_classifier((16,), 5)
    import keras
    from keras import layers

    inputs = keras.Input((28, 28, 1))
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
        layers += [nn.Conv2d(channels, filters, 3, padding="same"), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25)]
        channels = filters
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(32 * 49, 64), nn.ReLU(), nn.Linear(64, 10))


# The ways to train: each yields the validation loss at the end of every epoch


def lecture(work, train, validation, epochs):
    """`model.fit` on NumPy arrays with default settings, as the lectures write it."""
    yield from by_keras(keras_network(work), train, validation, epochs)


def ours(work, train, validation, epochs):
    from training.fast_model import fast

    yield from by_keras(fast(keras_network(work), steps=epochs * len(train[0]) // BATCH), train, validation, epochs)


def by_keras(model, train, validation, epochs):
    import keras
    import numpy as np

    ends = []

    class Clock(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            ends.append((time.time(), logs["val_loss"]))

    model.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy", weighted_metrics=["accuracy"])
    options = {"batch_size": BATCH, "epochs": epochs, "callbacks": [Clock()], "verbose": 0}
    if hasattr(model, "xla"):
        validation = (*validation, np.ones(len(validation[0]), "float32"))
        weights = np.ones(len(train[0]), "float32")
        model.fit(*train, weights, validation, validation_batch_size=8192 if train[0].ndim == 2 else 1024, **options)
    else:
        model.fit(*train, validation_data=validation, **options)
    yield from ends


def torch_loop(work, train, validation, epochs):
    """A plain loop over slices of shuffled tensors, with the fused Adam."""
    import torch

    def batches(x, y):
        order = torch.randperm(len(x))
        for start in range(0, len(x), BATCH):
            chosen = order[start : start + BATCH]
            yield x[chosen], y[chosen]

    yield from by_torch(work, train, validation, epochs, batches, fused=True)


def torch_loader(work, train, validation, epochs):
    """PyTorch's DataLoader and its default Adam."""
    from torch.utils.data import DataLoader, TensorDataset

    loader = DataLoader(TensorDataset(*torch_tensors(train)), BATCH, shuffle=True)
    yield from by_torch(work, train, validation, epochs, lambda x, y: loader, fused=False)


def torch_tensors(rows):
    import torch

    x, y = rows
    return torch.from_numpy(x if x.ndim == 2 else x.transpose(0, 3, 1, 2).copy()), torch.from_numpy(y).long()


def by_torch(work, train, validation, epochs, batches, fused):
    import torch

    torch.manual_seed(0)
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
            right += (answers.argmax(1) == y_batch).sum()  # the accuracy that Keras follows, too
        model.eval()
        with torch.no_grad():
            parts = [
                loss(model(a), b) * len(a) for a, b in zip(x_validation.split(1024), y_validation.split(1024), strict=True)
            ]
        yield time.time(), float(sum(parts)) / len(x_validation)


def scikit_learn(work, train, validation, epochs):
    """MLPClassifier, which has no dropout."""
    from sklearn.metrics import log_loss
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier((40, 20, 10, 5), batch_size=BATCH, random_state=0)
    for _ in range(epochs):
        model.partial_fit(*train, classes=range(5))
        yield time.time(), log_loss(validation[1], model.predict_proba(validation[0]))


WAYS = {
    "lecture's model.fit": lecture,
    "PyTorch, slices, fused Adam": torch_loop,
    "PyTorch, DataLoader": torch_loader,
    "scikit-learn, no dropout": scikit_learn,
    "ours": ours,
}
WORKS = {"jets": jet_rows, "cnn": pictures}


def worker(work, way, epochs, started):
    """Train once; print the seconds since `started` and the validation loss of each epoch, and the peak memory."""
    sys.path.insert(0, str(PROJECT))
    x, y = WORKS[work]()
    held = len(x) // 5
    ends = list(WAYS[way](work, (x[held:], y[held:]), (x[:held], y[:held]), epochs))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # GB
    print(json.dumps({"seconds": [end - started for end, _ in ends], "losses": [loss for _, loss in ends], "memory": memory}))


def measure(work, way, epochs):
    words = [sys.executable, __file__, "worker", work, way, str(epochs), str(time.time())]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(words, capture_output=True, text=True, env=environment)
    if done.returncode:
        sys.exit(f"{way} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def main(epochs):
    for work, title in (("jets", "jet network, 100000 x 16 rows"), ("cnn", "CNN, 12800 pictures of 28 x 28")):
        found = {way: measure(work, way, epochs) for way in WAYS if work == "jets" or way != "scikit-learn, no dropout"}
        reference = found["lecture's model.fit"]
        goal = 1.01 * min(reference["losses"])
        print(f"\n{title}, batch {BATCH}, {epochs} epochs\n")
        header = ("", "first [s]", "epoch [s]", "lecture / this", "to loss [s]", "validation loss", "memory [GB]")
        print(f"| {' | '.join(header)} |\n{'|---' * len(header)}|")
        usual = statistics.median(differences(reference["seconds"]))
        for way, run in found.items():
            epoch = statistics.median(differences(run["seconds"]))
            reached = [second for second, loss in zip(run["seconds"], run["losses"], strict=True) if loss <= goal]
            cells = (
                f"{run['seconds'][0]:.1f}",
                f"{epoch:.3f}",
                f"{usual / epoch:.1f}",
                f"{reached[0]:.1f}" if reached else "-",
            )
            print(f"| {way} | {' | '.join(cells)} | {run['losses'][-1]:.4f} | {run['memory']:.2f} |", flush=True)


def differences(seconds):
    return [later - earlier for earlier, later in zip(seconds, seconds[1:], strict=False)]


if __name__ == "__main__":
    if sys.argv[1:2] == ["worker"]:
        worker(sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 6)
