"""Misconceptions: wrong versions that students really write, as data.

A misconception is an edit of the model answer, what its author believes, and a question that leads out of it:

    edit("global-shift", "logits.max(axis=axis, keepdims=True)", "logits.max()")
    .believes("One maximum for the whole array is enough to prevent overflow.")
    .ask("Which maximum does each row need, and what shape must it keep?"),

Where the wrong version has nothing of the model answer but its signature, `returns` and `body` say what stands in its
place; where the right version is only spoiled before or after it runs, `around` does that; real code, `code`, is for
what none of these can say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

__all__ = [
    "Around",
    "Body",
    "Code",
    "Edit",
    "Misconception",
    "Recipe",
    "around",
    "body",
    "code",
    "edit",
    "returns",
]


@dataclass(frozen=True)
class Edit:
    """Every old text in the model answer becomes the new one: in its own definition, or else in one that it uses."""

    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Body:
    """The model's signature with another body; names mean what they mean in the unit's model answers."""

    text: str
    method: str = ""  # of a class, the method whose body it is


@dataclass(frozen=True)
class Around:
    """`make(right)`: a wrong version made out of the right one."""

    make: Callable[[Callable[..., Any]], Callable[..., Any]]


@dataclass(frozen=True)
class Code:
    """The wrong function or class itself; it takes what the right one takes."""

    wrong: Callable[..., Any]


Recipe = Edit | Body | Around | Code


@dataclass(frozen=True)
class Misconception:
    """A wrong version that students really write.

    Args:
        name: its slug.
        belief: what its author thinks, one sentence.
        question: it leads out of the belief.
        recipe: how the wrong version is made; None where only its answers are known.
    """

    name: str
    belief: str = ""
    question: str = ""
    recipe: Recipe | None = None

    def believes(self, text: str) -> Misconception:
        """The same with its author's belief."""
        return replace(self, belief=text)

    def ask(self, text: str) -> Misconception:
        """The same with the question that leads out of it."""
        return replace(self, question=text)


def edit(name: str, *texts: str, believes: str = "", ask: str = "") -> Misconception:
    """A wrong version that differs from the model answer in a few words.

    Args:
        name: its slug.
        texts: old text, new text, and perhaps more such pairs, applied one after the other. Every occurrence is
            replaced. The old text stands in the exercise's own definition or, where it is not there, in one that this
            uses; an old text that is nowhere fails the build.
        believes: what its author thinks, one sentence.
        ask: the question that leads out of it.

    Raises:
        ValueError: an old text without a new one, an empty one, or one that stays as it is.
    """
    if not texts or len(texts) % 2:
        raise ValueError(f"edit {name!r}: want pairs of old and new texts, got {len(texts)} texts")
    changes = tuple(zip(texts[::2], texts[1::2], strict=True))
    for old, new in changes:
        if not old or old == new:
            raise ValueError(f"edit {name!r}: {old!r} becomes {new!r}, which changes nothing that can be found")
    return Misconception(name, believes, ask, Edit(changes))


def returns(name: str, expression: str, *, method: str = "", believes: str = "", ask: str = "") -> Misconception:
    """A wrong version whose body is `return expression`; the unit's right functions can be called in it.

    Args:
        name: its slug.
        expression: an expression over the arguments.
        method: of a class, the method that it is returned from; the others stay.
        believes: what its author thinks, one sentence.
        ask: the question that leads out of it.
    """
    return body(name, f"return ({expression})", method=method, believes=believes, ask=ask)


def body(name: str, text: str, *, method: str = "", believes: str = "", ask: str = "") -> Misconception:
    """A wrong version with the model's signature and another body; the unit's right functions can be called in it.

    Args:
        name: its slug.
        text: the statements of the body, with any indent that is the same for all.
        method: of a class, the method whose body it is; the others stay.
        believes: what its author thinks, one sentence.
        ask: the question that leads out of it.
    """
    return Misconception(name, believes, ask, Body(text, method))


def around(name: str, make: Callable[[Callable[..., Any]], Callable[..., Any]]) -> Misconception:
    """A wrong version made out of the right one: `make(right)` returns it.

    Args:
        name: its slug.
        make: takes the model answer.
    """
    return Misconception(name, recipe=Around(make))


def code(name: str, wrong: Callable[..., Any]) -> Misconception:
    """A wrong version that is written out, because no edit can say it.

    Args:
        name: its slug.
        wrong: the function or class.
    """
    return Misconception(name, recipe=Code(wrong))
