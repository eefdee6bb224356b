"""What windows over an image share: padding, places, and that they fit."""

from __future__ import annotations

from collections.abc import Sequence

from .padding import same_padding
from .pairs import NO_PADDING, Padding, Pair, Sides, as_pair

__all__ = ["image_padding", "pool_geometry", "require_fit"]


def image_padding(
    shape: Sequence[int], kernel: Pair, stride: Pair, padding: Padding | Pair, dilation: Pair = (1, 1)
) -> Sides:
    """How many rows and columns go around images, as `pad2d` takes them; provided.

    Args:
        shape: (N, H, W, C).
        kernel: its size (h, w).
        stride: positions from one place to the next (h, w).
        padding: 'valid', 'same' (which asks your `same_padding`), or zeros on every side: a number or a pair (h, w).
        dilation: positions from one weight to the next (h, w).

    Returns:
        `((top, bottom), (left, right))`; `NO_PADDING` where there is none.

    Raises:
        ValueError: `padding` is another word or below 0; the text names it.
    """
    if padding == "same":
        rows, columns = (same_padding(*axis) for axis in zip(shape[1:3], kernel, stride, dilation, strict=True))
        return rows, columns
    if padding == "valid":
        return NO_PADDING
    if isinstance(padding, str):
        raise ValueError(f"padding: got {padding!r}, want 'valid', 'same', a number or a pair")
    height, width = (padding, padding) if isinstance(padding, int) else padding
    if min(height, width) < 0:
        raise ValueError(f"padding: got {padding}, want at least 0")
    return (height, height), (width, width)


def require_fit(name: str, shape: Sequence[int], kernel: Pair, dilation: Pair = (1, 1)) -> None:
    """Refuse a kernel that spans more than padded images have; provided.

    Args:
        name: the argument that the kernel came with.
        shape: (N, H, W, C) after padding.
        kernel: its size (h, w).
        dilation: positions from one weight to the next (h, w).

    Raises:
        ValueError: it does not fit; the text says `name`.
    """
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    if spans[0] > shape[1] or spans[1] > shape[2]:
        raise ValueError(f"{name}: spans {spans[0]} × {spans[1]} pixels, want at most {shape[1]} × {shape[2]}")


def pool_geometry(
    shape: Sequence[int], size: int | Pair, stride: int | Pair | None, padding: Padding | Pair
) -> tuple[Pair, Pair, Sides]:
    """Size and stride of a pooling as pairs, and what goes around the images; provided.

    Args:
        shape: (N, H, W, C).
        size: of the windows, a number or a pair (h, w).
        stride: positions from one window to the next, likewise; None for the size.
        padding: 'valid', 'same', or how much on every side, a number or a pair (h, w).

    Returns:
        `(size, stride, sides)` as `(h, w)`, `(h, w)`, `((top, bottom), (left, right))`.

    Raises:
        ValueError: `size` or `stride` is below 1; `size` does not fit; `padding` is another word, below 0, or
            more than half of the size, so that a window could hold nothing else.
    """
    size = as_pair("size", size)
    stride = size if stride is None else as_pair("stride", stride)
    sides = image_padding(shape, size, stride, padding)
    if max(sides[0]) > size[0] // 2 or max(sides[1]) > size[1] // 2:
        raise ValueError(f"padding: got {padding}, want at most half of the size {size}")
    require_fit("size", (shape[0], shape[1] + sum(sides[0]), shape[2] + sum(sides[1])), size)
    return size, stride, sides
