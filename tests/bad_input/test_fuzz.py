"""Two thousand nasty tables and formulas: each is read or refused in one line, within seconds."""

import codecs
import gzip

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from datasets.table import make_table_dataset
from datasets.table_file import read_table
from symbolic import formula
from tests.bad_input.fuzzing import fuzz, result_or_mistake

# Tables

ODD_CELLS = (
    *(
        "",
        " ",
        "NA",
        "nan",
        "NaN",
        "inf",
        "-inf",
        "Infinity",
        "None",
        "null",
        "?",
        "-",
        "1e999",
        "-1e308",
        "1e39",
        "1e-400",
    ),
    *(
        "9" * 30,
        "-" + "9" * 400,
        "0x1F",
        "1_000",
        "1,5",
        "1.5.5",
        "١٢",
        "½",
        "True",
        "FALSE",
        "yes",
        "0",
        "-0",
        "00012",
    ),
    *(
        "2024-01-31",
        "2024-13-45",
        "31/12/2024",
        "03/04/2024",
        "0000-00-00",
        "9999-12-31",
        "99999-01-01",
        "24:61",
        "1677-09-20",
    ),
    *(
        "2024-01-01T00:00:00+99:00",
        "2024-01-01T25:00",
        "2024-02-30",
        "1/1/0001",
        "10.10.2010 13:00 PM",
        "2024-01",
    ),
    *(
        "\u202e",
        "\u200b",
        "\ufeff",
        "é",
        "日本",
        "😀",
        "\u2028",
        "\x85",
        "\x0b",
        "\x0c",
        "\x1c",
        "\x00",
        "\x1b[31m",
        "\udc80",
    ),
    *(
        "=1+1",
        "<b>",
        "'",
        '"',
        '""',
        '"a',
        'a"b',
        "a\nb",
        "a\r\nb",
        ",",
        ";",
        "\t",
        "\\",
        "#",
        "x" * 300,
    ),
)
odd_cell = st.sampled_from(ODD_CELLS) | st.text(max_size=6)
COLUMNS = {
    "integer": st.integers(-5, 5).map(str),
    "large": st.integers(-(10**25), 10**25).map(str),
    "float": st.floats().map(repr),
    "small": st.floats(-10, 10).map("{:.3f}".format),
    "comma": st.floats(-10, 10).map("{:.2f}".format).map(lambda text: text.replace(".", ",")),
    "category": st.sampled_from(["red", "blue", "green", ""]),
    "boolean": st.sampled_from(["True", "False"]),
    "date": st.datetimes().map(str),
    "day": st.dates().map(lambda day: day.strftime("%d/%m/%Y")),
    "constant": st.just("1"),
    "odd": odd_cell,
}
NAMES = (
    "a",
    "b",
    "size",
    "id",
    "a.1",
    "Unnamed: 0",
    "0",
    "index",
    "T_std",
    "é [m]",
    "nan",
    "x y",
    "serve",
    " size",
    "A",
)


@st.composite
def tables(draw):
    """`(bytes, file name, targets, task)`: a table that can be learned but for a few mistakes."""
    kinds = draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=2, max_size=5))
    count = draw(st.sampled_from([12, 25, 40, 60, 60, 9, 0]))
    header = draw(
        st.lists(st.sampled_from(NAMES), min_size=len(kinds), max_size=len(kinds), unique=True)
    )
    columns = [
        draw(st.lists(COLUMNS[kind], min_size=1 + (kind != "constant"), max_size=12, unique=True))
        for kind in kinds
    ]
    rows = [
        [values[(row * 7 + row // 5) % len(values)] for values in columns] for row in range(count)
    ]
    rows = [list(header), *rows]
    for _ in range(draw(st.sampled_from([0, 0, 0, 0, 1, 4]))):  # mistakes
        row = rows[draw(st.integers(0, len(rows) - 1))]
        match draw(st.sampled_from(["odd", "more", "less", "empty"])):
            case "odd" if row:
                row[draw(st.integers(0, len(row) - 1))] = draw(odd_cell)  # of the header, too
            case "more":
                row.append(draw(odd_cell))
            case "less":
                del row[-1:]
            case "empty":
                row.clear()
    separator = draw(st.sampled_from([",", ",", ",", ";", "\t", "|", ", "]))
    quoted = draw(st.sampled_from(["never", "needed", "always"]))

    def written(cell):
        needed = quoted == "always" or (
            quoted == "needed" and set(cell) & {separator, '"', "\n", "\r"}
        )
        return '"' + cell.replace('"', '""') + '"' if needed else cell

    line_end = draw(st.sampled_from(["\n", "\n", "\r\n", "\r", "\n\n"]))
    text = line_end.join(separator.join(map(written, row)) for row in rows) + draw(
        st.sampled_from(["", line_end])
    )
    encoding, mark = draw(
        st.sampled_from(
            [("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("utf-16", b""), ("cp1252", b"")]
        )
    )
    content = mark + text.encode(encoding, errors="replace")
    if draw(st.integers(0, 9)) == 0:  # damaged on the way
        place = draw(st.integers(0, len(content)))
        content = (
            content[:place]
            + draw(st.binary(max_size=8))
            + content[place + draw(st.integers(0, 4)) :]
        )
    name = draw(st.sampled_from(["t.csv", "t.csv", "t.tsv", "t.txt", "t.csv.gz"]))
    content = (
        gzip.compress(content, 1) if name.endswith("gz") and draw(st.integers(0, 9)) else content
    )
    targets = [
        name.strip()
        for name in draw(
            st.lists(st.sampled_from(header), min_size=1, max_size=1 + draw(st.booleans()))
        )
    ]
    return (
        content,
        name,
        targets,
        draw(st.sampled_from(["auto", "auto", "regression", "classification"])),
    )


@fuzz
@given(case=tables())
def test_tables(case, tmp_path_factory):
    content, name, targets, task = case
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(content)
    frame = result_or_mistake(lambda: read_table(path))
    if frame is None:
        return
    assert len(frame) > 0 and frame.columns.is_unique
    assert all(isinstance(name, str) and name == name.strip() for name in frame.columns)
    dataset = result_or_mistake(lambda: make_table_dataset("fuzz", frame, targets, 0, task))
    if dataset is None:
        return
    assert (
        {column.name for column in dataset.columns}
        == set(dataset.train.inputs)
        < set(frame.columns)
    )
    assert [target.name for target in dataset.targets] == list(dict.fromkeys(targets))
    splits = (dataset.train, dataset.validation, dataset.test)
    assert 10 <= sum(split.rows for split in splits) <= len(frame)
    for split in splits:
        for values in (*split.inputs.values(), *split.targets.values()):
            assert values.shape == (split.rows,) and split.rows > 0
    for column in dataset.columns:
        values = dataset.train.inputs[column.name]
        assert values.dtype == (column.dtype if column.kind == "number" else object)
        assert column.kind != "number" or not np.isinf(values).any()
        assert np.isfinite([column.mean, column.std]).all() and column.std > 0
    for target in dataset.targets:
        values = np.concatenate([split.targets[target.name] for split in splits])
        assert (
            set(values.tolist()) <= set(target.classes)
            if target.classes
            else np.isfinite(values).all()
        )
        assert np.isfinite([target.mean, target.std]).all() and target.std > 0
        assert np.isfinite(target.encode(values).astype(float)).all()
    assert dataset.summary() and len(dataset.fingerprint()) == 8


# Formulas

NUMBERS = (
    *(
        "0",
        "1",
        "-1",
        "2",
        "0.5",
        "1e-3",
        "1e300",
        "1e309",
        "1e-400",
        "9" * 40,
        "10**300",
        "1/3",
        "1000",
        "999",
        "00",
        ".5",
    ),
)
NAMED = (
    "x",
    "x",
    "y",
    "pi",
    "e",
    "E",
    "I",
    "S",
    "oo",
    "nan",
    "lambda",
    "_",
    "__class__",
    "None",
    "select",
    "π",
    "х",
    "ｘ",
)
SNIPPETS = (
    "x.real",
    "x[0]",
    "lambda: 0",
    "(x for x in y)",
    "'a'",
    "x;y",
    "f'{x}'",
    "x\x00",
    "1j",
    "0x10",
    "1_000",
    "x:=1",
    "",
)
OPERATORS = ("+", "-", "*", "/", "**", "^", "//", "%", "@", "<", " ", ",", "")
REPEATED = ("(", "-", "9**", "x*", "sin(", "exp(", "x^", "abs(x-", "x/(1+")


def larger(formulas):
    return st.one_of(
        st.tuples(formulas, st.sampled_from(OPERATORS[:6]), formulas).map("".join),
        st.tuples(formulas, st.sampled_from(OPERATORS), formulas).map("".join),
        st.builds("({})".format, formulas),
        st.builds("-{}".format, formulas),
        st.builds("{}({})".format, st.sampled_from([*formula.FUNCTIONS, "sinn", "eval"]), formulas),
        st.builds("{}({}, {})".format, st.sampled_from(["max", "min", "exp"]), formulas, formulas),
    )


texts = st.one_of(
    st.recursive(st.sampled_from(NAMED + NUMBERS), larger, max_leaves=12),
    st.builds(
        lambda piece, times, end: piece * times + end,
        st.sampled_from(REPEATED),
        st.integers(1, 400),
        st.just("x"),
    ),
    st.sampled_from(SNIPPETS) | st.text(),
)


@fuzz
@given(text=texts, variables=st.none() | st.just(["x", "y"]))
def test_formulas(text, variables):
    expression = result_or_mistake(lambda: formula.parse(text, variables))
    if expression is None:
        return
    names = formula.list_variables(expression)
    values = formula.compile_function(expression, names)(
        *np.linspace(-3, 3, 7 * len(names)).reshape(len(names), 7)
    )
    assert values.dtype == "float64" and values.shape == ((7,) if names else ())
