"""Assessment of PyTorch: the same code for NumPy arrays and for tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import grid, normal
from autograder.units import _pytorch_slips as slips
from autograder.units._pytorch_shared import as_single_precision, numbers

__all__ = ["layer_norm", "softmax"]


def what_is(value: Any) -> str:
    """Which library a result belongs to, and for tensors device and graph."""
    import torch

    if isinstance(value, torch.Tensor):
        graph = "with" if value.requires_grad else "without"
        return f"a tensor on {value.device.type} {graph} a graph"
    return "a NumPy array" if isinstance(value, np.ndarray) else type(value).__name__


def drive_both(function: Any, arrays: Any, options: Any, grad_output: Any, device: str) -> dict[str, Any]:
    """Call it with arrays, which have names, then with tensors, and go backward."""
    import torch

    plain = function(*arrays.values(), **options)
    tensors = [torch.tensor(array, device=device, requires_grad=True) for array in arrays.values()]
    other = function(*tensors, **options)
    is_tensor = isinstance(other, torch.Tensor)
    grads: Any = [None] * len(arrays)
    if is_tensor and other.requires_grad:
        # of a sum, a number: for a gradient of another shape torch imports a computer algebra system
        total = (torch.tensor(grad_output, device=device) * other).sum()
        grads = torch.autograd.grad(total, tensors, allow_unused=True)
    return {
        "result for an array": what_is(plain),
        "result for a tensor": what_is(other),
        "values of the array": numbers(plain) if isinstance(plain, torch.Tensor) else plain,
        "values of the tensor": numbers(other) if is_tensor else other,
        **{f"gradient of {name}": None if g is None else numbers(g) for name, g in zip(arrays, grads, strict=True)},
    }


def drive_softmax(softmax: Any, x: Any, axis: Any, grad_output: Any, device: str = "cpu") -> Any:
    """Both libraries; the usual axis where there is none."""
    return drive_both(softmax, {"x": x}, {} if axis is None else {"axis": axis}, grad_output, device)


def drive_layer_norm(
    layer_norm: Any, x: Any, gamma: Any, beta: Any, eps: Any, grad_output: Any, device: str = "cpu"
) -> Any:
    """Both libraries; the usual eps where there is none."""
    arrays = {"x": x, "gamma": gamma, "beta": beta}
    return drive_both(layer_norm, arrays, {} if eps is None else {"eps": eps}, grad_output, device)


def _namespace(x: Any) -> Any:
    import torch

    return torch if isinstance(x, torch.Tensor) else np


def _normalised(xp: Any, shifted: Any, axis: int) -> Any:
    powers = xp.exp(shifted)
    return powers / powers.sum(axis=axis, keepdims=True)


def _softmax_by_logs(x: Any, axis: int = -1) -> Any:
    if x.ndim == 0:
        raise ValueError("x: got a single number")
    if _namespace(x) is np:
        return np.exp(x - np.logaddexp.reduce(x, axis=axis, keepdims=True))
    return (x - x.logsumexp(dim=axis, keepdim=True)).exp()


def _softmax_without_shift(x: Any, axis: int = -1) -> Any:
    return _normalised(_namespace(x), x, axis)


def _softmax_with_one_maximum(x: Any, axis: int = -1) -> Any:
    return _normalised(_namespace(x), x - x.max(), axis)


def _softmax_of_last_axis(x: Any, axis: int = -1) -> Any:
    xp = _namespace(x)
    return _normalised(xp, x - xp.amax(x, axis=-1, keepdims=True), -1)


def _softmax_of_numpy(x: Any, axis: int = -1) -> Any:
    array = np.asarray(x if _namespace(x) is np else x.detach().cpu())
    return _normalised(np, array - array.max(axis=axis, keepdims=True), axis)


def _softmax_there_and_back(x: Any, axis: int = -1) -> Any:
    import torch

    result = _softmax_of_numpy(x, axis)
    return result if _namespace(x) is np else torch.tensor(result, device=x.device)


def _softmax_of_torch(x: Any, axis: int = -1) -> Any:
    import torch

    return torch.softmax(torch.as_tensor(x), dim=axis)


def _softmax_with_max(x: Any, axis: int = -1) -> Any:
    xp = _namespace(x)
    return _normalised(xp, x - xp.max(x, axis=axis, keepdims=True), axis)


def _softmax_inputs(*shape: int, seed: int, axis: int | None, shift: Any = 0.0) -> dict[str, Any]:
    return {"x": normal(*shape, seed=seed) + shift, "axis": axis, "grad_output": normal(*shape, seed=seed + 1)}


def _random_softmax(rng: np.random.Generator) -> dict[str, Any]:
    shape = tuple(int(size) for size in rng.integers(2, 5, int(rng.integers(1, 4))))
    x, grad = rng.standard_normal((2, *shape))
    return {"x": 3 * x, "axis": int(rng.integers(-len(shape), len(shape))), "grad_output": grad}


softmax = Exercise(
    "softmax",
    points=2,
    requires=["torch"],
    scenario=drive_softmax,
    helpers=[numbers, what_is, drive_both],
    vectorized=lambda n: {"x": grid(n, 3) / n, "axis": -1, "grad_output": grid(n, 3)},
    cases=[
        Case("one-row", x=np.log([1.0, 3.0]), axis=None, grad_output=np.array([1.0, -2.0])),
        Case("rows", **_softmax_inputs(2, 3, seed=301, axis=None), readonly=True),
        Case("columns", **_softmax_inputs(3, 4, seed=303, axis=0)),
        Case("middle-axis", **_softmax_inputs(2, 3, 2, seed=305, axis=1), readonly=True),
        Case("large-scores", **_softmax_inputs(2, 3, seed=307, axis=-1, shift=1000.0)),
        Case("rows-far-apart", **_softmax_inputs(2, 3, seed=309, axis=-1, shift=np.array([[0.0], [-2000.0]]))),
        Case("single-precision", **as_single_precision(_softmax_inputs(3, 2, seed=311, axis=-1))),
        Case("a-single-number", raises="x", x=np.array(2.0), axis=None, grad_output=np.array(1.0)),
        random_cases(_random_softmax),
    ],
    misconceptions=[
        Misconception(
            "no-shift",
            believes="exp of a score, over their sum.",
            wrong=_softmax_without_shift,
            hint="What is exp(1000)?",
        ),
        Misconception(
            "one-maximum",
            believes="One maximum for the whole array prevents overflow.",
            wrong=_softmax_with_one_maximum,
            hint="What remains of a row whose scores are 2000 below that maximum?",
        ),
        Misconception(
            "last-axis-only",
            believes="Classes are on the last axis.",
            wrong=_softmax_of_last_axis,
            hint="Along which axis must your probabilities sum to 1, if axis=0 is asked for?",
        ),
        Misconception(
            "arrays-for-tensors",
            believes="NumPy understands tensors.",
            wrong=_softmax_of_numpy,
            hint="What type does your result have for a tensor, and on which device was the work done?",
        ),
        Misconception(
            "there-and-back",
            believes="A tensor made of the right numbers is the right tensor.",
            wrong=_softmax_there_and_back,
            hint="How does a gradient find its way back through NumPy?",
        ),
        Misconception(
            "tensors-for-arrays",
            believes="torch understands arrays.",
            wrong=_softmax_of_torch,
            hint="What type does your result have for a NumPy array?",
        ),
        Misconception(
            "max-of-torch",
            believes="max means the same in both libraries.",
            wrong=_softmax_with_max,
            hint="torch.max along an axis returns two things: which function gives values alone, in both?",
        ),
    ],
    hints=[
        "Write it for NumPy first. Which names of yours are different in torch?",
        "xp = namespace_of(x); xp.amax, xp.exp and xp.sum take axis= and keepdims= in both libraries.",
        "powers = xp.exp(x - xp.amax(x, axis=axis, keepdims=True)); powers / xp.sum(powers, axis=axis, keepdims=True)",
    ],
    variants=[Variant("by-logs", _softmax_by_logs)],
)


def _standardised(x: Any, gamma: Any, beta: Any, deviation: Any) -> Any:
    return gamma * (x - x.mean(axis=-1, keepdims=True)) / deviation + beta


def _variance(x: Any) -> Any:
    return ((x - x.mean(axis=-1, keepdims=True)) ** 2).mean(axis=-1, keepdims=True)


def _norm_by_methods(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
    for name, value in (("gamma", gamma), ("beta", beta)):
        if value.shape != x.shape[-1:]:
            raise ValueError(f"{name}: got shape {value.shape}")
    return _standardised(x, gamma, beta, (_variance(x) + eps) ** 0.5)


def _norm_with_var(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
    xp = _namespace(x)
    return _standardised(x, gamma, beta, xp.sqrt(xp.var(x, axis=-1, keepdims=True) + eps))


def _norm_with_eps_outside(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
    return _standardised(x, gamma, beta, _variance(x) ** 0.5 + eps)


def _norm_without_eps(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
    return _standardised(x, gamma, beta, _variance(x) ** 0.5)


def _norm_of_columns(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
    centred = x - x.mean(axis=0, keepdims=True)
    return gamma * centred / ((centred**2).mean(axis=0, keepdims=True) + eps) ** 0.5 + beta


def _norm_of_numpy(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
    x, gamma, beta = (each if _namespace(each) is np else each.detach().cpu().numpy() for each in (x, gamma, beta))
    return _norm_by_methods(x, gamma, beta, eps)


def _norm_detached(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
    still = x if _namespace(x) is np else x.detach()
    deviation = (_variance(still) + eps) ** 0.5
    return gamma * (x - still.mean(axis=-1, keepdims=True)) / deviation + beta


def _norm_inputs(*shape: int, seed: int, eps: float | None = None) -> dict[str, Any]:
    width = shape[-1]
    return {
        "x": 2 * normal(*shape, seed=seed) + 1,
        "gamma": normal(width, seed=seed + 1),
        "beta": normal(width, seed=seed + 2),
        "eps": eps,
        "grad_output": normal(*shape, seed=seed + 3),
    }


def _random_norm(rng: np.random.Generator) -> dict[str, Any]:
    shape = tuple(int(size) for size in rng.integers(2, 5, int(rng.integers(1, 4))))
    x, grad = rng.standard_normal((2, *shape))
    gamma, beta = rng.standard_normal((2, shape[-1]))
    return {"x": x, "gamma": gamma, "beta": beta, "eps": float(rng.uniform(1e-3, 1e-1)), "grad_output": grad}


_NORM = _norm_inputs(2, 3, seed=331)

layer_norm = Exercise(
    "layer_norm",
    points=2,
    requires=["torch"],
    scenario=drive_layer_norm,
    helpers=[numbers, what_is, drive_both],
    vectorized=lambda n: _norm_inputs(n, 3, seed=349),
    cases=[
        Case("one-row", **_norm_inputs(1, 4, seed=321)),
        Case("rows", **_norm_inputs(2, 3, seed=325), readonly=True),
        Case("large-eps", **_norm_inputs(3, 4, seed=329, eps=0.5)),
        Case("three-axes", **_norm_inputs(2, 3, 2, seed=333, eps=0.1), readonly=True),
        Case("one-axis", **_norm_inputs(5, seed=337)),
        Case("constant-rows", **{**_norm_inputs(2, 3, seed=341, eps=0.01), "x": np.array([[2.0] * 3, [-1.0] * 3])}),
        Case("single-precision", **as_single_precision(_norm_inputs(3, 4, seed=345))),
        Case("gamma-of-one-number", raises="gamma", **{**_NORM, "gamma": np.array([2.0])}),
        Case("beta-of-another-width", raises="beta", **{**_NORM, "beta": grid(4)}),
        Case("gamma-as-a-row", raises="gamma", **{**_NORM, "gamma": grid(1, 3)}),
        Case("beta-as-a-row", raises="beta", **{**_NORM, "beta": grid(1, 3)}),
        random_cases(_random_norm),
    ],
    misconceptions=[
        Misconception(
            "variance-of-torch",
            believes="var means the same in both libraries.",
            wrong=_norm_with_var,
            hint="By what do np.var and torch.var divide, if nobody tells them?",
        ),
        Misconception(
            "eps-outside-the-root",
            believes="ε keeps the deviation from zero, so it is added to the deviation.",
            wrong=_norm_with_eps_outside,
            hint="In the formula, does the root stand over ε too?",
        ),
        Misconception(
            "no-eps",
            believes="ε is too small to matter.",
            wrong=_norm_without_eps,
            hint="What is the deviation of a row of equal numbers?",
        ),
        Misconception(
            "columns-normalised",
            believes="Statistics are taken over the batch.",
            wrong=_norm_of_columns,
            hint="That is batch norm: which axis does layer norm average over?",
        ),
        Misconception(
            "arrays-for-tensors",
            believes="NumPy understands tensors.",
            wrong=_norm_of_numpy,
            hint="What type does your result have for a tensor, and how would a gradient come back through it?",
        ),
        Misconception(
            "statistics-detached",
            believes="Mean and variance are constants for the gradient.",
            wrong=_norm_detached,
            hint="If one entry of a row changes, do the row's mean and variance change too?",
        ),
        *slips.LAYER_NORM,
    ],
    hints=[
        "Mean, centred values, mean of their squares: which of these has a different name or default in torch?",
        "xp.mean(…, axis=-1, keepdims=True) is the same in both; make the variance of it.",
        "variance = xp.mean(centred**2, axis=-1, keepdims=True); gamma * centred / xp.sqrt(variance + eps) + beta",
    ],
    variants=[Variant("by-methods", _norm_by_methods)],
)
