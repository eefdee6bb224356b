"""A failure is named when a known wrong version explains every answer, and only then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.catalog import Case, Exercise, Misconception, find
from autograder.checks import Value
from autograder.compare import Truth
from autograder.diagnose import WrongAnswers, answer_locally, diagnose
from autograder.judge import judge
from autograder.prepare import PreparedExercise
from tests.conftest import COURSE

Array = np.ndarray[Any, Any]


def prepared(name: str) -> PreparedExercise:
    """An exercise with its cases, truths and wrong answers."""
    (unit,) = [each for each in COURSE.units() if each.name == "u04_activations"]
    (exercise,) = find(f"activations.{name}")
    return COURSE.prepare(unit, exercise)


def answers_of(of: PreparedExercise, subject: Callable[..., Any]) -> list[Any]:
    """What a student's function answers."""
    return [answer_locally(of.exercise, subject, request) for request in of.request().cases[: len(of.cases)]]


def named(of: PreparedExercise, answers: list[Any]) -> str | None:
    """The name of the diagnosis."""
    found = diagnose(of.exercise, of.cases, of.truths, answers, of.wrong)
    return found.name if found else None


def softmax(logits: Array, axis: int = -1) -> Array:
    """A right answer, with its argument checked."""
    if logits.ndim == 0:
        raise ValueError("logits: got a number, want at least one axis")
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis=axis, keepdims=True))


SOFTMAX = find("activations.softmax")[0]
KNOWN = [each.name for each in SOFTMAX.misconceptions]


@pytest.mark.parametrize("name", KNOWN)
def test_each_misconception_is_named(name: str) -> None:
    """The very wrong version is recognised as itself."""
    of = prepared("softmax")
    assert named(of, list(of.wrong[name])) == name


def test_written_another_way() -> None:
    """The same mistake in other words is the same mistake."""

    def student(logits: Array, axis: int = -1) -> Array:
        shifted = np.exp(logits + 0.0) * 2
        return np.asarray(shifted / np.expand_dims(shifted.sum(axis), axis))

    assert named(prepared("softmax"), answers_of(prepared("softmax"), student)) == "no-shift"


@pytest.mark.parametrize(
    ("name", "wrong", "known"), [("sigmoid", np.tanh, "tanh-instead"), ("relu", np.abs, "absolute-value")]
)  # fmt: skip
def test_a_wrong_version_that_is_a_numpy_function(name: str, wrong: Callable[..., Any], known: str) -> None:
    """NumPy's own functions take no arguments by our names; as wrong versions they answer all the same."""
    of = prepared(name)
    assert named(of, answers_of(of, lambda x: wrong(x))) == known


def test_mistake_with_right_argument_check() -> None:
    """A mistaken student who validates arguments correctly has the same misconception."""

    def student(logits: Array, axis: int = -1) -> Array:
        if logits.ndim == 0:
            raise ValueError("logits needs an axis")
        return softmax(logits, -1)

    assert named(prepared("softmax"), answers_of(prepared("softmax"), student)) == "axis-ignored"


def test_right_answers_are_not_named() -> None:
    """Nothing wrong, nothing named."""
    of = prepared("softmax")
    assert named(of, answers_of(of, softmax)) is None


@pytest.mark.parametrize("label", ["one-row", "columns", "far-rows"])
def test_right_on_all_but_one_case_is_not_named(label: str) -> None:
    """A single odd failure is explained by a misconception only if that one fails there alone, in that way."""
    of = prepared("softmax")
    answers = answers_of(of, softmax)
    index = [case.label for case in of.cases].index(label)
    answers[index] = {**answers[index], "value": answers[index]["value"] + 0.25}
    assert named(of, answers) is None


def test_mixed_mistakes_are_not_named() -> None:
    """Two misconceptions in turns are neither."""
    of = prepared("softmax")
    pairs = zip(of.wrong["no-shift"], of.wrong["whole-array"], strict=True)
    assert named(of, [pair[index % 2] for index, pair in enumerate(pairs)]) is None


def test_a_failure_where_the_wrong_version_is_right_is_not_named() -> None:
    """The wrong version must explain the right answers too."""
    of = prepared("softmax")
    answers = list(of.wrong["no-shift"])
    index = [case.label for case in of.cases].index("rows")
    answers[index] = {**answers[index], "value": np.zeros((2, 3))}
    assert named(of, answers) is None


def test_missing_answers_are_not_held_against_a_diagnosis() -> None:
    """Where a worker was lost there is no answer; what was answered is enough to name the mistake, nothing is not."""
    of = prepared("softmax")
    some = [answer if index < 6 else None for index, answer in enumerate(of.wrong["global-shift"])]
    assert named(of, some) == "global-shift"
    assert named(of, [None] * len(of.cases)) is None


def test_failing_error_case_alone_is_not_named() -> None:
    """A right function without its argument check has no misconception of ours."""
    of = prepared("softmax")

    def student(logits: Array, axis: int = -1) -> Array:
        return logits if logits.ndim == 0 else softmax(logits, axis)

    assert named(of, answers_of(of, student)) is None


def test_crash_for_none_of_our_reasons_is_not_named() -> None:
    """A student's own exception is not a known mistake."""

    def student(logits: Array, axis: int = -1) -> Array:
        raise TypeError("oops")

    of = prepared("softmax")
    assert named(of, answers_of(of, student)) is None


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
    "crashed": (_raising, "raised KeyError"),
    "text": (lambda x: "2 x", "type"),
}


def exercise_with(*wrong: Callable[..., Any]) -> tuple[Exercise, list[Case], list[Truth]]:
    """`double(x)` with misconceptions named m0, m1 and so on."""
    known = [Misconception(f"m{index}", "b", each, "h") for index, each in enumerate(wrong)]
    cases = [Case("one", x=X), Case("two", x=10 * X)]
    exercise = Exercise("double", points=1, cases=cases, misconceptions=known, returns_new=True, unit="test")
    return exercise, cases, [Truth(2 * X), Truth(20 * X)]


def diagnosis(student: Callable[..., Any], *wrong: Callable[..., Any]) -> str | None:
    """Which of the wrong versions explains a student's function."""
    exercise, cases, truths = exercise_with(*wrong)
    known = {each.name: WrongAnswers(exercise, each, cases) for each in exercise.misconceptions}
    answers = WrongAnswers(exercise, Misconception("student", "", student, ""), cases)
    found = diagnose(exercise, cases, truths, answers, known)
    return found.name if found else None


@pytest.mark.parametrize(("wrong", "kind"), KINDS.values(), ids=KINDS)
def test_each_kind_of_failure_is_named(wrong: Callable[..., Any], kind: str) -> None:
    """Whatever fails, the same failure of a known version names it."""
    exercise, cases, truths = exercise_with(wrong)
    answer, _ = WrongAnswers(exercise, exercise.misconceptions[0], cases)
    assert judge(exercise, cases[0], truths[0], answer).kind == kind
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
    cases = [Case(label, x=size * X) for label, size in (("one", 1), ("two", 10), ("three", 100))]

    def crashing(*sizes: float) -> Callable[..., Any]:
        def student(x: Array) -> Array:
            if x[0] in sizes:
                raise IndexError("x")
            return 3 * x

        return student

    def name(student: Callable[..., Any], wrong: Callable[..., Any]) -> str | None:
        exercise = replace(exercise_with(wrong)[0], cases=cases)
        truths = [Truth(2 * np.asarray(case.inputs["x"])) for case in cases]
        known = {"m0": WrongAnswers(exercise, exercise.misconceptions[0], cases)}
        answers = WrongAnswers(exercise, Misconception("student", "", student, ""), cases)
        found = diagnose(exercise, cases, truths, answers, known)
        return found.name if found else None

    assert name(crashing(1), lambda x: 3 * x) == "m0"
    assert name(crashing(1, 10), lambda x: 3 * x) is None
    assert name(crashing(1), lambda x: 2 * x if x[0] == 1 else 3 * x) is None


def test_a_dtype_slip_besides_is_forgiven() -> None:
    """A mistaken function that is in double precision besides is named, on a case that the wrong version passes too."""

    def student(x: Array, slope: float = 0.01) -> Array:
        return np.asarray(np.where(x > 0, x, 0.01 * x), dtype=np.float64)

    assert named(prepared("leaky_relu"), answers_of(prepared("leaky_relu"), student)) == "slope-ignored"


def test_missing_checks_alone_are_no_evidence() -> None:
    """A result of the wrong shape is not named for a wrong dtype because both lack the argument's check."""

    def checkless(result: Callable[[Array], Array]) -> Callable[..., Any]:
        return lambda x: result(x[[0, 1, 2]])  # IndexError for too few

    exercise = exercise_with(checkless(lambda x: (2 * x).astype(np.float32)))[0]
    cases = [Case("one", x=X), Case("too-few", raises="x", x=X[:2])]
    known = {"m0": WrongAnswers(exercise, exercise.misconceptions[0], cases)}
    student = Misconception("student", "", checkless(lambda x: (2 * x)[None]), "")
    answers = WrongAnswers(exercise, student, cases)
    assert diagnose(exercise, cases, [Truth(2 * X), Truth(None)], answers, known) is None


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
        assert Value().alike(got, other, Truth(2 * wrong, dtype=np.dtype(dtype).name), {}) is want


def test_other_exceptions_are_other_mistakes() -> None:
    """KeyError is not IndexError."""

    def student(x: Array) -> Array:
        raise IndexError("x")

    assert diagnosis(student, _raising) is None


def test_wrong_versions_cannot_spoil_the_cases() -> None:
    """A wrong version that changes its argument changes a copy."""
    exercise, cases, _ = exercise_with(_mutating)
    WrongAnswers(replace(exercise), exercise.misconceptions[0], cases)
    assert cases[0].inputs["x"].tolist() == [1.0, -2.0, 3.0]
