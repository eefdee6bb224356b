"""clip_and_step."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.checks import Value
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.u14_pytorch.tiny_model import (
    TinySGD,
    as_single,
    as_single_precision,
    numbers,
    random_regression,
    regression,
    tiny_model,
    weights_of,
)

CLIP = "norm = nn.utils.clip_grad_norm_(model.parameters(), max_norm)"
MEASURE = "norm = nn.utils.clip_grad_norm_(model.parameters(), torch.inf)"
IF_TOO_LONG = " and norm > max_norm"
BY_HAND = f"""{MEASURE}
    for param in model.parameters():
        if param.grad is not None{IF_TOO_LONG}:
            param.grad *= max_norm / norm"""
EACH_TENSOR = f"""{MEASURE}
    for param in model.parameters():
        nn.utils.clip_grad_norm_([param], max_norm)"""
CLIP_WEIGHTS = """for param in model.parameters():
        param.data.clamp_(-max_norm, max_norm)"""
RESULT = "return norm.item()"

LENGTH_OF = "How long is the vector (3, 4)?"

USUAL = {"lr": 0.5, "max_norm": 1.0, "scale": None, "overflow_at": None, "frozen": False, "steps": 1}


def drive_clip_and_step(
    clip_and_step: Any,
    x: Any,
    y: Any,
    w: Any,
    b: Any,
    lr: float,
    max_norm: float,
    scale: Any,
    overflow_at: Any,
    frozen: bool,
    steps: int,
    device: str = "cpu",
) -> Any:
    """Some steps on one batch, perhaps with a scaled loss, an infinite gradient in one of them, or a frozen bias."""
    import torch

    model = tiny_model(w, b, device)
    model.linear.bias.requires_grad_(not frozen)
    optimizer = TinySGD(model, lr)
    data, targets = torch.tensor(x, device=device), torch.tensor(y, device=device)
    kind = torch.device(device).type
    scaler = None if scale is None else torch.amp.GradScaler(kind, init_scale=scale)
    result: dict[str, Any] = {}
    for step in range(steps):
        optimizer.zero_grad()
        loss = ((model(data) - targets) ** 2).mean()
        (loss if scaler is None else scaler.scale(loss)).backward()
        if step == overflow_at:
            model.linear.weight.grad[0, 0] = torch.inf
        extra = () if scaler is None else (scaler,)
        norm = clip_and_step(model, optimizer, max_norm, *extra)
        result[f"norm in step {step + 1}"] = as_single(norm, w)
        left = model.linear.weight.grad
        result[f"gradients are there after step {step + 1}"] = left is not None and bool((left != 0).any())
        if scaler is not None:
            result[f"scale after step {step + 1}"] = as_single(scaler.get_scale(), w)
    return {**result, **weights_of(model)}


def _inputs(n: int, features: int, outputs: int, seed: int, **options: Any) -> dict[str, Any]:
    data = regression(n, features, outputs, seed)
    return {**data, "x": 2 * data["x"], "y": 3 * data["y"], **USUAL, **options}


def _random_inputs(rng: np.random.Generator) -> dict[str, Any]:
    data, max_norm = random_regression(rng), float(rng.uniform(0.3, 1.5))
    scale = None if rng.random() < 0.4 else float(2 ** rng.integers(4, 12))
    return {**data, "y": 3 * data["y"], **USUAL, "max_norm": max_norm, "scale": scale, "steps": 3}


clip_and_step = Exercise(
    "clip_and_step",
    points=3,
    requires=["torch"],
    scenario=drive_clip_and_step,
    helpers=[numbers, tiny_model, weights_of, TinySGD, as_single],
    # clip_grad_norm_ adds 1e-6 to the norm, the formula does not; both are right
    check=Value(tolerance=1e-5),
    cases=[
        Case("above-the-limit", **_inputs(4, 3, 2, 101, max_norm=0.5)),
        Case("below-the-limit", **_inputs(5, 2, 3, 104, max_norm=500.0), readonly=True),
        Case("three-steps", **_inputs(4, 3, 3, 107, max_norm=1.0, steps=3)),
        Case("a-frozen-bias", **_inputs(4, 2, 2, 110, max_norm=0.5, frozen=True, steps=2)),
        Case("scaled", **_inputs(5, 3, 2, 113, max_norm=0.5, scale=1024.0)),
        Case("scaled-below-the-limit", **_inputs(4, 2, 3, 116, max_norm=100.0, scale=1024.0), readonly=True),
        Case("scaled-three-steps", **_inputs(4, 3, 2, 119, max_norm=1.0, scale=256.0, steps=3)),
        Case("scaled-overflow", **_inputs(4, 3, 2, 122, max_norm=1.0, scale=1024.0, overflow_at=0, steps=2)),
        Case("single-precision", **as_single_precision(_inputs(4, 3, 2, 125, max_norm=0.75, steps=2))),
        Case("limit-of-zero", raises="max_norm", **_inputs(4, 3, 2, 128, max_norm=0.0)),
        random_cases(_random_inputs, count=3),
    ],
    misconceptions=[
        edit("clipped-after-the-step", CLIP, "", RESULT, f"{CLIP}\n    {RESULT}")
        .believes("Clipping belongs to the end of a step.")
        .ask("What has the step read by the time you clip?"),
        edit("clipped-before-unscaling", CLIP, "", "if scaler is not None:", f"{CLIP}\n    if scaler is not None:")
        .believes("The scaler takes care of the scale by itself.")
        .ask("The gradients are 1024 times too large when you measure their norm: who divides them, and when?"),
        edit("each-tensor-by-itself", CLIP, EACH_TENSOR)
        .believes("Every parameter's gradient has its own limit.")
        .ask("If weights and bias shrink by different factors, does the whole step keep its direction?"),
        edit("by-value", CLIP, f"{MEASURE}\n    nn.utils.clip_grad_value_(model.parameters(), max_norm)")
        .believes("Clipping cuts the entries at the limit.")
        .ask("What is the norm of ten entries that are all at the limit?"),
        edit("always-rescaled", CLIP, BY_HAND.replace(IF_TOO_LONG, ""))
        .believes("After clipping the norm is max_norm.")
        .ask("What should happen to a gradient whose norm is below the limit?"),
        edit("norm-afterwards", CLIP, f"{CLIP}\n    {MEASURE}")
        .believes("The norm that counts is the one after clipping.")
        .ask("What would a plot of your result show, when all steps are clipped?"),
        edit("update-forgotten", "        scaler.update()\n", "")
        .believes("scaler.step is the end of the step.")
        .ask("Who halves the scale after an overflow, and tells the scaler that a new step begins?"),
        edit("past-the-scaler", "scaler.step(optimizer)", "optimizer.step()")
        .believes("Once unscaled, gradients are ordinary, and optimizer.step() will do.")
        .ask("One gradient is infinite: what does optimizer.step() do with it, and what scaler.step(optimizer)?"),
        edit("gradients-cleared", RESULT, f"optimizer.zero_grad()\n    {RESULT}")
        .believes("A step ends with zero_grad.")
        .ask("Who clears the gradients in a training loop, and who may want to look at them after your step?"),
        edit("squared-norm", CLIP, BY_HAND.replace(MEASURE, f"{MEASURE} ** 2"))
        .believes("The norm is the sum of squares.")
        .ask(LENGTH_OF),
        edit("sum-of-sizes", "max_norm)\n", "max_norm, norm_type=1)\n")
        .believes("The norm is the sum of the magnitudes.")
        .ask(LENGTH_OF),
        edit("weights-clipped-too", RESULT, f"{CLIP_WEIGHTS}\n    {RESULT}")
        .believes("Weights must not be larger than the limit either.")
        .ask("What is max_norm the limit of?"),
    ],
    hints=[
        "Whose gradients stand in .grad after `scaler.scale(loss).backward()`, and which norm is limited?",
        "Unscale, clip, step, update: the first and the last only with a scaler, and the step through it.",
        "scaler.unscale_(optimizer); norm = clip_grad_norm_(model.parameters(), max_norm); scaler.step(optimizer)",
    ],
    variants=[Variant("by-hand", (CLIP, BY_HAND))],
)
