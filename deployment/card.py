"""A model card in Markdown: what a run predicts, from what, how well, and how to load it.

It is written from `config.json` and `metrics.json` alone, so TensorFlow is not needed.
"""

from html import escape
from types import SimpleNamespace

from deployment import onnx_file, tflite_file
from deployment.options import Options
from errors import UserError, to_one_line
from models.input_names import make_input_names

PACKAGES = ()
NAME = "card.md"
LISTED = 20  # classes or categories

LOAD = {
    "The SavedModel": """\
import numpy as np
import tensorflow as tf

model = tf.saved_model.load("{folder}/1")
answers = model.{endpoint}({{{raw}}})
""",
    "Keras, for further training": """\
{imports}import keras

network = keras.models.load_model("{folder}/model.keras")
""",
    "ONNX Runtime": """\
import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession("{folder}/model.onnx")
names = [output.name for output in session.get_outputs()]
answers = dict(zip(names, session.run(None, {{{signature}}}), strict=True))
""",
    "LiteRT": """\
import numpy as np
from ai_edge_litert.interpreter import Interpreter

runner = Interpreter("{folder}/model.tflite").get_signature_runner("{endpoint}")
answers = runner(**{{{encoded}}})
""",
}
CONVERTERS = {"ONNX Runtime": ("onnx", onnx_file), "LiteRT": ("tflite", tflite_file)}


def check(config, options):
    """Every run has a card."""


def convert(run, options):
    """Return the card, and a remark if the run has not been scored."""
    remark = "" if run.metrics else "no scores yet: evaluate the run, then write the card again"
    return write_card(run.folder.name, run.config, run.metrics).encode(), remark


def write_card(name, config, metrics=None):
    """Return the card as text.

    Args:
        name: name of the run.
        config: content of `config.json`.
        metrics: content of `metrics.json`; None if the run has not been evaluated.
    """
    from evaluation.report import describe_data, describe_training

    sections = {
        "What it answers": describe_answers(config),
        "Inputs": format_table(tabulate_inputs(config)),
        "Data": format_table([["", ""], *describe_data(config)]),
        "Scores": describe_scores(metrics),
        "Limits": "\n".join(f"- {clean(line)}" for line in list_limits(config, metrics)),
        "Training": format_table([["", ""], *describe_training(config)]),
        "How to load it": "\n\n".join(show_loading(name, config)),
    }
    body = "\n\n".join(f"## {heading}\n\n{text}" for heading, text in sections.items())
    return f"# {clean(name)}\n\n{describe_run(config, metrics)}\n\n{body}\n"


def describe_run(config, metrics):
    """Return the first lines: which experiment, how large a network, its main score."""
    from evaluation.evaluation import Headline
    from evaluation.report import describe_headline

    weights = config.get("network", {}).get("parameters")
    size = f", a network with {weights:,} weights" if weights else ""
    lines = [f"A run of the experiment `{config['experiment']}`{size}."]
    if metrics:
        lines.append(f"**{clean(describe_headline(Headline(**metrics['headline'])))}**")
    return "\n\n".join(lines)


def describe_answers(config):
    """Return the targets as a table, or the endpoints of a run without targets."""
    targets = config["data"].get("targets", ())
    if targets:
        rows = [
            [target["name"], target["unit"], list_some(target["classes"]) or "a number"]
            for target in targets
        ]
        further = (
            "A classification also answers `NAME_probabilities`, in this order of the classes."
        )
        table = format_table([["name", "unit", "values"], *rows])
        return f"{table}\n\n{further}" if any(t["classes"] for t in targets) else table
    unknowns = ", ".join(config["data"].get("unknowns", ()))
    rows = [[name, ", ".join(inputs)] for name, inputs in config["endpoints"].items()]
    solved = f"The solution {clean(unknowns)} of a differential equation.\n\n" if unknowns else ""
    return solved + format_table([["endpoint", "takes"], *rows])


def tabulate_inputs(config):
    """Return what each input is, and what its training rows look like, as rows of a table."""
    header = ["name", "kind", "unit", "type", "training rows"]
    return [header, *(describe_input(column) for column in config["inputs"].values())]


def describe_input(column):
    text = column["kind"] in ("category", "date", "text")
    size = " x ".join("any" if size is None else str(size) for size in column["shape"])
    kind = f"{column['kind']} {size}".strip()
    if column["vocabulary"]:
        seen = list_some(column["vocabulary"])
    elif column["kind"] == "image":
        seen = f"0 to {column['max_pixel']:g}"
    elif column["kind"] == "number" and (column["mean"], column["std"]) != (0, 1):
        seen = f"mean {column['mean']:.4g}, standard deviation {column['std']:.4g}"
    else:
        seen = ""
    missing = ", may be missing" if column["has_missing"] else ""
    return [
        column["name"], kind, column["unit"], "text" if text else column["dtype"], seen + missing
    ]  # fmt: skip


def describe_scores(metrics):
    """Return a table of all methods' scores for each split."""
    from evaluation.supervised import tabulate_scores

    if not metrics:
        return "The run has not been evaluated: `python evaluate.py` scores it beside baselines."
    try:
        tables = tabulate_scores(metrics["splits"])
    except (KeyError, TypeError, AttributeError, ValueError):
        return "`report.html` has the scores of this run."
    return "\n\n".join(f"{clean(head)}:\n\n{format_table(rows)}" for head, rows in tables.items())


def list_limits(config, metrics):
    """Yield what to know before the answers are trusted."""
    columns = config["inputs"].values()
    kinds = {column["kind"] for column in columns}
    if domain := config["data"].get("domain"):
        yield f"The solution holds for {', '.join(domain)}."
    else:
        yield "Answers far from the training rows are extrapolations, of which nothing warns."
    if "category" in kinds:
        yield "Categories that are not listed above are treated alike, as one unknown category."
    if any(column["has_missing"] for column in columns):
        yield "A missing number counts as the mean of the training rows, marked as missing."
    for name, counts in config["data"].get("class_counts", {}).items():
        label, rows = min(counts, key=lambda pair: pair[1])
        yield f"The rarest class of {name}, {label}, has {rows} training rows."
    if text := config["training"].get("ending") or config.get("verdict", {}).get("text"):
        yield f"The end of the training: {text.rstrip('.')}."
    yield from (metrics or {}).get("advice", ())


def show_loading(name, config):
    """Yield how to load the run in each format, or why a format cannot carry it."""
    endpoint, names = next(iter(config["endpoints"].items()))
    columns = [config["inputs"][name] for name in names]
    signature = name_in_signature(columns)
    words = {
        "folder": f"saved_models/{name}",
        "endpoint": endpoint,
        "imports": "".join(f"import {m}\n" for m in config.get("network", {}).get("imports", ())),
        "raw": show_values(names, columns),
        "signature": show_values(signature, columns),
        "encoded": show_values(signature, columns, encode=True),
    }
    for heading, code in LOAD.items():
        text = f"```python\n{code.format(**words)}```"
        if heading in CONVERTERS:
            form, converter = CONVERTERS[heading]
            command = f"`python export.py saved_models/{name} --to {form}` writes the file."
            text = f"{command}\n\n{text}"
            try:
                converter.check(config, Options(name, form))
            except UserError as error:
                text = clean(f"{error}.")
        yield f"### {heading}\n\n{text}"


def name_in_signature(columns):
    """Return the names of inputs, given as in `config.json`, in the signature."""
    return make_input_names([SimpleNamespace(**column) for column in columns])


def show_values(names, columns, encode=False):
    """Return the code of a dictionary with one row."""
    pairs = [f"{n!r}: {show_value(c, encode)}" for n, c in zip(names, columns, strict=True)]
    return "\n" + "".join(f"    {pair},\n" for pair in pairs)


def show_value(column, encode):
    if column["kind"] in ("category", "date", "text"):
        text = (column["vocabulary"] or ("2024-05-31",))[0]
        return f"np.array([{text.encode()!r}])" if encode else f"np.array([{text!r}], object)"
    shape = tuple(size or 1 for size in column["shape"])
    shape = (1, *shape) if column["per_row"] else shape
    if len(shape) == 1:
        return f'np.array([{column["mean"]:.4g}], "{column["dtype"]}")'
    return f'np.zeros({shape}, "{column["dtype"]}")'


def format_table(rows):
    """Return rows as a table of Markdown, the first row as its header."""
    lines = [f"| {' | '.join(clean(show_cell(cell)) for cell in row)} |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


def show_cell(cell):
    return f"{cell:.4g}" if isinstance(cell, float) else cell


def list_some(values):
    shown = ", ".join(map(str, values[:LISTED]))
    return f"{shown}, ... ({len(values)} in all)" if len(values) > LISTED else shown


def clean(text):
    """Names from files may contain line breaks, HTML, or the marks of a table."""
    return escape(to_one_line(text), quote=False).replace("|", "\\|")
