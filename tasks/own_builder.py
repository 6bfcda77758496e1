"""A network of the user's own layers: `--builder my_model.py:build`."""

import contextlib
import importlib.util
import sys
import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from datasets.paths import find_path
from errors import UserError
from tasks.options import RunOptions


@dataclass(frozen=True)
class OwnBuilder(RunOptions):
    """Option of a topic whose network the user may build."""

    option_group: ClassVar = "network"

    builder: str = ""
    """your own network instead: FILE.py:FUNCTION, a function of the input shape and the targets
    that returns a keras.Model; see docs/own_network.md"""

    def check(self):
        super().check()
        if self.builder:
            split_builder(self.builder)

    def resolved(self):
        experiment = super().resolved()
        if not self.builder:
            return experiment
        path, function = split_builder(self.builder)
        return replace(experiment, builder=f"{path.resolve()}:{function}")

    def build_own(self, data):
        """Return the network of the user's function, for one row of inputs and all targets.

        Raises: UserError if the function fails, or if the network does not fit to the data.
        """
        path, function = split_builder(self.builder)
        shape = self.input_shape(data)
        with report_line(path):
            build = getattr(import_file(path), function, None)
            if not callable(build):
                raise UserError(f"--builder: {path} has no function {function}")
            network = build(shape, data.targets)
        check_network(network, shape, data.targets, self.builder)
        return network


def split_builder(builder):
    """Return `(path, name of the function)`; raise UserError if there is no such file."""
    file, _, function = builder.rpartition(":")
    if not file.endswith(".py") or not function.isidentifier():
        raise UserError(f"--builder must be FILE.py:FUNCTION. Received: {builder}")
    return find_path(file, "--builder"), function


def import_file(path):
    """Return a Python file as a module; it may import the files beside it."""
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextlib.contextmanager
def report_line(path):
    """Turn an error in the user's file into one line with its place in the file."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        trace = traceback.extract_tb(error.__traceback__)
        lines = [one.lineno for one in trace if Path(one.filename).resolve() == path.resolve()]
        where = f", line {lines[-1]}" if lines else ""
        reason = str(error).strip().split("\n")[0]
        raise UserError(f"--builder {path}{where}: {type(error).__name__}: {reason}") from error


def check_network(network, shape, targets, builder):
    """Raise UserError unless a network takes rows of this shape and answers every target."""
    import keras

    from models.columns import make_input_names

    if not isinstance(network, keras.Model):
        raise UserError(
            f"--builder {builder} must return a keras.Model. Received: {type(network).__name__}"
        )
    widths = {"sigmoid": 1, "gaussian": 2}
    expected = [(None, widths.get(target.head, target.size)) for target in targets]
    outputs = keras.tree.map_structure(lambda x: tuple(x.shape), network.output)
    if len(targets) > 1:
        expected = dict(zip(make_input_names(targets), expected, strict=True))
    else:
        (expected,) = expected
    if network.input_shape != (None, *shape) or outputs != expected:
        raise UserError(
            f"--builder {builder} must return a network with input shape {(None, *shape)} and "
            f"output shape {expected}. Received: {network.input_shape} and {outputs}"
        )
