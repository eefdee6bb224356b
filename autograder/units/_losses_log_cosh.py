"""Assessment of the logarithm of the hyperbolic cosine."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array
from autograder.units._losses_common import backward_slips, forward_slips, many, real_numbers, unequal_shapes
from autograder.units._losses_errors import draw, error_of, sign_of, size_of

FAR = Case(
    "far-errors-overflow-cosh",
    y_true=np.array([[0.0, 3.0, -1.0], [2.0, 0.5, 0.0]]),
    y_pred=np.array([[1000.0, 2.0, -1.5], [-2000.0, 0.5, 30.0]]),
)


def _log_cosh(y_true: Array, y_pred: Array) -> Array:
    error = error_of(y_true, y_pred)
    log_cosh: Array = np.logaddexp(error, -error) - math.log(2)
    return log_cosh


def _tanh(y_true: Array, y_pred: Array) -> Array:
    return np.tanh(error_of(y_true, y_pred))


log_cosh = Exercise(
    "log_cosh",
    points=1,
    vectorized=many,
    cases=[*real_numbers(), FAR, unequal_shapes(), random_cases(draw)],
    misconceptions=[
        *forward_slips(_log_cosh, precision=False),
        Misconception(
            "cosh-overflows",
            believes="The formula can be computed as it stands.",
            wrong=lambda y_true, y_pred: np.mean(np.log(np.cosh(error_of(y_true, y_pred)))),
            hint="What is cosh(1000) in floating point? And its logarithm, which is only about 999.3?",
        ),
        Misconception(
            "half-forgotten",
            believes="cosh d is e^d + e^-d.",
            wrong=lambda y_true, y_pred: np.mean(_log_cosh(y_true, y_pred) + math.log(2)),
            hint="What is cosh 0, and what is its logarithm? Does a right prediction cost nothing?",
        ),
        Misconception(
            "far-form-everywhere",
            believes="ln cosh d is |d| - ln 2.",
            wrong=lambda y_true, y_pred: np.mean(size_of(y_true, y_pred) - math.log(2)),
            hint="That holds for large errors. What does it give for a right prediction?",
        ),
        Misconception(
            "cosh-of-the-mean",
            believes="The mean error goes into ln cosh.",
            wrong=lambda y_true, y_pred: _log_cosh(
                np.zeros(1, y_pred.dtype), np.mean(error_of(y_true, y_pred), keepdims=True).ravel()
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
    size = size_of(y_true, y_pred)
    return np.mean(size + np.log1p(np.exp(-2 * size)) - math.log(2))


log_cosh_backward = Exercise(
    "log_cosh_backward",
    points=1,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=many,
    cases=[*real_numbers(backward=True), FAR, random_cases(draw)],
    misconceptions=[
        *backward_slips(_tanh),
        Misconception(
            "inner-derivative-forgotten",
            believes="The derivative of ln cosh d is 1 / cosh d.",
            wrong=lambda y_true, y_pred: 1 / np.cosh(error_of(y_true, y_pred)) / y_pred.size,
            hint="ln u has the slope 1/u. By what does the chain rule multiply that, and what is cosh' ?",
        ),
        Misconception(
            "ratio-overflows",
            believes="sinh d / cosh d can be computed as it stands.",
            wrong=lambda y_true, y_pred: _sinh_over_cosh(error_of(y_true, y_pred)) / y_pred.size,
            hint="What are sinh(1000) and cosh(1000) in floating point, and what is ∞ / ∞?",
        ),
        Misconception(
            "sign-of-the-error",
            believes="The loss is nearly |d|, so its slope is the sign.",
            wrong=lambda y_true, y_pred: sign_of(y_true, y_pred) / y_pred.size,
            hint="Close to 0 the loss is d²/2. How steep is that at d = 0.1?",
        ),
        Misconception(
            "error-itself",
            believes="The loss is nearly d²/2, so its slope is d.",
            wrong=lambda y_true, y_pred: error_of(y_true, y_pred) / y_pred.size,
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
            lambda y_true, y_pred: sign_of(y_true, y_pred) * np.tanh(size_of(y_true, y_pred)) / y_pred.size,
        ),
    ],
)


def _sinh_over_cosh(error: Array) -> Array:
    ratio: Array = np.sinh(error) / np.cosh(error)
    return ratio
