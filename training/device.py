"""What the training runs on."""

import contextlib
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

WIDE = {"avx512f", "avx512bw", "avx512dq", "avx512vl"}  # what OpenBLAS' kernels for AVX-512 are made of


def wide_vectors(processor="/proc/cpuinfo"):
    """Before NumPy and SciPy are imported: let their OpenBLAS use AVX-512 where the processor has it.

    OpenBLAS 0.3.31 knows the wide registers of Intel's processors but not those of AMD's newer ones, on which matrix products
    take twice the time without.
    """
    with contextlib.suppress(OSError):  # there is no such file but on Linux
        flags = next((line for line in Path(processor).read_text().splitlines() if line.startswith("flags")), "")
        if set(flags.split()) >= WIDE:
            os.environ.setdefault("OPENBLAS_CORETYPE", "SkylakeX")


@contextlib.contextmanager
def quiet():
    """Import TensorFlow inside this: its start-up lines, written below Python's reach, would hide the lines that matter."""
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


def describe_device():
    """One line: the GPUs that TensorFlow sees, or the CPU."""
    with quiet():
        import tensorflow as tf

        gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        return ", ".join(tf.config.experimental.get_device_details(gpu).get("device_name", gpu.name) for gpu in gpus)
    return f"CPU, {os.cpu_count()} cores (TensorFlow sees no GPU)"


def seeded(seed, deterministic):
    """Seed all random numbers; deterministic: of TensorFlow's operations only those that repeat to the last bit."""
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(seed)
    if deterministic:
        tf.config.experimental.enable_op_determinism()


def versions():
    """Python and the packages a run depends on, by name."""
    packages = ("tensorflow", "keras", "numpy", "pandas", "scikit-learn")
    return {"python": platform.python_version(), **{package: version(package) for package in packages}}
