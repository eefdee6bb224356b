"""Assessment of convolution: the geometry first, then the sums."""

from __future__ import annotations

from autograder.units.u07_convolution import (
    average_pooling,
    columns,
    conv2d,
    global_average,
    max_pooling,
    padding,
    pointwise,
    receptive_field,
    signals,
    sizes,
)

EXERCISES = [
    sizes.output_size,
    sizes.effective_kernel,
    padding.same_padding,
    padding.pad2d,
    receptive_field.receptive_field,
    signals.convolve1d,
    signals.correlate1d,
    conv2d.conv2d,
    conv2d.conv2d_backward,
    pointwise.pointwise_conv,
    pointwise.pointwise_conv_backward,
    max_pooling.max_pool2d,
    max_pooling.max_pool2d_backward,
    average_pooling.average_pool2d,
    average_pooling.average_pool2d_backward,
    global_average.global_average_pool,
    global_average.global_average_pool_backward,
    columns.im2col,
    columns.col2im,
]
