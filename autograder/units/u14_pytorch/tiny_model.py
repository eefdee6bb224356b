"""What the scenarios of the PyTorch unit drive: a small model, its optimiser, its loss and its batches.

Most of it is sent to the worker as source text, so each part imports torch where it needs it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.units.shared.arrays import normal, spread

#: A sum of losses may be kept in a tensor of torch's usual dtype, float32, whatever dtype the losses have.
FLOAT32_SUMS = 1e-5


def numbers(tensor: Any) -> Any:
    """A copy of a tensor's values; NumPy has no bfloat16."""
    values = tensor.detach().cpu()
    return (values.float() if str(values.dtype) == "torch.bfloat16" else values).numpy().copy()


def tiny_model(w: Any, b: Any, device: str) -> Any:
    """A linear classifier, scores = x w + b, whose last module halves them while it is in training mode."""
    import torch

    class Halve(torch.nn.Module):
        def forward(self, scores: Any) -> Any:
            return 0.5 * scores if self.training else scores

    class TinyModel(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear = torch.nn.Linear(w.shape[0], w.shape[1], device=device, dtype=torch.tensor(w).dtype)
            self.halve = Halve()
            self.graphs: list[bool] = []

        def forward(self, x: Any) -> Any:
            self.graphs.append(torch.is_grad_enabled())
            return self.halve(self.linear(x))

    model = TinyModel()
    with torch.no_grad():
        model.linear.weight.copy_(torch.tensor(w.T))
        model.linear.bias.copy_(torch.tensor(b))
    return model


def weights_of(model: Any) -> Any:
    """The parameters of a tiny model."""
    return {"weights": numbers(model.linear.weight).T, "bias": numbers(model.linear.bias)}


class TinySGD:
    """Gradient descent with momentum, with the methods of torch.optim.

    An optimiser of torch.optim would import torch's compiler, which takes a second.
    """

    def __init__(self, model: Any, lr: float, momentum: float = 0.0) -> None:
        """One group with all parameters; no velocity yet."""
        self.param_groups: list[dict[str, Any]] = [{"params": list(model.parameters()), "lr": lr, "momentum": momentum}]
        self.state: dict[Any, Any] = {}

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients."""
        for param in self.param_groups[0]["params"]:
            param.grad = None if set_to_none or param.grad is None else param.grad.new_zeros(param.shape)

    def step(self, closure: Any = None) -> None:
        """Update velocities, v ← μ v + g, in place as torch does, then weights, w ← w - lr v."""
        group = self.param_groups[0]
        for param in group["params"]:
            if param.grad is not None:
                grad = param.grad.detach()
                state = self.state.setdefault(param, {"momentum_buffer": grad.new_zeros(grad.shape)})
                state["momentum_buffer"].mul_(group["momentum"]).add_(grad)
                param.data -= group["lr"] * state["momentum_buffer"]

    def state_dict(self) -> Any:
        """Velocities by number, and the settings, in the layout of torch.optim."""
        group = self.param_groups[0]
        state = {number: self.state[param] for number, param in enumerate(group["params"]) if param in self.state}
        return {"state": state, "param_groups": [{**group, "params": list(range(len(group["params"])))}]}

    def load_state_dict(self, state_dict: Any) -> None:
        """Take copies of what `state_dict` gave, on the devices of the parameters."""
        group, saved = self.param_groups[0], state_dict["param_groups"][0]
        if len(saved["params"]) != len(group["params"]):
            raise ValueError("loaded state dict has a different number of parameters")
        group |= {"lr": saved["lr"], "momentum": saved["momentum"]}
        self.state = {
            param: {"momentum_buffer": state_dict["state"][number]["momentum_buffer"].to(param).clone()}
            for number, param in enumerate(group["params"])
            if number in state_dict["state"]
        }


def tagged(value: Any, references: Any) -> Any:
    """The same number with a mark in its graph: the weak reference dies with the graph."""
    import weakref

    import torch

    class Token:
        pass

    class Tag(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.token = Token()
            references.append(weakref.ref(ctx.token))
            return x.view_as(x)

        @staticmethod
        def backward(ctx: Any, *grad_output: Any) -> Any:
            return grad_output[0]

    return Tag.apply(value)  # type: ignore[no-untyped-call]


class WatchedLoss:
    """Cross-entropy for integer labels, squared error otherwise; counts the graphs of earlier calls still alive."""

    def __init__(self) -> None:
        """Nothing has been called yet."""
        self.references: list[Any] = []
        self.alive: list[int] = [0]

    def __call__(self, outputs: Any, targets: Any) -> Any:
        """The mean over the batch."""
        import torch

        self.alive.append(sum(reference() is not None for reference in self.references))
        functional = torch.nn.functional
        loss = functional.mse_loss if targets.is_floating_point() else functional.cross_entropy
        return tagged(loss(outputs, targets), self.references)

    def keeps_graphs(self) -> bool:
        """Whether more than the last batch's graph was alive: that one's loss may still have a name."""
        return max(self.alive) > 2


def arriving(array: Any, moved: set[int]) -> Any:
    """A tensor on the CPU that notes in `moved` when it is moved to a device."""
    import torch

    class Arriving(torch.Tensor):
        @classmethod
        def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            with torch._C.DisableTorchFunctionSubclass():
                if getattr(func, "__name__", "") in ("to", "cuda"):
                    moved.add(id(args[0]))
                result = func(*args, **(kwargs or {}))
                return result.as_subclass(torch.Tensor) if isinstance(result, cls) else result

    return torch.tensor(array).as_subclass(Arriving)


def cut(x: Any, y: Any, sizes: Any, moved: set[int]) -> Any:
    """Batches of these sizes, in order, as tensors that note when they are moved."""
    ends = np.cumsum(sizes)
    parts = [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]
    return [(arriving(x[part], moved), arriving(y[part], moved)) for part in parts]


def as_single(value: Any, like: Any) -> Any:
    """A Python float as a number of the case's precision; anything else as it is."""
    return np.float32(value) if isinstance(value, float) and like.dtype == np.float32 else value


def as_single_precision(case: Any) -> dict[str, Any]:
    """A case with all floating arrays in float32."""
    return {
        name: value.astype(np.float32) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value
        for name, value in case.items()
    }


def regression(n: int, features: int, outputs: int, seed: int) -> dict[str, Any]:
    """Samples, targets, and the parameters of a tiny model."""
    return {
        "x": normal(n, features, seed=seed),
        "y": normal(n, outputs, seed=seed + 1),
        "w": normal(features, outputs, seed=seed + 2),
        "b": spread(-1, 1, outputs) + 0.25,
    }


def random_regression(rng: np.random.Generator) -> dict[str, Any]:
    """The same, drawn."""
    n, features, outputs = (int(rng.integers(2, 6)) for _ in range(3))
    shapes = {"x": (n, features), "y": (n, outputs), "w": (features, outputs), "b": (outputs,)}
    return {name: rng.standard_normal(shape) for name, shape in shapes.items()}
