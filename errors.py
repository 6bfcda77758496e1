"""The errors that are told in a single line, never a traceback."""

import contextlib
import difflib
import os
import sys


class UserError(Exception):
    """A mistake in a command or a file. Its text says what was wanted, what was received, and what to do. Exit code 2."""

    def __init__(self, text):
        super().__init__(one_line(text))


class Diverged(Exception):
    """A training whose loss ceased to be a number. Exit code 3."""


@contextlib.contextmanager
def told(script, unfinished=""):
    """Around a script's main: its errors end it with a line and an exit code, as a shell expects.

    Args:
        script: its name, which begins the line.
        unfinished: what to say of work that Ctrl-C or the machine ended.
    """
    try:
        yield
        sys.stdout.flush()
        return
    except UserError as error:
        text, code = str(error), 2
    except (
        MemoryError,
        RecursionError,
    ) as error:  # files and options may ask for more than there is
        reason = (
            "needs more memory than there is"
            if isinstance(error, MemoryError)
            else "is nested too deeply"
        )
        text, code = f"the data, the network or a file {reason}. Make it smaller", 2
    except Diverged as error:
        text, code = str(error), 3
    except KeyboardInterrupt:
        text, code = f"stopped{unfinished}", 130
    except BrokenPipeError:  # the reader of our output, such as head, has had enough
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # where Python flushes the rest at its end
        sys.exit(141)
    except OSError as error:  # a full disk, a folder of somebody else's
        text, code = f"{one_line(error)}{unfinished}", 2
    print(f"{script}: {text}", file=sys.stderr)
    sys.exit(code)


def one_line(text):
    """Text with a space for what is not printable: names out of files may hold line breaks, or commands to a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in str(text))


def nearest(word, choices):
    """Return `' Did you mean a, b?'` for the choices spelled most like `word`, or an empty string."""
    folded = {str(choice).casefold(): str(choice) for choice in choices}
    matches = difflib.get_close_matches(str(word).casefold(), folded, n=3, cutoff=0.5)
    return f" Did you mean {', '.join(folded[match] for match in matches)}?" if matches else ""
