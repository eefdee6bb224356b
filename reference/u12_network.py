"""Networks by torch: what the scenarios of the assessment must find, computed from their inputs alone.

A layer is a forward function of tensors; its gradients are autograd's. Layers in place of objects: a function that
takes a tensor and the parameters and returns the output, and statistics where there are any.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from reference._toy_networks import model, network, sequential, tensors
from reference.u04_activations import sigmoid, softmax, softplus, tanh
from reference.u06_layers import batch_norm_eval, batch_norm_train
from reference.u07_convolution import average_pool2d, conv2d, max_pool2d
from reference.u10_recurrent import lstm

__all__ = [
    "activation",
    "average_pool",
    "batch_norm",
    "convolution",
    "dense",
    "dropout",
    "flatten",
    "load_weights",
    "long_short_term",
    "max_pool",
    "model",
    "network",
    "save_weights",
    "sequential",
]

#: relu of torch has slope 0 at 0, as the curriculum wants it.
ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "relu": lambda z: z.relu(),
    "sigmoid": sigmoid,
    "softmax": softmax,
    "softplus": softplus,
    "tanh": tanh,
}


def _activated(name: str | None, z: Any) -> Any:
    return z if name is None else ACTIVATIONS[name](z)


def _layer(
    run: Callable[..., Any],
    shapes: list[tuple[int, ...]],
    input_shape: Any,
    parameters: Any,
    batches: Any,
    grads: Any,
    statistics: Any = (),
) -> dict[str, Any]:
    """The record of a layer's scenario: `run(x, parameters, statistics, training)` gives output and statistics."""
    import torch

    values = tensors(parameters or [np.full(shape, k == 0, dtype=float) for k, shape in enumerate(shapes)])
    example = torch.ones((2, *input_shape), dtype=torch.float64)
    known = [torch.tensor(each) for each in statistics]
    record: dict[str, Any] = {
        "output_shape": tuple(run(example, values, known, True)[0].shape[1:]),
        "shapes of the parameters": shapes,
    }
    if not batches:
        return {**record, **_initial_weights(shapes, bool(len(statistics)))}

    def both_ways(x: Any, grad: Any, training: bool) -> tuple[Any, list[Any], list[Any]]:
        (inputs,) = tensors([x])
        output, after = run(inputs, values, known, training)
        back = torch.autograd.grad(output, [inputs, *values], torch.tensor(np.asarray(grad)))
        return output.detach().numpy(), [each.numpy() for each in back], [each.detach() for each in after]

    output, (grad_x, *of_parameters), known = both_ways(batches[0], grads[0], True)
    record |= {"output": output, "gradient of x": grad_x, "gradients of the parameters": of_parameters}
    _, _, known = both_ways(batches[1], grads[1], True)
    record["other findings"] = "nothing"
    if not statistics:
        return record
    output, (grad_x, *_), _ = both_ways(batches[0], grads[0], False)
    record["output with training=False"], record["gradient after training=False"] = output, grad_x
    record["statistics at the end"] = [each.numpy() for each in known]
    return record


def _initial_weights(shapes: list[tuple[int, ...]], has_scale: bool) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for index, shape in enumerate(shapes):
        if len(shape) < 2:
            value = 1.0 if has_scale and index == 0 else 0.0
            record[f"parameter {index} at first: smallest and largest"] = [value, value]
            continue
        record[f"parameter {index} at first is within the limit of Glorot"] = True
        record[f"parameter {index} at first is uniform up to that limit"] = True
        record[f"the same seed gives the same numbers of parameter {index}"] = True
        record[f"another seed gives other numbers of parameter {index}"] = True
    return record


def dense(options: Any, input_shape: Any, parameters: Any, batches: Any, grads: Any) -> dict[str, Any]:
    """Sums x W + b by torch's linear."""
    import torch

    def run(x: Any, values: Any, known: Any, training: bool) -> Any:
        z = torch.nn.functional.linear(x, values[0].T, values[1])
        return _activated(options.get("activation"), z), known

    shapes = [(input_shape[-1], options["units"]), (options["units"],)]
    return _layer(run, shapes, input_shape, parameters, batches, grads)


def activation(options: Any, input_shape: Any, parameters: Any, batches: Any, grads: Any) -> dict[str, Any]:
    """The function alone."""
    return _layer(
        lambda x, values, known, training: (_activated(options["name"], x), known),
        [],
        input_shape,
        parameters,
        batches,
        grads,
    )


def batch_norm(options: Any, input_shape: Any, parameters: Any, batches: Any, grads: Any) -> dict[str, Any]:
    """Normalised by the batch in training, else by the statistics."""

    def run(x: Any, values: Any, known: Any, training: bool) -> Any:
        if not training:
            return batch_norm_eval(x, *values, *known), known
        output, *after = batch_norm_train(x, *values, *known)
        return output, after

    channels = input_shape[-1]
    start = (np.zeros(channels), np.ones(channels))
    return _layer(run, [(channels,), (channels,)], input_shape, parameters, batches, grads, start)


def convolution(options: Any, input_shape: Any, parameters: Any, batches: Any, grads: Any) -> dict[str, Any]:
    """conv2d of the seventh unit's reference."""
    kernel = options["kernel_size"]
    kernel = (kernel, kernel) if isinstance(kernel, int) else tuple(kernel)

    def run(x: Any, values: Any, known: Any, training: bool) -> Any:
        z = conv2d(x, values[0], values[1], options.get("strides", 1), options.get("padding", "valid"))
        return _activated(options.get("activation"), z), known

    shapes = [(*kernel, input_shape[2], options["filters"]), (options["filters"],)]
    return _layer(run, shapes, input_shape, parameters, batches, grads)


def _pool(
    function: Callable[..., Any], options: Any, input_shape: Any, parameters: Any, batches: Any, grads: Any
) -> dict[str, Any]:
    arguments = (options.get("pool_size", 2), options.get("strides"), options.get("padding", "valid"))
    return _layer(
        lambda x, values, known, training: (function(x, *arguments), known), [], input_shape, parameters, batches, grads
    )


def max_pool(options: Any, input_shape: Any, parameters: Any, batches: Any, grads: Any) -> dict[str, Any]:
    """max_pool2d of the seventh unit's reference."""
    return _pool(max_pool2d, options, input_shape, parameters, batches, grads)


def average_pool(options: Any, input_shape: Any, parameters: Any, batches: Any, grads: Any) -> dict[str, Any]:
    """average_pool2d of the seventh unit's reference."""
    return _pool(average_pool2d, options, input_shape, parameters, batches, grads)


def flatten(options: Any, input_shape: Any, parameters: Any, batches: Any, grads: Any) -> dict[str, Any]:
    """Flattened by torch, from axis 1."""
    return _layer(lambda x, values, known, training: (x.flatten(1), known), [], input_shape, parameters, batches, grads)


def long_short_term(options: Any, input_shape: Any, parameters: Any, batches: Any, grads: Any) -> dict[str, Any]:
    """The lstm of the tenth unit's reference, from zero states."""
    import torch

    units = options["units"]

    def run(x: Any, values: Any, known: Any, training: bool) -> Any:
        zero = torch.zeros((x.shape[0], units), dtype=x.dtype)
        states, _ = lstm(x, zero, zero, *values)
        return (states if options.get("return_sequences") else states[:, -1]), known

    shapes = [(input_shape[1], 4 * units), (units, 4 * units), (4 * units,)]
    return _layer(run, shapes, input_shape, parameters, batches, grads)


def dropout(rate: float, x: Any, grad_output: Any) -> dict[str, Any]:
    """What holds for every mask."""
    return {
        "output_shape": tuple(x.shape[1:]),
        "in training every number is 0 or x / (1 - rate)": True,
        "in training the fraction of zeros is near the rate": True,
        "in training the gradient is grad_output / (1 - rate) where x was kept, else 0": True,
        "in training the gradient is 0 where x was dropped": True,
        "in training every entry is dropped on its own": True,
        "in training the next call drops others": True,
        "with the first call's memory put back, the gradient has the first call's mask": True,
        "two layers built with generators of one seed drop the same": True,
        "a layer built with a generator of another seed drops others": True,
        "with training=False the output is x": True,
        "without the flag the output is x": True,
        "after training=False the gradient is grad_output": True,
        "the dtype of x is kept": True,
        "x is not changed": True,
    }


def save_weights(weights: Any, name: str, twice: bool) -> dict[str, Any]:
    """The one file, and in it the arrays in order."""
    return {
        "files that were written": [name],
        "the file can be read with allow_pickle=False": True,
        "arrays in the file": list(weights),
    }


def load_weights(weights: Any, shapes: Any, names: Any, pickled: bool) -> dict[str, Any]:
    """The arrays of the file."""
    return {"weights of the network": list(weights), "nothing is returned": True}
