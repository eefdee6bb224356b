"""Assessment of the elastic net's penalty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, random_cases
from autograder.inputs import Array, normal
from autograder.units._losses_penalties import (
    AT_ZERO,
    W,
    backward_slips,
    cases,
    forward_slips,
    sign_one_at_zero,
    sizes,
    squares,
)


def _draw_elastic(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"w": rng.standard_normal((3, 4)), "l1": float(rng.uniform(0.01, 2)), "l2": float(rng.uniform(0.01, 2))}


def _many_elastic(n: int) -> Mapping[str, Any]:
    return {"w": normal(n, 3), "l1": 0.1, "l2": 0.01}


def _elastic(w: Array, l1: float, l2: float) -> Any:
    return l1 * sizes(w) + l2 * squares(w)


def _elastic_slope(w: Array, l1: float, l2: float) -> Array:
    slope: Array = l1 * np.sign(w) + 2 * l2 * w
    return slope


elastic_net_penalty = Exercise(
    "elastic_net_penalty",
    points=0.5,
    vectorized=_many_elastic,
    cases=[
        *cases({"l1": 1.0, "l2": 0.5}, {"l1": 0.01, "l2": 0.03}),
        Case("first-part-alone", w=W, l1=0.5, l2=0.0),
        Case("second-part-alone", w=W, l1=0.0, l2=0.5),
        random_cases(_draw_elastic),
    ],
    misconceptions=[
        *forward_slips(_elastic),
        Misconception(
            "strengths-swapped",
            believes="l1 belongs to the squares, l2 to the sizes.",
            wrong=lambda w, l1, l2: _elastic(w, l2, l1),
            hint="l2 is 0. Which sum remains?",
        ),
        Misconception(
            "halved-squares",
            believes="A factor ½ belongs to the squares, so that the gradient loses its 2.",
            wrong=lambda w, l1, l2: l1 * sizes(w) + l2 / 2 * squares(w),
            hint="l1 is 0. Is the rest the L2 penalty of this unit?",
        ),
        Misconception(
            "mixing-ratio",
            believes="l1 is the overall strength, and l2 says which part of it goes to the squares.",
            wrong=lambda w, l1, l2: l1 * ((1 - l2) * sizes(w) + l2 * squares(w)),
            hint="l1 is 0. Does the second part still count?",
        ),
        Misconception(
            "length-instead-of-squares",
            believes="The second part is l2 ‖w‖.",
            wrong=lambda w, l1, l2: l1 * sizes(w) + l2 * np.sqrt(squares(w)),
            hint="All weights are doubled: does the second part double, or quadruple?",
        ),
        Misconception(
            "sizes-twice",
            believes="Both parts take sizes: the second line is a copy of the first.",
            wrong=lambda w, l1, l2: (l1 + l2) * sizes(w),
            hint="Which part has the squares?",
        ),
        Misconception(
            "parts-multiplied",
            believes="Both parts are multiplied.",
            wrong=lambda w, l1, l2: l1 * sizes(w) * l2 * squares(w),
            hint="What is the penalty for l2 = 0?",
        ),
    ],
    hints=[
        "Two penalties of this unit, each with a strength of its own.",
        "l1 multiplies the sum of the sizes, l2 the sum of the squares, without a ½.",
        "l1 * np.abs(w).sum() + l2 * (w**2).sum().",
    ],
)


elastic_net_penalty_backward = Exercise(
    "elastic_net_penalty_backward",
    points=0.5,
    truth="loss_gradient",
    wrt=["w"],
    vectorized=_many_elastic,
    cases=[
        *cases({"l1": 1.0, "l2": 0.5}, {"l1": 0.01, "l2": 0.03}),
        Case("first-part-alone", w=W, l1=0.5, l2=0.0),
        Case("second-part-alone", w=W, l1=0.0, l2=0.5),
        random_cases(_draw_elastic),
    ],
    misconceptions=[
        *backward_slips(_elastic_slope),
        Misconception(
            "strengths-swapped",
            believes="l1 belongs to the squares, l2 to the sizes.",
            wrong=lambda w, l1, l2: _elastic_slope(w, l2, l1),
            hint="l2 is 0. Which pull remains: that of equal force, or that in proportion?",
        ),
        Misconception(
            "two-forgotten",
            believes="The second part pulls with l2 w.",
            wrong=lambda w, l1, l2: _elastic_slope(w, l1, l2 / 2),
            hint="That belongs to l2/2 Σ w². Which penalty is it here?",
        ),
        Misconception(
            "one-at-zero",
            believes="Where it is not negative, a weight has the sign 1.",
            wrong=lambda w, l1, l2: l1 * sign_one_at_zero(w) + 2 * l2 * w,
            hint=AT_ZERO,
        ),
        Misconception(
            "size-instead-of-sign",
            believes="The gradient of |w| is |w|.",
            wrong=lambda w, l1, l2: l1 * np.abs(w) + 2 * l2 * w,
            hint="How steep is |w| at 1, how steep at 100, and how steep at -1?",
        ),
        Misconception(
            "squares-forgotten",
            believes="Only sizes have a slope.",
            wrong=lambda w, l1, l2: l1 * np.sign(w),
            hint="How does w² change with w?",
        ),
        Misconception(
            "sizes-forgotten",
            believes="Only squares have a slope.",
            wrong=lambda w, l1, l2: 2 * l2 * w,
            hint="How does |w| change with w?",
        ),
        Misconception(
            "square-kept",
            believes="The slope of w² is w².",
            wrong=lambda w, l1, l2: l1 * np.sign(w) + l2 * w**2,
            hint="What is the derivative of w²?",
        ),
    ],
    hints=[
        "The gradient of a sum is the sum of the gradients.",
        "l1 with the sign of each weight, 0 at 0; l2 with twice the weight.",
        "l1 * np.sign(w) + 2 * l2 * w.",
    ],
)
