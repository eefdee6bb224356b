"""Wrong answers to the exercises on layers."""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions import u06_layers as layers
from tests.student_mistakes import Mistake
from tests.student_mistakes.editing import edits_of

Array = np.ndarray[Any, Any]
edit = edits_of(layers)


def _drawn_once(rng: np.random.Generator, shape: Any, rate: float) -> Array:
    return np.where(np.random.default_rng(0).random(shape) < rate, 0.0, 1.0)


DENSE = [
    edit("dense", "x @ w + b", "x @ w", named="bias-forgotten"),
    edit("dense", "x @ w + b", "w @ x + b", named="weights-first"),
    edit("dense", "x @ w + b", "w.T @ x + b"),
    edit("dense", "x @ w + b", "x @ w + b.sum()"),
    edit("dense", "x @ w + b", "x @ w - b", named="bias-subtracted"),
    edit("dense", "x @ w + b", "x.reshape(len(x), -1) @ w + b", named="flattened-first"),
    edit("dense", "x @ w + b", "x.reshape(-1, x.shape[-1]) @ w + b", named="rows-not-put-back"),
    edit("dense", 'return y if y.dtype.kind == "f" else y.astype(np.float64)', "return y", named="integers-kept"),
    edit("dense_backward", "rows.T @ grads", "rows.T @ grads / len(rows)"),
    edit("dense_backward", "grads.sum(axis=0)", "grads.mean(axis=0)", named="grad-b-averaged"),
    edit("dense_backward", "grads.sum(axis=0)", "grads.sum(axis=0, keepdims=True)", named="grad-b-keeps-axes"),
    edit("dense_backward", "grads.sum(axis=0)", "grads.sum()", named="bias-one-number"),
    edit("dense_backward", "grads.sum(axis=0)", "np.ones_like(b)", named="ones-for-the-bias"),
    edit("dense_backward", "grad_output @ w.T", "grad_output @ w", named="weights-not-transposed"),
    edit(
        "dense_backward",
        "grad_output @ w.T, rows.T @ grads",
        "rows.T @ grads, grad_output @ w.T",
        named="weights-first",
    ),
    Mistake(
        "dense_backward",
        lambda grad_output, x, w, b: (grad_output @ w.T, x.T @ grad_output, grad_output.sum(axis=0)),
        named="two-axes-only",
    ),
    edit("dense_backward", "grad_output @ w.T", "(grad_output + b) @ w.T"),
    edit("dense_backward", "grads.sum(axis=0)", "grad_output.sum(axis=0)", named="first-axis-summed-only"),
    edit("dense_backward", "rows.T @ grads", "(rows[:, :, None] * grads[:, None, :]).mean(axis=0)"),
    edit(
        "dense_backward",
        "grad_output @ w.T, rows.T @ grads, grads.sum(axis=0)",
        "rows.T @ grads, grads.sum(axis=0)",
        named="input-left-out",
    ),
    edit("flatten", "x.reshape(len(x), -1)", "x.reshape(-1)", named="batch-flattened-too"),
    edit("flatten", "x.reshape(len(x), -1)", "x.reshape((len(x), -1), order='F')", named="column-major"),
    edit("flatten", "x.reshape(len(x), -1)", "x.reshape(x.shape[0], x.shape[1] * x.shape[2] * x.shape[3])"),
    edit("flatten", "x.reshape(len(x), -1)", "x.reshape(1, -1)", named="one-row-for-all"),
    edit("flatten_backward", "grad_output.reshape(x.shape)", "np.ones_like(x)", named="upstream-ignored"),
    edit(
        "flatten_backward",
        "grad_output.reshape(x.shape)",
        "grad_output.reshape(x.shape[::-1]).T",
        named="axes-reversed",
    ),
    edit("flatten_backward", "grad_output.reshape(x.shape)", "grad_output.T.reshape(x.shape)", named="turned-around"),
]

DROPOUT = [
    edit("make_dropout_mask", "< rate", "> rate", named="rate-read-as-keep"),
    edit("make_dropout_mask", "0.0, 1.0)", "0.0, 1.0) / (1 - rate)", named="scaled-mask"),
    edit("make_dropout_mask", "0.0, 1.0", "0, 1", named="whole-numbers"),
    edit("make_dropout_mask", "rng.random(shape)", "np.random.random(shape)", named="global-generator"),
    edit(
        "make_dropout_mask",
        "np.where(rng.random(shape) < rate, 0.0, 1.0)",
        "rng.integers(0, 2, shape).astype(float)",
        named="rate-ignored",
    ),
    edit(
        "make_dropout_mask",
        "rng.random(shape) < rate, 0.0, 1.0",
        "np.broadcast_to(rng.random(shape[-1]), shape) < rate, 0.0, 1.0",
    ),
    edit("make_dropout_mask", "require_rate(rate)", "pass", named="rate-not-checked"),
    Mistake("make_dropout_mask", _drawn_once, named="seed-fixed-inside"),
    edit("make_dropout_mask", "rng.random(shape) < rate, 0.0, 1.0", "np.round(rng.random(shape)) < rate, 0.0, 1.0"),
    edit("dropout", "x / (1 - rate)", "x / rate", named="scaled-by-the-rate"),
    edit("dropout", "x / (1 - rate)", "x / np.mean(mask)"),
    edit(
        "dropout", "np.where(mask, x / (1 - rate), 0.0)", "np.where(mask, 0.0, x / (1 - rate))", named="mask-inverted"
    ),
    edit("dropout", "return np.where", "x *= mask\n    return np.where", named="in-place"),
    edit("dropout", "require_rate(rate)", "pass", named="rate-not-checked"),
    edit(
        "dropout", "np.where(mask, x / (1 - rate), 0.0)", "np.where(mask, x, 0.0) + 0 / (1 - rate)", named="not-scaled"
    ),
    edit("dropout", "np.where(mask, x / (1 - rate), 0.0)", "x[mask.astype(bool)] / (1 - rate)", named="units-removed"),
    edit("dropout", "x / (1 - rate)", "(x / 1 - rate)", named="rate-subtracted"),
    edit("dropout_backward", "grad_output / (1 - rate)", "grad_output * (1 - rate)", named="unscaled-instead"),
    edit(
        "dropout_backward",
        "np.where(mask, grad_output / (1 - rate), 0.0)",
        "grad_output / (1 - rate)",
        named="mask-forgotten",
    ),
    edit(
        "dropout_backward",
        "np.where(mask, grad_output / (1 - rate), 0.0)",
        "np.where(x != 0, grad_output / (1 - rate), 0.0)",
        named="zeros-taken-for-dropped",
    ),
    edit(
        "dropout_backward",
        "np.where(mask, grad_output / (1 - rate), 0.0)",
        "np.where(mask, 0.0, grad_output / (1 - rate))",
        named="mask-inverted",
    ),
    edit("dropout_backward", "grad_output / (1 - rate)", "grad_output * x / (1 - rate)", named="times-the-input"),
    edit(
        "dropout_backward",
        "np.where(mask, grad_output / (1 - rate), 0.0)",
        "np.where(mask, 1 / (1 - rate), 0.0)",
        named="upstream-ignored",
    ),
    edit("dropout_backward", "grad_output / (1 - rate)", "grad_output / rate", named="scaled-by-the-rate"),
    edit(
        "dropout_eval",
        'np.array(x, dtype=x.dtype if x.dtype.kind == "f" else np.float64)',
        "x * (1 - rate)",
        named="scaled-down-at-test",
    ),
    edit("dropout_eval", 'np.array(x, dtype=x.dtype if x.dtype.kind == "f" else np.float64)', "x", named="same-array"),
    edit(
        "dropout_eval",
        'np.array(x, dtype=x.dtype if x.dtype.kind == "f" else np.float64)',
        "x.copy()",
        named="integers-kept",
    ),
    edit(
        "dropout_eval",
        'np.array(x, dtype=x.dtype if x.dtype.kind == "f" else np.float64)',
        "np.where(np.random.random(x.shape) < rate, 0, x / (1 - rate))",
        named="dropped-at-test",
    ),
    edit("dropout_eval", "require_rate(rate)", "pass", named="rate-not-checked"),
    edit("dropout_eval", 'np.array(x, dtype=x.dtype if x.dtype.kind == "f" else np.float64)', "np.zeros_like(x)"),
]

BATCH_NORM = [
    edit("batch_statistics", "axes = tuple(range(x.ndim - 1))", "axes = 0", named="over-samples-only"),
    edit("batch_statistics", "axes = tuple(range(x.ndim - 1))", "axes = (1, 2) if x.ndim == 4 else 0"),
    edit("batch_statistics", "axes = tuple(range(x.ndim - 1))", "axes = None", named="over-everything"),
    edit("batch_statistics", "x.var(axis=axes)", "x.std(axis=axes)", named="spread-instead"),
    edit(
        "batch_statistics",
        "x.var(axis=axes)",
        "(x**2).mean(axis=axes) - x.mean(axis=axes) ** 2",
        named="square-of-the-mean-subtracted",
    ),
    edit("batch_statistics", "axis=axes", "axis=axes, keepdims=True", named="axes-kept"),
    edit(
        "batch_statistics",
        "x.var(axis=axes)",
        "((x - x.mean(axis=axes)) ** 2).sum(axis=axes)",
        named="deviations-summed",
    ),
    edit("batch_statistics", "x.var(axis=axes)", "np.abs(x - x.mean(axis=axes)).mean(axis=axes)"),
    edit("batch_statistics", "x.mean(axis=axes)", "np.median(x, axis=axes)", named="median-for-mean"),
    edit(
        "batch_norm_train",
        "(1 - momentum) * running_mean + momentum * mean",
        "momentum * running_mean + (1 - momentum) * mean",
        "(1 - momentum) * running_var + momentum * unbiased",
        "momentum * running_var + (1 - momentum) * unbiased",
        named="momentum-weighs-the-old",
    ),
    edit("batch_norm_train", "np.sqrt(variance + eps)", "(np.sqrt(variance) + eps)", named="eps-outside-the-root"),
    edit("batch_norm_train", "np.sqrt(variance + eps)", "(variance + eps)", named="root-forgotten"),
    edit("batch_norm_train", "gamma * (x - mean)", "(x - mean)", named="gamma-forgotten"),
    edit(
        "batch_norm_train",
        "gamma * (x - mean) / np.sqrt(variance + eps) + beta",
        "gamma * ((x - mean) / np.sqrt(variance + eps) + beta)",
        named="gamma-multiplies-beta",
    ),
    edit("batch_norm_train", "return y, new_mean, new_var", "return y, mean, unbiased", named="statistics-replaced"),
    edit(
        "batch_norm_train",
        "return y, new_mean, new_var",
        "return y, new_var, new_mean",
        named="statistics-in-the-other-order",
    ),
    edit(
        "batch_norm_train",
        "count / (count - 1)",
        "len(x) / (len(x) - 1) if len(x) > 1 else 1.0",
        named="batch-size-for-the-count",
    ),
    edit(
        "batch_norm_train",
        "unbiased = variance * (count / (count - 1))",
        "unbiased = np.sqrt(variance * (count / (count - 1)))",
        named="spread-stored",
    ),
    edit("batch_norm_train", "count / (count - 1)", "(count - 1) / count", named="correction-upside-down"),
    edit("batch_norm_train", "if count < 2", "if False", named="one-sample-divides-by-zero"),
    edit("batch_norm_train", "momentum: float = 0.1", "momentum: float = 0.9", named="momentum-of-nine-tenths"),
    edit("batch_norm_train", "eps: float = 1e-5", "eps: float = 1e-3", named="eps-of-a-thousandth"),
    edit("batch_norm_train", "if count < 2", "if len(x) < 2"),
    edit(
        "batch_norm_backward",
        "(grad_output - grad_beta / count - x_hat * grad_gamma / count)",
        "grad_output",
        named="statistics-taken-for-constants",
    ),
    edit("batch_norm_backward", " - grad_beta / count", "", named="mean-path-forgotten"),
    edit("batch_norm_backward", "(grad_output * x_hat)", "(grad_output * x)"),
    edit(
        "batch_norm_backward",
        "return grad_x, grad_gamma, grad_beta",
        "return grad_x, grad_gamma / count, grad_beta / count",
        named="parameters-averaged",
    ),
    edit("batch_norm_backward", "grad_x = gamma * scale", "grad_x = scale", named="gamma-forgotten"),
    edit(
        "batch_norm_backward",
        "1 / np.sqrt(variance + eps)",
        "1 / (np.sqrt(variance) + eps)",
        named="eps-outside-the-root",
    ),
    edit("batch_norm_backward", "np.sqrt(variance + eps)", "np.sqrt(variance)", named="eps-forgotten"),
    edit("batch_norm_backward", "axes = tuple(range(x.ndim - 1))", "axes = 0"),
    edit("batch_norm_backward", "count = x.size // x.shape[-1]", "count = len(x)", named="batch-size-for-the-count"),
    edit(
        "batch_norm_backward",
        "- grad_beta / count - x_hat * grad_gamma / count",
        "- grad_beta - x_hat * grad_gamma",
        named="paths-not-averaged",
    ),
    edit(
        "batch_norm_backward",
        "- x_hat * grad_gamma / count",
        "- grad_gamma / count",
        named="x-hat-forgotten-in-the-variance-path",
    ),
    edit("batch_norm_backward", "x_hat = (x - mean) * scale", "x_hat = gamma * (x - mean) * scale + beta"),
    edit("batch_norm_backward", "gamma * scale * (grad_output", "gamma / scale * (grad_output"),
    edit("batch_norm_backward", "grad_gamma = (grad_output * x_hat)", "grad_gamma = (grad_output * x_hat * gamma)"),
    edit("batch_norm_backward", "count = x.size // x.shape[-1]", "count = x.size", named="everything-counted"),
    edit("batch_norm_eval", "np.sqrt(running_var + eps)", "np.sqrt(running_var)", named="eps-forgotten"),
    edit("batch_norm_eval", " + beta", "", named="beta-forgotten"),
    edit("batch_norm_eval", "gamma * (x", "(x", named="gamma-forgotten"),
    edit("batch_norm_eval", "(x - running_mean)", "x", named="mean-not-subtracted"),
    edit(
        "batch_norm_eval",
        "running_var + eps",
        "x.var(axis=tuple(range(x.ndim - 1))) + eps",
        named="batch-variance-used",
    ),
    edit("batch_norm_eval", "eps: float = 1e-5", "eps: float = 1e-3", named="eps-of-a-thousandth"),
    edit("batch_norm_eval", "np.sqrt(running_var + eps) + beta", "(np.sqrt(running_var + eps) + beta)"),
    edit(
        "batch_norm_eval_backward",
        "    axes =",
        "    return batch_norm_backward(grad_output, x, gamma, beta, eps)\n    axes =",
        named="that-of-training",
    ),
    edit("batch_norm_eval_backward", "gamma * scale", "gamma", named="spread-forgotten"),
    edit("batch_norm_eval_backward", "(x - running_mean) * scale", "x * scale", named="grad-gamma-not-centred"),
    edit("batch_norm_eval_backward", "(x - running_mean) * scale", "(x - running_mean)", named="grad-gamma-not-scaled"),
    edit("batch_norm_eval_backward", "axes = tuple(range(x.ndim - 1))", "axes = 0", named="first-axis-summed-only"),
    edit(
        "batch_norm_eval_backward",
        "grad_x = grad_output * gamma * scale",
        "grad_x = grad_output * gamma / scale",
        named="spread-multiplied",
    ),
    edit(
        "batch_norm_eval_backward",
        "grad_beta = grad_output",
        "grad_output = grad_output - grad_output.mean(axis=axes)\n    grad_beta = grad_output",
    ),
]

LAYER_NORM = [
    edit("layer_norm", "axis=-1", "axis=tuple(range(x.ndim - 1))", named="over-the-batch"),
    edit("layer_norm", " + beta", "", named="beta-forgotten"),
    edit("layer_norm", "axis=-1, keepdims=True", "", named="over-everything"),
    edit("layer_norm", "(x - mean) /", "x /"),
    edit(
        "layer_norm",
        "gamma * (x - mean) / np.sqrt(variance + eps) + beta",
        "gamma * ((x - mean) / np.sqrt(variance + eps) + beta)",
        named="gamma-multiplies-beta",
    ),
    edit(
        "layer_norm_backward",
        "(g - g.mean(axis=-1, keepdims=True) - x_hat * (g * x_hat).mean(axis=-1, keepdims=True))",
        "g",
        named="statistics-taken-for-constants",
    ),
    edit(
        "layer_norm_backward",
        " - x_hat * (g * x_hat).mean(axis=-1, keepdims=True)",
        "",
        named="variance-path-forgotten",
    ),
    edit(
        "layer_norm_backward",
        "g = grad_output * gamma",
        "g = grad_output",
        "grad_x = scale",
        "grad_x = gamma * scale",
        named="gamma-after-the-means",
    ),
    edit(
        "layer_norm_backward",
        "(grad_output * x_hat).sum(axis=axes)",
        "(grad_output * x).sum(axis=axes)",
        named="grad-gamma-from-x",
    ),
    edit("layer_norm_backward", "sum(axis=axes)", "mean(axis=axes)", named="parameters-averaged"),
    edit("layer_norm_backward", "axes = tuple(range(x.ndim - 1))", "axes = 0"),
    edit("layer_norm_backward", "axis=-1", "axis=0"),
    edit("layer_norm_backward", "- x_hat * (g", "+ x_hat * (g", named="variance-path-added"),
    edit("layer_norm_backward", "- x_hat * (g * x_hat)", "- (g * x_hat)"),
]

COUNTS = [
    edit("dense_parameters", "(inputs + bias) * units", "inputs * units + 1", named="one-bias-always"),
    edit("dense_parameters", "(inputs + bias) * units", "inputs * units + inputs * bias", named="bias-per-input"),
    edit("dense_parameters", "(inputs + bias) * units", "inputs * (units + bias)", named="bias-per-input"),
    edit(
        "conv_parameters",
        "(height * width * in_channels + bias) * filters",
        "height * width * in_channels * filters",
        named="biases-forgotten",
    ),
    edit(
        "conv_parameters",
        "(height * width * in_channels + bias) * filters",
        "(height * width + bias) * filters",
        named="channels-forgotten",
    ),
    edit(
        "conv_parameters",
        "(height * width * in_channels + bias) * filters",
        "(height * in_channels + bias) * filters",
        named="one-axis-of-the-kernel",
    ),
    edit(
        "conv_parameters",
        "(height * width * in_channels + bias) * filters",
        "height * width * in_channels * filters + bias",
        named="one-bias",
    ),
    edit("conv_parameters", "+ bias)", "+ 1)", named="bias-always"),
    edit(
        "conv_parameters",
        "(height * width * in_channels + bias) * filters",
        "height * width * in_channels * filters + in_channels * bias",
        named="bias-per-input-channel",
    ),
    edit("conv_parameters", "(height * width * in_channels + bias) * filters", "filters + height * width"),
    edit(
        "conv_parameters",
        "require_positive(kernel=min(height, width), in_channels=in_channels, filters=filters)",
        "pass",
    ),
    edit("batch_norm_parameters", "2 * channels", "4 * channels", named="statistics-counted"),
    edit("batch_norm_parameters", "2 * channels", "2", named="one-pair-for-all"),
    edit("batch_norm_parameters", "2 * channels", "2 * channels + 1", named="one-too-many"),
    edit("rnn_parameters", "(features + units + 1) * units", "(features + 1) * units", named="recurrence-forgotten"),
    edit(
        "rnn_parameters",
        "(features + units + 1) * units",
        "(features + units + 1) * features",
        named="kernels-of-the-wrong-width",
    ),
    edit("rnn_parameters", "(features + units + 1) * units", "features * units + units * units + 1", named="one-bias"),
    edit("rnn_parameters", "(features + units + 1) * units", "features * units", named="one-kernel-alone"),
    edit("lstm_parameters", "4 * (features + units + 1) * units", "(features + units + 1) * units", named="one-gate"),
    edit(
        "lstm_parameters",
        "4 * (features + units + 1) * units",
        "4 * (features + 1) * units",
        named="recurrence-forgotten",
    ),
    edit(
        "lstm_parameters",
        "4 * (features + units + 1) * units",
        "4 * (features + units) * units + units",
        named="biases-of-one-gate",
    ),
    edit(
        "lstm_parameters", "4 * (features + units + 1) * units", "2 * (features + units + 1) * units", named="two-gates"
    ),
]

MISTAKES: list[Mistake] = [*DENSE, *DROPOUT, *BATCH_NORM, *LAYER_NORM, *COUNTS]
