"""The README of a circuit for an FPGA: what the host computes, and how to build it."""

from datasets.dataset import Target
from deployment.card import clean, format_table

TEXT = """\
# {name}

{description}

A C++ project of hls4ml for an FPGA: the function `circuit` in `firmware/circuit.cpp`{verilog}.

## What was compared

{lines}

hls4ml itself reports latency and resources only after a synthesis with Vitis HLS.

## What the host computes

Before the circuit, for each row:

{before}

The circuit takes {inputs} numbers in this order, as {kind}. Larger numbers
become the largest one; further bits behind the point are cut off.

After the circuit, with its {outputs} outputs z:

{after}

## How to build it

`bash build_lib.sh` compiles the circuit with g++, to be called by other programs on this machine.
`vitis-run --mode hls --tcl build_prj.tcl` synthesises it with Vitis HLS, for the part {part}
at {clock:g} ns; its test bench compares with `tb_data/`, {rows} rows of inputs and answers.
"""
VERILOG = (
    ", and the same circuit in `verilog/src/circuit.v` by da4ml, with a register stage for each "
    "file `circuit_stage*.v`"
)
SOFTMAX = """\
    probability of class k = exp(z_k) / sum over j of exp(z_j)

The classes, in this order: {classes}. The largest z has the largest probability, so that the
label needs no exponentials."""
SIGMOID = """\
    probability of {second} = 1 / (1 + exp(-z)), and of {first} the rest"""


def write_readme(config, columns, host, width, lines, part, clock, rows):
    """Return the text of README.md.

    Args:
        config: content of the run's `config.json`.
        columns: descriptions of the inputs, `datasets.dataset.Column`.
        host: `keras.Model` of what is computed in front of the circuit, or None.
        width: `(sign, bits before the point, bits behind it)` of an input.
        lines: what was compared and estimated.
        part: FPGA.
        clock: period of its clock in ns.
        rows: number of rows of the test bench.
    """
    sign, before, behind = width
    target = Target(**config["data"]["targets"][0])
    has_verilog = any("da4ml estimates" in line for line in lines)
    return TEXT.format(
        name=clean(config["options"].get("name") or config["experiment"]),
        description=f"The network of a run of `{config['experiment']}`, without scaling and head.",
        verilog=VERILOG if has_verilog else "",
        lines="\n".join(f"- {line}" for line in lines),
        before=describe_scaling(columns, host),
        inputs=count_inputs(columns),
        kind=f"{'signed' if sign else 'unsigned'} fixed point of {sum(width)} bits, {before} before"
        f" the point{' beside the sign' if sign else ''} and {behind} behind it",
        outputs=target.size if target.head == "softmax" else 1,
        after=describe_head(target),
        part=part,
        clock=clock,
        rows=rows,
    )


def count_inputs(columns):
    """Return how many numbers the circuit takes."""
    if columns[0].kind == "image":
        height, width, channels = columns[0].shape
        return height * width * channels
    return len(columns) + sum(column.has_missing for column in columns)


def describe_scaling(columns, host):
    """Return how the inputs of the circuit come from raw values."""
    if columns[0].kind == "image":
        factors = [layer.scale for layer in host.layers if hasattr(layer, "scale")] if host else []
        factor = " * ".join(repr(float(factor)) for factor in factors) or "1"
        shape = " x ".join(map(str, columns[0].shape))
        return (
            f"    x = pixel * {factor}\n\nof all pixels, {shape} (rows, columns, channels), the "
            "last index first"
        )
    rows = [["", "input", "mean", "std", "smallest", "largest"]]
    for number, column in enumerate(columns):
        low, high = column.limits or ("", "")
        rows.append([number, column.name, repr(column.mean), repr(column.std), low, high])
    text = f"    x = (value - mean) / std\n\n{format_table(rows)}"
    if any(column.limits for column in columns):
        text += "\n\nValues beyond the smallest and the largest one are replaced by these first."
    marked = [column.name for column in columns if column.has_missing]
    if marked:
        names = clean(", ".join(marked))
        text += (
            "\n\nFor a missing value x is 0. Behind these numbers come further ones, 1 where a "
            f"value is missing and else 0: {names}."
        )
    return text


def describe_head(target):
    """Return how the answer comes from the outputs of the circuit."""
    if not target.classes:
        unit = f" [{clean(target.unit)}]" if target.unit else ""
        return f"    {clean(target.name)} = {target.mean!r} + {target.std!r} * z{unit}"
    classes = [clean(str(one)) for one in target.classes]
    text = (
        SOFTMAX.format(classes=", ".join(classes))
        if target.head == "softmax"
        else SIGMOID.format(first=classes[0], second=classes[1])
    )
    for weights, what in (
        (target.class_weights, "Divide the probabilities by these and scale their sum to 1"),
        (target.decision_weights, "To choose a class, multiply the probabilities by these"),
    ):
        if weights:
            text += f"\n\n{what}: {', '.join(f'{weight:.9g}' for weight in weights)}."
    return text
