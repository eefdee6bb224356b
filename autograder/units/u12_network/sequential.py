"""Sequential."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import normal
from autograder.units.u12_network.network import cases_of_tasks
from autograder.units.u12_network.network_tasks import TASKS, drive_task, started
from autograder.units.u12_network.toy_layers import toy_layers

GRADIENTS = "[array for layer in self.layers for array in layer.gradients]"
BACKWARD = "zip(reversed(self.layers), reversed(self.memory), strict=True)"


def chain_facts(network: Any, x: Any, grad_output: Any, calls: Any) -> Any:
    """Send a batch through a network in training, and another one in between."""
    rng = np.random.default_rng(0)
    network.build(x.shape[1:], rng)
    record = {
        "names of the layers": [layer.name for layer in network.layers],
        "output shapes of the layers": [tuple(layer.output_shape) for layer in network.layers],
        "output_shape": network.output_shape,
        "every layer is built with the generator given": all(
            getattr(layer, "rng", rng) is rng for layer in network.layers
        ),
        "output": network.forward(x, training=True),
        "flags of the layers": [f"training={call[1]}" for call in calls],
    }
    memory = network.memory
    record["gradient of x"] = network.backward(grad_output)
    record["gradients"] = [np.array(each) for each in network.gradients]
    record["output with training=False"] = network.forward(0.5 - x)
    later = calls[len(network.layers) :]
    record["flags of the layers with training=False"] = [f"training={call[1]}" for call in later]
    network.memory = memory
    again = network.backward(grad_output)
    same = bool(np.shape(again) == np.shape(record["gradient of x"]) and np.allclose(again, record["gradient of x"]))
    record["with its memory put back, the network gives the same gradient again"] = same
    return record


def drive_sequential(Sequential: Any, task: str, layers: Any, x: Any, y: Any, options: Any) -> Any:
    """Scenario: a Sequential of toy layers, half of them added one by one."""
    Sequential()  # an unfinished constructor says so here
    calls: list[Any] = []
    toys = toy_layers(Sequential, layers, calls)
    for outer in options.get("nested", []):
        toys[outer] = Sequential([toys[outer]])
    half = len(toys) // 2
    network = Sequential(toys[:half])
    for toy in toys[half:]:
        network.add(toy)
    if task == "add twice":
        return network.add(toys[0])
    if task == "other samples":
        network.build(options["shape"], np.random.default_rng(0))
        return network.forward(x)
    if task == "chain":
        record = chain_facts(network, x, y, calls)
        network.add(toy_layers(Sequential, [("tanh",)], calls)[0])
        return {**record, "after another layer is added, output_shape is None again": network.output_shape is None}
    return drive_task(network, task, x, y, options, calls, [])


def _chain(layers: Any, n: int, *shape: int, outputs: int, seed: int = 0, **options: Any) -> Any:
    x, y = normal(n, *shape, seed=seed), normal(n, outputs, seed=seed + 1)
    return {"task": "chain", "layers": layers, "x": x, "y": y, "options": options}


def _random_chain(rng: np.random.Generator) -> Any:
    units = [int(n) for n in rng.integers(1, 5, 3)]
    layers = [("flat",), ("linear", units[0]), ("tanh",), ("linear", units[1]), ("half",), ("linear", units[2])]
    return _chain(layers, int(rng.integers(2, 4)), 2, 2, outputs=units[2], seed=int(rng.integers(2**20)))


def _asked(task: str, layers: Any, *shape: int, **options: Any) -> Any:
    return {"task": task, "layers": layers, "x": normal(2, *shape), "y": normal(2, 1), "options": options}


def _tasks() -> list[Any]:
    wanted = ("fit-with-validation", "evaluate", "weights", "count", "summary")
    return [case for case in cases_of_tasks() if case.label in wanted]


THREE = [("linear", 4), ("tanh",), ("linear", 2)]

Sequential = Exercise(
    "Sequential",
    points=5,
    reference="sequential",
    scenario=drive_sequential,
    helpers=[*TASKS, chain_facts],
    cases=[
        Case("one-layer", **_chain([("linear", 2)], 3, 4, outputs=2)),
        Case("three-layers", **_chain(THREE, 2, 3, outputs=2, seed=2), readonly=True),
        Case("images-flattened", **_chain([("flat",), *THREE], 2, 2, 3, 1, outputs=2, seed=4), readonly=True),
        Case("a-layer-that-knows-training", **_chain([("half",), *THREE, ("half",)], 3, 2, outputs=2, seed=6)),
        Case("a-network-as-a-layer", **_chain(THREE, 3, 3, outputs=2, seed=8, nested=[1])),
        *_tasks(),
        Case("fit-builds", **started("build by fit", seed=16, lr=0.0, with_rng=True, epochs=1, batch_size=5)),
        Case("second-layer-refuses", raises="linear_1", **_asked("build", [("tanh",), ("linear", 2)], 2, 2)),
        Case("third-layer-refuses", raises="tanh_2", **_asked("build", [("tanh",), ("linear", 5), ("tanh", 4)], 3)),
        Case("other-samples", raises="linear_1", **_asked("other samples", THREE, 4, shape=(3,))),
        Case("added-twice", raises="layer", **_asked("add twice", THREE, 3)),
        random_cases(_random_chain),
    ],
    misconceptions=[
        edit("training-flag-not-passed-on", "training=training", "training=False")
        .believes("The flag is the network's.")
        .ask("How does a dropout layer in the middle learn that it is being trained?"),
        edit("always-in-training", "training=training", "training=True")
        .believes("The layers are in training unless evaluated one by one.")
        .ask("What do the layers get from you in `predict`?"),
        edit("all-built-for-the-input", "layer.build(shape, rng)", "layer.build(tuple(input_shape), rng)")
        .believes("Every layer is built for the shape of the samples.")
        .ask("What does the second layer see: x, or what the first layer made of it?"),
        edit("batch-axis-in-the-shapes", "shape = layer.output_shape", "shape = (None, *layer.output_shape)")
        .believes("Shapes have the batch axis in front, None.")
        .ask("What does the convention card say about the batch axis in shapes?"),
        edit("a-new-generator-for-each-layer", "(shape, rng)", "(shape, np.random.default_rng(0))")
        .believes("Every layer makes its own generator from a fixed seed.")
        .ask("Two layers of one shape: how will their weights differ?"),
        edit("refused-without-a-name", 'raise ValueError(f"{layer.name}: {error}") from error', "raise")
        .believes("The layer's own message is enough.")
        .ask("If three layers are Dense, which one does the message speak of?"),
        edit("gradients-in-the-order-of-arrival", GRADIENTS, GRADIENTS.replace("self.layers", "reversed(self.layers)"))
        .believes("Gradients are collected on the way back.")
        .ask("Which gradient does the optimiser pair with parameters[0]?"),
        edit("gradients-of-the-last-layer", GRADIENTS, "list(self.layers[-1].gradients)")
        .believes("The gradients are those of the last backward.")
        .ask("How many parameters does the network have, and how many gradients?"),
        edit("memory-forgotten", "layer.memory = memory", "pass")
        .believes("The layers remember what they need.")
        .ask("If the network is called twice, and its memory is put back, what do its layers know?"),
        edit("no-gradient-of-x", "return grad_output", "return None")
        .believes("Nobody needs the gradient of the data.")
        .ask("If this network is a layer of another one, what does the layer below it wait for?"),
        edit("samples-not-checked", "if x.shape[1:] != self.input_shape:", "if self.input_shape is None:")
        .believes("The layers will complain.")
        .ask("What does a network for 3 features tell its user about samples of 4?"),
        edit("names-without-numbers", "number_layers(self.layers)", "layer.name = type(layer).__name__.lower()")
        .believes("A layer is called what its class is called.")
        .ask("Which of the two Dense layers is 'dense' in the summary?"),
        edit("stays-built", "self.output_shape = None", "pass")
        .believes("A layer that is added later is built with the first batch.")
        .ask("Which shape was the new layer built for, and what tells `fit` that it must build?"),
        edit("back-from-the-first-layer", BACKWARD, "zip(self.layers, self.memory, strict=True)")
        .believes("The gradient visits the layers in their order.")
        .ask("Whose output does grad_output belong to?"),
    ],
    variants=[
        Variant(
            "memory-with-its-layer",
            (
                "self.memory = [layer.memory for layer in self.layers]",
                "self.memory = [(layer, layer.memory) for layer in self.layers]",
                BACKWARD,
                "self.memory[::-1]",
            ),
        )
    ],
    hints=[
        "A loop forward over the layers, and a loop back in reverse: what goes from one round to the next?",
        "build hands each layer the output_shape of the one before; gradients follow the order of the layers.",
        "except ValueError as error: raise ValueError(f'{layer.name}: {error}') from error",
    ],
)
