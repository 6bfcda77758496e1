"""Several GPUs of one machine, or several machines, that train one network together."""

import contextlib
import os

from errors import UserError
from runs.workers import read_worker


def choose_strategy(devices):
    """Return the `tf.distribute` strategy of this process; create it before any TensorFlow object.

    With `TF_CONFIG` in the environment this process is one of several workers, as usual in
    TensorFlow: start the same command on each machine, with the same `saved_models/` in reach.
    Otherwise all visible GPUs share the batches.

    Args:
        devices: "all", or "one" to leave further GPUs idle.
    """
    import tensorflow as tf

    if os.environ.get("TF_CONFIG"):
        read_worker()  # reports a mistake in one line
        set_up_gpus()
        return tf.distribute.MultiWorkerMirroredStrategy()
    set_up_gpus()
    if devices == "all" and len(tf.config.list_physical_devices("GPU")) > 1:
        return tf.distribute.MirroredStrategy()
    return tf.distribute.get_strategy()


def set_up_gpus():
    """Leave memory to other processes, and keep all 24 bits of float32 products.

    By default TensorFlow takes all memory of a GPU, and its tensor cores round to 11 bits.
    """
    import tensorflow as tf

    tf.config.experimental.enable_tensor_float_32_execution(False)
    for gpu in tf.config.list_physical_devices("GPU"):
        with contextlib.suppress(RuntimeError):  # it is in use already
            tf.config.experimental.set_memory_growth(gpu, True)


@contextlib.contextmanager
def report_lost_workers():
    """Train inside: if one of several workers dies, the others end with what to do."""
    import tensorflow as tf

    lost = (
        *(tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.InternalError),
        *(tf.errors.DeadlineExceededError, tf.errors.CancelledError),
    )
    try:
        yield
    except lost as error:
        if read_worker()[2] == 1:
            raise
        raise UserError(
            "another worker of TF_CONFIG stopped, or cannot be reached. Start all of them again, "
            "with --resume saved_models/NAME, to continue after the last epoch "
            f"({str(error).splitlines()[0][:100]})"
        ) from None
