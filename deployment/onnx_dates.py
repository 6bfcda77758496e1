"""The operations of `models.columns.DateFeatures` in ONNX, which cannot cut texts into pieces.

A digit is read as a binary number: each of its four bits is a regular expression that the text
matches or not.
"""

import numpy as np
from onnx import TensorProto
from tf2onnx.utils import make_name

OPSET = 20  # the first version of ONNX with StringConcat and RegexFullMatch
BITS = {1: "[13579]", 2: "[2367]", 4: "[4567]", 8: "[89]"}


def keep(graph, node, name, arguments):
    """TensorFlow's operation is ONNX's, also of texts."""


def join_texts(graph, node, name, arguments):
    """Convert `StringJoin` of two texts."""
    node.type = "StringConcat"
    for attribute in [*node.attr]:
        del node.attr[attribute]


def read_digits(graph, node, name, arguments):
    """Convert `Substr`: to the number that stands there, NaN where there is none."""
    text, position, length = node.input
    position, length = (int(np.ravel(read_constant(graph, x))[0]) for x in (position, length))

    def match(pattern):
        found = graph.make_node("RegexFullMatch", [text], attr={"pattern": f"(?s){pattern}.*"})
        return found.output[0]

    def constant(value):
        return graph.make_const(make_name(name), np.array(value, "float64")).output[0]

    terms = []
    for index in range(length):
        for bit, digits in BITS.items():
            is_set = match(f".{{{position + index}}}{digits}")
            worth = float(bit * 10 ** (length - 1 - index))
            terms.append(graph.make_node("Where", [is_set, constant(worth), constant(0.0)]))
    total = graph.make_node("Sum", [term.output[0] for term in terms])
    is_number = match(f".{{{position}}}[0-9]{{{length}}}")
    graph.remove_node(node.name)
    graph.make_node(
        "Where", [is_number, total.output[0], constant(float("nan"))],
        name=name, outputs=node.output, dtypes=[TensorProto.DOUBLE],
    )  # fmt: skip


def pass_numbers(graph, node, name, arguments):
    """Convert `StringToNumber` of what `read_digits` returns."""
    node.type = "Cast"
    for attribute in [*node.attr]:
        del node.attr[attribute]
    node.set_attr("to", TensorProto.DOUBLE)


def read_constant(graph, tensor):
    return graph.get_node_by_output(tensor).get_tensor_value(as_list=False)


HANDLERS = {
    "Equal": (keep, []),
    "StringJoin": (join_texts, []),
    "Substr": (read_digits, []),
    "StringToNumber": (pass_numbers, []),
}
