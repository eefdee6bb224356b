"""Assessment of networks: the project on reviews, for or against."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from autograder import wire
from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.checks import Found
from autograder.datasets import load
from autograder.datasets.fallback import review_words
from autograder.units._network_documents import TEST, ids_of, part_of_file, rows_of, sorted_by_class, texts_of
from autograder.units._network_projects import drive_project, project_check, trained, wrong_form

__all__ = ["project_reviews"]

#: Of 400 generated documents; `python -m tests.benchmarks.projects` prints what small networks reach.
LEAST = 320
#: A part of IMDB that NumPy learns in seconds; small networks are right 84 times of 100 there.
IMDB, IMDB_TEST, IMDB_LEAST = 4_000, 1_000, 780


def _reviews_problem(got: Any, documents_train: Any, y_test: Any, least: int, **_: Any) -> Found | None:
    answer = np.asarray(got)
    meaning = "one probability for each test document"
    if (found := wrong_form(answer, y_test.shape, len(documents_train), meaning)) is not None:
        return found
    if answer.dtype.kind != "f":
        return Found("not floating", f"got {answer.dtype} numbers, want floating ones: probabilities")
    if not np.isfinite(answer).all() or answer.min() < 0 or answer.max() > 1:
        return Found("no probabilities", "some numbers are not between 0 and 1, want probabilities")
    right = int(np.sum((answer > 0.5) == y_test))
    return None if right >= least else _poor_reviews(answer, y_test, f"{right} of {len(y_test)}", least)


def _poor_reviews(answer: Any, y_test: Any, right: str, least: int) -> Found:
    text = f"{right} test documents are on the right side of ½, want at least {least}"
    if float(np.ptp(answer)) < 0.1:
        key = "always for" if answer.min() > 0.9 else "always the same"
        return Found(key, f"{text}; the answer is always near {float(np.median(answer)):.2g}")
    wrong_way = int(np.sum((answer < 0.5) == y_test))
    if wrong_way >= least:
        return Found("the wrong way", f"{text}; {wrong_way} are on the wrong side: for and against are swapped")
    if wrong_way > 0.4 * len(y_test):
        return Found("guessing", f"{text}; that is no better than guessing")
    return Found("below the bar", text, alike=answer > 0.5)


def _reviews(rng: np.random.Generator, num_words: int = 1_000) -> dict[str, Any]:
    texts = texts_of(*review_words(1_200 + TEST, seed=int(rng.integers(2**32))), num_words, rng)
    return {**texts, "least": LEAST}


def _larger_vocabulary(rng: np.random.Generator) -> dict[str, Any]:
    return _reviews(rng, num_words=1_500)


def _few(rng: np.random.Generator) -> dict[str, Any]:
    """Few documents, so that two calls are quick."""
    texts = _reviews(rng)
    return {
        **texts,
        "documents_train": texts["documents_train"][:200],
        "y_train": texts["y_train"][:200],
        "twice": True,
    }


def _imdb(folder: Path) -> list[Case]:
    """A part of IMDB's reviews, from the user's file."""
    data = load("imdb", folder, num_words=2_000)
    if data.is_fallback:
        return []
    inputs = part_of_file(data, IMDB, IMDB_TEST)
    withheld = {"y_test": data.y_test[:IMDB_TEST], "least": IMDB_LEAST}
    return [Case("imdb", **inputs, num_words=2_000, rng=wire.Rng(25), withheld=withheld)]


def _review_network(
    documents_train: Any, y_train: Any, documents_test: Any, num_words: int, rng: Any, **changes: Any
) -> Any:
    """Probabilities, shape (m, 1), by a small network of which something may be changed."""
    rows = changes.pop("rows", rows_of)
    settings = {"loss": "sigmoid", "units": 16, "epochs": 5, "rate": 0.1, **changes}
    predict = trained(rows(documents_train, num_words), y_train[:, None], 1, rng, **settings)
    return predict(rows(documents_test, num_words))


def _right_reviews(*inputs: Any) -> Any:
    return _review_network(*inputs)[:, 0]


def _counting_words(*inputs: Any) -> Any:
    """No network: naive Bayes on which words occur."""
    documents_train, y_train, documents_test, num_words, _ = inputs
    train, test = rows_of(documents_train, num_words), rows_of(documents_test, num_words)
    occurs = [(train[y_train == k].sum(axis=0) + 1) / ((y_train == k).sum() + 2) for k in (0, 1)]
    logs = [test @ np.log(p) + (1 - test) @ np.log(1 - p) + np.log((y_train == k).mean()) for k, p in enumerate(occurs)]
    return 0.5 * (1 + np.tanh(0.5 * (logs[1] - logs[0])))


def _review_column(*inputs: Any) -> Any:
    return _review_network(*inputs)


def _review_sides(*inputs: Any) -> Any:
    return (_right_reviews(*inputs) > 0.5).astype(np.int64)


def _review_logits(*inputs: Any) -> Any:
    p = _right_reviews(*inputs)
    return np.log(p / (1 - p))


def _square_of_differences(*inputs: Any) -> Any:
    """(n, 1) − (n,) is (n, n): each output is drawn towards the mean of all targets."""
    documents_train, y_train, *rest = inputs
    return _right_reviews(documents_train, np.full(len(y_train), y_train.mean()), *rest)


def _softmax_of_one(*inputs: Any) -> Any:
    return np.ones(len(inputs[2]))


def _ids_as_quantities(*inputs: Any) -> Any:
    return _review_network(*inputs, rows=ids_of, units=32, epochs=30)[:, 0]


def _training_reviews(*inputs: Any) -> Any:
    documents_train, y_train, _, *rest = inputs
    return _right_reviews(documents_train, y_train, documents_train, *rest)


def _against(*inputs: Any) -> Any:
    return 1 - _right_reviews(*inputs)


_WITHHELD = ("y_test", "least")

project_reviews = Exercise(
    "project_reviews",
    points=3,
    truth="none",
    check=project_check(_reviews_problem),
    scenario=drive_project,
    seconds=20,
    cases=[
        random_cases(_reviews, count=3, label="language", withholds=_WITHHELD),
        random_cases(sorted_by_class(_reviews), count=1, label="sorted-by-side", withholds=_WITHHELD),
        random_cases(_larger_vocabulary, count=1, label="a-larger-vocabulary", withholds=_WITHHELD),
        random_cases(_few, count=1, label="same-seed-same-answer", withholds=_WITHHELD),
    ],
    data_cases=_imdb,
    misconceptions=[
        Misconception(
            "a-column-returned",
            believes="What predict returns is the answer.",
            wrong=_review_column,
            hint="The network's output has shape (m, 1): which shape is asked for?",
        ),
        Misconception(
            "sides-returned",
            believes="The answer is for or against.",
            wrong=_review_sides,
            hint="Whoever reads your answer compares it with ½: what is lost once you have done so?",
        ),
        Misconception(
            "logits-returned",
            believes="The sum of the last layer is a probability.",
            wrong=_review_logits,
            hint="May a probability be negative? Which function takes any number to between 0 and 1?",
        ),
        Misconception(
            "targets-without-an-axis",
            believes="Targets of shape (n,) fit outputs of shape (n, 1).",
            wrong=_square_of_differences,
            hint="What is the shape of (n, 1) minus (n,), and what is its mean then a mean of?",
        ),
        Misconception(
            "softmax-of-one",
            believes="Probabilities come from softmax, whatever the number of outputs.",
            wrong=_softmax_of_one,
            hint="If there is one output only, by what does softmax divide it?",
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
            wrong=_training_reviews,
            hint="For which documents are probabilities asked for?",
        ),
        Misconception(
            "probability-of-against",
            believes="The output is the probability of label 0.",
            wrong=_against,
            hint="With binary_crossentropy, towards what is the output drawn where the target is 1?",
        ),
    ],
    variants=[Variant("momentum-by-hand", _right_reviews), Variant("naive-bayes", _counting_words)],
    hints=[
        "What are the shapes of your training rows, your targets and your output? The last two must be the same.",
        "multi_hot of u01 for both sets of documents; a small hidden layer; Dense(1, 'sigmoid').",
        "fit(rows, y_train[:, None], epochs=5, batch_size=64, rng=rng), and predict(test_rows)[:, 0]",
    ],
)
