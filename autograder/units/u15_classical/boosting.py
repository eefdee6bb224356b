"""adaboost_update, regression_stump and gradient_boosting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import Array, grid, normal
from autograder.units.u15_classical.clear_splits import is_clear_step
from autograder.units.u15_classical.trees import (
    FIRST_FEATURE_ONLY,
    LAST_OF_EQUALS,
    NEARER_TO_THE_LEFT,
    TABLE,
    THRESHOLD_IS_A_VALUE,
)
from solutions import u15_classical as right

SHARE = "weights[~correct].sum() / weights.sum()"
#: The bounds of the error, too, in the precision of the weights, as most people write them.
OWN_PRECISION = (f"float({SHARE})", SHARE)
FACTORS = "np.where(correct, -alpha, alpha)"
GAINS = "np.square(centred[order].cumsum()[last]) * (1 / n_left + 1 / (len(y) - n_left))"
ANSWERS = "y[left].mean(), y[~left].mean()"
RESIDUAL = "y_train - on_train"
STEP = "predictions += lr * answers"

EQUAL = np.full(4, 0.25)

adaboost_update = Exercise(
    "adaboost_update",
    points=2,
    parts=("alpha", "weights"),
    vectorized=lambda n: {"weights": grid(n), "correct": np.arange(n) % 3 > 0},
    cases=[
        Case("one-of-four-wrong", weights=EQUAL, correct=np.array([True, True, False, True])),
        Case("the-heavy-row-wrong", weights=np.array([0.1, 0.4, 0.2, 0.1, 0.2]), correct=np.array([1, 0, 1, 1, 1]) > 0),
        Case("worse-than-a-coin", weights=np.array([0.2, 0.3, 0.5]), correct=np.array([True, True, False])),
        Case("as-good-as-a-coin", weights=np.array([0.25, 0.5, 0.25]), correct=np.array([True, False, True])),
        Case("weights-that-do-not-sum-to-one", weights=grid(5), correct=np.array([1, 1, 0, 1, 1]) > 0, readonly=True),
        Case("nothing-wrong", weights=np.array([0.5, 0.125, 0.375]), correct=np.array([True, True, True])),
        Case("everything-wrong", weights=np.array([0.5, 0.125, 0.375]), correct=np.array([False, False, False])),
        Case("single-precision", weights=grid(4).astype(np.float32), correct=np.array([True, False, True, True])),
        Case(
            "everything-wrong-in-single-precision", weights=grid(4).astype(np.float32), correct=np.zeros(4, dtype=bool)
        ),
        Case("nothing-wrong-in-single-precision", weights=grid(4).astype(np.float32), correct=np.ones(4, dtype=bool)),
        Case("too-few-answers", raises="correct", weights=EQUAL, correct=np.array([True, False, True])),
        random_cases(lambda rng: {"weights": rng.uniform(0.1, 2.0, 7), "correct": rng.permutation(np.arange(7) < 5)}),
    ],
    misconceptions=[
        edit("half-forgotten", *OWN_PRECISION, "/ error) / 2", "/ error)")
        .believes("alpha is ln((1 - err) / err).")
        .ask("After the update the wrong rows should weigh as much as the right ones. Do they?"),
        edit("rows-counted-not-weighed", *OWN_PRECISION, SHARE, "(~correct).mean(dtype=weights.dtype)")
        .believes("The error is the share of the rows that are wrong.")
        .ask("One row carries half of the weight, and it is wrong. How large is the error?"),
        edit("error-not-divided-by-the-sum", *OWN_PRECISION, SHARE, "weights[~correct].sum()")
        .believes("The weights always sum to 1.")
        .ask("With weights 1, 2, 3, 4, 5 the sum of the wrong ones may be 3. Can an error be 3?"),
        edit("right-rows-raised", *OWN_PRECISION, FACTORS, "np.where(correct, alpha, -alpha)")
        .believes("What was right is rewarded.")
        .ask("On which rows should the next classifier try harder?"),
        edit("right-rows-left-alone", *OWN_PRECISION, FACTORS, "np.where(correct, 0, alpha)")
        .believes("Only the wrong rows are multiplied, by e^alpha.")
        .ask("What does the formula do with the weights of the rows that were right?"),
        edit("weights-not-normalised", *OWN_PRECISION, "raised / raised.sum()", "raised")
        .believes("The weights need no common scale.")
        .ask("What do the new weights sum to, says the docstring?"),
        edit("error-of-zero", *OWN_PRECISION, "1e-10, 1 - 1e-10", "0, 1")
        .believes("No classifier is perfect.")
        .ask("What is ln(1 / 0), and what is left of the weights after it?"),
        edit("decimal-logarithm", *OWN_PRECISION, "np.log(", "np.log10(")
        .believes("The logarithm has base 10.")
        .ask("Which logarithm is undone by e^alpha?"),
        edit("error-of-the-right", *OWN_PRECISION, "weights[~correct]", "weights[correct]")
        .believes("The error is the weight of the rows that were right.")
        .ask("What should alpha be for a classifier that is nearly always right: positive or negative?"),
        edit("largest-weight-one", *OWN_PRECISION, "raised.sum()", "raised.max()")
        .believes("The weights are divided by the largest of them.")
        .ask("What do the new weights sum to?"),
        edit("bounds-in-single-precision", *OWN_PRECISION)
        .believes("1 - 1e-10 is less than 1 in any precision.")
        .ask("How many digits does float32 have, and what is 1 - 1e-10 in it?"),
    ],
    hints=[
        "Which part of the total weight lies on rows that are wrong?",
        "Move that share away from 0 and 1, take half the log of the odds, multiply by e^±alpha, and normalise.",
        "weights * np.exp(np.where(correct, -alpha, alpha)), then divided by its sum.",
    ],
    variants=[
        # the multiclass form (SAMME), whose classifier weight is twice as large
        Variant(
            "only-the-wrong-raised",
            (f"weights * np.exp({FACTORS})", "np.where(correct, 1, np.exp(2 * alpha)) * weights"),
        )
    ],
)


def curve(rng: np.random.Generator, n: int, features: int) -> tuple[Array, Array]:
    """Rows, and targets that step up where the last feature passes 0.3."""
    x = np.round(rng.standard_normal((n, features)), 2)
    return x, np.round(np.where(x[:, -1] > 0.3, 3.0, x[:, 0]) + 0.3 * rng.standard_normal(n), 3)


def random_step(rng: np.random.Generator) -> dict[str, Any]:
    """Numbers with one clear best split."""
    while True:
        x, y = curve(rng, 10, 3)
        if is_clear_step(x, y):
            return {"x": x, "y": y}


LINE = grid(6, 1)

regression_stump = Exercise(
    "regression_stump",
    points=2,
    parts=("feature", "threshold", "left value", "right value"),
    cases=[
        Case("step", x=LINE[:4], y=np.array([1.0, 1.0, 5.0, 5.0])),
        Case(
            "rows-in-any-order", x=np.array([[7.0], [1.0], [4.0], [2.0], [9.0]]), y=np.array([6.5, 1.0, 2.5, 0.5, 7.0])
        ),
        Case("second-feature", x=TABLE, y=np.array([1.0, 0.5, 7.0, 6.0, 0.0, 8.0]), readonly=True),
        Case("one-row-far-out", x=LINE, y=np.array([0.0, 3.0, 1.0, 6.5, 5.0, 9.5])),
        Case(
            "equal-values-stay-together",
            x=np.array([[1.0], [1.0], [1.0], [2.0], [2.0], [3.0]]),
            y=np.array([0.0, 0.5, 9.0, 8.0, 9.5, 8.5]),
        ),
        Case("sides-of-two-and-three-rows", x=LINE[:5], y=np.array([0.0, 0.0, 2.0, 7.0, 2.0])),
        Case("equal-features-the-first", x=np.repeat(LINE[:3], 2, axis=1), y=np.array([0.0, 4.0, 5.0])),
        Case("equal-thresholds-the-smaller", x=LINE[:3], y=np.array([1.0, 2.0, 3.0])),
        Case("far-from-zero", x=TABLE, y=1e6 + np.array([1.0, 0.5, 7.0, 6.0, 0.0, 8.0])),
        Case(
            "single-precision",
            x=TABLE.astype(np.float32),
            y=np.array([1.0, 0.5, 7.0, 6.0, 0.0, 8.0], np.float32),
        ),
        Case("nothing-to-split-at", raises="x", x=np.ones((4, 2)), y=grid(4)),
        random_cases(random_step, count=3),
    ],
    misconceptions=[
        edit("variances-not-weighted", GAINS, "-np.array([y[order[:n]].var() + y[order[n:]].var() for n in n_left])")
        .believes("The variances of both sides are added.")
        .ask("A side with one row has variance 0. Does that make the split a good one?"),
        edit("left-side-only", GAINS, "-np.array([n * y[order[:n]].var() for n in n_left])")
        .believes("The left side's squared error decides.")
        .ask("What error do the rows on the right make?"),
        edit("farthest-means", "np.square(", "np.abs(")
        .believes("The best split is the one whose means are farthest apart.")
        .ask("How many rows profit, when a single one is split off?"),
        edit("threshold-is-a-value", *THRESHOLD_IS_A_VALUE)
        .believes("The threshold is the largest value that goes left.")
        .ask(NEARER_TO_THE_LEFT),
        edit("median-of-a-side", ANSWERS, "np.median(y[left]), np.median(y[~left])")
        .believes("A side answers with its median.")
        .ask("Which number minimises the sum of squares, and which that of absolute values?"),
        edit("sum-of-a-side", ANSWERS, "y[left].sum(), y[~left].sum()")
        .believes("A side answers with the sum of its targets.")
        .ask("Two rows with targets 5 and 5: what should the side answer?"),
        edit("sides-swapped", ANSWERS, "y[~left].mean(), y[left].mean()")
        .believes("The first value belongs to the rows above the threshold.")
        .ask("Which rows go left: those with x_f <= threshold, or the others?"),
        edit("first-feature-only", *FIRST_FEATURE_ONLY)
        .believes("The rows are sorted by the first feature.")
        .ask("Which of the features leaves the smallest error?"),
        edit("last-of-equal-splits", *LAST_OF_EQUALS)
        .believes("A split that is as good replaces the best so far.")
        .ask("Of equally good splits, which does the docstring choose?"),
    ],
    hints=[
        "It is best_split with another measure of impurity. Which one?",
        "n · variance is a side's squared error. Try every middle of neighbouring values, and keep the smallest sum.",
        "cost = left.sum() * y[left].var() + right.sum() * y[right].var(), left = x[:, f] <= t; then y[left].mean().",
    ],
    variants=[
        Variant(
            "mask-per-threshold",
            """
            if (x == x[0]).all():
                raise ValueError("x: got equal rows only")
            stumps = []
            for feature, column in enumerate(x.T):
                values = np.unique(column)
                for threshold in (values[:-1] + values[1:]) / 2:
                    left, right = y[column <= threshold], y[column > threshold]
                    cost = left.size * left.var() + right.size * right.var()
                    stumps.append((cost, feature, threshold, left.mean(), right.mean()))
            return min(stumps, key=lambda stump: stump[0])[1:]
            """,
        )
    ],
)


def stays_clear(x: Array, y: Array, rounds: int, lr: float) -> bool:
    """Whether every round of boosting has one clear best split."""
    residuals = (y - right.gradient_boosting(x, y, x, done, lr) for done in range(rounds))
    return all(is_clear_step(x, residual) for residual in residuals)


def random_boost(rng: np.random.Generator, features: int = 2) -> dict[str, Any]:
    """Numbers to boost on, with clear splits in every round."""
    while True:
        x, y = curve(rng, 9, features)
        rounds, lr = int(rng.integers(3, 6)), float(rng.choice([0.3, 0.5, 0.8]))
        if stays_clear(x, y, rounds, lr):
            x_test = np.round(rng.standard_normal((5, features)), 2) + 0.003
            return {"x_train": x, "y_train": y, "x_test": x_test, "rounds": rounds, "lr": lr}


def boost(seed: int, features: int) -> dict[str, Any]:
    """Random numbers of a fixed seed."""
    return random_boost(np.random.default_rng([15, seed]), features)


def in_single_precision(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The same inputs, with arrays of float32."""
    return {name: np.float32(value) if isinstance(value, np.ndarray) else value for name, value in inputs.items()}


STEPS = np.array([1.0, 2.0, 1.5, 6.0, 9.5, 9.0])

gradient_boosting = Exercise(
    "gradient_boosting",
    points=3,
    cases=[
        Case("no-round-is-the-mean", x_train=LINE, y_train=STEPS, x_test=grid(3, 1), rounds=0, lr=0.5),
        Case("one-round-at-full-rate", x_train=LINE, y_train=STEPS, x_test=np.array([[0.0], [9.0]]), rounds=1, lr=1.0),
        Case("one-round-shrunk", x_train=LINE, y_train=STEPS, x_test=np.array([[0.0], [9.0]]), rounds=1, lr=0.25),
        Case(
            "on-the-threshold-goes-left",
            x_train=LINE,
            y_train=STEPS,
            x_test=np.array([[3.5], [3.75]]),
            rounds=1,
            lr=0.5,
        ),
        Case("two-rounds", x_train=LINE, y_train=STEPS, x_test=LINE + 0.25, rounds=2, lr=0.5, readonly=True),
        Case("several-rounds", x_train=LINE, y_train=STEPS, x_test=normal(4, 1, scale=4.0), rounds=4, lr=0.5),
        Case("two-features", **boost(1, 2)),
        Case("three-features", **boost(2, 3)),
        Case("single-precision", **in_single_precision(boost(3, 2))),
        Case("fewer-rounds-than-none", raises="rounds", x_train=LINE, y_train=STEPS, x_test=LINE, rounds=-1, lr=0.5),
        random_cases(random_boost),
    ],
    misconceptions=[
        edit("residual-with-the-wrong-sign", RESIDUAL, "on_train - y_train")
        .believes("The residual is prediction minus target.")
        .ask("The sum is too small by 2. What must the next stump add: 2 or -2?"),
        edit("every-stump-fits-the-targets", RESIDUAL, "y_train")
        .believes("All stumps are fitted to y, and added up.")
        .ask("What is there left to learn, once the first stump has been added?"),
        edit("residuals-of-the-first-round", RESIDUAL, "y_train - y_train.mean()")
        .believes("The residuals are computed once.")
        .ask("After a stump has been added, is what is left over still the same?"),
        edit("base-of-zero", "y_train.mean()", "0")
        .believes("The sum starts at 0.")
        .ask("What is predicted after no round at all?"),
        edit("learning-rate-ignored", STEP, "predictions += answers")
        .believes("A stump is added as it is.")
        .ask("What is lr for?"),
        edit("learning-rate-twice", STEP, "predictions += lr * lr * answers")
        .believes("The stump's values are shrunk, and so is what is added.")
        .ask("How often does lr stand in the update of F?"),
        edit("sum-is-shrunk-too", STEP, f"predictions *= 1 - lr; {STEP}")
        .believes("The learning rate mixes old and new: (1 - lr) F + lr · stump.")
        .ask("Is boosting a running mean, or a sum?"),
        edit("threshold-goes-right", "<= threshold", "< threshold")
        .believes("Rows below the threshold go left, the others right.")
        .ask("A test row is exactly at a threshold. What does regression_stump do with such a row?"),
        edit("one-round-more", "range(rounds)", "range(rounds + 1)")
        .believes("The mean is not a round, so there is one more.")
        .ask("How many stumps are there after rounds = 1?"),
        edit("full-steps-in-training", STEP, "predictions += (1 if x is x_train else lr) * answers")
        .believes("The learning rate is for the predictions alone.")
        .ask("Whose residuals do the later stumps fit, and what was added to F for them?"),
        edit("full-steps-in-test", STEP, "predictions += (1 if x is x_test else lr) * answers")
        .believes("The learning rate is for training alone.")
        .ask("F is one function: may its stumps weigh more on test rows than on training rows?"),
        edit("last-stump-alone", STEP, f"predictions[:] = y_train.mean() if x is x_test else predictions; {STEP}")
        .believes("The best prediction is that of the last stump.")
        .ask("What has become of the stumps of the rounds before?"),
    ],
    hints=[
        "Two predictions are carried along: one for the training rows, one for the test rows. Why both?",
        "In each round: residuals of the training rows, a stump fitted to them, lr times its answers added to both.",
        "feature, threshold, left, right = regression_stump(x_train, y_train - on_train); np.where gives its answers.",
    ],
    variants=[
        Variant(
            "stumps-kept-in-a-list",
            """
            if rounds < 0:
                raise ValueError("rounds: want 0 or more")

            def answers(stump, x):
                feature, threshold, left, right = stump
                return lr * np.where(x[:, feature] <= threshold, left, right)

            stumps, residual = [], y_train - y_train.mean()
            for _ in range(rounds):
                stumps.append(regression_stump(x_train, residual))
                residual = residual - answers(stumps[-1], x_train)
            return sum((answers(stump, x_test) for stump in stumps), np.full(len(x_test), y_train.mean()))
            """,
        )
    ],
)
