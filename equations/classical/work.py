"""A bound on the work of a classical solver that is the same on every machine, however busy."""

from errors import UserError

# Work is counted in operations of about a nanosecond each. A solver that counts it ends after the
# same operations everywhere; a clock would give a different solution on a busy machine.
LIMIT = 5e9
CALL = 15_000  # a few calls of NumPy


class TooMuchWork(UserError):
    """The limit of the work is reached."""


class Work:
    """Operations that a solver has counted so far.

    Args:
        limit: maximum number of operations.
    """

    def __init__(self, limit=LIMIT):
        self.limit, self.spent = limit, 0.0

    def spend(self, operations):
        """Count operations.

        Raises:
            TooMuchWork: there are more operations than the limit allows.
        """
        self.spent += operations
        if self.spent > self.limit:
            raise TooMuchWork("a classical solver would take too long")
