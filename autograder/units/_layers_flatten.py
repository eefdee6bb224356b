"""Assessment of flatten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal

__all__ = ["flatten", "flatten_backward"]


def _random_images(rng: np.random.Generator) -> Mapping[str, Any]:
    shape = (2 + rng.permutation(4)).tolist()[: int(rng.integers(3, 5))]
    return {"x": rng.standard_normal(shape)}


def _row_by_row(x: Array) -> Array:
    return np.stack([sample.ravel() for sample in x])


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
        random_cases(_random_images),
    ],
    misconceptions=[
        Misconception(
            "batch-flattened-too",
            believes="Flat means one axis.",
            wrong=lambda x: x.reshape(-1),
            hint="How many rows does a dense layer expect for N images?",
        ),
        Misconception(
            "batch-behind",
            believes="The samples become columns.",
            wrong=lambda x: x.reshape(len(x), -1).T,
            hint="Which axis counts the samples in this course?",
        ),
        Misconception(
            "reshaped-to-the-wrong-rows",
            believes="An array reshaped to (D, N) and turned around has the samples in its rows.",
            wrong=lambda x: x.reshape(-1, len(x)).T,
            hint="Row 0 of the result: are all its numbers from sample 0?",
        ),
        Misconception(
            "last-axis-kept",
            believes="Channels stay; only height and width are flattened.",
            wrong=lambda x: x.reshape(len(x), -1, x.shape[-1]),
            hint="How many axes does the result that the docstring asks for have?",
        ),
        Misconception(
            "column-major",
            believes="The first index runs fastest.",
            wrong=lambda x: x.reshape((len(x), -1), order="F"),
            hint="Which two numbers of an image are neighbours in row-major order?",
        ),
        Misconception(
            "pooled",
            believes="Every image is reduced to one number per channel.",
            wrong=lambda x: x.mean(axis=tuple(range(1, x.ndim - 1))) if x.ndim > 2 else x,
            hint="Does anything get lost when an array is flattened?",
        ),
        Misconception(
            "one-row-for-all",
            believes="The batch becomes one row.",
            wrong=lambda x: x.reshape(1, -1),
            hint="How many rows should a batch of N images have?",
        ),
        Misconception(
            "samples-in-columns",
            believes="The -1 belongs in front.",
            wrong=lambda x: x.reshape(-1, len(x)),
            hint="What does one row of the result hold?",
        ),
    ],
    hints=[
        "Which axis must stay as it is, and how many numbers are there behind it?",
        "Reshaping in row-major order keeps the numbers of a sample together; -1 lets NumPy count.",
        "x.reshape(len(x), -1)",
    ],
    variants=[Variant("row-by-row", _row_by_row), Variant("copied", lambda x: x.copy().reshape(len(x), -1))],
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
        random_cases(_random_images),
    ],
    misconceptions=[
        Misconception(
            "passed-through",
            believes="Flatten changes no number, so its gradient is G as it is.",
            wrong=lambda grad_output, x: grad_output,
            hint="A gradient has the shape of what it belongs to. What shape does x have?",
        ),
        Misconception(
            "column-major",
            believes="Row n is put back with the first index running fastest.",
            wrong=lambda grad_output, x: grad_output.reshape(x.shape, order="F"),
            hint="In which order did the forward pass lay the numbers out?",
        ),
        Misconception(
            "turned-around",
            believes="The way back is a transposition first.",
            wrong=lambda grad_output, x: grad_output.T.reshape(x.shape),
            hint="Row n of G belongs to sample n. Does sample n get all of it, and nothing else?",
        ),
        Misconception(
            "upstream-ignored",
            believes="The slope is 1 everywhere, so the gradient is ones.",
            wrong=lambda grad_output, x: np.ones_like(x),
            hint="A slope of 1 times what arrives from above: what is that?",
        ),
        Misconception(
            "times-the-input",
            believes="The gradient is the input times what arrives.",
            wrong=lambda grad_output, x: grad_output.reshape(x.shape) * x,
            hint="If a number of x is doubled, which number of the output changes, and by what factor?",
        ),
        Misconception(
            "shared-by-all",
            believes="Every number of a sample gets the mean of what arrives at it.",
            wrong=lambda grad_output, x: np.zeros_like(x) + grad_output.mean(axis=1).reshape(-1, *[1] * (x.ndim - 1)),
            hint="Output j of a sample comes from one place of it. Who else should get its gradient?",
        ),
        Misconception(
            "input-returned",
            believes="The way back gives the input.",
            wrong=lambda grad_output, x: x,
            hint="Where is the upstream in your result?",
        ),
        Misconception(
            "axes-reversed",
            believes="The way back is the transposed shape.",
            wrong=lambda grad_output, x: grad_output.reshape(x.shape[::-1]).T,
            hint="In which order did flatten read the numbers?",
        ),
    ],
    hints=[
        "Where did output (n, j) come from?",
        "Flatten moved nothing in memory, it only renamed the indices: rename them back.",
        "grad_output.reshape(x.shape)",
    ],
    variants=[Variant("filled-in", lambda grad_output, x: np.array(grad_output).ravel().reshape(x.shape))],
)
