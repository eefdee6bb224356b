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

from .neighbours import Array, Scalar, majority_vote, nearest_neighbours, pairwise_distances
from .bayes import bernoulli_naive_bayes, gaussian_naive_bayes, log_posterior, multinomial_naive_bayes
from .logistic import logistic_loss, logistic_predict, logistic_regression
from .kernels import centre_kernel, kernel_distance, rbf_kernel
from .margins import linear_svm
from .impurity import entropy, gini, information_gain
from .trees import best_split, decision_stump
from .forests import bagging
from .boosting import adaboost_update, gradient_boosting, regression_stump
from .clusters import k_means

__all__ = [
    "Array",
    "Scalar",
    "adaboost_update",
    "bagging",
    "bernoulli_naive_bayes",
    "best_split",
    "centre_kernel",
    "decision_stump",
    "entropy",
    "gaussian_naive_bayes",
    "gini",
    "gradient_boosting",
    "information_gain",
    "k_means",
    "kernel_distance",
    "linear_svm",
    "log_posterior",
    "logistic_loss",
    "logistic_predict",
    "logistic_regression",
    "majority_vote",
    "multinomial_naive_bayes",
    "nearest_neighbours",
    "pairwise_distances",
    "rbf_kernel",
    "regression_stump",
]
