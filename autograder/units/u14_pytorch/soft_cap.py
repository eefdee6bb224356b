"""SoftCap: an operation with a backward pass of one's own."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import normal
from autograder.units.u14_pytorch.tiny_model import as_single_precision, numbers

FORWARD = "cap * torch.tanh(x / cap)"
SAVE, SAVE_INPUT = "ctx.save_for_backward(y)", "ctx.save_for_backward(x)"
SAVED = "(y,) = ctx.saved_tensors"
SLOPE = "(1 - (y / ctx.cap) ** 2)"


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


def _inputs(*shape: int, seed: int, cap: float, scale: float = 1.0, double: bool = True) -> dict[str, Any]:
    x, grad, direction = (normal(*shape, seed=seed + k) for k in range(3))
    return {"x": scale * x, "cap": cap, "grad_output": grad, "direction": direction, "double": double}


def _random_inputs(rng: np.random.Generator) -> dict[str, Any]:
    shape = tuple(int(size) for size in rng.integers(1, 5, int(rng.integers(1, 4))))
    x, grad, direction = rng.standard_normal((3, *shape))
    cap = float(rng.uniform(0.5, 3))
    return {"x": 2 * x, "cap": cap, "grad_output": grad, "direction": direction, "double": True}


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
        edit("upstream-ignored", f"grad_output * {SLOPE}", SLOPE)
        .believes("backward returns the derivative.")
        .ask("What does the chain rule do with `grad_output`?"),
        edit("cap-missing-in-slope", SLOPE, "(1 - y**2)")
        .believes("The slope of tanh is 1 - y².")
        .ask("y is c times tanh: what is tanh in terms of y?"),
        edit("inner-derivative-missing", SLOPE, f"ctx.cap * {SLOPE}")
        .believes("The slope of c tanh(x / c) is c times that of tanh.")
        .ask("What is the derivative of x / c, and what does it do to the c in front?"),
        edit("slope-of-the-input", SAVE, SAVE_INPUT)
        .believes("1 - (y / c)² can be computed from what came in.")
        .ask("Which of the two did you save, x or y, and which one is in the formula?"),
        edit("detached-in-backward", SLOPE, "(1 - (y.detach() / ctx.cap) ** 2)")
        .believes("backward is the end of the graph, so nothing in it needs a gradient.")
        .ask("If somebody differentiates the gradient again, through which tensor does it depend on x?"),
        edit("intermediate-on-ctx", SAVE, "ctx.tanh = torch.tanh(x / cap)", SAVED, "y = ctx.cap * ctx.tanh")
        .believes("What forward has computed is put on ctx, to save time.")
        .ask("forward runs without a graph: how would autograd know that ctx.tanh depends on x?"),
        edit("tensor-on-ctx", SAVE, "ctx.x = x", SAVED, "y = ctx.cap * torch.tanh(ctx.x / ctx.cap)")
        .believes("A tensor that is put on ctx as an attribute is kept for the backward pass.")
        .ask("If the tensor is overwritten before backward, who notices? Which method of ctx is for tensors?"),
        edit("hard-clip", FORWARD, "x.clamp(-cap, cap)", SAVE, SAVE_INPUT, SLOPE, "(y.abs() <= ctx.cap)")
        .believes("A cap is a clamp.")
        .ask("What does the formula give for x = c, and what does clamp give?"),
        edit("one-gradient-for-two-arguments", f"{SLOPE}, None", SLOPE)
        .believes("backward returns the gradient of the tensor.")
        .ask("forward has two arguments besides ctx: what is returned for the second?"),
    ],
    hints=[
        "Two static methods. What does `backward` need of what `forward` saw?",
        "Save y (or x) with ctx.save_for_backward; in backward, ctx.saved_tensors gives it back with its graph.",
        "y is the only saved tensor; the slope is 1 - (y / cap)², and the gradient of the cap itself is None.",
    ],
    variants=[
        Variant(
            "input-saved",
            (SAVE, SAVE_INPUT, SAVED, "(x,) = ctx.saved_tensors", f"* {SLOPE}", "/ torch.cosh(x / ctx.cap) ** 2"),
        )
    ],
)
