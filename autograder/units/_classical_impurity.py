"""Assessment of impurity: gini, entropy, information_gain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, RandomCases, Variant, random_cases
from autograder.inputs import Array
from autograder.units import _classical_tree_slips as slips
from autograder.units._classical_common import Version, class_counts, entropy_of, gini_of, split_gain

__all__ = ["entropy", "gini", "information_gain"]

SHARES_HINT = "Is 5 a share? By what do the counts of a group have to be divided?"
EMPTY_HINT = "Where is a group without labels divided by 0?"


def _shares(counts: Array) -> Array:
    total = counts.sum(axis=-1, keepdims=True)
    result: Array = counts / np.where(total > 0, total, 1)
    return result


def _bits(counts: Array, logarithm: Version = np.log2) -> Array:
    shares = _shares(counts)
    result: Array = -(shares * logarithm(np.where(shares > 0, shares, 1))).sum(axis=-1)
    return result


def _pairs_of_classes(counts: Array) -> Any:
    if (counts < 0).any():
        raise ValueError("counts: got a negative number")
    shares = _shares(counts)
    both = (shares[..., :, None] * shares[..., None, :]).sum(axis=(-1, -2))
    return both - np.einsum("...c,...c", shares, shares)


def _difference_of_logarithms(counts: Array) -> Any:
    if (counts < 0).any():
        raise ValueError("counts: got a negative number")
    total = counts.sum(axis=-1)
    own, whole = (each * np.log2(np.where(each > 0, each, 1)) for each in (counts, total))
    return (whole - own.sum(axis=-1)) / np.where(total > 0, total, 1)


def _draw_counts(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"counts": rng.integers(0, 9, (4, 3)) + np.array([[0, 1, 0]])}


CASES: list[Case | RandomCases] = [
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
    random_cases(_draw_counts),
]


def _many(n: int) -> Mapping[str, Any]:
    return {"counts": np.arange(3 * n).reshape(n, 3) % 5 + 1}


gini = Exercise(
    "gini",
    points=1,
    vectorized=_many,
    cases=CASES,
    misconceptions=[
        Misconception(
            "square-forgotten",
            believes="Gini impurity is 1 - Σ p.",
            wrong=lambda counts: 1 - _shares(counts).sum(axis=-1),
            hint="What is the sum of all shares, always?",
        ),
        Misconception(
            "purity-for-impurity",
            believes="Gini is Σ p².",
            wrong=lambda counts: (_shares(counts) ** 2).sum(axis=-1),
            hint="Which value should a group with one class only have, 0 or 1?",
        ),
        Misconception(
            "misclassification",
            believes="Impurity is the share that is not in the largest class.",
            wrong=lambda counts: (
                _shares(counts.sum(axis=-1, keepdims=True)).sum(axis=-1) - _shares(counts).max(axis=-1)
            ),
            hint="Is (4, 2, 2) as mixed as (4, 4, 0)? Does your number say so?",
        ),
        Misconception(
            "halved",
            believes="Each pair of classes is counted once.",
            wrong=lambda counts: (_shares(counts) * (1 - _shares(counts))).sum(axis=-1) / 2,
            hint="What is 1 - Σ p² for two equal classes: 1/2 or 1/4?",
        ),
        Misconception(
            "root-taken",
            believes="Squares are followed by a root.",
            wrong=lambda counts: 1 - np.sqrt((_shares(counts) ** 2).sum(axis=-1)),
            hint="Is there a root in the formula?",
        ),
        Misconception(
            "empty-group-is-nan",
            believes="A group always has labels.",
            wrong=lambda counts: 1 - ((counts / counts.sum(axis=-1, keepdims=True)) ** 2).sum(axis=-1),
            hint=EMPTY_HINT,
        ),
        Misconception(
            "empty-group-is-impure",
            believes="With all shares 0, impurity is 1.",
            wrong=lambda counts: 1 - (_shares(counts) ** 2).sum(axis=-1),
            hint="Which impurity does the docstring give a group without labels?",
        ),
        Misconception(
            "one-total-for-all-groups",
            believes="The counts are divided by their sum.",
            wrong=lambda counts: (counts / counts.sum() * (1 - counts / counts.sum())).sum(axis=-1),
            hint="Must the shares of each group sum to 1, or those of all groups together?",
        ),
    ],
    hints=[
        "How are counts turned into shares, when there are many groups at once?",
        "Divide by the sum along the last axis with keepdims=True; guard the group whose sum is 0.",
        "Σ p (1 - p) is the same as 1 - Σ p² where the shares sum to 1, and it is 0 for an empty group.",
    ],
    variants=[Variant("pairs-of-classes", _pairs_of_classes)],
)

entropy = Exercise(
    "entropy",
    points=1,
    vectorized=_many,
    cases=CASES,
    misconceptions=[
        Misconception(
            "natural-logarithm",
            believes="The logarithm is the natural one.",
            wrong=lambda counts: _bits(counts, np.log),
            hint="How many bits tell which side of a fair coin is up: 1, or 0.69?",
        ),
        Misconception(
            "decimal-logarithm",
            believes="The logarithm has base 10.",
            wrong=lambda counts: _bits(counts, np.log10),
            hint="How many bits tell which side of a fair coin is up: 1, or 0.30?",
        ),
        Misconception(
            "zero-times-infinity",
            believes="0 log 0 is 0 by itself.",
            wrong=lambda counts: -(_shares(counts) * np.log2(_shares(counts))).sum(axis=-1),
            hint="What is log2 of 0 in floating point, and what is 0 times that?",
        ),
        Misconception(
            "tiny-number-in-the-logarithm",
            believes="A tiny number inside the logarithm does no harm.",
            wrong=lambda counts: -(_shares(counts) * np.log2(_shares(counts) + 1e-9)).sum(axis=-1),
            hint="What is the entropy of a group with one class only: 0, or nearly 0?",
        ),
        Misconception(
            "tinier-number-in-the-logarithm",
            believes="A number as small as 1e-12 inside the logarithm changes nothing.",
            wrong=lambda counts: -(_shares(counts) * np.log2(_shares(counts) + 1e-12)).sum(axis=-1),
            hint="The docstring says `exact`: which shares need help in the logarithm, and which do not?",
        ),
        Misconception(
            "sign-forgotten",
            believes="Entropy is Σ p log2 p.",
            wrong=lambda counts: -_bits(counts),
            hint="What sign does the logarithm of a share have?",
        ),
        Misconception(
            "logarithms-without-shares",
            believes="The logarithms are added.",
            wrong=lambda counts: -np.log2(np.where(_shares(counts) > 0, _shares(counts), 1)).sum(axis=-1),
            hint="How often does a class of share p come up, with its -log2 p bits?",
        ),
        Misconception(
            "relative-to-the-maximum",
            believes="Entropy lies between 0 and 1, so it is divided by log2 C.",
            wrong=lambda counts: _bits(counts) / np.log2(counts.shape[-1]).astype(_bits(counts).dtype),
            hint="How many bits tell one of eight equal classes?",
        ),
        Misconception(
            "counts-for-shares",
            believes="The counts go straight into the formula.",
            wrong=lambda counts: -(counts * np.log2(np.where(counts > 0, counts, 1))).sum(axis=-1),
            hint=SHARES_HINT,
        ),
    ],
    hints=[
        "Which of the shares make trouble in the logarithm, and what should they contribute?",
        "Put 1 in the place of a share of 0 inside the logarithm: log2 1 = 0, and the term vanishes.",
        "-(p * np.log2(np.where(p > 0, p, 1))).sum(axis=-1), with p the counts over their guarded sums.",
    ],
    variants=[Variant("difference-of-logarithms", _difference_of_logarithms)],
)


def _information(
    *, impurity: Version = entropy_of, weight: Version = lambda side, n: side.sum() / n, parent: float = 1.0
) -> Version:
    """A version of information_gain with other parts."""

    def wrong(y: Array, left: Array) -> Any:
        sides = sum(weight(side, len(y)) * impurity(class_counts(y[side])) for side in (left, ~left))
        return parent * impurity(class_counts(y)) - sides

    return wrong


def _guarded_gain(y: Array, left: Array) -> Any:
    if y.shape != left.shape:
        raise ValueError(f"left: got shape {left.shape}")
    return split_gain(y, left, entropy_of)


def _draw_question(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"y": rng.permutation([0, 1, 2, *rng.integers(0, 3, 8)]), "left": rng.permutation(np.arange(11) < 4)}


def _sides(text: str) -> Array:
    return np.array([letter == "l" for letter in text])


information_gain = Exercise(
    "information_gain",
    points=2,
    vectorized=lambda n: {"y": np.arange(n) % 3, "left": np.arange(n) % 5 < 2},
    cases=[
        Case("question-that-tells-all", y=np.array([0, 0, 1, 1]), left=_sides("llrr")),
        Case("question-that-tells-nothing", y=np.array([0, 1, 0, 1]), left=_sides("llrr")),
        Case("one-left-three-right", y=np.array([1, 0, 0, 1]), left=_sides("lrrr"), readonly=True),
        Case("three-classes", y=np.array([2, 0, 1, 1, 0, 2, 2]), left=_sides("lrlrrll")),
        Case("nobody-goes-left", y=np.array([0, 1, 1]), left=_sides("rrr")),
        Case("everybody-goes-left", y=np.array([0, 1, 1, 2]), left=_sides("llll")),
        Case("one-class-only", y=np.array([1, 1, 1]), left=_sides("lrl")),
        Case("labels-far-apart", y=np.array([7, 0, 7, 3, 0]), left=_sides("lrlrl")),
        Case("one-side-too-many", raises="left", y=np.array([0, 1]), left=_sides("lrl")),
        random_cases(_draw_question),
    ],
    misconceptions=[
        Misconception(
            "sides-not-weighted",
            believes="The entropies of both sides are subtracted.",
            wrong=_information(weight=lambda side, n: 1),
            hint="One row goes left, 99 go right: do both sides count the same?",
        ),
        Misconception(
            "plain-mean-of-the-sides",
            believes="The two sides are averaged.",
            wrong=_information(weight=lambda side, n: 0.5),
            hint="One row goes left, 99 go right: do both sides count the same?",
        ),
        Misconception(
            "left-side-only",
            believes="The gain is what the left side loses.",
            wrong=lambda y, left: entropy_of(class_counts(y)) - left.mean() * entropy_of(class_counts(y[left])),
            hint="What is still unknown about the rows that go right?",
        ),
        Misconception(
            "what-is-left-to-know",
            believes="The weighted entropy of the sides is the gain.",
            wrong=lambda y, left: -_information(parent=0.0)(y, left),
            hint="A perfect question leaves nothing to know. Is its gain 0?",
        ),
        Misconception(
            "gini-for-entropy",
            believes="Any impurity gives the information gain.",
            wrong=_information(impurity=gini_of),
            hint="In which unit is information measured?",
        ),
        Misconception(
            "natural-logarithm",
            believes="The logarithm is the natural one.",
            wrong=lambda y, left: split_gain(y, left, entropy_of) * np.log(2),
            hint="How many bits does a question tell that settles a coin flip?",
        ),
        Misconception(
            "empty-side-is-nan",
            believes="Both sides always have rows.",
            wrong=lambda y, left: split_gain(y, left, entropy_of) if 0 < left.sum() < len(y) else np.nan,
            hint="What does a question tell if everybody gives the same answer to it?",
        ),
        *slips.GAIN,
    ],
    hints=[
        "How many bits does the label cost before the question, and how many after it, on average over the rows?",
        "np.bincount counts the classes of y, of y[left] and of y[~left]; entropy takes counts.",
        "entropy(all) - share * entropy(left) - (1 - share) * entropy(right), with share = left.mean().",
    ],
    variants=[Variant("share-of-each-side", _guarded_gain)],
)
