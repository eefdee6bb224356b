"""Training that is saved and goes on."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .arrays import File

__all__ = ["load_checkpoint", "save_checkpoint", "snapshot"]


def snapshot(model: nn.Module) -> dict[str, Tensor]:
    """Keep the weights as they are now, to come back to them (the best epoch's, say).

    `model.load_state_dict(snapshot)` brings them back. Training goes on in place, and
    must not change the snapshot; changing the snapshot must not change the model.

    Args:
        model: on any device; not modified.

    Returns:
        A dictionary with the names of `model.state_dict()` in its order: parameters and
        buffers, each a copy of its own, on the CPU, without a graph
        (`requires_grad` is False), same shapes and dtypes as `model.state_dict()`.
    """
    return {name: tensor.detach().to("cpu", copy=True) for name, tensor in model.state_dict().items()}


def save_checkpoint(file: File, model: nn.Module, optimizer: torch.optim.Optimizer, epoch: int) -> None:
    """Write down everything that a training needs to go on as if it had not stopped.

    One dictionary, written with `torch.save`, with exactly these entries:

        "model"      model.state_dict(): parameters and buffers
        "optimizer"  optimizer.state_dict(): momentum and the like, and the settings
        "epoch"      the number of epochs done, an int
        "rng"        the state of the CPU's random generator, torch.get_rng_state()
        "cuda_rng"   the list of those of the GPUs, torch.cuda.get_rng_state_all(),
                     which is empty without a GPU

    Tensors and plain containers only, no objects of classes: then
    `torch.load(file, weights_only=True)` can read it, and nobody has to trust the file.
    The random state is saved as it is: no number may be drawn on the way.

    Args:
        file: a path, or a binary file open for writing.
        model: on any device; not modified.
        optimizer: built with the model's parameters; not modified.
        epoch: the number of epochs done.
    """
    checkpoint = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "epoch": epoch,
        "rng": torch.get_rng_state(),
        "cuda_rng": torch.cuda.get_rng_state_all(),
    }
    torch.save(checkpoint, file)


def load_checkpoint(file: File, model: nn.Module, optimizer: torch.optim.Optimizer) -> int:
    """Go on where `save_checkpoint` stopped: afterwards training continues bit for bit as it would have.

    Restores parameters, buffers, the optimiser's state and the random generators (those
    of as many GPUs as there are here). Modes are not changed.

    The file may come from a machine with other devices: read it to the CPU
    (`map_location`), and let `load_state_dict` copy it to where the model is. The state
    of a random generator is a tensor on the CPU always.

    The file may come from anybody: read it with `weights_only=True`, so that no code in
    it is run. What `torch.load` raises then is passed on.

    Args:
        file: a path, or a binary file open for reading, as `save_checkpoint` wrote it.
        model: of the same architecture, on any device; overwritten.
        optimizer: of the same kind, built with this model's parameters; overwritten.

    Returns:
        The number of epochs done, as it was saved.
    """
    checkpoint = torch.load(file, map_location="cpu", weights_only=True)
    model.load_state_dict(checkpoint["model"])
    optimizer.load_state_dict(checkpoint["optimizer"])
    torch.set_rng_state(checkpoint["rng"])
    for index, state in enumerate(checkpoint["cuda_rng"][: torch.cuda.device_count()]):
        torch.cuda.set_rng_state(state, index)
    return int(checkpoint["epoch"])
