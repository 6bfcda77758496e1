"""Labels as people write them: spellings of one label are joined."""

from datasets.number_text import USUAL

MIN_WORD = 3  # letters of a word; A and a may be different labels
LISTED = 3  # labels in a remark
RARE = 0.1  # a spelling of a shorter label is a slip if it is this rare beside the usual one


def to_label(value):
    """Return the text of a category or class."""
    # pandas turns 1 into 1.0 if another row of the column is missing; the category stays "1".
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def strip_blanks(label):
    """Return a label without blanks around it and with single ones inside."""
    return " ".join(label.split())


def join_spellings(counts):
    """Find labels that differ in blanks or in capitals alone.

    Args:
        counts: `{label: rows}`.

    Returns: `{label: spelling}` of the labels that are joined with a more usual spelling.
    """
    groups, joined = {}, {}
    for label, rows in counts.items():
        spellings = groups.setdefault(strip_blanks(label).casefold(), {})
        spelling = strip_blanks(label)
        spellings[spelling] = spellings.get(spelling, 0) + rows
    for key, spellings in groups.items():
        usual = max(spellings, key=lambda spelling: (spellings[spelling], spelling))
        is_word = sum(map(str.isalpha, key)) >= MIN_WORD
        for spelling, rows in spellings.items():
            if spelling != usual and (is_word or rows <= RARE * spellings[usual]):
                joined[spelling] = usual
    for label in counts:
        spelling = strip_blanks(label)
        if (usual := joined.get(spelling, spelling)) != label:
            joined[label] = usual
    return joined


def match_labels(labels, known):
    """Return `{label: known label}` of those that are another spelling of a known label.

    Args:
        labels: labels of new rows.
        known: labels of the training.
    """
    by_key = {}
    for label in known:
        by_key.setdefault(strip_blanks(label).casefold(), []).append(label)
    found = {}
    for label in set(labels) - set(known):
        matches = by_key.get(strip_blanks(label).casefold(), [])
        same = [match for match in matches if match == strip_blanks(label)] or matches
        if len(same) == 1:
            found[label] = same[0]
    return found


def join_labels(series):
    """Join the spellings of each label of a column.

    Returns: `(series, {label: (spelling, rows)})` with what was joined.
    """
    counts = series.value_counts()
    joined = join_spellings(dict(zip(map(to_label, counts.index), counts.tolist(), strict=True)))
    if not joined:
        return series, {}
    labels = series.map(to_label, na_action="ignore")
    rows = {label: int((labels == label).sum()) for label in joined}
    found = {label: (usual, rows[label]) for label, usual in joined.items() if rows[label]}
    return labels.replace(joined), found


def describe_odd_labels(name, classes):
    """Return the remark about classes that may mean a missing value, as a list of none or one."""
    odd = [label for label in classes if isinstance(label, str) and label.casefold() in USUAL]
    if not odd:
        return []
    return [
        f"{name}: {odd[0]!r} is kept as a class; leave these cells empty if they mean a missing "
        "value"
    ]


def describe_joined(name, joined):
    """Return the remark about labels that were joined, as a list of none or one."""
    if not joined:
        return []
    texts = [f"{label!r} ({rows} rows) with {usual!r}" for label, (usual, rows) in joined.items()]
    more = ", ..." if len(texts) > LISTED else ""
    return [f"'{name}': joined {', '.join(texts[:LISTED])}{more}"]
