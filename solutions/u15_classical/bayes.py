"""Bayes' rule with features that are taken to be independent."""

from __future__ import annotations

import numpy as np

from .neighbours import Array

__all__ = ["bernoulli_naive_bayes", "gaussian_naive_bayes", "log_posterior", "multinomial_naive_bayes"]


def log_posterior(y_train: Array, log_likelihood: Array) -> Array:
    """Turn likelihoods into the probability of every class, by Bayes' rule in log space.

        log P(c | x) = log P(c) + log P(x | c) - log Σ_d P(d) P(x | d)
        P(c) = share of the training rows with label c

    The likelihoods may be as small as e^-100000: take the largest term out of the sum before you exponentiate.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_train: labels of the training rows, integers 0 … C - 1, shape (N,), N >= 1; not modified.
        log_likelihood: log P(x | c), one row per sample and one column per class, shape (M, C), finite, any
            magnitude; not modified.

    Returns:
        log P(c | x), shape and dtype as `log_likelihood`; exp of a row sums to 1. A class without training rows has
        prior 0 and gets -inf.

    Raises:
        ValueError: a label in `y_train` is C or more.
    """
    classes = log_likelihood.shape[1]
    counts = np.bincount(y_train, minlength=classes)
    if len(counts) > classes:
        raise ValueError(f"y_train: got label {len(counts) - 1}, want less than {classes}, the columns of likelihoods")
    with np.errstate(divide="ignore"):
        log_prior = np.log(counts / len(y_train)).astype(log_likelihood.dtype)
    joint = log_likelihood + log_prior
    shifted = joint - joint.max(axis=1, keepdims=True)
    posterior: Array = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return posterior


def gaussian_naive_bayes(x_train: Array, y_train: Array, x_test: Array, var_smoothing: float = 1e-9) -> Array:
    """Classify real numbers: in each class every feature has its own normal distribution.

        μ_cf = mean, σ²_cf = variance of feature f over the rows of class c   (divide by the number of rows)
        s²_cf = σ²_cf + var_smoothing · (largest variance of a feature over all rows of x_train)
        log P(x | c) = -1/2 Σ_f [ (x_f - μ_cf)² / s²_cf + log(2π s²_cf) ]

    and then Bayes' rule as in `log_posterior`, with the shares of the classes as priors. The second line keeps a
    feature that is constant in a class from having variance 0.

    Works on whole arrays: no Python loop over the rows (one over the classes is fine).

    Args:
        x_train: shape (N, F), floating; at least one feature varies; not modified.
        y_train: labels 0 … C - 1, integers, shape (N,), C the largest label plus 1; not modified.
        x_test: shape (M, F), of the dtype of `x_train`; not modified.
        var_smoothing: the share of the largest variance that is added to all, > 0.

    Returns:
        log P(c | x), shape (M, C), the dtype of `x_test`.

    Raises:
        ValueError: a class from 0 to the largest label has no row in `y_train`.
    """
    counts = np.bincount(y_train)
    if not counts.all():
        raise ValueError(f"y_train: got no row of class {int(counts.argmin())}, want rows of every class")
    groups = [x_train[y_train == label] for label in range(len(counts))]
    means = np.stack([group.mean(axis=0) for group in groups])
    variances = np.stack([group.var(axis=0) for group in groups])
    variances += var_smoothing * x_train.var(axis=0).max()
    deviation = x_test[:, None, :] - means
    terms = np.square(deviation) / variances + np.log(2 * np.pi * variances)
    return log_posterior(y_train, -terms.sum(axis=-1) / 2)


def bernoulli_naive_bayes(x_train: Array, y_train: Array, x_test: Array, alpha: float = 1.0) -> Array:
    """Classify by which words occur: in each class every word has a probability of being there.

        p_cf = (rows of class c that have f + alpha) / (rows of class c + 2 alpha)
        log P(x | c) = Σ_f [ x_f log p_cf + (1 - x_f) log(1 - p_cf) ]

    and then Bayes' rule as in `log_posterior`. A word that is absent is evidence too: that is the second term.

    Works on whole arrays: no Python loop over the rows (one over the classes is fine).

    Args:
        x_train: 1 where the row has the word, else 0, integers or floating, shape (N, F); not modified.
        y_train: labels 0 … C - 1, integers, shape (N,), C the largest label plus 1, every class with rows; not
            modified.
        x_test: zeros and ones, shape (M, F), of the dtype of `x_train`; not modified.
        alpha: imaginary rows of each class with the word, and as many without it, > 0.

    Returns:
        log P(c | x), shape (M, C), the dtype of `x_test` (float64 for integers).

    Raises:
        ValueError: `alpha` is not positive.
    """
    if alpha <= 0:
        raise ValueError(f"alpha: got {alpha}, want a positive number")
    groups = [x_train[y_train == label] for label in range(y_train.max() + 1)]
    present = np.stack([(group.sum(axis=0) + alpha) / (len(group) + 2 * alpha) for group in groups])
    return log_posterior(y_train, x_test @ np.log(present).T + (1 - x_test) @ np.log1p(-present).T)


def multinomial_naive_bayes(x_train: Array, y_train: Array, x_test: Array, alpha: float = 1.0) -> Array:
    """Classify by how often words occur: each class draws its words from its own distribution.

        n_cf = how often word f occurs in all rows of class c together
        θ_cf = (n_cf + alpha) / (Σ_g n_cg + alpha · F)        (g runs over all F words)
        log P(x | c) = Σ_f x_f log θ_cf        (up to a number that is the same for all classes)

    and then Bayes' rule as in `log_posterior`. alpha = 1 is Laplace's rule: without it one word that a class has
    never seen would rule the class out.

    Works on whole arrays: no Python loop over the rows (one over the classes is fine).

    Args:
        x_train: word counts >= 0, integers or floating, shape (N, F); not modified.
        y_train: labels 0 … C - 1, integers, shape (N,), C the largest label plus 1, every class with rows; not
            modified.
        x_test: word counts, shape (M, F), of the dtype of `x_train`; not modified.
        alpha: imaginary occurrences of each word in each class, > 0.

    Returns:
        log P(c | x), shape (M, C), the dtype of `x_test` (float64 for integers).

    Raises:
        ValueError: `alpha` is not positive.
    """
    if alpha <= 0:
        raise ValueError(f"alpha: got {alpha}, want a positive number")
    counts = np.stack([x_train[y_train == label].sum(axis=0) for label in range(y_train.max() + 1)]) + alpha
    return log_posterior(y_train, x_test @ np.log(counts / counts.sum(axis=1, keepdims=True)).T)
