"""Convolution: by formula in 1-D to 3-D, on a photograph, and on digits that are shifted.

For example: python train.py convolution --units 50. The formulas are in lectures/convolution.py. A
convolution of a shifted picture is the shifted convolution (translation equivariance); a dense
layer knows nothing of neighbours. A convolutional and a dense network learn digits in the centre of
a frame and are tested on shifted ones. Expect differences of 1e-13 from Keras and SciPy, and an
accuracy of 0.97 at shifts of 2, 4 and 6 pixels (0.79 between: the pooling has a stride of 2) where
that of the dense network falls to 0.1.
"""

from dataclasses import dataclass

from tasks.options import SEEDS, UNITS, check_range
from tasks.study import Study

FRAME = 24  # pixels; the digits have 8
SHIFTS = range(8)
PHOTOGRAPH = 128
LAYERS = {  # with random weights: pixels for each element of its answer
    "convolution": 1,
    "convolution, stride 2": 2,
    "dense layer": 1,
}
NETWORKS = ("convolutional", "dense")


@dataclass(frozen=True)
class Convolution(Study):
    units: int = 100
    """units of the dense hidden layer, and of the layers whose weights are counted"""
    filters: tuple[int, ...] = (16, 32)
    """filters of the two convolutions of the convolutional network"""
    epochs: int = 30
    """number of passes over the training rows"""
    batch_size: int = 32
    """rows per training step"""
    split_seed: int = 42
    """seed of the random split into train, validation and test rows"""

    def check(self):
        from errors import UserError

        super().check()
        check_range(self, units=(1, UNITS), filters=(1, 512), epochs=(1, 1000))
        check_range(self, batch_size=(1, 10_000), split_seed=(0, SEEDS))
        if len(self.filters) != 2:
            raise UserError(f"--filters must be two numbers. Received: {self.filters}")

    def load(self):
        import numpy as np
        from sklearn.datasets import load_digits

        from datasets.pictures import make_picture_dataset

        digits = load_digits()
        border = (FRAME - digits.images.shape[1]) // 2
        images = np.pad(digits.images, [(0, 0), (border, border), (border, border)])[..., None]
        source = f"scikit-learn's digits in the centre of {FRAME} x {FRAME} pixels"
        return make_picture_dataset(
            source, images.astype("float32"), digits.target, self.split_seed, "digit", 16.0
        )

    def build(self, data):
        """Build both networks, single layers of random weights, and filters of a photograph."""
        import keras
        from keras import layers

        from lectures.convolution import KERNELS

        (column,) = data.columns
        image = keras.Input(column.shape, name="image")
        pixels = layers.Rescaling(1 / column.max_pixel)(image)

        x = layers.Conv2D(self.filters[0], 3, padding="same", activation="relu")(pixels)
        x = layers.MaxPooling2D()(x)
        x = layers.Conv2D(self.filters[1], 3, padding="same", activation="relu")(x)
        x = layers.GlobalMaxPooling2D()(x)  # (batch, filters)
        convolutional = layers.Dense(10, activation="softmax", name="convolutional")(x)

        x = layers.Flatten()(pixels)
        x = layers.Dense(self.units, activation="relu", name="hidden")(x)
        dense = layers.Dense(10, activation="softmax", name="dense")(x)

        single = layers.Conv2D(4, 3, padding="same", name="convolution")(pixels)
        strided = layers.Conv2D(4, 3, 2, padding="same", name="convolution_stride_2")(pixels)
        x = layers.Dense(FRAME**2, name="dense_layer")(layers.Flatten()(pixels))
        unordered = layers.Reshape((FRAME, FRAME, 1))(x)

        photograph = keras.Input((PHOTOGRAPH, PHOTOGRAPH), name="photograph")
        x = keras.ops.expand_dims(photograph, -1)  # (batch, height, width, 1)
        filtered = {
            name: layers.Conv2D(1, len(kernel), padding="same", use_bias=False, name=f"kernel_{n}")(
                x
            )
            for n, (name, kernel) in enumerate(KERNELS.items())
        }
        outputs = dict(zip(NETWORKS, (convolutional, dense), strict=True))
        outputs |= dict(zip(LAYERS, (single, strided, unordered), strict=True))
        return keras.Model({"image": image, "photograph": photograph}, outputs | filtered)

    def fit(self, model, data, run):
        """Set the kernels, and train both networks side by side; they share only the input."""
        import keras
        import numpy as np

        from lectures.convolution import KERNELS
        from training.callbacks import standard_callbacks
        from training.fit import fit
        from training.loop import choose_loop

        for n, kernel in enumerate(KERNELS.values()):
            weights = np.array(kernel, "float32")[..., None, None]
            model.get_layer(f"kernel_{n}").set_weights([weights])
        networks = keras.Model(model.input["image"], {n: model.output[n] for n in NETWORKS})
        networks.compile("adam", {name: "sparse_categorical_crossentropy" for name in NETWORKS})
        x, y = data.train.inputs["image"], data.train.targets["digit"]
        train = x, {name: y for name in NETWORKS}
        loop = choose_loop(networks, "auto", len(x), self.epochs, self.batch_size)
        callbacks = standard_callbacks(run.folder, 0, None, monitor="")
        return fit(loop, train, None, self.epochs, callbacks)._replace(model=model)

    def export(self, model, data):
        import keras

        from datasets.dataset import Column
        from runs.endpoint import Endpoint, Export

        def choose(input_name, names):
            part = keras.Model(
                model.input[input_name], {name: model.output[name] for name in names}
            )
            return lambda inputs: part(inputs[input_name])

        filters = [name for name in model.output if name not in (*NETWORKS, *LAYERS)]
        photograph = Column("photograph", "array", shape=(PHOTOGRAPH, PHOTOGRAPH))
        return Export(
            model,
            {
                "serve": Endpoint(choose("image", NETWORKS), data.columns),
                "layers": Endpoint(choose("image", LAYERS), data.columns),
                "filters": Endpoint(choose("photograph", filters), (photograph,)),
            },
        )

    def evaluate(self, run, data):
        import numpy as np
        from sklearn.datasets import load_sample_image

        from evaluation import convolution
        from evaluation.evaluation import Evaluation, Headline
        from lectures.convolution import KERNELS
        from plots.convolution import plot_filtered, plot_shifts

        images, labels = data.test.inputs["image"], data.test.targets["digit"]
        cases = convolution.compare_cases(np.random.default_rng(self.seed))
        photograph = shrink(load_sample_image("china.jpg")[140:396, 60:316])
        filtered = run.predict({"photograph": photograph[None]}, "filters")
        filtered = {name: (filtered[name][0, ..., 0], kernel) for name, kernel in KERNELS.items()}

        def answer(name, endpoint="serve"):
            return lambda x: run.predict({"image": x}, endpoint)[name]

        differences = {
            name: convolution.measure_equivariance(
                answer(name, "layers"), images[:50], SHIFTS, stride
            )
            for name, stride in LAYERS.items()
        }
        accuracies = {
            name: convolution.measure_accuracy(
                lambda x, name=name: answer(name)(x).argmax(axis=-1), images, labels, SHIFTS
            )
            for name in NETWORKS
        }
        weights = convolution.count_weights((PHOTOGRAPH, PHOTOGRAPH), self.units)
        columns = differences | accuracies
        by_shift = [
            ["shift", *columns],
            *([int(s), *(float(v[n]) for v in columns.values())] for n, s in enumerate(SHIFTS)),
        ]
        kernels = [
            ["kernel", "difference from SciPy, relative to it", "largest value"],
            *convolution.compare_filters(photograph, filtered),
        ]
        farthest = by_shift[-1][-2:]
        largest = max(max(row[-2:]) for row in cases[1:])
        return Evaluation(
            Headline(f"accuracy, shifted by {SHIFTS[-1]} pixels", *farthest, "dense network"),
            {
                "cross-correlation by formula: sizes, and differences from Keras and SciPy": cases,
                f"kernels on a photograph, {PHOTOGRAPH} x {PHOTOGRAPH}": kernels,
                f"weights of a layer for {PHOTOGRAPH} x {PHOTOGRAPH} pixels": weights,
                f"digits shifted by some pixels: difference of the layers from shifted layers, and "
                f"accuracy of the networks, {len(labels)} test rows": by_shift,
            },
            {
                "filtered": plot_filtered(photograph, filtered),
                "shifts": plot_shifts(list(SHIFTS), differences, accuracies),
            },
            {"cases": cases, "weights": weights, "by_shift": by_shift}
            | {"largest_difference": largest, "kernels": kernels},
        )


def shrink(photograph):
    """Return the mean of each 2 x 2 pixels and their colours, `(height / 2, width / 2)`."""
    height, width, colours = photograph.shape
    blocks = photograph.reshape(height // 2, 2, width // 2, 2, colours)
    return blocks.mean(axis=(1, 3, 4)).astype("float32")
