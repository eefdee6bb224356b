"""Documents from the pickle inside a .npy file of objects, and nothing but documents.

A pickle is a program. This one may only be the program by which NumPy stores a one-dimensional array of lists of
integers, and that is held three times over. The bytes are first matched against that program's grammar, with as many
lists as the array has elements: no other instruction is ever reached, and a few bytes cannot ask for gigabytes. Then
they are unpickled with stand-ins for the three names that NumPy uses; no other name is looked up, and not even NumPy's
own code gets to see what the file holds. Last, what came out is checked to be lists of integers.
"""

from __future__ import annotations

import io
import pickle
import re
from typing import Any

from autograder.datasets.model import Documents

__all__ = ["PickleRefused", "unpickle_documents"]


class PickleRefused(Exception):
    """A pickle that is not an array of lists of integers."""


def _counted(code: bytes, width: int, longest: int) -> bytes:
    """The pattern of an instruction with that many bytes of argument, its length given in `width` bytes before."""
    return b"|".join(code + re.escape(size.to_bytes(width, "little")) + b".{%d}" % size for size in range(longest + 1))


# Frames are read at once, and written with 64 KiB; one may begin before any instruction.
_FRAME = rb"\x95..[\x00-\x0f]\x00{5}"
_ANY = rb"(?:%b)?" % _FRAME
# A position in the memo is an allocation of that size: none above 2^20.
_MEMO = rb"(?:%b(?:q.|r..[\x00-\x0f]\x00|\x94))?" % _ANY
_INTEGER = rb"%b(?:K.|M..|J.{4}|%b)" % (_ANY, _counted(rb"\x8a", 1, 8))
_TEXT = b"|".join([_counted(rb"\x8c", 1, 64), _counted(b"X", 4, 64), _counted(b"[CU]", 1, 64)])
_NAME = rb"c[^\n]{1,64}\n[^\n]{1,64}\n|\x93"
# PROTO, constants, memo, MARK, tuples, REDUCE, BUILD: all that makes the array, which comes before its elements.
_PLAIN = rb"\x80.|[Kqh].|M..|[Jj].{4}|r..[\x00-\x0f]\x00|[()N\x88\x89\x94\x85\x86\x87tRb]"
_HEAD = re.compile(rb"(?:%b){1,80}+\]%b" % (b"|".join([_FRAME, _TEXT, _NAME, _PLAIN]), _MEMO), re.DOTALL)
# Elements are appended one at a time (a), or together from a mark on (e).
_MARK, _APPEND, _APPENDS = (_ANY + code for code in (rb"\(", b"a", b"e"))
_WORDS = rb"(?:%b(?:%b)*+%b|%b%b)*+" % (_MARK, _INTEGER, _APPENDS, _INTEGER, _APPEND)
_DOCUMENT = re.compile(rb"(?:%b)?(?:%b)?%b\]%b%b(?:%b)?" % (_APPENDS, _MARK, _ANY, _MEMO, _WORDS, _APPEND), re.DOTALL)
_TAIL = re.compile(rb"(?:%b)?%bt%b%bb%b\." % (_APPENDS, _ANY, _MEMO, _ANY, _ANY), re.DOTALL)


class _Array:
    """Stands in for the array that NumPy would make: it keeps what it is told."""

    state: object = None

    def __setstate__(self, state: object) -> None:
        self.state = state


class _Dtype:
    """Stands in for `numpy.dtype`, and forgets what it is told: the array's header has said it."""

    def __init__(self, *arguments: object) -> None:
        self.__setstate__(arguments)

    def __setstate__(self, state: object) -> None:
        """Keep nothing."""


def _reconstruct(*_arguments: object) -> _Array:
    """Stand in for the function by which NumPy makes an empty array."""
    return _Array()


def _encode(*_arguments: object) -> None:
    """Stand in for `codecs.encode`, by which protocol 2 spells the byte string that NumPy passes along."""


_STAND_INS: dict[tuple[str, str], Any] = {
    ("numpy._core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _Dtype,
    ("_codecs", "encode"): _encode,
}


class _Unpickler(pickle.Unpickler):
    """An unpickler for which no name exists but the stand-ins."""

    def find_class(self, module: str, name: str) -> Any:
        """Give the stand-in of a name.

        Raises:
            PickleRefused: the name is none of NumPy's.
        """
        try:
            return _STAND_INS[module, name]
        except KeyError:
            raise PickleRefused(f"the pickle asks for {f'{module}.{name}'!r}") from None


def unpickle_documents(data: bytes, count: int) -> Documents:
    """Read the pickle of an array of lists of integers.

    Args:
        data: the pickle, protocol 2 or later.
        count: the number of lists.

    Returns:
        The lists.

    Raises:
        PickleRefused: it is, or asks for, anything else.
    """
    _check_grammar(data, count)
    # The C unpickler reads ahead where it can peek, and else asks for a byte at a time.
    stream = io.BufferedReader(io.BytesIO(data))
    try:
        array = _Unpickler(stream, fix_imports=False).load()
    except (
        pickle.UnpicklingError,
        ArithmeticError,
        AttributeError,
        EOFError,
        LookupError,
        TypeError,
        ValueError,
    ) as error:
        raise PickleRefused(f"the pickle is damaged: {error}") from None
    return _documents(array, count)


def _check_grammar(data: bytes, count: int) -> None:
    """Refuse every program but the one that makes an array of `count` lists of integers."""
    head = _HEAD.match(data)
    if not head:
        raise PickleRefused(f"not the pickle of {count} lists of integers")
    position = head.end()
    for _ in range(count):
        document = _DOCUMENT.match(data, position)
        if not document:
            break
        position = document.end()
    if not _TAIL.fullmatch(data, position):
        raise PickleRefused(f"not the pickle of {count} lists of integers, from byte {position} on")


def _documents(array: object, count: int) -> Documents:
    """The elements of the array, which must be lists of integers."""
    state = array.state if isinstance(array, _Array) else None
    # (version, shape, dtype, whether in Fortran's order, elements)
    documents = state[4] if isinstance(state, tuple) and len(state) == 5 else None
    if not isinstance(documents, list) or len(documents) != count:
        raise PickleRefused(f"not an array of {count} elements")
    for document in documents:
        if not isinstance(document, list) or not set(map(type, document)) <= {int}:
            raise PickleRefused("an element is not a list of integers")
    return documents
