"""The reference of the PyTorch unit against torch's own layers, optimisers, autocast and scaler; and the stand-ins."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from autograder.units.u14_pytorch import metrics, tiny_model
from reference import u14_pytorch as reference

#: The first call of a test pays for what torch loads lazily.
unhurried = settings(deadline=None, max_examples=20)
seeds = st.integers(0, 10_000)
momenta = st.sampled_from([0.25, 0.5, 0.9])


def _close(got: Any, want: Any, tolerance: float = 1e-10) -> None:
    np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance)


def _problem(seed: int, labels: bool = False) -> dict[str, Any]:
    """Samples, targets and parameters of a linear model."""
    rng = np.random.default_rng(seed)
    n, features, outputs = (int(rng.integers(2, 7)) for _ in range(3))
    y = rng.integers(0, outputs, n) if labels else rng.standard_normal((n, outputs))
    w, b = rng.standard_normal((features, outputs)), rng.standard_normal(outputs)
    return {"x": rng.standard_normal((n, features)), "y": y, "w": w, "b": b}


def _cut(n: int, seed: int) -> list[int]:
    """Sizes of batches that add up to n."""
    inner = sorted(set(np.random.default_rng(seed).integers(1, n, 2).tolist()))
    return [int(size) for size in np.diff([0, *inner, n])]


def _linear(w: Any, b: Any) -> torch.nn.Linear:
    model = torch.nn.Linear(*w.shape).to(torch.tensor(w).dtype)
    with torch.no_grad():
        model.weight.copy_(torch.tensor(w.T))
        model.bias.copy_(torch.tensor(b))
    return model


def _loss(outputs: Any, targets: Any) -> Any:
    kind: Callable[..., Any] = functional.mse_loss if targets.is_floating_point() else functional.cross_entropy
    return kind(outputs, targets)


def _check_parameters(got: dict[str, Any], model: torch.nn.Linear, tolerance: float = 1e-10) -> None:
    _close(got["weights"], model.weight.detach().T.numpy(), tolerance)
    _close(got["bias"], model.bias.detach().numpy(), tolerance)


@pytest.mark.parametrize(
    ("cuda", "mps", "built", "want"),
    [(True, True, True, "cuda"), (False, True, True, "mps"), (False, False, True, "cpu"), (True, False, True, "cuda")],
)
def test_device_is_the_first_that_is_there(cuda: bool, mps: bool, built: bool, want: str) -> None:
    """CUDA before MPS before the CPU, and a build with CUDA is no GPU."""
    assert reference.pick_device(cuda, mps, built)["device type"] == want


def test_every_part_of_a_moved_tree_is_described() -> None:
    """Containers keep their types, tensors change their device alone, other things stay."""
    found = reference.to_device({"x": (np.ones(2), [3, "a"])}, "meta", None)
    assert found["result"] == {
        "batch": "dict with 'x'",
        "batch['x']": "tuple of 2",
        "batch['x'][0]": "float32 tensor (2,) on meta",
        "batch['x'][1]": "list of 2",
        "batch['x'][1][0]": "int 3",
        "batch['x'][1][1]": "str 'a'",
    }
    assert found["the caller's"]["batch['x'][0]"] == "float32 tensor (2,) on cpu [1.0, 1.0]"


@unhurried
@given(seeds, st.floats(0.3, 4), st.lists(st.integers(1, 4), max_size=3))
def test_soft_cap_has_autograds_derivatives(seed: int, cap: float, shape: list[int]) -> None:
    """First and second derivatives equal those that autograd finds for c tanh(x / c)."""
    x, upstream, direction = np.random.default_rng(seed).standard_normal((3, *shape))
    given_x = torch.tensor(x, requires_grad=True)
    output = cap * torch.tanh(given_x / cap)
    (first,) = torch.autograd.grad(output, given_x, torch.tensor(upstream), create_graph=True)
    (second,) = torch.autograd.grad(first, given_x, torch.tensor(direction))
    got = reference.SoftCap(x, cap, upstream, direction, double=True)
    _close(got["output"], output.detach().numpy())
    _close(got["gradient"], first.detach().numpy())
    _close(got["gradient of the gradient"], second.numpy())


@unhurried
@given(seeds, momenta, st.booleans())
def test_an_epoch_is_that_of_torch_optim(seed: int, momentum: float, labels: bool) -> None:
    """One step of torch.optim.SGD per batch, outputs halved, and the mean over samples."""
    case = _problem(seed, labels)
    sizes = _cut(len(case["x"]), seed)
    model = _linear(case["w"], case["b"])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=momentum)
    losses = []
    for x, y in zip(torch.tensor(case["x"]).split(sizes), torch.tensor(case["y"]).split(sizes), strict=True):
        optimizer.zero_grad()
        loss = _loss(0.5 * model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    got = reference.train_epoch(**case, sizes=sizes, lr=0.3, momentum=momentum, training=False, stale=True)
    _check_parameters(got, model)
    _close(got["mean loss"], np.average(losses, weights=sizes))


@unhurried
@given(seeds, st.booleans(), st.booleans())
def test_accumulation_is_one_step_on_all_samples(seed: int, labels: bool, training: bool) -> None:
    """The truth is torch's step on the whole batch."""
    case = _problem(seed, labels)
    model = _linear(case["w"], case["b"])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
    loss = _loss((0.5 if training else 1.0) * model(torch.tensor(case["x"])), torch.tensor(case["y"]))
    loss.backward()
    optimizer.step()
    options: dict[str, Any] = {"lr": 0.3, "momentum": 0.0, "training": training, "stale": False}
    got = reference.accumulate_gradients(**case, sizes=_cut(len(case["x"]), seed), **options)
    _check_parameters(got, model)
    _close(got["mean loss"], loss.item())


@unhurried
@given(seeds)
def test_measurements_are_torchs(seed: int) -> None:
    """Loss and accuracy equal cross_entropy and argmax over all samples, in both exercises that measure."""
    case = _problem(seed, labels=True)
    scores, y = torch.tensor(case["x"] @ case["w"]), torch.tensor(case["y"])
    sizes = _cut(len(y), seed)
    got = reference.no_sync_metrics(case["x"], case["y"], case["w"], sizes)
    _close([got["loss"], got["accuracy"]], [_loss(scores, y), (scores.argmax(1) == y).double().mean()])
    scores += torch.tensor(case["b"])
    got = reference.evaluate(**case, sizes=sizes, modes=[True, False, True], breaks=False)
    _close([got["loss"], got["accuracy"]], [_loss(scores, y), (scores.argmax(1) == y).double().mean()])
    assert got["afterwards"] == dict(zip(reference.TRAINS, [True, False, True], strict=True))


@unhurried
@given(seeds, st.floats(0.2, 3), st.sampled_from([None, 64.0]), st.booleans())
def test_clipped_steps_are_those_of_clip_grad_norm(
    seed: int, max_norm: float, scale: float | None, overflow: bool
) -> None:
    """Norms, parameters and scales equal torch's, by its scaler; a step with an infinite gradient is dropped."""
    case = _problem(seed)
    model = _linear(case["w"], case["b"])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    scaler = torch.amp.GradScaler("cpu", init_scale=scale or 1.0, enabled=scale is not None)
    overflow_at = 0 if overflow and scale is not None else None
    got = reference.clip_and_step(
        **case, lr=0.5, max_norm=max_norm, scale=scale, overflow_at=overflow_at, frozen=False, steps=2
    )
    for step in range(2):
        optimizer.zero_grad()
        scaler.scale(_loss(0.5 * model(torch.tensor(case["x"])), torch.tensor(case["y"]))).backward()
        if step == overflow_at:
            model.bias.grad = torch.full_like(model.bias, torch.inf)
        scaler.unscale_(optimizer)
        _close(got[f"norm in step {step + 1}"], torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm), 1e-5)
        scaler.step(optimizer)
        scaler.update()
        assert scale is None or got[f"scale after step {step + 1}"] == scaler.get_scale()
    _check_parameters(got, model, 1e-5)


@unhurried
@given(seeds, st.sampled_from(["float16", "bfloat16"]), st.booleans())
def test_mixed_precision_is_that_of_autocast(seed: int, dtype: str, labels: bool) -> None:
    """Two steps under autocast with torch's scaler, in float32, change the parameters in the same way."""
    case = {k: v.astype(np.float32) if v.dtype.kind == "f" else v for k, v in _problem(seed, labels).items()}
    model = _linear(case["w"], case["b"])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    scaler = torch.amp.GradScaler("cpu", init_scale=128.0, growth_interval=1)
    for _ in range(2):
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=getattr(torch, dtype)):
            loss = _loss(0.5 * model(torch.tensor(case["x"])), torch.tensor(case["y"]))
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
    exact = {k: v.astype(np.float64) if v.dtype.kind == "f" else v for k, v in case.items()}
    got = reference.train_step_mixed(**exact, lr=0.25, dtype=dtype, scale=128.0, growth_interval=1, steps=2)
    _close(exact["w"] + got["change of the weights"], model.weight.detach().T.numpy(), 0.02)
    _close(got["loss in step 2"], loss.item(), 0.02)
    assert got["scale afterwards"] == scaler.get_scale() == 512.0


def _noisy_training(case: dict[str, Any], momentum: float, steps: int) -> tuple[torch.nn.Linear, torch.optim.SGD]:
    model = _linear(case["w"], case["b"])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25, momentum=momentum)
    torch.manual_seed(7)
    x = torch.tensor(case["x"])
    for _ in range(steps):
        optimizer.zero_grad()
        _loss(model(x * (torch.rand(x.shape, dtype=torch.float64) > 0.25)), torch.tensor(case["y"])).backward()
        optimizer.step()
    return model, optimizer


@unhurried
@given(seeds, momenta)
def test_checkpoints_hold_what_torch_optim_holds(seed: int, momentum: float) -> None:
    """Parameters, velocities and the next random numbers after two noisy steps; and where four steps lead."""
    case = _problem(seed)
    options: dict[str, Any] = {"momentum": momentum, "noise": True, "steps": 2, "epoch": 7, "kind": "buffer"}
    got = reference.save_checkpoint(**case, **options)
    model, optimizer = _noisy_training(case, momentum, 2)
    _close(got["random numbers after restoring"], torch.rand(3, dtype=torch.float64))
    buffers = [state["momentum_buffer"] for state in optimizer.state_dict()["state"].values()]
    for number, buffer in enumerate(buffers):
        _close(got["velocities"][str(number)], buffer)
    _close(got["model"]["linear.weight"], model.weight.detach())
    later, _ = _noisy_training(case, momentum, 4)
    resumed = reference.load_checkpoint(**case, **options, more=2)["model"]
    _close(resumed["linear.weight"], later.weight.detach())
    _close(got["model after more training"]["linear.bias"], later.bias.detach())
    assert resumed["buffer `forwards`"] == 4


def test_a_snapshot_is_older_than_the_model() -> None:
    """The kept weights are those after one step, the model's those after all."""
    case = _problem(3)
    got = reference.snapshot(**case, steps=2)
    assert got["kept"]["buffer `forwards`"] == 1
    assert got["model after more training"]["buffer `forwards`"] == 3
    assert not np.allclose(got["kept"]["linear.bias"], got["model after more training"]["linear.bias"])


shapes = st.lists(st.integers(1, 4), min_size=1, max_size=3)


@unhurried
@given(seeds, shapes, st.data())
def test_softmax_is_torchs(seed: int, shape: list[int], data: st.DataObject) -> None:
    """Values and gradients equal torch.softmax and autograd, along any axis."""
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    x, upstream = np.random.default_rng(seed).standard_normal((2, *shape))
    tensor = torch.tensor(x, requires_grad=True)
    want = torch.softmax(tensor, dim=axis)
    want.backward(torch.tensor(upstream))
    got = reference.softmax(x, axis, upstream)
    _close(got["values of the tensor"], want.detach())
    _close(got["gradient of x"], tensor.grad)


@unhurried
@given(seeds, shapes)
def test_layer_norm_is_torchs(seed: int, shape: list[int]) -> None:
    """Values and gradients equal functional.layer_norm and autograd."""
    rng = np.random.default_rng(seed)
    x, upstream = rng.standard_normal((2, *shape))
    gamma, beta = rng.standard_normal((2, shape[-1]))
    tensors = [torch.tensor(each, requires_grad=True) for each in (x, gamma, beta)]
    want = functional.layer_norm(tensors[0], shape[-1:], tensors[1], tensors[2], eps=0.01)
    want.backward(torch.tensor(upstream))
    got = reference.layer_norm(x, gamma, beta, 0.01, upstream)
    _close(got["values of the array"], want.detach())
    for name, tensor in zip(("x", "gamma", "beta"), tensors, strict=True):
        _close(got[f"gradient of {name}"], tensor.grad)


@unhurried
@given(seeds, momenta)
def test_the_scenarios_optimiser_is_torchs(seed: int, momentum: float) -> None:
    """TinySGD makes the steps of torch.optim.SGD, and its state dictionary has the same layout."""
    case = _problem(seed)
    models = [_linear(case["w"], case["b"]) for _ in range(2)]
    tiny = tiny_model.TinySGD(models[0], 0.2, momentum)
    full = torch.optim.SGD(models[1].parameters(), lr=0.2, momentum=momentum)
    both: list[tuple[Any, Any]] = [(models[0], tiny), (models[1], full)]
    for _ in range(3):
        for model, optimizer in both:
            optimizer.zero_grad()
            _loss(model(torch.tensor(case["x"])), torch.tensor(case["y"])).backward()
            optimizer.step()
    _close(models[0].weight.detach(), models[1].weight.detach())
    saved, wanted = tiny.state_dict(), full.state_dict()
    assert set(saved["state"]) == set(wanted["state"])
    assert saved["param_groups"][0].items() <= wanted["param_groups"][0].items()


READS: list[Callable[[Any], Any]] = [
    float, int, bool, str, lambda t: t.item(), lambda t: t.tolist(), lambda t: t.cpu(), lambda t: t.numpy(),
    lambda t: f"{t:.3f}", lambda t: [1, 2, 3][t.int()], np.asarray,
]  # fmt: skip


@pytest.mark.parametrize("read", READS)
def test_every_way_of_reading_a_number_is_counted(read: Callable[[Any], Any]) -> None:
    """Whatever makes a device wait counts once; arithmetic does not."""
    counter, tensor = metrics.read_counter(), torch.tensor(1.0)
    with counter:
        total = tensor + 2 * tensor.detach()
        assert counter.numbers == 0
        read(total - 1)
    assert counter.numbers == 1


def test_mask_indexing_is_counted() -> None:
    """A result whose shape depends on values makes a device wait; a slice does not."""
    counter, tensor = metrics.read_counter(), torch.arange(4)
    with counter:
        assert len(tensor[1:3]) == 2
        assert counter.sizes == 0
        assert len(tensor[tensor > 1]) == 2
    assert counter.sizes == 1


def test_assessment_and_reference_need_no_torch() -> None:
    """Both modules can be imported, and all public cases listed, where torch is not installed."""
    program = (
        "import sys; sys.modules['torch'] = None; import reference.u14_pytorch; "
        "from autograder.authoring.units import authored_unit; "
        "[each.public_cases() for each in authored_unit('u14_pytorch').exercises]"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
