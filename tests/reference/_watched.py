"""A module of torch that is watched while it is trained: what the training loop's records are compared with."""

from __future__ import annotations

from typing import Any

import torch

__all__ = ["Watched", "batches"]


class Watched(torch.nn.Module):
    """A linear module whose scores are halved in training, with torch's optimiser; hooks note what is called."""

    def __init__(self, w: Any, b: Any, lr: float) -> None:
        super().__init__()
        self.linear = torch.nn.Linear(*w.shape).double()
        self.linear.weight.data, self.linear.bias.data = torch.tensor(w.T), torch.tensor(b)
        self.calls: list[str] = []
        self.flags: set[bool] = set()
        self.sizes: list[int] = []
        self.optimizer = torch.optim.SGD(self.parameters(), lr=lr)
        # what is two calls in the course, a step and the setting of its results, is one in torch
        self.optimizer.register_step_post_hook(lambda *_: self.calls.extend(["step", "set_parameters"]))
        self.register_forward_hook(self._note)

    def _note(self, module: torch.nn.Module, arguments: Any, output: torch.Tensor) -> None:
        self.calls.append(f"forward(training={module.training})")
        self.flags.add(module.training)
        self.sizes.append(len(arguments[0]))
        if output.requires_grad:
            output.register_hook(lambda _: self.calls.append("backward"))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Scores."""
        scores: torch.Tensor = self.linear(x)
        return 0.5 * scores if self.training else scores

    def learn(self, x: Any, y: Any) -> float:
        """A textbook step; the loss before it."""
        self.optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(self.train()(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def bias(self) -> Any:
        """As an array."""
        return self.linear.bias.detach().numpy()


def batches(x: Any, y: Any, size: int) -> Any:
    """Torch's batches in the samples' order."""
    data = torch.utils.data.TensorDataset(torch.tensor(x), torch.tensor(y))
    return torch.utils.data.DataLoader(data, batch_size=size)
