"""A text, character by character: one file in UTF-8, or the topics of Python's own documentation.

It is split in order: the first nine tenths train, a tail of them validates, the last tenth tests.
"""

import hashlib
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from datasets.paths import find_path
from errors import UserError, to_one_line

TEST_SHARE, VALIDATION_SHARE = 10, 20  # a tenth of the text; a twentieth of what is left
LARGEST = 2**28  # characters: every one of them takes a few numbers in memory
CONTROLS_SHARE = 100  # a hundredth of control characters is no text
SHOWN = 12


@dataclass(frozen=True)
class Text:
    """A text split in its order.

    Args:
        source: where it comes from, in words.
        train: characters the weights are fitted to.
        validation: the characters that follow, which decide when to stop.
        test: the last characters, which only the final score sees.
    """

    source: str
    train: str
    validation: str
    test: str

    @property
    def known(self):
        """All characters that are not for testing."""
        return self.train + self.validation

    @property
    def alphabet(self):
        """The different characters that are not for testing, sorted."""
        return "".join(sorted(set(self.known)))

    @property
    def usual(self):
        """Number, in the alphabet, of the most frequent character."""
        return int(np.bincount(encode(self.known, self.alphabet)).argmax())

    def fingerprint(self):
        """Return a checksum of the whole text."""
        return hashlib.sha256((self.known + self.test).encode()).hexdigest()[:16]

    def description(self):
        """Return what `config.json` keeps of it."""
        parts = {"train": self.train, "validation": self.validation, "test": self.test}
        return {
            "source": self.source,
            "rows": {name: len(text) for name, text in parts.items()},
            "fingerprint": self.fingerprint(),
            "columns": ["text"],
            "alphabet": self.alphabet,
            "remarks": self.remarks,
        }

    @property
    def remarks(self):
        unseen = set(self.test) - set(self.alphabet)
        count = sum(letter in unseen for letter in self.test)
        if not unseen:
            return ()
        return (
            f"{count} characters of the test text are not in the training text: "
            f"{list_characters(unseen)}",
        )

    def summary(self):
        """Return a few lines that say what is in it."""
        rows = self.description()["rows"]
        lines = [
            f"data        {self.source}",
            f"hash        {self.fingerprint()} (SHA-256, first 16 digits)",
            f"characters  {', '.join(f'{count} {name}' for name, count in rows.items())}",
            f"alphabet    {len(self.alphabet)} different characters",
            *(f"note        {text}" for text in self.remarks),
        ]
        return "\n".join(map(to_one_line, lines))


def load_text(data, window):
    """Return a `Text`.

    Args:
        data: path of a text file in UTF-8; "" for the topics of Python's documentation.
        window: characters that a network reads at once; each part needs more of them.

    Raises: UserError if the file cannot be read as text, is too short, or repeats one character.
    """
    if data:
        text, source = read_text(data), Path(data).name
    else:
        text, source = read_topics(), "topics of Python's documentation (pydoc_data)"
    known = len(text) - len(text) // TEST_SHARE
    train = known - known // VALIDATION_SHARE
    if min(train, known - train, len(text) - known) <= window:
        needed = (window + 1) * TEST_SHARE * VALIDATION_SHARE // (TEST_SHARE - 1)
        raise UserError(
            f"--data {data}: {len(text)} characters are too few for windows of {window}: about "
            f"{needed} are needed. Give a longer text, or a smaller --window"
        )
    if len(set(text[:known])) < 2:
        raise UserError(f"--data {data}: the text has one different character only, {text[0]!r}")
    return Text(source, text[:train], text[train:known], text[known:])


def read_topics():
    """Return the reference topics of Python's documentation, in the order of their names."""
    from pydoc_data.topics import topics

    return "\n".join(topics[name] for name in sorted(topics))


def read_text(data, option="--data"):
    """Return the text of a file in UTF-8, with a single character for the end of a line.

    Raises: UserError if there is no such file, or it is empty, too large, or not a text.
    """
    path = find_path(data, option)
    if not path.is_file():
        raise UserError(f"{option} {path} is not a file. Give one text file")
    if path.stat().st_size > 4 * LARGEST:
        raise UserError(f"{option} {path} is too large: {LARGEST} characters are the maximum")
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(
            f"{option} {path} is not a text in UTF-8 (byte {error.start}). Convert it first, for "
            "example with iconv -f latin1 -t utf-8"
        ) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise UserError(f"{option} {path} is empty. Give a file with text")
    controls = sum(unicodedata.category(c) == "Cc" and c not in "\n\t\f" for c in text)
    if controls * CONTROLS_SHARE > len(text):
        raise UserError(f"{option} {path} is a binary file. Give a file with text")
    return text


def encode(text, alphabet):
    """Return the number of each character in the alphabet, `(characters,)`; -1 if it is not in it.

    Args:
        text: str.
        alphabet: str of different characters, sorted.
    """
    points, known = (np.frombuffer(s.encode("utf-32-le"), "<u4") for s in (text, alphabet))
    codes = np.minimum(np.searchsorted(known, points), len(known) - 1)
    return np.where(known[codes] == points, codes, -1).astype("int32")


def list_characters(characters):
    """Return the first characters of a set as Python writes them."""
    listed = ", ".join(map(repr, sorted(characters)[:SHOWN]))
    return listed + (", ..." if len(characters) > SHOWN else "")
