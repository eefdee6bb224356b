"""Values as bytes: what crosses the boundary between the grader and a worker, and what truth files hold.

A packed value is a length-prefixed JSON tree followed by its arrays in NumPy's own format. Nothing is ever unpickled:
whatever a hostile worker sends can only become plain scalars, containers, arrays of numbers and `Opaque` remarks.
"""

from __future__ import annotations

import io
import json
import math
import os
import re
import struct
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Opaque", "Rng", "WireError", "all_plain", "pack", "read_exactly", "realise", "unpack"]

NUMERIC_KINDS = "biufc"
MAX_DEPTH = 40
MAX_BITS = 4096
MAX_TEXT = 1 << 20
#: More keys of one hash than this in a dict were made to stall a hash table.
MAX_COLLISIONS = 100
_LENGTH = struct.Struct("<Q")
_PLAIN = frozenset((bool, float, int, type(None)))
#: The header that `pack` writes. NumPy's own reader tokenizes and evaluates what it is given, and raises what it likes.
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '([<>|][biufc]\d{1,2})', "
    rb"'fortran_order': (True|False), 'shape': \(([\d, ]{0,1000})\), \} *\n",
    re.DOTALL,
)


class WireError(Exception):
    """Bytes that are not a packed value, or that exceed a bound."""


@dataclass(frozen=True)
class Rng:
    """A random generator to be made on the other side: `numpy.random.default_rng(seed)`."""

    seed: int


@dataclass(frozen=True)
class Opaque:
    """A value that is neither number, text, container nor array: only its type and a short text travel."""

    type: str
    text: str = ""


def pack(value: Any) -> bytes:
    """Turn a tree of scalars, containers and arrays into bytes.

    Args:
        value: None, bool, int, float, str, slice, `Rng`, list, tuple, dict with plain keys, NumPy scalars and numeric
            arrays, nested at most 40 deep. Anything else becomes an `Opaque`.

    Returns:
        The bytes that `unpack` reads.
    """
    arrays: list[bytes] = []
    tree = json.dumps(_encode(value, arrays, 0)).encode()
    parts = [_LENGTH.pack(len(tree)), tree]
    for blob in arrays:
        parts += [_LENGTH.pack(len(blob)), blob]
    return b"".join(parts)


def unpack(data: bytes) -> Any:
    """Read what `pack` wrote; arrays are new and writable.

    Raises:
        WireError: the bytes are malformed, too deep, or hold anything but numbers.
    """
    view = memoryview(data)
    tree, offset = _take(view, 0)
    blobs = []
    while offset < len(view):
        blob, offset = _take(view, offset)
        blobs.append(blob)
    try:
        return _decode(json.loads(bytes(tree)), blobs, 0)
    except WireError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, MemoryError, OverflowError) as error:
        raise WireError(f"malformed value: {type(error).__name__}") from None


def realise(value: Any) -> Any:
    """Replace every `Rng` in a tree by a new generator with that seed."""
    if isinstance(value, Rng):
        return np.random.default_rng(value.seed)
    if isinstance(value, dict):
        return {key: realise(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return value[:] if all_plain(value) else type(value)(realise(item) for item in value)
    return value


def all_plain(items: list[Any] | tuple[Any, ...]) -> bool:
    """Whether all items are plain numbers or None: long lists of such need no visit to each item."""
    return _PLAIN.issuperset(map(type, items))


def read_exactly(descriptor: int, count: int) -> bytes:
    """Read `count` bytes from a blocking descriptor.

    Raises:
        EOFError: the other side closed before that.
    """
    chunks = []
    while count:
        chunk = os.read(descriptor, min(count, 1 << 20))
        if not chunk:
            raise EOFError
        chunks.append(chunk)
        count -= len(chunk)
    return b"".join(chunks)


def _take(view: memoryview, offset: int) -> tuple[memoryview, int]:
    start = offset + _LENGTH.size
    if start > len(view):
        raise WireError("truncated length")
    (length,) = _LENGTH.unpack(view[offset:start])
    if length > len(view) - start:
        raise WireError("truncated value")
    return view[start : start + length], start + length


def _encode(value: Any, arrays: list[bytes], depth: int) -> Any:
    if depth > MAX_DEPTH:
        return {"opaque": ["too deeply nested", ""]}
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value[:MAX_TEXT])
    if isinstance(value, (np.ndarray, np.generic)):
        return _encode_array(value, arrays)
    if isinstance(value, int):
        return int(value) if value.bit_length() < MAX_BITS else _opaque(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, (list, tuple, dict)):
        return _encode_container(value, arrays, depth + 1)
    if isinstance(value, slice):
        return {"slice": [_encode(item, arrays, depth + 1) for item in (value.start, value.stop, value.step)]}
    if isinstance(value, Rng):
        return {"rng": value.seed}
    return _opaque(value)


def _encode_container(value: Any, arrays: list[bytes], depth: int) -> Any:
    if isinstance(value, dict):
        return {"dict": [[_encode(k, arrays, depth), _encode(v, arrays, depth)] for k, v in value.items()]}
    items = list(value) if _as_it_is(value) else [_encode(item, arrays, depth) for item in value]
    return {"tuple": items} if isinstance(value, tuple) else items


def _as_it_is(items: list[Any] | tuple[Any, ...]) -> bool:
    """Whether JSON can take all items unseen: plain numbers, whole ones of a bounded size."""
    kinds = set(map(type, items))
    if kinds == {int}:
        return max(map(int.bit_length, items)) < MAX_BITS
    return kinds <= _PLAIN - {int}


def _encode_array(value: Any, arrays: list[bytes]) -> Any:
    plain = np.array(value, copy=None, subok=False, order="C")
    if plain.dtype.kind not in NUMERIC_KINDS:
        return {"opaque": [f"array of dtype {plain.dtype}"[:200], ""]}
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, np.lib.format.header_data_from_array_1_0(plain))
    arrays.append(buffer.getvalue() + plain.tobytes())
    return {"scalar" if isinstance(value, np.generic) else "array": len(arrays) - 1}


def _opaque(value: Any) -> dict[str, list[str]]:
    if isinstance(value, Opaque):
        return {"opaque": [value.type, value.text]}
    kind = type(value)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    try:
        text = repr(value)[:200]
    except Exception as error:  # a student's own __repr__ may raise anything
        text = f"<repr failed: {type(error).__name__}>"
    return {"opaque": [name[:200], text]}


def _decode(node: Any, blobs: list[memoryview], depth: int) -> Any:
    if depth > MAX_DEPTH + 5:
        raise WireError("too deeply nested")
    if isinstance(node, list):
        return node if all_plain(node) else [_decode(item, blobs, depth + 1) for item in node]
    if isinstance(node, str):
        return node.encode("utf-8", "replace").decode()  # half a surrogate pair could not be written anywhere
    if not isinstance(node, dict):
        return node
    if len(node) != 1:
        raise WireError("unknown node")
    (tag, body) = next(iter(node.items()))
    if tag in ("array", "scalar"):
        array = _decode_array(blobs[_index(body)])
        blobs[body] = blobs[body][:0]  # an array taken many times would multiply in the reader's memory
        return array[()] if tag == "scalar" and array.ndim == 0 else array
    if tag == "opaque":
        return Opaque(*(str(_decode(text, blobs, depth + 1))[:200] for text in body[:2]))
    if tag == "rng":
        return Rng(_index(body))
    return _decode_container(tag, body, blobs, depth)


def _decode_container(tag: str, body: Any, blobs: list[memoryview], depth: int) -> Any:
    if tag == "dict":
        return _decode_dict(body, blobs, depth + 1)
    if tag in ("tuple", "slice"):
        items = [_decode(item, blobs, depth + 1) for item in body]
        return tuple(items) if tag == "tuple" else slice(*items)
    raise WireError("unknown node")


def _index(body: Any) -> int:
    if not isinstance(body, int) or body < 0:
        raise WireError("bad index")
    return body


def _decode_dict(pairs: Any, blobs: list[memoryview], depth: int) -> dict[Any, Any]:
    keys = [_key(_decode(key, blobs, depth)) for key, _ in pairs]
    if keys and max(Counter(map(hash, keys)).values()) > MAX_COLLISIONS:
        raise WireError("colliding keys")
    return {key: _decode(item, blobs, depth) for key, (_, item) in zip(keys, pairs, strict=True)}


def _key(key: Any) -> Any:
    if not isinstance(key, (str, int, float, tuple, np.generic, Opaque, type(None))):
        raise WireError("bad key")
    return key


def _decode_array(blob: memoryview) -> np.ndarray[Any, Any]:
    found = _HEADER.match(blob)
    if found is None:
        raise WireError("array is not numeric")
    dtype, shape = np.dtype(found[1].decode()), tuple(int(n) for n in found[3].split(b",") if n.strip())
    body = blob[found.end() :]
    if math.prod(shape) * dtype.itemsize != len(body):
        raise WireError("array is truncated")
    flat = np.frombuffer(body, dtype=dtype)
    return flat.reshape(shape, order="F" if found[2] == b"True" else "C").copy(order="C")
