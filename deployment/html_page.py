"""A page with the network inside: it answers in a browser, without a server and offline.

`network.js` interprets what Keras writes into `model.keras`, the graph of layers and their weights;
`widgets.js`, which the page of `play.py` shares, takes the inputs; `page.js` shows the answers.
"""

import base64
import json
import re
from html import escape
from pathlib import Path

import numpy as np

from deployment.comparison import compare_answers, make_rows
from errors import UserError
from models.input_names import make_input_names

PACKAGES = ()
NAME = "page.html"
SCRIPTS = ("network.js", "widgets.js", "page.js")
FOLDER = Path(__file__).parent
TOLERANCE = 1e-4
MOST_WEIGHTS = 5_000_000  # numbers in a page that still opens
# The only values that `network.js` knows of some options.
KNOWN_OPTIONS = {"groups": 1, "dilation_rate": (1, 1), "data_format": "channels_last"}
# Entries of a layer's config that a page needs.
NEEDED = (
    *("activation", "axis", "center", "dtype", "epsilon", "kernel_size", "keepdims", "mean"),
    *("negative_slope", "offset", "output_dim", "padding", "pool_size", "scale", "std"),
    *("strides", "target_shape", "vocabulary"),
)


def check(config, options):
    """Raise UserError if a page cannot show the run, as far as `config.json` tells."""
    columns = [config["inputs"][name] for name in config["endpoints"].get("serve", ())]
    if not columns or not config["data"].get("targets"):
        raise UserError(
            "html shows a prediction for each row of inputs; this run predicts no targets: use "
            "--to onnx"
        )
    kinds = {column["kind"] for column in columns}
    if unknown := kinds - {"number", "category", "date", "image"}:
        raise UserError(
            f"html has no widget for the input of kind {unknown.pop()}. The SavedModel takes it, "
            "and so does --to onnx where ONNX has the operations of the network"
        )
    if "image" in kinds and len(columns) > 1:
        raise UserError("html shows one picture, or numbers, categories and dates: use --to onnx")
    weights = config.get("network", {}).get("parameters", 0)
    if weights > MOST_WEIGHTS:
        raise UserError(f"a page with {weights:,} weights would not open: use --to onnx")


def convert(run, options):
    """Return the page.

    Raises: UserError if the network has a layer that the page does not know, or if the run answers
    more than its network does.
    """
    from training.device import start_tensorflow

    start_tensorflow()
    content = describe_page(run)
    script = "\n".join((FOLDER / name).read_text("utf-8") for name in SCRIPTS)
    script = re.sub("^export ", "", script, flags=re.MULTILINE)  # no module in a file of its own
    data = json.dumps(content, ensure_ascii=False).replace("<", "\\u003c")  # not </script>
    parts = {"TITLE": escape(run.folder.name), "LEAD": escape(describe_lead(run))}
    parts |= {"DATA": data, "SCRIPT": script}
    page = (FOLDER / "page.html").read_text(encoding="utf-8")
    # All at once: a name in the data may look like a mark of the template.
    return re.sub("@([A-Z]+)@", lambda mark: parts[mark[1]], page).encode(), ""


def describe_lead(run):
    """Return the main score of a run as text, "" if it has none."""
    from evaluation.evaluation import Headline
    from evaluation.report import describe_headline

    return describe_headline(Headline(**run.metrics["headline"])) if run.metrics else ""


def describe_page(run):
    """Return what the page's script needs: inputs, targets and the network."""
    columns, targets = run.inputs(), run.config["data"]["targets"]
    network = run.network
    check_network(run, columns, targets)
    described = [
        {
            "name": column.name, "input": name, "kind": column.kind, "unit": column.unit,
            "mean": column.mean, "std": column.std, "limits": column.limits,
            "has_missing": column.has_missing, "vocabulary": column.vocabulary,
            "shape": column.shape, "max_pixel": column.max_pixel,
        }
        for name, column in zip(make_input_names(columns), columns, strict=True)
    ]  # fmt: skip
    answers = ("name", "unit", "classes", "decision_weights", "probabilistic")
    return {
        "columns": described,
        "targets": [{name: target[name] for name in answers} for target in targets],
        "network": describe_model(network.get_config(), network),
    }


def check_network(run, columns, targets):
    """Raise UserError if the endpoint `serve` answers differently from the run's Keras network."""
    from datasets.dataset import Target
    from training.arrays import answer_in_user_units, feed_network

    rows = make_rows(columns, 8)
    expected = run.predict(rows)
    import tensorflow as tf

    try:
        inputs = {name: tf.constant(values) for name, values in rows.items()}
        outputs = run.network(feed_network(inputs, columns), training=False)
        answers = answer_in_user_units(outputs, [Target(**target) for target in targets])
        numbers = {n: x for n, x in expected.items() if x.dtype.kind == "f"}
        difference, _ = compare_answers({n: answers[n].numpy() for n in numbers}, numbers)
    except (KeyError, TypeError, ValueError):
        difference = np.inf
    if difference > TOLERANCE:
        raise UserError("html runs the Keras network, but this run answers more: use --to onnx")


def describe_model(config, model):
    """Return a Functional model as `network.js` reads it.

    Args:
        config: `model.get_config()`.
        model: `keras.Model`.

    Raises: UserError for a layer that `network.js` does not know.
    """
    parts = {layer.name: layer for layer in model.layers}
    kinds = {layer["name"]: layer["class_name"] for layer in config["layers"]}

    def refer(history):
        name, node, index = history
        # Keras counts the call of a model's own construction here, but not in the nodes.
        return [name, node - (kinds[name] == "Functional"), index]

    def refer_all(tensors):
        return (
            {name: refer(history) for name, history in tensors.items()}
            if isinstance(tensors, dict)
            else {"single": refer(tensors)}
        )

    return {
        "layers": [describe_layer(layer, parts.get(layer["name"])) for layer in config["layers"]],
        "inputs": refer_all(config["input_layers"]),
        "outputs": refer_all(config["output_layers"]),
    }


def describe_layer(layer, part):
    """Return a layer: name, kind, config, weights, and what each of its nodes is called with."""
    kind, config, weights = layer["class_name"], layer["config"], []
    check_layer(kind, layer["name"], config)
    if kind == "Functional":
        config = describe_model(config, part)
    else:
        weights = [describe_weights(x) for x in part.get_weights()] if part else []
        config = {
            name: x for name, x in config.items() if name in NEEDED and not isinstance(x, dict)
        }
    return {
        "name": layer["name"], "kind": kind, "config": config, "weights": weights,
        "nodes": [[describe_argument(x) for x in node["args"]] for node in layer["inbound_nodes"]],
    }  # fmt: skip


def check_layer(kind, name, config):
    known, activations = read_known()
    if kind not in {*known, "InputLayer"}:
        raise UserError(f"html does not know the layer {name!r} of kind {kind}: use --to onnx")
    chosen = config.get("activation")
    if chosen and (not isinstance(chosen, str) or chosen not in activations):
        raise UserError(f"html does not know the activation of the layer {name!r}: use --to onnx")
    for option, known in KNOWN_OPTIONS.items():
        if config.get(option, known) != known:
            raise UserError(f"html does not know {option} of the layer {name!r}: use --to onnx")


def read_known():
    """Return the names of the layers and of the activations in `network.js`."""
    script = (FOLDER / "network.js").read_text(encoding="utf-8")

    def read_names(table):
        block = script.split(f"const {table} = {{")[1].split("\n};")[0]
        return re.findall(r"^  (\w+):", block, re.MULTILINE)

    return read_names("LAYERS"), [*read_names("ACTIVATIONS"), "softmax"]


def describe_weights(values):
    dtype = "float64" if values.dtype == np.float64 else "float32"
    content = np.ascontiguousarray(values, dtype).tobytes()
    text = base64.b64encode(content).decode()
    return {"shape": values.shape, "dtype": dtype, "base64": text}


def describe_argument(argument):
    """Return an argument of a node: a reference to a tensor, an array, a slice or a number."""
    if isinstance(argument, list | tuple):
        return [describe_argument(part) for part in argument]
    if not isinstance(argument, dict):
        return argument
    kind, config = argument["class_name"], argument["config"]
    if kind == "__keras_tensor__":
        return {"from": config["keras_history"]}
    if kind == "__numpy__":
        values = np.array(config["value"], config["dtype"])
        return {"shape": values.shape, "array": values.ravel().tolist()}
    if kind == "__slice__":
        return {"start": config["start"], "stop": config["stop"]}
    raise UserError(f"html does not know an argument of kind {kind}: use --to onnx")
