"""SGD, and descent with a velocity: Momentum and Nesterov."""

from __future__ import annotations

import numpy as np

from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import Misconception, body, code, edit
from autograder.units.u09_optimizers.state import RATE_FROZEN, forgotten, kept_wrongly, shared
from autograder.units.u09_optimizers.trajectories import drive_optimizer, growing, optimizer_cases
from solutions import u09_optimizers as solutions

PLAIN_STEP = "param - self.lr * grad"
VELOCITY = "self.momentum * v + grad"
ALONG_VELOCITY = "param - self.lr * v"
ALONG_LOOK_AHEAD = "self.lr * (grad + self.momentum * v)"
OF_EACH = "for v, (_, grad) in zip(velocities, pairs, strict=True)]"

CALLERS_ARRAY = "The first velocity is the first gradient, so the array can be kept."


def rate_inside(step: str, wrong: str) -> Misconception:
    """The velocity contains the rate.

    Args:
        step: the model answer's step.
        wrong: the step along such a velocity.
    """
    return (
        edit("rate-inside-the-velocity", VELOCITY, "self.momentum * v - self.lr * grad", step, wrong)
        .believes("It is the same whether the rate is in the velocity or outside.")
        .ask("If the rate falls to a tenth, how fast is what was accumulated before: as before, or a tenth?")
    )


def weighted(*more: str) -> Misconception:
    """The gradient enters with weight 1 − μ.

    Args:
        more: old and new texts of further edits.
    """
    return (
        edit("weighted-gradient", VELOCITY, "self.momentum * v + (1 - self.momentum) * grad", *more)
        .believes("The velocity is a moving average: the gradient enters with weight 1 − μ.")
        .ask("With a constant gradient g, does the velocity approach g or g / (1 − μ)?")
    )


#: What goes wrong with any velocity.
KEPT_VELOCITY = [
    forgotten("velocity-reset", "_velocities")
    .believes("The velocity is made at the beginning of `step`.")
    .ask("Where does your velocity live between two calls of `step`? Without one, what is left of momentum?"),
    shared("one-velocity-for-all")
    .believes("An optimizer has one velocity.")
    .ask("Two parameters with different gradients: can they roll at the same velocity?"),
    edit("float64-state", "np.zeros_like(param)", "np.zeros(param.shape)")
    .believes("np.zeros(param.shape) has the parameter's dtype.")
    .ask("What is the dtype of float64 zeros plus a float32 gradient? What does np.zeros_like do?"),
    RATE_FROZEN,
    edit("velocity-is-the-callers-array", OF_EACH, f"{OF_EACH} if self._velocities else list(grads)")
    .believes(CALLERS_ARRAY)
    .ask("The caller writes the next gradient into the same array: what is your velocity then?"),
    *kept_wrongly("_velocities"),
]


def drawn_momentum(rng: np.random.Generator) -> dict[str, float]:
    """A momentum other than the default."""
    return {"momentum": float(rng.uniform(0.2, 0.95))}


SGD = Exercise(
    "SGD",
    points=1,
    scenario=drive_optimizer,
    reference="sgd",
    returns_new=True,
    vectorized=growing,
    cases=optimizer_cases({}, lambda rng: {}),
    misconceptions=[
        edit("uphill", PLAIN_STEP, "param + self.lr * grad")
        .believes("The gradient points to where we want to go.")
        .ask("Along the gradient the loss grows. Which sign takes you down?"),
        edit("rate-on-the-parameter", PLAIN_STEP, "self.lr * param - grad")
        .believes("The rate scales the parameter, and the gradient is subtracted.")
        .ask("With a gradient of zero, where should the parameter be after the step?"),
        edit("rate-forgotten", PLAIN_STEP, "param - grad")
        .believes("The step is the gradient.")
        .ask("Where does `lr` come into your step?"),
        edit("step-without-parameter", PLAIN_STEP, "-self.lr * grad")
        .believes("The step is what an optimizer returns.")
        .ask("Do you return where you are, or how far you have gone?"),
        edit("updates-a-copy", PLAIN_STEP, "param")
        .believes("The parameters handed back are the ones that came in; the update was done.")
        .ask("Which arrays did you update, and which do you return?"),
        body(
            "in-place",
            """
            for param, grad in paired(params, grads):
                param -= self.lr * grad
            return list(params)
            """,
            method="step",
        )
        .believes("param -= lr * grad makes a new array.")
        .ask("What is the difference between p = p - q and p -= q for an array that belongs to somebody else?"),
        edit("divided-by-the-number-of-entries", PLAIN_STEP, "param - self.lr * grad / grad.size")
        .believes("The step is averaged over the numbers of the array.")
        .ask("The mean over samples is in the loss already. Should a wider layer learn more slowly?"),
        edit("normalised-gradient", PLAIN_STEP, "param - self.lr * grad / (np.sqrt((grad * grad).sum()) + 1e-12)")
        .believes("Only the direction of the gradient counts; the rate is the length of the step.")
        .ask("Near the minimum the gradient shrinks. What should become of the step?"),
        RATE_FROZEN,
        edit("rate-as-a-numpy-number", PLAIN_STEP, "param - np.float64(self.lr) * grad")
        .believes("A number is a number, whoever made it.")
        .ask("What dtype does np.float64(0.1) times a float32 array have, and what 0.1 times it?"),
    ],
    hints=[
        "Downhill is against the gradient; there is nothing to remember.",
        "Go through parameters and gradients together, with `paired`, and collect new arrays in a list.",
        "A list comprehension over `paired(params, grads)`: each parameter minus self.lr times its gradient.",
    ],
    variants=[
        Variant("copies-first", (PLAIN_STEP, "np.add(copy := np.copy(param), -self.lr * grad, out=copy)")),
    ],
)

Momentum = Exercise(
    "Momentum",
    points=2,
    scenario=drive_optimizer,
    reference="momentum",
    returns_new=True,
    vectorized=growing,
    cases=optimizer_cases({"momentum": 0.5}, drawn_momentum),
    misconceptions=[
        weighted(),
        rate_inside(ALONG_VELOCITY, "param + v"),
        edit(
            "rate-on-velocity-only",
            f"{ALONG_VELOCITY} for param, v in zip(params, self._velocities",
            "param - self.lr * (v - grad) - grad for v, (param, grad) in zip(self._velocities, pairs",
        )
        .believes("The rate is for the remembered part; the new gradient is taken in full.")
        .ask("The velocity includes the new gradient. What is lr multiplied by?"),
        edit("old-velocity", "zip(params, self._velocities", "zip(params, velocities")
        .believes("The step is taken first, then the velocity is updated.")
        .ask("After the very first step, has anything moved?"),
        edit("no-friction", VELOCITY, "v + grad")
        .believes("The velocity is the sum of all gradients.")
        .ask("Where does μ come in, and what would happen without it under a constant gradient?"),
        edit("minus-twice", VELOCITY, "self.momentum * v - grad")
        .believes("The velocity points downhill, and is subtracted.")
        .ask("How many minus signs are there between the gradient and the parameter?"),
        code("nesterov", solutions.Nesterov)
        .believes("The velocity is carried on once more before it is used.")
        .ask("That is Nesterov's method, the next exercise. What does the classical one step along?"),
        body(
            "keeps-the-callers-gradient",
            """
            if self._velocities is None:
                self._velocities = list(grads)
            else:
                for v, grad in zip(self._velocities, grads, strict=True):
                    v *= self.momentum
                    v += grad
            return [param - self.lr * v for param, v in zip(params, self._velocities, strict=True)]
            """,
            method="step",
        )
        .believes(CALLERS_ARRAY)
        .ask("Whose array is your velocity after the first step, and who changes it in the second?"),
        *KEPT_VELOCITY,
        edit("weights-swapped", VELOCITY, "(1 - self.momentum) * v + self.momentum * grad")
        .believes("μ weighs the gradient, and 1 - μ what was there before.")
        .ask("With μ = 0.9, how much of the old velocity should be left after a step?"),
        edit("first-gradient-twice", OF_EACH, OF_EACH.replace("velocities", "self._velocities or grads"))
        .believes("The velocity starts as the first gradient, and then the rule is applied.")
        .ask("v is 0 before the first step: what is it after that step?"),
    ],
    hints=[
        "What has to survive from one call of `step` to the next, and for which parameter?",
        "Make a list of zeros like the parameters at the first call; then update the list, and use it.",
        "v = self.momentum * v + grad for each pair; then param - self.lr * v.",
    ],
    variants=[
        Variant("velocities-updated-in-place", (VELOCITY, "np.add(np.multiply(v, self.momentum, out=v), grad, out=v)")),
    ],
)

Nesterov = Exercise(
    "Nesterov",
    points=2,
    scenario=drive_optimizer,
    reference="nesterov",
    returns_new=True,
    vectorized=growing,
    cases=optimizer_cases({"momentum": 0.4}, drawn_momentum),
    misconceptions=[
        code("classical-momentum", solutions.Momentum)
        .believes("The step is the velocity; or g + μ v with the old v, which is the same thing.")
        .ask("g + μ v with the old v is the new v itself. Which v looks ahead, and how large is the first step?"),
        rate_inside(f"param - {ALONG_LOOK_AHEAD}", "param + self.momentum * v - self.lr * grad"),
        weighted(ALONG_LOOK_AHEAD, "self.lr * ((1 - self.momentum) * grad + self.momentum * v)"),
        edit("gradient-and-velocity-swapped", ALONG_LOOK_AHEAD, "self.lr * (v + self.momentum * grad)")
        .believes("The step is the velocity plus a part μ of the gradient.")
        .ask("Which of the two is μ multiplied by in g + μ v?"),
        edit(
            "look-ahead-stored",
            VELOCITY,
            "self.momentum * (self.momentum * v + grad) + grad",
            ALONG_LOOK_AHEAD,
            "self.lr * v",
        )
        .believes("The look-ahead velocity is the velocity of the next step.")
        .ask("Two things are computed from v: what is remembered, and what is stepped along. Which is which?"),
        edit("gradient-left-out", ALONG_LOOK_AHEAD, "self.lr * self.momentum * v")
        .believes("The step is μ v; the gradient is in v already.")
        .ask("With μ = 0, what should the step be?"),
        edit("velocity-not-damped", ALONG_LOOK_AHEAD, "self.lr * (grad + v)")
        .believes("The step is g + v.")
        .ask("With μ = 0, how often does the gradient count in your step?"),
        *KEPT_VELOCITY,
    ],
    hints=[
        "The velocity is the same as in `Momentum`; what differs is what you step along.",
        "Update v first, then carry the new one on once more: that is μ v, to which the gradient is added.",
        "v = self.momentum * v + grad; param - self.lr * (grad + self.momentum * v).",
    ],
    variants=[
        Variant(
            "first-velocity-is-a-copied-gradient",
            (OF_EACH, f"{OF_EACH} if self._velocities else [grad.copy() for grad in grads]"),
        ),
    ],
)
