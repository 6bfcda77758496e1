"""Collocation points: in the domain, reproducible, and dense where residuals are large."""

import numpy as np
import pytest
from scipy.stats import qmc

from equations.collocation import KEPT, POOL, Measurements, Region

LOW, HIGH = (-1.0, 2.0, 0.0), (1.0, 2.5, 10.0)


def test_points_fill_the_box_evenly():
    region = Region(LOW, HIGH, [{}], 500)
    (x,), measured = region.draw(0)
    assert x.shape == (500, 3) and measured.shape == (500, 0)
    assert (x >= LOW).all() and (x <= HIGH).all()
    unit = (x - LOW) / (np.array(HIGH) - LOW)
    random = np.random.default_rng(0).uniform(size=(500, 3))
    assert qmc.discrepancy(unit) < 0.2 * qmc.discrepancy(random)
    assert len(np.unique(x, axis=0)) == 500


def test_the_seed_decides():
    region = Region(LOW, HIGH, [{}], 100)
    (one,), (same,), (other,) = (region.draw(seed)[0] for seed in ([0, 1, 2], [0, 1, 2], [0, 1, 3]))
    np.testing.assert_array_equal(one, same)
    assert not np.isclose(one, other).all(axis=1).any()


def test_points_of_a_face_lie_on_it():
    (x,), _ = Region(LOW, HIGH, [{1: 2.5}], 64).draw(0)
    assert (x[:, 1] == 2.5).all()
    assert np.ptp(x[:, 0]) > 1.9 and np.ptp(x[:, 2]) > 9.5


def test_a_periodic_conditions_points_face_each_other():
    (left, right), _ = Region(LOW, HIGH, [{0: -1.0}, {0: 1.0}], 64).draw(0)
    assert (left[:, 0] == -1).all() and (right[:, 0] == 1).all()
    np.testing.assert_array_equal(left[:, 1:], right[:, 1:])


def test_a_place_without_free_coordinates_is_one_point():
    region = Region(LOW, HIGH, [{0: 0.5, 1: 2.0, 2: 3.0}], 200)
    places, measured = region.draw(5)
    np.testing.assert_array_equal(places, [[[0.5, 2.0, 3.0]]])
    present = (places, measured)
    assert region.pick(present, [region.draw(n) for n in range(POOL)], np.ones(POOL), 0) is present


def test_an_interval():
    (x,), _ = Region((0.0,), (3.0,), [{}], 37).draw(0)
    assert x.shape == (37, 1) and np.diff(np.sort(x[:, 0])).max() < 3 / 16


@pytest.mark.parametrize("horizon", [0.25, 1.0])
def test_the_horizon_is_the_fraction_of_the_time_that_is_covered(horizon):
    (x,), _ = Region(LOW, HIGH, [{}], 256, time=2).draw(0, horizon)
    assert 0.95 * horizon * 10 < x[:, 2].max() <= horizon * 10
    assert np.ptp(x[:, 0]) > 1.9 and np.ptp(x[:, 1]) > 0.45
    (face,), _ = Region(LOW, HIGH, [{0: 1.0}], 256, time=2).draw(0, horizon)
    assert 0.95 * horizon * 10 < face[:, 2].max() <= horizon * 10


def test_the_horizon_leaves_a_fixed_time_alone():
    (x,), _ = Region(LOW, HIGH, [{2: 0.0}], 16, time=2).draw(0, 0.5)
    assert (x[:, 2] == 0).all() and np.ptp(x[:, 0]) > 1.5
    (x,), _ = Region(LOW, HIGH, [{}], 64).draw(0, 0.5)  # no time at all
    assert x[:, 2].max() > 9


def picked(region, size, seed=1):
    """`(present, new places, sizes of the pool)`, the size of a residual by its point."""
    present = region.draw(100)
    pool = [region.draw(number) for number in range(POOL)]
    sizes = np.concatenate([size(places[0]) for places, _ in pool])
    return present, region.pick(present, pool, sizes, seed)


def test_half_of_the_points_stay_and_the_others_come_from_the_pool():
    region = Region(LOW, HIGH, [{}], 101)
    present, ((new,), measured) = picked(region, lambda x: np.ones(len(x)))
    assert new.shape == (101, 3) and measured.shape == (101, 0)
    pool = np.concatenate([region.draw(number)[0][0] for number in range(POOL)])
    old = {tuple(x) for x in present[0][0]}
    kept = [tuple(x) in old for x in new]
    assert sum(kept) == int(KEPT * 101)
    fresh = {tuple(x) for x in new} - old
    assert fresh <= {tuple(x) for x in pool} and len(fresh) == 101 - sum(
        kept
    )  # none is drawn twice


def test_points_are_drawn_where_residuals_are_large():
    """With chances in proportion to size/mean + 1; a fifth of the box has 9 times the residual."""
    region = Region((0.0, 0.0), (1.0, 1.0), [{}], 4000)

    def size(x):
        return np.where(x[:, 0] < 0.2, 9.0, 1.0)

    present, ((new,), _) = picked(region, size)
    old = {tuple(x) for x in present[0][0]}
    fresh = np.array([x for x in new if tuple(x) not in old])
    mean = 0.2 * 9 + 0.8
    expected = 0.2 * (9 / mean + 1) / 2
    found = np.mean(fresh[:, 0] < 0.2)
    assert found == pytest.approx(expected, abs=0.03) and found > 0.3
    kept = np.array([x for x in new if tuple(x) in old])
    assert np.mean(kept[:, 0] < 0.2) == pytest.approx(0.2, abs=0.03)


def test_picking_is_decided_by_its_seed_and_no_residual_does_no_harm():
    region = Region(LOW, HIGH, [{}], 50)
    one, same, other = (
        picked(region, lambda x: np.zeros(len(x)), seed)[1][0][0] for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


def test_both_places_of_a_periodic_condition_move_together():
    region = Region(LOW, HIGH, [{0: -1.0}, {0: 1.0}], 40)
    _, ((left, right), _) = picked(region, lambda x: x[:, 2])
    assert (left[:, 0] == -1).all() and (right[:, 0] == 1).all()
    np.testing.assert_array_equal(left[:, 1:], right[:, 1:])


def test_measured_points_stay():
    points, values = np.random.default_rng(0).uniform(size=(9, 3)), np.arange(9.0)[:, None]
    measurements = Measurements(points, values)
    for seed, horizon in ((0, 1.0), (7, 0.5)):
        (x,), found = measurements.draw(seed, horizon)
        np.testing.assert_array_equal(x, points)
        np.testing.assert_array_equal(found, values)
    present = measurements.draw(0)
    ((x,), found) = measurements.pick(
        present, [measurements.draw(n) for n in range(POOL)], np.arange(9.0 * POOL), 3
    )
    np.testing.assert_array_equal(x, points)
    np.testing.assert_array_equal(found, values)
