"""Assessment of convolution: the geometry first, then the sums."""

from __future__ import annotations

from autograder.units import _convolution_averages as averages
from autograder.units import _convolution_columns as columns
from autograder.units import _convolution_field as field
from autograder.units import _convolution_global_average as global_average
from autograder.units import _convolution_gradients as gradients
from autograder.units import _convolution_images as images
from autograder.units import _convolution_line as line
from autograder.units import _convolution_padding as padding
from autograder.units import _convolution_pixels as pixels
from autograder.units import _convolution_pooling as pooling
from autograder.units import _convolution_pooling_backward as pooling_backward
from autograder.units import _convolution_sizes as sizes

__all__ = ["EXERCISES"]

EXERCISES = [
    sizes.output_size,
    sizes.effective_kernel,
    padding.same_padding,
    padding.pad2d,
    field.receptive_field,
    line.convolve1d,
    line.correlate1d,
    images.conv2d,
    gradients.conv2d_backward,
    pixels.pointwise_conv,
    pixels.pointwise_conv_backward,
    pooling.max_pool2d,
    pooling_backward.max_pool2d_backward,
    averages.average_pool2d,
    averages.average_pool2d_backward,
    global_average.global_average_pool,
    global_average.global_average_pool_backward,
    columns.im2col,
    columns.col2im,
]
