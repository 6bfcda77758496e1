"""Ctrl-C as a request to stop, for work in steps whose results so far are worth keeping."""

import contextlib
import signal
import threading


@contextlib.contextmanager
def catch_interrupt(consequence):
    """Yield a function that returns whether Ctrl-C was pressed; a second one stops at once.

    Args:
        consequence: what happens then, e.g. "the formulas found so far are exported".
    """
    pressed = []

    def note_interrupt(*signal_and_frame):
        if pressed:
            raise KeyboardInterrupt
        pressed.append(True)
        print(f"\nStopping after this step; {consequence}. Press Ctrl-C again to stop at once.")

    main = threading.current_thread() is threading.main_thread()  # signals reach no other thread
    usual = signal.signal(signal.SIGINT, note_interrupt) if main else None
    try:
        yield lambda: bool(pressed)
    finally:
        if main:
            signal.signal(signal.SIGINT, usual)


def is_interrupted(model):
    """Return whether Ctrl-C ended the training of a model, see
    `training.callbacks.StopOnInterrupt`."""
    return getattr(model, "is_interrupted", False)


def describe_interruption(model, history, epochs):
    """Return a line if Ctrl-C ended a training, "" otherwise.

    Args:
        model: what was trained.
        history: `{column: values}`, a row an epoch, the one that was cut short included.
        epochs: maximum number of epochs.
    """
    if not is_interrupted(model):
        return ""
    done = len(next(iter(history.values()), []))
    return f"Interrupted in epoch {done} of {epochs}: what was trained until then is exported"


def join_endings(model, ending, line):
    """Return a line about the end of a training, after the one that says that Ctrl-C ended it.

    Args:
        model: what was trained.
        ending: from `describe_interruption` if the training was interrupted.
        line: what else there is to say, "" if nothing.
    """
    return ". ".join(filter(None, [ending if is_interrupted(model) else "", line]))
