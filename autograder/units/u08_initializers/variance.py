"""signal_through_depth: what initialisation is for."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import Array, normal

X = normal(4, 3, seed=1) + 0.3


def through_depth(subject: Callable[..., Any], weights: Sequence[Array], x: Array, activation: str) -> Any:
    """Scenario: pass the activation of that name as a function."""
    functions = {"identity": lambda s: s, "relu": lambda s: np.maximum(s, 0), "tanh": np.tanh}
    return subject(weights, x, functions[activation])


def _stack(*widths: int, variance: Callable[[int], float], seed: int) -> list[Array]:
    """Normal weights between layers of these widths, with a variance that depends on fan_in."""
    pairs = enumerate(itertools.pairwise(widths))
    return [normal(n, m, seed=seed + i, scale=variance(n) ** 0.5) for i, (n, m) in pairs]


def _random_case(rng: np.random.Generator) -> dict[str, Any]:
    widths = [int(n) for n in rng.permutation(np.arange(3, 9))[:4]]
    weights = [0.7 * rng.standard_normal(pair) for pair in itertools.pairwise(widths)]
    name = ("identity", "relu", "tanh")[int(rng.integers(3))]
    return {"weights": weights, "x": rng.standard_normal((5, widths[0])) + 0.5, "activation": name}


SMALL = _stack(*[6] * 9, variance=lambda n: 1e-4, seed=10)
LARGE = _stack(*[6] * 9, variance=lambda n: 4.0, seed=20)
HE = _stack(40, 60, 50, 30, 60, variance=lambda n: 2 / n, seed=30)
LECUN = _stack(3, 4, 2, variance=lambda n: 1 / n, seed=40)

signal_through_depth = Exercise(
    "signal_through_depth",
    points=2,
    vectorized=lambda n: {"weights": [np.ones((n, n)), np.ones((n, 3))], "x": np.ones((4, n)), "activation": "tanh"},
    scenario=through_depth,
    cases=[
        Case("one-linear-layer", weights=[normal(3, 5, seed=2)], x=X, activation="identity"),
        Case("two-linear-layers", weights=[normal(3, 5, seed=2), normal(5, 2, seed=3)], x=X, activation="identity"),
        Case("relu-has-a-mean", weights=[normal(3, 5, seed=4)], x=X, activation="relu", readonly=True),
        Case("small-weights-vanish", weights=SMALL, x=normal(3, 6), activation="tanh"),
        Case("large-weights-saturate", weights=LARGE, x=normal(3, 6), activation="tanh"),
        Case("he-and-relu-keep-it", weights=HE, x=normal(20, 40), activation="relu"),
        Case("one-sample", weights=LECUN, x=normal(1, 3), activation="tanh"),
        Case("no-layers", weights=[], x=X, activation="tanh"),
        random_cases(_random_case, count=3),
    ],
    misconceptions=[
        edit("std-instead", "x.var()", "x.std()")
        .believes("The spread of a signal is its standard deviation.")
        .ask("A signal is doubled: does your number double, or become four times as large?"),
        edit("before-the-activation", "activation(x @ w)", "x @ w", "x.var()))", "x.var())); x = activation(x)")
        .believes("The variance of a layer is that of x @ w.")
        .ask("What does the next layer see: the sum, or what the activation makes of it?"),
        edit("activation-forgotten", "activation(x @ w)", "x @ w")
        .believes("The signal is what the matrices make of it.")
        .ask("Where does your loop call `activation`?"),
        edit("input-counted", "variances = []", "variances = [float(x.var())]")
        .believes("The list starts with the variance of the input.")
        .ask("How many numbers are wanted for two layers?"),
        edit("last-layer-only", "return variances", "return variances[-1:]")
        .believes("What counts is what comes out at the end.")
        .ask("At which layer did the signal vanish? Can one number tell?"),
        edit("mean-square", "x.var()", "np.mean(x * x)")
        .believes("The variance is the mean of the squares.")
        .ask("Is the mean of a signal after relu 0?"),
        edit("sample-variance", "x.var()", "x.var(ddof=1)")
        .believes("A variance is divided by n - 1.")
        .ask("Which ddof does the docstring ask for?"),
        edit("per-unit-averaged", "x.var()", "x.var(axis=0).mean()")
        .believes("Each unit has a variance over the batch; a layer has their mean.")
        .ask("Units with different means also spread a signal: over which numbers is the variance taken?"),
    ],
    hints=[
        "What goes into layer 2: the input, or the output of layer 1?",
        "Keep one variable for the signal and overwrite it in a loop over the weights.",
        "x = activation(x @ w), then append float(x.var())",
    ],
    variants=[
        Variant(
            "recursive",
            """
            if not weights:
                return []
            y = activation(np.matmul(x, weights[0]))
            return [np.mean((y - np.mean(y)) ** 2), *signal_through_depth(weights[1:], y, activation)]
            """,
        )
    ],
)
