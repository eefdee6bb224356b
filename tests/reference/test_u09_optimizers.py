"""The reference of optimizers against the update rules by hand, torch's clipping and torch's schedulers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.units.u09_optimizers import gradient_descent as cases
from reference import u09_optimizers as reference

SHAPES = st.lists(st.lists(st.integers(1, 3), min_size=1, max_size=3).map(tuple), min_size=1, max_size=3)
SEEDS = st.integers(0, 2**32 - 1)
RATES = st.floats(1e-3, 1.0)

#: One number's position after gradients g and rates a, by hand: its start, the gradients, the rates, and options.
Rule = Callable[..., float]


def _by_sgd(w: float, g: Sequence[float], a: Sequence[float]) -> float:
    return w - sum(rate * grad for rate, grad in zip(a, g, strict=True))


def _velocity(g: Sequence[float], momentum: float) -> float:
    """The geometric sum that the recursion v ← μ v + g unrolls to."""
    return sum(momentum ** (len(g) - 1 - k) * grad for k, grad in enumerate(g))


def _by_momentum(w: float, g: Sequence[float], a: Sequence[float], momentum: float) -> float:
    return w - sum(rate * _velocity(g[: t + 1], momentum) for t, rate in enumerate(a))


def _by_nesterov(w: float, g: Sequence[float], a: Sequence[float], momentum: float) -> float:
    return w - sum(rate * (g[t] + momentum * _velocity(g[: t + 1], momentum)) for t, rate in enumerate(a))


def _by_adagrad(w: float, g: Sequence[float], a: Sequence[float], eps: float) -> float:
    return w - sum(rate * g[t] / (math.hypot(*g[: t + 1]) + eps) for t, rate in enumerate(a))


def _mean(g: Sequence[float], kept: float) -> float:
    """A moving mean from zero, unrolled."""
    return (1 - kept) * _velocity(g, kept)


def _squares(g: Sequence[float]) -> list[float]:
    return [grad * grad for grad in g]


def _by_rmsprop(w: float, g: Sequence[float], a: Sequence[float], rho: float, eps: float) -> float:
    return w - sum(rate * g[t] / (math.sqrt(_mean(_squares(g[: t + 1]), rho)) + eps) for t, rate in enumerate(a))


def _adam_move(g: Sequence[float], beta1: float, beta2: float, eps: float) -> float:
    m_hat = _mean(g, beta1) / (1 - beta1 ** len(g))
    s_hat = _mean(_squares(g), beta2) / (1 - beta2 ** len(g))
    return m_hat / (math.sqrt(s_hat) + eps)


def _by_adam(w: float, g: Sequence[float], a: Sequence[float], *options: float) -> float:
    return w - sum(rate * _adam_move(g[: t + 1], *options) for t, rate in enumerate(a))


def _by_adamw(w: float, g: Sequence[float], a: Sequence[float], *options: float) -> float:
    *betas_eps, decay = options
    for t, rate in enumerate(a):
        w += -rate * decay * w - rate * _adam_move(g[: t + 1], *betas_eps)
    return w


RULES: dict[str, tuple[Rule, dict[str, float]]] = {
    "sgd": (_by_sgd, {}),
    "momentum": (_by_momentum, {"momentum": 0.9}),
    "nesterov": (_by_nesterov, {"momentum": 0.9}),
    "adagrad": (_by_adagrad, {"eps": 1e-10}),
    "rmsprop": (_by_rmsprop, {"rho": 0.9, "eps": 1e-8}),
    "adam": (_by_adam, {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}),
    "adamw": (_by_adamw, {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.01}),
}


@pytest.mark.parametrize("name", RULES)
@settings(deadline=None, max_examples=15)
@given(shapes=SHAPES, steps=st.integers(1, 4), seed=SEEDS, use_defaults=st.booleans())
def test_trajectories_are_the_unrolled_rules(name: str, shapes: Any, steps: int, seed: int, use_defaults: bool) -> None:
    """Every number of every parameter moves by its own gradients alone, as the rule says; so do the defaults."""
    rule, defaults = RULES[name]
    rng = np.random.default_rng(seed)
    options = defaults if use_defaults else {key: float(rng.uniform(0.01, 0.95)) for key in defaults}
    params = [rng.standard_normal(shape) for shape in shapes]
    grads = [[rng.standard_normal(shape) for shape in shapes] for _ in range(steps)]
    rates = [float(rate) for rate in rng.uniform(0.01, 1, steps)]
    record = getattr(reference, name)(params, grads, rates, {} if use_defaults else options)
    for i, param in enumerate(params):
        for t in range(1, steps + 1):
            got = record[f"parameter {i} after step {t}"]
            for index in np.ndindex(param.shape):
                own = [row[i][index] for row in grads[:t]]
                want = rule(param[index], own, rates[:t], *options.values())
                assert got[index] == pytest.approx(want, rel=1e-9, abs=1e-9)
        last = record[f"parameter {i} after step {steps}"]
        for again in ("another optimizer, made beside the first", "arrays of a call overwritten after it"):
            np.testing.assert_array_equal(record[f"{again}: parameter {i} at the end"], last)


@settings(deadline=None, max_examples=40)
@given(shapes=SHAPES, seed=SEEDS, scale=st.sampled_from([0.1, 1.0, 50.0]), max_norm=st.floats(1.0, 5.0))
def test_clipping_equals_torchs(shapes: Any, seed: int, scale: float, max_norm: float) -> None:
    """All three clippings are torch.nn.utils's, but for the 1e-6 that torch adds to norms."""
    rng = np.random.default_rng(seed)
    grads = [scale * rng.standard_normal(shape) for shape in shapes]
    tensors = _with_gradients(grads)
    norm = torch.nn.utils.clip_grad_norm_(tensors, max_norm)
    clipped, before = reference.clip_by_global_norm(grads, max_norm)
    assert float(before) == pytest.approx(norm.item(), rel=1e-12)
    _assert_gradients(clipped, tensors, rtol=2e-6)

    tensors = _with_gradients(grads)
    for tensor in tensors:
        torch.nn.utils.clip_grad_norm_([tensor], max_norm)
    _assert_gradients(reference.clip_by_norm(grads, max_norm), tensors, rtol=2e-6)

    tensors = _with_gradients(grads)
    torch.nn.utils.clip_grad_value_(tensors, max_norm)
    _assert_gradients(reference.clip_by_value(grads, max_norm), tensors, rtol=0)


def _with_gradients(grads: Sequence[Any]) -> list[torch.Tensor]:
    tensors = [torch.zeros(grad.shape, dtype=torch.float64) for grad in grads]
    for tensor, grad in zip(tensors, grads, strict=True):
        tensor.grad = torch.tensor(grad)
    return tensors


def _assert_gradients(got: Sequence[Any], tensors: Sequence[torch.Tensor], rtol: float) -> None:
    for array, tensor in zip(got, tensors, strict=True):
        assert tensor.grad is not None
        np.testing.assert_allclose(array, tensor.grad.numpy(), rtol=rtol)


def test_clipping_runs_on_torch_and_keeps_zeros() -> None:
    """The clippings take tensors as they are; gradients of zero stay zero, with norm 0."""
    grads = [torch.zeros(3, dtype=torch.float64), torch.zeros((2, 1), dtype=torch.float64)]
    clipped, norm = reference.clip_by_global_norm(grads, 1.0)
    assert norm.item() == 0
    for each in (clipped, reference.clip_by_norm(grads, 1.0), reference.clip_by_value(grads, 1.0)):
        assert [grad.tolist() for grad in each] == [[0, 0, 0], [[0], [0]]]


def _rates_of(make: Callable[[Any], Any], lr: float, steps: int) -> list[float]:
    """The rates that a scheduler of torch gives to the first steps."""
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=lr)
    scheduler = make(optimizer)
    rates = []
    for _ in range(steps):
        rates.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        scheduler.step()
    return rates


@settings(deadline=None, max_examples=30)
@given(lr=RATES, factor=st.floats(0.1, 1.0), every=st.integers(1, 6))
def test_step_and_exponential_decay_equal_torchs(lr: float, factor: float, every: int) -> None:
    """StepLR drops every few epochs; ExponentialLR with the root of the factor falls at every step."""
    schedulers = torch.optim.lr_scheduler
    want = _rates_of(lambda optimizer: schedulers.StepLR(optimizer, every, factor), lr, 20)
    assert [reference.step_decay(lr, epoch, factor, every) for epoch in range(20)] == pytest.approx(want, rel=1e-9)
    want = _rates_of(lambda optimizer: schedulers.ExponentialLR(optimizer, factor ** (1 / every)), lr, 20)
    got = [reference.exponential_decay(lr, step, factor, every) for step in range(20)]
    assert got == pytest.approx(want, rel=1e-9)


def test_step_decay_has_its_defaults() -> None:
    """Without further arguments the rate is halved every ten epochs."""
    assert [reference.step_decay(1.0, epoch) for epoch in (0, 9, 10, 19, 20)] == [1, 1, 0.5, 0.5, 0.25]


@settings(deadline=None, max_examples=30)
@given(lr=RATES, warmup=st.integers(0, 6), descent=st.integers(1, 15), floor=st.floats(0.0, 1e-3))
def test_cosine_decay_equals_torchs(lr: float, warmup: int, descent: int, floor: float) -> None:
    """The descent is CosineAnnealingLR's, shifted by a warm-up like LinearLR's; afterwards the floor stays."""
    schedulers, total = torch.optim.lr_scheduler, warmup + descent
    cosine = _rates_of(lambda optimizer: schedulers.CosineAnnealingLR(optimizer, descent, floor), lr, descent + 1)
    climb = (
        _rates_of(lambda o: schedulers.LinearLR(o, 1 / warmup, 1.0, max(warmup - 1, 1)), lr, warmup) if warmup else []
    )
    got = [reference.cosine_decay(lr, step, total, warmup, floor) for step in range(total + 4)]
    assert got == pytest.approx([*climb, *cosine, floor, floor, floor], rel=1e-9, abs=1e-12)


class _KerasCounting:
    """ReduceLROnPlateau.on_epoch_end of Keras in mode `min`, without a cooldown, retold."""

    def __init__(self, lr: float, factor: float, patience: int, min_delta: float, min_lr: float) -> None:
        self.lr, self.options = lr, (factor, patience, min_delta, min_lr)
        self.best, self.wait = math.inf, 0

    def rate_after(self, metric: float) -> float:
        factor, patience, min_delta, min_lr = self.options
        if np.less(metric, self.best - min_delta):
            self.best, self.wait = metric, 0
        else:
            self.wait += 1
            if self.wait >= patience and self.lr > min_lr:
                self.lr, self.wait = max(self.lr * factor, min_lr), 0
        return self.lr


@settings(deadline=None, max_examples=80)
@given(
    metrics=st.lists(st.integers(-8, 8).map(lambda n: n / 4) | st.just(math.nan), min_size=1, max_size=20),
    factor=st.sampled_from([0.1, 0.5]),
    patience=st.integers(0, 4),
    min_delta=st.sampled_from([0.0, 0.25, 0.5]),
    min_lr=st.sampled_from([0.0, 0.2]),
)
def test_plateaus_are_counted_as_by_keras(
    metrics: Any, factor: float, patience: int, min_delta: float, min_lr: float
) -> None:
    """Torch's scheduler with a patience of one less reduces where Keras does, with ties and NaN."""
    options = {"factor": factor, "patience": patience, "min_delta": min_delta, "min_lr": min_lr}
    keras = _KerasCounting(1.0, **options)  # type: ignore[arg-type]
    want = [keras.rate_after(metric) for metric in metrics]
    record = reference.reduce_on_plateau(metrics, 1.0, options)
    assert record["rate returned after epoch e"].tolist() == pytest.approx(want, rel=1e-12)
    assert record["attribute lr after epoch e"].tolist() == pytest.approx(want, rel=1e-12)


@settings(deadline=None, max_examples=30)
@given(size=st.integers(1, 4), lr=st.floats(0.01, 0.4), steps=st.integers(0, 6), seed=SEEDS)
def test_paths_on_quadratics_are_powers(size: int, lr: float, steps: int, seed: int) -> None:
    """On Σ k x_k² / 2 each coordinate is multiplied by 1 − k · lr in every step."""
    x0 = np.random.default_rng(seed).standard_normal(size)
    factors = 1 - lr * np.arange(1, size + 1)
    want = [x0 * factors**k for k in range(steps + 1)]
    np.testing.assert_allclose(reference.gradient_descent("valley", x0, lr, steps), want, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", sorted(reference.FUNCTIONS))
def test_students_are_given_the_gradients_of_the_reference(name: str) -> None:
    """The scenario's gradients are autograd's of the reference's functions."""
    x = np.random.default_rng(5).standard_normal((2, 3))

    def capture(f_grad: Callable[[Any], Any], x0: Any, lr: float, steps: int) -> Any:
        return f_grad(x0)

    variable = torch.tensor(x, requires_grad=True)
    reference.FUNCTIONS[name](variable).backward()
    assert variable.grad is not None
    np.testing.assert_allclose(cases.drive_descent(capture, name, x, 0.1, 1), variable.grad.numpy(), rtol=1e-12)
