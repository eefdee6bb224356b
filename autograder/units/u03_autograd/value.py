"""Value, the scalar engine, by programs that are executed on it and on PyTorch."""

from __future__ import annotations

from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.u03_autograd import walks
from autograder.units.u03_autograd.value_closures import ClosureValue
from autograder.units.u03_autograd.value_programs import CASES, run_value_program

ADDED = "node.grad += grad"
#: The body of `backward`, and two others in its place: as in micrograd, and without a walk.
BACKWARD = f"""\
        for node, grad in backpropagate(self).items():
            {ADDED}
"""
ACCUMULATES = """\
        self.grad = 1.0
        for node in reversed(topological_order(self)):
            for parent, slope in zip(node.parents, node.slopes):
                parent.grad += slope * node.grad
"""
ONE_LEVEL = """\
        self.grad += 1.0
        for parent, slope in zip(self.parents, self.slopes):
            parent.grad += slope
"""
DIVISION = "(1 / other.data, -quotient / other.data)"
POWER = "exponent * self.data ** (exponent - 1)"
TANH = "1 - result**2"
RELU = "float(self.data > 0)"

ROOT_SEED = "What is ∂L/∂L?"
Y_GROWS = "In 3 · y, how fast does the product grow with y: by 3 or by y?"
DIVISOR_GROWS = "What does 1 / y do when y grows?"
SQUARE = "What is the derivative of x², and what does your formula say?"
AT_ZERO = "The docstring chooses a slope at 0. Which one?"

Value = Exercise(
    "Value",
    points=4,
    scenario=run_value_program,
    reference="value_program",
    truth="value",
    cases=CASES,
    misconceptions=[
        edit("overwritten", BACKWARD, ACCUMULATES.replace("+=", "="))
        .believes("A gradient is slope times upstream, and that is assigned: grad = ….")
        .ask("A value with two uses is reached twice. What happens to the gradient that came first?"),
        edit(
            "overwritten-in-between",
            BACKWARD,
            ACCUMULATES.replace("+= slope", "= (0 if parent.parents else parent.grad) + slope"),
        )
        .believes("Only inputs collect gradients; those of intermediate results can be assigned.")
        .ask("An intermediate result may be used twice as well. Which of its gradients does it hand on?"),
        walks.first_met(),
        walks.level_by_level(),
        walks.visited_missing(ADDED, "node.grad = grad"),
        walks.path_by_path(),
        walks.recursion(),
        edit("stale-gradients", BACKWARD, ACCUMULATES)
        .believes("Gradients of intermediate results may stay from one call to the next.")
        .ask("In the second call, does an intermediate result hand on its new gradient only, or the old one too?"),
        edit("reset-inside-backward", ADDED, "node.grad = grad")
        .believes("backward() starts by setting all gradients to zero.")
        .ask("Two losses share a parameter, and backward is called on each. Whose gradient is left?"),
        edit("intermediate-gradients-lost", ADDED, "node.grad += 0.0 if node.parents else grad")
        .believes("Only inputs have a gradient.")
        .ask("What is h.grad for a result h in the middle, and what does the docstring want?"),
        walks.no_chain(),
        edit("one-level-only", BACKWARD, ONE_LEVEL)
        .believes("backward gives gradients to the operands of the result.")
        .ask("And what were the operands computed from?"),
        edit("seeded-with-the-result", "grads[root] = 1.0", "grads[root] = root.data")
        .believes("The gradient of the root starts with its value.")
        .ask(ROOT_SEED),
        edit("not-seeded", "grads[root] = 1.0", "grads[root] = 0.0")
        .believes("All gradients start at 0, that of the root too.")
        .ask(ROOT_SEED),
        edit(
            "parents-in-a-set",
            "self.parents = parents",
            "slope_of = dict(zip(parents, slopes)); self.parents = tuple(slope_of)",
            "self.slopes = slopes",
            "self.slopes = tuple(slope_of.values())",
        )
        .believes("The operands can be kept in a set, or as keys of a dict.")
        .ask("What is left of the operands of x · x in a set?"),
        edit("add-halves", "(1.0, 1.0)", "(0.5, 0.5)")
        .believes("A sum shares its gradient out: half to each term.")
        .ask("Raise x alone by 0.1: by how much does x + y rise?"),
        edit("difference-without-sign", "(1.0, -1.0)", "(1.0, 1.0)")
        .believes("Both slopes of x - y are 1.")
        .ask("What does x - y do when y grows?"),
        edit("multiply-own-value", "(other.data, self.data)", "(self.data, other.data)")
        .believes("Each factor gets the gradient times its own value.")
        .ask(Y_GROWS),
        edit("division-sign", DIVISION, "(1 / other.data, quotient / other.data)")
        .believes("The slope of x / y with respect to y is x / y².")
        .ask(DIVISOR_GROWS),
        edit("division-without-square", DIVISION, "(1 / other.data, -quotient)")
        .believes("The slope of x / y with respect to y is -x / y.")
        .ask("Write x / y as x · y⁻¹: what does the power rule say?"),
        edit("division-ignores-the-divisor", DIVISION, "(1 / other.data, 0.0)")
        .believes("Only the numerator has a gradient.")
        .ask("Does x / y change when y does?"),
        edit("negation-passes-through", "(-1.0,)", "(1.0,)")
        .believes("A sign does not change a gradient.")
        .ask("If x rises, which way does -x go?"),
        edit("power-keeps-its-exponent", POWER, "exponent * self.data**exponent")
        .believes("The slope of x^k is k x^k.")
        .ask(SQUARE),
        edit("power-without-its-factor", POWER, "self.data ** (exponent - 1)")
        .believes("The slope of x^k is x^(k-1).")
        .ask(SQUARE),
        edit("exponential-by-the-power-rule", "(result,)", "(self.data * math.exp(self.data - 1),)")
        .believes("The slope of e^x is x e^(x-1).")
        .ask("Where is x in e^x: in the base or in the exponent?"),
        edit("logarithm-of-the-output", "1 / self.data", "1 / math.log(self.data)")
        .believes("The slope of the logarithm is one over its output.")
        .ask("1/x: is x the input or the output?"),
        edit("tanh-of-the-input", TANH, "1 - self.data**2")
        .believes("The slope of tanh is 1 - x².")
        .ask("1 - t²: is t the input or the output?"),
        edit("rectifier-at-zero", RELU, "float(self.data >= 0)")
        .believes("The slope of the rectifier at 0 is 1.")
        .ask(AT_ZERO),
        edit("rectifier-half-at-zero", RELU, "0.5 if self.data == 0 else float(self.data > 0)")
        .believes("The slope of the rectifier at 0 is between 0 and 1.")
        .ask(AT_ZERO),
        edit("rectifier-passes-everything", RELU, "1.0")
        .believes("The rectifier hands its gradient on whatever its input was.")
        .ask("Change a negative input by a little: does the output change?"),
        edit("reflected-minus-swapped", "self._wrapped(other) - self", "self - other")
        .believes("3 - x is handled as x - 3.")
        .ask("In x.__rsub__(3), who stands on the left?"),
        edit("reflected-division-swapped", "self._wrapped(other) / self", "self / other")
        .believes("6 / x is handled as x / 6.")
        .ask("In x.__rtruediv__(6), who stands on the left?"),
        edit(
            "no-reflected-operators",
            *("__radd__", "radd", "__rsub__", "rsub", "__rmul__", "rmul", "__rtruediv__", "rtruediv"),
        )
        .believes("2 * x is x * 2: Python calls x.__mul__.")
        .ask("Whose method does Python ask first in 2 * x, and what does it do when int does not know Value?"),
        edit("minus-one-outside-the-exponent", POWER, "exponent * self.data**exponent - 1")
        .believes("k * x ** k - 1 is k x^(k-1).")
        .ask("Which does Python compute first in x ** k - 1?"),
        edit("tanh-slope-not-squared", TANH, "1 - result")
        .believes("The slope of tanh is 1 - t.")
        .ask("How steep is tanh far to the left, where t is -1?"),
        edit("tanh-slope-of-the-sigmoid", TANH, "result * (1 - result)")
        .believes("The slope of tanh is t (1 - t).")
        .ask("How steep is tanh at 0, and what does your slope say?"),
        edit("product-passes-through", "(other.data, self.data)", "(1.0, 1.0)")
        .believes("A product passes its gradient on, as a sum does.")
        .ask(Y_GROWS),
        edit("product-to-both", "(other.data, self.data)", "(self.data * other.data, self.data * other.data)")
        .believes("Each factor gets the gradient times the product.")
        .ask(Y_GROWS),
        edit("division-by-the-square-alone", DIVISION, "(1 / other.data, -1 / other.data**2)")
        .believes("The slope of x / y with respect to y is -1 / y².")
        .ask("That is the slope of 1 / y. What stands above the line here?"),
        edit("division-as-a-product", DIVISION, "(other.data, self.data)")
        .believes("x / y has the slopes of x · y.")
        .ask(DIVISOR_GROWS),
        edit("difference-negates-the-first", "(1.0, -1.0)", "(-1.0, 1.0)")
        .believes("The slopes of x - y are -1 and 1.")
        .ask("If x rises, which way does x - y go?"),
        edit("exponential-of-the-input", "(result,)", "(self.data,)")
        .believes("The slope of e^x is x.")
        .ask("Which function is its own derivative?"),
        edit("logarithm-kept", "1 / self.data", "math.log(self.data)")
        .believes("The slope of the logarithm is the logarithm.")
        .ask("How steep is log x at x = 1, and what is log 1?"),
        edit("rectifier-times-its-output", RELU, "max(self.data, 0.0)")
        .believes("The rectifier's slope is its output.")
        .ask("If a positive input rises by 0.1, by how much does the output rise?"),
        edit("root-left-out", ADDED, "node.grad += 0.0 if node is self else grad")
        .believes("The result itself needs no gradient.")
        .ask("What is ∂L/∂L, and is L among the Values that the docstring names?"),
        edit("gradients-subtracted", ADDED, "node.grad -= grad")
        .believes("backward goes downhill, so gradients are subtracted.")
        .ask("Who takes the step downhill, backward or the optimiser?"),
        edit(
            "operand-updated-in-place",
            "return Value(self.data + other.data",
            "self.data += other.data; return Value(self.data",
        )
        .believes("x + y may be computed in x.")
        .ask("What is x afterwards, and who else uses it?"),
    ],
    hints=[
        "Each operation makes a new Value that knows its operands and its slopes; `backward` only walks.",
        "With `parents` and `slopes` on each Value, `backpropagate` does the walk; then the gradients are added.",
        "`backpropagate(self)` gives the gradients by node: go through its items and add each to its node's `.grad`.",
    ],
    variants=[
        Variant(
            "slopes-from-the-inputs",
            (
                *(DIVISION, "(1 / other.data, -self.data / other.data**2)"),
                *(TANH, "math.cosh(self.data) ** -2", "(result,)", "(math.exp(self.data),)"),
                *(walks.WALK, walks.COUNTS_USERS),
            ),
        ),
        Variant("closures", ClosureValue),
    ],
)
