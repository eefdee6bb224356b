"""One answer becomes one outcome; everything in an answer is untrusted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.assessment.checks import Value
from autograder.assessment.compare import Truth
from autograder.assessment.compiled import CompiledCase, CompiledExercise, Scenario
from autograder.assessment.verdict import Outcome, Verdict
from autograder.execution.answers import Answer, Raised
from autograder.grading.judge import call_text, judge
from autograder.worker.wire import Opaque, Rng


def exercise_of(name: str, **more: Any) -> CompiledExercise:
    """An exercise of the unit on activations."""
    return CompiledExercise("activations", name, 1.0, (), Value(), **more)


RELU = exercise_of("relu", returns_new=True)
CASE = CompiledCase("both-signs", {"x": np.array([-1.0, 2.0])}, Truth(np.array([0.0, 2.0])))
BAD = CompiledCase("no-axes", {"logits": np.array(1.0)}, raises="logits")
GROWTH = CompiledCase("vectorized", {"x": np.ones(40)}, larger={"x": np.ones(160)})


def value(result: Any, **more: Any) -> Answer:
    """An answer with a result."""
    return Answer(result, **more)


def error(kind: str, message: str = "", *bases: str, frames: Any = ()) -> Answer:
    """An answer with an exception."""
    return Answer(raised=Raised(kind, (kind, *bases, "Exception", "BaseException", "object"), message, tuple(frames)))


def outcome(answer: Answer, case: CompiledCase = CASE, exercise: CompiledExercise = RELU) -> Outcome:
    """Judge an answer to a case of relu."""
    return judge(exercise, case, answer)


def test_right() -> None:
    """The right value passes."""
    assert outcome(value(np.array([0.0, 2.0]))) == Outcome(Verdict.PASSED)


def test_wrong() -> None:
    """A wrong value fails with the first difference."""
    got = outcome(value(np.array([1.0, 2.0])))
    assert (got.verdict, got.kind) == ("failed", "value")
    assert got.text.startswith("at [0]: got 1.0, want 0.0")


def test_a_changed_argument_fails_a_right_value() -> None:
    """An argument belongs to the caller; its name is told, before anything about the value."""
    for result in (np.array([0.0, 2.0]), np.array([9.0, 9.0])):
        got = outcome(value(result, changed=("x",)))
        assert (got.verdict, got.kind) == ("failed", "mutated")
        assert "`x`" in got.text


def test_writing_to_a_readonly_argument_is_a_mutation() -> None:
    """NumPy's refusal is told in the caller's words, with the student's line."""
    got = outcome(error("ValueError", "assignment destination is read-only", frames=[("a.py", 3, "relu")]))
    assert (got.verdict, got.kind, got.frames) == ("failed", "mutated", (("a.py", 3, "relu"),))


def test_shared_memory_fails_where_a_new_array_is_asked_for() -> None:
    """A right value that is the argument's own memory fails only where the exercise says 'new'."""
    answer = value(np.array([0.0, 2.0]), shared=("x",))
    assert (outcome(answer).kind, outcome(answer).verdict) == ("aliased", "failed")
    other = exercise_of("view")
    assert outcome(answer, exercise=other).verdict == "passed"


def test_exception_is_a_crash_with_the_line() -> None:
    """An exception is told by type, text and the student's last line."""
    got = outcome(error("TypeError", "bad\noperand", frames=[("a.py", 3, "relu"), ("a.py", 9, "helper")]))
    assert (got.verdict, got.kind, got.exception) == ("crashed", "raised", "TypeError")
    assert got.text == "raised TypeError: bad operand (line 9 of a.py)"
    assert got.frames == (("a.py", 3, "relu"), ("a.py", 9, "helper"))


def test_exception_without_text_or_frames() -> None:
    """An exception that says nothing is told by its type."""
    assert outcome(error("KeyboardInterrupt")).text == "raised KeyboardInterrupt"


def test_long_messages_are_cut() -> None:
    """An exception's text does not fill the screen."""
    assert len(outcome(error("TypeError", "x " * 5000)).text) < 250


def test_not_attempted_and_blocked() -> None:
    """NotImplementedError is 'not attempted'; with another exercise's id it is 'blocked'."""
    assert outcome(error("NotImplementedError", "activations.relu")).verdict == "not_attempted"
    assert outcome(error("NotImplementedError", "")).verdict == "not_attempted"
    assert outcome(error("NotImplementedError", "TODO: think.")).verdict == "not_attempted"
    got = outcome(error("NotImplementedError", "gates.perceptron"))
    assert (got.verdict, got.text) == ("blocked", "needs gates.perceptron, which is not attempted yet")


def test_unfinished_is_not_an_error_case_passed() -> None:
    """NotImplementedError where a ValueError is asked for is still 'not attempted'."""
    assert outcome(error("NotImplementedError", "logits"), BAD).verdict == "not_attempted"


@pytest.mark.parametrize("case", [CASE, BAD], ids=lambda case: str(case.label))
def test_missing_unit_blocks_and_other_failed_imports_crash(case: CompiledCase) -> None:
    """An import that fails when the function is called waits for an earlier unit only if it names one."""
    missing = error("ModuleNotFoundError", "No module named 'submission.u02_gates'", "ImportError")
    got = outcome(missing, case)
    assert (got.verdict, got.text) == ("blocked", "needs u02_gates, which is not there")
    assert outcome(missing, GROWTH).verdict == "blocked"
    for other in (
        error("ModuleNotFoundError", "No module named 'u2_gates'", "ImportError"),
        error("RuntimeError", "No module named 'u02_gates'"),
    ):
        assert outcome(other, case).verdict == ("crashed" if case is CASE else "failed")


@pytest.mark.parametrize(
    ("answer", "verdict", "said"),
    [
        (error("ValueError", "logits: got no axes"), "passed", ""),
        (error("ShapeError", "the logits need an axis", "ValueError"), "passed", ""),
        (error("ValueError", "no axes"), "failed", "should name `logits`"),
        (error("ValueError", "my_logits_2 are bad"), "failed", "should name `logits`"),
        (error("TypeError", "logits"), "failed", "want a ValueError that names `logits`"),
        (error("AxisError", "axis 0 is out of bounds", "ValueError", "IndexError"), "failed", "should name"),
        (value(np.array(1.0)), "failed", "raised nothing"),
        (value(None), "failed", "raised nothing"),
    ],
)  # fmt: skip
def test_bad_input_must_raise_a_value_error_that_names_the_argument(answer: Answer, verdict: str, said: str) -> None:
    """The type may be a subclass; the text names the argument as a word."""
    got = outcome(answer, BAD)
    assert got.verdict == verdict
    assert said in got.text


@pytest.mark.parametrize(
    "result", [Opaque("Liar", "x" * 300), {"verdict": "passed"}, "passed", [[]], slice(1), 10**400]
)
@pytest.mark.parametrize("case", [CASE, BAD], ids=["value", "raises"])
def test_whatever_comes_back_is_judged_not_believed(result: Any, case: CompiledCase) -> None:
    """A value of any type is an outcome like any other, in one line."""
    got = outcome(value(result), case)
    assert got.verdict == "failed"
    assert "\n" not in got.text
    assert len(got.text) < 400


def counted(small: int, large: int, *places: Any) -> Answer:
    """An answer of a counting run."""
    return Answer(lines=(small, large), places=places or ({}, {}))


@pytest.mark.parametrize(
    ("small", "large", "verdict"),
    [(5, 5, "passed"), (5, 20, "passed"), (100, 130, "passed"), (50, 200, "failed"), (100, 400, "failed"), (45, 165, "failed")],
)  # fmt: skip
def test_growth_of_executed_lines(small: int, large: int, verdict: str) -> None:
    """Lines that grow with the input are a loop; a few more are not."""
    got = outcome(counted(small, large), GROWTH)
    assert got.verdict == verdict
    if verdict == "failed":
        assert got.kind == "vectorized"
        assert f"{small} lines" in got.text
        assert str(large) in got.text


def test_a_loop_is_where_lines_grow_in_the_exercise_itself() -> None:
    """Not where most lines run, nor in a helper that the loop calls."""
    helper, loop, once = ("a.py", 3), ("a.py", 12), ("a.py", 11)
    small = {helper: 400, ("a.py", 4): 60, loop: 41, once: 1}
    large = {helper: 1600, ("a.py", 4): 60, loop: 161, once: 1}
    answer = counted(500, 2000, small, large)
    assert " at line 12 of a.py: " in judge(RELU, GROWTH, answer, ("a.py", range(10, 14))).text
    assert " at line 3 of a.py: " in judge(RELU, GROWTH, answer, ("b.py", range(10, 14))).text
    assert " at line 3 of a.py: " in judge(RELU, GROWTH, answer).text


def test_a_loop_whose_place_is_not_known() -> None:
    """The message is then without a line."""
    got = outcome(counted(50, 200), GROWTH)
    assert got.text == "loops over elements: 50 lines run for size n, 200 for 4n; use array operations"


def test_an_error_that_only_our_scenario_met() -> None:
    """What the student's code let pass is not said to have raised what it made us stumble over."""
    ours, theirs = error("FileNotFoundError", "no file"), error("TypeError", "odd", frames=[("a.py", 3, "save")])
    assert outcome(ours, BAD).text == "raised nothing; want a ValueError that names `logits`"
    assert outcome(theirs, BAD).text.startswith("raised TypeError: odd (line 3 of a.py); want")


@pytest.mark.parametrize("lines", [(-1, 5), (5, -1), (0, 0), (-1, -1)])
def test_uncountable_lines_do_not_pass(lines: tuple[int, int]) -> None:
    """A switched-off counter is a failure, never a pass."""
    assert outcome(counted(*lines), GROWTH).verdict == "failed"
    assert outcome(value(np.array([0.0, 2.0])), GROWTH).verdict == "failed"


def test_growth_run_that_raises() -> None:
    """An exception is a crash."""
    assert outcome(error("MemoryError"), GROWTH).verdict == "crashed"
    assert outcome(error("MemoryError"), GROWTH).text == "raised MemoryError"


def test_growth_run_of_what_is_not_written() -> None:
    """An unfinished exercise is not attempted, not crashed, when its lines are counted too."""
    assert outcome(error("NotImplementedError", "activations.relu"), GROWTH).verdict == "not_attempted"


def test_call_text_is_the_call_as_the_student_writes_it() -> None:
    """Arrays, long lists, dicts and generators by name, plain values in full."""
    inputs = {
        "logits": np.zeros(3), "axis": 1, "rate": 0.5, "name": "adam", "rng": Rng(1), "words": ["a"] * 50,
        "shape": (2, 3), "config": {},
    }  # fmt: skip
    assert call_text(exercise_of("f"), CompiledCase("c", inputs)) == (
        "f(logits, axis=1, rate=0.5, name='adam', rng, words, shape=(2, 3), config)"
    )
    driven = exercise_of("Adam", scenario=Scenario("drive", ""))
    assert call_text(driven, CompiledCase("two-steps", {"lr": 0.1})) == "Adam [two-steps]"
    assert call_text(RELU, GROWTH) == "relu"
