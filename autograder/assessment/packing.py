"""Trees of plain values as JSON and one block of numbers: what the files of compiled assessments are made of.

Arrays go to the block, one after another, and stand in the JSON as their dtype, shape and place; equal ones are stored
once. Everything is written the same way every time. Nothing is pickled, and no array of objects exists.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

import numpy as np

from autograder.worker.wire import NUMERIC_KINDS, Opaque, Rng

__all__ = ["PackingError", "pack_tree", "unpack_tree"]

#: Arrays start at multiples of this, so that they can be used where they lie.
_ALIGNMENT = 8
#: Lists of these alone, which may be long, are taken as they are.
_PLAIN = frozenset((bool, float, int, str, type(None)))
#: What dtypes are written as. NumPy's own reader of them takes records, times, and what it has to evaluate.
_DTYPE = re.compile(r"[<|][biufc]\d{1,2}")


class PackingError(Exception):
    """A value that cannot be stored, or a file that was not written by us: one line."""


def pack_tree(value: Any) -> tuple[str, bytes]:
    """Turn a tree into JSON and a block of bytes.

    Args:
        value: None, bool, int, float, str, slice, `Rng`, `Opaque`, list, tuple, dict, NumPy scalars and numeric arrays.

    Returns:
        The JSON text and the block, for `unpack_tree`.

    Raises:
        PackingError: something else is in it.
    """
    writer = _Writer()
    tree = writer.encode(value)
    return json.dumps(tree, ensure_ascii=False, allow_nan=False, separators=(",", ":")), bytes(writer.block)


def unpack_tree(text: str | bytes, block: bytes) -> Any:
    """Read what `pack_tree` wrote; arrays are read-only views of the block.

    Raises:
        PackingError: it was not written by `pack_tree`.
    """
    try:
        return _decode(json.loads(text), block)
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError) as error:
        raise PackingError(f"not a compiled assessment: {error}") from error


class _Writer:
    def __init__(self) -> None:
        self.block = bytearray()
        self._places: dict[tuple[str, bytes], int] = {}

    def encode(self, value: Any) -> Any:
        if value is None or isinstance(value, (bool, str)):
            return value
        if isinstance(value, (np.ndarray, np.generic)):
            return self._encode_array(value)
        if isinstance(value, int):
            return int(value)
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else {"float": str(value)}
        if isinstance(value, list):
            return [self.encode(item) for item in value]
        return self._encode_tagged(value)

    def _encode_tagged(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return {"tuple": [self.encode(item) for item in value]}
        if isinstance(value, dict):
            return {"dict": [[self.encode(key), self.encode(item)] for key, item in value.items()]}
        if isinstance(value, slice):
            return {"slice": [self.encode(part) for part in (value.start, value.stop, value.step)]}
        if isinstance(value, Rng):
            return {"rng": value.seed}
        if isinstance(value, Opaque):
            return {"opaque": [value.type, value.text]}
        raise PackingError(f"cannot store a {type(value).__name__}: {value!r:.80}")

    def _encode_array(self, value: Any) -> Any:
        array = np.ascontiguousarray(value).reshape(np.shape(value))
        if array.dtype.kind not in NUMERIC_KINDS:
            raise PackingError(f"cannot store an array of dtype {array.dtype}")
        little = array.astype(array.dtype.newbyteorder("<"), copy=False)
        where = [little.dtype.str, list(array.shape), self._place(little)]
        return {"scalar" if isinstance(value, np.generic) else "array": where}

    def _place(self, array: Any) -> int:
        data = array.tobytes()
        key = array.dtype.str, data
        if key not in self._places:
            self.block += bytes(-len(self.block) % _ALIGNMENT)
            self._places[key] = len(self.block)
            self.block += data
        return self._places[key]


def _decode(node: Any, block: bytes) -> Any:
    if isinstance(node, list):
        return node if _PLAIN.issuperset(map(type, node)) else [_decode(item, block) for item in node]
    if not isinstance(node, dict):
        return node
    ((tag, body),) = node.items()
    if tag in ("array", "scalar"):
        array = _array(body, block)
        return array[()] if tag == "scalar" else array
    if tag == "dict":
        return {_decode(key, block): _decode(item, block) for key, item in body}
    if tag == "tuple":
        return tuple(_decode(body, block))
    return _decode_rare(tag, body, block)


def _decode_rare(tag: str, body: Any, block: bytes) -> Any:
    if tag == "float":
        return float(body)
    if tag == "slice":
        return slice(*(_decode(part, block) for part in body))
    if tag == "rng":
        return Rng(body)
    if tag == "opaque":
        return Opaque(*body)
    raise PackingError(f"not a compiled assessment: {tag!r}")


def _array(body: Any, block: bytes) -> Any:
    text, shape, offset = body
    if not _DTYPE.fullmatch(text) or min(shape, default=0) < 0:
        raise PackingError(f"not a compiled assessment: an array of dtype {text!r} and shape {shape}")
    dtype = np.dtype(text)
    return np.frombuffer(block, dtype, math.prod(shape), offset).reshape(shape)
