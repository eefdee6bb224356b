"""Single gates: AddGate, MultiplyGate, MaxGate, copy_gate_backward."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, RandomCases, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import Misconception, edit, returns
from autograder.units.shared.arrays import grid, normal, spread

UPSTREAM = "How does a change of the output change the final result? Where does that number enter?"
RAISE_X = "Raise x by 0.1 and leave y alone: by how much does x + y rise?"
SMALLER_INPUT = "Change the smaller input a little: does the maximum notice?"
TIE_SHARED = "Nothing distinguishes x from y at a tie. Which sharing does the docstring choose?"
TWO_USES = "f = x + x: how fast does f grow with x, and what does each of the two uses send back?"

BOTH = "grad_output, grad_output"
CROSSED = "grad_output * y, grad_output * x"
SHARE = "np.where(x == y, 0.5, x > y)"
SHARED_OUT = "grad_output * share, grad_output * (1 - share)"

ONE_USE: dict[str, Any] = {"x": np.array([[1.0, -2.0, 3.0]]), "y": np.array([[2.0, 5.0, -1.0]])}
ANOTHER_USE = (np.array([[7.0, 11.0, -6.0]]), np.array([[-8.0, 0.5, 9.0]]))


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


def _random_use(rng: np.random.Generator) -> dict[str, Any]:
    """Small whole numbers, so that ties happen; another use of the gate and another gate around it."""
    shape = (int(rng.integers(2, 4)), int(rng.integers(4, 6)))
    x, y, x_earlier, y_earlier, x_other, y_other = rng.integers(-4, 5, (6, *shape)).astype(np.float64)
    return {"x": x, "y": y, "earlier": (x_earlier, y_earlier), "other": (x_other, y_other)}


GATE_CASES: list[Case | RandomCases] = [
    Case("one-number-each", grad_output=np.array([-4.0]), x=np.array([-2.0]), y=np.array([5.0])),
    Case("column", x=spread(-2, 2, 3).reshape(3, 1), y=grid(3, 1, start=-1.5)),
    Case("row", x=np.array([-2.0, -0.5, 0.5, 3.0]), y=np.array([1.5, -1.0, 4.0, 2.0]), readonly=True),
    Case("matrix", x=spread(-3, 3, 6).reshape(2, 3), y=normal(2, 3, seed=1)),
    Case("three-axes", x=normal(2, 1, 5, seed=2), y=normal(2, 1, 5, seed=3)),
    Case("single-precision", x=np.array([[-3.0, 0.25, 9]], np.float32), y=np.array([[2.5, -0.5, 4]], np.float32)),
    Case("last-forward-counts", **ONE_USE, earlier=ANOTHER_USE),
    Case("two-gates-are-independent", **ONE_USE, other=ANOTHER_USE),
    random_cases(_random_use),
]


def many(n: int) -> dict[str, Any]:
    """One use of a gate on n numbers, which may not loop over them."""
    return {"grad_output": normal(n, seed=4), "x": normal(n, seed=5), "y": normal(n, seed=6)}


def first_forward_kept(attribute: str) -> Misconception:
    """What forward keeps in an attribute is kept once and for all."""
    return (
        edit("first-forward-kept", f"self.{attribute} = ", f"if not hasattr(self, '{attribute}'): self.{attribute} = ")
        .believes("The inputs are stored once, at the first forward.")
        .ask("A gate is used once per training step. Which step's inputs does backward belong to?")
    )


def state_on_the_class(attribute: str) -> Misconception:
    """What forward keeps in an attribute is kept for all gates."""
    return (
        edit("state-on-the-class", f"self.{attribute} = ", f"type(self).{attribute} = ")
        .believes("What forward stores on the class (or in a global) belongs to one gate.")
        .ask("Make two gates and run forward on both: whose inputs does the first one's backward see?")
    )


def two_factors(name: str, to_x: str, to_y: str) -> Misconception:
    """A max gate that multiplies the gradient by a factor of its own for each input."""
    factors = "grad_output * share[0], grad_output * share[1]"
    return edit(name, SHARE, f"np.array([{to_x}, {to_y}])", SHARED_OUT, factors)


def backward_of(name: str, gate: str) -> Misconception:
    """An add gate that goes back as another gate does."""
    keep = f"self.gate = {gate}(); self.gate.forward(x, y); return x + y"
    return edit(name, "return x + y", keep, BOTH, "self.gate.backward(grad_output)")


add_gate = Exercise(
    "AddGate",
    points=1,
    scenario=use_gate,
    reference="add_gate",
    truth="value_and_gradient",
    vectorized=many,
    cases=GATE_CASES,
    misconceptions=[
        edit("gradient-is-split", BOTH, "grad_output / 2, grad_output / 2")
        .believes("Two inputs share the gradient, so each gets half of it.")
        .ask(RAISE_X),
        edit("upstream-ignored", BOTH, "np.ones_like(grad_output), np.ones_like(grad_output)")
        .believes("The slope of a sum is 1, so backward returns ones.")
        .ask(UPSTREAM),
        backward_of("inputs-as-slopes", "MultiplyGate")
        .believes("Each input gets the gradient times the other input.")
        .ask("If y is a million, does x + y react more strongly to a change of x than if y is zero?"),
        backward_of("split-by-size", "MaxGate")
        .believes("The larger term contributed more, so it alone gets the gradient.")
        .ask("Does the slope of x + y with respect to x depend on how large x is?"),
        edit("one-gradient-for-both", BOTH, "grad_output")
        .believes("Both inputs have the same gradient, so it is returned once.")
        .ask("How many inputs does the gate have, and how many gradients?"),
        edit("gradient-doubled", BOTH, "2 * grad_output, 2 * grad_output")
        .believes("Two inputs make the gradient twice as large.")
        .ask(RAISE_X),
        edit("second-term-negated", BOTH, "grad_output, -grad_output")
        .believes("What one term gains, the other loses.")
        .ask("Raise y by 0.1: does x + y rise or fall?"),
    ],
    hints=[
        "Change one input a little and keep the other: how does the sum change?",
        "Both local slopes are 1; the chain rule multiplies each by the upstream gradient.",
        "Backward returns `grad_output` twice, as a pair.",
    ],
    variants=[
        Variant("copies", (BOTH, "grad_output.copy(), 1.0 * grad_output")),
        Variant("ones-times-upstream", ("return grad_output,", "return np.ones_like(grad_output) * grad_output,")),
    ],
)

multiply_gate = Exercise(
    "MultiplyGate",
    points=1,
    scenario=use_gate,
    reference="multiply_gate",
    truth="value_and_gradient",
    vectorized=many,
    cases=GATE_CASES,
    misconceptions=[
        edit("own-value", CROSSED, "grad_output * x, grad_output * y")
        .believes("Each input gets the gradient times its own value.")
        .ask("In 3 · y, how fast does the product grow with y: by 3 or by y?"),
        edit("upstream-ignored", CROSSED, "y, x").believes("Backward returns the local slopes y and x.").ask(UPSTREAM),
        edit("product-to-both", CROSSED, "grad_output * x * y, grad_output * x * y")
        .believes("Both inputs get the gradient times the gate's output.")
        .ask("What is the derivative of x y with respect to x: does it still contain x?"),
        edit("passed-through", CROSSED, BOTH)
        .believes("Every gate hands the gradient on unchanged.")
        .ask("Raise x by 0.1 at y = 5: does the product rise by 0.1?"),
        first_forward_kept("_inputs"),
        state_on_the_class("_inputs"),
        edit("slope-added", CROSSED, "grad_output + y, grad_output + x")
        .believes("The upstream and the slope are added.")
        .ask("Two factors in a row, 2 and 3: how far does the second output move for one step of the input?"),
        edit("divided-by-itself", CROSSED, "grad_output / x, grad_output / y")
        .believes("Going back undoes the product: the gradient is divided by the factor.")
        .ask("What is ∂(x y)/∂x for x = 2 and y = 5?"),
    ],
    hints=[
        "Backward needs more than `grad_output`: what must forward remember, and where?",
        "The slope of x y with respect to x is y, and the other way round; multiply each by the upstream gradient.",
        "Forward sets `self.x, self.y = x, y`; backward returns `grad_output * self.y, grad_output * self.x`.",
    ],
    variants=[Variant("list-of-two", (CROSSED, "[y * grad_output, x * grad_output]"))],
)

max_gate = Exercise(
    "MaxGate",
    points=1,
    scenario=use_gate,
    reference="max_gate",
    truth="value_and_gradient",
    vectorized=many,
    cases=[
        *GATE_CASES,
        Case(
            "tie-gives-half-to-each", grad_output=np.array([3.0, 5.0]), x=np.array([2.0, 2.0]), y=np.array([2.0, 1.0])
        ),
        Case("zeros-of-both-signs-tie", x=np.array([0.0, -0.0, -1.0]), y=np.array([-0.0, 0.0, -1.0])),
        Case("tie-single-precision", x=np.array([[1.5], [-2.0]], np.float32), y=np.array([[1.5], [3.0]], np.float32)),
    ],
    misconceptions=[
        two_factors("tie-full-to-both", "x >= y", "y >= x")
        .believes("At a tie both inputs are the maximum, so both get the whole gradient.")
        .ask("At a tie, do your two gradients still add up to the one that came in?"),
        two_factors("tie-dropped", "x > y", "y > x")
        .believes("An input gets the gradient only if it is strictly larger.")
        .ask("At a tie, where does the gradient go?"),
        edit("tie-to-the-first", SHARE, "(x >= y)").believes("At a tie the first input wins.").ask(TIE_SHARED),
        edit("tie-to-the-second", SHARE, "(x > y)").believes("At a tie the second input wins.").ask(TIE_SHARED),
        edit("to-the-smaller", "x > y", "x < y")
        .believes("The input that was not chosen needs the gradient.")
        .ask("Change the smaller input a little: does the maximum change?"),
        edit("upstream-ignored", SHARED_OUT, "share, 1 - share")
        .believes("Backward returns 1 for the larger input and 0 for the other.")
        .ask(UPSTREAM),
        edit("one-maximum-for-all", SHARE, "(x.max() >= y.max())", "np.maximum(x, y)", "x if self._share else y")
        .believes("max(x, y) is one comparison: the array with the largest number wins as a whole.")
        .ask("Can x be larger at one place and y at another?"),
        first_forward_kept("_share"),
        state_on_the_class("_share"),
        edit("as-an-add-gate", SHARED_OUT, BOTH)
        .believes("Both inputs were compared, so both get the gradient.")
        .ask(SMALLER_INPUT),
        edit("always-half-each", SHARED_OUT, "grad_output / 2, grad_output / 2")
        .believes("Two inputs share the gradient evenly.")
        .ask(SMALLER_INPUT),
        two_factors("value-passed-back", "x * (x > y)", "y * (y > x)")
        .believes("The winner gets the gradient times its value.")
        .ask("If the larger input rises by 0.1, by how much does the maximum rise?"),
        edit("largest-in-size", SHARE, "np.where(abs(x) == abs(y), 0.5, abs(x) > abs(y))")
        .believes("The input that is larger in size wins.")
        .ask("Which is the maximum of -3 and 2?"),
    ],
    hints=[
        "Which of the two inputs can change the maximum at a given place?",
        "A mask of 1, 0 and, at ties, 1/2 says how much of the gradient x gets; y gets the rest.",
        "`share = np.where(x == y, 0.5, x > y)`; mind its dtype, then multiply by `grad_output`.",
    ],
    variants=[
        Variant("half-of-both-comparisons", (SHARE, "(x > y) + 0.5 * (x == y)")),
        Variant("sign", (SHARE, "(1 + np.sign(x - y)) / 2")),
    ],
)

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
        returns("last-one-wins", "grads[-1]")
        .believes("Each gradient that comes back replaces the one before.")
        .ask(TWO_USES),
        returns("first-one-wins", "grads[0]")
        .believes("The first gradient that comes back is the gradient.")
        .ask(TWO_USES),
        returns("averaged", "np.mean(grads, axis=0)")
        .believes("Several gradients of one value are averaged.")
        .ask("f = x + x has slope 2. What is the mean of the two gradients 1 and 1?"),
        returns("multiplied", "np.prod(grads, axis=0)")
        .believes("The chain rule multiplies, so gradients of several uses are multiplied.")
        .ask("The chain rule multiplies along one path. What happens to the effects of different paths?"),
        returns("summed-to-one-number", "np.sum(grads)")
        .believes("Adding the gradients gives one number.")
        .ask("What shape does the value have, and so its gradient?"),
        edit("added-into-the-first", "np.zeros_like(grads[0])", "grads[0]", "in grads:", "in grads[1:]:")
        .believes("`total = grads[0]; total += grad` makes a new array.")
        .ask("Whose array is `total` when the loop starts?"),
        returns("largest-wins", "np.max(grads, axis=0)")
        .believes("The strongest gradient decides.")
        .ask("Two uses, both of which raise the result: does the weaker one do nothing?"),
        returns("summed-along-the-wrong-axis", "np.sum(grads, axis=-1)")
        .believes("The gradients' own last axis is summed.")
        .ask("What shape does the value that was copied have, and what shape does your result have?"),
        returns("two-uses-only", "grads[0] + grads[1]")
        .believes("A copy gate has two outputs.")
        .ask("What does your code do with three uses, or with one?"),
    ],
    hints=[
        "If a value is used twice, by how many paths does its change reach the result?",
        "Effects of different paths add up. Which axis of the stack of gradients runs over the uses?",
        "Python's `sum(grads)` or `np.sum(grads, axis=0)`; `+=` on `grads[0]` would change the caller's array.",
    ],
    variants=[Variant("builtin-sum", "sum(grads)"), Variant("stacked", "np.sum(grads, axis=0)")],
)
