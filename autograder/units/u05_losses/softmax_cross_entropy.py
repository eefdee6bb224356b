"""Softmax and cross-entropy in one step."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import grid, normal
from autograder.units.u05_losses.averages import gradients_over_rows, means_over_rows
from autograder.units.u05_losses.labels import SCORES, bad_labels, labels_unchecked, many_labels

OVERFLOW = "What is e^1000 in floating point? What may be subtracted from all logits of a row?"
TRUE_CLASS_RISES = "Does the loss fall when the true class's score rises?"

SHIFTED = "logits - logits.max(axis=-1, keepdims=True)"
ROW_LOSS = "np.log(np.exp(shifted).sum(axis=-1)) - chosen"
PROBABILITY = "np.exp(chosen) / np.exp(shifted).sum(axis=-1)"
SOFTMAX = "powers / powers.sum(axis=-1, keepdims=True)"
ONE_LESS = "grad[np.arange(len(logits)), labels] -= 1"

CASES = [
    Case("one-row", logits=np.log([[1.0, 3.0]]), labels=np.array([0])),
    Case("rows", logits=SCORES, labels=np.array([2, 0]), readonly=True),
    Case("more-rows-than-classes", logits=grid(4, 3, start=-1.0, step=0.3) ** 2, labels=np.array([2, 0, 1, 1])),
    Case("large-logits", logits=np.array([[1000.0, 1001.0, 0.0], [3.0, -1000.0, 2.0]]), labels=np.array([0, 2])),
    Case("far-and-wrong", logits=np.array([[1000.0, 0.0], [0.0, -1000.0]]), labels=np.array([1, 1])),
    Case("far-rows", logits=np.array([[0.0, 1.0], [-2000.0, -1999.0]]), labels=np.array([0, 1])),
    Case("single-precision", logits=SCORES.astype(np.float32), labels=np.array([3, 1])),
]


DRAWN = random_cases(lambda rng: {"logits": 3 * rng.standard_normal((5, 3)), "labels": rng.integers(3, size=5)})

softmax_cross_entropy = Exercise(
    "softmax_cross_entropy",
    points=2,
    vectorized=lambda n: {"logits": normal(n, 3, scale=3.0), "labels": many_labels(n)},
    cases=[*CASES, *bad_labels("logits"), DRAWN],
    misconceptions=[
        *means_over_rows("logits"),
        labels_unchecked("check_labels(labels, logits)"),
        edit("no-shift", SHIFTED, "logits").believes("ln Σ e^z - z can be computed as it stands.").ask(OVERFLOW),
        edit("global-shift", SHIFTED, "logits - logits.max()")
        .believes("One maximum for the whole array is enough to prevent overflow.")
        .ask("Which maximum does each row need, and what shape must it keep?"),
        edit("shift-not-undone", "chosen = shifted", "chosen = logits")
        .believes("Only the logits inside the exponential need the shift.")
        .ask("ln Σ e^(z - m) is smaller than ln Σ e^z by how much?"),
        edit("not-fused", ROW_LOSS, f"-np.log({PROBABILITY})")
        .believes("First a stable softmax, then the logarithm: that is stable.")
        .ask("A probability of e^-1000 is 0 in floating point. What is its logarithm, and what should it be?"),
        edit("bare-formula", SHIFTED, "logits", ROW_LOSS, f"-np.log({PROBABILITY})")
        .believes("Softmax's fraction, its logarithm, a minus: the formulas can be computed as they stand.")
        .ask("What is e^1000 in floating point, and what e^-1000? Which of the steps can be taken together?"),
        edit("fused-by-a-clip", ROW_LOSS, f"-np.log(np.clip({PROBABILITY}, 1e-7, 1))")
        .believes("Clipping the probabilities makes the loss stable enough.")
        .ask("A logit of -1000 beside 0: how much does it cost by the formula, and how much with a clip?"),
        edit("softmax-twice", SHIFTED, f"np.exp({SHIFTED}); shifted /= shifted.sum(axis=-1, keepdims=True)")
        .believes("The logits have to be turned into probabilities before the fused formula.")
        .ask("The fused formula takes z. Where in it is the softmax?"),
        edit("logits-as-probabilities", "chosen = shifted", "chosen = logits", ROW_LOSS, "-np.log(chosen)")
        .believes("The logits are probabilities.")
        .ask("A logit is 3. Can that be a probability?"),
        edit("columns-of-all-labels", "[np.arange(len(logits)), labels]", "[:, labels]")
        .believes("logits[:, labels] takes one entry of each row.")
        .ask("What shape does logits[:, labels] have for four rows and four labels?"),
        edit("sigmoid-for-softmax", "chosen = shifted", "chosen = logits", ROW_LOSS, "np.logaddexp(0, -chosen)")
        .believes("Each score becomes a probability on its own.")
        .ask("Two sigmoid outputs of 0.9: which class is it? Does the loss see the other scores?"),
        edit("sign-flipped", "np.mean", "-np.mean")
        .believes("A log-probability is the loss.")
        .ask("What sign does the logarithm of a probability have, and what sign a loss?"),
        edit("score-added", "- chosen", "+ chosen").believes("The true class's score is added.").ask(TRUE_CLASS_RISES),
        edit("mean-in-the-logarithm", "np.exp(shifted).sum", "np.exp(shifted).mean")
        .believes("The exponentials are averaged.")
        .ask("What is the loss of ten equal scores?"),
        edit("probability-missed", ROW_LOSS, f"1 - {PROBABILITY}")
        .believes("The loss is one minus the probability of the true class.")
        .ask("How much should a probability of 0.001 cost, beside one of 0.01?"),
        edit("epsilon-added", ROW_LOSS, f"-np.log({PROBABILITY} + 1e-7)")
        .believes("A small number keeps the logarithm finite.")
        .ask("A true class with the logit -1000 beside 0 costs 1000. What does it cost here?"),
    ],
    hints=[
        "Write -ln of softmax's fraction on paper. Which exponential disappears, and which sum remains?",
        "ln Σ e^z - z_y does not change when the row's maximum is subtracted from all z first (keepdims=True).",
        "The mean of np.log(np.exp(shifted).sum(axis=-1)) - shifted[np.arange(N), labels]; shifted = z - row maxima.",
    ],
    variants=[
        Variant(
            "logaddexp",
            (SHIFTED, "logits", "np.log(np.exp(shifted).sum(axis=-1))", "np.logaddexp.reduce(logits, axis=-1)"),
        )
    ],
)

softmax_cross_entropy_backward = Exercise(
    "softmax_cross_entropy_backward",
    points=2,
    truth="loss_gradient",
    wrt=["logits"],
    returns_new=True,
    vectorized=softmax_cross_entropy.vectorized,
    cases=[*CASES, DRAWN],
    misconceptions=[
        *gradients_over_rows("/ len(logits)", "logits.size"),
        edit("true-class-only", "return grad", "return (np.arange(grad.shape[-1]) == labels[:, None]) * grad")
        .believes("Only the true class's logit is in the loss: its gradient is p - 1, all others' is 0.")
        .ask("Another class's logit rises. What happens to the true class's probability?"),
        edit("one-not-subtracted", ONE_LESS, "")
        .believes("The gradient is the probabilities.")
        .ask("All logits of a row rise together: the loss stays. What must a row of the gradient sum to?"),
        edit("no-shift", SHIFTED, "logits").believes("softmax can be computed as it stands.").ask(OVERFLOW),
        edit("softmax-twice", f"grad: Array = {SOFTMAX}", f"powers = np.exp({SOFTMAX}); grad = {SOFTMAX}")
        .believes("The logits have to be turned into probabilities first.")
        .ask("Of what is the softmax taken in p - y: of z, or of softmax(z)?"),
        edit("softmax-slope-again", "return grad", f"p = {SOFTMAX}; return grad * p * (1 - p)")
        .believes("The softmax's own slope p (1 - p) multiplies the difference.")
        .ask("The slope of -ln p is -1/p. What becomes of it when the softmax's slope is multiplied in?"),
        edit("one-hot-in-double-precision", ONE_LESS, "grad = grad - np.eye(logits.shape[-1])[labels]")
        .believes("np.eye adapts its precision to the array that it is subtracted from.")
        .ask("What dtype does np.eye have by default, and what becomes of a float32 array that meets it?"),
        edit("written-into-the-logits", "return grad / len(logits)", "logits[:] = grad / len(logits); return logits")
        .believes("The gradient may be built in logits, which are not needed any more.")
        .ask("Whose array is logits? Does `grad = logits` copy it?"),
        edit("columns-of-all-labels", "[np.arange(len(logits)), labels]", "[:, labels]")
        .believes("grad[:, labels] -= 1 subtracts one per row.")
        .ask("What does the colon select, one row or all?"),
        edit("true-class-set", "-= 1", "= -1")
        .believes("The true class's entry is -1.")
        .ask("What is the gradient where the true class has probability 1 already?"),
        edit("one-added", "-= 1", "+= 1")
        .believes("The target is added.")
        .ask("What do the gradients of a row sum to? Shifting all scores changes nothing."),
        edit("scores-as-probabilities", SOFTMAX, "logits.copy()")
        .believes("The gradient is z - y.")
        .ask("What does a network's last layer put out here, probabilities or scores?"),
        edit("one-sum-for-all", SOFTMAX, "powers / powers.sum()")
        .believes("Probabilities are divided by the sum of all.")
        .ask("What should each row of probabilities sum to?"),
    ],
    hints=[
        "Differentiate ln Σ e^z - z_y with respect to z_i. Which function of this course is the first term's slope?",
        "The probabilities of each row, with 1 subtracted at the row's class; then the mean's 1/N.",
        "grad = softmax(logits); grad[np.arange(N), labels] -= 1; grad / N.",
    ],
    variants=[Variant("one-hot", (ONE_LESS, "grad = grad - (np.arange(logits.shape[-1]) == labels[:, None])"))],
)
