"""Conv2D, MaxPool2D and AveragePool2D."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder.assessment.case import Case, RandomCases, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import Misconception, around, edit
from autograder.units.u12_network.every_layer import (
    activation_forgotten,
    batch_axis_in_the_shape,
    gradients_add_up,
    kept_outside_of_memory,
    remembers_training_alone,
    slope_at_the_output,
    with_methods,
)
from autograder.units.u12_network.layer_passes import HELPERS, drive_layer, single, trial, untried
from solutions import u12_network as solution
from solutions.u07_convolution import (
    average_pool2d,
    average_pool2d_backward,
    max_pool2d,
    max_pool2d_backward,
    pad2d,
    pool_geometry,
)

SIZES = "self.kernel_size, self.strides, strict=True"
PLACES = "(output_size(*each, self.padding) for each in sizes)"
PASSED_ON = "Which of your constructor's arguments reach the pooling function?"
BACK = "grad_x, *self.gradients = conv2d_backward(grad_z, x, w, b, self.strides, self.padding)"


def _output_shape(layer: Any, input_shape: tuple[int, ...]) -> Any:
    layer.build(input_shape, np.random.default_rng(0))
    return layer.output_shape


def _conv(options: dict[str, Any], *shape: int, **more: Any) -> dict[str, Any]:
    layer = solution.Conv2D(**options)
    kernels = (*layer.kernel_size, shape[2], layer.filters)
    return trial(options, shape, _output_shape(layer, shape), [kernels, (layer.filters,)], **{"sizes": (1, 2), **more})


def _random_conv(rng: np.random.Generator) -> dict[str, Any]:
    height, width, channels, filters = (int(n) for n in rng.integers((3, 3, 1, 1), (6, 6, 3, 4)))
    kernel = tuple(int(n) for n in rng.integers(1, 4, 2))
    padding, activation = ("valid", "same")[rng.integers(2)], (None, "tanh", "relu")[rng.integers(3)]
    options = {"filters": filters, "kernel_size": kernel, "strides": int(rng.integers(1, 3)), "padding": padding}
    return _conv({**options, "activation": activation}, height, width, channels, seed=int(rng.integers(2**20)))


Conv2D = Exercise(
    "Conv2D",
    points=3,
    reference="convolution",
    scenario=drive_layer,
    helpers=HELPERS,
    cases=[
        Case("one-filter", **_conv({"filters": 1, "kernel_size": 2}, 3, 4, 1)),
        Case("relu", **_conv({"filters": 2, "kernel_size": 2, "activation": "relu"}, 4, 3, 2, seed=1), readonly=True),
        Case("kernel-as-a-pair", **_conv({"filters": 2, "kernel_size": (1, 3)}, 3, 5, 2, seed=2)),
        Case("same", **_conv({"filters": 2, "kernel_size": 3, "padding": "same"}, 4, 3, 1, seed=3), readonly=True),
        Case("stride-2", **_conv({"filters": 1, "kernel_size": 2, "strides": 2}, 5, 6, 2, seed=4)),
        Case(
            "same-with-strides",
            **_conv({"filters": 2, "kernel_size": 3, "strides": (2, 1), "padding": "same"}, 5, 4, 1, seed=5),
        ),
        Case("tanh", **_conv({"filters": 3, "kernel_size": 1, "activation": "tanh"}, 2, 3, 2, seed=6)),
        Case("single-precision", **single(_conv({"filters": 2, "kernel_size": 2}, 3, 3, 2, seed=7))),
        Case("initial-weights", **untried({"filters": 30, "kernel_size": (3, 2)}, (8, 8, 10))),
        Case("input-of-two-axes", raises="input_shape", **untried({"filters": 2, "kernel_size": 2}, (8, 8))),
        Case("kernel-does-not-fit", raises="kernel", **untried({"filters": 2, "kernel_size": (2, 4)}, (5, 3, 1))),
        Case(
            "unknown-activation",
            raises="activation",
            **untried({"filters": 2, "kernel_size": 2, "activation": "rely"}, (8, 8, 1)),
        ),
        random_cases(_random_conv),
    ],
    misconceptions=[
        activation_forgotten("the convolution"),
        slope_at_the_output(),
        edit("padding-ignored", "self.padding = padding", 'self.padding = "valid"')
        .believes("A convolution is 'valid'.")
        .ask("Which arguments of conv2d does your forward pass on?"),
        edit("strides-ignored", 'as_pair("strides", strides)', "(1, 1)")
        .believes("The kernel moves by one pixel.")
        .ask("Which arguments of conv2d does your forward pass on?"),
        edit("strides-left-out-of-the-shape", SIZES, "self.kernel_size, (1, 1), strict=True")
        .believes("Strides concern the convolution only; the shape is n - k + 1.")
        .ask("Which arguments does output_size of unit 7 take, and is `output_shape` that of your y?"),
        edit(
            "same-keeps-the-size",
            "self.output_shape = (height, width",
            "size = input_shape[:2] if self.padding == 'same' else (height, width)\n        self.output_shape = (*size",
        )
        .believes("With 'same' the output is as large as the input.")
        .ask("With stride 2, how many places are there for the kernel?"),
        edit(
            "size-rounded-up",
            PLACES,
            "(output_size(n + (s - 1) * (self.padding == 'valid'), k, s, self.padding) for n, k, s in sizes)",
        )
        .believes("Leftover pixels at the end count as a place.")
        .ask("Does a kernel of 2 fit on the last one of five pixels, at stride 2?"),
        edit("kernel-turned", 'as_pair("kernel_size", kernel_size)', 'as_pair("kernel_size", kernel_size)[::-1]')
        .believes("A kernel size is (width, height).")
        .ask("Which axis of an image comes first here: H or W?"),
        edit(
            "fans-without-the-window",
            "glorot_uniform(rng, shape)",
            "rng.uniform(-1, 1, shape) * np.sqrt(6 / sum(shape[2:]))",
        )
        .believes("fan_in is the number of channels.")
        .ask("How many numbers are added up for one output pixel?"),
        batch_axis_in_the_shape(),
        gradients_add_up(),
        kept_outside_of_memory(),
        remembers_training_alone(),
        edit("shape-of-valid-always", PLACES, '(output_size(*each, "valid") for each in sizes)')
        .believes("The size is (n - k) // stride + 1, whatever the padding.")
        .ask("How many pixels come out with padding 'same' and stride 1?"),
    ],
    variants=[
        Variant(
            "bias-added-afterwards",
            (
                "conv2d(x, w, b, self.strides, self.padding)",
                "conv2d(x, w, np.zeros_like(b), self.strides, self.padding) + b",
                BACK,
                f"{BACK}; self.gradients = [self.gradients[0], grad_z.sum(axis=(0, 1, 2))]",
            ),
        )
    ],
    hints=[
        "It is Dense with another sum: compare the two line by line.",
        "Shapes by output_size of unit 7, once per axis; sums by conv2d and conv2d_backward with strides and padding.",
        "conv2d_backward(activation_backward(grad_output, z), x, w, b, self.strides, self.padding)",
    ],
)


def _pool(options: dict[str, Any], *shape: int, ties: bool = False, **more: Any) -> dict[str, Any]:
    inputs = trial(options, shape, _output_shape(solution.MaxPool2D(**options), shape), **{"sizes": (1, 2), **more})
    return {**inputs, "batches": [np.round(x) for x in inputs["batches"]]} if ties else inputs


def _random_pool(rng: np.random.Generator) -> dict[str, Any]:
    height, width, channels = (int(n) for n in rng.integers((3, 3, 1), (7, 7, 4)))
    options = {
        "pool_size": tuple(int(n) for n in rng.integers(1, 4, 2)),
        "strides": (None, 1, 2)[rng.integers(3)],
        "padding": ("valid", "same")[rng.integers(2)],
    }
    return _pool(options, height, width, channels, seed=int(rng.integers(2**20)))


SIZED = [
    Case("two-by-two", **_pool({}, 4, 2, 1)),
    Case("rest-at-the-end", **_pool({}, 5, 3, 2, seed=1), readonly=True),
    Case("size-as-a-pair", **_pool({"pool_size": (1, 3)}, 2, 6, 2, seed=2)),
    Case("overlapping", **_pool({"pool_size": 3, "strides": 1}, 4, 5, 1, seed=3), readonly=True),
    Case("strides-above-the-size", **_pool({"pool_size": 2, "strides": 3}, 6, 5, 1, seed=4)),
    Case("same", **_pool({"pool_size": 2, "padding": "same"}, 3, 5, 1, seed=5)),
    Case("same-and-all-negative", **_pool({"pool_size": 3, "padding": "same"}, 4, 4, 1, seed=6, offset=-5.0)),
]
OTHERS: list[Case | RandomCases] = [
    Case("single-precision", **single(_pool({}, 4, 4, 2, seed=8))),
    Case("input-of-two-axes", raises="input_shape", **untried({}, (8, 8))),
    Case("window-does-not-fit", raises="kernel", **untried({"pool_size": (2, 4)}, (5, 3, 1))),
    random_cases(_random_pool),
]
#: The misconceptions that both pooling layers have.
POOLING = [
    edit("strides-default-to-one", "self.pool_size if strides", "(1, 1) if strides")
    .believes("Without strides a window moves by one pixel.")
    .ask("What are the strides if nobody names them: 1, or the pool size?"),
    edit("strides-ignored", 'self.pool_size if strides is None else as_pair("strides", strides)', "self.pool_size")
    .believes("Windows never overlap.")
    .ask(PASSED_ON),
    edit("padding-ignored", "self.padding = padding", 'self.padding = "valid"')
    .believes("Pooling is 'valid'.")
    .ask(PASSED_ON),
    edit("size-over-strides", PLACES, "(n // s for n, _, s in sizes)")
    .believes("The output has size // strides places.")
    .ask("How many windows of 3 are there on 4 pixels at stride 1?"),
    batch_axis_in_the_shape(),
    edit("channels-in-the-window", "(height, width, input_shape[2])", "(height, width, 1)")
    .believes("A window pools the channels, too.")
    .ask("How many channels come out of a pooling layer?"),
]
SIZE_DIVIDED_BY_THE_WINDOW = (
    edit("size-divided-by-the-window", PLACES, "(n // k for n, k, _ in sizes)")
    .believes("n // size windows fit.")
    .ask("Windows of 3 that move by 2: how many fit into 5?")
)
POOLING_HINTS = [
    "Constructor, shape, and two calls of unit 7: nothing is computed here.",
    "strides=None means the pool size; the output's rows and columns come from output_size.",
]


def _sides(layer: Any, x: Any) -> Any:
    """How many pixels the layer's padding adds at each side."""
    return pool_geometry(x.shape, layer.pool_size, layer.strides, layer.padding)[2]


def _inside(layer: Any, grad_padded: Any) -> Any:
    """The gradient of an image without that of its padding."""
    (top, _), (left, _) = _sides(layer, layer.memory)
    height, width = layer.memory.shape[1:3]
    return grad_padded[:, top : top + height, left : left + width]


def _zeros_around(name: str, pool: Any, pool_backward: Any) -> Misconception:
    """Padding is zeros which take part; without `pool` in the backward pass alone."""

    def forward(self: Any, x: Any, training: bool = False) -> Any:
        self.memory = x
        return pool(pad2d(x, _sides(self, x)), self.pool_size, self.strides)

    def backward(self: Any, grad_output: Any) -> Any:
        padded = pad2d(self.memory, _sides(self, self.memory))
        return _inside(self, pool_backward(grad_output, padded, self.pool_size, self.strides))

    methods = {"forward": forward, "backward": backward} if pool else {"backward": backward}
    return around(name, lambda right: with_methods(right, **methods))


def _to_all_winners(self: Any, grad_output: Any) -> Any:
    """The backward pass of a MaxPool2D that gives every maximum the whole gradient."""
    padded = pad2d(self.memory, _sides(self, self.memory), -np.inf)
    largest = max_pool2d(padded, self.pool_size, self.strides)
    grad_padded = np.zeros_like(padded)
    pixels, grads = (
        sliding_window_view(each, self.pool_size, axis=(1, 2), writeable=True)[
            :, :: self.strides[0], :: self.strides[1]
        ]
        for each in (padded, grad_padded)
    )
    for place in np.ndindex(self.pool_size):
        grads[..., *place] += grad_output * (pixels[..., *place] == largest)
    return _inside(self, grad_padded)


MaxPool2D = Exercise(
    "MaxPool2D",
    points=2,
    reference="max_pool",
    scenario=drive_layer,
    helpers=HELPERS,
    cases=[
        *SIZED,
        Case("ties", **_pool({"pool_size": 3, "strides": 2}, 5, 5, 1, seed=7, scale=0.5, ties=True)),
        *OTHERS,
    ],
    misconceptions=[
        around("all-winners-get-the-gradient", lambda right: with_methods(right, backward=_to_all_winners))
        .believes("Every pixel that equals the maximum gets the whole gradient.")
        .ask("If two pixels tie, how much does a window pass on in all?"),
        edit("gradient-to-all", "max_pool2d_backward", "average_pool2d_backward")
        .believes("The gradient is shared by the window's pixels.")
        .ask("If a pixel that is not the largest moves a little, does the output move?"),
        _zeros_around("padding-may-win", max_pool2d, max_pool2d_backward)
        .believes("Padding is zeros.")
        .ask("What is the largest of -3, -5 and a padded zero, and which of them is a pixel?"),
        kept_outside_of_memory(),
        *POOLING,
        SIZE_DIVIDED_BY_THE_WINDOW,
        edit(
            "output-remembered",
            "self.memory = x\n        return max_pool2d(x, self.pool_size, self.strides, self.padding)",
            "self.memory = max_pool2d(x, self.pool_size, self.strides, self.padding)\n        return self.memory",
        )
        .believes("What backward needs are the maxima.")
        .ask("The maximum tells how large the winner was: where do you look it up?"),
    ],
    variants=[
        Variant(
            "pair-in-memory", ("self.memory = x", "self.memory = (x, x.shape)", ", self.memory", ", self.memory[0]")
        )
    ],
    hints=[
        *POOLING_HINTS,
        "max_pool2d_backward(grad_output, self.memory, self.pool_size, self.strides, self.padding)",
    ],
)

WHOLE_GRADIENT = "average_pool2d_backward(grad_output * (self.pool_size[0] * self.pool_size[1]),"


def _undivided(grad_output: Any, padded: Any, size: Any, strides: Any) -> Any:
    return average_pool2d_backward(grad_output * (size[0] * size[1]), padded, size, strides)


AveragePool2D = Exercise(
    "AveragePool2D",
    points=2,
    reference="average_pool",
    scenario=drive_layer,
    helpers=HELPERS,
    cases=[*SIZED, *OTHERS],
    misconceptions=[
        _zeros_around("gradient-not-divided", None, _undivided)
        .believes("Every pixel gets the window's gradient.")
        .ask("If one of four pixels grows by 1, how much does the mean grow?"),
        _zeros_around("padding-counted", average_pool2d, average_pool2d_backward)
        .believes("A mean over a window divides by the size of the window.")
        .ask("What is the mean of a corner window in an image that is 7 everywhere?"),
        _zeros_around("padding-counted-on-the-way-back", None, average_pool2d_backward)
        .believes("On the way back the size of the window divides.")
        .ask("By which number did the forward pass divide at the border?"),
        *POOLING,
        SIZE_DIVIDED_BY_THE_WINDOW,
        edit("gradient-multiplied-by-the-size", "average_pool2d_backward(grad_output,", WHOLE_GRADIENT)
        .believes("Every pixel gets the whole gradient.")
        .ask("If one of four pixels grows by 1, how much does their mean grow?"),
    ],
    variants=[
        Variant(
            "ones-in-memory",
            ("self.memory = x", "self.memory = np.ones_like(x)"),
        )
    ],
    hints=[
        *POOLING_HINTS,
        "average_pool2d_backward(grad_output, self.memory, self.pool_size, self.strides, self.padding)",
    ],
)
