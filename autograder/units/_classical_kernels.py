"""Assessment of kernels: rbf_kernel, kernel_distance, centre_kernel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal
from autograder.units import _classical_slips as slips
from autograder.units._classical_common import Version, distances

__all__ = ["centre_kernel", "kernel_distance", "rbf_kernel"]


def _expanded_rbf(a: Array, b: Array, gamma: float) -> Array:
    if gamma <= 0:
        raise ValueError(f"gamma: got {gamma}")
    squared = (a * a).sum(axis=1)[:, None] - 2 * a @ b.T + (b * b).sum(axis=1)
    result: Array = np.exp(-gamma * np.maximum(squared, 0))
    return result


def _draw_kernel(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"a": rng.standard_normal((3, 4)), "b": rng.standard_normal((5, 4)), "gamma": float(rng.uniform(0.05, 0.4))}


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
        random_cases(_draw_kernel),
    ],
    misconceptions=[
        Misconception(
            "distance-not-squared",
            believes="The exponent is -γ times the distance.",
            wrong=lambda a, b, gamma: np.exp(-gamma * distances(a, b)),
            hint="Which curve is smooth at the top, e^-|d| or e^-d²?",
        ),
        Misconception(
            "gamma-is-the-width",
            believes="γ is the width of the bell, and divides.",
            wrong=lambda a, b, gamma: np.exp(-(distances(a, b) ** 2) / (2 * gamma**2)),
            hint="Does a larger γ make the bell wider or narrower?",
        ),
        Misconception(
            "divided-by-gamma",
            believes="The squared distance is divided by γ.",
            wrong=lambda a, b, gamma: np.exp(-(distances(a, b) ** 2) / gamma),
            hint="Does a larger γ make the bell wider or narrower?",
        ),
        Misconception(
            "one-half-too-many",
            believes="A bell always has 1/2 in its exponent.",
            wrong=lambda a, b, gamma: np.exp(-gamma * distances(a, b) ** 2 / 2),
            hint="γ = 1/(2σ²): where has the 1/2 gone?",
        ),
        Misconception(
            "gamma-squared-too",
            believes="γ scales the distance, and the product is squared.",
            wrong=lambda a, b, gamma: np.exp(-((gamma * distances(a, b)) ** 2)),
            hint="In -γ |a - b|², what does the square belong to?",
        ),
        Misconception(
            "sign-forgotten",
            believes="The kernel is e^(γ d²).",
            wrong=lambda a, b, gamma: np.exp(gamma * distances(a, b) ** 2),
            hint="Which rows should be most alike: those near each other, or those far apart?",
        ),
        Misconception(
            "sum-of-bells",
            believes="Each feature has its own bell, and they are averaged.",
            wrong=lambda a, b, gamma: np.exp(-gamma * (a[:, None] - b) ** 2).mean(axis=-1),
            hint="e^-(u + v) is e^-u times e^-v. Which comes first, the sum over features or the exponential?",
        ),
        *slips.RBF,
    ],
    hints=[
        "The distances of all pairs are an exercise above. What is done to them?",
        "The squared distance needs no root: sum the squared differences over features, scale, exponentiate.",
        "np.exp(-gamma * np.square(a[:, None, :] - b).sum(axis=-1))",
    ],
    variants=[Variant("expanded-square", _expanded_rbf)],
)


def _inner(a: Array, power: int = 1) -> Array:
    """A polynomial kernel, whose diagonal is not constant; rounded, so that it is the same on every machine."""
    gram: Array = np.round((a @ a.T) ** power, 6)
    return gram


def _feature_distance(
    cross: float, *, repair: Version = lambda squared: np.maximum(squared, 0), root: bool = True
) -> Version:
    """A version of kernel_distance with other parts."""

    def wrong(gram: Array) -> Array:
        norms = np.diagonal(gram)
        squared = norms[:, None] - cross * gram + norms
        squared = repair(squared)
        result: Array = np.sqrt(squared) if root else squared
        return result

    return wrong


def _distance_by_loops(gram: Array) -> Array:
    if gram.ndim != 2 or gram.shape[0] != gram.shape[1]:
        raise ValueError(f"gram: got shape {gram.shape}")
    squared = np.diag(gram)[:, np.newaxis] + np.diag(gram)[np.newaxis] - gram - gram.T
    result: Array = np.where(squared > 0, squared, 0) ** 0.5
    return result


def _draw_gram(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"gram": _inner(rng.standard_normal((5, 3)), int(rng.integers(1, 4)))}


BELLS = np.round(np.exp(-0.5 * distances(normal(4, 3), normal(4, 3)) ** 2), 6)

#: The number after 3e7.
_ABOVE = np.nextafter(3e7, np.inf)

kernel_distance = Exercise(
    "kernel_distance",
    points=1,
    vectorized=lambda n: {"gram": _inner(normal(n, 3))},
    cases=[
        Case("two-rows", gram=np.array([[4.0, 1.0], [1.0, 9.0]])),
        Case("dot-products-give-plain-distances", gram=_inner(grid(3, 2, step=0.5))),
        Case("squares-of-dot-products", gram=_inner(normal(4, 2, seed=3), 2), readonly=True),
        Case("rbf", gram=BELLS),
        Case(
            "equal-rows-rounded-below-zero", gram=np.array([[0.3, np.nextafter(0.3, 1)], [np.nextafter(0.3, 1), 0.3]])
        ),
        Case("large-rows-rounded-below-zero", gram=np.array([[3e7, _ABOVE], [_ABOVE, 3e7]])),
        Case("one-row", gram=np.array([[2.5]])),
        Case("single-precision", gram=_inner(grid(3, 2, step=0.5)).astype(np.float32)),
        Case("not-square", raises="gram", gram=grid(2, 3)),
        random_cases(_draw_gram),
    ],
    misconceptions=[
        Misconception(
            "root-forgotten",
            believes="k_ii - 2 k_ij + k_jj is the distance.",
            wrong=_feature_distance(2, root=False),
            hint="|φ_i - φ_j|² is expanded there. What is asked for?",
        ),
        Misconception(
            "cross-term-once",
            believes="(φ_i - φ_j)² has the cross term once.",
            wrong=_feature_distance(1),
            hint="What is (u - v)² written out?",
        ),
        Misconception(
            "cross-term-added",
            believes="The three terms are added.",
            wrong=_feature_distance(-2),
            hint="How far is a row from itself: k - 2k + k, or k + 2k + k?",
        ),
        Misconception(
            "root-of-a-negative",
            believes="A squared distance cannot come out below 0.",
            wrong=_feature_distance(2, repair=lambda squared: squared),
            hint="Two rows are nearly equal, and each k is rounded on its own: what can the sum become?",
        ),
        Misconception(
            "size-of-a-negative",
            believes="What is below 0 by rounding is made positive by np.abs.",
            wrong=_feature_distance(2, repair=np.abs),
            hint="Two rows are equal but for rounding, and their sum is -1e-8: is their distance 0, or 1e-4?",
        ),
        Misconception(
            "diagonal-taken-for-one",
            believes="A kernel of a row with itself is 1.",
            wrong=lambda gram: np.sqrt(np.maximum(2 - 2 * gram, 0)),
            hint="True of the bell. What is the dot product of (3, 4) with itself?",
        ),
        Misconception(
            "one-norm-twice",
            believes="Both norms are that of the column's row.",
            wrong=lambda gram: np.sqrt(np.maximum(2 * np.diagonal(gram) - 2 * gram, 0)),
            hint="The diagonal is needed along the rows and along the columns. What shapes does that take?",
        ),
    ],
    hints=[
        "Write |φ_i - φ_j|² as a dot product, and multiply it out. Which entries of gram appear?",
        "The diagonal as a column plus the diagonal as a row minus twice gram; a floor of 0 before the root.",
        "norms = np.diagonal(gram), then np.sqrt(np.maximum(norms[:, None] - 2 * gram + norms, 0)).",
    ],
    variants=[Variant("gram-and-its-transpose", _distance_by_loops)],
)


def _by_centring_matrix(gram: Array) -> Array:
    if gram.ndim != 2 or gram.shape[0] != gram.shape[1]:
        raise ValueError(f"gram: got shape {gram.shape}")
    centring = (np.eye(len(gram)) - 1 / len(gram)).astype(gram.dtype)
    result: Array = centring @ gram @ centring
    return result


centre_kernel = Exercise(
    "centre_kernel",
    points=1,
    returns_new=True,
    vectorized=lambda n: {"gram": normal(n, n)},
    cases=[
        Case("two-rows", gram=np.array([[4.0, 1.0], [1.0, 9.0]])),
        Case("dot-products", gram=_inner(grid(3, 2))),
        Case("not-symmetric", gram=normal(4, 4, seed=5), readonly=True),
        Case("rbf", gram=BELLS),
        Case("already-centred-stays", gram=_inner(np.array([[1.0, -2.0], [2.0, 3.0], [-3.0, -1.0]]))),
        Case("one-row", gram=np.array([[2.5]])),
        Case("single-precision", gram=normal(3, 3, seed=6).astype(np.float32)),
        Case("not-square", raises="gram", gram=grid(2, 3)),
        random_cases(lambda rng: {"gram": rng.standard_normal((5, 5)) + 2}),
    ],
    misconceptions=[
        Misconception(
            "mean-of-all-not-added-back",
            believes="The means of the row and of the column are subtracted, and that is all.",
            wrong=lambda gram: gram - gram.mean(axis=1, keepdims=True) - gram.mean(axis=0),
            hint="Multiply (φ_i - φ̄)(φ_j - φ̄) out: how many terms, and with which signs?",
        ),
        Misconception(
            "mean-of-all-subtracted",
            believes="All three means are subtracted.",
            wrong=lambda gram: gram - gram.mean(axis=1, keepdims=True) - gram.mean(axis=0) - gram.mean(),
            hint="What is the sign of φ̄ · φ̄ in (φ_i - φ̄) · (φ_j - φ̄)?",
        ),
        Misconception(
            "only-the-mean-of-all",
            believes="Centring means subtracting the mean of the matrix.",
            wrong=lambda gram: gram - gram.mean(),
            hint="It is the rows of φ whose mean shall be 0. Is each row's sum of k' then 0?",
        ),
        Misconception(
            "columns-only",
            believes="Each column is centred, as with data.",
            wrong=lambda gram: gram - gram.mean(axis=0),
            hint="Both φ_i and φ_j move. How many of the two indices have you centred?",
        ),
        Misconception(
            "rows-only",
            believes="Each row is centred.",
            wrong=lambda gram: gram - gram.mean(axis=1, keepdims=True),
            hint="Both φ_i and φ_j move. How many of the two indices have you centred?",
        ),
        Misconception(
            "row-means-along-the-columns",
            believes="A vector of N row means lines up with the rows by itself.",
            wrong=lambda gram: gram - gram.mean(axis=1) - gram.mean(axis=0) + gram.mean(),
            hint="Along which axis does broadcasting lay a vector of shape (N,)?",
        ),
        *slips.CENTRE,
    ],
    hints=[
        "φ̄ is a mean of φ's. What is φ_i · φ̄ in terms of the kernel's values?",
        "Subtract from each entry the mean of its row and that of its column; then the mean of all is missing once.",
        "gram - gram.mean(axis=1, keepdims=True) - gram.mean(axis=0, keepdims=True) + gram.mean()",
    ],
    variants=[Variant("centring-matrix", _by_centring_matrix)],
)
