"""log_posterior and gaussian_naive_bayes."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import grid, normal

POSTERIOR = "shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))"
#: An edit of `log_posterior`; whatever calls it goes wrong too.
PRIOR_MISSING = ("log_likelihood + log_prior", "log_likelihood")
FLOOR = "var_smoothing * x_train.var(axis=0).max()"
LIKELIHOOD = "-terms.sum(axis=-1) / 2"

DIVISOR = "What does the docstring divide by?"

log_posterior = Exercise(
    "log_posterior",
    points=1,
    vectorized=lambda n: {"y_train": np.arange(n) ** 2 % 3, "log_likelihood": normal(n, 3)},
    cases=[
        Case("equal-shares", y_train=np.array([0, 1]), log_likelihood=np.array([[-0.7, -1.4], [-2.3, -1.2]])),
        Case("three-to-one", y_train=np.array([1, 0, 1, 1]), log_likelihood=np.array([[-0.7, -1.4]])),
        Case(
            "five-samples-three-classes",
            y_train=np.array([2, 0, 2, 1, 2, 1]),
            log_likelihood=normal(5, 3, scale=2.0),
            readonly=True,
        ),
        Case(
            "likelihoods-that-underflow",
            y_train=np.array([0, 1, 1]),
            log_likelihood=np.array([[-1000.0, -1002.0], [-99000.0, -98999.0]]),
        ),
        Case("densities-that-overflow", y_train=np.array([0, 1, 0]), log_likelihood=np.array([[900.0, 901.5]])),
        Case(
            "class-without-rows",
            y_train=np.array([0, 2, 2, 0, 0]),
            log_likelihood=np.array([[-3.0, -1.0, -2.0], [-1.0, -4.0, -1.5]]),
        ),
        Case(
            "single-precision",
            y_train=np.array([1, 1, 0]),
            log_likelihood=normal(2, 2, seed=3, scale=2.0).astype(np.float32),
        ),
        Case("label-without-a-column", raises="y_train", y_train=np.array([0, 2, 1]), log_likelihood=grid(2, 2)),
        random_cases(
            lambda rng: {
                "y_train": rng.permutation([0, 1, 2, 2, *rng.integers(0, 3, 5)]),
                "log_likelihood": -9 * rng.random((5, 3)),
            }
        ),
    ],
    misconceptions=[
        edit("prior-missing", *PRIOR_MISSING)
        .believes("The class with the largest likelihood is the most probable one.")
        .ask("One mail in a hundred is spam. Does that matter before you have read a word?"),
        edit("exponentiated-first", POSTERIOR, "np.log(np.exp(joint) / np.exp(joint).sum(axis=1, keepdims=True))")
        .believes("Logarithms are only a notation: exponentiate, divide by the sum, take the logarithm.")
        .ask("What is e^-1000 in floating point, and what is 0 / 0?"),
        edit(
            "tiny-number-added",
            POSTERIOR,
            "np.log(np.exp(joint) / (np.exp(joint).sum(axis=1, keepdims=True) + 1e-300) + 1e-300)",
        )
        .believes("A tiny number added to the sum and to the quotient keeps the logarithm finite.")
        .ask("Finite, but is it right? What remains of e^-1000 : e^-1002 when both have become 0?"),
        edit("not-normalised", POSTERIOR, "joint")
        .believes("log P(c) + log P(x | c) is the posterior.")
        .ask("What do the probabilities of a row have to sum to?"),
        edit("normalised-over-the-samples", POSTERIOR, "joint - np.logaddexp.reduce(joint, axis=0)")
        .believes("The probabilities of a column sum to 1.")
        .ask("A sample has one of the classes for certain. Along which axis is that sum taken?"),
        edit("prior-without-logarithm", "np.log(counts / len(y_train))", "(counts / len(y_train))")
        .believes("The share of a class is added to its log-likelihood.")
        .ask("The product P(c) P(x | c) becomes a sum of what?"),
        edit("smoothed-prior", "counts / len(y_train)", "(counts + 1) / (counts + 1).sum()")
        .believes("One is added to the size of every class, as Laplace did with words.")
        .ask("What share of the rows does the docstring give a class that has none?"),
        edit("not-shifted", "joint - joint.max(axis=1, keepdims=True)", "joint")
        .believes("The logarithm of the sum of the exponentials can be computed as it stands.")
        .ask("What is e^-2000 in floating point, and the logarithm of that?"),
        edit("probabilities-returned", POSTERIOR, f"np.exp({POSTERIOR})")
        .believes("Probabilities are asked for.")
        .ask("What does the docstring return: P(c | x), or its logarithm?"),
    ],
    hints=[
        "Bayes' rule is a product and a quotient. What does the logarithm make of each?",
        "Add the log of each class's share, then subtract from each row the log of the sum of its exponentials.",
        "With the row's maximum m, log Σ e^j is m + log Σ e^(j - m); np.bincount(y_train, minlength=C) counts classes.",
    ],
    variants=[Variant("logaddexp", (POSTERIOR, "joint - np.logaddexp.reduce(joint, axis=1)[:, None]"))],
)

CLOUDS = normal(7, 2, seed=6, scale=2.0) + np.array([[3.0, -1.0]])
OF_CLOUDS = np.array([0, 1, 1, 0, 1, 0, 1])


def random_clouds(rng: np.random.Generator) -> dict[str, Any]:
    """Three classes whose means and spreads grow."""
    y = rng.permutation([0, 0, 0, 1, 1, 1, 2, 2, 2, *rng.integers(0, 3, 4)])
    x = rng.standard_normal((13, 3)) * (0.5 + y[:, None]) + y[:, None]
    return {"x_train": x, "y_train": y, "x_test": 2 * rng.standard_normal((4, 3)), "var_smoothing": 0.01}


gaussian_naive_bayes = Exercise(
    "gaussian_naive_bayes",
    points=3,
    vectorized=lambda n: {
        "x_train": normal(n, 2, seed=1),
        "y_train": np.arange(n) % 3,
        "x_test": normal(n, 2, seed=2),
    },
    cases=[
        Case(
            "one-feature",
            x_train=np.array([[0.0], [2.0], [5.0], [9.0]]),
            y_train=np.array([0, 0, 1, 1]),
            x_test=np.array([[1.0], [3.0], [8.0]]),
        ),
        Case(
            "two-features-three-to-four",
            x_train=CLOUDS,
            y_train=OF_CLOUDS,
            x_test=normal(3, 2, seed=7, scale=3.0),
            readonly=True,
        ),
        Case(
            "one-class-is-rare",
            x_train=normal(8, 2, seed=8),
            y_train=np.array([0, 0, 1, 0, 0, 1, 0, 0]),
            x_test=normal(2, 2, seed=9),
        ),
        Case("much-smoothing", x_train=CLOUDS, y_train=OF_CLOUDS, x_test=normal(3, 2, seed=7), var_smoothing=0.5),
        Case(
            "feature-constant-in-a-class",
            x_train=np.array([[4.0, 1.0], [4.0, 3.0], [1.0, 2.0], [7.0, 5.0]]),
            y_train=np.array([0, 0, 1, 1]),
            x_test=np.array([[4.0, 2.0], [4.001, 4.0]]),
            var_smoothing=1e-4,
        ),
        Case(
            "far-from-every-class",
            x_train=CLOUDS,
            y_train=OF_CLOUDS,
            x_test=np.array([[150.0, -120.0], [-90.0, 60.0]]),
        ),
        Case(
            "single-precision",
            x_train=CLOUDS.astype(np.float32),
            y_train=OF_CLOUDS,
            x_test=normal(2, 2, seed=10).astype(np.float32),
            var_smoothing=0.1,
        ),
        Case(
            "class-without-rows", raises="y_train", x_train=grid(3, 2), y_train=np.array([0, 2, 2]), x_test=grid(1, 2)
        ),
        random_cases(random_clouds),
    ],
    misconceptions=[
        edit("no-floor-under-the-variance", FLOOR, "0")
        .believes("A variance is positive, so it can be divided by.")
        .ask("A pixel is black in all images of a class. What is its variance, and what is a number over it?"),
        edit("smoothing-is-absolute", FLOOR, "var_smoothing")
        .believes("var_smoothing itself is added to the variances.")
        .ask("Features in metres become features in millimetres: should the prediction change?"),
        edit("floor-per-feature", FLOOR, FLOOR.removesuffix(".max()"))
        .believes("Each variance gets its share of its own feature's variance.")
        .ask("Over which variances is the largest taken in the docstring?"),
        edit("unbiased-variance", "group.var(axis=0)", "group.var(axis=0, ddof=1)")
        .believes("A variance divides by n - 1.")
        .ask(DIVISOR),
        edit("unbiased-variances-everywhere", ".var(axis=0)", ".var(axis=0, ddof=1)")
        .believes("Every variance divides by n - 1, also the one for smoothing.")
        .ask(DIVISOR),
        edit("one-variance-for-all-classes", "group.var(axis=0)", "(x_train - means[y_train]).var(axis=0)")
        .believes("The classes differ in their means; the spread is the same.")
        .ask("Which indices does σ² have in the formula?"),
        edit("prior-missing", *PRIOR_MISSING)
        .believes("The class with the largest likelihood is the most probable one.")
        .ask("A disease has one patient in a thousand. Does that matter before the test?"),
        edit("width-of-the-bell-forgotten", " + np.log(2 * np.pi * variances)", "")
        .believes("The factor before the exponential is a constant and cancels.")
        .ask("1/√(2πσ²) has the σ of its class. Is that the same for all classes?"),
        edit("deviation-for-variance", f"variances += {FLOOR}", f"variances = np.sqrt(variances + {FLOOR})")
        .believes("The squared distance is divided by σ.")
        .ask("(x - μ)² has the unit of x squared. Which unit has what it is divided by?"),
        edit("densities-multiplied", LIKELIHOOD, "np.log(np.exp(-terms / 2).prod(axis=-1))")
        .believes("The densities are multiplied, and the logarithm is taken at the end.")
        .ask("What is the density twenty standard deviations out, and what is 0 / 0?"),
        edit("half-forgotten", LIKELIHOOD, "-terms.sum(axis=-1)")
        .believes("The exponent is -(x - μ)² / σ², and the width is 2πσ².")
        .ask("What stands before the sum in the formula?"),
        edit("half-of-the-square-alone", LIKELIHOOD, "-terms.sum(axis=-1)", "/ variances +", "/ variances / 2 +")
        .believes("The half belongs to the square, not to the logarithm of the width.")
        .ask("The width of the bell is √(2πσ²): what is the logarithm of a root?"),
    ],
    hints=[
        "Three things are estimated for each class. Which, and what shapes do they have?",
        "x_test[:, None, :] - means has shape (M, C, F): divide, add the logarithm, sum over features, then Bayes.",
        "log_posterior(y_train, -0.5 * (deviation ** 2 / variances + np.log(2 * np.pi * variances)).sum(axis=-1)).",
    ],
    variants=[
        Variant(
            "one-hot-products",
            """
            sizes = np.bincount(y_train).astype(x_train.dtype)[:, None]
            if not sizes.all():
                raise ValueError("y_train: a class has no row")
            shares = (y_train == np.arange(len(sizes))[:, None]) / sizes
            means = shares @ x_train
            variances = shares @ (x_train - means[y_train]) ** 2 + var_smoothing * x_train.var(axis=0).max()
            terms = (x_test[:, None] - means) ** 2 / variances + np.log(variances)
            return log_posterior(y_train, -terms.sum(axis=-1) / 2)
            """,
        )
    ],
)
