"""Forecasts from training to a file of what comes next; the future changes nothing."""

import json

import numpy as np
import pandas as pd
import pytest

import evaluate
from errors import UserError
from evaluation import forecast_baselines
from experiments.sequences.forecast import Forecast
from runs.run import Run
from tasks.forecasting import describe_linear_fit
from tests.checks import answer_alone, check_experiment

PICTURES = ("forecast", "error-by-step", "coverage-by-step")
WORDS = ("--time", "day", "--target", "a", "b", "--covariates", "c", "--known", "holiday",
         "--horizon", 7, "--history", 21)  # fmt: skip


def draw_table(steps=240, seed=0):
    """Two weekly series; the first one falls on holidays, the second one follows a covariate."""
    random = np.random.default_rng(seed)
    t = np.arange(steps)
    holiday = (random.uniform(size=steps) < 0.15).astype(float)
    c = random.normal(size=steps)
    a = 100 + 0.1 * t + 10 * np.sin(2 * np.pi * t / 7) - 20 * holiday + random.normal(size=steps)
    b = np.cos(2 * np.pi * t / 7) + np.append(0.0, c[:-1]) + 0.1 * random.normal(size=steps)
    a[[30, 31, steps - 20]] = np.nan
    days = pd.date_range("2024-01-01", periods=steps).astype(str)
    return pd.DataFrame({"day": days, "a": a, "b": b, "c": c, "holiday": holiday})


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A linear forecaster of two targets, with a covariate and a column known in advance."""
    folder = tmp_path_factory.mktemp("forecast")
    draw_table().to_csv(folder / "days.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        words = ("--data", folder / "days.csv", *WORDS, "--model", "linear")
        pictures = [f"{name}-{picture}" for name in ("a", "b") for picture in PICTURES]
        return check_experiment(
            "forecast", folder, *words, endpoints=("serve", "forecast"), pictures=pictures
        )


def take_inputs(frame, origin):
    history = frame[["a", "b", "c", "holiday"]].to_numpy("float32")
    return {"history": history[None, :origin], "known": history[None, origin : origin + 7, 3:]}


def test_all_methods_are_scored_on_the_same_windows(run):
    _, metrics = run
    found = metrics["splits"]["test"]
    assert found["rows"] == 48 - 7 + 1  # the last fifth; no window is dropped
    assert list(found["scores"]) == [
        "network", "last value", "seasonal naive", "ETS", "Theta", "ARIMA"
    ]  # fmt: skip
    scores = {method: one["a"]["MASE"] for method, one in found["scores"].items()}
    # Only the network knows the holidays: what is left is the noise of standard deviation 1.
    assert scores["network"] == min(scores.values())
    assert found["scores"]["network"]["a"]["RMSE"] < 2 < found["scores"]["ARIMA"]["a"]["RMSE"]
    assert metrics["headline"]["score"] == "MASE of a"
    for target in ("a", "b"):
        assert 0.65 < found["scores"]["network"][target]["coverage"] < 0.95


def test_the_saved_model_takes_any_history(run, tmp_path):
    folder, _ = run
    frame, loaded = draw_table(), Run(folder)
    inputs = take_inputs(frame, 200)
    alone = answer_alone(folder, inputs, tmp_path, "forecast")
    assert alone["mean"].shape == (1, 7, 2)
    assert (alone["lower"] < alone["mean"]).all() and (alone["mean"] < alone["upper"]).all()
    short = loaded.predict(inputs | {"history": inputs["history"][:, -21:]}, "forecast")
    np.testing.assert_allclose(short["mean"], alone["mean"], atol=1e-4)
    known = inputs["known"].copy()
    known[0, 3] = 1 - known[0, 3]
    changed = loaded.predict(inputs | {"known": known}, "forecast")["mean"] - alone["mean"]
    assert abs(changed[0, 3, 0]) == pytest.approx(20, abs=3)  # what a holiday costs
    missing = inputs["history"].copy()
    missing[0, -4, 1] = np.nan
    assert np.isfinite(loaded.predict(inputs | {"history": missing}, "forecast")["mean"]).all()
    with pytest.raises(Exception, match="shorter than the window of 21 steps"):
        loaded.predict(inputs | {"history": inputs["history"][:, -20:]}, "forecast")


def test_a_file_of_recent_history_is_continued(run, tmp_path, capsys):
    folder, _ = run
    frame = draw_table()
    recent = frame[150:207].copy()
    recent.loc[200:, ["a", "b", "c"]] = np.nan  # seven rows whose holidays are known
    recent[::-1].to_csv(tmp_path / "recent.csv", index=False)
    output = tmp_path / "out.csv"
    evaluate.main([str(folder), "--data", str(tmp_path / "recent.csv"), "--output", str(output)])
    shown = capsys.readouterr().out
    assert "Forecast after 2024-07-18, 7 of 7 steps" in shown and "sorted" in shown
    written = pd.read_csv(output)
    assert written["day"].tolist() == frame["day"][200:207].tolist()
    expected = Run(folder).predict(take_inputs(frame, 200), "forecast")
    for k, name in enumerate(("a", "b")):
        for ending, key in (("predicted", "mean"), ("lower", "lower"), ("upper", "upper")):
            np.testing.assert_allclose(written[f"{name}_{ending}"], expected[key][0, :, k],
                                       rtol=1e-4)  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (slice(180, 205), "the history has 20 steps, and the forecast needs the last 21"),
        (slice(100, 204), "holiday: known in advance, but only 4 of 7 steps after the last value"),
        (slice(0, 205, 3), "only 69 of 205 steps have a row (one row a day)"),
    ],
)
def test_files_that_cannot_be_continued(rows, message, run, tmp_path):
    frame = draw_table()
    frame.loc[200:, ["a", "b", "c"]] = np.nan
    frame[rows].to_csv(tmp_path / "new.csv", index=False)
    with pytest.raises(UserError) as caught:
        evaluate.main([str(run[0]), "--data", str(tmp_path / "new.csv")])
    assert message in str(caught.value)


class Silent:
    """A run of which nothing is kept."""

    folder, snapshot, further_callbacks = "", None, ()

    def update(self, **parts):
        self.parts = parts


def fit(frame, path, **options):
    """Return the forecasts for all test windows, and what the run would keep."""
    frame.to_csv(path, index=False)
    experiment, run = Forecast(data=str(path), **options), Silent()
    data = experiment.load()
    found = experiment.fit(experiment.build(data), data, run)
    answers = experiment.export(found.model, data).endpoints["forecast"].function
    return {name: x.numpy() for name, x in answers(data.test.inputs).items()}, run.parts, found


def test_the_future_changes_nothing(tmp_path):
    """Other values in the test part: the same network, and the same forecast before them."""
    frame = draw_table()[["day", "a"]]
    changed = frame.copy()
    changed.loc[192:, "a"] = 1e4 * np.arange(48.0)
    options = {"horizon": 7, "history": 21, "model": "linear"}
    before, after = (fit(table, tmp_path / "x.csv", **options)[0] for table in (frame, changed))
    for name, values in before.items():
        np.testing.assert_array_equal(after[name][0], values[0])  # its history ends at step 191
        assert np.abs(after[name][-1] - values[-1]).max() > 100  # later ones know the change


@pytest.fixture
def chaos():
    """The logistic map, which no linear model can forecast."""
    x = [0.3]
    for _ in range(599):
        x.append(3.9 * x[-1] * (1 - x[-1]))
    return pd.DataFrame({"step": np.arange(600), "x": x})


@pytest.mark.parametrize("model", ["gru", "lstm", "cnn", "transformer"])
def test_every_network_trains(model, chaos, tmp_path):
    options = {"time": "step", "horizon": 1, "history": 8, "units": 8, "dropout": 0.0}
    options |= {"epochs": 6, "learning_rate": 0.01, "season": 1, "batch_size": 32}
    _, kept, found = fit(chaos, tmp_path / "x.csv", model=model, **options)
    assert found.history["val_loss"][-1] < 0.8 * found.history["val_loss"][0]
    assert kept["networks"]["kept"] == model and not found.ending.endswith("is kept")


def test_the_best_network_is_found_on_validation(chaos, tmp_path, monkeypatch):
    """A convolution learns the map; the linear model, which cannot, is left."""
    monkeypatch.setattr("experiments.sequences.forecast.NETWORKS", ("linear", "cnn"))
    options = {"time": "step", "horizon": 1, "history": 4, "units": 16, "dropout": 0.0}
    options |= {"epochs": 40, "patience": 40, "learning_rate": 0.01, "season": 1}
    answers, kept, _ = fit(chaos, tmp_path / "x.csv", **options)
    networks = kept["networks"]
    assert networks["kept"] == "cnn"
    assert min(networks["losses"]["cnn"]) < 0.1 * networks["losses"]["linear"][0]
    true = chaos["x"].to_numpy()[-120:]
    assert np.abs(answers["mean"][:, 0, 0] - true).mean() < 0.1
    inside = (answers["lower"][:, 0, 0] <= true) & (true <= answers["upper"][:, 0, 0])
    assert 0.7 < inside.mean() < 0.9


def test_ctrl_c_ends_the_search(chaos, tmp_path, monkeypatch):
    def interrupt(self, network, train, validation, *others):
        network.is_interrupted = True
        return describe_linear_fit(network, train, validation)._replace(ending="Interrupted")

    monkeypatch.setattr(Forecast, "fit_compiled", interrupt)
    options = {"time": "step", "horizon": 1, "history": 4, "units": 4, "season": 1}
    _, kept, found = fit(chaos, tmp_path / "x.csv", **options)
    assert list(kept["networks"]["losses"]) == ["linear", "gru"]  # and no further one
    assert found.ending == "Interrupted"


def test_a_network_that_is_no_better_is_not_kept(tmp_path):
    random = np.random.default_rng(0)
    noise = pd.DataFrame({"step": np.arange(200), "x": random.normal(size=200)})
    options = {"time": "step", "horizon": 2, "history": 8, "units": 4, "season": 1, "epochs": 2}
    _, kept, found = fit(noise, tmp_path / "x.csv", model="cnn", learning_rate=1.0, **options)
    assert found.ending == "The network cnn is not better on validation: the linear model is kept"


def test_the_airline_passengers(shared, saved_models):
    """Published for this forecast of 36 months: ETS 5.11 %, Theta 8.15 % (darts' quickstart)."""
    data = shared("timeseries/airline-passengers.csv")
    words = ("--data", data, "--time", "Month", "--target", "Passengers")
    _, metrics = check_experiment(
        "forecast", saved_models, *words, "--horizon", 36, "--test", 36, pictures=PICTURES
    )
    found = metrics["splits"]["test"]
    assert found["rows"] == 1
    percent = {method: one["Passengers"]["MAPE"] for method, one in found["scores"].items()}
    assert percent["network"] <= 5
    assert percent["ETS"] == pytest.approx(5.11, abs=0.1)
    assert percent["Theta"] == pytest.approx(8.15, abs=0.3)


def test_sunspots(shared, saved_models, monkeypatch):
    monkeypatch.setattr(forecast_baselines, "TRENDS", ({},))  # the others take their time
    monkeypatch.setattr(forecast_baselines, "ORDERS", forecast_baselines.ORDERS[2:])
    data = shared("timeseries/monthly-sunspots.csv")
    _, metrics = check_experiment("forecast", saved_models, "--data", data, "--model", "linear")
    scores = metrics["splits"]["test"]["scores"]
    mase = {method: one["Sunspots"]["MASE"] for method, one in scores.items()}
    assert mase["network"] < 0.95 * min(value for name, value in mase.items() if name != "network")
    assert 0.75 < scores["network"]["Sunspots"]["coverage"] < 0.85


def test_a_user_sees_one_line(command, tmp_path):
    frame = pd.DataFrame({"colour": ["red", "blue", "green"] * 20, "y": np.arange(60.0)})
    frame.to_csv(tmp_path / "x.csv", index=False)
    result = command("train.py", "forecast", "--data", tmp_path / "x.csv", "--time", "colour")
    assert result.returncode == 2
    (line,) = result.stderr.strip().splitlines()
    assert "--time colour: expected dates such as 2024-01-31" in line
    assert "Traceback" not in result.stdout + result.stderr


def test_the_networks_of_a_run_are_in_its_config(run):
    config = json.loads((run[0] / "config.json").read_text())
    assert config["networks"]["kept"] == "linear"
    assert config["data"]["series"]["season"] == 7
    assert config["data"]["series"]["frequency"] == ["second", 86400]
