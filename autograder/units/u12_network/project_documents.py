"""project_reviews and project_topics: generated documents, or those of a user's file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.checks import Property, held_out
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.datasets import load
from autograder.datasets.fallback import review_words, topic_words
from autograder.datasets.text import TextOptions
from autograder.units.u12_network.projects import asked_twice, drive_project, sorted_by_target
from autograder.worker import wire

#: Generated test documents, and how many must be right; `python -m tests.benchmarks.projects` prints what small
#: networks reach.
TEST, LEAST_SIDES, LEAST_TOPICS = 400, 320, 300
WITHHELD = ("y_test", "least")

TRAIN_ROWS = "multi_hot(documents_train, num_words)"
TEST_ROWS = "multi_hot(documents_test, num_words)"
ANSWER = "return probabilities"
WHAT_IS_AN_ID = "Is word 40 twice as much of anything as word 20? Which column should say that word 40 occurs?"


def _texts(rng: np.random.Generator, words: Any, labels: Any, num_words: int, **options: Any) -> dict[str, Any]:
    """Documents, shuffled, and cut as Keras cuts them; the last ones are held out."""
    order = rng.permutation(len(labels))
    documents = TextOptions(num_words=num_words).encode([words[index] for index in order])
    return {
        "documents_train": documents[:-TEST],
        "y_train": labels[order][:-TEST],
        "documents_test": documents[-TEST:],
        "num_words": num_words,
        **options,
        "rng": wire.Rng(int(rng.integers(2**32))),
        "y_test": labels[order][-TEST:],
    }


def _from_file(name: str, folder: Path, train: int, test: int, least: int, seed: int, **options: Any) -> list[Case]:
    """A part of the user's file that NumPy learns in seconds."""
    data = load(name, folder, num_words=2_000)
    if data.is_fallback:
        return []
    inputs: dict[str, Any] = {
        "documents_train": data.x_train[:train],
        "y_train": data.y_train[:train],
        "documents_test": data.x_test[:test],
    }
    withheld = {"y_test": data.y_test[:test], "least": least}
    return [Case(name, **inputs, num_words=2_000, **options, rng=wire.Rng(seed), withheld=withheld)]


def _ids_as_quantities(epochs: str) -> Any:
    """The first ids of each document as numbers from 0 to 1, padded with 0."""
    rows = "np.array([(words + [0] * 60)[:60] for words in documents]) / num_words"
    return (
        edit(
            "ids-as-quantities",
            TRAIN_ROWS,
            rows.replace("documents", "documents_train"),
            TEST_ROWS,
            rows.replace("documents", "documents_test"),
            epochs,
            "epochs=30",
        )
        .believes("Word ids are numbers, and a network takes numbers.")
        .ask(WHAT_IS_AN_ID)
    )


def _reviews(rng: np.random.Generator, num_words: int = 1_000) -> dict[str, Any]:
    texts = _texts(rng, *review_words(1_200 + TEST, seed=int(rng.integers(2**32))), num_words)
    return {**texts, "least": LEAST_SIDES}


project_reviews = Exercise(
    "project_reviews",
    points=3,
    truth="none",
    check=Property(held_out.sides),
    scenario=drive_project,
    seconds=20,
    cases=[
        random_cases(_reviews, count=3, label="language", withholds=WITHHELD),
        random_cases(sorted_by_target(_reviews), count=1, label="sorted-by-side", withholds=WITHHELD),
        random_cases(lambda rng: _reviews(rng, 1_500), count=1, label="a-larger-vocabulary", withholds=WITHHELD),
        random_cases(asked_twice(_reviews, 200), count=1, label="same-seed-same-answer", withholds=WITHHELD),
    ],
    # small networks are right 84 times of 100 on IMDB
    data_cases=lambda folder: _from_file("imdb", folder, train=4_000, test=1_000, least=780, seed=25),
    misconceptions=[
        edit("a-column-returned", ")[:, 0]", ")")
        .believes("What predict returns is the answer.")
        .ask("The network's output has shape (m, 1): which shape is asked for?"),
        edit("sides-returned", ANSWER, "return (probabilities > 0.5).astype(np.int64)")
        .believes("The answer is for or against.")
        .ask("Whoever reads your answer compares it with ½: what is lost once you have done so?"),
        edit("logits-returned", ANSWER, "return np.log(probabilities / (1 - probabilities))")
        .believes("The sum of the last layer is a probability.")
        .ask("May a probability be negative? Which function takes any number to between 0 and 1?"),
        edit("targets-without-an-axis", "y_train[:, None]", "np.full((len(y_train), 1), y_train.mean())")
        .believes("Targets of shape (n,) fit outputs of shape (n, 1).")
        .ask("What is the shape of (n, 1) minus (n,), and what is averaged then?"),
        edit("softmax-of-one", '"sigmoid"', '"softmax"')
        .believes("Probabilities come from softmax, whatever the number of outputs.")
        .ask("If there is only one output, by what does softmax divide it?"),
        _ids_as_quantities("epochs=5"),
        edit("training-documents-predicted", TEST_ROWS, TRAIN_ROWS)
        .believes("The network is asked about what it has learnt.")
        .ask("Which documents' probabilities are asked for?"),
        edit("probability-of-against", ANSWER, "return 1 - probabilities")
        .believes("The output is the probability of label 0.")
        .ask("With binary_crossentropy, towards what is the output drawn where the target is 1?"),
    ],
    variants=[
        Variant("no-hidden-layer", ('Dense(16, "relu"), ', "", "epochs=5", "epochs=15")),
        Variant(
            "naive-bayes",
            """
            train, test = multi_hot(documents_train, num_words), multi_hot(documents_test, num_words)
            occurs = [(train[y_train == k].sum(axis=0) + 1) / ((y_train == k).sum() + 2) for k in (0, 1)]
            against, for_it = (test @ np.log(p) + (1 - test) @ np.log(1 - p) for p in occurs)
            return sigmoid(for_it - against + np.log(y_train.mean() / (1 - y_train.mean())))
            """,
        ),
    ],
    hints=[
        "What are the shapes of your training rows, your targets and your output? The last two must be the same.",
        "multi_hot of u01 for both sets of documents; a small hidden layer; Dense(1, 'sigmoid').",
        "fit(rows, y_train[:, None], epochs=5, batch_size=64, rng=rng), and predict(test_rows)[:, 0]",
    ],
)


def _topics(rng: np.random.Generator, num_words: int = 1_000, classes: int = 20) -> dict[str, Any]:
    words, labels = topic_words(1_400 + TEST, classes, seed=int(rng.integers(2**32)))
    return {**_texts(rng, words, labels, num_words, classes=classes), "least": LEAST_TOPICS}


project_topics = Exercise(
    "project_topics",
    points=3,
    truth="none",
    check=Property(held_out.topics),
    scenario=drive_project,
    seconds=20,
    cases=[
        random_cases(_topics, count=3, label="language", withholds=WITHHELD),
        random_cases(sorted_by_target(_topics), count=1, label="sorted-by-topic", withholds=WITHHELD),
        random_cases(lambda rng: _topics(rng, 1_200, 24), count=1, label="more-topics", withholds=WITHHELD),
        random_cases(asked_twice(_topics, 200), count=1, label="same-seed-same-answer", withholds=WITHHELD),
    ],
    # small networks are right 76 times of 100 on Reuters
    data_cases=lambda folder: _from_file("reuters", folder, train=6_000, test=1_000, least=680, seed=46, classes=46),
    misconceptions=[
        edit("scores-returned", ".argmax(axis=1)", "", "epochs=8", "epochs=1")
        .believes("The network's output is the answer.")
        .ask("There is a score for each topic: which topic do they speak for?"),
        edit("best-score-returned", ".argmax(axis=1)", ".max(axis=1)", "epochs=8", "epochs=1")
        .believes("The largest output is the topic.")
        .ask("What is the difference between max and argmax?"),
        edit("bottleneck", "Dense(32,", "Dense(2,")
        .believes("A narrow layer makes the network concentrate.")
        .ask("Two numbers have to tell twenty topics apart: what can the output layer still see?"),
        edit("two-outputs", "Dense(classes)", "Dense(2)", "y_train, epochs", "np.minimum(y_train, 1), epochs")
        .believes("Classification has two outputs.")
        .ask("How many topics are there, and how many of them can your last layer name?"),
        edit("labels-from-one", "y_train, epochs", "np.maximum(y_train - 1, 0), epochs")
        .believes("The first topic is number 1.")
        .ask("Which number do argmax and the labels give the first topic?"),
        _ids_as_quantities("epochs=8"),
        edit("training-documents-predicted", TEST_ROWS, TRAIN_ROWS, "epochs=8", "epochs=1")
        .believes("The network is asked about what it has learnt.")
        .ask("Which documents' topics are asked for?"),
    ],
    variants=[Variant("tanh", ('Dense(32, "relu")', 'Dense(48, "tanh")'))],
    hints=[
        "Look at the loss on documents kept aside: is it too little learning, or too narrow a layer?",
        "multi_hot of u01; a hidden layer wider than the number of topics; one output per topic, no activation.",
        "compile(Adam(0.01), 'softmax_cross_entropy'); fit(…, epochs=8, batch_size=64, rng=rng); argmax(axis=1)",
    ],
)
