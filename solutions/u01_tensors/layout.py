"""Batches of images laid out anew: flattened, cropped, channels moved."""

from __future__ import annotations

from .shapes import Array

__all__ = ["crop_bottom_right", "flatten_batch", "to_channels_first", "to_channels_last"]


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
    return x.reshape(len(x), -1)


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
    height, width = (size, size) if isinstance(size, int) else size
    rows, columns = images.shape[1:3]
    if not (1 <= height <= rows and 1 <= width <= columns):
        raise ValueError(f"size: got {(height, width)}, want at least 1 and at most {(rows, columns)}")
    return images[:, rows - height :, columns - width :]


def to_channels_first(images: Array) -> Array:
    """Bring the channel axis of a batch of images before rows and columns.

        result[n, c, h, w] = images[n, h, w, c]

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        images: channels last, shape (N, H, W, C), any dtype; not modified.

    Returns:
        The same numbers, shape (N, C, H, W), dtype of `images`.
    """
    return images.transpose(0, 3, 1, 2)


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
    return images.transpose(0, 2, 3, 1)
