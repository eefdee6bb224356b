"""Assessment of the receptive field."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases

__all__ = ["receptive_field"]


def _field(layers: Any, *, grow: Any, stretch: Any = lambda step, stride: step * stride) -> int:
    """The recursion of the receptive field with its two lines replaced."""
    field, step = 1, 1
    for kernel, stride, dilation in layers:
        field, step = grow(field, step, kernel, stride, dilation), stretch(step, stride)
    return int(field)


def _reach(field: int, step: int, kernel: int, stride: int, dilation: int) -> int:
    return field + dilation * (kernel - 1) * step


def _reach_of_whole_kernels(field: int, step: int, kernel: int, stride: int, dilation: int) -> int:
    return field + dilation * kernel * step


def _random_layers(rng: np.random.Generator) -> dict[str, Any]:
    draw = rng.integers(2, 5, (int(rng.integers(3, 5)), 3))
    return {"layers": [(int(kernel), int(stride), int(dilation)) for kernel, stride, dilation in draw]}


def _dilated_steps(layers: Any) -> int:
    field, step = 1, 1
    for kernel, stride, dilation in layers:
        field, step = field + dilation * (kernel - 1) * step, step * stride * dilation
    return field


receptive_field = Exercise(
    "receptive_field",
    points=1,
    cases=[
        Case("no-layers", layers=[]),
        Case("one-layer", layers=[(3, 1, 1)]),
        Case("two-layers-of-three-see-five", layers=[(3, 1, 1), (3, 1, 1)]),
        Case("a-stride-counts-for-the-layers-after-it", layers=[(3, 2, 1), (3, 1, 1)]),
        Case("a-last-stride-changes-nothing", layers=[(3, 1, 1), (5, 4, 1)]),
        Case("strides-multiply", layers=[(2, 2, 1), (2, 2, 1), (2, 2, 1), (3, 1, 1)]),
        Case("dilations-that-double", layers=[(3, 1, 1), (3, 1, 2), (3, 1, 4)]),
        Case("one-weight-with-a-stride", layers=[(1, 3, 2), (2, 1, 1)]),
        Case("alexnet-like", layers=[(11, 4, 1), (3, 2, 1), (5, 1, 1), (3, 2, 1), (3, 1, 1)]),
        Case("empty-kernel", layers=[(3, 1, 1), (0, 1, 1)], raises="layers"),
        Case("stride-zero", layers=[(3, 0, 1)], raises="layers"),
        random_cases(_random_layers, count=3),
    ],
    misconceptions=[
        Misconception(
            "strides-ignored",
            believes="Each layer adds d (k - 1), wherever it stands.",
            wrong=lambda layers: _field(layers, grow=lambda r, j, k, s, d: r + d * (k - 1)),
            hint="After a stride of 2, how many input positions lie between two neighbours of the layer's output?",
        ),
        Misconception(
            "own-stride-counts",
            believes="A layer's own stride stretches its own kernel.",
            wrong=lambda layers: _field(layers, grow=lambda r, j, k, s, d: r + d * (k - 1) * j * s),
            hint="Does one output of a layer see more of the layer's input when the stride is larger?",
        ),
        Misconception(
            "strides-add-up",
            believes="After strides of 2 and 2 a step is 2 + 2 positions; after 2, 2, 2 it is 6.",
            wrong=lambda layers: _field(
                layers,
                grow=lambda r, j, k, s, d: r + d * (k - 1) * j,
                stretch=lambda j, s: s if j == 1 else j + (s if s > 1 else 0),
            ),
            hint="Three layers of stride 2: how far apart in the input are two neighbours at the end, 6 or 8?",
        ),
        Misconception(
            "only-the-last-stride",
            believes="A step is as long as the stride of the layer before.",
            wrong=lambda layers: _field(layers, grow=lambda r, j, k, s, d: r + d * (k - 1) * j, stretch=lambda j, s: s),
            hint="Three layers of stride 2: how far apart in the input are two neighbours at the end, 2 or 8?",
        ),
        Misconception(
            "dilation-ignored",
            believes="Gaps between the weights do not change what is seen.",
            wrong=lambda layers: _field(layers, grow=lambda r, j, k, s, d: r + (k - 1) * j),
            hint="Three weights, four apart: from the first to the last, how many positions?",
        ),
        Misconception(
            "whole-span-added",
            believes="Each layer adds its kernel's span.",
            wrong=lambda layers: _field(layers, grow=lambda r, j, k, s, d: r + (d * (k - 1) + 1) * j),
            hint="A kernel of one weight sees what its input sees. How much does it add?",
        ),
        Misconception(
            "kernels-multiply",
            believes="Two layers of 3 see 3 · 3 positions.",
            wrong=lambda layers: _field(layers, grow=lambda r, j, k, s, d: r * (d * (k - 1) + 1)),
            hint="Neighbouring windows overlap. How many positions do three windows of 3, one apart, cover?",
        ),
        Misconception(
            "last-layer-first",
            believes="The first triple belongs to the layer nearest to the output.",
            wrong=lambda layers: _field(layers[::-1], grow=lambda r, j, k, s, d: r + d * (k - 1) * j),
            hint="In which order do the layers stand, from the input or from the output?",
        ),
        Misconception(
            "without-the-first",
            believes="The field begins at 0.",
            wrong=lambda layers: (
                _field(
                    layers, grow=lambda field, step, kernel, stride, dilation: field + dilation * (kernel - 1) * step
                )
                - 1
            ),
            hint="How many positions does one output see without any layer?",
        ),
        Misconception(
            "kernel-instead-of-steps",
            believes="The kernel adds k positions.",
            wrong=lambda layers: _field(
                layers, grow=lambda field, step, kernel, stride, dilation: field + dilation * kernel * step
            ),
            hint="How many steps are there from the first weight to the last of three?",
        ),
        Misconception(
            "dilation-counts-as-stride",
            believes="A dilation makes the later steps longer.",
            wrong=_dilated_steps,
            hint="How far apart do two neighbouring outputs of a dilated layer stand?",
        ),
    ],
    hints=[
        "Draw two layers of kernel 3: which input positions does one number at the top depend on?",
        "Two numbers go from layer to layer: what is seen, and how many input positions a step of one is.",
        "`field += dilation * (kernel - 1) * step`, and only then `step *= stride`.",
    ],
    variants=[Variant("from-the-output-back", lambda layers: _backwards(layers))],
)


def _backwards(layers: Any) -> int:
    field = 1
    for kernel, stride, dilation in reversed(layers):
        if min(kernel, stride, dilation) <= 0:
            raise ValueError("layers must have positive numbers")
        field = (field - 1) * stride + dilation * (kernel - 1) + 1
    return field
