"""Squared, absolute and log-cosh errors."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.families import python_float
from autograder.units.u05_losses.averages import gradients_over_elements, means_over_elements
from autograder.units.u05_losses.pairs import draw_pairs, many_pairs, real_numbers, unequal_shapes

NOT_ROOTED = "One number, 3 off: does the docstring's formula give 9 or 3?"
CANCELLED = "One prediction is 1 too high, one 1 too low. Is that a loss of 0?"
WHICH_WAY = "In which direction must a prediction that is too small move?"
RIGHT_ALREADY = "The prediction is right. In which direction should it be pushed?"

TIE = Case(
    "a-tie-has-no-slope", y_true=np.array([[1.0, 2.0], [-3.0, 0.0]]), y_pred=np.array([[1.0, 5.0], [-3.0, -1.0]])
)
BYTES = Case(
    "bytes-wrap-around",
    y_true=np.array([[200, 10, 255], [0, 90, 7]], np.uint8),
    y_pred=np.array([[10, 250, 254], [255, 91, 7]], np.uint8),
)

mean_squared_error = Exercise(
    "mean_squared_error",
    points=1,
    vectorized=many_pairs,
    cases=[*real_numbers(), BYTES, unequal_shapes(), random_cases(draw_pairs)],
    misconceptions=[
        *means_over_elements(),
        python_float(),
        edit("halved", "** 2)", "** 2) / 2")
        .believes("A factor ½ belongs to the squared error, so that the gradient loses its 2.")
        .ask("One number, 3 off: does the docstring's formula give 9 or 4.5?"),
        edit("rooted", "np.mean((p - t) ** 2)", "np.sqrt(np.mean((p - t) ** 2))")
        .believes("The loss is in the unit of the targets, so a root is taken at the end.")
        .ask(NOT_ROOTED),
        edit("mean-before-square", "np.mean((p - t) ** 2)", "np.mean(p - t) ** 2")
        .believes("The mean error is squared.")
        .ask(CANCELLED),
        edit("averaged-twice", "** 2)", "** 2) / len(p)")
        .believes("After the mean over everything, the result is still divided by N.")
        .ask("How often is each square divided, and by what in total?"),
        edit("bytes-wrap", "paired(y_true, y_pred)", "y_true, y_pred")
        .believes("An array's own type has room for the differences of its numbers.")
        .ask("What is 10 - 200 in an unsigned byte? In which dtype should it be computed?"),
        edit("absolute-errors", "(p - t) ** 2", "np.abs(p - t)")
        .believes("The mean error is a mean of sizes.")
        .ask(NOT_ROOTED),
        edit("one-mean-per-row", "** 2)", "** 2, axis=-1)")
        .believes("The mean is taken along the last axis.")
        .ask("Which one number should training make smaller?"),
        edit("difference-of-squares", "(p - t) ** 2", "p**2 - t**2")
        .believes("(p - t)² is p² - t².")
        .ask("What is (3 - 3)², and (3 - -3)²?"),
    ],
    hints=[
        "Three steps: the differences, their squares, the mean. Over how many numbers does the mean run?",
        "np.mean without an axis averages over every element, whatever the shape; `paired` checks the shapes first.",
        "np.mean of (p - t) ** 2, with t and p from paired(y_true, y_pred).",
    ],
    variants=[Variant("dot-product", ("np.mean((p - t) ** 2)", "(p - t).ravel() @ (p - t).ravel() / p.size"))],
)

mean_squared_error_backward = Exercise(
    "mean_squared_error_backward",
    points=1,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=many_pairs,
    cases=[*real_numbers(backward=True), TIE, random_cases(draw_pairs)],
    misconceptions=[
        *gradients_over_elements(),
        edit("two-forgotten", "2 * ", "")
        .believes("The gradient of the mean squared error is the error, averaged.")
        .ask("The loss has no ½ in front. Where does the 2 of the square's derivative go?"),
        edit("averaged-twice", "/ p.size", "/ p.size / len(p)")
        .believes("The mean is divided by N once more, for the batch.")
        .ask("How often is each square divided in the loss, and by what in total?"),
        edit("size-of-the-error", "(p - t)", "np.abs(p - t)")
        .believes("The gradient is as large as the error, and never negative.")
        .ask(WHICH_WAY),
        edit("square-kept", "2 * (p - t)", "(p - t) ** 2")
        .believes("The square stays.")
        .ask("What is the derivative of d²?"),
        edit("one-number", "2 * (p - t) / p.size", "np.mean(2 * (p - t))")
        .believes("The gradient of one number is one number.")
        .ask("How many predictions are there to move?"),
        edit("mean-everywhere", "2 * (p - t) / p.size", "np.full_like(p, np.mean(2 * (p - t)))")
        .believes("Every prediction has the mean gradient.")
        .ask("One prediction is right, one is wrong. Must both move?"),
        edit("target-forgotten", "(p - t)", "p")
        .believes("The derivative of (p - t)² is 2 p.")
        .ask("Which way should a prediction that is above 0 and below its target move?"),
    ],
    hints=[
        "Write the loss out for two numbers, and differentiate it with respect to the first prediction.",
        "The square brings a 2, the mean a 1/n; n counts all elements, which is y_pred.size.",
        "2 * (p - t) / p.size.",
    ],
    variants=[Variant("divided-first", ("2 * (p - t) / p.size", "(p - t) * (2 / p.size)"))],
)

mean_absolute_error = Exercise(
    "mean_absolute_error",
    points=1,
    vectorized=many_pairs,
    cases=[*real_numbers(), unequal_shapes(), random_cases(draw_pairs)],
    misconceptions=[
        *means_over_elements(),
        python_float(),
        edit("signed", "np.abs(p - t)", "p - t")
        .believes("The mean of the errors says how large they are.")
        .ask(CANCELLED),
        edit("absolute-value-last", "np.mean(np.abs(p - t))", "np.abs(np.mean(p - t))")
        .believes("The absolute value may be taken after the mean.")
        .ask("One prediction is 1 too high, one 1 too low. Which comes first, the mean or |·|?"),
        edit("squared", "np.abs(p - t)", "(p - t) ** 2")
        .believes("Errors are made positive by squaring.")
        .ask("Should an error of 100 count a hundred times as much as an error of 1, or ten thousand times?"),
        edit("median", "np.mean", "np.median")
        .believes("The typical error is the one in the middle.")
        .ask("The first letter of MAE: which average is it?"),
        edit("sizes-subtracted", "np.abs(p - t)", "np.abs(p) - np.abs(t)")
        .believes("|p - t| is |p| - |t|.")
        .ask("The target is 3, the prediction -3. How large is the error?"),
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
    vectorized=many_pairs,
    cases=[*real_numbers(backward=True), TIE, random_cases(draw_pairs)],
    misconceptions=[
        *gradients_over_elements(),
        edit("slope-one-at-a-tie", "np.sign(p - t)", "np.where(p >= t, 1, -1).astype(p.dtype)")
        .believes("Where it is not negative, the error has the sign 1.")
        .ask(RIGHT_ALREADY),
        edit("error-instead-of-sign", "np.sign(p - t)", "(p - t)")
        .believes("The gradient is proportional to the error.")
        .ask("How steep is |d| at d = 1, and how steep at d = 100?"),
        edit("slope-always-one", "np.sign(p - t)", "np.ones_like(p)")
        .believes("The derivative of |d| is 1.")
        .ask(WHICH_WAY),
        edit("minus-one-at-a-tie", "np.sign(p - t)", "np.where(p > t, 1, -1).astype(p.dtype)")
        .believes("What is not above is below.")
        .ask(RIGHT_ALREADY),
        edit("sign-of-the-prediction", "np.sign(p - t)", "np.sign(p)")
        .believes("The slope is the sign of p.")
        .ask("Which way should a prediction that is above 0 and below its target move?"),
        edit("divided-by-its-size", "np.sign(p - t)", "(p - t) / np.abs(p - t)")
        .believes("The sign is d / |d|.")
        .ask("What is that where the prediction is right?"),
    ],
    hints=[
        "How steep is |d| right of 0, left of it, and, by the docstring, at 0?",
        "np.sign gives 1, -1 and 0 as wanted; the mean brings a 1/n, with n = y_pred.size.",
        "np.sign(p - t) / p.size.",
    ],
    variants=[Variant("two-masks", ("np.sign(p - t)", "(1.0 * (p > t) - 1.0 * (p < t)).astype(p.dtype)"))],
)


FAR = Case(
    "far-errors-overflow-cosh",
    y_true=np.array([[0.0, 3.0, -1.0], [2.0, 0.5, 0.0]]),
    y_pred=np.array([[1000.0, 2.0, -1.5], [-2000.0, 0.5, 30.0]]),
)

log_cosh = Exercise(
    "log_cosh",
    points=1,
    vectorized=many_pairs,
    cases=[*real_numbers(), FAR, unequal_shapes(), random_cases(draw_pairs)],
    misconceptions=[
        *means_over_elements(),
        edit("cosh-overflows", "np.logaddexp(error, -error) - math.log(2)", "np.log(np.cosh(error))")
        .believes("The formula can be computed as it stands.")
        .ask("What is cosh(1000) in floating point? And its logarithm, which is only about 999.3?"),
        edit("half-forgotten", " - math.log(2)", "")
        .believes("cosh d is e^d + e^-d.")
        .ask("What is cosh 0, and what is its logarithm? Does a right prediction cost nothing?"),
        edit("far-form-everywhere", "np.logaddexp(error, -error)", "np.abs(error)")
        .believes("ln cosh d is |d| - ln 2.")
        .ask("That holds for large errors. What does it give for a right prediction?"),
        edit("cosh-of-the-mean", "error = p - t", "error = np.mean(p - t)")
        .believes("The mean error goes into ln cosh.")
        .ask("One prediction is 1 too high, one 1 too low. Is that a loss of 0?"),
        edit("double-precision-constant", "math.log(2)", "np.log(2)")
        .believes("A NumPy number such as np.log(2) adapts to the array it meets.")
        .ask("np.log(2) is a NumPy float64. What does it make of a float32 array? And math.log(2)?"),
    ],
    hints=[
        "cosh d = (e^d + e^-d) / 2. Which of the two powers overflows, and which can be factored out?",
        "ln(e^a + e^b) has a function of its own in NumPy that does not overflow; the ½ becomes - ln 2.",
        "np.mean of np.logaddexp(error, -error) - math.log(2).",
    ],
    variants=[
        Variant(
            "size-and-rest",
            ("np.logaddexp(error, -error)", "np.abs(error) + np.log1p(np.exp(-2 * np.abs(error)))"),
        )
    ],
)

log_cosh_backward = Exercise(
    "log_cosh_backward",
    points=1,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=many_pairs,
    cases=[*real_numbers(backward=True), FAR, random_cases(draw_pairs)],
    misconceptions=[
        *gradients_over_elements(),
        edit("inner-derivative-forgotten", "np.tanh(p - t)", "1 / np.cosh(p - t)")
        .believes("The derivative of ln cosh d is 1 / cosh d.")
        .ask("ln u has the slope 1/u. By what does the chain rule multiply that, and what is cosh' ?"),
        edit("ratio-overflows", "np.tanh(p - t)", "np.sinh(p - t) / np.cosh(p - t)")
        .believes("sinh d / cosh d can be computed as it stands.")
        .ask("What are sinh(1000) and cosh(1000) in floating point, and what is ∞ / ∞?"),
        edit("sign-of-the-error", "np.tanh", "np.sign")
        .believes("The loss is nearly |d|, so its slope is the sign.")
        .ask("Close to 0 the loss is d²/2. How steep is that at d = 0.1?"),
        edit("error-itself", "np.tanh(p - t)", "(p - t)")
        .believes("The loss is nearly d²/2, so its slope is d.")
        .ask("Far out the loss is |d| - ln 2. How steep is that at d = 100?"),
    ],
    hints=[
        "Chain rule: ln u, then u = cosh d. Which function is sinh / cosh?",
        "np.tanh saturates at ±1 without overflow; the mean brings a 1/n.",
        "np.tanh(p - t) / p.size.",
    ],
    variants=[Variant("tanh-of-the-size", ("np.tanh(p - t)", "np.sign(p - t) * np.tanh(np.abs(p - t))"))],
)
