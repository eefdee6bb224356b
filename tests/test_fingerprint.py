"""A truth is found for the same inputs on another machine, and not for other inputs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.fingerprint import fingerprint, same_fingerprint
from autograder.wire import Rng

X = np.random.default_rng(1).standard_normal((4, 3))
INPUTS: dict[str, Any] = {"x": X, "axis": 1, "shape": (2, 3), "rate": 0.5, "names": ["a"], "rng": Rng(3)}


def test_last_digit_does_not_matter() -> None:
    """A difference of a few units in the last place, as between mathematical libraries, is the same input."""
    nearly = {**INPUTS, "x": X * (1 + 4 * np.finfo(float).eps), "rate": np.nextafter(0.5, 1)}
    assert same_fingerprint(fingerprint(INPUTS), fingerprint({**nearly, "rate": float(nearly["rate"])}))


CHANGES: dict[str, Any] = {
    "one-number": {"x": X + np.eye(4, 3) * 1e-4},
    "order": {"x": X[::-1].copy()},
    "shape": {"x": X.reshape(3, 4)},
    "dtype": {"x": X.astype(np.float32)},
    "integer": {"axis": 0},
    "tuple": {"shape": (3, 2)},
    "list-for-tuple": {"shape": [2, 3]},
    "float": {"rate": 0.25},
    "int-for-float": {"rate": 1},
    "text": {"names": ["b"]},
    "seed": {"rng": Rng(4)},
    "nan": {"x": np.where(X[0, 0] == X, np.nan, X)},
    "sign-of-infinity": {"x": np.where(X[0, 0] == X, np.inf, X)},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_changes_matter(change: dict[str, Any]) -> None:
    """Any real change of a case makes its stored truth stale."""
    assert not same_fingerprint(fingerprint(INPUTS), fingerprint({**INPUTS, **change}))


def test_infinities_are_told_apart() -> None:
    """What is not finite is compared exactly."""
    values = [np.array([1.0, each]) for each in (np.inf, -np.inf, np.nan)]
    prints = [fingerprint(value) for value in values]
    assert [[same_fingerprint(a, b) for b in prints] for a in prints] == np.eye(3, dtype=bool).tolist()


def test_names_of_arguments_matter() -> None:
    """The same value under another name is another case."""
    assert not same_fingerprint(fingerprint({"x": X}), fingerprint({"y": X}))
