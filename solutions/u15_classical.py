"""Classical machine learning: what was learnt from data before networks were deep.

Each method here makes one assumption about the data and gets far with it. All
of them are still the first thing to try on a table of numbers, and each lives
on inside deep learning: the score of a neuron is logistic regression, its loss
a likelihood, its attention a kernel, its ensembles bagging.

    neighbours    near in x means near in y. Nothing is learnt; every
                  prediction searches the training set. Not for images: one
                  pixel's shift is farther in L2 than another object is, and
                  all distances become alike when there are many dimensions.
    naive Bayes   P(y | x) ∝ P(y) Π_f P(x_f | y): given the class, features
                  are independent. Wrong, fast, and often good enough.
    linear model  P(y = 1 | x) = σ(x · w + b), found by gradient descent; the
                  support vector machine asks for a margin instead of a
                  probability, and is found by sub-gradient descent.
    kernels       a dot product in a space that nobody has to visit:
                  k(a, b) = φ(a) · φ(b), so distances and means there are sums
                  of kernel values.
    trees         questions "is feature f at most t?", each the one that makes
                  the two sides purest. A tree with one question is a stump.
    ensembles     bagging: the vote of trees on resampled rows is steadier
                  than each tree (variance falls). Boosting: each stump
                  corrects the sum of those before it (bias falls).
    k-means       no labels: alternate between "who is nearest?" and "where is
                  the middle?"; the sum of squared distances never rises.

Bayes, in log space: a product of a thousand probabilities is 0 in floating
point; the sum of their logarithms is not.

    log P(c | x) = log P(c) + log P(x | c) - log Σ_d P(d) P(x | d)

Impurity of shares p of the classes, and what a question is worth:

    gini = 1 - Σ p²      entropy = -Σ p log2 p
    gain = I(parent) - n_left/n I(left) - n_right/n I(right)

Boosting for squared error, F_0 = mean of y, and in each round

    residual = y - F        F = F + lr · stump(x; residual)

Convention card
  * Rows are samples: x is (N, F). Class labels are integers 0 … C - 1; the
    support vector machine has -1 and +1. Labels come back as integers.
  * Ties. In a vote the smaller label wins. Among equally near rows the earlier
    counts, among equally near centres the one with the smaller index. Among
    equally good splits: the smaller feature, then the smaller threshold.
  * A threshold is halfway between two neighbouring different values of a
    feature; a row with x <= threshold goes left.
  * Linear models start from zero weights, use all rows in every step, and
    average over rows. The penalty λ Σ w² is added once; the bias is free.
  * Nothing is random: resampled rows and first centres are arguments.
  * float32 in, float32 out; float64 in, float64 out; integers are computed in
    float64. No argument is changed.
  * Bad input raises ValueError, and its text names the argument.

To read: Hastie, Tibshirani and Friedman, "The Elements of Statistical
Learning" (2nd edition, 2009), chapters 4, 9, 10 and 12 to 14; scikit-learn's
user guide, whose estimators for neighbours, naive Bayes and trees give the same
numbers as the exercises here, ties apart.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Scalar = np.floating[Any]


def pairwise_distances(a: Array, b: Array, metric: str = "l2") -> Array:
    """Measure how far every row of one array is from every row of another.

        l2: d_ij = √ Σ_f (a_if - b_jf)²        l1: d_ij = Σ_f |a_if - b_jf|

    Subtract before you square: |a|² + |b|² - 2 a·b is cheaper, but loses its digits, and may fall below 0,
    where rows lie close together far from the origin. Rows that are equal have distance 0 exactly.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        a: shape (N, F), any dtype; bytes too, whose differences wrap around if they are not made floating first;
            not modified.
        b: shape (M, F), of the dtype of `a`; not modified.
        metric: "l2" or "l1".

    Returns:
        Distances, shape (N, M), the dtype of `a` (float64 for integers).

    Raises:
        ValueError: `metric` is neither, or `b` does not have as many columns as `a`.
    """
    if metric not in ("l1", "l2"):
        raise ValueError(f"metric: got {metric!r}, want 'l1' or 'l2'")
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"b: got {b.shape[1]} columns, want {a.shape[1]} as in a")
    dtype = a.dtype if a.dtype.kind == "f" else np.float64
    difference = np.subtract(a[:, None, :], b, dtype=dtype)
    distances: Array
    distances = np.sqrt(np.square(difference).sum(axis=-1)) if metric == "l2" else np.abs(difference).sum(axis=-1)
    return distances


def majority_vote(votes: Array) -> Array:
    """Give every sample the label that most voters gave it.

    Several labels may have the most votes: then the smallest of them wins.

    Works on whole arrays: no Python loop over the samples.

    Args:
        votes: labels, integers >= 0, shape (V, N): one row per voter, one column per sample, V, N >= 1; not
            modified.

    Returns:
        Labels, integers, shape (N,).

    Raises:
        ValueError: `votes` does not have two axes.
    """
    if votes.ndim != 2:
        raise ValueError(f"votes: got shape {votes.shape}, want two axes (voters, samples)")
    labels = np.arange(votes.max() + 1)
    counts = (votes[:, :, None] == labels).sum(axis=0)
    winners: Array = counts.argmax(axis=1)
    return winners


def nearest_neighbours(x_train: Array, y_train: Array, x_test: Array, k: int = 1, metric: str = "l2") -> Array:
    """Label every row with the vote of its k nearest training rows.

    Of equally near training rows the earlier one counts as nearer; of labels with equally many votes the smaller
    wins. All k votes weigh the same. A row of `x_test` that is also a training row finds itself at distance 0, and
    that vote counts.

    Works on whole arrays: no Python loop over the test rows.

    Args:
        x_train: shape (N, F); not modified.
        y_train: labels, integers >= 0, shape (N,); not modified.
        x_test: shape (M, F); not modified.
        k: how many neighbours vote, 1 … N.
        metric: "l2" or "l1", as in `pairwise_distances`.

    Returns:
        Labels, integers, shape (M,).

    Raises:
        ValueError: `k` is not in 1 … N.
    """
    if not 1 <= k <= len(x_train):
        raise ValueError(f"k: got {k}, want 1 to {len(x_train)}, the number of training rows")
    distances = pairwise_distances(x_test, x_train, metric)
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :k]
    return majority_vote(y_train[nearest].T)


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


def logistic_loss(x: Array, y: Array, w: Array, b: float, strength: float = 0.0) -> Scalar:
    """Measure how badly a linear model's probabilities fit two classes.

        z = x · w + b        p = σ(z)
        L = -1/N Σ_rows [ y log p + (1 - y) log(1 - p) ] + λ Σ w²

    Finite and right for scores of any size: log σ(z) = -log(1 + e^-z), and NumPy has `logaddexp`.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: shape (N, F), floating, N >= 1; not modified.
        y: labels 0 and 1, integers, shape (N,); not modified.
        w: weights, shape (F,), of the dtype of `x`; not modified.
        b: the bias; it is not penalised.
        strength: λ >= 0.

    Returns:
        L, a scalar (no axes) of the dtype of `x`.

    Raises:
        ValueError: a label in `y` is neither 0 nor 1.
    """
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"y: got labels {np.unique(y).tolist()}, want 0 and 1")
    scores = x @ w + b
    loss: Scalar = np.logaddexp(0, np.where(y == 1, -scores, scores)).mean() + strength * np.sum(w * w)
    return loss


def logistic_predict(x: Array, w: Array, b: float) -> Array:
    """Decide for the more probable of two classes.

        label = 1 where σ(x · w + b) > 1/2, else 0        (exactly 1/2 gives 0)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: shape (N, F), floating; not modified.
        w: weights, shape (F,); not modified.
        b: the bias.

    Returns:
        Labels 0 and 1, integers, shape (N,).

    Raises:
        ValueError: `w` does not have as many entries as `x` has columns.
    """
    if w.shape != x.shape[1:]:
        raise ValueError(f"w: got shape {w.shape}, want {x.shape[1:]}, one weight per column of x")
    return (x @ w + b > 0).astype(np.int64)


def logistic_regression(x: Array, y: Array, lr: float, steps: int, strength: float = 0.0) -> tuple[Array, Scalar]:
    """Fit a linear model of two classes by gradient descent on `logistic_loss`.

    Start with w = 0, b = 0. In every step, with all rows and with the w and b from before the step:

        p = σ(x · w + b)
        w = w - lr · ( 1/N Σ_rows (p - y) x + 2λ w )
        b = b - lr · 1/N Σ_rows (p - y)

    Works on whole arrays: no Python loop over their rows (one over the steps is fine).

    Args:
        x: shape (N, F), floating, N >= 1; not modified.
        y: labels 0 and 1, integers, shape (N,); not modified.
        lr: the learning rate, > 0.
        steps: how many steps, >= 0.
        strength: λ >= 0; the bias is not penalised.

    Returns:
        (w, b) after the last step: shape (F,), and a scalar, both of the dtype of `x`.

    Raises:
        ValueError: a label in `y` is neither 0 nor 1.
    """
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"y: got labels {np.unique(y).tolist()}, want 0 and 1")
    w, b = np.zeros(x.shape[1], x.dtype), x.dtype.type(0)
    targets = y.astype(x.dtype)
    for _ in range(steps):
        error = np.exp(-np.logaddexp(0, -(x @ w + b))) - targets
        w = w - lr * (error @ x / len(x) + 2 * strength * w)
        b = b - lr * error.mean()
    return w, b


def rbf_kernel(a: Array, b: Array, gamma: float) -> Array:
    """Compare every row of one array with every row of another: 1 where equal, towards 0 where far apart.

        k_ij = exp(-gamma · |a_i - b_j|²)        (gamma = 1 / (2 σ²) for a bell of width σ)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        a: shape (N, F), floating; not modified.
        b: shape (M, F), of the dtype of `a`; not modified.
        gamma: how fast likeness falls, > 0.

    Returns:
        Kernel values in [0, 1], shape (N, M), the dtype of `a`.

    Raises:
        ValueError: `gamma` is not positive.
    """
    if gamma <= 0:
        raise ValueError(f"gamma: got {gamma}, want a positive number")
    squared = np.square(a[:, None, :] - b[None, :, :]).sum(axis=-1)
    kernel: Array = np.exp(-gamma * squared)
    return kernel


def kernel_distance(gram: Array) -> Array:
    """Measure distances in the feature space of a kernel, from the kernel's values alone.

        d_ij = |φ(x_i) - φ(x_j)| = √( k_ii - 2 k_ij + k_jj )

    Rounding can make the sum a little less than 0: then the distance is 0.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        gram: k_ij of every pair of N rows, shape (N, N), symmetric, floating; any diagonal >= 0; not modified.

    Returns:
        Distances, shape and dtype as `gram`; never nan.

    Raises:
        ValueError: `gram` is not square.
    """
    if gram.ndim != 2 or gram.shape[0] != gram.shape[1]:
        raise ValueError(f"gram: got shape {gram.shape}, want a square matrix")
    norms = np.diagonal(gram)
    distances: Array = np.sqrt(np.maximum(norms[:, None] - 2 * gram + norms, 0))
    return distances


def centre_kernel(gram: Array) -> Array:
    """Move the origin of a kernel's feature space into the mean of the data.

        k'_ij = (φ_i - φ̄) · (φ_j - φ̄) = k_ij - (mean of row i) - (mean of column j) + (mean of all)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        gram: shape (N, N), floating; a kernel's is symmetric, but the formula is the same without that; not
            modified.

    Returns:
        Centred values, a new array, shape and dtype as `gram`; every row and every column sums to 0.

    Raises:
        ValueError: `gram` is not square.
    """
    if gram.ndim != 2 or gram.shape[0] != gram.shape[1]:
        raise ValueError(f"gram: got shape {gram.shape}, want a square matrix")
    rows = gram.mean(axis=1, keepdims=True)
    columns = gram.mean(axis=0, keepdims=True)
    centred: Array = gram - rows - columns + gram.mean()
    return centred


def linear_svm(x: Array, y: Array, lr: float, steps: int, strength: float) -> tuple[Array, Scalar]:
    """Separate two classes with a margin, by sub-gradient descent on the hinge loss.

        L = 1/N Σ_rows max(0, 1 - y (x · w + b)) + λ Σ w²

    Start with w = 0, b = 0. A row is active where y (x · w + b) < 1: exactly on the margin it is not. In every
    step, with all rows and with the w and b from before the step:

        w = w - lr · ( 2λ w - 1/N Σ_active y x )
        b = b + lr · 1/N Σ_active y

    Works on whole arrays: no Python loop over their rows (one over the steps is fine).

    Args:
        x: shape (N, F), floating, N >= 1; not modified.
        y: labels -1 and +1, integers, shape (N,); not modified.
        lr: the learning rate, > 0, the same in every step.
        steps: how many steps, >= 0.
        strength: λ >= 0; the bias is not penalised.

    Returns:
        (w, b) after the last step: shape (F,), and a scalar, both of the dtype of `x`.

    Raises:
        ValueError: a label in `y` is neither -1 nor +1.
    """
    if not np.isin(y, (-1, 1)).all():
        raise ValueError(f"y: got labels {np.unique(y).tolist()}, want -1 and +1")
    w, b = np.zeros(x.shape[1], x.dtype), x.dtype.type(0)
    targets = y.astype(x.dtype)
    for _ in range(steps):
        pull = targets * (targets * (x @ w + b) < 1)
        w = w - lr * (2 * strength * w - pull @ x / len(x))
        b = b + lr * pull.mean()
    return w, b


def gini(counts: Array) -> Array:
    """Measure how mixed groups of labels are: the chance that two draws with replacement differ.

        gini = 1 - Σ_c p_c²        p_c = counts_c / Σ counts

    0 for one class only, and 1 - 1/C for C classes with equal shares. An empty group has 0.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        counts: how many labels of each class, numbers >= 0, shape (..., C): one group, or many; not modified.

    Returns:
        Gini impurity of each group, shape (...), a scalar for one group; float64, or float32 for float32 counts.

    Raises:
        ValueError: one of `counts` is negative.
    """
    if (counts < 0).any():
        raise ValueError(f"counts: got {counts.min()}, want numbers >= 0")
    total = counts.sum(axis=-1, keepdims=True)
    shares = counts / np.where(total > 0, total, 1)
    impurity: Array = (shares * (1 - shares)).sum(axis=-1)
    return impurity


def entropy(counts: Array) -> Array:
    """Measure how mixed groups of labels are: the bits it takes to tell the label of a draw.

        entropy = -Σ_c p_c log2 p_c        p_c = counts_c / Σ counts, and 0 log2 0 = 0

    0 for one class only, and log2 C for C classes with equal shares. An empty group has 0. Exact: nothing is added
    to p.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        counts: how many labels of each class, numbers >= 0, shape (..., C): one group, or many; not modified.

    Returns:
        Entropy of each group in bits, shape (...), a scalar for one group; float64, or float32 for float32 counts.

    Raises:
        ValueError: one of `counts` is negative.
    """
    if (counts < 0).any():
        raise ValueError(f"counts: got {counts.min()}, want numbers >= 0")
    total = counts.sum(axis=-1, keepdims=True)
    shares = counts / np.where(total > 0, total, 1)
    bits: Array = -(shares * np.log2(np.where(shares > 0, shares, 1))).sum(axis=-1)
    return bits


def information_gain(y: Array, left: Array) -> Scalar:
    """Measure how many bits a yes-or-no question tells about the label.

        gain = H(y) - n_left/n H(y_left) - n_right/n H(y_right)        H is `entropy`

    A side may be empty: it weighs nothing, and the gain is 0.

    Works on whole arrays: no Python loop over their elements.

    Args:
        y: labels, integers >= 0, shape (N,), N >= 1; not modified.
        left: booleans, shape (N,): True for the rows that go left; not modified.

    Returns:
        The gain in bits, a number >= 0 (up to rounding).

    Raises:
        ValueError: `left` does not have the shape of `y`.
    """
    if left.shape != y.shape:
        raise ValueError(f"left: got shape {left.shape}, want {y.shape} as y")
    classes = y.max() + 1
    sides = np.stack([np.bincount(y[side], minlength=classes) for side in (left, ~left)])
    gain: Scalar = entropy(sides.sum(axis=0)) - sides.sum(axis=1) / len(y) @ entropy(sides)
    return gain


def best_split(x: Array, y: Array, criterion: str = "gini") -> tuple[int, Scalar, Scalar]:
    """Find the question "is feature f at most t?" that makes the labels purest.

        gain = I(all) - n_left/n I(left) - n_right/n I(right)        I is `gini` or `entropy`

    Tried are all features, and for each the thresholds t halfway between two neighbouring different values,
    (smaller + larger) / 2; rows with x_f <= t go left. The largest gain wins, also where it is 0; of equal gains the
    smaller feature, then the smaller threshold.

    Args:
        x: shape (N, F), float64; not modified.
        y: labels, integers >= 0, shape (N,); not modified.
        criterion: "gini" or "entropy".

    Returns:
        (feature, threshold, gain): an integer and two floats.

    Raises:
        ValueError: `criterion` is neither; or no feature of `x` has two different values.
    """
    if criterion not in ("gini", "entropy"):
        raise ValueError(f"criterion: got {criterion!r}, want 'gini' or 'entropy'")
    impurity = gini if criterion == "gini" else entropy
    one_hot = np.eye(y.max() + 1)[y]
    total = one_hot.sum(axis=0)
    best: tuple[int, Any, Any] = (-1, 0.0, -np.inf)
    for feature, column in enumerate(x.T):
        order = np.argsort(column)
        values = column[order]
        last = np.flatnonzero(values[1:] > values[:-1])  # last rows that go left; equal values stay together
        left = one_hot[order].cumsum(axis=0)[last]
        share = (last + 1) / len(y)
        gains = impurity(total) - share * impurity(left) - (1 - share) * impurity(total - left)
        if len(last) and gains.max() > best[2]:
            cut = last[gains.argmax()]
            best = (feature, (values[cut] + values[cut + 1]) / 2, gains.max())
    if best[0] < 0:
        raise ValueError("x: got no feature with two different values, want one to split at")
    return best


def decision_stump(x_train: Array, y_train: Array, x_test: Array) -> Array:
    """Classify with a tree of a single question: the best split by Gini impurity.

    Each side of the split answers with the most frequent label of its training rows, of equally frequent ones the
    smallest. Rows with x <= threshold go left. Where no feature of `x_train` has two different values there is no
    question to ask, and all training rows together give the one answer.

    Args:
        x_train: shape (N, F), float64, N >= 1; not modified.
        y_train: labels, integers >= 0, shape (N,); not modified.
        x_test: shape (M, F), float64; not modified.

    Returns:
        Labels, integers, shape (M,).

    Raises:
        ValueError: `y_train` does not have one label per row of `x_train`.
    """
    if len(y_train) != len(x_train):
        raise ValueError(f"y_train: got {len(y_train)} labels, want {len(x_train)}, one per row of x_train")
    if (x_train == x_train[0]).all():
        return np.full(len(x_test), np.bincount(y_train).argmax())
    feature, threshold, _ = best_split(x_train, y_train)
    left = x_train[:, feature] <= threshold
    below, above = (np.bincount(y_train[side]).argmax() for side in (left, ~left))
    return np.where(x_test[:, feature] <= threshold, below, above)


def bagging(x_train: Array, y_train: Array, x_test: Array, rows: Array, columns: Array | None = None) -> Array:
    """Let stumps vote that were each trained on other rows (bagging) and other columns (a random forest).

    Stump number b is a `decision_stump` on the training rows `rows[b]`, in which a row may occur several times, and
    sees only the features `columns[b]`. The prediction is the `majority_vote` of the B stumps: of equally frequent
    labels the smallest.

    Args:
        x_train: shape (N, F), float64; not modified.
        y_train: labels, integers >= 0, shape (N,); not modified.
        x_test: shape (M, F), float64; not modified.
        rows: bootstrap samples: indices of training rows, integers 0 … N - 1, shape (B, S), B, S >= 1; not modified.
        columns: indices of features, integers 0 … F - 1, shape (B, G), in the order in which the stump sees them;
            None: every stump sees all features; not modified.

    Returns:
        Labels, integers, shape (M,).

    Raises:
        ValueError: one of `rows` is not in 0 … N - 1.
    """
    if (rows < 0).any() or (rows >= len(x_train)).any():
        raise ValueError(f"rows: got indices {rows.min()} to {rows.max()}, want 0 to {len(x_train) - 1}")
    seen = np.tile(np.arange(x_train.shape[1]), (len(rows), 1)) if columns is None else columns
    votes = [decision_stump(x_train[np.ix_(r, c)], y_train[r], x_test[:, c]) for r, c in zip(rows, seen, strict=True)]
    return majority_vote(np.stack(votes))


def adaboost_update(weights: Array, correct: Array) -> tuple[Scalar, Array]:
    """Weigh a classifier by its error, and make the rows that it got wrong heavier (AdaBoost for two classes).

        err = Σ_wrong w_i / Σ w_i, moved into [1e-10, 1 - 1e-10]     (in double precision: in single, 1 - 1e-10 is 1)
        alpha = 1/2 ln((1 - err) / err)
        w_i = w_i e^-alpha where it was right, w_i e^alpha where it was wrong; then divided by their sum

    Works on whole arrays: no Python loop over their elements.

    Args:
        weights: weights of the rows, > 0, shape (N,), floating; they need not sum to 1; not modified.
        correct: booleans, shape (N,): where the classifier was right; not modified.

    Returns:
        (alpha, new weights): a scalar and shape (N,), of the dtype of `weights`. The new weights sum to 1.

    Raises:
        ValueError: `correct` does not have the shape of `weights`.
    """
    if correct.shape != weights.shape:
        raise ValueError(f"correct: got shape {correct.shape}, want {weights.shape} as weights")
    error = np.clip(float(weights[~correct].sum() / weights.sum()), 1e-10, 1 - 1e-10)
    alpha = weights.dtype.type(np.log((1 - error) / error) / 2)
    raised = weights * np.exp(np.where(correct, -alpha, alpha))
    return alpha, raised / raised.sum()


def regression_stump(x: Array, y: Array) -> tuple[int, Scalar, Scalar, Scalar]:
    """Fit a step to numbers: one question, and a mean on either side.

        minimise  Σ_left (y - ȳ_left)² + Σ_right (y - ȳ_right)²

    Tried are all features, and for each the thresholds halfway between two neighbouring different values; rows with
    x_f <= threshold go left. Of equally good splits the smaller feature, then the smaller threshold wins.

    Args:
        x: shape (N, F), floating; not modified.
        y: targets, shape (N,), of the dtype of `x`; not modified.

    Returns:
        (feature, threshold, left value, right value): an integer, and three scalars of the dtype of `x`; the values
        are the means ȳ of the two sides.

    Raises:
        ValueError: no feature of `x` has two different values.
    """
    centred = y - y.mean()
    best: tuple[int, Any] = (-1, 0.0)
    best_gain = -np.inf
    for feature, column in enumerate(x.T):
        order = np.argsort(column)
        values = column[order]
        last = np.flatnonzero(values[1:] > values[:-1])  # last rows that go left; equal values stay together
        n_left = last + 1
        # With Σ centred = 0 the squared error falls by S² / n_left + S² / n_right, S the left side's sum.
        gains = np.square(centred[order].cumsum()[last]) * (1 / n_left + 1 / (len(y) - n_left))
        if len(last) and gains.max() > best_gain:
            cut = last[gains.argmax()]
            best, best_gain = (feature, (values[cut] + values[cut + 1]) / 2), gains.max()
    if best[0] < 0:
        raise ValueError("x: got no feature with two different values, want one to split at")
    left = x[:, best[0]] <= best[1]
    return *best, y[left].mean(), y[~left].mean()


def gradient_boosting(x_train: Array, y_train: Array, x_test: Array, rounds: int, lr: float) -> Array:
    """Predict numbers with a sum of stumps, each fitted to what the sum before it left over.

        F(x) = mean of y_train
        in every round:  residual_i = y_i - F(x_i) for the training rows
                         F(x) = F(x) + lr · stump(x), the `regression_stump` fitted to the residuals

    For the squared error 1/2 (y - F)² the residual is the negative gradient with respect to F: hence the name.

    Args:
        x_train: shape (N, F), floating; at least one feature varies; not modified.
        y_train: targets, shape (N,), of the dtype of `x_train`; not modified.
        x_test: shape (M, F), of the dtype of `x_train`; not modified.
        rounds: how many stumps, >= 0; with 0 the mean is predicted.
        lr: the learning rate (shrinkage), > 0.

    Returns:
        F of the test rows, shape (M,), the dtype of `x_train`.

    Raises:
        ValueError: `rounds` is negative.
    """
    if rounds < 0:
        raise ValueError(f"rounds: got {rounds}, want 0 or more")
    on_train = np.full(len(x_train), y_train.mean(), y_train.dtype)
    on_test = np.full(len(x_test), y_train.mean(), y_train.dtype)
    for _ in range(rounds):
        feature, threshold, left, right = regression_stump(x_train, y_train - on_train)
        for x, predictions in ((x_train, on_train), (x_test, on_test)):
            answers: Array = np.where(x[:, feature] <= threshold, left, right)
            predictions += lr * answers
    return on_test


def k_means(x: Array, centres: Array, steps: int) -> tuple[Array, Array]:
    """Find groups without labels: assign rows to centres, move centres into the middle of their rows (Lloyd).

        label_i = the k with the smallest |x_i - centre_k|, of equally near ones the smallest k
        centre_k = mean of the rows with label k        (a centre without rows stays where it is)

    Each step does the first line for all rows, then the second for all centres. The labels that are returned belong
    to the centres that are returned: after the last step rows are assigned once more.

    Works on whole arrays: no Python loop over the rows (one over steps or centres is fine).

    Args:
        x: shape (N, F), floating, N >= 1; not modified.
        centres: the first centres, shape (K, F), of the dtype of `x`; not modified.
        steps: how many steps, >= 0.

    Returns:
        (centres, labels): shape (K, F), the dtype of `x`; and integers, shape (N,).

    Raises:
        ValueError: `centres` does not have as many columns as `x`.
    """
    if centres.shape[1] != x.shape[1]:
        raise ValueError(f"centres: got {centres.shape[1]} columns, want {x.shape[1]} as in x")
    for _ in range(steps):
        nearest = pairwise_distances(x, centres).argmin(axis=1)
        members = (nearest == np.arange(len(centres))[:, None]).astype(x.dtype)
        sizes = members.sum(axis=1, keepdims=True)
        centres = np.where(sizes > 0, members @ x / np.maximum(sizes, 1), centres)
    return centres, pairwise_distances(x, centres).argmin(axis=1)
