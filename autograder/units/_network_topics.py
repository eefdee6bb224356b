"""Assessment of networks: the project on newswires of many topics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from autograder import wire
from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.checks import Found
from autograder.datasets import load
from autograder.datasets.fallback import topic_words
from autograder.units._network_documents import TEST, ids_of, part_of_file, rows_of, sorted_by_class, texts_of
from autograder.units._network_projects import drive_project, judge_classes, project_check, trained

__all__ = ["project_topics"]

#: Of 400 generated documents; `python -m tests.benchmarks.projects` prints what small networks reach.
LEAST = 300
#: A part of Reuters that NumPy learns in seconds; small networks are right 76 times of 100 there.
REUTERS, REUTERS_TEST, REUTERS_LEAST = 6_000, 1_000, 680
CLASSES = 20


def _topics_problem(got: Any, documents_train: Any, y_test: Any, least: int, **_: Any) -> Found | None:
    answer = np.asarray(got)
    found = judge_classes(answer, y_test, least, len(documents_train))
    if (
        found is not None
        and answer.shape == y_test.shape
        and answer.dtype.kind in "iu"
        and set(answer.tolist()) == {0, 1}
    ):
        return Found("two classes", f"{found.text}; the only topics named are 0 and 1")
    return found


def _topics(rng: np.random.Generator, num_words: int = 1_000, classes: int = CLASSES) -> dict[str, Any]:
    texts = texts_of(*topic_words(1_400 + TEST, classes, seed=int(rng.integers(2**32))), num_words, rng)
    rest = {name: texts.pop(name) for name in ("rng", "y_test")}
    return {**texts, "classes": classes, **rest, "least": LEAST}


def _more_topics(rng: np.random.Generator) -> dict[str, Any]:
    return _topics(rng, num_words=1_200, classes=24)


def _few(rng: np.random.Generator) -> dict[str, Any]:
    """Few documents, so that two calls are quick, and chance shows in what is found."""
    texts = _topics(rng)
    return {
        **texts,
        "documents_train": texts["documents_train"][:200],
        "y_train": texts["y_train"][:200],
        "twice": True,
    }


def _reuters(folder: Path) -> list[Case]:
    """A part of the newswires of Reuters, from the user's file."""
    data = load("reuters", folder, num_words=2_000)
    if data.is_fallback:
        return []
    inputs = part_of_file(data, REUTERS, REUTERS_TEST)
    withheld = {"y_test": data.y_test[:REUTERS_TEST], "least": REUTERS_LEAST}
    return [Case("reuters", **inputs, num_words=2_000, classes=46, rng=wire.Rng(46), withheld=withheld)]


def _topic_scores(
    documents_train: Any, y_train: Any, documents_test: Any, num_words: int, classes: int, rng: Any, **changes: Any
) -> Any:
    """Scores of the test documents, by a small network of which something may be changed."""
    rows = changes.pop("rows", rows_of)
    settings = {"loss": "softmax", "units": 48, "epochs": 8, "rate": 0.1, **changes}
    predict = trained(rows(documents_train, num_words), y_train, classes, rng, **settings)
    return predict(rows(documents_test, num_words))


def _right_topics(*inputs: Any) -> Any:
    return _topic_scores(*inputs).argmax(axis=1)


def _scores_returned(*inputs: Any) -> Any:
    return _topic_scores(*inputs, epochs=1)


def _best_score(*inputs: Any) -> Any:
    return _topic_scores(*inputs, epochs=1).max(axis=1)


def _bottleneck(*inputs: Any) -> Any:
    return _topic_scores(*inputs, units=2).argmax(axis=1)


def _two_outputs(*inputs: Any) -> Any:
    """As for reviews: is it topic 0, or not?"""
    documents_train, y_train, documents_test, num_words, _, rng = inputs
    others = np.minimum(y_train, 1)
    return _topic_scores(documents_train, others, documents_test, num_words, 2, rng).argmax(axis=1)


def _labels_from_one(*inputs: Any) -> Any:
    """Topic k is taught as output k − 1."""
    documents_train, y_train, *rest = inputs
    return _topic_scores(documents_train, np.maximum(y_train - 1, 0), *rest).argmax(axis=1)


def _ids_as_quantities(*inputs: Any) -> Any:
    scores = _topic_scores(*inputs, rows=ids_of, units=32, epochs=30)
    return scores.argmax(axis=1)


def _training_topics(*inputs: Any) -> Any:
    documents_train, y_train, _, *rest = inputs
    return _topic_scores(documents_train, y_train, documents_train, *rest, epochs=1).argmax(axis=1)


_WITHHELD = ("y_test", "least")

project_topics = Exercise(
    "project_topics",
    points=3,
    truth="none",
    check=project_check(_topics_problem),
    scenario=drive_project,
    seconds=20,
    cases=[
        random_cases(_topics, count=3, label="language", withholds=_WITHHELD),
        random_cases(sorted_by_class(_topics), count=1, label="sorted-by-topic", withholds=_WITHHELD),
        random_cases(_more_topics, count=1, label="more-topics", withholds=_WITHHELD),
        random_cases(_few, count=1, label="same-seed-same-answer", withholds=_WITHHELD),
    ],
    data_cases=_reuters,
    misconceptions=[
        Misconception(
            "scores-returned",
            believes="The network's output is the answer.",
            wrong=_scores_returned,
            hint="There is a score for each topic: which topic do they speak for?",
        ),
        Misconception(
            "best-score-returned",
            believes="The largest output is the topic.",
            wrong=_best_score,
            hint="What is the difference between max and argmax?",
        ),
        Misconception(
            "bottleneck",
            believes="A narrow layer makes the network concentrate.",
            wrong=_bottleneck,
            hint="Two numbers have to tell twenty topics apart: what can the output layer still see?",
        ),
        Misconception(
            "two-outputs",
            believes="Classification has two outputs.",
            wrong=_two_outputs,
            hint="How many topics are there, and how many of them can your last layer name?",
        ),
        Misconception(
            "labels-from-one",
            believes="The first topic is number 1.",
            wrong=_labels_from_one,
            hint="Which number do argmax and the labels give the first topic?",
        ),
        Misconception(
            "ids-as-quantities",
            believes="Word ids are numbers, and a network takes numbers.",
            wrong=_ids_as_quantities,
            hint="Is word 40 twice as much of anything as word 20? Which column should say that word 40 occurs?",
        ),
        Misconception(
            "training-documents-predicted",
            believes="The network is asked about what it has learnt.",
            wrong=_training_topics,
            hint="For which documents are topics asked for?",
        ),
    ],
    variants=[Variant("momentum-by-hand", _right_topics)],
    hints=[
        "Look at the loss on documents kept aside: is it too little learning, or too narrow a layer?",
        "multi_hot of u01; a hidden layer wider than the number of topics; one output per topic, no activation.",
        "compile(Adam(0.01), 'softmax_cross_entropy'); fit(…, epochs=8, batch_size=64, rng=rng); argmax(axis=1)",
    ],
)
