"""What activations do in a network: step, solve_xor, relu_through_points, gradient_through_depth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.checks import Property
from autograder.assessment.checks.hidden_layer import computes_xor, runs_through_points
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import Array, spread
from autograder.units.shared.families import always_double
from autograder.units.u04_activations.elementwise import FAR_OUT, SINGLE, at_random, many

STEP_AT_ZERO = "What does the docstring say of step(0)?"

step = Exercise(
    "step",
    points=1,
    vectorized=many,
    cases=[
        Case("both-signs", x=np.array([-1.5, 0.25, 2.5])),
        Case("zero-is-on", x=np.array([0.0, -0.0])),
        Case("nearly-zero", x=np.array([-1e-9, 1e-9])),
        Case("matrix", x=spread(-3, 3, 12).reshape(3, 4), readonly=True),
        FAR_OUT,
        SINGLE,
        at_random(1.0, 2, 3, 5),
    ],
    misconceptions=[
        edit("off-at-zero", ">=", ">").believes("A neuron fires only above 0.").ask(STEP_AT_ZERO),
        returns("half-at-zero", "np.heaviside(x, 0.5)")
        .believes("At the jump the value is the mean of both sides.")
        .ask(STEP_AT_ZERO),
        returns("sign-instead", "2 * step(x) - 1")
        .believes("Off is -1.")
        .ask("A neuron is on or off. Which numbers stand for that here?"),
        edit("booleans-returned", ".astype(x.dtype)", "")
        .believes("True and False are as good as 1 and 0.")
        .ask("Which dtype must the next layer's input have?"),
        always_double(),
        edit("whole-numbers", "x.dtype", "int")
        .believes("0 and 1 are integers.")
        .ask("Which dtype does the docstring ask for?"),
        returns("value-kept", "np.where(x >= 0, x, 0)")
        .believes("A neuron that fires passes its input on.")
        .ask("Which values can a step have?"),
    ],
    hints=[
        "A comparison of an array with a number is an array of truth values. What is missing?",
        "Compare with 0 so that 0 itself is on, then turn truth values into numbers of x's own dtype.",
        "(x >= 0), and astype with x.dtype.",
    ],
    variants=[
        Variant("heaviside", "np.heaviside(x, 1)"),
        Variant("where", "np.where(x >= 0, np.ones_like(x), np.zeros_like(x))"),
    ],
)

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def weights_of(solve_xor: Callable[[], Any], corners: Any) -> Any:
    """The weights alone travel: the grader computes the network on the corners."""
    return solve_xor()


B1, W2, B2 = "[-0.5, -1.5]", "[[1.0], [-1.0]]", "[-0.5]"

solve_xor = Exercise(
    "solve_xor",
    points=2,
    truth="none",
    scenario=weights_of,
    check=Property(computes_xor),
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
        edit("and", W2, "[[0.0], [1.0]]")
        .believes("The network is on when both inputs are on.")
        .ask("That is AND. What must come out where exactly one input is on?"),
        edit("or", W2, "[[1.0], [0.0]]")
        .believes("The network is on when any input is on.")
        .ask("That is OR. Which one of the four outputs must change, and which hidden neuron can change it?"),
        edit("xnor", W2, "[[-1.0], [1.0]]", B2, "[0.5]")
        .believes("The network is on when the inputs agree.")
        .ask("All four outputs are the other way round. What do the signs of the last layer do?"),
        edit("nand", W2, "[[0.0], [-1.0]]", B2, "[0.5]")
        .believes("The network is on unless both inputs are on.")
        .ask("That is NAND. What must come out where both inputs are off?"),
        edit("linear", "np.ones((2, 2))", "np.eye(2)", B1, "[-0.5, -0.5]")
        .believes("The difference of the inputs is enough: one line, x0 - x1.")
        .ask("On which side is (0, 1)? Can one line part (0, 1) and (1, 0) from the other corners?"),
        edit("weights-for-relu", B1, "[0.0, -1.0]", W2, "[[1.0], [-2.0]]", B2, "[0.0]")
        .believes("The known weights for relu, with biases 0 and -1, work for a step too.")
        .ask("What is step(0)? How far from 0 must the sums stay, so that (0, 0) leaves both neurons off?"),
    ],
    hints=[
        "Draw the four corners of the square. Why can no single line separate the two that must be on from the others?",
        "XOR is OR without AND. One hidden neuron can be OR, the other AND: the same weights, different biases.",
        "With weights 1 and 1, bias -0.5 makes OR, -1.5 makes AND; the output weighs OR by 1 and AND by -1, bias -0.5.",
    ],
    variants=[
        Variant("one-corner-each", ("np.ones((2, 2))", "2 * np.eye(2) - 1", B1, "[-0.5, -0.5]", W2, "[[1.0], [1.0]]")),
        Variant(
            "nand-and-or",
            ("np.ones((2, 2))", "np.array([[-2.0, 2.0]] * 2)", B1, "[3.0, -1.0]", W2, "[[1.0], [1.0]]", B2, "[-1.5]"),
        ),
        Variant("sums-of-exactly-zero", (B1, "[-1.0, -2.0]", B2, "[-1.0]")),
    ],
)


def _draw_points(rng: np.random.Generator) -> dict[str, Array]:
    count = int(rng.integers(3, 9))
    return {"x": np.cumsum(rng.uniform(0.2, 2, count)) - 4, "y": rng.standard_normal(count)}


BENDS = "np.diff(slopes, prepend=0.0)"

relu_through_points = Exercise(
    "relu_through_points",
    points=2,
    truth="none",
    check=Property(runs_through_points),
    cases=[
        Case("a-rising-line", x=np.array([0.0, 2.0]), y=np.array([1.0, 5.0])),
        Case("a-tent", x=np.array([0.0, 1.0, 2.0]), y=np.array([0.0, 1.0, 0.0]), readonly=True),
        Case("a-constant", x=np.array([-1.0, 0.5, 3.0]), y=np.array([2.5, 2.5, 2.5])),
        Case("uneven-steps", x=np.array([-3.0, -2.5, 1.0, 5.0]), y=np.array([2.0, -1.0, -1.5, 4.0])),
        Case("far-from-zero", x=np.array([1000.0, 1001.0, 1003.0]), y=np.array([-7.0, 7.0, 6.0])),
        Case("integers", x=np.array([-2, 0, 3, 4]), y=np.array([1, 4, -2, 0])),
        Case("a-sine-by-thirty-bends", x=np.linspace(-2, 2, 31), y=np.sin(3 * np.linspace(-2, 2, 31))),
        Case("x-falls", raises="x", x=np.array([0.0, 2.0, 1.0]), y=np.zeros(3)),
        Case("x-twice-the-same", raises="x", x=np.array([0.0, 1.0, 1.0]), y=np.array([0.0, 1.0, 2.0])),
        Case("one-point", raises="x", x=np.array([1.0]), y=np.array([1.0])),
        Case("fewer-values-than-points", raises="y", x=np.array([0.0, 1.0, 2.0]), y=np.array([1.0, 2.0])),
        random_cases(_draw_points),
    ],
    misconceptions=[
        edit("slopes-for-bends", BENDS, "slopes")
        .believes("Neuron k makes the slope of piece k.")
        .ask("Behind its bend a relu goes on rising: what do the earlier ones add to piece 3?"),
        edit("bends-at-minus-x", "-x[:-1]", "x[:-1]")
        .believes("relu(t + x_k) bends at x_k.")
        .ask("For which t is t + b zero?"),
        edit("height-forgotten", "y[:1].astype(np.float64)", "np.zeros(1)")
        .believes("The sum of relus starts at the first value.")
        .ask("At the first point all relus are 0: what is left of the network's output there?"),
        edit("heights-for-bends", BENDS, "np.diff(y).astype(np.float64)")
        .believes("Each neuron adds the rise from one value to the next.")
        .ask("Steps add up that way. What does a relu add one unit behind its bend, and two units behind it?"),
        edit("first-slope-forgotten", "prepend=0.0", "prepend=slopes[0]")
        .believes("The first bend is at the second point.")
        .ask("Left of all bends the network is flat: which neuron makes the slope of the first piece?"),
        edit("width-forgotten", " / np.diff(x)", "")
        .believes("A slope is a difference of values.")
        .ask("Two pieces rise by 1, one over a length of 1, one over 10: are they equally steep?"),
        edit("bends-at-the-ends", "x[:-1]", "x[1:]")
        .believes("The neuron of a piece bends where the piece ends.")
        .ask("Between the first two points all your relus are 0. Where must the first one begin to rise?"),
        edit("slopes-on-the-way-in", "w1, b1, bends[:, None]", "bends[None], bends * b1, w1.T")
        .believes("w1 may hold the changes of slope, and w2 add up.")
        .ask("A relu is never negative, nor is a sum of relus. Which weights can make the network fall?"),
        edit("rows-for-columns", "w1, b1, bends[:, None]", "w1.T, b1, bends[None]")
        .believes("w1 has a row for each neuron.")
        .ask("t is (N, 1): which shape must w1 have, so that t @ w1 has a column for each neuron?"),
    ],
    hints=[
        "How does the slope of a sum of relus change where one of them begins?",
        "One neuron bends at each point but the last, relu(t - x_k). Its weight is the change of the slope there.",
        "slopes = np.diff(y) / np.diff(x); w2 = np.diff(slopes, prepend=0); b1 = -x[:-1]; b2 = y[:1].",
    ],
    variants=[
        Variant("checked", "relu_through_points(x, y)"),
        Variant(  # neurons that are on to the left of their bend
            "from-the-right",
            """
            w1, b1, w2, b2 = relu_through_points(-x[::-1], y[::-1])
            return -w1, b1, w2, b2
            """,
        ),
        Variant(  # three neurons each: up from the point before, down to the one behind
            "a-hat-for-each-point",
            """
            relu_through_points(x, y)
            at = np.concatenate([[x[0] - 1.0], x, [x[-1] + 1.0]])
            up, down = 1 / np.diff(at)[:-1], 1 / np.diff(at)[1:]
            heights = np.stack([y * up, -y * (up + down), y * down])
            bends = np.concatenate([at[:-2], at[1:-1], at[2:]])
            return np.ones((1, heights.size)), -bends, heights.reshape(-1, 1), np.zeros(1)
            """,
        ),
        Variant(  # the first slope by a neuron that is on far left of the points, and stretched neurons; as lists
            "one-always-on",
            """
            w1, b1, w2, b2 = relu_through_points(x, y)
            b1[0] = 1e6 - x[0]
            return (1e3 * w1).tolist(), (1e3 * b1).tolist(), (w2 / 1e3).tolist(), (b2 - 1e6 * w2[0]).tolist()
            """,
        ),
    ],
)

NAMES = ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "softplus", "softsign"]
STEEPEST_GELU = "float(gelu_backward(np.array(1.0), np.array(math.sqrt(2))))"

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
        random_cases(lambda rng: {"depth": int(rng.integers(2, 40)), "activation": str(rng.choice(NAMES))}),
    ],
    misconceptions=[
        edit("sum-of-slopes", "** depth", "* depth")
        .believes("The slopes of the layers add up.")
        .ask("What does the chain rule do with the slopes of functions applied one after the other?"),
        edit("one-layer-too-few", "** depth", "** max(depth - 1, 0)")
        .believes("The last layer has no activation to pass.")
        .ask("How many slopes does the gradient meet behind one single activation?"),
        edit("sigmoid-everywhere", "steepest[activation] **", "0.25 **")
        .believes("Every activation leaves at most a quarter.")
        .ask("What is the slope of relu right of 0?"),
        edit("value-for-slope", '"sigmoid": 0.25', '"sigmoid": 1.0')
        .believes("Sigmoid reaches 1, so it can pass everything.")
        .ask("The largest value of sigmoid is near 1. What is its largest slope?"),
        edit("slope-at-zero", STEEPEST_GELU, '0.5; steepest |= {"relu": 0.0, "leaky_relu": 0.01, "softplus": 0.5}')
        .believes("Every activation is steepest at 0.")
        .ask("Where is relu steepest, and where softplus?"),
        edit("one-layer-too-many", "** depth", "** (depth + 1)")
        .believes("The output layer counts as well.")
        .ask("How much of the gradient is left behind 0 layers?"),
        edit("selu-scale-alone", "SELU_SCALE * SELU_ALPHA", "SELU_SCALE")
        .believes("selu's steepest slope is its scale.")
        .ask("How steep is selu just left of 0?"),
        edit("gelu-like-relu", STEEPEST_GELU, "1.0")
        .believes("gelu is nowhere steeper than 1.")
        .ask("gelu dips below 0 on the left. What must it do to catch up with x on the right?"),
        edit("leak-taken-for-the-slope", '"sigmoid": 0.25', '"sigmoid": 0.25, "leaky_relu": 0.01')
        .believes("leaky_relu's slope is 0.01.")
        .ask("Where is leaky_relu steepest?"),
    ],
    hints=[
        "Each layer multiplies the gradient by its slope. What is the largest slope of each function?",
        "A product of equal factors is a power; with sigmoid the factor is 1/4, with tanh and relu it is 1.",
        "Look the largest slope up in a dictionary by name (an unknown one is a ValueError), then raise it to `depth`.",
    ],
    variants=[
        Variant(
            "layer-by-layer", ("steepest[activation] ** depth", "math.prod([steepest[activation]] * depth, start=1.0)")
        )
    ],
)
