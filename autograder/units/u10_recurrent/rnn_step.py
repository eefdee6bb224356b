"""rnn_step and rnn_step_backward."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import grid
from autograder.units.shared.families import upstream_ignored
from autograder.units.u10_recurrent.sequences import Inputs, draw_rnn, rnn_inputs, single, sizes
from autograder.units.u10_recurrent.weight_gradients import AVERAGED_OVER_SAMPLES, STATE_KERNEL_NOT_TRANSPOSED

ONE_UNIT: Inputs = {
    "x": np.array([[0.5]]),
    "h": np.array([[-0.25]]),
    "w_xh": np.array([[2.0]]),
    "w_hh": np.array([[-1.5]]),
    "b": np.array([0.1]),
}
INTEGERS: Inputs = {
    "x": np.array([[1, -2], [0, 3], [2, 2]]),
    "h": np.array([[0], [1], [-1]]),
    "w_xh": np.array([[1], [1]]),
    "w_hh": np.array([[2]]),
    "b": np.array([-1]),
}
#: The first sample drives every unit to ±1; the second one does not.
SATURATED = rnn_inputs(2, features=3, units=4, seed=9)
SATURATED["x"] = np.array([[1000.0, -2000.0, 3000.0], [0.1, 0.2, -0.3]])

SUM = "x @ w_xh + h @ w_hh + b"
AFTER = "rnn_step(x, h, w_xh, w_hh, b)"
OF_X_AND_H = "grad_a @ w_xh.T, grad_a @ w_hh.T"


def _random_step(rng: np.random.Generator) -> Inputs:
    n, _, features, units = sizes(rng)
    return draw_rnn(rng, n, features=features, units=units)


rnn_step = Exercise(
    "rnn_step",
    points=1,
    vectorized=lambda n: rnn_inputs(n, features=3, units=2),
    cases=[
        Case("one-unit", **ONE_UNIT),
        Case("one-sample", **rnn_inputs(1, features=2, units=3, seed=1)),
        Case("more-units-than-features", **rnn_inputs(2, features=3, units=5, seed=2)),
        Case("more-features-than-units", **rnn_inputs(5, features=4, units=2, seed=3)),
        Case("as-many-units-as-features", **rnn_inputs(2, features=3, units=3, seed=4)),
        Case("zero-state", **(rnn_inputs(3, features=2, units=4, seed=5) | {"h": np.zeros((3, 4))})),
        Case("saturated-units", **SATURATED),
        Case("read-only", readonly=True, **rnn_inputs(4, features=2, units=3, seed=6)),
        Case("integers", **INTEGERS),
        Case("single-precision", **single(rnn_inputs(3, features=4, units=2, seed=7))),
        random_cases(_random_step),
    ],
    misconceptions=[
        edit("kernels-swapped", "x @ w_xh + h @ w_hh", "x @ w_hh + h @ w_xh")
        .believes("W_hh meets the input and W_xh the state.")
        .ask("Read the index from left to right: from where to where does W_xh lead?"),
        edit("tanh-forgotten", "np.tanh", "")
        .believes("The new state is the weighted sum.")
        .ask("What happens to a state that is multiplied by 2 at each of a hundred steps?"),
        edit("bias-forgotten", " + b)", ")")
        .believes("Two kernels are all there is.")
        .ask("What is the new state for x = 0 and h = 0?"),
        edit("sigmoid-for-tanh", f"np.tanh({SUM})", f"0.5 + 0.5 * np.tanh(0.5 * ({SUM}))")
        .believes("The state is squashed into (0, 1).")
        .ask("Can this state ever become negative? Should it?"),
        edit("state-outside-the-tanh", f"np.tanh({SUM})", "np.tanh(x @ w_xh + b) + h @ w_hh")
        .believes("Only what is read is squashed; the old state is added after that.")
        .ask("Between which two numbers does the new state lie in the formula?"),
        edit("state-not-weighted", "h @ w_hh", "h")
        .believes("The old state is added as it is.")
        .ask("How can one unit hear of another one's state?"),
        edit("state-ignored", " + h @ w_hh", "")
        .believes("A step is a dense layer on what is read.")
        .ask("Where would the network remember what it has read before?"),
        edit("state-kernel-transposed", "h @ w_hh", "h @ w_hh.T")
        .believes("Column j of W_hh holds what unit j sends out.")
        .ask("Entry [j, k] leads from j to k. Over which index of W_hh does h @ W_hh sum?"),
        edit("bias-outside-the-tanh", " + b)", ") + b")
        .believes("The bias is added at the end.")
        .ask("Between which numbers does the new state lie, and can yours be larger than 1?"),
        edit("tanh-of-each-part", f"np.tanh({SUM})", "np.tanh(x @ w_xh) + np.tanh(h @ w_hh) + b")
        .believes("Each of the two products is squashed, and then they are added.")
        .ask("How many tanh are in the formula, and what is inside?"),
    ],
    hints=[
        "Three terms are added, then squashed. What shapes do the terms have?",
        "x @ w_xh and h @ w_hh are both (N, H); the bias is broadcast over the samples.",
        "np.tanh(x @ w_xh + h @ w_hh + b)",
    ],
    variants=[
        Variant("side-by-side", (SUM, "np.concatenate([x, h], axis=1) @ np.concatenate([w_xh, w_hh]) + b")),
        Variant("einsum", ("x @ w_xh", "np.einsum('nf,fh->nh', x, w_xh)")),
    ],
)

rnn_step_backward = Exercise(
    "rnn_step_backward",
    points=2,
    vectorized=lambda n: {"grad_output": grid(n, 2), **rnn_inputs(n, features=3, units=2)},
    cases=[
        Case("one-unit", grad_output=np.array([[-3.0]]), **ONE_UNIT),
        Case("one-sample", **rnn_inputs(1, features=2, units=3, seed=11)),
        Case("more-units-than-features", **rnn_inputs(2, features=3, units=5, seed=12)),
        Case("more-features-than-units", **rnn_inputs(5, features=4, units=2, seed=13)),
        Case("as-many-units-as-features", **rnn_inputs(2, features=3, units=3, seed=14)),
        Case("zero-state", **(rnn_inputs(3, features=2, units=4, seed=15) | {"h": np.zeros((3, 4))})),
        Case("saturated-sample-learns-nothing", **SATURATED),
        Case("read-only", readonly=True, **rnn_inputs(4, features=2, units=3, seed=16)),
        Case("single-precision", **single(rnn_inputs(3, features=4, units=2, seed=17))),
        random_cases(_random_step),
    ],
    misconceptions=[
        upstream_ignored(),
        edit("slope-of-tanh-forgotten", f" * (1 - {AFTER} ** 2)", "")
        .believes("A step is a dense layer on the way back.")
        .ask("A saturated unit hardly moves when its input does. Where is that in your gradient?"),
        edit("slope-of-the-pre-activation", AFTER, f"({SUM})")
        .believes("The slope is 1 minus the square of what went into tanh.")
        .ask("tanh'(a) = 1 - tanh(a)². Can your slope become negative?"),
        edit("slope-of-the-old-state", AFTER, "h")
        .believes("The slope is 1 - h² with the h that was passed in.")
        .ask("Which of the two states came out of this tanh?"),
        STATE_KERNEL_NOT_TRANSPOSED,
        edit("new-state-in-the-kernel-gradient", "h.T @ grad_a", f"{AFTER}.T @ grad_a")
        .believes("The gradient of W_hh is h'ᵀ grad_a.")
        .ask("Which state was multiplied by W_hh: the one before the step or the one after it?"),
        AVERAGED_OVER_SAMPLES,
        edit("bias-not-summed", "grad_a.sum(axis=0)", "grad_a")
        .believes("The slope with respect to b is 1, so its gradient is grad_a.")
        .ask("b was broadcast over the samples. What does broadcasting become on the way back?"),
        edit("state-gets-nothing", "grad_a @ w_hh.T", "np.zeros_like(h)")
        .believes("The old state was given, so no gradient goes to it.")
        .ask("How should the step before learn that its state was useful here?"),
        edit("gradients-of-x-and-h-exchanged", OF_X_AND_H, "grad_a @ w_hh.T, grad_a @ w_xh.T")
        .believes("The state comes first.")
        .ask("In which order do the arguments stand, and what shape has each gradient?"),
    ],
    hints=[
        "Give the sum inside the tanh a name, a, and find its gradient first.",
        "grad_a = grad_output * (1 - h_new**2); then x, h, both kernels and b each get a product with it.",
        "grad_a @ w_xh.T, grad_a @ w_hh.T, x.T @ grad_a, h.T @ grad_a, grad_a.sum(axis=0)",
    ],
    variants=[
        Variant(
            "by-sample",
            """
            grad_a = grad_output * (1 - rnn_step(x, h, w_xh, w_hh, b) ** 2)
            of_kernels = (np.einsum("nf,nh->fh", each, grad_a) for each in (x, h))
            return grad_a @ w_xh.T, grad_a @ w_hh.T, *of_kernels, np.ones(len(x), x.dtype) @ grad_a
            """,
        )
    ],
)
