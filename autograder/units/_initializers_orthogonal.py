"""Orthogonal initialisation: judged by its angles and lengths, and by whether every such matrix is equally likely."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.compare import Difference, Truth
from autograder.distribution import form_problem, ks_distance, ks_margin, seed_problem
from autograder.inputs import Array
from autograder.units._initializers_draws import another_seed

__all__ = ["orthogonal"]

Shape = Sequence[int]
Rng = np.random.Generator
#: Rounding of a product of two columns, relative to gain²; the docstring of the exercise says so.
ROUNDING = 1e-10
#: How far two wrong results may be apart, relatively, to be taken for alike: they are of different draws.
LIKENESS = 0.25
#: Each of at most eleven tests of uniformity rejects a right answer less often than this.
ALARM = 9e-11
#: The product of two entries that are in different rows and in different columns.
PRODUCT = "the product of entries [0, 0] and [1, 1]"
#: Uniformity is judged from so many draws on.
MANY = 100


def several_draws(
    subject: Callable[..., Any], seed: int, shape: Shape, gain: float | None = None, draws: int = 2
) -> dict[str, Any]:
    """Scenario: draw several times with one generator, and once with two new ones; without a gain, use the default."""
    arguments = [shape] if gain is None else [shape, gain]
    rng = np.random.default_rng(seed)
    several = [subject(rng, *arguments) for _ in range(draws)]
    again = subject(np.random.default_rng(seed), *arguments)
    other = subject(np.random.default_rng(seed + 1), *arguments)
    return {"draws": several, "again": again, "other": other}


@dataclass(frozen=True)
class Orthogonal:
    """Columns, or rows where there are fewer, are at right angles, of length `gain`, and uniform among such matrices.

    Uniformity is judged where the vectors have three entries and there are many draws. Each entry of a vector that is
    uniform on the sphere is then itself uniform on [-1, 1] (Archimedes), which the Kolmogorov-Smirnov distance tests
    with Massart's bound. The sign of a square matrix's determinant is a fair coin, and so is the sign of the product
    of two entries of different vectors, as each vector may be turned round: both with Hoeffding's bound.
    """

    def difference(self, got: Any, truth: Truth, inputs: Mapping[str, Any]) -> Difference | None:
        """Compare with what an orthogonal matrix is: form, seeds, angles, lengths, uniformity."""
        drawn = got.get("draws") if isinstance(got, dict) else None
        if (
            not isinstance(drawn, list)
            or set(got) != {"draws", "again", "other"}
            or len(drawn) != inputs.get("draws", 2)
        ):
            return Difference("type", "not of the form asked for")
        shape = tuple(inputs["shape"])
        for each in (*drawn, got["again"], got["other"]):
            if found := form_problem(each, shape):
                return found
        if found := seed_problem(drawn[0], got["again"], got["other"], drawn[1]):
            return found
        gain = _gain(inputs)
        return _angle_problem(drawn, gain) or _length_problem(drawn, gain) or _uniformity_problem(drawn, gain)

    def alike(self, got: Any, other: Any, truth: Truth, inputs: Mapping[str, Any]) -> bool:
        """The same thing is wrong with both, to about the same degree."""
        if truth.expected is None and "gain" not in inputs and len(inputs["shape"]) < 2:
            return True  # an error was wanted, and neither raised one
        mine, theirs = (self.difference(each, truth, inputs) for each in (got, other))
        if mine is None or theirs is None or mine.kind != theirs.kind:
            return False
        if mine.kind in ("angle", "length"):
            pairs = zip(_sizes(got["draws"]), _sizes(other["draws"]), strict=True)
            return all(math.isclose(a, b, rel_tol=LIKENESS, abs_tol=0.05) for a, b in pairs)
        if mine.kind == "uniformity":
            return _near(got["draws"], other["draws"], _gain(inputs))
        return mine.text == theirs.text


def _gain(inputs: Mapping[str, Any]) -> float:
    given = inputs.get("gain")
    return 1.0 if given is None else float(given)


def _vectors(drawn: Sequence[Any]) -> tuple[Array, str]:
    """The columns of each draw, as rows of the result, or its rows if there are fewer; and what they are."""
    array = np.asarray(drawn)
    matrices = array.reshape(len(array), -1, array.shape[-1])
    tall = matrices.shape[1] >= matrices.shape[2]
    return (matrices.swapaxes(1, 2), "columns") if tall else (matrices, "rows")


def _gram(drawn: Sequence[Any]) -> tuple[Array, str]:
    vectors, name = _vectors(drawn)
    with np.errstate(all="ignore"):  # the numbers are anything finite: their products may overflow
        return np.nan_to_num(vectors @ vectors.swapaxes(1, 2), nan=np.inf), name


def _angle_problem(drawn: Sequence[Any], gain: float) -> Difference | None:
    gram, name = _gram(drawn)
    worst = np.abs(np.where(np.eye(gram.shape[1], dtype=bool), 0.0, gram)).max(axis=0)
    if worst.max() <= ROUNDING * gain**2:
        return None
    i, j = (int(index) for index in np.argwhere(worst > ROUNDING * gain**2)[0])
    text = f"{name} {i} and {j} are not at right angles: their product is {worst[i, j]:.3g}, want 0"
    return Difference("angle", text)


def _length_problem(drawn: Sequence[Any], gain: float) -> Difference | None:
    gram, name = _gram(drawn)
    squares = np.diagonal(gram, axis1=1, axis2=2)
    if np.abs(squares - gain**2).max() <= ROUNDING * gain**2:
        return None
    worst = float(squares.flat[int(np.abs(squares - gain**2).argmax())])
    return Difference("length", f"{name} of length {math.sqrt(worst):.6g}, want {gain:.6g}")


def _uniformity_problem(drawn: Sequence[Any], gain: float) -> Difference | None:
    vectors, _ = _vectors(drawn)
    if len(vectors) < MANY or vectors.shape[2] != 3:
        return None
    entries = np.asarray(drawn).reshape(len(drawn), -1) / gain
    for index in range(entries.shape[1]):
        ordered = np.sort(entries[:, index])
        probabilities = np.clip((ordered + 1) / 2, 0.0, 1.0)
        distance, place = ks_distance(ordered, probabilities)
        if distance > ks_margin(len(ordered), ALARM):
            where = [int(i) for i in np.unravel_index(index, np.shape(drawn[0]))]
            share, want = 100 * (place + 0.5) / len(ordered), 100 * float(probabilities[place])
            edge = round(float(gain * ordered[place]), 2) + 0.0  # no minus before a zero
            text = f"in {share:.0f} % of {len(ordered)} draws entry {where} is below {edge:.2f}"
            return Difference("uniformity", f"not every matrix is equally likely: {text}, want {want:.0f} %")
    return _coin_problem(np.sign(vectors[:, 0, 0] * vectors[:, 1, 1]), PRODUCT) or _determinant_problem(vectors)


def _determinant_problem(vectors: Array) -> Difference | None:
    if vectors.shape[1] != vectors.shape[2]:
        return None
    return _coin_problem(np.sign(np.linalg.det(vectors)), "the determinant")


def _coin_problem(signs: Array, what: str) -> Difference | None:
    if abs(float(signs.mean())) <= math.sqrt(2 * math.log(2 / ALARM) / len(signs)):
        return None
    share = 100 * float((signs > 0).mean())
    text = f"in {share:.0f} % of {len(signs)} draws {what} is positive, want 50 %"
    return Difference("uniformity", f"not every matrix is equally likely: {text}")


def _sizes(drawn: Sequence[Any]) -> tuple[float, float]:
    """Root mean square of the vectors' lengths, and of the cosines between them."""
    gram, _ = _gram(drawn)
    lengths = np.sqrt(np.diagonal(gram, axis1=1, axis2=2))
    with np.errstate(all="ignore"):
        cosines = np.nan_to_num(gram / (lengths[:, :, None] * lengths[:, None, :]))
        others = cosines[:, ~np.eye(gram.shape[1], dtype=bool)]
        sizes = [float(np.sqrt(np.square(each).mean())) if each.size else 0.0 for each in (lengths, others)]
    return sizes[0], sizes[1]


def _near(drawn: Sequence[Any], other: Sequence[Any], gain: float) -> bool:
    """Whether the mean entries, and the mean signs of determinants and products, are the same to within chance."""
    arrays = [np.asarray(each) / gain for each in (drawn, other)]
    means = [each.mean(axis=0) for each in arrays]
    if np.abs(means[0] - means[1]).max() > 5 * math.sqrt(2 / (3 * len(drawn))):
        return False
    signs = [np.sign(each[:, 0, 0] * each[:, 1, 1]).mean() for each in arrays]
    if abs(float(signs[0] - signs[1])) > 5 * math.sqrt(2 / len(drawn)):
        return False
    if arrays[0].ndim != 3 or arrays[0].shape[1] != arrays[0].shape[2]:
        return True
    signs = [np.sign(np.linalg.det(each)).mean() for each in arrays]
    return abs(float(signs[0] - signs[1])) <= 5 * math.sqrt(2 / len(drawn))


def _matrix(shape: Shape) -> tuple[int, int]:
    if len(shape) < 2:
        raise ValueError("shape has fewer than two axes")
    return math.prod(shape[:-1]), shape[-1]


def _orthogonal(rng: Rng, shape: Shape, gain: float, fix: Callable[[Array, Array], Array]) -> Array:
    rows, columns = _matrix(shape)
    q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
    q = gain * fix(q, r)
    return (q if rows >= columns else q.T).reshape(shape)


def _signed(q: Array, r: Array) -> Array:
    signed: Array = q * np.sign(np.diag(r))
    return signed


def _right(rng: Rng, shape: Shape, gain: float = 1) -> Array:
    return _orthogonal(rng, shape, gain, _signed)


def _polar(rng: Rng, shape: Shape, gain: float = 1) -> Array:
    u, _, v = np.linalg.svd(rng.standard_normal(_matrix(shape)), full_matrices=False)
    turned: Array = gain * u @ v
    return turned.reshape(shape)


def _random_signs(rng: Rng, shape: Shape, gain: float = 1) -> Array:
    return _orthogonal(rng, shape, gain, lambda q, r: q * rng.choice([-1.0, 1.0], q.shape[1]))


def _gram_schmidt(rng: Rng, shape: Shape, gain: float = 1) -> Array:
    rows, columns = _matrix(shape)
    found: list[Array] = []
    while len(found) < min(rows, columns):
        v = rng.standard_normal(max(rows, columns))
        for _ in range(2):  # once more, against rounding
            for u in found:
                v = v - (u @ v) * u
        found.append(v / np.linalg.norm(v))
    q = gain * np.array(found)
    return (q.T if rows >= columns else q).reshape(shape)


def _first_axis_kept(rng: Rng, shape: Shape, gain: float = 1) -> Array:
    _matrix(shape)
    return _right(rng, (shape[0], math.prod(shape[1:])), gain).reshape(shape)


def _unit_columns(rng: Rng, shape: Shape, gain: float = 1) -> Array:
    rows, columns = _matrix(shape)
    a = rng.standard_normal((rows, columns))
    a *= gain / np.linalg.norm(a, axis=0 if rows >= columns else 1, keepdims=True)
    return a.reshape(shape)


def _turned_by_reshape(rng: Rng, shape: Shape, gain: float = 1) -> Array:
    rows, columns = _matrix(shape)
    q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
    return (gain * _signed(q, r)).reshape(shape)


def _uniform_decomposed(rng: Rng, shape: Shape, gain: float = 1) -> Array:
    rows, columns = _matrix(shape)
    q = gain * _signed(*np.linalg.qr(rng.random((max(rows, columns), min(rows, columns)))))
    return (q if rows >= columns else q.T).reshape(shape)


def _random_case(rng: Rng) -> dict[str, Any]:
    few, many = int(rng.integers(8, 14)), int(rng.integers(20, 30))
    shape = (few, many) if rng.random() < 0.5 else (2, 3, few, many)
    return {"seed": another_seed(rng), "shape": shape, "gain": float(rng.uniform(2, 4))}


orthogonal = Exercise(
    "orthogonal",
    points=2,
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
    scenario=several_draws,
    check=Orthogonal(),
    truth="none",
    misconceptions=[
        Misconception(
            "signs-not-fixed",
            believes="The Q of a QR decomposition of normal numbers is a random orthogonal matrix.",
            wrong=lambda rng, shape, gain=1: _orthogonal(rng, shape, gain, lambda q, r: q),
            hint="Draw a hundred 3 × 3 matrices: how often is Q[0, 0] positive?",
        ),
        Misconception(
            "diagonal-of-q-made-positive",
            believes="The signs to repair are those of Q's own diagonal.",
            wrong=lambda rng, shape, gain=1: _orthogonal(rng, shape, gain, lambda q, r: q * np.sign(np.diag(q))),
            hint="Q[0, 0] is now always positive: is that likelier than negative?",
        ),
        Misconception(
            "plain-normal",
            believes="Independent normal columns are at right angles.",
            wrong=lambda rng, shape, gain=1: gain * rng.standard_normal(shape) + 0 * _matrix(shape)[0],
            hint="What is the product of two of your columns: 0, or only 0 on average?",
        ),
        Misconception(
            "unit-vectors-only",
            believes="Orthonormal means that every column has length 1.",
            wrong=_unit_columns,
            hint="The lengths are right. What about the angle between two columns?",
        ),
        Misconception(
            "gain-ignored",
            believes="An orthogonal matrix has columns of length 1, whatever the gain.",
            wrong=lambda rng, shape, gain=1: _right(rng, shape),
            hint="By how much should the matrix make every vector longer?",
        ),
        Misconception(
            "gain-squared",
            believes="QᵀQ is gain² I, so Q is multiplied by gain².",
            wrong=lambda rng, shape, gain=1: _right(rng, shape, gain**2),
            hint="If Q is multiplied by c, by what is QᵀQ multiplied?",
        ),
        Misconception(
            "first-axis-kept",
            believes="A kernel is flattened behind its first axis, as in PyTorch.",
            wrong=_first_axis_kept,
            hint="Which axis of a kernel (KH, KW, C_in, C_out) counts the units?",
        ),
        Misconception(
            "wide-left-out",
            believes="QR gives a matrix of the shape of what it decomposes.",
            wrong=lambda rng, shape, gain=1: gain * _signed(*np.linalg.qr(rng.standard_normal(_matrix(shape)))),
            hint="What shape does the Q of a matrix with 15 rows and 40 columns have?",
        ),
        Misconception(
            "seed-fixed-inside",
            believes="Reproducible means that the function seeds its own generator.",
            wrong=lambda rng, shape, gain=1: _right(np.random.default_rng(0), shape, gain),
            hint="If every layer of one shape seeds its own generator alike, how different are their weights?",
        ),
        Misconception(
            "one-sign-for-all-columns",
            believes="R has one sign, that of its first entry.",
            wrong=lambda rng, shape, gain=1: _orthogonal(rng, shape, gain, lambda q, r: q * np.sign(r[0, 0])),
            hint="R has a number on its diagonal for each column of Q: which column does the second one belong to?",
        ),
        Misconception(
            "uniform-numbers-decomposed",
            believes="Any random matrix will do for the decomposition.",
            wrong=_uniform_decomposed,
            hint="Numbers between 0 and 1 all point into one corner: which first columns can come out?",
        ),
        Misconception(
            "reshaped-for-transposed",
            believes="reshape makes rows of columns.",
            wrong=_turned_by_reshape,
            hint="Take a 3 × 2 matrix: do reshape(2, 3) and .T put the same numbers into a row?",
        ),
    ],
    hints=[
        "Which of rows and columns are fewer? Those can be orthonormal. What does np.linalg.qr make of a tall matrix?",
        "Decompose a tall normal matrix, and transpose Q for a wide one. Which signs may R's diagonal have?",
        "q *= np.sign(np.diag(r)); then q, or q.T for a wide one, times gain and reshaped to `shape`",
    ],
    variants=[
        Variant("qr", _right),
        Variant("polar", _polar),
        Variant("random-signs", _random_signs),
        Variant("gram-schmidt", _gram_schmidt),
    ],
)
