"""Verdicts, scores, messages and the JSON form of a submission's grade."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.assessment.verdict import Verdict
from autograder.authoring.hidden import hidden_units
from autograder.execution.executors import Limits, choose
from autograder.execution.session import RemoteSession
from autograder.grading.course import Course
from autograder.grading.grader import UnitGrader, grade
from autograder.grading.results import SCHEMA, ExerciseGrade, Grade
from autograder.report.feedback import explain
from autograder.submissions.load import Submission, load_submission
from tests.conftest import COURSE, GradeSource, compiled, solution_path, submission_of

UNIT = "u04_activations"
HEAD = "import numpy as np\n"
RELU = "def relu(x):\n    return np.maximum(x, 0)\n"
SOFTMAX = """
def softmax(logits, axis=-1):
    if logits.ndim == 0:
        raise ValueError("logits: no axes")
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)
"""


def run(submission: Submission, *names: str, course: Course = COURSE, limits: Limits | None = None) -> Grade:
    """Grade some of the unit's exercises."""
    session = RemoteSession(choose("subprocess"), limits or Limits(call_seconds=2.0, import_seconds=3.0))
    return grade(submission, course, session, only={f"activations.{name}" for name in names})


def one(source: str, name: str, **options: Any) -> ExerciseGrade:
    """Grade one exercise of a piece of source."""
    (found,) = run(submission_of(HEAD + source), name, **options).exercises
    return found


def test_passed() -> None:
    """A right answer gets all points and no message."""
    found = one(RELU, "relu")
    assert (found.verdict, found.score, found.passed) == ("passed", 1.0, found.total)
    assert (found.message, found.hint, found.misconception, found.shown) == ("", "", None, None)


def test_model_answers_pass() -> None:
    """The whole solution file gets every point."""
    names = ("sigmoid", "sigmoid_backward", "relu", "relu_backward", "softmax", "softmax_backward")
    result = run(load_submission(solution_path(UNIT), COURSE.names()), *names)
    assert {each.verdict for each in result.exercises} == {"passed"}
    assert result.score == result.max_score


def test_failed_is_told_named_and_asked_about() -> None:
    """A known mistake: the call, what differs, the misconception and its question."""
    found = one(
        "def softmax(logits, axis=-1):\n    p = np.exp(logits - logits.max())\n    return p / p.sum(axis=axis, keepdims=True)\n",
        "softmax",
    )
    assert (found.verdict, found.shown is not None) == ("failed", True)
    assert found.message.startswith("softmax(logits): not finite at [1, 0]: got nan, want 1.0")
    assert found.misconception is not None
    assert found.misconception.name == "global-shift"
    assert found.hint == found.misconception.question
    assert 0 < found.passed < found.total


def test_an_unknown_mistake_gets_the_first_hint() -> None:
    """Where no misconception explains the failure the exercise's first hint is given."""
    found = one("def softmax(logits, axis=-1):\n    return logits * 3\n", "softmax")
    assert found.misconception is None
    assert found.hint == compiled("activations.softmax").hints[0]


def test_the_smallest_failing_case_is_shown() -> None:
    """Of several failing cases one with a small input comes first."""
    found = one("def relu(x):\n    return x + 1\n", "relu")
    assert found.shown is not None
    sizes = {case.label: case.case.inputs["x"].size for case in found.cases if case.outcome.verdict == "failed"}
    assert sizes[found.shown.label] == min(sizes.values())


def test_an_empty_case_is_not_the_showcase() -> None:
    """Where a case with something in it fails too, that one is shown."""
    found = one("def softplus(x):\n    return x + 1.0\n", "softplus")
    assert found.shown is not None
    assert all(np.size(value) for value in found.shown.case.inputs.values())


def test_who_calls_what_is_wrong_is_not_blamed() -> None:
    """It is told what to repair first, and no misconception is held against it; a fault of its own is."""
    sigmoid = "def sigmoid(x):\n    return 1 / (1 + np.exp(x))\n\n\n"
    caller = "def helper(x):\n    return sigmoid(x)\n\n\ndef sigmoid_backward(grad_output, x):\n    return grad_output * helper(x) ** 2\n"
    first, second = run(
        submission_of("import numpy as np\n\n" + sigmoid + caller), "sigmoid", "sigmoid_backward"
    ).exercises
    assert first.repair_first == ()
    assert (second.repair_first, second.misconception) == (("activations.sigmoid",), None)
    assert second.as_json()["hint"] == "repair `sigmoid` first: this answer calls it, and may be right itself"
    assert explain(second)[-1] == f"  {second.as_json()['hint']}"
    right = "def sigmoid(x):\n    return 0.5 * (1 + np.tanh(0.5 * x))\n\n\n"
    _, second = run(submission_of("import numpy as np\n\n" + right + caller), "sigmoid", "sigmoid_backward").exercises
    assert second.verdict == "failed"
    assert second.repair_first == ()


def test_a_missing_check_is_no_reason_for_a_callers_wrong_values() -> None:
    """What is called fails on bad input alone: the caller's own mistake keeps its name."""
    softmax = SOFTMAX.replace('raise ValueError("logits: no axes")', "pass")
    caller = "\n\ndef softmax_backward(grad_output, logits, axis=-1):\n    p = softmax(logits, axis)\n    return grad_output * p * (1 - p)\n"
    first, second = run(submission_of(HEAD + softmax + caller), "softmax", "softmax_backward").exercises
    assert (first.verdict, second.verdict) == ("failed", "failed")
    assert second.repair_first == ()
    assert second.misconception is not None
    assert second.misconception.name == "diagonal-only"


def test_axis_is_in_the_call() -> None:
    """Plain arguments of the failing call are shown in full."""
    found = one(SOFTMAX.replace("powers.sum(axis=axis", "powers.sum(axis=-1"), "softmax")
    assert found.message.startswith("softmax(logits, axis=0): ")


@pytest.mark.parametrize(
    "source",
    ["", "x = 1\n", 'def relu(x):\n    raise NotImplementedError("activations.relu")\n',
     'def relu(x):\n    """Doc."""\n    raise NotImplementedError\n', "def Relu(x):\n    return x\n"],
    ids=["empty", "other-names", "stub", "bare-stub", "wrong-name"],
)  # fmt: skip
def test_not_attempted(source: str) -> None:
    """What was not begun, or has another name, is not attempted, and not incorrect."""
    found = one(source, "relu")
    assert (found.verdict, found.score, found.cases) == ("not_attempted", 0.0, ())
    assert found.total == len(compiled("activations.relu").cases)
    assert found.message


def test_a_wrong_name_is_told() -> None:
    """A function of another name is missed by name, with the file."""
    assert one("def Relu(x):\n    return x\n", "relu").message == "relu is not defined in u04_activations.py"


def test_without_a_file() -> None:
    """A unit that was not handed in is not attempted; what could not be read is told."""
    empty = Submission("student", {}, {}, (), {"a.pdf": "a.pdf: not Python"})
    (found,) = run(empty, "relu").exercises
    assert (found.verdict, found.message) == ("not_attempted", "a.pdf: not Python")
    (found,) = run(Submission("student", {}, {}, (), {}), "relu").exercises
    assert found.message == "no file for u04_activations"


def test_attempted_but_unfinished() -> None:
    """A body that raises NotImplementedError while it runs is not attempted, with nothing earned."""
    found = one("def relu(x):\n    y = x\n    raise NotImplementedError\n", "relu")
    assert (found.verdict, found.score) == ("not_attempted", 0.0)


def test_blocked_by_another_stub() -> None:
    """What calls an unstarted exercise is blocked by it, and the other exercise is named."""
    source = 'def softmax(logits, axis=-1):\n    raise NotImplementedError("activations.softmax")\n'
    source += "def softmax_backward(grad_output, logits, axis=-1):\n    return softmax(logits, axis) * grad_output\n"
    found = one(source, "softmax_backward")
    assert (found.verdict, found.score) == ("blocked", 0.0)
    assert found.message == "needs activations.softmax, which is not attempted yet"


def test_blocked_says_so_in_the_stub() -> None:
    """A stub whose message is another exercise's id is blocked by that one."""
    found = one('def relu(x):\n    raise NotImplementedError("activations.sigmoid")\n', "relu")
    assert found.verdict == "blocked"
    assert "activations.sigmoid" in found.message


def test_crashed_shows_the_students_frames() -> None:
    """An exception is told with the student's own lines, and no frame of ours."""
    found = one("def helper(x):\n    return x.nothing\ndef relu(x):\n    return helper(x)\n", "relu")
    assert found.verdict == "crashed"
    assert "raised AttributeError" in found.message
    assert "(line 3 of u04_activations.py)" in found.message
    assert found.shown is not None
    assert [frame[1:] for frame in found.shown.outcome.frames] == [(5, "relu"), (3, "helper")]
    text = "\n".join(explain(found, lambda file, line: "return x.nothing" if line == 3 else ""))
    assert "u04_activations.py, line 3, in helper: return x.nothing" in text
    assert not any(word in text for word in ("worker.py", "autograder", "run_case"))


def test_timed_out() -> None:
    """A call that does not end is timed out; what passed before it counts as passed."""
    source = "def relu(x):\n    while x.dtype == np.float32: pass\n    return np.maximum(x, 0)\n"
    found = one(source, "relu", limits=Limits(call_seconds=0.3))
    assert (found.verdict, found.misconception) == ("timed_out", None)
    assert "no answer after 0.3 s" in found.message
    assert found.passed == 4


def test_verdicts_are_the_vocabulary() -> None:
    """Six words, and no others."""
    assert [*Verdict] == ["passed", "failed", "not_attempted", "blocked", "crashed", "timed_out"]
    assert [each for each in Verdict if each.is_failure] == ["failed", "crashed", "timed_out"]


def test_partial_credit_in_halves() -> None:
    """Points in proportion to the cases passed, rounded down to halves: 4 of 10 cases of 2 points are half a point."""
    found = one(SOFTMAX.replace("axis=axis", "axis=-1"), "softmax")
    assert 0 < found.passed < found.total
    assert found.score == int(2 * 2 * found.passed / found.total) / 2
    assert found.score % 0.5 == 0
    assert found.score < 2


def test_partial_credit_never_reaches_full_points() -> None:
    """One case wrong is not all points."""
    found = one(SOFTMAX.replace("    powers", "    if len(logits) == 4: return logits\n    powers", 1), "softmax")
    assert found.verdict == "failed"
    assert found.score <= 1.5


def test_no_credit_where_only_errors_are_right() -> None:
    """Raising what error cases ask for, always, earns nothing."""
    found = one("def softmax(logits, axis=-1):\n    raise ValueError('logits')\n", "softmax")
    assert (found.passed, found.score) == (1, 0.0)


def test_syntax_error_costs_the_file() -> None:
    """A file that is no Python crashes every exercise of it, with Python's message and line."""
    result = run(submission_of(HEAD + RELU + "def sigmoid(x:\n    return x\n"), "relu", "sigmoid")
    for each in result.exercises:
        assert (each.verdict, each.score) == ("crashed", 0.0)
        assert "SyntaxError: " in each.message
        assert "u04_activations.py, line 4" in each.message


def test_an_error_while_loading_costs_what_follows_it() -> None:
    """What a file defined before it stopped is graded; the rest says where it stopped."""
    source = HEAD + RELU + "1 / 0\ndef sigmoid(x):\n    return x\n"
    relu, sigmoid = (each for name in ("relu", "sigmoid") for each in run(submission_of(source), name).exercises)
    assert relu.verdict == "passed"
    assert sigmoid.verdict == "crashed"
    assert sigmoid.message == "sigmoid: u04_activations.py stops in line 4 with ZeroDivisionError: division by zero"


def test_a_value_in_place_of_a_function() -> None:
    """A name bound to something that cannot be called is a failure with that reason."""
    found = one("relu = 3\n", "relu")
    assert (found.verdict, found.message) == ("failed", "relu: relu is not a function or class")


def test_any_callable_serves() -> None:
    """A lambda, a partial and an object that can be called are functions too."""
    assert one("relu = lambda x: np.maximum(x, 0)\n", "relu").verdict == "passed"
    found = one("import functools\nrelu = functools.partial(np.maximum, 0)\n", "relu")
    # without a line of Python there is nothing that could be counted: the values are what matters here
    assert {case.outcome.verdict for case in found.cases if case.label != "vectorized"} == {"passed"}
    assert one("class R:\n    def __call__(self, x): return np.maximum(x, 0)\nrelu = R()\n", "relu").verdict == "passed"


def test_renamed_parameters_are_accepted() -> None:
    """Where a parameter has another name its place is what counts."""
    assert one("def relu(values):\n    return np.maximum(values, 0)\n", "relu").verdict == "passed"
    renamed = SOFTMAX.replace("(logits, axis=-1)", "(z, along=-1)").replace("logits.ndim", "z.ndim")
    renamed = renamed.replace("logits - logits", "z - z").replace("axis=axis", "axis=along")
    assert one(renamed, "softmax").verdict == "passed"
    assert one("class R:\n    def __call__(self, v): return np.maximum(v, 0)\nrelu = R()\n", "relu").verdict == "passed"


def test_too_few_parameters_crash() -> None:
    """A signature that does not take the arguments is told as the call's TypeError."""
    found = one("def relu():\n    return 0\n", "relu")
    assert found.verdict == "crashed"
    assert "raised TypeError" in found.message


def test_a_changed_argument_is_told() -> None:
    """Working in place on the caller's array fails, and is named."""
    found = one("def relu(x):\n    x[x < 0] = 0\n    return x\n", "relu")
    assert found.verdict == "failed"
    assert "changes its argument" in found.message
    assert found.misconception is not None
    assert found.misconception.name == "argument-changed"


def test_none_asks_about_printing() -> None:
    """A function that prints its result is asked about it, and what it printed is shown."""
    found = one("def relu(x):\n    print('here', x.shape)\n    print(np.maximum(x, 0))\n", "relu")
    assert "got None: is the result printed instead of returned?" in found.message
    assert any(line.startswith("  printed: here (") for line in explain(found))


def test_printed_output_is_kept_per_case() -> None:
    """What was printed belongs to its case, and spoils nothing."""
    found = one("def relu(x):\n    print(x.dtype, x.ndim)\n    return np.maximum(x, 0)\n", "relu")
    assert found.verdict == "passed"
    printed = {case.label: case.output for case in found.cases}
    assert (printed["single-precision"], printed["both-signs"]) == ("float32 2\n", "float64 1\n")


def test_hidden_cases_are_not_shown() -> None:
    """Of a hidden case only the kind of difference is told, not the input nor the value."""
    seen = "(x.shape == (2, 3, 5) and abs(x.sum()) not in KNOWN)"
    public = [float(abs(case.inputs["x"].sum())) for case in compiled("activations.relu").cases]
    source = f"KNOWN = {public}\ndef relu(x):\n    return x if {seen} else np.maximum(x, 0)\n"
    found = one(source, "relu", course=Course(hidden=hidden_units("s", ["u04_activations"])))
    assert (found.verdict, found.message) == ("failed", "relu: a hidden case differs (value)")
    assert not any("with x" in line for line in explain(found))


def test_json_form() -> None:
    """The documented form: these keys in this order, version first."""
    source = submission_of(
        HEAD
        + RELU
        + "def softmax(logits, axis=-1):\n    p = np.exp(logits - logits.max())\n    return p / p.sum(axis=axis, keepdims=True)\n"
    )
    value = json.loads(json.dumps(run(source, "relu", "softmax", "sigmoid").as_json(), allow_nan=False))
    assert [key for key in value if key != "notes"] == [
        "schema",
        "submission",
        "sandbox",
        "score",
        "max_score",
        "exercises",
    ]
    assert (value["schema"], value["submission"], value["sandbox"]) == (SCHEMA, "student", "subprocess")
    assert value["max_score"] == 4.0
    assert value["score"] == sum(each["score"] for each in value["exercises"])
    keys = ["id", "verdict", "score", "max_score", "cases_passed", "cases", "message", "misconception", "hint"]
    assert [list(each) for each in value["exercises"]] == [keys] * 3
    sigmoid, relu, softmax = value["exercises"]
    assert (sigmoid["id"], sigmoid["verdict"], sigmoid["misconception"]) == (
        "activations.sigmoid",
        "not_attempted",
        None,
    )
    assert (relu["verdict"], relu["score"], relu["message"]) == ("passed", 1.0, "")
    assert (softmax["misconception"], softmax["max_score"]) == ("softmax-global-shift", 2.0)
    assert all(isinstance(each[key], float) for each in value["exercises"] for key in ("score", "max_score"))


def test_nothing_runs_for_what_is_not_attempted(tmp_path: Path) -> None:
    """A file of stubs is not executed: not attempted is known from the source."""
    marker = tmp_path / "ran"
    source = f'open({str(marker)!r}, "w")\ndef relu(x):\n    raise NotImplementedError("activations.relu")\n'
    assert run(submission_of(source), "relu").exercises[0].verdict == "not_attempted"
    assert not marker.exists()


def test_facts_without_a_file() -> None:
    """A grader of a unit without a file knows that nothing was begun."""
    (unit,) = [each for each in COURSE.units() if each.name == UNIT]
    grader = UnitGrader(unit, Submission("s", {}, {}, (), {}), COURSE, RemoteSession(choose("subprocess")))
    assert grader.analysis.source is None
    assert not any(grader.analysis.is_attempted(exercise.name) for exercise in unit.exercises)


def test_fixture_grades_by_name(grade_source: GradeSource) -> None:
    """Two exercises of one source are graded independently."""
    found = grade_source(HEAD + RELU, "relu", "sigmoid")
    assert (found["relu"].verdict, found["sigmoid"].verdict) == ("passed", "not_attempted")
