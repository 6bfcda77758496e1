"""How fuzz tests run: the same cases in every run; any error but one line of a mistake fails."""

import tempfile
import time

from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

from errors import UserError

notes = tempfile.TemporaryDirectory()
set_hypothesis_home_dir(notes.name)  # else it leaves a folder where one stands
CASES = 1000
MAX_SECONDS = 5  # of the processor: what takes longer hangs
fuzz = settings(
    max_examples=CASES,
    deadline=60_000,  # milliseconds by the clock, of a machine that may be busy
    derandomize=True,  # the same cases in every run, so that a change is what makes it fail
    database=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


def result_or_mistake(function):
    """Return the function's result, or None if it raises a `UserError` of one line."""
    start = time.process_time()
    try:
        return function()
    except UserError as error:
        assert str(error) and str(error).splitlines() == [str(error)]
        return None
    finally:
        assert time.process_time() - start < MAX_SECONDS
