"""Optional packages, asked for by name before anything is computed."""

from importlib.util import find_spec

from errors import UserError

FPGA = "requirements-fpga.txt"


def check_packages(names, needed_by="this format", file="requirements-deploy.txt"):
    """Raise UserError if one of these packages is not installed."""
    missing = [name for name in names if find_spec(name) is None]
    if missing:
        raise UserError(f"{needed_by} needs {' and '.join(missing)}: pip install -r {file}")
