"""What the assessments of the optimizer classes share: the scenario, its cases, and a driver for wrong rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Misconception, RandomCases, random_cases
from autograder.inputs import Array, normal

__all__ = [
    "FORGETS",
    "FROZEN_RATE",
    "SHARES",
    "drive_optimizer",
    "growing",
    "kept_wrongly",
    "made",
    "optimizer_cases",
    "run",
]


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
    params = [normal(*shape, seed=100 * seed + index).astype(dtype) for index, shape in enumerate(shapes)]
    grads = [_gradients(shapes, 1000 + 100 * seed + 10 * step, scale, dtype) for step in range(steps)]
    each = [float(rates)] * steps if isinstance(rates, (int, float)) else list(rates)
    return {"params": params, "grads": grads, "rates": each, "options": {}}


def _gradients(shapes: Sequence[tuple[int, ...]], seed: int, scale: float, dtype: str) -> list[Array]:
    return [normal(*shape, seed=seed + index, scale=scale).astype(dtype) for index, shape in enumerate(shapes)]


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


def optimizer_cases(
    other: Mapping[str, float], draw: Callable[[np.random.Generator], dict[str, float]]
) -> list[Case | RandomCases]:
    """The cases of every optimizer class.

    Args:
        other: options that are far from the defaults.
        draw: options at random, in the order of the constructor.
    """

    def random_run(rng: np.random.Generator) -> dict[str, Any]:
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
        random_cases(random_run, count=2),
    ]


def growing(n: int) -> dict[str, Any]:
    """Inputs whose arrays, but not their number, grow with n."""
    params = [np.ones((n, 2)), np.ones(n)]
    return {"params": params, "grads": [params, params], "rates": [0.1, 0.1], "options": {}}


class RuleOptimizer:
    """Keeps what an update rule needs: the options, a count of steps, and some arrays for each parameter."""

    options: Mapping[str, float] = {}
    slots = 1
    rule: Callable[..., tuple[Any, ...]]

    def __init__(self, lr: float, *given: float) -> None:
        """Start with zeros."""
        self.lr = self.first_lr = lr
        for name, value in {**self.options, **dict(zip(self.options, given, strict=False))}.items():
            setattr(self, name, value)
        self.t = 0
        self.states: dict[int, tuple[Array, ...]] = {}

    def begin_step(self) -> None:
        """Happens once per step."""
        self.t += 1

    def begin_parameter(self) -> None:
        """Happens for each parameter."""

    def key(self, index: int, param: Array) -> int:
        """Where a parameter's state is kept."""
        return index

    def fresh(self, param: Array) -> Array:
        """A state before the first step."""
        return np.zeros_like(param)

    def step(self, params: Sequence[Array], grads: Sequence[Array]) -> list[Array]:
        """Apply the rule to each parameter."""
        self.begin_step()
        return [self._updated(*each) for each in zip(range(len(params)), params, grads, strict=False)]

    def _updated(self, index: int, param: Array, grad: Array) -> Array:
        self.begin_parameter()
        key = self.key(index, param)
        state = self.states.get(key) or tuple(self.fresh(param) for _ in range(self.slots))
        new: Array
        new, *changed = self.rule(param, grad, *state)
        self.states[key] = tuple(changed)
        return new


def made(rule: Callable[..., tuple[Any, ...]], **pieces: Any) -> Callable[..., Any]:
    """An optimizer of a rule, `rule(self, param, grad, *state)` -> (new param, *new state), with pieces replaced."""
    return type("Optimizer", (RuleOptimizer,), {"__module__": __name__, "rule": rule, **pieces})


def _forget(self: Any) -> None:
    self.t += 1
    self.states.clear()


#: Pieces that spoil any rule: the state starts anew in each step, parameters share one state, the rate never changes.
FORGETS: dict[str, Any] = {"begin_step": _forget}
SHARES: dict[str, Any] = {"key": lambda self, index, param: 0}
FROZEN_RATE: dict[str, Any] = {"lr": property(lambda self: self.first_lr, lambda self, rate: None)}


def _of_the_class(self: Any, states: Any) -> None:
    type(self).kept = states


#: The state lives on the class, where the next optimizer finds and resets it; a parameter is known by its array.
_ON_THE_CLASS: dict[str, Any] = {"states": property(lambda self: type(self).kept, _of_the_class)}
_BY_IDENTITY: dict[str, Any] = {"key": lambda self, index, param: id(param)}


def kept_wrongly(rule: Callable[..., tuple[Any, ...]], make: Callable[..., Any]) -> list[Misconception]:
    """What goes wrong with the place where any state is kept.

    Args:
        rule: the right rule.
        make: `make(rule, **pieces)`, an optimizer of it.
    """
    return [
        Misconception(
            "state-on-the-class",
            believes="What is remembered belongs to the class, so that there is one of it.",
            wrong=make(rule, **_ON_THE_CLASS),
            hint="Two models are trained in turns, each by its own optimizer: whose state does the second one find?",
        ),
        Misconception(
            "state-by-identity",
            believes="A parameter is known by its array, id(param).",
            wrong=make(rule, **_BY_IDENTITY),
            hint="`step` returns new arrays: under which id does your next call look for the state of this one?",
        ),
    ]
