"""`quantise` and its project for an FPGA, end to end from short runs."""

import numpy as np
import pytest

import export
import train
from deployment.comparison import make_rows
from deployment.hls4ml_project import ROWS as COMPARED
from deployment.hls4ml_project import ROWS_OF_TEST_BENCH
from errors import UserError
from evaluation.compression import count_bit_operations
from runs.run import Run
from tests.checks import check_experiment


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Folder of a short run of jets."""
    folder = tmp_path_factory.mktemp("sources")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        train.main(["jets", "--samples", "400", "--hidden", "8", "--epochs", "3"])
    return folder / "jets"


def test_learned_widths_and_their_circuit(source, saved_models, tmp_path, capsys):
    words = ("--from", source, "--beta", 1e-3, 1e-6, "--epochs", 6, "--learning-rate", 0.1)
    folder, metrics = check_experiment(
        "quantise", saved_models, *words, pictures=("history", "score-by-bit-operations")
    )
    run = Run(folder)
    scores = metrics["splits"]["test"]["scores"]
    assert list(scores)[:2] == ["network", "before"]
    before, after = metrics["costs"]["before"], metrics["costs"]["network"]
    operations = "bit operations (EBOPs) a row"
    assert before[operations] == 1024 * (15 * 8 + 8 * 5)
    assert after[operations] == count_bit_operations(run.network) < before[operations] / 30
    packed = "these parameters, packed [kB]"
    assert after[packed] < before[packed] / 2
    front = run.read_table("front")
    assert list(front["beta"]) == ["float", "0.001", "1e-06"]
    assert front["bit_operations"][1] < front["bit_operations"][2]

    columns = run.inputs()
    rows = make_rows(columns, COMPARED)
    answers = run.predict(rows)
    assert set(answers) == set(Run(source).predict(rows))

    capsys.readouterr()
    export.main([str(folder), "--to", "hls4ml"])
    shown = capsys.readouterr().out
    for name in ("hls4ml and g++", "da4ml"):
        assert f"10000 rows by {name}, compared with Keras: 0 mismatches" in shown
    assert "da4ml estimates" in shown and "ns at 200 MHz" in shown
    project = folder / "hls4ml"
    assert (project / "firmware" / "circuit.cpp").exists() and not [*project.rglob("*.so")]
    assert "module circuit" in (project / "verilog" / "src" / "circuit.v").read_text()
    assert str(tmp_path) not in (project / "hls4ml_config.yml").read_text()
    # What the README says of the host, and the C++ between it, give the SavedModel's answers.
    readme = (project / "README.md").read_text()
    scaling = [line.split(" | ") for line in readme.splitlines() if line.startswith("| ")][1:]
    assert [line[1] for line in scaling] == [column.name for column in columns]
    raw = np.stack([rows[column.name] for column in columns], axis=1)[:ROWS_OF_TEST_BENCH]
    means, stds = (np.array([float(line[part]) for line in scaling]) for part in (2, 3))
    inputs = np.loadtxt(project / "tb_data" / "tb_input_features.dat")
    np.testing.assert_allclose((raw - means) / stds, inputs, rtol=1e-5, atol=1e-6)
    logits = np.loadtxt(project / "tb_data" / "tb_output_predictions.dat")
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    found = powers / powers.sum(axis=1, keepdims=True)
    expected = answers["class_probabilities"][:ROWS_OF_TEST_BENCH]
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_fixed_width(source, saved_models):
    words = ["--from", str(source), "--bits", "5", "--epochs", "2", "--name", "five"]
    train.main(["quantise", *words])
    front = Run(saved_models / "five").read_table("front")
    assert list(front["bits"]) == ["float", "5"]
    for topic, message in (("quantise", "in fixed point already"), ("prune", "Prune first")):
        with pytest.raises(UserError, match=message):
            train.main([topic, "--from", str(saved_models / "five")])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--bits", "1"), "--bits must be a number from 2 to 16"),
        (("--beta", "-1"), "--beta must be a number from 0 to 1"),
    ],
)
def test_mistakes(source, saved_models, words, message):
    with pytest.raises(UserError, match=message):
        train.main(["quantise", "--from", str(source), *words])


def test_the_package_is_asked_for_by_name(source, saved_models, monkeypatch):
    monkeypatch.setattr("runs.packages.find_spec", lambda name: None)
    with pytest.raises(UserError, match="quantise needs hgq: pip install -r requirements-fpga.txt"):
        train.main(["quantise", "--from", str(source)])
    assert not saved_models.exists() or not [*saved_models.glob("[a-z]*")]


def test_an_fpga_takes_numbers_and_pictures_only(monkeypatch):
    from deployment.hls4ml_project import check
    from deployment.options import Options

    column = {"name": "x", "kind": "number", "dtype": "float32"}
    target = {"probabilistic": False}
    config = {"inputs": {"x": column}, "endpoints": {"serve": ["x"]}, "data": {"targets": [target]}}
    options = Options("run", "hls4ml")
    check(config, options)
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(UserError, match="needs the compiler g\\+\\+"):
        check(config, options)
    for change, message in (
        ({"kind": "category"}, "cannot read 'x', a category"),
        ({"kind": "date"}, "cannot read 'x', a date"),
        ({"dtype": "float64"}, "has no float64"),
    ):
        with pytest.raises(UserError, match=message):
            check(config | {"inputs": {"x": column | change}}, options)
