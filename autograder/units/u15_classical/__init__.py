"""Assessment of classical: neighbours, naive Bayes, linear models, kernels, trees, ensembles, clusters."""

from __future__ import annotations

from autograder.units.u15_classical import (
    bayes,
    boosting,
    impurity,
    k_means,
    kernels,
    logistic,
    neighbours,
    svm,
    trees,
    words,
)

EXERCISES = [
    neighbours.pairwise_distances,
    neighbours.majority_vote,
    neighbours.nearest_neighbours,
    bayes.log_posterior,
    bayes.gaussian_naive_bayes,
    words.bernoulli_naive_bayes,
    words.multinomial_naive_bayes,
    logistic.logistic_loss,
    logistic.logistic_predict,
    logistic.logistic_regression,
    kernels.rbf_kernel,
    kernels.kernel_distance,
    kernels.centre_kernel,
    svm.linear_svm,
    impurity.gini,
    impurity.entropy,
    impurity.information_gain,
    trees.best_split,
    trees.decision_stump,
    trees.bagging,
    boosting.adaboost_update,
    boosting.regression_stump,
    boosting.gradient_boosting,
    k_means.k_means,
]
