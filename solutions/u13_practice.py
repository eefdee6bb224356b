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

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .u04_activations import relu, relu_backward, sigmoid, sigmoid_backward
from .u05_losses import mean_squared_error, mean_squared_error_backward
from .u06_layers import dense, dense_backward
from .u07_convolution import (
    conv2d,
    conv2d_backward,
    max_pool2d,
    max_pool2d_backward,
    pointwise_conv,
    pointwise_conv_backward,
)

if TYPE_CHECKING:  # names for signatures alone: where u12 is missing, all but `lenet` and `vgg_block` still works
    from .u12_network import Layer, Sequential

Array = np.ndarray[Any, Any]
Named = Mapping[str, Array]
Weights = tuple[Array, Array, Array, Array]


def require_rate(rate: float) -> None:
    """Refuse a probability outside [0, 1]; provided.

    Args:
        rate: the probability.

    Raises:
        ValueError: `rate` is below 0 or above 1.
    """
    if not 0 <= rate <= 1:
        raise ValueError(f"rate: got {rate}, want 0 <= rate <= 1")


def require_one_per_image(name: str, values: Array, images: Array) -> None:
    """Refuse anything but one number for each image; provided.

    Args:
        name: the argument that the numbers came as.
        values: the numbers, shape (N,).
        images: the images, shape (N, H, W, C).

    Raises:
        ValueError: another shape; the text says `name`.
    """
    if values.shape != images.shape[:1]:
        raise ValueError(f"{name}: got shape {values.shape}, want one number per image, {images.shape[:1]}")


class CentroidClassifier:
    """Given: a classifier for `self_training_round` to train; near a class's weighted mean it is sure.

    Args:
        classes: C; every class needs at least one sample of positive weight in `fit`.
    """

    def __init__(self, classes: int) -> None:
        """Know nothing yet."""
        self.classes = classes
        self.centroids: Array | None = None

    def fit(self, x: Array, y: Array, weights: Array) -> None:
        """Forget everything, then learn from x (N, F), labels y (N,) and the samples' weights (N,)."""
        share = (np.arange(self.classes)[:, None] == y) * weights
        self.centroids = share @ x / share.sum(axis=1, keepdims=True)

    def predict(self, x: Array, training: bool = False) -> Array:
        """Probabilities (N, C), the softmax of minus the squared distances; with `training`, half of x is dropped.

        Raises:
            RuntimeError: it has not been fitted.
        """
        if self.centroids is None:
            raise RuntimeError("predict: the model has not been fitted")
        kept = np.arange(x.shape[1]) % 2 == 0 if training else np.ones(x.shape[1])
        distances = np.square((x * kept)[:, None, :] - self.centroids).sum(axis=2)
        powers = np.exp(distances.min(axis=1, keepdims=True) - distances)
        probabilities: Array = powers / powers.sum(axis=1, keepdims=True)
        return probabilities


def flip_horizontal(rng: np.random.Generator, images: Array, rate: float = 0.5) -> Array:
    """Mirror some of the images left to right, each with probability `rate`, on its own.

        mirrored[n, i, j, c] = images[n, i, W - 1 - j, c]

    No Python loop over rows or pixels.

    Args:
        rng: where all randomness comes from: the same seed gives the same flips, a second call others.
        images: shape (N, H, W, C), uint8 or floating; not modified.
        rate: the probability that an image is mirrored, 0 <= rate <= 1; 0 mirrors none, 1 all.

    Returns:
        A new array, shape and dtype of `images`: image n as it was or mirrored, in the same order.

    Raises:
        ValueError: `rate` is not in [0, 1].
    """
    require_rate(rate)
    flipped = rng.random(len(images)) < rate
    return np.where(flipped[:, None, None, None], images[:, :, ::-1], images)


def flip_vertical(rng: np.random.Generator, images: Array, rate: float = 0.5) -> Array:
    """Turn some of the images upside down by mirroring, each with probability `rate`, on its own.

        mirrored[n, i, j, c] = images[n, H - 1 - i, j, c]

    No Python loop over rows or pixels.

    Args:
        rng: where all randomness comes from: the same seed gives the same flips, a second call others.
        images: shape (N, H, W, C), uint8 or floating; not modified.
        rate: the probability that an image is mirrored, 0 <= rate <= 1; 0 mirrors none, 1 all.

    Returns:
        A new array, shape and dtype of `images`: image n as it was or mirrored, in the same order.

    Raises:
        ValueError: `rate` is not in [0, 1].
    """
    require_rate(rate)
    flipped = rng.random(len(images)) < rate
    return np.where(flipped[:, None, None, None], images[:, ::-1], images)


def rotate90(images: Array, turns: Array) -> Array:
    """Turn each image counterclockwise by its own number of quarter turns.

        one turn: turned[n, i, j, c] = images[n, j, W - 1 - i, c]

    The upper right corner comes to the upper left. The caller draws the turns, `rng.integers(4, size=N)`.
    No Python loop over rows or pixels.

    Args:
        images: square, shape (N, S, S, C), uint8 or floating; not modified.
        turns: integers, shape (N,); any integer: 4 turns are none, -1 is one turn clockwise; not modified.

    Returns:
        A new array, shape and dtype of `images`: image n turned, in the same order.

    Raises:
        ValueError: `images` are not square; `turns` is not one number per image. The text names the argument.
    """
    if images.shape[1] != images.shape[2]:
        raise ValueError(f"images: got {images.shape[1]} × {images.shape[2]} pixels, want square ones")
    require_one_per_image("turns", turns, images)
    turned = np.empty_like(images)
    for quarter in range(4):
        chosen = turns % 4 == quarter
        turned[chosen] = np.rot90(images[chosen], quarter, axes=(1, 2))
    return turned


def random_crop(rng: np.random.Generator, images: Array, size: int | tuple[int, int], padding: int = 0) -> Array:
    """Cut a window out of each image, at a place of its own.

    First `padding` rows and columns of 0 are put on every side, p in all four directions. The window's
    upper left corner is then drawn, row and column independently, each place being equally likely:

        row from 0 … H + 2p - h        column from 0 … W + 2p - w        (both ends included)

    No Python loop over rows or pixels.

    Args:
        rng: where all randomness comes from: the same seed gives the same places, a second call others.
        images: shape (N, H, W, C), uint8 or floating; not modified.
        size: of the window, a number or a pair (h, w), at least 1.
        padding: p, at least 0.

    Returns:
        A new array of shape (N, h, w, C), dtype of `images`: a window of image n, in the same order.

    Raises:
        ValueError: `size` is below 1, or larger than the padded images; `padding` is below 0. The text names
            the argument.
    """
    height, width = (size, size) if isinstance(size, int) else size
    if padding < 0:
        raise ValueError(f"padding: got {padding}, want at least 0")
    rows, columns = (length + 2 * padding for length in images.shape[1:3])
    if not (1 <= height <= rows and 1 <= width <= columns):
        raise ValueError(f"size: got {size}, want from 1 to the padded images' {rows} × {columns}")
    padded = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = sliding_window_view(padded, (height, width), axis=(1, 2))
    n, tops, lefts = windows.shape[:3]
    crops = windows[np.arange(n), rng.integers(tops, size=n), rng.integers(lefts, size=n)]
    ordered: Array = crops.transpose(0, 2, 3, 1)
    return ordered


def zoom(images: Array, factors: Array) -> Array:
    """Enlarge each image about its middle by its own factor; the size in pixels stays.

    Pixel p of the result shows what stood at position q of the image, along either axis of n pixels:

        m = (n - 1) / 2                        the middle
        q = (p - m) / factor + m,              brought to the nearer end where it is outside 0 … n - 1

    Between two pixels the value is interpolated linearly, first along one axis, then along the other:

        v(q) = (1 - t) v[⌊q⌋] + t v[⌊q⌋ + 1],    t = q - ⌊q⌋

    A factor below 1 shrinks, and the image's edge is continued outwards. No Python loop over rows or pixels.

    Args:
        images: shape (N, H, W, C), uint8 or floating; not modified.
        factors: floating, shape (N,), positive; 1 changes nothing; not modified.

    Returns:
        A new array, shape and dtype of `images`; uint8 is computed in floating numbers and rounded to the
        nearest integer at the end.

    Raises:
        ValueError: `factors` is not one number per image, or not positive; the text names it.
    """
    require_one_per_image("factors", factors, images)
    if not (factors > 0).all():
        raise ValueError(f"factors: got {factors.min()}, want positive numbers")
    is_integer = images.dtype == np.uint8
    zoomed = images.astype(np.float64) if is_integer else images
    for axis in (1, 2):
        last = images.shape[axis] - 1
        position = (np.arange(last + 1) - last / 2) / factors[:, None] + last / 2
        position = np.expand_dims(position.clip(0, last), (3 - axis, 3))
        below = np.floor(position).astype(np.intp)
        share = (position - below).astype(zoomed.dtype)
        left = np.take_along_axis(zoomed, below, axis)
        right = np.take_along_axis(zoomed, np.minimum(below + 1, last), axis)
        zoomed = left + share * (right - left)
    return np.rint(zoomed).astype(np.uint8) if is_integer else zoomed


def adjust_brightness(images: Array, factors: Array) -> Array:
    """Make each image brighter or darker by its own factor.

        floating:  min(factor · v, 1)
        uint8:     factor · v, rounded to the nearest integer, at most 255

    The caller draws the factors, for example `rng.uniform(0.7, 1.3, size=N)`. No Python loop over rows or pixels.

    Args:
        images: shape (N, H, W, C), uint8 in 0 … 255 or floating in 0 … 1; not modified.
        factors: floating, shape (N,), at least 0; 1 changes nothing; not modified.

    Returns:
        A new array, shape and dtype of `images`.

    Raises:
        ValueError: `factors` is not one number per image, or below 0; the text names it.
    """
    require_one_per_image("factors", factors, images)
    if (factors < 0).any():
        raise ValueError(f"factors: got {factors.min()}, want at least 0")
    each = factors[:, None, None, None]
    if images.dtype == np.uint8:
        brighter: Array = np.minimum(np.rint(images * each), 255).astype(np.uint8)
    else:
        brighter = np.minimum(images * each.astype(images.dtype), 1)
    return brighter


def add_noise(rng: np.random.Generator, images: Array, std: float) -> Array:
    """Add normal noise to every number of every image, each draw on its own.

        floating:  v + std · z, cut off at 0 and 1                                  z ~ N(0, 1)
        uint8:     v + std · z, rounded to the nearest integer, cut off at 0 and 255

    No Python loop over rows or pixels.

    Args:
        rng: where all randomness comes from: the same seed gives the same noise, a second call another one.
        images: shape (N, H, W, C), uint8 in 0 … 255 or floating in 0 … 1; not modified.
        std: standard deviation of the noise on the images' own scale, at least 0.

    Returns:
        A new array, shape and dtype of `images`.

    Raises:
        ValueError: `std` is below 0.
    """
    if std < 0:
        raise ValueError(f"std: got {std}, want at least 0")
    noisy = images + std * rng.standard_normal(images.shape)
    if images.dtype == np.uint8:
        return np.rint(noisy).clip(0, 255).astype(np.uint8)
    return noisy.clip(0, 1).astype(images.dtype)


def autoencoder(x: Array, w_enc: Array, b_enc: Array, w_dec: Array, b_dec: Array) -> Array:
    """Squeeze samples through a bottleneck and rebuild them.

        code = relu(x W_enc + b_enc)             (N, K)
        x̂    = sigmoid(code W_dec + b_dec)       (N, D), each number between 0 and 1, as pixels are

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: samples, shape (N, D), floating in 0 … 1; not modified.
        w_enc: the encoder's weights, shape (D, K), K < D; not modified.
        b_enc: its biases, shape (K,); not modified.
        w_dec: the decoder's weights, shape (K, D), its own and not the encoder's; not modified.
        b_dec: its biases, shape (D,); not modified.

    Returns:
        The reconstruction x̂, shape (N, D), dtype of `x`.

    Raises:
        ValueError: `w_enc` has as many columns as rows, or more: that is no bottleneck. The text names it.
    """
    if w_enc.shape[1] >= w_enc.shape[0]:
        raise ValueError(f"w_enc: got shape {w_enc.shape}, want fewer columns than rows: a bottleneck")
    code = relu(dense(x, w_enc, b_enc))
    return sigmoid(dense(code, w_dec, b_dec))


def autoencoder_backward(
    grad_output: Array, x: Array, w_enc: Array, b_enc: Array, w_dec: Array, b_dec: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """Carry a gradient back through `autoencoder`: out of the decoder, through the code, into the encoder.

    From the back: through the sigmoid, the decoder's dense layer, the relu (slope 0 at 0), the encoder's dense
    layer. What was computed on the way forward and is needed here is computed again.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the reconstruction, shape (N, D); not modified.
        x: as in `autoencoder`, shape (N, D); here it is only the input. Not modified.
        w_enc: shape (D, K); not modified.
        b_enc: shape (K,); not modified.
        w_dec: shape (K, D); not modified.
        b_dec: shape (D,); not modified.

    Returns:
        `(grad_x, grad_w_enc, grad_b_enc, grad_w_dec, grad_b_dec)`, each of its argument's shape and dtype.
    """
    hidden = dense(x, w_enc, b_enc)
    code = relu(hidden)
    grad_logits = sigmoid_backward(grad_output, dense(code, w_dec, b_dec))
    grad_code, grad_w_dec, grad_b_dec = dense_backward(grad_logits, code, w_dec, b_dec)
    grad_hidden = relu_backward(grad_code, hidden)
    return *dense_backward(grad_hidden, x, w_enc, b_enc), grad_w_dec, grad_b_dec


def train_autoencoder(
    x: Array, w_enc: Array, b_enc: Array, w_dec: Array, b_dec: Array, lr: float, epochs: int
) -> tuple[Array, Weights]:
    """Train `autoencoder` to rebuild its input, by gradient descent on all samples at once.

    Each epoch, with x̂ the reconstruction by the present weights:

        loss = mean over all N · D numbers of (x̂ - x)²
        w ← w - lr · ∂loss/∂w          for all four at once, all gradients from the weights before the step

    The loss is taken before the step. x is both input and target; its own gradient is not used.
    A Python loop over the epochs is fine, one over the samples is not.

    Args:
        x: samples, shape (N, D), floating in 0 … 1: scale bytes first; not modified.
        w_enc: the encoder's weights at the start, shape (D, K), K < D; not modified.
        b_enc: its biases, shape (K,); not modified.
        w_dec: the decoder's weights, shape (K, D); not modified.
        b_dec: its biases, shape (D,); not modified.
        lr: the learning rate, positive.
        epochs: how many steps, at least 0.

    Returns:
        `(losses, (w_enc, b_enc, w_dec, b_dec))`: the losses, shape (epochs,), dtype of `x`, and the weights after
        the last step, shapes of `w_enc`, `b_enc`, `w_dec`, `b_dec`.

    Raises:
        ValueError: `x` holds a number below 0 or above 1, which a sigmoid cannot rebuild; `epochs` is below 0;
            `w_enc` is no bottleneck (as `autoencoder` says). The text names the argument.
    """
    if x.min() < 0 or x.max() > 1:
        raise ValueError(f"x: got numbers from {x.min()} to {x.max()}, want 0 … 1")
    if epochs < 0:
        raise ValueError(f"epochs: got {epochs}, want at least 0")
    weights = (w_enc, b_enc, w_dec, b_dec)
    losses = np.empty(epochs, dtype=x.dtype)
    for epoch in range(epochs):
        rebuilt = autoencoder(x, *weights)
        losses[epoch] = mean_squared_error(x, rebuilt)
        _, *grads = autoencoder_backward(mean_squared_error_backward(x, rebuilt), x, *weights)
        a, b, c, d = (weight - lr * grad for weight, grad in zip(weights, grads, strict=True))
        weights = (a, b, c, d)
    return losses, weights


def pseudo_label(probabilities: Array, threshold: float) -> tuple[Array, Array]:
    """Choose the samples about which a model is sure, and take its answers for their labels.

        sample m is chosen if  max_c p[m, c] ≥ threshold;  its label is the class of that maximum

    Where two classes share the maximum, the first counts. Works on whole arrays: no Python loop over their
    elements or rows.

    Args:
        probabilities: p, shape (M, C), each row summing to 1; M may be 0; not modified.
        threshold: above 0, at most 1.

    Returns:
        `(indices, labels)`, integers, both of shape (K,), K at most M: which rows were chosen, in rising order,
        and their labels.

    Raises:
        ValueError: `probabilities` has a number below 0, or a row whose sum is further than 1e-3 from 1 (scores
            before the softmax, perhaps); `threshold` is not in (0, 1]. The text names the argument.
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold: got {threshold}, want 0 < threshold <= 1")
    if (probabilities < 0).any() or (np.abs(probabilities.sum(axis=1) - 1) > 1e-3).any():
        raise ValueError("probabilities: got numbers below 0 or rows that do not sum to 1, want probabilities")
    indices = np.flatnonzero(probabilities.max(axis=1) >= threshold)
    return indices, probabilities[indices].argmax(axis=1)


def self_training_round(
    model: Any, x_labelled: Array, y_labelled: Array, x_unlabelled: Array, threshold: float, weight: float = 0.5
) -> tuple[Array, Array]:
    """Teach a model from labelled samples, then also from those that it labels itself.

        1. fit to the labelled samples, each of weight 1
        2. predict the unlabelled ones, with training=False: no dropout while labels are made
        3. choose the sure ones and their labels: `pseudo_label`
        4. fit to the labelled samples (weight 1) followed by the chosen ones (in their order, `weight`), also
           where none was chosen

    Args:
        model: has `fit(x, y, weights)`, which starts anew, and `predict(x, training=False)`, which returns
            probabilities, shape (M, C); see `CentroidClassifier`.
        x_labelled: shape (N, F); not modified.
        y_labelled: their labels, integers, shape (N,); not modified.
        x_unlabelled: shape (M, F); not modified.
        threshold: as in `pseudo_label`.
        weight: how much a sample with a made-up label counts, 0 to 1.

    Returns:
        `(indices, labels)`, integers, both of shape (K,): which unlabelled samples were chosen, and as what.

    Raises:
        ValueError: `weight` is not in [0, 1]; `threshold` as `pseudo_label` says. The text names the argument.
    """
    if not 0 <= weight <= 1:
        raise ValueError(f"weight: got {weight}, want 0 to 1")
    real = np.ones(len(x_labelled))
    model.fit(x_labelled, y_labelled, real)
    indices, labels = pseudo_label(model.predict(x_unlabelled, training=False), threshold)
    x = np.concatenate([x_labelled, x_unlabelled[indices]])
    y = np.concatenate([y_labelled, labels])
    model.fit(x, y, np.concatenate([real, np.full(len(indices), float(weight))]))
    return indices, labels


def freeze(params: Named, layers: Sequence[str]) -> dict[str, bool]:
    """Say which parameters may still be trained when some layers are frozen.

    A parameter's name is its layer's name, a dot, and the rest: "base.conv1.w" is in the layers "base" and
    "base.conv1", and not in "base.conv", "conv1" or "b". Everything of a frozen layer is frozen: weights,
    biases, scales, statistics.

    Args:
        params: arrays of any shapes by name; not modified.
        layers: names of the layers to freeze, perhaps none.

    Returns:
        A new dict with the names of `params`: True for what may be trained, False for what is frozen.

    Raises:
        ValueError: a name in `layers` is the layer of no parameter, a slip that would freeze nothing; the text
            says `layers`.
    """
    frozen = {layer: [name for name in params if name.startswith(f"{layer}.")] for layer in layers}
    for layer, names in frozen.items():
        if not names:
            raise ValueError(f"layers: got {layer!r}, which no parameter belongs to, want some of {', '.join(params)}")
    still = {name for names in frozen.values() for name in names}
    return {name: name not in still for name in params}


def fine_tune_step(
    params: Named,
    grads: Named,
    velocity: Named,
    statistics: Named,
    measured: Named,
    trainable: Mapping[str, bool],
    lr: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
) -> tuple[dict[str, Array], dict[str, Array], dict[str, Array]]:
    """One step of training in which frozen things do not move, whatever their gradients are.

    What may be trained:

        g ← grad + weight_decay · w
        v ← momentum · v + g
        w ← w - lr · v
        statistic ← 0.9 · statistic + 0.1 · measured          (batch norm's running mean, variance)

    What is frozen keeps its value: parameter, velocity and statistic.

    Args:
        params: w by name, any shapes; not modified.
        grads: a gradient for each of `params`, by name, same shapes, also for the frozen ones; not modified.
        velocity: v for each of `params`, by name, same shapes; not modified.
        statistics: running statistics by name, any shapes, other names than those of `params`; perhaps none; not
            modified.
        measured: the statistics of this batch, by the names of `statistics`, same shapes; not modified.
        trainable: for each name in `params` and in `statistics`, whether it may move, as `freeze` says.
        lr: the learning rate, positive.
        momentum: at least 0, below 1.
        weight_decay: at least 0.

    Returns:
        `(params, velocity, statistics)`: three new dicts with all names, the frozen ones too, same shapes as
        `params`, `velocity` and `statistics`.

    Raises:
        ValueError: `trainable` lacks a name of `params` or of `statistics`; the text says `trainable`.
    """
    if missing := [name for name in (*params, *statistics) if name not in trainable]:
        raise ValueError(f"trainable: got nothing about {missing[0]!r}, want True or False")
    new_params, new_velocity, new_statistics = dict(params), dict(velocity), dict(statistics)
    for name in (name for name in params if trainable[name]):
        grad = grads[name] + weight_decay * params[name]
        new_velocity[name] = momentum * velocity[name] + grad
        new_params[name] = params[name] - lr * new_velocity[name]
    for name in (name for name in statistics if trainable[name]):
        new_statistics[name] = 0.9 * statistics[name] + 0.1 * measured[name]
    return new_params, new_velocity, new_statistics


def maximise_filter(
    image: Array, w: Array, b: Array, filter_index: int, steps: int, step_size: float
) -> tuple[Array, Array]:
    """Change an image so that one filter answers more and more: gradient ascent on the input.

        a     = relu(conv2d(image, w, b)) of the filter f = filter_index alone, stride 1, 'valid'
        score = mean of a over all places
        g     = ∂score / ∂image                                (slope of the relu at 0: 0)
        image ← image + step_size · g / (√(mean of g²) + 1e-5)

    The mean of g² is over all numbers of the image. Where the filter answers nowhere, g is 0 and the image stays.
    A Python loop over the steps is fine, one over rows or pixels is not.

    Args:
        image: the image at the start, shape (H, W, C), floating; not modified.
        w: the filters, shape (KH, KW, C, F), dtype of `image`; they stay as they are.
        b: their biases, shape (F,), dtype of `image`.
        filter_index: which filter, from 0 to F - 1.
        steps: how many, at least 0.
        step_size: how far each step goes, positive.

    Returns:
        `(image, scores)`: the image after the last step, a new array, shape of `image`, and the score before each
        step and after the last, shape (steps + 1,), dtype of `image`.

    Raises:
        ValueError: `filter_index` is below 0 or above F - 1; `steps` is below 0. The text names the argument.
    """
    if not 0 <= filter_index < w.shape[3]:
        raise ValueError(f"filter_index: got {filter_index}, want from 0 to {w.shape[3] - 1}")
    if steps < 0:
        raise ValueError(f"steps: got {steps}, want at least 0")
    x, chosen = image[None].copy(), slice(filter_index, filter_index + 1)
    kernel, bias = w[..., chosen], b[chosen]
    scores = np.empty(steps + 1, dtype=image.dtype)
    for step in range(steps + 1):
        answers = conv2d(x, kernel, bias)
        scores[step] = relu(answers).mean()
        if step < steps:
            share = np.full_like(answers, 1 / answers.size)
            grad, _, _ = conv2d_backward(relu_backward(share, answers), x, kernel, bias)
            grad /= np.sqrt(np.square(grad).mean()) + 1e-5
            x += step_size * grad
    return x[0], scores


def deprocess_image(x: Array) -> Array:
    """Bring an image of any range of numbers to bytes that can be looked at.

        z = 0.1 · (x - mean) / (std + 1e-5) + 0.5         mean and std (ddof = 0) over all numbers of the image
        z cut off at 0 and 1, times 255, decimals cut off: uint8

    So the mean becomes a middle grey, and a standard deviation a tenth of the range. Works on whole arrays: no
    Python loop over their elements or rows.

    Args:
        x: an image, shape (H, W, C), floating, finite; not modified.

    Returns:
        A new array of the same shape, uint8; all 127 where `x` is constant.
    """
    z: Array = 0.1 * (x - x.mean()) / (x.std() + 1e-5) + 0.5
    return (z.clip(0, 1) * 255).astype(np.uint8)


def residual_block(x: Array, w1: Array, b1: Array, w2: Array, b2: Array, w_skip: Array | None = None) -> Array:
    """Two convolutions and a way around them.

        h = relu(conv2d(x, w1, b1))
        y = relu(conv2d(h, w2, b2) + skip)        skip = x, or x w_skip at each pixel

    Both convolutions have stride 1 and 'same' padding. Where the block changes the number of channels, x has to
    be brought to F channels to be added: a 1×1 convolution without bias (`pointwise_conv` with zeros).
    No Python loop over rows or pixels.

    Args:
        x: images, shape (N, H, W, C), floating; not modified.
        w1: kernels, shape (KH, KW, C, M), dtype of `x`; not modified.
        b1: biases, shape (M,); not modified.
        w2: kernels, shape (KH, KW, M, F); not modified.
        b2: biases, shape (F,); not modified.
        w_skip: weights of the way around, shape (C, F), or None: x is added as it is. Not modified.

    Returns:
        y, shape (N, H, W, F), dtype of `x`.

    Raises:
        ValueError: `w_skip` is None although C and F differ (also where C is 1 and x could be broadcast), or has
            not shape (C, F); the text names it.
    """
    channels, filters = x.shape[3], w2.shape[3]
    if (channels != filters) if w_skip is None else w_skip.shape != (channels, filters):
        got = None if w_skip is None else w_skip.shape
        raise ValueError(f"w_skip: got {got}, want weights of shape {(channels, filters)}")
    h = relu(conv2d(x, w1, b1, padding="same"))
    skip = x if w_skip is None else pointwise_conv(x, w_skip, np.zeros_like(b2))
    return relu(conv2d(h, w2, b2, padding="same") + skip)


def residual_block_backward(
    grad_output: Array, x: Array, w1: Array, b1: Array, w2: Array, b2: Array, w_skip: Array | None = None
) -> tuple[Array, ...]:
    """Carry a gradient back through `residual_block`, along both ways.

    The last relu first (slope 0 where its argument is 0). The addition passes what is left to both ways, as it is.
    x gets the sum of what comes back from the convolutions and what comes back from the way around.

    Args:
        grad_output: upstream gradient, shape (N, H, W, F), floating; not modified.
        x: as in `residual_block`, shape (N, H, W, C); not modified.
        w1: shape (KH, KW, C, M); not modified.
        b1: shape (M,); not modified.
        w2: shape (KH, KW, M, F); not modified.
        b2: shape (F,); not modified.
        w_skip: shape (C, F), or None; not modified.

    Returns:
        `(grad_x, grad_w1, grad_b1, grad_w2, grad_b2)`, and `grad_w_skip` as a sixth where `w_skip` is given; each
        of its argument's shape and dtype.
    """
    before = conv2d(x, w1, b1, padding="same")
    h, no_bias = relu(before), np.zeros_like(b2)
    skip = x if w_skip is None else pointwise_conv(x, w_skip, no_bias)
    grad_sum = relu_backward(grad_output, conv2d(h, w2, b2, padding="same") + skip)
    grad_h, grad_w2, grad_b2 = conv2d_backward(grad_sum, h, w2, b2, padding="same")
    grad_x, grad_w1, grad_b1 = conv2d_backward(relu_backward(grad_h, before), x, w1, b1, padding="same")
    if w_skip is None:
        return grad_x + grad_sum, grad_w1, grad_b1, grad_w2, grad_b2
    around, grad_w_skip, _ = pointwise_conv_backward(grad_sum, x, w_skip, no_bias)
    return grad_x + around, grad_w1, grad_b1, grad_w2, grad_b2, grad_w_skip


def inception_block(
    x: Array, w1: Array, w3_reduce: Array, w3: Array, w5_reduce: Array, w5: Array, w_pool: Array
) -> Array:
    """Look at four scales at once, and put the results side by side.

        y = [relu(x w1),  relu(relu(x w3_reduce) ∗ w3),  relu(relu(x w5_reduce) ∗ w5),  relu(pool(x) w_pool)]

    joined along the channels, in this order. A product "x w" is a 1×1 convolution (`pointwise_conv`), ∗ is
    `conv2d` with stride 1 and 'same' padding, pool is `max_pool2d` of size 3 and stride 1 with 'same' padding. No
    convolution has a bias: pass zeros. No Python loop over rows or pixels.

    Args:
        x: images, shape (N, H, W, C), floating; not modified.
        w1: weights of the 1×1 branch, shape (C, F1), dtype of `x`; not modified.
        w3_reduce: 1×1 weights before the 3×3 kernels, shape (C, R3); not modified.
        w3: kernels, shape (3, 3, R3, F3); not modified.
        w5_reduce: 1×1 weights before the 5×5 kernels, shape (C, R5); not modified.
        w5: kernels, shape (5, 5, R5, F5); not modified.
        w_pool: 1×1 weights after the pooling, shape (C, FP); not modified.

    Returns:
        y, shape (N, H, W, F1 + F3 + F5 + FP), dtype of `x`.

    Raises:
        ValueError: `w3` or `w5` does not take as many channels as its reduction gives; the text names it.
    """
    for name, reduction, kernels in (("w3", w3_reduce, w3), ("w5", w5_reduce, w5)):
        if kernels.shape[2] != reduction.shape[1]:
            raise ValueError(f"{name}: got kernels for {kernels.shape[2]} channels, want {reduction.shape[1]}")

    def mixed(images: Array, w: Array) -> Array:
        return relu(pointwise_conv(images, w, np.zeros(w.shape[1], dtype=x.dtype)))

    def convolved(images: Array, w: Array) -> Array:
        return relu(conv2d(images, w, np.zeros(w.shape[3], dtype=x.dtype), padding="same"))

    pooled = max_pool2d(x, 3, 1, "same")
    branches = [mixed(x, w1), convolved(mixed(x, w3_reduce), w3), convolved(mixed(x, w5_reduce), w5)]
    return np.concatenate([*branches, mixed(pooled, w_pool)], axis=3)


def inception_block_backward(
    grad_output: Array, x: Array, w1: Array, w3_reduce: Array, w3: Array, w5_reduce: Array, w5: Array, w_pool: Array
) -> tuple[Array, Array, Array, Array, Array, Array, Array]:
    """Carry a gradient back through `inception_block`: cut it by channels, go back through each branch, add for x.

    The first F1 channels of the upstream gradient belong to the 1×1 branch, the next F3 to the 3×3 branch, and so
    on. The slope of a relu at 0 is 0; a maximum that stands twice in a window sends its gradient to the first.

    Args:
        grad_output: upstream gradient, shape (N, H, W, F1 + F3 + F5 + FP), floating; not modified.
        x: as in `inception_block`, shape (N, H, W, C); not modified.
        w1: shape (C, F1); not modified.
        w3_reduce: shape (C, R3); not modified.
        w3: shape (3, 3, R3, F3); not modified.
        w5_reduce: shape (C, R5); not modified.
        w5: shape (5, 5, R5, F5); not modified.
        w_pool: shape (C, FP); not modified.

    Returns:
        `(grad_x, grad_w1, grad_w3_reduce, grad_w3, grad_w5_reduce, grad_w5, grad_w_pool)`, each of its argument's
        shape and dtype.
    """

    def unmixed(grad: Array, images: Array, w: Array) -> tuple[Array, Array]:
        bias = np.zeros(w.shape[1], dtype=x.dtype)
        grad = relu_backward(grad, pointwise_conv(images, w, bias))
        return pointwise_conv_backward(grad, images, w, bias)[:2]

    def unconvolved(grad: Array, reduction: Array, w: Array) -> tuple[Array, Array, Array]:
        bias = np.zeros(w.shape[3], dtype=x.dtype)
        thin = relu(pointwise_conv(x, reduction, np.zeros(reduction.shape[1], dtype=x.dtype)))
        grad = relu_backward(grad, conv2d(thin, w, bias, padding="same"))
        grad_thin, grad_w, _ = conv2d_backward(grad, thin, w, bias, padding="same")
        return *unmixed(grad_thin, x, reduction), grad_w

    ends = np.cumsum([w1.shape[1], w3.shape[3], w5.shape[3]])
    upstream1, upstream3, upstream5, upstream_pool = np.split(grad_output, ends, axis=3)
    x1, grad_w1 = unmixed(upstream1, x, w1)
    x3, grad_w3_reduce, grad_w3 = unconvolved(upstream3, w3_reduce, w3)
    x5, grad_w5_reduce, grad_w5 = unconvolved(upstream5, w5_reduce, w5)
    grad_pooled, grad_w_pool = unmixed(upstream_pool, max_pool2d(x, 3, 1, "same"), w_pool)
    grad_x = x1 + x3 + x5 + max_pool2d_backward(grad_pooled, x, 3, 1, "same")
    return grad_x, grad_w1, grad_w3_reduce, grad_w3, grad_w5_reduce, grad_w5, grad_w_pool


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
    from .u12_network import AveragePool2D, Conv2D, Dense, Flatten, Sequential

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
    from .u12_network import Conv2D, MaxPool2D

    for name, count in (("convolutions", convolutions), ("filters", filters)):
        if count < 1:
            raise ValueError(f"{name}: got {count}, want at least 1")
    layers = [Conv2D(filters, 3, padding="same", activation="relu") for _ in range(convolutions)]
    return [*layers, MaxPool2D(2)]
