"""What the projects of the networks' unit share: how answers about kept-back samples are judged, and a small network.

The answers of the test samples are withheld from the worker. A wrong version is recognised by what its answers look
like (`Found.key`), as two trained networks never agree to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.checks import Found, Property

__all__ = ["Predict", "drive_project", "judge_classes", "project_check", "trained", "wrong_form"]

Predict = Callable[[Any], Any]
#: By one seed two answers may differ in this share of their numbers: a last bit may turn a near tie over.
TIES = 0.004


def drive_project(project: Any, rng: Any, twice: bool = False, **inputs: Any) -> Any:
    """Scenario: the answer; or two, by generators of one seed."""
    if not twice:
        return project(*inputs.values(), rng)
    seed = rng.integers(2**32)
    return [project(*inputs.values(), np.random.default_rng(seed)) for _ in range(2)]


def project_check(problem: Callable[..., str | Found | None]) -> Property:
    """Judge what `drive_project` returns: one answer by `problem`, two by whether they are the same."""

    def found(got: Any, twice: bool = False, **known: Any) -> str | Found | None:
        if not twice:
            return problem(got, **known)
        first, second = got
        return problem(first, **known) if first is None else _by_chance(_numbers(first), _numbers(second))

    return Property(found)


def _numbers(answer: Any) -> Any:
    """All numbers of an answer, which may be a pair of arrays."""
    parts = answer if isinstance(answer, (list, tuple)) else [answer]
    return np.concatenate([np.asarray(part, dtype=np.float64).ravel() for part in parts])


def _by_chance(first: Any, second: Any) -> Found | None:
    """What is wrong with two answers by one seed."""
    same = first.shape == second.shape
    if same and float(np.mean(~np.isclose(first, second, atol=1e-6, equal_nan=True))) <= TIES:
        return None
    return Found("seed", "two generators of one seed give different answers: draw from `rng` alone")


def wrong_form(answer: Any, shape: tuple[int, ...], n_train: int, meaning: str) -> Found | None:
    """What is wrong with the form of an answer: its shape, and whether it is numbers at all.

    Args:
        answer: an array.
        shape: what is wanted, the test samples first.
        n_train: how many training samples there were.
        meaning: what stands for each sample, for the message.
    """
    if answer.dtype.kind not in "fiu":
        return Found("kind", f"got an array of {answer.dtype}, want numbers")
    if answer.shape == shape:
        return None
    text = f"got shape {answer.shape}, want {shape}: {meaning}"
    if answer.shape[:1] == (n_train,) != shape[:1]:
        return Found("training samples", text)
    if answer.shape == (*shape, 1):
        return Found("a column", text)
    return Found(f"shape with {answer.ndim} axes", text)


def judge_classes(answer: Any, want: Any, least: int, n_train: int) -> Found | None:
    """What is wrong with one class per sample.

    Args:
        answer: an array of any kind.
        want: the true classes, integers, shape (m,).
        least: how many of them must be right.
        n_train: how many training samples there were.
    """
    if (found := wrong_form(answer, want.shape, n_train, "one class for each test sample")) is not None:
        return found
    if answer.dtype.kind not in "iu":
        return Found("not integers", f"got {answer.dtype} numbers, want integers: the classes themselves")
    right = int(np.sum(answer == want))
    if right >= least:
        return None
    text = f"{right} of {len(want)} test samples are right, want at least {least}"
    if len(set(answer.tolist())) == 1:
        key = "always 0" if answer[0] == 0 else "always the same"
        return Found(key, f"{text}; the answer is always {answer[0]}")
    if np.sum(answer + 1 == want) >= least:
        return Found("one too low", f"{text}; almost all are one too low")
    if right < len(want) * (_guessing(want) + 0.05):
        return Found("guessing", f"{text}; that is no better than guessing")
    return Found("below the bar", text, alike=answer)


def _guessing(want: Any) -> float:
    """The share of the most frequent class: what is right without looking."""
    return float(np.bincount(want).max() / len(want))


def trained(
    x: Any, y: Any, outputs: int, rng: Any, *, loss: str, units: int = 32, epochs: int = 20, rate: float = 0.1,
    batch: int = 32, start: float = 1.0, head: Callable[[Any], Any] | None = None,
) -> Predict:  # fmt: skip
    """Train a network with one hidden layer by gradient descent with momentum, by hand.

    Args:
        x: samples, shape (n, f).
        y: labels (n,) for the loss "softmax", else targets (n, outputs).
        outputs: the number of outputs.
        rng: the source of the weights and of the order.
        loss: "softmax", "sigmoid" or "squared".
        units: in the hidden layer.
        epochs: passes over the samples.
        rate: of learning.
        batch: samples per step.
        start: scales the initial weights.
        head: replaces the output layer's function of the scores.

    Returns:
        A function from samples to outputs, shape (m, outputs): scores for the loss "softmax", else after the output
        layer's function.
    """
    widths = ((x.shape[1], units), (units, outputs))
    w = [start * rng.uniform(-1, 1, shape) * np.sqrt(6 / sum(shape)) for shape in widths]
    b, velocities = [np.zeros(units), np.zeros(outputs)], [0.0, 0.0, 0.0, 0.0]
    goal = np.eye(outputs)[y] if loss == "softmax" else y
    function = head or {"softmax": _softmax, "sigmoid": _sigmoid, "squared": lambda z: 2 * z}[loss]
    goal = 2 * goal if loss == "squared" else goal
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for rows in (order[first : first + batch] for first in range(0, len(x), batch)):
            hidden = np.maximum(x[rows] @ w[0] + b[0], 0)
            grad = (function(hidden @ w[1] + b[1]) - goal[rows]) / len(rows)
            back = (grad @ w[1].T) * (hidden > 0)
            grads = [x[rows].T @ back, hidden.T @ grad, back.sum(axis=0), grad.sum(axis=0)]
            velocities = [0.9 * old + new for old, new in zip(velocities, grads, strict=True)]
            w, b = [w[k] - rate * velocities[k] for k in (0, 1)], [b[k] - rate * velocities[k + 2] for k in (0, 1)]

    def predict(samples: Any) -> Any:
        scores = np.maximum(samples @ w[0] + b[0], 0) @ w[1] + b[1]
        return (head or _sigmoid)(scores) if loss == "sigmoid" else scores

    return predict


def _softmax(scores: Any) -> Any:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _sigmoid(scores: Any) -> Any:
    return 0.5 * (1 + np.tanh(0.5 * scores))
