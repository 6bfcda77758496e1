"""The label of each picture in a folder: its subfolder's name, or from a table."""

from pathlib import Path

from datasets.labels import to_label
from datasets.picture_files import list_pictures
from datasets.table_file import read_table
from errors import UserError

# Names of folders that are splits, not classes.
PARTS = {
    "train": "train", "training": "train", "trn": "train",
    "val": "val", "valid": "val", "validation": "val", "dev": "val",
    "test": "test", "testing": "test", "tst": "test",
}  # fmt: skip
LABELS = ("label", "labels", "class", "target", "category")  # likely names of the column
MATCHING = 0.5  # share of the names in a column that must be files


def label_pictures(folder, table=None, needs_labels=True):
    """Return `{file: (label, part)}`; the part is "train", "val", "test", or "" if none is given.

    Args:
        folder: path of the folder.
        table: path of a table with the names of files and their labels; "" for subfolders; None if
            the topic takes no table.
        needs_labels: whether pictures without a label are a mistake; otherwise "" is their label.

    Raises: UserError if no picture has a label, although they need one.
    """
    files = list_pictures(folder)
    if table:
        return match_table(folder, files, Path(table))
    folder = find_classes(folder, files)
    parts = {file.relative_to(folder).parts[:-1] for file in files}
    tops = {top.casefold() for top, *_ in filter(None, parts)}
    is_split = tops and tops <= set(PARTS) and "train" in {PARTS[top] for top in tops}
    found = {}
    for file in files:
        names = file.relative_to(folder).parts[:-1]
        part = PARTS[names[0].casefold()] if is_split and names else ""
        if names := names[1:] if is_split else names:
            found[file] = names[0], part
    if not found and not needs_labels:
        return dict.fromkeys(files, ("", ""))
    if not found:
        hint = "" if table is None else ", or a table of labels with --labels"
        raise UserError(
            f"--data {folder} has no pictures in subfolders; expected {folder}/CLASS/PICTURE.png"
            f"{hint}"
        )
    return found


def find_classes(folder, files):
    """Return the folder whose subfolders are classes: archives often have one more around it."""
    while True:
        below = [file.relative_to(folder).parts for file in files]
        tops = {parts[0] for parts in below}
        if len(tops) != 1 or not all(len(parts) > 2 for parts in below):
            return folder
        folder = folder / tops.pop()


def match_table(folder, files, table):
    """Return `{file: (label, "")}` from a table of names and labels."""
    frame = read_table(table)
    by_name = {}
    for file in files:
        relative = file.relative_to(folder)
        for name in (
            relative.as_posix(),
            file.name,
            relative.with_suffix("").as_posix(),
            file.stem,
        ):
            by_name.setdefault(name, file)
    named = {}
    for name, values in frame.items():
        matched = values.astype(object).map(to_label).map(by_name)
        if matched.notna().mean() > MATCHING:
            named[name] = matched
    if not named:
        raise UserError(
            f"--labels {table}: no column has the names of pictures in {folder}, such as "
            f"{files[0].name if files else 'a.png'}"
        )
    column = max(named, key=lambda name: named[name].notna().mean())
    others = [name for name in frame.columns if name != column]
    likely = [name for name in others if name.casefold() in LABELS] or others
    if len(likely) != 1:
        raise UserError(
            f"--labels {table}: expected one column of labels beside {column!r}. "
            f"Received: {', '.join(others) or 'none'}. Call it 'label', or keep only two columns"
        )
    rows = zip(named[column], frame[likely[0]], strict=True)
    return {file: (to_label(label), "") for file, label in rows if file == file and label == label}
