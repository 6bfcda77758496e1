"""ONNX: ONNX Runtime answers as the SavedModel, for every kind of input."""

from types import SimpleNamespace

import keras
import numpy as np
import onnx
import pytest

import export
from datasets.dataset import Column
from deployment.comparison import compare, compare_answers, make_rows, name_by_signature
from deployment.onnx_file import answer
from deployment.options import Options
from errors import UserError

TABLE = ("table", "--hidden", "4", "--members", "2", "--target")


def check_agreement(run, tmp_path, tolerance, endpoint=""):
    """Convert an endpoint, compare its answers with the SavedModel's, and return the file."""
    options = Options(str(run.folder), "onnx", str(tmp_path / "model.onnx"), endpoint)
    content = export.export(run, options).read_bytes()
    endpoint = options.choose_endpoint(run.config)
    rows = make_rows(run.inputs(endpoint))
    answers = answer(content, name_by_signature(rows, run.inputs(endpoint)))
    difference, equal = compare_answers(answers, run.predict(rows, endpoint))
    assert difference <= tolerance and equal in (None, 1.0)
    return onnx.load_from_string(content)


@pytest.mark.parametrize(
    "words",
    [
        (*TABLE, "kind", "--data", "mixed"),
        (*TABLE, "y [m]", "--data", "plane"),
        (*TABLE, "y [m]", "--data", "plane", "--probabilistic"),
        ("digits",),
        ("images", "--data", "pictures", "--model", "dense"),
        ("sequence", "--model", "lstm"),
        ("sequence", "--model", "transformer"),
    ],
    ids=" ".join,
)
def test_answers_are_those_of_the_saved_model(make_run, tmp_path, words):
    check_agreement(make_run(*words), tmp_path, 1e-5)


def test_graphs_of_any_number(make_run, tmp_path):
    """A ring of four nodes and a path of three, whose nodes know their numbers of neighbours."""
    keras.utils.set_random_seed(1)  # some weights answer 0 or 1 to everything
    run = make_run("graphs", "--units", "4", "--depth", "2", "--node-features", "degree")
    content = export.export(run, Options(str(run.folder), "onnx", str(tmp_path / "model")))
    edges = [[0, 1], [1, 2], [2, 3], [3, 0], [4, 5], [5, 6]]
    union = {
        "features": np.ones((7, 1), "float32"),
        "edges": np.array(edges, "int32"),
        "graph": np.array([0, 0, 0, 0, 1, 1, 1], "int32"),
    }
    found = answer(content.read_bytes(), union)["bipartite_probabilities"]
    expected = run.predict(union)["bipartite_probabilities"]
    assert abs(expected[0] - expected[1]).max() > 1e-4
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_history_is_as_long_as_the_window_for_the_comparison():
    column = Column("history", "history", mean=(5.0,), std=(1.0,), shape=(None, 1))
    shapes = []

    def predict(inputs, endpoint="serve"):
        shapes.append(inputs["history"].shape)
        return {"mean": inputs["history"]}

    run = SimpleNamespace(
        config={"data": {"series": {"window": 150}}},
        inputs=lambda endpoint: [column],
        predict=predict,
    )
    assert "differ by 0e+00" in compare(run, "serve", predict)
    assert shapes == [(64, 150, 1)] * 2


def test_inputs_have_the_names_and_types_of_the_signature(make_run, tmp_path):
    run = make_run(*TABLE, "kind", "--data", "mixed")
    graph = check_agreement(run, tmp_path, 1e-5).graph
    kinds = {x.name: x.type.tensor_type.elem_type for x in graph.input}
    text, number = onnx.TensorProto.STRING, onnx.TensorProto.FLOAT
    assert kinds == {"petal_size__cm_": number, "colour": text, "seen": text}
    assert {x.name for x in graph.output} == {"kind", "kind_probabilities"}


@pytest.mark.parametrize(
    ("date", "expected"),
    [("2024-02-29", True), ("2024-02-29T23:59:58", True), ("", True), ("soon", False)],
)
def test_a_date_is_read_digit_by_digit(make_run, tmp_path, date, expected):
    """What is no date makes TensorFlow fail, and is NaN in ONNX."""
    run = make_run(*TABLE, "kind", "--data", "mixed")
    content = check_agreement(run, tmp_path, 1e-5).SerializeToString()
    rows = {"petal size (cm)": np.ones(1, "float32"), "colour": np.array(["red"])}
    rows["seen"] = np.array([date])
    found = answer(content, name_by_signature(rows, run.inputs()))["kind_probabilities"]
    if expected:
        np.testing.assert_allclose(found, run.predict(rows)["kind_probabilities"], atol=1e-6)
    else:
        assert np.isnan(found).all()


def test_an_answer_with_the_name_of_an_input(make_run, tmp_path):
    graph = check_agreement(make_run("autoencoder", "--hidden", "4"), tmp_path, 1e-5).graph
    assert [x.name for x in graph.output if x.name.startswith("image")] == ["image_answer"]


def test_a_generator_is_its_decoder(make_run, tmp_path):
    run = make_run("vae", "--hidden", "4")
    check_agreement(run, tmp_path, 1e-5, "decode")
    with pytest.raises(UserError, match="from a seed, as generate does. Convert decode"):
        check_agreement(run, tmp_path, 1e-5, "generate")
    with pytest.raises(UserError, match="serve needs what ONNX does not have: .*StatelessRandom"):
        check_agreement(run, tmp_path, 1e-5, "serve")
    assert [path.name for path in tmp_path.iterdir()] == ["model.onnx"]  # of decode


@pytest.fixture(scope="module")
def equation(tmp_path_factory):
    """A solution in float64."""
    import train
    from runs.run import Run

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", tmp_path_factory.mktemp("equations"))
        words = ["--residual", "u'' = -u", "--domain", "t=0..1", "--condition", "u(0) = 1"]
        train.main(["equation", *words, "u'(0) = 0", "--hidden", "4", "--epochs", "3"])
        from runs import folder

        return Run(folder.RUNS / "equation")


def test_an_equation_keeps_all_its_digits(equation, tmp_path):
    graph = check_agreement(equation, tmp_path, 1e-12).graph
    (kind,) = {x.type.tensor_type.elem_type for x in (*graph.input, *graph.output)}
    assert kind == onnx.TensorProto.DOUBLE
