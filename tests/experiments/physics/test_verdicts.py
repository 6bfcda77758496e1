"""Equations in physical units are solved, and a solution that is wrong says so."""

import json

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import evaluate
import train
from errors import Diverged, UserError
from evaluation.tables import list_runs
from runs.run import Run

OSCILLATOR = (
    *("--residual", "u'' = -400*u", "--domain", "t=0..1"),
    *("--condition", "u(0) = 1", "u'(0) = 0"),
)


@pytest.fixture
def solve(saved_models, capsys):
    """Train `equation` as a command; return the run, its verdict and what was printed."""

    def call(*words):
        failure = None
        try:
            train.main(["equation", *map(str, words)])
        except Diverged as error:
            failure = error
        run = Run(saved_models / "equation")
        return run, run.config["verdict"], capsys.readouterr().out, failure

    return call


def test_an_epidemic_over_sixty_days(solve):
    """Without time windows the network finds a solution without an epidemic."""
    run, verdict, printed, failure = solve(
        *("--residual", "S' = -0.8*I*S", "I' = 0.8*I*S - I/4", "R' = I/4", "--domain", "t=0..60"),
        *("--condition", "S(0)=0.995", "I(0)=0.005", "R(0)=0"),
    )
    assert failure is None and verdict["converged"], printed
    t = np.linspace(0, 60, 61)
    true = solve_ivp(
        lambda _, y: [-0.8 * y[0] * y[1], 0.8 * y[0] * y[1] - y[1] / 4, y[1] / 4],
        *((0, 60), [0.995, 0.005, 0], "DOP853", t),
        rtol=1e-10,
        atol=1e-12,
    ).y
    for name, values in zip("SIR", true, strict=True):
        np.testing.assert_allclose(run.predict({"t": t})[name], values, atol=1e-4)


def test_a_heated_wall_in_physical_units(solve):
    run, verdict, printed, _ = solve(
        *("--residual", "u_t = u_xx", "--domain", "t=0..0.2", "x=0..1", "--epochs", 15),
        *("--condition", "u(0,x)=300", "u_x(t,0)=-5e4", "u_x(t,1)=0", "--hidden", 16, 16),
    )
    assert "scales      t 1e-1, u 1e4" in printed and verdict["converged"], printed
    found = run.predict({"t": np.array([0.2, 0.05]), "x": np.zeros(2)})["u"]
    np.testing.assert_allclose(found, [25558, 12916], rtol=0.01)
    evaluate.main([str(run.folder)])
    metrics = json.loads((run.folder / "metrics.json").read_text())
    misfits = metrics["conditions"]
    assert 0 < misfits["u_x(t,0)=-5e4"]["root_mean_square"] < 5e3
    assert not misfits["u_x(t,0)=-5e4"]["built_in"]
    (solver,) = metrics["solvers"].values()
    assert 0 < solver["difference_of_network"] < 0.01


def test_a_rate_constant_over_many_orders_of_magnitude(solve, shared):
    run, verdict, printed, _ = solve(
        *("--residual", "P' = -A*exp(-111000/(8.314*371.15))*P^2", "--domain", "t=0..2000"),
        *("--condition", "P(0)=1000", "--unknown", "A=1"),
        *("--data", shared("../cases/arrhenius.csv")),
    )
    found = run.config["constants"]["A"]
    assert found["interval_95"][0] < 7.8e8 < found["interval_95"][1]
    assert found["standard_error"] < 1e7 and verdict["converged"], printed


def test_a_wrong_solution_is_kept_and_marked(solve, capsys):
    words = ("--hidden", 2, "--attempts", 1, "--epochs", 100, "--patience", 3)
    run, verdict, printed, failure = solve(*OSCILLATOR, *words)
    assert not verdict["converged"] and verdict["text"] in str(failure)
    assert verdict["text"].startswith("not converged: u differs from the classical solution (Runge")
    assert str(run.folder.name) in str(failure) and verdict["text"] in printed
    evaluate.main([str(run.folder)])
    assert verdict["text"] in capsys.readouterr().out
    assert "(not converged)" in list_runs()
    assert verdict["text"] in (run.folder / "report.html").read_text()


def test_a_wrong_solution_is_trained_again(solve, monkeypatch):
    monkeypatch.setattr("tasks.differential_equation.MORE_WINDOWS", 2)
    monkeypatch.setattr("tasks.phases.WINDOW_EPOCHS", 2)
    words = ("--hidden", 2, "--attempts", 2, "--epochs", 100, "--patience", 1)
    run, verdict, printed, _ = solve(*OSCILLATOR, *words)
    assert "Training again with init_scale 3.0, time_windows 2" in printed
    assert run.config["attempt"] == 1


def test_a_training_that_was_kept_short_is_judged_and_not_refused(solve):
    _, verdict, printed, failure = solve(*OSCILLATOR, "--hidden", 4, "--epochs", 1)
    assert failure is None and not verdict["converged"] and "again" not in printed
    assert verdict["text"] in printed


def test_an_eigenvalue(solve):
    run, verdict, printed, _ = solve(
        *("--residual", "u'' = -E*u", "--domain", "x=0..1", "--unknown", "E=8"),
        *("--condition", "u(0)=0", "u(1)=0", "u'(0)=1"),
    )
    assert run.config["constants"]["E"]["value"] == pytest.approx(np.pi**2, rel=1e-5)
    assert verdict["converged"] and "nan" not in printed.split("Stopped")[1]


def test_conditions_that_leave_the_solution_open(solve):
    _, verdict, printed, _ = solve(
        *("--residual", "u'' = -pi^2*u", "--domain", "x=0..1", "--epochs", 5),
        *("--condition", "u(0)=0", "u(1)=0"),
    )
    assert "warning     zero solves all equations and conditions" in printed
    assert "the conditions do not determine the solution" in verdict["text"]


def test_a_constant_needs_measurements_or_a_further_condition(solve):
    with pytest.raises(UserError, match="--unknown needs measurements .* or more conditions"):
        solve("--residual", "u'' = -E*u", "--domain", "x=0..1", "--unknown", "E=8")
