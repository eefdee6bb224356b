"""Assessment of squared and absolute errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array
from autograder.units._losses_common import backward_slips, forward_slips, many, real_numbers, unequal_shapes

TIE = Case(
    "a-tie-has-no-slope", y_true=np.array([[1.0, 2.0], [-3.0, 0.0]]), y_pred=np.array([[1.0, 5.0], [-3.0, -1.0]])
)
BYTES = Case(
    "bytes-wrap-around",
    y_true=np.array([[200, 10, 255], [0, 90, 7]], np.uint8),
    y_pred=np.array([[10, 250, 254], [255, 91, 7]], np.uint8),
)


def error_of(y_true: Array, y_pred: Array) -> Array:
    error: Array = y_pred * 1.0 - y_true * 1.0
    return error


def _square(y_true: Array, y_pred: Array) -> Array:
    return error_of(y_true, y_pred) ** 2


def size_of(y_true: Array, y_pred: Array) -> Array:
    return np.abs(error_of(y_true, y_pred))


def sign_of(y_true: Array, y_pred: Array) -> Array:
    return np.sign(error_of(y_true, y_pred))


def draw(rng: np.random.Generator) -> Mapping[str, Any]:
    shape = [(5,), (2, 4), (3, 2, 2)][int(rng.integers(3))]
    return {"y_true": 2 * rng.standard_normal(shape), "y_pred": 2 * rng.standard_normal(shape)}


mean_squared_error = Exercise(
    "mean_squared_error",
    points=1,
    vectorized=many,
    cases=[*real_numbers(), BYTES, unequal_shapes(), random_cases(draw)],
    misconceptions=[
        *forward_slips(_square),
        Misconception(
            "halved",
            believes="A factor ½ belongs to the squared error, so that the gradient loses its 2.",
            wrong=lambda y_true, y_pred: np.mean(_square(y_true, y_pred)) / 2,
            hint="One number, 3 off: does the docstring's formula give 9 or 4.5?",
        ),
        Misconception(
            "rooted",
            believes="The loss is in the unit of the targets, so a root is taken at the end.",
            wrong=lambda y_true, y_pred: np.sqrt(np.mean(_square(y_true, y_pred))),
            hint="One number, 3 off: does the docstring's formula give 9 or 3?",
        ),
        Misconception(
            "mean-before-square",
            believes="The mean error is squared.",
            wrong=lambda y_true, y_pred: np.mean(error_of(y_true, y_pred)) ** 2,
            hint="One prediction is 1 too high, one 1 too low. Is that a loss of 0?",
        ),
        Misconception(
            "averaged-twice",
            believes="After the mean over a row, or over everything, the sum is still divided by N.",
            wrong=lambda y_true, y_pred: np.mean(_square(y_true, y_pred)) / len(y_pred),
            hint="How often is each square divided, and by what in total?",
        ),
        Misconception(
            "bytes-wrap",
            believes="An array's own type has room for the differences of its numbers.",
            wrong=lambda y_true, y_pred: np.mean((y_pred - y_true) ** 2),
            hint="What is 10 - 200 in an unsigned byte? In which dtype should it be computed?",
        ),
        Misconception(
            "absolute-errors",
            believes="The mean error is a mean of sizes.",
            wrong=lambda y_true, y_pred: np.mean(size_of(y_true, y_pred)),
            hint="One number, 3 off: does the docstring's formula give 9 or 3?",
        ),
        Misconception(
            "one-mean-per-row",
            believes="The mean is taken along the last axis.",
            wrong=lambda y_true, y_pred: np.mean(_square(y_true, y_pred), axis=-1),
            hint="Which one number should training make smaller?",
        ),
        Misconception(
            "difference-of-squares",
            believes="(p - t)² is p² - t².",
            wrong=lambda y_true, y_pred: np.mean(y_pred * 1.0 * y_pred - y_true * 1.0 * y_true),
            hint="What is (3 - 3)², and (3 - -3)²?",
        ),
    ],
    hints=[
        "Three steps: the differences, their squares, the mean. Over how many numbers does the mean run?",
        "np.mean without an axis averages over every element, whatever the shape; `paired` checks the shapes first.",
        "np.mean of (p - t) ** 2, with t and p from paired(y_true, y_pred).",
    ],
    variants=[
        Variant("dot-product", lambda y_true, y_pred: _checked_dot(y_true, y_pred)),
    ],
)


def _checked_dot(y_true: Array, y_pred: Array) -> Any:
    if y_true.shape != y_pred.shape:
        raise ValueError("y_true and y_pred have different shapes")
    error = error_of(y_true, y_pred).ravel()
    return error @ error / error.size


mean_squared_error_backward = Exercise(
    "mean_squared_error_backward",
    points=1,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=many,
    cases=[*real_numbers(backward=True), TIE, random_cases(draw)],
    misconceptions=[
        *backward_slips(lambda y_true, y_pred: 2 * error_of(y_true, y_pred)),
        Misconception(
            "two-forgotten",
            believes="The gradient of the mean squared error is the mean error's part.",
            wrong=lambda y_true, y_pred: error_of(y_true, y_pred) / y_pred.size,
            hint="The loss has no ½ in front. Where does the 2 of the square's derivative go?",
        ),
        Misconception(
            "averaged-twice",
            believes="The mean is divided by N once more, for the batch.",
            wrong=lambda y_true, y_pred: 2 * error_of(y_true, y_pred) / y_pred.size / len(y_pred),
            hint="How often is each square divided in the loss, and by what in total?",
        ),
        Misconception(
            "size-of-the-error",
            believes="The gradient is as large as the error, and never negative.",
            wrong=lambda y_true, y_pred: 2 * size_of(y_true, y_pred) / y_pred.size,
            hint="In which direction must a prediction that is too small move?",
        ),
        Misconception(
            "square-kept",
            believes="The square stays.",
            wrong=lambda y_true, y_pred: _square(y_true, y_pred) / y_pred.size,
            hint="What is the derivative of d²?",
        ),
        Misconception(
            "one-number",
            believes="The gradient of one number is one number.",
            wrong=lambda y_true, y_pred: np.mean(2 * error_of(y_true, y_pred)),
            hint="How many predictions are there to move?",
        ),
        Misconception(
            "mean-everywhere",
            believes="Every prediction has the mean gradient.",
            wrong=lambda y_true, y_pred: np.full_like(y_pred, np.mean(2 * error_of(y_true, y_pred))),
            hint="One prediction is right, one is wrong. Must both move?",
        ),
        Misconception(
            "target-forgotten",
            believes="The derivative of (p - t)² is 2 p.",
            wrong=lambda y_true, y_pred: 2 * y_pred / y_pred.size,
            hint="Which way should a prediction that is above 0 and below its target move?",
        ),
    ],
    hints=[
        "Write the loss out for two numbers, and differentiate it with respect to the first prediction.",
        "The square brings a 2, the mean a 1/n; n counts all elements, which is y_pred.size.",
        "2 * (p - t) / p.size.",
    ],
    variants=[
        Variant("divided-first", lambda y_true, y_pred: error_of(y_true, y_pred) * (2 / y_pred.size)),
    ],
)

mean_absolute_error = Exercise(
    "mean_absolute_error",
    points=1,
    vectorized=many,
    cases=[*real_numbers(), unequal_shapes(), random_cases(draw)],
    misconceptions=[
        *forward_slips(size_of),
        Misconception(
            "signed",
            believes="The mean of the errors says how large they are.",
            wrong=lambda y_true, y_pred: np.mean(error_of(y_true, y_pred)),
            hint="One prediction is 1 too high, one 1 too low. Is that a loss of 0?",
        ),
        Misconception(
            "absolute-value-last",
            believes="The absolute value may be taken after the mean.",
            wrong=lambda y_true, y_pred: np.abs(np.mean(error_of(y_true, y_pred))),
            hint="One prediction is 1 too high, one 1 too low. In which order do mean and |·| stand?",
        ),
        Misconception(
            "squared",
            believes="Errors are made positive by squaring.",
            wrong=lambda y_true, y_pred: np.mean(_square(y_true, y_pred)),
            hint="An outlier of 100: should it count a hundred times as much as an error of 1, or ten thousand times?",
        ),
        Misconception(
            "median",
            believes="The typical error is the one in the middle.",
            wrong=lambda y_true, y_pred: np.median(size_of(y_true, y_pred)),
            hint="The first letter of MAE: which average is it?",
        ),
        Misconception(
            "sizes-subtracted",
            believes="|p - t| is |p| - |t|.",
            wrong=lambda y_true, y_pred: np.mean(np.abs(y_pred * 1.0) - np.abs(y_true * 1.0)),
            hint="What is the error of -3 for 3?",
        ),
    ],
    hints=[
        "Three steps: the differences, their sizes, the mean. In this order.",
        "np.abs works element by element, and np.mean without an axis averages over every element.",
        "np.mean of np.abs(p - t), with t and p from paired(y_true, y_pred).",
    ],
)

mean_absolute_error_backward = Exercise(
    "mean_absolute_error_backward",
    points=1,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=many,
    cases=[*real_numbers(backward=True), TIE, random_cases(draw)],
    misconceptions=[
        *backward_slips(sign_of),
        Misconception(
            "slope-one-at-a-tie",
            believes="Where it is not negative, the error has the sign 1.",
            wrong=lambda y_true, y_pred: np.where(y_pred >= y_true, 1, -1).astype(y_pred.dtype) / y_pred.size,
            hint="The prediction is right. In which direction should it be pushed?",
        ),
        Misconception(
            "error-instead-of-sign",
            believes="The gradient is proportional to the error.",
            wrong=lambda y_true, y_pred: error_of(y_true, y_pred) / y_pred.size,
            hint="How steep is |d| at d = 1, and how steep at d = 100?",
        ),
        Misconception(
            "slope-always-one",
            believes="The derivative of |d| is 1.",
            wrong=lambda y_true, y_pred: np.ones_like(y_pred) / y_pred.size,
            hint="In which direction must a prediction that is too small move?",
        ),
        Misconception(
            "minus-one-at-a-tie",
            believes="What is not above is below.",
            wrong=lambda y_true, y_pred: np.where(y_pred > y_true, 1.0, -1.0).astype(y_pred.dtype) / y_pred.size,
            hint="The prediction is right. In which direction should it move?",
        ),
        Misconception(
            "sign-of-the-prediction",
            believes="The slope is the sign of p.",
            wrong=lambda y_true, y_pred: np.sign(y_pred) / y_pred.size,
            hint="Which way should a prediction that is above 0 and below its target move?",
        ),
        Misconception(
            "divided-by-its-size",
            believes="The sign is d / |d|.",
            wrong=lambda y_true, y_pred: error_of(y_true, y_pred) / size_of(y_true, y_pred) / y_pred.size,
            hint="What is that where the prediction is right?",
        ),
    ],
    hints=[
        "How steep is |d| right of 0, left of it, and, by the docstring, at 0?",
        "np.sign gives 1, -1 and 0 as wanted; the mean brings a 1/n, with n = y_pred.size.",
        "np.sign(p - t) / p.size.",
    ],
    variants=[
        Variant(
            "two-masks",
            lambda y_true, y_pred: (
                (1.0 * (y_pred > y_true) - 1.0 * (y_pred < y_true)).astype(y_pred.dtype) / y_pred.size
            ),
        ),
    ],
)
