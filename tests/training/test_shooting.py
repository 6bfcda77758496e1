"""Shooting: rows against integration by SciPy, derivatives against differences of the rows."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.integrate import solve_ivp

from datasets.state_trajectories import join_splits, pad_trajectories
from models import vector_fields
from models.weight_vector import WeightVector
from training.field_fit import fit_field
from training.fit import fit
from training.shooting import ShootingSystem
from training.shooting_fit import Phase, ShootingLoop, cut_into_pieces

UNITS = [0.0, 0.0], [1.0, 1.0], [1.0, 1.0]


@pytest.fixture(scope="module", params=["plain", "hamiltonian", "lagrangian"])
def shot(request):
    """A system, its weights, and a batch of three noisy pieces, one of them shorter; without XLA,
    whose compilation takes longer than these few numbers."""
    keras.utils.set_random_seed(0)
    network = getattr(vector_fields, request.param)(*UNITS, (5,))
    follow = getattr(vector_fields, f"follow_{request.param}")
    random, found = np.random.default_rng(0), []
    for times in (6, 6, 4):
        t = np.cumsum(random.uniform(0.05, 0.2, times))
        found.append((t, random.normal(size=(times, 2))))
    batch = cut_into_pieces(pad_trajectories(found), [1.0, 2.0], 0)
    batch["decay"] = tf.fill([network.count_params()], tf.constant(1e-3, "float64"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.shooting.compile_by_xla", tf.function)
        system = ShootingSystem(network, follow, 2)
    return system, system.get_weights(), batch, found, follow(network)


def test_rows_are_differences_from_the_nearest_trajectory(shot):
    system, weights, batch, found, derive = shot
    for _ in range(3):
        rows, first = system.shots(tf.constant(weights), batch)
        batch = batch | {"first": first}
    rows = rows.numpy()
    np.testing.assert_allclose(rows[-len(weights) :], np.sqrt(1e-3) * weights)
    rows = rows[: -len(weights)].reshape(3, 6, 2)
    assert (rows[2, 4:] == 0).all()
    for row, start, (t, y) in zip(rows, first.numpy(), found, strict=True):
        path = solve_ivp(
            lambda t, y: derive(tf.constant(y[None])).numpy()[0],
            t[[0, -1]], start, "DOP853", t, rtol=1e-9, atol=1e-9,
        ).y.T  # fmt: skip
        expected = (path - y) / [1.0, 2.0] / np.sqrt(32)
        np.testing.assert_allclose(row[: len(t)], expected, atol=1e-5)
    for k in range(2):  # no other first state is nearer
        other = batch["first"].numpy().copy()
        other[:, k] += 1e-3
        path = system.shoot(derive, tf.constant(other), batch)
        assert np.sum(system.compare(path, batch).numpy() ** 2) > np.sum(rows**2)


def test_derivatives_are_those_of_the_rows(shot):
    """In the direction of all weights at once; the projection makes them those of the loss."""
    system, weights, batch, *_ = shot
    for _ in range(4):
        batch = batch | {"first": system.shots(tf.constant(weights), batch)[1]}
    rows, jacobian = map(np.asarray, system.jacobian(tf.constant(weights), batch))
    np.testing.assert_allclose(rows, system.residuals(tf.constant(weights), batch), atol=1e-9)
    direction, step = np.random.default_rng(1).normal(size=len(weights)), 1e-4

    def loss(length):
        moved = tf.constant(weights + length * direction)
        return np.sum(system.residuals(moved, batch).numpy() ** 2)

    slope = (loss(step) - loss(-step)) / (2 * step)
    assert 2 * rows @ jacobian @ direction == pytest.approx(slope, rel=1e-4)


def test_a_network_that_adds_nothing_is_left_out(monkeypatch, capsys):
    """Of y' = -y^2 the polynomial remains, and only one of its coefficients is large."""
    monkeypatch.setattr("training.shooting.compile_by_xla", tf.function)
    times = np.linspace(0, 1, 9)
    found = [(times, (first / (1 + first * times))[:, None]) for first in (0.5, 1.0, 2.0, 3.0)]
    train, validation = pad_trajectories(found[:3]), pad_trajectories(found[3:])
    data = SimpleNamespace(train=train, validation=validation, context={})
    keras.utils.set_random_seed(0)
    network = vector_fields.plain([0.0], [1.0], [1.0], (3,))
    follow, phases = vector_fields.follow_plain, [Phase(0, 3)]
    fit_field(network, follow, data, [1.0], phases, list, 1)
    assert "the network is left out" in capsys.readouterr().out
    x = tf.constant([[0.3], [2.5], [5.0]], "float64")
    np.testing.assert_allclose(network(x), -(x**2), rtol=1e-3)
    assert not network.get_layer("derivative").get_weights()[0].any()
    assert all(layer.trainable for layer in network.layers)


def test_a_network_that_is_needed_is_kept(monkeypatch):
    """Of y' = sin(3y). Each fit is compared from the measured states: the best first states of the
    other one may be far away."""
    monkeypatch.setattr("training.shooting.compile_by_xla", tf.function)
    times = np.linspace(0, 1, 9)
    paths = [solve_ivp(lambda _, y: np.sin(3 * y), (0, 1), [y], t_eval=times, rtol=1e-10).y.T
             for y in (0.3, 0.5, 0.7)]  # fmt: skip
    validation = pad_trajectories([(times, path) for path in paths])
    inputs = keras.Input((1,), dtype="float64")
    x = keras.layers.Dense(1, dtype="float64", activation=keras.ops.sin, name="wave")(inputs)
    polynomial = keras.layers.Dense(1, dtype="float64", name=vector_fields.POLYNOMIAL)(inputs)
    network = keras.Model(inputs, keras.layers.Add(dtype="float64")([x, polynomial]))
    network.get_layer("wave").set_weights([np.array([[3.0]]), np.zeros(1)])
    network.get_layer("polynomial").set_weights([np.zeros((1, 1)), np.zeros(1)])
    loop = ShootingLoop(ShootingSystem(network, vector_fields.follow_plain), [1.0], [Phase(0, 1)])
    best, starts, evaluate = loop.system.get_weights(), {}, loop.evaluate

    def record(batch, weights):
        starts.setdefault(weights[0], batch["first"].numpy())
        return evaluate(batch, weights)

    monkeypatch.setattr(loop, "evaluate", record)
    loop.leave_out_network(np.array([3.0, 0.0, 0.0, 20.0]), validation)
    np.testing.assert_array_equal(loop.system.get_weights(), best)
    np.testing.assert_array_equal(starts[0.0], validation.inputs["states"][:, 0])
    np.testing.assert_array_equal(starts[3.0], starts[0.0])


def test_parts_of_a_batch_sum_to_the_whole(shot, monkeypatch):
    system, weights, batch, *_ = shot
    whole = np.sum(system.residuals(tf.constant(weights), batch).numpy() ** 2)
    monkeypatch.setattr("training.shooting.BLOCK", 4 * len(weights))
    parts = system.split_batch(batch)
    assert len(parts) == 3
    found = sum(np.sum(system.residuals(tf.constant(weights), x).numpy() ** 2) for x in parts)
    assert found == pytest.approx(whole, rel=1e-10)


def test_pieces_have_their_ends_in_common():
    t = np.arange(9.0)
    split = pad_trajectories([(t, np.stack([t, -t], axis=1))])
    batch = cut_into_pieces(split, [1.0, 1.0], 5, [True, False])
    np.testing.assert_array_equal(batch["states"][..., 0], [t[:5], t[4:]])
    np.testing.assert_array_equal(batch["intervals"], np.ones((2, 4)))
    assert np.sum(batch["weights"].numpy() ** 2) == pytest.approx(1)
    assert (batch["weights"].numpy()[..., 1] == 0).all()


class LinearSystem:
    """Rows J w - y, of two layers; the decay's rows are added as `ShootingSystem` adds them."""

    def __init__(self):
        random = np.random.default_rng(0)
        self.matrix, self.values = random.normal(size=(9, 5)), random.normal(size=9)
        self.matrix[:, 2] *= 1e-3
        self.vector = WeightVector([keras.Variable(np.zeros(2)), keras.Variable(np.zeros(3))])
        self.network = None

    def split_batch(self, batch):
        return [batch]

    def jacobian(self, weights, batch):
        w, root = np.asarray(weights), np.sqrt(batch["decay"])
        rows = np.concatenate([self.matrix @ w - self.values, root * w])
        return rows, np.concatenate([self.matrix, np.diag(root)])


def test_each_layer_has_its_most_probable_decay():
    """Against the inverse of the matrix in MacKay's formulas."""
    system, weights = LinearSystem(), np.array([0.3, -0.2, 0.5, 0.1, 0.4])
    loop = ShootingLoop(system, [1.0], [Phase(0, 1)])
    old = np.array([0.1, 0.1, 2.0, 2.0, 2.0])
    loop.decay.assign(old)
    first = tf.zeros((1, 2), "float64")
    loop.batch = {"decay": tf.constant(old), "weights": tf.ones((1, 9)), "first": first}
    loop.choose_decay(weights)
    square = system.matrix.T @ system.matrix
    shares = np.diag(np.linalg.solve(square + np.diag(old), square))
    residuals = system.matrix @ weights - system.values
    variance = residuals @ residuals / (9 - 2 - shares.sum())
    for group in (slice(0, 2), slice(2, 5)):
        expected = variance * shares[group].sum() / (weights[group] @ weights[group])
        np.testing.assert_allclose(loop.decay.numpy()[group], expected, rtol=1e-9)


class KeepSnapshots(keras.callbacks.Callback):
    """Copies the snapshot after each epoch, as if the training had been broken off there."""

    def __init__(self, path):
        super().__init__()
        self.path, self.copies = path, []

    def on_epoch_end(self, epoch, logs=None):
        self.copies.append(self.path.read_bytes() if self.path.exists() else b"")


def test_a_training_resumes_to_the_last_bit(tmp_path, monkeypatch):
    """Within a phase and between two: the damping, the decay and the first states are kept."""
    monkeypatch.setattr("training.shooting.compile_by_xla", tf.function)
    random, times = np.random.default_rng(0), np.linspace(0, 1, 7)
    angles = times + random.uniform(0, 6, (4, 1))
    states = np.stack([np.cos(angles), -np.sin(angles)], -1) + 0.05 * random.normal(size=(4, 7, 2))
    train, validation = (
        pad_trajectories([(times, state) for state in part]) for part in (states[:3], states[3:])
    )
    keras.utils.set_random_seed(0)
    system = ShootingSystem(vector_fields.plain(*UNITS, (3,)), vector_fields.follow_plain)
    initial, path = system.get_weights(), tmp_path / "snapshot.npz"

    def run(keep):
        system.set_weights(initial)
        loop = ShootingLoop(system, [1.0, 1.0], [Phase(4, 2), Phase(0, 3)])
        found = fit(loop, train, validation, 5, [keep], path, 0.0)
        return loop.system.get_weights(), found.history, loop.decay.numpy(), loop

    whole = run(keep := KeepSnapshots(path))
    for epoch in (1, 2, 3):  # callbacks see the snapshot of the epoch before
        path.write_bytes(keep.copies[epoch])
        weights, history, decay, loop = run(KeepSnapshots(path))
        np.testing.assert_array_equal(weights, whole[0], err_msg=str(epoch))
        np.testing.assert_array_equal(decay, whole[2])
        assert history["loss"] == whole[1]["loss"]
    # The fit of all trajectories begins with these weights.
    together = join_splits(train, validation)
    assert together.rows == 4

    def measure():
        batch = cut_into_pieces(together, [1.0, 1.0], 0) | {"decay": tf.identity(loop.decay)}
        return loop.evaluate(batch, loop.system.get_weights())[0]

    before = measure()
    loop.refit(together)
    assert measure() < before
