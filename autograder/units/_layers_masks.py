"""Assessment of make_dropout_mask: judged by its distribution, so that any draw order is fair.

A case draws K masks of n entries from one generator, and as many from another one of the same seed and from one of
another seed. Let q = 1 - rate, and s = q² + rate² the probability that two entries agree.

Why a right answer is rejected less often than once in 10⁹ times
    At most twelve tests speak per case (four axes), each allowed δ = 1e-9 / 12. None is asymptotic.

    * share kept, and share of agreeing neighbours along each axis (pairs 0-1, 2-3, … share no entry, so they are
      independent): counts are binomial, and P(count / n on one side of a) ≤ exp(-n KL(a ‖ p)) (Chernoff), so
      n KL > ln(2/δ) is the rule.
    * neighbours that all agree have probability s^pairs; equal draws have s^(n K), K equal masks of one generator
      (q^K + rate^K)^n; 2K masks that all keep the same number of entries at most (largest binomial probability)^(2K-1).
      Each of these is held against a submission only where its probability is below δ.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.compare import Difference, Truth, number
from autograder.distribution import form_problem
from autograder.inputs import Array

__all__ = ["Mask", "drawn_masks", "make_dropout_mask"]

Shape = Sequence[int]
Rng = np.random.Generator
ALARM = 1e-9
DELTA = ALARM / 12
#: How far the shares of two wrong masks may be apart, in standard errors, to be taken for alike.
ALIKE_ERRORS = 6.0


def drawn_masks(
    subject: Callable[..., Any], seed: int, shape: Shape, rate: float, draws: int = 2
) -> dict[str, list[Any]]:
    """Scenario: draw several masks with one generator, with a new one of its seed, and with one of another seed."""

    def several(start: int) -> list[Any]:
        rng = np.random.default_rng(start)
        return [subject(rng, shape, rate) for _ in range(draws)]

    return {"draws": several(seed), "again": several(seed), "other": several(seed + 1)}


@dataclass(frozen=True)
class Mask:
    """Entries are 0 with probability `rate` and 1 otherwise, each independent of all others."""

    def difference(self, got: Any, truth: Truth, inputs: Mapping[str, Any]) -> Difference | None:
        """Compare with what a mask is: form, zeros and ones, seeds, independence, share kept."""
        shape, rate, draws = tuple(inputs["shape"]), float(inputs["rate"]), int(inputs.get("draws", 2))
        if not isinstance(got, dict) or set(got) != {"draws", "again", "other"}:
            return Difference("type", "not of the form asked for")
        parts = [got[key] for key in ("draws", "again", "other")]
        if not all(isinstance(part, list) and len(part) == draws for part in parts):
            return Difference("type", "not of the form asked for")
        for mask in (mask for part in parts for mask in part):
            if found := form_problem(mask, shape):
                return found
        first, again, other = (np.stack([np.asarray(mask) for mask in part]) for part in parts)
        if found := _entries_problem(np.concatenate([first, again, other]), rate):
            return found
        if rate == 0:
            return None
        masks = np.concatenate([first, other])
        return (
            _seed_problem(first, again, other, rate)
            or _repeated_problem(masks, rate)
            or _number_problem(masks, rate)
            or _share_problem(masks, rate)
            or _neighbours_problem(masks, rate)
        )

    def alike(self, got: Any, other: Any, truth: Truth, inputs: Mapping[str, Any]) -> bool:
        """The same thing is wrong with both, to about the same degree."""
        if not 0 <= float(inputs["rate"]) < 1:
            # an error was wanted, and neither raised one
            return np.asarray(got["draws"][0]).dtype == np.asarray(other["draws"][0]).dtype
        mine, theirs = (self.difference(each, truth, inputs) for each in (got, other))
        if mine is None or theirs is None or mine.kind != theirs.kind:
            return False
        if mine.kind == "entries":
            found = [np.unique(np.stack(each["draws"])) for each in (got, other)]
            few = [len(values) <= 2 for values in found]
            return few == [False, False] or (all(few) and bool(np.allclose(found[0][-1], found[1][-1])))
        if mine.kind != "share":
            return mine.text == theirs.text
        shares = [float(np.mean([*each["draws"], *each["other"]])) for each in (got, other)]
        entries = 2 * int(inputs.get("draws", 2)) * math.prod(inputs["shape"])
        return abs(shares[0] - shares[1]) <= ALIKE_ERRORS * math.sqrt(0.5 / entries)


def _entries_problem(masks: Array, rate: float) -> Difference | None:
    wrong = masks[(masks != 0) & (masks != 1)]
    if wrong.size:
        return Difference("entries", f"an entry is {number(wrong[0])}, want 0 or 1")
    if rate == 0 and not masks.all():
        return Difference("entries", "an entry is 0, want 1 everywhere: the rate is 0")
    return None


def _seed_problem(first: Array, again: Array, other: Array, rate: float) -> Difference | None:
    """Whether the draws depend on the generator, and on nothing else."""
    draws, entries = len(first), first[0].size
    if np.array_equal(first, other) and _agreement(rate) ** first.size < DELTA:
        return Difference("seed", "ignores `rng`: generators of two seeds give the same masks")
    if not np.array_equal(first, again):
        return Difference("seed", "draws from elsewhere than `rng`: two generators of one seed give different masks")
    chance = ((1 - rate) ** draws + rate**draws) ** entries
    if draws > 1 and (first == first[0]).all() and chance < DELTA:
        return Difference("seed", "does not advance `rng`: the second call with it gives the same mask")
    return None


def _repeated_problem(masks: Array, rate: float) -> Difference | None:
    """Whether entries were drawn once and then repeated along an axis."""
    for axis in range(1, masks.ndim):
        same = _neighbours_agree(masks, axis)
        if same.size and same.all() and _agreement(rate) ** same.size < DELTA:
            return Difference("repeated", f"the same along axis {axis - 1}: each entry needs a draw of its own")
    return None


def _number_problem(masks: Array, rate: float) -> Difference | None:
    """Whether all masks keep the same number of entries."""
    entries = masks[0].size
    kept = masks.reshape(len(masks), -1).sum(axis=1)
    if (kept != kept[0]).any() or _likeliest_number(entries, 1 - rate) ** (len(masks) - 1) >= DELTA:
        return None
    text = f"all {len(masks)} masks keep {kept[0]:.0f} of {entries}: how many are kept should be chance, too"
    return Difference("number", text)


def _share_problem(masks: Array, rate: float) -> Difference | None:
    share = float(masks.mean())
    if not _improbable(share, masks.size, 1 - rate):
        return None
    return Difference("share", f"{share:.1%} of the entries are 1, want about {1 - rate:.1%}")


def _neighbours_problem(masks: Array, rate: float) -> Difference | None:
    for axis in range(1, masks.ndim):
        same = _neighbours_agree(masks, axis)
        if same.size and _improbable(float(same.mean()), same.size, _agreement(rate)):
            text = f"neighbours along axis {axis - 1} agree in {same.mean():.0%} of pairs, want {_agreement(rate):.0%}"
            return Difference("neighbours", f"{text}: each entry needs a draw of its own")
    return None


def _neighbours_agree(masks: Array, axis: int) -> Array:
    """Whether entries 0 and 1, 2 and 3, … along an axis are equal."""
    pairs = masks.shape[axis] // 2
    left = np.take(masks, range(0, 2 * pairs, 2), axis=axis)
    right = np.take(masks, range(1, 2 * pairs, 2), axis=axis)
    same: Array = left == right
    return same


def _agreement(rate: float) -> float:
    return (1 - rate) ** 2 + rate**2


def _likeliest_number(n: int, p: float) -> float:
    """The largest probability of a binomial distribution, which is at ⌊(n + 1) p⌋."""
    k = min(n, math.floor((n + 1) * p))
    log = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(log + k * math.log(p) + (n - k) * math.log1p(-p))


def _improbable(share: float, n: int, p: float) -> bool:
    """Whether a binomial share lies farther out than chance explains (Chernoff's bound)."""
    divergence = sum(a * math.log(a / b) for a, b in ((share, p), (1 - share, 1 - p)) if a > 0)
    return n * divergence > math.log(2 / DELTA)


def _checked(rate: float) -> None:
    if not 0 <= rate < 1:
        raise ValueError(f"rate: {rate}")


def _drawn(rng: Rng, shape: Shape, rate: float) -> Array:
    return (rng.random(shape) >= rate).astype(np.float64)


def _binomial(rng: Rng, shape: Shape, rate: float) -> Array:
    _checked(rate)
    return rng.binomial(1, 1 - rate, shape) * 1.0


def _chosen(rng: Rng, shape: Shape, rate: float) -> Array:
    _checked(rate)
    return rng.choice([0.0, 1.0], size=shape, p=[rate, 1 - rate])


def _compared(rng: Rng, shape: Shape, rate: float) -> Array:
    _checked(rate)
    return _drawn(rng, shape, rate)


def _exact_number(rng: Rng, shape: Shape, rate: float) -> Array:
    entries = math.prod(shape)
    mask = np.ones(entries)
    mask[rng.permutation(entries)[: round(rate * entries)]] = 0
    return mask.reshape(shape)


def _random_mask(rng: Rng) -> Mapping[str, Any]:
    shape = tuple((20 + rng.permutation(30)[:2]).tolist())
    return {"seed": int(rng.integers(1, 2**31)), "shape": shape, "rate": float(rng.uniform(0.15, 0.4))}


make_dropout_mask = Exercise(
    "make_dropout_mask",
    points=1,
    cases=[
        Case("half", seed=1, shape=(40, 30), rate=0.5),
        Case("one-fifth", seed=2, shape=(50, 40), rate=0.2),
        Case("most-dropped", seed=3, shape=(30, 60), rate=0.8),
        Case("one-axis", seed=4, shape=(2000,), rate=0.3),
        Case("images", seed=5, shape=(6, 8, 7, 5), rate=0.4),
        Case("many-small-masks", seed=6, shape=(2, 6), rate=0.25, draws=80),
        Case("one-number", seed=7, shape=(), rate=0.5, draws=80),
        Case("nothing-dropped", seed=8, shape=(5, 4), rate=0.0),
        Case("all-dropped", seed=9, shape=(3, 2), rate=1.0, raises="rate"),
        Case("negative-rate", seed=10, shape=(3, 2), rate=-0.1, raises="rate"),
        random_cases(_random_mask),
    ],
    scenario=drawn_masks,
    check=Mask(),
    truth="none",
    misconceptions=[
        Misconception(
            "rate-read-as-keep",
            believes="The rate is the fraction that is kept.",
            wrong=lambda rng, shape, rate: (rng.random(shape) < rate) * 1.0,
            hint="At a rate of 0.2, how many of ten units should be left?",
        ),
        Misconception(
            "scaled-mask",
            believes="The mask holds 1 / (1 - rate) for what stays.",
            wrong=lambda rng, shape, rate: _drawn(rng, shape, rate) / (1 - rate),
            hint="`dropout` divides by 1 - rate. What happens if the mask has done so already?",
        ),
        Misconception(
            "boolean-mask",
            believes="A mask is made of True and False.",
            wrong=lambda rng, shape, rate: rng.random(shape) >= rate,
            hint="Which dtype does the docstring ask for?",
        ),
        Misconception(
            "one-draw-per-row",
            believes="A whole sample is dropped, or none of it.",
            wrong=lambda rng, shape, rate: np.ones(shape) * _drawn(rng, (*shape[:1], *[1] * (len(shape) - 1)), rate),
            hint="If a whole row is 0, what can the next layer learn from it?",
        ),
        Misconception(
            "shared-by-the-batch",
            believes="One mask serves all samples of a batch.",
            wrong=lambda rng, shape, rate: np.ones(shape) * _drawn(rng, shape[1:], rate),
            hint="Which units are off for sample 0, and which for sample 1? Should they be the same ones?",
        ),
        Misconception(
            "exact-number",
            believes="Of n entries exactly rate · n are dropped.",
            wrong=_exact_number,
            hint="If one entry is known to be dropped, does that tell anything about another one? Should it?",
        ),
        Misconception(
            "rate-ignored",
            believes="Dropout flips a fair coin.",
            wrong=lambda rng, shape, rate: rng.integers(0, 2, shape) * 1.0,
            hint="Where does `rate` enter?",
        ),
        Misconception(
            "random-weights",
            believes="Every unit is damped by a random factor.",
            wrong=lambda rng, shape, rate: rng.random(shape) * 1.0,
            hint="Which two values may a mask have?",
        ),
        Misconception(
            "seed-fixed-inside",
            believes="Reproducible means that the function seeds its own generator.",
            wrong=lambda rng, shape, rate: _drawn(np.random.default_rng(0), shape, rate),
            hint="How different are the masks of two training steps, then?",
        ),
        Misconception(
            "global-generator",
            believes="The generator that was passed in is one of many; np.random is as random.",
            wrong=lambda rng, shape, rate: (np.random.random(tuple(shape)) >= rate) * 1.0,
            hint="Two generators of one seed: do they give the same mask?",
        ),
        Misconception(
            "whole-numbers",
            believes="0 and 1 are integers.",
            wrong=lambda rng, shape, rate: _drawn(rng, shape, rate).astype(int),
            hint="Which dtype does the docstring ask for?",
        ),
        Misconception(
            "one-draw-for-all",
            believes="One number decides for the whole mask.",
            wrong=lambda rng, shape, rate: np.full(shape, float(rng.random() >= rate)),
            hint="What does P(mask = 0) = rate hold for: the mask or each entry?",
        ),
        Misconception(
            "rate-not-checked",
            believes="The caller knows which rates make sense.",
            wrong=_drawn,
            hint="What would `dropout` divide by for a rate of 1?",
        ),
    ],
    hints=[
        "Each entry is a coin of its own. With which probability does it show 0?",
        "A uniform number from [0, 1) lies below `rate` with probability `rate`.",
        "After checking the rate: np.where(rng.random(shape) < rate, 0.0, 1.0)",
    ],
    variants=[
        Variant("binomial", _binomial),
        Variant("chosen", _chosen),
        Variant("as-floats", _compared),
    ],
    vectorized=lambda n: {"seed": 1, "shape": (n, 3), "rate": 0.3},
)
