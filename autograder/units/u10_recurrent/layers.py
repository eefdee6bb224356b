"""stacked_lstm, last_output and bidirectional: what is built from whole layers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit, returns
from autograder.units.shared.arrays import grid, normal
from autograder.units.u10_recurrent.sequences import Inputs, draw_weights, single, sizes


def _draw_stack(rng: np.random.Generator, n: int, t: int, *widths: int) -> Inputs:
    """A stack with the given numbers of features, from the input upwards."""
    layers = [draw_weights(rng, below, units, gates=4) for below, units in pairwise(widths)]
    return {"x": rng.standard_normal((n, t, widths[0])), "layers": layers}


def _stack(n: int, t: int, *widths: int, seed: int) -> Inputs:
    return _draw_stack(np.random.default_rng([13, seed]), n, t, *widths)


def _random_stack(rng: np.random.Generator) -> Inputs:
    n, t, features, units = sizes(rng)
    return _draw_stack(rng, n, t, features, units, *rng.integers(2, 5, rng.integers(0, 3)).tolist())


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
        Case("single-precision", **single(_stack(2, 3, 4, 3, 2, seed=139))),
        Case("no-layers", x=normal(2, 3, 4), layers=[], raises="layers"),
        random_cases(_random_stack),
    ],
    misconceptions=[
        body(
            "states-handed-up",
            """
            h = c = np.zeros((len(x), len(layers[0][1])), dtype=x.dtype)
            for weights in layers:
                x, c = lstm(x, h, c, *weights)
                h = x[:, -1]
            return x
            """,
        )
        .believes("A layer goes on from the last states of the one below.")
        .ask("Time runs to the right, layers upwards. In which direction do h and c travel?"),
        returns("every-layer-reads-the-input", "[stacked_lstm(x, [layer]) for layer in layers][-1]")
        .believes("All layers read x.")
        .ask("What should a second layer see that the first one has not seen already?"),
        returns("first-layer-only", "stacked_lstm(x, layers[:1])")
        .believes("The result is that of the first layer.")
        .ask("How many units does the last layer have, and how many columns does your result have?"),
        edit("last-state-only", "return x", "return x[:, -1]")
        .believes("A stack returns what it knows at the end.")
        .ask("What shape does the docstring promise?"),
        body(
            "last-state-for-all-steps",
            """
            y = stacked_lstm(x, layers[:1])
            for layer in layers[1:]:
                y = stacked_lstm(np.repeat(y[:, -1:], x.shape[1], axis=1), [layer])
            return y
            """,
        )
        .believes("The second layer reads the last state of the first one, again and again.")
        .ask("The first layer has a state for every step. Which one should the second layer read at step t?"),
        returns("all-layers", "np.concatenate([stacked_lstm(x, layers[: k + 1]) for k in range(len(layers))], axis=-1)")
        .believes("The states of all layers side by side are the result.")
        .ask("Which layer's states does the docstring ask for?"),
        edit("double-precision-zeros", ", dtype=b.dtype", "")
        .believes("np.zeros gives zeros of whatever type is needed.")
        .ask("float32 plus float64: of which dtype is the sum?"),
    ],
    hints=[
        "One loop over the layers. What is the input of the second round?",
        "zeros of shape (N, H) with the H of this layer, in the dtype of the arguments, serve as h0 and as c0.",
        "for w_x, w_h, b in layers: x, _ = lstm(x, zeros, zeros, w_x, w_h, b); return x",
    ],
    variants=[
        Variant(
            "layers-side-by-side",
            """
            if not layers:
                raise ValueError("layers is empty")
            states = [2 * [np.zeros((len(x), len(w_h)), x.dtype)] for _, w_h, _ in layers]
            tops = []
            for t in range(x.shape[1]):
                read = x[:, t]
                for k, weights in enumerate(layers):
                    states[k] = lstm_step(read, *states[k], *weights)
                    read = states[k][0]
                tops.append(read)
            return np.stack(tops, axis=1)
            """,
        )
    ],
)

PICKED = "h[np.arange(len(h)), lengths - 1]"
OUT_OF_RANGE = "(lengths < 1).any() or (lengths > h.shape[1]).any()"
THIRD_STEP = "Indices count from 0: which one has the third step?"


def _random_last(rng: np.random.Generator) -> Inputs:
    n, t, _, units = sizes(rng)
    return {"h": rng.standard_normal((n, t, units)), "lengths": rng.integers(1, t + 1, n)}


last_output = Exercise(
    "last_output",
    points=1,
    vectorized=lambda n: {"h": normal(n, 3, 2), "lengths": np.arange(n) % 3 + 1},
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
        returns("padding-read", "h[:, -1]")
        .believes("The last step is the last one of the array.")
        .ask("A sequence of two steps is padded to four. What has the layer read at the fourth?"),
        edit("one-step-early", "lengths - 1]", "lengths - 2]", "h[:, -1]", "h[:, h.shape[1] - 2]")
        .believes("Index lengths - 2 is the last real step.")
        .ask("A sequence of length 1 has one step. Which index has it?"),
        returns("last-sequence", "h[-1]")
        .believes("h[-1] is the last step.")
        .ask("Which axis does the first index of h run over?"),
        returns("first-step", "h[:, 0]")
        .believes("What counts is in the first state.")
        .ask("How much has the network read when it is at the first state?"),
        edit("every-length-for-every-sequence", PICKED, "h[:, lengths - 1]")
        .believes("h[:, lengths - 1] picks one step per sequence.")
        .ask("What shape has h[:, [1, 3, 0]] for three sequences? What must replace the colon?"),
        body(
            "mean-of-the-steps",
            """
            ends = np.full(len(h), h.shape[1]) if lengths is None else np.clip(lengths, 1, h.shape[1])
            return np.stack([states[:end].mean(axis=0) for states, end in zip(h, ends)])
            """,
        )
        .believes("A summary of a sequence is the mean of its states.")
        .ask("What has the last state read already, without any averaging?"),
        edit("unchecked-lengths", OUT_OF_RANGE, "False")
        .believes("NumPy will say so if a length is wrong.")
        .ask("What does index -1 mean in Python, and which length leads there?"),
        edit("one-step-late", PICKED, "h[np.arange(len(h)), lengths]")
        .believes("The last step of a sequence of 3 steps is h[n, 3].")
        .ask(THIRD_STEP),
        edit("one-step-late-but-cut", PICKED, "h[np.arange(len(h)), np.minimum(lengths, h.shape[1] - 1)]")
        .believes("lengths[n] is the index, and beyond the end the last one will do.")
        .ask(THIRD_STEP),
        edit("longest-for-all", PICKED, "h[:, lengths.max() - 1]")
        .believes("The batch ends where its longest sequence ends.")
        .ask("What stands at that step in a shorter sequence?"),
    ],
    hints=[
        "Without lengths it is one slice. With lengths, every sequence n needs its own index on the axis of steps.",
        "Two index arrays of one length pick pairs: (0, lengths[0] - 1), (1, lengths[1] - 1), …",
        "h[np.arange(len(h)), lengths - 1], after a look whether all lengths are from 1 to T",
    ],
    variants=[
        Variant("masked", (PICKED, "(h * (np.arange(1, h.shape[1] + 1) == lengths[:, None])[:, :, None]).sum(axis=1)")),
        Variant("along-axis", (PICKED, "np.take_along_axis(h, lengths[:, None, None] - 1, axis=1)[:, 0]")),
    ],
)

TURNED_BACK = "*backward)[:, ::-1]"
SIDES = "np.concatenate([there, back], axis=-1)"


def _draw_both(rng: np.random.Generator, n: int, t: int, features: int, units: int) -> Inputs:
    forward, backward = (draw_weights(rng, features, units) for _ in range(2))
    return {"x": rng.standard_normal((n, t, features)), "forward": forward, "backward": backward}


def _both(n: int, t: int, features: int, units: int, seed: int) -> Inputs:
    return _draw_both(np.random.default_rng([14, seed]), n, t, features, units)


bidirectional = Exercise(
    "bidirectional",
    points=2,
    vectorized=lambda n: _both(n, 3, 2, 3, seed=140),
    cases=[
        Case("one-unit", **(_both(1, 3, 1, 1, seed=141) | {"x": np.array([[[1.0], [-0.5], [2.0]]])})),
        Case("batch", **_both(3, 4, 2, 5, seed=142)),
        Case("one-step", **_both(2, 1, 4, 3, seed=143)),
        Case("as-many-steps-as-sequences", **_both(3, 3, 4, 2, seed=144)),
        Case("one-sequence", **_both(1, 4, 2, 3, seed=145)),
        Case("thirty-steps", **_both(1, 30, 1, 2, seed=146)),
        Case("read-only", readonly=True, **_both(2, 4, 3, 5, seed=147)),
        Case("single-precision", **single(_both(2, 3, 4, 2, seed=148))),
        random_cases(lambda rng: _draw_both(rng, *sizes(rng))),
    ],
    misconceptions=[
        edit("not-turned-back", TURNED_BACK, "*backward)")
        .believes("The second reader's states stand beside the first one's, in the order it gives them.")
        .ask("The second reader's first state has read x_T. Beside which state of the first one does it belong?"),
        edit("not-turned-at-all", TURNED_BACK, "*backward)", "x[:, ::-1]", "x")
        .believes("Two sets of weights are two directions.")
        .ask("Does the second half of your result at step 1 know anything about the last step?"),
        edit("batch-turned", TURNED_BACK, "*backward)", "x[:, ::-1]", "x[::-1]")
        .believes("x[::-1] runs through the steps backwards.")
        .ask("Which axis of (N, T, F) does [::-1] turn around?"),
        edit("states-added", SIDES, "there + back")
        .believes("The two states are added.")
        .ask("How many numbers per step does the docstring promise: H or 2H?"),
        edit("joined-along-time", "axis=-1", "axis=1")
        .believes("The second reader's states come after the first one's.")
        .ask("How many steps should the result have, and how many numbers per step?"),
        edit("backward-first", "[there, back]", "[back, there]")
        .believes("The backward states come first.")
        .ask("Which half of the last axis belongs to `forward`?"),
        edit("one-set-of-weights", "*backward", "*forward")
        .believes("It is one network that reads in both directions.")
        .ask("What is the argument `backward` for?"),
        edit("second-goes-on-from-the-first", "::-1], zeros", "::-1], there[:, -1]")
        .believes("The second reader starts from the state at which the first one ended.")
        .ask("Should the second reader know the whole sequence before it starts?"),
        edit("last-states-only", "[there, back]", "[there[:, -1], back[:, 0]]")
        .believes("The result is what both know at the end.")
        .ask("What shape does the docstring promise?"),
    ],
    hints=[
        "Turn the steps of x around, read, and turn the states around again.",
        "x[:, ::-1] turns the steps; np.concatenate on the last axis puts the two sides together.",
        "rnn(x[:, ::-1], zeros, *backward)[:, ::-1] beside rnn(x, zeros, *forward)",
    ],
    variants=[
        Variant(
            "filled-in",
            """
            units, steps = len(forward[1]), x.shape[1]
            joined = np.empty((len(x), steps, 2 * units), x.dtype)
            there = back = np.zeros((len(x), units), x.dtype)
            for t in range(steps):
                joined[:, t, :units] = there = rnn_step(x[:, t], there, *forward)
                joined[:, -1 - t, units:] = back = rnn_step(x[:, -1 - t], back, *backward)
            return joined
            """,
        )
    ],
)
