"""Assessment of optimizers: Adam, and Adam with decoupled weight decay."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from autograder.catalog import Exercise, Misconception, Variant
from autograder.units import _optimizers_slips as slips
from autograder.units._optimizers_shared import (
    FORGETS,
    FROZEN_RATE,
    SHARES,
    drive_optimizer,
    growing,
    kept_wrongly,
    made,
    optimizer_cases,
)

__all__ = ["Adam", "AdamW"]

_BETAS = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
_adam = functools.partial(made, options=_BETAS, slots=2)
_adamw = functools.partial(made, options={**_BETAS, "weight_decay": 0.01}, slots=2)


def _means(self: Any, g: Any, m: Any, s: Any) -> tuple[Any, Any]:
    return self.beta1 * m + (1 - self.beta1) * g, self.beta2 * s + (1 - self.beta2) * g * g


def _right(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    m, s = _means(self, g, m, s)
    m_hat, s_hat = m / (1 - self.beta1**self.t), s / (1 - self.beta2**self.t)
    return p - self.lr * m_hat / (np.sqrt(s_hat) + self.eps), m, s


def _uncorrected(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    m, s = _means(self, g, m, s)
    return p - self.lr * m / (np.sqrt(s) + self.eps), m, s


def _only_m_corrected(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    m, s = _means(self, g, m, s)
    return p - self.lr * m / (1 - self.beta1**self.t) / (np.sqrt(s) + self.eps), m, s


def _constant_correction(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    m, s = _means(self, g, m, s)
    return p - self.lr * m / (1 - self.beta1) / (np.sqrt(s / (1 - self.beta2)) + self.eps), m, s


def _correction_stored(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    m, s = _means(self, g, m, s)
    m, s = m / (1 - self.beta1**self.t), s / (1 - self.beta2**self.t)
    return p - self.lr * m / (np.sqrt(s) + self.eps), m, s


def _counts_from_zero(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    m, s = _means(self, g, m, s)
    m_hat, s_hat = m / (1 - self.beta1 ** (self.t - 1)), s / (1 - self.beta2 ** (self.t - 1))
    return p - self.lr * m_hat / (np.sqrt(s_hat) + self.eps), m, s


def _eps_inside(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    m, s = _means(self, g, m, s)
    m_hat, s_hat = m / (1 - self.beta1**self.t), s / (1 - self.beta2**self.t)
    return p - self.lr * m_hat / np.sqrt(s_hat + self.eps), m, s


def _eps_before_correction(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    m, s = _means(self, g, m, s)
    rate = self.lr * np.sqrt(1 - self.beta2**self.t).item() / (1 - self.beta1**self.t)
    return p - rate * m / (np.sqrt(s) + self.eps), m, s


def _gradient_in_s(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    m = self.beta1 * m + (1 - self.beta1) * g
    s = self.beta2 * s + (1 - self.beta2) * g
    m_hat, s_hat = m / (1 - self.beta1**self.t), s / (1 - self.beta2**self.t)
    return p - self.lr * m_hat / (np.sqrt(s_hat) + self.eps), m, s


def _betas_swapped(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    m, s = self.beta2 * m + (1 - self.beta2) * g, self.beta1 * s + (1 - self.beta1) * g * g
    m_hat, s_hat = m / (1 - self.beta2**self.t), s / (1 - self.beta1**self.t)
    return p - self.lr * m_hat / (np.sqrt(s_hat) + self.eps), m, s


def _no_root(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    m, s = _means(self, g, m, s)
    m_hat, s_hat = m / (1 - self.beta1**self.t), s / (1 - self.beta2**self.t)
    return p - self.lr * m_hat / (s_hat + self.eps), m, s


def _gradient_for_mean(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    m, s = _means(self, g, m, s)
    return p - self.lr * g / (np.sqrt(s / (1 - self.beta2**self.t)) + self.eps), m, s


def _count_parameter(self: Any) -> None:
    self.t += 1


class _CorrectedArrays:
    """As in the paper, array by array, with a state made at the first step and updated in place."""

    def __init__(self, lr: float, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8) -> None:
        self.lr, self.betas, self.eps, self.count = lr, (beta1, beta2), eps, 0
        self.state: dict[int, Any] = {}

    def step(self, params: Any, grads: Any) -> Any:
        if len(params) != len(grads) or any(p.shape != g.shape for p, g in zip(params, grads, strict=True)):
            raise ValueError("grads: want one of the same shape for each parameter")
        self.count += 1
        return [self.one(*each) for each in zip(range(len(params)), params, grads, strict=True)]

    def one(self, index: int, p: Any, g: Any) -> Any:
        beta1, beta2 = self.betas
        m, v = self.state.setdefault(index, (np.zeros_like(p), np.zeros_like(p)))
        m += (1 - beta1) * (g - m)
        v += (1 - beta2) * (np.square(g) - v)
        m_hat = m / (1 - np.power(beta1, self.count, dtype=p.dtype))
        v_hat = v / (1 - beta2**self.count)
        return p - self.lr * m_hat / (v_hat**0.5 + self.eps)


def _draw_betas(rng: np.random.Generator) -> dict[str, float]:
    beta1, beta2 = rng.uniform(0.5, 0.95, 2)
    return {"beta1": float(beta1), "beta2": float(beta2), "eps": float(rng.uniform(0.01, 0.3))}


Adam = Exercise(
    "Adam",
    points=3,
    scenario=drive_optimizer,
    reference="adam",
    returns_new=True,
    vectorized=growing,
    cases=optimizer_cases({"beta1": 0.5, "beta2": 0.8, "eps": 0.1}, _draw_betas),
    misconceptions=[
        Misconception(
            "no-bias-correction",
            believes="m and s are the means already.",
            wrong=_adam(_uncorrected),
            hint="After one step m is a tenth of the gradient. What would make it a mean?",
        ),
        Misconception(
            "only-m-corrected",
            believes="The correction is for the mean of the gradients.",
            wrong=_adam(_only_m_corrected),
            hint="s starts at zero as well. By what is it too small after one step?",
        ),
        Misconception(
            "t-counts-parameters",
            believes="t grows with each parameter that is updated.",
            wrong=_adam(_right, begin_step=lambda self: None, begin_parameter=_count_parameter),
            hint="With three parameters, what is your t after the first call of `step`?",
        ),
        Misconception(
            "t-from-zero",
            believes="The first step has the number 0.",
            wrong=_adam(_counts_from_zero),
            hint="What is 1 − β⁰, and what do you do with it?",
        ),
        Misconception(
            "correction-without-power",
            believes="The correction is 1 − β in all steps.",
            wrong=_adam(_constant_correction),
            hint="After a thousand steps m is a mean as it is. What must the correction have become?",
        ),
        Misconception(
            "corrected-state-kept",
            believes="m and s are replaced by their corrected values.",
            wrong=_adam(_correction_stored),
            hint="If the corrected m goes into the next step, how often is the first gradient corrected by step 3?",
        ),
        Misconception(
            "gradient-not-squared",
            believes="s is a slower mean of the gradients.",
            wrong=_adam(_gradient_in_s),
            hint="What is the root of a mean of gradients that are negative?",
        ),
        Misconception(
            "eps-under-the-root",
            believes="ε is added to ŝ before the root is taken.",
            wrong=_adam(_eps_inside),
            hint="With ŝ = 0 and ε = 1e-8: is the denominator 1e-8 or 1e-4?",
        ),
        Misconception(
            "eps-before-the-correction",
            believes="The corrections go into the rate, and ε is added to √s: Keras's formula.",
            wrong=_adam(_eps_before_correction),
            hint="After one step √s is √0.001 |g|. Is ε compared with that, or with |g|?",
        ),
        Misconception(
            "no-root",
            believes="The step is divided by ŝ.",
            wrong=_adam(_no_root),
            hint="If all gradients were a hundred times larger, how large should the step be?",
        ),
        Misconception(
            "betas-swapped",
            believes="β₁ is for the squares, β₂ for the gradients.",
            wrong=_adam(_betas_swapped),
            hint="Which of the two means should have the longer memory, and which β is 0.999?",
        ),
        Misconception(
            "gradient-instead-of-its-mean",
            believes="The step is along the gradient; m is for nothing.",
            wrong=_adam(_gradient_for_mean),
            hint="That is RMSprop with a correction. What does Adam have in the numerator?",
        ),
        Misconception(
            "state-reset",
            believes="The means are made at the beginning of `step`.",
            wrong=_adam(_right, **FORGETS),
            hint="Where do m and s live between two calls of `step`?",
        ),
        Misconception(
            "one-state-for-all",
            believes="An optimizer has one m and one s.",
            wrong=_adam(_right, **SHARES),
            hint="Should the gradients of one parameter move another one?",
        ),
        Misconception(
            "rate-frozen",
            believes="The rate is what the constructor was given, for ever.",
            wrong=_adam(_right, **FROZEN_RATE),
            hint="If a schedule writes to optimizer.lr, does your next `step` read it?",
        ),
        *kept_wrongly(_right, _adam),
        *slips.ADAM,
    ],
    hints=[
        "Three things are remembered: two arrays for each parameter, and one number for the optimizer.",
        "Count the step first. Keep m and s as they are; the corrected ones are used in this step and thrown away.",
        "param - self.lr * (m / (1 - b1**t)) / (np.sqrt(s / (1 - b2**t)) + self.eps)",
    ],
    variants=[Variant("as-in-the-paper", _CorrectedArrays)],
)


def _decoupled(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    return _right(self, p * (1 - self.lr * self.weight_decay), g, m, s)


def _penalty_in_gradient(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    return _right(self, p, g + self.weight_decay * p, m, s)


def _decay_without_rate(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    return _right(self, p * (1 - self.weight_decay), g, m, s)


def _decay_by_first_rate(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    return _right(self, p * (1 - self.first_lr * self.weight_decay), g, m, s)


def _decay_after_step(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    new, m, s = _right(self, p, g, m, s)
    return new * (1 - self.lr * self.weight_decay), m, s


def _decay_in_numerator(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    m, s = _means(self, g, m, s)
    m_hat, s_hat = m / (1 - self.beta1**self.t), s / (1 - self.beta2**self.t)
    return p - self.lr * (m_hat + self.weight_decay * p) / (np.sqrt(s_hat) + self.eps), m, s


def _grows(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    return _right(self, p * (1 + self.lr * self.weight_decay), g, m, s)


def _decays_twice(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    return _right(self, p * (1 - 2 * self.lr * self.weight_decay), g, m, s)


def _uncorrected_decoupled(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    return _uncorrected(self, p * (1 - self.lr * self.weight_decay), g, m, s)


def _matrices_only(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    return (_decoupled if p.ndim > 1 else _right)(self, p, g, m, s)


class _DecaySubtracted(_CorrectedArrays):
    """Adam's step, and then the decay of the weights from before it taken off."""

    def __init__(self, lr: float, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8, decay: float = 0.01):
        super().__init__(lr, beta1, beta2, eps)
        self.decay = decay

    def step(self, params: Any, grads: Any) -> Any:
        new = super().step(params, grads)
        return [q - self.lr * self.decay * p for p, q in zip(params, new, strict=True)]


AdamW = Exercise(
    "AdamW",
    points=2,
    scenario=drive_optimizer,
    reference="adamw",
    returns_new=True,
    vectorized=growing,
    cases=optimizer_cases(
        {"beta1": 0.5, "beta2": 0.8, "eps": 0.1, "weight_decay": 0.5},
        lambda rng: {**_draw_betas(rng), "weight_decay": float(rng.uniform(0.05, 0.5))},
    ),
    misconceptions=[
        Misconception(
            "penalty-in-the-gradient",
            believes="Weight decay is the gradient of a penalty: λ w is added to g.",
            wrong=_adamw(_penalty_in_gradient),
            hint="What does Adam divide a gradient by, and so the λ w in it? `Decoupled` means that it does not.",
        ),
        Misconception(
            "no-decay",
            believes="AdamW is Adam.",
            wrong=_adamw(_right),
            hint="With a gradient of zero for ever, what becomes of the weights?",
        ),
        Misconception(
            "decay-without-rate",
            believes="The weights are multiplied by 1 − λ.",
            wrong=_adamw(_decay_without_rate),
            hint="If a schedule brings the rate down to 0, should the weights go on shrinking?",
        ),
        Misconception(
            "decay-by-the-first-rate",
            believes="The schedule is for the step; the decay keeps the rate it was given.",
            wrong=_adamw(_decay_by_first_rate),
            hint="Which lr is in lr · λ · w: that of the constructor, or that of this step?",
        ),
        Misconception(
            "decay-after-the-step",
            believes="The updated weights are what decays.",
            wrong=_adamw(_decay_after_step),
            hint="Does your decay shrink the step that was just taken?",
        ),
        Misconception(
            "decay-divided-by-the-root",
            believes="λ w joins the step next to m̂, over the same root.",
            wrong=_adamw(_decay_in_numerator),
            hint="Two weights of one size and different gradients: do they decay alike?",
        ),
        Misconception(
            "weights-grow",
            believes="The weights are multiplied by 1 + lr λ.",
            wrong=_adamw(_grows),
            hint="Decay should bring weights nearer to zero. Does a factor above 1?",
        ),
        Misconception(
            "decay-doubled",
            believes="The decay is the gradient of λ w²: 2 λ w.",
            wrong=_adamw(_decays_twice),
            hint="Decoupled decay is no gradient of anything. What does the formula multiply w by?",
        ),
        Misconception(
            "no-bias-correction",
            believes="The corrections of Adam are left out.",
            wrong=_adamw(_uncorrected_decoupled),
            hint="Take the decay away: is what remains Adam?",
        ),
        Misconception(
            "decays-matrices-only",
            believes="Biases are not decayed.",
            wrong=_adamw(_matrices_only),
            hint="Many do that, by giving biases an optimizer of their own. What does the formula say about axes?",
        ),
        Misconception(
            "t-counts-parameters",
            believes="t grows with each parameter that is updated.",
            wrong=_adamw(_decoupled, begin_step=lambda self: None, begin_parameter=_count_parameter),
            hint="With three parameters, what is your t after the first call of `step`?",
        ),
        *kept_wrongly(_decoupled, _adamw),
        *slips.ADAMW,
    ],
    hints=[
        "Two things happen to a weight, and neither knows of the other. Which of them do you have already?",
        "Shrink the parameters by lr · λ of themselves, then hand them to Adam's step with the gradients as they came.",
        "super().step([(1 - self.lr * self.weight_decay) * param for param in params], grads)",
    ],
    variants=[Variant("decay-subtracted", _DecaySubtracted)],
)
