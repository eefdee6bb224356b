"""Convolution: one small kernel, used at every place of an image.

A dense layer gives every pixel its own weight. A convolution looks at a small window (local
connection) and uses the same few weights wherever the window stands (weight sharing). Before any sum
is taken there is geometry: how many places can the window take, and what happens at the border? It
is the same along the height and along the width, so most functions below speak of one axis of `size`
positions.

        size 7, kernel 3, stride 2        x x x . . . .     place 0
                                          . . x x x . .     place 1
                                          . . . . x x x     place 2: three places, (7 - 3) // 2 + 1

        dilation d leaves d - 1 gaps between the kernel's weights: it spans d (k - 1) + 1 positions
        size 7, kernel 3, dilation 2      x . x . x . .     it spans 5

How many zeros are put around the input before that has names:

        'valid'   none: the window stays inside the input          ⌊(n - span) / s⌋ + 1 places
        'same'    as many as make ⌈n / s⌉ places: the size is kept at stride 1, halved at stride 2
        a number  p on either side                                 ⌊(n + 2p - span) / s⌋ + 1 places

'same' may need an odd number of zeros; the odd one goes behind (right, bottom), as in TensorFlow and
Keras. That is not "k // 2 on both sides": where the stride is larger than 1 the windows would stand
elsewhere, and the sums differ.

Layers stacked on each other see more and more of the input (the receptive field). A step of one
position in a layer is a step of several input positions once strides have come before it.

Then the sums. At each place the window's numbers are multiplied by the kernel's weights, one by one,
and summed, over the channels too; every filter has a kernel and a bias of its own:

        y[n, p, q, f] = b[f] + Σ_i Σ_j Σ_c  x[n, p s + i d, q s + j d, c] · w[i, j, c, f]

Mathematics calls this a correlation. Its convolution runs through the kernel backwards, x[n - k] h[k];
frameworks leave that out, since a kernel that is learned may as well be learned turned around. A 1×1
kernel sees one pixel: it mixes channels, and is a dense layer applied to each pixel. Pooling has no
weights: the largest number of each window, or the average, each channel for itself.

Every sum above can be had by one loop over the few positions (i, j) of the kernel: position (i, j)
meets the pixels x[:, i d :: s, j d :: s][:, :OH, :OW], one for each place, all places at once. Or
write each window as a row (im2col, reshaped), and the whole convolution is one product of two matrices:

        (N·OH·OW, KH·KW·C) @ (KH·KW·C, filters)

On the way back each pixel collects from every window that it stood in: what im2col copied to several
places, its adjoint col2im adds up. A pixel in four windows gets four contributions; += is needed, not =.

Convention card
  * images are (N, H, W, C), channels last; kernels are (KH, KW, C_in, C_out).
  * sizes, kernels, strides and dilations of the geometry functions are whole numbers from 1 on, for
    one axis; those of images are one number for both axes, or a pair (h, w).
  * `convolve1d` alone turns the kernel around; `correlate1d` and `conv2d` do not.
  * padding adds zeros to a convolution, never wins a maximum, and does not count in an average.
  * a maximum that stands twice in a window sends its gradient to the first, row by row.
  * float32 in, float32 out. No loop over images, pixels or channels; over the kernel's positions is fine.
  * bad input raises ValueError and names the argument: which one, what came, what was wanted.

Read
  * Vincent Dumoulin, Francesco Visin: "A guide to convolution arithmetic for deep learning" (2016,
    arXiv:1603.07285).
  * André Araujo, Wade Norris, Jack Sim: "Computing Receptive Fields of Convolutional Neural Networks"
    (Distill, 2019).
  * Min Lin, Qiang Chen, Shuicheng Yan: "Network In Network" (2013, arXiv:1312.4400): 1×1 convolutions,
    global average pooling.
"""

from __future__ import annotations

from .pairs import NO_PADDING, Array, Padding, Pair, Sides, as_pair, require_positive
from .windows import image_padding, pool_geometry, require_fit
from .sizes import effective_kernel, output_size
from .padding import pad2d, same_padding
from .fields import receptive_field
from .signals import convolve1d, correlate1d
from .images import conv2d, conv2d_backward
from .pointwise import pointwise_conv, pointwise_conv_backward
from .max_pooling import max_pool2d, max_pool2d_backward
from .average_pooling import average_pool2d, average_pool2d_backward
from .global_average import global_average_pool, global_average_pool_backward
from .columns import col2im, im2col

__all__ = [
    "NO_PADDING",
    "Array",
    "Padding",
    "Pair",
    "Sides",
    "as_pair",
    "average_pool2d",
    "average_pool2d_backward",
    "col2im",
    "conv2d",
    "conv2d_backward",
    "convolve1d",
    "correlate1d",
    "effective_kernel",
    "global_average_pool",
    "global_average_pool_backward",
    "im2col",
    "image_padding",
    "max_pool2d",
    "max_pool2d_backward",
    "output_size",
    "pad2d",
    "pointwise_conv",
    "pointwise_conv_backward",
    "pool_geometry",
    "receptive_field",
    "require_fit",
    "require_positive",
    "same_padding",
]
