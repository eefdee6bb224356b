"""Assessment of training: k_fold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array
from autograder.units._training_checks import TruthUnlessSeeded

__all__ = ["fold_sizes", "k_fold", "right_folds"]

Folds = list[tuple[Array, Array]]


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


def fold_sizes(n: int, k: int) -> list[int]:
    """How many samples each fold has."""
    return [n // k + (fold < n % k) for fold in range(k)]


def _folds_problem(got: Any, n: int, k: int, seed: int | None) -> str | None:
    for key in ("first call", "second call", "again"):
        if problem := _form_problem(got[key], n, k) or _content_problem(got[key], n):
            return problem
    held_out, later, again = (_held_out(got[key]) for key in ("first call", "second call", "again"))
    blocks = np.split(np.arange(n), np.cumsum(fold_sizes(n, k))[:-1])
    if held_out == [block.tolist() for block in blocks]:
        return "the folds are in the samples' old order: is `rng` used?"
    if held_out == later:
        return "two calls with one generator give the same folds"
    return None if held_out == again else "two generators of one seed give other folds: is `rng` the only source?"


def _form_problem(folds: Any, n: int, k: int) -> str | None:
    if not isinstance(folds, list) or not all(isinstance(fold, tuple) and len(fold) == 2 for fold in folds):
        return "want a list of pairs (train_indices, validation_indices)"
    if len(folds) != k:
        return f"{len(folds)} folds, want {k}"
    if not all(isinstance(part, np.ndarray) and part.ndim == 1 for fold in folds for part in fold):
        return "want indices as 1-D arrays"
    if not all(part.dtype.kind in "iu" or not part.size for fold in folds for part in fold):
        return "want indices of an integer dtype"
    sizes = [len(validation) for _, validation in folds]
    if sizes != fold_sizes(n, k):
        return f"validation parts of {_listed(sizes)} samples, want {_listed(fold_sizes(n, k))}"
    return None


def _listed(sizes: list[int]) -> str:
    return ", ".join(map(str, sizes))


def _content_problem(folds: Folds, n: int) -> str | None:
    validated = np.concatenate([validation for _, validation in folds])
    if not np.array_equal(np.sort(validated), np.arange(n)):
        return "some samples are in several validation parts, or in none"
    for train, validation in folds:
        if np.isin(train, validation).any():
            return "a fold trains on samples that it validates on"
        if not np.array_equal(np.sort(train), np.setdiff1d(np.arange(n), validation)):
            return "a training part is not all samples of the other folds"
    return None


def _held_out(folds: Folds) -> list[list[int]]:
    """Sorted validation indices of each fold."""
    return [np.sort(validation).tolist() for _, validation in folds]


def _order(n: int, rng: Any) -> Array:
    order: Array = np.arange(n) if rng is None else rng.permutation(n)
    return order


def _cut(order: Array, borders: Sequence[int]) -> Folds:
    """The folds between neighbouring borders; all else is for training."""
    return [(np.concatenate([order[:start], order[stop:]]), order[start:stop]) for start, stop in pairwise(borders)]


def _rightly(order: Array, k: int) -> Folds:
    return _cut(order, [0, *np.cumsum(fold_sizes(len(order), k)).tolist()])


def right_folds(n: int, k: int, rng: Any = None) -> Folds:
    """Right folds, cut at the borders; k is not checked, as a wrong version need not do that."""
    return _rightly(_order(n, rng), k)


def _with(change: Callable[[Array, int], Any]) -> Callable[..., Any]:
    """A wrong version whose order is right: `change(order, k)` makes the folds."""

    def k_fold(n: int, k: int, rng: Any = None) -> Any:
        return change(_order(n, rng), k)

    return k_fold


def _by_mask(n: int, k: int, rng: Any = None) -> Any:
    if not 1 < k <= n:
        raise ValueError(f"k={k} for n={n}")
    fold_of = np.empty(n, dtype=int)
    fold_of[_order(n, rng)] = np.repeat(np.arange(k), fold_sizes(n, k))
    return [[np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)] for fold in range(k)]


def _by_lists(n: int, k: int, rng: Any = None) -> Any:
    if k < 2 or k > n:
        raise ValueError(f"k: got {k}")
    rows = list(range(n))
    if rng is not None:
        rng.shuffle(rows)
    start = 0
    for size in fold_sizes(n, k):
        held_out = rows[start : start + size]
        yield np.array([row for row in rows if row not in held_out]), np.array(held_out)
        start += size


def _without_division(order: Array, k: int) -> Folds:
    """The published slip: num_val_samples = len(data)."""
    size = len(order)
    starts = [fold * size for fold in range(k)]
    return [(np.delete(order, slice(s, s + size)), order[s : s + size]) for s in starts]


def _not_excluded(order: Array, k: int) -> Folds:
    return [(order, part) for part in np.array_split(order, k)]


def _rest_never_validated(order: Array, k: int) -> Folds:
    return _cut(order, [fold * (len(order) // k) for fold in range(k + 1)])


def _rest_cut_off(order: Array, k: int) -> Folds:
    return _rest_never_validated(order[: len(order) // k * k], k)


def _rest_in_the_last(order: Array, k: int) -> Folds:
    return _cut(order, [*(fold * (len(order) // k) for fold in range(k)), len(order)])


def _larger_at_the_end(order: Array, k: int) -> Folds:
    return _cut(order, [0, *np.cumsum(fold_sizes(len(order), k)[::-1]).tolist()])


def _rounded_up(order: Array, k: int) -> Folds:
    size = -(-len(order) // k)
    return _cut(order, [min(fold * size, len(order)) for fold in range(k + 1)])


def _every_kth(order: Array, k: int) -> Folds:
    return [(np.delete(order, slice(fold, None, k)), order[fold::k]) for fold in range(k)]


def _only_the_past(order: Array, k: int) -> Folds:
    return [(_before(order, held_out), held_out) for _, held_out in _rightly(order, k)]


def _before(order: Array, held_out: Array) -> Array:
    return order[: int(np.flatnonzero(order == held_out[0])[0])]


def _masks(order: Array, k: int) -> Folds:
    rows = np.arange(len(order))
    return [(np.isin(rows, train), np.isin(rows, held_out)) for train, held_out in _rightly(order, k)]


def _drawn_per_fold(n: int, k: int, rng: Any = None) -> Folds:
    return [right_folds(n, k, rng)[fold] for fold in range(k)]


def _random_folds(rng: np.random.Generator, seeded: bool) -> dict[str, Any]:
    n, k = int(rng.integers(20, 40)), int(rng.integers(3, 8))
    return {"n": n + (n % k == 0), "k": k, "seed": int(rng.integers(2**31)) if seeded else None}


k_fold = Exercise(
    "k_fold",
    points=2,
    scenario=drive_k_fold,
    check=TruthUnlessSeeded(_folds_problem),
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
        Misconception(
            "fold-size-not-divided",
            believes="A fold has as many samples as the data.",
            wrong=_with(_without_division),
            hint="With 404 samples and 4 folds, how many should a fold have, and what is left for your second one?",
        ),
        Misconception(
            "validation-not-excluded",
            believes="Every fold trains on all the data.",
            wrong=_with(_not_excluded),
            hint="What does a score mean on samples that the model has learnt by heart?",
        ),
        Misconception(
            "remainder-never-validated",
            believes="All folds have n // k samples.",
            wrong=_with(_rest_never_validated),
            hint="With 10 samples and 3 folds, in which validation part is sample 9?",
        ),
        Misconception(
            "remainder-cut-off",
            believes="Samples that do not fit into equal folds are left out.",
            wrong=_with(_rest_cut_off),
            hint="Which samples does no fold of yours use, neither for training nor for validation?",
        ),
        Misconception(
            "remainder-in-the-last-fold",
            believes="The last fold takes all that remains.",
            wrong=_with(_rest_in_the_last),
            hint="With 11 samples and 4 folds, by how much do your folds differ in size, and by how much must they?",
        ),
        Misconception(
            "larger-folds-at-the-end",
            believes="The folds with one sample more are the last ones.",
            wrong=_with(_larger_at_the_end),
            hint="Which folds get the remainder, according to the docstring?",
        ),
        Misconception(
            "size-rounded-up",
            believes="A fold has ⌈n / k⌉ samples, until there are no more.",
            wrong=_with(_rounded_up),
            hint="With 7 samples and 5 folds of two, how many folds are there before the samples run out?",
        ),
        Misconception(
            "every-kth-sample",
            believes="Fold i is every k-th sample from i on.",
            wrong=_with(_every_kth),
            hint="Should a fold be a piece of the order, or a comb through it?",
        ),
        Misconception(
            "validation-first",
            believes="A pair is (validation_indices, train_indices).",
            wrong=_with(lambda order, k: [fold[::-1] for fold in _rightly(order, k)]),
            hint="Which of the two parts comes first in the docstring, and which should be the larger one?",
        ),
        Misconception(
            "only-the-past",
            believes="A fold trains on the samples before it.",
            wrong=_with(_only_the_past),
            hint="That is for series in time: what does your first fold train on?",
        ),
        Misconception(
            "last-fold-missing",
            believes="The last piece is for training only.",
            wrong=_with(lambda order, k: _rightly(order, k)[:-1]),
            hint="How many models are trained with k = 4, and how many pairs do they need?",
        ),
        Misconception(
            "masks",
            believes="A boolean mask is as good as indices.",
            wrong=_with(_masks),
            hint="What is len(validation_indices) in your version?",
        ),
        Misconception(
            "always-shuffled",
            believes="Folds are always random, with or without a generator.",
            wrong=lambda n, k, rng=None: right_folds(n, k, np.random.default_rng(0) if rng is None else rng),
            hint="What does the docstring say about rng=None?",
        ),
        Misconception(
            "never-shuffled",
            believes="The order of the samples does not matter, so `rng` has nothing to do.",
            wrong=lambda n, k, rng=None: right_folds(n, k),
            hint="If the data are sorted by class, which classes does your first validation part have?",
        ),
        Misconception(
            "permuted-for-each-fold",
            believes="Every fold shuffles the samples and takes its piece.",
            wrong=_drawn_per_fold,
            hint="How do you know that every sample is validated exactly once?",
        ),
        Misconception(
            "generator-seeded-inside",
            believes="A fixed seed inside the function makes it reproducible.",
            wrong=lambda n, k, rng=None: right_folds(n, k, None if rng is None else np.random.default_rng(42)),
            hint="How can somebody repeat the cross-validation with other folds?",
        ),
        Misconception(
            "global-random-state",
            believes="np.random.permutation is as good as the generator that was passed.",
            wrong=lambda n, k, rng=None: right_folds(n, k, None if rng is None else np.random),
            hint="How can a caller repeat an experiment whose folds do not come from `rng`?",
        ),
    ],
    hints=[
        "Write down the sizes for n = 10 and k = 3: their sum is 10. Then the border of each fold in the order.",
        "Make an order once, cut it into k pieces; the training part is all other pieces, joined.",
        "folds = np.array_split(order, k); for fold i: np.concatenate(folds[:i] + folds[i + 1:]) and folds[i].",
    ],
    variants=[Variant("by-mask", _by_mask), Variant("by-lists", _by_lists)],
)
