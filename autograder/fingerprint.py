"""Recognise a case's inputs: exactly in form and in whole numbers, nearly in floating numbers.

Inputs are drawn anew wherever a case is graded. Logarithms and normal draws differ between machines in the last digit;
a truth must still be found for them, and must not be found for a case that somebody changed.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

__all__ = ["fingerprint", "same_fingerprint"]

#: Relative difference of sums below which two draws are the same.
NEARLY = 1e-7


def fingerprint(value: Any) -> dict[str, Any]:
    """What to remember of a tree of inputs: a hash of all that is exact, and two weighted sums per floating leaf."""
    exact = hashlib.blake2b(digest_size=8)
    sums: list[tuple[float, float]] = []
    _walk(value, exact, sums)
    return {"exact": exact.hexdigest(), "sums": np.array(sums, dtype=np.float64).reshape(-1, 2)}


def same_fingerprint(first: Any, second: Any) -> bool:
    """Whether two fingerprints are of the same inputs."""
    if first["exact"] != second["exact"] or first["sums"].shape != second["sums"].shape:
        return False
    differences = np.abs(first["sums"] - second["sums"])
    return bool(np.all(differences <= NEARLY * np.maximum(first["sums"][:, 1:], np.finfo(float).tiny)))


def _walk(value: Any, exact: Any, sums: list[tuple[float, float]]) -> None:
    exact.update(type(value).__name__.encode())
    if isinstance(value, dict):
        for key, item in value.items():
            exact.update(f"{key}:".encode())
            _walk(item, exact, sums)
    elif isinstance(value, (list, tuple)):
        exact.update(f"{len(value)}".encode())
        for item in value:
            _walk(item, exact, sums)
    elif isinstance(value, (np.ndarray, np.generic, float)):
        _walk_numbers(np.asarray(value), exact, sums)
    else:
        exact.update(repr(value).encode())


def _walk_numbers(array: np.ndarray[Any, Any], exact: Any, sums: list[tuple[float, float]]) -> None:
    exact.update(f"{array.dtype.str}{array.shape}".encode())
    if array.dtype.kind not in "fc":
        exact.update(np.ascontiguousarray(array).tobytes())
        return
    finite = np.isfinite(array)
    exact.update(np.where(finite, 0, np.nan_to_num(np.sign(array.real), nan=2)).astype(np.int8).tobytes())
    numbers = np.where(finite, array, 0).astype(np.complex128).ravel()
    weighted = numbers * (1 + np.arange(numbers.size) % 17)
    # The largest possible float times a weight is infinite; a sum that is not finite compares as itself.
    with np.errstate(all="ignore"):
        totals = float(weighted.real.sum() + 3 * weighted.imag.sum()), float(np.abs(weighted).sum())
    sums.append((totals[0], totals[1]) if np.isfinite(totals).all() else (0.0, 0.0))
