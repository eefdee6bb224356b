"""receptive_field."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit

GROW = "field += dilation * (kernel - 1) * step"
STRETCH = "step *= stride"


def _random_layers(rng: np.random.Generator) -> dict[str, Any]:
    draw = rng.integers(2, 5, (int(rng.integers(3, 5)), 3))
    return {"layers": [(int(kernel), int(stride), int(dilation)) for kernel, stride, dilation in draw]}


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
        edit("strides-ignored", GROW, "field += dilation * (kernel - 1)")
        .believes("Each layer adds d (k - 1), wherever it stands.")
        .ask("After a stride of 2, how many input positions lie between two neighbours of the layer's output?"),
        edit("own-stride-counts", GROW, f"{GROW} * stride")
        .believes("A layer's own stride stretches its own kernel.")
        .ask("Does one output of a layer see more of the layer's input when the stride is larger?"),
        edit("strides-add-up", STRETCH, "step = stride if step == 1 else step + stride * (stride > 1)")
        .believes("After strides of 2 and 2 a step is 2 + 2 positions; after 2, 2, 2 it is 6.")
        .ask("Three layers of stride 2: how far apart in the input are two neighbours at the end, 6 or 8?"),
        edit("only-the-last-stride", STRETCH, "step = stride")
        .believes("A step is as long as the stride of the layer before.")
        .ask("Three layers of stride 2: how far apart in the input are two neighbours at the end, 2 or 8?"),
        edit("dilation-ignored", GROW, "field += (kernel - 1) * step")
        .believes("Gaps between the weights do not change what is seen.")
        .ask("Three weights, four apart: from the first to the last, how many positions?"),
        edit("whole-span-added", GROW, "field += (dilation * (kernel - 1) + 1) * step")
        .believes("Each layer adds its kernel's span.")
        .ask("A kernel of one weight sees what its input sees. How much does it add?"),
        edit("kernels-multiply", GROW, "field *= dilation * (kernel - 1) + 1")
        .believes("Two layers of 3 see 3 · 3 positions.")
        .ask("Neighbouring windows overlap. How many positions do three windows of 3, one apart, cover?"),
        edit("last-layer-first", "in layers:", "in layers[::-1]:")
        .believes("The first triple belongs to the layer nearest to the output.")
        .ask("In which order do the layers stand, from the input or from the output?"),
        edit("without-the-first", "field, step = 1, 1", "field, step = 0, 1")
        .believes("The field begins at 0.")
        .ask("How many positions does one output see without any layer?"),
        edit("kernel-instead-of-steps", GROW, "field += dilation * kernel * step")
        .believes("The kernel adds k positions.")
        .ask("How many steps are there from the first weight to the last of three?"),
        edit("dilation-counts-as-stride", STRETCH, "step *= stride * dilation")
        .believes("A dilation makes the later steps longer.")
        .ask("How far apart do two neighbouring outputs of a dilated layer stand?"),
    ],
    hints=[
        "Draw two layers of kernel 3: which input positions does one number at the top depend on?",
        "Two numbers go from layer to layer: what is seen, and how many input positions a step of one is.",
        "`field += dilation * (kernel - 1) * step`, and only then `step *= stride`.",
    ],
    variants=[
        Variant(
            "from-the-output-back",
            ("in layers:", "in reversed(layers):", GROW, "field = (field - 1) * stride + dilation * (kernel - 1) + 1"),
        )
    ],
)
