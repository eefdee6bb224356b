"""Assessment of checking a gradient: central differences, the relative error, and both together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.checks import Value
from autograder.inputs import Array, grid, normal, spread

__all__ = ["CHECKING"]

Function = Callable[[Array], Any]


def functions() -> Any:
    """Functions of one array, by name: they read the elements in different ways, some of them mixing several."""

    def weights(x: Any) -> Any:
        return np.arange(1, x.size + 1)

    return {
        "cubes": lambda x: (weights(x) * x.reshape(-1) ** 3).sum(),
        "neighbours": lambda x: (x.reshape(-1)[:-1] * x.reshape(-1)[1:] ** 3).sum(),
        "row sums": lambda x: (x.sum(axis=1) ** 3).sum(),
        "first row": lambda x: (x[0] ** 3).sum(),
        "magnitudes": lambda x: np.abs(x).sum(),
        "log sum exp": lambda x: np.log(np.exp(x).sum()),
    }


def measure(subject: Any, function: str, x: Any, eps: float, layout: str = "C") -> Any:
    """The numerical gradient of a named function; layout "F" lays x out column by column."""
    return subject(functions()[function], np.array(x, order="F") if layout == "F" else x, eps)


def _each(f: Function, x: Array, difference: Callable[[Function, Array, Array], Any]) -> Array:
    """Some difference quotient for each element."""
    x = np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else np.float64)
    steps = np.eye(x.size, dtype=x.dtype).reshape(x.size, *x.shape)
    return np.array([difference(f, x, step) for step in steps], dtype=x.dtype).reshape(x.shape)


def _central(f: Function, x: Array, eps: float) -> Array:
    return _each(f, x, lambda f, x, e: (f(x + eps * e) - f(x - eps * e)) / (2 * eps))


def _forward(f: Function, x: Array, eps: float) -> Array:
    return _each(f, x, lambda f, x, e: (f(x + eps * e) - f(x)) / eps)


def _not_restored(f: Function, x: Array, eps: float) -> Array:
    gradient = np.zeros(x.shape, x.dtype if x.dtype.kind == "f" else np.float64)
    for index in np.ndindex(x.shape):
        x[index] += eps
        above = f(x)
        x[index] -= 2 * eps
        gradient[index] = (above - f(x)) / (2 * eps)
    return gradient


def _integers_kept(f: Function, x: Array, eps: float) -> Array:
    moved, gradient = np.array(x), np.zeros_like(x)
    for index in np.ndindex(x.shape):
        moved[index] = x[index] + eps
        above = f(moved)
        moved[index] = x[index] - eps
        gradient[index] = (above - f(moved)) / (2 * eps)
        moved[index] = x[index]
    return gradient


def _flattened_copy(f: Function, x: Array, eps: float) -> Array:
    moved = np.array(x, dtype=x.dtype if x.dtype.kind == "f" else np.float64)
    flat, gradient = moved.reshape(-1), np.zeros(moved.shape, moved.dtype)
    for i, here in enumerate(flat.copy()):
        flat[i] = here + eps
        above = f(moved)
        flat[i] = here - eps
        gradient.reshape(-1)[i] = (above - f(moved)) / (2 * eps)
        flat[i] = here
    return gradient


def _restored_in_place(f: Function, x: Array, eps: float) -> Array:
    if x.dtype.kind != "f":
        x = x.astype(np.float64)
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        here = x[index]
        x[index] = here + eps
        above = f(x)
        x[index] = here - eps
        gradient[index] = (above - f(x)) / (2 * eps)
        x[index] = here
    return gradient


def _random_measurement(rng: np.random.Generator) -> dict[str, Any]:
    name = str(rng.choice(["cubes", "neighbours", "row sums"]))
    x = rng.uniform(-2, 2, (int(rng.integers(2, 4)), int(rng.integers(4, 6))))
    return {"function": name, "x": x, "eps": float(rng.choice([0.5, 0.25, 0.1]))}


numerical_gradient = Exercise(
    "numerical_gradient",
    points=2,
    scenario=measure,
    helpers=[functions],
    # Rounding of f is divided by 2 eps, in float32 too; the wrong formulas are off by a hundredth or more.
    check=Value(tolerance=1e-4),
    cases=[
        Case("one-element", function="cubes", x=np.array([2.0]), eps=0.5),
        Case("no-axes", function="cubes", x=np.array(-1.5), eps=0.25),
        Case("row", function="cubes", x=np.array([0.3, -0.7, 1.1, 0.2]), eps=0.1),
        Case("elements-that-act-together", function="neighbours", x=np.array([0.5, 1.5, -2.0, 0.75]), eps=0.5),
        Case("matrix", function="row sums", x=spread(-1, 1.5, 6).reshape(2, 3), eps=0.5),
        Case("three-axes", function="neighbours", x=normal(2, 1, 3, seed=40), eps=0.25),
        Case("elements-that-f-ignores", function="first row", x=grid(3, 2, step=0.3), eps=0.1),
        Case("kink", function="magnitudes", x=np.array([[0.0, 1.0, -2.0]]), eps=0.125),
        Case("small-step", function="log sum exp", x=normal(2, 4, seed=41), eps=1e-5),
        Case("integers", function="cubes", x=np.array([[1, -2, 3]]), eps=0.5),
        Case("column-by-column-in-memory", function="neighbours", x=normal(2, 3, seed=42), eps=0.5, layout="F"),
        Case("single-precision", function="cubes", x=np.array([[0.5, -1.25, 2.0]], np.float32), eps=0.25),
        random_cases(_random_measurement),
    ],
    misconceptions=[
        Misconception(
            "one-side-only",
            believes="(f(x + ε) - f(x)) / ε is as good.",
            wrong=_forward,
            hint="For f = x² at 0, what do a step to one side and steps to both sides give?",
        ),
        Misconception(
            "divided-by-one-step",
            believes="The difference is divided by ε.",
            wrong=lambda f, x, eps: 2 * _central(f, x, eps),
            hint="How far apart are x + ε and x - ε?",
        ),
        Misconception(
            "all-elements-moved",
            believes="f(x + ε) moves every element, and gives every element's slope at once.",
            wrong=lambda f, x, eps: _each(f, x, lambda f, x, _: (f(x + eps) - f(x - eps)) / (2 * eps)),
            hint="If all elements move at once, whose effect do you see in f?",
        ),
        Misconception(
            "one-number-for-all",
            believes="f returns one number, so the gradient is one number.",
            wrong=lambda f, x, eps: (f(x + eps) - f(x - eps)) / (2 * eps),
            hint="How many elements of x can be moved on their own, and what shape has the gradient?",
        ),
        Misconception(
            "steps-pile-up",
            believes="Each step can start where the last one ended.",
            wrong=_not_restored,
            hint="What are the numbers in x after the loop, and what were they at the k-th step?",
        ),
        Misconception(
            "integers-stay-integers",
            believes="A copy of x can hold x + ε.",
            wrong=_integers_kept,
            hint="What becomes of 1.5 when it is written into an array of integers?",
        ),
        Misconception(
            "flat-view-of-a-copy",
            believes="reshape(-1) or ravel() always looks at the same memory.",
            wrong=_flattened_copy,
            hint="When x is stored column by column, is x.reshape(-1) a view of x or a copy?",
        ),
        Misconception(
            "sign",
            believes="The lower value comes first: f(x - ε) - f(x + ε).",
            wrong=lambda f, x, eps: -_central(f, x, eps),
            hint="If f rises with x, what sign must its slope have?",
        ),
    ],
    hints=[
        "One element is moved, to both sides, while all others stay; f is called twice per element.",
        "np.ndindex(x.shape) runs over all positions of an array of any shape, even one without axes.",
        "On a float copy: `moved[index] = x[index] + eps`, call f; the same with minus; put it back; divide by 2 eps.",
    ],
    variants=[
        Variant("one-step-array-per-element", _central),
        Variant("in-place-and-put-back", _restored_in_place),
    ],
)


def _relative(a: Any, b: Any) -> Any:
    return np.max(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8))


def _random_pair(rng: np.random.Generator) -> dict[str, Any]:
    a = rng.standard_normal((3, 4)) * 10.0 ** rng.integers(-3, 3, (3, 4))
    return {"a": a, "b": a * (1 + 0.1 * rng.standard_normal((3, 4)))}


relative_error = Exercise(
    "relative_error",
    points=1,
    vectorized=lambda n: {"a": normal(n, seed=50), "b": normal(n, seed=51)},
    cases=[
        Case("equal", a=np.array([1.0, -2.0]), b=np.array([1.0, -2.0])),
        Case("ten-percent", a=np.array([1.0]), b=np.array([1.1])),
        Case("negative-numbers", a=np.array([-3.0, -1.0]), b=np.array([-2.5, -1.0])),
        Case("opposite-signs", a=np.array([2.0, 0.5]), b=np.array([-2.0, 0.5])),
        Case("small-element-disagrees", a=np.array([1000.0, 0.002, 5.0]), b=np.array([1001.0, 0.003, 5.0])),
        Case("zeros-agree", a=np.array([0.0, 1.0]), b=np.array([0.0, 1.25])),
        Case("below-the-floor", a=np.array([1e-12, -3e-12]), b=np.array([-1e-12, 0.0])),
        Case("matrix", a=spread(-3, 3, 6).reshape(2, 3), b=spread(-2, 4, 6).reshape(2, 3), readonly=True),
        Case("no-axes", a=np.array(4.0), b=np.array(3.0)),
        Case("float32-against-float64", a=np.array([[0.5, 2.0]], np.float32), b=np.array([[0.5, 2.5]])),
        random_cases(_random_pair),
    ],
    misconceptions=[
        Misconception(
            "one-ratio-of-two-maxima",
            believes="The largest difference is divided by the largest size.",
            wrong=lambda a, b: np.max(np.abs(a - b)) / np.maximum(np.max(np.abs(a) + np.abs(b)), 1e-8),
            hint="A small element is off by half of its size beside a large right one: is that seen?",
        ),
        Misconception(
            "absolute-error",
            believes="The largest difference itself is the error.",
            wrong=lambda a, b: np.max(np.abs(a - b)),
            hint="Is a difference of 1 much or little if the gradients are 1000 and 1001? If they are 1 and 2?",
        ),
        Misconception(
            "no-floor",
            believes="The size |a| + |b| is never zero.",
            wrong=lambda a, b: np.max(np.abs(a - b) / (np.abs(a) + np.abs(b))),
            hint="What is 0/0 in floating point, where both gradients are zero?",
        ),
        Misconception(
            "floor-added",
            believes="Adding 1e-8 to the size is the same as not letting it fall below 1e-8.",
            wrong=lambda a, b: np.max(np.abs(a - b) / (np.abs(a) + np.abs(b) + 1e-8)),
            hint="The formula takes the larger of two numbers. What does a sum of them give at sizes near 1e-8?",
        ),
        Misconception(
            "mean-of-the-errors",
            believes="The errors of all elements are averaged.",
            wrong=lambda a, b: np.mean(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8)),
            hint="One of a million elements is entirely wrong: what does the mean say?",
        ),
        Misconception(
            "size-of-the-larger",
            believes="The size is the larger of |a| and |b|.",
            wrong=lambda a, b: np.max(np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-8)),
            hint="What is the largest value that the error can take: 1 or 2?",
        ),
        Misconception(
            "difference-keeps-its-sign",
            believes="a - b needs no absolute value, since the maximum is taken.",
            wrong=lambda a, b: np.max((a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8)),
            hint="What does the maximum make of an error of -1?",
        ),
        Misconception(
            "size-of-the-sum",
            believes="|a + b| is the same as |a| + |b|.",
            wrong=lambda a, b: np.max(np.abs(a - b) / np.maximum(np.abs(a + b), 1e-8)),
            hint="What is |a + b| when b = -a?",
        ),
        Misconception(
            "one-error-per-element",
            believes="Each element has its own error; all of them are returned.",
            wrong=lambda a, b: np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8),
            hint="How many numbers does the docstring ask for?",
        ),
    ],
    hints=[
        "Write the formula for one element first, and take the maximum last.",
        "np.maximum compares two arrays element by element (the floor); np.max finds the largest of one array.",
        "`np.max(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8))`, nearly.",
    ],
    variants=[
        Variant("numpy-scalar", _relative),
        Variant("clip", lambda a, b: float((np.abs(a - b) / np.clip(np.abs(a) + np.abs(b), 1e-8, None)).max())),
    ],
)


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
    return bool(_relative(grad(x), _central(f, x, 1e-5)) < 1e-7)


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
            wrong=lambda f, grad, x: float(_relative(grad(x), _forward(f, x, 1e-5))),
            hint="A one-sided difference errs by about ε, a central one by ε². What remains at 1e-5?",
        ),
        Misconception(
            "absolute-error",
            believes="The largest difference of both gradients is the result.",
            wrong=lambda f, grad, x: float(np.max(np.abs(grad(x) - _central(f, x, 1e-5)))),
            hint="The docstring asks for an error relative to what?",
        ),
        Misconception(
            "mean-of-the-errors",
            believes="The errors of all elements are averaged.",
            wrong=lambda f, grad, x: float(_mean_relative(grad(x), _central(f, x, 1e-5))),
            hint="One of a million elements is entirely wrong: what does the mean say?",
        ),
        Misconception(
            "sums-compared",
            believes="If the gradients add up to the same number, they are the same.",
            wrong=lambda f, grad, x: float(_relative(np.sum(grad(x)), np.sum(_central(f, x, 1e-5)))),
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
            wrong=lambda f, grad, x: float(_relative(grad(x), _central(f, x, 1e-2))),
            hint="How large is ε² for your step, and how large an error is a right gradient allowed?",
        ),
    ],
    hints=[
        "Two gradients at the same x are compared: one claimed, one measured.",
        "You have written both halves already: `numerical_gradient` and `relative_error`.",
        "`relative_error(grad(x), numerical_gradient(f, x, 1e-5))`.",
    ],
    variants=[
        Variant("measured-first", lambda f, grad, x: _relative(_central(f, x, 1e-5), grad(x))),
        Variant("smaller-step", lambda f, grad, x: float(_relative(grad(x), _central(f, x, 2e-6)))),
    ],
)


def _mean_relative(a: Array, b: Array) -> Any:
    return np.mean(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8))


CHECKING = [numerical_gradient, relative_error, gradient_check]
