"""Samples cut into folds: k_fold."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.checks.folds import are_shuffled_folds
from autograder.assessment.checks.seeded import TruthUnlessSeeded
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns

ORDER = "np.arange(n) if rng is None else rng.permutation(n)"
FOLDS = "np.array_split(order, k)"
TRAIN = "np.concatenate(folds[:i] + folds[i + 1 :])"


def drive_k_fold(k_fold: Any, n: int, k: int, seed: Any) -> Any:
    """The folds by name; with a seed two calls with one generator, and the first again with another of that seed."""
    if seed is None:
        folds = [tuple(fold) for fold in k_fold(n, k)]
        return {
            "number of folds": len(folds),
            "validation samples of each fold": [len(validation) for _, validation in folds],
            "validation indices of fold": [validation for _, validation in folds],
            "training indices of fold": [train for train, _ in folds],
        }
    rng = np.random.default_rng(seed)
    calls = [[tuple(fold) for fold in k_fold(n, k, each)] for each in (rng, rng, np.random.default_rng(seed))]
    return {"first call": calls[0], "second call": calls[1], "again": calls[2]}


def _random_folds(rng: np.random.Generator, seeded: bool) -> dict[str, Any]:
    n, k = int(rng.integers(20, 40)), int(rng.integers(3, 8))
    return {"n": n + (n % k == 0), "k": k, "seed": int(rng.integers(2**31)) if seeded else None}


k_fold = Exercise(
    "k_fold",
    points=2,
    scenario=drive_k_fold,
    check=TruthUnlessSeeded(are_shuffled_folds),
    cases=[
        Case("two-halves", n=6, k=2, seed=None),
        Case("equal-folds", n=12, k=4, seed=None),
        Case("one-sample-more-in-the-first", n=10, k=3, seed=None),
        Case("one-sample-less-in-the-last", n=11, k=4, seed=None),
        Case("leave-one-out", n=5, k=5, seed=None),
        Case("folds-of-one-and-two", n=7, k=5, seed=None),
        Case("many-samples", n=404, k=4, seed=None),
        Case("shuffled-equal-folds", n=24, k=3, seed=5),
        Case("shuffled-with-a-remainder", n=30, k=4, seed=11),
        Case("more-folds-than-samples", raises="k", n=4, k=5, seed=None),
        Case("one-fold", raises="k", n=4, k=1, seed=None),
        Case("no-fold", raises="k", n=4, k=0, seed=None),
        random_cases(lambda rng: _random_folds(rng, seeded=False)),
        random_cases(lambda rng: _random_folds(rng, seeded=True), label="random-shuffled"),
    ],
    misconceptions=[
        edit("fold-size-not-divided", FOLDS, "[order[i * n : (i + 1) * n] for i in range(k)]")
        .believes("A fold has as many samples as the data.")
        .ask("With 404 samples and 4 folds, how many should a fold have, and what is left for the second?"),
        edit("validation-not-excluded", TRAIN, "order")
        .believes("Every fold trains on all the data.")
        .ask("What does a score mean on samples that the model has learnt by heart?"),
        edit("remainder-never-validated", FOLDS, "np.split(order, range(n // k, n, n // k))")
        .believes("All folds have n // k samples.")
        .ask("With 10 samples and 3 folds, in which validation part is sample 9?"),
        edit("remainder-cut-off", FOLDS, "np.split(order[: n // k * k], k)")
        .believes("Samples that do not fit into equal folds are left out.")
        .ask("Which samples does no fold of yours use, neither for training nor for validation?"),
        edit("remainder-in-the-last-fold", FOLDS, "np.split(order, [i * (n // k) for i in range(1, k)])")
        .believes("The last fold takes all that remains.")
        .ask("With 11 samples and 4 folds, by how much do your folds differ in size? By how much must they?"),
        edit("larger-folds-at-the-end", FOLDS, "[fold[::-1] for fold in np.array_split(order[::-1], k)][::-1]")
        .believes("The folds with one sample more are the last ones.")
        .ask("Which folds get the remainder, according to the docstring?"),
        edit("size-rounded-up", FOLDS, "[order[i * -(-n // k) : (i + 1) * -(-n // k)] for i in range(k)]")
        .believes("A fold has ⌈n / k⌉ samples, until there are no more.")
        .ask("With 7 samples and 5 folds of two, how many folds are there before the samples run out?"),
        edit("every-kth-sample", FOLDS, "[order[i::k] for i in range(k)]", TRAIN, "np.setdiff1d(order, folds[i])")
        .believes("Fold i is every k-th sample from i on.")
        .ask("Should a fold be a piece of the order, or a comb through it?"),
        edit("validation-first", f"({TRAIN}, folds[i])", f"(folds[i], {TRAIN})")
        .believes("A pair is (validation_indices, train_indices).")
        .ask("Which of the two parts comes first in the docstring, and which should be the larger one?"),
        edit("only-the-past", TRAIN, "order[: sum(map(len, folds[:i]))]")
        .believes("A fold trains on the samples before it.")
        .ask("That is for series in time: what does your first fold train on?"),
        edit("last-fold-missing", "range(k)", "range(k - 1)")
        .believes("The last piece is for training only.")
        .ask("How many models are trained with k = 4, and how many pairs do they need?"),
        returns("masks", "[tuple(np.isin(np.arange(n), part) for part in fold) for fold in k_fold(n, k, rng)]")
        .believes("A boolean mask is as good as indices.")
        .ask("What is len(validation_indices) in your version?"),
        edit("always-shuffled", ORDER, "(rng or np.random.default_rng(0)).permutation(n)")
        .believes("Folds are always random, with or without a generator.")
        .ask("What does the docstring say about rng=None?"),
        edit("never-shuffled", ORDER, "np.arange(n)")
        .believes("The order of the samples does not matter, so `rng` has nothing to do.")
        .ask("If the data are sorted by class, which classes does your first validation part have?"),
        returns("permuted-for-each-fold", "[k_fold(n, k, rng)[i] for i in range(k)]")
        .believes("Every fold shuffles the samples and takes its piece.")
        .ask("How do you know that every sample is validated exactly once?"),
        edit("generator-seeded-inside", "rng.permutation", "np.random.default_rng(42).permutation")
        .believes("A fixed seed inside the function makes it reproducible.")
        .ask("How can somebody repeat the cross-validation with other folds?"),
        edit("global-random-state", "rng.permutation", "np.random.permutation")
        .believes("np.random.permutation is as good as the generator that was passed.")
        .ask("How can a caller repeat an experiment whose folds do not come from `rng`?"),
    ],
    hints=[
        "Write down the sizes for n = 10 and k = 3: their sum is 10. Then the border of each fold in the order.",
        "Make an order once, cut it into k pieces; the training part is all other pieces, joined.",
        "folds = np.array_split(order, k); for fold i: np.concatenate(folds[:i] + folds[i + 1:]) and folds[i].",
    ],
    variants=[
        Variant("by-mask", "[[np.setdiff1d(np.arange(n), held), np.sort(held)] for _, held in k_fold(n, k, rng)]"),
        Variant(
            "by-lists",
            """
            rows = list(range(n))
            if rng is not None:
                rng.shuffle(rows)
            for train, validation in k_fold(n, k):
                yield np.array([rows[i] for i in train]), np.array([rows[i] for i in validation])
            """,
        ),
    ],
)
