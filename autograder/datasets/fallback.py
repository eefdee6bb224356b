"""What stands in for a data set whose files are not there: scikit-learn's bundled data, and generated documents.

Generated documents are word ids with frequencies that fall as 1/(rank + 3), as words' do roughly. Each class has words
of its own, which come more often in its documents than elsewhere; there is nothing else to be learnt.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.datasets.model import Array, Dataset, DatasetError, Documents
from autograder.datasets.splitting import shuffled, split_at, subset
from autograder.datasets.text import TextOptions

__all__ = ["diabetes", "digits", "generated_reviews", "generated_topics"]

_VOCABULARY = 5_000
# The most frequent words say nothing about a class, as in a language.
_COMMON = 50
_SHORTEST, _LONGEST = 20, 200


def digits(why: str, _options: TextOptions) -> Dataset:
    """scikit-learn's digits for MNIST: 1,797 images of 8×8, uint8, grey levels 0 to 16, shuffled, 80 % for training."""
    data = _sklearn_datasets().load_digits()
    source = f"scikit-learn's digits, 8×8 with grey levels 0 to 16 (fallback: {why})"
    return _split("mnist", data.images.astype(np.uint8), data.target.astype(np.int64), source)


def diabetes(why: str, _options: TextOptions) -> Dataset:
    """scikit-learn's diabetes for the prices: 442 patients, 10 features as measured, shuffled, 80 % for training.

    The target is the disease's progression in a year, 25 to 346; all float64.
    """
    data = _sklearn_datasets().load_diabetes(scaled=False)
    source = f"scikit-learn's diabetes, a regression with 10 features (fallback: {why})"
    return _split("boston_housing", data.data.astype(np.float64), data.target.astype(np.float64), source)


def generated_reviews(why: str, options: TextOptions) -> Dataset:
    """Documents of two classes for IMDB: 4,000 of 20 to 200 words, half of each class, 80 % for training."""
    random = np.random.RandomState(20)
    labels = np.arange(4_000) % 2
    words = _documents(labels, _class_frequencies(2, own_words=150, boost=2.4, random=random), random)
    return _texts("imdb", words, labels, f"generated documents of 2 classes (fallback: {why})", options)


def generated_topics(why: str, options: TextOptions) -> Dataset:
    """Documents of 46 classes for Reuters: 4,600 of 20 to 200 words, the classes' sizes falling as 1/(rank + 3)."""
    random = np.random.RandomState(46)
    # One of each first: every class occurs, most of them rarely.
    drawn = _draw(np.cumsum(1 / (np.arange(46) + 3.0)), 4_600 - 46, random)
    labels = np.concatenate([np.arange(46), drawn])
    words = _documents(labels, _class_frequencies(46, own_words=40, boost=12.0, random=random), random)
    return _texts("reuters", words, labels, f"generated documents of 46 classes (fallback: {why})", options)


def _sklearn_datasets() -> Any:
    """scikit-learn's module of data sets, imported only here."""
    try:
        import sklearn.datasets
    except ImportError:
        raise DatasetError("the fallback for missing files needs scikit-learn: pip install scikit-learn") from None
    return sklearn.datasets


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
