"""Assessment of autograd: the array engine, by programs that are executed on it and on PyTorch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograder.catalog import Exercise, Misconception, Variant
from autograder.inputs import normal
from autograder.units._autograd_array_slips import SLIPS
from autograder.units._autograd_arrays import ArrayEngine
from autograder.units._autograd_closures import ClosureTensor
from autograder.units._autograd_programs import run_tensor_program, tensor_cases

__all__ = ["TENSOR"]

#: What each wrong engine's author believes, and a question that leads out of it.
BELIEFS: dict[str, tuple[str, str]] = {
    "overwritten": (
        "A gradient that arrives is assigned to .grad.",
        "A tensor with two uses is reached twice. What happens to the gradient that came first?",
    ),
    "no-topological-order": (
        "A node can hand its gradient on when the walk from the root first meets it.",
        "If another user adds to its gradient later, do its parents ever hear of it?",
    ),
    "level-by-level": (
        "Going from the root level by level deals with all users of a node before it.",
        "A node is one step from the root, and three steps on another way. To which level does it belong?",
    ),
    "visited-missing": (
        "A node may come up in the order once for each of its users.",
        "In x · x · x, how often does x · x hand its gradient on?",
    ),
    "recursion": (
        "A function that calls itself for each parent goes as deep as the graph.",
        "How many calls may be open at once in Python? How deep is a loop of 1,200 operations?",
    ),
    "stale-gradients": (
        "Gradients of intermediate results may stay from one call to the next.",
        "In the second call, does an intermediate result hand on its new gradient only, or the old one too?",
    ),
    "reset-inside-backward": (
        "backward() starts by forgetting all gradients.",
        "Two losses share a parameter, and backward is called on each. Whose gradient is left?",
    ),
    "gradients-share-memory": (
        "The array that arrives can be kept as .grad, and later ones added by +=.",
        "a + b hands one array to both operands. What does a.grad += … do to b.grad?",
    ),
    "zero-grad-does-nothing": (
        "backward() makes zero_grad() superfluous.",
        "Gradients accumulate over calls. Who stops that before the next training step?",
    ),
    "requires-grad-ignored": (
        "Every tensor that is reached gets a gradient.",
        "What is the .grad of a batch of data with requires_grad=False?",
    ),
    "both-operands-must-require": (
        "A result requires a gradient if all operands do.",
        "x @ w with data x and a weight w: should the weight get a gradient?",
    ),
    "first-operand-decides": (
        "A result requires a gradient if its first operand does.",
        "x @ w with data x and a weight w: should the weight get a gradient?",
    ),
    "upstream-of-ones": (
        "For an array without upstream, ones will do.",
        "Of which single number would that be the gradient? Did anybody ask for it?",
    ),
    "upstream-not-used": (
        "backward always starts from ones.",
        "What is the argument grad_output for?",
    ),
    "broadcast-not-summed": (
        "A gradient may keep the shape of the result.",
        "A bias of shape (3,) met a matrix of shape (2, 3). What shape does its gradient have?",
    ),
    "leading-axes-only": (
        "Broadcasting only adds axes in front; those are summed.",
        "A column of shape (2, 1) met a matrix of shape (2, 3). What shape does its gradient have?",
    ),
    "ones-only": (
        "Broadcasting only stretches axes of length 1; those are summed.",
        "A bias of shape (3,) met a matrix of shape (2, 3). Which axis was added?",
    ),
    "copies-averaged": (
        "The gradients of the copies that broadcasting made are averaged.",
        "A bias is used in ten rows. If it rises by 0.1, do ten rows rise, or a tenth of each?",
    ),
    "add-halves": (
        "A sum shares its gradient out: half to each term.",
        "Raise one term alone by 0.1: by how much does the sum rise?",
    ),
    "difference-without-sign": (
        "Both operands of a difference get the gradient as it is.",
        "What does x - y do when y grows?",
    ),
    "multiply-own-value": (
        "Each factor gets the gradient times its own value.",
        "In 3 · y, how fast does the product grow with y: by 3 or by y?",
    ),
    "division-sign": (
        "The slope of x / y with respect to y is x / y².",
        "What does 1 / y do when y grows?",
    ),
    "division-without-square": (
        "The slope of x / y with respect to y is -x / y.",
        "Write x / y as x · y⁻¹: what does the power rule say?",
    ),
    "matmul-without-transpose": (
        "∂L/∂a = g b and ∂L/∂b = gᵀ a.",
        "g is (n, m) and a is (n, k). Which product with b, (k, m), has the shape of a?",
    ),
    "matmul-reverses-all-axes": (
        ".T swaps the last two axes of a batch.",
        "What shape does x.T have for x of shape (5, 2, 3)?",
    ),
    "matmul-batch-not-summed": (
        "A matrix that a whole batch shares has a gradient per sample.",
        "One weight matrix served five samples. What becomes of five gradients for one thing?",
    ),
    "matmul-of-matrices-only": (
        "The formula for matrices holds for vectors as it stands.",
        "Which axis did a vector lose in the product, and what shape should g have to fit the formula?",
    ),
    "sum-axis-not-restored": (
        "Broadcasting puts the gradient of a sum where it belongs.",
        "Row sums have shape (3,). Against a (3, 3) matrix, are they stretched along rows or columns?",
    ),
    "mean-as-a-sum": (
        "A mean hands its gradient on as a sum does.",
        "Raise one of ten numbers by 0.1: by how much does their mean rise?",
    ),
    "mean-over-everything": (
        "A mean divides by the number of all numbers in the array.",
        "How many numbers go into one mean over axis 1 of a (2, 3) matrix?",
    ),
    "mean-over-the-rows": (
        "A mean divides by the number of rows.",
        "How many numbers go into the mean of a whole (2, 3) matrix?",
    ),
    "exponential-of-the-input": (
        "The slope of e^x is x.",
        "Which function is its own derivative?",
    ),
    "exponential-without-upstream": (
        "The slope of e^x is its gradient.",
        "How does a change of e^x change the final result? Where does that number enter?",
    ),
    "sigmoid-without-upstream": (
        "The slope s (1 - s) is the gradient.",
        "How does a change of s change the final result? Where does that number enter?",
    ),
    "logarithm-kept": (
        "The slope of the logarithm is the logarithm.",
        "How steep is log x at x = 1, and what is log 1?",
    ),
    "rectifier-times-its-output": (
        "The rectifier's gradient is multiplied by its output.",
        "If a positive input rises by 0.1, by how much does the output rise?",
    ),
    "division-by-the-square-alone": (
        "The slope of x / y with respect to y is -1 / y².",
        "That is the slope of 1 / y. What stands above the line here?",
    ),
    "transposed-by-reversal": (
        "The way back of any transpose is .T.",
        "Which axes does .T move, and which have been moved?",
    ),
    "negation-passes-through": (
        "A sign does not change a gradient.",
        "If x rises, which way does -x go?",
    ),
    "array-on-the-left-on-the-right": (
        "array @ x is handled as x @ array.",
        "Do matrices commute? In x.__rmatmul__(array), who stands on the left?",
    ),
    "product-on-the-left-forgotten": (
        "array * x comes to x.__rmul__ by itself.",
        "NumPy's own `*` is asked first. What does it make of a Tensor beside an array?",
    ),
    "ties-all-get-everything": (
        "Each place that equals the maximum gets the whole gradient.",
        "At a tie, do the gradients add up to the one that came in?",
    ),
    "first-maximum-wins": (
        "At a tie the first place gets the gradient, as argmax says.",
        "Nothing distinguishes tied places. Which sharing does the docstring choose?",
    ),
    "one-maximum": (
        "The maximum is that of the whole array.",
        "Over axis 1 each row has a maximum of its own. Which one do you compare with?",
    ),
    "reshape-passes-through": (
        "Reshaping computes nothing, so the gradient passes as it is.",
        "What shape does the gradient of x have, and what shape does the one that arrives have?",
    ),
    "transpose-twice": (
        "Applying the same permutation again leads back.",
        "Move three things in a circle, and once more the same way: are they where they began?",
    ),
    "index-assigned": (
        "grad[index] = … (or +=) puts every gradient back.",
        "Row 1 was taken out twice. NumPy reads and writes it once: which of its gradients remains?",
    ),
    "tanh-of-the-input": ("The slope of tanh is 1 - x².", "1 - t²: is t the input or the output?"),
    "sigmoid-of-the-input": ("The slope of the sigmoid is x (1 - x).", "s (1 - s): is s the input or the output?"),
    "sigmoid-overflows": (
        "e^x / (1 + e^x) is right for every x.",
        "What is e^1000 in floating point, and what is that divided by itself?",
    ),
    "logarithm-of-the-output": (
        "The slope of the logarithm is one over its output.",
        "1/x: is x the input or the output?",
    ),
    "rectifier-at-zero": (
        "The slope of the rectifier at 0 is 1.",
        "The docstring chooses a slope at 0. Which one?",
    ),
    "rectifier-by-the-gradient": (
        "The rectifier lets positive gradients through.",
        "What decides whether a number passes on the way forward: it, or the gradient that comes back?",
    ),
    "always-double-precision": (
        "Everything is computed in float64.",
        "What dtype does the result have for float32 data? What would that cost on a GPU?",
    ),
    "numbers-in-double-precision": (
        "A plain number becomes an array of float64, like any other.",
        "What dtype does float32 times an *array* of float64 without axes have? And times a plain 2.0?",
    ),
    "reflected-minus-swapped": (
        "1 - x is handled as x - 1.",
        "In x.__rsub__(1), who stands on the left?",
    ),
    "reflected-division-swapped": (
        "2 / x is handled as x / 2.",
        "In x.__rtruediv__(2), who stands on the left?",
    ),
}


def _misconceptions() -> Iterator[Misconception]:
    for name, wrong in SLIPS.items():
        believes, hint = BELIEFS[name]
        yield Misconception(name, believes=believes, wrong=wrong, hint=hint)


def _growing(n: int) -> dict[str, Any]:
    program = "h = (a @ b + c).relu() / 2\nL = h.max(axis=1) * h[:, 1] + a.transpose().reshape(-1)[0] - h.mean(axis=1)"
    return {"program": program, "inputs": [normal(n, 3), normal(3, 2), normal(2)]}


TENSOR = Exercise(
    "Tensor",
    points=6,
    scenario=run_tensor_program,
    reference="tensor_program",
    truth="value",
    vectorized=_growing,
    cases=tensor_cases(),
    misconceptions=list(_misconceptions()),
    hints=[
        "Each operation makes a new Tensor that keeps its operands and a function from its gradient to theirs.",
        "Walk in reversed topological order with a dict of this call's gradients; add to `.grad` as each turn comes.",
        "For each parent that requires a gradient: grads[id(parent)] = part, or what is there already + part.",
    ],
    variants=[Variant("pieces", ArrayEngine), Variant("closures", ClosureTensor)],
)
