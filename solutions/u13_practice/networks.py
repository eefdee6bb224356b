"""Networks of many layers, put together by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # names for signatures alone: where u12 is missing, all but `lenet` and `vgg_block` still works
    from ..u12_network import Layer, Sequential

__all__ = ["lenet", "vgg_block"]


def lenet(classes: int = 10) -> Sequential:
    """LeNet-5, the network that read handwritten digits, for images of 28 × 28 pixels in one channel.

        layer                              activation    comes out        parameters
        convolution, 6 of 5 × 5, 'same'    tanh          (28, 28, 6)             156
        average pooling, 2 × 2                           (14, 14, 6)
        convolution, 16 of 5 × 5, 'valid'  tanh          (10, 10, 16)          2,416
        average pooling, 2 × 2                           (5, 5, 16)
        flatten                                          (400,)
        dense, 120                         tanh          (120,)               48,120
        dense, 84                          tanh          (84,)                10,164
        dense, `classes`                   none          (classes,)       85 classes

    With ten classes that makes 61,706 parameters. Strides are 1 in convolutions and 2 in poolings. What comes out are
    logits: the softmax is in the loss. Import the layers of your u12 in the function, not at the top of the file, so
    that your other exercises here do not need them:

        from .u12_network import AveragePool2D, Conv2D, Dense, Flatten, Sequential

    An activation may be an argument or a layer of its own, and a network in the network or a `Model` will do, too: what
    counts is what the network computes, the shapes on the way, and the order of its parameters, that of the table.

    What is simpler than in the paper, as it is nearly everywhere today: its images are 32 × 32, without padding; its
    tanh is 1.7159 tanh(2z/3); its poolings have a factor and a bias that are learnt, and a tanh behind them; most of
    its 16 maps see only some of the 6; and its last layer measures distances to drawn prototypes of the characters.

    Args:
        classes: how many kinds of images there are, at least 1.

    Returns:
        The network, not built: `fit` does that, or `build((28, 28, 1), rng)`.

    Raises:
        ValueError: `classes` is below 1.
    """
    from ..u12_network import AveragePool2D, Conv2D, Dense, Flatten, Sequential

    if classes < 1:
        raise ValueError(f"classes: got {classes}, want at least 1")
    return Sequential(
        [
            Conv2D(6, 5, padding="same", activation="tanh"),
            AveragePool2D(2),
            Conv2D(16, 5, activation="tanh"),
            AveragePool2D(2),
            Flatten(),
            Dense(120, activation="tanh"),
            Dense(84, activation="tanh"),
            Dense(classes),
        ]
    )


def vgg_block(convolutions: int, filters: int) -> list[Layer]:
    """The block that VGG networks repeat: convolutions that keep the size of the images, then a pooling that halves it.

        `convolutions` times   a convolution, `filters` kernels of 3 × 3, stride 1, 'same', then relu
        once, at the end       max pooling, 2 × 2, stride 2, 'valid': an odd last row or column is dropped

    A list and not a network, so that blocks can be joined. Each call makes new layers, and each layer stands once:

        Sequential(vgg_block(2, 64) + vgg_block(2, 128) + [Flatten(), Dense(10)])

    Two 3 × 3 kernels in a row see as much as one of 5 × 5, three as much as one of 7 × 7, with fewer weights and more
    relus between them. A relu may be an argument or a layer of its own. Import the layers of your u12 in the function,
    not at the top of the file, so that your other exercises here do not need them:

        from .u12_network import Conv2D, MaxPool2D

    Args:
        convolutions: how many there are, at least 1.
        filters: how many kernels each of them has, at least 1; the channels that come out.

    Returns:
        A list of layers in order, not built: the channels that come in are known to `build` only.

    Raises:
        ValueError: `convolutions` or `filters` is below 1; the text names the argument.
    """
    from ..u12_network import Conv2D, MaxPool2D

    for name, count in (("convolutions", convolutions), ("filters", filters)):
        if count < 1:
            raise ValueError(f"{name}: got {count}, want at least 1")
    layers = [Conv2D(filters, 3, padding="same", activation="relu") for _ in range(convolutions)]
    return [*layers, MaxPool2D(2)]
