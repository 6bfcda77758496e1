"""Ctrl-C as a wish to stop, for work in steps that is worth something before its end."""

import contextlib
import signal
import threading


@contextlib.contextmanager
def interruptible(what):
    """Yield a function that tells whether Ctrl-C was pressed; a second one stops at once.

    Args:
        what: is done with what there is, e.g. "the formulas found so far are exported".
    """
    pressed = []

    def interrupted(*signal_and_frame):
        if pressed:
            raise KeyboardInterrupt
        pressed.append(True)
        print(f"\nStopping after this step; {what}. Ctrl-C again stops at once.")

    main = threading.current_thread() is threading.main_thread()  # signals reach no other
    usual = signal.signal(signal.SIGINT, interrupted) if main else None
    try:
        yield lambda: bool(pressed)
    finally:
        if main:
            signal.signal(signal.SIGINT, usual)
