"""A text: split in its order, encoded by its alphabet; files that are no text are refused."""

import numpy as np
import pytest

from datasets.text import encode, load_text, read_text
from errors import UserError


def test_the_topics_of_pythons_documentation():
    data = load_text("", 128)
    total = len(data.train) + len(data.validation) + len(data.test)
    assert len(data.test) == total // 10
    assert len(data.validation) == (total - len(data.test)) // 20
    assert "assert" in data.known and data.fingerprint() in data.summary()
    assert data.description()["rows"]["test"] == len(data.test)


def test_tiny_shakespeare(shared):
    data = load_text(str(shared("text/tiny-shakespeare.txt")), 128)
    assert len(data.alphabet) == 65 and data.train.startswith("First Citizen:\n")
    assert len(data.known) + len(data.test) == 1_115_394
    assert data.alphabet[data.usual] == " "


def test_parts_stand_in_their_order(tmp_path):
    text = "".join(f"{number} " for number in range(2000))
    (tmp_path / "text.txt").write_text(text)
    data = load_text(str(tmp_path / "text.txt"), 16)
    assert data.train + data.validation + data.test == text


def test_characters_have_the_numbers_of_the_alphabet():
    codes = encode("cab\u00e9a\U0001f600", "abc\u00e9")
    np.testing.assert_array_equal(codes, [2, 0, 1, 3, 0, -1])
    assert len(encode("", "ab")) == 0


def test_characters_that_only_the_test_text_has(tmp_path):
    (tmp_path / "text.txt").write_text("abcd " * 400 + "\u03a9")
    data = load_text(str(tmp_path / "text.txt"), 16)
    assert "\u03a9" not in data.alphabet and "'\u03a9'" in data.remarks[0]
    assert data.remarks[0].startswith("1 characters")


def test_ends_of_lines_and_a_byte_order_mark(tmp_path):
    (tmp_path / "text.txt").write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\n")
    assert read_text(str(tmp_path / "text.txt")) == "one\ntwo\nthree\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\n ", "is empty"),
        (b"caf\xe9 " * 400, "not a text in UTF-8 .byte 3."),
        (bytes(range(32)) * 100, "binary file"),
        (b"short", "5 characters are too few for windows of 16"),
        (b"a" * 1000, "one different character only, 'a'"),
    ],
)
def test_files_that_are_no_text(tmp_path, content, message):
    (tmp_path / "text.txt").write_bytes(content)
    with pytest.raises(UserError, match=message):
        load_text(str(tmp_path / "text.txt"), 16)


def test_the_length_that_a_message_asks_for_is_enough(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("a")
    with pytest.raises(UserError, match="about 377 are needed"):
        load_text(str(path), 16)
    path.write_text("ab" * 194)
    assert load_text(str(path), 16).validation


def test_a_folder(tmp_path):
    with pytest.raises(UserError, match="is not a file"):
        load_text(str(tmp_path), 16)
