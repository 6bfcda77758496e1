"""hls4ml: a C++ project for an FPGA, and Verilog of the same circuit by da4ml.

The circuit is the network without what is before and after it: the host scales the inputs, and
makes probabilities of the logits. hls4ml writes the project, g++ compiles it here, and it must
answer as Keras does.
"""

import shutil
import tempfile
from pathlib import Path

import numpy as np

from deployment.comparison import make_rows
from deployment.fpga_readme import write_readme
from errors import UserError
from runs.packages import FPGA

PACKAGES, REQUIREMENTS = ("hls4ml", "da4ml", "hgq"), ("hls4ml", FPGA)
NAME = "hls4ml"  # a folder
ROWS = 10_000  # compared
ROWS_OF_TEST_BENCH = 100
LARGEST = 200_000  # multiplications, each of which becomes a part of the circuit
PRECISION = "ap_fixed<24,10>"  # of a run in floats
PART, CLOCK = "xcvu13p-flga2577-2-e", 5.0  # of a Virtex UltraScale+; period in ns
STAGE = 5  # of da4ml's units of delay in a stage of the pipeline
LEFT_OUT = (".so", ".o", ".keras")


def check(config, options):
    """Raise UserError if an FPGA cannot compute the run, as far as `config.json` tells."""
    columns = config["inputs"].values()
    for name in config["endpoints"][options.choose_endpoint(config)]:
        kind = config["inputs"][name]["kind"]
        if kind not in ("number", "image"):
            raise UserError(
                f"hls4ml cannot read {name!r}, a {kind}: an FPGA takes numbers and pictures. "
                "Use --to onnx, or train without it"
            )
    if any(column["dtype"] == "float64" for column in columns):
        raise UserError("hls4ml has no float64, in which this run computes: use --to onnx")
    targets = config["data"].get("targets", ())
    if len(targets) != 1:
        raise UserError(f"hls4ml needs a run that predicts one target. Received: {len(targets)}")
    if targets[0]["probabilistic"]:
        raise UserError("hls4ml: a standard deviation is not a number that a circuit computes here")
    if not shutil.which("g++"):
        raise UserError("hls4ml needs the compiler g++, which is not on the path")


def convert(run, options):
    """Return `{path: content}` of the folder, and how the answers compare, in lines."""
    from training.device import start_tensorflow

    start_tensorflow()
    from evaluation.compression import count_multiplications, find_quantised
    from models.circuit import split_circuit

    network = run.inner_network
    if network is None:
        raise UserError("hls4ml needs the run of a single network")
    host, circuit = split_circuit(network)
    count = count_multiplications(circuit)
    if count > LARGEST:
        raise UserError(
            f"hls4ml: {count:,} multiplications are too many for a circuit that has a part for "
            f"each. Choose a network of at most {LARGEST:,}, or quantise it with a larger --beta"
        )
    is_exact = bool(find_quantised(circuit))
    if not is_exact:
        print(
            f"A run in floats is not exact on an FPGA: numbers are rounded to {PRECISION}. "
            "`quantise` it first for the same answers to the last bit"
        )
    columns = run.inputs()
    rows = make_rows(columns, ROWS)
    inputs = scale(rows, columns, host)
    expected = np.array(circuit.predict(inputs, batch_size=ROWS, verbose=0))
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / NAME
        compiled = make_project(circuit, project)
        width = read_width(compiled)
        answers = compiled.predict(np.ascontiguousarray(inputs)).reshape(ROWS, -1)
        lines = [compare("hls4ml and g++", answers, expected, is_exact)]
        if is_exact and np.any(answers != expected):
            raise UserError(f"hls4ml: the circuit differs from the run. {lines[0]}")
        if is_exact:
            answers_of_verilog, estimate = run_verilog(circuit, inputs, width, project / "verilog")
            lines.append(compare("da4ml", answers_of_verilog, expected, is_exact))
            if np.any(answers_of_verilog != expected):
                shutil.rmtree(project / "verilog")
                lines[-1] += ", so that the Verilog is left out"
            else:
                lines.append(estimate)
        write_test_bench(project / "tb_data", inputs, answers)
        project_options = PART, CLOCK, ROWS_OF_TEST_BENCH
        readme = write_readme(run.config, columns, host, width, lines, *project_options)
        (project / "README.md").write_text(readme, encoding="utf-8")
        return read_files(project), "\n".join(lines)


def scale(rows, columns, host):
    """Return raw rows as the circuit takes them."""
    import tensorflow as tf

    from models.columns import column_encoder
    from training.arrays import feed_network

    tensors = {name: tf.constant(values) for name, values in rows.items()}
    x = column_encoder(tuple(columns))(feed_network(tensors, columns))
    return np.array(host(x, training=False) if host else x)


def make_project(circuit, folder):
    """Write the C++ project of a circuit to a folder and compile it with g++.

    Returns: hls4ml's model, whose `predict` calls what was compiled.
    """
    from hls4ml.converters import convert_from_keras_model

    model = {"Precision": PRECISION, "ReuseFactor": 1, "Strategy": "Latency"}
    project = convert_from_keras_model(
        circuit, output_dir=str(folder), project_name=circuit.name, backend="Vitis", part=PART,
        clock_period=CLOCK, io_type="io_parallel", hls_config={"Model": model},
    )  # fmt: skip
    project.compile()
    settings = folder / "hls4ml_config.yml"
    settings.write_text(settings.read_text().replace(str(folder), "."))
    return project


def read_width(project):
    """Return the type of an input: `(sign, bits before the point, bits behind it)`."""
    (variable,) = project.get_input_variables()
    kind = variable.type.precision
    return int(kind.signed), kind.integer - kind.signed, kind.width - kind.integer


def run_verilog(circuit, inputs, width, folder):
    """Write the same circuit in Verilog.

    Returns: its answers to the inputs, and a line with what da4ml estimates.
    """
    from da4ml.codegen.rtl.rtl_model import RTLModel
    from da4ml.converter import trace_model
    from da4ml.trace import comb_trace

    logic = comb_trace(*trace_model(circuit, inputs_kif=width))
    sign, before, behind = width
    limits = -sign * 2.0**before, 2.0**before - 2.0**-behind
    answers = logic.predict(np.clip(inputs, *limits).reshape(len(inputs), -1))
    answers = answers.astype("float32")  # as Keras' answers, which may have more bits than that
    model = RTLModel(
        logic, circuit.name, folder, latency_cutoff=STAGE, part_name=PART, clock_period=CLOCK,
        print_latency=False,
    )  # fmt: skip
    model.write()
    stages = len(model._pipe.solutions)
    return answers, (
        f"da4ml estimates {logic.cost:,.0f} LUTs, {model._pipe.reg_bits:,} bits of registers and "
        f"no multipliers; {stages} stages, {stages * CLOCK:g} ns at {1000 / CLOCK:g} MHz, and a "
        "row in each cycle"
    )


def compare(name, answers, expected, is_exact):
    """Return a line on how the answers of a circuit differ from Keras'."""
    differ = int(np.any(answers != expected, axis=1).sum())
    line = f"{len(expected)} rows by {name}, compared with Keras: {differ} mismatches"
    if is_exact:
        return line
    difference = np.abs(answers - expected).max()
    labels = np.mean(answers.argmax(-1) == expected.argmax(-1))
    more = f", and {100 * labels:.4g} % of the labels are the same" if labels < 1 else ""
    return (
        f"{line}, as expected of a run in floats; answers differ by {difference:.0e} at most{more}"
    )


def write_test_bench(folder, inputs, answers):
    """Write rows for the test bench of the project: inputs of the circuit, and its answers."""
    folder.mkdir(exist_ok=True)
    for name, values in (("input_features", inputs), ("output_predictions", answers)):
        rows = values[:ROWS_OF_TEST_BENCH].reshape(ROWS_OF_TEST_BENCH, -1)
        np.savetxt(folder / f"tb_{name}.dat", rows, fmt="%.9g")


def read_files(folder):
    """Return `{path relative to the folder: content}` of all files but what was compiled."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in paths
        if path.suffix not in LEFT_OUT
    }
