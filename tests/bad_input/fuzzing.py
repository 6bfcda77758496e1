"""How fuzz tests run: the same cases in every run, and any error but a mistake of one line fails."""

import tempfile

from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

from errors import UserError

notes = tempfile.TemporaryDirectory()
set_hypothesis_home_dir(notes.name)  # else it leaves a folder where one stands
CASES = 1000
fuzz = settings(
    max_examples=CASES,
    deadline=5000,  # milliseconds: what takes longer hangs
    derandomize=True,  # the same cases in every run, so that a change is what makes it fail
    database=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


def result_or_mistake(function):
    """What the function returns, or None if it raises a `UserError` of one line. Any other error is the test's."""
    try:
        return function()
    except UserError as error:
        assert str(error) and str(error).splitlines() == [str(error)]
        return None
