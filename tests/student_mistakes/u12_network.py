"""Wrong answers to the layers and networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from solutions import u12_network as right
from solutions.u06_layers import batch_norm_train, dropout, dropout_backward, make_dropout_mask
from tests.student_mistakes import Mistake

Slip = Callable[..., Any]


def _of(base: Any, methods: dict[str, Any], named: str | None) -> Mistake:
    """The right class with some methods replaced."""
    return Mistake(base.__name__, type(base.__name__, (base,), {"__module__": base.__module__, **methods}), named)


def _built(base: Any, change: Slip) -> dict[str, Any]:
    """`change(layer, input_shape, rng)` after `build`."""

    def build(self: Any, input_shape: Any, rng: Any) -> None:
        base.build(self, input_shape, rng)
        change(self, input_shape, rng)

    return {"build": build}


def _put(target: str, index: int, make: Slip) -> Slip:
    """Replace one array of `parameters` or `statistics`."""

    def change(self: Any, shape: Any, rng: Any) -> None:
        getattr(self, target)[index] = make(self, shape, rng)

    return change


def _shaped(make: Slip) -> Slip:
    def change(self: Any, shape: Any, rng: Any) -> None:
        self.output_shape = make(self, shape)

    return change


def _scaled_gradients(self: Any, grad_output: Any) -> Any:
    grad_x = right.Dense.backward(self, grad_output)
    self.gradients = [grad / len(grad_output) for grad in self.gradients]
    return grad_x


def _dense_no_slope(self: Any, grad_output: Any) -> Any:
    x, grad = (each.reshape(-1, each.shape[-1]) for each in (self.memory[0], grad_output))
    self.gradients = [x.T @ grad, grad.sum(axis=0)]
    return grad_output @ self.parameters[0].T


def _dense_output_kept(self: Any, x: Any, training: bool = False) -> Any:
    y = right.Dense.forward(self, x, training)
    self.memory = (x, y)
    return y


def _dense_remembers_in_training(self: Any, x: Any, training: bool = False) -> Any:
    before, y = self.memory, right.Dense.forward(self, x, training)
    self.memory = self.memory if training else before
    return y


def _dense_adds_up(self: Any, grad_output: Any) -> Any:
    old, grad_x = self.gradients, right.Dense.backward(self, grad_output)
    self.gradients = [a + b for a, b in zip(old, self.gradients, strict=True)] if old else self.gradients
    return grad_x


def _dense_activated_input(self: Any, x: Any, training: bool = False) -> Any:
    w, b = self.parameters
    self.memory = (x, x @ w + b)
    return self._activation[0](x) @ w + b


def _drop(make: Slip) -> dict[str, Any]:
    """`make(self, x, training)` returns the mask to keep and the output."""

    def forward(self: Any, x: Any, training: bool = False) -> Any:
        self.memory, y = make(self, x, training)
        return y

    return {"forward": forward}


def _mask(self: Any, shape: Any) -> Any:
    return make_dropout_mask(self._rng, shape, self.rate)


def _unscaled_back(self: Any, grad_output: Any) -> Any:
    return grad_output if self.memory is None else grad_output * self.memory


def _drop_unscaled(self: Any, x: Any, training: bool) -> Any:
    mask = _mask(self, x.shape) if training else None
    return mask, x if mask is None else x * mask


def _drop_scaled_at_test(self: Any, x: Any, training: bool) -> Any:
    mask = _mask(self, x.shape) if training else None
    return mask, x * x.dtype.type(1 - self.rate) if mask is None else x * mask


def _drop_one_mask(self: Any, x: Any, training: bool) -> Any:
    if not hasattr(self, "drawn"):
        self.drawn = _mask(self, x.shape)
    return (self.drawn, dropout(x, self.rate, self.drawn)) if training else (None, x)


def _drop_rows(self: Any, x: Any, training: bool) -> Any:
    mask = np.broadcast_to(_mask(self, (1, *x.shape[1:])), x.shape) if training else None
    return mask, x if mask is None else dropout(x, self.rate, mask)


def _keeps_the_rate(self: Any, rate: float) -> None:
    right.Dropout.__init__(self, rate)
    self.rate = 1 - rate if rate else rate


def _drop_new_mask(self: Any, grad_output: Any) -> Any:
    mask = None if self.memory is None else _mask(self, grad_output.shape)
    return grad_output if mask is None else dropout_backward(grad_output, grad_output, self.rate, mask)


def _norm(change: Slip) -> dict[str, Any]:
    """`change(self, x, old statistics, new ones, training)` returns the statistics to keep."""

    def forward(self: Any, x: Any, training: bool = False) -> Any:
        old = self.statistics
        y = right.BatchNorm.forward(self, x, training)
        self.statistics = change(self, x, old, self.statistics, training)
        return y

    return {"forward": forward}


def _norm_always_batch(self: Any, x: Any, training: bool = False) -> Any:
    old, y = self.statistics, right.BatchNorm.forward(self, x, True)
    self.statistics = self.statistics if training else old
    return y


def _norm_one_way_back(self: Any, grad_output: Any) -> Any:
    self.memory = (self.memory[0], None)
    return right.BatchNorm.backward(self, grad_output)


def _norm_measured(self: Any, x: Any, old: Any, new: Any, training: bool) -> Any:
    return batch_norm_train(x, *self.parameters, *old)[1:]


def _norm_written(self: Any, x: Any, old: Any, new: Any, training: bool) -> Any:
    for array, value in zip(old, new, strict=True):
        array[...] = value
    return old


def _sequential_forward_order(self: Any, grad_output: Any) -> Any:
    for layer in self.layers:
        grad_output = layer.backward(grad_output)
    self.gradients = [array for layer in self.layers for array in layer.gradients]
    return grad_output


def _sequential_reversed_gradients(self: Any, grad_output: Any) -> Any:
    grad = right.Sequential.backward(self, grad_output)
    self.gradients = [array for layer in reversed(self.layers) for array in layer.gradients]
    return grad


def _sequential_no_mode(self: Any, x: Any, training: bool = False) -> Any:
    return right.Sequential.forward(self, x)


def _sequential_training_always(self: Any, x: Any, training: bool = False) -> Any:
    return right.Sequential.forward(self, x, True)


def _sequential_layers_memory(self: Any, grad_output: Any) -> Any:
    """Trusts what the layers hold, not what this network kept."""
    for layer in reversed(self.layers):
        grad_output = layer.backward(grad_output)
    self.gradients = [array for layer in self.layers for array in layer.gradients]
    return grad_output


def _sequential_same_shape(self: Any, input_shape: Any, rng: Any) -> None:
    for layer in self.layers:
        layer.build(input_shape, rng)
    self.input_shape, self.output_shape = tuple(input_shape), self.layers[-1].output_shape


def _sequential_added_twice(self: Any, layer: Any) -> None:
    self.layers.append(layer)
    right.number_layers(self.layers)
    self.output_shape = None


def _sequential_still_built(self: Any, layer: Any) -> None:
    shape = self.output_shape
    right.Sequential.add(self, layer)
    self.output_shape = shape


def _model_last_consumer(self: Any, grad_output: Any) -> Any:
    """Overwrites where it should add, in values and in weights."""
    grads: dict[Any, Any] = dict(zip(self._outputs, right.as_list(grad_output), strict=True))
    for (node, layer), memory in zip(reversed(self._steps), reversed(self.memory), strict=True):
        layer.memory = memory
        sent = layer.backward(grads[node])
        grads.update(zip(node.parents, sent if node.takes_list else [sent], strict=True))
    self.gradients = [array for layer in self.layers for array in layer.gradients]
    found = [grads[node] for node in self._inputs]
    return found if self._takes_list else found[0]


def _model_last_use(self: Any, grad_output: Any) -> Any:
    grad = right.Model.backward(self, grad_output)
    self.gradients = [array for layer in self.layers for array in layer.gradients]
    return grad


def _model_no_memories(self: Any, grad_output: Any) -> Any:
    self.memory = [layer.memory for _, layer in self._steps]
    return right.Model.backward(self, grad_output)


def _model_lists_always(self: Any, x: Any, training: bool = False) -> Any:
    return right.as_list(right.Model.forward(self, x, training))


def _fit_one_order(
    self: Any, x: Any, y: Any, epochs: int = 1, batch_size: int = 32, rng: Any = None, validation_data: Any = None
) -> Any:
    """One order for all epochs."""
    if self.output_shape is None:
        self._build_from(x, rng)
    order = np.arange(len(right.as_list(x)[0])) if rng is None else rng.permutation(len(right.as_list(x)[0]))
    return right.Network.fit(
        self, right.take_rows(x, order), right.take_rows(y, order), epochs, batch_size, None, validation_data
    )


def _fit_builds_again(self: Any, x: Any, *others: Any, **named: Any) -> Any:
    rng = named.get("rng") or next((each for each in others if isinstance(each, np.random.Generator)), None)
    if rng is not None:
        self._build_from(x, rng)
    return right.Network.fit(self, x, *others, **named)


def _evaluate_mean_of_batches(self: Any, x: Any, y: Any, batch_size: int = 32) -> Any:
    self._require_compiled()
    starts = range(0, len(right.as_list(x)[0]), batch_size)
    rows = [slice(start, start + batch_size) for start in starts]
    return float(np.mean([self._loss(right.take_rows(y, r), self.forward(right.take_rows(x, r))) for r in rows]))


def _learn_in_inference_mode(self: Any, x: Any, y: Any) -> Any:
    y_pred = self.forward(x)
    self.backward(self._loss_gradient(y, y_pred))
    self.set_parameters(self._optimizer.step(self.parameters, self.gradients))
    return self._loss(y, y_pred)


def _learn_layer_by_layer(self: Any, x: Any, y: Any) -> Any:
    """One step of the optimiser for each layer."""
    y_pred = self.forward(x, training=True)
    self.backward(self._loss_gradient(y, y_pred))
    for layer in self.layers:
        layer.set_parameters(self._optimizer.step(layer.parameters, layer.gradients))
    return self._loss(y, y_pred)


def _loss_averaged(self: Any, y: Any, y_pred: Any) -> Any:
    return right.Network._loss(self, y, y_pred) / len(self._losses)


def _set_kept(self: Any, weights: Any) -> None:
    remaining = iter(weights)
    for layer in self.layers:
        layer.parameters = [next(remaining) for _ in layer.parameters]
        layer.statistics = [next(remaining) for _ in layer.statistics]


def _get(order: str) -> Slip:
    def get_weights(self: Any) -> Any:
        if order == "references":
            return [*(a for layer in self.layers for a in (*layer.parameters, *layer.statistics))]
        if order == "parameters only":
            return [a.copy() for a in self.parameters]
        return [a.copy() for a in (*self.parameters, *self.statistics)]

    return get_weights


def _loaded(slip: str) -> Slip:
    def load(network: Any, path: str) -> Any:
        with np.load(path, allow_pickle=slip == "pickle") as file:
            names = (
                sorted(file.files)
                if slip == "sorted"
                else [f"arr_{i}" for i in range(len(file.files))]
                if slip == "by our names"
                else file.files
            )
            weights = [file[name] for name in names]
        if slip == "as many as fit":
            weights = weights[: len(network.get_weights())]
        return weights if slip == "returned" else network.set_weights(weights)

    return load


def _each(exercise: str, make: Callable[[str], Callable[..., Any]], named: dict[str, str | None]) -> list[Mistake]:
    return [Mistake(exercise, make(slip), name) for slip, name in named.items()]


_OWN = np.random.default_rng(0)


def _digits_by_a_generator_of_its_own(x_train: Any, y_train: Any, x_test: Any, rng: Any) -> Any:
    """Reads the digits well, and differently in each call."""
    return right.project_digits(x_train, y_train, x_test, _OWN)


# fmt: off
MISTAKES = [
    _of(right.Dense, {"backward": _dense_no_slope}, "activation-forgotten-on-the-way-back"),
    _of(right.Dense, {"forward": _dense_output_kept}, "slope-at-the-output"),
    _of(right.Dense, {"forward": _dense_remembers_in_training}, "remembers-training-alone"),
    _of(right.Dense, {"backward": _dense_adds_up}, "gradients-add-up"),
    _of(right.Dense, {"backward": _scaled_gradients}, "gradients-divided-by-the-batch"),
    _of(right.Dense, {"forward": _dense_activated_input}, "activated-before-the-sum"),
    _of(right.Dense, _built(right.Dense, _shaped(lambda self, shape: (self.units,))), "steps-lost-in-the-shape"),
    _of(right.Dense, _built(right.Dense, _put("parameters", 1, lambda self, shape, rng: rng.standard_normal(self.units))), "random-bias"),
    _of(right.Dense, _built(right.Dense, _put("parameters", 1, lambda self, shape, rng: np.zeros((1, self.units)))), "bias-of-two-axes"),
    _of(right.Dense, _built(right.Dense, _put("parameters", 0, lambda self, shape, rng: 0.01 * rng.standard_normal((shape[-1], self.units)))), None),
    _of(right.Dropout, {"forward": lambda self, x, training=False: right.Dropout.forward(self, x, True)}, "active-at-evaluation"),
    _of(right.Dropout, {"backward": _drop_new_mask}, "new-mask-for-the-gradient"),
    _of(right.Dropout, {"forward": lambda self, x, training=False: right.Dropout.forward(self, x, True) if training else x}, "old-mask-after-evaluation"),
    _of(right.Dropout, {**_drop(_drop_unscaled), "backward": _unscaled_back}, None),
    _of(right.Dropout, {**_drop(_drop_scaled_at_test), "backward": _unscaled_back}, None),
    _of(right.Dropout, _drop(_drop_one_mask), "one-mask-for-ever"),
    _of(right.Dropout, _drop(_drop_rows), "one-mask-for-the-batch"),
    _of(right.Dropout, {"__init__": _keeps_the_rate}, None),
    _of(right.BatchNorm, {"forward": _norm_always_batch}, "one-way-for-both-modes"),
    _of(right.BatchNorm, {"backward": _norm_one_way_back}, "batch-backward-after-evaluation"),
    _of(right.BatchNorm, _norm(_norm_measured), "updated-at-evaluation"),
    _of(right.BatchNorm, _norm(_norm_written), "statistics-in-place"),
    _of(right.BatchNorm, _norm(lambda self, x, old, new, training: old), "statistics-never-updated"),
    _of(right.BatchNorm, _norm(lambda self, x, old, new, training: [a + 9 * (b - a) for a, b in zip(old, new, strict=True)]), "momentum-the-other-way-round"),
    _of(right.BatchNorm, _built(right.BatchNorm, _put("statistics", 1, lambda self, shape, rng: np.zeros(shape[-1]))), "variance-starts-at-zero"),
    _of(right.Network, {"fit": _fit_one_order}, "one-order-for-all-epochs"),
    _of(right.Network, {"fit": _fit_builds_again}, "built-anew-by-fit"),
    _of(right.Network, {"evaluate": _evaluate_mean_of_batches}, "mean-over-batches-in-evaluate"),
    _of(right.Network, {"_learn": _learn_in_inference_mode}, "learnt-in-evaluation-mode"),
    _of(right.Network, {"_learn": _learn_layer_by_layer}, None),
    _of(right.Network, {"set_weights": _set_kept}, None),
    _of(right.Network, {"get_weights": _get("references")}, "weights-by-reference"),
    _of(right.Network, {"get_weights": _get("parameters only")}, "parameters-only"),
    _of(right.Network, {"get_weights": _get("by kind")}, "statistics-at-the-end"),
    _of(right.Network, {"count_params": lambda self: sum(each.size for each in self.get_weights())}, "statistics-counted"),
    _of(right.Network, {"count_params": lambda self: len(self.parameters)}, None),
    _of(right.Sequential, {"backward": _sequential_forward_order}, "back-from-the-first-layer"),
    _of(right.Sequential, {"backward": _sequential_reversed_gradients}, "gradients-in-the-order-of-arrival"),
    _of(right.Sequential, {"forward": _sequential_no_mode}, "training-flag-not-passed-on"),
    _of(right.Sequential, {"forward": _sequential_training_always}, "always-in-training"),
    _of(right.Sequential, {"backward": _sequential_layers_memory}, "memory-forgotten"),
    _of(right.Sequential, {"build": _sequential_same_shape}, "all-built-for-the-input"),
    _of(right.Sequential, {"add": _sequential_added_twice}, None),
    _of(right.Sequential, {"add": _sequential_still_built}, "stays-built"),
    _of(right.Model, {"backward": _model_last_consumer}, None),
    _of(right.Model, {"backward": _model_last_use}, "shared-layer-keeps-the-last-call"),
    _of(right.Model, {"backward": _model_no_memories}, "memory-of-another-call"),
    _of(right.Model, {"forward": _model_lists_always}, "always-a-list"),
    _of(right.Model, {"_loss": _loss_averaged}, "losses-averaged"),
    *_each("load_weights", _loaded, {
        "pickle": "unpickled", "sorted": "sorted-by-name", "by our names": "names-taken-for-granted",
        "as many as fit": None, "returned": "returned-not-set",
    }),
    Mistake("project_digits", _digits_by_a_generator_of_its_own),
]
# fmt: on
