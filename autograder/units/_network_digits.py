"""Assessment of networks: the project on real digits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from autograder import wire
from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.checks import Found
from autograder.datasets import load
from autograder.datasets.fallback import bundled_digits
from autograder.units._network_projects import drive_project, judge_classes, project_check, trained

__all__ = ["project_digits"]

TEST = 500
#: 95 % of the test images, less two standard errors of what 500 images tell: two of the standard deviations of a
#: network that is right 95 times of 100, √(500 · 0.95 · 0.05) = 4.9, under 475. `python -m tests.benchmarks.projects`
#: prints what honest networks reach on splits that nobody has selected.
LEAST = 465
#: Of MNIST, a part that NumPy learns in seconds, and its bar: small networks read 94 to 96 % after some epochs.
MNIST, MNIST_TEST, MNIST_LEAST = 12_000, 2_000, 1_840
#: From so few images no two networks learn the same: even linear ones differ in 8 of the test images and more.
FEW = 300


def _problem(
    got: Any, x_train: Any, y_train: Any, x_test: Any, rng: Any, y_test: Any, least: int
) -> str | Found | None:
    return judge_classes(np.asarray(got), y_test, least, len(x_train))


def _split(rng: np.random.Generator) -> dict[str, Any]:
    """All images, shuffled: the last ones are kept back."""
    images, labels = bundled_digits()
    order = rng.permutation(len(labels))
    train, test = order[:-TEST], order[-TEST:]
    return {
        "x_train": images[train],
        "y_train": labels[train],
        "x_test": images[test],
        "rng": wire.Rng(int(rng.integers(2**32))),
        "y_test": labels[test],
        "least": LEAST,
    }


def _floating(rng: np.random.Generator) -> dict[str, Any]:
    split = _split(rng)
    return {**split, "x_train": split["x_train"].astype(np.float64), "x_test": split["x_test"].astype(np.float64)}


def _sorted(rng: np.random.Generator) -> dict[str, Any]:
    """The training samples in the order of their digits."""
    split = _split(rng)
    order = np.argsort(split["y_train"], kind="stable")
    return {**split, "x_train": split["x_train"][order], "y_train": split["y_train"][order]}


def _renamed(rng: np.random.Generator) -> dict[str, Any]:
    """Each digit goes by the name of another: what the images show is learnt from the labels, not known before."""
    split, names = _split(rng), rng.permutation(10)
    return {**split, "y_train": names[split["y_train"]], "y_test": names[split["y_test"]]}


def _few(rng: np.random.Generator) -> dict[str, Any]:
    """So few training images that chance shows in the answers, and that two calls are quick."""
    split = _split(rng)
    return {**split, "x_train": split["x_train"][:FEW], "y_train": split["y_train"][:FEW], "twice": True}


def _mnist(folder: Path) -> list[Case]:
    """A part of MNIST, from the user's files."""
    data = load("mnist", folder)
    if data.is_fallback:
        return []
    images: dict[str, Any] = {"x_train": data.x_train[:MNIST], "y_train": data.y_train[:MNIST]}
    withheld = {"y_test": data.y_test[:MNIST_TEST], "least": MNIST_LEAST}
    return [Case("mnist", **images, x_test=data.x_test[:MNIST_TEST], rng=wire.Rng(28), withheld=withheld)]


def _pixels(images: Any) -> Any:
    return images.reshape(len(images), -1) / images.max()


def _network(x_train: Any, y_train: Any, x_test: Any, rng: Any, **changes: Any) -> Any:
    """Scores of the test images, by a small network of which something may be changed."""
    settings = {"loss": "softmax", "units": 48, "epochs": 20, "rate": 0.05, **changes}
    return trained(_pixels(x_train), y_train, 10, rng, **settings)(_pixels(x_test))


def _right(x_train: Any, y_train: Any, x_test: Any, rng: Any) -> Any:
    return _network(x_train, y_train, x_test, rng).argmax(axis=1)


def _neighbours(x_train: Any, y_train: Any, x_test: Any, rng: Any) -> Any:
    """No network at all: the digit of the nearest training image."""
    train, test = _pixels(x_train), _pixels(x_test)
    distances = (train**2).sum(axis=1) - 2 * test @ train.T
    return y_train[distances.argmin(axis=1)]


def _scores(x_train: Any, y_train: Any, x_test: Any, rng: Any) -> Any:
    return _network(x_train, y_train, x_test, rng, epochs=1)


def _best_score(x_train: Any, y_train: Any, x_test: Any, rng: Any) -> Any:
    return _network(x_train, y_train, x_test, rng, epochs=1).max(axis=1)


def _training_images(x_train: Any, y_train: Any, x_test: Any, rng: Any) -> Any:
    return _network(x_train, y_train, x_train, rng, epochs=1).argmax(axis=1)


def _one_epoch(x_train: Any, y_train: Any, x_test: Any, rng: Any) -> Any:
    return _network(x_train, y_train, x_test, rng, epochs=1, rate=0.01).argmax(axis=1)


def _zero_start(x_train: Any, y_train: Any, x_test: Any, rng: Any) -> Any:
    return _network(x_train, y_train, x_test, rng, epochs=2, start=0.0).argmax(axis=1)


def _shuffled_labels(x_train: Any, y_train: Any, x_test: Any, rng: Any) -> Any:
    return _network(x_train, y_train[rng.permutation(len(y_train))], x_test, rng, epochs=3).argmax(axis=1)


def _diverged(x_train: Any, y_train: Any, x_test: Any, rng: Any) -> Any:
    return _network(x_train, y_train, x_test, rng, epochs=2, rate=1e200).argmax(axis=1)


_WITHHELD = ("y_test", "least")

project_digits = Exercise(
    "project_digits",
    points=4,
    truth="none",
    check=project_check(_problem),
    scenario=drive_project,
    seconds=20,
    cases=[
        random_cases(_split, count=2, label="split", withholds=_WITHHELD),
        random_cases(_floating, count=1, label="floating-grey-levels", withholds=_WITHHELD),
        random_cases(_sorted, count=1, label="sorted-by-digit", withholds=_WITHHELD),
        random_cases(_renamed, count=1, label="digits-under-other-names", withholds=_WITHHELD),
        random_cases(_few, count=1, label="same-seed-same-answer", withholds=_WITHHELD),
    ],
    data_cases=_mnist,
    misconceptions=[
        Misconception(
            "scores-returned",
            believes="The network's output is the answer.",
            wrong=_scores,
            hint="Ten scores per image: which digit do they speak for?",
        ),
        Misconception(
            "best-score-returned",
            believes="The largest output is the digit.",
            wrong=_best_score,
            hint="What is the difference between max and argmax?",
        ),
        Misconception(
            "training-images-predicted",
            believes="The network is asked about what it has learnt.",
            wrong=_training_images,
            hint="For which images are the digits asked for?",
        ),
        Misconception(
            "one-short-epoch",
            believes="One pass over the data is a training.",
            wrong=_one_epoch,
            hint="What does the history of the loss say: has it stopped falling?",
        ),
        Misconception(
            "weights-start-at-zero",
            believes="All weights start at zero.",
            wrong=_zero_start,
            hint="If all hidden units are equal, how many are there?",
        ),
        Misconception(
            "labels-shuffled-alone",
            believes="Images and labels may be shuffled one after the other.",
            wrong=_shuffled_labels,
            hint="After shuffling, does row 7 of y_train still belong to row 7 of x_train?",
        ),
        Misconception(
            "diverged",
            believes="A larger rate learns faster.",
            wrong=_diverged,
            hint="What are the weights after the first epochs: still numbers?",
        ),
    ],
    variants=[Variant("momentum-by-hand", _right), Variant("nearest-neighbour", _neighbours)],
    hints=[
        "Begin with the smallest network that learns anything, and look at the history of its loss.",
        "Grey levels / 16; Flatten, one hidden layer with relu, ten outputs; softmax_cross_entropy on the logits.",
        "fit(x_train / 16, y_train, epochs=20, batch_size=32, rng=rng) with Adam(0.005); predict(…).argmax(axis=1)",
    ],
)
