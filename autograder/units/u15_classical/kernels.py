"""rbf_kernel, kernel_distance and centre_kernel."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import Array, grid, normal
from solutions import u15_classical as right

EXPONENT = "-gamma * squared"
SQUARED = "norms[:, None] - 2 * gram + norms"
CENTRED = "gram - rows - columns + gram.mean()"

WIDER = "Does a larger γ make the bell wider or narrower?"
BOTH_MOVE = "Both φ_i and φ_j move. How many of the two indices have you centred?"


def products(a: Array, power: int = 1) -> Array:
    """A polynomial kernel, whose diagonal is not constant; rounded, so that it is the same on every machine."""
    gram: Array = np.round((a @ a.T) ** power, 6)
    return gram


def random_rows(rng: np.random.Generator) -> dict[str, Any]:
    """Three rows and five, and a bell that reaches from one to the other."""
    return {"a": rng.standard_normal((3, 4)), "b": rng.standard_normal((5, 4)), "gamma": float(rng.uniform(0.05, 0.4))}


BELLS = np.round(right.rbf_kernel(normal(4, 3), normal(4, 3), gamma=0.5), 6)
#: The numbers after 0.3 and after 3e7.
ABOVE, FAR_ABOVE = np.nextafter([0.3, 3e7], np.inf)

rbf_kernel = Exercise(
    "rbf_kernel",
    points=1,
    vectorized=lambda n: {"a": normal(n, 3, seed=1), "b": normal(n, 3, seed=2), "gamma": 0.5},
    cases=[
        Case("one-pair", a=np.array([[0.0, 0.0]]), b=np.array([[0.5, 1.0]]), gamma=1.0),
        Case("equal-rows-are-one", a=normal(3, 2, seed=1), b=normal(3, 2, seed=1), gamma=0.7),
        Case("wide-bell", a=normal(2, 3, seed=2), b=normal(4, 3, seed=3), gamma=0.1, readonly=True),
        Case("narrow-bell", a=normal(2, 3, seed=2), b=normal(4, 3, seed=3), gamma=3.0),
        Case("one-column", a=grid(3, 1, step=0.5), b=np.array([[1.25], [2.0]]), gamma=2.0),
        Case("far-apart-is-zero", a=np.array([[0.0, 1.0]]), b=np.array([[400.0, -300.0], [0.0, 1.5]]), gamma=1.5),
        Case(
            "single-precision", a=normal(2, 3).astype(np.float32), b=normal(3, 3, seed=4).astype(np.float32), gamma=0.4
        ),
        Case("gamma-of-zero", raises="gamma", a=grid(2, 2), b=grid(3, 2), gamma=0.0),
        random_cases(random_rows),
    ],
    misconceptions=[
        edit("distance-not-squared", EXPONENT, "-gamma * np.sqrt(squared)")
        .believes("The exponent is -γ times the distance.")
        .ask("Which curve is smooth at the top, e^-|d| or e^-d²?"),
        edit("gamma-is-the-width", EXPONENT, "-squared / (2 * gamma**2)")
        .believes("γ is the width of the bell, and divides.")
        .ask(WIDER),
        edit("divided-by-gamma", EXPONENT, "-squared / gamma")
        .believes("The squared distance is divided by γ.")
        .ask(WIDER),
        edit("one-half-too-many", EXPONENT, "-gamma * squared / 2")
        .believes("A bell always has 1/2 in its exponent.")
        .ask("γ = 1/(2σ²): where has the 1/2 gone?"),
        edit("gamma-squared-too", EXPONENT, "-(gamma**2) * squared")
        .believes("γ scales the distance, and the product is squared.")
        .ask("In -γ |a - b|², what does the square belong to?"),
        edit("sign-forgotten", EXPONENT, "gamma * squared")
        .believes("The kernel is e^(γ d²).")
        .ask("Which rows should be most alike: those near each other, or those far apart?"),
        returns("sum-of-bells", "np.exp(-gamma * np.square(a[:, None] - b)).mean(axis=-1)")
        .believes("Each feature has its own bell, and they are averaged.")
        .ask("e^-(u + v) is e^-u times e^-v. Which comes first, the sum over features or the exponential?"),
        returns("transposed", "rbf_kernel(b, a, gamma)")
        .believes("The result has a row for each row of b.")
        .ask("Which of a and b counts the rows of the result?"),
        edit("sum-of-magnitudes", "np.square(", "np.abs(")
        .believes("|a - b|² is the sum of the absolute differences.")
        .ask("That is the Laplacian kernel. What is |(3, 4)|²?"),
    ],
    hints=[
        "The distances of all pairs are an exercise above. What is done to them?",
        "The squared distance needs no root: sum the squared differences over features, scale, exponentiate.",
        "np.exp(-gamma * np.square(a[:, None, :] - b).sum(axis=-1))",
    ],
    variants=[
        Variant(
            "expanded-square",
            (
                "np.square(a[:, None, :] - b[None, :, :]).sum(axis=-1)",
                "np.maximum((a * a).sum(axis=1)[:, None] - 2 * a @ b.T + (b * b).sum(axis=1), 0)",
            ),
        )
    ],
)

kernel_distance = Exercise(
    "kernel_distance",
    points=1,
    vectorized=lambda n: {"gram": products(normal(n, 3))},
    cases=[
        Case("two-rows", gram=np.array([[4.0, 1.0], [1.0, 9.0]])),
        Case("dot-products-give-plain-distances", gram=products(grid(3, 2, step=0.5))),
        Case("squares-of-dot-products", gram=products(normal(4, 2, seed=3), 2), readonly=True),
        Case("rbf", gram=BELLS),
        Case("equal-rows-rounded-below-zero", gram=np.array([[0.3, ABOVE], [ABOVE, 0.3]])),
        Case("large-rows-rounded-below-zero", gram=np.array([[3e7, FAR_ABOVE], [FAR_ABOVE, 3e7]])),
        Case("one-row", gram=np.array([[2.5]])),
        Case("single-precision", gram=products(grid(3, 2, step=0.5)).astype(np.float32)),
        Case("not-square", raises="gram", gram=grid(2, 3)),
        random_cases(lambda rng: {"gram": products(rng.standard_normal((5, 3)), int(rng.integers(1, 4)))}),
    ],
    misconceptions=[
        edit("root-forgotten", "np.sqrt(", "(")
        .believes("k_ii - 2 k_ij + k_jj is the distance.")
        .ask("|φ_i - φ_j|² is expanded there. What is asked for?"),
        edit("cross-term-once", "2 * gram", "gram")
        .believes("(φ_i - φ_j)² has the cross term once.")
        .ask("What is (u - v)² written out?"),
        edit("cross-term-added", "- 2 * gram", "+ 2 * gram")
        .believes("The three terms are added.")
        .ask("How far is a row from itself: k - 2k + k, or k + 2k + k?"),
        edit("root-of-a-negative", f"np.maximum({SQUARED}, 0)", SQUARED)
        .believes("A squared distance cannot come out below 0.")
        .ask("Two rows are nearly equal, and each k is rounded on its own: what can the sum become?"),
        edit("size-of-a-negative", f"np.maximum({SQUARED}, 0)", f"np.abs({SQUARED})")
        .believes("What is below 0 by rounding is made positive by np.abs.")
        .ask("Two rows are equal but for rounding, and their sum is -1e-8: is their distance 0, or 1e-4?"),
        edit("diagonal-taken-for-one", SQUARED, "2 - 2 * gram")
        .believes("A kernel of a row with itself is 1.")
        .ask("True of the bell. What is the dot product of (3, 4) with itself?"),
        edit("one-norm-twice", "norms[:, None]", "norms")
        .believes("Both norms are that of the column's row.")
        .ask("The diagonal is needed along the rows and along the columns. What shapes does that take?"),
    ],
    hints=[
        "Write |φ_i - φ_j|² as a dot product, and multiply it out. Which entries of gram appear?",
        "The diagonal as a column plus the diagonal as a row minus twice gram; a floor of 0 before the root.",
        "norms = np.diagonal(gram), then np.sqrt(np.maximum(norms[:, None] - 2 * gram + norms, 0)).",
    ],
    variants=[Variant("gram-and-its-transpose", ("- 2 * gram", "- gram - gram.T"))],
)

centre_kernel = Exercise(
    "centre_kernel",
    points=1,
    returns_new=True,
    vectorized=lambda n: {"gram": normal(n, n)},
    cases=[
        Case("two-rows", gram=np.array([[4.0, 1.0], [1.0, 9.0]])),
        Case("dot-products", gram=products(grid(3, 2))),
        Case("not-symmetric", gram=normal(4, 4, seed=5), readonly=True),
        Case("rbf", gram=BELLS),
        Case("already-centred-stays", gram=products(np.array([[1.0, -2.0], [2.0, 3.0], [-3.0, -1.0]]))),
        Case("one-row", gram=np.array([[2.5]])),
        Case("single-precision", gram=normal(3, 3, seed=6).astype(np.float32)),
        Case("not-square", raises="gram", gram=grid(2, 3)),
        random_cases(lambda rng: {"gram": rng.standard_normal((5, 5)) + 2}),
    ],
    misconceptions=[
        edit("mean-of-all-not-added-back", " + gram.mean()", "")
        .believes("The means of the row and of the column are subtracted, and that is all.")
        .ask("Multiply (φ_i - φ̄)(φ_j - φ̄) out: how many terms, and with which signs?"),
        edit("mean-of-all-subtracted", "+ gram.mean()", "- gram.mean()")
        .believes("All three means are subtracted.")
        .ask("What is the sign of φ̄ · φ̄ in (φ_i - φ̄) · (φ_j - φ̄)?"),
        edit("only-the-mean-of-all", CENTRED, "gram - gram.mean()")
        .believes("Centring means subtracting the mean of the matrix.")
        .ask("The mean of the rows of φ should become 0. Is each row's sum of k' then 0?"),
        edit("columns-only", CENTRED, "gram - columns")
        .believes("Each column is centred, as with data.")
        .ask(BOTH_MOVE),
        edit("rows-only", CENTRED, "gram - rows").believes("Each row is centred.").ask(BOTH_MOVE),
        edit("row-means-along-the-columns", "gram.mean(axis=1, keepdims=True)", "gram.mean(axis=1)")
        .believes("A vector of N row means lines up with the rows by itself.")
        .ask("Along which axis does broadcasting lay a vector of shape (N,)?"),
        edit("row-means-twice", "rows - columns", "rows - rows")
        .believes("The matrix is symmetric, so row means do for both.")
        .ask("Do the columns of your result sum to 0?"),
    ],
    hints=[
        "φ̄ is a mean of φ's. What is φ_i · φ̄ in terms of the kernel's values?",
        "Subtract from each entry the mean of its row and that of its column; then the mean of all is missing once.",
        "gram - gram.mean(axis=1, keepdims=True) - gram.mean(axis=0, keepdims=True) + gram.mean()",
    ],
    variants=[
        Variant(
            "centring-matrix",
            """
            if gram.ndim != 2 or gram.shape[0] != gram.shape[1]:
                raise ValueError("gram: want a square matrix")
            centring = (np.eye(len(gram)) - 1 / len(gram)).astype(gram.dtype)
            return centring @ gram @ centring
            """,
        )
    ],
)
