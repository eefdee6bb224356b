"""How many places a window has, and how far a dilated kernel reaches."""

from __future__ import annotations

from .pairs import Padding, require_positive

__all__ = ["effective_kernel", "output_size"]


def output_size(size: int, kernel: int, stride: int = 1, padding: Padding = "valid", dilation: int = 1) -> int:
    """How many places a kernel can take along one axis.

        span = d (k - 1) + 1
        'valid':   ⌊(n - span) / s⌋ + 1
        'same':    ⌈n / s⌉                              (whatever the kernel)
        a number p of zeros on either side:   ⌊(n + 2p - span) / s⌋ + 1

    Args:
        size: n, positions along the axis, at least 1.
        kernel: k, weights along the axis, at least 1.
        stride: s, positions from one place to the next, at least 1.
        padding: 'valid', 'same', or the number of zeros on either side, at least 0.
        dilation: d, positions from one weight of the kernel to the next, at least 1.

    Returns:
        The number of places, an int of at least 1.

    Raises:
        ValueError: `size`, `kernel`, `stride` or `dilation` is below 1; `padding` is another word or below 0; `kernel`
            does not fit: it spans more than the padded axis has ('same' always fits). The text names the
            argument.
    """
    require_positive(size=size, stride=stride)
    span = effective_kernel(kernel, dilation)
    if padding == "same":
        return -(-size // stride)
    if isinstance(padding, str) and padding != "valid":
        raise ValueError(f"padding: got {padding!r}, want 'valid', 'same' or a number")
    zeros = 0 if isinstance(padding, str) else padding
    if zeros < 0:
        raise ValueError(f"padding: got {padding}, want at least 0")
    room = size + 2 * zeros
    if span > room:
        raise ValueError(f"kernel: got {kernel}, which spans {span} of {room} positions, want one that fits")
    return (room - span) // stride + 1


def effective_kernel(kernel: int, dilation: int) -> int:
    """How many positions a dilated kernel spans, gaps included.

        d (k - 1) + 1

    Args:
        kernel: k, weights along the axis, at least 1.
        dilation: d, positions from one weight to the next, at least 1; 1 leaves no gaps.

    Returns:
        The span, an int.

    Raises:
        ValueError: `kernel` or `dilation` is below 1; the text names it.
    """
    require_positive(kernel=kernel, dilation=dilation)
    return dilation * (kernel - 1) + 1
