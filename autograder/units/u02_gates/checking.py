"""Checking a gradient: numerical_gradient, relative_error, gradient_check."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.checks import Value
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import Array, grid, normal, spread
from autograder.units.shared.families import argument_fixed

ORDER_OF_BOTH = "Is the error of a against b the same as that of b against a?"

FLOAT_DTYPE = ', dtype=x.dtype if x.dtype.kind == "f" else np.float64'
SIZES = "np.abs(a) + np.abs(b)"
MEASURED = "numerical_gradient(f, x, 1e-5)"

ABSOLUTE_ERROR = (
    edit("absolute-error", " / size", "")
    .believes("The largest difference itself is the error.")
    .ask("Is a difference of 1 much or little if the gradients are 1000 and 1001? If they are 1 and 2?")
)
MEAN_OF_THE_ERRORS = (
    edit("mean-of-the-errors", "np.max(", "np.mean(")
    .believes("The errors of all elements are averaged.")
    .ask("One of a million elements is entirely wrong: what does the mean say?")
)
NORMS_COMPARED = (
    edit("norms-compared", "np.abs(", "np.linalg.norm(")
    .believes("The length of the difference is compared with the lengths of both.")
    .ask("One of a million elements is entirely wrong: what does the norm say?")
)


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
        edit("one-side-only", "here - eps", "here", "2 * eps", "eps")
        .believes("(f(x + ε) - f(x)) / ε is as good.")
        .ask("For f = x² at 0, what do a step to one side and steps to both sides give?"),
        edit("divided-by-one-step", "2 * eps", "eps")
        .believes("The difference is divided by ε.")
        .ask("How far apart are x + ε and x - ε?"),
        edit("all-elements-moved", "moved[index] = here", "moved[...] = x")
        .believes("f(x + ε) moves every element, and gives every element's slope at once.")
        .ask("If all elements move at once, whose effect do you see in f?"),
        returns("one-number-for-all", "(f(x + eps) - f(x - eps)) / (2 * eps)")
        .believes("f returns one number, so the gradient is one number.")
        .ask("How many elements of x can be moved on their own, and what shape does the gradient have?"),
        edit(
            "steps-pile-up",
            *(f"np.array(x{FLOAT_DTYPE})", "x"),
            *("moved[index] = here + eps", "moved[index] += eps"),
            *("moved[index] = here - eps", "moved[index] -= 2 * eps"),
            *("        moved[index] = here\n", ""),
        )
        .believes("Each step can start where the last one ended.")
        .ask("What are the numbers in x after the loop, and what were they at the k-th step?"),
        edit("integers-stay-integers", FLOAT_DTYPE, "")
        .believes("A copy of x can hold x + ε.")
        .ask("What becomes of 1.5 when it is written into an array of integers?"),
        edit(
            "flat-view-of-a-copy",
            *("np.empty_like(moved)", "np.empty(x.shape, moved.dtype); flat = moved.reshape(-1)"),
            *("np.ndindex(moved.shape)", "np.ndindex(x.size)"),
            *("moved[index]", "flat[index]"),
            *("gradient[index]", "gradient.reshape(-1)[index]"),
        )
        .believes("reshape(-1) or ravel() always looks at the same memory.")
        .ask("When x is stored column by column, is x.reshape(-1) a view of x or a copy?"),
        edit("sign", "above - below", "below - above")
        .believes("The lower value comes first: f(x - ε) - f(x + ε).")
        .ask("If f rises with x, what sign must its slope have?"),
        edit("multiplied-by-the-step", "(2 * eps)", "2 * eps")
        .believes("(above - below) / 2 * eps divides by 2 ε.")
        .ask("In which order does Python compute a / 2 * b?"),
        argument_fixed("step-of-its-own", "eps", 1e-5)
        .believes("The step is 1e-5, whatever the argument says.")
        .ask("What is the argument eps for?"),
        edit("size-only", "(above - below)", "abs(above - below)")
        .believes("A difference is a size, without a sign.")
        .ask("How does a gradient tell that f falls?"),
        edit("copy-not-put-back", "        moved[index] = here\n", "")
        .believes("A copy is moved, so nothing has to be put back.")
        .ask("The second element is moved: where does the first one stand meanwhile?"),
    ],
    hints=[
        "One element is moved, to both sides, while all others stay; f is called twice per element.",
        "np.ndindex(x.shape) runs over all positions of an array of any shape, even one without axes.",
        "On a float copy: `moved[index] = x[index] + eps`, call f; the same with minus; put it back; divide by 2 eps.",
    ],
    variants=[
        Variant(
            "one-step-array-per-element",
            """
            x = np.asarray(x, dtype=x.dtype if x.dtype.kind == "f" else np.float64)
            steps = eps * np.eye(x.size, dtype=x.dtype).reshape(x.size, *x.shape)
            differences = [(f(x + step) - f(x - step)) / (2 * eps) for step in steps]
            return np.array(differences, dtype=x.dtype).reshape(x.shape)
            """,
        ),
        Variant("in-place-and-put-back", ("moved = np.array", "moved = np.asarray")),
    ],
)


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
        edit("one-ratio-of-two-maxima", "np.abs(a - b) / size", "np.abs(a - b)) / np.max(size")
        .believes("The largest difference is divided by the largest size.")
        .ask("A small element is off by half of its size beside a large right one: is that seen?"),
        ABSOLUTE_ERROR,
        edit("no-floor", f"np.maximum({SIZES}, 1e-8)", SIZES)
        .believes("The size |a| + |b| is never zero.")
        .ask("What is 0/0 in floating point, where both gradients are zero?"),
        edit("floor-added", f"np.maximum({SIZES}, 1e-8)", f"{SIZES} + 1e-8")
        .believes("Adding 1e-8 to the size is the same as not letting it fall below 1e-8.")
        .ask("The formula takes the larger of two numbers. What does a sum of them give at sizes near 1e-8?"),
        MEAN_OF_THE_ERRORS,
        edit("size-of-the-larger", SIZES, "np.maximum(np.abs(a), np.abs(b))")
        .believes("The size is the larger of |a| and |b|.")
        .ask("What is the largest value that the error can take: 1 or 2?"),
        edit("difference-keeps-its-sign", "np.abs(a - b)", "(a - b)")
        .believes("a - b needs no absolute value, since the maximum is taken.")
        .ask("What does the maximum make of an error of -1?"),
        edit("size-of-the-sum", SIZES, "np.abs(a + b)")
        .believes("|a + b| is the same as |a| + |b|.")
        .ask("What is |a + b| when b = -a?"),
        edit("one-error-per-element", "float(np.max(np.abs(a - b) / size))", "np.abs(a - b) / size")
        .believes("Each element has its own error; all of them are returned.")
        .ask("How many numbers does the docstring ask for?"),
        NORMS_COMPARED,
        edit("size-of-the-first", SIZES, "np.abs(a)")
        .believes("The error is measured against the first gradient.")
        .ask(ORDER_OF_BOTH),
        edit("size-of-the-second", SIZES, "np.abs(b)")
        .believes("The error is measured against the second gradient.")
        .ask(ORDER_OF_BOTH),
        edit("errors-summed", "np.max(", "np.sum(")
        .believes("The errors of all elements are added.")
        .ask("How large can the result be for a million elements, and how large may it be?"),
        returns("mean-size", "2 * relative_error(a, b)")
        .believes("The difference is compared with the mean of both sizes.")
        .ask("How large is your result where the signs differ?"),
        returns("signs-ignored", "relative_error(np.abs(a), np.abs(b))")
        .believes("Only the sizes of both gradients have to agree.")
        .ask("Which way does a step along the gradient lead when its sign is wrong?"),
    ],
    hints=[
        "Write the formula for one element first, and take the maximum last.",
        "np.maximum compares two arrays element by element (the floor); np.max finds the largest of one array.",
        "Divide np.abs(a - b) by the sum of both sizes, floored with np.maximum, then take np.max of it all.",
    ],
    variants=[
        Variant("numpy-scalar", f"np.max(np.abs(a - b) / np.maximum({SIZES}, 1e-8))"),
        Variant("clip", f"float((np.abs(a - b) / np.clip({SIZES}, 1e-8, None)).max())"),
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
        edit("one-side-only", "here - eps", "here", "2 * eps", "eps")
        .believes("A step to one side measures well enough.")
        .ask("A one-sided difference errs by about ε, a central one by ε². What remains at 1e-5?"),
        ABSOLUTE_ERROR,
        MEAN_OF_THE_ERRORS,
        edit("sums-compared", "grad(x)", "np.sum(grad(x))", MEASURED, f"np.sum({MEASURED})")
        .believes("If the gradients add up to the same number, they are the same.")
        .ask("Exchange two elements of a gradient: does its sum change?"),
        returns("verdict-instead-of-error", "gradient_check(f, grad, x) < 1e-7")
        .believes("A check answers True or False.")
        .ask("What does the docstring say is returned, and who decides what is small enough?"),
        edit("coarse-step", "1e-5", "1e-2")
        .believes("Any small step will do: 0.01.")
        .ask("How large is ε² for your step, and how large an error is a right gradient allowed?"),
        edit("fine-step", "1e-5", "1e-12")
        .believes("The smaller the step, the better: 1e-12.")
        .ask("f is known to 16 digits. How many of them differ between x and x + 1e-12?"),
        edit("compared-with-itself", MEASURED, "grad(x)")
        .believes("The gradient function is called twice.")
        .ask("Whose word is checked against whose?"),
        edit("first-element-alone", "grad(x)", "grad(x).ravel()[:1]", MEASURED, f"{MEASURED}.ravel()[:1]")
        .believes("If one element is right, all are.")
        .ask("Which mistake would show in the last element alone?"),
        NORMS_COMPARED,
    ],
    hints=[
        "Two gradients at the same x are compared: one claimed, one measured.",
        "You have written both halves already: `numerical_gradient` and `relative_error`.",
        "`relative_error(grad(x), numerical_gradient(f, x, 1e-5))`.",
    ],
    variants=[
        Variant("measured-first", f"relative_error({MEASURED}, grad(x))"),
        Variant("smaller-step", ("1e-5", "2e-6")),
    ],
)
