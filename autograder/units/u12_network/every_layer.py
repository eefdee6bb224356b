"""Misconceptions that fit every layer, written once and applied by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.assessment.misconception import Misconception, around, edit

__all__ = [
    "SLOPE",
    "activation_forgotten",
    "batch_axis_in_the_shape",
    "gradients_add_up",
    "gradients_become",
    "kept_outside_of_memory",
    "remembers_training_alone",
    "slope_at_the_output",
    "with_methods",
]

#: How the layers with an activation go back through it.
SLOPE = "self._activation[1](grad_output, z)"


def with_methods(right: Any, **methods: Callable[..., Any]) -> Any:
    """The right class with some methods replaced; its name and module stay, as scenarios look at them."""
    return type(right.__name__, (right,), {"__module__": right.__module__, **methods})


def activation_forgotten(inner: str) -> Misconception:
    """The gradient skips the activation; `inner` says what stands before it."""
    return (
        edit("activation-forgotten-on-the-way-back", SLOPE, "grad_output")
        .believes(f"The gradient of the output is that of {inner}.")
        .ask(f"What stands between {inner} and the output, and what is its slope?")
    )


def slope_at_the_output() -> Misconception:
    """The slope is taken at y, not at z."""
    return (
        edit("slope-at-the-output", SLOPE, "self._activation[1](grad_output, self._activation[0](z))")
        .believes("The activation's backward takes what the layer has put out.")
        .ask("Of which numbers was the activation computed: of z, or of y?")
    )


def gradients_become(name: str, expression: str, *texts: str) -> Misconception:
    """The parameters' gradients are changed at the end of the backward pass; `texts` are further changes."""
    return edit(name, *texts, "return grad_x", f"self.gradients = {expression}; return grad_x")


def gradients_add_up() -> Misconception:
    """The gradients of the parameters are never reset."""
    total = "[old + new for old, new in zip(self.gradients or [0.0, 0.0], gradients)]"
    return (
        gradients_become("gradients-add-up", total, "*self.gradients", "*gradients")
        .believes("Gradients accumulate from call to call.")
        .ask("After the second batch, which batch should `gradients` describe?")
    )


def batch_axis_in_the_shape() -> Misconception:
    """`output_shape` begins with None."""

    def make(right: Any) -> Any:
        def build(self: Any, input_shape: Any, rng: Any) -> None:
            right.build(self, input_shape, rng)
            self.output_shape = (None, *self.output_shape)

        return with_methods(right, build=build)

    return (
        around("batch-axis-in-the-shape", make)
        .believes("A shape starts with the batch axis, None.")
        .ask("What does the convention card say about the batch axis in shapes?")
    )


def kept_outside_of_memory() -> Misconception:
    """What backward needs is in an attribute that a network does not put back."""

    def make(right: Any) -> Any:
        def forward(self: Any, x: Any, training: bool = False) -> Any:
            y = right.forward(self, x, training)
            self.kept = self.memory
            return y

        def backward(self: Any, grad_output: Any) -> Any:
            self.memory = self.kept
            return right.backward(self, grad_output)

        return with_methods(right, forward=forward, backward=backward)

    return (
        around("kept-outside-of-memory", make)
        .believes("What backward needs may stand in any attribute.")
        .ask("If a layer is called twice, how does the network bring back what the first call left?")
    )


def remembers_training_alone() -> Misconception:
    """A pass with training=False leaves no memory."""

    def make(right: Any) -> Any:
        def forward(self: Any, x: Any, training: bool = False) -> Any:
            before, y = self.memory, right.forward(self, x, training)
            self.memory = self.memory if training or before is None else before
            return y

        return with_methods(right, forward=forward)

    return (
        around("remembers-training-alone", make)
        .believes("Without training there is nothing to remember.")
        .ask("backward belongs to the last forward pass: which is that after a pass with training=False?")
    )
