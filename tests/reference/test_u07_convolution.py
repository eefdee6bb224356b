"""The reference of convolution against torch's convolutions and padding."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reference import u07_convolution as reference

functional: Any = torch.nn.functional
AXIS = {
    "size": st.integers(1, 14),
    "kernel": st.integers(1, 6),
    "stride": st.integers(1, 5),
    "dilation": st.integers(1, 3),
}


def _places(size: int, kernel: int, stride: int, dilation: int, before: int = 0, after: int = 0) -> int:
    """How many outputs torch's convolution gives for zeros before and after an axis."""
    x = functional.pad(torch.zeros(1, 1, size), (before, after))
    return int(functional.conv1d(x, torch.zeros(1, 1, kernel), stride=stride, dilation=dilation).shape[-1])


@settings(deadline=None, max_examples=100)
@given(padding=st.integers(0, 3), **AXIS)
def test_output_size_equals_torch(size: int, kernel: int, stride: int, dilation: int, padding: int) -> None:
    """Wherever a kernel fits, there are as many places as torch's convolution has outputs."""
    assume(dilation * (kernel - 1) < size + 2 * padding)
    want = _places(size, kernel, stride, dilation, padding, padding)
    assert reference.output_size(size, kernel, stride, padding, dilation) == want
    if padding == 0:
        assert reference.output_size(size, kernel, stride, "valid", dilation) == want


@settings(deadline=None, max_examples=100)
@given(**AXIS)
def test_same_padding_gives_the_places_with_the_fewest_zeros(
    size: int, kernel: int, stride: int, dilation: int
) -> None:
    """Padded so, torch's convolution has ⌈n / s⌉ outputs; with one zero less it has fewer; the odd one is behind."""
    before, after = reference.same_padding(size, kernel, stride, dilation)
    wanted = reference.output_size(size, kernel, stride, "same", dilation)
    assert wanted == -(-size // stride)
    assert after - before in (0, 1)
    assert _places(size, kernel, stride, dilation, before, after) == wanted
    if after and size + before + after - 1 > dilation * (kernel - 1):
        assert _places(size, kernel, stride, dilation, before, after - 1) < wanted


@settings(deadline=None, max_examples=50)
@given(size=st.integers(1, 10), kernel=st.integers(1, 6), dilation=st.integers(1, 3), seed=st.integers(0, 999))
def test_same_padding_equals_torch_at_stride_one(size: int, kernel: int, dilation: int, seed: int) -> None:
    """At stride 1 the sums are those of torch's padding='same', so the zeros stand on the same sides."""
    x, w = torch.tensor(np.random.default_rng(seed).standard_normal((2, 1, 1, 10)))
    x, w = x[..., :size], w[..., :kernel]
    padded = functional.pad(x, reference.same_padding(size, kernel, 1, dilation))
    got = functional.conv1d(padded, w, dilation=dilation)
    torch.testing.assert_close(got, _torch_same(x, w, dilation), rtol=1e-12, atol=1e-12)


def _torch_same(x: torch.Tensor, w: torch.Tensor, dilation: int) -> torch.Tensor:
    with warnings.catch_warnings():
        # torch warns that an odd total costs it a copy, which is nothing to us
        warnings.simplefilter("ignore", UserWarning)
        output: torch.Tensor = functional.conv1d(x, w, padding="same", dilation=dilation)
    return output


@settings(deadline=None, max_examples=50)
@given(kernel=st.integers(1, 9), dilation=st.integers(1, 5))
def test_effective_kernel_is_the_smallest_axis_that_fits(kernel: int, dilation: int) -> None:
    """On an axis as long as the span, torch's convolution has exactly one output."""
    span = reference.effective_kernel(kernel, dilation)
    assert _places(span, kernel, 1, dilation) == 1
    assert reference.output_size(span, kernel, 1, "valid", dilation) == 1


@settings(deadline=None, max_examples=50)
@given(
    widths=st.tuples(*[st.integers(0, 3)] * 4), value=st.sampled_from([0.0, -1.5, -np.inf]), seed=st.integers(0, 999)
)
def test_pad2d_equals_torch(widths: tuple[int, int, int, int], value: float, seed: int) -> None:
    """Images are padded as by torch.nn.functional.pad, on both array namespaces."""
    top, bottom, left, right = widths
    x = np.random.default_rng(seed).standard_normal((2, 3, 4, 2))
    want = functional.pad(torch.tensor(x), (0, 0, left, right, top, bottom), value=value)
    for images in (x, torch.tensor(x)):
        got = reference.pad2d(images, ((top, bottom), (left, right)), value)
        np.testing.assert_array_equal(np.asarray(got), want.numpy())


LAYERS = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3)), max_size=3)


@settings(deadline=None, max_examples=50)
@given(layers=LAYERS)
def test_receptive_field_is_where_torch_has_a_gradient(layers: list[tuple[int, int, int]]) -> None:
    """One output of torch's convolutions has gradients from the first position of the field to the last."""
    field = reference.receptive_field(layers)
    x = torch.zeros(1, 1, field + 5, requires_grad=True)
    output = x
    for kernel, stride, dilation in layers:
        output = functional.conv1d(output, torch.ones(1, 1, kernel), stride=stride, dilation=dilation)
    (gradient,) = torch.autograd.grad(output[0, 0, 0], x)
    seen = gradient[0, 0].nonzero().flatten().tolist()
    assert (seen[0], seen[-1]) == (0, field - 1)
