"""Assessment of freezing layers by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid

__all__ = ["freeze"]

Named = Mapping[str, Any]


def _named(*names: str) -> dict[str, Array]:
    """A small array for each name."""
    return {name: grid(1 + index % 3, start=index) for index, name in enumerate(names)}


def _freeze(params: Named, layers: Sequence[str], is_frozen: Callable[[str, str], bool]) -> dict[str, bool]:
    return {name: not any(is_frozen(name, layer) for layer in layers) for name in params}


def _part_by_part(params: Named, layers: Sequence[str]) -> dict[str, bool]:
    trainable = dict.fromkeys(params, True)
    for layer in layers:
        found = [name for name in params if layer in _layers_of(name)]
        if not found:
            raise ValueError(f"layers: {layer}")
        trainable.update(dict.fromkeys(found, False))
    return trainable


def _layers_of(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts))]


def _in_place(params: dict[str, Any], layers: Sequence[str]) -> dict[str, Any]:
    for name in params:
        params[name] = not any(name.startswith(f"{layer}.") for layer in layers)
    return params


_VGG = _named("block1.conv1.w", "block1.conv1.b", "block1.conv2.w", "block10.conv1.w", "top.w", "top.b")
_BN = _named("base.conv.w", "base.bn.gamma", "base.bn.beta", "base.bn.mean", "base.bn.var", "head.w", "head.b")


def _random_layers(rng: np.random.Generator) -> Mapping[str, Any]:
    """Layers whose names begin alike."""
    blocks = [f"{block}{number}" for block in ("conv", "base.conv", "head.conv") for number in (1, 2, 11, 12)]
    params = _named(*(f"{block}.{part}" for block in blocks for part in ("w", "b")))
    chosen = rng.choice(np.array(blocks), size=3, replace=False)
    return {"params": params, "layers": [str(each) for each in chosen]}


freeze = Exercise(
    "freeze",
    points=1,
    cases=[
        Case("base-and-head", params=_named("base.w", "base.b", "head.w", "head.b"), layers=["base"]),
        Case("nothing-frozen", params=_named("base.w", "head.w"), layers=[]),
        Case("everything-frozen", params=_named("base.w", "base.b", "head.w"), layers=["base", "head"]),
        Case("a-layer-within-a-layer", params=_VGG, layers=["block1.conv1"]),
        Case("names-that-begin-alike", params=_VGG, layers=["block1"]),
        Case("the-same-word-elsewhere", params=_named("base.conv.w", "conv.w", "head.base.w"), layers=["base"]),
        Case("statistics-too", params=_BN, layers=["base.bn"]),
        Case("layer-after-layer", params=_BN, layers=["head", "base.conv"]),
        Case("a-layer-and-a-part-of-it", params=_VGG, layers=["block1", "block1.conv1"]),
        Case("a-parameter-without-a-layer", params=_named("scale", "scale.w", "head.w"), layers=["scale"]),
        Case("no-such-layer", raises="layers", params=_VGG, layers=["block2"]),
        Case("half-a-name", raises="layers", params=_VGG, layers=["top", "bl"]),
        Case("a-parameter-is-no-layer", raises="layers", params=_VGG, layers=["top.w"]),
        random_cases(_random_layers),
    ],
    misconceptions=[
        Misconception(
            "beginning-of-the-name",
            believes="A name that begins with the layer's name is in that layer.",
            wrong=lambda params, layers: _freeze(params, layers, lambda name, layer: name.startswith(layer)),
            hint="Does 'block10.conv1.w' begin with 'block1'? What follows the layer's name in its parameters?",
        ),
        Misconception(
            "anywhere-in-the-name",
            believes="A name that contains the layer's name is in that layer.",
            wrong=lambda params, layers: _freeze(params, layers, lambda name, layer: layer in name),
            hint="'head.base.w' contains 'base'. In which layer is it?",
        ),
        Misconception(
            "any-part-of-the-name",
            believes="A layer may stand anywhere between the dots.",
            wrong=lambda params, layers: _freeze(params, layers, lambda name, layer: f".{layer}." in f".{name}"),
            hint="Is 'head.base.w' in the layer 'base', or in the layer 'head'?",
        ),
        Misconception(
            "only-the-innermost-layer",
            believes="A parameter is in one layer: what stands before its last dot.",
            wrong=lambda params, layers: _freeze(params, layers, lambda name, layer: name.rpartition(".")[0] == layer),
            hint="In which layers is 'base.conv1.w'? The docstring names two.",
        ),
        Misconception(
            "outermost-layer-alone",
            believes="A parameter is in one layer: what stands before its first dot.",
            wrong=lambda params, layers: _freeze(params, layers, lambda name, layer: name.partition(".")[0] == layer),
            hint="Can a layer's name itself have a dot?",
        ),
        Misconception(
            "true-means-frozen",
            believes="True says that a parameter is frozen.",
            wrong=lambda params, layers: {
                name: any(name.startswith(f"{layer}.") for layer in layers) for name in params
            },
            hint="What does the docstring say about True: may it be trained, or is it frozen?",
        ),
        Misconception(
            "weights-alone",
            believes="Only weights are frozen; biases and scales may adapt.",
            wrong=lambda params, layers: _freeze(
                params, layers, lambda name, layer: name.startswith(f"{layer}.") and name.endswith("w")
            ),
            hint="What belongs to a layer besides its weights?",
        ),
        Misconception(
            "trainable-ones-alone",
            believes="What is frozen is left out.",
            wrong=lambda params, layers: {
                name: True for name in params if not any(name.startswith(f"{layer}.") for layer in layers)
            },
            hint="How many names should the result have?",
        ),
        Misconception(
            "last-layer-counts",
            believes="For each layer all parameters are marked anew.",
            wrong=lambda params, layers: _freeze(params, layers[-1:], lambda name, layer: name.startswith(f"{layer}.")),
            hint="After the loop over the layers, what is left of what the first one said?",
        ),
        Misconception(
            "arrays-replaced",
            believes="The flags may be written into `params`.",
            wrong=_in_place,
            hint="Where are the weights afterwards?",
        ),
    ],
    hints=[
        "Write down 'block1.conv1.w' and 'block10.conv1.w'. Which character tells that only the first is in 'block1'?",
        "A name belongs to a layer if it begins with the layer's name and a dot. Which names does each layer freeze?",
        "frozen = any(name.startswith(layer + '.') for layer in layers); and look for layers that freeze no name.",
    ],
    variants=[Variant("part-by-part", _part_by_part)],
)
