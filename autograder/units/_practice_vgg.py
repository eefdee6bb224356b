"""Assessment of the block of VGG networks, built from the student's own layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import normal
from autograder.units._network_nets import Sequential
from autograder.units._network_right import Activation, BatchNorm
from autograder.units._network_right_windows import AveragePool2D, Conv2D, MaxPool2D
from autograder.units._practice_networks import HELPERS, there_and_back
from autograder.wire import Rng

__all__ = ["vgg_block"]


def drive_block(vgg_block: Any, convolutions: int, filters: int, x: Any, grad_output: Any, rng: Any) -> Any:
    """Scenario: make two blocks, and send a batch through the first and back; the parameters come from `rng`."""
    layers, others = (vgg_block(convolutions, filters) for _ in range(2))
    if layers is None:
        return None
    is_list = isinstance(layers, list)
    objects = [*layers, *others] if is_list else []
    are_own = len({id(each) for each in objects}) == len(objects)
    facts = {"returned": type(layers).__name__, "each layer, in two calls, is one of its own": are_own}
    # a layer that stands twice cannot be built for two shapes
    return {**facts, **there_and_back(layers if is_list and are_own else [], x, grad_output, rng)}


def _convolution(filters: int) -> list[Any]:
    return [Conv2D(filters, 3, padding="same", activation="relu")]


def _block(
    convolutions: int,
    filters: int,
    *,
    convolution: Callable[[int], list[Any]] = _convolution,
    pool: Callable[[], list[Any]] = lambda: [MaxPool2D(2)],
    pool_each: bool = False,
) -> list[Any]:
    """Right by default; a wrong version replaces one part."""
    layers: list[Any] = []
    for index in range(convolutions):
        layers += convolution(filters)
        if pool_each or index == convolutions - 1:
            layers += pool()
    return layers


def _checked(convolutions: int, filters: int, **options: Any) -> list[Any]:
    for name, count in (("convolutions", convolutions), ("filters", filters)):
        if count < 1:
            raise ValueError(f"{name} {count}")
    return _block(convolutions, filters, **options)


def _relu_apart(convolutions: int, filters: int) -> list[Any]:
    return _checked(
        convolutions, filters, convolution=lambda count: [Conv2D(count, 3, padding="same"), Activation("relu")]
    )


def _relu_last(convolutions: int, filters: int) -> list[Any]:
    """The largest of relus is the relu of the largest: the last relu may follow the pooling."""
    *layers, pool = _checked(convolutions, filters)
    return [*layers[:-1], Conv2D(filters, 3, padding="same"), pool, Activation("relu")]


def _convolutions_within(convolutions: int, filters: int) -> list[Any]:
    *layers, pool = _checked(convolutions, filters)
    return [Sequential(layers), pool]


def _with_activation_at_the_end(convolutions: int, filters: int) -> list[Any]:
    layers = _block(convolutions, filters, convolution=lambda count: [Conv2D(count, 3, padding="same")])
    return [*layers[:-1], Activation("relu"), layers[-1]]


def _pool_first(convolutions: int, filters: int) -> list[Any]:
    *layers, pool = _block(convolutions, filters)
    return [pool, *layers]


def _strided(convolutions: int, filters: int) -> list[Any]:
    layers = _block(convolutions - 1, filters, pool=list)
    return [*layers, Conv2D(filters, 3, 2, "same", "relu")]


def _doubling(convolutions: int, filters: int) -> list[Any]:
    return [*(layer for k in range(convolutions) for layer in _convolution(filters * 2**k)), MaxPool2D(2)]


def _one_layer_repeated(convolutions: int, filters: int) -> list[Any]:
    return [*_convolution(filters) * convolutions, MaxPool2D(2)]


def _wrong(name: str, believes: str, hint: str, **options: Any) -> Misconception:
    return Misconception(
        name,
        believes=believes,
        wrong=lambda convolutions, filters: _block(convolutions, filters, **options),
        hint=hint,
    )


def _with(*arguments: Any, **options: Any) -> Callable[[int], list[Any]]:
    """A convolution with other arguments."""
    return lambda filters: [Conv2D(filters, *arguments, **{"padding": "same", "activation": "relu", **options})]


def _images(convolutions: int, filters: int, *shape: int, seed: int, dtype: str = "float64") -> dict[str, Any]:
    """Images (N, H, W, C), and a gradient for what comes out."""
    n, height, width = shape[:3]
    return {
        "convolutions": convolutions,
        "filters": filters,
        "x": normal(*shape, seed=1340 + seed).astype(dtype),
        "grad_output": normal(n, height // 2, width // 2, max(filters, 0), seed=1360 + seed).astype(dtype),
        "rng": Rng(seed),
    }


def _random_images(rng: np.random.Generator) -> dict[str, Any]:
    n, height, width, channels = (int(each) for each in rng.integers((1, 4, 4, 1), (3, 9, 9, 4)))
    convolutions, filters = int(rng.integers(1, 4)), int(rng.integers(2, 5))
    return _images(convolutions, filters, n, height, width, channels, seed=int(rng.integers(2**20)))


vgg_block = Exercise(
    "vgg_block",
    points=2,
    scenario=drive_block,
    helpers=HELPERS,
    cases=[
        Case("one-convolution", **_images(1, 2, 1, 4, 4, 1, seed=4)),
        Case("two-convolutions", **_images(2, 3, 1, 4, 6, 2, seed=2)),
        Case("three-convolutions", **_images(3, 2, 2, 6, 4, 3, seed=3), readonly=True),
        Case("odd-rows-and-columns", **_images(2, 2, 1, 5, 7, 2, seed=6)),
        Case("fewer-filters-than-channels", **_images(2, 1, 1, 6, 5, 4, seed=8)),
        Case("more-convolutions-than-filters", **_images(4, 2, 1, 4, 5, 1, seed=11)),
        Case("two-by-two-pixels", **_images(2, 3, 2, 2, 2, 1, seed=1)),
        Case("single-precision", **_images(2, 2, 1, 5, 4, 2, seed=9, dtype="float32")),
        Case("no-convolutions", raises="convolutions", **_images(0, 2, 1, 4, 4, 1, seed=10)),
        Case("no-filters", raises="filters", **_images(2, 0, 1, 4, 4, 1, seed=11)),
        Case("filters-below-zero", raises="filters", **_images(1, -2, 1, 4, 4, 1, seed=12)),
        random_cases(_random_images),
    ],
    misconceptions=[
        _wrong(
            "valid-convolutions",
            "Conv2D pads where it is needed.",
            "What is Conv2D's padding if you say nothing? How many rows do three such convolutions take away?",
            convolution=_with(3, padding="valid"),
        ),
        _wrong(
            "pooling-after-every-convolution",
            "A convolution is followed by a pooling.",
            "How often is the size halved in one block? Is the pooling in your loop, or behind it?",
            pool_each=True,
        ),
        Misconception(
            "one-convolution-only",
            believes="A block is one convolution and one pooling.",
            wrong=lambda convolutions, filters: _block(1, filters),
            hint="What is the first argument for?",
        ),
        _wrong(
            "pooling-without-strides",
            "The windows of a pooling move by one pixel, as those of a convolution do.",
            "How large should 4 × 6 pixels be behind the block?",
            pool=lambda: [MaxPool2D(2, 1)],
        ),
        _wrong(
            "rest-kept",
            "A rest at the edge gets a window of its own.",
            "What becomes of the last row of five, in a pooling that is 'valid'?",
            pool=lambda: [MaxPool2D(2, padding="same")],
        ),
        _wrong(
            "pooling-of-three",
            "Poolings have windows of 3 × 3 that overlap.",
            "That is AlexNet. Which windows does the docstring name, and which stride?",
            pool=lambda: [MaxPool2D(3, 2, "same")],
        ),
        _wrong(
            "average-pooling",
            "Pooling takes the mean.",
            "That was LeNet. What should be left of a window in which one place has found what it looks for?",
            pool=lambda: [AveragePool2D(2)],
        ),
        _wrong(
            "no-pooling",
            "A block is its convolutions.",
            "What makes the images smaller from block to block, if the convolutions keep the size?",
            pool=list,
        ),
        Misconception(
            "pooling-in-front",
            believes="A block makes the images smaller, then looks at them.",
            wrong=_pool_first,
            hint="What comes at the end of the block, by the docstring?",
        ),
        _wrong(
            "no-relu",
            "A convolution has its activation with it.",
            "What is Conv2D's activation if you say nothing? What are two linear layers in a row?",
            convolution=_with(3, activation=None),
        ),
        Misconception(
            "one-relu-at-the-end",
            believes="A block has one activation, behind its convolutions.",
            wrong=_with_activation_at_the_end,
            hint="What are three convolutions with nothing between them worth more than one of 7 × 7?",
        ),
        _wrong(
            "tanh",
            "Hidden layers have tanh.",
            "That was LeNet. Which activation does the docstring name?",
            convolution=_with(3, activation="tanh"),
        ),
        _wrong(
            "five-by-five-kernels",
            "Kernels are 5 × 5.",
            "What is VGG's point: few large kernels, or several small ones in a row?",
            convolution=_with(5),
        ),
        _wrong(
            "one-by-one-kernels",
            "The size is kept by kernels of one pixel.",
            "What size do the kernels have in the docstring, and what else keeps the size of the images?",
            convolution=_with(1),
        ),
        Misconception(
            "stride-in-place-of-pooling",
            believes="The last convolution halves the size, by its stride.",
            wrong=_strided,
            hint="That is how residual networks do it. What halves the size in the docstring's block?",
        ),
        Misconception(
            "filters-double-in-the-block",
            believes="Each convolution has twice the filters of the one before.",
            wrong=_doubling,
            hint="Where do VGG's channels double: from one convolution to the next, or from block to block?",
        ),
        _wrong(
            "batch-norm",
            "A convolution is followed by batch normalisation.",
            "Batch normalisation came a year after VGG. Which layers does the docstring list?",
            convolution=lambda filters: [*_convolution(filters), BatchNorm()],
        ),
        Misconception(
            "one-layer-repeated",
            believes="[layer] * n is a list of n layers.",
            wrong=_one_layer_repeated,
            hint="How many layers, with how many weights, are there in `[Conv2D(8, 3)] * 3`?",
        ),
        Misconception(
            "a-network",
            believes="A block is a small network.",
            wrong=lambda convolutions, filters: Sequential(_block(convolutions, filters)),
            hint="What is `vgg_block(2, 64) + vgg_block(2, 128)`, if both are networks?",
        ),
        _wrong(
            "arguments-not-checked",
            "Nobody asks for a block without convolutions.",
            "What does your function return for 0 convolutions: what the caller wanted, or a surprise?",
        ),
    ],
    variants=[
        Variant("own-layers", _checked),
        Variant("relu-as-a-layer", _relu_apart),
        Variant("last-relu-behind-the-pooling", _relu_last),
        Variant("convolutions-in-a-network", _convolutions_within),
    ],
    hints=[
        "Write down the layers of vgg_block(2, 64). What of them is repeated, and what stands once?",
        "A list comprehension makes a new layer in each round; the pooling is added behind it.",
        "[*(Conv2D(filters, 3, padding='same', activation='relu') for _ in range(convolutions)), MaxPool2D(2)]",
    ],
)
