"""Convolution geometry, by Tara."""

import numpy as np


def require_positive(**sizes):
    """Refuse sizes below 1; provided."""
    for name, value in sizes.items():
        if value < 1:
            raise ValueError(f"{name}: got {value}, want at least 1")


def output_size(size, kernel, stride=1, padding="valid", dilation=1):
    """Count the starting places of the window."""
    require_positive(size=size, kernel=kernel, stride=stride, dilation=dilation)
    if padding == "same":
        return len(range(0, size, stride))
    if padding == "valid":
        padding = 0
    if isinstance(padding, str) or padding < 0:
        raise ValueError(f"padding: got {padding!r}, want 'valid', 'same' or a number from 0 on")
    last_start = size + 2 * padding - effective_kernel(kernel, dilation)
    if last_start < 0:
        raise ValueError(f"kernel: {kernel} (dilation {dilation}) is too long for {size} + 2·{padding} positions")
    return len(range(0, last_start + 1, stride))


def effective_kernel(kernel, dilation):
    """The weights and the gaps between them."""
    require_positive(kernel=kernel, dilation=dilation)
    gaps = kernel - 1
    return kernel + gaps * (dilation - 1)


def same_padding(size, kernel, stride=1, dilation=1):
    """Zeros before and behind."""
    places = output_size(size, kernel, stride, "same", dilation)
    needed = (places - 1) * stride + effective_kernel(kernel, dilation)
    half, odd = divmod(max(needed - size, 0), 2)
    return half, half + odd


def pad2d(x, padding, value=0):
    """A frame around every image."""
    return np.pad(x, [(0, 0), *padding, (0, 0)], constant_values=value)


def receptive_field(layers):
    """From the last layer to the first: how many inputs does this layer need for `seen` outputs?"""
    seen = 1
    for kernel, stride, dilation in reversed(layers):
        if min(kernel, stride, dilation) < 1:
            raise ValueError(f"layers: got {(kernel, stride, dilation)}, want numbers of at least 1")
        seen = (seen - 1) * stride + effective_kernel(kernel, dilation)
    return seen
