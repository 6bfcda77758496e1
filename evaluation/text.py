"""Language models: bits per character beside n-grams and compressors, a sample, and pictures."""

import numpy as np
import pandas as pd

from datasets.text import list_characters, read_text
from errors import Diverged, UserError
from evaluation.evaluation import Evaluation, Headline
from evaluation.output import write_output
from plots.attention import plot_attention
from plots.history import plot_history
from plots.loss_against_time import plot_loss_against_time
from plots.surprise import plot_surprise
from runs.folder import list_runs
from runs.run import Run

SCORE = "bits_per_character"
SAMPLED = 400  # characters of the sample in the report
COLOURED = 500  # test characters whose bits are drawn
ATTENDED = 20  # test characters between which attention is drawn, as many as can be read


def evaluate_text(run, data, baselines):
    """Score and draw a language model beside simpler methods.

    Args:
        run: `runs.run.Run` with the endpoints `score` and `generate`; `attention` is drawn.
        data: `datasets.text.Text`.
        baselines: from `evaluation.text_baselines.fit_text_baselines`.

    Returns: an `Evaluation`.

    Raises: Diverged if the test text has no finite score.
    """
    print(f"Scoring {len(data.test)} test characters, and baselines fitted to those before ...")
    answers = run.predict({"text": data.test}, "score")
    scores = {"network": float(answers[SCORE])}
    if not np.isfinite(scores["network"]):
        raise Diverged("the test text has no finite score: train again with a smaller rate")
    if "without_copies" in answers:
        scores["network without copies"] = float(answers["without_copies"])
    for name, baseline in baselines.items():
        scores[name] = float(baseline.endpoints["score"]({"text": data.test})[SCORE])
    best = min(baselines, key=scores.get)
    prompt = data.test[: data.test.find("\n") + 1][:80]
    drawn = {"prompt": prompt, "count": SAMPLED, "seed": 0}
    sample = str(run.predict(drawn, "generate")["text"])
    metrics = {
        "splits": {"test": {"rows": len(data.test), "scores": {
            name: {"text": {SCORE: score}} for name, score in scores.items()
        }}},
        "unknown_characters": int(answers["unknown"]),
        "fit_seconds": {name: baseline.seconds for name, baseline in baselines.items()},
        "sample": sample,
    }  # fmt: skip
    tables = {
        f"bits per character, test ({len(data.test)} characters)": [
            ["method", "bits per character", "nats per character"],
            *([name, bits, bits * np.log(2)] for name, bits in scores.items()),
        ],
        f"sample after {prompt!r}": [["text"], *([line] for line in sample.split("\n"))],
    }
    figures = {
        "history": plot_history(run.history),
        "loss-against-time": plot_loss_against_time(
            find_histories(run), "bits per character, validation"
        ),
        "surprise": plot_surprise(data.test[:COLOURED], answers["bits"][:COLOURED]),
    }
    if "attention" in run.config["endpoints"]:
        text = " ".join(data.test.split())[:ATTENDED]  # indentation has little to show
        weights = run.predict({"text": text}, "attention")["attention"]
        figures["attention"] = plot_attention(weights, text[: weights.shape[-1]])
    headline = Headline("bits per character", scores["network"], scores[best], best)
    return Evaluation(headline, tables, figures, metrics, advise(scores, best))


def find_histories(run):
    """Return `{name: (seconds, bits)}` of a run and of all others trained on the same text."""
    histories = {}
    for other in [run, *(Run(folder) for folder in list_runs())]:
        try:
            config, history = other.config, other.history
            same = config["data"].get("fingerprint") == run.config["data"]["fingerprint"]
            if same and config["experiment"] == run.config["experiment"]:
                bits = np.array(history["val_loss"]) / np.log(2)
                histories[other.folder.name] = np.array(history["seconds"]), bits
        except (UserError, OSError, KeyError):  # a damaged run must not hide this one
            continue
    return histories


def advise(scores, best):
    """Return a line of advice if a baseline is better."""
    if scores["network"] <= scores[best]:
        return ()
    if best in ("bz2", "xz"):
        return (
            f"{best} is better: the test text repeats long parts of the training text, which a "
            "network cannot keep. With --copies the score may copy them; --seconds 900 trains "
            "longer",
        )
    return (f"{best} is better: train longer (--seconds 900), or with a larger --width",)


def score_text_file(run, data, output):
    """Return a table of the bits per character of a text file; write those of each character.

    Args:
        run: `runs.run.Run` with the endpoint `score`.
        data: path of a text file in UTF-8.
        output: CSV file to write.
    """
    text = read_text(data)
    answers = run.predict({"text": text}, "score")
    unknown = int(answers["unknown"])
    if unknown:
        alphabet = run.config["data"]["alphabet"]
        print(
            f"warning: {unknown} characters are not in the training text, and each costs "
            f"{answers['bits'].max():.1f} bits: {list_characters(set(text) - set(alphabet))}"
        )
    bits = answers["bits"].astype("float64")
    rows = [["characters", "bits per character", "of known characters", "unknown"]]
    known = bits.sum() - unknown * (bits.max() if unknown else 0)
    rows.append([len(text), bits.mean(), known / max(len(text) - unknown, 1), unknown])
    write_output(pd.DataFrame({"character": list(text), "bits": answers["bits"]}), output, data)
    return {"new text": rows}
