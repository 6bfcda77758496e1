"""The device that a training runs on, and how TensorFlow is started."""

import contextlib
import functools
import logging
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

SMALL = 2**17  # weights; matrix products of fewer end before a second thread has begun
# The second flag shortens the compilation.
XLA_FLAGS = "--xla_cpu_multi_thread_eigen=false --xla_cpu_parallel_codegen_split_count=2"


@contextlib.contextmanager
def silence_stderr():
    """Import TensorFlow inside: its start-up lines, written below Python's reach, are dropped."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    stderr = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)


@functools.cache  # a strategy of several machines can be made only once
def start_tensorflow(devices="one"):
    """Import TensorFlow and return the `tf.distribute` strategy of this process.

    Args:
        devices: "all" to share every batch among all GPUs, or "one".
    """
    from training.distribution import choose_strategy

    with silence_stderr():
        import keras  # noqa: F401

        logging.getLogger("tensorflow").addFilter(is_no_retracing)
        return choose_strategy(devices)


def is_no_retracing(record):
    """Return whether a log record is not TensorFlow's warning about retraced functions.

    Several networks that are trained or scored in turn have a function each, which is no mistake.
    """
    return "triggered tf.function retracing" not in record.getMessage()


def configure_xla(weights):
    """Set XLA's flags for a network with this number of weights, before XLA first compiles."""
    if weights < SMALL:
        os.environ.setdefault("XLA_FLAGS", XLA_FLAGS)


def describe_device():
    """Return the GPUs that TensorFlow sees, or the CPU, in one line."""
    with silence_stderr():
        import tensorflow as tf

        gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        details = tf.config.experimental.get_device_details
        return ", ".join(details(gpu).get("device_name", gpu.name) for gpu in gpus)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"CPU, {cores} core{'s' * (cores > 1)} (TensorFlow sees no GPU)"


def set_seed(seed, deterministic):
    """Seed all random numbers.

    Args:
        seed: seed of Python's, NumPy's and TensorFlow's generators.
        deterministic: use only operations that repeat to the last bit.
    """
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(seed)
    if deterministic:
        tf.config.experimental.enable_op_determinism()


def read_versions():
    """Return the versions of Python and of the packages that a run depends on, by name."""
    packages = ("tensorflow", "keras", "numpy", "pandas", "scikit-learn")
    found = {"python": platform.python_version(), **{name: version(name) for name in packages}}
    return found | {"project": commit} if (commit := read_commit()) else found


def read_commit(git=Path(__file__).parents[1] / ".git"):
    """Return the commit of the project, from the files of git; "" where there are none."""
    try:
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head
        branch = head.removeprefix("ref: ")
        if (git / branch).exists():
            return (git / branch).read_text(encoding="utf-8").strip()
        packed = (git / "packed-refs").read_text(encoding="utf-8").splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f" {branch}")), "")
    except OSError:
        return ""
