"""Wrong answers to the recurrent layers."""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions.u10_recurrent import (
    lstm,
    lstm_gates,
    lstm_gates_backward,
    lstm_state,
    lstm_state_backward,
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


def _gates(order: str, activations: str, w: Any = None) -> Any:
    """The gates cut in this order, with s(igmoid) or t(anh) for each of i, f, g, o."""

    def gates(x: Any, h: Any, w_x: Any, w_h: Any, b: Any) -> Any:
        a = dict(zip(order, np.split(x @ w_x + h @ w_h + b, 4, axis=1), strict=True))
        kinds = {"s": _sigmoid, "t": np.tanh, "n": lambda z: z}
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
        grad_cell = grad_c + grad_h * o * (1 - shown**2)
        if slip == "c ignored":
            grad_cell = grad_h * o * (1 - shown**2)
        if slip == "h ignored":
            grad_cell = grad_c
        if slip == "slope of c":
            grad_cell = grad_c + grad_h * o * (1 - cell**2)
        if slip == "no slope":
            grad_cell = grad_c + grad_h * o
        if slip == "no o":
            grad_cell = grad_c + grad_h * (1 - shown**2)
        if slip == "own values":
            return grad_cell * i, grad_cell * f, grad_cell * g, grad_h * o, grad_cell * c
        if slip == "o from cell":
            return grad_cell * g, grad_cell * c, grad_cell * i, grad_h * cell, grad_cell * f
        if slip == "new cell for f":
            return grad_cell * g, grad_cell * cell, grad_cell * i, grad_h * shown, grad_cell * f
        if slip == "cell not forgotten":
            return grad_cell * g, grad_cell * c, grad_cell * i, grad_h * shown, grad_cell
        kept = grad_c if slip == "grad_c handed on" else grad_cell
        return grad_cell * g, grad_cell * c, grad_cell * i, grad_h * shown, kept * f

    return backward


def _lstm_step_old_cell(x: Any, h: Any, c: Any, w_x: Any, w_h: Any, b: Any) -> Any:
    i, f, g, o = lstm_gates(x, h, w_x, w_h, b)
    return o * np.tanh(c), f * c + i * g


def _lstm_step_back_no_cell(grad_output: Any, x: Any, h: Any, c: Any, w_x: Any, w_h: Any, b: Any) -> Any:
    grads = lstm_step_backward((grad_output[0], np.zeros_like(c)), x, h, c, w_x, w_h, b)
    return grads


def _lstm_step_back_order(grad_output: Any, x: Any, h: Any, c: Any, w_x: Any, w_h: Any, b: Any) -> Any:
    grad_x, grad_h, grad_c, *others = lstm_step_backward(grad_output, x, h, c, w_x, w_h, b)
    return grad_x, grad_c, grad_h, *others


def _lstm_step_back_gates_of_new_state(grad_output: Any, x: Any, h: Any, c: Any, w_x: Any, w_h: Any, b: Any) -> Any:
    after, _ = lstm_step(x, h, c, w_x, w_h, b)
    gates = lstm_gates(x, after, w_x, w_h, b)
    *grad_gates, grad_c = lstm_state_backward(grad_output, *gates, c)
    grad_x, grad_h, *others = lstm_gates_backward(tuple(grad_gates), x, h, w_x, w_h, b)
    return grad_x, grad_h, grad_c, *others


def _lstm_cell_forgotten(x: Any, h0: Any, c0: Any, w_x: Any, w_h: Any, b: Any) -> Any:
    h, c, states = h0, c0, []
    for t in range(x.shape[1]):
        h, c = lstm_step(x[:, t], h, c0, w_x, w_h, b)
        states.append(h)
    return np.stack(states, axis=1), c


def _lstm_swapped_pair(x: Any, h0: Any, c0: Any, w_x: Any, w_h: Any, b: Any) -> Any:
    h, c, states = h0, c0, []
    for t in range(x.shape[1]):
        c, h = lstm_step(x[:, t], h, c, w_x, w_h, b)
        states.append(h)
    return np.stack(states, axis=1), c


def _lstm_last_h(x: Any, h0: Any, c0: Any, w_x: Any, w_h: Any, b: Any) -> Any:
    states, _ = lstm(x, h0, c0, w_x, w_h, b)
    return states, states[:, -1]


def _lstm_h_of_first_step(x: Any, h0: Any, c0: Any, w_x: Any, w_h: Any, b: Any) -> Any:
    c, states = c0, []
    for t in range(x.shape[1]):
        h, c = lstm_step(x[:, t], h0, c, w_x, w_h, b)
        states.append(h)
    return np.stack(states, axis=1), c


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


def _stacked(slip: str) -> Any:
    def stacked(x: Any, layers: Any) -> Any:
        h = c = None
        for w_x, w_h, b in layers:
            zeros = np.zeros((len(x), len(w_h)), dtype=float if slip == "float64" else b.dtype)
            if slip == "state handed on" and h is not None and h.shape == zeros.shape:
                x, c = lstm(x, h, c, w_x, w_h, b)
            else:
                x, c = lstm(x, zeros, zeros, w_x, w_h, b)
            h = x[:, -1]
            if slip == "last repeated":
                x = np.repeat(h[:, None], x.shape[1], axis=1)
        return h if slip == "last only" else x

    return stacked


def _bidirectional(slip: str) -> Any:
    def both(x: Any, forward: Any, backward: Any) -> Any:
        zeros = np.zeros((len(x), len(forward[2])), dtype=forward[2].dtype)
        there, back = rnn(x, zeros, *forward), rnn(x[:, ::-1], zeros, *backward)
        if slip == "batch reversed":
            back = rnn(x[::-1], zeros, *backward)[::-1]
        elif slip != "not turned back":
            back = back[:, ::-1]
        if slip == "sum":
            return there + back
        return np.concatenate([back, there] if slip == "order" else [there, back], axis=-1)

    return both


def _norms(slip: str) -> Any:
    def norms(x: Any, h0: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
        states = rnn(x, h0, w_xh, w_hh, b)
        grad = np.ones_like(states[:, -1])
        found = [np.linalg.norm(grad)]
        for t in reversed(range(x.shape[1])):
            grad = (grad * (1 - states[:, t] ** 2)) @ (w_hh if slip == "no transpose" else w_hh.T)
            if slip == "slope dropped":
                grad = found[-1] * 0 + np.linalg.matrix_power(w_hh.T, x.shape[1] - t).sum(axis=0)[None].repeat(
                    len(x), 0
                )
            found.append(np.linalg.norm(grad, axis=1).mean() if slip == "per sample" else np.linalg.norm(grad))
        return np.array(found if slip == "order" else found[::-1])

    return norms


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


MISTAKES = [
    Mistake("rnn_step", lambda x, h, w_xh, w_hh, b: x @ w_xh + h @ w_hh + b),
    Mistake("rnn_step", lambda x, h, w_xh, w_hh, b: np.tanh(x @ w_xh + h @ w_hh.T + b)),
    Mistake("rnn_step", lambda x, h, w_xh, w_hh, b: np.tanh(x @ w_xh) + np.tanh(h @ w_hh) + b),
    Mistake("rnn_step", lambda x, h, w_xh, w_hh, b: np.tanh(x @ w_xh + h @ w_hh) + b),
    Mistake("rnn_step", lambda x, h, w_xh, w_hh, b: _sigmoid(x @ w_xh + h @ w_hh + b)),
    Mistake("rnn_step", lambda x, h, w_xh, w_hh, b: np.tanh(x @ w_xh + h * np.diag(w_hh) + b)),
    Mistake("rnn_step", lambda x, h, w_xh, w_hh, b: np.tanh(x @ w_xh + b)),
    Mistake("rnn_step", lambda x, h, w_xh, w_hh, b: np.tanh(x @ w_xh + np.tanh(h) @ w_hh + b)),
    Mistake("rnn_step_backward", _step_back_slope_of_input),
    Mistake("rnn_step_backward", _step_back_slope_of_old_state),
    Mistake("rnn_step_backward", _step_back_no_slope),
    Mistake("rnn_step_backward", _step_back_mean_bias),
    Mistake("rnn_step_backward", _step_back_means),
    Mistake("rnn_step_backward", _step_back_swapped),
    Mistake("rnn_step_backward", _step_back_no_transpose),
    Mistake("rnn_step_backward", _step_back_bias_kept),
    *(Mistake("rnn", wrong) for wrong in (_rnn_forgets, _rnn_time_first, _rnn_reshaped, _rnn_with_h0, _rnn_shifted)),
    *(Mistake("rnn", wrong) for wrong in (_rnn_from_zeros, _rnn_state_in_place, _rnn_added_state, _rnn_last)),
    Mistake("rnn", _rnn_linear_but_last),
    Mistake("rnn_backward", _slipped("forwards")),
    Mistake("rnn_backward", _slipped("h0 always")),
    Mistake("rnn_backward", _slipped("state after")),
    Mistake("rnn_backward", _slipped("upstream dropped")),
    Mistake("rnn_backward", _slipped("nothing through time")),
    Mistake("rnn_backward", _slipped("no transpose")),
    Mistake("rnn_backward", _slipped("kept")),
    Mistake("rnn_backward", _slipped("last term")),
    Mistake("rnn_backward", _slipped("mean over steps")),
    Mistake("rnn_backward", _slipped("mean over samples")),
    Mistake("rnn_backward", _slipped("zero h0")),
    Mistake("lstm_gates", _gates("ifgo", "ssss")),
    Mistake("lstm_gates", _gates("ifog", "ssts")),
    Mistake("lstm_gates", _gates("figo", "ssts")),
    Mistake("lstm_gates", _gates("ifgo", "stss")),
    Mistake("lstm_gates", _gates("ifgo", "nnnn")),
    Mistake("lstm_gates", _gates_strided),
    Mistake("lstm_gates", _gates_exp),
    Mistake("lstm_gates", _gates_forget_bias),
    Mistake("lstm_gates_backward", _gates_back(_slopes_all_sigmoid)),
    Mistake("lstm_gates_backward", _gates_back(_slopes_tanh_twice)),
    Mistake("lstm_gates_backward", _gates_back(_slopes_cs231n)),
    Mistake("lstm_gates_backward", _gates_back(lambda grads, gates: grads)),
    Mistake("lstm_state", lambda i, f, g, o, c: (o * np.tanh(f * c + i), f * c + i)),
    Mistake("lstm_state", lambda i, f, g, o, c: (o * np.tanh(f * c + g), f * c + g)),
    Mistake("lstm_state", lambda i, f, g, o, c: (f * c + i * g, o * np.tanh(f * c + i * g))),
    Mistake("lstm_state", lambda i, f, g, o, c: (o * (f * c + i * g), f * c + i * g)),
    Mistake("lstm_state", lambda i, f, g, o, c: (o * np.tanh(c), f * c + i * g)),
    Mistake("lstm_state", lambda i, f, g, o, c: (o * np.tanh(c + i * g), c + i * g)),
    Mistake("lstm_state", lambda i, f, g, o, c: (o * np.tanh(i * c + f * g), i * c + f * g)),
    Mistake("lstm_state", lambda i, f, g, o, c: lstm_state(i, 1 - f, g, o, c)),
    Mistake("lstm_state_backward", _state_back("c ignored")),
    Mistake("lstm_state_backward", _state_back("h ignored")),
    Mistake("lstm_state_backward", _state_back("slope of c")),
    Mistake("lstm_state_backward", _state_back("no slope")),
    Mistake("lstm_state_backward", _state_back("no o")),
    Mistake("lstm_state_backward", _state_back("own values")),
    Mistake("lstm_state_backward", _state_back("o from cell")),
    Mistake("lstm_state_backward", _state_back("new cell for f")),
    Mistake("lstm_state_backward", _state_back("cell not forgotten")),
    Mistake("lstm_state_backward", _state_back("grad_c handed on")),
    Mistake("lstm_step", _lstm_step_old_cell),
    Mistake("lstm_step", lambda x, h, c, w_x, w_h, b: lstm_step(x, h, c, w_x, w_h, b)[::-1]),
    Mistake("lstm_step", lambda x, h, c, w_x, w_h, b: lstm_step(x, c, h, w_x, w_h, b)),
    Mistake("lstm_step_backward", _lstm_step_back_no_cell),
    Mistake("lstm_step_backward", _lstm_step_back_order),
    Mistake("lstm_step_backward", _lstm_step_back_gates_of_new_state),
    *(
        Mistake("lstm", wrong)
        for wrong in (_lstm_cell_forgotten, _lstm_swapped_pair, _lstm_last_h, _lstm_h_of_first_step)
    ),
    Mistake("lstm_backward", _lstm_back("last cell ignored")),
    Mistake("lstm_backward", _lstm_back("cell gradient at each step")),
    Mistake("lstm_backward", _lstm_back("no h through time")),
    Mistake("lstm_backward", _lstm_back("no c through time")),
    Mistake("lstm_backward", _lstm_back("state after")),
    Mistake("lstm_backward", _lstm_back("assigned")),
    Mistake("stacked_lstm", _stacked("float64")),
    Mistake("stacked_lstm", _stacked("state handed on")),
    Mistake("stacked_lstm", _stacked("last repeated")),
    Mistake("stacked_lstm", _stacked("last only")),
    Mistake("last_output", lambda h, lengths=None: h[:, -1]),
    Mistake("last_output", lambda h, lengths=None: h[-1]),
    Mistake("last_output", lambda h, lengths=None: h[:, -1] if lengths is None else h[:, lengths - 1]),
    Mistake(
        "last_output",
        lambda h, lengths=None: (
            h[:, -1] if lengths is None else h[np.arange(len(h)), np.minimum(lengths, h.shape[1] - 1)]
        ),
    ),
    Mistake("last_output", lambda h, lengths=None: h.mean(axis=1)),
    Mistake("last_output", lambda h, lengths=None: h[:, -1] if lengths is None else h[np.arange(len(h)), -lengths]),
    Mistake("last_output", lambda h, lengths=None: h[:, -1] if lengths is None else h[:, lengths.max() - 1]),
    *(Mistake("bidirectional", _bidirectional(slip)) for slip in ("batch reversed", "not turned back", "sum", "order")),
    *(
        Mistake("gradient_norm_by_step", _norms(slip))
        for slip in ("no transpose", "slope dropped", "per sample", "order")
    ),
    Mistake("embedding", lambda ids, table: table[ids - 1]),
    Mistake("embedding", lambda ids, table: table.T[ids] if ids.size else table[ids]),
    Mistake("embedding", lambda ids, table: table[ids.reshape(-1)]),
    Mistake("embedding", lambda ids, table: table[ids] * (ids != 0)[..., None]),
    Mistake("embedding", lambda ids, table: table[ids]),
    Mistake("embedding", lambda ids, table: table[np.clip(ids, 0, len(table) - 1)]),
    *(
        Mistake("embedding_backward", _embedding_back(slip))
        for slip in ("assigned", "buffered", "mean", "padding", "updated", "float64")
    ),
]
