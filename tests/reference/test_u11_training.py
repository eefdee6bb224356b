"""The reference of training against scikit-learn, torch, central differences, and derivations by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss
from sklearn.model_selection import KFold, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autograder.units.u11_training.recorders import digits
from reference import u11_training as reference
from solutions import u11_training as solution
from tests.reference._watched import Watched, batches

NAN = math.nan
#: The first call of a test pays for what torch loads lazily.
unhurried = settings(deadline=None, max_examples=30)
seeds = st.integers(0, 10_000)


def _classifier(seed: int) -> dict[str, Any]:
    """Samples, labels and parameters of a linear classifier."""
    rng = np.random.default_rng(seed)
    n, features, classes = rng.integers(3, 9), rng.integers(1, 5), rng.integers(2, 5)
    w, b = rng.standard_normal((features, classes)), rng.standard_normal(classes)
    return {"x": rng.standard_normal((n, features)), "y": rng.integers(0, classes, n), "w": w, "b": b}


def _softmax(scores: Any) -> Any:
    return np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)


def _training_loss(w: Any, b: Any, x: Any, y: Any) -> float:
    """The halved scores' loss by scikit-learn for labels, by its formula for targets."""
    scores = 0.5 * (x @ w + b)
    if y.dtype.kind == "f":
        return float(((scores - y) ** 2).mean())
    return float(log_loss(y, _softmax(scores), labels=range(len(b))))


def _slope(w: Any, b: Any, x: Any, y: Any, place: tuple[int, ...]) -> float:
    """Central difference of the loss along one weight, or along one bias where the place is one number."""
    of_w, of_b = np.zeros_like(w), np.zeros_like(b)
    (of_w if len(place) == 2 else of_b)[place] = 1e-5
    return (_training_loss(w + of_w, b + of_b, x, y) - _training_loss(w - of_w, b - of_b, x, y)) / 2e-5


@given(st.integers(2, 40), st.sampled_from([0.125, 0.25, 0.375, 0.5]))
def test_split_is_that_of_scikit_learn_without_shuffle(n: int, fraction: float) -> None:
    """The parts equal train_test_split's for the same number of training samples, in order."""
    x, y = np.arange(2 * n).reshape(n, 2), np.arange(n) + 7
    n_train = max(k for k in range(n + 1) if k <= n * (1 - fraction))
    want = train_test_split(x, y, train_size=n_train, shuffle=False)
    got = reference.train_validation_split(x, y, fraction)
    for key, part in zip(("x_train", "x_val", "y_train", "y_val"), want, strict=True):
        np.testing.assert_array_equal(got[key], part)


@unhurried
@given(seeds, st.integers(1, 12), st.integers(2, 5), st.booleans())
def test_accuracy_is_that_of_scikit_learn_on_numpy_and_torch(seed: int, n: int, classes: int, one_hot: bool) -> None:
    """Integer and one-hot labels give accuracy_score of the labels and the best classes; ties go to the first."""
    rng = np.random.default_rng(seed)
    labels, scores = rng.integers(0, classes, n), rng.integers(-2, 3, (n, classes)).astype(float)
    want = accuracy_score(labels, scores.argmax(axis=1))
    y_true = np.eye(classes)[labels] if one_hot else labels
    assert reference.accuracy(y_true, scores) == pytest.approx(want, abs=1e-15)
    assert reference.accuracy(torch.tensor(y_true), torch.tensor(scores)) == pytest.approx(want, abs=1e-15)
    assert reference.accuracy(labels[:, None], scores) == pytest.approx(want, abs=1e-15)


@unhurried
@given(seeds, st.integers(1, 12), st.booleans(), st.booleans())
def test_binary_accuracy_is_that_of_scikit_learn(
    seed: int, n: int, labels_in_column: bool, outputs_in_column: bool
) -> None:
    """It is accuracy_score of the labels and of what is above a half, rows or columns, on NumPy and on torch."""
    rng = np.random.default_rng(seed)
    labels, chances = rng.integers(0, 2, n), rng.integers(0, 5, n) / 4
    want = accuracy_score(labels, np.array([int(chance > 0.5) for chance in chances]))
    y_true = labels[:, None] if labels_in_column else labels
    y_pred = chances[:, None] if outputs_in_column else chances
    assert reference.binary_accuracy(y_true, y_pred) == pytest.approx(want, abs=1e-15)
    assert reference.binary_accuracy(torch.tensor(y_true), torch.tensor(y_pred)) == pytest.approx(want, abs=1e-15)


@unhurried
@given(st.integers(0, 40), st.integers(2, 6), seeds)
def test_confusion_matrix_is_that_of_scikit_learn(n: int, classes: int, seed: int) -> None:
    """Counts equal confusion_matrix's for all classes, also absent ones, on NumPy and on torch."""
    rng = np.random.default_rng(seed)
    y_true, y_pred = rng.integers(0, classes, n), rng.integers(0, classes, n)
    want = confusion_matrix(y_true, y_pred, labels=range(classes)) if n else np.zeros((classes, classes))
    got = reference.confusion_matrix(y_true, y_pred, classes)
    assert got.dtype.kind == "i"
    np.testing.assert_array_equal(got, want)
    on_torch = reference.confusion_matrix(torch.tensor(y_true), torch.tensor(y_pred), classes)
    np.testing.assert_array_equal(on_torch.numpy(), want)


@given(st.integers(2, 60), st.data())
def test_k_fold_is_that_of_scikit_learn_without_shuffle(n: int, data: Any) -> None:
    """Both parts of every fold equal KFold's, in its order."""
    k = data.draw(st.integers(2, n))
    got = reference.k_fold(n, k, None)
    folds = list(KFold(k).split(np.zeros((n, 1))))
    assert got["number of folds"] == len(folds)
    assert got["validation samples of each fold"] == [len(held_out) for _, held_out in folds]
    parts = zip(got["training indices of fold"], got["validation indices of fold"], strict=True)
    for fold, part in zip(folds, parts, strict=True):
        np.testing.assert_array_equal(part[0], fold[0])
        np.testing.assert_array_equal(part[1], fold[1])


@unhurried
@given(st.integers(4, 20), st.data())
def test_shuffled_folds_of_the_model_answer_have_the_sizes_of_scikit_learn(n: int, data: Any) -> None:
    """With a generator the folds are a partition in KFold's sizes, and each trains on all others."""
    k = data.draw(st.integers(2, n))
    folds = solution.k_fold(n, k, np.random.default_rng(n))
    sizes = [len(held_out) for _, held_out in KFold(k, shuffle=True, random_state=0).split(np.zeros((n, 1)))]
    assert [len(held_out) for _, held_out in folds] == sizes
    assert sorted(np.concatenate([held_out for _, held_out in folds])) == list(range(n))
    assert all(sorted([*train, *held_out]) == list(range(n)) for train, held_out in folds)


@unhurried
@given(seeds, st.integers(5, 12), st.integers(2, 5))
def test_cross_validation_is_its_folds_one_by_one(seed: int, n: int, k: int) -> None:
    """Each score is that of a new start, fitted and measured by the tested parts on scikit-learn's scaled folds."""
    rng = np.random.default_rng(seed)
    x, y = 3 + 2 * rng.standard_normal((n, 3)), rng.integers(0, 2, n)
    x[:, 0] = 4.0
    w, b = rng.standard_normal((3, 2)), np.zeros(2)
    got = reference.cross_validate(x, y, w, b, 0.3, k, 2, 3, None)
    assert got["models built"] == got["optimisers built"] == KFold(k).get_n_splits(x)
    for fold, (train, held_out) in enumerate(KFold(k).split(x)):
        scaler = StandardScaler().fit(x[train])
        run = reference.fit(scaler.transform(x[train]), y[train], w, b, 0.3, 2, 3, None, None, None)
        want = reference.evaluate(scaler.transform(x[held_out]), y[held_out], run["weights"], run["bias"], 9)["loss"]
        assert got["validation loss"][fold] == pytest.approx(want, rel=1e-9)
        assert got["training steps of each model"][fold] == run["optimiser steps"]


def test_cross_validation_of_a_converged_model_is_that_of_scikit_learn() -> None:
    """Trained to the end, the model answer's losses are those of cross_val_score of scaled logistic regression."""
    rng = np.random.default_rng(8)
    x, y = 10 + 3 * rng.standard_normal((60, 2)), rng.integers(0, 2, 60)
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(C=1e12, tol=1e-10))
    want = -cross_val_score(pipeline, x, y, cv=KFold(4), scoring="neg_log_loss")
    got = solution.cross_validate(
        lambda: solution.SoftmaxModel(2, 2), solution.CrossEntropy(), lambda: solution.PlainSGD(0.5), x, y, 4, 400, 60
    )
    np.testing.assert_allclose(got, want, rtol=1e-5)


@given(st.lists(st.floats(-1e3, 1e3), max_size=20), st.sampled_from([0.0, 0.3, 0.9]))
def test_smooth_curve_is_its_recurrence_in_torch(points: list[float], factor: float) -> None:
    """torch.lerp from one smoothed point to the next point, from the first one on, gives the same curve."""
    values = torch.tensor(points, dtype=torch.float64)
    want = values.clone()
    for t in range(1, len(points)):
        want[t] = torch.lerp(values[t], want[t - 1], factor)
    got = reference.smooth_curve(points, factor)
    np.testing.assert_allclose(got["smoothed"], want.numpy(), rtol=1e-9, atol=1e-9)
    assert got["points afterwards"] == points


def test_a_shuffled_split_has_no_single_truth() -> None:
    """With a seed any folds are right, and the reference says nothing."""
    x, y = np.ones((4, 1)), np.array([0, 1, 0, 1])
    assert reference.k_fold(4, 2, 7) == {}
    assert reference.cross_validate(x, y, np.ones((1, 2)), np.zeros(2), 0.1, 2, 1, 2, 7) == {}


@unhurried
@given(seeds)
def test_predict_and_evaluate_are_torch_linear_and_scikit_learn(seed: int) -> None:
    """Outputs are torch.nn.functional.linear's; loss and accuracy are log_loss and accuracy_score of them."""
    case = _classifier(seed)
    x, y, w, b = case.values()
    scores = torch.nn.functional.linear(torch.tensor(x), torch.tensor(w).T, torch.tensor(b)).numpy()
    np.testing.assert_allclose(reference.predict(x, w, b, 2)["outputs"], scores, rtol=1e-12, atol=1e-13)
    got = reference.evaluate(**case, batch_size=2)
    assert got["loss"] == pytest.approx(log_loss(y, _softmax(scores), labels=range(len(b))), rel=1e-9)
    assert got["accuracy"] == pytest.approx(accuracy_score(y, scores.argmax(axis=1)))


@unhurried
@given(seeds, st.booleans())
def test_a_step_goes_down_the_numerical_gradient(seed: int, regression: bool) -> None:
    """The loss is the one before the update, and each weight moves by -lr times its central difference."""
    x, y, w, b = _classifier(seed).values()
    if regression:
        y = np.random.default_rng(seed).standard_normal((len(x), len(b)))
    got = reference.train_step(x, y, w, b, lr=0.3, steps=1)
    assert got["loss of each step"] == [pytest.approx(_training_loss(w, b, x, y), rel=1e-9)]
    slopes = [[_slope(w, b, x, y, (i, j)) for j in range(w.shape[1])] for i in range(w.shape[0])]
    np.testing.assert_allclose(got["weights"], w - 0.3 * np.array(slopes), atol=1e-8)
    slopes_of_b = [_slope(w, b, x, y, (j,)) for j in range(len(b))]
    np.testing.assert_allclose(got["bias"], b - 0.3 * np.array(slopes_of_b), atol=1e-8)


def test_two_steps_by_hand() -> None:
    """A halved score of 3.5 for a target of 1: the loss is 6.25, the slopes are 5 for w and 2.5 for b; and again."""
    one = np.ones((1, 1))
    got = reference.train_step(2 * one, one, 3 * one, np.ones(1), lr=0.1, steps=2)
    assert got["calls in step"] == ["forward(training=True) backward step set_parameters"] * 2
    assert got["loss of each step"] == pytest.approx([6.25, 1.875**2])
    assert got["weights"].item() == pytest.approx(3 - 0.5 - 0.1 * 2 * 1.875)
    assert got["bias"].item() == pytest.approx(1 - 0.25 - 0.1 * 1.875)


@unhurried
@given(seeds, st.integers(1, 3))
def test_what_a_step_records_is_what_hooks_of_torch_see(seed: int, steps: int) -> None:
    """Order and modes of the calls, and weights and bias after them, are those of a watched module's training."""
    x, y, w, b = _classifier(seed).values()
    watched, calls = Watched(w, b, 0.3), []
    for _ in range(steps):
        watched.learn(torch.tensor(x), torch.tensor(y))
        calls.append(" ".join(watched.calls))
        watched.calls.clear()
    got = reference.train_step(x, y, w, b, 0.3, steps)
    assert got["calls in step"] == calls
    np.testing.assert_allclose(got["weights"], watched.linear.weight.detach().numpy().T, rtol=1e-12)
    np.testing.assert_allclose(got["bias"], watched.bias(), rtol=1e-12)


@unhurried
@given(seeds, st.integers(1, 10), st.integers(1, 3))
def test_what_a_run_records_is_what_hooks_of_torch_see(seed: int, batch_size: int, epochs: int) -> None:
    """Losses, the number of steps and the bias at the end are those of a watched module over a DataLoader's batches."""
    x, y, w, b = _classifier(seed).values()
    watched, losses = Watched(w, b, 0.3), []
    for _ in range(epochs):
        parts = [(watched.learn(*part), len(part[0])) for part in batches(x, y, batch_size)]
        losses.append(np.average([loss for loss, _ in parts], weights=[size for _, size in parts]))
    got = reference.fit(x, y, w, b, 0.3, epochs, batch_size, None, None, None)
    assert got["history"]["loss"] == pytest.approx(losses, rel=1e-9)
    assert got["optimiser steps"] == watched.calls.count("step")
    np.testing.assert_allclose(got["bias"], watched.bias(), rtol=1e-9, atol=1e-12)


@unhurried
@given(seeds, st.integers(1, 10))
def test_what_a_measurement_records_is_what_hooks_of_torch_see(seed: int, batch_size: int) -> None:
    """Mode, the largest batch and the absence of updates are those of a module in evaluation over a DataLoader."""
    case = _classifier(seed)
    watched = Watched(case["w"], case["b"], 0.3).eval()
    with torch.no_grad():
        outputs = torch.cat([watched(part) for part, _ in batches(case["x"], case["y"], batch_size)])
    predicted = reference.predict(case["x"], case["w"], case["b"], batch_size)
    for got in (predicted, reference.evaluate(**case, batch_size=batch_size)):
        assert got["every forward pass has training=False"] == (not any(watched.flags))
        assert got["samples in the largest batch"] == max(watched.sizes)
        assert got["parameter updates"] == watched.calls.count("set_parameters") == 0
    np.testing.assert_allclose(predicted["outputs"], outputs.numpy(), rtol=1e-12, atol=1e-13)


def test_an_epoch_is_its_steps_and_their_weighted_mean() -> None:
    """Five samples in batches of 2, 2, 1: three steps by train_step, whose losses count 2, 2 and 1 fifths."""
    rng = np.random.default_rng(3)
    x, y = rng.standard_normal((5, 3)), np.array([0, 1, 1, 0, 1])
    w, b = rng.standard_normal((3, 2)), np.zeros(2)
    got = reference.fit(x, y, w, b, 0.4, 1, 2, None, x[:2], y[:2])
    total = right = 0.0
    for part in (slice(0, 2), slice(2, 4), slice(4, 5)):
        right += accuracy_score(y[part], (x[part] @ w + b).argmax(axis=1), normalize=False)
        step = reference.train_step(x[part], y[part], w, b, 0.4, 1)
        w, b = step["weights"], step["bias"]
        total += step["loss of each step"][0] * len(x[part])
    measured = reference.evaluate(x[:2], y[:2], w, b, 2)
    assert got["history"]["loss"] == [pytest.approx(total / 5, rel=1e-12)]
    assert got["history"]["accuracy"] == [pytest.approx(right / 5)]
    assert got["history"]["val_loss"] == [pytest.approx(measured["loss"], rel=1e-12)]
    assert got["optimiser steps"] == 3
    np.testing.assert_allclose(got["weights"], w, rtol=1e-12)


def test_a_shuffled_run_has_no_single_truth() -> None:
    """With a seed any order is right, and the reference says nothing."""
    x, y = np.ones((2, 1)), np.array([0, 1])
    assert reference.fit(x, y, np.ones((1, 2)), np.zeros(2), 0.1, 1, 1, 7, x, y) == {}


@pytest.mark.parametrize(
    ("losses", "patience", "min_delta", "stopped", "best"),
    [
        ([3.0, 2.0, 1.0], 0, 0.0, -1, 2),
        ([3.0, 2.0, 2.5, 1.0], 0, 0.0, 2, 1),
        ([3.0, 2.0, 2.5, 1.0], 1, 0.0, 2, 1),
        ([3.0, 2.0, 2.5, 1.0], 2, 0.0, -1, 3),
        ([2.0, 2.0, 2.0], 2, 0.0, 2, 0),
        ([4.0, 3.5, 3.0], 2, 0.5, -1, 2),
        ([4.0, 3.5, 3.0], 1, 0.5, 1, 0),
        ([4.0, 3.5, 3.0], 1, -0.5, 1, 0),
        ([2.0, 6.0, 5.0, 4.0], 3, 0.0, 3, 0),
        ([4.0, NAN, NAN, 2.0], 2, 0.0, 2, 0),
        ([NAN, 3.0, NAN], 2, 0.0, -1, 1),
    ],
)
def test_early_stopping_by_hand(losses: list[float], patience: int, min_delta: float, stopped: int, best: int) -> None:
    """Followed on paper: where training stops, and which epoch is kept; its weights are full of that number + 1."""
    got = reference.early_stopping(losses, patience, min_delta, restore_best=True)
    assert got["stopped in epoch"] == stopped
    assert got["best epoch"] == best
    assert got["answers"] == ["False"] * (len(losses) if stopped < 0 else stopped) + ["True"] * (stopped >= 0)
    assert all((array == best + 1).all() for array in got["best weights"])


def test_early_stopping_keeps_nothing_unasked() -> None:
    """Without restore_best there are no best weights."""
    assert reference.early_stopping([2.0, 1.0], 0, 0.0, restore_best=False)["best weights"] is None


def test_digits_for_the_cases_are_distinct_and_keep_their_labels() -> None:
    """Every stored image comes once, scaled to [0, 1], beside its label."""
    images, labels = digits()
    real = load_digits()
    wanted = {image.tobytes(): label for image, label in zip(real.images[:900] / 16, real.target, strict=False)}
    got = {image.tobytes(): label for image, label in zip(images, labels, strict=True)}
    assert len(got) == 900
    assert got == wanted


@unhurried
@given(seeds)
def test_the_given_loss_is_that_of_torch(seed: int) -> None:
    """CrossEntropy's value and gradient are those of torch.nn.functional.cross_entropy."""
    rng = np.random.default_rng(seed)
    labels, scores = rng.integers(0, 3, 5), torch.tensor(20 * rng.standard_normal((5, 3)), requires_grad=True)
    want = torch.nn.functional.cross_entropy(scores, torch.tensor(labels))
    (gradient,) = torch.autograd.grad(want, scores)
    loss, y_pred = solution.CrossEntropy(), scores.detach().numpy()
    assert loss.value(labels, y_pred) == pytest.approx(want.item(), rel=1e-12, abs=1e-12)
    np.testing.assert_allclose(loss.gradient(labels, y_pred), gradient.numpy(), atol=1e-14)


def test_the_given_parts_learn_the_digits() -> None:
    """SoftmaxModel, CrossEntropy and PlainSGD in the model answer's loop recognise 9 of 10 unseen digits."""
    images, labels = digits()
    model, loss, optimizer = solution.SoftmaxModel(64, 10), solution.CrossEntropy(), solution.PlainSGD(0.5)
    rng, unseen = np.random.default_rng(1), (images[600:], labels[600:])
    history = solution.fit(model, loss, optimizer, images[:600], labels[:600], 30, 70, rng, unseen)
    assert history["loss"][-1] < history["loss"][0]
    assert history["val_accuracy"][-1] >= 0.9


def test_the_given_model_refuses_to_learn_from_a_measurement() -> None:
    """After forward without training=True there is nothing to go back through."""
    model = solution.SoftmaxModel(2, 3)
    model.forward(np.ones((4, 2)))
    with pytest.raises(RuntimeError, match="training=False"):
        model.backward(np.ones((4, 3)))
