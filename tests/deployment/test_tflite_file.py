"""LiteRT answers as the SavedModel, within what 32, 16 and 8 bits allow."""

import numpy as np
import pytest

import export
from deployment.comparison import compare_answers, make_rows, name_by_signature
from deployment.options import Options
from deployment.tflite_file import answer, check
from errors import UserError

TABLE = ("table", "--hidden", "4", "--members", "2", "--target")


def check_agreement(run, tmp_path, tolerance, endpoint="", quantise="none"):
    """Convert an endpoint, compare its answers with the SavedModel's, and return the size."""
    options = Options(str(run.folder), "tflite", str(tmp_path / "model"), endpoint, quantise)
    content = export.export(run, options).read_bytes()
    endpoint = options.choose_endpoint(run.config)
    rows = make_rows(run.inputs(endpoint))
    answers = answer(content, name_by_signature(rows, run.inputs(endpoint)), endpoint)
    difference, equal = compare_answers(answers, run.predict(rows, endpoint))
    assert difference <= tolerance
    assert quantise != "none" or equal in (None, 1.0)
    return len(content)


@pytest.mark.parametrize(
    ("words", "endpoint"),
    [
        ((*TABLE, "kind", "--data", "colours"), ""),  # text in, text out, missing numbers
        ((*TABLE, "y [m]", "--data", "plane"), ""),
        (("images", "--data", "pictures", "--model", "dense"), ""),  # uint8
        (("vae", "--hidden", "4"), "decode"),
    ],
    ids=lambda words: " ".join(words[:4]),
)
def test_answers_are_those_of_the_saved_model(make_run, tmp_path, words, endpoint):
    check_agreement(make_run(*words), tmp_path, 1e-5, endpoint)


def test_quantised_weights_are_smaller(make_run, tmp_path):
    run = make_run("digits")
    size = check_agreement(run, tmp_path, 1e-5)
    assert check_agreement(run, tmp_path, 2e-3, quantise="float16") < 0.55 * size
    assert check_agreement(run, tmp_path, 2e-2, quantise="dynamic") < size / 3
    assert check_agreement(run, tmp_path, 5e-2, quantise="int8") < size / 3


@pytest.mark.parametrize(
    ("words", "options", "message"),
    [
        ((*TABLE, "kind", "--data", "mixed"), {}, "cannot read the date 'seen': use --to onnx"),
        ((*TABLE, "kind", "--data", "colours"), {"quantise": "int8"}, "--quantise dynamic"),
        (("vae", "--hidden", "4"), {"endpoint": "generate"}, "cannot draw random numbers"),
        (("vae", "--hidden", "4"), {"endpoint": "generat"}, "Did you mean generate?"),
    ],
)
def test_what_it_cannot_carry(make_run, words, options, message):
    run = make_run(*words)
    with pytest.raises(UserError, match=message):
        check(run.config, Options(str(run.folder), "tflite", **options))


def test_what_it_converts_and_cannot_run(make_run, tmp_path, monkeypatch):
    def refuse(*_):
        raise ValueError("number of elements overflowed.\nTensor 1 is invalid")

    monkeypatch.setattr("deployment.tflite_file.answer", refuse)
    run = make_run(*TABLE, "kind", "--data", "colours")
    with pytest.raises(UserError, match="cannot run serve after the conversion: .* overflowed.$"):
        export.export(run, Options(str(run.folder), "tflite", str(tmp_path / "model"), "", "none"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", ["number", "bodies"])
def test_a_float64_input_is_refused(kind):
    column = {"name": "x", "kind": kind, "dtype": "float64"}
    config = {"inputs": {"x": column}, "endpoints": {"serve": ["x"]}}
    with pytest.raises(UserError, match="has no float64, the type of 'x': use --to onnx"):
        check(config, Options("run", "tflite"))


def test_operations_that_it_does_not_have_are_named(make_run, tmp_path):
    with pytest.raises(UserError, match="serve needs what LiteRT does not have: .*Stateless"):
        check_agreement(make_run("vae", "--hidden", "4"), tmp_path, 0)
    assert not [*tmp_path.iterdir()]


def test_int8_is_calibrated_on_the_inputs_of_the_data(make_run, tmp_path):
    with pytest.raises(UserError, match="the run's data has no latent to calibrate on"):
        check_agreement(make_run("vae", "--hidden", "4"), tmp_path, 0, "decode", "int8")


def test_rows_for_the_comparison_are_like_those_of_the_training(make_run):
    run = make_run(*TABLE, "kind", "--data", "mixed")
    size, colour, seen = (make_rows(run.inputs(), 4000)[column.name] for column in run.inputs())
    assert abs(np.nanmean(size) - 5) < 0.3 and abs(np.nanstd(size) - 2) < 0.3
    assert 0.1 < np.isnan(size).mean() < 0.3
    assert {"", "red", "blue", "grün"} < set(colour) and len(set(colour)) == 5
    assert set(map(len, seen)) == {0, 10, 19} and max(seen) < "2024"
