"""gradient_norm_by_step: gradients that vanish or explode."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import Array
from autograder.units.u10_recurrent.sequences import Inputs, draw_rnn, rnn_inputs, single, sizes
from autograder.units.u10_recurrent.weight_gradients import STATE_KERNEL_NOT_TRANSPOSED

TURN = np.array([[0.6, -0.8], [0.8, 0.6]])
#: The state is driven to ±1 at every step, except for the second sequence.
SATURATED = rnn_inputs(2, 4, features=1, units=3, seed=150)
SATURATED["x"] = np.array([[[9.0], [-8.0], [7.0], [9.0]], [[0.1], [-0.2], [0.0], [0.3]]])

NORM = "np.linalg.norm(grad_h)"
SLOPE = "(1 - states[:, t] ** 2)"


def _random_sequence(rng: np.random.Generator) -> Inputs:
    n, t, features, units = sizes(rng)
    inputs = draw_rnn(rng, n, t, features=features, units=units)
    return inputs | {"w_hh": rng.uniform(0.5, 2.5) * inputs["w_hh"]}


def _silent(steps: int, w_hh: Array) -> Inputs:
    """Nothing is read and the state stays 0, where tanh has slope 1: W_hh acts alone."""
    units = len(w_hh)
    return {
        "x": np.zeros((2, steps, 1)),
        "h0": np.zeros((2, units)),
        "w_xh": np.ones((1, units)),
        "w_hh": w_hh,
        "b": np.zeros(units),
    }


gradient_norm_by_step = Exercise(
    "gradient_norm_by_step",
    points=2,
    vectorized=lambda n: rnn_inputs(n, 3, features=2, units=4),
    cases=[
        Case("one-step", **rnn_inputs(2, 1, features=3, units=4, seed=151)),
        Case("one-sequence", **rnn_inputs(1, 4, features=2, units=3, seed=152)),
        Case("batch", **rnn_inputs(3, 4, features=2, units=5, seed=153)),
        Case("as-many-units-as-features", **rnn_inputs(2, 5, features=3, units=3, seed=154)),
        Case("explodes-by-half-at-every-step", **_silent(12, 1.5 * TURN)),
        Case("vanishes-by-half-at-every-step", **_silent(12, 0.5 * TURN)),
        Case("unequal-units", **_silent(6, np.array([[1.25, 0.5], [0.0, 0.5]]))),
        Case("saturated-sequence-forgets", **SATURATED),
        Case("read-only", readonly=True, **rnn_inputs(2, 4, features=3, units=5, seed=155)),
        Case("single-precision", **single(rnn_inputs(3, 4, features=2, units=5, seed=156))),
        random_cases(_random_sequence),
    ],
    misconceptions=[
        edit("last-step-first", "norms[::-1]", "norms")
        .believes("The norms stand in the order in which the walk back finds them.")
        .ask("Entry 0 belongs to h0. Which norm do you compute first?"),
        edit("slope-of-tanh-forgotten", f" * {SLOPE}", "")
        .believes("Each step back is a product with W_hhᵀ.")
        .ask("A saturated state hardly moves when the state before does. Where is that in your norms?"),
        edit("slope-of-the-state-before", SLOPE, "(1 - (states[:, t - 1] if t else h0) ** 2)")
        .believes("From h_t back to h_{t-1} the slope is 1 - h_{t-1}².")
        .ask("Which of the two states came out of the tanh that stands between them?"),
        STATE_KERNEL_NOT_TRANSPOSED,
        edit("loss-at-every-step", "w_hh.T", "w_hh.T + (t > 0)")
        .believes("The loss is the sum of all states.")
        .ask("Which state does L contain directly? Through what do the others act on it?"),
        edit("initial-state-left-out", "norms[::-1]", "norms[-2::-1]")
        .believes("T steps have T norms.")
        .ask("h_0 to h_T: how many states is that?"),
        edit("root-forgotten", NORM, "(grad_h**2).sum()")
        .believes("The norm is the sum of squares.")
        .ask("What is the length of the vector (3, 4)?"),
        edit("sum-of-magnitudes", NORM, "np.abs(grad_h).sum()")
        .believes("The norm is the sum of magnitudes.")
        .ask("What is the length of the vector (3, 4)?"),
        edit("mean-over-samples", NORM, "np.linalg.norm(grad_h, axis=1).mean()")
        .believes("Every sample has its norm; the result is their mean.")
        .ask("Over how many numbers does the sum of squares in the docstring run?"),
        edit("spectral-norm", NORM, "np.linalg.norm(grad_h, 2)")
        .believes("np.linalg.norm(…, 2) of a matrix is the root of the sum of squares.")
        .ask("What does the argument 2 mean for a matrix, and what for a vector?"),
    ],
    hints=[
        "Start from ones at h_T, and walk back one step at a time; each step gives one norm.",
        "One step back: times the slope 1 - h_t², then times W_hhᵀ. It is `rnn_backward` with an upstream at T only.",
        "grad = (grad * (1 - h_t**2)) @ w_hh.T; norms.append(np.linalg.norm(grad)); turn the list around at the end.",
    ],
    variants=[
        Variant(
            "by-jacobians",
            (
                "np.ones_like(states[:, -1])",
                "np.ones_like(states[:, -1:])",
                f"(grad_h * {SLOPE}) @ w_hh.T",
                f"grad_h @ ({SLOPE}[:, :, None] * w_hh.T)",
            ),
        )
    ],
)
