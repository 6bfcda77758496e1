"""The page's JavaScript, run by V8: it answers as the SavedModel, and its widgets work."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers, ops
from py_mini_racer import MiniRacer

import export
from deployment.comparison import make_rows
from deployment.html_page import FOLDER, describe_model
from deployment.options import Options
from errors import UserError

TABLE = ("table", "--hidden", "4", "--members", "2", "--target")
PLANE = (*TABLE, "y [m]", "--data", "plane", "--probabilistic")
MIXED = (*TABLE, "kind", "--data", "mixed")
BROWSER = (Path(__file__).parent / "browser.js").read_text(encoding="utf-8")


def write_page(run, tmp_path):
    return export.export(run, Options(str(run.folder), "html", str(tmp_path / "page.html")))


@pytest.fixture
def run_script():
    """Function of a script to the V8 that has run it, as a browser would."""
    opened = []

    def run(script):
        opened.append(MiniRacer())
        opened[-1].eval(BROWSER)
        opened[-1].eval(script)
        return opened[-1]

    yield run
    for context in opened:
        context.close()


@pytest.fixture
def open_page(run_script):
    """Function of the path of a page to V8, in which the page goes on living."""

    def read(path):
        (script,) = re.findall("<script>(.*)</script>", path.read_text("utf-8"), re.DOTALL)
        return run_script(script)

    return read


def ask(context, expression):
    return json.loads(context.eval(f"JSON.stringify({expression})"))


def to_json(rows):
    """Return rows as JSON, NaN as null."""
    lists = {name: values.tolist() for name, values in rows.items()}
    return re.sub(r"\bNaN\b", "null", json.dumps(lists))


@pytest.mark.parametrize(
    "words",
    [
        MIXED,  # text, dates, missing numbers, an ensemble
        PLANE,
        ("digits",),
        ("images", "--data", "pictures", "--model", "dense"),  # uint8, three channels
        ("polynomial", "--hidden", "4"),
        (*TABLE, "kind", "--data", "colours", "--activation", "maxout"),
    ],
    ids=" ".join,
)
def test_answers_are_those_of_the_saved_model(make_run, open_page, tmp_path, words):
    run = make_run(*words)
    context = open_page(write_page(run, tmp_path))
    rows = make_rows(run.inputs(), 16)
    answers, expected = ask(context, f"answerRows(PAGE, {to_json(rows)})"), run.predict(rows)
    for target in run.config["data"]["targets"]:
        name = target["name"]
        if target["classes"]:
            probabilities = expected[f"{name}_probabilities"]
            np.testing.assert_allclose(answers[name]["probabilities"], probabilities, atol=1e-5)
            assert answers[name]["labels"] == expected[name].tolist()
        else:
            np.testing.assert_allclose(answers[name]["values"], expected[name], atol=1e-5)
        if target["probabilistic"]:
            np.testing.assert_allclose(answers[name]["std"], expected[f"{name}_std"], atol=1e-5)


def square(x):
    return ops.square(x[:, 1:3])


@pytest.mark.parametrize(
    ("shape", "make"),
    [
        ((7, 6, 2), lambda x: layers.Conv2D(3, (3, 2), strides=2, activation="relu")(x)),
        ((7, 6, 2), lambda x: layers.Conv2D(3, 3, strides=(2, 1), padding="same")(x)),
        ((7, 6, 2), lambda x: layers.MaxPooling2D((2, 3), strides=2)(x)),
        ((7, 6, 2), lambda x: layers.AveragePooling2D(2, padding="same")(x)),
        ((7, 6, 2), lambda x: layers.GlobalAveragePooling2D()(x)),
        ((7, 6, 2), lambda x: layers.GlobalMaxPooling2D()(layers.Rescaling(2.0, 1.0)(x))),
        ((7, 6, 2), lambda x: layers.BatchNormalization(scale=False)(x)),
        ((4, 3), lambda x: layers.LayerNormalization()(x)),
        ((4, 3), lambda x: layers.Reshape((3, 4))(layers.Flatten()(x))),
        ((4, 3), lambda x: layers.Concatenate(axis=1)([x, layers.Dense(3)(x)])),
        ((4, 3), lambda x: layers.Add()([x, layers.PReLU()(x)])),
        ((4, 3), lambda x: layers.Multiply()([x, layers.Subtract()([x, layers.ELU()(x)])])),
        ((4,), lambda x: layers.Softmax()(layers.LeakyReLU(0.3)(x))),
        ((4,), lambda x: ops.stack([square(x), ops.arctan(x[:, :2])], axis=1)),
        ((4,), lambda x: ops.sum(x, axis=-1, keepdims=True) + ops.max(x, axis=1)[:, None]),
        ((4,), lambda x: ops.where(ops.greater(x, 0.0), x, np.array([1.0, 2, 3, 4], "float32"))),
        ((), lambda x: layers.Embedding(5, 3)(ops.cast(ops.square(x) < 1, "int32"))),
        *(
            ((4,), lambda x, name=name: layers.Dense(5, activation=name)(x))
            for name in ("elu", "selu", "gelu", "silu", "sigmoid", "softplus", "tanh", "softmax")
        ),
    ],
)
def test_a_layer_computes_what_keras_computes(run_script, shape, make):
    inputs = keras.Input(shape)
    model = keras.Model(inputs, make(inputs))
    random = np.random.default_rng(0)
    model.set_weights([random.uniform(0.2, 1.2, w.shape) for w in model.get_weights()])
    x = random.normal(size=(3, *shape)).astype("float32")
    content = json.dumps(describe_model(model.get_config(), model))
    context = run_script((FOLDER / "network.js").read_text(encoding="utf-8"))
    data = f"tensor({list(x.shape)}, {x.ravel().tolist()})"
    answer = ask(
        context,
        f"(({{ shape, data }}) => ({{ shape, data: [...data] }}))(runModel({content}, {data}))",
    )
    expected = model(x).numpy()
    assert tuple(answer["shape"]) == expected.shape
    np.testing.assert_allclose(np.reshape(answer["data"], expected.shape), expected, atol=2e-6)


def test_a_digit_is_drawn_with_the_mouse(make_run, open_page, tmp_path):
    run = make_run("digits")
    context = open_page(write_page(run, tmp_path))
    before = context.eval("parts.answers.text")
    context.eval("const [canvas] = parts.inputs.all('canvas')")
    size = context.eval("canvas.width")
    middle, low, high = size / 2, size / 8, size * 7 / 8
    context.eval(f"canvas.onpointerdown({{clientX: {middle}, clientY: {low}}})")
    context.eval(f"canvas.onpointermove({{clientX: {middle}, clientY: {high}, buttons: 1}})")
    context.eval("canvas.onpointermove({clientX: 0, clientY: 0, buttons: 0})")  # released
    ink = np.zeros(64)  # the same line, by the distance of each pixel's centre
    for k in range(64):
        x, y = k % 8 + 0.5 - 4, k // 8 + 0.5
        distance = np.hypot(x, max(1 - y, 0, y - 7))
        ink[k] = np.clip(0.5 + 0.03 * 8 + 0.5 - distance, 0, 1)
    answer = run.predict({"image": (16 * ink).reshape(1, 8, 8, 1)})
    assert context.eval("parts.answers.text") != before
    shown = [float(x) for x in re.findall(r"([\d.]+) %", context.eval("parts.answers.text"))]
    np.testing.assert_allclose(shown, 100 * answer["digit_probabilities"][0], atol=0.051)
    context.eval("parts.inputs.all('button')[0].onclick()")
    assert context.eval("parts.answers.text") == before


def test_sliders_and_the_surface_over_two_inputs(make_run, open_page, tmp_path):
    run = make_run(*PLANE)
    context = open_page(write_page(run, tmp_path))
    context.eval("const [plot] = parts.plot.all('canvas')")
    cells = context.eval("plot.drawn.filter(([name]) => name === 'fillRect').length")
    assert cells == 60 * 60
    context.eval("const [slider, box] = parts.inputs.all('input')")
    context.eval("box.value = '1.25'; box.oninput()")
    b = run.config["inputs"]["b"]["mean"]
    expected = run.predict({"a": np.array([1.25]), "b": np.array([b])})
    number, std = re.findall(r"y \[m\]\s+(\S+) ± (\S+)", context.eval("parts.answers.text"))[0]
    np.testing.assert_allclose(float(number), expected["y [m]"][0], rtol=1e-3)
    np.testing.assert_allclose(float(std), expected["y [m]_std"][0], rtol=1e-3)
    again = context.eval("plot.drawn.filter(([name]) => name === 'fillRect').length")
    assert again == 2 * cells


def test_menus_dates_and_a_missing_number(make_run, open_page, tmp_path):
    run = make_run(*MIXED)
    context = open_page(write_page(run, tmp_path))
    context.eval("const [menu] = parts.inputs.all('select'); menu.value = 'red'; menu.oninput()")
    context.eval("const [slider, box, date] = parts.inputs.all('input')")
    context.eval("box.value = ''; box.oninput(); date.value = '2021-03-04'; date.oninput()")
    row = {"petal size (cm)": [np.nan], "colour": ["red"], "seen": ["2021-03-04"]}
    expected = run.predict({name: np.array(x) for name, x in row.items()})
    shown = re.findall(r"([\d.]+) %", context.eval("parts.answers.text"))
    np.testing.assert_allclose(
        np.array(shown, float), 100 * expected["kind_probabilities"][0], atol=0.051
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("vae", "--hidden", "4"), "this run predicts no targets"),
        (("sequence", "--model", "lstm"), "no widget for the input of kind sequence"),
    ],
)
def test_what_a_page_cannot_carry(make_run, tmp_path, words, message):
    with pytest.raises(UserError, match=message):
        write_page(make_run(*words), tmp_path)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (layers.UpSampling2D(name="grow"), "the layer 'grow' of kind UpSampling2D: use --to onnx"),
        (layers.Conv2D(2, 3, activation="mish", name="a"), "activation of the layer 'a'"),
        (layers.Conv2D(2, 3, groups=2, name="a"), "groups of the layer 'a'"),
        (layers.MaxPooling2D(data_format="channels_first", name="a"), "data_format of the layer"),
    ],
)
def test_a_layer_that_it_does_not_know_is_named(layer, message):
    inputs = keras.Input((6, 6, 2))
    model = keras.Model(inputs, layer(inputs))
    with pytest.raises(UserError, match=f"html does not know .*{message}"):
        describe_model(model.get_config(), model)


def test_names_do_not_leave_the_script(make_run, open_page, tmp_path):
    import pandas as pd

    name = "</script><b>@DATA@"
    frame = pd.DataFrame({name: np.arange(90.0) % 7, "y": np.arange(90) % 2})
    frame.to_csv(tmp_path / "table.csv", index=False)
    path = write_page(make_run(*TABLE, "y", "--data", tmp_path / "table.csv"), tmp_path)
    assert path.read_text(encoding="utf-8").count("</script>") == 1
    assert ask(open_page(path), "PAGE.columns[0].name") == name


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs the browser chromium")
def test_a_browser_shows_it(make_run, open_page, tmp_path):
    path = write_page(make_run(*MIXED), tmp_path)
    words = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    found = subprocess.run([*words, path.as_uri()], capture_output=True, text=True, timeout=120)
    assert open_page(path).eval("parts.answers.children[1].text").strip() in found.stdout
    assert len(re.findall(r"[\d.]+ %</span>", found.stdout)) == 2
