"""Assessment of classical: the exercises in the order of the unit."""

from __future__ import annotations

from autograder.units import _classical_adaboost as adaboost
from autograder.units import _classical_bayes as bayes
from autograder.units import _classical_boosting as boosting
from autograder.units import _classical_clusters as clusters
from autograder.units import _classical_forest as forest
from autograder.units import _classical_impurity as impurity
from autograder.units import _classical_kernels as kernels
from autograder.units import _classical_linear as linear
from autograder.units import _classical_margin as margin
from autograder.units import _classical_neighbours as neighbours
from autograder.units import _classical_trees as trees
from autograder.units import _classical_words as words

EXERCISES = [
    neighbours.pairwise_distances,
    neighbours.majority_vote,
    neighbours.nearest_neighbours,
    bayes.log_posterior,
    bayes.gaussian_naive_bayes,
    words.bernoulli_naive_bayes,
    words.multinomial_naive_bayes,
    linear.logistic_loss,
    linear.logistic_predict,
    linear.logistic_regression,
    kernels.rbf_kernel,
    kernels.kernel_distance,
    kernels.centre_kernel,
    margin.linear_svm,
    impurity.gini,
    impurity.entropy,
    impurity.information_gain,
    trees.best_split,
    trees.decision_stump,
    forest.bagging,
    adaboost.adaboost_update,
    boosting.regression_stump,
    boosting.gradient_boosting,
    clusters.k_means,
]
