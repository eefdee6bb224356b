"""Assessment of checking a gradient function by the gradient that is measured."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.checks import Value
from autograder.inputs import Array
from autograder.units._gates_checking import Function, central, forward, relative

__all__ = ["gradient_check"]


def claims(mistake: str) -> Any:
    """What a gradient function with that mistake says about Σ_k k sin(x_k²)."""

    def right(x: Any) -> Any:
        return 2 * x * unchained(x)

    def unchained(x: Any) -> Any:
        return np.arange(1, x.size + 1).reshape(x.shape) * np.cos(x**2)

    def one_element(x: Any) -> Any:
        gradient = right(x)
        gradient[(0,) * x.ndim] *= 1.1
        return gradient

    return {
        "none": right,
        "sign": lambda x: -right(x),
        "twice": lambda x: 2 * right(x),
        "no chain": unchained,
        "one element": one_element,
        "shuffled": lambda x: right(x).T.reshape(x.shape),
    }[mistake]


def check_claim(subject: Any, mistake: str, x: Any) -> Any:
    """Run the check on Σ_k k sin(x_k²) and a gradient function with that mistake."""

    def f(x: Any) -> Any:
        return (np.arange(1, x.size + 1) * np.sin(x.reshape(-1) ** 2)).sum()

    return subject(f, claims(mistake), x)


def _bounded(*shape: int, seed: int) -> Array:
    """Numbers of both signs at which no slope is near zero, where a relative error would be all rounding."""
    return _away_from_zero(np.random.default_rng([21, seed]), shape)


def _away_from_zero(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    signs: Array = rng.choice([-1.0, 1.0], shape)
    return rng.uniform(0.4, 1.1, shape) * signs


def _random_claim(rng: np.random.Generator) -> dict[str, Any]:
    mistake = str(rng.choice(["none", "twice", "no chain", "one element", "shuffled"]))
    return {"mistake": mistake, "x": _away_from_zero(rng, (2, int(rng.integers(3, 5))))}


def _verdict(f: Function, grad: Function, x: Array) -> Any:
    return bool(relative(grad(x), central(f, x, 1e-5)) < 1e-7)


gradient_check = Exercise(
    "gradient_check",
    points=1,
    scenario=check_claim,
    helpers=[claims],
    # The differences are right to about 1e-9; a one-sided difference is off by 1e-5.
    check=Value(tolerance=1e-6),
    cases=[
        Case("right-gradient", mistake="none", x=np.array([0.8])),
        Case("factor-two", mistake="twice", x=np.array([0.7, -0.9])),
        Case("right-gradient-of-a-matrix", mistake="none", x=_bounded(2, 3, seed=1)),
        Case("inner-derivative-forgotten", mistake="no chain", x=np.array([0.9, 0.6, 0.7])),
        Case("wrong-sign", mistake="sign", x=_bounded(2, 2, seed=2)),
        Case("one-of-six-elements-wrong", mistake="one element", x=_bounded(2, 3, seed=3)),
        Case("right-numbers-in-the-wrong-places", mistake="shuffled", x=np.abs(_bounded(2, 3, seed=4))),
        Case("right-gradient-with-three-axes", mistake="none", x=_bounded(1, 2, 2, seed=5)),
        Case("no-axes", mistake="twice", x=np.array(0.75)),
        random_cases(_random_claim, count=3),
    ],
    misconceptions=[
        Misconception(
            "one-side-only",
            believes="A step to one side measures well enough.",
            wrong=lambda f, grad, x: float(relative(grad(x), forward(f, x, 1e-5))),
            hint="A one-sided difference errs by about ε, a central one by ε². What remains at 1e-5?",
        ),
        Misconception(
            "absolute-error",
            believes="The largest difference of both gradients is the result.",
            wrong=lambda f, grad, x: float(np.max(np.abs(grad(x) - central(f, x, 1e-5)))),
            hint="The docstring asks for an error relative to what?",
        ),
        Misconception(
            "mean-of-the-errors",
            believes="The errors of all elements are averaged.",
            wrong=lambda f, grad, x: float(_mean_relative(grad(x), central(f, x, 1e-5))),
            hint="One of a million elements is entirely wrong: what does the mean say?",
        ),
        Misconception(
            "sums-compared",
            believes="If the gradients add up to the same number, they are the same.",
            wrong=lambda f, grad, x: float(relative(np.sum(grad(x)), np.sum(central(f, x, 1e-5)))),
            hint="Exchange two elements of a gradient: does its sum change?",
        ),
        Misconception(
            "verdict-instead-of-error",
            believes="A check answers True or False.",
            wrong=_verdict,
            hint="What does the docstring say is returned, and who decides what is small enough?",
        ),
        Misconception(
            "coarse-step",
            believes="Any small step will do: 0.01.",
            wrong=lambda f, grad, x: float(relative(grad(x), central(f, x, 1e-2))),
            hint="How large is ε² for your step, and how large an error is a right gradient allowed?",
        ),
        Misconception(
            "fine-step",
            believes="The smaller the step, the better: 1e-12.",
            wrong=lambda f, grad, x: float(relative(grad(x), central(f, x, 1e-12))),
            hint="f is known to 16 digits. How many of them differ between x and x + 1e-12?",
        ),
        Misconception(
            "compared-with-itself",
            believes="The gradient function is called twice.",
            wrong=lambda f, grad, x: float(relative(grad(x), grad(x))),
            hint="Whose word is checked against whose?",
        ),
        Misconception(
            "first-element-alone",
            believes="If one element is right, all are.",
            wrong=lambda f, grad, x: float(relative(grad(x).ravel()[:1], central(f, x, 1e-5).ravel()[:1])),
            hint="Which mistake would show in the last element alone?",
        ),
        Misconception(
            "norms-compared",
            believes="The length of the difference is compared with the lengths of both.",
            wrong=lambda f, grad, x: _by_norms(grad(x), central(f, x, 1e-5)),
            hint="One of a million elements is entirely wrong: what does the norm say?",
        ),
    ],
    hints=[
        "Two gradients at the same x are compared: one claimed, one measured.",
        "You have written both halves already: `numerical_gradient` and `relative_error`.",
        "`relative_error(grad(x), numerical_gradient(f, x, 1e-5))`.",
    ],
    variants=[
        Variant("measured-first", lambda f, grad, x: relative(central(f, x, 1e-5), grad(x))),
        Variant("smaller-step", lambda f, grad, x: float(relative(grad(x), central(f, x, 2e-6)))),
    ],
)


def _by_norms(a: Array, b: Array) -> Any:
    return float(np.linalg.norm(a - b) / np.maximum(np.linalg.norm(a) + np.linalg.norm(b), 1e-8))


def _mean_relative(a: Array, b: Array) -> Any:
    return np.mean(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8))
