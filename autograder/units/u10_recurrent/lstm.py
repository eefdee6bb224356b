"""lstm and lstm_backward."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import normal
from autograder.units.u10_recurrent.lstm_gates import CANDIDATE_BY_SIGMOID, ORDER_OF_CS231N
from autograder.units.u10_recurrent.lstm_step import STATES
from autograder.units.u10_recurrent.rnn import (
    ON_THE_FIRST_AXIS,
    OVER_THE_FIRST_AXIS,
    STACKED,
    WHAT_IS_X_T,
    WHERE_ARE_STEPS,
)
from autograder.units.u10_recurrent.sequences import Inputs, draw_lstm, lstm_inputs, single, sizes
from autograder.units.u10_recurrent.weight_gradients import AVERAGED_OVER_STEPS

#: Gates by hand: what is read first (1) is written, later zeros are not, and the forget gate stays open.
REMEMBERS: Inputs = {
    "x": np.array([[[1.0], [0.0], [0.0], [-1.0]]]),
    "h0": np.array([[0.0]]),
    "c0": np.array([[-0.5]]),
    "w_x": np.array([[8.0, 0.0, 2.0, 0.5]]),
    "w_h": np.array([[0.0, 0.0, 0.5, 0.0]]),
    "b": np.array([-4.0, 5.0, 0.0, 1.0]),
}
#: The second of three steps takes the gates of the first sequence to 0 and 1.
SATURATED = lstm_inputs(2, 3, features=2, units=3, seed=110)
SATURATED["x"][0, 1] = [900.0, -1500.0]

INITIAL = "h, c, states = h0, c0, []"
STEP = "h, c = lstm_step(x[:, t], h, c, w_x, w_h, b)"
STEP_WITH_CELL, CELLS = f"{STEP}; cells.append(c)", "np.stack(cells, axis=1)"
STEP_ON_THE_PRODUCT = """a_i, a_f, a_g, a_o = np.split(driven[:, t] + h @ w_h, 4, axis=1)
        i, f, o = (0.5 + 0.5 * np.tanh(0.5 * a) for a in (a_i, a_f, a_o))
        h, c = lstm_state(i, f, np.tanh(a_g), o, c)"""


def _random_sequence(rng: np.random.Generator) -> Inputs:
    n, t, features, units = sizes(rng)
    return draw_lstm(rng, n, t, features=features, units=units)


def _random_long(rng: np.random.Generator) -> Inputs:
    return draw_lstm(rng, 1, int(rng.integers(10, 20)), features=1, units=2)


def _many(n: int) -> Inputs:
    return lstm_inputs(n, 3, features=2, units=3)


def _from_zero(n: int, t: int, features: int, units: int, seed: int) -> Inputs:
    inputs = lstm_inputs(n, t, features=features, units=units, seed=seed)
    return inputs | {"h0": np.zeros((n, units)), "c0": np.zeros((n, units))}


lstm = Exercise(
    "lstm",
    points=2,
    parts=("h", "c"),
    vectorized=_many,
    cases=[
        Case("one-unit-remembers", **REMEMBERS),
        Case("one-step", **lstm_inputs(2, 1, features=3, units=4, seed=111)),
        Case("one-sequence", **lstm_inputs(1, 4, features=2, units=3, seed=112)),
        Case("batch", **lstm_inputs(3, 4, features=2, units=5, seed=113)),
        Case("as-many-steps-as-sequences", **lstm_inputs(3, 3, features=4, units=2, seed=114)),
        Case("zero-initial-states", **_from_zero(2, 3, features=1, units=4, seed=115)),
        Case("saturated-step", **SATURATED),
        Case("forty-steps", **lstm_inputs(1, 40, features=1, units=2, seed=116)),
        Case("read-only", readonly=True, **lstm_inputs(2, 4, features=3, units=5, seed=117)),
        Case("single-precision", **single(lstm_inputs(3, 4, features=2, units=5, seed=118))),
        Case("one-state-for-all-is-refused", raises="h0", **(_many(2) | {"h0": normal(1, 3)})),
        Case("one-cell-for-all-is-refused", raises="c0", **(_many(2) | {"c0": normal(1, 3)})),
        random_cases(_random_sequence),
        random_cases(_random_long, count=1, label="random-long"),
    ],
    misconceptions=[
        edit("initial-states-every-step", "x[:, t], h, c,", "x[:, t], h0, c0,")
        .believes("h0 and c0 are the states that every step starts from.")
        .ask("The second step should know what the first one read. Through which arguments?"),
        edit("initial-cell-every-step", "x[:, t], h, c,", "x[:, t], h, c0,")
        .believes("The hidden state is handed on, the cell belongs to the step.")
        .ask("The cell is the long memory. Which of your variables holds it from step to step?"),
        edit("initial-hidden-state-every-step", "x[:, t], h, c,", "x[:, t], h0, c,")
        .believes("The cell is the memory, so it is enough to hand on the cell.")
        .ask("What do the gates of the second step look at besides x?"),
        edit("initial-states-ignored", "= h0, c0, []", "= 0 * h0, 0 * c0, []")
        .believes("An LSTM starts from zeros.")
        .ask("A second half of a text is read with the states after the first half. Where do they come in?"),
        edit(
            "all-cells", INITIAL, f"cells = []; {INITIAL}", STEP, STEP_WITH_CELL, f"{STACKED}, c", f"{STACKED}, {CELLS}"
        )
        .believes("Both results hold all steps.")
        .ask("What shape does the second result have in the docstring?"),
        edit("last-hidden-state-for-all", STACKED, "h")
        .believes("An LSTM returns its last two states.")
        .ask("What shape does the first result have, and what would a second layer read?"),
        edit("last-hidden-state-for-the-cell", f"{STACKED}, c", f"{STACKED}, h")
        .believes("The second result is the last h.")
        .ask("The last h is in the first result already. What is missing to go on reading?"),
        edit("steps-on-the-first-axis", *ON_THE_FIRST_AXIS)
        .believes("The states are stacked on a new first axis.")
        .ask(WHERE_ARE_STEPS),
        edit("runs-over-the-batch", *OVER_THE_FIRST_AXIS, *ON_THE_FIRST_AXIS)
        .believes("x[t] is what is read at step t.")
        .ask(WHAT_IS_X_T),
        ORDER_OF_CS231N,
        CANDIDATE_BY_SIGMOID,
        edit("pair-exchanged", "h, c = lstm_step", "c, h = lstm_step")
        .believes("lstm_step returns the cell first.")
        .ask("In which order does `lstm_step` return its two states, and into which names do you put them?"),
    ],
    hints=[
        "Each step is a call of `lstm_step`. Two variables travel from step to step.",
        "Overwrite h and c at every step, keep each h in a list; c needs no list.",
        "h, c = lstm_step(x[:, t], h, c, w_x, w_h, b) for t in range(T); return np.stack(states, axis=1), c.",
    ],
    variants=[
        Variant("input-product-first", (INITIAL, f"driven = x @ w_x + b; {INITIAL}", STEP, STEP_ON_THE_PRODUCT)),
    ],
)

ARRIVING = "(grad_states[:, t] + grad_h, grad_c)"
STEP_BACK = "lstm_step_backward(arriving, x[:, t], *before[t], w_x, w_h, b)"

lstm_backward = Exercise(
    "lstm_backward",
    points=3,
    vectorized=lambda n: {"grad_output": (normal(n, 3, 3, seed=1), normal(n, 3, seed=2)), **_many(n)},
    cases=[
        Case("one-step", **lstm_inputs(2, 1, features=3, units=2, seed=121)),
        Case(
            "one-unit-two-steps",
            grad_output=(np.array([[[0.5], [-2.0]]]), np.array([[1.5]])),
            **(REMEMBERS | {"x": np.array([[[1.0], [0.25]]])}),
        ),
        Case("one-sequence", **lstm_inputs(1, 4, features=2, units=3, seed=122)),
        Case("batch", **lstm_inputs(3, 4, features=2, units=5, seed=123)),
        Case("as-many-steps-as-sequences", **lstm_inputs(3, 3, features=4, units=2, seed=124)),
        Case("zero-initial-states", **_from_zero(2, 3, features=1, units=2, seed=125)),
        Case("saturated-step", **SATURATED),
        Case("long-memory", **(REMEMBERS | {"x": np.eye(30)[:1, :, None]})),
        Case("read-only", readonly=True, **lstm_inputs(2, 4, features=3, units=2, seed=127)),
        Case("single-precision", **single(lstm_inputs(3, 4, features=2, units=3, seed=128))),
        random_cases(_random_sequence),
        random_cases(_random_long, count=1, label="random-long"),
    ],
    misconceptions=[
        edit("last-step-upstream-only", ARRIVING, "(grad_h if t + 1 < x.shape[1] else grad_states[:, t], grad_c)")
        .believes("The loss looks at the last state, so only its gradient comes from above.")
        .ask("The output was all of h. What becomes of grad_h[:, 0]?"),
        edit("hidden-state-not-through-time", ARRIVING, "(grad_states[:, t], grad_c)")
        .believes("Only the cell carries a gradient back through time.")
        .ask("The gates of step t + 1 looked at h_t. Which gradient tells h_t about that?"),
        edit("cell-not-through-time", STEP_BACK, f"{STEP_BACK}; grad_c = 0 * grad_c")
        .believes("Only the hidden state carries a gradient back through time.")
        .ask("Which of the two states is the long memory, and what should travel along it?"),
        edit("last-cell-gradient-ignored", "grad_c = grad_output", "grad_c = grad_output[0], 0 * c0")
        .believes("The cell is internal, so no gradient arrives at the last one.")
        .ask("The forward pass returned the last cell. Which part of grad_output belongs to it?"),
        edit("last-cell-gradient-at-every-step", STEP_BACK, f"{STEP_BACK}; grad_c = grad_c + (t > 0) * grad_output[1]")
        .believes("The gradient of the cell is added at every step, as that of h is.")
        .ask("How many cells did the forward pass return, and how many hidden states?"),
        edit("cell-gradient-piles-up", STEP_BACK, f"{STEP_BACK}; grad_c = grad_c + arriving[1]")
        .believes("What goes back to the cell before is added to what came back earlier.")
        .ask("Has the gradient at c_t not been used up once it has gone through step t?"),
        edit("weight-gradients-assigned", "total += term", "total[...] = term")
        .believes("The gradients of the weights are those of the step the loop is at.")
        .ask("The same kernels were used T times. What do gradients of several uses do?"),
        AVERAGED_OVER_STEPS,
        edit("initial-states-get-nothing", STATES, "return grad_x, 0 * grad_h, 0 * grad_c,")
        .believes("h0 and c0 were given, so no gradients go to them.")
        .ask("If they were the last states of an encoder, how would the encoder learn?"),
        edit("initial-cell-gets-nothing", STATES, "return grad_x, grad_h, 0 * grad_c,")
        .believes("A gradient goes to h0; the cell is internal.")
        .ask("c0 is an argument, and changes the result. What is its gradient called in your loop?"),
        edit("run-again-from-zero", "[(h0, c0)]", "[(0 * h0, 0 * c0)]")
        .believes("When the forward pass is run again it may start from zeros.")
        .ask("Are the states of your second run those of the first one?"),
    ],
    hints=[
        "Run the forward pass again and keep the states before every step. Then walk from the last step to the first.",
        "Every step is a call of `lstm_step_backward`; at h its own upstream is added, at c only what was carried.",
        "grad_x[:, t], grad_h, grad_c, *terms = lstm_step_backward((grad_states[:, t] + grad_h, grad_c), …); "
        "add the terms up.",
    ],
    variants=[
        Variant(
            "sums-kept",
            """
            steps, h, c = [], h0, c0
            for t in range(x.shape[1]):
                steps.append((h, *lstm_gates(x[:, t], h, w_x, w_h, b), c))
                h, c = lstm_state(*steps[-1][1:])
            grad_h, grad_c, grad_a = 0 * h0, grad_output[1], np.empty((*x.shape[:2], len(b)), x.dtype)
            for t in reversed(range(x.shape[1])):
                _, i, f, g, o, c = steps[t]
                arriving = grad_output[0][:, t] + grad_h, grad_c
                d_i, d_f, d_g, d_o, grad_c = lstm_state_backward(arriving, i, f, g, o, c)
                grad_a[:, t] = np.hstack([d_i * i * (1 - i), d_f * f * (1 - f), d_g * (1 - g**2), d_o * o * (1 - o)])
                grad_h = grad_a[:, t] @ w_h.T
            before = np.stack([step[0] for step in steps], axis=1)
            of_kernels = (np.einsum("ntf,ntk->fk", each, grad_a) for each in (x, before))
            return grad_a @ w_x.T, grad_h, grad_c, *of_kernels, grad_a.sum(axis=(0, 1))
            """,
        ),
        Variant("step-by-step", ("total += term", "np.add(total, term, out=total)")),
    ],
)
