"""Assessment of the dense layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal

__all__ = ["dense", "dense_backward"]

WHOLE: dict[str, Any] = {
    "x": np.array([[2, -1, 3], [0, 5, 1]]),
    "w": np.array([[1, 2], [0, -3], [4, 1]]),
    "b": np.array([7, -2]),
}


def _layer(*lead: int, inputs: int, units: int, seed: int) -> dict[str, Any]:
    return {
        "x": normal(*lead, inputs, seed=seed),
        "w": normal(inputs, units, seed=seed + 1),
        "b": normal(units, seed=seed + 2),
    }


def _random_layer(rng: np.random.Generator) -> Mapping[str, Any]:
    n, t, inputs, units = (2 + rng.permutation(4)).tolist()
    lead = (n,) if rng.random() < 0.5 else (n, t)
    return {
        "x": rng.standard_normal((*lead, inputs)),
        "w": rng.standard_normal((inputs, units)),
        "b": rng.standard_normal(units),
    }


def _single(layer: Mapping[str, Array]) -> dict[str, Any]:
    return {name: array.astype(np.float32) for name, array in layer.items()}


def _checked(x: Array, w: Array) -> None:
    if w.shape[0] != x.shape[-1]:
        raise ValueError(f"w: got {w.shape}, want {x.shape[-1]} rows")


def _floating(y: Array) -> Array:
    return y if y.dtype.kind == "f" else y.astype(np.float64)


def _by_einsum(x: Array, w: Array, b: Array) -> Array:
    _checked(x, w)
    return _floating(np.asarray(np.einsum("...i,io->...o", x, w) + b))


def _ones_column(x: Array, w: Array, b: Array) -> Array:
    """The bias as the weight of an input that is always 1."""
    _checked(x, w)
    ones = np.ones((*x.shape[:-1], 1), dtype=x.dtype)
    return _floating(np.asarray(np.concatenate([x, ones], axis=-1) @ np.vstack([w, b])))


dense = Exercise(
    "dense",
    points=1,
    cases=[
        Case("one-sample", x=np.array([[1.0, 2.0]]), w=grid(2, 3), b=np.array([0.5, -1.0, 0.0])),
        Case("one-unit", **_layer(4, inputs=3, units=1, seed=1)),
        Case("batch", **_layer(4, inputs=3, units=2, seed=4)),
        Case("as-many-units-as-inputs", **_layer(2, inputs=3, units=3, seed=7)),
        Case("as-many-samples-as-units", **_layer(3, inputs=4, units=3, seed=10)),
        Case("as-many-of-everything", **_layer(3, inputs=3, units=3, seed=25)),
        Case("sequences", **_layer(2, 4, inputs=3, units=5, seed=13)),
        Case("as-many-steps-as-inputs", **_layer(2, 3, inputs=3, units=5, seed=28)),
        Case("images", **_layer(2, 3, 4, inputs=2, units=3, seed=16)),
        Case("read-only", readonly=True, **_layer(5, inputs=2, units=4, seed=19)),
        Case("integers", **WHOLE),
        Case("single-precision", **_single(_layer(3, inputs=2, units=4, seed=22))),
        Case("weights-do-not-fit", x=grid(2, 3), w=grid(4, 5), b=grid(5), raises="w"),
        random_cases(_random_layer),
    ],
    misconceptions=[
        Misconception(
            "rows-are-units",
            believes="Every row of W belongs to one output, so it is x Wᵀ.",
            wrong=lambda x, w, b: x @ w.T + b,
            hint="The convention here is (in, out). Which index of W counts the inputs?",
        ),
        Misconception(
            "weights-first",
            believes="The formula reads W x + b, so W stands on the left.",
            wrong=lambda x, w, b: w @ x + b,
            hint="x holds samples in its rows here, not in its columns. Which lengths must meet in the product?",
        ),
        Misconception(
            "elementwise-product",
            believes="`*` multiplies matrices.",
            wrong=lambda x, w, b: x * w + b,
            hint="Which operator adds up over the inputs, and which only multiplies?",
        ),
        Misconception(
            "bias-forgotten",
            believes="The weights are all there is.",
            wrong=lambda x, w, b: _floating(x @ w),
            hint="What is the output for x = 0?",
        ),
        Misconception(
            "bias-per-sample",
            believes="The bias is a column, one number for each sample.",
            wrong=lambda x, w, b: _floating(x @ w + b[:, None]),
            hint="b has `out` numbers. Along which axis of the result are there `out` numbers?",
        ),
        Misconception(
            "bias-one-number",
            believes="A layer has one bias.",
            wrong=lambda x, w, b: _floating(x @ w + b[0]),
            hint="How many outputs does the layer have, and how many biases?",
        ),
        Misconception(
            "flattened-first",
            believes="A dense layer sees a sample as one long row.",
            wrong=lambda x, w, b: _floating(x.reshape(len(x), -1) @ w + b),
            hint="Does W have a row for each number of a sequence, or for each feature of one step?",
        ),
        Misconception(
            "rows-not-put-back",
            believes="The rows of all sequences together are the result.",
            wrong=lambda x, w, b: _floating(x.reshape(-1, x.shape[-1]) @ w + b),
            hint="Which axes of x does the layer leave alone, and are they still there?",
        ),
        Misconception(
            "integers-kept",
            believes="Integers go in, so integers come out.",
            wrong=lambda x, w, b: x @ w + b,
            hint="Which dtype does the docstring promise for integers?",
        ),
        Misconception(
            "shapes-not-checked",
            believes="NumPy complains by itself where shapes do not fit.",
            wrong=lambda x, w, b: _floating(x @ w + b),
            hint="Does its message name `w`, and say which shape was wanted?",
        ),
        Misconception(
            "averaged",
            believes="The inputs are averaged with the weights.",
            wrong=lambda x, w, b: x @ w / len(w) + b,
            hint="If the number of inputs is doubled, does the sum in the formula stay the same size?",
        ),
        Misconception(
            "bias-subtracted",
            believes="The bias is a threshold that is subtracted.",
            wrong=lambda x, w, b: x @ w - b,
            hint="What sign does b have in the formula?",
        ),
        Misconception(
            "bias-added-to-the-weights",
            believes="The bias belongs to the weights.",
            wrong=lambda x, w, b: x @ (w + b),
            hint="What is the output for a sample of zeros?",
        ),
        Misconception(
            "relu-included",
            believes="A layer ends in its activation.",
            wrong=lambda x, w, b: np.maximum(x @ w + b, 0),
            hint="What does the formula do after adding the bias?",
        ),
        Misconception(
            "bias-multiplied",
            believes="The bias scales the output.",
            wrong=lambda x, w, b: x @ w * b,
            hint="What is the output for a sample of zeros?",
        ),
    ],
    hints=[
        "Write down the shapes of x, W and b, and that of y. Which length disappears?",
        "A matrix product adds up over the inputs and leaves axes in front alone; broadcasting adds b to every row.",
        "After checking the shapes: x @ w + b",
    ],
    variants=[Variant("einsum", _by_einsum), Variant("input-of-ones", _ones_column)],
    vectorized=lambda n: {"x": normal(n, 3), "w": normal(3, n, seed=1), "b": normal(n, seed=2)},
)


def _rows(array: Array) -> Array:
    return array.reshape(-1, array.shape[-1])


def _right(grad_output: Array, x: Array, w: Array, b: Array) -> tuple[Array, Array, Array]:
    return grad_output @ w.T, _rows(x).T @ _rows(grad_output), _rows(grad_output).sum(axis=0)


def _by_einsum_backward(grad_output: Array, x: Array, w: Array, b: Array) -> tuple[Array, ...]:
    grad_x = np.einsum("...o,io->...i", grad_output, w)
    grad_w = np.einsum("ni,no->io", _rows(x), _rows(grad_output))
    return grad_x, grad_w, np.einsum("no->o", _rows(grad_output))


def _sample_by_sample(grad_output: Array, x: Array, w: Array, b: Array) -> list[Array]:
    grad_w, grad_b = np.zeros_like(w), np.zeros_like(b)
    for row, grad in zip(_rows(x), _rows(grad_output), strict=True):
        grad_w += np.outer(row, grad)
        grad_b += grad
    return [(_rows(grad_output) @ w.T).reshape(x.shape), grad_w, grad_b]


def _weights_updated_first(grad_output: Array, x: Array, w: Array, b: Array) -> tuple[Array, Array, Array]:
    _, grad_w, grad_b = _right(grad_output, x, w, b)
    w -= 0.1 * grad_w
    return grad_output @ w.T, grad_w, grad_b


dense_backward = Exercise(
    "dense_backward",
    points=2,
    cases=[
        Case(
            "one-sample",
            grad_output=np.array([[1.0, 2.0, -1.0]]),
            x=np.array([[3.0, -2.0]]),
            w=grid(2, 3),
            b=np.array([0.5, -1.0, 0.0]),
        ),
        Case("batch", **_layer(4, inputs=3, units=2, seed=4)),
        Case("one-unit", **_layer(4, inputs=3, units=1, seed=1)),
        Case("as-many-units-as-inputs", **_layer(2, inputs=3, units=3, seed=7)),
        Case("as-many-samples-as-units", **_layer(3, inputs=4, units=3, seed=10)),
        Case("sequences", **_layer(2, 4, inputs=3, units=5, seed=13)),
        Case("images", **_layer(2, 3, 4, inputs=2, units=3, seed=16)),
        Case("read-only", readonly=True, **_layer(5, inputs=2, units=4, seed=19)),
        Case("single-precision", **_single(_layer(3, inputs=2, units=4, seed=22))),
        random_cases(_random_layer),
    ],
    misconceptions=[
        Misconception(
            "weights-not-transposed",
            believes="The gradient goes back through W as the values came forward.",
            wrong=lambda grad_output, x, w, b: (grad_output @ w, *_right(grad_output, x, w, b)[1:]),
            hint="G has `out` columns and grad_x needs `in`. Which of W, Wᵀ leads from one to the other?",
        ),
        Misconception(
            "grad-w-transposed",
            believes="The gradient of W is Gᵀ X.",
            wrong=lambda grad_output, x, w, b: (
                grad_output @ w.T,
                _rows(grad_output).T @ _rows(x),
                _rows(grad_output).sum(axis=0),
            ),
            hint="A gradient has the shape of what it belongs to. What shape does W have?",
        ),
        Misconception(
            "grad-w-per-sample",
            believes="Every sample has its own gradient of W.",
            wrong=lambda grad_output, x, w, b: (
                grad_output @ w.T,
                x[..., :, None] * grad_output[..., None, :],
                _right(grad_output, x, w, b)[2],
            ),
            hint="One W was used by all samples. What happens to the gradients of something used several times?",
        ),
        Misconception(
            "grad-w-averaged",
            believes="A gradient of a batch is the mean over its samples.",
            wrong=lambda grad_output, x, w, b: (
                grad_output @ w.T,
                _right(grad_output, x, w, b)[1] / len(x),
                _right(grad_output, x, w, b)[2] / len(x),
            ),
            hint="The loss has taken its mean already, and G contains it. What is left for the layer to do?",
        ),
        Misconception(
            "grad-b-averaged",
            believes="The gradient of a bias is the mean of what arrives.",
            wrong=lambda grad_output, x, w, b: (
                *_right(grad_output, x, w, b)[:2],
                _rows(grad_output).mean(axis=0),
            ),
            hint="b is added to every sample: does a small change of it count once, or once per sample?",
        ),
        Misconception(
            "grad-b-over-units",
            believes="The gradient of b is summed along each row.",
            wrong=lambda grad_output, x, w, b: (*_right(grad_output, x, w, b)[:2], grad_output.sum(axis=-1)),
            hint="b has one number per unit. Over which axes must the sum run for that to be left?",
        ),
        Misconception(
            "grad-b-keeps-axes",
            believes="The gradient of b is a matrix with one row.",
            wrong=lambda grad_output, x, w, b: (
                *_right(grad_output, x, w, b)[:2],
                _rows(grad_output).sum(axis=0, keepdims=True),
            ),
            hint="A gradient has the shape of what it belongs to. What shape does b have?",
        ),
        Misconception(
            "grad-b-not-summed",
            believes="The slope with respect to b is 1, so its gradient is G.",
            wrong=lambda grad_output, x, w, b: (*_right(grad_output, x, w, b)[:2], grad_output),
            hint="b was broadcast over the samples. What does broadcasting become on the way back?",
        ),
        Misconception(
            "first-axis-summed-only",
            believes="The gradient of b is summed over axis 0.",
            wrong=lambda grad_output, x, w, b: (*_right(grad_output, x, w, b)[:2], grad_output.sum(axis=0)),
            hint="In a batch of sequences, how many times was b used: once per sequence, or once per step?",
        ),
        Misconception(
            "two-axes-only",
            believes="x is a matrix, and x.T swaps samples and inputs.",
            wrong=lambda grad_output, x, w, b: (grad_output @ w.T, x.T @ grad_output, grad_output.sum(axis=0)),
            hint="What does .T do to an array of three axes? How does a batch of sequences become rows?",
        ),
        Misconception(
            "weights-updated-first",
            believes="The layer takes its step of gradient descent before it passes the gradient on.",
            wrong=_weights_updated_first,
            hint="With which W did the forward pass compute, and whose job is the step?",
        ),
        Misconception(
            "upstream-ignored",
            believes="The backward pass returns the local derivatives.",
            wrong=lambda grad_output, x, w, b: _right(np.ones_like(grad_output), x, w, b),
            hint="How does a change of the output change the loss? Where does that number enter?",
        ),
        Misconception(
            "bias-returned",
            believes="The bias's gradient is the bias.",
            wrong=lambda grad_output, x, w, b: (grad_output @ w.T, _rows(x).T @ _rows(grad_output), b),
            hint="By how much does the result change when b_j rises?",
        ),
        Misconception(
            "ones-for-the-bias",
            believes="The bias has slope 1.",
            wrong=lambda grad_output, x, w, b: (grad_output @ w.T, _rows(x).T @ _rows(grad_output), np.ones_like(b)),
            hint="The slope of y is 1. And the final result's, through each y?",
        ),
        Misconception(
            "bias-one-number",
            believes="There is one bias gradient.",
            wrong=lambda grad_output, x, w, b: (
                grad_output @ w.T,
                _rows(x).T @ _rows(grad_output),
                _rows(grad_output).sum(),
            ),
            hint="What shape does b have?",
        ),
        Misconception(
            "weights-first",
            believes="The weights' gradient is the important one and comes first.",
            wrong=lambda grad_output, x, w, b: (
                _rows(x).T @ _rows(grad_output),
                grad_output @ w.T,
                _rows(grad_output).sum(axis=0),
            ),
            hint="In which order does the docstring list the gradients?",
        ),
        Misconception(
            "input-left-out",
            believes="The input is data and needs no gradient.",
            wrong=lambda grad_output, x, w, b: (_rows(x).T @ _rows(grad_output), _rows(grad_output).sum(axis=0)),
            hint="From where does the layer below get its upstream?",
        ),
    ],
    hints=[
        "Each gradient has the shape of its argument. Which products of G, X and W have these shapes?",
        "W and b were used by every sample: their gradients add up over the samples.",
        "With rows of x and G: G @ w.T, x.T @ G, G.sum(axis=0); x of more axes becomes rows by reshape(-1, in).",
    ],
    variants=[Variant("einsum", _by_einsum_backward), Variant("sample-by-sample", _sample_by_sample)],
)
