"""Assessment of measuring a gradient: central differences, and the relative error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.checks import Value
from autograder.inputs import Array, grid, normal, spread

__all__ = ["MEASURING", "Function", "central", "forward", "relative"]

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


def central(f: Function, x: Array, eps: float) -> Array:
    return _each(f, x, lambda f, x, e: (f(x + eps * e) - f(x - eps * e)) / (2 * eps))


def forward(f: Function, x: Array, eps: float) -> Array:
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


def _moved_on(f: Function, x: Array, eps: float) -> Array:
    """Differences on a copy that keeps its steps."""
    moved = np.array(x, dtype=x.dtype if x.dtype.kind == "f" else np.float64)
    gradient = np.empty_like(moved)
    for index in np.ndindex(moved.shape):
        here = moved[index]
        moved[index] = here + eps
        above = f(moved)
        moved[index] = here - eps
        gradient[index] = (above - f(moved)) / (2 * eps)
    return gradient


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
            wrong=forward,
            hint="For f = x² at 0, what do a step to one side and steps to both sides give?",
        ),
        Misconception(
            "divided-by-one-step",
            believes="The difference is divided by ε.",
            wrong=lambda f, x, eps: 2 * central(f, x, eps),
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
            hint="How many elements of x can be moved on their own, and what shape does the gradient have?",
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
            wrong=lambda f, x, eps: -central(f, x, eps),
            hint="If f rises with x, what sign must its slope have?",
        ),
        Misconception(
            "multiplied-by-the-step",
            believes="(above - below) / 2 * eps divides by 2 ε.",
            wrong=lambda f, x, eps: central(f, x, eps) * eps**2,
            hint="In which order does Python compute a / 2 * b?",
        ),
        Misconception(
            "step-of-its-own",
            believes="The step is 1e-5, whatever the argument says.",
            wrong=lambda f, x, eps: central(f, x, 1e-5),
            hint="What is the argument eps for?",
        ),
        Misconception(
            "size-only",
            believes="A difference is a size, without a sign.",
            wrong=lambda f, x, eps: np.abs(central(f, x, eps)),
            hint="How does a gradient tell that f falls?",
        ),
        Misconception(
            "copy-not-put-back",
            believes="A copy is moved, so nothing has to be put back.",
            wrong=_moved_on,
            hint="The second element is moved: where does the first one stand meanwhile?",
        ),
    ],
    hints=[
        "One element is moved, to both sides, while all others stay; f is called twice per element.",
        "np.ndindex(x.shape) runs over all positions of an array of any shape, even one without axes.",
        "On a float copy: `moved[index] = x[index] + eps`, call f; the same with minus; put it back; divide by 2 eps.",
    ],
    variants=[
        Variant("one-step-array-per-element", central),
        Variant("in-place-and-put-back", _restored_in_place),
    ],
)


def relative(a: Any, b: Any) -> Any:
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
        Misconception(
            "norms-compared",
            believes="The length of the difference is compared with the lengths of both.",
            wrong=lambda a, b: np.linalg.norm(a - b) / np.maximum(np.linalg.norm(a) + np.linalg.norm(b), 1e-8),
            hint="One of a million elements is entirely wrong: what does the norm say?",
        ),
        Misconception(
            "size-of-the-first",
            believes="The error is measured against the first gradient.",
            wrong=lambda a, b: np.max(np.abs(a - b) / np.maximum(np.abs(a), 1e-8)),
            hint="Is the error of a against b the same as that of b against a?",
        ),
        Misconception(
            "size-of-the-second",
            believes="The error is measured against the second gradient.",
            wrong=lambda a, b: np.max(np.abs(a - b) / np.maximum(np.abs(b), 1e-8)),
            hint="Is the error of a against b the same as that of b against a?",
        ),
        Misconception(
            "errors-summed",
            believes="The errors of all elements are added.",
            wrong=lambda a, b: np.sum(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8)),
            hint="How large can the result be for a million elements, and how large may it be?",
        ),
        Misconception(
            "mean-size",
            believes="The difference is compared with the mean of both sizes.",
            wrong=lambda a, b: 2 * relative(a, b),
            hint="How large is your result where the signs differ?",
        ),
        Misconception(
            "signs-ignored",
            believes="Only the sizes of both gradients have to agree.",
            wrong=lambda a, b: relative(np.abs(a), np.abs(b)),
            hint="Which way does a step along the gradient lead when its sign is wrong?",
        ),
    ],
    hints=[
        "Write the formula for one element first, and take the maximum last.",
        "np.maximum compares two arrays element by element (the floor); np.max finds the largest of one array.",
        "`np.max(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8))`, nearly.",
    ],
    variants=[
        Variant("numpy-scalar", relative),
        Variant("clip", lambda a, b: float((np.abs(a - b) / np.clip(np.abs(a) + np.abs(b), 1e-8, None)).max())),
    ],
)

MEASURING = [numerical_gradient, relative_error]
