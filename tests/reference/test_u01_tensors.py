"""The reference of tensors against torch, NumPy, scikit-learn, and derivations by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.preprocessing import MultiLabelBinarizer, StandardScaler

from reference import u01_tensors as reference

SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, max_side=4)
IMAGES = hnp.array_shapes(min_dims=4, max_dims=4, max_side=5)
SEQUENCES = st.lists(st.lists(st.integers(0, 7), max_size=6), min_size=1, max_size=4)
#: The first call of a test pays for what torch loads lazily.
unhurried = settings(deadline=None)

STRETCHES = hnp.mutually_broadcastable_shapes(num_shapes=2, min_dims=1, max_dims=4, max_side=4)


def _values(*shape: int) -> torch.Tensor:
    rng = np.random.default_rng(shape)
    return torch.tensor(rng.standard_normal(shape))


def _same(got: Any, want: Any) -> None:
    """The reference gives this, on torch as it does on NumPy."""
    np.testing.assert_allclose(np.asarray(got), np.asarray(want), rtol=1e-12, atol=1e-13)


@unhurried
@given(SHAPES)
def test_axes_and_shape_are_those_that_numpy_sees(shape: tuple[int, ...]) -> None:
    """Nested lists have the axes and the lengths of the array that NumPy makes of them."""
    nested = np.zeros(shape).tolist()
    assert reference.tensor_shape(nested) == np.shape(nested)
    assert reference.count_axes(nested) == np.ndim(nested)


@pytest.mark.parametrize(("nested", "shape"), [(3, ()), ([], (0,)), ([[], []], (2, 0)), ([[[]]], (1, 1, 0))])
def test_empty_lists_are_axes_of_length_zero(nested: Any, shape: tuple[int, ...]) -> None:
    """An empty list is an axis; a number has none."""
    assert reference.tensor_shape(nested) == shape
    assert reference.count_axes(nested) == len(shape)


@pytest.mark.parametrize("nested", [[[1, 2], [3]], [1, [2]], [[1], 2], [[], [[]]], [[[1]], [[2, 3]]]])
def test_ragged_lists_are_refused(nested: Any) -> None:
    """Lists of different lengths, or a number beside a list, have no shape."""
    with pytest.raises(ValueError, match="nested"):
        reference.tensor_shape(nested)


@unhurried
@given(SHAPES, st.sampled_from(sorted(reference.ITEM_BYTES)))
def test_bytes_are_those_of_numpys_array(shape: tuple[int, ...], dtype: str) -> None:
    """The number of bytes is that of a real array."""
    assert reference.tensor_bytes(shape, dtype) == np.zeros(shape, dtype).nbytes


@unhurried
@given(hnp.array_shapes(min_dims=2, max_dims=4, max_side=4))
def test_flatten_is_torchs(shape: tuple[int, ...]) -> None:
    """Flattening a batch is torch.flatten from axis 1."""
    x = _values(*shape)
    _same(reference.flatten_batch(x), torch.flatten(x, 1))
    _same(reference.flatten_batch(x.numpy()), torch.flatten(x, 1))


@unhurried
@given(IMAGES, st.data())
def test_crop_keeps_the_last_rows_and_columns(shape: tuple[int, ...], data: st.DataObject) -> None:
    """The piece is what torch.narrow cuts from row H − h and column W − w."""
    x = _values(*shape)
    h, w = (data.draw(st.integers(1, length)) for length in shape[1:3])
    want = x.narrow(1, shape[1] - h, h).narrow(2, shape[2] - w, w)
    _same(reference.crop_bottom_right(x, (h, w)), want)
    _same(reference.crop_bottom_right(x.numpy(), (h, w)), want)


@unhurried
@given(IMAGES)
def test_channels_move_as_torch_permutes(shape: tuple[int, ...]) -> None:
    """Channels first and last are torch's permutations, and undo each other."""
    x = _values(*shape)
    for images in (x, x.numpy()):
        _same(reference.to_channels_first(images), x.permute(0, 3, 1, 2))
        _same(reference.to_channels_last(images), x.permute(0, 2, 3, 1))
        _same(reference.to_channels_last(reference.to_channels_first(images)), x)


@unhurried
@given(STRETCHES)
def test_broadcast_shape_is_torchs(shapes: hnp.BroadcastableShapes) -> None:
    """The common shape is torch.broadcast_shapes'."""
    a, b = shapes.input_shapes
    assert reference.broadcast_shape(a, b) == tuple(torch.broadcast_shapes(a, b))


@unhurried
@given(SHAPES, SHAPES)
def test_shapes_that_torch_refuses_are_refused(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    """Two shapes broadcast exactly if torch says so."""
    try:
        want: tuple[int, ...] | None = tuple(torch.broadcast_shapes(a, b))
    except RuntimeError:
        want = None
    if want is None:
        with pytest.raises(ValueError, match="a and b"):
            reference.broadcast_shape(a, b)
    else:
        assert reference.broadcast_shape(a, b) == want


@unhurried
@given(STRETCHES)
def test_unbroadcast_is_the_gradient_of_broadcasting(shapes: hnp.BroadcastableShapes) -> None:
    """What torch's autograd sends back through a broadcast is the sum over the copies."""
    x = _values(*shapes.input_shapes[0]).requires_grad_()
    wide = reference.broadcast_to(x, shapes.result_shape)
    _same(wide.detach(), x.detach().expand(shapes.result_shape))
    grad = _values(*shapes.result_shape, 1)[..., 0]
    (want,) = torch.autograd.grad(wide, x, grad)
    _same(reference.unbroadcast(grad, tuple(x.shape)), want)
    _same(reference.unbroadcast(grad.numpy(), tuple(x.shape)), want)


@unhurried
@given(hnp.mutually_broadcastable_shapes(signature=np.matmul.signature, max_dims=2, max_side=4))
def test_matmul_is_torchs(shapes: hnp.BroadcastableShapes) -> None:
    """Vectors, matrices and batches are multiplied as by torch.matmul."""
    a, b = (_values(*shape) for shape in shapes.input_shapes)
    _same(reference.matmul(a, b), torch.matmul(a, b))
    _same(reference.matmul(a.numpy(), b.numpy()), torch.matmul(a, b))


def test_integers_are_multiplied_in_double_precision() -> None:
    """A product of bytes does not wrap round: 200 · 200 + 100 · 3 = 40300."""
    got = reference.matmul(np.array([200, 100], dtype=np.uint8), np.array([200, 3], dtype=np.uint8))
    assert got.dtype == np.float64
    assert got == 40300.0


@unhurried
@given(st.lists(st.integers(0, 5), min_size=1, max_size=6))
def test_one_hot_is_torchs(labels: list[int]) -> None:
    """Rows are those of torch.nn.functional.one_hot, in float64."""
    want = torch.nn.functional.one_hot(torch.tensor(labels), 6)
    for got in (reference.one_hot(torch.tensor(labels), 6), reference.one_hot(np.array(labels), 6)):
        assert str(got.dtype).endswith("float64")
        _same(got, want)


@unhurried
@given(SEQUENCES)
def test_multi_hot_is_scikit_learns(sequences: list[list[int]]) -> None:
    """Rows are those of scikit-learn's MultiLabelBinarizer."""
    _same(reference.multi_hot(sequences, 8), MultiLabelBinarizer(classes=range(8)).fit_transform(sequences))


@unhurried
@given(SEQUENCES, st.integers(1, 7), st.integers(-3, 3))
def test_padding_is_torchs(sequences: list[list[int]], length: int, value: int) -> None:
    """Rows are torch's pad_sequence of the sequences and one of full length, cut to that length."""
    ruler = torch.zeros(7, dtype=torch.int64)
    tensors = [*(torch.tensor(each, dtype=torch.int64) for each in sequences), ruler]
    padded = torch.nn.utils.rnn.pad_sequence(tensors, batch_first=True, padding_value=value)
    got = reference.pad_sequences(sequences, length, value)
    assert got.dtype == np.int64
    _same(got, padded[:-1, :length])


@unhurried
@given(hnp.arrays(np.uint8, IMAGES))
def test_images_are_scaled_as_by_torch(images: Any) -> None:
    """Images of any shape become what torch gets from x.float() / 255."""
    want = torch.tensor(images).float() / 255
    np.testing.assert_allclose(reference.to_unit_range(images), want.numpy(), rtol=2e-7)
    torch.testing.assert_close(reference.to_unit_range(torch.tensor(images)), want, rtol=2e-7, atol=0)


def test_every_byte_is_scaled_as_by_torch() -> None:
    """All 256 bytes become what torch gets from x.float() / 255."""
    pixels = torch.arange(256).to(torch.uint8)
    for got in (reference.to_unit_range(pixels), reference.to_unit_range(pixels.numpy())):
        assert str(got.dtype).endswith("float32")
        np.testing.assert_allclose(np.asarray(got), (pixels.float() / 255).numpy(), rtol=2e-7)


@unhurried
@given(st.integers(2, 6), st.integers(1, 5), st.integers(1, 4))
def test_standardisation_is_scikit_learns(n: int, m: int, features: int) -> None:
    """Both results are those of a StandardScaler that was fitted to the training data; 0 for a constant feature."""
    train, test = 3 + _values(n, features, 1)[..., 0], _values(m, features, 2).sum(-1)
    train[:, 0] = 2.0
    scaler = StandardScaler().fit(train.numpy())
    for one, other in ((train, test), (train.numpy(), test.numpy())):
        first, second = reference.standardize(one, other)
        np.testing.assert_allclose(np.asarray(first), scaler.transform(train.numpy()), rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(np.asarray(second), scaler.transform(test.numpy()), rtol=1e-9, atol=1e-12)


@unhurried
@given(st.integers(0, 40), st.integers(1, 12))
def test_batches_are_those_of_a_data_loader(n: int, batch_size: int) -> None:
    """The slices select what torch's BatchSampler selects, and end where the data end."""
    batches = torch.utils.data.BatchSampler(range(n), batch_size, drop_last=False)
    slices = reference.batch_slices(n, batch_size)
    assert [list(range(n))[each] for each in slices] == list(batches)
    assert all(each.start < each.stop <= n and each.step is None for each in slices)
