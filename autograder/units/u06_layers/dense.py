"""dense and its backward pass."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import grid, normal
from autograder.units.shared.families import upstream_ignored

ZERO_INPUT = "What is the output for a sample of zeros?"
OWN_SHAPE = "A gradient has the shape of what it belongs to. What shape does {} have?"

GRAD_X = "grad_output @ w.T"
GRAD_W = "rows.T @ grads"
GRAD_B = "grads.sum(axis=0)"


def layer(*shape: int, units: int, seed: int, dtype: Any = np.float64) -> dict[str, Any]:
    """An input of the given shape, and the weights and biases that lead from its last axis to the units."""
    shapes = {"x": shape, "w": (shape[-1], units), "b": (units,)}
    return {name: normal(*shape, seed=seed + i).astype(dtype) for i, (name, shape) in enumerate(shapes.items())}


def drawn_layer(rng: np.random.Generator) -> dict[str, Any]:
    """A matrix or sequences, all lengths different."""
    n, t, inputs, units = (2 + rng.permutation(4)).tolist()
    lead = (n,) if rng.random() < 0.5 else (n, t)
    return {
        "x": rng.standard_normal((*lead, inputs)),
        "w": rng.standard_normal((inputs, units)),
        "b": rng.standard_normal(units),
    }


dense = Exercise(
    "dense",
    points=1,
    vectorized=lambda n: {"x": normal(n, 3), "w": normal(3, n, seed=1), "b": normal(n, seed=2)},
    cases=[
        Case("one-sample", x=np.array([[1.0, 2.0]]), w=grid(2, 3), b=np.array([0.5, -1.0, 0.0])),
        Case("one-unit", **layer(4, 3, units=1, seed=1)),
        Case("batch", **layer(4, 3, units=2, seed=4)),
        Case("as-many-units-as-inputs", **layer(2, 3, units=3, seed=7)),
        Case("as-many-samples-as-units", **layer(3, 4, units=3, seed=10)),
        Case("as-many-of-everything", **layer(3, 3, units=3, seed=25)),
        Case("sequences", **layer(2, 4, 3, units=5, seed=13)),
        Case("as-many-steps-as-inputs", **layer(2, 3, 3, units=5, seed=28)),
        Case("images", **layer(2, 3, 4, 2, units=3, seed=16)),
        Case("read-only", readonly=True, **layer(5, 2, units=4, seed=19)),
        Case(
            "integers",
            x=np.array([[2, -1, 3], [0, 5, 1]]),
            w=np.array([[1, 2], [0, -3], [4, 1]]),
            b=np.array([7, -2]),
        ),
        Case("single-precision", **layer(3, 2, units=4, seed=22, dtype=np.float32)),
        Case("weights-do-not-fit", x=grid(2, 3), w=grid(4, 5), b=grid(5), raises="w"),
        random_cases(drawn_layer),
    ],
    misconceptions=[
        edit("rows-are-units", "x @ w", "x @ w.T")
        .believes("Every row of W belongs to one output, so it is x Wᵀ.")
        .ask("The convention here is (in, out). Which index of W counts the inputs?"),
        edit("weights-first", "x @ w", "w @ x")
        .believes("The formula reads W x + b, so W stands on the left.")
        .ask("The samples are the rows of x here, not its columns. Which lengths must meet in the product?"),
        edit("elementwise-product", "x @ w", "x * w")
        .believes("`*` multiplies matrices.")
        .ask("Which operator adds up over the inputs, and which only multiplies?"),
        edit("bias-forgotten", " + b", "")
        .believes("The weights are all there is.")
        .ask("What is the output for x = 0?"),
        edit("bias-per-sample", " + b", " + b[:, None]")
        .believes("The bias is a column, one number for each sample.")
        .ask("b has `out` numbers. Along which axis of the result are there `out` numbers?"),
        edit("bias-one-number", " + b", " + b[0]")
        .believes("A layer has one bias.")
        .ask("How many outputs does the layer have, and how many biases?"),
        returns("flattened-first", "1.0 * x.reshape(len(x), -1) @ w + b")
        .believes("A dense layer sees a sample as one long row.")
        .ask("Does W have a row for each number of a sequence, or for each feature of one step?"),
        edit("rows-not-put-back", "x @ w", "x.reshape(-1, x.shape[-1]) @ w")
        .believes("The rows of all sequences together are the result.")
        .ask("Which axes of x does the layer leave alone, and are they still there?"),
        edit("integers-kept", ' if y.dtype.kind == "f" else y.astype(np.float64)', "")
        .believes("Integers go in, so integers come out.")
        .ask("Which dtype does the docstring promise for integers?"),
        returns("shapes-not-checked", "1.0 * (x @ w + b)")
        .believes("NumPy itself complains where shapes do not fit.")
        .ask("Does its message name `w`, and say which shape was wanted?"),
        edit("averaged", "x @ w", "x @ w / len(w)")
        .believes("The inputs are averaged with the weights.")
        .ask("If the number of inputs is doubled, does the sum in the formula stay the same size?"),
        returns("bias-subtracted", "x @ w - b")
        .believes("The bias is a threshold that is subtracted.")
        .ask("What sign does b have in the formula?"),
        returns("bias-added-to-the-weights", "x @ (w + b)")
        .believes("The bias belongs to the weights.")
        .ask(ZERO_INPUT),
        returns("relu-included", "np.maximum(x @ w + b, 0)")
        .believes("A layer ends in its activation.")
        .ask("What does the formula do after adding the bias?"),
        returns("bias-multiplied", "x @ w * b").believes("The bias scales the output.").ask(ZERO_INPUT),
    ],
    hints=[
        "Write down the shapes of x, W and b, and that of y. Which length disappears?",
        "A matrix product adds up over the inputs and leaves axes in front alone; broadcasting adds b to every row.",
        "After checking the shapes: x @ w + b",
    ],
    variants=[
        Variant("einsum", ("x @ w", "np.einsum('...i,io->...o', x, w)")),
        Variant(
            "input-of-ones",
            ("x @ w + b", "np.concatenate([x, np.ones((*x.shape[:-1], 1), x.dtype)], axis=-1) @ np.vstack([w, b])"),
        ),
    ],
)

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
        Case("batch", **layer(4, 3, units=2, seed=4)),
        Case("one-unit", **layer(4, 3, units=1, seed=1)),
        Case("as-many-units-as-inputs", **layer(2, 3, units=3, seed=7)),
        Case("as-many-samples-as-units", **layer(3, 4, units=3, seed=10)),
        Case("sequences", **layer(2, 4, 3, units=5, seed=13)),
        Case("images", **layer(2, 3, 4, 2, units=3, seed=16)),
        Case("read-only", readonly=True, **layer(5, 2, units=4, seed=19)),
        Case("single-precision", **layer(3, 2, units=4, seed=22, dtype=np.float32)),
        random_cases(drawn_layer),
    ],
    misconceptions=[
        edit("weights-not-transposed", "w.T", "w")
        .believes("The gradient goes back through W as the values came forward.")
        .ask("G has `out` columns and grad_x needs `in`. Which of W and Wᵀ leads from one to the other?"),
        edit("grad-w-transposed", GRAD_W, "grads.T @ rows")
        .believes("The gradient of W is Gᵀ X.")
        .ask(OWN_SHAPE.format("W")),
        edit("grad-w-per-sample", GRAD_W, "x[..., :, None] * grad_output[..., None, :]")
        .believes("Every sample has its own gradient of W.")
        .ask("One W was used by all samples. What happens to the gradients of something used several times?"),
        edit("grad-w-averaged", GRAD_W, f"{GRAD_W} / len(x)", GRAD_B, f"{GRAD_B} / len(x)")
        .believes("A gradient of a batch is the mean over its samples.")
        .ask("The loss has taken its mean already, and G contains it. What is left for the layer to do?"),
        edit("grad-b-averaged", "grads.sum", "grads.mean")
        .believes("The gradient of a bias is the mean of what arrives.")
        .ask("b is added to every sample: does a small change of it count once, or once per sample?"),
        edit("grad-b-over-units", GRAD_B, "grad_output.sum(axis=-1)")
        .believes("The gradient of b is summed along each row.")
        .ask("b has one number per unit. Over which axes must the sum run to leave just those?"),
        edit("grad-b-keeps-axes", GRAD_B, "grads.sum(axis=0, keepdims=True)")
        .believes("The gradient of b is a matrix with one row.")
        .ask(OWN_SHAPE.format("b")),
        edit("grad-b-not-summed", GRAD_B, "grad_output")
        .believes("The slope with respect to b is 1, so its gradient is G.")
        .ask("b was broadcast over the samples. What does broadcasting become on the way back?"),
        edit("first-axis-summed-only", GRAD_B, "grad_output.sum(axis=0)")
        .believes("The gradient of b is summed over axis 0.")
        .ask("In a batch of sequences, how many times was b used: once per sequence, or once per step?"),
        returns("two-axes-only", "grad_output @ w.T, x.T @ grad_output, grad_output.sum(axis=0)")
        .believes("x is a matrix, and x.T swaps samples and inputs.")
        .ask("What does .T do to an array of three axes? How does a batch of sequences become rows?"),
        edit("weights-updated-first", "return", f"w -= 0.1 * {GRAD_W}; return")
        .believes("The layer takes its step of gradient descent before it passes the gradient on.")
        .ask("With which W was the forward pass computed, and whose job is the step?"),
        upstream_ignored(),
        edit("bias-returned", GRAD_B, "b")
        .believes("The bias's gradient is the bias.")
        .ask("By how much does the result change when b_j rises?"),
        edit("ones-for-the-bias", GRAD_B, "np.ones_like(b)")
        .believes("The bias has slope 1.")
        .ask("The slope of y is 1. And that of the loss, through each y?"),
        edit("bias-one-number", GRAD_B, "grads.sum()")
        .believes("There is one bias gradient.")
        .ask("What shape does b have?"),
        edit("weights-first", f"{GRAD_X}, {GRAD_W}", f"{GRAD_W}, {GRAD_X}")
        .believes("The weights' gradient is the important one and comes first.")
        .ask("In which order does the docstring list the gradients?"),
        edit("input-left-out", f"{GRAD_X}, ", "")
        .believes("The input is data and needs no gradient.")
        .ask("Where does the layer below get its upstream gradient from?"),
    ],
    hints=[
        "Each gradient has the shape of its argument. Which products of G, X and W have these shapes?",
        "W and b were used by every sample: their gradients add up over the samples.",
        "With rows of x and G: G @ w.T, x.T @ G, G.sum(axis=0); x of more axes becomes rows by reshape(-1, in).",
    ],
    variants=[
        Variant("einsum", (GRAD_X, "np.einsum('...o,io->...i', grad_output, w)")),
        Variant(
            "sample-by-sample",
            """
            grad_w, grad_b = np.zeros_like(w), np.zeros_like(b)
            for row, grad in zip(x.reshape(-1, len(w)), grad_output.reshape(-1, len(b)), strict=True):
                grad_w += np.outer(row, grad)
                grad_b += grad
            return [grad_output @ w.T, grad_w, grad_b]
            """,
        ),
    ],
)
