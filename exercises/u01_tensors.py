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

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]


def count_axes(nested: Any) -> int:
    """Count the axes of a tensor that is written as nested lists; without NumPy.

    A number has no axes, a list of numbers one, a list of such lists two. The
    lengths do not matter: [7, 7, 7] has one axis, and so has [7].

    Args:
        nested: a number, or a list of numbers, or a list of lists …, to any
            depth; not modified. An empty list is an axis of length 0: [] has
            one axis and [[], []] has two.

    Returns:
        The number of axes, an int from 0 up.

    Raises:
        ValueError: `nested` is ragged: lists at the same depth differ in length,
            or a number stands beside a list. The message names `nested`.
    """
    raise NotImplementedError("tensors.count_axes")


def tensor_shape(nested: Any) -> Shape:
    """Find the shape of a tensor that is written as nested lists; without NumPy.

        [[5, 1, 4], [2, 0, 7]]  ->  (2, 3)

    Args:
        nested: a number, or a list of numbers, or a list of lists …, to any
            depth; not modified.

    Returns:
        The length of each axis, outermost first, a tuple of ints. A number has
        the shape (), [] has (0,), [[], []] has (2, 0). Axes of length 1 count:
        [[[5]]] has (1, 1, 1).

    Raises:
        ValueError: `nested` is ragged: lists at the same depth differ in length,
            or a number stands beside a list. The message names `nested`.
    """
    raise NotImplementedError("tensors.tensor_shape")


def tensor_bytes(shape: Shape, dtype: str) -> int:
    """Say how much memory the numbers of a tensor take.

        bytes = (product of all lengths) · (bytes of one number)

    A clip of 60 seconds at 4 frames per second has 240 frames. Four such clips
    of 144 × 256 colour pixels have the shape (4, 240, 144, 256, 3): in float32
    that is 424 673 280 bytes, and four times less in uint8.

    Args:
        shape: the length of each axis, 0 or more; () is a single number.
        dtype: the name of the numbers' type, as NumPy spells it: "uint8",
            "float32", "float64", "bool" …

    Returns:
        The number of bytes, an int (not a float).
    """
    raise NotImplementedError("tensors.tensor_bytes")


def flatten_batch(x: Array) -> Array:
    """Turn every sample of a batch into one row; the batch axis stays.

        (N, d1, d2, …)  ->  (N, d1 · d2 · …)

    No loop over samples.

    Args:
        x: a batch, shape (N, …), at least one axis, N and all lengths at least
            1, any dtype; not modified.

    Returns:
        Shape (N, D): row n holds the numbers of sample n in row-major order
        (the last index runs fastest), dtype of `x`. A batch of plain numbers
        has D = 1.
    """
    raise NotImplementedError("tensors.flatten_batch")


def crop_bottom_right(images: Array, size: int | tuple[int, int]) -> Array:
    """Cut the lower right corner out of every image of a batch.

    Row 0 is the top row, column 0 the left one.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        images: shape (N, H, W, C) or, without channels, (N, H, W), any dtype;
            not modified.
        size: h and w, height and width of the piece to keep; an int stands for
            both. 1 ≤ h ≤ H and 1 ≤ w ≤ W.

    Returns:
        Shape (N, h, w, C) or (N, h, w): the last h rows and the last w columns,
        dtype of `images`.

    Raises:
        ValueError: `size` is larger than the images in height or in width. The
            message names `size`.
    """
    raise NotImplementedError("tensors.crop_bottom_right")


def to_channels_first(images: Array) -> Array:
    """Bring the channel axis of a batch of images before rows and columns.

        result[n, c, h, w] = images[n, h, w, c]

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        images: channels last, shape (N, H, W, C), any dtype; not modified.

    Returns:
        The same numbers, shape (N, C, H, W), dtype of `images`.
    """
    raise NotImplementedError("tensors.to_channels_first")


def to_channels_last(images: Array) -> Array:
    """Bring the channel axis of a batch of images behind rows and columns.

        result[n, h, w, c] = images[n, c, h, w]

    The inverse of `to_channels_first`.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        images: channels first, shape (N, C, H, W), any dtype; not modified.

    Returns:
        The same numbers, shape (N, H, W, C), dtype of `images`.
    """
    raise NotImplementedError("tensors.to_channels_last")


def broadcast_shape(a: Shape, b: Shape) -> Shape:
    """Find the shape that two shapes broadcast to.

    Write them one below the other, aligned at the right. A missing axis counts
    as length 1. Two lengths go together if they are equal, or if one of them is
    1; the other one is then the result's.

        (4, 1, 6)  with  (3, 1)  ->  (4, 3, 6)

    Args:
        a: the length of each axis, ints of at least 1; () is a number.
        b: the same for the other array.

    Returns:
        The common shape, a tuple of ints; as many axes as the longer of both.

    Raises:
        ValueError: two aligned lengths differ and neither is 1. The message
            names `a` and `b`.
    """
    raise NotImplementedError("tensors.broadcast_shape")


def broadcast_to(x: Array, shape: Shape) -> Array:
    """Stretch an array to a shape, by hand: add axes, then repeat.

    Axes are added on the left until there are as many as in `shape`; then every
    axis of length 1 is repeated as often as `shape` says. A loop over axes is
    fine, one over numbers is not. Not allowed: np.broadcast_to,
    np.broadcast_arrays, np.broadcast.

        [1, 2, 3] to (2, 3)      ->  [[1, 2, 3], [1, 2, 3]]
        [[1], [2]] to (2, 3)     ->  [[1, 1, 1], [2, 2, 2]]

    Args:
        x: any shape, any dtype; not modified.
        shape: the shape wanted, ints of at least 1.

    Returns:
        The numbers of `x`, repeated: shape `shape`, dtype of `x`.

    Raises:
        ValueError: `x` cannot be stretched to `shape`: it has more axes, or an
            axis whose length is neither 1 nor the one wanted (2 does not
            become 4). The message names `shape`.
    """
    raise NotImplementedError("tensors.broadcast_to")


def unbroadcast(grad: Array, shape: Shape) -> Array:
    """Sum a gradient over all that broadcasting added: the way back.

    If x of shape `shape` was stretched, each of its numbers was used several
    times, and the gradients of all the copies add up:

        ∂L/∂x_i = Σ grad_j        (j runs over the copies of x_i)

    Axes that broadcasting put in front are summed away. Axes that were stretched
    from length 1 are summed and stay, with length 1.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad: gradient with respect to the stretched array, floating, any shape
            that `shape` broadcasts to; not modified.
        shape: the shape of the array before it was stretched.

    Returns:
        Gradient with respect to that array: shape `shape`, dtype of `grad`.
    """
    raise NotImplementedError("tensors.unbroadcast")


def matmul(a: Array, b: Array) -> Array:
    """Multiply matrices by broadcasting: products of all pairs, then one sum.

        c_ij = Σ_k a_ik b_kj        (k runs along the last axis of a)

    Shapes as in torch.matmul: the last two axes are the matrices, all axes
    before them are batch axes, and those broadcast. A one-dimensional `a` is a
    row, a one-dimensional `b` a column; the axis that this adds is dropped from
    the result.

        (n, k)    (k, m)     ->  (n, m)         (k,)  (k,)       ->  ()
        (n, k)    (k,)       ->  (n,)           (k,)  (k, m)     ->  (m,)
        (B, n, k) (B, k, m)  ->  (B, n, m)      (k,)  (B, k, m)  ->  (B, m)
        (B, n, k) (k, m)     ->  (B, n, m)      (A, 1, n, k) (B, k, m)  ->  (A, B, n, m)

    Not allowed: `@`, dot, matmul, einsum, tensordot, inner, vdot. No loop over
    rows or columns.

    Args:
        a: shape (..., n, k) or (k,); not modified.
        b: shape (..., k, m) or (k,); not modified.

    Returns:
        The product, shape (..., n, m), (..., n), (..., m) or (), as the table
        shows. Float32 for two float32 arrays, else float64: integers are
        computed in float64, so that a product of bytes does not overflow.

    Raises:
        ValueError: an array has no axes, or the two lengths k differ (1 does not
            stretch here). The message names `a` and `b`.
    """
    raise NotImplementedError("tensors.matmul")


def one_hot(labels: Array, num_classes: int) -> Array:
    """Write each label as a row of zeros with a single one.

        [2, 0] of 4 classes  ->  [[0, 0, 1, 0], [1, 0, 0, 0]]

    No loop over labels.

    Args:
        labels: integers from 0 to num_classes − 1, shape (N,), N ≥ 1; not
            modified. Not every class need occur.
        num_classes: C, the number of classes, at least 1.

    Returns:
        Shape (N, C), float64: 1 in column labels[n] of row n, else 0.

    Raises:
        ValueError: a label is outside 0 … C − 1 (−1 is not "the last one"). The
            message names `labels`.
    """
    raise NotImplementedError("tensors.one_hot")


def multi_hot(sequences: Sequence[Sequence[int]], dimension: int) -> Array:
    """Write each sequence of ids as a row that says which ids occur in it.

        [[3, 1, 3], []] in 4 dimensions  ->  [[0, 1, 0, 1], [0, 0, 0, 0]]

    Order and repetition are lost: an id that comes twice still gives 1.

    Args:
        sequences: N lists of ints from 0 to dimension − 1, of any lengths, 0
            included; not modified.
        dimension: D, the number of different ids (the size of the vocabulary).

    Returns:
        Shape (N, D), float64: 1 in column i of row n if sequence n holds i,
        else 0.

    Raises:
        ValueError: an id is outside 0 … D − 1 (−1 is not "the last one"). The
            message names `sequences`.
    """
    raise NotImplementedError("tensors.multi_hot")


def pad_sequences(sequences: Sequence[Sequence[int]], length: int, value: int = 0) -> Array:
    """Bring sequences to one length, so that they fit into one array.

    Both happen at the end: a short sequence is filled up with `value`, a long
    one loses its last entries.

        [[5, 6], [1, 2, 3, 4]] to length 3  ->  [[5, 6, 0], [1, 2, 3]]

    Args:
        sequences: N lists of ints, of any lengths, 0 included; not modified.
        length: T, the length wanted, at least 1.
        value: the int to fill up with.

    Returns:
        Shape (N, T), an integer dtype: ids are looked up, not computed with.
    """
    raise NotImplementedError("tensors.pad_sequences")


def to_unit_range(images: Array) -> Array:
    """Bring pixels from 0 … 255 to 0 … 1.

        x / 255

    The divisor is the type's largest value, not the largest one that occurs: a
    dark image stays dark.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        images: any shape, uint8; not modified.

    Returns:
        Same shape, float32, between 0 and 1, both included.
    """
    raise NotImplementedError("tensors.to_unit_range")


def standardize(train: Array, test: Array) -> tuple[Array, Array]:
    """Give every feature mean 0 and standard deviation 1, as measured in training.

        x_nf -> (x_nf − μ_f) / σ_f
        μ_f = 1/N Σ_n train_nf        σ_f² = 1/N Σ_n (train_nf − μ_f)²

    The test data are moved and scaled by the *same* μ and σ: at test time nothing
    is known but the training data. So the test result need not have mean 0. No
    loop over samples, and nothing added to σ.

    Args:
        train: shape (N, F), floating or integer; not modified.
        test: shape (M, F), M ≥ 1, dtype of `train`; not modified.

    Returns:
        Both, standardised: shapes (N, F) and (M, F), float32 for float32 and
        float64 for all others. A feature that has one constant value throughout
        `train` (σ = 0) is only moved, by μ, in both: it becomes 0 in `train`,
        and so does the same value in `test`; nothing becomes nan or infinite.
    """
    raise NotImplementedError("tensors.standardize")


def batch_slices(n: int, batch_size: int) -> list[slice]:
    """Cut n samples into batches, in order; the last one may be smaller.

        10 samples by 4  ->  slice(0, 4), slice(4, 8), slice(8, 10)

    `x[s]` for each slice s is one batch, and `s.stop - s.start` is its size, so
    no slice ends beyond n, and none is empty.

    Args:
        n: the number of samples, 0 or more; 0 samples make no batch.
        batch_size: samples per batch, at least 1; may exceed n.

    Returns:
        A list of `slice(start, stop)`: both are ints, no step is given.

    Raises:
        ValueError: `batch_size` is below 1. The message names `batch_size`.
    """
    raise NotImplementedError("tensors.batch_slices")
