"""Practice, forward only: images one by one, resampling as a product of matrices, training by torch's own optimisers.

What draws at random has no truth; its assessment judges properties. Results of the scenarios are dictionaries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from reference._arrays import array_namespace
from reference.u04_activations import relu, sigmoid, tanh
from reference.u07_convolution import average_pool2d, conv2d, max_pool2d, pointwise_conv

__all__ = [
    "adjust_brightness", "autoencoder", "deprocess_image", "fine_tune_step", "freeze", "inception_block", "lenet",
    "maximise_filter", "pseudo_label", "residual_block", "rotate90", "self_training_round", "train_autoencoder",
    "vgg_block", "zoom",
]  # fmt: skip


def rotate90(images: Any, turns: Any) -> Any:
    """Image by image, turn by turn: rows become columns, then the order of the rows is reversed."""
    xp = array_namespace(images)
    turned = []
    for n in range(images.shape[0]):
        image = images[n, ...]
        for _ in range(int(turns[n]) % 4):
            image = xp.flip(xp.permute_dims(image, (1, 0, 2)), axis=0)
        turned.append(image)
    return xp.stack(turned)


def zoom(images: Any, factors: Any) -> Any:
    """Two matrices of weights for each image, one for rows and one for columns: 1 − the distance, at least 0."""
    xp = array_namespace(factors)
    numbers = xp.astype(images, factors.dtype)
    zoomed = [
        xp.stack(
            [
                _tent(images.shape[1], factors[n]) @ numbers[n, :, :, c] @ _tent(images.shape[2], factors[n]).T
                for c in range(images.shape[3])
            ],
            axis=-1,
        )
        for n in range(images.shape[0])
    ]
    return _as_images(xp.stack(zoomed), images)


def _tent(size: int, factor: Any) -> Any:
    """Row p holds the shares of all positions in the value at the position that p shows."""
    xp = array_namespace(factor)
    places = xp.arange(size, dtype=factor.dtype, device=factor.device)
    shown = xp.clip((places + 0.5 - size / 2) / factor + size / 2 - 0.5, 0, size - 1)
    distances = xp.abs(shown[:, None] - places[None, :])
    return xp.where(distances < 1, 1 - distances, xp.zeros_like(distances))


def adjust_brightness(images: Any, factors: Any) -> Any:
    """Image by image: multiply, then cut off at white."""
    xp = array_namespace(factors)
    numbers = xp.astype(images, factors.dtype)
    bright = xp.stack([numbers[n, ...] * factors[n] for n in range(images.shape[0])])
    white = 255.0 if images.dtype == xp.uint8 else 1.0
    return _as_images(xp.where(bright > white, xp.full_like(bright, white), bright), images)


def _as_images(numbers: Any, images: Any) -> Any:
    """Rounded to bytes where the images are bytes."""
    xp = array_namespace(numbers)
    return xp.astype(xp.round(numbers), xp.uint8) if images.dtype == xp.uint8 else numbers


def autoencoder(x: Any, w_enc: Any, b_enc: Any, w_dec: Any, b_dec: Any) -> Any:
    """Encoder with relu, decoder with sigmoid."""
    return sigmoid(relu(x @ w_enc + b_enc) @ w_dec + b_dec)


def train_autoencoder(
    x: Any, w_enc: Any, b_enc: Any, w_dec: Any, b_dec: Any, lr: float, epochs: int
) -> tuple[Any, tuple[Any, ...]]:
    """torch.optim.SGD on torch's mse_loss."""
    import torch

    target = torch.tensor(np.asarray(x))
    weights = [torch.tensor(np.asarray(each), requires_grad=True) for each in (w_enc, b_enc, w_dec, b_dec)]
    optimizer, losses = torch.optim.SGD(weights, lr=lr), []
    for _ in range(epochs):
        loss = torch.nn.functional.mse_loss(autoencoder(target, *weights), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return np.array(losses), tuple(weight.detach().numpy() for weight in weights)


def pseudo_label(probabilities: Any, threshold: float) -> tuple[Any, Any]:
    """Row by row: the first class that no other beats, kept where its probability reaches the threshold."""
    rows = [[float(p) for p in row] for row in probabilities]
    sure = [(index, row.index(max(row))) for index, row in enumerate(rows) if max(row) >= threshold]
    return np.array([index for index, _ in sure], dtype=int), np.array([label for _, label in sure], dtype=int)


def self_training_round(
    x_labelled: Any, y_labelled: Any, x_unlabelled: Any, threshold: float, classes: int, weight: float = 0.5
) -> dict[str, Any]:
    """What the two fits of the scenario's classifier see, and what it says afterwards, by torch."""
    real = np.ones(len(x_labelled))
    teacher = _centroids(x_labelled, y_labelled, real, classes)
    chosen, labels = pseudo_label(_nearness(x_unlabelled, teacher), threshold)
    grown = (
        np.vstack([x_labelled, *(x_unlabelled[index][None] for index in chosen)]),
        np.array([*y_labelled, *labels], dtype=int),
        np.array([*real, *(weight for _ in chosen)]),
    )
    return {
        "number of fits": 2,
        "first fit": dict(zip(("x", "y", "weights"), (x_labelled, y_labelled, real), strict=True)),
        "predicted with training=True": False,
        "second fit": dict(zip(("x", "y", "weights"), grown, strict=True)),
        "returned indices": chosen,
        "returned labels": labels,
        "probabilities afterwards": _nearness(x_unlabelled, _centroids(*grown, classes)),
    }


def _centroids(x: Any, y: Any, weights: Any, classes: int) -> Any:
    return np.stack([np.average(x[y == c], axis=0, weights=weights[y == c]) for c in range(classes)])


def _nearness(x: Any, centroids: Any) -> Any:
    import torch

    distances = torch.cdist(torch.tensor(x), torch.tensor(centroids), compute_mode="donot_use_mm_for_euclid_dist")
    return torch.softmax(-(distances**2), dim=1).numpy()


def freeze(params: Mapping[str, Any], layers: Sequence[str]) -> dict[str, bool]:
    """Compare names part by part."""
    frozen = [layer.split(".") for layer in layers]
    parts = {name: name.split(".")[:-1] for name in params}
    return {name: not any(own[: len(layer)] == layer for layer in frozen) for name, own in parts.items()}


def fine_tune_step(
    params: Mapping[str, Any],
    grads: Mapping[str, Any],
    velocity: Mapping[str, Any],
    statistics: Mapping[str, Any],
    measured: Mapping[str, Any],
    trainable: Mapping[str, bool],
    lr: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """torch.optim.SGD, which is given the trainable parameters alone; statistics by torch's lerp."""
    import torch

    tensors = {name: torch.tensor(np.asarray(value)) for name, value in params.items()}
    moving = {name: tensor for name, tensor in tensors.items() if trainable[name]}
    buffers = {name: torch.tensor(np.asarray(velocity[name])) for name in params}
    if moving:
        optimizer = torch.optim.SGD(moving.values(), lr=lr, momentum=momentum, weight_decay=weight_decay)
        for name, tensor in moving.items():
            tensor.grad = torch.tensor(np.asarray(grads[name]))
            optimizer.state[tensor]["momentum_buffer"] = buffers[name]
            # without momentum torch keeps no velocity, and leaves the buffer as it was
            if momentum == 0:
                buffers[name] = tensor.grad + weight_decay * tensor.detach()
        optimizer.step()
    running = {name: torch.tensor(np.asarray(value)) for name, value in statistics.items()}
    for name in running:
        if trainable[name]:
            running[name].lerp_(torch.tensor(np.asarray(measured[name])), 0.1)
    moved = tensors, buffers, running
    first, second, third = ({name: tensor.numpy() for name, tensor in each.items()} for each in moved)
    return first, second, third


def maximise_filter(image: Any, w: Any, b: Any, filter_index: int, steps: int, step_size: float) -> tuple[Any, Any]:
    """The gradient by torch, from the score of all filters' answers with one picked out."""
    import torch

    kernels, biases = (torch.tensor(np.asarray(each)) for each in (w, b))
    x, scores = torch.tensor(np.asarray(image)), []
    for _ in range(steps + 1):
        x = x.detach().requires_grad_()
        score = relu(conv2d(x[None], kernels, biases))[..., filter_index].mean()
        scores.append(score.item())
        (grad,) = torch.autograd.grad(score, x)
        following = x + step_size * grad / (torch.linalg.vector_norm(grad) / grad.numel() ** 0.5 + 1e-5)
        x, last = following, x
    return last.detach().numpy(), np.array(scores)


def deprocess_image(x: Any) -> Any:
    """The largest byte that is not above the wanted number, counted up."""
    flat = [float(value) for value in np.ravel(x)]
    mean = sum(flat) / len(flat)
    std = (sum((value - mean) ** 2 for value in flat) / len(flat)) ** 0.5
    wanted = [255 * (0.5 + (value - mean) / (10 * (std + 1e-5))) for value in flat]
    bytes_ = [max((level for level in range(256) if level <= number), default=0) for number in wanted]
    return np.array(bytes_, dtype=np.uint8).reshape(np.shape(x))


def residual_block(x: Any, w1: Any, b1: Any, w2: Any, b2: Any, w_skip: Any = None) -> Any:
    """The convolutions' answer plus the input, then a relu."""
    inner = conv2d(relu(conv2d(x, w1, b1, padding="same")), w2, b2, padding="same")
    return relu(inner + (x if w_skip is None else x @ w_skip))


def inception_block(x: Any, w1: Any, w3_reduce: Any, w3: Any, w5_reduce: Any, w5: Any, w_pool: Any) -> Any:
    """Four branches, joined along the channels."""
    xp = array_namespace(x)
    branches = [pointwise_conv(x, w1, 0)]
    for reduction, kernels in ((w3_reduce, w3), (w5_reduce, w5)):
        branches.append(conv2d(relu(pointwise_conv(x, reduction, 0)), kernels, 0, padding="same"))
    branches.append(pointwise_conv(max_pool2d(x, 3, 1, "same"), w_pool, 0))
    return xp.concat([relu(branch) for branch in branches], axis=3)


def lenet(arguments: Sequence[int], x: Any, grad_output: Any, rng: np.random.Generator) -> dict[str, Any]:
    """What the scenario finds in LeNet-5: the layers of the table, one by one."""
    classes = arguments[0] if arguments else 10
    kernels = [(5, 5, 1, 6), (5, 5, 6, 16), (400, 120), (120, 84), (84, classes)]

    def stages(images: Any, w: Sequence[Any]) -> list[Any]:
        maps = [tanh(conv2d(images, w[0], w[1], padding="same"))]
        maps.append(average_pool2d(maps[-1], 2))
        maps.append(tanh(conv2d(maps[-1], w[2], w[3])))
        maps.append(average_pool2d(maps[-1], 2))
        rows = [maps[-1].flatten(1)]
        rows.append(tanh(rows[-1] @ w[4] + w[5]))
        rows.append(tanh(rows[-1] @ w[6] + w[7]))
        return [*maps, *rows, rows[-1] @ w[8] + w[9]]

    return {
        "the network is built before `build` is called": False,
        **_there_and_back(stages, kernels, x, grad_output, rng),
    }


def vgg_block(convolutions: int, filters: int, x: Any, grad_output: Any, rng: np.random.Generator) -> dict[str, Any]:
    """What the scenario finds in a list of layers: convolutions with relu, then the pooling."""
    kernels = [(3, 3, channels, filters) for channels in (x.shape[3], *[filters] * (convolutions - 1))]

    def stages(images: Any, w: Sequence[Any]) -> list[Any]:
        maps = [images]
        for kernel, bias in zip(w[::2], w[1::2], strict=True):
            maps.append(relu(conv2d(maps[-1], kernel, bias, padding="same")))
        return [*maps[1:], max_pool2d(maps[-1], 2)]

    facts = {"returned": "list", "each layer, in two calls, is one of its own": True}
    return facts | _there_and_back(stages, kernels, x, grad_output, rng)


def _there_and_back(
    stages: Callable[[Any, Sequence[Any]], list[Any]],
    kernels: Sequence[tuple[int, ...]],
    x: Any,
    grad_output: Any,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Parameters drawn as in the scenario, a bias behind each kernel, and autograd."""
    import torch

    shapes = [shape for kernel in kernels for shape in (kernel, kernel[-1:])]
    stds = [std for kernel in kernels for std in (np.prod(kernel[:-1]) ** -0.5, 0.3)]
    drawn = [std * rng.standard_normal(shape) for std, shape in zip(stds, shapes, strict=True)]
    images, *weights = (torch.tensor(each, requires_grad=True) for each in (np.asarray(x), *drawn))
    outputs = stages(images, weights)
    back = torch.autograd.grad(outputs[-1], [images, *weights], torch.tensor(np.asarray(grad_output)))
    grad_x, *gradients = (each.numpy() for each in back)
    way = [tuple(each.shape[1:]) for each in outputs]
    return {
        "shapes on the way": [shape for before, shape in zip([None, *way], way, strict=False) if shape != before],
        "shapes of the parameters": shapes,
        "output": outputs[-1].detach().numpy(),
        "gradient of x": grad_x,
        "gradients of the parameters, rows weighted and summed": [_rows_summed(each) for each in gradients],
    }


def _rows_summed(gradient: Any) -> Any:
    """Row k of all numbers before the last axis counts cos k."""
    rows = gradient.reshape(-1, gradient.shape[-1])
    return (np.cos(np.arange(len(rows)))[:, None] * rows).sum(axis=0)
