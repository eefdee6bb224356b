"""The reference of convolution against torch's convolutions and padding."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reference import u07_convolution as reference
from solutions import u07_convolution as solution

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
    shape=st.tuples(*[st.integers(1, 4)] * 4), widths=st.tuples(*[st.integers(0, 3)] * 4),
    value=st.sampled_from([0.0, -1.5, -np.inf]), seed=st.integers(0, 999),
)  # fmt: skip
def test_pad2d_equals_torch(shape: tuple[int, ...], widths: tuple[int, int, int, int], value: float, seed: int) -> None:
    """Images are padded as by torch.nn.functional.pad, on both array namespaces."""
    top, bottom, left, right = widths
    x = np.random.default_rng(seed).standard_normal(shape)
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


@settings(deadline=None, max_examples=50)
@given(signal=st.integers(1, 9), kernel=st.integers(1, 9), seed=st.integers(0, 999))
def test_convolve1d_equals_torch(signal: int, kernel: int, seed: int) -> None:
    """The flipped convolution is torch's with the kernel turned around, zeros on both sides, and NumPy's."""
    x, h = (np.random.default_rng([seed, n]).standard_normal(n) for n in (signal, kernel))
    got = reference.convolve1d(x, h)
    want = functional.conv1d(torch.tensor(x)[None, None], torch.tensor(h).flip(0)[None, None], padding=kernel - 1)
    np.testing.assert_allclose(got, want[0, 0], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(got, np.convolve(x, h), rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(reference.convolve1d(torch.tensor(x), torch.tensor(h)), got)


@settings(deadline=None, max_examples=25)
@given(signal=st.integers(1, 9), kernel=st.integers(1, 9), seed=st.integers(0, 999))
def test_correlate1d_equals_torch(signal: int, kernel: int, seed: int) -> None:
    """Whatever torch's one-dimensional convolution gives."""
    assume(kernel <= signal)
    x, h = (torch.tensor(np.random.default_rng([seed, n]).standard_normal(n)) for n in (signal, kernel))
    want = functional.conv1d(x[None, None], h[None, None])[0, 0]
    for arguments in ((x, h), (x.numpy(), h.numpy())):
        np.testing.assert_allclose(reference.correlate1d(*arguments), want, rtol=1e-12, atol=1e-12)


PAIR = st.tuples(st.integers(1, 3), st.integers(1, 3))
PADDING: Any = st.sampled_from(["valid", "same", 1, (2, 1), (0, 2)])
IMAGES = st.tuples(st.integers(1, 2), st.integers(5, 8), st.integers(5, 8), st.integers(1, 3))
Pair = tuple[int, int]


def _images(shape: tuple[int, ...], seed: int) -> torch.Tensor:
    return torch.tensor(np.random.default_rng(seed).standard_normal(shape), requires_grad=True)


def _channels_first(x: torch.Tensor, padding: Any, kernel: Pair, stride: Pair, dilation: Pair, fill: float) -> Any:
    """Padded explicitly, TensorFlow's way for 'same', as torch pads no odd number at a stride."""
    sides = [0, 0, 0, 0]  # left, right, top, bottom
    for axis in (0, 1):
        if padding == "same":
            size, s = x.shape[axis + 1], stride[axis]
            total = max((-(-size // s) - 1) * s + dilation[axis] * (kernel[axis] - 1) + 1 - size, 0)
            sides[2 - 2 * axis : 4 - 2 * axis] = total // 2, total - total // 2
        elif padding != "valid":
            sides[2 - 2 * axis : 4 - 2 * axis] = [padding if isinstance(padding, int) else padding[axis]] * 2
    return functional.pad(x.permute(0, 3, 1, 2), sides, value=fill)


def _assert_same(got: torch.Tensor, want: torch.Tensor, *variables: torch.Tensor) -> None:
    """Equal values, and equal gradients under a random upstream."""
    torch.testing.assert_close(got, want, rtol=1e-11, atol=1e-11)
    upstream = torch.tensor(np.random.default_rng(3).standard_normal(tuple(want.shape)))
    gradients = (torch.autograd.grad(each, variables, upstream, retain_graph=True) for each in (got, want))
    for mine, theirs in zip(*gradients, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-11, atol=1e-11)


@settings(deadline=None, max_examples=30)
@given(
    shape=IMAGES, kernel=PAIR, filters=st.integers(1, 3), stride=PAIR, padding=PADDING, dilation=PAIR,
    seed=st.integers(0, 999),
)  # fmt: skip
def test_conv2d_equals_torch(
    shape: tuple[int, ...], kernel: Pair, filters: int, stride: Pair, padding: Any, dilation: Pair, seed: int
) -> None:
    """Values and all three gradients, for strides, dilations, uneven padding, and nothing square."""
    x, w, b = _images(shape, seed), _images((*kernel, shape[3], filters), seed + 1), _images((filters,), seed + 2)
    padded = _channels_first(x, padding, kernel, stride, dilation, 0.0)
    assume(all(d * (k - 1) < n for d, k, n in zip(dilation, kernel, padded.shape[2:], strict=True)))
    kernels = w.permute(3, 2, 0, 1).contiguous()
    want = functional.conv2d(padded, kernels, b, stride=stride, dilation=dilation).permute(0, 2, 3, 1)
    _assert_same(reference.conv2d(x, w, b, stride, padding, dilation), want, x, w, b)
    images, weights, bias = (each.detach().numpy() for each in (x, w, b))
    on_numpy = reference.conv2d(images, weights, bias, stride, padding, dilation)
    np.testing.assert_allclose(on_numpy, want.detach().numpy(), rtol=1e-11, atol=1e-11)


def test_one_number_counts_for_both_axes() -> None:
    """An int is a pair of equal numbers, for strides, dilations, padding and sizes."""
    x, w, b = (each.detach() for each in (_images((1, 7, 6, 2), 1), _images((2, 3, 2, 2), 2), _images((2,), 3)))
    assert torch.equal(reference.conv2d(x, w, b, 2, 1, 2), reference.conv2d(x, w, b, (2, 2), (1, 1), (2, 2)))
    assert torch.equal(reference.max_pool2d(x, 3, 2, 1), reference.max_pool2d(x, (3, 3), (2, 2), (1, 1)))
    assert torch.equal(reference.average_pool2d(x, 2), reference.average_pool2d(x, (2, 2), (2, 2), (0, 0)))
    assert torch.equal(reference.im2col(x, 2, 2, 3), reference.im2col(x, (2, 2), (2, 2), (3, 3)))


@settings(deadline=None, max_examples=15)
@given(shape=IMAGES, filters=st.integers(1, 4), seed=st.integers(0, 999))
def test_pointwise_conv_equals_torch(shape: tuple[int, ...], filters: int, seed: int) -> None:
    """A convolution whose kernel is one pixel."""
    x, w, b = _images(shape, seed), _images((shape[3], filters), seed + 1), _images((filters,), seed + 2)
    want = functional.conv2d(x.permute(0, 3, 1, 2), w.T[:, :, None, None], b).permute(0, 2, 3, 1)
    _assert_same(reference.pointwise_conv(x, w, b), want, x, w, b)


POOLING = {
    "shape": IMAGES,
    "size": st.tuples(st.integers(1, 4), st.integers(1, 4)),
    "stride": st.one_of(st.none(), PAIR),
    "padding": st.sampled_from(["valid", "same", 1, (0, 1), (2, 1)]),
    "seed": st.integers(0, 999),
}


@settings(deadline=None, max_examples=30)
@given(ties=st.booleans(), **POOLING)
def test_max_pool2d_equals_torch(
    shape: tuple[int, ...], size: Pair, stride: Pair | None, padding: Any, seed: int, ties: bool
) -> None:
    """Values and gradient, also where the largest number stands several times in a window, and all are negative."""
    widths = [padding] * 2 if isinstance(padding, int) else padding
    assume(isinstance(padding, str) or all(2 * p <= k for p, k in zip(widths, size, strict=True)))
    numbers = _images(shape, seed).detach() - 2
    x = (numbers.round() if ties else numbers).requires_grad_()
    padded = _channels_first(x, padding, size, stride or size, (1, 1), -float("inf"))
    want = functional.max_pool2d(padded, size, stride or size).permute(0, 2, 3, 1)
    _assert_same(reference.max_pool2d(x, size, stride, padding), want, x)
    on_numpy = reference.max_pool2d(x.detach().numpy(), size, stride, padding)
    np.testing.assert_array_equal(on_numpy, want.detach().numpy())


def test_images_turned_on_their_side_get_their_gradient_too() -> None:
    """max_pool2d_backward of a transposed view is that of the same numbers in a row."""
    x = np.arange(24.0).reshape(1, 4, 6, 1).swapaxes(1, 2)
    grad_output = np.arange(1.0, 7.0).reshape(1, 3, 2, 1)
    turned = solution.max_pool2d_backward(grad_output, x, 2)
    np.testing.assert_array_equal(turned, solution.max_pool2d_backward(grad_output, x.copy(), 2))


@settings(deadline=None, max_examples=20)
@given(height=st.integers(18, 40), width=st.integers(20, 300), step=st.integers(1, 9), seed=st.integers(0, 999))
def test_large_windows_of_the_model_answer_equal_torch(height: int, width: int, step: int, seed: int) -> None:
    """Windows of more than 256 numbers in rows of any length, with ties: counts of pixels that no byte holds."""
    x = np.random.default_rng(seed).integers(-40, 0, (2, height, width, 2)).astype(np.float64)
    leaf = torch.tensor(x).requires_grad_()
    want = functional.max_pool2d(leaf.permute(0, 3, 1, 2), (17, 19), step).permute(0, 2, 3, 1)
    np.testing.assert_array_equal(solution.max_pool2d(x, (17, 19), step), want.detach().numpy())
    upstream = np.random.default_rng(seed).integers(-9, 9, want.shape).astype(np.float64)
    (gradient,) = torch.autograd.grad(want, leaf, torch.tensor(upstream))
    np.testing.assert_array_equal(solution.max_pool2d_backward(upstream, x, (17, 19), step), gradient.numpy())


@settings(deadline=None, max_examples=30)
@given(**POOLING)
def test_average_pool2d_equals_torch(
    shape: tuple[int, ...], size: Pair, stride: Pair | None, padding: Any, seed: int
) -> None:
    """Values and gradient; for padding that torch knows its own without count_include_pad, else a ratio of two sums."""
    widths = [padding] * 2 if isinstance(padding, int) else [0, 0] if isinstance(padding, str) else padding
    assume(all(2 * p <= k for p, k in zip(widths, size, strict=True)))
    x, step = _images(shape, seed), stride or size
    if padding == "same":
        sums = [
            functional.avg_pool2d(_channels_first(each, "same", size, step, (1, 1), 0.0), size, step)
            for each in (x, torch.ones_like(x))
        ]
        want = sums[0] / sums[1]
    else:
        want = functional.avg_pool2d(x.permute(0, 3, 1, 2), size, step, tuple(widths), count_include_pad=False)
    _assert_same(reference.average_pool2d(x, size, stride, padding), want.permute(0, 2, 3, 1), x)
    on_numpy = reference.average_pool2d(x.detach().numpy(), size, stride, padding)
    np.testing.assert_allclose(on_numpy, want.permute(0, 2, 3, 1).detach().numpy(), rtol=1e-11, atol=1e-11)


@settings(deadline=None, max_examples=10)
@given(shape=IMAGES, seed=st.integers(0, 999))
def test_global_average_pool_equals_torch(shape: tuple[int, ...], seed: int) -> None:
    """Torch's adaptive average pooling to one pixel."""
    x = _images(shape, seed)
    want = functional.adaptive_avg_pool2d(x.permute(0, 3, 1, 2), 1)[:, :, 0, 0]
    _assert_same(reference.global_average_pool(x), want, x)


@settings(deadline=None, max_examples=30)
@given(shape=IMAGES, kernel=PAIR, stride=PAIR, dilation=PAIR, seed=st.integers(0, 999))
def test_im2col_and_col2im_equal_torch(
    shape: tuple[int, ...], kernel: Pair, stride: Pair, dilation: Pair, seed: int
) -> None:
    """Torch's unfold and fold, whose rows run over channels first, in our order; fold is the gradient of unfold."""
    assume(all(d * (k - 1) < n for d, k, n in zip(dilation, kernel, shape[1:3], strict=True)))
    n, height, width, channels = shape
    options = {"kernel_size": kernel, "stride": stride, "dilation": dilation}
    x = _images(shape, seed)
    columns = reference.im2col(x, kernel, stride, dilation)
    blocks = functional.unfold(x.permute(0, 3, 1, 2), **options).reshape(n, channels, kernel[0] * kernel[1], -1)
    _assert_same(columns, blocks.permute(0, 3, 2, 1).reshape(columns.shape), x)
    drawn = _images(tuple(columns.shape), seed + 1).detach()
    theirs = drawn.reshape(n, -1, kernel[0] * kernel[1], channels).permute(0, 3, 2, 1)
    folded = functional.fold(theirs.reshape(n, channels * kernel[0] * kernel[1], -1), (height, width), **options)
    for given_columns in (drawn, drawn.numpy()):
        got = reference.col2im(given_columns, shape, kernel, stride, dilation)
        np.testing.assert_allclose(got, folded.permute(0, 2, 3, 1), rtol=1e-11, atol=1e-11)
    (gradient,) = torch.autograd.grad(columns, x, drawn)
    torch.testing.assert_close(gradient, folded.permute(0, 2, 3, 1), rtol=1e-11, atol=1e-11)
