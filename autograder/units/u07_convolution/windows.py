"""Misconceptions about where windows stand, which convolutions and poolings share: strides, padding, borders."""

from __future__ import annotations

from autograder.assessment.misconception import Misconception, edit

#: What the model answers do in one place each: the zeros of 'same' along an axis, and the images without their border.
SAME = "same_padding(*axis)"
CUT = "grad_padded[:, top : top + x.shape[1], left : left + x.shape[2]]"
STRIDE = 'as_pair("stride", stride)'
DILATION = 'as_pair("dilation", dilation)'

#: In col2im: which windows there are, and which pixels are in one.
AT_STRIDES, SIDE_BY_SIDE = "every[:, :: stride[0], :: stride[1],", "every[:, : columns.shape[1], : columns.shape[2],"
AT_DILATIONS, WITHOUT_GAPS = ":: dilation[0], :: dilation[1]]", ": kernel[0], : kernel[1]]"

COUNTS_ROWS = "In a pair (h, w), which one counts rows?"
MOVES_DOWN = "In a pair (h, w), which one moves the window down?"
HOW_FAR = "How far is it from one place to the next?"
RESHAPE = "Does reshape move axes, or does it cut the same row of numbers anew?"
SHARED_PIXEL = "A pixel stands in several windows. What becomes of the first one's contribution?"

#: Left-over pixels get a window: so much more padding behind that it fits.
_KEPT_REST = (
    "return NO_PADDING",
    "padding = 0",
    "return (height, height), (width, width)",
    "axes = zip(shape[1:3], kernel, stride, dilation, (height, width), strict=True)\n"
    "    rows, columns = ((p, p + (d * (k - 1) + 1 - n - 2 * p) % s) for n, k, s, d, p in axes)\n"
    "    return rows, columns",
)
_FRONT_ALONE = ("max(sides[0])", "sides[0][0]", "max(sides[1])", "sides[1][0]")


def rest_kept(*, pooling: bool = False) -> Misconception:
    """A last window that sticks out (the ceiling mode of some frameworks)."""
    return (
        edit("rest-kept", *_KEPT_REST, *(_FRONT_ALONE if pooling else ()))
        .believes("Leftover pixels that do not fill a window get one of their own.")
        .ask("Is the number of places rounded up or down?")
    )


odd_one_in_front = (
    edit("same-odd-one-in-front", SAME, f"{SAME}[::-1]")
    .believes("Where 'same' needs an odd number of rows or columns, the odd one goes in front.")
    .ask("Which one is the larger in what `same_padding` gives, before or after?")
)
same_as_at_stride_one = (
    edit("same-as-at-stride-one", SAME, "same_padding(axis[0], axis[1], 1, axis[3])")
    .believes("'same' pads as at stride 1, and then every s-th place is taken.")
    .ask("The shape is right, but where does the first window begin? What is `same_padding` at this stride?")
)
strides_swapped = (
    edit("strides-swapped", STRIDE, f"{STRIDE}[::-1]")
    .believes("The first of the two strides runs along a row.")
    .ask(MOVES_DOWN)
)
dilations_swapped = (
    edit("dilations-swapped", DILATION, f"{DILATION}[::-1]")
    .believes("The first of the two dilations runs along a row.")
    .ask(COUNTS_ROWS)
)
cut_off_at_the_wrong_end = (
    edit("cut-off-at-the-wrong-end", CUT, "grad_padded[:, : x.shape[1], : x.shape[2]]")
    .believes("The first H rows and W columns of the padded gradient are those of the images.")
    .ask("Where does row 0 of the images stand among the padded rows?")
)
padding_not_cut_off = (
    edit("padding-not-cut-off", CUT, "grad_padded")
    .believes("The gradient of the padded images is that of the images.")
    .ask("What shape does x have, and which parts of your array belong to the padding?")
)
