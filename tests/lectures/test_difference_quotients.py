"""Difference quotients of a polynomial, whose truncation errors are known."""

import numpy as np

from lectures.difference_quotients import compute_quotients


def test_quotients_of_a_cubic_have_known_errors():
    steps = np.array([0.5, 0.25])
    quotients = compute_quotients(lambda x: x["x"] ** 3 * x["y"], {"x": 2.0, "y": 3.0}, steps)
    # d/dx x^3 y = 36 and d/dy x^3 y = 8 at (2, 3)
    forward, central = quotients["forward difference"], quotients["central difference"]
    np.testing.assert_allclose(forward[:, 0], 36 + 18 * steps + 3 * steps**2)
    np.testing.assert_allclose(central[:, 0], 36 + 3 * steps**2)
    np.testing.assert_allclose(forward[:, 1], 8)
    np.testing.assert_allclose(central[:, 1], 8)


def test_quotients_outside_the_domain_are_nan():
    with np.errstate(invalid="ignore"):
        quotients = compute_quotients(lambda x: np.sqrt(x["x"]), {"x": 0.0}, np.array([0.1]))
    assert np.isnan(quotients["central difference"][0, 0])
