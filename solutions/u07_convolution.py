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

Then the sums. At each place the window's numbers are multiplied by the kernel's weights, one by one,
and summed, over the channels too; every filter has a kernel and a bias of its own:

        y[n, p, q, f] = b[f] + Σ_i Σ_j Σ_c  x[n, p s + i d, q s + j d, c] · w[i, j, c, f]

Mathematics calls this a correlation. Its convolution runs through the kernel backwards, x[n - k] h[k];
frameworks leave that out, since a kernel that is learned may as well be learned turned around. A 1×1
kernel sees one pixel: it mixes channels, and is a dense layer applied to each pixel. Pooling has no
weights: the largest number of each window, or the average, each channel for itself.

Every sum above can be had by one loop over the few positions (i, j) of the kernel: position (i, j)
meets the pixels x[:, i d :: s, j d :: s][:, :OH, :OW], one for each place, all places at once. Or
write each window as a row (im2col, reshaped), and the whole convolution is one product of two matrices:

        (N·OH·OW, KH·KW·C) @ (KH·KW·C, filters)

On the way back each pixel collects from every window that it stood in: what im2col copied to several
places, its adjoint col2im adds up. A pixel in four windows gets four contributions; += is needed, not =.

Convention card
  * images are (N, H, W, C), channels last; kernels are (KH, KW, C_in, C_out).
  * sizes, kernels, strides and dilations of the geometry functions are whole numbers from 1 on, for
    one axis; those of images are one number for both axes, or a pair (h, w).
  * `convolve1d` alone turns the kernel around; `correlate1d` and `conv2d` do not.
  * padding adds zeros to a convolution, never wins a maximum, and does not count in an average.
  * a maximum that stands twice in a window sends its gradient to the first, row by row.
  * float32 in, float32 out. No loop over images, pixels or channels; over the kernel's positions is fine.
  * bad input raises ValueError and names the argument: which one, what came, what was wanted.

Read
  * Vincent Dumoulin, Francesco Visin: "A guide to convolution arithmetic for deep learning" (2016,
    arXiv:1603.07285).
  * André Araujo, Wade Norris, Jack Sim: "Computing Receptive Fields of Convolutional Neural Networks"
    (Distill, 2019).
  * Min Lin, Qiang Chen, Shuicheng Yan: "Network In Network" (2013, arXiv:1312.4400): 1×1 convolutions,
    global average pooling.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

Array = np.ndarray[Any, Any]
Padding = str | int
Pair = tuple[int, int]
Sides = tuple[Pair, Pair]

NO_PADDING: Sides = ((0, 0), (0, 0))


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


def as_pair(name: str, value: int | Pair) -> Pair:
    """Make one number count for both axes, and refuse numbers below 1; provided.

    Args:
        name: the argument that the value came as.
        value: a number, or a pair (h, w).

    Returns:
        The pair (h, w).

    Raises:
        ValueError: a number is below 1; the text says `name`.
    """
    height, width = (value, value) if isinstance(value, int) else value
    if min(height, width) < 1:
        raise ValueError(f"{name}: got {value}, want at least 1")
    return height, width


def image_padding(
    shape: Sequence[int], kernel: Pair, stride: Pair, padding: Padding | Pair, dilation: Pair = (1, 1)
) -> Sides:
    """How many rows and columns go around images, as `pad2d` takes them; provided.

    Args:
        shape: (N, H, W, C).
        kernel: its size (h, w).
        stride: positions from one place to the next (h, w).
        padding: 'valid', 'same' (which asks your `same_padding`), or zeros on every side: a number or a pair (h, w).
        dilation: positions from one weight to the next (h, w).

    Returns:
        `((top, bottom), (left, right))`; `NO_PADDING` where there is none.

    Raises:
        ValueError: `padding` is another word or below 0; the text names it.
    """
    if padding == "same":
        rows, columns = (same_padding(*axis) for axis in zip(shape[1:3], kernel, stride, dilation, strict=True))
        return rows, columns
    if padding == "valid":
        return NO_PADDING
    if isinstance(padding, str):
        raise ValueError(f"padding: got {padding!r}, want 'valid', 'same', a number or a pair")
    height, width = (padding, padding) if isinstance(padding, int) else padding
    if min(height, width) < 0:
        raise ValueError(f"padding: got {padding}, want at least 0")
    return (height, height), (width, width)


def require_fit(name: str, shape: Sequence[int], kernel: Pair, dilation: Pair = (1, 1)) -> None:
    """Refuse a kernel that spans more than padded images have; provided.

    Args:
        name: the argument that the kernel came with.
        shape: (N, H, W, C) after padding.
        kernel: its size (h, w).
        dilation: positions from one weight to the next (h, w).

    Raises:
        ValueError: it does not fit; the text says `name`.
    """
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    if spans[0] > shape[1] or spans[1] > shape[2]:
        raise ValueError(f"{name}: spans {spans[0]} × {spans[1]} pixels, want at most {shape[1]} × {shape[2]}")


def pool_geometry(
    shape: Sequence[int], size: int | Pair, stride: int | Pair | None, padding: Padding | Pair
) -> tuple[Pair, Pair, Sides]:
    """Size and stride of a pooling as pairs, and what goes around the images; provided.

    Args:
        shape: (N, H, W, C).
        size: of the windows, a number or a pair (h, w).
        stride: positions from one window to the next, likewise; None for the size.
        padding: 'valid', 'same', or how much on every side, a number or a pair (h, w).

    Returns:
        `(size, stride, sides)` as `(h, w)`, `(h, w)`, `((top, bottom), (left, right))`.

    Raises:
        ValueError: `size` or `stride` is below 1; `size` does not fit; `padding` is another word, below 0, or
            more than half of the size, so that a window could hold nothing else.
    """
    size = as_pair("size", size)
    stride = size if stride is None else as_pair("stride", stride)
    sides = image_padding(shape, size, stride, padding)
    if max(sides[0]) > size[0] // 2 or max(sides[1]) > size[1] // 2:
        raise ValueError(f"padding: got {padding}, want at most half of the size {size}")
    require_fit("size", (shape[0], shape[1] + sum(sides[0]), shape[2] + sum(sides[1])), size)
    return size, stride, sides


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
        ValueError: `size`, `kernel`, `stride` or `dilation` is below 1; `padding` is another word or below 0; `kernel`
            does not fit: it spans more than the padded axis has ('same' always fits). The text names the
            argument.
    """
    require_positive(size=size, stride=stride)
    span = effective_kernel(kernel, dilation)
    if padding == "same":
        return -(-size // stride)
    if isinstance(padding, str) and padding != "valid":
        raise ValueError(f"padding: got {padding!r}, want 'valid', 'same' or a number")
    zeros = 0 if isinstance(padding, str) else padding
    if zeros < 0:
        raise ValueError(f"padding: got {padding}, want at least 0")
    room = size + 2 * zeros
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


def convolve1d(x: Array, h: Array) -> Array:
    """The convolution of the formula: the kernel runs backwards.

        y[n] = Σ_k x[n - k] h[k]        over all k for which both exist,
                                        for every n with at least one such k

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: signal, shape (M,), floating, M at least 1; not modified.
        h: kernel, shape (K,), dtype of `x`, K at least 1, also more than M; not modified.

    Returns:
        y, shape (M + K - 1,), dtype of `x`: y[0] is x[0] h[0].

    Raises:
        ValueError: `x` or `h` is empty or has not one axis; the text names it.
    """
    for name, array in (("x", x), ("h", h)):
        if array.ndim != 1 or array.size == 0:
            raise ValueError(f"{name}: got shape {array.shape}, want one axis with at least one number")
    padded = np.pad(x, len(h) - 1)
    return sliding_window_view(padded, len(h)) @ h[::-1]


def correlate1d(x: Array, h: Array) -> Array:
    """What frameworks call a convolution: the kernel is not turned around, and stays inside ('valid').

        y[n] = Σ_k x[n + k] h[k]        n = 0 … M - K

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: signal, shape (M,), floating; not modified.
        h: kernel, shape (K,), dtype of `x`, K from 1 to M; not modified.

    Returns:
        y, shape (M - K + 1,), dtype of `x`.

    Raises:
        ValueError: `x` or `h` is empty or has not one axis, or `h` is longer than `x`; the text names it.
    """
    for name, array in (("x", x), ("h", h)):
        if array.ndim != 1 or array.size == 0:
            raise ValueError(f"{name}: got shape {array.shape}, want one axis with at least one number")
    if len(h) > len(x):
        raise ValueError(f"h: got {len(h)} weights, want at most the {len(x)} of x")
    return sliding_window_view(x, len(h)) @ h


def conv2d(
    x: Array,
    w: Array,
    b: Array,
    stride: int | Pair = (1, 1),
    padding: Padding | Pair = "valid",
    dilation: int | Pair = (1, 1),
) -> Array:
    """Slide kernels over images: at each place the sum of products over the window and its channels.

        y[n, p, q, f] = b[f] + Σ_i Σ_j Σ_c  x̂[n, p s_h + i d_h, q s_w + j d_w, c] · w[i, j, c, f]

    x̂ is x with zeros around it. The kernel is not flipped. A rest at the end that holds no whole window is
    not used. Either loop over the positions (i, j) of the kernel, or see `im2col`.

    Args:
        x: images, shape (N, H, W, C), floating; not modified.
        w: kernels, shape (KH, KW, C, F), dtype of `x`; not modified.
        b: bias, shape (F,), dtype of `x`; not modified.
        stride: pixels from one place to the next, a number or a pair (h, w), at least 1.
        padding: 'valid' (none), 'same' (as `same_padding`), or zeros on every side: a number or a pair (h, w).
        dilation: pixels from one weight to the next, a number or a pair (h, w), at least 1.

    Returns:
        y, shape (N, OH, OW, F) with OH and OW as `output_size` gives them, dtype of `x`.

    Raises:
        ValueError: `w` has not the channels of `x`, or spans more than the padded images; `stride` or `dilation`
            is below 1; `padding` is another word or below 0. The text names the argument.
    """
    if w.shape[2] != x.shape[3]:
        raise ValueError(f"w: got kernels for {w.shape[2]} channels, want {x.shape[3]} as in x")
    kernel, filters = (w.shape[0], w.shape[1]), w.shape[3]
    stride, dilation = as_pair("stride", stride), as_pair("dilation", dilation)
    sides = image_padding(x.shape, kernel, stride, padding, dilation)
    padded = x if sides == NO_PADDING else pad2d(x, sides)
    require_fit("w", padded.shape, kernel, dilation)
    columns = im2col(padded, kernel, stride, dilation)
    y = columns.reshape(-1, columns.shape[-1]) @ w.reshape(-1, filters)
    y += b
    return y.reshape(*columns.shape[:3], filters)


def conv2d_backward(
    grad_output: Array,
    x: Array,
    w: Array,
    b: Array,
    stride: int | Pair = (1, 1),
    padding: Padding | Pair = "valid",
    dilation: int | Pair = (1, 1),
) -> tuple[Array, Array, Array]:
    """The gradients of `conv2d`: each product passes the upstream gradient to both of its factors.

        ∂w[i, j, c, f] = Σ_n Σ_p Σ_q  x̂[n, p s_h + i d_h, q s_w + j d_w, c] · g[n, p, q, f]
        ∂b[f]          = Σ_n Σ_p Σ_q  g[n, p, q, f]
        ∂x̂             collects g[n, p, q, f] · w[i, j, c, f] at [n, p s_h + i d_h, q s_w + j d_w, c],
                       from every place and every filter

    x̂ is x with zeros around it; ∂x is the part of ∂x̂ that belongs to x, not to the zeros.

    Works on whole arrays: no Python loop over their elements or rows; one over the kernel's positions is fine.

    Args:
        grad_output: upstream gradient g, shape (N, OH, OW, F), floating; not modified.
        x: images, shape (N, H, W, C), floating; not modified.
        w: kernels, shape (KH, KW, C, F), floating; not modified.
        b: bias, shape (F,), floating; not modified.
        stride: as in `conv2d`.
        padding: as in `conv2d`.
        dilation: as in `conv2d`.

    Returns:
        `(grad_x, grad_w, grad_b)`, of the shapes and the dtype of `x`, `w`, `b`.
    """
    kernel, filters = (w.shape[0], w.shape[1]), w.shape[3]
    stride, dilation = as_pair("stride", stride), as_pair("dilation", dilation)
    sides = image_padding(x.shape, kernel, stride, padding, dilation)
    padded = x if sides == NO_PADDING else pad2d(x, sides)
    columns = im2col(padded, kernel, stride, dilation)
    flat = grad_output.reshape(-1, filters)
    grad_w = columns.reshape(-1, columns.shape[-1]).T @ flat
    grad_columns = (flat @ w.reshape(-1, filters).T).reshape(columns.shape)
    grad_padded = col2im(grad_columns, padded.shape, kernel, stride, dilation)
    (top, _), (left, _) = sides
    grad_x = grad_padded[:, top : top + x.shape[1], left : left + x.shape[2]]
    return grad_x, grad_w.reshape(w.shape), flat.sum(axis=0)


def pointwise_conv(x: Array, w: Array, b: Array) -> Array:
    """A 1×1 convolution: at each pixel the channels are mixed, and no pixel sees another.

        y[n, p, q, f] = b[f] + Σ_c x[n, p, q, c] · w[c, f]

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: images, shape (N, H, W, C), floating; not modified.
        w: weights, shape (C, F), dtype of `x`; not modified.
        b: bias, shape (F,), dtype of `x`; not modified.

    Returns:
        y, shape (N, H, W, F), dtype of `x`.

    Raises:
        ValueError: `w` has not as many rows as `x` has channels; the text names it.
    """
    if w.shape[0] != x.shape[3]:
        raise ValueError(f"w: got weights for {w.shape[0]} channels, want {x.shape[3]} as in x")
    y = x.reshape(-1, x.shape[3]) @ w
    y += b
    return y.reshape(*x.shape[:3], w.shape[1])


def pointwise_conv_backward(grad_output: Array, x: Array, w: Array, b: Array) -> tuple[Array, Array, Array]:
    """The gradients of `pointwise_conv`: those of a dense layer with every pixel as a sample.

        ∂x = g wᵀ at each pixel,   ∂w = Σ over all pixels of all images x gᵀ,   ∂b = Σ over them of g

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: upstream gradient g, shape (N, H, W, F), floating; not modified.
        x: images, shape (N, H, W, C), floating; not modified.
        w: weights, shape (C, F), floating; not modified.
        b: bias, shape (F,), floating; not modified.

    Returns:
        `(grad_x, grad_w, grad_b)`, of the shapes and the dtype of `x`, `w`, `b`.
    """
    pixels, flat = x.reshape(-1, x.shape[3]), grad_output.reshape(-1, w.shape[1])
    return (flat @ w.T).reshape(x.shape), pixels.T @ flat, flat.sum(axis=0)


def max_pool2d(
    x: Array, size: int | Pair, stride: int | Pair | None = None, padding: Padding | Pair = "valid"
) -> Array:
    """The largest number of each window, each channel for itself.

        y[n, p, q, c] = max over i < KH, j < KW of  x[n, p s_h + i, q s_w + j, c]

    Padding never wins: a window at the border has the maximum of its real pixels, also where all are
    negative. A rest at the end that holds no whole window is not used.

    Works on whole arrays: no Python loop over their elements or rows; one over the kernel's positions is fine.

    Args:
        x: images, shape (N, H, W, C), floating, finite; not modified.
        size: KH and KW of the windows, a number or a pair (h, w), at least 1.
        stride: pixels from one window to the next, a number or a pair (h, w), at least 1; None for the size.
        padding: 'valid' (none), 'same' (as `same_padding`), or how much on every side, a number or a pair
            (h, w), at most half of the size, so that every window holds a real pixel.

    Returns:
        y, shape (N, OH, OW, C) with OH and OW as `output_size` gives them, dtype of `x`.

    Raises:
        ValueError: `size` or `stride` is below 1; `size` is larger than the padded images; `padding` is another
            word, below 0 or more than half of the size. The text names the argument.
    """
    size, stride, sides = pool_geometry(x.shape, size, stride, padding)
    padded = x if sides == NO_PADDING else pad2d(x, sides, -np.inf)
    windows = sliding_window_view(padded, size, axis=(1, 2))[:, :: stride[0], :: stride[1]]
    largest = windows[..., 0, 0].copy()
    for i, j in np.ndindex(size):
        np.maximum(largest, windows[..., i, j], out=largest)
    return largest


def max_pool2d_backward(
    grad_output: Array,
    x: Array,
    size: int | Pair,
    stride: int | Pair | None = None,
    padding: Padding | Pair = "valid",
) -> Array:
    """The gradient of `max_pool2d`: each window passes its upstream gradient to its maximum alone.

    Where the maximum stands several times in a window, the first one gets all of it, in row-major order: the
    upper row first, in a row the left one. A pixel that is the maximum of several windows gets the sum.

    Works on whole arrays: no Python loop over their elements or rows; one over the kernel's positions is fine.

    Args:
        grad_output: upstream gradient, shape (N, OH, OW, C), floating; not modified.
        x: images, shape (N, H, W, C), floating, finite; not modified.
        size: as in `max_pool2d`.
        stride: as in `max_pool2d`.
        padding: as in `max_pool2d`.

    Returns:
        The gradient with respect to `x`, of its shape and dtype.
    """
    size, stride, sides = pool_geometry(x.shape, size, stride, padding)
    padded = x if sides == NO_PADDING else pad2d(x, sides, -np.inf)
    n, height, width, channels = padded.shape
    small = np.min_scalar_type(size[0] * width)  # of offsets: how many pixels after its window's first one

    def first_maxima(numbers: Array, offsets: Array) -> tuple[Array, Array]:
        largest, offset = numbers[..., 0].copy(), offsets[..., 0].copy()
        for k in range(1, numbers.shape[-1]):
            # offsets grow with k, so the largest is that of the last number to exceed all before it
            np.maximum(offset, offsets[..., k] * (numbers[..., k] > largest), out=offset)
            np.maximum(largest, numbers[..., k], out=largest)
        return largest, offset

    # a window's first maximum is the first one in the first row that has it: along each row, then down the rows
    rows = sliding_window_view(padded, size[1], axis=2)[:, :, :: stride[1]]
    in_row = first_maxima(rows, np.broadcast_to(np.arange(size[1], dtype=small), rows.shape))
    columns, offsets = (sliding_window_view(each, size[0], axis=1)[:, :: stride[0]] for each in in_row)
    _, offset = first_maxima(columns, offsets + width * np.arange(size[0], dtype=small))

    pixels = np.arange(n * height * width).reshape(n, height, width)
    first_pixel = sliding_window_view(pixels, size, axis=(1, 2))[:, :: stride[0], :: stride[1], 0, 0]
    winners = offset + first_pixel[..., None]
    winners *= channels
    winners += np.arange(channels)
    grad_padded = np.zeros_like(padded)
    np.add.at(grad_padded.reshape(-1), winners.reshape(-1), grad_output.reshape(-1))
    (top, _), (left, _) = sides
    return grad_padded[:, top : top + x.shape[1], left : left + x.shape[2]]


def average_pool2d(
    x: Array, size: int | Pair, stride: int | Pair | None = None, padding: Padding | Pair = "valid"
) -> Array:
    """The mean of each window, each channel for itself.

        y[n, p, q, c] = mean over i < KH, j < KW of  x[n, p s_h + i, q s_w + j, c]

    Padding does not count: a window at the border has the sum of its real pixels divided by their number. A
    rest at the end that holds no whole window is not used.

    Works on whole arrays: no Python loop over their elements or rows; one over the kernel's positions is fine.

    Args:
        x: images, shape (N, H, W, C), floating; not modified.
        size: KH and KW of the windows, a number or a pair (h, w), at least 1.
        stride: pixels from one window to the next, a number or a pair (h, w), at least 1; None for the size.
        padding: 'valid' (none), 'same' (as `same_padding`), or how much on every side, a number or a pair
            (h, w), at most half of the size, so that every window holds a real pixel.

    Returns:
        y, a new array of shape (N, OH, OW, C) with OH and OW as `output_size` gives them, dtype of `x`.

    Raises:
        ValueError: `size` or `stride` is below 1; `size` is larger than the padded images; `padding` is another
            word, below 0 or more than half of the size. The text names the argument.
    """
    size, stride, sides = pool_geometry(x.shape, size, stride, padding)
    if sides != NO_PADDING:
        real_share = average_pool2d(pad2d(np.ones_like(x[:1, ..., :1]), sides), size, stride)
        return average_pool2d(pad2d(x, sides), size, stride) / real_share
    windows = sliding_window_view(x, size, axis=(1, 2))[:, :: stride[0], :: stride[1]]
    total = np.zeros(windows.shape[:4], dtype=x.dtype)
    for i, j in np.ndindex(size):
        total += windows[..., i, j]
    total /= size[0] * size[1]
    return total


def average_pool2d_backward(
    grad_output: Array,
    x: Array,
    size: int | Pair,
    stride: int | Pair | None = None,
    padding: Padding | Pair = "valid",
) -> Array:
    """The gradient of `average_pool2d`: each window shares its upstream gradient evenly among its real pixels.

    A window of m real pixels passes g / m to each of them; a pixel in several windows gets the sum. Pixels
    in no window get 0.

    Works on whole arrays: no Python loop over their elements or rows; one over the kernel's positions is fine.

    Args:
        grad_output: upstream gradient g, shape (N, OH, OW, C), floating; not modified.
        x: images, shape (N, H, W, C), floating; only shape and dtype matter.
        size: as in `average_pool2d`.
        stride: as in `average_pool2d`.
        padding: as in `average_pool2d`.

    Returns:
        The gradient with respect to `x`, of its shape and dtype.
    """
    size, stride, sides = pool_geometry(x.shape, size, stride, padding)
    if sides != NO_PADDING:
        (top, _), (left, _) = sides
        real_share = average_pool2d(pad2d(np.ones_like(x[:1, ..., :1]), sides), size, stride)
        grad_padded = average_pool2d_backward(grad_output / real_share, pad2d(x, sides), size, stride)
        return grad_padded[:, top : top + x.shape[1], left : left + x.shape[2]]
    grad_x = np.zeros_like(x)
    grads = sliding_window_view(grad_x, size, axis=(1, 2), writeable=True)[:, :: stride[0], :: stride[1]]
    share = grad_output / (size[0] * size[1])
    for i, j in np.ndindex(size):
        grads[..., i, j] += share
    return grad_x


def global_average_pool(x: Array) -> Array:
    """The mean of each channel over the whole image.

        y[n, c] = 1 / (H W) · Σ_p Σ_q x[n, p, q, c]

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: images, shape (N, H, W, C), floating, H and W at least 1; not modified.

    Returns:
        y, shape (N, C), dtype of `x`.

    Raises:
        ValueError: `x` has not four axes; the text names it.
    """
    if x.ndim != 4:
        raise ValueError(f"x: got shape {x.shape}, want (N, H, W, C)")
    y: Array = x.mean(axis=1).mean(axis=1)  # the rows first: whole rows are added at once, not pixel after pixel
    return y


def global_average_pool_backward(grad_output: Array, x: Array) -> Array:
    """The gradient of `global_average_pool`: every pixel of an image gets the same share.

        ∂x[n, p, q, c] = g[n, c] / (H W)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: upstream gradient g, shape (N, C), floating; not modified.
        x: images, shape (N, H, W, C), floating; only shape and dtype matter.

    Returns:
        The gradient with respect to `x`, a new array of its shape and dtype.
    """
    share = grad_output / (x.shape[1] * x.shape[2])
    return np.tile(share[:, None, None, :], (1, *x.shape[1:3], 1))


def im2col(x: Array, kernel: int | Pair, stride: int | Pair, dilation: int | Pair) -> Array:
    """Write each window as a row of numbers, so that a convolution is one matrix product.

        columns[n, p, q, (i KW + j) C + c] = x[n, p s_h + i d_h, q s_w + j d_w, c]

    Within a window the row i runs slowest, then the column j, then the channel c: the order of
    `w.reshape(KH * KW * C, F)`. There is no padding: pad before.

    Works on whole arrays: no Python loop over their elements or rows; one over the kernel's positions is fine.

    Args:
        x: images, shape (N, H, W, C), floating; not modified.
        kernel: KH and KW, a number or a pair (h, w), at least 1.
        stride: pixels from one place to the next, a number or a pair (h, w), at least 1.
        dilation: pixels from one weight to the next, a number or a pair (h, w), at least 1.

    Returns:
        Columns, shape (N, OH, OW, KH·KW·C), dtype of `x`.

    Raises:
        ValueError: `kernel`, `stride` or `dilation` is below 1; `kernel` spans more than the images. The text
            names the argument.
    """
    kernel, stride, dilation = as_pair("kernel", kernel), as_pair("stride", stride), as_pair("dilation", dilation)
    require_fit("kernel", x.shape, kernel, dilation)
    spans = [effective_kernel(k, d) for k, d in zip(kernel, dilation, strict=True)]
    every = sliding_window_view(x, spans, axis=(1, 2))
    windows = every[:, :: stride[0], :: stride[1], :, :: dilation[0], :: dilation[1]]
    return windows.transpose(0, 1, 2, 4, 5, 3).reshape(*windows.shape[:3], kernel[0] * kernel[1] * x.shape[3])


def col2im(
    columns: Array, input_shape: tuple[int, int, int, int], kernel: int | Pair, stride: int | Pair, dilation: int | Pair
) -> Array:
    """The adjoint of `im2col`: every number goes back to the pixel that it was copied from, and they add up.

        x[n, r, s, c] = Σ columns[n, p, q, (i KW + j) C + c]
                        over all p, q, i, j with  p s_h + i d_h = r  and  q s_w + j d_w = s

    It is what a gradient takes on the way back, and not the inverse: a pixel in four windows gets a sum of
    four. Pixels in no window are 0.

    Works on whole arrays: no Python loop over their elements or rows; one over the kernel's positions is fine.

    Args:
        columns: shape (N, OH, OW, KH·KW·C), floating, in the order of `im2col`; not modified.
        input_shape: (N, H, W, C) of the images.
        kernel: KH and KW, as in `im2col`.
        stride: as in `im2col`.
        dilation: as in `im2col`.

    Returns:
        The sums, a new array of shape `input_shape`, dtype of `columns`.

    Raises:
        ValueError: `kernel`, `stride` or `dilation` is below 1; `kernel` spans more than the images; `columns` has
            not the shape that `im2col` gives such images. The text names the argument.
    """
    kernel, stride, dilation = as_pair("kernel", kernel), as_pair("stride", stride), as_pair("dilation", dilation)
    require_fit("kernel", input_shape, kernel, dilation)
    sums = np.zeros(input_shape, dtype=columns.dtype)
    spans = [effective_kernel(k, d) for k, d in zip(kernel, dilation, strict=True)]
    every = sliding_window_view(sums, spans, axis=(1, 2), writeable=True)
    windows = every[:, :: stride[0], :: stride[1], :, :: dilation[0], :: dilation[1]]
    n, rows, places, channels = windows.shape[:4]
    if columns.shape != (wanted := (n, rows, places, kernel[0] * kernel[1] * channels)):
        raise ValueError(f"columns: got shape {columns.shape}, want {wanted}")
    blocks = columns.reshape(n, rows, places, *kernel, channels)
    for i, j in np.ndindex(kernel):
        windows[..., i, j] += blocks[..., i, j, :]
    return sums
