"""Wrong answers to the exercises on convolution and pooling."""

from __future__ import annotations

import numpy as np

from solutions import u07_convolution as convolution
from tests.student_mistakes import Mistake
from tests.student_mistakes.editing import edits_of

edit = edits_of(convolution)


GEOMETRY = [
    edit("output_size", " // stride + 1", " // stride", named="first-place-forgotten"),
    edit("output_size", "(room - span) // stride + 1", "-(-(room - span) // stride) + 1", named="rounded-up"),
    edit("output_size", "-(-size // stride)", "size", named="same-keeps-the-size"),
    edit("output_size", "(room - span) // stride + 1", "room - span + 1", named="stride-forgotten"),
    edit("output_size", "(room - span) // stride + 1", "(room - span) // 2 + 1"),
    edit("output_size", "(room - span) // stride + 1", "(room - span) / stride + 1", named="a-fraction-of-a-place"),
    edit(
        "output_size",
        "(room - span) // stride + 1",
        "round((room - span) / stride) + 1",
        named="rounded-to-the-nearest",
    ),
    edit("output_size", 'if isinstance(padding, str) and padding != "valid"', "if False"),
    edit(
        "output_size",
        'if padding == "same":',
        'if padding == "same":\n        span, padding = kernel, kernel // 2\n    if padding == "never":',
    ),
    edit("effective_kernel", "dilation * (kernel - 1) + 1", "dilation * kernel", named="dilation-times-kernel"),
    edit(
        "effective_kernel",
        "dilation * (kernel - 1) + 1",
        "kernel + kernel * (dilation - 1)",
        named="dilation-times-kernel",
    ),
    edit(
        "effective_kernel",
        "dilation * (kernel - 1) + 1",
        "(dilation - 1) * (kernel - 1) + 1",
        named="weights-not-counted",
    ),
    edit("effective_kernel", "dilation * (kernel - 1) + 1", "dilation * (kernel + 1) - 1"),
    edit("effective_kernel", "dilation * (kernel - 1) + 1", "kernel", named="dilation-ignored"),
    edit("same_padding", "total // 2, total - total // 2", "total - total // 2, total // 2", named="odd-one-in-front"),
    edit(
        "same_padding",
        "total // 2, total - total // 2",
        "(kernel - 1) // 2, (kernel - 1) // 2",
        named="half-of-what-is-left",
    ),
    edit("same_padding", "total // 2, total - total // 2", "total / 2, total / 2"),
    edit(
        "same_padding",
        "max((places - 1) * stride + effective_kernel(kernel, dilation) - size, 0)",
        "(places - 1) * stride + effective_kernel(kernel, dilation) - size",
        named="may-be-negative",
    ),
    edit(
        "same_padding",
        "max((places - 1) * stride + effective_kernel(kernel, dilation) - size, 0)",
        "effective_kernel(kernel, dilation) - 1",
        named="stride-ignored",
    ),
    edit(
        "same_padding",
        "max((places - 1) * stride + effective_kernel(kernel, dilation) - size, 0)",
        "max(places * stride + effective_kernel(kernel, dilation) - size, 0)",
        named="one-place-too-many",
    ),
    edit(
        "same_padding",
        "max((places - 1) * stride + effective_kernel(kernel, dilation) - size, 0)",
        "abs((places - 1) * stride + effective_kernel(kernel, dilation) - size)",
    ),
    edit(
        "pad2d",
        "(top, bottom), (left, right) = padding",
        "(bottom, top), (right, left) = padding",
        named="before-and-after-swapped",
    ),
    edit("pad2d", ", dtype=x.dtype)", ")"),
    Mistake(
        "pad2d", lambda x, padding, value=0: np.pad(x, ((0, 0), *padding, (0, 0)), mode="edge"), named="edge-repeated"
    ),
    Mistake(
        "pad2d",
        lambda x, padding, value=0: np.pad(x, ((0, 0), (0, 0), *padding), constant_values=value),
        named="channels-first",
    ),
    Mistake(
        "pad2d",
        lambda x, padding, value=0: np.pad(
            x, ((0, 0), (padding[0][0],) * 2, (padding[1][0],) * 2, (0, 0)), constant_values=value
        ),
        named="first-of-each-pair-for-both-sides",
    ),
    edit("pad2d", "top : top + height, left : left + width", ":height, :width", named="images-in-the-corner"),
    edit("receptive_field", " * step\n", "\n", named="strides-ignored"),
    edit(
        "receptive_field",
        "        field += dilation * (kernel - 1) * step\n        step *= stride\n",
        "        step *= stride\n        field += dilation * (kernel - 1) * step\n",
        named="own-stride-counts",
    ),
    edit("receptive_field", "field, step = 1, 1", "field, step = 0, 1", named="without-the-first"),
    edit("receptive_field", "in layers:", "in reversed(layers):", named="last-layer-first"),
    edit("receptive_field", "step *= stride", "step = stride", named="only-the-last-stride"),
    edit("receptive_field", "if min(kernel, stride, dilation) < 1", "if False"),
    edit(
        "receptive_field",
        "field += dilation * (kernel - 1) * step",
        "field = (field - 1) * stride + dilation * (kernel - 1) + 1",
        named="last-layer-first",
    ),
]

LINE = [
    Mistake("convolve1d", lambda x, h: np.convolve(x, h, "valid"), named="only-whole-windows"),
    edit("convolve1d", "np.pad(x, len(h) - 1)", "np.pad(x, (len(h) - 1, 0))", named="stops-with-the-signal"),
    edit("convolve1d", "np.pad(x, len(h) - 1)", "np.pad(x[::-1], len(h) - 1)", named="signal-backwards-too"),
    edit("convolve1d", "np.pad(x, len(h) - 1)", "np.pad(x, len(h) - 1, mode='edge')", named="edges-repeated"),
    Mistake(
        "convolve1d",
        lambda x, h: np.array([sum(x[n - k] * h[k] for k in range(len(h))) for n in range(len(x))]),
        named="around-the-corner",
    ),
    edit("correlate1d", "len(h)) @ h", "len(h)) @ h[::-1]", named="flipped"),
    edit(
        "correlate1d",
        "return sliding_window_view(x, len(h)) @ h",
        "return sliding_window_view(x, len(h)) @ h / len(h)",
        named="averaged",
    ),
    edit(
        "correlate1d",
        "return sliding_window_view(x, len(h)) @ h",
        "return (sliding_window_view(x, len(h)) @ h)[:: len(h)]",
        named="steps-of-the-kernel",
    ),
    edit("correlate1d", "return sliding_window_view(x, len(h)) @ h", "return np.correlate(h, x, 'valid')"),
    edit("correlate1d", "return sliding_window_view(x, len(h)) @ h", "return sliding_window_view(x, len(h)) * h"),
]

CONVOLUTION = [
    edit("conv2d", "    y += b\n", "", named="bias-forgotten"),
    edit("conv2d", "w.reshape(-1, filters)", "w.transpose(3, 0, 1, 2).reshape(-1, filters)"),
    edit("conv2d", 'as_pair("stride", stride)', 'as_pair("stride", stride)[::-1]', named="strides-swapped"),
    edit(
        "conv2d",
        'stride, dilation = as_pair("stride", stride), as_pair("dilation", dilation)',
        'stride, dilation = (1, 1), as_pair("dilation", dilation)',
        named="stride-ignored",
    ),
    edit("conv2d", "padded = x if sides == NO_PADDING else pad2d(x, sides)", "padded = pad2d(x, sides, b.mean())"),
    edit(
        "conv2d",
        "sides = image_padding(x.shape, kernel, stride, padding, dilation)",
        "sides = image_padding(x.shape, kernel, stride, padding, dilation)\n    if padding == 'same':\n        sides = image_padding(x.shape, kernel, (1, 1), padding, dilation)",
        named="same-as-at-stride-one",
    ),
    edit(
        "conv2d",
        "y.reshape(*columns.shape[:3], filters)",
        "y.reshape(len(x), filters, *columns.shape[1:3]).transpose(0, 2, 3, 1)",
    ),
    edit("conv2d", "y.reshape(*columns.shape[:3], filters)", "y.reshape(*columns.shape[:3], filters) / w[..., 0].size"),
    edit(
        "conv2d",
        "y.reshape(*columns.shape[:3], filters)",
        "np.maximum(y.reshape(*columns.shape[:3], filters), 0)",
        named="relu-included",
    ),
    edit(
        "conv2d",
        "y.reshape(*columns.shape[:3], filters)",
        "y.reshape(*columns.shape[:3], filters).sum(axis=-1, keepdims=True)",
        named="filters-summed",
    ),
    edit("conv2d", "if w.shape[2] != x.shape[3]", "if False"),
    edit(
        "conv2d_backward",
        "w.reshape(-1, filters).T",
        "w[::-1, ::-1].reshape(-1, filters).T",
        named="kernel-flipped-once-too-often",
    ),
    edit("conv2d_backward", "flat.sum(axis=0)", "grad_output.sum(axis=0)", named="bias-summed-over-the-batch-alone"),
    edit("conv2d_backward", "flat.sum(axis=0)", "np.ones_like(b)", named="ones-for-the-bias"),
    edit(
        "conv2d_backward",
        "grad_x = grad_padded[:, top : top + x.shape[1], left : left + x.shape[2]]",
        "grad_x = grad_padded",
        named="zeros-not-cut-off",
    ),
    edit(
        "conv2d_backward",
        "grad_padded[:, top : top + x.shape[1], left : left + x.shape[2]]",
        "grad_padded[:, top:-top, left:-left]",
        named="cut-off-with-minus-zero",
    ),
    edit(
        "conv2d_backward",
        "grad_padded[:, top : top + x.shape[1], left : left + x.shape[2]]",
        "grad_padded[:, -x.shape[1] :, -x.shape[2] :]",
        named="cut-off-in-front",
    ),
    edit(
        "conv2d_backward",
        'stride, dilation = as_pair("stride", stride), as_pair("dilation", dilation)',
        'stride, dilation = (1, 1), as_pair("dilation", dilation)',
    ),
    edit(
        "conv2d_backward",
        "grad_output.reshape(-1, filters)",
        "np.ones_like(grad_output).reshape(-1, filters)",
        named="upstream-ignored",
    ),
    edit("conv2d_backward", "grad_w.reshape(w.shape)", "grad_w.reshape(filters, *w.shape[:3]).transpose(1, 2, 3, 0)"),
    edit(
        "conv2d_backward",
        "sides = image_padding(x.shape, kernel, stride, padding, dilation)",
        "sides = image_padding(x.shape, kernel, stride, padding, dilation)\n    if padding == 'same':\n        sides = ((sides[0][1], sides[0][0]), (sides[1][1], sides[1][0]))",
        named="same-odd-one-in-front",
    ),
    edit(
        "conv2d_backward",
        "columns = im2col(padded, kernel, stride, dilation)",
        "columns = im2col(x if x.shape == padded.shape else np.pad(x, ((0, 0), *sides, (0, 0)), mode='edge'), kernel, stride, dilation)",
    ),
    edit("pointwise_conv", "    y += b\n", "    y += b.sum()\n", named="biases-added-up"),
    edit("pointwise_conv", "y.reshape(*x.shape[:3], w.shape[1])", "y", named="left-flat"),
    edit(
        "pointwise_conv", "y = x.reshape(-1, x.shape[3]) @ w", "y = x.transpose(0, 3, 1, 2).reshape(-1, x.shape[3]) @ w"
    ),
    edit("pointwise_conv_backward", "flat.sum(axis=0)", "flat.mean(axis=0)", named="bias-averaged"),
    edit(
        "pointwise_conv_backward",
        "pixels.T @ flat",
        "pixels.T @ flat / len(x)",
        named="weights-averaged-over-the-batch",
    ),
    edit(
        "pointwise_conv_backward",
        "pixels.T @ flat",
        "pixels.T @ flat / len(pixels)",
        named="weights-averaged-over-the-pixels",
    ),
    edit(
        "pointwise_conv_backward",
        "(flat @ w.T).reshape(x.shape), pixels.T @ flat",
        "pixels.T @ flat, (flat @ w.T).reshape(x.shape)",
        named="weights-first",
    ),
    edit("pointwise_conv_backward", "(flat @ w.T).reshape(x.shape)", "flat @ w.T", named="left-flat"),
    edit(
        "pointwise_conv_backward",
        "(flat @ w.T).reshape(x.shape)",
        "np.broadcast_to(grad_output.mean(axis=(1, 2), keepdims=True) @ w.T, x.shape)",
    ),
    edit("im2col", "windows.transpose(0, 1, 2, 4, 5, 3)", "windows", named="channels-slowest"),
    edit("im2col", "windows.transpose(0, 1, 2, 4, 5, 3)", "windows.transpose(0, 1, 2, 3, 5, 4)"),
    edit("im2col", ":: dilation[0], :: dilation[1]", ":: dilation[1], :: dilation[0]", named="dilations-swapped"),
    edit("im2col", "return windows", "return np.flip(windows, (4, 5))", named="windows-backwards"),
    edit(
        "im2col",
        'as_pair("kernel", kernel), as_pair("stride", stride)',
        'as_pair("kernel", kernel)[::-1], as_pair("stride", stride)',
        named="kernel-sizes-swapped",
    ),
    edit(
        "col2im",
        "columns.reshape(n, rows, places, *kernel, channels)",
        "columns.reshape(n, rows, places, channels, *kernel).transpose(0, 1, 2, 4, 5, 3)",
        named="channels-slowest",
    ),
    edit("col2im", ", dtype=columns.dtype", ""),
    edit("col2im", "if columns.shape != (wanted :=", "if () == (wanted :="),
    edit("col2im", "return sums", "return sums.transpose(0, 3, 1, 2)"),
    edit("col2im", "return sums", "return sums / (kernel[0] * kernel[1])", named="divided-by-the-kernel"),
]

POOLING = [
    edit("max_pool2d", "np.maximum(largest", "np.minimum(largest"),
    edit("max_pool2d", "return largest", "return windows.mean(axis=(-2, -1))"),
    edit("max_pool2d", "[:, :: stride[0], :: stride[1]]", "[:, :: stride[1], :: stride[0]]", named="strides-swapped"),
    edit(
        "max_pool2d",
        "stride, sides = pool_geometry(x.shape, size, stride, padding)",
        "stride, sides = pool_geometry(x.shape, size, stride, padding)\n    size = size[::-1]",
    ),
    edit("max_pool2d", "[:, :: stride[0], :: stride[1]]", "[:, :: size[0], :: size[1]]"),
    edit("max_pool2d", "return largest", "return windows.max(axis=-1)[..., 0]", named="one-column-of-the-window"),
    edit(
        "max_pool2d",
        "pad2d(x, sides, -np.inf)",
        "pad2d(x, ((0, sum(sides[0])), (0, sum(sides[1]))), -np.inf)",
        named="all-padding-behind",
    ),
    edit("max_pool2d", "return largest", "return largest.astype(np.float64)"),
    edit(
        "max_pool2d",
        "padded = x if",
        "if stride != size and padding == 'valid':\n        x = pad2d(x, ((0, (-(x.shape[1] - size[0])) % stride[0]), (0, (-(x.shape[2] - size[1])) % stride[1])), -np.inf)\n    padded = x if",
    ),
    edit("max_pool2d_backward", "grad_output.reshape(-1))", "1)", named="upstream-ignored"),
    edit("max_pool2d_backward", "np.add.at", "np.subtract.at", named="subtracted"),
    edit("max_pool2d_backward", "pad2d(x, sides, -np.inf)", "pad2d(x, sides)", named="padding-of-zeros-wins"),
    edit(
        "max_pool2d_backward",
        "grad_padded[:, top : top + x.shape[1], left : left + x.shape[2]]",
        "grad_padded[:, : x.shape[1], : x.shape[2]]",
        named="cut-off-at-the-wrong-end",
    ),
    edit("max_pool2d_backward", "return grad", "return np.zeros_like(x)\n    return grad", named="nothing-passes"),
    edit("max_pool2d_backward", "np.zeros(padded.shape, padded.dtype)", "np.zeros(padded.shape)"),
    edit(
        "average_pool2d",
        "average_pool2d(pad2d(x, sides), size, stride) / real_share",
        "average_pool2d(pad2d(x, sides), size, stride)",
        named="padding-counts",
    ),
    edit(
        "average_pool2d",
        "size, stride, sides = pool_geometry(x.shape, size, stride, padding)",
        "size, stride, sides = pool_geometry(x.shape, size, 1 if stride is None else stride, padding)",
        named="stride-one-by-default",
    ),
    edit("average_pool2d", "return total", "return total.mean(axis=-1, keepdims=True)", named="over-the-channels-too"),
    edit("average_pool2d", "[:, :: stride[0], :: stride[1]]", "[:, :: stride[1], :: stride[0]]"),
    edit("average_pool2d", "[:, :: stride[0], :: stride[1]]", "[:, :: size[0], :: size[1]]"),
    edit("average_pool2d", "return total", "return np.median(windows, axis=(-2, -1))"),
    edit("average_pool2d_backward", "share = grad_output / (size[0] * size[1])", "share = grad_output"),
    edit("average_pool2d_backward", "share = grad_output / (size[0] * size[1])", "share = grad_output / size[0]"),
    edit(
        "average_pool2d_backward",
        "share = grad_output / (size[0] * size[1])",
        "share = grad_output / grad_output[0, ..., 0].size",
    ),
    edit(
        "average_pool2d_backward",
        "size, stride, sides = pool_geometry(x.shape, size, stride, padding)",
        "size, stride, sides = pool_geometry(x.shape, size, stride, padding)\n    stride = size if padding == 'valid' else stride",
    ),
    edit(
        "average_pool2d_backward",
        "grad_padded[:, top : top + x.shape[1], left : left + x.shape[2]]",
        "grad_padded[:, : x.shape[1], : x.shape[2]]",
        named="cut-off-at-the-wrong-end",
    ),
    edit(
        "average_pool2d_backward",
        "return grad_x",
        "return max_pool2d_backward(grad_output, x, size, stride)\n    return grad_x",
    ),
    edit("global_average_pool", "x.mean(axis=1).mean(axis=1)", "x.mean(axis=(2, 3))", named="last-two-axes"),
    edit("global_average_pool", "x.mean(axis=1).mean(axis=1)", "x.mean(axis=-1)", named="along-the-channels"),
    edit("global_average_pool", "x.mean(axis=1).mean(axis=1)", "x.sum(axis=(1, 2))", named="not-divided"),
    edit("global_average_pool", "x.mean(axis=1).mean(axis=1)", "x.mean(axis=(1, 2), keepdims=True)", named="axes-kept"),
    edit(
        "global_average_pool",
        "x.mean(axis=1).mean(axis=1)",
        "x.sum(axis=(1, 2)) / x.size",
        named="divided-by-everything",
    ),
    edit("global_average_pool_backward", "grad_output / (x.shape[1] * x.shape[2])", "grad_output", named="not-divided"),
    edit(
        "global_average_pool_backward",
        "(x.shape[1] * x.shape[2])",
        "(x.shape[1] * x.shape[2] * x.shape[3])",
        named="divided-by-everything",
    ),
    edit("global_average_pool_backward", "(x.shape[1] * x.shape[2])", "x.size"),
    edit(
        "global_average_pool_backward",
        "np.tile(share[:, None, None, :], (1, *x.shape[1:3], 1))",
        "share[:, None, None, :]",
        named="left-without-rows-and-columns",
    ),
    edit(
        "global_average_pool_backward",
        "np.tile(share[:, None, None, :], (1, *x.shape[1:3], 1))",
        "np.ones(x.shape) * share[:, None, None, :]",
    ),
    edit(
        "global_average_pool_backward",
        "np.tile(share[:, None, None, :], (1, *x.shape[1:3], 1))",
        "np.resize(share, x.shape)",
        named="repeated-in-memory-order",
    ),
]

MISTAKES: list[Mistake] = [*GEOMETRY, *LINE, *CONVOLUTION, *POOLING]
