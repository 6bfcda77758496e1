"""A SavedModel that computes in float32, for runtimes without float64."""

import shutil
from pathlib import Path


def write_float32(source, folder):
    """Copy a SavedModel and replace float64 in its graph by float32.

    The network itself computes in float32 anyway; float64 stands where raw numbers are scaled and
    where answers get their units.

    Args:
        source: folder of the SavedModel. Its variables must not be float64.
        folder: folder to write to.
    """
    from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

    shutil.copytree(source, folder, dirs_exist_ok=True)
    path = Path(folder) / "saved_model.pb"
    content = SavedModel.FromString(path.read_bytes())
    for part in content.meta_graphs:
        replace_in_nodes(part.graph_def.node)
        for function in part.graph_def.library.function:
            replace_types(function.signature.input_arg, "type")
            replace_types(function.signature.output_arg, "type")
            replace_in_nodes(function.node_def)
        for signature in part.signature_def.values():
            replace_types(signature.inputs.values(), "dtype")
            replace_types(signature.outputs.values(), "dtype")
    path.write_bytes(content.SerializeToString())


def replace_in_nodes(nodes):
    """Replace types and constants in the attributes of nodes."""
    import tensorflow as tf

    for attribute in (attribute for node in nodes for attribute in node.attr.values()):
        replace_types([attribute], "type")
        types = [replace_type(number) for number in attribute.list.type]
        if types:
            attribute.list.type[:] = types
        if attribute.HasField("tensor") and attribute.tensor.dtype == tf.float64.as_datatype_enum:
            values = tf.make_ndarray(attribute.tensor).astype("float32")
            attribute.tensor.CopyFrom(tf.make_tensor_proto(values))


def replace_types(messages, field):
    for message in messages:
        if (number := getattr(message, field)) != replace_type(number):
            setattr(message, field, replace_type(number))


def replace_type(number):
    """Return the number of a type; for float64 it is the number of float32."""
    import tensorflow as tf

    double, single = tf.float64.as_datatype_enum, tf.float32.as_datatype_enum
    return single if number == double else number
