"""rnn and rnn_backward."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import grid, normal
from autograder.units.u10_recurrent.sequences import Inputs, draw_rnn, rnn_inputs, single, sizes
from autograder.units.u10_recurrent.weight_gradients import (
    AVERAGED_OVER_SAMPLES,
    AVERAGED_OVER_STEPS,
    STATE_KERNEL_NOT_TRANSPOSED,
)

COUNTER: Inputs = {
    "x": np.array([[[1.0], [0.0], [0.0], [-2.0]]]),
    "h0": np.array([[0.5]]),
    "w_xh": np.array([[1.5]]),
    "w_hh": np.array([[0.75]]),
    "b": np.array([0.25]),
}
INTEGERS: Inputs = {
    "x": np.array([[[1, -2], [0, 3], [2, 2]]]),
    "h0": np.array([[1]]),
    "w_xh": np.array([[1], [1]]),
    "w_hh": np.array([[2]]),
    "b": np.array([-1]),
}
#: The second of three steps drives the first sequence to ±1.
SATURATED = rnn_inputs(2, 3, features=2, units=4, seed=29)
SATURATED["x"][0, 1] = [900.0, -1500.0]
SILENT = rnn_inputs(1, 5, features=1, units=2, seed=27)
SILENT["x"] = np.eye(5)[:1, :, None]

INITIAL = "h, states = h0, []"
STEP = "h = rnn_step(x[:, t], h, w_xh, w_hh, b)"
STEP_ON_THE_PRODUCT = "h = np.tanh(driven[:, t] + h @ w_hh)"
STACKED = "np.stack(states, axis=1)"

ARRIVING = "(grad_output[:, t] + grad_h)"
SLOPE = "(1 - states[:, t + 1] ** 2)"
SUMMED_OVER = "samples_and_steps ="
FIRST_STEP_ALONE = f"grad_x = grad_a @ w_xh.T; grad_a[:, 1:] = 0; {SUMMED_OVER}"
BEFORE = "states[:, :-1]"

#: Edits, for the LSTM too: the loop runs over the first axis.
OVER_THE_FIRST_AXIS = "x.shape[1]", "x.shape[0]", "x[:, t]", "x[t]"
ON_THE_FIRST_AXIS = "axis=1", "axis=0"

WHERE_ARE_STEPS = "The batch comes first in this course. On which axis of the result are the steps?"
WHAT_IS_X_T = "x is (N, T, F). What does x[t] pick: a step of all sequences, or one whole sequence?"


def _random_sequence(rng: np.random.Generator) -> Inputs:
    n, t, features, units = sizes(rng)
    return draw_rnn(rng, n, t, features=features, units=units)


def _random_long(rng: np.random.Generator) -> Inputs:
    return draw_rnn(rng, 2, int(rng.integers(10, 20)), features=1, units=3)


def _many(n: int) -> Inputs:
    return rnn_inputs(n, 3, features=2, units=4)


rnn = Exercise(
    "rnn",
    points=2,
    vectorized=_many,
    cases=[
        Case("one-unit-remembers", **COUNTER),
        Case("one-step", **rnn_inputs(2, 1, features=3, units=4, seed=21)),
        Case("one-sequence", **rnn_inputs(1, 4, features=2, units=3, seed=22)),
        Case("batch", **rnn_inputs(3, 4, features=2, units=5, seed=23)),
        Case("as-many-steps-as-sequences", **rnn_inputs(3, 3, features=4, units=2, seed=24)),
        Case("as-many-units-as-features", **rnn_inputs(2, 5, features=3, units=3, seed=25)),
        Case("zero-initial-state", **(rnn_inputs(2, 3, features=1, units=4, seed=26) | {"h0": np.zeros((2, 4))})),
        Case("silence-after-the-first-step", **SILENT),
        Case("saturated-step", **SATURATED),
        Case("forty-steps", **rnn_inputs(2, 40, features=1, units=2, seed=28)),
        Case("read-only", readonly=True, **rnn_inputs(2, 4, features=3, units=5, seed=30)),
        Case("integers", **INTEGERS),
        Case("single-precision", **single(rnn_inputs(3, 4, features=2, units=5, seed=31))),
        Case("one-state-for-all-is-refused", raises="h0", **(_many(2) | {"h0": normal(1, 4)})),
        random_cases(_random_sequence),
        random_cases(_random_long, count=1, label="random-long"),
    ],
    misconceptions=[
        edit("initial-state-every-step", "x[:, t], h,", "x[:, t], h0,")
        .believes("h0 is the state that every step starts from.")
        .ask("The second step should know what the first one read. Through which argument?"),
        edit("last-state-only", STACKED, "h")
        .believes("An RNN returns what it knows at the end.")
        .ask("What shape does the docstring promise, and what would a second layer read?"),
        edit("steps-on-the-first-axis", *ON_THE_FIRST_AXIS)
        .believes("The states are stacked on a new first axis.")
        .ask(WHERE_ARE_STEPS),
        edit("runs-over-the-batch", *OVER_THE_FIRST_AXIS, *ON_THE_FIRST_AXIS)
        .believes("x[t] is what is read at step t.")
        .ask(WHAT_IS_X_T),
        edit("runs-over-the-batch-and-stacks-beside-it", *OVER_THE_FIRST_AXIS)
        .believes("`for x_t in x` walks over the steps; stacked on axis 1 they stand where they should.")
        .ask("x is (N, T, F): a loop over x walks over the first axis. What does it get in each round?"),
        edit("state-before-the-step", STEP, "", "states.append(h)", f"states.append(h); {STEP}")
        .believes("The state at step t is the one that the step starts from.")
        .ask("Does your first state depend on what is read first? When is it appended?"),
        edit("initial-state-among-them", "= h0, []", "= h0, [h0]")
        .believes("All states include the initial one.")
        .ask("How many steps are read, and how many states come out?"),
        edit("initial-state-ignored", "= h0, []", "= 0 * h0, []")
        .believes("An RNN starts from zeros.")
        .ask("A second half of a text is read with the state after the first half. Where does it come in?"),
        edit("squashed-at-the-end", STEP, "h = x[:, t] @ w_xh + h @ w_hh + b", "append(h)", "append(np.tanh(h))")
        .believes("The recurrence is linear; tanh is for what is shown.")
        .ask("Which value is handed to the next step: that before tanh, or that after it?"),
        returns("read-backwards", "rnn(x[:, ::-1], h0, w_xh, w_hh, b)[:, ::-1]")
        .believes("Steps are read from the last to the first, as in the backward pass.")
        .ask("May the first state know what is read last?"),
        edit("bias-forgotten", "w_hh, b)", "w_hh, 0 * b)")
        .believes("Two kernels are all there is.")
        .ask("Which arguments does your step get, and which has it in the formula?"),
        edit("reshaped-for-transposed", STACKED, "np.stack(states).reshape(*x.shape[:2], -1)")
        .believes("reshape turns (T, N, H) into (N, T, H).")
        .ask("Take two sequences of three steps: which numbers does reshape put into the first sequence?"),
        edit("one-array-for-all-steps", STACKED, "np.stack([h] * x.shape[1], axis=1)")
        .believes("states.append(h) keeps what h is now.")
        .ask("If h is overwritten in every step, how many different arrays are in your list?"),
    ],
    hints=[
        "Each step is a call of `rnn_step`. Which slice of x is a step of all sequences?",
        "Overwrite one variable h at every step, keep each h in a list, stack the list at the end.",
        "h = rnn_step(x[:, t], h, w_xh, w_hh, b) for t in range(T); then np.stack(states, axis=1).",
    ],
    variants=[
        Variant("input-product-first", (INITIAL, f"driven = x @ w_xh + b; {INITIAL}", STEP, STEP_ON_THE_PRODUCT))
    ],
)

rnn_backward = Exercise(
    "rnn_backward",
    points=3,
    vectorized=lambda n: {"grad_output": grid(n, 3, 4), **_many(n)},
    cases=[
        Case("one-step", **rnn_inputs(2, 1, features=3, units=4, seed=41)),
        Case(
            "one-unit-two-steps",
            grad_output=np.array([[[0.5], [-2.0]]]),
            **(COUNTER | {"x": np.array([[[1.0], [0.5]]])}),
        ),
        Case("one-sequence", **rnn_inputs(1, 4, features=2, units=3, seed=42)),
        Case("batch", **rnn_inputs(3, 4, features=2, units=5, seed=43)),
        Case("as-many-steps-as-sequences", **rnn_inputs(3, 3, features=4, units=2, seed=44)),
        Case("as-many-units-as-features", **rnn_inputs(2, 5, features=3, units=3, seed=45)),
        Case("zero-initial-state", **(rnn_inputs(2, 3, features=1, units=4, seed=46) | {"h0": np.zeros((2, 4))})),
        Case("saturated-step-blocks-the-way", **SATURATED),
        Case("thirty-steps", **rnn_inputs(2, 30, features=1, units=2, seed=47)),
        Case("read-only", readonly=True, **rnn_inputs(2, 4, features=3, units=5, seed=48)),
        Case("single-precision", **single(rnn_inputs(3, 4, features=2, units=5, seed=49))),
        random_cases(_random_sequence),
        random_cases(_random_long, count=1, label="random-long"),
    ],
    misconceptions=[
        edit("last-step-upstream-only", ARRIVING, "(grad_h if t + 1 < x.shape[1] else grad_output[:, t])")
        .believes("The loss looks at the last state, so only its gradient comes from above.")
        .ask("The output was all of h. What becomes of grad_output[:, 0]?"),
        edit("nothing-through-time", ARRIVING, "grad_output[:, t]")
        .believes("Every step gets its own gradient from above, and that is all.")
        .ask("h_1 also changes h_2. Which gradient tells h_1 about that?"),
        edit("carried-gradient-piles-up", "grad_h = grad_a", "grad_h = grad_h + grad_a")
        .believes("What goes back to the state before is added to what came back earlier.")
        .ask("Has the gradient at h_{t+1} not been used up once it has gone through step t + 1?"),
        edit("weight-gradients-assigned", SUMMED_OVER, FIRST_STEP_ALONE, "return grad_a @ w_xh.T", "return grad_x")
        .believes("The gradients of the weights are those of the step the loop is at.")
        .ask("The same W_hh was used T times. What do gradients of several uses do?"),
        STATE_KERNEL_NOT_TRANSPOSED,
        edit("slope-of-the-pre-activation", SLOPE, "(1 - (x[:, t] @ w_xh + states[:, t] @ w_hh + b) ** 2)")
        .believes("The slope is 1 minus the square of what went into tanh.")
        .ask("tanh'(a) = 1 - tanh(a)². Can your slope become negative?"),
        edit("slope-of-tanh-forgotten", f" * {SLOPE}", "")
        .believes("The way back goes through the kernels alone.")
        .ask("A saturated state hardly moves when its input does. Where is that in your gradient?"),
        edit("slope-on-the-upstream-only", ARRIVING, "grad_h + grad_output[:, t]")
        .believes("The gradient that comes through time has passed its tanh already.")
        .ask("Where in the graph does the carried gradient belong: behind this tanh, or before it?"),
        edit("state-after-in-the-kernel-gradient", BEFORE, "states[:, 1:]")
        .believes("The gradient of W_hh at step t is h_tᵀ grad_a_t.")
        .ask("Which state was multiplied by W_hh at step t: the one before it or the one after it?"),
        edit("initial-state-not-in-the-kernel", f"{BEFORE}, grad_a", "states[:, 1:-1], grad_a[:, 1:]")
        .believes("At the first step there is no state before, so W_hh gets nothing.")
        .ask("What did W_hh meet at the first step? It need not be zero."),
        edit("initial-state-gets-nothing", ".T, grad_h,", ".T, 0 * grad_h,")
        .believes("h0 was given, so no gradient goes to it.")
        .ask("If h0 were the last state of an encoder, how would the encoder learn?"),
        edit("one-step-short", "grad_h = grad_a", f"at_h = {ARRIVING}; grad_h = grad_a", ".T, grad_h,", ".T, at_h,")
        .believes("The gradient at the first state is that of the initial state.")
        .ask("Between h_0 and h_1 there are W_hh and tanh. Has your gradient gone through them?"),
        AVERAGED_OVER_STEPS,
        edit("upstream-overwritten", "grad_a[:, t] =", "grad_output[:, t] += grad_h; grad_a[:, t] =", " + grad_h)", ")")
        .believes("grad_output is a good place to add up what arrives at every state.")
        .ask("Whose array is grad_output, and who may still need it?"),
        edit("first-step-to-last", "reversed(range(x.shape[1]))", "range(x.shape[1])")
        .believes("The loop runs as it did on the way forward.")
        .ask("Which step has to be done before the gradient of h_t is complete?"),
        edit("initial-state-in-every-kernel-gradient", BEFORE, "np.repeat(h0[:, None], x.shape[1], axis=1)")
        .believes("The state that W_hh is multiplied by is h0.")
        .ask("Which state did step t multiply by W_hh?"),
        AVERAGED_OVER_SAMPLES,
    ],
    hints=[
        "Run the forward pass again and keep all states, h0 too. Then walk from the last step to the first.",
        "At step t: add what comes from above and what was carried back, times 1 - h_t²; that is grad_a.",
        "grad_a = (grad_output[:, t] + grad_h) * (1 - h_t**2); grad_h = grad_a @ w_hh.T; weights: +=.",
    ],
    variants=[
        Variant(
            "step-by-step",
            """
            before = [h0, *rnn(x, h0, w_xh, w_hh, b).swapaxes(0, 1)]
            grad_x, grad_h, total = np.zeros_like(x), 0 * h0, [0 * w for w in (w_xh, w_hh, b)]
            for t in range(x.shape[1] - 1, -1, -1):
                arriving = grad_output[:, t] + grad_h
                grad_x[:, t], grad_h, *terms = rnn_step_backward(arriving, x[:, t], before[t], w_xh, w_hh, b)
                total = [old + term for old, term in zip(total, terms)]
            return grad_x, grad_h, *total
            """,
        )
    ],
)
