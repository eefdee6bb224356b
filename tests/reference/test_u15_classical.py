"""The reference of classical machine learning against scikit-learn's estimators, on random data."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.ensemble import AdaBoostClassifier, GradientBoostingRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, mutual_info_score, pairwise
from sklearn.naive_bayes import BernoulliNB, GaussianNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import KernelCenterer, PolynomialFeatures
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn.utils.extmath import weighted_mode

from autograder.units.u15_classical.clear_splits import is_clear
from reference import u15_classical as reference

Array = np.ndarray[Any, Any]

SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.integers(1, 6)
METRICS = {"l1": "manhattan", "l2": "euclidean"}
few = settings(deadline=None, max_examples=15)


def _labels(rng: np.random.Generator, n: int, classes: int) -> Array:
    """Random labels, each at least twice."""
    return rng.permutation(
        np.concatenate([np.repeat(np.arange(classes), 2), rng.integers(0, classes, n - 2 * classes)])
    )


def _clear_table(seed: int, features: int, criterion: str = "gini") -> tuple[Array, Array]:
    """A table of some rows with one best split: scikit-learn breaks ties at random."""
    rng = np.random.default_rng(seed)
    y = rng.permutation([0, 1, 2, *rng.integers(0, 3, rng.integers(2, 18))])
    x = np.round(rng.standard_normal((len(y), features)) + 0.5 * y[:, None], 2)
    assume(is_clear(x, y, criterion))
    return x, y


@few
@given(
    seed=SEEDS, metric=st.sampled_from(["l1", "l2"]), k=st.integers(1, 6), n=st.integers(6, 20), m=SIZES, features=SIZES
)  # fmt: skip
def test_neighbours_are_those_of_scikit_learn(seed: int, metric: str, k: int, n: int, m: int, features: int) -> None:
    """Distances and predictions equal pairwise_distances and KNeighborsClassifier for both metrics and any k."""
    rng = np.random.default_rng(seed)
    x, y, x_test = rng.standard_normal((n, features)), rng.integers(0, 4, n), rng.standard_normal((m, features))
    got = reference.pairwise_distances(x_test, x, metric)
    np.testing.assert_allclose(got, pairwise.pairwise_distances(x_test, x, METRICS[metric]), rtol=1e-9)
    model = KNeighborsClassifier(k, metric=METRICS[metric], algorithm="brute").fit(x, y)
    np.testing.assert_array_equal(reference.nearest_neighbours(x, y, x_test, k, metric), model.predict(x_test))


@few
@given(seed=SEEDS, voters=SIZES, samples=SIZES, classes=SIZES)
def test_a_vote_is_the_mode_of_scikit_learn(seed: int, voters: int, samples: int, classes: int) -> None:
    """With equal weights weighted_mode gives the same labels, the smallest at a tie."""
    votes = np.random.default_rng(seed).integers(0, classes, (voters, samples))
    want, _ = weighted_mode(votes, np.ones(votes.shape), axis=0)
    np.testing.assert_array_equal(reference.majority_vote(votes), want[0])


def test_votes_and_neighbours_at_ties() -> None:
    """The smaller label wins a vote, and the earlier of equally near rows counts."""
    assert reference.majority_vote(np.array([[3, 0], [1, 2], [3, 2], [1, 0]])).tolist() == [1, 0]
    line, labels = np.array([[1.0], [-1.0]]), np.array([1, 0])
    assert reference.nearest_neighbours(line, labels, np.array([[0.0]])).tolist() == [1]


@few
@given(seed=SEEDS, n=st.integers(6, 20), m=SIZES, features=SIZES)
def test_gaussian_naive_bayes_is_that_of_scikit_learn(seed: int, n: int, m: int, features: int) -> None:
    """Log-posteriors equal GaussianNB's, with any smoothing."""
    rng = np.random.default_rng(seed)
    y = _labels(rng, n, 3)
    x, x_test = rng.standard_normal((n, features)) + y[:, None], 3 * rng.standard_normal((m, features))
    smoothing = float(rng.choice([1e-9, 0.1]))
    want = GaussianNB(var_smoothing=smoothing).fit(x, y).predict_log_proba(x_test)
    np.testing.assert_allclose(reference.gaussian_naive_bayes(x, y, x_test, smoothing), want, rtol=1e-8, atol=1e-8)


@few
@given(seed=SEEDS, alpha=st.floats(0.01, 5.0), n=st.integers(6, 20), m=SIZES, words=SIZES)
def test_naive_bayes_of_words_is_that_of_scikit_learn(seed: int, alpha: float, n: int, m: int, words: int) -> None:
    """Log-posteriors equal MultinomialNB's on counts, and BernoulliNB's on what is present."""
    rng = np.random.default_rng(seed)
    y, x, x_test = _labels(rng, n, 3), rng.integers(0, 4, (n, words)), rng.integers(0, 9, (m, words))
    want = MultinomialNB(alpha=alpha).fit(x, y).predict_log_proba(x_test)
    np.testing.assert_allclose(reference.multinomial_naive_bayes(x, y, x_test, alpha), want, atol=1e-9)
    x, x_test = np.minimum(x, 1), np.minimum(x_test, 1)
    want = BernoulliNB(alpha=alpha, binarize=None).fit(x, y).predict_log_proba(x_test)
    np.testing.assert_allclose(reference.bernoulli_naive_bayes(x, y, x_test, alpha), want, atol=1e-9)


@few
@given(seed=SEEDS, n=st.integers(6, 20), m=SIZES, classes=st.integers(1, 3), scale=st.sampled_from([1.0, 1000.0]))
def test_posterior_is_torchs_log_softmax(seed: int, n: int, m: int, classes: int, scale: float) -> None:
    """Bayes' rule is torch's log_softmax of log-likelihood plus the logarithm of each class's share."""
    rng = np.random.default_rng(seed)
    y, likelihood = _labels(rng, n, classes), -scale * rng.random((m, classes))
    shares = torch.bincount(torch.tensor(y)).double() / n
    want = torch.nn.functional.log_softmax(torch.tensor(likelihood) + shares.log(), dim=1)
    np.testing.assert_allclose(reference.log_posterior(y, likelihood), want.numpy(), rtol=1e-10, atol=1e-10)


def test_posterior_of_a_class_without_rows() -> None:
    """Its prior is 0, and the others share the rest; far likelihoods do not underflow."""
    got = reference.log_posterior(np.array([0, 2, 2, 2]), np.array([[-5000.0, -1.0, -5000.0]]))
    np.testing.assert_allclose(got, [[math.log(1 / 4), -math.inf, math.log(3 / 4)]])


@few
@given(seed=SEEDS, strength=st.sampled_from([0.0, 0.2]), n=st.integers(4, 15), features=SIZES)
def test_logistic_loss_is_that_of_scikit_learn(seed: int, strength: float, n: int, features: int) -> None:
    """The mean is log_loss of the probabilities, the penalty comes on top, and predictions are LogisticRegression's."""
    rng = np.random.default_rng(seed)
    x, y, w, b = rng.standard_normal((n, features)), _labels(rng, n, 2), rng.standard_normal(features), rng.normal()
    p = 1 / (1 + np.exp(-(x @ w + b)))
    want = log_loss(y, p) + strength * np.sum(w**2)
    assert reference.logistic_loss(x, y, w, b, strength) == pytest.approx(want, rel=1e-10)
    model = LogisticRegression().fit(x, y)
    model.coef_, model.intercept_ = w[None], np.array([b])
    np.testing.assert_array_equal(reference.logistic_predict(x, w, b), model.predict(x))


@settings(deadline=None, max_examples=5)
@given(seed=SEEDS, n=st.integers(10, 40), features=st.integers(1, 3))
def test_logistic_regression_goes_where_scikit_learn_goes(seed: int, n: int, features: int) -> None:
    """After many steps the penalised solution is LogisticRegression's, with C = 1 / (2 λ N)."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, features))
    y = np.where(np.arange(n) < 2, np.arange(n), x[:, 0] + rng.standard_normal(n) > 0.5).astype(int)
    w, b = reference.logistic_regression(x, y, 1.0, 400, 0.05)
    model = LogisticRegression(C=1 / (2 * 0.05 * n), tol=1e-10).fit(x, y)
    np.testing.assert_allclose([*w, b], [*model.coef_[0], model.intercept_[0]], atol=1e-6)


def test_logistic_regression_by_hand() -> None:
    """Two rows at 1 and 3 with labels 1 and 0: the first step goes by half of -(1 - 3) / 2, and b stays."""
    w, b = reference.logistic_regression(np.array([[1.0], [3.0]]), np.array([1, 0]), 1.0, 1)
    assert (w.tolist(), b) == ([-0.5], 0.0)


@settings(deadline=None, max_examples=5)
@given(seed=SEEDS, half=st.integers(8, 20), features=st.integers(1, 3))
def test_linear_svm_goes_where_scikit_learn_goes(seed: int, half: int, features: int) -> None:
    """After many small steps the objective is as low as SVC's with C = 1 / (2 λ N), to a hundredth."""
    rng = np.random.default_rng(seed)
    y = np.repeat([-1, 1], half)
    x, strength = rng.standard_normal((2 * half, features)) + 0.8 * y[:, None] + 0.5, 0.05

    def objective(w: Array, b: float) -> float:
        return float(np.maximum(0, 1 - y * (x @ w + b)).mean() + strength * np.sum(w**2))

    model = SVC(kernel="linear", C=1 / (2 * strength * len(x)), tol=1e-8).fit(x, y)
    best = objective(model.coef_[0], float(model.intercept_[0]))
    assert best * (1 - 1e-6) <= objective(*reference.linear_svm(x, y, 0.02, 3000, strength)) <= 1.01 * best


def test_linear_svm_rests_on_the_margin() -> None:
    """A row exactly on the margin has slope 0, so that nothing moves once both rows are there."""
    w, b = reference.linear_svm(np.array([[2.0], [-2.0]]), np.array([1, -1]), 0.25, 5, 0.0)
    assert (w.tolist(), b) == ([0.5], 0.0)


@few
@given(seed=SEEDS, gamma=st.floats(0.01, 2.0), n=SIZES, m=SIZES, features=SIZES)
def test_kernels_are_those_of_scikit_learn(seed: int, gamma: float, n: int, m: int, features: int) -> None:
    """The bell equals rbf_kernel, centring equals KernelCenterer, and distances are those of explicit features."""
    rng = np.random.default_rng(seed)
    a, b = rng.standard_normal((n, features)), rng.standard_normal((m, features))
    np.testing.assert_allclose(reference.rbf_kernel(a, b, gamma), pairwise.rbf_kernel(a, b, gamma), atol=1e-12)
    square = rng.standard_normal((n, n))
    np.testing.assert_allclose(reference.centre_kernel(square), KernelCenterer().fit_transform(square), atol=1e-12)
    expansion = PolynomialFeatures((2, 2), include_bias=False).fit(b)
    # (a · b)² is the product of all squares, and of all mixed products times the root of 2
    explicit = expansion.transform(b) * np.where(expansion.powers_.max(axis=1) == 2, 1, math.sqrt(2))
    got = reference.kernel_distance((b @ b.T) ** 2)
    np.testing.assert_allclose(got, pairwise.pairwise_distances(explicit), atol=1e-6)


def test_kernels_on_torch_tensors() -> None:
    """What is written against an array namespace gives the same on torch."""
    a, b = np.random.default_rng(3).standard_normal((2, 4, 3))
    for name, inputs in (
        ("pairwise_distances", (a, b)), ("rbf_kernel", (a, b, 0.5)), ("centre_kernel", (a @ b.T,)),
        ("kernel_distance", (a @ a.T,)), ("log_posterior", (np.array([0, 2, 1, 1]), a)),
    ):  # fmt: skip
        function = getattr(reference, name)
        tensors = [torch.tensor(each) if isinstance(each, np.ndarray) else each for each in inputs]
        np.testing.assert_allclose(function(*tensors).numpy(), function(*inputs), atol=1e-12)


@few
@given(seed=SEEDS, criterion=st.sampled_from(["gini", "entropy"]), features=st.integers(1, 4))
def test_splits_are_those_of_scikit_learn(seed: int, criterion: str, features: int) -> None:
    """Impurity of the root, and feature, threshold and gain of the best split, equal a tree's of depth 1."""
    x, y = _clear_table(seed, features, criterion)
    tree = DecisionTreeClassifier(max_depth=1, criterion=criterion).fit(x, y).tree_
    assert getattr(reference, criterion)(np.bincount(y)) == pytest.approx(tree.impurity[0])
    feature, threshold, gain = reference.best_split(x, y, criterion)
    np.testing.assert_allclose([feature, threshold], [tree.feature[0], tree.threshold[0]], atol=1e-6)
    shares = tree.n_node_samples[1:] / len(y)
    assert gain == pytest.approx(tree.impurity[0] - shares @ tree.impurity[1:], abs=1e-12)
    side = x[:, feature] <= threshold
    assert reference.information_gain(y, side) == pytest.approx(mutual_info_score(y, side) / math.log(2), abs=1e-12)


@few
@given(seed=SEEDS, features=st.integers(1, 4), m=SIZES)
def test_stumps_and_their_vote_are_those_of_scikit_learn(seed: int, features: int, m: int) -> None:
    """Predictions equal a tree's of depth 1, and a bag's are the most frequent labels of such trees."""
    x, y = _clear_table(seed, features)
    rng = np.random.default_rng(seed)
    x_test = np.round(rng.standard_normal((m, features)), 2) + 0.003
    tree = DecisionTreeClassifier(max_depth=1)
    np.testing.assert_array_equal(reference.decision_stump(x, y, x_test), tree.fit(x, y).predict(x_test))
    rows = np.array([drawn for drawn in rng.integers(0, len(x), (12, len(x))) if is_clear(x[drawn], y[drawn])])
    assume(len(rows) > 0)
    votes = np.array([tree.fit(x[drawn], y[drawn]).predict(x_test) for drawn in rows])
    want = [np.bincount(column).argmax() for column in votes.T]
    np.testing.assert_array_equal(reference.bagging(x, y, x_test, rows), want)


@few
@given(seed=SEEDS, features=st.integers(2, 5), bags=st.integers(1, 9), m=SIZES, data=st.data())
def test_bags_of_drawn_columns_are_votes_of_scikit_learn(
    seed: int, features: int, bags: int, m: int, data: st.DataObject
) -> None:
    """Where every stump sees columns of its own, it is a tree of depth 1 that is fitted to those columns alone."""
    x, y = _clear_table(seed, features)
    rng, seen = np.random.default_rng(seed), data.draw(st.integers(1, features))
    x_test = np.round(rng.standard_normal((m, features)), 2) + 0.003
    drawn = [(rng.integers(0, len(x), len(x)), rng.permutation(features)[:seen]) for _ in range(3 * bags)]
    clear = [(rows, columns) for rows, columns in drawn if is_clear(x[rows][:, columns], y[rows])][:bags]
    assume(len(clear) > 0)
    votes = [
        DecisionTreeClassifier(max_depth=1).fit(x[rows][:, columns], y[rows]).predict(x_test[:, columns])
        for rows, columns in clear
    ]
    rows, columns = (np.array(each) for each in zip(*clear, strict=True))
    want, _ = weighted_mode(np.array(votes), np.ones((len(votes), m)), axis=0)
    np.testing.assert_array_equal(reference.bagging(x, y, x_test, rows, columns), want[0])


def test_impurities_at_their_ends() -> None:
    """An empty group and a pure one have 0, equal shares have the most, for many groups at once."""
    counts = np.array([[[0, 0, 0, 0], [0, 7, 0, 0], [2, 2, 2, 2]]])
    np.testing.assert_allclose(reference.gini(counts), [[0, 0, 0.75]])
    np.testing.assert_allclose(reference.entropy(counts), [[0, 0, 2]])


@few
@given(seed=SEEDS, n=st.integers(4, 20), features=st.integers(1, 4))
def test_adaboost_is_that_of_scikit_learn(seed: int, n: int, features: int) -> None:
    """One estimator's error and weight, which scikit-learn has twice as large; then both kinds weigh one half."""
    rng = np.random.default_rng(seed)
    x, labels, given_weights = rng.standard_normal((n, features)), _labels(rng, n, 2), rng.uniform(0.1, 1, n)
    model = AdaBoostClassifier(DecisionTreeClassifier(max_depth=1), n_estimators=1).fit(x, labels, given_weights)
    correct = model.estimators_[0].predict(x) == labels
    assume(0.0 < correct.mean() < 1.0)
    alpha, weights = reference.adaboost_update(given_weights, correct)
    assert 2 * alpha == pytest.approx(model.estimator_weights_[0])
    assert weights[~correct].sum() == pytest.approx(0.5)


@few
@given(seed=SEEDS, n=st.integers(20, 40), features=st.integers(1, 3), m=SIZES)
def test_boosting_is_that_of_scikit_learn(seed: int, n: int, features: int, m: int) -> None:
    """A stump equals DecisionTreeRegressor's; their sum equals GradientBoostingRegressor's for depth 1."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, features)).astype(np.float32).astype(np.float64)
    y = np.sin(2 * x[:, 0]) + x[:, -1] + 0.1 * rng.standard_normal(n)
    x_test = rng.standard_normal((m, features))
    tree = DecisionTreeRegressor(max_depth=1).fit(x, y).tree_
    want = [tree.feature[0], tree.threshold[0], *tree.value[1:, 0, 0]]
    np.testing.assert_allclose(reference.regression_stump(x, y), want, rtol=1e-9)
    model = GradientBoostingRegressor(max_depth=1, n_estimators=4, learning_rate=0.3)
    got = reference.gradient_boosting(x, y, x_test, 4, 0.3)
    np.testing.assert_allclose(got, model.fit(x, y).predict(x_test), rtol=1e-9)


@few
@given(seed=SEEDS, steps=st.integers(1, 6), each=st.integers(4, 12), features=st.integers(1, 4))
def test_k_means_is_that_of_scikit_learn(seed: int, steps: int, each: int, features: int) -> None:
    """Centres and labels after some steps equal KMeans' from the same centres, where no cluster runs empty."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((3 * each, features)) + 4 * np.repeat(np.eye(3, features), each, axis=0)
    first = x[[0, each, 2 * each]]
    centres, labels = reference.k_means(x, first, steps)
    assume(len(set(labels.tolist())) == 3)
    model = KMeans(3, init=first, n_init=1, max_iter=steps, tol=0.0).fit(x)
    np.testing.assert_allclose(centres, model.cluster_centers_, atol=1e-9)
    np.testing.assert_array_equal(labels, model.labels_)


def test_k_means_at_ties_and_with_an_empty_cluster() -> None:
    """The smaller index takes an equally near row; a centre without rows stays."""
    centres, labels = reference.k_means(np.array([[0.0], [2.0], [4.0]]), np.array([[0.0], [4.0], [99.0]]), 1)
    assert (centres.tolist(), labels.tolist()) == ([[1.0], [4.0], [99.0]], [0, 0, 1])
