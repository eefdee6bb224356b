"""residual_block and its backward pass."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import around, edit
from autograder.units.shared.arrays import normal
from autograder.units.shared.families import spoiled, upstream_ignored

UNFIT = "(channels != filters) if w_skip is None else w_skip.shape != (channels, filters)"
SECOND = 'conv2d(h, w2, b2, padding="same")'
BLOCK = f"relu({SECOND} + skip)"
LAST_RELU_BACK, INNER_RELU_BACK = f"relu_backward(grad_output, {SECOND} + skip)", "relu_backward(grad_h, before)"


SCALES = {"w1": 0.4, "b1": 0.3, "w2": 0.4, "b2": 0.3}


def shapes(
    *image: int, kernel: tuple[int, int] = (3, 3), middle: int = 2, filters: int, skip: bool = False
) -> dict[str, tuple[int, ...]]:
    """The arguments' shapes, for images (N, H, W, C)."""
    kernels = {"w1": (*kernel, image[3], middle), "b1": (middle,), "w2": (*kernel, middle, filters), "b2": (filters,)}
    return {"x": image, **kernels, **({"w_skip": (image[3], filters)} if skip else {})}


def layers(*image: int, seed: int, dtype: str = "float64", **sizes: Any) -> dict[str, Any]:
    """Images (N, H, W, C) and weights at which about half of each relu passes."""
    arrays = enumerate(shapes(*image, **sizes).items())
    return {
        name: normal(*s, seed=700 + 20 * k + seed, scale=SCALES.get(name, 1)).astype(dtype) for k, (name, s) in arrays
    }


def drawn_layers(rng: np.random.Generator) -> dict[str, Any]:
    """Two images, and weights for the way around where the number of channels changes."""
    channels, skip = int(rng.integers(1, 4)), bool(rng.random() < 0.5)
    filters, middle = channels + (2 if skip else 0), int(rng.integers(2, 4))
    height, width = int(rng.integers(3, 5)), int(rng.integers(4, 6))
    wanted = shapes(2, height, width, channels, middle=middle, filters=filters, skip=skip)
    return {name: rng.standard_normal(shape) for name, shape in wanted.items()}


SILENT = {**layers(1, 3, 4, 2, filters=2, seed=1), "b2": np.array([-90.0, 0.1])}
TURNED_ROUND = {**layers(1, 3, 4, 2, filters=3, seed=12), "w_skip": normal(3, 2)}

BLOCKS = [
    Case("one-pixel", **layers(1, 1, 1, 2, kernel=(1, 1), filters=2, seed=2)),
    Case("one-channel", **layers(1, 3, 4, 1, filters=1, seed=3)),
    Case("two-images", **layers(2, 4, 3, 2, middle=3, filters=2, seed=4), readonly=True),
    Case("kernel-not-square", **layers(1, 5, 4, 2, kernel=(3, 1), filters=2, seed=5)),
    Case("more-channels-behind", **layers(2, 3, 4, 2, middle=2, filters=3, skip=True, seed=6)),
    Case("as-many-channels-but-mixed", **layers(1, 4, 5, 2, middle=3, filters=2, skip=True, seed=7)),
    Case("a-filter-that-says-no", **SILENT),
    Case("single-precision", **layers(1, 4, 3, 2, filters=2, seed=8, dtype="float32")),
]

residual_block = Exercise(
    "residual_block",
    points=2,
    vectorized=lambda n: layers(2, n // 4, n // 5, 2, filters=2, seed=9),
    cases=[
        *BLOCKS,
        Case("channels-do-not-fit", raises="w_skip", **layers(1, 3, 4, 2, filters=3, seed=10)),
        Case("one-channel-is-not-broadcast", raises="w_skip", **layers(1, 3, 4, 1, filters=3, seed=11)),
        Case("way-around-the-wrong-way-round", raises="w_skip", **TURNED_ROUND),
        random_cases(drawn_layers),
    ],
    misconceptions=[
        edit("no-way-around", BLOCK, f"relu({SECOND})")
        .believes("A block is two convolutions.")
        .ask("What does the block give if all its weights are 0?"),
        edit("relu-before-the-sum", BLOCK, f"relu({SECOND}) + skip")
        .believes("Each convolution is followed by a relu, and then x is added.")
        .ask("Can the convolutions ever lower a number of x in your version?"),
        edit("no-relu-at-the-end", BLOCK, f"{SECOND} + skip")
        .believes("The sum is the result.")
        .ask("What is the outermost function in the docstring's last line?"),
        edit("no-relu-inside", "h = relu(", "h = (")
        .believes("The relu comes once, at the end.")
        .ask("Two convolutions with nothing between them: what can they do that one cannot?"),
        edit("relu-on-the-way-around", BLOCK, f"relu({SECOND} + relu(skip))")
        .believes("What is added goes through a relu, too.")
        .ask("What is `skip` in the docstring, where x is negative?"),
        edit("averaged", BLOCK, f"relu(({SECOND} + skip) / 2)")
        .believes("The result is the mean of the two ways.")
        .ask("After ten blocks, how much is left of x?"),
        edit("side-by-side", BLOCK, f"relu(np.concatenate([{SECOND}, skip], axis=3))")
        .believes("The two ways are joined along the channels.")
        .ask("That is what Inception and DenseNet do. What shape does the docstring promise?"),
        edit("way-around-always-plain", "skip = x if w_skip is None", "skip = x if channels == filters")
        .believes("Where the channels fit, x is added as it is.")
        .ask("Who decides whether the channels are mixed: the shapes, or whether `w_skip` is given?"),
        edit("one-channel-broadcast", UNFIT, "False")
        .believes("NumPy adds what can be broadcast.")
        .ask("x has one channel, the block three. Does anybody notice that one image is added to all three?"),
        edit("relu-of-each-way", BLOCK, f"relu({SECOND}) + relu(skip)")
        .believes("Both ways end with a relu, and then they are added.")
        .ask("One way gives 2, the other -3: what is the relu of their sum, and what is the sum of your two?"),
    ],
    hints=[
        "Draw the two ways from x to the sum. Where do the two relus stand?",
        "conv2d(…, padding='same') keeps height and width, so that x can be added; w_skip changes x's channels alone.",
        "relu(conv2d(relu(conv2d(x, w1, b1, padding='same')), w2, b2, padding='same') + skip)",
    ],
    variants=[
        Variant("products", ("relu(", "np.maximum(0, ", "pointwise_conv(x, w_skip, np.zeros_like(b2))", "x @ w_skip"))
    ],
)

residual_block_backward = Exercise(
    "residual_block_backward",
    points=4,
    cases=[*BLOCKS, random_cases(drawn_layers)],
    misconceptions=[
        edit("way-around-forgotten", "grad_x + grad_sum", "grad_x", "grad_x + around", "grad_x")
        .believes("x gets what comes back through the convolutions.")
        .ask("How often is x used on the way forward? What makes deep residual networks trainable?"),
        edit("convolutions-forgotten", "return grad_x + ", "return ")
        .believes("x gets what comes back over the short way.")
        .ask("How often is x used on the way forward?"),
        edit("addition-halves", "(grad_output,", "(grad_output / 2,")
        .believes("The addition shares the gradient evenly between its two sides.")
        .ask("z = a + b: what is ∂z/∂a? And ∂z/∂b?"),
        edit("last-relu-skipped", LAST_RELU_BACK, "grad_output")
        .believes("The upstream gradient is that of the sum.")
        .ask("The sum was negative, so the block gave 0. What does a small change of the weights do there?"),
        edit("last-relu-on-one-way", "+ grad_sum", "+ grad_output", "+ around", "+ grad_output @ w_skip.T")
        .believes("The relu belongs to the convolutions; the way around gets the upstream gradient as it is.")
        .ask("Does the relu stand before or behind the sum?"),
        edit("inner-relu-skipped", INNER_RELU_BACK, "grad_h")
        .believes("Between the convolutions the gradient passes unchanged.")
        .ask("Where h is 0 because its argument was negative, what does w1 do to it?"),
        upstream_ignored(),
        edit("ways-multiplied", "return grad_x + ", "return grad_x * ")
        .believes("By the chain rule the gradients of the two ways are multiplied.")
        .ask("Along one way factors are multiplied. What happens where two ways meet?"),
        edit("way-around-plain", "+ around", "+ grad_sum")
        .believes("The way around passes the gradient to x as it is.")
        .ask("On the way forward x was multiplied by w_skip. By what is the gradient multiplied coming back?"),
        around("no-gradient-for-the-way-around", lambda right: spoiled(right, lambda gradients: gradients[:5]))
        .believes("Only the convolutions learn.")
        .ask("Is w_skip a parameter? How many gradients does the docstring list where it is given?"),
    ],
    hints=[
        "Run the forward pass again and keep what you need: the arguments of both relus, and h.",
        "The gradient of the sum goes two ways: into conv2d_backward of the second convolution, and to x directly.",
        "grad_x of the first convolution + grad_sum (with w_skip: its way back through pointwise_conv_backward).",
    ],
    variants=[
        Variant(
            "masks", (LAST_RELU_BACK, f"grad_output * ({SECOND} + skip > 0)", INNER_RELU_BACK, "grad_h * (before > 0)")
        )
    ],
)
