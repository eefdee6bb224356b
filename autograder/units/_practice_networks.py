"""What the assessments of networks and blocks share: a pass there and back through the student's own layers.

What is found does not depend on how a network is put together: whether an activation is an argument or a layer, and
whether some layers are a network within it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["HELPERS", "there_and_back"]


def leaves(layer: Any) -> list[Any]:
    """A layer, or the layers of a network."""
    return [leaf for inner in layer.layers for leaf in leaves(inner)] if hasattr(layer, "layers") else [layer]


def shapes_on_the_way(layers: Any) -> list[Any]:
    """The output shapes of all layers; a shape that a layer keeps is not listed again."""
    way = [tuple(leaf.output_shape) for layer in layers for leaf in leaves(layer)]
    return [shape for before, shape in zip([None, *way], way, strict=False) if shape != before]


def draw_parameters(layers: Any, rng: Any, dtype: Any) -> None:
    """Give all layers normal parameters: kernels of std 1 / √(how many numbers they add up), the others of 0.3."""
    for layer in layers:
        shapes = [each.shape for each in layer.parameters]
        stds = [np.prod(shape[:-1]) ** -0.5 if len(shape) > 1 else 0.3 for shape in shapes]
        drawn = [std * rng.standard_normal(shape) for std, shape in zip(stds, shapes, strict=True)]
        layer.set_parameters([each.astype(dtype) for each in drawn])


def rows_summed(gradient: Any) -> Any:
    """A gradient in few numbers: all axes but the last summed, row k weighted by cos k; added up in float64."""
    rows = gradient.reshape(-1, gradient.shape[-1])
    return (np.cos(np.arange(len(rows))) @ rows).astype(rows.dtype)


def there_and_back(layers: Any, x: Any, grad_output: Any, rng: Any) -> dict[str, Any]:
    """Build layers one after another, give them drawn parameters, and send a batch through them and back."""
    shape = x.shape[1:]
    for layer in layers:
        layer.build(shape, np.random.default_rng(0))
        shape = layer.output_shape
    record = {
        "shapes on the way": shapes_on_the_way(layers),
        "shapes of the parameters": [each.shape for layer in layers for each in layer.parameters],
        "output": None,
        "gradient of x": None,
        "gradients of the parameters, rows weighted and summed": None,
    }
    draw_parameters(layers, rng, x.dtype)
    for layer in layers:
        x = layer.forward(x, training=True)
    record["output"] = x
    if np.shape(x) != grad_output.shape:
        return record
    for layer in layers[::-1]:
        grad_output = layer.backward(grad_output)
    record["gradient of x"] = grad_output
    gradients = [each for layer in layers for each in layer.gradients]
    record["gradients of the parameters, rows weighted and summed"] = [rows_summed(each) for each in gradients]
    return record


#: What the scenarios of networks and blocks use.
HELPERS: tuple[Callable[..., Any], ...] = (leaves, shapes_on_the_way, draw_parameters, rows_summed, there_and_back)
