"""Operators as neuraloperator and DeepXDE (with PyTorch) write and train them.

benchmarks/operators.py calls this file in the Python that has them:

    python train_operators.py METHOD DATA.npz SECONDS SEED BATCH

It prints a line of JSON: steps, steps a second, seconds, and the relative L2 error on the test.
"""

import json
import math
import os
import sys
import time

os.environ.setdefault("DDE_BACKEND", "pytorch")

import numpy as np
import torch

MODES, WIDTH, DEPTH = 16, 32, 4
RATE, DEEPXDE_RATE = 5e-3, 1e-3
PROBE = 20  # steps by which the number of steps is chosen


def relative_l2(found, true):
    return (torch.linalg.norm((found - true).flatten(1), dim=1)
            / torch.linalg.norm(true.flatten(1), dim=1)).mean()  # fmt: skip


def train_neuraloperator(arrays, seconds, batch):
    """Train neuraloperator's FNO: Adam with a cosine in time, relative L2 loss."""
    from neuralop.models import FNO

    x, y, x_test, y_test = (torch.from_numpy(a).movedim(-1, 1) for a in arrays)
    dimension = x.ndim - 2
    model = FNO((2 * MODES if dimension == 1 else MODES,) * dimension, 1, 1, WIDTH, n_layers=DEPTH)
    optimiser = torch.optim.Adam(model.parameters(), RATE)
    mean, std, y_mean, y_std = x.mean(), x.std(), y.mean(), y.std()

    def answer(x):
        return model((x - mean) / std) * y_std + y_mean

    start, steps = time.perf_counter(), 0
    while (passed := (time.perf_counter() - start) / seconds) < 1:
        for part in torch.randperm(len(x)).split(batch):
            passed = min((time.perf_counter() - start) / seconds, 1.0)
            optimiser.param_groups[0]["lr"] = RATE * (1 + math.cos(math.pi * passed)) / 2
            optimiser.zero_grad()
            relative_l2(answer(x[part]), y[part]).backward()
            optimiser.step()
            steps += 1
            if passed >= 1:
                break
    spent = time.perf_counter() - start
    with torch.no_grad():
        error = float(relative_l2(answer(x_test), y_test))
    return steps, spent, error


def train_deepxde(arrays, seconds, batch):
    """Train DeepXDE's DeepONet on aligned data, as its example does, for a time."""
    import deepxde as dde

    x, y, x_test, y_test = (a[..., 0] for a in arrays)
    points = np.linspace(0, 1, x.shape[1], dtype="float32")[:, None]
    data = dde.data.TripleCartesianProd((x, points), y, (x_test, points), y_test)
    net = dde.nn.DeepONetCartesianProd(
        [x.shape[1], 128, 128, 100], [1, 128, 128, 100], "relu", "Glorot normal"
    )
    model = dde.Model(data, net)
    model.compile("adam", lr=DEEPXDE_RATE, decay=None)
    model.train(iterations=PROBE, batch_size=batch, display_every=10**9, verbose=0)
    start = time.perf_counter()
    model.train(iterations=5 * PROBE, batch_size=batch, display_every=10**9, verbose=0)
    steps = int(5 * PROBE * seconds / (time.perf_counter() - start))
    start = time.perf_counter()
    model.train(iterations=steps, batch_size=batch, display_every=10**9, verbose=0)
    spent = time.perf_counter() - start
    found = torch.from_numpy(model.predict((x_test, points)))
    return steps, spent, float(relative_l2(found, torch.from_numpy(y_test)))


def main(method, data, seconds, seed, batch):
    torch.manual_seed(int(seed))
    np.random.seed(int(seed))
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    with np.load(data, allow_pickle=False) as file:
        arrays = [file[name] for name in ("x", "y", "x_test", "y_test")]
    train = {"neuraloperator": train_neuraloperator, "deepxde": train_deepxde}[method]
    steps, spent, error = train(arrays, float(seconds), int(batch))
    print(json.dumps({"steps": steps, "seconds": spent, "rate": steps / spent, "error": error}))


if __name__ == "__main__":
    main(*sys.argv[1:])
