"""Assessment of networks: Dense, Activation and Flatten."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.units import _network_right as right
from autograder.units import _network_slips as slips
from autograder.units._network_drivers import HELPERS, drive_layer, single, trial, untried

__all__ = ["Activation", "Dense", "Flatten"]

SMOOTH = ("sigmoid", "tanh", "softplus", "softmax", "relu")
UPSTREAM_IGNORED = "What does the loss do with your output, and where in your product does it stand?"


def _dense(units: int, *input_shape: int, activation: str | None = None, **more: Any) -> dict[str, Any]:
    options = {"units": units} if activation is None else {"units": units, "activation": activation}
    shapes = [(input_shape[-1], units), (units,)]
    return trial(options, input_shape, (*input_shape[:-1], units), shapes, **more)


def _random_dense(rng: np.random.Generator) -> dict[str, Any]:
    features, units, first, second = (int(n) for n in rng.integers(1, 6, 4))
    activation = [None, *SMOOTH][rng.integers(6)]
    return _dense(
        units + 1, features, activation=activation, sizes=(first, second + first), seed=int(rng.integers(2**20))
    )


def _sums_up(self: Any, gradients: Any) -> None:
    before = self.gradients or [0.0, 0.0]
    self.gradients = [old + new for old, new in zip(before, gradients, strict=True)]


def _by_batch(self: Any, gradients: Any) -> None:
    self.gradients = [each / len(self.memory[0]) for each in gradients]


def _without_bias(self: Any, gradients: Any) -> None:
    self.gradients = [gradients[0], np.zeros_like(gradients[1])]


def _reversed(self: Any, gradients: Any) -> None:
    self.gradients = gradients[::-1]


def _slope_at_output(self: Any, grad_output: Any, z: Any) -> Any:
    return self.activation[1](grad_output, self.activation[0](z))


Dense = Exercise(
    "Dense",
    points=3,
    reference="dense",
    scenario=drive_layer,
    helpers=HELPERS,
    cases=[
        Case("no-activation", **_dense(3, 2)),
        Case("relu", **_dense(4, 3, activation="relu", seed=1), readonly=True),
        Case("sigmoid", **_dense(2, 5, activation="sigmoid", sizes=(3, 1), seed=2)),
        Case("softmax", **_dense(4, 3, activation="softmax", sizes=(1, 4), seed=3)),
        Case("one-unit", **_dense(1, 4, activation="tanh", sizes=(4, 2), seed=4)),
        Case("steps-of-sequences", **_dense(3, 2, 4, activation="tanh", seed=5), readonly=True),
        Case("single-precision", **single(_dense(3, 4, activation="softplus", seed=6))),
        Case("initial-weights", **untried({"units": 60}, (40,))),
        Case("initial-weights-of-a-wide-layer", **untried({"units": 300, "activation": "relu"}, (8,))),
        Case("unknown-activation", raises="activation", **untried({"units": 3, "activation": "rely"}, (2,))),
        random_cases(_random_dense, count=3),
    ],
    misconceptions=[
        Misconception(
            "activation-forgotten-on-the-way-back",
            believes="The gradient of the output is that of x W + b.",
            wrong=right.made(right.Dense, slope=lambda self, grad_output, z: grad_output),
            hint="What stands between x W + b and the output, and what is its slope?",
        ),
        Misconception(
            "slope-at-the-output",
            believes="The activation's backward takes what the layer has put out.",
            wrong=right.made(right.Dense, slope=_slope_at_output),
            hint="Of which numbers was the activation computed: of z, or of y?",
        ),
        Misconception(
            "gradients-add-up",
            believes="Gradients accumulate from call to call.",
            wrong=right.made(right.Dense, keep=_sums_up),
            hint="After the second batch, of which batch should `gradients` tell?",
        ),
        Misconception(
            "gradients-divided-by-the-batch",
            believes="The mean over the batch is taken in the layer.",
            wrong=right.made(right.Dense, keep=_by_batch),
            hint="Who divides by the number of samples already: the loss or the layer?",
        ),
        Misconception(
            "bias-without-gradient",
            believes="The bias is not connected to the input, so nothing flows to it.",
            wrong=right.made(right.Dense, keep=_without_bias),
            hint="If b grows by 1, what happens to y in every sample?",
        ),
        Misconception(
            "gradients-in-reverse",
            believes="Going backward, the bias comes first.",
            wrong=right.made(right.Dense, keep=_reversed),
            hint="Which gradient belongs to parameters[0]?",
        ),
        Misconception(
            "batch-axis-in-the-shape",
            believes="A shape starts with the batch axis, None.",
            wrong=right.made(right.Dense, shape=lambda self, input_shape: (None, *input_shape[:-1], self.units)),
            hint="What does the convention card say of the batch axis in shapes?",
        ),
        Misconception(
            "kept-outside-of-memory",
            believes="What backward needs may stand in any attribute.",
            wrong=right.elsewhere(right.Dense),
            hint="If a layer is called twice, how does the network bring back what the first call left?",
        ),
        Misconception(
            "zero-weights",
            believes="All parameters start at zero.",
            wrong=right.made(right.Dense, initial=lambda self, shape, rng: [np.zeros(shape), np.zeros(shape[-1])]),
            hint="If all weights are equal, in what will two units ever differ?",
        ),
        Misconception(
            "standard-normal-weights",
            believes="Any random numbers break the symmetry.",
            wrong=right.made(
                right.Dense, initial=lambda self, shape, rng: [rng.standard_normal(shape), np.zeros(shape[-1])]
            ),
            hint="How large are sums of 100 such numbers, and what does `glorot_uniform` do about it?",
        ),
        Misconception(
            "generator-of-its-own",
            believes="A layer makes its own random numbers.",
            wrong=right.made(
                right.Dense,
                initial=lambda self, shape, rng: [right.glorot(np.random.default_rng(0), shape), np.zeros(shape[-1])],
            ),
            hint="What will two layers of one shape have in common, if neither uses `rng`?",
        ),
        *slips.DENSE,
    ],
    variants=[Variant("own-formulas", right.Dense)],
    hints=[
        "Look at what backward needs: the input x, and the z that went into the activation.",
        "Two steps forward (sum, activation), so two steps backward, in reverse: the activation's backward first.",
        "grad_x, *self.gradients = dense_backward(activation_backward(grad_output, z), x, *self.parameters)",
    ],
)


def _activation(name: str, *shape: int, **more: Any) -> dict[str, Any]:
    return trial({"name": name}, shape, shape, **more)


def _random_activation(rng: np.random.Generator) -> dict[str, Any]:
    shape = tuple(int(n) + 1 for n in rng.integers(1, 4, rng.integers(1, 3)))
    return _activation(SMOOTH[rng.integers(4)], *shape, seed=int(rng.integers(2**20)))


Activation = Exercise(
    "Activation",
    points=2,
    reference="activation",
    scenario=drive_layer,
    helpers=HELPERS,
    cases=[
        Case("relu", **_activation("relu", 3)),
        Case("tanh", **_activation("tanh", 4, seed=1), readonly=True),
        Case("sigmoid-of-one-number", **_activation("sigmoid", 1, seed=2, sizes=(3, 2))),
        Case("softmax-of-rows", **_activation("softmax", 4, seed=3)),
        Case("softmax-of-steps", **_activation("softmax", 2, 3, seed=4), readonly=True),
        Case("images", **_activation("relu", 2, 3, 2, seed=5)),
        Case("large-inputs", **_activation("softplus", 5, seed=6, scale=20.0)),
        Case("single-precision", **single(_activation("tanh", 3, seed=7))),
        Case("unknown-name", raises="name", **untried({"name": "rely"}, (2,))),
        random_cases(_random_activation),
    ],
    misconceptions=[
        Misconception(
            "gradient-passes-unchanged",
            believes="A layer without parameters has nothing to do on the way back.",
            wrong=right.made(right.Activation, backward=lambda self, grad_output: grad_output),
            hint="If x grows by 1 where relu is flat, does the loss change?",
        ),
        Misconception(
            "slope-without-upstream",
            believes="The gradient of a layer is the slope of its function.",
            wrong=right.made(
                right.Activation, backward=lambda self, g: self.activation[1](np.ones_like(g), self.memory)
            ),
            hint=UPSTREAM_IGNORED,
        ),
        Misconception(
            "slope-at-the-output",
            believes="The backward function takes what forward returned.",
            wrong=right.made(
                right.Activation,
                backward=lambda self, g: self.activation[1](g, self.activation[0](self.memory)),
            ),
            hint="What are the arguments of `tanh_backward` in unit 4: the input of tanh, or its output?",
        ),
        Misconception(
            "slope-elementwise-for-softmax",
            believes="Every output depends on its own input alone.",
            wrong=right.made(
                right.Activation,
                backward=lambda self, g: (
                    self.activation[1](np.ones_like(g), self.memory) * g
                    if self.activation is not right.ACTIVATIONS["softmax"]
                    else g * self.activation[0](self.memory) * (1 - self.activation[0](self.memory))
                ),
            ),
            hint="If one score grows, what happens to the other probabilities?",
        ),
        Misconception(
            "batch-axis-in-the-shape",
            believes="A shape starts with the batch axis, None.",
            wrong=right.made(
                right.Activation,
                build=lambda self, input_shape, rng: setattr(self, "output_shape", (None, *input_shape)),
            ),
            hint="What does the convention card say of the batch axis in shapes?",
        ),
        Misconception(
            "kept-outside-of-memory",
            believes="What backward needs may stand in any attribute.",
            wrong=right.elsewhere(right.Activation),
            hint="If a layer is called twice, how does the network bring back what the first call left?",
        ),
        *slips.ACTIVATION,
    ],
    variants=[Variant("own-formulas", right.Activation)],
    hints=[
        "ACTIVATIONS[name] is a pair: the function, and the backward of unit 4.",
        "Which argument does the backward need besides grad_output, and when did you last see it?",
        "forward keeps x in self.memory; backward returns ACTIVATIONS[name][1](grad_output, self.memory).",
    ],
)


def _flat(*shape: int, **more: Any) -> dict[str, Any]:
    return trial({}, shape, (int(np.prod(shape)),), **more)


def _random_flat(rng: np.random.Generator) -> dict[str, Any]:
    shape = tuple(int(n) for n in rng.integers(1, 4, rng.integers(2, 4)))
    return _flat(*shape, seed=int(rng.integers(2**20)))


def _one_row(self: Any, x: Any, training: bool = False) -> Any:
    self.memory = x.shape
    return x.reshape(-1)


def _columns_first(self: Any, x: Any, training: bool = False) -> Any:
    self.memory = x.shape
    return x.reshape(len(x), -1, order="F")


Flatten = Exercise(
    "Flatten",
    points=1,
    reference="flatten",
    scenario=drive_layer,
    helpers=HELPERS,
    cases=[
        Case("rows-and-columns", **_flat(2, 3)),
        Case("images", **_flat(3, 2, 2, seed=1), readonly=True),
        Case("already-flat", **_flat(4, seed=2)),
        Case("one-sample", **_flat(2, 4, sizes=(1, 2), seed=3)),
        Case("axes-of-length-1", **_flat(1, 3, 1, seed=4)),
        Case("single-precision", **single(_flat(2, 2, seed=5))),
        random_cases(_random_flat),
    ],
    misconceptions=[
        Misconception(
            "batch-flattened",
            believes="Flattening makes one row of everything.",
            wrong=right.made(
                right.Flatten,
                forward=_one_row,
            ),
            hint="How many samples are there after your forward?",
        ),
        Misconception(
            "gradient-stays-flat",
            believes="There is nothing to undo.",
            wrong=right.made(right.Flatten, backward=lambda self, grad_output: grad_output),
            hint="What shape does the layer below expect its gradient to have?",
        ),
        Misconception(
            "columns-first",
            believes="The order of the numbers in a row is free.",
            wrong=right.made(
                right.Flatten,
                forward=_columns_first,
                backward=lambda self, grad_output: grad_output.reshape(self.memory, order="F"),
            ),
            hint="Which index runs fastest in row-major order?",
        ),
        Misconception(
            "batch-axis-in-the-shape",
            believes="A shape starts with the batch axis, None.",
            wrong=right.made(
                right.Flatten,
                build=lambda self, input_shape, rng: setattr(self, "output_shape", (None, int(np.prod(input_shape)))),
            ),
            hint="What does the convention card say of the batch axis in shapes?",
        ),
        Misconception(
            "size-is-a-number",
            believes="With one axis the shape is that number.",
            wrong=right.made(
                right.Flatten,
                build=lambda self, input_shape, rng: setattr(self, "output_shape", int(np.prod(input_shape))),
            ),
            hint="What will the next layer do with input_shape[-1]?",
        ),
    ],
    variants=[Variant("own-formulas", right.Flatten)],
    hints=[
        "Which axis must survive?",
        "The output shape is the product of the input's numbers; backward needs the shape of x.",
        "flatten(x) forward; flatten_backward(grad_output, x) backward, x from self.memory.",
    ],
)
