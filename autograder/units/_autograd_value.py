"""Assessment of autograd: the scalar engine, by programs that are executed on it and on PyTorch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.units import _autograd_scalar as scalar
from autograder.units._autograd_scalar import engine

__all__ = ["VALUE"]


def run_value_program(Value: Any, program: str, at: Any, plain: str = "", watch: str = "") -> Any:
    """Scenario: execute a program that computes L from the variables a, b, c, …, whose values are given.

    Without a call of backward in the program, L.backward() follows. Variables named in `plain` are plain
    numbers; `watch` names intermediate results whose gradients are asked for.
    """
    notes = {}

    def note(label: str, value: Any) -> None:
        notes[label] = 0.0 if value is None else float(value)

    numbers = dict(zip("abcdefgh", (float(number) for number in at)))  # noqa: B905
    variables = {name: Value(number) for name, number in numbers.items() if name not in plain}
    scope = {**numbers, **variables, "note": note}
    exec(program, scope)
    if scope["L"] is None:
        return None
    if ".backward(" not in program:
        scope["L"].backward()
    note("L", scope["L"].data)
    for name in [*variables, *watch]:
        note(f"gradient of {name}", scope[name].grad)
    return notes


def _case(label: str, program: str, *at: float, **more: Any) -> Case:
    return Case(label, program=program, at=np.array(at), **more)


LADDER = """\
h = a
for stage in range(30):
    h = h * b + h * c
L = h"""
CHAIN = """\
L = a
for step in range(5000):
    L = L * b + c"""
WIDE = """\
L = 0
for k in range(200):
    L = L + (a + k) * b"""
NEURON = """\
s = a * b + c * d + e
L = 1 / (1 + (-s).exp())"""
NETWORK = """\
h = (a * 0.5 + b).tanh()
k = (a * -1.5 + b * c).tanh()
y = h * c + k * d
L = (y - 1) ** 2"""
TWICE = """\
h = a * b
L = h * h + a
L.backward()
note("gradient of a after one call", a.grad)
L.backward()
note("gradient of a after two calls", a.grad)"""
TWO_ROOTS = """\
h = a * b
first = h * 3
L = h.exp() + a
first.backward()
note("gradient of a from the first root", a.grad)
L.backward()"""
INNER_ROOT_FIRST = """\
h = a * b
L = h * h
h.backward()
note("gradient of a from h", a.grad)
L.backward()"""
RESET = """\
L = (a * b).tanh() * a
L.backward()
a.grad = 0.0
L.backward()"""
SEPARATE = """\
M = a * c + b
L = a * b
L.backward()
note("gradient of c, which is not in L", c.grad)
note("value of M", M.data)"""
UNTOUCHED = """\
L = (a * 3 - b).exp() / a
note("gradient of a before backward", a.grad)
L.backward()
note("value of a after backward", a.data)
note("value of b after backward", b.data)"""
NEWTON = """\
L = b
for step in range(4):
    L = (L + a / L) / 2"""

_FORMS = [
    "{x} + {y}", "{x} - {y}", "{x} * {y}", "{x} / ({y} ** 2 + 1)", "({x} * {y}).tanh()", "({x} ** 2 + 0.5).log()",
    "2 - {x}", "3 / ({x} * {x} + 2)", "{x}.tanh().exp()", "({x} + 0.1).relu() - {y}", "-{x} * {x}", "0.5 * {x} + 1",
]  # fmt: skip


def _random_program(rng: np.random.Generator) -> dict[str, Any]:
    """Seven lines, each of earlier results, and a last one that uses four of them."""
    names, lines = ["a", "b", "c"], []
    for name in "pqrstuv":
        x, y = rng.choice(names[-5:], 2)
        lines.append(f"{name} = " + str(rng.choice(_FORMS)).format(x=x, y=y))
        names.append(name)
    lines.append("L = t * u + v - p")
    return {"program": "\n".join(lines), "at": rng.uniform(-1.3, 1.3, 3)}


def _cases() -> list[Any]:
    return [
        _case("sum", "L = a + b", 2.0, -3.0),
        _case("difference", "L = a - b", 2.0, -3.0),
        _case("product", "L = a * b", 2.0, -3.0),
        _case("quotient", "L = a / b", 3.0, -2.0),
        _case("negation", "L = -a", 2.5),
        _case("third-power", "L = a ** 3", -1.5),
        _case("negative-exponent", "L = a ** -2", 2.0),
        _case("fractional-exponent", "L = a ** 0.5", 4.0),
        _case("exponential", "L = a.exp()", 0.7),
        _case("logarithm", "L = a.log()", 2.5),
        _case("hyperbolic-tangent", "L = a.tanh()", 0.6),
        _case("rectifier-above-zero", "L = a.relu() * b", 0.4, 3.0),
        _case("rectifier-below-zero", "L = a.relu() + b", -2.0, 3.0),
        _case("rectifier-at-zero", "L = a.relu() * b", 0.0, 3.0),
        _case("number-on-the-right", "L = (a + 2) * 3 - 1 - a / 4", 1.5),
        _case("number-plus-and-times-value", "L = 2 + 3 * a", 1.5),
        _case("number-minus-value", "L = (5 - a) * b", 1.5, 2.0),
        _case("number-divided-by-value", "L = 6 / a - b", 1.5, 2.0),
        _case("plain-number-between", "L = b * a + b / a", 1.5, 4.0, plain="b"),
        _case("gate-circuit", "L = (a + b) * c", -2.0, 5.0, -4.0),
        _case("three-in-a-row", "L = (a * 3).tanh().exp()", 0.2),
        _case("added-to-itself", "L = a + a", 3.0),
        _case("square", "L = a * a", 3.0),
        _case("cube-as-a-product", "L = a * a * a", 2.0),
        _case("taken-from-itself", "L = a - a * a / a", 2.0),
        _case("diamond", "h = a * b\nL = (h + 2) * (h - a)", 2.0, -3.0),
        _case("short-and-long-way", "h = a * 2\nk = h.exp()\nL = h + k.log() * k * h", 0.4),
        _case("long-way-first", "h = a * b\nk = h.tanh()\nm = k * k\nL = m * h + k", 0.5, -1.2),
        _case("neuron", NEURON, 2.0, -1.0, -3.0, -2.0, -3.0),
        _case("small-network", NETWORK, 0.4, -0.3, 0.8, -1.1),
        _case("newton's-square-root", NEWTON, 7.0, 2.0),
        _case("one-variable-alone", "L = a", 4.0),
        _case("intermediate-gradients", "h = a * b\nk = h + a\nL = k * k * h", 2.0, -0.5, watch="hk"),
        _case("variable-that-is-not-used", SEPARATE, 2.0, 3.0, 5.0),
        _case("nothing-changes-before-backward", UNTOUCHED, 0.5, 2.0),
        _case("backward-twice", TWICE, 2.0, 3.0),
        _case("two-roots-of-one-graph", TWO_ROOTS, 0.5, 1.5),
        _case("first-from-the-middle", INNER_ROOT_FIRST, 2.0, 3.0),
        _case("reset-one-of-two", RESET, 0.5, 1.5),
        _case("thousand-million-paths", LADDER, 0.7, 0.45, 0.6),
        _case("ten-thousand-operations-deep", CHAIN, 0.7, 0.9998, 0.001),
        _case("sum-of-two-hundred-products", WIDE, 0.5, 1e-3),
        random_cases(_random_program, count=4),
    ]


VALUE = Exercise(
    "Value",
    points=4,
    scenario=run_value_program,
    reference="value_program",
    truth="value",
    cases=_cases(),
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
            hint="How many paths has a row of 30 diamonds, and how many nodes?",
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
    ],
    hints=[
        "Each operation makes a new Value that knows its operands and its slopes; `backward` only walks.",
        "With `parents` and `slopes` on each Value, `backpropagate` does the walk; then the gradients are added.",
        "for node, grad in backpropagate(self).items(): node.grad += grad",
    ],
    variants=[Variant("pieces", scalar.Scalar), Variant("closures", scalar.ClosureValue)],
)
