"""Assessment of scaling data."""

from __future__ import annotations

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal

__all__ = ["standardize", "to_unit_range"]


def _bytes(*values: int) -> Array:
    return np.array(values, dtype=np.uint8)


def _single(images: Array) -> Array:
    return np.asarray(images, dtype=np.float32)


def _stretched_contrast(images: Array) -> Array:
    pixels = _single(images)
    stretched: Array = (pixels - pixels.min()) / (pixels.max() - pixels.min())
    return stretched


def _times_inverse(images: Array) -> Array:
    scaled = np.empty(images.shape, dtype=np.float32)
    np.multiply(images, 1 / 255, out=scaled, casting="unsafe")
    return scaled


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
        Misconception(
            "whole-number-division",
            believes="Bytes are divided as integers, and made floating afterwards.",
            wrong=lambda images: _single(images // 255),
            hint="What is 51 // 255?",
        ),
        Misconception(
            "own-maximum",
            believes="The brightest pixel becomes 1.",
            wrong=lambda images: _single(images) / _single(images.max()),
            hint="If a dark and a bright photograph of one scene are scaled so, can they still be told apart?",
        ),
        Misconception(
            "contrast-stretched",
            believes="The darkest pixel becomes 0 and the brightest one 1.",
            wrong=_stretched_contrast,
            hint="Which two numbers bound every byte, whatever the image?",
        ),
        Misconception(
            "divided-by-256",
            believes="There are 256 levels, so the divisor is 256.",
            wrong=lambda images: _single(images) / np.float32(256),
            hint="What should 255 become?",
        ),
        Misconception(
            "from-minus-one",
            believes="Pixels are brought to −1 … 1.",
            wrong=lambda images: _single(images) / np.float32(127.5) - np.float32(1),
            hint="What should 0 become?",
        ),
        Misconception(
            "double-precision",
            believes="The quotient has the dtype that is wanted.",
            wrong=lambda images: images / 255,
            hint="What dtype does a uint8 array divided by 255 have, and how much memory does it take?",
        ),
        Misconception(
            "cast-back-to-bytes",
            believes="The result has the dtype of the images.",
            wrong=lambda images: (images / 255).astype(np.uint8),
            hint="Which numbers between 0 and 1 can a uint8 hold?",
        ),
        Misconception(
            "only-cast",
            believes="Converting to float scales to 0 … 1.",
            wrong=lambda images: images.astype(np.float32),
            hint="What is np.uint8(200).astype(np.float32)?",
        ),
    ],
    hints=[
        "What is the largest number that a uint8 can hold?",
        "The result is to be float32. Change the dtype before dividing: uint8 has no room for fractions.",
        "images.astype(np.float32) / 255",
    ],
    variants=[
        Variant("python-number", lambda images: images.astype("float32") / 255.0),
        Variant("double-then-single", lambda images: (images / 255).astype(np.float32)),
        Variant("dtype-of-the-division", lambda images: np.divide(images, 255, dtype=np.float32)),
        Variant("times-the-inverse", _times_inverse),
    ],
)


def _with_statistics(train: Array, test: Array, mean: Array, std: Array) -> tuple[Array, Array]:
    scale = np.where(std > 0, std, np.ones_like(std))
    return (train - mean) / scale, (test - mean) / scale


def _own_statistics(train: Array, test: Array) -> tuple[Array, Array]:
    first, _ = _with_statistics(train, train, train.mean(axis=0), train.std(axis=0))
    second, _ = _with_statistics(test, test, test.mean(axis=0), test.std(axis=0))
    return first, second


def _joint_statistics(train: Array, test: Array) -> tuple[Array, Array]:
    both = np.concatenate([train, test])
    return _with_statistics(train, test, both.mean(axis=0), both.std(axis=0))


def _per_sample(train: Array, test: Array) -> tuple[Array, Array]:
    first, second = [
        _with_statistics(x, x, x.mean(axis=1, keepdims=True), x.std(axis=1, keepdims=True))[0] for x in (train, test)
    ]
    return first, second


def _test_left_alone(train: Array, test: Array) -> tuple[Array, Array]:
    return _with_statistics(train, test, train.mean(axis=0), train.std(axis=0))[0], test


def _epsilon_added(train: Array, test: Array) -> tuple[Array, Array]:
    mean, std = train.mean(axis=0), train.std(axis=0) + 1e-7
    return (train - mean) / std, (test - mean) / std


def _in_place(train: Array, test: Array) -> tuple[Array, Array]:
    mean, std = train.mean(axis=0), train.std(axis=0)
    scale = np.where(std > 0, std, np.ones_like(std))
    train -= mean
    train /= scale
    test -= mean
    test /= scale
    return train, test


def _precedence(train: Array, test: Array) -> tuple[Array, Array]:
    std = train.std(axis=0)
    shift = train.mean(axis=0) / np.where(std > 0, std, 1)
    return train - shift, test - shift


def _zero_where_constant(train: Array, test: Array) -> tuple[Array, Array]:
    mean = np.mean(train, axis=0)
    std = np.sqrt(np.mean((train - mean) ** 2, axis=0))
    safe = np.where(std == 0, np.inf, std)
    return (train - mean) / safe, (test - mean) / safe


def _feature_by_feature(train: Array, test: Array) -> tuple[Array, Array]:
    std = train.std(axis=0, keepdims=True)
    std[std == 0] = 1.0
    mean = train.mean(axis=0, keepdims=True)
    return (train - mean) / std, (test - mean) / std


SCALES = np.array([[1.0, 300.0, -0.02], [4.0, 100.0, 0.05], [2.0, 250.0, 0.01], [9.0, 175.0, -0.06]])

standardize = Exercise(
    "standardize",
    parts=("train", "test"),
    points=2,
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
        random_cases(
            lambda rng: {
                "train": 5 + rng.standard_normal((6, 3)) * [1.0, 10.0, 0.1],
                "test": 7 + rng.standard_normal((4, 3)),
            }
        ),
        Case(
            "constant-in-training-alone",
            train=np.array([[7.0, 1.0], [7.0, 3.0]]),
            test=np.array([[9.0, 2.0], [6.5, 5.0]]),
        ),
    ],
    misconceptions=[
        Misconception(
            "test-statistics",
            believes="Each data set is standardised with its own mean and deviation.",
            wrong=_own_statistics,
            hint="When one single test sample comes, what are its own mean and deviation?",
        ),
        Misconception(
            "joint-statistics",
            believes="More data give better statistics, so the test data are counted in.",
            wrong=_joint_statistics,
            hint="What may be known of the test data while the model is made?",
        ),
        Misconception(
            "per-sample",
            believes="Each row gets mean 0.",
            wrong=_per_sample,
            hint="A row holds a price and a number of rooms. Does their mean make sense?",
        ),
        Misconception(
            "one-mean-for-all-features",
            believes="One mean and one deviation for the whole table will do.",
            wrong=lambda train, test: _with_statistics(train, test, np.asarray(train.mean()), np.asarray(train.std())),
            hint="One feature is around 200, another one around 0.01. What is left of the second?",
        ),
        Misconception(
            "sample-deviation",
            believes="The deviation is divided by N − 1.",
            wrong=lambda train, test: _with_statistics(train, test, train.mean(axis=0), train.std(axis=0, ddof=1)),
            hint="What stands before the sum in the formula: 1/N or 1/(N − 1)?",
        ),
        Misconception(
            "variance-for-deviation",
            believes="The divisor is the variance.",
            wrong=lambda train, test: _with_statistics(train, test, train.mean(axis=0), train.var(axis=0)),
            hint="If metres become centimetres, should the standardised number change?",
        ),
        Misconception(
            "epsilon-added",
            believes="A small number in the divisor prevents nan and changes nothing else.",
            wrong=_epsilon_added,
            hint="Which features need help, and which ones are only made wrong by it?",
        ),
        Misconception(
            "test-left-alone",
            believes="Only training data are standardised.",
            wrong=_test_left_alone,
            hint="In which unit does the model expect its inputs at test time?",
        ),
        Misconception(
            "constant-divided-by-zero",
            believes="No deviation is 0.",
            wrong=lambda train, test: (
                (train - train.mean(axis=0)) / train.std(axis=0),
                (test - train.mean(axis=0)) / train.std(axis=0),
            ),
            hint="A pixel at the border is always black. What is 0 / 0?",
        ),
        Misconception(
            "arguments-changed",
            believes="`train -= mean` makes a new array.",
            wrong=_in_place,
            hint="Whose array is `train` after the function has returned, and what is in it?",
        ),
        Misconception(
            "constant-feature-erased",
            believes="What is constant in training says nothing and becomes 0, in the test too.",
            wrong=_zero_where_constant,
            hint="A test value differs from the one that training knows. By what does the docstring move it?",
        ),
        Misconception(
            "nan-replaced-afterwards",
            believes="0 / 0 can be mended when it has happened.",
            wrong=lambda train, test: tuple(np.nan_to_num((x - train.mean(0)) / train.std(0)) for x in (train, test)),
            hint="0 / 0 is nan, and becomes 0. What is 2 / 0, and what does nan_to_num make of it?",
        ),
        Misconception(
            "only-centred",
            believes="Moving the mean to 0 is enough.",
            wrong=lambda train, test: (train - train.mean(axis=0), test - train.mean(axis=0)),
            hint="One feature in metres, one in millimetres: are they comparable after that?",
        ),
        Misconception(
            "mean-divided-alone",
            believes="x - μ / σ divides the difference.",
            wrong=_precedence,
            hint="What does Python divide first in x - μ / σ?",
        ),
    ],
    hints=[
        "How many means are there: one, one per feature, or one per sample? And from which of the two data sets?",
        "train.mean(axis=0) and train.std(axis=0) serve both results. What must happen where the deviation is 0?",
        "scale = np.where(std > 0, std, 1); return (train - mean) / scale, (test - mean) / scale",
    ],
    variants=[
        Variant("kept-axes", _feature_by_feature),
        Variant("list-of-both", lambda train, test: list(_feature_by_feature(train, test))),
    ],
)
