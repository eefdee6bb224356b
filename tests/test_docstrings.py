"""Docstrings say what the code does: every argument, shape, dtype and error of every exercise."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from autograder.assessment.case import Case
from autograder.assessment.exercise import Exercise
from autograder.authoring.units import AuthoredUnit, authored_units
from autograder.worker.main import scenario_from_source
from tests.conftest import compiled
from tests.docstring_record import problems_of
from tests.docstrings import DocstringError, parse, read_entry
from tests.shapes import Known, ShapeError, lengths_of, pattern_of

EXERCISES = [(unit, exercise) for unit in authored_units() for exercise in unit.exercises]
IDS = [exercise.id for _, exercise in EXERCISES]
Array = np.ndarray[Any, Any]


@pytest.mark.parametrize(("unit", "exercise"), EXERCISES, ids=IDS)
def test_docstrings_say_what_the_code_does(unit: AuthoredUnit, exercise: Exercise) -> None:
    """Held against every public case: arguments by name and order, shapes, dtypes, and errors.

    There is no list of exceptions: every error that a docstring announces is provoked by a case.
    """
    subject = getattr(import_module(f"solutions.{unit.name}"), exercise.name)
    scenario = exercise.scenario and scenario_from_source(exercise.scenario_source(), exercise.scenario.__name__)
    assert problems_of(subject, _cases(exercise), scenario) == []


def _cases(exercise: Exercise) -> list[Case]:
    """The public cases, with the upstream gradients that were drawn for them."""
    return [
        Case(each.label, raises=each.raises, readonly=each.readonly, **each.inputs)
        for each in compiled(exercise.id).cases
        if each.larger is None
    ]


@pytest.mark.parametrize(("unit", "exercise"), EXERCISES, ids=IDS)
def test_a_rule_against_loops_is_told(unit: AuthoredUnit, exercise: Exercise) -> None:
    """Where lines are counted, a docstring of the function or of a method says that loops are not allowed."""
    subject = getattr(import_module(f"solutions.{unit.name}"), exercise.name)
    own = [getattr(value, "__func__", value) for value in vars(subject).values() if inspect.isclass(subject)]
    texts = [inspect.getdoc(each) or "" for each in [subject, *own] if each is subject or inspect.isfunction(each)]
    assert exercise.vectorized is None or any("loop" in text for text in texts)


# A right docstring, and what the check says when something in it is changed.
RIGHT = """Multiply a batch by weights, and add up.

Args:
    x: samples, shape (N, F), floating; not modified.
    w: weights, shape (F, 2H), dtype of `x`; not modified.
    steps: T, how often, at least 1.
    axis: the axis to add up, or None for none of them.

Returns:
    `(y, sums)`: shapes (T + 1, N, 2H) and (N,), dtype of `x` (float64 for integers).

Raises:
    ValueError: `w` has not F rows; `steps` is below 1. The text names the argument.
"""
CASES = [
    Case("plain", x=np.ones((2, 3)), w=np.ones((3, 4)), steps=2),
    Case("single", x=np.ones((1, 3), np.float32), w=np.ones((3, 6), np.float32), steps=1),
    Case("rows", raises="w", x=np.ones((2, 3)), w=np.ones((2, 4)), steps=2),
    Case("no-steps", raises="steps", x=np.ones((2, 3)), w=np.ones((3, 4)), steps=0),
]


def _product(x: Array, w: Array, steps: int, axis: int | None = None) -> tuple[Array, Array]:
    if x.shape[1] != len(w):
        raise ValueError("w has other rows")
    if steps < 1:
        raise ValueError("steps must be positive")
    return np.stack([x @ w] * (steps + 1)), x.sum(axis=1)


def _documented(function: Callable[..., Any], text: str) -> Callable[..., Any]:
    function.__doc__ = text
    return function


def test_a_right_docstring_has_no_problems() -> None:
    """Nothing is found where nothing is wrong."""
    assert problems_of(_documented(_product, RIGHT), CASES) == []


WRONG = {
    "an-argument-is-missing": ("    steps: T, how often, at least 1.\n", "", "describes ['x', 'w', 'axis']"),
    "an-argument-is-renamed": ("    w: weights", "    weights: weights", "describes ['x', 'weights'"),
    "an-argument-too-many": ("\nReturns:", "    out: the result.\n\nReturns:", "takes ['x', 'w', 'steps', 'axis']"),
    "no-shape": ("samples, shape (N, F), floating", "samples, floating", "x: no shape is stated"),
    "swapped-axes": ("shape (F, 2H)", "shape (2H, F)", "w: shape (3, 4) is not (2·H, F)"),
    "a-letter-for-two-lengths": ("shape (F, 2H)", "shape (N, 2H)", "w: shape (3, 4) is not (N, 2·H)"),
    "odd-multiple": ("2H", "3H", "w: shape (3, 4) is not (F, 3·H)"),
    "result-without-an-axis": ("(T + 1, N, 2H)", "(N, 2H)", "the result[0]: shape (3, 2, 4) is not (N, 2·H)"),
    "result-off-by-one": ("(T + 1, N, 2H)", "(T, N, 2H)", "the result[0]: shape (3, 2, 4) is not (T, N, 2·H)"),
    "results-in-another-order": ("(T + 1, N, 2H) and (N,)", "(N,) and (T + 1, N, 2H)", "the result[0]: shape"),
    "one-result-of-two": ("shapes (T + 1, N, 2H) and (N,)", "shape (T + 1, N, 2H)", "1 shapes are stated for 2 arrays"),
    "no-shape-of-the-result": ("shapes (T + 1, N, 2H) and (N,), dtype", "dtype", "no shape is stated for the result"),
    "unread-shape": ("shape (N, F)", "shape N × F", "cannot read 'shape' in: samples"),
    "shape-like-text": ("samples, shape (N, F)", "any shape, (N, F)", "cannot read '(N, F)' in: any shape"),
    "not-a-shape": ("shape (N, F)", "shape (N)", "one axis is written (N,)"),
    "another-dtype": ("dtype of `x` (", "dtype float32 (", "cannot read 'dtype' in"),
    "dtype-of-nothing": ("dtype of `x`; not", "dtype of `y`; not", "y is no argument"),
    "result-of-another-dtype": ("dtype of `x` (float64 for integers)", "float64", "dtype float32, said to be float64"),
    "argument-of-another-kind": ("floating; not", "integers; not", "x: dtype float64, said to be iu"),
    "none-is-not-explained": ("or None for none of them", "if any", "axis: does not say what None means"),
    "another-default": ("None for none of them", "None; defaults to 1", "says that the default is 1, which is None"),
    "error-without-a-case": ("Raises:", "Raises:\n    ValueError: `x` is empty.", "no case provokes: `x` is empty (x)"),
    "two-reasons-one-case": ("`steps` is", "`steps` is odd; `steps` is", "1 of 2 reasons to blame steps are provoked"),
    "error-that-is-not-announced": ("`w` has not F rows; ", "", "an error about w, which no docstring announces"),
    "error-of-nobody": ("`w` has not F rows", "too few rows", "blames no argument: too few rows"),
}


@pytest.mark.parametrize("change", WRONG)
def test_a_wrong_docstring_is_rejected(change: str) -> None:
    """A single change of a right docstring is found, and the message says what it is."""
    old, new, message = WRONG[change]
    assert old in RIGHT
    problems = problems_of(_documented(_product, RIGHT.replace(old, new)), CASES)
    assert any(message in problem for problem in problems), problems


def test_another_order_of_the_arguments_is_rejected() -> None:
    """The entries stand in the order of the signature."""
    lines = RIGHT.splitlines(keepends=True)
    swapped = "".join([*lines[:3], lines[4], lines[3], *lines[5:]])
    assert "describes ['w', 'x'" in problems_of(_documented(_product, swapped), CASES)[0]


def test_a_case_that_does_not_raise_is_rejected() -> None:
    """An error case must raise, and no other case may."""
    cases = [*CASES, Case("fine", raises="w", **CASES[0].inputs), Case("bad", **CASES[3].inputs)]
    problems = problems_of(_documented(_product, RIGHT), cases)
    assert "call[fine]: nothing is raised about w" in problems
    assert any(problem.startswith("call[bad]: raised ValueError") for problem in problems)


class _Scale:
    """Multiply every channel by a number.

    Args:
        channels: C, at least 1.
    """

    def __init__(self, channels: int) -> None:
        self.factors = np.arange(1.0, channels + 1)

    def forward(self, x: Array) -> Array:
        """Multiply.

        Args:
            x: shape (N, C).

        Returns:
            Same shape as `x`.
        """
        y: Array = x * self.factors
        return y

    def backward(self, grad_output: Array) -> Array:
        """Go back.

        Args:
            grad_output: shape of `x`.

        Returns:
            Gradient with respect to `x`, shape (N, C).
        """
        grad_x: Array = grad_output * self.factors
        return grad_x


def _there_and_back(subject: Any, x: Array, grad: Array) -> Any:
    return subject(3).forward(x), subject(3).forward(x[:1]), (scale := subject(3)).forward(x), scale.backward(grad)


def test_methods_share_what_their_object_knows() -> None:
    """C of the constructor and N of the last forward pass hold in backward; the methods are as before afterwards."""
    before = dict(vars(_Scale))
    case = Case("two", x=np.ones((2, 3)), grad=np.ones((2, 3)))
    assert problems_of(_Scale, [case], _there_and_back) == []
    other = Case("one-row", x=np.ones((2, 3)), grad=np.ones((1, 3)))
    assert problems_of(_Scale, [other], _there_and_back) == [
        "backward[one-row]: grad_output: shape (1, 3), said to be (2, 3)"
    ]
    assert dict(vars(_Scale)) == before


def test_a_method_of_another_size_than_its_constructor_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    """A class is held against the lengths that its constructor was given."""
    monkeypatch.setattr(_Scale, "__doc__", (_Scale.__doc__ or "").replace("channels: C", "channels: N"))
    case = Case("two", x=np.ones((2, 3)), grad=np.ones((2, 3)))
    assert "x: shape (2, 3) is not (N, C)" in problems_of(_Scale, [case], _there_and_back)[0]


@pytest.mark.parametrize(
    ("written", "shape", "symbols"),
    [
        ("()", (), {}),
        ("(N,)", (4,), {"N": 4}),
        ("(N, F1 + F3)", (2, 5), {"N": 2, "F1": 2, "F3": 3}),
        ("(T + 1, 4H)", (6, 8), {"T": 5, "H": 2}),
        ("(M − K + 1,)", (3,), {"M": 4, "K": 2}),
        ("(N, KH·KW·C)", (1, 12), {"N": 1, "KH": 2, "KW": 3, "C": 2}),
        ("(..., C)", (7, 6, 5), {"C": 5}),
        ("(N, *s, C)", (7, 6, 5), {"N": 7, "C": 5}),
    ],
)
def test_shapes_are_read(written: str, shape: tuple[int, ...], symbols: dict[str, int]) -> None:
    """The shape that is written fits the shape of an array, for these lengths, and for no others."""
    assert Known(symbols).extended([pattern_of(written)], shape)
    assert not any(Known({**symbols, name: 99}).extended([pattern_of(written)], shape) for name in symbols)
    assert not Known(symbols).extended([pattern_of(written)], (*shape, 11))


def test_lengths_are_solved_for() -> None:
    """A single unknown follows from its equation, also from one that came before; a fraction or less than 0 does not."""
    (known,) = Known().extended([pattern_of("(H·T, 4H)")], (6, 8))
    assert known.symbols == {"H": 2, "T": 3}
    assert not Known().extended([pattern_of("(4H,)")], (6,))
    assert not Known().extended([pattern_of("(T + 3,)")], (2,))
    assert Known().extended([pattern_of("(H·T,)")], (6,))[0].undecided


def test_dots_in_a_result_stand_for_those_of_an_argument() -> None:
    """`...` may differ between arguments; in the result it is one of theirs, or what they broadcast to."""
    (known,) = Known().extended([pattern_of("(..., n)")], (2, 1, 5))
    (known,) = known.extended([pattern_of("(..., n)")], (3, 5))
    result = pattern_of("(...)")
    fitting = [shape for shape in ((2, 1), (3,), (2, 3), (3, 2)) if known.extended([result], shape, is_result=True)]
    assert fitting == [(2, 1), (3,), (2, 3)]


@pytest.mark.parametrize("text", ["(N)", "(N, F,)", "N, F", "(N F)", "(N, F/2)", "(N; F)"])
def test_what_is_no_shape_is_refused(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ShapeError):
        pattern_of(text)
    with pytest.raises(ShapeError):
        lengths_of("N F")


READ = {
    "shape (N, C) or, without channels, (N,)": ["(N, C)|(N,)"],
    "shape (n,), (n, 1) or (n, C): labels": ["(n,)|(n, 1)|(n, C)"],
    "shapes (F, H), (H, H), (H,)": ["(F, H)", "(H, H)", "(H,)"],
    "`(h, c)`, each (N, H)": ["(N, H)"],
    "same shape and dtype as `x`": ["x"],
    "of the shapes and the dtype of `x`, `w`, `b`": ["x", "w", "b"],
    "shape of `x.sum(axis, keepdims=True)`": ["x.sum(axis, keepdims=True)"],
    "any shape, often square": ["any"],
}


@pytest.mark.parametrize("text", READ)
def test_phrases_are_read(text: str) -> None:
    """Each way to state a shape that docstrings use."""
    found = [
        "|".join(f"({', '.join(map(str, p))}{',' * (len(p) == 1)})" for p in spec.patterns)
        or spec.expression
        or spec.form
        for spec in read_entry(text).specs
    ]
    assert found == READ[text]


@pytest.mark.parametrize(
    "text", ["a shape like x", "the shapes fit", "shape (N, H), (H,)", "dtype unknown to all", "samples (n, ...)"]
)
def test_a_phrase_that_cannot_be_read_is_refused(text: str) -> None:
    """Text about shapes or dtypes is never skipped."""
    with pytest.raises(DocstringError):
        read_entry(text)


def test_errors_are_read() -> None:
    """Whom a clause blames: its subjects, or whom its remark names; what follows from the error is no reason."""
    text = """Args.

    Raises:
        ValueError: `a`, `b` or `c` is below 1, or `d` has not the rows of `a`; the lengths differ (the text names
            `e`); then nothing is changed.
    """
    assert [blame.names for blame in parse(text).raises] == [("a", "b", "c"), ("d",), ("e",)]
    together = parse("X.\n\nRaises:\n    ValueError: `x` is too long. The message names `x` and `y`.").raises
    assert [(blame.names, blame.together) for blame in together] == [(("x", "y"), True)]
