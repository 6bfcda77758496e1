"""The errors that are told in a single line, never a traceback."""

import difflib


class UserError(Exception):
    """A mistake in a command or a file. Its text says what was wanted, what was received, and what to do. Exit code 2."""


class Diverged(Exception):
    """A training whose loss ceased to be a number. Exit code 3."""


def nearest(word, choices):
    """Return `' Did you mean a, b?'` for the choices spelled most like `word`, or an empty string."""
    folded = {str(choice).casefold(): str(choice) for choice in choices}
    matches = difflib.get_close_matches(str(word).casefold(), folded, n=3, cutoff=0.5)
    return f" Did you mean {', '.join(folded[match] for match in matches)}?" if matches else ""
