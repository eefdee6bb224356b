"""Wrong answers to the recurrent layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from solutions.u10_recurrent import (
    lstm_gates,
    lstm_state,
    lstm_step,
    lstm_step_backward,
    rnn,
    rnn_step,
    rnn_step_backward,
)
from tests.student_mistakes import Mistake


def _sigmoid(a: Any) -> Any:
    return (1 + np.tanh(a / 2)) / 2


def _step_back(grad_a: Any, x: Any, h: Any, w_xh: Any, w_hh: Any) -> Any:
    return grad_a @ w_xh.T, grad_a @ w_hh.T, x.T @ grad_a, h.T @ grad_a, grad_a.sum(axis=0)


def _step_back_slope_of_input(grad_output: Any, x: Any, h: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
    a = x @ w_xh + h @ w_hh + b
    return _step_back(grad_output * (1 - a**2), x, h, w_xh, w_hh)


def _step_back_slope_of_old_state(grad_output: Any, x: Any, h: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
    return _step_back(grad_output * (1 - h**2), x, h, w_xh, w_hh)


def _step_back_no_slope(grad_output: Any, x: Any, h: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
    return _step_back(grad_output, x, h, w_xh, w_hh)


def _step_back_mean_bias(grad_output: Any, x: Any, h: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
    grads = rnn_step_backward(grad_output, x, h, w_xh, w_hh, b)
    return *grads[:4], grads[4] / len(x)


def _step_back_means(grad_output: Any, x: Any, h: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
    grads = rnn_step_backward(grad_output, x, h, w_xh, w_hh, b)
    return *grads[:2], *(grad / len(x) for grad in grads[2:])


def _step_back_swapped(grad_output: Any, x: Any, h: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
    grad_x, grad_h, *others = rnn_step_backward(grad_output, x, h, w_xh, w_hh, b)
    return grad_h, grad_x, *others


def _step_back_no_transpose(grad_output: Any, x: Any, h: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
    grad_a = grad_output * (1 - rnn_step(x, h, w_xh, w_hh, b) ** 2)
    return grad_a @ w_xh.T, grad_a @ w_hh, x.T @ grad_a, h.T @ grad_a, grad_a.sum(axis=0)


def _step_back_bias_kept(grad_output: Any, x: Any, h: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
    grads = rnn_step_backward(grad_output, x, h, w_xh, w_hh, b)
    return *grads[:4], grads[4][None]


def _rnn_forgets(x: Any, h0: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
    return np.stack([rnn_step(x[:, t], h0, w_xh, w_hh, b) for t in range(x.shape[1])], axis=1)


def _rnn_time_first(x: Any, h0: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
    h, states = h0, []
    for t in range(x.shape[1]):
        h = rnn_step(x[:, t], h, w_xh, w_hh, b)
        states.append(h)
    return np.stack(states)


def _rnn_reshaped(x: Any, h0: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
    states = _rnn_time_first(x, h0, w_xh, w_hh, b)
    return states.reshape(len(x), x.shape[1], -1)


def _rnn_with_h0(x: Any, h0: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
    return np.concatenate([h0[:, None], rnn(x, h0, w_xh, w_hh, b)], axis=1)


def _rnn_shifted(x: Any, h0: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
    return np.concatenate([h0[:, None], rnn(x, h0, w_xh, w_hh, b)[:, :-1]], axis=1)


def _rnn_from_zeros(x: Any, h0: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
    return rnn(x, np.zeros_like(h0), w_xh, w_hh, b)


def _rnn_state_in_place(x: Any, h0: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
    """Writes each state into one array, and collects that array."""
    h, states = h0.copy(), []
    for t in range(x.shape[1]):
        h[...] = np.tanh(x[:, t] @ w_xh + h @ w_hh + b)
        states.append(h)
    return np.stack(states, axis=1)


def _rnn_added_state(x: Any, h0: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
    h, states = h0, []
    for t in range(x.shape[1]):
        h = h + np.tanh(x[:, t] @ w_xh + h @ w_hh + b)
        states.append(h)
    return np.stack(states, axis=1)


def _rnn_last(x: Any, h0: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
    return rnn(x, h0, w_xh, w_hh, b)[:, -1]


def _rnn_linear_but_last(x: Any, h0: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
    """The state is handed on before the tanh."""
    h, states = h0, []
    for t in range(x.shape[1]):
        h = x[:, t] @ w_xh + h @ w_hh + b
        states.append(np.tanh(h))
    return np.stack(states, axis=1)


def _bptt(
    grad_output: Any, x: Any, h0: Any, w_xh: Any, w_hh: Any, b: Any, slip: str = ""
) -> tuple[Any, Any, Any, Any, Any]:
    """Back through time, with one slip."""
    states = rnn(x, h0, w_xh, w_hh, b)
    grad_x, grad_h = np.zeros_like(x), np.zeros_like(h0)
    totals = [np.zeros_like(w_xh), np.zeros_like(w_hh), np.zeros_like(b)]
    steps = range(x.shape[1]) if slip == "forwards" else reversed(range(x.shape[1]))
    for t in steps:
        before = h0 if t == 0 or slip == "h0 always" else states[:, t - 1]
        before = states[:, t] if slip == "state after" else before
        arriving = grad_h if slip == "upstream dropped" and t < x.shape[1] - 1 else grad_output[:, t] + grad_h
        arriving = grad_output[:, t] if slip == "nothing through time" else arriving
        grad_a = arriving * (1 - states[:, t] ** 2)
        grad_x[:, t] = grad_a @ w_xh.T
        grad_h = grad_a @ (w_hh if slip == "no transpose" else w_hh.T)
        if slip == "kept":
            grad_h = grad_h + arriving
        terms = (x[:, t].T @ grad_a, before.T @ grad_a, grad_a.sum(axis=0))
        totals = list(terms) if slip == "last term" else [a + c for a, c in zip(totals, terms, strict=True)]
    if slip == "mean over steps":
        totals = [total / x.shape[1] for total in totals]
    if slip == "mean over samples":
        totals = [total / len(x) for total in totals]
    if slip == "zero h0":
        grad_h = np.zeros_like(grad_h)
    return grad_x, grad_h, totals[0], totals[1], totals[2]


def _slipped(slip: str) -> Any:
    def backward(grad_output: Any, x: Any, h0: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
        return _bptt(grad_output, x, h0, w_xh, w_hh, b, slip)

    return backward


def _gates(order: str, activations: str) -> Any:
    """The gates cut in this order, with s(igmoid) or t(anh) for each of i, f, g, o."""

    def gates(x: Any, h: Any, w_x: Any, w_h: Any, b: Any) -> Any:
        a = dict(zip(order, np.split(x @ w_x + h @ w_h + b, 4, axis=1), strict=True))
        kinds: dict[str, Callable[[Any], Any]] = {"s": _sigmoid, "t": np.tanh, "n": lambda z: z}
        return tuple(kinds[kind](a[gate]) for gate, kind in zip("ifgo", activations, strict=True))

    return gates


def _gates_strided(x: Any, h: Any, w_x: Any, w_h: Any, b: Any) -> Any:
    a = x @ w_x + h @ w_h + b
    return _sigmoid(a[:, 0::4]), _sigmoid(a[:, 1::4]), np.tanh(a[:, 2::4]), _sigmoid(a[:, 3::4])


def _gates_exp(x: Any, h: Any, w_x: Any, w_h: Any, b: Any) -> Any:
    a = np.split(x @ w_x + h @ w_h + b, 4, axis=1)
    i, f, o = (np.exp(each) / (1 + np.exp(each)) for each in (a[0], a[1], a[3]))
    return i, f, np.tanh(a[2]), o


def _gates_forget_bias(x: Any, h: Any, w_x: Any, w_h: Any, b: Any) -> Any:
    size = h.shape[1]
    bias = b.copy()
    bias[size : 2 * size] += 1
    return lstm_gates(x, h, w_x, w_h, bias)


def _gates_back(slopes: Any) -> Any:
    def backward(grad_output: Any, x: Any, h: Any, w_x: Any, w_h: Any, b: Any) -> Any:
        gates = lstm_gates(x, h, w_x, w_h, b)
        grad_a = np.concatenate(slopes(grad_output, gates), axis=1)
        return grad_a @ w_x.T, grad_a @ w_h.T, x.T @ grad_a, h.T @ grad_a, grad_a.sum(axis=0)

    return backward


def _slopes(grads: Any, gates: Any) -> list[Any]:
    (i, f, g, o), (di, df, dg, do) = gates, grads
    return [di * i * (1 - i), df * f * (1 - f), dg * (1 - g**2), do * o * (1 - o)]


def _slopes_all_sigmoid(grads: Any, gates: Any) -> list[Any]:
    return [d * v * (1 - v) for d, v in zip(grads, gates, strict=True)]


def _slopes_tanh_twice(grads: Any, gates: Any) -> list[Any]:
    slopes = _slopes(grads, gates)
    slopes[2] = grads[2] * (1 - np.tanh(gates[2]) ** 2)
    return slopes


def _slopes_cs231n(grads: Any, gates: Any) -> list[Any]:
    i, f, g, o = _slopes(grads, gates)
    return [i, f, o, g]


def _state_back(slip: str) -> Any:
    def backward(grad_output: Any, i: Any, f: Any, g: Any, o: Any, c: Any) -> Any:
        grad_h, grad_c = grad_output
        cell = f * c + i * g
        shown = np.tanh(cell)
        through_h = {"slope of c": grad_h * o * (1 - cell**2), "no slope": grad_h * o, "no o": grad_h * (1 - shown**2)}
        grad_cell = grad_c + through_h.get(slip, grad_h * o * (1 - shown**2))
        grad_cell = {"c ignored": grad_cell - grad_c, "h ignored": grad_c}.get(slip, grad_cell)
        right = (grad_cell * g, grad_cell * c, grad_cell * i, grad_h * shown, grad_cell * f)
        return {
            "own values": (grad_cell * i, grad_cell * f, grad_cell * g, grad_h * o, grad_cell * c),
            "o from cell": (*right[:3], grad_h * cell, right[4]),
            "new cell for f": (right[0], grad_cell * cell, *right[2:]),
            "cell not forgotten": (*right[:4], grad_cell),
            "grad_c handed on": (*right[:4], grad_c * f),
        }.get(slip, right)

    return backward


def _lstm_back(slip: str) -> Any:
    def backward(grad_output: Any, x: Any, h0: Any, c0: Any, w_x: Any, w_h: Any, b: Any) -> Any:
        grad_states, grad_c = grad_output
        before = [(h0, c0)]
        for t in range(x.shape[1]):
            before.append(lstm_step(x[:, t], *before[-1], w_x, w_h, b))
        grad_x, grad_h = np.zeros_like(x), np.zeros_like(h0)
        totals = [np.zeros_like(w_x), np.zeros_like(w_h), np.zeros_like(b)]
        if slip == "last cell ignored":
            grad_c = np.zeros_like(c0)
        for t in reversed(range(x.shape[1])):
            into = grad_output[1] if slip == "cell gradient at each step" and t < x.shape[1] - 1 else 0
            h_part = grad_states[:, t] if slip == "no h through time" else grad_states[:, t] + grad_h
            c_part = grad_c * 0 if slip == "no c through time" and t < x.shape[1] - 1 else grad_c + into
            state = before[t + 1] if slip == "state after" else before[t]
            grads = lstm_step_backward((h_part, c_part), x[:, t], *state, w_x, w_h, b)
            grad_x[:, t], grad_h, grad_c = grads[:3]
            totals = list(grads[3:]) if slip == "assigned" else [a + d for a, d in zip(totals, grads[3:], strict=True)]
        return grad_x, grad_h, grad_c, *totals

    return backward


def _embedding_back(slip: str) -> Any:
    def backward(grad_output: Any, ids: Any, table: Any) -> Any:
        grad = np.zeros(table.shape) if slip == "float64" else np.zeros_like(table)
        flat, rows = ids.reshape(-1), grad_output.reshape(-1, table.shape[1])
        if slip == "assigned":
            grad[ids] = grad_output
        elif slip == "buffered":
            grad[ids] += grad_output
        else:
            np.add.at(grad, flat, rows)
        if slip == "mean":
            grad /= np.maximum(np.bincount(flat, minlength=len(table)), 1).astype(table.dtype)[:, None]
        if slip == "padding":
            grad[0] = 0
        return table + grad if slip == "updated" else grad

    return backward


def _each(exercise: str, make: Callable[[str], Callable[..., Any]], named: dict[str, str | None]) -> list[Mistake]:
    return [Mistake(exercise, make(slip), name) for slip, name in named.items()]


# fmt: off
MISTAKES = [
    Mistake("rnn_step", lambda x, h, w_xh, w_hh, b: x @ w_xh + h @ w_hh + b, "tanh-forgotten"),
    Mistake("rnn_step", lambda x, h, w_xh, w_hh, b: np.tanh(x @ w_xh + h @ w_hh.T + b), "state-kernel-transposed"),
    Mistake("rnn_step", lambda x, h, w_xh, w_hh, b: np.tanh(x @ w_xh) + np.tanh(h @ w_hh) + b, "tanh-of-each-part"),
    Mistake("rnn_step", lambda x, h, w_xh, w_hh, b: np.tanh(x @ w_xh + h @ w_hh) + b, "bias-outside-the-tanh"),
    Mistake("rnn_step", lambda x, h, w_xh, w_hh, b: _sigmoid(x @ w_xh + h @ w_hh + b), "sigmoid-for-tanh"),
    Mistake("rnn_step", lambda x, h, w_xh, w_hh, b: np.tanh(x @ w_xh + h * np.diag(w_hh) + b)),
    Mistake("rnn_step", lambda x, h, w_xh, w_hh, b: np.tanh(x @ w_xh + b), "state-ignored"),
    Mistake("rnn_step", lambda x, h, w_xh, w_hh, b: np.tanh(x @ w_xh + np.tanh(h) @ w_hh + b)),
    Mistake("rnn_step_backward", _step_back_slope_of_input, "slope-of-the-pre-activation"),
    Mistake("rnn_step_backward", _step_back_slope_of_old_state, "slope-of-the-old-state"),
    Mistake("rnn_step_backward", _step_back_no_slope, "slope-of-tanh-forgotten"),
    Mistake("rnn_step_backward", _step_back_mean_bias),
    Mistake("rnn_step_backward", _step_back_means, "averaged-over-samples"),
    Mistake("rnn_step_backward", _step_back_swapped, "gradients-of-x-and-h-exchanged"),
    Mistake("rnn_step_backward", _step_back_no_transpose, "state-kernel-not-transposed"),
    Mistake("rnn_step_backward", _step_back_bias_kept),
    Mistake("rnn", _rnn_forgets, "initial-state-every-step"),
    Mistake("rnn", _rnn_time_first, "steps-on-the-first-axis"),
    Mistake("rnn", _rnn_reshaped, "reshaped-for-transposed"),
    Mistake("rnn", _rnn_with_h0, "initial-state-among-them"),
    Mistake("rnn", _rnn_shifted, "state-before-the-step"),
    Mistake("rnn", _rnn_from_zeros, "initial-state-ignored"),
    Mistake("rnn", _rnn_state_in_place, "one-array-for-all-steps"),
    Mistake("rnn", _rnn_added_state),
    Mistake("rnn", _rnn_last, "last-state-only"),
    Mistake("rnn", _rnn_linear_but_last, "squashed-at-the-end"),
    Mistake("rnn_backward", _slipped("forwards"), "first-step-to-last"),
    Mistake("rnn_backward", _slipped("h0 always"), "initial-state-in-every-kernel-gradient"),
    Mistake("rnn_backward", _slipped("state after"), "state-after-in-the-kernel-gradient"),
    Mistake("rnn_backward", _slipped("upstream dropped"), "last-step-upstream-only"),
    Mistake("rnn_backward", _slipped("nothing through time"), "nothing-through-time"),
    Mistake("rnn_backward", _slipped("no transpose"), "state-kernel-not-transposed"),
    Mistake("rnn_backward", _slipped("kept")),
    Mistake("rnn_backward", _slipped("last term"), "weight-gradients-assigned"),
    Mistake("rnn_backward", _slipped("mean over steps"), "averaged-over-steps"),
    Mistake("rnn_backward", _slipped("mean over samples"), "averaged-over-samples"),
    Mistake("rnn_backward", _slipped("zero h0"), "initial-state-gets-nothing"),
    Mistake("lstm_gates", _gates("ifgo", "ssss"), "candidate-by-sigmoid"),
    Mistake("lstm_gates", _gates("ifog", "ssts"), "order-of-cs231n"),
    Mistake("lstm_gates", _gates("figo", "ssts"), "forget-gate-first"),
    Mistake("lstm_gates", _gates("ifgo", "stss")),
    Mistake("lstm_gates", _gates("ifgo", "nnnn"), "not-squashed"),
    Mistake("lstm_gates", _gates_strided, "gates-interleaved"),
    Mistake("lstm_gates", _gates_exp, "sigmoid-overflows"),
    Mistake("lstm_gates", _gates_forget_bias, "forget-bias-of-one"),
    Mistake("lstm_gates_backward", _gates_back(_slopes_all_sigmoid), "candidate-by-sigmoid"),
    Mistake("lstm_gates_backward", _gates_back(_slopes_tanh_twice)),
    Mistake("lstm_gates_backward", _gates_back(_slopes_cs231n), "order-of-cs231n"),
    Mistake("lstm_gates_backward", _gates_back(lambda grads, gates: grads), "slopes-forgotten"),
    Mistake("lstm_state", lambda i, f, g, o, c: (o * np.tanh(f * c + i), f * c + i)),
    Mistake("lstm_state", lambda i, f, g, o, c: (o * np.tanh(f * c + g), f * c + g), "input-gate-forgotten"),
    Mistake("lstm_state", lambda i, f, g, o, c: (f * c + i * g, o * np.tanh(f * c + i * g)), "cell-first"),
    Mistake("lstm_state", lambda i, f, g, o, c: (o * (f * c + i * g), f * c + i * g), "tanh-forgotten-at-the-output"),
    Mistake("lstm_state", lambda i, f, g, o, c: (o * np.tanh(c), f * c + i * g), "output-of-the-old-cell"),
    Mistake("lstm_state", lambda i, f, g, o, c: (o * np.tanh(c + i * g), c + i * g), "forget-gate-forgotten"),
    Mistake("lstm_state", lambda i, f, g, o, c: (o * np.tanh(i * c + f * g), i * c + f * g), "gates-exchanged"),
    Mistake("lstm_state", lambda i, f, g, o, c: lstm_state(i, 1 - f, g, o, c), "forget-gate-complemented"),
    Mistake("lstm_state_backward", _state_back("c ignored"), "cell-gradient-dropped"),
    Mistake("lstm_state_backward", _state_back("h ignored"), "hidden-path-dropped"),
    Mistake("lstm_state_backward", _state_back("slope of c"), "slope-of-the-cell-itself"),
    Mistake("lstm_state_backward", _state_back("no slope"), "slope-of-tanh-forgotten"),
    Mistake("lstm_state_backward", _state_back("no o"), "output-gate-forgotten"),
    Mistake("lstm_state_backward", _state_back("own values")),
    Mistake("lstm_state_backward", _state_back("o from cell"), "cell-for-its-tanh"),
    Mistake("lstm_state_backward", _state_back("new cell for f"), "new-cell-for-the-forget-gate"),
    Mistake("lstm_state_backward", _state_back("cell not forgotten"), "forget-gate-not-on-the-way-back"),
    Mistake("lstm_state_backward", _state_back("grad_c handed on")),
    Mistake("lstm_backward", _lstm_back("last cell ignored"), "last-cell-gradient-ignored"),
    Mistake("lstm_backward", _lstm_back("cell gradient at each step"), "last-cell-gradient-at-every-step"),
    Mistake("lstm_backward", _lstm_back("no h through time"), "hidden-state-not-through-time"),
    Mistake("lstm_backward", _lstm_back("no c through time")),
    Mistake("lstm_backward", _lstm_back("state after")),
    Mistake("lstm_backward", _lstm_back("assigned"), "weight-gradients-assigned"),
    Mistake("last_output", lambda h, lengths=None: h[:, -1], "padding-read"),
    Mistake("last_output", lambda h, lengths=None: h[-1], "last-sequence"),
    Mistake("last_output", lambda h, lengths=None: h[:, -1] if lengths is None else h[:, lengths - 1], "every-length-for-every-sequence"),
    Mistake("last_output", lambda h, lengths=None: h[:, -1] if lengths is None else h[np.arange(len(h)), np.minimum(lengths, h.shape[1] - 1)], "one-step-late-but-cut"),
    Mistake("last_output", lambda h, lengths=None: h.mean(axis=1)),
    Mistake("last_output", lambda h, lengths=None: h[:, -1] if lengths is None else h[np.arange(len(h)), -lengths]),
    Mistake("last_output", lambda h, lengths=None: h[:, -1] if lengths is None else h[:, lengths.max() - 1], "longest-for-all"),
    Mistake("embedding", lambda ids, table: table[ids - 1], "ids-from-one"),
    Mistake("embedding", lambda ids, table: table.T[ids] if ids.size else table[ids]),
    Mistake("embedding", lambda ids, table: table[ids.reshape(-1)], "sentences-flattened"),
    Mistake("embedding", lambda ids, table: table[ids] * (ids != 0)[..., None], "zero-is-padding"),
    Mistake("embedding", lambda ids, table: table[ids], "negative-from-the-end"),
    Mistake("embedding", lambda ids, table: table[np.clip(ids, 0, len(table) - 1)]),
    *_each("embedding_backward", _embedding_back, {
        "assigned": "last-repeat-wins", "buffered": "last-repeat-wins", "mean": "averaged-over-repeats",
        "padding": "zero-is-padding", "updated": "added-to-the-table", "float64": "double-precision-zeros",
    }),
]
# fmt: on
