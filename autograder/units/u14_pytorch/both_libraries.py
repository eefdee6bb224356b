"""softmax and layer_norm: the same code for NumPy arrays and for tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit, returns
from autograder.units.shared.arrays import grid, normal
from autograder.units.u14_pytorch.tiny_model import as_single_precision, numbers

IN_NUMPY = "x.detach().cpu().numpy()"
SHIFT = "xp.amax(x, axis=axis, keepdims=True)"
LOG_SUM = "x.logsumexp(dim=axis, keepdim=True) if xp is torch else np.logaddexp.reduce(x, axis=axis, keepdims=True)"

MEAN = "xp.mean(x, axis=-1, keepdims=True)"
VARIANCE = "xp.mean(centred**2, axis=-1, keepdims=True)"
DEVIATION = "xp.sqrt(variance + eps)"
LIBRARY = "xp = namespace_of(x)"
KEPT_STILL = f"{LIBRARY}; still = x if xp is np else x.detach()"
STILL_MEAN = "xp.mean(still, axis=-1, keepdims=True)"


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
        edit("no-shift", f"x - {SHIFT}", "x").believes("exp of a score, over their sum.").ask("What is exp(1000)?"),
        edit("one-maximum", SHIFT, "x.max()")
        .believes("One maximum for the whole array prevents overflow.")
        .ask("What remains of a row whose scores are 2000 below that maximum?"),
        edit("last-axis-only", "axis=axis", "axis=-1")
        .believes("Classes are on the last axis.")
        .ask("Along which axis must your probabilities sum to 1, if axis=0 is asked for?"),
        returns("arrays-for-tensors", f"softmax({IN_NUMPY} if isinstance(x, Tensor) else x, axis)")
        .believes("NumPy understands tensors.")
        .ask("What type does your result have for a tensor, and on which device was the work done?"),
        returns(
            "there-and-back",
            f"torch.tensor(softmax({IN_NUMPY}, axis), device=x.device) if isinstance(x, Tensor) else softmax(x, axis)",
        )
        .believes("A tensor made of the right numbers is the right tensor.")
        .ask("How does a gradient find its way back through NumPy?"),
        returns("tensors-for-arrays", "torch.softmax(torch.as_tensor(x), dim=axis)")
        .believes("torch understands arrays.")
        .ask("What type does your result have for a NumPy array?"),
        edit("max-of-torch", "xp.amax", "xp.max")
        .believes("max means the same in both libraries.")
        .ask("torch.max along an axis returns two things: which function gives values alone, in both?"),
    ],
    hints=[
        "Write it for NumPy first. Which names of yours are different in torch?",
        "xp = namespace_of(x); xp.amax, xp.exp and xp.sum take axis= and keepdims= in both libraries.",
        "powers = xp.exp(x - xp.amax(x, axis=axis, keepdims=True)); powers / xp.sum(powers, axis=axis, keepdims=True)",
    ],
    variants=[
        Variant(
            "by-logs",
            (SHIFT, f"({LOG_SUM})", "powers / xp.sum(powers, axis=axis, keepdims=True)", "powers"),
        )
    ],
)


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


NORM = _norm_inputs(2, 3, seed=331)

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
        Case("gamma-of-one-number", raises="gamma", **{**NORM, "gamma": np.array([2.0])}),
        Case("beta-of-another-width", raises="beta", **{**NORM, "beta": grid(4)}),
        Case("gamma-as-a-row", raises="gamma", **{**NORM, "gamma": grid(1, 3)}),
        Case("beta-as-a-row", raises="beta", **{**NORM, "beta": grid(1, 3)}),
        random_cases(_random_norm),
    ],
    misconceptions=[
        edit("variance-of-torch", VARIANCE, "xp.var(x, axis=-1, keepdims=True)")
        .believes("var means the same in both libraries.")
        .ask("By what do np.var and torch.var divide, if nobody tells them?"),
        edit("eps-outside-the-root", DEVIATION, "(xp.sqrt(variance) + eps)")
        .believes("ε keeps the deviation from zero, so it is added to the deviation.")
        .ask("In the formula, does the root stand over ε too?"),
        edit("no-eps", DEVIATION, "xp.sqrt(variance)")
        .believes("ε is too small to matter.")
        .ask("What is the deviation of a row of equal numbers?"),
        edit("columns-normalised", "axis=-1", "axis=0")
        .believes("Statistics are taken over the batch.")
        .ask("That is batch norm: which axis does layer norm average over?"),
        body(
            "arrays-for-tensors",
            """
            arrays = (each.detach().cpu().numpy() if isinstance(each, Tensor) else each for each in (x, gamma, beta))
            return layer_norm(*arrays, eps)
            """,
        )
        .believes("NumPy understands tensors.")
        .ask("What type does your result have for a tensor, and how would a gradient come back through it?"),
        edit("statistics-detached", MEAN, STILL_MEAN, "centred**2", f"(still - {STILL_MEAN}) ** 2", LIBRARY, KEPT_STILL)
        .believes("Mean and variance are constants for the gradient.")
        .ask("If one entry of a row changes, do the row's mean and variance change too?"),
        edit("unbiased-variance", VARIANCE, "xp.sum(centred**2, axis=-1, keepdims=True) / max(x.shape[-1] - 1, 1)")
        .believes("A variance divides by n - 1.")
        .ask("By which number does the docstring divide?"),
        edit("shift-is-scaled-too", f"centred / {DEVIATION} + beta", f"(centred / {DEVIATION} + beta)")
        .believes("γ multiplies x̂ + β.")
        .ask("If γ were 0, what would be left of β?"),
    ],
    hints=[
        "Mean, centred values, mean of their squares: which of these has a different name or default in torch?",
        "xp.mean(…, axis=-1, keepdims=True) is the same in both; make the variance of it.",
        "variance = xp.mean(centred**2, axis=-1, keepdims=True); gamma * centred / xp.sqrt(variance + eps) + beta",
    ],
    variants=[
        Variant("by-methods", (MEAN, "x.mean(axis=-1, keepdims=True)", DEVIATION, "(variance + eps) ** 0.5")),
    ],
)
