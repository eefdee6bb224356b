"""What stands in for a data set whose files are not there: two small real ones, and generated documents.

The real ones are files of ours, in `bundled/`, with the content of scikit-learn's copies.

Generated documents are word ids with frequencies that fall as 1/(rank + 3), as words' do roughly. Each class has words
of its own, which come more often in its documents than elsewhere; there is nothing else to be learnt.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from autograder.datasets.model import Array, Dataset, Documents
from autograder.datasets.splitting import shuffled, split_at, subset
from autograder.datasets.text import TextOptions

__all__ = [
    "bundled_diabetes",
    "bundled_digits",
    "diabetes",
    "digits",
    "generated_reviews",
    "generated_topics",
    "review_words",
    "topic_words",
]

_VOCABULARY = 5_000
# The most frequent words say nothing about a class, as in a language.
_COMMON = 50
_SHORTEST, _LONGEST = 20, 200


def digits(why: str, _options: TextOptions) -> Dataset:
    """scikit-learn's digits for MNIST: 1,797 images of 8×8, uint8, grey levels 0 to 16, shuffled, 80 % for training."""
    source = f"scikit-learn's digits, 8×8 with grey levels 0 to 16 (fallback: {why})"
    return _split("mnist", *bundled_digits(), source)


def diabetes(why: str, _options: TextOptions) -> Dataset:
    """scikit-learn's diabetes for the prices: 442 patients, 10 features as measured, shuffled, 80 % for training.

    The target is the disease's progression in a year, 25 to 346; all float64.
    """
    source = f"scikit-learn's diabetes, a regression with 10 features (fallback: {why})"
    return _split("boston_housing", *bundled_diabetes(), source)


def generated_reviews(why: str, options: TextOptions) -> Dataset:
    """Documents of two classes for IMDB: 4,000 of 20 to 200 words, half of each class, 80 % for training."""
    words, labels = review_words(4_000, seed=20)
    return _texts("imdb", words, labels, f"generated documents of 2 classes (fallback: {why})", options)


def generated_topics(why: str, options: TextOptions) -> Dataset:
    """Documents of 46 classes for Reuters: 4,600 of 20 to 200 words, the classes' sizes falling as 1/(rank + 3)."""
    words, labels = topic_words(4_600, classes=46, seed=46)
    return _texts("reuters", words, labels, f"generated documents of 46 classes (fallback: {why})", options)


def review_words(count: int, seed: int) -> tuple[Documents, Array]:
    """That many documents of two classes in turn, of another language for each seed: word ids from 1, and classes."""
    random = np.random.RandomState(seed)
    labels = np.arange(count) % 2
    return _documents(labels, _class_frequencies(2, own_words=150, boost=2.4, random=random), random), labels


def topic_words(count: int, classes: int, seed: int) -> tuple[Documents, Array]:
    """That many documents of classes whose sizes fall as 1/(rank + 3): word ids from 1, and classes."""
    random = np.random.RandomState(seed)
    # One of each first: every class occurs, most of them rarely.
    drawn = _draw(np.cumsum(1 / (np.arange(classes) + 3.0)), count - classes, random)
    labels = np.concatenate([np.arange(classes), drawn])
    return _documents(labels, _class_frequencies(classes, own_words=40, boost=12.0, random=random), random), labels


def bundled_digits() -> tuple[Array, Array]:
    """Images (1797, 8, 8), uint8, 0 to 16, and their digits (1797,), int64, in the order of the original."""
    images, labels = _bundled("digits", "images", "labels")
    return images, labels.astype(np.int64)


def bundled_diabetes() -> tuple[Array, Array]:
    """Features (442, 10) as measured and targets (442,), float64, in the order of the original."""
    features, targets = _bundled("diabetes", "features", "targets")
    return features, targets


def _bundled(name: str, *members: str) -> list[Array]:
    with np.load(Path(__file__).parent / "bundled" / f"{name}.npz", allow_pickle=False) as file:
        return [file[member] for member in members]


def _split(name: str, x: Array, y: Array, source: str) -> Dataset:
    """Shuffle and cut as Keras does with a file that has no split."""
    (order,), cut = shuffled(len(x)), split_at(len(x))
    x, y = x[order], y[order]
    return Dataset(name, x[:cut], y[:cut], x[cut:], y[cut:], source=source, is_fallback=True)


def _texts(name: str, words: Documents, labels: Array, source: str, options: TextOptions) -> Dataset:
    """The same for documents."""
    (order,), cut = shuffled(len(words)), split_at(len(words))
    x, y = options.encode(subset(words, order)), labels[order].astype(np.int64)
    return Dataset(name, x[:cut], y[:cut], x[cut:], y[cut:], source=source, is_fallback=True)


def _class_frequencies(classes: int, own_words: int, boost: float, random: np.random.RandomState) -> Array:
    """Cumulated frequencies of the words for each class, shape (classes, vocabulary), not scaled."""
    frequencies = np.tile(1 / (np.arange(_VOCABULARY) + 3.0), (classes, 1))
    for row in frequencies:
        row[_COMMON + random.permutation(_VOCABULARY // 5)[:own_words]] *= boost
    return np.asarray(np.cumsum(frequencies, axis=1))


def _documents(labels: Array, cumulated: Array, random: np.random.RandomState) -> Documents:
    """One document for each label; word ids start at 1, the most frequent word."""
    lengths = random.randint(_SHORTEST, _LONGEST + 1, size=len(labels))
    return [(1 + _draw(cumulated[k], n, random)).tolist() for k, n in zip(labels, lengths, strict=True)]


def _draw(cumulated: Array, count: int, random: np.random.RandomState) -> Array:
    """`count` indices, drawn in proportion to the frequencies that were cumulated."""
    # Sums and quotients only, in a fixed order: the draws are the same on every machine.
    return np.asarray(np.searchsorted(cumulated, random.random_sample(count) * cumulated[-1], side="right"))
