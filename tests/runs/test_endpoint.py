"""Endpoints: the signature and the description that follow from an endpoint's inputs."""

import json

import tensorflow as tf

from datasets.dataset import Column
from runs.endpoint import Endpoint, describe_endpoints, input_signature

COLUMNS = (
    Column("size [m]", unit="m"),
    Column("size-[m]", dtype="float64"),
    Column("colour", "category", vocabulary=("red",)),
    Column("seen", "date"),
    Column("picture", "image", shape=(8, 8, 1), dtype="uint8"),
    Column("series", "array", shape=(12, 3)),
    Column("count", dtype="int32", per_row=False),
    Column("seed", dtype="int32", shape=(2,), per_row=False),
)


def test_the_signature_follows_from_the_inputs():
    found = input_signature(COLUMNS)
    expected = {
        "size [m]": ((None,), "float32"),
        "size-[m]": ((None,), "float64"),
        "colour": ((None,), "string"),
        "seen": ((None,), "string"),
        "picture": ((None, 8, 8, 1), "uint8"),
        "series": ((None, 12, 3), "float32"),
        "count": ((), "int32"),
        "seed": ((2,), "int32"),
    }
    assert {n: (tuple(s.shape), s.dtype.name) for n, s in found.items()} == expected
    names = [spec.name for spec in found.values()]
    assert names[:2] == ["size__m_", "size__m__2"] and names[2:] == list(expected)[2:]


def test_the_description_gives_the_inputs_back():
    first, second = Endpoint(tf.identity, COLUMNS[:3]), Endpoint(tf.identity, COLUMNS[2:])
    described = json.loads(json.dumps(describe_endpoints({"serve": first, "generate": second})))
    assert list(described["inputs"]) == [column.name for column in COLUMNS]  # each once
    assert described["endpoints"]["serve"] == ["size [m]", "size-[m]", "colour"]
    assert described["endpoints"]["generate"] == [column.name for column in COLUMNS[2:]]
    assert described["inputs"]["colour"]["vocabulary"] == ["red"]
    assert described["inputs"]["count"]["per_row"] is False
