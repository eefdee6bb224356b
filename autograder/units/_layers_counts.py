"""Assessment of counting learnable parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, RandomCases, Variant, random_cases

__all__ = ["batch_norm_parameters", "conv_parameters", "dense_parameters", "positive", "two_sizes"]

Kernel = int | tuple[int, int]


def positive(**sizes: int) -> None:
    for name, value in sizes.items():
        if value < 1:
            raise ValueError(f"{name}: {value}")


def two_sizes(first: str, second: str) -> RandomCases:
    def make(rng: np.random.Generator) -> Mapping[str, Any]:
        sizes = 2 + rng.permutation(200)[:2]
        return {first: int(sizes[0]), second: int(sizes[1])}

    return random_cases(make)


def _dense_by_size(inputs: int, units: int, bias: bool = True) -> int:
    positive(inputs=inputs, units=units)
    return np.zeros((inputs, units)).size + (np.zeros(units).size if bias else 0)


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
        two_sizes("inputs", "units"),
    ],
    misconceptions=[
        Misconception(
            "biases-forgotten",
            believes="A layer has inputs · units parameters.",
            wrong=lambda inputs, units, bias=True: inputs * units,
            hint="What is added to each output after the weighted sum? Is it learned?",
        ),
        Misconception(
            "one-bias",
            believes="A layer has one bias.",
            wrong=lambda inputs, units, bias=True: inputs * units + bool(bias),
            hint="What shape does b have in y = x W + b?",
        ),
        Misconception(
            "bias-per-input",
            believes="Every input has a bias.",
            wrong=lambda inputs, units, bias=True: inputs * units + (inputs if bias else 0),
            hint="Is b added to x, or to x W?",
        ),
        Misconception(
            "bias-always",
            believes="A dense layer always has biases.",
            wrong=lambda inputs, units, bias=True: inputs * units + units,
            hint="What does the argument `bias` say?",
        ),
        Misconception(
            "sizes-added",
            believes="Inputs and units are added up.",
            wrong=lambda inputs, units, bias=True: inputs + units + (units if bias else 0),
            hint="Each of 3 inputs is connected to each of 2 units: how many connections are there?",
        ),
        Misconception(
            "one-bias-always",
            believes="There is one bias, whatever the argument says.",
            wrong=lambda inputs, units, bias=True: inputs * units + 1,
            hint="How many outputs does the layer have, and what is `bias` for?",
        ),
    ],
    hints=[
        "Which arrays does the layer hold, and which shapes do they have?",
        "W has a number for every pair of input and unit; b, if there is one, a number for every unit.",
        "inputs * units, plus units if there is a bias.",
    ],
    variants=[Variant("by-size", _dense_by_size)],
)


def _pair(kernel: Kernel) -> tuple[int, int]:
    return (kernel, kernel) if isinstance(kernel, int) else kernel


def _area(kernel: Kernel) -> int:
    height, width = _pair(kernel)
    return height * width


def _conv_by_shape(kernel: Kernel, in_channels: int, filters: int, bias: bool = True) -> int:
    positive(kernel=min(_pair(kernel)), in_channels=in_channels, filters=filters)
    return int(np.prod([*_pair(kernel), in_channels, filters])) + filters * bias


def _random_kernel(rng: np.random.Generator) -> Mapping[str, Any]:
    height, width = (1 + rng.permutation(7)[:2]).tolist()
    kernel = height if rng.random() < 0.5 else (height, width)
    channels, filters = (2 + rng.permutation(60)[:2]).tolist()
    return {"kernel": kernel, "in_channels": channels, "filters": filters, "bias": bool(rng.random() < 0.7)}


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
        random_cases(_random_kernel, count=3),
    ],
    misconceptions=[
        Misconception(
            "filters-plus-size",
            believes="It is channels times (filters + kernel size), and the biases.",
            wrong=lambda kernel, in_channels, filters, bias=True: (
                in_channels * (filters + _area(kernel)) + (filters if bias else 0)
            ),
            hint="Each filter has a kernel of its own: are filters and kernel size added, or multiplied?",
        ),
        Misconception(
            "channels-forgotten",
            believes="A filter of 3 × 3 has 9 weights.",
            wrong=lambda kernel, in_channels, filters, bias=True: filters * (_area(kernel) + bool(bias)),
            hint="A filter looks at all channels of its window. How many numbers are in the window?",
        ),
        Misconception(
            "one-axis-of-the-kernel",
            believes="A kernel of size 3 has 3 weights per channel.",
            wrong=lambda kernel, in_channels, filters, bias=True: (
                filters * (_pair(kernel)[0] * in_channels + bool(bias))
            ),
            hint="An image has height and width. How many pixels does a kernel of size 3 cover?",
        ),
        Misconception(
            "biases-forgotten",
            believes="A convolution has weights only.",
            wrong=lambda kernel, in_channels, filters, bias=True: _area(kernel) * in_channels * filters,
            hint="What does `bias` add, one number for what?",
        ),
        Misconception(
            "bias-per-channel",
            believes="Every filter has a bias for each input channel.",
            wrong=lambda kernel, in_channels, filters, bias=True: (_area(kernel) + bool(bias)) * in_channels * filters,
            hint="A filter's channels are added to one sum. How often is the bias added to it?",
        ),
        Misconception(
            "one-bias",
            believes="The layer has one bias.",
            wrong=lambda kernel, in_channels, filters, bias=True: _area(kernel) * in_channels * filters + bool(bias),
            hint="What shape does b have?",
        ),
        Misconception(
            "filters-shared",
            believes="Weights are shared, so all filters have the same.",
            wrong=lambda kernel, in_channels, filters, bias=True: (
                _area(kernel) * in_channels + (filters if bias else 0)
            ),
            hint="Weights are shared between places. Would two filters with equal weights find different things?",
        ),
        Misconception(
            "bias-always",
            believes="A convolution always has biases.",
            wrong=lambda kernel, in_channels, filters, bias=True: (_area(kernel) * in_channels + 1) * filters,
            hint="What does the argument `bias` say?",
        ),
        Misconception(
            "kernel-squared-by-height",
            believes="Kernels are square.",
            wrong=lambda kernel, in_channels, filters, bias=True: (
                (_pair(kernel)[0] ** 2 * in_channels + bias) * filters
            ),
            hint="How many weights does a 3 × 5 kernel have?",
        ),
        Misconception(
            "bias-per-input-channel",
            believes="Each input channel has a bias.",
            wrong=lambda kernel, in_channels, filters, bias=True: (
                _area(kernel) * in_channels * filters + in_channels * bias
            ),
            hint="To what is the bias added: to the input or to the output?",
        ),
    ],
    hints=[
        "What shape do the kernels of this course have, (KH, KW, …)?",
        "One filter has a weight for each number of its window, over all input channels, and one bias.",
        "(KH * KW * in_channels + 1) * filters; without the 1 where there is no bias.",
    ],
    variants=[Variant("by-shape", _conv_by_shape)],
)


def _by_list(channels: int) -> int:
    positive(channels=channels)
    return sum([channels] * 2)


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
        Misconception(
            "statistics-counted",
            believes="The running mean and variance are parameters too.",
            wrong=lambda channels: 4 * channels,
            hint="Which of the four arrays does gradient descent change?",
        ),
        Misconception(
            "scale-only",
            believes="Batch norm learns one number per channel.",
            wrong=lambda channels: channels,
            hint="After normalising, the network may choose a spread and a …?",
        ),
        Misconception(
            "one-pair-for-all",
            believes="There is one γ and one β.",
            wrong=lambda channels: 2,
            hint="What shape do γ and β have?",
        ),
        Misconception(
            "nothing-learned",
            believes="Normalising is arithmetic; there is nothing to learn.",
            wrong=lambda channels: 0,
            hint="What are γ and β for, and who chooses them?",
        ),
        Misconception(
            "fully-connected",
            believes="Every channel is connected to every channel.",
            wrong=lambda channels: channels * channels + channels,
            hint="Does γ mix channels, or does each keep to itself?",
        ),
        Misconception(
            "one-too-many",
            believes="There is a bias besides.",
            wrong=lambda channels: 2 * channels + 1,
            hint="Which parameter is the shift already?",
        ),
    ],
    hints=[
        "Which arrays belong to the layer, and which of them are learned?",
        "γ and β are learned, the running statistics are only measured.",
        "2 * channels",
    ],
    variants=[Variant("by-list", _by_list)],
)
