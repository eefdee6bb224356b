"""gini, entropy and information_gain."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, RandomCases, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import Array

TOTAL = "np.where(total > 0, total, 1)"
GINI = "(shares * (1 - shares)).sum(axis=-1)"
SAFE = "np.where(shares > 0, shares, 1)"
BITS = f"-(shares * np.log2({SAFE})).sum(axis=-1)"
#: An edit of `entropy`; whatever calls it goes wrong too.
NATURAL = ("np.log2(", "np.log(")

WEIGHTS = "sides.sum(axis=1) / len(y)"
BEFORE, AFTER = "entropy(sides.sum(axis=0))", f"{WEIGHTS} @ entropy(sides)"

FAIR_COIN = "How many bits tell which side of a fair coin is up: 1, or {}?"
ONE_AND_99 = "One row goes left, 99 go right: do both sides count the same?"


def random_counts(rng: np.random.Generator) -> dict[str, Any]:
    """Four groups, none of them empty."""
    return {"counts": rng.integers(0, 9, (4, 3)) + np.array([[0, 1, 0]])}


def many_counts(n: int) -> dict[str, Any]:
    """As many groups as are asked for."""
    return {"counts": np.arange(3 * n).reshape(n, 3) % 5 + 1}


COUNTS: list[Case | RandomCases] = [
    Case("one-to-three", counts=np.array([1, 3])),
    Case("only-one-class", counts=np.array([0, 5, 0])),
    Case("three-equal-classes", counts=np.array([4, 4, 4])),
    Case("two-groups", counts=np.array([[2, 6, 1], [5, 0, 5]]), readonly=True),
    Case("table-of-groups", counts=(np.arange(24) ** 2 % 7).reshape(2, 3, 4) + 1),
    Case("square-table", counts=np.array([[1, 2, 3], [4, 0, 6], [7, 1, 0]])),
    Case("empty-group", counts=np.array([[0, 0], [3, 1]])),
    Case("weights-for-counts", counts=np.array([0.125, 0.5, 0.25])),
    Case("single-precision", counts=np.array([[1.0, 2.0, 0.0], [3.0, 1.0, 1.0]], np.float32)),
    Case("negative-count", raises="counts", counts=np.array([2, -1])),
    random_cases(random_counts),
]

gini = Exercise(
    "gini",
    points=1,
    vectorized=many_counts,
    cases=COUNTS,
    misconceptions=[
        edit("square-forgotten", GINI, "1 - shares.sum(axis=-1)")
        .believes("Gini impurity is 1 - Σ p.")
        .ask("What is the sum of all shares, always?"),
        edit("purity-for-impurity", GINI, "(shares**2).sum(axis=-1)")
        .believes("Gini is Σ p².")
        .ask("Which value should a group with one class only have, 0 or 1?"),
        edit("misclassification", GINI, "shares.sum(axis=-1) - shares.max(axis=-1)")
        .believes("Impurity is the share that is not in the largest class.")
        .ask("Is (4, 2, 2) as mixed as (4, 4, 0)? Does your number say so?"),
        edit("halved", GINI, f"{GINI} / 2")
        .believes("Each pair of classes is counted once.")
        .ask("What is 1 - Σ p² for two equal classes: 1/2 or 1/4?"),
        edit("root-taken", GINI, "1 - np.sqrt((shares**2).sum(axis=-1))")
        .believes("Squares are followed by a root.")
        .ask("Is there a root in the formula?"),
        edit("empty-group-is-nan", TOTAL, "total")
        .believes("A group always has labels.")
        .ask("Where is a group without labels divided by 0?"),
        edit("empty-group-is-impure", GINI, "1 - (shares**2).sum(axis=-1)")
        .believes("With all shares 0, impurity is 1.")
        .ask("Which impurity does the docstring give a group without labels?"),
        edit("one-total-for-all-groups", TOTAL, "counts.sum()")
        .believes("The counts are divided by their sum.")
        .ask("Must the shares of each group sum to 1, or those of all groups together?"),
    ],
    hints=[
        "How are counts turned into shares, when there are many groups at once?",
        "Divide by the sum along the last axis with keepdims=True; guard the group whose sum is 0.",
        "Σ p (1 - p) is the same as 1 - Σ p² where the shares sum to 1, and it is 0 for an empty group.",
    ],
    variants=[
        Variant(
            "pairs-of-classes",
            (GINI, "(shares[..., :, None] * shares[..., None, :]).sum(axis=(-1, -2)) - (shares**2).sum(axis=-1)"),
        )
    ],
)

entropy = Exercise(
    "entropy",
    points=1,
    vectorized=many_counts,
    cases=COUNTS,
    misconceptions=[
        edit("natural-logarithm", *NATURAL).believes("The logarithm is the natural one.").ask(FAIR_COIN.format("0.69")),
        edit("decimal-logarithm", "np.log2(", "np.log10(")
        .believes("The logarithm has base 10.")
        .ask(FAIR_COIN.format("0.30")),
        edit("zero-times-infinity", SAFE, "shares")
        .believes("0 log 0 is 0 by itself.")
        .ask("What is log2 of 0 in floating point, and what is 0 times that?"),
        edit("tiny-number-in-the-logarithm", SAFE, "shares + 1e-9")
        .believes("A tiny number inside the logarithm does no harm.")
        .ask("What is the entropy of a group with one class only: 0, or nearly 0?"),
        edit("tinier-number-in-the-logarithm", SAFE, "shares + 1e-12")
        .believes("A number as small as 1e-12 inside the logarithm changes nothing.")
        .ask("The docstring says `exact`: which shares need help in the logarithm, and which do not?"),
        edit("sign-forgotten", BITS, BITS.removeprefix("-"))
        .believes("Entropy is Σ p log2 p.")
        .ask("What sign does the logarithm of a share have?"),
        edit("logarithms-without-shares", "shares * np.log2(", "np.log2(")
        .believes("The logarithms are added.")
        .ask("How often does a class of share p come up, with its -log2 p bits?"),
        edit("relative-to-the-maximum", BITS, f"{BITS} / np.log2(shares.shape[-1]).astype(shares.dtype)")
        .believes("Entropy lies between 0 and 1, so it is divided by log2 C.")
        .ask("How many bits tell one of eight equal classes?"),
        edit("counts-for-shares", f"counts / {TOTAL}", "counts")
        .believes("The counts go straight into the formula.")
        .ask("Is 5 a share? By what do the counts of a group have to be divided?"),
    ],
    hints=[
        "Which of the shares make trouble in the logarithm, and what should they contribute?",
        "Put 1 in the place of a share of 0 inside the logarithm: log2 1 = 0, and the term vanishes.",
        "-(p * np.log2(np.where(p > 0, p, 1))).sum(axis=-1), with p the counts over their guarded sums.",
    ],
    variants=[
        Variant(
            "difference-of-logarithms",
            """
            if (counts < 0).any():
                raise ValueError("counts: got a negative number")
            total = counts.sum(axis=-1)
            own, whole = (each * np.log2(np.where(each > 0, each, 1)) for each in (counts, total))
            return (whole - own.sum(axis=-1)) / np.where(total > 0, total, 1)
            """,
        )
    ],
)


def sides(text: str) -> Array:
    """Which rows go left: "lrr" are one on the left and two on the right."""
    return np.array([letter == "l" for letter in text])


information_gain = Exercise(
    "information_gain",
    points=2,
    vectorized=lambda n: {"y": np.arange(n) % 3, "left": np.arange(n) % 5 < 2},
    cases=[
        Case("question-that-tells-all", y=np.array([0, 0, 1, 1]), left=sides("llrr")),
        Case("question-that-tells-nothing", y=np.array([0, 1, 0, 1]), left=sides("llrr")),
        Case("one-left-three-right", y=np.array([1, 0, 0, 1]), left=sides("lrrr"), readonly=True),
        Case("three-classes", y=np.array([2, 0, 1, 1, 0, 2, 2]), left=sides("lrlrrll")),
        Case("nobody-goes-left", y=np.array([0, 1, 1]), left=sides("rrr")),
        Case("everybody-goes-left", y=np.array([0, 1, 1, 2]), left=sides("llll")),
        Case("one-class-only", y=np.array([1, 1, 1]), left=sides("lrl")),
        Case("labels-far-apart", y=np.array([7, 0, 7, 3, 0]), left=sides("lrlrl")),
        Case("one-side-too-many", raises="left", y=np.array([0, 1]), left=sides("lrl")),
        random_cases(
            lambda rng: {
                "y": rng.permutation([0, 1, 2, *rng.integers(0, 3, 8)]),
                "left": rng.permutation(np.arange(11) < 4),
            }
        ),
    ],
    misconceptions=[
        edit("sides-not-weighted", AFTER, "entropy(sides).sum()")
        .believes("The entropies of both sides are subtracted.")
        .ask(ONE_AND_99),
        edit("plain-mean-of-the-sides", AFTER, "entropy(sides).mean()")
        .believes("The two sides are averaged.")
        .ask(ONE_AND_99),
        edit("left-side-only", AFTER, "left.mean() * entropy(sides[0])")
        .believes("The gain is what the left side loses.")
        .ask("What is still unknown about the rows that go right?"),
        edit("what-is-left-to-know", f"{BEFORE} - {AFTER}", AFTER)
        .believes("The weighted entropy of the sides is the gain.")
        .ask("A perfect question leaves nothing to know. Is its gain 0?"),
        edit("gini-for-entropy", "entropy(", "gini(")
        .believes("Any impurity gives the information gain.")
        .ask("In which unit is information measured?"),
        edit("natural-logarithm", *NATURAL)
        .believes("The logarithm is the natural one.")
        .ask("How many bits does a question tell that settles a coin flip?"),
        returns("empty-side-is-nan", "information_gain(y, left) if 0 < left.sum() < len(y) else np.nan")
        .believes("Both sides always have rows.")
        .ask("What does a question tell if everybody gives the same answer to it?"),
        edit("shares-exchanged", WEIGHTS, WEIGHTS.replace("sides", "sides[::-1]"))
        .believes("Each side is weighed by the size of the other.")
        .ask("If one row goes left and it is pure, how much does that side weigh?"),
        edit("gain-ratio", "return gain", "return gain / max(entropy(sides.sum(axis=1)), 1e-12)")
        .believes("The gain is divided by the entropy of the question.")
        .ask("That is C4.5's gain ratio. Does the docstring divide?"),
        edit("what-is-lost", "return gain", "return -gain")
        .believes("The gain is what the sides have more than the whole.")
        .ask("A question that tells all: should its gain be large or small?"),
    ],
    hints=[
        "How many bits does the label cost before the question, and how many after it, on average over the rows?",
        "np.bincount counts the classes of y, of y[left] and of y[~left]; entropy takes counts.",
        "entropy(all) - share * entropy(left) - (1 - share) * entropy(right), with share = left.mean().",
    ],
    variants=[
        Variant(
            "share-of-each-side",
            """
            if y.shape != left.shape:
                raise ValueError("left: want the shape of y")
            parts = [side.mean() * entropy(np.bincount(y[side])) for side in (left, ~left) if side.any()]
            return entropy(np.bincount(y)) - sum(parts)
            """,
        )
    ],
)
