"""What recurrent layers read: sequences, states and weights whose sizes all differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.units.shared.arrays import Array

__all__ = ["Inputs", "draw_lstm", "draw_rnn", "draw_weights", "lstm_inputs", "rnn_inputs", "single", "sizes"]

Inputs = dict[str, Any]


def sizes(rng: np.random.Generator) -> list[int]:
    """N, T, F and H, all different, so that no axis can be taken for another."""
    return [int(size) for size in 2 + rng.permutation(4)]


def draw_weights(rng: np.random.Generator, features: int, units: int, gates: int = 1) -> tuple[Array, ...]:
    """Kernels and bias, small enough that units do not saturate."""
    shapes = (features, gates * units), (units, gates * units), (gates * units,)
    return tuple(0.6 * rng.standard_normal(shape) for shape in shapes)


def draw_rnn(rng: np.random.Generator, *lead: int, features: int, units: int) -> Inputs:
    """Arguments of an RNN: of one step where `lead` is (N,), of a sequence where it is (N, T)."""
    weights = draw_weights(rng, features, units)
    x = rng.standard_normal((*lead, features))
    h = rng.uniform(-0.9, 0.9, (lead[0], units))
    return {"x": x, "h" if len(lead) == 1 else "h0": h} | dict(zip(("w_xh", "w_hh", "b"), weights, strict=True))


def draw_lstm(rng: np.random.Generator, *lead: int, features: int, units: int) -> Inputs:
    """Arguments of an LSTM, likewise."""
    weights = draw_weights(rng, features, units, gates=4)
    x = rng.standard_normal((*lead, features))
    h, c = rng.uniform(-0.9, 0.9, (lead[0], units)), rng.standard_normal((lead[0], units))
    states = {"h": h, "c": c} if len(lead) == 1 else {"h0": h, "c0": c}
    return {"x": x, **states} | dict(zip(("w_x", "w_h", "b"), weights, strict=True))


def rnn_inputs(*lead: int, features: int, units: int, seed: int = 0) -> Inputs:
    """Arguments of an RNN from a fixed seed."""
    return draw_rnn(np.random.default_rng([10, seed]), *lead, features=features, units=units)


def lstm_inputs(*lead: int, features: int, units: int, seed: int = 0) -> Inputs:
    """Arguments of an LSTM from a fixed seed."""
    return draw_lstm(np.random.default_rng([11, seed]), *lead, features=features, units=units)


def single(inputs: Mapping[str, Any]) -> Inputs:
    """The same arrays in float32, those in tuples and lists too."""
    return {name: _single(value) for name, value in inputs.items()}


def _single(value: Any) -> Any:
    return value.astype(np.float32) if isinstance(value, np.ndarray) else type(value)(_single(each) for each in value)
