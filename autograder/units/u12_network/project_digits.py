"""project_digits: handwritten digits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.checks import Property, held_out
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.datasets import load
from autograder.datasets.fallback import bundled_digits
from autograder.units.u12_network.projects import asked_twice, drive_project, sorted_by_target, split_off
from autograder.worker import wire

TEST = 500
#: 95 % of the test images, less two standard errors of what 500 images tell: two of the standard deviations of a
#: network that is right 95 times of 100, √(500 · 0.95 · 0.05) = 4.9, under 475. `python -m tests.benchmarks.projects`
#: prints what honest networks reach on splits that nobody has selected.
LEAST = 465
#: Of MNIST, a part that NumPy learns in seconds, and its bar: small networks read 94 to 96 % after some epochs.
MNIST, MNIST_TEST, MNIST_LEAST = 12_000, 2_000, 1_840
#: From so few images no two networks learn the same: even linear ones differ in 8 of the test images and more.
FEW = 300
WITHHELD = ("y_test", "least")

FIT = "network.fit(x_train / brightest, y_train, epochs=20"
QUICK = ("epochs=20", "epochs=1")


def _split(rng: np.random.Generator) -> dict[str, Any]:
    return {**split_off(rng, *bundled_digits(), TEST), "least": LEAST}


def _floating(rng: np.random.Generator) -> dict[str, Any]:
    split = _split(rng)
    return {**split, "x_train": split["x_train"].astype(np.float64), "x_test": split["x_test"].astype(np.float64)}


def _renamed(rng: np.random.Generator) -> dict[str, Any]:
    """Each digit goes by the name of another: what the images show is learnt from the labels, not known before."""
    split, names = _split(rng), rng.permutation(10)
    return {**split, "y_train": names[split["y_train"]], "y_test": names[split["y_test"]]}


def _mnist(folder: Path) -> list[Case]:
    """A part of MNIST, from the user's files."""
    data = load("mnist", folder)
    if data.is_fallback:
        return []
    images: dict[str, Any] = {"x_train": data.x_train[:MNIST], "y_train": data.y_train[:MNIST]}
    withheld = {"y_test": data.y_test[:MNIST_TEST], "least": MNIST_LEAST}
    return [Case("mnist", **images, x_test=data.x_test[:MNIST_TEST], rng=wire.Rng(28), withheld=withheld)]


project_digits = Exercise(
    "project_digits",
    points=4,
    truth="none",
    check=Property(held_out.classes),
    scenario=drive_project,
    seconds=20,
    cases=[
        random_cases(_split, label="split", withholds=WITHHELD),
        random_cases(_floating, count=1, label="floating-grey-levels", withholds=WITHHELD),
        random_cases(sorted_by_target(_split), count=1, label="sorted-by-digit", withholds=WITHHELD),
        random_cases(_renamed, count=1, label="digits-under-other-names", withholds=WITHHELD),
        random_cases(asked_twice(_split, FEW), count=1, label="same-seed-same-answer", withholds=WITHHELD),
    ],
    data_cases=_mnist,
    misconceptions=[
        edit("scores-returned", ".argmax(axis=1)", "", *QUICK)
        .believes("The network's output is the answer.")
        .ask("Ten scores per image: which digit do they speak for?"),
        edit("best-score-returned", ".argmax(axis=1)", ".max(axis=1)", *QUICK)
        .believes("The largest output is the digit.")
        .ask("What is the difference between max and argmax?"),
        edit("training-images-predicted", "predict(x_test", "predict(x_train", *QUICK)
        .believes("The network is asked about what it has learnt.")
        .ask("Which images' digits are asked for?"),
        edit("one-short-epoch", "Adam(0.005)", "Adam(0.001)", *QUICK)
        .believes("One pass over the data is enough.")
        .ask("What does the history of the loss say: has it stopped falling?"),
        edit(
            "weights-start-at-zero",
            FIT,
            "network.build(x_train.shape[1:], rng); network.set_weights([0 * each for each in network.get_weights()])\n"
            "    network.fit(x_train / brightest, y_train, epochs=2",
        )
        .believes("All weights start at zero.")
        .ask("If all hidden units are equal, how many are there?"),
        edit("labels-shuffled-alone", FIT, FIT.replace("y_train", "rng.permutation(y_train)"))
        .believes("Images and labels may be shuffled one after the other.")
        .ask("After shuffling, does row 7 of y_train still belong to row 7 of x_train?"),
        edit("diverged", "Adam(0.005)", "Adam(1e200)", *QUICK)
        .believes("A larger rate learns faster.")
        .ask("What are the weights after the first epochs: still numbers?"),
    ],
    variants=[
        Variant("tanh", ('Dense(64, "relu")', 'Dense(48, "tanh")')),
        Variant(
            "nearest-neighbour",
            """
            train, test = (images.reshape(len(images), -1) / images.max() for images in (x_train, x_test))
            return y_train[((train**2).sum(axis=1) - 2 * test @ train.T).argmin(axis=1)]
            """,
        ),
    ],
    hints=[
        "Begin with the smallest network that learns anything, and look at the history of its loss.",
        "Grey levels / 16; Flatten, one hidden layer with relu, ten outputs; softmax_cross_entropy on the logits.",
        "fit(x_train / 16, y_train, epochs=20, batch_size=32, rng=rng) with Adam(0.005); predict(…).argmax(axis=1)",
    ],
)
