"""lstm_step and lstm_step_backward: the gates, then the states."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import normal
from autograder.units.shared.families import upstream_ignored
from autograder.units.u10_recurrent import lstm_gates, lstm_state
from autograder.units.u10_recurrent.sequences import Inputs, draw_lstm, lstm_inputs, single, sizes
from autograder.units.u10_recurrent.weight_gradients import AVERAGED_OVER_SAMPLES

FAR_OUT = lstm_inputs(2, features=1, units=2, seed=90) | lstm_gates.FAR_OUT


def _random_step(rng: np.random.Generator) -> Inputs:
    n, _, features, units = sizes(rng)
    return draw_lstm(rng, n, features=features, units=units)


def _many(n: int) -> Inputs:
    return lstm_inputs(n, features=3, units=2)


lstm_step = Exercise(
    "lstm_step",
    points=1,
    parts=("h'", "c'"),
    vectorized=_many,
    cases=[
        Case("one-unit", **lstm_gates.ONE_UNIT),
        Case("one-sample", **lstm_inputs(1, features=2, units=3, seed=91)),
        Case("more-units-than-features", **lstm_inputs(2, features=3, units=5, seed=92)),
        Case("more-features-than-units", **lstm_inputs(5, features=4, units=2, seed=93)),
        Case("empty-cell", **(lstm_inputs(3, features=2, units=4, seed=94) | {"c": np.zeros((3, 4))})),
        Case(
            "zero-states",
            **(lstm_inputs(2, features=3, units=2, seed=95) | {"h": np.zeros((2, 2)), "c": np.zeros((2, 2))}),
        ),
        Case("far-out-nothing-overflows", **FAR_OUT),
        Case("read-only", readonly=True, **lstm_inputs(4, features=2, units=3, seed=96)),
        Case("single-precision", **single(lstm_inputs(3, features=4, units=2, seed=97))),
        random_cases(_random_step),
    ],
    misconceptions=[
        lstm_gates.ORDER_OF_CS231N,
        lstm_gates.CANDIDATE_BY_SIGMOID,
        lstm_state.INPUT_GATE_FORGOTTEN,
        lstm_state.TANH_FORGOTTEN_AT_THE_OUTPUT,
        lstm_gates.FORGET_BIAS_OF_ONE,
        edit("gates-look-at-the-cell", "lstm_gates(x, h,", "lstm_gates(x, c,")
        .believes("The gates are computed from x and c, the cell being the memory.")
        .ask("Which of the two states stands beside W_h in the formula?"),
        edit("old-cell-not-kept", lstm_state.CELL, "i * g")
        .believes("The new cell is what is written now.")
        .ask("Which gate says how much of the old cell stays, and where is the old cell?"),
        lstm_state.CELL_FIRST,
        returns("hidden-state-only", "lstm_step(x, h, c, w_x, w_h, b)[0]")
        .believes("A step returns the new hidden state.")
        .ask("What does the next step need besides h?"),
        returns("arguments-exchanged", "lstm_step(x, c, h, w_x, w_h, b)")
        .believes("c comes before h in the states.")
        .ask("Which state do the gates read, and which one do they act on?"),
        lstm_state.OUTPUT_OF_THE_OLD_CELL,
    ],
    hints=[
        "A step is two exercises that you have solved, one after the other.",
        "The gates come from x, h and the weights; the states come from the gates and the old cell.",
        "lstm_state(*lstm_gates(x, h, w_x, w_h, b), c)",
    ],
    variants=[
        Variant(
            "slices-and-exponentials",
            """
            a, units = x @ w_x + h @ w_h + b, h.shape[1]
            with np.errstate(over="ignore"):
                gate = 1 / (1 + np.exp(-a))
            cell = gate[:, units : 2 * units] * c + gate[:, :units] * np.tanh(a[:, 2 * units : 3 * units])
            return gate[:, 3 * units :] * np.tanh(cell), cell
            """,
        )
    ],
)

STATES = "return grad_x, grad_h, grad_c,"

lstm_step_backward = Exercise(
    "lstm_step_backward",
    points=2,
    vectorized=lambda n: {"grad_output": (normal(n, 2, seed=1), normal(n, 2, seed=2)), **_many(n)},
    cases=[
        Case("one-unit", grad_output=(np.array([[2.0]]), np.array([[-0.5]])), **lstm_gates.ONE_UNIT),
        Case("one-sample", **lstm_inputs(1, features=2, units=3, seed=101)),
        Case("more-units-than-features", **lstm_inputs(2, features=3, units=5, seed=102)),
        Case("more-features-than-units", **lstm_inputs(5, features=4, units=2, seed=103)),
        Case("empty-cell", **(lstm_inputs(3, features=2, units=4, seed=104) | {"c": np.zeros((3, 4))})),
        Case("far-out-gates-do-not-move", **FAR_OUT),
        Case("read-only", readonly=True, **lstm_inputs(4, features=2, units=3, seed=105)),
        Case("single-precision", **single(lstm_inputs(3, features=4, units=2, seed=106))),
        random_cases(_random_step),
    ],
    misconceptions=[
        upstream_ignored(),
        *lstm_state.WAYS_INTO_THE_CELL,
        lstm_gates.PARTS_IN_THE_ORDER_OF_CS231N,
        lstm_gates.CANDIDATE_SLOPE_OF_SIGMOID,
        edit("gate-slopes-forgotten", "np.concatenate(slopes", "np.concatenate(grad_output")
        .believes("From the gates to the kernels it is only a matrix product.")
        .ask("What stands between the sum a_i and the gate i?"),
        AVERAGED_OVER_SAMPLES,
        edit("old-states-get-nothing", STATES, "return grad_x, 0 * grad_h, 0 * grad_c,")
        .believes("The old states were given, so no gradients go to them.")
        .ask("How should the step before learn that its states were useful here?"),
        edit("old-states-exchanged", STATES, "return grad_x, grad_c, grad_h,")
        .believes("The cell's gradient comes before the hidden state's.")
        .ask("In which order do h and c stand among the arguments?"),
    ],
    hints=[
        "Two exercises that you have solved, in the opposite order of the forward pass.",
        "Run the gates again, go back through the states, then through the gates with what comes out.",
        "*grad_gates, grad_c = lstm_state_backward(grad_output, *gates, c); then "
        "lstm_gates_backward(grad_gates, x, h, w_x, w_h, b), and mind the order of the results.",
    ],
    variants=[
        Variant(
            "in-one-piece",
            """
            i, f, g, o = lstm_gates(x, h, w_x, w_h, b)
            grad_h, grad_c = grad_output
            cell = f * c + i * g
            at_cell = grad_c + grad_h * o / np.cosh(cell) ** 2
            of_cell = [at_cell * g * i * (1 - i), at_cell * c * f * (1 - f), at_cell * i * (1 - g**2)]
            grad_a = np.hstack([*of_cell, grad_h * np.tanh(cell) * o * (1 - o)])
            of_weights = x.T @ grad_a, h.T @ grad_a, np.einsum("nk->k", grad_a)
            return grad_a @ w_x.T, grad_a @ w_h.T, at_cell * f, *of_weights
            """,
        )
    ],
)
