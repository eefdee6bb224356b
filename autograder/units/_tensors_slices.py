"""Assessment of cutting data into batches."""

from __future__ import annotations

import itertools

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases

__all__ = ["batch_slices"]


def _with_while(n: int, batch_size: int) -> list[slice]:
    if batch_size <= 0:
        raise ValueError("batch_size has to be positive")
    slices, start = [], 0
    while start < n:
        stop = start + batch_size if start + batch_size < n else n
        slices.append(slice(start, stop))
        start = stop
    return slices


def _from_bounds(n: int, batch_size: int) -> tuple[slice, ...]:
    if batch_size < 1:
        raise ValueError("batch_size")
    bounds = np.append(np.arange(0, n, batch_size), n)
    return tuple(slice(start, stop) for start, stop in itertools.pairwise(bounds))


def _evened_out(n: int, batch_size: int) -> list[slice]:
    count = -(-n // batch_size)
    bounds = [round(i * n / max(count, 1)) for i in range(count + 1)]
    return [slice(start, stop) for start, stop in itertools.pairwise(bounds)]


batch_slices = Exercise(
    "batch_slices",
    points=1,
    cases=[
        Case("two-full-batches", n=8, batch_size=4),
        Case("last-one-smaller", n=10, batch_size=4),
        Case("last-one-of-one", n=7, batch_size=3),
        Case("one-batch", n=5, batch_size=5),
        Case("batch-larger-than-the-data", n=3, batch_size=8),
        Case("one-sample-each", n=3, batch_size=1),
        Case("no-samples", n=0, batch_size=4),
        Case("no-batch-size", n=6, batch_size=0, raises="batch_size"),
        Case("negative-batch-size", n=6, batch_size=-2, raises="batch_size"),
        random_cases(lambda rng: {"n": int(rng.integers(20, 50)), "batch_size": int(rng.integers(3, 12))}, count=3),
    ],
    misconceptions=[
        Misconception(
            "last-one-dropped",
            believes="There are n // batch_size batches.",
            wrong=lambda n, batch_size: [slice(i * batch_size, (i + 1) * batch_size) for i in range(n // batch_size)],
            hint="10 samples in batches of 4: which ones are never seen?",
        ),
        Misconception(
            "past-the-end",
            believes="Every slice is batch_size long; NumPy cuts the last one anyway.",
            wrong=lambda n, batch_size: [slice(i, i + batch_size) for i in range(0, n, batch_size)],
            hint="What is stop − start of the last slice, and how many samples does it hold?",
        ),
        Misconception(
            "empty-one-at-the-end",
            believes="There is always a rest, so there are n // batch_size + 1 batches.",
            wrong=lambda n, batch_size: [
                slice(i * batch_size, min((i + 1) * batch_size, n)) for i in range(n // batch_size + 1)
            ],
            hint="8 samples in batches of 4: how many batches, and what would be the mean loss over none?",
        ),
        Misconception(
            "stop-included",
            believes="The stop of a slice is the last index in it.",
            wrong=lambda n, batch_size: [slice(i, min(i + batch_size, n) - 1) for i in range(0, n, batch_size)],
            hint="How many entries does x[0:3] have?",
        ),
        Misconception(
            "start-and-size",
            believes="A slice is made of a start and a length.",
            wrong=lambda n, batch_size: [slice(i, min(batch_size, n - i)) for i in range(0, n, batch_size)],
            hint="What is x[4:4]?",
        ),
        Misconception(
            "evened-out",
            believes="All batches should be about equally large.",
            wrong=_evened_out,
            hint="How large is the first batch when 10 samples are cut by 4?",
        ),
        Misconception(
            "pairs-instead-of-slices",
            believes="(start, stop) is a slice.",
            wrong=lambda n, batch_size: [(start, min(start + batch_size, n)) for start in range(0, n, batch_size)],
            hint="What does x[(0, 4)] take out of a matrix, and what x[0:4]?",
        ),
        Misconception(
            "one-from-every-sample",
            believes="A batch begins at every sample.",
            wrong=lambda n, batch_size: [slice(start, min(start + batch_size, n)) for start in range(n)],
            hint="How often would a sample be seen in an epoch?",
        ),
        Misconception(
            "stop-minus-one",
            believes="A slice includes its stop, so that is one less.",
            wrong=lambda n, batch_size: [
                slice(start, min(start + batch_size - 1, n)) for start in range(0, n, batch_size)
            ],
            hint="How many entries does x[0:4] have?",
        ),
    ],
    hints=[
        "At which samples do the batches start?",
        "range(0, n, batch_size) gives the starts. Where does the last batch end?",
        "slice(start, min(start + batch_size, n)) for each start.",
    ],
    variants=[Variant("while-loop", _with_while), Variant("bounds", _from_bounds)],
)
