"""Judge random draws by their distribution, so that any draw order is fair.

A case's scenario returns four draws, made by `draws`: `first` and `next` from one generator, `again` from a new
generator of the same seed, `other` from one of another seed. The truth is a `Law`, as a plain dictionary. The draws
`first`, `next` and `other` are independent, so their n entries together are the sample x_1 … x_n.

Why a right answer is rejected less often than once in 10⁹ times
    Each of six tests is allowed δ = 1e-9 / 6. Every bound below holds for each n; none is asymptotic. t = ln(2/δ).

    * outliers (normal): P(|Z| > c) ≤ exp(-c²/2), so P(any of n beyond c) ≤ n exp(-c²/2) = δ at c² = 2 ln(n/δ).
      Bounded laws have hard bounds: no false alarm.
    * mean: if E exp(s(X - μ)) ≤ exp(v s²/2) then P(|mean - μ| > √(2vt/n)) ≤ δ (Chernoff). The normal has v = σ² with
      equality. The uniform on ±h has v = σ² = h²/3: sinh(sh)/(sh) ≤ exp(s²h²/6), term by term. The normal of
      std p cut at ±cp has v = p²: its moment generating function is exp(p²s²/2) times a quotient,
      (Φ(c - ps) - Φ(-c - ps)) / (Φ(c) - Φ(-c)), which is largest, 1, at s = 0.
    * mean square about μ, which is σ²: for the normal n S/σ² is chi-square with n degrees of freedom, and
      P(χ² > n + 2√(nt) + 2t) ≤ exp(-t), P(χ² < n - 2√(nt)) ≤ exp(-t) (Laurent and Massart 2000, lemma 1). For bounded
      laws (x - μ)² lies within M of its mean and has variance V, and Bernstein's inequality gives
      P(|S - σ²| > s) ≤ 2 exp(-n s² / (2V + 2Ms/3)) = δ at s = Mt/3n + √((Mt/3n)² + 2Vt/n).
    * Kolmogorov-Smirnov: P(sup |F_n - F| > ε) ≤ 2 exp(-2nε²) for every ε (Massart 1990), so ε = √(t/2n).
    * reach, to both sides: P(F(max) ≤ u) = uⁿ exactly, and the same for 1 - F(min): two tests.

    Beside these: two draws that should differ are equal with probability below 1e-15, and a value that occurs 20 times
    among 4000 has probability below 1e-60 even if numbers of 24 bits are drawn.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.assessment.compare import Difference, Truth, describe

__all__ = [
    "Distribution",
    "Law",
    "draws",
    "form_problem",
    "ks_distance",
    "ks_margin",
    "profile",
    "same_law",
    "seed_problem",
]

Array = np.ndarray[Any, Any]

#: Where a truncated normal is cut, in standard deviations of the normal that it is cut from.
CUT = 2.0
#: Rounding that a bound excuses: limits may be computed in several orders.
SLACK = 1e-12
#: So many equal values in the first `REPEATS_AMONG` are no accident.
REPEATS, REPEATS_AMONG = 20, 4000
#: How far two samples of one law may be apart, in standard errors and as a probability, to be taken for alike.
ALIKE_ERRORS, ALIKE_ALARM = 4.5, 1e-5
#: So many of a sample's quantiles are kept of a wrong version's draws.
QUANTILES = 129

#: The problems that are about numbers, where two results are alike if their samples are.
_STATISTICAL = ("repeats", "bounds", "mean", "std", "distribution")
_PLACES = {"first": "", "next": "second call: ", "again": "same seed: ", "other": "other seed: "}


def draws(subject: Callable[..., Any], seed: int, **arguments: Any) -> dict[str, Any]:
    """Scenario: call `subject(rng, *arguments)` twice with one generator, and with two new ones."""
    rng = np.random.default_rng(seed)
    first = subject(rng, *arguments.values())
    following = subject(rng, *arguments.values())
    again = subject(np.random.default_rng(seed), *arguments.values())
    other = subject(np.random.default_rng(seed + 1), *arguments.values())
    return {"first": first, "next": following, "again": again, "other": other}


@dataclass(frozen=True)
class Law:
    """What every entry of a draw is distributed like, independently of the others.

    Args:
        kind: `normal`, `uniform`, or `truncated_normal` (a normal cut at two of its standard deviations).
        mean: the middle; all three are symmetric about it.
        std: standard deviation of the entries; 0 is a constant.
        low: lower bound, -inf for the normal.
        high: upper bound, inf for the normal.
        shape: shape of one draw.
    """

    kind: str
    mean: float
    std: float
    low: float
    high: float
    shape: tuple[int, ...]

    def __str__(self) -> str:
        """Name it as a message does."""
        if self.kind == "uniform":
            return f"the uniform distribution on [{_short(self.low)}, {_short(self.high)})"
        return f"the {self.kind.replace('_', ' ')} distribution of std {_short(self.std)}"

    @property
    def parent(self) -> float:
        """Standard deviation of the normal before the cut; of the law itself where nothing is cut."""
        return (self.high - self.mean) / CUT if self.kind == "truncated_normal" else self.std

    def cdf(self, x: Array) -> Array:
        """P(X ≤ x), elementwise."""
        if self.kind == "uniform":
            return np.clip((x - self.low) / (self.high - self.low), 0.0, 1.0)
        below = _normal_cdf((x - self.mean) / self.parent)
        if self.kind == "normal":
            return below
        tail = _tail(CUT)
        return np.clip((below - tail) / (1 - 2 * tail), 0.0, 1.0)

    def fourth_moment(self) -> float:
        """E (X - mean)⁴."""
        if self.kind == "uniform":
            return (self.high - self.mean) ** 4 / 5
        if self.kind == "normal":
            return 3 * self.std**4
        density = math.exp(-(CUT**2) / 2) / math.sqrt(2 * math.pi) / (1 - 2 * _tail(CUT))
        return 3 * self.std**2 * self.parent**2 - 2 * CUT**3 * density * self.parent**4


@dataclass(frozen=True)
class Distribution:
    """The draws follow a law; the module's text derives the thresholds.

    Args:
        alarm: how often a right answer may be rejected; tests of this class raise it.
    """

    alarm: float = 1e-9

    def difference(self, got: Any, truth: Truth, inputs: Mapping[str, Any]) -> Difference | None:
        """Compare with the law: form, seeds, bounds, mean, standard deviation, shape of the distribution."""
        law = Law(**truth.expected)
        if not isinstance(got, dict) or set(got) != set(_PLACES):
            return Difference("type", "not of the form asked for")
        for key, place in _PLACES.items():
            if found := form_problem(got[key], law.shape, place):
                return found
        if law.std == 0 or 0 in law.shape:
            return _constant_problem(got["first"], law)
        if found := seed_problem(got["first"], got["again"], got["other"], got["next"]):
            return found
        with np.errstate(all="ignore"):  # the numbers are anything finite: their squares may overflow
            return self._sample_problem(_pooled(got), law)

    def evidence(self, got: Any, truth: Truth, inputs: Mapping[str, Any]) -> Any:
        """What is wrong and, where that is about numbers, how the entries are distributed."""
        found = None if truth.expected is None else self.difference(got, truth, inputs)
        if found is None:
            return None
        return (str(found.kind), found.text, profile(_pooled(got)) if found.kind in _STATISTICAL else None)

    def alike(self, got: Any, evidence: Any, truth: Truth, inputs: Mapping[str, Any]) -> bool:
        """The same thing is wrong with both, and their entries could be of one law."""
        if truth.expected is None:
            return True  # an error was wanted, and neither raised one
        mine = self.difference(got, truth, inputs)
        if mine is None or evidence is None or mine.kind != evidence[0]:
            return False
        if mine.kind not in _STATISTICAL:
            return mine.text == str(evidence[1])
        sample, kept = profile(_pooled(got)), evidence[2]
        if mine.kind == "repeats" and all(each["distinct"] < each["count"] / 100 for each in (sample, kept)):
            return True  # one number, or a few, for all entries: which ones is chance
        return same_law(sample, kept)

    def _sample_problem(self, sample: Array, law: Law) -> Difference | None:
        delta = self.alarm / 6
        return (
            _repeats_problem(sample)
            or _bounds_problem(sample, law, delta)
            or _mean_problem(sample, law, delta)
            or _std_problem(sample, law, delta)
            or _distance_problem(sample, law, delta)
            or _reach_problem(sample, law, delta)
        )


def form_problem(got: Any, shape: tuple[int, ...], place: str = "") -> Difference | None:
    """The first thing wrong with one draw as an array: type, shape, dtype, finite."""
    if got is None:
        return Difference("none", f"{place}got None: is the result printed instead of returned?")
    if not isinstance(got, (np.ndarray, np.generic, float, int)):
        return Difference("type", f"{place}got {describe(got)}, want an array of shape {shape}")
    array = np.asarray(got)
    if array.shape != shape:
        return Difference("shape", f"{place}shape {array.shape}, want {shape}")
    if array.dtype != np.float64:
        return Difference("dtype", f"{place}dtype {array.dtype}, want float64")
    if not np.isfinite(array).all():
        return Difference("finite", f"{place}not finite everywhere")
    return None


def seed_problem(first: Array, again: Array, other: Array, following: Array) -> Difference | None:
    """Whether the draws depend on the generator, and on nothing else."""
    if not np.size(first):
        return None
    if np.array_equal(first, other):
        return Difference("seed", "ignores `rng`: generators of two seeds give the same draw")
    if not np.array_equal(first, again):
        return Difference("seed", "draws from elsewhere than `rng`: two generators of one seed give different draws")
    if np.array_equal(first, following):
        return Difference("seed", "does not advance `rng`: the second call with it gives the same draw")
    return None


def ks_distance(ordered: Array, probabilities: Array) -> tuple[float, int]:
    """The largest |F_n - F| of a sorted sample with F at each point, and the index where it is reached."""
    n = len(ordered)
    above = np.arange(1, n + 1) / n - probabilities
    below = probabilities - np.arange(n) / n
    distance = np.maximum(above, below)
    index = int(np.argmax(distance))
    return float(distance[index]), index


def ks_margin(n: int, delta: float) -> float:
    """The ε that sup |F_n - F| exceeds with probability at most `delta` (Massart)."""
    return math.sqrt(math.log(2 / delta) / (2 * n))


def same_law(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    """Whether two samples differ by no more than samples of one law do; each is given by its `profile`."""
    n, m = a["count"], b["count"]
    if min(a["std"], b["std"]) == 0:
        return bool(a["std"] == b["std"] == 0 and a["mean"] == b["mean"])
    with np.errstate(all="ignore"):  # the numbers are anything finite
        error = math.hypot(a["std"] / math.sqrt(n), b["std"] / math.sqrt(m))
        if abs(a["mean"] - b["mean"]) > ALIKE_ERRORS * error:
            return False
        error = math.sqrt(max(a["kurtosis"] - 1, b["kurtosis"] - 1, 0.0) / 4 * (1 / n + 1 / m))
        if abs(math.log(a["std"]) - math.log(b["std"])) > ALIKE_ERRORS * error:
            return False
    apart = _apart(a["quantiles"], b["quantiles"])
    return apart <= math.sqrt(math.log(2 / ALIKE_ALARM) / 2 * (1 / n + 1 / m))


def profile(sample: Array) -> dict[str, Any]:
    """What `same_law` needs of a sample."""
    with np.errstate(all="ignore"):
        return {
            "count": len(sample),
            "distinct": len(np.unique(sample)),
            "mean": float(sample.mean()),
            "std": float(sample.std()),
            "kurtosis": _kurtosis(sample) if sample.std() else 0.0,
            "quantiles": np.quantile(sample, np.linspace(0, 1, QUANTILES), method="lower"),
        }


def _apart(a: Array, b: Array) -> float:
    """The largest difference of the two distribution functions, as far as quantiles tell it.

    Between two quantiles a distribution function is taken to be straight; where quantiles are equal it jumps.
    """
    both = np.concatenate([a, b])
    return float(np.abs(_between(both, a) - _between(both, b)).max())


def _between(x: Array, quantiles: Array) -> Array:
    """The distribution function at x."""
    points, last = np.unique(quantiles[::-1], return_index=True)
    shares = np.linspace(0, 1, len(quantiles))[::-1][last]
    return np.interp(x, points, shares)


def _pooled(got: Mapping[str, Any]) -> Array:
    return np.concatenate([np.ravel(got[key]) for key in ("first", "next", "other")])


def _constant_problem(first: Any, law: Law) -> Difference | None:
    wrong = np.ravel(first)[np.ravel(first) != law.mean]
    if not wrong.size:
        return None
    return Difference("bounds", f"value {_short(wrong[0])}, want {_short(law.mean)} everywhere: the std is 0")


def _repeats_problem(sample: Array) -> Difference | None:
    if len(sample) < REPEATS:
        return None
    ordered = np.sort(sample[:REPEATS_AMONG])
    same = ordered[REPEATS - 1 :] == ordered[: len(ordered) - REPEATS + 1]
    if not same.any():
        return None
    value = ordered[int(np.argmax(same))]
    count = int((sample == value).sum())
    return Difference("repeats", f"{count} of {len(sample)} entries are {_short(value)}: each needs a draw of its own")


def _bounds_problem(sample: Array, law: Law, delta: float) -> Difference | None:
    farthest = sample[int(np.argmax(np.abs(sample - law.mean)))]
    if law.kind == "normal":
        limit = math.sqrt(2 * math.log(len(sample) / delta))
        if abs(farthest - law.mean) <= limit * law.std:
            return None
        text = f"value {_short(farthest)} is {abs(farthest - law.mean) / law.std:.1f} standard deviations out"
    else:
        slack = SLACK * max(abs(law.low), abs(law.high))
        if law.low - slack <= farthest <= law.high + slack:
            return None
        text = f"value {_short(farthest)} lies outside [{_short(law.low)}, {_short(law.high)}]"
    return Difference("bounds", f"{text}; {_spread_text(_spread(sample, law), law)}")


def _mean_problem(sample: Array, law: Law, delta: float) -> Difference | None:
    mean = float(sample.mean())
    margin = law.parent * math.sqrt(2 * math.log(2 / delta) / len(sample))
    if abs(mean - law.mean) <= margin:
        return None
    return Difference("mean", f"mean {_short(mean)}, want {_short(law.mean)} (chance explains ±{margin:.1g})")


def _std_problem(sample: Array, law: Law, delta: float) -> Difference | None:
    spread = _spread(sample, law)
    low, high = _square_bounds(law, len(sample), delta)
    if low <= spread**2 <= high:
        return None
    return Difference("std", _spread_text(spread, law))


def _square_bounds(law: Law, n: int, delta: float) -> tuple[float, float]:
    """Between what the mean of (x - mean)² lies, except with probability `delta`."""
    t, variance = math.log(2 / delta), law.std**2
    if law.kind == "normal":
        root = 2 * math.sqrt(t / n)
        return variance * (1 - root), variance * (1 + root + 2 * t / n)
    farthest = max(variance, (law.high - law.mean) ** 2 - variance)
    linear = farthest * t / (3 * n)
    margin = linear + math.sqrt(linear**2 + 2 * (law.fourth_moment() - variance**2) * t / n)
    return variance - margin, variance + margin


def _distance_problem(sample: Array, law: Law, delta: float) -> Difference | None:
    ordered = np.sort(sample)
    probabilities = law.cdf(ordered)
    distance, index = ks_distance(ordered, probabilities)
    if distance <= ks_margin(len(ordered), delta):
        return None
    share, want = 100 * (index + 0.5) / len(ordered), 100 * float(probabilities[index])
    text = f"not {law}: {share:.1f} % of the entries lie below {_short(ordered[index])}, want {want:.1f} %"
    return Difference("distribution", text)


def _reach_problem(sample: Array, law: Law, delta: float) -> Difference | None:
    ends = np.array([sample.min(), sample.max()])
    lowest, highest = law.cdf(ends)
    for end, side, missed in ((ends[1], "above", 1 - highest), (ends[0], "below", lowest)):
        if missed > 0 and len(sample) * math.log1p(-missed) < math.log(delta):
            text = f"no entry of {len(sample)} lies {side} {_short(end)}, want {max(1, round(missed * len(sample)))}"
            return Difference("distribution", f"not {law}: {text}")
    return None


def _spread(sample: Array, law: Law) -> float:
    return math.sqrt(float(np.square(sample - law.mean).mean()))


def _spread_text(spread: float, law: Law) -> str:
    text = f"std {_short(spread)}, want {_short(law.std)}"
    ratio = spread / law.std
    if ratio == 0 or 0.995 < ratio < 1.005:
        return text
    factor, size = (ratio, "large") if ratio > 1 else (1 / ratio, "small")
    return f"{text} ({factor:.3g} times too {size})"


def _short(value: Any) -> str:
    return f"{float(value):.3g}"


def _kurtosis(sample: Array) -> float:
    squares = np.square(sample - sample.mean())
    return float(np.square(squares).mean() / squares.mean() ** 2)


def _tail(z: float) -> float:
    """P(Z > z) of a standard normal."""
    return 0.5 * math.erfc(z / math.sqrt(2))


@functools.cache
def _normal_table() -> tuple[Array, Array]:
    # Linear interpolation at this step is off by less than 4e-8: no threshold here is finer than 1e-3.
    z = np.arange(-9000, 9001) / 1000
    return z, np.array([_tail(-each) for each in z.tolist()])


def _normal_cdf(z: Array) -> Array:
    return np.interp(z, *_normal_table())
