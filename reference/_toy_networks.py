"""Networks of toy layers with given weights, by torch: what the scenarios of the twelfth unit's networks must find."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["model", "network", "sequential", "tensors"]


def tensors(arrays: Any) -> list[Any]:
    """The arrays as float64 tensors that want a gradient."""
    import torch

    return [torch.tensor(np.asarray(array), dtype=torch.float64, requires_grad=True) for array in arrays]


def toy_weights(rows: int, columns: int, start: int) -> Any:
    """The weights of the scenarios' toy layers."""
    return np.array([[0.6 * np.cos(1.7 * (start + i * columns + j)) for j in range(columns)] for i in range(rows)])


class _Toy:
    """A network of toy layers in a row."""

    def __init__(self, layers: Any, input_shape: Any) -> None:
        import torch

        self.specs, self.parameters = layers, []
        self.shapes: list[Any] = []
        self.statistics = [torch.zeros(2, dtype=torch.float64) for spec in layers if spec[0] == "half"]
        shape = tuple(input_shape)
        for kind, *arguments in layers:
            if kind == "linear":
                units, start = (*arguments, 3)[:2]
                self.parameters += tensors([toy_weights(shape[0], units, start), np.full(units, 0.1)])
                shape = (units,)
            if kind == "flat":
                shape = (int(np.prod(shape)),)
            self.shapes.append(shape)

    def forward(self, x: Any, training: bool) -> Any:
        """Outputs; counts the passes where a layer does."""
        import torch

        return self.forward_tensor(torch.as_tensor(np.asarray(x, dtype=np.float64)), training)

    def forward_tensor(self, x: Any, training: bool) -> Any:
        """Outputs for a tensor, which may want a gradient."""
        import torch

        parameters, halves = iter(self.parameters), 0
        for kind, *_ in self.specs:
            if kind == "linear":
                x = x @ next(parameters) + next(parameters)
            elif kind == "tanh":
                x = torch.tanh(x)
            elif kind == "flat":
                x = torch.flatten(x, 1)
            elif kind == "half":
                if training:
                    self.statistics[halves] = self.statistics[halves] + torch.tensor([1.0, len(x)]).double()
                    x = x / 2
                halves += 1
        return x

    def weights(self) -> list[Any]:
        """Parameters and statistics, layer by layer."""
        parameters, statistics = iter(self.parameters), iter(self.statistics)
        found = []
        for kind, *_ in self.specs:
            if kind == "linear":
                found += [next(parameters).detach(), next(parameters).detach()]
            elif kind == "half":
                found.append(next(statistics))
        return [np.array(each.numpy()) for each in found]


def _loss(name: str, y_true: Any, y_pred: Any) -> Any:
    import torch

    if name == "softmax_cross_entropy":
        return torch.nn.functional.cross_entropy(y_pred, torch.as_tensor(np.asarray(y_true)))
    return torch.nn.functional.mse_loss(y_pred, torch.as_tensor(np.asarray(y_true, dtype=np.float64)))


def _total(options: Any, y: Any, rows: slice, output: Any) -> Any:
    """The weighted sum of the losses; where there are `shares`, each output is a share of what comes out."""
    outputs, names = [output], [options["loss"]]
    targets = [y]
    if "shares" in options:
        outputs, names, targets = [share * output for share in options["shares"]], options["loss"], y
    (weights,) = options.get("loss_weights", ([1.0] * len(names),))
    parts = zip(weights, names, targets, outputs, strict=True)
    return sum(weight * _loss(name, target[rows], each) for weight, name, target, each in parts)


def network(task: str, layers: Any, x: Any, y: Any, options: Any) -> dict[str, Any]:
    """What a network of toy layers must answer to a task."""
    toy = _Toy(layers, x.shape[1:])
    counts = [p.numel() for p in toy.parameters]
    if task == "summary":
        return _summary(toy)
    if task == "count":
        return {"count_params": sum(counts), "arrays in parameters": len(counts)}
    if task == "weights":
        return _weights(toy, x)
    if task == "shuffle":
        return _shuffle(toy, x, y, options)
    if task == "predict":
        outputs = toy.forward(x, False).detach().numpy()
        return {"predict": outputs, "passes": _measured(len(x), options["batch_size"])}
    if options.get("defaults"):
        return _defaults(toy, x, y, options)
    if task == "evaluate":
        loss = float(_loss(options["loss"], y, toy.forward(x, False)).detach())
        passes = _measured(len(x), options["batch_size"])
        return {"evaluate": loss, "weights at the end": toy.weights(), "passes": passes}
    return _fit(toy, x, y, options)


def _defaults(toy: _Toy, x: Any, y: Any, options: Any) -> dict[str, Any]:
    """One epoch in batches of 32, then a measurement and a prediction in such batches."""
    record = _fit(toy, x, y, {**options, "epochs": 1, "batch_size": 32})
    outputs = toy.forward(x, False)
    return {
        "history": record["history"],
        "evaluate": float(_loss(options["loss"], y, outputs).detach()),
        "predict: first and last": outputs.detach().numpy()[[0, -1]],
        "passes": record["passes"] + 2 * _measured(len(x), 32),
    }


def _measured(count: int, size: int) -> list[str]:
    return [f"training=False, samples={min(size, count - start)}" for start in range(0, count, size)]


def _fit(toy: _Toy, x: Any, y: Any, options: Any) -> dict[str, Any]:
    """Training in the samples' order, by torch's SGD with momentum."""
    import torch

    optimizer = torch.optim.SGD(toy.parameters, lr=options["lr"], momentum=0.5)
    history: dict[str, list[float]] = {"loss": []}
    passes: list[str] = []
    size, steps = options["batch_size"], 0
    for _ in range(options["epochs"]):
        total = 0.0
        for start in range(0, len(x), size):
            rows = slice(start, start + size)
            loss = _total(options, y, rows, toy.forward(x[rows], True))
            passes.append(f"training=True, samples={len(x[rows])}")
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total, steps = total + float(loss.detach()) * len(x[rows]), steps + 1
        history["loss"].append(total / len(x))
        if options.get("validation") is not None:
            x_val, y_val = options["validation"]
            history.setdefault("val_loss", []).append(
                float(_loss(options["loss"], y_val, toy.forward(x_val, False)).detach())
            )
            passes += _measured(len(x_val), size)
    return {
        "history": history,
        "weights at the end": toy.weights(),
        "output shape": toy.shapes[-1],
        "steps of the optimiser": steps,
        "passes": passes,
    }


def _summary(toy: _Toy) -> dict[str, Any]:
    facts: dict[str, Any] = {"summary returns": "str"}
    counts: dict[str, int] = {}
    for kind, *_ in toy.specs:
        counts[kind] = counts.get(kind, 0) + 1
        facts[f"the line of {kind}_{counts[kind]} has the output shape"] = True
        facts[f"the line of {kind}_{counts[kind]} has the count of its parameters"] = True
    return {**facts, "the last line ends with the count of all": True}


def _weights(toy: _Toy, x: Any) -> dict[str, Any]:
    start = toy.weights()
    toy.parameters = [0.5 * p.detach() - 0.1 for p in toy.parameters]
    outputs = toy.forward(x, False).numpy()
    return {
        "get_weights": start,
        "changing what get_weights returned leaves the network alone": True,
        "set_weights takes arrays in the order of the weights": True,
        "predict after set_weights": outputs,
        "predict after changing the arrays that were set": outputs,
        "refused": "a last array of another shape",
        "after refused weights the network has those that it had": True,
    }


def _shuffle(toy: _Toy, x: Any, y: Any, options: Any) -> dict[str, Any]:
    toy.parameters = [0.5 * p.detach() for p in toy.parameters]
    loss = float(_loss(options["loss"], y, toy.forward(x, True)).detach())
    return {
        "every epoch uses every sample once": True,
        "every epoch has another order": True,
        "the samples are shuffled": True,
        "fit goes on from the weights of a built network": True,
        "loss of each epoch": [loss] * options["epochs"],
    }


def sequential(task: str, layers: Any, x: Any, y: Any, options: Any) -> dict[str, Any]:
    """As `network`; for the task 'chain' y is the upstream gradient."""
    return _chain(layers, x, y, options) if task == "chain" else network(task, layers, x, y, options)


def _chain(layers: Any, x: Any, grad_output: Any, options: Any) -> dict[str, Any]:
    import torch

    toy = _Toy(layers, x.shape[1:])
    (inputs,) = tensors([x])
    output = toy.forward_tensor(inputs, True)
    upstream = torch.as_tensor(np.asarray(grad_output, dtype=np.float64))
    grad_x, *gradients = torch.autograd.grad(output, [inputs, *toy.parameters], upstream)
    counts: dict[str, int] = {}
    names = []
    for place, (kind, *_) in enumerate(layers):
        shown = "sequential" if place in options.get("nested", []) else kind
        counts[shown] = counts.get(shown, 0) + 1
        names.append(f"{shown}_{counts[shown]}")
    return {
        "names of the layers": names,
        "output shapes of the layers": toy.shapes,
        "output_shape": toy.shapes[-1],
        "every layer is built with the generator given": True,
        "output": output.detach().numpy(),
        "flags of the layers": ["training=True"] * len(layers),
        "gradient of x": grad_x.numpy(),
        "gradients": [each.numpy() for each in gradients],
        "output with training=False": toy.forward(0.5 - x, False).detach().numpy(),
        "flags of the layers with training=False": ["training=False"] * len(layers),
        "with its memory put back, the network gives the same gradient again": True,
        "after another layer is added, output_shape is None again": True,
    }


def model(task: str, graph: Any, inputs: Any, outputs: Any, x: Any, y: Any, options: Any) -> dict[str, Any]:
    """A graph of toy layers by torch: passes with y for the upstream gradient, or a training."""
    toy = _Graph(graph, inputs, outputs)
    return toy.passes(x, y) if task == "passes" else toy.trained(x, y, options)


def _listed(names: Any, values: list[Any]) -> Any:
    """A list for a list of names, else the one value."""
    return values[0] if isinstance(names, str) else values


def _many(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


class _Graph:
    """A graph of toy layers, computed node by node in the order in which it is written."""

    def __init__(self, graph: Any, inputs: Any, outputs: Any) -> None:
        self.graph, self.inputs, self.outputs = graph, inputs, outputs
        self.sizes: dict[str, int] = {}
        self.parameters: dict[str, list[Any]] = {}
        for name, spec, parents in graph:
            before = [self.sizes[parent] for parent in parents]
            if spec[0] == "linear":
                units, start = (*spec[1:], 3)[:2]
                self.parameters[name] = tensors([toy_weights(before[0], units, start), np.full(units, 0.1)])
            self.sizes[name] = self._size(spec, before)

    def _size(self, spec: Any, before: list[int]) -> int:
        if spec[0] in ("input", "linear"):
            return int(spec[1])
        if spec[0] == "again" and spec[1] in self.parameters:
            return self.sizes[spec[1]]
        return sum(before) if spec[0] == "concatenate" else before[0]

    def forward(self, given: list[Any], training: bool) -> list[Any]:
        """The outputs."""
        import torch

        values = dict(zip(_many(self.inputs), given, strict=True))
        kinds = {name: spec for name, spec, _ in self.graph}
        for name, spec, parents in self.graph:
            own = spec[1] if spec[0] == "again" else name
            taken = [values[parent] for parent in parents]
            kind = kinds[own][0]
            if kind == "linear":
                weights, bias = self.parameters[own]
                values[name] = taken[0] @ weights + bias
            elif kind == "concatenate":
                values[name] = torch.cat(taken, dim=-1)
            elif kind == "add":
                values[name] = torch.stack(taken).sum(dim=0)
            elif kind != "input":
                values[name] = torch.tanh(taken[0]) if kind == "tanh" else taken[0] * (0.5 if training else 1.0)
        return [values[name] for name in _many(self.outputs)]

    def passes(self, x: Any, y: Any) -> dict[str, Any]:
        """One pass and its gradients, and another one with training=False."""
        import torch

        given = tensors(_many(x))
        found = self.forward(given, True)
        names, flat = list(self.parameters), [array for arrays in self.parameters.values() for array in arrays]
        upstream = [torch.as_tensor(np.asarray(each, dtype=np.float64)) for each in _many(y)]
        grads = torch.autograd.grad(found, [*given, *flat], upstream)
        of_layers = [grad.numpy() for grad in grads[len(given) :]]
        shown = self.forward([0.5 - each.detach() for each in given], False)
        toys = [name for name, spec, _ in self.graph if spec[0] in ("linear", "tanh", "half")]
        calls = [name for name, spec, _ in self.graph if spec[0] in ("linear", "tanh", "half", "again")]
        return {
            "output_shape": _listed(self.outputs, [(self.sizes[name],) for name in _many(self.outputs)]),
            "layers that are listed once": sorted(toys),
            "every layer is built with the generator given": True,
            "output": _listed(self.outputs, [each.detach().numpy() for each in found]),
            "calls of toy layers in a forward pass": len(calls),
            "all layers are told of training=True": True,
            "gradient of the inputs": _listed(self.inputs, [grad.numpy() for grad in grads[: len(given)]]),
            "gradients of the layers": {name: of_layers[2 * k : 2 * k + 2] for k, name in enumerate(names)},
            "output with training=False": _listed(self.outputs, [each.detach().numpy() for each in shown]),
            "some layers are told of training=True in a pass with training=False": False,
            "with its memory put back, the model gives the same gradients again": True,
        }

    def _total(self, rows: slice, x: Any, y: Any, options: Any, training: bool) -> Any:
        import torch

        given = [torch.as_tensor(np.asarray(each, dtype=np.float64))[rows] for each in _many(x)]
        names, targets = _many(options["loss"]), [each[rows] for each in _many(y)]
        weights = options["loss_weights"] or [1.0] * len(names)
        outputs = self.forward(given, training)
        terms = zip(weights, names, targets, outputs, strict=True)
        return sum(weight * _loss(name, target, output) for weight, name, target, output in terms)

    def trained(self, x: Any, y: Any, options: Any) -> dict[str, Any]:
        """Training by torch's SGD with momentum."""
        import torch

        flat = [array for arrays in self.parameters.values() for array in arrays]
        optimizer = torch.optim.SGD(flat, lr=options["lr"], momentum=0.5)
        count, size, losses, steps = len(_many(x)[0]), options["batch_size"], [], 0
        for _ in range(options["epochs"]):
            total = 0.0
            for start in range(0, count, size):
                rows = slice(start, min(start + size, count))
                loss = self._total(rows, x, y, options, True)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                total, steps = total + float(loss.detach()) * (rows.stop - start), steps + 1
            losses.append(total / count)
        shown = self.forward([torch.as_tensor(np.asarray(each, dtype=np.float64)) for each in _many(x)], False)
        weights = {name: [each.detach().numpy() for each in arrays] for name, arrays in self.parameters.items()}
        return {
            "history": {"loss": losses},
            "weights at the end": weights,
            "steps of the optimiser": steps,
            "predict": _listed(self.outputs, [each.detach().numpy() for each in shown]),
            "evaluate": float(self._total(slice(0, count), x, y, options, False).detach()),
            "count_params": sum(each.numel() for each in flat),
        }
