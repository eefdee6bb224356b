"""Convolution: one small kernel, used at every place of an image.

A dense layer gives every pixel its own weight. A convolution looks at a small window (local
connection) and uses the same few weights wherever the window stands (weight sharing). Before any sum
is taken there is geometry: how many places can the window take, and what happens at the border? It
is the same along the height and along the width, so most functions below speak of one axis of `size`
positions.

        size 7, kernel 3, stride 2        x x x . . . .     place 0
                                          . . x x x . .     place 1
                                          . . . . x x x     place 2: three places, (7 - 3) // 2 + 1

        dilation d leaves d - 1 gaps between the kernel's weights: it spans d (k - 1) + 1 positions
        size 7, kernel 3, dilation 2      x . x . x . .     it spans 5

How many zeros are put around the input before that has names:

        'valid'   none: the window stays inside the input          ⌊(n - span) / s⌋ + 1 places
        'same'    as many as make ⌈n / s⌉ places: the size is kept at stride 1, halved at stride 2
        a number  p on either side                                 ⌊(n + 2p - span) / s⌋ + 1 places

'same' may need an odd number of zeros; the odd one goes behind (right, bottom), as in TensorFlow and
Keras. That is not "k // 2 on both sides": where the stride is larger than 1 the windows would stand
elsewhere, and the sums differ.

Layers stacked on each other see more and more of the input (the receptive field). A step of one
position in a layer is a step of several input positions once strides have come before it.

Convention card
  * images are (N, H, W, C), channels last; kernels are (KH, KW, C_in, C_out).
  * sizes, kernels, strides and dilations of the geometry functions are whole numbers from 1 on, for
    one axis.
  * bad input raises ValueError and names the argument: which one, what came, what was wanted.

Read
  * Vincent Dumoulin, Francesco Visin: "A guide to convolution arithmetic for deep learning" (2016,
    arXiv:1603.07285).
  * André Araujo, Wade Norris, Jack Sim: "Computing Receptive Fields of Convolutional Neural Networks"
    (Distill, 2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Padding = str | int


def require_positive(**sizes: int) -> None:
    """Refuse sizes below 1; provided.

    Args:
        **sizes: numbers by the name of the argument they came as, as in `require_positive(kernel=kernel)`.

    Raises:
        ValueError: one of them is below 1; the text names it.
    """
    for name, value in sizes.items():
        if value < 1:
            raise ValueError(f"{name}: got {value}, want at least 1")


def output_size(size: int, kernel: int, stride: int = 1, padding: Padding = "valid", dilation: int = 1) -> int:
    """How many places a kernel can take along one axis.

        span = d (k - 1) + 1
        'valid':   ⌊(n - span) / s⌋ + 1
        'same':    ⌈n / s⌉                              (whatever the kernel)
        a number p of zeros on either side:   ⌊(n + 2p - span) / s⌋ + 1

    Args:
        size: n, positions along the axis, at least 1.
        kernel: k, weights along the axis, at least 1.
        stride: s, positions from one place to the next, at least 1.
        padding: 'valid', 'same', or the number of zeros on either side, at least 0.
        dilation: d, positions from one weight of the kernel to the next, at least 1.

    Returns:
        The number of places, an int of at least 1.

    Raises:
        ValueError: `size`, `kernel`, `stride` or `dilation` is below 1; `padding` is another word; `kernel`
            does not fit: it spans more than the padded axis has ('same' always fits). The text names the
            argument.
    """
    require_positive(size=size, stride=stride)
    span = effective_kernel(kernel, dilation)
    if padding == "same":
        return -(-size // stride)
    if isinstance(padding, str) and padding != "valid":
        raise ValueError(f"padding: got {padding!r}, want 'valid', 'same' or a number")
    room = size + (0 if isinstance(padding, str) else 2 * padding)
    if span > room:
        raise ValueError(f"kernel: got {kernel}, which spans {span} of {room} positions, want one that fits")
    return (room - span) // stride + 1


def effective_kernel(kernel: int, dilation: int) -> int:
    """How many positions a dilated kernel spans, gaps included.

        d (k - 1) + 1

    Args:
        kernel: k, weights along the axis, at least 1.
        dilation: d, positions from one weight to the next, at least 1; 1 leaves no gaps.

    Returns:
        The span, an int.

    Raises:
        ValueError: `kernel` or `dilation` is below 1; the text names it.
    """
    require_positive(kernel=kernel, dilation=dilation)
    return dilation * (kernel - 1) + 1


def same_padding(size: int, kernel: int, stride: int = 1, dilation: int = 1) -> tuple[int, int]:
    """How many zeros 'same' puts before and after an axis (TensorFlow's and Keras's rule).

        total = max((⌈n / s⌉ - 1) s + d (k - 1) + 1 - n,  0)
        before = ⌊total / 2⌋,   after = total - before        (an odd one goes behind)

    Args:
        size: n, positions along the axis, at least 1.
        kernel: k, weights along the axis, at least 1.
        stride: s, positions from one place to the next, at least 1.
        dilation: d, positions from one weight of the kernel to the next, at least 1.

    Returns:
        `(before, after)`, two ints of at least 0.

    Raises:
        ValueError: `size`, `kernel`, `stride` or `dilation` is below 1; the text names it.
    """
    places = output_size(size, kernel, stride, "same", dilation)
    total = max((places - 1) * stride + effective_kernel(kernel, dilation) - size, 0)
    return total // 2, total - total // 2


def pad2d(x: Array, padding: tuple[tuple[int, int], tuple[int, int]], value: float = 0) -> Array:
    """Put rows and columns of one value around images.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: images, shape (N, H, W, C), floating; not modified.
        padding: ((top, bottom), (left, right)), how many to add at each side, at least 0.
        value: what to fill in; may be infinite.

    Returns:
        A new array of shape (N, top + H + bottom, left + W + right, C), dtype of `x`.
    """
    (top, bottom), (left, right) = padding
    n, height, width, channels = x.shape
    padded = np.full((n, top + height + bottom, left + width + right, channels), value, dtype=x.dtype)
    padded[:, top : top + height, left : left + width] = x
    return padded


def receptive_field(layers: Sequence[tuple[int, int, int]]) -> int:
    """How many input positions, along one axis, one output of a stack of layers can see.

    From the first layer to the last, with r = 1 and j = 1 before it:

        r ← r + d (k - 1) j        (the kernel reaches d (k - 1) steps further, a step being j input positions)
        j ← j s                    (from here on, a step is s times as long)

    Args:
        layers: (kernel, stride, dilation) of each layer, the one nearest to the input first, all at least 1;
            may be empty.

    Returns:
        The number of positions from the first that is seen to the last, an int; 1 without layers.

    Raises:
        ValueError: a number in `layers` is below 1; the text says `layers`.
    """
    field, step = 1, 1
    for kernel, stride, dilation in layers:
        if min(kernel, stride, dilation) < 1:
            raise ValueError(f"layers: got {(kernel, stride, dilation)}, want numbers of at least 1")
        field += dilation * (kernel - 1) * step
        step *= stride
    return field
