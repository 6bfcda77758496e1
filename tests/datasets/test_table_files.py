import pandas as pd
import pytest

from datasets.table_files import find_table_files
from errors import UserError


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "tables").mkdir()
    return tmp_path / "tables"


def write(path, content):
    path.write_text(content)
    return path


def test_files_of_a_folder_in_the_order_of_their_names(folder):
    write(folder / "b.csv", "y,x\n3,c\n4,d\n")
    write(folder / "a.csv", "x,y\na,1\nb,2\n")
    write(folder / "notes.md", "no table")
    write(folder / ".a.csv.swp.csv", "hidden")
    for data in (folder, f"{folder}/*.csv", f"{folder}/[ab].csv", f"{folder.parent}/**/?.csv"):
        files = find_table_files(str(data))
        assert files.read_at_once().to_dict("list") == {
            "x": ["a", "b", "c", "d"],
            "y": [1, 2, 3, 4],
        }
        assert (files.names, files.rows) == (["x", "y"], 4)


def test_a_column_that_is_text_in_one_file_is_text_in_all(folder):
    write(folder / "a.csv", "x,y\n1.0,1\n02,2\n")
    write(folder / "b.csv", "x,y\nmany,3\n")
    pd.DataFrame({"x": [5], "y": [4.0]}).to_parquet(folder / "c.parquet")
    frame = find_table_files(str(folder)).read_at_once()
    assert frame["x"].tolist() == ["1.0", "02", "many", 5] and frame["y"].tolist() == [1, 2, 3, 4]
    assert frame.index.tolist() == [0, 1, 2, 3]


def test_encodings_and_separators_may_differ(folder):
    (folder / "a.csv").write_bytes("x;y\n1,5;Zoë\n".encode("latin-1"))
    write(folder / "b.csv", "x,y\n2.5,ü\n")
    assert find_table_files(str(folder)).read_at_once().to_dict("list") == {
        "x": [1.5, 2.5],
        "y": ["Zoë", "ü"],
    }


def test_rows_are_numbered_across_pieces(folder):
    write(folder / "a.csv", "x\n" + "1\n" * 5)
    pd.DataFrame({"x": pd.Categorical([2, 3, 2])}).to_parquet(folder / "b.parquet")
    pieces = list(find_table_files(str(folder)).read_pieces(2))
    assert [piece.index.tolist() for piece in pieces] == [[0, 1], [2, 3], [4], [5, 6], [7]]
    assert pd.concat(pieces)["x"].tolist() == [1, 1, 1, 1, 1, 2, 3, 2]


def test_rows_and_bytes_of_a_large_file_are_estimated_from_its_beginning(folder):
    content = "x,y\n" + "".join(f"{number % 1000},{number % 77}\n" for number in range(700_000))
    assert len(content) > 1 << 22
    write(folder / "a.csv", content)
    files = find_table_files(str(folder / "a.csv"))
    assert files.rows == pytest.approx(700_000, rel=0.01) and files.bytes == pytest.approx(
        len(content), rel=0.01
    )
    frame = files.read_at_once()
    frame.to_csv(folder / "a.csv.gz", index=False)
    zipped = find_table_files(str(folder / "a.csv.gz"))
    assert zipped.rows == pytest.approx(700_000, rel=0.05) and zipped.bytes == pytest.approx(
        len(content), rel=0.05
    )
    frame.to_parquet(folder / "a.parquet")
    assert find_table_files(str(folder / "a.parquet")).rows == 700_000


@pytest.mark.parametrize(
    "content, message",
    [
        ("", r"b\.csv' is empty \(0 bytes\)"),
        ("x,y\n", r"b\.csv' has column names but no rows"),
        (
            "x,z\n1,2\n",
            r"b\.csv' has different columns from '.*a\.csv' \(missing: 'y'; additional: 'z'\)",
        ),
        ("x\n1\n", r"b\.csv' has different columns from '.*a\.csv' \(missing: 'y'\)\. All files"),
        ("x,y\n1,2,3\n", r"b\.csv' cannot be read as a table: Expected 2 fields in line 2, saw 3"),
        ("x,y,x\n1,2,3\n", r"b\.csv' has several columns with the name 'x'"),
    ],
)
def test_one_bad_file_among_good_ones(folder, content, message):
    write(folder / "a.csv", "x,y\n1,2\n")
    write(folder / "b.csv", content)
    with pytest.raises(UserError, match=message) as caught:
        find_table_files(str(folder)).read_at_once()
    assert "\n" not in str(caught.value)


def test_nothing_to_read(folder):
    with pytest.raises(UserError, match="the folder contains no table"):
        find_table_files(str(folder))
    with pytest.raises(UserError, match="no file matches this pattern"):
        find_table_files(f"{folder}/*.csv")
    write(folder / "a.md", "x\n1\n")
    with pytest.raises(UserError, match="'.*a.md' is not a table that can be read"):
        find_table_files(f"{folder}/*")


def test_a_name_with_brackets_is_a_file(folder):
    assert find_table_files(str(write(folder / "a[1].csv", "x\n1\n"))).names == ["x"]
