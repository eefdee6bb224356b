"""Wrong answers to the exercises on losses and penalties."""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions import u05_losses as losses
from tests.student_mistakes import Mistake
from tests.student_mistakes.editing import edits_of

Array = np.ndarray[Any, Any]
EPSILON = 1e-07
edit = edits_of(losses)


def _sparse_without_division(y_true: Array, y_pred: Array) -> Any:
    chosen = y_pred[np.arange(len(y_pred)), y_true]
    return -np.mean(np.log(np.clip(chosen, EPSILON, 1 - EPSILON)))


ERRORS = [
    edit("mean_squared_error", "np.mean(", "np.sum(", named="sum-not-mean"),
    edit("mean_squared_error", "np.mean((p - t) ** 2)", "np.sqrt(np.mean((p - t) ** 2))", named="rooted"),
    edit("mean_squared_error", "np.mean((p - t) ** 2)", "np.mean(p - t) ** 2", named="mean-before-square"),
    edit("mean_squared_error", "np.mean((p - t) ** 2)", "(p - t) ** 2", named="one-loss-per-element"),
    edit("mean_squared_error", "np.mean((p - t) ** 2)", "np.mean((p - t) ** 2, axis=-1)", named="one-mean-per-row"),
    edit("mean_squared_error", "np.mean((p - t) ** 2)", "float(np.mean((p - t) ** 2))", named="python-float"),
    edit("mean_squared_error_backward", "2 * (p - t)", "(p - t)", named="two-forgotten"),
    edit("mean_squared_error_backward", "2 * (p - t) / p.size", "(p - t) ** 2 / p.size", named="square-kept"),
    edit("mean_squared_error_backward", "2 * (p - t) / p.size", "2 * p / p.size", named="target-forgotten"),
    edit(
        "mean_squared_error_backward",
        "2 * (p - t) / p.size",
        "np.full_like(p, np.mean(2 * (p - t)))",
        named="mean-everywhere",
    ),
    edit("mean_squared_error_backward", "p.size", "p.shape[-1]"),
    edit("mean_absolute_error", "np.mean(np.abs(p - t))", "np.mean(p - t)", named="signed"),
    edit("mean_absolute_error", "np.mean(np.abs(p - t))", "np.mean((p - t) ** 2)", named="squared"),
    edit("mean_absolute_error_backward", "np.sign(p - t)", "np.sign(t - p)", named="sign-flipped"),
    edit("mean_absolute_error_backward", "np.sign(p - t)", "np.where(p > t, 1, -1)", named="minus-one-at-a-tie"),
    edit("mean_absolute_error_backward", " / p.size", "", named="not-averaged"),
    edit("mean_absolute_error_backward", "np.sign(p - t)", "(p - t)", named="error-instead-of-sign"),
    edit("mean_absolute_error_backward", "np.sign(p - t)", "np.sign(p)", named="sign-of-the-prediction"),
    edit(
        "mean_absolute_percentage_error",
        "np.maximum(np.abs(t), EPSILON)",
        "np.maximum(np.abs(p), EPSILON)",
        named="divided-by-the-prediction",
    ),
    edit("mean_absolute_percentage_error", "np.maximum(np.abs(t), EPSILON)", "t"),
    edit("mean_absolute_percentage_error", "np.mean(", "np.sum(", named="sum-not-mean"),
    edit("mean_absolute_percentage_error_backward", " / p.size", "", named="not-averaged"),
    edit("mean_absolute_percentage_error_backward", "np.sign(p - t)", "(p - t)", named="error-instead-of-sign"),
    edit("mean_absolute_percentage_error_backward", "np.maximum(np.abs(t), EPSILON)", "np.abs(t)", named="no-floor"),
    edit(
        "mean_absolute_percentage_error_backward",
        "np.sign(p - t)",
        "np.where(p > t, 1, -1)",
        named="minus-one-at-a-tie",
    ),
    edit("mean_squared_logarithmic_error", "np.log1p(", "np.log(", named="log-not-log1p"),
    edit("mean_squared_logarithmic_error", "np.maximum(each, EPSILON)", "each", named="no-floor"),
    edit("mean_squared_logarithmic_error", "np.maximum(each, EPSILON)", "np.abs(each)"),
    edit("mean_squared_logarithmic_error", "np.mean((p - t) ** 2)", "np.mean(p - t) ** 2", named="mean-before-square"),
    edit("mean_squared_logarithmic_error_backward", " / (1 + floored)", "", named="inner-derivative-forgotten"),
    edit("mean_squared_logarithmic_error_backward", " * (p >= EPSILON)", "", named="through-the-floor"),
    edit("mean_squared_logarithmic_error_backward", "(1 + floored)", "(1 + np.maximum(t, EPSILON))"),
    edit("log_cosh", " - math.log(2)", "", named="half-forgotten"),
    edit("log_cosh", "np.logaddexp(error, -error) - math.log(2)", "np.cosh(error)"),
    edit(
        "log_cosh",
        "np.logaddexp(error, -error) - math.log(2)",
        "np.abs(error) - math.log(2)",
        named="far-form-everywhere",
    ),
    edit("log_cosh_backward", "np.tanh(p - t)", "np.sinh(p - t)"),
    edit("log_cosh_backward", "np.tanh(p - t)", "np.sign(p - t)", named="sign-of-the-error"),
    edit("poisson", "p - t * np.log(p + EPSILON)", "t * np.log(p + EPSILON) - p", named="likelihood-not-loss"),
    edit("poisson", "p - t * np.log(p + EPSILON)", "np.exp(p) - t * p", named="logarithmic-predictions"),
    edit("poisson", "np.log(p + EPSILON)", "np.log(np.maximum(p, EPSILON))", named="floored-not-added"),
    edit("poisson", "p - t * np.log(p + EPSILON)", "t - t * np.log(p + EPSILON)"),
    edit("poisson_backward", "1 - t / (p + EPSILON)", "-t / (p + EPSILON)", named="one-forgotten"),
    edit("poisson_backward", "1 - t / (p + EPSILON)", "p - t", named="difference"),
    edit("poisson_backward", "1 - t / (p + EPSILON)", "1 - p / (t + EPSILON)", named="arguments-swapped"),
]

HINGES = [
    edit("hinge", "2 * t - 1 if np.isin(t, (0, 1)).all() else t", "2 * t - 1", named="always-mapped"),
    edit(
        "hinge", "np.mean(np.maximum(1 - t * p, 0))", "np.maximum(np.mean(1 - t * p), 0)", named="maximum-of-the-mean"
    ),
    edit("hinge", "np.mean(np.maximum(1 - t * p, 0))", "np.mean(1 - t * p)", named="no-maximum"),
    edit("hinge", "1 - t * p", "-t * p", named="no-margin"),
    edit("hinge_backward", "t * p < 1", "t * p <= 1", named="slope-on-the-margin"),
    edit("hinge_backward", "-t * (t", "-p * (t", named="score-instead-of-label"),
    edit("hinge_backward", "t * p < 1", "p < 1"),
    edit("hinge_backward", "t * p < 1", "t * p < 0", named="wrong-side-only"),
    edit(
        "squared_hinge",
        "np.mean(np.maximum(1 - t * p, 0) ** 2)",
        "np.mean(np.maximum(1 - t * p, 0)) ** 2",
        named="mean-before-square",
    ),
    edit(
        "squared_hinge",
        "np.mean(np.maximum(1 - t * p, 0) ** 2)",
        "np.mean(np.maximum(1 - t * p, 0) ** 2) / 2",
        named="halved",
    ),
    edit("squared_hinge", " ** 2", "", named="not-squared"),
    edit("squared_hinge", "1 - t * p", "1 - t * p**2"),
    edit("squared_hinge_backward", "np.maximum(1 - t * p, 0)", "(1 - t * p)", named="everywhere"),
    edit("squared_hinge_backward", "-2 * t", "-2 * p", named="score-instead-of-label"),
    edit("categorical_hinge", "np.maximum(1 + rival", "np.maximum(rival", named="no-margin"),
    edit("categorical_hinge", "((1 - t) * p).max", "((1 - t) * p).sum", named="sum-of-rivals"),
    edit(
        "categorical_hinge",
        "np.mean(np.maximum(1 + rival - (t * p).sum(axis=-1), 0))",
        "np.maximum(1 + np.mean(rival) - np.mean((t * p).sum(axis=-1)), 0)",
        named="maximum-of-the-mean",
    ),
    edit("categorical_hinge_backward", "active * (", "(", named="every-row"),
    edit("categorical_hinge_backward", "> 0", ">= 0", named="slope-on-the-margin"),
    edit(
        "categorical_hinge_backward", "(1 - t) * share - t", "(1 - t) * share + t", named="true-class-pushed-up-twice"
    ),
    edit("svm_loss", "    excess[np.arange(len(scores)), labels] = 0\n", "", named="true-class-counted"),
    edit("svm_loss", "np.mean(excess.sum(axis=-1))", "excess.mean()", named="divided-by-elements"),
    edit("svm_loss", "+ margin", "- margin", named="margin-subtracted"),
    edit("svm_loss", " + margin", "", named="no-margin"),
    edit("svm_loss", "excess.sum(axis=-1)", "excess.max(axis=-1)", named="best-rival-only"),
    edit(
        "svm_loss",
        "scores[np.arange(len(scores)), labels][:, None]",
        "scores[:, labels]",
        named="columns-of-all-labels",
    ),
    edit("svm_loss", "np.mean(excess.sum(axis=-1))", "np.mean(excess.sum(axis=0))"),
    edit("svm_loss", "margin: float = 1", "margin: float = 0"),
    edit("svm_loss_backward", "    grad[rows, labels] = -grad.sum(axis=-1)\n", "", named="true-class-forgotten"),
    edit("svm_loss_backward", "> 0)", ">= 0)", named="slope-on-the-margin"),
    edit(
        "svm_loss_backward",
        "(scores - scores[rows, labels][:, None] + margin > 0).astype(scores.dtype)",
        "np.maximum(scores - scores[rows, labels][:, None] + margin, 0)",
        named="excess-instead-of-mask",
    ),
]

ENTROPIES = [
    edit(
        "categorical_crossentropy",
        "np.clip(p / p.sum(axis=-1, keepdims=True), EPSILON, 1 - EPSILON)",
        "p / p.sum(axis=-1, keepdims=True)",
        named="no-clip",
    ),
    edit(
        "categorical_crossentropy",
        "t * np.log(q)",
        "q * np.log(np.clip(t, EPSILON, 1))",
        named="logarithm-of-the-target",
    ),
    edit("categorical_crossentropy", "np.log(q)", "np.log2(q)", named="in-bits"),
    edit("categorical_crossentropy", "axis=-1", "axis=0", named="classes-along-the-first-axis"),
    edit(
        "categorical_crossentropy",
        "p / p.sum(axis=-1, keepdims=True), EPSILON, 1 - EPSILON)",
        "p, EPSILON, 1 - EPSILON)\n    q = q / q.sum(axis=-1, keepdims=True)",
        named="clipped-before-dividing",
    ),
    edit("categorical_crossentropy", "p.sum(axis=-1, keepdims=True)", "p.sum()", named="one-sum-for-all"),
    edit("categorical_crossentropy_backward", " * ((q >= EPSILON) & (q <= 1 - EPSILON))", "", named="through-the-clip"),
    edit("categorical_crossentropy_backward", "passed / np.maximum(q, EPSILON)", "passed"),
    Mistake("sparse_categorical_crossentropy", _sparse_without_division, named="rows-not-normalised"),
    edit("sparse_categorical_crossentropy", "y_true] /", "y_true - 1] /", named="labels-from-one"),
    edit(
        "sparse_categorical_crossentropy",
        "y_pred[np.arange(len(y_pred)), y_true]",
        "y_pred.max(axis=-1)",
        named="likeliest-class",
    ),
    edit(
        "sparse_categorical_crossentropy",
        "y_pred[np.arange(len(y_pred)), y_true] / y_pred.sum(axis=-1)",
        "(np.exp(y_pred) / np.exp(y_pred).sum(axis=-1, keepdims=True))[np.arange(len(y_pred)), y_true]",
        named="probabilities-as-logits",
    ),
    edit(
        "sparse_categorical_crossentropy_backward",
        "np.ones_like(y_pred)",
        "np.zeros_like(y_pred)",
        named="sum-taken-as-fixed",
    ),
    edit(
        "sparse_categorical_crossentropy_backward",
        "by_ratio = np.ones_like(y_pred)",
        "by_ratio = y_pred",
        named="written-into-the-prediction",
    ),
    edit("sparse_categorical_crossentropy_backward", "-= 1 /", "+= 1 /"),
    edit("binary_crossentropy", "    p = np.clip(p, EPSILON, 1 - EPSILON)\n", "", named="no-clip"),
    edit("binary_crossentropy", "np.clip(p, EPSILON, 1 - EPSILON)", "np.clip(p, 1e-15, 1 - 1e-15)"),
    edit(
        "binary_crossentropy",
        "t * np.log(p) + (1 - t) * np.log(1 - p)",
        "p * np.log(np.clip(t, EPSILON, 1)) + (1 - p) * np.log(np.clip(1 - t, EPSILON, 1))",
    ),
    edit("binary_crossentropy", "np.log(1 - p)", "(1 - np.log(p))"),
    edit(
        "binary_crossentropy",
        "t * np.log(p) + (1 - t) * np.log(1 - p)",
        "(1 - t) * np.log(p) + t * np.log(1 - p)",
        named="branches-swapped",
    ),
    edit(
        "binary_crossentropy",
        "np.clip(p, EPSILON, 1 - EPSILON)",
        "np.clip(1 / (1 + np.exp(-p)), EPSILON, 1 - EPSILON)",
        named="probabilities-as-logits",
    ),
    edit(
        "binary_crossentropy",
        "-np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))",
        "-np.sum(t * np.log(p) + (1 - t) * np.log(1 - p)) / len(p)",
        named="divided-by-rows",
    ),
    edit(
        "binary_crossentropy_backward",
        "(clipped - t) / (clipped * (1 - clipped))",
        "-t / clipped - (1 - t) / (1 - clipped)",
        named="second-sign-forgotten",
    ),
    edit(
        "binary_crossentropy_backward",
        "(clipped - t) / (clipped * (1 - clipped))",
        "(clipped - t) * clipped * (1 - clipped)",
        named="slope-multiplied",
    ),
    edit("kl_divergence", "t * np.log(t / p)", "p * np.log(p / t)", named="other-direction"),
    edit(
        "kl_divergence_backward",
        "slope = -np.clip(t, EPSILON, 1) / np.clip(p, EPSILON, 1)",
        "slope = np.log(np.clip(t, EPSILON, 1) / np.clip(p, EPSILON, 1))",
    ),
    edit("kl_divergence_backward", "slope = -np.clip(t, EPSILON, 1) / np.clip(p, EPSILON, 1)", "slope = -t / p"),
    edit("kl_divergence_backward", "slope = -np.clip(t, EPSILON, 1) / np.clip(p, EPSILON, 1)", "slope = p - t"),
]

FUSED = [
    edit("softmax_cross_entropy", "logits.max(axis=-1, keepdims=True)", "logits.max()", named="global-shift"),
    edit("softmax_cross_entropy", "chosen = shifted", "chosen = logits", named="shift-not-undone"),
    edit("softmax_cross_entropy", "check_labels(labels, logits)", "pass", named="labels-not-checked"),
    edit(
        "softmax_cross_entropy",
        "np.mean(np.log(np.exp(shifted).sum(axis=-1)) - chosen)",
        "np.mean(1 - np.exp(chosen) / np.exp(shifted).sum(axis=-1))",
        named="probability-missed",
    ),
    edit("softmax_cross_entropy_backward", "-= 1", "+= 1", named="one-added"),
    edit(
        "softmax_cross_entropy_backward",
        "grad[np.arange(len(logits)), labels] -= 1",
        "grad[:, labels] -= 1",
        named="columns-of-all-labels",
    ),
    edit("softmax_cross_entropy_backward", "grad[np.arange(len(logits)), labels] -= 1", "grad = grad * (1 - grad)"),
    edit("softmax_cross_entropy_backward", "logits - logits.max(axis=-1, keepdims=True)", "logits", named="no-shift"),
    edit(
        "softmax_cross_entropy_backward",
        "powers / powers.sum(axis=-1, keepdims=True)",
        "logits.copy()",
        named="scores-as-probabilities",
    ),
    edit(
        "softmax_cross_entropy_backward", "powers.sum(axis=-1, keepdims=True)", "powers.sum()", named="one-sum-for-all"
    ),
    edit("sigmoid_cross_entropy", "np.logaddexp(z, 0) - z * t", "np.maximum(z, 0) - z * t", named="rest-forgotten"),
    edit(
        "sigmoid_cross_entropy", "np.logaddexp(z, 0) - z * t", "np.maximum(z, 0) - z * t + np.log1p(np.exp(np.abs(z)))"
    ),
    edit(
        "sigmoid_cross_entropy",
        "np.logaddexp(z, 0) - z * t",
        "np.log1p(np.exp(-np.abs(z))) - z * t",
        named="maximum-forgotten",
    ),
    edit(
        "sigmoid_cross_entropy",
        "np.mean(np.logaddexp(z, 0) - z * t)",
        "np.mean((np.logaddexp(z, 0) - z * t).sum(axis=-1))",
        named="summed-along-a-row",
    ),
    edit("sigmoid_cross_entropy_backward", "(probability - t)", "(z - t)", named="logits-as-probabilities"),
    edit(
        "sigmoid_cross_entropy_backward",
        "np.where(z >= 0, 1 / (1 + small), small / (1 + small))",
        "np.exp(z) / (1 + np.exp(z))",
        named="power-overflows",
    ),
    edit(
        "sigmoid_cross_entropy_backward",
        "np.where(z >= 0, 1 / (1 + small), small / (1 + small))",
        "1 / (1 + small)",
        named="size-in-the-exponent",
    ),
    edit("sigmoid_cross_entropy_backward", "(probability - t)", "(probability > 0.5) - t"),
    edit("cosine_similarity", "-np.mean(", "np.mean(", named="not-negated"),
    edit("cosine_similarity", "(each**2).sum(axis=-1, keepdims=True)", "(each**2).sum()"),
    edit(
        "cosine_similarity",
        "np.sqrt(np.maximum((each**2).sum(axis=-1, keepdims=True), 1e-12))",
        "np.abs(each).sum(axis=-1, keepdims=True)",
        named="sizes-summed",
    ),
    edit(
        "cosine_similarity",
        "np.sqrt(np.maximum((each**2).sum(axis=-1, keepdims=True), 1e-12))",
        "(np.sqrt((each**2).sum(axis=-1, keepdims=True)) + 1e-7)",
    ),
    edit("cosine_similarity_backward", "(along - u)", "-u", named="length-taken-as-fixed"),
    edit("cosine_similarity_backward", "along = (u * v)", "along = (t * p)"),
]

PENALTIES = [
    edit("l1_penalty", "np.abs(w).sum()", "np.abs(w.sum())", named="size-of-the-sum"),
    edit("l1_penalty", "np.abs(w).sum()", "(w**2).sum()", named="squared"),
    edit("l1_penalty", "strength * np.abs(w).sum()", "strength * np.abs(w).sum() / 2", named="halved"),
    edit("l1_penalty", "np.abs(w).sum()", "np.abs(w).max()", named="largest-only"),
    edit("l1_penalty_backward", "np.sign(w)", "np.abs(w)", named="size-instead-of-sign"),
    edit("l1_penalty_backward", "np.sign(w)", "np.ones_like(w)", named="strength-alone"),
    edit("l1_penalty_backward", "np.sign(w)", "np.where(w > 0, 1.0, -1.0).astype(w.dtype)", named="minus-one-at-zero"),
    edit("l1_penalty_backward", "np.sign(w)", "w / np.abs(w)"),
    edit("l1_penalty_backward", "np.sign(w)", "np.sign(w) / w.size", named="mean-not-sum"),
    edit("l2_penalty", "(w**2).sum()", "np.sqrt((w**2).sum())", named="missing-square"),
    edit("l2_penalty", "(w**2).sum()", "w.sum() ** 2", named="square-of-the-sum"),
    edit("l2_penalty", "strength * (w**2).sum()", "((strength * w) ** 2).sum()", named="strength-squared"),
    edit("l2_penalty", "(w**2).sum()", "np.abs(w).sum()", named="sizes-for-squares"),
    edit("l2_penalty", "(w**2).sum()", "sum(w**2)"),
    edit("l2_penalty_backward", "2 * strength * w", "strength * w / np.sqrt((w**2).sum())"),
    edit(
        "elastic_net_penalty",
        "l1 * np.abs(w).sum() + l2 * (w**2).sum()",
        "l2 * np.abs(w).sum() + l1 * (w**2).sum()",
        named="strengths-swapped",
    ),
    edit(
        "elastic_net_penalty",
        "l1 * np.abs(w).sum() + l2 * (w**2).sum()",
        "l1 * np.abs(w).sum() * l2 * (w**2).sum()",
        named="parts-multiplied",
    ),
    edit(
        "elastic_net_penalty",
        "l1 * np.abs(w).sum() + l2 * (w**2).sum()",
        "l1 * np.abs(w).sum() + (1 - l1) * (w**2).sum()",
    ),
    edit("elastic_net_penalty", "l1 * np.abs(w).sum() + l2 * (w**2).sum()", "(l1 + l2) * (np.abs(w) + w**2).sum()"),
    edit(
        "elastic_net_penalty_backward",
        "l1 * np.sign(w) + 2 * l2 * w",
        "l2 * np.sign(w) + 2 * l1 * w",
        named="strengths-swapped",
    ),
    edit(
        "elastic_net_penalty_backward", "np.sign(w)", "np.where(w >= 0, 1.0, -1.0).astype(w.dtype)", named="one-at-zero"
    ),
    edit("elastic_net_penalty_backward", " + 2 * l2 * w", "", named="squares-forgotten"),
    edit("elastic_net_penalty_backward", "2 * l2 * w", "l2 * w**2", named="square-kept"),
    edit(
        "total_loss",
        "float(sum(weight * loss for weight, loss in zip(weights, losses, strict=True)))",
        "float(np.average(losses, weights=weights))",
    ),
    edit("total_loss", "weight * loss", "weight * loss / len(losses)", named="averaged-over-outputs"),
    Mistake(
        "total_loss",
        lambda losses, weights: float(sum((w * x for w, x in zip(weights, losses, strict=False)))),
        named="lengths-not-checked",
    ),
    edit(
        "total_loss",
        "sum(weight * loss for weight, loss in zip(weights, losses, strict=True))",
        "sum(weights) * sum(losses)",
        named="all-by-all",
    ),
    edit("linear_scores", "x @ w + b", "x @ w", named="bias-forgotten"),
    edit("linear_scores", "x @ w + b", "x @ w + b[:, None]"),
    edit("linear_scores", "x @ w + b", "(x @ w + b).T", named="classes-in-rows"),
    edit("linear_scores", "x @ w + b", "x @ (w + b)", named="bias-added-to-the-weights"),
    edit("linear_scores", "x @ w + b", "np.maximum(x @ w + b, 0)", named="relu-included"),
    edit("linear_scores", "if b.shape != w.shape[1:]", "if False", named="shapes-not-checked"),
    edit("linear_scores", "x @ w + b", "x @ w.astype(x.dtype) + b"),
]

MISTAKES: list[Mistake] = [*ERRORS, *HINGES, *ENTROPIES, *FUSED, *PENALTIES]
