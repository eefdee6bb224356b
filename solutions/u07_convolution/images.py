"""Convolution of images with many channels."""

from __future__ import annotations

from .columns import col2im, im2col
from .padding import pad2d
from .pairs import NO_PADDING, Array, Padding, Pair, as_pair
from .windows import image_padding, require_fit

__all__ = ["conv2d", "conv2d_backward"]


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
