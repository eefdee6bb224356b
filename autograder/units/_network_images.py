"""Assessment of networks: Conv2D, MaxPool2D and AveragePool2D."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.units import _convolution_right as windows
from autograder.units import _network_right as right
from autograder.units import _network_right_windows as images
from autograder.units import _network_slips as slips
from autograder.units._network_drivers import HELPERS, drive_layer, single, trial, untried

__all__ = ["AveragePool2D", "Conv2D", "MaxPool2D"]

BATCH_AXIS_HINT = "What does the convention card say of the batch axis in shapes?"
MEMORY_HINT = "If a layer is called twice, how does the network bring back what the first call left?"


def _conv(options: dict[str, Any], *shape: int, **more: Any) -> dict[str, Any]:
    layer = images.Conv2D(**options)
    kernels = (*layer.kernel, shape[2], layer.units)
    return trial(options, shape, layer.shape(shape), [kernels, (layer.units,)], **{"sizes": (1, 2), **more})


def _random_conv(rng: np.random.Generator) -> dict[str, Any]:
    height, width, channels, filters = (int(n) for n in rng.integers((3, 3, 1, 1), (6, 6, 3, 4)))
    kernel = tuple(int(n) for n in rng.integers(1, 4, 2))
    padding, activation = ("valid", "same")[rng.integers(2)], (None, "tanh", "relu")[rng.integers(3)]
    options = {"filters": filters, "kernel_size": kernel, "strides": int(rng.integers(1, 3)), "padding": padding}
    return _conv({**options, "activation": activation}, height, width, channels, seed=int(rng.integers(2**20)))


def _sums_up(self: Any, gradients: Any) -> None:
    before = self.gradients or [0.0, 0.0]
    self.gradients = [old + new for old, new in zip(before, gradients, strict=True)]


def _slope_at_output(self: Any, grad_output: Any, z: Any) -> Any:
    return self.activation[1](grad_output, self.activation[0](z))


def _always_valid(self: Any) -> Any:
    return self.strides, "valid"


def _valid_shape(self: Any, shape: Any) -> Any:
    return (*images.spatial(shape, self.kernel, self.strides, "valid"), self.units)


def _input_size(self: Any, shape: Any) -> Any:
    return (*shape[:2], self.units) if self.padding == "same" else images.Conv2D.shape(self, shape)


def _rounded_up(self: Any, shape: Any) -> Any:
    sizes = zip(shape[:2], self.kernel, self.strides, strict=True)
    if self.padding == "same":
        return images.Conv2D.shape(self, shape)
    return (*(-(-(n - k) // s) + 1 for n, k, s in sizes), self.units)


def _fans_without_field(self: Any, shape: Any, rng: Any) -> Any:
    limit = np.sqrt(6 / (shape[-2] + shape[-1]))
    return [rng.uniform(-limit, limit, shape), np.zeros(shape[-1])]


def _turned_kernel(self: Any, *arguments: Any, **options: Any) -> None:
    images.Conv2D.__init__(self, *arguments, **options)
    self.kernel = self.kernel[::-1]


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
        Misconception(
            "activation-forgotten-on-the-way-back",
            believes="The gradient of the output is that of the convolution.",
            wrong=right.made(images.Conv2D, slope=lambda self, grad_output, z: grad_output),
            hint="What stands between the convolution and the output, and what is its slope?",
        ),
        Misconception(
            "slope-at-the-output",
            believes="The activation's backward takes what the layer has put out.",
            wrong=right.made(images.Conv2D, slope=_slope_at_output),
            hint="Of which numbers was the activation computed: of z, or of y?",
        ),
        Misconception(
            "padding-ignored",
            believes="A convolution is 'valid'.",
            wrong=right.made(images.Conv2D, options=_always_valid, shape=_valid_shape),
            hint="Which arguments of conv2d does your forward pass on?",
        ),
        Misconception(
            "strides-ignored",
            believes="The kernel moves by one pixel.",
            wrong=right.made(
                images.Conv2D,
                options=lambda self: ((1, 1), self.padding),
                shape=lambda self, shape: (*images.spatial(shape, self.kernel, (1, 1), self.padding), self.units),
            ),
            hint="Which arguments of conv2d does your forward pass on?",
        ),
        Misconception(
            "strides-left-out-of-the-shape",
            believes="The strides are the convolution's affair; the shape is n - k + 1.",
            wrong=right.made(
                images.Conv2D,
                shape=lambda self, shape: (*images.spatial(shape, self.kernel, (1, 1), self.padding), self.units),
            ),
            hint="Which arguments does output_size of unit 7 take, and is `output_shape` that of your y?",
        ),
        Misconception(
            "same-keeps-the-size",
            believes="With 'same' the output is as large as the input.",
            wrong=right.made(images.Conv2D, shape=_input_size),
            hint="With stride 2, how many places are there for the kernel?",
        ),
        Misconception(
            "size-rounded-up",
            believes="A rest at the end counts as a place.",
            wrong=right.made(images.Conv2D, shape=_rounded_up),
            hint="Does a kernel of 2 fit on the last one of five pixels, at stride 2?",
        ),
        Misconception(
            "kernel-turned",
            believes="A kernel size is (width, height).",
            wrong=right.made(images.Conv2D, __init__=_turned_kernel),
            hint="Which axis of an image comes first here: H or W?",
        ),
        Misconception(
            "fans-without-the-window",
            believes="fan_in is the number of channels.",
            wrong=right.made(images.Conv2D, initial=_fans_without_field),
            hint="How many numbers are added up for one output pixel?",
        ),
        Misconception(
            "batch-axis-in-the-shape",
            believes="A shape starts with the batch axis, None.",
            wrong=right.made(images.Conv2D, shape=lambda self, shape: (None, *images.Conv2D.shape(self, shape))),
            hint=BATCH_AXIS_HINT,
        ),
        Misconception(
            "gradients-add-up",
            believes="Gradients accumulate from call to call.",
            wrong=right.made(images.Conv2D, keep=_sums_up),
            hint="After the second batch, of which batch should `gradients` tell?",
        ),
        Misconception(
            "kept-outside-of-memory",
            believes="What backward needs may stand in any attribute.",
            wrong=right.elsewhere(images.Conv2D),
            hint=MEMORY_HINT,
        ),
        *slips.CONV,
    ],
    variants=[Variant("own-formulas", images.Conv2D)],
    hints=[
        "It is Dense with another sum: compare the two line by line.",
        "Shapes by output_size of unit 7, once per axis; sums by conv2d and conv2d_backward with strides and padding.",
        "conv2d_backward(activation_backward(grad_output, z), x, w, b, self.strides, self.padding)",
    ],
)


def _pool(options: dict[str, Any], *shape: int, ties: bool = False, **more: Any) -> dict[str, Any]:
    layer = images.MaxPool2D(**options)
    inputs = trial(options, shape, layer.shape(shape), **{"sizes": (1, 2), **more})
    return {**inputs, "batches": [np.round(x) for x in inputs["batches"]]} if ties else inputs


def _random_pool(rng: np.random.Generator) -> dict[str, Any]:
    height, width, channels = (int(n) for n in rng.integers((3, 3, 1), (7, 7, 4)))
    size = tuple(int(n) for n in rng.integers(1, 4, 2))
    options = {
        "pool_size": size,
        "strides": (None, 1, 2)[rng.integers(3)],
        "padding": ("valid", "same")[rng.integers(2)],
    }
    return _pool(options, height, width, channels, seed=int(rng.integers(2**20)))


def _pool_cases(ties: list[Case]) -> list[Any]:
    """The cases that both pooling layers have."""
    return [
        Case("two-by-two", **_pool({}, 4, 2, 1)),
        Case("rest-at-the-end", **_pool({}, 5, 3, 2, seed=1), readonly=True),
        Case("size-as-a-pair", **_pool({"pool_size": (1, 3)}, 2, 6, 2, seed=2)),
        Case("overlapping", **_pool({"pool_size": 3, "strides": 1}, 4, 5, 1, seed=3), readonly=True),
        Case("strides-above-the-size", **_pool({"pool_size": 2, "strides": 3}, 6, 5, 1, seed=4)),
        Case("same", **_pool({"pool_size": 2, "padding": "same"}, 3, 5, 1, seed=5)),
        Case("same-and-all-negative", **_pool({"pool_size": 3, "padding": "same"}, 4, 4, 1, seed=6, offset=-5.0)),
        *ties,
        Case("single-precision", **single(_pool({}, 4, 4, 2, seed=8))),
        Case("input-of-two-axes", raises="input_shape", **untried({}, (8, 8))),
        Case("window-does-not-fit", raises="kernel", **untried({"pool_size": (2, 4)}, (5, 3, 1))),
        random_cases(_random_pool),
    ]


def _default_one(self: Any, strides: Any) -> Any:
    return windows.pair(1 if strides is None else strides)


def _strides_ignored(self: Any, strides: Any) -> Any:
    return self.size


def _first_size(self: Any, shape: Any) -> Any:
    return (*(n // s for n, s in zip(shape[:2], self.strides, strict=True)), shape[2])


def _no_padding(self: Any, *arguments: Any, **options: Any) -> None:
    images.MaxPool2D.__init__(self, *arguments, **{**options, "padding": "valid"})


def _shared(self: Any, grad_output: Any, x: Any) -> Any:
    return windows.average_vjp(grad_output, x, self.size, self.strides, self.padding)


def _common(base: Any) -> list[Misconception]:
    """The misconceptions that both pooling layers have."""
    return [
        Misconception(
            "strides-default-to-one",
            believes="Without strides a window moves by one pixel.",
            wrong=right.made(base, default=_default_one),
            hint="What are the strides if nobody names them: 1, or the pool size?",
        ),
        Misconception(
            "strides-ignored",
            believes="Windows never overlap.",
            wrong=right.made(base, default=_strides_ignored),
            hint="Which of your constructor's arguments reach the pooling function?",
        ),
        Misconception(
            "padding-ignored",
            believes="Pooling is 'valid'.",
            wrong=right.made(base, __init__=_no_padding),
            hint="Which of your constructor's arguments reach the pooling function?",
        ),
        Misconception(
            "size-over-strides",
            believes="The output has size // strides places.",
            wrong=right.made(base, shape=_first_size),
            hint="How many windows of 3 are there on 4 pixels at stride 1?",
        ),
        Misconception(
            "batch-axis-in-the-shape",
            believes="A shape starts with the batch axis, None.",
            wrong=right.made(base, shape=lambda self, shape: (None, *base.shape(self, shape))),
            hint=BATCH_AXIS_HINT,
        ),
        Misconception(
            "channels-in-the-window",
            believes="A window pools the channels, too.",
            wrong=right.made(base, shape=lambda self, shape: (*base.shape(self, shape)[:2], 1)),
            hint="How many channels come out of a pooling layer?",
        ),
    ]


MaxPool2D = Exercise(
    "MaxPool2D",
    points=2,
    reference="max_pool",
    scenario=drive_layer,
    helpers=HELPERS,
    cases=_pool_cases([Case("ties", **_pool({"pool_size": 3, "strides": 2}, 5, 5, 1, seed=7, scale=0.5, ties=True))]),
    misconceptions=[
        Misconception(
            "all-winners-get-the-gradient",
            believes="Every pixel that equals the maximum gets the whole gradient.",
            wrong=right.made(images.MaxPool2D, winners=lambda self, met, y: met == y[:, :, :, None]),
            hint="If two pixels tie, how much does a window pass on in all?",
        ),
        Misconception(
            "gradient-to-all",
            believes="The gradient is shared by the window's pixels.",
            wrong=right.made(images.MaxPool2D, backward=lambda self, g: _shared(self, g, self.memory)),
            hint="If a pixel that is not the largest moves a little, does the output move?",
        ),
        Misconception(
            "padding-may-win",
            believes="Padding is zeros.",
            wrong=right.made(images.MaxPool2D, fill=0.0),
            hint="What is the largest of -3, -5 and a padded zero, and which of them is a pixel?",
        ),
        Misconception(
            "kept-outside-of-memory",
            believes="What backward needs may stand in any attribute.",
            wrong=right.elsewhere(images.MaxPool2D),
            hint=MEMORY_HINT,
        ),
        *_common(images.MaxPool2D),
        *slips.MAX_POOL,
    ],
    variants=[Variant("own-formulas", images.MaxPool2D)],
    hints=[
        "Constructor, shape, and two calls of unit 7: nothing is computed here.",
        "strides=None means the pool size; the output's rows and columns come from output_size.",
        "max_pool2d_backward(grad_output, self.memory, self.pool_size, self.strides, self.padding)",
    ],
)


def _undivided(self: Any, grad_output: Any) -> Any:
    return windows.average_vjp(
        grad_output, self.memory, self.size, self.strides, self.padding, counts=lambda *arguments: 1
    )


def _with_zeros(self: Any, x: Any, training: bool = False) -> Any:
    self.memory = x
    return windows.pool(x, self.size, self.strides, self.padding, reduce=np.mean, fill=0.0)


def _window_size(x: Any, size: Any, stride: Any, padding: Any) -> int:
    return int(np.prod(size))


def _by_the_window(self: Any, grad_output: Any) -> Any:
    return windows.average_vjp(grad_output, self.memory, self.size, self.strides, self.padding, counts=_window_size)


AveragePool2D = Exercise(
    "AveragePool2D",
    points=2,
    reference="average_pool",
    scenario=drive_layer,
    helpers=HELPERS,
    cases=_pool_cases([]),
    misconceptions=[
        Misconception(
            "gradient-not-divided",
            believes="Every pixel gets the window's gradient.",
            wrong=right.made(images.AveragePool2D, backward=_undivided),
            hint="If one of four pixels grows by 1, by how much does the mean grow?",
        ),
        Misconception(
            "padding-counted",
            believes="A mean over a window divides by the size of the window.",
            wrong=right.made(images.AveragePool2D, forward=_with_zeros, backward=_by_the_window),
            hint="What is the mean of a corner window in an image that is 7 everywhere?",
        ),
        Misconception(
            "padding-counted-on-the-way-back",
            believes="On the way back the size of the window divides.",
            wrong=right.made(images.AveragePool2D, backward=_by_the_window),
            hint="By which number did the forward pass divide at the border?",
        ),
        *_common(images.AveragePool2D),
        *slips.AVERAGE_POOL,
    ],
    variants=[Variant("own-formulas", images.AveragePool2D)],
    hints=[
        "Constructor, shape, and two calls of unit 7: nothing is computed here.",
        "strides=None means the pool size; the output's rows and columns come from output_size.",
        "average_pool2d_backward(grad_output, self.memory, self.pool_size, self.strides, self.padding)",
    ],
)
