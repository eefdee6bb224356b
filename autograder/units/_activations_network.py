"""Assessment of what activations do in a network: step, solve_xor, gradient_through_depth."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.checks import Property
from autograder.inputs import Array, spread
from autograder.units._activations_common import FAR, at_random, many

step = Exercise(
    "step",
    points=1,
    vectorized=many,
    cases=[
        Case("both-signs", x=np.array([-1.5, 0.25, 2.5])),
        Case("zero-is-on", x=np.array([0.0, -0.0])),
        Case("nearly-zero", x=np.array([-1e-9, 1e-9])),
        Case("matrix", x=spread(-3, 3, 12).reshape(3, 4), readonly=True),
        Case("far-out", x=FAR),
        Case("single-precision", x=np.array([[-3.0, 0.25, 90.0]], np.float32)),
        at_random(1.0, 2, 3, 5),
    ],
    misconceptions=[
        Misconception(
            "off-at-zero",
            believes="A neuron fires only above 0.",
            wrong=lambda x: (x > 0).astype(x.dtype),
            hint="What does the docstring say of step(0)?",
        ),
        Misconception(
            "half-at-zero",
            believes="At the jump the value is the mean of both sides.",
            wrong=lambda x: np.heaviside(x, 0.5),
            hint="What does the docstring say of step(0)?",
        ),
        Misconception(
            "sign-instead",
            believes="Off is -1.",
            wrong=lambda x: np.where(x >= 0, 1, -1).astype(x.dtype),
            hint="A neuron is on or off. Which numbers stand for that here?",
        ),
        Misconception(
            "booleans-returned",
            believes="True and False are as good as 1 and 0.",
            wrong=lambda x: x >= 0,
            hint="Which dtype must the next layer's input have?",
        ),
        Misconception(
            "always-double",
            believes="0.0 and 1.0 are numbers of every precision.",
            wrong=lambda x: np.where(x >= 0, 1.0, 0.0),
            hint="What dtype do new arrays of Python floats have, and what dtype does x have?",
        ),
        Misconception(
            "whole-numbers",
            believes="0 and 1 are integers.",
            wrong=lambda x: np.where(x >= 0, 1, 0),
            hint="Which dtype does the docstring ask for?",
        ),
        Misconception(
            "value-kept",
            believes="A neuron that fires passes its input on.",
            wrong=lambda x: np.where(x >= 0, x, 0),
            hint="Which values can a step have?",
        ),
    ],
    hints=[
        "A comparison of an array with a number is an array of truth values. What is missing?",
        "Compare with 0 so that 0 itself is on, then turn truth values into numbers of x's own dtype.",
        "(x >= 0), and astype with x.dtype.",
    ],
    variants=[
        Variant("heaviside", lambda x: np.heaviside(x, 1)),
        Variant("where", lambda x: np.where(x >= 0, np.ones_like(x), np.zeros_like(x))),
    ],
)

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
SHAPES = {"w1": (2, 2), "b1": (2,), "w2": (2, 1), "b2": (1,)}


def weights_of(solve_xor: Callable[[], Any], corners: Any) -> Any:
    """The weights alone travel: the grader computes the network on the corners."""
    return solve_xor()


def _xor_problem(got: Any, corners: Array) -> str | None:
    """What is wrong with weights on these inputs: their form first, then the first wrong output."""
    w1, b1, w2, b2 = (np.asarray(part, dtype=np.float64) for part in got)
    for (name, shape), array in zip(SHAPES.items(), (w1, b1, w2, b2), strict=True):
        if array.shape != shape:
            return f"{name} has shape {array.shape}, want {shape}"
        if not np.isfinite(array).all():
            return f"{name} is not finite"
    with np.errstate(all="ignore"):
        hidden = (corners @ w1 + b1 >= 0).astype(np.float64)
        outputs = (hidden @ w2 + b2 >= 0)[:, 0]
    for corner, output in zip(corners, outputs, strict=True):
        want = corner[0] != corner[1]
        if output != want:
            return f"the network gives {output:d} for the inputs ({corner[0]:.0f}, {corner[1]:.0f}), want {want:d}"
    return None


def _weights(hidden: Sequence[Sequence[float]], b1: Sequence[float], output: Sequence[float], b2: float) -> Any:
    """The four arrays from plain numbers; row j of `hidden` belongs to hidden neuron j."""
    return np.array(hidden).T, np.array(b1), np.array(output).reshape(2, 1), np.array([b2])


OR_AND = ([[1.0, 1.0], [1.0, 1.0]], [-0.5, -1.5])

solve_xor = Exercise(
    "solve_xor",
    points=2,
    truth="none",
    scenario=weights_of,
    check=Property(_xor_problem),
    cases=[
        Case("shapes", corners=CORNERS[:0]),
        Case("both-off-is-off", corners=CORNERS[:1]),
        Case("second-alone-is-on", corners=CORNERS[1:2]),
        Case("first-alone-is-on", corners=CORNERS[2:3]),
        Case("both-on-is-off", corners=CORNERS[3:]),
        Case("all-four-corners", corners=CORNERS),
        random_cases(lambda rng: {"corners": rng.integers(0, 2, (6, 2)).astype(np.float64)}),
    ],
    misconceptions=[
        Misconception(
            "and",
            believes="The network is on when both inputs are on.",
            wrong=lambda: _weights(*OR_AND, [0.0, 1.0], -0.5),
            hint="That is AND. What must come out where exactly one input is on?",
        ),
        Misconception(
            "or",
            believes="The network is on when any input is on.",
            wrong=lambda: _weights(*OR_AND, [1.0, 0.0], -0.5),
            hint="That is OR. Which one of the four outputs must change, and which hidden neuron can change it?",
        ),
        Misconception(
            "xnor",
            believes="The network is on when the inputs agree.",
            wrong=lambda: _weights(*OR_AND, [-1.0, 1.0], 0.5),
            hint="All four outputs are the other way round. What do the signs of the last layer do?",
        ),
        Misconception(
            "nand",
            believes="The network is on unless both inputs are on.",
            wrong=lambda: _weights(*OR_AND, [0.0, -1.0], 0.5),
            hint="That is NAND. What must come out where both inputs are off?",
        ),
        Misconception(
            "linear",
            believes="The difference of the inputs is enough: one line, x0 - x1.",
            wrong=lambda: _weights([[1.0, 0.0], [0.0, 1.0]], [-0.5, -0.5], [1.0, -1.0], -0.5),
            hint="On which side of that line is (0, 1)? Can one line part (0, 1) and (1, 0) from the other corners?",
        ),
        Misconception(
            "weights-for-relu",
            believes="The known weights for relu, with biases 0 and -1, do for a step too.",
            wrong=lambda: _weights([[1.0, 1.0], [1.0, 1.0]], [0.0, -1.0], [1.0, -2.0], 0.0),
            hint="What is step(0)? How far from 0 must the sums stay, so that (0, 0) leaves the hidden neurons off?",
        ),
    ],
    hints=[
        "Draw the four corners of the square. Why can no single line separate the two that must be on from the others?",
        "XOR is OR without AND. One hidden neuron can be OR, the other AND: the same weights, different biases.",
        "With weights 1 and 1, bias -0.5 makes OR, -1.5 makes AND; the output weighs OR by 1 and AND by -1, bias -0.5.",
    ],
    variants=[
        Variant(
            "one-corner-each",
            lambda: _weights([[1.0, -1.0], [-1.0, 1.0]], [-0.5, -0.5], [1.0, 1.0], -0.5),
        ),
        Variant("nand-and-or", lambda: _weights([[-2.0, -2.0], [2.0, 2.0]], [3.0, -1.0], [1.0, 1.0], -1.5)),
        Variant("sums-of-exactly-zero", lambda: _weights([[1.0, 1.0], [1.0, 1.0]], [-1.0, -2.0], [1.0, -1.0], -1.0)),
    ],
)

_ALPHA, _SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
_SLOPES = {
    "sigmoid": 0.25,
    "tanh": 1.0,
    "relu": 1.0,
    "leaky_relu": 1.0,
    "elu": 1.0,
    "selu": _SCALE * _ALPHA,
    "gelu": (1 + math.erf(1)) / 2 + math.exp(-1) / math.sqrt(math.pi),
    "softplus": 1.0,
    "softsign": 1.0,
}
_AT_ZERO = _SLOPES | {"relu": 0.0, "leaky_relu": 0.01, "gelu": 0.5, "softplus": 0.5}
_LARGEST_VALUES = _SLOPES | {"sigmoid": 1.0}


def _slope(activation: str, table: Mapping[str, float] = _SLOPES) -> float:
    return table[activation]


def _draw_depth(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"depth": int(rng.integers(2, 40)), "activation": str(rng.choice(list(_SLOPES)))}


def _layer_by_layer(depth: int, activation: str) -> float:
    if depth < 0:
        raise ValueError(f"depth must not be negative, got {depth}")
    if activation not in _SLOPES:
        raise ValueError(f"unknown activation {activation}")
    left = 1.0
    for _ in range(depth):
        left *= _SLOPES[activation]
    return left


def _leak_only(depth: int, activation: str) -> float:
    return 0.01**depth if activation == "leaky_relu" else _layer_by_layer(depth, activation)


gradient_through_depth = Exercise(
    "gradient_through_depth",
    points=1,
    cases=[
        Case("one-sigmoid-leaves-a-quarter", depth=1, activation="sigmoid"),
        Case("ten-sigmoids-leave-a-millionth", depth=10, activation="sigmoid"),
        Case("no-layers-leave-everything", depth=0, activation="sigmoid"),
        Case("tanh-can-keep-it", depth=5, activation="tanh"),
        Case("relu-keeps-it", depth=50, activation="relu"),
        Case("leaky-relu-keeps-it", depth=7, activation="leaky_relu"),
        Case("softplus-comes-near-one", depth=12, activation="softplus"),
        Case("selu-can-explode", depth=30, activation="selu"),
        Case("gelu-exceeds-one", depth=3, activation="gelu"),
        Case("negative-depth", depth=-1, activation="tanh", raises="depth"),
        Case("unknown-name", depth=2, activation="sigmod", raises="activation"),
        random_cases(_draw_depth),
    ],
    misconceptions=[
        Misconception(
            "sum-of-slopes",
            believes="The slopes of the layers add up.",
            wrong=lambda depth, activation: depth * _slope(activation),
            hint="What does the chain rule do with the slopes of functions applied one after the other?",
        ),
        Misconception(
            "one-layer-too-few",
            believes="The last layer has no activation to pass.",
            wrong=lambda depth, activation: _slope(activation) ** max(depth - 1, 0),
            hint="How many slopes does the gradient meet behind one single activation?",
        ),
        Misconception(
            "sigmoid-everywhere",
            believes="Every activation leaves at most a quarter.",
            wrong=lambda depth, activation: 0.25**depth,
            hint="What is the slope of relu right of 0?",
        ),
        Misconception(
            "value-for-slope",
            believes="Sigmoid reaches 1, so it can pass everything.",
            wrong=lambda depth, activation: _slope(activation, _LARGEST_VALUES) ** depth,
            hint="The largest value of sigmoid is near 1. What is its largest slope?",
        ),
        Misconception(
            "slope-at-zero",
            believes="Every activation is steepest at 0.",
            wrong=lambda depth, activation: _slope(activation, _AT_ZERO) ** depth,
            hint="Where is relu steepest, and where softplus?",
        ),
        Misconception(
            "one-layer-too-many",
            believes="The output layer counts as well.",
            wrong=lambda depth, activation: _layer_by_layer(depth + 1, activation),
            hint="How much of the gradient is left behind 0 layers?",
        ),
        Misconception(
            "selu-scale-alone",
            believes="selu's steepest slope is its scale.",
            wrong=lambda depth, activation: (
                1.0507009873554805**depth if activation == "selu" else _layer_by_layer(depth, activation)
            ),
            hint="How steep is selu just left of 0?",
        ),
        Misconception(
            "gelu-like-relu",
            believes="gelu is nowhere steeper than 1.",
            wrong=lambda depth, activation: 1.0 if activation == "gelu" else _layer_by_layer(depth, activation),
            hint="gelu dips below 0 on the left. What must it do to catch up with x on the right?",
        ),
        Misconception(
            "leak-taken-for-the-slope",
            believes="leaky_relu's slope is 0.01.",
            wrong=_leak_only,
            hint="Where is leaky_relu steepest?",
        ),
    ],
    hints=[
        "Each layer multiplies the gradient by its slope. What is the largest slope of each function?",
        "A product of equal factors is a power; with sigmoid the factor is 1/4, with tanh and relu it is 1.",
        "Look the largest slope up in a dictionary by name (an unknown one is a ValueError), then raise it to `depth`.",
    ],
    variants=[Variant("layer-by-layer", _layer_by_layer)],
)
