"""`pytest exercises/`: ids, skips, failures, options and summary, as a student sees them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from autograder.assessment.catalog import find, stub_text
from tests.conftest import compiled

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parents[1]
UNIT = "u04_activations"
HEAD = "import numpy as np\n\n"
RELU = "def relu(x):\n    return np.maximum(x, 0)\n\n\n"
WRONG_RELU = "def relu(x):\n    return (x > 0).astype(x.dtype)\n\n\n"
SIGMOID = """def sigmoid(x):
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + small), small / (1 + small))


"""
STUB = 'def softmax(logits, axis=-1):\n    """Doc."""\n    raise NotImplementedError("activations.softmax")\n\n\n'
CRASHING = "def helper(x):\n    return x.nothing\n\n\ndef relu(x):\n    return helper(x)\n\n\n"
RELU_CASES = [case.label for case in compiled("activations.relu").cases]
NAMES = [exercise.name for exercise in find("activations")]


@pytest.fixture
def student(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A temporary folder with exercises/ in it, as a student has it."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    folder = pytester.mkdir("exercises")
    for name in ("__init__.py", "conftest.py"):
        shutil.copy(ROOT / "exercises" / name, folder / name)
    return pytester


def write(student: pytest.Pytester, *parts: str, unit: str = UNIT) -> Path:
    """Write a unit's file."""
    path = student.path / "exercises" / f"{unit}.py"
    path.write_text(HEAD + "".join(parts), encoding="utf-8")
    return path


def run(student: pytest.Pytester, *options: str) -> pytest.RunResult:
    """Run pytest on exercises/ in a process of its own."""
    return student.runpytest_subprocess("exercises", *options)


def failures(result: pytest.RunResult) -> str:
    """The part of the output between the failures' headline and the summary."""
    text = result.stdout.str()
    return text.partition("= FAILURES =")[2].partition("- exercises -")[0]


def test_ids_are_file_exercise_and_case(student: pytest.Pytester) -> None:
    """One item per case of what is attempted, one per exercise of what is not, in the unit's order."""
    write(student, RELU, STUB)
    result = run(student, "--collect-only", "-q")
    ids = [line for line in result.outlines if "::" in line]
    assert [each.partition("::")[0] for each in ids] == [f"exercises/{UNIT}.py"] * len(ids)
    names = [each.partition("::")[2] for each in ids]
    assert [name for name in names if name.startswith("relu[")] == [f"relu[{label}]" for label in RELU_CASES]
    assert "softmax" in names
    order = list(dict.fromkeys(name.partition("[")[0] for name in names))
    assert order == NAMES


def test_unstarted_exercises_are_skipped_with_status_0(student: pytest.Pytester) -> None:
    """A fresh file is no failure: every exercise is skipped as not attempted, folded into one line."""
    write(student, STUB)
    result = run(student, "-rs")
    assert result.ret == 0
    result.assert_outcomes(skipped=len(NAMES))
    lines = [line for line in result.outlines if line.startswith("SKIPPED")]
    assert any("not attempted" in line for line in lines)
    assert len(lines) <= 1 + len(NAMES) - 1


def test_the_generated_stubs_are_all_not_attempted(student: pytest.Pytester) -> None:
    """What students are given runs green, with nothing failed."""
    (student.path / "exercises" / f"{UNIT}.py").write_text(stub_text(UNIT), encoding="utf-8")
    result = run(student, "-rs")
    assert result.ret == 0
    result.assert_outcomes(skipped=len(NAMES))
    assert len([line for line in result.outlines if line.startswith("SKIPPED")]) == 1


def test_right_answers_pass(student: pytest.Pytester) -> None:
    """Each public case of a right answer is an item that passes."""
    write(student, RELU)
    result = run(student)
    assert result.ret == 0
    result.assert_outcomes(passed=len(RELU_CASES), skipped=len(NAMES) - 1)


def test_failure_text(student: pytest.Pytester) -> None:
    """A failure is the call, what differs, the input, the known mistake and the next command; no frame of ours."""
    write(student, WRONG_RELU)
    result = run(student)
    assert result.ret == 1
    text = failures(result)
    assert re.search(r"^relu\(x\): at \[2\]: got 1\.0, want 2\.5 \(error \S+, allowed \S+\)$", text, re.MULTILINE)
    assert "  with x float64[3] = [-1.5 0. 2.5]" in text
    assert "relu says which numbers are positive." in text
    assert "  next: chainrule check activations.relu" in text
    for ours in ("autograder", "Traceback", "CaseFailed", "pytest_plugin", "def runtest", str(ROOT)):
        assert ours not in text


def test_every_failing_case_starts_with_the_call(student: pytest.Pytester) -> None:
    """The first line of each failure alone suffices: the call comes first."""
    write(student, WRONG_RELU)
    text = failures(run(student))
    blocks = re.split(r"^_+ relu\[.*\] _+$", text, flags=re.MULTILINE)[1:]
    assert len(blocks) >= 3
    assert [block.strip().splitlines()[0][:8] for block in blocks] == ["relu(x):"] * len(blocks)


def test_the_students_own_frames_are_shown(student: pytest.Pytester) -> None:
    """An exception keeps the student's frames, with their line numbers and source lines."""
    path = write(student, CRASHING)
    line = path.read_text().splitlines().index("    return x.nothing") + 1
    text = failures(run(student))
    assert "relu(x): raised AttributeError: 'numpy.ndarray' object has no attribute 'nothing'" in text
    assert f"  {UNIT}.py, line {line}, in helper: return x.nothing" in text
    assert f"  {UNIT}.py, line {line + 4}, in relu: return helper(x)" in text
    assert "worker.py" not in text


def test_printed_output_is_shown_with_the_failure(student: pytest.Pytester) -> None:
    """What the student printed in the case that is shown stands with it."""
    write(student, "def relu(x):\n    print('my value', x.ndim)\n    return x\n")
    assert "  printed: my value" in failures(run(student))


def test_k_selects_by_name(student: pytest.Pytester) -> None:
    """`-k` selects exercises and cases by their ids."""
    write(student, RELU, STUB)
    run(student, "-k", "relu and single").assert_outcomes(passed=1, deselected=len(RELU_CASES) - 1 + len(NAMES) - 1)


def test_an_id_selects_one_case(student: pytest.Pytester) -> None:
    """A case's id on the command line runs that case."""
    write(student, RELU)
    result = student.runpytest_subprocess(f"exercises/{UNIT}.py::relu[both-signs]")
    result.assert_outcomes(passed=1)


def test_x_stops_at_the_first_failure_and_explains_it(student: pytest.Pytester) -> None:
    """`-x` ends after one failure, in time, and that one is explained in full."""
    for wrong in (WRONG_RELU, "def sigmoid(x):\n    return 1 / (1 + np.exp(x))\n\n\n"):
        write(student, wrong, "def softmax(logits, axis=-1):\n    while True: pass\n")
        result = run(student, "-x")
        assert result.ret == 1
        assert result.parseoutcomes()["failed"] == 1
        assert result.duration < 10
        assert "ask yourself" in failures(result)


def test_lf_runs_what_failed(student: pytest.Pytester) -> None:
    """`--lf` runs the cases that failed before, and they can pass now."""
    write(student, WRONG_RELU, SIGMOID)
    failed = run(student).parseoutcomes()["failed"]
    write(student, RELU, SIGMOID)
    result = run(student, "--lf")
    assert result.ret == 0
    assert result.parseoutcomes()["passed"] == failed


def test_n_2_gives_the_same_verdicts(student: pytest.Pytester) -> None:
    """Two pytest workers find the same failures, and the summary is there too."""
    write(student, WRONG_RELU, SIGMOID, STUB)
    alone, together = run(student), run(student, "-n", "2")
    assert together.ret == alone.ret == 1
    assert {k: v for k, v in together.parseoutcomes().items() if k != "warnings"} == alone.parseoutcomes()
    for line in (line for line in alone.outlines if "public cases passed" in line):
        assert line in together.outlines


def test_v_names_each_case(student: pytest.Pytester) -> None:
    """`-v` prints one line per case."""
    write(student, RELU)
    result = run(student, "-v")
    result.stdout.fnmatch_lines([f"exercises/{UNIT}.py::relu[[]both-signs[]] PASSED*"])


def test_a_syntax_error_is_reported_once(student: pytest.Pytester) -> None:
    """A file that is no Python is one failure with file, line and caret, not one per case, and no traceback of ours."""
    write(student, RELU, "def softmax(logits, axis=-1)\n    return logits\n")
    result = run(student)
    assert result.ret == 1
    assert result.parseoutcomes() == {"failed": 1}
    text = failures(result)
    assert f"SyntaxError: expected ':' ({UNIT}.py, line 7)" in text
    assert "   7 | def softmax(logits, axis=-1)" in text
    assert re.search(r"^     \| +\^$", text, re.MULTILINE)
    assert "autograder" not in text


def test_a_binary_file_is_reported_once(student: pytest.Pytester) -> None:
    """A file that is no text is one failure that says so."""
    (student.path / "exercises" / f"{UNIT}.py").write_bytes(b"\0\1\2\3" * 100)
    result = run(student)
    assert result.ret == 1
    assert result.parseoutcomes() == {"failed": 1}
    assert "binary or UTF-16" in failures(result)


def test_a_latin_1_file_is_reported_once(student: pytest.Pytester) -> None:
    """A file in another encoding is one failure that says what to do."""
    (student.path / "exercises" / f"{UNIT}.py").write_bytes((HEAD + RELU + "# é\n").encode("latin-1"))
    result = run(student)
    assert result.parseoutcomes() == {"failed": 1}
    assert "save the file as UTF-8" in failures(result)


def test_a_file_that_stops_is_told_once_per_exercise(student: pytest.Pytester) -> None:
    """An exception at the top level is told once for each exercise after it, not once per case."""
    write(student, RELU, "1 / 0\n", "def sigmoid(x):\n    return x\n")
    result = run(student)
    assert result.parseoutcomes()["failed"] == 1
    assert result.parseoutcomes()["passed"] == len(RELU_CASES)
    assert "sigmoid: u04_activations.py stops in line 7 with ZeroDivisionError" in failures(result)


def test_an_endless_file_is_told_once_per_exercise(student: pytest.Pytester) -> None:
    """A file that does not load is told in time."""
    write(student, RELU, "import os\nos._exit(3)\n")
    result = run(student)
    assert result.parseoutcomes()["failed"] == 1
    assert "the file does not load" in failures(result)


def test_blocked_is_a_skip_with_its_reason(student: pytest.Pytester) -> None:
    """A case that needs an unstarted exercise is skipped, and says which one."""
    write(student, STUB, "def softmax_backward(grad_output, logits, axis=-1):\n    return softmax(logits, axis)\n")
    result = run(student, "-rs")
    assert result.ret == 0
    assert any("needs activations.softmax" in line for line in result.outlines)


def test_summary_lines(student: pytest.Pytester) -> None:
    """One line per unit says where it stands, of public cases and never of 'all tests'."""
    write(student, RELU, "def sigmoid(x):\n    return x\n\n\n", STUB)
    result = run(student)
    (line,) = [line for line in result.outlines if line.startswith(UNIT)]
    total, waiting = len(NAMES), len(NAMES) - 2
    assert line.split(None, 1)[1] == f"1 of {total} exercises: public cases passed, {waiting} not attempted"
    assert "all tests passed" not in result.stdout.str().lower()


def test_other_files_are_left_to_pytest(student: pytest.Pytester) -> None:
    """A student's own test file is collected as ever; helper files and folders are not ours."""
    write(student, RELU)
    folder = student.path / "exercises"
    (folder / "helper.py").write_text("x = 1\n")
    (folder / "test_mine.py").write_text("def test_mine():\n    assert 1 + 1 == 2\n")
    result = run(student)
    assert result.parseoutcomes()["passed"] == len(RELU_CASES) + 1


def test_a_later_unit_sees_its_earlier_sibling(student: pytest.Pytester) -> None:
    """A file that is broken does not stop pytest from running the others."""
    write(student, RELU)
    (student.path / "exercises" / "test_fails.py").write_text("import nothing_of_that_name\n")
    result = run(student, "--continue-on-collection-errors")
    assert result.parseoutcomes()["passed"] == len(RELU_CASES)


HEAVY = ("torch", "otter", "nbformat", "matplotlib", "dask", "sklearn", "reference", "solutions", "array_api_compat")


def test_nothing_heavy_is_imported(student: pytest.Pytester) -> None:
    """A student's run needs neither torch nor the reference, not even where a failure is diagnosed."""
    write(student, WRONG_RELU, "def softmax_backward(grad_output, logits, axis=-1):\n    return grad_output\n")
    (student.path / "spy.py").write_text(
        "import sys\n\ndef pytest_unconfigure(config):\n"
        f"    loaded = [name for name in {HEAVY!r} if name + ('.u04_activations' if name[-1] in 'es' else '') in sys.modules]\n"
        "    sys.stdout.write(f'\\nLOADED {loaded}\\n')\n"
    )
    result = run(student, "-p", "spy", "-p", "no:cacheprovider")
    assert "relu says which numbers are positive." in failures(result)
    assert [line for line in result.outlines if line.startswith("LOADED")] == ["LOADED []"]


def test_no_process_is_left(student: pytest.Pytester) -> None:
    """The worker ends with pytest, also where a call hangs and pytest is stopped by -x."""
    marker = f"marker_{student.path.name}".replace("-", "_")
    write(student, WRONG_RELU, f"{marker} = 1\ndef softmax(logits, axis=-1):\n    while True: pass\n")
    run(student, "-x")
    worker = str(ROOT).encode()
    left = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command, folder = (process / "cmdline").read_bytes(), (process / "cwd").resolve()
        except OSError:
            continue  # it ended while we looked
        if b"autograder.worker.main" in command and worker in command and folder == student.path.resolve():
            left.append(process.name)
    assert left == []
