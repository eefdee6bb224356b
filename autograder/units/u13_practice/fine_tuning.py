"""freeze and fine_tune_step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import Array, grid, normal

IN_LAYER, FLAGS = 'name.startswith(f"{layer}.")', "{name: name not in still for name in params}"


def named(*names: str) -> dict[str, Array]:
    """A small array for each name."""
    return {name: grid(1 + index % 3, start=index) for index, name in enumerate(names)}


def drawn_layers(rng: np.random.Generator) -> Mapping[str, Any]:
    """Layers whose names begin alike."""
    blocks = [f"{block}{number}" for block in ("conv", "base.conv", "head.conv") for number in (1, 2, 11, 12)]
    params = named(*(f"{block}.{part}" for block in blocks for part in ("w", "b")))
    chosen = rng.choice(np.array(blocks), size=3, replace=False)
    return {"params": params, "layers": [str(each) for each in chosen]}


VGG = named("block1.conv1.w", "block1.conv1.b", "block1.conv2.w", "block10.conv1.w", "top.w", "top.b")
NORMALISED = named("base.conv.w", "base.bn.gamma", "base.bn.beta", "base.bn.mean", "base.bn.var", "head.w", "head.b")

freeze = Exercise(
    "freeze",
    points=1,
    cases=[
        Case("base-and-head", params=named("base.w", "base.b", "head.w", "head.b"), layers=["base"]),
        Case("nothing-frozen", params=named("base.w", "head.w"), layers=[]),
        Case("everything-frozen", params=named("base.w", "base.b", "head.w"), layers=["base", "head"]),
        Case("a-layer-within-a-layer", params=VGG, layers=["block1.conv1"]),
        Case("names-that-begin-alike", params=VGG, layers=["block1"]),
        Case("the-same-word-elsewhere", params=named("base.conv.w", "conv.w", "head.base.w"), layers=["base"]),
        Case("statistics-too", params=NORMALISED, layers=["base.bn"]),
        Case("layer-after-layer", params=NORMALISED, layers=["head", "base.conv"]),
        Case("a-layer-and-a-part-of-it", params=VGG, layers=["block1", "block1.conv1"]),
        Case("a-parameter-without-a-layer", params=named("scale", "scale.w", "head.w"), layers=["scale"]),
        Case("no-such-layer", raises="layers", params=VGG, layers=["block2"]),
        Case("half-a-name", raises="layers", params=VGG, layers=["top", "bl"]),
        Case("a-parameter-is-no-layer", raises="layers", params=VGG, layers=["top.w"]),
        random_cases(drawn_layers),
    ],
    misconceptions=[
        edit("beginning-of-the-name", IN_LAYER, "name.startswith(layer)")
        .believes("A name that begins with the layer's name is in that layer.")
        .ask("Does 'block10.conv1.w' begin with 'block1'? What follows the layer's name in its parameters?"),
        edit("anywhere-in-the-name", IN_LAYER, "layer in name")
        .believes("A name that contains the layer's name is in that layer.")
        .ask("'head.base.w' contains 'base'. In which layer is it?"),
        edit("any-part-of-the-name", IN_LAYER, 'f".{layer}." in f".{name}"')
        .believes("A layer may stand anywhere between the dots.")
        .ask("Is 'head.base.w' in the layer 'base', or in the layer 'head'?"),
        returns("only-the-innermost-layer", "{name: name.rpartition('.')[0] not in layers for name in params}")
        .believes("A parameter is in one layer: what stands before its last dot.")
        .ask("In which layers is 'base.conv1.w'? The docstring names two."),
        returns("outermost-layer-alone", "{name: name.partition('.')[0] not in layers for name in params}")
        .believes("A parameter is in one layer: what stands before its first dot.")
        .ask("Can a layer's name itself have a dot?"),
        edit("true-means-frozen", "not in still", "in still")
        .believes("True says that a parameter is frozen.")
        .ask("What does the docstring say about True: may it be trained, or is it frozen?"),
        edit("weights-alone", "name not in still", 'name not in still or not name.endswith("w")')
        .believes("Only weights are frozen; biases and scales may adapt.")
        .ask("What belongs to a layer besides its weights?"),
        edit("trainable-ones-alone", FLAGS, "{name: True for name in params if name not in still}")
        .believes("What is frozen is left out.")
        .ask("How many names should the result have?"),
        edit("last-layer-counts", "for layer in layers}", "for layer in layers[-1:]}")
        .believes("For each layer all parameters are marked anew.")
        .ask("After the loop over the layers, what is left of what the first one said?"),
        edit("arrays-replaced", f"return {FLAGS}", f"params.update({FLAGS}); return params")
        .believes("The flags may be written into `params`.")
        .ask("Where are the weights afterwards?"),
    ],
    hints=[
        "Write down 'block1.conv1.w' and 'block10.conv1.w'. Which character tells that only the first is in 'block1'?",
        "A name belongs to a layer if it begins with the layer's name and a dot. Which names does each layer freeze?",
        "frozen = any(name.startswith(layer + '.') for layer in layers); and look for layers that freeze no name.",
    ],
    variants=[Variant("part-by-part", (IN_LAYER, 'layer.split(".") == name.split(".")[:-1][: layer.count(".") + 1]'))],
)

MOVING = "(name for name in params if trainable[name])"
MOVING_STATISTICS = "(name for name in statistics if trainable[name])"
GRAD, VELOCITY = "grads[name] + weight_decay * params[name]", "momentum * velocity[name] + grad"
STEP, AVERAGE = "- lr * new_velocity[name]", "0.9 * statistics[name] + 0.1 * measured[name]"
NEARER = "statistics[name] + 0.1 * (measured[name] - statistics[name])"
COPIES = "dict(params), dict(velocity), dict(statistics)"

SHAPES = {"base.w": (3, 2), "base.gamma": (2,), "head.w": (2, 4), "head.b": (4,)}
STATISTICS = {"base.mean": (2,), "base.var": (2,), "head.mean": (4,), "head.var": (4,)}


def drawn_arrays(shapes: Mapping[str, Sequence[int]], seed: int, dtype: str = "float64") -> dict[str, Array]:
    """Normal arrays by name."""
    return {name: normal(*shape, seed=seed + i).astype(dtype) for i, (name, shape) in enumerate(shapes.items())}


def state(
    *frozen: str, seed: int = 0, statistics: Mapping[str, Sequence[int]] = STATISTICS, dtype: str = "float64"
) -> dict[str, Any]:
    """Everything up to the flags; names that begin with one of `frozen` are frozen."""
    return {
        "params": drawn_arrays(SHAPES, 500 + seed, dtype),
        "grads": drawn_arrays(SHAPES, 520 + seed, dtype),
        "velocity": drawn_arrays(SHAPES, 540 + seed, dtype),
        "statistics": drawn_arrays(statistics, 560 + seed, dtype),
        "measured": drawn_arrays(statistics, 580 + seed, dtype),
        "trainable": {name: not name.startswith(frozen) for name in (*SHAPES, *statistics)},
    }


def drawn_step(rng: np.random.Generator) -> Mapping[str, Any]:
    """The base or the head frozen, with momentum and weight decay."""
    return {
        **state("base." if rng.random() < 0.7 else "head.", seed=int(rng.integers(1000, 9000))),
        "lr": float(rng.uniform(0.01, 0.5)),
        "momentum": float(rng.uniform(0.5, 0.95)),
        "weight_decay": float(rng.uniform(0.01, 0.2)),
    }


WITHOUT_BIAS = {**state("base."), "trainable": {"base.w": False, "base.gamma": False, "head.w": True}}
WITHOUT_MEAN = {**state("base."), "trainable": dict.fromkeys([*SHAPES, "base.var", "head.mean", "head.var"], True)}

fine_tune_step = Exercise(
    "fine_tune_step",
    points=3,
    parts=("params", "velocity", "statistics"),
    cases=[
        Case("nothing-frozen", **state(), lr=0.5),
        Case("base-frozen", **state("base.", seed=7), lr=0.5, readonly=True),
        Case("no-statistics", **state("base.", seed=14, statistics={}), lr=0.5),
        Case("everything-frozen", **state("base.", "head.", seed=21), lr=0.5),
        Case("decay-does-not-reach-the-frozen", **state("base.", seed=28), lr=0.1, momentum=0.9, weight_decay=0.5),
        Case("without-momentum", **state("base.", seed=35), lr=0.25, momentum=0.0, weight_decay=0.1),
        Case("biases-alone", **state("base.", "head.w", "head.mean", "head.var", seed=42), lr=0.5, momentum=0.5),
        Case("head-frozen", **state("head.", seed=49), lr=0.125, momentum=0.75, weight_decay=0.25),
        Case("single-precision", **state("base.", seed=56, dtype="float32"), lr=0.5),
        Case("no-word-about-a-bias", raises="trainable", **WITHOUT_BIAS, lr=0.5),
        Case("no-word-about-a-statistic", raises="trainable", **WITHOUT_MEAN, lr=0.5),
        random_cases(drawn_step),
    ],
    misconceptions=[
        edit("gradient-set-to-zero", MOVING, "params", GRAD, GRAD.replace("grads", "trainable[name] * grads"))
        .believes("A parameter whose gradient is 0 does not move.")
        .ask("v ← momentum · v + 0: is that 0? And what does weight decay add?"),
        edit("gradient-and-decay-set-to-zero", MOVING, "params", GRAD, f"trainable[name] * ({GRAD})")
        .believes("A parameter with g = 0, decay included, does not move.")
        .ask("v ← momentum · v + 0: is that 0? Where does the velocity of earlier steps take the parameter?"),
        edit("weight-decay-forgotten", GRAD, "grads[name]")
        .believes("g is the gradient that was passed.")
        .ask("What stands in the docstring's line of g besides grad?"),
        edit("flags-ignored", MOVING, "params", MOVING_STATISTICS, "statistics")
        .believes("Every parameter with a gradient is updated.")
        .ask("What are the flags in `trainable` for?"),
        edit("frozen-velocity-rolls-on", MOVING, "params", STEP, "- trainable[name] * lr * new_velocity[name]")
        .believes("Freezing means not to touch the weights; the optimiser goes on as ever.")
        .ask("The layer is thawed later, and its velocity has rolled on: what happens to the weights?"),
        edit("frozen-velocity-reset", "dict(velocity)", "{name: 0 * v for name, v in velocity.items()}")
        .believes("What is frozen has no velocity.")
        .ask("Does a state that is set to 0 stay where it is?"),
        edit("statistics-move-on", MOVING_STATISTICS, "statistics")
        .believes("Statistics are not weights, so freezing does not concern them.")
        .ask("What does a frozen layer give for the same input after ten epochs on other data?"),
        edit("statistics-always-frozen", MOVING_STATISTICS, "()")
        .believes("In fine-tuning no statistic moves.")
        .ask("Which statistics does `trainable` allow to move?"),
        edit("flags-the-other-way-round", "if trainable[name]", "if not trainable[name]")
        .believes("True says that a parameter is frozen.")
        .ask("Which of base and head should learn?"),
        edit("new-statistic-weighs-most", AVERAGE, "0.1 * statistics[name] + 0.9 * measured[name]")
        .believes("The running statistic is 0.1 of the old and 0.9 of the new.")
        .ask("Should a single batch count for nine tenths of what the network remembers?"),
        edit("rate-in-the-velocity", VELOCITY, "momentum * velocity[name] - lr * grad", STEP, "+ new_velocity[name]")
        .believes("The velocity holds the step itself, rate and sign included.")
        .ask("Is the rate a factor of what is remembered, or of the step that is made from it?"),
        edit("decay-beside-the-velocity", GRAD, "grads[name]", STEP, f"{STEP} - lr * weight_decay * params[name]")
        .believes("Weight decay acts on the weights alone.")
        .ask("In which line of the docstring does weight_decay stand: that of g, or that of w?"),
        edit("frozen-left-out", COPIES, "{}, {}, {}")
        .believes("Only what has moved is returned.")
        .ask("Where would the network's lower layers come from in the next step?"),
        edit("changed-in-place", "[name] = ", "[name][...] = ")
        .believes("The arrays may be updated where they stand.")
        .ask("Whose arrays does w -= lr * v change?"),
        edit("momentum-forgotten", VELOCITY, "grad")
        .believes("The velocity is the gradient.")
        .ask("What is left of earlier gradients in your velocity?"),
        edit("velocity-before-the-step", STEP, "- lr * velocity[name]")
        .believes("The step is taken first, then the velocity is updated.")
        .ask("Which v stands in the line of w: the old one or the new one?"),
        edit("momentum-for-the-statistics", AVERAGE, "momentum * statistics[name] + (1 - momentum) * measured[name]")
        .believes("Statistics move by the momentum of the optimiser.")
        .ask("Which two numbers stand in the line of the statistic?"),
    ],
    hints=[
        "Three kinds of things can move. For each of them: where is the flag asked?",
        "Start from copies of the three dicts, and replace only the entries whose flag is True.",
        "new_params = dict(params); where trainable[name]: velocity first, then params from it; statistics likewise.",
    ],
    variants=[
        Variant("filtered-and-nearer", (MOVING, "filter(trainable.get, params)", AVERAGE, NEARER)),
    ],
)
