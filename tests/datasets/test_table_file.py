import gzip

import pandas as pd
import pytest

from datasets.table_file import read_table
from errors import UserError


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "name, content",
    [
        ("a.csv", "x,name\n1.5,Zoë\n-2,b\n"),
        ("a.csv", "\ufeffx,name\n1.5,Zoë\n-2,b\n"),
        ("a.csv", "x,name\n1.5,Zoë\n-2,b\n".encode("latin-1")),
        ("a.csv", "x\tname\n1.5\tZoë\n-2\tb\n".encode("utf-16")),
        ("a.csv", " x , name \r\n1.5, Zoë\r\n-2, b\r\n"),
        ("a.CSV", "x;name\n1.5;Zoë\n-2;b\n"),
        ("a.csv", "x;name\n1,5;Zoë\n-2;b\n"),
        ("a.tsv", "x\tname\n1.5\tZoë\n-2\tb\n"),
        ("a.txt", "x;name\n1.5;Zoë\n-2;b\n"),
        ("a.csv.gz", gzip.compress("x,name\n1.5,Zoë\n-2,b\n".encode())),
        ("a.txt.gz", gzip.compress("x\tname\n1.5\tZoë\n-2\tb\n".encode())),
    ],
)
def test_text(tmp_path, name, content):
    frame = read_table(write(tmp_path / name, content))
    assert frame.to_dict("list") == {"x": [1.5, -2.0], "name": ["Zoë", "b"]}


def test_separator_in_quotes(tmp_path):
    frame = read_table(write(tmp_path / "a.csv", '"a, b, c";d\n"1, 2";3\n'))
    assert frame.to_dict("list") == {"a, b, c": ["1, 2"], "d": [3]}


def test_one_column_and_no_name(tmp_path):
    assert list(read_table(write(tmp_path / "a.csv", "x\n1\n"))) == ["x"]
    assert list(read_table(write(tmp_path / "b.csv", ",x\n0,1\n"))) == ["Unnamed: 0", "x"]


def test_missing_and_boolean_values(tmp_path):
    frame = read_table(write(tmp_path / "a.csv", "x,flag\n,True\n2,False\n"))
    assert frame["x"].isna().tolist() == [True, False]
    assert frame["flag"].tolist() == [True, False]


def test_late_latin1(tmp_path):
    content = b"x,name\n" + b"1,a\n" * 40_000 + "2,é\n".encode("latin-1")
    assert read_table(write(tmp_path / "a.csv", content))["name"].iloc[-1] == "é"


def test_character_across_the_sample(tmp_path):
    # 65536 bytes are read to infer the encoding; here they end inside a character of two bytes.
    content = "x,y\n" + "a" * (65536 - 5) + "éé,1\n"
    assert read_table(write(tmp_path / "a.csv", content))["x"].iloc[0].endswith("aéé")


def test_parquet(tmp_path):
    frame = pd.DataFrame({" x ": [1.5, 2.0], "größe": ["a", None]})
    frame.to_parquet(tmp_path / "a.parquet")
    read = read_table(str(tmp_path / "a.parquet"))
    assert list(read) == ["x", "größe"] and read["x"].tolist() == [1.5, 2.0]
    frame.set_index("größe").to_parquet(tmp_path / "b.parquet")
    assert list(read_table(tmp_path / "b.parquet")) == ["größe", "x"]
    frame[1:].to_parquet(tmp_path / "c.parquet")
    assert read_table(tmp_path / "c.parquet").index.tolist() == [0]


@pytest.mark.parametrize(
    "name, content, expected",
    [
        ("a.csv", "", "is empty (0 bytes)"),
        ("a.csv", "\n\n", "is empty"),
        ("a.csv", "x,y\n", "has column names but no rows"),
        ("a.csv", "x,y,x\n1,2,3\n", "several columns with the name 'x'"),
        ("a.csv", "x, x \n1,2\n", "several columns with the name 'x'"),
        ("a.csv", "x,y\n1,2,3\n", "Expected 2 fields in line 2, saw 3"),
        ("a.csv", "x,y\n1,2\n1,2,3\n", "Expected 2 fields in line 3, saw 3"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "is not text"),
        ("a.csv.gz", "x,y\n1,2\n", "Not a gzipped file"),
        ("a.csv.gz", gzip.compress(b"x,y\n1,2\n")[:-9], "cannot be read as a table"),
        ("a.parquet", "x,y\n1,2\n", "cannot be read as Parquet"),
        ("a.xlsx", "x", "cannot be read as a table: File is not a zip file"),
        ("a.csv.zip", "x", "cannot be read as a table: File is not a zip file"),
        ("a.csv.xz", "x", "cannot be read as a table: Input format not supported"),
        ("a.json", "{", "cannot be read as a table"),
        ("a.xls", "x", "expected .csv, .tsv"),
        ("a.gz", "x", "expected .csv, .tsv"),
        ("a", "x", "expected .csv, .tsv"),
    ],
)
def test_errors(tmp_path, name, content, expected):
    path = write(tmp_path / name, content)
    with pytest.raises(UserError) as caught:
        read_table(path)
    message = str(caught.value)
    assert expected in message and str(path) in message
    assert len(message.splitlines()) == 1


def test_parquet_without_rows(tmp_path):
    pd.DataFrame({"x": pd.Series([], dtype="float64")}).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(UserError, match="no rows"):
        read_table(tmp_path / "a.parquet")


def test_no_such_file(tmp_path):
    write(tmp_path / "houses.csv", "x\n1\n")
    with pytest.raises(
        UserError, match=r"There is no file '.*house\.csv'. Did you mean houses.csv\?"
    ):
        read_table(tmp_path / "house.csv")
    with pytest.raises(UserError, match="There is no file"):
        read_table(tmp_path / "nowhere" / "house.csv")
    with pytest.raises(
        UserError, match="is a folder, expected a table file. Tables in it: houses.csv"
    ):
        read_table(tmp_path)
