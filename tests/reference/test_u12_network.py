"""The networks' reference against torch's own layers and derivations by hand, and the model answers as a whole."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from autograder.units.u12_network.dropout import drive_dropout
from reference import u12_network as reference
from solutions import u12_network as solution
from solutions.u09_optimizers import Adam

torch = pytest.importorskip("torch")
functional = torch.nn.functional

Array = np.ndarray[Any, Any]
seeds = st.integers(0, 2**20)
few = settings(max_examples=15, deadline=None)
#: Of one sample.
shapes = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)


def _trial(seed: int, input_shape: tuple[int, ...], shapes: list[tuple[int, ...]], output: tuple[int, ...]) -> Any:
    rng = np.random.default_rng(seed)
    return {
        "input_shape": input_shape,
        "parameters": [rng.standard_normal(shape) for shape in shapes],
        "batches": [rng.standard_normal((n, *input_shape)) for n in (2, 3)],
        "grads": [rng.standard_normal((n, *output)) for n in (2, 3)],
    }


def _images(x: Array) -> Any:
    """Channels first, as torch has them, asking for a gradient."""
    return torch.tensor(x).permute(0, 3, 1, 2).contiguous().requires_grad_()


@few
@given(
    seed=seeds, features=st.integers(1, 5), units=st.integers(1, 5), name=st.sampled_from(["relu", "tanh", "softmax"])
)
def test_dense_is_a_linear_module_and_an_activation(seed: int, features: int, units: int, name: str) -> None:
    """Output and all gradients of the record are those of torch.nn.Linear and torch's function."""
    inputs = _trial(seed, (features,), [(features, units), (units,)], (units,))
    record = reference.dense({"units": units, "activation": name}, **inputs)
    module = torch.nn.Linear(features, units).double()
    module.weight.data, module.bias.data = (
        torch.tensor(inputs["parameters"][0].T),
        torch.tensor(inputs["parameters"][1]),
    )
    x = torch.tensor(inputs["batches"][0], requires_grad=True)
    y = torch.softmax(module(x), dim=-1) if name == "softmax" else getattr(torch, name)(module(x))
    y.backward(torch.tensor(inputs["grads"][0]))
    np.testing.assert_allclose(record["output"], y.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(record["gradient of x"], x.grad.numpy(), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(record["gradients of the parameters"][0], module.weight.grad.numpy().T, atol=1e-12)
    np.testing.assert_allclose(record["gradients of the parameters"][1], module.bias.grad.numpy(), atol=1e-12)
    assert record["output_shape"] == (units,)


@few
@given(seed=seeds, shape=shapes, name=st.sampled_from(["relu", "sigmoid", "softmax", "softplus", "tanh"]))
def test_activation_is_that_of_torch(seed: int, shape: tuple[int, ...], name: str) -> None:
    """Output and gradient are those of torch's function on axes of any number; softmax is along the last."""
    inputs = _trial(seed, shape, [], shape)
    record = reference.activation({"name": name}, **inputs)
    x = torch.tensor(inputs["batches"][0], requires_grad=True)
    y = functional.softmax(x, dim=-1) if name == "softmax" else getattr(functional, name)(x)
    y.backward(torch.tensor(inputs["grads"][0]))
    np.testing.assert_allclose(record["output"], y.detach().numpy(), rtol=1e-9)
    np.testing.assert_allclose(record["gradient of x"], x.grad.numpy(), rtol=1e-9, atol=1e-12)


@few
@given(
    seed=seeds, height=st.integers(3, 6), width=st.integers(3, 6), stride=st.integers(1, 2),
    kernel=st.tuples(st.integers(1, 3), st.integers(1, 3)), channels=st.integers(1, 3), filters=st.integers(1, 3),
)  # fmt: skip
def test_convolution_is_that_of_torch(
    seed: int, height: int, width: int, stride: int, kernel: tuple[int, int], channels: int, filters: int
) -> None:
    """A valid convolution with channels last, and its gradients, agree with torch's with channels first."""
    options = {"filters": filters, "kernel_size": kernel, "strides": stride}
    out = ((height - kernel[0]) // stride + 1, (width - kernel[1]) // stride + 1, filters)
    inputs = _trial(seed, (height, width, channels), [(*kernel, channels, filters), (filters,)], out)
    record = reference.convolution(options, **inputs)
    x = _images(inputs["batches"][0])
    w, b = (torch.tensor(each, requires_grad=True) for each in inputs["parameters"])
    y = functional.conv2d(x, w.permute(3, 2, 0, 1), b, stride=stride).permute(0, 2, 3, 1)
    y.backward(torch.tensor(inputs["grads"][0]))
    assert record["output_shape"] == out
    np.testing.assert_allclose(record["output"], y.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(record["gradient of x"], x.grad.permute(0, 2, 3, 1).numpy(), atol=1e-12)
    for got, variable in zip(record["gradients of the parameters"], (w, b), strict=True):
        np.testing.assert_allclose(got, variable.grad.numpy(), atol=1e-11)


@few
@given(
    seed=seeds, size=st.integers(1, 3), stride=st.one_of(st.none(), st.integers(1, 3)),
    image=st.tuples(st.integers(3, 6), st.integers(3, 6), st.integers(1, 3)),
)  # fmt: skip
def test_pools_are_those_of_torch(seed: int, size: int, stride: int | None, image: tuple[int, int, int]) -> None:
    """Maxima and means of valid windows, and their gradients, agree with torch's."""
    out = tuple((n - size) // (stride or size) + 1 for n in image[:2])
    inputs = _trial(seed, image, [], (*out, image[2]))
    for function, theirs in (
        (reference.max_pool, functional.max_pool2d),
        (reference.average_pool, functional.avg_pool2d),
    ):
        record = function({"pool_size": size, "strides": stride}, **inputs)
        x = _images(inputs["batches"][0])
        y = theirs(x, size, stride).permute(0, 2, 3, 1)
        y.backward(torch.tensor(inputs["grads"][0]))
        np.testing.assert_allclose(record["output"], y.detach().numpy(), atol=1e-12)
        np.testing.assert_allclose(record["gradient of x"], x.grad.permute(0, 2, 3, 1).numpy(), atol=1e-12)


@few
@given(seed=seeds, shape=st.one_of(st.tuples(st.integers(1, 4)), st.tuples(*[st.integers(1, 4)] * 3)))
def test_batch_norm_is_the_module_of_torch(seed: int, shape: tuple[int, ...]) -> None:
    """Outputs, gradients and statistics of two batches, then those without training, are BatchNorm1d's or 2d's."""
    channels = shape[-1]
    inputs = _trial(seed, shape, [(channels,), (channels,)], shape)
    record = reference.batch_norm({}, **inputs)
    module = (torch.nn.BatchNorm1d if len(shape) == 1 else torch.nn.BatchNorm2d)(channels).double()
    module.weight.data, module.bias.data = (torch.tensor(each) for each in inputs["parameters"])

    def both_ways(x: Array, grad: Array) -> tuple[Array, Array]:
        leaf = torch.tensor(x, requires_grad=True)
        y = module(leaf.movedim(-1, 1)).movedim(1, -1)
        y.backward(torch.tensor(grad))
        return y.detach().numpy(), leaf.grad.numpy()

    first, gradient = both_ways(inputs["batches"][0], inputs["grads"][0])
    gradients = [module.weight.grad.numpy().copy(), module.bias.grad.numpy().copy()]
    both_ways(inputs["batches"][1], inputs["grads"][1])
    module.eval()
    shown, gradient_then = both_ways(inputs["batches"][0], inputs["grads"][0])
    np.testing.assert_allclose(record["output"], first, rtol=1e-8, atol=1e-8)
    # Two values per channel cancel nearly all of the gradient.
    np.testing.assert_allclose(record["gradient of x"], gradient, rtol=1e-6, atol=1e-6)
    for got, wanted in zip(record["gradients of the parameters"], gradients, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(record["output with training=False"], shown, atol=1e-10)
    np.testing.assert_allclose(record["gradient after training=False"], gradient_then, atol=1e-10)
    np.testing.assert_allclose(record["statistics at the end"][0], module.running_mean.numpy(), atol=1e-12)
    np.testing.assert_allclose(record["statistics at the end"][1], module.running_var.numpy(), atol=1e-12)


@few
@given(seed=seeds, steps=st.integers(1, 4), features=st.integers(1, 3), units=st.integers(1, 3), every=st.booleans())
def test_lstm_is_the_module_of_torch(seed: int, steps: int, features: int, units: int, every: bool) -> None:
    """With the same gates, all states or the last one are those of torch.nn.LSTM, and so are the gradients."""
    parameters = [(features, 4 * units), (units, 4 * units), (4 * units,)]
    inputs = _trial(seed, (steps, features), parameters, (steps, units) if every else (units,))
    record = reference.long_short_term({"units": units, "return_sequences": every}, **inputs)
    module = torch.nn.LSTM(features, units, batch_first=True).double()
    w_x, w_h, b = (torch.tensor(each) for each in inputs["parameters"])
    module.weight_ih_l0.data, module.weight_hh_l0.data = w_x.T.contiguous(), w_h.T.contiguous()
    module.bias_ih_l0.data, module.bias_hh_l0.data = b, torch.zeros_like(b)
    x = torch.tensor(inputs["batches"][0], requires_grad=True)
    states, _ = module(x)
    y = states if every else states[:, -1]
    y.backward(torch.tensor(inputs["grads"][0]))
    np.testing.assert_allclose(record["output"], y.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(record["gradient of x"], x.grad.numpy(), atol=1e-12)
    theirs = (module.weight_ih_l0.grad.T, module.weight_hh_l0.grad.T, module.bias_ih_l0.grad)
    for got, wanted in zip(record["gradients of the parameters"], theirs, strict=True):
        np.testing.assert_allclose(got, wanted.numpy(), atol=1e-12)


@few
@given(seed=seeds, shape=shapes)
def test_flatten_is_the_module_of_torch(seed: int, shape: tuple[int, ...]) -> None:
    """Output and gradient are those of torch.nn.Flatten for samples of any shape."""
    length = int(np.prod(shape))
    inputs = _trial(seed, shape, [], (length,))
    record = reference.flatten({}, **inputs)
    x = torch.tensor(inputs["batches"][0], requires_grad=True)
    y = torch.nn.Flatten()(x)
    y.backward(torch.tensor(inputs["grads"][0]))
    assert record["output_shape"] == (length,)
    np.testing.assert_array_equal(record["output"], y.detach().numpy())
    np.testing.assert_array_equal(record["gradient of x"], x.grad.numpy())


class _TorchDropout:
    """torch.nn.Dropout as a layer of the course, which has a generator of its own and says what it remembers."""

    def __init__(self, rate: float) -> None:
        self.module = torch.nn.Dropout(rate)
        self.memory: Any = None

    def build(self, input_shape: tuple[int, ...], rng: np.random.Generator) -> None:
        self.output_shape = input_shape
        self.state = torch.Generator().manual_seed(int(rng.integers(2**31))).get_state()

    def forward(self, x: Array, training: bool = False) -> Array:
        leaf = torch.tensor(x, requires_grad=True)
        with torch.random.fork_rng(devices=[]):
            torch.set_rng_state(self.state)
            y = self.module.train(training)(leaf)
            self.state = torch.get_rng_state()
        self.memory = leaf, y
        result: Array = y.detach().numpy()
        return result

    def backward(self, grad_output: Array) -> Array:
        leaf, y = self.memory
        (gradient,) = torch.autograd.grad(y, leaf, torch.tensor(grad_output), retain_graph=True)
        result: Array = gradient.numpy()
        return result


@few
@given(
    seed=seeds, rate=st.floats(0.05, 0.95), dtype=st.sampled_from(["float32", "float64"]),
    shape=st.one_of(st.tuples(*[st.integers(20, 40)] * 2), st.tuples(*[st.integers(5, 8)] * 4)),
)  # fmt: skip
def test_dropout_is_the_law_of_torch(seed: int, rate: float, dtype: str, shape: tuple[int, ...]) -> None:
    """What the reference says of every mask holds for torch.nn.Dropout in the place of a student's layer."""
    rng = np.random.default_rng(seed)
    x, grad = (rng.uniform(0.5, 1.5, shape) * rng.choice([-1, 1], shape), rng.standard_normal(shape))
    x, grad = x.astype(dtype), grad.astype(dtype)
    assert drive_dropout(_TorchDropout, rate, x, grad) == reference.dropout(rate, x, grad)


@few
@given(seed=seeds, rate=st.floats(0, 0.95), shape=shapes)
def test_dropout_with_the_mask_of_torch(seed: int, rate: float, shape: tuple[int, ...]) -> None:
    """With torch's own mask for its memory, the model answer's layer has the gradient of torch.nn.Dropout."""
    rng = np.random.default_rng(seed)
    x, grad = rng.uniform(0.5, 1.5, (3, *shape)), rng.standard_normal((3, *shape))
    theirs, ours = _TorchDropout(rate), solution.Dropout(rate)
    theirs.build(shape, rng)
    ours.build(shape, rng)
    ours.memory = (theirs.forward(x, training=True) != 0).astype(np.float64)
    np.testing.assert_allclose(ours.backward(grad), theirs.backward(grad), rtol=1e-12)


def test_training_of_one_linear_layer_by_hand() -> None:
    """Two steps with momentum 0.5 on a mean squared error, worked out with NumPy."""
    x, y = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[1.0], [0.0]])
    options = {"lr": 0.1, "loss": "mean_squared_error", "epochs": 2, "batch_size": 2}
    record = reference.network("fit", [("linear", 1)], x, y, options)
    w, b = 0.6 * np.cos(1.7 * np.array([[3.0], [4.0]])), np.array([0.1])
    v_w, v_b, losses = np.zeros((2, 1)), np.zeros(1), []
    for _ in range(2):
        error = x @ w + b - y
        losses.append(float(np.mean(error**2)))
        v_w, v_b = 0.5 * v_w + x.T @ error, 0.5 * v_b + error.sum(axis=0)
        w, b = w - 0.1 * v_w, b - 0.1 * v_b
    np.testing.assert_allclose(record["history"]["loss"], losses, rtol=1e-12)
    np.testing.assert_allclose(record["weights at the end"][0], w, rtol=1e-12)
    np.testing.assert_allclose(record["weights at the end"][1], b, rtol=1e-12)
    assert record["steps of the optimiser"] == 2


def test_a_value_with_two_consumers_gets_both_gradients() -> None:
    """The sum y = s + s W + b has the gradient g + g Wᵀ with respect to s, here of an identity graph."""
    graph = [("x", ("input", 2), []), ("h", ("linear", 2, 1), ["x"]), ("y", ("add",), ["x", "h"])]
    x, grad = np.array([[0.5, -1.0]]), np.array([[2.0, 3.0]])
    record = reference.model("passes", graph, "x", "y", x, grad, {})
    w = 0.6 * np.cos(1.7 * np.array([[1.0, 2.0], [3.0, 4.0]]))
    np.testing.assert_allclose(record["output"], x + x @ w + 0.1, rtol=1e-12)
    np.testing.assert_allclose(record["gradient of the inputs"], grad + grad @ w.T, rtol=1e-12)
    np.testing.assert_allclose(record["gradients of the layers"]["h"][0], x.T @ grad, rtol=1e-12)


def test_a_layer_that_is_called_twice_sums_its_gradients() -> None:
    """For y = (x W + b) W + b the gradient of b is g + g Wᵀ."""
    graph = [("x", ("input", 2), []), ("h", ("linear", 2, 1), ["x"]), ("y", ("again", "h"), ["h"])]
    x, grad = np.array([[0.5, -1.0]]), np.array([[2.0, 3.0]])
    record = reference.model("passes", graph, "x", "y", x, grad, {})
    w = 0.6 * np.cos(1.7 * np.array([[1.0, 2.0], [3.0, 4.0]]))
    np.testing.assert_allclose(record["gradients of the layers"]["h"][1], (grad + grad @ w.T)[0], rtol=1e-12)


def test_losses_of_several_outputs_are_a_weighted_sum() -> None:
    """Weights of 2 and 0.5 double the first loss and halve the second; they are not averaged."""
    graph = [("x", ("input", 1), []), ("y", ("linear", 1, 1), ["x"]), ("z", ("linear", 1, 2), ["x"])]
    x, targets = np.array([[1.0], [2.0]]), [np.array([[0.0], [1.0]]), np.array([[1.0], [1.0]])]
    options = {"lr": 0.0, "epochs": 1, "batch_size": 2, "loss": ["mean_squared_error"] * 2, "loss_weights": [2.0, 0.5]}
    record = reference.model("train", graph, "x", ["y", "z"], x, targets, options)
    outputs = [x * 0.6 * np.cos(1.7 * start) + 0.1 for start in (1.0, 2.0)]
    losses = [np.mean((output - target) ** 2) for output, target in zip(outputs, targets, strict=True)]
    assert record["history"]["loss"][0] == pytest.approx(2 * losses[0] + 0.5 * losses[1], rel=1e-12)
    assert record["evaluate"] == pytest.approx(2 * losses[0] + 0.5 * losses[1], rel=1e-12)


def test_half_counts_only_training_passes() -> None:
    """Statistics say how many passes and samples were trained on; measuring adds nothing."""
    x, y = np.ones((3, 2)), np.zeros((3, 1))
    options = {"lr": 0.0, "loss": "mean_squared_error", "epochs": 2, "batch_size": 2, "validation": (x, y)}
    record = reference.network("fit", [("half",), ("linear", 1)], x, y, options)
    np.testing.assert_array_equal(record["weights at the end"][0], [4.0, 6.0])
    sizes = [("True", 2), ("True", 1), ("False", 2), ("False", 1)]
    assert record["passes"][:4] == [f"training={flag}, samples={count}" for flag, count in sizes]


def test_initial_weights_of_batch_norm_are_one_and_zero() -> None:
    """γ is 1 and β is 0; a dense layer has a bias of 0 and weights that are judged by their law."""
    norm = reference.batch_norm({}, (3,), [], [], [])
    assert norm["parameter 0 at first: smallest and largest"] == [1.0, 1.0]
    assert norm["parameter 1 at first: smallest and largest"] == [0.0, 0.0]
    dense = reference.dense({"units": 2}, (3,), [], [], [])
    assert dense["parameter 0 at first is within the limit of Glorot"] is True
    assert dense["parameter 1 at first: smallest and largest"] == [0.0, 0.0]


def _torch_network(weights: list[Array]) -> Any:
    """Conv2D(2, 2, relu), MaxPool2D, Flatten, Dense(4, tanh), BatchNorm, Dense(3) of torch, for images (5, 5, 1)."""
    kernel, b, w_1, b_1, gamma, beta, mean, variance, w_2, b_2 = (torch.tensor(each) for each in weights)
    convolution, first, norm, last = (
        torch.nn.Conv2d(1, 2, 2).double(),
        torch.nn.Linear(8, 4).double(),
        torch.nn.BatchNorm1d(4).double(),
        torch.nn.Linear(4, 3).double(),
    )
    convolution.weight.data, convolution.bias.data = kernel.permute(3, 2, 0, 1).contiguous(), b
    first.weight.data, first.bias.data = w_1.T.contiguous(), b_1
    norm.weight.data, norm.bias.data, norm.running_mean, norm.running_var = gamma, beta, mean, variance
    last.weight.data, last.bias.data = w_2.T.contiguous(), b_2

    class Network(torch.nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.parts = torch.nn.ModuleList([convolution, first, norm, last])

        def forward(self, x: Any) -> Any:
            x = torch.max_pool2d(torch.relu(convolution(x.permute(0, 3, 1, 2))), 2).permute(0, 2, 3, 1)
            return last(norm(torch.tanh(first(x.flatten(1)))))

    return Network()


def test_the_model_answer_trains_as_torch_does() -> None:
    """From the same weights, four full batches of Adam give torch's losses, and then torch's outputs without training."""
    rng = np.random.default_rng(3)
    x, y = rng.standard_normal((6, 5, 5, 1)), np.array([0, 1, 2, 2, 1, 0])
    network = solution.Sequential([solution.Conv2D(2, 2, activation="relu"), solution.MaxPool2D(), solution.Flatten()])
    for layer in (solution.Dense(4, "tanh"), solution.BatchNorm(), solution.Dropout(0.0), solution.Dense(3)):
        network.add(layer)
    network.build(x.shape[1:], rng)
    theirs = _torch_network(network.get_weights())
    network.compile(Adam(0.01), "softmax_cross_entropy")
    history = network.fit(x, y, epochs=4, batch_size=6)
    optimizer, losses = torch.optim.Adam(theirs.parameters(), lr=0.01), []
    for _ in range(4):
        loss = functional.cross_entropy(theirs(torch.tensor(x)), torch.tensor(y))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    np.testing.assert_allclose(history["loss"], losses, rtol=1e-7)
    outputs = theirs.eval()(torch.tensor(x)).detach().numpy()
    np.testing.assert_allclose(network.predict(x, batch_size=4), outputs, rtol=1e-6, atol=1e-8)


def test_weights_survive_a_file(tmp_path: Any) -> None:
    """A network that loads the weights of another one gives its outputs, running statistics included."""
    rng = np.random.default_rng(4)
    x, y = rng.standard_normal((8, 3)), rng.standard_normal((8, 1))

    def built() -> Any:
        network = solution.Sequential([solution.Dense(4, "relu"), solution.BatchNorm(), solution.Dense(1)])
        network.build((3,), rng)
        return network

    trained, other = built(), built()
    trained.compile(Adam(0.05), "mean_squared_error")
    trained.fit(x, y, epochs=3, batch_size=4, rng=rng)
    solution.save_weights(trained, str(tmp_path / "weights.npz"))
    assert not np.allclose(trained.predict(x), other.predict(x))
    solution.load_weights(other, str(tmp_path / "weights.npz"))
    np.testing.assert_array_equal(trained.predict(x), other.predict(x))


def test_a_model_may_hold_a_model_twice() -> None:
    """A network used as a layer on two inputs has the gradient of central differences."""
    rng = np.random.default_rng(5)
    tower = solution.Sequential([solution.Dense(3, "tanh"), solution.Dense(2)])
    a, b = solution.Input((2,)), solution.Input((2,))
    model = solution.Model([a, b], solution.Concatenate()([tower(a), tower(b)]))
    model.build(None, rng)
    x, grad = [rng.standard_normal((3, 2)), rng.standard_normal((3, 2))], rng.standard_normal((3, 4))
    model.forward(x, training=True)
    model.backward(grad)
    got, step = model.gradients[0][1, 2], np.zeros((2, 3))
    step[1, 2] = 1e-6
    values = []
    start = model.parameters
    for sign in (1, -1):
        model.set_parameters([start[0] + sign * step, *start[1:]])
        values.append(float((grad * model.forward(x)).sum()))
    assert got == pytest.approx((values[0] - values[1]) / 2e-6, rel=1e-6)
