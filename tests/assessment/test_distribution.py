"""Draws are judged by their distribution: right ones practically never fail, wrong ones practically always do."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from autograder.assessment.checks.distribution import Distribution, Law, draws, ks_distance, ks_margin
from autograder.assessment.compare import Difference, Truth
from autograder.units.u08_initializers.orthogonal import orthogonal, several_draws

Array = np.ndarray[Any, Any]
Draw = Callable[[np.random.Generator, tuple[int, ...]], Array]

TRUNCATED_STD = 0.8796256610342398
KINDS = ("normal", "uniform", "truncated_normal")
SHAPE = (80, 50)


def law(kind: str, std: float = 0.1, mean: float = 0.0, shape: tuple[int, ...] = SHAPE) -> Truth:
    """Make the truth of a case: the law as plain scalars."""
    half = {"normal": math.inf, "uniform": math.sqrt(3) * std, "truncated_normal": 2 * std / TRUNCATED_STD}[kind]
    return Truth({"kind": kind, "mean": mean, "std": std, "low": mean - half, "high": mean + half, "shape": shape})


def sampler(kind: str, std: float = 0.1, mean: float = 0.0) -> Draw:
    """Make an initializer that draws from such a law."""

    def normal(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        return mean + std * rng.standard_normal(shape)

    def uniform(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        return mean + math.sqrt(3) * std * rng.uniform(-1, 1, shape)

    def truncated_normal(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        z = rng.standard_normal(2 * math.prod(shape) + 100)
        z = z[np.abs(z) <= 2][: math.prod(shape)].reshape(shape)
        return mean + std / TRUNCATED_STD * z

    return {"normal": normal, "uniform": uniform, "truncated_normal": truncated_normal}[kind]


def judged(draw: Draw, truth: Truth, seed: int = 3, check: Distribution | None = None) -> Difference | None:
    """Judge what an initializer draws."""
    return (check or Distribution()).difference(draws(draw, seed, shape=truth.expected["shape"]), truth, {})


def text_of(difference: Difference | None) -> str:
    """Give the message of a difference that must be there."""
    assert difference is not None
    return difference.text


@pytest.mark.parametrize("kind", KINDS)
def test_a_right_draw_passes_whatever_the_seed(kind: str) -> None:
    """None of 300 right draws is rejected, of any size."""
    for shape in ((80, 50), (3, 2, 4, 7), (5,), (), (0, 3)):
        problems = [judged(sampler(kind), law(kind, shape=shape), 10 * seed) for seed in range(60)]
        assert problems == [None] * 60


@pytest.mark.parametrize("shape", [(20, 30), (4,)])
@pytest.mark.parametrize("kind", KINDS)
def test_each_threshold_keeps_its_promise(kind: str, shape: tuple[int, ...]) -> None:
    """With an allowance that can be counted, no test rejects right draws more often than it is allowed to."""
    check, count = Distribution(alarm=0.3), 1000
    problems = [judged(sampler(kind), law(kind, shape=shape), 10 * seed, check) for seed in range(count)]
    rejected = Counter(problem.kind for problem in problems if problem)
    tests = {"bounds": 1, "mean": 1, "std": 1, "distribution": 3}
    assert set(rejected) <= set(tests)
    for name, number in tests.items():
        budget = 0.05 * number
        assert rejected[name] <= count * budget + 3 * math.sqrt(count * budget)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("factor", [math.sqrt(2), 1 / math.sqrt(2), 1.1368, TRUNCATED_STD, 3.0, math.sqrt(1 / 3)])
def test_a_wrong_size_is_found_and_told(kind: str, factor: float) -> None:
    """A std that is off by the usual factors is found every time, and the message gives the factor."""
    for seed in range(40):
        text = text_of(judged(sampler(kind, 0.1 * factor), law(kind), 10 * seed))
        assert "want 0.1 (" in text
        assert f"times too {'large' if factor > 1 else 'small'})" in text


@pytest.mark.parametrize(("got", "want"), [(got, want) for got in KINDS for want in KINDS if got != want])
def test_another_law_of_the_same_variance_is_found(got: str, want: str) -> None:
    """Mean and variance are right, the distribution is not."""
    problems = [judged(sampler(got), law(want), 10 * seed) for seed in range(40)]
    assert {problem.kind for problem in problems if problem} <= {"bounds", "distribution"}
    assert None not in problems


def test_swapped_fans_are_found_in_a_layer_that_is_not_square() -> None:
    """He's variance with fan_out in place of fan_in, shape (200, 100), is √2 times too wide."""
    problem = judged(sampler("normal", (2 / 100) ** 0.5), law("normal", (2 / 200) ** 0.5, shape=(200, 100)))
    assert problem == Difference("std", text_of(problem))
    assert text_of(problem).endswith("want 0.1 (1.41 times too large)")


@pytest.mark.parametrize("kind", KINDS)
def test_a_shifted_mean_is_found(kind: str) -> None:
    """A mean of a fifth of a standard deviation is found."""
    problem = judged(sampler(kind, mean=0.02), law(kind))
    assert problem is not None
    assert problem.kind == ("mean" if kind == "normal" else "bounds")


@pytest.mark.parametrize(
    ("draw", "kind", "text"),
    [
        (lambda rng, shape: sampler("normal")(np.random.default_rng(0), shape), "seed", "ignores `rng`"),
        (lambda rng, shape: sampler("normal")(np.random.default_rng(), shape), "seed", "elsewhere than `rng`"),
        (
            lambda rng, shape: sampler("normal")(np.random.default_rng(rng.bit_generator.state["state"]["inc"]), shape),
            "seed",
            "does not advance `rng`",
        ),
        (lambda rng, shape: np.full(shape, 0.1 * rng.standard_normal()), "repeats", "a draw of its own"),
        (lambda rng, shape: np.clip(0.1 * rng.standard_normal(shape), -0.2, 0.2), "repeats", "a draw of its own"),
        (lambda rng, shape: None, "none", "printed instead of returned"),
        (lambda rng, shape: "weights", "type", "want an array of shape (80, 50)"),
        (lambda rng, shape: 0.1 * rng.standard_normal(shape[::-1]), "shape", "shape (50, 80), want (80, 50)"),
        (lambda rng, shape: rng.standard_normal(shape, dtype=np.float32), "dtype", "dtype float32, want float64"),
        (lambda rng, shape: 0.1 * rng.standard_normal(shape) / 0.0, "finite", "not finite"),
        (lambda rng, shape: 2.0 * rng.standard_normal(shape), "bounds", "standard deviations out"),
    ],
)  # fmt: skip
def test_each_fault_has_its_own_message(draw: Draw, kind: str, text: str) -> None:
    """Form, seeds, repeated numbers and far values are told apart, in that order."""
    with np.errstate(all="ignore"):
        problem = judged(draw, law("normal"))
    assert problem is not None
    assert problem.kind == kind
    assert text in problem.text


@pytest.mark.parametrize("got", [None, 3, {}, {"first": 1.0}, {"first": 0, "next": 0, "again": 0, "other": {}}])
def test_results_of_another_form_are_a_difference(got: object) -> None:
    """What did not come from the scenario is judged, not trusted."""
    assert Distribution().difference(got, law("normal"), {}) is not None


def is_alike(got: Any, other: Any, truth: Truth) -> bool:
    """Whether a result is taken for one of the wrong version that gave the other."""
    check = Distribution()
    return check.alike(got, check.evidence(other, truth, {}), truth, {})


def test_numbers_that_overflow_when_squared_are_a_difference() -> None:
    """Anything finite can be judged and compared with anything else."""
    truth, check = law("normal"), Distribution()
    huge, plain = (draws(sampler("normal", std), 1, shape=SHAPE) for std in (1e307, 10.0))
    assert check.difference(huge, truth, {}) is not None
    assert not is_alike(huge, plain, truth)
    assert not is_alike(plain, huge, truth)


def test_a_std_of_zero_is_a_constant() -> None:
    """Equal draws are right then, and anything else is not."""
    assert judged(sampler("normal", 0.0), law("normal", 0.0)) is None
    assert "want 0 everywhere" in text_of(judged(sampler("normal"), law("normal", 0.0)))


def test_another_draw_order_is_as_right() -> None:
    """Normal numbers by Box and Muller's transformation, filled in from the end, pass."""

    def box_muller(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        radius = np.sqrt(-2 * np.log(1 - rng.random(shape[::-1])))
        drawn: Array = 0.1 * radius * np.cos(2 * np.pi * rng.random(shape[::-1]))
        return drawn.T

    assert judged(box_muller, law("normal")) is None


@pytest.mark.parametrize("kind", KINDS)
def test_the_distribution_function_belongs_to_the_law(kind: str) -> None:
    """The quantiles of a large sample, its std and its fourth moment are those that the law states."""
    stated = Law(**law(kind, std=0.3, mean=0.5).expected)
    sample = np.sort(sampler(kind, 0.3, 0.5)(np.random.default_rng(1), (400_000,)))
    distance, _ = ks_distance(sample, stated.cdf(sample))
    assert distance < ks_margin(len(sample), 1e-6)
    assert np.mean((sample - 0.5) ** 2) == pytest.approx(0.09, rel=0.01)
    assert np.mean((sample - 0.5) ** 4) == pytest.approx(stated.fourth_moment(), rel=0.02)


def test_the_normal_distribution_function_is_the_normal_one() -> None:
    """The table is as exact as the module says."""
    stated = Law(**law("normal", std=1.0).expected)
    x = np.linspace(-8, 8, 333)
    assert stated.cdf(x) == pytest.approx([NormalDist().cdf(each) for each in x.tolist()], abs=4e-8)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_fault_is_alike_in_different_draws(kind: str) -> None:
    """Two submissions with one misconception are recognised though they draw different numbers."""
    truth = law(kind)
    got, other = (draws(sampler(kind, 0.08), seed, shape=SHAPE) for seed in (1, 50))
    assert is_alike(got, other, truth)


def test_different_faults_are_not_alike() -> None:
    """Two sizes, two laws, or a right draw are told apart."""
    truth = law("normal")
    small, smaller, box, right = (
        draws(draw, seed, shape=SHAPE)
        for seed, draw in enumerate(
            [sampler("normal", 0.085), sampler("normal", 0.075), sampler("uniform", 0.085), sampler("normal")]
        )
    )
    assert not is_alike(small, smaller, truth)
    assert not is_alike(small, box, truth)
    assert not is_alike(small, right, truth)
    assert not is_alike(small, draws(lambda rng, shape: None, 1, shape=SHAPE), truth)


def test_one_number_for_all_is_alike_whichever_number_it_is() -> None:
    """What repeats matters, not the number that chance chose."""
    got, other = (draws(lambda rng, shape: np.full(shape, rng.normal()), seed, shape=SHAPE) for seed in (1, 50))
    assert is_alike(got, other, law("normal"))


def rotation(rng: np.random.Generator, shape: tuple[int, ...], fix: Callable[[Array, Array], Array]) -> Array:
    """Draw an orthogonal matrix by QR, with the signs fixed in some way."""
    q, r = np.linalg.qr(rng.standard_normal(shape))
    return fix(q, r)


@pytest.mark.parametrize(
    ("fix", "kind"),
    [
        (lambda q, r: q * np.sign(np.diag(r)), None),
        (lambda q, r: q, "uniformity"),
        (lambda q, r: q * np.sign(np.diag(q)), "uniformity"),
        (
            lambda q, r: q * np.sign(np.diag(r)) * np.array([1.0, 1.0, np.linalg.det(q * np.sign(np.diag(r)))]),
            "uniformity",
        ),
        (lambda q, r: q @ r, "angle"),
        (lambda q, r: 2 * q, "length"),
    ],
)
def test_orthogonal_draws_are_right_only_if_they_are_uniform(
    fix: Callable[[Array, Array], Array], kind: str | None
) -> None:
    """Unfixed signs, a positive diagonal, and rotations alone are found in each of 20 samples; sign-fixed QR passes."""
    inputs: dict[str, Any] = {"shape": (3, 3), "draws": 400}
    samples = [several_draws(lambda rng, shape: rotation(rng, shape, fix), seed, **inputs) for seed in range(0, 40, 2)]
    problems = [orthogonal.check.difference(sample, Truth(None), inputs) for sample in samples]
    assert {problem.kind if problem else None for problem in problems} == {kind}
