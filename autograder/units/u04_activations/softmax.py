"""softmax, log_softmax and their backward passes."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case, RandomCases, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import grid, normal, spread
from autograder.units.shared.families import axis_ignored, upstream_ignored

OVERFLOW = "What is e^1000 in floating point? What may be added to every logit without changing the result?"
EACH_ROW = "Which maximum does each row need, and what shape must it keep?"
WHICH_AXIS = "Rows do not influence each other. Along which axis does the sum run?"
FAR_BELOW = "Three logits are 0 and one is -4000: what are they after that?"
TINY = "The logits 1000 and 0 give -1000. What does yours give?"

SHIFT = "logits.max(axis=axis, keepdims=True)"
RESULT = "powers / powers.sum(axis=axis, keepdims=True)"
UPSTREAM_SUM = "(grad_output * p).sum(axis=axis, keepdims=True)"
LOG_P = "shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))"

FORWARD: list[Case | RandomCases] = [
    Case("one-row", logits=np.log([1.0, 3.0])),
    Case("rows", logits=grid(2, 3, step=0.5)),
    Case("columns", logits=grid(3, 5, step=0.3), axis=0, readonly=True),
    Case("middle-axis", logits=spread(-2, 2, 24).reshape(2, 3, 4), axis=1),
    Case("large-logits", logits=np.array([[1000.0, 1001.0], [3.0, -1000.0]])),
    Case("far-rows", logits=np.array([[0.0, 1.0], [-2000.0, -1999.0]])),
    Case("single-precision", logits=np.array([[0.5, 2.0, -1.0], [90.0, 89.0, 0.0]], np.float32)),
    Case("no-axes", logits=np.array(1.0), raises="logits"),
    random_cases(lambda rng: {"logits": 3 * rng.standard_normal((4, 3)), "axis": int(rng.integers(-2, 2))}),
    Case("one-logit-far-below", logits=np.array([[0.0, 1.0, 2.0, -4000.0], [0.5, 0.25, 0.0, -1.0]])),
]
BACKWARD: list[Case | RandomCases] = [
    Case("one-row", grad_output=np.array([1.0, 0.0]), logits=np.log([1.0, 3.0])),
    Case("rows", logits=grid(2, 3, step=0.5)),
    Case("columns", logits=grid(3, 5, step=0.3), axis=0, readonly=True),
    Case("middle-axis", logits=spread(-2, 2, 24).reshape(2, 3, 4), axis=1),
    Case("large-logits", logits=np.array([[1000.0, 1001.0], [3.0, -1000.0]])),
    Case("single-precision", logits=np.array([[0.5, 2.0, -1.0], [9.0, 8.0, 0.0]], np.float32)),
    random_cases(lambda rng: {"logits": rng.standard_normal((4, 3)), "axis": int(rng.integers(-2, 2))}),
]

softmax = Exercise(
    "softmax",
    points=2,
    vectorized=lambda n: {"logits": normal(n, 3)},
    cases=FORWARD,
    misconceptions=[
        edit("no-shift", f"logits - {SHIFT}", "logits")
        .believes("The formula can be computed as it stands.")
        .ask(OVERFLOW),
        edit("global-shift", SHIFT, "logits.max()")
        .believes("One maximum for the whole array is enough to prevent overflow.")
        .ask(EACH_ROW),
        axis_ignored(),
        edit("first-axis", "axis: int = -1", "axis: int = 0", "axis=axis", "axis=0")
        .believes("axis 0 is the classes.")
        .ask("Without an axis given, along which one must the probabilities sum to 1?"),
        returns("whole-array", "softmax(logits.reshape(-1)).reshape(logits.shape)")
        .believes("All numbers together are one distribution.")
        .ask("How many distributions are there in an array of 2 rows?"),
        edit("argument-changed", f"powers = np.exp(logits - {SHIFT})", f"logits -= {SHIFT}; powers = np.exp(logits)")
        .believes("The maximum may be subtracted from the logits in place.")
        .ask("Whose array is `logits`?"),
        edit("divided-by-the-maximum", RESULT, "powers")
        .believes("The largest probability is 1.")
        .ask("What should the probabilities of a row sum to?"),
        edit("smallest-subtracted", "logits.max", "logits.min")
        .believes("Subtracting the smallest logit makes all of them safe.")
        .ask("How large is the largest logit after that?"),
        edit("mean-subtracted", "logits.max", "logits.mean")
        .believes("Subtracting the mean makes all logits safe.")
        .ask(FAR_BELOW),
        edit("sum-not-kept", ".sum(axis=axis, keepdims=True)", ".sum(axis=axis)")
        .believes("A sum along an axis fits the array that it was taken of.")
        .ask("What shapes do a (2, 3) array and its row sums have?"),
        returns("sigmoid-instead", "1 / (1 + np.exp(-logits))")
        .believes("Each score becomes a probability on its own.")
        .ask("What do the probabilities of a row sum to?"),
        returns("scores-divided-by-their-sum", "logits / logits.sum(axis=axis, keepdims=True)")
        .believes("A score's share of the sum is its probability.")
        .ask("What is the share of a negative score?"),
        edit("logarithms-returned", RESULT, f"np.log({RESULT})")
        .believes("Softmax gives log-probabilities.")
        .ask("What do the exponentials of your result sum to, and what should the result itself?"),
        returns("sign-of-the-exponent", "softmax(-logits, axis)")
        .believes("A large score is a small probability.")
        .ask("Which class is the likeliest, that with the largest score?"),
        edit("base-two", "np.exp(", "np.exp2(")
        .believes("2^z is as good as e^z.")
        .ask("The logits 0 and ln 3: are the probabilities 1/4 and 3/4?"),
        edit("epsilon-added", RESULT, f"powers / ({RESULT.removeprefix('powers / ')} + 1e-8)")
        .believes("A small number in the divisor prevents nan.")
        .ask("Can the sum be 0 once the largest exponent is 0?"),
    ],
    hints=[
        "e^z overflows above 709. What happens to the ratio when the same number is subtracted from all z of a row?",
        "Subtract the maximum along `axis`, and keep that axis (keepdims=True) so that it broadcasts.",
        "powers = np.exp(logits - maximum), then divide by powers.sum, both with the same axis and keepdims=True.",
    ],
    variants=[Variant("exp-of-log", "np.exp(log_softmax(logits, axis))")],
)

softmax_backward = Exercise(
    "softmax_backward",
    points=2,
    vectorized=lambda n: {"grad_output": normal(n, 3, seed=1), "logits": normal(n, 3)},
    cases=BACKWARD,
    misconceptions=[
        edit("diagonal-only", f"(grad_output - {UPSTREAM_SUM})", "grad_output * (1 - p)")
        .believes("Each probability depends on its own logit alone: p (1 - p).")
        .ask("When one logit rises, what happens to the other probabilities of its row?"),
        upstream_ignored("softmax(logits, axis) * (1 - softmax(logits, axis))"),
        edit("sum-over-everything", UPSTREAM_SUM, "(grad_output * p).sum()")
        .believes("The sum in the formula runs over the whole array.")
        .ask(WHICH_AXIS),
        axis_ignored(),
        edit("weights-missing-in-the-sum", "(grad_output * p).sum", "grad_output.sum")
        .believes("The plain sum of the upstream gradients is subtracted.")
        .ask("The probabilities' sum never changes, so of an upstream of ones nothing may pass. Does anything?"),
        edit("sum-forgotten", f"(grad_output - {UPSTREAM_SUM})", "grad_output")
        .believes("The gradient is p · g.")
        .ask("If one probability rises, what must the others do?"),
        edit("probability-in-front-forgotten", "p * (grad_output -", "(grad_output -")
        .believes("The gradient is g minus its mean under p.")
        .ask("How strongly does a probability of almost 0 react to its logit?"),
        edit("sum-added", "(grad_output - ", "(grad_output + ")
        .believes("The sum is added.")
        .ask("If g is the same for all, nothing can change. What does your formula give?"),
        returns("gradient-of-cross-entropy", "softmax(logits, axis) - grad_output")
        .believes("The gradient of softmax is p - y.")
        .ask("p - y belongs to softmax and cross-entropy together. Is there a loss here?"),
        returns("jacobian-summed-up", "np.zeros_like(logits)")
        .believes("The gradient is the sum over the Jacobian's outputs.")
        .ask("The probabilities sum to 1. What is the gradient of that sum, and of what is it asked here?"),
        edit("mean-for-the-sum", "(grad_output * p).sum", "(grad_output * p).mean")
        .believes("g is compared with a mean over the classes.")
        .ask("The weights p sum to 1 already. What does dividing by K add?"),
    ],
    hints=[
        "Compute p first. Every p_j depends on every z_i of its row.",
        "The Jacobian is diag(p) - p pᵀ; multiply it by the upstream gradient without building it.",
        "Subtract from grad_output the sum of grad_output * p along `axis` (keepdims=True), then multiply by p.",
    ],
    variants=[
        Variant(
            "jacobian",
            """
            p = np.moveaxis(softmax(logits, axis), axis, -1)
            jacobian = p[..., :, None] * (np.eye(p.shape[-1], dtype=p.dtype) - p[..., None, :])
            upstream = np.moveaxis(grad_output, axis, -1)[..., None]
            return np.moveaxis((jacobian @ upstream)[..., 0], -1, axis)
            """,
        )
    ],
)

log_softmax = Exercise(
    "log_softmax",
    points=2,
    vectorized=softmax.vectorized,
    cases=[
        *FORWARD[:4],
        Case("tiny-probability-has-a-logarithm", logits=np.array([[0.0, 1000.0, 3.0]])),
        *FORWARD[4:],
    ],
    misconceptions=[
        returns("log-of-softmax", "np.log(softmax(logits, axis))")
        .believes("Taking the logarithm of a stable softmax is stable.")
        .ask("A probability of e^-1000 is 0 in floating point. What is its logarithm, and what should it be?"),
        edit("no-shift", f"logits - {SHIFT}", "logits")
        .believes("z - ln Σ e^z can be computed as it stands.")
        .ask(OVERFLOW),
        returns("log-of-the-fraction", "np.log(np.exp(logits) / np.exp(logits).sum(axis=axis, keepdims=True))")
        .believes("The logarithm of e^z / Σ e^z can be computed as it stands.")
        .ask("What is e^1000 in floating point? Take the logarithm of the fraction on paper: what is left?"),
        edit("shift-not-undone", LOG_P, LOG_P.replace("shifted - ", "logits - "))
        .believes("Only the logits inside the exponential need the shift.")
        .ask("ln Σ e^(z - m) is smaller than ln Σ e^z by how much?"),
        edit("global-shift", SHIFT, "logits.max()")
        .believes("One maximum for the whole array is enough to prevent overflow.")
        .ask(EACH_ROW),
        axis_ignored(),
        returns("softmax-instead", "softmax(logits, axis)")
        .believes("log_softmax is another name of softmax.")
        .ask("What sign does the logarithm of a probability have?"),
        returns("epsilon-added", "np.log(softmax(logits, axis) + logits.dtype.type(1e-9))")
        .believes("A small number keeps the logarithm finite.")
        .ask(TINY),
        returns("probabilities-clipped", "np.log(np.clip(softmax(logits, axis), 1e-7, 1))")
        .believes("A clip keeps the logarithm finite.")
        .ask(TINY),
        returns("shift-undone-twice", "np.log(softmax(logits, axis)) - logits.max(axis, keepdims=True)")
        .believes("The maximum has to be subtracted once more at the end.")
        .ask("What do the exponentials of a row sum to?"),
        edit("base-ten", "np.log(", "np.log10(")
        .believes("The logarithm is the decimal one.")
        .ask("Which logarithm undoes e^z?"),
        returns("negated", "-np.log(softmax(logits, axis))")
        .believes("A logarithm of a probability is a loss.")
        .ask("What sign does the logarithm of a number between 0 and 1 have?"),
        edit("mean-subtracted", "logits.max", "logits.mean")
        .believes("Subtracting the mean makes all logits safe.")
        .ask(FAR_BELOW),
    ],
    hints=[
        "Apply the logarithm to the fraction of softmax on paper. Which exponential disappears?",
        "z - ln Σ e^z, and the result does not change when the row's maximum is subtracted from all z first.",
        "shifted = logits - their maximum along `axis`; then subtract np.log of the sum of np.exp(shifted) along it.",
    ],
    variants=[
        Variant("logaddexp", (LOG_P, "logits - np.logaddexp.reduce(logits, axis=axis, keepdims=True)")),
        Variant("maximum-added-back", (LOG_P, f"logits - {SHIFT} - np.log(np.exp(shifted).sum(axis, keepdims=True))")),
    ],
)

log_softmax_backward = Exercise(
    "log_softmax_backward",
    points=2,
    vectorized=softmax_backward.vectorized,
    cases=BACKWARD,
    misconceptions=[
        edit("sum-forgotten", " * grad_output.sum(axis=axis, keepdims=True)", "")
        .believes("The gradient is g - p.")
        .ask("That holds where a row's upstream gradients sum to 1, as with one label. What if they do not?"),
        returns("diagonal-only", "grad_output * (1 - softmax(logits, axis))")
        .believes("Each output depends on its own logit alone: g (1 - p).")
        .ask("When one logit rises, what happens to the other log-probabilities of its row?"),
        returns("gradient-of-softmax", "softmax_backward(grad_output, logits, axis)")
        .believes("softmax and log_softmax have one backward pass.")
        .ask("What does the logarithm after softmax divide the gradient by?"),
        edit("sum-over-everything", ".sum(axis=axis, keepdims=True)", ".sum()")
        .believes("The sum in the formula runs over the whole array.")
        .ask(WHICH_AXIS),
        axis_ignored(),
        upstream_ignored("1 - softmax(logits, axis)"),
        edit("weighted-sum", "grad_output.sum", "(grad_output * softmax(logits, axis)).sum")
        .believes("The sum is weighted by p, as in softmax.")
        .ask("Every log p_j contains the same -ln Σ e^z. With which weights do the g_j come back through it?"),
        returns("divided-by-the-probability", "grad_output / softmax(logits, axis)")
        .believes("The slope of the logarithm is 1/p, and that is all.")
        .ask("The gradient is asked with respect to z. How does p react to z?"),
        edit("exponentials-not-normalised", "softmax(logits, axis)", "np.exp(logits)")
        .believes("p is e^z.")
        .ask("What does p sum to along the axis?"),
        edit("mean-for-the-sum", "grad_output.sum", "grad_output.mean")
        .believes("The mean of g comes back.")
        .ask("Does the formula divide by K?"),
    ],
    hints=[
        "Every output of a row contains the same ln Σ e^z. What is the derivative of that with respect to z_i?",
        "The first term passes g as it is; the second takes p_i of all upstream gradients of the row together.",
        "grad_output minus softmax(logits, axis) times the sum of grad_output along `axis`, with keepdims=True.",
    ],
)
