"""Wrong versions of keeping, saving and loading: what they share is right, and one thing in each is not."""

from __future__ import annotations

from typing import Any

__all__: list[str] = []


def right_snapshot(model: Any) -> dict[str, Any]:
    """A right one."""
    return {name: tensor.detach().cpu().clone() for name, tensor in model.state_dict().items()}


def snapshot_by_reference(model: Any) -> dict[str, Any]:
    """The weights themselves."""
    return {name: tensor.cpu() for name, tensor in model.state_dict().items()}


def snapshot_of_parameters(model: Any) -> dict[str, Any]:
    """No buffers."""
    return {name: param.detach().cpu().clone() for name, param in model.named_parameters()}


def snapshot_with_graph(model: Any) -> dict[str, Any]:
    """Clones that know where they come from."""
    parts = [*model.named_parameters(), *model.named_buffers()]
    return {name: tensor.clone() for name, tensor in parts}


def snapshot_in_floats(model: Any) -> dict[str, Any]:
    """Everything in the dtype of the weights."""
    dtype = next(model.parameters()).dtype
    return {name: tensor.detach().cpu().clone().to(dtype) for name, tensor in model.state_dict().items()}


def _contents(model: Any, optimizer: Any, epoch: int) -> dict[str, Any]:
    """A right checkpoint."""
    import torch

    return {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "epoch": epoch,
        "rng": torch.get_rng_state(),
        "cuda_rng": torch.cuda.get_rng_state_all(),
    }


def _save(file: Any, contents: Any) -> None:
    import torch

    torch.save(contents, file)


def save_through_bytes(file: Any, model: Any, optimizer: Any, epoch: int) -> None:
    """A right one: first into memory."""
    import io
    import pathlib

    buffer = io.BytesIO()
    _save(buffer, _contents(model, optimizer, epoch))
    if hasattr(file, "write"):
        file.write(buffer.getvalue())
    else:
        pathlib.Path(file).write_bytes(buffer.getvalue())


class WholeModel:
    """Stands for a model's class, which the reader of a file must have: the scenario's own cannot be pickled."""

    def __init__(self, state: Any) -> None:
        """Keep the state."""
        self.state = state


def save_objects(file: Any, model: Any, optimizer: Any, epoch: int) -> None:
    """Pickles an object of a class of its own."""
    _save(file, {**_contents(model, optimizer, epoch), "model": WholeModel(model.state_dict())})


def save_without_optimizer(file: Any, model: Any, optimizer: Any, epoch: int) -> None:
    """No optimiser."""
    contents = _contents(model, optimizer, epoch)
    _save(file, {name: item for name, item in contents.items() if name != "optimizer"})


def save_settings_only(file: Any, model: Any, optimizer: Any, epoch: int) -> None:
    """The optimiser without its state."""
    groups = optimizer.state_dict()["param_groups"]
    _save(file, {**_contents(model, optimizer, epoch), "optimizer": {"state": {}, "param_groups": groups}})


def save_without_rng(file: Any, model: Any, optimizer: Any, epoch: int) -> None:
    """No random state."""
    contents = _contents(model, optimizer, epoch)
    _save(file, {name: item for name, item in contents.items() if "rng" not in name})


def save_seed(file: Any, model: Any, optimizer: Any, epoch: int) -> None:
    """The seed for the state."""
    import torch

    _save(file, {**_contents(model, optimizer, epoch), "rng": torch.initial_seed()})


def save_parameters(file: Any, model: Any, optimizer: Any, epoch: int) -> None:
    """No buffers."""
    parameters = {name: param.detach() for name, param in model.named_parameters()}
    _save(file, {**_contents(model, optimizer, epoch), "model": parameters})


def _read(file: Any, **options: Any) -> Any:
    import torch

    return torch.load(file, **{"map_location": "cpu", "weights_only": True, **options})


def _restore(saved: Any, model: Any, optimizer: Any, without: str = "") -> int:
    """Put back all parts but one."""
    import torch

    if without != "model":
        model.load_state_dict(saved["model"])
    if without != "optimizer":
        optimizer.load_state_dict(saved["optimizer"])
    if without != "rng":
        torch.set_rng_state(saved["rng"].cpu())
        for index in range(min(torch.cuda.device_count(), len(saved["cuda_rng"]))):
            torch.cuda.set_rng_state(saved["cuda_rng"][index].cpu(), index)
    return int(saved["epoch"])


def load_by_generator(file: Any, model: Any, optimizer: Any) -> int:
    """A right one, by the generator's own method."""
    import torch

    saved = _read(file)
    epoch = _restore(saved, model, optimizer, without="rng")
    torch.default_generator.set_state(saved["rng"])
    for index in range(min(torch.cuda.device_count(), len(saved["cuda_rng"]))):
        torch.cuda.set_rng_state(saved["cuda_rng"][index], index)
    return epoch


def load_without_optimizer(file: Any, model: Any, optimizer: Any) -> int:
    """Leaves the optimiser as it is."""
    return _restore(_read(file), model, optimizer, without="optimizer")


def load_without_rng(file: Any, model: Any, optimizer: Any) -> int:
    """Leaves the random generators as they are."""
    return _restore(_read(file), model, optimizer, without="rng")


def load_with_new_seed(file: Any, model: Any, optimizer: Any) -> int:
    """Sets the seed instead of the state."""
    import torch

    epoch = _restore(_read(file), model, optimizer, without="rng")
    torch.manual_seed(torch.initial_seed())
    return epoch


def load_without_map_location(file: Any, model: Any, optimizer: Any) -> int:
    """Lets the file say where its tensors go."""
    return _restore(_read(file, map_location=None), model, optimizer)


def load_with_code(file: Any, model: Any, optimizer: Any) -> int:
    """Runs whatever is in the file."""
    return _restore(_read(file, weights_only=False), model, optimizer)


def load_parameters(file: Any, model: Any, optimizer: Any) -> int:
    """Copies the parameters, and nothing else of the model."""
    import torch

    saved = _read(file)
    with torch.no_grad():
        for name, param in model.named_parameters():
            param.copy_(saved["model"][name])
    return _restore(saved, model, optimizer, without="model")


def load_next_epoch(file: Any, model: Any, optimizer: Any) -> int:
    """Adds one."""
    return _restore(_read(file), model, optimizer) + 1


def load_into_evaluation(file: Any, model: Any, optimizer: Any) -> int:
    """Switches to evaluation mode, as for predictions."""
    epoch = load_by_generator(file, model, optimizer)
    model.eval()
    return epoch


def save_weights_alone(file: Any, model: Any, optimizer: Any, epoch: int) -> None:
    """The model's state, and nothing around it."""
    _save(file, model.state_dict())


def save_next_epoch(file: Any, model: Any, optimizer: Any, epoch: int) -> None:
    """Counts one more."""
    _save(file, _contents(model, optimizer, epoch + 1))
