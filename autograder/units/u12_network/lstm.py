"""LSTM."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.u12_network.every_layer import batch_axis_in_the_shape, kept_outside_of_memory
from autograder.units.u12_network.layer_passes import HELPERS, drive_layer, single, trial, untried

SHAPE = "(input_shape[0], self.units) if self.return_sequences else (self.units,)"
KERNEL = "glorot_uniform(rng, (rows, 4 * self.units))"
LAST_STATE = "grad_states[:, -1] = grad_output"


def _lstm(units: int, steps: int, features: int, every: bool | None = None, **more: Any) -> dict[str, Any]:
    options = {"units": units} if every is None else {"units": units, "return_sequences": every}
    shapes = [(features, 4 * units), (units, 4 * units), (4 * units,)]
    return trial(options, (steps, features), (steps, units) if every else (units,), shapes, **more)


def _random_lstm(rng: np.random.Generator) -> dict[str, Any]:
    units, steps, features = (int(n) for n in rng.integers(1, 4, 3))
    return _lstm(units, steps + 1, features, bool(rng.integers(2)), seed=int(rng.integers(2**20)))


LSTM = Exercise(
    "LSTM",
    points=3,
    reference="long_short_term",
    scenario=drive_layer,
    helpers=HELPERS,
    cases=[
        Case("last-state", **_lstm(2, 3, 1)),
        Case("all-states", **_lstm(2, 3, 3, True, seed=1), readonly=True),
        Case("one-unit", **_lstm(1, 4, 2, False, seed=2), readonly=True),
        Case("one-step", **_lstm(3, 1, 2, seed=3)),
        Case("one-step-of-all", **_lstm(2, 1, 2, True, seed=4)),
        Case("one-sequence", **_lstm(2, 5, 2, sizes=(1, 2), seed=5)),
        Case("strong-inputs", **_lstm(2, 3, 2, True, seed=6, scale=3.0)),
        Case("single-precision", **single(_lstm(2, 2, 2, seed=7))),
        Case("initial-weights", **untried({"units": 30}, (4, 40))),
        Case("input-of-one-axis", raises="input_shape", **untried({"units": 2}, (3,))),
        random_cases(_random_lstm),
    ],
    misconceptions=[
        edit("all-states-always", "self.return_sequences = return_sequences", "self.return_sequences = True")
        .believes("An LSTM returns what it has computed: all states.")
        .ask("What is `return_sequences` for, and what is its default?"),
        edit("last-state-always", "self.return_sequences = return_sequences", "self.return_sequences = False")
        .believes("An LSTM returns its last state.")
        .ask("What would a second LSTM on top of this one read?"),
        edit("shape-of-all-states", SHAPE, "(input_shape[0], self.units)")
        .believes("The output shape is (T, units) whatever is returned.")
        .ask("How many axes does the output have without `return_sequences`?"),
        edit("gradient-to-every-step", LAST_STATE, "grad_states[:] = grad_output[:, None]")
        .believes("The gradient of the last state belongs to all states.")
        .ask("Which states did the layer above see?"),
        edit(
            "gradient-from-the-last-step-alone",
            "grad_states = grad_output\n",
            "grad_states = np.zeros_like(grad_output); grad_states[:, -1] = grad_output[:, -1]\n",
        )
        .believes("Only the last state gets a gradient from above.")
        .ask("With `return_sequences`, how many states did the layer above see?"),
        edit("first-state-returned", "else states[:, -1]", "else states[:, 0]")
        .believes("The state is at index 0.")
        .ask("After which step has the layer read the whole sequence?"),
        edit(
            "state-carried-over",
            "self.memory = (x, zero)\n        states, _ = lstm(x, zero, zero,",
            "start = self.memory[2] if self.memory and len(self.memory[0]) == len(x) else (zero, zero)\n"
            "        states, c = lstm(x, *start,",
            "return states if",
            "self.memory = (x, start, (states[:, -1], c)); return states if",
            "x, zero = self.memory",
            "x, start, (zero, _) = self.memory; zero = 0 * zero",
            "(grad_states, zero), x, zero, zero,",
            "(grad_states, zero), x, *start,",
        )
        .believes("The state goes on from batch to batch.")
        .ask("Has this batch's first sequence anything to do with the first one of the batch before?"),
        edit("bias-without-gradient", "list(grads[3:])", "list(grads[3:5])")
        .believes("Only kernels are learnt.")
        .ask("How many parameters does the layer have, and how many gradients?"),
        edit(
            "initialised-gate-by-gate",
            KERNEL,
            "np.hstack([glorot_uniform(rng, (rows, self.units)) for _ in range(4)])",
        )
        .believes("fan_out is the number of units.")
        .ask("For which shape does the docstring draw the kernels?"),
        edit("forget-gate-open", "np.zeros(4 * self.units)", "np.repeat([0.0, 1.0, 0.0, 0.0], self.units)")
        .believes("The bias of the forget gate starts at 1, as in Keras.")
        .ask("What does the docstring say about b at first?"),
        batch_axis_in_the_shape(),
        kept_outside_of_memory(),
        edit("shape-of-the-last-state-always", SHAPE, "(self.units,)")
        .believes("What comes out has the shape (units,).")
        .ask("What comes out with return_sequences=True?"),
    ],
    variants=[
        Variant(
            "gradient-stacked",
            (
                "            grad_states[:, -1] = grad_output\n",
                "            grad_states = np.stack([*grad_states[:, :-1].swapaxes(0, 1), grad_output], axis=1)\n",
            ),
        )
    ],
    hints=[
        "lstm and lstm_backward of unit 10 do the work: what do they take besides x and the parameters?",
        "They deal with all states. Without return_sequences, all states but the last have the gradient 0.",
        "grad_states = zeros (N, T, H); grad_states[:, -1] = grad_output; lstm_backward((grad_states, zero), …)[3:]",
    ],
)
