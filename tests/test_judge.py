"""One answer becomes one outcome; everything in an answer is untrusted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.catalog import Case, Exercise
from autograder.compare import Truth
from autograder.judge import Outcome, call_text, judge, judge_growth
from autograder.wire import Opaque, Rng, pack, unpack

RELU = Exercise("relu", points=1, cases=[], unit="activations", returns_new=True)
CASE = Case("both-signs", x=np.array([-1.0, 2.0]))
BAD = Case("no-axes", logits=np.array(1.0), raises="logits")
TRUTH = Truth(np.array([0.0, 2.0]))


def value(result: Any, **more: Any) -> dict[str, Any]:
    """An answer with a result."""
    return {"value": result, "changed": [], "shared": [], **more}


def error(kind: str, message: str = "", *bases: str, frames: Any = ()) -> dict[str, Any]:
    """An answer with an exception."""
    record = {"type": kind, "bases": [kind, *bases, "Exception", "BaseException", "object"], "message": message}
    return {"error": {**record, "frames": list(frames)}}


def outcome(answer: Any, case: Case = CASE, exercise: Exercise = RELU) -> Outcome:
    """Judge an answer to a case of relu."""
    return judge(exercise, case, TRUTH, answer)


def test_right() -> None:
    """The right value passes."""
    assert outcome(value(np.array([0.0, 2.0]))) == Outcome("passed")


def test_wrong() -> None:
    """A wrong value fails with the first difference."""
    got = outcome(value(np.array([1.0, 2.0])))
    assert (got.verdict, got.kind) == ("failed", "value")
    assert got.text.startswith("at [0]: got 1.0, want 0.0")


def test_a_changed_argument_fails_a_right_value() -> None:
    """An argument belongs to the caller; its name is told, before anything about the value."""
    for result in (np.array([0.0, 2.0]), np.array([9.0, 9.0])):
        got = outcome(value(result, changed=["x"]))
        assert (got.verdict, got.kind) == ("failed", "mutated")
        assert "`x`" in got.text


def test_writing_to_a_readonly_argument_is_a_mutation() -> None:
    """NumPy's refusal is told in the caller's words, with the student's line."""
    got = outcome(error("ValueError", "assignment destination is read-only", frames=[("a.py", 3, "relu")]))
    assert (got.verdict, got.kind, got.frames) == ("failed", "mutated", (("a.py", 3, "relu"),))


def test_shared_memory_fails_where_a_new_array_is_asked_for() -> None:
    """A right value that is the argument's own memory fails only where the exercise says 'new'."""
    answer = value(np.array([0.0, 2.0]), shared=["x"])
    assert (outcome(answer).kind, outcome(answer).verdict) == ("aliased", "failed")
    other = Exercise("view", points=1, cases=[], unit="activations")
    assert outcome(answer, exercise=other).verdict == "passed"


def test_exception_is_a_crash_with_the_line() -> None:
    """An exception is told by type, text and the student's last line."""
    got = outcome(error("TypeError", "bad\noperand", frames=[("a.py", 3, "relu"), ("a.py", 9, "helper")]))
    assert (got.verdict, got.kind) == ("crashed", "raised TypeError")
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
def test_missing_unit_blocks_and_other_failed_imports_crash(case: Case) -> None:
    """An import that fails when the function is called waits for an earlier unit only if it names one."""
    missing = error("ModuleNotFoundError", "No module named 'submission.u02_gates'", "ImportError")
    got = outcome(missing, case)
    assert (got.verdict, got.text) == ("blocked", "needs u02_gates, which is not there")
    assert judge_growth(missing, missing).verdict == "blocked"
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
def test_bad_input_must_raise_a_value_error_that_names_the_argument(
    answer: dict[str, Any], verdict: str, said: str
) -> None:
    """The type may be a subclass; the text names the argument as a word."""
    got = outcome(answer, BAD)
    assert got.verdict == verdict
    assert said in got.text


HOSTILE: dict[str, Any] = {
    "nothing": {},
    "verdict": {"verdict": "passed", "score": 100},
    "error-is-text": {"error": "no"},
    "error-is-empty": {"error": {}},
    "error-of-arrays": {"error": {"type": np.zeros(3), "bases": [np.zeros(3), [1]], "message": np.zeros(3), "frames": 3}},
    "bases-are-an-array": {"error": {"bases": np.zeros(2)}},
    "bases-hold-everything": {"error": {"bases": [{}, [], None, Opaque("x")], "message": [1]}},
    "frames-of-anything": {"error": {"frames": [1, (1,), ("a.py", "x", 3), (np.zeros(2), 10**300, None)]}},
    "changed-of-lists": value(np.array([0.0, 2.0]), changed=[["x"], {}, np.zeros(2), None]),
    "changed-is-a-dict": value(np.array([1.0, 2.0]), changed={"x": 1}, shared=3),
    "shared-of-arrays": value(np.array([1.0, 2.0]), shared=[np.zeros(2)]),
    "value-is-opaque": value(Opaque("Liar", "x" * 300)),
    "newlines": {"error": {"type": "A\nB" * 500, "bases": ["A"], "message": "\n" * 9, "frames": [("a\nb", 1, "c")]}},
}  # fmt: skip


@pytest.mark.parametrize("case", [CASE, BAD], ids=["value", "raises"])
@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE)
def test_hostile_answers_are_judged_not_believed(answer: dict[str, Any], case: Case) -> None:
    """A forged answer is an outcome like any other, in one line; it passes only with the right value in it."""
    got = outcome(unpack(pack(answer)), case)
    holds_truth = case is CASE and np.array_equal(np.array(answer.get("value"), dtype=object), TRUTH.expected)
    assert (got.verdict == "passed") is holds_truth
    assert "\n" not in got.text
    assert len(got.text) < 400


def counted(lines: Any) -> dict[str, Any]:
    """An answer of a counting run."""
    return {"lines": lines}


@pytest.mark.parametrize(
    ("small", "large", "verdict"),
    [(5, 5, "passed"), (5, 20, "passed"), (100, 130, "passed"), (50, 200, "failed"), (100, 400, "failed"), (45, 165, "failed")],
)  # fmt: skip
def test_growth_of_executed_lines(small: int, large: int, verdict: str) -> None:
    """Lines that grow with the input are a loop; a few more are not."""
    got = judge_growth(counted(small), counted(large))
    assert got.verdict == verdict
    if verdict == "failed":
        assert got.kind == "vectorized"
        assert f"{small} lines" in got.text
        assert str(large) in got.text


def test_a_loop_is_where_lines_grow_in_the_exercise_itself() -> None:
    """Not where most lines run, nor in a helper that the loop calls."""
    helper, loop, once = ("a.py", 3), ("a.py", 12), ("a.py", 11)
    small = {"lines": 500, "places": [(helper, 400), (("a.py", 4), 60), (loop, 41), (once, 1)]}
    large = {"lines": 2000, "places": [(helper, 1600), (("a.py", 4), 60), (loop, 161), (once, 1)]}
    assert " at line 12 of a.py: " in judge_growth(small, large, own=("a.py", range(10, 14))).text
    assert " at line 3 of a.py: " in judge_growth(small, large, own=("b.py", range(10, 14))).text
    assert " at line 3 of a.py: " in judge_growth(small, large).text


@pytest.mark.parametrize(
    "places", [None, 5, [5], [("a.py", 1)], [(("a.py", -1), 9)], [(("a.py", 1), 10**30)], [((1, 1), 9)], {}]
)
def test_forged_places_are_left_out(places: Any) -> None:
    """The message is then without a line."""
    got = judge_growth({"lines": 50, "places": places}, {"lines": 200, "places": places})
    assert got.text == "loops over elements: 50 lines run for size n, 200 for 4n; use array operations"


def test_an_error_that_only_our_scenario_met() -> None:
    """What the student's code let pass is not said to have raised what it made us stumble over."""
    ours, theirs = error("FileNotFoundError", "no file"), error("TypeError", "odd", frames=[("a.py", 3, "save")])
    assert outcome(ours, BAD).text == "raised nothing; want a ValueError that names `logits`"
    assert outcome(theirs, BAD).text.startswith("raised TypeError: odd (line 3 of a.py); want")


@pytest.mark.parametrize("lines", [-1, 0, None, "5", 5.0, [5], 10**1000, np.zeros(2)], ids=lambda lines: str(lines)[:6])
def test_uncountable_lines_do_not_pass(lines: Any) -> None:
    """A switched-off or forged counter is a failure, never a pass or an error of ours."""
    assert judge_growth(counted(lines), counted(5)).verdict == "failed"
    assert judge_growth(counted(5), counted(lines)).verdict == "failed"
    assert judge_growth(counted(-1), counted(-1)).verdict == "failed"
    assert judge_growth({}, {}).verdict == "failed"


def test_growth_run_that_raises() -> None:
    """An exception on the large input is a crash."""
    assert judge_growth(counted(5), error("MemoryError")).verdict == "crashed"
    assert judge_growth(error("MemoryError"), counted(5)).text == "raised MemoryError"


def test_growth_run_of_what_is_not_written() -> None:
    """An unfinished exercise is not attempted, not crashed, when its lines are counted too."""
    unfinished = error("NotImplementedError", "activations.relu")
    assert judge_growth(unfinished, unfinished).verdict == "not_attempted"


def test_call_text_is_the_call_as_the_student_writes_it() -> None:
    """Arrays, long lists, dicts and generators by name, plain values in full."""
    case = Case(
        "c", logits=np.zeros(3), axis=1, rate=0.5, name="adam", rng=Rng(1), words=["a"] * 50, shape=(2, 3), config={}
    )
    assert call_text(Exercise("f", points=1, cases=[]), case) == (
        "f(logits, axis=1, rate=0.5, name='adam', rng, words, shape=(2, 3), config)"
    )
    driven = Exercise("Adam", points=1, cases=[], scenario=lambda subject: subject)
    assert call_text(driven, Case("two-steps", lr=0.1)) == "Adam [two-steps]"
