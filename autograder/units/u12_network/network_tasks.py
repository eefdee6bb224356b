"""What a network is asked to do: to train, measure, count, and hand its weights over; and what a scenario reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.units.shared.arrays import normal
from autograder.units.u12_network.toy_layers import HELPERS, Descent

__all__ = ["TASKS", "drive_task", "started"]


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
