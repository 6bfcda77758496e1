"""Several GPUs of one machine, or several machines, that train one network together."""

import contextlib
import json
import os

from errors import UserError


def strategy_for(devices):
    """The `tf.distribute` strategy of this process; create it before anything else in TensorFlow.

    With `TF_CONFIG` in the environment this process is one of several workers, TensorFlow's standard way: start the same
    command on each machine, with the same `saved_models/` in reach. Else all GPUs that are visible share the batches.

    Args:
        devices: "all", or "one" to leave further GPUs idle.
    """
    import tensorflow as tf

    if os.environ.get("TF_CONFIG"):
        task()  # says what is wrong with it in one line
        return tf.distribute.MultiWorkerMirroredStrategy()
    if devices == "all" and len(tf.config.list_physical_devices("GPU")) > 1:
        return tf.distribute.MirroredStrategy()
    return tf.distribute.get_strategy()


@contextlib.contextmanager
def together():
    """Several workers train inside; if one of them dies, the others end with what to do."""
    import tensorflow as tf

    lost = (
        tf.errors.UnavailableError,
        tf.errors.AbortedError,
        tf.errors.DeadlineExceededError,
        tf.errors.CancelledError,
    )
    try:
        yield
    except (*lost, tf.errors.InternalError) as error:
        if task()[2] == 1:
            raise
        raise UserError(
            "another worker of TF_CONFIG stopped, or cannot be reached. Start all of them again, with --resume "
            f"saved_models/NAME, to go on after the last epoch ({str(error).splitlines()[0][:100]})"
        ) from None


def task():
    """`(type, index, workers)` of this process by `TF_CONFIG`; alone it is `("worker", 0, 1)`."""
    text = os.environ.get("TF_CONFIG")
    if not text:
        return "worker", 0, 1
    try:
        config = json.loads(text)
        cluster, kind, index = (
            config["cluster"],
            config["task"]["type"],
            int(config["task"]["index"]),
        )
        cluster[kind][index]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        wanted = (
            '{"cluster": {"worker": ["host:port", ...]}, "task": {"type": "worker", "index": 0}}'
        )
        raise UserError(
            f"TF_CONFIG wants {wanted}. Received: {text[:100]} ({type(error).__name__}: {error})"
        ) from None
    return (
        kind,
        index,
        sum(len(hosts) for role, hosts in cluster.items() if role in ("chief", "worker")),
    )


def is_chief():
    """Whether this process writes the run: of several workers the chief, or else the first."""
    kind, index, _ = task()
    return index == 0 and (
        kind == "chief"
        or "chief" not in json.loads(os.environ.get("TF_CONFIG") or "{}").get("cluster", {})
    )
