"""Assessment of tensors: axes and shapes, layouts, broadcasting, and data made ready for a network."""

from __future__ import annotations

from autograder.units.u01_tensors import batches, broadcasting, encoding, layout, matmul, shapes

EXERCISES = [
    shapes.count_axes,
    shapes.tensor_shape,
    shapes.tensor_bytes,
    layout.flatten_batch,
    layout.crop_bottom_right,
    layout.to_channels_first,
    layout.to_channels_last,
    broadcasting.broadcast_shape,
    broadcasting.broadcast_to,
    broadcasting.unbroadcast,
    matmul.matmul,
    encoding.one_hot,
    encoding.multi_hot,
    encoding.pad_sequences,
    batches.to_unit_range,
    batches.standardize,
    batches.batch_slices,
]
