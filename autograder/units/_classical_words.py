"""Assessment of naive Bayes on words: bernoulli_naive_bayes, multinomial_naive_bayes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array
from autograder.units import _classical_slips as slips
from autograder.units._classical_common import Version, normalised, prior

__all__ = ["bernoulli_naive_bayes", "multinomial_naive_bayes"]

PRIOR_HINT = "One mail in a hundred is spam. Does that matter before you have read a word?"
NO_SMOOTHING_HINT = "A word never occurred in spam. Can one such word prove that a mail is none?"


def _groups(x: Array, y: Array) -> list[Array]:
    return [x[y == label] for label in range(y.max() + 1)]


def _float_of(x: Array) -> Any:
    return x.dtype if x.dtype.kind == "f" else np.float64


def _bernoulli(
    *, estimate: Version | None = None, absent: bool = True, with_prior: bool = True, smoothing: bool = True
) -> Version:
    """A version of bernoulli_naive_bayes with other parts."""

    def wrong(x_train: Array, y_train: Array, x_test: Array, alpha: float = 1.0) -> Array:
        groups, extra = _groups(x_train, y_train), alpha * smoothing
        default = [(group.sum(axis=0) + extra) / (len(group) + 2 * extra) for group in groups]
        p = np.stack(default if estimate is None else [estimate(group, alpha) for group in groups])
        likelihood = x_test @ np.log(p).T + absent * ((1 - x_test) @ np.log(1 - p).T)
        return normalised(likelihood + with_prior * prior(y_train, len(groups), _float_of(x_test)))

    return wrong


def _bernoulli_by_choice(x_train: Array, y_train: Array, x_test: Array, alpha: float = 1.0) -> Array:
    if alpha <= 0:
        raise ValueError(f"alpha: got {alpha}")
    p = np.stack([(g.sum(axis=0) + alpha) / (len(g) + 2 * alpha) for g in _groups(x_train, y_train)])
    terms = np.where(x_test[:, None, :] == 1, np.log(p), np.log(1 - p))
    return normalised(terms.sum(axis=-1) + prior(y_train, len(p), _float_of(x_test)))


def _draw_presence(rng: np.random.Generator) -> Mapping[str, Any]:
    return {
        "x_train": rng.integers(0, 2, (9, 4)),
        "y_train": rng.permutation([0, 0, 1, 2, *rng.integers(0, 3, 5)]),
        "x_test": rng.integers(0, 2, (4, 4)),
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
        random_cases(_draw_presence),
    ],
    misconceptions=[
        Misconception(
            "absent-words-left-out",
            believes="Only the words that are there say something.",
            wrong=_bernoulli(absent=False),
            hint="Nine letters in ten to the landlord say 'rent'. This one does not: is that no sign?",
        ),
        Misconception(
            "no-smoothing",
            believes="The share of the rows that have the word is its probability.",
            wrong=_bernoulli(smoothing=False),
            hint=NO_SMOOTHING_HINT,
        ),
        Misconception(
            "alpha-once-in-the-denominator",
            believes="What is added above is added below once.",
            wrong=_bernoulli(estimate=lambda group, alpha: (group.sum(axis=0) + alpha) / (len(group) + alpha)),
            hint="Imaginary rows are added with the word and without it: how many rows are there now?",
        ),
        Misconception(
            "divided-by-all-words",
            believes="A word's probability is its share of all the words of the class.",
            wrong=_bernoulli(
                estimate=lambda group, alpha: (group.sum(axis=0) + alpha) / (group.sum() + alpha * group.shape[1])
            ),
            hint="Must the probabilities that word 1 is there and that word 2 is there sum to 1?",
        ),
        Misconception(
            "prior-missing",
            believes="The class under which the words are likeliest is the most probable one.",
            wrong=_bernoulli(with_prior=False),
            hint=PRIOR_HINT,
        ),
        *slips.BERNOULLI,
    ],
    hints=[
        "Each class has one probability per word. How is it estimated, and what do present and absent words add?",
        "A table of shape (C, F) of smoothed probabilities; two matrix products give all log-likelihoods at once.",
        "x_test @ np.log(p).T + (1 - x_test) @ np.log(1 - p).T goes into log_posterior.",
    ],
    variants=[Variant("choice-per-word", _bernoulli_by_choice)],
)


def _multinomial(
    *,
    estimate: Version = lambda n, alpha: (n + alpha) / (n + alpha).sum(axis=1, keepdims=True),
    seen: Version = lambda x: x,
    summary: Version = lambda group: group.sum(axis=0),
    with_prior: bool = True,
) -> Version:
    """A version of multinomial_naive_bayes with other parts."""

    def wrong(x_train: Array, y_train: Array, x_test: Array, alpha: float = 1.0) -> Array:
        theta = estimate(np.stack([summary(group) for group in _groups(seen(x_train), y_train)]), alpha)
        likelihood = seen(x_test) @ np.log(theta).T
        return normalised(likelihood + with_prior * prior(y_train, len(theta), _float_of(x_test)))

    return wrong


def _powers(x_train: Array, y_train: Array, x_test: Array, alpha: float = 1.0) -> Array:
    n = np.stack([group.sum(axis=0) for group in _groups(x_train, y_train)]) + alpha
    theta = n / n.sum(axis=1, keepdims=True)
    joint = (theta ** x_test[:, None, :]).prod(axis=-1) * np.exp(prior(y_train, len(n)))
    result: Array = np.log(joint / joint.sum(axis=1, keepdims=True)).astype(_float_of(x_test))
    return result


def _multinomial_one_hot(x_train: Array, y_train: Array, x_test: Array, alpha: float = 1.0) -> Array:
    if alpha <= 0:
        raise ValueError(f"alpha: got {alpha}")
    members = (y_train == np.arange(y_train.max() + 1)[:, None]).astype(_float_of(x_train))
    n = members @ x_train + alpha
    likelihood = x_test @ np.log(n).T - x_test.sum(axis=1)[:, None] * np.log(n.sum(axis=1))
    return normalised((likelihood + prior(y_train, len(n))).astype(_float_of(x_test)))


def _draw_words(rng: np.random.Generator) -> Mapping[str, Any]:
    return {
        "x_train": rng.integers(0, 5, (8, 4)),
        "y_train": rng.permutation([0, 0, 1, 2, *rng.integers(0, 3, 4)]),
        "x_test": rng.integers(0, 4, (4, 4)),
        "alpha": float(rng.choice([0.5, 1.0, 2.0])),
    }


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
        random_cases(_draw_words),
    ],
    misconceptions=[
        Misconception(
            "no-smoothing",
            believes="A word's share of the words of a class is its probability.",
            wrong=_multinomial(estimate=lambda n, alpha: n / n.sum(axis=1, keepdims=True)),
            hint=NO_SMOOTHING_HINT,
        ),
        Misconception(
            "alpha-not-in-the-denominator",
            believes="alpha is added to the counts, and the total stays what it was.",
            wrong=_multinomial(estimate=lambda n, alpha: (n + alpha) / n.sum(axis=1, keepdims=True)),
            hint="Do the probabilities of all words still sum to 1?",
        ),
        Misconception(
            "alpha-once-in-the-denominator",
            believes="What is added above is added below once.",
            wrong=_multinomial(estimate=lambda n, alpha: (n + alpha) / (n.sum(axis=1, keepdims=True) + alpha)),
            hint="alpha was added to each of F words. By how much has the total grown?",
        ),
        Misconception(
            "always-one-added",
            believes="Laplace adds 1.",
            wrong=_multinomial(estimate=lambda n, alpha: (n + 1) / (n + 1).sum(axis=1, keepdims=True)),
            hint="What is the argument alpha for?",
        ),
        Misconception(
            "presence-for-counts",
            believes="What matters is whether a word occurs.",
            wrong=_multinomial(seen=lambda x: (x > 0).astype(x.dtype)),
            hint="'Free' occurs nine times in one mail and once in another: are both as suspicious?",
        ),
        Misconception(
            "mean-over-the-rows",
            believes="The counts of a class are its mean counts per row.",
            wrong=_multinomial(summary=lambda group: group.mean(axis=0)),
            hint="How much does alpha weigh against a hundred rows, and how much against one?",
        ),
        Misconception(
            "prior-missing",
            believes="The class under which the words are likeliest is the most probable one.",
            wrong=_multinomial(with_prior=False),
            hint=PRIOR_HINT,
        ),
        Misconception(
            "probabilities-multiplied",
            believes="The likelihood is the product of θ to the power of the counts.",
            wrong=_powers,
            hint="What is 0.3 to the power of 900 in floating point, and what is 0 / 0?",
        ),
        *slips.MULTINOMIAL,
    ],
    hints=[
        "Each class has a distribution over words. From which counts is it estimated?",
        "Add alpha to the class's counts before you divide by their sum; then one matrix product with the logarithms.",
        "log_posterior(y_train, x_test @ np.log(theta).T), where theta has shape (C, F) and rows that sum to 1.",
    ],
    variants=[Variant("one-hot-products", _multinomial_one_hot)],
)
