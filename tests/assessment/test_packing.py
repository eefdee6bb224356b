"""Trees of plain values go to JSON and a block of numbers, and come back as they were; nothing else does either."""

from __future__ import annotations

import contextlib
import json
import math
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograder.assessment.packing import PackingError, pack_tree, unpack_tree
from autograder.worker.wire import Opaque, Rng


def there_and_back(value: Any) -> Any:
    """The value after a trip through bytes, as it takes in a unit's file."""
    text, block = pack_tree(value)
    return unpack_tree(text.encode(), block)


def same(one: Any, other: Any) -> bool:
    """Whether two trees are equal in form, types, dtypes and bits; nan is itself, and -0.0 is not 0.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (np.ndarray, np.generic)):
        return (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return same(list(one.items()), list(other.items()))
    if isinstance(one, float):
        return (math.isnan(one) and math.isnan(other)) or (one, math.copysign(1, one)) == (
            other,
            math.copysign(1, other),
        )
    return bool(one == other)


PLAIN: list[Any] = [
    *(None, True, False, 0, -1, 2**200, 0.0, -0.0, 1.5, 5e-324, 1.7976931348623157e308),
    *(math.nan, math.inf, -math.inf),
    *("", "σ(s) — “text”", "nan", "a\n\t\0\u2028b"),
    *([], (), {}, [[]], ((),), [()], ([], {})),
    *(slice(None), slice(1, None, -2), slice(np.int64(3), 4, None)),
    *(Rng(0), Rng(2**64), Opaque("builtins.object", "<object>"), Opaque("generator")),
]


@pytest.mark.parametrize("value", PLAIN, ids=repr)
def test_plain_values_come_back(value: Any) -> None:
    """Every kind of plain value comes back with its type, its sign, and its nan or infinity."""
    assert same(there_and_back(value), value)


NESTED = {
    "tuples in lists in tuples": ([(1, [2.0, (None,)]), []],),
    "keys of every kind": {"a": 1, 2: "b", 0.5: [], (1, "x"): (), None: None, True: False},
    "tags as keys": {"array": [1], "tuple": 2, "dict": {"float": "nan"}, "opaque": {"rng": 3}},
    "order of keys": {"z": 1, "a": 2, "m": {"2": 0, "1": 1}},
    "arrays deep down": [{"x": (np.eye(2), Rng(3))}, (np.float32(2),)],
}


@pytest.mark.parametrize("value", NESTED.values(), ids=NESTED)
def test_nested_trees_come_back(value: Any) -> None:
    """Lists stay lists, tuples tuples, and dicts keep their keys' types and order, even where keys look like tags."""
    assert same(there_and_back(value), value)


INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
FLOATING = ["float16", "float32", "float64", "complex64", "complex128"]


@pytest.mark.parametrize("dtype", ["bool", *INTEGERS, *FLOATING])
def test_arrays_keep_their_dtype(dtype: str) -> None:
    """Arrays and NumPy scalars of each numeric dtype come back in it, at its limits too."""
    kind = np.dtype(dtype).kind
    limits = np.iinfo(dtype) if kind in "iu" else np.finfo(dtype) if kind in "fc" else None
    array = np.array([0, 1, *([limits.min, limits.max] if limits else [True, False])], dtype)
    for value in (array, array[-1], array.reshape(-1, 2), array[:0]):
        assert same(there_and_back(value), value)


def test_plain_integers_are_stored_with_a_stated_width() -> None:
    """The dtype in the file says width and byte order: `int` of another machine is not asked."""
    text, _ = pack_tree(np.array([1, 2]))
    assert json.loads(text)["array"][0] == "<i8"
    text, _ = pack_tree(np.array([1, 2], dtype=">u2"))
    assert json.loads(text)["array"][0] == "<u2"


def test_numbers_that_are_not_finite_come_back_in_arrays() -> None:
    """Nan, its payload, both infinities and the negative zero keep their bits."""
    payload = np.array([0x7FF8000000000123], np.uint64).view(np.float64)
    value = np.concatenate([[np.nan, np.inf, -np.inf, -0.0, 0.0], payload])
    assert same(there_and_back(value), value)


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0, 2), (), (1, 1), (2, 3, 4)], ids=str)
def test_shapes_come_back(shape: tuple[int, ...]) -> None:
    """Empty arrays keep all their axes, and arrays without axes stay arrays."""
    assert same(there_and_back([np.ones(shape), np.float64(1)]), [np.ones(shape), np.float64(1)])


@pytest.mark.parametrize("order", ["columns first", "every second", "backwards", "big-endian", "broadcast"])
def test_memory_layout_is_no_matter(order: str) -> None:
    """Whatever the layout in memory, the numbers come back in their places."""
    whole = np.arange(24.0).reshape(4, 6)
    value: Any = {
        "columns first": np.asfortranarray(whole),
        "every second": whole[::2, 1::2],
        "backwards": whole[::-1, ::-1],
        "big-endian": whole.astype(">f8"),
        "broadcast": np.broadcast_to(whole[0], (4, 6)),
    }[order]
    back = there_and_back(value)
    assert np.array_equal(back, value)
    assert back.dtype == np.dtype("<f8")


def test_what_was_read_is_read_only() -> None:
    """Arrays are views of the block: nobody changes an assessment by accident."""
    back = there_and_back(np.arange(3))
    with pytest.raises(ValueError, match="read-only"):
        back[0] = 1


def test_equal_arrays_are_stored_once() -> None:
    """A second array of the same dtype and bytes takes no room, whatever its shape."""
    array = np.arange(100.0)
    once, more = pack_tree([array])[1], pack_tree([array, array.copy(), array.reshape(10, 10), (array,)])[1]
    assert once == more == array.tobytes()


@pytest.mark.parametrize(
    "other", [np.array([0, 1]), np.array([-0.0, 1.0]), np.array([0.0, 1.0], np.float32)], ids=["dtype", "zero", "width"]
)
def test_arrays_that_only_look_equal_are_kept_apart(other: Any) -> None:
    """Equal numbers of another dtype, and zeros of another sign, are stored as what they are."""
    value = [np.array([0.0, 1.0]), other]
    assert same(there_and_back(value), value)


def test_arrays_lie_at_multiples_of_eight() -> None:
    """After an array of odd length the next one starts aligned, and can be used where it lies."""
    back = there_and_back([np.zeros(3, np.uint8), np.array([1.0]), np.zeros(1, np.bool_), np.array([2.0])])
    assert all(each.flags.aligned for each in back)


def test_packing_again_gives_the_same_bytes() -> None:
    """The same tree, made anew, is the same text and the same block."""

    def tree() -> Any:
        return {"b": np.arange(5), "a": [0.1 + 0.2, math.nan, Rng(3)], "c": (np.arange(5), np.float32(0.1))}

    assert pack_tree(tree()) == pack_tree(tree())


def test_what_was_read_is_packed_to_the_same_bytes() -> None:
    """Packing is a normal form: what comes back gives the bytes that it came from."""
    packed = pack_tree([np.array([[1, 2]], ">i4"), np.asfortranarray(np.eye(3)), {"x": (1, -0.0)}])
    assert pack_tree(unpack_tree(*packed)) == packed


REFUSED = {
    "a set": {1, 2},
    "bytes": b"x",
    "a complex number": 1j,
    "a date": date(2020, 1, 1),
    "a function": len,
    "a class": int,
    "objects": np.array([None, 1]),
    "texts in an array": np.array(["a"]),
    "times in an array": np.array(["2020-01-01"], "datetime64[D]"),
    "records": np.zeros(2, [("a", "f8")]),
    "a generator": np.random.default_rng(0),
}


@pytest.mark.parametrize("value", REFUSED.values(), ids=REFUSED)
def test_what_is_no_plain_value_is_refused(value: Any) -> None:
    """However deep it lies, one line names its type; nothing is pickled."""
    with pytest.raises(PackingError, match=r"^cannot store an? .+$") as caught:
        pack_tree({"x": [(value,)]})
    assert "\n" not in str(caught.value)


DAMAGED = [
    *("", "{", "[1,", "\x00", "{}", '{"a":1,"b":2}', '{"pickle":"x"}', '{"array":[]}', '{"tuple":1}', '{"dict":[[1]]}'),
    *('{"dict":[[[1],2]]}', '{"float":"x"}', '{"float":[]}', '{"opaque":[1,2,3]}', '{"rng":[]}x', "[" * 100_000),
]


@pytest.mark.parametrize("text", DAMAGED, ids=lambda text: text[:20])
def test_damaged_text_is_refused(text: str) -> None:
    """Text that `pack_tree` does not write is a `PackingError`."""
    with pytest.raises(PackingError):
        unpack_tree(text, bytes(64))


def test_text_that_is_not_utf_8_is_refused() -> None:
    """So are bytes that are no text at all."""
    with pytest.raises(PackingError):
        unpack_tree(b'"\xff\xfe"', b"")


#: dtype, shape and place of an array that is not in a block of 16 bytes.
ELSEWHERE: list[Any] = [
    *(["<f8", [3], 0], ["<f8", [2], 8], ["<f8", [1], 17], ["<f8", [1], -8], ["<f8", [1], None]),
    *(["<f8", [-1], 0], ["<f8", [-2, -1], 0], ["<f8", [1.0], 0], ["<f8", ["1"], 0], ["<f8", 1, 0]),
    *(["<f8", [10**30], 0], ["<f8", [2**62, 4], 0], ["<f8", [1], 10**30]),
    *(["O", [1], 0], ["<M8[s]", [1], 0], ["<U1", [1], 0], ["S", [1], 0], ["V8", [1], 0], ["f8,i4", [1], 0]),
    *(["i4,(", [1], 0], ["", [1], 0], ["no dtype", [1], 0], [None, [1], 0], [["<f8"], [1], 0]),
    *(["<f8", [1]], ["<f8", [1], 0, 0], "<f8"),
]


@pytest.mark.parametrize("where", ELSEWHERE, ids=str)
@pytest.mark.parametrize("tag", ["array", "scalar"])
def test_arrays_that_are_not_in_the_block_are_refused(tag: str, where: Any) -> None:
    """Neither numbers beyond the block, nor a shape or dtype that we do not write, can be read."""
    with pytest.raises(PackingError):
        unpack_tree(json.dumps({tag: where}), bytes(16))


def test_a_truncated_block_is_refused() -> None:
    """Every missing byte is noticed."""
    text, block = pack_tree([np.arange(3.0), np.arange(5, dtype=np.int8)])
    for length in range(len(block)):
        with pytest.raises(PackingError):
            unpack_tree(text, block[:length])


KEYS = st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False)
LEAVES = (
    KEYS
    | st.floats()
    | st.builds(Rng, st.integers(0, 2**70))
    | st.builds(Opaque, st.text(), st.text())
    | st.builds(slice, st.none() | st.integers(), st.none() | st.integers(), st.none() | st.integers())
    | arrays.arrays(
        st.sampled_from(["<f8", "<f4", "<i8", "|u1", "|b1", "<c16"]), arrays.array_shapes(min_dims=0, min_side=0)
    )
)
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(KEYS, inner), max_leaves=12
)


@given(TREES)
def test_any_tree_comes_back(tree: Any) -> None:
    """Whatever it is made of."""
    assert same(there_and_back(tree), tree)


@given(TREES, st.data())
def test_damage_is_a_value_or_a_packing_error(tree: Any, data: st.DataObject) -> None:
    """Text with a few other characters in it is read as something, or refused; it raises nothing else."""
    text, block = pack_tree(tree)
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, len(text)))
    middle = data.draw(st.text(alphabet='[]{}":,0123456789-.eNafinty<|', max_size=4))
    with contextlib.suppress(PackingError):
        unpack_tree(text[:start] + middle + text[stop:], block)
