"""Time of an answer, size and import time of a run in each format.

    python benchmarks/deployment.py [--pictures RUN]

The network is the lectures' for jets, 16 - 40 - 20 - 10 - 5 - 5, as a run exports it: once with a
named tensor for each of the 16 columns (`serve`), once with one matrix (`matrix`). `empty` is a
signature that returns its matrix: the rest is what the call of any signature takes. The signatures
are measured once more in a process without oneDNN. `quantise` is the same network in 6 bits; hls4ml
is its circuit as C++, compiled by g++ for this processor.

With a run of pictures, a second table has the accuracy and the size of its LiteRT files.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from inference import exported, median_seconds

ROWS = {1: 1000, 100_000: 5}  # and how often each is repeated
RUNTIMES = {
    "SavedModel": "tensorflow",
    "Keras": "keras",
    "ONNX": "onnxruntime",
    "LiteRT": "ai_edge_litert.interpreter",
    "quantise": "tensorflow",
    "hls4ml": "hls4ml",
}


def measure_import(module):
    """Return the seconds of `import module` in a fresh process, the median of three."""
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    words = [sys.executable, "-c", code]
    times = [
        subprocess.run(words, capture_output=True, text=True, check=True).stdout for _ in range(3)
    ]
    return sorted(map(float, times))[1]


def make_inputs(rows):
    """Return the inputs of each endpoint."""
    import numpy as np

    return {"serve": rows, "matrix": {"matrix": np.stack(list(rows.values()), axis=1)}}


def list_signatures(folder, served, rows):
    """Yield `(name, runtime, bytes, function of a number of rows to a call)` of each signature."""
    import tensorflow as tf

    inputs = make_inputs(rows)
    module = tf.Module()
    module.empty = tf.function(
        lambda matrix: {"matrix": matrix}, input_signature=[tf.TensorSpec((None, 16))]
    )
    tf.saved_model.save(module, folder / "empty", signatures={"empty": module.empty})
    empty = tf.saved_model.load(folder / "empty").signatures["empty"]
    signatures = {
        "serve": (served.signatures["serve"], inputs["serve"], measure_size(folder / "1")),
        "matrix": (served.signatures["matrix"], inputs["matrix"], measure_size(folder / "1")),
        "empty": (empty, inputs["matrix"], measure_size(folder / "empty")),
    }
    for name, (signature, values, size) in signatures.items():

        def call_signature(count, signature=signature, values=values):
            some = {key: tf.constant(x[:count]) for key, x in values.items()}
            return lambda: signature(**some)

        yield f"signature `{name}`", "SavedModel", size, call_signature


def measure_size(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def list_ways(folder, model, rows):
    """Yield the same of the other ways to ask."""
    import onnxruntime
    from ai_edge_litert.interpreter import Interpreter

    from deployment.onnx_file import convert_endpoint as to_onnx
    from deployment.tflite_file import convert_endpoint as to_tflite

    inputs = make_inputs(rows)
    for name, values in inputs.items():
        content = to_onnx(folder / "1", name).SerializeToString()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(content, options)

        def call_session(count, session=session, values=values):
            some = {key: x[:count] for key, x in values.items()}
            return lambda: session.run(None, some)

        yield f"`{name}`", "ONNX", len(content), call_session
    for name, values in inputs.items():
        content = to_tflite(folder / "1", name)
        interpreter = Interpreter(model_content=content)

        def call_runner(count, interpreter=interpreter, name=name, values=values):
            runner = interpreter.get_signature_runner(name)
            some = {key: x[:count] for key, x in values.items()}
            return lambda: runner(**some)

        def invoke(count, interpreter=interpreter):
            for place in interpreter.get_input_details():
                shape = [count, *place["shape"][1:]]
                interpreter.resize_tensor_input(place["index"], shape)
            interpreter.allocate_tensors()  # the inputs are zeros, where C++ would put its rows
            return interpreter.invoke

        yield f"`{name}` by its signature", "LiteRT", len(content), call_runner
        yield f"`{name}`, inputs in place", "LiteRT", len(content), invoke
    keras_size = (folder / "model.keras").stat().st_size

    def call_predict(count):
        some = {key: x[:count] for key, x in rows.items()}
        return lambda: model.predict(some, verbose=0, batch_size=8192)

    yield "`model.predict`", "Keras", keras_size, call_predict


def list_quantised_ways(folder, rows):
    """Yield the same of the network in 6 bits, as a SavedModel and as a circuit in C++."""
    import numpy as np
    import tensorflow as tf

    from deployment.hls4ml_project import make_project, read_files
    from models.circuit import CIRCUIT
    from models.fixed_point import fixed_point, freeze

    matrix, circuits = np.stack(list(rows.values()), axis=1), []

    def quantise(network):
        network = fixed_point(network, matrix[:4096], bits=6)
        circuits.append(network.get_layer(CIRCUIT))
        return freeze(network)

    served, _, _ = exported(folder, quantise)
    signature = served.signatures["matrix"]
    size = measure_size(folder / "1")

    def call_signature(count):
        some = tf.constant(matrix[:count])
        return lambda: signature(matrix=some)

    yield "SavedModel, signature `matrix`", "quantise", size, call_signature
    project = make_project(circuits[0], folder / "hls4ml")
    size = sum(map(len, read_files(folder / "hls4ml").values()))

    def call_circuit(count):
        some = np.ascontiguousarray(matrix[:count])
        return lambda: project.predict(some)

    yield "C++ by g++, called from Python", "hls4ml", size, call_circuit


def tabulate_pictures(run):
    """Print the accuracy on the test rows and the size of a run's LiteRT files."""
    import numpy as np

    from deployment.comparison import name_by_signature
    from deployment.tflite_file import answer, convert_endpoint, read_calibration
    from runs.saved_model import find_newest
    from tasks.catalogue import restore
    from training.device import silence_stderr

    data, columns = restore(run.config).load(), run.inputs()
    (target,) = data.targets
    inputs = {c.name: data.test.inputs[c.name].astype(c.dtype) for c in columns}
    true = np.array(target.classes)[target.encode(data.test.targets[target.name])]
    rows, folder = read_calibration(run, columns), find_newest(run.folder)
    found = run.predict(inputs)[target.name]
    size = measure_size(folder)
    print("\n| file | accuracy | size [kB] |\n|---|---|---|")
    print(f"| SavedModel | {np.mean(found == true):.4f} | {size / 1e3:.0f} |")
    for quantise in ("none", "float16", "dynamic", "int8"):
        with silence_stderr():
            some = rows if quantise == "int8" else None
            content = convert_endpoint(folder, "serve", quantise, some)
            found = answer(content, name_by_signature(inputs, columns), "serve")[target.name]
        accuracy = np.mean(found == true)
        print(f"| LiteRT, {quantise} | {accuracy:.4f} | {len(content) / 1e3:.0f} |", flush=True)


def print_row(way, runtime, size, make, import_seconds, note=""):
    """Measure a way to ask, and print its row of the table."""
    one, many = (
        median_seconds(make(count), min(repeats, 10) if runtime == "Keras" else repeats)
        for count, repeats in ROWS.items()
    )
    figures = f"{1e6 * one:.1f} | {1e3 * many:.1f} | {size / 1e3:.0f} | {import_seconds:.1f}"
    print(f"| {runtime}, {way}{note} | {figures} |", flush=True)


def main():
    from training.device import silence_stderr, start_tensorflow

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pictures", default="", metavar="RUN")
    parser.add_argument("--signatures", action="store_true", help="only these, without oneDNN")
    options = parser.parse_args()
    if options.signatures:
        os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
        runtimes, note = ("SavedModel",), ", without oneDNN"
    else:
        header = ["way", "one row [us]", "100000 rows [ms]", "size [kB]", "import [s]"]
        print(f"| {' | '.join(header)} |\n{'|---' * len(header)}|")
        runtimes, note = RUNTIMES, ""
    imports = {runtime: measure_import(RUNTIMES[runtime]) for runtime in runtimes}
    start_tensorflow()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with silence_stderr():
            served, model, rows = exported(folder)
            ways = list(list_signatures(folder, served, rows))
            others = [] if options.signatures else list(list_ways(folder, model, rows))
            if not options.signatures:
                others += list_quantised_ways(folder / "quantised", rows)
        for way, runtime, *more in ways:
            print_row(way, runtime, *more, imports[runtime], note)
        if options.signatures:
            return
        subprocess.run([sys.executable, __file__, "--signatures"], check=True)
        for way, runtime, *more in others:
            print_row(way, runtime, *more, imports[runtime])
    if options.pictures:
        from runs.run import Run

        tabulate_pictures(Run(options.pictures))


if __name__ == "__main__":
    main()
