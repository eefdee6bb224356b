"""The reference of autograd against derivations by hand, and the model engines against PyTorch on many shapes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from torch.nn import functional

from autograder.assessment.exercise import Exercise
from autograder.authoring.versions import ModelAnswer
from autograder.units.u03_autograd import graphs, tensor_programs, value_programs
from autograder.units.u03_autograd.tensor import Tensor
from autograder.units.u03_autograd.value import Value
from reference import u03_autograd as reference
from solutions import u03_autograd as solutions

SEEDS = st.integers(0, 2**32 - 1)
SHAPES = st.lists(st.integers(1, 3), min_size=1, max_size=3).map(tuple)


def _engines(exercise: Exercise) -> list[Any]:
    """The model answer and its variants."""
    model = ModelAnswer(solutions, exercise.name)
    return [model.right, *(model.variant(variant) for variant in exercise.variants)]


def _over_paths(graph: Sequence[Sequence[int]], slopes: Sequence[float], target: int) -> float:
    """The sum over all paths from the last node to the target of the products of slopes."""
    first_edge = np.cumsum([0, *map(len, graph)])

    def below(node: int) -> float:
        if node == target:
            return 1.0
        return math.fsum(slopes[first_edge[node] + k] * below(parent) for k, parent in enumerate(graph[node]))

    return below(len(graph) - 1)


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_gradients_are_sums_over_paths(seed: int) -> None:
    """On random graphs the gradient of each node is the sum over all paths of the products of slopes."""
    rng = np.random.default_rng(seed)
    graph = graphs.random_graph(rng)
    slopes = rng.uniform(-2, 2, sum(map(len, graph)))
    got = reference.backpropagate(graph, slopes)
    want = [_over_paths(graph, slopes.tolist(), node) for node in range(len(graph))]
    np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9)


@settings(deadline=None, max_examples=40)
@given(shape=SHAPES, front=st.lists(st.integers(1, 3), max_size=2).map(tuple), seed=SEEDS)
def test_unbroadcast_adds_up_the_copies(shape: tuple[int, ...], front: tuple[int, ...], seed: int) -> None:
    """Each number's gradient is the sum of those at all the places to which broadcasting copied it."""
    rng = np.random.default_rng(seed)
    full = (*front, *(3 if length == 1 else length for length in shape))
    grad, want = rng.standard_normal(full), np.zeros(shape)
    source = np.broadcast_to(np.arange(want.size).reshape(shape), full)
    for place in np.ndindex(full):
        want.flat[source[place]] += grad[place]
    np.testing.assert_allclose(reference.unbroadcast(grad, shape), want, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(solutions.unbroadcast(grad, shape), want, rtol=1e-12, atol=1e-12)


@settings(deadline=None, max_examples=40)
@given(axes=st.permutations(range(4)), seed=SEEDS)
def test_transpose_backward_undoes_the_transpose(axes: list[int], seed: int) -> None:
    """Carried back through a transpose, a transposed array is itself again."""
    x = np.random.default_rng(seed).standard_normal((1, 2, 3, 4))
    np.testing.assert_array_equal(reference.transpose_backward(x.transpose(axes), tuple(axes)), x)
    np.testing.assert_array_equal(solutions.transpose_backward(x.transpose(axes), tuple(axes)), x)


@settings(deadline=None, max_examples=40)
@given(shape=hnp.array_shapes(min_dims=1, max_dims=3, max_side=4), data=st.data(), seed=SEEDS)
def test_index_backward_adds_at_drawn_places(shape: tuple[int, ...], data: st.DataObject, seed: int) -> None:
    """So it does for arrays of indices that are drawn, for arrays of any shape, and in the model answer too."""
    index = data.draw(hnp.integer_array_indices(shape, result_shape=hnp.array_shapes(max_dims=2, max_side=4)))
    grad, want = np.random.default_rng(seed).standard_normal(np.shape(index[0])), np.zeros(shape)
    for place in np.ndindex(grad.shape):
        want[tuple(int(axis[place]) for axis in index)] += grad[place]
    for module in (reference, solutions):
        np.testing.assert_allclose(module.index_backward(grad, shape, index), want, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    "index",
    [1, -1, slice(1, 3), [2, 0, 2], np.array([[1, 1], [3, -1]]), ([0, 1, 0], [2, 2, 2]), (slice(None), [0, 0])],
    ids=str,
)
def test_index_backward_adds_where_it_was_taken_from(index: Any) -> None:
    """Every gradient is added at the place that its number came from."""
    places = np.arange(12).reshape(4, 3)[index]
    grad, want = np.asarray(np.cos(1.0 + np.arange(np.size(places)))).reshape(np.shape(places)), np.zeros(12)
    for place, part in zip(np.ravel(places), grad.ravel(), strict=True):
        want[place] += part
    np.testing.assert_allclose(reference.index_backward(grad, (4, 3), index), want.reshape(4, 3), atol=1e-15)


def test_tied_maxima_share_evenly() -> None:
    """In torch's gradient of a maximum over an axis, and over all axes, ties share evenly."""
    for axis, want in ((1, [[0, 0.5, 0.5], [1, 0, 0]]), (None, [[0, 0.5, 0.5], [0, 0, 0]])):
        x = torch.tensor([[1.0, 4.0, 4.0], [3.0, 2.0, 1.0]], requires_grad=True)
        (grad,) = torch.autograd.grad(reference.maximum_over(x, axis=axis).sum(), x)
        assert grad.tolist() == want


def test_value_program_of_the_lesson() -> None:
    """The lesson's circuit L = a b + a at a = 2, b = -3 has the gradients -2 and 2."""
    found = reference.value_program("h = a * b\nL = h + a", np.array([2.0, -3.0]), watch="h")
    assert found == {"L": -4.0, "gradient of a": -2.0, "gradient of b": 2.0, "gradient of h": 1.0}


@settings(deadline=None, max_examples=30)
@given(seed=SEEDS)
def test_value_programs_against_differences(seed: int) -> None:
    """Gradients of random programs agree with central differences of the program itself."""
    drawn = value_programs.random_program(np.random.default_rng(seed))
    program, at = drawn["program"].replace(".relu()", ".tanh()"), drawn["at"]
    found = reference.value_program(program, at)
    for name, step in zip("abc", 1e-5 * np.eye(3), strict=True):
        above, below = (reference.value_program(program, at + sign * step)["L"] for sign in (1, -1))
        assert found[f"gradient of {name}"] == pytest.approx((above - below) / 2e-5, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("engine", _engines(Value))
@settings(deadline=None, max_examples=25)
@given(seed=SEEDS)
def test_scalar_engines_equal_torch(engine: Any, seed: int) -> None:
    """On random programs the scalar engines give what torch gives."""
    drawn = value_programs.random_program(np.random.default_rng(seed))
    got, want = value_programs.run_value_program(engine, **drawn), reference.value_program(**drawn)
    assert got == pytest.approx(want, rel=1e-9, abs=1e-9)


def _same(engine: Any, program: str, *inputs: Any, constants: str = "") -> None:
    """The engine's results and gradients are torch's."""
    arrays = [np.asarray(each) for each in inputs]
    want = reference.tensor_program(program, arrays, constants)
    got = tensor_programs.run_tensor_program(engine, program, arrays, constants)
    assert got.keys() == want.keys()
    for key, value in want.items():
        if value is None:
            assert got[key] is None, key
        else:
            assert np.shape(got[key]) == np.shape(value), key
            np.testing.assert_allclose(got[key], value, rtol=1e-9, atol=1e-9, err_msg=key)


ENGINES = pytest.mark.parametrize("engine", _engines(Tensor))


@ENGINES
@settings(deadline=None, max_examples=25)
@given(shape=SHAPES, operator=st.sampled_from("+-*/"), seed=SEEDS)
def test_array_engines_broadcast_as_torch(engine: Any, shape: tuple[int, ...], operator: str, seed: int) -> None:
    """Operations on two shapes that broadcast have torch's gradients, whatever was stretched."""
    rng = np.random.default_rng(seed)
    one, other = (
        tuple(1 if rng.random() < 0.4 else length for length in shape)[int(rng.integers(len(shape) + 1)) :]
        for _ in range(2)
    )
    program = f"L = (a {operator} b) * (b {operator} a)"
    _same(engine, program, rng.uniform(0.5, 2, one), rng.uniform(0.5, 2, other), constants=str(rng.choice(["", "a"])))


@ENGINES
@settings(deadline=None, max_examples=25)
@given(sizes=st.tuples(*[st.integers(1, 4)] * 4), kind=st.integers(0, 6), seed=SEEDS)
def test_array_engines_multiply_matrices_as_torch(
    engine: Any, sizes: tuple[int, int, int, int], kind: int, seed: int
) -> None:
    """Matrix products of vectors, matrices and batches have torch's gradients."""
    n, k, m, batch = sizes
    one, other = [
        ((n, k), (k, m)), ((k,), (k, m)), ((n, k), (k,)), ((k,), (k,)), ((batch, n, k), (k, m)),
        ((k,), (batch, k, m)), ((2, 1, n, k), (batch, k, m)),
    ][kind]  # fmt: skip
    rng = np.random.default_rng(seed)
    _same(engine, "L = a @ b", rng.standard_normal(one), rng.standard_normal(other))


@ENGINES
@settings(deadline=None, max_examples=25)
@given(
    name=st.sampled_from(["sum", "mean", "max"]),
    axis=st.sampled_from([None, 0, 1, 2, -1, (0, 1), (-1, 0), (0, 1, 2)]),
    keepdims=st.booleans(),
    seed=SEEDS,
)
def test_array_engines_reduce_as_torch(engine: Any, name: str, axis: Any, keepdims: bool, seed: int) -> None:
    """Reductions over any axes, with ties, have torch's gradients."""
    x = np.random.default_rng(seed).integers(-2, 3, (2, 3, 4)).astype(np.float64)
    _same(engine, f"L = a.{name}(axis={axis}, keepdims={keepdims})", x)


@ENGINES
@settings(deadline=None, max_examples=30)
@given(seed=SEEDS)
def test_array_engines_equal_torch_on_random_programs(engine: Any, seed: int) -> None:
    """Programs that mix operations, share results and have constants give what torch gives."""
    drawn = tensor_programs.random_program(np.random.default_rng(seed))
    _same(engine, drawn["program"], *drawn["inputs"], constants=drawn["constants"])


@settings(deadline=None, max_examples=15)
@given(rows=st.integers(1, 5), features=st.integers(2, 5), seed=SEEDS)
def test_layer_normalisation_program_is_layer_normalisation(rows: int, features: int, seed: int) -> None:
    """The program of layer normalisation is torch.nn.functional.layer_norm."""
    x, w, b = np.random.default_rng(seed).standard_normal((3, rows, features))
    found = reference.tensor_program(tensor_programs.LAYER_NORM, [x, w[0], b[0]])
    want = functional.layer_norm(torch.tensor(x), (features,), torch.tensor(w[0]), torch.tensor(b[0]), eps=0.1)
    np.testing.assert_allclose(found["L"], want.numpy(), rtol=1e-9, atol=1e-9)


@settings(deadline=None, max_examples=15)
@given(n=st.integers(1, 5), features=st.integers(1, 4), classes=st.integers(1, 4), seed=SEEDS)
def test_cross_entropy_program_is_cross_entropy(n: int, features: int, classes: int, seed: int) -> None:
    """The program of softmax cross-entropy, and its gradient, are torch.nn.functional.cross_entropy's."""
    rng = np.random.default_rng(seed)
    x, w, b = (rng.standard_normal(shape) for shape in ((n, features), (features, classes), (classes,)))
    labels, places = rng.integers(0, classes, n).tolist(), "[0, 1, 2, 3], [2, 0, 1, 2]"
    assert places in tensor_programs.CROSS_ENTROPY
    program = tensor_programs.CROSS_ENTROPY.replace(places, f"{list(range(n))}, {labels}")
    found = reference.tensor_program(program + "\nL.backward()", [x, w, b], "a")
    weight = torch.tensor(w, requires_grad=True)
    loss = functional.cross_entropy(torch.tensor(x) @ weight + torch.tensor(b), torch.tensor(labels))
    (grad,) = torch.autograd.grad(loss, weight)
    np.testing.assert_allclose(found["L"], loss.item(), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found["gradient of b"], grad.numpy(), rtol=1e-9, atol=1e-12)


def test_arrays_of_numpy_on_the_left() -> None:
    """An array of NumPy on the left of a Tensor leaves the operation to the Tensor."""
    x = solutions.Tensor(np.ones((3, 2)))
    result = np.ones((2, 3)) @ x * 2 - np.array([1.0, 2.0])
    (np.array([[1.0, 2.0], [3.0, 4.0]]) * result).sum().backward()
    assert isinstance(result, solutions.Tensor)
    np.testing.assert_array_equal(x.grad, [[8.0, 12.0]] * 3)


def test_deep_graphs_do_not_recurse() -> None:
    """Ten thousand operations in a row are no deeper than one for either engine."""
    for engine in (solutions.Value, solutions.Tensor):
        x = total = engine(1.0)
        for _ in range(5000):
            total = total * 1.0 + x
        total.backward()
        assert float(np.asarray(x.grad)) == 5001.0
