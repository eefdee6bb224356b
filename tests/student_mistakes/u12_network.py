"""Wrong answers to the layers and networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from solutions import u12_network as right
from solutions.u06_layers import dropout, dropout_backward, make_dropout_mask
from solutions.u08_initializers import glorot_uniform
from solutions.u10_recurrent import lstm_backward
from tests.student_mistakes import Mistake

Slip = Callable[..., Any]


def _of(base: Any, *mistakes: dict[str, Any]) -> list[Mistake]:
    """The right class with some methods replaced."""
    return [
        Mistake(base.__name__, type(base.__name__, (base,), {"__module__": base.__module__, **methods}))
        for methods in mistakes
    ]


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


def _activation_output_kept(self: Any, x: Any, training: bool = False) -> Any:
    self.memory = self._activation[0](x)
    return self.memory


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
    return right.batch_norm_train(x, *self.parameters, *old)[1:]


def _norm_written(self: Any, x: Any, old: Any, new: Any, training: bool) -> Any:
    for array, value in zip(old, new, strict=True):
        array[...] = value
    return old


def _conv_one_stride(self: Any, x: Any, training: bool = False) -> Any:
    z = right.conv2d(x, *self.parameters, 1, self.padding)
    self.memory = (x, z)
    return self._activation[0](z)


def _valid_shape(self: Any, shape: Any) -> Any:
    sizes = [(n - k) // s + 1 for n, k, s in zip(shape[:2], self.kernel_size, self.strides, strict=True)]
    return (*sizes, self.filters)


def _lstm_first(self: Any, x: Any, training: bool = False) -> Any:
    zero = np.zeros((len(x), self.units), dtype=x.dtype)
    self.memory = (x, zero)
    states, _ = right.lstm(x, zero, zero, *self.parameters)
    return states if self.return_sequences else states[:, 0]


def _lstm_every_step(self: Any, grad_output: Any) -> Any:
    x, zero = self.memory
    grad = grad_output if self.return_sequences else np.repeat(grad_output[:, None], x.shape[1], axis=1)
    grads = lstm_backward((grad, zero), x, zero, zero, *self.parameters)
    self.gradients = list(grads[3:])
    return grads[0]


def _lstm_remembers(self: Any, x: Any, training: bool = False) -> Any:
    zero = np.zeros((len(x), self.units), dtype=x.dtype)
    start = self.last if getattr(self, "last", zero[:0]).shape == zero.shape else zero
    self.memory = (x, zero)
    states, _ = right.lstm(x, start, zero, *self.parameters)
    self.last = states[:, -1]
    return states if self.return_sequences else states[:, -1]


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


def _evaluate_mean_of_batches(self: Any, x: Any, y: Any, batch_size: int = 32) -> float:
    self._require_compiled()
    starts = range(0, len(right.as_list(x)[0]), batch_size)
    rows = [slice(start, start + batch_size) for start in starts]
    return float(np.mean([self._loss(right.take_rows(y, r), self.forward(right.take_rows(x, r))) for r in rows]))


def _learn_in_inference_mode(self: Any, x: Any, y: Any) -> float:
    y_pred = self.forward(x)
    self.backward(self._loss_gradient(y, y_pred))
    self.set_parameters(self._optimizer.step(self.parameters, self.gradients))
    return self._loss(y, y_pred)


def _learn_layer_by_layer(self: Any, x: Any, y: Any) -> float:
    """One step of the optimiser for each layer."""
    y_pred = self.forward(x, training=True)
    self.backward(self._loss_gradient(y, y_pred))
    for layer in self.layers:
        layer.set_parameters(self._optimizer.step(layer.parameters, layer.gradients))
    return self._loss(y, y_pred)


def _loss_averaged(self: Any, y: Any, y_pred: Any) -> float:
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


def _saved(slip: str) -> Slip:
    def save(network: Any, path: str) -> None:
        weights = network.get_weights()
        if slip != "any name" and not path.endswith(".npz"):
            raise ValueError("path")
        if slip == "one object":
            np.savez(path, weights=np.array([*weights, None], dtype=object)[:-1])
        elif slip == "by shape":
            np.savez(path, **{str(each.shape): each for each in weights})
        elif slip == "parameters":
            np.savez(path, *network.parameters)
        elif slip == "single":
            np.savez(path, *(each.astype(np.float32) for each in weights))
        else:
            np.savez(path, *weights)

    return save


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


D, A, O, B, C, P = right.Dense, right.Activation, right.Dropout, right.BatchNorm, right.Conv2D, right.MaxPool2D
F, L, S = right.Flatten, right.LSTM, right.Sequential

MISTAKES = [
    *_of(D, {"backward": _dense_no_slope}, {"forward": _dense_output_kept}, {"forward": _dense_remembers_in_training}),
    *_of(D, {"backward": _dense_adds_up}, {"backward": _scaled_gradients}, {"forward": _dense_activated_input}),
    *_of(D, _built(D, _shaped(lambda self, shape: (self.units,)))),
    *_of(D, _built(D, _put("parameters", 1, lambda self, shape, rng: rng.standard_normal(self.units)))),
    *_of(D, _built(D, _put("parameters", 1, lambda self, shape, rng: np.zeros((1, self.units))))),
    *_of(
        D,
        _built(D, _put("parameters", 0, lambda self, shape, rng: 0.01 * rng.standard_normal((shape[-1], self.units)))),
    ),
    *_of(
        A,
        {"backward": lambda self, grad_output: self._activation[1](self.memory, grad_output)},
        {"forward": _activation_output_kept},
    ),
    *_of(A, {"backward": lambda self, grad_output: grad_output * self._activation[0](self.memory)}),
    *_of(
        O,
        {"forward": lambda self, x, training=False: right.Dropout.forward(self, x, True)},
        {"backward": _drop_new_mask},
    ),
    *_of(O, {"forward": lambda self, x, training=False: right.Dropout.forward(self, x, True) if training else x}),
    *_of(
        O,
        {**_drop(_drop_unscaled), "backward": _unscaled_back},
        {**_drop(_drop_scaled_at_test), "backward": _unscaled_back},
        _drop(_drop_one_mask),
        _drop(_drop_rows),
        {"__init__": _keeps_the_rate},
    ),
    *_of(
        B,
        {"forward": _norm_always_batch},
        {"backward": _norm_one_way_back},
        _norm(_norm_measured),
        _norm(_norm_written),
    ),
    *_of(B, _norm(lambda self, x, old, new, training: old)),
    *_of(B, _norm(lambda self, x, old, new, training: [a + 9 * (b - a) for a, b in zip(old, new, strict=True)])),
    *_of(B, _built(B, _put("statistics", 1, lambda self, shape, rng: np.zeros(shape[-1])))),
    *_of(C, {"forward": _conv_one_stride}, _built(C, _shaped(_valid_shape))),
    *_of(
        C,
        _built(
            C,
            _put(
                "parameters",
                0,
                lambda self, shape, rng: glorot_uniform(rng, (self.filters, shape[2], *self.kernel_size)).transpose(
                    2, 3, 1, 0
                ),
            ),
        ),
    ),
    *_of(
        P,
        {
            "forward": lambda self, x, training=False: (
                setattr(self, "memory", right.MaxPool2D.forward(self, x)) or self.memory
            )
        },
    ),
    *_of(
        P,
        {
            "__init__": lambda self, pool_size=2, strides=None, padding="valid": right.MaxPool2D.__init__(
                self, pool_size, strides or 1, padding
            )
        },
    ),
    *_of(
        P,
        _built(
            P, _shaped(lambda self, shape: (shape[0] // self.pool_size[0], shape[1] // self.pool_size[1], shape[2]))
        ),
    ),
    *_of(
        right.AveragePool2D,
        {"backward": lambda self, grad: right.AveragePool2D.backward(self, grad) * np.prod(self.pool_size)},
    ),
    *_of(
        F,
        _built(F, _shaped(lambda self, shape: shape)),
        _built(F, _shaped(lambda self, shape: (None, int(np.prod(shape))))),
    ),
    *_of(F, {"forward": lambda self, x, training=False: right.Flatten.forward(self, x).reshape(-1)}),
    *_of(
        F, {"forward": lambda self, x, training=False: setattr(self, "memory", x) or x.reshape(len(x), -1, order="F")}
    ),
    *_of(L, {"forward": _lstm_first}, {"backward": _lstm_every_step}, {"forward": _lstm_remembers}),
    *_of(L, _built(L, _shaped(lambda self, shape: (self.units,)))),
    *_of(L, _built(L, _put("parameters", 2, lambda self, shape, rng: np.repeat([0.0, 1.0, 0.0, 0.0], self.units)))),
    *_of(right.Network, {"fit": _fit_one_order}, {"fit": _fit_builds_again}, {"evaluate": _evaluate_mean_of_batches}),
    *_of(
        right.Network,
        {"_learn": _learn_in_inference_mode},
        {"_learn": _learn_layer_by_layer},
    ),
    *_of(
        right.Network,
        {"set_weights": _set_kept},
        *({"get_weights": _get(order)} for order in ("references", "parameters only", "by kind")),
    ),
    *_of(right.Network, {"count_params": lambda self: sum(each.size for each in self.get_weights())}),
    *_of(right.Network, {"count_params": lambda self: len(self.parameters)}),
    *_of(
        S,
        {"backward": _sequential_forward_order},
        {"backward": _sequential_reversed_gradients},
        {"forward": _sequential_no_mode},
    ),
    *_of(
        S,
        {"forward": _sequential_training_always},
        {"backward": _sequential_layers_memory},
        {"build": _sequential_same_shape},
    ),
    *_of(S, {"add": _sequential_added_twice}, {"add": _sequential_still_built}),
    *_of(
        right.Model, {"backward": _model_last_consumer}, {"backward": _model_last_use}, {"backward": _model_no_memories}
    ),
    *_of(right.Model, {"forward": _model_lists_always}, {"_loss": _loss_averaged}),
    *(Mistake("save_weights", _saved(slip)) for slip in ("any name", "one object", "by shape", "parameters", "single")),
    *(
        Mistake("load_weights", _loaded(slip))
        for slip in ("pickle", "sorted", "by our names", "as many as fit", "returned")
    ),
]
