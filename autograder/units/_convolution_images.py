"""Assessment of convolutions of images: conv2d, and the cases that its gradients share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal
from autograder.units import _convolution_right as right
from autograder.units._convolution_right import Pair, Sides, conv, pair
from autograder.units._convolution_shared import odd_one_in_front, refuse, rest_kept, same_as_at_stride_one

__all__ = ["CASES", "conv2d", "many", "random_layer"]


TOO_MANY_PLACES = "With 4 weights and 2 zeros on either side of 5 pixels: how many places are there?"


def many(n: int) -> dict[str, Any]:
    """A batch that grows in every direction but the channels."""
    return {"x": normal(n // 4, n // 10, n // 10, 2, seed=74), "w": normal(2, 3, 2, 2, seed=75), "b": grid(2)}


def _layer(*image: int, kernel: Pair, filters: int = 2, seed: int = 0) -> dict[str, Any]:
    """Images (N, H, W, C), kernels and bias with distinct values."""
    return {
        "x": normal(*image, seed=700 + seed),
        "w": normal(*kernel, image[3], filters, seed=730 + seed),
        "b": grid(filters, start=-1.5, step=2.0),
    }


def random_layer(rng: np.random.Generator) -> dict[str, Any]:
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


def _refused(x: Array, w: Array, b: Array, stride: Any = 1, padding: Any = "valid", dilation: Any = 1) -> None:
    """Raise a ValueError for bad arguments of a convolution."""
    refuse(stride=min(pair(stride)), dilation=min(pair(dilation)))
    if w.shape[2] != x.shape[3]:
        raise ValueError("the channels of w")
    if isinstance(padding, str) and padding not in ("valid", "same"):
        raise ValueError(f"padding {padding}")
    if not isinstance(padding, str):
        refuse(padding=min(pair(padding)) + 1)
    if padding != "same":
        zeros = (0, 0) if isinstance(padding, str) else pair(padding)
        padded = (0, x.shape[1] + 2 * zeros[0], x.shape[2] + 2 * zeros[1])
        right.refuse_windows("w", padded, (w.shape[0], w.shape[1]), pair(dilation))


def _position_by_position(x: Array, w: Array, b: Array, *options: Any) -> Array:
    _refused(x, w, b, *options)
    return conv(x, w, b, *options)


def _one_contraction(x: Array, w: Array, b: Array, stride: Any = 1, padding: Any = "valid", dilation: Any = 1) -> Array:
    """Windows and kernels in one einsum."""
    _refused(x, w, b, stride, padding, dilation)
    sides = right.around(x.shape, (w.shape[0], w.shape[1]), pair(stride), padding, pair(dilation))
    windows = right.windows_met(np.pad(x, ((0, 0), *sides, (0, 0))), w.shape[:2], stride, dilation)
    y: Array = np.einsum("npqijc,ijcf->npqf", windows, w) + b
    return y


def _zeros_on_one_side(
    shape: Sequence[int], kernel: Pair, stride: Pair, padding: Any, dilation: Pair = (1, 1)
) -> Sides:
    sides = right.around(shape, kernel, stride, padding, dilation)
    return sides if padding == "same" else ((0, sides[0][1]), (0, sides[1][1]))


def _read_as_channels_first(x: Array) -> Array:
    """The numbers in memory order read as (N, C, H, W)."""
    n, height, width, channels = x.shape
    return x.reshape(n, channels, height, width).transpose(0, 2, 3, 1)


def _read_as_filters_first(w: Array) -> Array:
    """The numbers in memory order read as (F, C, KH, KW)."""
    return w.reshape(w.shape[3], w.shape[2], *w.shape[:2]).transpose(2, 3, 1, 0)


#: What conv2d and its gradients must get right.
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
    Case(
        "everything-at-once",
        **_layer(2, 7, 6, 2, kernel=(3, 2), filters=3, seed=14),
        stride=(1, 2),
        padding="same",
        dilation=(2, 3),
    ),
    Case(
        "single-precision",
        **{name: array.astype(np.float32) for name, array in _layer(1, 4, 3, 2, kernel=(2, 2), seed=15).items()},
        stride=1,
        padding="same",
    ),
]


def _edges_repeated(x: Array, w: Array, b: Array, stride: Any = 1, padding: Any = "valid", dilation: Any = 1) -> Array:
    sides = right.around(x.shape, (w.shape[0], w.shape[1]), pair(stride), padding, pair(dilation))
    return conv(np.pad(x, ((0, 0), *sides, (0, 0)), mode="edge"), w, b, stride, "valid", dilation)


def _cut_to_size(x: Array, w: Array, b: Array, stride: Any = 1, padding: Any = "valid", dilation: Any = 1) -> Array:
    """'same' as k // 2 on both sides, of which as many places are kept as 'same' wants."""
    y = conv(x, w, b, stride, padding, dilation, sides=right.half_a_kernel)
    if padding != "same":
        return y
    rows, columns = (-(-size // step) for size, step in zip(x.shape[1:3], pair(stride), strict=True))
    return y[:, :rows, :columns]


def _half_a_kernel_less(*args: Any) -> Sides:
    return right.around(*args, same=lambda size, kernel, stride, dilation: ((kernel - 1) // 2,) * 2)


def _same_without_dilation(
    shape: Sequence[int], kernel: Pair, stride: Pair, padding: Any, dilation: Pair = (1, 1)
) -> Sides:
    return right.around(shape, kernel, stride, padding)


conv2d = Exercise(
    "conv2d",
    points=3,
    vectorized=many,
    cases=[
        *CASES,
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
        Case("stride-zero", **_layer(1, 3, 4, 1, kernel=(2, 2)), stride=0, raises="stride"),
        Case("unknown-padding", **_layer(1, 3, 4, 1, kernel=(2, 2)), stride=1, padding="full", raises="padding"),
        Case("negative-padding", **_layer(1, 5, 6, 1, kernel=(2, 2)), stride=1, padding=-1, raises="padding"),
        Case(
            "dilation-zero",
            **_layer(1, 3, 4, 1, kernel=(2, 2)),
            stride=1,
            padding="valid",
            dilation=(1, 0),
            raises="dilation",
        ),
        random_cases(random_layer),
    ],
    misconceptions=[
        Misconception(
            "kernel-flipped",
            believes="The kernel runs backwards, as in the formula of a convolution.",
            wrong=lambda x, w, b, *options: conv(x, w[::-1, ::-1], b, *options),
            hint="In the docstring's sum, which pixel of a window does w[0, 0] meet?",
        ),
        Misconception(
            "kernel-height-and-width-swapped",
            believes="The first axis of w runs along a row of the image.",
            wrong=lambda x, w, b, *options: conv(x, w.transpose(1, 0, 2, 3), b, *options),
            hint="With a kernel of shape (3, 2, …), how many rows of the image does a window have?",
        ),
        Misconception(
            "bias-forgotten",
            believes="The sums are the result.",
            wrong=lambda x, w, b, *options: conv(x, w, 0 * b, *options),
            hint="Which argument does your result not depend on?",
        ),
        Misconception(
            "bias-in-every-product",
            believes="The bias belongs inside the sums.",
            wrong=lambda x, w, b, *options: conv(x, w, b * (w.size // w.shape[3]), *options),
            hint="Does b[f] stand before or behind the signs of summation? How often is it added?",
        ),
        Misconception(
            "first-channel-alone",
            believes="The kernel meets one channel.",
            wrong=lambda x, w, b, *options: conv(x[..., :1], w[:, :, :1], b, *options),
            hint="Which of the channels of x does your result depend on?",
        ),
        Misconception(
            "last-channel-overwrites",
            believes="A loop over the channels may assign the channel's sums to the result.",
            wrong=lambda x, w, b, *options: conv(x[..., -1:], w[:, :, -1:], b, *options),
            hint="After the loop over the channels, what is left of the first channel's sums?",
        ),
        Misconception(
            "weights-in-another-order",
            believes="Flattened windows and kernels match, whichever axis was moved to the front before.",
            wrong=lambda x, w, b, *options: conv(x, w.transpose(2, 0, 1, 3).reshape(w.shape), b, *options),
            hint="A row of columns runs over i, then j, then c. In which order do the rows of your flat w run?",
        ),
        Misconception(
            "kernels-read-as-filters-first",
            believes="w.reshape(F, C, KH, KW) moves the filters to the front.",
            wrong=lambda x, w, b, *options: conv(x, _read_as_filters_first(w), b, *options),
            hint="Does reshape move axes, or does it cut the same row of numbers anew?",
        ),
        Misconception(
            "reshaped-to-channels-first",
            believes="x.reshape(N, C, H, W) moves the channels to the front.",
            wrong=lambda x, w, b, *options: conv(_read_as_channels_first(x), w, b, *options),
            hint="Does reshape move axes, or does it cut the same row of numbers anew?",
        ),
        Misconception(
            "stride-ignored",
            believes="The kernel moves by one pixel.",
            wrong=lambda x, w, b, stride=1, *options: conv(x, w, b, 1, *options),
            hint="How far is it from one place to the next?",
        ),
        Misconception(
            "strides-swapped",
            believes="The first of the two strides runs along a row.",
            wrong=lambda x, w, b, stride=1, *options: conv(x, w, b, pair(stride)[::-1], *options),
            hint="In a pair (h, w), which one moves the window down?",
        ),
        Misconception(
            "same-without-zeros",
            believes="'same' needs no zeros.",
            wrong=lambda x, w, b, *options: conv(x, w, b, *options, sides=right.valid_always),
            hint="How many places does 'same' want, and how many does the bare image have?",
        ),
        odd_one_in_front(lambda x, w, b, *options: conv(x, w, b, *options, sides=right.odd_one_in_front)),
        Misconception(
            "half-a-kernel-on-both-sides",
            believes="'same' means k // 2 zeros on either side.",
            wrong=lambda x, w, b, *options: conv(x, w, b, *options, sides=right.half_a_kernel),
            hint=TOO_MANY_PLACES,
        ),
        Misconception(
            "half-a-span-on-both-sides",
            believes="'same' means half of the dilated kernel's span on either side.",
            wrong=lambda x, w, b, *options: conv(x, w, b, *options, sides=right.half_a_span),
            hint=TOO_MANY_PLACES,
        ),
        Misconception(
            "half-a-kernel-cut-to-size",
            believes="'same' means k // 2 zeros on either side; what is too much at the end is left out.",
            wrong=_cut_to_size,
            hint="The shape is right, but how many zeros does `same_padding` put before the image?",
        ),
        same_as_at_stride_one(lambda x, w, b, *options: conv(x, w, b, *options, sides=right.zeros_of_stride_one)),
        Misconception(
            "zeros-on-one-side",
            believes="A padding of p adds p rows and p columns.",
            wrong=lambda x, w, b, *options: conv(x, w, b, *options, sides=_zeros_on_one_side),
            hint="On how many sides of the image are the p zeros put?",
        ),
        rest_kept(lambda x, w, b, *options: conv(x, w, b, *options, sides=right.rest_kept)),
        Misconception(
            "dilation-ignored",
            believes="The weights meet neighbouring pixels.",
            wrong=lambda x, w, b, stride=1, padding="valid", dilation=1: conv(x, w, b, stride, padding),
            hint="With dilation 2, which pixel does the second weight meet when the first meets pixel 0?",
        ),
        Misconception(
            "summed-for-each-channel",
            believes="For each channel of the input the window's sum is added once more.",
            wrong=lambda x, w, b, *options: conv(x, w, 0, *options) * x.dtype.type(x.shape[3]) + b,
            hint="The formula's Σ over c: how often does it stand there?",
        ),
        Misconception(
            "rows-flipped-alone",
            believes="Only the rows of the kernel run backwards.",
            wrong=lambda x, w, b, *options: conv(x, w[::-1], b, *options),
            hint="Does the formula have x[p - i] or x[p + i]?",
        ),
        Misconception(
            "bias-twice",
            believes="The bias is added in the loop's start and at the end.",
            wrong=lambda x, w, b, *options: conv(x, w, 2 * b, *options),
            hint="What is the output for an image of zeros?",
        ),
        Misconception(
            "biases-added-up",
            believes="Every output gets all biases.",
            wrong=lambda x, w, b, *options: conv(x, w, b.sum(), *options),
            hint="To which filter's output does b[f] belong?",
        ),
        Misconception(
            "dilations-swapped",
            believes="The first of the two dilations runs along a row.",
            wrong=lambda x, w, b, stride=1, padding="valid", dilation=1: conv(
                x, w, b, stride, padding, pair(dilation)[::-1]
            ),
            hint="In a pair (h, w), which one counts rows?",
        ),
        Misconception(
            "one-stride-for-both",
            believes="The first stride counts for both axes.",
            wrong=lambda x, w, b, stride=1, *options: conv(x, w, b, pair(stride)[0], *options),
            hint="In a pair (h, w), which one moves the window to the right?",
        ),
        Misconception(
            "padding-ignored",
            believes="The window stays inside the image.",
            wrong=lambda x, w, b, stride=1, padding="valid", dilation=1: conv(x, w, b, stride, "valid", dilation),
            hint="What do zeros around the image make possible?",
        ),
        Misconception(
            "edges-repeated",
            believes="The border is continued with its own pixels.",
            wrong=_edges_repeated,
            hint="What is put around the images in the docstring?",
        ),
        Misconception(
            "averaged",
            believes="A window's products are averaged.",
            wrong=lambda x, w, b, *options: conv(x, w, 0, *options) / w[..., 0].size + b,
            hint="What does the formula do with the products?",
        ),
        Misconception(
            "relu-included",
            believes="A layer ends in its activation.",
            wrong=lambda x, w, b, *options: np.maximum(conv(x, w, b, *options), 0),
            hint="What does the formula do after adding the bias?",
        ),
        Misconception(
            "filters-summed",
            believes="The filters' outputs are added up.",
            wrong=lambda x, w, b, *options: conv(x, w, b, *options).sum(axis=-1, keepdims=True),
            hint="How many channels does the output have?",
        ),
        Misconception(
            "rows-and-columns-exchanged",
            believes="Places are (column, row).",
            wrong=lambda x, w, b, *options: conv(x, w, b, *options).transpose(0, 2, 1, 3),
            hint="Which of OH and OW comes first?",
        ),
        Misconception(
            "half-a-kernel-less",
            believes="'same' means (k - 1) // 2 zeros on either side.",
            wrong=lambda x, w, b, *options: conv(x, w, b, *options, sides=_half_a_kernel_less),
            hint="With 4 weights and 1 zero on either side of 5 pixels: how many places are there?",
        ),
        Misconception(
            "same-without-dilation",
            believes="'same' depends on the kernel's own size.",
            wrong=lambda x, w, b, *options: conv(x, w, b, *options, sides=_same_without_dilation),
            hint="How many positions does a dilated kernel span?",
        ),
    ],
    hints=[
        "Choose one weight, w[i, j]. Which pixel does it meet at place (0, 0), at (0, 1), at (1, 0)?",
        "At all places at once it meets a slice of the padded x with steps of the stride: (N, OH, OW, C) @ (C, F).",
        "For each i, j: add x̂[:, i * d : i * d + (OH - 1) * s + 1 : s, likewise for the columns] @ w[i, j]; then b.",
    ],
    variants=[
        Variant("position-by-position", _position_by_position),
        Variant("one-contraction", _one_contraction),
    ],
)
