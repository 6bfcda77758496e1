"""Text: predict the next character, score a text in bits, and write new text."""

from dataclasses import dataclass, replace
from typing import ClassVar

from errors import UserError
from tasks.options import FilePath, check_range
from tasks.training import BatchTraining

ENDLESS = 10**6  # epochs


@dataclass(frozen=True)
class TextTraining(BatchTraining):
    """Learn the probability of each character, given those before it.

    A topic defines `build`, of a `models.language.LanguageModel`.
    """

    data: FilePath = ""
    """text file in UTF-8; if none is given, the topics of Python's own documentation"""
    window: int = 128
    """characters that the network reads at once at most; an even number"""
    seconds: float = 0.0
    """seconds of training, in which the learning rate falls to 0; 0 for all epochs"""

    copies: bool = False
    """mix copies into `score`: what followed where the last characters stood before, in the
    training text, which the SavedModel then contains, or earlier in the text that is scored"""

    split_seed: ClassVar = 0  # a text is split in its order
    is_scheduled: ClassVar = True

    def check(self):
        super().check()
        check_range(self, window=(8, 2**16), seconds=(0, 10**7))
        if self.window % 2:
            raise UserError(f"--window must be an even number. Received: {self.window}")

    def resolved(self):
        """Return the experiment with no end but the time, if there is one."""
        return replace(self, epochs=ENDLESS) if self.seconds else self

    def load(self):
        from datasets.text import load_text

        return load_text(self.data, self.window)

    def training_arrays(self, data):
        """Rows of two windows each, in which a step chooses a place; validation by one window,
        which counts only its second half: as `score` predicts."""
        import numpy as np

        from datasets.text import encode

        def cut(codes, length, stride):
            return np.lib.stride_tricks.sliding_window_view(codes, length)[::stride]

        train, validation = (encode(x, data.alphabet) for x in (data.train, data.validation))
        rows = np.ascontiguousarray(cut(train, min(2 * self.window, len(train)), self.window))
        codes = cut(validation, self.window + 1, self.window // 2)
        weights = np.zeros((len(codes), self.window), "float32")
        weights[:, self.window // 2 :] = 1
        return (rows,), (codes[:, :-1].copy(), codes[:, 1:].copy(), weights)

    def callbacks(self, run, start_loss, margin):
        from training.callbacks import CosineDecayInTime

        usual = super().callbacks(run, start_loss, margin)
        decay = CosineDecayInTime(self.seconds, self.learning_rate)
        return [*usual, decay] if self.seconds else usual

    def text_model(self, model, data):
        """Return a `models.text.TextModel` of a network, and of copies if these are asked for."""
        from models.text import TextModel

        alone = TextModel(model, data.alphabet, data.usual, self.window, len(data.known))
        return self.add_copies(alone, data) if self.copies else alone

    def add_copies(self, text_model, data):
        """Let a text model copy; how far it trusts a copy is chosen on the validation text."""
        import numpy as np

        from datasets.text import encode
        from models.copies import Copies, fit_shares

        train, validation = (encode(x, data.alphabet) for x in (data.train, data.validation))
        bits = text_model.score(data.validation)[0]
        shares = fit_shares(train, validation, 2.0 ** -np.asarray(bits))
        text_model.copies = Copies(np.concatenate([train, validation]), shares)
        return text_model

    def export(self, model, data):
        """Export `score` and `logits` of a text of any length, and `generate`."""
        import tensorflow as tf

        from datasets.dataset import Column
        from runs.endpoint import Endpoint, Export

        text_model = self.text_model(model, data)

        def score(inputs):
            bits, alone, is_known = text_model.score(inputs["text"])
            count = tf.cast(tf.size(bits), "float32")
            mean, mean_alone = (
                tf.math.divide_no_nan(tf.reduce_sum(x), count) for x in (bits, alone)
            )
            unknown = tf.reduce_sum(1 - tf.cast(is_known, "int32"))
            answers = {"bits_per_character": mean, "bits": bits, "unknown": unknown}
            return answers | ({"without_copies": mean_alone} if self.copies else {})

        def logits(inputs):
            return {"logits": text_model.logits(inputs["text"])}

        def attention(inputs):
            return {"attention": text_model.attention(inputs["text"])}

        def generate(inputs):
            names = ("prompt", "count", "temperature", "top_k", "seed")
            codes = text_model.generate(*(inputs[name] for name in names))
            return {"text": text_model.write(codes)}

        def describe(name, dtype, default=None):
            return Column(name, dtype=dtype, per_row=False, default=default)

        text, prompt = (
            Column(name, "text", per_row=False, default=default)
            for name, default in (("text", None), ("prompt", ""))
        )
        drawing = (
            prompt,
            describe("count", "int32"),
            describe("temperature", "float32", 0.8),
            describe("top_k", "int32", 0),
            describe("seed", "int32"),
        )
        scoring = Endpoint(score, (text,))
        endpoints = {
            "serve": scoring,
            "score": scoring,
            "logits": Endpoint(logits, (text,)),
            "generate": Endpoint(generate, drawing),
        }
        if model.has_attention:
            endpoints["attention"] = Endpoint(attention, (text,))
        return Export(model, endpoints)

    def baselines(self, data):
        from evaluation.text_baselines import fit_text_baselines

        return fit_text_baselines(data)

    def evaluate(self, run, data):
        from evaluation.text import evaluate_text
        from tasks.supervised import check_unchanged

        check_unchanged(run, data)
        return evaluate_text(run, data, self.baselines(data))
