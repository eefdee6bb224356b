"""Networks for six data sets."""

from __future__ import annotations

import numpy as np

from ..u01_tensors import multi_hot, standardize
from ..u09_optimizers import Adam
from ..u11_training import k_fold
from .dense_layers import Dense
from .functions import Array
from .images import Flatten
from .sequential import Sequential

__all__ = [
    "project_digits",
    "project_function",
    "project_people",
    "project_prices",
    "project_reviews",
    "project_topics",
]


def project_function(
    x_train: Array, y_train: Array, x_test: Array, widths: list[int], rng: np.random.Generator
) -> Array:
    """Project: see what width is good for. Learn one curve with networks of several widths.

        f(x) = relu(x W1 + b1) W2 + b2        one hidden layer, of as many relus as the width says

    The graph of f is a line with a bend for each relu. One relu cannot follow the curve however long it learns: it
    underfits. With more the error falls, as near to 0 as you like: such networks are universal approximators. (Too
    many, and too few samples with errors in them, and the network learns the errors: it overfits.)

    Two things are judged: that no row bends in more places than its width allows, and the root mean square error of
    the widest, which may be 50 % of the curve's standard deviation at most. A start: Adam(0.01), 200 epochs in batches
    of 32. Mind the shape of the targets.

    Args:
        x_train: where the curve was measured, from -2 to 2, shape (n, 1), floating, n = 200, once 64; not modified.
        y_train: its heights there, without errors, shape (n,), floating; not modified.
        x_test: where to predict it, evenly spaced, shape (m, 1), dtype of x_train; not modified.
        widths: W numbers of relus, each at least 1, in any order; the largest is at least 32.
        rng: the source of all randomness: weights, order of the batches. The same seed gives the same answer.

    Returns:
        A row of predictions for each width, in the order of `widths`, shape (W, m), floating.
    """
    rows = []
    for width in widths:
        network = Sequential([Dense(width, "relu"), Dense(1)])
        network.compile(Adam(0.01), "mean_squared_error")
        network.fit(x_train, y_train[:, None], epochs=200, batch_size=32, rng=rng)
        rows.append(network.predict(x_test, batch_size=512)[:, 0])
    return np.array(rows)


def project_people(x_train: Array, y_train: Array, x_test: Array, rng: np.random.Generator) -> Array:
    """Project: tell two groups of people apart by height and weight, and say how sure you are.

    The toy set of many lessons, done right. The groups overlap, so nobody can always be right: what is asked for are
    probabilities, by softmax and sparse_categorical_crossentropy. Two things decide: heights and weights differ much
    in size, so scale them; and scale the test people as the training people, because a group of tall people is tall.

    They are judged by their cross-entropy on some 2,000 people, which may exceed that of the best possible answer by
    0.1 at most. One Dense(2, "softmax") is enough.

    Args:
        x_train: a person per row, height and weight, in units that are not told; shape (n, 2), floating, n = 500,
            once 100; not modified.
        y_train: the persons' groups, 0 or 1, integers, shape (n,), in any order; not modified.
        x_test: further people, shape (m, 2); perhaps in another mix of the two groups; not modified.
        rng: the source of all randomness: weights, order of the batches. The same seed gives the same answer.

    Returns:
        The probabilities of the two groups for each test person, shape (m, 2), from 0 to 1; the two of a person add up
        to 1.
    """
    train, test = standardize(x_train, x_test)
    network = Sequential([Dense(2, "softmax")])
    network.compile(Adam(0.05), "sparse_categorical_crossentropy")
    network.fit(train, y_train, epochs=20, batch_size=32, rng=rng)
    probabilities: Array = network.predict(test, batch_size=256)
    return probabilities


def project_digits(x_train: Array, y_train: Array, x_test: Array, rng: np.random.Generator) -> Array:
    """Project: learn to read handwritten digits, with everything that you have built.

    Build a network, train it on the training images, and say what the test images show. How is up to you: dense or
    convolutional, which optimiser, how long. 95 of 100 test images should be read right; as 500 images tell that to
    within a percent or so, an answer is refused below 93 (465 of 500). One call must not take longer than 20 seconds.
    A start: scale the grey levels to 0 … 1, one hidden layer, relu, softmax_cross_entropy, Adam, some tens of epochs
    in batches of 32.

    Args:
        x_train: grey levels, shape (n, 8, 8) or (n, 28, 28), uint8 or floating; not modified. The smaller ones go from
            0 to 16, and there are about 1,300, once only 300; the larger ones, from 0 to 255, are 12,000 of MNIST,
            where the course has its files.
        y_train: the digits that they show, from 0 to 9, integers, shape (n,); not modified.
        x_test: images that the network must not be fitted to, shape (m, 8, 8) or (m, 28, 28), dtype of x_train; not
            modified.
        rng: the source of all randomness: weights, order of the batches. The same seed gives the same answer.

    Returns:
        The digits of the test images, integers, shape (m,).
    """
    brightest = x_train.max()
    network = Sequential([Flatten(), Dense(64, "relu"), Dense(10)])
    network.compile(Adam(0.005), "softmax_cross_entropy")
    network.fit(x_train / brightest, y_train, epochs=20, batch_size=32, rng=rng)
    digits: Array = network.predict(x_test / brightest, batch_size=256).argmax(axis=1)
    return digits


def project_reviews(
    documents_train: list[list[int]],
    y_train: Array,
    documents_test: list[list[int]],
    num_words: int,
    rng: np.random.Generator,
) -> Array:
    """Project: tell from its words whether a review is for or against.

    A network needs rows of one length. Write each document as a multi-hot row (which words occur, not where, not how
    often), and end in one unit with a sigmoid and binary_crossentropy. Its targets have the shape of its output,
    (n, 1): subtracting (n,) from (n, 1) would give a square of differences.

    80 of 100 test documents must be on the right side of ½. More than a few epochs only learn the training documents
    by heart. A start: 16 units with relu, Adam(0.01), 5 epochs in batches of 64.

    Args:
        documents_train: n documents, lists of word ids from 1 to num_words − 1 of any lengths (1 starts each document,
            2 stands for all rarer words); not modified. The course generates them, n = 1,200, once 200, in a
            language where a few hundred words lean to one side, or takes 4,000 of the reviews of IMDB where it has the
            file.
        y_train: 1 for, 0 against; integers, shape (n,), in any order; not modified.
        documents_test: m further documents; not modified.
        num_words: the size of the vocabulary, 1,000 to 2,000.
        rng: the source of all randomness: weights, order of the batches. The same seed gives the same answer.

    Returns:
        The probabilities of "for", from 0 to 1, floating, shape (m,).
    """
    network = Sequential([Dense(16, "relu"), Dense(1, "sigmoid")])
    network.compile(Adam(0.01), "binary_crossentropy")
    network.fit(multi_hot(documents_train, num_words), y_train[:, None], epochs=5, batch_size=64, rng=rng)
    probabilities: Array = network.predict(multi_hot(documents_test, num_words), batch_size=256)[:, 0]
    return probabilities


def project_topics(
    documents_train: list[list[int]],
    y_train: Array,
    documents_test: list[list[int]],
    num_words: int,
    classes: int,
    rng: np.random.Generator,
) -> Array:
    """Project: find the topic of a newswire, one of many.

    As for reviews, but with one output per class, and softmax_cross_entropy. No hidden layer may be much narrower than
    the output: what it drops cannot be recovered behind it. Some topics are ten times as frequent as others.

    75 of 100 test documents must be given their topic, 68 of 100 where they are those of Reuters. A start: 32 units
    with relu, Adam(0.01), 8 epochs in batches of 64.

    Args:
        documents_train: n documents, lists of word ids from 1 to num_words − 1 of any lengths (1 starts each document,
            2 stands for all rarer words); not modified. The course generates them, n = 1,400, once 200, each topic with
            some words of its own, or takes 6,000 of the newswires of Reuters where it has the file.
        y_train: their topics, from 0 to classes − 1, integers, shape (n,), in any order; not modified.
        documents_test: m further documents; not modified.
        num_words: the size of the vocabulary, 1,000 to 2,000.
        classes: the number of topics, 20 to 46.
        rng: the source of all randomness: weights, order of the batches. The same seed gives the same answer.

    Returns:
        The topics of the test documents, integers, shape (m,).
    """
    network = Sequential([Dense(32, "relu"), Dense(classes)])
    network.compile(Adam(0.01), "softmax_cross_entropy")
    network.fit(multi_hot(documents_train, num_words), y_train, epochs=8, batch_size=64, rng=rng)
    topics: Array = network.predict(multi_hot(documents_test, num_words), batch_size=256).argmax(axis=1)
    return topics


def project_prices(
    x_train: Array, y_train: Array, x_test: Array, k: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Project: predict a number from a few features, and know how wrong you are before you see the test.

    There are few samples, so one validation part would say little: k-fold cross-validation uses every sample once. For
    each fold train a new network on the others, with means and deviations of *those* alone, and measure

        error_i = 1/n_i Σ |prediction − target|        over the n_i samples of fold i

    in the targets' own unit. Then train on all of them, and predict the test samples. The samples may come sorted, so
    draw the folds. One output without activation; scaling the targets for training helps (scale the predictions back).

    Two things are judged. The mean error of the predictions must be at most 90 % of that of saying the training mean
    each time. And the mean of the fold errors must be an honest forecast of it: between 0.7 and 1.5 times the error on
    the test samples.

    Args:
        x_train: the features, of very different sizes, shape (n, f), floating; not modified. The course has 342
            patients, once 90, with 10 measurements each, or the houses of Boston where it has the file.
        y_train: the target of each sample, floating, shape (n,), in any order: how far a disease went in a year, or a
            price; not modified.
        x_test: further samples, shape (m, f); not modified.
        k: the number of folds, 3 to 6.
        rng: the source of all randomness: folds, weights, order of the batches. The same seed gives the same answer.

    Returns:
        (fold_errors, predictions): shapes (k,) and (m,), floating.
    """

    def predict(x: Array, y: Array, new: Array) -> Array:
        train, test = standardize(x, new)
        mean, std = y.mean(), y.std()
        network = Sequential([Dense(16, "relu"), Dense(1)])
        network.compile(Adam(0.01), "mean_squared_error")
        network.fit(train, ((y - mean) / std)[:, None], epochs=20, batch_size=16, rng=rng)
        predictions: Array = network.predict(test, batch_size=256)[:, 0] * std + mean
        return predictions

    errors = []
    for train, validation in k_fold(len(x_train), k, rng):
        predictions = predict(x_train[train], y_train[train], x_train[validation])
        errors.append(np.abs(predictions - y_train[validation]).mean())
    return np.array(errors), predict(x_train, y_train, x_test)
