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

from .arrays import Array, Device, File, Loader, Loss, namespace_of
from .devices import pick_device, to_device
from .soft_cap import SoftCap
from .epochs import accumulate_gradients, evaluate, train_epoch
from .clipping import clip_and_step
from .mixed_precision import train_step_mixed
from .checkpoints import load_checkpoint, save_checkpoint, snapshot
from .both_libraries import layer_norm, softmax
from .metrics import no_sync_metrics

__all__ = [
    "Array",
    "Device",
    "File",
    "Loader",
    "Loss",
    "SoftCap",
    "accumulate_gradients",
    "clip_and_step",
    "evaluate",
    "layer_norm",
    "load_checkpoint",
    "namespace_of",
    "no_sync_metrics",
    "pick_device",
    "save_checkpoint",
    "snapshot",
    "softmax",
    "to_device",
    "train_epoch",
    "train_step_mixed",
]
