"""Compare a result with what was expected, in the order that helps most: type, shape, dtype, finite, value.

The tolerance of a number follows from the conditioning of the case (`Truth.allowed`), not from taste: see `oracle`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.worker.wire import Opaque

__all__ = ["Difference", "Truth", "compare", "describe", "number"]

#: What counts as rounding, relative to a result's size, where conditioning allows nothing larger.
FLOOR = {"float16": 2e-3, "float32": 1e-5, "float64": 1e-12}
#: What is never allowed, however badly conditioned the case is: at a kink a perturbation jumps.
CAP = {"float16": 2e-2, "float32": 1e-3, "float64": 1e-6}


@dataclass(frozen=True)
class Truth:
    """What is expected of a case.

    Args:
        expected: the value as a tree; floating numbers in float64 whatever the case's dtype.
        allowed: a tree of the same form with the allowed absolute error of each floating leaf, elsewhere None.
        dtype: the dtype that floating results must have.
        names: what the parts of a tuple are called.
        extra: inputs that the oracle drew, such as `grad_output`.
    """

    expected: Any
    allowed: Any = None
    dtype: str = "float64"
    names: Sequence[str] = ()
    extra: dict[str, Any] | None = None


@dataclass(frozen=True)
class Difference:
    """The first thing that differs: its kind (`shape`, `dtype`, `value`, …) and one line about it."""

    kind: str
    text: str


def compare(got: Any, truth: Truth) -> Difference | None:
    """The first difference between a result and the truth, or None."""
    return _compare(got, truth.expected, truth.allowed, "", truth)


def number(value: Any) -> str:
    """A number as a person wants to read it."""
    if isinstance(value, (bool, np.bool_, int, np.integer)):
        return _clipped(str(value), 40)
    text = f"{value + 0.0:.6g}"  # -0.0 is 0
    return text if any(mark in text for mark in ".en") or "inf" in text else f"{text}.0"


def distinct(value: Any, target: Any) -> tuple[str, str]:
    """Two numbers as a person wants to read them, with as many digits as it takes to tell them apart."""
    texts = number(value), number(target)
    if texts[0] != texts[1] or not isinstance(value, (float, np.floating)):
        return texts
    pairs = ((f"{value:.{digits}g}", f"{target:.{digits}g}") for digits in range(7, 18))
    return next((pair for pair in pairs if pair[0] != pair[1]), texts)


def describe(value: Any) -> str:
    """What a value is, in a few words: its type, and its shape or size."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, Opaque):
        return f"{'an' if value.type[:1] in 'aeiou' else 'a'} {value.type}"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, dict):
        return _clipped(f"a dict with {', '.join(map(str, list(value)[:5]))}")
    if isinstance(value, slice):
        return _clipped(f"slice({value.start}, {value.stop}, {value.step})")
    if isinstance(value, (bool, np.bool_)):
        return str(value)
    if isinstance(value, (int, float, np.generic)):
        return f"{number(value)} ({type(value).__name__})"
    return repr(value)[:80]


def _clipped(text: str, limit: int = 120) -> str:
    """One line of bounded length: what came back may hold anything."""
    line = " ".join(text[: 2 * limit].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _compare(got: Any, want: Any, allowed: Any, where: str, truth: Truth) -> Difference | None:
    if got is None and want is not None:
        question = "" if where else ": is the result printed instead of returned?"
        return Difference("none", f"{where}got None{question}" + (f", want {describe(want)}" if where else ""))
    if isinstance(want, dict):
        return _compare_dicts(got, want, allowed, where, truth)
    if isinstance(want, (list, tuple)):
        return _compare_sequences(got, want, allowed, where, truth)
    if isinstance(want, (np.ndarray, np.generic, int, float)) and not isinstance(want, bool):
        return _compare_numbers(got, np.asarray(want), allowed, where, truth)
    if isinstance(want, bool):
        same = isinstance(got, (bool, np.bool_)) and bool(got) == want
        if not same and _is_sentence(where) and isinstance(got, (bool, np.bool_)):
            return Difference("value", f"{'not so' if want else 'so, but should not be'}: {where.rstrip()}")
    elif isinstance(want, slice):
        same = isinstance(got, slice) and compare(_parts(got), Truth(_parts(want))) is None
    else:
        same = type(got) is type(want) and got == want
    return None if same else Difference("value", f"{where}got {describe(got)}, want {describe(want)}")


def _is_sentence(where: str) -> bool:
    """Whether a place is told in words of ours, and is no mere name or number of a part."""
    words = where.split()
    return len(words) > 1 and not (words[-2] == "item" and words[-1].isdigit())


def _parts(value: slice) -> tuple[Any, Any, Any]:
    return value.start, value.stop, value.step


def _compare_dicts(got: Any, want: dict[Any, Any], allowed: Any, where: str, truth: Truth) -> Difference | None:
    if not isinstance(got, dict):
        return Difference("type", f"{where}got {describe(got)}, want {describe(want)}")
    if set(got) != set(want):
        return Difference("type", where + _other_keys(got, want))
    for key, item in want.items():
        part = allowed[key] if isinstance(allowed, dict) else None
        if found := _compare(got[key], item, part, f"{where}{key} ", truth):
            return found
    return None


def _other_keys(got: dict[Any, Any], want: dict[Any, Any]) -> str:
    """Which keys are missing, else which are too many."""
    missing = [str(key) for key in want if key not in got]
    extra = [str(key) for key in got if key not in want]
    return _clipped(f"lacks {', '.join(missing)}" if missing else f"has {', '.join(extra)}, which nobody asked for")


def _compare_sequences(got: Any, want: Sequence[Any], allowed: Any, where: str, truth: Truth) -> Difference | None:
    if not isinstance(got, (list, tuple)) or len(got) != len(want):
        return Difference("type", f"{where}got {describe(got)}, want {describe(want)}")
    if where and _is_shape(got) and _is_shape(want):
        return None if list(got) == list(want) else Difference("value", f"{where}got {tuple(got)}, want {tuple(want)}")
    for index, item in enumerate(want):
        named = not where and len(truth.names) == len(want)
        part = allowed[index] if isinstance(allowed, (list, tuple)) else None
        name = f"{truth.names[index]} " if named else f"{where}item {index} "
        if found := _compare(got[index], item, part, name, truth):
            return found
    return None


def _is_shape(value: Sequence[Any]) -> bool:
    """Whether it is some plain whole numbers, which inside a result say more together than one by one."""
    return 0 < len(value) <= 6 and {type(each) for each in value} == {int}


def _compare_numbers(got: Any, want: np.ndarray[Any, Any], allowed: Any, where: str, truth: Truth) -> Difference | None:
    wanted = f"an array of shape {want.shape}" if want.ndim else "a number"
    if not isinstance(got, (np.ndarray, np.generic, int, float)):
        return Difference("type", f"{where}got {describe(got)}, want {wanted}")
    array = np.asarray(got)
    if array.dtype == object:  # an integer that no machine number holds
        return Difference("value", f"{where}got {describe(got)}, want {wanted}")
    if array.shape != want.shape:
        return Difference("shape", f"{where}shape {array.shape}, want {want.shape if want.ndim else wanted}")
    if (problem := _dtype_problem(got, array, want, truth)) is not None:
        return Difference("dtype", f"{where}dtype {array.dtype}, want {problem}")
    return _compare_values(array, want, allowed, where, truth)


def _dtype_problem(got: Any, array: np.ndarray[Any, Any], want: np.ndarray[Any, Any], truth: Truth) -> str | None:
    """The dtype that was wanted, where it differs in a way that matters."""
    if want.dtype.kind == "f":
        if isinstance(got, int) and not isinstance(got, bool):
            return None  # a plain 0 for 0.0
        return None if array.dtype.name == truth.dtype else truth.dtype
    if want.dtype.kind in "iu":
        return None if array.dtype.kind in "iu" else "an integer"
    return None if array.dtype.kind == want.dtype.kind else want.dtype.name


def _compare_values(
    got: np.ndarray[Any, Any], want: np.ndarray[Any, Any], allowed: Any, where: str, truth: Truth
) -> Difference | None:
    if want.dtype.kind not in "fc":
        wrong = got != want
    else:
        allowed = np.asarray(rounding(want, truth.dtype) if allowed is None else allowed)
        with np.errstate(all="ignore"):
            error = np.abs(got.astype(np.result_type(want, np.float64)) - want)
            close = error <= allowed
        wrong = ~(close | (got == want) | (np.isnan(got) & np.isnan(want)))
    if not wrong.any():
        return None
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    value, target = got[index], want[index]
    place = f"at {list(index)}: " if index else ""
    text = "got {}, want {}".format(*distinct(value, target))
    if want.dtype.kind == "f" and np.isfinite(target):
        if not np.isfinite(value):
            return Difference("finite", f"{where}not finite {place}{text}" if place else f"{where}not finite: {text}")
        text += f" (error {error[index]:.0e}, allowed {np.broadcast_to(allowed, want.shape)[index]:.0e})"
    return Difference("value", f"{where}{place}{text}")


def rounding(want: np.ndarray[Any, Any], dtype: str) -> np.ndarray[Any, Any]:
    """The floor of the allowed error: what different orders of summation may do to results of this size."""
    finite = np.abs(want[np.isfinite(want)])
    size = float(finite.max()) if finite.size else 0.0
    return np.full(want.shape, FLOOR[dtype] * (size or 1.0))
