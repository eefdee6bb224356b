"""Misconceptions about what an optimizer keeps from one step to the next, and where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograder.assessment.misconception import Misconception, around, edit
from autograder.units.shared.arrays import Array

RATE_FROZEN = (
    edit("rate-frozen", "self.lr", "self.first_lr")
    .believes("The rate is what the constructor was given, for ever.")
    .ask("If a schedule writes to optimizer.lr, does your next `step` read it?")
)


def forgotten(name: str, *attributes: str) -> Misconception:
    """The state starts anew in every step.

    Args:
        name: the misconception's slug.
        attributes: where the model answer keeps its arrays.
    """
    return edit(name, *[text for each in attributes for text in (f"self.{each} or ", "")])


def shared(name: str) -> Misconception:
    """All parameters use one state."""
    return _one_by_one(name, lambda index, param: 0)


def kept_wrongly(*attributes: str) -> list[Misconception]:
    """What goes wrong with the place where any state is kept.

    Args:
        attributes: where the model answer keeps its arrays.
    """
    on_the_class = [text for each in attributes for text in (f"self.{each}", f"type(self).{each}")]
    return [
        edit("state-on-the-class", *on_the_class)
        .believes("What is remembered belongs to the class, so that there is one of it.")
        .ask("Two models are trained in turn, each by its own optimizer: whose state does the second one find?"),
        _one_by_one("state-by-identity", lambda index, param: id(param))
        .believes("A parameter is known by its array, id(param).")
        .ask("`step` returns new arrays: under which id does your next call look for the state of this one?"),
    ]


def t_counts_parameters() -> Misconception:
    """Adam's count of steps, raised for every parameter."""
    return (
        _one_by_one("t-counts-parameters", lambda index, param: index, count_parameters=True)
        .believes("t grows with each parameter that is updated.")
        .ask("With three parameters, what is your t after the first call of `step`?")
    )


def _one_by_one(name: str, key: Callable[[int, Array], int], *, count_parameters: bool = False) -> Misconception:
    """Each parameter is moved by a right optimizer of its own, which is kept under `key(index, param)`."""

    def make(right: Callable[..., Any]) -> Callable[..., Any]:
        class OneByOne:
            def __init__(self, lr: float, *options: float) -> None:
                self.lr, self.options, self.t = lr, options, 0
                self.kept: dict[int, Any] = {}

            def step(self, params: Sequence[Array], grads: Sequence[Array]) -> list[Array]:
                new = []
                for index, (param, grad) in enumerate(zip(params, grads, strict=False)):
                    one = self.kept.setdefault(key(index, param), right(self.lr, *self.options))
                    one.lr, one._t = self.lr, self.t
                    new += one.step([param], [grad])
                    self.t += count_parameters
                self.t += not count_parameters
                return new

        return OneByOne

    return around(name, make)
