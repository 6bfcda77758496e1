"""The guide's requests to TensorFlow Serving, mapped onto a run's signatures by Serving's rules.

The server itself is not run. The rules are those of its page "RESTful API": row and column format,
named inputs, JSON types, base64.
"""

import base64
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

GUIDE = Path(__file__).parents[2] / "docs" / "deployment.md"
SECTION = GUIDE.read_text(encoding="utf-8").split("## TensorFlow Serving")[1].split("\n## ")[0]
REQUESTS = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", SECTION, re.DOTALL)]
TABLE = ("table", "--hidden", "4", "--members", "2", "--target")


def read_request(request, signature):
    """Return the tensors that Serving makes of a request, `{input name: tensor}`."""
    specs = signature.structured_input_signature[1]
    (form,) = request.keys() - {"signature_name"}  # instances or inputs, not both
    content = request[form]
    if form == "instances" and isinstance(content[0], dict) and "b64" not in content[0]:
        assert all(row.keys() == specs.keys() for row in content), "every row has every input"
        content = {name: [row[name] for row in content] for name in specs}
    elif not isinstance(content, dict):
        (name,) = specs  # a list is the only input
        content = {name: content}
    assert content.keys() == specs.keys()
    return {name: read_tensor(content[name], spec) for name, spec in specs.items()}


def read_tensor(content, spec):
    values = np.empty(np.shape(content) if spec.dtype != tf.string else len(content), object)
    for index in np.ndindex(values.shape):
        value = content
        for place in index:
            value = value[place]
        values[index] = read_value(value, spec.dtype)
    tensor = tf.constant(values.tolist(), spec.dtype)
    assert spec.shape.is_compatible_with(tensor.shape), (spec, tensor.shape)
    return tensor


def read_value(value, dtype):
    if dtype == tf.string:
        if isinstance(value, dict):
            return base64.b64decode(value["b64"], validate=True)
        assert isinstance(value, str)
        return value.encode()
    assert isinstance(value, int | float) and not isinstance(value, bool)
    assert dtype.is_floating or isinstance(value, int), "a decimal number for a whole one"
    return value


@pytest.fixture(scope="module")
def homes(make_run, tmp_path_factory):
    """The run of the guide's requests: a number that may be missing, a category and a date."""
    random, path = np.random.default_rng(0), tmp_path_factory.mktemp("homes") / "homes.csv"
    frame = pd.DataFrame({"size [m2]": random.normal(80, 20, 90).round()})
    frame["district"] = random.choice(["north", "süd"], 90)
    frame["built"] = pd.date_range("1990-01-01", periods=90, freq="50D").strftime("%Y-%m-%d")
    frame["price"] = 3.0 * frame["size [m2]"]
    frame.loc[::9, "size [m2]"] = np.nan
    frame.to_csv(path, index=False)
    return make_run(*TABLE, "price", "--data", path)


def test_the_guide_has_every_kind_of_request():
    texts = "".join(map(json.dumps, REQUESTS))
    for kind in ('"instances"', '"inputs"', "NaN", '"b64"', '"signature_name"', '""'):
        assert kind in texts, kind


def ask(run, request):
    name = request.get("signature_name", "serving_default")
    signature = run.saved_model.signatures[name]
    return {k: x.numpy() for k, x in signature(**read_request(request, signature)).items()}


HOMES = [request for request in REQUESTS if "signature_name" not in request]


@pytest.mark.parametrize("request_", HOMES, ids=range(len(HOMES)))
def test_requests_for_rows(homes, request_):
    rows = {
        "size [m2]": np.array([70, np.nan], "float32"),
        "district": np.array(["süd", ""]),
        "built": np.array(["1998-05-01", ""]),
    }
    np.testing.assert_allclose(ask(homes, request_)["price"], homes.predict(rows)["price"])


def test_requests_that_select_a_signature(make_run):
    named = {request["signature_name"]: request for request in REQUESTS if request not in HOMES}
    plane = make_run(*TABLE, "y [m]", "--data", "plane")
    answers = ask(plane, named["matrix"])
    rows = {"a": np.array([0.5, -1]), "b": np.array([2.0, 0.1])}
    np.testing.assert_allclose(answers["y [m]"], plane.predict(rows)["y [m]"], rtol=1e-6)
    vae = make_run("vae", "--hidden", "4")
    pictures = ask(vae, named["generate"])["image"]
    inputs = {"count": 3, "seed": 7, "temperature": 1.0}
    np.testing.assert_allclose(pictures, vae.predict(inputs, "generate")["image"], atol=1e-6)
    assert set(named) == {"matrix", "generate"}


@pytest.mark.parametrize(
    "request_",
    [
        {
            "inputs": {"size [m2]": [70], "district": ["süd"], "built": [""]}
        },  # not its signature's name
        {"inputs": {"size__m2_": [70], "district": ["süd"]}},
        {"inputs": {"size__m2_": 70, "district": "süd", "built": ""}},
        {"inputs": {"size__m2_": ["70"], "district": ["süd"], "built": [""]}},
    ],
)
def test_requests_that_the_server_refuses(homes, request_):
    with pytest.raises(AssertionError):
        ask(homes, request_)
