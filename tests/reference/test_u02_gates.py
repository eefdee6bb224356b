"""The reference of gates against torch's own functions, derivations by hand, and exact derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.units.u02_gates import checking as cases
from reference import u02_gates as reference

SHAPES = st.lists(st.integers(1, 4), min_size=0, max_size=3).map(tuple)
SEEDS = st.integers(0, 2**32 - 1)

#: (grad_x, grad_y) for the upstream g, by hand; at a tie of the max gate half to each.
BY_HAND: dict[str, Callable[[Any, Any, Any], tuple[Any, Any]]] = {
    "add_gate": lambda g, x, y: (g, g),
    "multiply_gate": lambda g, x, y: (g * y, g * x),
    "max_gate": lambda g, x, y: (g * ((x > y) + 0.5 * (x == y)), g * ((y > x) + 0.5 * (x == y))),
}


def _gradients(function: Callable[..., Any], upstream: Any, *arguments: Any) -> tuple[torch.Tensor, ...]:
    variables = [torch.tensor(argument).requires_grad_() for argument in arguments]
    return torch.autograd.grad(function(*variables), variables, torch.tensor(upstream))


@pytest.mark.parametrize("name", BY_HAND)
@settings(deadline=None, max_examples=25)
@given(shape=SHAPES, seed=SEEDS)
def test_gate_gradients_equal_the_hand_derivation(name: str, shape: tuple[int, ...], seed: int) -> None:
    """Each gate's two gradients under a random upstream are those of the hand derivation, ties included."""
    rng = np.random.default_rng(seed)
    x, y = rng.integers(-2, 3, (2, *shape)).astype(np.float64)
    upstream = np.asarray(rng.standard_normal(shape))
    got = _gradients(getattr(reference, name), upstream, x, y)
    for gradient, want in zip(got, BY_HAND[name](upstream, x, y), strict=True):
        np.testing.assert_array_equal(gradient.numpy(), want)


BY_TORCH: dict[str, Callable[..., Any]] = {"add_gate": torch.add, "multiply_gate": torch.mul, "max_gate": torch.maximum}


@pytest.mark.parametrize("name", BY_TORCH)
@settings(deadline=None, max_examples=25)
@given(shape=SHAPES, seed=SEEDS)
def test_gates_equal_torch(name: str, shape: tuple[int, ...], seed: int) -> None:
    """Values on both array namespaces and gradients are those of torch's operation; earlier passes have no effect."""
    rng = np.random.default_rng(seed)
    upstream, x, y, *others = rng.integers(-2, 3, (7, *shape)).astype(np.float64)
    gate, operation = getattr(reference, name), BY_TORCH[name]
    want = operation(torch.tensor(x), torch.tensor(y)).numpy()
    np.testing.assert_array_equal(gate(x, y), want)
    np.testing.assert_array_equal(gate(x, y, tuple(others[:2]), tuple(others[2:])), want)
    np.testing.assert_array_equal(gate(torch.tensor(x), torch.tensor(y)).numpy(), want)
    for got, wanted in zip(_gradients(gate, upstream, x, y), _gradients(operation, upstream, x, y), strict=True):
        np.testing.assert_array_equal(got.numpy(), wanted.numpy())


@settings(deadline=None, max_examples=25)
@given(shape=SHAPES, seed=SEEDS)
def test_sum_times_equals_torch(shape: tuple[int, ...], seed: int) -> None:
    """Values and all three gradients are those of torch.mul of torch.add."""

    def circuit(x: Any, y: Any, z: Any) -> Any:
        return torch.mul(torch.add(x, y), z)

    upstream, *arguments = np.random.default_rng(seed).standard_normal((4, *shape))
    want = circuit(*map(torch.tensor, arguments)).numpy()
    np.testing.assert_allclose(reference.sum_times(*arguments), want, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(reference.sum_times(*map(torch.tensor, arguments)), want, rtol=1e-12, atol=1e-14)
    pairs = zip(
        _gradients(reference.sum_times, upstream, *arguments), _gradients(circuit, upstream, *arguments), strict=True
    )
    for got, wanted in pairs:
        torch.testing.assert_close(got, wanted, rtol=1e-12, atol=1e-14)


@settings(deadline=None, max_examples=25)
@given(shape=SHAPES, seed=SEEDS)
def test_sum_times_has_its_three_gradients(shape: tuple[int, ...], seed: int) -> None:
    """The gradients of (x + y) z are z, z and x + y, times the upstream."""
    rng = np.random.default_rng(seed)
    upstream, x, y, z = rng.standard_normal((4, *shape))
    got = _gradients(reference.sum_times, upstream, x, y, z)
    for gradient, want in zip(got, (upstream * z, upstream * z, upstream * (x + y)), strict=True):
        np.testing.assert_allclose(gradient.numpy(), want, rtol=1e-12, atol=1e-14)


@settings(deadline=None, max_examples=50)
@given(seed=SEEDS, scale=st.sampled_from([0.1, 1.0, 30.0]))
def test_sigmoid_neuron_equals_torch(seed: int, scale: float) -> None:
    """The neuron and its gradients are torch.sigmoid of the weighted sum, however far out."""
    rng = np.random.default_rng(seed)
    w, x = scale * rng.standard_normal(3), rng.standard_normal(2)

    def neuron(w: Any, x: Any) -> Any:
        return torch.sigmoid(w[0] * x[0] + w[1] * x[1] + w[2])

    want = neuron(torch.tensor(w), torch.tensor(x)).item()
    assert reference.sigmoid_neuron(w, x) == pytest.approx(want, rel=1e-12)
    pairs = zip(_gradients(reference.sigmoid_neuron, 1.7, w, x), _gradients(neuron, 1.7, w, x), strict=True)
    for got, wanted in pairs:
        torch.testing.assert_close(got, wanted, rtol=1e-12, atol=1e-13)


@settings(deadline=None, max_examples=25)
@given(shape=SHAPES, uses=st.integers(1, 4), seed=SEEDS)
def test_copies_are_those_of_torch_expand(shape: tuple[int, ...], uses: int, seed: int) -> None:
    """What torch's autograd sends back through an expansion to several copies is the sum of their gradients."""
    grads = np.random.default_rng(seed).standard_normal((uses, *shape))
    x = torch.zeros(shape, dtype=torch.float64, requires_grad=True)
    (want,) = torch.autograd.grad(x.expand(uses, *shape), x, torch.tensor(grads))
    np.testing.assert_allclose(reference.copy_gate_backward(list(grads)), want.numpy(), rtol=1e-12, atol=1e-14)


def test_copies_add_up() -> None:
    """Gradients of several uses are added on both array namespaces, and not modified."""
    grads = [np.array([[1.0, -2.0]]), np.array([[0.5, 4.0]]), np.array([[2.0, 0.25]])]
    np.testing.assert_array_equal(reference.copy_gate_backward(grads), [[3.5, 2.25]])
    assert reference.copy_gate_backward([torch.tensor(grad) for grad in grads]).tolist() == [[3.5, 2.25]]
    np.testing.assert_array_equal(grads[0], [[1.0, -2.0]])


@pytest.mark.parametrize("name", sorted(reference.FUNCTIONS))
def test_scenarios_measure_the_functions_of_the_reference(name: str) -> None:
    """What students measure and what the truth is computed from are the same functions."""
    x = np.random.default_rng(3).standard_normal((2, 3))
    assert cases.functions()[name](x) == pytest.approx(float(reference.FUNCTIONS[name](x)), rel=1e-12)


@settings(deadline=None, max_examples=30)
@given(
    name=st.sampled_from(["cubes", "neighbours", "row sums", "first row"]),
    shape=st.tuples(st.integers(1, 3), st.integers(2, 4)),
    seed=SEEDS,
    eps=st.sampled_from([0.5, 0.1, 1e-2]),
)
def test_central_differences_of_cubics(name: str, shape: tuple[int, ...], seed: int, eps: float) -> None:
    """For a function cubic in each element, the difference is torch's derivative plus ε²/6 of the third one."""
    x = np.random.default_rng(seed).uniform(-2, 2, shape)
    got = reference.numerical_gradient(name, x, eps)
    for index in np.ndindex(*shape):
        first, third = _derivatives(reference.FUNCTIONS[name], x, index)
        assert got[index] == pytest.approx(first + eps**2 / 6 * third, rel=1e-9, abs=1e-9)


def _derivatives(f: Callable[[Any], Any], x: Any, index: tuple[int, ...]) -> tuple[float, float]:
    """The first and the third derivative along one element."""
    direction = torch.zeros(x.shape, dtype=torch.float64)
    direction[index] = 1.0
    t = torch.zeros((), dtype=torch.float64, requires_grad=True)
    value, found = f(torch.tensor(x) + t * direction), []
    for _ in range(3):
        value = torch.autograd.grad(value, t, create_graph=True)[0] if value.requires_grad else torch.zeros(())
        found.append(value.detach().item())
    return found[0], found[2]


@settings(deadline=None, max_examples=50)
@given(shape=st.lists(st.integers(1, 4), max_size=3).map(tuple), seed=SEEDS, size=st.sampled_from([1e-12, 1e-8, 1.0]))
def test_relative_error_equals_the_formula_on_arrays(shape: tuple[int, ...], seed: int, size: float) -> None:
    """The error lies between 0 and 1 and equals the formula, near the floor too."""
    a, b = size * np.random.default_rng(seed).standard_normal((2, *shape))
    want = (np.abs(a - b) / np.clip(np.abs(a) + np.abs(b), 1e-8, None)).max()
    assert reference.relative_error(a, b) == pytest.approx(want, rel=1e-12)
    assert 0 <= reference.relative_error(a, b) <= 1


class _Claim(torch.autograd.Function):
    """Σ_k k sin(x_k²) with a gradient that is some factor times the right one."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, factor: float) -> torch.Tensor:
        """The sum, with k from 1 on."""
        ctx.save_for_backward(x)
        ctx.factor = factor
        return (_Claim.numbers(x) * torch.sin(x**2)).sum()

    @staticmethod
    def backward(ctx: Any, upstream: torch.Tensor) -> tuple[torch.Tensor, None]:
        """The slopes 2 k x cos(x²), times the factor."""
        (x,) = ctx.saved_tensors
        return upstream * ctx.factor * 2 * _Claim.numbers(x) * x * torch.cos(x**2), None

    @staticmethod
    def numbers(x: torch.Tensor) -> torch.Tensor:
        """1, 2, 3, … in the shape of x."""
        return torch.arange(1, x.numel() + 1, dtype=x.dtype).reshape(x.shape)


@pytest.mark.parametrize(("mistake", "factor"), [("none", 1.0), ("sign", -1.0), ("twice", 2.0)])
@settings(deadline=None, max_examples=10)
@given(shape=st.tuples(st.integers(1, 3), st.integers(1, 4)), seed=SEEDS)
def test_gradient_check_agrees_with_gradcheck(mistake: str, factor: float, shape: tuple[int, ...], seed: int) -> None:
    """The relative error is small exactly where torch.autograd.gradcheck accepts the same claim."""
    x = np.random.default_rng(seed).uniform(0.3, 1.0, shape)
    variable = torch.tensor(x, requires_grad=True)
    claim: Any = _Claim
    accepted = torch.autograd.gradcheck(lambda at: claim.apply(at, factor), [variable], raise_exception=False)
    assert accepted == (reference.gradient_check(mistake, x) < 1e-6) == (mistake == "none")


@pytest.mark.parametrize(
    ("mistake", "want"), [("none", 0.0), ("sign", 1.0), ("twice", 1 / 3), ("one element", 0.1 / 2.1)]
)
def test_gradient_check_of_known_mistakes(mistake: str, want: float) -> None:
    """Mistakes that scale the gradient have errors that are known whatever the function."""
    x = np.array([[0.5, -0.75, 1.0]])
    assert reference.gradient_check(mistake, x) == pytest.approx(want, rel=1e-12, abs=1e-15)


def test_gradient_check_without_the_inner_derivative() -> None:
    """A claim of k cos(x²) for 2 x k cos(x²) is off by |2x - 1| / (2x + 1)."""
    assert reference.gradient_check("no chain", np.array([0.75, 1.0])) == pytest.approx(1 / 3, rel=1e-12)
