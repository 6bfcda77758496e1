"""Equations in TOML files and as options of a command, which have the same keys.

residual = "u_t + u*u_x - nu*u_xx"
condition = ["u(x, 0) = -sin(pi*x)", "u(-1, t) = 0", "u(1, t) = 0"]
domain = ["x=-1..1", "t=0..1"]
constants = { nu = 0.01 }
"""

import json
import re
import tomllib
from pathlib import Path

from equations.equation import Equation
from errors import UserError, suggest

# The keys of a file: the field of Equation, and an example of an entry.
KEYS = {
    "residual": ("residuals", "u_t = u_xx"),
    "domain": ("domain", "x=-1..1"),
    "condition": ("conditions", "u(x, 0) = sin(pi*x)"),
    "constant": ("constants", "nu=0.1"),
    "unknown": ("unknown", "nu=0.1"),
    "exact": ("exact", "u = exp(-t)*sin(x)"),
    "known_part": ("known_part", "u = sqrt(x)"),
    "weight": ("weight", "x^2 + y^2"),
}
PLURALS = {f"{key}s": key for key in ("residual", "condition", "constant")}
MAX_SIZE = 1_000_000  # bytes of a file
MAX_ENTRIES = 1000  # entries of a list


def read_equation(path):
    """Read an equation from a TOML file.

    Raises:
        UserError: the file does not exist or does not contain an equation.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        beside = (
            [other.name for other in path.parent.glob("*.toml")] if path.parent.is_dir() else []
        )
        raise UserError(f"{path}: no such file.{suggest(path.name, beside)}")
    with path.open("rb") as file:
        content = file.read(MAX_SIZE + 1)
    if len(content) > MAX_SIZE:
        raise UserError(f"{path} is too large for an equation. The maximum is {MAX_SIZE} bytes")
    try:
        return build_equation(tomllib.loads(content.decode("utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is not a TOML file: {error}") from None
    except RecursionError:
        raise UserError(f"{path} is nested too deeply") from None
    except UserError as error:
        raise UserError(f"{path}: {error}") from None


def build_equation(options):
    """Build an equation from the content of a TOML file or from the options of a command.

    Args:
        options: `{key: entries}` with the keys of `KEYS`; residual and domain are required. Entries
            are a text, a list of texts or, if they have names, a table such as `{"x": [-1, 1]}` or
            `{"x": "-1..1"}`.

    Returns: an `Equation`, whose formulas have not been read yet.

    Raises:
        UserError: a key is unknown, or an entry does not have the form `name=value`.
    """
    fields = {}
    for key, entries in options.items():
        name = PLURALS.get(key, key)
        if name not in KEYS:
            raise UserError(
                f"an equation has no key {key[:60]!r}.{suggest(key, KEYS)} Known: {', '.join(KEYS)}"
            )
        field, _ = KEYS[name]
        if field in fields:
            raise UserError(f"'{name}' is given twice")
        fields[field] = (
            entries if name in ("residual", "condition", "weight") else read_table(name, entries)
        )
    for name in ("residual", "domain"):
        if not fields.get(KEYS[name][0]):
            raise UserError(
                f"an equation must have a {name}, such as '{KEYS[name][1]}'. Received: none"
            )
    fields["domain"] = {name: split_ends(name, ends) for name, ends in fields["domain"].items()}
    return Equation(**fields)


def read_table(key, entries):
    """Return `{name: value}` of a table, or of texts such as "nu=0.1"."""
    if isinstance(entries, dict):
        return entries
    entries = [entries] if isinstance(entries, str) else entries
    example = KEYS[key][1]
    table = {}
    if not isinstance(entries, list | tuple) or len(entries) > MAX_ENTRIES:
        raise UserError(
            f"{key} must be a text, a list or a table, such as '{example}'. "
            f"Received: {entries!r:.60}"
        )
    for entry in entries:
        name, equals, value = entry.partition("=") if isinstance(entry, str) else ("", "", "")
        name, value = name.strip(), value.strip()
        if not (name and equals and value):
            raise UserError(
                f"{key} must be a name and its value, such as '{example}'. Received: {entry!r:.60}"
            )
        if name in table:
            raise UserError(f"{key} {name[:60]!r} is given twice")
        table[name] = value
    return table


def split_ends(name, ends):
    """Return (low, high) of "-1..1", or of a list of both."""
    if not isinstance(ends, str):
        return tuple(ends) if isinstance(ends, list) else ends
    low, dots, high = ends.partition("..")
    if not (dots and low.strip() and high.strip()):
        raise UserError(
            f"the domain of {name[:60]} must have two ends, such as '{name[:60]}=-1..1'. "
            f"Received: {ends[:60]!r}"
        )
    return low.strip(), high.strip()


def to_options(equation):
    """Return the options from which `build_equation` builds the equation.

    Returns: `{key: tuple of texts, or a text}`.
    """
    options = {}
    for key, texts in (("residual", equation.residuals), ("condition", equation.conditions)):
        options[key] = tuple([texts] if isinstance(texts, str) else texts)
    options["domain"] = tuple(
        f"{name}={low}..{high}" for name, (low, high) in equation.domain.items()
    )
    for key in ("constant", "unknown", "exact", "known_part"):
        table = getattr(equation, KEYS[key][0])
        options[key] = tuple(f"{name} = {value}" for name, value in table.items())
    return options | {"weight": equation.weight}


def to_toml(equation):
    """Return an equation as the text of a TOML file for `read_equation`."""
    lines = []
    for key in ("residual", "condition"):
        texts = getattr(equation, KEYS[key][0])
        texts = [texts] if isinstance(texts, str) else texts
        lines += [f"{key} = [", *(f"    {quote(text)}," for text in texts), "]", ""]
    if equation.weight:
        lines += [f"weight = {quote(equation.weight)}", ""]
    for field in ("domain", "constants", "unknown", "exact", "known_part"):
        if table := getattr(equation, field):
            lines += [
                f"[{field}]",
                *(f"{quote_name(name)} = {format_value(value)}" for name, value in table.items()),
                "",
            ]
    return "\n".join(lines)


def format_value(value):
    """Return a text, a number or a list of them as a TOML value."""
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(format_value, value))}]"
    return repr(value if isinstance(value, int) else float(value))  # also for NumPy numbers


def quote_name(name):
    """Return a name as a TOML key, with quotes if it needs them."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else quote(name)


def quote(text):
    """Return a TOML string."""
    # JSON does not escape the delete character, but TOML requires it.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
