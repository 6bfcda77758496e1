"""Trajectories from npz files, their splits, and what is refused."""

import numpy as np
import pytest

from datasets.bodies import LAWS, draw_motion
from datasets.trajectories import (
    find_sizes,
    list_distances,
    list_pairs,
    list_steps,
    load_motion,
)
from errors import UserError

MOTION = draw_motion(LAWS["gravity"], 12, 3, 0.1, 20, 0)
TIMES = 5 + 0.1 * np.arange(21)
SIMULATION = "springs", 20, 3, 0.1, 10, 0


def write(path, **changes):
    arrays = MOTION | {"times": TIMES} | changes
    np.savez(path / "a.npz", **{name: x for name, x in arrays.items() if x is not None})
    return str(path / "a.npz")


def load(path, **changes):
    return load_motion(write(path, **changes), *SIMULATION)


def test_a_simulation():
    data = load_motion("", *SIMULATION)
    assert [part.rows for part in (data.train, data.validation, data.test)] == [12, 4, 4]
    assert data.train.inputs["positions"].shape == (12, 11, 3, 2)
    assert [column.shape for column in data.columns] == [(None, 2), (None, 2)]
    assert data.context == {"step": 0.1}
    again = load_motion("", *SIMULATION)
    assert again.fingerprint() == data.fingerprint()


def test_a_file(tmp_path):
    data = load(tmp_path)
    assert [column.name for column in data.columns] == ["positions", "velocities", "mass"]
    assert data.context["step"] == pytest.approx(0.1)
    found = np.concatenate([part.inputs["positions"] for part in
                            (data.train, data.validation, data.test)])  # fmt: skip
    np.testing.assert_array_equal(np.sort(found, axis=0), np.sort(MOTION["positions"], axis=0))
    same = load(tmp_path, mass=MOTION["mass"][0])  # of all trajectories
    assert (same.train.inputs["mass"] == MOTION["mass"][0]).all()


def test_velocities_of_leapfrog_are_central_differences(tmp_path):
    """x' - x_before = 2 step v, whatever the force."""
    full, less = load(tmp_path), load(tmp_path, velocities=None)
    assert less.remarks == (
        "19 states of 3 bodies in 2 dimensions, every 0.1",
        "velocities are central differences of the positions",
    )
    for name in ("positions", "velocities", "mass"):
        expected = full.test.inputs[name]
        expected = expected if name == "mass" else expected[:, 1:-1]
        np.testing.assert_allclose(less.test.inputs[name], expected, atol=1e-12)


def test_a_single_trajectory_is_cut(tmp_path):
    motion = draw_motion(LAWS["springs"], 1, 3, 0.1, 102, 0, dimensions=3)
    arrays = {name: x[0] for name, x in motion.items()}
    data = load(tmp_path, **arrays, mass=None, times=0.1 * np.arange(103), other=TIMES)
    assert data.train.inputs["positions"].shape == (6, 10, 3, 3)
    assert "each trajectory is cut into 10 pieces, which are split at random" in data.remarks
    assert "arrays that are not used: other" in data.remarks
    first = arrays["positions"][:10]
    pieces = np.concatenate([part.inputs["positions"] for part in
                             (data.train, data.validation, data.test)])  # fmt: skip
    assert (pieces == first).all(axis=(1, 2, 3)).sum() == 1


def test_steps_pairs_and_sizes():
    data = load_motion("", *SIMULATION)
    before, after, acceleration, properties = list_steps(data.train, 0.1)
    x, v = data.train.inputs["positions"], data.train.inputs["velocities"]
    assert before.shape == (120, 3, 2) and not properties
    np.testing.assert_array_equal(before[13], x[1, 3])
    np.testing.assert_array_equal(after[13], x[1, 4])
    np.testing.assert_allclose(acceleration[13], (v[1, 4] - v[1, 3]) / 0.1)
    bodies = np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]])
    np.testing.assert_allclose(list_distances(bodies), [5, 1, np.sqrt(18)])
    assert find_sizes(data)["acceleration"] == pytest.approx(np.sqrt(np.mean(acceleration**2)))


def test_pairs_have_the_properties_of_their_bodies(tmp_path):
    data = load(tmp_path)
    pairs = list_pairs(data)
    assert [c.name for c in pairs.columns] == ["distance", "mass_1", "mass_2"]
    rows, x = pairs.test.inputs, data.test.inputs["positions"]
    for row in range(20):
        found = [
            (trajectory, time, first, second)
            for trajectory, time in np.ndindex(x.shape[:2])
            for first, second in ((0, 1), (0, 2), (1, 2))
            if np.linalg.norm(x[trajectory, time, first] - x[trajectory, time, second])
            == pytest.approx(rows["distance"][row], rel=1e-12)
        ]
        ((trajectory, _, first, second),) = found
        mass = data.test.inputs["mass"][trajectory]
        assert (rows["mass_1"][row], rows["mass_2"][row]) == (mass[first], mass[second])


def broken(name, place, value):
    x = MOTION[name].copy()
    x[place] = value
    return {name: x}


@pytest.mark.parametrize(
    "changes, reason",
    [
        ({"times": TIMES[::-1]}, "times must increase. Received: 7, then 6.9"),
        ({"times": np.where(TIMES > 6, TIMES + 0.05, TIMES)}, "equal steps. Received: steps from"),
        ({"times": TIMES[:1], "positions": MOTION["positions"][:, :1]}, "expected 3 numbers"),
        ({"times": TIMES[:-1]}, r"at 20 times. Received: the shape \(12, 21, 3, 2\)"),
        ({"times": np.where(TIMES > 6, np.nan, TIMES)}, "times: number 12 is missing or infinite"),
        ({"times": TIMES.astype(str)}, "expected 3 numbers or more"),
        ({"positions": MOTION["positions"][..., 0, 0]}, "expected positions"),
        ({"positions": MOTION["positions"][:, :, :1]}, "of 2 bodies or more"),
        ({"positions": np.ones((12, 21, 201, 2))}, "at most 200 bodies"),
        ({"positions": MOTION["positions"].astype(str)}, "expected positions as numbers"),
        ({"velocities": MOTION["velocities"][:, :-1]}, "expected velocities as numbers"),
        ({"mass": MOTION["mass"][:, :2]}, r"expected mass as numbers of the shape \(3,\) or"),
        (broken("mass", (1, 2), 0), "a mass must be larger than 0. Received: 0"),
        (broken("mass", (1, 2), np.nan), "mass of trajectory 2, body 3 is missing or infinite"),
        (
            broken("positions", (1, 2, 0, 1), np.inf),
            "positions of trajectory 2, time 3, body 1 is missing or infinite",
        ),
        ({"velocities": np.ones((12, 21, 3, 2))}, "There is no force to learn"),
        ({"positions": np.full((12, 21, 3, 2), 1e200), "velocities": None}, "no force to learn"),
        ({"positions": None}, "npz: expected an npz with the arrays positions, times"),
        (
            {n: x[:1] for n, x in MOTION.items()},
            "1 trajectories of 21 states are too few",
        ),
    ],
)
def test_mistakes(changes, reason, tmp_path):
    with pytest.raises(UserError, match=reason):
        load(tmp_path, **changes)


def test_no_pickle_is_opened(tmp_path):
    with pytest.raises(UserError, match="cannot be read"):
        load(tmp_path, positions=np.array([{}], object))
    with pytest.raises(UserError, match="no such file or folder"):
        load_motion(str(tmp_path / "b.npz"), *SIMULATION)
