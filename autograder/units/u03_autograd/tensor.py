"""Tensor, the array engine, by programs that are executed on it and on PyTorch."""

from __future__ import annotations

from typing import Any

from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import normal
from autograder.units.u03_autograd import broadcasting, matmul, movements, reductions, walks
from autograder.units.u03_autograd.tensor_programs import CASES, run_tensor_program

KEPT = "node.grad = np.array(grad) if node.grad is None else node.grad + grad"
ADDED_IN_PLACE = "node.grad = grad if node.parents or node.grad is None else np.add(node.grad, grad, node.grad)"
PARTS_ADDED = "grads[id(parent)] + part if id(parent) in grads else part"
#: The body of `backward`, and another in its place: gradients are added to `.grad` all the way.
BACKWARD = f"""\
        grads = {{id(self): self._seed(grad_output)}}
        for node in reversed(topological_order(self)):
            if id(node) not in grads or not node.requires_grad:
                continue
            grad = grads.pop(id(node))
            {KEPT}
            for parent, part in zip(node.parents, node._vjp(grad) if node.parents else (), strict=True):
                if parent.requires_grad:
                    grads[id(parent)] = {PARTS_ADDED}
"""
ACCUMULATES = """\
        order = topological_order(self)[::-1]
        self.grad = self._seed(grad_output)
        for node in order:
            if node.parents and node.grad is not None:
                for parent, part in zip(node.parents, node._vjp(node.grad)):
                    if parent.requires_grad:
                        parent.grad = np.array(part) if parent.grad is None else parent.grad + part
"""
RESETS_WHAT_LIES_BETWEEN = ACCUMULATES.replace(
    "self.grad = self._seed(grad_output)",
    "for node in order:\n            node.grad = None if node.parents else node.grad\n"
    "        self.grad = np.array(self._seed(grad_output))",
)
COUNT = "self.data.size / result.size"
MATMUL = "matmul_backward(grad, self.data, right.data)"
SUM_VJP = "unbroadcast(grad, self.data.shape), unbroadcast(grad, right.data.shape)"
OWN_VALUES = "(unbroadcast(grad * self.data, self.data.shape), unbroadcast(grad * right.data, right.data.shape))"
DIVISOR = "-grad * quotient / right.data"

WHERE_UPSTREAM = "How does a change of {} change the final result? Where does that number enter?"
SHOULD_WEIGHT = "x @ w with data x and a weight w: should the weight get a gradient?"


def growing(n: int) -> dict[str, Any]:
    """A program on n rows."""
    program = "h = (a @ b + c).relu() / 2\nL = h.max(axis=1) * h[:, 1] + a.transpose().reshape(-1)[0] - h.mean(axis=1)"
    return {"program": program, "inputs": [normal(n, 3), normal(3, 2), normal(2)]}


Tensor = Exercise(
    "Tensor",
    points=6,
    scenario=run_tensor_program,
    reference="tensor_program",
    truth="value",
    vectorized=growing,
    cases=CASES,
    misconceptions=[
        edit("overwritten", KEPT, "node.grad = np.array(grad)", PARTS_ADDED, "part")
        .believes("A gradient that arrives is assigned to .grad.")
        .ask("A tensor with two uses is reached twice. What happens to the gradient that came first?"),
        walks.first_met(),
        walks.level_by_level("self"),
        walks.visited_missing("grads.pop(id(node))", "grads[id(node)]", KEPT, "node.grad = np.array(grad)"),
        walks.recursion(),
        edit("stale-gradients", BACKWARD, ACCUMULATES)
        .believes("Gradients of intermediate results may stay from one call to the next.")
        .ask("In the second call, does an intermediate result hand on its new gradient only, or the old one too?"),
        edit("reset-inside-backward", KEPT, "node.grad = np.array(grad)")
        .believes("backward() starts by forgetting all gradients.")
        .ask("Two losses share a parameter, and backward is called on each. Whose gradient is left?"),
        edit(
            "gradients-share-memory",
            *(KEPT, ADDED_IN_PLACE),
            *(broadcasting.SUMMED, "summed.reshape(shape) if grad.shape != shape else grad"),
        )
        .believes("The array that arrives can be kept as .grad, and later ones added by +=.")
        .ask("a + b hands one array to both operands. What does a.grad += … do to b.grad?"),
        edit("zero-grad-does-nothing", "self.grad = None", "pass")
        .believes("backward() makes zero_grad() superfluous.")
        .ask("Gradients accumulate over calls. Who stops that before the next training step?"),
        edit(
            "requires-grad-ignored",
            *("if id(node) not in grads or not node.requires_grad:", "if id(node) not in grads:"),
            *("if parent.requires_grad:", "if True:", "if result.requires_grad:", "if True:"),
        )
        .believes("Every tensor that is reached gets a gradient.")
        .ask("What is the .grad of a batch of data with requires_grad=False?"),
        edit("both-operands-must-require", "any(parent", "all(parent")
        .believes("A result requires a gradient if all operands do.")
        .ask(SHOULD_WEIGHT),
        edit("first-operand-decides", "any(parent.requires_grad for parent in parents)", "parents[0].requires_grad")
        .believes("A result requires a gradient if its first operand does.")
        .ask(SHOULD_WEIGHT),
        edit("upstream-of-ones", "if self.data.size != 1:", "if self.data.size == 0:")
        .believes("For an array without upstream, ones will do.")
        .ask("Of which single number would that be the gradient? Did anybody ask for it?"),
        edit("upstream-not-used", "return seed\n", "return np.ones_like(seed)\n")
        .believes("backward always starts from ones.")
        .ask("What is the argument grad_output for?"),
        edit("broadcast-not-summed", *broadcasting.NOT_SUMMED)
        .believes("A gradient may keep the shape of the result.")
        .ask("A bias of shape (3,) met a matrix of shape (2, 3). What shape does its gradient have?"),
        edit("leading-axes-only", *broadcasting.LEADING_ONLY)
        .believes(broadcasting.ONLY_IN_FRONT)
        .ask(broadcasting.WHICH_SHAPE),
        edit("ones-only", *broadcasting.ONES_ONLY)
        .believes("Broadcasting only stretches axes of length 1; those are summed.")
        .ask("A bias of shape (3,) met a matrix of shape (2, 3). Which axis was added?"),
        edit("copies-averaged", *broadcasting.AVERAGED)
        .believes("The gradients of the copies that broadcasting made are averaged.")
        .ask("A bias is used in ten rows. If it rises by 0.1, do ten rows rise, or a tenth of each?"),
        edit("add-halves", SUM_VJP, SUM_VJP.replace("grad", "grad / 2"))
        .believes("A sum shares its gradient out: half to each term.")
        .ask("Raise one term alone by 0.1: by how much does the sum rise?"),
        edit("difference-without-sign", "unbroadcast(-grad, right.data.shape)", "unbroadcast(grad, right.data.shape)")
        .believes("Both operands of a difference get the gradient as it is.")
        .ask("What does x - y do when y grows?"),
        edit("multiply-own-value", "multiply_backward(grad, self.data, right.data)", OWN_VALUES)
        .believes("Each factor gets the gradient times its own value.")
        .ask("In 3 · y, how fast does the product grow with y: by 3 or by y?"),
        edit("division-sign", DIVISOR, DIVISOR.removeprefix("-"))
        .believes("The slope of x / y with respect to y is x / y².")
        .ask("What does 1 / y do when y grows?"),
        edit("division-without-square", DIVISOR, "-grad * quotient")
        .believes("The slope of x / y with respect to y is -x / y.")
        .ask("Write x / y as x · y⁻¹: what does the power rule say?"),
        edit(
            "matmul-without-transpose",
            MATMUL,
            f"(grad @ right.data, grad.T @ self.data) if self.data.ndim == right.data.ndim == 2 else {MATMUL}",
        )
        .believes("∂L/∂a = g b and ∂L/∂b = gᵀ a.")
        .ask(matmul.FITS),
        edit("matmul-reverses-all-axes", *matmul.ALL_AXES_REVERSED)
        .believes(".T swaps the last two axes of a batch.")
        .ask(matmul.T_OF_THREE),
        edit("matmul-batch-not-summed", *matmul.BATCH_NOT_SUMMED)
        .believes("A matrix that a whole batch shares has a gradient per sample.")
        .ask(matmul.FIVE_GRADIENTS),
        edit(
            "matmul-of-matrices-only",
            MATMUL,
            "(unbroadcast(grad @ right.data.swapaxes(-1, -2), self.data.shape), "
            "unbroadcast(self.data.swapaxes(-1, -2) @ grad, right.data.shape))",
        )
        .believes("The formula for matrices holds for vectors as it stands.")
        .ask(matmul.LOST_AXIS),
        edit(
            "sum-axis-not-restored",
            "sum_backward(grad, self.data, axis, keepdims)",
            "np.array(np.broadcast_to(grad, self.data.shape))",
        )
        .believes("Broadcasting puts the gradient of a sum where it belongs.")
        .ask(reductions.ROW_SUMS),
        edit("mean-as-a-sum", COUNT, "1")
        .believes("A mean hands its gradient on as a sum does.")
        .ask("Raise one of ten numbers by 0.1: by how much does their mean rise?"),
        edit("mean-over-everything", COUNT, "self.data.size")
        .believes("A mean divides by the number of all numbers in the array.")
        .ask("How many numbers go into one mean over axis 1 of a (2, 3) matrix?"),
        edit("ties-all-get-everything", *reductions.TIES_ALL)
        .believes("Each place that equals the maximum gets the whole gradient.")
        .ask(reductions.AT_A_TIE),
        edit("first-maximum-wins", *reductions.FIRST_WINS)
        .believes("At a tie the first place gets the gradient, as argmax says.")
        .ask(reductions.WHICH_SHARING),
        edit("one-maximum", *reductions.ONE_MAXIMUM)
        .believes("The maximum is that of the whole array.")
        .ask(reductions.OWN_MAXIMUM),
        edit("mean-over-the-rows", COUNT, "len(self.data)")
        .believes("A mean divides by the number of rows.")
        .ask("How many numbers go into the mean of a whole (2, 3) matrix?"),
        edit("exponential-of-the-input", "(grad * result,)", "(grad * self.data,)")
        .believes("The slope of e^x is x.")
        .ask("Which function is its own derivative?"),
        edit("exponential-without-upstream", "(grad * result,)", "(result,)")
        .believes("The slope of e^x is its gradient.")
        .ask(WHERE_UPSTREAM.format("e^x")),
        edit("sigmoid-without-upstream", "grad * result * (1 - result)", "result * (1 - result)")
        .believes("The slope s (1 - s) is the gradient.")
        .ask(WHERE_UPSTREAM.format("s")),
        edit("logarithm-kept", "grad / self.data", "grad * np.log(self.data)")
        .believes("The slope of the logarithm is the logarithm.")
        .ask("How steep is log x at x = 1, and what is log 1?"),
        edit("rectifier-times-its-output", "grad * (self.data > 0)", "grad * np.maximum(self.data, 0)")
        .believes("The rectifier's gradient is multiplied by its output.")
        .ask("If a positive input rises by 0.1, by how much does the output rise?"),
        edit("division-by-the-square-alone", DIVISOR, "-grad / right.data**2")
        .believes("The slope of x / y with respect to y is -1 / y².")
        .ask("That is the slope of 1 / y. What stands above the line here?"),
        edit("transposed-by-reversal", "transpose_backward(grad, order)", "grad.T")
        .believes("The way back of any transpose is .T.")
        .ask("Which axes does .T move, and which have been moved?"),
        edit("negation-passes-through", "(-grad,)", "(grad,)")
        .believes("A sign does not change a gradient.")
        .ask("If x rises, which way does -x go?"),
        edit("array-on-the-left-on-the-right", "self._wrapped(other) @ self", "self @ other")
        .believes("array @ x is handled as x @ array.")
        .ask("Do matrices commute? In x.__rmatmul__(array), who stands on the left?"),
        edit("product-on-the-left-forgotten", "__array_ufunc__ = None", "pass")
        .believes("array * x comes to x.__rmul__ by itself.")
        .ask("NumPy's own `*` is asked first. What does it make of a Tensor beside an array?"),
        edit("reshape-passes-through", "(grad.reshape(self.data.shape),)", "(grad,)")
        .believes("Reshaping computes nothing, so the gradient passes as it is.")
        .ask("What shape does the gradient of x have, and what shape does the one that arrives have?"),
        edit("transpose-twice", "transpose_backward(grad, order)", "grad.transpose(order)")
        .believes("Applying the same permutation again leads back.")
        .ask("Move three things in a circle, and once more the same way: are they where they began?"),
        edit("index-assigned", *movements.ASSIGNED)
        .believes("grad[index] = … (or +=) puts every gradient back.")
        .ask("Row 1 was taken out twice. NumPy writes it once: which of its gradients remains?"),
        edit("tanh-of-the-input", "1 - result**2", "1 - self.data**2")
        .believes("The slope of tanh is 1 - x².")
        .ask("1 - t²: is t the input or the output?"),
        edit("sigmoid-of-the-input", "grad * result * (1 - result)", "grad * self.data * (1 - self.data)")
        .believes("The slope of the sigmoid is x (1 - x).")
        .ask("s (1 - s): is s the input or the output?"),
        edit("sigmoid-overflows", "np.exp(-np.logaddexp(0, -self.data))", "np.exp(self.data) / (1 + np.exp(self.data))")
        .believes("e^x / (1 + e^x) is right for every x.")
        .ask("What is e^1000 in floating point, and what is that divided by itself?"),
        edit("logarithm-of-the-output", "grad / self.data", "grad / np.log(self.data)")
        .believes("The slope of the logarithm is one over its output.")
        .ask("1/x: is x the input or the output?"),
        edit("rectifier-at-zero", "grad * (self.data > 0)", "grad * (self.data >= 0)")
        .believes("The slope of the rectifier at 0 is 1.")
        .ask("The docstring chooses a slope at 0. Which one?"),
        edit("rectifier-by-the-gradient", "grad * (self.data > 0)", "grad * (grad > 0)")
        .believes("The rectifier lets positive gradients through.")
        .ask("What decides whether a number passes on the way forward: it, or the gradient that comes back?"),
        edit("always-double-precision", 'array if array.dtype.kind == "f" else array.astype', "array.astype")
        .believes("Everything is computed in float64.")
        .ask("What dtype does the result have for float32 data? What would that cost on a GPU?"),
        edit(
            "numbers-in-double-precision",
            "array.astype(self.data.dtype) if takes_dtype else array",
            "array.astype(float)",
        )
        .believes("A plain number becomes an array of float64, like any other.")
        .ask("What dtype does float32 times an *array* of float64 without axes have? And times a plain 2.0?"),
        edit("reflected-minus-swapped", "self._wrapped(other) - self", "self - other")
        .believes("1 - x is handled as x - 1.")
        .ask("In x.__rsub__(1), who stands on the left?"),
        edit("reflected-division-swapped", "self._wrapped(other) / self", "self / other")
        .believes("2 / x is handled as x / 2.")
        .ask("In x.__rtruediv__(2), who stands on the left?"),
    ],
    hints=[
        "Each operation makes a new Tensor that keeps its operands and a function from its gradient to theirs.",
        "Walk in reversed topological order with a dict of this call's gradients; add to `.grad` as each turn comes.",
        "For each parent that requires a gradient: grads[id(parent)] = part, or what is there already + part.",
    ],
    variants=[
        Variant(
            "resets-between",
            (
                *(BACKWARD, RESETS_WHAT_LIES_BETWEEN),
                *("self.grad = None", "self.grad = np.zeros_like(self.data)"),
                *("array = np.asarray(data)", "array = np.array(data)"),
                *(walks.WALK, walks.COUNTS_USERS),
            ),
        ),
        Variant(
            "few-operations",
            (
                *("self._result(-self.data, (self,), lambda grad: (-grad,))", "self * -1"),
                *("result = np.exp(-np.logaddexp(0, -self.data))", "half = (self * 0.5).tanh() * 0.5"),
                *("self._result(result, (self,), lambda grad: (grad * result * (1 - result),))", "half + 0.5"),
                *(DIVISOR, "-grad * self.data / right.data**2"),
            ),
        ),
    ],
)
