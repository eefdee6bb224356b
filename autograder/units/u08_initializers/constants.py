"""zeros and constant."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import returns

FIRST_AXIS = "The first number of a shape says how many numbers there are."
HOW_MANY = "How many numbers does an array of shape (2, 3) hold?"


def drive_zeros(zeros: Any, shape: Any) -> Any:
    """Scenario: ask for zeros where memory that is not zero has just been given back, which `np.empty` would get."""
    used = np.full(shape, 0.75)
    del used
    return zeros(shape)


zeros = Exercise(
    "zeros",
    points=0.5,
    scenario=drive_zeros,
    cases=[
        Case("bias", shape=(5,)),
        Case("matrix", shape=(2, 3)),
        Case("kernel", shape=(3, 2, 4, 5)),
        Case("no-axes", shape=()),
        Case("one-number", shape=(1,)),
        Case("empty", shape=(0, 3)),
        random_cases(lambda rng: {"shape": tuple(int(n) for n in rng.integers(2, 6, 3))}),
    ],
    misconceptions=[
        returns("random-biases", "0.01 * np.random.default_rng(0).standard_normal(shape)")
        .believes("A bias must be random too, or the units stay equal.")
        .ask("If the weights of two units differ already, is there a symmetry left for the bias to break?"),
        returns("integers", "np.zeros(shape, dtype=int)")
        .believes("0 and 0.0 are the same, so integers will do.")
        .ask("What happens when a gradient of 0.3 is added to an integer in place?"),
        returns("almost-zero", "np.full(shape, 0.01)")
        .believes("Exactly 0 stops the learning, so a bias starts slightly above it.")
        .ask("Does the gradient of a bias depend on the bias being something other than 0?"),
        returns("first-axis-only", "np.zeros(shape[0] if shape else ())").believes(FIRST_AXIS).ask(HOW_MANY),
        returns("left-uninitialised", "np.empty(shape)")
        .believes("np.empty gives an array with nothing in it, and so zeros.")
        .ask("What is left in memory that somebody else has used before?"),
    ],
    hints=[
        "What is the dtype of your result, and its shape?",
        "NumPy has a function that makes such an array; its default dtype is the one that is wanted.",
        "return np.zeros(shape)",
    ],
    variants=[Variant("full", "np.full(shape, 0.0)"), Variant("ones-less-one", "np.ones(shape) - 1")],
)

constant = Exercise(
    "constant",
    points=0.5,
    cases=[
        Case("bias", shape=(5,), value=1.0),
        Case("matrix", shape=(2, 3), value=-0.75),
        Case("kernel", shape=(3, 2, 4, 5), value=2.5),
        Case("no-axes", shape=(), value=0.1),
        Case("one-number", shape=(1,), value=1e-3),
        Case("empty", shape=(0, 3), value=1.5),
        Case("integer-value-gives-floats", shape=(2, 3), value=3),
        Case("large-value", shape=(4,), value=1e300),
        random_cases(lambda rng: {"shape": tuple(int(n) for n in rng.integers(2, 6, 2)), "value": float(rng.normal())}),
    ],
    misconceptions=[
        returns("dtype-of-the-value", "np.full(shape, value)")
        .believes("The array takes the type of the number.")
        .ask("What dtype does np.full(shape, 3) have, and what happens when a gradient is added to it?"),
        returns("cut-to-an-integer", "np.full(shape, int(min(value, 1e18)), dtype=int)")
        .believes("An array of integers can hold any number.")
        .ask("What does an integer array hold after 0.1 is written to it?"),
        returns("value-ignored", "np.ones(shape)")
        .believes("A constant start is a start at 1.")
        .ask("Which number does the caller want?"),
        returns("noise-added", "value + 0.01 * np.random.default_rng(0).standard_normal(shape)")
        .believes("Even constants need a little noise to break the symmetry.")
        .ask("Are all entries equal to `value`?"),
        returns("first-axis-only", "np.full(shape[0] if shape else (), float(value))")
        .believes(FIRST_AXIS)
        .ask(HOW_MANY),
    ],
    hints=[
        "What is the dtype of your result where the value is 3?",
        "np.full takes its dtype from the value unless it is told one.",
        "return np.full(shape, value, dtype=np.float64)",
    ],
    variants=[Variant("ones-times", "value * np.ones(shape)")],
)
