"""Assessment of what is built from whole layers: stacks, last outputs, two directions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal
from autograder.units import _recurrent_slips as slips
from autograder.units._recurrent_common import Arrays, draw_weights, lstm_step, no_state, run_lstm, run_rnn, sizes

__all__ = ["bidirectional", "last_output", "stacked_lstm"]

Layers = Sequence[Arrays]


def _draw_stack(rng: np.random.Generator, n: int, t: int, *widths: int) -> dict[str, Any]:
    """A stack with the given numbers of features, from the input upwards."""
    layers = [draw_weights(rng, below, units, gates=4) for below, units in pairwise(widths)]
    return {"x": rng.standard_normal((n, t, widths[0])), "layers": layers}


def _stack(n: int, t: int, *widths: int, seed: int) -> dict[str, Any]:
    return _draw_stack(np.random.default_rng([13, seed]), n, t, *widths)


def _random_stack(rng: np.random.Generator) -> Mapping[str, Any]:
    n, t, features, units = sizes(rng)
    return _draw_stack(rng, n, t, features, units, *rng.integers(2, 5, rng.integers(0, 3)).tolist())


def _single_stack(stack: Mapping[str, Any]) -> dict[str, Any]:
    layers = [tuple(array.astype(np.float32) for array in layer) for layer in stack["layers"]]
    return {"x": stack["x"].astype(np.float32), "layers": layers}


def _layer(x: Array, h0: Array, c0: Array, layer: Arrays) -> tuple[Array, Array]:
    pairs = run_lstm(x, h0, c0, layer)
    return np.stack([h for h, _ in pairs[1:]], axis=1), pairs[-1][1]


def _from_zero(x: Array, layer: Arrays) -> Array:
    zeros = no_state(x, len(layer[1]))
    return _layer(x, zeros, zeros, layer)[0]


def _outputs(x: Array, layers: Layers) -> list[Array]:
    """All h of every layer."""
    outputs = [x]
    for layer in layers:
        outputs.append(_from_zero(outputs[-1], layer))
    return outputs[1:]


def _states_handed_up(x: Array, layers: Layers) -> Array:
    h = c = no_state(x, len(layers[0][1]))
    for layer in layers:
        x, c = _layer(x, h, c, layer)
        h = x[:, -1]
    return x


def _double_precision_zeros(x: Array, layers: Layers) -> Array:
    for layer in layers:
        zeros = np.zeros((len(x), len(layer[1])))
        x, _ = _layer(x, zeros, zeros, layer)
    return x


def _last_state_for_all_steps(x: Array, layers: Layers) -> Array:
    for index, layer in enumerate(layers):
        x = _from_zero(np.repeat(x[:, -1:], x.shape[1], axis=1) if index else x, layer)
    return x


def _layers_side_by_side(x: Array, layers: Layers) -> Array:
    """Time in the outer loop, layers in the inner one."""
    if not layers:
        raise ValueError("layers is empty")
    states: list[Arrays] = [(no_state(x, len(w_h)), no_state(x, len(w_h))) for _, w_h, _ in layers]
    tops = []
    for t in range(x.shape[1]):
        read = x[:, t]
        for k, weights in enumerate(layers):
            states[k] = lstm_step(read, states[k][0], states[k][1], *weights)
            read = states[k][0]
        tops.append(read)
    return np.stack(tops, axis=1)


stacked_lstm = Exercise(
    "stacked_lstm",
    points=2,
    vectorized=lambda n: _stack(n, 3, 2, 3, 2, seed=130),
    cases=[
        Case("one-layer", **_stack(2, 3, 2, 4, seed=131)),
        Case("two-layers", **_stack(2, 3, 4, 3, 2, seed=132)),
        Case("two-layers-of-the-input's-width", **_stack(2, 4, 3, 3, 3, seed=133)),
        Case("three-layers", **_stack(3, 2, 1, 4, 2, 3, seed=134)),
        Case("one-step", **_stack(3, 1, 2, 4, 3, seed=135)),
        Case("one-sequence", **_stack(1, 4, 2, 3, 5, seed=136)),
        Case("thirty-steps", **_stack(1, 30, 1, 2, 1, seed=137)),
        Case("read-only", readonly=True, **_stack(2, 3, 3, 2, 4, seed=138)),
        Case("single-precision", **_single_stack(_stack(2, 3, 4, 3, 2, seed=139))),
        Case("no-layers", x=normal(2, 3, 4), layers=[], raises="layers"),
        random_cases(_random_stack),
    ],
    misconceptions=[
        Misconception(
            "states-handed-up",
            believes="A layer goes on from the last states of the one below.",
            wrong=_states_handed_up,
            hint="Time runs to the right, layers upwards. In which direction do h and c travel?",
        ),
        Misconception(
            "every-layer-reads-the-input",
            believes="All layers read x.",
            wrong=lambda x, layers: [_from_zero(x, layer) for layer in layers][-1],
            hint="What should a second layer see that the first one has not seen already?",
        ),
        Misconception(
            "first-layer-only",
            believes="The result is that of the first layer.",
            wrong=lambda x, layers: _outputs(x, layers)[0],
            hint="How many units does the last layer have, and how many columns does your result have?",
        ),
        Misconception(
            "last-state-only",
            believes="A stack returns what it knows at the end.",
            wrong=lambda x, layers: _outputs(x, layers)[-1][:, -1],
            hint="What shape does the docstring promise?",
        ),
        Misconception(
            "last-state-for-all-steps",
            believes="The second layer reads the last state of the first one, again and again.",
            wrong=_last_state_for_all_steps,
            hint="The first layer has a state for every step. Which one should the second layer read at step t?",
        ),
        Misconception(
            "all-layers",
            believes="The states of all layers side by side are the result.",
            wrong=lambda x, layers: np.concatenate(_outputs(x, layers), axis=-1),
            hint="Which layer's states does the docstring ask for?",
        ),
        Misconception(
            "double-precision-zeros",
            believes="np.zeros gives zeros of whatever type is needed.",
            wrong=_double_precision_zeros,
            hint="float32 plus float64: of which dtype is the sum?",
        ),
    ],
    hints=[
        "One loop over the layers. What is the input of the second round?",
        "zeros of shape (N, H) with the H of this layer, in the dtype of the arguments, serve as h0 and as c0.",
        "for w_x, w_h, b in layers: x, _ = lstm(x, zeros, zeros, w_x, w_h, b); return x",
    ],
    variants=[Variant("layers-side-by-side", _layers_side_by_side)],
)


def _random_last(rng: np.random.Generator) -> Mapping[str, Any]:
    n, t, _, units = sizes(rng)
    return {"h": rng.standard_normal((n, t, units)), "lengths": rng.integers(1, t + 1, n)}


def _many_outputs(n: int) -> dict[str, Any]:
    return {"h": normal(n, 3, 2), "lengths": np.arange(n) % 3 + 1}


def _masked(h: Array, lengths: Array | None = None) -> Array:
    """A sum over all steps of which one counts."""
    lengths = np.full(len(h), h.shape[1]) if lengths is None else lengths
    if lengths.min() < 1 or lengths.max() > h.shape[1]:
        raise ValueError("lengths out of range")
    return np.asarray((h * (np.arange(1, h.shape[1] + 1) == lengths[:, None])[:, :, None]).sum(axis=1))


def _along_axis(h: Array, lengths: Array | None = None) -> Array:
    if lengths is None:
        return h[:, -1].copy()
    if min(lengths) < 1 or max(lengths) > h.shape[1]:
        raise ValueError("lengths out of range")
    return np.take_along_axis(h, lengths[:, None, None] - 1, axis=1)[:, 0]


def _own_ends(h: Array, lengths: Array | None) -> Array:
    return np.full(len(h), h.shape[1]) if lengths is None else np.clip(lengths, 1, h.shape[1])


def _mean_of_real_steps(h: Array, lengths: Array | None = None) -> Array:
    return np.stack([row[:end].mean(axis=0) for row, end in zip(h, _own_ends(h, lengths), strict=True)])


last_output = Exercise(
    "last_output",
    points=1,
    vectorized=_many_outputs,
    cases=[
        Case("no-lengths", h=grid(2, 3, 4)),
        Case("unequal-lengths", h=grid(3, 4, 2), lengths=np.array([2, 4, 1])),
        Case("all-of-full-length", h=normal(2, 3, 4), lengths=np.array([3, 3])),
        Case("all-of-length-one", h=normal(3, 4, 2), lengths=np.array([1, 1, 1])),
        Case("as-many-steps-as-sequences", h=normal(3, 3, 2, seed=1), lengths=np.array([2, 3, 1])),
        Case("one-sequence", h=normal(1, 5, 2), lengths=np.array([3])),
        Case("one-step", h=normal(3, 1, 2)),
        Case("read-only", h=normal(2, 4, 3), lengths=np.array([1, 3]), readonly=True),
        Case("single-precision", h=normal(3, 2, 4).astype(np.float32), lengths=np.array([1, 2, 1])),
        Case("length-zero", h=normal(3, 4, 2), lengths=np.array([2, 0, 4]), raises="lengths"),
        Case("longer-than-the-sequences", h=normal(3, 4, 2), lengths=np.array([2, 5, 4]), raises="lengths"),
        random_cases(_random_last),
    ],
    misconceptions=[
        Misconception(
            "padding-read",
            believes="The last step is the last one of the array.",
            wrong=lambda h, lengths=None: h[:, -1],
            hint="A sequence of two steps is padded to four. What has the layer read at the fourth?",
        ),
        Misconception(
            "one-step-early",
            believes="Index lengths - 2 is the last real step.",
            wrong=lambda h, lengths=None: h[np.arange(len(h)), _own_ends(h, lengths) - 2],
            hint="A sequence of length 1 has one step. Which index has it?",
        ),
        Misconception(
            "last-sequence",
            believes="h[-1] is the last step.",
            wrong=lambda h, lengths=None: h[-1],
            hint="Which axis does the first index of h run over?",
        ),
        Misconception(
            "first-step",
            believes="What counts is in the first state.",
            wrong=lambda h, lengths=None: h[:, 0],
            hint="How much has the network read when it is at the first state?",
        ),
        Misconception(
            "every-length-for-every-sequence",
            believes="h[:, lengths - 1] picks one step per sequence.",
            wrong=lambda h, lengths=None: h[:, -1] if lengths is None else h[:, np.clip(lengths, 1, h.shape[1]) - 1],
            hint="What shape does h[:, [1, 3, 0]] have for three sequences? What must stand in place of the colon?",
        ),
        Misconception(
            "mean-of-the-steps",
            believes="A summary of a sequence is the mean of its states.",
            wrong=_mean_of_real_steps,
            hint="What has the last state read already, without any averaging?",
        ),
        Misconception(
            "unchecked-lengths",
            believes="NumPy will say so if a length is wrong.",
            wrong=lambda h, lengths=None: h[:, -1] if lengths is None else h[np.arange(len(h)), lengths - 1],
            hint="What does index -1 mean in Python, and which length leads there?",
        ),
        *slips.LAST,
    ],
    hints=[
        "Without lengths it is one slice. With lengths, every sequence n needs its own index on the axis of steps.",
        "Two index arrays of one length pick pairs: (0, lengths[0] - 1), (1, lengths[1] - 1), …",
        "h[np.arange(len(h)), lengths - 1], after a look whether all lengths are from 1 to T",
    ],
    variants=[Variant("masked", _masked), Variant("along-axis", _along_axis)],
)


def _draw_both(rng: np.random.Generator, n: int, t: int, features: int, units: int) -> dict[str, Any]:
    forward, backward = (draw_weights(rng, features, units) for _ in range(2))
    return {"x": rng.standard_normal((n, t, features)), "forward": forward, "backward": backward}


def _both(n: int, t: int, features: int, units: int, seed: int) -> dict[str, Any]:
    return _draw_both(np.random.default_rng([14, seed]), n, t, features, units)


def _random_both(rng: np.random.Generator) -> Mapping[str, Any]:
    n, t, features, units = sizes(rng)
    return _draw_both(rng, n, t, features, units)


def _single_both(both: Mapping[str, Any]) -> dict[str, Any]:
    weights = {name: tuple(w.astype(np.float32) for w in both[name]) for name in ("forward", "backward")}
    return {"x": both["x"].astype(np.float32), **weights}


def _read(x: Array, weights: Arrays, h: Array | None = None) -> Array:
    return np.stack(run_rnn(x, no_state(x, len(weights[1])) if h is None else h, weights)[1:], axis=1)


def _sides(x: Array, forward: Arrays, backward: Arrays) -> tuple[Array, Array]:
    return _read(x, forward), _read(x[:, ::-1], backward)[:, ::-1]


def _joined(*sides: Array) -> Array:
    return np.concatenate(sides, axis=-1)


def _second_goes_on(x: Array, forward: Arrays, backward: Arrays) -> Array:
    there = _read(x, forward)
    return _joined(there, _read(x[:, ::-1], backward, there[:, -1])[:, ::-1])


def _filled_in(x: Array, forward: Arrays, backward: Arrays) -> Array:
    """One array for both directions, filled from both ends."""
    units, steps = len(forward[1]), x.shape[1]
    joined = np.empty((len(x), steps, 2 * units), x.dtype)
    there = back = no_state(x, units)
    for t in range(steps):
        (there,), (back,) = (
            run_rnn(x[:, [k]], h, weights)[1:] for k, h, weights in ((t, there, forward), (-1 - t, back, backward))
        )
        joined[:, t, :units], joined[:, -1 - t, units:] = there, back
    return joined


bidirectional = Exercise(
    "bidirectional",
    points=2,
    vectorized=lambda n: _both(n, 3, 2, 3, seed=140),
    cases=[
        Case("one-unit", **{**_both(1, 3, 1, 1, seed=141), "x": np.array([[[1.0], [-0.5], [2.0]]])}),
        Case("batch", **_both(3, 4, 2, 5, seed=142)),
        Case("one-step", **_both(2, 1, 4, 3, seed=143)),
        Case("as-many-steps-as-sequences", **_both(3, 3, 4, 2, seed=144)),
        Case("one-sequence", **_both(1, 4, 2, 3, seed=145)),
        Case("thirty-steps", **_both(1, 30, 1, 2, seed=146)),
        Case("read-only", readonly=True, **_both(2, 4, 3, 5, seed=147)),
        Case("single-precision", **_single_both(_both(2, 3, 4, 2, seed=148))),
        random_cases(_random_both),
    ],
    misconceptions=[
        Misconception(
            "not-turned-back",
            believes="The states of the second reader are put beside the first ones in the order it gives them.",
            wrong=lambda x, forward, backward: _joined(_read(x, forward), _read(x[:, ::-1], backward)),
            hint="The second reader's first state has read x_T. Beside which state of the first one does it belong?",
        ),
        Misconception(
            "not-turned-at-all",
            believes="Two sets of weights are two directions.",
            wrong=lambda x, forward, backward: _joined(_read(x, forward), _read(x, backward)),
            hint="Does the second half of your result at step 1 know anything about the last step?",
        ),
        Misconception(
            "batch-turned",
            believes="x[::-1] runs through the steps backwards.",
            wrong=lambda x, forward, backward: _joined(_read(x, forward), _read(x[::-1], backward)),
            hint="Which axis of (N, T, F) does [::-1] turn around?",
        ),
        Misconception(
            "states-added",
            believes="The two states are added.",
            wrong=lambda x, forward, backward: np.add(*_sides(x, forward, backward)),
            hint="How many numbers per step does the docstring promise: H or 2H?",
        ),
        Misconception(
            "joined-along-time",
            believes="The second reader's states come after the first one's.",
            wrong=lambda x, forward, backward: np.concatenate(_sides(x, forward, backward), axis=1),
            hint="How many steps should the result have, and how many numbers per step?",
        ),
        Misconception(
            "backward-first",
            believes="The backward states come first.",
            wrong=lambda x, forward, backward: _joined(*_sides(x, forward, backward)[::-1]),
            hint="Which half of the last axis belongs to `forward`?",
        ),
        Misconception(
            "one-set-of-weights",
            believes="It is one network that reads in both directions.",
            wrong=lambda x, forward, backward: _joined(*_sides(x, forward, forward)),
            hint="What is the argument `backward` for?",
        ),
        Misconception(
            "second-goes-on-from-the-first",
            believes="The second reader starts from the state at which the first one ended.",
            wrong=_second_goes_on,
            hint="Should the second reader know the whole sequence before it starts?",
        ),
        Misconception(
            "last-states-only",
            believes="The result is what both know at the end.",
            wrong=lambda x, forward, backward: _joined(_read(x, forward)[:, -1], _read(x[:, ::-1], backward)[:, -1]),
            hint="What shape does the docstring promise?",
        ),
    ],
    hints=[
        "Turn the steps of x around, read, and turn the states around again.",
        "x[:, ::-1] turns the steps; np.concatenate on the last axis puts the two sides together.",
        "rnn(x[:, ::-1], zeros, *backward)[:, ::-1] beside rnn(x, zeros, *forward)",
    ],
    variants=[Variant("filled-in", _filled_in)],
)
