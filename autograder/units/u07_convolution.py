"""Assessment of convolution: the geometry first, then the sums."""

from __future__ import annotations

from autograder.units import _convolution_padding, _convolution_sizes

__all__ = ["EXERCISES"]

EXERCISES = [
    _convolution_sizes.output_size,
    _convolution_sizes.effective_kernel,
    _convolution_padding.same_padding,
    _convolution_padding.pad2d,
    _convolution_sizes.receptive_field,
]
