"""Errors that the user sees as one line instead of a traceback."""

import contextlib
import difflib
import os
import sys


class UserError(Exception):
    """A mistake in a command or a file; the exit code is 2.

    The text says what was expected, what was received, and what to do.
    """

    def __init__(self, text):
        super().__init__(to_one_line(text))


class Diverged(Exception):
    """A training whose loss became NaN, or whose solution is wrong; the exit code is 3."""


@contextlib.contextmanager
def report_errors(script, unfinished=""):
    """Turn errors of a script's main function into one line and an exit code.

    Args:
        script: name of the script, which begins the line.
        unfinished: what the user can do if Ctrl-C or the machine ended the work.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a name that the terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    try:
        yield
        sys.stdout.flush()
        return
    except UserError as error:
        text, code = str(error), 2
    except (MemoryError, RecursionError) as error:  # files and options may ask for too much
        too_large = isinstance(error, MemoryError)
        reason = "needs more memory than there is" if too_large else "is nested too deeply"
        text, code = f"the data, the network or a file {reason}. Make it smaller", 2
    except Diverged as error:
        text, code = str(error), 3
    except KeyboardInterrupt:
        text, code = f"stopped{unfinished}", 130
    except BrokenPipeError:  # the reader of the output, such as `head`, has closed it
        # Python flushes the rest of the output at exit; send it nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except OSError as error:  # a full disk, a folder without permission
        text, code = f"{to_one_line(error)}{unfinished}", 2
    print(f"{script}: {text}", file=sys.stderr)
    sys.exit(code)


def to_one_line(text):
    """Replace unprintable characters by blanks.

    Names from files may contain line breaks or commands to a terminal.
    """
    return "".join(letter if letter.isprintable() else " " for letter in str(text))


def suggest(word, choices):
    """Return `' Did you mean a, b?'` for the choices most like `word`, or an empty string."""
    folded = {str(choice).casefold(): str(choice) for choice in choices}
    cutoff = 0.5 if len(str(word)) < 4 else 0.51  # `nv` for `nu`, but not `vae` for `tabel`
    matches = difflib.get_close_matches(str(word).casefold(), folded, n=3, cutoff=cutoff)
    return f" Did you mean {', '.join(folded[match] for match in matches)}?" if matches else ""
