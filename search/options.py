"""The options of `train.py search`."""

import os
from dataclasses import dataclass, fields

from errors import UserError
from tasks import command
from tasks.options import ANY, check_range


@dataclass(frozen=True)
class SearchOptions:
    """Look for good options of a topic: python train.py search NAME, with the topic's own options
    as usual. Each trial trains with other ones and is scored on the validation rows; the best is
    trained once more and becomes a run. The same command continues a search that was stopped, and
    in another terminal or on another machine with the same disk it takes part in it."""

    vary: tuple[str, ...] = ()
    """options to vary, as learning_rate=1e-4..1e-2, or "hidden=64,32|128,64" for a choice; if empty
    learning rate, batch size, units, dropout, L2 and activation, as far as the topic has them"""
    trials: int = 30
    """number of trainings of all processes together, pruned ones included"""
    processes: int = 1
    """number of processes of this machine, which share its cores"""
    smaller: bool = False
    """also minimise the number of weights: the picture shows the best score for each size"""

    def check(self):
        """Raise UserError for an option outside its range."""
        check_range(self, trials=(1, ANY), processes=(1, os.cpu_count() or 1))


def parse_search(words):
    """Return `(options, topic's name, experiment, topic's words)` for the words behind `search`.

    Raises: UserError for a mistake in any of them.
    """
    if not words or words[0].startswith("-"):
        if {"--help", "-h"} & set(words):
            command.parse_options(SearchOptions, ["--help"], "train.py search NAME")
        raise UserError(
            "search needs a topic: python train.py search digits. `python train.py` lists them"
        )
    name, *words = words
    own, topic = split_words(words)
    options = command.parse_options(SearchOptions, own, f"train.py search {name}")
    options.check()
    return options, *command.parse_experiment([name, *topic]), topic


def split_words(words):
    """Return the words that give options of the search, and the words for the topic."""
    flags = {f"--{field.name}" for field in fields(SearchOptions)}
    own, topic, chosen = [], [], None
    for word in words:
        if word.startswith("--"):
            chosen = own if word.split("=")[0] in flags else topic
        (topic if chosen is None else chosen).append(word)
    return own, topic
