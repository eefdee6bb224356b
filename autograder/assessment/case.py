"""Cases: the labelled inputs of an exercise, written down or drawn by a generator."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Case", "RandomCases", "random_cases"]


@dataclass(frozen=True, init=False)
class Case:
    """One labelled input.

    Args:
        label: what the case is about, in a few words joined by hyphens.
        raises: the argument that a `ValueError` must name, for bad input.
        readonly: pass the arrays read-only.
        hidden: it comes from the instructor's seed; messages do not show it.
        withheld: what a check is told besides the inputs, and a worker is not: the answers of a test set.
        inputs: the arguments by name, in the order of the signature.
    """

    label: str
    inputs: Mapping[str, Any]
    raises: str | None
    readonly: bool
    hidden: bool
    withheld: Mapping[str, Any]

    def __init__(
        self,
        label: str,
        /,
        *,
        raises: str | None = None,
        readonly: bool = False,
        hidden: bool = False,
        withheld: Mapping[str, Any] | None = None,
        **inputs: Any,
    ) -> None:
        """Keep the arguments."""
        for name, value in {
            "label": label, "inputs": inputs, "raises": raises, "readonly": readonly, "hidden": hidden,
            "withheld": withheld or {},
        }.items():  # fmt: skip
            object.__setattr__(self, name, value)

    @property
    def known(self) -> Mapping[str, Any]:
        """What a check is told: the inputs, and what is withheld from the worker."""
        return {**self.inputs, **self.withheld}

    def with_inputs(self, inputs: Mapping[str, Any], label: str | None = None) -> Case:
        """The same case with other inputs, perhaps under another label."""
        return Case(
            label or self.label, raises=self.raises, readonly=self.readonly, hidden=self.hidden,
            withheld=self.withheld, **inputs,
        )  # fmt: skip


@dataclass(frozen=True)
class RandomCases:
    """A generator of cases: public ones from a fixed seed, hidden ones from the instructor's."""

    make: Callable[[np.random.Generator], Mapping[str, Any]]
    count: int
    label: str
    withholds: Sequence[str] = ()

    def labels(self, secret: str | None = None) -> list[str]:
        """The labels of the cases; draws none."""
        return [f"{'hidden-' if secret else ''}{self.label}-{index + 1}" for index in range(self.count)]

    def cases(self, exercise: str, secret: str | None = None) -> Iterator[Case]:
        """Draw the cases of one exercise; with a secret they are hidden ones."""
        for index, label in enumerate(self.labels(secret)):
            yield self._draw(exercise, index, secret or "public", label, hidden=secret is not None)

    def reserve(self, exercise: str, count: int) -> Iterator[Case]:
        """Draw further cases, which are neither public nor hidden."""
        for index in range(count):
            yield self._draw(exercise, index, "reserve", f"reserve-{self.label}-{index + 1}", hidden=False)

    def _draw(self, exercise: str, index: int, seed: str, label: str, *, hidden: bool) -> Case:
        text = f"{exercise}/{self.label}/{index}/{seed}"
        number = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")
        inputs = dict(self.make(np.random.default_rng(number)))
        withheld = {name: inputs.pop(name) for name in self.withholds}
        return Case(label, hidden=hidden, withheld=withheld, **inputs)


def random_cases(
    make: Callable[[np.random.Generator], Mapping[str, Any]],
    *,
    count: int = 2,
    label: str = "random",
    withholds: Sequence[str] = (),
) -> RandomCases:
    """Cases drawn at random, when they are first needed.

    Args:
        make: `make(rng)` returns the arguments of one, by name, in the signature's order.
        count: how many.
        label: they are called `label-1`, `label-2`, ….
        withholds: which of the names are for the check alone, and not sent to the worker.
    """
    return RandomCases(make, count, label, withholds)
