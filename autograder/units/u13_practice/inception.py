"""inception_block and its backward pass."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import normal
from autograder.units.shared.families import upstream_ignored

THIN_3, THIN_5 = "mixed(x, w3_reduce)", "mixed(x, w5_reduce)"
ONE, THREE, FIVE = "mixed(x, w1)", f"convolved({THIN_3}, w3)", f"convolved({THIN_5}, w5)"
MIXED = "relu(pointwise_conv(images, w, np.zeros(w.shape[1], dtype=x.dtype)))"
POOLED, MAXIMUM = "mixed(pooled, w_pool)", 'max_pool2d(x, 3, 1, "same")'

POOL_BACK = 'max_pool2d_backward(grad_pooled, x, 3, 1, "same")'
SUM = f"x1 + x3 + x5 + {POOL_BACK}"
MIXED_RELU_BACK = "relu_backward(grad, pointwise_conv(images, w, bias))"
CONVOLVED_RELU_BACK = 'relu_backward(grad, conv2d(thin, w, bias, padding="same"))'
REDUCTION_BACK, MASKED = "*unmixed(grad_thin, x, reduction)", "*unmixed(grad_thin * (thin > 0), x, reduction)"
WITHOUT_RELU = "*pointwise_conv_backward(grad_thin, x, reduction, np.zeros_like(reduction[0]))[:2]"
MIXED_BACK = "pointwise_conv_backward(grad, images, w, bias)[:2]"
PRODUCTS = "grad @ w.T, np.tensordot(images, grad, axes=((0, 1, 2), (0, 1, 2)))"
WIDTHS, PARTS = "[w1.shape[1], w3.shape[3], w5.shape[3]]", "upstream1, upstream3, upstream5, upstream_pool ="
POOL_FIRST = "upstream_pool, upstream1, upstream3, upstream5 ="
TO_ALL_TIES = f"""padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=-np.inf)
    collected, largest = np.zeros_like(padded), {MAXIMUM}
    for i, j in np.ndindex(3, 3):
        at = np.s_[:, i : i + x.shape[1], j : j + x.shape[2]]
        collected[at] += grad_pooled * (padded[at] == largest)
    grad_x = x1 + x3 + x5 + collected[:, 1:-1, 1:-1]"""


SCALES = {"w3": 0.5, "w5": 0.4}


def shapes(*image: int, widths: Iterable[int]) -> dict[str, tuple[int, ...]]:
    """The arguments' shapes, for images (N, H, W, C) and the widths F1, R3, F3, R5, F5, FP."""
    (f1, r3, f3, r5, f5, fp), c = widths, image[3]
    third, fifth = {"w3_reduce": (c, r3), "w3": (3, 3, r3, f3)}, {"w5_reduce": (c, r5), "w5": (5, 5, r5, f5)}
    return {"x": image, "w1": (c, f1), **third, **fifth, "w_pool": (c, fp)}


def block(*image: int, widths: Iterable[int], seed: int, dtype: str = "float64", **changed: Any) -> dict[str, Any]:
    """Images (N, H, W, C) and weights, of which some are `changed`."""
    arrays = enumerate(shapes(*image, widths=widths).items())
    usual = {name: normal(*s, seed=850 + 20 * k + seed, scale=SCALES.get(name, 1)) for k, (name, s) in arrays}
    return {name: array.astype(dtype) for name, array in (usual | changed).items()}


def drawn(rng: np.random.Generator) -> dict[str, Any]:
    """Two images, and branches of widths from 1 to 3."""
    c, *widths = (int(each) for each in rng.integers(1, 4, 7))
    wanted = shapes(2, int(rng.integers(3, 5)), int(rng.integers(4, 6)), c + 1, widths=widths)
    return {name: rng.standard_normal(shape) for name, shape in wanted.items()}


NEGATIVE: dict[str, Any] = {
    "x": -1 - np.abs(normal(1, 3, 4, 2, seed=851)),
    "w_pool": np.array([[-1.0, 0.5], [0.25, -2.0]]),
}
TIES: dict[str, Any] = {"x": np.rint(normal(1, 4, 5, 2, seed=852)), "w_pool": np.array([[1.0, -0.5], [0.75, 2.0]])}

BLOCKS = [
    Case("one-channel-each", **block(1, 4, 5, 1, widths=(1, 1, 1, 1, 1, 1), seed=10)),
    Case("different-widths", **block(1, 4, 3, 2, widths=(1, 2, 3, 1, 2, 4), seed=4)),
    Case("two-images", **block(2, 3, 4, 3, widths=(2, 2, 1, 2, 3, 1), seed=5), readonly=True),
    Case("reductions-of-one-width", **block(1, 5, 4, 2, widths=(2, 2, 2, 2, 2, 2), seed=6)),
    Case("all-negative", **block(1, 3, 4, 2, widths=(1, 2, 1, 1, 2, 2), seed=1, **NEGATIVE)),
    Case("ties-in-the-windows", **block(1, 4, 5, 2, widths=(2, 1, 2, 2, 1, 2), seed=2, **TIES)),
    Case("smaller-than-the-kernels", **block(1, 2, 1, 2, widths=(1, 2, 2, 2, 1, 2), seed=7)),
    Case("single-precision", **block(1, 3, 4, 2, widths=(1, 1, 2, 2, 1, 1), seed=8, dtype="float32")),
]
UNFIT_3 = block(1, 3, 4, 2, widths=(1, 2, 1, 1, 1, 1), seed=3, w3=normal(3, 3, 1, 1))
UNFIT_5 = block(1, 3, 4, 2, widths=(1, 2, 1, 1, 1, 1), seed=3, w5=normal(5, 5, 2, 1))

inception_block = Exercise(
    "inception_block",
    points=3,
    vectorized=lambda n: block(2, n // 4, n // 5, 2, widths=(1, 2, 1, 1, 2, 1), seed=9),
    cases=[
        *BLOCKS,
        Case("kernels-for-other-channels", raises="w3", **UNFIT_3),
        Case("large-kernels-for-other-channels", raises="w5", **UNFIT_5),
        random_cases(drawn),
    ],
    misconceptions=[
        edit("large-kernels-first", f"{THREE}, {FIVE}", f"{FIVE}, {THREE}")
        .believes("The order of the branches is free.")
        .ask("What does the next layer's weight for channel 3 belong to?"),
        edit("pooling-first", f"[*branches, {POOLED}]", f"[{POOLED}, *branches]")
        .believes("The pooled branch comes first.")
        .ask("In which order does the docstring join the branches?"),
        edit("joined-along-the-width", "axis=3", "axis=2")
        .believes("Side by side means one image beside the other.")
        .ask("On which axis do the channels stand? What shape does the docstring promise?"),
        edit("no-relu-in-the-reductions", THIN_3, "x @ w3_reduce", THIN_5, "x @ w5_reduce")
        .believes("A 1×1 reduction only makes the images thinner.")
        .ask("How many convolutions does the 3×3 branch have, and how many relus?"),
        edit("no-relu-at-the-end", ONE, "x @ w1", POOLED, "pooled @ w_pool", "return relu(conv2d(", "return (conv2d(")
        .believes("The relu comes between the convolutions only.")
        .ask("Can a number of the result be negative?"),
        edit("pooled-after-mixing", POOLED, 'max_pool2d(mixed(x, w_pool), 3, 1, "same")')
        .believes("The order of pooling and 1×1 convolution does not matter.")
        .ask("Is the maximum of a sum the sum of the maxima?"),
        edit(
            "average-pooling",
            "pooled = max_",
            "from solutions.u07_convolution import average_pool2d; pooled = average_",
        )
        .believes("Pooling takes the mean of the window.")
        .ask("Which pooling does the docstring name?"),
        edit("padding-wins", MAXIMUM, "max_pool2d(np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0))), 3, 1)")
        .believes("The images are padded with zeros before the pooling.")
        .ask("At the edge of an image of negative numbers, what is the maximum of the window?"),
        edit("not-pooled", POOLED, "mixed(x, w_pool)")
        .believes("With stride 1 the pooling changes nothing.")
        .ask("The size stays the same. Do the numbers?"),
        edit("one-reduction-for-both", "mixed(x, w5_reduce)", "mixed(x, w3_reduce)")
        .believes("The 3×3 and the 5×5 kernels share one reduction.")
        .ask("What is `w5_reduce` for?"),
    ],
    hints=[
        "Four branches, each with its own shape: write down the shape of every result before you join them.",
        "pointwise_conv, conv2d with padding='same', max_pool2d(x, 3, 1, 'same'), and a relu after every convolution.",
        "np.concatenate([…], axis=3) of relu(x w1), the two longer branches, relu(pointwise_conv(pooled, w_pool, …)).",
    ],
    variants=[Variant("products", (MIXED, "np.maximum(images @ w, 0)"))],
)

inception_block_backward = Exercise(
    "inception_block_backward",
    points=4,
    cases=[*BLOCKS, random_cases(drawn)],
    misconceptions=[
        edit("last-branch-overwrites", SUM, POOL_BACK)
        .believes("Each branch assigns the gradient of x.")
        .ask("How many branches used x? What is left of the first one's part?"),
        edit("averaged-over-the-branches", SUM, f"({SUM}) / 4")
        .believes("x gets the mean of what the branches send back.")
        .ask("A value that is used four times: do the gradients add or average?"),
        edit("pooling-branch-forgotten", SUM, "x1 + x3 + x5")
        .believes("Pooling has no weights, so nothing comes back from it.")
        .ask("If the largest number of a window rises, does the result rise?"),
        edit("pooling-passes-on", POOL_BACK, "grad_pooled")
        .believes("With stride 1 the pooling passes the gradient to the same place.")
        .ask("Which pixel's number does place (p, q) of the pooled image hold?"),
        edit("to-all-ties", f"grad_x = {SUM}", TO_ALL_TIES)
        .believes("Every pixel that equals the maximum gets the gradient.")
        .ask("Two pixels share the maximum. Which one gets the gradient, by the docstring?"),
        edit("cut-in-another-order", WIDTHS, "[w_pool.shape[1], w1.shape[1], w3.shape[3]]", PARTS, POOL_FIRST)
        .believes("The upstream gradient begins with the pooled branch.")
        .ask("In which order were the branches joined on the way forward?"),
        edit("relu-of-the-reductions-skipped", REDUCTION_BACK, WITHOUT_RELU)
        .believes("The reductions pass their gradient on as it is.")
        .ask("How many relus lie between the 3×3 branch's result and x?"),
        edit("last-relus-skipped", REDUCTION_BACK, MASKED, MIXED_RELU_BACK, "grad", CONVOLVED_RELU_BACK, "grad")
        .believes("The upstream gradient is that of the convolutions' results.")
        .ask("Where the block gave 0, what does a small change of the weights do?"),
        upstream_ignored(),
    ],
    hints=[
        "Cut the upstream gradient first: which channels belong to which branch? np.split takes the places to cut at.",
        "Each branch by itself, from its end: relu, convolution, relu, 1×1. Recompute what the relus need.",
        "grad_x = x1 + x3 + x5 + max_pool2d_backward(grad_pooled, x, 3, 1, 'same').",
    ],
    variants=[Variant("masks-and-products", (MIXED_RELU_BACK, "grad * (images @ w > 0)", MIXED_BACK, PRODUCTS))],
)
