"""The autoencoder on digits, on a table with categories, and on a folder of pictures."""

import contextlib
import io
import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import evaluate
import plots.latent_space
import train
from errors import UserError
from evaluation.features import PrincipalComponents, squared_error
from runs.run import Run
from tasks.catalogue import restore
from tasks.features import count_features


def train_autoencoder(folder, *words):
    """Train and evaluate; return the run, its data, what was printed, and `metrics.json`."""
    output = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(output):
        patch.setattr("runs.folder.RUNS", folder)
        train.main(["autoencoder", *map(str, words)])
        run = Run(folder / "autoencoder")
        evaluate.main([str(run.folder)])
    metrics = json.loads((run.folder / "metrics.json").read_text())
    return run, restore(run.config).load(), output.getvalue(), metrics


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    words = ("--latent", 4, "--hidden", 32, "--widths", 2, "--epochs", 12, "--learning-rate", 0.003)
    return train_autoencoder(tmp_path_factory.mktemp("digits"), *words)


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """Two numbers, one of them with gaps, a category that follows from the other, and a class."""
    folder, random = tmp_path_factory.mktemp("table"), np.random.default_rng(0)
    size = random.normal(5, 2, 200)
    frame = pd.DataFrame(
        {
            "size [m]": size,
            "weight": np.where(random.uniform(size=200) < 0.1, np.nan, 3 * size),
            "colour": np.where(size > 5, "red", "blue"),
            "seen": pd.date_range("2024-01-01", periods=200).strftime("%Y-%m-%d"),
            "kind": np.where(size > 6, "large", "small"),
        }
    )
    frame.to_csv(folder / "table.csv", index=False)
    words = ("--data", folder / "table.csv", "--label", "kind", "--latent", 3, "--widths", 2, 3)
    words += ("--hidden", 8, "--epochs", 30, "--learning-rate", 0.01)
    return *train_autoencoder(folder, *words), frame


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    folder, random = tmp_path_factory.mktemp("pictures"), np.random.default_rng(0)
    for label, colour in (("red", (200, 30, 30)), ("blue", (30, 30, 200))):
        (folder / "data" / label).mkdir(parents=True)
        for number in range(15):
            pixels = np.array(colour) + random.integers(-25, 25, (6, 6, 3))
            path = folder / "data" / label / f"{number}.png"
            Image.fromarray(pixels.astype("uint8")).save(path)
    words = ("--data", folder / "data", "--latent", 1, "--widths", 1, "--hidden", 4, "--epochs", 2)
    return train_autoencoder(folder, *words)


@pytest.fixture(params=["digits", "table", "pictures"])
def trained(request):
    return request.getfixturevalue(request.param)[:4]


def test_the_endpoints_agree(trained):
    """decode(encode(x)) is serve(x)."""
    run, data, *_ = trained
    inputs = data.test.inputs
    whole, code = run.predict(inputs), run.predict(inputs, "encode")
    latent = run.config["options"]["latent"]
    assert code["latent"].shape == (data.test.rows, latent)
    decoded = run.predict(code, "decode")
    assert whole.keys() - decoded.keys() == {"reconstruction_error"}
    for name, values in decoded.items():
        if values.dtype.kind == "f":
            np.testing.assert_allclose(values, whole[name], rtol=1e-4, atol=1e-4)
        else:
            np.testing.assert_array_equal(values, whole[name])
    assert whole["reconstruction_error"].shape == (data.test.rows,)
    (column,) = run.inputs("decode")
    assert column.name == "latent" and column.shape == (latent,)
    assert run.inputs("serve") == run.inputs("encode") == list(data.columns)


def test_it_is_no_worse_than_pca_on_the_validation_rows(trained):
    """It begins as PCA, and the best weights on these rows are kept."""
    run, data, *_ = trained
    pca = restore(run.config).baselines(data)["PCA"]
    errors = [
        predict(data.validation.inputs)["reconstruction_error"].mean()
        for predict in (run.predict, pca.endpoints["serve"])
    ]
    assert errors[0] <= errors[1] * (1 + 1e-4)


def test_its_score_is_that_of_its_endpoint(trained):
    run, data, printed, metrics = trained
    error = run.predict(data.test.inputs)["reconstruction_error"].mean()
    scores = metrics["splits"]["test"]["scores"]
    assert metrics["splits"]["test"]["rows"] == data.test.rows
    assert scores["network"]["reconstruction"]["mean_squared_error"] == pytest.approx(error)
    assert metrics["headline"] == {
        "score": "mean squared error",
        "value": scores["network"]["reconstruction"]["mean_squared_error"],
        "baseline": min(
            scores[name]["reconstruction"]["mean_squared_error"] for name in ("PCA", "kernel PCA")
        ),
        "method": metrics["headline"]["method"],
    }
    assert f"reconstruction, test ({data.test.rows} rows)" in printed


def test_its_pictures(trained):
    run, data, *_ = trained
    expected = {"history", "latent-plane", "error-by-width"}
    expected |= {"reconstructions"} if data.columns[0].kind == "image" else set()
    assert {path.stem for path in (run.folder / "plots").iterdir()} == expected
    assert (run.folder / "report.html").exists()


# Digits


def test_digits_are_restored_as_pixels(digits):
    run, data, *_ = digits
    pictures = data.test.inputs["image"]
    whole = run.predict(data.test.inputs)
    assert whole["image"].shape == pictures.shape == (360, 8, 8, 1)
    error = np.mean((whole["image"] - pictures) ** 2, axis=(1, 2, 3)) / 16**2  # of 0 to 1
    np.testing.assert_allclose(error, whole["reconstruction_error"], rtol=1e-3)
    assert np.corrcoef(whole["image"].ravel(), pictures.ravel())[0, 1] > 0.8


def test_a_short_training_is_better_than_pca(digits):
    *_, metrics = digits
    scores = metrics["splits"]["test"]["scores"]
    network, pca = (scores[n]["reconstruction"]["mean_squared_error"] for n in ("network", "PCA"))
    assert network < 0.95 * pca


def test_the_digit_is_known_when_scoring_only(digits):
    run, data, printed, metrics = digits
    assert data.targets == () and set(data.test.labels) == {"digit"}
    assert "labels      digit, for scoring only" in printed
    assert run.config["data"]["targets"] == ()
    assert set(run.config["endpoints"]) == {"serve", "encode", "decode"}
    probes = metrics["probes"]["digit"]
    assert list(probes) == [
        *("all 64 input features", "4 features of the autoencoder", "4 principal components"),
        "4 kernel components",
    ]
    assert probes["all 64 input features"] > 0.93
    assert all(0.5 < accuracy < 0.93 for accuracy in list(probes.values())[1:])


def test_a_wider_latent_space_has_a_smaller_error(digits):
    widths = digits[0].read_table("widths")
    assert widths["latent"].tolist() == [2, 4]
    assert widths["network"][0] > widths["network"][1]


def test_new_digits_are_encoded_and_scored(digits, tmp_path, monkeypatch):
    run, data, *_ = digits
    monkeypatch.chdir(tmp_path)
    np.savez("new.npz", x=data.test.inputs["image"][:20], y=data.test.labels["digit"][:20])
    evaluate.main([str(run.folder), "--data", "new.npz", "--output", "out.csv"])
    written = pd.read_csv("out.csv")
    assert len(written) == 20
    error = run.predict(data.test.take(np.arange(20)).inputs)["reconstruction_error"]
    np.testing.assert_allclose(written["reconstruction_error"], error, rtol=1e-4)


def test_a_denoising_autoencoder_is_better_than_a_median_filter(saved_models, monkeypatch):
    drawn, plot = [], plots.latent_space.plot_error_by_width
    monkeypatch.setattr(
        "plots.latent_space.plot_error_by_width", lambda *x: drawn.append(x) or plot(*x)
    )
    words = ("--noise", 0.3, "--widths", "8", "--epochs", 8, "--learning-rate", 0.003)
    run, data, _, metrics = train_autoencoder(saved_models, *words)
    errors = metrics["denoising"]
    assert errors["network"] < errors["PCA"] < errors["noisy"]
    assert errors["network"] < 0.6 * errors["median filter"]
    assert (run.folder / "plots" / "denoised.png").exists()
    # The picture of error against width compares errors on the same noisy rows.
    ((curves, noise),) = drawn
    (train_rows, _), (noisy, clean) = restore(run.config).training_arrays(data)
    pca = PrincipalComponents(train_rows, 8)
    expected = squared_error(clean, pca.decode(pca.encode(noisy))).mean()
    assert noise == 0.3 and curves["PCA"][1][7] == pytest.approx(expected)


# A table


def test_a_table_is_restored_in_user_units(table):
    run, data, printed, metrics, _ = table
    assert "labels      kind, for scoring only" in printed and "inputs      4" in printed
    whole = run.predict(data.test.inputs)
    # A date is encoded, but not decoded.
    assert set(whole) == {"size [m]", "weight", "colour", "reconstruction_error"}
    size, weight = data.test.inputs["size [m]"], data.test.inputs["weight"]
    known = ~np.isnan(weight)
    assert np.corrcoef(whole["size [m]"], size)[0, 1] > 0.9
    assert np.abs(whole["weight"][known] - weight[known]).mean() < 6
    assert (whole["colour"] == data.test.inputs["colour"]).mean() > 0.9
    assert set(metrics["probes"]) == {"kind"}


def test_rows_of_a_table_are_restored_in_a_file(table, tmp_path):
    run, data, _, _, frame = table
    frame.drop(columns="kind").to_csv(tmp_path / "new.csv", index=False)
    output = tmp_path / "out.csv"
    evaluate.main([str(run.folder), "--data", str(tmp_path / "new.csv"), "--output", str(output)])
    written = pd.read_csv(output)
    names = {f"{name}_predicted" for name in ("size [m]", "weight", "colour")}
    assert names | {"reconstruction_error"} < set(written) and len(written) == 200


def test_a_label_is_optional(table, saved_models):
    *_, frame = table
    data = saved_models.parent / "table.csv"
    frame[["size [m]", "weight", "kind"]].to_csv(data, index=False)
    words = ("--widths", 1, "--epochs", 1, "--hidden", 2)
    run, dataset, _, metrics = train_autoencoder(saved_models, "--data", data, *words)
    (code,) = run.inputs("decode")  # half of two numbers, a mark of a gap, and three for `kind`
    assert count_features(dataset) == 6 and code.shape == (3,)
    assert dataset.test.labels == {} and "probes" not in metrics
    assert set(run.config["inputs"]) == {"size [m]", "weight", "kind", "latent"}
    pictures = {path.stem for path in (run.folder / "plots").iterdir()}
    assert pictures == {"history", "latent-plane", "error-by-width"}


# Pictures


def test_pictures_of_a_folder_are_restored(pictures):
    run, data, *_, metrics = pictures
    whole = run.predict(data.test.inputs)
    assert whole["image"].shape == (6, 6, 6, 3) and data.columns[0].dtype == "uint8"
    # One number tells red from blue.
    assert np.abs(whole["image"] - data.test.inputs["image"]).mean() < 25
    assert metrics["probes"]["label"]["1 features of the autoencoder"] == 1
    (column, *_) = run.inputs("encode")
    assert column.shape == (6, 6, 3) and column.max_pixel == 255


# Mistakes


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--latent", "65"), "--latent must be at most 64, the number of features. Received: 65"),
        (("--latent", "-1"), "--latent must be a number from 0"),
        (("--widths", "0"), "--widths must be a number from 1"),
        (("--data", "nowhere.csv"), "nowhere.csv"),
    ],
)
def test_mistakes(saved_models, words, message):
    with pytest.raises(UserError) as caught:
        train.main(["autoencoder", *words])
    assert message in str(caught.value)


def test_a_column_with_the_name_of_the_error(tmp_path):
    frame = pd.DataFrame({"a": np.arange(60.0), "reconstruction_error": np.arange(60.0)})
    frame.to_csv(tmp_path / "rows.csv")
    with pytest.raises(UserError, match="'reconstruction_error' has the name of .* Rename it"):
        train.main(["autoencoder", "--data", str(tmp_path / "rows.csv")])
