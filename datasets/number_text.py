"""Numbers as people write them: 1,234.5, 1.234,5, 1'234.50, $12, 12 %, 151.3 bhp, (5)."""

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

# Marks of a missing number. The usual ones, which programs write, get no remark.
USUAL = {"", "na", "n/a", "nan", "<na>", "#n/a", "null", "none"}
WORDS = {"#div/0!", "#value!", "#ref!", "#num!", "#name?", "#null!", "n.a.", "k.a.", "missing"}
SYMBOL = r"[$€£¥₹₩₽₺₴₪฿]|[A-Z]{1,3}\$"
CODE = (
    r"(?:USD|EUR|GBP|CHF|JPY|INR|CNY|RMB|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|BRL|MXN|ZAR|TRY"
    r"|S?Fr|Rs|kr|zł|Kč)\b\.?"
)
CURRENCY = rf"(?P<currency>{SYMBOL}|{CODE})"
BLANK = " \u00a0\u2009\u202f"  # also the narrow ones that typesetters put between thousands
GROUPS = {".": rf",'’{BLANK}", ",": rf".'’{BLANK}"}  # marks between thousands, by decimal mark
UNIT_WIDTH = 12  # characters of a unit at most
SAME_UNIT = 0.9  # share of the values with a unit that must have the same one
MOST = 0.5  # share of the values that must be numbers
FEW_CODES = 0.05  # share of values such as 103B or A4 above which a column has codes


class NumberFormat(NamedTuple):
    """How the numbers of a column are written.

    Attributes:
        decimal: decimal mark, "." or ",".
        unit: unit or currency beside the numbers, "" if there is none.
    """

    decimal: str = "."
    unit: str = ""


def parse_numbers(text, number_format):
    """Convert text to numbers, NaN where it is not a number in this format.

    Args:
        text: `pandas.Series` of text, without blanks around it.
        number_format: `NumberFormat`; values without its unit are numbers, too.
    """
    decimal, unit = number_format
    plain = text.str.replace(",", ".", regex=False) if decimal == "," else text
    is_plain = text.str.fullmatch(plain_pattern(decimal)).fillna(False).astype(bool)
    numbers = pd.to_numeric(plain.where(is_plain), errors="coerce").astype("float64")
    rest = text[~is_plain & text.notna()]
    if len(rest):
        known = {
            one: value if found in ("", unit) else np.nan
            for one in rest.unique()
            for value, found in [parse_number(one, decimal)]
        }
        numbers[rest.index] = rest.map(known).astype("float64")
    return numbers


def plain_pattern(decimal):
    """Return the pattern of numbers that computers write."""
    mark = re.escape(decimal)
    return rf"[+-]?(?:\d+(?:{mark}\d*)?|{mark}\d+)(?:[eE][+-]?\d+)?|[+-]?[iI]nf(?:inity)?"


def number_pattern(decimal):
    """Return the pattern of numbers that people write, with a currency before or a unit behind."""
    mark, groups = re.escape(decimal), GROUPS[decimal]
    between = r"\d{2,3}" if decimal == "." else r"\d{3}"  # 12,34,567 in India
    grouped = rf"[1-9]\d{{0,2}}(?P<group>[{groups}])(?:{between}(?P=group))*\d{{3}}"
    number = rf"(?:{grouped}|\d+)(?:{mark}(?:[-–]|\d*))?(?:[eE][+-]?\d+)?|{mark}\d+"
    unit = rf"(?P<unit>[^\s\d.,:'’()\-−–][^\r\n]{{0,{UNIT_WIDTH - 1}}})"
    sign = r"[+\-−–]?"
    return re.compile(
        rf"(?P<open>\()?\s*(?P<sign>{sign})\s*(?:{CURRENCY}\s*)?(?P<inner>{sign})\s*"
        # A bracket around the number is a minus sign: (5) is -5.
        rf"(?P<number>{number})(?P<behind>[-−])?\s*{unit}?\s*(?(open)\))"
    )


PATTERNS = {decimal: number_pattern(decimal) for decimal in GROUPS}


def parse_number(text, decimal):
    """Return `(number, unit)` of a text; NaN if it is not a number."""
    found = PATTERNS[decimal].fullmatch(text.strip())
    if not found:
        return np.nan, ""
    digits = re.sub(f"[{GROUPS[decimal]}]", "", found["number"]).rstrip("-–").replace(decimal, ".")
    signs = [found["sign"], found["inner"], found["behind"]]
    negative = found["open"] or any(sign and sign in "-−–" for sign in signs)
    return (-1 if negative else 1) * float(digits), found["unit"] or found["currency"] or ""


def is_missing_mark(text):
    """Whether a text stands for a missing value in a column of numbers."""
    word = text.casefold()
    return word in USUAL or word in WORDS or not any(map(str.isalnum, word))


def infer_number_format(counts, decimal=None, forced=False):
    """Find out whether the text of a column is numbers, and how they are written.

    Args:
        counts: `{text: rows}` of a column, without blanks around the text.
        decimal: decimal mark if it is known; None to decide by these values.
        forced: whether the user says that they are numbers.

    Returns: `(NumberFormat, whether the decimal mark is certain)`: 1.234 alone may mean two
    numbers. None if the text is not numbers.
    """
    values = {text: rows for text, rows in counts.items() if not is_missing_mark(text)}
    if not values or (has_leading_zeros(values) and not forced):
        return None
    readings = {
        mark: {text: parse_number(text, mark) for text in values}
        for mark in ([decimal] if decimal else GROUPS)
    }
    scores = {mark: count_numbers(found, values) for mark, found in readings.items()}
    mark = max(scores, key=scores.get)  # "." if both are as good
    is_certain = decimal is not None or min(scores.values()) < max(scores.values())
    unit = choose_unit(readings[mark], values)
    if unit is None:
        return None
    others = {
        text: values[text]
        for text, (number, found) in readings[mark].items()
        if np.isnan(number) or found not in ("", unit)
    }
    if not are_mostly_numbers(sum(values.values()), others, forced):
        return None
    return NumberFormat(mark, unit), is_certain


def are_mostly_numbers(total, others, forced=False):
    """Whether a column is numbers in spite of some other values.

    Args:
        total: number of rows with a value, without marks of missing ones.
        others: `{text: rows}` that are not numbers.
        forced: whether the user says that they are numbers.
    """
    rest = sum(others.values())
    codes = sum(rows for text, rows in others.items() if any(map(str.isdigit, text)))
    return rest < total if forced else rest < MOST * total and codes <= FEW_CODES * total


def has_leading_zeros(values):
    """Whether some of the values are codes such as 00420 or 01."""
    return any(re.fullmatch(r"0\d+", text) for text in values)


def count_numbers(found, values):
    """Return in how many rows a number was found."""
    return sum(values[text] for text, (number, _) in found.items() if not np.isnan(number))


def choose_unit(found, values):
    """Return the unit that most values have, "" for none; None if there are several."""
    units = {}
    for text, (number, unit) in found.items():
        if not np.isnan(number):
            units[unit] = units.get(unit, 0) + values[text]
    without = units.pop("", 0)
    if not units:
        return ""
    unit = max(units, key=units.get)
    if units[unit] < MOST * (without + sum(units.values())):
        return ""  # 12, 13, 103B: the unit is none
    return unit if units[unit] >= SAME_UNIT * sum(units.values()) else None
