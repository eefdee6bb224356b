"""Assessment of a small circuit, (x + y) z."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal, spread
from autograder.units._gates_single import UPSTREAM_HINT

__all__ = ["CIRCUITS"]

Triple = tuple[Array, Array, Array]


def _three(*shape: int, seed: int) -> dict[str, Any]:
    return {name: normal(*shape, seed=seed + k, scale=2.0) for k, name in enumerate("xyz")}


def _three_single() -> dict[str, Any]:
    return {
        "x": np.array([[-3.0, 0.25, 9.0]], np.float32),
        "y": np.array([[2.5, -0.5, 4.0]], np.float32),
        "z": np.array([[0.1, -7.0, 1.5]], np.float32),
    }


def _random_three(rng: np.random.Generator) -> dict[str, Any]:
    return dict(zip("xyz", 3 * rng.standard_normal((3, 2, 5)), strict=True))


sum_times = Exercise(
    "sum_times",
    points=0.5,
    vectorized=lambda n: _three(n, seed=20),
    cases=[
        Case("lesson", x=np.array(-2.0), y=np.array(5.0), z=np.array(-4.0)),
        Case("plain-numbers", x=1.5, y=-0.25, z=2.0),
        Case("row", x=np.array([1.0, 2.0, -3.0]), y=np.array([0.5, -2.0, 7.0]), z=np.array([3.0, 4.0, -1.0])),
        Case("read-only-matrix", readonly=True, **_three(2, 3, seed=21)),
        Case("three-axes", **_three(2, 1, 4, seed=24)),
        Case("sum-that-vanishes", x=grid(3), y=-grid(3), z=spread(-9, 9, 3)),
        Case("single-precision", **_three_single()),
        random_cases(_random_three),
    ],
    misconceptions=[
        Misconception(
            "times-before-plus",
            believes="x + y * z is the same thing.",
            wrong=lambda x, y, z: x + y * z,
            hint="Which of + and * does Python do first when there are no parentheses?",
        ),
        Misconception(
            "only-x-times-z",
            believes="The factor z belongs to x.",
            wrong=lambda x, y, z: x * z + y,
            hint="Follow y through the picture: through how many gates does it go?",
        ),
        Misconception(
            "sum-of-three",
            believes="All three values are added.",
            wrong=lambda x, y, z: x + y + z,
            hint="Which gate is the second one in the picture?",
        ),
        Misconception(
            "x-times-y-plus-z",
            believes="The first two are multiplied, the third is added.",
            wrong=lambda x, y, z: x * y + z,
            hint="Which gate comes first in (x + y) z?",
        ),
        Misconception(
            "all-multiplied",
            believes="All three are factors.",
            wrong=lambda x, y, z: x * y * z,
            hint="What is f for x = 0?",
        ),
    ],
    hints=[
        "Name the intermediate value q = x + y first.",
        "The second gate multiplies q by z, element by element.",
        "Mind the parentheses: `(x + y) * z`.",
    ],
    variants=[Variant("distributed", lambda x, y, z: x * z + y * z)],
)


def _sum_times_backward(grad_output: Array, x: Array, y: Array, z: Array) -> Triple:
    return grad_output * z, grad_output * z, grad_output * (x + y)


sum_times_backward = Exercise(
    "sum_times_backward",
    points=1,
    vectorized=lambda n: {"grad_output": normal(n, seed=30), **_three(n, seed=31)},
    cases=[
        Case("lesson", grad_output=np.array([1.0]), x=np.array([-2.0]), y=np.array([5.0]), z=np.array([-4.0])),
        Case(
            "upstream-not-one",
            grad_output=np.array([-3.0]),
            x=np.array([2.0]),
            y=np.array([1.0]),
            z=np.array([0.5]),
        ),
        Case("row", x=np.array([1.0, 2.0, -3.0]), y=np.array([0.5, -2.0, 7.0]), z=np.array([3.0, 4.0, -1.0])),
        Case("read-only-matrix", readonly=True, **_three(2, 3, seed=34)),
        Case("three-axes", **_three(2, 1, 4, seed=37)),
        Case("sum-that-vanishes", x=grid(3), y=-grid(3), z=spread(-9, 9, 3)),
        Case("single-precision", **_three_single()),
        random_cases(_random_three),
    ],
    misconceptions=[
        Misconception(
            "upstream-ignored",
            believes="The gradients are z, z and x + y.",
            wrong=lambda grad_output, x, y, z: (z, z, x + y),
            hint=UPSTREAM_HINT,
        ),
        Misconception(
            "add-gate-splits",
            believes="The add gate shares the gradient: half to x, half to y.",
            wrong=lambda grad_output, x, y, z: (
                grad_output * z / 2,
                grad_output * z / 2,
                grad_output * (x + y),
            ),
            hint="Raise x by 0.1 and leave y alone: by how much does x + y rise?",
        ),
        Misconception(
            "multiply-gate-skipped",
            believes="x and y only meet the add gate, so they get the upstream gradient itself.",
            wrong=lambda grad_output, x, y, z: (grad_output, grad_output, grad_output * (x + y)),
            hint="What arrives at the add gate from above: the gradient of f, or that of q?",
        ),
        Misconception(
            "own-value",
            believes="The multiply gate gives each input the gradient times its own value.",
            wrong=lambda grad_output, x, y, z: (
                grad_output * (x + y),
                grad_output * (x + y),
                grad_output * z,
            ),
            hint="In 3 · z, how fast does the product grow with z: by 3 or by z?",
        ),
        Misconception(
            "add-gate-multiplies",
            believes="Each input of the add gate also meets the other one as a factor.",
            wrong=lambda grad_output, x, y, z: (
                grad_output * z * y,
                grad_output * z * x,
                grad_output * (x + y),
            ),
            hint="What is the derivative of x + y with respect to x: does it contain y?",
        ),
        Misconception(
            "upstream-forgotten-at-z",
            believes="The upstream gradient belongs to the sum; z just gets x + y.",
            wrong=lambda grad_output, x, y, z: (grad_output * z, grad_output * z, x + y),
            hint="Through how many gates does the gradient come to z, and with what does each begin?",
        ),
        Misconception(
            "z-gets-its-own-value",
            believes="All three gradients are grad_output · z.",
            wrong=lambda grad_output, x, y, z: (grad_output * z, grad_output * z, grad_output * z),
            hint="If z rises by 1, by how much does q z rise?",
        ),
        Misconception(
            "z-passed-through",
            believes="z stands at the end, so its gradient is the upstream itself.",
            wrong=lambda grad_output, x, y, z: (grad_output * z, grad_output * z, grad_output),
            hint="If z rises by 1, by how much does q z rise?",
        ),
        Misconception(
            "z-last-of-a-chain",
            believes="z's gradient has to pass through q's.",
            wrong=lambda grad_output, x, y, z: (grad_output * z, grad_output * z, grad_output * z * (x + y)),
            hint="Does the way from f to z lead through the add gate?",
        ),
    ],
    hints=[
        "Go backwards through one gate at a time, and name the gradient of q = x + y.",
        "The multiply gate gives q the gradient times z, and z the gradient times q; the add gate passes q's on.",
        "`grad_q = grad_output * z`; the result is grad_q, grad_q and `grad_output * (x + y)`.",
    ],
    variants=[Variant("in-one-line", _sum_times_backward)],
)

CIRCUITS = [sum_times, sum_times_backward]
