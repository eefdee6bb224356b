"""Assessment of PyTorch: a training step in mixed precision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.checks import Value
from autograder.inputs import Array, normal
from autograder.units._pytorch_shared import TinySGD, as_single, numbers, tiny_model, weights_of

__all__ = ["train_step_mixed"]

#: Half precision has 8 or 11 bits, and the order of a sum decides how its last bit is rounded.
HALF_PRECISION = 0.02


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


Forward = Callable[[Any, Any, Any, Any], Any]


def _autocast(model: Any, x: Any, y: Any, loss: Any, dtype: Any) -> Any:
    """A right forward pass."""
    import torch

    with torch.autocast(x.device.type, dtype=dtype):
        return loss(model(x), y)


def _finish(value: Any, optimizer: Any, scaler: Any) -> float:
    """A right rest of the step."""
    scaler.scale(value).backward()
    scaler.step(optimizer)
    scaler.update()
    return float(value.item())


def _set_to_zero(model: Any, x: Any, y: Any, loss: Any, optimizer: Any, scaler: Any, dtype: Any) -> float:
    model.zero_grad(set_to_none=False)
    return _finish(_autocast(model, x, y, loss, dtype), optimizer, scaler)


def _without_autocast(model: Any, x: Any, y: Any, loss: Any, optimizer: Any, scaler: Any, dtype: Any) -> float:
    optimizer.zero_grad()
    return _finish(loss(model(x), y), optimizer, scaler)


def _for_cuda(model: Any, x: Any, y: Any, loss: Any, optimizer: Any, scaler: Any, dtype: Any) -> float:
    import torch

    optimizer.zero_grad()
    with torch.autocast("cuda", dtype=dtype):
        value = loss(model(x), y)
    return _finish(value, optimizer, scaler)


def _outputs_in_single(model: Any, x: Any, y: Any, loss: Any, optimizer: Any, scaler: Any, dtype: Any) -> float:
    """The loss is asked in single precision; the model's scores are not."""
    import torch

    optimizer.zero_grad()
    with torch.autocast(device_type=x.device.type, dtype=dtype):
        value = loss(model(x).float(), y)
    return _finish(value, optimizer, scaler)


def _model_halved(model: Any, x: Any, y: Any, loss: Any, optimizer: Any, scaler: Any, dtype: Any) -> float:
    model.to(dtype)
    optimizer.zero_grad()
    value = loss(model(x.to(dtype)), y.to(dtype) if y.is_floating_point() else y)
    scaler.scale(value).backward()
    scale = scaler.get_scale()
    for param in model.parameters():
        param.grad /= scale
    optimizer.step()
    return float(value.item())


def _backward_inside(model: Any, x: Any, y: Any, loss: Any, optimizer: Any, scaler: Any, dtype: Any) -> float:
    import torch

    optimizer.zero_grad()
    with torch.autocast(x.device.type, dtype=dtype):
        return _finish(loss(model(x), y), optimizer, scaler)


def _usual_dtype(model: Any, x: Any, y: Any, loss: Any, optimizer: Any, scaler: Any, dtype: Any) -> float:
    import torch

    optimizer.zero_grad()
    with torch.autocast(x.device.type):
        value = loss(model(x), y)
    return _finish(value, optimizer, scaler)


def _not_scaled(model: Any, x: Any, y: Any, loss: Any, optimizer: Any, scaler: Any, dtype: Any) -> float:
    optimizer.zero_grad()
    value = _autocast(model, x, y, loss, dtype)
    value.backward()
    optimizer.step()
    return float(value.item())


def _unscaled_only(model: Any, x: Any, y: Any, loss: Any, optimizer: Any, scaler: Any, dtype: Any) -> float:
    optimizer.zero_grad()
    value = _autocast(model, x, y, loss, dtype)
    value.backward()
    scaler.scale(value.detach())
    scaler.step(optimizer)
    scaler.update()
    return float(value.item())


def _past_the_scaler(model: Any, x: Any, y: Any, loss: Any, optimizer: Any, scaler: Any, dtype: Any) -> float:
    optimizer.zero_grad()
    value = _autocast(model, x, y, loss, dtype)
    scaler.scale(value).backward()
    optimizer.step()
    return float(value.item())


def _without_update(model: Any, x: Any, y: Any, loss: Any, optimizer: Any, scaler: Any, dtype: Any) -> float:
    optimizer.zero_grad()
    value = _autocast(model, x, y, loss, dtype)
    scaler.scale(value).backward()
    scaler.step(optimizer)
    return float(value.item())


def _scaled_loss(model: Any, x: Any, y: Any, loss: Any, optimizer: Any, scaler: Any, dtype: Any) -> float:
    optimizer.zero_grad()
    value = scaler.scale(_autocast(model, x, y, loss, dtype))
    value.backward()
    scaler.step(optimizer)
    scaler.update()
    return float(value.item())


def _without_zero_grad(model: Any, x: Any, y: Any, loss: Any, optimizer: Any, scaler: Any, dtype: Any) -> float:
    return _finish(_autocast(model, x, y, loss, dtype), optimizer, scaler)


def _single(array: Array) -> Array:
    return array.astype(np.float32)


def _inputs(
    shape: tuple[int, int, int],
    seed: int,
    dtype: str,
    scale: float | None,
    steps: int = 1,
    labels: bool = False,
    growth_interval: int = 2000,
) -> dict[str, Any]:
    n, features, outputs = shape
    return {
        "x": _single(normal(n, features, seed=seed)),
        "y": np.arange(n) * 3 % outputs if labels else _single(3 * normal(n, outputs, seed=seed + 1)),
        "w": _single(normal(features, outputs, seed=seed + 2)),
        "b": _single(normal(outputs, seed=seed + 3)),
        "lr": 0.25,
        "dtype": dtype,
        "scale": scale,
        "growth_interval": growth_interval,
        "steps": steps,
    }


def _tiny_gradients(seed: int) -> dict[str, Any]:
    """Gradients of 1e-9, which half precision takes for zero; the weights start at zero, so the outputs are exact."""
    case = _inputs((4, 3, 2), seed, "float16", 2.0**20)
    zero = {"w": 0 * case["w"], "b": 0 * case["b"]}
    return {**case, **zero, "y": case["y"] * np.float32(1e-9), "lr": 1e6}


def _large_gradients(seed: int) -> dict[str, Any]:
    """Scaled gradients beyond 65504."""
    case = _inputs((3, 3, 2), seed, "float16", 2.0**16, steps=2)
    return {**case, "y": case["y"] * np.float32(5)}


def _random_inputs(rng: np.random.Generator) -> dict[str, Any]:
    n, features, outputs = (int(rng.integers(2, 6)) for _ in range(3))
    labels = bool(rng.random() < 0.5)
    return {
        "x": _single(rng.standard_normal((n, features))),
        "y": rng.integers(0, outputs, n) if labels else _single(3 * rng.standard_normal((n, outputs))),
        "w": _single(rng.standard_normal((features, outputs))),
        "b": _single(rng.standard_normal(outputs)),
        "lr": 0.25,
        "dtype": ["float16", "bfloat16"][int(rng.integers(2))],
        "scale": float(2 ** rng.integers(2, 9)),
        "growth_interval": 2000,
        "steps": 2,
    }


train_step_mixed = Exercise(
    "train_step_mixed",
    points=3,
    requires=["torch"],
    scenario=drive_train_step_mixed,
    helpers=[numbers, tiny_model, weights_of, TinySGD, RecordingLoss, watch_dtypes, as_single],
    check=Value(tolerance=HALF_PRECISION),
    cases=[
        Case("bfloat16-without-scaling", **_inputs((4, 3, 2), 141, "bfloat16", None)),
        Case("float16", **_inputs((4, 2, 3), 145, "float16", 256.0), readonly=True),
        Case("bfloat16-scaled", **_inputs((3, 4, 2), 149, "bfloat16", 1024.0)),
        Case("class-labels", **_inputs((6, 3, 4), 153, "float16", 256.0, labels=True), readonly=True),
        Case("three-steps", **_inputs((3, 3, 3), 157, "float16", 64.0, steps=3)),
        Case("tiny-gradients", **_tiny_gradients(161)),
        Case("overflow", **_large_gradients(165)),
        Case("the-scale-grows", **_inputs((4, 2, 3), 169, "float16", 64.0, steps=3, growth_interval=2)),
        random_cases(_random_inputs),
    ],
    misconceptions=[
        Misconception(
            "autocast-for-cuda",
            believes="autocast is for CUDA.",
            wrong=_for_cuda,
            hint="On which device is x? `x.device.type` says for which one autocast must choose dtypes.",
        ),
        Misconception(
            "autocast-missing",
            believes="The scaler makes the precision mixed.",
            wrong=_without_autocast,
            hint="What dtype do the outputs of your forward pass have?",
        ),
        Misconception(
            "model-halved",
            believes="Mixed precision means model.half().",
            wrong=_model_halved,
            hint="What becomes of an update of 1e-4 on a weight of 1, if the weight has 11 bits?",
        ),
        Misconception(
            "backward-inside-autocast",
            believes="The whole step belongs under autocast.",
            wrong=_backward_inside,
            hint="Who decides about the dtypes of the backward pass, and when?",
        ),
        Misconception(
            "usual-dtype",
            believes="autocast knows its dtype.",
            wrong=_usual_dtype,
            hint="What is autocast's usual dtype on the CPU, and which one were you asked for?",
        ),
        Misconception(
            "never-scaled",
            believes="autocast does everything, and the scaler is optional.",
            wrong=_not_scaled,
            hint="What is 1e-9 in float16?",
        ),
        Misconception(
            "unscaled-only",
            believes="scaler.step does the scaling.",
            wrong=_unscaled_only,
            hint="scaler.step divides by the scale: who has multiplied by it?",
        ),
        Misconception(
            "past-the-scaler",
            believes="After a scaled backward pass comes optimizer.step().",
            wrong=_past_the_scaler,
            hint="How large are the gradients that your step reads?",
        ),
        Misconception(
            "update-forgotten",
            believes="scaler.step is the end of the step.",
            wrong=_without_update,
            hint="Who halves the scale after an overflow, and lets it grow again?",
        ),
        Misconception(
            "scaled-loss-returned",
            believes="The loss is what goes backward.",
            wrong=_scaled_loss,
            hint="Which of the two numbers belongs into the plot, the loss or 256 times the loss?",
        ),
        Misconception(
            "zero-grad-missing",
            believes="backward() writes the gradient into .grad.",
            wrong=_without_zero_grad,
            hint="What stands in .grad when your function is called?",
        ),
    ],
    hints=[
        "Two tools: autocast chooses dtypes in the forward pass, the scaler keeps gradients away from zero.",
        "zero_grad; forward and loss under autocast(x.device.type, dtype=dtype); then three calls of the scaler.",
        "scaler.scale(value).backward(); scaler.step(optimizer); scaler.update(); return value.item()",
    ],
    variants=[Variant("set-to-zero", _set_to_zero), Variant("outputs-in-single-precision", _outputs_in_single)],
)
