"""Model: any graph without a cycle."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit
from autograder.units.shared.arrays import normal
from autograder.units.u12_network.network import COMPILED, LOSS_WEIGHTS, TOTAL_LOSS
from autograder.units.u12_network.toy_layers import HELPERS, Descent, module_of, toy_layers

ARRIVAL = "grads[node] = grads[node] + grad if node in grads else grad"
TOTALS = "list(layer.gradients) if before is None else list(map(np.add, before, layer.gradients))"
RESULTS = "[values[node] for node in self._outputs]"
WAYS_OF_H = "h goes into the sum and into the next layer: in how many ways does it reach the loss?"


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


def _graph(text: str) -> Graph:
    """Nodes as `name = kind number … of parent …; …`, where `again h` calls the layer of h once more."""
    graph: Graph = []
    for node in text.split("; "):
        name, _, rest = node.partition(" = ")
        spec, _, parents = rest.partition(" of ")
        words = (int(each) if each.isdigit() else each for each in spec.split())
        graph.append((name, tuple(words), parents.split()))
    return graph


CHAIN = _graph("x = input 3; h = linear 4 1 of x; s = tanh of h; y = linear 2 20 of s")
TWO_INPUTS = _graph(
    "a = input 3; b = input 2; h = linear 3 1 of a; k = linear 3 20 of b; sum = add of h k; y = linear 2 40 of sum"
)
CONCATENATED = [*TWO_INPUTS[:4], *_graph("s = tanh of k; both = concatenate of s h; y = linear 2 40 of both")]
SKIP = _graph(
    "x = input 3; h = linear 3 1 of x; s = tanh of h; r = linear 3 20 of s; "
    "sum = add of h r; t = half of sum; y = linear 1 40 of t"
)
TWO_OUTPUTS = _graph("x = input 3; h = linear 2 1 of x; s = tanh of h; y = linear 1 20 of s; z = linear 3 40 of s")
SHARED = _graph(
    "a = input 2; b = input 2; h = linear 3 1 of a; s = tanh of h; "
    "k = again h of b; t = again s of k; sum = add of s t; y = linear 2 20 of sum"
)
REPEATED = _graph(
    "x = input 2; h = linear 2 1 of x; s = tanh of h; k = again h of s; t = again s of k; y = again h of t"
)


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


NO_VECTOR = _graph("x = input 3 2; s = tanh of x; y = linear 2 of s")
TWO_SHAPES = [*TWO_INPUTS[:2], *_graph("s = tanh of a; t = again s of b; y = concatenate of s t")]

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
    misconceptions=[
        edit("gradient-overwritten-by-the-next-consumer", ARRIVAL, "grads[node] = grad")
        .believes("A value has one gradient: the one that came last.")
        .ask(WAYS_OF_H),
        edit("gradient-of-the-first-consumer", ARRIVAL, "grads.setdefault(node, grad)")
        .believes("A value that has a gradient needs no other.")
        .ask(WAYS_OF_H),
        edit(
            "gradients-of-consumers-averaged",
            ARRIVAL,
            ARRIVAL.replace("grads[node] + grad", "(grads[node] + grad) / 2"),
        )
        .believes("Several gradients make one by their mean.")
        .ask("If h moves by 1, do its effects on the loss average, or add up?"),
        edit(
            "output-in-the-middle-forgotten",
            "arrive(node, grad)",
            "arrive(node, 0 * grad if any(node in other.parents for other, _ in self._steps) else grad)",
        )
        .believes("A value that feeds other layers gets its gradient from them.")
        .ask("If a node is an output, too, who else has a gradient for it?"),
        edit("shared-layer-keeps-the-last-call", TOTALS, "list(layer.gradients)")
        .believes("A layer's gradients are what its last backward left.")
        .ask("The layer was called for a and for b: which call does `layer.gradients` describe in the end?"),
        edit("shared-layer-keeps-the-first-call", TOTALS, "before or list(layer.gradients)")
        .believes("A layer is done when it has gradients.")
        .ask("The layer was called for a and for b: whose gradient is missing?"),
        edit("memory-of-another-call", "layer.memory = memory", "pass")
        .believes("A layer remembers its input.")
        .ask("Which input does a layer remember that was called twice, and which does each backward need?"),
        edit(
            "shared-layer-listed-twice",
            "list(dict.fromkeys(layer for _, layer in self._steps))",
            "[layer for _, layer in self._steps]",
        )
        .believes("There is one layer per call.")
        .ask("How many weights does a layer have that is called three times?"),
        edit("loss-weights-averaged", COMPILED, "optimizer, names, [each / sum(weights) for each in weights]")
        .believes("Several losses make one by their weighted mean.")
        .ask("Do the weights have to sum to 1 in the docstring of `total_loss`?"),
        *LOSS_WEIGHTS,
        edit("training-flag-not-passed-on", "training=training", "training=False")
        .believes("The flag is the model's.")
        .ask("How does a dropout layer in the graph learn that it is being trained?"),
        body(
            "computed-once-per-consumer",
            """
            values = dict(zip(self._inputs, as_list(x), strict=True))
            memory = {}

            def value(node):
                if node in values:
                    return values[node]
                arguments = [value(parent) for parent in node.parents]
                result = node.layer.forward(arguments if node.takes_list else arguments[0], training=training)
                memory[node] = node.layer.memory
                return result

            results = [value(node) for node in self._outputs]
            self.memory = [memory[node] for node, _ in self._steps]
            return results if self._returns_list else results[0]
            """,
            method="forward",
        )
        .believes("To have a node's value, ask its parents for theirs.")
        .ask("If h has two consumers, how often is its layer called, and what would two dropout masks do to it?"),
        edit(
            "outputs-in-the-order-of-computing",
            RESULTS,
            "[values[node] for node, _ in self._steps if node in self._outputs]",
        )
        .believes("Outputs come as they are computed.")
        .ask("In which order did the caller name the outputs, and in which order are the losses?"),
        body(
            "ordered-as-met-from-the-outputs",
            """
            ordered = []

            def visit(node):
                if node not in ordered:
                    ordered.insert(0, node)
                    for parent in node.parents:
                        visit(parent)

            for node in self._outputs:
                visit(node)
            return ordered
            """,
            method="_order",
        )
        .believes("Walking back from the outputs gives the order.")
        .ask("When a node is met a second time, on a longer path, where should it stand?"),
        edit("always-a-list", "return results if self._returns_list else results[0]", "return results")
        .believes("A model gives a list of outputs.")
        .ask("What comes out of Model(x, y), and what of Model(x, [y])?"),
        edit("losses-averaged", TOTAL_LOSS, f"{TOTAL_LOSS} / len(self._losses)")
        .believes("Several losses are averaged.")
        .ask("Does the formula of the loss divide by the number of outputs?"),
    ],
    variants=[
        Variant(
            "memories-by-node",
            (
                "self.memory = []",
                "self.memory = {}",
                "self.memory.append(layer.memory)",
                "self.memory[node] = layer.memory",
                "for (node, layer), memory in zip(reversed(self._steps), reversed(self.memory), strict=True):",
                "for node, layer in reversed(self._steps):",
                "layer.memory = memory",
                "layer.memory = self.memory[node]",
            ),
        )
    ],
    hints=[
        "Draw the skip connection: which node may be computed when, and from where do gradients come to h?",
        "Order the nodes once, each after its parents. forward: a dict from node to value; backward: node to gradient.",
        "grads[parent] = grads[parent] + grad if parent in grads else grad; before layer.backward put its memory back.",
    ],
)
