"""Assessment of Inception blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
from autograder.units._convolution_right import conv, conv_vjp, pool, windows_met

__all__ = ["inception_block", "inception_block_backward"]

Gradients = tuple[Array, ...]
_AROUND = ((0, 0), (1, 1), (1, 1), (0, 0))


def _relu(z: Array) -> Array:
    return np.asarray(np.maximum(z, 0))


def _pool(x: Array) -> Array:
    return pool(x, 3, 1, "same")


def _pool_then_mix(x: Array, w: Array) -> Array:
    return _relu(_pool(x) @ w)


def _branches(
    x: Array,
    w1: Array,
    w3_reduce: Array,
    w3: Array,
    w5_reduce: Array,
    w5: Array,
    w_pool: Array,
    *,
    inner: Callable[[Array], Array] = _relu,
    outer: Callable[[Array], Array] = _relu,
    pooled: Callable[[Array, Array], Array] = _pool_then_mix,
) -> list[Array]:
    """The four results; right by default."""
    middle = [outer(conv(inner(x @ reduction), w, 0, 1, "same")) for reduction, w in ((w3_reduce, w3), (w5_reduce, w5))]
    return [outer(x @ w1), *middle, pooled(x, w_pool)]


def _joined(*args: Array, **parts: Any) -> Array:
    return np.concatenate(_branches(*args, **parts), axis=3)


def _ordered(*order: int) -> Callable[..., Array]:
    def wrong(*args: Array) -> Array:
        branches = _branches(*args)
        return np.concatenate([branches[index] for index in order], axis=3)

    return wrong


def _checked(x: Array, w1: Array, w3_reduce: Array, w3: Array, w5_reduce: Array, w5: Array, w_pool: Array) -> Array:
    if w3.shape[2] != w3_reduce.shape[1]:
        raise ValueError("w3 has other channels")
    if w5.shape[2] != w5_reduce.shape[1]:
        raise ValueError("w5 has other channels")
    return np.concatenate(_branches(x, w1, w3_reduce, w3, w5_reduce, w5, w_pool), axis=3)


def _one_reduction(x: Array, w1: Array, w3_reduce: Array, w3: Array, w5_reduce: Array, *rest: Array) -> Array:
    """The 5×5 kernels see what the 3×3 ones see, where the channels allow it."""
    reduction = w3_reduce if w3_reduce.shape == w5_reduce.shape else w5_reduce
    return _joined(x, w1, w3_reduce, w3, reduction, *rest)


def _pool_vjp(grad: Array, x: Array) -> Array:
    """Each window's gradient to its first largest number."""
    padded = np.pad(x, _AROUND, constant_values=-np.inf)
    windows = windows_met(padded, 3, 1).reshape(*x.shape[:3], 9, x.shape[3])
    first = windows.argmax(axis=3)
    collected = np.zeros_like(padded)
    for position in range(9):
        i, j = divmod(position, 3)
        collected[:, i : i + x.shape[1], j : j + x.shape[2]] += grad * (first == position)
    return collected[:, 1:-1, 1:-1]


def _pool_vjp_to_all_ties(grad: Array, x: Array) -> Array:
    padded, largest = np.pad(x, _AROUND, constant_values=-np.inf), _pool(x)
    collected = np.zeros_like(padded)
    for i, j in np.ndindex(3, 3):
        at = (slice(None), slice(i, i + x.shape[1]), slice(j, j + x.shape[2]))
        collected[at] += grad * (padded[at] == largest)
    return collected[:, 1:-1, 1:-1]


def _mixed_vjp(grad: Array, x: Array, w: Array, *, slope: Callable[[Array], Any] = lambda z: z > 0) -> Gradients:
    grad = grad * slope(x @ w)
    return grad @ w.T, np.tensordot(x, grad, axes=((0, 1, 2), (0, 1, 2)))


def _vjp(
    grad_output: Array,
    x: Array,
    w1: Array,
    w3_reduce: Array,
    w3: Array,
    w5_reduce: Array,
    w5: Array,
    w_pool: Array,
    *,
    inner: Callable[[Array], Any] = lambda z: z > 0,
    outer: Callable[[Array], Any] = lambda z: z > 0,
    pool_vjp: Callable[[Array, Array], Array] = _pool_vjp,
    join: Callable[[list[Array]], Array] = lambda parts: parts[0] + parts[1] + parts[2] + parts[3],
    order: tuple[int, ...] = (0, 1, 2, 3),
) -> Gradients:
    """Right by default; `order` says to which branch the parts of the upstream gradient belong."""
    widths = np.array([w1.shape[1], w3.shape[3], w5.shape[3], w_pool.shape[1]])[list(order)]
    cut = np.split(grad_output, np.cumsum(widths)[:-1], axis=3)
    upstream = [cut[order.index(branch)] for branch in range(4)]
    x1, grad_w1 = _mixed_vjp(upstream[0], x, w1, slope=outer)
    middle = []
    for grad, reduction, w in ((upstream[1], w3_reduce, w3), (upstream[2], w5_reduce, w5)):
        thin = _relu(x @ reduction)
        masked = grad * outer(conv(thin, w, 0, 1, "same"))
        grad_thin, grad_w, _ = conv_vjp(masked, thin, w, np.zeros(1), 1, "same")
        middle.append((*_mixed_vjp(grad_thin, x, reduction, slope=inner), grad_w))
    (x3, grad_w3_reduce, grad_w3), (x5, grad_w5_reduce, grad_w5) = middle
    grad_pooled, grad_w_pool = _mixed_vjp(upstream[3], _pool(x), w_pool, slope=outer)
    grad_x = join([x1, x3, x5, pool_vjp(grad_pooled, x)])
    return grad_x, grad_w1, grad_w3_reduce, grad_w3, grad_w5_reduce, grad_w5, grad_w_pool


def _block(*image: int, widths: tuple[int, ...], seed: int, dtype: str = "float64") -> dict[str, Any]:
    """Images (N, H, W, C) and weights; the widths are F1, R3, F3, R5, F5, FP."""
    f1, r3, f3, r5, f5, fp = widths
    c = image[3]
    arrays = {
        "x": normal(*image, seed=850 + seed),
        "w1": normal(c, f1, seed=870 + seed),
        "w3_reduce": normal(c, r3, seed=890 + seed),
        "w3": normal(3, 3, r3, f3, seed=910 + seed, scale=0.5),
        "w5_reduce": normal(c, r5, seed=930 + seed),
        "w5": normal(5, 5, r5, f5, seed=950 + seed, scale=0.4),
        "w_pool": normal(c, fp, seed=970 + seed),
    }
    return {name: array.astype(dtype) for name, array in arrays.items()}


def _random_block(rng: np.random.Generator) -> dict[str, Any]:
    c, f1, r3, f3, r5, f5, fp = (int(each) for each in rng.integers(1, 4, 7))
    return {
        "x": rng.standard_normal((2, int(rng.integers(3, 5)), int(rng.integers(4, 6)), c + 1)),
        "w1": rng.standard_normal((c + 1, f1)),
        "w3_reduce": rng.standard_normal((c + 1, r3)),
        "w3": rng.standard_normal((3, 3, r3, f3)),
        "w5_reduce": rng.standard_normal((c + 1, r5)),
        "w5": rng.standard_normal((5, 5, r5, f5)),
        "w_pool": rng.standard_normal((c + 1, fp)),
    }


_NEGATIVE = _block(1, 3, 4, 2, widths=(1, 2, 1, 1, 2, 2), seed=1)
_NEGATIVE = {**_NEGATIVE, "x": -1 - np.abs(_NEGATIVE["x"]), "w_pool": np.array([[-1.0, 0.5], [0.25, -2.0]])}
_TIES = _block(1, 4, 5, 2, widths=(2, 1, 2, 2, 1, 2), seed=2)
_TIES = {**_TIES, "x": np.rint(_TIES["x"]), "w_pool": np.array([[1.0, -0.5], [0.75, 2.0]])}
_CASES = [
    Case("one-channel-each", **_block(1, 4, 5, 1, widths=(1, 1, 1, 1, 1, 1), seed=10)),
    Case("different-widths", **_block(1, 4, 3, 2, widths=(1, 2, 3, 1, 2, 4), seed=4)),
    Case("two-images", **_block(2, 3, 4, 3, widths=(2, 2, 1, 2, 3, 1), seed=5), readonly=True),
    Case("reductions-of-one-width", **_block(1, 5, 4, 2, widths=(2, 2, 2, 2, 2, 2), seed=6)),
    Case("all-negative", **_NEGATIVE),
    Case("ties-in-the-windows", **_TIES),
    Case("smaller-than-the-kernels", **_block(1, 2, 1, 2, widths=(1, 2, 2, 2, 1, 2), seed=7)),
    Case("single-precision", **_block(1, 3, 4, 2, widths=(1, 1, 2, 2, 1, 1), seed=8, dtype="float32")),
]
_WRONG_3 = {**_block(1, 3, 4, 2, widths=(1, 2, 1, 1, 1, 1), seed=3), "w3": normal(3, 3, 1, 1)}
_WRONG_5 = {**_block(1, 3, 4, 2, widths=(1, 2, 1, 1, 1, 1), seed=3), "w5": normal(5, 5, 2, 1)}

inception_block = Exercise(
    "inception_block",
    points=3,
    vectorized=lambda n: _block(2, n // 4, n // 5, 2, widths=(1, 2, 1, 1, 2, 1), seed=9),
    cases=[
        *_CASES,
        Case("kernels-for-other-channels", raises="w3", **_WRONG_3),
        Case("large-kernels-for-other-channels", raises="w5", **_WRONG_5),
        random_cases(_random_block),
    ],
    misconceptions=[
        Misconception(
            "large-kernels-first",
            believes="The order of the branches is free.",
            wrong=_ordered(0, 2, 1, 3),
            hint="What does the next layer's weight for channel 3 belong to?",
        ),
        Misconception(
            "pooling-first",
            believes="The pooled branch comes first.",
            wrong=_ordered(3, 0, 1, 2),
            hint="In which order does the docstring join the branches?",
        ),
        Misconception(
            "joined-along-the-width",
            believes="Side by side means one image beside the other.",
            wrong=lambda *args: np.concatenate(
                [np.pad(each, ((0, 0), (0, 0), (0, 0), (0, 9 - each.shape[3]))) for each in _branches(*args)], axis=2
            ),
            hint="On which axis do the channels stand? What shape does the docstring promise?",
        ),
        Misconception(
            "no-relu-in-the-reductions",
            believes="A 1×1 reduction only makes the images thinner.",
            wrong=lambda *args: _joined(*args, inner=lambda z: z),
            hint="How many convolutions does the 3×3 branch have, and how many relus?",
        ),
        Misconception(
            "no-relu-at-the-end",
            believes="The relu comes between the convolutions only.",
            wrong=lambda *args: _joined(*args, outer=lambda z: z, pooled=lambda x, w: _pool(x) @ w),
            hint="Can a number of the result be negative?",
        ),
        Misconception(
            "pooled-after-mixing",
            believes="The order of pooling and 1×1 convolution does not matter.",
            wrong=lambda *args: _joined(*args, pooled=lambda x, w: _pool(_relu(x @ w))),
            hint="Is the maximum of a sum the sum of the maxima?",
        ),
        Misconception(
            "average-pooling",
            believes="Pooling takes the mean of the window.",
            wrong=lambda *args: _joined(
                *args, pooled=lambda x, w: _relu(pool(x, 3, 1, "same", reduce=np.nanmean, fill=np.nan) @ w)
            ),
            hint="Which pooling does the docstring name?",
        ),
        Misconception(
            "padding-wins",
            believes="The images are padded with zeros before the pooling.",
            wrong=lambda *args: _joined(*args, pooled=lambda x, w: _relu(pool(x, 3, 1, "same", fill=0.0) @ w)),
            hint="At the edge of an image of negative numbers, what is the maximum of the window?",
        ),
        Misconception(
            "not-pooled",
            believes="With stride 1 the pooling changes nothing.",
            wrong=lambda *args: _joined(*args, pooled=lambda x, w: _relu(x @ w)),
            hint="The size stays the same. Do the numbers?",
        ),
        Misconception(
            "one-reduction-for-both",
            believes="The 3×3 and the 5×5 kernels share one reduction.",
            wrong=_one_reduction,
            hint="What is `w5_reduce` for?",
        ),
    ],
    hints=[
        "Four branches, each with its own shape: write down the shape of every result before you join them.",
        "pointwise_conv, conv2d with padding='same', max_pool2d(x, 3, 1, 'same'), and a relu after every convolution.",
        "np.concatenate([…], axis=3) of relu(x w1), the two longer branches, relu(pointwise_conv(pooled, w_pool, …)).",
    ],
    variants=[Variant("position-by-position", _checked)],
)

inception_block_backward = Exercise(
    "inception_block_backward",
    points=4,
    cases=[*_CASES, random_cases(_random_block)],
    misconceptions=[
        Misconception(
            "last-branch-overwrites",
            believes="Each branch assigns the gradient of x.",
            wrong=lambda *args: _vjp(*args, join=lambda parts: parts[3]),
            hint="How many branches used x? What is left of the first one's part?",
        ),
        Misconception(
            "averaged-over-the-branches",
            believes="x gets the mean of what the branches send back.",
            wrong=lambda *args: _vjp(*args, join=lambda parts: (parts[0] + parts[1] + parts[2] + parts[3]) / 4),
            hint="A value that is used four times: do the gradients add or average?",
        ),
        Misconception(
            "pooling-branch-forgotten",
            believes="Pooling has no weights, so nothing comes back from it.",
            wrong=lambda *args: _vjp(*args, join=lambda parts: parts[0] + parts[1] + parts[2]),
            hint="If the largest number of a window rises, does the result rise?",
        ),
        Misconception(
            "pooling-passes-on",
            believes="With stride 1 the pooling passes the gradient to the same place.",
            wrong=lambda *args: _vjp(*args, pool_vjp=lambda grad, x: grad),
            hint="Which pixel's number does place (p, q) of the pooled image hold?",
        ),
        Misconception(
            "to-all-ties",
            believes="Every pixel that equals the maximum gets the gradient.",
            wrong=lambda *args: _vjp(*args, pool_vjp=_pool_vjp_to_all_ties),
            hint="Two pixels share the maximum. Which one gets the gradient, by the docstring?",
        ),
        Misconception(
            "cut-in-another-order",
            believes="The upstream gradient begins with the pooled branch.",
            wrong=lambda *args: _vjp(*args, order=(3, 0, 1, 2)),
            hint="In which order were the branches joined on the way forward?",
        ),
        Misconception(
            "relu-of-the-reductions-skipped",
            believes="The reductions pass their gradient on as it is.",
            wrong=lambda *args: _vjp(*args, inner=lambda z: 1),
            hint="How many relus lie between the 3×3 branch's result and x?",
        ),
        Misconception(
            "last-relus-skipped",
            believes="The upstream gradient is that of the convolutions' results.",
            wrong=lambda *args: _vjp(*args, outer=lambda z: 1),
            hint="Where the block gave 0, what does a small change of the weights do?",
        ),
        Misconception(
            "upstream-ignored",
            believes="The backward pass needs the forward's arguments alone.",
            wrong=lambda grad_output, *args: _vjp(np.ones_like(grad_output), *args),
            hint="How does a change of the output change the loss? Where does that number enter?",
        ),
    ],
    hints=[
        "Cut the upstream gradient first: which channels belong to which branch? np.split takes the places to cut at.",
        "Each branch by itself, from its end: relu, convolution, relu, 1×1. Recompute what the relus need.",
        "grad_x = x1 + x3 + x5 + max_pool2d_backward(grad_pooled, x, 3, 1, 'same').",
    ],
    variants=[Variant("position-by-position", lambda *args: _vjp(*args))],
)
