"""Assessment of 1×1 convolutions: pointwise_conv and its gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, RandomCases, Variant, random_cases
from autograder.inputs import Array, grid, normal

__all__ = ["pointwise_conv", "pointwise_conv_backward"]

Gradients = tuple[Array, Array, Array]


def _many(n: int) -> dict[str, Any]:
    return {"x": normal(n // 4, n // 10, n // 10, 2, seed=110), "w": normal(2, 3, seed=111), "b": grid(3)}


def _many_backward(n: int) -> dict[str, Any]:
    return {"grad_output": normal(n // 4, n // 10, n // 10, 3, seed=112), **_many(n)}


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


_CASES: list[Case | RandomCases] = [
    Case("one-pixel", x=np.array([[[[2.0, 3.0]]]]), w=np.array([[1.0, 0.0], [-1.0, 5.0]]), b=np.array([10.0, 20.0])),
    Case("one-channel-several-filters", **_layer(1, 2, 3, 1, filters=3, seed=1)),
    Case("several-channels-one-filter", **_layer(1, 2, 3, 4, filters=1, seed=2)),
    Case("non-square-image", **_layer(1, 2, 5, 2, filters=3, seed=3)),
    Case("as-many-filters-as-channels", **_layer(2, 3, 4, 3, filters=3, seed=4), readonly=True),
    Case("batch-of-images", **_layer(3, 2, 4, 2, filters=4, seed=5)),
    Case("square-everything", **_layer(2, 2, 2, 2, filters=2, seed=6)),
    Case("one-row", **_layer(2, 1, 4, 3, filters=2, seed=7)),
    Case(
        "single-precision",
        **{name: array.astype(np.float32) for name, array in _layer(1, 3, 2, 3, filters=2, seed=8).items()},
    ),
    random_cases(_random_layer),
]


def _channels_first(x: Array) -> Array:
    """The numbers in memory order read as (N, C, H, W)."""
    n, height, width, channels = x.shape
    return x.reshape(n, channels, height, width).transpose(0, 2, 3, 1)


def _channel_by_channel(x: Array, w: Array, b: Array) -> Array:
    if len(w) != x.shape[-1]:
        raise ValueError("w: the channels")
    y: Array = sum((x[..., c, None] * w[c] for c in range(len(w))), start=np.zeros_like(b)) + b
    return y


def _all_axes(x: Array, w: Array, b: Array) -> Array:
    if len(w) != x.shape[-1]:
        raise ValueError("w: the channels")
    return np.tensordot(x, w, axes=1) + b


pointwise_conv = Exercise(
    "pointwise_conv",
    points=1,
    vectorized=_many,
    cases=[*_CASES, Case("other-channels", x=grid(1, 2, 3, 2), w=grid(3, 2), b=grid(2), raises="w")],
    misconceptions=[
        Misconception(
            "weights-transposed",
            believes="A filter's weights are a row of w.",
            wrong=lambda x, w, b: x @ w.T + b,
            hint="w is (C, F). In w[c, f], which index belongs to the channels that are summed over?",
        ),
        Misconception(
            "bias-forgotten",
            believes="The sums are the result.",
            wrong=lambda x, w, b: x @ w,
            hint="Which argument does your result not depend on?",
        ),
        Misconception(
            "bias-in-every-product",
            believes="The bias belongs inside the sum.",
            wrong=lambda x, w, b: x @ w + len(w) * b,
            hint="Does b[f] stand before or behind the sign of summation? How often is it added?",
        ),
        Misconception(
            "reshaped-to-channels-first",
            believes="x.reshape(N, C, H, W) moves the channels to the front.",
            wrong=lambda x, w, b: _channels_first(x) @ w + b,
            hint="Does reshape move axes, or does it cut the same row of numbers anew?",
        ),
        Misconception(
            "last-channel-overwrites",
            believes="A loop over the channels may assign the channel's products to the result.",
            wrong=lambda x, w, b: x[..., -1:] * w[-1] + b,
            hint="After the loop over the channels, what is left of the first channel's products?",
        ),
        Misconception(
            "channels-averaged",
            believes="The products are averaged over the channels.",
            wrong=lambda x, w, b: x @ w / x.dtype.type(len(w)) + b,
            hint="Does the formula hold a division?",
        ),
        Misconception(
            "biases-added-up",
            believes="Every output gets all biases.",
            wrong=lambda x, w, b: x @ w + b.sum(),
            hint="To which filter's output does b[f] belong?",
        ),
        Misconception(
            "relu-included",
            believes="A layer ends in its activation.",
            wrong=lambda x, w, b: np.maximum(x @ w + b, 0),
            hint="What does the formula do after adding the bias?",
        ),
        Misconception(
            "left-flat",
            believes="The result has one row per pixel.",
            wrong=lambda x, w, b: x.reshape(-1, x.shape[3]) @ w + b,
            hint="Which shape does the docstring promise?",
        ),
        Misconception(
            "channels-first",
            believes="The result is channels first.",
            wrong=lambda x, w, b: (x @ w + b).transpose(0, 3, 1, 2),
            hint="Where do the channels stand in this unit?",
        ),
        Misconception(
            "pixels-averaged",
            believes="One result per image.",
            wrong=lambda x, w, b: (x @ w + b).mean(axis=(1, 2), keepdims=True),
            hint="Which shape does the docstring promise?",
        ),
    ],
    hints=[
        "Take one pixel: C numbers go in, F numbers come out. Which layer does that?",
        "A matrix product with w acts on the last axis; all pixels of all images are rows.",
        "x @ w + b",
    ],
    variants=[Variant("channel-by-channel", _channel_by_channel), Variant("tensordot", _all_axes)],
)


def _vjp(grad_output: Array, x: Array, w: Array, b: Array) -> Gradients:
    grad_w = np.tensordot(x, grad_output, axes=((0, 1, 2), (0, 1, 2)))
    return grad_output @ w.T, grad_w, grad_output.sum(axis=(0, 1, 2))


def _scaled(gradients: Gradients, by: Any) -> Gradients:
    """The gradients of w and b divided by a number."""
    return gradients[0], gradients[1] / by, gradients[2] / by


def _last_image(grad_output: Array, x: Array, w: Array, b: Array) -> Gradients:
    return (_vjp(grad_output, x, w, b)[0], *_vjp(grad_output[-1:], x[-1:], w, b)[1:])


pointwise_conv_backward = Exercise(
    "pointwise_conv_backward",
    points=2,
    vectorized=_many_backward,
    cases=_CASES,
    misconceptions=[
        Misconception(
            "weights-not-transposed",
            believes="The gradient goes back through w as the data went forward.",
            wrong=lambda grad_output, x, w, b: (grad_output @ w, *_vjp(grad_output, x, w, b)[1:]),
            hint="g has F numbers at each pixel, and x has C. Which matrix leads from F to C?",
        ),
        Misconception(
            "weight-gradient-transposed",
            believes="The gradient of w is gᵀ x.",
            wrong=lambda *args: (_vjp(*args)[0], _vjp(*args)[1].T, _vjp(*args)[2]),
            hint="What shape does w have, and what shape does your gradient of it have?",
        ),
        Misconception(
            "upstream-ignored",
            believes="The backward pass needs the forward's arguments alone.",
            wrong=lambda grad_output, *args: _vjp(np.ones_like(grad_output), *args),
            hint="How does a change of the output change the loss? Where does that number enter?",
        ),
        Misconception(
            "averaged-over-the-pixels",
            believes="The gradients of w and b are means over all pixels.",
            wrong=lambda grad_output, x, w, b: _scaled(_vjp(grad_output, x, w, b), x[..., 0].size),
            hint="Raise b[f] a little: how many outputs rise by as much? Do their effects add or average?",
        ),
        Misconception(
            "averaged-over-the-batch",
            believes="The gradients of w and b are means over the images.",
            wrong=lambda grad_output, x, w, b: _scaled(_vjp(grad_output, x, w, b), len(x)),
            hint="If the loss is a mean, who has divided by N already?",
        ),
        Misconception(
            "bias-summed-over-the-batch-alone",
            believes="The gradient of b is the sum over the images.",
            wrong=lambda grad_output, *args: (*_vjp(grad_output, *args)[:2], grad_output.sum(axis=0)),
            hint="What shape does b have? At how many pixels of an image is b[f] added?",
        ),
        Misconception(
            "last-image-overwrites",
            believes="A loop over the images may assign the gradients of w and b.",
            wrong=_last_image,
            hint="The same weights serve every image. After the loop, what is left of the first image's part?",
        ),
        Misconception(
            "reshaped-to-channels-first",
            believes="x.reshape(C, -1) puts each channel into a row.",
            wrong=lambda grad_output, x, w, b: (
                grad_output @ w.T,
                x.reshape(x.shape[3], -1) @ grad_output.reshape(-1, w.shape[1]),
                grad_output.sum(axis=(0, 1, 2)),
            ),
            hint="Does reshape move axes, or does it cut the same row of numbers anew?",
        ),
        Misconception(
            "bias-averaged",
            believes="The gradient of b is a mean over all pixels.",
            wrong=lambda grad_output, x, w, b: (*_vjp(grad_output, x, w, b)[:2], grad_output.mean(axis=(0, 1, 2))),
            hint="Raise b[f] a little: do the effects at the pixels add or average?",
        ),
        Misconception(
            "weights-averaged-over-the-pixels",
            believes="The gradient of w is a mean over all pixels.",
            wrong=lambda grad_output, x, w, b: (
                _vjp(grad_output, x, w, b)[0],
                _vjp(grad_output, x, w, b)[1] / x[..., 0].size,
                _vjp(grad_output, x, w, b)[2],
            ),
            hint="The same w serves every pixel. Do the effects add or average?",
        ),
        Misconception(
            "weights-averaged-over-the-batch",
            believes="The gradient of w is a mean over the images.",
            wrong=lambda grad_output, x, w, b: (
                _vjp(grad_output, x, w, b)[0],
                _vjp(grad_output, x, w, b)[1] / len(x),
                _vjp(grad_output, x, w, b)[2],
            ),
            hint="If the loss is a mean, who has divided by N already?",
        ),
        Misconception(
            "left-flat",
            believes="The gradient of x has one row per pixel.",
            wrong=lambda grad_output, x, w, b: (
                _vjp(grad_output, x, w, b)[0].reshape(-1, x.shape[3]),
                *_vjp(grad_output, x, w, b)[1:],
            ),
            hint="What shape does x have?",
        ),
        Misconception(
            "weights-first",
            believes="The weights' gradient is the important one and comes first.",
            wrong=lambda grad_output, x, w, b: (
                _vjp(grad_output, x, w, b)[1],
                _vjp(grad_output, x, w, b)[0],
                _vjp(grad_output, x, w, b)[2],
            ),
            hint="In which order does the docstring list the gradients?",
        ),
    ],
    hints=[
        "Write x as a matrix with one pixel per row. Which layer is this, and what are its three gradients?",
        "g wᵀ for x, xᵀ g for w, with all pixels of all images as rows; for b the sum over these rows.",
        "pixels = x.reshape(-1, C), flat = grad_output.reshape(-1, F): flat @ w.T, pixels.T @ flat, flat.sum(axis=0).",
    ],
    variants=[Variant("tensordot", _vjp)],
)
