"""BatchNorm, which keeps statistics besides what it learns."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.u12_network.every_layer import kept_outside_of_memory
from autograder.units.u12_network.layer_passes import HELPERS, drive_layer, trial, untried

AXES = "tuple(range(x.ndim - 1))"
VARIANCE = f"x.var(axis={AXES})"
OWN_STATISTICS = f"x.mean(axis={AXES}), {VARIANCE}"
PARAMETERS = "[np.ones(channels), np.zeros(channels)]"
STATISTICS = "[np.zeros(channels), np.ones(channels)]"
TRAIN = "batch_norm_train(x, gamma, beta, mean, variance)"
STORED = f"*self.statistics = {TRAIN}"
EVAL = "batch_norm_eval(x, gamma, beta, mean, variance)"
TRAIN_BACK = "batch_norm_backward(grad_output, x, gamma, beta)"
EVAL_BACK = "batch_norm_eval_backward(grad_output, x, gamma, beta, *statistics)"
DIVISOR_OF_UNIT_6 = "By which number does unit 6 divide for the variance that"


def _norm(*shape: int, **more: Any) -> dict[str, Any]:
    return trial({}, shape, shape, [shape[-1:], shape[-1:]], **{"sizes": (4, 3), **more})


def _random_norm(rng: np.random.Generator) -> dict[str, Any]:
    images = bool(rng.integers(2))
    shape = (1, 2, 2) if images else (int(rng.integers(2, 5)),)
    return _norm(*shape, seed=int(rng.integers(2**20)), offset=2.0, scale=3.0, sizes=(2, 3) if images else (4, 3))


BatchNorm = Exercise(
    "BatchNorm",
    points=3,
    reference="batch_norm",
    scenario=drive_layer,
    helpers=HELPERS,
    cases=[
        Case("three-channels", **_norm(3)),
        Case("images", **_norm(2, 3, 2, seed=1), readonly=True),
        Case("far-from-zero", **_norm(2, seed=2, offset=30.0, scale=0.5), readonly=True),
        Case("two-samples", **_norm(4, seed=3, sizes=(2, 3))),
        Case("one-image", **_norm(2, 2, 3, seed=4, sizes=(1, 2), offset=-2.0)),
        Case("wide-spread", **_norm(3, seed=5, scale=12.0)),
        Case("initial-parameters", **untried({}, (5,))),
        Case("as-built", **{**_norm(3, seed=6, offset=1.0), "parameters": []}),
        Case("one-sample", raises="x", **_norm(3, sizes=(1, 2))),
        random_cases(_random_norm),
    ],
    misconceptions=[
        edit(
            "batch-statistics-at-evaluation",
            "mean, variance = self.statistics",
            f"mean, variance = self.statistics if training else ({OWN_STATISTICS})",
            "else self.statistics)",
            "else (mean, variance))",
        )
        .believes("Normalising always takes the batch's own mean and variance.")
        .ask("What should the network answer to a single sample, which has no spread?"),
        edit("running-statistics-in-training", f"y, {STORED}", f"_, {STORED}; y = {EVAL}")
        .believes("The running statistics are there to normalise with.")
        .ask("What is the mean of the output of a training batch supposed to be, before γ and β?"),
        edit("statistics-never-updated", "y, *self.statistics = ", "y, *_ = ")
        .believes("The statistics come with the layer.")
        .ask("When would a mean of 0 and a variance of 1 be right for your data?"),
        edit("updated-at-evaluation", f"return {EVAL}", f"_, *self.statistics = {TRAIN}; return {EVAL}")
        .believes("Every pass updates the statistics.")
        .ask("May measuring a network change it?"),
        edit("momentum-the-other-way-round", TRAIN, "batch_norm_train(x, gamma, beta, mean, variance, momentum=0.9)")
        .believes("The momentum weighs the old value.")
        .ask("How much of a new batch goes into the statistics with momentum 0.1?"),
        edit("biased-variance-stored", "return y", f"self.statistics[1] = 0.9 * variance + 0.1 * {VARIANCE}; return y")
        .believes("One variance does for both.")
        .ask(f"{DIVISOR_OF_UNIT_6} is stored?"),
        edit(
            "unbiased-variance-in-the-batch",
            "return y",
            f"return batch_norm_eval(x, gamma, beta, x.mean(axis={AXES}), x.var(axis={AXES}, ddof=1))",
        )
        .believes("The variance is divided by m − 1 everywhere.")
        .ask(f"{DIVISOR_OF_UNIT_6} it normalises with?"),
        edit("statistics-taken-for-constants", TRAIN_BACK, EVAL_BACK.replace("*statistics", OWN_STATISTICS))
        .believes("Mean and variance are numbers, so they have no gradient.")
        .ask("If one x of the batch moves, does the mean stay where it is?"),
        edit(
            "training-gradient-after-evaluation",
            EVAL_BACK,
            f"""{EVAL_BACK}
            x_hat = batch_norm_eval(x, 1, 0, *statistics)
            grad_x = grad_x - grad_x.mean(axis={AXES}) - x_hat * (grad_x * x_hat).mean(axis={AXES})""",
        )
        .believes("There is one backward formula.")
        .ask("After a pass with training=False, do the statistics still depend on x?"),
        edit(
            "rows-and-columns-of-their-own",
            f"y, *self.statistics = {TRAIN}",
            """y = batch_norm_eval(x, gamma, beta, x.mean(axis=0), x.var(axis=0))
        batch = x.mean(axis=0), x.var(axis=0, ddof=1)
        self.statistics = [0.9 * old + 0.1 * new for old, new in zip(self.statistics, batch)]""",
            f"grad_x, *self.gradients = {TRAIN_BACK}",
            """x_hat = batch_norm_eval(x, 1, 0, x.mean(axis=0), x.var(axis=0))
            self.gradients = [(grad_output * x_hat).sum(axis=0), grad_output.sum(axis=0)]
            through_x = grad_output - grad_output.mean(axis=0) - x_hat * (grad_output * x_hat).mean(axis=0)
            grad_x = gamma / np.sqrt(x.var(axis=0) + 1e-5) * through_x""",
        )
        .believes("The mean is over axis 0.")
        .ask("How many means does a batch of images with three channels have?"),
        edit("statistics-among-the-parameters", PARAMETERS, f"{PARAMETERS} + {STATISTICS}", "beta = ", "beta, *_ = ")
        .believes("Everything that a layer keeps is a parameter.")
        .ask("What would an optimiser do to the running mean if it stood in `parameters`?"),
        edit("variance-starts-at-zero", STATISTICS, "[np.zeros(channels), np.zeros(channels)]")
        .believes("All statistics start at zero.")
        .ask("What does an untrained layer divide by if its variance is 0?"),
        edit("gamma-and-beta-swapped", PARAMETERS, "[np.zeros(channels), np.ones(channels)]")
        .believes("γ starts at zero and β at one.")
        .ask("Which of the two leaves x̂ as it is: γ = 0 or γ = 1?"),
        kept_outside_of_memory(),
        edit(
            "later-statistics-on-the-way-back",
            "None if training else self.statistics",
            "training",
            "x, statistics = self.memory",
            "x, training = self.memory; statistics = None if training else self.statistics",
        )
        .believes("The running statistics stand in `self.statistics`, so memory need not hold them.")
        .ask("Statistics move in training: which ones gave the y that this backward belongs to?"),
        edit("statistics-in-place", "y, *self.statistics = ", "y, mean[...], variance[...] = ")
        .believes("The statistics may be overwritten where they are.")
        .ask("Somebody has taken the statistics out to restore them later: what do they hold after your next pass?"),
        edit("batch-backward-after-evaluation", EVAL_BACK, TRAIN_BACK)
        .believes("batch_norm_backward is the way back from every pass.")
        .ask("After a pass with training=False, which mean and variance did forward divide by?"),
        edit("one-way-for-both-modes", f"return {EVAL}", f"return {TRAIN}[0]", EVAL_BACK, TRAIN_BACK)
        .believes("Both modes normalise by the batch; only the update depends on `training`.")
        .ask("What should the network answer to a single sample, which has no spread?"),
        edit("scale-starts-at-zero", PARAMETERS, "[np.zeros(channels), np.zeros(channels)]")
        .believes("γ and β start at zero, as biases do.")
        .ask("What comes out of a layer that multiplies by 0?"),
        edit(
            "eps-forgotten",
            "mean, variance)\n",
            "mean, variance, eps=0)\n",
            "*statistics)",
            "*statistics, eps=0)",
            "x, gamma, beta)",
            "x, gamma, beta, eps=0)",
        )
        .believes("A variance is positive, so it can be divided by.")
        .ask("What is the variance of a channel in which all values are equal?"),
    ],
    variants=[
        Variant(
            "own-training-gradient",
            (
                f"grad_x, *self.gradients = {TRAIN_BACK}",
                f"""x_hat = batch_norm_eval(x, 1, 0, {OWN_STATISTICS})
            self.gradients = [(grad_output * x_hat).sum(axis={AXES}), grad_output.sum(axis={AXES})]
            means = [each * x.shape[-1] / x.size for each in self.gradients]
            grad_x = gamma / np.sqrt({VARIANCE} + 1e-5) * (grad_output - means[1] - x_hat * means[0])""",
            ),
        )
    ],
    hints=[
        "There are two forward formulas and two backward formulas: which belong to training?",
        "Unit 6 has all four functions; what is left is to keep the statistics, and to remember the mode.",
        "y, *self.statistics = batch_norm_train(x, gamma, beta, mean, variance); without training: batch_norm_eval.",
    ],
)
