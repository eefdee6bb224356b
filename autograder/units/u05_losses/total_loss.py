"""One loss made of those of several outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns

TERMS = "weight * loss for weight, loss in zip(weights, losses, strict=True)"


def _draw(rng: np.random.Generator) -> Mapping[str, Any]:
    count = int(rng.integers(2, 6))
    return {"losses": rng.uniform(0.1, 3, count).tolist(), "weights": rng.uniform(0.1, 2, count).tolist()}


total_loss = Exercise(
    "total_loss",
    points=1,
    cases=[
        Case("one-output", losses=[2.5], weights=[1.0]),
        Case("equal-weights", losses=[0.5, 2.0, 3.25], weights=[1.0, 1.0, 1.0]),
        Case("auxiliary-outputs", losses=[0.75, 1.5, 2.25], weights=[1.0, 0.3, 0.3]),
        Case("an-output-switched-off", losses=[0.5, 7.0], weights=[1.0, 0.0]),
        Case("large-weights", losses=[0.5, 2.0], weights=[100.0, 10.0]),
        Case("no-outputs", losses=[], weights=[]),
        Case("a-weight-too-few", raises="weights", losses=[1.0, 2.0, 3.0], weights=[1.0, 0.5]),
        Case("a-weight-too-many", raises="weights", losses=[1.0, 2.0], weights=[1.0, 0.5, 0.25]),
        random_cases(_draw),
    ],
    misconceptions=[
        returns("averaged-over-outputs", "total_loss(losses, weights) / max(len(losses), 1)")
        .believes("The loss of several outputs is their average.")
        .ask("Keras adds the outputs' losses up. What changes when a second output is added?"),
        returns("weights-normalised", "total_loss(losses, weights) / (sum(weights) or 1.0)")
        .believes("Weights count relative to their sum.")
        .ask("All weights are doubled: should the total stay, or double?"),
        returns("weights-ignored", "float(sum(losses))")
        .believes("The losses are added up.")
        .ask("An output has the weight 0. Does its loss still count?"),
        edit("largest-only", f"sum({TERMS})", f"max([{TERMS}], default=0.0)")
        .believes("The worst output is the one that counts.")
        .ask("Two outputs are wrong. Does only one of them learn?"),
        edit("lengths-not-checked", "len(weights) != len(losses)", "False", "strict=True", "strict=False")
        .believes("zip complains where two lists have different lengths.")
        .ask("Three losses and two weights: what does zip do with the third loss?"),
        returns("plain-mean", "float(np.mean(losses))")
        .believes("Losses of several outputs are averaged; weights are for people to read.")
        .ask("What are the weights for, and what does the docstring say about an average?"),
        returns("weights-added", "float(sum(losses) + sum(weights))")
        .believes("A weight is added to its loss.")
        .ask("What should a weight of 0 do to its loss?"),
        returns("all-by-all", "float(sum(losses) * sum(weights))")
        .believes("The sum of the losses times the sum of the weights.")
        .ask("Which weight belongs to which loss?"),
        edit("not-summed", f"float(sum({TERMS}))", f"[{TERMS}]")
        .believes("A loss per output is returned.")
        .ask("Which one number should training make smaller?"),
    ],
    hints=[
        "Each loss times its weight. Then a sum, or an average?",
        "Compare the lengths first: zip stops at the shorter list without a word.",
        "sum of weight * loss over zip(weights, losses).",
    ],
    variants=[Variant("dot-product", (f"float(sum({TERMS}))", "np.dot(losses, weights)"))],
)
