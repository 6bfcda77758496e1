"""Networks of sequences, graphs and spikes as PyTorch's libraries write and train them.

benchmarks/sequences.py calls this file and prints what it measures.
"""

import math
import os
import time

import torch
from torch import nn
from torch.nn import functional

WIDTH, DEPTH, HEADS, STEPS = 128, 4, 4, 100  # of nanoGPT's network, and of what counts as an epoch


def torch_work(work, rows):
    """Return a module, a function of a batch to its loss, and training and validation tensors."""
    if work == "gru":

        class Classifier(nn.Module):
            def __init__(self):
                super().__init__()
                self.gru, self.last = nn.GRU(1, 64, batch_first=True), nn.Linear(64, 6)

            def forward(self, x):
                return self.last(self.gru(x)[0][:, -1])

        model = Classifier()
    elif work == "spiking":
        import snntorch as snn

        class Spiking(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc1, self.lif1 = nn.Linear(784, 1000), snn.Leaky(beta=0.95)
                self.fc2, self.lif2 = nn.Linear(1000, 10), snn.Leaky(beta=0.95)

            def forward(self, x):
                x = x.flatten(1) / 255
                first, second = self.lif1.init_leaky(), self.lif2.init_leaky()
                potentials = []
                for _ in range(25):
                    spikes, first = self.lif1(self.fc1(x), first)
                    _, second = self.lif2(self.fc2(spikes), second)
                    potentials.append(second)
                return torch.stack(potentials)

        model = Spiking()

        def sum_over_time(batch):
            potentials = model(batch[0])
            return sum(functional.cross_entropy(one, batch[1]) for one in potentials)

    parts = [tuple(map(torch.from_numpy, rows[name])) for name in ("train", "validation")]
    parts = [(x, y.long()) for x, y in parts]

    def loss_of(batch):
        return functional.cross_entropy(model(batch[0]), batch[1])

    return model, sum_over_time if work == "spiking" else loss_of, *parts


def train_peer(work, rows, batch, epochs, compiled=False):
    """Train a work of benchmarks/sequences.py; return the end and validation loss of each epoch."""
    torch.manual_seed(0)
    torch.set_num_threads(os.cpu_count())
    if work == "gcn":
        return train_with_geometric(rows, epochs)
    if work == "linear":
        return train_with_darts(rows, batch, epochs)
    if work in ("language", "recipes"):
        return train_nanogpt(rows, batch, epochs, compiled, schedule=work == "recipes")
    return train_in_batches(work, rows, batch, epochs)


def train_in_batches(work, rows, batch, epochs):
    """Train by a loop over slices of shuffled tensors with the fused Adam."""
    model, loss_of, train, validation = torch_work(work, rows)
    optimiser, ends = torch.optim.Adam(model.parameters(), 1e-3, fused=True), []
    for _ in range(epochs):
        model.train()
        for part in torch.randperm(len(train[0])).split(batch):
            optimiser.zero_grad()
            loss_of([x[part] for x in train]).backward()
            optimiser.step()
        model.eval()
        with torch.no_grad():
            loss = float(loss_of(validation))
        # The loss of spiking networks is a sum over time and does not compare.
        ends.append((time.time(), math.nan if work == "spiking" else loss))
    return ends


def train_with_geometric(rows, epochs):
    """Train as torch_geometric's example examples/gcn.py does, a validation an epoch."""
    from torch_geometric.nn import GCNConv

    x, pairs = torch.from_numpy(rows["x"]), torch.from_numpy(rows["edges"]).long().T
    edges = torch.unique(torch.cat([pairs, pairs.flip(0)], dim=1), dim=1)
    train, validation = (
        [torch.from_numpy(one).long() for one in rows[name]] for name in ("train", "validation")
    )
    first = GCNConv(x.shape[1], 16, cached=True)
    last = GCNConv(16, 7, cached=True)
    optimiser = torch.optim.Adam(
        [
            {"params": first.parameters(), "weight_decay": 5e-4},
            {"params": last.parameters(), "weight_decay": 0},
        ],
        0.01,
    )

    def network(training):
        h = functional.dropout(x, 0.5, training)
        h = first(h, edges).relu()
        return last(functional.dropout(h, 0.5, training), edges)

    ends = []
    for _ in range(epochs):
        optimiser.zero_grad()
        functional.cross_entropy(network(True)[train[0]], train[1]).backward()
        optimiser.step()
        with torch.no_grad():
            loss = functional.cross_entropy(network(False)[validation[0]], validation[1])
        ends.append((time.time(), float(loss)))
    return ends


def train_with_darts(rows, batch, epochs):
    """Train the DLinear of darts with its defaults, a validation an epoch."""
    from darts import TimeSeries
    from darts.models import DLinearModel
    from pytorch_lightning.callbacks import Callback

    ends = []

    class Clock(Callback):
        def on_validation_end(self, trainer, module):
            if not trainer.sanity_checking:
                ends.append((time.time(), float(trainer.callback_metrics["val_loss"])))

    series = {name: TimeSeries.from_values(part) for name, part in rows["series"].items()}
    (_, history, _), (_, horizon, _) = (part.shape for part in rows["train"])
    quiet = {"enable_progress_bar": False, "enable_model_summary": False, "logger": False}
    model = DLinearModel(
        history, horizon, batch_size=batch, n_epochs=epochs,
        pl_trainer_kwargs={"callbacks": [Clock()], "accelerator": "cpu", **quiet},
    )  # fmt: skip
    model.fit(series["train"], val_series=series["validation"])
    return ends


def make_nanogpt(alphabet, window):
    """Return nanoGPT's network: layer norms without bias, learned positions, GELU, tied weights."""

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.norms = nn.ModuleList(nn.LayerNorm(WIDTH, bias=False) for _ in range(2))
            self.inward = nn.Linear(WIDTH, 3 * WIDTH, bias=False)
            self.outward = nn.Linear(WIDTH, WIDTH, bias=False)
            self.widen = nn.Linear(WIDTH, 4 * WIDTH, bias=False)
            self.narrow = nn.Linear(4 * WIDTH, WIDTH, bias=False)

        def forward(self, x):
            batch, time, _ = x.shape
            parts = self.inward(self.norms[0](x)).split(WIDTH, dim=2)
            heads = [p.view(batch, time, HEADS, WIDTH // HEADS).transpose(1, 2) for p in parts]
            y = functional.scaled_dot_product_attention(*heads, is_causal=True)
            x = x + self.outward(y.transpose(1, 2).reshape(batch, time, WIDTH))
            return x + self.narrow(functional.gelu(self.widen(self.norms[1](x))))

    class GPT(nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens, self.places = nn.Embedding(alphabet, WIDTH), nn.Embedding(window, WIDTH)
            self.blocks = nn.Sequential(*(Block() for _ in range(DEPTH)))
            self.norm = nn.LayerNorm(WIDTH, bias=False)
            for parameter in self.parameters():
                if parameter.dim() == 2:
                    nn.init.normal_(parameter, std=0.02)

        def forward(self, codes):
            x = self.tokens(codes) + self.places(torch.arange(codes.shape[1]))
            return self.norm(self.blocks(x)) @ self.tokens.weight.T

    return GPT()


def train_nanogpt(rows, batch, epochs, compiled, schedule=False):
    """Train as nanoGPT's train.py does on a CPU: random places, AdamW, clipped gradients.

    Args:
        epochs: number of times 100 steps.
        schedule: whether the rate rises in 100 steps and falls by a cosine to a tenth.
    """
    codes, window = torch.from_numpy(rows["codes"]).long(), rows["window"]
    train, held = codes[: rows["cut"]], codes[rows["cut"] :]
    model = make_nanogpt(rows["alphabet"], window)
    matrices = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() < 2]
    groups = [{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, 1e-3, betas=(0.9, 0.99), fused=True)
    run = torch.compile(model) if compiled else model

    def draw(text):
        places = torch.randint(len(text) - window, (batch,))
        x = torch.stack([text[k : k + window] for k in places])
        y = torch.stack([text[k + 1 : k + 1 + window] for k in places])
        return x, y

    def loss_of(x, y):
        return functional.cross_entropy(run(x).flatten(0, 1), y.flatten())

    ends, total = [], epochs * STEPS
    for step in range(1, total + 1):
        if schedule:
            warm, part = step / 100, (step - 100) / (total - 100)
            rate = 1e-3 * (warm if warm < 1 else 0.1 + 0.45 * (1 + math.cos(math.pi * part)))
            for group in optimiser.param_groups:
                group["lr"] = rate
        loss_of(*draw(train)).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        if step % STEPS == 0:
            with torch.no_grad():
                batches = 100 if schedule else 10
                loss = sum(float(loss_of(*draw(held))) for _ in range(batches)) / batches
            ends.append((time.time(), loss))
    return ends
