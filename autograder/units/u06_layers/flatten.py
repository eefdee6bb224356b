"""flatten and its backward pass."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import grid, normal
from autograder.units.shared.families import upstream_ignored


def drawn_images(rng: np.random.Generator) -> dict[str, Any]:
    """A batch of three or four axes, all of different lengths."""
    shape = (2 + rng.permutation(4)).tolist()[: int(rng.integers(3, 5))]
    return {"x": rng.standard_normal(shape)}


flatten = Exercise(
    "flatten",
    points=1,
    cases=[
        Case("grey-images", x=grid(2, 2, 3)),
        Case("one-image", x=grid(1, 3, 2, 2)),
        Case("images", x=grid(2, 3, 4, 2)),
        Case("videos", x=grid(2, 2, 3, 1, 2)),
        Case("rows-already", x=grid(3, 4)),
        Case("plain-numbers", x=grid(4)),
        Case("transposed-memory", x=np.asfortranarray(grid(3, 2, 4))),
        Case("read-only", x=grid(3, 2, 2), readonly=True),
        Case("integers", x=np.arange(12).reshape(3, 2, 2)),
        Case("single-precision", x=normal(2, 3, 2).astype(np.float32)),
        random_cases(drawn_images),
    ],
    misconceptions=[
        returns("batch-flattened-too", "x.reshape(-1)")
        .believes("Flat means one axis.")
        .ask("How many rows does a dense layer expect for N images?"),
        returns("batch-behind", "x.reshape(len(x), -1).T")
        .believes("The samples become columns.")
        .ask("Which axis counts the samples in this course?"),
        returns("reshaped-to-the-wrong-rows", "x.reshape(-1, len(x)).T")
        .believes("Reshape to (D, N) and transpose: then the samples are the rows.")
        .ask("Row 0 of the result: are all its numbers from sample 0?"),
        returns("last-axis-kept", "x.reshape(len(x), -1, x.shape[-1])")
        .believes("Channels stay; only height and width are flattened.")
        .ask("How many axes should the result have, according to the docstring?"),
        returns("column-major", "x.reshape((len(x), -1), order='F')")
        .believes("The first index runs fastest.")
        .ask("Which two numbers of an image are neighbours in row-major order?"),
        returns("pooled", "x.mean(axis=tuple(range(1, x.ndim - 1))) if x.ndim > 2 else x")
        .believes("Every image is reduced to one number per channel.")
        .ask("Does anything get lost when an array is flattened?"),
        returns("one-row-for-all", "x.reshape(1, -1)")
        .believes("The batch becomes one row.")
        .ask("How many rows should a batch of N images have?"),
        returns("samples-in-columns", "x.reshape(-1, len(x))")
        .believes("The -1 belongs in front.")
        .ask("What does one row of the result hold?"),
    ],
    hints=[
        "Which axis must stay as it is, and how many numbers are there behind it?",
        "Reshaping in row-major order keeps the numbers of a sample together; -1 lets NumPy count.",
        "x.reshape(len(x), -1)",
    ],
    variants=[
        Variant("row-by-row", "np.stack([sample.ravel() for sample in x])"),
        Variant("copied", "x.copy().reshape(len(x), -1)"),
    ],
)

flatten_backward = Exercise(
    "flatten_backward",
    points=1,
    cases=[
        Case("grey-images", grad_output=grid(2, 6), x=normal(2, 2, 3)),
        Case("one-image", x=normal(1, 3, 2, 2)),
        Case("images", x=normal(2, 3, 4, 2)),
        Case("videos", x=normal(2, 2, 3, 1, 2)),
        Case("rows-already", x=normal(3, 4)),
        Case("plain-numbers", x=normal(4)),
        Case("cube", x=normal(2, 2, 2)),
        Case("read-only", x=normal(3, 2, 2), readonly=True),
        Case("single-precision", x=normal(2, 3, 2).astype(np.float32)),
        random_cases(drawn_images),
    ],
    misconceptions=[
        returns("passed-through", "grad_output")
        .believes("Flatten changes no number, so its gradient is G as it is.")
        .ask("A gradient has the shape of what it belongs to. What shape does x have?"),
        returns("column-major", "grad_output.reshape(x.shape, order='F')")
        .believes("Row n is put back with the first index running fastest.")
        .ask("In which order did the forward pass lay the numbers out?"),
        returns("turned-around", "grad_output.T.reshape(x.shape)")
        .believes("The way back begins with a transposition.")
        .ask("Row n of G belongs to sample n. Does sample n get all of it, and nothing else?"),
        upstream_ignored("np.ones_like(x)")
        .believes("The slope is 1 everywhere, so the gradient is ones.")
        .ask("A slope of 1 times what arrives from above: what is that?"),
        edit("times-the-input", ".reshape(x.shape)", ".reshape(x.shape) * x")
        .believes("The gradient is the input times what arrives.")
        .ask("If a number of x is doubled, which number of the output changes, and by what factor?"),
        returns("shared-by-all", "0 * x + grad_output.mean(axis=1).reshape(-1, *[1] * (x.ndim - 1))")
        .believes("Every number of a sample gets the mean of what arrives at it.")
        .ask("Output j of a sample comes from one place of it. Who else should get its gradient?"),
        returns("input-returned", "x")
        .believes("The way back gives the input.")
        .ask("Where is the upstream gradient in your result?"),
        returns("axes-reversed", "grad_output.reshape(x.shape[::-1]).T")
        .believes("The way back is the transposed shape.")
        .ask("In which order did flatten read the numbers?"),
    ],
    hints=[
        "Where did output (n, j) come from?",
        "Flatten moved nothing in memory, it only renamed the indices: rename them back.",
        "grad_output.reshape(x.shape)",
    ],
    variants=[Variant("filled-in", "np.array(grad_output).ravel().reshape(x.shape)")],
)
