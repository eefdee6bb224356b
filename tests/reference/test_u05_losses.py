"""The reference of losses against torch.nn.functional, against Keras's formulas, and at its kinks and clips."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from reference import u05_losses as reference

functional: Any = torch.nn.functional
Function = Callable[..., Any]

SHAPES = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)
TABLES = st.tuples(st.integers(1, 4), st.integers(1, 4))
SEEDS = st.integers(0, 2**32 - 1)
PENALTIES: dict[str, Function] = {
    "l1_penalty": lambda w: reference.l1_penalty(w, 0.3),
    "l2_penalty": lambda w: reference.l2_penalty(w, 0.3),
    "elastic_net_penalty": lambda w: reference.elastic_net_penalty(w, 0.3, 0.07),
}
BY_TORCH: dict[str, Function] = {
    "mean_squared_error": lambda t, p: functional.mse_loss(p, t),
    "mean_absolute_error": lambda t, p: functional.l1_loss(p, t),
    "binary_crossentropy": lambda t, p: functional.binary_cross_entropy(p, t),
    "kl_divergence": lambda t, p: functional.kl_div(p.log(), t, reduction="sum") * p.shape[-1] / p.numel(),
    "poisson": lambda t, p: functional.poisson_nll_loss(p, t, log_input=False, eps=1e-7),
    "cosine_similarity": lambda t, p: -functional.cosine_similarity(p, t, dim=-1, eps=1e-12).mean(),
}


def _by_hinge_embedding(t: Any, p: Any) -> Any:
    """Torch's loss of the products of label and score, all of which are to be far from each other."""
    return functional.hinge_embedding_loss(t * p, -torch.ones_like(t), margin=1.0, reduction="none")


#: Of labels -1 and 1.
HINGES: dict[str, Function] = {
    "hinge": lambda t, p: _by_hinge_embedding(t, p).mean(),
    "squared_hinge": lambda t, p: (_by_hinge_embedding(t, p) ** 2).mean(),
}
BY_SCIKIT_LEARN: dict[str, Function] = {
    "mean_absolute_percentage_error": lambda t, p: 100 * metrics.mean_absolute_percentage_error(t, p),
    "mean_squared_logarithmic_error": metrics.mean_squared_log_error,
    "hinge": lambda t, p: metrics.hinge_loss(t > 0.5, 2 * p - 1),
}


def _hinge_labels(t: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return 2 * t - 1 if set(np.unique(t)) <= {0, 1} else t


#: Keras's own formulas (keras.losses), for one number per element or per row.
BY_KERAS: dict[str, Function] = {
    "mean_absolute_percentage_error": lambda t, p: 100 * np.abs((t - p) / np.maximum(np.abs(t), 1e-7)),
    "mean_squared_logarithmic_error": lambda t, p: np.square(
        np.log(np.maximum(p, 1e-7) + 1) - np.log(np.maximum(t, 1e-7) + 1)
    ),
    "log_cosh": lambda t, p: (p - t) + np.log1p(np.exp(-2 * (p - t))) - math.log(2),
    "hinge": lambda t, p: np.maximum(1 - _hinge_labels(np.sign(t)) * p, 0),
    "squared_hinge": lambda t, p: np.maximum(1 - _hinge_labels(np.sign(t)) * p, 0) ** 2,
}


def _positive(seed: int, shape: tuple[int, ...]) -> tuple[torch.Tensor, torch.Tensor]:
    """Two arrays with entries from 0.05 to 0.95."""
    rng = np.random.default_rng(seed)
    return torch.tensor(rng.uniform(0.05, 0.95, shape)), torch.tensor(rng.uniform(0.05, 0.95, shape))


def _gradient(function: Function, *arguments: Any, wrt: int = 1) -> np.ndarray[Any, Any]:
    """Gradient of a scalar with respect to one argument."""
    tensors = [torch.tensor(each) if isinstance(each, (list, np.ndarray)) else each for each in arguments]
    variable = tensors[wrt].detach().clone().requires_grad_()
    tensors[wrt] = variable
    (gradient,) = torch.autograd.grad(function(*tensors), variable)
    result: np.ndarray[Any, Any] = gradient.numpy()
    return result


def _assert_same(function: Function, other: Function, *arguments: Any, wrt: int = 1) -> None:
    np.testing.assert_allclose(function(*arguments), other(*arguments), rtol=1e-11, atol=1e-12)
    got, want = (_gradient(each, *arguments, wrt=wrt) for each in (function, other))
    np.testing.assert_allclose(got, want, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", BY_TORCH)
@settings(deadline=None, max_examples=25)
@given(shape=SHAPES, seed=SEEDS)
def test_losses_that_torch_has_equal_it(name: str, shape: tuple[int, ...], seed: int) -> None:
    """Value and gradient are those of torch.nn.functional for any shape, away from the clips."""
    _assert_same(getattr(reference, name), BY_TORCH[name], *_positive(seed, shape))


@pytest.mark.parametrize("name", HINGES)
@settings(deadline=None, max_examples=25)
@given(shape=SHAPES, seed=SEEDS)
def test_hinges_equal_torchs_hinge_embedding(name: str, shape: tuple[int, ...], seed: int) -> None:
    """Value and gradient for labels of -1 and 1 are those of torch's hinge_embedding_loss of label times score."""
    rng = np.random.default_rng(seed)
    labels, scores = torch.tensor(rng.choice([-1.0, 1.0], shape)), torch.tensor(2 * rng.standard_normal(shape))
    _assert_same(getattr(reference, name), HINGES[name], labels, scores)


@pytest.mark.parametrize("name", BY_SCIKIT_LEARN)
@settings(deadline=None, max_examples=25)
@given(n=st.integers(2, 12), seed=SEEDS)
def test_losses_that_scikit_learn_has_equal_it(name: str, n: int, seed: int) -> None:
    """The value is that of sklearn.metrics, away from the clips; hinge_loss takes two classes and decisions."""
    t, p = (each.numpy() for each in _positive(seed, (n,)))
    t[:2] = 0.25, 0.75  # hinge_loss wants both classes
    arguments = (np.where(t > 0.5, 1.0, -1.0), 2 * p - 1) if name == "hinge" else (t, p)
    assert getattr(reference, name)(*arguments) == pytest.approx(BY_SCIKIT_LEARN[name](t, p), rel=1e-9)


@settings(deadline=None, max_examples=25)
@given(n=st.integers(1, 8), classes=st.integers(3, 5), seed=SEEDS)
def test_categorical_hinge_equals_scikit_learn(n: int, classes: int, seed: int) -> None:
    """Where no score is negative it is hinge_loss of several classes, and a small step changes it by the gradient."""
    rng = np.random.default_rng(seed)
    labels, p, step = rng.integers(0, classes, n), 2 * rng.random((n, classes)), rng.standard_normal((n, classes))
    t = np.eye(classes)[labels]
    want = metrics.hinge_loss(labels, p, labels=range(classes))
    assert reference.categorical_hinge(t, p) == pytest.approx(want, rel=1e-9, abs=1e-12)
    eps = 1e-7
    change = (reference.categorical_hinge(t, p + eps * step) - reference.categorical_hinge(t, p - eps * step)) / 2 / eps
    assert (_gradient(reference.categorical_hinge, t, p) * step).sum() == pytest.approx(change, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("name", BY_KERAS)
@settings(deadline=None, max_examples=25)
@given(shape=SHAPES, seed=SEEDS)
def test_elementwise_losses_that_keras_has_equal_its_formula(name: str, shape: tuple[int, ...], seed: int) -> None:
    """The value is the mean of Keras's formula, and a small step changes it by the gradient."""
    rng = np.random.default_rng(seed)
    t, p, step = (rng.standard_normal(shape) for _ in range(3))
    t = np.sign(t) if "hinge" in name else t
    function = getattr(reference, name)
    np.testing.assert_allclose(function(t, p), BY_KERAS[name](t, p).mean(), rtol=1e-11)
    eps = 1e-7
    change = (function(t, p + eps * step) - function(t, p - eps * step)) / (2 * eps)
    scale = 1 + np.abs(BY_KERAS[name](t, p)).max()
    assert (_gradient(function, t, p) * step).sum() == pytest.approx(change, rel=1e-4, abs=1e-5 * scale)


@settings(deadline=None, max_examples=25)
@given(shape=TABLES, seed=SEEDS)
def test_crossentropies_of_probabilities_equal_torch(shape: tuple[int, int], seed: int) -> None:
    """Dividing rows by their sum is softmax of their logarithms, so torch's cross_entropy of logits is the truth."""
    target, p = _positive(seed, shape)
    labels = torch.tensor(np.random.default_rng(seed).integers(shape[1], size=shape[0]))
    if shape[1] > 1:  # one class alone has the probability 1, which is clipped
        _assert_same(reference.categorical_crossentropy, lambda t, p: functional.cross_entropy(p.log(), t), target, p)
        _assert_same(
            reference.sparse_categorical_crossentropy, lambda y, p: functional.cross_entropy(p.log(), y), labels, p
        )


@settings(deadline=None, max_examples=25)
@given(shape=TABLES, seed=SEEDS, scale=st.sampled_from([1.0, 1000.0]))
def test_fused_losses_equal_torch(shape: tuple[int, int], seed: int, scale: float) -> None:
    """Softmax and sigmoid cross-entropy are torch's, also for logits in the thousands."""
    rng = np.random.default_rng(seed)
    logits = torch.tensor(scale * rng.standard_normal(shape))
    labels = torch.tensor(rng.integers(shape[1], size=shape[0]))
    yes = torch.tensor(rng.uniform(size=shape))
    _assert_same(reference.softmax_cross_entropy, functional.cross_entropy, logits, labels, wrt=0)
    _assert_same(reference.sigmoid_cross_entropy, functional.binary_cross_entropy_with_logits, logits, yes, wrt=0)


@settings(deadline=None, max_examples=25)
@given(shape=TABLES, seed=SEEDS, margin=st.sampled_from([0.25, 1.0, 3.0]))
def test_svm_loss_is_torchs_without_its_division_by_classes(shape: tuple[int, int], seed: int, margin: float) -> None:
    """The multi-margin loss of torch divides by C; ours sums over the classes."""
    rng = np.random.default_rng(seed)
    scores, labels = torch.tensor(rng.standard_normal(shape)), torch.tensor(rng.integers(shape[1], size=shape[0]))

    def by_torch(s: torch.Tensor, y: torch.Tensor) -> Any:
        return shape[1] * functional.multi_margin_loss(s, y, margin=margin)

    _assert_same(lambda s, y: reference.svm_loss(s, y, margin), by_torch, scores, labels, wrt=0)


def test_categorical_hinge_by_hand() -> None:
    """A rival ahead by 1 costs 2; rivals below 0 count as 0; a tie shares; on the margin nothing is pushed."""
    t = np.eye(3)[[0, 0, 1, 2]]
    p = np.array([[1.0, 2.0, 0.0], [-0.5, -2.0, -1.0], [1.5, 0.5, 1.5], [1.0, 0.0, 2.0]])
    assert reference.categorical_hinge(t, p) == pytest.approx((2 + 1.5 + 2 + 0) / 4)
    want = np.array([[-1, 1, 0], [-1, 0, 0], [0.5, -1, 0.5], [0, 0, 0]]) / 4
    np.testing.assert_allclose(_gradient(reference.categorical_hinge, t, p), want)


@pytest.mark.parametrize(("labels", "want"), [([0, 1], 1.5 / 2), ([-1, 1], 1.5 / 2), ([-1, 0], 2.5 / 2)])
def test_hinge_maps_labels_only_where_all_are_binary(labels: list[int], want: float) -> None:
    """0 and 1 stand for -1 and 1; a 0 beside a -1 is a 0."""
    assert reference.hinge(np.array(labels), np.array([0.5, 2.0])) == pytest.approx(want)


@pytest.mark.parametrize(
    ("name", "t", "p", "want"),
    [
        ("mean_absolute_error", [1.0], [1.0], 0.0),
        ("mean_absolute_percentage_error", [0.0], [1e-9], 1e9),
        ("mean_squared_logarithmic_error", [0.0], [-1.0], 0.0),
        ("hinge", [1.0], [1.0], 0.0),
        ("log_cosh", [0.0], [-1000.0], -1.0),
        ("binary_crossentropy", [1.0], [0.0], 0.0),
        ("binary_crossentropy", [0.0], [1.0], 0.0),
        ("binary_crossentropy", [1.0], [1e-7], -1e7),
        ("kl_divergence", [1.0], [0.0], 0.0),
        ("kl_divergence", [1.0], [1.0], -1.0),
        ("kl_divergence", [1.0], [1.5], 0.0),
        ("cosine_similarity", [2.0], [0.0], -1e6),
    ],
)
def test_gradient_at_kinks_and_clips(name: str, t: list[float], p: list[float], want: float) -> None:
    """A clip passes the gradient at its bounds and nothing beyond; |x| and max(x, 0) have the slope 0 at 0."""
    targets, predictions = np.array(t), np.array(p)
    assert _gradient(getattr(reference, name), targets, predictions)[0] == pytest.approx(want, rel=1e-9)


def test_values_are_clipped_as_keras_clips() -> None:
    """A probability of 0 costs -ln 1e-7, and a right one of 1 costs 1e-7; cosine of a zero vector is 0."""
    one, zero = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    worst, best = -math.log(1e-7), -math.log(1 - 1e-7)
    for name, targets in [("categorical_crossentropy", one), ("sparse_categorical_crossentropy", np.array([0]))]:
        assert getattr(reference, name)(targets, zero) == pytest.approx(worst)
        assert getattr(reference, name)(targets, one) == pytest.approx(best)
    assert reference.binary_crossentropy(one, zero) == pytest.approx(worst)
    assert reference.kl_divergence(one, zero) == pytest.approx(worst + 1e-7 * math.log(1e-7), rel=1e-12)
    assert reference.cosine_similarity(one, 0 * one) == 0


@pytest.mark.parametrize("name", PENALTIES)
@settings(deadline=None, max_examples=25)
@given(shape=SHAPES, seed=SEEDS)
def test_penalties_equal_torch_norms(name: str, shape: tuple[int, ...], seed: int) -> None:
    """Sums of absolute values and of squares are powers of torch's vector norms, and 0 pulls nowhere."""
    w = torch.tensor(np.random.default_rng(seed).standard_normal(shape))
    norm: Any = torch.linalg.vector_norm
    want = {"l1_penalty": 0.3 * norm(w, 1), "l2_penalty": 0.3 * norm(w) ** 2}
    want["elastic_net_penalty"] = want["l1_penalty"] + 0.07 * norm(w) ** 2
    np.testing.assert_allclose(PENALTIES[name](w), want[name], rtol=1e-12)
    slopes = {"l1_penalty": 0.3 * w.sign(), "l2_penalty": 0.6 * w, "elastic_net_penalty": 0.3 * w.sign() + 0.14 * w}
    np.testing.assert_allclose(_gradient(PENALTIES[name], w, wrt=0), slopes[name], rtol=1e-12)
    assert not _gradient(PENALTIES[name], 0 * w, wrt=0).any()


@settings(deadline=None, max_examples=25)
@given(n=st.integers(1, 5), seed=SEEDS)
def test_total_loss_is_torchs_dot(n: int, seed: int) -> None:
    """The dot product of losses and weights."""
    losses, weights = torch.tensor(np.random.default_rng(seed).standard_normal((2, n)))
    want = torch.dot(losses, weights).item()
    assert reference.total_loss(losses.tolist(), weights.tolist()) == pytest.approx(want, rel=1e-12, abs=1e-12)


def test_total_loss_is_the_weighted_sum() -> None:
    """Not an average; and nothing at all is 0."""
    assert reference.total_loss([1.0, 2.0, 4.0], [1.0, 0.5, 0.25]) == 3.0
    assert reference.total_loss([], []) == 0.0


@settings(deadline=None, max_examples=25)
@given(n=st.integers(0, 4), d=st.integers(1, 4), c=st.integers(1, 4), seed=SEEDS)
def test_linear_scores_equal_torch_linear(n: int, d: int, c: int, seed: int) -> None:
    """The weights are stored as (in, out), the transpose of torch's."""
    rng = np.random.default_rng(seed)
    x, w, b = (torch.tensor(rng.standard_normal(shape)) for shape in ((n, d), (d, c), (c,)))
    torch.testing.assert_close(reference.linear_scores(x, w, b), functional.linear(x, w.T, b), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", [*BY_TORCH, *BY_KERAS, "categorical_crossentropy", "categorical_hinge"])
def test_numpy_and_torch_agree(name: str) -> None:
    """The same code gives the same number in both array namespaces, in float64 also for integers."""
    for t, p in [_positive(3, (2, 3)), (torch.tensor([[1, 0], [0, 1]]), torch.tensor([[3, 1], [2, 2]]))]:
        got, want = getattr(reference, name)(t.numpy(), p.numpy()), getattr(reference, name)(t, p)
        assert got.dtype == np.float64
        assert want.dtype == torch.float64
        np.testing.assert_allclose(got, want, rtol=1e-13)
