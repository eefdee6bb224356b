"""gradient_descent: the way that it takes on a function."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit
from autograder.units.shared.arrays import normal

DTYPE = 'x0.dtype if x0.dtype.kind == "f" else np.float64'
ONE_ARRAY = "path.append(x) keeps what x is now."
HOW_MANY_ARRAYS = "After x -= …, how many different arrays are in your list?"
HOW_MANY_POINTS = "How many points are there on a path of one step?"

#: The points in a list, and x moved in place.
LISTED = """
x = np.{array}(x0, x0.dtype if x0.dtype.kind == "f" else np.float64)
path = [{start}]
for _ in range(steps):
    x -= lr * f_grad(x)
    path.append({point})
return np.stack(path)
"""


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


def descent(function: str, x0: Any, lr: float, steps: int) -> dict[str, Any]:
    """Inputs of the scenario."""
    return {"function": function, "x0": x0, "lr": lr, "steps": steps}


def drawn_descent(rng: np.random.Generator) -> dict[str, Any]:
    """A few steps from a random point, on any of the functions."""
    shape = tuple(int(n) for n in rng.integers(2, 4, rng.integers(1, 3)))
    return {
        "function": str(rng.choice(["half square", "square", "double well", "waves", "sum squared", "valley"])),
        "x0": rng.uniform(0.3, 2, shape),
        "lr": float(rng.uniform(0.02, 0.2)),
        "steps": int(rng.integers(2, 6)),
    }


gradient_descent = Exercise(
    "gradient_descent",
    points=1,
    scenario=drive_descent,
    returns_new=True,
    vectorized=lambda n: descent("square", np.ones((n, 2)), 0.1, 3),
    cases=[
        Case("one-step", **descent("square", np.array([3.0, -1.0]), 0.1, 1)),
        Case("four-steps", **descent("square", np.array([3.0, -1.0, 0.5]), 0.1, 4)),
        Case("no-steps", **descent("square", np.array([2.0, 5.0]), 0.1, 0)),
        Case("one-number", **descent("double well", np.array(0.25), 0.5, 5)),
        Case("gradient-is-the-point-itself", readonly=True, **descent("half square", np.array([[1.0, -2.0]]), 0.25, 3)),
        Case("numbers-that-pull-on-each-other", **descent("sum squared", normal(2, 3, seed=1), 0.05, 4)),
        Case("narrow-valley", **descent("valley", np.array([3.0, 2.0, 1.0, -1.0]), 0.4, 6)),
        Case("rate-too-large-diverges", **descent("square", np.array([1.0, -0.5]), 1.5, 6)),
        Case("integers", **descent("square", np.array([[3, -2, 7]]), 0.15, 3)),
        Case("float32", **descent("waves", normal(3, 2, seed=2).astype(np.float32), 0.3, 4)),
        Case("negative-steps", raises="steps", **descent("square", np.array([1.0]), 0.1, -1)),
        random_cases(drawn_descent, count=3),
    ],
    misconceptions=[
        edit("uphill", "- lr", "+ lr")
        .believes("The gradient points to where we want to go.")
        .ask("Along the gradient f grows. Which sign takes you down?"),
        edit("gradient-of-the-start", "f_grad(path[k])", "f_grad(path[0])")
        .believes("The gradient is computed once.")
        .ask("Where do you stand when you ask for the gradient in step 2?"),
        edit("always-from-the-start", "path[k] - lr", "path[0] - lr")
        .believes("Every step starts at x0.")
        .ask("From which point does step 2 leave?"),
        edit("rate-forgotten", "lr * f_grad", "f_grad")
        .believes("The step is the gradient.")
        .ask("Where does `lr` come into your step?"),
        edit("rate-falls", "lr * f_grad", "lr / (k + 1) * f_grad")
        .believes("The rate is divided by the number of the step.")
        .ask("Schedules are another exercise. Which rate does the formula use in step 2?"),
        edit("start-left-out", "return path", "return path[1:]")
        .believes("The path begins after the first step.")
        .ask(HOW_MANY_POINTS),
        edit("last-point-only", "return path", "return path[-1]")
        .believes("What counts is where one arrives.")
        .ask("What is the shape of a path of `steps` + 1 points?"),
        edit("end-left-out", "return path", "return path[:-1]")
        .believes("A path of n steps has n points.")
        .ask(HOW_MANY_POINTS),
        body("one-array-in-all-rows", LISTED.format(array="array", start="x", point="x"))
        .believes(ONE_ARRAY)
        .ask(HOW_MANY_ARRAYS),
        edit("integers-truncated", DTYPE, "x0.dtype")
        .believes("The path has the dtype of x0, whatever it is.")
        .ask("What becomes of 2.7 in an array of integers?"),
        edit("float64-path", DTYPE, "np.float64")
        .believes("np.zeros makes an array that takes any numbers.")
        .ask("float32 in, float32 out: what is the dtype of np.zeros(n)?"),
        body("one-array-after-the-start", LISTED.format(array="array", start="x.copy()", point="x"))
        .believes(ONE_ARRAY)
        .ask(HOW_MANY_ARRAYS),
        body("start-moved-too", LISTED.format(array="asarray", start="x.copy()", point="x.copy()"))
        .believes("x = x0 makes a new array.")
        .ask("What does x0 hold when your function is done?"),
        edit("one-step-short", "return path", "return path[: max(steps, 1)]")
        .believes("n points are n - 1 steps apart.")
        .ask("`steps` counts the steps, not the points: how many points are there on a path of one step?"),
        edit("last-row-never-filled", "np.empty", "np.zeros", "range(steps)", "range(steps - 1)")
        .believes("The last of n + 1 rows is filled when the loop has run n - 1 times.")
        .ask("Which k fills the last row of path[k + 1] = …, and does your loop reach it?"),
        edit("collected-before-the-step", "return path", "return np.stack([path[k] for k in range(steps)])")
        .believes("In each round the point is noted down, and then the step is taken; so every point is there.")
        .ask("Where is the point at which the last step arrived, and what is in your list after no steps?"),
    ],
    hints=[
        "Each step leaves from the point where the last one arrived, and asks for the gradient there.",
        "Make room for steps + 1 points, put x0 into the first, and fill the others in a loop.",
        "path[k + 1] = path[k] - lr * f_grad(path[k])",
    ],
    variants=[
        Variant(
            "list-of-points",
            """
            if steps < 0:
                raise ValueError(f"steps must not be negative, got {steps}")
            points = [np.array(x0, dtype=x0.dtype if np.issubdtype(x0.dtype, np.floating) else float)]
            while len(points) <= steps:
                points.append(points[-1] + -lr * np.asarray(f_grad(points[-1])))
            return np.array(points)
            """,
        )
    ],
)
