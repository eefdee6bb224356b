"""Dense, Activation and Flatten."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit
from autograder.units.u12_network.every_layer import (
    activation_forgotten,
    batch_axis_in_the_shape,
    gradients_add_up,
    gradients_become,
    kept_outside_of_memory,
    remembers_training_alone,
    slope_at_the_output,
)
from autograder.units.u12_network.layer_passes import HELPERS, drive_layer, single, trial, untried

SMOOTH = ("sigmoid", "tanh", "softplus", "softmax", "relu")

KERNEL = "glorot_uniform(rng, (input_shape[-1], self.units))"
BIAS = "np.zeros(self.units)"
BACK = "dense_backward(self._activation[1](grad_output, z), x, *self.parameters)"
SLOPE = "self._activation[1](grad_output, self.memory)"
OWN_BACKWARD = """grad_z = self._activation[1](grad_output, z)
        axes = tuple(range(x.ndim - 1))
        self.gradients = [np.tensordot(x, grad_z, (axes, axes)), grad_z.sum(axis=axes)]
        grad_x = grad_z @ self.parameters[0].T"""
FLAT_BACK = "flatten_backward(grad_output, self.memory)"


def _dense(units: int, *input_shape: int, activation: str | None = None, **more: Any) -> dict[str, Any]:
    options = {"units": units} if activation is None else {"units": units, "activation": activation}
    shapes = [(input_shape[-1], units), (units,)]
    return trial(options, input_shape, (*input_shape[:-1], units), shapes, **more)


def _random_dense(rng: np.random.Generator) -> dict[str, Any]:
    features, units, first, second = (int(n) for n in rng.integers(1, 6, 4))
    activation = [None, *SMOOTH][rng.integers(6)]
    sizes = (first, second + first)
    return _dense(units + 1, features, activation=activation, sizes=sizes, seed=int(rng.integers(2**20)))


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
        activation_forgotten("x W + b"),
        slope_at_the_output(),
        gradients_add_up(),
        gradients_become("gradients-divided-by-the-batch", "[each / len(x) for each in self.gradients]")
        .believes("The mean over the batch is taken in the layer.")
        .ask("Who already divides by the number of samples: the loss or the layer?"),
        gradients_become("bias-without-gradient", "[self.gradients[0], np.zeros_like(self.gradients[1])]")
        .believes("The bias is not connected to the input, so nothing flows to it.")
        .ask("If b grows by 1, what happens to y in every sample?"),
        gradients_become("gradients-in-reverse", "self.gradients[::-1]")
        .believes("Going backward, the bias comes first.")
        .ask("Which gradient belongs to parameters[0]?"),
        batch_axis_in_the_shape(),
        kept_outside_of_memory(),
        edit("zero-weights", KERNEL, "np.zeros((input_shape[-1], self.units))")
        .believes("All parameters start at zero.")
        .ask("If all weights are equal, how will two units ever differ?"),
        edit("standard-normal-weights", KERNEL, "rng.standard_normal((input_shape[-1], self.units))")
        .believes("Any random numbers break the symmetry.")
        .ask("How large are sums of 100 such numbers, and what does `glorot_uniform` do about it?"),
        edit("generator-of-its-own", "glorot_uniform(rng, ", "glorot_uniform(np.random.default_rng(0), ")
        .believes("A layer makes its own random numbers.")
        .ask("What do two layers of one shape have in common if neither uses `rng`?"),
        remembers_training_alone(),
        edit("kernel-turned", KERNEL, f"{KERNEL}.T")
        .believes("A kernel has a row for each unit: (units, in).")
        .ask("In x @ W, which axis of W meets the features of x?"),
        edit("random-bias", BIAS, "rng.standard_normal(self.units)")
        .believes("A bias is random, like the weights.")
        .ask("Where do biases start, according to the convention card?"),
        edit("bias-of-two-axes", BIAS, "np.zeros((1, self.units))")
        .believes("A bias is a row, (1, units), so that it can be added to a batch.")
        .ask("Which shape of b does the docstring give, and is (units,) added to every row, too?"),
        edit("steps-lost-in-the-shape", "(*input_shape[:-1], self.units)", "(self.units,)")
        .believes("What comes out has the shape (units,).")
        .ask("What comes out for steps of sequences, (T, in)?"),
        edit("activated-before-the-sum", "self._activation[0](z)", "dense(self._activation[0](x), *self.parameters)")
        .believes("The activation is applied to x.")
        .ask("y = f(x W + b): what is inside f?"),
    ],
    variants=[
        Variant(
            "own-formulas",
            (
                "dense(x, *self.parameters)",
                "x @ self.parameters[0] + self.parameters[1]",
                f"grad_x, *self.gradients = {BACK}",
                OWN_BACKWARD,
            ),
        )
    ],
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
        edit("gradient-passes-unchanged", SLOPE, "grad_output")
        .believes("A layer without parameters has nothing to do on the way back.")
        .ask("If x grows by 1 where relu is flat, does the loss change?"),
        edit("slope-without-upstream", SLOPE, "self._activation[1](np.ones_like(grad_output), self.memory)")
        .believes("The gradient of a layer is the slope of its function.")
        .ask("What does the loss do with your output, and where in your product does that stand?"),
        edit("slope-at-the-output", SLOPE, "self._activation[1](grad_output, self._activation[0](self.memory))")
        .believes("The backward function takes what forward returned.")
        .ask("What does `tanh_backward` of unit 4 take: the input of tanh, or its output?"),
        body(
            "slope-elementwise-for-softmax",
            """
            if self._activation is not ACTIVATIONS["softmax"]:
                return Activation.backward(self, grad_output)
            p = softmax(self.memory)
            return grad_output * p * (1 - p)
            """,
            method="backward",
        )
        .believes("Every output depends on its own input alone.")
        .ask("If one score grows, what happens to the other probabilities?"),
        batch_axis_in_the_shape(),
        kept_outside_of_memory(),
        remembers_training_alone(),
        edit("arguments-exchanged", "(grad_output, self.memory)", "(self.memory, grad_output)")
        .believes("The backward function takes x, then the gradient.")
        .ask("In which order does `relu_backward` of unit 4 take its arguments?"),
        edit("output-for-slope", SLOPE, "grad_output * self._activation[0](self.memory)")
        .believes("The gradient is multiplied by the output.")
        .ask("What is the slope of relu at 3, and what is its output there?"),
    ],
    variants=[
        Variant(
            "function-in-memory",
            (
                "self.memory = x",
                "self.memory = lambda grad: self._activation[1](grad, x)",
                SLOPE,
                "self.memory(grad_output)",
            ),
        )
    ],
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
        edit("batch-flattened", "flatten(x)", "x.reshape(-1)")
        .believes("Flattening makes one row of everything.")
        .ask("How many samples are there after your forward?"),
        edit("gradient-stays-flat", FLAT_BACK, "grad_output")
        .believes("There is nothing to undo.")
        .ask("What shape does the layer below expect its gradient to have?"),
        edit(
            "columns-first",
            "flatten(x)",
            'x.reshape(len(x), -1, order="F")',
            FLAT_BACK,
            'grad_output.reshape(self.memory.shape, order="F")',
        )
        .believes("The order of the numbers in a row is free.")
        .ask("Which index runs fastest in row-major order?"),
        batch_axis_in_the_shape(),
        edit("size-is-a-number", "(int(np.prod(input_shape)),)", "int(np.prod(input_shape))")
        .believes("With one axis the shape is that number.")
        .ask("What will the next layer do with input_shape[-1]?"),
    ],
    variants=[
        Variant(
            "shape-in-memory",
            ("self.memory = x", "self.memory = x.shape", FLAT_BACK, "grad_output.reshape(self.memory)"),
        )
    ],
    hints=[
        "Which axis must survive?",
        "The output shape is the product of the input's numbers; backward needs the shape of x.",
        "flatten(x) forward; flatten_backward(grad_output, x) backward, x from self.memory.",
    ],
)
