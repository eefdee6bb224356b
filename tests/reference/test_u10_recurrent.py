"""The reference of recurrent layers against torch.nn.RNN, torch.nn.LSTM and torch.nn.functional.embedding."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import u10_recurrent as reference

SIZES = st.tuples(*[st.integers(1, 4)] * 4)  # N, T, F, H
SEEDS = st.integers(0, 2**32 - 1)
quickly = settings(deadline=None, max_examples=20)


def _tensors(seed: int, *shapes: tuple[int, ...]) -> list[Any]:
    rng = np.random.default_rng(seed)
    return [torch.tensor(rng.standard_normal(shape), requires_grad=True) for shape in shapes]


def _set_layer(module: Any, suffix: str, weights: Any) -> list[Any]:
    """Give a layer of torch, which has transposed kernels and two biases, our weights; its three parameters."""
    names = [f"{kind}_{suffix}" for kind in ("weight_ih", "weight_hh", "bias_ih")]
    parameters = [getattr(module, name) for name in names]
    with torch.no_grad():
        for parameter, weight in zip(parameters, weights, strict=True):
            parameter.copy_(weight.T if weight.ndim == 2 else weight)
        getattr(module, f"bias_hh_{suffix}").zero_()
    return parameters


def _gradients(outputs: Any, variables: Any, seed: int) -> list[Any]:
    """Vector-Jacobian products under random upstream gradients."""
    rng = np.random.default_rng(seed)
    upstream = [torch.tensor(rng.standard_normal(output.shape)) for output in outputs]
    return list(torch.autograd.grad(outputs, variables, upstream))


def _assert_close(got: Any, want: Any) -> None:
    for one, other in zip(got, want, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-11, atol=1e-12)


def _initial(states: Any) -> Any:
    """States with the axis of layers that torch wants in front."""
    return states[None]


@quickly
@given(sizes=SIZES, seed=SEEDS)
def test_rnn_and_its_gradients_are_those_of_torch(sizes: tuple[int, int, int, int], seed: int) -> None:
    """All states, and the gradients of input, initial state, kernels and bias."""
    n, t, f, h = sizes
    x, h0, *weights = _tensors(seed, (n, t, f), (n, h), (f, h), (h, h), (h,))
    module = torch.nn.RNN(f, h, batch_first=True).double()
    parameters = _set_layer(module, "l0", weights)
    want, got = module(x, _initial(h0))[0], reference.rnn(x, h0, *weights)
    _assert_close([got], [want])
    ours, theirs = _gradients([got], [x, h0, *weights], seed), _gradients([want], [x, h0, *parameters], seed)
    _assert_close(ours[:2], theirs[:2])
    _assert_close(ours[2:4], [grad.T for grad in theirs[2:4]])
    _assert_close(ours[4:], theirs[4:])


@quickly
@given(sizes=SIZES, seed=SEEDS)
def test_lstm_and_its_gradients_are_those_of_torch(sizes: tuple[int, int, int, int], seed: int) -> None:
    """All hidden states and the last cell, and the gradients of every argument; the order of gates is torch's."""
    n, t, f, h = sizes
    x, h0, c0, *weights = _tensors(seed, (n, t, f), (n, h), (n, h), (f, 4 * h), (h, 4 * h), (4 * h,))
    module = torch.nn.LSTM(f, h, batch_first=True).double()
    parameters = _set_layer(module, "l0", weights)
    states, (_, last) = module(x, (_initial(h0), _initial(c0)))
    got = reference.lstm(x, h0, c0, *weights)
    _assert_close(got, [states, last[0]])
    ours = _gradients(got, [x, h0, c0, *weights], seed)
    theirs = _gradients([states, last[0]], [x, h0, c0, *parameters], seed)
    _assert_close(ours[:3], theirs[:3])
    _assert_close(ours[3:5], [grad.T for grad in theirs[3:5]])
    _assert_close(ours[5:], theirs[5:])


@quickly
@given(sizes=SIZES, seed=SEEDS)
def test_steps_are_those_of_the_cells_of_torch(sizes: tuple[int, int, int, int], seed: int) -> None:
    """One step of RNN and LSTM, also where pre-activations go to thousands."""
    n, _, f, h = sizes
    x, hidden, c = _tensors(seed, (n, f), (n, h), (n, h))
    for scale in (1.0, 1000.0):
        weights = [scale * w for w in _tensors(seed + 1, (f, 4 * h), (h, 4 * h), (4 * h,))]
        lstm, rnn = torch.nn.LSTMCell(f, h).double(), torch.nn.RNNCell(f, h).double()
        for cell, units in ((lstm, 4 * h), (rnn, h)):
            with torch.no_grad():
                cell.weight_ih.copy_(weights[0][:, :units].T)
                cell.weight_hh.copy_(weights[1][:, :units].T)
                cell.bias_ih.copy_(weights[2][:units])
                cell.bias_hh.zero_()
        _assert_close(reference.lstm_step(x, hidden, c, *weights), lstm(x, (hidden, c)))
        _assert_close([reference.rnn_step(x, hidden, *(w[..., :h] for w in weights))], [rnn(x, hidden)])


@quickly
@given(sizes=SIZES, seed=SEEDS)
def test_gradients_of_steps_are_those_of_the_cells_of_torch(sizes: tuple[int, int, int, int], seed: int) -> None:
    """Gradients of every argument under random upstreams, of both states in the LSTM's case."""
    n, _, f, h = sizes
    x, *states = _tensors(seed, (n, f), (n, h), (n, h))
    for cell, units, count in ((torch.nn.LSTMCell(f, h), 4 * h, 2), (torch.nn.RNNCell(f, h), h, 1)):
        weights, given_states = _tensors(seed + 1, (f, units), (h, units), (units,)), states[:count]
        with torch.no_grad():
            cell.double().bias_hh.zero_()
            for name, weight in zip(("weight_ih", "weight_hh", "bias_ih"), weights, strict=True):
                getattr(cell, name).copy_(weight.T if weight.ndim == 2 else weight)
        got: Any = (reference.lstm_step if count == 2 else reference.rnn_step)(x, *given_states, *weights)
        want = cell(x, tuple(given_states) if count == 2 else given_states[0])
        got, want = (got, want) if count == 2 else ([got], [want])
        ours = _gradients(got, [x, *given_states, *weights], seed)
        parameters = [cell.weight_ih, cell.weight_hh, cell.bias_ih]
        *theirs, of_x, of_h, of_b = _gradients(want, [x, *given_states, *parameters], seed)
        _assert_close(ours, [*theirs, of_x.T, of_h.T, of_b])


@quickly
@given(sizes=SIZES, seed=SEEDS)
def test_gates_and_states_are_torchs_operations(sizes: tuple[int, int, int, int], seed: int) -> None:
    """Gates are chunks of torch's linear, squashed by torch, and the cell its addcmul; gradients too."""
    n, _, f, h = sizes
    x, hidden, c, *weights = _tensors(seed, (n, f), (n, h), (n, h), (f, 4 * h), (h, 4 * h), (4 * h,))
    linear = torch.nn.functional.linear
    i, f_gate, g, o = (linear(x, weights[0].T, weights[2]) + linear(hidden, weights[1].T)).chunk(4, dim=1)
    gates = [torch.sigmoid(i), torch.sigmoid(f_gate), torch.tanh(g), torch.sigmoid(o)]
    got: Any = reference.lstm_gates(x, hidden, *weights)
    variables = [x, hidden, *weights]
    _assert_close(got, gates)
    _assert_close(_gradients(got, variables, seed), _gradients(gates, variables, seed))
    i, f_gate, g, o = variables = _tensors(seed + 1, *[(n, h)] * 4)
    cell = torch.addcmul(f_gate * c, i, g)
    states, got = [o * torch.tanh(cell), cell], reference.lstm_state(i, f_gate, g, o, c)
    _assert_close(got, states)
    _assert_close(_gradients(got, [*variables, c], seed), _gradients(states, [*variables, c], seed))


@quickly
@given(sizes=SIZES, layers=st.integers(1, 3), seed=SEEDS)
def test_stacked_lstm_is_that_of_torch(sizes: tuple[int, int, int, int], layers: int, seed: int) -> None:
    """All hidden states of the last of several layers that start from zeros."""
    n, t, f, h = sizes
    module = torch.nn.LSTM(f, h, num_layers=layers, batch_first=True).double()
    (x,) = _tensors(seed, (n, t, f))
    stack = [_tensors(seed + k, (h if k else f, 4 * h), (h, 4 * h), (4 * h,)) for k in range(layers)]
    for k, weights in enumerate(stack):
        _set_layer(module, f"l{k}", weights)
    _assert_close([reference.stacked_lstm(x, stack)], [module(x)[0]])


@quickly
@given(sizes=SIZES, seed=SEEDS)
def test_bidirectional_is_that_of_torch(sizes: tuple[int, int, int, int], seed: int) -> None:
    """Forward states before backward ones on the last axis, both at the step that they have read last."""
    n, t, f, h = sizes
    module = torch.nn.RNN(f, h, batch_first=True, bidirectional=True).double()
    (x,) = _tensors(seed, (n, t, f))
    forward, backward = (_tensors(seed + k, (f, h), (h, h), (h,)) for k in (1, 2))
    _set_layer(module, "l0", forward)
    _set_layer(module, "l0_reverse", backward)
    _assert_close([reference.bidirectional(x, forward, backward)], [module(x)[0]])


@quickly
@given(sizes=SIZES, seed=SEEDS, data=st.data())
def test_last_output_is_what_torch_gives_for_packed_sequences(
    sizes: tuple[int, int, int, int], seed: int, data: st.DataObject
) -> None:
    """Torch skips the padding of packed sequences; its last state is the output after the last real step."""
    n, t, f, h = sizes
    lengths = np.array(data.draw(st.lists(st.integers(1, t), min_size=n, max_size=n)))
    x, h0, *weights = _tensors(seed, (n, t, f), (n, h), (f, h), (h, h), (h,))
    module = torch.nn.RNN(f, h, batch_first=True).double()
    _set_layer(module, "l0", weights)
    packed = torch.nn.utils.rnn.pack_padded_sequence(x, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
    _, last = module(packed, _initial(h0))
    states = reference.rnn(x, h0, *weights)
    _assert_close([reference.last_output(states, lengths)], [last[0]])
    _assert_close([reference.last_output(states)], [module(x, _initial(h0))[1][0]])


@quickly
@given(sizes=SIZES, seed=SEEDS)
def test_gradient_norms_are_those_of_torch_s_cell(sizes: tuple[int, int, int, int], seed: int) -> None:
    """Norms of the gradients that arrive at the states of torch.nn.RNN run from each step on."""
    n, t, f, h = sizes
    x, h0, *weights = _tensors(seed, (n, t, f), (n, h), (f, h), (h, h), (h,))
    module = torch.nn.RNN(f, h, batch_first=True).double()
    _set_layer(module, "l0", weights)
    states = [h0, *module(x, _initial(h0))[0].unbind(1)]
    want = [float(np.sqrt(n * h))]
    for k in range(t - 1, -1, -1):
        start = states[k].detach().requires_grad_()
        (grad,) = torch.autograd.grad(module(x[:, k:], _initial(start))[1].sum(), start)
        want.insert(0, float(torch.linalg.norm(grad)))
    arrays = [array.detach().numpy() for array in (x, h0, *weights)]
    np.testing.assert_allclose(reference.gradient_norm_by_step(*arrays), want, rtol=1e-10, atol=1e-13)


@quickly
@given(shape=st.lists(st.integers(0, 4), max_size=3).map(tuple), words=st.integers(1, 5), seed=SEEDS)
def test_embedding_and_its_gradient_are_those_of_torch(shape: tuple[int, ...], words: int, seed: int) -> None:
    """Rows for ids of any shape, and gradients that add up where a word is repeated."""
    (table,) = _tensors(seed, (words, 3))
    ids = torch.tensor(np.random.default_rng(seed).integers(0, words, shape))
    want, got = torch.nn.functional.embedding(ids, table), reference.embedding(ids, table)
    _assert_close([got], [want])
    _assert_close(_gradients([got], [table], seed), _gradients([want], [table], seed))


@pytest.mark.parametrize("name", ["rnn", "lstm", "gradient_norm_by_step"])
def test_numpy_and_torch_agree(name: str) -> None:
    """The same code gives the same numbers in both array namespaces."""
    gates, states = (4, 2) if name == "lstm" else (1, 1)
    arrays = _tensors(3, (2, 3, 4), *[(2, 5)] * states, (4, 5 * gates), (5, 5 * gates), (5 * gates,))
    want = getattr(reference, name)(*arrays)
    got = getattr(reference, name)(*(array.detach().numpy() for array in arrays))
    for one, other in zip(*((got, want) if isinstance(got, tuple) else ([got], [want])), strict=True):
        assert isinstance(one, np.ndarray)
        np.testing.assert_allclose(one, other.detach().numpy(), rtol=1e-13, atol=1e-15)
