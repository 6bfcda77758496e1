"""Stationary points of surfaces against solutions by hand."""

import numpy as np
import pytest

from errors import UserError
from symbolic.surface import Surface


def test_stationary_points_are_found_and_classified():
    points = Surface("x^3/3 - x + y^2").find_stationary_points((-2, 2, -1, 1))
    np.testing.assert_allclose(points["minimum"], [(1, 0)], atol=1e-9)
    np.testing.assert_allclose(points["saddle"], [(-1, 0)], atol=1e-9)
    assert points["maximum"] == []
    np.testing.assert_allclose(
        Surface("-cosh(x - 1/2) - y^2").find_stationary_points((-2, 2, -1, 1))["maximum"],
        [(0.5, 0)],
        atol=1e-9,
    )


def test_flat_valleys_are_left_out():
    assert Surface("x^2").find_stationary_points((-1, 1, -1, 1)) == {
        "minimum": [],
        "saddle": [],
        "maximum": [],
    }


def test_gradient_and_hessian():
    surface = Surface("x^2*y + sin(y)")
    assert float(surface.height(2, 0)) == 0
    np.testing.assert_allclose(surface.gradient((2, 0)), [0, 5])
    np.testing.assert_allclose(surface.hessian((2, 3)), [[6, 4], [4, -np.sin(3)]])


def test_other_variables_are_refused():
    with pytest.raises(UserError, match="unknown name 'z'"):
        Surface("x^2 + z")
