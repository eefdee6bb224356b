"""Judge draws of an orthogonal matrix: its angles and lengths, and whether every such matrix is equally likely."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.assessment.checks.distribution import form_problem, ks_distance, ks_margin, seed_problem
from autograder.assessment.compare import Difference, Truth

__all__ = ["Orthogonal"]

Array = np.ndarray[Any, Any]

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

    def evidence(self, got: Any, truth: Truth, inputs: Mapping[str, Any]) -> Any:
        """What is wrong, and to what degree."""
        found = self.difference(got, truth, inputs)
        if found is None:
            return None
        return found.kind, found.text, _degree(found.kind, got, _gain(inputs))

    def alike(self, got: Any, evidence: Any, truth: Truth, inputs: Mapping[str, Any]) -> bool:
        """The same thing is wrong with both, to about the same degree."""
        if truth.expected is None and "gain" not in inputs and len(inputs["shape"]) < 2:
            return True  # an error was wanted, and neither raised one
        mine = self.difference(got, truth, inputs)
        if mine is None or evidence is None or mine.kind != evidence[0]:
            return False
        degree, theirs = _degree(mine.kind, got, _gain(inputs)), evidence[2]
        if mine.kind in ("angle", "length"):
            return all(math.isclose(a, b, rel_tol=LIKENESS, abs_tol=0.05) for a, b in zip(degree, theirs, strict=True))
        if mine.kind == "uniformity":
            return _near(degree, theirs, len(got["draws"]))
        return mine.text == str(evidence[1])


def _degree(kind: str, got: Mapping[str, Any], gain: float) -> Any:
    """How wrong the draws are, in numbers that draws of one wrong version share."""
    if kind in ("angle", "length"):
        return _sizes(got["draws"])
    return _means(got["draws"], gain) if kind == "uniformity" else None


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


def _means(drawn: Sequence[Any], gain: float) -> tuple[Array, float, float]:
    """The mean entries, and the mean signs of products of two entries and of determinants."""
    array = np.asarray(drawn) / gain
    square = array.ndim == 3 and array.shape[1] == array.shape[2]
    determinants = float(np.sign(np.linalg.det(array)).mean()) if square else 0.0
    return array.mean(axis=0), float(np.sign(array[:, 0, 0] * array[:, 1, 1]).mean()), determinants


def _near(mine: tuple[Array, float, float], other: tuple[Array, float, float], count: int) -> bool:
    """Whether the means are the same to within chance."""
    if np.abs(mine[0] - other[0]).max() > 5 * math.sqrt(2 / (3 * count)):
        return False
    margin = 5 * math.sqrt(2 / count)
    return all(abs(a - b) <= margin for a, b in zip(mine[1:], other[1:], strict=True))
