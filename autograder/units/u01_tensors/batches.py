"""to_unit_range, standardize and batch_slices: data made ready for training."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit, returns
from autograder.units.shared.arrays import Array, grid, normal


def _bytes(*values: int) -> Array:
    return np.array(values, dtype=np.uint8)


to_unit_range = Exercise(
    "to_unit_range",
    points=1,
    vectorized=lambda n: {"images": np.zeros((n, 4, 3), dtype=np.uint8)},
    cases=[
        Case("black-grey-white", images=_bytes(0, 51, 255)),
        Case("dark-image-stays-dark", images=_bytes(12, 3, 30, 7).reshape(1, 2, 2)),
        Case("no-black-no-white", images=_bytes(100, 201, 151, 99).reshape(2, 2), readonly=True),
        Case("colours", images=(np.arange(24, dtype=np.uint8) * 11).reshape(2, 2, 2, 3), readonly=True),
        Case("all-black", images=np.zeros((1, 2, 3), dtype=np.uint8)),
        Case("all-alike", images=np.full((2, 3), 64, dtype=np.uint8)),
        Case("every-byte", images=np.arange(256, dtype=np.uint8)),
        random_cases(lambda rng: {"images": rng.integers(1, 240, size=(2, 3, 4, 1)).astype(np.uint8)}),
    ],
    misconceptions=[
        returns("whole-number-division", "(images // 255).astype(np.float32)")
        .believes("Bytes are divided as integers, and made floating afterwards.")
        .ask("What is 51 // 255?"),
        edit("own-maximum", "np.float32(255)", "images.max()")
        .believes("The brightest pixel becomes 1.")
        .ask("If a dark and a bright photograph of one scene are scaled so, can they still be told apart?"),
        edit("contrast-stretched", "images.", "(images - images.min()).", "np.float32(255)", "np.ptp(images)")
        .believes("The darkest pixel becomes 0 and the brightest one 1.")
        .ask("Which two numbers bound every byte, whatever the image?"),
        edit("divided-by-256", "255", "256")
        .believes("There are 256 levels, so the divisor is 256.")
        .ask("What should 255 become?"),
        edit("from-minus-one", "np.float32(255)", "np.float32(127.5) - 1")
        .believes("Pixels are brought to −1 … 1.")
        .ask("What should 0 become?"),
        returns("double-precision", "images / 255")
        .believes("The quotient has the dtype that is wanted.")
        .ask("What dtype does a uint8 array divided by 255 have, and how much memory does it take?"),
        returns("cast-back-to-bytes", "(images / 255).astype(np.uint8)")
        .believes("The result has the dtype of the images.")
        .ask("Which numbers between 0 and 1 can a uint8 hold?"),
        returns("only-cast", "images.astype(np.float32)")
        .believes("Converting to float scales to 0 … 1.")
        .ask("What is np.uint8(200).astype(np.float32)?"),
    ],
    hints=[
        "What is the largest number that a uint8 can hold?",
        "The result is to be float32. Change the dtype before dividing: uint8 has no room for fractions.",
        "images.astype(np.float32) / 255",
    ],
    variants=[
        Variant("python-number", "images.astype('float32') / 255.0"),
        Variant("double-then-single", "(images / 255).astype(np.float32)"),
        Variant("dtype-of-the-division", "np.divide(images, 255, dtype=np.float32)"),
        Variant("times-the-inverse", "images * np.float32(1 / 255)"),
    ],
)

SCALES = np.array([[1.0, 300.0, -0.02], [4.0, 100.0, 0.05], [2.0, 250.0, 0.01], [9.0, 175.0, -0.06]])

SCALE = "np.where(std > 0, std, 1)"
IN_PLACE = "train -= mean; train /= scale; test -= mean; test /= scale"
RESULT = "(train - mean) / scale, (test - mean) / scale"


def _random_tables(rng: np.random.Generator) -> dict[str, Any]:
    train = 5 + rng.standard_normal((6, 3)) * [1.0, 10.0, 0.1]
    return {"train": train, "test": 7 + rng.standard_normal((4, 3))}


standardize = Exercise(
    "standardize",
    points=2,
    parts=("train", "test"),
    vectorized=lambda n: {"train": grid(n, 3) ** 1.5, "test": grid(n, 3)},
    cases=[
        Case("one-feature", train=np.array([[1.0], [2.0], [6.0]]), test=np.array([[2.0], [5.0]])),
        Case("two-rows", train=np.array([[1.0, 10.0], [3.0, 40.0]]), test=np.array([[5.0, 70.0]])),
        Case("features-of-different-scales", train=SCALES, test=SCALES[1:3] + 1.0, readonly=True),
        Case("test-far-from-training", train=normal(5, 2, seed=31), test=50 + 3 * normal(3, 2, seed=32)),
        Case(
            "constant-feature",
            train=np.array([[7.0, 1.0], [7.0, 2.0], [7.0, 4.0]]),
            test=np.array([[7.0, 8.0], [7.0, 1.5]]),
        ),
        Case(
            "whole-numbers",
            train=np.array([[1, 200], [4, 100], [2, 90]]),
            test=np.array([[3, 250], [8, 10]]),
            readonly=True,
        ),
        Case(
            "single-precision",
            train=np.array([[1.0, -4.0], [2.5, 8.0], [7.0, 16.0]], dtype=np.float32),
            test=np.array([[0.5, 2.0], [3.0, -1.0]], dtype=np.float32),
        ),
        random_cases(_random_tables),
        Case(
            "constant-in-training-alone",
            train=np.array([[7.0, 1.0], [7.0, 3.0]]),
            test=np.array([[9.0, 2.0], [6.5, 5.0]]),
        ),
    ],
    misconceptions=[
        returns("test-statistics", "standardize(train, train)[0], standardize(test, test)[0]")
        .believes("Each data set is standardised with its own mean and deviation.")
        .ask("When one single test sample comes, what are its own mean and deviation?"),
        returns("joint-statistics", "[standardize(np.concatenate([train, test]), x)[1] for x in (train, test)]")
        .believes("More data give better statistics, so the test data are counted in.")
        .ask("What may be known of the test data while the model is made?"),
        returns("per-sample", "standardize(train.T, train.T)[0].T, standardize(test.T, test.T)[0].T")
        .believes("Each row gets mean 0.")
        .ask("A row holds a price and a number of rooms. Does their mean make sense?"),
        edit("one-mean-for-all-features", "(axis=0)", "()")
        .believes("One mean and one deviation for the whole table will do.")
        .ask("One feature is around 200, another one around 0.01. What is left of the second?"),
        edit("sample-deviation", "train.std(axis=0)", "train.std(axis=0, ddof=1)")
        .believes("The deviation is divided by N − 1.")
        .ask("What stands before the sum in the formula: 1/N or 1/(N − 1)?"),
        edit("variance-for-deviation", "train.std", "train.var")
        .believes("The divisor is the variance.")
        .ask("If metres become centimetres, should the standardised number change?"),
        edit("epsilon-added", SCALE, "std + 1e-7")
        .believes("A small number in the divisor prevents nan and changes nothing else.")
        .ask("Which features need help, and which ones are only made wrong by it?"),
        edit("test-left-alone", "(test - mean) / scale", "test")
        .believes("Only training data are standardised.")
        .ask("In which unit does the model expect its inputs at test time?"),
        edit("constant-divided-by-zero", SCALE, "std")
        .believes("No deviation is 0.")
        .ask("A pixel at the border is always black. What is 0 / 0?"),
        edit("arguments-changed", RESULT, "train, test", "return", f"{IN_PLACE}; return")
        .believes("`train -= mean` makes a new array.")
        .ask("Whose array is `train` after the function has returned, and what is in it?"),
        edit("constant-feature-erased", SCALE, "np.where(std > 0, std, np.inf)")
        .believes("What is constant in training says nothing and becomes 0, in the test too.")
        .ask("A test value differs from the training constant. By what does the docstring move it?"),
        returns("nan-replaced-afterwards", "[np.nan_to_num((x - train.mean(0)) / train.std(0)) for x in (train, test)]")
        .believes("0 / 0 can be mended when it has happened.")
        .ask("0 / 0 is nan, and becomes 0. What is 2 / 0, and what does nan_to_num make of it?"),
        edit("only-centred", " / scale", "")
        .believes("Moving the mean to 0 is enough.")
        .ask("One feature in metres, one in millimetres: are they comparable after that?"),
        edit("mean-divided-alone", RESULT, "train - mean / scale, test - mean / scale")
        .believes("x - μ / σ divides the difference.")
        .ask("What does Python divide first in x - μ / σ?"),
    ],
    hints=[
        "How many means are there: one, one per feature, or one per sample? And from which of the two data sets?",
        "train.mean(axis=0) and train.std(axis=0) serve both results. What must happen where the deviation is 0?",
        "scale = np.where(std > 0, std, 1); return (train - mean) / scale, (test - mean) / scale",
    ],
    variants=[
        Variant("kept-axes", ("(axis=0)", "(axis=0, keepdims=True)")),
        Variant("list-of-both", "list(standardize(train, test))"),
    ],
)

STARTS = "range(0, n, batch_size)"
STOP = "min(start + batch_size, n)"

batch_slices = Exercise(
    "batch_slices",
    points=1,
    cases=[
        Case("two-full-batches", n=8, batch_size=4),
        Case("last-one-smaller", n=10, batch_size=4),
        Case("last-one-of-one", n=7, batch_size=3),
        Case("one-batch", n=5, batch_size=5),
        Case("batch-larger-than-the-data", n=3, batch_size=8),
        Case("one-sample-each", n=3, batch_size=1),
        Case("no-samples", n=0, batch_size=4),
        Case("no-batch-size", n=6, batch_size=0, raises="batch_size"),
        Case("negative-batch-size", n=6, batch_size=-2, raises="batch_size"),
        random_cases(lambda rng: {"n": int(rng.integers(20, 50)), "batch_size": int(rng.integers(3, 12))}, count=3),
    ],
    misconceptions=[
        edit("last-one-dropped", STARTS, "range(0, n - batch_size + 1, batch_size)")
        .believes("There are n // batch_size batches.")
        .ask("10 samples in batches of 4: which ones are never seen?"),
        edit("past-the-end", STOP, "start + batch_size")
        .believes("Every slice is batch_size long; NumPy cuts the last one anyway.")
        .ask("What is stop − start of the last slice, and how many samples does it hold?"),
        edit("empty-one-at-the-end", STARTS, "range(0, n + 1, batch_size)")
        .believes("There are always samples left over, so there are n // batch_size + 1 batches.")
        .ask("8 samples in batches of 4: how many batches, and what would be the mean loss over none?"),
        edit("stop-included", STOP, f"{STOP} - 1")
        .believes("The stop of a slice is the last index in it.")
        .ask("How many entries does x[0:3] have?"),
        edit("start-and-size", STOP, "min(batch_size, n - start)")
        .believes("A slice is made of a start and a length.")
        .ask("What is x[4:4]?"),
        body(
            "evened-out",
            """
            count = -(-n // batch_size)
            bounds = [round(i * n / max(count, 1)) for i in range(count + 1)]
            return [slice(start, stop) for start, stop in zip(bounds, bounds[1:])]
            """,
        )
        .believes("All batches should be about equally large.")
        .ask("How large is the first batch when 10 samples are cut by 4?"),
        edit("pairs-instead-of-slices", "slice(start", "(start")
        .believes("(start, stop) is a slice.")
        .ask("What does x[(0, 4)] take out of a matrix, and what x[0:4]?"),
        edit("one-from-every-sample", STARTS, "range(n)")
        .believes("A batch begins at every sample.")
        .ask("How often would a sample be seen in an epoch?"),
        edit("stop-minus-one", STOP, "min(start + batch_size - 1, n)")
        .believes("A slice includes its stop, so that is one less.")
        .ask("How many entries does x[0:4] have?"),
    ],
    hints=[
        "At which samples do the batches start?",
        "range(0, n, batch_size) gives the starts. Where does the last batch end?",
        "slice(start, min(start + batch_size, n)) for each start.",
    ],
    variants=[
        Variant(
            "while-loop",
            """
            if batch_size <= 0:
                raise ValueError("batch_size has to be positive")
            slices, start = [], 0
            while start < n:
                stop = start + batch_size if start + batch_size < n else n
                slices.append(slice(start, stop))
                start = stop
            return slices
            """,
        ),
        Variant(
            "bounds",
            """
            if batch_size < 1:
                raise ValueError("batch_size")
            bounds = np.append(np.arange(0, n, batch_size), n)
            return tuple(slice(start, stop) for start, stop in zip(bounds[:-1], bounds[1:]))
            """,
        ),
    ],
)
