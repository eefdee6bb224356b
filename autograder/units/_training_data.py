"""Assessment of training: samples in batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.checks import Property
from autograder.inputs import Array, grid, normal
from autograder.units import _training_slips as slips

__all__ = ["iterate_batches"]


def drive_batches(iterate_batches: Any, x: Any, y: Any, batch_size: int, seed: Any, epochs: int) -> Any:
    """Some epochs with one generator, and the same again with another of the same seed."""

    def run() -> Any:
        rng = None if seed is None else np.random.default_rng(seed)
        return [[tuple(batch) for batch in iterate_batches(x, y, batch_size, rng)] for _ in range(epochs)]

    return {"epochs": run(), "again": run()}


def _batches_problem(got: Any, x: Array, y: Array, batch_size: int, seed: int | None, epochs: int) -> str | None:
    for epoch in [*got["epochs"], *got["again"]]:
        if problem := _form_problem(epoch, x, y, batch_size) or _content_problem(epoch, x, y):
            return problem
    first, again = ([_order(epoch, x) for epoch in got[key]] for key in ("epochs", "again"))
    if seed is None:
        kept = all(order == list(range(len(x))) for order in first)
        return None if kept else "with rng=None the samples should keep their order"
    return _shuffle_problem(first, again, batch_size)


def _form_problem(epoch: Any, x: Array, y: Array, batch_size: int) -> str | None:
    if not all(len(batch) == 2 for batch in epoch):
        return "want pairs (x_batch, y_batch)"
    sizes = [len(x_batch) for x_batch, _ in epoch]
    wanted = [min(batch_size, len(x) - start) for start in range(0, len(x), batch_size)]
    if not sizes:
        return f"no batches at all, want {_listed(wanted)} samples"
    if sizes != wanted:
        return f"batches of {_listed(sizes)} samples, want {_listed(wanted)}"
    for x_batch, y_batch in epoch:
        for name, part, whole in (("x_batch", x_batch, x), ("y_batch", y_batch, y)):
            want = (len(x_batch), *whole.shape[1:])
            if part.shape != want or part.dtype != whole.dtype:
                return f"{name} has shape {part.shape} and dtype {part.dtype}, want {want} and {whole.dtype}"
    return None


def _listed(sizes: list[int]) -> str:
    return ", ".join(map(str, sizes[:12])) + (", …" if len(sizes) > 12 else "")


def _content_problem(epoch: Any, x: Array, y: Array) -> str | None:
    order = _order(epoch, x)
    if -1 in order:
        return "a row of x_batch is no sample of x"
    labels = np.concatenate([y_batch for _, y_batch in epoch])
    if not np.array_equal(labels, y[order]):
        if np.array_equal(labels, y):
            return "y_batch keeps the old order while x_batch is shuffled: labels leave their samples"
        return "y_batch is in another order than x_batch: labels leave their samples"
    if len(set(order)) < len(order):
        apart = all(len(set(part)) == len(part) for part in (_order([batch], x) for batch in epoch))
        return f"some samples come twice in {'an epoch' if apart else 'a batch'}, others never"
    return None


def _order(epoch: Any, x: Array) -> list[int]:
    """Which sample each row is, -1 for none; the samples of every case are distinct."""
    places = {np.ascontiguousarray(row).tobytes(): place for place, row in enumerate(x)}
    return [places.get(np.ascontiguousarray(row).tobytes(), -1) for x_batch, _ in epoch for row in x_batch]


def _shuffle_problem(first: list[list[int]], again: list[list[int]], batch_size: int) -> str | None:
    for order in first:
        parts = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
        if order == sorted(order):
            return "the samples come in their old order: is `rng` used?"
        if all(part == list(range(part[0], part[0] + len(part))) for part in parts):
            return "whole batches are shuffled, and each still holds neighbours: shuffle the samples"
        if [place for part in parts for place in sorted(part)] == sorted(order):
            return "samples are shuffled inside their batch alone: every epoch has the same batches"
    if any(order == first[0] for order in first[1:]):
        return "two epochs with one generator come in the same order"
    return None if first == again else "two generators of one seed give different orders: is `rng` the only source?"


def _batches(x: Array, y: Array, batch_size: int, order: Array) -> Iterator[tuple[Array, Array]]:
    _validate(x, y, batch_size)
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        yield x[rows], y[rows]


def _validate(x: Array, y: Array, batch_size: int) -> None:
    if batch_size < 1 or len(x) != len(y):
        raise ValueError(f"batch_size {batch_size} for {len(x)} rows of x and {len(y)} of y")


def _order_from(rng: Any, n: int) -> Array:
    order: Array = np.arange(n) if rng is None else rng.permutation(n)
    return order


def _partial_dropped(x: Array, y: Array, batch_size: int, rng: Any) -> list[tuple[Array, Array]]:
    return list(_batches(x, y, batch_size, _order_from(rng, len(x))))[: len(x) // batch_size]


def _partial_filled_up(x: Array, y: Array, batch_size: int, rng: Any) -> Iterator[tuple[Array, Array]]:
    order = _order_from(rng, len(x))
    for start in range(0, len(x), batch_size):
        rows = order[np.arange(start, start + batch_size) % len(x)]
        yield x[rows], y[rows]


def _labels_left_behind(x: Array, y: Array, batch_size: int, rng: Any) -> Iterator[tuple[Array, Array]]:
    order = _order_from(rng, len(x))
    for start in range(0, len(x), batch_size):
        yield x[order[start : start + batch_size]], y[start : start + batch_size]


def _shuffled_apart(x: Array, y: Array, batch_size: int, rng: Any) -> Iterator[tuple[Array, Array]]:
    x, y = x[_order_from(rng, len(x))], y[_order_from(rng, len(x))]
    return _batches(x, y, batch_size, np.arange(len(x)))


def _drawn_anew(x: Array, y: Array, batch_size: int, rng: Any) -> Iterator[tuple[Array, Array]]:
    for start in range(0, len(x), batch_size):
        size = min(batch_size, len(x) - start)
        rows = np.arange(start, start + size) if rng is None else rng.permutation(len(x))[:size]
        yield x[rows], y[rows]


def _drawn_with_repeats(x: Array, y: Array, batch_size: int, rng: Any) -> Iterator[tuple[Array, Array]]:
    order = np.arange(len(x)) if rng is None else rng.integers(0, len(x), len(x))
    return _batches(x, y, batch_size, order)


def _whole_batches_shuffled(x: Array, y: Array, batch_size: int, rng: Any) -> list[tuple[Array, Array]]:
    batches = list(_batches(x, y, batch_size, np.arange(len(x))))
    whole = len(x) // batch_size
    return [*(batches[int(place)] for place in _order_from(rng, whole)), *batches[whole:]]


def _global_order(x: Array, y: Array, batch_size: int, rng: Any) -> Iterator[tuple[Array, Array]]:
    order = np.arange(len(x)) if rng is None else np.random.permutation(len(x))
    return _batches(x, y, batch_size, order)


def _seeded_inside(x: Array, y: Array, batch_size: int, rng: Any) -> Iterator[tuple[Array, Array]]:
    order = np.arange(len(x)) if rng is None else np.random.default_rng(42).permutation(len(x))
    return _batches(x, y, batch_size, order)


def _shuffled_in_place(x: Array, y: Array, batch_size: int, rng: Any) -> Iterator[tuple[Array, Array]]:
    order = _order_from(rng, len(x))
    if rng is not None:
        x[:], y[:] = x[order], y[order]
    return _batches(x, y, batch_size, np.arange(len(x)))


def _index_list_shuffled(x: Array, y: Array, batch_size: int, rng: Any) -> list[list[Array]]:
    _validate(x, y, batch_size)
    rows = list(range(len(x)))
    if rng is not None:
        rng.shuffle(rows)
    parts = [rows[start : start + batch_size] for start in range(0, len(rows), batch_size)]
    return [[x[part], y[part]] for part in parts]


def _sorted_by_random_keys(x: Array, y: Array, batch_size: int, rng: Any) -> Iterator[tuple[Array, Array]]:
    order = np.arange(len(x)) if rng is None else np.argsort(rng.random(len(x)))
    return _batches(x, y, batch_size, order)


def _random_batches(rng: np.random.Generator) -> dict[str, Any]:
    n = int(rng.integers(30, 60))
    x, y = rng.standard_normal((n, 2)), rng.permutation(n)
    return {"x": x, "y": y, "batch_size": int(rng.integers(6, 10)), "seed": int(rng.integers(2**31)), "epochs": 3}


def _in_order(x: Array, y: Array, batch_size: int) -> dict[str, Any]:
    return {"x": x, "y": y, "batch_size": batch_size, "seed": None, "epochs": 1}


def _shuffled(x: Array, y: Array, batch_size: int) -> dict[str, Any]:
    return {"x": x, "y": y, "batch_size": batch_size, "seed": 3, "epochs": 2}


iterate_batches = Exercise(
    "iterate_batches",
    points=2,
    truth="none",
    check=Property(_batches_problem),
    scenario=drive_batches,
    vectorized=lambda n: _shuffled(grid(n, 2), np.arange(n), n // 4),
    cases=[
        Case("in-order-without-a-generator", **_in_order(grid(6, 2), np.arange(6) + 10, 2)),
        Case("last-batch-is-partial", **_in_order(grid(10, 3), np.arange(10), 4)),
        Case("batch-larger-than-the-data", **_in_order(grid(3, 2), np.arange(3), 8)),
        Case("one-sample-per-batch", **_in_order(grid(5, 2), np.arange(5), 1)),
        Case("shuffled-labels-follow", **_shuffled(grid(24, 2), np.arange(24) + 100, 6)),
        Case("shuffled-with-a-partial-batch", **_shuffled(grid(33, 3), np.arange(33), 8), readonly=True),
        Case(
            "images-and-one-hot",
            **_shuffled(np.arange(180, dtype=np.uint8).reshape(30, 3, 2, 1), np.eye(4)[np.arange(30) % 4], 7),
        ),
        Case(
            "single-precision",
            **_shuffled(normal(25, 2).astype(np.float32), grid(25, 1).astype(np.float32), 10),
        ),
        Case("batch-size-of-zero", raises="batch_size", **_in_order(grid(4, 2), np.arange(4), 0)),
        Case("fewer-labels-than-samples", raises="y", **_in_order(grid(4, 2), np.arange(3), 2)),
        random_cases(_random_batches),
    ],
    misconceptions=[
        Misconception(
            "partial-batch-dropped",
            believes="An epoch has n // batch_size batches.",
            wrong=_partial_dropped,
            hint="With 10 samples and batches of 4, which samples does your model never see?",
        ),
        Misconception(
            "partial-batch-filled-up",
            believes="All batches have the same size, so the last one borrows from the start.",
            wrong=_partial_filled_up,
            hint="How often does each sample come in one epoch?",
        ),
        Misconception(
            "labels-not-permuted",
            believes="Only the inputs need shuffling.",
            wrong=_labels_left_behind,
            hint="After the shuffle, whose label is y[0]?",
        ),
        Misconception(
            "shuffled-apart",
            believes="x and y are both shuffled, each with a permutation of its own.",
            wrong=_shuffled_apart,
            hint="If x[7] moves to the front, what must move to the front of y?",
        ),
        Misconception(
            "drawn-anew-per-batch",
            believes="Every batch shuffles all samples and takes the first ones.",
            wrong=_drawn_anew,
            hint="How do you know that, after the last batch, every sample has come once?",
        ),
        Misconception(
            "drawn-with-repeats",
            believes="A batch is a draw of batch_size random indices.",
            wrong=_drawn_with_repeats,
            hint="Can your draw give the same index twice? Then which sample is left out?",
        ),
        Misconception(
            "whole-batches-shuffled",
            believes="It is enough to shuffle the order of the batches.",
            wrong=_whole_batches_shuffled,
            hint="If the data are sorted by class, what is in each of your batches?",
        ),
        Misconception(
            "global-random-state",
            believes="np.random.permutation is as good as the generator that was passed.",
            wrong=_global_order,
            hint="How can a caller repeat an experiment whose order does not come from `rng`?",
        ),
        Misconception(
            "generator-seeded-inside",
            believes="A fixed seed inside the function makes it reproducible.",
            wrong=_seeded_inside,
            hint="In which order does your second epoch come, and your tenth?",
        ),
        Misconception(
            "shuffled-in-place",
            believes="x and y may be rearranged: they are only training data.",
            wrong=_shuffled_in_place,
            hint="Whose arrays are x and y, and what else might the caller do with their order?",
        ),
        *slips.BATCHES,
    ],
    hints=[
        "Shuffle an order, not the data: an array of row numbers.",
        "One permutation per call; each batch takes the next batch_size numbers of it, from x and y alike.",
        "for start in range(0, n, batch_size): rows = order[start:start + batch_size]; yield x[rows], y[rows]",
    ],
    variants=[
        Variant("index-list-shuffled", _index_list_shuffled),
        Variant("sorted-by-random-keys", _sorted_by_random_keys),
    ],
)
