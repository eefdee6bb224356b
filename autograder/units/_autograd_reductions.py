"""Assessment of autograd: backward steps of sums and maxima over axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal

__all__ = ["REDUCTIONS", "max_grad", "not_restored", "one_of", "sum_grad", "whole_maximum"]

Axes = Any


def _restored(grad: Array, x: Array, axis: Axes, keepdims: bool) -> Array:
    """The upstream with the summed axes at length 1."""
    if axis is None:
        return np.asarray(grad).reshape((1,) * x.ndim)
    return grad if keepdims else np.expand_dims(grad, axis)


def _counts(x: Array, axis: Axes) -> Any:
    return x.dtype.type(x.size / max(x.sum(axis=axis).size, 1))


def sum_grad(grad_output: Array, x: Array, axis: Axes = None, keepdims: bool = False) -> Array:
    return _restored(grad_output, x, axis, keepdims) * np.ones_like(x)


def not_restored(grad_output: Array, x: Array, axis: Axes = None, keepdims: bool = False) -> Array:
    return np.array(np.broadcast_to(grad_output, x.shape))


def repeated_in_front(grad_output: Array, x: Array, axis: Axes = None, keepdims: bool = False) -> Array:
    """Always the first axis is put back."""
    grad = np.asarray(grad_output)
    if axis is not None and not keepdims:
        for _ in range(x.ndim - grad.ndim):
            grad = grad[None]
    return grad * np.ones_like(x)


def _negative_forgotten(grad_output: Array, x: Array, axis: Axes = None, keepdims: bool = False) -> Array:
    if axis is None or keepdims:
        return sum_grad(grad_output, x, axis, keepdims)
    axes = [axis] if isinstance(axis, int) else axis
    shape = tuple(1 if i in axes else n for i, n in enumerate(x.shape))
    return grad_output.reshape(shape) * np.ones_like(x)


def _by_tiling(grad_output: Array, x: Array, axis: Axes = None, keepdims: bool = False) -> Array:
    axes = range(x.ndim) if axis is None else [axis] if isinstance(axis, int) else axis
    grad = np.asarray(grad_output).reshape([1 if i in {a % x.ndim for a in axes} else n for i, n in enumerate(x.shape)])
    for each in axes:
        grad = np.repeat(grad, x.shape[each], axis=each)
    return grad.copy()


def _random_reduction(rng: np.random.Generator) -> dict[str, Any]:
    x = rng.standard_normal(tuple(int(n) for n in rng.permutation([2, 3, 4])))
    axes = [None, 0, 1, 2, -1, -2, (0, 2), (1, 2), (-1, 0)]
    return {"x": x, "axis": axes[int(rng.integers(len(axes)))], "keepdims": bool(rng.integers(2))}


def _reduction_cases() -> list[Any]:
    return [
        Case("row-to-one-number", x=normal(3, seed=50)),
        Case("matrix-to-one-number", x=normal(2, 3, seed=51)),
        Case("over-rows", x=normal(2, 3, seed=52), axis=0),
        Case("over-columns", x=normal(2, 3, seed=53), axis=1),
        Case("square-over-columns", x=normal(3, 3, seed=54), axis=1),
        Case("last-axis-counted-from-the-end", x=normal(2, 3, 4, seed=55), axis=-1, readonly=True),
        Case("middle-axis", x=normal(2, 3, 4, seed=56), axis=1),
        Case("axis-kept", x=normal(2, 3, seed=57), axis=1, keepdims=True),
        Case("all-axes-kept", x=normal(2, 3, seed=58), axis=None, keepdims=True),
        Case("two-axes", x=normal(2, 3, 4, seed=59), axis=(0, 2)),
        Case("two-axes-from-the-end", x=normal(4, 3, 2, seed=60), axis=(-1, 0)),
        Case("two-axes-kept", x=normal(2, 3, 4, seed=61), axis=(1, 2), keepdims=True),
        Case("axis-of-length-one", x=normal(3, 1, seed=62), axis=1),
        Case("single-precision", x=normal(2, 3, seed=63).astype(np.float32), axis=1),
        random_cases(_random_reduction, count=3),
    ]


def _with_axes(grad: Array, axis: Axes, keepdims: bool) -> Array:
    """As _restored, in the upstream's own memory and shape."""
    return grad if keepdims or axis is None else np.expand_dims(grad, axis)


sum_backward = Exercise(
    "sum_backward",
    points=1,
    reference="sum_over",
    returns_new=True,
    vectorized=lambda n: {"grad_output": normal(n), "x": normal(n, 3), "axis": 1},
    cases=_reduction_cases(),
    misconceptions=[
        Misconception(
            "axis-not-restored",
            believes="Broadcasting puts the gradient where it belongs.",
            wrong=not_restored,
            hint="Row sums have shape (3,). Against a (3, 3) matrix, are they stretched along rows or columns?",
        ),
        Misconception(
            "axis-put-back-in-front",
            believes="A summed axis is put back as the first one.",
            wrong=repeated_in_front,
            hint="x is (2, 3) and was summed over axis 1. Does (1, 2) stretch to x, or (2, 1)?",
        ),
        Misconception(
            "averaged",
            believes="The sum shares its gradient out among its terms.",
            wrong=lambda grad_output, x, axis=None, keepdims=False: (
                sum_grad(grad_output, x, axis, keepdims) / _counts(x, axis)
            ),
            hint="Raise one of ten terms by 0.1: by how much does the sum rise?",
        ),
        Misconception(
            "upstream-ignored",
            believes="Every term has slope 1, so the gradient is ones.",
            wrong=lambda grad_output, x, axis=None, keepdims=False: np.ones_like(x),
            hint="How does a change of the sum change the final result? Where does that number enter?",
        ),
        Misconception(
            "times-x",
            believes="Each number gets the gradient times itself.",
            wrong=lambda grad_output, x, axis=None, keepdims=False: x * sum_grad(grad_output, x, axis, keepdims),
            hint="Does the slope of x₁ + x₂ depend on how large x₁ is?",
        ),
        Misconception(
            "negative-axis-forgotten",
            believes="An axis is a number from 0 up.",
            wrong=_negative_forgotten,
            hint="Which axis is -1?",
        ),
        Misconception(
            "stretched-view",
            believes="np.broadcast_to gives an array like any other.",
            wrong=lambda grad_output, x, axis=None, keepdims=False: np.broadcast_to(
                _with_axes(grad_output, axis, keepdims), x.shape
            ),
            hint="Whose memory do all the copies share, and what does += do there?",
        ),
        Misconception(
            "kept-axis-added-again",
            believes="The summed axis is always put back.",
            wrong=lambda grad_output, x, axis=None, keepdims=False: (
                np.ones_like(x) * _with_axes(grad_output, axis, False)
            ),
            hint="What does keepdims=True leave of the summed axis?",
        ),
        Misconception(
            "gradient-as-it-came",
            believes="The gradient of a sum is that of its terms.",
            wrong=lambda grad_output, x, axis=None, keepdims=False: np.array(grad_output),
            hint="What shape does x have?",
        ),
    ],
    hints=[
        "Each number went into exactly one sum, with slope 1: which one, and where is its gradient now?",
        "Put the summed axes back with length 1 (if they did not stay), then stretch to the shape of x.",
        "np.expand_dims(grad_output, axis) takes a tuple of axes too; then broadcast to x.shape, as a new array.",
    ],
    variants=[Variant("times-ones", sum_grad), Variant("repeat", _by_tiling)],
)


def max_grad(share: Any) -> Any:
    """The gradient for a rule that says how much each place gets of its maximum's gradient."""

    def grad(grad_output: Array, x: Array, axis: Axes = None, keepdims: bool = False) -> Array:
        held = x == x.max(axis=axis, keepdims=True)
        return np.asarray(_restored(grad_output, x, axis, keepdims) * share(held, axis), x.dtype)

    return grad


def one_of(held: Array, axis: Axes, last: bool) -> Array:
    """Of the tied places only the first, or the last, in row-major order."""
    axes = tuple(range(held.ndim)) if axis is None else (axis,) if isinstance(axis, int) else axis
    front = np.moveaxis(held, axes, range(-len(axes), 0))
    flat = front.reshape(*front.shape[: held.ndim - len(axes)], -1)
    flat = flat[..., ::-1] if last else flat
    chosen = np.zeros(flat.shape)
    np.put_along_axis(chosen, np.argmax(flat, axis=-1, keepdims=True), 1.0, axis=-1)
    chosen = chosen[..., ::-1] if last else chosen
    return np.asarray(np.moveaxis(chosen.reshape(front.shape), range(-len(axes), 0), axes))


def _tie_cases() -> list[Any]:
    return [
        Case("two-share", x=np.array([1.0, 3.0, 3.0, 2.0]), axis=0),
        Case("three-of-a-row-share", x=np.array([[2.0, 5.0, 5.0, 5.0], [7.0, -1.0, 0.0, 7.0]]), axis=1),
        Case("all-equal", x=np.full((2, 3), -4.0)),
        Case("ties-across-two-axes", x=np.array([[[1.0, 2.0], [2.0, 0.0]], [[2.0, 1.0], [-3.0, 2.0]]]), axis=(0, 2)),
        Case("tie-single-precision", x=np.array([[1.5, 1.5], [2.0, -1.0]], np.float32), axis=1, keepdims=True),
        Case("equal-to-another-row's-maximum", x=np.array([[1.0, 4.0, 2.0], [4.0, 5.0, 2.0]]), axis=1),
        random_cases(
            lambda rng: {"x": rng.integers(-2, 2, (3, 4)).astype(np.float64), "axis": int(rng.integers(2))},
            label="random-ties",
        ),
    ]


def whole_maximum(grad_output: Array, x: Array, axis: Axes = None, keepdims: bool = False) -> Array:
    held = (x == x.max()).astype(x.dtype)
    return np.asarray(_restored(grad_output, x, axis, keepdims) * held / held.sum())


_even = max_grad(lambda held, axis: held / held.sum(axis=axis, keepdims=True))

max_backward = Exercise(
    "max_backward",
    points=1,
    reference="maximum_over",
    returns_new=True,
    vectorized=lambda n: {"grad_output": normal(n), "x": normal(n, 3), "axis": 1},
    cases=[*_reduction_cases(), *_tie_cases()],
    misconceptions=[
        Misconception(
            "ties-all-get-everything",
            believes="Each place that equals the maximum gets the whole gradient.",
            wrong=max_grad(lambda held, axis: held),
            hint="At a tie, do your gradients add up to the one that came in?",
        ),
        Misconception(
            "first-wins",
            believes="At a tie the first place gets the gradient, as argmax says.",
            wrong=max_grad(lambda held, axis: one_of(held, axis, last=False)),
            hint="Nothing distinguishes tied places. Which sharing does the docstring choose?",
        ),
        Misconception(
            "last-wins",
            believes="At a tie the last place gets the gradient.",
            wrong=max_grad(lambda held, axis: one_of(held, axis, last=True)),
            hint="Nothing distinguishes tied places. Which sharing does the docstring choose?",
        ),
        Misconception(
            "ties-dropped",
            believes="A place gets the gradient only if it is larger than all others.",
            wrong=max_grad(lambda held, axis: held * (held.sum(axis=axis, keepdims=True) == 1)),
            hint="At a tie, where does the gradient go?",
        ),
        Misconception(
            "ties-counted-everywhere",
            believes="The number of ties is the number of all places that hold some maximum.",
            wrong=max_grad(lambda held, axis: held / held.sum()),
            hint="Each maximum has its own group of places. How many hold this one?",
        ),
        Misconception(
            "shared-by-all",
            believes="The gradient is shared by all places, as in a mean.",
            wrong=lambda grad_output, x, axis=None, keepdims=False: (
                sum_grad(grad_output, x, axis, keepdims) / _counts(x, axis)
            ),
            hint="Raise a number that is not the largest by a little: does the maximum change?",
        ),
        Misconception(
            "one-maximum",
            believes="The maximum is that of the whole array.",
            wrong=whole_maximum,
            hint="Over axis 1 each row has a maximum of its own. Which one do you compare with?",
        ),
        Misconception(
            "as-a-sum",
            believes="Every number was compared, so every number gets the gradient.",
            wrong=lambda grad_output, x, axis=None, keepdims=False: sum_grad(grad_output, x, axis, keepdims),
            hint="Change a number that is not the largest by a little: does the maximum notice?",
        ),
        Misconception(
            "upstream-ignored",
            believes="The gradient of a maximum is a mask.",
            wrong=lambda grad_output, x, axis=None, keepdims=False: _even(np.ones_like(grad_output), x, axis, keepdims),
            hint="How does a change of the maximum change the final result? Where does that number enter?",
        ),
        Misconception(
            "times-the-maximum",
            believes="The winner gets the gradient times its value.",
            wrong=lambda grad_output, x, axis=None, keepdims=False: x * _even(grad_output, x, axis, keepdims),
            hint="If the largest number rises by 0.1, by how much does the maximum rise?",
        ),
    ],
    hints=[
        "Only places that hold the maximum get something; compare x with its maxima (axes kept, so that it fits).",
        "Divide by the number of places that hold the same maximum: a sum of the comparison over the same axis.",
        "held = x == x.max(axis, keepdims=True); held / held.sum(axis, keepdims=True) times the restored upstream.",
    ],
    variants=[Variant("in-float64", _even)],
)


REDUCTIONS = [sum_backward, max_backward]
