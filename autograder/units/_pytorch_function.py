"""Assessment of PyTorch: an operation with a backward pass of one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import normal
from autograder.units._pytorch_shared import as_single_precision, numbers

__all__ = ["SoftCap"]


def drive_soft_cap(
    subject: Any, x: Any, cap: float, grad_output: Any, direction: Any, double: bool, device: str = "cpu"
) -> Any:
    """Forward, backward, backward of the backward, and what becomes of overwritten values."""
    import torch

    function = subject if hasattr(subject, "apply") else subject()
    if not hasattr(function, "apply"):
        raise TypeError("SoftCap has no `apply`: derive it from torch.autograd.Function")
    given = torch.tensor(x, device=device, requires_grad=True)
    output = function.apply(given, cap)
    # of a sum, a number: for a gradient of its own shape torch imports a computer algebra system
    upstream, along = (torch.tensor(each, device=device) for each in (grad_output, direction))
    (grad,) = torch.autograd.grad((upstream * output).sum(), given, create_graph=True)
    result = {"output": numbers(output), "gradient": numbers(grad)}
    if not double:
        return result
    again = None
    if grad.requires_grad:
        (again,) = torch.autograd.grad((along * grad).sum(), given, allow_unused=True)
    small: Any = (given.detach().double().requires_grad_(), cap)
    return {
        **result,
        "gradient of the gradient": np.zeros_like(x) if again is None else numbers(again),
        "overwritten values are noticed": notices_overwriting(function, given.detach(), cap),
        "gradcheck passes": torch.autograd.gradcheck(function.apply, small, raise_exception=False),
    }


def notices_overwriting(function: Any, x: Any, cap: float) -> bool:
    """Whether the backward pass refuses when input and output have been overwritten in between."""
    import torch

    start = x.clone().requires_grad_()
    given = start * 1.0
    output = function.apply(given, cap)
    total = (2.0 * output).sum()
    with torch.no_grad():
        given.zero_()
        output.zero_()
    try:
        total.backward()
    except RuntimeError as error:
        return "inplace" in str(error)
    return False


Slope = Callable[[Any, Any, float, Any], Any]


def _function(keep: Slope, slope: Slope, forward: Any = None, count: int = 2) -> Any:
    """A class whose parts can be wrong: `keep` stores on ctx, `slope` uses it; `count` gradients come back."""
    import torch

    class SoftCap(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any, cap: float) -> Any:
            if cap <= 0:
                raise ValueError(f"cap: got {cap}")
            y = cap * torch.tanh(x / cap) if forward is None else forward(x, cap)
            keep(ctx, x, cap, y)
            ctx.cap = cap
            return y

        @staticmethod
        def backward(ctx: Any, *grads: Any) -> Any:
            return (slope(ctx, ctx.saved_tensors, ctx.cap, grads[0]), None)[:count]

    return SoftCap


def _save_output(ctx: Any, x: Any, cap: float, y: Any) -> None:
    ctx.save_for_backward(y)


def _save_input(ctx: Any, x: Any, cap: float, y: Any) -> None:
    ctx.save_for_backward(x)


def _right_slope(ctx: Any, saved: Any, cap: float, grad: Any) -> Any:
    return grad * (1 - (saved[0] / cap) ** 2)


def _upstream_ignored() -> Any:
    return _function(_save_output, lambda ctx, saved, cap, grad: 1 - (saved[0] / cap) ** 2)


def _cap_missing_in_slope() -> Any:
    return _function(_save_output, lambda ctx, saved, cap, grad: grad * (1 - saved[0] ** 2))


def _inner_derivative_missing() -> Any:
    return _function(_save_output, lambda ctx, saved, cap, grad: grad * cap * (1 - (saved[0] / cap) ** 2))


def _slope_of_input() -> Any:
    return _function(_save_input, _right_slope)


def _detached() -> Any:
    return _function(_save_output, lambda ctx, saved, cap, grad: grad * (1 - (saved[0].detach() / cap) ** 2))


def _intermediate_on_ctx() -> Any:
    import torch

    def keep(ctx: Any, x: Any, cap: float, y: Any) -> None:
        ctx.tanh = torch.tanh(x / cap)

    return _function(keep, lambda ctx, saved, cap, grad: grad * (1 - ctx.tanh**2))


def _input_on_ctx() -> Any:
    import torch

    def keep(ctx: Any, x: Any, cap: float, y: Any) -> None:
        ctx.x = x

    return _function(keep, lambda ctx, saved, cap, grad: grad * (1 - torch.tanh(ctx.x / cap) ** 2))


def _hard_clip() -> Any:
    def slope(ctx: Any, saved: Any, cap: float, grad: Any) -> Any:
        return grad * (saved[0].abs() <= cap)

    return _function(_save_input, slope, forward=lambda x, cap: x.clamp(-cap, cap))


def _one_gradient() -> Any:
    return _function(_save_output, _right_slope, count=1)


def _input_saved() -> Any:
    import torch

    return _function(_save_input, lambda ctx, saved, cap, grad: grad / torch.cosh(saved[0] / cap) ** 2)


def _inputs(*shape: int, seed: int, cap: float, scale: float = 1.0, double: bool = True) -> dict[str, Any]:
    x, grad, direction = (normal(*shape, seed=seed + k) for k in range(3))
    return {"x": scale * x, "cap": cap, "grad_output": grad, "direction": direction, "double": double}


def _random_inputs(rng: np.random.Generator) -> dict[str, Any]:
    shape = tuple(int(size) for size in rng.integers(1, 5, int(rng.integers(1, 4))))
    x, grad, direction = rng.standard_normal((3, *shape))
    return {
        "x": 2 * x,
        "cap": float(rng.uniform(0.5, 3)),
        "grad_output": grad,
        "direction": direction,
        "double": True,
    }


SoftCap = Exercise(
    "SoftCap",
    points=3,
    requires=["torch"],
    scenario=drive_soft_cap,
    helpers=[numbers, notices_overwriting],
    cases=[
        Case("cap-of-one", **_inputs(4, seed=1, cap=1.0, double=False)),
        Case("cap-of-three", **_inputs(5, seed=4, cap=3.0, double=False), readonly=True),
        Case("matrix", **_inputs(2, 3, seed=7, cap=0.5, double=False)),
        Case("differentiated-twice", **_inputs(3, 2, seed=10, cap=2.0), readonly=True),
        Case("single-precision", **as_single_precision(_inputs(2, 4, seed=13, cap=2.0, double=False))),
        Case("far-out", **{**_inputs(4, seed=16, cap=2.0, double=False), "x": np.array([-900.0, -9.0, 9.0, 900.0])}),
        Case("at-zero", **{**_inputs(2, seed=19, cap=1.5), "x": np.zeros(2)}),
        Case("cap-of-zero", raises="cap", **_inputs(3, seed=22, cap=0.0)),
        Case("negative-cap", raises="cap", **_inputs(3, seed=25, cap=-1.0)),
        random_cases(_random_inputs),
    ],
    misconceptions=[
        Misconception(
            "upstream-ignored",
            believes="backward returns the derivative.",
            wrong=_upstream_ignored,
            hint="What does the chain rule do with `grad_output`?",
        ),
        Misconception(
            "cap-missing-in-slope",
            believes="The slope of tanh is 1 - y².",
            wrong=_cap_missing_in_slope,
            hint="y is c times tanh: what is tanh in terms of y?",
        ),
        Misconception(
            "inner-derivative-missing",
            believes="The slope of c tanh(x / c) is c times that of tanh.",
            wrong=_inner_derivative_missing,
            hint="What is the derivative of x / c, and what does it do to the c in front?",
        ),
        Misconception(
            "slope-of-the-input",
            believes="1 - (y / c)² can be computed from what came in.",
            wrong=_slope_of_input,
            hint="Which of the two did you save, x or y, and of which one does the formula speak?",
        ),
        Misconception(
            "detached-in-backward",
            believes="backward is the end of the graph, so nothing in it needs a gradient.",
            wrong=_detached,
            hint="If somebody differentiates the gradient again, through which tensor does it depend on x?",
        ),
        Misconception(
            "intermediate-on-ctx",
            believes="What forward has computed is put on ctx, to save time.",
            wrong=_intermediate_on_ctx,
            hint="forward runs without a graph: how would autograd know that ctx.tanh depends on x?",
        ),
        Misconception(
            "tensor-on-ctx",
            believes="A tensor that is put on ctx as an attribute is kept for the backward pass.",
            wrong=_input_on_ctx,
            hint="If the tensor is overwritten before backward, who notices? Which method of ctx is for tensors?",
        ),
        Misconception(
            "hard-clip",
            believes="A cap is a clamp.",
            wrong=_hard_clip,
            hint="What does the formula give for x = c, and what does clamp give?",
        ),
        Misconception(
            "one-gradient-for-two-arguments",
            believes="backward returns the gradient of the tensor.",
            wrong=_one_gradient,
            hint="forward has two arguments besides ctx: what is returned for the second?",
        ),
    ],
    hints=[
        "Two static methods. What does `backward` need of what `forward` saw?",
        "Save y (or x) with ctx.save_for_backward; in backward, ctx.saved_tensors gives it back with its graph.",
        "(y,) = ctx.saved_tensors; return grad_output * (1 - (y / ctx.cap) ** 2), None",
    ],
    variants=[Variant("input-saved", _input_saved)],
)
