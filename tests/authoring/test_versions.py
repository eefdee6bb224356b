"""Other versions of a model answer: an edit, another body, the right one spoiled, or code."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import solutions
from autograder.assessment.catalog import CatalogError
from autograder.assessment.exercise import Variant
from autograder.assessment.misconception import Misconception, around, body, code, edit, returns
from autograder.authoring.versions import ModelAnswer
from autograder.units.shared import families

UNIT = "u98_versions"
ANSWERS = '''"""Lesson."""

from __future__ import annotations

import numpy as np

SCALE = 2


def shifted(x, by=1):
    """Add `by`, which is not by + x."""
    return x + by


def doubled(x):
    """Twice the number: shifted(x, 0) * SCALE."""
    return shifted(x, 0) * SCALE


def both(x):
    first = doubled(x)
    return first, shifted(x)


def alone(x):
    return -x


def mean(x, axis=-1):
    """The mean along an axis."""
    total = x.sum(axis=axis)
    return total / x.shape[axis]


class Counter:
    """Counts."""

    step = 1

    def __init__(self, start=0):
        self.count = start

    def up(self):
        """Count up by a step."""
        self.count += self.step
        return self.count

    def down(self):
        self.count -= self.step
        return self.count


class Doubles(Counter):
    def up(self):
        return 2 * super().up()


def counted(items):
    counter = Counter()
    for _ in items:
        counter.up()
    return counter
'''


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A unit's model answers, kept in a folder outside the package."""
    (tmp_path / f"{UNIT}.py").write_text(ANSWERS, encoding="utf-8")
    monkeypatch.setattr(solutions, "__path__", [*solutions.__path__, str(tmp_path)])
    yield importlib.import_module(f"solutions.{UNIT}")
    del sys.modules[f"solutions.{UNIT}"]


@pytest.fixture
def wrong(answers: ModuleType) -> Callable[[str, Misconception], Callable[..., Any]]:
    """Makes the wrong version of an exercise."""
    return lambda name, misconception: ModelAnswer(answers, name, f"versions.{name}").wrong(misconception)


Wrong = Callable[[str, Misconception], Callable[..., Any]]

# Edits


def test_an_edit_changes_the_answer_and_leaves_the_right_one(answers: ModuleType, wrong: Wrong) -> None:
    """The wrong version is a new function; the module is as before."""
    made = wrong("shifted", edit("minus", "x + by", "x - by"))
    assert made(5) == 4
    assert answers.shifted(5) == 6
    assert answers.both(1) == (2, 2)


def test_every_occurrence_is_replaced(wrong: Wrong) -> None:
    """In the signature, too."""
    made = wrong("shifted", edit("renamed", "by", "much"))
    assert list(inspect.signature(made).parameters) == ["x", "much"]
    assert made(5, much=2) == 7


def test_pairs_are_applied_one_after_the_other(wrong: Wrong) -> None:
    """A later old text may be an earlier new one."""
    assert wrong("shifted", edit("twice", "x + by", "x * by", "x * by", "x * by * 10"))(5, 3) == 150


def test_an_edit_reaches_a_helper_of_a_helper(answers: ModuleType, wrong: Wrong) -> None:
    """What stands between uses the changed one."""
    assert wrong("both", edit("minus", "x + by", "x - by"))(5) == (10, 4)
    assert answers.both(5) == (10, 6)


def test_the_own_definition_comes_first(wrong: Wrong) -> None:
    """A text that stands in the answer and in its helper is replaced in the answer alone."""
    assert wrong("doubled", edit("sevenfold", "return ", "return 7 * "))(5) == 70


def test_an_edit_reaches_a_class_that_is_used(wrong: Wrong) -> None:
    """A function's class, and a class's base class."""
    assert wrong("counted", edit("by-two", "step = 1", "step = 2"))("abc").count == 6
    assert wrong("Doubles", edit("by-two", "step = 1", "step = 2"))().up() == 4


def test_what_is_not_affected_stays_the_same_object(answers: ModuleType, wrong: Wrong) -> None:
    """A given class is everybody's: a wrong function returns the right class's objects."""
    made = wrong("counted", edit("one-too-many", "Counter()", "Counter(1)"))
    assert isinstance(made("abc"), answers.Counter)
    assert made("abc").count == 4


def test_edits_know_nothing_of_each_other(wrong: Wrong) -> None:
    """Two wrong versions of one answer, made one after the other, are each its own."""
    first, second = (wrong("both", edit("by", "by=1", f"by={step}")) for step in (10, 20))
    assert [first(0), second(0)] == [(0, 10), (0, 20)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("shifted", "nowhere"),
        ("alone", "x + by"),
        ("shifted", "X + BY"),
        ("shifted", "which is not by + x"),
        ("shifted", "SCALE = 2"),
        ("doubled", "Add `by`"),
    ],
    ids=["nowhere", "not-used", "capitals", "docstring", "outside-definitions", "docstring-of-helper"],
)
def test_an_old_text_that_is_nowhere_is_refused(wrong: Wrong, name: str, text: str) -> None:
    """It is looked for in the answer and in what that uses, not in words about them; one line names all."""
    with pytest.raises(CatalogError) as caught:
        wrong(name, edit("lost", text, "y"))
    assert str(caught.value) == f"versions.{name}: misconception lost: {text!r} is not in the model answer"


def test_the_second_of_two_old_texts_is_refused_where_it_is_nowhere(wrong: Wrong) -> None:
    """Also if the first edit took it away."""
    with pytest.raises(CatalogError, match="'by' is not in the model answer"):
        wrong("shifted", edit("gone", "by", "much", "by", "little"))


@pytest.mark.parametrize("texts", [(), ("a",), ("a", "b", "c")], ids=len)
def test_an_old_text_without_a_new_one_is_refused(texts: tuple[str, ...]) -> None:
    """When the unit is imported."""
    with pytest.raises(ValueError, match=rf"edit 'odd': want pairs of old and new texts, got {len(texts)} texts"):
        edit("odd", *texts)


@pytest.mark.parametrize("texts", [("a", "a"), ("", "b"), ("a", "b", "c", "c")], ids=str)
def test_an_edit_of_no_effect_is_refused(texts: tuple[str, ...]) -> None:
    """A text that becomes itself, and an empty one, which is everywhere."""
    with pytest.raises(ValueError, match=r"edit 'idle': .* changes nothing that can be found"):
        edit("idle", *texts)


@pytest.mark.parametrize("new", ["x + (", "x +\n", "break", "x\n  return x", "return"])
def test_an_edit_that_gives_no_python_is_refused(wrong: Wrong, new: str) -> None:
    """One line names the exercise and the misconception."""
    with pytest.raises(CatalogError) as caught:
        wrong("shifted", edit("broken", "return x + by", f"return {new}" if new != "break" else new))
    assert str(caught.value).startswith("versions.shifted: misconception broken is not valid Python: ")
    assert "\n" not in str(caught.value)


def test_an_edit_keeps_file_and_lines(answers: ModuleType, wrong: Wrong) -> None:
    """Lines are counted as a student's are: the wrong version stands where the right one does."""
    made = wrong("both", edit("same", "first", "second"))
    assert made.__code__.co_filename == answers.__file__
    assert made.__code__.co_firstlineno == answers.both.__code__.co_firstlineno


# Bodies


def test_returns_is_an_expression_over_the_arguments(wrong: Wrong) -> None:
    """The signature with its defaults is the model's."""
    made = wrong("shifted", returns("product", "x * by"))
    assert (made(5), made(5, by=3)) == (5, 15)


@pytest.mark.parametrize("text", ["[\n    x,\n    by,\n]", "x, by", "x if x else by", "lambda: x", "(x := 3)"])
def test_returns_takes_any_expression(wrong: Wrong, text: str) -> None:
    """Over several lines, a tuple, a condition."""
    assert wrong("shifted", returns("any", text))(5) is not None


def test_in_another_body_the_right_functions_are_meant(wrong: Wrong) -> None:
    """Also the right version of itself: it calls that, not itself over and over."""
    assert wrong("shifted", returns("more", "shifted(x, by) + doubled(by) + SCALE + np.int64(1)"))(5) == 11


def test_a_body_is_statements_with_any_indent(wrong: Wrong) -> None:
    """As they stand in an author's file."""
    text = """
        if by > 1:
            by = 1
        return x + by
    """
    assert wrong("shifted", body("at-most-one", text))(5, 7) == 6


def test_a_body_of_one_expression_returns_it(answers: ModuleType) -> None:
    """A variant may be written as an expression alone."""
    assert ModelAnswer(answers, "shifted").variant(Variant("swapped", "by + x"))(5) == 6


@pytest.mark.parametrize(
    "misconception", [body("no-result", "total = x"), body("nothing", "pass"), returns("nothing", "None")]
)
def test_a_body_may_return_nothing(wrong: Wrong, misconception: Misconception) -> None:
    """As students' do."""
    assert wrong("shifted", misconception)(5) is None


@pytest.mark.parametrize("text", ["", "\n  \n", "# words", "x +", "if x:\nreturn 1", "return x\n  return y", "break"])
def test_a_body_that_is_no_python_is_refused(wrong: Wrong, text: str) -> None:
    """Empty, broken, or out of place: one line names the exercise and the misconception."""
    with pytest.raises(
        CatalogError, match=r"^versions\.shifted: misconception broken is not valid Python: .+$"
    ) as caught:
        wrong("shifted", body("broken", text))
    assert "\n" not in str(caught.value)


# Methods


def test_a_method_is_replaced_and_the_others_stay(answers: ModuleType, wrong: Wrong) -> None:
    """Of a class, and with `self` in it; the right class is as before."""
    made = wrong("Counter", returns("stuck", "self.count", method="up"))
    assert (made(3).up(), made(3).down(), answers.Counter(3).up()) == (3, 2, 4)


def test_a_method_with_a_body(wrong: Wrong) -> None:
    """Statements, as for functions."""
    made = wrong("Counter", body("by-ten", "self.count += 10\nreturn self.count", method="up"))
    assert made().up() == 10


def test_a_method_may_ask_its_right_base_class(wrong: Wrong) -> None:
    """`super()` still means the base class."""
    assert wrong("Doubles", returns("thrice", "3 * super().up()", method="up"))().up() == 3


@pytest.mark.parametrize(("name", "method"), [("Counter", "sideways"), ("Counter", ""), ("shifted", "up")])
def test_a_method_that_is_not_there_is_refused(wrong: Wrong, name: str, method: str) -> None:
    """Of a class one has to be named, of a function none."""
    with pytest.raises(CatalogError, match=rf"^versions\.{name}: misconception lost: there is no method '{method}'$"):
        wrong(name, body("lost", "return 1", method=method))


# Around, code, variants


def test_around_is_given_the_right_answer(answers: ModuleType, wrong: Wrong) -> None:
    """And makes the wrong one out of it."""
    given: list[Any] = []

    def make(right: Callable[..., Any]) -> Callable[..., Any]:
        given.append(right)
        return lambda x: right(x) + 100

    assert wrong("alone", around("too-much", make))(5) == 95
    assert given == [answers.alone]


def test_code_is_the_wrong_version_itself(wrong: Wrong) -> None:
    """The very function."""

    def mine(x: Any) -> Any:
        return x

    assert wrong("alone", code("mine", mine)) is mine


def test_a_misconception_without_a_recipe_is_refused(wrong: Wrong) -> None:
    """One line says what is missing."""
    with pytest.raises(CatalogError, match=r"^versions\.alone: misconception empty does not say what is wrong$"):
        wrong("alone", Misconception("empty"))


def test_a_missing_model_answer_is_refused(answers: ModuleType) -> None:
    """One line says where it should be."""
    with pytest.raises(CatalogError, match=rf"^versions\.gone: there is no model answer in solutions\.{UNIT}$"):
        ModelAnswer(answers, "gone", "versions.gone")


def test_variants_are_expressions_edits_or_code(answers: ModuleType) -> None:
    """Each of the three ways gives a function that answers right."""
    ways: list[Any] = ["-1 * x", ("-x", "0 - x"), lambda x: -x]
    assert [ModelAnswer(answers, "alone").variant(Variant("other", way))(5) for way in ways] == [-5, -5, -5]


def test_belief_and_question_come_with_it_or_later() -> None:
    """Both ways of writing are the same misconception."""
    early = edit("x", "a", "b", believes="That.", ask="Why?")
    assert early == edit("x", "a", "b").believes("That.").ask("Why?")
    assert (early.name, early.belief, early.question) == ("x", "That.", "Why?")


# Families


def scaled(grad_output: Any, x: Any, axis: int = 0) -> Any:
    """A right answer that uses all that it is given."""
    return grad_output * 3 * x.sum(axis=axis, keepdims=True)


def family(misconception: Misconception, right: Callable[..., Any]) -> Callable[..., Any]:
    """The wrong version that a family makes around a right answer."""
    make: Callable[..., Any] = getattr(misconception.recipe, "make")  # noqa: B009 - of an `Around`
    found: Callable[..., Any] = make(right)
    return found


X = np.array([[1.0, 2.0], [3.0, 5.0]])


def test_upstream_ignored_answers_as_to_ones() -> None:
    """Whatever the upstream gradient, however it is passed."""
    made = family(families.upstream_ignored(), scaled)
    want = scaled(np.ones((2, 2)), X)
    assert np.array_equal(made(np.full((2, 2), 7.0), X), want)
    assert np.array_equal(made(x=X, grad_output=np.full((2, 2), 7.0)), want)


def test_upstream_ignored_takes_another_name_or_a_slope(wrong: Wrong) -> None:
    """Of the argument; or the local derivative as an expression."""
    made = family(families.upstream_ignored(argument="x"), scaled)
    assert np.array_equal(made(1.0, X), scaled(1.0, np.ones_like(X)))
    assert wrong("mean", families.upstream_ignored("x * 10"))(X).tolist() == (10 * X).tolist()


def test_axis_ignored_takes_the_last(answers: ModuleType, wrong: Wrong) -> None:
    """Or the one that is named; right where that is asked for anyway."""
    made = wrong("mean", families.axis_ignored())
    assert np.array_equal(made(X, axis=0), answers.mean(X, axis=-1))
    assert np.array_equal(made(X), answers.mean(X))
    assert np.array_equal(wrong("mean", families.axis_ignored(0))(X, 1), answers.mean(X, 0))


def test_an_argument_that_is_fixed_is_so_by_default_too(wrong: Wrong) -> None:
    """A value that the caller leaves out is replaced as one that is given."""
    made = wrong("shifted", families.argument_fixed("always-ten", "by", 10))
    assert (made(1), made(1, 5), made(1, by=5)) == (11, 11, 11)


def test_always_double_keeps_the_values() -> None:
    """And nothing of the input's dtype."""
    made = family(families.always_double(), lambda x: 2 * x)
    assert made(X.astype(np.float32)).dtype == np.float64
    assert np.array_equal(made(X), 2 * X)


def test_python_float_keeps_the_value() -> None:
    """As a plain number."""
    made = family(families.python_float(), lambda x: x.sum())
    assert type(made(X.astype(np.float32))) is float
    assert made(X) == 11


def test_sign_flipped_reaches_every_part() -> None:
    """Of a tuple or list of gradients, too; the form stays."""
    made = family(families.sign_flipped(), lambda x: (x, [2 * x, 1.0]))
    first, (second, third) = made(X)
    assert np.array_equal(first, -X)
    assert np.array_equal(second, -2 * X)
    assert third == -1
    assert isinstance(made(X), tuple)


def test_integer_result_cuts_off_what_follows_the_point() -> None:
    """Where the first argument holds integers; else it is right."""
    made = family(families.integer_result(), lambda x, by=2: x / by)
    assert made(np.array([3, 5])).tolist() == [1, 2]
    assert made(np.array([3.0, 5.0])).tolist() == [1.5, 2.5]


@pytest.mark.parametrize("name", sorted(set(families.__all__) - {"argument_fixed", "spoiled"}))
def test_every_family_says_what_is_believed_and_asks(name: str) -> None:
    """One sentence, one question, and a name like the function's."""
    made = getattr(families, name)()
    assert made.name == name.replace("_", "-")
    assert made.belief.endswith(".")
    assert made.question.endswith("?")


def test_families_keep_name_and_signature(answers: ModuleType) -> None:
    """A worker calls a wrong version as it calls the right one."""
    made = family(families.axis_ignored(), answers.mean)
    assert made.__name__ == "mean"
    assert inspect.signature(made) == inspect.signature(answers.mean)
