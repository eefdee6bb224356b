"""PyTorch: the loop of your own network, on any device.

Everything that you built by hand has a name in PyTorch: your Tensor is
`torch.Tensor`, your layers are `nn.Module`, your optimisers are `torch.optim`, and
`backward()` walks the graph for you. What is left to get right is the order of the
calls, and who owns what:

    model.train()                    dropout on, batch norm learns its statistics
    for x, y in loader:
        x, y = x.to(device), ...     data follow the model; `.to` returns a new tensor
        optimizer.zero_grad()        .grad is a sum: backward() adds to it
        value = loss(model(x), y)    the forward pass builds a graph
        value.backward()             the backward pass fills .grad and frees the graph
        (unscale, clip)              whatever changes gradients belongs here
        optimizer.step()             the update reads .grad

Four things that surprise at first.
  * A graph lives as long as a tensor that came out of it. `total += loss` keeps the
    graph of every batch; `total += loss.detach()` keeps one number.
  * `state_dict()` is a window, not a copy: its tensors *are* the weights.
  * A mode is a flag in every module, and `model.eval()` sets them all. Who restores
    modes restores them module by module: a frozen batch norm in a model that trains
    stays in evaluation mode.
  * `no_grad` is another switch: it stops the graph, not dropout. Measuring wants both.

Formulas
    mean loss      Σ_b n_b · loss_b / Σ_b n_b          n_b samples in batch b
    accumulation   ∂L/∂w = Σ_b (n_b / N) · ∂loss_b/∂w   equals one batch of N
    clipping       g ← g · min(1, max_norm / ‖g‖),  ‖g‖ over all parameters together
    loss scaling   backward of s · loss gives s · g: divide by s before anything reads g
    soft cap       y = c tanh(x / c),  ∂y/∂x = 1 − (y / c)²

Half precision
    float16  has 11 bits and ends at 65504; its smallest number is 6e-8: gradients vanish,
             so the loss is scaled up before backward (`torch.amp.GradScaler`). When
             a scaled gradient overflows, the scaler drops the step and halves s.
    bfloat16 has the range of float32 and 8 bits: no scaling needed.
    `torch.autocast` picks the dtype per operation; the weights stay float32.

The device. An operation on a GPU returns before it is done. Whoever asks for a number
(`.item()`, `float(t)`, `if t > 0`, `print(t)`, `.cpu()`, indexing with a mask) waits for
all the work queued so far. Keep sums on the device and read them once, at the end.

The array API. NumPy and torch share names: `exp`, `sum`, `mean`, `sqrt`, `amax`, with
`axis` and `keepdims` (torch takes both spellings). They differ where it hurts: for torch
`max(x, axis=0)` is a pair of values and indices, and `var` divides by n − 1.

Convention card
  * a *loader* is an iterable of pairs (x, y) of tensors, x (n, ...), y (n,) integer
    labels or (n, C) targets, on the CPU; the last batch may be smaller.
  * a *loss* is called as PyTorch's: loss(outputs, targets), outputs first; it
    returns the mean over the batch as a 0-d tensor.
  * an *optimizer* has zero_grad(), step(), state_dict(), load_state_dict() and
    param_groups, as those of `torch.optim`; it was built with the model's parameters.
  * the model is on its device already; the data are not, unless a docstring says so.
  * losses and accuracies are Python floats, compared to within 1e-5: sums in float32
    are good enough.
  * nothing here asks for a GPU: `device` may be "cpu".
  * bad input raises ValueError, and its text names the argument.

To read: the PyTorch notes "Autograd mechanics", "Extending PyTorch", "Automatic mixed
precision examples", "Reproducibility" and "Serialization semantics"; the Python array
API standard (data-apis.org).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from typing import Any, BinaryIO

import numpy as np
import torch
from torch import Tensor, nn

Array = np.ndarray[Any, Any]
Device = torch.device | str
Loss = Callable[[Tensor, Tensor], Tensor]
Loader = Iterable[tuple[Tensor, Tensor]]
File = str | os.PathLike[str] | BinaryIO


def namespace_of(x: Any) -> Any:
    """Given: the library that an array belongs to, `torch` or `np`, for code that must run on both."""
    return torch if isinstance(x, Tensor) else np


def pick_device() -> torch.device:
    """Choose where to compute: the fastest device that is there.

    CUDA if a GPU is available now, else Apple's MPS if it is available now, else the
    CPU. A build *with* CUDA support on a machine without a GPU has no CUDA device.

    Returns:
        A `torch.device` (no string) of type "cuda", "mps" or "cpu".
    """
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def to_device(batch: Any, device: Device) -> Any:
    """Move all tensors of a nested batch to a device.

    Lists, tuples, named tuples and dictionaries may be nested in any way. Each comes
    back as a new container of its own type: a tuple stays a tuple, a named tuple keeps
    its class and its fields, a dictionary keeps its keys in their order; an OrderedDict
    stays one, and a defaultdict keeps its default. Tensors keep dtype and values.
    Whatever else there is (numbers, strings, None) comes back as it is: no tensor is made
    of it.

    Args:
        batch: a tensor, or a nested container with tensors of any shapes and other things
            in it; the containers are not modified.
        device: where to, such as "cuda" or torch.device("cpu").

    Returns:
        The same structure, its tensors on `device`, same shapes and dtypes as `batch`.
    """
    if isinstance(batch, Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        moved = copy(batch)  # of the same type, with the default of a defaultdict
        moved.update({key: to_device(item, device) for key, item in batch.items()})
        return moved
    if isinstance(batch, tuple) and hasattr(batch, "_fields"):
        return type(batch)(*(to_device(item, device) for item in batch))
    if isinstance(batch, (list, tuple)):
        return type(batch)(to_device(item, device) for item in batch)
    return batch


class SoftCap(torch.autograd.Function):
    """Keep scores within (−cap, cap) without a kink: an operation with a backward pass of your own.

        y = c tanh(x / c)        ∂y/∂x = 1 − tanh²(x / c) = 1 − (y / c)²

    Used as `SoftCap.apply(x, cap)`, and nothing is ever instantiated. It passes
    `torch.autograd.gradcheck` and `gradgradcheck`.

    What `backward` needs is kept with `ctx.save_for_backward(...)`, which takes inputs
    and outputs. Kept like that, a value that somebody overwrites in place before the
    backward pass is noticed (a RuntimeError instead of a wrong gradient), and the
    gradient can be differentiated again. A tensor put on `ctx` as an attribute, or an
    intermediate result of `forward`, has neither.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, cap: float) -> Tensor:
        """Compute y, and keep what `backward` needs.

        Args:
            ctx: carries things over to `backward`; plain numbers may be its attributes.
            x: scores, any shape, a floating dtype; not modified.
            cap: c, a number greater than 0, no tensor.

        Returns:
            y, shape and dtype of `x`.

        Raises:
            ValueError: `cap` is not positive.
        """
        if cap <= 0:
            raise ValueError(f"cap: got {cap}, want a number greater than 0")
        y = cap * torch.tanh(x / cap)
        ctx.save_for_backward(y)
        ctx.cap = cap
        return y

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> tuple[Tensor, None]:
        """Vector-Jacobian product: one entry per argument of `forward`.

        Written with differentiable torch operations, so that autograd can differentiate
        it again.

        Args:
            ctx: what `forward` kept.
            grad_output: the gradient of the result, shape of `x`.

        Returns:
            (gradient of x, None): shape of `x`; `cap` is a plain number and has no gradient.
        """
        (y,) = ctx.saved_tensors
        return grad_output * (1 - (y / ctx.cap) ** 2), None


def train_epoch(
    model: nn.Module, loader: Loader, loss: Loss, optimizer: torch.optim.Optimizer, device: Device
) -> float:
    """Train for one epoch: one step of the optimiser per batch.

    Puts the whole model in training mode, whatever mode it was in, and moves x and y of
    every batch to `device` (with `.to`). Gradients that are left over from before do
    not count.

    The mean is over samples, not over batches:

        mean loss = Σ_b n_b · loss_b / Σ_b n_b,   loss_b before the update on batch b

    No graph outlives its batch: what is summed up is detached. No generator is seeded:
    dropout and the like go on from where torch's random numbers are.

    Args:
        model: on `device`; its parameters are updated.
        loader: pairs (x, y), see the convention card; shapes (n_b, ...) and (n_b, ...) in
            batch b.
        loss: loss(outputs, targets) → the mean over the batch.
        optimizer: built with the model's parameters.
        device: where the model is.

    Returns:
        The mean loss as a float.

    Raises:
        ValueError: `loader` gives no batch.
    """
    model.train()
    total, count = torch.zeros((), device=device), 0
    for batch in loader:
        x, y = to_device(batch, device)
        optimizer.zero_grad()
        value = loss(model(x), y)
        value.backward()
        optimizer.step()
        total = total + value.detach() * len(y)
        count += len(y)
    if count == 0:
        raise ValueError("loader: got no batches, want at least one")
    return total.item() / count


def evaluate(model: nn.Module, loader: Loader, loss: Loss, device: Device) -> tuple[float, float]:
    """Measure a classifier, and leave no trace.

    While it measures, every module is in evaluation mode and no graph is built.
    Afterwards every single module has the mode that it had before (in a model that
    trains, a frozen part may be in evaluation mode), also when an exception ends the
    measurement, which is passed on. Gradients are enabled as before. x and y of every
    batch are moved to `device` (with `.to`).

        mean loss = Σ_b n_b · loss_b / Σ_b n_b
        accuracy  = samples whose largest output is at their label / samples

    Args:
        model: on `device`; gives outputs of shape (n_b, C) for batch b.
        loader: pairs (x, y), x of shape (n_b, ...); y holds integer labels, shape (n_b,).
        loss: loss(outputs, targets) → the mean over the batch.
        device: where the model is.

    Returns:
        (mean loss, accuracy), two floats.

    Raises:
        ValueError: `loader` gives no batch.
    """
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        total, correct, count = 0.0, 0, 0
        with torch.no_grad():
            for batch in loader:
                x, y = to_device(batch, device)
                outputs = model(x)
                total += loss(outputs, y).item() * len(y)
                correct += int((outputs.argmax(dim=1) == y).sum())
                count += len(y)
    finally:
        for module, training in modes:
            module.training = training
    if count == 0:
        raise ValueError("loader: got no batches, want at least one")
    return total / count, correct / count


def accumulate_gradients(
    model: nn.Module,
    batches: Sequence[tuple[Tensor, Tensor]],
    loss: Loss,
    optimizer: torch.optim.Optimizer,
    device: Device,
) -> float:
    """Make one step on a batch that does not fit into memory, in parts that do.

        ∂L/∂w = Σ_b (n_b / N) · ∂loss_b/∂w,   N = Σ_b n_b

    The step equals that on all N samples at once, also when the parts are of different
    sizes. Only one part's graph exists at a time: each part has a forward and a
    backward pass of its own. One `optimizer.step()` in all. Gradients that are left
    over from before do not count; modes are not changed, and no generator is seeded.

    Args:
        model: on `device`; its parameters are updated once.
        batches: the parts, a list of pairs (x, y), shapes (n_b, ...) and (n_b, ...) in
            part b; each is moved to `device`.
        loss: loss(outputs, targets) → the mean over a part.
        optimizer: built with the model's parameters.
        device: where the model is.

    Returns:
        The loss of the big batch before the step, Σ_b (n_b / N) · loss_b, as a float.

    Raises:
        ValueError: `batches` is empty.
    """
    if not batches:
        raise ValueError("batches: got none, want at least one")
    samples = sum(len(y) for _, y in batches)
    optimizer.zero_grad()
    total = 0.0
    for batch in batches:
        x, y = to_device(batch, device)
        share = loss(model(x), y) * (len(y) / samples)
        share.backward()
        total += share.item()
    optimizer.step()
    return total


def clip_and_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    scaler: torch.amp.GradScaler | None = None,
) -> float:
    """Limit the norm of the gradient, and make the step: what comes after `backward()`.

        ‖g‖ = √(Σ over all parameters Σ g²)
        g ← g · max_norm / ‖g‖   if ‖g‖ > max_norm, otherwise g stays as it is

    One norm for all parameters together, as `nn.utils.clip_grad_norm_` (which adds 1e-6
    to the denominator; either is accepted). Parameters without a gradient are left out.

    With a scaler, the gradients in `.grad` are those of the *scaled* loss. The limit is
    meant for the true ones: unscale (`scaler.unscale_(optimizer)`) before clipping. The
    scaler makes the step, so that it can drop one with infinite gradients, and is
    updated once. Gradients are not cleared.

    Args:
        model: its parameters have gradients.
        optimizer: built with the model's parameters.
        max_norm: the limit, greater than 0.
        scaler: the scaler that scaled the loss, or None.

    Returns:
        The norm of the true gradient before clipping, as a float; it may be infinite.

    Raises:
        ValueError: `max_norm` is not positive; then nothing is changed.
    """
    if max_norm <= 0:
        raise ValueError(f"max_norm: got {max_norm}, want a number greater than 0")
    if scaler is not None:
        scaler.unscale_(optimizer)
    norm = nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    if scaler is None:
        optimizer.step()
    else:
        scaler.step(optimizer)
        scaler.update()
    return norm.item()


def train_step_mixed(
    model: nn.Module,
    x: Tensor,
    y: Tensor,
    loss: Loss,
    optimizer: torch.optim.Optimizer,
    scaler: torch.amp.GradScaler,
    dtype: torch.dtype,
) -> float:
    """Make one training step in mixed precision.

    The forward pass and the loss run under `torch.autocast`, for the device that `x` is
    on; the backward pass does not: it uses the dtypes of the forward pass anyway. The
    scaled loss goes backward, the scaler makes the step (and drops it if a gradient has
    overflowed) and is updated once. Parameters and their gradients stay float32.
    Gradients that are left over from before do not count; modes are not changed.

    Results are compared to within 2 %, as half precision has 8 or 11 bits.

    Args:
        model: on the device of `x`, float32; its parameters are updated.
        x: the batch's samples, shape (n, ...), float32, on the model's device.
        y: their labels or targets, shape (n, ...), on the model's device.
        loss: loss(outputs, targets) → the mean over the batch.
        optimizer: built with the model's parameters.
        scaler: scales the loss; it may be disabled (`enabled=False`).
        dtype: torch.float16 or torch.bfloat16, the lower precision to use.

    Returns:
        The loss (not the scaled one) before the update, as a float.
    """
    optimizer.zero_grad()
    with torch.autocast(x.device.type, dtype=dtype):
        value = loss(model(x), y)
    scaler.scale(value).backward()
    scaler.step(optimizer)
    scaler.update()
    return value.item()


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


def softmax(x: Any, axis: int = -1) -> Any:
    """Turn scores into probabilities, the same code for NumPy arrays and for torch tensors on any device.

        p_i = exp(x_i − m) / Σ_j exp(x_j − m),   m = max_j x_j     (j runs along `axis`)

    A NumPy array gives a NumPy array; a tensor gives a tensor of its dtype on its
    device, and gradients flow through it: do not take the way through the other
    library. `namespace_of(x)` tells which one x belongs to.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: scores, shape (..., K, ...), finite, any magnitude, a floating dtype; not
            modified.
        axis: the axis of length K.

    Returns:
        Probabilities, shape, dtype and library of `x`.

    Raises:
        ValueError: `x` has no axes.
    """
    if x.ndim == 0:
        raise ValueError("x: got a single number, want at least one axis")
    xp = namespace_of(x)
    powers = xp.exp(x - xp.amax(x, axis=axis, keepdims=True))
    return powers / xp.sum(powers, axis=axis, keepdims=True)


def layer_norm(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
    """Normalise each row over the last axis, the same code for NumPy arrays and for torch tensors.

        x̂ = (x − μ) / √(σ² + ε),   y = γ x̂ + β

    μ and σ² are the mean and the biased variance (divided by C) over the last axis. All
    of x, gamma and beta belong to one library, and so does the result: a tensor gives a
    tensor on its device, and gradients flow to x, gamma and beta.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: shape (..., C), a floating dtype; not modified.
        gamma: scale, shape (C,).
        beta: shift, shape (C,).
        eps: keeps constant rows finite, greater than 0.

    Returns:
        y, shape, dtype and library of `x`.

    Raises:
        ValueError: `gamma` or `beta` is not of shape (C,); the message names the first
            that is not.
    """
    for name, value in (("gamma", gamma), ("beta", beta)):
        if tuple(value.shape) != tuple(x.shape[-1:]):
            raise ValueError(f"{name}: got shape {tuple(value.shape)}, want {tuple(x.shape[-1:])}")
    xp = namespace_of(x)
    centred = x - xp.mean(x, axis=-1, keepdims=True)
    variance = xp.mean(centred**2, axis=-1, keepdims=True)
    return gamma * centred / xp.sqrt(variance + eps) + beta


def no_sync_metrics(steps: Iterable[tuple[Tensor, Tensor, Tensor]], device: Device) -> tuple[float, float]:
    """Sum up loss and accuracy of an epoch without making the device wait.

    The training loop hands over one triple per batch as it goes. While there are
    batches to come, no number is read from the device: no `.item()`, `.cpu()`,
    `.tolist()`, `.numpy()`, `float()`, `int()`, `bool()` or `if` on a tensor, no
    printing, and nothing whose size depends on values, such as indexing with a mask.
    The sums stay on the device and are read once the last batch is in, with two reads
    at most.

        mean loss = Σ_b n_b · loss_b / Σ_b n_b
        accuracy  = samples whose largest logit is at their label / samples

    No graph is kept: `loss` and `logits` come with theirs.

    Args:
        steps: triples (loss, logits, labels), tensors on `device`: the mean loss of
            batch b, shape (); its scores, shape (n_b, C); its integer labels, shape
            (n_b,). It can be iterated over only once.
        device: where the tensors are.

    Returns:
        (mean loss, accuracy), two floats.

    Raises:
        ValueError: `steps` gives no batch.
    """
    total, correct = torch.zeros(2, device=device)
    count = 0
    for loss, logits, labels in steps:
        total = total + loss.detach() * len(labels)
        correct = correct + (logits.argmax(dim=1) == labels).sum()
        count += len(labels)
    if count == 0:
        raise ValueError("steps: got no batches, want at least one")
    loss_sum, hits = torch.stack([total, correct.to(total.dtype)]).tolist()
    return loss_sum / count, hits / count
