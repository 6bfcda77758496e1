"""Which of several machines this process is, by TensorFlow's environment variable `TF_CONFIG`."""

import json
import os

from errors import UserError


def read_worker():
    """Return `(type, index, workers)` of this process, `("worker", 0, 1)` without `TF_CONFIG`.

    Raises: UserError if `TF_CONFIG` cannot be read.
    """
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
        expected = (
            '{"cluster": {"worker": ["host:port", ...]}, "task": {"type": "worker", "index": 0}}'
        )
        reason = f"{type(error).__name__}: {error}"
        raise UserError(
            f"TF_CONFIG must be {expected}. Received: {text[:100]} ({reason})"
        ) from None
    workers = sum(len(hosts) for role, hosts in cluster.items() if role in ("chief", "worker"))
    return kind, index, workers


def is_chief():
    """Return whether this process writes the run: the chief, or else the first worker."""
    kind, index, _ = read_worker()
    cluster = json.loads(os.environ.get("TF_CONFIG") or "{}").get("cluster", {})
    return index == 0 and (kind == "chief" or "chief" not in cluster)
