"""Training in practice: what helps against overfitting, each remedy alone and all together.

For example: python train.py regularisation --rows 75. Networks of all methods and seeds learn few
of scikit-learn's digits side by side, as one computation (training/side_by_side.py); a tenth of
their labels is wrong. All see the same number of examples; the weights at the end are scored, and
the weights with the lowest validation loss (early stopping). The method to export is chosen on the
validation rows. Expect a test accuracy of 0.85 without a remedy, 0.88 with early stopping and 0.90
with L2 and dropout.
"""

from dataclasses import dataclass

from tasks.options import SEEDS, check_range
from tasks.study import Study, Subject

POOL, VALIDATION = 600, 150  # rows; the others are the test rows
BATCH, EVERY = 32, 25  # rows per step; steps between two looks at the validation rows
ROWS, UNITS = (25, 50, 100, 300, 600), (1, 2, 4, 8, 16)  # of the learning curves
SIDE = 8


@dataclass(frozen=True, kw_only=True)
class Digits(Subject):
    """Digits, split: training rows to draw from, validation rows, test rows.

    Args:
        x: `{split: (rows, 64)}`, pixels from 0 to 16.
        y: `{split: (rows,)}`.
    """

    x: dict
    y: dict


@dataclass(frozen=True)
class Regularisation(Study):
    rows: int = 150
    """number of training rows of all methods"""
    hidden: tuple[int, ...] = (64, 64)
    """units of each hidden layer"""
    l2: float = 4e-3
    """lambda of the loss term lambda * (sum of squared weights)"""
    dropout: float = 0.3
    """fraction of units dropped after each hidden layer"""
    shift: float = 0.5
    """pixels by which augmentation moves a picture in each direction, or not"""
    wrong_labels: float = 0.1
    """fraction of the training and validation labels that are wrong; test labels are right"""
    seeds: int = 5
    """networks of each method, which differ in their initial weights and their batches"""
    steps: int = 1500
    """number of training steps with 32 rows each; other batch sizes see the same examples"""
    split_seed: int = 42
    """seed of the random split into train, validation and test rows"""

    def check(self):
        super().check()
        check_range(self, rows=(20, POOL), hidden=(1, 256), l2=(0, 10), dropout=(0, 0.95))
        check_range(self, shift=(0, 1), wrong_labels=(0, 0.8))
        check_range(self, seeds=(1, 50), steps=(50, 10**5), split_seed=(0, SEEDS))

    def methods(self):
        """Return `{method: (settings of the networks, batch size, whether pictures move)}`."""
        l2, dropout = {"l2": self.l2}, {"dropout": self.dropout}
        normalise = {"normalise": True}
        return {
            "nothing": ({}, BATCH, False),
            "L2": (l2, BATCH, False),
            "dropout": (dropout, BATCH, False),
            "augmentation": ({}, BATCH, True),
            "batch normalisation": (normalise, BATCH, False),
            "initial weights x 0.1": ({"scale": 0.1}, BATCH, False),
            "initial weights x 4": ({"scale": 4.0}, BATCH, False),
            "8 rows a step": ({}, 8, False),
            "all rows a step": ({}, self.rows, False),
            "8 units a layer": ({"units": 8}, BATCH, False),
            "L2, dropout": (l2 | dropout, BATCH, False),
            "L2, dropout, augmentation": (l2 | dropout, BATCH, True),
            "all four": (l2 | dropout | normalise, BATCH, True),
        }

    def networks(self):
        """Return `[(method, training rows, units or 0)]` of the table and of both curves."""
        curves = [(name, rows, 0) for name in ("nothing", "all four") for rows in ROWS]
        capacity = [("nothing", self.rows, units) for units in UNITS]
        return [*((name, self.rows, 0) for name in self.methods()), *curves, *capacity]

    def load(self):
        import numpy as np
        from sklearn.datasets import load_digits
        from sklearn.model_selection import train_test_split

        digits = load_digits()
        rows = np.arange(len(digits.target))
        options = {"random_state": self.split_seed}
        kept, test = train_test_split(
            rows, train_size=POOL + VALIDATION, stratify=digits.target, **options
        )
        train, validation = train_test_split(
            kept, train_size=POOL, stratify=digits.target[kept], **options
        )
        parts = {"train": train, "validation": validation, "test": test}
        labels = {name: digits.target[part] for name, part in parts.items()}
        random = np.random.default_rng(self.split_seed)
        for name in ("train", "validation"):
            labels[name] = spoil(labels[name], self.wrong_labels, random)
        return Digits(
            source="scikit-learn's digits, 8 x 8 pixels",
            remarks=(
                f"{self.rows} training rows (up to {POOL} for a curve), "
                f"{VALIDATION} validation rows, {len(test)} test rows",
                f"{self.wrong_labels:.0%} of the training and validation labels are wrong",
            ),
            x={name: digits.data[part].astype("float32") for name, part in parts.items()},
            y=labels,
        )

    def build(self, data):
        """The fit trains all networks and then joins them."""

    def fit(self, model, data, run):
        """Train the networks of each batch size side by side."""
        import numpy as np

        from training.fit import Fit

        networks, methods = self.networks(), self.methods()
        results, history = {}, {}
        for batch in dict.fromkeys(size for _, size, _ in methods.values()):
            here = [n for n, (name, *_) in enumerate(networks) if methods[name][1] == batch]
            here = np.repeat(here, self.seeds)
            weights, curves = self.train(data, [networks[n] for n in here], batch)
            for place, number in enumerate(here):
                rows = [[(W[place], b[place]) for W, b in part] for part in weights]
                results.setdefault(number, []).append(rows)
            for name, columns in curves.items():
                history[name] = columns
        history = {
            column: [value for name in methods for value in history[name][column]]
            for column in ("method", "step", "loss", "val_loss")
        }
        return Fit(self.join(results), history)

    def train(self, data, networks, batch):
        """Train networks side by side.

        Returns: the weights at the end, the weights of early stopping, and `{method: curves}`.
        """
        import numpy as np

        from training.side_by_side import PLAIN, SideBySide, make_settings, measure

        methods = self.methods()
        options = [methods[name][0] | ({"units": u} if u else {}) for name, _, u in networks]
        settings = make_settings(
            len(networks),
            **{k: np.array([o.get(k, v) for o in options]) for k, v in PLAIN.items()},
        )
        rows = np.array([rows for _, rows, _ in networks])
        moving = np.array([methods[name][2] for name, *_ in networks])
        side_by_side = SideBySide(SIDE**2, self.hidden, 10, settings, self.seed)
        train = side_by_side.compile(self.draw_batches(data, rows, moving, batch))
        x, y = data.x["train"][: self.rows] / 16, data.y["train"][: self.rows]
        own = np.arange(self.rows) < rows[:, None]
        curves = {
            name: {"method": [], "step": [], "loss": [], "val_loss": []} for name, *_ in networks
        }
        steps = max(1, self.steps * BATCH // batch)
        every = max(1, EVERY * BATCH // batch)
        for step in range(0, steps, every):
            train(min(every, steps - step))
            loss, _ = measure(side_by_side.forward(x[None]), y, own)
            validation = data.x["validation"][None] / 16
            val_loss, _ = measure(side_by_side.forward(validation), data.y["validation"])
            side_by_side.keep_best(val_loss)
            for name, columns in curves.items():
                alike = [n for n, other in enumerate(networks) if other == (name, self.rows, 0)]
                row = (
                    name,
                    (step + every) * batch,
                    np.median(loss[alike]),
                    np.median(val_loss[alike]),
                )
                for column, value in zip(columns.values(), row, strict=True):
                    column.append(value)
            if step // every % 10 == 0:
                print(f"batches of {batch:<4} step {step + every:>6}, {len(networks)} networks")
        return (side_by_side.to_dense(), side_by_side.to_dense(best=True)), curves

    def draw_batches(self, data, rows, moving, batch):
        """Return a function that draws a batch for each network, with moved pictures for some."""
        import numpy as np
        import tensorflow as tf

        pictures = data.x["train"].reshape(-1, SIDE, SIDE) / 16
        moved = np.stack(
            [move(pictures, *by, self.shift) for by in MOVES], axis=1
        )  # (rows, moves, 8, 8)
        moved = tf.constant(moved.reshape(-1, SIDE**2))
        labels = tf.constant(data.y["train"], "int32")
        most = tf.constant(rows[:, None], "float32")
        moves = tf.constant(np.where(moving, len(MOVES), 1)[:, None], "float32")

        def draw(random):
            shape = len(rows), batch
            chosen = tf.cast(random.uniform(shape) * most, "int32")
            move = tf.cast(random.uniform(shape) * moves, "int32")
            return tf.gather(moved, chosen * len(MOVES) + move), tf.gather(labels, chosen)

        return draw

    def join(self, results):
        """Return one Keras model, given `{network: [(end, early stopping) of each seed]}`."""
        import keras
        import numpy as np
        from keras import layers

        from models.side_by_side import dense_networks

        inputs = keras.Input((SIDE, SIDE), name="image")
        x = layers.Rescaling(1 / 16)(layers.Flatten()(inputs))
        outputs = {}
        for part, name in enumerate(("at_the_end", "early_stopping")):
            members = [seed[part] for number in sorted(results) for seed in results[number]]
            weights = [
                tuple(np.stack(arrays) for arrays in zip(*layer, strict=True))
                for layer in zip(*members, strict=True)
            ]
            outputs[name] = dense_networks(x, weights)  # (batch, networks * seeds, 10)
        return keras.Model(inputs, outputs, name="regularisation")

    def export(self, model, data):
        import numpy as np
        import tensorflow as tf

        from datasets.dataset import Column
        from runs.endpoint import Endpoint, Export
        from training.side_by_side import measure

        outputs = model(data.x["validation"].reshape(-1, SIDE, SIDE), training=False)
        logits = np.log(np.moveaxis(outputs["early_stopping"], 1, 0) + 1e-30)
        losses = measure(logits, data.y["validation"])[0].reshape(-1, self.seeds)
        chosen = int(np.median(losses[: len(self.methods())], axis=1).argmin())
        print(f"chosen by its validation loss: {list(self.methods())[chosen]}, early stopping")

        def serve(inputs):
            members = model(inputs["image"])["early_stopping"]
            members = members[:, chosen * self.seeds : (chosen + 1) * self.seeds]
            probabilities = tf.reduce_mean(members, axis=1)  # of all seeds
            return {"digit": tf.argmax(probabilities, -1), "digit_probabilities": probabilities}

        image = (Column("image", "array", shape=(SIDE, SIDE)),)
        return Export(
            model,
            {
                "serve": Endpoint(serve, image),
                "networks": Endpoint(lambda inputs: model(inputs["image"]), image),
            },
        )

    def evaluate(self, run, data):
        from evaluation.evaluation import Evaluation, Headline
        from evaluation.regularisation import score_methods, score_networks, sort_curves
        from plots.regularisation import plot_learning_curves, plot_methods

        networks = self.networks()
        scores = score_networks(run, data, networks, self.seeds)
        methods = list(self.methods())
        table, chosen = score_methods(methods, scores)
        images = data.x["test"].reshape(-1, SIDE, SIDE)
        right = run.predict({"image": images})["digit"] == data.y["test"]
        plain = table[1][4]
        rows = f"{self.rows} training rows, {self.seeds} seeds"
        return Evaluation(
            Headline("test accuracy, mean of the seeds", float(right.mean()), plain, "nothing"),
            {
                f"{rows}: accuracies (medians), validation loss": table,
                f"chosen on the validation rows: {chosen}": [
                    ["answer", "test accuracy"],
                    ["median of single networks", table[1 + methods.index(chosen)][6]],
                    ["mean probability of all seeds", float(right.mean())],
                ],
            },
            {
                "methods": plot_methods(methods, scores, rows),
                "learning-curves": plot_learning_curves(
                    *sort_curves(networks, scores, run.history, max(self.hidden))
                ),
            },
            {"methods": table, "chosen": chosen},
        )


MOVES = [(0, 0), *((up, left) for up in (-1, 0, 1) for left in (-1, 0, 1) if up or left)]


def move(pictures, up, left, pixels):
    """Move pictures `(rows, height, width)` by up to a pixel; what comes in is black."""
    import numpy as np

    padded = np.pad(pictures, [(0, 0), (1, 1), (1, 1)])
    vertical = (1 - pixels) * padded + pixels * np.roll(padded, up, axis=1)
    both = (1 - pixels) * vertical + pixels * np.roll(vertical, left, axis=2)
    return both[:, 1:-1, 1:-1]


def spoil(labels, fraction, random):
    """Return labels of which a fraction is replaced by one of the other nine."""
    import numpy as np

    wrong = random.permutation(len(labels)) < round(fraction * len(labels))
    return np.where(wrong, (labels + random.integers(1, 10, len(labels))) % 10, labels)
