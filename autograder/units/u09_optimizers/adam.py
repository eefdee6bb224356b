"""Adam, and AdamW with its decoupled weight decay."""

from __future__ import annotations

import numpy as np

from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.u09_optimizers.state import RATE_FROZEN, forgotten, kept_wrongly, shared, t_counts_parameters
from autograder.units.u09_optimizers.trajectories import drive_optimizer, growing, optimizer_cases

MEAN = "b1 * m + (1 - b1) * grad"
SQUARE = "b2 * s + (1 - b2) * grad**2"
RATE = "self.lr / (1 - b1**self._t)"
ROOT = "math.sqrt(1 - b2**self._t)"
STEP = "rate * m / (np.sqrt(s) / root + self.eps)"
DECAYED = "[kept * param for param in params]"

#: The step as the paper has it, after t steps.
PAPERS_STEP = "self.lr * (m / (1 - b1**{t})) / (np.sqrt(s / (1 - b2**{t})) + self.eps)"
#: The edits that leave both corrections out.
UNCORRECTED = (RATE, "self.lr", ROOT, "1.0")


def drawn_betas(rng: np.random.Generator) -> dict[str, float]:
    """Other βs, and a large ε."""
    beta1, beta2 = rng.uniform(0.5, 0.95, 2)
    return {"beta1": float(beta1), "beta2": float(beta2), "eps": float(rng.uniform(0.01, 0.3))}


Adam = Exercise(
    "Adam",
    points=3,
    scenario=drive_optimizer,
    reference="adam",
    returns_new=True,
    vectorized=growing,
    cases=optimizer_cases({"beta1": 0.5, "beta2": 0.8, "eps": 0.1}, drawn_betas),
    misconceptions=[
        edit("no-bias-correction", *UNCORRECTED)
        .believes("m and s are the means already.")
        .ask("After one step m is a tenth of the gradient. What would make it a mean?"),
        edit("only-m-corrected", ROOT, "1.0")
        .believes("The correction is for the mean of the gradients.")
        .ask("s starts at zero as well. By what factor is it too small after one step?"),
        t_counts_parameters(),
        edit("t-from-zero", STEP, PAPERS_STEP.format(t="(self._t - 1)"))
        .believes("The first step has the number 0.")
        .ask("What is 1 − β⁰, and what do you do with it?"),
        edit("correction-without-power", "**self._t", "")
        .believes("The correction is 1 − β in all steps.")
        .ask("After a thousand steps m is a mean as it is. What must the correction have become?"),
        edit(
            "corrected-state-kept",
            *UNCORRECTED,
            MEAN,
            f"({MEAN}) / (1 - b1**self._t)",
            SQUARE,
            f"({SQUARE}) / (1 - b2**self._t)",
        )
        .believes("m and s are replaced by their corrected values.")
        .ask("If the corrected m goes into the next step, how often is the first gradient corrected by step 3?"),
        edit("gradient-not-squared", "grad**2", "grad")
        .believes("s is a slower mean of the gradients.")
        .ask("What is the root of a mean of gradients that are negative?"),
        edit("eps-under-the-root", "(np.sqrt(s) / root + self.eps)", "np.sqrt(s / root**2 + self.eps)")
        .believes("ε is added to ŝ before the root is taken.")
        .ask("With ŝ = 0 and ε = 1e-8: is the denominator 1e-8 or 1e-4?"),
        edit("eps-before-the-correction", "np.sqrt(s) / root + self.eps", "(np.sqrt(s) + self.eps) / root")
        .believes("The corrections go into the rate, and ε is added to √s: Keras's formula.")
        .ask("After one step √s is √0.001 |g|. Is ε compared with that, or with |g|?"),
        edit("no-root", "np.sqrt(s) / root", "s / root**2")
        .believes("The step is divided by ŝ.")
        .ask("If all gradients were a hundred times larger, how large should the step be?"),
        edit("betas-swapped", "b1, b2 =", "b2, b1 =")
        .believes("β₁ is for the squares, β₂ for the gradients.")
        .ask("Which of the two means should have the longer memory, and which β is 0.999?"),
        edit("gradient-instead-of-its-mean", "rate * m", "self.lr * m", "zip(params, self._means", "zip(params, grads")
        .believes("The step is along the gradient; m is for nothing.")
        .ask("That is RMSprop with a correction. What does Adam have in the numerator?"),
        forgotten("state-reset", "_means", "_squares")
        .believes("The means are made at the beginning of `step`.")
        .ask("Where do m and s live between two calls of `step`?"),
        shared("one-state-for-all")
        .believes("An optimizer has one m and one s.")
        .ask("Should the gradients of one parameter move another one?"),
        RATE_FROZEN,
        *kept_wrongly("_means", "_squares"),
        edit("parameters-overwritten", f"param - {STEP}", f"np.subtract(param, {STEP}, out=param)")
        .believes("The new numbers may be put where the old ones were.")
        .ask("Whose arrays are `params`, and what do they hold after your step?"),
        edit("new-gradient-in-full", "(1 - b1) * grad", "grad")
        .believes("The mean is β₁ m + g, as the velocity of momentum is.")
        .ask("Under a constant gradient of 1, what should m̂ be in every step?"),
        edit("root-corrected", ROOT, "1 - b2**self._t")
        .believes("The root of s is divided by 1 - β₂ᵗ.")
        .ask("Which comes first in the formula, the correction of s or the root?"),
    ],
    hints=[
        "Three things are remembered: two arrays for each parameter, and one number for the optimizer.",
        "Count the step first. Keep m and s as they are; the corrected ones are used in this step and thrown away.",
        "param - self.lr * (m / (1 - b1**t)) / (np.sqrt(s / (1 - b2**t)) + self.eps)",
    ],
    variants=[
        Variant("as-in-the-paper", (STEP, PAPERS_STEP.format(t="self._t"), MEAN, "m + (1 - b1) * (grad - m)")),
    ],
)

AdamW = Exercise(
    "AdamW",
    points=2,
    scenario=drive_optimizer,
    reference="adamw",
    returns_new=True,
    vectorized=growing,
    cases=optimizer_cases(
        {"beta1": 0.5, "beta2": 0.8, "eps": 0.1, "weight_decay": 0.5},
        lambda rng: {**drawn_betas(rng), "weight_decay": float(rng.uniform(0.05, 0.5))},
    ),
    misconceptions=[
        edit(
            "penalty-in-the-gradient",
            f"{DECAYED}, grads",
            "params, [grad + self.weight_decay * param for param, grad in paired(params, grads)]",
        )
        .believes("Weight decay is the gradient of a penalty: λ w is added to g.")
        .ask("Adam divides a gradient by √ŝ, and with it a λ w in it. Does a decoupled decay meet that divisor?"),
        edit("no-decay", DECAYED, "params")
        .believes("AdamW is Adam.")
        .ask("With a gradient of zero for ever, what becomes of the weights?"),
        edit("decay-without-rate", "self.lr * self.weight_decay", "self.weight_decay")
        .believes("The weights are multiplied by 1 − λ.")
        .ask("If a schedule brings the rate down to 0, should the weights go on shrinking?"),
        edit(
            "decay-by-the-first-rate",
            "self.lr *",
            "self.first_lr *",
            "super().__init__",
            "self.first_lr = lr; super().__init__",
        )
        .believes("The schedule is for the step; the decay keeps the rate it was given.")
        .ask("Which lr is in lr · λ · w: that of the constructor, or that of this step?"),
        edit(
            "decay-after-the-step",
            f"super().step({DECAYED}, grads)",
            "[kept * new for new in super().step(params, grads)]",
        )
        .believes("The updated weights are what decays.")
        .ask("Does your decay shrink the step that was just taken?"),
        edit(
            "decay-divided-by-the-root",
            DECAYED,
            "params",
            "rate * m /",
            "(rate * m + self.lr * self.weight_decay * param) /",
        )
        .believes("λ w joins the step next to m̂, over the same root.")
        .ask("Two weights of one size and different gradients: do they decay alike?"),
        edit("weights-grow", "1 - self.lr * self", "1 + self.lr * self")
        .believes("The weights are multiplied by 1 + lr λ.")
        .ask("Decay should bring weights nearer to zero. Does a factor above 1?"),
        edit("decay-doubled", "self.lr * self.weight_decay", "2 * self.lr * self.weight_decay")
        .believes("The decay is the gradient of λ w²: 2 λ w.")
        .ask("Decoupled decay is no gradient of anything. What does the formula multiply w by?"),
        edit("no-bias-correction", *UNCORRECTED)
        .believes("The corrections of Adam are left out.")
        .ask("Take the decay away: is what remains Adam?"),
        edit("decays-matrices-only", "kept * param", "kept * param if param.ndim > 1 else param")
        .believes("Biases are not decayed.")
        .ask("Many do that, by giving biases an optimizer of their own. What does the formula say about axes?"),
        t_counts_parameters(),
        *kept_wrongly("_means", "_squares"),
        edit("parameters-shrunk-in-place", "kept * param", "np.multiply(kept, param, out=param)")
        .believes("param *= kept makes a new array.")
        .ask("What do the caller's arrays hold after your step?"),
    ],
    hints=[
        "Two things happen to a weight, and neither knows of the other. Which of them do you have already?",
        "Shrink the parameters by lr · λ of themselves, then hand them to Adam's step with the gradients as they came.",
        "super().step([(1 - self.lr * self.weight_decay) * param for param in params], grads)",
    ],
    variants=[
        Variant(
            "decay-subtracted",
            (
                f"super().step({DECAYED}, grads)",
                "[new - (1 - kept) * old for new, old in zip(super().step(params, grads), params, strict=True)]",
            ),
        ),
    ],
)
