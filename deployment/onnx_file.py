"""ONNX: one file for ONNX Runtime, in any language and without TensorFlow.

It is converted from the SavedModel, so raw values go in and answers in the user's units come out,
in float64 where the SavedModel computes in float64.
"""

import logging

import numpy as np

from deployment.comparison import compare
from errors import UserError

PACKAGES = ("tf2onnx", "onnxruntime")
NAME = "model.onnx"
OPSET = 18  # the newest that tf2onnx writes


def check(config, options):
    """Raise UserError if the endpoint cannot be converted, as far as `config.json` tells."""
    endpoint = options.choose_endpoint(config)
    if "seed" in config["endpoints"][endpoint]:
        decode = (
            " Convert decode, and draw latent yourself" if "decode" in config["endpoints"] else ""
        )
        raise UserError(f"ONNX cannot draw random numbers from a seed, as {endpoint} does.{decode}")


def convert(run, options):
    """Return the content of the file, and how far its answers are from the SavedModel's.

    Raises: UserError if an operation of the endpoint does not exist in ONNX.
    """
    from training.device import start_tensorflow

    start_tensorflow()
    from runs.saved_model import find_newest

    endpoint = options.choose_endpoint(run.config)
    dates = any(column.kind == "date" for column in run.inputs(endpoint))
    try:
        model = convert_endpoint(find_newest(run.folder), endpoint, dates)
    except Exception as error:  # tf2onnx raises errors of many classes
        reason = str(error).split("\n")[0]
        raise UserError(f"{endpoint} cannot be converted to ONNX: {reason}") from None
    unknown = sorted(set(find_unknown(model.graph)))
    if unknown:
        hint = ", that is, random numbers" if any("Random" in name for name in unknown) else ""
        raise UserError(f"{endpoint} needs what ONNX does not have: {', '.join(unknown)}{hint}")
    content = model.SerializeToString()
    return content, compare(run, endpoint, lambda rows: answer(content, rows))


def convert_endpoint(folder, endpoint, dates=False):
    """Convert an endpoint of a SavedModel.

    Args:
        folder: folder of the SavedModel.
        endpoint: name of the endpoint.
        dates: whether texts are read as dates.

    Returns: an `onnx.ModelProto`. An output with the name of an input gets `_answer` behind it.
    """
    import tensorflow as tf
    from tf2onnx import optimizer, tf_loader, tfonnx

    logging.getLogger("tf2onnx").setLevel(logging.CRITICAL)
    graph_def, inputs, outputs, tables, names = tf_loader.from_saved_model(
        str(folder), None, None, "serve", [endpoint],
        return_initialized_tables=True, return_tensors_to_rename=True,
    )  # fmt: skip
    taken = {names[tensor] for tensor in inputs}
    names |= {tensor: f"{names[tensor]}_answer" for tensor in outputs if names[tensor] in taken}
    handlers = {"Erfc": (subtract_erf, [])}
    if dates:
        from deployment.onnx_dates import HANDLERS

        handlers |= HANDLERS
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(graph_def, name="")
        converted = tfonnx.process_tf_graph(
            graph, opset=OPSET, input_names=inputs, output_names=outputs,
            initialized_tables=tables, tensors_to_rename=names, custom_op_handlers=handlers,
        )  # fmt: skip
        model = optimizer.optimize_graph(converted).make_model(endpoint)
    if dates:
        from deployment.onnx_dates import OPSET as newer

        (opset,) = (opset for opset in model.opset_import if not opset.domain)
        opset.version = newer
    return model


def subtract_erf(graph, node, name, arguments):
    """Convert `Erfc`, by which TensorFlow computes the activation GELU: erfc(x) = 1 - erf(x)."""
    from tf2onnx.utils import make_name, map_onnx_to_numpy_type

    (x,) = node.input
    dtype = graph.get_dtype(x)
    graph.remove_node(node.name)
    one = graph.make_const(make_name(name), np.array(1, map_onnx_to_numpy_type(dtype)))
    erf = graph.make_node("Erf", [x], dtypes=[dtype])
    parts = [one.output[0], erf.output[0]]
    graph.make_node("Sub", parts, name=name, outputs=node.output, dtypes=[dtype])


def find_unknown(graph):
    """Yield the operations of a graph, and of those inside it, that ONNX does not know."""
    from onnx import defs

    for node in graph.node:
        if not defs.has(node.op_type, node.domain):
            yield node.op_type
        for attribute in node.attribute:
            for inner in (attribute.g, *attribute.graphs):
                yield from find_unknown(inner)


def answer(content, inputs):
    """Answer rows by ONNX Runtime.

    Args:
        content: content of the file.
        inputs: `{name in the signature: (rows, ...)}`.

    Returns: `{output name: array}`.
    """
    from onnxruntime import InferenceSession

    session = InferenceSession(content)
    rows = {name: x.astype(object) if x.dtype.kind == "U" else x for name, x in inputs.items()}
    names = [output.name for output in session.get_outputs()]
    answers = dict(zip(names, session.run(None, rows), strict=True))
    return {name: x.astype(str) if x.dtype == object else x for name, x in answers.items()}
