"""Assessment of convolution: the geometry first, then the sums."""

from __future__ import annotations

from autograder.units import _convolution_averages as averages
from autograder.units import _convolution_columns as columns
from autograder.units import _convolution_gradients as gradients
from autograder.units import _convolution_images as images
from autograder.units import _convolution_line as line
from autograder.units import _convolution_padding as padding
from autograder.units import _convolution_pixels as pixels
from autograder.units import _convolution_pooling as pooling
from autograder.units import _convolution_sizes as sizes

__all__ = ["EXERCISES"]

EXERCISES = [
    sizes.output_size,
    sizes.effective_kernel,
    padding.same_padding,
    padding.pad2d,
    sizes.receptive_field,
    line.convolve1d,
    line.correlate1d,
    images.conv2d,
    gradients.conv2d_backward,
    pixels.pointwise_conv,
    pixels.pointwise_conv_backward,
    pooling.max_pool2d,
    pooling.max_pool2d_backward,
    averages.average_pool2d,
    averages.average_pool2d_backward,
    averages.global_average_pool,
    averages.global_average_pool_backward,
    columns.im2col,
    columns.col2im,
]
