"""What every layer is asked: two batches through it and back; and how its initial weights are judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.units.shared.arrays import normal

__all__ = ["HELPERS", "drive_layer", "single", "trial", "untried"]


def initial_weights(Layer: Any, options: Any, input_shape: Any) -> Any:
    """What can be said of initial weights, whatever the order of the draws."""
    layers = []
    for seed in (3, 3, 4):
        layers.append(Layer(**options))
        layers[-1].build(input_shape, np.random.default_rng(seed))
    record: dict[str, Any] = {}
    for index, (one, same, other) in enumerate(zip(*(layer.parameters for layer in layers), strict=True)):
        if one.ndim < 2:
            record[f"parameter {index} at first: smallest and largest"] = [float(one.min()), float(one.max())]
            continue
        limit = np.sqrt(6 / (np.prod(one.shape[:-2]) * (one.shape[-2] + one.shape[-1])))
        within = np.abs(one).max() <= limit * (1 + 1e-9)
        fills = np.abs(one).max() > 0.9 * limit and abs(one.std() / limit * np.sqrt(3) - 1) < 0.1
        record[f"parameter {index} at first is within the limit of Glorot"] = bool(within)
        record[f"parameter {index} at first is uniform up to that limit"] = bool(fills)
        record[f"the same seed gives the same numbers of parameter {index}"] = bool((one == same).all())
        record[f"another seed gives other numbers of parameter {index}"] = bool((one != other).any())
    return record


def drive_layer(Layer: Any, options: Any, input_shape: Any, parameters: Any, batches: Any, grads: Any) -> Any:
    """Build a layer, send two batches through it and back, then the first one again, from its memory."""
    layer = built_layer(Layer, options, input_shape, parameters)
    record: dict[str, Any] = {
        "output_shape": layer.output_shape,
        "shapes of the parameters": [p.shape for p in layer.parameters],
    }
    if not batches:
        return {**record, **initial_weights(Layer, options, input_shape)}
    before, held = [np.array(each) for each in layer.parameters], list(layer.statistics)
    held_before = [np.array(each) for each in held]
    first, memory = there_and_back(layer, batches[0], grads[0]), layer.memory
    record |= first
    if first["gradient of x"] is None:
        return {**record, "other findings": "the output has another shape"}
    second = there_and_back(layer, batches[1], grads[1])
    results = there_and_back(built_layer(Layer, options, input_shape, parameters), batches[1], grads[1])
    others = [what for what in results if not is_close(second[what], results[what])]
    findings = [f"second batch: another {what} than a new layer's" for what in others]
    if not is_close(held, held_before):
        findings.append("the old statistics are overwritten")
    layer.forward(0.5 - batches[0])
    layer.memory = memory
    if not is_close(layer.backward(grads[0]), first["gradient of x"]):
        findings.append("with the memory of the first batch put back, backward gives another gradient")
    if not is_close(before, list(layer.parameters)):
        findings.append("the parameters have changed")
    shown, back = measured(layer, 0.5 - batches[0], batches[0], grads[0])
    if layer.statistics:
        record["output with training=False"], record["gradient after training=False"] = shown, back
        record["statistics at the end"] = [np.array(each) for each in layer.statistics]
        if not findings and not keeps_statistics(layer, batches[0], grads[0], back):
            findings.append("memory of training=False put back, but backward uses later statistics")
    elif not is_close([shown, back], [first["output"], first["gradient of x"]]):
        findings.append("training=False changes output or gradient")
    return {**record, "other findings": "; ".join(findings) or "nothing"}


def built_layer(Layer: Any, options: Any, input_shape: Any, parameters: Any) -> Any:
    """A new layer, with these parameters if there are any."""
    layer = Layer(**options)
    layer.build(input_shape, np.random.default_rng(3))
    if parameters:
        layer.set_parameters(parameters)
    return layer


def there_and_back(layer: Any, x: Any, grad: Any) -> Any:
    """One training pass through a layer and back; the gradients are copied."""
    output = layer.forward(x, training=True)
    if np.shape(output) != grad.shape:
        return {"output": output, "gradient of x": None, "gradients of the parameters": []}
    grad_x = layer.backward(grad)
    gradients = [np.array(each) for each in layer.gradients]
    return {"output": output, "gradient of x": grad_x, "gradients of the parameters": gradients}


def measured(layer: Any, other: Any, x: Any, grad: Any) -> Any:
    """A pass with training=False, and back, after a training pass of other samples, which must leave nothing to it."""
    if not layer.statistics:
        layer.forward(other, training=True)
    return layer.forward(x), layer.backward(grad)


def keeps_statistics(layer: Any, x: Any, grad: Any, back: Any) -> bool:
    """Whether the memory of the last pass, with training=False, is enough when the statistics have moved on."""
    memory, gradients = layer.memory, [np.array(each) for each in layer.gradients]
    layer.forward(0.5 - x, training=True)
    layer.memory = memory
    return is_close([layer.backward(grad), *layer.gradients], [back, *gradients])


def is_close(one: Any, other: Any) -> bool:
    """Whether two arrays, or lists of arrays, have one shape, and the same numbers but for rounding."""
    if isinstance(other, list):
        return len(one) == len(other) and all(is_close(*pair) for pair in zip(one, other, strict=True))
    return bool(np.shape(one) == np.shape(other) and np.allclose(one, other, rtol=1e-4, atol=1e-6))


#: What `drive_layer` uses.
HELPERS = (initial_weights, built_layer, there_and_back, measured, keeps_statistics, is_close)


def trial(
    options: dict[str, Any],
    input_shape: tuple[int, ...],
    output_shape: tuple[int, ...],
    parameters: Sequence[tuple[int, ...]] = (),
    *,
    sizes: tuple[int, int] = (2, 3),
    seed: int = 0,
    scale: float = 1.0,
    offset: float = 0.0,
) -> dict[str, Any]:
    """Inputs of `drive_layer`: two batches of different sizes, parameters and upstream gradients, all normal."""
    return {
        "options": options,
        "input_shape": input_shape,
        "parameters": [0.7 * normal(*shape, seed=900 * seed + 7 + k) for k, shape in enumerate(parameters)],
        "batches": [offset + scale * normal(n, *input_shape, seed=900 * seed + 100 + k) for k, n in enumerate(sizes)],
        "grads": [normal(n, *output_shape, seed=900 * seed + 200 + k) for k, n in enumerate(sizes)],
    }


def untried(options: dict[str, Any], input_shape: tuple[int, ...]) -> dict[str, Any]:
    """Inputs of `drive_layer` that only build."""
    return {"options": options, "input_shape": input_shape, "parameters": [], "batches": [], "grads": []}


def single(inputs: dict[str, Any]) -> dict[str, Any]:
    """The same in float32."""
    return {
        name: [each.astype(np.float32) for each in value] if name in ("parameters", "batches", "grads") else value
        for name, value in inputs.items()
    }
