"""The exercises of the lectures: says whether an answer is right without containing the answers."""

import hashlib
import numbers
from dataclasses import dataclass


@dataclass(frozen=True)
class Exercise:
    """An exercise without its answer.

    Args:
        fingerprint: fingerprint of the right answer, see `find_fingerprint`.
        hint: what to look at after a wrong answer.
        digits: significant digits of the answer that count.
    """

    fingerprint: str
    hint: str
    digits: int = 3


EXERCISES = {
    "1a": Exercise(
        "8169584b2a8b2a48", "The first formula of backpropagation: softmax, then a - y."
    ),
    "1b": Exercise(
        "3db5b6e2ae982959", "Where is g'(z) = g(z) (1 - g(z)) largest? It acts ten times."
    ),
    "2a": Exercise("ddb3d142682ae3c4", "There are three dense layers; each has biases.", 4),
    "2b": Exercise(
        "e8e1db4f04e81dff", "By symmetry the best line is flat. What is the mean of x^4?"
    ),
    "3a": Exercise("5e138048d7767ad1", "Apply the formula of the sizes twice, per axis.", 4),
    "3b": Exercise("6653a54b69576d1f", "Each filter sees all channels of the layer before it.", 4),
    "4a": Exercise(
        "cbb6d706f0649265", "The formula above, with other K and n: expected_maximum(K)."
    ),
    "4b": Exercise(
        "00538167abd844db", "gaussian_loss(r, s) has three terms; none may be left out."
    ),
    "5a": Exercise(
        "b7562e0186598220", "damped.predict answers for any t; is the verdict converged?"
    ),
    "5b": Exercise("097a5464a30b4f7d", "Try u = A(t) sin(pi x): which equation is left for A?"),
    "6a": Exercise("fadc9a2e0d4ce885", "Use the formula, not the network: 4 is far outside."),
    "6b": Exercise(
        "6876b49c31a92492", "Each x-derivative of sin(3 x) brings a factor; there are two."
    ),
    "7a": Exercise("bdb2ce8fdc2035ba", "PCA in scikit-learn has explained_variance_ratio_."),
    "7b": Exercise(
        "b9b7478017b19748", "Count the pairs in which the anomaly has the larger score."
    ),
    "8a": Exercise("566fe929d808bb88", "Bits are logarithms to the base 2."),
    "8b": Exercise(
        "454a9ceb0a324902", "A window has 36 hours. Where can the first and last one begin?"
    ),
    "9a": Exercise(
        "e496d4771a5f1cc5", "Kernels lose three quarters of their weights, biases none.", 4
    ),
    "9b": Exercise("c0b79e6c0b75a76b", "Which step do three binary places make? Round to it."),
    "10a": Exercise("bdd4ee6ca651928f", "The variance of one row is p (1 - p)."),
    "10b": Exercise("2c3541a6e75d4409", "The mean of the two recalls, each within its own class."),
}


def check(number, answer):
    """Print whether the answer to an exercise is right, and a hint if it is not.

    Args:
        number: number of the exercise, such as "1a".
        answer: a number; None as long as there is no answer.
    """
    exercise = EXERCISES[number]
    if answer is None:
        print(f"Exercise {number}: not answered yet.")
    elif not isinstance(answer, numbers.Real):
        print(f"Exercise {number}: the answer is a number. Received: {answer!r:.60}")
    elif find_fingerprint(number, answer, exercise.digits) == exercise.fingerprint:
        print(f"Exercise {number}: right.")
    else:
        print(f"Exercise {number}: not right yet. {exercise.hint}")


def find_fingerprint(number, answer, digits):
    """Return a hash of the rounded answer, from which the answer cannot be read."""
    text = f"exercise {number}: {float(answer):.{digits - 1}e}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]
