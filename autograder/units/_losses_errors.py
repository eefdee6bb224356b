"""Assessment of losses of an error's size: mean squared error, mean absolute error, log cosh."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array
from autograder.units._losses_common import backward_slips, forward_slips, many, real_numbers, unequal_shapes

TIE = Case(
    "a-tie-has-no-slope", y_true=np.array([[1.0, 2.0], [-3.0, 0.0]]), y_pred=np.array([[1.0, 5.0], [-3.0, -1.0]])
)
FAR = Case(
    "far-errors-overflow-cosh",
    y_true=np.array([[0.0, 3.0, -1.0], [2.0, 0.5, 0.0]]),
    y_pred=np.array([[1000.0, 2.0, -1.5], [-2000.0, 0.5, 30.0]]),
)
BYTES = Case(
    "bytes-wrap-around",
    y_true=np.array([[200, 10, 255], [0, 90, 7]], np.uint8),
    y_pred=np.array([[10, 250, 254], [255, 91, 7]], np.uint8),
)


def _error(y_true: Array, y_pred: Array) -> Array:
    error: Array = y_pred * 1.0 - y_true * 1.0
    return error


def _square(y_true: Array, y_pred: Array) -> Array:
    return _error(y_true, y_pred) ** 2


def _size(y_true: Array, y_pred: Array) -> Array:
    return np.abs(_error(y_true, y_pred))


def _sign(y_true: Array, y_pred: Array) -> Array:
    return np.sign(_error(y_true, y_pred))


def _log_cosh(y_true: Array, y_pred: Array) -> Array:
    error = _error(y_true, y_pred)
    log_cosh: Array = np.logaddexp(error, -error) - math.log(2)
    return log_cosh


def _tanh(y_true: Array, y_pred: Array) -> Array:
    return np.tanh(_error(y_true, y_pred))


def _draw(rng: np.random.Generator) -> Mapping[str, Any]:
    shape = [(5,), (2, 4), (3, 2, 2)][int(rng.integers(3))]
    return {"y_true": 2 * rng.standard_normal(shape), "y_pred": 2 * rng.standard_normal(shape)}


mean_squared_error = Exercise(
    "mean_squared_error",
    points=1,
    vectorized=many,
    cases=[*real_numbers(), BYTES, unequal_shapes(), random_cases(_draw)],
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
            wrong=lambda y_true, y_pred: np.mean(_error(y_true, y_pred)) ** 2,
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
    error = _error(y_true, y_pred).ravel()
    return error @ error / error.size


mean_squared_error_backward = Exercise(
    "mean_squared_error_backward",
    points=1,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=many,
    cases=[*real_numbers(backward=True), TIE, random_cases(_draw)],
    misconceptions=[
        *backward_slips(lambda y_true, y_pred: 2 * _error(y_true, y_pred)),
        Misconception(
            "two-forgotten",
            believes="The gradient of the mean squared error is the mean error's part.",
            wrong=lambda y_true, y_pred: _error(y_true, y_pred) / y_pred.size,
            hint="The loss has no ½ in front. Where does the 2 of the square's derivative go?",
        ),
        Misconception(
            "averaged-twice",
            believes="The mean is divided by N once more, for the batch.",
            wrong=lambda y_true, y_pred: 2 * _error(y_true, y_pred) / y_pred.size / len(y_pred),
            hint="How often is each square divided in the loss, and by what in total?",
        ),
        Misconception(
            "size-of-the-error",
            believes="The gradient is as large as the error, and never negative.",
            wrong=lambda y_true, y_pred: 2 * _size(y_true, y_pred) / y_pred.size,
            hint="In which direction must a prediction move that is too small?",
        ),
    ],
    hints=[
        "Write the loss out for two numbers, and differentiate it with respect to the first prediction.",
        "The square brings a 2, the mean a 1/n; n counts all elements, which is y_pred.size.",
        "2 * (p - t) / p.size.",
    ],
    variants=[
        Variant("divided-first", lambda y_true, y_pred: _error(y_true, y_pred) * (2 / y_pred.size)),
    ],
)

mean_absolute_error = Exercise(
    "mean_absolute_error",
    points=1,
    vectorized=many,
    cases=[*real_numbers(), unequal_shapes(), random_cases(_draw)],
    misconceptions=[
        *forward_slips(_size),
        Misconception(
            "signed",
            believes="The mean of the errors says how large they are.",
            wrong=lambda y_true, y_pred: np.mean(_error(y_true, y_pred)),
            hint="One prediction is 1 too high, one 1 too low. Is that a loss of 0?",
        ),
        Misconception(
            "absolute-value-last",
            believes="The absolute value may be taken after the mean.",
            wrong=lambda y_true, y_pred: np.abs(np.mean(_error(y_true, y_pred))),
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
            wrong=lambda y_true, y_pred: np.median(_size(y_true, y_pred)),
            hint="The first letter of MAE: which average is it?",
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
    cases=[*real_numbers(backward=True), TIE, random_cases(_draw)],
    misconceptions=[
        *backward_slips(_sign),
        Misconception(
            "slope-one-at-a-tie",
            believes="Where it is not negative, the error has the sign 1.",
            wrong=lambda y_true, y_pred: np.where(y_pred >= y_true, 1, -1).astype(y_pred.dtype) / y_pred.size,
            hint="The prediction is right. In which direction should it be pushed?",
        ),
        Misconception(
            "error-instead-of-sign",
            believes="The gradient is proportional to the error.",
            wrong=lambda y_true, y_pred: _error(y_true, y_pred) / y_pred.size,
            hint="How steep is |d| at d = 1, and how steep at d = 100?",
        ),
        Misconception(
            "slope-always-one",
            believes="The derivative of |d| is 1.",
            wrong=lambda y_true, y_pred: np.ones_like(y_pred) / y_pred.size,
            hint="In which direction must a prediction move that is too small?",
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

log_cosh = Exercise(
    "log_cosh",
    points=1,
    vectorized=many,
    cases=[*real_numbers(), FAR, unequal_shapes(), random_cases(_draw)],
    misconceptions=[
        *forward_slips(_log_cosh, precision=False),
        Misconception(
            "cosh-overflows",
            believes="The formula can be computed as it stands.",
            wrong=lambda y_true, y_pred: np.mean(np.log(np.cosh(_error(y_true, y_pred)))),
            hint="What is cosh(1000) in floating point? And its logarithm, which is only about 999.3?",
        ),
        Misconception(
            "half-forgotten",
            believes="cosh d is e^d + e^-d.",
            wrong=lambda y_true, y_pred: np.mean(_log_cosh(y_true, y_pred) + math.log(2)),
            hint="What is cosh 0, and what its logarithm? Does a right prediction cost nothing?",
        ),
        Misconception(
            "far-form-everywhere",
            believes="ln cosh d is |d| - ln 2.",
            wrong=lambda y_true, y_pred: np.mean(_size(y_true, y_pred) - math.log(2)),
            hint="That holds for large errors. What does it give for a right prediction?",
        ),
        Misconception(
            "cosh-of-the-mean",
            believes="The mean error goes into ln cosh.",
            wrong=lambda y_true, y_pred: _log_cosh(
                np.zeros(1, y_pred.dtype), np.mean(_error(y_true, y_pred), keepdims=True).ravel()
            )[0],
            hint="One prediction is 1 too high, one 1 too low. Is that a loss of 0?",
        ),
        Misconception(
            "double-precision-constant",
            believes="A NumPy number such as np.log(2) adapts to the array it meets.",
            wrong=lambda y_true, y_pred: np.mean(_log_cosh(y_true, y_pred) + math.log(2) - np.log(2)),
            hint="np.log(2) is a float64 of NumPy's. What does it make of a float32 array? And math.log(2)?",
        ),
    ],
    hints=[
        "cosh d = (e^d + e^-d) / 2. Which of the two powers overflows, and which can be factored out?",
        "ln(e^a + e^b) has a function of its own in NumPy that does not overflow; the ½ becomes - ln 2.",
        "np.mean of np.logaddexp(error, -error) - math.log(2).",
    ],
    variants=[
        Variant("size-and-rest", lambda y_true, y_pred: _size_and_rest(y_true, y_pred)),
    ],
)


def _size_and_rest(y_true: Array, y_pred: Array) -> Any:
    if y_true.shape != y_pred.shape:
        raise ValueError(f"y_pred: got shape {y_pred.shape}, want {y_true.shape}")
    size = _size(y_true, y_pred)
    return np.mean(size + np.log1p(np.exp(-2 * size)) - math.log(2))


log_cosh_backward = Exercise(
    "log_cosh_backward",
    points=1,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=many,
    cases=[*real_numbers(backward=True), FAR, random_cases(_draw)],
    misconceptions=[
        *backward_slips(_tanh),
        Misconception(
            "inner-derivative-forgotten",
            believes="The derivative of ln cosh d is 1 / cosh d.",
            wrong=lambda y_true, y_pred: 1 / np.cosh(_error(y_true, y_pred)) / y_pred.size,
            hint="ln u has the slope 1/u. By what does the chain rule multiply that, and what is cosh' ?",
        ),
        Misconception(
            "ratio-overflows",
            believes="sinh d / cosh d can be computed as it stands.",
            wrong=lambda y_true, y_pred: _sinh_over_cosh(_error(y_true, y_pred)) / y_pred.size,
            hint="What are sinh(1000) and cosh(1000) in floating point, and what is ∞ / ∞?",
        ),
        Misconception(
            "sign-of-the-error",
            believes="The loss is nearly |d|, so its slope is the sign.",
            wrong=lambda y_true, y_pred: _sign(y_true, y_pred) / y_pred.size,
            hint="Close to 0 the loss is d²/2. How steep is that at d = 0.1?",
        ),
        Misconception(
            "error-itself",
            believes="The loss is nearly d²/2, so its slope is d.",
            wrong=lambda y_true, y_pred: _error(y_true, y_pred) / y_pred.size,
            hint="Far out the loss is |d| - ln 2. How steep is that at d = 100?",
        ),
    ],
    hints=[
        "Chain rule: ln u, then u = cosh d. Which function is sinh / cosh?",
        "np.tanh saturates at ±1 without overflow; the mean brings a 1/n.",
        "np.tanh(p - t) / p.size.",
    ],
    variants=[
        Variant(
            "tanh-of-the-size",
            lambda y_true, y_pred: _sign(y_true, y_pred) * np.tanh(_size(y_true, y_pred)) / y_pred.size,
        ),
    ],
)


def _sinh_over_cosh(error: Array) -> Array:
    ratio: Array = np.sinh(error) / np.cosh(error)
    return ratio
