"""pointwise_conv and pointwise_conv_backward: 1×1 convolutions."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, RandomCases, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import grid, normal
from autograder.units.shared.families import upstream_ignored
from autograder.units.u07_convolution import weights, windows

PRODUCT = "x.reshape(-1, x.shape[3]) @ w"
RESULT = "y.reshape(*x.shape[:3], w.shape[1])"
GRAD_X = "(flat @ w.T).reshape(x.shape)"
GRAD_B = weights.GRAD_B
GRAD_W = "pixels.T @ flat"
GRAD_W_OF_THE_LAST = "np.einsum('pqc,pqf->cf', x[-1], grad_output[-1])"

PROMISED_SHAPE = "Which shape does the docstring promise?"


def _many(n: int) -> dict[str, Any]:
    return {"x": normal(n // 4, n // 10, n // 10, 2, seed=110), "w": normal(2, 3, seed=111), "b": grid(3)}


def _layer(*image: int, filters: int, seed: int = 0) -> dict[str, Any]:
    return {
        "x": normal(*image, seed=800 + seed),
        "w": normal(image[3], filters, seed=830 + seed),
        "b": grid(filters, start=-1.5, step=2.0),
    }


def _random_layer(rng: np.random.Generator) -> dict[str, Any]:
    channels, filters = (int(n) for n in rng.permutation([2, 3, 4])[:2])
    return {
        "x": rng.standard_normal((2, 3, int(rng.integers(4, 7)), channels)),
        "w": rng.standard_normal((channels, filters)),
        "b": rng.standard_normal(filters),
    }


SINGLE = {name: array.astype(np.float32) for name, array in _layer(1, 3, 2, 3, filters=2, seed=8).items()}

CASES: list[Case | RandomCases] = [
    Case("one-pixel", x=np.array([[[[2.0, 3.0]]]]), w=np.array([[1.0, 0.0], [-1.0, 5.0]]), b=np.array([10.0, 20.0])),
    Case("one-channel-several-filters", **_layer(1, 2, 3, 1, filters=3, seed=1)),
    Case("several-channels-one-filter", **_layer(1, 2, 3, 4, filters=1, seed=2)),
    Case("non-square-image", **_layer(1, 2, 5, 2, filters=3, seed=3)),
    Case("as-many-filters-as-channels", **_layer(2, 3, 4, 3, filters=3, seed=4), readonly=True),
    Case("batch-of-images", **_layer(3, 2, 4, 2, filters=4, seed=5)),
    Case("square-everything", **_layer(2, 2, 2, 2, filters=2, seed=6)),
    Case("one-row", **_layer(2, 1, 4, 3, filters=2, seed=7)),
    Case("single-precision", **SINGLE),
    random_cases(_random_layer),
]

pointwise_conv = Exercise(
    "pointwise_conv",
    points=1,
    vectorized=_many,
    cases=[*CASES, Case("other-channels", x=grid(1, 2, 3, 2), w=grid(3, 2), b=grid(2), raises="w")],
    misconceptions=[
        edit("weights-transposed", PRODUCT, f"{PRODUCT}.T")
        .believes("A filter's weights are a row of w.")
        .ask("w is (C, F). In w[c, f], which index belongs to the channels that are summed over?"),
        weights.bias_forgotten,
        edit("bias-in-every-product", "y += b", "y += len(w) * b")
        .believes("The bias belongs inside the sum.")
        .ask("Does b[f] stand before or behind the sign of summation? How often is it added?"),
        returns(
            "reshaped-to-channels-first",
            "pointwise_conv(x.reshape(len(x), x.shape[3], *x.shape[1:3]).transpose(0, 2, 3, 1), w, b)",
        )
        .believes("x.reshape(N, C, H, W) moves the channels to the front.")
        .ask(windows.RESHAPE),
        edit("last-channel-overwrites", PRODUCT, "x[..., -1:] @ w[-1:]")
        .believes("A loop over the channels may assign the channel's products to the result.")
        .ask("After the loop over the channels, what is left of the first channel's products?"),
        edit("channels-averaged", PRODUCT, f"{PRODUCT} / len(w)")
        .believes("The products are averaged over the channels.")
        .ask("Does the formula hold a division?"),
        weights.biases_added_up,
        weights.relu_included,
        edit("left-flat", RESULT, "y").believes("The result has one row per pixel.").ask(PROMISED_SHAPE),
        returns("channels-first", "pointwise_conv(x, w, b).transpose(0, 3, 1, 2)")
        .believes("The result is channels first.")
        .ask("Where do the channels stand in this unit?"),
        returns("pixels-averaged", "pointwise_conv(x, w, b).mean(axis=(1, 2), keepdims=True)")
        .believes("There is one result per image.")
        .ask(PROMISED_SHAPE),
    ],
    hints=[
        "Take one pixel: C numbers go in, F numbers come out. Which layer does that?",
        "A matrix product with w acts on the last axis; all pixels of all images are rows.",
        "x @ w + b",
    ],
    variants=[
        Variant("channel-by-channel", (PRODUCT, "sum(x[..., c, None] * w[c] for c in range(len(w)))")),
        Variant("tensordot", (PRODUCT, "np.tensordot(x, w, axes=1)")),
    ],
)

pointwise_conv_backward = Exercise(
    "pointwise_conv_backward",
    points=2,
    vectorized=lambda n: {"grad_output": normal(n // 4, n // 10, n // 10, 3, seed=112), **_many(n)},
    cases=CASES,
    misconceptions=[
        edit("weights-not-transposed", GRAD_X, "grad_output @ w")
        .believes("The gradient goes back through w as the data went forward.")
        .ask("g has F numbers at each pixel, and x has C. Which matrix leads from F to C?"),
        edit("weight-gradient-transposed", GRAD_W, "flat.T @ pixels")
        .believes("The gradient of w is gᵀ x.")
        .ask("What shape does w have, and what shape does your gradient of it have?"),
        upstream_ignored(),
        edit("averaged-over-the-pixels", GRAD_W, f"{GRAD_W} / len(flat)", GRAD_B, "flat.mean(axis=0)")
        .believes("The gradients of w and b are means over all pixels.")
        .ask(weights.ADDS_OR_AVERAGES),
        edit("averaged-over-the-batch", GRAD_W, f"{GRAD_W} / len(x)", GRAD_B, f"{GRAD_B} / len(x)")
        .believes("The gradients of w and b are means over the images.")
        .ask(weights.WHO_DIVIDED),
        weights.bias_summed_over_the_batch_alone,
        edit("last-image-overwrites", GRAD_W, GRAD_W_OF_THE_LAST, GRAD_B, "grad_output[-1].sum(axis=(0, 1))")
        .believes("A loop over the images may assign the gradients of w and b.")
        .ask(weights.SERVES_EVERY_IMAGE),
        edit("reshaped-to-channels-first", "pixels.T", "x.reshape(x.shape[3], -1)")
        .believes("x.reshape(C, -1) puts each channel into a row.")
        .ask(windows.RESHAPE),
        weights.bias_averaged,
        edit("weights-averaged-over-the-pixels", GRAD_W, f"{GRAD_W} / len(flat)")
        .believes("The gradient of w is a mean over all pixels.")
        .ask("The same w serves every pixel. Do the effects add or average?"),
        edit("weights-averaged-over-the-batch", GRAD_W, f"{GRAD_W} / len(x)")
        .believes("The gradient of w is a mean over the images.")
        .ask(weights.WHO_DIVIDED),
        edit("left-flat", GRAD_X, "flat @ w.T")
        .believes("The gradient of x has one row per pixel.")
        .ask("What shape does x have?"),
        edit("weights-first", f"{GRAD_X}, {GRAD_W}", f"{GRAD_W}, {GRAD_X}")
        .believes("The weights' gradient is the important one and comes first.")
        .ask(weights.ORDER_OF_GRADIENTS),
    ],
    hints=[
        "Write x as a matrix with one pixel per row. Which layer is this, and what are its three gradients?",
        "g wᵀ for x, xᵀ g for w, with all pixels of all images as rows; for b the sum over these rows.",
        "pixels = x.reshape(-1, C), flat = grad_output.reshape(-1, F): flat @ w.T, pixels.T @ flat, flat.sum(axis=0).",
    ],
    variants=[
        Variant(
            "tensordot",
            (GRAD_X, "grad_output @ w.T", GRAD_W, "np.tensordot(x, grad_output, axes=((0, 1, 2), (0, 1, 2)))"),
        )
    ],
)
