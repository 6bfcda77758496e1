"""The playground's network in JavaScript, run by V8: its steps are those of Keras."""

import json
import re
from pathlib import Path

import keras
import numpy as np
import pytest
from py_mini_racer import MiniRacer

from models.dense import dense_classifier

STATIC = Path(__file__).parents[2] / "page" / "static"
BATCH, STEPS, L2 = 16, 5, 0.01
OPTIMISERS = {
    "sgd": lambda: keras.optimizers.SGD(0.1),
    "momentum": lambda: keras.optimizers.SGD(0.1, momentum=0.9),
    "adam": lambda: keras.optimizers.Adam(0.03),
}


@pytest.fixture(scope="module")
def browser():
    """V8 with the playground's modules, which import nothing else."""
    context = MiniRacer()
    for name in ("playground_network.js", "playground_data.js", "playground_trainer.js"):
        text = (STATIC / name).read_text("utf-8")
        text = re.sub(r"^import .*$|^export ", "", text, flags=re.MULTILINE)
        context.eval(text)
    yield context
    context.close()


def ask(context, expression):
    return json.loads(context.eval(f"JSON.stringify({expression})"))


@pytest.mark.parametrize("activation", ["tanh", "relu", "logistic", "identity"])
@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_steps_are_those_of_keras(browser, optimiser, activation):
    random = np.random.default_rng(0)
    x = random.normal(size=(STEPS, BATCH, 2))
    labels = (x[..., 0] * x[..., 1] > 0).astype("float64")
    network = dense_classifier((2,), 2, (4, 3), 0.0, activation, L2)
    network.compile(OPTIMISERS[optimiser](), "binary_crossentropy")
    pairs = [pair.tolist() for pair in network.get_weights()]
    for rows, truth in zip(x, labels, strict=True):
        network.train_on_batch(rows, truth[:, None])
    weights = ask(
        browser,
        f"""(() => {{
            const [x, labels, weights] = {json.dumps([x.tolist(), labels.tolist(), pairs])};
            const network = makeNetwork(2, [4, 3], "{activation}", makeRandom(1));
            weights.forEach((values, k) => (k % 2 ? network.biases : network.kernels)
                [Math.floor(k / 2)].set(values.flat()));
            const optimise = makeOptimiser("{optimiser}");
            x.forEach((rows, k) => optimise(network,
                backward(network, Float64Array.from(rows.flat()), labels[k], {L2}),
                {0.03 if optimiser == "adam" else 0.1}));
            return network.kernels.flatMap((kernel, k) => [[...kernel], [...network.biases[k]]]);
        }})()""",
    )
    for found, expected in zip(weights, network.get_weights(), strict=True):
        np.testing.assert_allclose(found, expected.ravel(), atol=1e-5)


def test_all_sets_are_learned(browser):
    """With the features that suit them, in less than 100 epochs; the same seed, the same points."""
    found = ask(
        browser,
        """Object.keys(SETS).map((data) => {
            const features = { "exclusive or": ["x₁x₂"], circles: ["x₁²", "x₂²"] }[data];
            const settings = { ...DEFAULTS, data, noise: 0, features: features ?? ["x₁", "x₂"] };
            if (data === "spiral") Object.assign(settings, {
                features: Object.keys(FEATURES), hidden: [8, 8], rate: 0.01 });
            const trainer = new Trainer(settings);
            for (let k = 0; k < 80; k++) trainer.step();
            const again = new Trainer(settings);
            const same = JSON.stringify(again.points) === JSON.stringify(trainer.points);
            return [data, trainer.scores.validation.right, same, trainer.points.train.length];
        })""",
    )
    assert [name for name, *_ in found] == ["circles", "exclusive or", "two Gaussians", "spiral"]
    assert all(right > 0.95 for _, right, *_ in found), found
    assert all(same and count == 200 for *_, same, count in found)


def test_the_loss_curve_stays_short(browser):
    lengths = ask(
        browser,
        """(() => {
            const trainer = new Trainer({ ...DEFAULTS, hidden: [], batch: 200 });
            for (let k = 0; k < 1000; k++) trainer.step();
            return [trainer.history.epochs.length, trainer.history.epochs.at(-1), trainer.epoch];
        })()""",
    )
    assert 200 <= lengths[0] <= 400 and lengths[1] > 990 and lengths[2] == 1000
