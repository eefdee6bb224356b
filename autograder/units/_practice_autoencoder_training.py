"""Assessment of training an autoencoder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array
from autograder.units._practice_autoencoder import Weights, backward, forward, net, random_net
from autograder.units._training_fakes import digits

__all__ = ["train_autoencoder"]


def _moved(weights: Sequence[Array], grads: Sequence[Array], lr: float) -> Weights:
    return tuple(weight - lr * grad for weight, grad in zip(weights, grads, strict=True))


def _train(
    x: Array,
    *rest: Any,
    target: Callable[[Array, Array], Array] = lambda x, rebuilt: x,
    loss: Callable[[Array], Any] = lambda error: np.square(error).mean(),
    slope: Callable[[Array], Array] = lambda error: 2 * error / error.size,
    step: Callable[[Weights, Weights, float], Weights] = _moved,
    loss_after: bool = False,
) -> tuple[Array, Weights]:
    """Right by default; a wrong version replaces one part."""
    weights, (lr, epochs) = tuple(rest[:4]), rest[4:]
    losses = np.zeros(epochs, dtype=x.dtype)
    for epoch in range(epochs):
        error = forward(x, *weights) - target(x, forward(x, *weights))
        before = loss(error)
        weights = step(weights, backward(slope(error), x, *weights)[1:], lr)
        losses[epoch] = loss(forward(x, *weights) - x) if loss_after else before
    return losses, weights


def _checked_train(x: Array, w_enc: Array, *rest: Any) -> tuple[Array, Weights]:
    if (x < 0).any() or (x > 1).any():
        raise ValueError("x must lie between 0 and 1")
    if w_enc.shape[1] >= len(w_enc):
        raise ValueError("w_enc is no bottleneck")
    if rest[-1] < 0:
        raise ValueError("epochs is negative")
    return _train(x, w_enc, *rest)


def _decoder_first(x: Array, *rest: Any) -> tuple[Array, Weights]:
    """The encoder's gradients are taken through the decoder that has moved already."""
    (w_enc, b_enc, w_dec, b_dec), (lr, epochs) = rest[:4], rest[4:]
    losses = np.zeros(epochs, dtype=x.dtype)
    for epoch in range(epochs):
        for part in (slice(2, 4), slice(0, 2)):
            weights = (w_enc, b_enc, w_dec, b_dec)
            error = forward(x, *weights) - x
            if part.start:
                losses[epoch] = np.square(error).mean()
            grads = backward(2 * error / error.size, x, *weights)[1:]
            moved = list(weights)
            moved[part] = _moved(weights[part], grads[part], lr)
            w_enc, b_enc, w_dec, b_dec = moved
    return losses, (w_enc, b_enc, w_dec, b_dec)


def _in_place(x: Array, *rest: Any) -> tuple[Array, Weights]:
    def step(weights: Weights, grads: Weights, lr: float) -> Weights:
        for weight, grad in zip(weights, grads, strict=True):
            weight -= lr * grad
        return weights

    return _train(x, *rest, step=step)


def _sample_after_sample(x: Array, *rest: Any) -> tuple[Array, Weights]:
    """A step for each sample."""
    weights, (lr, epochs) = tuple(rest[:4]), rest[4:]
    losses = np.zeros(epochs, dtype=x.dtype)
    for epoch in range(epochs):
        losses[epoch] = np.square(forward(x, *weights) - x).mean()
        for row in x[:, None]:
            _, weights = _train(row, *weights, lr, 1)
    return losses, weights


def _cross_entropy(x: Array, *rest: Any) -> tuple[Array, Weights]:
    weights, (lr, epochs) = tuple(rest[:4]), rest[4:]
    losses = np.zeros(epochs, dtype=x.dtype)
    for epoch in range(epochs):
        error = forward(x, *weights) - x
        losses[epoch] = np.square(error).mean()
        grads = backward(error / error.size, x, *weights, slope_out=np.ones_like)[1:]
        weights = _moved(weights, grads, lr)
    return losses, weights


def _random_training(rng: np.random.Generator) -> dict[str, Any]:
    return {**random_net(rng), "lr": float(rng.uniform(0.5, 2)), "epochs": int(rng.integers(2, 5))}


def _of_digits() -> dict[str, Any]:
    """Handwritten digits, 64 pixels each, through a code of eight numbers."""
    rng = np.random.default_rng(3)
    return {
        "x": digits()[0][:60].reshape(60, 64),
        "w_enc": rng.standard_normal((64, 8)) / 8,
        "b_enc": np.full(8, 0.1),
        "w_dec": rng.standard_normal((8, 64)) / 4,
        "b_dec": np.zeros(64),
        "lr": 10.0,
        "epochs": 12,
    }


def _steps(lr: float, epochs: int) -> Mapping[str, Any]:
    return {"lr": lr, "epochs": epochs}


_BYTES = {**net(3, 4, 2, seed=1), "x": np.array([[0.0, 128.0, 255.0, 64.0]])}
_ABOVE = {**net(3, 4, 2, seed=1), "x": np.array([[0.0, 0.5, 1.1, 0.3]])}
_BELOW = {**net(3, 4, 2, seed=1), "x": np.array([[0.0, 0.5, -0.1, 0.3]])}

train_autoencoder = Exercise(
    "train_autoencoder",
    points=3,
    parts=("losses", "weights"),
    vectorized=lambda n: {**net(n, 6, 3), **_steps(0.5, 3)},
    cases=[
        Case("one-epoch", **net(2, 3, 2, seed=10), **_steps(1.0, 1)),
        Case("no-epochs", **net(2, 3, 2, seed=11), **_steps(1.0, 0)),
        Case("two-epochs", **net(4, 5, 2, seed=12), **_steps(0.5, 2), readonly=True),
        Case("more-samples-than-pixels", **net(7, 4, 2, seed=13), **_steps(2.0, 4)),
        Case("six-epochs", **net(3, 6, 4, seed=14), **_steps(1.5, 6)),
        Case("real-digits-through-eight-numbers", **_of_digits()),
        Case("single-precision", **net(3, 5, 2, seed=15, dtype="float32"), **_steps(1.0, 2)),
        Case("bytes-are-not-scaled", raises="x", **_BYTES, **_steps(1.0, 2)),
        Case("a-little-too-white", raises="x", **_ABOVE, **_steps(1.0, 2)),
        Case("standardised-pixels", raises="x", **_BELOW, **_steps(1.0, 2)),
        Case("no-bottleneck", raises="w_enc", **net(2, 3, 3, seed=7), **_steps(1.0, 2)),
        Case("negative-epochs", raises="epochs", **net(2, 3, 2, seed=10), **_steps(1.0, -1)),
        random_cases(_random_training),
    ],
    misconceptions=[
        Misconception(
            "target-is-white",
            believes="The target is a label: 1 for every pixel.",
            wrong=lambda *args: _train(*args, target=lambda x, rebuilt: np.ones_like(x)),
            hint="Nobody has labelled anything. What should the reconstruction look like?",
        ),
        Misconception(
            "target-is-the-neighbour",
            believes="The targets may be in any order.",
            wrong=lambda *args: _train(*args, target=lambda x, rebuilt: x[::-1]),
            hint="Which sample should the first reconstruction resemble?",
        ),
        Misconception(
            "target-rounded",
            believes="The targets are black or white pixels.",
            wrong=lambda *args: _train(*args, target=lambda x, rebuilt: np.rint(x)),
            hint="What should a grey pixel become?",
        ),
        Misconception(
            "uphill",
            believes="The gradient is added.",
            wrong=lambda *args: _train(*args, step=lambda weights, grads, lr: _moved(weights, grads, -lr)),
            hint="Which way does the gradient point? Do your losses fall?",
        ),
        Misconception(
            "half-the-square",
            believes="The loss has a factor 1/2, so that the 2 cancels out.",
            wrong=lambda *args: _train(
                *args, loss=lambda error: np.square(error).mean() / 2, slope=lambda error: error / error.size
            ),
            hint="Does the docstring's loss have a 1/2?",
        ),
        Misconception(
            "factor-two-forgotten",
            believes="The gradient of (x̂ - x)² is x̂ - x.",
            wrong=lambda *args: _train(*args, slope=lambda error: error / error.size),
            hint="What is the derivative of e²?",
        ),
        Misconception(
            "gradient-divided-by-the-samples-alone",
            believes="A mean's gradient is divided by the number of samples.",
            wrong=lambda *args: _train(*args, slope=lambda error: 2 * error / len(error)),
            hint="The loss is a mean over all N · D numbers. What must its gradient be divided by?",
        ),
        Misconception(
            "gradient-not-divided",
            believes="The gradient of a mean of squares is 2 (x̂ - x).",
            wrong=lambda *args: _train(*args, slope=lambda error: 2 * error),
            hint="If one number x̂ moves, by how much does the mean of all N · D squares move?",
        ),
        Misconception(
            "summed-over-the-pixels",
            believes="The loss is the mean over the samples of the sum over the pixels.",
            wrong=lambda *args: _train(
                *args,
                loss=lambda error: np.square(error).sum() / len(error),
                slope=lambda error: 2 * error / len(error),
            ),
            hint="How many numbers is the mean taken over: N, or N · D?",
        ),
        Misconception(
            "cross-entropy-gradient",
            believes="Behind a sigmoid the gradient of the logits is x̂ - x.",
            wrong=_cross_entropy,
            hint="That is binary cross-entropy's. What does the sigmoid do to the gradient of the square?",
        ),
        Misconception(
            "loss-after-the-step",
            believes="An epoch's loss is what is left after it.",
            wrong=lambda *args: _train(*args, loss_after=True),
            hint="With which weights is the first of your losses computed?",
        ),
        Misconception(
            "decoder-first",
            believes="The decoder is moved first, and the encoder then sees the new decoder.",
            wrong=_decoder_first,
            hint="At which weights were the gradients taken that make up one step?",
        ),
        Misconception(
            "encoder-left-alone",
            believes="Only the decoder learns to rebuild.",
            wrong=lambda *args: _train(
                *args, step=lambda weights, grads, lr: (*weights[:2], *_moved(weights[2:], grads[2:], lr))
            ),
            hint="Who decides what the code says about an input?",
        ),
        Misconception(
            "biases-left-alone",
            believes="Weights are trained; biases are constants.",
            wrong=lambda *args: _train(
                *args,
                step=lambda weights, grads, lr: tuple(
                    weight - lr * grad if weight.ndim == 2 else weight
                    for weight, grad in zip(weights, grads, strict=True)
                ),
            ),
            hint="How many arrays does the docstring's w stand for?",
        ),
        Misconception(
            "a-step-for-each-sample",
            believes="Each sample moves the weights.",
            wrong=_sample_after_sample,
            hint="How many steps does one epoch have, if it uses all samples at once?",
        ),
        Misconception(
            "in-place",
            believes="The weights may be changed where they stand.",
            wrong=_in_place,
            hint="Whose arrays does w -= lr * grad change?",
        ),
        Misconception(
            "bytes-taken",
            believes="The network learns to rebuild any numbers.",
            wrong=_train,
            hint="Between which numbers does a sigmoid lie, and what does it make of a pixel of 200?",
        ),
    ],
    hints=[
        "Which three things happen in an epoch, and which of them need the weights from before the step?",
        "x comes twice: as input, and as target of the loss, whose gradient is autoencoder_backward's upstream.",
        "grads = autoencoder_backward(mean_squared_error_backward(x, rebuilt), x, *weights)[1:]; then w - lr * g.",
    ],
    variants=[Variant("numpy-alone", _checked_train)],
)
