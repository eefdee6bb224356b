"""Assessment of the autoencoder: forward, backward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal, spread

__all__ = ["Weights", "autoencoder", "autoencoder_backward", "backward", "forward", "net", "random_net"]

Weights = tuple[Array, ...]
Function = Callable[[Array], Array]
_NAMES = ("w_enc", "b_enc", "w_dec", "b_dec")


def _relu(z: Array) -> Array:
    return np.asarray(np.maximum(z, 0))


def _sigmoid(z: Array) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * z)), dtype=z.dtype)


def _identity(z: Array) -> Array:
    return z


def _softmax(z: Array) -> Array:
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def forward(
    x: Array,
    w_enc: Array,
    b_enc: Array,
    w_dec: Array,
    b_dec: Array,
    *,
    code: Function = _relu,
    out: Function = _sigmoid,
) -> Array:
    return out(code(x @ w_enc + b_enc) @ w_dec + b_dec)


def _checked_forward(x: Array, w_enc: Array, *rest: Array) -> Array:
    if w_enc.shape[1] >= len(w_enc):
        raise ValueError("w_enc is no bottleneck")
    return forward(x, w_enc, *rest)


def backward(
    grad_output: Array,
    x: Array,
    w_enc: Array,
    b_enc: Array,
    w_dec: Array,
    b_dec: Array,
    *,
    slope_out: Function = lambda rebuilt: rebuilt * (1 - rebuilt),
    slope_code: Function = lambda hidden: hidden > 0,
) -> Weights:
    """The five gradients; `slope_out` is that of the output given the reconstruction, `slope_code` of the code."""
    hidden = x @ w_enc + b_enc
    code = _relu(hidden)
    grad_logits = grad_output * slope_out(_sigmoid(code @ w_dec + b_dec))
    grad_hidden = grad_logits @ w_dec.T * slope_code(hidden)
    encoder = (grad_hidden @ w_enc.T, x.T @ grad_hidden, grad_hidden.sum(axis=0))
    return *encoder, code.T @ grad_logits, grad_logits.sum(axis=0)


def _slope(*args: Array) -> Array:
    rebuilt = forward(*args)
    return np.asarray(rebuilt * (1 - rebuilt))


def _column_by_column(grad_output: Array, *args: Array) -> Weights:
    """The upstream gradients of one pixel after the other, added up."""
    columns = [backward(grad_output * row, *args) for row in np.eye(grad_output.shape[1], dtype=grad_output.dtype)]
    return tuple(sum(each[1:], start=each[0]) for each in zip(*columns, strict=True))


def _replaced(gradients: Weights, **changes: Array) -> Weights:
    return tuple(changes.get(name, each) for name, each in zip(("x", *_NAMES), gradients, strict=True))


def net(n: int, d: int, k: int, seed: int = 0, dtype: str = "float64") -> dict[str, Any]:
    """Samples between 0 and 1, and weights at which about half of the code is active."""
    arrays = {
        "x": spread(0.02, 0.98, n * d).reshape(n, d),
        "w_enc": normal(d, k, seed=400 + seed),
        "b_enc": normal(k, seed=420 + seed, scale=0.5),
        "w_dec": normal(k, d, seed=440 + seed),
        "b_dec": normal(d, seed=460 + seed, scale=0.5),
    }
    return {name: array.astype(dtype) for name, array in arrays.items()}


def random_net(rng: np.random.Generator) -> dict[str, Any]:
    n, d = int(rng.integers(3, 7)), int(rng.integers(5, 8))
    k = int(rng.integers(2, d))
    return {
        "x": rng.random((n, d)),
        "w_enc": rng.standard_normal((d, k)),
        "b_enc": rng.standard_normal(k),
        "w_dec": rng.standard_normal((k, d)),
        "b_dec": rng.standard_normal(d),
    }


#: A code of which each number is active for some samples only.
_HALF_ACTIVE = {**net(5, 4, 3, seed=9), "b_enc": np.array([-0.3, 0.1, 0.4])}
_INACTIVE = {**net(3, 4, 2, seed=1), "b_enc": np.array([-20.0, 0.2])}
_LARGE = {**net(2, 3, 2, seed=2), "b_dec": np.array([900.0, -900.0, 0.5])}
_CASES = [
    Case("one-sample", **net(1, 3, 2, seed=16)),
    Case("a-code-of-one-number", **net(3, 4, 1, seed=3)),
    Case("several-samples", **net(4, 5, 3, seed=4), readonly=True),
    Case("part-of-the-code-asleep", **_INACTIVE),
    Case("active-for-some-samples", **_HALF_ACTIVE),
    Case("code-as-wide-as-the-batch", **net(3, 6, 3, seed=5)),
    Case("far-out-logits", **_LARGE),
    Case("single-precision", **net(3, 5, 2, seed=6, dtype="float32")),
]

autoencoder = Exercise(
    "autoencoder",
    points=1,
    vectorized=lambda n: net(n, 6, 3),
    cases=[
        *_CASES,
        Case("code-as-wide-as-the-input", raises="w_enc", **net(2, 3, 3, seed=7)),
        Case("code-wider-than-the-input", raises="w_enc", **net(2, 3, 5, seed=8)),
        random_cases(random_net),
    ],
    misconceptions=[
        Misconception(
            "softmax-of-pixels",
            believes="The pixels of an image are probabilities that sum to 1.",
            wrong=lambda *args: forward(*args, out=_softmax),
            hint="Can two pixels both be white in your reconstruction? Is each pixel a question of its own?",
        ),
        Misconception(
            "linear-output",
            believes="The decoder's dense layer gives the pixels.",
            wrong=lambda *args: forward(*args, out=_identity),
            hint="Which range do pixels have, and which range does your reconstruction have?",
        ),
        Misconception(
            "relu-output",
            believes="The output has a relu like the code.",
            wrong=lambda *args: forward(*args, out=_relu),
            hint="What keeps a pixel of yours from being 3?",
        ),
        Misconception(
            "linear-code",
            believes="The code is what the encoder's dense layer gives.",
            wrong=lambda *args: forward(*args, code=_identity),
            hint="Can a number of the code be negative?",
        ),
        Misconception(
            "sigmoid-code",
            believes="Both layers have a sigmoid.",
            wrong=lambda *args: forward(*args, code=_sigmoid),
            hint="Which activation does the docstring give the code?",
        ),
        Misconception(
            "decoder-is-the-encoder-transposed",
            believes="The decoder uses the encoder's weights the other way round.",
            wrong=lambda x, w_enc, b_enc, w_dec, b_dec: forward(x, w_enc, b_enc, w_enc.T, b_dec),
            hint="That is a tied autoencoder. What would `w_dec` be for?",
        ),
        Misconception(
            "stops-at-the-code",
            believes="What an autoencoder gives is the code.",
            wrong=lambda x, w_enc, b_enc, w_dec, b_dec: _relu(x @ w_enc + b_enc),
            hint="What shape does a reconstruction of x have?",
        ),
        Misconception(
            "biases-forgotten",
            believes="The weights alone matter.",
            wrong=lambda x, w_enc, b_enc, w_dec, b_dec: _sigmoid(_relu(x @ w_enc) @ w_dec),
            hint="Where do `b_enc` and `b_dec` come in?",
        ),
        Misconception(
            "any-width",
            believes="A wider code remembers more, so any width will do.",
            wrong=forward,
            hint="If the code has as many numbers as the input, what must the network find out about inputs?",
        ),
    ],
    hints=[
        "Follow the shapes: (N, D), then (N, K), then (N, D) again.",
        "Two dense layers, each followed by an activation; you have written all of them in earlier units.",
        "sigmoid(dense(relu(dense(x, w_enc, b_enc)), w_dec, b_dec))",
    ],
    variants=[Variant("numpy-alone", _checked_forward)],
)

autoencoder_backward = Exercise(
    "autoencoder_backward",
    points=2,
    vectorized=lambda n: {"grad_output": normal(n, 6, seed=480), **net(n, 6, 3)},
    cases=[*_CASES, random_cases(random_net)],
    misconceptions=[
        Misconception(
            "upstream-ignored",
            believes="The backward pass needs the forward's arguments alone.",
            wrong=lambda grad_output, *args: backward(np.ones_like(grad_output), *args),
            hint="How does a change of the reconstruction change the loss? Where does that number enter?",
        ),
        Misconception(
            "sigmoid-skipped",
            believes="The upstream gradient is that of the logits.",
            wrong=lambda *args: backward(*args, slope_out=np.ones_like),
            hint="With which loss does the slope of the sigmoid cancel out, and is that loss part of this function?",
        ),
        Misconception(
            "sigmoid-taken-twice",
            believes="The slope is s(x̂) (1 - s(x̂)).",
            wrong=lambda *args: backward(*args, slope_out=lambda r: _sigmoid(r) * (1 - _sigmoid(r))),
            hint="s (1 - s) takes s, the output. Is the reconstruction the logit, or the output already?",
        ),
        Misconception(
            "relu-skipped",
            believes="The code passes its gradient on to the encoder as it is.",
            wrong=lambda *args: backward(*args, slope_code=np.ones_like),
            hint="A code that is 0 because its argument is negative: what does a small change of the weights do to it?",
        ),
        Misconception(
            "encoder-detached",
            believes="The code is the decoder's input, and an input has no gradient.",
            wrong=lambda *args: (*(np.zeros_like(each) for each in args[1:4]), *backward(*args)[3:]),
            hint="Who made the code? If the encoder gets no gradient, what does it ever learn?",
        ),
        Misconception(
            "input-as-target",
            believes="The gradient starts with x̂ - x.",
            wrong=lambda grad_output, x, *weights: backward(forward(x, *weights) - x, x, *weights),
            hint="Which loss is meant is the caller's affair. What does he pass in?",
        ),
        Misconception(
            "decoder-sees-the-input",
            believes="The gradient of the decoder's weights is made with the encoder's argument of the relu.",
            wrong=lambda g, x, w_enc, b_enc, w_dec, b_dec: _replaced(
                backward(g, x, w_enc, b_enc, w_dec, b_dec),
                w_dec=(x @ w_enc + b_enc).T @ (g * _slope(x, w_enc, b_enc, w_dec, b_dec)),
            ),
            hint="What was multiplied with w_dec on the way forward?",
        ),
        Misconception(
            "averaged-over-the-batch",
            believes="The gradients of the weights are means over the samples.",
            wrong=lambda g, x, *weights: _replaced(
                backward(g, x, *weights),
                **{n: each / len(x) for n, each in zip(_NAMES, backward(g, x, *weights)[1:], strict=True)},
            ),
            hint="If the loss is a mean, who has divided by N already?",
        ),
        Misconception(
            "without-the-input",
            believes="Only weights have gradients.",
            wrong=lambda *args: backward(*args)[1:],
            hint="How many gradients does the docstring list, and which is the first?",
        ),
    ],
    hints=[
        "Write the forward pass as four lines, one for each step. The backward pass has one for each, from the last.",
        "Each step's backward needs its own input: the logits for the sigmoid, the code, the hidden numbers, x.",
        "sigmoid_backward(…, logits), dense_backward(…, code, …), relu_backward(…, hidden), dense_backward(…, x, …)",
    ],
    variants=[Variant("numpy-alone", backward), Variant("column-by-column", _column_by_column)],
)
