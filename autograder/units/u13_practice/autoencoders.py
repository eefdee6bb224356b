"""autoencoder, its backward pass and its training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import around, body, edit, returns
from autograder.datasets.fallback import bundled_digits
from autograder.units.shared.arrays import normal, spread
from autograder.units.shared.families import spoiled, upstream_ignored

CODE, OUTPUT = "relu(dense(x, w_enc, b_enc))", "sigmoid(dense(code, w_dec, b_dec))"
SIGMOID_BACK = "sigmoid_backward(grad_output, dense(code, w_dec, b_dec))"
ENCODER_BACK = "*dense_backward(grad_hidden, x, w_enc, b_enc)"
GRADIENTS = f"{ENCODER_BACK}, grad_w_dec, grad_b_dec"
LOSS, LOSS_SLOPE = "mean_squared_error(x, rebuilt)", "mean_squared_error_backward(x, rebuilt)"
LOSS_AFTER = "mean_squared_error(x, autoencoder(x, *weights))"
MOVED = "weights = (a, b, c, d)"


def net(n: int, d: int, k: int, seed: int = 0, dtype: str = "float64", **changed: Any) -> dict[str, Any]:
    """Samples between 0 and 1, and weights at which about half of the code is active; some are `changed`."""
    arrays = {
        "x": spread(0.02, 0.98, n * d).reshape(n, d),
        "w_enc": normal(d, k, seed=400 + seed),
        "b_enc": normal(k, seed=420 + seed, scale=0.5),
        "w_dec": normal(k, d, seed=440 + seed),
        "b_dec": normal(d, seed=460 + seed, scale=0.5),
    }
    return {name: np.asarray(changed.get(name, array), dtype) for name, array in arrays.items()}


def drawn_net(rng: np.random.Generator) -> dict[str, Any]:
    """A network whose code is narrower than its input."""
    n, d = int(rng.integers(3, 7)), int(rng.integers(5, 8))
    k = int(rng.integers(2, d))
    return {
        "x": rng.random((n, d)),
        "w_enc": rng.standard_normal((d, k)),
        "b_enc": rng.standard_normal(k),
        "w_dec": rng.standard_normal((k, d)),
        "b_dec": rng.standard_normal(d),
    }


def steps(lr: float, epochs: int) -> Mapping[str, Any]:
    """How long to train."""
    return {"lr": lr, "epochs": epochs}


def of_digits() -> Mapping[str, Any]:
    """Sixty handwritten digits, 64 pixels each, and a code of eight numbers."""
    rng = np.random.default_rng(3)
    some = np.arange(90) % 3 != 2
    return {
        "x": bundled_digits()[0][:90][some].reshape(60, 64) / 16.0,
        "w_enc": rng.standard_normal((64, 8)) / 8,
        "b_enc": np.full(8, 0.1),
        "w_dec": rng.standard_normal((8, 64)) / 4,
        "b_dec": np.zeros(64),
    }


NETS = [
    Case("one-sample", **net(1, 3, 2, seed=16)),
    Case("a-code-of-one-number", **net(3, 4, 1, seed=3)),
    Case("several-samples", **net(4, 5, 3, seed=4), readonly=True),
    Case("part-of-the-code-asleep", **net(3, 4, 2, seed=1, b_enc=[-20.0, 0.2])),
    Case("active-for-some-samples", **net(5, 4, 3, seed=9, b_enc=[-0.3, 0.1, 0.4])),
    Case("code-as-wide-as-the-batch", **net(3, 6, 3, seed=5)),
    Case("far-out-logits", **net(2, 3, 2, seed=2, b_dec=[900.0, -900.0, 0.5])),
    Case("single-precision", **net(3, 5, 2, seed=6, dtype="float32")),
]

autoencoder = Exercise(
    "autoencoder",
    points=1,
    vectorized=lambda n: net(n, 6, 3),
    cases=[
        *NETS,
        Case("code-as-wide-as-the-input", raises="w_enc", **net(2, 3, 3, seed=7)),
        Case("code-wider-than-the-input", raises="w_enc", **net(2, 3, 5, seed=8)),
        random_cases(drawn_net),
    ],
    misconceptions=[
        edit("softmax-of-pixels", "return sigmoid(", "from solutions.u04_activations import softmax; return softmax(")
        .believes("The pixels of an image are probabilities that sum to 1.")
        .ask("Can two pixels both be white in your reconstruction? Is each pixel a question of its own?"),
        edit("linear-output", "return sigmoid(", "return (")
        .believes("The decoder's dense layer gives the pixels.")
        .ask("Which range do pixels have, and which range does your reconstruction have?"),
        edit("relu-output", "return sigmoid(", "return relu(")
        .believes("The output has a relu like the code.")
        .ask("What keeps a pixel of yours from being 3?"),
        edit("linear-code", "code = relu(", "code = (")
        .believes("The code is what the encoder's dense layer gives.")
        .ask("Can a number of the code be negative?"),
        edit("sigmoid-code", "code = relu(", "code = sigmoid(")
        .believes("Both layers have a sigmoid.")
        .ask("Which activation does the docstring give the code?"),
        edit("decoder-is-the-encoder-transposed", "dense(code, w_dec,", "dense(code, w_enc.T,")
        .believes("The decoder uses the encoder's weights the other way round.")
        .ask("That is a tied autoencoder. What would `w_dec` be for?"),
        edit("stops-at-the-code", OUTPUT, "code")
        .believes("What an autoencoder gives is the code.")
        .ask("What shape does a reconstruction of x have?"),
        returns("biases-forgotten", "sigmoid(relu(x @ w_enc) @ w_dec)")
        .believes("The weights alone matter.")
        .ask("Where do `b_enc` and `b_dec` come in?"),
        edit("any-width", "w_enc.shape[1] >= w_enc.shape[0]", "False")
        .believes("A wider code remembers more, so any width will do.")
        .ask("If the code has as many numbers as the input, what must the network find out about inputs?"),
    ],
    hints=[
        "Follow the shapes: (N, D), then (N, K), then (N, D) again.",
        "Two dense layers, each followed by an activation; you have written all of them in earlier units.",
        "sigmoid(dense(relu(dense(x, w_enc, b_enc)), w_dec, b_dec))",
    ],
    variants=[
        Variant(
            "numpy-alone",
            (CODE, "np.maximum(x @ w_enc + b_enc, 0)", OUTPUT, "0.5 * (1 + np.tanh(0.5 * (code @ w_dec + b_dec)))"),
        )
    ],
)

autoencoder_backward = Exercise(
    "autoencoder_backward",
    points=2,
    vectorized=lambda n: {"grad_output": normal(n, 6, seed=480), **net(n, 6, 3)},
    cases=[*NETS, random_cases(drawn_net)],
    misconceptions=[
        upstream_ignored(),
        edit("sigmoid-skipped", SIGMOID_BACK, "grad_output")
        .believes("The upstream gradient is that of the logits.")
        .ask("With which loss does the sigmoid's slope cancel out? Is that loss part of this function?"),
        edit("sigmoid-taken-twice", "dense(code, w_dec, b_dec)", OUTPUT)
        .believes("The slope is s(x̂) (1 - s(x̂)).")
        .ask("s (1 - s) takes s, the output. Is the reconstruction the logit, or the output already?"),
        edit("relu-skipped", "relu_backward(grad_code, hidden)", "grad_code")
        .believes("The code passes its gradient on to the encoder as it is.")
        .ask("A code is 0 because its argument is negative: what does a small change of the weights do to it?"),
        edit("encoder-detached", ENCODER_BACK, "*map(np.zeros_like, (x, w_enc, b_enc))")
        .believes("The code is the decoder's input, and an input has no gradient.")
        .ask("Who made the code? If the encoder gets no gradient, what does it ever learn?"),
        edit("input-as-target", "(grad_output,", "(autoencoder(x, w_enc, b_enc, w_dec, b_dec) - x,")
        .believes("The gradient starts with x̂ - x.")
        .ask("Which loss is meant is up to the caller. What does the caller pass in?"),
        edit("decoder-sees-the-input", "(grad_logits, code,", "(grad_logits, hidden,")
        .believes("The gradient of the decoder's weights is made with the encoder's argument of the relu.")
        .ask("What was multiplied with w_dec on the way forward?"),
        edit(
            "averaged-over-the-batch",
            f"return {GRADIENTS}",
            f"grad_x, *grads = {GRADIENTS}; return grad_x, *(grad / len(x) for grad in grads)",
        )
        .believes("The gradients of the weights are means over the samples.")
        .ask("If the loss is a mean, who has divided by N already?"),
        around("without-the-input", lambda right: spoiled(right, lambda gradients: gradients[1:]))
        .believes("Only weights have gradients.")
        .ask("How many gradients does the docstring list, and which is the first?"),
    ],
    hints=[
        "Write the forward pass as four lines, one for each step. The backward pass has one for each, from the last.",
        "Each step's backward needs its own input: the logits for the sigmoid, the code, the hidden numbers, x.",
        "sigmoid_backward(…, logits), dense_backward(…, code, …), relu_backward(…, hidden), dense_backward(…, x, …)",
    ],
    variants=[
        Variant(
            "numpy-alone",
            """
            hidden = x @ w_enc + b_enc
            code = np.maximum(hidden, 0)
            rebuilt = 0.5 * (1 + np.tanh(0.5 * (code @ w_dec + b_dec)))
            grad_logits = grad_output * rebuilt * (1 - rebuilt)
            grad_hidden = grad_logits @ w_dec.T * (hidden > 0)
            encoder = (grad_hidden @ w_enc.T, x.T @ grad_hidden, grad_hidden.sum(axis=0))
            return *encoder, code.T @ grad_logits, grad_logits.sum(axis=0)
            """,
        ),
        Variant(
            "column-by-column",
            """
            columns = grad_output * np.eye(grad_output.shape[1], dtype=grad_output.dtype)[:, None]
            parts = [autoencoder_backward(column, x, w_enc, b_enc, w_dec, b_dec) for column in columns]
            return tuple(sum(each) for each in zip(*parts))
            """,
        ),
    ],
)

train_autoencoder = Exercise(
    "train_autoencoder",
    points=3,
    parts=("losses", "weights"),
    vectorized=lambda n: {**net(n, 6, 3), **steps(0.5, 3)},
    cases=[
        Case("one-epoch", **net(2, 3, 2, seed=10), **steps(1.0, 1)),
        Case("no-epochs", **net(2, 3, 2, seed=11), **steps(1.0, 0)),
        Case("two-epochs", **net(4, 5, 2, seed=12), **steps(0.5, 2), readonly=True),
        Case("more-samples-than-pixels", **net(7, 4, 2, seed=13), **steps(2.0, 4)),
        Case("six-epochs", **net(3, 6, 4, seed=14), **steps(1.5, 6)),
        Case("real-digits-through-eight-numbers", **of_digits(), **steps(10.0, 12)),
        Case("single-precision", **net(3, 5, 2, seed=15, dtype="float32"), **steps(1.0, 2)),
        Case("bytes-are-not-scaled", raises="x", **net(3, 4, 2, seed=1, x=[[0, 128, 255, 64]]), **steps(1.0, 2)),
        Case("a-little-too-white", raises="x", **net(3, 4, 2, seed=1, x=[[0.0, 0.5, 1.1, 0.3]]), **steps(1.0, 2)),
        Case("standardised-pixels", raises="x", **net(3, 4, 2, seed=1, x=[[0.0, 0.5, -0.1, 0.3]]), **steps(1.0, 2)),
        Case("no-bottleneck", raises="w_enc", **net(2, 3, 3, seed=7), **steps(1.0, 2)),
        Case("negative-epochs", raises="epochs", **net(2, 3, 2, seed=10), **steps(1.0, -1)),
        random_cases(lambda rng: {**drawn_net(rng), **steps(float(rng.uniform(0.5, 2)), int(rng.integers(2, 5)))}),
    ],
    misconceptions=[
        edit("target-rounded", "(x, rebuilt)", "(np.rint(x), rebuilt)")
        .believes("The targets are black or white pixels.")
        .ask("What should a grey pixel become?"),
        edit("uphill", "weight - lr * grad", "weight + lr * grad")
        .believes("The gradient is added.")
        .ask("Which way does the gradient point? Do your losses fall?"),
        edit("half-the-square", "(x, rebuilt)", "(x, rebuilt) / 2")
        .believes("The loss has a factor 1/2, so that the 2 cancels out.")
        .ask("Does the docstring's loss have a 1/2?"),
        edit("factor-two-forgotten", LOSS_SLOPE, f"{LOSS_SLOPE} / 2")
        .believes("The gradient of (x̂ - x)² is x̂ - x.")
        .ask("What is the derivative of e²?"),
        edit("gradient-divided-by-the-samples-alone", LOSS_SLOPE, "2 * (rebuilt - x) / len(x)")
        .believes("A mean's gradient is divided by the number of samples.")
        .ask("The loss is a mean over all N · D numbers. What must its gradient be divided by?"),
        edit("gradient-not-divided", LOSS_SLOPE, "2 * (rebuilt - x)")
        .believes("The gradient of a mean of squares is 2 (x̂ - x).")
        .ask("If one number x̂ moves, by how much does the mean of all N · D squares move?"),
        edit("summed-over-the-pixels", "(x, rebuilt)", "(x, rebuilt) * x.shape[1]")
        .believes("The loss is the mean over the samples of the sum over the pixels.")
        .ask("How many numbers is the mean taken over: N, or N · D?"),
        edit("cross-entropy-gradient", LOSS_SLOPE, "(rebuilt - x) / x.size", SIGMOID_BACK, "grad_output")
        .believes("Behind a sigmoid the gradient of the logits is x̂ - x.")
        .ask("That is binary cross-entropy's. What does the sigmoid do to the gradient of the square?"),
        edit("loss-after-the-step", f"losses[epoch] = {LOSS}", "", MOVED, f"{MOVED}; losses[epoch] = {LOSS_AFTER}")
        .believes("An epoch's loss is what is left after it.")
        .ask("With which weights is the first of your losses computed?"),
        edit(
            "decoder-first",
            MOVED,
            """weights = (*weights[:2], c, d); rebuilt = autoencoder(x, *weights)
        _, *grads = autoencoder_backward(mean_squared_error_backward(x, rebuilt), x, *weights)
        weights = (weights[0] - lr * grads[0], weights[1] - lr * grads[1], c, d)""",
        )
        .believes("The decoder is moved first, and the encoder then sees the new decoder.")
        .ask("At which weights were the gradients taken that make up one step?"),
        edit("encoder-left-alone", MOVED, "weights = (w_enc, b_enc, c, d)")
        .believes("Only the decoder learns to rebuild.")
        .ask("Who decides what the code says about an input?"),
        edit("biases-left-alone", MOVED, "weights = (a, b_enc, c, b_dec)")
        .believes("Weights are trained; biases are constants.")
        .ask("How many arrays does the docstring's w stand for?"),
        body(
            "a-step-for-each-sample",
            """
            losses, weights = np.empty(epochs, dtype=x.dtype), (w_enc, b_enc, w_dec, b_dec)
            for epoch in range(epochs):
                losses[epoch] = mean_squared_error(x, autoencoder(x, *weights))
                for row in x[:, None]:
                    _, weights = train_autoencoder(row, *weights, lr, 1)
            return losses, weights
            """,
        )
        .believes("Each sample moves the weights.")
        .ask("How many steps does one epoch have, if it uses all samples at once?"),
        edit("in-place", "(weight - lr * grad for", "(np.subtract(weight, lr * grad, out=weight) for")
        .believes("The weights may be changed where they stand.")
        .ask("Whose arrays does w -= lr * grad change?"),
        edit("bytes-taken", "x.min() < 0 or x.max() > 1", "False")
        .believes("The network learns to rebuild any numbers.")
        .ask("Between which numbers does a sigmoid lie, and what does it make of a pixel of 200?"),
    ],
    hints=[
        "Which three things happen in an epoch, and which of them need the weights from before the step?",
        "x comes twice: as input, and as target of the loss, whose gradient is autoencoder_backward's upstream.",
        "grads = autoencoder_backward(mean_squared_error_backward(x, rebuilt), x, *weights)[1:]; then w - lr * g.",
    ],
    variants=[
        Variant("numpy-alone", (LOSS, "np.square(rebuilt - x).mean()", LOSS_SLOPE, "2 * (rebuilt - x) / x.size"))
    ],
)
