"""Rates of layers, and which of them are named."""

import numpy as np
import pytest

from evaluation.spiking import find_idle, measure_layers


def make_trace():
    """Ten pictures, four steps; neurons: silent, always firing, at every other step, once."""
    spikes = np.zeros((10, 4, 4), "float32")
    spikes[..., 1] = 1
    spikes[:, ::2, 2] = 1
    spikes[0, 0, 3] = 1
    return {"a_spikes": spikes, "a_potentials": spikes, "b_spikes": np.zeros((10, 4, 2, 3))}


def test_rates_by_hand():
    found = measure_layers(make_trace())
    assert list(found) == ["a", "b"]
    assert found["a"] == {
        "neurons": 4,
        "rate": pytest.approx((1 + 0.5 + 1 / 40) / 4),
        "silent": 0.25,
        "saturated": 0.25,
    }
    assert found["b"] == {"neurons": 6, "rate": 0, "silent": 1, "saturated": 0}


def test_silent_and_saturated_layers_are_named():
    (line,) = find_idle(measure_layers(make_trace()))
    assert line.startswith("b: silent, rate 0.000, 100% of its neurons never fire")
    full = {"c": {"neurons": 5, "rate": 0.95, "silent": 0.0, "saturated": 0.2}}
    (line,) = find_idle(full)
    assert line.startswith("c: saturated, rate 0.950")
    assert find_idle({"d": {"neurons": 5, "rate": 0.2, "silent": 0.4, "saturated": 0.0}}) == ()
