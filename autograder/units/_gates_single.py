"""Assessment of the add gate and the multiply gate, and what gates have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, RandomCases, Variant, random_cases
from autograder.inputs import Array, grid, normal, spread

__all__ = [
    "SINGLE_GATES",
    "UPSTREAM_HINT",
    "Pair",
    "common",
    "forgetful",
    "gate_cases",
    "gate_class",
    "many",
    "max_slopes",
    "use_gate",
]

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


def gate_class(value: Callable[..., Array], slopes: Callable[[Array, Array, Array], Any]) -> type:
    """A gate class from its value and its backward pass."""

    class Gate:
        def forward(self, x: Array, y: Array) -> Array:
            self.inputs = x, y
            return value(x, y)

        def backward(self, grad_output: Array) -> Any:
            return slopes(grad_output, *self.inputs)

    return Gate


def forgetful(value: Callable[..., Array], slopes: Callable[[Array, Array, Array], Pair]) -> type:
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


def common(value: Callable[..., Array], slopes: Callable[[Array, Array, Array], Pair]) -> type:
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


def max_slopes(grad_output: Array, x: Array, y: Array) -> Pair:
    share = np.where(x == y, 0.5, x > y).astype(grad_output.dtype)
    return grad_output * share, grad_output * (1 - share)


def gate_cases() -> list[Case | RandomCases]:
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


def many(n: int) -> dict[str, Any]:
    return {"grad_output": normal(n, seed=4), "x": normal(n, seed=5), "y": normal(n, seed=6)}


add_gate = Exercise(
    "AddGate",
    points=1,
    scenario=use_gate,
    reference="add_gate",
    truth="value_and_gradient",
    vectorized=many,
    cases=gate_cases(),
    misconceptions=[
        Misconception(
            "gradient-is-split",
            believes="Two inputs share the gradient, so each gets half of it.",
            wrong=gate_class(np.add, lambda grad_output, x, y: (grad_output / 2, grad_output / 2)),
            hint="Raise x by 0.1 and leave y alone: by how much does x + y rise?",
        ),
        Misconception(
            "upstream-ignored",
            believes="The slope of a sum is 1, so backward returns ones.",
            wrong=gate_class(np.add, lambda grad_output, x, y: (np.ones_like(grad_output), np.ones_like(grad_output))),
            hint=UPSTREAM_HINT,
        ),
        Misconception(
            "inputs-as-slopes",
            believes="Each input gets the gradient times the other input.",
            wrong=gate_class(np.add, _product_slopes),
            hint="If y is a million, does x + y react more strongly to a change of x than if y is zero?",
        ),
        Misconception(
            "split-by-size",
            believes="The larger term contributed more, so it alone gets the gradient.",
            wrong=gate_class(np.add, max_slopes),
            hint="Does the slope of x + y with respect to x depend on how large x is?",
        ),
        Misconception(
            "one-gradient-for-both",
            believes="Both inputs have the same gradient, so it is returned once.",
            wrong=gate_class(np.add, lambda grad_output, x, y: grad_output),
            hint="How many inputs does the gate have, and how many gradients?",
        ),
        Misconception(
            "gradient-doubled",
            believes="Two inputs make the gradient twice as large.",
            wrong=gate_class(np.add, lambda grad_output, x, y: (2 * grad_output, 2 * grad_output)),
            hint="Raise x by 0.1 and leave y alone: by how much does x + y rise?",
        ),
        Misconception(
            "second-term-negated",
            believes="What one term gains, the other loses.",
            wrong=gate_class(np.add, lambda grad_output, x, y: (grad_output, -grad_output)),
            hint="Raise y by 0.1: does x + y rise or fall?",
        ),
    ],
    hints=[
        "Change one input a little and keep the other: how does the sum change?",
        "Both local slopes are 1; the chain rule multiplies each by the upstream gradient.",
        "Backward returns `grad_output` twice, as a pair.",
    ],
    variants=[
        Variant("copies", gate_class(np.add, lambda grad_output, x, y: (grad_output.copy(), 1.0 * grad_output))),
        Variant("ones-times-upstream", gate_class(np.add, lambda g, x, y: (np.ones_like(x) * g, np.ones_like(y) * g))),
    ],
)

multiply_gate = Exercise(
    "MultiplyGate",
    points=1,
    scenario=use_gate,
    reference="multiply_gate",
    truth="value_and_gradient",
    vectorized=many,
    cases=gate_cases(),
    misconceptions=[
        Misconception(
            "own-value",
            believes="Each input gets the gradient times its own value.",
            wrong=gate_class(np.multiply, lambda grad_output, x, y: (grad_output * x, grad_output * y)),
            hint="In 3 · y, how fast does the product grow with y: by 3 or by y?",
        ),
        Misconception(
            "upstream-ignored",
            believes="Backward returns the local slopes y and x.",
            wrong=gate_class(np.multiply, lambda grad_output, x, y: (y, x)),
            hint=UPSTREAM_HINT,
        ),
        Misconception(
            "product-to-both",
            believes="Both inputs get the gradient times the gate's output.",
            wrong=gate_class(np.multiply, lambda grad_output, x, y: (grad_output * x * y, grad_output * x * y)),
            hint="What is the derivative of x y with respect to x: does it still contain x?",
        ),
        Misconception(
            "passed-through",
            believes="Every gate hands the gradient on unchanged.",
            wrong=gate_class(np.multiply, lambda grad_output, x, y: (grad_output, grad_output)),
            hint="Raise x by 0.1 at y = 5: does the product rise by 0.1?",
        ),
        Misconception(
            "first-forward-kept",
            believes="The inputs are stored once, at the first forward.",
            wrong=forgetful(np.multiply, _product_slopes),
            hint="A gate is used once per training step. Which step's inputs does backward belong to?",
        ),
        Misconception(
            "state-on-the-class",
            believes="What forward stores on the class (or in a global) belongs to one gate.",
            wrong=common(np.multiply, _product_slopes),
            hint="Make two gates and run forward on both: whose inputs does the first one's backward see?",
        ),
        Misconception(
            "slope-added",
            believes="The upstream and the slope are added.",
            wrong=gate_class(np.multiply, lambda grad_output, x, y: (grad_output + y, grad_output + x)),
            hint="Two factors in a row, 2 and 3: how much does the second output move for one step of the input?",
        ),
        Misconception(
            "divided-by-itself",
            believes="Going back undoes the product: the gradient is divided by the factor.",
            wrong=gate_class(np.multiply, lambda grad_output, x, y: (grad_output / x, grad_output / y)),
            hint="What is ∂(x y)/∂x for x = 2 and y = 5?",
        ),
    ],
    hints=[
        "Backward needs more than `grad_output`: what must forward remember, and where?",
        "The slope of x y with respect to x is y, and the other way round; multiply each by the upstream gradient.",
        "Forward sets `self.x, self.y = x, y`; backward returns `grad_output * self.y, grad_output * self.x`.",
    ],
    variants=[Variant("list-of-two", gate_class(np.multiply, lambda g, x, y: [y * g, x * g]))],
)

SINGLE_GATES = [add_gate, multiply_gate]
