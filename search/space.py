"""The options that a search varies, and the values that each may take."""

import dataclasses
from typing import NamedTuple, get_args, get_origin, get_type_hints

from errors import UserError, suggest
from tasks import command

BROAD = 10  # quotient of highest and lowest value from which on their logarithms are searched
USUAL = {  # for topics that have these options
    "dropout": "0..0.5",
    "l2": "0|1e-6|1e-5|1e-4|1e-3",
    "activation": "relu|elu|tanh|softplus",
}


class Range(NamedTuple):
    """Numbers from `low` to `high`, both included."""

    low: float
    high: float

    def suggest(self, trial, name):
        """Return the value that an `optuna.Trial` tries."""
        ask = trial.suggest_int if isinstance(self.low, int) else trial.suggest_float
        return ask(name, self.low, self.high, log=self.scale == "log")

    @property
    def scale(self):
        """Return "log" or "linear", the scale on which all values are as likely."""
        return "log" if self.low > 0 and self.high / self.low >= BROAD else "linear"

    def word(self, value):
        """Return what the journal has for a value; None if it is not one of these."""
        return value if self.low <= value <= self.high else None

    def read(self, word):
        """Return the value for what the journal has."""
        return word

    def describe(self):
        return f"{self.low:g} to {self.high:g}"


class Choice(NamedTuple):
    """Some values, by the words for them."""

    values: dict
    scale = "choice"

    def suggest(self, trial, name):
        """Return the value that an `optuna.Trial` tries."""
        return self.read(trial.suggest_categorical(name, list(self.values)))

    def word(self, value):
        """Return what the journal has for a value; None if it is not one of these."""
        return next((word for word, other in self.values.items() if other == value), None)

    def read(self, word):
        """Return the value for what the journal has."""
        return self.values[word]

    def describe(self):
        return " | ".join(self.values)


def read_space(name, experiment, topic_words, vary):
    """Return `{option: Range or Choice}`.

    Args:
        name: name of the topic.
        experiment: the topic with the options that do not vary.
        topic_words: words of the command that gave these.
        vary: texts such as "dropout=0..0.5"; if empty the usual options of the topic.

    Raises: UserError for an option that the topic does not have, or a value that it does not take.
    """
    known = {field.name for field in dataclasses.fields(experiment)}
    space = {}
    for text in vary or list_usual(experiment):
        option, _, values = text.partition("=")
        option = option.strip().removeprefix("--").replace("-", "_")
        if option not in known or not values:
            raise UserError(
                f"--vary expects an option of {name} and its values, such as dropout=0..0.5 or "
                f'"hidden=64,32|128,64".{suggest(option, known)} Received: {text!r}'
            )

        def parse(word, option=option):
            words = [*topic_words, f"--{option.replace('_', '-')}", *word.replace(",", " ").split()]
            _, found = command.parse_experiment([name, *words])
            found.check()
            return getattr(found, option)

        space[option] = read_values(values, parse, text)
    return space


def read_values(values, parse, text):
    """Return a Range or a Choice, given a function from a word to the value of the option."""
    if ".." in values:
        low, high = (parse(word.strip()) for word in values.split("..", 1))
        if not (isinstance(low, (int, float)) and low < high) or isinstance(low, bool):
            raise UserError(f"--vary {text}: the lower number must come first")
        return Range(low, high)
    return Choice({word.strip(): parse(word.strip()) for word in values.split("|")})


def list_usual(experiment):
    """Return the usual texts of `--vary` for the options that a topic has.

    Raises: UserError if it has none of them.
    """
    hints = get_type_hints(type(experiment))
    texts = []
    for option, hint in hints.items():
        value = getattr(experiment, option, None)
        if option == "learning_rate":
            texts.append(f"learning_rate={value / 10:.3g}..{value * 10:.3g}")
        elif option == "batch_size":
            texts.append(f"batch_size={max(1, value // 2)}|{value}|{2 * value}|{4 * value}")
        elif option in ("hidden", "filters") and isinstance(value, tuple) and value:
            texts.append(f"{option}={'|'.join(map(join, list_shapes(value)))}")
        elif option == "activation" and get_origin(hint) and value in USUAL[option].split("|"):
            allowed = [word for word in USUAL[option].split("|") if word in get_args(hint)]
            texts.append(f"activation={'|'.join(allowed)}")
        elif option in ("dropout", "l2") and isinstance(value, float):
            texts.append(f"{option}={USUAL[option]}")
    if not texts:
        raise UserError("this topic has none of the options that are usually varied: give --vary")
    return texts


def list_shapes(units):
    """Return layers of other widths, and of one layer more, for the units of each layer."""
    half, double = (tuple(max(1, round(n * by)) for n in units) for by in (0.5, 2))
    return dict.fromkeys([units, half, double, (*units, units[-1]), (double[0], *units)])


def join(units):
    return ",".join(map(str, units))
