"""Progress: some twenty plain lines in a pipe, one moving line in a terminal."""

import io
import time

import keras
import pytest

from training.progress import Progress, format_metrics
from training.progress_line import NOT_MEASURED


class Terminal(io.StringIO):
    def isatty(self):
        return True


def show(monkeypatch, stream, epochs, stop_after=None, seconds=0.0, metrics=None):
    """Return what an imitated training of this many epochs writes."""
    clock = [0.0]
    monkeypatch.setattr("sys.stdout", stream)
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    progress = Progress()
    progress.set_params({"epochs": epochs})
    progress.on_train_begin()
    for epoch in range(stop_after or epochs):
        progress.on_epoch_begin(epoch)
        for batch in range(3):
            clock[0] += seconds / 3
            progress.on_train_batch_end(batch, {"loss": 1.0})
        logs = {"loss": 1 / (epoch + 1), "val_loss": 2.0, "seconds": clock[0]}
        progress.on_epoch_end(epoch, logs | (metrics or {}))
    progress.on_train_end()
    monkeypatch.undo()
    return stream.getvalue()


@pytest.mark.parametrize("epochs", [1, 2, 19, 20, 21, 39, 100, 1234, 100_000])
def test_a_pipe_gets_some_twenty_plain_lines(monkeypatch, epochs):
    text = show(monkeypatch, io.StringIO(), epochs)
    lines = text.splitlines()
    assert min(epochs, 10) <= len(lines) <= 22
    assert lines[0].startswith(f"epoch 1/{epochs}  loss 1  val_loss 2")
    assert lines[-1].startswith(f"epoch {epochs}/{epochs}  loss ")
    assert "\r" not in text and "\x1b" not in text and text.isascii()
    assert len(set(lines)) == len(lines)


def test_long_epochs_are_reported_by_time_ever_less_often(monkeypatch):
    """Ten minutes an epoch: each of the first ones has a line, and then ever fewer."""
    text = show(monkeypatch, io.StringIO(), 10_000, stop_after=200, seconds=600.0)
    epochs = [int(line.split("/")[0].removeprefix("epoch ")) for line in text.splitlines()]
    assert epochs[:4] == [1, 2, 3, 4] and 15 < len(epochs) < 40
    assert epochs[-1] - epochs[-2] > 10


@pytest.mark.parametrize("stream", [io.StringIO, lambda: Terminal()])
def test_a_training_that_a_time_limit_ends_has_no_last_epoch(monkeypatch, stream):
    text = show(monkeypatch, stream(), 10**6, stop_after=3, seconds=20.0)
    assert "epoch 3, 60 s  loss 0.3333" in text and "/" not in text and "[" not in text


def test_a_terminal_gets_one_moving_line(monkeypatch):
    text = show(monkeypatch, Terminal(), 50, seconds=0.15)
    assert text.endswith("\n") and text.count("\n") == 1 and "\x1b" not in text
    pieces = text.rstrip("\n").split("\r")
    assert pieces[0] == "" and len(pieces) > 30
    assert pieces[-1].startswith(f"[{'=' * 20}] epoch 50/50  loss 0.02")
    assert pieces[25].startswith("[=") and "epoch 2" in pieces[25]
    for before, after in zip(pieces, pieces[1:], strict=False):
        assert len(after) >= len(before.rstrip())  # nothing of the old line is left to see


def test_a_line_is_not_wider_than_the_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    metrics = {f"metric_{number}": 0.5 for number in range(9)}
    text = show(monkeypatch, Terminal(), 3, seconds=1.0, metrics=metrics)
    assert max(map(len, text.rstrip("\n").split("\r"))) <= 50


def test_fast_epochs_do_not_fill_a_terminal(monkeypatch):
    text = show(monkeypatch, Terminal(), 10_000, seconds=0.001)
    assert len(text.split("\r")) < 120  # ten seconds, ten lines a second


def test_a_training_that_stops_early_shows_its_last_epoch(monkeypatch):
    text = show(monkeypatch, Terminal(), 1000, stop_after=3, seconds=0.01)
    assert "epoch 3/1000" in text.split("\r")[-1] and text.endswith("\n")


def test_what_was_not_measured_is_not_shown_but_a_divergence_is(monkeypatch):
    monkeypatch.setattr("sys.stdout", stream := io.StringIO())
    callbacks = keras.callbacks.CallbackList([Progress()], epochs=2)
    callbacks.on_train_begin()
    for epoch, loss in enumerate((NOT_MEASURED, float("inf") - float("inf"))):
        callbacks.on_epoch_begin(epoch)
        callbacks.on_epoch_end(epoch, {"loss": 1.0, "val_loss": loss})
    assert stream.getvalue() == "epoch 1/2  loss 1\nepoch 2/2  loss 1  val_loss nan\n"


def test_losses_come_first_and_what_is_for_the_file_is_hidden():
    logs = {
        **{"accuracy": 0.12345678, "loss": 1234567.0, "learning_rate": 0.1, "seconds": 1.0},
        **{"term of u_t": 3.0, "val_accuracy": 0.5, "val_loss": 2.0},
    }
    text = "loss 1.235e+06  val_loss 2  accuracy 0.1235  val_accuracy 0.5"
    assert format_metrics(logs) == text
    assert format_metrics({"critic_loss": 1.0, "generator_loss": 2.0}) == (
        "critic_loss 1  generator_loss 2"
    )
    assert format_metrics({f"m{number}": 1.0 for number in range(9)}).count("m") == 6


def test_keras_fit_uses_it(capsys):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mean_squared_error")
    x = keras.ops.ones((4, 1))
    model.fit(x, x, epochs=45, verbose=0, callbacks=[Progress()])
    lines = capsys.readouterr().out.splitlines()
    assert 15 <= len(lines) <= 21 and lines[-1].startswith("epoch 45/45  loss ")
