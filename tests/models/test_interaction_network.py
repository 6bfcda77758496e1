"""Networks of forces: symmetries, numbers of bodies, and sums by hand."""

import keras
import numpy as np
import pytest

from models.interaction import central, interaction, mean_acceleration

SIZES = {"distance": 0.5, "acceleration": 3.0, "mass": 2.0, "charge": 1.5}
RANDOM = np.random.default_rng(0)


def draw(bodies, rows=4, dimensions=2):
    signs = RANDOM.choice([-1, 1], (rows, bodies))
    return {
        "positions": RANDOM.normal(size=(rows, bodies, dimensions)),
        "mass": RANDOM.uniform(1, 2, (rows, bodies)),
        "charge": signs * RANDOM.uniform(1, 2, (rows, bodies)),
    }


def call(model, inputs):
    return np.asarray(model(inputs))


@pytest.fixture(scope="module", params=[central, interaction])
def model(request):
    keras.utils.set_random_seed(0)
    return request.param(2, SIZES, (7, 6))


def test_parameters():
    # Distance, its logarithm, 1 / (1 + distance), two sums and two products; five terms of F.
    force = 7 * 7 + 7 + 7 * 6 + 6 + 6 * 5 + 5
    assert central(2, SIZES, (7, 6)).count_params() == force
    message = 6 * 7 + 7 + 7 * 6 + 6  # a difference in the plane, and two properties of both bodies
    update = 8 * 7 + 7 + 7 * 6 + 6 + 6 * 2 + 2
    assert interaction(2, SIZES, (7, 6)).count_params() == message + update


def test_save_and_load(model, tmp_path):
    inputs = draw(3)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(call(loaded, inputs), call(model, inputs), rtol=1e-6)


def test_any_number_of_bodies_in_any_order_at_any_place(model):
    for bodies in (2, 5, 8):
        inputs = draw(bodies)
        found = call(model, inputs)
        assert found.shape == (4, bodies, 2) and found.dtype == "float64"
        order = RANDOM.permutation(bodies)
        turned = call(model, {name: x[:, order] for name, x in inputs.items()})
        np.testing.assert_allclose(turned, found[:, order], rtol=1e-4, atol=1e-5)
        # A shift of 1e8 takes eight of sixteen digits.
        far = call(model, inputs | {"positions": inputs["positions"] + 1e8})
        np.testing.assert_allclose(far, found, rtol=1e-4, atol=1e-5)


def test_central_forces_keep_the_momentum_and_turn_with_the_bodies():
    model = central(3, SIZES, (7, 6))
    inputs = draw(5, dimensions=3)
    found = call(model, inputs)
    np.testing.assert_allclose((inputs["mass"][..., None] * found).sum(axis=1), 0, atol=1e-12)
    rotation, _ = np.linalg.qr(RANDOM.normal(size=(3, 3)))
    turned = call(model, inputs | {"positions": inputs["positions"] @ rotation})
    np.testing.assert_allclose(turned, found @ rotation, rtol=1e-4, atol=1e-5)
    torque = np.cross(inputs["positions"], inputs["mass"][..., None] * found).sum(axis=1)
    np.testing.assert_allclose(torque, 0, atol=1e-12)


def test_the_force_on_a_body_is_the_sum_over_the_others():
    model, inputs = central(2, SIZES, (7, 6)), draw(3)
    pairs = [
        call(model, {name: x[:, [0, other]] for name, x in inputs.items()})[:, 0]
        for other in (1, 2)
    ]
    np.testing.assert_allclose(call(model, inputs)[:, 0], sum(pairs), rtol=1e-4, atol=1e-6)


def test_a_message_goes_to_others_only():
    """A body far from the origin is alone: it gets what the update makes of no message."""
    model, inputs = interaction(2, SIZES, (7, 6)), draw(1)
    single = call(model, inputs)
    inputs["positions"] = inputs["positions"] + 5
    np.testing.assert_array_equal(call(model, inputs), single)
    weights = [np.array(w) for w in model.weights[4:]]
    x = np.stack([np.zeros(4)] * 6 + [inputs[n][:, 0] / SIZES[n] for n in ("mass", "charge")], -1)
    for kernel, bias in zip(weights[:4:2], weights[1:4:2], strict=True):
        x = np.log1p(np.exp(x @ kernel + bias))
    expected = (x @ weights[4] + weights[5]) * 3 / (inputs["mass"] / 2)
    np.testing.assert_allclose(single[:, 0], expected, rtol=1e-5)


def test_the_trained_network_is_the_mean_of_both_ends():
    network = central(2, SIZES, (4,))
    before, after = draw(3), draw(3)
    properties = {name: before[name] for name in ("mass", "charge")}
    found = call(
        mean_acceleration(network, 3.0),
        properties | {"before": before["positions"], "after": after["positions"]},
    )
    ends = [call(network, properties | {"positions": x["positions"]}) for x in (before, after)]
    np.testing.assert_allclose(found, (ends[0] + ends[1]) / 6, rtol=1e-6)
