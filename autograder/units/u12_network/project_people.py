"""project_people: two groups, told apart by height and weight."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import random_cases
from autograder.assessment.checks import Property, held_out
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.u12_network.projects import asked_twice, drive_project, sorted_by_target
from autograder.worker import wire

#: Height in cm and the logarithm of the weight in kg, roughly those of European women and men: means, covariance.
MEANS = np.array([[165.0, np.log(63.0)], [178.0, np.log(78.0)]])
_DEVIATIONS = np.diag([6.5, 0.14])
COVARIANCE = _DEVIATIONS @ np.array([[1.0, 0.45], [0.45, 1.0]]) @ _DEVIATIONS
TRAIN, TEST = 500, 2_000
WITHHELD = ("y_test", "best")

LAYER = 'Dense(2, "softmax")'
ANSWER = "return probabilities"


def _people(rng: np.random.Generator, groups: Any) -> Any:
    """A person of each group: height in cm and weight in kg."""
    drawn = MEANS[groups] + rng.standard_normal((len(groups), 2)) @ np.linalg.cholesky(COVARIANCE).T
    return np.stack([drawn[:, 0], np.exp(drawn[:, 1])], axis=1)


def _best(people: Any, share: float) -> Any:
    """The probabilities of the groups, by Bayes' rule, for whoever knows how people are drawn."""
    deviations = np.stack([people[:, 0], np.log(people[:, 1])], axis=1)[:, None] - MEANS
    logs = -0.5 * np.einsum("ngi,ij,ngj->ng", deviations, np.linalg.inv(COVARIANCE), deviations)
    powers = np.exp(logs - logs.max(axis=1, keepdims=True)) * [1 - share, share]
    return powers / powers.sum(axis=1, keepdims=True)


def _study(rng: np.random.Generator, share: float = 0.5, test_share: float | None = None) -> dict[str, Any]:
    """Training people with that share of group 1, and test people with the same or another."""
    groups = [rng.random(TRAIN) < share, rng.random(TEST) < (share if test_share is None else test_share)]
    y_train, y_test = (each.astype(np.int64) for each in groups)
    x_train, x_test = _people(rng, y_train), _people(rng, y_test)
    seed = wire.Rng(int(rng.integers(2**32)))
    best = _best(x_test, share)
    return {"x_train": x_train, "y_train": y_train, "x_test": x_test, "rng": seed, "y_test": y_test, "best": best}


def _other_units(rng: np.random.Generator) -> dict[str, Any]:
    """Metres and grams: the second feature is 40,000 times as large as the first."""
    study, units = _study(rng), np.array([0.01, 1_000.0])
    return {**study, "x_train": study["x_train"] * units, "x_test": study["x_test"] * units}


project_people = Exercise(
    "project_people",
    points=2,
    truth="none",
    check=Property(held_out.probabilities_of_groups),
    scenario=drive_project,
    seconds=20,
    cases=[
        random_cases(draw, count=1, label=label, withholds=WITHHELD)
        for label, draw in {
            "two-equal-groups": _study,
            "sorted-by-group": sorted_by_target(_study),
            "three-of-ten": lambda rng: _study(rng, share=0.3),
            "metres-and-grams": _other_units,
            "test-people-mostly-of-one-group": lambda rng: _study(rng, test_share=0.9),
            "same-seed-same-answer": asked_twice(_study, samples=100),
        }.items()
    ],
    misconceptions=[
        edit("unscaled", "standardize(x_train, x_test)", "x_train, x_test")
        .believes("A network takes numbers as they come.")
        .ask("Heights near 170: how large are the first scores, and what does softmax make of them?"),
        edit(
            "test-scaled-by-itself",
            "standardize(x_train, x_test)",
            "standardize(x_train, x_train)[0], standardize(x_test, x_test)[0]",
        )
        .believes("Each part of the data gets its own mean and deviation.")
        .ask("If only tall people are tested, what is left of their height without their own mean?"),
        edit("groups-returned", ANSWER, f"{ANSWER}.argmax(axis=1)")
        .believes("The answer is the more probable group.")
        .ask("What says how sure you are: the group, or the numbers that argmax compared?"),
        edit("certain", ANSWER, "return np.eye(2)[probabilities.argmax(axis=1)]")
        .believes("A probability is 0 or 1, once it is decided.")
        .ask("What is −log 0, and how often will a certain answer be wrong where the groups overlap?"),
        edit("logits-returned", LAYER, "Dense(2)", "sparse_categorical_crossentropy", "softmax_cross_entropy")
        .believes("The last layer's scores are probabilities.")
        .ask("May a probability be negative, or 3? Which activation belongs behind the last layer?"),
        edit("two-sigmoids", LAYER, 'Dense(2, "sigmoid")')
        .believes("Two outputs, two sigmoids.")
        .ask("A person is in one group or the other: do two sigmoids know about each other?"),
        edit("one-column", ANSWER, f"{ANSWER}[:, 1:]")
        .believes("One probability says it all.")
        .ask("How many columns does the result have, by the docstring, and what is the other one?"),
        edit("columns-swapped", ANSWER, f"{ANSWER}[:, ::-1]")
        .believes("The first column is for group 1.")
        .ask("Labels are indices: which column does label 0 stand for?"),
    ],
    variants=[
        Variant("a-hidden-layer", (LAYER, f'Dense(8, "relu"), {LAYER}')),
        Variant(
            "bayes-rule",
            """
            logs = []
            for group in (0, 1):
                members = x_train[y_train == group]
                deviations, spread = x_test - members.mean(axis=0), np.cov(members.T)
                squares = np.einsum("ni,ij,nj->n", deviations, np.linalg.inv(spread), deviations)
                logs.append(np.log(len(members)) - 0.5 * (squares + np.linalg.slogdet(spread)[1]))
            return softmax(np.stack(logs, axis=1))
            """,
        ),
    ],
    hints=[
        "Print the means of both columns: what does a layer with small weights make of such numbers?",
        "standardize(x_train, x_test) of u01 takes mean and deviation from the first; then Dense(2, 'softmax').",
        "compile(Adam(0.05), 'sparse_categorical_crossentropy'); fit(…, epochs=20, rng=rng); predict(test)",
    ],
)
