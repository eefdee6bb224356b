"""bernoulli_naive_bayes and multinomial_naive_bayes."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import Misconception, edit
from autograder.units.u15_classical.bayes import PRIOR_MISSING

ROWS = "(len(group) + 2 * alpha)"
ESTIMATE = f"(group.sum(axis=0) + alpha) / {ROWS}"
LIKELIHOOD = "x_test @ np.log(present).T + (1 - x_test) @ np.log1p(-present).T"
TOTAL = "counts.sum(axis=1, keepdims=True)"

ONE_WORD = "A word never occurred in spam. Can one such word prove that a mail is none?"


def prior_missing() -> Misconception:
    """The likelihoods alone decide."""
    return (
        edit("prior-missing", *PRIOR_MISSING)
        .believes("The class under which the words are likeliest is the most probable one.")
        .ask("One mail in a hundred is spam. Does that matter before you have read a word?")
    )


def random_mails(rng: np.random.Generator, rows: int, train: int, test: int) -> dict[str, Any]:
    """Rows of four words, of three classes.

    Args:
        rng: the source of randomness.
        rows: how many rows to train with.
        train: a word occurs fewer times than this in one of them,
        test: and fewer times than this in one of the others.
    """
    return {
        "x_train": rng.integers(0, train, (rows, 4)),
        "y_train": rng.permutation([0, 0, 1, 2, *rng.integers(0, 3, rows - 4)]),
        "x_test": rng.integers(0, test, (4, 4)),
        "alpha": float(rng.choice([0.5, 1.0, 2.0])),
    }


HAS = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 1], [0, 1, 1], [0, 0, 1]])
OF_MAILS = np.array([1, 1, 0, 0, 0])
EMPTY = np.array([[0, 0, 0]])

bernoulli_naive_bayes = Exercise(
    "bernoulli_naive_bayes",
    points=2,
    vectorized=lambda n: {
        "x_train": np.arange(3 * n).reshape(n, 3) ** 2 % 5 % 2,
        "y_train": np.arange(n) % 3,
        "x_test": np.arange(3 * n).reshape(n, 3) % 2,
    },
    cases=[
        Case(
            "one-word",
            x_train=np.array([[1], [0], [1], [1]]),
            y_train=np.array([0, 0, 1, 1]),
            x_test=np.array([[1], [0]]),
        ),
        Case("three-words", x_train=HAS, y_train=OF_MAILS, x_test=np.array([[1, 0, 0], [0, 1, 1]]), readonly=True),
        Case("no-word-at-all", x_train=HAS, y_train=OF_MAILS, x_test=EMPTY),
        Case("words-never-seen-in-a-class", x_train=HAS, y_train=OF_MAILS, x_test=np.array([[1, 0, 1]])),
        Case("little-smoothing", x_train=HAS, y_train=OF_MAILS, x_test=np.array([[1, 1, 1], [0, 1, 0]]), alpha=0.1),
        Case(
            "three-classes",
            x_train=HAS,
            y_train=np.array([1, 2, 0, 2, 2]),
            x_test=np.array([[1, 0, 1], [0, 1, 0]]),
            alpha=2.0,
        ),
        Case(
            "single-precision",
            x_train=HAS.astype(np.float32),
            y_train=OF_MAILS,
            x_test=np.array([[0, 1, 1]], np.float32),
        ),
        Case("nothing-added", raises="alpha", x_train=HAS, y_train=OF_MAILS, x_test=EMPTY, alpha=0.0),
        Case("rows-taken-away", raises="alpha", x_train=HAS, y_train=OF_MAILS, x_test=EMPTY, alpha=-0.5),
        random_cases(lambda rng: random_mails(rng, rows=9, train=2, test=2)),
    ],
    misconceptions=[
        edit("absent-words-left-out", " + (1 - x_test) @ np.log1p(-present).T", "")
        .believes("Only the words that are there say something.")
        .ask("Nine letters in ten to the landlord say 'rent'. This one does not: is that no sign?"),
        edit("no-smoothing", ESTIMATE, "group.sum(axis=0) / len(group)")
        .believes("The share of the rows that have the word is its probability.")
        .ask(ONE_WORD),
        edit("alpha-once-in-the-denominator", ROWS, "(len(group) + alpha)")
        .believes("What is added above is added below once.")
        .ask("Imaginary rows are added with the word and without it: how many rows are there now?"),
        edit("divided-by-all-words", ROWS, "(group.sum() + alpha * group.shape[1])")
        .believes("A word's probability is its share of all the words of the class.")
        .ask("Must the probabilities that word 1 is there and that word 2 is there sum to 1?"),
        prior_missing(),
        edit("alpha-not-in-the-denominator", ROWS, "len(group)")
        .believes("alpha is added to the counts, and the number of rows stays what it was.")
        .ask("A word that is in every row of a class: can its probability be larger than 1?"),
        edit("always-one-added", ESTIMATE, ESTIMATE.replace("alpha", "1"))
        .believes("Laplace's rule adds 1.")
        .ask("What does a call with alpha = 0.1 change in your result?"),
    ],
    hints=[
        "Each class has one probability per word. How is it estimated, and what do present and absent words add?",
        "A table of shape (C, F) of smoothed probabilities; two matrix products give all log-likelihoods at once.",
        "x_test @ np.log(p).T + (1 - x_test) @ np.log(1 - p).T goes into log_posterior.",
    ],
    variants=[
        Variant(
            "choice-per-word",
            (LIKELIHOOD, "np.log(np.where(x_test[:, None, :] == 1, present, 1 - present)).sum(axis=-1)"),
        )
    ],
)

COUNTS = np.array([[3, 0, 1, 0], [2, 1, 0, 0], [0, 4, 2, 0], [1, 0, 5, 1], [0, 2, 3, 0]])

multinomial_naive_bayes = Exercise(
    "multinomial_naive_bayes",
    points=2,
    vectorized=lambda n: {
        "x_train": np.arange(4 * n).reshape(n, 4) ** 2 % 7,
        "y_train": np.arange(n) % 3,
        "x_test": np.arange(4 * n).reshape(n, 4) % 5,
    },
    cases=[
        Case(
            "two-words", x_train=np.array([[3, 1], [1, 4]]), y_train=np.array([0, 1]), x_test=np.array([[2, 0], [1, 2]])
        ),
        Case(
            "four-words", x_train=COUNTS, y_train=OF_MAILS, x_test=np.array([[2, 0, 1, 0], [0, 1, 3, 0]]), readonly=True
        ),
        Case(
            "word-never-seen-in-a-class",
            x_train=COUNTS,
            y_train=OF_MAILS,
            x_test=np.array([[0, 0, 0, 2], [3, 0, 0, 1]]),
        ),
        Case("no-word-at-all-leaves-the-prior", x_train=COUNTS, y_train=OF_MAILS, x_test=np.array([[0, 0, 0, 0]])),
        Case("little-smoothing", x_train=COUNTS, y_train=OF_MAILS, x_test=np.array([[1, 1, 0, 1]]), alpha=0.25),
        Case(
            "long-text-underflows",
            x_train=COUNTS,
            y_train=OF_MAILS,
            x_test=np.array([[900, 300, 700, 10], [400, 800, 600, 0]]),
        ),
        Case(
            "three-classes",
            x_train=COUNTS,
            y_train=np.array([2, 1, 0, 2, 2]),
            x_test=np.array([[1, 2, 0, 1]]),
            alpha=2.0,
        ),
        Case(
            "single-precision",
            x_train=COUNTS.astype(np.float32),
            y_train=OF_MAILS,
            x_test=np.array([[1, 0, 2, 1]], np.float32),
        ),
        Case("nothing-added", raises="alpha", x_train=COUNTS, y_train=OF_MAILS, x_test=COUNTS, alpha=0.0),
        Case("words-taken-away", raises="alpha", x_train=COUNTS, y_train=OF_MAILS, x_test=COUNTS, alpha=-1.0),
        random_cases(lambda rng: random_mails(rng, rows=8, train=5, test=4)),
    ],
    misconceptions=[
        edit("no-smoothing", "]) + alpha", "])")
        .believes("A word's share of the words of a class is its probability.")
        .ask(ONE_WORD),
        edit("alpha-not-in-the-denominator", TOTAL, f"({TOTAL} - alpha * counts.shape[1])")
        .believes("alpha is added to the counts, and the total stays what it was.")
        .ask("Do the probabilities of all words still sum to 1?"),
        edit("alpha-once-in-the-denominator", TOTAL, f"({TOTAL} - alpha * counts.shape[1] + alpha)")
        .believes("What is added above is added below once.")
        .ask("alpha was added to each of F words. By how much has the total grown?"),
        edit("always-one-added", "]) + alpha", "]) + 1")
        .believes("Laplace adds 1.")
        .ask("What is the argument alpha for?"),
        edit("presence-for-counts", "x_train[", "np.sign(x_train)[", "x_test @", "np.sign(x_test) @")
        .believes("What matters is whether a word occurs.")
        .ask("'Free' occurs nine times in one mail and once in another: are both as suspicious?"),
        edit("mean-over-the-rows", "].sum(axis=0)", "].mean(axis=0)")
        .believes("The counts of a class are its mean counts per row.")
        .ask("How much does alpha weigh against a hundred rows, and how much against one?"),
        prior_missing(),
        edit(
            "probabilities-multiplied",
            f"x_test @ np.log(counts / {TOTAL}).T",
            f"np.log(((counts / {TOTAL}) ** x_test[:, None, :]).prod(axis=-1))",
        )
        .believes("The likelihood is the product of θ to the power of the counts.")
        .ask("What is 0.3 to the power of 900 in floating point, and what is 0 / 0?"),
        edit("divided-by-the-words-of-all-classes", TOTAL, "counts.sum()")
        .believes("The total is that of the whole training set.")
        .ask("What do the probabilities of the words of one class add up to?"),
    ],
    hints=[
        "Each class has a distribution over words. From which counts is it estimated?",
        "Add alpha to the class's counts before you divide by their sum; then one matrix product with the logarithms.",
        "log_posterior(y_train, x_test @ np.log(theta).T), where theta has shape (C, F) and rows that sum to 1.",
    ],
    variants=[
        Variant(
            "one-hot-products",
            """
            if alpha <= 0:
                raise ValueError("alpha: want a positive number")
            members = (y_train == np.arange(y_train.max() + 1)[:, None]).astype(x_train.dtype)
            counts = members @ x_train + alpha
            length = x_test.sum(axis=1, keepdims=True)
            return log_posterior(y_train, x_test @ np.log(counts).T - length * np.log(counts.sum(axis=1)))
            """,
        )
    ],
)
