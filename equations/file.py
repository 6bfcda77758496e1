"""Equations in TOML files and in the words of a command, which have the same form.

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
from errors import UserError, nearest

# What a file may say: the field of Equation, and how one of its entries looks.
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
MAX_ENTRIES = 1000  # of a list


def read_equation(path):
    """Read an equation from a TOML file.

    Raises:
        UserError: there is no such file, or it says something else than an equation.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        beside = (
            [other.name for other in path.parent.glob("*.toml")] if path.parent.is_dir() else []
        )
        raise UserError(f"{path}: no such file.{nearest(path.name, beside)}")
    with path.open("rb") as file:
        content = file.read(MAX_SIZE + 1)
    if len(content) > MAX_SIZE:
        raise UserError(f"{path} is too large for an equation: at most {MAX_SIZE} bytes")
    try:
        return equation_of(tomllib.loads(content.decode("utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is no TOML file: {error}") from None
    except RecursionError:
        raise UserError(f"{path} is nested too deeply") from None
    except UserError as error:
        raise UserError(f"{path}: {error}") from None


def equation_of(words):
    """The equation that a TOML file or a command has in its words.

    Args:
        words: `{key: entries}` with the keys of `KEYS`; residual and domain are needed. Entries are a text, a list of texts
            or, where they have names, a table such as `{"x": [-1, 1]}` or `{"x": "-1..1"}`.

    Returns: an `Equation`, whose formulas are not read yet.

    Raises:
        UserError: an unknown key, or an entry that is not of the form `name=value`.
    """
    fields = {}
    for key, entries in words.items():
        name = PLURALS.get(key, key)
        if name not in KEYS:
            raise UserError(
                f"an equation has no {key[:60]!r}.{nearest(key, KEYS)} Known: {', '.join(KEYS)}"
            )
        field, _ = KEYS[name]
        if field in fields:
            raise UserError(f"'{name}' is given twice")
        fields[field] = (
            entries if name in ("residual", "condition", "weight") else named(name, entries)
        )
    for name in ("residual", "domain"):
        if not fields.get(KEYS[name][0]):
            raise UserError(
                f"an equation wants a {name}, such as '{KEYS[name][1]}'. Received: none"
            )
    fields["domain"] = {name: ends_of(name, ends) for name, ends in fields["domain"].items()}
    return Equation(**fields)


def named(key, entries):
    """`{name: value}` of a table, or of texts such as "nu=0.1"."""
    if isinstance(entries, dict):
        return entries
    entries = [entries] if isinstance(entries, str) else entries
    found = {}
    if not isinstance(entries, list | tuple) or len(entries) > MAX_ENTRIES:
        raise UserError(
            f"{key} wants a text, a list or a table, such as '{KEYS[key][1]}'. Received: {entries!r:.60}"
        )
    for entry in entries:
        name, equals, value = entry.partition("=") if isinstance(entry, str) else ("", "", "")
        name, value = name.strip(), value.strip()
        if not (name and equals and value):
            raise UserError(
                f"{key} wants a name and its value, such as '{KEYS[key][1]}'. Received: {entry!r:.60}"
            )
        if name in found:
            raise UserError(f"{key} {name[:60]!r} is given twice")
        found[name] = value
    return found


def ends_of(name, ends):
    """(low, high) of "-1..1", or of a list of both."""
    if not isinstance(ends, str):
        return tuple(ends) if isinstance(ends, list) else ends
    low, dots, high = ends.partition("..")
    if not (dots and low.strip() and high.strip()):
        raise UserError(
            f"the domain of {name[:60]} wants its ends, such as '{name[:60]}=-1..1'. Received: {ends[:60]!r}"
        )
    return low.strip(), high.strip()


def words_of(equation):
    """The words that `equation_of` makes the equation from: `{key: tuple of texts, or a text}`."""
    words = {key: tuple([entries] if isinstance(entries, str) else entries) for key, entries in
             (("residual", equation.residuals), ("condition", equation.conditions))}  # fmt: skip
    words["domain"] = tuple(
        f"{name}={low}..{high}" for name, (low, high) in equation.domain.items()
    )
    for key, field in (
        ("constant", "constants"),
        ("unknown", "unknown"),
        ("exact", "exact"),
        ("known_part", "known_part"),
    ):
        words[key] = tuple(f"{name} = {value}" for name, value in getattr(equation, field).items())
    return words | {"weight": equation.weight}


def to_toml(equation):
    """An equation as the text of a TOML file, which `read_equation` reads again."""
    lines = []
    for key in ("residual", "condition"):
        entries = getattr(equation, KEYS[key][0])
        entries = [entries] if isinstance(entries, str) else entries
        lines += [f"{key} = [", *(f"    {quoted(entry)}," for entry in entries), "]", ""]
    if equation.weight:
        lines += [f"weight = {quoted(equation.weight)}", ""]
    for field in ("domain", "constants", "unknown", "exact", "known_part"):
        if table := getattr(equation, field):
            lines += [
                f"[{field}]",
                *(f"{quoted(name, bare=True)} = {written(value)}" for name, value in table.items()),
                "",
            ]
    return "\n".join(lines)


def written(value):
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(written, value))}]"
    return repr(value if isinstance(value, int) else float(value))  # of NumPy's numbers, too


def quoted(text, bare=False):
    """A TOML string; a name needs no quotes."""
    if bare and re.fullmatch(r"[A-Za-z0-9_-]+", text):
        return text
    return json.dumps(text, ensure_ascii=False).replace(
        "\x7f", "\\u007f"
    )  # JSON writes this one as it is
