"""Assessment of networks: LSTM."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.units import _network_right as right
from autograder.units import _network_slips as slips
from autograder.units._network_drivers import HELPERS, drive_layer, single, trial, untried

__all__ = ["LSTM"]


def _lstm(units: int, steps: int, features: int, every: bool | None = None, **more: Any) -> dict[str, Any]:
    options = {"units": units} if every is None else {"units": units, "return_sequences": every}
    shapes = [(features, 4 * units), (units, 4 * units), (4 * units,)]
    return trial(options, (steps, features), (steps, units) if every else (units,), shapes, **more)


def _random_lstm(rng: np.random.Generator) -> dict[str, Any]:
    units, steps, features = (int(n) for n in rng.integers(1, 4, 3))
    return _lstm(units, steps + 1, features, bool(rng.integers(2)), seed=int(rng.integers(2**20)))


def _sent_to_all(self: Any, grad_output: Any, x: Any) -> Any:
    if self.return_sequences:
        return grad_output
    return np.repeat(grad_output[:, None], x.shape[1], axis=1)


def _from_the_last_step_only(self: Any, grad_output: Any, x: Any) -> Any:
    grads = np.array(right.LSTM.arriving(self, grad_output, x))
    grads[:, :-1] = 0
    return grads


def _stateful_start(self: Any, x: Any) -> Any:
    if self.memory is None or len(self.memory[0]) != len(x):
        return right.LSTM.start(self, x)
    return self.memory[1][-1]


def _last_of_all(self: Any, states: Any) -> Any:
    return states[:, -1]


def _bias_only_at_the_end(self: Any, grad_output: Any) -> Any:
    grad_x = right.LSTM.backward(self, grad_output)
    self.gradients = [self.gradients[0], self.gradients[1]]
    return grad_x


def _separate_gates(self: Any, features: int, rng: Any) -> Any:
    kernels = [
        np.concatenate([right.glorot(rng, (rows, self.units)) for _ in range(4)], axis=1)
        for rows in (features, self.units)
    ]
    return [*kernels, np.zeros(4 * self.units)]


def _forget_bias(self: Any, features: int, rng: Any) -> Any:
    w_x, w_h, b = right.LSTM.initial(self, features, rng)
    b[self.units : 2 * self.units] = 1
    return [w_x, w_h, b]


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
        Misconception(
            "all-states-always",
            believes="An LSTM returns what it has computed: all states.",
            wrong=right.made(
                right.LSTM,
                shown=lambda self, states: states,
                shape=lambda self, input_shape: (input_shape[0], self.units),
                arriving=lambda self, grad_output, x: np.broadcast_to(
                    grad_output if grad_output.ndim == 3 else grad_output[:, None], (*x.shape[:2], self.units)
                ),
            ),
            hint="What is `return_sequences` for, and what is its default?",
        ),
        Misconception(
            "last-state-always",
            believes="An LSTM returns its last state.",
            wrong=right.made(
                right.LSTM,
                shown=_last_of_all,
                shape=lambda self, input_shape: (self.units,),
                arriving=_from_the_last_step_only,
            ),
            hint="What would a second LSTM on top of this one read?",
        ),
        Misconception(
            "shape-of-all-states",
            believes="The output shape is (T, units) whatever is returned.",
            wrong=right.made(right.LSTM, shape=lambda self, input_shape: (input_shape[0], self.units)),
            hint="How many axes has the output without `return_sequences`?",
        ),
        Misconception(
            "gradient-to-every-step",
            believes="The gradient of the last state belongs to all states.",
            wrong=right.made(right.LSTM, arriving=_sent_to_all),
            hint="Which states did the layer above see?",
        ),
        Misconception(
            "gradient-from-the-last-step-alone",
            believes="Only the last state gets a gradient from above.",
            wrong=right.made(right.LSTM, arriving=_from_the_last_step_only),
            hint="With `return_sequences`, how many states did the layer above see?",
        ),
        Misconception(
            "first-state-returned",
            believes="The state is at index 0.",
            wrong=right.made(right.LSTM, shown=lambda self, states: states if self.return_sequences else states[:, 0]),
            hint="After which step has the layer read the whole sequence?",
        ),
        Misconception(
            "state-carried-over",
            believes="The state goes on from batch to batch.",
            wrong=right.made(right.LSTM, start=_stateful_start),
            hint="Has the first sequence of this batch anything to do with the first one of the batch before?",
        ),
        Misconception(
            "bias-without-gradient",
            believes="Only kernels are learnt.",
            wrong=right.made(right.LSTM, backward=_bias_only_at_the_end),
            hint="How many parameters does the layer have, and how many gradients?",
        ),
        Misconception(
            "initialised-gate-by-gate",
            believes="fan_out is the number of units.",
            wrong=right.made(right.LSTM, initial=_separate_gates),
            hint="Of which shape does the docstring draw the kernels?",
        ),
        Misconception(
            "forget-gate-open",
            believes="The bias of the forget gate starts at 1, as in Keras.",
            wrong=right.made(right.LSTM, initial=_forget_bias),
            hint="What does the docstring say of b at first?",
        ),
        Misconception(
            "batch-axis-in-the-shape",
            believes="A shape starts with the batch axis, None.",
            wrong=right.made(right.LSTM, shape=lambda self, shape: (None, *right.LSTM.shape(self, shape))),
            hint="What does the convention card say of the batch axis in shapes?",
        ),
        Misconception(
            "kept-outside-of-memory",
            believes="What backward needs may stand in any attribute.",
            wrong=right.elsewhere(right.LSTM),
            hint="If a layer is called twice, how does the network bring back what the first call left?",
        ),
        *slips.LSTM,
    ],
    variants=[Variant("own-formulas", right.LSTM)],
    hints=[
        "lstm and lstm_backward of unit 10 do the work: what do they take besides x and the parameters?",
        "They speak of all states. Without return_sequences, all states but the last have the gradient 0.",
        "grad_states = zeros (N, T, H); grad_states[:, -1] = grad_output; lstm_backward((grad_states, zero), …)[3:]",
    ],
)
