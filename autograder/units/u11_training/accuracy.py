"""How many answers are right, and which are not: accuracy, binary_accuracy, confusion_matrix."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit, returns
from autograder.units.shared.arrays import normal, spread

BEST = "y_pred.argmax(axis=1)"
RIGHT = f"labels == {BEST}"
ONE_HOT = "np.eye(y_pred.shape[1])[labels]"

YES = "(y_pred.reshape(-1) > 0.5)"

ADD = "np.add.at(counts, (y_true, y_pred), 1)"
OUTSIDE = "((labels < 0) | (labels >= num_classes))"
PER_PAIR = "np.array([[np.sum((y_true == i) & (y_pred == j)) for j in classes] for i in classes])"

COUNT = (
    edit("count", "np.mean(", "np.sum(")
    .believes("Accuracy is how many answers are right.")
    .ask("Can an accuracy be 17?")
)
ERROR_RATE = (
    edit("error-rate", "return float(np.mean", "return 1 - float(np.mean")
    .believes("What is counted are the mistakes.")
    .ask("What should a perfect model get?")
)

SCORES = np.array([[2.0, -1.0, 0.5], [-3.0, -2.0, -2.5], [0.1, 0.2, 0.3], [4.0, 9.0, 1.0], [0.0, -1.0, -2.0]])


def _random_scores(rng: np.random.Generator) -> dict[str, Any]:
    n, classes = int(rng.integers(5, 30)), int(rng.integers(3, 6))
    labels = rng.integers(0, classes, n)
    scores = rng.standard_normal((n, classes))
    scores[np.arange(n), labels] += 1.5
    return {"y_true": labels if rng.random() < 0.5 else np.eye(classes)[labels], "y_pred": scores}


accuracy = Exercise(
    "accuracy",
    points=1,
    vectorized=lambda n: {"y_true": np.arange(n) % 3, "y_pred": spread(-1, 1, 3 * n).reshape(n, 3)},
    cases=[
        Case("integer-labels", y_true=np.array([0, 1, 0, 1, 2]), y_pred=SCORES, readonly=True),
        Case("one-hot-labels", y_true=np.eye(3)[[0, 2, 2, 1, 1]], y_pred=SCORES, readonly=True),
        Case("all-right", y_true=np.array([0, 1, 2, 1, 0]), y_pred=SCORES),
        Case("none-right", y_true=np.array([1, 0]), y_pred=np.array([[0.9, 0.1], [0.2, 0.8]])),
        Case("labels-in-a-column", y_true=np.array([[0], [1], [0], [1], [1]]), y_pred=SCORES),
        Case("square-by-chance", y_true=np.array([2, 0, 0]), y_pred=np.array([[0.0, 1, 2], [6, 5, 4], [1, 9, 5]])),
        Case(
            "probabilities-below-a-half", y_true=np.array([0, 2]), y_pred=np.array([[0.4, 0.3, 0.3], [0.3, 0.3, 0.4]])
        ),
        Case("first-of-equal-scores", y_true=np.array([0, 2, 1]), y_pred=np.array([[1.0, 1, 0], [2, 2, 2], [0, 3, 3]])),
        Case("one-hot-of-two-classes", y_true=np.eye(2)[[0, 1, 0, 1]], y_pred=normal(4, 2, seed=18)),
        Case("boolean-one-hot", y_true=np.eye(3, dtype=bool)[[2, 1, 1, 0, 0]], y_pred=SCORES),
        Case("single-precision-scores", y_true=np.eye(3)[[0, 2, 2, 1, 1]], y_pred=SCORES.astype(np.float32)),
        Case("fewer-labels-than-scores", raises="y_true", y_true=np.array([0, 1, 2]), y_pred=SCORES),
        random_cases(_random_scores, count=3),
    ],
    misconceptions=[
        edit("argmax-of-the-columns", RIGHT, "labels[: y_pred.shape[1]] == y_pred.argmax(axis=0)[: len(labels)]")
        .believes("argmax(axis=0) gives the class of each sample.")
        .ask("How many numbers does your argmax give: one per sample or one per class?"),
        edit("rounded-scores", RIGHT, f"(np.round(y_pred) == {ONE_HOT}).all(axis=1)")
        .believes("A score is an answer after rounding: 1 is yes and 0 is no.")
        .ask("If the scores of a sample are 0.4, 0.3 and 0.3, which class does the model prefer?"),
        edit("element-by-element", RIGHT, f"(y_pred > 0.5) == {ONE_HOT}")
        .believes("Each class is a yes-or-no question of its own, with the threshold at 0.5.")
        .ask("With ten classes, how many of your elements are right if the model always says no?"),
        edit("column-broadcast", "y_true.reshape(-1)", "y_true")
        .believes("Labels of shape (n, 1) compare with (n,) one by one.")
        .ask("What is the shape of (n, 1) == (n,)?"),
        COUNT,
        returns("per-cent", "100 * accuracy(y_true, y_pred)")
        .believes("Accuracy is given in per cent.")
        .ask("Between which two numbers does the docstring want the result?"),
        ERROR_RATE,
        edit("last-of-equal-scores", BEST, "(y_pred.shape[1] - 1 - y_pred[:, ::-1].argmax(axis=1))")
        .believes("Of equal scores the last one wins.")
        .ask("Which of two equal scores does np.argmax choose?"),
    ],
    hints=[
        "Turn both arguments into one class number per sample; then compare.",
        "The class of a row of scores is its argmax along axis 1; one-hot labels go the same way, integers are ready.",
        "np.mean(labels == y_pred.argmax(axis=1)), with labels of shape (n,).",
    ],
    variants=[
        Variant(
            "counted",
            (
                *("y_true.ndim == 2 and y_true.shape[1] > 1", "y_true.shape == y_pred.shape"),
                *(f"float(np.mean({RIGHT}))", f"int(np.count_nonzero({RIGHT})) / len(labels)"),
            ),
        )
    ],
)

LABELS = np.array([0, 1, 1, 0, 1, 1, 0])
CHANCES = np.array([0.2, 0.9, 0.4, 0.7, 0.6, 0.55, 0.1])


def _random_answers(rng: np.random.Generator) -> dict[str, Any]:
    n = int(rng.integers(8, 40))
    labels = rng.integers(0, 2, n)
    chances = np.clip(0.25 + 0.5 * labels + 0.25 * rng.standard_normal(n), 0.0, 1.0)
    y_true = labels[:, None] if rng.random() < 0.5 else labels
    return {"y_true": y_true, "y_pred": chances[:, None] if rng.random() < 0.5 else chances}


binary_accuracy = Exercise(
    "binary_accuracy",
    points=1,
    vectorized=lambda n: {"y_true": np.arange(n) % 2, "y_pred": spread(0, 1, n)[:, None]},
    cases=[
        Case("seven-probabilities", y_true=LABELS, y_pred=CHANCES, readonly=True),
        Case("all-right", y_true=np.array([1, 0, 0]), y_pred=np.array([0.8, 0.3, 0.45])),
        Case("none-right", y_true=np.array([1, 0, 0]), y_pred=np.array([0.3, 0.9, 0.51])),
        Case("exactly-a-half-is-no", y_true=np.array([0, 1, 0, 1, 0]), y_pred=np.array([0.5, 0.5, 0.5, 0.7, 0.2])),
        Case("certain-answers", y_true=np.array([1, 0, 1, 0]), y_pred=np.array([1.0, 0.0, 1.0, 1.0])),
        Case("outputs-in-a-column", y_true=LABELS, y_pred=CHANCES[:, None], readonly=True),
        Case("labels-in-a-column", y_true=LABELS[:, None], y_pred=CHANCES),
        Case("both-in-columns", y_true=LABELS[:, None], y_pred=CHANCES[:, None]),
        Case("boolean-labels", y_true=LABELS[::-1] == 1, y_pred=CHANCES),
        Case("floating-labels", y_true=LABELS[::-1].astype(np.float64), y_pred=CHANCES[:, None]),
        Case("single-precision", y_true=LABELS.astype(np.float64), y_pred=CHANCES[::-1].astype(np.float32)),
        Case("rare-yes-never-said", y_true=np.arange(10) // 9, y_pred=spread(0, 0.45, 10)),
        Case("one-sample", y_true=np.array([[1]]), y_pred=np.array([0.75])),
        Case("fewer-labels-than-outputs", raises="y_true", y_true=LABELS[:3], y_pred=CHANCES),
        Case("one-label-for-all", raises="y_true", y_true=np.array([1]), y_pred=CHANCES),
        random_cases(_random_answers, count=3),
    ],
    misconceptions=[
        edit("column-broadcast", ".reshape(-1)", "")
        .believes("A column of n outputs compares with a row of n labels one by one.")
        .ask("What is the shape of (n, 1) == (n,), and over how many comparisons do you take the mean?"),
        edit("half-is-yes", "> 0.5", ">= 0.5")
        .believes("A probability of exactly a half is a yes.")
        .ask("Is 0.5 greater than 0.5?"),
        edit("best-column", YES, "y_pred.reshape(len(y_pred), -1).argmax(axis=1)")
        .believes("The answer is the argmax of the outputs, as with several classes.")
        .ask("Each sample has one output: what is the argmax of a row of one number?"),
        edit("probability-as-answer", YES, "y_pred.reshape(-1)")
        .believes("An answer is right if the output equals the label.")
        .ask("A model says 0.9 and the label is 1: is that a mistake?"),
        edit("cut-to-an-integer", YES, "y_pred.reshape(-1).astype(int)")
        .believes("astype(int) rounds.")
        .ask("What is int(0.9)?"),
        edit("threshold-at-zero", "> 0.5", "> 0")
        .believes("Outputs are scores, and a score above zero is a yes.")
        .ask("After a sigmoid, which outputs are at most zero?"),
        edit("only-yes-counts", "== y_true.reshape(-1)", "& (y_true.reshape(-1) == 1)")
        .believes("Right answers are those where label and answer are both yes.")
        .ask("The label is 0 and the model says no: is that wrong?"),
        body("recall", f"found = {YES}[y_true.reshape(-1) == 1]; return float(found.mean()) if found.size else 0.0")
        .believes("Accuracy is how many of the true yes are found.")
        .ask("What would a model get that always says yes?"),
        body("precision", f"true = y_true.reshape(-1)[{YES}]; return float(true.mean()) if true.size else 0.0")
        .believes("Accuracy is how many of the said yes are true.")
        .ask("Over how many samples does the docstring take the mean, and over how many do you?"),
        COUNT,
        ERROR_RATE,
    ],
    hints=[
        "Turn each probability into a yes or a no; then compare with the labels. What shapes do the two have?",
        "Make both flat before comparing: (n, 1) against (n,) broadcasts to (n, n), without a complaint.",
        "np.mean((y_pred.reshape(-1) > 0.5) == y_true.reshape(-1)), as a float.",
    ],
    variants=[
        Variant("by-rounding", (YES, "np.round(y_pred.ravel())")),
        Variant(
            "by-mistakes",
            (
                f"float(np.mean({YES} == y_true.reshape(-1)))",
                "np.float64(1 - np.count_nonzero((y_pred.ravel() > 0.5) - y_true.astype(int).ravel()) / y_pred.size)",
            ),
        ),
    ],
)


def _random_labels(rng: np.random.Generator) -> dict[str, Any]:
    n, classes = int(rng.integers(20, 60)), int(rng.integers(3, 7))
    labels = rng.integers(0, classes, n)
    answers = np.where(rng.random(n) < 0.6, labels, rng.integers(0, classes, n))
    return {"y_true": labels, "y_pred": answers, "num_classes": classes}


TRUE = np.array([0, 2, 1, 1, 2, 0, 2, 2, 1])
ANSWERS = np.array([0, 1, 1, 1, 1, 2, 2, 1, 0])
BYTES = np.arange(60, dtype=np.uint8) % 20

confusion_matrix = Exercise(
    "confusion_matrix",
    points=2,
    vectorized=lambda n: {"y_true": np.arange(n) % 3, "y_pred": np.arange(n) % 5 // 2, "num_classes": 3},
    cases=[
        Case("each-pair-once", y_true=np.array([0, 1, 1]), y_pred=np.array([0, 0, 1]), num_classes=2),
        Case("pairs-repeat", y_true=TRUE, y_pred=ANSWERS, num_classes=3, readonly=True),
        Case("all-right", y_true=TRUE, y_pred=TRUE.copy(), num_classes=3),
        Case("always-one-answer", y_true=TRUE, y_pred=np.full(9, 2), num_classes=3),
        Case("highest-class-absent", y_true=TRUE, y_pred=ANSWERS, num_classes=5),
        Case("middle-class-absent", y_true=np.array([0, 3, 3, 0, 3]), y_pred=np.array([3, 3, 1, 0, 3]), num_classes=4),
        Case("answered-but-never-true", y_true=np.array([0, 0, 1, 0]), y_pred=np.array([2, 0, 2, 2]), num_classes=3),
        Case("one-class", y_true=np.zeros(4, dtype=np.int64), y_pred=np.zeros(4, dtype=np.int64), num_classes=1),
        Case("no-samples", y_true=np.array([], dtype=np.int64), y_pred=np.array([], dtype=np.int64), num_classes=2),
        Case("bytes-as-labels", y_true=BYTES, y_pred=np.roll(BYTES, 7) // 2, num_classes=20, readonly=True),
        Case("negative-label", raises="y_true", y_true=np.array([0, -1, 1]), y_pred=np.array([0, 1, 1]), num_classes=2),
        Case("answer-too-high", raises="y_pred", y_true=np.array([0, 1]), y_pred=np.array([0, 2]), num_classes=2),
        Case("negative-answer", raises="y_pred", y_true=np.array([0, 1]), y_pred=np.array([-2, 1]), num_classes=2),
        Case("fewer-labels-than-answers", raises="y_true", y_true=TRUE[:4], y_pred=ANSWERS, num_classes=3),
        Case("one-label-for-all", raises="y_true", y_true=TRUE[:1], y_pred=ANSWERS, num_classes=3),
        random_cases(_random_labels, count=3),
    ],
    misconceptions=[
        edit("transposed", "(y_true, y_pred), 1", "(y_pred, y_true), 1")
        .believes("Rows are the answers and columns the truth.")
        .ask("Which sum tells how many samples each class really has: that of a row or of a column?"),
        edit("repeated-pairs-count-once", ADD, "counts[y_true, y_pred] += 1")
        .believes("counts[y_true, y_pred] += 1 adds one for every sample.")
        .ask("If a place is listed twice, `+=` reads, adds and writes: what does it write the second time?"),
        edit(
            "size-from-the-data",
            "counts = ",
            "num_classes = 1 + int(max(y_true.max(initial=0), y_pred.max(initial=0))); counts = ",
        )
        .believes("There are as many classes as the largest label says.")
        .ask("If the last class does not occur today, should the matrix be smaller than yesterday's?"),
        edit("only-classes-that-occur", "return counts", f"classes = np.union1d(y_true, y_pred); return {PER_PAIR}")
        .believes("A class without samples has no row.")
        .ask("Where is class 3 in your matrix if nobody is of class 2?"),
        edit("floating-counts", ", dtype=np.int64", "")
        .believes("np.zeros makes room for any numbers.")
        .ask("Which dtype has np.zeros if you do not ask for one, and what are counts?"),
        edit("parts-of-a-row", "return counts", "return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)")
        .believes("A confusion matrix says which part of a class was taken for which.")
        .ask("Does the docstring ask how many, or what part?"),
        edit("labels-wrap-around", "len(y_true) != len(y_pred)", "False", f"{OUTSIDE}.any()", "False")
        .believes("Labels are what they are, and NumPy will complain about bad ones.")
        .ask("Which row is counts[-1], and does NumPy complain about it?"),
        body(
            "pair-numbers-in-bytes",
            """
            pairs = num_classes * y_true + y_pred
            counts = np.bincount(pairs, minlength=num_classes**2)[: num_classes**2]
            return counts.reshape(num_classes, num_classes)
            """,
        )
        .believes("num_classes * y_true + y_pred is a number for each pair, whatever the dtype.")
        .ask("What is 20 * 19 in uint8?"),
        edit("highest-class-first", "return counts", "return counts[::-1, ::-1]")
        .believes("The positive class comes first, as in a table of true and false positives.")
        .ask("Where should the count of (0, 0) stand, according to M[i, j]?"),
        edit("classes-from-one", "(y_true, y_pred), 1", "(y_true - 1, y_pred - 1), 1")
        .believes("Class 1 has the first row.")
        .ask("What is the smallest label, and which row has that number?"),
        edit("mistakes-only", "return counts", "np.fill_diagonal(counts, 0); return counts")
        .believes("Confusion is what went wrong, so right answers are not in the matrix.")
        .ask("What should the sum of all entries be?"),
    ],
    hints=[
        "Every sample adds 1 at one place. Which place, and what if several samples share it?",
        "Give each pair (i, j) a number and count the numbers, or let NumPy add at repeated places without losing any.",
        "np.add.at(counts, (y_true, y_pred), 1) on np.zeros((C, C), dtype=int), after a check of the labels' range.",
    ],
    variants=[
        Variant(
            "by-bincount",
            (
                *(ADD, "pairs = num_classes * y_true.astype(np.int64) + y_pred"),
                *("return counts", "return np.bincount(pairs, minlength=counts.size).reshape(counts.shape)"),
            ),
        ),
        Variant(
            "by-one-hot-product",
            (
                *(ADD, "one_hot = [(y[:, None] == np.arange(num_classes)).astype(np.int32) for y in (y_true, y_pred)]"),
                *("return counts", "return one_hot[0].T @ one_hot[1]"),
            ),
        ),
        Variant("by-class", ("return counts", f"classes = range(num_classes); return {PER_PAIR}")),
    ],
)
