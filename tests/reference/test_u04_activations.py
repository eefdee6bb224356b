"""The reference of activations against torch's own functions, on both array namespaces and at the kinks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from reference import u04_activations as reference
from solutions.u04_activations import relu, relu_through_points

functional: Any = torch.nn.functional
Function = Callable[..., Any]

ELEMENTWISE: dict[str, Function] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": functional.relu,
    "leaky_relu": functional.leaky_relu,
    "elu": functional.elu,
    "selu": functional.selu,
    "gelu": functional.gelu,
    # torch switches to x itself above a threshold; the reference never does
    "softplus": lambda x: functional.softplus(x, threshold=500.0),
    "softsign": functional.softsign,
}
ALONG_AXIS: dict[str, Function] = {"softmax": functional.softmax, "log_softmax": functional.log_softmax}
FAR = [-1000.0, -745.0, -30.0, -0.0, 0.0, 30.0, 710.0, 1000.0]
STEPS = st.lists(st.tuples(st.floats(0.01, 100), st.floats(-100, 100)), min_size=2, max_size=12)
SHAPES = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)


def _value_and_gradient(function: Function, x: torch.Tensor, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """The output, and the vector-Jacobian product under a random upstream gradient."""
    variable = x.clone().requires_grad_()
    output = function(variable)
    upstream = torch.tensor(np.random.default_rng(seed).standard_normal(output.shape))
    (gradient,) = torch.autograd.grad(output, variable, upstream)
    return output.detach(), gradient


def _assert_same(function: Function, other: Function, x: torch.Tensor) -> None:
    for got, want in zip(_value_and_gradient(function, x), _value_and_gradient(other, x), strict=True):
        torch.testing.assert_close(got, want, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ELEMENTWISE)
@settings(deadline=None, max_examples=25)
@given(shape=SHAPES, seed=st.integers(0, 2**32 - 1), scale=st.sampled_from([0.01, 1.0, 30.0]))
def test_elementwise_equals_torch(name: str, shape: tuple[int, ...], seed: int, scale: float) -> None:
    """Values and gradients are those of torch.nn.functional for any shape and size of input."""
    x = torch.tensor(scale * np.random.default_rng(seed).standard_normal(shape))
    _assert_same(getattr(reference, name), ELEMENTWISE[name], x)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_elementwise_is_finite_far_out_and_equals_torch_at_the_kinks(name: str) -> None:
    """At ±1000 and at both zeros neither value nor gradient is nan or infinite, and both are torch's."""
    x = torch.tensor(FAR, dtype=torch.float64)
    for result in _value_and_gradient(getattr(reference, name), x):
        assert torch.isfinite(result).all()
    _assert_same(getattr(reference, name), ELEMENTWISE[name], x)


@settings(deadline=None, max_examples=25)
@given(shape=SHAPES, seed=st.integers(0, 2**32 - 1), parameter=st.floats(-3, 3))
def test_parameters_equal_torch_also_at_zero(shape: tuple[int, ...], seed: int, parameter: float) -> None:
    """Any slope is right for leaky_relu and any alpha for elu; at 0 both take the slope of the negative side."""
    drawn = torch.tensor(np.random.default_rng(seed).standard_normal(shape))
    x = torch.cat([torch.tensor(FAR, dtype=torch.float64), drawn.flatten()])
    _assert_same(lambda x: reference.leaky_relu(x, parameter), lambda x: functional.leaky_relu(x, parameter), drawn)
    _assert_same(lambda x: reference.elu(x, parameter), lambda x: functional.elu(x, parameter), drawn)
    _assert_same(lambda x: reference.leaky_relu(x, parameter), lambda x: functional.leaky_relu(x, parameter), x)
    _assert_same(lambda x: reference.elu(x, parameter), lambda x: functional.elu(x, parameter), x)


@pytest.mark.parametrize(
    ("name", "slope"),
    [("relu", 0.0), ("leaky_relu", 0.01), ("elu", 1.0), ("selu", 1.7580993408473766), ("softsign", 1.0), ("tanh", 1.0)],
)
def test_slope_at_zero_is_the_one_that_the_course_pins(name: str, slope: float) -> None:
    """Neither half a slope nor that of the other side, whatever the sign of zero."""
    x = torch.tensor([0.0, -0.0], dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(getattr(reference, name)(x).sum(), x)
    np.testing.assert_allclose(gradient.numpy(), slope, rtol=1e-14)


@pytest.mark.parametrize("name", ALONG_AXIS)
@settings(deadline=None, max_examples=25)
@given(shape=SHAPES, seed=st.integers(0, 2**32 - 1), scale=st.sampled_from([1.0, 1000.0]), data=st.data())
def test_along_an_axis_equals_torch(
    name: str, shape: tuple[int, ...], seed: int, scale: float, data: st.DataObject
) -> None:
    """Softmax and log_softmax are torch's along every axis, also for logits in the thousands."""
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    x = torch.tensor(scale * np.random.default_rng(seed).standard_normal(shape))
    _assert_same(lambda x: getattr(reference, name)(x, axis=axis), lambda x: ALONG_AXIS[name](x, dim=axis), x)


@pytest.mark.parametrize("name", [*ELEMENTWISE, *ALONG_AXIS, "step"])
def test_numpy_and_torch_agree(name: str) -> None:
    """The same code gives the same numbers, shape and dtype in both array namespaces."""
    x = np.random.default_rng(3).normal(scale=3.0, size=(3, 2, 5))
    got, want = getattr(reference, name)(x), getattr(reference, name)(torch.tensor(x)).numpy()
    assert got.dtype == want.dtype == np.float64
    np.testing.assert_allclose(got, want, rtol=1e-13, atol=1e-15)


@settings(deadline=None, max_examples=25)
@given(shape=SHAPES, seed=st.integers(0, 2**32 - 1))
def test_step_is_torchs_heaviside(shape: tuple[int, ...], seed: int) -> None:
    """On arrays of any shape, with zeros, it is torch's step function with 1 at 0."""
    x = torch.tensor(np.random.default_rng(seed).integers(-1, 2, shape) * 0.5)
    torch.testing.assert_close(reference.step(x), torch.heaviside(x, torch.ones(1, dtype=torch.float64)))


def test_step_is_heaviside_with_one_at_zero() -> None:
    """The value of step(0) is 1 for either sign of zero."""
    x = torch.tensor([-2.0, -0.0, 0.0, 1e-300, 3.0], dtype=torch.float64)
    torch.testing.assert_close(reference.step(x), torch.heaviside(x, torch.ones(1, dtype=torch.float64)))


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_gradient_through_depth_multiplies_the_largest_slope(name: str) -> None:
    """The slope for one layer is the largest that torch finds on a fine grid; more layers multiply it."""
    x = torch.linspace(-30, 30, 60_001, dtype=torch.float64, requires_grad=True)
    (slopes,) = torch.autograd.grad(ELEMENTWISE[name](x).sum(), x)
    largest = float(slopes.max())
    assert reference.gradient_through_depth(1, name) == pytest.approx(largest, rel=1e-6)
    assert reference.gradient_through_depth(5, name) == pytest.approx(largest**5, rel=1e-5)
    assert reference.gradient_through_depth(0, name) == 1.0


@settings(deadline=None, max_examples=100)
@given(start=st.floats(-1000, 1000), steps=STEPS)
def test_a_network_interpolates_as_numpy_does(start: float, steps: list[tuple[float, float]]) -> None:
    """The model answer's network is numpy.interp from the first point to the last, however the points are spaced."""
    widths, y = np.array(steps).T
    x = start + np.cumsum(widths)
    w1, b1, w2, b2 = relu_through_points(x, y)
    t = np.union1d(x, np.linspace(x[0], x[-1], 50))
    got = relu(t[:, None] @ w1 + b1) @ w2 + b2
    steepest = np.abs(np.diff(y) / np.diff(x)).max()
    np.testing.assert_allclose(got[:, 0], np.interp(t, x, y), rtol=0, atol=1e-12 * (1 + steepest * (x[-1] - x[0])))
