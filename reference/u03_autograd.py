"""The truth about autograd: the same graphs and the same programs, differentiated by PyTorch.

A program is Python text that computes `L` from the variables a, b, c, …; it is executed here on torch tensors, and in
the worker on the student's class.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from reference._arrays import array_namespace

__all__ = [
    "backpropagate",
    "index_backward",
    "matmul",
    "maximum_over",
    "multiply",
    "sum_over",
    "tensor_program",
    "transpose_backward",
    "unbroadcast",
    "value_program",
]

Axes = int | tuple[int, ...] | None


def backpropagate(graph: Sequence[Sequence[int]], slopes: Any, root: int = -1) -> Any:
    """Gradients of the root with respect to all nodes of a graph whose nodes are weighted sums of their parents."""
    import torch

    weights = iter(torch.as_tensor(slopes, dtype=torch.float64))
    nodes: list[Any] = []
    for parents in graph:
        terms = [next(weights) * nodes[parent] for parent in parents]
        nodes.append(sum(terms[1:], terms[0]) if terms else torch.ones((), dtype=torch.float64, requires_grad=True))
    found = torch.autograd.grad(nodes[root], nodes, allow_unused=True)
    return np.array([0.0 if grad is None else grad.item() for grad in found])


def unbroadcast(grad: Any, shape: tuple[int, ...]) -> Any:
    """The gradient of broadcasting an array of that shape, by torch."""
    import torch

    x = torch.zeros(shape, dtype=torch.float64, requires_grad=True)
    upstream = torch.as_tensor(grad)
    return torch.autograd.grad(torch.broadcast_to(x, upstream.shape), x, upstream)[0].numpy()


def multiply(a: Any, b: Any) -> Any:
    """The product, element by element."""
    return a * b


def matmul(a: Any, b: Any) -> Any:
    """The matrix product."""
    return array_namespace(a, b).matmul(a, b)


def sum_over(x: Any, axis: Axes = None, keepdims: bool = False) -> Any:
    """Sums over axes."""
    return array_namespace(x).sum(x, axis=axis, keepdims=keepdims)


def maximum_over(x: Any, axis: Axes = None, keepdims: bool = False) -> Any:
    """Maxima over axes; torch.amax shares the gradient of a tie evenly."""
    return array_namespace(x).max(x, axis=axis, keepdims=keepdims)


def transpose_backward(grad_output: Any, axes: tuple[int, ...]) -> Any:
    """The gradient of permuting axes, by torch."""
    import torch

    upstream = torch.as_tensor(grad_output)
    shape = [0] * len(axes)
    for length, axis in zip(upstream.shape, axes, strict=True):
        shape[axis] = length
    x = torch.zeros(shape, dtype=upstream.dtype, requires_grad=True)
    return torch.autograd.grad(x.permute(axes), x, upstream)[0].numpy()


def index_backward(grad_output: Any, shape: tuple[int, ...], index: Any) -> Any:
    """The gradient of indexing, by torch."""
    import torch

    x = torch.zeros(shape, dtype=torch.float64, requires_grad=True)
    return torch.autograd.grad(x[_for_torch(index)], x, torch.as_tensor(grad_output))[0].numpy()


def _for_torch(index: Any) -> Any:
    import torch

    if isinstance(index, tuple):
        return tuple(_for_torch(item) for item in index)
    return torch.as_tensor(index) if isinstance(index, (list, np.ndarray)) else index


def value_program(program: str, at: Any, plain: str = "", watch: str = "") -> dict[str, Any]:
    """Execute a program on numbers; see `_execute`. A gradient that never arrived is 0.0.

    Args:
        program: the text.
        at: values of a, b, c, ….
        plain: names of those that are plain numbers.
        watch: names of intermediate results whose gradients are asked for.
    """
    variables = {name: _traced(x.item(), name not in plain) for name, x in zip("abcdefgh", at, strict=False)}
    variables |= {name: variables[name].item() for name in plain}
    found = _execute(program, variables, plain, lambda L: L.backward(), watch)
    return {key: 0.0 if value is None else float(value) for key, value in found.items()}


def tensor_program(program: str, inputs: Sequence[Any], constants: str = "", plain: str = "") -> dict[str, Any]:
    """Execute a program on arrays; see `_execute`. Constants and plain arrays have no gradient."""
    names = "abcdefgh"[: len(inputs)]
    variables = {name: _traced(x, name not in constants + plain) for name, x in zip(names, inputs, strict=True)}

    def finish(L: Any) -> None:
        upstream = np.cos(np.arange(1.0, L.numel() + 1)).reshape(L.shape)
        (L * _traced(upstream, False)).sum().backward()

    return _execute(program, variables, plain, finish)


def _execute(
    program: str, variables: dict[str, Any], plain: str, finish: Callable[[Any], None], watch: str = ""
) -> dict[str, Any]:
    """What a program notes, the L that it computes, and the gradients of its variables that are not plain.

    A program that does not call `backward` itself is finished by `finish`.
    """
    notes: dict[str, Any] = {}

    def note(label: str, value: Any) -> None:
        notes[label] = _plain(value)

    def fails(action: Callable[[], Any]) -> str:
        try:
            action()
        except (RuntimeError, ValueError):  # what is a RuntimeError in torch is a ValueError here
            return "ValueError"
        return "nothing is raised"

    scope = {**variables, "note": note, "fails": fails}
    exec(program, scope)
    if ".backward(" not in program:
        finish(scope["L"])
    gradients = {f"gradient of {name}": _plain(x.grad) for name, x in variables.items() if name not in plain}
    between = {f"gradient of {name}": _plain(_gradient(scope["L"], scope[name])) for name in watch}
    return {**notes, "L": _plain(scope["L"]), **gradients, **between}


def _gradient(root: Any, node: Any) -> Any:
    import torch

    return torch.autograd.grad(root, node, retain_graph=True)[0]


def _plain(value: Any) -> Any:
    return value.detach().clone().numpy() if hasattr(value, "detach") else value


def _traced(data: Any, requires_grad: bool) -> Any:
    import torch

    tensor = torch.tensor(data, dtype=torch.float64).as_subclass(_traced_class())
    return tensor.requires_grad_(requires_grad)


@functools.cache
def _traced_class() -> Any:
    """A torch tensor with the few methods that NumPy names otherwise, and a graph that can be walked twice."""
    import torch

    inherited: Any = torch.Tensor.grad

    class Traced(torch.Tensor):
        def max(self, axis: Axes = None, keepdims: bool = False) -> Any:  # type: ignore[override]
            return torch.amax(self, dim=() if axis is None else axis, keepdim=keepdims)

        def __getitem__(self, index: Any) -> Any:
            return super().__getitem__(_for_torch(index))

        def transpose(self, *axes: int) -> Any:
            return self.permute(axes or tuple(reversed(range(self.ndim))))

        def backward(self, grad_output: Any = None) -> None:  # type: ignore[override]
            torch.autograd.backward(self, grad_output, retain_graph=True)

        def zero_grad(self) -> None:
            self.grad = None

        @property
        def grad(self) -> Any:
            return inherited.__get__(self)

        @grad.setter
        def grad(self, value: Any) -> None:
            # A program on numbers resets by `a.grad = 0.0`, for which torch has None.
            inherited.__set__(self, value if isinstance(value, torch.Tensor) else None)

    return Traced
