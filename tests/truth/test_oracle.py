"""Truths: PyTorch's, with a tolerance that follows from conditioning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.assessment.case import Case, random_cases
from autograder.assessment.compare import CAP, FLOOR, Truth, compare
from autograder.assessment.exercise import Exercise
from autograder.authoring.units import authored_unit
from autograder.truth import oracle
from tests.conftest import compiled

UNIT = "u04_activations"
IDS = ["sigmoid", "sigmoid_backward", "relu", "relu_backward", "softmax", "softmax_backward"]


def exercise(name: str) -> Exercise:
    """One of the unit's exercises."""
    return authored_unit("activations").exercise(name)


def valid_cases(name: str) -> Iterator[Case]:
    """An exercise's public cases that have a truth."""
    return (case for case in exercise(name).public_cases() if case.raises is None)


@pytest.mark.parametrize("name", IDS)
def test_compiled_truths_equal_live_ones(name: str) -> None:
    """What is compiled is what PyTorch says today, with the same tolerances, dtypes, names and drawn inputs."""
    kept = {case.label: case for case in compiled(f"activations.{name}").cases}
    for case in valid_cases(name):
        stored, live = kept[case.label].truth, oracle.compute(UNIT, exercise(name), case)
        assert compare(stored.expected, replace(live, dtype="float64")) is None, case.label
        np.testing.assert_allclose(stored.allowed, live.allowed, rtol=1e-3, atol=1e-15)
        assert (stored.dtype, tuple(stored.names)) == (live.dtype, tuple(live.names))
        drawn = live.extra or {}
        inputs = {name: kept[case.label].inputs[name] for name in drawn}
        assert compare(inputs, Truth(drawn, dtype=live.dtype)) is None


@pytest.mark.parametrize("name", IDS)
def test_truth_has_the_dtype_of_the_inputs(name: str) -> None:
    """float32 in, float32 out; the expected numbers themselves are kept in float64."""
    truths = {case.label: oracle.compute(UNIT, exercise(name), case) for case in valid_cases(name)}
    assert truths["single-precision"].dtype == "float32"
    assert {truth.dtype for label, truth in truths.items() if label != "single-precision"} == {"float64"}
    assert {truth.expected.dtype.name for truth in truths.values()} == {"float64"}


def test_error_cases_need_no_truth() -> None:
    """A case that must raise has nothing to compute."""
    case = Case("no-axes", logits=np.array(1.0), raises="logits")
    assert oracle.compute(UNIT, exercise("softmax"), case) == Truth(None)


def allowed(name: str, **inputs: Any) -> Any:
    """The allowed errors of a made-up case."""
    return oracle.compute(UNIT, exercise(name), Case("made-up", **inputs)).allowed


def test_tolerance_grows_with_the_condition_number() -> None:
    """Where rounding of the input moves the result more, more is allowed: e^z for a large z."""
    well = allowed("softmax", logits=np.array([0.5, 0.0]))
    ill = allowed("softmax", logits=np.array([3_000_000.5, 3_000_000.0]))
    assert ill.min() > 1000 * well.max()


def test_tolerance_has_a_floor() -> None:
    """A well-conditioned case is allowed what different orders of summation do, in its dtype."""
    for dtype in ("float64", "float32"):
        result = allowed("relu", x=np.array([1.0, 2.0, -3.0], dtype=dtype))
        assert result.min() >= 0.99 * FLOOR[dtype]
    assert allowed("relu", x=np.zeros(3)).tolist() == [FLOOR["float64"]] * 3


def test_tolerance_has_a_cap() -> None:
    """However badly conditioned, no more than the cap is allowed: a jump at a kink does not loosen the check."""
    result = allowed("sigmoid_backward", grad_output=np.array([1.0]), x=np.array([1e-9]))
    assert result.max() <= CAP["float64"]
    for dtype, size in (("float64", 1e11), ("float32", 1e6)):
        ill = allowed("softmax", logits=np.array([size + 1, size], dtype=dtype))
        assert ill.max() <= CAP[dtype]
        assert ill.max() > 50 * FLOOR[dtype]


def test_upstream_is_random_and_not_ones() -> None:
    """With an upstream of ones softmax's gradient is zero and wrong answers pass; ours is drawn, and differs by case."""
    drawn = {}
    for case in valid_cases("softmax_backward"):
        truth = oracle.compute(UNIT, exercise("softmax_backward"), case)
        if truth.extra is not None:
            drawn[case.label] = truth.extra["grad_output"]
    assert len(drawn) >= 5
    for label, upstream in drawn.items():
        assert len(set(upstream.ravel().tolist())) == upstream.size, label
        assert np.abs(upstream - 1).max() > 0.1
    assert not np.array_equal(drawn["rows"].ravel()[:3], drawn["columns"].ravel()[:3])


def test_gradients_are_not_trivially_zero() -> None:
    """Under the drawn upstream the gradients say something."""
    rows = next(case for case in valid_cases("softmax_backward") if case.label == "rows")
    truth = oracle.compute(UNIT, exercise("softmax_backward"), rows)
    assert np.abs(truth.expected).min() > 1e-6


def test_drawn_upstream_comes_first_and_in_the_case_dtype() -> None:
    """`f_backward(grad_output, x)`: what the oracle drew is the first argument, in the dtype of the others."""
    (case,) = (case for case in compiled("activations.relu_backward").cases if case.label == "single-precision")
    assert list(case.inputs) == ["grad_output", "x"]
    assert case.inputs["grad_output"].dtype == np.float32


def test_given_upstream_is_used() -> None:
    """A case that states its upstream gradient gets that one."""
    case = Case("given", grad_output=np.array([10.0]), x=np.array([0.0]))
    truth = oracle.compute(UNIT, exercise("sigmoid_backward"), case)
    assert truth.extra is None
    assert truth.expected.tolist() == [2.5]


def test_gradients_are_those_of_a_finite_difference() -> None:
    """The live gradient agrees with central differences of the forward pass: the oracle is not compared with itself."""
    logits, upstream = np.array([[0.3, -1.0, 0.7]]), np.array([[1.0, 2.0, -0.5]])
    truth = oracle.compute(UNIT, exercise("softmax_backward"), Case("fd", grad_output=upstream, logits=logits))
    for index in range(3):
        step = np.zeros_like(logits)
        step[0, index] = 1e-6
        rise = _softmax(logits + step) - _softmax(logits - step)
        assert abs((rise * upstream).sum() / 2e-6 - truth.expected[0, index]) < 1e-8


def _softmax(z: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    powers = np.exp(z)
    return np.asarray(powers / powers.sum())


def test_a_failing_reference_is_named() -> None:
    """A case that the reference cannot compute is the author's error, in one line."""
    with pytest.raises(oracle.OracleError, match=r"activations\.relu\[text\]: the reference failed") as caught:
        oracle.compute(UNIT, exercise("relu"), Case("text", x="no array"))
    assert "\n" not in str(caught.value)


def hidden(name: str, secret: str) -> list[Case]:
    """An exercise's hidden cases."""
    return exercise(name).hidden_cases(secret)


def test_hidden_cases_follow_from_the_secret() -> None:
    """The same secret gives the same cases, another secret others, and neither gives the public ones."""
    first, again, other = hidden("softmax", "a"), hidden("softmax", "a"), hidden("softmax", "b")
    public = [case for case in valid_cases("softmax") if case.label.startswith("random")]
    assert [case.label for case in first] == [f"hidden-{case.label}" for case in public]
    for mine, same, different, open_one in zip(first, again, other, public, strict=True):
        assert np.array_equal(mine.inputs["logits"], same.inputs["logits"])
        assert not np.array_equal(mine.inputs["logits"], different.inputs["logits"])
        assert not np.array_equal(mine.inputs["logits"], open_one.inputs["logits"])
        assert mine.hidden
        assert not open_one.hidden


def test_generators_of_two_exercises_are_independent() -> None:
    """Exercises with the same generator do not get the same numbers."""
    cases = random_cases(lambda rng: {"x": rng.standard_normal(3)})
    (one, _), (two, _) = cases.cases("activations.relu", "s"), cases.cases("activations.sigmoid", "s")
    assert not np.array_equal(one.inputs["x"], two.inputs["x"])
