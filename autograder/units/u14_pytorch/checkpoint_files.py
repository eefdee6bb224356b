"""What drives snapshots and checkpoints: a model with noise, files, and what is in them.

It is sent to the worker as source text, so each part imports torch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.units.u14_pytorch.tiny_model import TinySGD, as_single, numbers


def noisy_model(w: Any, b: Any, noise: bool, device: str) -> Any:
    """A linear model that drops random inputs and counts its forward passes in a buffer."""
    import torch

    class NoisyModel(torch.nn.Module):
        forwards: Any

        def __init__(self) -> None:
            super().__init__()
            self.linear = torch.nn.Linear(w.shape[0], w.shape[1], device=device, dtype=torch.tensor(w).dtype)
            self.register_buffer("forwards", torch.tensor(0, device=device))

        def forward(self, x: Any) -> Any:
            self.forwards += 1
            if noise:
                x = x * (torch.rand(x.shape, dtype=torch.float64, device=x.device) > 0.25)
            return self.linear(x)

    model = NoisyModel()
    with torch.no_grad():
        model.linear.weight.copy_(torch.tensor(w.T))
        model.linear.bias.copy_(torch.tensor(b))
    return model


def train_on(model: Any, optimizer: Any, x: Any, y: Any, steps: int) -> None:
    """Some steps on one batch."""
    for _ in range(steps):
        optimizer.zero_grad()
        ((model(x) - y) ** 2).mean().backward()
        optimizer.step()


def state_of(tensors: Any) -> dict[str, Any]:
    """The values of a state dictionary's tensors; None for what is none."""
    import torch

    items = tensors.items() if isinstance(tensors, dict) else []
    return {told(name): numbers(tensor) if isinstance(tensor, torch.Tensor) else None for name, tensor in items}


def told(name: Any) -> str:
    """How messages call an entry of the state: not every reader takes `forwards` for a buffer."""
    return "buffer `forwards`" if name == "forwards" else str(name)


def kind_of(tensor: Any) -> str:
    """What was kept of an entry."""
    import torch

    if isinstance(tensor, torch.Tensor):
        return f"a tensor of {'floats' if tensor.is_floating_point() else 'integers'} on {tensor.device.type}"
    return "a NumPy array" if isinstance(tensor, np.ndarray) else f"a {type(tensor).__name__}"


def drive_snapshot(snapshot: Any, x: Any, y: Any, w: Any, b: Any, steps: int, device: str = "cpu") -> Any:
    """Keep the weights, train on, go back, and spoil the copy."""
    import torch

    model = noisy_model(w, b, False, device)
    optimizer = TinySGD(model, 0.25, 0.5)
    data = torch.tensor(x, device=device), torch.tensor(y, device=device)
    train_on(model, optimizer, *data, 1)
    kept = snapshot(model)
    train_on(model, optimizer, *data, steps)
    trained = state_of(model.state_dict())
    names = ["tensors with a graph", "kept", "model after more training", "model after going back"]
    result: dict[str, Any] = dict.fromkeys(["what is kept", *names, "model after the snapshot is overwritten"])
    result["what is kept"] = {told(name): kind_of(tensor) for name, tensor in kept.items()}
    if not all(isinstance(tensor, torch.Tensor) for tensor in kept.values()):
        return result
    graphs = [name for name, tensor in kept.items() if tensor.requires_grad]
    values = state_of(kept)
    model.load_state_dict({**model.state_dict(), **kept})
    back = state_of(model.state_dict())
    with torch.no_grad():
        for tensor in kept.values():
            tensor.zero_()
    return {
        **result,
        "tensors with a graph": ", ".join(graphs) or "none",
        "kept": values,
        "model after more training": trained,
        "model after going back": back,
        "model after the snapshot is overwritten": state_of(model.state_dict()),
    }


def drive_save(
    save_checkpoint: Any,
    x: Any,
    y: Any,
    w: Any,
    b: Any,
    momentum: float,
    noise: bool,
    steps: int,
    epoch: int,
    kind: str,
    device: str = "cpu",
) -> Any:
    """Train, save, train on, and read what was saved."""
    import io
    import pathlib
    import tempfile

    import torch

    model = noisy_model(w, b, noise, device)
    optimizer = TinySGD(model, 0.25, momentum)
    data = torch.tensor(x, device=device), torch.tensor(y, device=device)
    torch.manual_seed(epoch)
    train_on(model, optimizer, *data, steps)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "checkpoint.pt")
        file: Any = {"path": path, "name": str(path), "buffer": io.BytesIO()}[kind]
        save_checkpoint(file, model, optimizer, epoch)
        written = io.BytesIO(file.getvalue() if kind == "buffer" else path.read_bytes())
    train_on(model, optimizer, *data, 2)
    return {**contents_of(written, w), "model after more training": state_of(model.state_dict())}


def contents_of(file: Any, w: Any) -> dict[str, Any]:
    """What a checkpoint holds; None for what is missing."""
    import pickle

    import torch

    try:
        saved, readable = torch.load(file, weights_only=True), True
    except pickle.UnpicklingError:
        saved, readable = {}, False
    optimizer = saved.get("optimizer")
    optimizer = optimizer if isinstance(optimizer, dict) else {}
    settings = (optimizer.get("param_groups") or [{}])[0]
    noise = None
    if isinstance(saved.get("rng"), torch.Tensor):
        torch.set_rng_state(saved["rng"])
        noise = numbers(torch.rand(3, dtype=torch.float64)).astype(w.dtype)
    velocities = (optimizer.get("state") or {}).items()
    return {
        "the file can be read with weights_only=True": readable,
        "entries": ", ".join(sorted(map(str, saved))),
        "model": state_of(saved.get("model")),
        "velocities": {str(key): numbers(value["momentum_buffer"]) for key, value in velocities},
        "settings": [as_single(settings.get(key), w) for key in ("lr", "momentum")],
        "epoch": saved.get("epoch"),
        "random numbers after restoring": noise,
        "cuda_rng": type(saved.get("cuda_rng")).__name__,
    }


def written_checkpoint(model: Any, optimizer: Any, epoch: int, elsewhere: bool, foreign: bool) -> Any:
    """A checkpoint as bytes: perhaps one of a machine with eight GPUs, perhaps one with code in it."""
    import io

    import torch

    class Foreign:
        def __reduce__(self) -> Any:
            return exec, ("import sys; sys.foreign_code_ran = True",)

    gpus = torch.cuda.get_rng_state_all() or [torch.zeros(16, dtype=torch.uint8)]
    saved = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "epoch": epoch,
        "rng": torch.get_rng_state(),
        "cuda_rng": 8 * gpus[:1] if elsewhere else torch.cuda.get_rng_state_all(),
        **({"note": Foreign()} if foreign else {}),
    }
    file, location_tag = io.BytesIO(), torch.serialization.location_tag
    if elsewhere:
        torch.serialization.location_tag = lambda storage: "cuda:7"
    try:
        torch.save(saved, file)
    finally:
        torch.serialization.location_tag = location_tag
    return file.getvalue()


def load_from(kind: str, saved: bytes, load: Any) -> Any:
    """What `load` answers to a checkpoint in memory or in a file; for a foreign one, what became of its code."""
    import io
    import pathlib
    import pickle
    import sys
    import tempfile

    sys.foreign_code_ran = False  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "checkpoint.pt")
        path.write_bytes(saved)
        file = {"path": path, "name": str(path)}.get(kind, io.BytesIO(saved))
        if kind != "foreign":
            return {"epoch": load(file)}
        try:
            load(file)
            refused = False
        except pickle.UnpicklingError:
            refused = True
    return {"code in the file ran": sys.foreign_code_ran, "the file is refused": refused}  # type: ignore[attr-defined]


def drive_load(
    load_checkpoint: Any,
    x: Any,
    y: Any,
    w: Any,
    b: Any,
    momentum: float,
    noise: bool,
    steps: int,
    more: int,
    epoch: int,
    kind: str,
    device: str = "cpu",
) -> Any:
    """Train, save, train on; then load into another model, train on, and compare."""
    import torch

    data = torch.tensor(x, device=device), torch.tensor(y, device=device)
    first, second = noisy_model(w, b, noise, device), noisy_model(0 * w, 0 * b, noise, device)
    optimizer, other = TinySGD(first, 0.25, momentum), TinySGD(second, 0.125, 0.0)
    torch.manual_seed(epoch)
    train_on(first, optimizer, *data, steps)
    saved = written_checkpoint(first, optimizer, epoch, kind == "elsewhere", kind == "foreign")
    train_on(first, optimizer, *data, more)
    torch.manual_seed(epoch + 1)
    torch.rand(5)
    second.train(kind != "name")
    loaded = load_from(kind, saved, lambda file: load_checkpoint(file, second, other))
    if kind == "foreign":
        return loaded
    loaded["the mode is as before"] = second.training == (kind != "name")
    train_on(second, other, *data, more)
    states = [state_of(model.state_dict()) for model in (first, second)]
    differing = sum(int((states[0][name] != states[1][name]).sum()) for name in states[0])
    return {**loaded, "model": states[1], "numbers that differ from the uninterrupted run": differing}
