"""Assessment of networks: Sequential."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import normal
from autograder.units import _network_nets as nets
from autograder.units import _network_slips as slips
from autograder.units._network_toys import toy_layers
from autograder.units._network_training import TASKS, cases_of_tasks, drive_task, started

__all__ = ["Sequential"]


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


def _first_shape(self: Any, input_shape: Any, rng: Any) -> None:
    for layer in self.layers:
        self.build_layer(layer, tuple(input_shape), rng)
    self.input_shape, self.output_shape = tuple(input_shape), self.layers[-1].output_shape


def _with_batch_axis(self: Any, layer: Any) -> Any:
    return (None, *layer.output_shape)


def _own_generator(self: Any, layer: Any, shape: Any, rng: Any) -> None:
    nets.Sequential.build_layer(self, layer, shape, np.random.default_rng(0))


def _anonymous(self: Any, layer: Any, shape: Any, rng: Any) -> None:
    layer.build(shape, rng)


def _in_order_of_arrival(self: Any) -> Any:
    return [array for layer in self.layers[::-1] for array in layer.gradients]


def _memory_forgotten(self: Any, grad_output: Any) -> Any:
    for layer in self.layers[::-1]:
        grad_output = layer.backward(grad_output)
    self.gradients = self.gathered()
    return grad_output


def _no_gradient_of_x(self: Any, grad_output: Any) -> Any:
    nets.Sequential.backward(self, grad_output)


def _samples_unchecked(self: Any, x: Any, training: bool = False) -> Any:
    self.input_shape = x.shape[1:]
    return nets.Sequential.forward(self, x, training)


def _last_alone(self: Any) -> Any:
    return list(self.layers[-1].gradients)


def _unnumbered(self: Any, layer: Any) -> None:
    nets.Sequential.add(self, layer)
    for each in self.layers:
        each.name = type(each).__name__.lower()


def _wrong(name: str, believes: str, hint: str, **pieces: Any) -> Misconception:
    return Misconception(name, believes=believes, wrong=nets.made(nets.Sequential, **pieces), hint=hint)


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
        _wrong(
            "training-flag-not-passed-on",
            "The flag is the network's.",
            "How does a dropout layer in the middle learn that it is being trained?",
            passed_on=lambda self, training: False,
        ),
        _wrong(
            "always-in-training",
            "The layers are in training unless evaluated one by one.",
            "What do the layers get from you in `predict`?",
            passed_on=lambda self, training: True,
        ),
        _wrong(
            "all-built-for-the-input",
            "Every layer is built for the shape of the samples.",
            "What does the second layer see: x, or what the first layer made of it?",
            build=_first_shape,
        ),
        _wrong(
            "batch-axis-in-the-shapes",
            "Shapes have the batch axis in front, None.",
            "What does the convention card say of the batch axis in shapes?",
            next_shape=_with_batch_axis,
        ),
        _wrong(
            "a-new-generator-for-each-layer",
            "Every layer makes its own generator from a fixed seed.",
            "Two layers of one shape: in what will their weights differ?",
            build_layer=_own_generator,
        ),
        _wrong(
            "refused-without-a-name",
            "The layer's own message is enough.",
            "If three layers are Dense, which one does the message speak of?",
            build_layer=_anonymous,
        ),
        _wrong(
            "gradients-in-the-order-of-arrival",
            "Gradients are collected on the way back.",
            "Which gradient does the optimiser pair with parameters[0]?",
            gathered=_in_order_of_arrival,
        ),
        _wrong(
            "gradients-of-the-last-layer",
            "The gradients are those of the last backward.",
            "How many parameters does the network have, and how many gradients?",
            gathered=_last_alone,
        ),
        _wrong(
            "memory-forgotten",
            "The layers remember what they need.",
            "If the network is called twice, and its memory is put back, what do its layers know?",
            backward=_memory_forgotten,
        ),
        _wrong(
            "no-gradient-of-x",
            "Nobody needs the gradient of the data.",
            "If this network is a layer of another one, what does the layer below it wait for?",
            backward=_no_gradient_of_x,
        ),
        _wrong(
            "samples-not-checked",
            "The layers will complain.",
            "What does a network for 3 features tell its user about samples of 4?",
            forward=_samples_unchecked,
        ),
        _wrong(
            "names-without-numbers",
            "A layer is called what its class is called.",
            "Which of the two Dense layers is 'dense' in the summary?",
            add=_unnumbered,
        ),
        *slips.SEQUENTIAL,
    ],
    variants=[Variant("own-pieces", nets.Sequential)],
    hints=[
        "A loop forward over the layers, and a loop back in reverse: what goes from one round to the next?",
        "build hands each layer the output_shape of the one before; gradients follow the order of the layers.",
        "except ValueError as error: raise ValueError(f'{layer.name}: {error}') from error",
    ],
)
