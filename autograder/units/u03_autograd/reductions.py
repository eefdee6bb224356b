"""sum_backward and max_backward."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, RandomCases, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import normal
from autograder.units.shared.families import upstream_ignored

RESTORED = "np.expand_dims(grad_output, axis)"
STRETCHED = "np.array(np.broadcast_to(grad, x.shape))"
SHARE = "held / held.sum(axis=axis, keepdims=True)"

# Edits of `max_backward`, for `Tensor` too.
TIES_ALL = (SHARE, "held")
ONE_MAXIMUM = ("x.max(axis=axis, keepdims=True)", "x.max()", SHARE, "held / held.sum()")
PLACES = "np.arange(x.size).reshape(x.shape)"
FIRST_WINS = (
    f"share = {SHARE}",
    f"place = np.where(held, {PLACES}, x.size); share = x.dtype.type(place == place.min(axis=axis, keepdims=True))",
)
LAST_WINS = (
    f"share = {SHARE}",
    f"place = np.where(held, {PLACES}, -1); share = x.dtype.type(place == place.max(axis=axis, keepdims=True))",
)

AT_A_TIE = "At a tie, do your gradients add up to the one that came in?"
WHICH_SHARING = "Nothing distinguishes tied places. Which sharing does the docstring choose?"
OWN_MAXIMUM = "Over axis 1 each row has a maximum of its own. Which one do you compare with?"
ROW_SUMS = "Row sums have shape (3,). Against a (3, 3) matrix, are they stretched along rows or columns?"


def random_reduction(rng: np.random.Generator) -> dict[str, Any]:
    """Three axes, of which some are reduced."""
    x = rng.standard_normal(tuple(int(n) for n in rng.permutation([2, 3, 4])))
    axes = [None, 0, 1, 2, -1, -2, (0, 2), (1, 2), (-1, 0)]
    return {"x": x, "axis": axes[int(rng.integers(len(axes)))], "keepdims": bool(rng.integers(2))}


CASES: list[Case | RandomCases] = [
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
    random_cases(random_reduction, count=3),
]

sum_backward = Exercise(
    "sum_backward",
    points=1,
    reference="sum_over",
    returns_new=True,
    vectorized=lambda n: {"grad_output": normal(n), "x": normal(n, 3), "axis": 1},
    cases=CASES,
    misconceptions=[
        edit("axis-not-restored", RESTORED, "grad_output")
        .believes("Broadcasting puts the gradient where it belongs.")
        .ask(ROW_SUMS),
        edit("axis-put-back-in-front", RESTORED, "grad_output[None]", STRETCHED, "grad * np.ones_like(x)")
        .believes("A summed axis is put back as the first one.")
        .ask("x is (2, 3) and was summed over axis 1. Does (1, 2) stretch to x, or (2, 1)?"),
        edit("averaged", STRETCHED, f"{STRETCHED} * (grad.size / x.size)")
        .believes("The sum shares its gradient out among its terms.")
        .ask("Raise one of ten terms by 0.1: by how much does the sum rise?"),
        upstream_ignored("np.ones_like(x)"),
        edit("times-x", STRETCHED, "x * grad")
        .believes("Each number gets the gradient times itself.")
        .ask("Does the slope of x₁ + x₂ depend on how large x₁ is?"),
        edit(
            "negative-axis-forgotten",
            RESTORED,
            "grad_output.reshape([1 if i in np.atleast_1d(axis) else n for i, n in enumerate(x.shape)])",
        )
        .believes("An axis is a number from 0 up.")
        .ask("Which axis is -1?"),
        edit("stretched-view", STRETCHED, "np.broadcast_to(grad, x.shape)")
        .believes("np.broadcast_to gives an array like any other.")
        .ask("Whose memory do all the copies share, and what does += do there?"),
        edit("kept-axis-added-again", "keepdims or axis is None", "axis is None", STRETCHED, "grad * np.ones_like(x)")
        .believes("The summed axis is always put back.")
        .ask("What does keepdims=True leave of the summed axis?"),
        returns("gradient-as-it-came", "np.array(grad_output)")
        .believes("The gradient of a sum is that of its terms.")
        .ask("What shape does x have?"),
    ],
    hints=[
        "Each number went into exactly one sum, with slope 1: which one, and where is its gradient now?",
        "Put the summed axes back with length 1 (if they did not stay), then stretch to the shape of x.",
        "np.expand_dims(grad_output, axis) takes a tuple of axes too; then broadcast to x.shape, as a new array.",
    ],
    variants=[
        Variant("times-ones", (STRETCHED, "grad * np.ones_like(x)")),
        Variant(
            "repeat",
            """
            axes = range(x.ndim) if axis is None else np.atleast_1d(axis) % x.ndim
            grad = grad_output.reshape([1 if i in axes else n for i, n in enumerate(x.shape)])
            for each in axes:
                grad = np.repeat(grad, x.shape[each], axis=each)
            return grad.copy()
            """,
        ),
    ],
)

max_backward = Exercise(
    "max_backward",
    points=1,
    reference="maximum_over",
    returns_new=True,
    vectorized=lambda n: {"grad_output": normal(n), "x": normal(n, 3), "axis": 1},
    cases=[
        *CASES,
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
    ],
    misconceptions=[
        edit("ties-all-get-everything", *TIES_ALL)
        .believes("Each place that equals the maximum gets the whole gradient.")
        .ask(AT_A_TIE),
        edit("first-wins", *FIRST_WINS)
        .believes("At a tie the first place gets the gradient, as argmax says.")
        .ask(WHICH_SHARING),
        edit("last-wins", *LAST_WINS).believes("At a tie the last place gets the gradient.").ask(WHICH_SHARING),
        edit("ties-dropped", SHARE, "held * (held.sum(axis=axis, keepdims=True) == 1)")
        .believes("A place gets the gradient only if it is larger than all others.")
        .ask("At a tie, where does the gradient go?"),
        edit("ties-counted-everywhere", SHARE, "held / held.sum()")
        .believes("The number of ties is the number of all places that hold some maximum.")
        .ask("Each maximum has its own group of places. How many hold this one?"),
        edit("shared-by-all", SHARE, "grad_output.size / x.size")
        .believes("The gradient is shared by all places, as in a mean.")
        .ask("Raise a number that is not the largest by a little: does the maximum change?"),
        edit("one-maximum", *ONE_MAXIMUM).believes("The maximum is that of the whole array.").ask(OWN_MAXIMUM),
        returns("as-a-sum", "sum_backward(grad_output, x, axis, keepdims)")
        .believes("Every number was compared, so every number gets the gradient.")
        .ask("Change a number that is not the largest by a little: does the maximum notice?"),
        upstream_ignored().believes("The gradient of a maximum is a mask."),
        returns("times-the-maximum", "x * max_backward(grad_output, x, axis, keepdims)")
        .believes("The winner gets the gradient times its value.")
        .ask("If the largest number rises by 0.1, by how much does the maximum rise?"),
    ],
    hints=[
        "Only places that hold the maximum get something; compare x with its maxima (axes kept, so that it fits).",
        "Divide by the number of places that hold the same maximum: a sum of the comparison over the same axis.",
        "held = x == x.max(axis, keepdims=True); held / held.sum(axis, keepdims=True) times the restored upstream.",
    ],
    variants=[
        Variant("in-float64", (".astype(x.dtype)", "", "grad: Array = share *", "grad = x.dtype.type(share) *")),
    ],
)
