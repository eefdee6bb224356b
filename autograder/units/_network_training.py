"""Assessment of networks: Network, what all networks share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Variant, random_cases
from autograder.inputs import normal
from autograder.units import _network_nets as nets
from autograder.units import _network_slips as slips
from autograder.units._network_toys import HELPERS, Descent, module_of, toy_layers
from autograder.units._network_training_wrong import MISCONCEPTIONS

__all__ = ["TASKS", "Network", "cases_of_tasks", "drive_task", "started"]


def toy_network(Network: Any, specs: Any, calls: Any, seen: Any, shares: Any) -> Any:
    """Make a network of toy layers in a row, which notes the samples of training passes.

    With `shares` its outputs are these shares of what comes out of the last layer.
    """

    class Row(Network):  # type: ignore[misc]
        def __init__(self, layers: Any) -> None:
            super().__init__()
            self.layers = layers
            module_of(Network).number_layers(layers)

        def build(self, input_shape: Any, rng: Any) -> None:
            for layer in self.layers:
                layer.build(input_shape, rng)
                input_shape = layer.output_shape
            self.output_shape = input_shape

        def forward(self, x: Any, training: bool = False) -> Any:
            if training:
                seen.extend(x.reshape(len(x), -1)[:, 0].tolist())
            for layer in self.layers:
                x = layer.forward(x, training)
            return [share * x for share in shares] if shares else x

        def backward(self, grad_output: Any) -> Any:
            if shares:
                grad_output = sum(share * grad for share, grad in zip(shares, grad_output, strict=True))
            for layer in self.layers[::-1]:
                grad_output = layer.backward(grad_output)
            self.gradients = [array for layer in self.layers for array in layer.gradients]
            return grad_output

    return Row(toy_layers(Network, specs, calls))


def weights_of(network: Any) -> Any:
    """All weights, taken from the layers."""
    return [np.array(array) for layer in network.layers for array in [*layer.parameters, *layer.statistics]]


def summary_facts(network: Any) -> Any:
    """What holds for a right summary, however it is laid out."""
    text = network.summary()
    if not isinstance(text, str):
        return {"summary returns": type(text).__name__}
    facts: dict[str, Any] = {"summary returns": "str"}
    for layer in network.layers:
        line = " ".join([line for line in text.splitlines() if line.split()[:1] == [layer.name]][:1])
        count = str(sum(array.size for array in layer.parameters))
        facts[f"the line of {layer.name} has the output shape"] = str((None, *layer.output_shape)) in line
        facts[f"the line of {layer.name} has the count of its parameters"] = count in line.split()
    total = str(sum(array.size for layer in network.layers for array in layer.parameters))
    facts["the last line ends with the count of all"] = text.split()[-1:] == [total]
    return facts


def weight_facts(network: Any, x: Any) -> Any:
    """Take weights out, put others in, and see who shares memory with whom."""
    start = weights_of(network)
    taken = network.get_weights()
    record: dict[str, Any] = {"get_weights": [np.array(each) for each in taken]}
    for array in taken:
        array += 1
    same = all(np.array_equal(*pair) for pair in zip(start, weights_of(network), strict=False))
    record["changing what get_weights returned leaves the network alone"] = same
    given = [0.5 * array - 0.1 for array in start]
    record["set_weights takes arrays in the order of the weights"] = True
    try:
        network.set_weights(given)
    except ValueError:
        record["set_weights takes arrays in the order of the weights"] = False
    record["predict after set_weights"] = network.predict(x)
    for array in given:
        array += 1
    record["predict after changing the arrays that were set"] = network.predict(x)
    record["refused"], before = "nothing", weights_of(network)
    try:
        network.set_weights([*start[:-1], np.ones((9, 9))])
    except ValueError:
        record["refused"] = "a last array of another shape"
    same = all(np.array_equal(*pair) for pair in zip(before, weights_of(network), strict=False))
    record["after refused weights the network has those that it had"] = same
    return record


def shuffle_facts(network: Any, x: Any, y: Any, seen: Any, options: Any) -> Any:
    """Train with a rate of 0 and a generator, and look at the order."""
    for layer in network.layers:
        layer.parameters = [0.5 * array for array in layer.parameters]
    before = [np.array(array) for array in network.parameters]
    network.compile(Descent(0.0), options["loss"])
    history = network.fit(x, y, options["epochs"], options["batch_size"], np.random.default_rng(8))
    whole, count = sorted(x.reshape(len(x), -1)[:, 0].tolist()), len(x)
    orders = [seen[start : start + count] for start in range(0, len(seen), count)]
    return {
        "every epoch uses every sample once": len(orders) == options["epochs"]
        and all(sorted(o) == whole for o in orders),
        "every epoch has another order": len({tuple(order) for order in orders}) == len(orders),
        "the samples are shuffled": orders[0] != x.reshape(len(x), -1)[:, 0].tolist(),
        "fit goes on from the weights of a built network": all(map(np.array_equal, before, network.parameters)),
        "loss of each epoch": history["loss"],
    }


def drive_task(network: Any, task: str, x: Any, y: Any, options: Any, calls: Any, seen: Any) -> Any:
    """Do one thing with a network, and report."""
    if task != "build by fit":
        network.build(x.shape[1:], np.random.default_rng(0))
    if task == "summary":
        return summary_facts(network)
    if task == "weights":
        return weight_facts(network, x)
    if task == "shuffle":
        return shuffle_facts(network, x, y, seen, options)
    if task == "count":
        return {"count_params": network.count_params(), "arrays in parameters": len(network.parameters)}
    if task == "put weights":
        return network.set_weights([np.ones(shape) for shape in options["shapes"]])
    if task == "predict":
        record = {"predict": network.predict(x, options["batch_size"])}
    else:
        record = drive_training(network, task, x, y, options)
    passes = [f"training={call[1]}, samples={call[2]}" for call in calls if call[0] == network.layers[0].name]
    return {**record, "passes": passes}


def drive_training(network: Any, task: str, x: Any, y: Any, options: Any) -> Any:
    """Compile, then train or measure."""
    optimizer = Descent(options["lr"])
    if not options.get("uncompiled"):
        network.compile(optimizer, options["loss"], *options.get("loss_weights", ()))
    if task == "evaluate":
        loss = network.evaluate(x, y, options["batch_size"])
        return {"evaluate": loss, "weights at the end": weights_of(network)}
    if options.get("defaults"):
        record = {"history": network.fit(x, y), "evaluate": network.evaluate(x, y)}
        return {**record, "predict: first and last": network.predict(x)[[0, -1]]}
    rng = np.random.default_rng(8) if options.get("with_rng") else None
    history = network.fit(x, y, options["epochs"], options["batch_size"], rng, options.get("validation"))
    return {
        "history": history,
        "weights at the end": weights_of(network),
        "output shape": network.output_shape,
        "steps of the optimiser": optimizer.steps,
    }


def drive_network(Network: Any, task: str, layers: Any, x: Any, y: Any, options: Any) -> Any:
    """Scenario: a network of toy layers that inherits from the student's Network."""
    Network()  # an unfinished constructor says so here
    calls: list[Any] = []
    seen: list[Any] = []
    network = toy_network(Network, layers, calls, seen, options.get("shares"))
    return drive_task(network, task, x, y, options, calls, seen)


#: What the scenarios of tasks use.
TASKS: tuple[Callable[..., Any], ...] = (
    *HELPERS,
    weights_of,
    summary_facts,
    weight_facts,
    shuffle_facts,
    drive_training,
    drive_task,
)
TWO_LAYERS = [("linear", 3), ("tanh",), ("half",), ("linear", 2)]


def started(
    task: str, layers: Any = None, n: int = 5, shape: tuple[int, ...] = (3,), seed: int = 0, **options: Any
) -> Any:
    """Inputs of a task."""
    x = normal(n, *shape, seed=seed)
    y = normal(n, 2, seed=seed + 1)
    settings = {"lr": 0.3, "loss": "mean_squared_error", "epochs": 2, "batch_size": 2, **options}
    return {"task": task, "layers": layers or TWO_LAYERS, "x": x, "y": y, "options": settings}


def _classes(inputs: Any) -> Any:
    return {
        **inputs,
        "y": np.arange(len(inputs["x"])) * 3 % 2,
        "options": {**inputs["options"], "loss": "softmax_cross_entropy"},
    }


def _two_outputs(inputs: Any) -> Any:
    """Two outputs, a whole and a half of the last layer's, with targets and losses of their own."""
    options = {**inputs["options"], "shares": [1.0, 0.5], "loss": ["mean_squared_error"] * 2}
    return {**inputs, "y": [inputs["y"], 1 + inputs["y"] ** 2], "options": options}


def _random_fit(rng: np.random.Generator) -> Any:
    n, epochs, size = (int(k) for k in rng.integers((4, 1, 2), (8, 4, 5)))
    seed = int(rng.integers(2**20))
    inputs = started("fit", n=n, seed=seed, epochs=epochs, batch_size=size, lr=0.1)
    return _classes(inputs) if rng.integers(2) else inputs


def cases_of_tasks() -> list[Any]:
    """Cases of training, measuring and weights."""
    validation = (normal(3, 3, seed=50), normal(3, 2, seed=51))
    return [
        Case("fit-one-batch", **started("fit", epochs=1, batch_size=5)),
        Case("fit-with-a-partial-batch", **started("fit", epochs=2, batch_size=2, seed=2), readonly=True),
        Case("fit-with-validation", **started("fit", n=4, epochs=3, batch_size=3, seed=4, validation=validation)),
        Case("fit-classes", **_classes(started("fit", n=6, epochs=2, batch_size=4, seed=6)), readonly=True),
        Case("fit-shuffles", **started("shuffle", n=12, epochs=3, batch_size=5, seed=8)),
        Case("defaults", **started("fit", n=40, seed=18, defaults=True)),
        Case("evaluate", **started("evaluate", n=5, batch_size=2, seed=10)),
        Case("predict", **started("predict", n=7, batch_size=3, seed=12), readonly=True),
        Case("weights", **started("weights", seed=14)),
        Case("count", **started("count")),
        Case("summary", **started("summary")),
    ]


def _without(task: str, **options: Any) -> Any:
    return started(task, **{"epochs": 1, "batch_size": 5, **options})


Network = Exercise(
    "Network",
    points=6,
    reference="network",
    scenario=drive_network,
    helpers=[*TASKS, toy_network],
    cases=[
        *cases_of_tasks(),
        Case("fit-with-a-loss-weight", **started("fit", lr=0.1, loss_weights=([3.0],), seed=20)),
        Case("fit-two-outputs", **_two_outputs(started("fit", lr=0.2, seed=22)), readonly=True),
        Case(
            "fit-two-outputs-with-weights",
            **_two_outputs(started("fit", lr=0.1, loss_weights=([2.0, 0.75],), seed=24)),
        ),
        Case("fit-builds", **started("build by fit", seed=16, lr=0.0, with_rng=True, epochs=1, batch_size=5)),
        Case("unknown-loss", raises="loss", **_without("fit", loss="least_squares")),
        Case("too-many-loss-weights", raises="loss_weights", **_without("fit", loss_weights=([1.0, 2.0],))),
        Case("fit-before-compile", raises="compile", **_without("fit", uncompiled=True)),
        Case("evaluate-before-compile", raises="compile", **_without("evaluate", uncompiled=True)),
        Case("built-without-generator", raises="rng", **_without("build by fit")),
        Case("too-few-weights", raises="weights", **_without("put weights", shapes=[(3, 3), (3,), (2,), (3, 2)])),
        Case(
            "a-weight-of-another-shape",
            raises="weights",
            **_without("put weights", shapes=[(3, 3), (3,), (2,), (3, 2), (1,)]),
        ),
        random_cases(_random_fit),
    ],
    misconceptions=[*MISCONCEPTIONS, *slips.NETWORK],
    variants=[Variant("own-pieces", nets.Network)],
    hints=[
        "Write the small ones first: parameters, get_weights, set_weights, count_params; then predict, evaluate, fit.",
        "fit is unit 11's: iterate_batches, forward, loss, backward, one step. Only the names are methods now.",
        "self.backward(gradient); self.set_parameters(self._optimizer.step(self.parameters, self.gradients))",
    ],
)
