"""What initialisation is for: the variance of a signal on its way through a stack of layers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal

__all__ = ["signal_through_depth"]

Function = Callable[[Array], Array]


def through_depth(subject: Callable[..., Any], weights: Sequence[Array], x: Array, activation: str) -> Any:
    """Scenario: pass the activation of that name as a function."""
    functions = {"identity": lambda s: s, "relu": lambda s: np.maximum(s, 0), "tanh": np.tanh}
    return subject(weights, x, functions[activation])


def _stack(*widths: int, variance: Callable[[int], float], seed: int) -> list[Array]:
    """Normal weights between layers of these widths, with a variance that depends on fan_in."""
    pairs = enumerate(itertools.pairwise(widths))
    return [normal(n, m, seed=seed + i, scale=variance(n) ** 0.5) for i, (n, m) in pairs]


def _recorded(weights: Sequence[Array], x: Array, activation: Function, record: Callable[[Array], Any]) -> list[float]:
    found = []
    for w in weights:
        x = activation(x @ w)
        found.append(float(record(x)))
    return found


def _before(weights: Sequence[Array], x: Array, activation: Function) -> list[float]:
    found = []
    for w in weights:
        x = x @ w
        found.append(float(x.var()))
        x = activation(x)
    return found


def _recursive(weights: Sequence[Array], x: Array, activation: Function) -> list[Any]:
    if not weights:
        return []
    y = activation(np.matmul(x, weights[0]))
    return [np.mean((y - np.mean(y)) ** 2), *_recursive(weights[1:], y, activation)]


def _random_case(rng: np.random.Generator) -> dict[str, Any]:
    widths = [int(n) for n in rng.permutation(np.arange(3, 9))[:4]]
    weights = [0.7 * rng.standard_normal(pair) for pair in itertools.pairwise(widths)]
    name = ("identity", "relu", "tanh")[int(rng.integers(3))]
    return {"weights": weights, "x": rng.standard_normal((5, widths[0])) + 0.5, "activation": name}


_X = normal(4, 3, seed=1) + 0.3

signal_through_depth = Exercise(
    "signal_through_depth",
    points=2,
    cases=[
        Case("one-linear-layer", weights=[normal(3, 5, seed=2)], x=_X, activation="identity"),
        Case("two-linear-layers", weights=[normal(3, 5, seed=2), normal(5, 2, seed=3)], x=_X, activation="identity"),
        Case("relu-has-a-mean", weights=[normal(3, 5, seed=4)], x=_X, activation="relu", readonly=True),
        Case(
            "small-weights-vanish",
            weights=_stack(*[6] * 9, variance=lambda n: 1e-4, seed=10),
            x=normal(3, 6),
            activation="tanh",
        ),
        Case(
            "large-weights-saturate",
            weights=_stack(*[6] * 9, variance=lambda n: 4.0, seed=20),
            x=normal(3, 6),
            activation="tanh",
        ),
        Case(
            "he-and-relu-keep-it",
            weights=_stack(40, 60, 50, 30, 60, variance=lambda n: 2 / n, seed=30),
            x=normal(20, 40),
            activation="relu",
        ),
        Case(
            "one-sample", weights=_stack(3, 4, 2, variance=lambda n: 1 / n, seed=40), x=normal(1, 3), activation="tanh"
        ),
        Case("no-layers", weights=[], x=_X, activation="tanh"),
        random_cases(_random_case, count=3),
    ],
    scenario=through_depth,
    vectorized=lambda n: {"weights": [np.ones((n, n)), np.ones((n, 3))], "x": np.ones((4, n)), "activation": "tanh"},
    misconceptions=[
        Misconception(
            "std-instead",
            believes="The spread of a signal is its standard deviation.",
            wrong=lambda weights, x, activation: _recorded(weights, x, activation, np.std),
            hint="A signal is doubled: does your number double, or become four times as large?",
        ),
        Misconception(
            "before-the-activation",
            believes="The variance of a layer is that of x @ w.",
            wrong=_before,
            hint="What does the next layer see: the sum, or what the activation makes of it?",
        ),
        Misconception(
            "activation-forgotten",
            believes="The signal is what the matrices make of it.",
            wrong=lambda weights, x, activation: _recorded(weights, x, lambda s: s, np.var),
            hint="Where does your loop call `activation`?",
        ),
        Misconception(
            "input-counted",
            believes="The list starts with the variance of the input.",
            wrong=lambda weights, x, activation: [float(x.var()), *_recorded(weights, x, activation, np.var)],
            hint="How many numbers are wanted for two layers?",
        ),
        Misconception(
            "last-layer-only",
            believes="What counts is what comes out at the end.",
            wrong=lambda weights, x, activation: _recorded(weights, x, activation, np.var)[-1:],
            hint="At which layer did the signal vanish? Can one number tell?",
        ),
        Misconception(
            "mean-square",
            believes="The variance is the mean of the squares.",
            wrong=lambda weights, x, activation: _recorded(weights, x, activation, lambda y: np.mean(y * y)),
            hint="Is the mean of a signal after relu 0?",
        ),
        Misconception(
            "sample-variance",
            believes="A variance is divided by n - 1.",
            wrong=lambda weights, x, activation: _recorded(weights, x, activation, lambda y: y.var(ddof=1)),
            hint="Which ddof does the docstring ask for?",
        ),
        Misconception(
            "per-unit-averaged",
            believes="Each unit has a variance over the batch; a layer has their mean.",
            wrong=lambda weights, x, activation: _recorded(weights, x, activation, lambda y: y.var(axis=0).mean()),
            hint="Units with different means also spread a signal: over which numbers is the variance taken?",
        ),
    ],
    hints=[
        "What goes into layer 2: the input, or the output of layer 1?",
        "Keep one variable for the signal and overwrite it in a loop over the weights.",
        "x = activation(x @ w), then append float(x.var())",
    ],
    variants=[Variant("recursive", _recursive)],
)
