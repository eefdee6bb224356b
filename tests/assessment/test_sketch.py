"""A sketch tells a wrong version's result from all others but those that differ by rounding."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.assessment.checks import LIKENESS, Value
from autograder.assessment.compare import Truth
from autograder.assessment.packing import pack_tree, unpack_tree
from autograder.assessment.sketch import SMALL, float_dtype, is_like, sketch
from autograder.worker.wire import Opaque

Array = np.ndarray[Any, Any]
ROOT = Path(__file__).resolve().parents[2]
#: Of 1 … 20 under the weights of four seeds, computed by SplitMix64 in Python's own integers.
PROJECTIONS = [65.96742329768598, -42.76592906024263, 17.538975258820493, 55.9974995495779]
#: BLAKE2b of 0 … 19 as int64.
HASH = "1d7a0f49b61aed4a"


def numbers(*shape: int, seed: int = 0) -> Array:
    """Standard normal numbers."""
    return np.random.default_rng(seed).standard_normal(shape)


def stored(value: Any) -> Any:
    """The sketch of a value as it is read from a unit's file."""
    return unpack_tree(*pack_tree(sketch(value)))


def like(got: Any, value: Any, dtype: str = "float64", tolerance: float = LIKENESS) -> bool:
    """Whether a result is taken for the one of which a sketch was stored."""
    return is_like(got, stored(value), tolerance, dtype)


# What is kept


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 3, 0.5, "text", np.float32(2), Opaque("generator"), slice(1, 2)),
        *(np.zeros(SMALL), np.eye(4), np.zeros((0, 5)), list(range(SMALL)), (1.0, "a"), {"a": [1]}),
        ["a"] * 40,
        [True] * 40,
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_small_is_kept_in_full(value: Any) -> None:
    """Up to sixteen numbers, and all that is no number, stay as they are."""
    kept = sketch(value)
    assert type(kept) is type(value)
    assert np.array_equal(kept, value) if isinstance(value, np.ndarray) else kept == value


@pytest.mark.parametrize("value", [numbers(SMALL + 1), list(range(SMALL + 1)), (0.5,) * 17, np.ones((3, 40, 40))])
def test_what_is_large_is_kept_as_a_few_numbers(value: Any) -> None:
    """However large it is, its sketch has the same size."""
    text, block = pack_tree(sketch(value))
    assert len(text) + len(block) < 400


def test_parts_of_a_tree_are_sketched_one_by_one() -> None:
    """A tuple of a large and a small array keeps the small one."""
    large, small = sketch({"pair": (numbers(50), np.arange(3))})["pair"]
    assert isinstance(large, dict)
    assert np.array_equal(small, np.arange(3))


# Arrays

ARRAYS = {
    "row": numbers(17),
    "matrix": numbers(30, 20),
    "images": numbers(4, 3, 9, 9),
    "huge": 1e300 * numbers(40),
    "tiny": 1e-300 * numbers(40),
    "too tiny for full precision": 1e-310 * numbers(40),
    "nearly infinite": np.full(20, 1.7e308),
    "zeros": np.zeros(100),
    "with nan": np.where(numbers(60) > 1, np.nan, numbers(60)),
    "with infinities": np.where(numbers(60) > 1, np.inf, np.where(numbers(60) < -1, -np.inf, numbers(60))),
    "nothing finite": np.full(20, -np.inf),
    "complex": numbers(30) + 1j * numbers(30, seed=1),
    "columns first": np.asfortranarray(numbers(10, 7)),
}
EACH_ARRAY = pytest.mark.parametrize("array", ARRAYS.values(), ids=ARRAYS)


@EACH_ARRAY
def test_the_same_array_is_recognised(array: Array) -> None:
    """Whatever its size and whatever is not finite in it."""
    assert like(array.copy(), array)


@EACH_ARRAY
def test_rounding_is_forgiven(array: Array) -> None:
    """Each number may be off by some last digits, in either direction."""
    signs = np.where(numbers(*array.shape, seed=5) > 0, 1, -1)
    with np.errstate(all="ignore"):
        moved = np.where(np.isfinite(array), array + array * signs * 1e-13, array)
    assert like(moved, array)


@pytest.mark.parametrize("name", ["row", "matrix", "images", "huge", "tiny", "with nan", "complex"])
def test_a_thousandth_is_seen(name: str) -> None:
    """An array that is scaled by 1.001 is another one."""
    with np.errstate(all="ignore"):
        assert not like(ARRAYS[name] * 1.001, ARRAYS[name])


@pytest.mark.parametrize("name", ["row", "matrix", "images", "huge", "tiny"])
def test_one_changed_entry_is_seen(name: str) -> None:
    """Wherever it stands: a hundredth of the largest entry is enough."""
    array, kept = ARRAYS[name], stored(ARRAYS[name])
    for place in np.ndindex(array.shape):
        moved = array.copy()
        moved[place] += 0.01 * np.abs(array).max()
        assert not is_like(moved, kept, LIKENESS, "float64"), place


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a.T.reshape(a.shape),
        lambda a: a[::-1],
        lambda a: a[:, ::-1],
        lambda a: np.roll(a, 1),
        lambda a: np.roll(a, 1, axis=0),
        lambda a: a[[1, 0, *range(2, len(a))]],
        lambda a: np.sort(a, axis=None).reshape(a.shape),
        lambda a: np.random.default_rng(1).permutation(a.ravel()).reshape(a.shape),
        lambda a: -a,
        np.abs,
        np.zeros_like,
        lambda a: a + 0.001,
    ],
    ids=[
        *("transposed", "backwards", "mirrored", "rolled", "rows-rolled", "rows-swapped", "sorted", "shuffled"),
        *("negated", "positive", "zero", "shifted"),
    ],
)
def test_the_same_numbers_in_other_places_are_seen(change: Callable[[Array], Array]) -> None:
    """What keeps the sum, the size or the set of numbers is another result all the same."""
    assert not like(change(ARRAYS["matrix"]).copy(), ARRAYS["matrix"])


@pytest.mark.parametrize(
    "got",
    [
        np.ones((5, 8)),
        np.ones((8, 5), np.float32),
        np.ones((8, 5), np.int64),
        np.ones((8, 5), np.bool_),
        np.ones((8, 5), np.complex128),
        np.ones(40),
        np.ones((8, 5, 1)),
        [[1.0] * 5] * 8,
        [1.0] * 40,
        (np.ones((8, 5)),),
        {"sketch": "array"},
        *(None, 1.0, "ones", Opaque("numpy.ndarray"), np.float64(1)),
    ],
    ids=lambda got: f"{type(got).__name__}{getattr(got, 'shape', '')}{getattr(got, 'dtype', '')}",
)
def test_another_shape_dtype_or_type_is_seen(got: Any) -> None:
    """The same numbers in another form are another result."""
    assert like(np.ones((8, 5)), np.ones((8, 5)))
    assert not like(got, np.ones((8, 5)))


HOLES = np.where(np.arange(30) == 7, np.nan, numbers(30))


@pytest.mark.parametrize(
    "change",
    [
        lambda a: np.roll(a, 1),
        lambda a: np.where(np.isnan(a), a[8], np.where(np.arange(30) == 8, np.nan, a)),
        lambda a: np.where(np.isnan(a), np.inf, a),
        lambda a: np.where(np.isnan(a), 0, a),
        lambda a: np.where(np.arange(30) == 20, np.nan, a),
    ],
    ids=["rolled", "moved", "infinite", "filled", "another"],
)
def test_a_moved_nan_is_seen(change: Callable[[Array], Array]) -> None:
    """A nan in another place, a second one, or something else in its stead."""
    assert not like(change(HOLES), HOLES)


def test_the_sign_of_an_infinity_is_seen() -> None:
    """-inf is not inf."""
    array = np.where(np.arange(20) == 3, np.inf, numbers(20))
    assert not like(np.where(np.isinf(array), -np.inf, array), array)


def test_an_array_that_overflows_is_not_taken_for_a_small_one() -> None:
    """Nor the other way round: comparing both raises nothing."""
    assert not like(np.full(20, 1e308), np.full(20, 1e-308))
    assert not like(np.full(20, 1e-308), np.full(20, 1e308))


def test_two_swapped_entries_are_seen() -> None:
    """Whichever two they are."""
    array = numbers(40)
    kept = stored(array)
    for i, j in itertools.combinations(range(40), 2):
        moved = array.copy()
        moved[[i, j]] = moved[[j, i]]
        assert not is_like(moved, kept, LIKENESS, "float64"), (i, j)


# Whole numbers


@pytest.mark.parametrize("dtype", ["int8", "int64", "uint8", "uint32", "bool"])
def test_whole_numbers_are_compared_exactly(dtype: str) -> None:
    """One number that is off by one, anywhere, is seen."""
    array = (np.arange(200) % 2).astype(dtype)
    kept = stored(array)
    assert is_like(array.copy(), kept, LIKENESS, "float64")
    for place in range(200):
        moved = array.copy()
        moved[place] = not moved[place]
        assert not is_like(moved, kept, LIKENESS, "float64")


def test_large_whole_numbers_are_compared_exactly() -> None:
    """Where a float would round them away, too."""
    array = np.full(20, 2**62)
    assert not like(array + (np.arange(20) == 9), array)


def test_the_width_of_whole_numbers_is_no_matter() -> None:
    """`np.int32` here is `np.int64` on another machine; booleans are something else."""
    array = np.arange(20) % 2
    assert like(array.astype(np.uint8), array)
    assert like(array.astype(np.int32), array)
    assert not like(array.astype(np.bool_), array)
    assert not like(array.astype(np.float64), array)


# Lists


@pytest.mark.parametrize("value", [list(range(40)), [0.1 * k for k in range(40)]], ids=["int", "float"])
def test_long_lists_are_recognised_as_lists(value: list[Any]) -> None:
    """As a list or a tuple of the same numbers, not as an array, nor with one number more or another."""
    assert like(list(value), value)
    assert like(tuple(value), value)
    assert not like(np.array(value), value)
    assert not like([*value, value[-1]], value)
    assert not like([*value[:20], value[20] + 1, *value[21:]], value)
    assert not like([*value[:20], None, *value[21:]], value)


def test_a_list_of_floats_is_none_of_integers() -> None:
    """Types of numbers in long lists count as dtypes do."""
    assert not like([float(k) for k in range(40)], list(range(40)))
    assert not like(list(range(40)), [float(k) for k in range(40)])


@pytest.mark.parametrize("far", [2**64, -(2**63) - 1, 10**30], ids=["2**64", "-2**63-1", "10**30"])
def test_integers_that_no_array_holds_are_compared_exactly(far: int) -> None:
    """A long list with a huge integer in it is kept as it is, and is told from one that differs by 1."""
    value = [*range(40), far]
    assert stored(value) == value
    assert not like([*range(40), far + 1], value)
    assert not like(list(value), list(range(41)))


# Trees


def test_trees_must_have_the_same_form() -> None:
    """Keys, lengths and what is None all count, with sketches in them or without."""
    value = {"a": (numbers(40), None), "b": [1.0, 2.0]}
    assert like({"b": [1.0, 2.0], "a": (numbers(40), None)}, value)
    for other in (
        {"a": (numbers(40), None)},
        {**value, "c": 1},
        {"a": (numbers(40), 0.0), "b": [1.0, 2.0]},
        {"a": (None, None), "b": [1.0, 2.0]},
        {"a": (numbers(40), None), "b": [1.0]},
        {"a": (numbers(40), None), "b": [1.0, 2.5]},
        [numbers(40), None],
        None,
    ):
        assert not like(other, value)


def test_a_small_array_may_differ_by_rounding_alone() -> None:
    """What is kept in full is compared with the same tolerance, relative to the largest number."""
    assert like(np.array([1e6, 1.0 + 1e-3]), np.array([1e6, 1.0]))
    assert not like(np.array([1e6, 3.0]), np.array([1e6, 1.0]))
    assert not like(np.array([1.0, 1.0 + 1e-5]), np.array([1.0, 1.0]))


# Single precision


def alike(got: Any, value: Any, truth: str = "float64") -> bool:
    """Whether the check of values takes a result for the one that was stored."""
    check = Value()
    kept = unpack_tree(*pack_tree(check.evidence(value, Truth(None), {})))
    return check.alike(got, kept, Truth(None, dtype=truth), {})


@pytest.mark.parametrize("count", [4, 400])
def test_single_precision_forgives_its_own_rounding(count: int) -> None:
    """Sums in another order differ in float32's last digits; a hundredth of a percent is no rounding."""
    array = numbers(count).astype(np.float32)
    noise = np.float32(3e-6) * numbers(count, seed=1).astype(np.float32)
    assert alike(array + noise * np.abs(array).max(), array, "float32")
    assert not alike(array * np.float32(1.0001), array, "float32")


@pytest.mark.parametrize("count", [4, 400])
def test_the_dtype_of_the_wrong_version_counts(count: int) -> None:
    """Not that of the truth: a wrong version that answers in float64 where float32 is asked for is told by that."""
    double = numbers(count)
    assert float_dtype(sketch(double)) == "float64"
    assert alike(double, double, truth="float32")
    assert not alike(double.astype(np.float32), double, truth="float32")


# The projections


def test_projections_are_the_same_everywhere() -> None:
    """They are fixed numbers: another version of NumPy, or another machine, computes the very same weights."""
    kept = sketch(np.arange(1.0, 21.0))
    assert kept["size"] == 20
    assert (20 * kept["sums"]).tolist() == pytest.approx(PROJECTIONS, abs=1e-12)
    assert kept["some"].tolist() == [1, 7, 13, 20]
    assert sketch(np.arange(20))["hash"] == HASH


def test_no_generator_of_numpy_is_used() -> None:
    """Nor its state touched: draws may change between versions."""
    program = "\n".join(
        [
            "import numpy as np",
            "class No:",
            "    def __getattr__(self, name): raise AssertionError(name)",
            "np.random = No()",
            "from autograder.assessment.sketch import sketch",
            "print(sketch(np.arange(1.0, 21.0))['sums'].tolist())",
        ]
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert [20 * float(each) for each in ran.stdout.strip("[]\n").split(",")] == pytest.approx(PROJECTIONS, abs=1e-12)
