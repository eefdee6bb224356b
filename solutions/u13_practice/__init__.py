"""Practice: what is done around a network, and the blocks that larger networks are made of.

Data are scarce. **Augmentation** shows each image in versions that mean the same: mirrored, turned,
shifted, closer, brighter, noisier. The label is kept, and each image has a draw of its own.

        ┌──────┐                     ┌──────┐        only in training, never on validation or test
        │ cat  │  flip_horizontal ─▶ │  tac │        images; a new draw in every epoch; and only what
        └──────┘                     └──────┘        keeps the label true: a mirrored 2 is no 2
           label 3     ────────▶      label 3

An **autoencoder** learns without labels: its target is its own input. It has to squeeze the input
through a code of few numbers, so it must find out what inputs have in common.

        x (D) ──▶ code = relu(x W_enc + b_enc) (K < D) ──▶ x̂ = sigmoid(code W_dec + b_dec) (D)
        loss = mean (x̂ - x)²

**Pseudo-labelling** (self-training) lets a trained model label what nobody has labelled. Where it is
sure, its answer is taken for a label, with less weight than a real one, and the model is trained again.

**Fine-tuning** takes a network that was trained on much data, keeps its lower layers as they are, and
trains the upper ones on little data. A layer is frozen only if *nothing* of it moves:

        weights          a gradient of 0 is not enough: momentum and weight decay still push
        optimiser state  stays as it is, too
        statistics       batch norm's running mean and variance move in every training pass, with no
                         gradient at all, so a frozen layer's stay where they are

**Filter visualisation** asks what a filter looks for. The weights stand still; the *image* is changed,
uphill along the gradient of the filter's mean activation. The gradient is divided by its root mean
square, so that every step is of like size. What comes out is any range of numbers, and is brought to
0 … 255 to be looked at.

**Blocks.** A residual block adds its input to what its layers compute. The addition hands the gradient
on to both sides as it is: however deep the network, there is a way back that no weight shrinks.

        x ──┬──▶ conv ─▶ relu ─▶ conv ──▶ + ─▶ relu ──▶ y
            └───────────────────────────▶┘

An Inception block looks at several scales at once and puts the results side by side as channels. 1×1
convolutions first make the images thinner, or the larger kernels would be too expensive.

            ┌──▶ 1×1 ──────────────┐
        x ──┼──▶ 1×1 ─▶ 3×3 ───────┼──▶ channels side by side ──▶ y
            ├──▶ 1×1 ─▶ 5×5 ───────┤    (a relu follows every convolution)
            └──▶ max 3×3 ─▶ 1×1 ───┘

On the way back the gradient is cut where the channels were joined, and what the four branches send
back to x is added: x was used four times.

**Networks of layers.** LeNet-5 (1998) read handwritten digits, and set the pattern: convolutions and
poolings until the maps are small, then dense layers. VGG (2014) made it deeper, of one block again and
again: small kernels, several in a row, and twice as many channels where the pooling halves the size.

        LeNet-5    conv 5×5 ─▶ pool ─▶ conv 5×5 ─▶ pool ─▶ dense 120 ─▶ dense 84 ─▶ logits
        VGG        conv 3×3 ─▶ … ─▶ conv 3×3 ─▶ pool, several times, then dense layers

Convention card
  * images are (N, H, W, C): axis 1 runs down, axis 2 to the right, channels last.
  * uint8 images hold 0 … 255 and stay uint8: computed in floating numbers, rounded to the nearest
    integer (a tie may go either way), cut off at 0 and 255, and only then converted. Floating images
    hold 0 … 1, are cut off there, and keep their dtype.
  * image i of the result comes from image i: so labels need not change. Inputs are never modified.
  * a Python loop over the images is fine; a loop over rows, pixels or channels is not.
  * randomness comes from `rng`, each image's on its own; in which order numbers are drawn is up to you.
  * float32 in, float32 out. Bad input raises ValueError and names the argument.

This unit stands on your own u04 to u07: what is not written there yet blocks exercises here. `lenet`
and `vgg_block` are built from the layers of your u12, and are alone in needing it.

Read
  * Yann LeCun, Léon Bottou, Yoshua Bengio, Patrick Haffner: "Gradient-Based Learning Applied to Document
    Recognition" (Proceedings of the IEEE, 1998), section II.B.
  * Karen Simonyan, Andrew Zisserman: "Very Deep Convolutional Networks for Large-Scale Image Recognition"
    (2014, arXiv:1409.1556), section 2.1.
  * Dong-Hyun Lee: "Pseudo-Label" (2013, ICML workshop on challenges in representation learning).
  * Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun: "Deep Residual Learning for Image Recognition"
    (2015, arXiv:1512.03385).
  * Christian Szegedy and others: "Going Deeper with Convolutions" (2014, arXiv:1409.4842).
  * Geoffrey Hinton, Ruslan Salakhutdinov: "Reducing the Dimensionality of Data with Neural Networks"
    (Science, 2006).
"""

from __future__ import annotations

from .checks import Array, Named, Weights, require_one_per_image, require_rate
from .centroids import CentroidClassifier
from .flips import flip_horizontal, flip_vertical, rotate90
from .crops import random_crop, zoom
from .pixels import add_noise, adjust_brightness
from .autoencoders import autoencoder, autoencoder_backward, train_autoencoder
from .self_training import pseudo_label, self_training_round
from .fine_tuning import fine_tune_step, freeze
from .filters import deprocess_image, maximise_filter
from .residual import residual_block, residual_block_backward
from .inception import inception_block, inception_block_backward
from .networks import lenet, vgg_block

__all__ = [
    "Array",
    "CentroidClassifier",
    "Named",
    "Weights",
    "add_noise",
    "adjust_brightness",
    "autoencoder",
    "autoencoder_backward",
    "deprocess_image",
    "fine_tune_step",
    "flip_horizontal",
    "flip_vertical",
    "freeze",
    "inception_block",
    "inception_block_backward",
    "lenet",
    "maximise_filter",
    "pseudo_label",
    "random_crop",
    "require_one_per_image",
    "require_rate",
    "residual_block",
    "residual_block_backward",
    "rotate90",
    "self_training_round",
    "train_autoencoder",
    "vgg_block",
    "zoom",
]
