"""Progress of reading a large table, on stderr."""

import sys
import time


def report_progress(pieces, rows, activity):
    """Yield pieces of a table, and report from time to time how many rows have passed.

    Args:
        pieces: iterator of `pandas.DataFrame`.
        rows: number of rows of the table, about.
        activity: what happens to them, in a word.
    """
    line_end, seconds = ("\r", 0.5) if sys.stderr.isatty() else ("\n", 10)
    done, last = 0, time.monotonic()
    for frame in pieces:
        yield frame
        done += len(frame)
        if time.monotonic() - last > seconds:
            message = f"{activity:<11} {done / 1e6:.1f} of about {rows / 1e6:.1f} million rows"
            print(message, end=line_end, file=sys.stderr, flush=True)
            last = time.monotonic()
