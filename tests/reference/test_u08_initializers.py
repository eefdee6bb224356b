"""The laws of the initializers against torch.nn.init, whose weights are (out, in, KH, KW)."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.assessment.checks.distribution import Distribution
from autograder.assessment.compare import Truth
from autograder.units.u08_initializers.orthogonal import orthogonal, several_draws
from reference import u08_initializers as reference

torch = pytest.importorskip("torch", reason="torch is the independent source")
init = torch.nn.init

SIZES = st.lists(st.integers(1, 6), min_size=2, max_size=5)
SHAPES = st.one_of(
    st.tuples(st.integers(30, 120), st.integers(30, 120)),
    st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(10, 30), st.integers(10, 30)),
)
#: What is drawn follows from the shape alone, and a check that is right is wrong less often than once in 10⁹ times.
few = settings(deadline=None, max_examples=10)


def channels_first(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Turn (…, in, out) into (out, in, …)."""
    return (shape[-1], shape[-2], *shape[:-2])


def drawn(fill: Callable[..., Any], shape: tuple[int, ...], **options: Any) -> dict[str, Any]:
    """Draw as the scenario does, with torch."""

    def draw(rng: Any) -> Any:
        weights = fill(torch.empty(channels_first(shape), dtype=torch.float64), generator=rng, **options)
        return np.moveaxis(weights.numpy(), (1, 0), (-2, -1))

    rng = torch.Generator().manual_seed(1)
    first, following = draw(rng), draw(rng)
    again, other = (draw(torch.Generator().manual_seed(seed)) for seed in (1, 2))
    return {"first": first, "next": following, "again": again, "other": other}


@given(SIZES)
@settings(deadline=None)
def test_fans_are_those_of_torch(sizes: list[int]) -> None:
    """Channels last here, channels first there; the same numbers."""
    shape = tuple(sizes)
    assert reference.fans(shape) == init._calculate_fan_in_and_fan_out(torch.empty(channels_first(shape)))


@pytest.mark.parametrize(
    ("name", "fill", "options"),
    [
        ("glorot_uniform", init.xavier_uniform_, {}),
        ("glorot_normal", init.xavier_normal_, {}),
        ("he_uniform", init.kaiming_uniform_, {"nonlinearity": "relu"}),
        ("he_normal", init.kaiming_normal_, {"nonlinearity": "relu"}),
        ("lecun_uniform", init.kaiming_uniform_, {"nonlinearity": "linear"}),
        ("lecun_normal", init.kaiming_normal_, {"nonlinearity": "linear"}),
    ],
)
@few
@given(shape=SHAPES)
def test_the_scaled_laws_are_those_of_torch(
    name: str, fill: Callable[..., Any], options: dict[str, Any], shape: tuple[int, ...]
) -> None:
    """What torch draws follows the law that the reference states."""
    stated = getattr(reference, name)(0, shape)
    assert Distribution().difference(drawn(fill, shape, **options), Truth(stated), {}) is None


@few
@given(shape=SHAPES, std=st.floats(0.01, 3), low=st.floats(-2, 1), width=st.floats(0.1, 4))
def test_the_plain_laws_are_those_of_torch(shape: tuple[int, ...], std: float, low: float, width: float) -> None:
    """Normal, uniform, and a normal that is cut at two of its own standard deviations."""
    uncut = std / 0.8796256610342398
    for stated, got in (
        (reference.random_normal(0, shape, std), drawn(init.normal_, shape, std=std)),
        (reference.random_uniform(0, shape, low, low + width), drawn(init.uniform_, shape, a=low, b=low + width)),
        (
            reference.truncated_normal(0, shape, std),
            drawn(init.trunc_normal_, shape, std=uncut, a=-2 * uncut, b=2 * uncut),
        ),
    ):
        assert Distribution().difference(got, Truth(stated), {}) is None


def test_the_std_of_a_truncated_normal_is_the_known_constant() -> None:
    """The bound over the standard deviation is 2 / 0.87962566, the figure that TensorFlow and Keras use."""
    stated = reference.truncated_normal(0, (3,), 1.0)
    assert 2 / stated["high"] == pytest.approx(0.87962566103423978, abs=1e-15)


@given(SIZES, st.floats(-1e6, 1e6))
@settings(deadline=None)
def test_constants_are_those_of_torch(sizes: list[int], value: float) -> None:
    """Zeros and constants are float64 of the given shape."""
    filled = init.constant_(torch.empty(sizes, dtype=torch.float64), value).numpy()
    np.testing.assert_array_equal(reference.constant(sizes, value), filled, strict=True)
    np.testing.assert_array_equal(reference.zeros(sizes), 0 * filled, strict=True)


@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_symmetry_is_broken_unless_torch_finds_equal_columns(inputs: int, units: int, seed: int) -> None:
    """Few different numbers, so that equal units occur; `torch.unique` counts the different ones."""
    w = np.random.default_rng(seed).integers(0, 2, (inputs, units)).astype(np.float64)
    distinct = torch.unique(torch.tensor(w), dim=1).shape[1]
    assert reference.symmetry_is_broken(w) == (distinct == units)


@pytest.mark.parametrize("activation", ["identity", "relu", "tanh"])
@few
@given(n=st.integers(1, 7), widths=st.lists(st.integers(1, 6), min_size=2, max_size=5), seed=st.integers(0, 2**32 - 1))
def test_signal_through_depth_is_the_variance_after_each_layer_of_torch(
    activation: str, n: int, widths: list[int], seed: int
) -> None:
    """The same on NumPy and on torch, and equal to torch.nn.functional's layers and torch.var."""
    rng = np.random.default_rng(seed)
    weights, x = [rng.standard_normal(shape) for shape in pairwise(widths)], rng.standard_normal((n, widths[0]))
    functions = {"identity": torch.nn.Identity(), "relu": torch.nn.ReLU(), "tanh": torch.nn.Tanh()}
    signal, want = torch.tensor(x), []
    for w in weights:
        signal = functions[activation](torch.nn.functional.linear(signal, torch.tensor(w).T))
        want.append(torch.var(signal, correction=0).item())
    close = pytest.approx(want, rel=1e-12, abs=1e-15)
    assert reference.signal_through_depth(weights, x, activation) == close
    tensors = [torch.tensor(w) for w in weights]
    assert reference.signal_through_depth(tensors, torch.tensor(x), activation) == close


@few
@given(
    shape=st.one_of(
        st.tuples(st.integers(2, 6), st.integers(2, 12)), st.tuples(*[st.integers(1, 3)] * 3, st.integers(2, 9))
    )
)
def test_the_check_of_orthogonal_accepts_what_torch_draws(shape: tuple[int, ...]) -> None:
    """torch.nn.init.orthogonal_ keeps its first axis, the units; here they are the last."""
    generator = torch.Generator().manual_seed(1)

    def draw(rng: Any, shape: tuple[int, ...], gain: float) -> Any:
        weights = torch.empty((shape[-1], math.prod(shape[:-1])), dtype=torch.float64)
        return (
            init.orthogonal_(weights, gain, generator=generator.manual_seed(int(rng.integers(2**40))))
            .numpy()
            .T.reshape(shape)
        )

    inputs: dict[str, Any] = {"shape": shape, "gain": 1.5, "draws": 300}
    got = several_draws(draw, 1, **inputs)
    assert orthogonal.check.difference(got, Truth(None), inputs) is None


def test_the_uniform_law_has_the_variance_of_its_width() -> None:
    """The std of [-3, 5) is 8 / √12 and the mean 1."""
    stated = reference.random_uniform(0, (2,), -3.0, 5.0)
    assert (stated["mean"], stated["low"], stated["high"]) == (1.0, -3.0, 5.0)
    assert stated["std"] == pytest.approx(8 / math.sqrt(12))
