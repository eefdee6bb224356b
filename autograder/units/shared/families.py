"""Misconceptions that stand in many exercises, written once and applied by name."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.assessment.misconception import Misconception, around, returns

__all__ = [
    "always_double",
    "argument_fixed",
    "axis_ignored",
    "integer_result",
    "python_float",
    "sign_flipped",
    "spoiled",
    "upstream_ignored",
]


def upstream_ignored(slope: str = "", *, argument: str = "grad_output") -> Misconception:
    """The local derivative alone, which is right only under an upstream gradient of ones.

    Args:
        slope: the local derivative as an expression; where it is empty, the right answer to an upstream of ones.
        argument: what the upstream gradient is called.
    """

    def make(right: Callable[..., Any]) -> Callable[..., Any]:
        return _with_argument(right, argument, np.ones_like)

    made = returns("upstream-ignored", slope) if slope else around("upstream-ignored", make)
    return made.believes("The backward pass returns the local derivative.").ask(
        "How does a change of the output change the loss? Where does that number enter?"
    )


def axis_ignored(axis: int | None = -1) -> Misconception:
    """The axis that the caller asks for is not looked at.

    Args:
        axis: the one that is taken instead.
    """
    return (
        argument_fixed("axis-ignored", "axis", axis)
        .believes("The classes are always along the last axis.")
        .ask("Along which axis does the caller want the probabilities to sum to 1?")
    )


def argument_fixed(name: str, argument: str, value: Any) -> Misconception:
    """The right answer, but one argument always has the same value.

    Args:
        name: the misconception's slug.
        argument: the argument that the caller gives in vain.
        value: what is taken instead.
    """
    return around(name, lambda right: _with_argument(right, argument, lambda given: value))


def always_double() -> Misconception:
    """The right values in double precision, whatever the input's dtype."""
    return (
        around("always-double", lambda right: spoiled(right, lambda result: np.asarray(result, np.float64)))
        .believes("A result may always be float64.")
        .ask("What dtype goes in, and what must come out?")
    )


def python_float() -> Misconception:
    """The right number, but no longer of the input's dtype."""
    return (
        around("python-float", lambda right: spoiled(right, float))
        .believes("float() does no harm.")
        .ask("What dtype does a Python float have, and which one did the arrays have?")
    )


def sign_flipped() -> Misconception:
    """Everything with the wrong sign."""
    return (
        around("sign-flipped", lambda right: spoiled(right, _negated))
        .believes("The gradient points the other way.")
        .ask("Raise the input a little: does the output rise or fall? Which sign does your result have?")
    )


def integer_result() -> Misconception:
    """The right values in an array of the first argument's dtype, which cuts them off where that is an integer."""

    def make(right: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(right)
        def wrong(x: Any, *args: Any, **kwargs: Any) -> Any:
            return right(x, *args, **kwargs).astype(x.dtype)

        return wrong

    return (
        around("integer-result", make)
        .believes("An array of x's own type, as np.zeros_like makes it, has room for every value.")
        .ask("One half is put into an array of integers: what remains of it?")
    )


def spoiled(right: Callable[..., Any], spoil: Callable[[Any], Any]) -> Callable[..., Any]:
    """The right answer, whose result `spoil` changes: for `around`."""

    @functools.wraps(right)
    def wrong(*args: Any, **kwargs: Any) -> Any:
        return spoil(right(*args, **kwargs))

    return wrong


def _negated(value: Any) -> Any:
    return type(value)(_negated(each) for each in value) if isinstance(value, (list, tuple)) else -value


def _with_argument(right: Callable[..., Any], name: str, change: Callable[[Any], Any]) -> Callable[..., Any]:
    """The right answer to one changed argument."""
    signature = inspect.signature(right)

    @functools.wraps(right)
    def wrong(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        bound.arguments[name] = change(bound.arguments[name])
        return right(*bound.args, **bound.kwargs)

    return wrong
