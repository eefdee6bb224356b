"""Categorical cross-entropy of probabilities, for one-hot targets and for class numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import Array
from autograder.units.shared.families import python_float
from autograder.units.u05_losses.averages import broadcast_silently, gradients_over_rows, means_over_rows
from autograder.units.u05_losses.labels import labels_unchecked, many_labels
from autograder.units.u05_losses.pairs import one_hot, unequal_rows

NEVER_ZERO = "Probabilities are never 0."
LN_0 = "A probability is 0. What is its logarithm, and what becomes of the mean with one such row?"
TWO_STEPS = "What does the docstring do with each row before it takes the logarithm? Two things."
OTHER_CLIP = "How much does a probability of 0 cost with your clip, and how much with that of the docstring?"
LOGITS = "Do the predictions lie between 0 and 1 already? What does the docstring call them?"
NO_LOGITS = "That is the gradient with respect to logits before a softmax. Are the predictions logits here?"
WHICH_SIGN = "What sign does the logarithm of a probability have, and what sign a loss?"
TEN_TIMES = "How much should a probability of 0.001 cost, beside one of 0.01?"
SUM_MOVES = "When one p rises, the row's sum rises, and every q of the row changes. Where is that in the gradient?"
CLIPPED = "A probability of 0 becomes 1e-9. Does the clipped value, and with it the loss, change?"

PAIR = "paired(y_true, y_pred)"
RATIO = "p / p.sum(axis=-1, keepdims=True)"
CLIPPED_RATIO = f"np.clip({RATIO}, EPSILON, 1 - EPSILON)"
PASSED = "t * ((q >= EPSILON) & (q <= 1 - EPSILON))"
CHECK = 'check_labels(y_true, y_pred, "y_true")'
CHOSEN = "y_pred[np.arange(len(y_pred)), y_true]"
CLIPPED_CHOSEN = "np.clip(chosen, EPSILON, 1 - EPSILON)"
ONE_OVER = "1 / np.maximum(chosen, EPSILON)"
SCALED = "by_ratio * passed[:, None] / total"

FIRST = np.array([[0.5, 0.2, 0.3], [0.1, 0.7, 0.2]])


def _rows(*, sparse: bool) -> list[Case]:
    """Rows of probabilities with targets in one of the two notations."""

    def case(label: str, y_pred: Array, *labels: int, readonly: bool = False) -> Case:
        targets = np.array(labels) if sparse else one_hot(labels, y_pred.shape[-1]).astype(y_pred.dtype)
        return Case(label, y_true=targets, y_pred=y_pred, readonly=readonly)

    return [
        case("one-row", np.array([[0.25, 0.75]]), 0),
        case("rows", FIRST, 2, 1, readonly=True),
        case("more-rows-than-classes", np.array([[0.6, 0.4], [0.1, 0.9], [0.25, 0.75]]), 1, 0, 1),
        case("rows-do-not-sum-to-one", np.array([[0.9, 0.8, 0.4], [0.2, 0.1, 0.3]]), 0, 1),
        case("rows-of-counts", np.array([[5.0, 3.0, 2.0], [1.0, 0.5, 6.0]]), 0, 1),
        case("probability-zero", np.array([[0.0, 0.4, 0.6], [0.3, 0.7, 0.0], [0.25, 0.35, 0.4]]), 0, 1, 2),
        case("certain-and-right-beside-doubt", np.array([[0.0, 1.0], [0.5, 0.5]]), 1, 0),
        case("single-precision", np.array([[0.5, 0.2, 0.3], [0.3, 0.3, 0.3]], np.float32), 2, 0),
    ]


DENSE = [
    *_rows(sparse=False),
    Case("soft-targets", y_true=np.array([[0.7, 0.1, 0.2], [0.25, 0.25, 0.5]]), y_pred=FIRST),
    Case("integer-targets", y_true=np.array([[0, 1, 0], [1, 0, 0]]), y_pred=FIRST),
]
SPARSE = _rows(sparse=True)
BAD_LABELS = [
    Case("label-too-large", raises="y_true", y_true=np.array([0, 3]), y_pred=FIRST),
    Case("label-minus-one", raises="y_true", y_true=np.array([1, -1]), y_pred=FIRST),
    Case("one-hot-rows", raises="y_true", y_true=np.array([[0, 1, 0], [1, 0, 0]]), y_pred=FIRST),
    Case("a-label-too-few", raises="y_true", y_true=np.array([1]), y_pred=FIRST),
]


def _draw(rng: np.random.Generator) -> Mapping[str, Any]:
    """Soft targets, and rows that need not sum to 1."""
    targets, rows = rng.dirichlet(np.ones(3), 4), rng.dirichlet(np.ones(3), 4)
    return {"y_true": targets, "y_pred": rows * rng.uniform(0.5, 2, (4, 1))}


def _draw_sparse(rng: np.random.Generator) -> Mapping[str, Any]:
    drawn = _draw(rng)
    return {"y_true": rng.integers(3, size=4), "y_pred": drawn["y_pred"]}


def _many(n: int) -> Mapping[str, Any]:
    return {"y_true": one_hot(many_labels(n), 3), "y_pred": np.random.default_rng(n).dirichlet(np.ones(3), n)}


def _many_sparse(n: int) -> Mapping[str, Any]:
    return {"y_true": many_labels(n), "y_pred": np.random.default_rng(n).dirichlet(np.ones(3), n)}


categorical_crossentropy = Exercise(
    "categorical_crossentropy",
    points=2,
    vectorized=_many,
    cases=[*DENSE, unequal_rows(), random_cases(_draw)],
    misconceptions=[
        *means_over_rows(),
        python_float(),
        broadcast_silently(),
        edit("no-clip", CLIPPED_RATIO, RATIO).believes(NEVER_ZERO).ask(LN_0),
        edit("bare-formula", CLIPPED_RATIO, "p").believes("The loss is -Σ t ln p, and that is all.").ask(TWO_STEPS),
        edit("clip-too-large", "EPSILON", "1e-3")
        .believes("Any small number will do for the clip, 1e-3 for example.")
        .ask(OTHER_CLIP),
        edit("epsilon-added", CLIPPED_RATIO, f"{RATIO} + EPSILON")
        .believes("Adding 1e-7 inside the logarithm is the same as clipping.")
        .ask("Does a clip change a probability of 0.5?"),
        edit("rows-not-normalised", RATIO, "p")
        .believes("The rows of the predictions sum to 1 already.")
        .ask("A row is 0.9, 0.8, 0.4. What does the docstring do with it first?"),
        edit("probabilities-as-logits", PAIR, f"{PAIR}; p = np.exp(p)")
        .believes("The predictions still have to go through softmax.")
        .ask(LOGITS),
        edit("likeliest-class-only", PAIR, f"{PAIR}; t = np.eye(t.shape[-1], dtype=p.dtype)[t.argmax(axis=-1)]")
        .believes("A target row stands for the class with its largest entry.")
        .ask("The target is 0.7, 0.1, 0.2. Which classes does the sum weigh, and by how much?"),
        edit("classes-along-the-first-axis", "axis=-1", "axis=0")
        .believes("Axis 0 is the classes.")
        .ask("Which axis counts the samples, and along which one must the probabilities sum to 1?"),
        edit("binary-per-class", "t * np.log(q)", "t * np.log(q) + (1 - t) * np.log(1 - q)")
        .believes("Every class is a yes or no of its own, whose no counts too.")
        .ask("Of how many probabilities of a row with a one-hot target does the formula take the logarithm?"),
        edit("sign-flipped", "-np.mean", "np.mean").believes("A logarithm is the loss.").ask(WHICH_SIGN),
        edit("logarithm-of-the-target", f"np.clip({RATIO}", "np.clip(t", "t * np.log(q)", f"{RATIO} * np.log(q)")
        .believes("The prediction weighs the logarithm of the target.")
        .ask("Which of the two distributions says what happened, and which is surprised?"),
        edit("in-bits", "np.log", "np.log2")
        .believes("The logarithm is that of base two.")
        .ask("Which logarithm does the docstring write?"),
        edit("all-classes-count", "t * np.log(q)", "np.log(q)")
        .believes("The targets only say which class is meant.")
        .ask("Should the loss rise when a wrong class becomes less likely?"),
        edit("clipped-before-dividing", CLIPPED_RATIO, RATIO, PAIR, f"{PAIR}; p = np.clip(p, EPSILON, 1 - EPSILON)")
        .believes("Clipping and dividing commute.")
        .ask("The docstring names an order. What does a clip at 1 - 1e-7 do to a p of 5?"),
        edit("one-sum-for-all", RATIO, "p / p.sum()")
        .believes("Probabilities are divided by the sum of all.")
        .ask("What should each row sum to?"),
        edit("logarithm-forgotten", "np.log(q)", "q")
        .believes("The loss is minus the probability of the true class.")
        .ask(TEN_TIMES),
    ],
    hints=[
        "Per row: divide by the sum, clip, take logarithms. Which of them does the target row pick out?",
        "sum(axis=-1, keepdims=True) keeps the shape that divides the rows; np.clip with 1e-7 and 1 - 1e-7.",
        "q = np.clip(p / p.sum(axis=-1, keepdims=True), EPSILON, 1 - EPSILON); -np.mean of the sums of t * np.log(q).",
    ],
    variants=[
        Variant("einsum", ("np.mean((t * np.log(q)).sum(axis=-1))", 'np.einsum("nc,nc->", t, np.log(q)) / len(p)')),
    ],
)

categorical_crossentropy_backward = Exercise(
    "categorical_crossentropy_backward",
    points=2,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=_many,
    cases=[*DENSE, random_cases(_draw)],
    misconceptions=[
        *gradients_over_rows(),
        edit("sum-taken-as-fixed", "passed.sum(axis=-1, keepdims=True) - passed", "-passed")
        .believes("The gradient is -t / p; the row's sum is a constant.")
        .ask(SUM_MOVES),
        edit("bare-quotient", "by_ratio / total", "-t / np.maximum(p, EPSILON)")
        .believes("The gradient is -t / p, with p kept away from 0.")
        .ask(SUM_MOVES),
        edit("sum-not-divided", "by_ratio / total", "by_ratio")
        .believes("The gradient with respect to q is that with respect to p.")
        .ask("q = p / S. What is the slope of q with respect to p, if S is 2?"),
        edit("softmax-gradient", "by_ratio / total", "(q - t)")
        .believes("The gradient of cross-entropy is p - t.")
        .ask(NO_LOGITS),
        edit("softmax-gradient-of-bare-rows", "by_ratio / total", "(p - t)")
        .believes("The gradient of cross-entropy is p - t, with p as it comes.")
        .ask(NO_LOGITS),
        edit("through-the-clip", PASSED, "t")
        .believes("A clipped probability still gets the gradient at the bound.")
        .ask(CLIPPED),
        edit("no-clip", PASSED, "t", "np.maximum(q, EPSILON)", "q")
        .believes(NEVER_ZERO)
        .ask("A probability is 0. What is t / q, for t = 1 and for t = 0?"),
        edit("quotient-forgotten", PASSED, "t", " / np.maximum(q, EPSILON)", "")
        .believes("Only the logarithm's sum is differentiated.")
        .ask("What is the derivative of ln q?"),
    ],
    hints=[
        "Two steps: the slope of -Σ t ln q with respect to q, then through q = p / S, where S contains every p.",
        "Through the division: 1/S times (g_i - Σ g_j q_j), with g = -t/q where the clip passes, where g q = -t.",
        "passed: t inside the bounds, else 0; (passed.sum(axis=-1, keepdims=True) - passed / q) / S / N, q floored.",
    ],
    variants=[
        Variant(
            "jacobian-of-the-ratio",
            """
            t, p = paired(y_true, y_pred)
            total = p.sum(axis=-1, keepdims=True)
            q = p / total
            upstream = np.where((q >= EPSILON) & (q <= 1 - EPSILON), -t / np.maximum(q, EPSILON), 0)
            jacobian = (np.eye(q.shape[-1], dtype=q.dtype) - q[:, :, None]) / total[:, :, None]
            return np.einsum("ni,nij->nj", upstream, jacobian) / len(p)
            """,
        )
    ],
)

sparse_categorical_crossentropy = Exercise(
    "sparse_categorical_crossentropy",
    points=2,
    vectorized=_many_sparse,
    cases=[*SPARSE, *BAD_LABELS, random_cases(_draw_sparse)],
    misconceptions=[
        *means_over_rows(),
        python_float(),
        labels_unchecked(CHECK),
        edit("one-hot-taken-too", CHECK, f"y_true = y_true.argmax(axis=-1) if y_true.ndim == 2 else y_true; {CHECK}")
        .believes("One-hot rows are turned into class numbers with argmax, to be helpful.")
        .ask("What tells the caller that two notations were mixed up, if every notation is accepted?"),
        edit(
            "columns-of-all-labels",
            f"{CHOSEN} / y_pred.sum(axis=-1)",
            "y_pred[:, y_true] / y_pred.sum(axis=-1)[:, None]",
        )
        .believes("y_pred[:, y_true] takes one entry of each row.")
        .ask("What shape does y_pred[:, y_true] have for four rows and four labels?"),
        edit("labels-from-one", "y_true]", "y_true - 1]")
        .believes("Classes are counted from 1.")
        .ask("Which column is class 0?"),
        edit("likeliest-class", CHOSEN, "y_pred.max(axis=-1)")
        .believes("The row's largest probability is the one that counts.")
        .ask("The network is sure, and wrong. What does that cost?"),
        edit("rows-not-normalised", " / y_pred.sum(axis=-1)", "")
        .believes("Two sigmoid outputs are a distribution, as those of a softmax are.")
        .ask("Two sigmoids say 0.9 and 0.8. What do they sum to, and what is done about it first?"),
        edit("no-clip", CLIPPED_CHOSEN, "chosen").believes(NEVER_ZERO).ask(LN_0),
        edit("bare-formula", " / y_pred.sum(axis=-1)", "", CLIPPED_CHOSEN, "chosen")
        .believes("The loss is -ln p at the class, and that is all.")
        .ask(TWO_STEPS),
        edit("clip-too-large", "EPSILON", "1e-3")
        .believes("Any small number will do for the clip, 1e-3 for example.")
        .ask(OTHER_CLIP),
        edit("probabilities-as-logits", CHECK, f"{CHECK}; y_pred = np.exp(y_pred)")
        .believes("The predictions still have to go through softmax.")
        .ask(LOGITS),
        edit("sign-flipped", "-np.mean", "np.mean").believes("A logarithm is the loss.").ask(WHICH_SIGN),
        edit("logarithm-forgotten", "np.log", "")
        .believes("The loss is minus the probability of the true class.")
        .ask(TEN_TIMES),
    ],
    hints=[
        "One number per row is needed: the probability of its class. How are N entries taken, one of each row?",
        "Two index arrays: np.arange(N) for the rows, the labels for the columns. Divide by the row's sum, then clip.",
        "chosen = y_pred[np.arange(N), y_true] / y_pred.sum(axis=-1); minus the mean of np.log of it, clipped.",
    ],
)

sparse_categorical_crossentropy_backward = Exercise(
    "sparse_categorical_crossentropy_backward",
    points=2,
    truth="loss_gradient",
    wrt=["y_pred"],
    returns_new=True,
    vectorized=_many_sparse,
    cases=[*SPARSE, random_cases(_draw_sparse)],
    misconceptions=[
        *gradients_over_rows("/ len(y_pred)", "y_pred.size"),
        edit("sum-taken-as-fixed", "np.ones_like", "np.zeros_like")
        .believes("Only the true class's probability has a gradient: -1 / p.")
        .ask(SUM_MOVES),
        edit("bare-quotient", "ones_like", "zeros_like", " / total[:, 0]", "", SCALED, "by_ratio")
        .believes("The gradient is -1 / p at the class, with p kept away from 0.")
        .ask(SUM_MOVES),
        edit("softmax-gradient", "np.ones_like(y_pred)", "y_pred / total", ONE_OVER, "1", SCALED, "by_ratio")
        .believes("The gradient of cross-entropy is p, with 1 subtracted at the true class.")
        .ask(NO_LOGITS),
        edit(
            "softmax-gradient-of-bare-rows", "np.ones_like(y_pred)", "y_pred.copy()", ONE_OVER, "1", SCALED, "by_ratio"
        )
        .believes("The gradient of cross-entropy is p as it comes, with 1 subtracted at the true class.")
        .ask(NO_LOGITS),
        edit("through-the-clip", " * passed[:, None]", "")
        .believes("A clipped probability still gets the gradient at the bound.")
        .ask(CLIPPED),
        edit("no-clip", " * passed[:, None]", "", "np.maximum(chosen, EPSILON)", "chosen")
        .believes(NEVER_ZERO)
        .ask("A probability is 0. What is 1 / q?"),
        edit("written-into-the-prediction", "grad: Array =", "grad = y_pred; grad[:] =")
        .believes("The gradient may be built in y_pred, which is not needed any more.")
        .ask("Whose array is y_pred? Does `grad = y_pred` copy it?"),
        edit("sum-not-divided", " / total / len", " / len")
        .believes("The row's sum is 1.")
        .ask("Are there rows here that do not sum to 1?"),
    ],
    hints=[
        "Use the gradient of categorical_crossentropy with a one-hot row in mind: which terms remain?",
        "Every entry of a row gets 1/(N S); the true class's gets -1/(N S q) more; rows that the clip stops get 0.",
        "np.ones_like(y_pred), less 1 / q at [np.arange(N), y_true], times the mask, over the row's sum and over N.",
    ],
)
