"""Assessment of optimizers: the way that gradient descent takes on a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import normal
from autograder.units import _optimizers_slips as slips

__all__ = ["gradient_descent"]


def drive_descent(gradient_descent: Any, function: Any, x0: Any, lr: Any, steps: Any) -> Any:
    """Scenario: descend on the function of that name; one of the gradients is the very array that was passed."""
    gradients = {
        "half square": lambda x: x,
        "square": lambda x: 2 * x,
        "double well": lambda x: x * (x * x - 1),
        "waves": lambda x: np.sin(x),
        "sum squared": lambda x: 0 * x + x.sum(),
        "valley": lambda x: x * np.arange(1, x.shape[-1] + 1).astype(x.dtype),
    }
    return gradient_descent(gradients[function], x0, lr, steps)


def _walk(move: Callable[..., Any]) -> Callable[..., Any]:
    """A descent with another move: move(f_grad, x, start, k, lr) -> x."""

    def descend(f_grad: Any, x0: Any, lr: float, steps: int) -> Any:
        start = _floating(x0)
        path = [start]
        for k in range(steps):
            path.append(move(f_grad, path[-1], start, k, lr))
        return np.stack(path)

    return descend


def _floating(x0: Any) -> Any:
    return x0.copy() if x0.dtype.kind == "f" else x0.astype(np.float64)


_right_walk = _walk(lambda f_grad, x, start, k, lr: x - lr * f_grad(x))


def _same_array(f_grad: Any, x0: Any, lr: float, steps: int) -> Any:
    x = _floating(x0)
    path = [x]
    for _ in range(steps):
        x -= lr * f_grad(x)
        path.append(x)
    return np.stack(path)


def _integer_path(f_grad: Any, x0: Any, lr: float, steps: int) -> Any:
    path = np.empty((steps + 1, *x0.shape), x0.dtype)
    path[0] = x0
    for k in range(steps):
        path[k + 1] = path[k] - lr * f_grad(path[k])
    return path


def _float64_path(f_grad: Any, x0: Any, lr: float, steps: int) -> Any:
    path = np.zeros((steps + 1, *x0.shape))
    path[0] = x0
    for k in range(steps):
        path[k + 1] = path[k] - lr * f_grad(path[k])
    return path


def _list_of_points(f_grad: Any, x0: Any, lr: float, steps: int) -> Any:
    if steps < 0:
        raise ValueError(f"steps must not be negative, got {steps}")
    x = np.array(x0, dtype=x0.dtype if np.issubdtype(x0.dtype, np.floating) else float)
    points = [x]
    while len(points) <= steps:
        x = x + -lr * np.asarray(f_grad(x))
        points.append(x)
    return np.array(points)


def _random_descent(rng: np.random.Generator) -> dict[str, Any]:
    shape = tuple(int(n) for n in rng.integers(2, 4, rng.integers(1, 3)))
    return {
        "function": str(rng.choice(["half square", "square", "double well", "waves", "sum squared", "valley"])),
        "x0": rng.uniform(0.3, 2, shape),
        "lr": float(rng.uniform(0.02, 0.2)),
        "steps": int(rng.integers(2, 6)),
    }


def _descent(function: str, x0: Any, lr: float, steps: int) -> dict[str, Any]:
    return {"function": function, "x0": x0, "lr": lr, "steps": steps}


gradient_descent = Exercise(
    "gradient_descent",
    points=1,
    scenario=drive_descent,
    returns_new=True,
    vectorized=lambda n: _descent("square", np.ones((n, 2)), 0.1, 3),
    cases=[
        Case("one-step", **_descent("square", np.array([3.0, -1.0]), 0.1, 1)),
        Case("four-steps", **_descent("square", np.array([3.0, -1.0, 0.5]), 0.1, 4)),
        Case("no-steps", **_descent("square", np.array([2.0, 5.0]), 0.1, 0)),
        Case("one-number", **_descent("double well", np.array(0.25), 0.5, 5)),
        Case(
            "gradient-is-the-point-itself", readonly=True, **_descent("half square", np.array([[1.0, -2.0]]), 0.25, 3)
        ),
        Case("numbers-that-pull-on-each-other", **_descent("sum squared", normal(2, 3, seed=1), 0.05, 4)),
        Case("narrow-valley", **_descent("valley", np.array([3.0, 2.0, 1.0, -1.0]), 0.4, 6)),
        Case("rate-too-large-diverges", **_descent("square", np.array([1.0, -0.5]), 1.5, 6)),
        Case("integers", **_descent("square", np.array([[3, -2, 7]]), 0.15, 3)),
        Case("float32", **_descent("waves", normal(3, 2, seed=2).astype(np.float32), 0.3, 4)),
        Case("negative-steps", raises="steps", **_descent("square", np.array([1.0]), 0.1, -1)),
        random_cases(_random_descent, count=3),
    ],
    misconceptions=[
        Misconception(
            "uphill",
            believes="The gradient points to where we want to go.",
            wrong=_walk(lambda f_grad, x, start, k, lr: x + lr * f_grad(x)),
            hint="Along the gradient f grows. Which sign takes you down?",
        ),
        Misconception(
            "gradient-of-the-start",
            believes="The gradient is computed once.",
            wrong=_walk(lambda f_grad, x, start, k, lr: x - lr * f_grad(start)),
            hint="Where do you stand when you ask for the gradient in step 2?",
        ),
        Misconception(
            "always-from-the-start",
            believes="Every step starts at x0.",
            wrong=_walk(lambda f_grad, x, start, k, lr: start - lr * f_grad(x)),
            hint="From which point does step 2 leave?",
        ),
        Misconception(
            "rate-forgotten",
            believes="The step is the gradient.",
            wrong=_walk(lambda f_grad, x, start, k, lr: x - f_grad(x)),
            hint="Where does `lr` come into your step?",
        ),
        Misconception(
            "rate-falls",
            believes="The rate is divided by the number of the step.",
            wrong=_walk(lambda f_grad, x, start, k, lr: x - lr / (k + 1) * f_grad(x)),
            hint="Schedules are another exercise. Which rate does the formula use in step 2?",
        ),
        Misconception(
            "start-left-out",
            believes="The path begins after the first step.",
            wrong=lambda f_grad, x0, lr, steps: _right_walk(f_grad, x0, lr, steps)[1:],
            hint="How many points are there on a path of one step?",
        ),
        Misconception(
            "last-point-only",
            believes="What counts is where one arrives.",
            wrong=lambda f_grad, x0, lr, steps: _right_walk(f_grad, x0, lr, steps)[-1],
            hint="What is the shape of a path of `steps` + 1 points?",
        ),
        Misconception(
            "end-left-out",
            believes="A path of n steps has n points.",
            wrong=lambda f_grad, x0, lr, steps: _right_walk(f_grad, x0, lr, steps)[:-1],
            hint="How many points are there on a path of one step?",
        ),
        Misconception(
            "one-array-in-all-rows",
            believes="path.append(x) keeps what x is now.",
            wrong=_same_array,
            hint="After x -= …, how many different arrays are in your list?",
        ),
        Misconception(
            "integers-truncated",
            believes="The path has the dtype of x0, whatever it is.",
            wrong=_integer_path,
            hint="What becomes of 2.7 in an array of integers?",
        ),
        Misconception(
            "float64-path",
            believes="np.zeros makes an array that takes any numbers.",
            wrong=_float64_path,
            hint="float32 in, float32 out: what is the dtype of np.zeros(n)?",
        ),
        *slips.PATH,
    ],
    hints=[
        "Each step leaves from the point where the last one arrived, and asks for the gradient there.",
        "Make room for steps + 1 points, put x0 into the first, and fill the others in a loop.",
        "path[k + 1] = path[k] - lr * f_grad(path[k])",
    ],
    variants=[Variant("list-of-points", _list_of_points)],
)
