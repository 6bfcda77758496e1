"""Simulated motion against closed forms and tight integrations; tables of trajectories."""

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import solve_ivp

from datasets.flows import FLOWS, simulate_flow
from datasets.mechanical_trajectories import load_mechanics, simulate_mechanics
from datasets.mechanics import SYSTEMS, compile_law, draw_mechanics
from datasets.state_trajectories import add_unobserved, load_trajectories, read_trajectories
from errors import UserError


def test_a_spring_by_its_closed_form():
    """H = q^2 + p^2: dq/dt = 2p, dp/dt = -2q."""
    clean, noisy = draw_mechanics("spring", 6, 0)
    t = SYSTEMS["spring"].times
    q, p = clean[:, :1, 0], clean[:, :1, 1]
    np.testing.assert_allclose(clean[..., 0], q * np.cos(2 * t) + p * np.sin(2 * t), atol=1e-9)
    np.testing.assert_allclose(clean[..., 1], p * np.cos(2 * t) - q * np.sin(2 * t), atol=1e-9)
    radius = np.linalg.norm(clean[:, 0], axis=1)
    assert (radius >= 0.1).all() and (radius <= 1).all()
    assert np.std(noisy - clean) == pytest.approx(0.1, rel=0.2)


def test_a_pendulum_by_hand():
    law = compile_law("pendulum")
    state = np.array([0.3, 0.7])
    np.testing.assert_allclose(law.derive(state), [1.4, -3 * np.sin(0.3)])
    assert law.energy(state) == pytest.approx(3 * (1 - np.cos(0.3)) + 0.49)
    moving = compile_law("pendulum", velocities=True)  # the velocity is twice the momentum
    np.testing.assert_allclose(moving.derive(np.array([0.3, 1.4])), [1.4, -6 * np.sin(0.3)])
    assert moving.energy(np.array([0.3, 1.4])) == pytest.approx(law.energy(state))


@pytest.mark.parametrize(("name", "bodies"), [("two-bodies", 2), ("three-bodies", 3)])
def test_bodies_that_attract_each_other(name, bodies):
    clean, noisy = draw_mechanics(name, 2, 1)
    np.testing.assert_array_equal(clean, noisy)
    x, p = (part.reshape(2, -1, bodies, 2) for part in np.split(clean, 2, axis=-1))
    difference = x[:, 0, :, None] - x[:, 0, None]
    distance = np.linalg.norm(difference, axis=-1) + np.eye(bodies)
    force = -np.sum(difference / distance[..., None] ** 3, axis=2)
    derivative = compile_law(name).derive(clean[:, 0])
    np.testing.assert_allclose(derivative, np.concatenate([p[:, 0], force], 1).reshape(2, -1))
    energy = compile_law(name).energy(clean)
    np.testing.assert_allclose(energy, energy[:, :1].repeat(energy.shape[1], 1), atol=1e-8)
    pairs = np.triu_indices(bodies, 1)
    by_hand = np.sum(p[:, 0] ** 2, axis=(1, 2)) / 2 - np.sum(1 / distance[:, *pairs], axis=1)
    np.testing.assert_allclose(energy[:, 0], by_hand)


@pytest.mark.parametrize("name", FLOWS)
def test_flows_by_another_method(name):
    data, flow = simulate_flow(name, 10, 0.0, 3), FLOWS[name]
    times, states = (data.test.inputs[key][0] for key in ("times", "states"))
    found = solve_ivp(
        lambda t, y: flow.derive(y), times[[0, -1]], states[0], "Radau", times, rtol=1e-9, atol=1e-9
    )
    np.testing.assert_allclose(found.y.T, states, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(data.test.inputs["states"], data.context["clean"])
    assert (data.train.rows, data.validation.rows, data.test.rows) == (7, 1, 2)


def test_predators_and_prey_have_a_constant():
    """d prey - c log(prey) + b predators - a log(predators) does not change."""
    data = simulate_flow("predator-prey", 10, 0.0, 0)
    prey, predators = np.moveaxis(data.context["clean"], -1, 0)
    constant = 0.1 * prey - 0.4 * np.log(prey) + 0.4 * predators - 1.1 * np.log(predators)
    np.testing.assert_allclose(constant, constant[:, :1] + 0 * constant, atol=1e-7)


def write(path, **columns):
    pd.DataFrame(columns).to_csv(path, index=False)
    return str(path)


def swing(runs=12, rows=6):
    t = np.tile(np.linspace(0, 1, rows) ** 2, runs)
    run = np.repeat(np.arange(runs), rows)
    return {"run": run, "t": t, "q": np.cos(t + run), "p": -np.sin(t + run)}


def test_a_table_of_trajectories(tmp_path):
    table = swing()
    keep = np.arange(72) != 5  # of different lengths
    path = write(tmp_path / "a.csv", **{name: x[keep] for name, x in table.items()})
    data = load_mechanics(path, "", "t", (), (), False, 0)
    assert [c.name for c in data.columns] == ["q", "p"]
    assert data.train.rows + data.validation.rows + data.test.rows == 12
    times = np.concatenate([x.inputs["times"] for x in (data.train, data.validation, data.test)])
    assert times.shape == (12, 6) and np.isnan(times).sum() == 1
    alone = load_mechanics(path, "run", "t", ("q",), (), True, 0)
    assert [c.name for c in alone.columns] == ["q", "q_t"]
    assert alone.context["observed"].tolist() == [True, False]
    more = add_unobserved(load_trajectories(path, "run", "t", ("q",), 0), 1)
    assert [c.name for c in more.columns] == ["q", "unobserved_1"]
    velocities = simulate_mechanics("spring", 10, True, 0)
    assert [c.name for c in velocities.columns] == ["q", "q_t"]


def test_shuffled_rows_are_sorted(tmp_path):
    table, order = swing(), np.random.default_rng(0).permutation(72)
    sorted_path = write(tmp_path / "a.csv", **table)
    path = write(tmp_path / "b.csv", **{name: x[order] for name, x in table.items()})
    first, found = (read_trajectories(p, "run")[0] for p in (sorted_path, path))
    for t, states in found:
        assert any(np.array_equal(t, a) and np.array_equal(states, b) for a, b in first)
    assert "the rows are not in the order of t: sorted" in read_trajectories(path, "run")[2]
    one = {"run": 0 * table["run"], "t": table["t"] + 1e-3 * np.arange(72)}  # label of all
    path = write(tmp_path / "c.csv", **table | one)
    with pytest.raises(UserError, match="does another column than 'run' name"):
        read_trajectories(path, "run")


def test_one_long_trajectory_is_cut(tmp_path):
    t = np.linspace(0, 5, 90)
    data = load_trajectories(write(tmp_path / "a.csv", t=t, x=np.sin(t)), "", "t", (), 0)
    assert data.train.rows + data.validation.rows + data.test.rows == 10


@pytest.mark.parametrize(
    ("changes", "options", "reason"),
    [
        ({"t": [2.0, 2, 1, 3]}, {"run": "run"}, "in one row. Received: 2 rows of the time 2"),
        (
            {"run": [0, 0, 0, 1], "t": [0, 1, 2, 0]},
            {"run": "run"},
            "two states or more. Received: 1",
        ),
        ({"q": [1, None, 2, 3]}, {}, "'q' is missing or infinite in row 2"),
        ({"q": ["a", "b", "c", "d"]}, {}, "expected numbers in 'q'"),
        ({"q": [1e300, 2, 3, 4]}, {}, "'q' is missing or infinite in row 1"),
        ({"q": [2.0] * 4}, {}, "'q' has the same value everywhere"),
        ({}, {"run": "runs"}, "no column 'runs'. Did you mean run?"),
        ({}, {"time": "s"}, "no column 's'"),
        ({}, {"positions": ("q",)}, "needs --momenta"),
        ({}, {"positions": ("q", "p"), "momenta": ("p",)}, "must be of equal number"),
        ({}, {"positions": ("q",), "momenta": ("q",)}, "the column 'q' has two roles"),
        ({"x": [1, 2, 3, 5]}, {}, "as many momenta or velocities as positions"),
        ({}, {}, "4 states in 2 trajectories are too few"),
    ],
)
def test_mistakes_in_a_table(changes, options, reason, tmp_path):
    columns = {"run": [0, 0, 1, 1], "t": [0.0, 1, 0, 1], "q": [1.0, 2, 4, 3], "p": [4.0, 3, 2, 1]}
    path = write(tmp_path / "a.csv", **columns | changes)
    usual = {"run": "run", "time": "t", "positions": (), "momenta": ()}
    with pytest.raises(UserError, match=reason.replace("?", r"\?")):
        load_mechanics(path, *(usual | options).values(), False, 0)
