"""Wrong answers to the practice unit, of a second reader."""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions import u13_practice as course
from solutions.u04_activations import relu, relu_backward
from solutions.u07_convolution import conv2d, conv2d_backward
from tests.student_mistakes import Mistake


def _noise(power: int = 1, top: int | None = None) -> Any:
    """With std to a power, or with one upper limit for all images."""

    def add_noise(rng: Any, images: Any, std: float) -> Any:
        if std < 0:
            raise ValueError("std")
        noisy = images + std**power * rng.standard_normal(images.shape)
        if top is not None:
            return noisy.clip(0, top).astype(images.dtype)
        is_bytes = images.dtype == np.uint8
        return (np.rint(noisy) if is_bytes else noisy).clip(0, 255 if is_bytes else 1).astype(images.dtype)

    return add_noise


def _autoencoder(divisor: Any) -> Any:
    """With another divisor of the gradient of the loss."""

    def train(x: Any, w_enc: Any, b_enc: Any, w_dec: Any, b_dec: Any, lr: float, epochs: int) -> Any:
        if x.min() < 0 or x.max() > 1:
            raise ValueError("x")
        if epochs < 0:
            raise ValueError("epochs")
        weights, losses = [w_enc, b_enc, w_dec, b_dec], []
        for _ in range(epochs):
            rebuilt = course.autoencoder(x, *weights)
            losses.append(np.mean((rebuilt - x) ** 2))
            upstream = (2 * (rebuilt - x) / divisor(x)).astype(x.dtype)
            _, *grads = course.autoencoder_backward(upstream, x, *weights)
            weights = [w - lr * grad for w, grad in zip(weights, grads, strict=True)]
        return np.array(losses, x.dtype), tuple(weights)

    return train


def _fine_tune(decays: bool = True, frozen_rolls: bool = False) -> Any:
    def step(
        params: Any, grads: Any, velocity: Any, statistics: Any, measured: Any, trainable: Any,
        lr: float, momentum: float = 0.9, weight_decay: float = 0.0,
    ) -> Any:  # fmt: skip
        if any(name not in trainable for name in (*params, *statistics)):
            raise ValueError("trainable")
        new_params, new_velocity = dict(params), dict(velocity)
        for name, w in params.items():
            g = grads[name] + weight_decay * w if decays else grads[name]
            if not trainable[name]:
                g = np.zeros_like(g)
            if trainable[name] or frozen_rolls:
                new_velocity[name] = momentum * velocity[name] + g
                new_params[name] = w - lr * new_velocity[name]
        moved = {name: 0.9 * old + 0.1 * measured[name] for name, old in statistics.items() if trainable[name]}
        return new_params, new_velocity, {**statistics, **moved}

    return step


def _maximise(summed_score: bool = False, summed_gradient: bool = False, under_the_root: bool = False) -> Any:
    def climb(image: Any, w: Any, b: Any, filter_index: int, steps: int, step_size: float) -> Any:
        if not 0 <= filter_index < w.shape[3]:
            raise ValueError("filter_index")
        if steps < 0:
            raise ValueError("steps")
        x, kernel, bias = image[None].copy(), w[..., [filter_index]], b[[filter_index]]
        scores = []
        for step in range(steps + 1):
            z = conv2d(x, kernel, bias)
            scores.append(relu(z).sum() if summed_score else relu(z).mean())
            if step == steps:
                break
            upstream = np.full_like(z, 1 if summed_gradient else 1 / z.size)
            grad = conv2d_backward(relu_backward(upstream, z), x, kernel, bias)[0]
            square = np.mean(grad**2)
            root = np.sqrt(square + 1e-5) if under_the_root else np.sqrt(square) + 1e-5
            x = x + step_size * grad / root.astype(x.dtype)
        return x[0], np.array(scores, image.dtype)

    return climb


MISTAKES = [
    Mistake("add_noise", _noise(power=2), "variance-for-std"),
    Mistake("add_noise", _noise(top=1), "white-at-1-for-all"),
    Mistake("add_noise", _noise(top=255), "white-at-255-for-all"),
    Mistake("train_autoencoder", _autoencoder(len), "gradient-divided-by-the-samples-alone"),
    Mistake("train_autoencoder", _autoencoder(lambda x: 1), "gradient-not-divided"),
    Mistake("fine_tune_step", _fine_tune(frozen_rolls=True), "gradient-and-decay-set-to-zero"),
    Mistake("fine_tune_step", _fine_tune(decays=False), "weight-decay-forgotten"),
    Mistake("maximise_filter", _maximise(under_the_root=True), "small-number-under-the-root"),
    Mistake("maximise_filter", _maximise(summed_score=True), "sum-for-mean"),
    Mistake("maximise_filter", _maximise(summed_gradient=True), "gradient-of-the-sum"),
    Mistake("maximise_filter", _maximise(True, True), "sum-for-mean-also-in-the-gradient"),
]
