"""Assessment of networks: Model, any graph without a cycle. Its wrong versions are in `_network_graph_wrong`."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Variant, random_cases
from autograder.inputs import normal
from autograder.units import _network_graph_wrong as wrong
from autograder.units import _network_models as models
from autograder.units import _network_slips as slips
from autograder.units._network_toys import HELPERS, Descent, module_of, toy_layers

__all__ = ["Model"]


def toy_model(Model: Any, graph: Any, inputs: Any, outputs: Any, calls: Any) -> Any:
    """Call layers by a list of (name, spec, parents); ('again', name) calls the layer of another node once more."""
    given = module_of(Model)
    nodes: dict[str, Any] = {}
    layers: dict[str, Any] = {}
    for name, spec, parents in graph:
        if spec[0] == "input":
            nodes[name] = given.Input(spec[1:])
            continue
        if spec[0] == "again":
            layer = layers[spec[1]]
        elif spec[0] in ("add", "concatenate"):
            layer = given.Add() if spec[0] == "add" else given.Concatenate()
        else:
            (layer,) = toy_layers(Model, [spec], calls)
            layers[name] = layer
        one = spec[0] not in ("add", "concatenate")
        nodes[name] = layer(nodes[parents[0]] if one else [nodes[parent] for parent in parents])
    chosen = [nodes[each] if isinstance(each, str) else [nodes[n] for n in each] for each in (inputs, outputs)]
    return Model(*chosen), layers


def gradients_by_name(model: Any, layers: Any) -> Any:
    """The gradients that stand where a layer's parameters stand, by the layer's name in the graph."""
    rest = iter(model.gradients)
    found = {id(layer): [np.array(next(rest, np.nan)) for _ in layer.parameters] for layer in model.layers}
    return {name: found.get(id(layer)) for name, layer in layers.items() if layer.parameters}


def model_passes(model: Any, layers: Any, x: Any, y: Any, calls: Any) -> Any:
    """One pass through a model and back, and one with training=False in between."""
    rng = np.random.default_rng(0)
    model.build(None, rng)
    toys = list(layers.values())
    record = {
        "output_shape": model.output_shape,
        "layers that are listed once": sorted(name for name, toy in layers.items() if model.layers.count(toy) == 1),
        "every layer is built with the generator given": all(toy.rng is rng for toy in toys),
        "output": model.forward(x, training=True),
        "calls of toy layers in a forward pass": len(calls),
        "all layers are told of training=True": all(call[1] for call in calls),
    }
    memory = model.memory
    record["gradient of the inputs"] = model.backward(y)
    record["gradients of the layers"] = gradients_by_name(model, layers)
    calls.clear()
    record["output with training=False"] = model.forward([0.5 - e for e in x] if isinstance(x, list) else 0.5 - x)
    record["some layers are told of training=True in a pass with training=False"] = any(call[1] for call in calls)
    model.memory = memory
    model.backward(y)
    again, first = gradients_by_name(model, layers), record["gradients of the layers"]
    same = all(np.allclose(a, b) for name in first for a, b in zip(again[name], first[name], strict=True))
    record["with its memory put back, the model gives the same gradients again"] = bool(same)
    return record


def drive_model(Model: Any, task: str, graph: Any, inputs: Any, outputs: Any, x: Any, y: Any, options: Any) -> Any:
    """Scenario: build a model of toy layers, and pass or train."""
    if not isinstance(Model, type):
        Model(None, None)
    calls: list[Any] = []
    model, layers = toy_model(Model, graph, inputs, outputs, calls)
    if task == "build":
        return model.build(options["shape"], np.random.default_rng(0))
    if task == "passes":
        return model_passes(model, layers, x, y, calls)
    if not options.get("unbuilt"):
        model.build(None, np.random.default_rng(0))
    if task == "forward":
        return model.forward(x)
    optimizer = Descent(options["lr"])
    model.compile(optimizer, options["loss"], options["loss_weights"])
    rng = np.random.default_rng(0) if options.get("unbuilt") else None
    history = model.fit(x, y, options["epochs"], options["batch_size"], rng)
    weights = {
        name: [np.array(each) for each in layer.parameters] for name, layer in layers.items() if layer.parameters
    }
    return {
        "history": history,
        "weights at the end": weights,
        "steps of the optimiser": optimizer.steps,
        "predict": model.predict(x, options["batch_size"]),
        "evaluate": model.evaluate(x, y, options["batch_size"]),
        "count_params": model.count_params(),
    }


Graph = list[tuple[str, tuple[Any, ...], list[str]]]
CHAIN: Graph = [
    ("x", ("input", 3), []),
    ("h", ("linear", 4, 1), ["x"]),
    ("s", ("tanh",), ["h"]),
    ("y", ("linear", 2, 20), ["s"]),
]
TWO_INPUTS: Graph = [
    ("a", ("input", 3), []),
    ("b", ("input", 2), []),
    ("h", ("linear", 3, 1), ["a"]),
    ("k", ("linear", 3, 20), ["b"]),
    ("sum", ("add",), ["h", "k"]),
    ("y", ("linear", 2, 40), ["sum"]),
]
CONCATENATED: Graph = [
    *TWO_INPUTS[:4],
    ("s", ("tanh",), ["k"]),
    ("both", ("concatenate",), ["s", "h"]),
    ("y", ("linear", 2, 40), ["both"]),
]
SKIP: Graph = [
    ("x", ("input", 3), []),
    ("h", ("linear", 3, 1), ["x"]),
    ("s", ("tanh",), ["h"]),
    ("r", ("linear", 3, 20), ["s"]),
    ("sum", ("add",), ["h", "r"]),
    ("t", ("half",), ["sum"]),
    ("y", ("linear", 1, 40), ["t"]),
]
TWO_OUTPUTS: Graph = [
    ("x", ("input", 3), []),
    ("h", ("linear", 2, 1), ["x"]),
    ("s", ("tanh",), ["h"]),
    ("y", ("linear", 1, 20), ["s"]),
    ("z", ("linear", 3, 40), ["s"]),
]
SHARED: Graph = [
    ("a", ("input", 2), []),
    ("b", ("input", 2), []),
    ("h", ("linear", 3, 1), ["a"]),
    ("s", ("tanh",), ["h"]),
    ("k", ("again", "h"), ["b"]),
    ("t", ("again", "s"), ["k"]),
    ("sum", ("add",), ["s", "t"]),
    ("y", ("linear", 2, 20), ["sum"]),
]
REPEATED: Graph = [
    ("x", ("input", 2), []),
    ("h", ("linear", 2, 1), ["x"]),
    ("s", ("tanh",), ["h"]),
    ("k", ("again", "h"), ["s"]),
    ("t", ("again", "s"), ["k"]),
    ("y", ("again", "h"), ["t"]),
]


def _sizes(graph: Graph) -> dict[str, int]:
    """The numbers per sample at each node."""
    sizes: dict[str, int] = {}
    units = {name: spec[1] for name, spec, _ in graph if spec[0] in ("input", "linear")}
    for name, spec, parents in graph:
        repeated = units.get(spec[1]) if spec[0] == "again" else units.get(name)
        total = sum if spec[0] == "concatenate" else max
        sizes[name] = repeated if repeated is not None else total(sizes[parent] for parent in parents)
    return sizes


def _arrays(sizes: dict[str, int], names: Any, n: int, seed: int) -> Any:
    if isinstance(names, str):
        return normal(n, sizes[names], seed=seed)
    return [normal(n, sizes[name], seed=seed + k) for k, name in enumerate(names)]


def _passes(graph: Graph, inputs: Any, outputs: Any, *, n: int = 2, seed: int = 0) -> dict[str, Any]:
    sizes = _sizes(graph)
    x, y = _arrays(sizes, inputs, n, 100 + seed), _arrays(sizes, outputs, n, 200 + seed)
    return {"task": "passes", "graph": graph, "inputs": inputs, "outputs": outputs, "x": x, "y": y, "options": {}}


def _fit(
    graph: Graph, inputs: Any, outputs: Any, *, weights: Any = None, seed: int = 0, classes: Any = (), **more: Any
) -> Any:
    """A training; the outputs whose places are in `classes` get labels and softmax_cross_entropy."""
    case = _passes(graph, inputs, outputs, n=5, seed=300 + seed)
    if isinstance(outputs, str):
        loss: Any = "mean_squared_error"
    else:
        loss = ["softmax_cross_entropy" if k in classes else "mean_squared_error" for k in range(len(outputs))]
        case["y"] = [np.arange(5) * 2 % y.shape[1] if k in classes else y for k, y in enumerate(case["y"])]
    options = {"lr": 0.2, "loss": loss, "loss_weights": weights, "epochs": 2, "batch_size": 3, **more}
    return {**case, "task": "fit", "options": options}


def _task(task: str, case: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**case, "task": task, **changes}


def _random_graph(rng: np.random.Generator) -> dict[str, Any]:
    """Layers that take from any nodes before them; every node without a consumer is an output."""
    size = int(rng.integers(2, 4))
    graph: Graph = [("x", ("input", size), [])]
    for k in range(int(rng.integers(4, 7))):
        names = [name for name, _, _ in graph]
        kind = int(rng.integers(4))
        if kind == 0:
            chosen = [names[int(i)] for i in rng.integers(len(names), size=2)]
            graph.append((f"n{k}", ("add",), chosen))
        else:
            spec: tuple[Any, ...] = ("linear", size, int(rng.integers(99))) if kind < 3 else ("tanh",)
            graph.append((f"n{k}", spec, [names[int(rng.integers(len(names)))]]))
    used = {parent for _, _, parents in graph for parent in parents}
    outputs = [name for name, _, _ in graph if name not in used or name == "n2"]
    return _passes(graph, "x", outputs, seed=int(rng.integers(2**20)))


NO_VECTOR: Graph = [("x", ("input", 3, 2), []), ("s", ("tanh",), ["x"]), ("y", ("linear", 2), ["s"])]
TWO_SHAPES: Graph = [
    *TWO_INPUTS[:2],
    ("s", ("tanh",), ["a"]),
    ("t", ("again", "s"), ["b"]),
    ("y", ("concatenate",), ["s", "t"]),
]

Model = Exercise(
    "Model",
    points=6,
    reference="model",
    scenario=drive_model,
    helpers=[*HELPERS, toy_model, gradients_by_name, model_passes],
    cases=[
        Case("chain", **_passes(CHAIN, "x", "y")),
        Case("two-inputs-added", **_passes(TWO_INPUTS, ["a", "b"], "y", seed=10), readonly=True),
        Case("concatenated", **_passes(CONCATENATED, ["b", "a"], "y", seed=20)),
        Case("skip-connection", **_passes(SKIP, "x", "y", n=3, seed=30), readonly=True),
        Case("two-outputs", **_passes(TWO_OUTPUTS, "x", ["z", "y"], seed=40)),
        Case("an-output-that-feeds-on", **_passes(TWO_OUTPUTS, "x", ["y", "s", "z"], seed=50)),
        Case("one-layer-for-two-inputs", **_passes(SHARED, ["a", "b"], "y", seed=60), readonly=True),
        Case("one-layer-three-times-in-a-row", **_passes(REPEATED, "x", "y", seed=70)),
        Case("fit", **_fit(SKIP, "x", "y")),
        Case("fit-two-outputs-with-weights", **_fit(TWO_OUTPUTS, "x", ["y", "z"], weights=[2.0, 0.5], classes=[1])),
        Case("fit-two-outputs-without-weights", **_fit(TWO_OUTPUTS, "x", ["z", "y"], seed=10), readonly=True),
        Case("fit-a-shared-layer", **_fit(SHARED, ["a", "b"], ["y"], weights=[0.5], seed=20)),
        Case(
            "fit-builds-for-two-inputs",
            **_fit(TWO_INPUTS, ["a", "b"], "y", seed=30, batch_size=5, epochs=1, unbuilt=True),
        ),
        Case("an-input-is-missing", raises="inputs", **_passes(TWO_INPUTS, ["a"], "y")),
        Case("an-input-too-many", raises="inputs", **_passes([*CHAIN, ("z", ("input", 2), [])], ["x", "z"], "y")),
        Case(
            "another-input-shape",
            raises="input_shape",
            **_task("build", _passes(CHAIN, "x", "y"), options={"shape": (4,)}),
        ),
        Case(
            "a-layer-refuses",
            raises="linear_1",
            **_task("build", _passes(NO_VECTOR, "x", "y"), options={"shape": None}),
        ),
        Case(
            "a-layer-on-two-shapes",
            raises="tanh_1",
            **_task("build", _passes(TWO_SHAPES, ["a", "b"], "y"), options={"shape": None}),
        ),
        Case(
            "an-array-too-few", raises="x", **_task("forward", _passes(TWO_INPUTS, ["a", "b"], "y"), x=[normal(2, 3)])
        ),
        random_cases(_random_graph),
    ],
    misconceptions=[*wrong.MISCONCEPTIONS, *slips.MODEL],
    variants=[Variant("own-pieces", models.Model)],
    hints=[
        "Draw the skip connection: which node may be computed when, and from where do gradients come to h?",
        "Order the nodes once, each after its parents. forward: a dict from node to value; backward: node to gradient.",
        "grads[parent] = grads[parent] + grad if parent in grads else grad; before layer.backward put its memory back.",
    ],
)
