"""The folder of a run: complete or not there at all, whatever ends the process that writes it."""

import pytest

from errors import Diverged, UserError
from runs.folder import (
    format_path,
    list_runs,
    lock_contents,
    lock_name,
    move_into_place,
    run_folder,
    write_folder,
)


def list_names(folder):
    """Return the sorted names of what is in a folder, locks apart."""
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def write_run(folder, text="new", **options):
    with write_folder(folder, **options) as partial:
        (partial / "config.json").write_text(text)
        (partial / "snapshot.npz").touch()


def test_a_run_is_written_beside_its_place_and_moved_there(tmp_path):
    run = tmp_path / "run"
    with write_folder(run) as partial:
        (partial / "config.json").write_text("{}")
        assert partial == tmp_path / ".run.partial" and not run.exists()
    assert list_names(tmp_path) == ["run"]


def test_a_finished_run_has_no_snapshot(tmp_path):
    write_run(tmp_path / "run")
    assert list_names(tmp_path / "run") == ["config.json"]


@pytest.mark.parametrize("overwrite", [True, False])
def test_a_run_is_replaced_only_when_asked(tmp_path, overwrite):
    run = tmp_path / "run"
    write_run(run, "old")
    if overwrite:
        write_run(run, "new", overwrite=True)
    else:
        with pytest.raises(UserError, match="the run .*run exists. Give --overwrite"):
            write_run(run, "new", overwrite=False)
    assert (run / "config.json").read_text() == ("new" if overwrite else "old")
    assert list_names(tmp_path) == ["run"]


@pytest.mark.parametrize("overwrite", [True, False])
def test_a_file_of_this_name_is_never_replaced(tmp_path, overwrite):
    (tmp_path / "run").write_text("mine")
    with pytest.raises(UserError, match="is a file, not a run. Choose a different --name"):
        write_run(tmp_path / "run", overwrite=overwrite)
    assert (tmp_path / "run").read_text() == "mine"


@pytest.mark.parametrize(
    ("error", "snapshot", "stays"),
    [
        (UserError("a mistake"), False, False),
        (UserError("a lost worker"), True, True),
        (OSError("a full disk"), True, True),
        (Diverged("the loss became NaN"), True, False),
        (KeyboardInterrupt(), False, True),
    ],
    ids=["mistake", "lost worker", "full disk", "divergence", "interrupt"],
)
def test_what_a_failure_leaves_behind(tmp_path, error, snapshot, stays):
    """What the training can be resumed from stays; an old run stays in any case."""
    write_run(tmp_path / "run", "old")
    with pytest.raises(type(error)), write_folder(tmp_path / "run") as partial:
        (partial / "config.json").write_text("{}")
        if snapshot:
            (partial / "snapshot.npz").touch()
        raise error
    assert list_names(tmp_path) == ([".run.partial"] if stays else []) + ["run"]
    assert (tmp_path / "run" / "config.json").read_text() == "old"


def test_an_interrupted_training_is_not_lost_by_accident(tmp_path):
    run, partial = tmp_path / "run", tmp_path / ".run.partial"
    with pytest.raises(KeyboardInterrupt), write_folder(run) as folder:
        (folder / "snapshot.npz").write_text("half")
        raise KeyboardInterrupt
    with pytest.raises(UserError, match="was interrupted: --resume .* continues it, --overwrite"):
        write_run(run, overwrite=False)
    with write_folder(run, overwrite=False, resume=True) as folder:
        assert (folder / "snapshot.npz").read_text() == "half"
        (folder / "config.json").write_text("{}")
    assert not partial.exists() and run.exists()


@pytest.mark.parametrize("old_is_there", [True, False])
def test_a_move_that_was_cut_short_is_finished(tmp_path, old_is_there):
    run = tmp_path / "run"
    for name, text in ((".run.complete", "new"), ("run" if old_is_there else ".run.old", "old")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text(text)
    move_into_place(run)
    assert (run / "config.json").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_only_one_training_has_a_name(tmp_path):
    with (
        lock_name(tmp_path / "run"),
        pytest.raises(UserError, match="another process is training .* or give --name"),
        write_folder(tmp_path / "run"),
    ):
        pass
    write_run(tmp_path / "run")  # the lock is free again


def test_a_run_that_is_being_evaluated_is_not_evaluated_twice(tmp_path):
    with (
        lock_contents(tmp_path / "run"),
        pytest.raises(UserError, match="another process is evaluating"),
        lock_contents(tmp_path / "run"),
    ):
        pass


def test_of_several_workers_only_the_chief_writes(tmp_path, monkeypatch):
    monkeypatch.setattr("runs.folder.is_chief", lambda: False)
    with write_folder(tmp_path / "run") as partial:
        assert partial == tmp_path / ".run.partial"
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "saved_models").write_text("a file")
    with pytest.raises(UserError, match="cannot be written: .* Set SAVED_MODELS"):
        write_run(tmp_path / "saved_models" / "run")


@pytest.mark.parametrize("name", ["a", "house-prices", "A.b_c-9", "x" * 100])
def test_names_of_runs(name, saved_models):
    assert run_folder(name) == saved_models / name


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a b", "-a", "x" * 101, "a\n", "ü"])
def test_names_that_no_run_can_have(name):
    with pytest.raises(UserError, match="--name must be 1 to 100 letters, digits"):
        run_folder(name)


def test_the_list_of_runs_has_the_finished_ones(saved_models):
    assert list_runs() == []
    for name in ("b", "a", ".c.partial"):
        (saved_models / name).mkdir(parents=True)
        (saved_models / name / "config.json").touch()
    (saved_models / "d").mkdir()
    assert list_runs() == [saved_models / "a", saved_models / "b"]


def test_paths_are_shown_as_one_types_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert str(format_path(tmp_path / "saved_models" / "run")) == "saved_models/run"
    assert format_path("/elsewhere/run").is_absolute()
