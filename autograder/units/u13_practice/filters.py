"""maximise_filter and deprocess_image: what a filter looks for, and how to look at it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import normal

ONE_FILTER, SCORE, SHARE = (
    "w[..., chosen], b[chosen]",
    "relu(answers).mean()",
    "np.full_like(answers, 1 / answers.size)",
)
RELU_BACK, ROOT_MEAN_SQUARE = "relu_backward(share, answers)", "np.sqrt(np.square(grad).mean()) + 1e-5"
SCORE_OF_ROW = "relu(answers)[:, filter_index % answers.shape[1]].mean()"
SHARE_OF_ROW = "np.zeros_like(answers); share[:, filter_index % answers.shape[1]] = 1 / answers[:, 0].size"
SCORE_OF_ONE = "relu(answers)[..., filter_index].mean()"
SHARE_OF_ONE = "np.zeros_like(answers); share[..., filter_index] = 1 / answers[..., 0].size"
GRADS, STEP = "grad, _, _ =", "x += step_size * grad"
NORMALISE = "To normalise is to divide by"


def filters(
    image: tuple[int, int, int], kernel: tuple[int, int], count: int, seed: int = 0, dtype: str = "float64"
) -> dict[str, Any]:
    """An image, filters, and biases at which some places answer and some do not."""
    arrays = {
        "image": normal(*image, seed=600 + seed, scale=0.5),
        "w": normal(*kernel, image[2], count, seed=620 + seed),
        "b": normal(count, seed=640 + seed, scale=0.3),
    }
    return {name: array.astype(dtype) for name, array in arrays.items()}


def ascent(filter_index: int, steps: int, step_size: float) -> Mapping[str, Any]:
    """Which filter, and how far."""
    return {"filter_index": filter_index, "steps": steps, "step_size": step_size}


def drawn_ascent(rng: np.random.Generator) -> Mapping[str, Any]:
    """Two short steps for one of several filters."""
    channels, count = int(rng.integers(1, 4)), int(rng.integers(2, 5))
    return {
        "image": rng.standard_normal((int(rng.integers(4, 6)), int(rng.integers(5, 8)), channels)),
        "w": rng.standard_normal((2, 3, channels, count)),
        "b": 0.3 * rng.standard_normal(count) + 0.2,
        **ascent(int(rng.integers(count)), 2, float(rng.uniform(0.02, 0.2))),
    }


SMALL = filters((3, 4, 1), (2, 2), 2)
ASLEEP = {**filters((3, 4, 1), (2, 2), 2, seed=1), "b": np.array([-50.0, 0.5])}
EVERYWHERE = {**filters((4, 3, 2), (2, 2), 2, seed=2), "b": np.array([40.0, 30.0])}

maximise_filter = Exercise(
    "maximise_filter",
    points=3,
    parts=("image", "scores"),
    returns_new=True,
    vectorized=lambda n: {**filters((n, n + 1, 2), (3, 2), 2), **ascent(1, 2, 0.1)},
    cases=[
        Case("no-steps", **SMALL, **ascent(1, 0, 0.5)),
        Case("one-step", **SMALL, **ascent(0, 1, 0.5)),
        Case("answers-everywhere", **EVERYWHERE, **ascent(1, 1, 0.25)),
        Case("answers-nowhere", **ASLEEP, **ascent(0, 2, 0.5)),
        Case("three-steps", **filters((5, 4, 2), (3, 2), 3, seed=3), **ascent(2, 3, 0.3), readonly=True),
        Case("more-rows-than-filters", **filters((6, 5, 1), (2, 3), 4, seed=4), **ascent(3, 2, 0.2)),
        Case("long-steps", **filters((4, 6, 3), (2, 2), 2, seed=5), **ascent(1, 2, 2.0)),
        Case("single-precision", **filters((4, 5, 2), (2, 2), 2, seed=6, dtype="float32"), **ascent(0, 2, 0.1)),
        Case("no-such-filter", raises="filter_index", **SMALL, **ascent(2, 1, 0.5)),
        Case("counted-from-the-end", raises="filter_index", **SMALL, **ascent(-1, 1, 0.5)),
        Case("negative-steps", raises="steps", **SMALL, **ascent(0, -1, 0.5)),
        random_cases(drawn_ascent),
    ],
    misconceptions=[
        edit("downhill", "x += ", "x -= ")
        .believes("A gradient is subtracted.")
        .ask("Should the filter answer more or less? Do your scores rise?"),
        edit("not-normalised", ROOT_MEAN_SQUARE, "1")
        .believes("The gradient itself is the step.")
        .ask("How long is a step for a filter with small weights? What does the division even out?"),
        edit("divided-by-its-length", ROOT_MEAN_SQUARE, "np.linalg.norm(grad) + 1e-5")
        .believes(f"{NORMALISE} the Euclidean length.")
        .ask("Root of the mean, or root of the sum? What does a larger image change?"),
        edit("divided-by-its-deviation", ROOT_MEAN_SQUARE, "grad.std() + 1e-5")
        .believes(f"{NORMALISE} the standard deviation.")
        .ask("Is the mean of g subtracted in the docstring's formula?"),
        edit("divided-by-its-largest", ROOT_MEAN_SQUARE, "np.abs(grad).max() + 1e-5")
        .believes("The largest number of a normalised gradient is 1.")
        .ask("By which number of the gradient does the docstring divide?"),
        edit("small-number-missing", " + 1e-5", "")
        .believes("The 1e-5 makes no difference.")
        .ask("What is 0 / 0, for a filter that answers nowhere?"),
        edit("small-number-under-the-root", ".mean()) + 1e-5", ".mean() + 1e-5)")
        .believes("The 1e-5 is added to the mean of g².")
        .ask("With g = 0: is the docstring's denominator 1e-5, or its root?"),
        edit("relu-without-a-slope", RELU_BACK, "share")
        .believes("The relu only matters for the score.")
        .ask("Where the filter does not answer, what does a small change of the image do to the score?"),
        edit("gradient-taken-once", RELU_BACK, "relu_backward(share, conv2d(image[None], kernel, bias))")
        .believes("The gradient is that of the first image.")
        .ask("After the first step some places answer that did not before. Where does your code notice?"),
        edit("row-for-filter", ONE_FILTER, "w, b", SCORE, SCORE_OF_ROW, SHARE, SHARE_OF_ROW)
        .believes("answers[:, f] are the answers of filter f.")
        .ask("On which axis of (N, H, W, F) do the filters stand?"),
        edit("all-filters", ONE_FILTER, "w, b")
        .believes("The mean over all answers is what rises.")
        .ask("Whose answers should the image please?"),
        edit("weights-instead", GRADS, "_, grad, _ =", STEP, "kernel = kernel + step_size * grad")
        .believes("As in training, the weights follow the gradient.")
        .ask("What do you want to find out: what the filter likes, or how it could like this image?"),
        edit("kept-in-range", STEP, "x = (x + step_size * grad).clip(0, 1)")
        .believes("An image stays between 0 and 1.")
        .ask("When does the image come back into range: in each step, or at the end in `deprocess_image`?"),
        edit("score-before-the-relu", SCORE, "answers.mean()")
        .believes("The score is the mean of what the convolution gives.")
        .ask("Can a be negative in the docstring?"),
        edit("last-score-missing", "return x[0], scores", "return x[0], scores[:-1]")
        .believes("There is one score for each step.")
        .ask("How many scores are there after no steps at all?"),
        edit("image-changed", "image[None].copy()", "image[None]")
        .believes("The image may be changed where it stands.")
        .ask("Whose array does image += … change?"),
        edit("relu-forgotten", SCORE, "answers.mean()", RELU_BACK, "share")
        .believes("The score is the mean of what the convolution gives.")
        .ask("Where a filter says no, by how much can it say no in your score, and in the docstring's?"),
        edit("sum-for-mean", SCORE, "relu(answers).sum()")
        .believes("The score is the sum over all places.")
        .ask("Twice as large an image: should the score of the same filter be twice as large?"),
        edit("sum-for-mean-also-in-the-gradient", SCORE, "relu(answers).sum()", "1 / answers.size", "1")
        .believes("What rises is the sum over all places; dividing by its size makes up for the rest.")
        .ask("If g is ten times as large, is √(mean of g²) + 1e-5, too? And how large is one place's mean?"),
        edit("gradient-of-the-sum", "1 / answers.size", "1")
        .believes("The gradient is divided by its size anyway, so that of the sum will do.")
        .ask("Is √(mean of g²) + 1e-5 ten times as large if g is?"),
    ],
    hints=[
        "What is the upstream gradient of a mean over M places? And how does it pass the relu?",
        "conv2d, relu_backward, conv2d_backward: of the three gradients of the last only that of the image is used.",
        "grad /= np.sqrt(np.square(grad).mean()) + 1e-5; x += step_size * grad, on a copy of the image.",
    ],
    variants=[Variant("all-filters-computed", (ONE_FILTER, "w, b", SCORE, SCORE_OF_ONE, SHARE, SHARE_OF_ONE))],
)


def drawn_image(rng: np.random.Generator) -> Mapping[str, Any]:
    """Channels of different size and mean, with numbers that stick out."""
    shape = (int(rng.integers(3, 6)), int(rng.integers(6, 9)), 3)
    return {"x": 20 * rng.standard_t(2, shape) * rng.uniform(0.2, 3, 3) + 100 * rng.standard_normal(3)}


CENTRED, BYTES = "0.1 * (x - x.mean())", "(z.clip(0, 1) * 255)"
Z = f"{CENTRED} / (x.std() + 1e-5) + 0.5"
UNEQUAL = normal(3, 5, 3, seed=664) * np.array([1.0, 5.0, 20.0]) + [0.0, 30.0, -9.0]
PEAK = np.where(np.arange(48).reshape(4, 12, 1) % 47 == 3, 1000.0, normal(4, 12, 1, seed=660))

deprocess_image = Exercise(
    "deprocess_image",
    points=1,
    returns_new=True,
    vectorized=lambda n: {"x": normal(n, n + 1, 3, seed=661)},
    cases=[
        Case("around-zero", x=normal(3, 4, 1, seed=662)),
        Case("far-from-zero", x=normal(4, 3, 2, seed=663, scale=3.0) + 1000.0),
        Case("channels-of-different-size", x=UNEQUAL),
        Case("one-number-sticks-out", x=PEAK, readonly=True),
        Case("and-one-below", x=-PEAK),
        Case("constant", x=np.full((2, 3, 1), 7.0)),
        Case("nearly-constant", x=normal(3, 4, 1, seed=665, scale=1e-5)),
        Case("single-precision", x=normal(4, 5, 1, seed=666, scale=2.0).astype(np.float32)),
        random_cases(drawn_image),
    ],
    misconceptions=[
        edit("each-channel-for-itself", ".mean()", ".mean(axis=(0, 1))", ".std()", ".std(axis=(0, 1))")
        .believes("Mean and deviation are taken for each channel.")
        .ask("What would become of the colours, if every channel had the same mean?"),
        edit("stretched-to-the-range", Z, "(x - x.min()) / (np.ptp(x) + 1e-5)")
        .believes("The smallest number becomes 0 and the largest 255.")
        .ask("What does one number that sticks out do to all the others?"),
        edit("cut-off-before-the-shift", " + 0.5", "", "z.clip(0, 1)", "(z.clip(0, 1) + 0.5).clip(0, 1)")
        .believes("First cut off at 0 and 1, then add the middle grey.")
        .ask("What becomes of the half of the numbers that lies below the mean?"),
        edit("not-cut-off", BYTES, "(z * 255).astype(np.int64)")
        .believes("uint8 keeps numbers in range by itself.")
        .ask("What is 300 as a byte?"),
        edit("rounded", BYTES, f"np.rint{BYTES}")
        .believes("Bytes are the nearest whole numbers.")
        .ask("What does the docstring do with the decimals?"),
        edit("middle-forgotten", " + 0.5", "")
        .believes("The mean of an image is black.")
        .ask("Which number is added before the cut, and why?"),
        edit("whole-deviation", "0.1 * ", "")
        .believes("One standard deviation is the whole range.")
        .ask("How many numbers of a normal image would be cut off?"),
        edit("small-number-missing", " + 1e-5", "")
        .believes("The 1e-5 makes no difference.")
        .ask("What is 0 / 0, for a constant image?"),
        edit("image-changed", f"z: Array = {CENTRED}", "x -= x.mean(); z = 0.1 * x")
        .believes("The image may be changed where it stands.")
        .ask("Can the caller go on climbing from the image afterwards?"),
        edit("deviation-of-a-sample", "x.std()", "x.std(ddof=1)")
        .believes("A standard deviation divides by n - 1.")
        .ask("What does the docstring say about ddof?"),
    ],
    hints=[
        "Four things in this order: centre, scale, shift, cut off. What does each of them do to the mean?",
        "x.mean() and x.std() of the whole image; nothing is done to x itself.",
        "z = 0.1 * (x - x.mean()) / (x.std() + 1e-5) + 0.5; (z.clip(0, 1) * 255).astype(np.uint8).",
    ],
    variants=[
        Variant(
            "in-steps",
            """
            z = x - np.mean(x)
            z /= np.sqrt(np.mean(z * z)) + 1e-5
            z *= 0.1
            z += 0.5
            return np.asarray(np.clip(z, 0, 1) * 255, dtype=np.uint8)
            """,
        )
    ],
)
