"""The image that a filter likes best."""

from __future__ import annotations

import numpy as np

from ..u04_activations import relu, relu_backward
from ..u07_convolution import conv2d, conv2d_backward
from .checks import Array

__all__ = ["deprocess_image", "maximise_filter"]


def maximise_filter(
    image: Array, w: Array, b: Array, filter_index: int, steps: int, step_size: float
) -> tuple[Array, Array]:
    """Change an image so that one filter answers more and more: gradient ascent on the input.

        a     = relu(conv2d(image, w, b)) of the filter f = filter_index alone, stride 1, 'valid'
        score = mean of a over all places
        g     = ∂score / ∂image                                (slope of the relu at 0: 0)
        image ← image + step_size · g / (√(mean of g²) + 1e-5)

    The mean of g² is over all numbers of the image. Where the filter answers nowhere, g is 0 and the image stays.
    A Python loop over the steps is fine, one over rows or pixels is not.

    Args:
        image: the image at the start, shape (H, W, C), floating; not modified.
        w: the filters, shape (KH, KW, C, F), dtype of `image`; they stay as they are.
        b: their biases, shape (F,), dtype of `image`.
        filter_index: which filter, from 0 to F - 1.
        steps: how many, at least 0.
        step_size: how far each step goes, positive.

    Returns:
        `(image, scores)`: the image after the last step, a new array, shape of `image`, and the score before each
        step and after the last, shape (steps + 1,), dtype of `image`.

    Raises:
        ValueError: `filter_index` is below 0 or above F - 1; `steps` is below 0. The text names the argument.
    """
    if not 0 <= filter_index < w.shape[3]:
        raise ValueError(f"filter_index: got {filter_index}, want from 0 to {w.shape[3] - 1}")
    if steps < 0:
        raise ValueError(f"steps: got {steps}, want at least 0")
    x, chosen = image[None].copy(), slice(filter_index, filter_index + 1)
    kernel, bias = w[..., chosen], b[chosen]
    scores = np.empty(steps + 1, dtype=image.dtype)
    for step in range(steps + 1):
        answers = conv2d(x, kernel, bias)
        scores[step] = relu(answers).mean()
        if step < steps:
            share = np.full_like(answers, 1 / answers.size)
            grad, _, _ = conv2d_backward(relu_backward(share, answers), x, kernel, bias)
            grad /= np.sqrt(np.square(grad).mean()) + 1e-5
            x += step_size * grad
    return x[0], scores


def deprocess_image(x: Array) -> Array:
    """Bring an image of any range of numbers to bytes that can be looked at.

        z = 0.1 · (x - mean) / (std + 1e-5) + 0.5         mean and std (ddof = 0) over all numbers of the image
        z cut off at 0 and 1, times 255, decimals cut off: uint8

    So the mean becomes a middle grey, and a standard deviation a tenth of the range. Works on whole arrays: no
    Python loop over their elements or rows.

    Args:
        x: an image, shape (H, W, C), floating, finite; not modified.

    Returns:
        A new array of the same shape, uint8; all 127 where `x` is constant.
    """
    z: Array = 0.1 * (x - x.mean()) / (x.std() + 1e-5) + 0.5
    return (z.clip(0, 1) * 255).astype(np.uint8)
