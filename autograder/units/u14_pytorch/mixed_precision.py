"""train_step_mixed."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.checks import Value
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit
from autograder.units.shared.arrays import normal
from autograder.units.u14_pytorch.tiny_model import (
    TinySGD,
    as_single,
    as_single_precision,
    numbers,
    tiny_model,
    weights_of,
)

DTYPE = ", dtype=dtype"
VALUE = "loss(model(x), y)"
BACKWARD = "scaler.scale(value).backward()"
STEP = "scaler.step(optimizer)"
UPDATE = "    scaler.update()\n"

#: Half precision has 8 or 11 bits, and the order of a sum decides how its last bit is rounded.
HALF_PRECISION = 0.02

USUAL = {"lr": 0.25, "dtype": "float16", "scale": None, "growth_interval": 2000, "steps": 1}


class RecordingLoss:
    """Cross-entropy for integer labels, squared error otherwise; notes whether backward is autocast too."""

    def __init__(self, kind: str) -> None:
        """`kind` is the type of the device."""
        self.kind = kind
        self.autocast: list[bool] = []

    def __call__(self, outputs: Any, targets: Any) -> Any:
        """The mean over the batch."""
        import torch

        outputs.register_hook(lambda grad: self.autocast.append(torch.is_autocast_enabled(self.kind)))
        functional = torch.nn.functional
        return (functional.mse_loss if targets.is_floating_point() else functional.cross_entropy)(outputs, targets)


def watch_dtypes(model: Any, kind: str, dtypes: list[str]) -> Any:
    """Note the dtype of what the linear layer gives, and for which other devices autocast was opened before."""
    from unittest import mock

    import torch

    enter: Any = torch.autocast.__enter__
    others: list[str] = []

    def entering(self: Any) -> Any:
        if self.device != kind:
            others.append(f" under autocast for {self.device}")
        return enter(self)

    def note(module: Any, args: Any, output: Any) -> None:
        dtypes.append(str(output.dtype) + "".join(others[-1:]))

    model.linear.register_forward_hook(note)
    return mock.patch.object(torch.autocast, "__enter__", entering)


def drive_train_step_mixed(
    train_step: Any,
    x: Any,
    y: Any,
    w: Any,
    b: Any,
    lr: float,
    dtype: str,
    scale: Any,
    growth_interval: int,
    steps: int,
    device: str = "cpu",
) -> Any:
    """Some steps on one batch; notes the dtypes, and where autocast is on."""
    import torch

    model = tiny_model(w, b, device)
    optimizer, kind = TinySGD(model, lr), torch.device(device).type
    for param in model.parameters():
        param.grad = torch.ones_like(param)
    scaler = torch.amp.GradScaler(
        kind, init_scale=scale or 1.0, growth_interval=growth_interval, enabled=scale is not None
    )
    data, targets = torch.tensor(x, device=device), torch.tensor(y, device=device)
    loss, result = RecordingLoss(kind), {}
    dtypes: list[str] = []
    with watch_dtypes(model, kind, dtypes):
        for step in range(steps):
            value = train_step(model, data, targets, loss, optimizer, scaler, getattr(torch, dtype))
            result[f"loss in step {step + 1}"] = as_single(value, w)
    after = weights_of(model)
    return {
        "dtypes of the model's scores": dtypes,
        "dtype of the parameters": str(model.linear.weight.dtype),
        "backward runs under autocast": any(loss.autocast),
        **result,
        "scale afterwards": as_single(scaler.get_scale(), w),
        "change of the weights": after["weights"].astype("float32") - w,
        "change of the bias": after["bias"].astype("float32") - b,
    }


def _inputs(
    n: int, features: int, outputs: int, seed: int, dtype: str, scale: Any, labels: bool = False, **options: Any
) -> dict[str, Any]:
    data = {
        "x": normal(n, features, seed=seed),
        "y": np.arange(n) * 3 % outputs if labels else 3 * normal(n, outputs, seed=seed + 1),
        "w": normal(features, outputs, seed=seed + 2),
        "b": normal(outputs, seed=seed + 3),
    }
    return as_single_precision({**data, **USUAL, "dtype": dtype, "scale": scale, **options})


def _tiny_gradients(seed: int) -> dict[str, Any]:
    """Gradients of 1e-9, which half precision takes for zero; the weights start at zero, so the outputs are exact."""
    case = _inputs(4, 3, 2, seed, "float16", 2.0**20)
    zero = {"w": 0 * case["w"], "b": 0 * case["b"]}
    return {**case, **zero, "y": case["y"] * np.float32(1e-9), "lr": 1e6}


def _large_gradients(seed: int) -> dict[str, Any]:
    """Scaled gradients beyond 65504."""
    case = _inputs(3, 3, 2, seed, "float16", 2.0**16, steps=2)
    return {**case, "y": case["y"] * np.float32(5)}


def _random_inputs(rng: np.random.Generator) -> dict[str, Any]:
    n, features, outputs = (int(rng.integers(2, 6)) for _ in range(3))
    labels = bool(rng.random() < 0.5)
    data = {
        "x": rng.standard_normal((n, features)),
        "y": rng.integers(0, outputs, n) if labels else 3 * rng.standard_normal((n, outputs)),
        "w": rng.standard_normal((features, outputs)),
        "b": rng.standard_normal(outputs),
    }
    dtype, scale = ["float16", "bfloat16"][int(rng.integers(2))], float(2 ** rng.integers(2, 9))
    return as_single_precision({**data, **USUAL, "dtype": dtype, "scale": scale, "steps": 2})


train_step_mixed = Exercise(
    "train_step_mixed",
    points=3,
    requires=["torch"],
    scenario=drive_train_step_mixed,
    helpers=[numbers, tiny_model, weights_of, TinySGD, RecordingLoss, watch_dtypes, as_single],
    check=Value(tolerance=HALF_PRECISION),
    cases=[
        Case("bfloat16-without-scaling", **_inputs(4, 3, 2, 141, "bfloat16", None)),
        Case("float16", **_inputs(4, 2, 3, 145, "float16", 256.0), readonly=True),
        Case("bfloat16-scaled", **_inputs(3, 4, 2, 149, "bfloat16", 1024.0)),
        Case("class-labels", **_inputs(6, 3, 4, 153, "float16", 256.0, labels=True), readonly=True),
        Case("three-steps", **_inputs(3, 3, 3, 157, "float16", 64.0, steps=3)),
        Case("tiny-gradients", **_tiny_gradients(161)),
        Case("overflow", **_large_gradients(165)),
        Case("the-scale-grows", **_inputs(4, 2, 3, 169, "float16", 64.0, steps=3, growth_interval=2)),
        random_cases(_random_inputs),
    ],
    misconceptions=[
        edit("autocast-for-cuda", "x.device.type", '"cuda"')
        .believes("autocast is for CUDA.")
        .ask("On which device is x? `x.device.type` says for which one autocast must choose dtypes."),
        edit("autocast-missing", DTYPE, ", enabled=False")
        .believes("The scaler makes the precision mixed.")
        .ask("What dtype do the outputs of your forward pass have?"),
        body(
            "model-halved",
            """
            model.to(dtype)
            optimizer.zero_grad()
            value = loss(model(x.to(dtype)), y.to(dtype) if y.is_floating_point() else y)
            scaler.scale(value).backward()
            for param in model.parameters():
                param.grad /= scaler.get_scale()
            optimizer.step()
            return value.item()
            """,
        )
        .believes("Mixed precision means model.half().")
        .ask("What becomes of an update of 1e-4 on a weight of 1, if the weight has 11 bits?"),
        edit("backward-inside-autocast", f"    {BACKWARD}", f"        {BACKWARD}")
        .believes("The whole step belongs under autocast.")
        .ask("Who decides about the dtypes of the backward pass, and when?"),
        edit("usual-dtype", DTYPE, "")
        .believes("autocast knows its dtype.")
        .ask("What is autocast's usual dtype on the CPU, and which one were you asked for?"),
        edit("never-scaled", BACKWARD, "value.backward()", STEP, "optimizer.step()", UPDATE, "")
        .believes("autocast does everything, and the scaler is optional.")
        .ask("What is 1e-9 in float16?"),
        edit("unscaled-only", BACKWARD, "scaler.scale(value); value.backward()")
        .believes("scaler.step does the scaling.")
        .ask("scaler.step divides by the scale: who has multiplied by it?"),
        edit("past-the-scaler", STEP, "optimizer.step()", UPDATE, "")
        .believes("After a scaled backward pass comes optimizer.step().")
        .ask("How large are the gradients that your step reads?"),
        edit("update-forgotten", UPDATE, "")
        .believes("scaler.step is the end of the step.")
        .ask("Who halves the scale after an overflow, and lets it grow again?"),
        edit("scaled-loss-returned", BACKWARD, "value = scaler.scale(value); value.backward()")
        .believes("The loss is what goes backward.")
        .ask("Which of the two numbers belongs into the plot, the loss or 256 times the loss?"),
        edit("zero-grad-missing", "    optimizer.zero_grad()\n", "")
        .believes("backward() writes the gradient into .grad.")
        .ask("What stands in .grad when your function is called?"),
    ],
    hints=[
        "Two tools: autocast chooses dtypes in the forward pass, the scaler keeps gradients away from zero.",
        "zero_grad; forward and loss under autocast(x.device.type, dtype=dtype); then three calls of the scaler.",
        "scaler.scale(value).backward(); scaler.step(optimizer); scaler.update(); return value.item()",
    ],
    variants=[
        Variant("set-to-zero", ("optimizer.zero_grad()", "model.zero_grad(set_to_none=False)")),
        Variant("outputs-in-single-precision", (VALUE, "loss(model(x).float(), y)")),
    ],
)
