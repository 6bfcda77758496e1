"""Convert a run to another format: `python export.py saved_models/NAME --to FORMAT`.

onnx and tflite answer without TensorFlow, html answers in a browser, hls4ml is for an FPGA, card
describes the run.
"""

import sys
from importlib import import_module

from errors import report_errors


def main(arguments):
    from deployment.options import Options
    from runs.run import Run
    from tasks.command import parse_options

    options = parse_options(Options, arguments, "export.py")
    options.check()
    export(Run(options.run), options)


def export(run, options):
    """Convert a run and write the file or folder; return its path."""
    from deployment.options import FILES
    from runs.folder import format_path
    from runs.packages import check_packages
    from training.device import silence_stderr

    converter = import_module(f"deployment.{FILES[options.to]}")
    converter.check(run.config, options)  # what the format cannot carry, before TensorFlow starts
    check_packages(converter.PACKAGES, *getattr(converter, "REQUIREMENTS", ()))
    with run.lock():
        with silence_stderr():
            content, remark = converter.convert(run, options)
        output = options.choose_output(run.folder, converter.NAME)
        size = write(output, content, converter.NAME)
    if remark:
        print(f"{remark[0].upper()}{remark[1:]}.")
    print(f"Written: {format_path(output)} ({size / 1000:.1f} kB)")
    return output


def write(output, content, name):
    """Write a file, or `{path: content}` to a folder, whole or not at all; return the bytes."""
    from evaluation.output import write_file, write_folder

    if isinstance(content, dict):
        write_folder(output, content, known_by=f"{name}_config.yml")
        return sum(map(len, content.values()))
    write_file(output, lambda path: path.write_bytes(content))
    return len(content)


if __name__ == "__main__":
    with report_errors("export.py"):
        main(sys.argv[1:])
