"""Assessment of losses of yes and no: binary cross-entropy, of probabilities and of logits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal
from autograder.units._losses_common import EPSILON, backward_slips, forward_slips, unequal_shapes

LN_0 = "A probability is 0. What is its logarithm, and what is 0 times that?"
LOGITS = "Do the predictions lie between 0 and 1 already? What does the docstring call them?"
ANSWERS = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]])
P = np.array([[0.75, 0.125, 0.625], [0.25, 0.5, 0.875]])
EXTREME = Case(
    "probabilities-zero-and-one",
    y_true=np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 1.0, 0.0]]),
    y_pred=np.array([[1.0, 0.0, 0.0, 1.0], [0.25, 0.5, 0.75, 0.125]]),
)
AT_THE_BOUNDS = Case("exactly-at-the-bounds", y_true=np.array([0.0, 1.0, 1.0]), y_pred=np.array([1e-7, 1 - 1e-7, 0.5]))


def _cases() -> list[Case]:
    return [
        Case("one-yes", y_true=np.array([1.0]), y_pred=np.array([0.25])),
        Case("one-no", y_true=np.array([0.0]), y_pred=np.array([0.25])),
        Case("table", y_true=ANSWERS, y_pred=P, readonly=True),
        Case("a-column", y_true=ANSWERS.reshape(-1, 1), y_pred=P.reshape(-1, 1)),
        Case("soft-targets", y_true=np.array([0.25, 0.9, 0.5]), y_pred=np.array([0.5, 0.75, 0.125])),
        Case("true-and-false", y_true=ANSWERS == 1, y_pred=P),
        EXTREME,
        Case("certain-and-right", y_true=np.array([1.0, 0.0, 1.0]), y_pred=np.array([1.0, 0.0, 0.5])),
        Case("single-precision", y_true=ANSWERS.astype(np.float32), y_pred=P.astype(np.float32)),
    ]


def _draw(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"y_true": rng.integers(2, size=(4, 3)).astype(np.float64), "y_pred": rng.uniform(0.02, 0.98, (4, 3))}


def _many(n: int) -> Mapping[str, Any]:
    return {"y_true": np.arange(3 * n).reshape(n, 3) % 2, "y_pred": grid(n, 3, start=0.01, step=0.3 / n)}


def _clip(p: Array, epsilon: float = EPSILON) -> Array:
    return np.clip(p, epsilon, 1 - epsilon)


def _surprise(t: Array, p: Array) -> Array:
    t = t.astype(p.dtype)
    values: Array = -(t * np.log(p) + (1 - t) * np.log(1 - p))
    return values


def _entropy(y_true: Array, y_pred: Array) -> Array:
    return _surprise(y_true, _clip(y_pred))


def _through_the_clip(y_true: Array, y_pred: Array) -> Array:
    p = _clip(y_pred)
    values: Array = (p - y_true.astype(p.dtype)) / (p * (1 - p))
    return values


def _slope(y_true: Array, y_pred: Array) -> Array:
    return _through_the_clip(y_true, y_pred) * ((y_pred >= EPSILON) & (y_pred <= 1 - EPSILON))


def _sigmoid(z: Array) -> Array:
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))


binary_crossentropy = Exercise(
    "binary_crossentropy",
    points=1,
    vectorized=_many,
    cases=[*_cases(), unequal_shapes(), random_cases(_draw)],
    misconceptions=[
        *forward_slips(_entropy),
        Misconception(
            "yes-branch-only",
            believes="The loss is -t ln p.",
            wrong=lambda y_true, y_pred: -np.mean(y_true * np.log(_clip(y_pred))),
            hint="Nothing happened, and 0.99 was predicted. What does that cost?",
        ),
        Misconception(
            "no-branch-only",
            believes="The loss is -(1 - t) ln(1 - p).",
            wrong=lambda y_true, y_pred: -np.mean((1 - y_true.astype(y_pred.dtype)) * np.log(1 - _clip(y_pred))),
            hint="It happened, and 0.01 was predicted. What does that cost?",
        ),
        Misconception(
            "no-clip",
            believes="Probabilities are never 0 or 1.",
            wrong=lambda y_true, y_pred: np.mean(_surprise(y_true, y_pred)),
            hint=LN_0,
        ),
        Misconception(
            "clip-too-large",
            believes="Any small number will do for the clip, 1e-3 for example.",
            wrong=lambda y_true, y_pred: np.mean(_surprise(y_true, _clip(y_pred, 1e-3))),
            hint="How much does a probability of 0 cost with your clip, and how much with that of the docstring?",
        ),
        Misconception(
            "epsilon-added",
            believes="Adding 1e-7 inside of the logarithms is the same as clipping.",
            wrong=lambda y_true, y_pred: (
                -np.mean(
                    y_true * np.log(y_pred + EPSILON) + (1 - y_true.astype(y_pred.dtype)) * np.log(1 - y_pred + EPSILON)
                )
            ),
            hint="Does a clip change a probability of 0.5?",
        ),
        Misconception(
            "probabilities-as-logits",
            believes="The predictions still have to go through a sigmoid.",
            wrong=lambda y_true, y_pred: np.mean(_surprise(y_true, _sigmoid(y_pred))),
            hint=LOGITS,
        ),
        Misconception(
            "sign-flipped",
            believes="The loss is the log-likelihood.",
            wrong=lambda y_true, y_pred: -np.mean(_entropy(y_true, y_pred)),
            hint="Which sign has the logarithm of a probability, and which has a loss?",
        ),
    ],
    hints=[
        "A yes costs -ln p, a no costs -ln(1 - p). How do t and 1 - t choose between them?",
        "np.clip with 1e-7 and 1 - 1e-7 first; then both logarithms, weighted by t and 1 - t; minus the mean.",
        "-np.mean of t * np.log(p) + (1 - t) * np.log(1 - p), with p clipped.",
    ],
)

binary_crossentropy_backward = Exercise(
    "binary_crossentropy_backward",
    points=1,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=_many,
    cases=[*_cases(), AT_THE_BOUNDS, random_cases(_draw)],
    misconceptions=[
        *backward_slips(_slope),
        Misconception(
            "bounds-excluded",
            believes="A clip passes the gradient strictly inside of its bounds only.",
            wrong=lambda y_true, y_pred: (
                _slope(y_true, y_pred) * ((y_pred > EPSILON) & (y_pred < 1 - EPSILON)) / y_pred.size
            ),
            hint="The prediction is exactly 1e-7. What does the docstring say for 1e-7 <= p?",
        ),
        Misconception(
            "sigmoid-gradient",
            believes="The gradient of cross-entropy is p - t.",
            wrong=lambda y_true, y_pred: (y_pred - y_true.astype(y_pred.dtype)) / y_pred.size,
            hint="That is the gradient with respect to logits before a sigmoid. Are the predictions logits here?",
        ),
        Misconception(
            "yes-branch-only",
            believes="The gradient is -t / p.",
            wrong=lambda y_true, y_pred: (
                -y_true / _clip(y_pred) * ((y_pred >= EPSILON) & (y_pred <= 1 - EPSILON)) / y_pred.size
            ),
            hint="Nothing happened, and 0.99 was predicted. Is there nothing to push?",
        ),
        Misconception(
            "through-the-clip",
            believes="A clipped probability still gets the gradient at the bound.",
            wrong=lambda y_true, y_pred: _through_the_clip(y_true, y_pred) / y_pred.size,
            hint="A probability of 0 becomes 1e-9. Does the clipped value, and with it the loss, change?",
        ),
        Misconception(
            "no-clip",
            believes="Probabilities are never 0 or 1.",
            wrong=lambda y_true, y_pred: (y_pred - y_true.astype(y_pred.dtype)) / (y_pred * (1 - y_pred)) / y_pred.size,
            hint="A probability is 0. What is p (1 - p), and what is 0 / 0?",
        ),
    ],
    hints=[
        "Differentiate -t ln p - (1 - t) ln(1 - p), and bring both terms over one denominator.",
        "(p - t) / (p (1 - p)), with p clipped so that nothing is divided by 0; 0 where the clip stops it; times 1/n.",
        "(clipped - t) / (clipped * (1 - clipped)) * ((p >= EPSILON) & (p <= 1 - EPSILON)) / p.size.",
    ],
    variants=[
        Variant("two-terms", lambda y_true, y_pred: _two_terms(y_true.astype(y_pred.dtype), y_pred)),
    ],
)


def _two_terms(t: Array, p: Array) -> Array:
    inside = (p >= EPSILON) & (p <= 1 - EPSILON)
    return np.where(inside, (1 - t) / (1 - _clip(p)) - t / _clip(p), 0) / p.size


Z = np.array([[2.0, -1.0, 0.5], [-3.0, 0.25, 4.0]])
FAR = np.array([[1000.0, -1000.0, 40.0], [-40.0, 1000.0, -1000.0]])


def _logit_cases() -> list[Case]:
    return [
        Case("one-yes", logits=np.array([-1.0]), labels=np.array([1.0])),
        Case("one-no", logits=np.array([-1.0]), labels=np.array([0.0])),
        Case("table", logits=Z, labels=ANSWERS, readonly=True),
        Case("logit-zero", logits=np.array([0.0, -0.0, 1.0]), labels=np.array([1.0, 0.0, 0.0])),
        Case("soft-labels", logits=Z, labels=np.array([[0.25, 0.5, 0.9], [0.1, 0.75, 1.0]])),
        Case("far-and-wrong", logits=FAR, labels=np.array([[0, 1, 0], [1, 0, 1]])),
        Case("far-and-right-beside-doubt", logits=np.array([1000.0, -1000.0, 0.5]), labels=np.array([1.0, 0.0, 0.0])),
        Case("true-and-false", logits=Z, labels=ANSWERS == 1),
        Case("single-precision", logits=Z.astype(np.float32), labels=ANSWERS.astype(np.float32)),
    ]


def _draw_logits(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"logits": 3 * rng.standard_normal((4, 3)), "labels": rng.integers(2, size=(4, 3)).astype(np.float64)}


def _many_logits(n: int) -> Mapping[str, Any]:
    return {"logits": normal(n, 3, scale=3.0), "labels": np.arange(3 * n).reshape(n, 3) % 2}


def _logits_last(misconceptions: list[Misconception]) -> list[Misconception]:
    """Wrong versions of (y_true, y_pred) as ones of (logits, labels)."""

    def turned(wrong: Callable[..., Any]) -> Callable[..., Any]:
        return lambda logits, labels: wrong(labels, logits)

    return [Misconception(each.name, each.believes, turned(each.wrong), each.hint) for each in misconceptions]


def _fused(labels: Array, logits: Array) -> Array:
    values: Array = np.logaddexp(logits, 0) - logits * labels.astype(logits.dtype)
    return values


def _fused_slope(labels: Array, logits: Array) -> Array:
    values: Array = _sigmoid(logits) - labels.astype(logits.dtype)
    return values


sigmoid_cross_entropy = Exercise(
    "sigmoid_cross_entropy",
    points=2,
    vectorized=_many_logits,
    cases=[
        *_logit_cases(),
        Case("a-column-for-a-vector", raises="labels", logits=grid(3), labels=np.array([[1.0], [0.0], [1.0]])),
        random_cases(_draw_logits),
    ],
    misconceptions=[
        *_logits_last(forward_slips(_fused)),
        Misconception(
            "not-fused",
            believes="First the sigmoid, then the logarithms: the formula can be computed as it stands.",
            wrong=lambda logits, labels: np.mean(_surprise(labels, _sigmoid(logits))),
            hint="σ(-1000) is 0 in floating point. What is its logarithm then, and what should it be?",
        ),
        Misconception(
            "fused-by-a-clip",
            believes="Clipping the probabilities makes the loss stable enough.",
            wrong=lambda logits, labels: np.mean(_entropy(labels, _sigmoid(logits))),
            hint="A logit of -1000 for a yes: how much does it cost by the formula, and how much with a clip?",
        ),
        Misconception(
            "power-overflows",
            believes="ln(1 + e^z) - z t can be computed as it stands.",
            wrong=lambda logits, labels: np.mean(np.log(1 + np.exp(logits)) - logits * labels),
            hint="What is e^1000 in floating point? Which exponent is never positive?",
        ),
        Misconception(
            "yes-branch-only",
            believes="The loss is -t ln σ(z).",
            wrong=lambda logits, labels: np.mean(labels * np.logaddexp(0, -logits)),
            hint="Nothing happened, and the logit was 7. What does that cost?",
        ),
        Misconception(
            "logits-as-probabilities",
            believes="The logits are probabilities.",
            wrong=lambda logits, labels: np.mean(_entropy(labels, logits)),
            hint="A logit is 2. Can that be a probability?",
        ),
        Misconception(
            "sigmoid-twice",
            believes="The logits have to be squashed before the fused formula.",
            wrong=lambda logits, labels: np.mean(_fused(labels, _sigmoid(logits))),
            hint="The fused formula takes z. Where in it is the sigmoid?",
        ),
    ],
    hints=[
        "Write ln σ(z) and ln(1 - σ(z)) with ln(1 + e^z). What remains of the two terms?",
        "ln(1 + e^z) - z t; the logarithm without overflow is max(z, 0) + ln(1 + e^-|z|), or NumPy's logaddexp with 0.",
        "np.mean of np.logaddexp(z, 0) - z * t.",
    ],
    variants=[
        Variant("three-terms", lambda logits, labels: _three_terms(logits, labels)),
    ],
)


def _three_terms(logits: Array, labels: Array) -> Any:
    if logits.shape != labels.shape:
        raise ValueError(f"labels: got shape {labels.shape}, want {logits.shape}")
    return np.mean(np.maximum(logits, 0) - logits * labels + np.log1p(np.exp(-np.abs(logits))))


sigmoid_cross_entropy_backward = Exercise(
    "sigmoid_cross_entropy_backward",
    points=1,
    truth="loss_gradient",
    wrt=["logits"],
    vectorized=_many_logits,
    cases=[*_logit_cases(), random_cases(_draw_logits)],
    misconceptions=[
        *_logits_last(backward_slips(_fused_slope)),
        Misconception(
            "sigmoid-slope-again",
            believes="The sigmoid's slope σ (1 - σ) multiplies the difference.",
            wrong=lambda logits, labels: (
                _fused_slope(labels, logits) * _sigmoid(logits) * (1 - _sigmoid(logits)) / logits.size
            ),
            hint="The slope of the cross-entropy has p (1 - p) below. What becomes of it?",
        ),
        Misconception(
            "logits-as-probabilities",
            believes="The gradient is z - t.",
            wrong=lambda logits, labels: (logits - labels.astype(logits.dtype)) / logits.size,
            hint="What comes out of the sigmoid, and which difference is the gradient?",
        ),
        Misconception(
            "power-overflows",
            believes="σ(z) = e^z / (1 + e^z) can be computed as it stands.",
            wrong=lambda logits, labels: (
                (np.exp(logits) / (1 + np.exp(logits)) - labels.astype(logits.dtype)) / logits.size
            ),
            hint="What is e^1000 in floating point, and what is ∞ / ∞?",
        ),
        Misconception(
            "through-clipped-probabilities",
            believes="The gradient is that of the probabilities' loss, with its clip, times σ (1 - σ).",
            wrong=lambda logits, labels: (
                _slope(labels, _sigmoid(logits)) * _sigmoid(logits) * (1 - _sigmoid(logits)) / logits.size
            ),
            hint="A logit of -1000 for a yes: what does the clip leave of the gradient, where it is needed most?",
        ),
    ],
    hints=[
        "Differentiate ln(1 + e^z) - z t. Which function is the derivative of the first term?",
        "σ(z) - t; of the two forms of the sigmoid choose the one whose exponent is never positive; times 1/n.",
        "(sigmoid - t) / z.size, with the sigmoid 1 / (1 + e^-|z|) where z >= 0, else e^-|z| / (1 + e^-|z|).",
    ],
    variants=[
        Variant(
            "one-over", lambda logits, labels: (1 / (1 + np.exp(-logits)) - labels.astype(logits.dtype)) / logits.size
        ),
    ],
)
