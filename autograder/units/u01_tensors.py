"""Assessment of tensors: axes and shapes, layouts, broadcasting, and data made ready for a network."""

from __future__ import annotations

from autograder.units import _tensors_axes as axes
from autograder.units import _tensors_batches as batches
from autograder.units import _tensors_broadcasting as broadcasting
from autograder.units import _tensors_encoding as encoding
from autograder.units import _tensors_layout as layout
from autograder.units import _tensors_product as product
from autograder.units import _tensors_slices as slices

EXERCISES = [
    axes.count_axes,
    axes.tensor_shape,
    axes.tensor_bytes,
    layout.flatten_batch,
    layout.crop_bottom_right,
    layout.to_channels_first,
    layout.to_channels_last,
    broadcasting.broadcast_shape,
    broadcasting.broadcast_to,
    broadcasting.unbroadcast,
    product.matmul,
    encoding.one_hot,
    encoding.multi_hot,
    encoding.pad_sequences,
    batches.to_unit_range,
    batches.standardize,
    slices.batch_slices,
]
