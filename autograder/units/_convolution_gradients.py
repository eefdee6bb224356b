"""Assessment of the gradients of convolutions of images: conv2d_backward."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
from autograder.units import _convolution_right as right
from autograder.units._convolution_images import CASES, many, random_layer
from autograder.units._convolution_right import Index, Pair, Sides, conv_vjp
from autograder.units._convolution_shared import odd_one_in_front, same_as_at_stride_one

__all__ = ["conv2d_backward"]


def _many_backward(n: int) -> dict[str, Any]:
    return {"grad_output": normal(n // 4, n // 10 - 1, n // 10 - 2, 2, seed=76), **many(n)}


def _dense_taps(
    shape: Sequence[int], kernel: Pair, stride: Pair, dilation: Pair = (1, 1)
) -> Iterator[tuple[int, int, Index]]:
    """The right number of places, one pixel apart."""
    for i, j, (batch, rows, columns) in right.taps(shape, kernel, stride, dilation):
        down, across = (len(range(each.start, each.stop, each.step)) for each in (rows, columns))
        yield i, j, (batch, slice(rows.start, rows.start + down), slice(columns.start, columns.start + across))


def _gapless_taps(
    shape: Sequence[int], kernel: Pair, stride: Pair, dilation: Pair = (1, 1)
) -> Iterator[tuple[int, int, Index]]:
    """The right places, and weights that meet neighbouring pixels."""
    for i, j, (batch, rows, columns) in right.taps(shape, kernel, stride, dilation):
        up, back = i * (dilation[0] - 1), j * (dilation[1] - 1)
        down = slice(rows.start - up, rows.stop - up, rows.step)
        yield i, j, (batch, down, slice(columns.start - back, columns.stop - back, columns.step))


def _with(
    gradients: tuple[Array, Array, Array], *, x: Array | None = None, w: Array | None = None, b: Array | None = None
) -> tuple[Array, Array, Array]:
    """The gradients with one replaced."""
    grad_x, grad_w, grad_b = gradients
    return grad_x if x is None else x, grad_w if w is None else w, grad_b if b is None else b


def _not_cut_off(grad_padded: Array, shape: Sequence[int], sides: Sides) -> Array:
    return grad_padded


def _upper_left(grad_padded: Array, shape: Sequence[int], sides: Sides) -> Array:
    return grad_padded[:, : shape[1], : shape[2]]


def _lower_right(grad_padded: Array, shape: Sequence[int], sides: Sides) -> Array:
    return grad_padded[:, -shape[1] :, -shape[2] :]


def _minus_the_same(grad_padded: Array, shape: Sequence[int], sides: Sides) -> Array:
    (top, _), (left, _) = sides
    return grad_padded[:, top:-top, left:-left]


def _weights_first(*args: Any) -> tuple[Array, Array, Array]:
    grad_x, grad_w, grad_b = conv_vjp(*args)
    return grad_w, grad_x, grad_b


def _on_its_side(grad_output: Array, x: Array, w: Array, *rest: Any) -> Array:
    """The gradient of x with the numbers of w read as (KW, KH)."""
    turned = w.transpose(1, 0, 2, 3).reshape(w.shape)
    return conv_vjp(grad_output, x, turned, *rest)[0]


conv2d_backward = Exercise(
    "conv2d_backward",
    points=4,
    vectorized=_many_backward,
    cases=[*CASES, random_cases(random_layer)],
    misconceptions=[
        Misconception(
            "upstream-ignored",
            believes="The backward pass needs the forward's arguments alone.",
            wrong=lambda grad_output, *args: conv_vjp(np.ones_like(grad_output), *args),
            hint="How does a change of the output change the loss? Where does that number enter?",
        ),
        Misconception(
            "overlaps-overwritten",
            believes="Each window assigns its pixels their gradient.",
            wrong=lambda grad_output, *args: conv_vjp(grad_output, *args, adding=False),
            hint="A pixel stands in several windows. What becomes of the first one's contribution?",
        ),
        Misconception(
            "kernel-flipped-once-too-often",
            believes="The gradient of x takes the kernel backwards at each place.",
            wrong=lambda grad_output, x, w, *args: _with(
                conv_vjp(grad_output, x, w, *args), x=conv_vjp(grad_output, x, w[::-1, ::-1], *args)[0]
            ),
            hint="On the way forward pixel (p + i, q + j) met w[i, j]. Which weight does it meet on the way back?",
        ),
        Misconception(
            "weight-gradient-flipped",
            believes="The gradient of w comes out backwards.",
            wrong=lambda grad_output, *args: _with(
                conv_vjp(grad_output, *args), w=conv_vjp(grad_output, *args)[1][::-1, ::-1]
            ),
            hint="Which pixels did w[0, 0] meet: the upper left ones of the windows, or the lower right ones?",
        ),
        Misconception(
            "stride-ignored",
            believes="On the way back neighbouring places are one pixel apart.",
            wrong=lambda *args: conv_vjp(*args, taps=_dense_taps),
            hint="Place (p, q) began at pixel (p s, q s). Where does its gradient go?",
        ),
        Misconception(
            "stride-ignored-in-the-weights",
            believes="For the gradient of w the windows lie one pixel apart.",
            wrong=lambda *args: _with(conv_vjp(*args), w=conv_vjp(*args, taps=_dense_taps)[1]),
            hint="Which pixels did w[i, j] meet at stride 2? Only they belong to its gradient.",
        ),
        Misconception(
            "dilation-ignored",
            believes="On the way back the weights belong to neighbouring pixels.",
            wrong=lambda *args: conv_vjp(*args, taps=_gapless_taps),
            hint="With dilation 2, which pixel did the second weight meet when the first met pixel 0?",
        ),
        Misconception(
            "zeros-not-cut-off",
            believes="The gradient of the padded images is that of the images.",
            wrong=lambda *args: conv_vjp(*args, inside=_not_cut_off),
            hint="What shape does grad_x have, and which parts of your array belong to the zeros?",
        ),
        Misconception(
            "cut-off-at-the-wrong-end",
            believes="The first H rows and W columns of the padded gradient are those of the images.",
            wrong=lambda *args: conv_vjp(*args, inside=_upper_left),
            hint="Where does row 0 of the images stand among the padded rows?",
        ),
        odd_one_in_front(lambda *args: conv_vjp(*args, sides=right.odd_one_in_front)),
        same_as_at_stride_one(lambda *args: conv_vjp(*args, sides=right.zeros_of_stride_one)),
        Misconception(
            "bias-summed-over-the-batch-alone",
            believes="The gradient of b is the sum over the images.",
            wrong=lambda grad_output, *args: _with(conv_vjp(grad_output, *args), b=grad_output.sum(axis=0)),
            hint="What shape does b have? At how many places of an image is b[f] added?",
        ),
        Misconception(
            "bias-averaged",
            believes="The gradient of b is a mean over all places.",
            wrong=lambda grad_output, *args: _with(conv_vjp(grad_output, *args), b=grad_output.mean(axis=(0, 1, 2))),
            hint="Raise b[f] a little: how many outputs rise by as much? Do their effects add or average?",
        ),
        Misconception(
            "divided-by-the-batch",
            believes="The gradients of w and b are means over the images.",
            wrong=lambda grad_output, *args: _with(
                conv_vjp(grad_output, *args),
                w=conv_vjp(grad_output, *args)[1] / len(grad_output),
                b=conv_vjp(grad_output, *args)[2] / len(grad_output),
            ),
            hint="If the loss is a mean, who has divided by N already?",
        ),
        Misconception(
            "last-image-overwrites",
            believes="A loop over the images may assign the gradient of w.",
            wrong=lambda grad_output, x, *args: _with(
                conv_vjp(grad_output, x, *args), w=conv_vjp(grad_output[-1:], x[-1:], *args)[1]
            ),
            hint="The same weights serve every image. After the loop, what is left of the first image's part?",
        ),
        Misconception(
            "last-filter-overwrites",
            believes="A loop over the filters may assign the gradient of x.",
            wrong=lambda grad_output, x, w, b, *options: _with(
                conv_vjp(grad_output, x, w, b, *options),
                x=conv_vjp(grad_output[..., -1:], x, w[..., -1:], b[-1:], *options)[0],
            ),
            hint="Every filter looks at the same pixel. After the loop, what is left of the first filter's part?",
        ),
        Misconception(
            "bias-for-each-image",
            believes="The gradient of b is summed over the places.",
            wrong=lambda grad_output, x, w, b, *options: _with(
                conv_vjp(grad_output, x, w, b, *options), b=grad_output.sum(axis=(1, 2))
            ),
            hint="What shape does b have, and who shares it?",
        ),
        Misconception(
            "ones-for-the-bias",
            believes="The bias has slope 1.",
            wrong=lambda grad_output, x, w, b, *options: _with(
                conv_vjp(grad_output, x, w, b, *options), b=np.ones_like(b)
            ),
            hint="The slope of y is 1. And the final result's, through each y?",
        ),
        Misconception(
            "weights-averaged",
            believes="The gradient of w is a mean over the images.",
            wrong=lambda grad_output, x, w, b, *options: _with(
                conv_vjp(grad_output, x, w, b, *options), w=conv_vjp(grad_output, x, w, b, *options)[1] / len(x)
            ),
            hint="If the loss is a mean, who has divided by N already?",
        ),
        Misconception(
            "bias-averaged-over-the-batch",
            believes="The gradient of b is a mean over the images.",
            wrong=lambda grad_output, x, w, b, *options: _with(
                conv_vjp(grad_output, x, w, b, *options), b=grad_output.sum(axis=(0, 1, 2)) / len(x)
            ),
            hint="If the loss is a mean, who has divided by N already?",
        ),
        Misconception(
            "weights-first",
            believes="The weights' gradient is the important one and comes first.",
            wrong=_weights_first,
            hint="In which order does the docstring list the gradients?",
        ),
        Misconception(
            "cut-off-in-front",
            believes="The last H rows and W columns are those of the images.",
            wrong=lambda *args: conv_vjp(*args, inside=_lower_right),
            hint="Where does row 0 of the images stand among the padded rows?",
        ),
        Misconception(
            "cut-off-with-minus-zero",
            believes="[top:-top] is the middle.",
            wrong=lambda *args: conv_vjp(*args, inside=_minus_the_same),
            hint="What is left of x[0:-0]? And where do more zeros stand behind than in front?",
        ),
        Misconception(
            "kernel-rows-for-columns",
            believes="Rows and columns of the kernel are exchanged on the way back.",
            wrong=lambda grad_output, x, w, b, *options: _with(
                conv_vjp(grad_output, x, w, b, *options), x=_on_its_side(grad_output, x, w, b, *options)
            ),
            hint="Which pixel did w[i, j] meet?",
        ),
        Misconception(
            "dilation-ignored-in-the-image",
            believes="The columns go back as without gaps.",
            wrong=lambda grad_output, x, w, b, *options: _with(
                conv_vjp(grad_output, x, w, b, *options),
                x=conv_vjp(grad_output, x, w, b, *options, taps=_gapless_taps)[0],
            ),
            hint="With dilation 2, which pixel did the second weight meet when the first met pixel 0?",
        ),
    ],
    hints=[
        "Take one product, x̂[…] · w[i, j, c, f] inside y[n, p, q, f]. What does it pass to x̂, and what to w?",
        "For one position (i, j): the slice of x̂ that it met gets += g @ w[i, j].T, and w[i, j] gets sliceᵀ @ g.",
        "grad_w = columnsᵀ @ g, all places as rows; grad_x = col2im(g @ w_flatᵀ, …) without the padding; grad_b = Σ g.",
    ],
    variants=[Variant("position-by-position", lambda *args: conv_vjp(*args))],
)
