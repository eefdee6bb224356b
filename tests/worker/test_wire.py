"""Values cross the boundary unchanged, and hostile bytes become a WireError and nothing else."""

from __future__ import annotations

import json
import os
import struct
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.assessment.compare import Difference, Truth, compare
from autograder.worker.wire import MAX_TEXT, Opaque, Rng, WireError, pack, read_exactly, realise, unpack

LENGTH = struct.Struct("<Q")
NUMBERS = hnp.boolean_dtypes() | hnp.integer_dtypes() | hnp.unsigned_integer_dtypes() | hnp.floating_dtypes()
ARRAYS = hnp.arrays(NUMBERS | hnp.complex_number_dtypes(), hnp.array_shapes(min_dims=0, min_side=0, max_side=4))
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec="utf-8"), max_size=20)
    | st.builds(Rng, st.integers(0, 2**63))
    | st.builds(slice, st.none() | st.integers(), st.none() | st.integers(), st.none() | st.integers())
    | ARRAYS
)
KEYS = st.text(st.characters(codec="utf-8"), max_size=5) | st.integers() | st.tuples(st.integers(), st.text(max_size=3))
TREES = st.recursive(
    LEAVES,
    lambda items: (
        st.lists(items, max_size=4) | st.lists(items, max_size=4).map(tuple) | st.dictionaries(KEYS, items, max_size=4)
    ),
    max_leaves=12,
)


def same(got: Any, want: Any) -> bool:
    """Whether two trees agree in types, dtypes, shapes and bits."""
    if type(got) is not type(want):
        return False
    if isinstance(want, np.ndarray):
        plain = np.ascontiguousarray(want).reshape(want.shape)
        return bool(got.dtype == want.dtype and got.shape == want.shape and got.tobytes() == plain.tobytes())
    if isinstance(want, dict):
        return list(got) == list(want) and all(same(got[key], want[key]) for key in want)
    if isinstance(want, (list, tuple)):
        return len(got) == len(want) and all(map(same, got, want))
    return repr(got) == repr(want)


def raw(tree: Any, *blobs: bytes) -> bytes:
    """A packed value written by hand."""
    text = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    return b"".join(LENGTH.pack(len(part)) + part for part in (text, *blobs))


def npy(header: str, body: bytes = b"", version: bytes = b"\x01\x00") -> bytes:
    """Array bytes in NumPy's format with any header."""
    text = header.encode("latin-1") + b"\n"
    return b"\x93NUMPY" + version + struct.pack("<H", len(text)) + text + body


def header(descr: str = "'<f8'", shape: str = "(1,)", fortran: str = "False") -> str:
    """A header as NumPy writes it."""
    return f"{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}"


@given(TREES)
def test_round_trip(value: Any) -> None:
    """What is packed comes back with the same types, order, dtypes, shapes and bits."""
    assert same(unpack(pack(value)), value)


@given(ARRAYS)
def test_arrays_come_back_new_and_writable(array: np.ndarray[Any, Any]) -> None:
    """An array that was unpacked belongs to whoever unpacked it."""
    array.setflags(write=False)
    again = unpack(pack({"x": array}))["x"]
    assert again.flags.writeable
    assert again.flags.c_contiguous
    assert not np.may_share_memory(again, array)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(12.0).reshape(3, 4).T,
        np.arange(10)[::-2],
        np.broadcast_to(np.float32(3), (2, 3)),
        np.arange(3, dtype=">i4"),
    ],
    ids=["transposed", "reversed", "broadcast", "big-endian"],
)
def test_views_travel_as_their_values(array: np.ndarray[Any, Any]) -> None:
    """Strides are not part of a value."""
    again = unpack(pack(array))
    assert again.dtype == array.dtype
    assert np.array_equal(again, array)


@pytest.mark.parametrize("scalar", [np.float32(0.1), np.int8(-3), np.bool_(True), np.complex64(1j)], ids=repr)
def test_numpy_scalars_stay_scalars(scalar: Any) -> None:
    """A NumPy scalar keeps its type; it does not become an array or a Python number."""
    again = unpack(pack(scalar))
    assert (type(again), again) == (type(scalar), scalar)


@pytest.mark.parametrize("key", [np.int64(3), np.float64(0.5), np.bool_(True)], ids=repr)
def test_numpy_scalars_are_good_keys(key: Any) -> None:
    """A dict keyed by what `np.unique` returns, which students build, equals the one keyed by Python numbers."""
    assert unpack(pack({key: 1})) == {key.item(): 1}


def test_odd_keys_become_remarks() -> None:
    """A dict keyed by something that cannot travel still travels, so that it is judged and not a broken channel."""
    assert list(unpack(pack({b"word": 1}))) == [Opaque("bytes", "b'word'")]


def test_subclasses_become_plain_arrays() -> None:
    """A subclass with methods of its own is just its numbers on the other side."""

    class Equal(np.ndarray[Any, Any]):
        def __eq__(self, other: object) -> Any:
            return True

    again = unpack(pack(np.zeros(3).view(Equal)))
    assert type(again) is np.ndarray


def test_other_objects_become_remarks() -> None:
    """Of an object only its type and a short text travel; a failing `__repr__` is no obstacle."""

    class Rude:
        def __repr__(self) -> str:
            raise RuntimeError

    assert unpack(pack({1, 2})) == Opaque("set", "{1, 2}")
    assert "repr failed" in unpack(pack(Rude())).text
    assert unpack(pack(np.array(["a"]))).type == "array of dtype <U1"
    assert unpack(pack(np.array([object()], dtype=object))).type == "array of dtype object"
    assert len(unpack(pack(bytearray(10_000))).text) <= 200


def test_depth_is_bounded_when_packing() -> None:
    """A value that contains itself is cut off, not followed for ever."""
    nested: list[Any] = []
    nested.append(nested)
    assert "too deeply nested" in repr(unpack(pack(nested)))


def test_long_text_is_cut() -> None:
    """Text beyond the bound does not travel."""
    assert len(unpack(pack("x" * (MAX_TEXT + 5)))) == MAX_TEXT


def test_rng_is_made_on_the_other_side() -> None:
    """An Rng stands for a new generator with that seed, wherever it is in the tree."""
    made = realise(unpack(pack({"rngs": [Rng(5), (Rng(5), 1)]})))["rngs"]
    want = np.random.default_rng(5).random()
    assert made[0].random() == made[1][0].random() == want


GOOD = pack({"a": np.arange(6.0).reshape(2, 3), "b": [1, "two", None, (3.0, np.float32(1))], "c": slice(1, 2)})


@pytest.mark.parametrize("size", range(0, len(GOOD), 7))
def test_truncations_are_wire_errors(size: int) -> None:
    """A value that ends early is malformed, wherever it ends."""
    with pytest.raises(WireError):
        unpack(GOOD[:size])


def only_wire_error(data: bytes) -> None:
    """Unpack anything: a value or a WireError."""
    try:
        value = unpack(data)
    except WireError:
        return
    assert isinstance(compare(value, Truth(np.float64(1.5))), Difference | None)
    assert isinstance(pack(value), bytes)


@given(st.binary(max_size=200))
def test_random_bytes_raise_nothing_else(data: bytes) -> None:
    """Bytes of any kind are a value or a WireError."""
    only_wire_error(data)


@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_changed_bytes_raise_nothing_else(changes: list[tuple[int, int]]) -> None:
    """A good value with bytes changed is a value or a WireError."""
    data = bytearray(GOOD)
    for position, byte in changes:
        data[position] = byte
    only_wire_error(bytes(data))


@given(st.text(st.characters(max_codepoint=255), max_size=120), st.binary(max_size=24))
def test_random_array_headers_raise_nothing_else(text: str, body: bytes) -> None:
    """NumPy's header parser tokenizes and evaluates literals; whatever it raises becomes a WireError."""
    only_wire_error(raw({"array": 0}, npy(text, body)))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda items: (
        st.lists(items, max_size=3)
        | st.dictionaries(
            st.sampled_from(["array", "scalar", "opaque", "rng", "dict", "tuple", "slice", "x"]), items, max_size=2
        )
    ),
    max_leaves=10,
)


@given(JSON)
def test_random_trees_raise_nothing_else(tree: Any) -> None:
    """JSON of any form, with our tags in the wrong places, is a value or a WireError."""
    only_wire_error(raw(tree, npy(header(), bytes(8))))


HEADERS = {
    "object": header("'|O'"),
    "structured": header("[('x', '<f8')]"),
    "subarray": header("('<f8', (1000000000,))"),
    "text": header("'<U2'", "(1,)"),
    "void": header("'|V8'"),
    "date": header("'<M8[s]'"),
    "huge-shape": header(shape="(1152921504606846976,)"),
    "overflowing-shape": header(shape="(4294967296, 4294967296, 1)"),
    "negative-shape": header(shape="(-1,)"),
    "shape-of-floats": header(shape="(1.0,)"),
    "many-axes": header(shape="(" + "1," * 65 + ")"),
    "too-short": header(shape="(2,)"),
    "not-a-dict": "[1, 2, 3]",
    "not-a-literal": "__import__('os').system('true')",
    "unclosed": "{'descr': '<f8', 'shape': (1,",
    "unclosed-text": "{'descr': '''<f8",
    "bad-indent": "if 1:\n  x\n y",
    "python-2-long": header(shape="(1L,)").replace("(1L,)", "(2L,)"),
    "deep-literal": "(" * 900 + ")" * 900,
    "minus-signs": "-" * 1900 + "1",
}


@pytest.mark.parametrize("text", HEADERS.values(), ids=HEADERS)
def test_hostile_headers(text: str) -> None:
    """No object, structure, text or impossible shape gets in, and no header evaluates anything."""
    with pytest.raises(WireError):
        unpack(raw({"array": 0}, npy(text, bytes(8))))


TREES_OF_ENEMIES = {
    "index-out-of-range": {"array": 1},
    "index-negative": {"array": -1},
    "index-text": {"array": "0"},
    "index-true-out-of-range": {"array": True},
    "unknown-tag": {"pickle": 0},
    "two-tags": {"array": 0, "scalar": 0},
    "no-tag": {},
    "unhashable-key": {"dict": [[[1], 2]]},
    "slice-key": {"dict": [[{"slice": [1, 2, 3]}, 2]]},
    "dict-of-triples": {"dict": [[1, 2, 3]]},
    "dict-of-numbers": {"dict": [1]},
    "slice-of-four": {"slice": [1, 2, 3, 4]},
    "tuple-of-nothing": {"tuple": None},
    "opaque-of-nothing": {"opaque": []},
    "opaque-number": {"opaque": 1},
    "rng-text": {"rng": "5"},
    "not-json": b"{",
    "not-text": b"\xff\xfe",
    "empty": b"",
    "deep": b"[" * 10_000 + b"]" * 10_000,
    "very-deep": b"[" * 1_000_000 + b"]" * 1_000_000,
    "deeper-than-allowed": b"[" * 60 + b"]" * 60,
    "long-number": b"1" * 100_000,
}


@pytest.mark.parametrize("tree", TREES_OF_ENEMIES.values(), ids=TREES_OF_ENEMIES)
def test_hostile_trees(tree: Any) -> None:
    """Wrong indices, unknown tags, bad keys and depths are WireErrors."""
    with pytest.raises(WireError):
        unpack(raw(tree, npy(header(), bytes(8))))


@pytest.mark.parametrize("version", [b"\x02\x00", b"\x03\x00", b"\x00\x00", b"\xff\xff"], ids=["2", "3", "0", "255"])
def test_other_array_formats(version: bytes) -> None:
    """Only the one version that we write is read."""
    with pytest.raises(WireError):
        unpack(raw({"array": 0}, npy(header(), bytes(8), version)))


def peak_of_unpacking(data: bytes) -> int:
    """The memory that unpacking hostile bytes takes, in bytes."""
    tracemalloc.start()
    try:
        with pytest.raises(WireError):
            unpack(data)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_claimed_sizes_allocate_nothing() -> None:
    """A length or a shape that promises terabytes is refused before anything is allocated for it."""
    claims = [
        LENGTH.pack(1 << 62) + b"null",
        LENGTH.pack((1 << 64) - 1),
        raw({"array": 0}, npy(header(shape="(1099511627776,)"), bytes(8))),
        raw({"array": 0}) + LENGTH.pack(1 << 60),
    ]
    assert max(map(peak_of_unpacking, claims)) < 1 << 20


def test_one_array_cannot_be_taken_many_times() -> None:
    """A tree that names one large array a thousand times would multiply it in the grader's memory: refused."""
    body = bytes(1 << 20)
    data = raw([{"array": 0}] * 1000, npy(header(shape="(131072,)"), body))
    assert peak_of_unpacking(data) < 8 << 20


def test_colliding_keys_do_not_stall() -> None:
    """Keys made to collide in a hash table are refused before they cost quadratic time."""
    colliding = [[i * ((1 << 61) - 1), 0] for i in range(40_000)]
    with pytest.raises(WireError):
        unpack(raw({"dict": colliding}))
    tuples = [[{"tuple": [-1 - (i >> bit & 1) for bit in range(15)]}, 0] for i in range(1 << 15)]
    with pytest.raises(WireError):
        unpack(raw({"dict": tuples}))


def test_read_exactly() -> None:
    """Reading goes on until the count is there, and says so when the other side closes before."""
    reader, writer = os.pipe()
    os.write(writer, b"abcdef")
    assert read_exactly(reader, 4) == b"abcd"
    os.close(writer)
    with pytest.raises(EOFError):
        read_exactly(reader, 4)
    os.close(reader)
