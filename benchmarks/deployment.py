"""Time of an answer, size and import time of a run in each format.

    python benchmarks/deployment.py

The network is the lectures' for jets, 16 - 40 - 20 - 10 - 5 - 5, as a run exports it: once with a
named tensor for each of the 16 columns (`serve`), once with one matrix (`matrix`).
"""

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
}


def measure_import(module):
    """Return the seconds of `import module` in a fresh process, the median of three."""
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    words = [sys.executable, "-c", code]
    times = [
        subprocess.run(words, capture_output=True, text=True, check=True).stdout for _ in range(3)
    ]
    return sorted(map(float, times))[1]


def list_ways(folder, served, model, rows):
    """Yield `(name, runtime, bytes, function of a number of rows to a call)` of each way to ask."""
    import numpy as np
    import onnxruntime
    import tensorflow as tf
    from ai_edge_litert.interpreter import Interpreter

    from deployment.onnx_file import convert_endpoint as to_onnx
    from deployment.tflite_file import convert_endpoint as to_tflite

    matrix = np.stack(list(rows.values()), axis=1)  # (rows, 16)
    inputs = {"serve": rows, "matrix": {"matrix": matrix}}
    size = sum(path.stat().st_size for path in (folder / "1").rglob("*") if path.is_file())
    for name, values in inputs.items():
        signature = served.signatures[name]

        def call_signature(count, signature=signature, values=values):
            some = {key: tf.constant(x[:count]) for key, x in values.items()}
            return lambda: signature(**some)

        yield f"signature `{name}`", "SavedModel", size, call_signature
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


def main():
    from training.device import silence_stderr, start_tensorflow

    imports = {runtime: measure_import(module) for runtime, module in RUNTIMES.items()}
    start_tensorflow()
    header = ["way", "one row [us]", "100000 rows [ms]", "size [kB]", "import [s]"]
    print(f"| {' | '.join(header)} |\n{'|---' * len(header)}|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with silence_stderr():
            ways = list(list_ways(folder, *exported(folder)))
        for way, runtime, size, make in ways:
            one, many = (
                median_seconds(make(count), min(repeats, 10) if runtime == "Keras" else repeats)
                for count, repeats in ROWS.items()
            )
            figures = (
                f"{1e6 * one:.1f} | {1e3 * many:.1f} | {size / 1e3:.0f} | {imports[runtime]:.1f}"
            )
            print(f"| {runtime}, {way} | {figures} |", flush=True)


if __name__ == "__main__":
    main()
