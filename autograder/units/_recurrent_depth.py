"""Assessment of the measurement of vanishing and exploding gradients."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array
from autograder.units._recurrent_common import draw_rnn, rnn_inputs, run_rnn, single, sizes

__all__ = ["gradient_norm_by_step"]

Norm = Callable[[Array], Any]


def _random_sequence(rng: np.random.Generator) -> Mapping[str, Any]:
    n, t, features, units = sizes(rng)
    inputs = draw_rnn(rng, n, t, features=features, units=units)
    return {**inputs, "w_hh": rng.uniform(0.5, 2.5) * inputs["w_hh"]}


def _silent(steps: int, w_hh: Array) -> dict[str, Any]:
    """Nothing is read and the state stays 0, where tanh has slope 1: W_hh acts alone."""
    units = len(w_hh)
    return {
        "x": np.zeros((2, steps, 1)),
        "h0": np.zeros((2, units)),
        "w_xh": np.ones((1, units)),
        "w_hh": w_hh,
        "b": np.zeros(units),
    }


TURN = np.array([[0.6, -0.8], [0.8, 0.6]])
#: The state is driven to ±1 at every step, except for the second sequence.
SATURATED: dict[str, Any] = rnn_inputs(2, 4, features=1, units=3, seed=150)
SATURATED["x"] = np.array([[[9.0], [-8.0], [7.0], [9.0]], [[0.1], [-0.2], [0.0], [0.3]]])


def _frobenius(grad: Array) -> Any:
    return np.sqrt((grad**2).sum())


def _gradients(
    x: Array,
    h0: Array,
    w_xh: Array,
    w_hh: Array,
    b: Array,
    *,
    slope: Callable[[Array, Array], Array] = lambda before, after: 1 - after**2,
    transposed: bool = True,
    every_step: bool = False,
) -> list[Array]:
    """The gradients at h_0 to h_T, with the places where the walk back goes wrong to be filled in."""
    states = run_rnn(x, h0, (w_xh, w_hh, b))
    grads = [np.ones_like(states[-1])]
    for t in reversed(range(x.shape[1])):
        carried = (grads[0] * slope(states[t], states[t + 1])) @ (w_hh.T if transposed else w_hh)
        grads.insert(0, carried + (every_step and t > 0))
    return grads


def _norms(*args: Array, norm: Norm = _frobenius, **places: Any) -> Array:
    return np.array([norm(grad) for grad in _gradients(*args, **places)])


def _by_jacobians(x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array) -> Array:
    """The Jacobian of h_T with respect to h_t for every sample, multiplied up."""
    states = run_rnn(x, h0, (w_xh, w_hh, b))
    grad = np.ones((len(x), 1, len(w_hh)), x.dtype)
    norms = [np.sqrt((grad**2).sum())]
    for after in states[:0:-1]:
        jacobian = (1 - after**2)[:, :, None] * w_hh.T
        grad = grad @ jacobian
        norms.append(np.sqrt((grad**2).sum()))
    return np.flip(np.array(norms))


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
        Misconception(
            "last-step-first",
            believes="The norms stand in the order in which the walk back finds them.",
            wrong=lambda *args: _norms(*args)[::-1],
            hint="Entry 0 belongs to h0. Which norm do you compute first?",
        ),
        Misconception(
            "slope-of-tanh-forgotten",
            believes="Each step back is a product with W_hhᵀ.",
            wrong=lambda *args: _norms(*args, slope=lambda before, after: np.ones_like(after)),
            hint="A saturated state hardly moves when the state before does. Where is that in your norms?",
        ),
        Misconception(
            "slope-of-the-state-before",
            believes="From h_t back to h_{t-1} the slope is 1 - h_{t-1}².",
            wrong=lambda *args: _norms(*args, slope=lambda before, after: 1 - before**2),
            hint="Which of the two states came out of the tanh that stands between them?",
        ),
        Misconception(
            "state-kernel-not-transposed",
            believes="The gradient goes through W_hh as the state did.",
            wrong=lambda *args: _norms(*args, transposed=False),
            hint="h[j] acted on unit k through W_hh[j, k]. Over which index must the way back sum?",
        ),
        Misconception(
            "loss-at-every-step",
            believes="The loss is the sum of all states.",
            wrong=lambda *args: _norms(*args, every_step=True),
            hint="Which state does L contain directly? Through what do the others act on it?",
        ),
        Misconception(
            "initial-state-left-out",
            believes="T steps have T norms.",
            wrong=lambda *args: _norms(*args)[1:],
            hint="h_0 to h_T: how many states is that?",
        ),
        Misconception(
            "root-forgotten",
            believes="The norm is the sum of squares.",
            wrong=lambda *args: _norms(*args, norm=lambda grad: (grad**2).sum()),
            hint="What is the length of the vector (3, 4)?",
        ),
        Misconception(
            "sum-of-magnitudes",
            believes="The norm is the sum of magnitudes.",
            wrong=lambda *args: _norms(*args, norm=lambda grad: np.abs(grad).sum()),
            hint="What is the length of the vector (3, 4)?",
        ),
        Misconception(
            "mean-over-samples",
            believes="Every sample has its norm; the result is their mean.",
            wrong=lambda *args: _norms(*args, norm=lambda grad: np.sqrt((grad**2).sum(axis=1)).mean()),
            hint="Over how many numbers does the sum of squares in the docstring run?",
        ),
        Misconception(
            "spectral-norm",
            believes="np.linalg.norm(…, 2) of a matrix is the root of the sum of squares.",
            wrong=lambda *args: _norms(*args, norm=lambda grad: np.linalg.norm(grad, 2)),
            hint="What does the argument 2 mean for a matrix, and what for a vector?",
        ),
    ],
    hints=[
        "Start from ones at h_T, and walk back one step at a time; each step gives one norm.",
        "One step back: times the slope 1 - h_t², then times W_hhᵀ. It is `rnn_backward` with an upstream at T only.",
        "grad = (grad * (1 - h_t**2)) @ w_hh.T; norms.append(np.linalg.norm(grad)); turn the list around at the end.",
    ],
    variants=[Variant("by-jacobians", _by_jacobians)],
)
