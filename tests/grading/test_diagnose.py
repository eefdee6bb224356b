"""A failure is named when a known wrong version explains every answer, and only then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.assessment.checks import Value
from autograder.assessment.compare import Truth
from autograder.assessment.compiled import CompiledCase, CompiledExercise, Record
from autograder.assessment.misconception import Misconception
from autograder.assessment.sketch import sketch
from autograder.assessment.verdict import Kind, Outcome, Verdict
from autograder.authoring.build import answers_of, record_of, request_of
from autograder.authoring.local import answer_locally
from autograder.authoring.units import authored_unit
from autograder.execution.answers import Answer
from autograder.grading.diagnose import diagnose
from autograder.grading.judge import judge
from tests.conftest import compiled

Array = np.ndarray[Any, Any]
Rows = list[tuple[CompiledCase, Answer | None]]


def answers(name: str, subject: Callable[..., Any]) -> Rows:
    """What a student's function answers to an exercise on activations."""
    exercise = authored_unit("activations").exercise(name)
    return list(answers_of(exercise, compiled(f"activations.{name}"), subject))


def wrong_answers(name: str, misconception: str) -> Rows:
    """What a known wrong version answers."""
    unit = authored_unit("activations")
    exercise = unit.exercise(name)
    (known,) = (each for each in exercise.misconceptions if each.name == misconception)
    return answers(name, unit.model(exercise).wrong(known))


def judged(exercise: CompiledExercise, rows: Rows) -> list[tuple[CompiledCase, Answer | None, Outcome]]:
    """The answers with their outcomes."""
    lost = Outcome(Verdict.TIMED_OUT, Kind.TIMED_OUT)
    return [(case, answer, judge(exercise, case, answer) if answer else lost) for case, answer in rows]


def named(name: str, rows: Rows) -> str | None:
    """The name of the diagnosis."""
    exercise = compiled(f"activations.{name}")
    found = diagnose(exercise, judged(exercise, rows))
    return found.name if found else None


def with_value(rows: Rows, label: str, change: Callable[[Any], Any]) -> Rows:
    """The same answers, but for the value of one case."""
    return [
        (case, replace(answer, value=change(answer.value)) if answer and case.label == label else answer)
        for case, answer in rows
    ]


def softmax(logits: Array, axis: int = -1) -> Array:
    """A right answer, with its argument checked."""
    if logits.ndim == 0:
        raise ValueError("logits: got a number, want at least one axis")
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis=axis, keepdims=True))


KNOWN = [each.name for each in compiled("activations.softmax").misconceptions]


@pytest.mark.parametrize("name", KNOWN)
def test_each_misconception_is_named(name: str) -> None:
    """The very wrong version is recognised as itself."""
    assert named("softmax", wrong_answers("softmax", name)) == name


def test_written_another_way() -> None:
    """The same mistake in other words is the same mistake."""

    def student(logits: Array, axis: int = -1) -> Array:
        shifted = np.exp(logits + 0.0) * 2
        return np.asarray(shifted / np.expand_dims(shifted.sum(axis), axis))

    assert named("softmax", answers("softmax", student)) == "no-shift"


@pytest.mark.parametrize(
    ("name", "wrong", "known"), [("sigmoid", np.tanh, "tanh-instead"), ("relu", np.abs, "absolute-value")]
)  # fmt: skip
def test_a_wrong_version_that_is_a_numpy_function(name: str, wrong: Callable[..., Any], known: str) -> None:
    """NumPy's own functions take no arguments by our names; as wrong versions they answer all the same."""
    assert named(name, answers(name, lambda x: wrong(x))) == known


def test_mistake_with_right_argument_check() -> None:
    """A mistaken student who validates arguments correctly has the same misconception."""

    def student(logits: Array, axis: int = -1) -> Array:
        if logits.ndim == 0:
            raise ValueError("logits needs an axis")
        return softmax(logits, -1)

    assert named("softmax", answers("softmax", student)) == "axis-ignored"


def test_right_answers_are_not_named() -> None:
    """Nothing wrong, nothing named."""
    assert named("softmax", answers("softmax", softmax)) is None


@pytest.mark.parametrize("label", ["one-row", "columns", "far-rows"])
def test_right_on_all_but_one_case_is_not_named(label: str) -> None:
    """A single odd failure is explained by a misconception only if that one fails there alone, in that way."""
    rows = with_value(answers("softmax", softmax), label, lambda value: value + 0.25)
    assert named("softmax", rows) is None


def test_mixed_mistakes_are_not_named() -> None:
    """Two misconceptions in turns are neither."""
    pairs = zip(wrong_answers("softmax", "no-shift"), wrong_answers("softmax", "whole-array"), strict=True)
    assert named("softmax", [pair[index % 2] for index, pair in enumerate(pairs)]) is None


def test_a_failure_where_the_wrong_version_is_right_is_not_named() -> None:
    """The wrong version must explain the right answers too."""
    rows = with_value(wrong_answers("softmax", "no-shift"), "rows", np.zeros_like)
    assert named("softmax", rows) is None


def test_missing_answers_are_not_held_against_a_diagnosis() -> None:
    """Where a worker was lost there is no answer; what was answered is enough to name the mistake, nothing is not."""
    rows = wrong_answers("softmax", "global-shift")
    some: Rows = [(case, answer if index < 6 else None) for index, (case, answer) in enumerate(rows)]
    assert named("softmax", some) == "global-shift"
    assert named("softmax", [(case, None) for case, _ in rows]) is None


def test_failing_error_case_alone_is_not_named() -> None:
    """A right function without its argument check has no misconception of ours."""

    def student(logits: Array, axis: int = -1) -> Array:
        return logits if logits.ndim == 0 else softmax(logits, axis)

    assert named("softmax", answers("softmax", student)) is None


def test_crash_for_none_of_our_reasons_is_not_named() -> None:
    """A student's own exception is not a known mistake."""

    def student(logits: Array, axis: int = -1) -> Array:
        raise TypeError("oops")

    assert named("softmax", answers("softmax", student)) is None


# Kinds of failure, each as a misconception of an exercise of its own.

X = np.array([1.0, -2.0, 3.0])


def _mutating(x: Array) -> Array:
    x *= 2
    return x


def _raising(x: Array) -> Array:
    raise KeyError("x")


KINDS: dict[str, tuple[Callable[..., Any], str]] = {
    "value": (lambda x: 3 * x, "value"),
    "shape": (lambda x: (2 * x).reshape(1, 3), "shape"),
    "dtype": (lambda x: (2 * x).astype(np.float32), "dtype"),
    "finite": (lambda x: 2 * x / np.array([0.0, 1, 1]), "finite"),
    "none": (lambda x: None, "none"),
    "type": (lambda x: [2.0, -4.0, 6.0], "type"),
    "mutated": (_mutating, "mutated"),
    "crashed": (_raising, "raised"),
    "text": (lambda x: "2 x", "type"),
}


CASES = (CompiledCase("one", {"x": X}, Truth(2 * X)), CompiledCase("two", {"x": 10 * X}, Truth(20 * X)))


def run(cases: Sequence[CompiledCase], subject: Callable[..., Any]) -> Rows:
    """What a function answers to these cases."""
    return [(case, answer_locally("double", subject, None, request_of(case))) for case in cases]


def diagnosis(
    student: Callable[..., Any], *wrong: Callable[..., Any], cases: Sequence[CompiledCase] = CASES
) -> str | None:
    """Which of the wrong versions of `double(x)`, named m0, m1 and so on, explains a student's function."""
    plain = CompiledExercise("test", "double", 1.0, cases, Value(), returns_new=True)
    known = tuple(Misconception(f"m{index}", "b", "q") for index in range(len(wrong)))
    records: dict[str, list[Record]] = {
        each.name: [record_of(plain, case, answer) for case, answer in run(cases, subject) if answer]
        for each, subject in zip(known, wrong, strict=True)
    }
    exercise = replace(plain, misconceptions=known, read_wrong=lambda: records)
    found = diagnose(exercise, judged(exercise, run(cases, student)))
    return found.name if found else None


@pytest.mark.parametrize(("wrong", "kind"), KINDS.values(), ids=KINDS)
def test_each_kind_of_failure_is_named(wrong: Callable[..., Any], kind: str) -> None:
    """Whatever fails, the same failure of a known version names it."""
    plain = CompiledExercise("test", "double", 1.0, CASES, Value(), returns_new=True)
    assert judged(plain, run(CASES, wrong))[0][2].kind == kind
    assert diagnosis(wrong, wrong) == "m0"


@pytest.mark.parametrize(("wrong", "kind"), KINDS.values(), ids=KINDS)
def test_no_kind_of_failure_is_taken_for_another(wrong: Callable[..., Any], kind: str) -> None:
    """A failure of one kind is not explained by one of another kind, nor by other wrong numbers."""
    others = [other for other, its in KINDS.values() if its != kind]
    assert diagnosis(wrong, *others, lambda x: 5 * x) is None


def test_shape_with_other_numbers_is_another_mistake() -> None:
    """Both have the wrong shape, but not the same one or not the same numbers."""
    assert diagnosis(lambda x: (3 * x).reshape(1, 3), lambda x: (2 * x).reshape(1, 3)) is None
    assert diagnosis(lambda x: (2 * x).reshape(3, 1), lambda x: (2 * x).reshape(1, 3)) is None


def test_nan_in_another_place_is_another_mistake() -> None:
    """Two results that are not finite are alike only where the same elements are not."""
    assert diagnosis(lambda x: 2 * x / np.array([1.0, 0, 1]), lambda x: 2 * x / np.array([0.0, 1, 1])) is None


def test_the_first_of_two_that_explain_is_named() -> None:
    """The order in which the author wrote them decides."""
    assert diagnosis(lambda x: 3 * x, lambda x: x + 2 * x, lambda x: 3 * x) == "m0"


def test_a_crash_hides_what_else_is_wrong_with_its_case() -> None:
    """Where a mistaken function crashes besides, its other cases name the mistake; one alone is not enough."""
    cases = [CompiledCase(f"times-{size}", {"x": size * X}, Truth(2 * size * X)) for size in (1, 10, 100)]

    def crashing(*sizes: float) -> Callable[..., Any]:
        def student(x: Array) -> Array:
            if x[0] in sizes:
                raise IndexError("x")
            return 3 * x

        return student

    assert diagnosis(crashing(1), lambda x: 3 * x, cases=cases) == "m0"
    assert diagnosis(crashing(1, 10), lambda x: 3 * x, cases=cases) is None
    assert diagnosis(crashing(1), lambda x: 2 * x if x[0] == 1 else 3 * x, cases=cases) is None


def test_a_dtype_slip_besides_is_forgiven() -> None:
    """A mistaken function that is in double precision besides is named, on a case that the wrong version passes too."""

    def student(x: Array, slope: float = 0.01) -> Array:
        return np.asarray(np.where(x > 0, x, 0.01 * x), dtype=np.float64)

    assert named("leaky_relu", answers("leaky_relu", student)) == "slope-ignored"


def test_missing_checks_alone_are_no_evidence() -> None:
    """A result of the wrong shape is not named for a wrong dtype because both lack the argument's check."""

    def checkless(result: Callable[[Array], Array]) -> Callable[..., Any]:
        return lambda x: result(x[[0, 1, 2]])  # IndexError for too few

    cases = [CompiledCase("one", {"x": X}, Truth(2 * X)), CompiledCase("too-few", {"x": X[:2]}, raises="x")]
    wrong, student = checkless(lambda x: (2 * x).astype(np.float32)), checkless(lambda x: (2 * x)[None])
    assert diagnosis(student, wrong, cases=cases) is None


def test_rounding_does_not_hide_a_mistake() -> None:
    """Another order of summation gives the same mistake; a slightly different factor does not."""
    assert diagnosis(lambda x: x + x + x, lambda x: 3 * x) == "m0"
    assert diagnosis(lambda x: 3.001 * x, lambda x: 3 * x) is None


@pytest.mark.parametrize(("change", "is_alike"), [(5e-6, True), (5e-5, False)])
def test_what_counts_as_rounding_depends_on_the_dtype(change: float, is_alike: bool) -> None:
    """In single precision two orders of summation may differ by 1e-5 of the result's size; in double they may not."""
    wrong = np.array([3.0, -1.0])
    for dtype, want in ((np.float32, is_alike), (np.float64, False)):
        got, other = ((wrong * factor).astype(dtype) for factor in (1 + change, 1))
        assert Value().alike(got, sketch(other), Truth(2 * wrong, dtype=np.dtype(dtype).name), {}) is want


def test_other_exceptions_are_other_mistakes() -> None:
    """KeyError is not IndexError."""

    def student(x: Array) -> Array:
        raise IndexError("x")

    assert diagnosis(student, _raising) is None


def test_wrong_versions_cannot_spoil_the_cases() -> None:
    """A wrong version that changes its argument changes a copy."""
    run(CASES, _mutating)
    assert CASES[0].inputs["x"].tolist() == [1.0, -2.0, 3.0]
