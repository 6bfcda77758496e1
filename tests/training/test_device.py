"""What config.json says of where a run was made, and what TensorFlow says at the start."""

import logging

from training.device import read_commit, read_versions, start_tensorflow


def test_the_commit_is_read_from_the_files_of_git(tmp_path):
    commit = "0123456789abcdef0123456789abcdef01234567"
    assert read_commit(tmp_path) == ""
    (tmp_path / "HEAD").write_text(f"{commit}\n")  # a commit that was checked out
    assert read_commit(tmp_path) == commit
    (tmp_path / "HEAD").write_text("ref: refs/heads/main\n")
    assert read_commit(tmp_path) == ""
    packed = ["# pack-refs", f"{'f' * 40} refs/heads/x", f"{commit} refs/heads/main"]
    (tmp_path / "packed-refs").write_text("\n".join(packed))
    assert read_commit(tmp_path) == commit
    (tmp_path / "refs" / "heads").mkdir(parents=True)
    (tmp_path / "refs" / "heads" / "main").write_text("a" * 40)  # newer than the packed one
    assert read_commit(tmp_path) == "a" * 40


def test_versions_are_named():
    assert {"python", "tensorflow", "keras"} <= set(read_versions())


def test_a_graph_for_each_network_is_no_warning():
    start_tensorflow()
    logger = logging.getLogger("tensorflow")

    def is_shown(message):
        return bool(logger.filter(logger.makeRecord("", logging.WARNING, "", 0, message, (), None)))

    assert not is_shown("5 out of the last 5 calls to f triggered tf.function retracing. Tracing")
    assert is_shown("another warning")
