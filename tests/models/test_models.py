"""Each builder in a tiny configuration: shapes, parameter counts, save and load, a short fit."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest

from models.activations import ACTIVATIONS, dense
from models.cnn import cnn_classifier
from models.dense import dense_classifier, dense_regressor
from models.heads import answer, head
from models.wide_and_deep import wide_and_deep
from training.losses import LOSSES

BUILDERS = {  # (model, input shape, output shape, parameters, kind of answer)
    "dense classifier": (
        lambda: dense_classifier((16,), 5),
        (16,),
        (5,),
        (16 * 40 + 40) + (40 * 20 + 20) + (20 * 10 + 10) + (10 * 5 + 5) + (5 * 5 + 5),
        "softmax",
    ),
    "dense classifier of two classes": (
        lambda: dense_classifier((3,), 2, hidden=(4,)),
        (3,),
        (1,),
        16 + 5,
        "sigmoid",
    ),
    "dense classifier of pictures": (
        lambda: dense_classifier((4, 4, 1), 3, hidden=(8,), max_pixel=1.0),
        (4, 4, 1),
        (3,),
        (16 * 8 + 8) + (8 * 3 + 3),
        "softmax",
    ),
    "dense regressor": (lambda: dense_regressor(2, hidden=(6,)), (2,), (1,), 18 + 7, "linear"),
    "probabilistic regressor": (
        lambda: dense_regressor(2, hidden=(6,), probabilistic=True),
        (2,),
        (2,),
        18 + 7 + 7,
        "gaussian",
    ),
    "wide and deep": (
        lambda: wide_and_deep(3, [("softmax", 4)], hidden=(5,)),
        (3,),
        (4,),
        20 + 8 * 4 + 4,
        "softmax",
    ),
    "cnn": (
        lambda: cnn_classifier((8, 8, 1), 3, filters=(2, 4), units=5, max_pixel=1.0, augment=0.1),
        (8, 8, 1),
        (3,),
        # Convolutions without bias, four values per channel of batch normalisation, and
        # 2 x 2 x 4 values into the dense layer.
        (18 + 36 + 72 + 144) + 4 * (2 + 2 + 4 + 4) + (16 * 5 + 5) + (5 * 3 + 3),
        "softmax",
    ),
}


@pytest.fixture(params=BUILDERS)
def case(request):
    keras.utils.set_random_seed(0)
    build, input_shape, output_shape, parameters, kind = BUILDERS[request.param]
    random = np.random.default_rng(0)
    x = random.uniform(size=(64, *input_shape)).astype("float32")
    return build(), x, output_shape, parameters, kind


def test_shapes_and_parameters(case):
    model, x, output_shape, parameters, kind = case
    y = model.predict(x, verbose=0)
    assert y.shape == (64, *output_shape)
    assert model.count_params() == parameters
    if kind == "softmax":
        np.testing.assert_allclose(y.sum(axis=1), 1, atol=1e-5)
    if kind == "gaussian":
        assert (y[:, 1] > 0).all()


def test_the_loaded_model_predicts_the_same(case, tmp_path):
    model, x, *_ = case
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.predict(x, verbose=0), model.predict(x, verbose=0), atol=1e-5)


def test_a_fit_lowers_the_loss(case):
    model, x, output_shape, _, kind = case
    score = x.reshape(len(x), -1).mean(axis=1)
    numbers = (score - score.mean()) / score.std()
    y = numbers if kind in ("linear", "gaussian") else (numbers > 0).astype("int32")
    model.compile(keras.optimizers.Adam(0.01), LOSSES[kind])
    before = model.evaluate(x, y, verbose=0)
    model.fit(x, y, epochs=40, verbose=0)
    assert model.evaluate(x, y, verbose=0) < 0.9 * before


def test_wide_and_deep_has_an_output_per_head():
    outputs = wide_and_deep(3, [("softmax", 4), ("linear", 1), ("sigmoid", 2)])(np.zeros((2, 3)))
    assert [output.shape for output in outputs] == [(2, 4), (2, 1), (2, 1)]


def test_l2_adds_lambda_times_the_squared_weights():
    model = dense_classifier((3,), 4, hidden=(5,), l2=0.1)
    kernel = model.layers[1].kernel.numpy()
    np.testing.assert_allclose(float(model.losses[0]), 0.1 * np.sum(kernel**2), rtol=1e-5)


FORMULAS = {  # of z = x W + b, once more in NumPy
    "identity": lambda z: z,
    "step": lambda z: (z > 0).astype(float),
    "logistic": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "arctan": np.arctan,
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.2 * z),
    "prelu": lambda z: np.where(z > 0, z, 0.0),  # its slope starts at 0
    "elu": lambda z: np.where(z > 0, z, np.exp(z) - 1),
    "softplus": lambda z: np.log1p(np.exp(z)),
    "maxout": lambda z: z.reshape(len(z), -1, 2).max(axis=2),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation(name, tmp_path):
    inputs = keras.Input((3,))
    model = keras.Model(inputs, dense(inputs, 4, name))
    x = np.random.default_rng(0).standard_normal((10, 3)).astype("float32")
    first = next(layer for layer in model.layers if isinstance(layer, keras.layers.Dense))
    z = x @ first.kernel.numpy() + first.bias.numpy()
    np.testing.assert_allclose(model(x), FORMULAS[name](z), atol=1e-5)
    model.save(tmp_path / "model.keras")
    np.testing.assert_allclose(
        keras.models.load_model(tmp_path / "model.keras")(x), model(x), atol=1e-6
    )


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="Received: 'rele'"):
        dense(keras.Input((3,)), 4, "rele")
    with pytest.raises(ValueError, match="Received: 'soft'"):
        head(keras.Input((3,)), "soft")


@pytest.mark.parametrize(
    ("kind", "output", "expected"),
    [
        ("linear", [[2.0]], [[20 + 100]]),
        ("gaussian", [[2.0, 0.5]], [[20 + 100, 5.0]]),
        ("sigmoid", [[0.3]], [[0.7, 0.3]]),
        ("softmax", [[0.2, 0.3, 0.5]], [[0.2, 0.3, 0.5]]),
    ],
)
def test_answers_are_in_the_users_terms(kind, output, expected):
    inputs = keras.Input((len(output[0]),))
    model = keras.Model(inputs, answer(inputs, SimpleNamespace(head=kind, mean=100.0, std=10.0)))
    np.testing.assert_allclose(model(np.array(output)), expected, rtol=1e-5)
