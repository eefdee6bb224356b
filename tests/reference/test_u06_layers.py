"""The reference of layers against torch's own functions and modules, on hypothesis-drawn shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import u06_layers as reference

functional: Any = torch.nn.functional
SEEDS = st.integers(0, 2**32 - 1)
CHANNELS = st.integers(1, 5)
#: Leading axes of a batch: at least two values per channel, as torch asks for in training.
BATCHES = st.one_of(
    st.tuples(st.integers(2, 6)),
    st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(2, 4)),
)
EPS = st.sampled_from([1e-5, 1e-3, 0.1])


def _drawn(seed: int, *shapes: tuple[int, ...]) -> list[torch.Tensor]:
    rng = np.random.default_rng(seed)
    return [torch.tensor(rng.standard_normal(shape) * 2 + 1, requires_grad=True) for shape in shapes]


def _assert_same(
    got: torch.Tensor, want: torch.Tensor, variables: Sequence[torch.Tensor], tolerance: float = 1e-11
) -> None:
    """Equal values, and equal vector-Jacobian products under a random upstream gradient."""
    torch.testing.assert_close(got, want, rtol=tolerance, atol=tolerance)
    upstream = torch.tensor(np.random.default_rng(1).standard_normal(want.shape))
    mine, theirs = (torch.autograd.grad(each, variables, upstream, retain_graph=True) for each in (got, want))
    for one, other in zip(mine, theirs, strict=True):
        torch.testing.assert_close(one, other, rtol=tolerance, atol=tolerance)


def _channels_first(x: torch.Tensor) -> torch.Tensor:
    return x if x.ndim == 2 else x.permute(0, 3, 1, 2)


def _channels_last(x: torch.Tensor) -> torch.Tensor:
    return x if x.ndim == 2 else x.permute(0, 2, 3, 1)


@settings(deadline=None, max_examples=40)
@given(lead=st.lists(st.integers(1, 4), min_size=1, max_size=3), inputs=CHANNELS, units=CHANNELS, seed=SEEDS)
def test_dense_equals_torch(lead: list[int], inputs: int, units: int, seed: int) -> None:
    """Dense is torch's linear with the weights transposed, in value and gradients, with any axes in front."""
    x, w, b = _drawn(seed, (*lead, inputs), (inputs, units), (units,))
    _assert_same(reference.dense(x, w, b), functional.linear(x, w.T, b), [x, w, b])


@settings(deadline=None, max_examples=40)
@given(shape=st.lists(st.integers(1, 4), min_size=2, max_size=5), seed=SEEDS)
def test_flatten_equals_torch(shape: list[int], seed: int) -> None:
    """Flatten is torch's, from axis 1 on, and its gradient goes back to the same places."""
    (x,) = _drawn(seed, tuple(shape))
    _assert_same(reference.flatten(x), torch.flatten(x, start_dim=1), [x])


@settings(deadline=None, max_examples=40)
@given(shape=st.lists(st.integers(1, 5), min_size=1, max_size=4), rate=st.floats(0, 0.95), seed=SEEDS)
def test_dropout_scales_as_torch(shape: list[int], rate: float, seed: int) -> None:
    """With torch's own mask, read off its result, dropout gives torch's result and gradient."""
    (x,) = _drawn(seed, tuple(shape))
    torch.manual_seed(seed)
    want = functional.dropout(x, rate, training=True)
    _assert_same(reference.dropout(x, rate, (want != 0).double()), want, [x])


@settings(deadline=None, max_examples=20)
@given(shape=st.lists(st.integers(1, 5), min_size=1, max_size=4), rate=st.floats(0, 0.95), seed=SEEDS)
def test_dropout_at_test_time_equals_torch(shape: list[int], rate: float, seed: int) -> None:
    """Outside of training nothing is dropped and nothing is scaled."""
    (x,) = _drawn(seed, tuple(shape))
    _assert_same(reference.dropout_eval(x, rate), functional.dropout(x, rate, training=False), [x])


@settings(deadline=None, max_examples=60)
@given(lead=BATCHES, channels=CHANNELS, momentum=st.floats(0, 1), eps=EPS, seed=SEEDS)
def test_batch_norm_in_training_equals_torch(
    lead: tuple[int, ...], channels: int, momentum: float, eps: float, seed: int
) -> None:
    """Results, gradients and both running statistics are torch's, for matrices and for images with channels last."""
    shape = (channels,)
    x, gamma, beta, mean, spread = _drawn(seed, (*lead, channels), shape, shape, shape, shape)
    old_mean, old_var = mean.detach(), spread.detach() ** 2
    new_mean, new_var = old_mean.clone(), old_var.clone()
    want = functional.batch_norm(_channels_first(x), new_mean, new_var, gamma, beta, True, momentum, eps)
    y, running_mean, running_var = reference.batch_norm_train(x, gamma, beta, old_mean, old_var, momentum, eps)
    # Two values per channel cancel nearly all of the gradient.
    _assert_same(y, _channels_last(want), [x, gamma, beta], 1e-9)
    torch.testing.assert_close(running_mean, new_mean, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(running_var, new_var, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(reference.batch_norm(x, gamma, beta, eps), y)


@settings(deadline=None, max_examples=40)
@given(lead=BATCHES, channels=CHANNELS, eps=EPS, seed=SEEDS)
def test_batch_norm_at_test_time_equals_torch(lead: tuple[int, ...], channels: int, eps: float, seed: int) -> None:
    """With given statistics, results and gradients are torch's in evaluation mode."""
    shape = (channels,)
    x, gamma, beta, mean, spread = _drawn(seed, (*lead, channels), shape, shape, shape, shape)
    mean, variance = mean.detach(), spread.detach() ** 2 + 0.01
    want = functional.batch_norm(_channels_first(x), mean, variance, gamma, beta, False, 0.0, eps)
    got = reference.batch_norm_eval(x, gamma, beta, mean, variance, eps)
    _assert_same(got, _channels_last(want), [x, gamma, beta])


@settings(deadline=None, max_examples=40)
@given(lead=BATCHES, channels=CHANNELS, seed=SEEDS)
def test_batch_statistics_equal_numpy_and_torch(lead: tuple[int, ...], channels: int, seed: int) -> None:
    """Mean and biased variance are NumPy's and torch's over all axes but the last."""
    x = np.random.default_rng(seed).standard_normal((*lead, channels))
    mean, variance = reference.batch_statistics(x)
    axes = tuple(range(x.ndim - 1))
    np.testing.assert_allclose(mean, np.mean(x, axis=axes), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(variance, np.var(x, axis=axes), rtol=1e-12, atol=1e-14)
    by_torch = torch.var_mean(torch.tensor(x), dim=axes, correction=0)
    for got, want in zip((variance, mean), by_torch, strict=True):
        np.testing.assert_allclose(got, want.numpy(), rtol=1e-12, atol=1e-14)


@settings(deadline=None, max_examples=60)
@given(lead=st.lists(st.integers(1, 4), max_size=3), features=CHANNELS, eps=EPS, seed=SEEDS)
def test_layer_norm_equals_torch(lead: list[int], features: int, eps: float, seed: int) -> None:
    """Results and gradients are torch's, with any axes in front, also for one feature."""
    x, gamma, beta = _drawn(seed, (*lead, features), (features,), (features,))
    want = functional.layer_norm(x, (features,), gamma, beta, eps)
    _assert_same(reference.layer_norm(x, gamma, beta, eps), want, [x, gamma, beta], 1e-9)


def _learnable(module: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


@settings(deadline=None, max_examples=20)
@given(inputs=st.integers(1, 40), units=st.integers(1, 40), bias=st.booleans(), window=st.integers(1, 5))
def test_parameters_are_those_of_torch_modules(inputs: int, units: int, bias: bool, window: int) -> None:
    """Counts equal those of torch's modules; of its two recurrent biases, which are only added, one counts."""
    assert reference.dense_parameters(inputs, units, bias) == _learnable(torch.nn.Linear(inputs, units, bias))
    kernel = (window, window + 1)
    assert reference.conv_parameters(kernel, inputs, units, bias) == _learnable(
        torch.nn.Conv2d(inputs, units, kernel, bias=bias)
    )
    assert reference.conv_parameters(window, inputs, units) == _learnable(torch.nn.Conv2d(inputs, units, window))
    assert reference.batch_norm_parameters(units) == _learnable(torch.nn.BatchNorm2d(units))
    assert reference.rnn_parameters(inputs, units) == _learnable(torch.nn.RNN(inputs, units)) - units
    assert reference.lstm_parameters(inputs, units) == _learnable(torch.nn.LSTM(inputs, units)) - 4 * units


_RNG = np.random.default_rng(4)
_CHANNEL = [np.abs(_RNG.standard_normal(3)) for _ in range(4)]
_X = _RNG.standard_normal((2, 4, 5, 3))
BOTH: dict[str, tuple[Any, ...]] = {
    "dense": (_X, _RNG.standard_normal((3, 2)), _RNG.standard_normal(2)),
    "flatten": (_X,),
    "dropout": (_X, 0.25, _X > 0),
    "dropout_eval": (_X, 0.25),
    "batch_statistics": (_X,),
    "batch_norm": (_X, *_CHANNEL[:2]),
    "batch_norm_train": (_X, *_CHANNEL),
    "batch_norm_eval": (_X, *_CHANNEL),
    "layer_norm": (_X, *_CHANNEL[:2]),
}


@pytest.mark.parametrize("name", BOTH)
def test_numpy_and_torch_agree(name: str) -> None:
    """The same code gives the same numbers, shape and dtype in both array namespaces."""
    function: Callable[..., Any] = getattr(reference, name)
    tensors = [torch.tensor(each) if isinstance(each, np.ndarray) else each for each in BOTH[name]]
    got, want = function(*BOTH[name]), function(*tensors)
    pairs = zip(got, want, strict=True) if isinstance(got, tuple) else [(got, want)]
    for one, other in pairs:
        assert one.dtype == np.float64
        np.testing.assert_allclose(one, other.numpy(), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize(
    "integers",
    [{"x": [[1, 2], [3, 5]], "w": [[1, 0, 2], [4, 1, 1]], "b": [1, 2, 3]}],
)
def test_integers_are_computed_in_float64(integers: Mapping[str, Any]) -> None:
    """Dense gives float64 for integers, and the right numbers."""
    y = reference.dense(**{name: np.array(value) for name, value in integers.items()})
    assert y.dtype == np.float64
    np.testing.assert_array_equal(y, [[10, 4, 7], [24, 7, 14]])
