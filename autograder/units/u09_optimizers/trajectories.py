"""How every optimizer class is assessed: a scenario that records the parameters, and its cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.assessment.case import Case, RandomCases, random_cases
from autograder.units.shared.arrays import Array, normal


def drive_optimizer(Optimizer: Any, params: Any, grads: Any, rates: Any, options: Any) -> Any:
    """Scenario: take the same steps with three optimizers, the third time with arrays that the caller overwrites.

    All are made at the start: what they shared would show in the later ones.
    """
    first, second, third = [Optimizer(rates[0], *options.values()) for _ in range(3)]
    record = {}
    current = params
    for step, (rate, row) in enumerate(zip(rates, grads, strict=True), 1):
        first.lr = rate
        current = first.step(current, row)
        if current is None:
            return None
        for index, param in enumerate(current):
            record[f"parameter {index} after step {step}"] = param
    path = [params]  # keeps all arrays: no new one gets the identity of an old one
    for rate, row in zip(rates, grads, strict=True):
        second.lr = rate
        path.append(second.step(path[-1], row))
    for index, param in enumerate(path[-1]):
        record[f"another optimizer, made beside the first: parameter {index} at the end"] = param
    own, reused = [[np.array(array) for array in arrays] for arrays in (params, grads[0])]
    for rate, row in zip(rates, grads, strict=True):
        for array, grad in zip(reused, row, strict=True):
            array[...] = grad
        third.lr = rate
        current = third.step(own, reused)
        for array, new in zip(own, current, strict=True):
            array[...] = new
    for index, param in enumerate(current):
        record[f"arrays of a call overwritten after it: parameter {index} at the end"] = param
    return record


def growing(n: int) -> dict[str, Any]:
    """Inputs whose arrays, but not their number, grow with n."""
    params = [np.ones((n, 2)), np.ones(n)]
    return {"params": params, "grads": [params, params], "rates": [0.1, 0.1], "options": {}}


def optimizer_cases(
    other: Mapping[str, float], draw: Callable[[np.random.Generator], dict[str, float]]
) -> list[Case | RandomCases]:
    """The cases of every optimizer class.

    Args:
        other: options that are far from the defaults.
        draw: options at random, in the order of the constructor.
    """

    def drawn_run(rng: np.random.Generator) -> dict[str, Any]:
        shapes = [tuple(int(n) for n in rng.integers(1, 4, rng.integers(1, 4))) for _ in range(rng.integers(1, 3))]
        steps = int(rng.integers(2, 4))
        rates = [float(rate) for rate in rng.uniform(0.01, 0.3, steps)]
        return {
            "params": [rng.standard_normal(shape) for shape in shapes],
            "grads": [[rng.standard_normal(shape) for shape in shapes] for _ in range(steps)],
            "rates": rates,
            "options": draw(rng),
        }

    return [
        Case("one-parameter-one-step", **run([(3,)], 1)),
        Case("one-parameter-three-steps", **run([(2, 3)], 3, seed=1)),
        Case("parameters-of-three-shapes", readonly=True, **run([(2, 3), (3,), (2, 1, 2)], 3, seed=2)),
        Case("two-parameters-of-one-shape", **run([(2,), (2,)], 2, seed=3)),
        Case("rate-changes-between-steps", **run([(2, 2), (3,)], rates=[0.1, 0.02, 0.05], steps=3, seed=4)),
        Case("other-hyperparameters", **{**run([(3,), (1, 2)], 3, rates=0.02, seed=5), "options": dict(other)}),
        Case("zero-gradients", **_with_zeros(run([(3,), (2,), (2, 2)], 2, seed=6))),
        Case("gradient-in-the-first-step-only", **_coasting(run([(3,), (2, 2)], 3, seed=7))),
        Case("large-gradients", **run([(2, 2)], 2, scale=1e5, seed=8)),
        Case("tiny-gradients", **run([(2, 2)], 3, scale=1e-8, seed=9)),
        Case("eight-steps", **run([(2, 3)], 8, rates=0.05, seed=10)),
        Case("float32", **run([(2, 3), (3,)], 2, seed=11, dtype="float32")),
        Case("a-gradient-is-missing", raises="grads", **_without_last_gradient(run([(3,), (2,)], 2))),
        Case("a-gradient-of-another-shape", raises="grads", **_with_column_gradient(run([(2,), (3,)], 2))),
        random_cases(drawn_run, count=2),
    ]


def run(
    shapes: Sequence[tuple[int, ...]],
    steps: int = 3,
    *,
    rates: float | Sequence[float] = 0.1,
    scale: float = 1.0,
    seed: int = 0,
    dtype: str = "float64",
) -> dict[str, Any]:
    """Inputs of the scenario: normal parameters and gradients, default options."""

    def drawn(seed: int, scale: float = 1.0) -> list[Array]:
        return [normal(*shape, seed=seed + index, scale=scale).astype(dtype) for index, shape in enumerate(shapes)]

    grads = [drawn(1000 + 100 * seed + 10 * step, scale) for step in range(steps)]
    each = [float(rates)] * steps if isinstance(rates, (int, float)) else list(rates)
    return {"params": drawn(100 * seed), "grads": grads, "rates": each, "options": {}}


def _with_zeros(inputs: dict[str, Any]) -> dict[str, Any]:
    """One parameter never has a gradient, another not at first, and a third lacks single numbers."""
    grads = [[grad.copy() for grad in row] for row in inputs["grads"]]
    grads[0][0][...] = 0.0
    for row in grads:
        row[1][...] = 0.0
        row[2].flat[::2] = 0.0
    return {**inputs, "grads": grads}


def _coasting(inputs: dict[str, Any]) -> dict[str, Any]:
    """A gradient in the first step only."""
    first, *others = inputs["grads"]
    return {**inputs, "grads": [first, *[[np.zeros_like(grad) for grad in row] for row in others]]}


def _without_last_gradient(inputs: dict[str, Any]) -> dict[str, Any]:
    return {**inputs, "grads": [row[:-1] for row in inputs["grads"]]}


def _with_column_gradient(inputs: dict[str, Any]) -> dict[str, Any]:
    """The last gradient as a column, which would broadcast against its parameter."""
    return {**inputs, "grads": [[*row[:-1], row[-1][:, None]] for row in inputs["grads"]]}
