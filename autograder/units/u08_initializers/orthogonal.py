"""orthogonal: judged by its angles and lengths, and by whether every such matrix is equally likely."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.checks.orthogonal import Orthogonal
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.u08_initializers.distributions import SEED_FIXED_INSIDE, another_seed

TALL = "(max(rows, columns), min(rows, columns))"
QR = f"q, r = np.linalg.qr(rng.standard_normal({TALL}))"
SIGNS_FIXED = "q *= gain * np.sign(np.diag(r))"
TURNED = "(q if rows >= columns else q.T)"
SVD = "u, _, v = np.linalg.svd(rng.standard_normal((rows, columns)), full_matrices=False)"
GRAM_SCHMIDT = f"""q = rng.standard_normal({TALL})
    for i in range(q.shape[1]):
        for _ in range(2):  # once more, against rounding
            q[:, i] -= q[:, :i] @ (q[:, :i].T @ q[:, i])
        q[:, i] /= np.linalg.norm(q[:, i])"""


def several_draws(
    subject: Callable[..., Any], seed: int, shape: Sequence[int], gain: float | None = None, draws: int = 2
) -> dict[str, Any]:
    """Scenario: draw several times with one generator, and once with two new ones; without a gain, use the default."""
    arguments = [shape] if gain is None else [shape, gain]
    rng = np.random.default_rng(seed)
    several = [subject(rng, *arguments) for _ in range(draws)]
    again = subject(np.random.default_rng(seed), *arguments)
    other = subject(np.random.default_rng(seed + 1), *arguments)
    return {"draws": several, "again": again, "other": other}


def _random_case(rng: np.random.Generator) -> dict[str, Any]:
    few, many = int(rng.integers(8, 14)), int(rng.integers(20, 30))
    shape = (few, many) if rng.random() < 0.5 else (2, 3, few, many)
    return {"seed": another_seed(rng), "shape": shape, "gain": float(rng.uniform(2, 4))}


orthogonal = Exercise(
    "orthogonal",
    points=2,
    scenario=several_draws,
    check=Orthogonal(),
    truth="none",
    cases=[
        Case("square", seed=1, shape=(20, 20)),
        Case("tall-has-orthonormal-columns", seed=2, shape=(40, 15)),
        Case("wide-has-orthonormal-rows", seed=3, shape=(15, 40)),
        Case("gain", seed=4, shape=(20, 12), gain=2.0),
        Case("small-gain", seed=5, shape=(12, 20), gain=0.25),
        Case("kernel-is-flattened-to-its-filters", seed=6, shape=(3, 3, 4, 20)),
        Case("wide-kernel", seed=7, shape=(2, 2, 3, 30), gain=1.5),
        Case("uniform-square", seed=8, shape=(3, 3), draws=400),
        Case("uniform-tall", seed=9, shape=(3, 2), gain=2.0, draws=400),
        Case("uniform-wide", seed=10, shape=(2, 3), draws=400),
        Case("one-axis", seed=11, shape=(5,), raises="shape"),
        random_cases(_random_case),
    ],
    misconceptions=[
        edit("signs-not-fixed", " * np.sign(np.diag(r))", "")
        .believes("The Q of a QR decomposition of normal numbers is a random orthogonal matrix.")
        .ask("Draw a hundred 3 × 3 matrices: how often is Q[0, 0] positive?"),
        edit("diagonal-of-q-made-positive", "np.diag(r)", "np.diag(q)")
        .believes("The signs to repair are those of Q's own diagonal.")
        .ask("Q[0, 0] is now always positive: is that likelier than negative?"),
        returns("plain-normal", "random_normal(rng, shape, gain)")
        .believes("Independent normal columns are at right angles.")
        .ask("What is the product of two of your columns: 0, or only 0 on average?"),
        edit("unit-vectors-only", "q, r = np.linalg.qr", "q = ", SIGNS_FIXED, "q *= gain / np.linalg.norm(q, axis=0)")
        .believes("Orthonormal means that every column has length 1.")
        .ask("The lengths are right. What about the angle between two columns?"),
        edit("gain-ignored", "gain * ", "")
        .believes("An orthogonal matrix has columns of length 1, whatever the gain.")
        .ask("By how much should the matrix make every vector longer?"),
        edit("gain-squared", "gain * ", "gain**2 * ")
        .believes("QᵀQ is gain² I, so Q is multiplied by gain².")
        .ask("If Q is multiplied by c, by what is QᵀQ multiplied?"),
        edit("first-axis-kept", "math.prod(shape[:-1]), shape[-1]", "shape[0], math.prod(shape[1:])")
        .believes("A kernel is flattened behind its first axis, as in PyTorch.")
        .ask("Which axis of a kernel (KH, KW, C_in, C_out) counts the units?"),
        edit("wide-left-out", TALL, "(rows, columns)", f"{TURNED}.reshape(shape)", "q")
        .believes("QR gives a matrix of the shape of what it decomposes.")
        .ask("What shape does the Q of a matrix with 15 rows and 40 columns have?"),
        SEED_FIXED_INSIDE,
        edit("one-sign-for-all-columns", "np.diag(r)", "r[0, 0]")
        .believes("R has one sign, that of its first entry.")
        .ask("R has a diagonal entry for each column of Q: which column does the second one belong to?"),
        edit("uniform-numbers-decomposed", "rng.standard_normal", "rng.random")
        .believes("Any random matrix will do for the decomposition.")
        .ask("Numbers between 0 and 1 all point into one corner: which first columns can come out?"),
        edit("reshaped-for-transposed", TURNED, "q")
        .believes("reshape makes rows of columns.")
        .ask("Take a 3 × 2 matrix: do reshape(2, 3) and .T put the same numbers into a row?"),
    ],
    hints=[
        "Which of rows and columns are fewer? Those can be orthonormal. What does np.linalg.qr make of a tall matrix?",
        "Decompose a tall normal matrix, and transpose Q for a wide one. Which signs may R's diagonal have?",
        "q *= np.sign(np.diag(r)); then q, or q.T for a wide one, times gain and reshaped to `shape`",
    ],
    variants=[
        Variant("qr", (SIGNS_FIXED, "q = gain * np.where(np.diag(r) < 0, -q, q)")),
        Variant("polar", (QR, SVD, SIGNS_FIXED, "q = gain * u @ v", TURNED, "q")),
        Variant("random-signs", ("np.sign(np.diag(r))", "rng.choice([-1.0, 1.0], q.shape[1])")),
        Variant("gram-schmidt", (QR, GRAM_SCHMIDT, SIGNS_FIXED, "q *= gain")),
    ],
)
