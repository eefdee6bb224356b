"""Assessment of fine-tuning: freeze, fine_tune_step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal

__all__ = ["fine_tune_step", "freeze"]

Named = Mapping[str, Any]
Moved = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]


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


def _step(
    params: Named,
    grads: Named,
    velocity: Named,
    statistics: Named,
    measured: Named,
    trainable: Mapping[str, bool],
    lr: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
    *,
    keep: Callable[[bool], tuple[bool, bool, bool]] = lambda moves: (moves, moves, moves),
    rule: Callable[..., tuple[Any, Any]] | None = None,
    share: float = 0.1,
    grad_of_frozen: float = 1.0,
) -> Moved:
    """Right by default. `keep` says what of a parameter moves: itself, its velocity, a statistic."""
    moved: Moved = ({}, {}, {})
    for name, w in params.items():
        moves, rolls, _ = keep(trainable[name])
        grad = grads[name] * (1.0 if trainable[name] else grad_of_frozen)
        new_w, new_v = (rule or _momentum)(w, grad, velocity[name], lr, momentum, weight_decay)
        moved[0][name] = new_w if moves else w
        moved[1][name] = new_v if rolls else velocity[name]
    for name, old in statistics.items():
        new = (1 - share) * old + share * measured[name]
        moved[2][name] = new if keep(trainable[name])[2] else old
    return moved


def _momentum(w: Array, grad: Array, v: Array, lr: float, momentum: float, decay: float) -> tuple[Array, Array]:
    v = momentum * v + (grad + decay * w)
    return w - lr * v, v


def _rate_in_the_velocity(
    w: Array, grad: Array, v: Array, lr: float, momentum: float, decay: float
) -> tuple[Array, Array]:
    v = momentum * v - lr * (grad + decay * w)
    return w + v, v


def _no_velocity(w: Array, grad: Array, v: Array, lr: float, momentum: float, decay: float) -> tuple[Array, Array]:
    v = grad + decay * w
    return w - lr * v, v


def _old_velocity(w: Array, grad: Array, v: Array, lr: float, momentum: float, decay: float) -> tuple[Array, Array]:
    return w - lr * v, momentum * v + (grad + decay * w)


def _momentum_of_statistics(*args: Any) -> Moved:
    momentum = args[7] if len(args) > 7 else 0.9
    return _step(*args, share=1 - momentum)


def _decoupled(w: Array, grad: Array, v: Array, lr: float, momentum: float, decay: float) -> tuple[Array, Array]:
    v = momentum * v + grad
    return w - lr * v - lr * decay * w, v


def _checked_step(params: Named, *args: Any) -> Moved:
    grads, velocity, statistics, measured, trainable = args[:5]
    if set(params) - set(trainable) or set(statistics) - set(trainable):
        raise ValueError("trainable lacks names")
    return _step(params, grads, velocity, statistics, measured, trainable, *args[5:])


def _frozen_left_out(*args: Any) -> Moved:
    moved, trainable = _step(*args), args[5]
    first, second, third = ({name: v for name, v in each.items() if trainable[name]} for each in moved)
    return first, second, third


def _frozen_velocity_reset(*args: Any) -> Moved:
    params, velocity, statistics = _step(*args)
    return params, {name: v if args[5][name] else np.zeros_like(v) for name, v in velocity.items()}, statistics


def _changed_in_place(*args: Any) -> Moved:
    moved = _step(*args)
    for olds, news in zip((args[0], args[2], args[3]), moved, strict=True):
        for name, old in olds.items():
            old[...] = news[name]
    return dict(args[0]), dict(args[2]), dict(args[3])


_SHAPES = {"base.w": (3, 2), "base.gamma": (2,), "head.w": (2, 4), "head.b": (4,)}
_STATISTICS = {"base.mean": (2,), "base.var": (2,), "head.mean": (4,), "head.var": (4,)}


def _drawn(shapes: Mapping[str, Sequence[int]], seed: int, dtype: str = "float64") -> dict[str, Array]:
    return {name: normal(*shape, seed=seed + i).astype(dtype) for i, (name, shape) in enumerate(shapes.items())}


def _state(
    *frozen: str, seed: int = 0, statistics: Mapping[str, Sequence[int]] = _STATISTICS, dtype: str = "float64"
) -> dict[str, Any]:
    """Everything up to the flags; the layers named are frozen."""
    names = [*_SHAPES, *statistics]
    return {
        "params": _drawn(_SHAPES, 500 + seed, dtype),
        "grads": _drawn(_SHAPES, 520 + seed, dtype),
        "velocity": _drawn(_SHAPES, 540 + seed, dtype),
        "statistics": _drawn(statistics, 560 + seed, dtype),
        "measured": _drawn(statistics, 580 + seed, dtype),
        "trainable": {name: not name.startswith(frozen) if frozen else True for name in names},
    }


def _random_step(rng: np.random.Generator) -> Mapping[str, Any]:
    state = _state(*(["base."] if rng.random() < 0.7 else ["head."]), seed=int(rng.integers(1000, 9000)))
    return {
        **state,
        "lr": float(rng.uniform(0.01, 0.5)),
        "momentum": float(rng.uniform(0.5, 0.95)),
        "weight_decay": float(rng.uniform(0.01, 0.2)),
    }


_WITHOUT_HEAD = {**_state("base."), "trainable": {"base.w": False, "base.gamma": False, "head.w": True}}
_WITHOUT_MEAN = {**_state("base."), "trainable": dict.fromkeys([*_SHAPES, "base.var", "head.mean", "head.var"], True)}

fine_tune_step = Exercise(
    "fine_tune_step",
    points=3,
    parts=("params", "velocity", "statistics"),
    cases=[
        Case("nothing-frozen", **_state(), lr=0.5),
        Case("base-frozen", **_state("base.", seed=7), lr=0.5, readonly=True),
        Case("no-statistics", **_state("base.", seed=14, statistics={}), lr=0.5),
        Case("everything-frozen", **_state("base.", "head.", seed=21), lr=0.5),
        Case("decay-does-not-reach-the-frozen", **_state("base.", seed=28), lr=0.1, momentum=0.9, weight_decay=0.5),
        Case("without-momentum", **_state("base.", seed=35), lr=0.25, momentum=0.0, weight_decay=0.1),
        Case("biases-alone", **_state("base.", "head.w", "head.mean", "head.var", seed=42), lr=0.5, momentum=0.5),
        Case("head-frozen", **_state("head.", seed=49), lr=0.125, momentum=0.75, weight_decay=0.25),
        Case("single-precision", **_state("base.", seed=56, dtype="float32"), lr=0.5),
        Case("no-word-about-a-bias", raises="trainable", **_WITHOUT_HEAD, lr=0.5),
        Case("no-word-about-a-statistic", raises="trainable", **_WITHOUT_MEAN, lr=0.5),
        random_cases(_random_step),
    ],
    misconceptions=[
        Misconception(
            "gradient-set-to-zero",
            believes="A parameter whose gradient is 0 does not move.",
            wrong=lambda *args: _step(*args, keep=lambda moves: (True, True, moves), grad_of_frozen=0.0),
            hint="v ← momentum · v + 0: is that 0? And what does weight decay add?",
        ),
        Misconception(
            "flags-ignored",
            believes="Every parameter with a gradient is updated.",
            wrong=lambda *args: _step(*args, keep=lambda moves: (True, True, True)),
            hint="What are the flags in `trainable` for?",
        ),
        Misconception(
            "frozen-velocity-rolls-on",
            believes="Freezing means not to touch the weights; the optimiser goes on as ever.",
            wrong=lambda *args: _step(*args, keep=lambda moves: (moves, True, moves)),
            hint="What happens to the weights when the layer is thawed, and its velocity has been rolling on?",
        ),
        Misconception(
            "frozen-velocity-reset",
            believes="What is frozen has no velocity.",
            wrong=_frozen_velocity_reset,
            hint="Does a state that is set to 0 stay where it is?",
        ),
        Misconception(
            "statistics-move-on",
            believes="Statistics are not weights, so freezing does not concern them.",
            wrong=lambda *args: _step(*args, keep=lambda moves: (moves, moves, True)),
            hint="What does a frozen layer give for the same input after ten epochs on other data?",
        ),
        Misconception(
            "statistics-always-frozen",
            believes="In fine-tuning no statistic moves.",
            wrong=lambda *args: _step(*args, keep=lambda moves: (moves, moves, False)),
            hint="Which statistics does `trainable` allow to move?",
        ),
        Misconception(
            "flags-the-other-way-round",
            believes="True says that a parameter is frozen.",
            wrong=lambda *args: _step(*args, keep=lambda moves: (not moves,) * 3),
            hint="Which of base and head should learn?",
        ),
        Misconception(
            "new-statistic-weighs-most",
            believes="The running statistic is 0.1 of the old and 0.9 of the new.",
            wrong=lambda *args: _step(*args, share=0.9),
            hint="Should a single batch count for nine tenths of what the network remembers?",
        ),
        Misconception(
            "rate-in-the-velocity",
            believes="The velocity holds the step itself, rate and sign included.",
            wrong=lambda *args: _step(*args, rule=_rate_in_the_velocity),
            hint="Is the rate a factor of what is remembered, or of the step that is made from it?",
        ),
        Misconception(
            "decay-beside-the-velocity",
            believes="Weight decay acts on the weights alone.",
            wrong=lambda *args: _step(*args, rule=_decoupled),
            hint="In which line of the docstring does weight_decay stand: that of g, or that of w?",
        ),
        Misconception(
            "frozen-left-out",
            believes="Only what has moved is returned.",
            wrong=_frozen_left_out,
            hint="Where would the network's lower layers come from in the next step?",
        ),
        Misconception(
            "changed-in-place",
            believes="The arrays may be updated where they stand.",
            wrong=_changed_in_place,
            hint="Whose arrays does w -= lr * v change?",
        ),
        Misconception(
            "momentum-forgotten",
            believes="The velocity is the gradient.",
            wrong=lambda *args: _step(*args, rule=_no_velocity),
            hint="What is left of earlier gradients in your velocity?",
        ),
        Misconception(
            "velocity-before-the-step",
            believes="The step is taken first, then the velocity is updated.",
            wrong=lambda *args: _step(*args, rule=_old_velocity),
            hint="Which v stands in the line of w: the old one or the new one?",
        ),
        Misconception(
            "momentum-for-the-statistics",
            believes="Statistics move by the momentum of the optimiser.",
            wrong=_momentum_of_statistics,
            hint="Which two numbers stand in the line of the statistic?",
        ),
    ],
    hints=[
        "Three kinds of things can move. For each of them: where is the flag asked?",
        "Start from copies of the three dicts, and replace only the entries whose flag is True.",
        "new_params = dict(params); where trainable[name]: velocity first, then params from it; statistics likewise.",
    ],
    variants=[Variant("name-by-name", _checked_step)],
)
