"""Tensors: boxes of numbers, and what their axes mean.

Everything that a network reads or computes is a tensor: a box of numbers with
axes. Three facts describe one: how many axes it has, how long each axis is
(its shape), and what kind of number it holds (its dtype).

    5                        no axes        shape ()
    [5, 1, 4]                one axis       shape (3,)
    [[5, 1, 4], [2, 0, 7]]   two axes       shape (2, 3)

The number of axes is not the number of entries: a vector of 784 pixels has one
axis. Data come with a meaning for each axis, and the first one counts samples:

    table      (N, F)             F features
    sequence   (N, T, F)          T time steps
    images     (N, H, W, C)       rows, columns, channels
    videos     (N, T, H, W, C)    T frames

Reshaping reads the numbers in memory order (row-major: the last index runs
fastest) and cuts them anew. Transposing changes which axis is which. Both can
give the same shape, and different numbers at each place:

    [[1, 2, 3],   reshape (3, 2)   [[1, 2],      transpose   [[1, 4],
     [4, 5, 6]]   ------------->    [3, 4],      --------->   [2, 5],
                                    [5, 6]]                   [3, 6]]

Broadcasting lets arrays of different shapes meet. Shapes are aligned at the
right; a missing axis counts as length 1; an axis of length 1 is stretched:

    x        (4, 1, 6, 1)
    y           (3, 1, 2)
    x + y    (4, 3, 6, 2)

What is stretched on the way forward is used several times, so on the way back
its gradients are summed over the stretched axes. A gradient that is larger than
its parameter has missed this sum.

Convention card
  * The batch comes first. Images are channels last, (N, H, W, C), unless a
    name says otherwise.
  * Float32 in, float32 out; float64 in, float64 out; integers are computed in
    float64. Moving numbers about (reshape, crop, transpose, repeat) keeps the
    dtype as it is. Encodings are float64; `to_unit_range` gives float32.
  * An argument is never changed: it belongs to the caller.
  * Arrays are handled whole: no Python loop over their rows, pixels or
    numbers. A loop over axes is fine, and so is one over a list of lists.
  * Bad input raises a ValueError whose text names the argument, says what
    came and what was wanted.

To read: "Broadcasting" in the NumPy user guide; François Chollet, Deep Learning
with Python, chapter 2 (data representations, tensor operations).
"""

from __future__ import annotations

from .shapes import Array, Shape, count_axes, tensor_bytes, tensor_shape
from .layout import crop_bottom_right, flatten_batch, to_channels_first, to_channels_last
from .broadcasting import broadcast_shape, broadcast_to, unbroadcast
from .multiplication import matmul
from .encoding import multi_hot, one_hot, pad_sequences
from .batches import batch_slices, standardize, to_unit_range

__all__ = [
    "Array",
    "Shape",
    "batch_slices",
    "broadcast_shape",
    "broadcast_to",
    "count_axes",
    "crop_bottom_right",
    "flatten_batch",
    "matmul",
    "multi_hot",
    "one_hot",
    "pad_sequences",
    "standardize",
    "tensor_bytes",
    "tensor_shape",
    "to_channels_first",
    "to_channels_last",
    "to_unit_range",
    "unbroadcast",
]
