"""Adagrad and RMSprop: a rate for every number, by the sum or the mean of its squared gradients."""

from __future__ import annotations

import numpy as np

from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.u09_optimizers.state import RATE_FROZEN, forgotten, kept_wrongly, shared
from autograder.units.u09_optimizers.trajectories import drive_optimizer, growing, optimizer_cases

SUM = "s + grad**2"
MEAN = "self.rho * s + (1 - self.rho) * grad**2"
ROOT = "(np.sqrt(s) + self.eps)"
OF_EACH = "for s, (_, grad) in zip(squares, pairs, strict=True)]"
#: The edits that make `self.t` count the steps.
COUNTED = ("self.eps = eps", "self.eps, self.t = eps, 0", "pairs = paired", "self.t += 1; pairs = paired")

#: What goes wrong with any s.
ROOT_OF_S = [
    edit("no-root", "np.sqrt(s)", "s")
    .believes("The step is divided by s itself.")
    .ask("If all gradients were a hundred times larger, how large should the first step be?"),
    edit("eps-under-the-root", ROOT, "np.sqrt(s + self.eps)")
    .believes("ε is added to s before the root is taken.")
    .ask("With s = 0 and ε = 1e-8: is the denominator 1e-8 or 1e-4?"),
    RATE_FROZEN,
    *kept_wrongly("_squares"),
]


def drawn_eps(rng: np.random.Generator) -> dict[str, float]:
    """A large ε."""
    return {"eps": float(rng.uniform(0.01, 0.5))}


def drawn_rho(rng: np.random.Generator) -> dict[str, float]:
    """Another ρ, and a large ε."""
    return {"rho": float(rng.uniform(0.6, 0.95)), "eps": float(rng.uniform(0.01, 0.3))}


Adagrad = Exercise(
    "Adagrad",
    points=2,
    scenario=drive_optimizer,
    reference="adagrad",
    returns_new=True,
    vectorized=growing,
    cases=optimizer_cases({"eps": 0.1}, drawn_eps),
    misconceptions=[
        edit("no-eps", ROOT, "np.sqrt(s)")
        .believes("A sum of squares is never zero.")
        .ask("A weight has had no gradient yet: what is 0 / 0, and what is it with ε?"),
        edit("sum-decays", SUM, "0.9 * s + 0.1 * grad**2")
        .believes("Old gradients are forgotten little by little.")
        .ask("That is RMSprop, the next exercise. Can Adagrad's sum ever become smaller?"),
        edit("mean-of-squares", "np.sqrt(s)", "np.sqrt(s / self.t)", *COUNTED)
        .believes("The root is of the mean of the squares so far.")
        .ask("Under a constant gradient Adagrad's steps fall like 1/√t. Do yours?"),
        edit("old-sum", "zip(self._squares", "zip(squares")
        .believes("The step is taken first, then the sum is updated.")
        .ask("What do you divide by in the very first step?"),
        edit("sum-of-gradients", SUM, "s + grad", "np.sqrt(s)", "np.sqrt(s**2)")
        .believes("The gradients are added up, and the sum is squared.")
        .ask("Gradients 3 and −3: is the sum of squares 0 or 18?"),
        edit("sum-of-sizes", SUM, "s + np.abs(grad)", "np.sqrt(s)", "s")
        .believes("The root of a sum of squares is the sum of the sizes.")
        .ask("Gradients 3 and 4: is √(9 + 16) the same as 3 + 4?"),
        edit("one-sum-per-array", SUM, "s + np.sum(grad**2)")
        .believes("Each parameter array has one rate.")
        .ask("Adagrad is for rare and frequent features in one weight matrix: what is the shape of s?"),
        forgotten("state-reset", "_squares")
        .believes("The sum is made at the beginning of `step`.")
        .ask("If s is only the last g², what is g / √s?"),
        shared("one-sum-for-all")
        .believes("An optimizer has one sum.")
        .ask("Should the gradients of one parameter slow another one down?"),
        edit("other-default-eps", "1e-10", "1e-8")
        .believes("ε is 1e-8, as everywhere.")
        .ask("Which default does the signature give?"),
        *ROOT_OF_S,
    ],
    hints=[
        "Each single number of each parameter has its own sum, which only grows. What is its shape, and who keeps it?",
        "Add the squares first, the new one included; then divide the gradient by the root, with ε added to the root.",
        "s = s + grad**2; param - self.lr * grad / (np.sqrt(s) + self.eps).",
    ],
    variants=[Variant("sums-updated-in-place", (SUM, "np.add(s, np.square(grad), out=s)"))],
)

RMSprop = Exercise(
    "RMSprop",
    points=2,
    scenario=drive_optimizer,
    reference="rmsprop",
    returns_new=True,
    vectorized=growing,
    cases=optimizer_cases({"rho": 0.7, "eps": 0.1}, drawn_rho),
    misconceptions=[
        edit("rho-swapped", MEAN, "(1 - self.rho) * s + self.rho * grad**2")
        .believes("ρ is the weight of the new square.")
        .ask("With ρ = 0.9, how much of the mean is kept, and how much is new?"),
        edit("adagrad", MEAN, SUM)
        .believes("The squares are added up.")
        .ask("Where does ρ come in? Without it the steps only shrink."),
        edit("new-square-in-full", "(1 - self.rho) * grad**2", "grad**2")
        .believes("The mean is ρ s + g².")
        .ask("With a constant gradient, does your s approach g², or g² / (1 − ρ)?"),
        edit("bias-corrected", "np.sqrt(s)", "np.sqrt(s / (1 - self.rho**self.t))", *COUNTED)
        .believes("The mean is divided by 1 − ρᵗ, because it starts at zero.")
        .ask("That is one of the things that Adam added. How large is RMSprop's first step?"),
        edit("starts-at-the-first-square", OF_EACH, f"{OF_EACH} if self._squares else [grad**2 for grad in grads]")
        .believes("The mean starts as the first square.")
        .ask("What is s before the first step, and after it?"),
        edit("square-of-the-mean", "grad**2", "grad", "np.sqrt(s)", "np.sqrt(s**2)")
        .believes("The mean is of the gradients, and is squared afterwards.")
        .ask("Gradients 3 and −3: is the mean of the squares 0 or 9?"),
        edit("old-mean", "zip(self._squares", "zip(squares")
        .believes("The step is taken first, then the mean is updated.")
        .ask("What do you divide by in the very first step?"),
        forgotten("state-reset", "_squares")
        .believes("The mean is made at the beginning of `step`.")
        .ask("If s is only (1 − ρ) g² of this step, what is g / √s?"),
        shared("one-mean-for-all")
        .believes("An optimizer has one mean.")
        .ask("Should the gradients of one parameter change the steps of another one?"),
        edit("pytorchs-default", "rho: float = 0.9", "rho: float = 0.99")
        .believes("ρ is 0.99 unless told otherwise.")
        .ask("The formula is PyTorch's, the default is Keras's. What does the signature say?"),
        *ROOT_OF_S,
        edit("gradient-not-squared", "grad**2", "grad")
        .believes("s is a moving mean of the gradients.")
        .ask("What is the root of a negative mean, and what in the formula keeps the mean from being negative?"),
        edit("one-mean-per-array", "grad**2", "np.mean(grad**2)")
        .believes("Each parameter array has one rate.")
        .ask("Elementwise: how many means does an array of six numbers have?"),
    ],
    hints=[
        "It is Adagrad with another update of s: what would make the sum forget?",
        "Keep ρ of the old mean, and add 1 − ρ of the new square; then use the new mean.",
        "s = self.rho * s + (1 - self.rho) * grad**2; param - self.lr * grad / (np.sqrt(s) + self.eps).",
    ],
    variants=[Variant("mean-as-interpolation", (MEAN, "s + (1 - self.rho) * (grad * grad - s)"))],
)
