"""What the training runs on."""

import contextlib
import os
import platform
import sys
from importlib.metadata import version


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
        return ", ".join(
            tf.config.experimental.get_device_details(gpu).get("device_name", gpu.name)
            for gpu in gpus
        )
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
    return {
        "python": platform.python_version(),
        **{package: version(package) for package in packages},
    }
