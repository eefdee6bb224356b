"""Judge random masks of zeros and ones by their distribution, so that any draw order is fair.

A case draws K masks of n entries from one generator, as many from another generator of the same seed, and as many from
one of another seed. Let q = 1 - rate, and s = q² + rate² the probability that two entries agree.

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
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.assessment.checks.distribution import form_problem
from autograder.assessment.compare import Difference, Truth, number

__all__ = ["Mask"]

Array = np.ndarray[Any, Any]

ALARM = 1e-9
DELTA = ALARM / 12
#: How far the shares of two wrong masks may be apart, in standard errors, to be taken for alike.
ALIKE_ERRORS = 6.0


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

    def evidence(self, got: Any, truth: Truth, inputs: Mapping[str, Any]) -> Any:
        """What is wrong, and to what degree; of a mask where an error was wanted, its dtype."""
        if not 0 <= float(inputs["rate"]) < 1:
            return _dtype_of(got)
        found = self.difference(got, truth, inputs)
        return None if found is None else (found.kind, found.text, _degree(found.kind, got))

    def alike(self, got: Any, evidence: Any, truth: Truth, inputs: Mapping[str, Any]) -> bool:
        """The same thing is wrong with both, to about the same degree."""
        if not 0 <= float(inputs["rate"]) < 1:
            return bool(_dtype_of(got) == evidence)  # an error was wanted, and neither raised one
        mine = self.difference(got, truth, inputs)
        if mine is None or evidence is None or mine.kind != evidence[0]:
            return False
        degree, theirs = _degree(mine.kind, got), evidence[2]
        if mine.kind == "entries":
            few = [each["values"] <= 2 for each in (degree, theirs)]
            return few == [False, False] or (all(few) and bool(np.allclose(degree["largest"], theirs["largest"])))
        if mine.kind != "share":
            return mine.text == str(evidence[1])
        entries = 2 * int(inputs.get("draws", 2)) * math.prod(inputs["shape"])
        return bool(abs(degree["share"] - theirs["share"]) <= ALIKE_ERRORS * math.sqrt(0.5 / entries))


def _dtype_of(got: Any) -> str:
    drawn = got.get("draws") if isinstance(got, dict) else None
    return np.asarray(drawn[0]).dtype.name if isinstance(drawn, list) and drawn else type(got).__name__


def _degree(kind: str, got: Mapping[str, Any]) -> Any:
    """How wrong the masks are, in numbers that masks of one wrong version share."""
    if kind == "entries":
        values = np.unique(np.stack(got["draws"]))
        return {"values": len(values), "largest": values[-1]}
    if kind == "share":
        return {"share": float(np.mean([*got["draws"], *got["other"]]))}
    return None


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
