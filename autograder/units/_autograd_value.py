"""Assessment of autograd: the scalar engine, by programs that are executed on it and on PyTorch."""

from __future__ import annotations

import math

from autograder.catalog import Exercise, Misconception, Variant
from autograder.units import _autograd_scalar as scalar
from autograder.units._autograd_scalar import engine
from autograder.units._autograd_value_programs import run_value_program, value_cases

__all__ = ["VALUE"]

VALUE = Exercise(
    "Value",
    points=4,
    scenario=run_value_program,
    reference="value_program",
    truth="value",
    cases=value_cases(),
    misconceptions=[
        Misconception(
            "overwritten",
            believes="A gradient is slope times upstream, and that is assigned: grad = ….",
            wrong=scalar.OVERWRITTEN,
            hint="A value with two uses is reached twice. What happens to the gradient that came first?",
        ),
        Misconception(
            "overwritten-in-between",
            believes="Only inputs collect gradients; those of intermediate results can be assigned.",
            wrong=scalar.OVERWRITTEN_BETWEEN,
            hint="An intermediate result may be used twice as well. Which of its gradients does it hand on?",
        ),
        Misconception(
            "no-topological-order",
            believes="A node can hand its gradient on when the walk from the root first meets it.",
            wrong=scalar.DISCOVERED,
            hint="If another user adds to its gradient later, do its parents ever hear of it?",
        ),
        Misconception(
            "level-by-level",
            believes="Going from the root level by level deals with all users of a node before it.",
            wrong=scalar.LEVELS,
            hint="A node is one step from the root, and three steps on another way. To which level does it belong?",
        ),
        Misconception(
            "visited-missing",
            believes="A node may come up in the order once for each of its users.",
            wrong=scalar.REPEATED,
            hint="In x · x · x, how often does x · x hand its gradient on?",
        ),
        Misconception(
            "path-by-path",
            believes="Handing gradients on along every path is quick enough.",
            wrong=scalar.PATH_BY_PATH,
            hint="How many paths does a row of 30 diamonds have, and how many nodes?",
        ),
        Misconception(
            "recursion",
            believes="A function that calls itself for each parent goes as deep as the graph.",
            wrong=scalar.RECURSIVE,
            hint="How many calls may be open at once in Python? How deep is a loop of 10,000 operations?",
        ),
        Misconception(
            "stale-gradients",
            believes="Gradients of intermediate results may stay from one call to the next.",
            wrong=scalar.STALE,
            hint="In the second call, does an intermediate result hand on its new gradient only, or the old one too?",
        ),
        Misconception(
            "reset-inside-backward",
            believes="backward() starts by setting all gradients to zero.",
            wrong=scalar.RESET,
            hint="Two losses share a parameter, and backward is called on each. Whose gradient is left?",
        ),
        Misconception(
            "intermediate-gradients-lost",
            believes="Only inputs have a gradient.",
            wrong=scalar.INPUTS_ONLY,
            hint="What is h.grad for a result h in the middle, and what does the docstring want?",
        ),
        Misconception(
            "no-chain",
            believes="A node's gradient is the sum of its users' slopes.",
            wrong=scalar.NO_CHAIN,
            hint="L = 3 h and h = 2 x: is dL/dx 2?",
        ),
        Misconception(
            "one-level-only",
            believes="backward gives gradients to the operands of the result.",
            wrong=scalar.ONE_LEVEL,
            hint="And what were the operands computed from?",
        ),
        Misconception(
            "seeded-with-the-result",
            believes="The gradient of the root starts with its value.",
            wrong=scalar.SEEDED_WITH_DATA,
            hint="What is ∂L/∂L?",
        ),
        Misconception(
            "not-seeded",
            believes="All gradients start at 0, that of the root too.",
            wrong=scalar.WITHOUT_SEED,
            hint="What is ∂L/∂L?",
        ),
        Misconception(
            "parents-in-a-set",
            believes="The operands can be kept in a set, or as keys of a dict.",
            wrong=scalar.PARENTS_IN_A_SET,
            hint="What is left of the operands of x · x in a set?",
        ),
        Misconception(
            "add-halves",
            believes="A sum shares its gradient out: half to each term.",
            wrong=engine(add_slopes=lambda self, x, y: (0.5, 0.5)),
            hint="Raise x alone by 0.1: by how much does x + y rise?",
        ),
        Misconception(
            "difference-without-sign",
            believes="Both slopes of x - y are 1.",
            wrong=engine(sub_slopes=lambda self, x, y: (1.0, 1.0)),
            hint="What does x - y do when y grows?",
        ),
        Misconception(
            "multiply-own-value",
            believes="Each factor gets the gradient times its own value.",
            wrong=engine(mul_slopes=lambda self, x, y: (x, y)),
            hint="In 3 · y, how fast does the product grow with y: by 3 or by y?",
        ),
        Misconception(
            "division-sign",
            believes="The slope of x / y with respect to y is x / y².",
            wrong=engine(div_slopes=lambda self, x, y: (1 / y, x / y**2)),
            hint="What does 1 / y do when y grows?",
        ),
        Misconception(
            "division-without-square",
            believes="The slope of x / y with respect to y is -x / y.",
            wrong=engine(div_slopes=lambda self, x, y: (1 / y, -x / y)),
            hint="Write x / y as x · y⁻¹: what does the power rule say?",
        ),
        Misconception(
            "division-ignores-the-divisor",
            believes="Only the numerator has a gradient.",
            wrong=engine(div_slopes=lambda self, x, y: (1 / y, 0.0)),
            hint="Does x / y change when y does?",
        ),
        Misconception(
            "negation-passes-through",
            believes="A sign does not change a gradient.",
            wrong=engine(neg_slope=lambda self, x: 1.0),
            hint="If x rises, which way does -x go?",
        ),
        Misconception(
            "power-keeps-its-exponent",
            believes="The slope of x^k is k x^k.",
            wrong=engine(pow_slope=lambda self, x, k: k * x**k),
            hint="What is the derivative of x², and what does your formula say?",
        ),
        Misconception(
            "power-without-its-factor",
            believes="The slope of x^k is x^(k-1).",
            wrong=engine(pow_slope=lambda self, x, k: x ** (k - 1)),
            hint="What is the derivative of x², and what does your formula say?",
        ),
        Misconception(
            "exponential-by-the-power-rule",
            believes="The slope of e^x is x e^(x-1).",
            wrong=engine(exp_slope=lambda self, x: x * math.exp(x - 1)),
            hint="Where is x in e^x: in the base or in the exponent?",
        ),
        Misconception(
            "logarithm-of-the-output",
            believes="The slope of the logarithm is one over its output.",
            wrong=engine(log_slope=lambda self, x: 1 / math.log(x)),
            hint="1/x: is x the input or the output?",
        ),
        Misconception(
            "tanh-of-the-input",
            believes="The slope of tanh is 1 - x².",
            wrong=engine(tanh_slope=lambda self, x: 1 - x**2),
            hint="1 - t²: is t the input or the output?",
        ),
        Misconception(
            "rectifier-at-zero",
            believes="The slope of the rectifier at 0 is 1.",
            wrong=engine(relu_slope=lambda self, x: float(x >= 0)),
            hint="The docstring chooses a slope at 0. Which one?",
        ),
        Misconception(
            "rectifier-half-at-zero",
            believes="The slope of the rectifier at 0 is between 0 and 1.",
            wrong=engine(relu_slope=lambda self, x: 0.5 * ((x > 0) + (x >= 0))),
            hint="The docstring chooses a slope at 0. Which one?",
        ),
        Misconception(
            "rectifier-passes-everything",
            believes="The rectifier hands its gradient on whatever its input was.",
            wrong=engine(relu_slope=lambda self, x: 1.0),
            hint="Change a negative input by a little: does the output change?",
        ),
        Misconception(
            "reflected-minus-swapped",
            believes="3 - x is handled as x - 3.",
            wrong=engine(__rsub__=lambda self, other: self - other),
            hint="In x.__rsub__(3), who stands on the left?",
        ),
        Misconception(
            "reflected-division-swapped",
            believes="6 / x is handled as x / 6.",
            wrong=engine(__rtruediv__=lambda self, other: self / other),
            hint="In x.__rtruediv__(6), who stands on the left?",
        ),
        Misconception(
            "no-reflected-operators",
            believes="2 * x is x * 2: Python calls x.__mul__.",
            wrong=engine(__radd__=None, __rsub__=None, __rmul__=None, __rtruediv__=None),  # type: ignore[arg-type]
            hint="Whose method does Python ask first in 2 * x, and what does it do when int does not know Value?",
        ),
        Misconception(
            "minus-one-outside-the-exponent",
            believes="k * x ** k - 1 is k x^(k-1).",
            wrong=engine(pow_slope=lambda self, x, k: k * x**k - 1),
            hint="Which does Python compute first in x ** k - 1?",
        ),
        Misconception(
            "tanh-slope-not-squared",
            believes="The slope of tanh is 1 - t.",
            wrong=engine(tanh_slope=lambda self, x: 1 - math.tanh(x)),
            hint="How steep is tanh far to the left, where t is -1?",
        ),
        Misconception(
            "tanh-slope-of-the-sigmoid",
            believes="The slope of tanh is t (1 - t).",
            wrong=engine(tanh_slope=lambda self, x: math.tanh(x) * (1 - math.tanh(x))),
            hint="How steep is tanh at 0, and what does your slope say?",
        ),
        Misconception(
            "product-passes-through",
            believes="A product passes its gradient on, as a sum does.",
            wrong=engine(mul_slopes=lambda self, x, y: (1.0, 1.0)),
            hint="In 3 · y, how fast does the product grow with y?",
        ),
        Misconception(
            "product-to-both",
            believes="Each factor gets the gradient times the product.",
            wrong=engine(mul_slopes=lambda self, x, y: (x * y, x * y)),
            hint="In 3 · y, how fast does the product grow with y?",
        ),
        Misconception(
            "division-by-the-square-alone",
            believes="The slope of x / y with respect to y is -1 / y².",
            wrong=engine(div_slopes=lambda self, x, y: (1 / y, -1 / y**2)),
            hint="That is the slope of 1 / y. What stands above the line here?",
        ),
        Misconception(
            "division-as-a-product",
            believes="x / y has the slopes of x · y.",
            wrong=engine(div_slopes=lambda self, x, y: (y, x)),
            hint="What does x / y do when y grows?",
        ),
        Misconception(
            "difference-negates-the-first",
            believes="The slopes of x - y are -1 and 1.",
            wrong=engine(sub_slopes=lambda self, x, y: (-1.0, 1.0)),
            hint="If x rises, which way does x - y go?",
        ),
        Misconception(
            "exponential-of-the-input",
            believes="The slope of e^x is x.",
            wrong=engine(exp_slope=lambda self, x: x),
            hint="Which function is its own derivative?",
        ),
        Misconception(
            "logarithm-kept",
            believes="The slope of the logarithm is the logarithm.",
            wrong=engine(log_slope=lambda self, x: math.log(x)),
            hint="How steep is log x at x = 1, and what is log 1?",
        ),
        Misconception(
            "rectifier-times-its-output",
            believes="The rectifier's slope is its output.",
            wrong=engine(relu_slope=lambda self, x: max(x, 0.0)),
            hint="If a positive input rises by 0.1, by how much does the output rise?",
        ),
        Misconception(
            "root-left-out",
            believes="The result itself needs no gradient.",
            wrong=scalar.WITHOUT_ROOT,
            hint="What is ∂L/∂L, and is L among the Values that the docstring names?",
        ),
        Misconception(
            "gradients-subtracted",
            believes="backward goes downhill, so gradients are subtracted.",
            wrong=scalar.SUBTRACTED,
            hint="Who takes the step downhill, backward or the optimiser?",
        ),
        Misconception(
            "operand-updated-in-place",
            believes="x + y may be computed in x.",
            wrong=scalar.UPDATED_IN_PLACE,
            hint="What is x afterwards, and who else uses it?",
        ),
    ],
    hints=[
        "Each operation makes a new Value that knows its operands and its slopes; `backward` only walks.",
        "With `parents` and `slopes` on each Value, `backpropagate` does the walk; then the gradients are added.",
        "for node, grad in backpropagate(self).items(): node.grad += grad",
    ],
    variants=[Variant("pieces", scalar.Scalar), Variant("closures", scalar.ClosureValue)],
)
