"""The table's derivatives against difference quotients, and its values against closed forms."""

import numpy as np

from lectures.activation_table import TABLE


def test_derivatives_are_the_difference_quotients():
    z = np.linspace(-4, 4, 81) + 0.003  # not at the kinks
    for name, row in TABLE.items():
        quotient = (row.value(z + 1e-6) - row.value(z - 1e-6)) / 2e-6
        np.testing.assert_allclose(row.derivative(z), quotient, rtol=1e-7, atol=1e-9, err_msg=name)


def test_values():
    z = np.array([-2.0, 0.0, 1.0])
    expected = {
        "step": [0, 0, 1],
        "logistic": [1 / (1 + np.e**2), 0.5, np.e / (1 + np.e)],
        "arctan": [-np.arctan(2), 0, np.pi / 4],
        "elu": [np.e**-2 - 1, 0, 1],
        "leaky_relu": [-0.4, 0, 1],
        "prelu": [-0.5, 0, 1],
        "softplus": [np.log(1 + np.e**-2), np.log(2), np.log(1 + np.e)],
        "maxout": [0.75, 0.5, 1.5],
    }
    for name, values in expected.items():
        np.testing.assert_allclose(TABLE[name].value(z), values, rtol=1e-7, err_msg=name)
