"""Counting learnable parameters: dense_parameters, conv_parameters, batch_norm_parameters and the recurrent layers'."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, RandomCases, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns

WHAT_BIAS_SAYS = "What does the argument `bias` say?"

WINDOW = "height * width"
CONV = "(height * width * in_channels + bias) * filters"


def drawn_sizes(first: str, second: str) -> RandomCases:
    """Random cases of two different sizes."""

    def make(rng: np.random.Generator) -> dict[str, Any]:
        sizes = 2 + rng.permutation(200)[:2]
        return {first: int(sizes[0]), second: int(sizes[1])}

    return random_cases(make)


def drawn_kernel(rng: np.random.Generator) -> dict[str, Any]:
    """A square kernel or a pair, with or without biases."""
    height, width = (1 + rng.permutation(7)[:2]).tolist()
    kernel = height if rng.random() < 0.5 else (height, width)
    channels, filters = (2 + rng.permutation(60)[:2]).tolist()
    return {"kernel": kernel, "in_channels": channels, "filters": filters, "bias": bool(rng.random() < 0.7)}


dense_parameters = Exercise(
    "dense_parameters",
    points=1,
    cases=[
        Case("one-unit", inputs=3, units=1),
        Case("small", inputs=2, units=3),
        Case("digits", inputs=784, units=512),
        Case("last-layer", inputs=512, units=10),
        Case("one-input", inputs=1, units=5),
        Case("without-bias", inputs=784, units=512, bias=False),
        Case("one-unit-without-bias", inputs=7, units=1, bias=False),
        Case("no-inputs", inputs=0, units=5, raises="inputs"),
        Case("no-units", inputs=4, units=0, raises="units"),
        drawn_sizes("inputs", "units"),
    ],
    misconceptions=[
        returns("biases-forgotten", "inputs * units")
        .believes("A layer has inputs · units parameters.")
        .ask("What is added to each output after the weighted sum? Is it learned?"),
        returns("one-bias", "inputs * units + bias")
        .believes("A layer has one bias.")
        .ask("What shape does b have in y = x W + b?"),
        returns("bias-per-input", "inputs * units + inputs * bias")
        .believes("Every input has a bias.")
        .ask("Is b added to x, or to x W?"),
        returns("bias-always", "(inputs + 1) * units").believes("A dense layer always has biases.").ask(WHAT_BIAS_SAYS),
        returns("sizes-added", "inputs + units + units * bias")
        .believes("Inputs and units are added up.")
        .ask("Each of 3 inputs is connected to each of 2 units: how many connections are there?"),
        returns("one-bias-always", "inputs * units + 1")
        .believes("There is one bias, whatever the argument says.")
        .ask("How many outputs does the layer have, and what is `bias` for?"),
    ],
    hints=[
        "Which arrays does the layer hold, and which shapes do they have?",
        "W has a number for every pair of input and unit; b, if there is one, a number for every unit.",
        "inputs * units, plus units if there is a bias.",
    ],
    variants=[Variant("by-size", ("(inputs + bias) * units", "np.zeros((inputs, units)).size + units * bias"))],
)

conv_parameters = Exercise(
    "conv_parameters",
    points=1,
    cases=[
        Case("one-filter", kernel=3, in_channels=1, filters=1),
        Case("grey-image", kernel=3, in_channels=1, filters=32),
        Case("colour-image", kernel=3, in_channels=3, filters=16),
        Case("deeper", kernel=5, in_channels=6, filters=16),
        Case("pair", kernel=(2, 5), in_channels=3, filters=4),
        Case("one-by-one", kernel=1, in_channels=64, filters=16),
        Case("without-bias", kernel=3, in_channels=32, filters=64, bias=False),
        Case("empty-kernel", kernel=0, in_channels=3, filters=8, raises="kernel"),
        Case("empty-pair", kernel=(3, 0), in_channels=3, filters=8, raises="kernel"),
        Case("no-channels", kernel=3, in_channels=0, filters=8, raises="in_channels"),
        Case("no-filters", kernel=3, in_channels=3, filters=0, raises="filters"),
        random_cases(drawn_kernel, count=3),
    ],
    misconceptions=[
        edit("filters-plus-size", CONV, "in_channels * (filters + height * width) + filters * bias")
        .believes("It is channels times (filters + kernel size), and the biases.")
        .ask("Each filter has a kernel of its own: are filters and kernel size added, or multiplied?"),
        edit("channels-forgotten", f"{WINDOW} * in_channels", WINDOW)
        .believes("A filter of 3 × 3 has 9 weights.")
        .ask("A filter looks at all channels of its window. How many numbers are in the window?"),
        edit("one-axis-of-the-kernel", WINDOW, "height")
        .believes("A kernel of size 3 has 3 weights per channel.")
        .ask("An image has height and width. How many pixels does a kernel of size 3 cover?"),
        edit("biases-forgotten", " + bias)", ")")
        .believes("A convolution has weights only.")
        .ask("What does `bias` add, one number for what?"),
        edit("bias-per-channel", CONV, "(height * width + bias) * in_channels * filters")
        .believes("Every filter has a bias for each input channel.")
        .ask("A filter's channels are added to one sum. How often is the bias added to it?"),
        edit("one-bias", CONV, "height * width * in_channels * filters + bias")
        .believes("The layer has one bias.")
        .ask("What shape does b have?"),
        edit("filters-shared", CONV, "height * width * in_channels + filters * bias")
        .believes("Weights are shared, so all filters have the same.")
        .ask("Weights are shared between places. Would two filters with equal weights find different things?"),
        edit("bias-always", " + bias)", " + 1)").believes("A convolution always has biases.").ask(WHAT_BIAS_SAYS),
        edit("kernel-squared-by-height", WINDOW, "height**2")
        .believes("Kernels are square.")
        .ask("How many weights does a 3 × 5 kernel have?"),
        edit("bias-per-input-channel", CONV, "height * width * in_channels * filters + in_channels * bias")
        .believes("Each input channel has a bias.")
        .ask("To what is the bias added: to the input or to the output?"),
    ],
    hints=[
        "What shape do the kernels of this course have, (KH, KW, …)?",
        "One filter has a weight for each number of its window, over all input channels, and one bias.",
        "(KH * KW * in_channels + 1) * filters; without the 1 where there is no bias.",
    ],
    variants=[Variant("by-shape", (CONV, "int(np.prod([height, width, in_channels, filters])) + filters * bias"))],
)

batch_norm_parameters = Exercise(
    "batch_norm_parameters",
    points=1,
    cases=[
        Case("one-channel", channels=1),
        Case("two-channels", channels=2),
        Case("three-channels", channels=3),
        Case("odd", channels=17),
        Case("after-a-convolution", channels=64),
        Case("after-a-dense-layer", channels=512),
        Case("no-channels", channels=0, raises="channels"),
        Case("negative", channels=-4, raises="channels"),
        random_cases(lambda rng: {"channels": int(rng.integers(5, 2000))}),
    ],
    misconceptions=[
        returns("statistics-counted", "4 * channels")
        .believes("The running mean and variance are parameters too.")
        .ask("Which of the four arrays does gradient descent change?"),
        returns("scale-only", "channels")
        .believes("Batch norm learns one number per channel.")
        .ask("After normalising, the network may choose a spread and a …?"),
        returns("one-pair-for-all", "2").believes("There is one γ and one β.").ask("What shape do γ and β have?"),
        returns("nothing-learned", "0")
        .believes("Normalising is arithmetic; there is nothing to learn.")
        .ask("What are γ and β for, and who chooses them?"),
        returns("fully-connected", "channels * channels + channels")
        .believes("Every channel is connected to every channel.")
        .ask("Does γ mix channels, or does each keep to itself?"),
        returns("one-too-many", "2 * channels + 1")
        .believes("There is also a bias.")
        .ask("Which parameter is the shift already?"),
    ],
    hints=[
        "Which arrays belong to the layer, and which of them are learned?",
        "γ and β are learned, the running statistics are only measured.",
        "2 * channels",
    ],
    variants=[Variant("by-list", ("2 * channels", "sum([channels] * 2)"))],
)

RECURRENT: list[Case | RandomCases] = [
    Case("one-and-one", features=1, units=1),
    Case("small", features=2, units=3),
    Case("more-features-than-units", features=7, units=2),
    Case("one-feature", features=1, units=20),
    Case("one-unit", features=9, units=1),
    Case("text", features=32, units=64),
    Case("no-features", features=0, units=4, raises="features"),
    Case("no-units", features=3, units=0, raises="units"),
    drawn_sizes("features", "units"),
]

rnn_parameters = Exercise(
    "rnn_parameters",
    points=1,
    cases=RECURRENT,
    misconceptions=[
        returns("recurrence-forgotten", "(features + 1) * units")
        .believes("A recurrent layer has the parameters of a dense one.")
        .ask("With which weights does the state of the last step enter?"),
        returns("two-biases", "(features + units + 2) * units")
        .believes("Both products have a bias, as in PyTorch.")
        .ask("PyTorch keeps two, which are only added. How many are in the formula here?"),
        returns("biases-forgotten", "(features + units) * units")
        .believes("Two kernels are all.")
        .ask("What else is in the formula under the tanh?"),
        returns("recurrent-kernel-from-features", "2 * features * units + units")
        .believes("The recurrent kernel has the shape of the input kernel.")
        .ask("W_hh takes a state to a state. How many numbers does a state have?"),
        returns("recurrent-weight-per-unit", "features * units + units + units")
        .believes("Each unit remembers itself alone, with one weight.")
        .ask("h W_hh: which states does one unit see?"),
        returns("one-bias", "(features + units) * units + 1")
        .believes("The layer has one number for a bias.")
        .ask("Which shape must b have to be added to a state?"),
        returns("one-kernel-alone", "features * units")
        .believes("There is one kernel, for the input.")
        .ask("How does a unit hear of the state of the step before?"),
        returns("gates-of-an-lstm", "lstm_parameters(features, units)")
        .believes("Every recurrent layer has four sets of weights.")
        .ask("An LSTM has gates. How many are in the formula here?"),
        returns("kernels-of-the-wrong-width", "(features + units + 1) * features")
        .believes("Each unit has as many weights as there are features.")
        .ask("How many units have a bias?"),
    ],
    hints=[
        "Which arrays are in the formula, and which shapes do they have?",
        "W_xh leads from features to units, W_hh from units to units, b is added to the state.",
        "features * units + units * units + units",
    ],
    variants=[Variant("by-parts", ("(features + units + 1) * units", "features * units + units**2 + units"))],
)

lstm_parameters = Exercise(
    "lstm_parameters",
    points=1,
    cases=RECURRENT,
    misconceptions=[
        returns("one-gate", "rnn_parameters(features, units)")
        .believes("An LSTM has the parameters of a simple recurrent layer.")
        .ask("How many different things does the LSTM compute from x and h, each with its own weights?"),
        returns("three-gates", "3 * rnn_parameters(features, units)")
        .believes("There are three gates, so three sets of weights.")
        .ask("Three gates open and close. Who makes the candidate that is let in?"),
        returns("two-biases", "4 * (features + units + 2) * units")
        .believes("Both products have a bias, as in PyTorch.")
        .ask("PyTorch keeps two, which are only added. How many does this course keep?"),
        returns("biases-of-one-gate", "4 * (features + units) * units + units")
        .believes("The gates share a bias.")
        .ask("Would a forget gate and an output gate start from the same value?"),
        returns("biases-forgotten", "4 * (features + units) * units")
        .believes("Kernels are all.")
        .ask("What else does each gate add?"),
        returns("recurrence-forgotten", "4 * (features + 1) * units")
        .believes("The gates look at the input alone.")
        .ask("Does a gate know what the state was?"),
        returns("cell-state-counted", "4 * (features + 2 * units + 1) * units")
        .believes("The cell state has a recurrent kernel too.")
        .ask("How does the cell state go from step to step: through a matrix, or through a gate, elementwise?"),
        returns("two-gates", "2 * rnn_parameters(features, units)")
        .believes("There are two gates.")
        .ask("Input, forget, output, and what makes the new candidate?"),
    ],
    hints=[
        "How many parameters does a simple recurrent layer have, and how many such sets does an LSTM have?",
        "Input gate, forget gate, candidate and output gate: each has two kernels and a bias.",
        "4 * (features + units + 1) * units",
    ],
    variants=[Variant("gate-by-gate", "sum(rnn_parameters(features, units) for _ in range(4))")],
)
