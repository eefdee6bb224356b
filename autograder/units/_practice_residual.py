"""Assessment of residual blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
from autograder.units._convolution_right import conv, conv_vjp

__all__ = ["residual_block", "residual_block_backward"]

Gradients = tuple[Array, ...]


def _relu(z: Array) -> Array:
    return np.asarray(np.maximum(z, 0))


def _same(x: Array, w: Array, b: Array) -> Array:
    return conv(x, w, b, 1, "same")


def _block(
    x: Array,
    w1: Array,
    b1: Array,
    w2: Array,
    b2: Array,
    w_skip: Array | None = None,
    *,
    inner: Callable[[Array], Array] = _relu,
    join: Callable[[Array, Array], Array] = lambda z, skip: _relu(z + skip),
    around: Callable[[Array, Array | None], Array] = lambda x, w: x if w is None else x @ w,
) -> Array:
    """Right by default; a wrong version replaces one part."""
    return join(_same(inner(_same(x, w1, b1)), w2, b2), around(x, w_skip))


def _checked_block(x: Array, w1: Array, b1: Array, w2: Array, b2: Array, w_skip: Array | None = None) -> Array:
    wanted = x.shape[3], w2.shape[3]
    if wanted[0] != wanted[1] if w_skip is None else w_skip.shape != wanted:
        raise ValueError("w_skip does not fit")
    return _block(x, w1, b1, w2, b2, w_skip)


def _vjp(
    grad_output: Array,
    x: Array,
    w1: Array,
    b1: Array,
    w2: Array,
    b2: Array,
    w_skip: Array | None = None,
    *,
    outer: Callable[[Array], Any] = lambda total: total > 0,
    inner: Callable[[Array], Any] = lambda z: z > 0,
    shares: tuple[float, float] = (1.0, 1.0),
    around: Callable[[Array, Array | None], Array] = lambda g, w: g if w is None else g @ w.T,
    join: Callable[[Array, Array], Array] = np.add,
) -> Gradients:
    """Right by default; `shares` are what the addition gives to the convolutions and to the way around."""
    z = _same(x, w1, b1)
    h = _relu(z)
    total = _same(h, w2, b2) + (x if w_skip is None else x @ w_skip)
    grad = grad_output * outer(total)
    grad_h, grad_w2, grad_b2 = conv_vjp(grad * x.dtype.type(shares[0]), h, w2, b2, 1, "same")
    grad_x, grad_w1, grad_b1 = conv_vjp(grad_h * inner(z), x, w1, b1, 1, "same")
    grad_skip = grad * x.dtype.type(shares[1])
    gradients = (join(grad_x, around(grad_skip, w_skip)), grad_w1, grad_b1, grad_w2, grad_b2)
    return gradients if w_skip is None else (*gradients, np.tensordot(x, grad_skip, axes=((0, 1, 2), (0, 1, 2))))


def _mask_on_one_way(grad_output: Array, x: Array, *args: Any) -> Gradients:
    """The way around gets the gradient from before the last relu."""
    _, *others = _vjp(grad_output, x, *args)
    w_skip = args[4] if len(args) > 4 else None
    unmasked = grad_output if w_skip is None else grad_output @ w_skip.T
    grad_x = _vjp(grad_output, x, *args, join=lambda through, around: through)[0] + unmasked
    return grad_x, *others


def _layer(
    *image: int,
    kernel: tuple[int, int] = (3, 3),
    middle: int = 2,
    filters: int,
    skip: bool,
    seed: int,
    dtype: str = "float64",
) -> dict[str, Any]:
    """Images (N, H, W, C) and weights at which about half of each relu passes."""
    c = image[3]
    arrays = {
        "x": normal(*image, seed=700 + seed),
        "w1": normal(*kernel, c, middle, seed=720 + seed, scale=0.4),
        "b1": normal(middle, seed=740 + seed, scale=0.3),
        "w2": normal(*kernel, middle, filters, seed=760 + seed, scale=0.4),
        "b2": normal(filters, seed=780 + seed, scale=0.3),
        **({"w_skip": normal(c, filters, seed=800 + seed)} if skip else {}),
    }
    return {name: array.astype(dtype) for name, array in arrays.items()}


def _random_layer(rng: np.random.Generator) -> dict[str, Any]:
    channels, skip = int(rng.integers(1, 4)), bool(rng.random() < 0.5)
    filters, middle = channels + (2 if skip else 0), int(rng.integers(2, 4))
    arrays = {
        "x": rng.standard_normal((2, int(rng.integers(3, 5)), int(rng.integers(4, 6)), channels)),
        "w1": rng.standard_normal((3, 3, channels, middle)),
        "b1": rng.standard_normal(middle),
        "w2": rng.standard_normal((3, 3, middle, filters)),
        "b2": rng.standard_normal(filters),
    }
    return {**arrays, "w_skip": rng.standard_normal((channels, filters))} if skip else arrays


def _many(n: int) -> dict[str, Any]:
    return _layer(2, n // 4, n // 5, 2, filters=2, skip=False, seed=9)


_SILENT = {**_layer(1, 3, 4, 2, filters=2, skip=False, seed=1), "b2": np.array([-90.0, 0.1])}
_CASES = [
    Case("one-pixel", **_layer(1, 1, 1, 2, kernel=(1, 1), filters=2, skip=False, seed=2)),
    Case("one-channel", **_layer(1, 3, 4, 1, filters=1, skip=False, seed=3)),
    Case("two-images", **_layer(2, 4, 3, 2, middle=3, filters=2, skip=False, seed=4), readonly=True),
    Case("kernel-not-square", **_layer(1, 5, 4, 2, kernel=(3, 1), filters=2, skip=False, seed=5)),
    Case("more-channels-behind", **_layer(2, 3, 4, 2, middle=2, filters=3, skip=True, seed=6)),
    Case("as-many-channels-but-mixed", **_layer(1, 4, 5, 2, middle=3, filters=2, skip=True, seed=7)),
    Case("a-filter-that-says-no", **_SILENT),
    Case("single-precision", **_layer(1, 4, 3, 2, filters=2, skip=False, seed=8, dtype="float32")),
]
_WRONG_SKIP = {**_layer(1, 3, 4, 2, filters=3, skip=False, seed=12), "w_skip": normal(3, 2)}

residual_block = Exercise(
    "residual_block",
    points=2,
    vectorized=_many,
    cases=[
        *_CASES,
        Case("channels-do-not-fit", raises="w_skip", **_layer(1, 3, 4, 2, filters=3, skip=False, seed=10)),
        Case("one-channel-is-not-broadcast", raises="w_skip", **_layer(1, 3, 4, 1, filters=3, skip=False, seed=11)),
        Case("way-around-the-wrong-way-round", raises="w_skip", **_WRONG_SKIP),
        random_cases(_random_layer),
    ],
    misconceptions=[
        Misconception(
            "no-way-around",
            believes="A block is two convolutions.",
            wrong=lambda *args: _block(*args, join=lambda z, skip: _relu(z)),
            hint="What does the block give if all its weights are 0?",
        ),
        Misconception(
            "relu-before-the-sum",
            believes="Each convolution is followed by a relu, and then x is added.",
            wrong=lambda *args: _block(*args, join=lambda z, skip: _relu(z) + skip),
            hint="Can the convolutions ever lower a number of x in your version?",
        ),
        Misconception(
            "no-relu-at-the-end",
            believes="The sum is the result.",
            wrong=lambda *args: _block(*args, join=np.add),
            hint="What is the outermost function in the docstring's last line?",
        ),
        Misconception(
            "no-relu-inside",
            believes="The relu comes once, at the end.",
            wrong=lambda *args: _block(*args, inner=lambda z: z),
            hint="What are two convolutions with nothing between them worth more than one?",
        ),
        Misconception(
            "relu-on-the-way-around",
            believes="What is added goes through a relu, too.",
            wrong=lambda *args: _block(*args, join=lambda z, skip: _relu(z + _relu(skip))),
            hint="What is `skip` in the docstring, where x is negative?",
        ),
        Misconception(
            "multiplied",
            believes="The two ways are multiplied.",
            wrong=lambda *args: _block(*args, join=lambda z, skip: _relu(z * skip)),
            hint="With weights of 0, what is left of x?",
        ),
        Misconception(
            "averaged",
            believes="The result is the mean of the two ways.",
            wrong=lambda *args: _block(*args, join=lambda z, skip: _relu((z + skip) / 2)),
            hint="After ten blocks, how much is left of x?",
        ),
        Misconception(
            "side-by-side",
            believes="The two ways are joined along the channels.",
            wrong=lambda *args: _block(*args, join=lambda z, skip: _relu(np.concatenate([z, skip], axis=3))),
            hint="That is what Inception and DenseNet do. What shape does the docstring promise?",
        ),
        Misconception(
            "way-around-always-plain",
            believes="Where the channels fit, x is added as it is.",
            wrong=lambda x, w1, b1, w2, b2, w_skip=None: _block(
                x, w1, b1, w2, b2, w_skip if x.shape[3] != w2.shape[3] else None
            ),
            hint="Who decides whether the channels are mixed: the shapes, or whether `w_skip` is given?",
        ),
        Misconception(
            "one-channel-broadcast",
            believes="NumPy adds what can be broadcast.",
            wrong=_block,
            hint="x has one channel and the block three. Does anybody notice that the same image is added to all?",
        ),
        Misconception(
            "relu-of-each-way",
            believes="Both ways end with a relu, and then they are added.",
            wrong=lambda *args: _block(*args, join=lambda z, skip: _relu(z) + _relu(skip)),
            hint="If one way gives 2 and the other -3, what is the relu of their sum, and what is the sum of your two?",
        ),
    ],
    hints=[
        "Draw the two ways from x to the sum. Where do the two relus stand?",
        "conv2d(…, padding='same') keeps height and width, so that x can be added; w_skip changes x's channels alone.",
        "relu(conv2d(relu(conv2d(x, w1, b1, padding='same')), w2, b2, padding='same') + skip)",
    ],
    variants=[Variant("position-by-position", _checked_block)],
)

residual_block_backward = Exercise(
    "residual_block_backward",
    points=4,
    cases=[*_CASES, random_cases(_random_layer)],
    misconceptions=[
        Misconception(
            "way-around-forgotten",
            believes="x gets what comes back through the convolutions.",
            wrong=lambda *args: _vjp(*args, join=lambda through, around: through),
            hint="How often is x used on the way forward? What makes deep residual networks trainable?",
        ),
        Misconception(
            "convolutions-forgotten",
            believes="x gets what comes back over the short way.",
            wrong=lambda *args: _vjp(*args, join=lambda through, around: around),
            hint="How often is x used on the way forward?",
        ),
        Misconception(
            "addition-halves",
            believes="The addition shares the gradient evenly between its two sides.",
            wrong=lambda *args: _vjp(*args, shares=(0.5, 0.5)),
            hint="z = a + b: what is ∂z/∂a? And ∂z/∂b?",
        ),
        Misconception(
            "last-relu-skipped",
            believes="The upstream gradient is that of the sum.",
            wrong=lambda *args: _vjp(*args, outer=lambda total: 1),
            hint="Where the sum was negative, the block gave 0. What does a small change of the weights do there?",
        ),
        Misconception(
            "last-relu-on-one-way",
            believes="The relu belongs to the convolutions; the way around gets the upstream gradient as it is.",
            wrong=_mask_on_one_way,
            hint="Does the relu stand before or behind the sum?",
        ),
        Misconception(
            "inner-relu-skipped",
            believes="Between the convolutions the gradient passes unchanged.",
            wrong=lambda *args: _vjp(*args, inner=lambda z: 1),
            hint="Where h is 0 because its argument was negative, what does w1 do to it?",
        ),
        Misconception(
            "upstream-ignored",
            believes="The backward pass needs the forward's arguments alone.",
            wrong=lambda grad_output, *args: _vjp(np.ones_like(grad_output), *args),
            hint="How does a change of the output change the loss? Where does that number enter?",
        ),
        Misconception(
            "ways-multiplied",
            believes="By the chain rule the gradients of the two ways are multiplied.",
            wrong=lambda *args: _vjp(*args, join=np.multiply),
            hint="Along one way factors are multiplied. What happens where two ways meet?",
        ),
        Misconception(
            "way-around-plain",
            believes="The way around passes the gradient to x as it is.",
            wrong=lambda *args: _vjp(*args, around=lambda g, w: g if w is None or w.shape[0] != w.shape[1] else g @ w),
            hint="On the way forward x was multiplied by w_skip. By what is the gradient multiplied on the way back?",
        ),
        Misconception(
            "no-gradient-for-the-way-around",
            believes="Only the convolutions learn.",
            wrong=lambda *args: _vjp(*args)[:5],
            hint="Is w_skip a parameter? How many gradients does the docstring list where it is given?",
        ),
    ],
    hints=[
        "Run the forward pass again and keep what you need: the arguments of both relus, and h.",
        "The gradient of the sum goes two ways: into conv2d_backward of the second convolution, and to x directly.",
        "grad_x of the first convolution + grad_sum (with w_skip: its way back through pointwise_conv_backward).",
    ],
    variants=[Variant("position-by-position", lambda *args: _vjp(*args))],
)
