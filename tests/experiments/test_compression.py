"""`prune` and `knowledge-distillation` end to end, from short runs, and runs that are refused."""

import numpy as np
import pandas as pd
import pytest

import evaluate
import train
from errors import UserError
from evaluation.compression import count_multiplications, count_parameters
from models.pruning import find_sparsity
from runs.run import Run
from tests.checks import PROMISED, answer_alone, check_experiment

SHORT = ("--epochs", 3, "--batch-size", 32)
PICTURES = ("history", "confusion", "score-by-parameters")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A folder with short runs of several kinds."""
    folder = tmp_path_factory.mktemp("sources")
    random = np.random.default_rng(0)
    table = pd.DataFrame(random.normal(size=(120, 3)), columns=["a", "b", "c"])
    table["sum"] = table["a"] + 2 * table["b"]
    table["sign"] = np.where(table["sum"] > 0, "plus", "minus")
    table.to_csv(folder / "rows.csv", index=False)
    words = ("table", "--data", str(folder / "rows.csv"), "--epochs", "2", "--hidden", "8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        train.main(["jets", "--samples", "400", "--hidden", "64", "32", "--epochs", "5"])
        train.main([*words, "--target", "sign", "--name", "members"])
        train.main([*words, "--target", "sum", "--name", "single", "--members", "1"])
    return folder


def find_inner(run):
    return run.network.get_layer(run.network.name)


def test_prune_by_weight(runs, saved_models, tmp_path):
    words = ("--from", runs / "jets", "--sparsity", 0.8, "--further", 0.5, *SHORT)
    folder, metrics = check_experiment("prune", saved_models, *words,
                                       pictures=(*PICTURES, "weights"))  # fmt: skip
    run = Run(folder)
    assert find_sparsity(find_inner(run)) == pytest.approx(0.8, abs=0.005)
    scores = metrics["splits"]["test"]["scores"]
    assert list(scores)[:2] == ["network", "before"]
    before, after = metrics["costs"]["before"], metrics["costs"]["network"]
    kernels = 15 * 64 + 64 * 32 + 32 * 5
    assert before["multiplications a row"] == kernels
    assert after["multiplications a row"] == round(0.2 * kernels)
    for costs in (before, after):
        bits = costs["bit operations (EBOPs) a row"]
        assert bits == 1024 * costs["multiplications a row"]
        assert costs["these parameters, packed [kB]"] == costs["parameters that are not zero"] / 250
    # The graph's bytes vary by some hundred from one export to the next, the weights save 9 kB.
    assert after["SavedModel, zipped [kB]"] < before["SavedModel, zipped [kB]"]
    front = run.read_table("front")
    assert list(front["sparsity"]) == [0, 0.8, 0.5]
    assert np.argsort(front["parameters"]).tolist() == [1, 2, 0]
    # It takes what the source takes, and answers with the same names.
    inputs = {c.name: np.ones(2, "float32") for c in run.inputs()}
    answers = answer_alone(folder, inputs, tmp_path)
    assert set(answers) == set(Run(runs / "jets").predict(inputs))


def test_prune_by_unit_and_again(runs, saved_models):
    words = ("--from", str(runs / "jets"), "--by", "unit", "--sparsity", "0.5", "--further")
    train.main(["prune", *words, *map(str, SHORT), "--name", "units"])
    small = find_inner(Run(saved_models / "units"))
    assert [layer.units for layer in small.layers[1:] if hasattr(layer, "units")] == [32, 16, 5]
    # A pruned run is a run of the same topic.
    again = ("--from", str(saved_models / "units"), "--sparsity", "0.5", "--further")
    train.main(["prune", *again, *map(str, SHORT), "--name", "both"])
    inner = find_inner(Run(saved_models / "both"))
    assert inner.count_params() == small.count_params()
    assert find_sparsity(inner) == pytest.approx(0.5, abs=0.01)


def test_a_lottery_ticket(runs, saved_models):
    words = ("--from", str(runs / "jets"), "--rewind", "2", "--sparsity", "0.75")
    train.main(["prune", *words, *map(str, SHORT)])
    run = Run(saved_models / "prune")
    assert find_sparsity(find_inner(run)) == pytest.approx(0.75, abs=0.005)
    front = run.read_table("front")
    np.testing.assert_allclose(front["sparsity"], [0, 0, 0.5, 0.75], atol=1e-9)
    assert len(run.read_table("history")) == 3


def test_a_student_beside_itself_alone(runs, saved_models):
    words = ("--from", runs / "jets", "--hidden", 4, "--further", 0.5, *SHORT)
    folder, metrics = check_experiment("knowledge-distillation", saved_models, *words,
                                       pictures=PICTURES)  # fmt: skip
    scores = metrics["splits"]["test"]["scores"]
    assert list(scores)[:3] == ["network", "teacher", "student alone"]
    assert scores["network"] != scores["student alone"]
    front = Run(folder).read_table("front")
    assert list(front["student"]) == ["teacher", "student", "alone", "x 0.5"]
    assert list(front["parameters"])[1:] == [15 * 4 + 4 + 25, 89, 15 * 2 + 2 + 15]
    assert not (folder / "student-alone" / "config.json").exists()
    # The teacher's accuracy on validation rows is that of its own training.
    history = Run(runs / "jets").read_table("history")
    best = history.loc[history["val_loss"].idxmin(), "val_accuracy"]
    assert front["accuracy"][0] == pytest.approx(best, abs=0.01)


def test_students_of_an_ensemble_and_of_a_regression(runs, saved_models):
    for source in ("members", "single"):
        words = ("--from", str(runs / source), "--further", *map(str, SHORT), "--name", source)
        train.main(["knowledge-distillation", *words])
    evaluate.main([str(saved_models / "single")])
    files = {path.name for path in (saved_models / "single").iterdir()}
    assert files >= PROMISED | {"student-alone", "front.csv"}


@pytest.mark.parametrize(
    "topic, source, options, text",
    [
        ("prune", "members", (), "is an ensemble of 5 networks. Train it with --members 1"),
        ("prune", "single", ("--by", "unit"), "needs a chain of dense layers"),
        ("prune", "jets", ("--by", "unit", "--rewind", "2"), "Leave out --by unit"),
        ("prune", "jets", ("--sparsity", "1"), "--sparsity must be a number from 0 to 0.999"),
        ("knowledge-distillation", "jets", ("--filters", "8"), "--filters is for pictures"),
    ],
)
def test_mistakes_are_reported_in_a_line(runs, saved_models, topic, source, options, text):
    with pytest.raises(UserError, match=text) as caught:
        train.main([topic, "--from", str(runs / source), *options])
    assert "\n" not in str(caught.value)


def test_runs_without_targets_are_refused(saved_models, monkeypatch):
    train.main(["backprop"])
    with pytest.raises(UserError, match="predicts targets from rows of data.*run of backprop"):
        train.main(["prune", "--from", str(saved_models / "backprop")])
    with pytest.raises(UserError, match="starts from a run: give --from"):
        train.main(["prune"])


def test_multiplications_of_a_convolution():
    from models.student import student

    network = student((8, 8, 1), "softmax", 10, hidden=(), filters=(4,))
    assert count_multiplications(network) == 16 * 9 * 4 + 64 * 10
    assert count_parameters(network) == 36 + 640  # biases are still zero
