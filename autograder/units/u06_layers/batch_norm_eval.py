"""Batch norm at test time, forwards and backwards."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import normal
from autograder.units.u06_layers.batches import (
    FOUR_TRAINED,
    IMAGES,
    SQUARE,
    TALL_IMAGES,
    THREE_TRAINED,
    drawn_training,
    single,
)
from autograder.units.u06_layers.normalising import BACKWARD, FORWARD, GRADIENTS, PARAMETERS

BESIDE_GAMMA = "What stands beside γ in the forward pass: {}, or x̂?"

SLOPE = "grad_output * gamma * scale"
X_HAT = "(grad_output * x_hat)"
THREE_PATHS = "(grad_output - grad_output.mean(axis=axes) - x_hat * (grad_output * x_hat).mean(axis=axes))"


def drawn_eval(rng: np.random.Generator) -> dict[str, Any]:
    """A batch with stored statistics and ε."""
    return {name: value for name, value in drawn_training(rng).items() if name != "momentum"}


batch_norm_eval = Exercise(
    "batch_norm_eval",
    points=1,
    vectorized=lambda n: {"x": normal(n, 3), **THREE_TRAINED},
    cases=[
        Case("one-sample", x=np.array([[1.0, -2.0, 5.0]]), **THREE_TRAINED),
        Case("batch", x=normal(5, 3, seed=21) * 2 + 1, **THREE_TRAINED),
        Case("as-many-samples-as-channels", x=SQUARE, **THREE_TRAINED),
        Case("images", x=IMAGES, **FOUR_TRAINED),
        Case("as-many-rows-as-channels", x=TALL_IMAGES, **THREE_TRAINED),
        Case(
            "variance-zero",
            x=normal(4, 3, seed=22) * 0.01 + [0.5, -2.0, 3.0],
            **{**THREE_TRAINED, "running_var": np.array([0.0, 0.25, 0.0])},
        ),
        Case("large-eps", x=normal(4, 3, seed=23), **THREE_TRAINED, eps=0.1),
        Case("read-only", x=normal(2, 3, seed=24), **THREE_TRAINED, readonly=True),
        Case("single-precision", **single(x=normal(4, 3, seed=25), **THREE_TRAINED)),
        random_cases(drawn_eval),
    ],
    misconceptions=[
        returns("batch-statistics-used", "batch_norm_eval(x, gamma, beta, *batch_statistics(x), eps)")
        .believes("Batch norm normalises with the batch at hand.")
        .ask("A batch of one sample: what would be left of it?"),
        edit(
            "updated-at-test",
            "return y",
            "running_mean += 0.1 * (x.mean(axis=tuple(range(x.ndim - 1))) - running_mean); return y",
        )
        .believes("The running statistics keep running.")
        .ask("Should a prediction change the predictions after it?"),
        *FORWARD,
        returns(
            "channels-on-axis-one",
            "np.moveaxis(batch_norm_eval(np.moveaxis(x, 1, -1), gamma, beta, running_mean, running_var, eps), -1, 1)",
        )
        .believes("Axis 1 counts the channels.")
        .ask("Images are (N, H, W, C) here. Against which axis does an array of shape (C,) broadcast?"),
        edit("unbiased-again", "running_var + eps", "running_var * (x.size / (x.size - x.shape[-1])) + eps")
        .believes("The stored variance has to be made unbiased.")
        .ask("Which variance did training store?"),
        edit("mean-not-subtracted", "(x - running_mean)", "x")
        .believes("Only the size has to be normalised.")
        .ask("What does the formula subtract?"),
        edit("batch-variance-used", "running_var + eps", "x.var(axis=tuple(range(x.ndim - 1))) + eps")
        .believes("The mean is the stored one, the variance the batch's.")
        .ask("What is the variance of a batch of one?"),
        returns("passed-through", "x")
        .believes("At test time nothing is done.")
        .ask("That is dropout. What does batch norm do at test time?"),
        edit("training-tuple-returned", "return y", "return y, running_mean, running_var")
        .believes("The statistics are returned as in training.")
        .ask("What does the docstring say is returned?"),
        edit("eps-of-a-thousandth", "1e-5", "1e-3")
        .believes("ε is 1e-3 where none is given.")
        .ask("Which default does the signature have?"),
        edit("scaled-before-the-mean", "gamma * (x - running_mean)", "(gamma * x - running_mean)")
        .believes("γ multiplies x, and the mean is subtracted then.")
        .ask("What does γ stand in front of in the formula?"),
    ],
    hints=[
        "Which numbers come from training, and what is measured now?",
        "Arrays of shape (C,) broadcast against the last axis, for (N, C) and for images.",
        "gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta",
    ],
    variants=[
        Variant(
            "folded",
            """
            slope = gamma / np.sqrt(running_var + eps)
            return x * slope + (beta - running_mean * slope)
            """,
        )
    ],
)

batch_norm_eval_backward = Exercise(
    "batch_norm_eval_backward",
    points=2,
    wrt=["x", "gamma", "beta"],
    vectorized=lambda n: {"grad_output": normal(n, 3, seed=1), "x": normal(n, 3), **THREE_TRAINED},
    cases=[
        Case("one-sample", grad_output=np.array([[1.0, -2.0, 0.5]]), x=np.array([[1.0, -2.0, 5.0]]), **THREE_TRAINED),
        Case("batch", x=normal(5, 3, seed=31) * 2 + 1, **THREE_TRAINED),
        Case("as-many-samples-as-channels", x=SQUARE, **THREE_TRAINED),
        Case("images", x=IMAGES, **FOUR_TRAINED),
        Case("as-many-rows-as-channels", x=TALL_IMAGES, **THREE_TRAINED),
        Case("large-eps", x=normal(4, 3, seed=32), **THREE_TRAINED, eps=0.1),
        Case("read-only", x=normal(2, 3, seed=33), **THREE_TRAINED, readonly=True),
        Case("single-precision", **single(x=normal(4, 3, seed=34), **THREE_TRAINED)),
        random_cases(drawn_eval),
    ],
    misconceptions=[
        edit("as-in-training", SLOPE, f"gamma * scale * {THREE_PATHS}")
        .believes("The way back through batch norm always has three paths.")
        .ask("If one x changes, do running_mean and running_var change?"),
        returns("that-of-training", "batch_norm_backward(grad_output, x, gamma, beta, eps)")
        .believes("batch_norm_backward is the way back, at test time too.")
        .ask("With which mean and variance did `batch_norm_eval` normalise? Do they change if one x changes?"),
        edit("gamma-forgotten", SLOPE, "grad_output * scale")
        .believes("grad_x is G over the spread.")
        .ask("x̂ is multiplied by γ on the way forward. And on the way back?"),
        edit("spread-forgotten", SLOPE, "grad_output * gamma")
        .believes("grad_x is G times γ.")
        .ask("By what does y change if x changes by one spread?"),
        *PARAMETERS,
        *BACKWARD,
        edit(
            "statistics-learned", GRADIENTS, f"{GRADIENTS}, -gamma * scale * grad_beta, -gamma * grad_gamma * scale**2"
        )
        .believes("Every array among the arguments gets a gradient.")
        .ask("What is a gradient good for, and are the running statistics learned by it?"),
        edit("spread-multiplied", SLOPE, "grad_output * gamma / scale")
        .believes("Going back multiplies by the spread.")
        .ask("If x rises by 1, by how much does x̂ rise where the spread is 10?"),
        edit("passed-through", SLOPE, "grad_output")
        .believes("Constants have no gradient, so it passes as it is.")
        .ask("By how much does y rise when x rises by 1?"),
        edit("mean-path-kept", SLOPE, "(grad_output - grad_output.mean(axis=axes)) * gamma * scale")
        .believes("The path through the mean stays.")
        .ask("Does the stored mean move when x moves?"),
        edit("grad-gamma-not-scaled", X_HAT, "(grad_output * (x - running_mean))")
        .believes("γ's gradient is Σ G (x - running_mean).")
        .ask(BESIDE_GAMMA.format("x - μ")),
        edit("grad-gamma-not-centred", X_HAT, "(grad_output * x * scale)")
        .believes("γ's gradient is Σ G x / √(σ² + ε).")
        .ask(BESIDE_GAMMA.format("x")),
    ],
    hints=[
        "y = γ (x - μ) / √(σ² + ε) + β: what in it depends on x, if μ and σ² are constants?",
        "For each channel this is a straight line in x; its slope is γ / √(σ² + ε).",
        "G γ / √(σ² + ε); Σ G (x - μ) / √(σ² + ε); Σ G: sums over all axes but the last.",
    ],
    variants=[
        Variant(
            "einsum",
            """
            slope = (running_var + eps) ** -0.5
            rows, centred = (each.reshape(-1, x.shape[-1]) for each in (grad_output, x - running_mean))
            grad_gamma = np.einsum("nc,nc->c", rows, centred) * slope
            return [grad_output * (gamma * slope), grad_gamma, np.einsum("nc->c", rows)]
            """,
        )
    ],
)
