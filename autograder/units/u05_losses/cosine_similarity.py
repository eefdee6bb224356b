"""The loss of directions: cosine similarity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import normal
from autograder.units.shared.families import python_float
from autograder.units.u05_losses.averages import broadcast_silently, gradients_over_rows, means_over_rows
from autograder.units.u05_losses.pairs import many_pairs, unequal_rows

SQUARE = "(each**2).sum(axis=-1, keepdims=True)"
LENGTH = f"np.sqrt(np.maximum({SQUARE}, 1e-12))"

TARGETS = np.array([[1.0, -2.0, 0.5], [0.5, 3.0, 4.0]])
PREDICTIONS = np.array([[3.0, 0.5, -1.0], [-1.0, 2.5, 0.25]])
ZERO = np.array([[0.0, 0.0, 0.0], [1.0, 2.0, -2.0]])
CASES = [
    Case("one-row", y_true=np.array([[3.0, 4.0]]), y_pred=np.array([[1.0, 2.0]])),
    Case("rows", y_true=TARGETS, y_pred=PREDICTIONS, readonly=True),
    Case("one-axis", y_true=TARGETS[0], y_pred=PREDICTIONS[1]),
    Case("sequences", y_true=normal(2, 3, 4, seed=1), y_pred=normal(2, 3, 4, seed=2)),
    Case("same-and-opposite-and-square", y_true=np.eye(3, 2) + 1, y_pred=np.array([[6.0, 3.0], [-1, -2], [1, -1]])),
    Case("zero-prediction", y_true=TARGETS, y_pred=ZERO),
    Case("zero-target", y_true=ZERO, y_pred=PREDICTIONS),
    Case("shorter-than-the-floor", y_true=TARGETS, y_pred=np.array([[3e-7, -4e-7, 0.0], [2e-7, 1e-7, 5e-7]])),
    Case("integer-targets", y_true=np.array([[1, -2, 0], [4, 3, 1]]), y_pred=PREDICTIONS),
    Case("single-precision", y_true=TARGETS.astype(np.float32), y_pred=PREDICTIONS.astype(np.float32)),
]


def _draw(rng: np.random.Generator) -> Mapping[str, Any]:
    shape = [(4, 3), (2, 5), (2, 2, 3)][int(rng.integers(3))]
    return {"y_true": rng.standard_normal(shape), "y_pred": 2 * rng.standard_normal(shape)}


cosine_similarity = Exercise(
    "cosine_similarity",
    points=1,
    vectorized=many_pairs,
    cases=[*CASES, unequal_rows(), random_cases(_draw)],
    misconceptions=[
        *means_over_rows(),
        python_float(),
        broadcast_silently(),
        edit("not-negated", "-np.mean", "np.mean")
        .believes("The loss is the cosine itself.")
        .ask("Training makes the loss small. Which direction would it then prefer?"),
        edit("cosine-distance", "-np.mean", "1 - np.mean")
        .believes("The loss is 1 - cos, so that it is 0 for the same direction.")
        .ask("The docstring says what the same direction gives: 0, or -1?"),
        edit("not-normalised", f"each / {LENGTH}", "each")
        .believes("The product of two vectors is their similarity.")
        .ask("The prediction is doubled, its direction stays. Does the loss?"),
        edit("prediction-only-normalised", "u * v", "y_true * v")
        .believes("Targets have length 1 already.")
        .ask("The target is doubled, its direction stays. Does the loss?"),
        edit("no-floor", f"np.maximum({SQUARE}, 1e-12)", SQUARE)
        .believes("No vector has the length 0.")
        .ask("What is 0 / 0, and what becomes of the mean with one such row?"),
        edit("epsilon-added", LENGTH, f"(np.sqrt({SQUARE}) + 1e-12)")
        .believes("Adding 1e-12 to the length is as good as a floor of 1e-12 under the root.")
        .ask("A vector has the length 5e-7. By what is it divided: by 5e-7, or by √1e-12?"),
        returns("one-norm-for-all", "-np.sum(y_true * y_pred / (np.linalg.norm(y_true) * np.linalg.norm(y_pred)))")
        .believes("np.linalg.norm gives the length of every row.")
        .ask("Each row is one vector. Over which numbers does the sum of its squares run?"),
        edit("root-forgotten", "np.sqrt", "")
        .believes("A vector is divided by the sum of its squares.")
        .ask("How long is (3, 4), and how long after division by 25?"),
        edit("sizes-summed", LENGTH, "np.abs(each).sum(axis=-1, keepdims=True)")
        .believes("A vector is divided by the sum of its sizes.")
        .ask("How long is (3, 4), and how long after division by 7?"),
        edit("along-the-first-axis", "axis=-1", "axis=0")
        .believes("A vector is a column.")
        .ask("Which axis counts the samples?"),
    ],
    hints=[
        "Divide both vectors of a row by their lengths, then multiply and add. Which sign does the result get?",
        "The square sums run along the last axis with keepdims=True; np.maximum floors them before the root.",
        "u = t / np.sqrt(np.maximum((t**2).sum(axis=-1, keepdims=True), 1e-12)), v alike; -np.mean of sums of u * v.",
    ],
    variants=[Variant("einsum", ("(u * v).sum(axis=-1)", 'np.einsum("...i,...i->...", u, v)'))],
)

cosine_similarity_backward = Exercise(
    "cosine_similarity_backward",
    points=2,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=many_pairs,
    cases=[*CASES, random_cases(_draw)],
    misconceptions=[
        *gradients_over_rows("* p.shape[-1] / p.size"),
        edit("length-taken-as-fixed", "(along - u)", "-u")
        .believes("The length of the prediction is a constant.")
        .ask("The prediction grows along itself: the cosine stays. Does your gradient have a part along it?"),
        edit("not-divided-by-the-length", "(along - u) / norm", "(along - u)")
        .believes("The part of u at right angles to v is the gradient.")
        .ask("A vector twice as long gets the same push: does it turn by the same angle, or by half of it?"),
        edit("projection-below-the-floor", " * (square >= 1e-12)", "")
        .believes("The formula is the same for a vector that is shorter than the floor.")
        .ask("Below the floor p is divided by a constant. Which term of the gradient came from the length?"),
        edit("target-not-normalised", f"t / {LENGTH.replace('each', 't')}", "t")
        .believes("Targets have length 1 already.")
        .ask("The target is doubled: the loss stays. Does its gradient?"),
        edit("only-the-target", "(along - u) / norm", "-u")
        .believes("The gradient is -u.")
        .ask("The prediction points to the target already. Is there still something to push?"),
    ],
    hints=[
        "v = p / r, and r depends on p too. What is the derivative of u · v through both?",
        "What remains of u is the part at right angles to v, u - (u · v) v, over the length. What if the floor holds?",
        "along = (u * v).sum(axis=-1, keepdims=True) * v * (square >= 1e-12); (along - u) / norm / the number of rows.",
    ],
)
