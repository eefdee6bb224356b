"""conv2d and conv2d_backward."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import grid, normal
from autograder.units.shared.families import argument_fixed, upstream_ignored
from autograder.units.u07_convolution import weights, windows

FLAT_W = "w.reshape(-1, filters)"
PRODUCT = f"columns.reshape(-1, columns.shape[-1]) @ {FLAT_W}"
RESULT = "y.reshape(*columns.shape[:3], filters)"
POSITIONS = "np.split(columns, kernel[0] * kernel[1], axis=-1)"
OPTIONS = "b, stride, padding, dilation"
CUT_TO_SIZE = (
    f"{RESULT}[:, : -(-x.shape[1] // stride[0]), : -(-x.shape[2] // stride[1])] if padding == 'same' else {RESULT}"
)
HALF_A_KERNEL = "(axis[1] // 2,) * 2"

COLUMNS = "im2col(padded, kernel, stride, dilation)"
COLUMNS_ONE_APART = "im2col(padded, kernel, 1, dilation)[:, : grad_output.shape[1], : grad_output.shape[2]]"
COLUMNS_WITHOUT_GAPS = "im2col(padded, kernel, stride, 1)[:, : grad_output.shape[1], : grad_output.shape[2]]"
GRAD_B = weights.GRAD_B
GRAD_W = "columns.reshape(-1, columns.shape[-1]).T @ flat"
GRAD_W_AS_W = "grad_w.reshape(w.shape)"
GRAD_COLUMNS = f"(flat @ {FLAT_W}.T)"

TOO_MANY_PLACES = "With 4 weights and 2 zeros on either side of 5 pixels: how many places are there?"
SECOND_WEIGHT = "With dilation 2, which pixel did the second weight meet when the first met pixel 0?"


def _many(n: int) -> dict[str, Any]:
    """A batch that grows in every direction but the channels."""
    return {"x": normal(n // 4, n // 10, n // 10, 2, seed=74), "w": normal(2, 3, 2, 2, seed=75), "b": grid(2)}


def _layer(*image: int, kernel: tuple[int, int], filters: int = 2, seed: int = 0) -> dict[str, Any]:
    """Images (N, H, W, C), kernels and bias with distinct values."""
    return {
        "x": normal(*image, seed=700 + seed),
        "w": normal(*kernel, image[3], filters, seed=730 + seed),
        "b": grid(filters, start=-1.5, step=2.0),
    }


def _random_layer(rng: np.random.Generator) -> dict[str, Any]:
    """A kernel that is not square, strides that differ, some dilation, any padding."""
    kernel = [(2, 3), (3, 2), (1, 4), (4, 1)][int(rng.integers(4))]
    paddings: list[Any] = ["valid", "same", (1, 2)]
    return {
        "x": rng.standard_normal((2, int(rng.integers(7, 9)), int(rng.integers(9, 11)), 2)),
        "w": rng.standard_normal((*kernel, 2, 3)),
        "b": rng.standard_normal(3),
        "stride": (int(rng.integers(1, 3)), 3),
        "padding": paddings[int(rng.integers(3))],
        "dilation": (2, int(rng.integers(1, 3))),
    }


EVERYTHING = {**_layer(2, 7, 6, 2, kernel=(3, 2), filters=3, seed=14), "stride": (1, 2), "padding": "same"}
SINGLE = {name: array.astype(np.float32) for name, array in _layer(1, 4, 3, 2, kernel=(2, 2), seed=15).items()}
SMALL = _layer(1, 3, 4, 1, kernel=(2, 2))

CASES = [
    Case("one-window", x=grid(1, 2, 3, 1), w=np.array([[1.0, 2.0, 0.0], [0.0, -1.0, 3.0]])[..., None, None], b=grid(1)),
    Case("kernel-is-not-flipped", x=grid(1, 3, 3, 1), w=grid(2, 2, 1, 1), b=np.zeros(1)),
    Case("non-square-image-and-kernel", **_layer(1, 5, 4, 1, kernel=(3, 2), filters=1, seed=1)),
    Case("a-bias-for-each-filter", **_layer(1, 2, 3, 1, kernel=(2, 1), filters=3, seed=2)),
    Case("channels-are-summed", **_layer(1, 3, 4, 3, kernel=(2, 2), filters=1, seed=3)),
    Case("batch-channels-filters", **_layer(2, 4, 5, 3, kernel=(3, 2), filters=4, seed=4), readonly=True),
    Case("stride-two-leaves-a-rest", **_layer(1, 6, 7, 2, kernel=(3, 2), seed=5), stride=2),
    Case("strides-differ", **_layer(1, 7, 8, 1, kernel=(2, 3), seed=6), stride=(3, 2)),
    Case("same-odd-kernel", **_layer(1, 4, 5, 2, kernel=(3, 3), seed=7), stride=1, padding="same"),
    Case("same-even-kernel", **_layer(1, 4, 5, 1, kernel=(2, 4), seed=8), stride=1, padding="same"),
    Case("same-stride-two-even-size", **_layer(1, 6, 8, 1, kernel=(3, 3), seed=9), stride=2, padding="same"),
    Case("same-stride-larger-than-kernel", **_layer(1, 7, 9, 1, kernel=(2, 1), seed=10), stride=4, padding="same"),
    Case("zeros-on-every-side", **_layer(1, 3, 4, 1, kernel=(3, 2), seed=11), stride=1, padding=(1, 2)),
    Case("one-number-for-both-axes", **_layer(1, 4, 3, 2, kernel=(3, 2), seed=12), stride=2, padding=1),
    Case("dilations-differ", **_layer(1, 6, 8, 1, kernel=(2, 3), seed=13), stride=1, padding="valid", dilation=(3, 2)),
    Case("everything-at-once", **EVERYTHING, dilation=(2, 3)),
    Case("single-precision", **SINGLE, stride=1, padding="same"),
]
BAD_ARGUMENTS = [
    Case("kernel-does-not-fit", **_layer(1, 3, 5, 1, kernel=(4, 2)), raises="w"),
    Case(
        "dilated-kernel-does-not-fit",
        **_layer(1, 5, 4, 1, kernel=(2, 3)),
        stride=1,
        padding="valid",
        dilation=2,
        raises="w",
    ),
    Case("other-channels", x=grid(1, 3, 4, 2), w=grid(2, 2, 3, 1), b=grid(1), raises="w"),
    Case("stride-zero", **SMALL, stride=0, raises="stride"),
    Case("unknown-padding", **SMALL, stride=1, padding="full", raises="padding"),
    Case("negative-padding", **_layer(1, 5, 6, 1, kernel=(2, 2)), stride=1, padding=-1, raises="padding"),
    Case("dilation-zero", **SMALL, stride=1, padding="valid", dilation=(1, 0), raises="dilation"),
]


conv2d = Exercise(
    "conv2d",
    points=3,
    vectorized=_many,
    cases=[*CASES, *BAD_ARGUMENTS, random_cases(_random_layer)],
    misconceptions=[
        edit("kernel-flipped", FLAT_W, "w[::-1, ::-1].reshape(-1, filters)")
        .believes("The kernel runs backwards, as in the formula of a convolution.")
        .ask("In the docstring's sum, which pixel of a window does w[0, 0] meet?"),
        returns("kernel-height-and-width-swapped", f"conv2d(x, w.swapaxes(0, 1), {OPTIONS})")
        .believes("The first axis of w runs along a row of the image.")
        .ask("With a kernel of shape (3, 2, …), how many rows of the image does a window have?"),
        weights.bias_forgotten,
        edit("bias-in-every-product", "y += b", "y += b * (w.size // filters)")
        .believes("The bias belongs inside the sums.")
        .ask("Does b[f] stand before or behind the signs of summation? How often is it added?"),
        returns("first-channel-alone", f"conv2d(x[..., :1], w[:, :, :1], {OPTIONS})")
        .believes("The kernel meets one channel.")
        .ask("Which of the channels of x does your result depend on?"),
        returns("last-channel-overwrites", f"conv2d(x[..., -1:], w[:, :, -1:], {OPTIONS})")
        .believes("A loop over the channels may assign the channel's sums to the result.")
        .ask("After the loop over the channels, what is left of the first channel's sums?"),
        edit("weights-in-another-order", FLAT_W, "w.transpose(2, 0, 1, 3).reshape(-1, filters)")
        .believes("Flattened windows and kernels match, whichever axis was moved to the front before.")
        .ask("A row of columns runs over i, then j, then c. In which order do the rows of your flat w run?"),
        returns(
            "kernels-read-as-filters-first",
            f"conv2d(x, w.reshape(*w.shape[:1:-1], *w.shape[:2]).transpose(2, 3, 1, 0), {OPTIONS})",
        )
        .believes("w.reshape(F, C, KH, KW) moves the filters to the front.")
        .ask(windows.RESHAPE),
        returns(
            "reshaped-to-channels-first",
            f"conv2d(x.reshape(len(x), x.shape[3], *x.shape[1:3]).transpose(0, 2, 3, 1), w, {OPTIONS})",
        )
        .believes("x.reshape(N, C, H, W) moves the channels to the front.")
        .ask(windows.RESHAPE),
        argument_fixed("stride-ignored", "stride", 1).believes("The kernel moves by one pixel.").ask(windows.HOW_FAR),
        windows.strides_swapped,
        edit("same-without-zeros", windows.SAME, "(0, 0)")
        .believes("'same' needs no zeros.")
        .ask("How many places does 'same' want, and how many does the bare image have?"),
        windows.odd_one_in_front,
        edit("half-a-kernel-on-both-sides", windows.SAME, HALF_A_KERNEL)
        .believes("'same' means k // 2 zeros on either side.")
        .ask(TOO_MANY_PLACES),
        edit("half-a-span-on-both-sides", windows.SAME, "(effective_kernel(axis[1], axis[3]) // 2,) * 2")
        .believes("'same' means half of the dilated kernel's span on either side.")
        .ask(TOO_MANY_PLACES),
        edit("half-a-kernel-cut-to-size", windows.SAME, HALF_A_KERNEL, f"return {RESULT}", f"return {CUT_TO_SIZE}")
        .believes("'same' means k // 2 zeros on either side; what is too much at the end is left out.")
        .ask("The shape is right, but how many zeros does `same_padding` put before the image?"),
        windows.same_as_at_stride_one,
        edit("zeros-on-one-side", "(height, height), (width, width)", "(0, height), (0, width)")
        .believes("A padding of p adds p rows and p columns.")
        .ask("On how many sides of the image are the p zeros put?"),
        windows.rest_kept(),
        argument_fixed("dilation-ignored", "dilation", 1)
        .believes("The weights meet neighbouring pixels.")
        .ask("With dilation 2, which pixel does the second weight meet when the first meets pixel 0?"),
        edit("summed-for-each-channel", "y += b", "y *= x.shape[3]; y += b")
        .believes("For each channel of the input the window's sum is added once more.")
        .ask("The formula's Σ over c: how often does it stand there?"),
        edit("rows-flipped-alone", FLAT_W, "w[::-1].reshape(-1, filters)")
        .believes("Only the rows of the kernel run backwards.")
        .ask("Does the formula have x[p - i] or x[p + i]?"),
        edit("bias-twice", "y += b", "y += 2 * b")
        .believes("The sums begin with the bias, and it is added at the end.")
        .ask("What is the output for an image of zeros?"),
        weights.biases_added_up,
        windows.dilations_swapped,
        edit("one-stride-for-both", windows.STRIDE, f"({windows.STRIDE}[0],) * 2")
        .believes("The first stride counts for both axes.")
        .ask("In a pair (h, w), which one moves the window to the right?"),
        argument_fixed("padding-ignored", "padding", "valid")
        .believes("The window stays inside the image.")
        .ask("What do zeros around the image make possible?"),
        edit("edges-repeated", "pad2d(x, sides)", 'np.pad(x, ((0, 0), *sides, (0, 0)), mode="edge")')
        .believes("The border is continued with its own pixels.")
        .ask("What is put around the images in the docstring?"),
        edit("averaged", "y += b", "y /= w.size // filters; y += b")
        .believes("A window's products are averaged.")
        .ask("What does the formula do with the products?"),
        weights.relu_included,
        returns("filters-summed", f"conv2d(x, w, {OPTIONS}).sum(axis=-1, keepdims=True)")
        .believes("The filters' outputs are added up.")
        .ask("How many channels does the output have?"),
        returns("rows-and-columns-exchanged", f"conv2d(x, w, {OPTIONS}).swapaxes(1, 2)")
        .believes("Places are (column, row).")
        .ask("Which of OH and OW comes first?"),
        edit("half-a-kernel-less", windows.SAME, "((axis[1] - 1) // 2,) * 2")
        .believes("'same' means (k - 1) // 2 zeros on either side.")
        .ask("With 4 weights and 1 zero on either side of 5 pixels: how many places are there?"),
        edit("same-without-dilation", windows.SAME, "same_padding(*axis[:3])")
        .believes("'same' depends on the kernel's own size.")
        .ask("How many positions does a dilated kernel span?"),
    ],
    hints=[
        "Choose one weight, w[i, j]. Which pixel does it meet at place (0, 0), at (0, 1), at (1, 0)?",
        "At all places at once it meets a slice of the padded x with steps of the stride: (N, OH, OW, C) @ (C, F).",
        "For each i, j: add x̂[:, i * d : i * d + (OH - 1) * s + 1 : s, likewise for the columns] @ w[i, j]; then b.",
    ],
    variants=[
        Variant(
            "position-by-position",
            (PRODUCT, f"sum(met @ weights for met, weights in zip({POSITIONS}, w.reshape(-1, *w.shape[2:])))"),
        ),
        Variant("one-contraction", (PRODUCT, f'np.einsum("npqk,kf->npqf", columns, {FLAT_W})')),
    ],
)

conv2d_backward = Exercise(
    "conv2d_backward",
    points=4,
    vectorized=lambda n: {"grad_output": normal(n // 4, n // 10 - 1, n // 10 - 2, 2, seed=76), **_many(n)},
    cases=[*CASES, random_cases(_random_layer)],
    misconceptions=[
        upstream_ignored(),
        edit("overlaps-overwritten", "windows[..., i, j] += ", "windows[..., i, j] = ")
        .believes("Each window assigns its pixels their gradient.")
        .ask(windows.SHARED_PIXEL),
        edit("kernel-flipped-once-too-often", FLAT_W, "w[::-1, ::-1].reshape(-1, filters)")
        .believes("The gradient of x takes the kernel backwards at each place.")
        .ask("On the way forward pixel (p + i, q + j) met w[i, j]. Which weight does it meet on the way back?"),
        edit("weight-gradient-flipped", GRAD_W_AS_W, f"{GRAD_W_AS_W}[::-1, ::-1]")
        .believes("The gradient of w comes out backwards.")
        .ask("Which pixels did w[0, 0] meet: the upper left ones of the windows, or the lower right ones?"),
        edit("stride-ignored", COLUMNS, COLUMNS_ONE_APART, windows.AT_STRIDES, windows.SIDE_BY_SIDE)
        .believes("On the way back neighbouring places are one pixel apart.")
        .ask("Place (p, q) began at pixel (p s, q s). Where does its gradient go?"),
        edit("stride-ignored-in-the-weights", COLUMNS, COLUMNS_ONE_APART)
        .believes("For the gradient of w the windows lie one pixel apart.")
        .ask("Which pixels did w[i, j] meet at stride 2? Only they belong to its gradient."),
        edit("dilation-ignored", COLUMNS, COLUMNS_WITHOUT_GAPS, windows.AT_DILATIONS, windows.WITHOUT_GAPS)
        .believes("On the way back the weights belong to neighbouring pixels.")
        .ask(SECOND_WEIGHT),
        edit("zeros-not-cut-off", windows.CUT, "grad_padded")
        .believes("The gradient of the padded images is that of the images.")
        .ask("What shape does grad_x have, and which parts of your array belong to the zeros?"),
        windows.cut_off_at_the_wrong_end,
        windows.odd_one_in_front,
        windows.same_as_at_stride_one,
        weights.bias_summed_over_the_batch_alone,
        weights.bias_averaged,
        edit("divided-by-the-batch", GRAD_W_AS_W, f"{GRAD_W_AS_W} / len(x)", GRAD_B, f"{GRAD_B} / len(x)")
        .believes("The gradients of w and b are means over the images.")
        .ask(weights.WHO_DIVIDED),
        edit("last-image-overwrites", GRAD_W, "np.einsum('pqk,pqf->kf', columns[-1], grad_output[-1])")
        .believes("A loop over the images may assign the gradient of w.")
        .ask(weights.SERVES_EVERY_IMAGE),
        edit("last-filter-overwrites", GRAD_COLUMNS, f"(flat[:, -1:] @ {FLAT_W}[:, -1:].T)")
        .believes("A loop over the filters may assign the gradient of x.")
        .ask("Every filter looks at the same pixel. After the loop, what is left of the first filter's part?"),
        edit("bias-for-each-image", GRAD_B, "grad_output.sum(axis=(1, 2))")
        .believes("The gradient of b is summed over the places.")
        .ask("What shape does b have, and who shares it?"),
        edit("ones-for-the-bias", GRAD_B, "np.ones_like(b)")
        .believes("The bias has slope 1.")
        .ask("The slope of y is 1. And the final result's, through each y?"),
        edit("weights-averaged", GRAD_W_AS_W, f"{GRAD_W_AS_W} / len(x)")
        .believes("The gradient of w is a mean over the images.")
        .ask(weights.WHO_DIVIDED),
        edit("bias-averaged-over-the-batch", GRAD_B, f"{GRAD_B} / len(x)")
        .believes("The gradient of b is a mean over the images.")
        .ask(weights.WHO_DIVIDED),
        edit("weights-first", f"grad_x, {GRAD_W_AS_W}", f"{GRAD_W_AS_W}, grad_x")
        .believes("The weights' gradient is the important one and comes first.")
        .ask(weights.ORDER_OF_GRADIENTS),
        edit("cut-off-in-front", windows.CUT, "grad_padded[:, -x.shape[1] :, -x.shape[2] :]")
        .believes("The last H rows and W columns are those of the images.")
        .ask("Where does row 0 of the images stand among the padded rows?"),
        edit("cut-off-with-minus-zero", windows.CUT, "grad_padded[:, top:-top, left:-left]")
        .believes("[top:-top] is the middle.")
        .ask("What is left of x[0:-0]? And where do more zeros stand behind than in front?"),
        edit("kernel-rows-for-columns", FLAT_W, "w.swapaxes(0, 1).reshape(-1, filters)")
        .believes("Rows and columns of the kernel are exchanged on the way back.")
        .ask("Which pixel did w[i, j] meet?"),
        edit("dilation-ignored-in-the-image", windows.AT_DILATIONS, windows.WITHOUT_GAPS)
        .believes("The columns go back as without gaps.")
        .ask(SECOND_WEIGHT),
    ],
    hints=[
        "Take one product, x̂[…] · w[i, j, c, f] inside y[n, p, q, f]. What does it pass to x̂, and what to w?",
        "For one position (i, j): the slice of x̂ that it met gets += g @ w[i, j].T, and w[i, j] gets sliceᵀ @ g.",
        "grad_w = columnsᵀ @ g, all places as rows; grad_x = col2im(g @ w_flatᵀ, …) without the padding; grad_b = Σ g.",
    ],
    variants=[
        Variant(
            "position-by-position",
            (
                GRAD_W,
                f"np.concatenate([met.reshape(-1, w.shape[2]).T @ flat for met in {POSITIONS}])",
                GRAD_COLUMNS,
                "np.concatenate([grad_output @ w[ij].T for ij in np.ndindex(kernel)], axis=-1)",
            ),
        )
    ],
)
