"""Assessment of the single gates: add, multiply, max, copy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, RandomCases, Variant, random_cases
from autograder.inputs import Array, grid, normal, spread

__all__ = ["SINGLE_GATES"]

Pair = tuple[Array, Array]
UPSTREAM_HINT = "How does a change of the output change the final result? Where does that number enter?"


def use_gate(subject: Any, grad_output: Any, x: Any, y: Any, earlier: Any = None, other: Any = None) -> tuple[Any, ...]:
    """Forward then backward on one gate, with an earlier forward of it or another gate's forward in between."""
    gate = subject()
    if earlier is not None:
        gate.forward(*earlier)
    output = gate.forward(x, y)
    if other is not None:
        subject().forward(*other)
    grads = gate.backward(grad_output)
    return (output, *grads) if isinstance(grads, (tuple, list)) else (output, grads, None)


def _gate(value: Callable[..., Array], slopes: Callable[[Array, Array, Array], Pair]) -> type:
    """A gate class from its value and its backward pass."""

    class Gate:
        def forward(self, x: Array, y: Array) -> Array:
            self.inputs = x, y
            return value(x, y)

        def backward(self, grad_output: Array) -> Pair:
            return slopes(grad_output, *self.inputs)

    return Gate


def _forgetful(value: Callable[..., Array], slopes: Callable[[Array, Array, Array], Pair]) -> type:
    """A gate class that keeps the inputs of the first forward only."""

    class Gate:
        inputs: Pair | None = None

        def forward(self, x: Array, y: Array) -> Array:
            self.inputs = self.inputs or (x, y)
            return value(x, y)

        def backward(self, grad_output: Array) -> Pair:
            assert self.inputs is not None
            return slopes(grad_output, *self.inputs)

    return Gate


def _common(value: Callable[..., Array], slopes: Callable[[Array, Array, Array], Pair]) -> type:
    """A gate class that keeps the inputs on the class instead of the object."""

    class Gate:
        inputs: Pair

        def forward(self, x: Array, y: Array) -> Array:
            type(self).inputs = x, y
            return value(x, y)

        def backward(self, grad_output: Array) -> Pair:
            return slopes(grad_output, *self.inputs)

    return Gate


def _product_slopes(grad_output: Array, x: Array, y: Array) -> Pair:
    return grad_output * y, grad_output * x


def _max_slopes(grad_output: Array, x: Array, y: Array) -> Pair:
    share = np.where(x == y, 0.5, x > y).astype(grad_output.dtype)
    return grad_output * share, grad_output * (1 - share)


def _gate_cases() -> list[Case | RandomCases]:
    """Cases for any gate, simplest first."""
    return [
        Case("one-number-each", grad_output=np.array([-4.0]), x=np.array([-2.0]), y=np.array([5.0])),
        Case("column", x=spread(-2, 2, 3).reshape(3, 1), y=grid(3, 1, start=-1.5)),
        Case("row", x=np.array([-2.0, -0.5, 0.5, 3.0]), y=np.array([1.5, -1.0, 4.0, 2.0]), readonly=True),
        Case("matrix", x=spread(-3, 3, 6).reshape(2, 3), y=normal(2, 3, seed=1)),
        Case("three-axes", x=normal(2, 1, 5, seed=2), y=normal(2, 1, 5, seed=3)),
        Case("single-precision", x=np.array([[-3.0, 0.25, 9]], np.float32), y=np.array([[2.5, -0.5, 4]], np.float32)),
        Case(
            "last-forward-counts",
            x=np.array([[1.0, -2.0, 3.0]]),
            y=np.array([[2.0, 5.0, -1.0]]),
            earlier=(np.array([[7.0, 11.0, -6.0]]), np.array([[-8.0, 0.5, 9.0]])),
        ),
        Case(
            "two-gates-are-independent",
            x=np.array([[1.0, -2.0, 3.0]]),
            y=np.array([[2.0, 5.0, -1.0]]),
            other=(np.array([[7.0, 11.0, -6.0]]), np.array([[-8.0, 0.5, 9.0]])),
        ),
        random_cases(_random_use),
    ]


def _random_use(rng: np.random.Generator) -> dict[str, Any]:
    """Small whole numbers, so that ties happen; another use of the gate and another gate around it."""
    shape = (int(rng.integers(2, 4)), int(rng.integers(4, 6)))
    x, y, x_earlier, y_earlier, x_other, y_other = rng.integers(-4, 5, (6, *shape)).astype(np.float64)
    return {"x": x, "y": y, "earlier": (x_earlier, y_earlier), "other": (x_other, y_other)}


def _many(n: int) -> dict[str, Any]:
    return {"grad_output": normal(n, seed=4), "x": normal(n, seed=5), "y": normal(n, seed=6)}


add_gate = Exercise(
    "AddGate",
    points=1,
    scenario=use_gate,
    reference="add_gate",
    truth="value_and_gradient",
    vectorized=_many,
    cases=_gate_cases(),
    misconceptions=[
        Misconception(
            "gradient-is-split",
            believes="Two inputs share the gradient, so each gets half of it.",
            wrong=_gate(np.add, lambda grad_output, x, y: (grad_output / 2, grad_output / 2)),
            hint="Raise x by 0.1 and leave y alone: by how much does x + y rise?",
        ),
        Misconception(
            "upstream-ignored",
            believes="The slope of a sum is 1, so backward returns ones.",
            wrong=_gate(np.add, lambda grad_output, x, y: (np.ones_like(grad_output), np.ones_like(grad_output))),
            hint=UPSTREAM_HINT,
        ),
        Misconception(
            "inputs-as-slopes",
            believes="Each input gets the gradient times the other input.",
            wrong=_gate(np.add, _product_slopes),
            hint="If y is a million, does x + y react more strongly to a change of x than if y is zero?",
        ),
        Misconception(
            "split-by-size",
            believes="The larger term contributed more, so it alone gets the gradient.",
            wrong=_gate(np.add, _max_slopes),
            hint="Does the slope of x + y with respect to x depend on how large x is?",
        ),
    ],
    hints=[
        "Change one input a little and keep the other: how does the sum change?",
        "Both local slopes are 1; the chain rule multiplies each by the upstream gradient.",
        "Backward returns `grad_output` twice, as a pair.",
    ],
    variants=[
        Variant("copies", _gate(np.add, lambda grad_output, x, y: (grad_output.copy(), 1.0 * grad_output))),
        Variant("ones-times-upstream", _gate(np.add, lambda g, x, y: (np.ones_like(x) * g, np.ones_like(y) * g))),
    ],
)

multiply_gate = Exercise(
    "MultiplyGate",
    points=1,
    scenario=use_gate,
    reference="multiply_gate",
    truth="value_and_gradient",
    vectorized=_many,
    cases=_gate_cases(),
    misconceptions=[
        Misconception(
            "own-value",
            believes="Each input gets the gradient times its own value.",
            wrong=_gate(np.multiply, lambda grad_output, x, y: (grad_output * x, grad_output * y)),
            hint="In 3 · y, how fast does the product grow with y: by 3 or by y?",
        ),
        Misconception(
            "upstream-ignored",
            believes="Backward returns the local slopes y and x.",
            wrong=_gate(np.multiply, lambda grad_output, x, y: (y, x)),
            hint=UPSTREAM_HINT,
        ),
        Misconception(
            "product-to-both",
            believes="Both inputs get the gradient times the gate's output.",
            wrong=_gate(np.multiply, lambda grad_output, x, y: (grad_output * x * y, grad_output * x * y)),
            hint="What is the derivative of x y with respect to x: does it still contain x?",
        ),
        Misconception(
            "passed-through",
            believes="Every gate hands the gradient on unchanged.",
            wrong=_gate(np.multiply, lambda grad_output, x, y: (grad_output, grad_output)),
            hint="Raise x by 0.1 at y = 5: does the product rise by 0.1?",
        ),
        Misconception(
            "first-forward-kept",
            believes="The inputs are stored once, at the first forward.",
            wrong=_forgetful(np.multiply, _product_slopes),
            hint="A gate is used once per training step. Which step's inputs does backward belong to?",
        ),
        Misconception(
            "state-on-the-class",
            believes="What forward stores on the class (or in a global) belongs to one gate.",
            wrong=_common(np.multiply, _product_slopes),
            hint="Make two gates and run forward on both: whose inputs does the first one's backward see?",
        ),
    ],
    hints=[
        "Backward needs more than `grad_output`: what must forward remember, and where?",
        "The slope of x y with respect to x is y, and the other way round; multiply each by the upstream gradient.",
        "Forward sets `self.x, self.y = x, y`; backward returns `grad_output * self.y, grad_output * self.x`.",
    ],
    variants=[Variant("list-of-two", _gate(np.multiply, lambda g, x, y: [y * g, x * g]))],  # type: ignore[arg-type,return-value]
)

max_gate = Exercise(
    "MaxGate",
    points=1,
    scenario=use_gate,
    reference="max_gate",
    truth="value_and_gradient",
    vectorized=_many,
    cases=[
        *_gate_cases(),
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
            wrong=_gate(np.maximum, lambda g, x, y: (g * (x >= y), g * (y >= x))),
            hint="At a tie, do your two gradients still add up to the one that came in?",
        ),
        Misconception(
            "tie-dropped",
            believes="An input gets the gradient only if it is strictly larger.",
            wrong=_gate(np.maximum, lambda g, x, y: (g * (x > y), g * (y > x))),
            hint="At a tie, where does the gradient go?",
        ),
        Misconception(
            "tie-to-the-first",
            believes="At a tie the first input wins.",
            wrong=_gate(np.maximum, lambda g, x, y: (g * (x >= y), g * (x < y))),
            hint="Nothing distinguishes x from y at a tie. Which sharing does the docstring choose?",
        ),
        Misconception(
            "tie-to-the-second",
            believes="At a tie the second input wins.",
            wrong=_gate(np.maximum, lambda g, x, y: (g * (x > y), g * (x <= y))),
            hint="Nothing distinguishes x from y at a tie. Which sharing does the docstring choose?",
        ),
        Misconception(
            "to-the-smaller",
            believes="The input that was not chosen needs the gradient.",
            wrong=_gate(np.maximum, lambda g, x, y: _max_slopes(g, y, x)),
            hint="Change the smaller input a little: does the maximum change?",
        ),
        Misconception(
            "upstream-ignored",
            believes="Backward returns 1 for the larger input and 0 for the other.",
            wrong=_gate(np.maximum, lambda g, x, y: _max_slopes(np.ones_like(g), x, y)),
            hint=UPSTREAM_HINT,
        ),
        Misconception(
            "one-maximum-for-all",
            believes="max(x, y) is one comparison: the array with the largest number wins as a whole.",
            wrong=_gate(
                lambda x, y: x if x.max() >= y.max() else y,
                lambda g, x, y: (g * float(x.max() >= y.max()), g * float(x.max() < y.max())),
            ),
            hint="Can x be larger at one place and y at another?",
        ),
        Misconception(
            "first-forward-kept",
            believes="The inputs are stored once, at the first forward.",
            wrong=_forgetful(np.maximum, _max_slopes),
            hint="A gate is used once per training step. Which step's inputs does backward belong to?",
        ),
        Misconception(
            "state-on-the-class",
            believes="What forward stores on the class (or in a global) belongs to one gate.",
            wrong=_common(np.maximum, _max_slopes),
            hint="Make two gates and run forward on both: whose inputs does the first one's backward see?",
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
            _gate(
                np.maximum,
                lambda g, x, y: (
                    (g * ((x > y) + 0.5 * (x == y))).astype(g.dtype),
                    (g * ((y > x) + 0.5 * (x == y))).astype(g.dtype),
                ),
            ),
        ),
        Variant(
            "sign", _gate(np.maximum, lambda g, x, y: (g * (1 + np.sign(x - y)) / 2, g * (1 - np.sign(x - y)) / 2))
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
            hint="What shape has the value, and so its gradient?",
        ),
        Misconception(
            "added-into-the-first",
            believes="`total = grads[0]; total += grad` makes a new array.",
            wrong=_added_in_place,
            hint="Whose array is `total` when the loop starts?",
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

SINGLE_GATES = [add_gate, multiply_gate, max_gate, copy_gate_backward]
