"""Each builder in a tiny configuration: shapes, parameter counts, save and load, a short fit."""

import keras
import numpy as np
import pytest

from datasets.dataset import Column, Target
from models.activations import ACTIVATIONS, dense
from models.autoencoder import autoencoder, start_from_pca
from models.cnn import cnn_classifier
from models.columns import column_encoder
from models.dense import dense_classifier, dense_regressor
from models.ensemble import average, ensemble, find_members
from models.heads import answer, complete_network, head
from models.wide_and_deep import wide_and_deep
from tests.checks import check_builder

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
        lambda: wide_and_deep(3, {"y": ("softmax", 4)}, hidden=(5,)),
        (3,),
        (4,),
        20 + 8 * 4 + 4,
        "softmax",
    ),
    "linear head of several numbers": (
        lambda: wide_and_deep(3, {"y": ("linear", 2)}, hidden=(5,)),
        (3,),
        (2,),
        20 + 8 * 2 + 2,
        "linear",
    ),
    "autoencoder": (
        lambda: autoencoder((6,), 2, hidden=(5, 4)),
        (6,),
        (6,),
        # Linear paths, and the deep ones, 6-5-4-2 and 2-4-5-6.
        (6 * 2 + 2) + (2 * 6 + 6) + (35 + 24 + 10) + (12 + 25 + 36),
        "linear",
    ),
    "cnn": (
        lambda: cnn_classifier(
            (8, 8, 1), 3, filters=(2, 4), hidden=(5,), max_pixel=1.0, augment=0.1
        ),
        (8, 8, 1),
        (3,),
        # Convolutions without bias, four values per channel of batch normalisation, and
        # 2 x 2 x 4 values into the dense layer.
        (18 + 36 + 72 + 144) + 4 * (2 + 2 + 4 + 4) + (16 * 5 + 5) + (5 * 3 + 3),
        "softmax",
    ),
}


@pytest.mark.parametrize("name", BUILDERS)
def test_builders(name, tmp_path):
    keras.utils.set_random_seed(0)
    build, *expected = BUILDERS[name]
    check_builder(build(), *expected, tmp_path)


def test_wide_and_deep_has_an_output_per_head():
    heads = {"a": ("softmax", 4), "b": ("linear", 1), "c": ("sigmoid", 2), "d": ("linear", 3)}
    outputs = wide_and_deep(3, heads)(np.zeros((2, 3)))
    shapes = {name: tuple(output.shape) for name, output in outputs.items()}
    assert shapes == {"a": (2, 4), "b": (2, 1), "c": (2, 1), "d": (2, 3)}


@pytest.mark.parametrize("heads", [{"a": ("linear", 1)}, {"a": ("linear", 1), "b": ("softmax", 4)}])
def test_an_ensemble_has_the_answers_of_its_members(heads, tmp_path):
    networks = [wide_and_deep(3, heads, hidden=(4,)) for _ in range(5)]
    model = ensemble(networks)
    assert model.count_params() == 5 * networks[0].count_params()
    assert find_members(model) == networks and find_members(networks[0]) == [networks[0]]
    x = np.random.default_rng(0).normal(size=(7, 3)).astype("float32")
    outputs, each = model.predict(x, verbose=0), [n.predict(x, verbose=0) for n in networks]
    names = [None] if len(heads) == 1 else list(heads)
    for name in names:
        found = outputs if name is None else outputs[name]
        expected = [one if name is None else one[name] for one in each]
        np.testing.assert_allclose(found, np.stack(expected, axis=1), atol=1e-6)
    mean = average(model, {name: kind for name, (kind, _) in heads.items()})
    mean.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras").predict(x, verbose=0)
    for name in names:
        found = loaded if name is None else loaded[name]
        expected = [one if name is None else one[name] for one in each]
        np.testing.assert_allclose(found, np.mean(expected, axis=0), atol=1e-6)


def test_an_autoencoder_begins_as_a_principal_component_analysis():
    from sklearn.decomposition import PCA

    x = np.random.default_rng(0).normal(size=(40, 6)) @ np.diag([5, 4, 3, 2, 1, 1]) + 7
    pca, model = PCA(2).fit(x), autoencoder((6,), 2, hidden=(5,))
    start_from_pca(model, pca.mean_, pca.components_)
    encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")
    code = encoder.predict(x, verbose=0)
    np.testing.assert_allclose(code, pca.transform(x), atol=1e-4)
    restored = model.predict(x, verbose=0)
    np.testing.assert_allclose(restored, pca.inverse_transform(pca.transform(x)), atol=1e-4)
    np.testing.assert_allclose(decoder.predict(code, verbose=0), restored, atol=1e-4)


def test_a_convolutional_autoencoder_of_any_shape(tmp_path):
    x = np.random.default_rng(0).uniform(size=(5, 9 * 7 * 2)).astype("float32")
    model = autoencoder((9, 7, 2), 3, filters=(4, 6))
    restored = model.predict(x, verbose=0)
    assert restored.shape == x.shape
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras").predict(x, verbose=0)
    np.testing.assert_allclose(loaded, restored, atol=1e-6)


def test_the_terms_of_sparse_and_contractive_autoencoders():
    """Of a linear code z = A x they are known: |A|^2 over the variance of z, and E|z| / rms z."""
    x = np.random.default_rng(0).normal(size=(20_000, 3)).astype("float32")
    for name in ("sparsity", "contraction"):
        model = autoencoder((3,), 2, hidden=(4,), **{name: 0.5})
        model.compile(loss="mean_squared_error")
        code, matrix = (
            model.get_layer("encoder").predict(x, verbose=0),
            model.get_layer("encoder").get_layer("linear").kernel.numpy(),
        )
        size = np.sqrt((code**2).mean(axis=0))
        expected = {
            "sparsity": np.mean(np.abs(code).mean(axis=0) / size),
            "contraction": (matrix**2).sum() / code.var(axis=0).sum(),
        }[name]
        x = keras.ops.convert_to_tensor(x)
        plain, whole = (
            float(model.compute_loss(x, x, model(x), training=training))
            for training in (False, True)
        )
        assert whole - plain == pytest.approx(0.5 * expected, rel=0.05)


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
    ("target", "output", "expected"),
    [
        (Target("y", mean=100.0, std=10.0), [[2.0]], [[20 + 100]]),
        (Target("y", mean=100.0, std=10.0, probabilistic=True), [[2.0, 0.5]], [[20 + 100, 5.0]]),
        (Target("y", mean=1.0, std=2.0, shape=(2,)), [[1.0, 2.0]], [[3.0, 5.0]]),
        (
            Target("y", std=2.0, shape=(2, 1, 2)),
            [[1.0, 2.0, 3.0, 4.0]],
            [[[[2.0, 4.0]], [[6.0, 8.0]]]],
        ),
        (Target("y", classes=("a", "b")), [[0.3]], [[0.7, 0.3]]),
        (Target("y", classes=("a", "b", "c")), [[0.2, 0.3, 0.5]], [[0.2, 0.3, 0.5]]),
    ],
)
def test_answers_are_in_user_units(target, output, expected):
    inputs = keras.Input((len(output[0]),))
    model = keras.Model(inputs, answer(inputs, target))
    np.testing.assert_allclose(model(np.array(output)), expected, rtol=1e-5)


@pytest.mark.parametrize("reverse", [False, True])
def test_the_outputs_of_a_complete_network_have_the_targets_names(reverse):
    """Whatever their order and whatever characters the names have."""
    targets = [Target("size [m]"), Target("size [cm]", std=100.0), Target("kind", classes=(1, 2))]
    columns = [Column("x")]
    inputs = keras.Input((1,))
    heads = {"size__m_": inputs, "size__cm_": inputs, "kind": keras.layers.Rescaling(0.1)(inputs)}
    heads = dict(reversed(heads.items())) if reverse else heads
    network = keras.Model(inputs, heads, name="example")
    model = complete_network(column_encoder(columns), network, targets)
    answers = model({"x": np.array([2.0])})
    assert model.name == "example" and set(answers) == {"size [m]", "size [cm]", "kind"}
    assert float(answers["size [m]"][0, 0]) == 2 and float(answers["size [cm]"][0, 0]) == 200
    np.testing.assert_allclose(answers["kind"], [[0.8, 0.2]], rtol=1e-6)
