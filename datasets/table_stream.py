"""A table larger than memory as a dataset: its training rows are read again whenever needed."""

from functools import partial

from datasets.dataset import Dataset, StreamedSplit
from datasets.progress import report_progress
from datasets.stream_split import StreamSplitter
from datasets.table import NO_ROLES, check_row_count, check_target_names, describe_times
from datasets.table_rows import read_test_split, to_split
from datasets.table_scan import TableScan
from datasets.target_column import check_column_exists, check_task
from errors import UserError


def stream_table(
    source,
    files,
    targets,
    split_seed,
    task="auto",
    probabilistic=False,
    test_data="",
    piece_rows=None,
):
    """Do for files that are read in pieces what `datasets.table.make_table_dataset` does in memory.

    All decisions, remarks and errors are the same. Only the split is different: a random number per
    row, in the order of the rows, decides what the row is for. The rows that validate and those
    that test are held in memory, a fifth each but at most about 100000; all others train.

    Args:
        source: where the table comes from, in words.
        files: `datasets.table_files.TableFiles`.
        targets: names of the columns to predict.
        split_seed: seed of the random split.
        task, probabilistic, test_data: as in `make_table_dataset`.
        piece_rows: maximum number of rows of a piece; it changes the dataset only by rounding.

    Raises: UserError as `make_table_dataset`, or if there are too few rows for this split.
    """
    targets = list(dict.fromkeys(targets))  # each once
    check_target_names(targets)
    check_task(task)
    for name in targets:
        check_column_exists(files.names, name)

    splitter = StreamSplitter(targets, split_seed, files.rows, with_test=not test_data)
    scan = files.read_with(partial(TableScan, files, splitter), piece_rows)
    check_row_count(scan.rows)
    classes, remarks = scan.choose_classes(task)
    columns, left_out = scan.choose_columns()

    convert = partial(to_split, columns=columns, classes=classes)
    validation, sample = convert(scan.take_held("validation")), convert(scan.take_held("sample"))
    targets = scan.describe_targets(classes, probabilistic)
    test = (
        read_test_split(test_data, columns, targets, NO_ROLES)
        if test_data
        else convert(scan.take_held("test"))
    )
    if not (scan.training_rows and validation.rows and test.rows and sample.rows):
        raise UserError(
            f"the table has {scan.rows} rows with a target, too few to be read in pieces. "
            "Use --stream no"
        )

    read_again = partial(read_training_rows, files, splitter, convert, piece_rows)
    train = StreamedSplit(scan.training_rows, sample, scan.class_counts(classes), read_again)
    times = () if test_data else describe_times(columns)
    remarks = (*remarks, *times, *files.interpreter.remarks(files.names), *left_out)
    return Dataset(source, train, validation, test, columns, targets, remarks=remarks)


def read_training_rows(files, splitter, convert, piece_rows=None):
    """Read the training rows of a table again, as an iterator of `Split`.

    Args:
        files: `datasets.table_files.TableFiles`.
        splitter: `StreamSplitter`.
        convert: function from `pandas.DataFrame` to `Split`.
        piece_rows: maximum number of rows of a piece.
    """
    pieces = report_progress(files.read_pieces(piece_rows), files.rows, "encoding")
    for piece in splitter.split(pieces):
        yield convert(piece.frame[piece.train])
