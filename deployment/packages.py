"""Packages of `requirements-deploy.txt`, asked for by name before anything is computed."""

from importlib.util import find_spec

from errors import UserError


def check_packages(names):
    """Raise UserError if one of these packages is not installed."""
    missing = [name for name in names if find_spec(name) is None]
    if missing:
        raise UserError(
            f"this format needs {' and '.join(missing)}: pip install -r requirements-deploy.txt"
        )
