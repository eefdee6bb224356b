"""Assessment of the max gate, and of a value that goes to several places."""

from __future__ import annotations

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal, spread
from autograder.units._gates_single import (
    UPSTREAM_HINT,
    common,
    forgetful,
    gate_cases,
    gate_class,
    many,
    max_slopes,
    use_gate,
)

__all__ = ["MAX_AND_COPY"]


max_gate = Exercise(
    "MaxGate",
    points=1,
    scenario=use_gate,
    reference="max_gate",
    truth="value_and_gradient",
    vectorized=many,
    cases=[
        *gate_cases(),
        Case(
            "tie-gives-half-to-each", grad_output=np.array([3.0, 5.0]), x=np.array([2.0, 2.0]), y=np.array([2.0, 1.0])
        ),
        Case("zeros-of-both-signs-tie", x=np.array([0.0, -0.0, -1.0]), y=np.array([-0.0, 0.0, -1.0])),
        Case("tie-single-precision", x=np.array([[1.5], [-2.0]], np.float32), y=np.array([[1.5], [3.0]], np.float32)),
    ],
    misconceptions=[
        Misconception(
            "tie-full-to-both",
            believes="At a tie both inputs are the maximum, so both get the whole gradient.",
            wrong=gate_class(np.maximum, lambda g, x, y: (g * (x >= y), g * (y >= x))),
            hint="At a tie, do your two gradients still add up to the one that came in?",
        ),
        Misconception(
            "tie-dropped",
            believes="An input gets the gradient only if it is strictly larger.",
            wrong=gate_class(np.maximum, lambda g, x, y: (g * (x > y), g * (y > x))),
            hint="At a tie, where does the gradient go?",
        ),
        Misconception(
            "tie-to-the-first",
            believes="At a tie the first input wins.",
            wrong=gate_class(np.maximum, lambda g, x, y: (g * (x >= y), g * (x < y))),
            hint="Nothing distinguishes x from y at a tie. Which sharing does the docstring choose?",
        ),
        Misconception(
            "tie-to-the-second",
            believes="At a tie the second input wins.",
            wrong=gate_class(np.maximum, lambda g, x, y: (g * (x > y), g * (x <= y))),
            hint="Nothing distinguishes x from y at a tie. Which sharing does the docstring choose?",
        ),
        Misconception(
            "to-the-smaller",
            believes="The input that was not chosen needs the gradient.",
            wrong=gate_class(np.maximum, lambda g, x, y: max_slopes(g, y, x)),
            hint="Change the smaller input a little: does the maximum change?",
        ),
        Misconception(
            "upstream-ignored",
            believes="Backward returns 1 for the larger input and 0 for the other.",
            wrong=gate_class(np.maximum, lambda g, x, y: max_slopes(np.ones_like(g), x, y)),
            hint=UPSTREAM_HINT,
        ),
        Misconception(
            "one-maximum-for-all",
            believes="max(x, y) is one comparison: the array with the largest number wins as a whole.",
            wrong=gate_class(
                lambda x, y: x if x.max() >= y.max() else y,
                lambda g, x, y: (g * float(x.max() >= y.max()), g * float(x.max() < y.max())),
            ),
            hint="Can x be larger at one place and y at another?",
        ),
        Misconception(
            "first-forward-kept",
            believes="The inputs are stored once, at the first forward.",
            wrong=forgetful(np.maximum, max_slopes),
            hint="A gate is used once per training step. Which step's inputs does backward belong to?",
        ),
        Misconception(
            "state-on-the-class",
            believes="What forward stores on the class (or in a global) belongs to one gate.",
            wrong=common(np.maximum, max_slopes),
            hint="Make two gates and run forward on both: whose inputs does the first one's backward see?",
        ),
        Misconception(
            "as-an-add-gate",
            believes="Both inputs were compared, so both get the gradient.",
            wrong=gate_class(np.maximum, lambda grad_output, x, y: (grad_output, grad_output)),
            hint="Change the smaller input a little: does the maximum notice?",
        ),
        Misconception(
            "always-half-each",
            believes="Two inputs share the gradient evenly.",
            wrong=gate_class(np.maximum, lambda grad_output, x, y: (grad_output / 2, grad_output / 2)),
            hint="Change the smaller input a little: does the maximum notice?",
        ),
        Misconception(
            "value-passed-back",
            believes="The winner gets the gradient times its value.",
            wrong=gate_class(
                np.maximum, lambda grad_output, x, y: (grad_output * x * (x > y), grad_output * y * (y > x))
            ),
            hint="If the larger input rises by 0.1, by how much does the maximum rise?",
        ),
        Misconception(
            "largest-in-size",
            believes="The input that is larger in size wins.",
            wrong=gate_class(np.maximum, lambda grad_output, x, y: max_slopes(grad_output, np.abs(x), np.abs(y))),
            hint="Which is the maximum of -3 and 2?",
        ),
    ],
    hints=[
        "Which of the two inputs can change the maximum at a given place?",
        "A mask of 1, 0 and, at ties, 1/2 says how much of the gradient x gets; y gets the rest.",
        "`share = np.where(x == y, 0.5, x > y)`; mind its dtype, then multiply by `grad_output`.",
    ],
    variants=[
        Variant(
            "half-of-both-comparisons",
            gate_class(
                np.maximum,
                lambda g, x, y: (
                    (g * ((x > y) + 0.5 * (x == y))).astype(g.dtype),
                    (g * ((y > x) + 0.5 * (x == y))).astype(g.dtype),
                ),
            ),
        ),
        Variant(
            "sign", gate_class(np.maximum, lambda g, x, y: (g * (1 + np.sign(x - y)) / 2, g * (1 - np.sign(x - y)) / 2))
        ),
    ],
)


def _added_in_place(grads: list[Array]) -> Array:
    total = grads[0]
    for grad in grads[1:]:
        total += grad
    return total


copy_gate_backward = Exercise(
    "copy_gate_backward",
    points=0.5,
    reference="copy_gate_backward",
    truth="value",
    vectorized=lambda n: {"grads": [normal(n, seed=7), normal(n, seed=8), normal(n, seed=9)]},
    cases=[
        Case("two-uses", grads=[np.array([2.0]), np.array([-0.5])]),
        Case("one-use", grads=[np.array([1.0, -3.0])]),
        Case("no-axes", grads=[np.array(2.0), np.array(0.25), np.array(-7.0)]),
        Case("three-uses-read-only", grads=[grid(2, 3), normal(2, 3, seed=10), -grid(2, 3, step=0.5)], readonly=True),
        Case("gradients-that-cancel", grads=[np.array([1.5, -2.0]), np.array([-1.5, 2.0])]),
        Case("five-uses", grads=[grid(3, 1, 2, start=k) for k in range(5)]),
        Case("a-tuple", grads=(grid(2, 2), spread(-1, 1, 4).reshape(2, 2))),
        Case("single-precision", grads=[np.array([[0.5, 2.0]], np.float32), np.array([[-1.25, 3.0]], np.float32)]),
        random_cases(lambda rng: {"grads": list(rng.standard_normal((int(rng.integers(2, 6)), 3, 4)))}),
    ],
    misconceptions=[
        Misconception(
            "last-one-wins",
            believes="Each gradient that comes back replaces the one before.",
            wrong=lambda grads: grads[-1],
            hint="f = x + x: how fast does f grow with x, and what does each of the two uses send back?",
        ),
        Misconception(
            "first-one-wins",
            believes="The first gradient that comes back is the gradient.",
            wrong=lambda grads: grads[0],
            hint="f = x + x: how fast does f grow with x, and what does each of the two uses send back?",
        ),
        Misconception(
            "averaged",
            believes="Several gradients of one value are averaged.",
            wrong=lambda grads: np.mean(grads, axis=0),
            hint="f = x + x has slope 2. What is the mean of the two gradients 1 and 1?",
        ),
        Misconception(
            "multiplied",
            believes="The chain rule multiplies, so gradients of several uses are multiplied.",
            wrong=lambda grads: np.prod(grads, axis=0),
            hint="The chain rule multiplies along one path. What happens to the effects of different paths?",
        ),
        Misconception(
            "summed-to-one-number",
            believes="Adding the gradients gives one number.",
            wrong=lambda grads: np.sum(grads),
            hint="What shape does the value have, and so its gradient?",
        ),
        Misconception(
            "added-into-the-first",
            believes="`total = grads[0]; total += grad` makes a new array.",
            wrong=_added_in_place,
            hint="Whose array is `total` when the loop starts?",
        ),
        Misconception(
            "largest-wins",
            believes="The strongest gradient decides.",
            wrong=lambda grads: np.max(grads, axis=0),
            hint="Two uses, both of which raise the result: does the weaker one do nothing?",
        ),
        Misconception(
            "summed-along-the-wrong-axis",
            believes="The gradients' own last axis is summed.",
            wrong=lambda grads: np.sum(grads, axis=-1),
            hint="What shape does the value that was copied have, and what shape does your result have?",
        ),
        Misconception(
            "two-uses-only",
            believes="A copy gate has two outputs.",
            wrong=lambda grads: grads[0] + grads[1],
            hint="What does your code do with three uses, or with one?",
        ),
    ],
    hints=[
        "If a value is used twice, by how many paths does its change reach the result?",
        "Effects of different paths add up. Which axis of the stack of gradients runs over the uses?",
        "Python's `sum(grads)` or `np.sum(grads, axis=0)`; `+=` on `grads[0]` would change the caller's array.",
    ],
    variants=[
        Variant("builtin-sum", lambda grads: sum(grads)),
        Variant("stacked", lambda grads: np.sum(grads, axis=0)),
    ],
)

MAX_AND_COPY = [max_gate, copy_gate_backward]
