"""lstm_gates and lstm_gates_backward."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import normal
from autograder.units.shared.families import upstream_ignored
from autograder.units.u10_recurrent.sequences import Inputs, draw_lstm, lstm_inputs, single, sizes
from autograder.units.u10_recurrent.weight_gradients import AVERAGED_OVER_SAMPLES

#: One step of an LSTM.
ONE_UNIT: Inputs = {
    "x": np.array([[0.5]]),
    "h": np.array([[-0.25]]),
    "c": np.array([[1.5]]),
    "w_x": np.array([[1.0, -2.0, 3.0, 0.5]]),
    "w_h": np.array([[0.5, 1.5, -1.0, 2.0]]),
    "b": np.array([0.1, 0.0, -0.2, 0.3]),
}
INTEGERS: Inputs = {
    "x": np.array([[1, -2], [0, 3]]),
    "h": np.array([[1], [-1]]),
    "w_x": np.array([[1, 2, -1, 0], [1, 0, 1, 2]]),
    "w_h": np.array([[2, -1, 1, 1]]),
    "b": np.array([-1, 0, 1, 2]),
}
#: The first sample takes pre-activations to thousands, on both sides; the second one is moderate.
FAR_OUT: Inputs = {"x": np.array([[4000.0], [0.5]]), "w_x": np.array([[1, -1, -1, 1, 1, -1, -1, 0.5]])}


def _without_cell(inputs: Inputs) -> Inputs:
    return {name: array for name, array in inputs.items() if name != "c"}


def _inputs(n: int, features: int, units: int, seed: int) -> Inputs:
    return _without_cell(lstm_inputs(n, features=features, units=units, seed=seed))


def _random_gates(rng: np.random.Generator) -> Inputs:
    n, _, features, units = sizes(rng)
    return _without_cell(draw_lstm(rng, n, features=features, units=units))


def _many(n: int) -> Inputs:
    return _inputs(n, 3, 2, seed=51)


SIGMOID = "half: Array = 0.5 + 0.5 * np.tanh(0.5 * a)"
HARMLESS_OVERFLOW = "with np.errstate(over='ignore'):\n            half: Array = 1 / (1 + np.exp(-a))"
WITHOUT_OVERFLOW = "half: Array = np.where(a >= 0, 1, np.exp(-np.abs(a))) / (1 + np.exp(-np.abs(a)))"
PARTS = "np.split(x @ w_x + h @ w_h + b, 4, axis=1)"
PART_BY_PART = "(x @ u + h @ v + c for u, v, c in zip(*(np.split(w, 4, axis=-1) for w in (w_x, w_h, b))))"
THIRD_PART = "In which order does the convention card put the gates, and which columns are the third part?"

#: A whole LSTM and its steps are known for these too.
ORDER_OF_CS231N = (
    edit("order-of-cs231n", "a_i, a_f, a_g, a_o =", "a_i, a_f, a_o, a_g =")
    .believes("The columns stand in the order i, f, o, g.")
    .ask(THIRD_PART)
)
CANDIDATE_BY_SIGMOID = (
    edit("candidate-by-sigmoid", "np.tanh(a_g)", "sigmoid(a_g)")
    .believes("All four parts are gates, so all four are squashed by σ.")
    .ask("g is written into the cell. Should a network be able to write a negative number?")
)
FORGET_BIAS_OF_ONE = (
    edit("forget-bias-of-one", "sigmoid(a_f)", "sigmoid(a_f + 1)")
    .believes("The forget gate gets 1 on top, so that it is open at first.")
    .ask("That is a choice for the initial b. Who makes it: this function, or who passes b?")
)

lstm_gates = Exercise(
    "lstm_gates",
    points=1,
    parts=("i", "f", "g", "o"),
    vectorized=_many,
    cases=[
        Case("one-unit", **_without_cell(ONE_UNIT)),
        Case("one-sample", **_inputs(1, 2, 3, seed=52)),
        Case("more-units-than-features", **_inputs(2, 3, 5, seed=53)),
        Case("more-features-than-units", **_inputs(5, 4, 2, seed=54)),
        Case("four-units", **_inputs(3, 2, 4, seed=55)),
        Case("zero-state", **(_inputs(3, 2, 4, seed=56) | {"h": np.zeros((3, 4))})),
        Case("far-out-nothing-overflows", **(_inputs(2, 1, 2, seed=50) | FAR_OUT)),
        Case("read-only", readonly=True, **_inputs(4, 2, 3, seed=57)),
        Case("integers", **INTEGERS),
        Case("single-precision", **single(_inputs(3, 4, 2, seed=58))),
        random_cases(_random_gates),
    ],
    misconceptions=[
        ORDER_OF_CS231N,
        edit("forget-gate-first", "a_i, a_f, a_g, a_o =", "a_f, a_i, a_g, a_o =")
        .believes("The columns stand in the order in which the figures draw the gates: f, i, g, o.")
        .ask(THIRD_PART),
        CANDIDATE_BY_SIGMOID,
        edit("gates-by-tanh", SIGMOID, "half = np.tanh(a)")
        .believes("All four parts are squashed by tanh.")
        .ask("What would a gate of -1 mean? Between which two numbers is a gate?"),
        edit("not-squashed", SIGMOID, "half = 1.0 * a", "np.tanh(a_g)", "1.0 * a_g")
        .believes("The gates are the four parts of the sum.")
        .ask("A gate lies between shut, 0, and open, 1. What brings a sum there?"),
        edit("gates-interleaved", PARTS, "np.moveaxis((x @ w_x + h @ w_h + b).reshape(len(x), -1, 4), -1, 0)")
        .believes("Every unit has its four columns side by side.")
        .ask("Columns 0 to H - 1 all belong to one gate. How must the last axis be cut?"),
        FORGET_BIAS_OF_ONE,
        edit("bias-forgotten", " + b, 4", ", 4")
        .believes("Two kernels are all there is.")
        .ask("What are the gates for x = 0 and h = 0?"),
        edit("state-ignored", " + h @ w_h", "")
        .believes("The gates look at what is read only.")
        .ask("Whether to forget may depend on what came before. Which term knows that?"),
        edit("sigmoid-overflows", SIGMOID, "half = np.exp(a) / (1 + np.exp(a))")
        .believes("e^a / (1 + e^a) is σ(a) for every a.")
        .ask("What is e^1000 in floating point, and infinity divided by infinity?"),
    ],
    hints=[
        "All four gates come from one sum of shape (N, 4H). What are its parts, from left to right?",
        "np.split cuts it into four along the last axis; three parts go through σ, the third through tanh.",
        "a_i, a_f, a_g, a_o = np.split(x @ w_x + h @ w_h + b, 4, axis=1); σ(a) = 0.5 + 0.5 * np.tanh(0.5 * a)",
    ],
    variants=[
        Variant("gate-by-gate", (PARTS, PART_BY_PART, SIGMOID, HARMLESS_OVERFLOW)),
        Variant("exact-sigmoid", (SIGMOID, WITHOUT_OVERFLOW)),
    ],
)

OF_X_AND_H = "grad_a @ w_x.T, grad_a @ w_h.T"

#: On the way back through a step too.
PARTS_IN_THE_ORDER_OF_CS231N = (
    edit("order-of-cs231n", "np.concatenate(slopes", "np.concatenate([slopes[k] for k in (0, 1, 3, 2)]")
    .believes("The columns stand in the order i, f, o, g.")
    .ask(THIRD_PART)
)
CANDIDATE_SLOPE_OF_SIGMOID = (
    edit("candidate-by-sigmoid", "grad_g * (1 - g**2)", "grad_g * g * (1 - g)")
    .believes("All four slopes are those of σ.")
    .ask("Which of the four was squashed by tanh, and what is the slope of that?")
)

lstm_gates_backward = Exercise(
    "lstm_gates_backward",
    points=2,
    vectorized=lambda n: {"grad_output": tuple(normal(n, 2, seed=k) for k in range(4)), **_many(n)},
    cases=[
        Case(
            "one-unit",
            grad_output=tuple(np.array([[grad]]) for grad in (1.0, -2.0, 0.5, 3.0)),
            **_without_cell(ONE_UNIT),
        ),
        Case("one-sample", **_inputs(1, 2, 3, seed=62)),
        Case("more-units-than-features", **_inputs(2, 3, 5, seed=63)),
        Case("more-features-than-units", **_inputs(5, 4, 2, seed=64)),
        Case("four-units", **_inputs(3, 2, 4, seed=65)),
        Case("zero-state", **(_inputs(3, 2, 4, seed=66) | {"h": np.zeros((3, 4))})),
        Case("far-out-gates-do-not-move", **(_inputs(2, 1, 2, seed=50) | FAR_OUT)),
        Case("read-only", readonly=True, **_inputs(4, 2, 3, seed=67)),
        Case("single-precision", **single(_inputs(3, 4, 2, seed=68))),
        random_cases(_random_gates),
    ],
    misconceptions=[
        upstream_ignored(),
        edit("slopes-forgotten", "np.concatenate(slopes", "np.concatenate(grad_output")
        .believes("The way back goes through the kernels alone.")
        .ask("A gate that is wide open hardly moves when its sum does. Where is that in your gradient?"),
        CANDIDATE_SLOPE_OF_SIGMOID,
        edit("gates-by-tanh", "i * (1 - i)", "(1 - i**2)", "f * (1 - f)", "(1 - f**2)", "o * (1 - o)", "(1 - o**2)")
        .believes("All four slopes are 1 minus the square.")
        .ask("Which of the four were squashed by σ, and what is the slope of that?"),
        edit("slopes-of-the-sums", "lstm_gates(x, h, w_x, w_h, b)", PARTS)
        .believes("The slopes are a (1 - a) and 1 - a², with the sums a.")
        .ask("σ' = σ (1 - σ) is told by what comes out of σ. Can your slope become negative?"),
        PARTS_IN_THE_ORDER_OF_CS231N,
        edit("last-gate-only", OF_X_AND_H, "slopes[3] @ w_x.T[-len(w_h) :], slopes[3] @ w_h.T[-len(w_h) :]")
        .believes("The gradient of x is computed once per gate, and the last one is it.")
        .ask("x was read by four gates. What do gradients of several uses do?"),
        AVERAGED_OVER_SAMPLES,
    ],
    hints=[
        "Find the gradient of the sum of shape (N, 4H) first; part by part, then side by side.",
        "Every part is upstream times slope: gate · (1 - gate) three times, 1 - g² for the candidate.",
        "grad_a = np.concatenate([…], axis=1); grad_a @ w_x.T, grad_a @ w_h.T, x.T @ grad_a, h.T @ grad_a, "
        "grad_a.sum(axis=0)",
    ],
    variants=[
        Variant(
            "gate-by-gate",
            """
            grad_i, grad_f, grad_g, grad_o = grad_output
            i, f, g, o = lstm_gates(x, h, w_x, w_h, b)
            parts = grad_i * i * (1 - i), grad_f * f * (1 - f), grad_g * (1 - g**2), grad_o * o * (1 - o)
            grad_x = sum(part @ kernel.T for part, kernel in zip(parts, np.split(w_x, 4, axis=1)))
            grad_h = sum(part @ kernel.T for part, kernel in zip(parts, np.split(w_h, 4, axis=1)))
            of_weights = ([each.T @ part for part in parts] for each in (x, h))
            return grad_x, grad_h, *map(np.hstack, of_weights), np.hstack([sum(part) for part in parts])
            """,
        )
    ],
)
