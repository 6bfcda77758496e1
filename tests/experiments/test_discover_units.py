"""`discover` in any units: the same terms, and coefficients of the same accuracy."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import solve_ivp

import train

RANDOM = np.random.default_rng(0)


def discover(folder, columns, options, name):
    """Return the discovery, and its coefficients as `{(left side, term): value}`."""
    path = folder / f"{name}.csv"
    pd.DataFrame(columns).to_csv(path, index=False)
    train.main(["discover", "--data", str(path), *options, "--name", name])
    text = (folder / "saved_models" / name / "discovery.json").read_text(encoding="utf-8")
    discovery = json.loads(text)
    coefficients = discovery["coefficients"]
    return discovery, {(one["equation"], one["term"]): one["value"] for one in coefficients}


def find_error(found, true):
    assert set(found) == set(true)
    return max(abs(found[name] / value - 1) for name, value in true.items())


def test_trajectories(tmp_path, saved_models):
    options = ("--powers", "2", "--hidden", "10", "10", "--collocation-points", "150")
    t, errors = np.linspace(0, 4, 120), []
    for number in range(2):
        # The second time in units from 1e-9 to 1e9.
        time, x, y = 10.0 ** (number * RANDOM.integers(-9, 10, 3))
        columns = {
            "t": time * t,
            "x": x * np.exp(-0.1 * t) * np.cos(2 * t),
            "y": y * np.exp(-0.1 * t) * np.sin(2 * t),
        }
        _, found = discover(tmp_path, columns, (*options, "--epochs", "2"), f"run{number}")
        true = {("x_t", "x"): -0.1 / time, ("x_t", "y"): -2 / time * x / y}
        true |= {("y_t", "y"): -0.1 / time, ("y_t", "x"): 2 / time * y / x}
        errors.append(find_error(found, true))
    assert errors[0] < 1e-5 and errors[1] < 10 * errors[0]


@pytest.mark.parametrize("offset", [0, 2e4])  # e.g. of a pressure
def test_a_field(tmp_path, saved_models, offset):
    s, h = np.meshgrid(np.linspace(0, 1, 21), np.linspace(0, 3, 31), indexing="ij")
    heat = np.exp(-0.1 * s) * np.sin(h) + np.exp(-0.4 * s) * np.cos(2 * h)
    time, space, u = 10.0 ** RANDOM.integers(-9, 10, 3)
    columns = {"x": space * h.ravel(), "t": time * s.ravel(), "u": u * (offset + heat.ravel())}
    options = ("--library", "u_x", "u_xx", "u_xxx", "--hidden", "12", "--samples", "300")
    tiny = ("--collocation-points", "300", "--epochs", "3")
    _, found = discover(tmp_path, columns, (*options, *tiny), "heat")
    assert find_error(found, {("u_t", "u_xx"): 0.1 * space**2 / time}) < 1e-3


def test_a_pendulum_is_told_of_the_sine(tmp_path, saved_models, capsys):
    t = np.linspace(0, 3, 100)
    swing = solve_ivp(
        lambda t, y: [y[1], -9.81 * np.sin(y[0])], (0, 3), [1, 0], t_eval=t, rtol=1e-11, atol=1e-12
    ).y
    columns = {"t": t, "theta": swing[0], "omega": swing[1]}
    tiny = ("--hidden", "12", "12", "--collocation-points", "200", "--epochs", "2")
    discovery, _ = discover(tmp_path, columns, tiny, "pendulum")
    assert "sin(theta)" in discovery["hint"] and "--library" in discovery["hint"]
    assert "hint: " in capsys.readouterr().out
    options = ("--library", "theta", "omega", "theta^3", "sin(theta)", *tiny)
    discovery, found = discover(tmp_path, columns, options, "sine")
    assert found == pytest.approx({("theta_t", "omega"): 1, ("omega_t", "sin(theta)"): -9.81}, 1e-3)
    assert discovery["hint"] == ""
