"""project_function: a curve, learnt by networks of growing width."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import random_cases
from autograder.assessment.checks import Property, held_out
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.u12_network.projects import asked_twice, drive_project
from autograder.worker import wire

HIDDEN = 'Dense(width, "relu")'
ROWS = "np.array(rows)"
#: Where the form of the answer is what is wrong, one epoch shows it.
QUICK = ("epochs=200", "epochs=1")


def _samples(rng: np.random.Generator, widths: tuple[int, ...] = (1, 4, 32)) -> dict[str, Any]:
    """A sum of two waves with two or three periods on the interval."""
    pace, shift = rng.uniform(1.5, 2.5), rng.uniform(0, 2 * np.pi)
    x_train, x_test = rng.uniform(-2, 2, (200, 1)), np.linspace(-2, 2, 401)[:, None]
    y_train, y_test = (np.sin(pace * x + shift) + 0.3 * np.cos(2.3 * pace * x) for x in (x_train[:, 0], x_test[:, 0]))
    seed = wire.Rng(int(rng.integers(2**32)))
    return {
        "x_train": x_train,
        "y_train": y_train,
        "x_test": x_test,
        "widths": list(widths),
        "rng": seed,
        "y_test": y_test,
    }


def _sorted(rng: np.random.Generator) -> dict[str, Any]:
    samples = _samples(rng)
    order = np.argsort(samples["x_train"][:, 0])
    return {**samples, "x_train": samples["x_train"][order], "y_train": samples["y_train"][order]}


project_function = Exercise(
    "project_function",
    points=2,
    truth="none",
    check=Property(held_out.curves),
    scenario=drive_project,
    seconds=20,
    cases=[
        random_cases(_samples, label="curve", withholds=["y_test"]),
        random_cases(_sorted, count=1, label="sorted-samples", withholds=["y_test"]),
        random_cases(lambda rng: _samples(rng, (48, 2, 8)), count=1, label="widest-first", withholds=["y_test"]),
        random_cases(lambda rng: _samples(rng, (1, 64)), count=1, label="one-relu-and-many", withholds=["y_test"]),
        random_cases(
            asked_twice(lambda rng: _samples(rng, (2, 32)), samples=64),
            count=1,
            label="same-seed-same-answer",
            withholds=["y_test"],
        ),
    ],
    misconceptions=[
        edit("a-column-for-each-width", ROWS, f"{ROWS}.T", *QUICK)
        .believes("Each network fills a column.")
        .ask("Which shape does the docstring ask for: does its first axis count widths or samples?"),
        edit("output-axis-kept", ")[:, 0]", ")", *QUICK)
        .believes("What predict returns is the answer.")
        .ask("A network with one output gives shape (m, 1): which shape does a row of the result have?"),
        edit("training-samples-predicted", "predict(x_test", "predict(x_train", *QUICK)
        .believes("The network is asked about what it has learnt.")
        .ask("Which samples should be predicted?"),
        edit("one-network-for-all", HIDDEN, 'Dense(max(widths), "relu")')
        .believes("The widest network answers for all.")
        .ask("In how many places can the graph of a sum of two relus bend?"),
        edit("smooth-activation", HIDDEN, 'Dense(width, "tanh")')
        .believes("Any activation will do.")
        .ask("What does the graph of relu look like, and that of a sum of relus?"),
        edit("no-activation", HIDDEN, "Dense(width)")
        .believes("More units make more of a curve, whatever is between the layers.")
        .ask("What is (x W1 + b1) W2 + b2 if you multiply it out?"),
        returns("targets-without-an-axis", "np.full((len(widths), len(x_test)), y_train.mean())")
        .believes("Targets of shape (n,) fit outputs of shape (n, 1).")
        .ask("What is the shape of (n, 1) minus (n,), and what is averaged then?"),
        edit("few-epochs", "Adam(0.01)", "Adam(0.001)", "epochs=200", "epochs=3")
        .believes("A few passes over the samples are enough.")
        .ask("What does the history of the loss say: has it stopped falling?"),
    ],
    variants=[
        Variant("larger-steps", ("Adam(0.01)", "Adam(0.02)", "epochs=200", "epochs=150")),
        Variant(
            "interpolated",
            """
            order = np.argsort(x_train[:, 0])
            x, y = x_train[order, 0], y_train[order]
            knots = [np.linspace(-2, 2, max(width, 2)) for width in widths]
            return np.array([np.interp(x_test[:, 0], each, np.interp(each, x, y)) for each in knots])
            """,
        ),
    ],
    hints=[
        "Draw your rows over x_test: which of them could follow the curve if it had more bends?",
        "For each width a new network: Dense(width, 'relu'), Dense(1); mean_squared_error on targets of shape (n, 1).",
        "Adam(0.01), 200 epochs in batches of 32; rows.append(network.predict(x_test)[:, 0]); np.array(rows).",
    ],
)
